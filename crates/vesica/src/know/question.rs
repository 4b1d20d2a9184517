//! What is typed becomes terms; each term may be met in several ways, because things have several names.

use std::collections::HashMap;

use super::fold::{MirnaName, Word, key, key_of, words};
use super::kind::Kind;
use crate::knowledge::{Knowledge, LINKS, MirnaLookup};

/// A question, as it was understood.
#[derive(Clone, Debug, Default)]
pub(super) struct Question {
    /// Only this kind of thing is asked for.
    pub only: Option<Kind>,
    /// Only what belongs to this link.
    pub link: Option<&'static str>,
    /// All of them must be met.
    pub terms: Vec<Term>,
    /// What was read as something else, in words.
    pub notes: Vec<String>,
}

/// One thing that is looked for.
#[derive(Clone, Debug)]
pub(super) struct Term {
    /// As typed.
    pub typed: String,
    /// Ways to meet it.
    pub ways: Vec<Way>,
}

/// A name by which a term is met: all of its words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Way {
    /// The name without what separates its parts.
    pub key: String,
    /// Words that must stand in the text.
    pub words: Vec<String>,
    /// Worth, in percent.
    pub worth: u32,
}

/// Words that say nothing when others stand beside them.
pub(super) const FILLERS: [&str; 24] = [
    "in", "of", "the", "and", "with", "for", "by", "on", "to", "a", "an", "does", "do", "what", "which", "who", "how",
    "about", "from", "pmid", "doi", "at", "or", "wa",
];

/// Names that mean the same thing.
pub(super) struct Names {
    groups: Vec<Vec<String>>,
    by_key: HashMap<String, usize>,
}

/// The longest name that is looked for among the words of a question.
const LONGEST_NAME: usize = 6;

impl Names {
    /// Names and aliases of drugs, cells, and of whatever else has an `aliases` column.
    pub fn of(knowledge: &Knowledge) -> Self {
        let mut names = Self { groups: Vec::new(), by_key: HashMap::new() };
        for action in knowledge.drug_actions.iter().filter(|action| !action.name.contains('{')) {
            names.group(action.names());
        }
        for cell in knowledge.cells.values() {
            names.group(cell.names());
        }
        for action in &knowledge.gene_actions {
            names.group(std::iter::once(action.gene.as_str()).chain(action.aliases.iter().map(String::as_str)));
        }
        for table in ["molecules.tsv", "fluids.tsv"] {
            for row in knowledge.rows(table) {
                let aliases = row.get("aliases").map_or("", String::as_str).split(';');
                let first = ["name", "fluid"].iter().find_map(|column| row.get(*column));
                names.group(first.map(String::as_str).into_iter().chain(aliases));
            }
        }
        names
    }

    fn group<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        let names: Vec<String> = names.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let known = names.iter().find_map(|name| self.by_key.get(&key(name)).copied());
        let at = known.unwrap_or(self.groups.len());
        if at == self.groups.len() {
            self.groups.push(Vec::new());
        }
        for name in names {
            if self.by_key.insert(key(&name), at).is_none() {
                self.groups[at].push(name);
            }
        }
    }

    fn same_as(&self, key: &str) -> Option<&[String]> {
        self.by_key.get(key).map(|at| self.groups[*at].as_slice())
    }
}

/// Understands a question. `may_ask_kind`: whether its first word may be that of a kind (`drugs`, `cells`).
pub(super) fn understand(knowledge: &Knowledge, names: &Names, typed: &str, may_ask_kind: bool) -> Question {
    let mut question = Question::default();
    let mut words: Vec<Word> = words(typed);
    if words.len() > 1 && words[0].whole() == "link" {
        question.link = link_meant(&words[1].whole());
        words.drain(..if question.link.is_some() { 2 } else { 0 });
    }
    if let Some(first) = words.first()
        && let Some(kind) = Kind::meant(&first.whole())
        && question.link.is_none()
        && may_ask_kind
    {
        question.only = Some(kind);
        words.remove(0);
    }
    let mut at = 0;
    let is_filler = |word: &Word| FILLERS.contains(&word.whole().as_str());
    let n_meaning = words.iter().filter(|word| !is_filler(word)).count();
    while at < words.len() {
        let (term, taken) = term(knowledge, names, &words[at..], &mut question.notes);
        if taken > 1 || !is_filler(&words[at]) || n_meaning == 0 {
            question.terms.push(term);
        }
        at += taken;
    }
    question
}

