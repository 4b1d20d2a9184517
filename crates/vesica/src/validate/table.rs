//! Findings as text, as JSON and as the page of the documentation.

use std::fmt::Write;

use super::file::State;
use super::{Finding, Kind};

/// A table for the terminal: a line of state and title, then published, simulated and the rule.
pub fn text(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let _ = writeln!(text, "{:>3}  {:<5}  {}{}", finding.row, state(finding.pass), finding.what, surprise(finding));
        let _ = writeln!(text, "            published  {}", finding.published);
        let _ = writeln!(text, "            simulated  {}", finding.simulated);
        let _ = writeln!(text, "            tolerance  {}", finding.tolerance);
    }
    let n_green = findings.iter().filter(|finding| finding.pass).count();
    let _ = writeln!(text, "\n{n_green} of {} green", findings.len());
    text
}

/// `[{"row","published","simulated","tolerance","pass","kind","source"}]`, with what is compared and the note beside.
pub fn json(findings: &[Finding]) -> String {
    let object = |finding: &Finding| {
        serde_json::json!({
            "row": finding.row,
            "what": finding.what,
            "published": finding.published,
            "simulated": finding.simulated,
            "tolerance": finding.tolerance,
            "pass": finding.pass,
            "expected": finding.expected,
            "kind": finding.kind,
            "source": finding.source,
            "note": finding.note,
        })
    };
    let array: Vec<_> = findings.iter().map(object).collect();
    format!("{:#}\n", serde_json::Value::Array(array))
}

/// The page `docs/validation.md`.
pub fn markdown(findings: &[Finding]) -> String {
    let mut page = String::from(
        "# Published results\n\n\
         Made by `cargo xtask validate` from the files of `validation/`; do not edit. An *engine* row tests the mathematics, a \
         *development* row the biology, whose numbers were chosen knowing it: it is no proof. A red row stays, with what \
         was tried.\n\n\
         | row | what | published | simulated | tolerance | state | kind | source |\n|---|---|---|---|---|---|---|---|\n",
    );
    for finding in findings {
        let kind = match finding.kind {
            Kind::Engine => "engine",
            Kind::Development => "development",
        };
        let cells = [&finding.what, &finding.published, &finding.simulated, &finding.tolerance].map(|cell| safe(cell));
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            finding.row,
            cells.join(" | "),
            state(finding.pass),
            kind,
            safe(&finding.source)
        );
    }
    page.push_str("\n## Notes\n\n");
    for finding in findings.iter().filter(|finding| !finding.note.is_empty()) {
        let _ = writeln!(page, "- **{} {}**: {}", finding.row, finding.what, finding.note.trim());
    }
    page
}

fn state(pass: bool) -> &'static str {
    if pass { "green" } else { "red" }
}

fn surprise(finding: &Finding) -> &'static str {
    match (finding.is_expected(), finding.expected) {
        (true, _) => "",
        (false, State::Green) => "   (expected green)",
        (false, State::Red) => "   (expected red: if it is green now, say so in its file)",
    }
}

/// A cell of a table holds no line break and no bar.
fn safe(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ").replace('<', "&lt;")
}

/// Four digits, plain where it can be read.
pub(super) fn digits(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if !(1e-3..1e5).contains(&size) {
        format!("{value:.2e}")
    } else {
        let decimals = [1000.0, 100.0, 10.0, 1.0, 0.1, 0.01].iter().take_while(|limit| size < **limit).count();
        let text = format!("{value:.decimals$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    }
}

/// Numbers one after the other.
pub(super) fn list(values: &[f64]) -> String {
    values.iter().map(|value| digits(*value)).collect::<Vec<_>>().join(", ")
}
