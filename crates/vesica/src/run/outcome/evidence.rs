//! Every number that a run used, the claims about its axes, and the references of both.

use std::collections::BTreeSet;

use super::super::body::CompiledBody;
use super::super::setup::Setup;
use crate::compose::Binding;
use crate::knowledge::{Number, Value};
use crate::result::{ClaimRow, EvidenceRow};
use crate::scenario::{Named, QuantityId};

/// Numbers of the scenario that belong to a link, then the rows of `parameters.tsv` that some cell reads.
pub fn numbers(setup: &Setup) -> Vec<EvidenceRow> {
    let scenario = setup.scenario;
    let links = &scenario.links;
    let of_the_chain = [links.clearance, links.escape, links.loaded];
    let is_asked = |index: usize| !(scenario.vesicles.is_empty() && of_the_chain.contains(&QuantityId(index)));
    let unread = unread(setup);
    let numbers = scenario.quantities.iter().enumerate();
    let mut rows: Vec<EvidenceRow> = numbers
        .filter(|(index, named)| !named.link.is_empty() && is_asked(*index))
        .filter(|(index, named)| named.span.is_some() || !unread.contains(&QuantityId(*index)))
        .map(|(_, named)| of_scenario(named))
        .collect();
    rows.extend(used_numbers(setup).into_iter().map(|index| of_table(&setup.knowledge.numbers[index])));
    rows
}

/// Amounts of cells and of the medium that no cell here reads: nothing hangs on their defaults.
fn unread(setup: &Setup) -> BTreeSet<QuantityId> {
    let cells = setup.scenario.cells.iter().flat_map(|cell| cell.state.values());
    let mut unread: BTreeSet<QuantityId> = cells.chain(setup.scenario.place.medium.values()).copied().collect();
    for binding in setup.cells.iter().flat_map(|cell| &cell.model.bindings) {
        if let Binding::Quantity(id) | Binding::Level { quantity: Some(id), .. } = binding {
            unread.remove(id);
        }
    }
    unread
}

/// Rows of `parameters.tsv` that some cell or the medium reads, in table order; those the scenario replaces left out.
pub fn used_numbers(setup: &Setup) -> BTreeSet<usize> {
    let mut used = BTreeSet::new();
    for binding in setup.cells.iter().flat_map(|cell| &cell.model.bindings) {
        match binding {
            Binding::Number(index) | Binding::Level { quantity: None, number: Some(index), .. } => {
                used.insert(*index);
            }
            _ => {}
        }
    }
    used.extend(setup.medium.numbers.iter().flatten());
    used.extend(crate::compose::number_index(setup.knowledge, "medium.viscosity", ""));
    used.extend(setup.body.iter().flat_map(CompiledBody::numbers));
    used.retain(|index| !setup.scenario.links.other.contains_key(&setup.knowledge.numbers[*index].id));
    used
}

fn of_table(number: &Number) -> EvidenceRow {
    EvidenceRow {
        id: number.key(),
        link: number.link.to_owned(),
        value: match number.value {
            Value::Known(value) => Some(value),
            Value::Unknown | Value::ZeroOrUnknown => None,
        },
        low: number.range.map(|(low, _)| low),
        high: number.range.map(|(_, high)| high),
        unit: number.unit.clone(),
        status: number.status,
        source: number.sources.join("; "),
        condition: number.condition.clone(),
        note: number.note.clone(),
        varied: number.range.is_some_and(|(low, high)| low < high),
    }
}

fn of_scenario(named: &Named) -> EvidenceRow {
    let quantity = &named.quantity;
    let shown = |value: f64| quantity.unit.from_inside(value);
    EvidenceRow {
        id: named.path.clone(),
        link: named.link.to_owned(),
        value: quantity.best.map(shown),
        low: quantity.range.map(|(low, _)| shown(low)),
        high: quantity.range.map(|(_, high)| shown(high)),
        unit: quantity.unit.text.clone(),
        status: named.status,
        source: quantity.source.clone().unwrap_or_default(),
        condition: String::new(),
        note: if named.span.is_some() { format!("as written: {}", quantity.text) } else { "default".to_owned() },
        varied: quantity.is_varied(),
    }
}

/// Axes of the knowledge base about the cargo of this scenario, and the general claims for and against.
pub fn claims(setup: &Setup) -> Vec<ClaimRow> {
    let mut rows = Vec::new();
    let cargo = setup.scenario.vesicles.iter().flat_map(|vesicle| &vesicle.cargo);
    for axis in cargo.flat_map(|cargo| setup.knowledge.axes_of(&cargo.name)) {
        let field = |name: &str| axis.fields.get(name).map_or("", String::as_str);
        let row = ClaimRow {
            side: "for".to_owned(),
            link: "act".to_owned(),
            claim: format!(
                "{} from {} lowers or moves {} in {}: {}",
                axis.cargo,
                field("donor_cell"),
                axis.target,
                field("recipient_cell"),
                field("outcome")
            ),
            evidence: field("evidence_as_read").to_owned(),
            source: field("key").to_owned(),
        };
        if rows.contains(&row) {
            continue;
        }
        let against = ClaimRow {
            side: "against".to_owned(),
            claim: format!("{}: {}", axis.id, axis.against.join("; ")),
            evidence: format!("read: {}", field("seen_kind")),
            ..row.clone()
        };
        rows.push(row);
        rows.extend((!axis.against.is_empty()).then_some(against));
    }
    if !setup.scenario.vesicles.is_empty() {
        rows.extend(setup.knowledge.claims.iter().cloned());
    }
    rows
}

/// The entries of `references.bib` that this run used, in the order of their keys.
pub fn references(setup: &Setup, evidence: &[EvidenceRow], claims: &[ClaimRow]) -> String {
    let keys: BTreeSet<&str> = evidence
        .iter()
        .map(|row| row.source.as_str())
        .chain(claims.iter().map(|claim| claim.source.as_str()))
        .flat_map(|sources| sources.split(';'))
        .map(str::trim)
        .collect();
    let entries = keys.iter().filter_map(|key| setup.knowledge.references.get(*key));
    entries.map(|reference| format!("{}\n\n", reference.text)).collect()
}
