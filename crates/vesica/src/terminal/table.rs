//! Tables: a dim header, then rows; columns two spaces apart, no box lines.

mod layout;

use super::{Terminal, cut_middle, safe, width};
use layout::{Laid, before_point, fit};

/// Left for text; numbers stand with their decimal points below each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers, with or without a unit or a range behind them.
    Point,
}

/// One column: its heading, and what happens to it when the table is too wide.
#[derive(Clone, Debug)]
pub struct Column {
    header: String,
    align: Align,
    goes_first: bool,
    is_prose: bool,
}

impl Column {
    /// A column of text.
    pub fn text(header: impl Into<String>) -> Self {
        Self { header: header.into(), align: Align::Left, goes_first: false, is_prose: false }
    }

    /// A column of sentences: what is too long is cut at its end, not in its middle.
    pub fn prose(header: impl Into<String>) -> Self {
        Self { is_prose: true, ..Self::text(header) }
    }

    /// A column of numbers.
    pub fn number(header: impl Into<String>) -> Self {
        Self { align: Align::Point, ..Self::text(header) }
    }

    /// The column that is dropped before all others when space is short: the source.
    pub fn goes_first(mut self) -> Self {
        self.goes_first = true;
        self
    }
}

/// How a cell is marked, beside what its words say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    None,
    Bold,
    Dim,
    Caution,
    Link(usize),
}

/// One entry of a table.
#[derive(Clone, Debug)]
pub struct Cell {
    text: String,
    mark: Mark,
}

impl Cell {
    /// Plain text; control characters are made visible.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self { text: safe(text.as_ref()), mark: Mark::None }
    }

    /// A key number.
    pub fn bold(self) -> Self {
        Self { mark: Mark::Bold, ..self }
    }

    /// A unit, a source.
    pub fn dim(self) -> Self {
        Self { mark: Mark::Dim, ..self }
    }

    /// Assumed, the thinnest link, a warning.
    pub fn caution(self) -> Self {
        Self { mark: Mark::Caution, ..self }
    }

    /// The name of a link, 1 to 9.
    pub fn link(self, number: usize) -> Self {
        Self { mark: Mark::Link(number), ..self }
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

/// A table, printed for one terminal at a time.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    /// One more row; missing cells are empty, cells beyond the last column are left out.
    pub fn row<C: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let mut row: Vec<Cell> = cells.into_iter().map(Into::into).take(self.columns.len()).collect();
        row.resize(self.columns.len(), Cell::new(""));
        self.rows.push(row);
    }

    /// Takes away columns in which no row has anything; the first stays.
    pub fn leave_out_empty_columns(&mut self) {
        let has_any = |at: usize| at == 0 || self.rows.iter().any(|row| !row[at].text.is_empty());
        let kept: Vec<bool> = (0..self.columns.len()).map(has_any).collect();
        let mut at = kept.iter();
        self.columns.retain(|_| at.next() == Some(&true));
        for row in &mut self.rows {
            let mut at = kept.iter();
            row.retain(|_| at.next() == Some(&true));
        }
    }

    /// The table as lines. Too wide for the terminal, it first cuts the source ([`Column::goes_first`]) in its middle,
    /// then leaves it out, then cuts other texts, then drops columns from the right (below 60 columns it drops before
    /// it cuts). The first column and, as long as it fits, the first column of numbers stay. Space that a dropped column
    /// leaves goes to texts that were cut.
    pub fn print(&self, terminal: &Terminal) -> String {
        let mut columns: Vec<Laid<'_>> = (0..self.columns.len()).map(|index| self.lay(index, terminal)).collect();
        fit(&mut columns, terminal.width);
        let header = columns.iter().map(|column| {
            let text = terminal.spell(&cut_middle(&safe(&column.column.header), column.width));
            let space = " ".repeat(column.width.saturating_sub(width(&text)));
            if column.column.align == Align::Left { format!("{text}{space}") } else { format!("{space}{text}") }
        });
        let header = header.collect::<Vec<_>>().join("  ");
        let mut printed = format!("  {}\n", terminal.dim(header.trim_end()));
        for row in 0..self.rows.len() {
            let cells: Vec<String> = columns.iter().map(|column| column.cell(row, terminal)).collect();
            printed.push_str(format!("  {}", cells.join("  ")).trim_end());
            printed.push('\n');
        }
        printed
    }

    fn lay(&self, index: usize, terminal: &Terminal) -> Laid<'_> {
        let column = &self.columns[index];
        let cells: Vec<(String, Mark)> =
            self.rows.iter().map(|row| (terminal.spell(&row[index].text), row[index].mark)).collect();
        let point = cells.iter().map(|(text, _)| before_point(text)).max().unwrap_or(0);
        let widest = cells.iter().map(|(text, _)| match column.align {
            Align::Left => width(text),
            Align::Point => point + width(text).saturating_sub(before_point(text)),
        });
        let widest = widest.max().unwrap_or(0).max(width(&terminal.spell(&safe(&column.header))));
        Laid { column, cells, point, width: widest, widest }
    }
}

#[cfg(test)]
mod tests;
