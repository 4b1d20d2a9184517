//! A table with one header row: columns by the names that people give them, rows with every slip named.

use std::collections::BTreeMap;

use vesica_model::{Diagnostic, diagnostic::nearest};

use super::findings::Findings;
use super::heading::Heading;
use super::number::{Value, Wrong};
use super::sheet::Sheet;
use crate::units::{self, Dimension, Unit};

/// The header of a table and what is used of it.
pub(crate) struct Columns<'s> {
    pub sheet: &'s Sheet,
    /// Row of the header.
    pub header: usize,
    pub headings: Vec<Heading>,
    /// Units that the user gave for columns without one, by folded name.
    units: &'s BTreeMap<String, String>,
    used: Vec<usize>,
}

impl<'s> Columns<'s> {
    /// The table whose header is this row.
    pub fn at(sheet: &'s Sheet, header: usize, units: &'s BTreeMap<String, String>) -> Self {
        let headings = sheet.cells(header).map(|cell| Heading::read(&cell)).collect();
        Self { sheet, header, headings, units, used: Vec::new() }
    }

    /// The first column that has one of these (folded) names, the names in order of preference.
    pub fn find(&mut self, names: &[&str]) -> Option<usize> {
        let found = names.iter().find_map(|name| self.headings.iter().position(|heading| heading.name == *name))?;
        self.used.push(found);
        Some(found)
    }

    /// As [`Columns::find`]; a column that is not there is an error with the nearest heading.
    pub fn need(&mut self, names: &[&str], what: &str, findings: &mut Findings) -> Option<usize> {
        let found = self.find(names);
        if found.is_none() {
            let headings = self.headings.iter().map(|heading| heading.name.as_str());
            let near = names.iter().find_map(|name| nearest(name, headings.clone()));
            let near = near.map_or(String::new(), |near| format!("; did you mean the column `{near}`?"));
            findings.push(
                "E82",
                format!("no column `{}` ({what})", names[0]),
                self.sheet.row_span(self.header),
                format!("name the column `{}` in the header{near}", names[0]),
            );
        }
        found
    }

    /// The unit of a column: from its heading, or as the user gave it. An error when there is none that fits.
    pub fn unit(&self, column: usize, dimension: Dimension, example: &str, findings: &mut Findings) -> Option<Unit> {
        let heading = &self.headings[column];
        let given = self.units.get(&heading.name).map(String::as_str);
        let unit = match given {
            Some(given) => units::parse(given).ok(),
            None => heading.known_unit(),
        };
        let span = self.sheet.span(self.header, column);
        let fix = format!(
            "write `{} [{example}]` in the header, or say it here: --unit {}={example}",
            heading.text.split(['[', '(', '/']).next().unwrap_or_default().trim(),
            heading.name
        );
        let written = given.or(heading.unit.as_deref());
        match (unit, written) {
            (Some(unit), _) if dimension.accepts(unit.dimension) => Some(unit),
            (_, Some(written)) => {
                let message = format!("`{written}` is no unit of `{}`", heading.name);
                findings.push("E83", message, span, fix);
                None
            }
            (_, None) => {
                findings.push("E83", format!("the column `{}` does not say its unit", heading.text), span, fix);
                None
            }
        }
    }

    /// The unit that the user gave for a column.
    pub fn given_unit(&self, column: usize) -> Option<&str> {
        self.units.get(&self.headings[column].name).map(String::as_str)
    }

    /// Rows below the header that are not blank, up to the first blank one that another table may follow.
    pub fn rows(&self) -> impl Iterator<Item = usize> + use<'s> {
        let sheet = self.sheet;
        (self.header + 1..sheet.n_rows()).filter(move |row| !sheet.is_blank(*row))
    }

    /// A cell as text.
    pub fn text(&self, row: usize, column: Option<usize>) -> String {
        column.map_or(String::new(), |column| self.sheet.cell(row, column).into_owned())
    }

    /// A cell as a number; `None` where nothing was measured, and where a slip was named.
    pub fn number(&self, row: usize, column: usize, findings: &mut Findings) -> Option<f64> {
        let value = self.sheet.number(row, column);
        match value {
            Value::Number(number) => Some(number),
            Value::Missing => None,
            Value::Wrong(why) => {
                findings.add(no_number(self.sheet, row, column, why, &self.name_of(column)));
                None
            }
        }
    }

    /// As [`Columns::number`], where less than zero cannot be.
    pub fn positive(&self, row: usize, column: usize, findings: &mut Findings) -> Option<f64> {
        let number = self.number(row, column, findings)?;
        if number < 0.0 {
            let (cell, name) = (self.sheet.cell(row, column), self.name_of(column));
            findings.push(
                "W85",
                format!("`{cell}` in `{name}`: there cannot be less than none"),
                self.sheet.span(row, column),
                "the cell is left out; correct it, or leave it empty when nothing was measured",
            );
            return None;
        }
        Some(number)
    }

    /// The heading of a column as written.
    pub fn name_of(&self, column: usize) -> String {
        self.headings.get(column).map_or_else(|| format!("column {}", column + 1), |heading| heading.text.clone())
    }

    /// Headings that are used, and those that are kept without being used.
    pub fn used_and_kept(&self) -> (Vec<String>, Vec<String>) {
        let filled = |column: &usize| !self.headings[*column].text.is_empty();
        let (used, kept): (Vec<usize>, Vec<usize>) =
            (0..self.headings.len()).filter(filled).partition(|column| self.used.contains(column));
        let names = |columns: Vec<usize>| columns.into_iter().map(|column| self.name_of(column)).collect();
        (names(used), names(kept))
    }

    /// A row that has fewer cells than the header where the missing ones are needed.
    pub fn is_cut_short(&self, row: usize, needed: &[usize]) -> bool {
        needed.iter().any(|column| *column >= self.sheet.width(row))
    }
}

/// A cell that is no number, and what to do about it.
pub(crate) fn no_number(sheet: &Sheet, row: usize, column: usize, why: Wrong, name: &str) -> Diagnostic {
    let cell = sheet.cell(row, column);
    let (code, message, help) = match why {
        Wrong::Text => (
            "W81",
            format!("`{cell}` in `{name}` is no number"),
            "the cell is left out; write a number, or leave it empty when nothing was measured".to_owned(),
        ),
        Wrong::NotFinite => (
            "W81",
            format!("`{cell}` in `{name}` is not finite"),
            "the cell is left out; a division by zero in the spreadsheet is the usual reason".to_owned(),
        ),
        Wrong::OnlyAnEnd => (
            "W81",
            format!("`{cell}` in `{name}` is only an end of what it may be"),
            "the cell is left out; what is below the limit of the instrument is no number".to_owned(),
        ),
        Wrong::OtherSign => (
            "W84",
            format!(
                "`{cell}` in `{name}` has another decimal sign than the rest of the file ({})",
                sheet.decimal.name()
            ),
            "the cell is left out; write it like the others, or say --decimal point or --decimal comma".to_owned(),
        ),
    };
    Diagnostic::error(code, message).at(sheet.span(row, column)).help(help)
}
