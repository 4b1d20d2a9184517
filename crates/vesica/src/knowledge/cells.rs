//! Cell types: which mechanisms a cell has, and over what they repeat. No numbers.

use std::collections::BTreeMap;

use serde::Deserialize;
use vesica_model::{Diagnostic, Span};

use super::{Destination, Kind, Knowledge, Origin};

/// A cell type of `biology/cells/`.
#[derive(Clone, Debug, Default)]
pub struct CellType {
    /// File stem.
    pub id: String,
    /// `cancer-associated fibroblast`
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Ids it is like, nearest first.
    pub lineage: Vec<String>,
    /// Where in a body it lives: `liver`; its own, or that of the nearest it is like. Empty: nowhere in particular.
    pub organ: String,
    /// Species, found in the same way: `human`.
    pub species: String,
    /// Diseases in which it is studied; its own, not those of what it is like.
    pub diseases: Vec<String>,
    /// What makes it different from what it is like, in words; empty when nothing is known.
    pub note: String,
    /// Whether it divides when a scenario does not say so.
    pub grows: bool,
    /// Genes expressed by the gene mechanism.
    pub genes: Vec<String>,
    /// Proteins whose amount is fixed (`level_{name}`).
    pub amounts: Vec<String>,
    /// `9-decide/gpx4`
    pub mechanisms: Vec<String>,
    /// Mechanisms that stand once for each key of a list.
    pub repeats: Vec<Repeat>,
    /// Pools with a level at rest.
    pub pools: BTreeMap<String, Pool>,
    /// Symbols worth keeping in a result.
    pub show: Vec<Shown>,
    /// Its fast part, if its balance is worth following; its own, or that of the nearest it is like.
    pub tipping: Option<Tipping>,
}

impl CellType {
    /// Id, name and aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [self.id.as_str(), self.name.as_str()].into_iter().chain(self.aliases.iter().map(String::as_str))
    }

    /// Everything whose amount a scenario can set under `state`.
    pub fn state_names(&self) -> impl Iterator<Item = &str> {
        let fixed = self.genes.iter().chain(&self.amounts).map(String::as_str);
        fixed.chain(self.pools.keys().map(String::as_str))
    }
}

/// A mechanism that stands once for each key of a list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// `8-act/gene_expression`
    pub mechanism: String,
    /// List: `gene`, `mirna`, `target`, `sender`, `reader`, `sent`, `received`, `sent_cargo`, `received_cargo`, `received_molecule`,
    /// `signal_target`.
    pub over: String,
    /// Only cargo of these kinds; empty for every kind.
    #[serde(default)]
    pub kind: Vec<Kind>,
    /// Only cargo that acts there; empty for everywhere.
    #[serde(default)]
    pub acts_at: Vec<Destination>,
    /// `true`: only cargo whose gene the cell has itself; `false`: only cargo whose gene it does not have.
    #[serde(default)]
    pub own_gene: Option<bool>,
    /// Only vesicles of these origins; empty for every origin.
    #[serde(default)]
    pub origin: Vec<Origin>,
    /// `true`: only vesicles that receptors hold; `false`: only those that none holds.
    #[serde(default)]
    pub held: Option<bool>,
    /// Port -> cell-level name with `{gene}`, `{mirna}`, `{vesicle}`, `{cargo}`, `{molecule}`.
    #[serde(default)]
    pub bind: BTreeMap<String, String>,
}

/// A pool with a level at rest.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// Species whose level it is.
    pub species: String,
    /// Factor that is moved until the species rests at its level.
    pub scales: String,
}

/// The fast part of a cell, whose steady states are followed while every other pool is held.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tipping {
    /// Species that move.
    pub fast: Vec<String>,
    /// Which of them is shown.
    pub shows: String,
    /// Held species along which they are followed, each on its own.
    pub along: Vec<String>,
}

/// A symbol worth keeping in a result.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Cell-level symbol; may hold `{gene}`, `{mirna}` or `{molecule}` (other cargo that arrives): then one for each.
    pub symbol: String,
    /// Label for people, with the same places to fill in.
    #[serde(default)]
    pub label: String,
    /// Link.
    #[serde(default)]
    pub link: String,
    /// Unit for people.
    #[serde(default)]
    pub unit: String,
}

/// The file as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CellFile {
    name: String,
    aliases: Vec<String>,
    like: Option<String>,
    organ: String,
    species: String,
    diseases: Vec<String>,
    note: String,
    grows: Option<bool>,
    without: Vec<String>,
    genes: Vec<String>,
    amounts: Vec<String>,
    mechanisms: Vec<String>,
    repeat: Vec<Repeat>,
    pool: BTreeMap<String, Pool>,
    show: Vec<Shown>,
    tipping: Option<Tipping>,
}

impl Knowledge {
    /// Reads `cells/*.toml` and resolves `like`.
    pub(super) fn read_cells(&mut self, problems: &mut Vec<Diagnostic>) {
        let mut files: BTreeMap<String, CellFile> = BTreeMap::new();
        for (path, text) in &self.files {
            let Some(id) = path.strip_prefix("cells/").and_then(|name| name.strip_suffix(".toml")) else { continue };
            match toml::from_str::<CellFile>(text) {
                Ok(file) => {
                    files.insert(id.to_owned(), file);
                }
                Err(error) => {
                    let range = error.span().unwrap_or(0..0);
                    let span = Span { file: format!("biology/{path}"), start: range.start, end: range.end };
                    problems.push(Diagnostic::error("E73", error.message().to_owned()).at(span));
                }
            }
        }
        for id in files.keys() {
            match resolve(id, &files) {
                Ok(cell) => {
                    self.cells.insert(id.clone(), cell);
                }
                Err(problem) => problems.push(problem),
            }
        }
        self.check_names(problems);
    }

