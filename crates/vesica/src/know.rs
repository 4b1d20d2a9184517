//! Asking the knowledge base: everything that is known about a few words, and what speaks against it.
//!
//! ```
//! let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
//! let found = vesica::know::ask(&knowledge, "mir 522").expect("it is known");
//! assert_eq!(found.axes[0].id, "AX001");
//! assert!(found.against.iter().any(|against| against.why == "strand"));
//! ```

mod against;
mod build;
mod collect;
mod drug_name;
mod fold;
mod kind;
mod matching;
mod next;
mod question;
mod records;
mod rows;
mod stats;
mod unit;
mod unmet;

use vesica_model::Diagnostic;

pub(crate) use against::{against_all_axes, against_statement, of_axis as against_axis};
pub use rows::{
    ActionRow, Against, AxisRow, CellRow, CodeRow, DiseaseRow, DrugRow, ExampleRow, ExperimentRow, GeneActionRow,
    GeneRow, InstrumentRow, LineRow, LinkRow, MechanismRow, MirnaRow, NumberRow, PlainRow, ReferenceRow, StatementRow,
    UnitRow,
};
pub use stats::{LinkStats, Stats, stats};

use crate::knowledge::{Axis, Knowledge, Statement};
use crate::result::ClaimRow;
use kind::Kind;
use matching::WHOLE_NAME;
use question::{Names, Question, understand};
use records::Records;

/// Everything that meets a question, best first, kind by kind.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Found {
    /// As typed.
    pub query: String,
    /// What was read as something else: a slip of the finger, an old name.
    pub notes: Vec<String>,
    /// Codes of errors and warnings.
    pub codes: Vec<CodeRow>,
    /// Published axes.
    pub axes: Vec<AxisRow>,
    /// Statements of databases.
    pub statements: Vec<StatementRow>,
    /// Mature miRNAs.
    pub mirnas: Vec<MirnaRow>,
    /// Drugs.
    pub drugs: Vec<DrugRow>,
    /// Genes.
    pub genes: Vec<GeneRow>,
    /// Other molecules that vesicles carry.
    pub molecules: Vec<PlainRow>,
    /// Cell types.
    pub cells: Vec<CellRow>,
    /// Cell lines.
    pub lines: Vec<LineRow>,
    /// Diseases and systems.
    pub diseases: Vec<DiseaseRow>,
    /// Fluids of a body.
    pub fluids: Vec<PlainRow>,
    /// Instruments and words of a measure.
    pub instruments: Vec<InstrumentRow>,
    /// Links of the chain.
    pub links: Vec<LinkRow>,
    /// Mechanisms.
    pub mechanisms: Vec<MechanismRow>,
    /// Numbers.
    pub numbers: Vec<NumberRow>,
    /// Claims for and against.
    pub claims: Vec<ClaimRow>,
    /// Experiments that would pin a number down.
    pub experiments: Vec<ExperimentRow>,
    /// References.
    pub references: Vec<ReferenceRow>,
    /// Units.
    pub units: Vec<UnitRow>,
    /// Examples.
    pub examples: Vec<ExampleRow>,
    /// What speaks against any of it.
    pub against: Vec<Against>,
    /// Commands that go on from here.
    pub next: Vec<String>,
    /// Names of the arrays above that hold something, in the order in which they are shown: those first whose
    /// name was typed.
    pub order: Vec<&'static str>,
    /// Whether one kind alone was asked for: then all of it is shown.
    #[serde(skip)]
    pub is_one_kind: bool,
}

