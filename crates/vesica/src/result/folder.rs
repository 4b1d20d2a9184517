//! A result folder on disk: written whole, read back, compared file by file.

use super::{Answer, ArmInfo, Outcome, columns, provenance, row::Row, table};
use crate::report;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Error, ErrorKind};
use std::path::Path;

/// Name of the file that says who, what and when; the only one that holds times.
pub const PROVENANCE: &str = "ro-crate-metadata.json";

/// Writes every file of a result folder but [`PROVENANCE`], each one whole or not at all.
///
/// The report and the figures are made from what was read back, so they follow from the folder alone. Figures of an
/// earlier run that this one does not have are removed.
///
/// # Errors
/// When the folder cannot be written or read.
pub fn write(folder: &Path, outcome: &Outcome) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    write_tables(folder, outcome)?;
    let outcome = read(folder)?;
    put(folder, "methods.md", super::methods(&outcome).as_bytes())?;
    write_report(folder, &report::build(&outcome))
}

/// Writes a page and its figures; figures that it does not have are removed.
pub(crate) fn write_report(folder: &Path, report: &report::Report) -> io::Result<()> {
    put(folder, "report.html", report.html.as_bytes())?;
    write_figures(&folder.join("figures"), &report.figures)
}

/// Reads what [`write()`] wrote.
///
/// # Errors
/// When a file is missing or damaged; the message names the file.
pub fn read(folder: &Path) -> io::Result<Outcome> {
    let AnswerFile { answer, dose_statement, command } = read_json(folder, "answer.json")?;
    Ok(Outcome {
        answer,
        arms: read_json::<Vec<ArmInfo>>(folder, "arms.json")?,
        ledger: read_table(folder, "ledger.tsv")?,
        readings: read_table(folder, "arms.tsv")?,
        curves: read_columns(folder, "curves.parquet")?,
        cells: read_columns(folder, "cells.parquet")?,
        tipping: read_table(folder, "tipping.tsv")?,
        fates: read_table(folder, "fates.tsv")?,
        worlds: read_table(folder, "worlds.tsv")?,
        differences: read_table(folder, "differences.tsv")?,
        places: read_table(folder, "places.tsv")?,
        samples: read_table(folder, "samples.tsv")?,
        detection: read_table(folder, "detection.tsv")?,
        doses: read_table(folder, "doses.tsv")?,
        observed: read_table(folder, "observed.tsv")?,
        agreement: read_table(folder, "agreement.tsv")?,
        through: read_table(folder, "through.tsv")?,
        evidence: read_table(folder, "evidence.tsv")?,
        claims: read_table(folder, "claims.tsv")?,
        lock: text(folder, "scenario.lock.toml")?,
        references: text(folder, "references.bib")?,
        dose_statement,
        command,
    })
}

/// Writes [`PROVENANCE`] (Process Run Crate) with the sha256 of every other file in the folder.
///
/// `started` and `ended` are ISO 8601 times; nothing else differs between two runs of the same scenario.
///
/// # Errors
/// When the folder cannot be read or written.
pub fn write_provenance(folder: &Path, outcome: &Outcome, started: &str, ended: &str) -> io::Result<()> {
    let crate_file = provenance::describe(folder, outcome, started, ended)?;
    put(folder, PROVENANCE, crate_file.as_bytes())
}

/// Paths of all files below a folder, sorted, with `/` between the parts. Hidden files (`.name`) are left out.
///
/// ```
/// let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
/// assert!(vesica::result::folder::files(&here)?.contains(&"result/folder.rs".to_owned()));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// When a folder cannot be listed.
pub fn files(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    let mut open = vec![String::new()];
    while let Some(inside) = open.pop() {
        for entry in fs::read_dir(folder.join(&inside))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            if entry.file_type()?.is_dir() {
                open.push(format!("{inside}{name}/"))
            } else {
                names.push(inside.clone() + &name)
            }
        }
    }
    names.sort();
    Ok(names)
}

/// The first difference between two result folders, in words; `None` when they are identical.
///
/// All files are compared byte by byte; of [`PROVENANCE`] the times are left out.
///
/// ```
/// use vesica::result::folder::compare;
/// let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
/// assert_eq!(compare(&here, &here), None);
/// assert!(compare(&here, std::path::Path::new("no such folder")).is_some());
/// ```
pub fn compare(a: &Path, b: &Path) -> Option<String> {
    match (files(a), files(b)) {
        (Ok(in_a), Ok(in_b)) => {
            let mut all: Vec<&String> = in_a.iter().chain(&in_b).collect();
            all.sort();
            all.dedup();
            all.into_iter().find_map(|name| compare_file(a, b, name))
        }
        (Err(error), _) => Some(format!("{} cannot be read: {error}", a.display())),
        (_, Err(error)) => Some(format!("{} cannot be read: {error}", b.display())),
    }
}

/// `answer.json`: the answer and the two sentences that belong to no table.
#[derive(Serialize, Deserialize)]
struct AnswerFile {
    #[serde(flatten)]
    answer: Answer,
    dose_statement: String,
    command: String,
}

