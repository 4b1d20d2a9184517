//! The direct method in a large network: what an event changes is computed again, and a tree of sums finds the next.
//!
//! [`crate::jump`] computes every rate after every event, which grows with the network. Here a reaction brings with it
//! the tape of the rates that it changes; their sums are kept in a binary tree, so that choosing a reaction and bringing
//! the sum up to date cost the logarithm of the number of reactions. A sum is always made anew from its two parts, never
//! by adding a difference, so no error adds up over a long run.
//!
//! The random numbers are those of [`crate::jump`], and so is the order of the reactions in the sum: where sums are
//! exact both choose the same reaction. Elsewhere they may differ in a last bit and then part; the distribution is one.
//!
//! Source: M. A. Gibson and J. Bruck, J. Phys. Chem. A 104 (2000) 1876 (dependency graph and tree).

use std::collections::{HashMap, HashSet};

use crate::batch::{Batch, FailureReason, LaneStatus, SolverConfig};
use crate::events::{fire, just_after, remembered};
use crate::graph::{Graph, Node, NodeId};
use crate::interpreter::run_one;
use crate::math;
use crate::program::Program;
use crate::random::{Stream, pair};
use crate::stochastic::failure;
use crate::tape::{Bases, Draft, Layout, Tape};
use crate::workspace::Workspace;

/// What an event costs in a tile, for each operation of the rates and each reaction, against one operation here.
const OF_A_LANE: f64 = 0.1;
/// What an event costs here besides, in operations: two random numbers, a logarithm, the way down the tree.
const OF_AN_EVENT: f64 = 60.0;
/// Below this many reactions nothing is counted.
const FEWEST: usize = 64;

/// For each reaction, which rates change when it happens.
#[derive(Clone, Debug)]
pub(crate) struct Changes(Vec<Change>);

#[derive(Clone, Debug)]
struct Change {
    rates: Vec<u32>,
    /// Computes them, in this order.
    tape: Tape,
}

/// [`Changes`] whose rows are not yet numbered.
pub(crate) struct Drafts(Vec<(Vec<u32>, Draft)>);

impl Drafts {
    /// `None` where computing every rate in lanes is no dearer. `n_operations`: of all rates together.
    pub(crate) fn new(
        graph: &Graph,
        layout: &mut Layout,
        rates: &[NodeId],
        stoichiometry: &[Vec<(usize, f64)>],
        n_operations: usize,
    ) -> Option<Self> {
        let n = rates.len();
        let most = (n as f64 * OF_A_LANE * (n_operations + n) as f64) as usize;
        let depth = n.next_power_of_two().trailing_zeros() as usize;
        let mut cost = (n as f64 * OF_AN_EVENT) as usize;
        if n < FEWEST || cost >= most {
            return None;
        }
        let readers = readers(graph, rates);
        let mut drafts = Vec::with_capacity(n);
        for changes in stoichiometry {
            let mut changed: Vec<u32> =
                changes.iter().filter_map(|(species, _)| readers.get(&(*species as u32))).flatten().copied().collect();
            changed.sort_unstable();
            changed.dedup();
            // before the tape is made, which may be as long as all rates together
            cost += changed.len() * (depth + 1);
            if cost >= most {
                return None;
            }
            let outputs: Vec<NodeId> = changed.iter().map(|rate| rates[*rate as usize]).collect();
            let draft = Draft::new(graph, layout, &outputs);
            cost += draft.n_operations();
            drafts.push((changed, draft));
        }
        (cost < most).then_some(Self(drafts))
    }

    pub(crate) fn resolve(&self, bases: Bases) -> Changes {
        Changes(
            self.0.iter().map(|(rates, draft)| Change { rates: rates.clone(), tape: draft.resolve(bases) }).collect(),
        )
    }
}

impl Changes {
    /// Rows of the longest tape.
    pub(crate) fn n_rows(&self) -> usize {
        self.0.iter().map(|change| change.tape.n_rows).max().unwrap_or(0)
    }
}

/// For each species the rates that read it, rising.
fn readers(graph: &Graph, rates: &[NodeId]) -> HashMap<u32, Vec<u32>> {
    let mut readers: HashMap<u32, Vec<u32>> = HashMap::new();
    for (rate, root) in rates.iter().enumerate() {
        let (mut stack, mut seen) = (vec![*root], HashSet::new());
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            match graph.node(id) {
                Node::Species(species) => readers.entry(species).or_default().push(rate as u32),
                Node::Apply(op, operands) => stack.extend(&operands[..op.n_operands()]),
                _ => {}
            }
        }
    }
    readers
}

