//! `references.bib`: where every number and every claim was read.

use std::collections::{BTreeMap, BTreeSet};

use vesica_model::{Diagnostic, Span};

/// Name of the file, inside `biology/`.
pub(super) const FILE: &str = "references.bib";

/// An entry of `references.bib`.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Key.
    pub key: String,
    /// Title.
    pub title: String,
    /// The whole entry, as written.
    pub text: String,
}

impl Reference {
    /// A field of the entry (`pmid`, `doi`, `author`, `note`); empty when it is not there.
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// assert_eq!(knowledge.references["zhang2020"].field("pmid"), "32106859");
    /// ```
    pub fn field(&self, name: &str) -> String {
        fields(&self.text).find(|(key, _)| key.eq_ignore_ascii_case(name)).map_or(String::new(), |(_, value)| value)
    }
}

/// Entries of a BibTeX file whose entries begin with `@` at the start of a line and whose fields have a line each.
/// An entry that is torn or stands twice is reported with its line; the others are read all the same.
pub(super) fn read(text: &str, problems: &mut Vec<Diagnostic>) -> BTreeMap<String, Reference> {
    let mut references = BTreeMap::new();
    let mut first_lines = BTreeMap::new();
    let mut report = |start: usize, message: String, help: &str| {
        let line = text[start..].lines().next().unwrap_or("");
        let span = Span { file: format!("biology/{FILE}"), start, end: start + line.trim_end().len() };
        problems.push(Diagnostic::error("E71", message).at(span).help(help));
    };
    let starts: Vec<usize> = starts(text);
    stray(&text[..starts.first().copied().unwrap_or(text.len())], 0, "", &mut report);
    for (index, start) in starts.iter().enumerate() {
        let block = &text[*start..starts.get(index + 1).copied().unwrap_or(text.len())];
        let Some(key) = key(block) else {
            report(
                *start,
                "an entry without a key".to_owned(),
                "write `@article{key2020,`, then a line for each field",
            );
            continue;
        };
        match end(block) {
            Some(end) => stray(&block[end..], start + end, key, &mut report),
            None => report(
                *start,
                format!("the entry `{key}` is torn: it has more `{{` than `}}`"),
                "close its fields with `},` and the entry with `}` on a line of its own; a merge line by line can lose them",
            ),
        }
        for name in doubled_fields(block) {
            report(
                *start,
                format!("the entry `{key}` has two fields `{name}`"),
                "keep one: two entries may have run into each other",
            );
        }
        let line = text[..*start].matches('\n').count() + 1;
        if let Some(first) = first_lines.get(key) {
            report(
                *start,
                format!("the entry `{key}` stands twice, first in line {first}"),
                "keep one of them, with the note that says how far it was read",
            );
            continue;
        }
        first_lines.insert(key.to_owned(), line);
        let text = &block[..end(block).unwrap_or(block.len())];
        let mut reference = Reference { key: key.to_owned(), title: String::new(), text: text.trim().to_owned() };
        reference.title = reference.field("title");
        references.insert(reference.key.clone(), reference);
    }
    references
}

/// Where lines begin with `@`.
fn starts(text: &str) -> Vec<usize> {
    text.match_indices('@').map(|(at, _)| at).filter(|at| *at == 0 || text.as_bytes()[at - 1] == b'\n').collect()
}

/// `@article{zhang2020,` -> `zhang2020`
fn key(block: &str) -> Option<&str> {
    let (_, rest) = block.lines().next()?.split_once('{')?;
    rest.split_once(',').map(|(key, _)| key.trim()).filter(|key| !key.is_empty())
}

/// One past the brace that closes the entry; `None` when nothing does.
fn end(block: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in block.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth <= 1 => return Some(at + 1),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Text outside of entries: the rest of one that was torn, unless it is a comment.
fn stray(text: &str, start: usize, before: &str, report: &mut impl FnMut(usize, String, &str)) {
    let mut at = start;
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() && !line.starts_with('%') {
            let after = if before.is_empty() { String::new() } else { format!(" after `{before}`") };
            report(
                at,
                format!("`{}` belongs to no entry{after}", line.trim()),
                "an entry begins with `@` and ends with `}`; a comment begins with `%`",
            );
            // the rest is of the same piece
            return;
        }
        at += line.len();
    }
}

