//! From bytes to file, line and column.

use std::collections::BTreeMap;

use vesica_model::Span;

/// The texts that spans point into, by the name that the spans use.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    texts: BTreeMap<String, String>,
}

/// Where a finding is, as a person counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Name of the text.
    pub file: String,
    /// From 1; 0 when the text is not known.
    pub line: usize,
    /// From 1, in letters; 0 when the text is not known.
    pub column: usize,
    /// The line itself, without its end.
    pub text: String,
    /// Marked bytes of [`Place::text`].
    pub marked: std::ops::Range<usize>,
}

impl Sources {
    /// Adds one text.
    pub fn add(&mut self, file: impl Into<String>, text: impl Into<String>) {
        self.texts.insert(file.into(), text.into());
    }

    /// One text, from its name.
    pub fn get(&self, file: &str) -> Option<&str> {
        self.texts.get(file).map(String::as_str)
    }

    /// The place of a span. A span over several lines is marked on its first; one beyond the text at its end.
    pub fn place(&self, span: &Span) -> Place {
        let Some(text) = self.get(&span.file) else {
            return Place { file: span.file.clone(), line: 0, column: 0, text: String::new(), marked: 0..0 };
        };
        let start = boundary(text, span.start);
        let end = boundary(text, span.end.max(span.start));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[line_start..line_end].trim_end_matches('\r').trim_start_matches('\u{feff}');
        let offset = text[line_start..].find(line).unwrap_or(0) + line_start;
        let within = |at: usize| at.saturating_sub(offset).min(line.len());
        Place {
            file: span.file.clone(),
            line: text[..line_start].matches('\n').count() + 1,
            column: line[..within(start)].chars().count() + 1,
            text: line.to_string(),
            marked: within(start)..within(end),
        }
    }
}

/// The nearest place between two letters, at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
