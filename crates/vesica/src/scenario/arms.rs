//! `[arm.NAME]`: the conditions of the experiment.

use std::collections::BTreeMap;

use vesica_model::Span;

use super::cargo::mirna;
use super::cells::names_apart;
use super::fields::{Fields, POSITIVE, Reader, as_table};
use super::tree::{Entry, Node, Value};
use super::vesicles::{known_vesicle, text_of};
use super::{Arm, Dose, Dosed, OwnDrug, QuantityId, Vesicle};
use crate::quantity::{Expected, Quantity};
use crate::units::Dimension;

/// What an arm says itself, before `like`.
struct Own {
    like: Option<String>,
    doses: Vec<Dose>,
    set: BTreeMap<QuantityId, Quantity>,
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    vesicles: &[Vesicle],
    drugs: &[OwnDrug],
) -> Vec<Arm> {
    let top = fields.span().clone();
    let entries = fields.table(reader, "arm").map(|(table, _)| table.entries.as_slice()).unwrap_or_default();
    if entries.is_empty() {
        reader.problem("E32", "there is no arm", &top, "add [arm.untreated], and one [arm.NAME] with a dose");
    }
    names_apart(reader, "arms", entries.iter().map(|entry| (entry.key.as_str(), &entry.key_span)));
    let names: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    // All doses first: `set` of any arm may name them.
    let tables: Vec<Option<Parts<'_>>> =
        entries.iter().map(|entry| parts(reader, entry, &names, vesicles, drugs)).collect();
    let mut own = BTreeMap::new();
    for (entry, parts) in entries.iter().zip(tables) {
        let Some(parts) = parts else {
            reader.lost.insert(entry.key.clone());
            continue;
        };
        let set = match parts.set.map(|node| as_table(reader, "`set`", node)) {
            Some(Some(table)) => reader.set(table),
            _ => BTreeMap::new(),
        };
        own.insert(entry.key.as_str(), Own { like: parts.like, doses: parts.doses, set });
    }
    refuse_circles(reader, entries, &mut own);
    entries.iter().filter_map(|entry| resolve(&entry.key, &own)).collect()
}

/// The parts of an arm while its numbers are being read.
struct Parts<'t> {
    like: Option<String>,
    doses: Vec<Dose>,
    set: Option<&'t Node>,
}

fn parts<'t>(
    reader: &mut Reader<'_>,
    entry: &'t Entry,
    names: &[&str],
    vesicles: &[Vesicle],
    drugs: &[OwnDrug],
) -> Option<Parts<'t>> {
    let what = format!("[arm.{}]", entry.key);
    let table = as_table(reader, &what, &entry.node)?;
    let mut fields = Fields::new(&what, table, &entry.key_span);
    let like = fields.text(reader, "like").and_then(|(name, span)| {
        if !names.contains(&name.as_str()) {
            reader.unknown("E19", "arm", &name, &span, names);
            return None;
        }
        Some(name)
    });
    let nodes = match fields.get("dose") {
        None => &[],
        Some(Node { value: Value::List(items), .. }) => items.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    let set = fields.get("set");
    fields.finish(reader);
    let mut doses = Vec::new();
    for node in nodes {
        let dose = dose(reader, &entry.key, node, vesicles, drugs);
        doses.extend(dose);
    }
    Some(Parts { like, doses, set })
}

fn dose(reader: &mut Reader<'_>, arm: &str, node: &Node, vesicles: &[Vesicle], drugs: &[OwnDrug]) -> Option<Dose> {
    let table = as_table(reader, "a dose", node)?;
    let mut fields = Fields::new("this dose", table, &node.span);
    let drug = fields.get("drug");
    let vesicle = fields.get("vesicle");
    let amount = fields.need(reader, "amount", "amount = \"5 uM\"");
    let at = fields.need(reader, "at", "at = \"24 h\"").and_then(|node| reader.time(node, "a dose"));
    let wash = fields.boolean(reader, "wash").unwrap_or(false);
    fields.finish(reader);
    let (what, amount) = match (drug, vesicle) {
        (Some(node), None) => drug_dose(reader, arm, node, amount?, drugs)?,
        (None, Some(node)) => vesicle_dose(reader, arm, node, amount?, vesicles)?,
        (Some(_), Some(_)) => {
            reader.problem("E33", "a dose adds a drug or vesicles, not both", &node.span, "write two doses");
            return None;
        }
        (None, None) => {
            let help = "{ drug = \"NAME\", amount = \"5 uM\", at = \"24 h\" }";
            reader.problem("E32", "this dose does not say what it adds", &node.span, help);
            return None;
        }
    };
    Some(Dose { what, amount, at: at?, wash })
}

fn drug_dose(
    reader: &mut Reader<'_>,
    arm: &str,
    node: &Node,
    amount: &Node,
    drugs: &[OwnDrug],
) -> Option<(Dosed, QuantityId)> {
    let written = text_of(reader, "drug", node)?;
    let own = drugs.iter().find(|drug| drug.action.name == written).map(|drug| drug.action.name.clone());
    let known = own.or_else(|| reader.knowledge.drug(written).map(|actions| actions[0].name.clone()));
    let read = reader.quantity(amount, &Expected::drug_dose());
    let Some(name) = known else {
        unknown_drug(reader, written, &node.span, drugs);
        return None;
    };
    let path = free_path(reader, format!("arm.{arm}.dose.{name}"));
    let id = reader.add(path, read?, Expected::drug_dose(), "", POSITIVE);
    Some((Dosed::Drug(name), id))
}

