//! Rows that are separated by another sign than the rest of their file: read by their own, and named.

use vesica_model::Span;

use super::{MapUsize, Sheet};
use crate::lab::delimiter::{self, Delimiter};
use crate::lab::findings::Findings;
use crate::lab::number::Value;

/// A row of fewer cells may be prose that holds another sign.
const FEWEST_CELLS: usize = 3;

impl Sheet {
    /// A first row that is separated by another sign than the rest.
    pub(super) fn mend_first_row(&mut self, findings: &mut Findings) {
        let Some(top) = (0..self.n_rows()).find(|row| !self.is_blank(*row)) else { return };
        let next = self.width(top + 1);
        if next < 2 {
            return;
        }
        let Some(other) = self.other_sign(top, next) else { return };
        let (start, end) = self.place_of_row(top);
        findings.push(
            "W81",
            format!("the header is separated by {}, the rows by {}", other.name(), self.delimiter.name()),
            Span { file: self.file.clone(), start, end },
            format!("the header was read by its own sign; write {} in it, too", self.delimiter.name()),
        );
        self.split_again(top, other);
    }

    /// Rows of numbers further down, pasted from another file: one finding for those that stand together.
    pub(super) fn mend_rows(&mut self, findings: &mut Findings) {
        let Some(top) = (0..self.n_rows()).find(|row| !self.is_blank(*row)) else { return };
        let width = self.width(top).max(self.width(top + 1));
        if width < FEWEST_CELLS {
            return;
        }
        let mut row = top + 1;
        while row < self.n_rows() {
            let (first, mut sign) = (row, None);
            while let Some(other) = self.other_sign(row, width).filter(|other| sign.is_none_or(|known| known == *other))
            {
                self.split_again(row, other);
                let n_numbers = (0..width).filter(|at| matches!(self.number(row, *at), Value::Number(_))).count();
                if 2 * n_numbers < width {
                    self.join_again(row);
                    break;
                }
                sign = Some(other);
                row += 1;
            }
            match sign {
                Some(other) => self.name_rows(first, row - 1, other, findings),
                None => row += 1,
            }
        }
    }

    fn name_rows(&self, first: usize, last: usize, other: Delimiter, findings: &mut Findings) {
        let (one, another) = (self.line(first), self.line(last));
        let lines = if first == last { format!("line {one} is") } else { format!("lines {one} to {another} are") };
        findings.push(
            "W81",
            format!("{lines} separated by {}, the other rows by {}", other.name(), self.delimiter.name()),
            self.row_span(first),
            format!("they were read by their own sign; write {} in them, too", self.delimiter.name()),
        );
    }

    /// The sign by which a row of one cell has so many.
    fn other_sign(&self, row: usize, n_cells: usize) -> Option<Delimiter> {
        let (start, end) = self.place_of_row(row);
        let text = self.text.get(start..end).filter(|_| self.width(row) == 1)?;
        let fits = |other: &Delimiter| text.split(char::from(other.byte())).count() == n_cells;
        delimiter::ALL.into_iter().filter(|other| *other != self.delimiter).find(fits)
    }

    fn place_of_row(&self, row: usize) -> (usize, usize) {
        self.rows.get(row).map_or((0, 0), |row| (row.start, row.end).map_usize())
    }

    /// Splits a row by its own sign. The new cells stand behind all others.
    fn split_again(&mut self, row: usize, sign: Delimiter) {
        let (start, end) = self.place_of_row(row);
        let (first, mut at) = (self.cells.len(), start);
        for part in self.text[start..end].split(char::from(sign.byte())) {
            let bare = part.trim().trim_matches('"');
            let offset = at + part.find(bare).unwrap_or(0);
            self.cells.push((offset as u32, (offset + bare.len()) as u32));
            at += part.len() + 1;
        }
        let n = (self.cells.len() - first) as u32;
        let (first, row) = (first as u32, &mut self.rows[row]);
        (row.first, row.n) = (first, n);
    }

    /// Takes a row for one cell again.
    fn join_again(&mut self, row: usize) {
        let (start, end) = self.place_of_row(row);
        let first = self.cells.len() as u32;
        self.cells.push((start as u32, end as u32));
        (self.rows[row].first, self.rows[row].n) = (first, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Sheet, Vec<String>) {
        let mut findings = Findings::default();
        let sheet = Sheet::read("a.csv", text.as_bytes(), None, &mut findings).expect("a sheet");
        let found = findings.finish();
        assert!(found.iter().all(|one| one.code == "W81"), "{found:?}");
        (sheet, found.into_iter().map(|one| one.message).collect())
    }

    #[test]
    fn a_header_with_another_sign_is_read_and_named() {
        let (sheet, found) = read("sample,copies,note\nS1;5;x\nS2;6;y\n");
        assert_eq!(sheet.cells(0).collect::<Vec<_>>(), ["sample", "copies", "note"]);
        assert_eq!(found, ["the header is separated by commas, the rows by semicolons"]);
    }

    #[test]
    fn rows_with_another_sign_are_read_and_named_together() {
        let many: String = (0..20).map(|n| format!("w{n},{n},1\n")).collect();
        let (sheet, found) = read(&format!("name,a,b\nx,1,2\n\"y\"\t3\t4\nz\t5\t6\nu,7,8\nv;9;10\n{many}"));
        assert_eq!(sheet.cells(2).collect::<Vec<_>>(), ["y", "3", "4"]);
        assert_eq!(sheet.cells(5).collect::<Vec<_>>(), ["v", "9", "10"]);
        let wanted = [
            "lines 3 to 4 are separated by tabs, the other rows by commas",
            "line 6 is separated by semicolons, the other rows by commas",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn prose_stays_one_cell() {
        let (sheet, found) = read("name,a,b\nx,1,2\nthis; is; prose\ny,3,4\n");
        assert_eq!((sheet.width(2), sheet.cell(2, 0).as_ref()), (1, "this; is; prose"));
        assert!(found.is_empty(), "{found:?}");
    }
}