/// Sums over pairs, over pairs of pairs, and so on: the root is at 1, the parts of `i` at `2i` and `2i + 1`.
#[derive(Debug)]
struct Sums {
    /// Rates stand from here on; those beyond the last are 0.
    first: usize,
    values: Vec<f64>,
}

impl Sums {
    fn new(n: usize) -> Self {
        let first = n.next_power_of_two().max(2);
        Self { first, values: vec![0.0; 2 * first] }
    }

    fn total(&self) -> f64 {
        self.values[1]
    }

    fn set_all(&mut self, rates: impl Iterator<Item = f64>) {
        self.values[self.first..].iter_mut().zip(rates).for_each(|(value, rate)| *value = rate);
        (1..self.first).rev().for_each(|at| self.values[at] = self.values[2 * at] + self.values[2 * at + 1]);
    }

    fn set(&mut self, rate: usize, value: f64) {
        let mut at = self.first + rate;
        if self.values[at] == value {
            return;
        }
        self.values[at] = value;
        while at > 1 {
            at /= 2;
            self.values[at] = self.values[2 * at] + self.values[2 * at + 1];
        }
    }

    /// The first reaction at which the sum of the rates so far is above `point`; never one whose rate is 0, whatever
    /// was lost in rounding. The total must be above 0.
    fn find(&self, mut point: f64) -> usize {
        let mut at = 1;
        while at < self.first {
            let (left, right) = (self.values[2 * at], self.values[2 * at + 1]);
            let is_left = point < left || right == 0.0;
            at = 2 * at + usize::from(!is_left);
            point -= if is_left { 0.0 } else { left };
        }
        at - self.first
    }
}

/// A lane that goes on alone.
pub(crate) struct Alone<'a> {
    program: &'a Program,
    changes: &'a Changes,
    config: &'a SolverConfig,
    workspace: &'a mut Workspace,
    batch: &'a mut Batch,
    lane: usize,
    until: f64,
    sums: Sums,
    time: f64,
    /// Truth of each trigger.
    truths: Vec<f64>,
    /// Numbers drawn in this call.
    drawn: u32,
}

impl<'a> Alone<'a> {
    pub(crate) fn new(
        program: &'a Program,
        changes: &'a Changes,
        config: &'a SolverConfig,
        workspace: &'a mut Workspace,
        batch: &'a mut Batch,
        until: f64,
    ) -> Self {
        let sums = Sums::new(program.n_reactions());
        let truths = vec![0.0; program.tapes.truths.outputs.len()];
        Self { program, changes, config, workspace, batch, lane: 0, until, sums, time: 0.0, truths, drawn: 0 }
    }

    /// Brings a running lane to the end, or to where it stops or fails.
    pub(crate) fn run(&mut self, lane: usize, stream: &Stream) {
        (self.lane, self.time, self.drawn) = (lane, self.batch.time[lane], 0);
        self.workspace.set_fixed(self.program, self.batch.fixed(lane));
        self.workspace.set_point(self.program, self.time, self.batch.state(lane));
        self.begin();
        while self.is_running() && self.time < self.until {
            let stop = self.next_stop();
            self.reach(stop, stream);
            if self.is_running() {
                self.look();
            }
        }
        self.finish();
    }

    fn is_running(&self) -> bool {
        self.batch.status[self.lane] == LaneStatus::Running
    }

    /// Looks at the triggers and fires what is true from the start.
    fn begin(&mut self) {
        if self.program.n_events() == 0 {
            return;
        }
        let (mut now, state) = (Vec::new(), self.state());
        self.workspace.set_point(self.program, just_after(self.time), &state);
        self.workspace.one_lane(&self.program.tapes.truths, &mut now);
        self.truths = remembered(self.program, self.batch.truths(self.lane), now);
        self.look();
    }

    /// The end, or just after the next time that a condition names.
    fn next_stop(&self) -> f64 {
        let named = self.program.stops.iter().map(|row| self.workspace.one[*row as usize]);
        named.filter(|named| *named > self.time).fold(self.until, |stop, named| stop.min(just_after(named)))
    }

