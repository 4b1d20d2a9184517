//! `[cell.NAME]`: who lives here.

use std::collections::BTreeMap;

use vesica_model::Span;

use super::cargo::mirna;
use super::fields::{ABOVE_ZERO, Fields, POSITIVE, Reader, as_table};
use super::genes::{Added, Named};
use super::tree::{Entry, Node, Table, Value};
use super::{Cell, Place, QuantityId, body};
use crate::knowledge::{CellType, TUMOUR};
use crate::quantity::{Expected, Quantity};
use crate::units::{Dimension, Unit};

pub(super) fn read(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    place: Option<&Place>,
    genes: &Named,
) -> Vec<Cell> {
    let top = fields.span().clone();
    let cells = fields.table(reader, "cell").map(|(table, _)| table.entries.as_slice()).unwrap_or_default();
    // a body without cells of its own still clears what is given to it
    if cells.is_empty() && place.and_then(Place::body).is_none() && !reader.is_lost_body {
        let help = "add [cell.tumour] with is = \"...\", count = 10_000, doubles = \"30 h\"";
        reader.problem("E32", "no cell lives here", &top, help);
    }
    names_apart(reader, "cells", cells.iter().map(|entry| (entry.key.as_str(), &entry.key_span)));
    let read = |entry: &Entry| {
        let found = cell(reader, entry, place, genes);
        if found.is_none() {
            reader.lost.insert(entry.key.clone());
        }
        found
    };
    cells.iter().filter_map(read).collect()
}

/// Two names that differ only in letter case are one name for a hasty reader.
pub(super) fn names_apart<'t>(reader: &mut Reader<'_>, what: &str, names: impl Iterator<Item = (&'t str, &'t Span)>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (name, span) in names {
        if name.trim().is_empty() && what != "arms" && what != "measures" {
            reader.problem("E33", format!("one of the {what} has an empty name"), span, "give it a name");
        }
        if let Some(first) = seen.insert(name.to_lowercase(), name) {
            let message = format!("two {what} differ only in letter case: `{first}` and `{name}`");
            reader.problem("W30", message, span, "they are kept apart; another name would help the reader");
        }
    }
}

fn cell(reader: &mut Reader<'_>, entry: &Entry, place: Option<&Place>, genes: &Named) -> Option<Cell> {
    let name = &entry.key;
    let what = format!("[cell.{name}]");
    let table = as_table(reader, &what, &entry.node)?;
    let mut fields = Fields::new(&what, table, &entry.key_span);
    let kind = cell_type(reader, &mut fields);
    let at = home(reader, &mut fields, place);
    let (count, volume) = number(reader, &mut fields, name, at.as_deref(), place);
    let doubles = growth(reader, &mut fields, name, kind.as_ref().map(|(kind, _)| *kind));
    let varies = fields.get("varies").and_then(|node| {
        let expected = Expected::of(Dimension::NONE).named("a cell-to-cell spread").like(&["30 %"]);
        let read = reader.quantity(node, &expected)?;
        Some(reader.add(format!("cell.{name}.varies"), read, expected, "decide", POSITIVE))
    });
    let state = fields.table(reader, "state").map(|(table, _)| table);
    let mechanisms = mechanisms(reader, &mut fields);
    fields.finish(reader);
    let (kind, called) = kind?;
    let added = genes.of_cell(name, kind, mechanisms, reader.knowledge);
    let state = self::state(reader, name, kind, &added, state);
    Some(Cell {
        name: name.clone(),
        is: kind.id.clone(),
        called,
        at,
        count: count?,
        volume,
        doubles,
        varies,
        state,
        genes: added.genes,
        amounts: added.amounts,
        mechanisms: added.mechanisms,
    })
}

