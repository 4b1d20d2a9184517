//! Many lanes of one program: where each is, and what happened to it.

use crate::interpreter::TILE;
use crate::jit::{Jit, Routine};
use crate::program::Program;
use crate::tape::Tape;
use crate::workspace::Workspace;

/// How a lane stands.
#[derive(Clone, Debug, PartialEq)]
pub enum LaneStatus {
    /// Can go on.
    Running,
    /// A terminal event fired.
    Stopped {
        /// Index of the event.
        event: usize,
        /// When.
        time: f64,
    },
    /// The solver gave up; the lane stays as it was at the time of failure.
    Failed(Failure),
}

/// Where a lane failed, and on what.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// When.
    pub time: f64,
    /// Why.
    pub reason: FailureReason,
    /// Index of the species with the largest error (or the first that is no number).
    pub species: Option<usize>,
    /// Index of the reaction that changes that species most.
    pub reaction: Option<usize>,
}

/// Why a lane failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureReason {
    /// No step was small enough for the tolerance.
    StepTooSmall,
    /// A change or an amount is infinite or no number.
    NotFinite,
    /// More than [`SolverConfig::max_steps`] in one call.
    TooManySteps,
    /// The step's linear system has no solution.
    Singular,
    /// Events set each other off without end at one time.
    EventLoop,
    /// From the amounts at hand the search for those that meet the algebraic rules led nowhere.
    Inconsistent,
    /// The algebraic rules leave an amount open at this state: they say the same twice, or their index is above 1.
    RulesOpen,
    /// Events happened together, or at a state that was given: how derivatives along parameters jump there is not known.
    TangentsLost,
    /// A rate is below zero or no number, so it is no chance of an event.
    NegativeRate,
}

/// What the solver did for a lane, since the lane was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Steps taken; events, of an exact stochastic trajectory. Each attempt evaluates one Jacobian, factors once, and evaluates the right-hand side six times.
    pub accepted: u64,
    /// Steps tried again with a smaller one.
    pub rejected: u64,
    /// Triggers and switches located.
    pub located: u64,
    /// Steps solved by the dense fallback.
    pub dense: u64,
    /// Of the steps taken, those of an explicit method, where [`crate::follow`] found the system not to be stiff.
    pub explicit: u64,
    /// Times that the lane was too hard for a tile and went on alone, by the solver of variable order.
    pub handed_over: u64,
}

/// An amount beyond this has exploded: no body has so many atoms.
const EXPLODED: f64 = 1e30;

/// The species that exploded most. It spoils the linear system of all others, so they are no suspects.
pub(crate) fn exploded(state: &[f64]) -> Option<usize> {
    let size = |species: usize| if state[species].is_nan() { 0.0 } else { state[species].abs() };
    let largest = (0..state.len()).reduce(|a, b| if size(b) > size(a) { b } else { a });
    largest.filter(|species| size(*species) > EXPLODED)
}

/// Absolute tolerance, in the units of the state.
#[derive(Clone, Debug, PartialEq)]
pub enum AbsoluteTolerance {
    /// One for all species.
    Same(f64),
    /// One for each, `[n_species]`.
    Each(Vec<f64>),
}

impl AbsoluteTolerance {
    /// The tolerance of a species.
    pub fn of(&self, species: usize) -> f64 {
        match self {
            Self::Same(tolerance) => *tolerance,
            Self::Each(tolerances) => tolerances[species],
        }
    }
}

/// How to integrate.
///
/// ```
/// use vesica_engine::SolverConfig;
/// let config = SolverConfig { terminal_events: vec![0], ..SolverConfig::with_tolerance(1e-6, 1e-3) };
/// assert_eq!(config.rtol, 1e-6);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SolverConfig {
    /// Relative tolerance of a step's error, > 0. The error is the root mean square over the species.
    pub rtol: f64,
    /// Absolute tolerance. Species can run below zero by about as much.
    pub atol: AbsoluteTolerance,
    /// Longest step.
    pub max_step: f64,
    /// Most attempts for a lane in one call of [`crate::advance`].
    pub max_steps: u64,
    /// Indices of the events that stop a lane.
    pub terminal_events: Vec<usize>,
}

impl SolverConfig {
    /// The given tolerances, no longest step, at most 100 000 attempts, no terminal event.
    pub fn with_tolerance(rtol: f64, atol: f64) -> Self {
        Self {
            rtol,
            atol: AbsoluteTolerance::Same(atol),
            max_step: f64::INFINITY,
            max_steps: 100_000,
            terminal_events: Vec::new(),
        }
    }
}

/// Truth of a trigger that was not looked at yet.
pub(crate) const UNKNOWN: u8 = 2;

