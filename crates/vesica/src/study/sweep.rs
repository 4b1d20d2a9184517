//! `sweep`: every point in the same worlds.

use serde::{Deserialize, Serialize};
use vesica_model::{Diagnostic, Span};

use super::design::{Design, MOST_SOBOL};
use super::factor::{Factor, Target, are_a_curve};
use super::journal::Run;
use super::response::{Response, responses};
use super::runs::{self, Column, MOST_VALUES};
use super::synergy::{self, Map};
use crate::knowledge::Knowledge;
use crate::result::{Range3, SolverWork};
use crate::run::draws::{Otherwise, World};
use crate::run::outcome::{HOUR, used_numbers};
use crate::run::statistics::range;
use crate::run::world::simulate_world;
use crate::run::{Setup, Size};
use crate::scenario::{Arm, Dosed, Scenario};

/// Most points of a design.
pub const MOST_POINTS: usize = 1_000_000;

/// A sweep, ready to run.
pub struct Plan<'a> {
    /// Programs, times and hypotheses.
    pub setup: Setup<'a>,
    /// What is varied.
    pub factors: Vec<Factor>,
    /// How.
    pub design: Design,
    /// `[point][factor]`, inside units.
    pub points: Vec<Vec<f64>>,
    /// What is read.
    pub columns: Vec<Column>,
    /// Name of the arm without vesicles that the study added; empty without one.
    pub without_vesicles: String,
}

/// What a sweep gave: a pure function of its runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    /// Name of the scenario.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// The command to run it again.
    pub command: String,
    /// Version of vesica.
    pub version: String,
    /// `grid`, `lhs` or `sobol`.
    pub design: String,
    /// What was varied.
    pub factors: Vec<FactorRow>,
    /// Worlds at each point.
    pub n_worlds: usize,
    /// Simulated target cells in each world and arm.
    pub n_cells: usize,
    /// Seed.
    pub seed: u64,
    /// Between which alternatives the worlds are split; one without a name when there is none.
    pub hypotheses: Vec<String>,
    /// What was read.
    pub columns: Vec<Column>,
    /// `[point][factor]`, in the units of the factors.
    pub points: Vec<Vec<f64>>,
    /// `[point][column]`: over all worlds.
    pub readings: Vec<Vec<Range3>>,
    /// `[hypothesis][point][column]`; empty when there is only one.
    pub by_hypothesis: Vec<Vec<Vec<Range3>>>,
    /// Columns that the answer asks for, in every arm; without an answer the first measure at its last time.
    pub asked: Vec<usize>,
    /// Name of the arm without vesicles that the study added; empty without one.
    pub without_vesicles: String,
    /// EC50 of each drug in a grid, arm by arm, and how far vesicles move it.
    pub responses: Vec<Response>,
    /// Two drugs together, in each arm that gets both.
    pub maps: Vec<Map>,
    /// Lanes that the solver gave up.
    pub frozen: Vec<String>,
    /// What the solver did, over all runs.
    pub solver: SolverWork,
}

/// A factor as it is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactorRow {
    /// Path of the number, or name of the drug.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Spread per factor.
    pub is_log: bool,
    /// It is the dose of a drug.
    pub is_dose: bool,
    /// Lowest and highest value.
    pub ends: (f64, f64),
    /// Levels of a grid; empty in other designs.
    pub levels: Vec<f64>,
}

impl FactorRow {
    /// Whether it is a dose with levels enough for a dose–response curve.
    pub(super) fn makes_a_curve(&self) -> bool {
        self.is_dose && are_a_curve(&self.levels)
    }
}

impl<'a> Plan<'a> {
    /// Composes and compiles, and makes the points. `spans` are the places of the factors.
    ///
    /// # Errors
    /// Everything that composing finds; E96 for a number that no cell here reads; E97 for too many points.
    pub fn new(
        scenario: &'a Scenario,
        knowledge: &'a Knowledge,
        size: Size,
        design: Design,
        factors: Vec<Factor>,
        spans: &[Span],
    ) -> Result<Self, Vec<Diagnostic>> {
        let columns = runs::columns(scenario);
        let n_points = checked_number(design, &factors, size.n_worlds, columns.len())?;
        let mut setup = Setup::new(scenario, knowledge, size, scenario.seed)?;
        let used = used_numbers(&setup);
        let unread = |(factor, span): (&Factor, &Span)| match factor.target {
            Target::Number(index) if !used.contains(&index) => Some(
                Diagnostic::error("E96", format!("no cell of this scenario reads `{}`", factor.name))
                    .at(span.clone())
                    .help("`vesica run` writes all numbers that count into evidence.tsv; name one of those"),
            ),
            _ => None,
        };
        let problems: Vec<Diagnostic> = factors.iter().zip(spans).filter_map(unread).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        // a number that is varied is not zero by hypothesis
        let varied: Vec<_> = factors.iter().flat_map(Factor::quantities).collect();
        let kept: Vec<_> =
            setup.hypotheses.iter().filter(|h| varied.iter().all(|id| !h.zeros.contains(id))).cloned().collect();
        if !kept.is_empty() {
            setup.hypotheses = kept;
        }
        let points = design.points(&factors, scenario.seed);
        debug_assert_eq!(points.len(), n_points);
        Ok(Self { setup, factors, design, points, columns, without_vesicles: String::new() })
    }

    /// Number of runs: worlds at points.
    pub fn n_runs(&self) -> usize {
        self.points.len() * self.setup.size.n_worlds
    }

