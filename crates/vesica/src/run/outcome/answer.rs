//! The answer of a run, by hypothesis and on top, with the links that explain its spread.

use super::super::draws::World;
use super::super::results::WorldResult;
use super::super::setup::Setup;
use super::super::statistics::explain;
use super::super::verdict::{Count, Verdict, Vote, count, counts, joint, noise_of_difference};
use super::evidence::used_numbers;
use super::{Frame, HOUR, arm_index, reading, shown_unit};
use crate::result::{Answer, Given, HypothesisAnswer, Range3, Status, Weakest};
use crate::scenario::{AnswerSpec, Scenario};

/// Below this share of explained spread the answer says that nothing explains it.
pub const EXPLAINED_ENOUGH: f64 = 0.3;

/// The answer with the vote of each world.
pub struct Answered {
    /// What is written.
    pub answer: Answer,
    /// One for each world.
    pub votes: Vec<Vote>,
}

/// Measure, time index and reference arm of the answer.
pub fn compared(scenario: &Scenario) -> Option<(usize, usize, usize)> {
    let spec = scenario.answer.as_ref()?;
    let (measure, time) = place_of(scenario, spec)?;
    Some((measure, time, arm_index(scenario, &spec.minus)?))
}

fn place_of(scenario: &Scenario, spec: &AnswerSpec) -> Option<(usize, usize)> {
    let measure = scenario.measures.iter().position(|measure| measure.name == spec.measure)?;
    let time = scenario.measures[measure].at.iter().position(|at| (at - spec.at).abs() < 0.5)?;
    Some((measure, time))
}

/// Unit of a difference (a difference of percents is points) and its factor from inside units.
pub fn shown_difference(scenario: &Scenario) -> (String, f64) {
    let Some((measure, _, _)) = compared(scenario) else { return ("points".to_owned(), 100.0) };
    let (unit, factor) = shown_unit(scenario, measure);
    if unit == "%" { ("points".to_owned(), factor) } else { (unit, factor) }
}

