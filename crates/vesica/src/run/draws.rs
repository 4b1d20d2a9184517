//! A world: one draw of every uncertain number, the same for every arm.

use std::collections::BTreeMap;

use vesica_engine::random::{Stream, stream_named};

use crate::compose::Binding;
use crate::knowledge::{Knowledge, Number};
use crate::scenario::draws::Hypothesis;
use crate::scenario::{Arm, Cell, Dose, QuantityId, Scenario};

/// The cell number of what belongs to no cell. No population has that many cells.
const NO_CELL: u32 = u32::MAX;

/// In what a world differs from the one that its number alone would give. The default: in nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Otherwise {
    /// Numbers of the scenario that have this value, inside units, in every arm that does not set them itself.
    pub values: BTreeMap<QuantityId, f64>,
    /// Rows of `parameters.tsv`, by index, that have this value, inside units.
    pub numbers: BTreeMap<usize, f64>,
    /// Drugs and kinds of vesicles all of whose doses are given at this time, s.
    pub dose_times: BTreeMap<String, f64>,
    /// Uncertain numbers, by path or key, that take their chance from elsewhere.
    pub chances: BTreeMap<String, Chance>,
}

/// Where the chance of an uncertain number comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Chance {
    /// From the world of that number.
    OfWorld(u32),
    /// It is this probability: 0.05 is the low end of a range.
    Exactly(f64),
}

static NOTHING: Otherwise = Otherwise {
    values: BTreeMap::new(),
    numbers: BTreeMap::new(),
    dose_times: BTreeMap::new(),
    chances: BTreeMap::new(),
};

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
    otherwise: &'a Otherwise,
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
        Self::with(scenario, knowledge, hypothesis, seed, index, &NOTHING)
    }

    /// World `index` with something otherwise. Chances of single cells stay those of its number.
    pub fn with(
        scenario: &'a Scenario,
        knowledge: &'a Knowledge,
        hypothesis: &'a Hypothesis,
        seed: u64,
        index: u32,
        otherwise: &'a Otherwise,
    ) -> Self {
        let mut world = Self { scenario, knowledge, hypothesis, seed, index, otherwise, numbers: Vec::new() };
        let draw = |number: &Number| {
            let quantity = number.quantity()?;
            Some(quantity.draw_within(world.chance(&number.key()), number.limits()))
        };
        world.numbers = knowledge.numbers.iter().map(|number| draw(number).unwrap_or(f64::NAN)).collect();
        for (index, value) in &otherwise.numbers {
            world.numbers[*index] = *value;
        }
        world
    }

    /// When a dose is given, s.
    pub fn dose_at(&self, dose: &Dose) -> f64 {
        self.otherwise.dose_times.get(dose.what.name()).copied().unwrap_or(dose.at)
    }

    /// Whether every dose is given when the scenario says.
    pub fn keeps_times(&self) -> bool {
        self.otherwise.dose_times.is_empty()
    }

    /// The chance that decides one uncertain number.
    fn chance(&self, key: &str) -> f64 {
        match self.otherwise.chances.get(key) {
            None => uniform(self.seed, self.index, key),
            Some(Chance::OfWorld(other)) => uniform(self.seed, *other, key),
            Some(Chance::Exactly(chance)) => *chance,
        }
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
        let named = &self.scenario.quantities[id.0];
        if replaced.is_none() {
            if let Some(value) = self.otherwise.values.get(&id) {
                return value.max(named.limits.0).min(named.limits.1);
            }
            if self.hypothesis.zeros.contains(&id) {
                return 0.0;
            }
        }
        let quantity = replaced.unwrap_or(&named.quantity);
        quantity.draw_within(self.chance(&named.path), named.limits)
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
