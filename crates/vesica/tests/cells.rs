//! Every cell type of `biology/cells/` can be built, sends and receives vesicles, and says what it inherits.

use std::collections::BTreeMap;

use vesica::knowledge::Knowledge;
use vesica::run::{Setup, Size, run};
use vesica::scenario::{self, Scenario};

/// Wired by hand in the titration row of `validation/`: it neither sends nor receives vesicles.
const WITHOUT_VESICLES: [&str; 1] = ["reporter_cell"];

fn knowledge() -> Knowledge {
    let (knowledge, problems) = Knowledge::embedded();
    assert!(problems.is_empty(), "{problems:#?}");
    knowledge
}

/// One kind of cell that sends vesicles to itself, with the numbers of the knowledge base where there are any.
fn scenario_of(cell: &str, knowledge: &Knowledge) -> Scenario {
    let text = format!(
        r#"
vesica = 1
time = {{ span = "4 h", record = "2 h" }}
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
[cell.it]
is = "{cell}"
count = 1_000
[vesicle.exo]
from = "it"
to = "it"
[vesicle.exo.cargo."hsa-miR-522-3p"]
[links]
[arm.untreated]
[measure.particles]
reads = "particles(medium)"
at = ["4 h"]
"#
    );
    let (scenario, problems) = scenario::read("test.toml", &text, "test", knowledge, &|_| None);
    scenario.unwrap_or_else(|| panic!("{cell}: {problems:#?}"))
}

#[test]
fn every_cell_type_can_be_built() {
    let knowledge = knowledge();
    for cell in knowledge.cells.keys().filter(|cell| !WITHOUT_VESICLES.contains(&cell.as_str())) {
        let scenario = scenario_of(cell, &knowledge);
        let setup = Setup::new(&scenario, &knowledge, Size::default(), 1);
        setup.unwrap_or_else(|problems| panic!("{cell}: {problems:#?}"));
    }
}

#[test]
fn a_cell_that_does_not_divide_has_no_doubling_time_unless_the_file_gives_one() {
    let knowledge = knowledge();
    for (cell, kind) in &knowledge.cells {
        let scenario = scenario_of(cell, &knowledge);
        assert_eq!(scenario.cells[0].doubles.is_some(), kind.grows, "{cell}");
    }
    let grows = |id: &str| knowledge.cells[id].grows;
    assert!(
        !grows("neuron") && !grows("cardiomyocyte") && !grows("hbv_hepatocyte") && grows("gastric_adenocarcinoma_cell")
    );
}

#[test]
fn a_monocyte_sends_far_more_than_an_erythrocyte() {
    let knowledge = knowledge();
    let released = |cell: &str| {
        let scenario = scenario_of(cell, &knowledge);
        let size = Size { n_worlds: 2, n_targets: 4, n_donors: 4, exchange: 3600.0 };
        let setup = Setup::new(&scenario, &knowledge, size, 1).expect("a cell that can be built");
        let worlds = run(&setup);
        assert!(worlds.iter().all(|world| world.frozen.is_empty()));
        worlds.iter().map(|world| world.arms[0].chains[0].released).sum::<f64>()
    };
    assert!(released("monocyte") > 100.0 * released("erythrocyte"));
}

#[test]
fn a_cell_without_a_nucleus_has_no_genes_and_no_death() {
    let knowledge = knowledge();
    for id in ["erythrocyte", "platelet"] {
        let cell = &knowledge.cells[id];
        assert!(cell.genes.is_empty() && cell.pools.is_empty(), "{id}: {:?}", cell.genes);
        assert!(cell.mechanisms.iter().all(|mechanism| !mechanism.starts_with("9-decide")), "{id}");
        assert!(cell.repeats.iter().any(|repeat| repeat.mechanism == "3-release/membrane_fusion"), "{id}");
    }
}

/// The knowledge base with one more cell file; what is said against it.
fn with_file(text: &str) -> (Knowledge, Vec<String>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in &knowledge().files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    std::fs::write(folder.path().join("cells/own.toml"), text).expect("a file");
    let (knowledge, problems) = Knowledge::from_folder(&folder.path().display().to_string());
    (knowledge, problems.iter().map(|problem| format!("{} {}", problem.code, problem.message)).collect())
}

#[test]
fn without_takes_away_what_was_inherited_and_nothing_else() {
    let own =
        |without: &str| with_file(&format!("name = \"own cell\"\nlike = \"mammalian_cell\"\nwithout = [{without}]\n"));
    let (whole, problems) = own("");
    assert!(problems.is_empty(), "{problems:?}");
    let (knowledge, problems) = own("\"9-decide/caspases\", \"TP53\", \"labile_iron\"");
    assert!(problems.is_empty(), "{problems:?}");
    let (cell, before) = (&knowledge.cells["own"], &whole.cells["own"]);
    assert_eq!(cell.mechanisms.len() + 1, before.mechanisms.len());
    assert_eq!((cell.amounts.len() + 1, cell.pools.len() + 1), (before.amounts.len(), before.pools.len()));
    assert_eq!((&cell.genes, &cell.repeats), (&before.genes, &before.repeats));
    let (_, problems) = own("\"9-decide/caspase\"");
    assert!(
        problems.iter().any(|problem| problem.contains("E73") && problem.contains("9-decide/caspase")),
        "{problems:?}"
    );
}

#[test]
fn one_name_means_one_cell_type() {
    let (_, problems) = with_file("name = \"own cell\"\naliases = [\"Neuron\"]\nlike = \"mammalian_cell\"\n");
    assert!(problems.iter().any(|problem| problem.contains("names two cell types")), "{problems:?}");
}

