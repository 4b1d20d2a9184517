use vesica_model::Span;

use super::*;
use crate::terminal::{Color, width};

fn at(text: &str, part: &str) -> (Sources, Span) {
    let mut sources = Sources::default();
    sources.add("my.toml", text);
    let start = text.find(part).unwrap_or(text.len());
    (sources, Span { file: "my.toml".into(), start, end: start + part.len() })
}

#[track_caller]
fn check(source: &str, part: &str, diagnostic: Diagnostic, columns: usize, expected: &str) {
    let (sources, span) = at(source, part);
    assert_eq!(text(&[diagnostic.at(span)], &sources, &Terminal::plain(columns)), expected);
}

fn dose() -> Diagnostic {
    Diagnostic::error("E04", "a vesicle dose cannot be given in uM")
        .label("a molar amount; vesicles are counted")
        .help("write one of: \"5e4 particles/cell\", \"5e9 particles/mL\"")
}

#[test]
fn the_picture_of_the_design() {
    let before = "\n".repeat(30);
    let line = r#"dose = [{ vesicle = "caf_exo", amount = "10 uM", at = "0 h" }]"#;
    let expected = "\
error E04: a vesicle dose cannot be given in uM
   ╭─ my.toml:31:41
31 │ dose = [{ vesicle = \"caf_exo\", amount = \"10 uM\", at = \"0 h\" }]
   │                                         ─────── a molar amount; vesicles are counted
   ╰─ write one of: \"5e4 particles/cell\", \"5e9 particles/mL\"
1 error, 0 warnings. More: vesica know E04
";
    check(&format!("{before}{line}\n"), "\"10 uM\"", dose(), 100, expected);
}

#[test]
fn a_long_line_is_cut_around_the_marks() {
    let line = format!("{}amount = \"10 uM\"{}", "x = 1, ".repeat(30), ", y = 2".repeat(30));
    for columns in [20, 40, 60, 100] {
        let (sources, span) = at(&line, "\"10 uM\"");
        let shown = text(&[Diagnostic::error("E04", "no").label("here").at(span)], &sources, &Terminal::plain(columns));
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[1..4].iter().all(|line| width(line) <= columns), "{columns}\n{shown}");
        let quote = lines[2].find("\"10 uM\"").map(|at| width(&lines[2][..at]));
        let marks = lines[3].find('─').map(|at| width(&lines[3][..at]));
        assert_eq!(quote, marks, "{columns}\n{shown}");
        assert!(lines[2].contains('…'), "{shown}");
    }
}

#[test]
fn tabs_and_wide_letters_keep_the_marks_in_place() {
    let expected = "\
error E10: no `x`
  ╭─ my.toml:1:10
1 │     細胞 = \"x\"
  │            ─── here
1 error, 0 warnings. More: vesica know E10
";
    let found = Diagnostic::error("E10", "no `x`").label("here");
    let (sources, span) = at("\t細胞 = \"x\"\n", "\"x\"");
    let shown = text(&[found.at(span)], &sources, &Terminal::plain(80));
    assert_eq!(shown, expected.replace(":1:10", ":1:7"));
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let (sources, span) = at("a = \"\u{1b}[2J\u{9b}31m\"\r\n", "\u{1b}");
    let found = Diagnostic::error("E10", "no `\u{1b}[2J\nname`").label("\u{7}").help("a\u{1b}b\nc").at(span);
    let shown = text(&[found], &sources, &Terminal::plain(80));
    assert!(shown.chars().all(|letter| letter == '\n' || !letter.is_control()), "{shown:?}");
    assert_eq!(shown.lines().count(), 7, "{shown}");
}

#[test]
fn all_findings_in_the_order_of_the_file_with_their_count() {
    let (sources, first) = at("one\ntwo\n", "one");
    let second = Span { start: 4, end: 7, ..first.clone() };
    let found = [
        Diagnostic::error("W31", "later").at(second),
        Diagnostic::error("E04", "earlier").at(first.clone()),
        Diagnostic::error("E04", "earlier").at(first),
        Diagnostic::error("E40", "without a place"),
    ];
    let shown = text(&found, &sources, &Terminal::plain(80));
    let heads: Vec<&str> = shown.lines().filter(|line| line.starts_with(['e', 'w'])).collect();
    assert_eq!(heads, ["error E40: without a place", "error E04: earlier", "warning W31: later"]);
    assert!(shown.ends_with("2 errors, 1 warning. More: vesica know E40\n"), "{shown}");
    assert_eq!(text(&[], &sources, &Terminal::plain(80)), "");
}

#[test]
fn without_utf8_there_is_only_ascii_and_without_colour_no_code() {
    let (sources, span) = at("dose = \"10 uM\"\n", "\"10 uM\"");
    let ascii = Terminal { is_unicode: false, ..Terminal::plain(80) };
    let shown = text(&[dose().at(span.clone())], &sources, &ascii);
    assert!(shown.is_ascii(), "{shown}");
    assert!(shown.contains("  +- my.toml:1:8\n1 | dose = \"10 uM\"\n  |        ------- a molar"), "{shown}");
    let colored = text(&[dose().at(span)], &sources, &Terminal { color: Color::Ansi, ..Terminal::plain(80) });
    assert!(colored.starts_with("\u{1b}[1;31merror\u{1b}[0m \u{1b}[1mE04\u{1b}[0m: a vesicle"), "{colored:?}");
}

#[test]
fn any_span_is_shown_somewhere() {
    let source = "a = 'ä'\r\n\r\nb";
    let (sources, _) = at(source, "a");
    for start in 0..source.len() + 3 {
        for end in 0..source.len() + 3 {
            let span = Span { file: "my.toml".into(), start, end };
            let shown = text(&[Diagnostic::error("E10", "x").at(span)], &sources, &Terminal::plain(60));
            assert!(shown.contains("my.toml:"), "{shown}");
        }
    }
    let elsewhere = Span { file: "other.toml".into(), start: 3, end: 5 };
    let shown = text(&[Diagnostic::error("E10", "x").label("why").at(elsewhere)], &sources, &Terminal::plain(60));
    assert!(shown.contains("╭─ other.toml\n"), "{shown}");
}

#[test]
fn json_says_the_same() {
    let (sources, span) = at("seed = 1\ndose = \"10 uM\"\n", "\"10 uM\"");
    let found = json(&[dose().at(span), Diagnostic::error("W31", "listed")], &sources);
    let expected = serde_json::json!({
        "errors": [{
            "code": "E04",
            "message": "a vesicle dose cannot be given in uM: a molar amount; vesicles are counted",
            "file": "my.toml", "line": 2, "column": 8,
            "fix": "write one of: \"5e4 particles/cell\", \"5e9 particles/mL\"",
        }],
        "warnings": [{ "code": "W31", "message": "listed", "file": null, "line": null, "column": null, "fix": null }],
    });
    assert_eq!(found, expected);
}
