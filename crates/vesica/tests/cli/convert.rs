//! `vesica convert`, typed as a user types it.

use crate::support::{SMALL, Scratch};

const NTA: &str = include_str!("../lab/files/nanosight.csv");
const COUNTS: &str = include_str!("../lab/files/counts.csv");
const COPIES: &str = include_str!("../lab/files/copies.csv");
const LUCIFERASE: &str = include_str!("../lab/files/luciferase.csv");
const EXPRESSION: &str = include_str!("../lab/files/expression.tsv");

fn scratch() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("nta.csv", NTA);
    scratch.write("counts.csv", COUNTS);
    scratch.write("copies.csv", COPIES);
    scratch.write("luciferase.csv", LUCIFERASE);
    scratch.write("expression.tsv", EXPRESSION);
    scratch
}

#[test]
fn what_was_understood_is_said_before_what_it_becomes() {
    let called = scratch().call(&["convert", "nta.csv", "--name", "caf_exo"]).well();
    assert!(
        called.err.starts_with("Read     nta.csv as NanoSight summary (nanosight), because its first line is"),
        "{called:#?}"
    );
    for said in
        ["separated by commas", "decimal point", "used: Concentration (Particles / ml)", "rows: 3 read, none left out"]
    {
        assert!(called.err.contains(said), "{said}: {called:#?}");
    }
    assert!(called.out.contains("[vesicle.caf_exo]\nsize = \"100 nm ± 10 nm\""), "{called:#?}");
    // two videos, 2e8 and 4e8 per mL: mean and range on logarithms, t of one degree of freedom
    assert!(called.out.contains("2.83e8 (3.17e7..2.52e9) particles/mL; CV between measurements 47.1 %"), "{called:#?}");
    assert!(called.out.contains("dilution not recorded"), "{called:#?}");
    let diluted = scratch().call(&["convert", "nta.csv", "--dilution", "200", "--quiet"]).well();
    assert!(diluted.err.is_empty() && diluted.out.contains("5.66e10"), "{diluted:#?}");
}

#[test]
fn counts_are_copies_only_with_something_that_says_how_many() {
    let scratch = scratch();
    let relative = scratch.call(&["convert", "counts.csv"]).well();
    assert!(relative.out.contains("only relative copies") && !relative.out.contains("[vesicle"), "{relative:#?}");
    assert!(
        relative.out.contains("reads = \"copies(miRNA, CELL) / ARM\" takes data = \"counts.csv\""),
        "{relative:#?}"
    );
    let spiked = scratch.call(&["convert", "counts.csv", "--spike", "cel-miR-39-3p=1e6"]).well();
    assert!(spiked.out.contains("copies in a sample, by the spike-in cel-miR-39-3p"), "{spiked:#?}");
    let absolute = ["convert", "counts.csv", "--spike", "cel-miR-39-3p=1e6", "--particles", "1e9", "--name", "exo"];
    let absolute = scratch.call(&absolute).well();
    // 300 reads of 1000 for a million copies, in 1e9 particles
    assert!(absolute.out.contains("[vesicle.exo.cargo.\"hsa-miR-4443\"]\ncopies = \"0.0003 "), "{absolute:#?}");
    // 3e8 per mL would be 2.83e8; 100 uL of it
    let nta = ["convert", "counts.csv", "--spike", "cel-miR-39-3p=1e6", "--nta", "nta.csv", "--volume", "100 uL"];
    assert!(scratch.call(&nta).well().out.contains("2.83e7 particles in a sample"));
    let dpcr = scratch.call(&["convert", "counts.csv", "--dpcr", "copies.csv"]).well();
    assert!(dpcr.out.contains("copies per vesicle, by digital PCR of hsa-miR-522-3p"), "{dpcr:#?}");
    // three times as many reads, so three times as many copies; the molecule itself keeps its own range
    assert!(dpcr.out.contains("\"hsa-miR-4443\"]\ncopies = \"0.0248 ("), "{dpcr:#?}");
    assert!(dpcr.out.contains("\"hsa-miR-522-3p\"]\ncopies = \"0.00814 (0.00697..0.00952) /vesicle"), "{dpcr:#?}");
}

#[test]
fn what_is_printed_can_be_pasted_into_a_scenario() {
    let scratch = scratch();
    let without = |section: &str| {
        let mut text = SMALL.to_owned();
        let start = text.find(section).expect("a section");
        let end = text[start + 1..].find("\n[").map_or(text.len(), |at| start + 1 + at);
        text.replace_range(start..end, "");
        text
    };
    let pasted = |base: String, arguments: &[&str]| {
        let out = scratch.call(arguments).well().out;
        scratch.write("pasted.toml", format!("{base}\n{out}"));
        scratch.call(&["check", "pasted.toml"]).well();
    };
    pasted(without("[vesicle.exo.cargo"), &["convert", "copies.csv", "--name", "exo"]);
    pasted(without("[links]"), &["convert", "luciferase.csv"]);
    let state = scratch.call(&["convert", "expression.tsv", "--name", "tumour"]).well().out;
    assert!(state.contains("GPX4 = \"2.02 ("), "{state}");
    scratch.write("pasted.toml", format!("{SMALL}\n{state}"));
    scratch.call(&["check", "pasted.toml"]).well();
    let size = scratch.call(&["convert", "nta.csv", "--name", "exo"]).well().out;
    let table = size.lines().filter(|line| line.starts_with("size")).collect::<String>();
    scratch.write("pasted.toml", SMALL.replace("size = \"100 nm ± 30 nm\"", &table));
    scratch.call(&["check", "pasted.toml"]).well();
}

