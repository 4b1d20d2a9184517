//! Rust sources as this test sees them: code apart from comments, texts and tests.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder that holds the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of the workspace as text.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Paths of all files below a folder of the workspace whose names end so, sorted.
pub fn files_below(folder: &str, end: &str) -> Vec<String> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return found };
    for entry in entries.map(|entry| entry.expect("a folder that can be listed")) {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            found.extend(files_below(&path, end));
        } else if path.ends_with(end) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The names of the libraries in `crates/`.
pub fn crates() -> Vec<String> {
    let entries = fs::read_dir(root().join("crates")).expect("crates/");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// What one source file says outside comments and tests.
pub struct Source {
    pub path: String,
    /// Code with every text taken out; lines stay lines.
    pub code: String,
    /// Contents of string literals, with the line each begins on.
    pub literals: Vec<(usize, String)>,
}

/// All sources of one crate that are no tests.
pub fn sources(name: &str) -> Vec<Source> {
    let paths = files_below(&format!("crates/{name}/src"), ".rs");
    paths.into_iter().filter(|path| !path.ends_with("/tests.rs")).map(|path| split(&read(&path), path)).collect()
}

/// Tests stand last in a file, behind `#[cfg(test)] mod tests {`.
fn split(text: &str, path: String) -> Source {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let letters: Vec<char> = text[..end].chars().collect();
    let (mut code, mut literals, mut at, mut line) = (String::new(), Vec::new(), 0, 1);
    while at < letters.len() {
        let (next, literal) = match letters[at] {
            '/' if letters.get(at + 1) == Some(&'/') => (find(&letters, at, |rest| rest[0] == '\n'), None),
            '/' if letters.get(at + 1) == Some(&'*') => {
                (find(&letters, at, |rest| rest.starts_with(&['*', '/'])) + 2, None)
            }
            '"' => {
                let close = end_of_text(&letters, at + 1);
                (close + 1, Some(letters[at + 1..close].iter().collect()))
            }
            'r' if raw_hashes(&letters, at).is_some() => raw(&letters, at),
            '\'' if letters.get(at + 1) == Some(&'\\') => (find(&letters, at + 3, |rest| rest[0] == '\'') + 1, None),
            '\'' if letters.get(at + 2) == Some(&'\'') => (at + 3, None),
            letter => {
                code.push(letter);
                (at + 1, None)
            }
        };
        let passed = &letters[at..next.min(letters.len())];
        let n_lines = passed.iter().filter(|letter| **letter == '\n').count();
        if passed.len() > 1 {
            code.push_str(&"\n".repeat(n_lines));
        }
        literals.extend(literal.map(|literal| (line, literal)));
        line += n_lines;
        at = next;
    }
    Source { path, code, literals }
}

fn find(letters: &[char], from: usize, is_end: impl Fn(&[char]) -> bool) -> usize {
    (from..letters.len()).find(|at| is_end(&letters[*at..])).unwrap_or(letters.len())
}

fn end_of_text(letters: &[char], mut at: usize) -> usize {
    while at < letters.len() && letters[at] != '"' {
        at += if letters[at] == '\\' { 2 } else { 1 };
    }
    at.min(letters.len())
}

/// Number of `#` when a raw text begins here.
fn raw_hashes(letters: &[char], at: usize) -> Option<usize> {
    let inside_a_name = at > 0 && (letters[at - 1].is_alphanumeric() || letters[at - 1] == '_');
    let hashes = letters[at + 1..].iter().take_while(|letter| **letter == '#').count();
    (!inside_a_name && letters.get(at + 1 + hashes) == Some(&'"')).then_some(hashes)
}

fn raw(letters: &[char], at: usize) -> (usize, Option<String>) {
    let hashes = raw_hashes(letters, at).unwrap_or_default();
    let start = at + hashes + 2;
    let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let end = find(letters, start, |rest| rest.starts_with(&close));
    (end + close.len(), Some(letters[start..end].iter().collect()))
}

#[test]
fn code_texts_and_comments_are_told_apart() {
    let text = "let a = \"one // \\\" two\"; // three\nlet b = r#\"four \"five\"\"#; /* six\n */ let c = 'x'; fn f<'a>() {}\n\
                #[cfg(test)]\nmod tests {\n let d = \"seven\"; }";
    let source = split(text, String::new());
    assert_eq!(source.literals, [(1, "one // \\\" two".to_owned()), (2, "four \"five\"".to_owned())]);
    assert_eq!(source.code, "let a = ; \nlet b = ; \n let c = ; fn f<'a>() {}\n");
}
