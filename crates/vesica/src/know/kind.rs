//! Kinds of things that are known, in the order in which they are shown.

/// A kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Code,
    Axis,
    Statement,
    Mirna,
    Drug,
    Gene,
    Molecule,
    Cell,
    Line,
    Disease,
    Fluid,
    Instrument,
    Link,
    Mechanism,
    Number,
    Claim,
    Experiment,
    Reference,
    Example,
}

/// Words by which a kind is asked for (as [`super::fold`] spells them), the first of them to type in the plural.
const WORDS: [(Kind, &str, &[&str]); 19] = [
    (Kind::Code, "codes", &["code", "error"]),
    (Kind::Axis, "axes", &["axis", "axe", "axes"]),
    (Kind::Statement, "statements", &["statement"]),
    (Kind::Mirna, "mirnas", &["mirna", "microrna"]),
    (Kind::Drug, "drugs", &["drug"]),
    (Kind::Gene, "genes", &["gene"]),
    (Kind::Molecule, "molecules", &["molecule", "cargo"]),
    (Kind::Cell, "cells", &["cell"]),
    (Kind::Line, "lines", &["line"]),
    (Kind::Disease, "diseases", &["disease"]),
    (Kind::Fluid, "fluids", &["fluid"]),
    (Kind::Instrument, "instruments", &["instrument"]),
    (Kind::Link, "links", &["link"]),
    (Kind::Mechanism, "mechanisms", &["mechanism"]),
    (Kind::Number, "numbers", &["number", "parameter"]),
    (Kind::Claim, "claims", &["claim"]),
    (Kind::Experiment, "experiments", &["experiment"]),
    (Kind::Reference, "references", &["reference", "source", "paper"]),
    (Kind::Example, "examples", &["example"]),
];

impl Kind {
    /// The kind that a word asks for.
    pub fn meant(word: &str) -> Option<Self> {
        WORDS.iter().find(|(.., words)| words.contains(&word)).map(|(kind, ..)| *kind)
    }

    /// The word to type: `statements`.
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, word, _)| word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_as_it_is_spelled() {
        for (kind, word, _) in WORDS {
            let folded = super::super::fold::key(word);
            assert_eq!(Kind::meant(&folded), Some(kind), "{word} is spelled {folded}");
        }
    }
}
