//! CONTRIBUTING.md: the diffs of the guide, put as they stand into a copy of `biology/`, bring a number, a drug, a gene, a
//! mechanism, a cell type and an axis; a scenario then uses them. No Rust is touched.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::Scratch;

const GUIDE: &str = include_str!("../../../../CONTRIBUTING.md");

/// What the diffs bring, used at once.
const SCENARIO: &str = r#"vesica = 1
time = { span = "24 h", record = "6 h" }
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
[cell.it]
is = "my cell"
count = 1_000
state = { MG1 = "0.2" }
[arm.untreated]
[arm."my-inhibitor"]
dose = [{ drug = "MI-1", amount = "100 uM", at = "0 h" }]
[measure.iron]
reads = "conc(labile iron, it)"
at = ["6 h"]
[measure.GSH]
reads = "conc(GSH, it)"
at = ["6 h"]
"#;

/// The diffs of the guide: the file that the text before names last, and the lines between the marks.
fn diffs() -> Vec<(String, Vec<&'static str>)> {
    let mut found = Vec::new();
    let mut file = String::new();
    let mut block: Option<Vec<&str>> = None;
    for line in GUIDE.lines() {
        match (&mut block, line) {
            (None, "```diff") => block = Some(Vec::new()),
            (Some(_), "```") => found.push((file.clone(), block.take().unwrap_or_default())),
            (Some(lines), line) => lines.push(line),
            (None, line) => {
                let named = line.split('`').skip(1).step_by(2).filter(|word| word.starts_with("my-biology/"));
                file = named.last().map_or(file, |path| path.trim_start_matches("my-biology/").to_owned());
            }
        }
    }
    found
}

/// Cells of a row by the columns above them: a cell begins where the name of its column does.
fn cells<'t>(header: &'t str, row: &'t str) -> BTreeMap<&'t str, &'t str> {
    let starts: Vec<usize> =
        (1..header.len()).filter(|at| header.as_bytes()[*at] != b' ' && header.as_bytes()[at - 1] == b' ').collect();
    let cell = |(index, start): (usize, &usize)| {
        let end = |text: &str| starts.get(index + 1).map_or(text.len(), |next| (*next).min(text.len()));
        let of = |text: &'t str| text.get(*start..end(text)).unwrap_or("").trim();
        (of(header), of(row))
    };
    starts.iter().enumerate().map(cell).collect()
}

/// Puts the rows of all diffs of tables into the tables of a folder, files as they are, references at the end.
fn apply(folder: &Path) -> usize {
    let mut rows: BTreeMap<(String, String), BTreeMap<String, String>> = BTreeMap::new();
    let blocks = diffs();
    for (file, lines) in &blocks {
        let added: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix('+')).collect();
        match lines.first().filter(|line| line.starts_with(' ')) {
            Some(header) => {
                let table = table_of(folder, header);
                for row in lines.iter().filter(|line| line.starts_with('+')) {
                    let row = format!(" {}", &row[1..]);
                    let own = cells(header, &row);
                    let first =
                        own.iter().find(|(name, _)| header.trim_start().starts_with(*name)).expect("a first column");
                    let entry = rows.entry((table.clone(), (*first.1).to_owned())).or_default();
                    entry.extend(own.iter().map(|(name, cell)| ((*name).to_owned(), (*cell).to_owned())));
                }
            }
            None if added[0].starts_with('@') => {
                append(&folder.join("references.bib"), &format!("\n{}\n", added.join("\n")))
            }
            None => fs::write(folder.join(file), added.join("\n") + "\n").expect("a file of the guide"),
        }
    }
    for ((table, _), row) in rows {
        let path = folder.join(&table);
        let text = fs::read_to_string(&path).expect("a table");
        let header = text.lines().find(|line| !line.starts_with('#') && !line.is_empty()).expect("a header");
        let line: Vec<&str> = header.split('\t').map(|name| row.get(name).map_or("", String::as_str)).collect();
        append(&path, &format!("{}\n", line.join("\t")));
    }
    blocks.len()
}

fn append(path: &Path, more: &str) {
    let text = fs::read_to_string(path).expect("a file of biology/");
    fs::write(path, format!("{}\n{more}", text.trim_end())).expect("a file of biology/");
}

/// The table whose header has all the names of a header in the guide.
fn table_of(folder: &Path, header: &str) -> String {
    let names: Vec<&str> = header.split_whitespace().collect();
    let tables = fs::read_dir(folder).expect("biology/").map(|entry| entry.expect("an entry").path());
    let fits = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let columns = text.lines().find(|line| !line.starts_with('#')).unwrap_or("");
        let columns: Vec<&str> = columns.split('\t').collect();
        path.extension().is_some_and(|end| end == "tsv") && names.iter().all(|name| columns.contains(name))
    };
    let mut found: Vec<_> = tables.filter(fits).collect();
    assert_eq!(found.len(), 1, "one table has the columns {names:?}: {found:?}");
    found.remove(0).file_name().expect("a name").to_string_lossy().into_owned()
}

#[test]
fn the_diffs_of_the_guide_bring_biology_without_rust() {
    let scratch = Scratch::new();
    let folder = scratch.biology();
    assert!(apply(&folder) >= 9, "a number, a drug (2), a gene (2), a mechanism, a cell type, an axis (2), its source");
    scratch.write("my.toml", SCENARIO);
    let own = &["--biology", "bio"][..];
    let call = |words: &[&str]| scratch.call(&[words, own].concat()).well();
    for (word, part) in
        [("my-inhibitor", "blocks system xc-"), ("my cell", "loses labile iron"), ("AX900", "single study")]
    {
        let known = call(&["know", word]);
        assert!(known.out.contains(part), "{word}: {}", known.out);
    }
    call(&["check", "my.toml"]);
    let answer = call(&["run", "my.toml", "--worlds", "2", "--json"]).json();
    let reading = |arm: &str, measure: &str| {
        let named = answer["arms"].as_array().expect("arms").iter().find(|row| row["name"] == arm);
        named
            .and_then(|row| row["measures"][measure][0]["best"].as_f64())
            .unwrap_or_else(|| panic!("{arm}: {answer:#}"))
    };
    assert!(reading("my-inhibitor", "GSH") < 0.5 * reading("untreated", "GSH"), "the drug of the guide acts");
    call(&["new", "--axis", "AX900", "ask.toml"]);
    call(&["check", "ask.toml"]);
    let ask = fs::read_to_string(scratch.path("ask.toml")).expect("a scenario");
    assert!(ask.contains("my") && ask.contains("hsa-miR-522-3p") && ask.contains("ALOX15"), "{ask}");
}

#[test]
fn cells_stand_under_the_names_of_their_columns() {
    let (header, row) = (" id   cell  value", " a.b        0.1");
    assert_eq!(cells(header, row), BTreeMap::from([("id", "a.b"), ("cell", ""), ("value", "0.1")]));
}
