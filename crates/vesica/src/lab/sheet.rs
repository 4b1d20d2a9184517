//! A file as rows of cells, each with its place in the text.
//!
//! Cells are places in the one text of the file and not texts of their own: a matrix of a million cells takes twice
//! the size of its file.

mod mend;

use std::borrow::Cow;

use vesica_model::{Diagnostic, Span};

use super::delimiter::{self, Delimiter};
use super::findings::Findings;
use super::number::{self, Decimal, Evidence, Value};
use super::{Encoding, decode, tokens, workbook};

/// Rows of cells.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Name of the file, for messages.
    pub file: String,
    /// The whole text. Of a workbook: its first sheet, cells separated by tabs.
    pub text: String,
    /// How the bytes were read.
    pub encoding: Encoding,
    /// What stands between cells.
    pub delimiter: Delimiter,
    /// What stands before a fraction.
    pub decimal: Decimal,
    cells: Vec<(u32, u32)>,
    rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    first: u32,
    n: u32,
    line: u32,
    start: u32,
    end: u32,
}

impl Sheet {
    /// Reads a file. `decimal` overrules what the cells say.
    ///
    /// # Errors
    /// As [`decode`] and, for a workbook, `E42` one that is damaged; `E09` when every comma in a number could be
    /// either sign.
    pub(super) fn read(
        file: &str,
        bytes: &[u8],
        decimal: Option<Decimal>,
        findings: &mut Findings,
    ) -> Result<Self, Diagnostic> {
        let (text, encoding) = if workbook::is_workbook(bytes) {
            (workbook::first_sheet(file, bytes)?, Encoding::Workbook)
        } else {
            decode(file, bytes)?
        };
        let delimiter = if encoding == Encoding::Workbook { Delimiter::Tab } else { delimiter::find(&text) };
        let mut sheet = Self {
            file: file.to_owned(),
            text,
            encoding,
            delimiter,
            decimal: Decimal::Point,
            cells: vec![],
            rows: vec![],
        };
        sheet.split();
        sheet.mend_first_row(findings);
        sheet.mend_rows(findings);
        sheet.decimal = match decimal {
            Some(decimal) => decimal,
            None => sheet.find_decimal()?,
        };
        Ok(sheet)
    }

    /// Number of rows, blank ones too.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// Number of cells of a row; 0 beyond the last.
    pub fn width(&self, row: usize) -> usize {
        self.rows.get(row).map_or(0, |row| row.n as usize)
    }

    /// Line of a row, from 1.
    pub fn line(&self, row: usize) -> usize {
        self.rows.get(row).map_or(0, |row| row.line as usize)
    }

    /// A cell without outer spaces and quotes; empty beyond the row.
    pub fn cell(&self, row: usize, column: usize) -> Cow<'_, str> {
        let Some((start, end)) = self.place(row, column) else { return Cow::Borrowed("") };
        let inside = &self.text[start..end];
        let is_quoted = start > 0 && self.text.as_bytes()[start - 1] == b'"';
        if is_quoted && inside.contains("\"\"") {
            return Cow::Owned(inside.replace("\"\"", "\"").trim().to_owned());
        }
        Cow::Borrowed(inside.trim())
    }

    /// Whether every cell of a row is empty.
    pub fn is_blank(&self, row: usize) -> bool {
        (0..self.width(row)).all(|column| self.cell(row, column).is_empty())
    }

    /// All cells of a row.
    pub fn cells(&self, row: usize) -> impl Iterator<Item = Cow<'_, str>> {
        (0..self.width(row)).map(move |column| self.cell(row, column))
    }

    /// A cell as a number, in the notation of the file.
    pub fn number(&self, row: usize, column: usize) -> Value {
        number::number(&self.cell(row, column), self.decimal)
    }

    /// Where a cell stands; the whole row when it has no such cell.
    pub fn span(&self, row: usize, column: usize) -> Span {
        match self.place(row, column) {
            Some((start, end)) => Span { file: self.file.clone(), start, end },
            None => self.row_span(row),
        }
    }

    /// Where a row stands.
    pub fn row_span(&self, row: usize) -> Span {
        let (start, end) =
            self.rows.get(row).map_or((self.text.len(), self.text.len()), |row| (row.start, row.end).map_usize());
        Span { file: self.file.clone(), start, end }
    }

    /// The first line of the file that holds something, for messages about the whole of it.
    pub fn top(&self) -> Span {
        (0..self.n_rows()).find(|row| !self.is_blank(*row)).map_or_else(|| self.row_span(0), |row| self.row_span(row))
    }

    fn place(&self, row: usize, column: usize) -> Option<(usize, usize)> {
        let row = self.rows.get(row)?;
        if column >= row.n as usize {
            return None;
        }
        Some(self.cells[row.first as usize + column].map_usize())
    }

    fn split(&mut self) {
        let (mut cells, mut rows) = (Vec::new(), Vec::new());
        let (mut at, mut line) = (0, 1);
        while at < self.text.len() {
            let first = cells.len();
            let end = tokens::row(&self.text, at, self.delimiter.letter(), |start, end| {
                cells.push((start as u32, end as u32))
            });
            let n = (cells.len() - first) as u32;
            rows.push(Row { first: first as u32, n, line, start: at as u32, end: end.cells as u32 });
            line += end.n_lines as u32;
            at = end.next;
        }
        (self.cells, self.rows) = (cells, rows);
    }

    fn find_decimal(&self) -> Result<Decimal, Diagnostic> {
        let mut evidence = Evidence::default();
        let mut first = None;
        for row in 0..self.n_rows() {
            for column in 0..self.width(row) {
                let before = evidence.either;
                evidence.look(&self.cell(row, column));
                if evidence.either > before && first.is_none() {
                    first = Some(self.span(row, column));
                }
            }
        }
        match (evidence.decide(), first) {
            (Some(decimal), _) => Ok(decimal),
            // between commas, a comma inside quotes can only set thousands apart
            (None, _) if self.delimiter == Delimiter::Comma => Ok(Decimal::Point),
            (None, span) => {
                let cell = span.as_ref().map_or("1,500", |span| &self.text[span.start..span.end]);
                let message = format!("`{cell}` has two readings, and no other cell says which is meant");
                let found = Diagnostic::error("E09", message)
                    .help("say which: --decimal comma (1,5 is one and a half) or --decimal point (1,500 is 1500)");
                Err(match span {
                    Some(span) => found.at(span),
                    None => found,
                })
            }
        }
    }
}

