//! `[vesicle.NAME]`: what is sent.

use std::collections::BTreeMap;

use vesica_model::Span;

use super::cargo::{self, Carrier};
use super::cells::names_apart;
use super::fields::{ABOVE_ZERO, Fields, POSITIVE, Reader, SHARE, as_table};
use super::measures::ways_to_die;
use super::tree::{Entry, Node, Value};
use super::{Cell, Destination, Origin, OwnDrug, QuantityId, Vesicle};
use crate::knowledge::{ORIGINS, mangle};
use crate::quantity::Expected;
use crate::units::Dimension;

pub(super) fn read(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    cells: &[Cell],
    drugs: &[OwnDrug],
) -> Vec<Vesicle> {
    let entries = fields.table(reader, "vesicle").map(|(table, _)| table.entries.as_slice()).unwrap_or_default();
    names_apart(reader, "vesicles", entries.iter().map(|entry| (entry.key.as_str(), &entry.key_span)));
    same_inside(reader, entries);
    let read = |entry: &Entry| {
        let found = vesicle(reader, entry, cells, drugs);
        if found.is_none() {
            reader.lost.insert(entry.key.clone());
        }
        found
    };
    entries.iter().filter_map(read).collect()
}

/// Inside a cell, a name keeps its letters and digits only: two vesicles must still differ then.
fn same_inside(reader: &mut Reader<'_>, entries: &[Entry]) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for entry in entries {
        if let Some(first) = seen.insert(mangle(&entry.key), &entry.key) {
            let message = format!("`{first}` and `{}` differ only in signs", entry.key);
            reader.problem("E33", message, &entry.key_span, "let the names differ in letters or digits");
        }
    }
}

fn vesicle(reader: &mut Reader<'_>, entry: &Entry, cells: &[Cell], drugs: &[OwnDrug]) -> Option<Vesicle> {
    let name = &entry.key;
    let what = format!("[vesicle.{name}]");
    let table = as_table(reader, &what, &entry.node)?;
    let mut fields = Fields::new(&what, table, &entry.key_span);
    let written = fields.text(reader, "from");
    let is_sent = written.is_some();
    let from = written.and_then(|(cell, span)| known_cell(reader, cells, &cell, &span));
    let to = receivers(reader, &mut fields, cells);
    let origin = origin(reader, &mut fields);
    let path = |key: &str| format!("vesicle.{name}.{key}");
    let sender = from.as_ref().and_then(|from| cells.iter().find(|cell| cell.name == *from));
    let rate = rate(reader, &mut fields, path("rate"), sender.filter(|_| origin != Origin::DyingCell));
    let (shed, deaths) = shed(reader, &mut fields, path("shed"), origin, sender);
    let size = size(reader, &mut fields, path("size"));
    let fusogen_expected = Expected::of(Dimension::NONE).named("a share of fusogen").like(&["1"]);
    let fusogen = optional(reader, &mut fields, "fusogen", path("fusogen"), fusogen_expected, "deliver", SHARE);
    let ligand_expected = Expected::of(Dimension::NONE).named("a factor on docking").like(&["5 (2..20)"]);
    let ligand = optional(reader, &mut fields, "ligand", path("ligand"), ligand_expected, "meet", POSITIVE);
    let per_cell = Expected::of(Dimension::CELLS.power(-1))
        .or(Dimension::NONE)
        .named("receptors on a cell")
        .like(&["1e4 (1e3..1e5) /cell"]);
    let receptors = optional(reader, &mut fields, "receptors", path("receptors"), per_cell.clone(), "meet", ABOVE_ZERO);
    let expected = Expected::of(Dimension::PARTICLES_PER_MASS).named("particles per protein");
    let key = "particles_per_ug";
    let particles_per_protein = optional(reader, &mut fields, key, path(key), expected, "travel", POSITIVE);
    let cargo = fields.table(reader, "cargo").map(|(table, _)| table.entries.as_slice()).unwrap_or_default();
    fields.finish(reader);
    let cargo = cargo::read(reader, &Carrier { vesicle: name, sender, is_sent, drugs }, cargo);
    // what is read at the surface must sit there
    let is_read = cargo.iter().any(|cargo| cargo.acts_at == Destination::Periphery);
    let usual = |reader: &mut Reader<'_>| {
        reader.default("vesicle.receptors", "", path("receptors"), per_cell, "meet", ABOVE_ZERO)
    };
    let receptors = receptors.or_else(|| is_read.then(|| usual(reader)).flatten());
    Some(Vesicle {
        name: name.clone(),
        from,
        origin,
        to,
        rate,
        shed,
        deaths,
        size: size?,
        fusogen,
        ligand,
        receptors,
        particles_per_protein,
        cargo,
    })
}

