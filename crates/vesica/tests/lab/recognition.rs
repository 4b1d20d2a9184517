//! Every file is told what it is without a word, whatever its encoding, line ends and delimiter.

use vesica::lab::{self, KINDS, Wishes};

use crate::fixtures::{FIXTURES, KNOWLEDGE, read};

#[test]
fn every_kind_has_a_fixture_and_every_fixture_is_recognised() {
    for fixture in FIXTURES {
        let found = read(fixture.file, fixture.text.as_bytes());
        assert_eq!(found.understood.kind, fixture.kind, "{}: {:?}", fixture.file, found.findings);
        assert!(found.data.is_some(), "{}: {:?}", fixture.file, found.findings);
        assert!(!found.understood.because.is_empty() && found.understood.rows_read > 0, "{:?}", found.understood);
    }
    for kind in KINDS {
        assert!(FIXTURES.iter().any(|fixture| fixture.kind == kind.word), "no fixture of {}", kind.word);
    }
}

#[test]
fn every_kind_stands_in_the_page_that_messages_point_to() {
    let page = include_str!("../../../../docs/lab-files.md");
    for kind in KINDS {
        assert!(page.contains(&format!("| `{}` |", kind.word)), "docs/lab-files.md says nothing of {}", kind.word);
    }
}

#[test]
fn the_encoding_and_the_line_ends_change_nothing() {
    for fixture in FIXTURES {
        let expected = read("a", fixture.text.as_bytes()).data;
        let unix = fixture.text.replace("\r\n", "\n");
        let with = |mark: &[u8], rest: Vec<u8>| [mark.to_vec(), rest].concat();
        let utf16 = |unit: fn(u16) -> [u8; 2]| unix.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        let mut written = vec![
            ("line ends of Windows", unix.replace('\n', "\r\n").into_bytes()),
            ("line ends of old", unix.replace('\n', "\r").into_bytes()),
            ("no last line end", unix.trim_end_matches('\n').as_bytes().to_vec()),
            ("a mark", with(b"\xef\xbb\xbf", unix.clone().into_bytes())),
            ("UTF-16", with(b"\xff\xfe", utf16(u16::to_le_bytes))),
            ("UTF-16 the other way", with(b"\xfe\xff", utf16(u16::to_be_bytes))),
        ];
        if fixture.text.chars().all(|letter| u32::from(letter) < 256) {
            written.push(("Latin-1", unix.chars().map(|letter| letter as u32 as u8).collect()));
        }
        for (how, bytes) in written {
            let found = read("a", &bytes);
            assert_eq!(found.data, expected, "{} with {how}: {:?}", fixture.file, found.findings);
        }
    }
}

#[test]
fn the_delimiter_changes_nothing() {
    // quotes may hold any sign, and of some exports the tab is a part
    for fixture in FIXTURES
        .iter()
        .filter(|fixture| !fixture.text.contains('"') && !["zetaview", "incucyte"].contains(&fixture.kind))
    {
        let own = [',', '\t', ';']
            .into_iter()
            .find(|sign| fixture.text.lines().nth(2).is_some_and(|line| line.contains(*sign)));
        let own = own.expect("a delimiter");
        for other in [',', '\t', ';', '|'] {
            if fixture.text.contains(other) {
                continue;
            }
            let text = fixture.text.replace(own, &other.to_string());
            let found = read("a", text.as_bytes());
            let expected = read("a", fixture.text.as_bytes()).data;
            assert_eq!(found.data, expected, "{} with {other:?}: {:?}", fixture.file, found.findings);
        }
    }
}

#[test]
fn the_word_of_the_user_counts_more() {
    let text = "gene,Ctrl_1,Ctrl_2\nmiR-522-3p,5,6\nmiR-4443,1,2\n";
    assert_eq!(read("a", text.as_bytes()).understood.kind, "counts");
    let wishes = Wishes { kind: Some("Expression".to_owned()), ..Wishes::default() };
    assert_eq!(lab::read("a", text.as_bytes(), &wishes, &KNOWLEDGE).understood.kind, "expression");
    // of any kind, any file is refused by name or read
    for fixture in FIXTURES {
        for kind in KINDS {
            let wishes = Wishes { kind: Some(kind.word.to_owned()), ..Wishes::default() };
            let found = lab::read("a", fixture.text.as_bytes(), &wishes, &KNOWLEDGE);
            assert!(found.data.is_some() || !found.findings.is_empty(), "{} as {}", fixture.file, kind.word);
        }
    }
    let wishes = Wishes { kind: Some("count".to_owned()), ..Wishes::default() };
    let found = lab::read("a", text.as_bytes(), &wishes, &KNOWLEDGE).findings;
    assert_eq!(found[0].code, "E81");
    assert!(found[0].help.starts_with("did you mean `counts`?"), "{found:?}");
}
