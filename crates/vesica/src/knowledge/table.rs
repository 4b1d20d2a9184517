//! Tab-separated text as rows of named cells, each with its place.

use std::collections::BTreeMap;

use vesica_model::{Diagnostic, Span};

/// Tables that nothing rests on: without them there is less to ask for.
const MAY_BE_ABSENT: [&str; 2] = ["statements.tsv", "mirna_names.tsv"];

/// A table as text cells.
pub(super) struct Table {
    pub rows: Vec<Row>,
}

/// One row, with its place.
pub(super) struct Row {
    cells: BTreeMap<String, String>,
    pub span: Span,
}

impl Row {
    pub fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// Text by the name of its column.
    pub fn columns(&self) -> &BTreeMap<String, String> {
        &self.cells
    }
}

impl Table {
    /// Reads what there is; a missing table is empty and reported.
    pub fn read(
        files: &BTreeMap<String, String>,
        name: &str,
        columns: &[&str],
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let file = format!("biology/{name}");
        let Some(text) = files.get(name) else {
            if MAY_BE_ABSENT.contains(&name) {
                return Self { rows: Vec::new() };
            }
            problems.push(
                Diagnostic::error("E70", format!("`{file}` is missing"))
                    .help("every table must be there, even if it has only its header"),
            );
            return Self { rows: Vec::new() };
        };
        let mut header: Option<Vec<String>> = None;
        let mut rows = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let span = Span { file: file.clone(), start, end: start + line.trim_end().len() };
            start += line.len();
            let line = line.trim_end_matches(['\n', '\r']);
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let cells: Vec<String> = line.split('\t').map(|cell| cell.trim().to_owned()).collect();
            match &header {
                None => {
                    for missing in columns.iter().filter(|column| !cells.iter().any(|cell| cell == *column)) {
                        problems.push(
                            Diagnostic::error("E70", format!("`{file}` has no column `{missing}`")).at(span.clone()),
                        );
                    }
                    header = Some(cells);
                }
                Some(names) if cells.len() > names.len() => problems.push(
                    Diagnostic::error(
                        "E70",
                        format!("this row has {} cells, the header has {}", cells.len(), names.len()),
                    )
                    .at(span)
                    .help("columns are separated by single tabs"),
                ),
                Some(names) => rows.push(Row { cells: names.iter().cloned().zip(cells).collect(), span }),
            }
        }
        Self { rows }
    }
}

/// `a; b` -> two texts.
pub(super) fn split_list(text: &str) -> Vec<String> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
