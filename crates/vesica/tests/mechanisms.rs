//! The biology is data: a change of any mechanism file changes what is simulated, without a build.

use std::fs;
use std::path::Path;

use vesica::knowledge::{Knowledge, embedded_examples};
use vesica::run::{Setup, Size, run};
use vesica::scenario::{self, Scenario};

/// Three worlds: one of each hypothesis of the example.
const SMALL: Size = Size { n_worlds: 3, n_targets: 8, n_donors: 4, exchange: 3600.0 };

/// A body in which everything flows: a tumour that sheds, vesicles and a drug by several routes.
const BODY: &str = r#"
vesica = 1
time = { span = "12 h", record = "6 h" }
[place]
kind = "body"
species = "mouse"
tumour = { at = "kidney", volume = "0.1 cm^3" }
[cell.tumour]
is = "mammalian cell"
at = "tumour"
grows = "no"
[vesicle.exo]
from = "tumour"
to = []
rate = "60 /cell/h"
[arm.doses]
dose = [
  { vesicle = "exo", amount = "1e9 particles", route = "s.c.", at = "0 h" },
  { drug = "erastin", amount = "20 umol/kg", route = "i.p.", at = "0 h" },
  { drug = "erastin", amount = "20 umol/kg", route = "oral", at = "0 h" },
]
[measure.plasma]
reads = "particles(plasma)"
at = ["6 h", "12 h"]
[measure.urine]
reads = "particles(urine)"
at = ["12 h"]
[measure.saliva]
reads = "particles(saliva)"
at = ["12 h"]
[measure.lymph]
reads = "particles(lymph)"
at = ["12 h"]
[measure.drug]
reads = "conc(erastin, saliva)"
at = ["12 h"]
[measure.drug_in_tumour]
reads = "conc(erastin, tumour)"
at = ["12 h"]
"#;

/// Cargo of every kind, added to cells of one type.
const KINDS: &str = r#"
vesica = 1
time = { span = "12 h", record = "6 h" }
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
temperature = "37 °C"
[cell.target]
is = "mammalian cell"
count = 10_000
grows = "no"
[vesicle.given]
to = "target"
[vesicle.given.cargo."si-GPX4"]
copies = "1 /vesicle"
[vesicle.given.cargo."GPX4 mRNA"]
copies = "1 /vesicle"
[vesicle.given.cargo."GPX4 protein"]
copies = "1 /vesicle"
[vesicle.given.cargo."iron atom"]
copies = "1 /vesicle"
[vesicle.given.cargo.circX]
kind = "circRNA"
copies = "1 /vesicle"
targets = ["GPX4"]
[vesicle.held]
to = "target"
[vesicle.held.cargo."TGF-beta 1"]
copies = "1 /vesicle"
targets = ["ACSL4"]
[vesicle.held.cargo."15d-PGJ2"]
copies = "5 /vesicle"
targets = ["ACSL4"]
[vesicle.held.cargo."genomic DNA"]
copies = "1 /vesicle"
targets = ["ACSL4"]
[vesicle.back]
from = "target"
to = "target"
rate = "60 /cell/h"
[vesicle.back.cargo.erastin]
copies = "200000 /vesicle"
at = "1 uM"
[vesicle.shed]
from = "target"
to = "target"
origin = "plasma membrane"
rate = "60 /cell/h"
[vesicle.shed.cargo.erastin]
copies = "200000 /vesicle"
at = "1 uM"
[drug.pit_block]
acts_on = "enter"
target = "clathrin_activity"
ic50 = "1 nM"
[links]
enter.clearance = "1 nL/h/cell"
deliver.escape = "100 %"
act.GPX4 = "2 of control"
act.ACSL4 = "3 of control"
[arm.given]
dose = [
  { vesicle = "given", amount = "1000 particles/cell", at = "0 h" },
  { vesicle = "held", amount = "1000 particles/cell", at = "0 h" },
  { drug = "pit_block", amount = "1 uM", at = "0 h" },
  { drug = "erastin", amount = "1 uM", at = "0 h" },
]
[measure.actin]
reads = "protein(ACTA2, target)"
at = ["12 h"]
[measure.acsl4]
reads = "protein(ACSL4, target)"
at = ["12 h"]
[measure.protein]
reads = "protein(GPX4, target)"
at = ["12 h"]
[measure.iron]
reads = "copies(iron atom, target)"
at = ["12 h"]
"#;

/// Vesicles of every origin that is a mechanism of its own, with what reads them.
const ORIGINS: &str = r#"
vesica = 1
time = { span = "48 h", record = "24 h" }
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
[cell.donor]
is = "mammalian cell"
count = 1000
grows = "no"
[vesicle.exo]
from = "donor"
to = []
[vesicle.ecto]
from = "donor"
to = []
origin = "plasma membrane"
[vesicle.ecto.cargo."hsa-miR-522-3p"]
[vesicle.debris]
from = "donor"
to = []
origin = "dying cell"
[vesicle.debris.cargo."hsa-miR-522-3p"]
[arm.rest]
[arm.killed]
dose = [{ drug = "staurosporine", amount = "10 uM", at = "0 h" }]
[measure.diameter]
reads = "diameter(exo, donor)"
at = ["12 h"]
"#;

/// Mechanisms that a scenario adds to a cell.
const ADDED: &str = r#"
vesica = 1
time = { span = "24 h", record = "6 h" }
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
[cell.target]
is = "mammalian cell"
mechanisms = ["9-decide/death_receptor", "9-decide/necrosome", "9-decide/necroptosis"]
count = 10_000
grows = "no"
[arm.untreated]
[arm.given]
dose = [
  { drug = "TNF", amount = "1 nM", at = "0 h" },
  { drug = "birinapant", amount = "500 nM", at = "0 h" },
  { drug = "zVAD-fmk", amount = "20 uM", at = "0 h" },
]
[measure.viability]
reads = "alive(target)"
at = ["12 h"]
"#;

