//! `vesica rank`: what it finds, what is refused, and the same bytes however it was run.

use std::fs;

use crate::support::{SMALL, Scratch};

/// With few uncertain numbers asked together, so that it takes seconds.
const FEW: [&str; 4] = ["--rows", "8", "--top", "2"];

#[test]
fn a_ranking_names_links_and_experiments_and_no_byte_depends_on_how_it_was_run() {
    let scratch = Scratch::new();
    // a few hours are enough to see that everything comes together
    let brief = SMALL.replace("48 h", "6 h").replace("48h", "6h").replace("12 h", "1 h");
    scratch.write("small.toml", brief.replace("5 uM", "0.7 uM"));
    let rank = |out: &'static str, more: &[&'static str]| {
        [&["rank", "small.toml", "miR522@6h", "--arm", "erastin", "--out", out], &FEW[..], more].concat()
    };
    let first = scratch.call(&rank("one", &["--threads", "1"])).well();
    assert!(first.out.contains("miR522 at 6 h, erastin") && first.out.contains("share, total"), "{}", first.out);
    assert!(first.err.contains(" runs, done in"), "{}", first.err);
    let rows = fs::read_to_string(scratch.path("one/rank.csv")).expect("a table");
    assert!(rows.lines().count() > 20 && rows.contains("links.deliver.escape,deliver,"), "{rows}");
    let whole = scratch.files("one");
    assert!(first.out.contains("Report   one/report.html") && scratch.path("one/figures/matters.svg").exists());
    let repeated = scratch.call(&["run", "one"]).well();
    assert_eq!(repeated.out, format!("identical: {0} of {0} files\n", whole.len()));

    let mut killed = scratch.begin(&rank("killed", &["--no-jit"]), "killed/.worlds/runs");
    while fs::metadata(scratch.path("killed/.worlds/runs")).map_or(0, |facts| facts.len()) < 100 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    killed.kill().expect("it runs");
    killed.wait().expect("it ends");
    scratch.call(&rank("killed", &["--no-jit", "--threads", "3"])).well();
    assert_eq!(scratch.files("killed"), whole);
    let object = scratch.call(&rank("one", &["--json"])).well().json();
    assert!(object["bars"][0]["indices"]["total"].is_object(), "{object}");
}

#[test]
fn questions_without_an_answer_are_refused_by_name() {
    let scratch = Scratch::new();
    let open = SMALL.replace("[answer]", "[cell.unasked]").split("[cell.unasked]").next().unwrap_or("").to_owned()
        + &SMALL[SMALL.find("[place]").expect("a place")..];
    scratch.write("open.toml", open);
    let cases: [(&[&str], &str); 4] = [
        (&["small.toml", "viabilty@48h"], "did you mean `viability`?"),
        (&["small.toml", "viability@47h"], "viability@48h"),
        (&["small.toml", "--arm", "erastine"], "did you mean `erastin`?"),
        (&["open.toml"], "no difference of two arms"),
    ];
    for (words, says) in cases {
        let called = scratch.call(&[&["rank", "--quiet"], words].concat()).refused("E98");
        assert!(called.err.contains(says), "{says}\n{}", called.err);
    }
}