/// What of the prologue's results is out of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stale {
    Nothing,
    /// What depends on the program's inputs.
    Inputs,
    All,
}

/// Lanes of one program. Arrays are lane after lane.
///
/// ```
/// use vesica_engine::{Batch, LaneStatus, compile};
/// let program = compile(&vesica_model::Network::default())?;
/// let batch = Batch::new(&program, 3);
/// assert_eq!((batch.n_lanes(), batch.status(2)), (3, &LaneStatus::Running));
/// # Ok::<(), vesica_engine::CompileError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Batch {
    n_lanes: usize,
    n_species: usize,
    n_parameters: usize,
    n_events: usize,
    n_fixed: usize,
    state: Vec<f64>,
    parameters: Vec<f64>,
    pub(crate) time: Vec<f64>,
    pub(crate) step: Vec<f64>,
    /// First step that a lane took after its last disturbance; 0 before one.
    pub(crate) first_step: Vec<f64>,
    pub(crate) status: Vec<LaneStatus>,
    pub(crate) counters: Vec<Counters>,
    pub(crate) fired: Vec<Vec<(usize, f64)>>,
    /// Pairs of random numbers that each lane has used.
    pub(crate) drawn: Vec<u32>,
    /// Truth of each trigger when the lane was last looked at.
    truths: Vec<u8>,
    /// The prologue's results.
    fixed: Vec<f64>,
    stale: Vec<Stale>,
    /// The prologue's results of the lane that was brought up to date first; empty before.
    reference: Vec<f64>,
    /// Whether any lane ever had another value than that.
    varies: Vec<bool>,
    /// Whether parameters or state were touched since the lane last went on.
    pub(crate) is_disturbed: Vec<bool>,
}

impl Batch {
    /// Lanes with the program's default parameters and initial amounts, at time 0.
    pub fn new(program: &Program, n_lanes: usize) -> Self {
        let state = program.initial_state(program.default_parameters());
        Self {
            n_lanes,
            n_species: program.n_species(),
            n_parameters: program.n_parameters(),
            n_events: program.n_events(),
            n_fixed: program.n_fixed(),
            state: state.repeat(n_lanes),
            parameters: program.default_parameters().repeat(n_lanes),
            time: vec![0.0; n_lanes],
            step: vec![0.0; n_lanes],
            first_step: vec![0.0; n_lanes],
            status: vec![LaneStatus::Running; n_lanes],
            counters: vec![Counters::default(); n_lanes],
            fired: vec![Vec::new(); n_lanes],
            drawn: vec![0; n_lanes],
            truths: vec![UNKNOWN; n_lanes * program.n_events()],
            fixed: vec![0.0; n_lanes * program.n_fixed()],
            stale: vec![Stale::All; n_lanes],
            reference: Vec::new(),
            varies: vec![false; program.n_fixed()],
            is_disturbed: vec![false; n_lanes],
        }
    }

    /// Number of lanes.
    pub fn n_lanes(&self) -> usize {
        self.n_lanes
    }

    /// Amounts of a lane, `[n_species]`.
    pub fn state(&self, lane: usize) -> &[f64] {
        &self.state[lane * self.n_species..][..self.n_species]
    }

    /// Amounts of a lane, to be changed between calls of [`crate::advance`].
    ///
    /// A change that turns a trigger true makes the event fire when the lane goes on.
    pub fn state_mut(&mut self, lane: usize) -> &mut [f64] {
        self.is_disturbed[lane] = true;
        self.column_mut(lane)
    }

    /// The same, for the solver's own writing.
    pub(crate) fn column_mut(&mut self, lane: usize) -> &mut [f64] {
        &mut self.state[lane * self.n_species..][..self.n_species]
    }

    /// Amounts of all lanes, `[lane × n_species]`.
    pub fn states(&self) -> &[f64] {
        &self.state
    }

    /// Parameters of a lane, `[n_parameters]`.
    pub fn parameters(&self, lane: usize) -> &[f64] {
        &self.parameters[lane * self.n_parameters..][..self.n_parameters]
    }

    /// Parameters of a lane, to be changed between calls of [`crate::advance`].
    pub fn parameters_mut(&mut self, lane: usize) -> &mut [f64] {
        self.stale[lane] = Stale::All;
        self.is_disturbed[lane] = true;
        &mut self.parameters[lane * self.n_parameters..][..self.n_parameters]
    }