    /// One reaction after another until `stop`, or until a truth changes.
    fn reach(&mut self, stop: f64, stream: &Stream) {
        if !self.all_rates() {
            return self.fail(FailureReason::NegativeRate);
        }
        let first = self.batch.drawn[self.lane];
        loop {
            let total = self.sums.total();
            if !total.is_finite() {
                return self.fail(FailureReason::NegativeRate);
            }
            if u64::from(self.drawn) >= self.config.max_steps || first.checked_add(self.drawn + 1).is_none() {
                return self.fail(FailureReason::TooManySteps);
            }
            let (wait, choice) = pair(stream, first + self.drawn);
            self.drawn += 1;
            let next = self.time - math::ln(wait) / total;
            if next.is_nan() || next >= stop {
                return self.move_to(stop);
            }
            self.move_to(next);
            if !self.happen(self.sums.find(choice * total)) {
                return self.fail(FailureReason::NegativeRate);
            }
            if self.has_truth_changed() {
                return;
            }
        }
    }

    fn move_to(&mut self, time: f64) {
        self.time = time;
        self.workspace.one[self.program.bases.time as usize] = time;
    }

    /// Every rate anew; false where one is no chance.
    fn all_rates(&mut self) -> bool {
        let (tape, memory) = (&self.program.tapes.rates, &mut self.workspace.one);
        run_one(tape, memory);
        let mut rates = tape.outputs.iter().map(|row| memory[*row as usize]);
        self.sums.set_all(rates.clone());
        rates.all(|rate| rate >= 0.0)
    }

    /// A reaction happens once; false where a rate that it changed is no chance.
    fn happen(&mut self, reaction: usize) -> bool {
        let memory = &mut self.workspace.one;
        let first = self.program.bases.state as usize;
        for (species, change) in &self.program.stoichiometry[reaction] {
            memory[first + species] += change;
        }
        let change = &self.changes.0[reaction];
        run_one(&change.tape, memory);
        let mut is_sound = true;
        for (rate, row) in change.rates.iter().zip(&change.tape.outputs) {
            let value = memory[*row as usize];
            is_sound &= value >= 0.0;
            self.sums.set(*rate as usize, value);
        }
        is_sound
    }

    fn has_truth_changed(&mut self) -> bool {
        let (n_events, tape) = (self.program.n_events(), &self.program.tapes.truths);
        if n_events == 0 {
            return false;
        }
        run_one(tape, &mut self.workspace.one);
        let now = tape.outputs[..n_events].iter().map(|row| self.workspace.one[*row as usize]);
        now.zip(&self.truths).any(|(now, before)| now != *before)
    }

    /// Fires what has turned true.
    fn look(&mut self) {
        if self.program.n_events() == 0 {
            return;
        }
        let mut state = self.state();
        let (at, point) = ((&mut *self.batch, self.lane), (self.time, &mut state[..]));
        let result = fire(self.program, self.config, self.workspace, at, point, &mut self.truths, false);
        self.workspace.set_point(self.program, self.time, &state);
        if let Err(reason) = result {
            self.fail(reason);
        }
    }

    fn state(&self) -> Vec<f64> {
        self.workspace.one[self.program.bases.state as usize..][..self.program.n_species()].to_vec()
    }

    fn fail(&mut self, reason: FailureReason) {
        let state = self.state();
        let failure = failure(self.program, self.workspace, (self.time, &state), reason);
        self.batch.status[self.lane] = LaneStatus::Failed(failure);
    }

    fn finish(&mut self) {
        let (state, lane) = (self.state(), self.lane);
        self.batch.column_mut(lane).copy_from_slice(&state);
        self.batch.time[lane] = self.time.min(self.until);
        self.batch.is_disturbed[lane] = false;
        self.batch.drawn[lane] += self.drawn;
        self.batch.counters[lane].accepted += u64::from(self.drawn);
        for (known, truth) in self.batch.truths_mut(lane).iter_mut().zip(&self.truths) {
            *known = u8::from(*truth != 0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sums;

    #[test]
    fn a_tree_finds_what_a_running_sum_finds() {
        let rates = [0.5, 0.0, 2.25, 1.0, 0.0, 0.0, 4.0, 0.25, 0.0, 0.0, 3.0];
        let mut sums = Sums::new(rates.len());
        sums.set_all(rates.into_iter());
        assert_eq!(sums.total(), rates.iter().sum::<f64>());
        for point in 0..44 {
            let point = 0.25 * f64::from(point);
            let mut sum = 0.0;
            let linear = rates.iter().position(|rate| {
                sum += rate;
                point < sum
            });
            assert_eq!(Some(sums.find(point)), linear, "at {point}");
        }
        // a point lost to rounding ends at the last rate above zero
        assert_eq!(sums.find(11.0), 10);
        sums.set(10, 0.0);
        assert_eq!((sums.total(), sums.find(100.0)), (8.0, 7));
    }
}
