//! One lane that leaps.

use std::collections::BTreeSet;

use super::Leaping;
use crate::batch::{Batch, Failure, FailureReason, LaneStatus, SolverConfig, UNKNOWN};
use crate::events::{fire, just_after};
use crate::math;
use crate::one_lane::OneLane;
use crate::program::Program;
use crate::random::{Stream, pair, poisson_quantile};
use crate::workspace::Workspace;

/// A leap expected to hold fewer events than this is not worth it.
const FEWEST: f64 = 10.0;
/// Single events taken then.
const SINGLE: u32 = 100;
/// Events by which a rate that runs with time may be wrong in a leap.
const FEW: f64 = 0.01;

pub(super) struct Lane<'a> {
    program: &'a Program,
    config: &'a SolverConfig,
    leaping: &'a Leaping,
    at: OneLane<'a>,
    batch: &'a mut Batch,
    lane: usize,
    until: f64,
    stream: &'a Stream,
    /// Species whose change bounds a leap.
    watched: &'a BTreeSet<usize>,
    time: f64,
    state: Vec<f64>,
    rates: Vec<f64>,
    truths: Vec<f64>,
    /// Something flows, or rates run with time.
    moves: bool,
    /// Longest leap in which the flow is expected to bend little.
    straight: f64,
}

/// What a leap takes of the point halfway through it.
struct Halfway {
    /// `[n_reactions]`
    rates: Vec<f64>,
    /// Change per time of what flows, `[n_species]`.
    flow: Vec<f64>,
}

