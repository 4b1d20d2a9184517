//! `vesica know --stats`, recounted from the files with nothing but text.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Scratch;

fn biology() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../biology")
}

/// Lines of a table that are no comment, without its header.
fn rows(table: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(biology().join(table)).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).skip(1);
    lines.map(|line| line.split('\t').map(|cell| cell.trim().to_owned()).collect()).collect()
}

fn column(table: &str, name: &str) -> usize {
    let text = fs::read_to_string(biology().join(table)).expect("a table");
    let header = text.lines().find(|line| !line.starts_with('#')).expect("a header");
    header.split('\t').position(|cell| cell == name).expect("a column")
}

fn files(folder: &str, ending: &str) -> usize {
    let entries = fs::read_dir(biology().join(folder)).expect("a folder").flatten();
    entries.filter(|entry| entry.file_name().to_string_lossy().ends_with(ending)).count()
}

#[test]
fn the_counts_are_those_of_the_files() {
    let stats = Scratch::new().call(&["know", "--stats", "--json"]).well().json();
    let status = column("parameters.tsv", "status");
    let of_status = |word: &str| {
        rows("parameters.tsv").iter().filter(|row| row.get(status).is_some_and(|cell| cell == word)).count()
    };
    let drugs: BTreeSet<String> = rows("drugs.tsv").into_iter().map(|mut row| row.remove(0)).collect();
    let bib = fs::read_to_string(biology().join("references.bib")).expect("references");
    let counted = [
        ("axes", rows("axes.tsv").len()),
        ("statements", rows("statements.tsv").len()),
        ("drugs", drugs.len()),
        ("cells", files("cells", ".toml")),
        ("mirnas", rows("mirnas.tsv").len()),
        ("parameters", rows("parameters.tsv").len()),
        ("measured", of_status("measured")),
        ("inferred", of_status("inferred")),
        ("assumed", of_status("assumed")),
        ("references", bib.lines().filter(|line| line.starts_with('@')).count()),
    ];
    for (key, count) in counted {
        assert_eq!(stats[key], count, "{key}");
    }
    let link = column("parameters.tsv", "link");
    for row in stats["links"].as_array().expect("links") {
        let name = row["link"].as_str().expect("a name");
        let of_link = rows("parameters.tsv").iter().filter(|row| row[link] == name).count();
        assert_eq!(row["parameters"], of_link, "{name}");
        let shares: f64 =
            ["share_measured", "share_inferred", "share_assumed"].iter().filter_map(|key| row[key].as_f64()).sum();
        assert!(of_link == 0 || (shares - 1.0).abs() < 1e-9, "{row}");
    }
    let verified = column("axes.tsv", "verified");
    let yes = rows("axes.tsv").iter().filter(|row| row[verified].starts_with("yes")).count();
    assert_eq!(stats["axes_by_verified"]["yes"], yes);
}

#[test]
fn they_are_printed_as_a_table() {
    let shown = Scratch::new().call(&["know", "--stats"]).well().out;
    for line in ["  axes ", "  statements ", "  drugs ", "  assumed ", "  7 deliver "] {
        assert!(shown.lines().any(|found| found.starts_with(line)), "{line}\n{shown}");
    }
    assert!(shown.contains("of unknown potency") && shown.contains("name no strand"), "{shown}");
}
