//! A finding about something that the user wrote.

/// A place in a text that was read: bytes `start..end` of `file`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Name of the text as the user knows it (a path, or a name like `biology/drugs.tsv`).
    pub file: String,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The user's input cannot be used (code `E..`).
    Error,
    /// The input is used; the user should know something (code `W..`).
    Warning,
    /// vesica itself failed (code `X..`).
    Fault,
}

/// A finding, with code, place, reason and fix. Messages are lower case, without a full stop,
/// with literals in backticks or double quotes.
///
/// ```
/// use vesica_model::{Diagnostic, Severity};
/// let found = Diagnostic::error("E15", "no species `GPX` in this module").help("did you mean `GPX4`?");
/// assert_eq!(found.severity(), Severity::Error);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A code of [`crate::codes`], for example `E15`.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// Where; `None` when the place is not a place in a text (a missing file).
    pub span: Option<Span>,
    /// A few words beside the marked text: why this is wrong there. May be empty.
    pub label: String,
    /// What to type or to do. May be empty; may have several lines.
    pub help: String,
}

impl Diagnostic {
    /// A finding without place, label and help.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span: None, label: String::new(), help: String::new() }
    }

    /// The same finding, at a place.
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// The same finding, with a few words beside the marked text.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The same finding, with its fix.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Told by the first letter of the code.
    pub fn severity(&self) -> Severity {
        match self.code.as_bytes()[0] {
            b'W' => Severity::Warning,
            b'X' => Severity::Fault,
            _ => Severity::Error,
        }
    }
}

/// The candidate that is nearest to a mistyped name, `None` when none is near (more than a third of its letters differ).
///
/// Distance: Damerau-Levenshtein, without regard to case. The first of equally near candidates wins.
///
/// ```
/// let near = vesica_model::diagnostic::nearest("erastine", ["rsl3", "erastin"]);
/// assert_eq!(near, Some("erastin"));
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = name.to_lowercase();
    let length = folded.chars().count();
    let limit = length / 3;
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        // Names of very different length can not be near; skipping them keeps a search through thousands cheap.
        if candidate.chars().count().abs_diff(length) > limit {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&folded, &candidate.to_lowercase());
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}
