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

/// The words of a command as [`typed`] wrote them.
pub fn split(command: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), None::<String>, false);
    let mut letters = command.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if is_quoted && letters.peek() == Some(&'"') => word.get_or_insert_default().extend(letters.next()),
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            ' ' if !is_quoted => words.extend(word.take()),
            letter => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
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
    fn what_was_typed_is_read_again() {
        for words in [vec!["vesica", "sweep", "my file.toml", "a=0, 1 uM", "--arm", "say \"no\""], vec!["", "x"]] {
            let command = words.iter().map(|word| typed(Path::new(word))).collect::<Vec<_>>().join(" ");
            assert_eq!(split(&command), words, "{command}");
        }
    }

    #[test]
    fn what_is_printed_can_be_typed() {
        assert_eq!(typed(Path::new("my.toml")), "my.toml");
        assert_eq!(typed(Path::new("my file.toml")), "\"my file.toml\"");
        assert_eq!((counted(1, "world"), counted(2, "world")), ("1 world".to_owned(), "2 worlds".to_owned()));
    }
}
