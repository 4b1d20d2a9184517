//! How far the vesicles of one kind have come in the simulated cells: what opened, docked and went back so far.

use super::medium::Counts;
use super::population::Population;
use crate::compose::{Counted, ReceivedPorts};

/// Counts so far of all lanes: vesicles, then copies of each cargo, lane after lane.
pub struct Progress {
    /// Things counted.
    n_counts: usize,
    /// Means per real cell.
    opened: Counts,
    /// Means per real cell; empty when no receptor holds the vesicles.
    bound: Counts,
    /// Of all real cells that a simulated one stands for.
    returned: Counts,
}

impl Population<'_> {
    /// Counts so far at a time, for each port.
    pub fn received_so_far(&self, time: f64) -> Vec<Progress> {
        self.compiled.model.ports.received.iter().map(|port| Progress::read(self, port, time)).collect()
    }
}

impl Progress {
    fn read(population: &Population<'_>, port: &ReceivedPorts, time: f64) -> Self {
        let n_counts = port.copies.len() + 1;
        let n_lanes = population.n_arms() * population.n_cells();
        let is_held = port.vesicles.bound.is_some();
        let list = |is_there: bool| Vec::with_capacity(if is_there { n_lanes * n_counts } else { 0 });
        let (mut opened, mut bound, mut returned) = (list(true), list(is_held), list(true));
        for lane in 0..n_lanes {
            let (weight, state) = (population.weight(lane, time), population.state(lane));
            let came_back = |counted: &Counted| counted.returned.map_or(0.0, |species| weight * state[species]);
            opened.extend(port.all().map(|counted| state[counted.opened]));
            returned.extend(port.all().map(came_back));
            if is_held {
                bound.extend(port.all().map(|counted| counted.bound.map_or(0.0, |species| state[species])));
            }
        }
        Self { n_counts, opened, bound, returned }
    }

    /// What opened in a lane since then; growth thinned what had opened by `kept`.
    pub fn opened_since(&self, before: &Self, lane: usize, kept: f64) -> impl Iterator<Item = f64> {
        since(self.of_lane(&self.opened, lane), before.of_lane(&before.opened, lane), kept)
    }

    /// What docked at a lane since then, in the same sense; nothing when no receptor holds the vesicles.
    pub fn bound_since(&self, before: &Self, lane: usize, kept: f64) -> impl Iterator<Item = f64> {
        since(self.of_lane(&self.bound, lane), before.of_lane(&before.bound, lane), kept)
    }

    /// What went back from a lane since then, of all its cells together. A frozen lane gives nothing back.
    pub fn returned_since(&self, before: &Self, lane: usize) -> impl Iterator<Item = f64> {
        since(self.of_lane(&self.returned, lane), before.of_lane(&before.returned, lane), 1.0)
    }

    fn of_lane<'a>(&self, counts: &'a [f64], lane: usize) -> &'a [f64] {
        if counts.is_empty() { counts } else { &counts[lane * self.n_counts..][..self.n_counts] }
    }
}

fn since(after: &[f64], before: &[f64], kept: f64) -> impl Iterator<Item = f64> {
    after.iter().zip(before).map(move |(after, before)| (after - before * kept).max(0.0))
}