trait MapUsize {
    fn map_usize(self) -> (usize, usize);
}

impl MapUsize for (u32, u32) {
    fn map_usize(self) -> (usize, usize) {
        (self.0 as usize, self.1 as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sheet(text: &str) -> Sheet {
        let mut findings = Findings::default();
        Sheet::read("a.csv", text.as_bytes(), None, &mut findings).expect("a sheet")
    }

    fn rows(text: &str) -> Vec<Vec<String>> {
        let sheet = sheet(text);
        (0..sheet.n_rows()).map(|row| sheet.cells(row).map(Cow::into_owned).collect()).collect()
    }

    #[test]
    fn cells_keep_what_is_in_quotes() {
        assert_eq!(
            rows("a,\"b,c\",\"say \"\"x\"\"\"\r\n 1 , \"2\" ,3\n"),
            [["a", "b,c", "say \"x\""], ["1", "2", "3"]]
        );
        assert_eq!(
            rows("a,b\n\"one\ntwo\",3\n\n4,5"),
            [vec!["a", "b"], vec!["one\ntwo", "3"], vec![""], vec!["4", "5"]]
        );
        // a quote inside a cell, or one that nothing closes, is a letter
        assert_eq!(rows("a,b\n5\" tube,1\n\"open,2\n"), [["a", "b"], ["5\" tube", "1"], ["\"open", "2"]]);
        assert_eq!(rows("a;b\r1;2\r"), [["a", "b"], ["1", "2"]]);
    }

    #[test]
    fn a_cell_knows_its_line() {
        let sheet = sheet("a,b\n\"one\ntwo\",3\nx,y");
        assert_eq!((sheet.line(0), sheet.line(1), sheet.line(2)), (1, 2, 4));
        let span = sheet.span(2, 1);
        assert_eq!(&sheet.text[span.start..span.end], "y");
        assert_eq!(sheet.cell(2, 9), "");
    }

    #[test]
    fn a_comma_with_two_readings_is_not_guessed() {
        let read = |text: &str| Sheet::read("a.csv", text.as_bytes(), None, &mut Findings::default());
        assert_eq!(read("a;b\n1,500;2,000\n").expect_err("undecided").code, "E09");
        assert_eq!(read("a;b\n1,500;0,5\n").expect("a comma").decimal, Decimal::Comma);
        assert_eq!(read("a,b\n\"1,500\",2\n").expect("a point").number(1, 0), Value::Number(1500.0));
    }

    proptest! {
        // without ; and |: a file of hardly more than one of them, in quotes, is rightly read as separated by it
        #[test]
        fn what_is_written_with_quotes_is_read_back(table in prop::collection::vec(
            prop::collection::vec("[ -:<-{}~µ\n]{0,8}", 3), 2..8,
        )) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let text: String = table.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n").collect();
            if let Ok(sheet) = Sheet::read("a.csv", text.as_bytes(), Some(Decimal::Point), &mut Findings::default()) {
                prop_assert_eq!(sheet.n_rows(), table.len());
                for (row, cells) in table.iter().enumerate() {
                    for (column, cell) in cells.iter().enumerate() {
                        prop_assert_eq!(sheet.cell(row, column), cell.trim());
                    }
                }
            }
        }
    }
}
