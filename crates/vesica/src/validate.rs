//! Published results against simulated ones: what the files of `validation/` say, run and judged.
//!
//! A file is one published result: what is simulated (an Antimony model, a scenario, a row of the knowledge base), the
//! published values, the tolerance, and the state that is expected. Names of biology stand in the files, none here.

mod file;
mod judge;
mod kinetics;
mod lines;
mod model;
mod number;
mod scenario;
mod table;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::knowledge::Knowledge;

pub use file::{Check, Kind, Published, State, read};
pub use table::{json, markdown, text};

/// What a check came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Row of the list of published results.
    pub row: u32,
    /// What is compared.
    pub what: String,
    /// Published value, in words.
    pub published: String,
    /// Simulated value, in words.
    pub simulated: String,
    /// The rule.
    pub tolerance: String,
    /// Whether the rule is met.
    pub pass: bool,
    /// Engine or development.
    pub kind: Kind,
    /// Keys of `references.bib`, and where to look.
    pub source: String,
    /// State that the file expects.
    pub expected: State,
    /// What is left out, what holds by construction, what was tried when red.
    pub note: String,
}

impl Finding {
    /// Whether the state is the expected one: a red check that turns green unnoticed is a surprise, too.
    pub fn is_expected(&self) -> bool {
        self.pass == (self.expected == State::Green)
    }
}

/// Published and simulated, in words, and whether the rule is met. What a check gives back.
#[derive(Clone, Debug, PartialEq)]
struct Verdict {
    published: String,
    simulated: String,
    tolerance: String,
    pass: bool,
}

/// Runs every check of a published result.
///
/// `texts`: the files of `validation/` by name, for the models.
///
/// # Errors
/// What keeps a check from being run, in words: a model that cannot be read, a name that is not there.
pub fn run(
    published: &Published,
    texts: &BTreeMap<String, String>,
    knowledge: &Knowledge,
) -> Result<Vec<Finding>, String> {
    let named = |problem: String| format!("row {}: {problem}", published.row);
    let runs = scenario::Runs::new(published, knowledge).map_err(named)?;
    let bench = judge::Bench { texts, knowledge, runs: &runs };
    let finding = |check: &Check| -> Result<Finding, String> {
        let verdict = bench.judge(check).map_err(|problem| named(format!("{}: {problem}", check.what)))?;
        Ok(Finding {
            row: published.row,
            what: check.what.clone(),
            published: verdict.published,
            simulated: verdict.simulated,
            tolerance: verdict.tolerance,
            pass: verdict.pass,
            kind: published.kind,
            source: published.source.clone(),
            expected: check.expected.unwrap_or(published.expected),
            note: check.note.clone(),
        })
    };
    published.check.iter().map(finding).collect()
}

/// Runs several published results, in the order of their rows.
///
/// # Errors
/// All that could not be run, one line each.
pub fn run_all(
    published: &[Published],
    texts: &BTreeMap<String, String>,
    knowledge: &Knowledge,
) -> Result<Vec<Finding>, String> {
    let results: Vec<_> = published.par_iter().map(|one| run(one, texts, knowledge)).collect();
    let problems: Vec<String> = results.iter().filter_map(|result| result.clone().err()).collect();
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    Ok(results.into_iter().flatten().flatten().collect())
}
