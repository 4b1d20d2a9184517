//! Which mechanisms stand in a cell, how often, and with which names at their ports.

use std::collections::BTreeMap;

use vesica_model::Diagnostic;

use crate::knowledge::{CellType, Knowledge, Repeat, mangle};
use crate::scenario::{Cell, Scenario};

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

/// Names that fill the places of a repeated mechanism: `gene` -> `GPX4`.
type Key = BTreeMap<&'static str, String>;

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
    for repeat in &kind.repeats {
        let Some((module, ports)) = ports_of(knowledge, &repeat.mechanism, &cell.is, problems) else { continue };
        let Some(keys) = keys_of(&repeat.over, scenario, cell, kind) else {
            problems.push(
                Diagnostic::error("E73", format!("cell type `{}` repeats over `{}`", cell.is, repeat.over))
                    .help("lists: gene, mirna, target, sent, received, sent_cargo, received_cargo"),
            );
            continue;
        };
        instances.extend(keys.iter().map(|key| repeated(module, &ports, repeat, key)));
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

fn repeated(module: &str, ports: &[String], repeat: &Repeat, key: &Key) -> Instance {
    let joined = key.values().map(|part| mangle(part)).collect::<Vec<_>>().join("_");
    let bound = ports.iter().map(|port| repeat.bind.get(port).map_or_else(|| port.clone(), |name| fill(name, key)));
    Instance {
        name: format!("{module}__{joined}"),
        module: module.to_owned(),
        key: key.values().cloned().collect::<Vec<_>>().join("."),
        ports: bound.collect(),
    }
}

/// `mRNA_{gene}` -> `mRNA_GPX4`
fn fill(template: &str, key: &Key) -> String {
    key.iter().fold(template.to_owned(), |text, (place, with)| text.replace(&format!("{{{place}}}"), &mangle(with)))
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

/// The keys of a list; `None` when there is no such list.
fn keys_of(list: &str, scenario: &Scenario, cell: &Cell, kind: &CellType) -> Option<Vec<Key>> {
    let sent = || scenario.vesicles.iter().filter(|vesicle| vesicle.from.as_ref() == Some(&cell.name));
    let received = || scenario.vesicles.iter().filter(|vesicle| vesicle.to.contains(&cell.name));
    let mut mirnas: Vec<String> = received().flat_map(|v| v.cargo.iter().map(|cargo| cargo.name.clone())).collect();
    mirnas.sort();
    mirnas.dedup();
    let genes = || cell.genes(kind).filter(|gene| scenario.links.act.contains_key(*gene));
    let one = |place: &'static str, name: &str| Key::from([(place, name.to_owned())]);
    let carried = |vesicle: &crate::scenario::Vesicle| -> Vec<Key> {
        let keys = vesicle.cargo.iter();
        keys.map(|cargo| Key::from([("vesicle", vesicle.name.clone()), ("cargo", cargo.name.clone())])).collect()
    };
    Some(match list {
        "gene" => cell.genes(kind).map(|gene| one("gene", gene)).collect(),
        "mirna" => mirnas.iter().map(|mirna| one("mirna", mirna)).collect(),
        "target" => mirnas
            .iter()
            .flat_map(|mirna| genes().map(|gene| Key::from([("gene", gene.clone()), ("mirna", mirna.clone())])))
            .collect(),
        "sent" => sent().map(|vesicle| one("vesicle", &vesicle.name)).collect(),
        "received" => received().map(|vesicle| one("vesicle", &vesicle.name)).collect(),
        "sent_cargo" => sent().flat_map(carried).collect(),
        "received_cargo" => received().flat_map(carried).collect(),
        _ => return None,
    })
}
