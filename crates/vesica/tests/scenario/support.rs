//! What every test of scenarios needs.

use std::sync::LazyLock;

use vesica::knowledge::{Knowledge, embedded_examples};
use vesica::scenario::{self, Scenario};
use vesica_model::{Diagnostic, Severity};

pub static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::embedded().0);

/// Text of an example.
pub fn example(name: &str) -> String {
    embedded_examples()[&format!("{name}/scenario.toml")].clone()
}

pub fn read(text: &str) -> (Option<Scenario>, Vec<Diagnostic>) {
    scenario::read("my.toml", text, "my", &KNOWLEDGE, &|_| None)
}

/// A scenario without any error.
#[track_caller]
pub fn read_well(text: &str) -> Scenario {
    let (scenario, problems) = read(text);
    let errors: Vec<_> = problems.iter().filter(|problem| problem.severity() != Severity::Warning).collect();
    scenario.unwrap_or_else(|| panic!("{errors:#?}"))
}

/// The place as text, the code and the rest of a finding.
pub fn found<'d>(text: &'d str, problem: &'d Diagnostic) -> (&'static str, &'d str, &'d str, &'d str) {
    let marked = problem.span.as_ref().map_or("", |span| &text[span.start..span.end]);
    (problem.code, marked, &problem.message, &problem.help)
}
