//! `[links]`: what the user knows better than the defaults.

use std::collections::BTreeMap;

use vesica_model::Span;

use super::fields::{Fields, POSITIVE, Reader, SHARE};
use super::tree::{Node, Table, Value};
use super::{Cargo, Cell, Links, OwnDrug, QuantityId, Vesicle};
use crate::knowledge::LINKS;
use crate::quantity::Expected;
use crate::units::Dimension;

type Chain = (&'static str, &'static str, Dimension, (f64, f64), &'static str);

/// The numbers that every chain has: link, name, dimension, limits and example.
const CHAIN: [Chain; 3] = [
    ("enter", "clearance", Dimension::CLEARANCE, POSITIVE, "unknown (0.01..1) nL/h/cell"),
    ("deliver", "escape", Dimension::NONE, SHARE, "0 or unknown (0.1..30 %)"),
    ("act", "loaded", Dimension::NONE, SHARE, "unknown (1..100 %)"),
];

pub(super) fn read(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    cells: &[Cell],
    vesicles: &[Vesicle],
    drugs: &[OwnDrug],
) -> Option<Links> {
    let empty = Table::default();
    let (table, span) = match fields.table(reader, "links") {
        Some((table, entry)) => (table, entry.key_span.clone()),
        None => (&empty, fields.span().clone()),
    };
    let mut given = BTreeMap::new();
    let mut act = BTreeMap::new();
    let mut other: BTreeMap<String, QuantityId> = BTreeMap::new();
    for entry in &table.entries {
        let Some(link) = LINKS.iter().find(|link| **link == entry.key) else {
            reader.unknown("E30", "link", &entry.key, &entry.key_span, &LINKS);
            continue;
        };
        for (name, key_span, node) in leaves(&entry.node, &entry.key_span) {
            if let Some(chain) = CHAIN.iter().find(|chain| chain.0 == *link && chain.1 == name) {
                given.insert(chain.1, chain_number(reader, chain, node));
            } else if *link == "act" && !is_number_id(reader, &name) {
                let gene = reader.knowledge.gene(&name).map_or_else(|| name.clone(), str::to_owned);
                let found = act_on_gene(reader, &gene, &key_span, node, cells, vesicles);
                if let Some(id) = found
                    && act.insert(gene, id).is_some()
                {
                    let message = format!("`{name}` stands twice in [links] act, perhaps under another name");
                    reader.problem("E33", message, &key_span, "keep one of the two lines");
                }
            } else {
                let found = any_number(reader, link, &name, &key_span, node);
                other.extend(found.map(|id| (name, id)));
            }
        }
    }
    for drug in drugs {
        let action = &drug.action;
        for (constant, id) in &drug.constants {
            other.insert(format!("drug.{}.{}.{constant}", action.constants_of, action.constants_port), *id);
        }
    }
    let mut chain = CHAIN.iter().map(|chain| match given.remove(chain.1) {
        Some(id) => id,
        None => default(reader, chain, &span),
    });
    let (clearance, escape, loaded) = (chain.next()?, chain.next()?, chain.next()?);
    drop(chain);
    Some(Links { clearance: clearance?, escape: escape?, loaded: loaded?, act, other })
}

fn expected(chain: &Chain) -> Expected {
    Expected::of(chain.2).named(format!("links.{}.{}", chain.0, chain.1)).like(&[chain.4])
}

fn chain_number(reader: &mut Reader<'_>, chain: &Chain, node: &Node) -> Option<QuantityId> {
    let read = reader.quantity(node, &expected(chain))?;
    Some(reader.add(format!("links.{}.{}", chain.0, chain.1), read, expected(chain), chain.0, chain.3))
}

fn default(reader: &mut Reader<'_>, chain: &Chain, span: &Span) -> Option<QuantityId> {
    let path = format!("links.{}.{}", chain.0, chain.1);
    let found = reader.default(&path, "", path.clone(), expected(chain), chain.0, chain.3);
    if found.is_none() {
        let help = format!("add {}.{} = \"{}\" to [links]", chain.0, chain.1, chain.4);
        reader.problem("E74", format!("the knowledge base has no number `{path}`"), span, help);
    }
    found
}

/// Everything below a link that is a quantity: `cystine_import.k` from nested tables and from quoted keys.
fn leaves<'t>(node: &'t Node, key_span: &Span) -> Vec<(String, Span, &'t Node)> {
    let Value::Table(table) = &node.value else { return vec![(String::new(), key_span.clone(), node)] };
    let mut found = Vec::new();
    for entry in &table.entries {
        if super::paths::is_quantity(&entry.node) {
            found.push((entry.key.clone(), entry.key_span.clone(), &entry.node));
            continue;
        }
        for (name, span, node) in leaves(&entry.node, &entry.key_span) {
            found.push((format!("{}.{name}", entry.key), span, node));
        }
    }
    found
}

