//! The tipping point of a cell: steady states of its fast part while every other pool is held as at rest, followed in one
//! of these pools. A whole cell has no such branch (its slow pools move as it tips); what is held belongs to the answer.

use std::collections::BTreeSet;

use vesica_engine::{Branch, BranchPoint, Workspace, branch, compile, compile_along, steady_state};
use vesica_model::network::Formula;
use vesica_model::{Network, Symbol, conservation};

use super::draws::{Chance, Otherwise, World};
use super::population::{Population, typical};
use super::setup::{Setup, Source, source, unit_for_people};
use crate::knowledge::{CellType, Knowledge};
use crate::scenario::{Arm, QuantityId};

/// How far a pool is followed to both sides, as a factor of what it is at rest.
const FAR: (f64, f64) = (0.005, 20.0);

/// Long against the fast part, s.
const LONG: f64 = 1e6;

/// A held pool along which the fast part is followed, and the species of it that is shown.
#[derive(Clone, Debug)]
pub struct Followed {
    /// The pool.
    pub along: Pool,
    /// What is shown.
    pub shows: Pool,
}

/// A species as people read it.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Cell-level symbol.
    pub symbol: String,
    /// For people.
    pub label: String,
    /// Unit for people.
    pub unit: String,
    /// Number in that unit = inside number × factor.
    factor: f64,
    source: Source,
}

impl Followed {
    /// Both pools of a lane, in the units shown.
    pub fn point(&self, population: &Population, lane: usize) -> (f64, f64) {
        let read = |pool: &Pool| population.read(lane, pool.source) * pool.factor;
        (read(&self.along), read(&self.shows))
    }
}

impl Pool {
    fn new(kind: &CellType, network: &Network, symbol: &str) -> Option<Self> {
        let shown = kind.show.iter().find(|shown| shown.symbol == symbol);
        let source = source(network, symbol).filter(|source| !matches!(source, Source::Variable(_)))?;
        let (unit, factor) = unit_for_people(shown.map_or("", |shown| &shown.unit), source);
        let label = shown.map(|shown| shown.label.clone()).filter(|label| !label.is_empty());
        Some(Self {
            symbol: symbol.to_owned(),
            label: label.unwrap_or_else(|| symbol.to_owned()),
            unit,
            factor,
            source,
        })
    }

    /// An amount of the state in the unit shown.
    fn shown(&self, amount: f64, parameters: &[f64]) -> f64 {
        match self.source {
            Source::Concentration(_, compartment) => amount / parameters[compartment] * self.factor,
            _ => amount * self.factor,
        }
    }
}

/// Pools along which a cell type is followed; none where it lacks a species of them.
pub(super) fn followed(knowledge: &Knowledge, kind: &str, network: &Network) -> Vec<Followed> {
    let Some((kind, tipping)) = knowledge.cells.get(kind).and_then(|kind| Some((kind, kind.tipping.as_ref()?))) else {
        return Vec::new();
    };
    if tipping.fast.iter().any(|symbol| network.species(symbol).is_none()) {
        return Vec::new();
    }
    let Some(shows) = Pool::new(kind, network, &tipping.shows) else { return Vec::new() };
    let pool = |symbol: &String| Pool::new(kind, network, symbol);
    tipping.along.iter().filter_map(pool).map(|along| Followed { along, shows: shows.clone() }).collect()
}

/// The fast part of a cell, followed along one pool.
#[derive(Clone, Debug)]
pub struct Tipped {
    /// In which pool, and what is shown.
    pub followed: Followed,
    /// What the pool and what is shown are at rest, in the units shown.
    pub rest: (f64, f64),
    /// Steady states in the order of the branch: both pools in the units shown, and how many ways a push grows.
    pub states: Vec<((f64, f64), usize)>,
    /// Where the stretch of stable states that holds the state of rest ends, if it does.
    pub tipping_point: Option<(f64, f64)>,
    /// Other folds.
    pub folds: Vec<(f64, f64)>,
    /// Where oscillations are born.
    pub oscillations: Vec<(f64, f64)>,
    /// Where another branch crosses.
    pub crossings: Vec<(f64, f64)>,
    /// Pools that are held, of those that the fast part reads: name for people, amount and its unit.
    pub held: Vec<(String, f64, String)>,
    /// Pools that move, by their names for people.
    pub moves: Vec<String>,
}

/// Follows the fast part of a cell of the scenario along each of its pools. All numbers at their best values, the conditions
/// those of `arm` before its doses. Empty when the cell is not followed or does not live to rest.
pub fn tip(setup: &Setup, index: usize, arm: &Arm) -> Vec<Tipped> {
    let compiled = &setup.cells[index];
    if compiled.followed.is_empty() {
        return Vec::new();
    }
    let otherwise = at_best(setup);
    let hypothesis = &setup.hypotheses[0];
    let world = World::with(setup.scenario, setup.knowledge, hypothesis, setup.seed, 0, &otherwise);
    let Some((parameters, state)) = typical(setup, &world, index, arm) else { return Vec::new() };
    let kind = &setup.knowledge.cells[&setup.scenario.cells[index].is];
    let cell = Resting { kind, network: &compiled.model.network, parameters, state };
    compiled.followed.iter().filter_map(|followed| cell.follow(followed)).collect()
}

/// Every number of the knowledge base and of the scenario at its best value.
fn at_best(setup: &Setup) -> Otherwise {
    let mut best = Otherwise::default();
    for (index, number) in setup.knowledge.numbers.iter().enumerate() {
        best.numbers.extend(number.quantity().map(|quantity| (index, quantity.middle())));
    }
    for (index, named) in setup.scenario.quantities.iter().enumerate() {
        best.values.insert(QuantityId(index), named.quantity.middle());
        // what an arm sets itself
        best.chances.insert(named.path.clone(), Chance::Exactly(0.5));
    }
    best
}

