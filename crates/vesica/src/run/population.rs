//! All simulated cells of one type in one world: every arm's cells are lanes of one batch.

use std::collections::{BTreeMap, BTreeSet};

use vesica_engine::math::{exp, ln};
use vesica_engine::random::Stream;
use vesica_engine::{Batch, Failure, FailureReason, LaneStatus, Program, Workspace, advance, advance_lanes};

use super::alike::Alike;
use super::draws::World;
use super::growth::Factors;
use super::method::Stepper;
use super::setup::{CompiledCell, REST, Setup, Source};
use super::spread::{Varied, shared_parameters};
use crate::compose::Binding;
use crate::knowledge::mangle;
use crate::result::SolverWork;
use crate::scenario::{Arm, Cell};

/// Lanes of one cell type: `lane = arm × n_cells + cell`.
pub struct Population<'a> {
    /// Program and meaning.
    pub compiled: &'a CompiledCell,
    cell: &'a Cell,
    batch: Batch,
    workspace: Workspace,
    n_arms: usize,
    /// Number of real cells that a simulated one stands for at time zero, per arm.
    weight: Vec<f64>,
    /// Growth per s, per lane.
    growth: Vec<f64>,
    /// Factors of growth that were asked for last.
    factors: Factors,
    /// Radius of a sphere of the cell's volume, um, per lane.
    radius: Vec<f64>,
    /// Cells that have gone the same way so far.
    alike: Alike,
    /// Variables of all lanes at the last call of [`Population::evaluate`]: `[lane][variable]`.
    variables: Vec<f64>,
    /// Values at rest of the parameters that cells exchange: parameter -> `[lane]`.
    own_values: BTreeMap<usize, Vec<f64>>,
    /// Chances of the lanes; arms share those of a cell.
    streams: Vec<Stream>,
    /// Time up to which the population was advanced, s.
    time: f64,
    /// Lanes that died before time zero.
    pub died_at_rest: usize,
    /// Lanes that the solver gave up before time zero.
    frozen_at_rest: BTreeSet<usize>,
}

/// Why a lane was taken out, in words for the report.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Frozen {
    /// Arm.
    pub arm: usize,
    /// Simulated cell.
    pub cell: usize,
    /// Time, species and reason.
    pub reason: String,
}

impl<'a> Population<'a> {
    /// Draws the cells of every arm and lets them come to rest without doses and vesicles.
    pub fn at_rest(setup: &'a Setup<'a>, world: &World, index: usize) -> Self {
        let compiled = &setup.cells[index];
        let cell = &setup.scenario.cells[index];
        let arms = &setup.scenario.arms;
        let n_cells = compiled.n_cells;
        let mut batch = Batch::new(compiled.stepper.program(), arms.len() * n_cells);
        let growth_at = compiled.model.network.parameter("growth");
        let mut growth = vec![0.0; arms.len() * n_cells];
        let mut varied = Varied::default();
        for (number, arm) in arms.iter().enumerate() {
            let shared = shared_parameters(compiled, cell, world, arm);
            for lane in 0..n_cells {
                let at = number * n_cells + lane;
                batch.parameters_mut(at)[..shared.len()].copy_from_slice(&shared);
                varied.vary(compiled, cell, world, arm, lane, batch.parameters_mut(at));
                growth[at] = growth_at.map_or(0.0, |index| shared[index]);
            }
        }
        let count = |arm: &Arm| world.n_cells(cell, arm) / n_cells as f64;
        let mut population = Self {
            workspace: setup.workspace(compiled.stepper.program()),
            weight: arms.iter().map(count).collect(),
            n_arms: arms.len(),
            variables: vec![0.0; arms.len() * n_cells * compiled.stepper.program().n_variables()],
            compiled,
            cell,
            batch,
            growth,
            own_values: BTreeMap::new(),
            streams: (0..arms.len() * n_cells)
                .map(|lane| world.chances(&cell.name, (lane % n_cells) as u32, "method"))
                .collect(),
            factors: Factors::default(),
            radius: Vec::new(),
            alike: Alike::default(),
            time: 0.0,
            died_at_rest: 0,
            frozen_at_rest: BTreeSet::new(),
        };
        let volume = compiled.model.network.parameter("cell");
        let lanes = 0..population.n_arms * n_cells;
        let volumes = lanes.map(|lane| volume.map_or(0.0, |at| population.batch.parameters(lane)[at]));
        population.radius = volumes.map(|volume| exp(ln(3.0 * volume / (4.0 * std::f64::consts::PI)) / 3.0)).collect();
        population.come_to_rest();
        population
    }

