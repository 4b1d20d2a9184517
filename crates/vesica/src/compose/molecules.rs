//! Which molecules a cell deals with: what vesicles bring it, and which guides it knows.

use crate::knowledge::{Kind, Knowledge, mangle};
use crate::scenario::{Arm, Cargo, Cell, Destination, Vesicle};

/// A molecule that vesicles bring to a cell, whatever their kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Molecule {
    /// Canonical name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Where it acts.
    pub acts_at: Destination,
    /// Its gene.
    pub gene: Option<String>,
    /// Cell-level name of its signal.
    pub signal: String,
}

/// A guide that a cell has to do with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Guide {
    /// Canonical name.
    pub name: String,
    /// miRNA, or siRNA.
    pub kind: Kind,
    /// The gene that an siRNA cuts; `None` for a miRNA.
    pub gene: Option<String>,
}

/// Everything that vesicles bring to a cell, sorted, each once for each place where it acts.
pub fn received(vesicles: &[Vesicle], cell: &Cell) -> Vec<Molecule> {
    let one = |cargo: &Cargo| Molecule {
        name: cargo.name.clone(),
        kind: cargo.kind,
        acts_at: cargo.acts_at,
        gene: cargo.gene.clone(),
        signal: cargo.signal.clone().unwrap_or_else(|| format!("signal_{}", mangle(&cargo.name))),
    };
    let brought = vesicles.iter().filter(|vesicle| vesicle.to.contains(&cell.name));
    let mut molecules: Vec<Molecule> = brought.flat_map(|vesicle| vesicle.cargo.iter().map(one)).collect();
    molecules.sort();
    molecules.dedup();
    molecules
}

/// The drugs that vesicles bring to a cell or carry away from it, sorted, each once.
pub fn carried_drugs<'a>(vesicles: &'a [Vesicle], cell: &Cell) -> Vec<&'a str> {
    let is_its = |vesicle: &&Vesicle| vesicle.from.as_ref() == Some(&cell.name) || vesicle.to.contains(&cell.name);
    let cargo = vesicles.iter().filter(is_its).flat_map(|vesicle| &vesicle.cargo);
    let mut drugs: Vec<&str> =
        cargo.filter(|cargo| cargo.kind == Kind::Drug).map(|cargo| cargo.name.as_str()).collect();
    drugs.sort_unstable();
    drugs.dedup();
    drugs
}

/// The guides of a cell, sorted, each once: those that vesicles bring, those that its `state` names, and those about
/// which some arm doses a drug (a mimic, an siRNA, an antisense oligonucleotide).
pub fn guides(vesicles: &[Vesicle], arms: &[Arm], knowledge: &Knowledge, cell: &Cell) -> Vec<Guide> {
    let guide = |name: String, kind: Kind, gene: Option<String>| {
        let gene = gene.filter(|_| kind == Kind::Sirna);
        kind.is_guide().then_some(Guide { name, kind, gene })
    };
    let brought = received(vesicles, cell).into_iter().filter_map(|one| guide(one.name, one.kind, one.gene));
    let is_mirna = |name: &&String| knowledge.one_mirna(name).is_some_and(|found| found.name == **name);
    let own = cell.state.keys().filter(is_mirna).cloned();
    let drugs = super::drugs::here(arms, vesicles, cell);
    let about = drugs.iter().flat_map(|drug| knowledge.drug(drug).unwrap_or_default()).filter_map(|row| row.mirna);
    let mirnas = own.chain(about).filter_map(|name| guide(name, Kind::Mirna, None));
    let dosed = drugs.iter().filter_map(|drug| knowledge.molecule(drug));
    let dosed = dosed.filter_map(|molecule| guide(molecule.name, molecule.kind, molecule.gene));
    let mut guides: Vec<Guide> = brought.chain(mirnas).chain(dosed).collect();
    guides.sort();
    guides.dedup();
    guides
}