/// A cell at rest.
struct Resting<'a> {
    kind: &'a CellType,
    network: &'a Network,
    parameters: Vec<f64>,
    state: Vec<f64>,
}

impl Resting<'_> {
    fn follow(&self, followed: &Followed) -> Option<Tipped> {
        let fast = &self.kind.tipping.as_ref()?.fast;
        let is_fast = |species: usize| fast.contains(&self.network.species[species].id);
        let all = 0..self.network.species.len();
        let held: Vec<(usize, f64)> = all.clone().filter(|s| !is_fast(*s)).map(|s| (s, self.state[s])).collect();
        let mut network = self.network.clone();
        network.parameters.iter_mut().zip(&self.parameters).for_each(|(parameter, value)| parameter.value = *value);
        network.hold(&held);
        network.events.clear();
        let parameter = network.parameter(&followed.along.symbol)?;
        let parameters: Vec<f64> = network.parameters.iter().map(|parameter| parameter.value).collect();
        let start: Vec<f64> = all.filter(|s| is_fast(*s)).map(|s| self.state[s]).collect();
        let program = compile(&network).ok()?;
        let rest = steady_state(&program, &mut Workspace::for_program(&program), &start, &parameters, LONG)?;
        let along = compile_along(&network, &[parameter]).ok()?;
        let at = parameters[parameter];
        let between = (FAR.0 * at, FAR.1 * at);
        let laws = conservation::laws(&network);
        let found = branch(&along, &mut Workspace::for_program(&along), &rest, &parameters, &laws, between);
        let shown = network.species(&followed.shows.symbol)?;
        let pair = |parameter: f64, state: &[f64]| {
            let (along, shows) = (&followed.along, &followed.shows);
            (along.shown(parameter, &self.parameters), shows.shown(state[shown], &self.parameters))
        };
        let point = |point: &BranchPoint| pair(point.parameter, &point.state);
        let tips = end_of_rest(&found, at, &rest);
        let others = found.folds.iter().enumerate().filter(|(index, _)| Some(*index) != tips);
        Some(Tipped {
            followed: followed.clone(),
            rest: pair(at, &rest),
            states: found.points.iter().map(|at| (point(at), at.n_unstable)).collect(),
            tipping_point: tips.map(|index| point(&found.folds[index])),
            folds: others.map(|(_, fold)| point(fold)).collect(),
            oscillations: found.hopfs.iter().map(point).collect(),
            crossings: found.crossings.iter().map(point).collect(),
            held: self.held(&held, &network),
            moves: fast.iter().map(|symbol| self.label(symbol)).collect(),
        })
    }

    fn label(&self, symbol: &str) -> String {
        Pool::new(self.kind, self.network, symbol).map_or(symbol.to_owned(), |pool| pool.label)
    }

    /// The held pools that the fast part reads.
    fn held(&self, held: &[(usize, f64)], fast: &Network) -> Vec<(String, f64, String)> {
        let mut waiting: Vec<&Formula> = fast.reactions.iter().map(|reaction| &reaction.rate).collect();
        waiting.extend(fast.rate_rules.iter().chain(&fast.algebraic_rules).map(|(_, rule)| rule));
        let (mut read, mut seen) = (BTreeSet::new(), BTreeSet::new());
        while let Some(formula) = waiting.pop() {
            formula.each_symbol(&mut |symbol| match *symbol {
                Symbol::Variable(index) if seen.insert(index) => waiting.push(&fast.variables[index].value),
                Symbol::Parameter(index) => {
                    read.insert(fast.parameters[index].id.as_str());
                }
                _ => {}
            });
        }
        let is_read = |species: usize| read.contains(self.network.species[species].id.as_str());
        let pools = held.iter().filter(|(species, _)| is_read(*species));
        pools.filter_map(|(species, amount)| self.pool(*species, *amount)).collect()
    }

    /// A held pool for people.
    fn pool(&self, species: usize, amount: f64) -> Option<(String, f64, String)> {
        let pool = Pool::new(self.kind, self.network, &self.network.species[species].id)?;
        Some((pool.label.clone(), pool.shown(amount, &self.parameters), pool.unit))
    }
}

/// The fold at which the stretch of stable states ends that holds the state of rest; the nearest, if it ends on both sides.
fn end_of_rest(found: &Branch, at: f64, rest: &[f64]) -> Option<usize> {
    let far = |point: &BranchPoint, parameter: f64, state: &[f64]| {
        let share = |x: f64, y: f64| ((x - y) / (x.abs() + y.abs() + 1e-300)).abs();
        share(point.parameter, parameter) + point.state.iter().zip(state).map(|(x, y)| share(*x, *y)).sum::<f64>()
    };
    let nearest = |parameter: f64, state: &[f64]| {
        let distances = found.points.iter().enumerate().map(|(index, point)| (index, far(point, parameter, state)));
        distances.min_by(|x, y| x.1.total_cmp(&y.1)).map(|(index, _)| index)
    };
    let start = nearest(at, rest)?;
    let folds = found.folds.iter().enumerate().filter_map(|(index, fold)| {
        let place = nearest(fold.parameter, &fold.state)?;
        let between = &found.points[place.min(start)..=place.max(start)];
        // the states next to a fold may lie beyond it
        let is_reached = between.iter().filter(|point| !point.is_stable()).count() <= 1;
        is_reached.then_some((index, place.abs_diff(start)))
    });
    folds.min_by_key(|(_, distance)| *distance).map(|(index, _)| index)
}