/// Counts the worlds and applies the rule.
pub fn answer(setup: &Setup, worlds: &[WorldResult], frame: &Frame) -> Answered {
    let scenario = setup.scenario;
    let votes: Vec<Vote> = worlds.iter().map(|world| vote(setup, world)).collect();
    let by_hypothesis: Vec<(String, Count)> = setup
        .hypotheses
        .iter()
        .enumerate()
        .map(|(index, hypothesis)| {
            let own: Vec<Vote> = votes.iter().copied().filter(|vote| vote.hypothesis == index).collect();
            (hypothesis.label.clone(), count(&own))
        })
        .filter(|(_, count)| count.n_worlds > 0)
        .collect();
    let all = count(&votes);
    let verdict = joint(&by_hypothesis.iter().map(|(_, count)| count.verdict).collect::<Vec<_>>());
    let weakest = weakest(setup, &votes);
    let (unit, factor) = shown_difference(scenario);
    let spec = scenario.answer.as_ref();
    let text = |pick: fn(&AnswerSpec) -> &String| spec.map(|spec| pick(spec).clone()).unwrap_or_default();
    let noise = compared(scenario).and_then(|(measure, ..)| scenario.measures[measure].noise).unwrap_or(0.0);
    let (counts, threshold) = threshold(setup, worlds, noise, &unit, factor);
    let mut warnings = frame.warnings.clone();
    warnings.extend(unbalanced(worlds));
    // an empty sum is minus zero
    let explained = weakest.iter().map(|link| link.share).sum::<f64>() + 0.0;
    if spec.is_some() && explained < EXPLAINED_ENOUGH {
        warnings.push(format!(
            "the ranking explains only {:.0} % of the spread of the answer over the worlds: do not read an order into it",
            100.0 * explained
        ));
    }
    let answer = Answer {
        scenario: scenario.name.clone(),
        title: scenario.title.clone(),
        question: scenario.question.clone(),
        compares: spec.map(compares).unwrap_or_default(),
        of: text(|spec| &spec.of),
        minus: text(|spec| &spec.minus),
        measure: text(|spec| &spec.measure),
        at_h: spec.map_or(0.0, |spec| spec.at / HOUR),
        difference: times(all.difference, factor),
        unit: unit.clone(),
        counts,
        threshold,
        noise,
        holds: all.holds,
        holds_of_all: all.holds_of_all,
        can_answer: all.can_answer,
        n_worlds: worlds.len(),
        holds_error: all.error,
        verdict: spec.map_or("", |_| verdict.words()).to_owned(),
        sentence: spec.map(|_| sentence(verdict, &by_hypothesis, &weakest)).unwrap_or_default(),
        rule: rule(worlds.len()),
        by_hypothesis: by_hypothesis.iter().map(|(label, count)| of_hypothesis(label, count, &unit, factor)).collect(),
        given: given(setup, worlds),
        weakest,
        works_if: frame.check.works_if.clone(),
        method: scenario.size.method.in_words(scenario),
        whole: crate::run::method::told(setup),
        n_cells: worlds.len() * scenario.arms.len() * setup.cells.iter().map(|cell| cell.n_cells).sum::<usize>(),
        seed: setup.seed,
        counted: counted(setup),
        warnings,
        frozen: frozen(setup, worlds),
        died_at_rest: super::mean(worlds.iter().map(|world| world.died_at_rest)),
        solver: worlds.iter().map(|world| world.solver).sum(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Answered { answer, votes }
}

/// What one world says.
fn vote(setup: &Setup, world: &WorldResult) -> Vote {
    let scenario = setup.scenario;
    let hypothesis = setup.hypothesis_of(world.world as usize);
    let mute = Vote { hypothesis, difference: f64::NAN, can_answer: false, holds: false };
    let Some(spec) = &scenario.answer else { return mute };
    let Some((measure, time, minus)) = compared(scenario) else { return mute };
    let Some(of) = arm_index(scenario, &spec.of) else { return mute };
    let read = |arm: usize| reading(scenario, world, arm, measure, time);
    let difference = read(of) - read(minus);
    let controls = spec
        .given
        .iter()
        .all(|given| arm_index(scenario, &given.arm).is_some_and(|arm| given.condition.holds(read(arm))));
    let noise = scenario.measures[measure].noise.unwrap_or(0.0);
    Vote {
        hypothesis,
        difference,
        can_answer: controls && difference.is_finite(),
        holds: counts(spec.counts.as_ref(), difference, noise, read(minus)),
    }
}

fn threshold(setup: &Setup, worlds: &[WorldResult], noise: f64, unit: &str, factor: f64) -> (String, f64) {
    let scenario = setup.scenario;
    let Some((measure, time, minus)) = compared(scenario) else { return (String::new(), 0.0) };
    let unit = if unit == "1" { String::new() } else { format!(" {unit}") };
    match scenario.answer.as_ref().and_then(|spec| spec.counts) {
        Some(condition) => {
            let sign = if condition.at_least { "≥" } else { "≤" };
            let value = condition.value * factor;
            (format!("{sign} {value}{unit}"), value)
        }
        None => {
            let levels: Vec<f64> = worlds.iter().map(|world| reading(scenario, world, minus, measure, time)).collect();
            let level = super::range(&levels).best.unwrap_or(0.0);
            let value = noise_of_difference(noise, level) * factor;
            (format!("more than the noise of two readings, {value:.1}{unit} at the median"), value)
        }
    }
}

fn compares(spec: &AnswerSpec) -> String {
    format!("{} at {} h, {} minus {}", spec.measure, spec.at / HOUR, spec.of, spec.minus)
}

fn rule(n_worlds: usize) -> String {
    format!(
        "of {n_worlds} worlds, those whose controls hold can answer; yes at 90 % of them or more, no at 10 % or less, \
         it depends in between, cannot say when fewer than half can answer"
    )
}

/// One sentence for the reader.
fn sentence(verdict: Verdict, by_hypothesis: &[(String, Count)], weakest: &[Weakest]) -> String {
    match verdict {
        Verdict::Yes => "Yes: it holds in at least nine tenths of the worlds that can answer.".to_owned(),
        Verdict::No => "No: it holds in at most a tenth of the worlds that can answer.".to_owned(),
        Verdict::CannotSay => "Cannot say: too few worlds can answer.".to_owned(),
        Verdict::Depends => {
            let differ = by_hypothesis.iter().any(|(_, count)| count.verdict != by_hypothesis[0].1.verdict);
            if differ {
                let parts: Vec<String> =
                    by_hypothesis.iter().map(|(label, count)| format!("{label}: {}", count.verdict.words())).collect();
                return format!("It depends on the hypothesis ({}).", parts.join("; "));
            }
            match weakest.first().filter(|_| weakest.iter().map(|link| link.share).sum::<f64>() >= EXPLAINED_ENOUGH) {
                Some(first) => format!("It depends, most of all on {}.", first.label),
                None => "It depends, and no single number explains on what.".to_owned(),
            }
        }
    }
}

fn of_hypothesis(label: &str, count: &Count, unit: &str, factor: f64) -> HypothesisAnswer {
    HypothesisAnswer {
        hypothesis: label.to_owned(),
        n_worlds: count.n_worlds,
        can_answer: count.can_answer,
        difference: times(count.difference, factor),
        unit: unit.to_owned(),
        holds: count.holds,
        verdict: count.verdict.words().to_owned(),
    }
}

fn given(setup: &Setup, worlds: &[WorldResult]) -> Vec<Given> {
    let scenario = setup.scenario;
    let Some(spec) = &scenario.answer else { return Vec::new() };
    let Some((measure, time)) = place_of(scenario, spec) else { return Vec::new() };
    let share = |given: &crate::scenario::Given| {
        let arm = arm_index(scenario, &given.arm);
        let meets = |world: &&WorldResult| {
            arm.is_some_and(|arm| given.condition.holds(reading(scenario, world, arm, measure, time)))
        };
        worlds.iter().filter(meets).count() as f64 / worlds.len().max(1) as f64
    };
    spec.given.iter().map(|given| Given { text: given.text.clone(), holds: share(given) }).collect()
}

/// Which links explain the spread of the answer over the worlds (rank regression on every varied number).
fn weakest(setup: &Setup, votes: &[Vote]) -> Vec<Weakest> {
    let usable: Vec<usize> = (0..votes.len()).filter(|world| votes[*world].difference.is_finite()).collect();
    let candidates = candidates(setup);
    let columns: Vec<Vec<f64>> = {
        let worlds: Vec<World> = usable
            .iter()
            .map(|world| {
                let hypothesis = &setup.hypotheses[setup.hypothesis_of(*world)];
                World::new(setup.scenario, setup.knowledge, hypothesis, setup.seed, *world as u32)
            })
            .collect();
        candidates.iter().map(|candidate| worlds.iter().map(|world| candidate.value(world)).collect()).collect()
    };
    let answers: Vec<f64> = usable.iter().map(|world| votes[*world].difference).collect();
    let mut links: Vec<Weakest> = Vec::new();
    for explained in explain(&answers, &columns) {
        let candidate = &candidates[explained.candidate];
        match links.iter_mut().find(|link| link.link == candidate.link) {
            Some(link) => link.share += explained.share,
            None => {
                let (label, experiment) = setup.knowledge.experiment(&candidate.path);
                links.push(Weakest {
                    link: candidate.link.to_owned(),
                    quantity: candidate.path.clone(),
                    label,
                    share: explained.share,
                    status: candidate.status,
                    experiment,
                });
            }
        }
    }
    links.sort_by(|a, b| b.share.total_cmp(&a.share));
    links
}

/// A varied number that may explain the answer.
pub(crate) struct Candidate {
    /// Path, or key of the row: the name of its chance.
    pub path: String,
    /// Link.
    pub link: &'static str,
    /// How well it is known.
    pub status: Status,
    at: At,
}

enum At {
    Quantity(crate::scenario::QuantityId),
    Number(usize),
}

impl Candidate {
    /// 5 % and 95 % in the unit that is written, with that unit.
    pub fn ends(&self, setup: &Setup) -> ((f64, f64), String) {
        let quantity = match self.at {
            At::Quantity(id) => Some(setup.scenario.quantities[id.0].quantity.clone()),
            At::Number(index) => setup.knowledge.numbers[index].quantity(),
        };
        quantity.map_or(((f64::NAN, f64::NAN), String::new()), |quantity| {
            let shown = |chance: f64| quantity.unit.from_inside(quantity.draw(chance));
            ((shown(0.05), shown(0.95)), quantity.unit.text.clone())
        })
    }

    fn value(&self, world: &World) -> f64 {
        match self.at {
            At::Quantity(id) => world.quantity(id, None),
            At::Number(index) => world.number(index, None),
        }
    }
}

/// Every uncertain number that some cell reads.
pub(crate) fn candidates(setup: &Setup) -> Vec<Candidate> {
    let quantities = setup.scenario.quantities.iter().enumerate().filter(|(_, named)| named.quantity.is_varied());
    let mut candidates: Vec<Candidate> = quantities
        .map(|(index, named)| Candidate {
            path: named.path.clone(),
            link: named.link,
            status: named.status,
            at: At::Quantity(crate::scenario::QuantityId(index)),
        })
        .collect();
    for index in used_numbers(setup) {
        let number = &setup.knowledge.numbers[index];
        if number.range.is_some_and(|(low, high)| low < high) {
            let (path, link, status) = (number.key(), number.link, number.status);
            candidates.push(Candidate { path, link, status, at: At::Number(index) });
        }
    }
    candidates
}

/// Vesicles in = in the medium + lost + inside + opened + digested, and in the senders made = digested + waiting + released, watched
/// in every run: far above rounding and the error of one exchange step, and far below what could move an answer.
const MOST_UNBALANCED: f64 = 1e-3;

fn unbalanced(worlds: &[WorldResult]) -> Option<String> {
    // what a frozen cell held is lost with it, which is said already
    let is_whole = |world: &WorldResult, arm: usize| world.frozen.iter().all(|frozen| frozen.arm != arm);
    let of_world = |world: &WorldResult| (0..world.arms.len()).filter(|arm| is_whole(world, *arm)).collect::<Vec<_>>();
    let arms = || worlds.iter().flat_map(|world| of_world(world).into_iter().map(|arm| &world.arms[arm]));
    let kinds = arms().flat_map(|arm| &arm.imbalance).copied();
    let senders = arms().flat_map(|arm| &arm.sent).map(|sent| sent.imbalance);
    let pools = arms().flat_map(|arm| &arm.pools).map(|pool| pool.imbalance());
    let worst = kinds.chain(senders).chain(pools).map(f64::abs).fold(0.0, f64::max);
    let code = "X04";
    (worst > MOST_UNBALANCED).then(|| {
        format!("{code}: {worst:.1e} of the vesicles, or of what cells secreted, of some arm are not accounted for")
    })
}

fn counted(setup: &Setup) -> [usize; 3] {
    let rows = super::evidence::numbers(setup);
    let of = |status: Status| rows.iter().filter(|row| row.status == status).count();
    [of(Status::Measured), of(Status::Inferred), of(Status::Assumed)]
}

fn frozen(setup: &Setup, worlds: &[WorldResult]) -> Vec<String> {
    worlds.iter().flat_map(|world| world.frozen_in_words("", &setup.scenario.arms)).collect()
}

fn times(range: Range3, factor: f64) -> Range3 {
    let times = |value: Option<f64>| value.map(|value| value * factor);
    Range3 { low: times(range.low), best: times(range.best), high: times(range.high) }
}
