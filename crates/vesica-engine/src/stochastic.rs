//! Exact stochastic trajectories: every lane by Gillespie's direct method, many lanes at a time.
//!
//! Rate laws are taken as they stand as chances per time (a law of two equal molecules says `k*A*(A-1)` itself).
//! In a network so large that computing every rate anew costs more than keeping track of what an event changes, lanes
//! go on one by one, with a tree of sums ([`crate::sum_tree`]): which it is, [`compile`](crate::compile) decides by
//! counting operations, for each network once ([`Program::has_sum_tree`]).
//!
//! What a rate law says of time may only be conditions (`time > 5`): a rate that runs with time, or a rate rule, is
//! refused ([`NotExact`]).

use std::collections::VecDeque;

use crate::aligned::Aligned;
use crate::batch::{Batch, Failure, FailureReason, LaneStatus, SolverConfig};
use crate::events::{fire, just_after, remembered};
use crate::interpreter::TILE;
use crate::jump::{ALARM, DONE, DRAWN, Jumps, N_CONTROLS, STOP, Streams};
use crate::program::{Program, put, take};
use crate::random::Stream;
use crate::simd::dispatch;
use crate::sum_tree::Alone;
use crate::workspace::Workspace;

/// Events after which lanes are looked at: whether one is done and can make room for the next.
const LOOK_AFTER: usize = 64;

/// Why a program has no exact stochastic trajectories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotExact {
    /// A rate runs with time between its conditions.
    RateRunsWithTime,
    /// An amount changes continuously, by a rate rule.
    RateRule,
    /// An amount follows the others at once, by an algebraic rule.
    AlgebraicRule,
}

impl std::fmt::Display for NotExact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::RateRunsWithTime => "a rate runs with time, so waiting times are not exponential",
            Self::RateRule => "an amount changes continuously, by a rate rule",
            Self::AlgebraicRule => "an amount follows the others at once, by an algebraic rule",
        })
    }
}

impl std::error::Error for NotExact {}

/// Advances every running lane from its own time to `until` by single reaction events, or to where it stops or fails.
///
/// `streams`: one for each lane; the numbers of a lane are those of its stream, from where its last call left off
/// ([`Batch::drawn`]). A lane's trajectory depends on nothing else: not on the batch, the instructions, or how the
/// time is cut into calls... apart from one thing: each call ends a waiting time, which has no memory, so cutting
/// the time differently gives another trajectory of the same distribution.
///
/// Triggers are looked at after every event and at the times that they name; `config` gives the terminal events
/// and, in `max_steps`, the most events of a lane in one call. Its tolerances are not used.
///
/// # Errors
/// [`NotExact`] when the program has rates that run with time, or rate rules.
///
/// ```
/// use vesica_engine::random::Stream;
/// use vesica_engine::{Batch, SolverConfig, Workspace, advance_exactly, compile};
/// use vesica_model::{Binary, Expression, Network, Reaction, Species, Symbol};
/// let mut network = Network::default();
/// let initial = Expression::Number(20.0);
/// network.species.push(Species { id: "A".into(), initial, compartment: None, is_concentration: false });
/// let amount = Box::new(Expression::Symbol(Symbol::Species(0)));
/// let rate = Expression::Binary(Binary::Multiply, Box::new(Expression::Number(0.5)), amount);
/// network.reactions.push(Reaction { id: "decay".into(), reactants: vec![(0, 1.0)], products: vec![], rate });
/// let program = compile(&network)?;
/// let mut batch = Batch::new(&program, 1);
/// let config = SolverConfig::with_tolerance(1e-6, 1e-6);
/// let streams = [Stream { seed: 1, world: 0, cell: 0, stream: 0 }];
/// advance_exactly(&program, &config, &mut Workspace::for_program(&program), &mut batch, 2.0, &streams)?;
/// let left = batch.state(0)[0];
/// assert!(left == left.floor() && (0.0..=20.0).contains(&left));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
/// If there are fewer streams than lanes, or the batch was made for another program.
pub fn advance_exactly(
    program: &Program,
    config: &SolverConfig,
    workspace: &mut Workspace,
    batch: &mut Batch,
    until: f64,
    streams: &[Stream],
) -> Result<(), NotExact> {
    if let Some(reason) = program.not_exact {
        return Err(reason);
    }
    assert!(streams.len() >= batch.n_lanes(), "one stream for each lane");
    workspace.fit(program);
    batch.refresh_all(program, workspace);
    let queue = (0..batch.n_lanes())
        .filter(|lane| batch.status[*lane] == LaneStatus::Running && batch.time[*lane] < until)
        .collect::<VecDeque<_>>();
    if let Some(changes) = &program.changes {
        let mut alone = Alone::new(program, changes, config, workspace, batch, until);
        queue.into_iter().for_each(|lane| alone.run(lane, &streams[lane]));
        return Ok(());
    }
    let mut controls = Aligned::zeros(N_CONTROLS * TILE);
    controls[DONE * TILE..][..TILE].fill(1.0);
    let slots = [const { None }; TILE];
    let tile = Streams::default();
    let mut exactly = Exactly { program, config, workspace, batch, until, queue, slots, controls, tile, streams };
    while exactly.refill() {
        exactly.jump();
        exactly.look();
    }
    Ok(())
}

