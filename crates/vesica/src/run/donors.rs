//! The books of the senders: vesicles made = digested + waiting + released; and what the dying shed.

use super::medium::Counts;
use super::population::Population;
use super::results::SentResult;
use super::setup::Setup;
use crate::compose::SentPorts;

/// What waited in each sender at time zero, and did not count as made: `[cell][port][lane]`, weighted.
pub(super) struct Donors {
    waiting: Vec<Vec<Vec<f64>>>,
    /// Shed by cells that died, so far: `[arm][vesicle kind][vesicles, copies..]`, weighted.
    shed: Vec<Vec<Counts>>,
}

impl Donors {
    /// Reads the rested populations.
    pub fn at_start(setup: &Setup, populations: &[Population]) -> Self {
        let of_port = |population: &Population, port: &SentPorts| {
            let lanes = 0..population.n_arms() * population.n_cells();
            lanes.map(|lane| population.weight(lane, 0.0) * count(population, port.waiting, lane)).collect()
        };
        let of_cell = |(population, cell): (&Population, &super::setup::CompiledCell)| {
            cell.model.ports.sent.iter().map(|port| of_port(population, port)).collect()
        };
        let nothing = setup.scenario.vesicles.iter().map(|vesicle| vec![0.0; vesicle.cargo.len() + 1]).collect();
        Self {
            waiting: populations.iter().zip(&setup.cells).map(of_cell).collect(),
            shed: vec![nothing; setup.scenario.arms.len()],
        }
    }

    /// Enters what a cell that died shed.
    pub fn shed(&mut self, arm: usize, kind: usize, counts: &[f64]) {
        self.shed[arm][kind].iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }

    /// One for each vesicle kind, in an arm. What waits in a dead cell stays there; a frozen lane has no books.
    pub fn results(&self, setup: &Setup, populations: &[Population], arm: usize) -> Vec<SentResult> {
        let kinds = 0..setup.scenario.vesicles.len();
        kinds.map(|kind| self.result(setup, populations, arm, kind)).collect()
    }

    fn result(&self, setup: &Setup, populations: &[Population], arm: usize, kind: usize) -> SentResult {
        let n_cargo = setup.scenario.vesicles[kind].cargo.len();
        let mut sum = SentResult { copies: vec![0.0; n_cargo], ..SentResult::default() };
        let mut n_senders = 0.0;
        for (cell, population) in populations.iter().enumerate() {
            if setup.cells[cell].model.ports.shed.iter().any(|port| port.vesicle == kind) {
                n_senders += population.numbers(arm).1;
            }
            for (number, port) in setup.cells[cell].model.ports.sent.iter().enumerate() {
                if port.vesicle != kind {
                    continue;
                }
                n_senders += population.numbers(arm).1;
                for lane in population.lanes(arm) {
                    let weight = population.weight(lane, population.time());
                    if weight > 0.0 {
                        let counted = |species| weight * count(population, species, lane);
                        sum.made += self.waiting[cell][number][lane] + counted(port.made.or(Some(port.released)));
                        sum.digested += counted(port.digested);
                        sum.waiting += counted(port.waiting);
                        sum.released += counted(Some(port.released));
                        for (copies, species) in sum.copies.iter_mut().zip(&port.released_copies) {
                            *copies += counted(Some(*species));
                        }
                    }
                }
            }
        }
        // what a dying cell sheds is made and released at once
        sum.made += self.shed[arm][kind][0];
        sum.released += self.shed[arm][kind][0];
        sum.copies.iter_mut().zip(&self.shed[arm][kind][1..]).for_each(|(sum, copies)| *sum += copies);
        let missing = sum.made - sum.digested - sum.waiting - sum.released;
        let per_sender = |count: f64| if n_senders > 0.0 { count / n_senders } else { 0.0 };
        SentResult {
            imbalance: if sum.made > 0.0 { missing / sum.made } else { 0.0 },
            made: per_sender(sum.made),
            digested: per_sender(sum.digested),
            waiting: per_sender(sum.waiting),
            released: per_sender(sum.released),
            copies: sum.copies.iter().map(|copies| per_sender(*copies)).collect(),
        }
    }
}

/// Amount of a species of a lane; none where the mechanisms do not count it.
fn count(population: &Population, species: Option<usize>, lane: usize) -> f64 {
    species.map_or(0.0, |species| population.state(lane)[species])
}
