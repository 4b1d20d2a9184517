//! What was understood of a file, said before any of it is used.

use serde_json::{Value, json};

use super::sheet::Sheet;
use crate::terminal::safe;

/// What a file is, and how it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Understood {
    /// Name of the file.
    pub file: String,
    /// Word for the kind, as `--as` takes it: `counts`.
    pub kind: String,
    /// The kind in words: `small-RNA counts`.
    pub name: String,
    /// What it was told by.
    pub because: String,
    /// Encoding, delimiter and decimal sign, in words.
    pub written: String,
    /// Units of columns: `concentration [uM]`.
    pub units: Vec<String>,
    /// Columns that are used.
    pub used: Vec<String>,
    /// Columns that are kept and not used.
    pub kept: Vec<String>,
    /// Rows that were read.
    pub rows_read: usize,
    /// Rows that were left out, for a reason that was named.
    pub rows_left_out: usize,
    /// Anything else that was decided: which samples, which dilution.
    pub notes: Vec<String>,
}

/// Columns of one list that are named; the others are counted.
const NAMED: usize = 12;

impl Understood {
    pub(super) fn of(sheet: &Sheet, kind: &str, name: &str, because: &str) -> Self {
        let delimiter = match sheet.encoding {
            super::Encoding::Workbook => String::new(),
            _ => format!(", separated by {}", sheet.delimiter.name()),
        };
        Self {
            file: sheet.file.clone(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            because: because.to_owned(),
            written: format!("{}{delimiter}, {}", sheet.encoding.name(), sheet.decimal.name()),
            ..Self::default()
        }
    }

    /// Labels and lines for people.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let left_out = match self.rows_left_out {
            0 => "none left out".to_owned(),
            n => format!("{n} left out"),
        };
        let mut lines = vec![
            ("Read", format!("{} as {} ({}), because {}", self.file, self.name, self.kind, self.because)),
            ("", self.written.clone()),
            ("", listed("units: ", &self.units)),
            ("", listed("used: ", &self.used)),
            ("", listed("kept, not used: ", &self.kept)),
            ("", format!("rows: {} read, {left_out}", self.rows_read)),
        ];
        lines.extend(self.notes.iter().map(|note| ("", note.clone())));
        lines.retain(|(_, said)| !said.is_empty());
        lines
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        json!({
            "file": self.file, "kind": self.kind, "name": self.name, "because": self.because,
            "written": self.written, "units": self.units, "used": self.used, "kept": self.kept,
            "rows_read": self.rows_read, "rows_left_out": self.rows_left_out, "notes": self.notes,
        })
    }
}

fn listed(before: &str, names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = names.iter().take(NAMED).map(|name| safe(name)).collect();
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{before}{}{more}", shown.join(", "))
}
