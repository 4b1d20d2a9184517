//! Result folders: finished, stopped, repeated, not ours.

use std::fs;

use crate::support::{Called, SMALL, Scratch};

/// A run of three worlds into `out`.
fn run<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["run", "small.toml", "--worlds", "3", "--out", out], more].concat()
}

#[test]
fn a_finished_folder_is_not_run_again_and_repeats_to_the_byte() {
    let scratch = Scratch::new();
    let first = scratch.call(&run("a folder", &[])).well();
    for label in ["Answer   ", "Weakest  ", "Report   a folder/report.html", "Next     vesica run \"a folder\""] {
        assert!(first.out.contains(label), "{label}\n{}", first.out);
    }
    assert!(first.out.lines().all(|line| line.chars().count() <= 100), "{}", first.out);
    assert!(first.out.contains("  erastin, no CAF  "), "names stay whole\n{}", first.out);
    assert!(!first.out.contains("-0 ") && !first.out.contains("⁻"), "{}", first.out);
    assert!(first.err.contains("2 arms × 3 worlds, done in "), "{}", first.err);
    let second = scratch.call(&run("a folder", &[])).well();
    assert_eq!(second.out, first.out);
    assert!(second.err.contains("it is not run again"), "{}", second.err);
    let repeated = scratch.call(&["run", "a folder", "--quiet"]).well();
    let n_files = scratch.files("a folder").len();
    assert_eq!(
        (repeated.out.as_str(), repeated.err.as_str()),
        (&*format!("identical: {n_files} of {n_files} files\n"), "")
    );
    assert_eq!(scratch.call(&["run", "a folder", "--json"]).well().json()["identical"], true);

    let refused = scratch.call(&run("a folder", &["--seed", "8"])).refused("E90");
    assert!(refused.err.contains("there: seed = 7") && refused.err.contains("here:  seed = 8"), "{}", refused.err);
    scratch.call(&["run", "a folder", "--seed", "8"]).refused("E80");
    scratch.call(&run("a folder", &["--seed", "8", "--fresh"])).well();
    assert!(fs::read_to_string(scratch.path("a folder/scenario.lock.toml")).expect("a lock").contains("seed = 8"));

    fs::write(scratch.path("a folder/arms.tsv"), "changed\n").expect("a file");
    scratch.call(&run("a folder", &["--seed", "8"])).refused("E95");
    fs::remove_file(scratch.path("a folder/report.html")).expect("a file");
    scratch.call(&run("a folder", &["--seed", "8", "--fresh"])).well();
    scratch.call(&["run", "a folder"]).well();
}

#[test]
fn any_number_of_threads_gives_the_same_files() {
    let scratch = Scratch::new();
    for (threads, out) in [("1", "one"), ("2", "two"), ("3", "three")] {
        let object = scratch.call(&run(out, &["--threads", threads, "--json"])).well().json();
        assert!(object["answer"]["holds"].is_number() && object["arms"].is_array(), "{object}");
        assert_eq!(object["out"], out);
    }
    assert_eq!(scratch.files("one"), scratch.files("two"));
    assert_eq!(scratch.files("one"), scratch.files("three"));
}

#[test]
fn a_folder_that_holds_something_else_is_left_alone() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("mine")).expect("a folder");
    scratch.write("mine/thesis.txt", "years of work");
    scratch.call(&run("mine", &[])).refused("E91");
    scratch.call(&run("mine", &["--fresh"])).refused("E91");
    assert_eq!(fs::read_dir(scratch.path("mine")).expect("a folder").count(), 1);
    scratch.call(&run("small.toml", &[])).refused("E91");
    scratch.call(&run("small.toml/inside", &[])).refused("E40");
    scratch.call(&["run", "mine"]).refused("E91");
    scratch.write("bad.toml", SMALL.replace("alive(tumour)", "alive(nobody)"));
    scratch.call(&["run", "bad.toml"]).refused("E19");
    assert!(!scratch.path("bad.out").exists());
}

#[cfg(unix)]
#[test]
fn a_run_that_was_stopped_or_killed_goes_on_to_the_same_bytes() {
    let scratch = Scratch::new();
    let run = |out: &'static str, more: &[&'static str]| {
        [&["run", "small.toml", "--worlds", "12", "--threads", "1", "--out", out], more].concat()
    };
    scratch.call(&run("whole", &[])).well();

    let mut killed = scratch.begin(&run("killed", &[]), "killed/.worlds/0.world");
    let waiting = scratch.call(&run("killed", &[])).refused("E92");
    assert!(waiting.err.contains("wait until it is done"), "{}", waiting.err);
    killed.kill().expect("it runs");
    killed.wait().expect("it ends");
    scratch.call(&["run", "killed"]).refused("E91");
    let went_on = scratch.call(&run("killed", &[])).well();
    assert!(went_on.err.contains("of 12 worlds done"), "{}", went_on.err);
    assert_eq!(scratch.files("killed"), scratch.files("whole"));

    let stopped = scratch.begin(&run("stopped", &[]), "stopped/.worlds/0.world");
    let pid = stopped.id().to_string();
    std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill");
    let stopped = Called::from(stopped.wait_with_output().expect("it ends"));
    assert_eq!(stopped.code, Some(130), "{stopped:#?}");
    assert!(
        stopped.err.contains("% ; the same command goes on from there") || stopped.err.contains("%; the same command")
    );
    scratch.call(&run("stopped", &["--seed", "9"])).refused("E90");
    scratch.call(&run("stopped", &[])).well();
    assert_eq!(scratch.files("stopped"), scratch.files("whole"));
}

#[test]
fn strange_names_are_no_paths_and_no_markup() {
    let scratch = Scratch::new();
    let names = ["a/b", "..", "CON", "<script>alert(1)</script>", "Erastin", "\\u001b[31mred", "nul.txt"];
    let arms: String = names.iter().map(|name| format!("[arm.\"{name}\"]\n\n")).collect();
    let text = SMALL
        .replace("A small one", "<script>alert(2)</script>")
        .replace("[measure.viability]", &format!("{arms}[measure.viability]"));
    scratch.write("small.toml", text);
    let called = scratch.call(&run("out", &[])).well();
    assert!(called.err.contains("warning W30"), "two names differ in letter case: {}", called.err);
    assert!(!called.out.contains('\u{1b}'), "{}", called.out);
    for (name, content) in scratch.files("out") {
        let is_page = name.ends_with(".html") || name.ends_with(".svg");
        assert!(!is_page || !String::from_utf8_lossy(&content).contains("<script>alert"), "{name}");
        assert!(name.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-/".contains(letter)), "{name}");
    }
    scratch.call(&["run", "out"]).well();
}

#[test]
fn a_run_that_cannot_answer_says_so() {
    let scratch = Scratch::new();
    scratch.write("small.toml", SMALL.replace("count = 10_000", "count = 0"));
    let called = scratch.call(&run("nobody", &[])).well();
    assert!(
        called.out.contains("Answer   Cannot say") && called.out.contains("none of 3 worlds can answer"),
        "{}",
        called.out
    );
    assert!(!called.out.contains("NaN") && !called.out.contains("0 of 0"), "{}", called.out);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let scratch = Scratch::new();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let mut command = scratch.command(&["check", "small.toml"]);
    let called = Called::from(command.stdout(full).output().expect("the program starts"));
    called.refused("E40");
}