#[test]
fn organ_and_species_are_inherited_and_diseases_are_not() {
    let (knowledge, problems) = with_file("name = \"own cell\"\nlike = \"hepatocyte\"\n");
    assert!(problems.is_empty(), "{problems:?}");
    let (own, parent) = (&knowledge.cells["own"], &knowledge.cells["hepatocyte"]);
    assert_eq!((&own.organ, &own.species), (&parent.organ, &parent.species));
    assert!(own.diseases.is_empty() && !parent.diseases.is_empty());
}

#[test]
fn every_cell_type_has_a_place_and_a_species() {
    let general = ["mammalian_cell", "reporter_cell"];
    let knowledge = knowledge();
    let mut by_organ: BTreeMap<&str, usize> = BTreeMap::new();
    for (id, cell) in knowledge.cells.iter().filter(|(id, _)| !general.contains(&id.as_str())) {
        assert!(!cell.organ.is_empty() && !cell.species.is_empty(), "{id} has no organ or no species");
        *by_organ.entry(&cell.organ).or_default() += 1;
    }
    assert!(by_organ.len() >= 20, "{by_organ:?}");
}

#[test]
fn every_line_is_a_cell_type_has_one_meaning_and_a_source_for_what_is_against_it() {
    let knowledge = knowledge();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for line in &knowledge.cell_lines {
        assert!(
            knowledge.cells.contains_key(&line.cell),
            "{} is simulated as {}, which is not there",
            line.name,
            line.cell
        );
        assert!(line.warning.is_empty() || !line.sources.is_empty(), "{}: {} has no source", line.name, line.warning);
        assert!(["", "female", "male"].contains(&line.sex.as_str()), "{}: {}", line.name, line.sex);
        for name in line.names() {
            let other = seen.insert(name.to_lowercase(), &line.name);
            assert!(other.is_none_or(|other| other == line.name), "{name} is {other:?} and {}", line.name);
            let of_type = knowledge.cell(name).map_or(line.cell.as_str(), |cell| cell.id.as_str());
            assert_eq!(of_type, line.cell, "{name} is a cell type, too, and another one");
        }
    }
    assert!(knowledge.cell_lines.len() >= 90);
    assert!(knowledge.cell_line("CNE2").is_some_and(|line| line.warning.contains("HeLa")));
}

/// Living share of cells of a type after two days with a dose, world by world, at an early dose.
fn alive(cell: &str, dose: &str, knowledge: &Knowledge) -> Vec<f64> {
    let text = format!(
        "vesica = 1\ntime = {{ span = \"48 h\", record = \"48 h\" }}\n[place]\nkind = \"well\"\nplate = \"96\"\n\
         volume = \"100 uL\"\nlayout = \"mixed\"\n[cell.it]\nis = \"{cell}\"\ncount = 10_000\nvaries = \"20 %\"\n\
         [arm.it]\ndose = [{dose}]\n[measure.alive]\nreads = \"alive(it)\"\nat = [\"48 h\"]\n"
    );
    let (scenario, problems) = scenario::read("test.toml", &text, "test", knowledge, &|_| None);
    let scenario = scenario.unwrap_or_else(|| panic!("{cell}: {problems:#?}"));
    let size = Size { n_worlds: 8, n_targets: 12, n_donors: 4, exchange: 7200.0 };
    let setup = Setup::new(&scenario, knowledge, size, 5).unwrap_or_else(|problems| panic!("{cell}: {problems:#?}"));
    run(&setup).iter().map(|world| world.arms[0].readings[0][0]).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn cell_types_differ_the_way_their_sources_say() {
    let knowledge = knowledge();
    let of = |cell: &str, drug: &str, amount: &str| {
        let dose = format!("{{ drug = \"{drug}\", amount = \"{amount}\", at = \"0 h\" }}");
        mean(&alive(cell, &dose, &knowledge))
    };
    // (the harder one to kill, the easier one, with what)
    for (harder, easier, drug, amount) in [
        ("k_562", "leukemia_cell", "erastin", "2 uM"),
        ("lncap", "prostate_cancer_cell", "RSL3", "0.2 uM"),
        ("mouse_macrophage", "macrophage", "RSL3", "0.2 uM"),
        ("mammalian_cell", "lymphoma_cell", "RSL3", "0.2 uM"),
        ("mammalian_cell", "lymphoma_cell", "erastin", "2 uM"),
        ("mammalian_cell", "renal_carcinoma_cell", "RSL3", "0.1 uM"),
        ("mda_mb_231", "breast_cancer_cell", "erastin", "1 uM"),
    ] {
        let (harder_lives, easier_lives) = (of(harder, drug, amount), of(easier, drug, amount));
        println!("{drug} {amount}: {harder} {harder_lives:.2}, {easier} {easier_lives:.2}");
        assert!(
            harder_lives > easier_lives + 0.02,
            "{drug} {amount}: {harder} {harder_lives}, {easier} {easier_lives}"
        );
    }
}

#[test]
fn untouched_cells_of_every_type_live() {
    let knowledge = knowledge();
    for cell in ["hepatocyte", "endothelial_cell", "neuron", "lymphoma_cell", "renal_carcinoma_cell", "cardiomyocyte"] {
        let living = alive(cell, "", &knowledge);
        println!("{cell}: {living:.2?}");
        assert!(mean(&living) > 0.8, "{cell}: {living:?}");
    }
}
