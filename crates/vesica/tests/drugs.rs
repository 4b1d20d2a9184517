//! Every drug moves what it is said to move, the way that its source says: `drugs/signs.tsv`, row by row.
//! Worlds are compared with themselves, so every difference is caused by the drug.

use std::collections::BTreeSet;

use vesica::knowledge::Knowledge;
use vesica::run::{Setup, Size, WorldResult, run};
use vesica::scenario::{self, Scenario};

/// Four worlds, and cells enough to see who lives.
const SMALL: Size = Size { n_worlds: 4, n_targets: 6, n_donors: 3, exchange: 7200.0 };

fn knowledge() -> Knowledge {
    let (knowledge, problems) = Knowledge::embedded();
    assert!(problems.is_empty(), "{problems:#?}");
    knowledge
}

/// A row of the table.
struct Sign {
    drug: &'static str,
    dose: &'static str,
    base: &'static str,
    reads: &'static str,
    at: &'static str,
    sign: &'static str,
    least: f64,
    source: &'static str,
}

fn signs() -> Vec<Sign> {
    let lines = include_str!("drugs/signs.tsv").lines().filter(|line| !line.starts_with('#')).skip(1);
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [drug, dose, base, reads, at, sign, least, source] = cells[..] else { panic!("eight columns: {line}") };
        Sign { drug, dose, base, reads, at, sign, least: least.parse().expect("a number"), source }
    };
    lines.map(row).collect()
}

/// One kind of cell that sends vesicles to itself, with what both arms get and the drug in one of them.
fn scenario_of(row: &Sign, knowledge: &Knowledge) -> Scenario {
    let dose = |drug: &str, amount: &str| format!("{{ drug = \"{drug}\", amount = \"{amount}\", at = \"0 h\" }}");
    let given = row.base.split(" + ").filter_map(|one| one.split_once(' ')).map(|(drug, amount)| dose(drug, amount));
    let base = given.collect::<Vec<_>>().join(", ");
    let with = [base.clone(), dose(row.drug, row.dose)].into_iter().filter(|dose| !dose.is_empty()).collect::<Vec<_>>();
    let reads = if row.reads.contains('(') { row.reads } else { "alive(it)" };
    let cargo = cargo_for(row.reads);
    let mechanisms = added_for(row, knowledge);
    let text = format!(
        r#"
vesica = 1
time = {{ span = "{at}", record = "{at}" }}
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
[cell.it]
is = "mammalian cell"
mechanisms = {mechanisms:?}
count = 10_000
varies = "20 %"
[vesicle.exo]
from = "it"
to = "it"
rate = "600 /cell/h"
[vesicle.exo.cargo."hsa-miR-522-3p"]
copies = "1 /vesicle"
{cargo}
[vesicle.bud]
from = "it"
to = []
origin = "plasma membrane"
rate = "600 /cell/h"
[links]
enter.clearance = "0.05 nL/h/cell"
deliver.escape = "20 %"
act.loaded = "50 %"
[arm.without]
dose = [{base}]
[arm.with]
dose = [{}]
[measure.it]
reads = "{reads}"
at = ["{at}"]
"#,
        with.join(", "),
        at = row.at,
    );
    let (scenario, problems) = scenario::read("test.toml", &text, "test", knowledge, &|_| None);
    scenario.unwrap_or_else(|| panic!("{}: {problems:#?}", row.drug))
}

/// A molecule that vesicles carry where the reading asks for one: at the surface, in the nucleus, DNA in the cytosol.
fn cargo_for(reads: &str) -> String {
    let molecules = ["TGF-beta 1", "15d-PGJ2", "genomic DNA", "PD-L1"];
    let asked = molecules.iter().find(|molecule| reads.contains(**molecule));
    let asked = asked.or(reads.contains("cytotoxicity").then_some(&"PD-L1"));
    asked.map_or(String::new(), |molecule| {
        format!("[vesicle.exo.cargo.\"{molecule}\"]\ncopies = \"10 /vesicle\"\ntargets = []")
    })
}

/// The mechanisms by which a cell can die of necroptosis.
const NECROPTOSIS: [&str; 3] = ["9-decide/death_receptor", "9-decide/necrosome", "9-decide/necroptosis"];

/// A killer that shows its own kind what it looks for, and what holds it back.
const KILLING: [&str; 3] = ["9-decide/antigen_display", "9-decide/cytotoxic_t_cell", "9-decide/pdl1_display"];

