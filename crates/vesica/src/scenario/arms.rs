//! `[arm.NAME]`: the conditions of the experiment.

use std::collections::BTreeMap;

use vesica_model::Span;

use super::cells::names_apart;
use super::fields::{Fields, POSITIVE, Reader, as_table};
use super::tree::{Entry, Node, Value};
use super::vesicles::{known_vesicle, text_of};
use super::{Arm, Body, Dose, Dosed, OwnDrug, Place, QuantityId, Route, Vesicle};
use crate::knowledge::TUMOUR;
use crate::quantity::{Expected, Quantity};
use crate::units::Dimension;

/// What an arm says itself, before `like`.
struct Own {
    like: Option<String>,
    doses: Vec<Dose>,
    set: BTreeMap<QuantityId, Quantity>,
}

/// What a dose may name.
struct Known<'a> {
    place: Option<&'a Place>,
    vesicles: &'a [Vesicle],
    drugs: &'a [OwnDrug],
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    place: Option<&Place>,
    vesicles: &[Vesicle],
    drugs: &[OwnDrug],
) -> Vec<Arm> {
    let known = Known { place, vesicles, drugs };
    let top = fields.span().clone();
    let entries = fields.table(reader, "arm").map(|(table, _)| table.entries.as_slice()).unwrap_or_default();
    if entries.is_empty() {
        reader.problem("E32", "there is no arm", &top, "add [arm.untreated], and one [arm.NAME] with a dose");
    }
    names_apart(reader, "arms", entries.iter().map(|entry| (entry.key.as_str(), &entry.key_span)));
    let names: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    // All doses first: `set` of any arm may name them.
    let tables: Vec<Option<Parts<'_>>> = entries.iter().map(|entry| parts(reader, entry, &names, &known)).collect();
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

fn parts<'t>(reader: &mut Reader<'_>, entry: &'t Entry, names: &[&str], known: &Known<'_>) -> Option<Parts<'t>> {
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
        let dose = dose(reader, &entry.key, node, known);
        if dose.is_none() {
            lose(reader, node);
        }
        doses.extend(dose);
    }
    Some(Parts { like, doses, set })
}

/// A measure may read the drug of a dose that has errors of its own.
fn lose(reader: &mut Reader<'_>, dose: &Node) {
    let Value::Table(table) = &dose.value else { return };
    if let Some(Value::Text(name)) = table.get("drug").map(|entry| &entry.node.value) {
        reader.lost_drugs.insert(name.clone());
    }
}