    /// Cells with equal parameters share their way to rest: only the first of them is integrated.
    fn come_to_rest(&mut self) {
        self.alike = Alike::among(&self.batch);
        let rest = self.compiled.model.network.parameter("rest");
        let set = |batch: &mut Batch, value: f64| {
            let lanes = 0..batch.n_lanes();
            rest.into_iter().for_each(|rest| lanes.clone().for_each(|lane| batch.parameters_mut(lane)[rest] = value));
        };
        set(&mut self.batch, 1.0);
        let program = self.compiled.stepper.program();
        self.alike.leaders(&self.batch).into_iter().for_each(|lane| self.batch.restart(program, lane));
        let (lanes, followers) = (self.alike.leaders(&self.batch), self.alike.followers(&self.batch));
        advance_lanes(program, &self.compiled.solver, &mut self.workspace, (&mut self.batch, lanes), REST);
        followers.into_iter().for_each(|(lane, leader)| self.batch.follow_lane(lane, leader));
        let is_frozen = |lane: &usize| matches!(self.batch.status(*lane), LaneStatus::Failed(_));
        self.frozen_at_rest = (0..self.batch.n_lanes()).filter(is_frozen).collect();
        set(&mut self.batch, 0.0);
        (0..self.batch.n_lanes()).for_each(|lane| self.begin(lane));
    }

    /// Sets a rested lane to time zero: clock and counters start again. Who died on the way is dead from the start.
    fn begin(&mut self, lane: usize) {
        let state = self.batch.state_mut(lane);
        self.compiled.model.counters.iter().for_each(|species| state[*species] = 0.0);
        self.compiled.stepper.make_whole(state, &self.streams[lane]);
        self.batch.set_time(lane, 0.0);
        if let LaneStatus::Stopped { event, .. } = *self.batch.status(lane) {
            self.died_at_rest += 1;
            self.batch.stop(lane, event);
        }
    }

    /// Number of arms.
    pub fn n_arms(&self) -> usize {
        self.n_arms
    }

    /// Number of simulated cells per arm.
    pub fn n_cells(&self) -> usize {
        self.compiled.n_cells
    }

    /// Time up to which it was advanced, s. Senders that conditioned the medium stopped at another time than the others.
    pub fn time(&self) -> f64 {
        self.time
    }

    /// Lanes of an arm.
    pub fn lanes(&self, arm: usize) -> std::ops::Range<usize> {
        arm * self.compiled.n_cells..(arm + 1) * self.compiled.n_cells
    }

    /// Whether a lane is a living cell. A frozen lane is none.
    pub fn is_alive(&self, lane: usize) -> bool {
        matches!(self.batch.status(lane), LaneStatus::Running)
    }

    /// Event index and time of a death.
    pub fn death(&self, lane: usize) -> Option<(usize, f64)> {
        match self.batch.status(lane) {
            LaneStatus::Stopped { event, time } => Some((*event, *time)),
            _ => None,
        }
    }

    /// Name of the death mode of an event: the mechanism in which it stands.
    pub fn mode(&self, event: usize) -> String {
        let id = &self.compiled.model.network.events[event].id;
        id.split('.').next().unwrap_or(id).to_owned()
    }