/// `mechanisms = ["9-decide/necroptosis"]`: files of `biology/links/`, added to those of the cell type.
fn mechanisms(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Vec<String> {
    let knowledge = reader.knowledge;
    let mut found: Vec<String> = Vec::new();
    for (name, span) in fields.texts(reader, "mechanisms").unwrap_or_default() {
        if found.contains(&name) {
            continue;
        }
        if knowledge.files.contains_key(&format!("links/{name}.ant")) {
            found.push(name);
            continue;
        }
        let files = knowledge.files.keys().filter_map(|path| path.strip_prefix("links/")?.strip_suffix(".ant"));
        let near = vesica_model::diagnostic::nearest(&name, files);
        let help =
            near.map_or("write FOLDER/FILE of biology/links/".to_owned(), |near| format!("did you mean `{near}`?"));
        reader.problem("E19", format!("no mechanism `{name}`"), &span, help);
    }
    found
}

/// The entry of the knowledge base, and how the user called it.
fn cell_type<'k>(reader: &mut Reader<'k>, fields: &mut Fields<'_>) -> Option<(&'k CellType, String)> {
    fields.need(reader, "is", "is = \"...\", a cell type of the knowledge base")?;
    let (called, span) = fields.text(reader, "is")?;
    let knowledge = reader.knowledge;
    let line = knowledge.cell_line(&called);
    if let Some(line) = line.filter(|line| !line.warning.is_empty()) {
        let message = format!("cell line \"{}\" is listed as problematic ({})", line.name, line.warning);
        reader.problem("W31", message, &span, "the run goes on; the report says so on page 1");
    }
    let found = knowledge.cell(&called).or_else(|| line.and_then(|line| knowledge.cell(&line.cell)));
    if found.is_none() {
        let types = knowledge.cells.values().flat_map(|cell| cell.names());
        let known: Vec<&str> = types.chain(knowledge.cell_lines.iter().flat_map(|line| line.names())).collect();
        reader.unknown("E17", "cell type", &called, &span, &known);
    }
    found.map(|cell| (cell, called))
}

/// Where the cell lives in a body; what cannot be read is reported and `None`.
fn home(reader: &mut Reader<'_>, fields: &mut Fields<'_>, place: Option<&Place>) -> Option<String> {
    let Some(here) = place.and_then(Place::body) else {
        let entry = fields.entry("at").filter(|_| !reader.is_lost_body)?;
        let help = "take the line away: all cells of a well share its liquid; organs belong to kind = \"body\"";
        reader.problem("E28", "`at` belongs to a body, and this place is a well", &entry.key_span, help);
        return None;
    };
    fields.need(reader, "at", "at = \"liver\", the organ in which it lives (or \"tumour\")")?;
    let (name, span) = fields.text(reader, "at")?;
    if name.eq_ignore_ascii_case(TUMOUR) {
        if here.tumour.is_none() {
            let help = "add tumour = { at = \"stomach\", volume = \"0.1..10 cm^3\" } to [place]";
            reader.problem("E29", "there is no tumour in this body", &span, help);
        }
        return here.tumour.as_ref().map(|_| TUMOUR.to_owned());
    }
    body::known_site(reader, &reader.knowledge.bodies[&here.species], &name, &span)
}

/// How many cells there are, or how many in a volume of tumour, and that volume.
fn number(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    name: &str,
    at: Option<&str>,
    place: Option<&Place>,
) -> (Option<QuantityId>, Option<QuantityId>) {
    let tumour = place.and_then(Place::body).and_then(|body| body.tumour.as_ref());
    if reader.is_lost_body {
        fields.get("density");
        let is_counted = fields.get("count").is_some();
        return (is_counted.then(|| count(reader, fields, name)).flatten(), None);
    }
    let Some(tumour) = tumour.filter(|_| at == Some(TUMOUR)) else { return (count(reader, fields, name), None) };
    let (count_node, density_node) = (fields.get("count"), fields.get("density"));
    let expected =
        Expected::of(Dimension::CELLS / Dimension::VOLUME).named("a density of cells").like(&["2e8 cells/cm^3"]);
    let path = format!("cell.{name}.density");
    match (count_node, density_node) {
        (Some(_), None) => (count(reader, fields, name), None),
        (Some(node), Some(_)) => {
            let help = "keep one of the two: count, or density times the volume of the tumour";
            reader.problem("E33", format!("[cell.{name}] has `count` and `density`"), &node.span, help);
            (None, None)
        }
        (None, Some(node)) => {
            let read = reader.quantity(node, &expected);
            (read.map(|read| reader.add(path, read, expected, "release", POSITIVE)), Some(tumour.volume))
        }
        (None, None) => {
            let found = reader.default("tumour.cells", "", path, expected, "release", POSITIVE);
            if found.is_none() {
                reader.problem("E32", "`density` is missing", fields.span(), "add density = \"2e8 cells/cm^3\"");
            }
            (found, Some(tumour.volume))
        }
    }
}