impl<'a> Lane<'a> {
    pub(super) fn new(
        (program, config, leaping): (&'a Program, &'a SolverConfig, &'a Leaping),
        watched: &'a BTreeSet<usize>,
        workspace: &'a mut Workspace,
        (batch, lane): (&'a mut Batch, usize),
        until: f64,
        stream: &'a Stream,
    ) -> Self {
        let (time, state) = (batch.time(lane), batch.state(lane).to_vec());
        let at = OneLane::new(program, workspace, batch.fixed(lane));
        let (rates, truths) = (vec![0.0; program.n_reactions()], Vec::new());
        let moves = program.not_exact.is_some() || leaping.flows.iter().any(|flows| *flows);
        let straight = f64::INFINITY;
        Self {
            program,
            config,
            leaping,
            at,
            batch,
            lane,
            until,
            stream,
            watched,
            time,
            state,
            rates,
            truths,
            moves,
            straight,
        }
    }

    pub(super) fn run(&mut self) {
        self.start();
        let mut n_leaps = 0;
        while self.is_running() && self.time < self.until {
            n_leaps += 1;
            let stop = just_after(self.at.next_stop(self.time)).min(self.until);
            if n_leaps > self.config.max_steps {
                self.fail(FailureReason::TooManySteps);
            } else if self.look_at_rates() {
                self.step(stop);
            }
        }
        self.finish();
    }

    fn is_running(&self) -> bool {
        self.batch.status[self.lane] == LaneStatus::Running
    }

    fn start(&mut self) {
        let now = self.at.truths(just_after(self.time), &self.state);
        let known = self.batch.truths(self.lane);
        self.truths = now.clone();
        for (event, truth) in self.truths[..self.program.n_events()].iter_mut().enumerate() {
            *truth = match known[event] {
                UNKNOWN if self.program.events[event].fires_at_start => 0.0,
                UNKNOWN => now[event],
                known => f64::from(known),
            };
        }
        self.fire();
    }

    /// Rates at the present state; false when they are no chances.
    fn look_at_rates(&mut self) -> bool {
        self.at.rates(self.time, &self.state, &mut self.rates);
        if !(0..self.rates.len()).all(|reaction| self.is_sound(reaction)) {
            let is_finite = self.rates.iter().all(|rate| rate.is_finite());
            self.fail(if is_finite { FailureReason::NegativeRate } else { FailureReason::NotFinite });
            return false;
        }
        true
    }

    /// A chance is no less than zero; a flow may go either way.
    fn is_sound(&self, reaction: usize) -> bool {
        self.rates[reaction].is_finite() && (self.rates[reaction] >= 0.0 || self.leaping.flows(reaction))
    }

    /// A leap, or single events where a leap would hold few, no further than `stop`.
    fn step(&mut self, stop: f64) {
        let total: f64 = self.rates.iter().fold(0.0, |sum, rate| sum + rate);
        let at = (&self.state[..], &self.rates[..]);
        let critical: Vec<bool> =
            (0..self.rates.len()).map(|reaction| self.leaping.is_critical(self.program, reaction, at)).collect();
        let longest = self.leaping.longest(self.program, self.watched, &critical, at);
        if self.moves {
            let longest = longest.min(self.straight).min(stop - self.time);
            match self.straightened(&critical, longest) {
                Some(longest) => self.leap(&critical, longest, stop),
                None => return self.fail(FailureReason::StepTooSmall),
            }
        } else if longest * total < FEWEST && longest < stop - self.time {
            return self.single_events(stop);
        } else {
            self.leap(&critical, longest, stop);
        }
        self.fire();
    }

    /// A leap no longer than `longest` in which the flow bends by less than the tolerances, and no rate runs away from what
    /// it is halfway; `None` where there is none.
    fn straightened(&mut self, critical: &[bool], mut longest: f64) -> Option<f64> {
        let start = self.flow(self.time, &self.state.clone(), &self.rates.clone());
        loop {
            if self.time + longest <= self.time {
                return None;
            }
            let halfway = self.halfway(critical, &start, longest);
            let is_straight = (0..self.state.len()).all(|species| {
                let allowed = self.config.atol.of(species) + self.config.rtol * self.state[species].abs();
                (halfway.flow[species] - start[species]).abs() * longest <= allowed
            });
            let stays = (0..self.rates.len()).filter(|reaction| !self.leaping.flows(*reaction)).all(|reaction| {
                let (before, then) = (self.rates[reaction], halfway.rates[reaction]);
                (then - before).abs() * longest <= (self.leaping.share * before.max(then) * longest).max(FEW)
            });
            if is_straight && stays {
                // it may go further next time
                self.straight = 2.0 * longest;
                return Some(longest);
            }
            self.batch.counters[self.lane].rejected += 1;
            longest *= 0.5;
        }
    }

    /// Change per time of what flows.
    fn flow(&mut self, time: f64, state: &[f64], rates: &[f64]) -> Vec<f64> {
        let mut flow = vec![0.0; state.len()];
        if !self.program.ruled.is_empty() {
            let mut changes = Vec::new();
            self.at.live_changes(time, state, &mut changes);
            self.program.ruled.iter().for_each(|species| flow[*species] = changes[*species]);
        }
        let flowing = (0..rates.len()).filter(|reaction| self.leaping.flows(*reaction));
        for reaction in flowing {
            let changes = &self.program.stoichiometry[reaction];
            changes.iter().for_each(|(species, change)| flow[*species] += change * rates[reaction]);
        }
        flow
    }

    /// One leap: a Poisson number of each reaction that is not critical, and at most one critical event.
    fn leap(&mut self, critical: &[bool], longest: f64, stop: f64) {
        let mut longest = longest.min(stop - self.time);
        let start =
            if self.moves { self.flow(self.time, &self.state.clone(), &self.rates.clone()) } else { Vec::new() };
        // what runs with time is critical as it is halfway, too
        let chances = if self.moves { self.halfway(critical, &start, longest).rates } else { self.rates.clone() };
        let risky: f64 = (0..critical.len()).filter(|j| critical[*j]).map(|j| chances[j].max(0.0)).sum();
        let (wait, choice) = self.draw();
        let wait = if risky > 0.0 { -math::ln(wait) / risky } else { f64::INFINITY };
        loop {
            let duration = longest.min(wait);
            let halfway = self.halfway(critical, &start, duration);
            let mut state = self.state.clone();
            for (reaction, rate) in halfway.rates.iter().enumerate() {
                if !critical[reaction] && !self.leaping.flows(reaction) && *rate > 0.0 {
                    let drawn = &mut self.batch.drawn[self.lane];
                    let (chance, _) = pair(self.stream, *drawn);
                    *drawn = drawn.wrapping_add(1);
                    let n = poisson_quantile(rate * duration, chance) as f64;
                    let changes = &self.program.stoichiometry[reaction];
                    changes.iter().for_each(|(species, change)| state[*species] += n * change);
                }
            }
            state.iter_mut().zip(&halfway.flow).for_each(|(amount, flow)| *amount += flow * duration);
            // a leap that would take more than there is was too long
            if self.watched.iter().any(|species| state[*species] < 0.0 && self.state[*species] >= 0.0) {
                longest = 0.5 * duration;
                self.batch.counters[self.lane].rejected += 1;
                continue;
            }
            self.state = state;
            self.batch.counters[self.lane].accepted += 1;
            if wait <= longest {
                self.happen(chosen(&chances, choice * risky, |reaction| critical[reaction]));
            }
            self.time = if duration >= stop - self.time { stop } else { self.time + duration };
            return;
        }
    }

    /// Rates where the leap is expected to be after half of its time: with those at its start, every leap lags behind.
    /// `flow`: what flows at its start; empty when nothing does.
    fn halfway(&mut self, critical: &[bool], flow: &[f64], duration: f64) -> Halfway {
        let mut middle = self.state.clone();
        for (reaction, rate) in self.rates.iter().enumerate() {
            if !critical[reaction] && !self.leaping.flows(reaction) {
                let changes = &self.program.stoichiometry[reaction];
                changes.iter().for_each(|(species, change)| middle[*species] += 0.5 * duration * rate * change);
            }
        }
        middle.iter_mut().zip(flow).for_each(|(amount, flow)| *amount += 0.5 * duration * flow);
        middle.iter_mut().zip(&self.state).filter(|(_, now)| **now >= 0.0).for_each(|(x, _)| *x = x.max(0.0));
        let time = if self.moves { self.time + 0.5 * duration } else { self.time };
        let mut rates = vec![0.0; self.rates.len()];
        self.at.rates(time, &middle, &mut rates);
        let flow = if self.moves { self.flow(time, &middle, &rates) } else { Vec::new() };
        Halfway { rates, flow }
    }

    /// Gillespie's direct method for a while.
    fn single_events(&mut self, stop: f64) {
        for _ in 0..SINGLE {
            let total: f64 = self.rates.iter().fold(0.0, |sum, rate| sum + rate);
            let (wait, choice) = self.draw();
            let next = self.time - math::ln(wait) / total;
            // the waiting time has no memory
            if next.is_nan() || next >= stop {
                self.time = stop;
                self.fire();
                return;
            }
            self.time = next;
            self.happen(chosen(&self.rates, choice * total, |_| true));
            self.batch.counters[self.lane].accepted += 1;
            self.fire();
            if !self.is_running() || !self.look_at_rates() {
                return;
            }
        }
    }

    /// A reaction happens once.
    fn happen(&mut self, reaction: Option<usize>) {
        let changes = reaction.map(|reaction| &self.program.stoichiometry[reaction]);
        changes.into_iter().flatten().for_each(|(species, change)| self.state[*species] += change);
    }

    fn draw(&mut self) -> (f64, f64) {
        let drawn = &mut self.batch.drawn[self.lane];
        *drawn = drawn.wrapping_add(1);
        pair(self.stream, *drawn - 1)
    }

    /// Fires what has turned true.
    fn fire(&mut self) {
        if self.program.n_events() == 0 {
            return;
        }
        let (at, point) = ((&mut *self.batch, self.lane), (self.time, &mut self.state[..]));
        if let Err(reason) = fire(self.program, self.config, self.at.workspace, at, point, &mut self.truths, false) {
            self.fail(reason);
        }
    }

    fn fail(&mut self, reason: FailureReason) {
        let largest = |a: usize, b: usize| if self.rates[b] > self.rates[a] { b } else { a };
        let reaction = (0..self.rates.len())
            .find(|reaction| !self.is_sound(*reaction))
            .or_else(|| (0..self.rates.len()).reduce(largest));
        let species = reaction.and_then(|reaction| Some(self.program.stoichiometry[reaction].first()?.0));
        self.batch.status[self.lane] = LaneStatus::Failed(Failure { time: self.time, reason, species, reaction });
    }

    fn finish(&mut self) {
        let (batch, lane) = (&mut *self.batch, self.lane);
        batch.column_mut(lane).copy_from_slice(&self.state);
        batch.time[lane] = self.time.min(self.until);
        batch.is_disturbed[lane] = false;
        for (event, known) in batch.truths_mut(lane).iter_mut().enumerate() {
            *known = u8::from(self.truths[event] != 0.0);
        }
    }
}

/// The reaction that a point in the running sum of some chances falls on.
fn chosen(chances: &[f64], point: f64, counts: impl Fn(usize) -> bool) -> Option<usize> {
    let mut sum = 0.0;
    (0..chances.len()).filter(|reaction| counts(*reaction)).find(|reaction| {
        sum += chances[*reaction].max(0.0);
        point < sum
    })
}
