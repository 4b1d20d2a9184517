//! What a file becomes: a text to paste into a scenario, and the same as JSON.

use serde_json::Value;
use vesica_model::Diagnostic;

/// The result of a conversion.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pasted {
    /// TOML with comments, to paste into a scenario. What cannot be known from the file stands in comments.
    pub toml: String,
    /// The same numbers for programs.
    pub json: Value,
    /// What was found on the way.
    pub findings: Vec<Diagnostic>,
}

/// Lines of a TOML text.
#[derive(Default)]
pub(crate) struct Lines(String);

impl Lines {
    /// A comment; what stands in it cannot end it.
    pub fn comment(&mut self, text: &str) -> &mut Self {
        for line in text.lines() {
            self.0.push_str("# ");
            self.0.extend(line.chars().map(|letter| if letter.is_control() { ' ' } else { letter }));
            self.0.push('\n');
        }
        self
    }

    /// A line as it is.
    pub fn line(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self.0.push('\n');
        self
    }

    /// `key = "value"`, with a remark behind it.
    pub fn text(&mut self, key: &str, value: &str, remark: &str) -> &mut Self {
        let line = format!("{key} = {}", quoted(value));
        let remark = if remark.is_empty() {
            String::new()
        } else {
            format!("{:<1$}# {remark}", "", 44_usize.saturating_sub(line.chars().count()).max(2))
        };
        self.line(&format!("{line}{remark}"))
    }

    pub fn finish(&mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

/// A text in quotes, as TOML has it.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            control if control.is_control() => quoted.push(' '),
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

/// A name as a key of TOML: bare where it can be.
pub(crate) fn key(name: &str) -> String {
    let is_bare =
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
    if is_bare { name.to_owned() } else { quoted(name) }
}

/// `1 video`, `5 videos`.
pub(crate) fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}
