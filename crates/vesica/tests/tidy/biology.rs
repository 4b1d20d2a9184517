//! The program knows no biology: genes, miRNAs, drugs and cell types stand in `biology/` and nowhere in the code.
//! And `biology/` cites what it holds.

use std::collections::{BTreeMap, BTreeSet};

use vesica::knowledge::{Knowledge, mangle};

use crate::source::{Source, crates, files_below, read, sources};

/// Texts shown as help may name an example.
const HELP: [&str; 2] = ["crates/vesica-model/src/codes.rs", "crates/vesica/src/cli/arguments.rs"];

/// `cell` is a noun of every scenario, though a cell type has it among its names, too; a reporter is what an assay
/// reads, though a cell has a gene of that name; `rest` is what is left, and a gene.
const OUR_OWN_WORDS: [&str; 3] = ["cell", "reporter", "rest"];

#[test]
fn no_biology_in_the_code() {
    let names = names();
    assert!(names.len() > 50, "the names could not be read: {names:?}");
    let mut found = Vec::new();
    for source in crates().iter().flat_map(|name| sources(name)) {
        found.extend(names_in(&source, &names));
    }
    assert!(found.is_empty(), "this belongs into biology/: {found:#?}");
}

fn names_in(source: &Source, names: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for (index, line) in source.code.lines().enumerate() {
        found.extend(known(line, names).map(|name| format!("{}:{} {name}", source.path, index + 1)));
    }
    if !HELP.contains(&source.path.as_str()) {
        for (line, literal) in &source.literals {
            found.extend(known(literal, names).map(|name| format!("{}:{line} {name}", source.path)));
        }
    }
    found
}

/// Names in a text: whole words of it, or several in a row.
fn known<'a>(text: &str, names: &'a BTreeSet<String>) -> impl Iterator<Item = &'a String> {
    let text = mangle(text).to_lowercase();
    let words: Vec<&str> = text.split('_').collect();
    let longest = names.iter().map(|name| name.split('_').count()).max().unwrap_or(0);
    let mut found = Vec::new();
    for start in 0..words.len() {
        let ends = start + 1..=words.len().min(start + longest);
        found.extend(ends.filter_map(|end| names.get(&words[start..end].join("_"))));
    }
    found.into_iter()
}

/// Every name of four letters or more, as an identifier in lower case.
fn names() -> BTreeSet<String> {
    let (knowledge, problems) = Knowledge::embedded();
    assert!(problems.is_empty(), "{problems:?}");
    let mut names: Vec<&str> = Vec::new();
    for mirna in &knowledge.mirnas {
        names.push(&mirna.name);
        names.extend(mirna.aliases.iter().map(String::as_str));
    }
    names.extend(knowledge.old_mirna_names.iter().map(|old| old.name.as_str()));
    for action in knowledge.drug_actions.iter().filter(|action| !action.name.contains('{')) {
        names.push(&action.name);
        names.extend(action.aliases.iter().map(String::as_str));
    }
    for molecule in knowledge.molecules.iter().filter(|molecule| !molecule.name.contains('{')) {
        names.extend(molecule.names());
    }
    for (id, cell) in &knowledge.cells {
        names.extend([id, cell.name.as_str()]);
        names.extend(cell.aliases.iter().chain(&cell.genes).chain(&cell.amounts).map(String::as_str));
    }
    for action in &knowledge.gene_actions {
        names.push(&action.gene);
        names.extend(action.aliases.iter().map(String::as_str));
    }
    let names = names.into_iter().map(|name| mangle(name).to_lowercase());
    names.filter(|name| name.len() >= 4 && !OUR_OWN_WORDS.contains(&name.as_str())).collect()
}

#[test]
fn every_source_is_used_and_every_used_source_is_there() {
    let (knowledge, problems) = Knowledge::embedded();
    assert!(problems.is_empty(), "keys that do not resolve: {problems:?}");
    let mut paths = files_below("biology", ".tsv");
    paths.extend(files_below("examples", ".toml"));
    paths.extend(files_below("validation", ".toml"));
    let texts: BTreeMap<&String, String> = paths.iter().map(|path| (path, read(path))).collect();
    let words: BTreeSet<&str> =
        texts.values().flat_map(|text| text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')).collect();
    let unused: Vec<&String> = knowledge.references.keys().filter(|key| !words.contains(key.as_str())).collect();
    assert!(unused.is_empty(), "nothing in biology/, examples/ or validation/ cites {unused:?}");
    for (cited, path) in cited_in_code() {
        assert!(knowledge.references.contains_key(&cited), "{path} cites `{cited}`, which is not in references.bib");
    }
}

/// Keys in comments of the form: Source: `key` in biology/references.bib.
fn cited_in_code() -> Vec<(String, String)> {
    let mut cited = Vec::new();
    for path in files_below("crates", ".rs").into_iter().filter(|path| !path.contains("/tests/tidy")) {
        let text = read(&path);
        for (at, _) in text.match_indices("` in biology/references.bib") {
            cited.extend(text[..at].rsplit_once('`').map(|(_, key)| (key.to_owned(), path.clone())));
        }
    }
    cited
}