fn is_number_id(reader: &Reader<'_>, id: &str) -> bool {
    reader.knowledge.numbers.iter().any(|number| number.id == id)
}

/// `act.GENE`: share of control at saturating copies.
fn act_on_gene(
    reader: &mut Reader<'_>,
    gene: &str,
    span: &Span,
    node: &Node,
    cells: &[Cell],
    vesicles: &[Vesicle],
) -> Option<QuantityId> {
    let targets = vesicles.iter().flat_map(|vesicle| &vesicle.to);
    let knowledge = reader.knowledge;
    let targets = targets.filter_map(|name| cells.iter().find(|cell| cell.name == *name));
    let genes: Vec<&str> = targets
        .filter_map(|cell| Some(cell.genes(knowledge.cells.get(&cell.is)?).map(String::as_str)))
        .flatten()
        .collect();
    let is_known = genes.contains(&gene);
    if !is_known && !reader.lost.is_empty() {
        // The cell or vesicle that could not be read may be the one that is meant.
        return None;
    }
    if vesicles.is_empty() {
        let message = format!("nothing here acts on `{gene}`: there is no vesicle");
        reader.problem("E12", message, span, "take the line away, or add [vesicle.NAME] with its cargo");
        return None;
    }
    if !is_known {
        let known: Vec<&str> = genes.iter().copied().chain(["loaded"]).collect();
        let names = knowledge.gene_actions.iter().map(|action| action.gene.as_str());
        let could: Vec<&str> = known.iter().copied().chain(names).collect();
        let near = vesica_model::diagnostic::nearest(gene, could.iter().copied()).is_some();
        let known = if near { &could } else { &known };
        reader.unknown("E12", "gene of a cell that takes up vesicles called", gene, span, known);
        return None;
    }
    if matches!(&node.value, Value::Text(text) if text.trim() == "predict") {
        let message = format!("the repression of `{gene}` cannot be predicted from sequence yet");
        let help = format!(
            "give a measured effect or a range: act.{gene} = \"unknown (0.2..0.9 of control)\", or \"0.45 of control\""
        );
        reader.problem("E13", message, &node.span, help);
        return None;
    }
    let expected = Expected::of(Dimension::NONE).named(format!("links.act.{gene}")).like(&["0.45 of control"]);
    let read = reader.quantity(node, &expected)?;
    let limits = if may_be_raised(gene, vesicles) { POSITIVE } else { SHARE };
    Some(reader.add(format!("links.act.{gene}"), read, expected, "act", limits))
}

/// Guides only lower a gene; a signal may raise it.
fn may_be_raised(gene: &str, vesicles: &[Vesicle]) -> bool {
    let signals = vesicles.iter().flat_map(|vesicle| &vesicle.cargo).filter(|cargo| !cargo.kind.is_guide());
    let acts = |cargo: &Cargo| match &cargo.targets {
        Some(targets) => targets.iter().any(|target| target == gene),
        None => cargo.changes_genes(),
    };
    signals.filter(|cargo| acts(cargo)).count() > 0
}

/// A row of `parameters.tsv`, by its id.
fn any_number(reader: &mut Reader<'_>, link: &'static str, id: &str, span: &Span, node: &Node) -> Option<QuantityId> {
    let knowledge = reader.knowledge;
    let row = knowledge.numbers.iter().find(|number| number.id == id);
    let Some((row, quantity)) = row.and_then(|row| Some((row, row.quantity()?))) else {
        let of_chain = CHAIN.iter().filter(|chain| chain.0 == link).map(|chain| chain.1);
        let of_link = knowledge.numbers.iter().filter(|number| number.link == link).map(|number| number.id.as_str());
        let known: Vec<&str> = of_chain.chain(of_link).collect();
        let near = vesica_model::diagnostic::nearest(id, known.iter().copied());
        let help =
            near.map_or(format!("`vesica know {link}` lists its numbers"), |near| format!("did you mean `{near}`?"));
        reader.problem("E30", format!("link {link} has no number `{id}`"), span, help);
        return None;
    };
    if row.link != link {
        let help =
            format!("write {}.\"{id}\"", if row.link.is_empty() { "it in another place, not" } else { row.link });
        reader.problem("E30", format!("`{id}` is no number of link {link}"), span, help);
        return None;
    }
    let mut expected = Expected::of(quantity.unit.dimension).named(format!("`{id}`"));
    expected.may_be_negative = quantity.ends().0 < 0.0;
    let limits = if expected.may_be_negative { (f64::NEG_INFINITY, f64::INFINITY) } else { POSITIVE };
    let read = reader.quantity(node, &expected)?;
    Some(reader.add(format!("links.{link}.{id}"), read, expected, link, limits))
}
