//! Doses and cargo that change nothing here.

use std::collections::{BTreeMap, BTreeSet};

use vesica_model::Diagnostic;

use super::fields::Reader;
use super::{Cell, Dosed, Scenario};
use crate::knowledge::{CellType, DrugAction, Repeat, mangle};

pub(super) fn check(reader: &mut Reader<'_>, scenario: &Scenario) {
    if scenario.links.act.is_empty() {
        for cargo in scenario.vesicles.iter().flat_map(|vesicle| &vesicle.cargo) {
            let found = Diagnostic::error("W34", format!("{} acts on no gene here", cargo.name))
                .help("add the gene that it represses to [links]: act.GENE = \"unknown (0.2..0.9 of control)\"");
            reader.problems.push(match &scenario.quantities[cargo.copies.0].span {
                Some(span) => found.at(span.clone()),
                None => found,
            });
        }
    }
    let Some(ports) = scenario.cells.iter().map(|cell| ports(reader, scenario, cell)).collect::<Option<Vec<_>>>()
    else {
        return;
    };
    let ports: BTreeSet<String> = ports.into_iter().flatten().collect();
    let mut seen = BTreeSet::new();
    for dose in scenario.arms.iter().flat_map(|arm| &arm.doses) {
        let Dosed::Drug(name) = &dose.what else { continue };
        if !seen.insert(name.as_str()) {
            continue;
        }
        let own = scenario.drugs.iter().find(|drug| drug.action.name == *name);
        let actions: Vec<DrugAction> = match own {
            Some(drug) => vec![drug.action.clone()],
            None => reader.knowledge.drug(name).unwrap_or_default(),
        };
        if actions.iter().all(|action| !ports.contains(&action.port)) {
            let targets: Vec<&str> = actions.iter().map(|action| action.port.as_str()).collect();
            let found = Diagnostic::error("W14", format!("{name} acts on nothing here"))
                .help(format!("no cell here has {}; the dose changes nothing", targets.join(" or ")));
            reader.problems.push(match &scenario.quantities[dose.amount.0].span {
                Some(span) => found.at(span.clone()),
                None => found,
            });
        }
    }
}

/// Every cell-level name that a mechanism of the cell has as a port. `None` when a mechanism is not known.
fn ports(reader: &Reader<'_>, scenario: &Scenario, cell: &Cell) -> Option<BTreeSet<String>> {
    let kind = reader.knowledge.cells.get(&cell.is)?;
    let mut names = BTreeSet::new();
    for mechanism in &kind.mechanisms {
        names.extend(module_ports(reader, mechanism)?);
    }
    for repeat in &kind.repeats {
        let ports = module_ports(reader, &repeat.mechanism)?;
        for key in keys(scenario, cell, kind, repeat) {
            names.extend(ports.iter().map(|port| bound(repeat, port, &key)));
        }
    }
    Some(names)
}

fn module_ports(reader: &Reader<'_>, mechanism: &str) -> Option<Vec<String>> {
    reader.knowledge.library.ports(mechanism.rsplit('/').next()?)
}

/// Cell-level name of a port for one key of the list.
fn bound(repeat: &Repeat, port: &str, key: &BTreeMap<&str, String>) -> String {
    let Some(template) = repeat.bind.get(port) else { return port.to_owned() };
    key.iter().fold(template.clone(), |name, (place, value)| name.replace(&format!("{{{place}}}"), &mangle(value)))
}

/// Keys of the list that a mechanism repeats over.
fn keys<'a>(scenario: &Scenario, cell: &Cell, kind: &CellType, repeat: &Repeat) -> Vec<BTreeMap<&'a str, String>> {
    let cargo = || scenario.vesicles.iter().flat_map(|vesicle| vesicle.cargo.iter().map(move |cargo| (vesicle, cargo)));
    let sends = |from: &Option<String>| from.as_ref() == Some(&cell.name);
    let receives = |to: &[String]| to.contains(&cell.name);
    let one = |place, value: &str| BTreeMap::from([(place, value.to_owned())]);
    let two =
        |vesicle: &str, cargo: &str| BTreeMap::from([("vesicle", vesicle.to_owned()), ("cargo", cargo.to_owned())]);
    match repeat.over.as_str() {
        "gene" => kind.genes.iter().map(|gene| one("gene", gene)).collect(),
        "mirna" => cargo().map(|(_, cargo)| one("mirna", &cargo.name)).collect(),
        "target" => cargo()
            .flat_map(|(_, cargo)| {
                let pair = |gene: &String| BTreeMap::from([("mirna", cargo.name.clone()), ("gene", gene.clone())]);
                scenario.links.act.keys().map(pair).collect::<Vec<_>>()
            })
            .collect(),
        "sent" => scenario.vesicles.iter().filter(|v| sends(&v.from)).map(|v| one("vesicle", &v.name)).collect(),
        "received" => scenario.vesicles.iter().filter(|v| receives(&v.to)).map(|v| one("vesicle", &v.name)).collect(),
        "sent_cargo" => cargo().filter(|(v, _)| sends(&v.from)).map(|(v, c)| two(&v.name, &c.name)).collect(),
        "received_cargo" => cargo().filter(|(v, _)| receives(&v.to)).map(|(v, c)| two(&v.name, &c.name)).collect(),
        _ => Vec::new(),
    }
}