#[test]
fn programs_get_one_object() {
    let scratch = scratch();
    let object = scratch.call(&["convert", "copies.csv", "--json"]).well().json();
    assert_eq!(object["read"][0]["kind"], "copies");
    assert_eq!(object["result"]["molecules"][0]["name"], "hsa-miR-522-3p");
    assert_eq!(object["result"]["molecules"][0]["n"], 3);
    assert!(object["toml"].as_str().is_some_and(|text| text.contains("[vesicle.sample.cargo")));
    scratch.write("wrong.csv", "sample,miRNA,copies\nS1,miR-522,none\n");
    let called = scratch.call(&["convert", "wrong.csv", "--json"]);
    assert_eq!(called.code, Some(1));
    let object = called.json();
    assert_eq!(object["errors"][0]["code"], "E84");
}

#[test]
fn a_file_is_written_once() {
    let scratch = scratch();
    scratch.call(&["convert", "copies.csv", "--out", "cargo.toml"]).well();
    let written = std::fs::read_to_string(scratch.path("cargo.toml")).expect("a file");
    assert!(written.contains("/vesicle"), "{written}");
    scratch.call(&["convert", "copies.csv", "--out", "cargo.toml"]).refused("E94");
}

#[test]
fn replicates_in_files_of_their_own_are_one_sample() {
    let scratch = scratch();
    scratch.write("a.csv", "size [nm],concentration [particles/mL]\n90,1e9\n");
    scratch.write("b.csv", "size [nm],concentration [particles/mL]\n110,2e9\n");
    let called = scratch.call(&["convert", "a.csv", "b.csv"]).well();
    assert!(called.out.contains("2 measurements") && called.out.contains("size = \"100 nm"), "{called:#?}");
}

#[test]
fn what_another_version_reads_is_refused_by_name() {
    let scratch = scratch();
    for arguments in [vec!["convert", "small.toml", "tumour.xml"], vec!["convert", "model.omex"]] {
        let called = scratch.call(&arguments).refused("E39");
        assert!(called.err.contains("a later version"), "{called:#?}");
    }
    for (arguments, fix) in [
        (vec!["convert"], "vesica convert"),
        (vec!["convert", "counts.csv", "--spike", "x"], "--spike cel-miR-39-3p=1e6"),
        (vec!["convert", "nta.csv", "--dilution", "-3"], "--dilution"),
    ] {
        let called = scratch.call(&arguments).refused("E80");
        assert!(called.err.contains(fix), "{called:#?}");
    }
    scratch.call(&["convert", "nothere.csv"]).refused("E40");
    scratch.call(&["convert", "counts.csv", "--as", "plates"]).refused("E81");
    scratch.call(&["convert", "counts.csv", "--samples", "nobody"]).refused("E84");
}

#[test]
fn plates_become_doses_and_a_measure() {
    let scratch = scratch();
    scratch.write("plate.csv", include_str!("../lab/files/plate.csv"));
    let called = scratch.call(&["convert", "plate.csv", "--name", "tumour"]).well();
    // 55 % at 3 uM and 20 % at 10 uM: half lies at 3.56 uM on logarithms
    for said in [
        "IC50   3.56 (3.33..3.8) uM",
        "Emax   6 (5.77..6.24) % of control left at 30 uM",
        "GR50   2.85",
        "10.1038/nmeth.3853",
    ] {
        assert!(called.out.contains(said), "{said}: {called:#?}");
    }
    assert!(
        called.out.contains(
            "[measure.viability]\nreads = \"alive(tumour) / untreated\"\nat = [\"72 h\"]\ndata = \"plate.csv\""
        )
    );
    let object = scratch.call(&["convert", "plate.csv", "--json"]).well().json();
    assert_eq!(object["result"]["responses"][0]["agent"], "erastin");
    let missing = include_str!("../lab/files/plate.csv").replace(" [uM]", "");
    scratch.write("plain.csv", missing);
    let refused = scratch.call(&["convert", "plain.csv"]).refused("E83");
    assert!(refused.err.contains("--unit concentration=uM"), "{refused:#?}");
    let said = scratch.call(&["convert", "plain.csv", "--unit", "concentration=nM"]).well();
    assert!(said.out.contains("IC50   3.56 (3.33..3.8) nM"), "{said:#?}");
}

#[test]
fn wells_get_their_names_from_a_map() {
    let scratch = scratch();
    scratch.write("film.txt", include_str!("../lab/files/incucyte.txt"));
    scratch.write("dead.txt", include_str!("../lab/files/incucyte.txt").replace("15.", "1.").replace("60.2", "12.04"));
    scratch.write("film.PlateMap", include_str!("../lab/files/plates.PlateMap"));
    let alone = scratch.call(&["convert", "film.txt"]).well();
    assert!(alone.out.contains("B2 "), "{alone:#?}");
    let mapped = scratch.call(&["convert", "film.txt", "--map", "film.PlateMap"]).well();
    assert!(mapped.out.contains("48.1 h  erastin 5 µM                     20.1 (18.6..21.8) %"), "{mapped:#?}");
    let dead = scratch.call(&["convert", "film.txt", "--map", "film.PlateMap", "--dead", "dead.txt"]).well();
    assert!(dead.out.contains("living share"), "{dead:#?}");
}