fn count(reader: &mut Reader<'_>, fields: &mut Fields<'_>, name: &str) -> Option<QuantityId> {
    let node = fields.need(reader, "count", "count = 10_000")?;
    let expected = Expected::of(Dimension::CELLS).named("a count of cells").like(&["10_000"]);
    let read = reader.quantity(node, &expected)?;
    if !reader.is_whole(&read.quantity, node) {
        return None;
    }
    Some(reader.add(format!("cell.{name}.count"), read, expected, "", POSITIVE))
}

/// Doubling time; `None` for a cell that does not grow, because the file or its type says so.
fn growth(reader: &mut Reader<'_>, fields: &mut Fields<'_>, name: &str, kind: Option<&CellType>) -> Option<QuantityId> {
    let expected = Expected::of(Dimension::TIME).named("a doubling time").like(&["30 h"]);
    let path = format!("cell.{name}.doubles");
    let grows = fields.get("grows").map(|node| (grows(reader, node), node));
    let doubles = fields.get("doubles");
    match (grows, doubles) {
        (Some((Some(false), node)), Some(_)) => {
            reader.problem(
                "E33",
                "a cell that does not grow has no doubling time",
                &node.span,
                "keep one of the two lines",
            );
            None
        }
        (Some((Some(false), _)), None) => None,
        (_, Some(node)) => {
            let read = reader.quantity(node, &expected)?;
            Some(reader.add(path, read, expected, "", ABOVE_ZERO))
        }
        (None, None) if kind.is_some_and(|kind| !kind.grows) => None,
        (_, None) => {
            let kind = kind.map_or("", |kind| &kind.id);
            let found = reader.default("geometry.doubles", kind, path, expected, "", ABOVE_ZERO);
            if found.is_none() {
                let message = format!("[cell.{name}] does not say whether it grows");
                reader.problem("E32", message, fields.span(), "add doubles = \"30 h\", or grows = \"no\"");
            }
            found
        }
    }
}

fn grows(reader: &mut Reader<'_>, node: &Node) -> Option<bool> {
    match &node.value {
        Value::Boolean(grows) => Some(*grows),
        Value::Text(word) if word == "no" => Some(false),
        Value::Text(word) if word == "yes" => Some(true),
        _ => {
            reader.problem("E33", "`grows` is \"yes\" or \"no\"", &node.span, "grows = \"no\", or doubles = \"30 h\"");
            None
        }
    }
}