fn dose(reader: &mut Reader<'_>, arm: &str, node: &Node, known: &Known<'_>) -> Option<Dose> {
    let table = as_table(reader, "a dose", node)?;
    let mut fields = Fields::new("this dose", table, &node.span);
    let drug = fields.get("drug");
    let vesicle = fields.get("vesicle");
    let amount = fields.need(reader, "amount", "amount = \"5 uM\"");
    let at = fields.need(reader, "at", "at = \"24 h\"").and_then(|node| reader.time(node, "a dose"));
    let body = known.place.and_then(Place::body);
    let route = route(reader, &mut fields, body);
    let wash = wash(reader, &mut fields, body);
    fields.finish(reader);
    let (what, amount) = match (drug, vesicle) {
        (Some(_), None) | (None, Some(_)) if reader.is_lost_body => return None,
        (Some(node), None) => drug_dose(reader, arm, node, amount?, known.drugs, body.is_some())?,
        (None, Some(node)) => vesicle_dose(reader, arm, node, amount?, known.vesicles, body.is_some())?,
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
    if body.is_some() && route.is_none() {
        return None;
    }
    Some(Dose { what, amount, at: at?, wash, route })
}

/// How a body gets the dose. A well has no routes.
fn route(reader: &mut Reader<'_>, fields: &mut Fields<'_>, body: Option<&Body>) -> Option<Route> {
    let Some(body) = body else {
        let entry = fields.entry("route").filter(|_| !reader.is_lost_body)?;
        let help = "take the line away: a dose goes into the liquid of the well";
        reader.problem("E28", "`route` belongs to a body, and this place is a well", &entry.key_span, help);
        return None;
    };
    fields.need(reader, "route", "route = \"i.v.\"")?;
    let (name, span) = fields.text(reader, "route")?;
    let plan = &reader.knowledge.bodies[&body.species];
    let Some((name, route)) = plan.route(&name) else {
        let known: Vec<&str> = plan.route.keys().map(String::as_str).collect();
        reader.unknown("E29", "route", &name, &span, &known);
        return None;
    };
    if route.into == TUMOUR && body.tumour.is_none() {
        let help = "add tumour = { at = \"stomach\", volume = \"0.1..10 cm^3\" } to [place]";
        reader.problem("E29", "there is no tumour in this body", &span, help);
        return None;
    }
    Some(Route { name: name.to_owned(), into: route.into.clone() })
}

/// The medium of a well can be replaced; nobody replaces what is in a body.
fn wash(reader: &mut Reader<'_>, fields: &mut Fields<'_>, body: Option<&Body>) -> bool {
    let wash = fields.boolean(reader, "wash").unwrap_or(false);
    if wash && body.is_some() {
        let span = fields.entry("wash").map_or(fields.span().clone(), |entry| entry.key_span.clone());
        let help =
            "take `wash` away: a body clears drugs and vesicles by itself, by mechanisms of biology/links/4-travel";
        reader.problem("E28", "`wash` belongs to a well, and this place is a body", &span, help);
        return false;
    }
    wash
}

fn drug_dose(
    reader: &mut Reader<'_>,
    arm: &str,
    node: &Node,
    amount: &Node,
    drugs: &[OwnDrug],
    in_body: bool,
) -> Option<(Dosed, QuantityId)> {
    let written = text_of(reader, "drug", node)?;
    let own = drugs.iter().find(|drug| drug.action.name == written).map(|drug| drug.action.name.clone());
    let known = own.or_else(|| reader.knowledge.drug(written).map(|actions| actions[0].name.clone()));
    let expected = if in_body { Expected::drug_dose_to_body() } else { Expected::drug_dose() };
    let read = reader.quantity(amount, &expected);
    let Some(name) = known else {
        unknown_drug(reader, written, &node.span, drugs);
        return None;
    };
    let read = read?;
    let path = free_path(reader, format!("arm.{arm}.dose.{name}"));
    let expected = if in_body { drug_in_body(reader, &name, &read)? } else { expected };
    let id = reader.add(path, read, expected, "", POSITIVE);
    Some((Dosed::Drug(name), id))
}

/// A drug is given to a body as an amount or a mass, whole or per body weight; an arm may set another in the same unit.
fn drug_in_body(reader: &mut Reader<'_>, name: &str, read: &super::fields::Read) -> Option<Expected> {
    let unit = &read.quantity.unit;
    if unit.dimension == Dimension::NONE && !unit.text.contains('/') {
        let help = "write one of: \"20 umol/kg\", \"10 mg/kg\", \"5 umol\", \"1 mg\"";
        reader.problem("E01", format!("`{}` has no unit", read.quantity.text), &read.span, help);
        return None;
    }
    let molar_mass = super::molar_mass_id(name);
    if unit.dimension.amount() == 0 && reader.knowledge.number(&molar_mass, "").is_none() {
        let message =
            format!("{} of {name} is not an amount yet: nobody says what a mole of it weighs", read.quantity.text);
        let help = format!(
            "give the dose in moles (\"20 umol/kg\"), or add a row `{molar_mass}` in g/mol to biology/parameters.tsv"
        );
        reader.problem("E24", message, &read.span, help);
        return None;
    }
    Some(Expected::of(unit.dimension).named("a drug dose").like(&["20 umol/kg", "10 mg/kg"]))
}

fn unknown_drug(reader: &mut Reader<'_>, name: &str, span: &Span, drugs: &[OwnDrug]) {
    let knowledge = reader.knowledge;
    let names = knowledge.drug_names().into_iter().filter(|name| !name.contains('{'));
    let near = vesica_model::diagnostic::nearest(name, names.chain(drugs.iter().map(|drug| drug.action.name.as_str())));
    // `anti-miR-522` is a drug as soon as its miRNA is one molecule
    let of_form = if near.is_none() { knowledge.no_drug(name) } else { knowledge.no_drug_for_mirna(name) };
    if let Some(refusal) = of_form {
        reader.problems.push(refusal.at(span.clone()));
        return;
    }
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
    in_body: bool,
) -> Option<(Dosed, QuantityId)> {
    let name = text_of(reader, "vesicle", node)?;
    let expected = if in_body { Expected::vesicle_dose_to_body() } else { Expected::vesicle_dose() };
    let read = reader.quantity(amount, &expected);
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
    } else if dimension == Dimension::PARTICLES_PER_MASS || dimension == Dimension::MASS.power(-1) {
        Dosed::VesiclesPerWeight(name.clone())
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
