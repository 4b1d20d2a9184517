//! What was found wrong in a file: all of it, but of each kind of slip at most twenty places.

use std::collections::BTreeMap;

use vesica_model::{Diagnostic, Span};

/// Places of one code that are shown; the others are counted.
const SHOWN: usize = 20;

/// Findings while a file is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Diagnostic>,
    counts: BTreeMap<&'static str, usize>,
}

impl Findings {
    /// One more finding, at a place.
    pub fn push(&mut self, code: &'static str, message: impl Into<String>, span: Span, help: impl Into<String>) {
        self.add(Diagnostic::error(code, message).at(span).help(help));
    }

    /// One more finding.
    pub fn add(&mut self, found: Diagnostic) {
        let count = self.counts.entry(found.code).or_default();
        *count += 1;
        if *count <= SHOWN {
            self.list.push(found);
        }
    }

    /// All of them, with the number of those that are not shown.
    pub fn finish(self) -> Vec<Diagnostic> {
        let mut list = self.list;
        for (code, count) in self.counts.into_iter().filter(|(_, count)| *count > SHOWN) {
            let more = count - SHOWN;
            list.push(Diagnostic::error(code, format!("{more} more like this")).help("the first twenty are shown"));
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_slips_the_first_are_shown_and_the_others_counted() {
        let mut findings = Findings::default();
        for start in 0..500 {
            findings.push("W81", "no number", Span { file: "a".into(), start, end: start + 1 }, "mend it");
        }
        let found = findings.finish();
        assert_eq!(found.len(), SHOWN + 1);
        assert_eq!(found[SHOWN].message, "480 more like this");
    }
}
