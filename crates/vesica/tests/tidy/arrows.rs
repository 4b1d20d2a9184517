//! ARCHITECTURE.md is true: every part is on the map, everything on the map is there, arrows are as drawn.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{crates, files_below, read, root};

#[test]
fn every_part_is_on_the_map() {
    let map = read("ARCHITECTURE.md");
    let mut parts: Vec<String> = crates().iter().map(|name| format!("crates/{name}/")).collect();
    parts.extend(top_folders());
    for name in crates() {
        let source = format!("crates/{name}/src/");
        let rooms = files_below(&source[..source.len() - 1], ".rs");
        parts.extend(rooms.into_iter().filter(|path| !path[source.len()..].contains('/')));
    }
    let missing: Vec<&String> = parts.iter().filter(|part| !map.contains(&format!("`{part}`"))).collect();
    assert!(missing.is_empty(), "say in ARCHITECTURE.md what these are for: {missing:#?}");
}

#[test]
fn everything_on_the_map_is_there() {
    for page in ["README.md", "ARCHITECTURE.md", "DESIGN.md", "CONTRIBUTING.md"] {
        let text = read(page);
        let stale: Vec<&str> = paths_in(&text).filter(|path| !root().join(path).exists()).collect();
        assert!(stale.is_empty(), "{page} names what is not there: {stale:#?}");
    }
}

#[test]
fn arrows_are_as_drawn() {
    let map = read("ARCHITECTURE.md");
    let drawn: BTreeMap<String, BTreeSet<String>> = map
        .lines()
        .filter_map(|line| line.split_once(" -> "))
        .map(|(from, to)| (from.trim().to_owned(), list(to)))
        .collect();
    for name in crates() {
        let manifest: toml::Table = read(&format!("crates/{name}/Cargo.toml")).parse().expect("a manifest");
        let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
        let ours: BTreeSet<String> = dependencies
            .into_iter()
            .flat_map(|table| table.keys())
            .filter(|key| crates().contains(key))
            .cloned()
            .collect();
        assert_eq!(drawn.get(&name).cloned().unwrap_or_default(), ours, "arrows from {name}: drawn, and in Cargo.toml");
    }
}

#[test]
fn every_dependency_has_its_sentence() {
    let reasons = read("DESIGN.md");
    for name in crates() {
        let manifest: toml::Table = read(&format!("crates/{name}/Cargo.toml")).parse().expect("a manifest");
        for section in ["dependencies", "dev-dependencies"] {
            let Some(table) = manifest.get(section).and_then(toml::Value::as_table) else { continue };
            for key in table.keys().filter(|key| !crates().contains(key)) {
                assert!(reasons.contains(&format!("| `{key}` |")), "DESIGN.md does not say why {name} needs {key}");
            }
        }
    }
}

fn list(text: &str) -> BTreeSet<String> {
    text.split(',').map(|name| name.trim().to_owned()).filter(|name| name != "nothing").collect()
}

/// Folders at the top that hold tracked things; what is built or written by runs is none.
fn top_folders() -> Vec<String> {
    let entries = std::fs::read_dir(root()).expect("the workspace");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name != ".git" && name != "shared" && !name.starts_with("target") && !name.ends_with(".out"))
        .map(|name| format!("{name}/"))
        .collect();
    names.sort();
    names
}

/// Paths between backticks that begin at the top of the tree and stand for themselves.
fn paths_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|span| {
        let first = span.split('/').next().unwrap_or_default();
        let stands_for_itself = !span.contains(|letter: char| "<>*{} \n".contains(letter));
        span.contains('/') && stands_for_itself && root().join(first).is_dir()
    })
}
