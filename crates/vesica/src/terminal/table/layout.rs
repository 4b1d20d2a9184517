//! How wide each column of a table is: what is cut, and what goes, when it is too wide.

use super::{Align, Column, Mark};
use crate::terminal::letters::take_columns;
use crate::terminal::{Terminal, cut_end, cut_middle, width};

/// Spaces before a row and between columns.
const GAP: usize = 2;

/// A column of text is not cut below this.
const SHORTEST_TEXT: usize = 12;

/// Below so many columns whole columns are dropped instead of cut.
const NARROW: usize = 60;

/// A column with its measures.
pub(super) struct Laid<'a> {
    pub column: &'a Column,
    pub cells: Vec<(String, Mark)>,
    /// Columns before the decimal point.
    pub point: usize,
    pub width: usize,
    /// Width at which nothing is cut.
    pub widest: usize,
}

impl Laid<'_> {
    /// One cell, padded to the width of its column, with its colour.
    pub fn cell(&self, row: usize, terminal: &Terminal) -> String {
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
pub(super) fn before_point(text: &str) -> usize {
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
pub(super) fn fit(columns: &mut Vec<Laid<'_>>, available: usize) {
    if available >= NARROW {
        cut_columns(columns, available, true);
        // half a source is worth less than whole names and values: the last of these goes before the others
        while total(columns) > available
            && let Some(last) = columns.iter().rposition(|column| column.column.goes_first)
        {
            columns.remove(last);
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
