//! From hits to what is shown of them, and in which order.

use super::kind::Kind;
use super::matching::{self, Hit, WHOLE_NAME};
use super::question::Question;
use super::records::{Record, Records};
use super::rows::{ActionRow, DrugRow};
use super::{Found, build};
use crate::knowledge::Knowledge;

/// What only stands in the way of what was asked for: codes and diseases that hold a word of the question, and things
/// that only speak of the one whose name was typed.
pub(super) fn leave_out(hits: &mut Vec<Hit>, question: &Question) {
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

/// Everything that was hit, as rows.
pub(super) fn rows(knowledge: &Knowledge, records: &Records, hits: &[Hit], question: &Question) -> Found {
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
    // of a link, only what acts there
    let is_there = |action: &&ActionRow| question.link.is_none_or(|link| action.link == link);
    let is_met = |action: &&ActionRow| {
        let mut text = vec![action.link.as_str(), &action.port, &action.form, &action.mechanism, &action.note];
        text.extend(action.sources.iter().map(String::as_str));
        matching::is_met_by(&Record::of(Kind::Drug, 0, &[], &[&drug.name], &text), question)
    };
    let met: Vec<ActionRow> = drug.actions.iter().filter(is_there).filter(is_met).cloned().collect();
    if met.is_empty() { drug } else { DrugRow { actions: met, ..drug } }
}

/// Kinds in their order, those first of which a whole name was typed.
pub(super) fn order(hits: &[Hit], found: &Found, question: &Question) -> Vec<&'static str> {
    let mut kinds: Vec<(bool, Kind)> = Vec::new();
    for hit in hits {
        let is_name = hit.score >= WHOLE_NAME;
        match kinds.iter_mut().find(|(_, kind)| *kind == hit.kind) {
            Some(known) => known.0 |= is_name,
            None => kinds.push((is_name, hit.kind)),
        }
    }
    // a statement may have the disease of an axis as its whole name: an axis says more
    if kinds.iter().any(|(is_name, kind)| *is_name && *kind == Kind::Statement) {
        kinds.iter_mut().filter(|(_, kind)| *kind == Kind::Axis).for_each(|known| known.0 = true);
    }
    // asked for a link, first what it is
    let is_of_link = |kind: Kind| question.link.is_some() && kind == Kind::Link;
    kinds.sort_by_key(|(is_name, kind)| (!is_of_link(*kind), !is_name, *kind));
    let units = (!found.units.is_empty()).then_some("units");
    units.into_iter().chain(kinds.into_iter().map(|(_, kind)| kind.word())).collect()
}
