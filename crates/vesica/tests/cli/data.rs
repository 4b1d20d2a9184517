//! `data` of a measure, typed as a user types it: what the lab read stands beside what is predicted.

use crate::support::{SMALL, Scratch};

/// An untreated arm more, and the measure of viability replaced.
fn with(measure: &str) -> String {
    let start = SMALL.find("[measure.viability]").expect("a measure");
    let end = SMALL.find("[measure.miR522]").expect("another");
    let text = format!("{}{measure}\n{}", &SMALL[..start], &SMALL[end..]);
    text.replace("[arm.erastin]", "[arm.untreated]\n\n[arm.erastin]")
}

fn scratch(measure: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.write("small.toml", with(measure));
    scratch
}

const RUN: [&str; 6] = ["run", "small.toml", "--worlds", "4", "--cells", "100"];

fn run_json(scratch: &Scratch) -> serde_json::Value {
    let mut words = RUN.to_vec();
    words.extend(["--json", "--quiet", "--fresh"]);
    let called = scratch.call(&words);
    assert_eq!(called.code, Some(0), "{called:#?}");
    serde_json::from_str(&called.out).expect("one JSON value")
}

const READINGS: &str = "arm,time [h],value [%],replicate\nuntreated,48,96,1\nuntreated,48,97,2\nerastin,48,42,1\n";

#[test]
fn readings_of_arms_stand_beside_the_prediction() {
    let scratch = scratch(
        "[measure.viability]\nreads = \"alive(tumour)\"\nat = [\"48 h\"]\nnoise = \"8 %\"\ndata = \"readings.csv\"\n",
    );
    scratch.write("readings.csv", READINGS);
    let checked = scratch.call(&["check", "small.toml"]).well();
    for said in ["readings.csv as readings of arms", "3 of 3 readings", "erastin, 48 h -> erastin at 48 h, 1 reading"] {
        assert!(checked.err.contains(said), "{said}: {checked:#?}");
    }
    let object = run_json(&scratch);
    let data = &object["data"];
    assert_eq!(data["observed"].as_array().map(Vec::len), Some(3), "{data}");
    assert_eq!(data["observed"][2]["observed"], 42.0);
    assert_eq!(data["observed"][2]["line"], 4);
    let untreated = &data["agreement"][0];
    assert_eq!((untreated["observed"].as_f64(), untreated["n"].as_u64()), (Some(96.5), Some(2)));
    // 8 % of the mean are more than the difference of the replicates
    assert!((untreated["deviation"].as_f64().expect("a number") - 7.72).abs() < 1e-9, "{untreated}");
    // half or more of the predictions within two deviations
    let through = &data["through"][0];
    assert_eq!((through["n_groups"].as_u64(), through["n_worlds"].as_u64()), (Some(2), Some(4)), "{through}");
    let listed = through["worlds"].as_str().expect("a text").split_whitespace().count() as u64;
    assert_eq!(through["n_through"].as_u64(), Some(listed));
}

#[test]
fn the_hash_is_locked_and_the_run_needs_the_file_no_more() {
    let scratch = scratch(
        "[measure.viability]\nreads = \"alive(tumour)\"\nat = [\"48 h\"]\nnoise = \"8 %\"\ndata = \"readings.csv\"\n",
    );
    scratch.write("readings.csv", READINGS);
    let called = scratch.call(&RUN).well();
    assert!(called.out.contains("Data     viability in readings.csv: "), "{called:#?}");
    let text = |name: &str| std::fs::read_to_string(scratch.path("small.out").join(name)).expect("a file");
    let hash = text("through.tsv").lines().nth(1).and_then(|line| line.split('\t').nth(3).map(str::to_owned));
    let hash = hash.filter(|hash| hash.len() == 64).expect("a sha256");
    assert!(text("scenario.lock.toml").contains(&format!("sha256 = {{ \"readings.csv\" = \"{hash}\" }}")));
    assert!(text("methods.md").contains(&hash) && text("report.html").contains(&hash));
    assert!(text("report.html").contains("Readings of the lab, beside the prediction"));
    assert!(text("figures/observed-1.csv").contains("observed,42,,,1,4"), "{}", text("figures/observed-1.csv"));
    assert!(text("observed.tsv").contains("readings.csv\t4"));
    std::fs::remove_file(scratch.path("readings.csv")).expect("the file");
    let again = scratch.call(&["run", "small.out"]).well();
    assert!(again.out.contains("identical"), "{again:#?}");
}

