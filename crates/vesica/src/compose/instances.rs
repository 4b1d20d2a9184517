//! Which mechanisms stand in a cell, how often, and with which names at their ports.

use std::collections::{BTreeMap, BTreeSet};

use vesica_model::Diagnostic;

use super::molecules::{Guide, Molecule, carried_drugs, guides, received};
use crate::knowledge::{CellType, Kind, Knowledge, Repeat, mangle};
use crate::scenario::{Cargo, Cell, Destination, Origin, Scenario, Vesicle};

/// One copy of a mechanism in a cell.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Name of the copy: the module, or `module__KEY`.
    pub name: String,
    /// Module.
    pub module: String,
    /// Key under which special numbers may stand (`GPX4`); empty when the module stands once.
    pub key: String,
    /// Cell-level names at the ports, in the order of the ports.
    pub ports: Vec<String>,
}

impl Instance {
    /// Ids under which a constant may stand in the table, the special one first.
    pub fn number_ids(&self, constant: &str) -> Vec<String> {
        let general = format!("{}.{constant}", self.module);
        if self.key.starts_with("drug.") {
            return vec![format!("{}.{constant}", self.key)];
        }
        if self.key.is_empty() {
            vec![general]
        } else {
            vec![format!("{}.{}.{constant}", self.module, self.key), general]
        }
    }
}

/// One copy of a repeated mechanism: what it is of, and the names that fill its places.
#[derive(Debug, Default)]
struct Key {
    /// `["ALOX15", "hsa-miR-522-3p"]`: makes the name of the copy and the id of its numbers.
    parts: Vec<String>,
    /// `gene` -> `ALOX15`.
    places: BTreeMap<&'static str, String>,
    /// What a filter looks at: the kind of the cargo, where it acts, whether the cell has its gene, whence the vesicle
    /// comes, and whether receptors hold it.
    kind: Option<Kind>,
    acts_at: Option<Destination>,
    has_gene: bool,
    origin: Option<Origin>,
    is_held: bool,
}

