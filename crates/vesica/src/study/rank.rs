//! `rank`: which uncertain numbers decide the answer.
//!
//! First one at a time: each number at 5 % and at 95 % of its range, all others at their middle, under each hypothesis.
//! Then together: the numbers that move most, the others as one group, and the choice of the hypothesis, by
//! [`super::indices`] over a Sobol sequence. Chances of single cells belong to the group of the others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vesica_model::Diagnostic;

use super::design::sobol_at;
use super::indices::{Estimates, Indices};
use super::journal::Run;
use super::question::Question;
use super::runs;
use crate::knowledge::{Knowledge, LINKS};
use crate::result::{Range3, SolverWork, Status};
use crate::run::draws::{Chance, Otherwise, World};
use crate::run::outcome::{Candidate, candidates};
use crate::run::statistics::range;
use crate::run::world::simulate_world;
use crate::run::{Setup, Size};
use crate::scenario::Scenario;

/// The two ends at which a number is tried.
const ENDS: [f64; 2] = [0.05, 0.95];

/// A ranking, ready to run.
pub struct Plan<'a> {
    /// Programs, times and hypotheses.
    pub setup: Setup<'a>,
    /// What is asked.
    pub question: Question,
    /// Rows of the variance-based part; 0 leaves it out.
    pub n_rows: usize,
    /// Numbers in it, at most.
    pub n_top: usize,
    candidates: Vec<Candidate>,
}

/// What a ranking gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rank {
    /// Name of the scenario.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// The command to run it again.
    pub command: String,
    /// Version of vesica.
    pub version: String,
    /// What was asked.
    pub question: Question,
    /// Rows of the variance-based part.
    pub n_rows: usize,
    /// Simulated target cells in each world and arm.
    pub n_cells: usize,
    /// Seed.
    pub seed: u64,
    /// Hypotheses.
    pub hypotheses: Vec<String>,
    /// `[hypothesis]`: the number with everything at its middle.
    pub middle: Vec<f64>,
    /// Over the rows: 90 % range of the number.
    pub spread: Range3,
    /// Uncertain numbers, what matters most first.
    pub bars: Vec<Bar>,
    /// All other numbers together, and chance among cells.
    pub others: Option<Indices>,
    /// The choice of the hypothesis.
    pub choice: Option<Indices>,
    /// `[link]` in order: sum of the first-order shares of its numbers among the bars that have one.
    pub links: Vec<(String, Range3)>,
    /// Rows without a number.
    pub n_left_out: usize,
    /// Lanes that the solver gave up.
    pub frozen: Vec<String>,
    /// What the solver did, over all runs.
    pub solver: SolverWork,
}

impl Rank {
    /// What a number is called where there is no room for its path too: its path, where several are called the same.
    pub fn name_of<'a>(&self, bar: &'a Bar) -> &'a str {
        let name = bar.name();
        let is_shared = self.bars.iter().any(|other| other.quantity != bar.quantity && other.name() == name);
        if is_shared { &bar.quantity } else { name }
    }

    /// What to say where no number moves what was asked alone.
    pub fn nothing(&self) -> String {
        let rows = match (self.spread.low, self.spread.high) {
            (Some(low), Some(high)) if low == high => {
                format!(", nor all together in nine of ten of {} rows", 2 * self.n_rows)
            }
            _ => String::new(),
        };
        let arm = self.question.minus.as_ref().map_or(String::new(), |minus| format!(", such as --arm \"{minus}\""));
        format!("no number moves it alone{rows}: ask another measure, time or arm{arm}")
    }
}

/// One uncertain number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// Path or id.
    pub quantity: String,
    /// For people.
    pub label: String,
    /// Link.
    pub link: String,
    /// How well it is known.
    pub status: Status,
    /// What would pin it down; empty when nobody says.
    pub experiment: String,
    /// Its low and high end, in `unit`.
    pub ends: (f64, f64),
    /// Unit.
    pub unit: String,
    /// The asked number at both ends, all others at their middle, under the hypothesis in which it moves most.
    pub at_ends: (f64, f64),
    /// That hypothesis; empty when there is only one.
    pub hypothesis: String,
    /// Distance of `at_ends`.
    pub swing: f64,
    /// Shares of the variance, for those that move most.
    pub indices: Option<Indices>,
    /// By how much the range of the answer would shrink if it were known: 1 − √(1 − first order).
    pub narrows: Option<f64>,
}

impl Bar {
    /// For people, without the path behind it.
    fn name(&self) -> &str {
        self.label.strip_suffix(&format!(" ({})", self.quantity)).unwrap_or(&self.label)
    }
}

