//! Every phrase of the seeds is carried by mechanisms, numbers and examples that are there, and docs/coverage.md says so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use vesica::knowledge::Knowledge;

use crate::source::{read, root};

/// The table that a person keeps.
const TABLE: &str = "docs/coverage.tsv";

/// The page that this test writes from it.
const PAGE: &str = "docs/coverage.md";

/// Examples that may be missing still: this one needs tissue. An entry whose folder is there fails the test.
const PENDING: [&str; 1] = ["ferro-wave"];

/// What carries one phrase.
struct Row {
    phrase: String,
    main: Vec<String>,
    also: Vec<String>,
    mechanisms: Vec<String>,
    parameters: Vec<String>,
    how: String,
}

fn rows() -> Vec<Row> {
    let list = |text: &str| text.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let text = read(TABLE);
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).skip(1);
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 6, "{TABLE}: {line}");
            Row {
                phrase: cells[0].to_owned(),
                main: list(cells[1]),
                also: list(cells[2]),
                mechanisms: list(cells[3]),
                parameters: list(cells[4]),
                how: cells[5].to_owned(),
            }
        })
        .collect()
}

fn is_there(example: &str) -> bool {
    root().join("examples").join(example).join("scenario.toml").exists()
}

#[test]
fn coverage_is_true() {
    let (knowledge, _) = Knowledge::embedded();
    let ids: BTreeSet<&str> = knowledge.numbers.iter().map(|number| number.id.as_str()).collect();
    let mut wrong = Vec::new();
    let mut named = BTreeSet::new();
    for row in rows() {
        for mechanism in &row.mechanisms {
            if !knowledge.files.contains_key(&format!("links/{mechanism}.ant")) {
                wrong.push(format!("{}: no mechanism {mechanism}", row.phrase));
            }
        }
        for id in row.parameters.iter().filter(|id| !ids.contains(id.as_str())) {
            wrong.push(format!("{}: no number {id}", row.phrase));
        }
        for example in row.main.iter().chain(&row.also) {
            named.insert(example.clone());
            if is_there(example) == PENDING.contains(&example.as_str()) {
                let what = if is_there(example) { "is there: take it from PENDING" } else { "is not there" };
                wrong.push(format!("{}: example {example} {what}", row.phrase));
            }
        }
        for (what, is_empty) in [
            ("main example", row.main.is_empty()),
            ("mechanism", row.mechanisms.is_empty()),
            ("number", row.parameters.is_empty()),
            ("word how", row.how.is_empty()),
        ] {
            if is_empty {
                wrong.push(format!("{}: no {what}", row.phrase));
            }
        }
    }
    let forgotten: Vec<&&str> = PENDING.iter().filter(|name| !named.contains(**name)).collect();
    assert!(wrong.is_empty() && forgotten.is_empty(), "{TABLE} is not true: {wrong:#?} {forgotten:?}");
}

/// The phrases themselves are the product's, where it can be read.
#[test]
fn coverage_has_every_phrase() {
    let Ok(product) = fs::read_to_string(root().join("../shared/docs/PRODUCT.md")) else {
        eprintln!("skipped: the description of the product is not here");
        return;
    };
    let after = product.split("| seed phrase |").nth(1).expect("the matrix");
    let lines = after.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut rows = rows().into_iter();
    for line in lines {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let row = rows.next().unwrap_or_else(|| panic!("{TABLE} lacks `{}`", cells[0]));
        assert_eq!(row.phrase, cells[0]);
        let count = |mark: &str| cells.iter().filter(|cell| **cell == mark).count();
        assert_eq!((row.main.len(), row.also.len()), (count("●"), count("○")), "{}", row.phrase);
    }
    assert!(rows.next().is_none(), "{TABLE} has a phrase more");
}

#[test]
fn coverage_page_is_written_from_the_table() {
    let (knowledge, _) = Knowledge::embedded();
    let page = page(&knowledge);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(root().join(PAGE), &page).expect("the page");
    }
    assert!(
        page == read(PAGE),
        "{PAGE} is not what {TABLE} says: UPDATE_EXPECTED=1 cargo test -p vesica --test tidy coverage"
    );
}

fn page(knowledge: &Knowledge) -> String {
    let mut page = "# What carries each phrase\n\nThe two texts that vesica was asked for, phrase by phrase: the examples in which each can be \
                    seen (main first), the mechanisms that carry it in the order of the chain, some of the numbers that decide it, and the \
                    names through which the mechanisms are connected. `ferro-wave` needs tissue and is still to come. Mechanisms know nothing of each other: two that have a port of the \
                    same name are connected. Written by a test from `docs/coverage.tsv`; `vesica know NAME` says more of each.\n"
        .to_owned();
    let names = names(knowledge);
    for row in rows() {
        let _ = write!(page, "\n## {}\n\n{}.\n\n", row.phrase, sentence(&row.how));
        let also = if row.also.is_empty() { String::new() } else { format!("; also {}", code(&row.also)) };
        let _ = writeln!(page, "- **Examples** {}{also}", code(&row.main));
        let _ = writeln!(page, "- **Mechanisms** {}", code(&row.mechanisms));
        let _ = writeln!(page, "- **Numbers** {}", code(&row.parameters));
        let connected = connected(&row.mechanisms, &names);
        if !connected.is_empty() {
            let _ = writeln!(page, "- **Connected by** {}", connected.join("; "));
        }
    }
    page
}

fn code(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Names that a cell file gives to the ports of each mechanism: mechanism -> `guide_{mirna}`, `LIP`, ...
fn names(knowledge: &Knowledge) -> BTreeMap<String, BTreeSet<String>> {
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let ports = |mechanism: &str| {
        knowledge.library.ports(mechanism.rsplit('/').next().unwrap_or(mechanism)).unwrap_or_default()
    };
    for cell in knowledge.cells.values() {
        for mechanism in &cell.mechanisms {
            names.entry(mechanism.clone()).or_default().extend(ports(mechanism));
        }
        for repeat in &cell.repeats {
            let bound =
                ports(&repeat.mechanism).into_iter().map(|port| repeat.bind.get(&port).cloned().unwrap_or(port));
            names.entry(repeat.mechanism.clone()).or_default().extend(bound);
        }
    }
    names
}

/// `LIP` (iron_import, ferritin): names that at least two of the mechanisms have. `cell` and `growth` are everybody's.
fn connected(mechanisms: &[String], names: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut shared: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for mechanism in mechanisms {
        for name in names.get(mechanism).into_iter().flatten() {
            shared.entry(name).or_default().push(mechanism.rsplit('/').next().unwrap_or(mechanism));
        }
    }
    let is_own = |name: &str| !["cell", "growth", "alive"].contains(&name);
    let told = shared.into_iter().filter(|(name, who)| who.len() > 1 && is_own(name));
    told.map(|(name, who)| format!("`{name}` ({})", who.join(", "))).collect()
}