/// All mechanisms of a cell.
pub fn of_cell(
    scenario: &Scenario,
    knowledge: &Knowledge,
    cell: &Cell,
    kind: &CellType,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Instance> {
    let mut instances = Vec::new();
    for mechanism in cell.mechanisms(kind) {
        if let Some((module, ports)) = ports_of(knowledge, mechanism, &cell.is, problems) {
            instances.push(Instance { name: module.to_owned(), module: module.to_owned(), key: String::new(), ports });
        }
    }
    let lists = Lists { scenario, knowledge, cell, kind };
    for repeat in &kind.repeats {
        let Some((module, ports)) = ports_of(knowledge, &repeat.mechanism, &cell.is, problems) else { continue };
        let Some(keys) = lists.keys(&repeat.over) else {
            problems.push(
                Diagnostic::error("E73", format!("cell type `{}` repeats over `{}`", cell.is, repeat.over))
                    .help(format!("lists: {}", LISTS.join(", "))),
            );
            continue;
        };
        let mut wanted: Vec<&Key> = keys.iter().filter(|key| key.passes(repeat)).collect();
        // what names nothing stands once
        wanted.dedup_by(|later, earlier| later.parts.is_empty() && earlier.parts.is_empty());
        instances.extend(wanted.into_iter().map(|key| repeated(module, &ports, repeat, key)));
    }
    for gene in cell.genes(kind) {
        read_as_made(&mut instances, gene);
    }
    instances
}

/// Who reads the fixed amount of a gene that this cell makes and breaks down reads what is there.
fn read_as_made(instances: &mut [Instance], gene: &str) {
    let (fixed, made) = (format!("level_{}", mangle(gene)), format!("{}_relative", mangle(gene)));
    let others = instances.iter_mut().filter(|instance| instance.key != gene);
    for port in others.flat_map(|instance| &mut instance.ports).filter(|port| **port == fixed) {
        port.clone_from(&made);
    }
}

/// What a cell file can repeat over.
const LISTS: [&str; 12] = [
    "gene",
    "mirna",
    "target",
    "sender",
    "reader",
    "sent",
    "received",
    "sent_cargo",
    "received_cargo",
    "received_molecule",
    "signal_target",
    "drug",
];

impl Key {
    fn of(parts: Vec<(&'static str, &str)>) -> Self {
        let places: BTreeMap<&'static str, String> =
            parts.into_iter().map(|(place, name)| (place, name.to_owned())).collect();
        Self { parts: places.values().cloned().collect(), places, ..Self::default() }
    }

    fn of_kind(self, kind: Kind, acts_at: Destination, has_gene: bool) -> Self {
        Self { kind: Some(kind), acts_at: Some(acts_at), has_gene, ..self }
    }

    fn in_vesicle(self, vesicle: &Vesicle) -> Self {
        Self { origin: Some(vesicle.origin), is_held: vesicle.is_held(), ..self }
    }

    /// Whether the filters of a cell file let it through.
    fn passes(&self, repeat: &Repeat) -> bool {
        let is_kind = repeat.kind.is_empty() || self.kind.is_some_and(|kind| repeat.kind.contains(&kind));
        let is_there = repeat.acts_at.is_empty() || self.acts_at.is_some_and(|place| repeat.acts_at.contains(&place));
        let is_own = repeat.own_gene.is_none_or(|own| own == self.has_gene);
        let is_from = repeat.origin.is_empty() || self.origin.is_some_and(|origin| repeat.origin.contains(&origin));
        is_kind && is_there && is_own && is_from && repeat.held.is_none_or(|held| held == self.is_held)
    }
}

fn repeated(module: &str, ports: &[String], repeat: &Repeat, key: &Key) -> Instance {
    let joined = key.parts.iter().map(|part| mangle(part)).collect::<Vec<_>>().join("_");
    let bound = ports.iter().map(|port| repeat.bind.get(port).map_or_else(|| port.clone(), |name| fill(name, key)));
    Instance {
        name: if joined.is_empty() { module.to_owned() } else { format!("{module}__{joined}") },
        module: module.to_owned(),
        key: key.parts.join("."),
        ports: bound.collect(),
    }
}

/// `mRNA_{gene}` -> `mRNA_GPX4`
fn fill(template: &str, key: &Key) -> String {
    key.places
        .iter()
        .fold(template.to_owned(), |text, (place, with)| text.replace(&format!("{{{place}}}"), &mangle(with)))
}

/// Module name and ports of `9-decide/gpx4`.
fn ports_of<'a>(
    knowledge: &Knowledge,
    mechanism: &'a str,
    cell: &str,
    problems: &mut Vec<Diagnostic>,
) -> Option<(&'a str, Vec<String>)> {
    let module = mechanism.rsplit('/').next().unwrap_or(mechanism);
    let ports = knowledge.library.ports(module);
    if ports.is_none() || !knowledge.files.contains_key(&format!("links/{mechanism}.ant")) {
        problems.push(
            Diagnostic::error("E73", format!("cell type `{cell}` uses mechanism `{mechanism}`, which is not there"))
                .help(format!(
                    "add biology/links/{mechanism}.ant with `model {module}(...)`, or take it out of the cell file"
                )),
        );
        return None;
    }
    ports.map(|ports| (module, ports))
}

/// The lists of one cell.
struct Lists<'a> {
    scenario: &'a Scenario,
    knowledge: &'a Knowledge,
    cell: &'a Cell,
    kind: &'a CellType,
}

impl<'a> Lists<'a> {
    /// The keys of a list; `None` when there is no such list.
    fn keys(&self, list: &str) -> Option<Vec<Key>> {
        let guides = || guides(&self.scenario.vesicles, &self.scenario.arms, self.knowledge, self.cell).into_iter();
        let of_vesicle = |vesicle: &Vesicle| Key::of(vec![("vesicle", &vesicle.name)]).in_vesicle(vesicle);
        Some(match list {
            "gene" => self.cell.genes(self.kind).map(|gene| Key::of(vec![("gene", gene)])).collect(),
            "mirna" => guides().map(|guide| self.guide(&guide)).collect(),
            "target" => guides().flat_map(|guide| self.targets(&guide)).collect(),
            "sender" => self.sent().map(|vesicle| Key::default().in_vesicle(vesicle)).collect(),
            "reader" => self.readers().iter().map(|gene| Key::of(vec![("gene", gene)])).collect(),
            "sent" => self.sent().map(of_vesicle).collect(),
            "received" => self.received().map(of_vesicle).collect(),
            "sent_cargo" => self.sent().flat_map(|vesicle| self.carried(vesicle)).collect(),
            "received_cargo" => self.received().flat_map(|vesicle| self.carried(vesicle)).collect(),
            "received_molecule" => {
                received(&self.scenario.vesicles, self.cell).iter().map(|one| self.molecule(one)).collect()
            }
            "drug" => {
                let drugs = carried_drugs(&self.scenario.vesicles, self.cell).into_iter();
                drugs.map(|drug| Key::of(vec![("molecule", drug)])).collect()
            }
            "signal_target" => {
                received(&self.scenario.vesicles, self.cell).iter().flat_map(|one| self.heard_by(one)).collect()
            }
            _ => return None,
        })
    }