    /// Real cells that a lane stands for at a time: its clone grows while it lives. Zero for a frozen lane.
    pub fn weight(&self, lane: usize, time: f64) -> f64 {
        let until = match self.batch.status(lane) {
            LaneStatus::Running => time,
            LaneStatus::Stopped { time: died, .. } => died.min(time),
            LaneStatus::Failed(_) => return 0.0,
        };
        self.weight[lane / self.compiled.n_cells] * self.factors.power_of_e(self.growth[lane] * until)
    }

    /// By how much growth dilutes a lane in `dt` s: e^(−growth·dt).
    pub fn dilution(&self, lane: usize, dt: f64) -> f64 {
        self.factors.power_of_e(-self.growth[lane] * dt)
    }

    /// By how much a constant inflow over `dt` s grows with its clone: (e^(g·dt) − 1)/(g·dt).
    pub fn inflow_growth(&self, lane: usize, dt: f64) -> f64 {
        let x = self.growth[lane] * dt;
        if x < 1e-6 { 1.0 + x / 2.0 } else { (self.factors.power_of_e(x) - 1.0) / x }
    }

    /// Concentration of a drug in the medium of an arm, molecules/um³.
    pub fn set_drug(&mut self, arm: usize, drug: &str, concentration: f64) {
        let wanted = mangle(drug);
        let found = self.compiled.model.bindings.iter().position(|b| matches!(b, Binding::Drug(d) if *d == wanted));
        if let Some(index) = found {
            self.lanes(arm).for_each(|lane| self.set(lane, index, concentration));
        }
    }

    /// What the cells of an arm read of what cells exchange: comes on top of what the parameter was at rest.
    pub fn set_exchanged(&mut self, arm: usize, parameter: usize, value: f64) {
        let lanes = self.lanes(arm);
        let (batch, all) = (&mut self.batch, 0..self.n_arms * self.compiled.n_cells);
        let own = self.own_values.entry(parameter);
        let own = own.or_insert_with(|| all.map(|lane| batch.parameters(lane)[parameter]).collect());
        lanes.for_each(|lane| batch.set_parameter(self.compiled.stepper.program(), lane, parameter, own[lane] + value));
    }

    fn set(&mut self, lane: usize, parameter: usize, value: f64) {
        self.batch.set_parameter(self.compiled.stepper.program(), lane, parameter, value);
    }

    /// Weighted sum over the living cells of an arm.
    pub fn living_sum(&self, arm: usize, time: f64, of: impl Fn(&Self, usize) -> f64) -> f64 {
        let living = self.lanes(arm).filter(|lane| self.is_alive(*lane));
        living.map(|lane| self.weight(lane, time) * of(self, lane)).sum()
    }

    /// Flow of vesicles of a kind (`what` = 0) or of one of their cargoes (1, 2 ..) into a lane, per s.
    pub fn set_arriving(&mut self, lane: usize, vesicle: usize, what: usize, flow: f64) {
        if let Some(parameter) = self.compiled.flows.arriving(vesicle, what) {
            self.set(lane, parameter, flow);
        }
    }

    /// Flow of whole copies of a cargo that dock at a lane, per s.
    pub fn set_docking(&mut self, lane: usize, vesicle: usize, cargo: usize, flow: f64) {
        if let Some(parameter) = self.compiled.flows.docking(vesicle, cargo) {
            self.set(lane, parameter, flow);
        }
    }

    /// Integrates every living cell to `until`: one of those that are alike; the others follow it.
    pub fn advance(&mut self, until: f64) {
        let (compiled, n_cells) = (self.compiled, self.compiled.n_cells);
        match compiled.stepper {
            Stepper::Flow(_) => self.alike.part(&self.batch, &|_| 0),
            // arms share the chances of a cell
            _ => self.alike.part(&self.batch, &|lane| lane % n_cells),
        }
        let (lanes, followers) = (self.alike.leaders(&self.batch), self.alike.followers(&self.batch));
        let work = (&mut self.batch, lanes);
        compiled.stepper.advance(&compiled.solver, &mut self.workspace, work, until, &self.streams);
        followers.into_iter().for_each(|(lane, leader)| self.batch.follow_lane(lane, leader));
        self.time = until;
    }

