//! Which genes a scenario names in which cell: those are expressed there although the cell type does not list them.
//!
//! Read from the tree before the cells are, because a cell's amounts are read with the cell. What cannot be read
//! here is no error here: it has one where it stands.

use std::collections::{BTreeMap, BTreeSet};

use vesica_model::Span;
use vesica_model::diagnostic::nearest;

use super::fields::Reader;
use super::tree::{Node, Table, Value};
use crate::knowledge::{CellType, Destination, Knowledge, MECHANISM};

/// Genes by their symbols.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Of which a cell needs the amount only: cell -> genes.
    amounts: BTreeMap<String, BTreeSet<String>>,
    /// Of which something makes, breaks down, binds or reads mRNA or protein: cell -> genes.
    expressed: BTreeMap<String, BTreeSet<String>>,
}

/// The genes that a scenario names.
pub(super) fn named(table: &Table, knowledge: &Knowledge) -> Named {
    let mut named = Named::default();
    let scan = Scan { knowledge, table };
    scan.states(&mut named);
    scan.targets(&mut named);
    scan.readers(&mut named);
    scan.cargo(&mut named);
    scan.doses(&mut named);
    scan.measures(&mut named);
    named
}

/// What a scenario adds to a cell of a type.
#[derive(Debug, Default)]
pub(super) struct Added {
    /// Genes that are made and broken down, sorted.
    pub genes: Vec<String>,
    /// Mechanisms.
    pub mechanisms: Vec<String>,
    /// Amounts that those mechanisms read, sorted.
    pub amounts: Vec<String>,
}

impl Named {
    /// What a cell of a type has beyond its own when it is given some mechanisms.
    pub(super) fn of_cell(&self, cell: &str, kind: &CellType, given: Vec<String>, knowledge: &Knowledge) -> Added {
        let of = |by_cell: &BTreeMap<String, BTreeSet<String>>| by_cell.get(cell).cloned().unwrap_or_default();
        let (amounts, mut genes) = (of(&self.amounts), of(&self.expressed));
        let mut mechanisms = given;
        bring(&mut mechanisms, amounts.iter(), knowledge);
        // an amount that the cell reads as fixed can be set without being made and broken down
        let read = knowledge.amounts_read(kind.mechanisms.iter().chain(&mechanisms));
        genes.extend(amounts.into_iter().filter(|gene| !kind.amounts.contains(gene) && !read.contains(gene)));
        let genes = knowledge.with_companions(kind, &genes);
        bring(&mut mechanisms, genes.iter(), knowledge);
        let is_new = |amount: &String| !kind.state_names().any(|name| name == amount) && !genes.contains(amount);
        let amounts = knowledge.amounts_read(mechanisms.iter()).into_iter().filter(is_new).collect();
        Added { genes, mechanisms, amounts }
    }
}

/// Adds the mechanisms that genes bring.
fn bring<'g>(mechanisms: &mut Vec<String>, genes: impl Iterator<Item = &'g String>, knowledge: &Knowledge) {
    let actions = genes.flat_map(|gene| knowledge.actions_of_gene(gene));
    for action in actions.filter(|action| action.form == MECHANISM) {
        if !mechanisms.contains(&action.port) {
            mechanisms.push(action.port.clone());
        }
    }
}

impl Reader<'_> {
    /// A gene that a cell does not have: the nearest of those that it has or could have, else those that it has.
    pub(super) fn unknown_gene(&mut self, what: &str, kind: &CellType, name: &str, span: &Span, known: &[&str]) {
        let names = self.knowledge.gene_actions.iter().map(|action| action.gene.as_str());
        let could: Vec<&str> = known.iter().copied().chain(names).collect();
        let near = nearest(name, could.iter().copied());
        self.unknown(
            "E12",
            &format!("{what} of {}", kind.name),
            name,
            span,
            if near.is_some() { &could } else { known },
        );
    }
}

struct Scan<'a> {
    knowledge: &'a Knowledge,
    table: &'a Table,
}

impl<'a> Scan<'a> {
    fn tables(&self, name: &str) -> impl Iterator<Item = (&'a str, &'a Table)> {
        entries(self.table.get(name).and_then(|entry| inner(&entry.node)))
    }

    fn gene(&self, name: &str) -> Option<String> {
        self.knowledge.gene(name).map(str::to_owned)
    }

    /// `[cell.NAME] state = { GENE = .. }`, and what an arm sets of it.
    fn states(&self, named: &mut Named) {
        for (cell, table) in self.tables("cell") {
            let state = table.get("state").and_then(|entry| inner(&entry.node));
            let genes = state.into_iter().flat_map(|state| &state.entries).filter_map(|entry| self.gene(&entry.key));
            named.amounts.entry(cell.to_owned()).or_default().extend(genes);
        }
        let cells: Vec<&str> = self.tables("cell").map(|(cell, _)| cell).collect();
        for (_, arm) in self.tables("arm") {
            let Some(set) = arm.get("set").and_then(|entry| inner(&entry.node)) else { continue };
            for path in paths(set) {
                let Some((before, gene)) = path.rsplit_once("state.") else { continue };
                let Some(gene) = self.gene(gene) else { continue };
                let before = before.trim_end_matches('.');
                let is_meant =
                    |cell: &&&str| before.is_empty() || before == **cell || before.ends_with(&format!(".{cell}"));
                for cell in cells.iter().filter(is_meant) {
                    named.amounts.entry((*cell).to_owned()).or_default().insert(gene.clone());
                }
            }
        }
    }