/// Names and values of the fields, in order: `  title = {..},`. Braces only protect letter case.
fn fields(entry: &str) -> impl Iterator<Item = (&str, String)> {
    entry.lines().skip(1).filter_map(|line| {
        let (name, value) = line.split_once('=')?;
        let value = value.trim().trim_end_matches(',').trim_matches('"').replace(['{', '}'], "");
        Some((name.trim(), value)).filter(|(name, _)| name.bytes().all(|letter| letter.is_ascii_alphabetic()))
    })
}

fn doubled_fields(block: &str) -> BTreeSet<&str> {
    let mut seen = BTreeSet::new();
    fields(block).map(|(name, _)| name).filter(|name| !seen.insert(*name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "% comment\n\n@article{a2020,\n  title = {{A} title = a word},\n  note = {abstract},\n}\n\n@misc{b2021,\n  title = {B},\n  note = {table},\n}\n";

    /// Line and message of each problem, and the keys that were read.
    fn found(text: &str) -> (Vec<(usize, String)>, Vec<String>) {
        let mut problems = Vec::new();
        let references = read(text, &mut problems);
        let told = problems.iter().map(|problem| {
            let span = problem.span.as_ref().expect("a place");
            assert!(problem.code == "E71" && span.file == "biology/references.bib" && !problem.help.is_empty());
            (text[..span.start].matches('\n').count() + 1, problem.message.clone())
        });
        (told.collect(), references.into_keys().collect())
    }

    #[test]
    fn whole_entries_are_read() {
        assert_eq!(found(GOOD), (vec![], vec!["a2020".to_owned(), "b2021".to_owned()]));
        let references = read(GOOD, &mut Vec::new());
        assert_eq!(
            (references["a2020"].title.as_str(), references["b2021"].field("NOTE")),
            ("A title = a word", "table".to_owned())
        );
        assert_eq!(references["a2020"].field("doi"), "");
    }

    #[test]
    fn an_entry_that_stands_twice_is_named_and_the_first_is_kept() {
        let text = format!("{GOOD}\n@book{{a2020,\n  title = {{another}},\n}}\n");
        let (problems, keys) = found(&text);
        assert_eq!(problems, [(13, "the entry `a2020` stands twice, first in line 3".to_owned())]);
        assert_eq!(keys.len(), 2);
        assert!(read(&text, &mut Vec::new())["a2020"].text.starts_with("@article"));
    }

    /// What a merge line by line did: the last brace of one entry gone, or the lines of one inside the other.
    #[test]
    fn a_torn_entry_is_named_and_the_others_are_read() {
        let (problems, keys) = found(&GOOD.replacen("{abstract},\n}\n", "{abstract},\n", 1));
        assert_eq!(problems, [(3, "the entry `a2020` is torn: it has more `{` than `}`".to_owned())]);
        assert_eq!(keys.len(), 2);
        let (problems, keys) = found(&GOOD.replacen("}\n\n@misc", "}\n  year = {2020},\n}\n\n@misc", 1));
        assert_eq!(problems, [(7, "`year = {2020},` belongs to no entry after `a2020`".to_owned())]);
        assert_eq!(keys.len(), 2);
        let (problems, _) =
            found(&GOOD.replacen("  note = {abstract},\n", "  note = {abstract},\n  note = {table},\n", 1));
        assert_eq!(problems, [(3, "the entry `a2020` has two fields `note`".to_owned())]);
        let (problems, _) = found(&GOOD.replacen("% comment", "comment", 1));
        assert_eq!(problems, [(1, "`comment` belongs to no entry".to_owned())]);
        let (problems, keys) = found(&GOOD.replacen("@article{a2020,", "@article{", 1));
        assert_eq!(problems, [(3, "an entry without a key".to_owned())]);
        assert_eq!(keys, ["b2021"]);
    }
}
