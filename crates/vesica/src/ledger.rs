//! The back of the envelope: what a chain can deliver, without simulating.
//!
//! One chain for each vesicle, cargo and target; nine links in order, each with low, best and high from its own
//! range. It never calls the engine, and the engine never calls it: that they agree is a test.

mod balance;
mod body;
mod chain;
mod ends;
mod exposure;
mod print;
mod requirements;
mod statement;

use serde::Serialize;
use vesica_model::Diagnostic;

use crate::knowledge::Knowledge;
use crate::result::{DoseRow, Status, WorksIf};
use crate::scenario::Scenario;

pub use body::BodyChain;
pub use chain::{Chain, GUIDELINE, Limit};
pub use ends::Ends;
pub use exposure::exposures;
pub use print::print;
pub use statement::dose_statement;

/// What `vesica check` found; `--json` prints it.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// Name of the scenario.
    pub scenario: String,
    /// All chains, one after the other, each in link order.
    pub ledger: Vec<Row>,
    /// Links from the one that lets least through; those that take nothing away are left out.
    pub weakest: Vec<String>,
    /// What would make it work; any one of them.
    pub works_if: Vec<WorksIf>,
    /// Code and message of each warning.
    pub warnings: Vec<String>,
    /// How the molecules of each cell type are counted when it is run: `hybrid in tumour, deterministic in caf`.
    pub method: String,
    /// What is given to a body, and the area under its curve.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub doses: Vec<DoseRow>,
    /// The chains apart.
    #[serde(skip)]
    pub chains: Vec<Chain>,
    /// The ledgers of a body apart.
    #[serde(skip)]
    pub bodies: Vec<BodyChain>,
}

/// One line of a ledger. Numbers are in `unit`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// `vesicle > cargo > target` where there are several chains.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub chain: String,
    /// `make` .. `decide`
    pub link: String,
    /// What it is, in words.
    pub quantity: String,
    /// Low end; 0 where zero is a hypothesis.
    pub low: Option<f64>,
    /// Best value, `null` when there is only a range.
    pub best: Option<f64>,
    /// High end.
    pub high: Option<f64>,
    /// Unit.
    pub unit: String,
    /// Weakest status of the numbers in it; `null` where no number is needed.
    pub status: Option<Status>,
    /// How it was computed, and where its numbers come from.
    pub source: String,
    /// The ends apart from zero, for print.
    #[serde(skip)]
    pub ends: Option<Ends>,
    /// How it was computed, the first part of `source`.
    #[serde(skip)]
    pub how: String,
}

/// The ledgers of a scenario, for the arm in `answer.minus`; where a vesicle is not there, for the arm in
/// `answer.of`, else for the first arm in which it is. The same where an arm takes the cargo out of the vesicle.
///
/// ```
/// use vesica::{knowledge::{embedded_examples, Knowledge}, ledger, scenario};
/// let (knowledge, _) = Knowledge::embedded();
/// let text = &embedded_examples()["caf-mir522/scenario.toml"];
/// let (scenario, _) = scenario::read("caf-mir522", text, "caf-mir522", &knowledge, &|_| None);
/// let check = ledger::check(&scenario.expect("an example reads well"), &knowledge, &[]);
/// assert_eq!(check.weakest[..2], ["load", "deliver"]);
/// ```
pub fn check(scenario: &Scenario, knowledge: &Knowledge, warnings: &[Diagnostic]) -> Check {
    let mut chains = chain::all(scenario, knowledge);
    if chains.len() > 1 {
        for chain in &mut chains {
            let name = chain.name();
            chain.rows.iter_mut().for_each(|row| row.chain.clone_from(&name));
        }
    }
    let mut bodies = body::all(scenario, knowledge);
    if bodies.len() > 1 {
        for chain in &mut bodies {
            chain.rows.iter_mut().for_each(|row| row.chain.clone_from(&chain.name));
        }
    }
    let mut works_if = requirements::all(scenario, &chains);
    works_if.extend(body::works_if(&bodies));
    let rows = chains.iter().flat_map(|chain| &chain.rows).chain(bodies.iter().flat_map(|chain| &chain.rows));
    let strongest = chains.iter().max_by(|a, b| a.limit.copies.total_cmp(&b.limit.copies));
    Check {
        method: scenario.size.method.in_words(scenario),
        scenario: scenario.name.clone(),
        weakest: strongest.map(Chain::weakest).unwrap_or_default(),
        ledger: rows.cloned().collect(),
        works_if,
        doses: exposures(scenario, knowledge),
        warnings: warnings.iter().map(|found| format!("{}: {}", found.code, found.message)).collect(),
        chains,
        bodies,
    }
}
