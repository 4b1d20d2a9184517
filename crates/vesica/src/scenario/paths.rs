//! Names of numbers: a path in the file, or any end of it that is unique.

use std::collections::BTreeMap;

use vesica_model::Span;

use super::QuantityId;
use super::fields::Reader;
use super::tree::{Node, Table, Value};
use crate::quantity::Quantity;

/// What a path may mean.
pub(super) enum Found {
    One(QuantityId),
    Several(Vec<String>),
    None,
}

impl Reader<'_> {
    /// The number whose path is `name` or, if only one does, ends in `.name`; the gene at its end by any of its names.
    pub fn find(&self, name: &str) -> Found {
        match self.find_written(name) {
            Found::None => {}
            found => return found,
        }
        let (before, last) = name.rsplit_once('.').map_or(("", name), |(before, last)| (before, last));
        match self.knowledge.gene(last) {
            Some(gene) if before.is_empty() => self.find_written(gene),
            Some(gene) => self.find_written(&format!("{before}.{gene}")),
            None => Found::None,
        }
    }

    fn find_written(&self, name: &str) -> Found {
        let exact = self.quantities.iter().position(|named| named.path == name);
        if let Some(index) = exact {
            return Found::One(QuantityId(index));
        }
        let ending = format!(".{name}");
        let fitting: Vec<usize> =
            (0..self.quantities.len()).filter(|index| self.quantities[*index].path.ends_with(&ending)).collect();
        match fitting.as_slice() {
            [] => Found::None,
            [only] => Found::One(QuantityId(*only)),
            several => Found::Several(several.iter().map(|index| self.quantities[*index].path.clone()).collect()),
        }
    }

    /// `set = { cell.caf.count = 0 }`: numbers that an arm replaces.
    pub fn set(&mut self, table: &Table) -> BTreeMap<QuantityId, Quantity> {
        let mut set = BTreeMap::new();
        for (path, span, node) in settings(table) {
            if let Some((id, quantity)) = self.setting(&path, &span, node) {
                set.insert(id, quantity);
            }
        }
        set
    }

    fn setting(&mut self, path: &str, span: &Span, node: &Node) -> Option<(QuantityId, Quantity)> {
        let id = match self.find(path) {
            Found::One(id) => id,
            Found::Several(paths) => {
                let message = format!("`{path}` could be several numbers");
                self.problem("E19", message, span, format!("write one of: {}", paths.join(", ")));
                return None;
            }
            Found::None => {
                self.unknown_path(path, span);
                return None;
            }
        };
        let expected = self.expected[id.0].clone();
        let read = self.quantity(node, &expected)?;
        if path.ends_with("count") && !self.is_whole(&read.quantity, node) {
            return None;
        }
        if read.quantity.or_zero {
            let help = "write it where the number stands first; every hypothesis then goes through all arms";
            self.problem("E33", "`0 or ..` makes hypotheses, and those hold for all arms", &read.span, help);
            return None;
        }
        let limits = self.quantities[id.0].limits;
        self.is_within(path, &read.quantity, limits, &read.span).then_some((id, read.quantity))
    }

    fn unknown_path(&mut self, path: &str, span: &Span) {
        if path.split('.').any(|name| self.lost.contains(name)) {
            return;
        }
        let ends: Vec<String> = self.quantities.iter().flat_map(|named| ends(&named.path)).collect();
        let known: Vec<&str> = ends.iter().map(String::as_str).collect();
        let help = match vesica_model::diagnostic::nearest(path, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "a path is written as in the file: cell.NAME.count, vesicle.NAME.rate, links.deliver.escape".to_owned()
            }
        };
        self.problem("E19", format!("no number `{path}` to set"), span, help);
    }
}

/// A path and all its ends.
fn ends(path: &str) -> Vec<String> {
    let cuts = path.match_indices('.').map(|(at, _)| path[at + 1..].to_owned());
    std::iter::once(path.to_owned()).chain(cuts).collect()
}

/// Whether a node is a number or `{ is = .. }`, not a table of them.
pub(super) fn is_quantity(node: &Node) -> bool {
    match &node.value {
        Value::Table(table) => table.get("is").is_some(),
        _ => true,
    }
}

/// Every path of a table with its value, from nested tables and from quoted keys.
fn settings(table: &Table) -> Vec<(String, Span, &Node)> {
    let mut found = Vec::new();
    for entry in &table.entries {
        match &entry.node.value {
            Value::Table(inner) if !is_quantity(&entry.node) => {
                let below = settings(inner);
                found.extend(below.into_iter().map(|(path, span, node)| (format!("{}.{path}", entry.key), span, node)));
            }
            _ => found.push((entry.key.clone(), entry.key_span.clone(), &entry.node)),
        }
    }
    found
}