/// Mechanisms that the base cell lacks: those of necroptosis where the base has TNF, and any with a port on which the drug acts.
/// Those of bodies belong to no cell.
fn added_for(row: &Sign, knowledge: &Knowledge) -> Vec<String> {
    let sets = [(row.base.contains("TNF"), NECROPTOSIS), (row.reads.contains("cytotoxicity"), KILLING)];
    if let Some((_, mechanisms)) = sets.into_iter().find(|(is_needed, _)| *is_needed) {
        return mechanisms.map(str::to_owned).to_vec();
    }
    let kind = knowledge.cell("mammalian cell").expect("the base cell");
    let ports_of = |mechanism: &str| {
        let module = mechanism.rsplit('/').next().unwrap_or(mechanism);
        knowledge.library.ports(module).unwrap_or_default()
    };
    let own: BTreeSet<String> = kind.mechanisms.iter().flat_map(|mechanism| ports_of(mechanism)).collect();
    let actions = knowledge.drug(row.drug).unwrap_or_default();
    let missing: Vec<&String> = actions.iter().map(|action| &action.port).filter(|port| !own.contains(*port)).collect();
    let is_repeated = |mechanism: &str| kind.repeats.iter().any(|repeat| repeat.mechanism == mechanism);
    let all = knowledge.mechanism_links.iter().map(|(module, folder)| format!("{folder}/{module}"));
    let of_body = |mechanism: &str| {
        knowledge.bodies.values().any(|body| body.flows.iter().any(|flow| flow.mechanism == mechanism))
    };
    let is_other = |mechanism: &String| !kind.mechanisms.contains(mechanism) && !is_repeated(mechanism);
    let others = all.filter(|mechanism| is_other(mechanism) && !of_body(mechanism));
    others.filter(|mechanism| ports_of(mechanism).iter().any(|port| missing.contains(&port))).collect()
}

/// The reading of an arm at the end.
fn read(row: &Sign, world: &WorldResult, arm: usize) -> f64 {
    let (chain, sent) = (&world.arms[arm].chains[0], &world.arms[arm].sent);
    match row.reads {
        "released" => chain.released,
        "taken up" => chain.taken_up,
        "delivered" => chain.cargo[0].delivered,
        "budded" => sent[1].released,
        _ => world.arms[arm].readings[0][0],
    }
}

/// What is wrong with a row, or nothing.
fn judge(row: &Sign, knowledge: &Knowledge) -> Option<String> {
    let scenario = scenario_of(row, knowledge);
    let setup =
        Setup::new(&scenario, knowledge, SMALL, 11).unwrap_or_else(|problems| panic!("{}: {problems:#?}", row.drug));
    assert!(setup.cells.iter().all(|cell| cell.model.idle_drugs.is_empty()), "{} acts on nothing", row.drug);
    let worlds = run(&setup);
    let pairs: Vec<(f64, f64)> = worlds.iter().map(|world| (read(row, world, 0), read(row, world, 1))).collect();
    let change = |(without, with): &(f64, f64)| {
        let scale = if row.reads.starts_with("alive") { 1.0 } else { without.abs().max(1e-30) };
        (with - without) / scale
    };
    let sign = if row.sign == "-" { -1.0 } else { 1.0 };
    let changes: Vec<f64> = pairs.iter().map(|pair| sign * change(pair)).collect();
    let mean = changes.iter().sum::<f64>() / changes.len() as f64;
    let good = match row.sign {
        "0" => changes.iter().all(|change| change.abs() <= row.least),
        _ => mean >= row.least && mean > 0.0 && changes.iter().all(|change| *change > -1e-6),
    };
    let good = good && worlds.iter().all(|world| world.frozen.is_empty());
    (!good).then(|| {
        let base = if row.base.is_empty() { "nothing" } else { row.base };
        format!(
            "{} {} on {base}: {} {} by {}, but without and with: {pairs:?}",
            row.drug, row.dose, row.reads, row.sign, row.least
        )
    })
}

#[test]
fn every_drug_moves_what_its_source_says() {
    let knowledge = knowledge();
    let wrong: Vec<String> = signs().iter().filter_map(|row| judge(row, &knowledge)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_drug_has_a_sign_and_every_sign_a_source() {
    let knowledge = knowledge();
    let rows = signs();
    for row in &rows {
        assert!(knowledge.drug(row.drug).is_some(), "no drug {}", row.drug);
        assert!(row.source == "field" || knowledge.references.contains_key(row.source), "{}: {}", row.drug, row.source);
    }
    let tested: BTreeSet<&str> = rows.iter().map(|row| row.drug).collect();
    let names = knowledge.drug_actions.iter().map(|action| action.name.as_str()).filter(|name| !name.contains('{'));
    let untested: BTreeSet<&str> = names.filter(|name| !tested.contains(name)).collect();
    assert!(untested.is_empty(), "no row of drugs/signs.tsv tests {untested:?}");
}

#[test]
fn every_drug_acts_on_a_port_that_some_mechanism_has() {
    let knowledge = knowledge();
    let ports: BTreeSet<String> = knowledge
        .mechanism_links
        .keys()
        .flat_map(|module| knowledge.library.ports(module).unwrap_or_default())
        .collect();
    for action in knowledge.drug_actions.iter().filter(|action| !action.name.contains('{')) {
        // `transcription_USP7`, `signal_activity_TGF_beta_1`: a port with the name of what it is about
        let is_named =
            |port: &String| action.port.strip_prefix(port.as_str()).is_some_and(|rest| rest.starts_with('_'));
        let of_gene = ports.iter().any(is_named);
        // what vesicles carry outside the cells, the place says
        let is_carried = action.port.starts_with("carried_");
        let is_gene = knowledge.cells.values().any(|cell| cell.genes.contains(&action.port));
        assert!(
            ports.contains(&action.port) || of_gene || is_gene || is_carried,
            "{} acts on `{}`, which is no port",
            action.name,
            action.port
        );
    }
}