/// Iron that is sent, and taken up.
const IRON: &str = r#"
vesica = 1
time = { span = "24 h", record = "6 h" }
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
[cell.sender]
is = "mammalian cell"
count = 20_000
grows = "no"
state = { PROM2 = "1" }
[cell.target]
is = "mammalian cell"
count = 1000
grows = "no"
[vesicle.exo]
from = "sender"
to = "target"
rate = "1000 /cell/h"
[vesicle.exo.cargo."iron atom"]
copies = "1000 /vesicle"
[arm.RSL3]
dose = [{ drug = "RSL3", amount = "0.06 uM", at = "0 h" }]
[measure.iron]
reads = "conc(labile iron, target)"
at = ["24 h"]
"#;

/// Scenarios that between them use every mechanism: a change of it shows in one of them.
fn texts() -> Vec<String> {
    let mut examples = embedded_examples();
    let delivered = examples["caf-mir522/scenario.toml"]
        .replace("\"0.00825 (0.0005..2) /vesicle\"", "\"20 /vesicle\"")
        .replace("\"0 or unknown (0.1..30 %)\"", "\"20 %\"");
    examples.retain(|path, _| path.ends_with("/scenario.toml") && !path.starts_with("caf-mir522"));
    [&delivered, KINDS, ORIGINS, ADDED, IRON, BODY]
        .map(str::to_owned)
        .into_iter()
        .chain(examples.into_values())
        .collect()
}

fn read(text: &str, knowledge: &Knowledge) -> Scenario {
    let (scenario, problems) = scenario::read("test.toml", text, "test", knowledge, &|_| None);
    scenario.unwrap_or_else(|| panic!("{problems:#?}"))
}

fn setup<'a>(scenario: &'a Scenario, knowledge: &'a Knowledge) -> Setup<'a> {
    Setup::new(scenario, knowledge, SMALL, 3).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// All results as bytes: a NaN (who lives has no time of death) is then equal to itself.
fn worlds(text: &str, knowledge: &Knowledge) -> Vec<u8> {
    let scenario = read(text, knowledge);
    postcard::to_allocvec(&run(&setup(&scenario, knowledge))).expect("results can be written")
}

/// Whether some cell of a scenario has a mechanism, or its place runs it.
fn uses(text: &str, knowledge: &Knowledge, mechanism: &str) -> bool {
    let scenario = read(text, knowledge);
    let setup = setup(&scenario, knowledge);
    let call = format!(": {mechanism}(");
    let is_in_body = setup.body.iter().any(|body| body.texts().any(|text| text.contains(&call)));
    mechanism == "medium" || is_in_body || setup.cells.iter().any(|cell| cell.model.text.contains(&call))
}

/// The first rate law or rule of a mechanism becomes one and a half times as large.
fn changed(text: &str) -> String {
    let mut done = false;
    let lines = text.lines().map(|line| {
        let code = line.split("//").next().unwrap_or("");
        if done || code.trim().is_empty() {
            return line.to_owned();
        }
        if code.contains("k_loss*") {
            // the only rate that is zero by default
            done = true;
            return code.replace("k_loss*", "(k_loss + 1e-5)*");
        }
        if code.contains(" at (") || code.contains(" at(") {
            done = true;
            return code.replacen("> ", "> 0.3*", 2);
        }
        let start = match (code.find(":="), code.find("=>")) {
            (Some(rule), _) => Some(rule + 2),
            (None, Some(arrow)) => code[arrow..].find(';').map(|end| arrow + end + 1),
            (None, None) => None,
        };
        match start.zip(start.and_then(|start| code[start..].find(';'))) {
            Some((start, length)) => {
                done = true;
                let (head, rest) = code.split_at(start);
                let (formula, tail) = rest.split_at(length);
                let more = if head.contains("necroptosis") { "1 + " } else { "" };
                format!("{head} {more}1.5*({formula}){tail}")
            }
            None => line.to_owned(),
        }
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    assert!(done, "nothing to change in\n{text}");
    text
}

fn write(folder: &Path, knowledge: &Knowledge) {
    for (path, text) in &knowledge.files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
}

#[test]
fn changing_any_mechanism_file_changes_the_result() {
    let (built_in, problems) = Knowledge::embedded();
    assert!(problems.is_empty(), "{problems:#?}");
    let texts = texts();
    let before: Vec<Vec<u8>> = texts.iter().map(|text| worlds(text, &built_in)).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), &built_in);
    for (path, text) in built_in.files.iter().filter(|(path, _)| path.starts_with("links/")) {
        let mechanism = path.trim_end_matches(".ant").rsplit('/').next().unwrap_or_default();
        let using: Vec<usize> = (0..texts.len()).filter(|at| uses(&texts[*at], &built_in, mechanism)).collect();
        assert!(!using.is_empty(), "no scenario of this test uses {path}");
        let file = folder.path().join(path);
        fs::write(&file, changed(text)).expect("a file can be written");
        let (knowledge, problems) = Knowledge::from_folder(&folder.path().display().to_string());
        assert!(problems.is_empty(), "{path}: {problems:#?}");
        assert_ne!(knowledge.hash, built_in.hash);
        let changes = |at: &usize| worlds(&texts[*at], &knowledge) != before[*at];
        assert!(using.iter().any(changes), "a change in {path} changes nothing");
        fs::write(&file, text).expect("a file can be written");
    }
    let (restored, _) = Knowledge::from_folder(&folder.path().display().to_string());
    assert!(worlds(&texts[0], &restored) == before[0], "the same files in a folder give the same bits");
}