#[test]
fn another_content_than_the_expected_one_is_refused() {
    let scratch = scratch(&format!(
        "[measure.viability]\nreads = \"alive(tumour)\"\nat = [\"48 h\"]\ndata = {{ file = \"readings.csv\", sha256 = {{ \"readings.csv\" = \"{}\" }} }}\n",
        "0".repeat(64)
    ));
    scratch.write("readings.csv", READINGS);
    let refused = scratch.call(&["check", "small.toml"]).refused("E86");
    assert!(refused.err.contains("is not the file that the scenario was written for"), "{refused:#?}");
}

#[test]
fn films_give_living_shares_and_plates_numbers_by_the_control() {
    let scratch = scratch(
        "[measure.viability]\nreads = \"alive(tumour)\"\nat = [\"24 h\", \"48 h\"]\ndata = \"film.csv\"\n\n\
         [measure.growth]\nreads = \"alive(tumour) / untreated\"\nat = [\"48 h\"]\nnoise = \"8 %\"\n\
         data = { file = \"plate.csv\", cells = \"AGS\" }\n",
    );
    scratch.write("film.csv", include_str!("../lab/files/timelapse.csv"));
    scratch.write(
        "plate.csv",
        include_str!("../lab/files/plate.csv").replace(",72,", ",48,").replace("erastin,3,", "erastin,5,"),
    );
    let data = run_json(&scratch)["data"].clone();
    let through = data["through"].as_array().expect("a list").clone();
    assert_eq!(
        through.iter().map(|row| row["measure"].as_str().unwrap_or("")).collect::<Vec<_>>(),
        ["viability", "growth", ""]
    );
    let observed = data["observed"].as_array().expect("a list");
    let of = |measure: &str, arm: &str, at: f64| -> Vec<f64> {
        let rows = observed.iter().filter(|row| row["measure"] == measure && row["arm"] == arm && row["at_h"] == at);
        rows.filter_map(|row| row["observed"].as_f64()).collect()
    };
    // 60 living and 190 dead cells
    assert_eq!(of("viability", "erastin", 48.0)[0], 24.0, "{data}");
    // 2156 of a control of 4000
    let growth = of("growth", "erastin", 48.0);
    assert!(growth.len() == 3 && growth.iter().all(|share| (share - 0.55).abs() < 0.02), "{growth:?}");
    // the arm that is divided by is no group of its own
    assert_eq!(through[1]["n_groups"], 1, "{data}");
}

#[test]
fn a_single_reading_without_noise_judges_nothing() {
    let scratch = scratch("[measure.viability]\nreads = \"alive(tumour)\"\nat = [\"48 h\"]\ndata = \"readings.csv\"\n");
    scratch.write("readings.csv", "arm,value [%]\nerastin,42\n");
    let called = scratch.call(&RUN).well();
    assert!(called.out.contains("no world is judged by it"), "{called:#?}");
}

#[test]
fn what_belongs_nowhere_is_named_with_its_line() {
    let scratch = scratch("[measure.viability]\nreads = \"alive(tumour)\"\nat = [\"48 h\"]\ndata = \"readings.csv\"\n");
    scratch.write("readings.csv", format!("{READINGS}erastinn,48,40,1\nerastin,36,60,1\nerastin,48,many,3\n"));
    let called = scratch.call(&["check", "small.toml"]).well();
    for said in [
        "no arm of the scenario is `erastinn`",
        "readings.csv:5:1",
        "did you mean `erastin`?",
        "`viability` is not read at 36 h",
        "readings.csv:6:1",
        "readings.csv:7:",
    ] {
        assert!(called.err.contains(said), "{said}: {called:#?}");
    }
    // nothing fits: an error, which says what would
    scratch.write("readings.csv", "arm,time [h],value [%]\nerastinn,48,40\n");
    let refused = scratch.call(&["check", "small.toml"]).refused("E86");
    assert!(refused.err.contains("no reading belongs to an arm"), "{refused:#?}");
    scratch.write("readings.csv", "arm,time,value [%]\nerastin,48,40\n");
    scratch.call(&["check", "small.toml"]).refused("E83");
    std::fs::remove_file(scratch.path("readings.csv")).expect("the file");
    scratch.call(&["run", "small.toml"]).refused("E40");
}

/// What was observed of a measure, by arm, from `check`, which reads files and simulates nothing, and then from the lock.
fn observed(scratch: &Scratch, measure: &str) -> Vec<(String, f64)> {
    let data = run_json(scratch)["data"].clone();
    let rows = data["observed"].as_array().expect("a list").iter().filter(|row| row["measure"] == measure);
    rows.map(|row| (row["arm"].as_str().unwrap_or("").to_owned(), row["observed"].as_f64().unwrap_or(f64::NAN)))
        .collect()
}