fn write_tables(folder: &Path, outcome: &Outcome) -> io::Result<()> {
    let answer = AnswerFile {
        answer: outcome.answer.clone(),
        dose_statement: outcome.dose_statement.clone(),
        command: outcome.command.clone(),
    };
    put_json(folder, "answer.json", &answer)?;
    put_json(folder, "arms.json", &outcome.arms)?;
    put_table(folder, "ledger.tsv", &outcome.ledger)?;
    put_table(folder, "arms.tsv", &outcome.readings)?;
    put_table(folder, "fates.tsv", &outcome.fates)?;
    put_table(folder, "tipping.tsv", &outcome.tipping)?;
    put_table(folder, "worlds.tsv", &outcome.worlds)?;
    put_table(folder, "differences.tsv", &outcome.differences)?;
    put_table(folder, "places.tsv", &outcome.places)?;
    put_table(folder, "samples.tsv", &outcome.samples)?;
    put_table(folder, "detection.tsv", &outcome.detection)?;
    put_table(folder, "doses.tsv", &outcome.doses)?;
    put_table(folder, "observed.tsv", &outcome.observed)?;
    put_table(folder, "agreement.tsv", &outcome.agreement)?;
    put_table(folder, "through.tsv", &outcome.through)?;
    put_table(folder, "evidence.tsv", &outcome.evidence)?;
    put_table(folder, "claims.tsv", &outcome.claims)?;
    put_columns(folder, "curves.parquet", &outcome.curves)?;
    put_columns(folder, "cells.parquet", &outcome.cells)?;
    put(folder, "scenario.lock.toml", outcome.lock.as_bytes())?;
    put(folder, "references.bib", outcome.references.as_bytes())
}

fn write_figures(folder: &Path, figures: &[report::Figure]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut written = Vec::new();
    for figure in figures {
        for (ending, content) in [("svg", &figure.svg), ("csv", &figure.csv), ("vl.json", &figure.vega_lite)] {
            let name = format!("{}.{ending}", figure.name);
            put(folder, &name, content.as_bytes())?;
            written.push(name);
        }
    }
    for name in files(folder)? {
        let is_figure = [".svg", ".csv", ".vl.json"].iter().any(|ending| name.ends_with(ending));
        if is_figure && !written.contains(&name) {
            fs::remove_file(folder.join(name))?;
        }
    }
    Ok(())
}

/// Whole or not at all: written beside its place under another name, then moved there.
pub(crate) fn put(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let beside = folder.join(format!(".{name}.{}", std::process::id()));
    fs::write(&beside, content).and_then(|()| fs::rename(&beside, folder.join(name))).inspect_err(|_| {
        // What is left of a failed attempt is of no use; that it cannot be removed is told by the first error.
        let _ = fs::remove_file(&beside);
    })
}

fn put_json<T: Serialize>(folder: &Path, name: &str, value: &T) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(|error| damaged(name, error))?;
    put(folder, name, (text + "\n").as_bytes())
}

fn put_table<R: Row>(folder: &Path, name: &str, rows: &[R]) -> io::Result<()> {
    put(folder, name, table::print(rows).as_bytes())
}

fn put_columns<R: Row>(folder: &Path, name: &str, rows: &[R]) -> io::Result<()> {
    put(folder, name, &columns::print(rows).map_err(|error| damaged(name, error))?)
}

fn text(folder: &Path, name: &str) -> io::Result<String> {
    fs::read_to_string(folder.join(name)).map_err(|error| Error::new(error.kind(), format!("{name}: {error}")))
}

fn read_json<T: for<'de> Deserialize<'de>>(folder: &Path, name: &str) -> io::Result<T> {
    serde_json::from_str(&text(folder, name)?).map_err(|error| damaged(name, error))
}

fn read_table<R: Row>(folder: &Path, name: &str) -> io::Result<Vec<R>> {
    table::parse(&text(folder, name)?).map_err(|error| damaged(name, error))
}

fn read_columns<R: Row>(folder: &Path, name: &str) -> io::Result<Vec<R>> {
    let file =
        fs::File::open(folder.join(name)).map_err(|error| Error::new(error.kind(), format!("{name}: {error}")))?;
    columns::parse(file).map_err(|error| damaged(name, error))
}

fn damaged(name: &str, error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidData, format!("{name}: {error}"))
}

fn compare_file(a: &Path, b: &Path, name: &str) -> Option<String> {
    let (content_a, content_b) = match (fs::read(a.join(name)), fs::read(b.join(name))) {
        (Ok(content_a), Ok(content_b)) => (content_a, content_b),
        (Err(error), Ok(_)) => return Some(format!("{name} is only in {}: {error}", b.display())),
        (_, Err(error)) => return Some(format!("{name} is only in {}: {error}", a.display())),
    };
    if content_a == content_b || (name == PROVENANCE && provenance::same_but_times(&content_a, &content_b)) {
        return None;
    }
    let place = match (std::str::from_utf8(&content_a), std::str::from_utf8(&content_b)) {
        (Ok(text_a), Ok(text_b)) => {
            let line = text_a.lines().zip(text_b.lines()).take_while(|(one, other)| one == other).count() + 1;
            format!("line {line}")
        }
        _ => format!("byte {}", content_a.iter().zip(&content_b).take_while(|(one, other)| one == other).count() + 1),
    };
    Some(format!("{name} differs from {place} on"))
}
