//! `vesica sweep`: designs, what is refused, and the same bytes however it was run.

use std::fs;

use crate::support::Scratch;

fn sweep<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["sweep", "small.toml", "--arm", "erastin", "--worlds", "2", "--out", out], more].concat()
}

const DOSES: &str = "erastin=0, 0.3, 10 uM";

#[test]
fn a_grid_prints_its_levels_and_leaves_its_tables() {
    let scratch = Scratch::new();
    let called = scratch.call(&sweep("s", &[DOSES])).well();
    assert!(called.out.contains("erastin (uM)") && called.out.contains("Results  s/results.csv"), "{}", called.out);
    assert!(called.out.contains("Report   s/report.html") && scratch.path("s/figures/response.svg").exists());
    assert!(called.err.contains("3 points × 2 worlds, done in") && called.err.contains("lane"), "{}", called.err);
    let rows = fs::read_to_string(scratch.path("s/results.csv")).expect("a table");
    assert!(rows.starts_with("point,erastin (uM),hypothesis,arm,measure,at_h,unit,low,best,high\n"), "{rows}");
    let read = |dose: &str| {
        let line = rows.lines().find(|line| line.contains(&format!(",{dose},all,erastin,viability,"))).expect("a row");
        line.rsplit(',').nth(1).expect("a number").parse::<f64>().expect("a number")
    };
    assert!(read("0") > 90.0 && read("10") < read("0"), "{rows}");
    let again = scratch.call(&sweep("s", &[DOSES])).well();
    assert!(again.out == called.out && again.err.contains("it is not run again"), "{}", again.err);
    let n_files = scratch.files("s").len();
    let repeated = scratch.call(&["run", "s", "--threads", "1"]).well();
    assert_eq!(repeated.out, format!("identical: {n_files} of {n_files} files\n"));
    scratch.call(&["run", "s", "--worlds", "3"]).refused("E80");
    scratch.call(&sweep("s", &["erastin=0, 1 uM"])).refused("E90");
    let object = scratch.call(&sweep("s", &[DOSES, "--json"])).well().json();
    assert_eq!((object["points"][2][0].as_f64(), object["design"].as_str()), (Some(10.0), Some("grid")));
    // no cell takes fewer steps than there are exchanges
    assert!(object["solver"]["steps"].as_u64() > Some(3 * 2 * 2 * 100 * 24), "{}", object["solver"]);
}

#[test]
fn a_level_is_what_a_scenario_with_that_number_reads() {
    let scratch = Scratch::new();
    scratch.call(&sweep("s", &["erastin=1, 5 uM", "exo.rate=60, 61 /cell/h"])).well();
    // the rate has a range in the file; one value in its place is the same as that level
    let text = crate::support::SMALL.replace("60 (20..200) /cell/h", "60 /cell/h");
    scratch.write("plain.toml", text);
    scratch.call(&["run", "plain.toml", "--worlds", "2", "--out", "run"]).well();
    let find = |path: &str, starts: &str, tab: char| {
        let text = fs::read_to_string(scratch.path(path)).expect("a table");
        let line = text.lines().find(|line| line.starts_with(starts)).unwrap_or_else(|| panic!("{starts} in {text}"));
        line.split(tab).map(str::to_owned).collect::<Vec<_>>()
    };
    let of_sweep = find("s/results.csv", "3,5,60,all,erastin,viability", ',');
    let of_run = find("run/arms.tsv", "erastin\tviability", '\t');
    let number = |text: &String| text.parse::<f64>().expect("a number");
    assert!(of_run.iter().any(|cell| cell.parse() == Ok(number(&of_sweep[9]))), "{of_sweep:?} {of_run:?}");
}