/// The longest name that begins here, or the word itself.
fn term(knowledge: &Knowledge, names: &Names, words: &[Word], notes: &mut Vec<String>) -> (Term, usize) {
    for n in (2..=LONGEST_NAME.min(words.len())).rev() {
        let whole: String = words[..n].iter().map(key_of).collect();
        if let Some(same) = names.same_as(&whole) {
            let typed = words[..n].iter().map(|word| word.parts.join("-")).collect::<Vec<_>>().join(" ");
            let ways = with_others(vec![way(whole, &words[..n], 100)], same);
            return (Term { typed, ways }, n);
        }
    }
    let word = &words[0];
    if let Some(mirna) = &word.mirna {
        return (Term { typed: mirna.written(), ways: of_mirna(knowledge, mirna, notes) }, 1);
    }
    let whole = word.whole();
    let mut ways = vec![Way { key: whole.clone(), words: vec![whole.clone()], worth: 100 }];
    if word.parts.len() > 1 && word.parts.iter().all(|part| part.len() >= SHORTEST_PART) {
        ways.push(Way { key: whole.clone(), words: word.parts.clone(), worth: 80 });
    }
    if let Some(link) = LINKS.into_iter().find(|link| link.len() > 4 && whole.starts_with(link) && whole != *link) {
        ways.push(Way { key: link.to_owned(), words: vec![link.to_owned()], worth: 100 });
    }
    let ways = with_others(ways, names.same_as(&whole).unwrap_or_default());
    (Term { typed: word.parts.join("-"), ways }, 1)
}

/// Parts shorter than this say nothing apart: `fer` and `1` of `Fer-1`.
const SHORTEST_PART: usize = 3;

/// A name of several words: each of them, or the whole when some say nothing apart.
fn way(key: String, words: &[Word], worth: u32) -> Way {
    let apart: Vec<String> = words.iter().map(key_of).collect();
    let are_words = apart.iter().all(|word| word.len() >= SHORTEST_PART);
    Way { words: if are_words { apart } else { vec![key.clone()] }, key, worth }
}

/// The ways, and one for each other name of the same thing.
fn with_others(mut ways: Vec<Way>, names: &[String]) -> Vec<Way> {
    for name in names {
        let way = way(key(name), &words(name), 95);
        if ways.iter().all(|known| known.key != way.key) {
            ways.push(way);
        }
    }
    ways
}

/// A miRNA is met by its name; by the name of its family where a source names no strand; by the name of today.
fn of_mirna(knowledge: &Knowledge, mirna: &MirnaName, notes: &mut Vec<String>) -> Vec<Way> {
    let way = |word: String, worth: u32| Way { key: word.clone(), words: vec![word], worth };
    let mut ways = Vec::new();
    if mirna.arm.is_empty() {
        ways.push(Way {
            key: mirna.without_strand(),
            words: vec![format!("{}{}", mirna.stem, mirna.copy)],
            worth: 100,
        });
    } else {
        ways.push(way(mirna.with_strand(), 100));
        ways.push(way(mirna.without_strand(), 60));
    }
    let found = match knowledge.mirna(&mirna.written()) {
        MirnaLookup::One(found) => vec![found],
        MirnaLookup::Ambiguous(found) => found,
        MirnaLookup::Unknown(_) => Vec::new(),
    };
    let today: Vec<_> = found.iter().filter(|found| !has_stem(&found.name, mirna)).collect();
    for found in &today {
        ways.push(way(key(&found.name), 95));
    }
    if !today.is_empty() {
        let names: Vec<&str> = today.iter().map(|found| found.name.as_str()).collect();
        notes.push(format!("{} is an old name of {}", mirna.written(), names.join(" or ")));
    }
    ways
}

/// Whether a name of today is that of the miRNA or of a member of its family, so that nothing was renamed.
fn has_stem(name: &str, mirna: &MirnaName) -> bool {
    let is_member = |other: &MirnaName| {
        let rest = other.stem.strip_prefix(&mirna.stem);
        rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
    };
    words(name)
        .iter()
        .filter_map(|word| word.mirna.as_ref())
        .any(|other| is_member(other) && (mirna.arm.is_empty() || mirna.arm == other.arm))
}

/// `deliver`, `delivery` and `7` mean the link deliver.
fn link_meant(word: &str) -> Option<&'static str> {
    let by_number = || word.parse::<usize>().ok().and_then(|number| LINKS.get(number.checked_sub(1)?).copied());
    LINKS.into_iter().find(|link| word == *link || (link.len() > 4 && word.starts_with(link))).or_else(by_number)
}