fn unknown_drug(reader: &mut Reader<'_>, name: &str, span: &Span, drugs: &[OwnDrug]) {
    let knowledge = reader.knowledge;
    // `anti-miR-522` is a drug as soon as its miRNA is one molecule
    if let Some(word) = knowledge.mirna_in_drug_name(name) {
        mirna(reader, &word, span);
        return;
    }
    let names = knowledge.drug_names();
    let near = vesica_model::diagnostic::nearest(
        name,
        names.iter().copied().chain(drugs.iter().map(|drug| drug.action.name.as_str())),
    );
    let own = format!("to add your own: [drug.{name}] with acts_on, target, ic50");
    let help = match near {
        Some(near) => format!("did you mean {near}? {}{}", own[..1].to_uppercase(), &own[1..]),
        None => own,
    };
    reader.problem("E14", format!("drug \"{name}\" is not known"), span, help);
}

fn vesicle_dose(
    reader: &mut Reader<'_>,
    arm: &str,
    node: &Node,
    amount: &Node,
    vesicles: &[Vesicle],
) -> Option<(Dosed, QuantityId)> {
    let name = text_of(reader, "vesicle", node)?;
    let read = reader.quantity(amount, &Expected::vesicle_dose());
    let name = known_vesicle(reader, vesicles, name, &node.span)?;
    let read = read?;
    let dimension = read.quantity.unit.dimension;
    let what = if Dimension::PARTICLE_DENSITY.accepts(dimension) {
        Dosed::VesiclesPerVolume(name.clone())
    } else if Dimension::MASS.accepts(dimension) {
        Dosed::VesiclesAsProtein(name.clone())
    } else if (Dimension::MASS / Dimension::VOLUME).accepts(dimension) {
        Dosed::VesiclesAsProteinPerVolume(name.clone())
    } else if dimension == Dimension::PARTICLES {
        Dosed::Vesicles(name.clone())
    } else if dimension == Dimension::PARTICLES_PER_CELL || dimension == Dimension::CELLS.power(-1) {
        Dosed::VesiclesPerCell(name.clone())
    } else {
        let help = "write one of: \"5e4 particles/cell\", \"5e9 particles/mL\", \"10 ug protein\"";
        reader.problem("E01", format!("`{}` has no unit", read.quantity.text), &read.span, help);
        return None;
    };
    let weighed = matches!(what, Dosed::VesiclesAsProtein(_) | Dosed::VesiclesAsProteinPerVolume(_));
    let vesicle = vesicles.iter().find(|vesicle| vesicle.name == name)?;
    if weighed && vesicle.particles_per_protein.is_none() {
        let message =
            format!("{} of protein is not a number of vesicles yet", read.quantity.text.trim_end_matches(" protein"));
        let help = format!(
            "give [vesicle.{name}] particles_per_ug, measured on the same sample by NTA and BCA.\n\
             If you do not have it, a range works: particles_per_ug = \"unknown (1e8..1e10) /ug\", and the report will show what it costs."
        );
        reader.problem("E05", message, &read.span, help);
        return None;
    }
    // An arm may set another amount, but in the same kind of unit: what is dosed does not change.
    let expected = Expected::of(dimension).named("a vesicle dose").like(&["5e4 particles/cell", "5e9 particles/mL"]);
    let path = free_path(reader, format!("arm.{arm}.dose.{name}"));
    Some((what, reader.add(path, read, expected, "", POSITIVE)))
}

/// The path, with `.2`, `.3` .. when an arm doses the same thing again.
fn free_path(reader: &Reader<'_>, path: String) -> String {
    let is_taken = |path: &str| reader.quantities.iter().any(|named| named.path == path);
    if !is_taken(&path) {
        return path;
    }
    (2..).map(|number| format!("{path}.{number}")).find(|path| !is_taken(path)).unwrap_or(path)
}

/// Breaks every circle of `like`, and says so.
fn refuse_circles(reader: &mut Reader<'_>, entries: &[Entry], own: &mut BTreeMap<&str, Own>) {
    for entry in entries {
        let mut chain = vec![entry.key.clone()];
        while let Some(next) = chain.last().and_then(|last| own.get(last.as_str())?.like.clone()) {
            if next != entry.key {
                if chain.contains(&next) {
                    break;
                }
                chain.push(next);
                continue;
            }
            chain.push(next);
            let message = format!("arm `{}` is like itself: {}", entry.key, chain.join(" -> "));
            reader.problem("E34", message, &entry.key_span, "let one of them start from another arm, or from none");
            if let Some(arm) = own.get_mut(entry.key.as_str()) {
                arm.like = None;
            }
            break;
        }
    }
}

/// Doses add up, `set` overrides.
fn resolve(name: &str, own: &BTreeMap<&str, Own>) -> Option<Arm> {
    let arm = own.get(name)?;
    let base = arm.like.as_ref().and_then(|like| resolve(like, own));
    let (mut doses, mut set) = base.map(|base| (base.doses, base.set)).unwrap_or_default();
    let inherited = doses.len();
    doses.extend(arm.doses.iter().cloned());
    set.extend(arm.set.clone());
    Some(Arm { name: name.to_owned(), like: arm.like.clone(), doses, inherited, set })
}