    fn sent(&self) -> impl Iterator<Item = &'a Vesicle> {
        self.scenario.vesicles.iter().filter(|vesicle| vesicle.from.as_ref() == Some(&self.cell.name))
    }

    fn received(&self) -> impl Iterator<Item = &'a Vesicle> {
        self.scenario.vesicles.iter().filter(|vesicle| vesicle.to.contains(&self.cell.name))
    }

    /// Genes whose proteins pack the cargo that the cell sends, or hold it back.
    fn readers(&self) -> BTreeSet<&'a String> {
        let cargo =
            self.sent().filter(|vesicle| vesicle.origin != Origin::DyingCell).flat_map(|vesicle| &vesicle.cargo);
        cargo.flat_map(|cargo| cargo.packing.packed_by.iter().chain(&cargo.packing.held_by)).collect()
    }

    /// Whether the cell makes the protein of a gene itself.
    fn has(&self, gene: Option<&String>) -> bool {
        gene.is_some_and(|gene| self.cell.expresses(self.kind, gene))
    }

    fn guide(&self, guide: &Guide) -> Key {
        let key = Key::of(vec![("mirna", &guide.name)]);
        key.of_kind(guide.kind, Destination::Cytosol, self.has(guide.gene.as_ref()))
    }

    /// A miRNA acts on the genes of [links] act that it has to do with, a guide that cuts on its own gene.
    fn targets(&self, guide: &Guide) -> Vec<Key> {
        let named = self.scenario.targets_of(&guide.name);
        let acts = |gene: &&String| match &guide.gene {
            Some(own) => own == *gene,
            None => named.contains(gene),
        };
        let genes = self.cell.genes(self.kind).filter(acts);
        let key = |gene: &String| {
            let key = Key::of(vec![("gene", gene), ("mirna", &guide.name)]);
            key.of_kind(guide.kind, Destination::Cytosol, true)
        };
        genes.map(key).collect()
    }

    fn carried(&self, vesicle: &Vesicle) -> Vec<Key> {
        let key = |cargo: &Cargo| {
            let mut key = Key::of(vec![("cargo", &cargo.name), ("vesicle", &vesicle.name)]);
            key.places.extend(cargo.gene.iter().map(|gene| ("gene", gene.clone())));
            key.of_kind(cargo.kind, cargo.acts_at, self.has(cargo.gene.as_ref())).in_vesicle(vesicle)
        };
        vesicle.cargo.iter().map(key).collect()
    }

    /// The genes that a signal changes: those of [links] act that the cargo names.
    fn heard_by(&self, molecule: &Molecule) -> Vec<Key> {
        let genes = self.scenario.targets_of(&molecule.name).into_iter().filter(|gene| self.has(Some(gene)));
        let key = |gene: &String| {
            let mut key = Key::of(vec![("gene", gene), ("molecule", &molecule.name)]);
            key.places.insert("signal", molecule.signal.clone());
            key.of_kind(molecule.kind, molecule.acts_at, self.has(molecule.gene.as_ref()))
        };
        genes.map(key).collect()
    }

    fn molecule(&self, molecule: &Molecule) -> Key {
        let mut key = Key::of(vec![("molecule", &molecule.name)]);
        key.places.extend(molecule.gene.iter().map(|gene| ("gene", gene.clone())));
        key.places.insert("signal", molecule.signal.clone());
        key.of_kind(molecule.kind, molecule.acts_at, self.has(molecule.gene.as_ref()))
    }
}
