//! How far the vesicles of one kind have come in one simulated cell: what opened, docked and went back so far.

use super::medium::Counts;
use super::population::Population;
use crate::compose::{Counted, ReceivedPorts};

/// Counts so far: vesicles, then copies of each cargo.
pub struct Progress {
    /// Means per real cell.
    opened: Counts,
    /// Means per real cell; empty when no receptor holds the vesicles.
    bound: Counts,
    /// Of all real cells that the simulated one stands for.
    returned: Counts,
}

impl Population<'_> {
    /// Counts so far at a time: `[port][lane]`.
    pub fn received_so_far(&self, time: f64) -> Vec<Vec<Progress>> {
        let lanes = self.n_arms() * self.n_cells();
        let ports = &self.compiled.model.ports.received;
        ports.iter().map(|port| (0..lanes).map(|lane| Progress::read(self, port, lane, time)).collect()).collect()
    }
}

impl Progress {
    fn read(population: &Population<'_>, port: &ReceivedPorts, lane: usize, time: f64) -> Self {
        let (weight, state) = (population.weight(lane, time), population.state(lane));
        let is_held = port.vesicles.bound.is_some();
        let bound = |counted: &Counted| counted.bound.map_or(0.0, |species| state[species]);
        let returned = |counted: &Counted| counted.returned.map_or(0.0, |species| weight * state[species]);
        Self {
            opened: port.all().map(|counted| state[counted.opened]).collect(),
            bound: port.all().filter(|_| is_held).map(bound).collect(),
            returned: port.all().map(returned).collect(),
        }
    }

    /// What opened since then; growth thinned what had opened by `kept`.
    pub fn opened_since(&self, before: &Self, kept: f64) -> Counts {
        since(&self.opened, &before.opened, kept)
    }

    /// What docked since then, in the same sense.
    pub fn bound_since(&self, before: &Self, kept: f64) -> Counts {
        since(&self.bound, &before.bound, kept)
    }

    /// What went back since then, of all cells together. A frozen lane gives nothing back.
    pub fn returned_since<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = f64> + 'a {
        self.returned.iter().zip(&before.returned).map(|(after, before)| (after - before).max(0.0))
    }
}

fn since(after: &[f64], before: &[f64], kept: f64) -> Counts {
    after.iter().zip(before).map(|(after, before)| (after - before * kept).max(0.0)).collect()
}