/// Amounts at rest: as the file says, else as the knowledge base says.
fn state(
    reader: &mut Reader<'_>,
    cell: &str,
    kind: &CellType,
    added: &Added,
    table: Option<&Table>,
) -> BTreeMap<String, QuantityId> {
    let mut written = canonical(reader, kind, table);
    let mut known: Vec<&str> = kind.state_names().collect();
    let new = added.genes.iter().filter(|gene| !kind.amounts.contains(gene)).chain(&added.amounts);
    known.extend(new.map(String::as_str));
    let mut state = BTreeMap::new();
    for name in &known {
        let name = *name;
        let path = format!("cell.{cell}.state.{name}");
        let expected = state_expected(reader, kind, name);
        let id = match written.remove(name) {
            Some(entry) => {
                reader.quantity(&entry.node, &expected).map(|read| reader.add(path, read, expected, "decide", POSITIVE))
            }
            None => reader
                .default(&format!("state.{name}"), &kind.id, path.clone(), expected.clone(), "decide", POSITIVE)
                .or_else(|| reference(reader, kind, name, path, expected)),
        };
        state.extend(id.map(|id| (name.to_owned(), id)));
    }
    for entry in written.values() {
        if reader.knowledge.known_mirna(&entry.key).is_some() {
            if let Some((name, id)) = own_copies(reader, cell, kind, entry)
                && state.insert(name.clone(), id).is_some()
            {
                let message = format!("`{}` stands twice: it is {name}", entry.key);
                reader.problem("E33", message, &entry.key_span, "keep one of the two lines");
            }
            continue;
        }
        reader.unknown_gene("gene or pool", kind, &entry.key, &entry.key_span, &known);
    }
    state
}

/// The lines of `state` under the names that the cell has for them: xCT stands for its gene.
fn canonical<'t>(reader: &mut Reader<'_>, kind: &CellType, table: Option<&'t Table>) -> BTreeMap<String, &'t Entry> {
    let knowledge = reader.knowledge;
    let mut written: BTreeMap<String, &Entry> = BTreeMap::new();
    for entry in table.into_iter().flat_map(|table| &table.entries) {
        let is_own = kind.state_names().any(|name| name == entry.key);
        let name = knowledge.gene(&entry.key).filter(|_| !is_own).unwrap_or(&entry.key);
        if let Some(first) = written.get(name).map(|first| first.key.clone()) {
            let message = format!("`{first}` and `{}` are one gene", entry.key);
            reader.problem("E33", message, &entry.key_span, "keep one of the two lines");
            continue;
        }
        written.insert(name.to_owned(), entry);
    }
    written
}

/// Copies of a miRNA that the cell makes itself, at rest.
fn own_copies(reader: &mut Reader<'_>, cell: &str, kind: &CellType, entry: &Entry) -> Option<(String, QuantityId)> {
    let name = mirna(reader, &entry.key, &entry.key_span)?;
    if !kind.repeats.iter().any(|repeat| repeat.over == "mirna") {
        let message = format!("{} has no mechanism that loads miRNAs, so it cannot make {name}", kind.name);
        let help = "take the line away, or choose a cell type that repeats a mechanism over `mirna`";
        reader.problem("E12", message, &entry.key_span, help);
        return None;
    }
    let expected = Expected::of(Dimension::AMOUNT).or(Dimension::COPIES_PER_CELL);
    let expected = expected.named(format!("the copies of {name} in a cell")).like(&["1000 (300..3000) copies"]);
    let read = reader.quantity(&entry.node, &expected)?;
    let id = reader.add(format!("cell.{cell}.state.{name}"), read, expected, "act", POSITIVE);
    Some((name, id))
}

/// Without a row, a protein is taken as in the reference cell.
fn reference(
    reader: &mut Reader<'_>,
    kind: &CellType,
    name: &str,
    path: String,
    expected: Expected,
) -> Option<QuantityId> {
    let is_protein = !kind.pools.contains_key(name);
    is_protein.then(|| reader.add_default(path, Quantity::exact(1.0, Unit::one()), expected, "decide", POSITIVE))
}

/// A gene is a multiple of its reference, a pool has the dimension of its row in the table.
fn state_expected(reader: &Reader<'_>, kind: &CellType, name: &str) -> Expected {
    let of_row = |id: &str| Some(reader.knowledge.number(id, &kind.id)?.quantity()?.unit.dimension);
    let dimension = if kind.pools.contains_key(name) {
        of_row(&format!("state.{name}")).unwrap_or(Dimension::CONCENTRATION)
    } else {
        Dimension::NONE
    };
    Expected::of(dimension).named(format!("the amount of {name}"))
}
