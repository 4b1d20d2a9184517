//! The paragraph for the paper (`methods.md`), built from the outcome alone.

use super::Outcome;

/// The methods of a run as Markdown.
pub fn methods(outcome: &Outcome) -> String {
    let answer = &outcome.answer;
    let mut out = format!("# Methods\n\n{}\n", outcome.dose_statement);
    out += &format!("\n{}\n", answer.rule);
    out
}
