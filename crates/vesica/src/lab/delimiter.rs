//! What stands between the cells of a file.

use super::tokens;

/// The sign between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// `\t`
    Tab,
    /// `;`, usual where the decimal sign is a comma.
    Semicolon,
    /// `,`
    Comma,
    /// `|`
    Bar,
    /// One cell in each row.
    None,
}

/// The signs that are looked for, the least ambiguous first.
pub(super) const ALL: [Delimiter; 4] = [Delimiter::Tab, Delimiter::Semicolon, Delimiter::Comma, Delimiter::Bar];

impl Delimiter {
    /// `tabs`, `commas`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tab => "tabs",
            Self::Semicolon => "semicolons",
            Self::Comma => "commas",
            Self::Bar => "bars (|)",
            Self::None => "nothing",
        }
    }

    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Tab => b'\t',
            Self::Semicolon => b';',
            Self::Comma => b',',
            Self::Bar => b'|',
            Self::None => b'\n',
        }
    }

    pub(super) fn letter(self) -> Option<u8> {
        (self != Self::None).then(|| self.byte())
    }
}

/// Lines that are looked at.
const SAMPLE: usize = 400;

/// How one sign is spread over the lines.
struct Spread {
    delimiter: Delimiter,
    /// First line that has it.
    first: usize,
    /// Lines that have it as often as most lines have.
    usual: usize,
    /// Lines that have it at all.
    some: usize,
    /// Filled lines from the first on.
    lines: usize,
}

/// The sign of a file: the one that most lines have equally often.
///
/// Tabs hardly stand in prose and come first. Of `;` (or a bar) and `,` the one that also stands in the header counts,
/// unless all commas stand between digits: then they are decimal commas.
pub(super) fn find(text: &str) -> Delimiter {
    let lines: Vec<&str> = text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).take(SAMPLE).collect();
    let accepted = |delimiter: Delimiter| spread(text, delimiter).filter(Spread::is_regular);
    if accepted(Delimiter::Tab).is_some() {
        return Delimiter::Tab;
    }
    let other = [Delimiter::Semicolon, Delimiter::Bar].into_iter().find_map(accepted);
    match (other, accepted(Delimiter::Comma)) {
        (Some(other), Some(comma)) if !are_decimal(&lines) && comma.is_before(&other) => comma.delimiter,
        (Some(other), _) => other.delimiter,
        (None, Some(comma)) => comma.delimiter,
        (None, None) => Delimiter::None,
    }
}

impl Spread {
    /// Whether it begins earlier, or holds in more of its lines.
    fn is_before(&self, other: &Self) -> bool {
        self.first < other.first || self.usual * other.lines > other.usual * self.lines
    }

    /// Half of the lines have it equally often, or nearly all have it: facts above a table differ in length.
    fn is_regular(&self) -> bool {
        (self.usual >= 2 || self.lines <= 2) && (self.usual * 2 >= self.lines || self.some * 5 >= self.lines * 4)
    }
}

fn spread(text: &str, delimiter: Delimiter) -> Option<Spread> {
    let (mut counts, mut at) = (Vec::new(), 0);
    while at < text.len() && counts.len() < SAMPLE {
        let mut n_cells = 0_usize;
        let end = tokens::row(text, at, delimiter.letter(), |_, _| n_cells += 1);
        if !text[at..end.cells].trim().is_empty() {
            counts.push(n_cells - 1);
        }
        at = end.next;
    }
    let first = counts.iter().position(|count| *count > 0)?;
    let tail = &counts[first..];
    let mut sorted: Vec<usize> = tail.iter().copied().filter(|count| *count > 0).collect();
    sorted.sort_unstable();
    let usual = sorted.chunk_by(|a, b| a == b).map(<[usize]>::len).max()?;
    Some(Spread { delimiter, first, usual, some: sorted.len(), lines: tail.len() })
}

/// Whether every comma stands between two digits.
fn are_decimal(lines: &[&str]) -> bool {
    let is_decimal = |line: &&str| {
        let bytes = line.as_bytes();
        let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        line.match_indices(',').all(|(at, _)| digit(at.checked_sub(1)) && digit(Some(at + 1)))
    };
    lines.iter().all(is_decimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs() {
        let cases = [
            ("a,b\n1,2\n", Delimiter::Comma),
            ("a;b\n1,5;2,5\n", Delimiter::Semicolon),
            ("name,other names,n\nx,\"p;q\",1\ny,\"r;s\",2\n", Delimiter::Comma),
            ("name,other,n\nx,p;q,1\ny,r;s,2\n", Delimiter::Comma),
            ("Label: a, b\nMetric: c\n\nDate Time\tElapsed\tA1\n1/1\t0\t1,5\n1/1\t4\t2,5\n", Delimiter::Tab),
            ("a|b\n1|2\n", Delimiter::Bar),
            ("one\ntwo\n", Delimiter::None),
            ("a,b,c", Delimiter::Comma),
            ("sample,copies\nS1;5\nS2;6\nS3;7\n", Delimiter::Semicolon),
        ];
        for (text, expected) in cases {
            assert_eq!(find(text), expected, "{text:?}");
        }
    }
}