impl<'a> Plan<'a> {
    /// Composes and compiles.
    ///
    /// # Errors
    /// Everything that composing finds; E98 when nothing is uncertain.
    pub fn new(
        scenario: &'a Scenario,
        knowledge: &'a Knowledge,
        size: Size,
        question: Question,
        (n_rows, n_top): (usize, usize),
    ) -> Result<Self, Vec<Diagnostic>> {
        let setup = Setup::new(scenario, knowledge, size, scenario.seed)?;
        let candidates = candidates(&setup);
        if candidates.is_empty() && setup.hypotheses.len() < 2 {
            let help = "give some numbers a range, as in \"60 (20..200) /cell/h\"";
            return Err(vec![Diagnostic::error("E98", "no number of this scenario is uncertain").help(help)]);
        }
        let n_top = n_top.min(candidates.len());
        Ok(Self { setup, question, n_rows, n_top, candidates })
    }

    /// Runs of the first part.
    pub fn n_one_at_a_time(&self) -> usize {
        self.setup.hypotheses.len() * (1 + 2 * self.candidates.len())
    }

    /// Runs of both parts.
    pub fn n_runs(&self) -> usize {
        self.n_one_at_a_time() + self.n_rows * (2 + self.n_inputs())
    }

    /// Inputs of the second part: numbers, all others, and the hypothesis where there is a choice.
    fn n_inputs(&self) -> usize {
        self.n_top + 1 + usize::from(self.setup.hypotheses.len() > 1)
    }

    /// A run of the first part: the middle, then each number at both ends, for each hypothesis in turn.
    pub fn one_at_a_time(&self, index: usize) -> Run {
        let each = 1 + 2 * self.candidates.len();
        let (hypothesis, which) = (index / each, index % each);
        let middle = self.candidates.iter().map(|candidate| (candidate.path.clone(), Chance::Exactly(0.5)));
        let mut otherwise = Otherwise { chances: middle.collect(), ..Otherwise::default() };
        if let Some(end) = which.checked_sub(1) {
            otherwise.chances.insert(self.candidates[end / 2].path.clone(), Chance::Exactly(ENDS[end % 2]));
        }
        self.simulate(index, hypothesis, 0, &otherwise)
    }