struct Exactly<'a> {
    program: &'a Program,
    config: &'a SolverConfig,
    workspace: &'a mut Workspace,
    batch: &'a mut Batch,
    until: f64,
    /// Lanes still to come, the next one first.
    queue: VecDeque<usize>,
    /// Lane of each slot.
    slots: [Option<usize>; TILE],
    controls: Aligned,
    tile: Streams,
    streams: &'a [Stream],
}

impl Exactly<'_> {
    /// Fills empty slots from the queue; false when nothing is left to do.
    fn refill(&mut self) -> bool {
        for slot in 0..TILE {
            while self.slots[slot].is_none() {
                let Some(lane) = self.queue.pop_front() else { break };
                self.load(slot, lane);
            }
        }
        self.slots.iter().any(Option::is_some)
    }

    fn load(&mut self, slot: usize, lane: usize) {
        let (program, stream) = (self.program, &self.streams[lane]);
        self.slots[slot] = Some(lane);
        let memory = &mut self.workspace.tile.memory;
        put(memory, program.bases.fixed, slot, self.batch.fixed(lane));
        put(memory, program.bases.state, slot, self.batch.state(lane));
        put(memory, program.bases.time, slot, &[self.batch.time[lane]]);
        self.tile.drawn[slot] = self.batch.drawn[lane];
        for (row, word) in self.tile.counter.iter_mut().zip([stream.stream, stream.cell, stream.world]) {
            row[slot] = word;
        }
        for (row, word) in self.tile.key.iter_mut().zip([stream.seed as u32, (stream.seed >> 32) as u32]) {
            row[slot] = word;
        }
        *self.control(DRAWN, slot) = 0.0;
        *self.control(ALARM, slot) = 0.0;
        self.go_on(slot);
        self.look_at_triggers(slot, true);
    }

    fn control(&mut self, row: usize, slot: usize) -> &mut f64 {
        &mut self.controls[row * TILE + slot]
    }

    fn time(&self, slot: usize) -> f64 {
        self.workspace.tile.memory[self.program.bases.time as usize * TILE + slot]
    }

    /// Lets a lane go on to its next stop: the end, or the next time that a condition names.
    fn go_on(&mut self, slot: usize) {
        let time = self.time(slot);
        let memory = &self.workspace.tile.memory;
        let named =
            self.program.stops.iter().map(|row| memory[*row as usize * TILE + slot]).filter(|stop| *stop > time);
        // a condition is looked at just after the time that it names
        let stop = named.fold(self.until, |stop, named| stop.min(just_after(named)));
        *self.control(STOP, slot) = stop;
        *self.control(DONE, slot) = 0.0;
    }

    fn jump(&mut self) {
        let (program, workspace) = (self.program, &mut *self.workspace);
        let instructions = workspace.code.instructions;
        let tile = &mut workspace.tile;
        let jumps = Jumps {
            program,
            machine: workspace.code.machine(),
            memory: &mut tile.memory,
            controls: &mut self.controls,
            before: &tile.before,
            streams: &self.tile,
            most: LOOK_AFTER,
        };
        dispatch(instructions, jumps);
    }

    /// Takes out lanes that are done or failed; fires what a change has made true.
    fn look(&mut self) {
        for slot in 0..TILE {
            if self.slots[slot].is_none() {
                continue;
            }
            if self.controls[ALARM * TILE + slot] != 0.0 {
                self.fail(slot, FailureReason::NegativeRate);
                continue;
            }
            if self.program.n_events() > 0 {
                self.look_at_triggers(slot, false);
            }
            if self.slots[slot].is_none() {
                continue;
            }
            if self.controls[DONE * TILE + slot] != 0.0 {
                if self.time(slot) >= self.until {
                    self.unload(slot);
                } else {
                    self.go_on(slot);
                }
            }
            let drawn = self.controls[DRAWN * TILE + slot];
            let is_worn_out = f64::from(self.tile.drawn[slot]) + drawn >= f64::from(u32::MAX - LOOK_AFTER as u32);
            if self.slots[slot].is_some() && (drawn >= self.config.max_steps as f64 || is_worn_out) {
                self.fail(slot, FailureReason::TooManySteps);
            }
        }
    }

    /// Fires what has turned true since a lane was last looked at.
    fn look_at_triggers(&mut self, slot: usize, is_fresh: bool) {
        let Some(lane) = self.slots[slot] else { return };
        let (program, n_events) = (self.program, self.program.n_events());
        if n_events == 0 {
            return;
        }
        let (time, mut state) = (self.time(slot), self.state(slot));
        self.workspace.set_fixed(program, self.batch.fixed(lane));
        let mut truths = vec![0.0; program.tapes.truths.outputs.len()];
        if is_fresh {
            self.workspace.set_point(program, just_after(time), &state);
            self.workspace.one_lane(&program.tapes.truths, &mut truths);
            truths = remembered(program, self.batch.truths(lane), truths);
        } else {
            take(&self.workspace.tile.before, slot, &mut truths[..n_events]);
        }
        let result =
            fire(program, self.config, self.workspace, (self.batch, lane), (time, &mut state), &mut truths, false);
        put(&mut self.workspace.tile.memory, program.bases.state, slot, &state);
        put(&mut self.workspace.tile.before, 0, slot, &truths);
        match result {
            Err(reason) => self.fail(slot, reason),
            Ok(_) if self.batch.status[lane] != LaneStatus::Running => self.unload(slot),
            Ok(_) => {}
        }
    }

    fn state(&self, slot: usize) -> Vec<f64> {
        let mut state = vec![0.0; self.program.n_species()];
        take(&self.workspace.tile.memory[self.program.bases.state as usize * TILE..], slot, &mut state);
        state
    }

    /// Writes a lane back and frees its slot.
    fn unload(&mut self, slot: usize) {
        let Some(lane) = self.slots[slot].take() else { return };
        let (state, time) = (self.state(slot), self.time(slot));
        self.batch.column_mut(lane).copy_from_slice(&state);
        self.batch.time[lane] = time.min(self.until);
        self.batch.is_disturbed[lane] = false;
        let drawn = *self.control(DRAWN, slot) as u32;
        self.batch.drawn[lane] = self.tile.drawn[slot] + drawn;
        self.batch.counters[lane].accepted += u64::from(drawn);
        for (event, known) in self.batch.truths_mut(lane).iter_mut().enumerate() {
            *known = u8::from(self.workspace.tile.before[event * TILE + slot] != 0.0);
        }
        *self.control(DONE, slot) = 1.0;
    }

    /// Takes a lane out, with the species and reaction that are to blame.
    fn fail(&mut self, slot: usize, reason: FailureReason) {
        let Some(lane) = self.slots[slot] else { return };
        let (time, state) = (self.time(slot), self.state(slot));
        self.workspace.set_fixed(self.program, self.batch.fixed(lane));
        let failure = failure(self.program, self.workspace, (time, &state), reason);
        self.batch.status[lane] = LaneStatus::Failed(failure);
        self.unload(slot);
    }
}

/// A failure, with the species and reaction that are to blame. The one-lane memory must hold the lane's fixed values.
pub(crate) fn failure(
    program: &Program,
    workspace: &mut Workspace,
    (time, state): (f64, &[f64]),
    reason: FailureReason,
) -> Failure {
    workspace.set_point(program, time, state);
    let mut rates = Vec::new();
    workspace.one_lane(&program.tapes.rates, &mut rates);
    let is_bad = |rate: &f64| !(*rate >= 0.0 && rate.is_finite());
    let largest = |a: usize, b: usize| if rates[b] > rates[a] { b } else { a };
    let reaction = rates.iter().position(is_bad).or_else(|| (0..rates.len()).reduce(largest));
    let species = reaction.and_then(|reaction| Some(program.stoichiometry[reaction].first()?.0));
    Failure { time, reason, species, reaction }
}
