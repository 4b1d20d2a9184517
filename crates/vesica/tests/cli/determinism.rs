//! The same bytes, however a thing was run: any number of threads, machine code or interpreter, one world alone or among
//! others, run through or killed. (Those of `sweep` stand in `sweep.rs`.)

use std::fs;

use vesica::knowledge::Knowledge;
use vesica::run::world::simulate;
use vesica::run::{Setup, Size, run};
use vesica::scenario::{self, Method};
use vesica_engine::Evaluator;

use crate::failures::REPORTER;
use crate::support::{SMALL, Scratch};

/// A few hours, in which cells get copies and are killed.
fn brief() -> String {
    SMALL.replace("48 h", "8 h").replace("48h", "8h").replace("12 h", "1 h").replace("0.00825 (", "0.5 (")
}

fn with_method(word: &str) -> String {
    brief().replace("seed = 7", &format!("seed = 7\nrun = {{ method = \"{word}\" }}"))
}

#[test]
fn a_world_alone_is_the_same_world_inside_a_batch() {
    let (knowledge, _) = Knowledge::embedded();
    let small = |method: Method| REPORTER.replace("run = { ", &format!("run = {{ method = \"{}\", ", method.word()));
    let cases = [
        (Method::Deterministic, with_method("deterministic")),
        (Method::Hybrid, with_method("hybrid")),
        (Method::Leaps, small(Method::Leaps)),
        (Method::Exact, small(Method::Exact)),
    ];
    for (method, text) in cases {
        let (read, problems) = scenario::read("small.toml", &text, "small", &knowledge, &|_| None);
        let scenario = read.unwrap_or_else(|| panic!("{problems:?}"));
        let n_targets = if method == Method::Exact { 3 } else { 20 };
        let size = Size { n_worlds: 5, n_targets, n_donors: 4, ..Size::default() };
        let mut setup = Setup::new(&scenario, &knowledge, size, 7).expect("a setup");
        let bytes = |world: &_| postcard::to_allocvec(world).expect("bytes");
        let together: Vec<Vec<u8>> = run(&setup).iter().map(bytes).collect();
        assert_ne!(together[0], together[1], "worlds differ");
        for world in [4, 0, 2] {
            assert_eq!(bytes(&simulate(&setup, world)), together[world], "{method:?}, world {world} alone");
        }
        setup.evaluator = Evaluator::Interpreter;
        assert_eq!(bytes(&simulate(&setup, 3)), together[3], "{method:?}, interpreted");
    }
}

#[test]
fn a_run_has_the_same_files_for_any_threads_and_with_the_interpreter() {
    let scratch = Scratch::new();
    scratch.write("small.toml", with_method("hybrid"));
    let run = |out: &'static str, more: &[&'static str]| {
        let worlds = if out == "more" { "6" } else { "4" };
        scratch.call(&[&["run", "small.toml", "--worlds", worlds, "--out", out], more].concat()).well();
        scratch.files(out)
    };
    let one = run("one", &["--threads", "1"]);
    for (out, more) in [
        ("two", &["--threads", "2"][..]),
        ("seven", &["--threads", "7"][..]),
        ("interpreted", &["--no-jit", "--threads", "3"][..]),
    ] {
        assert_eq!(run(out, more), one, "{out}");
    }
    // the first worlds of a larger run are those of a smaller one
    run("more", &[]);
    let rows = |out: &str| {
        let text = fs::read_to_string(scratch.path(&format!("{out}/worlds.tsv"))).expect("a table");
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let (few, many) = (rows("one"), rows("more"));
    assert!(few.len() > 4 && few.iter().all(|row| many.contains(row)), "{few:#?} {many:#?}");
}

