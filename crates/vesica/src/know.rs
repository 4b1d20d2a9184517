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

use vesica_model::{Diagnostic, diagnostic};

pub(crate) use against::{against_all_axes, against_statement, of_axis as against_axis};
pub use rows::{
    ActionRow, Against, AxisRow, CellRow, CodeRow, DiseaseRow, DrugRow, ExampleRow, ExperimentRow, GeneActionRow,
    GeneRow, InstrumentRow, LineRow, LinkRow, MechanismRow, MirnaRow, NumberRow, PlainRow, ReferenceRow, StatementRow,
    UnitRow,
};
pub use stats::{LinkStats, Stats, stats};

use crate::knowledge::{Axis, Knowledge, LINKS, Statement};
use crate::result::ClaimRow;
use kind::Kind;
use matching::{Hit, WHOLE_NAME};
use question::{Names, Question, Term, understand};
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
        question = corrected(knowledge, &records, &names, question, typed)?;
        hits = matching::find(&records, &question);
        if hits.is_empty() {
            return Err(nothing(knowledge, &records, &question, typed));
        }
    }
    leave_out(&mut hits, &question);
    let unit = unit.filter(|_| hits.iter().all(|hit| hit.score < WHOLE_NAME));
    // `uM` stands in every other row; `exosomes` is a unit, and what the question is about
    if unit.is_some() && typed.len() < SHORTEST_WORD {
        hits.clear();
    }
    let mut found = rows(knowledge, &records, &hits, &question);
    found.units.extend(unit);
    found.query = typed.to_owned();
    found.is_one_kind = question.only.is_some();
    found.notes = question.notes;
    found.order = order(&hits, &found);
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

/// A shorter text that is a unit is only that.
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
        let Ok(question) = corrected(knowledge, &records, &names, question.clone(), typed) else { return Vec::new() };
        hits = matching::find(&records, &Question { only: Some(kind), ..question });
    }
    let all = WHOLE_NAME * question.terms.len() as u32;
    hits.iter().map(|hit| (hit.at, hit.score * 100 >= all * 60)).collect()
}

/// What only stands in the way of what was asked for: codes and diseases that hold a word of the question, and things
/// that only speak of the one whose name was typed.
fn leave_out(hits: &mut Vec<Hit>, question: &Question) {
    let is_aside = |kind: Kind| matches!(kind, Kind::Code | Kind::Disease);
    if question.only.is_none() && hits.iter().any(|hit| !is_aside(hit.kind)) {
        hits.retain(|hit| !is_aside(hit.kind));
    }
    for kind in [Kind::Drug, Kind::Gene, Kind::Mirna, Kind::Cell, Kind::Line, Kind::Link] {
        if hits.iter().any(|hit| hit.kind == kind && hit.score >= WHOLE_NAME) {
            hits.retain(|hit| hit.kind != kind || hit.score >= WHOLE_NAME);
        }
    }
}

/// Words that nothing meets are read as the one name that is near enough, and it is said.
fn corrected(
    knowledge: &Knowledge,
    records: &Records,
    names: &Names,
    question: Question,
    typed: &str,
) -> Result<Question, Diagnostic> {
    let known = known_names(knowledge, records);
    let mut text = typed.to_owned();
    let mut notes = Vec::new();
    for term in &question.terms {
        if matching::is_met(records, term) {
            continue;
        }
        let Some(meant) = matching::corrected(&term.typed, known.iter().map(String::as_str)) else {
            return Err(nothing(knowledge, records, &question, typed));
        };
        let Some(at) = text.to_lowercase().find(&term.typed) else {
            return Err(nothing(knowledge, records, &question, typed));
        };
        text.replace_range(at..at + term.typed.len(), meant);
        notes.push(format!("{} is read as {meant}", term.typed));
    }
    let mut question = understand(knowledge, names, &text, true);
    notes.append(&mut question.notes);
    question.notes = notes;
    Ok(question)
}

/// Names of what is known, as they are written.
fn known_names(knowledge: &Knowledge, records: &Records) -> Vec<String> {
    let mut names: Vec<String> = knowledge.drug_names().into_iter().map(str::to_owned).collect();
    names.extend(records.genes.iter().chain(&records.diseases).chain(&records.mechanisms).cloned());
    names.extend(knowledge.cells.values().flat_map(|cell| cell.names().map(str::to_owned).collect::<Vec<_>>()));
    names.extend(knowledge.cell_lines.iter().flat_map(|line| line.names().map(str::to_owned)));
    names.extend(LINKS.iter().map(|link| (*link).to_owned()));
    names.extend(knowledge.axes.iter().flat_map(|axis| axis.molecules.iter().cloned()));
    for rows in [&records.molecules, &records.fluids] {
        names.extend(rows.iter().filter_map(|row| row.get("name").or(row.get("fluid")).cloned()));
    }
    // words of diseases and cells, too: `melanom` is no whole name
    let words: Vec<String> =
        names.iter().flat_map(|name| name.split([' ', '-', '/']).map(str::to_owned).collect::<Vec<_>>()).collect();
    names.extend(words.into_iter().filter(|word| word.chars().all(char::is_alphabetic)));
    names
}