/// Without the key: an endosome, so an exosome.
fn origin(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Origin {
    let Some((word, span)) = fields.text(reader, "origin") else { return Origin::Endosome };
    Origin::of_word(&word).unwrap_or_else(|| {
        reader.unknown("E19", "origin of vesicles", &word, &span, &ORIGINS.map(|(_, word)| word));
        Origin::Endosome
    })
}

/// Vesicles that one cell sends. The knowledge base has a wide default, and numbers for some types of the `sender`;
/// nobody sends, nothing is needed.
fn rate(reader: &mut Reader<'_>, fields: &mut Fields<'_>, path: String, sender: Option<&Cell>) -> Option<QuantityId> {
    let expected = Expected::of(Dimension::RELEASE).named("a release rate").like(&["60 (20..200) /cell/h"]);
    let Some(node) = fields.get("rate") else {
        let found =
            sender.and_then(|cell| reader.default("vesicle.rate", &cell.is, path, expected, "release", POSITIVE));
        if sender.is_some() && found.is_none() {
            let help = "add rate = \"60 (20..200) /cell/h\": vesicles that one cell sends in an hour";
            reader.problem("E32", "`rate` is missing", fields.span(), help);
        }
        return found;
    };
    let read = reader.quantity(node, &expected)?;
    Some(reader.add(path, read, expected, "release", POSITIVE))
}

/// What one dying cell sheds, and after which deaths: only for vesicles of that origin.
fn shed(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    path: String,
    origin: Origin,
    sender: Option<&Cell>,
) -> (Option<QuantityId>, Vec<String>) {
    let expected = Expected::of(Dimension::PARTICLES_PER_CELL).named("a number of vesicles").like(&["1000 /cell"]);
    let (node, deaths) = (fields.get("shed"), fields.texts(reader, "deaths"));
    let rate = fields.get("rate");
    if origin != Origin::DyingCell {
        let spans = node.map(|node| node.span.clone()).into_iter();
        for span in spans.chain(deaths.iter().flatten().map(|(_, span)| span.clone())) {
            let help = format!("origin = \"{}\", or take the line away", Origin::DyingCell.word());
            reader.problem("E33", "only cells that die shed vesicles", &span, help);
        }
        return (None, Vec::new());
    }
    if let Some(rate) = rate {
        let help = "shed = \"1000 (100..10000) /cell\": vesicles that one cell leaves behind";
        reader.problem("E33", "a cell that dies sends no vesicles per hour", &rate.span, help);
    }
    let known =
        sender.and_then(|sender| reader.knowledge.cells.get(&sender.is).map(|kind| ways_to_die(reader, sender, kind)));
    let mut modes = Vec::new();
    for (mode, span) in deaths.into_iter().flatten() {
        match &known {
            Some(known) if !known.contains(&mode) => {
                let names: Vec<&str> = known.iter().map(String::as_str).collect();
                reader.unknown("E19", "way to die", &mode, &span, &names);
            }
            _ => modes.push(mode),
        }
    }
    let shed = match node {
        Some(node) => {
            reader.quantity(node, &expected).map(|read| reader.add(path, read, expected, "release", POSITIVE))
        }
        None => sender.and_then(|cell| reader.default("vesicle.shed", &cell.is, path, expected, "release", POSITIVE)),
    };
    (shed, modes)
}

fn optional(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    key: &'static str,
    path: String,
    expected: Expected,
    link: &'static str,
    limits: (f64, f64),
) -> Option<QuantityId> {
    let node = fields.get(key)?;
    let read = reader.quantity(node, &expected)?;
    Some(reader.add(path, read, expected, link, limits))
}

pub(super) fn known_cell(reader: &mut Reader<'_>, cells: &[Cell], name: &str, span: &Span) -> Option<String> {
    if cells.iter().any(|cell| cell.name == name) {
        return Some(name.to_owned());
    }
    let known: Vec<&str> = cells.iter().map(|cell| cell.name.as_str()).collect();
    reader.unknown("E19", "cell", name, span, &known);
    None
}

/// Without `to`, any cell here can take the vesicles up.
fn receivers(reader: &mut Reader<'_>, fields: &mut Fields<'_>, cells: &[Cell]) -> Vec<String> {
    match fields.texts(reader, "to") {
        Some(names) => names.iter().filter_map(|(name, span)| known_cell(reader, cells, name, span)).collect(),
        None => cells.iter().map(|cell| cell.name.clone()).collect(),
    }
}

fn size(reader: &mut Reader<'_>, fields: &mut Fields<'_>, path: String) -> Option<QuantityId> {
    let expected = Expected::of(Dimension::LENGTH).named("a size").like(&["100 nm ± 30 nm"]);
    let Some(node) = fields.get("size") else {
        let found = reader.default("geometry.vesicle", "", path, expected, "travel", POSITIVE);
        if found.is_none() {
            reader.problem("E32", "`size` is missing", fields.span(), "add size = \"100 nm ± 30 nm\"");
        }
        return found;
    };
    let read = reader.quantity(node, &expected)?;
    if read.quantity.spread.is_some_and(|spread| spread > read.quantity.middle()) {
        let message = "vesicles differ in size by more than their mean size";
        reader.problem("E20", message, &node.span, "size = \"100 nm ± 30 nm\"");
    }
    Some(reader.add(path, read, expected, "travel", ABOVE_ZERO))
}

/// A vesicle that is asked for by name.
pub(super) fn known_vesicle(reader: &mut Reader<'_>, vesicles: &[Vesicle], name: &str, span: &Span) -> Option<String> {
    if vesicles.iter().any(|vesicle| vesicle.name == name) {
        return Some(name.to_owned());
    }
    let known: Vec<&str> = vesicles.iter().map(|vesicle| vesicle.name.as_str()).collect();
    reader.unknown("E19", "vesicle", name, span, &known);
    None
}

/// A text, for the callers that hold a node.
pub(super) fn text_of<'t>(reader: &mut Reader<'_>, key: &str, node: &'t Node) -> Option<&'t str> {
    match &node.value {
        Value::Text(text) => Some(text),
        other => {
            let message = format!("`{key}` takes a text, not {}", other.kind());
            reader.problem("E33", message, &node.span, format!("{key} = \"...\""));
            None
        }
    }
}