#[test]
fn counts_of_particles_are_compared_with_the_medium() {
    let measure = |more: &str| {
        format!(
            "[measure.particles]\nreads = \"particles(medium)\"\nby = \"NTA\"\nat = [\"48 h\"]\n\
             data = {{ file = \"nta.csv\", arms = {{ untreated = \"d200\" }}{more} }}\n\n\
             [measure.viability]\nreads = \"alive(tumour)\"\nat = [\"48 h\"]\n"
        )
    };
    let scratch = scratch(&measure(", dilution = \"200\""));
    scratch.write("nta.csv", include_str!("../lab/files/nanosight.csv"));
    let found = observed(&scratch, "particles");
    let wanted = [("untreated".to_owned(), 4e10), ("untreated".to_owned(), 8e10)];
    assert!(found.iter().zip(&wanted).all(|(a, b)| a.0 == b.0 && (a.1 / b.1 - 1.0).abs() < 1e-9), "{found:?}");
    scratch.write("small.toml", with(&measure("")));
    let refused = scratch.call(&["check", "small.toml"]).refused("E86");
    assert!(refused.err.contains("how far the sample was diluted; add dilution = \"200\""), "{refused:#?}");
    scratch.write(
        "small.toml",
        with(&measure(", dilution = \"200\"").replace("untreated =", "erastin =").replace("d200", "d300")),
    );
    let refused = scratch.call(&["check", "small.toml"]).refused("E86");
    assert!(refused.err.contains("no arm of the scenario is `d200`"), "{refused:#?}");
    scratch.write(
        "small.toml",
        with(&measure("").replace("reads = \"alive(tumour)\"", "reads = \"alive(tumour)\"\ndata = \"nta.csv\"")),
    );
    let refused = scratch.call(&["check", "small.toml"]).refused("E86");
    assert!(refused.err.contains("reads = \"particles(medium)\" does"), "{refused:#?}");
}

#[test]
fn copies_in_reactions_are_compared_with_copies_in_cells() {
    let measure = |reads: &str| {
        format!(
            "[measure.viability]\nreads = \"alive(tumour)\"\nat = [\"48 h\"]\n\n[measure.copied]\nreads = \"{reads}\"\n\
             at = [\"48 h\"]\nby = \"dPCR\"\ndata = \"copies.csv\"\n"
        )
    };
    let scratch = scratch(&measure("copies(hsa-miR-522-3p, tumour)"));
    let table = "sample,miRNA,copies,input_cells,time [h]\nerastin 1,miR-522-3p,8000,1000,48\nerastin 2,miR-522-3p,9000,1000,48\n\
                 untreated 1,miR-522-3p,500,1000,48\nuntreated 2,miR-4443,700,1000,48\n";
    scratch.write("copies.csv", table);
    let wanted = [("erastin", 8.0), ("erastin", 9.0), ("untreated", 0.5)];
    let found = observed(&scratch, "copied");
    assert_eq!(found, wanted.map(|(arm, value)| (arm.to_owned(), value)));
    scratch.write("copies.csv", table.replace("input_cells", "lane"));
    let refused = scratch.call(&["check", "small.toml"]).refused("E86");
    assert!(refused.err.contains("add a column input_cells"), "{refused:#?}");
    scratch.write("small.toml", with(&measure("copies(hsa-miR-522-3p, tumour) / untreated")));
    assert!(scratch.call(&["check", "small.toml"]).well().err.contains("as of equally many cells"));
    assert_eq!(observed(&scratch, "copied")[..2], [("erastin".to_owned(), 16.0), ("erastin".to_owned(), 18.0)]);
    scratch.write("copies.csv", table.replace("miR-522-3p", "miR-1-3p"));
    let refused = scratch.call(&["check", "small.toml"]).refused("E86");
    assert!(refused.err.contains("no reaction is of hsa-miR-522-3p"), "{refused:#?}");
}