/// Nothing is known: of which word, and what is near.
fn nothing(knowledge: &Knowledge, records: &Records, question: &Question, typed: &str) -> Diagnostic {
    if let Some(refusal) = knowledge.no_drug(typed) {
        return refusal;
    }
    let message = format!("nothing is known about `{typed}`");
    let unmet: Vec<&Term> = question.terms.iter().filter(|term| !matching::is_met(records, term)).collect();
    if unmet.is_empty() && question.terms.len() > 1 {
        let alone = question.terms.iter().map(|term| format!("`{}` ({})", term.typed, matching::n_met(records, term)));
        let alone = alone.collect::<Vec<_>>().join(", ");
        let help = format!("each word is known, but nothing holds all of them; alone: {alone}");
        return Diagnostic::error("E19", message).help(help);
    }
    let mut near: Vec<String> = Vec::new();
    if typed.to_lowercase().contains("mir") {
        let names = knowledge.mirnas.iter().map(|mirna| mirna.name.trim_start_matches("hsa-"));
        near.extend(diagnostic::nearest(typed, names).map(str::to_owned));
    }
    let known = known_names(knowledge, records);
    if near.is_empty() {
        let nearest = |term: &&Term| diagnostic::nearest(&term.typed, known.iter().map(String::as_str));
        near.extend(unmet.iter().filter_map(nearest).map(str::to_owned));
    }
    let help = match near.as_slice() {
        [] => "it takes a miRNA, gene, drug, cell, disease, link, PMID, parameter, unit or error code;\n`vesica know diseases` (genes, drugs, cells, ..) lists what there is"
            .to_owned(),
        near => {
            let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
            format!("did you mean {}?", near.join(" or "))
        }
    };
    Diagnostic::error("E19", message).help(help)
}

fn rows(knowledge: &Knowledge, records: &Records, hits: &[Hit], question: &Question) -> Found {
    let mut found = Found::default();
    for hit in hits {
        let at = hit.at;
        match hit.kind {
            Kind::Code => found.codes.push(build::code(at)),
            Kind::Axis => found.axes.push(build::axis(knowledge, &knowledge.axes[at])),
            Kind::Statement => found.statements.push(build::statement(knowledge, &knowledge.statements[at])),
            Kind::Mirna => found.mirnas.push(build::mirna(knowledge, &knowledge.mirnas[at])),
            Kind::Drug => {
                let drug = build::drug(knowledge, &records.drugs[at]);
                found.drugs.push(if hit.score >= WHOLE_NAME { drug } else { as_asked(drug, question) });
            }
            Kind::Gene => found.genes.push(build::gene(knowledge, &records.genes[at])),
            Kind::Molecule => found.molecules.push(records.molecules[at].clone()),
            Kind::Cell => found.cells.extend(build::cell(knowledge, &records.cells[at])),
            Kind::Line => found.lines.push(build::line(&knowledge.cell_lines[at])),
            Kind::Disease => found.diseases.push(build::disease(knowledge, &records.diseases[at])),
            Kind::Fluid => found.fluids.push(records.fluids[at].clone()),
            Kind::Instrument => found.instruments.push(build::instrument(&knowledge.instruments[at])),
            Kind::Link => found.links.push(build::link(knowledge, at)),
            Kind::Mechanism => found.mechanisms.push(build::mechanism(knowledge, &records.mechanisms[at])),
            Kind::Number => found.numbers.push(build::number(knowledge, &knowledge.numbers[at])),
            Kind::Claim => found.claims.push(knowledge.claims[at].clone()),
            Kind::Experiment => found.experiments.push(build::experiment(&knowledge.experiments[at])),
            Kind::Reference => found.references.extend(build::reference(knowledge, &records.references[at])),
            Kind::Example => found.examples.push(build::example(&records.examples[at])),
        }
    }
    found
}

/// Of a drug that was not asked for by name, the actions that meet the words; all of them when only the whole does.
fn as_asked(drug: DrugRow, question: &Question) -> DrugRow {
    let is_met = |action: &&ActionRow| {
        let mut text = vec![action.link.as_str(), &action.port, &action.form, &action.mechanism, &action.note];
        text.extend(action.sources.iter().map(String::as_str));
        matching::is_met_by(&records::Record::of(Kind::Drug, 0, "", &[&drug.name], &text), question)
    };
    let met: Vec<ActionRow> = drug.actions.iter().filter(is_met).cloned().collect();
    if met.is_empty() { drug } else { DrugRow { actions: met, ..drug } }
}

/// Kinds in their order, those first of which a whole name was typed.
fn order(hits: &[Hit], found: &Found) -> Vec<&'static str> {
    let mut kinds: Vec<(bool, Kind)> = Vec::new();
    for hit in hits {
        let is_name = hit.score >= WHOLE_NAME;
        match kinds.iter_mut().find(|(_, kind)| *kind == hit.kind) {
            Some(known) => known.0 |= is_name,
            None => kinds.push((is_name, hit.kind)),
        }
    }
    kinds.sort_by_key(|(is_name, kind)| (!is_name, *kind));
    let units = (!found.units.is_empty()).then_some("units");
    units.into_iter().chain(kinds.into_iter().map(|(_, kind)| kind.word())).collect()
}