/// Looks words up: all of them must be met.
///
/// # Errors
/// E19 when nothing is known, with the nearest names; E11 when a drug for one miRNA (`anti-miR-522`) does not say which
/// strand, E10 when nobody knows its miRNA.
pub fn ask(knowledge: &Knowledge, typed: &str) -> Result<Found, Diagnostic> {
    let typed = typed.trim();
    if let Some(at) = vesica_model::codes::CODES.iter().position(|code| code.code.eq_ignore_ascii_case(typed)) {
        let next = vec!["vesica know codes".to_owned()];
        let codes = vec![build::code(at)];
        return Ok(Found { query: typed.to_owned(), codes, next, order: vec!["codes"], ..Found::default() });
    }
    let as_drug = drug_name::drug_name(knowledge, typed).unwrap_or_else(|| typed.to_owned());
    if let Some(refusal) = knowledge.no_drug_for_mirna(&as_drug) {
        return Err(refusal);
    }
    let records = Records::of(knowledge);
    let names = Names::of(knowledge);
    let mut question = understand(knowledge, &names, typed, true);
    let mut hits = matching::find(&records, &question);
    if hits.is_empty() && question.only.is_some() {
        question = understand(knowledge, &names, typed, false);
        hits = matching::find(&records, &question);
    }
    let unit = unit::unit(typed);
    let drug = knowledge.drug(&as_drug).and_then(|actions| Some(actions.first()?.name.clone()));
    if hits.is_empty() && unit.is_none() && drug.is_none() {
        question = unmet::corrected(knowledge, &records, &names, question, typed)?;
        hits = matching::find(&records, &question);
        if hits.is_empty() {
            return Err(unmet::nothing(knowledge, &records, &question, typed));
        }
    }
    collect::leave_out(&mut hits, &question);
    // `uM` stands in every other row; `exosomes` is a unit, and what the question is about
    let is_only_a_unit = typed.len() < SHORTEST_WORD || typed.contains(['/', '^']);
    let unit =
        unit.filter(|_| is_only_a_unit || (question.only.is_none() && hits.iter().all(|hit| hit.score < WHOLE_NAME)));
    if unit.is_some() && is_only_a_unit {
        hits.clear();
    }
    let mut found = collect::rows(knowledge, &records, &hits, &question);
    found.units.extend(unit);
    found.query = typed.to_owned();
    found.is_one_kind = question.only.is_some();
    found.notes.clone_from(&question.notes);
    found.order = collect::order(&hits, &found, &question);
    // `anti-miR-522-3p`, `si-GPX4`: a drug that has no row of its own, but one for its kind
    if drug.is_some_and(|name| found.drugs.iter().all(|known| known.name != name)) {
        found.drugs = vec![build::drug(knowledge, &as_drug)];
        found.order.retain(|kind| *kind != "drugs");
        found.order.insert(0, "drugs");
    }
    found.against = against::of_found(knowledge, &found);
    found.next = next::next(knowledge, &found);
    Ok(found)
}

/// A shorter text that is a unit is only that, and so is one with a sign of units.
const SHORTEST_WORD: usize = 5;

/// Axes that meet the words, best first, each with whether all words are names of its own.
pub(crate) fn axes_about<'k>(knowledge: &'k Knowledge, typed: &str) -> Vec<(&'k Axis, bool)> {
    let hits = of_kind(knowledge, typed, Kind::Axis);
    hits.iter().map(|(at, by_name)| (&knowledge.axes[*at], *by_name)).collect()
}

/// Statements that meet the words, likewise.
pub(crate) fn statements_about<'k>(knowledge: &'k Knowledge, typed: &str) -> Vec<(&'k Statement, bool)> {
    let hits = of_kind(knowledge, typed, Kind::Statement);
    hits.iter().map(|(at, by_name)| (&knowledge.statements[*at], *by_name)).collect()
}

fn of_kind(knowledge: &Knowledge, typed: &str, kind: Kind) -> Vec<(usize, bool)> {
    let records = Records::of(knowledge);
    let names = Names::of(knowledge);
    let question = understand(knowledge, &names, typed, false);
    let mut hits = matching::find(&records, &Question { only: Some(kind), ..question.clone() });
    if hits.is_empty() {
        let Ok(question) = unmet::corrected(knowledge, &records, &names, question.clone(), typed) else {
            return Vec::new();
        };
        hits = matching::find(&records, &Question { only: Some(kind), ..question });
    }
    let all = WHOLE_NAME * question.terms.len() as u32;
    hits.iter().map(|hit| (hit.at, hit.score * 100 >= all * 60)).collect()
}
