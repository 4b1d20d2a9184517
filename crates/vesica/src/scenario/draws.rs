//! Hypotheses: what worlds are split among, as evenly as their number allows.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cargo, Destination, QuantityId, Scenario, Spread};

/// One way the world may be where the scenario names alternatives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hypothesis {
    /// `no escape`; `escape, even cargo`; empty when the scenario names no alternatives.
    pub label: String,
    /// Numbers of `0 or ..` that are zero.
    pub zeros: BTreeSet<QuantityId>,
    /// Spread of every cargo: `(vesicle, cargo)`, both by their place in the file.
    pub spreads: BTreeMap<(usize, usize), Spread>,
}

/// The product of all alternatives, in link order, without those that a zero before them makes meaningless:
/// when nothing escapes, nobody asks how the cargo is spread.
pub fn hypotheses(scenario: &Scenario) -> Vec<Hypothesis> {
    let first = Hypothesis { spreads: first_spreads(scenario), ..Hypothesis::default() };
    let mut found = vec![(first, Vec::new())];
    for alternative in alternatives(scenario) {
        let is_silent = |hypothesis: &Hypothesis| alternative.is_silent(scenario, hypothesis);
        found = found
            .into_iter()
            .flat_map(|(hypothesis, words)| match is_silent(&hypothesis) {
                true => vec![(hypothesis, words)],
                false => alternative.split(scenario, &hypothesis, &words),
            })
            .collect();
    }
    found.into_iter().map(|(hypothesis, words)| Hypothesis { label: words.join(", "), ..hypothesis }).collect()
}

/// Two or more ways for one thing.
enum Alternative {
    /// A number that is zero or not.
    Zero(QuantityId),
    /// A cargo `(vesicle, cargo)` with more than one spread.
    Spread(usize, usize),
}

fn all_cargo(scenario: &Scenario) -> impl Iterator<Item = ((usize, usize), &Cargo)> {
    scenario.vesicles.iter().enumerate().flat_map(|(vesicle, kind)| {
        kind.cargo.iter().enumerate().map(move |(cargo, molecule)| ((vesicle, cargo), molecule))
    })
}

fn first_spreads(scenario: &Scenario) -> BTreeMap<(usize, usize), Spread> {
    all_cargo(scenario).map(|(key, cargo)| (key, cargo.spread.first().copied().unwrap_or(Spread::Even))).collect()
}

/// Links of what a vesicle does to a cell that takes it up.
const INSIDE_TARGETS: [&str; 4] = ["meet", "enter", "deliver", "act"];

/// Zeros before spreads, each in file order. Where no cell takes up a vesicle, nobody asks what becomes of it there.
fn alternatives(scenario: &Scenario) -> Vec<Alternative> {
    let is_sent = scenario.vesicles.iter().any(|vesicle| !vesicle.to.is_empty());
    let is_asked = |link: &str| is_sent || !INSIDE_TARGETS.contains(&link);
    let zeros = scenario.quantities.iter().enumerate();
    let zeros = zeros.filter(|(_, named)| named.quantity.or_zero && is_asked(named.link));
    let spreads = all_cargo(scenario).filter(|(_, cargo)| is_sent && cargo.spread.len() > 1);
    zeros
        .map(|(index, _)| Alternative::Zero(QuantityId(index)))
        .chain(spreads.map(|((vesicle, cargo), _)| Alternative::Spread(vesicle, cargo)))
        .collect()
}

impl Alternative {
    /// Whether what it is about cannot be seen, because a number before it is zero.
    fn is_silent(&self, scenario: &Scenario, hypothesis: &Hypothesis) -> bool {
        match self {
            Self::Spread(vesicle, cargo) => is_cut(scenario, hypothesis, *vesicle, *cargo),
            Self::Zero(id) => {
                let links = &scenario.links;
                let is_shared = [links.clearance, links.escape, links.loaded].contains(id);
                let mut concerned = all_cargo(scenario)
                    .filter(|((vesicle, _), cargo)| {
                        is_shared || cargo.copies == *id || scenario.vesicles[*vesicle].rate == Some(*id)
                    })
                    .peekable();
                // A number that belongs to no chain is always seen; one that all share is not when nothing is sent.
                (is_shared || concerned.peek().is_some())
                    && concerned.all(|((vesicle, cargo), _)| is_cut(scenario, hypothesis, vesicle, cargo))
            }
        }
    }

    fn split(&self, scenario: &Scenario, hypothesis: &Hypothesis, words: &[String]) -> Vec<(Hypothesis, Vec<String>)> {
        let with = |hypothesis: Hypothesis, word: String| {
            (hypothesis, words.iter().cloned().chain([word]).collect::<Vec<_>>())
        };
        match self {
            Self::Zero(id) => {
                let word = zero_word(scenario, *id);
                let mut zero = hypothesis.clone();
                zero.zeros.insert(*id);
                vec![with(zero, format!("no {word}")), with(hypothesis.clone(), word)]
            }
            Self::Spread(vesicle, cargo) => {
                let molecule = &scenario.vesicles[*vesicle].cargo[*cargo];
                let is_only = all_cargo(scenario).filter(|(_, cargo)| cargo.spread.len() > 1).count() == 1;
                let name = if is_only { "cargo" } else { &molecule.name };
                let one = |spread: &Spread| {
                    let mut chosen = hypothesis.clone();
                    chosen.spreads.insert((*vesicle, *cargo), *spread);
                    with(chosen, format!("{} {name}", spread.word()))
                };
                molecule.spread.iter().map(one).collect()
            }
        }
    }
}

/// Whether no copy of a cargo can act: a number on its way is zero. A fusogen opens vesicles without escape, and an
/// arm may set another number, so then nothing is cut.
fn is_cut(scenario: &Scenario, hypothesis: &Hypothesis, vesicle: usize, cargo: usize) -> bool {
    let kind = &scenario.vesicles[vesicle];
    let links = &scenario.links;
    let is_zero =
        |id: QuantityId| hypothesis.zeros.contains(&id) && scenario.arms.iter().all(|arm| !arm.set.contains_key(&id));
    let has_fusogen = kind.fusogen.is_some_and(|id| {
        let may_be = |arm| scenario.quantity(id, arm).ends().1 > 0.0;
        may_be(None) || scenario.arms.iter().any(|arm| may_be(Some(arm)))
    });
    let described = &kind.cargo[cargo];
    // what is read at the surface needs no escape
    let must_escape = described.acts_at != Destination::Periphery;
    is_zero(links.clearance)
        || (described.kind.is_guide() && is_zero(links.loaded))
        || (must_escape && is_zero(links.escape) && !has_fusogen)
        || kind.rate.is_some_and(is_zero)
        || is_zero(described.copies)
}

/// Last word of the path, `escape`; more of it when several zeros end alike.
fn zero_word(scenario: &Scenario, id: QuantityId) -> String {
    let path = &scenario.quantities[id.0].path;
    let zeros = scenario.quantities.iter().filter(|named| named.quantity.or_zero);
    let last = path.rsplit('.').next().unwrap_or(path);
    let alike = zeros.filter(|named| named.path.rsplit('.').next() == Some(last)).count();
    if alike > 1 { path.clone() } else { last.to_owned() }
}