    /// Evaluates the assignment rules of all lanes at their present state.
    pub fn evaluate(&mut self) {
        self.compiled.stepper.program().variables_of_batch(&mut self.workspace, &mut self.batch, &mut self.variables);
    }

    /// Evaluates for the living lanes the assignment rules that are read at every exchange; the others stay as they are.
    pub fn evaluate_exchanged(&mut self) {
        let living: Vec<usize> = (0..self.n_arms * self.compiled.n_cells).filter(|lane| self.is_alive(*lane)).collect();
        let (compiled, batch) = (self.compiled, &mut self.batch);
        let selection = &compiled.exchanged;
        let program = compiled.stepper.program();
        program.selected_of_batch(selection, &mut self.workspace, (batch, &living), &mut self.variables);
    }

    /// A variable of a lane at the last [`Population::evaluate`], or [`Population::evaluate_exchanged`] if that reads it.
    pub fn variable(&self, lane: usize, index: usize) -> f64 {
        self.variables[lane * self.compiled.stepper.program().n_variables() + index]
    }

    /// State of a lane, amounts.
    pub fn state(&self, lane: usize) -> &[f64] {
        self.batch.state(lane)
    }

    /// Rates of the reactions of a lane, molecules per s.
    pub fn rates(&self, lane: usize) -> Vec<f64> {
        let program = self.compiled.stepper.program();
        let mut rates = vec![0.0; program.n_reactions()];
        let (state, parameters) = (self.batch.state(lane), self.batch.parameters(lane));
        program.reaction_rates(&mut Workspace::for_program(program), self.time, state, parameters, &mut rates);
        rates
    }

    /// Adds whole copies to a species of a lane.
    pub fn add(&mut self, lane: usize, species: usize, amount: f64) {
        // a cell that gets nothing is not disturbed
        if amount != 0.0 {
            self.batch.state_mut(lane)[species] += amount;
        }
    }

    /// A symbol of a lane, inside units; variables as of the last [`Population::evaluate`].
    pub fn read(&self, lane: usize, source: Source) -> f64 {
        match source {
            Source::Amount(species) => self.batch.state(lane)[species],
            Source::Concentration(species, compartment) => {
                self.batch.state(lane)[species] / self.batch.parameters(lane)[compartment]
            }
            Source::Variable(index) => self.variable(lane, index),
            Source::Parameter(index) => self.batch.parameters(lane)[index],
        }
    }

    /// Weighted mean of a symbol over the living cells of an arm; NaN when none lives.
    pub fn mean(&self, arm: usize, source: Source) -> f64 {
        let (sum, weights) =
            self.lanes(arm).filter(|lane| self.is_alive(*lane)).fold((0.0, 0.0), |(sum, weights), lane| {
                let weight = self.weight(lane, self.time);
                (sum + weight * self.read(lane, source), weights + weight)
            });
        if weights > 0.0 { sum / weights } else { f64::NAN }
    }

    /// Number of living cells of an arm, and of all that were ever there, dead ones included.
    pub fn numbers(&self, arm: usize) -> (f64, f64) {
        self.lanes(arm).fold((0.0, 0.0), |(alive, all), lane| {
            let weight = self.weight(lane, self.time);
            (alive + if self.is_alive(lane) { weight } else { 0.0 }, all + weight)
        })
    }

    /// Number of cells that died in a mode.
    pub fn died_of(&self, arm: usize, mode: &str) -> f64 {
        let of_mode = |lane: &usize| self.death(*lane).is_some_and(|(event, _)| self.mode(event) == mode);
        self.lanes(arm).filter(of_mode).map(|lane| self.weight(lane, self.time)).sum()
    }

