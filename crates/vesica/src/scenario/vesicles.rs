//! `[vesicle.NAME]` and its cargo: what is sent.

use std::collections::BTreeMap;

use vesica_model::Span;

use super::cells::names_apart;
use super::fields::{ABOVE_ZERO, Fields, POSITIVE, Reader, SHARE, as_table};
use super::tree::{Entry, Node, Value};
use super::{Cargo, Cell, Destination, QuantityId, Spread, Vesicle};
use crate::knowledge::{Mirna, MirnaLookup, mangle};
use crate::quantity::Expected;
use crate::units::Dimension;

pub(super) fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>, cells: &[Cell]) -> Vec<Vesicle> {
    let entries = fields.table(reader, "vesicle").map(|(table, _)| table.entries.as_slice()).unwrap_or_default();
    names_apart(reader, "vesicles", entries.iter().map(|entry| (entry.key.as_str(), &entry.key_span)));
    same_inside(reader, entries);
    let read = |entry: &Entry| {
        let found = vesicle(reader, entry, cells);
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

fn vesicle(reader: &mut Reader<'_>, entry: &Entry, cells: &[Cell]) -> Option<Vesicle> {
    let name = &entry.key;
    let what = format!("[vesicle.{name}]");
    let table = as_table(reader, &what, &entry.node)?;
    let mut fields = Fields::new(&what, table, &entry.key_span);
    let written = fields.text(reader, "from");
    let is_sent = written.is_some();
    let from = written.and_then(|(cell, span)| known_cell(reader, cells, &cell, &span));
    let to = receivers(reader, &mut fields, cells);
    let path = |key: &str| format!("vesicle.{name}.{key}");
    let sender = from.as_ref().and_then(|from| cells.iter().find(|cell| cell.name == *from));
    let rate = rate(reader, &mut fields, path("rate"), sender.map(|cell| cell.is.as_str()));
    let size = size(reader, &mut fields, path("size"));
    let fusogen_expected = Expected::of(Dimension::NONE).named("a share of fusogen").like(&["1"]);
    let fusogen = optional(reader, &mut fields, "fusogen", path("fusogen"), fusogen_expected, "deliver", SHARE);
    let expected = Expected::of(Dimension::PARTICLES_PER_MASS).named("particles per protein");
    let key = "particles_per_ug";
    let particles_per_protein = optional(reader, &mut fields, key, path(key), expected, "travel", POSITIVE);
    let cargo = fields.table(reader, "cargo").map(|(table, _)| table.entries.as_slice()).unwrap_or_default();
    fields.finish(reader);
    let mut read: Vec<Cargo> = Vec::new();
    for entry in cargo {
        let Some(cargo) = self::cargo(reader, name, entry, sender, is_sent) else { continue };
        if read.iter().any(|known| known.name == cargo.name) {
            let message = format!("`{}` stands twice in the cargo of {name}", cargo.name);
            reader.problem("E33", message, &entry.key_span, "keep one of the two; names are strands of one molecule");
            continue;
        }
        read.push(cargo);
    }
    Some(Vesicle { name: name.clone(), from, to, rate, size: size?, fusogen, particles_per_protein, cargo: read })
}

/// Vesicles that one cell sends. The knowledge base has a wide default, and numbers for some types of the `sender`;
/// nobody sends, nothing is needed.
fn rate(reader: &mut Reader<'_>, fields: &mut Fields<'_>, path: String, sender: Option<&str>) -> Option<QuantityId> {
    let expected = Expected::of(Dimension::RELEASE).named("a release rate").like(&["60 (20..200) /cell/h"]);
    let Some(node) = fields.get("rate") else {
        let found = sender.and_then(|is| reader.default("vesicle.rate", is, path, expected, "release", POSITIVE));
        if sender.is_some() && found.is_none() {
            let help = "add rate = \"60 (20..200) /cell/h\": vesicles that one cell sends in an hour";
            reader.problem("E32", "`rate` is missing", fields.span(), help);
        }
        return found;
    };
    let read = reader.quantity(node, &expected)?;
    Some(reader.add(path, read, expected, "release", POSITIVE))
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
    Some(reader.add(path, read, expected, "travel", ABOVE_ZERO))
}

fn cargo(reader: &mut Reader<'_>, vesicle: &str, entry: &Entry, sender: Option<&Cell>, is_sent: bool) -> Option<Cargo> {
    let what = format!("[vesicle.{vesicle}.cargo.\"{}\"]", entry.key);
    let table = as_table(reader, &what, &entry.node)?;
    let mut fields = Fields::new(&what, table, &entry.key_span);
    let name = mirna(reader, &entry.key, &entry.key_span);
    // The path needs the canonical name; where there is none, the findings still want one.
    let path = |key: &str| format!("vesicle.{vesicle}.cargo.{}.{key}", name.as_ref().unwrap_or(&entry.key));
    let copies = copies(reader, &mut fields, path("copies"));
    let spread = spread(reader, &mut fields);
    let rich = rich(reader, &mut fields, path("rich"), &spread, &what);
    let packed_by = packed_by(reader, &mut fields, sender, is_sent);
    let acts_at = acts_at(reader, &mut fields);
    fields.finish(reader);
    if name.is_none() || copies.is_none() {
        reader.lost.insert(entry.key.clone());
    }
    Some(Cargo { name: name?, copies: copies?, spread, rich, packed_by, acts_at: acts_at? })
}

fn copies(reader: &mut Reader<'_>, fields: &mut Fields<'_>, path: String) -> Option<QuantityId> {
    let expected = Expected::of(Dimension::COPIES_PER_PARTICLE).named("copies per vesicle");
    let Some(node) = fields.get("copies") else {
        let found = reader.default("vesicle.copies", "", path, expected, "load", POSITIVE);
        if found.is_none() {
            let help = "add copies = \"0.00825 (0.0005..2) /vesicle\"";
            reader.problem("E32", "`copies` is missing", fields.span(), help);
        }
        return found;
    };
    let read = reader.quantity(node, &expected)?;
    Some(reader.add(path, read, expected, "load", POSITIVE))
}

/// Canonical name of a miRNA; an error when it is none or several.
pub(super) fn mirna(reader: &mut Reader<'_>, name: &str, span: &Span) -> Option<String> {
    match reader.knowledge.mirna(name) {
        MirnaLookup::One(found) => {
            if found.name != name {
                let message = format!("`{name}` is read as {}", strand(found));
                reader.problem("W10", message, span, format!("write \"{}\", its name in miRBase", found.name));
            }
            Some(found.name.clone())
        }
        MirnaLookup::Ambiguous(strands) => {
            let number = if strands.len() == 2 { "two".to_owned() } else { strands.len().to_string() };
            let choices = strands.iter().map(|found| strand(found)).collect::<Vec<_>>().join(" or ");
            let message = format!("\"{name}\" names {number} molecules");
            reader.problem("E11", message, span, format!("choose {choices};\nthey silence different genes"));
            None
        }
        MirnaLookup::Unknown(near) => {
            let help = match near.as_slice() {
                [] => "only miRNAs can be cargo yet; `vesica know miRNA` lists those that are known".to_owned(),
                near => format!("close names: {}", near.join(", ")),
            };
            reader.problem("E10", format!("no miRNA \"{name}\""), span, help);
            None
        }
    }
}

/// `hsa-miR-522-3p (MIMAT0002868, seed AAAUGGU)`: the seed is nucleotides 2 to 8 of the table's sequence.
fn strand(mirna: &Mirna) -> String {
    let seed = mirna.sequence.get(SEED).map(|seed| format!("seed {seed}"));
    let accession = Some(mirna.accession.clone()).filter(|accession| !accession.is_empty());
    let known: Vec<String> = accession.into_iter().chain(seed).collect();
    if known.is_empty() { mirna.name.clone() } else { format!("{} ({})", mirna.name, known.join(", ")) }
}

/// Nucleotides 2 to 8.
const SEED: std::ops::Range<usize> = 1..8;

/// Words of `spread`.
const SPREADS: [(&str, Spread); 2] = [("even", Spread::Even), ("few-rich", Spread::FewRich)];

impl Spread {
    /// The word of the file.
    pub fn word(self) -> &'static str {
        SPREADS.iter().find(|(_, spread)| *spread == self).map_or("", |(word, _)| word)
    }
}

/// `"even or few-rich"`: hypotheses in file order. Without the key: even, the fewest assumptions.
fn spread(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Vec<Spread> {
    let Some((text, span)) = fields.text(reader, "spread") else { return vec![Spread::Even] };
    let mut spreads = Vec::new();
    for word in text.split(" or ").map(str::trim) {
        match SPREADS.iter().find(|(known, _)| *known == word) {
            Some((_, spread)) if spreads.contains(spread) => {}
            Some((_, spread)) => spreads.push(*spread),
            None => reader.unknown("E19", "spread", word, &span, &["even", "few-rich", "even or few-rich"]),
        }
    }
    spreads
}

fn rich(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    path: String,
    spread: &[Spread],
    what: &str,
) -> Option<QuantityId> {
    let expected = Expected::of(Dimension::AMOUNT).or(Dimension::NONE).or(Dimension::COPIES_PER_PARTICLE);
    let expected = expected.named("copies in a rich vesicle").like(&["unknown (10..1000)"]);
    let limits = (1.0, f64::INFINITY);
    let Some(node) = fields.get("rich") else {
        let is_needed = spread.contains(&Spread::FewRich);
        let found = is_needed.then(|| reader.default("vesicle.rich", "", path, expected, "load", limits)).flatten();
        if is_needed && found.is_none() {
            let help = "add rich = \"unknown (10..1000)\": copies in a vesicle that has any";
            reader.problem("E32", format!("`rich` is missing in {what}"), fields.span(), help);
        }
        return found;
    };
    let read = reader.quantity(node, &expected)?;
    Some(reader.add(path, read, expected, "load", limits))
}

fn packed_by(reader: &mut Reader<'_>, fields: &mut Fields<'_>, sender: Option<&Cell>, is_sent: bool) -> Option<String> {
    let (gene, span) = fields.text(reader, "packed_by")?;
    let Some(sender) = sender else {
        // A sender that could not be read has its own error.
        if is_sent {
            return None;
        }
        reader.problem(
            "E33",
            "nobody packs a vesicle that no cell sends",
            &span,
            "take packed_by away, or add from = \"...\"",
        );
        return None;
    };
    let kind = reader.knowledge.cells.get(&sender.is)?;
    let symbol = reader.knowledge.gene(&gene).unwrap_or(&gene);
    if sender.expresses(kind, symbol) {
        return Some(symbol.to_owned());
    }
    let known: Vec<&str> = sender.genes(kind).map(String::as_str).collect();
    reader.unknown_gene("gene", kind, &gene, &span, &known);
    None
}

/// Words of `acts_at`; only the cytosol is wired today.
fn acts_at(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Destination> {
    let Some((word, span)) = fields.text(reader, "acts_at") else { return Some(Destination::Cytosol) };
    match word.as_str() {
        "cytosol" => Some(Destination::Cytosol),
        "periphery" | "nucleus" => {
            let message = format!("cargo that acts at the {word} is not simulated yet");
            reader.problem("E39", message, &span, "acts_at = \"cytosol\", or leave this cargo out");
            None
        }
        _ => {
            reader.unknown("E19", "place where cargo acts called", &word, &span, &["cytosol", "periphery", "nucleus"]);
            None
        }
    }
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
