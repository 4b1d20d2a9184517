//! Brings every running lane of a batch to a time: a queue of lanes, a tile of slots.
//!
//! A slot whose lane is done takes the next lane from the queue, so a tile stays full while lanes differ
//! in their number of steps. All numbers of a lane depend on that lane alone.

use crate::batch::{Batch, Counters, Failure, FailureReason, LaneStatus, SolverConfig, UNKNOWN, exploded};
use crate::events::{Crossing, fire, just_after};
use crate::follow::follow;
use crate::interpreter::TILE;
use crate::program::{Program, put, take};
use crate::rodas4::STAGES;
use crate::rosenbrock::{Accept, Attempt, Truths};
use crate::rosenbrock_one::{self, DenseOutput};
use crate::simd::dispatch;
use crate::workspace::Workspace;

/// Factor on a step that just meets the tolerance.
const SAFETY: f64 = 0.9;
const MOST_GROWTH: f64 = 10.0;
const MOST_SHRINK: f64 = 0.2;
/// Shrinking when the error is no number: there is nothing to estimate from.
const SHRINK_AFTER_NAN: f64 = 0.25;
/// A step below this share of the times involved counts as none.
const SMALLEST_STEP: f64 = 1e-14;
/// After so many switches in a row, each in a step cut to almost nothing, a lane slides along a
/// switching surface: its next step runs whole, and the switch is taken at its end.
const SLIDING: u32 = 8;

/// Advances every running lane from its own time to `until`, or to where it stops or fails.
///
/// Lanes are independent: a lane's bits do not depend on the other lanes of the batch or on their order.
/// A lane keeps its step size between calls. Conditions in rate laws and triggers of events are located
/// in time (to 1e-10 of a step) and the integration starts anew there; a condition that becomes true and
/// false again within one step is not seen, unless it compares `time` with what is fixed.
///
/// Lanes of a program with algebraic rules go one after another by [`crate::follow`], each alone.
///
/// A lane that comes to no end here (too many steps, too small ones, a singular matrix) is handed to [`crate::follow`] from
/// where it is, and fails only if that fails, too; its counters tell.
///
/// Species can run slightly below zero, by about the absolute tolerance.
///
/// ```
/// use vesica_engine::{Batch, LaneStatus, SolverConfig, Workspace, advance, compile};
/// use vesica_model::{Binary, Event, Expression, Network, Species, Symbol};
/// // One more per second; an event at three.
/// let mut network = Network::default();
/// let initial = Expression::Number(0.0);
/// network.species.push(Species { id: "A".into(), initial, compartment: None, is_concentration: false });
/// network.rate_rules.push((0, Expression::Number(1.0)));
/// let (amount, three) = (Expression::Symbol(Symbol::Species(0)), Expression::Number(3.0));
/// let trigger = Expression::Binary(Binary::Greater, Box::new(amount), Box::new(three));
/// network.events.push(Event { id: "E".into(), trigger, fires_at_start: false, assignments: vec![] });
/// let program = compile(&network)?;
/// let config = SolverConfig { terminal_events: vec![0], ..SolverConfig::with_tolerance(1e-6, 1e-6) };
/// let mut batch = Batch::new(&program, 1);
/// advance(&program, &config, &mut Workspace::for_program(&program), &mut batch, 10.0);
/// let LaneStatus::Stopped { time, .. } = *batch.status(0) else { panic!("it stops") };
/// assert!((time - 3.0).abs() < 1e-6);
/// # Ok::<(), vesica_engine::CompileError>(())
/// ```
///
/// # Panics
/// If the batch or the tolerances were made for another program, or an index of a terminal event is too large.
pub fn advance(program: &Program, config: &SolverConfig, workspace: &mut Workspace, batch: &mut Batch, until: f64) {
    let lanes = 0..batch.n_lanes();
    advance_lanes(program, config, workspace, (batch, lanes), until);
}

