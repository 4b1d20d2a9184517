//! Which records meet a question, and how well.

use super::fold::key;
use super::kind::Kind;
use super::question::{Question, Term, Way};
use super::records::{Record, Records};

/// A record that meets all terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub kind: Kind,
    /// Its place in the list of its kind.
    pub at: usize,
    /// The more, the better; a whole name counts [`WHOLE_NAME`] for a term.
    pub score: u32,
}

/// A term that is the whole name of the thing.
pub(super) const WHOLE_NAME: u32 = 1000;

/// A word among its names, the beginning of one, a word of what is said of it, the beginning of one.
const WORTHS: [u32; 4] = [300, 200, 100, 60];

/// Everything that meets all terms, best first; what is equally good stays in the order of its table.
pub(super) fn find(records: &Records, question: &Question) -> Vec<Hit> {
    let asked = |record: &&Record| {
        question.only.is_none_or(|kind| kind == record.kind)
            && question.link.is_none_or(|link| record.links.contains(&link))
    };
    let mut hits: Vec<Hit> = records.records.iter().filter(asked).filter_map(|record| hit(record, question)).collect();
    hits.sort_by_key(|hit| std::cmp::Reverse(hit.score));
    hits
}

fn hit(record: &Record, question: &Question) -> Option<Hit> {
    let mut score = 0;
    for term in &question.terms {
        score += met(record, term)?;
    }
    Some(Hit { kind: record.kind, at: record.at, score })
}

/// Whether a record meets all terms.
pub(super) fn is_met_by(record: &Record, question: &Question) -> bool {
    hit(record, question).is_some()
}

/// How well a record meets a term; `None` when it does not.
fn met(record: &Record, term: &Term) -> Option<u32> {
    term.ways.iter().filter_map(|way| Some(met_by(record, way)? * way.worth / 100)).max()
}

fn met_by(record: &Record, way: &Way) -> Option<u32> {
    if record.keys.contains(&way.key) {
        return Some(WHOLE_NAME);
    }
    let worth = |word: &String| {
        let places = [(&record.names, WORTHS[0], WORTHS[1]), (&record.text, WORTHS[2], WORTHS[3])];
        places.into_iter().filter_map(|(text, whole, beginning)| in_text(text, word, whole, beginning)).max()
    };
    let mut least = u32::MAX;
    for word in &way.words {
        least = least.min(worth(word)?);
    }
    (!way.words.is_empty()).then_some(least)
}

/// Whether the word stands in a folded text, whole or as the beginning of a word. A number never goes on: `GPX` is
/// the beginning of `gpx4`, `ALOX1` is not that of `alox15`.
fn in_text(text: &str, word: &str, whole: u32, beginning: u32) -> Option<u32> {
    let mut found = None;
    for (at, _) in text.match_indices(word) {
        if !text[..at].ends_with(' ') {
            continue;
        }
        let rest = &text[at + word.len()..];
        if rest.starts_with(' ') {
            return Some(whole);
        }
        let goes_on =
            word.ends_with(|end: char| end.is_ascii_digit()) && rest.starts_with(|next: char| next.is_ascii_digit());
        if word.len() >= 3 && !goes_on {
            found = Some(beginning);
        }
    }
    found
}

/// The one name that a mistyped word can mean: one letter away, or two in a long word, with the same digits.
///
/// `names`: as they are written. `None` when there is none, or several that are equally near.
pub(super) fn corrected<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let word = key(word);
    let most = match word.len() {
        0..=4 => return None,
        5..=7 => 1,
        _ => 2,
    };
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (mut best, mut nearest): (Option<(&str, String)>, usize) = (None, most + 1);
    for name in names {
        let candidate = key(name);
        if candidate.len().abs_diff(word.len()) > most || digits(&candidate) != digits(&word) {
            continue;
        }
        let far = strsim::damerau_levenshtein(&word, &candidate);
        if far < nearest {
            (best, nearest) = (Some((name, candidate)), far);
        } else if far == nearest && best.as_ref().is_some_and(|(_, known)| *known != candidate) {
            best = None;
        }
    }
    best.filter(|_| nearest <= most).map(|(name, _)| name)
}

/// Whether a term is met by anything at all.
pub(super) fn is_met(records: &Records, term: &Term) -> bool {
    records.records.iter().any(|record| met(record, term).is_some())
}

/// By how many things a term is met.
pub(super) fn n_met(records: &Records, term: &Term) -> usize {
    records.records.iter().filter(|record| met(record, term).is_some()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_do_not_go_on_and_words_do() {
        let text = " alox15 ferroptosis mir522 mir522x3p ";
        assert_eq!(in_text(text, "alox15", 2, 1), Some(2));
        assert_eq!(in_text(text, "alox1", 2, 1), None);
        assert_eq!(in_text(text, "ferropt", 2, 1), Some(1));
        assert_eq!(in_text(text, "mir52", 2, 1), None);
        assert_eq!(in_text(text, "mir522", 2, 1), Some(2));
        assert_eq!(in_text(text, "roptosis", 2, 1), None);
    }

    #[test]
    fn a_slip_of_the_finger_is_read_and_another_number_is_not() {
        let names = ["kinesin", "ALPH15", "ALPH5", "salinomycin"];
        assert_eq!(corrected("kinesine", names.into_iter()), Some("kinesin"));
        assert_eq!(corrected("salinomicyn", names.into_iter()), Some("salinomycin"));
        assert_eq!(corrected("ALHP15", names.into_iter()), Some("ALPH15"));
        assert_eq!(corrected("ALPH51", names.into_iter()), None, "another number is another gene");
        assert_eq!(corrected("ab", names.into_iter()), None);
    }
}