#[test]
fn a_ranking_has_the_same_files_for_any_threads() {
    let scratch = Scratch::new();
    scratch.write("small.toml", brief());
    let rank = |out: &'static str, threads: &'static str| {
        let words = ["rank", "small.toml", "miR522@8h", "--arm", "erastin", "--rows", "8", "--top", "1"];
        scratch.call(&[&words[..], &["--out", out, "--threads", threads]].concat()).well();
        scratch.files(out)
    };
    let one = rank("one", "1");
    assert_eq!(rank("two", "2"), one);
    assert_eq!(rank("seven", "7"), one);
}

#[cfg(unix)]
#[test]
fn a_run_that_counts_whole_molecules_goes_on_after_a_kill_to_the_same_bytes() {
    let scratch = Scratch::new();
    scratch.write("small.toml", with_method("hybrid"));
    let run = |out: &'static str| ["run", "small.toml", "--worlds", "8", "--threads", "1", "--out", out];
    scratch.call(&run("whole")).well();
    let mut killed = scratch.begin(&run("killed"), "killed/.worlds/1.world");
    killed.kill().expect("it runs");
    killed.wait().expect("it ends");
    let went_on = scratch.call(&run("killed")).well();
    assert!(went_on.err.contains("of 8 worlds done"), "{}", went_on.err);
    assert_eq!(scratch.files("killed"), scratch.files("whole"));
}

#[test]
fn a_method_is_a_word_of_the_command_and_stands_in_the_result() {
    let scratch = Scratch::new();
    scratch.write("small.toml", brief());
    let run = |method: &'static str, out: &'static str| {
        let words = ["run", "small.toml", "--worlds", "1", "--method", method, "--out", out, "--json"];
        scratch.call(&words).well();
        let answer = fs::read_to_string(scratch.path(&format!("{out}/answer.json"))).expect("an answer");
        let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
        answer["method"].as_str().expect("a method").to_owned()
    };
    assert_eq!(run("hybrid", "h"), "deterministic in caf, hybrid in tumour");
    assert_eq!(run("auto", "a"), "deterministic in caf, deterministic in tumour");
    assert!(scratch.files("h") != scratch.files("a"));
    let methods = fs::read_to_string(scratch.path("h/methods.md")).expect("methods");
    assert!(methods.contains("hybrid in tumour"), "{methods}");
    scratch.call(&["run", "h", "--method", "auto"]).refused("E80");
    assert!(scratch.call(&["run", "h"]).well().out.starts_with("identical"));
    let refused = scratch.call(&["run", "small.toml", "--method", "leap"]).refused("E80");
    assert!(refused.err.contains("did you mean `leaps`?") && refused.err.contains("hybrid"), "{}", refused.err);
    let refused = scratch.call(&["run", "small.toml", "--method", "exact"]).refused("E99");
    assert!(refused.err.contains("in cell `caf`") && refused.err.contains("in cell `tumour`"), "{}", refused.err);
}

#[test]
fn sweep_and_rank_take_a_method_and_repeat_by_it() {
    let scratch = Scratch::new();
    scratch.write("small.toml", brief());
    let sweep = ["sweep", "small.toml", "erastin=0, 5 uM", "--worlds", "2"];
    let rank = ["rank", "small.toml", "miR522@8h", "--arm", "erastin", "--rows", "8", "--top", "1"];
    for (words, file) in [(&sweep[..], "results.csv"), (&rank, "rank.csv")] {
        let out = words[0];
        let by = |method: &'static str, out: &'static str| {
            scratch.call(&[words, &["--method", method, "--out", out]].concat()).well();
            fs::read(scratch.path(&format!("{out}/{file}"))).expect("a table")
        };
        assert_ne!(by("hybrid", "whole"), by("deterministic", "flow"), "{out}");
        assert!(scratch.call(&["run", "whole"]).well().out.starts_with("identical"), "{out}");
        for folder in ["whole", "flow"] {
            fs::remove_dir_all(scratch.path(folder)).expect("a folder");
        }
        scratch.call(&[words, &["--method", "exact", "--out", "none"]].concat()).refused("E99");
        assert!(!scratch.path("none").exists(), "{out}: nothing is left of what did not begin");
    }
}
