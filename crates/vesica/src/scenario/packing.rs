//! `packed_by` and `held_by` of a cargo: which proteins of the sender bring it into vesicles, and which keep it.
//!
//! Where the file says nothing, what is known of the sequence is taken, and said so.

use vesica_model::Span;

use super::Packing;
use super::cargo::Carrier;
use super::fields::{Fields, Reader};
use super::tree::{Node, Value};
use crate::knowledge::{MirnaLookup, Sorting};

/// Word that turns the assumption off.
const NOTHING: &str = "none";

/// Reads both keys of a cargo with the canonical name `name`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    carrier: &Carrier<'_>,
    name: Option<&str>,
    span: &Span,
) -> Packing {
    let (packed, held) = (fields.get("packed_by"), fields.get("held_by"));
    let is_silent = |node: &Option<&Node>| node.is_none_or(is_default);
    if is_silent(&packed) && is_silent(&held) {
        return name.map_or(Packing::default(), |name| assumed(reader, carrier, name, span));
    }
    Packing {
        packed_by: packed.map(|node| genes(reader, carrier, "packed_by", node)).unwrap_or_default(),
        held_by: held.map(|node| genes(reader, carrier, "held_by", node)).unwrap_or_default(),
        is_assumed: false,
    }
}

/// A lock file says so: nobody wrote it, and the same was assumed before.
fn is_default(node: &Node) -> bool {
    let Value::Table(table) = &node.value else { return false };
    table.get("default").is_some_and(|entry| matches!(entry.node.value, Value::Boolean(true)))
}

/// `"GENE"`, `["GENE", "GENE"]` or `"none"`.
fn genes(reader: &mut Reader<'_>, carrier: &Carrier<'_>, key: &str, node: &Node) -> Vec<String> {
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut genes = Vec::new();
    for item in items {
        match &item.value {
            Value::Text(word) if word == NOTHING && items.len() == 1 => {}
            Value::Text(word) => genes.extend(gene(reader, carrier, key, word, &item.span)),
            other => {
                let message = format!("`{key}` takes the symbol of a gene, not {}", other.kind());
                reader.problem("E33", message, &item.span, format!("{key} = \"SYMBOL\", or \"{NOTHING}\""));
            }
        }
    }
    genes
}

fn gene(reader: &mut Reader<'_>, carrier: &Carrier<'_>, key: &str, word: &str, span: &Span) -> Option<String> {
    let Some(sender) = carrier.sender else {
        // A sender that could not be read has its own error.
        if !carrier.is_sent {
            let help = format!("take {key} away, or add from = \"...\"");
            reader.problem("E33", "nobody packs a vesicle that no cell sends", span, help);
        }
        return None;
    };
    let kind = reader.knowledge.cells.get(&sender.is)?;
    let symbol = reader.knowledge.gene(word).unwrap_or(word);
    if sender.has(kind, symbol) {
        return Some(symbol.to_owned());
    }
    let known: Vec<&str> = sender.genes(kind).chain(&kind.amounts).map(String::as_str).collect();
    reader.unknown_gene("gene", kind, word, span, &known);
    None
}

/// What the sequence of a miRNA suggests: the first row that exports and the first that retains, whose readers the sender has.
fn assumed(reader: &mut Reader<'_>, carrier: &Carrier<'_>, name: &str, span: &Span) -> Packing {
    let knowledge = reader.knowledge;
    let Some(sender) = carrier.sender else { return Packing::default() };
    let Some(kind) = knowledge.cells.get(&sender.is) else { return Packing::default() };
    let MirnaLookup::One(mirna) = knowledge.mirna(name) else { return Packing::default() };
    let readable = |one: &Sorting<'_>| {
        let readers = &one.motif.readers;
        !readers.is_empty() && readers.iter().all(|gene| sender.has(kind, gene))
    };
    let fitting: Vec<Sorting<'_>> = knowledge.sorting(mirna, kind).into_iter().filter(readable).collect();
    let first = |retains: bool| fitting.iter().find(|one| one.motif.retains == retains);
    for one in [first(false), first(true)].into_iter().flatten() {
        let (verb, key) = if one.motif.retains { ("held back", "held_by") } else { ("packed", "packed_by") };
        let message = format!("{name} is taken to be {verb} by {}: {}", one.motif.readers.join(" and "), because(one));
        let help = format!("{key} = \"SYMBOL\" says otherwise, {key} = \"{NOTHING}\" takes the assumption away");
        reader.problem("W35", message, span, help);
    }
    let readers = |retains: bool| first(retains).map(|one| one.motif.readers.clone()).unwrap_or_default();
    Packing { packed_by: readers(false), held_by: readers(true), is_assumed: !fitting.is_empty() }
}

/// `it has the motif GGAG at nucleotide 16 (villarroya2013, found in cd4_t_cell)`
fn because(one: &Sorting<'_>) -> String {
    let what = match one.at {
        Some(at) => format!("it has the motif {} at nucleotide {at}", one.motif.motif),
        None => "a source says so of this miRNA".to_owned(),
    };
    let whence = if one.motif.cell.is_empty() { String::new() } else { format!(", found in {}", one.motif.cell) };
    format!("{what} ({}{whence})", one.motif.sources.join(", "))
}
