//! One row of a text as cells.

/// Lines that a cell in quotes may span; more is a quote that was never closed.
const LINES_OF_A_CELL: usize = 50;

/// Bytes that a cell in quotes may have.
const LONGEST_CELL: usize = 1 << 16;

/// Where a row ends.
pub(super) struct End {
    /// Behind its last cell.
    pub cells: usize,
    /// Where the next row begins.
    pub next: usize,
    /// Lines that it took.
    pub n_lines: usize,
}

/// Gives the place of each cell of the row at `at`, which is not the end of the text, to `cell`.
pub(super) fn row(text: &str, mut at: usize, separator: Option<u8>, mut cell: impl FnMut(usize, usize)) -> End {
    let bytes = text.as_bytes();
    let mut n_lines = 1;
    loop {
        let ((start, end), next, lines) = cell_at(bytes, at, separator);
        cell(start, end);
        n_lines += lines;
        at = next;
        if separator.is_none() || bytes.get(at) != separator.as_ref() {
            break;
        }
        at += 1;
    }
    let line_end = usize::from(bytes.get(at) == Some(&b'\r'));
    let line_end = line_end + usize::from(bytes.get(at + line_end) == Some(&b'\n'));
    End { cells: at, next: at + line_end, n_lines }
}

/// The cell at `at`: its place, where the next sign stands, and how many line ends it holds.
fn cell_at(bytes: &[u8], at: usize, separator: Option<u8>) -> ((usize, usize), usize, usize) {
    let spaces = bytes[at..].iter().take_while(|byte| **byte == b' ').count();
    if bytes.get(at + spaces) == Some(&b'"')
        && let Some(close) = closing_quote(bytes, at + spaces + 1, separator)
    {
        let n_lines = bytes[at..close].iter().filter(|byte| **byte == b'\n').count();
        let after = bytes[close + 1..].iter().take_while(|byte| **byte == b' ').count();
        return ((at + spaces + 1, close), close + 1 + after, n_lines);
    }
    let is_end = |byte: &u8| *byte == b'\n' || *byte == b'\r' || Some(*byte) == separator;
    let end = bytes[at..].iter().position(is_end).map_or(bytes.len(), |length| at + length);
    ((at, end), end, 0)
}

/// The quote that closes a cell: one that the end of the cell follows. `""` stands for a quote.
fn closing_quote(bytes: &[u8], from: usize, separator: Option<u8>) -> Option<usize> {
    let (mut at, mut n_lines) = (from, 0);
    while at < bytes.len() && at < from + LONGEST_CELL && n_lines <= LINES_OF_A_CELL {
        match bytes[at] {
            b'"' if bytes.get(at + 1) == Some(&b'"') => at += 1,
            b'"' => {
                let next = bytes[at + 1..].iter().find(|byte| **byte != b' ');
                let ends = next.is_none_or(|next| *next == b'\n' || *next == b'\r' || Some(*next) == separator);
                return ends.then_some(at);
            }
            b'\n' => n_lines += 1,
            _ => {}
        }
        at += 1;
    }
    None
}
