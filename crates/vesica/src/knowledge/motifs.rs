//! Which miRNA leaves with which protein: rows of `motifs.tsv`, and how a motif is looked for in a sequence.

use vesica_model::{Diagnostic, Span};

use super::table::{Row, split_list};
use super::{CellType, Knowledge, Mirna};

/// A row of `motifs.tsv`.
#[derive(Clone, Debug)]
pub struct Motif {
    /// IUPAC letters, or the name of one miRNA.
    pub motif: String,
    /// Genes whose proteins it needs.
    pub readers: Vec<String>,
    /// It keeps the miRNA in the cell instead of bringing it into vesicles.
    pub retains: bool,
    /// Id of the cell type in which it was found; empty: not said.
    pub cell: String,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks.
    pub note: String,
    /// Where the row stands.
    pub span: Span,
}

/// A row that fits a miRNA.
#[derive(Clone, Copy, Debug)]
pub struct Sorting<'a> {
    /// The row.
    pub motif: &'a Motif,
    /// Nucleotide at which the motif begins, counted from 1; `None` where the row names the miRNA.
    pub at: Option<usize>,
}

/// Columns of `motifs.tsv`.
pub(super) const COLUMNS: &[&str] = &["motif", "reader", "effect", "cell", "source", "note"];

/// Letters of IUPAC and the nucleotides that each stands for; T is U.
const LETTERS: [(char, &str); 16] = [
    ('A', "A"),
    ('C', "C"),
    ('G', "G"),
    ('U', "U"),
    ('T', "U"),
    ('R', "AG"),
    ('Y', "CU"),
    ('S', "CG"),
    ('W', "AU"),
    ('K', "GU"),
    ('M', "AC"),
    ('B', "CGU"),
    ('D', "AGU"),
    ('H', "ACU"),
    ('V', "ACG"),
    ('N', "ACGU"),
];

/// Nucleotide at which a motif first stands in a sequence, counted from 1. `None` when it does not, or when a letter of
/// the motif is none of IUPAC.
///
/// ```
/// use vesica::knowledge::position;
/// assert_eq!(position("GGAG", "UGGUCUAGGAUUGUUGGAGGAG"), Some(16));
/// assert_eq!(position("CNNG", "AAACTTGA"), Some(4));
/// assert_eq!(position("GGAG", "AAAAUGGUUCCC"), None);
/// ```
pub fn position(motif: &str, sequence: &str) -> Option<usize> {
    let stands_for = |letter: char| LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, bases)| *bases);
    let motif: Vec<&str> = motif.chars().map(stands_for).collect::<Option<_>>()?;
    let bases: Vec<char> = sequence.chars().map(|base| if base == 'T' { 'U' } else { base }).collect();
    let fits = |window: &[char]| window.iter().zip(&motif).all(|(base, letter)| letter.contains(*base));
    if motif.is_empty() {
        return None;
    }
    bases.windows(motif.len()).position(fits).map(|at| at + 1)
}

/// The rows of `motifs.tsv`.
pub(super) fn of_rows(rows: &[Row], problems: &mut Vec<Diagnostic>) -> Vec<Motif> {
    rows.iter().map(|row| of_row(row, problems)).collect()
}

fn of_row(row: &Row, problems: &mut Vec<Diagnostic>) -> Motif {
    let motif = row.get("motif").to_owned();
    let mut problem = |message: String, help: &str| {
        problems.push(Diagnostic::error("E71", message).at(row.span.clone()).help(help));
    };
    let is_letter = |letter: char| LETTERS.iter().any(|(known, _)| *known == letter);
    let is_motif = motif.len() > 1 && motif.chars().all(is_letter);
    if !is_motif && !motif.contains('-') {
        problem(
            format!("`{motif}` is no motif"),
            "IUPAC letters in capitals (A C G U R Y S W K M B D H V N), or a miRNA",
        );
    }
    let effect = row.get("effect");
    if !matches!(effect, "exports" | "retains") {
        problem(format!("motif `{motif}`: `{effect}` is no effect"), "exports or retains");
    }
    Motif {
        readers: split_list(row.get("reader")),
        retains: effect == "retains",
        cell: row.get("cell").to_owned(),
        sources: split_list(row.get("source")),
        note: row.get("note").to_owned(),
        span: row.span.clone(),
        motif,
    }
}

impl Knowledge {
    /// The rows that fit a miRNA in a cell type, the most telling first: found in this type of cell; naming the miRNA; the
    /// longest motif; then as they stand.
    ///
    /// ```
    /// use vesica::knowledge::{Knowledge, MirnaLookup};
    /// let (knowledge, _) = Knowledge::embedded();
    /// let MirnaLookup::One(mirna) = knowledge.mirna("hsa-miR-601") else { panic!("one strand") };
    /// let found = knowledge.sorting(mirna, &knowledge.cells["fibroblast"]);
    /// assert_eq!((found[0].motif.motif.as_str(), found[0].at), ("GGAG", Some(16)));
    /// ```
    pub fn sorting(&self, mirna: &Mirna, cell: &CellType) -> Vec<Sorting<'_>> {
        let fits = |motif: &'_ Motif| match motif.motif == mirna.name {
            true => Some(None),
            false => position(&motif.motif, &mirna.sequence).map(Some),
        };
        let fitting = self.motifs.iter().filter_map(|motif| Some(Sorting { motif, at: fits(motif)? }));
        let mut found: Vec<Sorting<'_>> = fitting.collect();
        let is_here = |cell: &CellType, id: &String| cell.id == *id || cell.lineage.contains(id);
        found.sort_by_key(|one| {
            let length = if one.at.is_none() { usize::MAX } else { one.motif.motif.len() };
            (!is_here(cell, &one.motif.cell), std::cmp::Reverse(length))
        });
        found
    }

    /// Rows of a cell type that is not there.
    pub(super) fn check_motifs(&self, problems: &mut Vec<Diagnostic>) {
        for motif in self.motifs.iter().filter(|motif| !motif.cell.is_empty()) {
            if !self.cells.contains_key(&motif.cell) {
                let message = format!("motif `{}`: no cell type `{}`", motif.motif, motif.cell);
                let help = "the file stem of a cell type in biology/cells/, or empty";
                problems.push(Diagnostic::error("E71", message).at(motif.span.clone()).help(help));
            }
        }
    }
}
