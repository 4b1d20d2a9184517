//! Findings as text for a person, and as JSON for a program.
//!
//! ```
//! use vesica::render::{Sources, text};
//! use vesica::terminal::Terminal;
//! use vesica_model::{Diagnostic, Span};
//!
//! let mut sources = Sources::default();
//! sources.add("my.toml", "seed = 1\namount = \"10 uM\"\n");
//! let found = Diagnostic::error("E04", "a vesicle dose cannot be given in uM")
//!     .at(Span { file: "my.toml".into(), start: 18, end: 25 })
//!     .label("a molar amount; vesicles are counted")
//!     .help("write one of: \"5e4 particles/cell\", \"5e9 particles/mL\"");
//! assert_eq!(
//!     text(&[found], &sources, &Terminal::plain(100)),
//!     "error E04: a vesicle dose cannot be given in uM
//!   ╭─ my.toml:2:10
//! 2 │ amount = \"10 uM\"
//!   │          ─────── a molar amount; vesicles are counted
//!   ╰─ write one of: \"5e4 particles/cell\", \"5e9 particles/mL\"
//! 1 error, 0 warnings. More: vesica know E04
//! ");
//! ```

mod excerpt;
mod json;
mod place;

pub use json::json;
pub use place::{Place, Sources};

use vesica_model::{Diagnostic, Severity};

use crate::terminal::{Terminal, safe};

/// All findings in the order of their places, then their count. Empty when there are none.
pub fn text(diagnostics: &[Diagnostic], sources: &Sources, terminal: &Terminal) -> String {
    let ordered = in_order(diagnostics);
    let mut shown = String::new();
    for diagnostic in &ordered {
        shown.push_str(&one(diagnostic, sources, terminal));
    }
    if let Some(worst) = ordered.iter().min_by_key(|diagnostic| rank(diagnostic.severity())) {
        shown.push_str(&summary(&ordered, worst.code, terminal));
    }
    shown
}

/// By file and place; findings without a place first, as they were found.
fn in_order(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut ordered: Vec<&Diagnostic> = diagnostics.iter().collect();
    ordered.sort_by_key(|diagnostic| diagnostic.span.as_ref());
    ordered.dedup();
    ordered
}

fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Fault => 0,
        Severity::Error => 1,
        Severity::Warning => 2,
    }
}

/// `1 error, 0 warnings. More: vesica know E04`
fn summary(diagnostics: &[&Diagnostic], code: &str, terminal: &Terminal) -> String {
    let warnings = diagnostics.iter().filter(|found| found.severity() == Severity::Warning).count();
    let errors = diagnostics.len() - warnings;
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let command = terminal.typed(&format!("vesica know {code}"));
    format!("{errors} error{}, {warnings} warning{}. More: {command}\n", plural(errors), plural(warnings))
}

/// One finding: headline, place with its line, help.
fn one(diagnostic: &Diagnostic, sources: &Sources, terminal: &Terminal) -> String {
    let word = match diagnostic.severity() {
        Severity::Warning => terminal.caution("warning"),
        Severity::Error | Severity::Fault => terminal.error("error"),
    };
    let message = terminal.spell(&one_line(&diagnostic.message));
    let mut shown = format!("{word} {}: {message}\n", terminal.bold(diagnostic.code));
    let place = diagnostic.span.as_ref().map(|span| sources.place(span));
    let gutter = place.as_ref().map_or(2, |place| place.line.to_string().len());
    if let Some(place) = &place {
        shown.push_str(&excerpt::excerpt(place, &diagnostic.label, gutter, terminal));
    } else if !diagnostic.label.is_empty() {
        shown.push_str(&format!("{} {}\n", edge("│", gutter, terminal), terminal.spell(&one_line(&diagnostic.label))));
    }
    shown.push_str(&help(&diagnostic.help, gutter, terminal));
    shown
}

/// The fix, in the colour of what can be typed; more lines stand below the first.
fn help(help: &str, gutter: usize, terminal: &Terminal) -> String {
    let mut shown = String::new();
    for (index, line) in help.lines().enumerate() {
        let front = if index == 0 { edge("╰─", gutter, terminal) } else { " ".repeat(gutter + 3) };
        shown.push_str(&format!("{front} {}\n", terminal.typed(&terminal.spell(&safe(line)))));
    }
    shown
}

/// The frame at the left: space for line numbers, then the glyph.
fn edge(glyph: &str, gutter: usize, terminal: &Terminal) -> String {
    format!("{} {}", " ".repeat(gutter), terminal.dim(&terminal.spell(glyph)))
}

/// Messages are one line; what a user typed may hold a line break.
fn one_line(text: &str) -> String {
    safe(&text.replace(['\n', '\r'], " "))
}

#[cfg(test)]
mod tests;
