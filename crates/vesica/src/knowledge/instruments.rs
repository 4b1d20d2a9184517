//! `instruments.tsv`: what a word of a measure reads, and with which noise and limit.

use vesica_model::Diagnostic;

use super::table::{Row, split_list};
use super::tables::status;
use super::{KINDS, Kind, Knowledge};
use crate::result::Status;

/// Columns of the table.
pub(super) const COLUMNS: &[&str] = &[
    "word", "argument", "by", "symbol", "unit", "cv", "limit", "smallest", "samples", "kinds", "status", "source",
    "note",
];

/// A row of `instruments.tsv`.
#[derive(Clone, Debug)]
pub struct Instrument {
    /// Word of a measure: `protein`, `particles`.
    pub word: String,
    /// Its argument; `*` for any.
    pub argument: String,
    /// Name of the instrument (`by = "NTA"`); empty for a plain word.
    pub by: String,
    /// Cell-level symbol, `{1}` = the argument.
    pub symbol: String,
    /// Unit for people.
    pub unit: String,
    /// CV of one reading.
    pub cv: Option<f64>,
    /// Limit, as written.
    pub limit: String,
    /// Diameter of the smallest vesicle that it sees, as written; empty when vesicles are not counted one by one.
    pub smallest: String,
    /// What can be put into it: words of [`SAMPLES`], and fluids of `fluids.tsv`. Empty for a plain word.
    pub samples: Vec<String>,
    /// Kinds of cargo that it counts; empty for any.
    pub kinds: Vec<Kind>,
    /// How well it is known.
    pub status: Status,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks.
    pub note: String,
}

/// Cells of a culture, alive or broken up.
pub const CELLS: &str = "cells";

/// Cells of an organ or a tumour that were taken out of a body.
pub const TISSUE: &str = "tissue";

/// Medium of a culture.
pub const MEDIUM: &str = "medium";

/// What an instrument may read, apart from the fluids of a body.
pub const SAMPLES: [&str; 3] = [CELLS, TISSUE, MEDIUM];

impl Knowledge {
    /// Every instrument says what can be put into it, in words that mean something.
    pub(super) fn check_samples(&self, rows: &[Row], problems: &mut Vec<Diagnostic>) {
        let known: Vec<&str> = SAMPLES.into_iter().chain(self.fluids.iter().map(|fluid| fluid.name.as_str())).collect();
        for (row, instrument) in rows.iter().zip(&self.instruments) {
            let mut problem = |message: String| {
                let help = format!("`samples` lists some of: {}", known.join(", "));
                problems.push(Diagnostic::error("E71", message).at(row.span.clone()).help(help));
            };
            if !instrument.by.is_empty() && instrument.samples.is_empty() {
                problem(format!("nobody says what {} reads", instrument.by));
            }
            for sample in instrument.samples.iter().filter(|sample| !known.contains(&sample.as_str())) {
                problem(format!("`{sample}` is nothing that {} could read", instrument.by));
            }
        }
    }
}

/// One row of the table, and whatever is wrong with it.
pub(super) fn instrument(row: &Row, problems: &mut Vec<Diagnostic>) -> Instrument {
    let mut problem = |message: String, help: &str| {
        problems.push(Diagnostic::error("E71", message).at(row.span.clone()).help(help));
    };
    let status = status(row, &mut problem);
    let mut kinds = Vec::new();
    for word in split_list(row.get("kinds")) {
        match KINDS.iter().find(|(_, known)| *known == word) {
            Some((kind, _)) => kinds.push(*kind),
            None => {
                problem(format!("`{word}` is no kind of cargo"), "kinds are those of biology/molecules.tsv, and miRNA")
            }
        }
    }
    Instrument {
        word: row.get("word").to_owned(),
        argument: row.get("argument").to_owned(),
        by: row.get("by").to_owned(),
        symbol: row.get("symbol").to_owned(),
        unit: row.get("unit").to_owned(),
        cv: share(row.get("cv")),
        limit: row.get("limit").to_owned(),
        smallest: row.get("smallest").to_owned(),
        samples: split_list(row.get("samples")),
        kinds,
        status,
        sources: split_list(row.get("source")),
        note: row.get("note").to_owned(),
    }
}

/// `52.5 %` or `0.525`.
fn share(text: &str) -> Option<f64> {
    match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok().map(|value| value / 100.0),
        None => text.parse().ok(),
    }
}
