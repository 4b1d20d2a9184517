//! Words for people: lines that fit the terminal, what can be typed again, counted nouns.

use std::path::Path;

use crate::terminal::{Terminal, safe, width};

/// Columns of a label at the start of a line: `Answer   `, `against  `.
pub const LABEL: usize = 9;

/// Lines of at most `columns`, broken at spaces. A longer word (a path) keeps its line, so that it can be copied.
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && width(&line) + 1 + width(word) > columns {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// A label, then the text, wrapped beside it; control characters of names are made visible.
pub fn labelled(label: &str, text: &str, terminal: &Terminal, mark: fn(&Terminal, &str) -> String) -> String {
    let mut shown = String::new();
    for (index, line) in wrapped(&safe(text), terminal.width.saturating_sub(LABEL)).iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        shown.push_str(&format!("{label:<LABEL$}{}\n", mark(terminal, line)));
    }
    shown
}

/// No mark at all.
pub fn plain(_: &Terminal, text: &str) -> String {
    text.to_owned()
}

/// A path as it is typed into a shell: in quotes where it holds a space or a sign.
pub fn typed(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |letter: char| letter.is_alphanumeric() || "._-/\\:+,@%=~".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) { text } else { format!("\"{}\"", text.replace('"', "\\\"")) }
}

/// `1 world`, `64 worlds`.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_long_words_stay_whole() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("a /very/long/path b", 6), ["a", "/very/long/path", "b"]);
        assert_eq!(wrapped("", 5), [""]);
        let shown = labelled("Answer", "It depends on a\u{1b}[2J", &Terminal::plain(20), plain);
        assert_eq!(shown, "Answer   It depends\n         on a␛[2J\n");
    }

    #[test]
    fn what_is_printed_can_be_typed() {
        assert_eq!(typed(Path::new("my.toml")), "my.toml");
        assert_eq!(typed(Path::new("my file.toml")), "\"my file.toml\"");
        assert_eq!((counted(1, "world"), counted(2, "world")), ("1 world".to_owned(), "2 worlds".to_owned()));
    }
}
