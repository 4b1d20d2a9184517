//! Letters on a terminal: how wide they are, which may pass, what stands for them in ASCII.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that `text` takes: 2 for wide letters, 0 for combining ones.
///
/// ```
/// assert_eq!(vesica::terminal::width("細胞 a"), 6);
/// ```
pub fn width(text: &str) -> usize {
    text.width()
}

/// Text of a user, made safe to print: a control character becomes the picture of it (`␛`), a tab spaces,
/// a mark that turns the writing direction `�`. Nothing typed into a file can then move the cursor, clear the screen
/// or show another order of letters than is there.
///
/// ```
/// assert_eq!(vesica::terminal::safe("a\u{1b}[2Jb"), "a␛[2Jb");
/// ```
pub fn safe(text: &str) -> String {
    text.chars().map(safe_letter).collect()
}

fn safe_letter(letter: char) -> char {
    match letter {
        '\t' => ' ',
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + letter as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '␡',
        '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => '\u{fffd}',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        other => other,
    }
}

/// The text in at most `columns` columns: its middle goes first, because names differ at their ends.
///
/// ```
/// assert_eq!(vesica::terminal::cut_middle("erastin + anti-miR-522-3p", 13), "erasti…522-3p");
/// ```
pub fn cut_middle(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_string();
    }
    if columns == 0 {
        return String::new();
    }
    let after = (columns - 1) / 2;
    let head = take_columns(text.chars(), columns - 1 - after);
    let tail: String = take_columns(text.chars().rev(), after).chars().rev().collect();
    format!("{head}…{tail}")
}

/// The beginning of a sentence, as much as fits: where the middle of a name can go, the beginning of prose cannot.
///
/// ```
/// assert_eq!(vesica::terminal::cut_end("blocks the proton pump", 14), "blocks the pr…");
/// ```
pub fn cut_end(text: &str, columns: usize) -> String {
    if width(text) <= columns || columns == 0 {
        return take_columns(text.chars(), columns);
    }
    format!("{}…", take_columns(text.chars(), columns - 1).trim_end())
}

/// The letters that fit into `columns`, in the order given.
pub(crate) fn take_columns(letters: impl Iterator<Item = char>, columns: usize) -> String {
    let mut used = 0;
    letters
        .take_while(|letter| {
            used += letter.width().unwrap_or(0);
            used <= columns
        })
        .collect()
}

/// The same text for an output without UTF-8. Our glyphs and signs have a stand-in; letters of a user become `?`.
///
/// ```
/// assert_eq!(vesica::terminal::to_ascii("● 5 µM → ÷ 7.1"), "* 5 uM -> / 7.1");
/// ```
pub fn to_ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match stand_in(letter) {
            Some(known) => plain.push_str(known),
            None if letter.is_ascii() => plain.push(letter),
            None => plain.push('?'),
        }
    }
    plain
}

fn stand_in(letter: char) -> Option<&'static str> {
    Some(match letter {
        '●' => "*",
        '◐' => "%",
        '○' => "o",
        '✓' => "ok",
        '█' | '▉' | '▊' | '▋' | '▌' | '▍' | '▎' | '▏' => "#",
        '━' => "=",
        '─' => "-",
        '╭' | '╰' => "+",
        '│' => "|",
        '→' => "->",
        '⊣' => "-|",
        '…' => "...",
        '–' | '—' | '−' => "-",
        '×' => "x",
        '÷' => "/",
        '±' => "+-",
        '≤' => "<=",
        '≥' => ">=",
        'µ' | 'μ' => "u",
        '·' => "*",
        '°' => " deg",
        '²' => "^2",
        '³' => "^3",
        '⁻' => "^-",
        '\u{a0}' | '\u{2009}' | '\u{202f}' => " ",
        '“' | '”' => "\"",
        '‘' | '’' => "'",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_never_passes_the_width() {
        for columns in 0..30 {
            for text in ["erastin + anti-miR-522-3p", "細胞外小胞による細胞死", "e\u{301}e\u{301}e\u{301}", ""]
            {
                assert!(width(&cut_middle(text, columns)) <= columns, "{text} in {columns}");
                assert!(width(&cut_end(text, columns)) <= columns, "{text} in {columns}");
            }
        }
        assert_eq!(cut_middle("erastin", 7), "erastin");
        assert_eq!(cut_middle("erastin", 1), "…");
    }

    #[test]
    fn nothing_that_moves_the_cursor_passes() {
        let shown = safe("\u{0}\u{7}\u{8}\u{1b}\u{7f}\u{9b}\r\n\u{202e}");
        assert!(shown.chars().all(|letter| !letter.is_control() && letter != '\u{202e}'), "{shown:?}");
        assert_eq!(safe("µM, 細胞"), "µM, 細胞");
    }

    #[test]
    fn ascii_has_only_ascii() {
        assert!(to_ascii("細 ● ▌ 5 ± 1 °C … ⇒").is_ascii());
        assert_eq!(to_ascii("╭─ my.toml:31"), "+- my.toml:31");
    }
}