    /// Sets one parameter of a lane, between calls of [`crate::advance`]. A value that it has already disturbs nothing; one
    /// of the program's inputs ([`Program::with_inputs`]) costs only what depends on it.
    ///
    /// ```
    /// use vesica_engine::{Batch, compile};
    /// use vesica_model::{Network, Parameter};
    /// let mut network = Network::default();
    /// network.parameters.push(Parameter { id: "flow".into(), value: 0.0 });
    /// let program = compile(&network)?.with_inputs(&[0]);
    /// let mut batch = Batch::new(&program, 2);
    /// batch.set_parameter(&program, 1, 0, 2.5);
    /// assert_eq!((batch.parameters(0), batch.parameters(1)), (&[0.0][..], &[2.5][..]));
    /// # Ok::<(), vesica_engine::CompileError>(())
    /// ```
    ///
    /// # Panics
    /// If the program has no such parameter, or is not the one that the batch was made for.
    pub fn set_parameter(&mut self, program: &Program, lane: usize, parameter: usize, value: f64) {
        let place = &mut self.parameters[lane * self.n_parameters..][..self.n_parameters][parameter];
        if place.to_bits() == value.to_bits() {
            return;
        }
        *place = value;
        let stale = if program.renewal.is_input[parameter] { Stale::Inputs } else { Stale::All };
        self.stale[lane] = self.stale[lane].max(stale);
        self.is_disturbed[lane] = true;
    }

    /// Time of a lane.
    pub fn time(&self, lane: usize) -> f64 {
        self.time[lane]
    }

    /// Sets the time of a lane.
    pub fn set_time(&mut self, lane: usize, time: f64) {
        self.time[lane] = time;
    }

    /// The step a lane would try next; 0 before its first.
    pub fn step(&self, lane: usize) -> f64 {
        self.step[lane]
    }

    /// How a lane stands.
    pub fn status(&self, lane: usize) -> &LaneStatus {
        &self.status[lane]
    }

    /// What the solver did for a lane.
    pub fn counters(&self, lane: usize) -> Counters {
        self.counters[lane]
    }

    /// `(event, time)` of everything that fired in a lane, in order.
    pub fn fired(&self, lane: usize) -> &[(usize, f64)] {
        &self.fired[lane]
    }

    /// How far a lane has read its stream of random numbers; 0 for a lane that was only integrated.
    pub fn drawn(&self, lane: usize) -> u32 {
        self.drawn[lane]
    }

    /// Lets a stopped or failed lane go on from where it is.
    pub fn resume(&mut self, lane: usize) {
        self.status[lane] = LaneStatus::Running;
    }

    /// Takes a lane out of all further steps, as if `event` had stopped it now.
    pub fn stop(&mut self, lane: usize, event: usize) {
        self.status[lane] = LaneStatus::Stopped { event, time: self.time[lane] };
    }

    /// Puts a lane back to the start: time 0, initial amounts of its own parameters, nothing fired.
    pub fn restart(&mut self, program: &Program, lane: usize) {
        let state = program.initial_state(self.parameters(lane));
        self.state_mut(lane).copy_from_slice(&state);
        self.time[lane] = 0.0;
        self.step[lane] = 0.0;
        self.first_step[lane] = 0.0;
        self.is_disturbed[lane] = false;
        self.status[lane] = LaneStatus::Running;
        self.counters[lane] = Counters::default();
        self.fired[lane].clear();
        self.drawn[lane] = 0;
        self.truths_mut(lane).fill(UNKNOWN);
    }

    /// Makes `lane` the same as lane `from` of another batch of the same program.
    ///
    /// # Panics
    /// If the programs differ in shape.
    pub fn copy_lane(&mut self, lane: usize, other: &Self, from: usize) {
        self.state_mut(lane).copy_from_slice(other.state(from));
        self.parameters_mut(lane).copy_from_slice(other.parameters(from));
        self.truths_mut(lane).copy_from_slice(other.truths(from));
        self.time[lane] = other.time[from];
        self.step[lane] = other.step[from];
        self.first_step[lane] = other.first_step[from];
        self.is_disturbed[lane] = other.is_disturbed[from];
        self.status[lane] = other.status[from].clone();
        self.counters[lane] = other.counters[from];
        self.fired[lane].clone_from(&other.fired[from]);
        self.drawn[lane] = other.drawn[from];
    }

    /// Whether two lanes are the same bit for bit, so that they go the same way.
    pub fn are_alike(&self, a: usize, b: usize) -> bool {
        let bits = |x: &[f64], y: &[f64]| x.iter().zip(y).all(|(x, y)| x.to_bits() == y.to_bits());
        let numbers = |lane: usize| [self.time[lane], self.step[lane], self.first_step[lane]];
        bits(&numbers(a), &numbers(b))
            && self.is_disturbed[a] == self.is_disturbed[b]
            && self.status[a] == self.status[b]
            && self.drawn[a] == self.drawn[b]
            && self.truths(a) == self.truths(b)
            && bits(self.state(a), self.state(b))
            && bits(self.parameters(a), self.parameters(b))
    }