    /// The numbers that move most, best first.
    pub fn top(&self, first: &[Run]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.candidates.len()).collect();
        let swing = |candidate: &usize| self.largest(first, *candidate).1;
        order.sort_by(|a, b| swing(b).total_cmp(&swing(a)));
        order.truncate(self.n_top);
        order
    }

    /// The hypothesis in which a number moves most, and how far.
    fn largest(&self, first: &[Run], candidate: usize) -> (usize, f64) {
        let swing = |hypothesis: usize| {
            let (low, high) = self.at_ends(first, hypothesis, candidate);
            let swing = self.question.distance(low, high);
            (hypothesis, if swing.is_finite() { swing } else { 0.0 })
        };
        let all = (0..self.setup.hypotheses.len()).map(swing);
        all.reduce(|a, b| if b.1 > a.1 { b } else { a }).unwrap_or((0, 0.0))
    }

    fn at_ends(&self, first: &[Run], hypothesis: usize, candidate: usize) -> (f64, f64) {
        let start = hypothesis * (1 + 2 * self.candidates.len()) + 1 + 2 * candidate;
        (first[start].values[0], first[start + 1].values[0])
    }

    /// A run of the second part: of each row A, B, and A with each input from B.
    pub fn together(&self, index: usize, top: &[usize]) -> Run {
        let each = 2 + self.n_inputs();
        let (row, which) = ((index - self.n_one_at_a_time()) / each, (index - self.n_one_at_a_time()) % each);
        let is_from_b = |input: usize| which == 1 || which == 2 + input;
        let n_dimensions = self.n_top + 1;
        let chance = |input: usize, dimension: usize| {
            let dimension = if is_from_b(input) { n_dimensions + dimension } else { dimension };
            sobol_at(row, dimension, self.setup.seed)
        };
        let of_top = |(input, candidate): (usize, &usize)| {
            (self.candidates[*candidate].path.clone(), Chance::Exactly(chance(input, input)))
        };
        let chances: BTreeMap<String, Chance> = top.iter().enumerate().map(of_top).collect();
        // all others, and the chances of cells, are those of a world of this number
        let world = if is_from_b(self.n_top) { self.n_rows + row } else { row };
        let n = self.setup.hypotheses.len();
        let hypothesis = if n > 1 { (chance(self.n_top + 1, self.n_top) * n as f64) as usize } else { 0 };
        self.simulate(index, hypothesis.min(n - 1), world, &Otherwise { chances, ..Otherwise::default() })
    }

    fn simulate(&self, index: usize, hypothesis: usize, world: usize, otherwise: &Otherwise) -> Run {
        let setup = &self.setup;
        let hypothesis = &setup.hypotheses[hypothesis];
        let drawn = World::with(setup.scenario, setup.knowledge, hypothesis, setup.seed, world as u32, otherwise);
        let result = simulate_world(setup, &drawn);
        Run {
            index: index as u64,
            values: vec![self.question.value(setup.scenario, &result)],
            frozen: runs::frozen(setup.scenario, &result, &format!("run {}", index + 1)),
            solver: result.solver,
        }
    }

    /// What all runs say.
    pub fn result(&self, runs: &[Run], command: String) -> Rank {
        let setup = &self.setup;
        let (first, second) = runs.split_at(self.n_one_at_a_time());
        let top = self.top(first);
        let each = 2 + self.n_inputs();
        let column = |which: usize| second.chunks(each).map(|row| row[which].values[0]).collect::<Vec<f64>>();
        let (a, b) = (column(0), column(1));
        let mixed: Vec<Vec<f64>> = (0..self.n_inputs()).map(|input| column(2 + input)).collect();
        let found = (self.n_rows > 0).then(|| Estimates::new(&a, &b, &mixed, setup.seed));
        let input = |input: usize| found.as_ref().map(|found| found.of(input));
        let mut bars: Vec<Bar> = (0..self.candidates.len())
            .map(|index| {
                let place = top.iter().position(|other| *other == index);
                self.bar(first, index, place.and_then(input))
            })
            .collect();
        let total = |bar: &Bar| bar.indices.and_then(|indices| indices.total.best).unwrap_or(-1.0);
        bars.sort_by(|a, b| total(b).total_cmp(&total(a)).then(b.swing.total_cmp(&a.swing)));
        let is_whole =
            |row: usize| a[row].is_finite() && b[row].is_finite() && mixed.iter().all(|c| c[row].is_finite());
        let both: Vec<f64> = a.iter().chain(&b).copied().collect();
        let each_hypothesis = 1 + 2 * self.candidates.len();
        Rank {
            scenario: setup.scenario.name.clone(),
            title: setup.scenario.title.clone(),
            command,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            question: self.question.clone(),
            n_rows: self.n_rows,
            n_cells: setup.size.n_targets,
            seed: setup.seed,
            hypotheses: setup.hypotheses.iter().map(|hypothesis| hypothesis.label.clone()).collect(),
            middle: (0..setup.hypotheses.len()).map(|index| first[index * each_hypothesis].values[0]).collect(),
            spread: range(&both),
            links: found.as_ref().map_or(Vec::new(), |found| self.by_link(&top, found)),
            bars,
            others: input(self.n_top),
            choice: if setup.hypotheses.len() > 1 { input(self.n_top + 1) } else { None },
            n_left_out: (0..self.n_rows).filter(|row| !is_whole(*row)).count(),
            frozen: runs.iter().flat_map(|run| run.frozen.iter().cloned()).collect(),
            solver: runs.iter().map(|run| run.solver).sum(),
        }
    }

    fn bar(&self, first: &[Run], index: usize, indices: Option<Indices>) -> Bar {
        let setup = &self.setup;
        let candidate = &self.candidates[index];
        let (hypothesis, swing) = self.largest(first, index);
        let (label, experiment) = setup.knowledge.experiment(&candidate.path);
        let (ends, unit) = candidate.ends(setup);
        let known = |share: f64| 1.0 - (1.0 - share.clamp(0.0, 1.0)).sqrt();
        Bar {
            quantity: candidate.path.clone(),
            label,
            link: candidate.link.to_owned(),
            status: candidate.status,
            experiment,
            ends,
            unit,
            at_ends: self.at_ends(first, hypothesis, index),
            hypothesis: setup.hypotheses[hypothesis].label.clone(),
            swing,
            narrows: indices.and_then(|indices| indices.first.best).map(known),
            indices,
        }
    }

    /// Sum of the first-order shares of the numbers that were asked together, by link in order.
    fn by_link(&self, top: &[usize], found: &Estimates) -> Vec<(String, Range3)> {
        let of = |link: &str| {
            let inputs = top.iter().enumerate().filter(|(_, candidate)| self.candidates[**candidate].link == link);
            found.first_of(&inputs.map(|(input, _)| input).collect::<Vec<_>>())
        };
        LINKS.iter().map(|link| ((*link).to_owned(), of(link))).collect()
    }
}
