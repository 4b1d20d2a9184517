//! The rows of `validation/` are in the state that their files expect, and every file can be read.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use vesica::knowledge::Knowledge;
use vesica::validate::{self, Finding, Published};

fn texts() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../validation");
    let entries = fs::read_dir(&folder).expect("the folder of published results");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .map(|path| {
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a text"))
        })
        .collect()
}

fn knowledge() -> Knowledge {
    Knowledge::embedded().0
}

fn run(published: &Published, texts: &BTreeMap<String, String>) -> Vec<Finding> {
    validate::run(published, texts, &knowledge()).unwrap_or_else(|problem| panic!("{problem}"))
}

/// A green row that turns red fails, and so does a red one that turns green unnoticed.
#[test]
fn every_row_is_as_expected() {
    let texts = texts();
    let published = validate::read(&texts).unwrap_or_else(|problem| panic!("{problem}"));
    for row in [1, 6, 7, 8, 14, 15, 17, 18, 19, 21, 24, 25, 26, 27] {
        assert!(published.iter().any(|one| one.row == row), "row {row} is missing");
    }
    for finding in published.iter().flat_map(|one| run(one, &texts)) {
        assert!(finding.is_expected(), "{finding:#?}");
    }
}

#[test]
fn every_source_stands_in_the_references() {
    let (texts, knowledge) = (texts(), knowledge());
    for published in validate::read(&texts).unwrap_or_else(|problem| panic!("{problem}")) {
        let words = published.source.split([';', ',', ' ', '(', ')']).filter(|word| !word.is_empty());
        let keys = words.filter(|word| knowledge.references.contains_key(*word)).count();
        assert!(keys > 0, "row {}: no key of references.bib in `{}`", published.row, published.source);
    }
}

#[test]
fn a_green_row_turns_red_when_the_model_changes() {
    let mut texts = texts();
    let published = validate::read(&texts).unwrap_or_else(|problem| panic!("{problem}"));
    let states = published.iter().find(|one| one.row == 1).expect("row 1");
    let model = texts.get_mut("trigger_wave.ant").expect("its model");
    *model = model.replace("kf = 1.2", "kf = 1.21");
    let findings = run(states, &texts);
    assert!(!findings[0].pass && !findings[0].is_expected(), "{:#?}", findings[0]);
}

#[test]
fn what_cannot_be_run_is_said_in_words() {
    let mut texts = texts();
    texts.insert("00.toml".to_owned(), "row = 0".to_owned());
    let problem = validate::read(&texts).expect_err("a file without a title");
    assert!(problem.contains("00.toml") && problem.contains("title"), "{problem}");
    texts.remove("00.toml");
    let published = validate::read(&texts).unwrap_or_else(|problem| panic!("{problem}"));
    let states = published.iter().find(|one| one.row == 1).expect("row 1");
    texts.remove("trigger_wave.ant");
    let problem = validate::run(states, &texts, &knowledge()).expect_err("a model that is not there");
    assert!(problem.contains("trigger_wave.ant"), "{problem}");
}