    /// A number that lanes have in common when they are alike, and hardly ever otherwise.
    pub fn fingerprint(&self, lane: usize) -> u64 {
        let numbers = self.state(lane).iter().chain(self.parameters(lane));
        numbers.fold(0xcbf2_9ce4_8422_2325, |hash: u64, x| {
            (hash.rotate_left(5) ^ x.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        })
    }

    /// Makes a lane the same as another that it was alike before the other went on.
    pub fn follow_lane(&mut self, lane: usize, other: usize) {
        let (n, k) = (self.n_species, self.n_fixed);
        self.state.copy_within(other * n..(other + 1) * n, lane * n);
        self.fixed.copy_within(other * k..(other + 1) * k, lane * k);
        self.truths.copy_within(other * self.n_events..(other + 1) * self.n_events, lane * self.n_events);
        self.stale[lane] = self.stale[other];
        self.time[lane] = self.time[other];
        self.step[lane] = self.step[other];
        self.first_step[lane] = self.first_step[other];
        self.is_disturbed[lane] = self.is_disturbed[other];
        self.status[lane] = self.status[other].clone();
        self.counters[lane] = self.counters[other];
        let fired = self.fired[other].clone();
        self.fired[lane] = fired;
        self.drawn[lane] = self.drawn[other];
    }

    pub(crate) fn truths(&self, lane: usize) -> &[u8] {
        &self.truths[lane * self.n_events..][..self.n_events]
    }

    pub(crate) fn truths_mut(&mut self, lane: usize) -> &mut [u8] {
        &mut self.truths[lane * self.n_events..][..self.n_events]
    }

    /// The prologue's results of a lane; up to date after [`Batch::refresh`].
    pub(crate) fn fixed(&self, lane: usize) -> &[f64] {
        &self.fixed[lane * self.n_fixed..][..self.n_fixed]
    }

    /// A fixed value that every lane that was ever brought up to date has; `None` where they differ.
    pub(crate) fn common(&self, fixed: usize) -> Option<f64> {
        if self.varies[fixed] { None } else { self.reference.get(fixed).copied() }
    }

    /// Brings the prologue's results of every lane up to date.
    pub(crate) fn refresh_all(&mut self, program: &Program, workspace: &mut Workspace) {
        let lanes: Vec<usize> = (0..self.n_lanes).collect();
        self.refresh(program, workspace, &lanes);
    }

    /// Brings the prologue's results of some lanes up to date.
    pub(crate) fn refresh(&mut self, program: &Program, workspace: &mut Workspace, lanes: &[usize]) {
        let (whole, part) = (&program.prologue.tape, &program.renewal.tape);
        let stale = |batch: &Self, stale| lanes.iter().copied().filter(|lane| batch.stale[*lane] == stale).collect();
        let lanes: Vec<usize> = stale(self, Stale::All);
        self.renew(program, workspace, &lanes, (whole, |jit| &jit.prologue), |output| output);
        let lanes: Vec<usize> = stale(self, Stale::Inputs);
        self.renew(program, workspace, &lanes, (part, |jit| &jit.renewal), |output| program.renewal.fixed[output]);
    }

    /// Runs a tape of the prologue for lanes. `fixed`: which fixed value an output is.
    fn renew(
        &mut self,
        program: &Program,
        workspace: &mut Workspace,
        lanes: &[usize],
        (tape, routine): (&Tape, fn(&Jit) -> &Routine),
        fixed: impl Fn(usize) -> usize,
    ) {
        let n_constants = program.prologue.constants.len();
        for lanes in lanes.chunks(TILE) {
            for row in tape.inputs.iter().map(|row| *row as usize) {
                let to = workspace.prologue[row * TILE..][..TILE].iter_mut();
                let parameter = row - n_constants;
                to.zip(lanes).for_each(|(to, lane)| *to = self.parameters[lane * self.n_parameters + parameter]);
            }
            workspace.code.run_tape((tape, routine), &mut workspace.prologue);
            for (output, row) in tape.outputs.iter().enumerate() {
                let (from, fixed) = (&workspace.prologue[*row as usize * TILE..][..TILE], fixed(output));
                let first = *self.reference.get(fixed).unwrap_or(&from[0]);
                for (lane, value) in lanes.iter().zip(from) {
                    self.fixed[lane * self.n_fixed + fixed] = *value;
                    self.varies[fixed] |= value.to_bits() != first.to_bits();
                }
            }
            if self.reference.is_empty() {
                self.reference = self.fixed(lanes[0]).to_vec();
            }
            lanes.iter().for_each(|lane| self.stale[*lane] = Stale::Nothing);
        }
    }
}
