//! Many reaction events at a time: tau-leaping, with the leap as long as the rates stay nearly the same.
//!
//! In a leap each reaction happens a Poisson number of times. Reactions that could use up a species in a few events
//! (critical ones) happen one at a time; where a leap would hold only a few events, single events are taken instead.
//!
//! Source: Y. Cao, D. T. Gillespie and L. R. Petzold, J. Chem. Phys. 124 (2006) 044109, with the bound of second-order
//! laws for every species; the rates in the middle of a leap are from D. T. Gillespie, J. Chem. Phys. 115 (2001) 1716.

use std::collections::BTreeSet;

use crate::batch::{Batch, Failure, FailureReason, LaneStatus, SolverConfig, UNKNOWN};
use crate::events::{fire, just_after};
use crate::math;
use crate::one_lane::OneLane;
use crate::program::Program;
use crate::random::{Stream, pair, poisson_quantile};
use crate::stochastic::NotExact;
use crate::workspace::Workspace;

/// A reaction that so many events would bring to an end is critical.
const CRITICAL: f64 = 10.0;
/// A leap expected to hold fewer events than this is not worth it.
const FEWEST: f64 = 10.0;
/// Single events taken then.
const SINGLE: u32 = 100;
/// Highest order of a rate law in one species.
const ORDER: f64 = 2.0;

/// Advances every running lane from its own time to `until` by leaps, or to where it stops or fails.
///
/// `share`: by how much of itself a rate may change in a leap, above 0 and below 1; 0.03 is usual, smaller is closer to
/// [`crate::advance_exactly`]. `streams`, `config` and what is refused: as there. Triggers are looked at after each leap,
/// so one that becomes true within a leap fires at its end.
///
/// # Errors
/// [`NotExact`] when the program has rates that run with time, or rate rules.
///
/// ```
/// use vesica_engine::random::Stream;
/// use vesica_engine::{Batch, SolverConfig, Workspace, advance_by_leaps, compile};
/// use vesica_model::{Binary, Expression, Network, Reaction, Species, Symbol};
/// let mut network = Network::default();
/// let initial = Expression::Number(1e6);
/// network.species.push(Species { id: "A".into(), initial, compartment: None, is_concentration: false });
/// let rate = Expression::Symbol(Symbol::Species(0));
/// network.reactions.push(Reaction { id: "decay".into(), reactants: vec![(0, 1.0)], products: vec![], rate });
/// let program = compile(&network)?;
/// let mut batch = Batch::new(&program, 1);
/// let (config, streams) = (SolverConfig::with_tolerance(1e-6, 1e-6), [Stream { seed: 1, world: 0, cell: 0, stream: 0 }]);
/// advance_by_leaps(&program, &config, 0.03, &mut Workspace::for_program(&program), &mut batch, 1.0, &streams)?;
/// let left = batch.state(0)[0];
/// assert!(left.fract() == 0.0 && (left - 1e6 * (-1.0f64).exp()).abs() < 1e4);
/// assert!(batch.counters(0).accepted < 1000, "far fewer leaps than events");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
/// If there are fewer streams than lanes, the batch was made for another program, or `share` is out of range.
pub fn advance_by_leaps(
    program: &Program,
    config: &SolverConfig,
    share: f64,
    workspace: &mut Workspace,
    batch: &mut Batch,
    until: f64,
    streams: &[Stream],
) -> Result<(), NotExact> {
    if let Some(reason) = program.not_exact {
        return Err(reason);
    }
    assert!(streams.len() >= batch.n_lanes(), "one stream for each lane");
    assert!(share > 0.0 && share < 1.0, "a share of the rates");
    workspace.fit(program);
    batch.refresh_all(program, workspace);
    // a rate can change with what reactions take; a trigger with anything
    let has_triggers = program.n_events() > 0;
    let terms = program.stoichiometry.iter().flatten().filter(|(_, change)| *change < 0.0 || has_triggers);
    let watched: BTreeSet<usize> = terms.map(|(species, _)| *species).collect();
    for (lane, stream) in streams.iter().enumerate().take(batch.n_lanes()) {
        if *batch.status(lane) == LaneStatus::Running && batch.time(lane) < until {
            let (time, state) = (batch.time(lane), batch.state(lane).to_vec());
            let at = OneLane::new(program, workspace, batch.fixed(lane));
            let (rates, truths, watched) = (vec![0.0; program.n_reactions()], Vec::new(), &watched);
            Leaps { program, config, share, at, batch, lane, until, stream, watched, time, state, rates, truths }.run();
        }
    }
    Ok(())
}

struct Leaps<'a> {
    program: &'a Program,
    config: &'a SolverConfig,
    share: f64,
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
}

