//! How much is known, and how well.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::build::strands;
use crate::knowledge::{Knowledge, LINKS, Number, Value};
use crate::result::Status;

/// Counts of the knowledge base.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stats {
    /// Rows of axes.tsv.
    pub axes: usize,
    /// Rows of statements.tsv.
    pub statements: usize,
    /// Names in drugs.tsv; a template (`anti-{mirna}`) counts once.
    pub drugs: usize,
    /// Files in cells/.
    pub cells: usize,
    /// Rows of mirnas.tsv.
    pub mirnas: usize,
    /// Rows of parameters.tsv.
    pub parameters: usize,
    /// Of these, measured.
    pub measured: usize,
    /// Of these, inferred.
    pub inferred: usize,
    /// Of these, assumed.
    pub assumed: usize,
    /// Entries of references.bib.
    pub references: usize,
    /// Drugs of which some constant has a range and no best value.
    pub drugs_potency_unknown: usize,
    /// Drugs all of whose constants are assumed.
    pub drugs_potency_assumed: usize,
    /// Axes by the first word of `verified`: `yes`, `partial`.
    pub axes_by_verified: BTreeMap<String, usize>,
    /// Axes whose source does not say which strand.
    pub axes_without_strand: usize,
    /// Pairs of statements that contradict each other.
    pub contradictions: usize,
    /// Rows of claims.tsv for, and against.
    pub claims_for: usize,
    /// Against.
    pub claims_against: usize,
    /// Rows of other tables: `cell_lines`, `experiments`, `genes`, ...
    pub other_tables: BTreeMap<String, usize>,
    /// Mechanism files.
    pub mechanisms: usize,
    /// Numbers by link, in the order of the chain; `link` is empty for what belongs to none.
    pub links: Vec<LinkStats>,
}

/// Numbers of one link.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LinkStats {
    /// Link.
    pub link: String,
    /// All of them.
    pub parameters: usize,
    /// Measured.
    pub measured: usize,
    /// Inferred.
    pub inferred: usize,
    /// Assumed.
    pub assumed: usize,
    /// Share that is measured, 0 to 1.
    pub share_measured: f64,
    /// Share that is inferred.
    pub share_inferred: f64,
    /// Share that is assumed.
    pub share_assumed: f64,
}

/// Tables that are counted under a name of their own.
const COUNTED: [&str; 6] = ["axes", "statements", "drugs", "mirnas", "parameters", "claims"];

/// Counts the knowledge base.
///
/// ```
/// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
/// let stats = vesica::know::stats(&knowledge);
/// assert_eq!(stats.measured + stats.inferred + stats.assumed, stats.parameters);
/// ```
pub fn stats(knowledge: &Knowledge) -> Stats {
    let count = |status: Status| knowledge.numbers.iter().filter(|number| number.status == status).count();
    let drugs: BTreeSet<&str> = knowledge.drug_actions.iter().map(|action| action.name.as_str()).collect();
    let mut by_verified = BTreeMap::new();
    for axis in &knowledge.axes {
        let word = axis.field("verified").split([' ', '(', ',']).next().unwrap_or("").to_owned();
        *by_verified.entry(word).or_insert(0) += 1;
    }
    let side = |side: &str| knowledge.claims.iter().filter(|claim| claim.side == side).count();
    let tables = knowledge.files.keys().filter_map(|path| path.strip_suffix(".tsv"));
    let others = tables.filter(|name| !COUNTED.contains(name));
    Stats {
        axes: knowledge.axes.len(),
        statements: knowledge.statements.len(),
        cells: knowledge.cells.len(),
        mirnas: knowledge.mirnas.len(),
        parameters: knowledge.numbers.len(),
        measured: count(Status::Measured),
        inferred: count(Status::Inferred),
        assumed: count(Status::Assumed),
        references: knowledge.references.len(),
        drugs_potency_unknown: drugs.iter().filter(|drug| has_unknown(&constants(knowledge, drug))).count(),
        drugs_potency_assumed: drugs.iter().filter(|drug| is_assumed(&constants(knowledge, drug))).count(),
        drugs: drugs.len(),
        axes_by_verified: by_verified,
        axes_without_strand: knowledge.axes.iter().filter(|axis| !strands(knowledge, axis).is_empty()).count(),
        contradictions: knowledge.contradictions().len(),
        claims_for: side("for"),
        claims_against: side("against"),
        other_tables: others.map(|name| (name.to_owned(), knowledge.rows(&format!("{name}.tsv")).len())).collect(),
        mechanisms: knowledge.mechanism_links.len(),
        links: LINKS.into_iter().map(|link| of_link(knowledge, link)).collect(),
    }
}

fn constants<'k>(knowledge: &'k Knowledge, drug: &str) -> Vec<&'k Number> {
    let prefix = format!("drug.{drug}.");
    knowledge.numbers.iter().filter(|number| number.id.starts_with(&prefix)).collect()
}

fn has_unknown(numbers: &[&Number]) -> bool {
    numbers.iter().any(|number| !matches!(number.value, Value::Known(_)))
}

fn is_assumed(numbers: &[&Number]) -> bool {
    numbers.iter().all(|number| number.status == Status::Assumed)
}

fn of_link(knowledge: &Knowledge, link: &str) -> LinkStats {
    let numbers: Vec<&Number> = knowledge.numbers.iter().filter(|number| number.link == link).collect();
    let count = |status: Status| numbers.iter().filter(|number| number.status == status).count();
    let (measured, inferred, assumed) = (count(Status::Measured), count(Status::Inferred), count(Status::Assumed));
    let share = |n: usize| if numbers.is_empty() { 0.0 } else { n as f64 / numbers.len() as f64 };
    LinkStats {
        link: link.to_owned(),
        parameters: numbers.len(),
        measured,
        inferred,
        assumed,
        share_measured: share(measured),
        share_inferred: share(inferred),
        share_assumed: share(assumed),
    }
}