    /// Cargo that is made of a gene, codes for it or cuts it: in every cell that takes it up. What is read at the
    /// surface adds nothing to what the cell makes.
    fn cargo(&self, named: &mut Named) {
        for (_, vesicle) in self.tables("vesicle") {
            let mut genes = BTreeSet::new();
            for (name, cargo) in entries(vesicle.get("cargo").and_then(|entry| inner(&entry.node))) {
                let word = |key: &str| cargo.get(key).map(|entry| texts(&entry.node)).unwrap_or_default().pop();
                let known = self.knowledge.molecule(name);
                let usual = known.as_ref().map_or(Destination::Cytosol, |molecule| molecule.acts_at);
                let acts_at = word("acts_at").map_or(Some(usual), |word| Destination::of_word(&word));
                let gene = known.and_then(|molecule| molecule.gene).or_else(|| word("gene"));
                if acts_at != Some(Destination::Periphery) {
                    genes.extend(gene.and_then(|gene| self.gene(&gene)));
                }
            }
            for cell in self.receivers(vesicle) {
                named.expressed.entry(cell).or_default().extend(genes.iter().cloned());
            }
        }
    }

    /// A dose of an siRNA: its gene in every cell.
    fn doses(&self, named: &mut Named) {
        for (_, arm) in self.tables("arm") {
            let doses = arm.get("dose").map(|entry| tables_in(&entry.node)).unwrap_or_default();
            let drugs = doses.iter().filter_map(|dose| texts(&dose.get("drug")?.node).pop());
            let genes: Vec<String> = drugs.filter_map(|drug| self.knowledge.molecule(&drug)?.gene).collect();
            for (cell, _) in self.tables("cell") {
                named.expressed.entry(cell.to_owned()).or_default().extend(genes.iter().cloned());
            }
        }
    }

    /// Cells that take a vesicle up.
    fn receivers(&self, vesicle: &Table) -> Vec<String> {
        let all = || self.tables("cell").map(|(cell, _)| cell.to_owned()).collect();
        vesicle.get("to").map_or_else(all, |entry| texts(&entry.node))
    }

    /// `[links] act.GENE`: in every cell that takes up vesicles.
    fn targets(&self, named: &mut Named) {
        let act = self.table.get("links").and_then(|entry| inner(&entry.node)?.get("act"));
        let act = act.and_then(|entry| inner(&entry.node));
        let genes: Vec<String> =
            act.into_iter().flat_map(|act| &act.entries).filter_map(|entry| self.gene(&entry.key)).collect();
        let quoted =
            self.table.get("links").and_then(|entry| inner(&entry.node)).into_iter().flat_map(|links| &links.entries);
        let quoted = quoted.filter_map(|entry| self.gene(entry.key.strip_prefix("act.")?));
        let genes: BTreeSet<String> = genes.into_iter().chain(quoted).collect();
        for (_, vesicle) in self.tables("vesicle") {
            for cell in self.receivers(vesicle) {
                named.expressed.entry(cell).or_default().extend(genes.iter().cloned());
            }
        }
    }

    /// `packed_by = "GENE"`, `held_by = "GENE"`: in the cell that sends.
    fn readers(&self, named: &mut Named) {
        for (_, vesicle) in self.tables("vesicle") {
            let from = vesicle.get("from").map(|entry| texts(&entry.node)).unwrap_or_default();
            for (_, cargo) in entries(vesicle.get("cargo").and_then(|entry| inner(&entry.node))) {
                let keys = ["packed_by", "held_by"].into_iter().filter_map(|key| cargo.get(key));
                let readers: Vec<String> = keys.flat_map(|entry| texts(&entry.node)).collect();
                for (cell, gene) in from.iter().flat_map(|cell| readers.iter().map(move |gene| (cell, gene))) {
                    named.expressed.entry(cell.clone()).or_default().extend(self.gene(gene));
                }
            }
        }
    }

    /// `reads = "protein(GENE, CELL)"`
    fn measures(&self, named: &mut Named) {
        for (_, measure) in self.tables("measure") {
            let reads = measure.get("reads").map(|entry| texts(&entry.node)).unwrap_or_default();
            let Some((_, rest)) = reads.first().and_then(|text| text.split_once('(')) else { continue };
            let Some((argument, cell)) = rest.split_once(')').and_then(|(inside, _)| inside.split_once(',')) else {
                continue;
            };
            let argument = argument.trim();
            // a molecule that vesicles bring is read as itself, though a gene may have its name as another
            if self.knowledge.molecule(argument).is_none_or(|molecule| molecule.name != argument) {
                named.expressed.entry(cell.trim().to_owned()).or_default().extend(self.gene(argument));
            }
        }
    }
}

fn inner(node: &Node) -> Option<&Table> {
    match &node.value {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

fn entries(table: Option<&Table>) -> impl Iterator<Item = (&str, &Table)> {
    let all = table.into_iter().flat_map(|table| &table.entries);
    all.filter_map(|entry| Some((entry.key.as_str(), inner(&entry.node)?)))
}

fn texts(node: &Node) -> Vec<String> {
    match &node.value {
        Value::Text(text) => vec![text.clone()],
        Value::List(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// A table, or the tables of a list.
fn tables_in(node: &Node) -> Vec<&Table> {
    match &node.value {
        Value::Table(table) => vec![table],
        Value::List(items) => items.iter().flat_map(tables_in).collect(),
        _ => Vec::new(),
    }
}

/// Every path below a table, from nested tables and from quoted keys.
fn paths(table: &Table) -> Vec<String> {
    let below =
        |entry: &super::tree::Entry| match inner(&entry.node).filter(|_| !super::paths::is_quantity(&entry.node)) {
            Some(inside) => paths(inside).into_iter().map(|path| format!("{}.{path}", entry.key)).collect(),
            None => vec![entry.key.clone()],
        };
    table.entries.iter().flat_map(below).collect()
}