impl Leaps<'_> {
    fn run(&mut self) {
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
        let is_sound = self.rates.iter().all(|rate| *rate >= 0.0 && rate.is_finite());
        if !is_sound {
            self.fail(FailureReason::NegativeRate);
        }
        is_sound
    }

    /// A leap, or single events where a leap would hold few, no further than `stop`.
    fn step(&mut self, stop: f64) {
        let total: f64 = self.rates.iter().fold(0.0, |sum, rate| sum + rate);
        let critical: Vec<bool> = (0..self.rates.len()).map(|reaction| self.is_critical(reaction)).collect();
        let longest = self.longest(&critical);
        if longest * total < FEWEST && longest < stop - self.time {
            return self.single_events(stop);
        }
        self.leap(&critical, longest, stop);
        self.fire();
    }

    /// Whether a few events of a reaction would use something up.
    fn is_critical(&self, reaction: usize) -> bool {
        let taken = self.program.stoichiometry[reaction].iter().filter(|(_, change)| *change < 0.0);
        self.rates[reaction] > 0.0 && taken.map(|(s, change)| self.state[*s] / -change).any(|left| left < CRITICAL)
    }

    /// The leap in which no rate is expected to change by more than the share.
    fn longest(&self, critical: &[bool]) -> f64 {
        let n = self.state.len();
        let (mut drift, mut spread) = (vec![0.0; n], vec![0.0; n]);
        for (reaction, rate) in self.rates.iter().enumerate().filter(|(reaction, _)| !critical[*reaction]) {
            for (species, change) in &self.program.stoichiometry[reaction] {
                drift[*species] += change * rate;
                spread[*species] += change * change * rate;
            }
        }
        let bound = |species: &usize| {
            let allowed = (self.share * self.state[*species] / ORDER).max(1.0);
            (allowed / drift[*species].abs()).min(allowed * allowed / spread[*species])
        };
        self.watched.iter().map(bound).fold(f64::INFINITY, f64::min)
    }

    /// One leap: a Poisson number of each reaction that is not critical, and at most one critical event.
    fn leap(&mut self, critical: &[bool], longest: f64, stop: f64) {
        let risky: f64 = (0..critical.len()).filter(|j| critical[*j]).map(|j| self.rates[j]).sum();
        let mut longest = longest.min(stop - self.time);
        let (wait, choice) = self.draw();
        let wait = if risky > 0.0 { -math::ln(wait) / risky } else { f64::INFINITY };
        loop {
            let duration = longest.min(wait);
            let rates = self.rates_halfway(critical, duration);
            let mut state = self.state.clone();
            for ((rate, is_critical), changes) in rates.iter().zip(critical).zip(&self.program.stoichiometry) {
                if !*is_critical && *rate > 0.0 {
                    let drawn = &mut self.batch.drawn[self.lane];
                    let (chance, _) = pair(self.stream, *drawn);
                    *drawn = drawn.wrapping_add(1);
                    let n = poisson_quantile(rate * duration, chance) as f64;
                    changes.iter().for_each(|(species, change)| state[*species] += n * change);
                }
            }
            // a leap that would take more than there is was too long
            if self.watched.iter().any(|species| state[*species] < 0.0 && self.state[*species] >= 0.0) {
                longest = 0.5 * duration;
                self.batch.counters[self.lane].rejected += 1;
                continue;
            }
            self.state = state;
            self.batch.counters[self.lane].accepted += 1;
            if wait <= longest {
                self.happen(choice * risky, |reaction| critical[reaction]);
            }
            self.time = if duration >= stop - self.time { stop } else { self.time + duration };
            return;
        }
    }

    /// Rates where the leap is expected to be after half of its time: with those at its start, every leap lags behind.
    fn rates_halfway(&mut self, critical: &[bool], duration: f64) -> Vec<f64> {
        let mut middle = self.state.clone();
        for ((rate, is_critical), changes) in self.rates.iter().zip(critical).zip(&self.program.stoichiometry) {
            if !*is_critical {
                changes.iter().for_each(|(species, change)| middle[*species] += 0.5 * duration * rate * change);
            }
        }
        middle.iter_mut().zip(&self.state).filter(|(_, now)| **now >= 0.0).for_each(|(x, _)| *x = x.max(0.0));
        let mut rates = vec![0.0; self.rates.len()];
        self.at.rates(self.time, &middle, &mut rates);
        rates
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
            self.happen(choice * total, |_| true);
            self.batch.counters[self.lane].accepted += 1;
            self.fire();
            if !self.is_running() || !self.look_at_rates() {
                return;
            }
        }
    }

    /// The event that a point in the running sum of some rates falls on.
    fn happen(&mut self, point: f64, counts: impl Fn(usize) -> bool) {
        let mut sum = 0.0;
        let chosen = (0..self.rates.len()).filter(|reaction| counts(*reaction)).find(|reaction| {
            sum += self.rates[*reaction];
            point < sum
        });
        let changes = chosen.map(|reaction| &self.program.stoichiometry[reaction]);
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
        let is_bad = |rate: &f64| !(*rate >= 0.0 && rate.is_finite());
        let largest = |a: usize, b: usize| if self.rates[b] > self.rates[a] { b } else { a };
        let reaction = self.rates.iter().position(is_bad).or_else(|| (0..self.rates.len()).reduce(largest));
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
