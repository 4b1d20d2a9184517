//! The sources of a run, read from its BibTeX for people.

/// One entry: what is shown of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub key: String,
    /// `Author and others (2020). Title.`
    pub text: String,
    /// Identifiers in words: `doi 10.1/x`, `PMID 1`.
    pub ids: String,
}

/// Entries in the order of the file. What is no entry is passed over.
pub(super) fn references(bibtex: &str) -> Vec<Reference> {
    let mut out = Vec::new();
    let mut rest = bibtex;
    while let Some(at) = rest.find('@') {
        rest = &rest[at + 1..];
        let Some((kind, after)) = rest.split_once('{') else { break };
        let (body, next) = braced(after);
        rest = next;
        if kind.chars().all(char::is_alphabetic) && !kind.eq_ignore_ascii_case("comment") {
            out.push(reference(body));
        }
    }
    out
}

/// Text up to the brace that closes it, and what follows.
fn braced(text: &str) -> (&str, &str) {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (&text[..at], &text[at + 1..]);
        }
    }
    (text, "")
}

fn reference(body: &str) -> Reference {
    let (key, fields) = body.split_once(',').unwrap_or((body, ""));
    let get = |name: &str| field(fields, name).unwrap_or_default();
    let authors: Vec<String> = get("author").split(" and ").map(|author| author.trim().to_owned()).collect();
    let author = match &authors[..] {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [one, ..] => format!("{one} and others"),
    };
    let year = get("year");
    let year = if year.is_empty() { year } else { format!("({year})") };
    let journal = get("journal");
    let head = [author, year].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let parts = [head, get("title"), journal];
    let text = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(". ");
    let ids = [("doi", "doi"), ("pmid", "PMID"), ("pmcid", "PMC"), ("url", "")];
    let ids = ids.map(|(name, word)| (word, get(name))).into_iter().filter(|(_, id)| !id.is_empty());
    let ids: Vec<String> = ids.map(|(word, id)| format!("{word} {id}").trim().to_owned()).collect();
    Reference { key: key.trim().to_owned(), text, ids: ids.join(" · ") }
}

/// Value of `name = {value}`, `name = "value"` or `name = value`, without inner braces.
fn field(fields: &str, name: &str) -> Option<String> {
    let mut rest = fields;
    loop {
        let (left, right) = rest.split_once('=')?;
        let found = left.rsplit([',', '\n', ' ', '\t']).map(str::trim).find(|word| !word.is_empty())?;
        let right = right.trim_start();
        let (value, next) = if let Some(inside) = right.strip_prefix('{') {
            braced(inside)
        } else if let Some(inside) = right.strip_prefix('"') {
            inside.split_once('"').unwrap_or((inside, ""))
        } else {
            right.split_once(',').unwrap_or((right, ""))
        };
        if found.eq_ignore_ascii_case(name) {
            let flat: Vec<&str> = value.split_whitespace().collect();
            return Some(flat.join(" ").replace(['{', '}'], ""));
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_becomes_a_line() {
        let bibtex = "% note\n@article{key1,\n title = {A {Title}, with comma},\n author = {One, A. and Two, B. and Three, C.},\n year = 2020,\n journal = \"J\",\n doi = {10.1/x}\n}\n@misc{key2}";
        let read = references(bibtex);
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].text, "One, A. and others (2020). A Title, with comma. J");
        assert_eq!((read[0].ids.as_str(), read[1].key.as_str()), ("doi 10.1/x", "key2"));
    }

    #[test]
    fn damaged_text_is_passed_over() {
        assert!(references("@").is_empty());
        assert!(references("no entry, a@b.c").is_empty());
        assert_eq!(references("@article{open, title = {never").len(), 1);
    }
}
