//! Whatever stands in a file: it is read or refused, never a panic, never without end.

use proptest::prelude::*;
use vesica::lab::{self, KINDS, Wishes};

use crate::fixtures::{FIXTURES, KNOWLEDGE};

/// What goes wrong with files.
const SCRAPS: [&[u8]; 20] = [
    b"",
    b"\"",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xff\xfe",
    b"-",
    b"nan",
    b"1e999",
    b"[",
    b"(",
    b"A1",
    b"1,5",
    b"\xc2\xb5",
    b"<",
    b"PK\x03\x04",
];

fn damaged(text: &str, cuts: &[(usize, usize, usize)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, length, scrap) in cuts {
        let start = at % bytes.len().max(1);
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, SCRAPS[scrap % SCRAPS.len()].iter().copied());
    }
    bytes
}

/// The same text as another program would save it: encoding, mark, separators, decimal signs, line ends.
fn saved_otherwise(text: &str, encoding: usize, signs: usize) -> Vec<u8> {
    let text = match signs % 6 {
        0 => text.replace(',', ";"),
        1 => text.replace(',', "\t"),
        2 => text.replace('.', ","),
        3 => text.replace('\t', ","),
        4 => text.replace(';', ",").replace('\n', "\r"),
        _ => text.replace('\n', "\r\n"),
    };
    match encoding % 5 {
        0 => text.into_bytes(),
        // a letter beyond Latin-1 becomes some other
        1 => text.chars().map(|letter| letter as u32 as u8).collect(),
        2 => [b"\xff\xfe".to_vec(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat(),
        3 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => [b"\xef\xbb\xbf".to_vec(), text.into_bytes()].concat(),
    }
}

/// Reads it as what it is told to be, and as any other kind; what can be pasted is.
fn try_all(bytes: &[u8], kind: usize) {
    for kind in [None, Some(KINDS[kind % KINDS.len()].word.to_owned())] {
        let wishes = Wishes { kind, ..Wishes::default() };
        let found = lab::read("a.csv", bytes, &wishes, &KNOWLEDGE);
        if let Some(data) = found.data {
            let pasted = data.paste("a.csv", &wishes, &[], &KNOWLEDGE);
            assert!(toml::from_str::<toml::Table>(&pasted.toml).is_ok(), "{}", pasted.toml);
            for span in found.findings.iter().filter_map(|found| found.span.as_ref()) {
                assert!(span.start <= span.end && span.end <= found.text.len(), "{span:?}");
            }
        } else {
            assert!(!found.findings.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damaged_files(
        fixture in 0..FIXTURES.len(),
        cuts in prop::collection::vec((any::<usize>(), 0..40_usize, any::<usize>()), 1..6),
        kind in any::<usize>(),
    ) {
        try_all(&damaged(FIXTURES[fixture].text, &cuts), kind);
    }

    #[test]
    fn files_cut_anywhere(fixture in 0..FIXTURES.len(), at in any::<usize>(), kind in any::<usize>()) {
        let bytes = FIXTURES[fixture].text.as_bytes();
        try_all(&bytes[..at % bytes.len()], kind);
    }

    #[test]
    fn lines_in_any_order(fixture in 0..FIXTURES.len(), order in prop::collection::vec(any::<usize>(), 1..60), kind in any::<usize>()) {
        let lines: Vec<&str> = FIXTURES[fixture].text.split_inclusive('\n').collect();
        let text: String = order.iter().map(|at| lines[at % lines.len()]).collect();
        try_all(text.as_bytes(), kind);
    }

    #[test]
    fn bits_that_flipped(
        fixture in 0..FIXTURES.len(),
        flips in prop::collection::vec((any::<usize>(), 0..8_u8), 1..20),
        kind in any::<usize>(),
    ) {
        let mut bytes = FIXTURES[fixture].text.as_bytes().to_vec();
        for (at, bit) in flips {
            let place = at % bytes.len();
            bytes[place] ^= 1 << bit;
        }
        try_all(&bytes, kind);
    }

    #[test]
    fn saved_by_another_program(
        fixture in 0..FIXTURES.len(),
        encoding in any::<usize>(),
        signs in any::<usize>(),
        cut in prop::option::of(any::<usize>()),
        kind in any::<usize>(),
    ) {
        let mut bytes = saved_otherwise(FIXTURES[fixture].text, encoding, signs);
        if let Some(cut) = cut {
            bytes.truncate(cut % bytes.len());
        }
        try_all(&bytes, kind);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400), kind in any::<usize>()) {
        try_all(&bytes, kind);
    }
}