/// [`advance`] for some lanes of a batch; the others stay where they are.
///
/// # Panics
/// As [`advance`], or if there is no such lane.
pub fn advance_lanes(
    program: &Program,
    config: &SolverConfig,
    workspace: &mut Workspace,
    (batch, lanes): (&mut Batch, impl IntoIterator<Item = usize>),
    until: f64,
) {
    workspace.fit(program);
    let is_to_go = |lane: &usize| batch.status[*lane] == LaneStatus::Running && batch.time[*lane] < until;
    let queue: Vec<usize> = lanes.into_iter().filter(is_to_go).collect();
    batch.refresh(program, workspace, &queue);
    if !program.algebraic.is_empty() {
        let alone = |lane| follow(program, config, workspace, batch, lane, &[until], &mut Vec::new());
        return queue.into_iter().for_each(alone);
    }
    let slots = [const { None }; TILE];
    let varying = set_common(program, workspace, batch);
    let mut advance = Advance { program, config, workspace, batch, until, queue, varying, next_in_queue: 0, slots };
    while advance.refill() {
        advance.attempt();
        advance.judge();
    }
    let queue = advance.queue;
    queue.into_iter().for_each(|lane| hand_over(program, config, workspace, batch, lane, until));
}

/// Lets the solver of variable order try what was too hard in a tile. A lane whose numbers or tangents are lost is not tried.
fn hand_over(
    program: &Program,
    config: &SolverConfig,
    workspace: &mut Workspace,
    batch: &mut Batch,
    lane: usize,
    until: f64,
) {
    let LaneStatus::Failed(failure) = &batch.status[lane] else { return };
    if matches!(failure.reason, FailureReason::NotFinite | FailureReason::TangentsLost) {
        return;
    }
    batch.resume(lane);
    batch.counters[lane].handed_over += 1;
    batch.step[lane] = 0.0;
    follow(program, config, workspace, batch, lane, &[until], &mut Vec::new());
}

/// Sets fixed values that all lanes have in common in the whole tile; gives the others, by number.
fn set_common(program: &Program, workspace: &mut Workspace, batch: &Batch) -> Vec<u32> {
    let mut varying = program.fixed_in_tile.clone();
    varying.retain(|fixed| match batch.common(*fixed as usize) {
        Some(value) => {
            workspace.tile.memory[(program.bases.fixed + fixed) as usize * TILE..][..TILE].fill(value);
            false
        }
        None => true,
    });
    varying
}

struct Advance<'a> {
    program: &'a Program,
    config: &'a SolverConfig,
    workspace: &'a mut Workspace,
    batch: &'a mut Batch,
    until: f64,
    queue: Vec<usize>,
    /// Fixed values that differ between lanes.
    varying: Vec<u32>,
    next_in_queue: usize,
    slots: [Option<Slot>; TILE],
}

/// A lane in a tile.
#[derive(Clone, Debug)]
struct Slot {
    lane: usize,
    time: f64,
    /// The step the error control asks for.
    step: f64,
    /// Where the step being attempted ends.
    end: f64,
    attempts: u64,
    was_rejected: bool,
    /// Size of the first step taken after a disturbance, while that is still to be found.
    first_step: Option<f64>,
    /// Switches in a row that cut their step to almost nothing.
    sliding: u32,
    counters: Counters,
}

