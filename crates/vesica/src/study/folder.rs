//! The result folder of a study: JSON with everything, tables as CSV, the lock file last: a folder that has it is
//! finished.

use std::fs;
use std::io::{self, Error, ErrorKind};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::journal::Run;
use super::rank::Rank;
use super::sweep::Sweep;
use crate::report;
use crate::result::Range3;
use crate::result::folder::{put, write_report};
use crate::result::table::exact;

/// The lock file of a finished sweep: its command, and the scenario with every default.
pub const SWEEP_LOCK: &str = "sweep.lock.toml";

/// The lock file of a finished ranking.
pub const RANK_LOCK: &str = "rank.lock.toml";

/// Everything of a ranking.
const RANK: &str = "rank.json";

/// Everything of a sweep but its single worlds.
const SWEEP: &str = "sweep.json";

/// Writes every file of a sweep.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_sweep(folder: &Path, sweep: &Sweep, runs: &[Run], lock: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    put_json(folder, SWEEP, sweep)?;
    put(folder, "results.csv", results(sweep).as_bytes())?;
    put(folder, "worlds.csv", worlds(sweep, runs).as_bytes())?;
    write_report(folder, &report::of_sweep(sweep))?;
    put(folder, SWEEP_LOCK, lock.as_bytes())
}

/// Reads what [`write_sweep`] wrote.
///
/// # Errors
/// When a file is missing or damaged.
pub fn read_sweep(folder: &Path) -> io::Result<Sweep> {
    read_json(folder, SWEEP)
}

/// Writes every file of a ranking.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_rank(folder: &Path, rank: &Rank, lock: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    put_json(folder, RANK, rank)?;
    put(folder, "rank.csv", bars(rank).as_bytes())?;
    write_report(folder, &report::of_rank(rank))?;
    put(folder, RANK_LOCK, lock.as_bytes())
}

/// Reads what [`write_rank`] wrote.
///
/// # Errors
/// When a file is missing or damaged.
pub fn read_rank(folder: &Path) -> io::Result<Rank> {
    read_json(folder, RANK)
}

/// A row for each uncertain number.
fn bars(rank: &Rank) -> String {
    let mut text = line([
        "quantity",
        "link",
        "status",
        "unit",
        "low",
        "high",
        "at_low",
        "at_high",
        "hypothesis",
        "first",
        "first_low",
        "first_high",
        "total",
        "total_low",
        "total_high",
        "narrows",
        "experiment",
    ]);
    for bar in &rank.bars {
        let mut cells = vec![bar.quantity.clone(), bar.link.clone(), bar.status.word().to_owned(), bar.unit.clone()];
        cells.extend([bar.ends.0, bar.ends.1, bar.at_ends.0, bar.at_ends.1].map(number));
        cells.push(bar.hypothesis.clone());
        for range in [bar.indices.map(|i| i.first), bar.indices.map(|i| i.total)] {
            let range = range.unwrap_or_default();
            cells.extend([range.best, range.low, range.high].map(|end| number(end.unwrap_or(f64::NAN))));
        }
        cells.extend([number(bar.narrows.unwrap_or(f64::NAN)), bar.experiment.clone()]);
        text.push_str(&line(cells.iter().map(String::as_str)));
    }
    text
}

pub(super) fn put_json<T: Serialize>(folder: &Path, name: &str, value: &T) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(Error::other)?;
    put(folder, name, (text + "\n").as_bytes())
}

pub(super) fn read_json<T: DeserializeOwned>(folder: &Path, name: &str) -> io::Result<T> {
    let text =
        fs::read_to_string(folder.join(name)).map_err(|error| Error::new(error.kind(), format!("{name}: {error}")))?;
    serde_json::from_str(&text).map_err(|error| Error::new(ErrorKind::InvalidData, format!("{name}: {error}")))
}

/// Cells of a CSV line.
pub(super) fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let quoted = |text: &str| match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    };
    cells.into_iter().map(quoted).collect::<Vec<_>>().join(",") + "\n"
}

/// A number, or nothing where there is none.
pub(super) fn number(value: f64) -> String {
    if value.is_finite() { exact(value) } else { String::new() }
}

/// Name of a factor with its unit: `erastin (uM)`.
fn heading(name: &str, unit: &str) -> String {
    if unit.is_empty() { name.to_owned() } else { format!("{name} ({unit})") }
}

/// A row for each point, reading and hypothesis.
fn results(sweep: &Sweep) -> String {
    let mut header = vec!["point".to_owned()];
    header.extend(sweep.factors.iter().map(|factor| heading(&factor.name, &factor.unit)));
    header.extend(["hypothesis", "arm", "measure", "at_h", "unit", "low", "best", "high"].map(str::to_owned));
    let mut text = line(header.iter().map(String::as_str));
    let all = std::iter::once(("all", &sweep.readings));
    let groups: Vec<(&str, &Vec<Vec<Range3>>)> =
        all.chain(sweep.hypotheses.iter().map(String::as_str).zip(&sweep.by_hypothesis)).collect();
    for (point, values) in sweep.points.iter().enumerate() {
        for (hypothesis, readings) in &groups {
            for (column, range) in sweep.columns.iter().zip(&readings[point]) {
                let mut cells = vec![(point + 1).to_string()];
                cells.extend(values.iter().copied().map(number));
                cells.extend([*hypothesis, &column.arm, &column.measure].map(str::to_owned));
                cells.extend([number(column.at_h), column.unit.clone()]);
                cells.extend([range.low, range.best, range.high].map(|end| number(end.unwrap_or(f64::NAN))));
                text.push_str(&line(cells.iter().map(String::as_str)));
            }
        }
    }
    text
}

/// A row for each run, a column for each reading.
fn worlds(sweep: &Sweep, runs: &[Run]) -> String {
    let mut header: Vec<String> = ["point", "world", "hypothesis"].map(str::to_owned).to_vec();
    header.extend(sweep.factors.iter().map(|factor| heading(&factor.name, &factor.unit)));
    header.extend(sweep.columns.iter().map(|c| heading(&format!("{}: {} at {} h", c.arm, c.measure, c.at_h), &c.unit)));
    let mut text = line(header.iter().map(String::as_str));
    for (index, run) in runs.iter().enumerate() {
        let (point, world) = (index / sweep.n_worlds, index % sweep.n_worlds);
        let hypothesis = &sweep.hypotheses[world % sweep.hypotheses.len()];
        let mut cells = vec![(point + 1).to_string(), world.to_string(), hypothesis.clone()];
        cells.extend(sweep.points[point].iter().chain(&run.values).copied().map(number));
        text.push_str(&line(cells.iter().map(String::as_str)));
    }
    text
}