    /// One run.
    pub fn run(&self, index: usize) -> Run {
        let setup = &self.setup;
        let (point, number) = (index / setup.size.n_worlds, index % setup.size.n_worlds);
        let mut otherwise = Otherwise::default();
        for (factor, value) in self.factors.iter().zip(&self.points[point]) {
            factor.put(*value, &mut otherwise);
        }
        let hypothesis = &setup.hypotheses[setup.hypothesis_of(number)];
        let world = World::with(setup.scenario, setup.knowledge, hypothesis, setup.seed, number as u32, &otherwise);
        let result = simulate_world(setup, &world);
        Run {
            index: index as u64,
            values: runs::readings(setup.scenario, &result),
            frozen: runs::frozen(setup.scenario, &result, &format!("point {}", point + 1)),
            solver: result.solver,
        }
    }

    /// What all runs say.
    pub fn result(&self, runs: &[Run], command: String) -> Sweep {
        let setup = &self.setup;
        let n_hypotheses = setup.hypotheses.len();
        let over = |keep: &dyn Fn(usize) -> bool| -> Vec<Vec<Range3>> {
            runs.chunks(setup.size.n_worlds)
                .map(|worlds| {
                    let of = |column: usize| {
                        let kept = worlds.iter().enumerate().filter(|(world, _)| keep(*world));
                        range(&kept.map(|(_, run)| run.values[column]).collect::<Vec<f64>>())
                    };
                    (0..self.columns.len()).map(of).collect()
                })
                .collect()
        };
        let by_hypothesis = match n_hypotheses {
            1 => Vec::new(),
            n => (0..n).map(|index| over(&|world| setup.hypothesis_of(world) == index)).collect(),
        };
        let shown =
            |point: &Vec<f64>| self.factors.iter().zip(point).map(|(factor, value)| factor.shown(*value)).collect();
        let mut sweep = Sweep {
            scenario: setup.scenario.name.clone(),
            title: setup.scenario.title.clone(),
            command,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            design: self.design.word().to_owned(),
            factors: self.factors.iter().map(|factor| self.row(factor)).collect(),
            n_worlds: setup.size.n_worlds,
            n_cells: setup.size.n_targets,
            seed: setup.seed,
            hypotheses: setup.hypotheses.iter().map(|hypothesis| hypothesis.label.clone()).collect(),
            columns: self.columns.clone(),
            points: self.points.iter().map(shown).collect(),
            readings: over(&|_| true),
            by_hypothesis,
            asked: self.asked_columns(),
            without_vesicles: self.without_vesicles.clone(),
            responses: Vec::new(),
            maps: Vec::new(),
            frozen: runs.iter().flat_map(|run| run.frozen.iter().cloned()).collect(),
            solver: runs.iter().map(|run| run.solver).sum(),
        };
        if self.design == Design::Grid {
            let arms: Vec<Vec<String>> = self.factors.iter().map(|factor| self.arms_of(factor)).collect();
            sweep.responses = responses(&sweep, runs, &arms, &sweep.asked, &self.without_vesicles);
            let both = synergy::arms_of_both(&self.factors, self.setup.scenario);
            let columns = sweep.asked.iter().filter(|column| both.contains(&self.columns[**column].arm));
            sweep.maps = columns.map(|column| synergy::map(&sweep, runs, *column)).collect();
        }
        sweep
    }

    /// Arms that get the drug of a factor.
    fn arms_of(&self, factor: &Factor) -> Vec<String> {
        let Some(drug) = factor.drug() else { return Vec::new() };
        let gets = |arm: &&Arm| arm.doses.iter().any(|dose| dose.what == Dosed::Drug(drug.to_owned()));
        self.setup.scenario.arms.iter().filter(gets).map(|arm| arm.name.clone()).collect()
    }

    /// What the answer reads, in every arm; without an answer the first measure at its last time.
    fn asked_columns(&self) -> Vec<usize> {
        let answer = self.setup.scenario.answer.as_ref().map(|answer| (answer.measure.as_str(), answer.at / HOUR));
        let first = self.columns.first().map_or("", |column| column.measure.as_str());
        let last = self.columns.iter().filter(|column| column.measure == first).map(|column| column.at_h);
        let (measure, at) = answer.unwrap_or((first, last.fold(f64::NAN, f64::max)));
        let is_asked = |column: &Column| column.measure == measure && (column.at_h - at).abs() < 1e-3;
        (0..self.columns.len()).filter(|index| is_asked(&self.columns[*index])).collect()
    }

    fn row(&self, factor: &Factor) -> FactorRow {
        let (low, high) = factor.ends();
        FactorRow {
            name: factor.name.clone(),
            unit: factor.unit.text.clone(),
            is_log: factor.is_log,
            is_dose: factor.drug().is_some(),
            ends: (factor.shown(low), factor.shown(high)),
            levels: match self.design {
                Design::Grid => factor.levels.iter().map(|level| factor.shown(*level)).collect(),
                _ => Vec::new(),
            },
        }
    }
}

/// The number of points, unless it is too large for a design or for memory.
fn checked_number(
    design: Design,
    factors: &[Factor],
    n_worlds: usize,
    n_columns: usize,
) -> Result<usize, Vec<Diagnostic>> {
    let problem = |message: String, help: &str| Err(vec![Diagnostic::error("E97", message).help(help)]);
    let most = if matches!(design, Design::Sobol(_)) { MOST_SOBOL } else { MOST_POINTS };
    let Some(n) = design.n_points(factors).filter(|n| *n <= most) else {
        let help = "take fewer levels, or --design lhs --points 256: it covers many quantities with few points";
        return problem(format!("a {} of more than {most} points", design.word()), help);
    };
    let n_values = n.saturating_mul(n_worlds).saturating_mul(n_columns);
    if n_values > MOST_VALUES {
        let message = format!("{n} points × {n_worlds} worlds × {n_columns} readings are more than fit into memory");
        return problem(message, "take fewer points or worlds, or name the arms that count: --arm NAME");
    }
    Ok(n)
}
