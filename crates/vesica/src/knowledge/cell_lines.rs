//! `cell_lines.tsv`: which cell type a line is, and what is known against it.

use super::table::{Row, split_list};

/// Columns of the table.
pub(super) const COLUMNS: &[&str] = &["name", "aliases", "cell", "species", "sex", "warning", "source", "note"];

/// A row of `cell_lines.tsv`: what a line is, and what is known against it.
#[derive(Clone, Debug)]
pub struct CellLine {
    /// Name.
    pub name: String,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// Cell type it is, an id.
    pub cell: String,
    /// `human`; empty when it is no line.
    pub species: String,
    /// `female`, `male`, or empty when not read.
    pub sex: String,
    /// What is known against it; empty: nothing was found.
    pub warning: String,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks.
    pub note: String,
}

impl CellLine {
    /// Name and other spellings.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

/// One row of the table.
pub(super) fn cell_line(row: &Row) -> CellLine {
    CellLine {
        name: row.get("name").to_owned(),
        aliases: split_list(row.get("aliases")),
        cell: row.get("cell").to_owned(),
        species: row.get("species").to_owned(),
        sex: row.get("sex").to_owned(),
        warning: row.get("warning").to_owned(),
        sources: split_list(row.get("source")),
        note: row.get("note").to_owned(),
    }
}