    /// Largest diffusion-limited clearance of a cell, um³/s, for vesicles that diffuse with `diffusion` um²/s:
    /// 4·π·D·R with the radius of a sphere of the cell's volume.
    pub fn clearance_limit(&self, lane: usize, diffusion: f64) -> f64 {
        4.0 * std::f64::consts::PI * diffusion * self.radius[lane]
    }

    /// What the solver did for all lanes, the way to rest included.
    pub fn work(&self) -> SolverWork {
        let of_lane = |lane| {
            let counters = self.batch.counters(lane);
            SolverWork {
                steps: counters.accepted,
                rejected: counters.rejected,
                located: counters.located,
                dense: counters.dense,
                handed_over: counters.handed_over,
            }
        };
        (0..self.n_arms * self.compiled.n_cells).map(of_lane).sum()
    }

    /// Lanes that the solver gave up.
    pub fn frozen(&self) -> Vec<Frozen> {
        let n_cells = self.compiled.n_cells;
        let lanes = 0..self.n_arms * n_cells;
        lanes
            .filter_map(|lane| match self.batch.status(lane) {
                LaneStatus::Failed(failure) => Some(Frozen {
                    arm: lane / n_cells,
                    cell: lane % n_cells,
                    reason: format!(
                        "{}: {}",
                        self.cell.name,
                        describe(failure, self.compiled.stepper.program(), self.frozen_at_rest.contains(&lane))
                    ),
                }),
                _ => None,
            })
            .collect()
    }
}

/// Parameters and state at rest of a cell without spread of its own, in the conditions of an arm before its doses;
/// `None` if it does not live to rest.
pub(super) fn typical(setup: &Setup, world: &World, index: usize, arm: &Arm) -> Option<(Vec<f64>, Vec<f64>)> {
    let compiled = &setup.cells[index];
    let program = compiled.stepper.program();
    let mut batch = Batch::new(program, 1);
    let mut parameters = shared_parameters(compiled, &setup.scenario.cells[index], world, arm);
    batch.parameters_mut(0)[..parameters.len()].copy_from_slice(&parameters);
    let rest = compiled.model.network.parameter("rest");
    rest.into_iter().for_each(|rest| batch.parameters_mut(0)[rest] = 1.0);
    batch.restart(program, 0);
    advance(program, &compiled.solver, &mut setup.workspace(program), &mut batch, REST);
    rest.into_iter().for_each(|rest| parameters[rest] = 0.0);
    (*batch.status(0) == LaneStatus::Running)
        .then(|| (parameters, batch.state(0)[..compiled.model.network.species.len()].to_vec()))
}

/// Time, reason, and the species and reaction that the solver suspects. A cell comes to rest from a time of its own.
fn describe(failure: &Failure, program: &Program, at_rest: bool) -> String {
    let reason = match failure.reason {
        FailureReason::StepTooSmall => "the step fell to nothing",
        FailureReason::NotFinite => "a rate is no finite number",
        FailureReason::TooManySteps => "too many steps",
        FailureReason::Singular => "the step's linear system has no solution",
        FailureReason::EventLoop => "events set each other off without end",
        FailureReason::NegativeRate => "a rate is below zero, so it is no chance of an event",
        FailureReason::Inconsistent => "no amounts near those at hand meet the algebraic rules",
        FailureReason::TangentsLost => "events happened together, so derivatives along parameters are lost",
        FailureReason::RulesOpen => "the algebraic rules leave an amount open",
    };
    let named = |ids: &[String], index: Option<usize>| index.map_or("?".to_owned(), |index| ids[index].clone());
    let hours = failure.time / 3600.0;
    let time =
        if at_rest { format!("before time zero, {hours:.3} h on its way to rest") } else { format!("at {hours:.3} h") };
    format!(
        "{reason} {time}; species `{}`, reaction `{}`",
        named(program.species_ids(), failure.species),
        named(program.reaction_ids(), failure.reaction)
    )
}