impl Advance<'_> {
    /// Fills empty slots from the queue; false when nothing is left to do.
    fn refill(&mut self) -> bool {
        while self.next_in_queue < self.queue.len() && self.slots.iter().any(Option::is_none) {
            let mut is_fresh = [false; TILE];
            for (slot, is_fresh) in is_fresh.iter_mut().enumerate() {
                if self.slots[slot].is_none() && self.next_in_queue < self.queue.len() {
                    self.load(slot, self.queue[self.next_in_queue]);
                    self.next_in_queue += 1;
                    *is_fresh = true;
                }
            }
            // A trigger can stop a lane before its first step; its slot is then free again.
            self.start(&is_fresh);
        }
        self.slots.iter().any(Option::is_some)
    }

    /// Looks at the truths of lanes just loaded, and finds a first step for those that have none.
    fn start(&mut self, is_fresh: &[bool; TILE]) {
        if self.program.has_switches() {
            let tile = &mut self.workspace.tile;
            let time = std::array::from_fn(|slot| self.slots[slot].as_ref().map_or(0.0, |slot| just_after(slot.time)));
            let (program, memory, state, out) = (self.program, &mut tile.memory, &tile.state, &mut tile.after);
            let instructions = self.workspace.code.instructions;
            let machine = self.workspace.code.machine();
            dispatch(instructions, Truths { program, machine, memory, state, time: &time, out });
        }
        for slot in (0..TILE).filter(|slot| is_fresh[*slot]) {
            if self.program.has_switches() {
                self.look_at_start(slot);
            }
            if self.slots[slot].as_ref().is_some_and(|loaded| loaded.step <= 0.0) {
                let step = self.first_step(slot);
                self.slots[slot].iter_mut().for_each(|loaded| loaded.step = step);
            }
        }
    }

    fn load(&mut self, slot: usize, lane: usize) {
        let (batch, program) = (&mut *self.batch, self.program);
        let tile = &mut self.workspace.tile;
        let time = batch.time[lane];
        let is_disturbed = std::mem::take(&mut batch.is_disturbed[lane]);
        let (remembered, first) = (batch.step[lane], batch.first_step[lane]);
        let loaded = Slot {
            lane,
            time,
            // A lane disturbed from outside starts with what served after the last disturbance.
            step: if is_disturbed && first > 0.0 && first < remembered { first } else { remembered },
            first_step: is_disturbed.then_some(remembered),
            end: time,
            attempts: 0,
            was_rejected: false,
            sliding: 0,
            counters: batch.counters[lane],
        };
        self.slots[slot] = Some(loaded);
        put(&mut tile.state, 0, slot, batch.state(lane));
        let (first, fixed) = (program.bases.fixed, batch.fixed(lane));
        for number in &self.varying {
            tile.memory[(first + number) as usize * TILE + slot] = fixed[*number as usize];
        }
    }

    /// Takes over the truths of a lane just loaded; fires what has turned true since it was last looked at.
    fn look_at_start(&mut self, slot: usize) {
        let (program, tile) = (self.program, &mut self.workspace.tile);
        let Some(Slot { lane, time, .. }) = self.slots[slot] else { return };
        let rows = tile.before.chunks_exact_mut(TILE).zip(tile.after.chunks_exact(TILE));
        let mut has_risen = false;
        for (k, (before, after)) in rows.enumerate() {
            before[slot] = match self.batch.truths(lane).get(k) {
                Some(&UNKNOWN) if program.events[k].fires_at_start => 0.0,
                Some(&known) if known != UNKNOWN => f64::from(known),
                _ => after[slot],
            };
            has_risen |= before[slot] == 0.0 && after[slot] != 0.0 && k < program.n_events();
            if before[slot] != 0.0 {
                before[slot] = after[slot];
            }
        }
        if has_risen {
            let mut truths = vec![0.0; program.tapes.truths.outputs.len()];
            take(&tile.before, slot, &mut truths);
            let mut state = self.workspace.column(slot, program.n_species());
            self.workspace.set_fixed(program, self.batch.fixed(lane));
            self.fire(slot, (time, &mut state), &mut truths, false);
        }
    }

    /// Fires events of a slot's lane at a state, and writes state and truths into the slot.
    fn fire(&mut self, slot: usize, (time, state): (f64, &mut Vec<f64>), truths: &mut [f64], is_located: bool) {
        let Some(lane) = self.slots[slot].as_ref().map(|slot| slot.lane) else { return };
        let at = (&mut *self.batch, lane);
        let result = fire(self.program, self.config, self.workspace, at, (time, state), truths, is_located);
        put(&mut self.workspace.tile.state, 0, slot, state);
        put(&mut self.workspace.tile.before, 0, slot, truths);
        if let Err(reason) = result {
            self.fail(slot, reason);
        } else if self.batch.status[lane] != LaneStatus::Running {
            self.unload(slot);
        }
    }

    /// A first step after Hairer and Wanner (II.4): 1 % of the time in which the state would change by itself.
    fn first_step(&mut self, slot: usize) -> f64 {
        let Some(loaded) = self.slots[slot].clone() else { return 0.0 };
        let n = self.program.n_species();
        let state = self.workspace.column(slot, n);
        let rates = self.rates_of_change(&loaded, &state);
        let (mut size, mut speed) = (0.0, 0.0);
        for s in 0..n {
            let scale = self.config.atol.of(s) + self.config.rtol * state[s].abs();
            size += (state[s] / scale) * (state[s] / scale);
            speed += (rates[s] / scale) * (rates[s] / scale);
        }
        let (size, speed) = ((size / n.max(1) as f64).sqrt(), (speed / n.max(1) as f64).sqrt());
        let span = self.until - loaded.time;
        let step = if size < 1e-5 || speed < 1e-5 { 1e-6 * span } else { 0.01 * size / speed };
        if step > 0.0 && step < span { step } else { span }
    }

    /// The right-hand side of a slot's lane at a state.
    fn rates_of_change(&mut self, slot: &Slot, state: &[f64]) -> Vec<f64> {
        self.workspace.set_fixed(self.program, self.batch.fixed(slot.lane));
        self.workspace.set_point(self.program, slot.time, state);
        let mut rates = Vec::new();
        self.workspace.one_lane(&self.program.tapes.live, &mut rates);
        rates
    }

    /// One attempted step of all slots, each with its own size.
    fn attempt(&mut self) {
        let (program, config) = (self.program, self.config);
        for slot in 0..TILE {
            let (time, step) = match &mut self.slots[slot] {
                Some(loaded) => {
                    loaded.end = end_of_step(program, config, &self.workspace.tile.memory, slot, loaded, self.until);
                    (loaded.time, loaded.end - loaded.time)
                }
                None => (0.0, 1.0),
            };
            self.workspace.tile.lanes.time[slot] = time;
            self.workspace.tile.lanes.step[slot] = step;
        }
        let tile = &mut self.workspace.tile;
        let modes = &tile.before[program.n_events() * TILE..];
        tile.memory[program.bases.modes as usize * TILE..][..modes.len()].copy_from_slice(modes);
        let instructions = self.workspace.code.instructions;
        let machine = self.workspace.code.machine();
        dispatch(instructions, Attempt { program, machine, tile, rtol: config.rtol, atol: &config.atol });
        for slot in 0..TILE {
            if self.slots[slot].is_some() && self.workspace.tile.lanes.alarm[slot] != 0.0 {
                self.attempt_densely(slot);
            }
        }
        if program.has_switches() {
            let tile = &mut self.workspace.tile;
            let mut time = tile.lanes.time;
            time.iter_mut()
                .zip(&self.slots)
                .for_each(|(time, slot)| *time = slot.as_ref().map_or(0.0, |slot| just_after(slot.end)));
            let machine = self.workspace.code.machine();
            let (memory, state, out) = (&mut tile.memory, &tile.next, &mut tile.after);
            dispatch(instructions, Truths { program, machine, memory, state, time: &time, out });
        }
    }

    /// The same step by the dense solver, for a lane whose sparse pivots fell too low.
    fn attempt_densely(&mut self, slot: usize) {
        let Some(loaded) = &mut self.slots[slot] else { return };
        let (program, n) = (self.program, self.program.n_species());
        loaded.counters.dense += 1;
        let (time, step, lane) = (loaded.time, loaded.end - loaded.time, loaded.lane);
        let state = self.workspace.column(slot, n);
        self.workspace.set_fixed(program, self.batch.fixed(lane));
        let mut truths = vec![0.0; program.tapes.truths.outputs.len()];
        take(&self.workspace.tile.before, slot, &mut truths);
        let modes = &truths[program.n_events()..];
        self.workspace.one[program.bases.modes as usize..][..modes.len()].copy_from_slice(modes);
        let Some(done) = rosenbrock_one::attempt(program, &mut self.workspace.one, time, step, &state) else {
            self.workspace.tile.lanes.error[slot] = f64::INFINITY;
            return;
        };
        let tile = &mut self.workspace.tile;
        put(&mut tile.next, 0, slot, &done.next);
        for (k, stage) in done.stages.iter().enumerate() {
            put(&mut tile.stages, (k * n) as u32, slot, stage);
        }
        let sum: f64 = (0..n)
            .map(|s| {
                let larger = state[s].abs().max(done.next[s].abs());
                let share = done.stages[STAGES - 1][s] / (self.config.atol.of(s) + self.config.rtol * larger);
                share * share
            })
            .sum();
        tile.lanes.error[slot] = (sum / n.max(1) as f64).sqrt();
    }

    /// Takes, cuts or refuses the attempted steps.
    fn judge(&mut self) {
        self.workspace.tile.lanes.accept = [0.0; TILE];
        for slot in 0..TILE {
            let Some(loaded) = &mut self.slots[slot] else { continue };
            loaded.attempts += 1;
            let error = self.workspace.tile.lanes.error[slot];
            if error <= 1.0 {
                self.take_step(slot, error);
            } else {
                self.refuse_step(slot, error);
            }
        }
        dispatch(self.workspace.code.instructions, Accept { tile: &mut self.workspace.tile });
        self.settle();
    }

    /// Takes a step, cut at the first change of a truth within it.
    fn take_step(&mut self, slot: usize, error: f64) {
        let Some(loaded) = &mut self.slots[slot] else { return };
        loaded.counters.accepted += 1;
        let step = loaded.end - loaded.time;
        let factor = growth(error);
        let most = if loaded.was_rejected { 1.0 } else { MOST_GROWTH };
        let wanted = step * factor.min(most);
        // A step cut short by a stop says nothing against the longer one asked for before.
        loaded.step = if factor >= MOST_GROWTH && wanted < loaded.step { loaded.step } else { wanted.min(1e300) };
        loaded.was_rejected = false;
        if loaded.first_step.take().is_some() {
            self.batch.first_step[loaded.lane] = loaded.step;
        }
        if self.program.has_switches() && self.cut_at_crossing(slot) {
            return;
        }
        let Some(loaded) = &mut self.slots[slot] else { return };
        loaded.time = loaded.end;
        self.workspace.tile.lanes.accept[slot] = 1.0;
    }

    /// Looks for what changed in a step and, if so, moves the slot to where it did.
    fn cut_at_crossing(&mut self, slot: usize) -> bool {
        let (program, n_events) = (self.program, self.program.n_events());
        let Some(loaded) = &mut self.slots[slot] else { return false };
        let slides = loaded.sliding >= SLIDING;
        let counts = |i: usize, old: f64, new: f64| {
            if i < n_events { old == 0.0 && new != 0.0 } else { !slides && (old != 0.0) != (new != 0.0) }
        };
        let tile = &mut self.workspace.tile;
        let mut rows = tile.before.chunks_exact(TILE).zip(tile.after.chunks_exact(TILE)).enumerate();
        if !rows.any(|(i, (before, after))| counts(i, before[slot], after[slot])) {
            for (before, after) in tile.before.chunks_exact_mut(TILE).zip(tile.after.chunks_exact(TILE)) {
                before[slot] = after[slot];
            }
            loaded.sliding = 0;
            return false;
        }
        let (lane, start, end) = (loaded.lane, loaded.time, loaded.end);
        let mut before = vec![0.0; program.tapes.truths.outputs.len()];
        take(&tile.before, slot, &mut before);
        let output = self.dense_output(slot);
        self.workspace.set_fixed(program, self.batch.fixed(lane));
        let crossing = Crossing { program, output: &output, start, end, before: &before, counts: &counts };
        let (share, mut state) = crossing.locate(self.workspace);
        let time = crossing.time(share);
        if let Some(loaded) = &mut self.slots[slot] {
            loaded.time = time;
            loaded.counters.located += 1;
            loaded.sliding = if share < 1e-3 { loaded.sliding + 1 } else { 0 };
        }
        self.fire(slot, (time, &mut state), &mut before, true);
        true
    }

    fn dense_output(&self, slot: usize) -> DenseOutput {
        let (tile, n) = (&self.workspace.tile, self.program.n_species());
        let mut to = vec![0.0; n];
        take(&tile.next, slot, &mut to);
        let stages: Vec<Vec<f64>> = (0..STAGES)
            .map(|k| {
                let mut stage = vec![0.0; n];
                take(&tile.stages[k * n * TILE..(k + 1) * n * TILE], slot, &mut stage);
                stage
            })
            .collect();
        DenseOutput::new(self.workspace.column(slot, n), to, &stages)
    }

    fn refuse_step(&mut self, slot: usize, error: f64) {
        let Some(loaded) = &mut self.slots[slot] else { return };
        loaded.counters.rejected += 1;
        loaded.was_rejected = true;
        let step = loaded.end - loaded.time;
        let factor = if error.is_finite() { growth(error).min(0.9) } else { SHRINK_AFTER_NAN };
        loaded.step = step * factor;
        let times = loaded.time.abs().max(self.until.abs());
        let is_too_small = loaded.step <= SMALLEST_STEP * times;
        if error.is_finite() && !is_too_small {
            return;
        }
        let loaded = loaded.clone();
        let state = self.workspace.column(slot, self.program.n_species());
        let is_lost = !self.rates_of_change(&loaded, &state).iter().chain(&state).all(|x| x.is_finite());
        if is_lost {
            self.fail(slot, FailureReason::NotFinite);
        } else if is_too_small {
            let is_singular = error == f64::INFINITY;
            self.fail(slot, if is_singular { FailureReason::Singular } else { FailureReason::StepTooSmall });
        }
    }

    /// Unloads lanes that are done or tried too often.
    fn settle(&mut self) {
        for slot in 0..TILE {
            let Some(loaded) = &self.slots[slot] else { continue };
            if loaded.time >= self.until {
                self.unload(slot);
            } else if loaded.attempts >= self.config.max_steps {
                self.fail(slot, FailureReason::TooManySteps);
            }
        }
    }

    /// Writes a lane back and frees its slot.
    fn unload(&mut self, slot: usize) {
        let Some(loaded) = self.slots[slot].take() else { return };
        let (lane, tile) = (loaded.lane, &self.workspace.tile);
        take(&tile.state, slot, self.batch.column_mut(lane));
        for (event, known) in self.batch.truths_mut(lane).iter_mut().enumerate() {
            *known = u8::from(tile.before[event * TILE + slot] != 0.0);
        }
        self.batch.time[lane] = loaded.time;
        self.batch.step[lane] = loaded.step;
        self.batch.counters[lane] = loaded.counters;
    }

    fn fail(&mut self, slot: usize, reason: FailureReason) {
        let Some(loaded) = self.slots[slot].clone() else { return };
        let (species, reaction) = self.suspects(slot, &loaded);
        let failure = Failure { time: loaded.time, reason, species, reaction };
        self.batch.status[loaded.lane] = LaneStatus::Failed(failure);
        self.unload(slot);
    }

    /// The species with the largest error, or that exploded, and the reaction that changes it most.
    fn suspects(&mut self, slot: usize, loaded: &Slot) -> (Option<usize>, Option<usize>) {
        let n = self.program.n_species();
        let state = self.workspace.column(slot, n);
        let rates = self.rates_of_change(loaded, &state);
        let lost = (0..n).find(|s| !(state[*s].is_finite() && rates[*s].is_finite()));
        let tile = &self.workspace.tile;
        let share = |s: usize| {
            let error = tile.stages[((STAGES - 1) * n + s) * TILE + slot].abs();
            let share = error / (self.config.atol.of(s) + self.config.rtol * state[s].abs());
            if share.is_nan() { f64::INFINITY } else { share }
        };
        let worst = || (0..n).reduce(|a, b| if share(b) > share(a) { b } else { a });
        let species = exploded(&state).or(lost).or_else(worst);
        let mut speeds = Vec::new();
        self.workspace.one_lane(&self.program.tapes.rates, &mut speeds);
        let change = |reaction: usize| {
            let terms = &self.program.stoichiometry[reaction];
            let change = terms.iter().find(|(s, _)| Some(*s) == species).map(|(_, c)| (c * speeds[reaction]).abs());
            change.map(|change| if change.is_nan() { f64::INFINITY } else { change })
        };
        let touching = (0..speeds.len()).filter(|reaction| change(*reaction).is_some());
        (species, touching.reduce(|a, b| if change(b) > change(a) { b } else { a }))
    }
}

/// Factor from a step to the next by the size of its error (order 3 of the embedded solution).
fn growth(error: f64) -> f64 {
    let root = error.sqrt().sqrt();
    // At an error of 0 the quotient is infinite and the limit holds.
    (SAFETY / root).clamp(MOST_SHRINK, MOST_GROWTH)
}

/// Where the next step of a lane ends: no later than `until` and the next time named in a condition,
/// and in two equal parts rather than a long and a tiny one.
fn end_of_step(
    program: &Program,
    config: &SolverConfig,
    memory: &[f64],
    slot: usize,
    loaded: &Slot,
    until: f64,
) -> f64 {
    let mut stop = until;
    for row in &program.stops {
        let time = memory[*row as usize * TILE + slot];
        if time > loaded.time && time < stop {
            stop = time;
        }
    }
    let left = stop - loaded.time;
    let step = loaded.step.min(config.max_step);
    if step >= left {
        stop
    } else if 2.0 * step > left {
        let end = loaded.time + 0.5 * left;
        if end > loaded.time { end } else { stop }
    } else {
        let end = loaded.time + step;
        if end > loaded.time { end } else { stop }
    }
}
