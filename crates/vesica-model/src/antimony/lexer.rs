//! Text becomes tokens with places.

/// Bytes `start..end` of the text that is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub start: u32,
    pub end: u32,
}

impl Place {
    /// From the start of this to the end of the other.
    pub fn to(self, last: Place) -> Place {
        Place { start: self.start, end: last.end.max(self.start) }
    }
}

/// What a token is. Its text is the text at its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Name,
    Number(f64),
    /// `"..."` or ```` ```...``` ````, with its quotes.
    Text,
    /// One of [`SIGNS`].
    Sign(&'static str),
    Newline,
    End,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub kind: Kind,
    pub place: Place,
}

/// Something in the text that is no token.
pub(crate) struct Fault {
    pub place: Place,
    pub message: String,
    pub help: &'static str,
}

/// All signs, longest first, so that the first match is the right one.
const SIGNS: [&str; 33] = [
    "->", "=>", ":=", "==", "!=", "<>", "<=", ">=", "&&", "||", "(", ")", "[", "]", "{", "}", "+", "-", "*", "/", "^",
    "%", "!", "<", ">", "=", ",", ";", ":", ".", "'", "$", "|",
];

/// All tokens of a text, ended by one `End`; what is no token is left out and reported.
pub(crate) fn tokens(text: &str) -> (Vec<Token>, Vec<Fault>) {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, tokens: Vec::new(), faults: Vec::new() };
    if text.starts_with('\u{feff}') {
        lexer.at = '\u{feff}'.len_utf8();
    }
    while lexer.at < lexer.bytes.len() {
        lexer.step();
    }
    lexer.push(Kind::End, lexer.at);
    (lexer.tokens, lexer.faults)
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    tokens: Vec<Token>,
    faults: Vec<Fault>,
}

impl Lexer<'_> {
    fn step(&mut self) {
        let start = self.at;
        let rest = &self.bytes[start..];
        match rest[0] {
            b'\n' | b'\r' => {
                self.at += 1;
                self.push(Kind::Newline, start);
            }
            byte if byte.is_ascii_whitespace() => self.at += 1,
            // A backslash before the end of a line joins it with the next.
            b'\\' if matches!(rest.get(1), Some(b'\n' | b'\r')) => {
                self.at += if rest.starts_with(b"\\\r\n") { 3 } else { 2 };
            }
            b'#' => self.skip_line(),
            b'/' if rest.starts_with(b"//") => self.skip_line(),
            b'/' if rest.starts_with(b"/*") => self.skip_block(),
            b'"' => self.quoted("\""),
            b'`' if rest.starts_with(b"```") => self.quoted("```"),
            byte if byte.is_ascii_alphabetic() || byte == b'_' => self.name(),
            byte if byte.is_ascii_digit() => self.number(),
            b'.' if rest.get(1).is_some_and(u8::is_ascii_digit) => self.number(),
            _ => self.sign(),
        }
    }

    fn push(&mut self, kind: Kind, start: usize) {
        let place = self.place(start);
        self.tokens.push(Token { kind, place });
    }

    fn place(&self, start: usize) -> Place {
        Place { start: start as u32, end: self.at as u32 }
    }

    fn fault(&mut self, start: usize, message: impl Into<String>, help: &'static str) {
        let place = self.place(start);
        self.faults.push(Fault { place, message: message.into(), help });
    }

    fn skip_line(&mut self) {
        while self.at < self.bytes.len() && !matches!(self.bytes[self.at], b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn skip_block(&mut self) {
        let start = self.at;
        match self.text[start + 2..].find("*/") {
            Some(length) => self.at = start + 2 + length + 2,
            None => {
                self.at = start + 2;
                self.fault(start, "a comment that starts here has no end", "write `*/` where it ends");
                self.at = self.bytes.len();
            }
        }
    }

    fn quoted(&mut self, quote: &'static str) {
        let start = self.at;
        let inside = start + quote.len();
        let end = self.text[inside..].find(quote).map(|length| inside + length);
        // A text in single quotes of one line ends at the line, so that one missing quote spoils one line only.
        let line_end = self.text[inside..].find(['\n', '\r']).map(|length| inside + length);
        match (end, line_end) {
            (Some(end), line_end) if quote.len() == 3 || line_end.is_none_or(|line| end < line) => {
                self.at = end + quote.len();
                self.push(Kind::Text, start);
            }
            (_, line_end) => {
                self.at = line_end.unwrap_or(self.bytes.len());
                self.fault(start, "a text in quotes that starts here has no end", "close the quotes");
            }
        }
    }

    fn name(&mut self) {
        let start = self.at;
        while self.at < self.bytes.len() && (self.bytes[self.at].is_ascii_alphanumeric() || self.bytes[self.at] == b'_')
        {
            self.at += 1;
        }
        self.push(Kind::Name, start);
    }

    fn number(&mut self) {
        let start = self.at;
        self.digits();
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits();
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            let sign = usize::from(matches!(self.bytes.get(self.at + 1), Some(b'+' | b'-')));
            if self.bytes.get(self.at + 1 + sign).is_some_and(u8::is_ascii_digit) {
                self.at += 1 + sign;
                self.digits();
            }
        }
        let text = &self.text[start..self.at];
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => self.push(Kind::Number(value), start),
            _ => {
                let message = format!("`{}` is too large for a number", shortened(text));
                self.fault(start, message, "the largest number is 1.8e308; write `infinity` if you mean that");
                self.push(Kind::Number(f64::INFINITY), start);
            }
        }
    }

    fn digits(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }

    fn sign(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            self.at += sign.len();
            self.push(Kind::Sign(sign), start);
            return;
        }
        let strange = rest.chars().next().unwrap_or(' ');
        self.at += strange.len_utf8();
        // One finding for a run of them: a binary file is one mistake, not a million.
        if self
            .faults
            .last()
            .is_some_and(|last| last.place.end as usize == start && last.message.starts_with("the sign"))
        {
            let end = self.at as u32;
            if let Some(last) = self.faults.last_mut() {
                last.place.end = end;
            }
        } else {
            let help = match strange {
                '\u{2212}' | '\u{2013}' | '\u{2014}' => "write a plain minus: `-`",
                '\u{b7}' | '\u{d7}' | '\u{22c5}' => "write a star for a product: `*`",
                '\u{201c}' | '\u{201d}' => "write plain quotes: `\"`",
                _ => "names have letters of the English alphabet, digits and `_`; comments start with `//`",
            };
            self.fault(start, format!("the sign `{}` means nothing in Antimony", strange.escape_debug()), help);
        }
    }
}

/// The start of a text that may be very long.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        tokens(text).0.into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn numbers_names_and_signs() {
        use Kind::{End, Name, Newline, Number, Sign};
        assert_eq!(kinds("2A"), [Number(2.0), Name, End]);
        assert_eq!(kinds("1e-3 .5 3. 1e"), [Number(1e-3), Number(0.5), Number(3.0), Number(1.0), Name, End]);
        assert_eq!(kinds("a:=b'//c\n"), [Name, Sign(":="), Name, Sign("'"), Newline, End]);
        assert_eq!(kinds("A->B"), [Name, Sign("->"), Name, End]);
        assert_eq!(kinds("\u{feff}a /* b\n */ c"), [Name, Name, End]);
    }

    #[test]
    fn a_run_of_strange_signs_is_one_finding() {
        let (_, faults) = tokens("k = ♥♥♥♥; \"open\nA");
        assert_eq!(faults.len(), 2);
        assert_eq!((faults[0].place.start, faults[0].place.end), (4, 16));
    }
}
