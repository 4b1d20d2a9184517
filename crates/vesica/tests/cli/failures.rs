//! Worlds that cannot be followed: frozen and told, while the others go on as if nothing had been.

use std::fs;

use crate::support::Scratch;

/// Cells so small that every method can follow them, and vesicles that bring them a miRNA.
pub const REPORTER: &str = r#"vesica = 1
title = "Vesicles with a miRNA on reporter cells"
seed = 5
time = { span = "30 min", record = "10 min" }
run = { worlds = 4, cells = 100 }

[answer]
measure = "copies@0.5h"
of = "vesicles"
minus = "untreated"
counts = ">= 10 copies/cell"

[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"

[cell.reporter]
is = "reporter cell"
count = 10_000
grows = "no"

[vesicle.exo]
to = "reporter"
size = "100 nm"

[vesicle.exo.cargo."hsa-miR-522-3p"]
copies = "5 /vesicle"
spread = "even"

[links]
enter.clearance = "unknown (0.1..10) nL/h/cell"
deliver.escape = "20 %"
act.loaded = "100 %"
act.REPORTER = "0.3 of control"

[arm.untreated]

[arm.vesicles]
dose = [{ vesicle = "exo", amount = "5000 particles/cell", at = "0 h" }]

[measure.copies]
reads = "copies(hsa-miR-522-3p, reporter)"
at = ["0.5 h"]
"#;

/// A scratch folder with the scenario and a knowledge base in `name`, whose reporter cells have a mechanism with this reaction
/// of `X`; `strength` is drawn in each world, 0.2 to 5.
fn troubled(scratch: &Scratch, name: &str, reaction: &str) {
    scratch.write("reporter.toml", REPORTER);
    fs::rename(scratch.biology(), scratch.path(name)).expect("a folder");
    let mechanism = format!(
        "// trouble: for a test.\n// Ports in: guide_hsa_miR_522_3p. Ports out: X.\n\
         model trouble(cell, X, guide_hsa_miR_522_3p)\n  compartment cell;\n  \
         substanceOnly species X in cell, guide_hsa_miR_522_3p in cell; X = 10;\n  change: {reaction};\nend\n"
    );
    scratch.write(&format!("{name}/links/9-decide/trouble.ant"), mechanism);
    let append = |file: &str, change: &dyn Fn(String) -> String| {
        let path = scratch.path(name).join(file);
        let text = change(fs::read_to_string(&path).expect("a file of biology/"));
        fs::write(path, text).expect("a file of biology/");
    };
    append("cells/reporter_cell.toml", &|text| {
        text.replace("\"8-act/argonaute\"]", "\"8-act/argonaute\", \"9-decide/trouble\"]")
    });
    let row = "trouble.strength\t\tdecide\t1\t1\t0.2\t5\t\tassumed\t\tfor a test\n";
    append("parameters.tsv", &|text| text + row);
}

/// No number where the strength is above 1: in two of four worlds.
const NO_NUMBER: &str = "=> X; 1e-6*(1 + ln(1 - strength)*ln(1 - strength))";

/// No number in cells that got more than some guides: in one arm.
const NO_NUMBER_WITH_GUIDES: &str = "=> X; 1e-6*(1 + ln(20 - guide_hsa_miR_522_3p)*ln(20 - guide_hsa_miR_522_3p))";

/// Rows of `worlds.tsv`.
fn rows(scratch: &Scratch, out: &str) -> Vec<String> {
    let text = fs::read_to_string(scratch.path(&format!("{out}/worlds.tsv"))).expect("a table");
    text.lines().skip(1).map(str::to_owned).collect()
}

fn json(scratch: &Scratch, file: &str) -> serde_json::Value {
    serde_json::from_str(&fs::read_to_string(scratch.path(file)).expect("a file")).expect("JSON")
}

#[test]
fn a_world_that_fails_is_told_and_leaves_the_others_as_they_are() {
    let scratch = Scratch::new();
    troubled(&scratch, "bad", NO_NUMBER);
    for method in ["deterministic", "hybrid", "leaps"] {
        let run = |n: &'static str, out: &'static str| {
            let words = ["run", "reporter.toml", "--method", method, "--worlds", n, "--biology", "bad", "--out", out];
            scratch.call(&[&words[..], &["--fresh"]].concat())
        };
        let failed = run("4", "all");
        assert_eq!(failed.code, Some(3), "{method}: {failed:#?}");
        assert!(failed.out.contains("Frozen   world 1, ") && !failed.out.contains("X04"), "{}", failed.out);
        let answer = json(&scratch, "all/answer.json");
        let frozen: Vec<&str> =
            answer["frozen"].as_array().expect("a list").iter().filter_map(|f| f.as_str()).collect();
        let worlds: Vec<&str> = frozen.iter().map(|line| line.split(',').next().expect("words")).collect();
        assert_eq!(worlds, ["world 1", "world 1", "world 3", "world 3"], "{method}: once for each arm: {frozen:#?}");
        for line in frozen {
            assert!(line.contains(", cells 0 to 99 (100): reporter: a rate is no finite number before"), "{line}");
            assert!(line.ends_with("on its way to rest; species `X`, reaction `trouble.change`"), "{line}");
        }
        run("1", "one").well();
        let (all, one) = (rows(&scratch, "all"), rows(&scratch, "one"));
        assert_eq!(all[0], one[0], "{method}: as it is without those that fail");
        assert!(all[1].contains("NaN") && all[3].contains("NaN"), "{method}: what is frozen reads nothing: {all:#?}");
        assert!(!all[2].contains("no\tno"), "{all:#?}");
    }
    let again = scratch.call(&["run", "all", "--biology", "bad"]).well();
    assert!(again.out.starts_with("identical: "), "{again:?}");
}

#[test]
fn a_cell_that_fails_leaves_the_other_cells_as_they_are() {
    let scratch = Scratch::new();
    troubled(&scratch, "bad", NO_NUMBER_WITH_GUIDES);
    let own = "act.REPORTER = \"0.3 of control\"";
    let few = REPORTER.replace("[cell.reporter]", "[cell.reporter]\nstate = { hsa-miR-522-3p = \"10 copies\" }");
    assert!(few.contains(own));
    let (without, _) = few.split_once("[arm.vesicles]").expect("two arms");
    let rest = few.split_once("[measure.copies]").expect("a measure").1;
    let alone = format!("{without}[measure.copies]{rest}")
        .replace(&few[few.find("[answer]").unwrap_or(0)..few.find("[place]").unwrap_or(0)], "");
    scratch.write("both.toml", &few);
    scratch.write("alone.toml", alone);
    for method in ["deterministic", "hybrid", "leaps"] {
        let run = |name: &'static str| {
            let file = format!("{name}.toml");
            scratch.call(&[
                "run",
                &file,
                "--method",
                method,
                "--worlds",
                "2",
                "--biology",
                "bad",
                "--out",
                name,
                "--fresh",
            ])
        };
        let both = run("both");
        assert_eq!(both.code, Some(3), "{method}: {both:#?}");
        let answer = json(&scratch, "both/answer.json");
        let frozen = answer["frozen"].to_string();
        assert!(frozen.contains("arm vesicles") && !frozen.contains("arm untreated"), "{method}: {frozen}");
        assert!(
            frozen.contains("trouble.change") && !frozen.contains("cells 0 to 99"),
            "{method}: some cells: {frozen}"
        );
        run("alone").well();
        let arms = |name: &str| fs::read_to_string(scratch.path(&format!("{name}/arms.tsv"))).expect("a table");
        let untreated = |name: &str| {
            arms(name).lines().filter(|l| l.starts_with("untreated")).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(untreated("both"), untreated("alone"), "{method}");
        let vesicles = arms("both").lines().find(|line| line.starts_with("vesicles")).map(str::to_owned);
        assert!(
            vesicles.as_ref().is_some_and(|line| !line.contains("NaN")),
            "{method}: the others are read: {vesicles:?}"
        );
    }
}

#[test]
fn sweep_and_rank_tell_what_failed_and_end_with_their_own_code() {
    let scratch = Scratch::new();
    troubled(&scratch, "bad", NO_NUMBER);
    let sweep =
        ["sweep", "reporter.toml", "deliver.escape=1, 10 %", "--method", "leaps", "--worlds", "4", "--biology", "bad"];
    let rank =
        ["rank", "reporter.toml", "copies@0.5h", "--arm", "vesicles", "--rows", "8", "--top", "2", "--biology", "bad"];
    for words in [&sweep[..], &rank] {
        let called = scratch.call(words);
        assert_eq!(called.code, Some(3), "{called:#?}");
        assert!(called.out.contains("Frozen   ") && called.out.contains("`trouble.change`"), "{}", called.out);
        assert!(called.out.contains("vesicles"), "{}", called.out);
    }
}

#[test]
fn an_explosion_and_a_step_that_falls_to_nothing_name_their_species() {
    let scratch = Scratch::new();
    for (name, reaction) in [("bio_explodes", "X => 2X; strength*1e-2*X"), ("bio_blows", "=> X; strength*1e-3*X*X")] {
        troubled(&scratch, name, reaction);
        let called =
            scratch.call(&["run", "reporter.toml", "--worlds", "2", "--biology", name, "--out", "out", "--fresh"]);
        assert_eq!(called.code, Some(3), "{called:#?}");
        let answer = json(&scratch, "out/answer.json");
        let frozen = answer["frozen"].as_array().expect("a list").clone();
        assert_eq!(frozen.len(), 4, "{frozen:#?}");
        let named = |line: &serde_json::Value| {
            line.as_str().is_some_and(|line| line.ends_with("species `X`, reaction `trouble.change`"))
        };
        assert!(frozen.iter().all(named), "{frozen:#?}");
    }
}

#[test]
fn whole_numbers_have_no_rates_below_zero() {
    let scratch = Scratch::new();
    troubled(&scratch, "bad", "X => ; 1e-3*(1 - strength)");
    let run = |method: &'static str| {
        let words = ["run", "reporter.toml", "--method", method, "--worlds", "2", "--biology", "bad", "--out", method];
        scratch.call(&words)
    };
    run("deterministic").well();
    for method in ["leaps", "exact"] {
        let called = run(method);
        assert_eq!(called.code, Some(3), "{called:#?}");
        assert!(
            called.out.contains("a rate is below zero") && called.out.contains("`trouble.change`"),
            "{}",
            called.out
        );
    }
}
