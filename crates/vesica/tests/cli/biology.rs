//! Another knowledge base: `--biology DIR`, `biology =`.

use std::fs;

use crate::support::{SMALL, Scratch};

/// Changes one file of the copied folder.
fn change(scratch: &Scratch, file: &str, change: impl FnOnce(String) -> String) {
    let path = scratch.path("bio").join(file);
    let text = fs::read_to_string(&path).expect("a file of biology/");
    let changed = change(text.clone());
    assert_ne!(text, changed, "the test changes {file}");
    fs::write(path, changed).expect("a file of biology/");
}

/// Sets one column of one row of `parameters.tsv`.
fn set(scratch: &Scratch, id: &str, column: usize, value: &str) {
    change(scratch, "parameters.tsv", |text| {
        let row = |line: &str| {
            let mut fields: Vec<&str> = line.split('\t').collect();
            if fields[0] == id {
                fields[column] = value;
            }
            fields.join("\t") + "\n"
        };
        text.lines().map(row).collect()
    });
}

#[test]
fn another_knowledge_base_gives_another_answer_and_repeats_only_with_it() {
    let scratch = Scratch::new();
    scratch.biology();
    let run = |out: &'static str, more: &[&'static str]| {
        [&["run", "small.toml", "--worlds", "2", "--json", "--out", out], more].concat()
    };
    let built_in = scratch.call(&run("built-in", &[])).well().json();
    for (column, value) in [(5, ""), (6, ""), (3, "500")] {
        set(&scratch, "drug.erastin.xct_activity.IC50", column, value);
    }
    let own = scratch.call(&run("own", &["--biology", "bio"])).well().json();
    assert_ne!(built_in["arms"], own["arms"]);
    assert!(scratch.call(&["run", "own"]).refused("E93").err.contains("--biology DIR"));
    scratch.call(&["run", "own", "--biology", "bio"]).well();
    scratch.write("named.toml", format!("biology = \"bio\"\n{SMALL}"));
    let named = scratch.call(&["run", "named.toml", "--worlds", "2", "--json"]).well().json();
    assert_eq!(named["arms"], own["arms"]);
    scratch.call(&["run", "named.out"]).well();
}

#[test]
fn a_broken_knowledge_base_is_refused_with_its_place() {
    let broken = |breaks: &dyn Fn(&Scratch), code: &str, word: &str| {
        let scratch = Scratch::new();
        scratch.biology();
        breaks(&scratch);
        let found = scratch.call(&["check", "small.toml", "--biology", "bio"]).refused(code);
        assert!(found.err.contains(word), "{word}: {}", found.err);
        scratch.call(&["run", "small.toml", "--biology", "bio"]).refused(code);
        assert!(!scratch.path("small.out").exists(), "nothing is left of a run that did not begin");
    };
    broken(&|scratch| fs::remove_file(scratch.path("bio/drugs.tsv")).expect("a file"), "E70", "drugs.tsv");
    broken(&|scratch| set(scratch, "ferroptosis.critical", 3, "lots"), "E71", "parameters.tsv:");
    broken(&|scratch| set(scratch, "state.labile_iron", 9, "nobody1999"), "E72", "nobody1999");
    broken(&|scratch| set(scratch, "ferroptosis.critical", 0, "ferroptosis.other"), "E74", "ferroptosis.critical");
    let module = "bio/links/9-decide/ferroptosis.ant";
    broken(&|scratch| fs::remove_file(scratch.path(module)).expect("a file"), "E73", "9-decide/ferroptosis");
    let misspelt = |text: String| text.replace("> critical", "> critcal");
    broken(&|scratch| change(scratch, "links/9-decide/ferroptosis.ant", misspelt), "E74", "ferroptosis.ant:");
    let scratch = Scratch::new();
    scratch.call(&["check", "small.toml", "--biology", "nothere"]).refused("E41");
    scratch.call(&["check", "small.toml", "--biology", "small.toml"]).refused("E41");
}