#[test]
fn levels_of_a_gene_are_compared_by_the_control() {
    let measure = |reads: &str| {
        format!(
            "[measure.viability]\nreads = \"alive(tumour)\"\nat = [\"48 h\"]\n\n[measure.level]\nreads = \"{reads}\"\n\
             at = [\"48 h\"]\ndata = {{ file = \"levels.tsv\", arms = {{ erastin = \"Resistant\" }} }}\n"
        )
    };
    let scratch = scratch(&measure("protein(GPX4, tumour) / untreated"));
    scratch.write("levels.tsv", include_str!("../lab/files/expression.tsv"));
    let found = observed(&scratch, "level");
    let own: Vec<f64> = found.iter().filter(|(arm, _)| arm == "erastin").map(|(_, value)| *value).collect();
    // of 210, 190 and 205 by the 100 of the control
    assert!(own.len() == 3 && (own[0] - 2.1).abs() < 1e-9 && (own[2] - 2.05).abs() < 1e-9, "{found:?}");
    scratch.write("small.toml", with(&measure("protein(GPX4, tumour)")));
    let refused = scratch.call(&["check", "small.toml"]).refused("E86");
    assert!(refused.err.contains("levels have no unit of a cell"), "{refused:#?}");
    scratch.write("small.toml", with(&measure("protein(FTH1, tumour) / untreated")));
    let refused = scratch.call(&["check", "small.toml"]).refused("E86");
    assert!(refused.err.contains("none of its 5 names is FTH1"), "{refused:#?}");
}

#[test]
fn medians_of_a_dye_are_compared_by_the_control() {
    let scratch = scratch(
        "[measure.viability]\nreads = \"alive(tumour)\"\nat = [\"48 h\"]\n\n[measure.oxidized]\n\
         reads = \"oxidized(C11-BODIPY, tumour) / untreated\"\nat = [\"48 h\"]\ndata = \"bodipy.csv\"\n",
    );
    scratch.write("bodipy.csv", include_str!("../lab/files/bodipy.csv"));
    let found = observed(&scratch, "oxidized");
    let own: Vec<f64> = found.iter().filter(|(arm, _)| arm == "erastin").map(|(_, value)| *value).collect();
    assert!(own.len() == 2 && own.iter().all(|ratio| *ratio > 1.0), "{found:?}");
}

#[test]
fn reads_of_a_mirna_are_compared_by_the_control() {
    let measure = |reads: &str, more: &str| {
        format!(
            "[measure.viability]\nreads = \"alive(tumour)\"\nat = [\"48 h\"]\n\n[measure.reads]\nreads = \"{reads}\"\n\
             at = [\"24 h\", \"48 h\"]\ndata = {{ file = \"counts.csv\", at = \"48 h\"{more} }}\n"
        )
    };
    let table = "miRNA,untreated_1,untreated_2,erastin_1,erastin_2\nhsa-miR-522-3p,10,30,80,120\n\
                 hsa-miR-21-5p,1000,2970,900,1300\nhsa-miR-192-5p/215-5p,5,5,5,5\nhsa-miR-9,1,1,1,1\ncel-miR-39-3p,10,10,40,10\n";
    let relative = "copies(hsa-miR-522-3p, tumour) / untreated";
    let scratch = scratch(&measure(relative, ""));
    scratch.write("counts.csv", table);
    let checked = scratch.call(&["check", "small.toml"]).well();
    for said in ["hsa-miR-522-3p is `hsa-miR-522-3p` (line 2)", "share of the reads of each sample: a change of all"] {
        assert!(checked.err.contains(said), "{said}: {checked:#?}");
    }
    let of = |scratch: &Scratch, arm: &str| -> Vec<f64> {
        observed(scratch, "reads").into_iter().filter(|(own, _)| own == arm).map(|(_, value)| value).collect()
    };
    // slow and clear: shares without the spike-in, by the mean of those of the control
    let total = |column: usize| -> f64 {
        let cells = |line: &str| line.split(',').nth(column).and_then(|cell| cell.parse::<f64>().ok());
        table.lines().skip(1).filter(|line| !line.starts_with("cel")).filter_map(cells).sum()
    };
    let control = (10.0 / total(1) + 30.0 / total(2)) / 2.0;
    let near = |found: &[f64], wanted: &[f64]| {
        found.len() == wanted.len() && found.iter().zip(wanted).all(|(a, b)| (a / b - 1.0).abs() < 1e-9)
    };
    let found = of(&scratch, "erastin");
    assert!(near(&found, &[80.0 / total(3) / control, 120.0 / total(4) / control]), "{found:?}");
    // by what was added in equal amount
    scratch.write("small.toml", with(&measure(relative, ", spike = \"cel-miR-39-3p\"")));
    assert!(near(&of(&scratch, "erastin"), &[1.0, 6.0]), "{:?}", of(&scratch, "erastin"));
    for (reads, more, why) in [
        (
            "copies(hsa-miR-522-3p, tumour)",
            "",
            "reads are no copies: read them by an arm, copies(hsa-miR-522-3p, tumour)",
        ),
        ("protein(GPX4, tumour) / untreated", "", "copies(miRNA, CELL) / ARM"),
        (relative, ", spike = \"cel-miR-54-3p\"", "no row is `cel-miR-54-3p`; it has cel-miR-39-3p"),
    ] {
        scratch.write("small.toml", with(&measure(reads, more)));
        let refused = scratch.call(&["check", "small.toml"]).refused("E86");
        assert!(refused.err.contains(why), "{why}: {refused:#?}");
    }
    scratch.write("small.toml", with(&measure(relative, "")));
    for (row, why) in [
        ("hsa-miR-522", "`hsa-miR-522` (line 2) does not say whether it is hsa-miR-522-3p"),
        ("hsa-miR-522-3p/523-3p", "are merged with others in `hsa-miR-522-3p/523-3p` (line 2)"),
        ("hsa-miR-4443", "none of its 2 known names is hsa-miR-522-3p"),
    ] {
        scratch.write("counts.csv", table.replace("hsa-miR-522-3p", row));
        let refused = scratch.call(&["check", "small.toml"]).refused("E86");
        assert!(refused.err.contains(why), "{why}: {refused:#?}");
    }
}

