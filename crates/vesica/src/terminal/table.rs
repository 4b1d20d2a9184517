//! Tables: a dim header, then rows; columns two spaces apart, no box lines.

use super::letters::take_columns;
use super::{Terminal, cut_end, cut_middle, safe, width};

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

/// Spaces before a row and between columns.
const GAP: usize = 2;

/// A column of text is not cut below this.
const SHORTEST_TEXT: usize = 12;

/// Below so many columns whole columns are dropped instead of cut.
const NARROW: usize = 60;

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

/// A column with its measures.
struct Laid<'a> {
    column: &'a Column,
    cells: Vec<(String, Mark)>,
    /// Columns before the decimal point.
    point: usize,
    width: usize,
    /// Width at which nothing is cut.
    widest: usize,
}

impl Laid<'_> {
    /// One cell, padded to the width of its column, with its colour.
    fn cell(&self, row: usize, terminal: &Terminal) -> String {
        let Some((text, mark)) = self.cells.get(row) else { return String::new() };
        let cut = if self.column.is_prose { cut_end } else { cut_middle };
        let text = shortened(text, self.width, cut, terminal);
        let space = self.width.saturating_sub(width(&text));
        let before = match self.column.align {
            Align::Left => 0,
            Align::Point => {
                let widest_tail =
                    self.cells.iter().map(|(text, _)| width(text).saturating_sub(before_point(text))).max();
                let block = self.point + widest_tail.unwrap_or(0);
                // The block of aligned numbers stands at the right end of its column.
                let shift = self.width.saturating_sub(block);
                (shift + self.point).saturating_sub(before_point(&text)).min(space)
            }
        };
        let marked = match mark {
            Mark::None => text.clone(),
            Mark::Bold => terminal.bold(&text),
            Mark::Dim => terminal.dim(&text),
            Mark::Caution => terminal.caution(&text),
            Mark::Link(number) => terminal.link(*number, &text),
        };
        format!("{}{marked}{}", " ".repeat(before), " ".repeat(space - before))
    }
}

/// The text in `columns` columns, in the letters of the terminal.
fn shortened(text: &str, columns: usize, cut: fn(&str, usize) -> String, terminal: &Terminal) -> String {
    if terminal.is_unicode || width(text) <= columns {
        return cut(text, columns);
    }
    // Without UTF-8 the mark of a cut is one point.
    cut(text, columns).replace('…', ".")
}

/// Columns before the decimal point of the number that a text begins with.
///
/// `96 % (94–98)` has its point after `96`; a thousands space belongs to the number.
fn before_point(text: &str) -> usize {
    let letters: Vec<char> = text.chars().collect();
    let mut end = letters.iter().take_while(|letter| "−-+×÷x/<>≤≥=~ ".contains(**letter)).count();
    while let Some(letter) = letters.get(end) {
        let groups = letters.get(end + 1..end + 4).is_some_and(|next| next.iter().all(char::is_ascii_digit));
        let is_space = matches!(letter, ' ' | '\u{202f}') && groups && end > 0;
        if !letter.is_ascii_digit() && !is_space {
            break;
        }
        end += 1;
    }
    width(&take_columns(letters.into_iter().take(end), usize::MAX))
}

/// Makes the columns fit: cuts text, drops columns.
fn fit(columns: &mut Vec<Laid<'_>>, available: usize) {
    if available >= NARROW {
        cut_columns(columns, available, true);
        if total(columns) > available {
            // half a source is worth less than whole names and values
            columns.retain(|column| !column.column.goes_first);
        }
        cut_texts(columns, available);
    }
    while total(columns) > available && columns.len() > 1 {
        // A long name must not cost the table all its numbers: it is cut before the last columns go.
        let has_source = columns.iter().skip(1).any(|column| column.column.goes_first);
        if columns.len() <= 3 && !has_source {
            cut_texts(columns, available);
            if total(columns) <= available {
                return;
            }
        }
        columns.remove(next_to_go(columns));
    }
    cut_texts(columns, available);
    if let [only] = columns.as_mut_slice() {
        only.width = only.width.min(available.saturating_sub(GAP));
    }
    give_back(columns, available);
}

/// Space that is left goes to the texts that were cut, first to those that need the least to be whole.
fn give_back(columns: &mut [Laid<'_>], available: usize) {
    let mut left = available.saturating_sub(total(columns));
    let mut cut: Vec<&mut Laid<'_>> = columns.iter_mut().filter(|column| column.width < column.widest).collect();
    cut.sort_by_key(|column| column.widest - column.width);
    for column in cut {
        let more = left.min(column.widest - column.width);
        column.width += more;
        left -= more;
    }
}

/// The column to drop next: the source, else the rightmost; the last column of numbers outlives the texts between it
/// and the name.
fn next_to_go(columns: &[Laid<'_>]) -> usize {
    let is_number = |column: &Laid<'_>| column.column.align == Align::Point;
    let source = columns.iter().rposition(|column| column.column.goes_first);
    let is_spared =
        |index: usize| columns.iter().filter(|column| is_number(column)).count() == 1 && is_number(&columns[index]);
    let others = (1..columns.len()).rev().find(|index| !is_spared(*index));
    source.filter(|index| *index > 0).or(others).unwrap_or(columns.len() - 1)
}

/// Cuts columns of text: what [`Column::goes_first`], then the others.
fn cut_texts(columns: &mut [Laid<'_>], available: usize) {
    cut_columns(columns, available, true);
    cut_columns(columns, available, false);
}

/// Cuts the widest columns of text, no further than [`SHORTEST_TEXT`].
fn cut_columns(columns: &mut [Laid<'_>], available: usize, goes_first: bool) {
    while total(columns) > available {
        let excess = total(columns) - available;
        let texts = columns.iter_mut().filter(|column| {
            column.column.align == Align::Left && column.column.goes_first == goes_first && column.width > SHORTEST_TEXT
        });
        let mut texts: Vec<&mut Laid<'_>> = texts.collect();
        texts.sort_by_key(|column| std::cmp::Reverse(column.width));
        let next = texts.get(1).map_or(SHORTEST_TEXT, |column| column.width);
        let Some(widest) = texts.first_mut() else { return };
        widest.width -= excess.min((widest.width - next).max(1));
    }
}

fn total(columns: &[Laid<'_>]) -> usize {
    columns.iter().map(|column| column.width + GAP).sum()
}

#[cfg(test)]
mod tests;
