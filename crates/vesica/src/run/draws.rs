//! A world: one draw of every uncertain number, the same for every arm.

use vesica_engine::random::{Stream, stream_named};

use crate::compose::Binding;
use crate::knowledge::Knowledge;
use crate::scenario::draws::Hypothesis;
use crate::scenario::{Arm, Cell, QuantityId, Scenario};

/// The cell number of what belongs to no cell. No population has that many cells.
const NO_CELL: u32 = u32::MAX;

/// One draw of every uncertain number.
#[derive(Clone, Debug)]
pub struct World<'a> {
    scenario: &'a Scenario,
    knowledge: &'a Knowledge,
    /// Hypothesis that holds in it.
    pub hypothesis: &'a Hypothesis,
    seed: u64,
    /// Number of the world.
    pub index: u32,
    /// Values of `Knowledge::numbers`, inside units.
    numbers: Vec<f64>,
}

impl<'a> World<'a> {
    /// Draws world `index`. The same seed and index give the same world, whatever else is drawn.
    pub fn new(
        scenario: &'a Scenario,
        knowledge: &'a Knowledge,
        hypothesis: &'a Hypothesis,
        seed: u64,
        index: u32,
    ) -> Self {
        let chance = |key: &str| uniform(seed, index, key);
        let numbers = knowledge
            .numbers
            .iter()
            .map(|number| {
                number
                    .quantity()
                    .map_or(f64::NAN, |quantity| quantity.draw_within(chance(&number.key()), number.limits()))
            })
            .collect();
        Self { scenario, knowledge, hypothesis, seed, index, numbers }
    }

    /// A row of `parameters.tsv` in this world, inside units; a scenario's own value for that id comes first.
    pub fn number(&self, index: usize, arm: Option<&Arm>) -> f64 {
        match self.scenario.links.other.get(&self.knowledge.numbers[index].id) {
            Some(quantity) => self.quantity(*quantity, arm),
            None => self.numbers[index],
        }
    }

    /// A row of `parameters.tsv` by its id, for every cell type; NaN when there is none.
    pub fn number_named(&self, id: &str) -> f64 {
        crate::compose::number_index(self.knowledge, id, "").map_or(f64::NAN, |index| self.number(index, None))
    }

    /// A number of the scenario in this world and arm, inside units.
    pub fn quantity(&self, id: QuantityId, arm: Option<&Arm>) -> f64 {
        let replaced = arm.and_then(|arm| arm.set.get(&id));
        if replaced.is_none() && self.hypothesis.zeros.contains(&id) {
            return 0.0;
        }
        let named = &self.scenario.quantities[id.0];
        let quantity = replaced.unwrap_or(&named.quantity);
        quantity.draw_within(uniform(self.seed, self.index, &named.path), named.limits)
    }

    /// Cells of a type at time zero in this world and arm.
    pub fn n_cells(&self, cell: &Cell, arm: &Arm) -> f64 {
        self.quantity(cell.count, Some(arm)) * cell.volume.map_or(1.0, |volume| self.quantity(volume, Some(arm)))
    }

    /// The value of a parameter of a cell before its own factor; `None` for what changes in time.
    pub fn value(&self, binding: &Binding, arm: &Arm, doubling: Option<QuantityId>) -> Option<f64> {
        let level = |quantity: &Option<QuantityId>, number: &Option<usize>, arm| match (quantity, number) {
            (Some(id), _) => self.quantity(*id, arm),
            (None, Some(index)) => self.number(*index, arm),
            (None, None) => 1.0,
        };
        Some(match binding {
            Binding::Number(index) => self.number(*index, Some(arm)),
            Binding::Quantity(id) => self.quantity(*id, Some(arm)),
            Binding::Level { quantity, number, .. } => level(quantity, number, Some(arm)),
            Binding::Base { quantity, number } => level(quantity, number, None),
            Binding::Growth => doubling.map_or(0.0, |id| std::f64::consts::LN_2 / self.quantity(id, Some(arm))),
            Binding::Fixed(value) => *value,
            Binding::Rest
            | Binding::Drug(_)
            | Binding::Arriving(_)
            | Binding::ArrivingCopies(..)
            | Binding::DockingCopies(..) => return None,
        })
    }

    /// Chances of one simulated cell for one purpose. The arm is not in it: arms share their chances.
    pub fn chances(&self, population: &str, cell: u32, purpose: &str) -> Stream {
        Stream { seed: self.seed, world: self.index, cell, stream: stream_named(&format!("{population}/{purpose}")) }
    }
}

/// The chance that decides one uncertain number of a world.
fn uniform(seed: u64, world: u32, key: &str) -> f64 {
    Stream { seed, world, cell: NO_CELL, stream: stream_named(key) }.uniform(0)
}