#[test]
fn light_of_a_reporter_is_compared_by_the_control() {
    let measure = |reads: &str| {
        format!(
            "[measure.viability]\nreads = \"alive(tumour)\"\nat = [\"48 h\"]\n\n[measure.light]\nreads = \"{reads}\"\n\
             at = [\"48 h\"]\nby = \"luciferase\"\n\
             data = {{ file = \"light.csv\", arms = {{ erastin = \"miR-522-3p\", untreated = \"NC mimic\" }} }}\n"
        )
    };
    let scratch = scratch(&measure("protein(ALOX15, tumour) / untreated"));
    let table = include_str!("../lab/files/luciferase.csv");
    scratch.write("light.csv", table);
    let checked = scratch.call(&["check", "small.toml"]).well();
    assert!(checked.err.contains("each by the mean of the mutated site with the same treatment"), "{checked:#?}");
    let found = observed(&scratch, "light");
    let own: Vec<f64> = found.iter().filter(|(arm, _)| arm == "erastin").map(|(_, value)| *value).collect();
    // 4.4 of (9.8 + 10 / 0.99) / 2, by the trimmed mean of the control of 10 over (9.9 + 10.1) / 2
    let (mutant, control) = ((9.8 + 10000.0 / 990.0) / 2.0, (9.9 + 10.1) / 2.0);
    let controls = [10.0 / control, 10500.0 / 1010.0 / control, 9800.0 / 990.0 / control];
    let mut sorted = controls;
    sorted.sort_by(f64::total_cmp);
    assert!(own.len() == 3 && (own[0] - 4.4 / mutant / sorted[1]).abs() < 0.02, "{own:?} {sorted:?}");
    scratch.write("light.csv", table.lines().filter(|line| !line.contains("MUT")).collect::<Vec<_>>().join("\n"));
    assert!(scratch.call(&["check", "small.toml"]).well().err.contains("no mutated site to compare with"));
    scratch.write("light.csv", table);
    for (reads, why) in [
        ("protein(GPX4, tumour) / untreated", "no construct has the 3'UTR of GPX4; it has ALOX15"),
        ("protein(ALOX15, tumour)", "read them by an arm, protein(ALOX15, CELL) / ARM"),
    ] {
        scratch.write("small.toml", with(&measure(reads)));
        let refused = scratch.call(&["check", "small.toml"]).refused("E86");
        assert!(refused.err.contains(why), "{why}: {refused:#?}");
    }
}

#[test]
fn logarithms_of_ratios_are_ratios() {
    let measure = |more: &str| {
        format!(
            "[measure.viability]\nreads = \"alive(tumour)\"\nat = [\"48 h\"]\n\n[measure.level]\n\
             reads = \"protein(GPX4, tumour) / untreated\"\nat = [\"48 h\"]\ndata = {{ file = \"levels.csv\"{more} }}\n"
        )
    };
    let scratch = scratch(&measure(""));
    scratch.write("levels.csv", "arm,value [log2]\nerastin,-1\nerastin,1\n");
    let wanted = [("erastin".to_owned(), 0.5), ("erastin".to_owned(), 2.0)];
    assert_eq!(observed(&scratch, "level"), wanted);
    scratch.write("small.toml", with(&measure(", scale = \"log2\"")));
    scratch.write("levels.csv", "arm,value\nerastin,-1\nerastin,1\n");
    assert_eq!(observed(&scratch, "level"), wanted);
    scratch.write("small.toml", with(&measure(", scale = \"ln\"")));
    assert!(scratch.call(&["check", "small.toml"]).refused("E38").err.contains("write log2 or linear"));
}