    /// A name that two cell types share would mean one of them at random.
    fn check_names(&self, problems: &mut Vec<Diagnostic>) {
        let mut owners: BTreeMap<String, &str> = BTreeMap::new();
        for (id, cell) in &self.cells {
            for name in cell.names() {
                let other = owners.insert(name.to_lowercase(), id).filter(|other| other != id);
                problems.extend(other.map(|other| {
                    let message = format!("`{name}` names two cell types: `{other}` and `{id}`");
                    let help = format!("take the name or alias away from cells/{other}.toml or from this file");
                    Diagnostic::error("E73", message).at(self.place_in_cell(id, name)).help(help)
                }));
            }
        }
        for line in &self.cell_lines {
            for name in line.names() {
                let Some(other) = owners.get(&name.to_lowercase()).filter(|other| **other != line.cell) else {
                    continue;
                };
                let message =
                    format!("`{name}` is a cell line of `{}`, and a name of the cell type `{other}`", line.cell);
                let help = format!("take it away from one of the two: from this row, or from cells/{other}.toml");
                problems.push(Diagnostic::error("E77", message).at(self.place_of_line(&line.name)).help(help));
            }
        }
    }
}

impl Knowledge {
    /// The row of a cell line.
    fn place_of_line(&self, name: &str) -> Span {
        let text = self.files.get("cell_lines.tsv").map_or("", String::as_str);
        let start = text.find(&format!("\n{name}\t")).map_or(0, |at| at + 1);
        let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
        Span { file: "biology/cell_lines.tsv".to_owned(), start, end }
    }

    /// Where a name stands in the file of a cell type; its beginning, when that is its id.
    fn place_in_cell(&self, id: &str, name: &str) -> Span {
        let path = format!("cells/{id}.toml");
        let quoted = format!("\"{name}\"");
        let at = self.files.get(&path).and_then(|text| text.find(&quoted)).map(|start| (start, start + quoted.len()));
        let (start, end) = at.unwrap_or((0, 0));
        Span { file: format!("biology/{path}"), start, end }
    }
}

/// A cell with everything it inherits: lists of the parent first, less what it is without, own entries after. Names,
/// diseases and note are its own.
fn resolve(id: &str, files: &BTreeMap<String, CellFile>) -> Result<CellType, Diagnostic> {
    let mut lineage = vec![id.to_owned()];
    while let Some(parent) = lineage.last().and_then(|last| files.get(last)).and_then(|file| file.like.clone()) {
        if lineage.contains(&parent) || !files.contains_key(&parent) {
            let message = format!("cell type `{id}` is like `{parent}`, which is not there or leads back to itself");
            return Err(Diagnostic::error("E73", message).help("`like` names the file stem of another cell type"));
        }
        lineage.push(parent);
    }
    let mut cell = CellType { id: id.to_owned(), grows: true, ..CellType::default() };
    for ancestor in lineage.iter().rev() {
        let file = &files[ancestor];
        for item in &file.without {
            take_away(&mut cell, item)
                .map_err(|problem| problem.help(format!("`without` in cells/{ancestor}.toml")))?;
        }
        for (mine, theirs) in [(&mut cell.organ, &file.organ), (&mut cell.species, &file.species)] {
            if !theirs.is_empty() {
                mine.clone_from(theirs);
            }
        }
        cell.grows = file.grows.unwrap_or(cell.grows);
        extend_new(&mut cell.genes, &file.genes);
        extend_new(&mut cell.amounts, &file.amounts);
        extend_new(&mut cell.mechanisms, &file.mechanisms);
        extend_new(&mut cell.repeats, &file.repeat);
        extend_new(&mut cell.show, &file.show);
        cell.pools.extend(file.pool.clone());
        cell.tipping = file.tipping.clone().or(cell.tipping);
    }
    // what a cell makes as a gene of its own is no longer the fixed amount of what it is like
    let genes = &cell.genes;
    cell.amounts.retain(|amount| !genes.contains(amount));
    let own = &files[id];
    cell.name = if own.name.is_empty() { id.to_owned() } else { own.name.clone() };
    cell.aliases = own.aliases.clone();
    cell.diseases = own.diseases.clone();
    cell.note = own.note.clone();
    lineage.remove(0);
    cell.lineage = lineage;
    Ok(cell)
}

/// Takes away what a cell inherited: a whole list by its key (`genes`), the mechanisms of a link by their folder
/// (`9-decide`), one mechanism, or one gene, amount or pool.
fn take_away(cell: &mut CellType, item: &str) -> Result<(), Diagnostic> {
    let is_it = |name: &str| name == item;
    let of_item = |mechanism: &str| mechanism == item || mechanism.split('/').next() == Some(item);
    let n_before = n_items(cell);
    cell.mechanisms.retain(|mechanism| !of_item(mechanism));
    cell.repeats.retain(|repeat| !of_item(&repeat.mechanism));
    cell.genes.retain(|gene| !is_it(gene) && item != "genes");
    cell.amounts.retain(|amount| !is_it(amount) && item != "amounts");
    cell.pools.retain(|pool, _| !is_it(pool) && item != "pool");
    if n_items(cell) == n_before {
        let message = format!("cell type `{}` is without `{item}`, which what it is like does not have", cell.id);
        return Err(Diagnostic::error("E73", message));
    }
    Ok(())
}

fn n_items(cell: &CellType) -> usize {
    cell.mechanisms.len() + cell.repeats.len() + cell.genes.len() + cell.amounts.len() + cell.pools.len()
}

fn extend_new<T: Clone + PartialEq>(list: &mut Vec<T>, more: &[T]) {
    for item in more {
        if !list.contains(item) {
            list.push(item.clone());
        }
    }
}