#[test]
fn the_time_of_a_dose_can_be_swept_and_a_level_is_what_a_scenario_with_that_time_reads() {
    let scratch = Scratch::new();
    let called = scratch.call(&sweep("s", &["erastin.at=0, 7.25, 40 h"])).well();
    assert!(!called.err.contains("W39"), "{}", called.err);
    assert!(called.out.contains("erastin.at (h)"), "{}", called.out);
    let text = crate::support::SMALL.replace("at = \"12 h\"", "at = \"7.25 h\"");
    scratch.write("other.toml", text);
    scratch.call(&["run", "other.toml", "--worlds", "2", "--out", "run"]).well();
    let find = |path: &str, starts: &str, tab: char| {
        let text = fs::read_to_string(scratch.path(path)).expect("a table");
        let line = text.lines().find(|line| line.starts_with(starts)).unwrap_or_else(|| panic!("{starts} in {text}"));
        line.split(tab).map(str::to_owned).collect::<Vec<_>>()
    };
    let number = |cell: &str| cell.parse::<f64>().expect("a number");
    let level = |start: &str| number(&find("s/results.csv", &format!("{start},all,erastin,viability"), ',')[8]);
    let of_run = find("run/arms.tsv", "erastin\tviability", '\t');
    assert!(of_run.iter().any(|cell| cell.parse() == Ok(level("2,7.25"))), "{of_run:?}");
    assert!(level("3,40") > level("1,0"), "what is given late kills fewer until the end");
    for (words, code, says) in [
        ("erastin.at=0..60 h", "E97", "after the end, 48 h"),
        ("erastin.at=1..2 uM", "E04", "in uM"),
        ("RSL3.at=1..2 h", "E96", "there is no number"),
    ] {
        let called = scratch.call(&["sweep", "small.toml", "--quiet", "--out", "r", words]).refused(code);
        assert!(called.err.contains(says), "{says}\n{}", called.err);
    }
}

#[test]
fn a_curve_has_its_ec50_with_and_without_vesicles() {
    let scratch = Scratch::new();
    let called = scratch.call(&sweep("s", &["erastin=0.1..10 uM, log 5"])).well();
    let lines: Vec<&str> = called.out.lines().skip_while(|line| !line.trim().starts_with("EC50 of erastin")).collect();
    assert!(lines[0].contains("uM") && lines[0].contains("× no vesicles"), "{}", called.out);
    let starts = |line: &str, arm: &str| line.trim().strip_prefix(arm).is_some_and(|rest| rest.starts_with("  "));
    assert!(starts(lines[1], "erastin") && starts(lines[2], "erastin, no vesicles"), "{}", called.out);
    let object = scratch.call(&sweep("s", &["erastin=0.1..10 uM, log 5", "--json"])).well().json();
    let curve = &object["responses"][1];
    let n =
        ["n_inside", "n_above", "n_below", "n_flat"].iter().map(|key| curve[key].as_u64().unwrap_or(9)).sum::<u64>();
    assert_eq!((curve["arm"].as_str(), n), (Some("erastin, no vesicles"), 2), "{curve}");
    let rows = fs::read_to_string(scratch.path("s/results.csv")).expect("a table");
    let copies = |line: &str| line.contains("\"erastin, no vesicles\",miR522,");
    assert!(rows.lines().filter(|line| copies(line)).count() == 5, "{rows}");
}

#[test]
fn two_drugs_are_given_alone_and_together_and_each_definition_is_named() {
    let scratch = Scratch::new();
    let second = "5 uM\", at = \"12 h\" }, { drug = \"RSL3\", amount = \"1 uM\", at = \"12 h\" }";
    scratch.write("small.toml", crate::support::SMALL.replace("5 uM\", at = \"12 h\" }", second));
    let called = scratch.call(&sweep("s", &["erastin=0.3, 1 uM", "RSL3=0.01, 0.1 uM"])).well();
    assert!(called.err.contains("9 points × 2 worlds"), "{}", called.err);
    assert!(
        called.out.contains("Synergy  erastin: mean excess over Bliss ") && called.out.contains("HSA "),
        "{}",
        called.out
    );
}

