//! Every code of an error, a warning or a fault is registered once, says what it means, and is used.

use std::collections::BTreeSet;

use vesica_model::codes::CODES;

use crate::source::{crates, sources};

#[test]
fn codes_are_sorted_and_explained() {
    assert!(CODES.is_sorted_by(|one, next| one.code < next.code), "in order, none twice");
    for code in CODES {
        assert!(is_code(code.code), "{}", code.code);
        assert!(!code.title.is_empty() && !code.title.ends_with('.'), "title of {}", code.code);
        assert!(code.text.trim().ends_with('.') && code.text.len() > code.title.len() / 2, "text of {}", code.code);
    }
}

#[test]
fn codes_in_use_are_the_registered_ones() {
    let registered: BTreeSet<String> = CODES.iter().map(|code| code.code.to_owned()).collect();
    let used: BTreeSet<String> = crates()
        .iter()
        .flat_map(|name| sources(name))
        .filter(|source| !source.path.ends_with("vesica-model/src/codes.rs"))
        .flat_map(|source| source.literals)
        .map(|(_, literal)| literal)
        .filter(|literal| is_code(literal))
        .collect();
    assert_eq!(used.difference(&registered).collect::<Vec<_>>(), [""; 0], "not in crates/vesica-model/src/codes.rs");
    assert_eq!(registered.difference(&used).collect::<Vec<_>>(), [""; 0], "registered and never reported");
}

fn is_code(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|letter| "EWX".contains(letter))
        && text.len() == 3
        && letters.all(|d| d.is_ascii_digit())
}