#[test]
fn a_curve_is_told_once_where_the_other_drug_is_not_given() {
    let scratch = Scratch::new();
    let both = "\n[arm.both]\nlike = \"erastin\"\ndose = [{ drug = \"RSL3\", amount = \"1 uM\", at = \"12 h\" }]\n";
    scratch.write("small.toml", crate::support::SMALL.to_owned() + both);
    let design = ["erastin=0.1..10 uM, log 3", "RSL3=0.1 uM, 1 uM", "--arm", "both", "--json"];
    let object = scratch.call(&sweep("s", &design)).well().json();
    let told = |arm: &str| {
        let all = object["responses"].as_array().expect("responses");
        all.iter().filter(|curve| curve["arm"] == arm && curve["is_repeat"] == false).count()
    };
    assert_eq!((told("erastin"), told("both")), (1, 3), "{object}");
}

#[test]
fn threads_machine_code_and_kills_change_no_byte() {
    let scratch = Scratch::new();
    let design = ["erastin=0.1..10 uM, log", "exo.rate=20..200 /cell/h", "--design", "sobol", "--points", "8"];
    scratch.call(&sweep("whole", &[&design[..], &["--threads", "1"]].concat())).well();
    let whole = scratch.files("whole");
    for (out, more) in [("two", ["--threads", "2"]), ("three", ["--threads", "3"]), ("seven", ["--threads", "7"])] {
        scratch.call(&sweep(out, &[&design[..], &more].concat())).well();
        assert_eq!(scratch.files(out), whole, "{out}");
    }
    scratch.call(&sweep("interpreted", &[&design[..], &["--no-jit"]].concat())).well();
    assert_eq!(scratch.files("interpreted"), whole);

    let mut killed =
        scratch.begin(&sweep("killed", &[&design[..], &["--threads", "1"]].concat()), "killed/.worlds/runs");
    while fs::metadata(scratch.path("killed/.worlds/runs")).map_or(0, |facts| facts.len()) < 100 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    killed.kill().expect("it runs");
    killed.wait().expect("it ends");
    let went_on = scratch.call(&sweep("killed", &design)).well();
    assert!(went_on.err.contains("going on with "), "{}", went_on.err);
    assert_eq!(scratch.files("killed"), whole);
}

#[test]
fn equal_steps_over_decades_are_told() {
    let scratch = Scratch::new();
    let called = scratch.call(&sweep("s", &["erastin=0.1..10 uM, 3"])).well();
    assert!(called.err.contains("warning W39") && called.err.contains("log 9"), "{}", called.err);
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let scratch = Scratch::new();
    let cases: [(&[&str], &str, &str); 13] = [
        (&["erastn=1..3 uM"], "E96", "did you mean `erastin`?"),
        (&["ML162=1..3 uM"], "E96", "no arm doses"),
        (&["copies=1..3 /vesicle", "hsa-miR-522-3p.copies=1..3 /vesicle"], "E96", "varied twice"),
        (&["biogenesis.none=1..3"], "E96", "there is no number"),
        (&["erastin=0..3 uM, log 4"], "E97", "has no logarithm"),
        (&["erastin=3 uM"], "E97", "nothing to vary"),
        (&["erastin"], "E97", "has no values"),
        (&["erastin=0.1..10 uM log, 4"], "E97", "\"0.1..10 uM, log 4\""),
        (&["erastin=1..3 uM, log 9", "--points", "7"], "E97", "--design lhs"),
        (&["erastin=1..3 uM, 9999", "exo.rate=1..3 /cell/h, 9999"], "E97", "points"),
        (&["erastin=1..3 h"], "E04", "in h"),
        (&["deliver.escape=1..300 %"], "E26", "100 %"),
        (&["erastin=1..3 uM", "--arm", "erastine"], "E98", "did you mean `erastin`?"),
    ];
    for (words, code, says) in cases {
        let called = scratch.call(&[&["sweep", "small.toml", "--quiet", "--out", "s"], words].concat()).refused(code);
        assert!(called.err.contains(says), "{says}\n{}", called.err);
    }
    assert!(!scratch.path("s").exists(), "nothing is left behind");
}
