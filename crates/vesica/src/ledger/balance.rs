//! A body in balance, without simulating: how much of what enters one place is in another, by solving the flows of the
//! composed mechanisms once. Nothing is integrated; the rates are read from the mechanisms at one vesicle in each place.

use vesica_engine::math::{exp, ln};
use vesica_engine::naive::Point;
use vesica_engine::random::{Stream, stream_named};

use super::Ends;
use crate::compose::body::{BodyBinding, BodyModel, compose, volume_id};
use crate::compose::number_index;
use crate::knowledge::{Contents, Knowledge, TUMOUR};
use crate::scenario::{Arm, Body, QuantityId, Scenario};

/// Draws of the numbers of a body that give a range.
const N_DRAWS: usize = 200;

/// A body for vesicles, to be asked for its balance.
pub(super) struct Balance<'a> {
    scenario: &'a Scenario,
    knowledge: &'a Knowledge,
    body: &'a Body,
    arm: Option<&'a Arm>,
    model: BodyModel,
    /// um
    diameter: f64,
}

impl<'a> Balance<'a> {
    /// The same for a drug.
    pub fn of_drug(
        scenario: &'a Scenario,
        knowledge: &'a Knowledge,
        body: &'a Body,
        arm: Option<&'a Arm>,
        drug: &str,
    ) -> Option<Self> {
        let model = compose(scenario, knowledge, body, Contents::Drugs, &[], drug).ok()?;
        Some(Self { scenario, knowledge, body, arm, model, diameter: f64::NAN })
    }

    /// `None` when the body cannot be composed, which a run reports.
    pub fn new(
        scenario: &'a Scenario,
        knowledge: &'a Knowledge,
        body: &'a Body,
        arm: Option<&'a Arm>,
        size: QuantityId,
    ) -> Option<Self> {
        let model = compose(scenario, knowledge, body, Contents::Vesicles, &[], "").ok()?;
        Some(Self { scenario, knowledge, body, arm, model, diameter: scenario.middle(size, arm) })
    }

    /// For each vesicle per s that enters `from`: vesicles per um³ in `to` at balance. Equally, for one vesicle given to
    /// `from`: the area under its curve in `to`, s/um³. Cells of the scenario take nothing.
    ///
    /// Best: every number of the body at its middle; low and high: 5 and 95 % over draws of them.
    pub fn held(&self, from: &str, to: &str) -> Ends {
        self.held_in(from, &[to]).pop().unwrap_or_else(|| Ends::exact(f64::NAN))
    }

    /// [`Self::held`] in each of several places.
    pub fn held_in(&self, from: &str, places: &[&str]) -> Vec<Ends> {
        let best = self.solve(from, places, |_| 0.5);
        let drawn = |draw: usize| {
            let chance = |row: usize| {
                let stream = Stream { seed: 0, world: draw as u32, cell: row as u32, stream: stream_named("balance") };
                stream.uniform(0)
            };
            self.solve(from, places, chance)
        };
        let draws: Vec<Vec<f64>> = (0..N_DRAWS).map(drawn).collect();
        let ends = |(place, best): (usize, f64)| {
            let mut values: Vec<f64> = draws.iter().map(|draw| draw[place]).filter(|value| value.is_finite()).collect();
            values.sort_by(f64::total_cmp);
            let at = |share: f64| values.get((share * values.len() as f64) as usize).copied().unwrap_or(f64::NAN);
            Ends { low: at(0.05), best: Some(best), high: at(0.95), may_be_zero: false, middle: best }
        };
        best.into_iter().enumerate().map(ends).collect()
    }

    /// Every number at its middle: two balances with the same ones are the same.
    pub fn fingerprint(&self) -> Vec<u64> {
        let number = |index: usize| self.number(index, 0.5);
        self.model.bindings.iter().map(|binding| self.parameter(binding, &number).to_bits()).collect()
    }

    /// Keys of the sources of the numbers of the body, and the weakest status.
    pub fn status(&self) -> Option<crate::result::Status> {
        let rows = self.model.bindings.iter().filter_map(|binding| match binding {
            BodyBinding::Number(index) => Some(self.knowledge.numbers[*index].status),
            _ => None,
        });
        rows.max()
    }

    /// A row of the knowledge base, or what the scenario says instead.
    fn number(&self, index: usize, chance: f64) -> f64 {
        let row = &self.knowledge.numbers[index];
        let own = self.scenario.links.other.get(&row.id).map(|id| self.scenario.middle(*id, self.arm));
        let drawn = || row.quantity().map_or(f64::NAN, |quantity| quantity.draw_within(chance, row.limits()));
        own.unwrap_or_else(drawn)
    }

    fn solve(&self, from: &str, places: &[&str], chance: impl Fn(usize) -> f64) -> Vec<f64> {
        let number = |index: usize| self.number(index, chance(index));
        let parameters: Vec<f64> = self.model.bindings.iter().map(|binding| self.parameter(binding, &number)).collect();
        let Some(from) = self.model.places.get(from) else { return vec![f64::NAN; places.len()] };
        let amounts = self.amounts(*from, &parameters);
        let volume = |place: &str| {
            if place == TUMOUR {
                let share = number_index(self.knowledge, "tumour.interstitium", "").map_or(f64::NAN, &number);
                share * self.body.tumour.as_ref().map_or(0.0, |tumour| self.scenario.middle(tumour.volume, self.arm))
            } else {
                number_index(self.knowledge, &volume_id(self.body, place), "").map_or(f64::NAN, &number)
            }
        };
        let amount = |place: &str| self.model.places.get(place).and_then(|species| amounts.get(*species)).copied();
        places.iter().map(|place| amount(place).unwrap_or(f64::NAN) / volume(place)).collect()
    }

    fn parameter(&self, binding: &BodyBinding, number: &impl Fn(usize) -> f64) -> f64 {
        match binding {
            BodyBinding::Number(index) => number(*index),
            BodyBinding::Quantity(id) => self.scenario.middle(*id, self.arm),
            BodyBinding::Diameter => self.diameter,
            BodyBinding::Release(_) | BodyBinding::Uptake(_) | BodyBinding::Drug(_) => 0.0,
            BodyBinding::Fixed(value) => *value,
        }
    }

    /// Amounts at balance when one vesicle per s enters a species: the solution of rates × amounts = −entering, over
    /// the species that anything leaves. What only collects has none.
    fn amounts(&self, from: usize, parameters: &[f64]) -> Vec<f64> {
        let n = self.model.network.species.len();
        let column = |species: usize| -> Vec<f64> {
            let mut state = vec![0.0; n];
            state[species] = 1.0;
            Point::new(&self.model.network, 0.0, &state, parameters).rhs()
        };
        let columns: Vec<Vec<f64>> = (0..n).map(column).collect();
        let moving: Vec<usize> = (0..n).filter(|species| columns[*species][*species] < 0.0).collect();
        let mut rows: Vec<Vec<f64>> = moving
            .iter()
            .map(|row| {
                let coefficients = moving.iter().map(|column| columns[*column][*row]);
                coefficients.chain([if *row == from { -1.0 } else { 0.0 }]).collect()
            })
            .collect();
        eliminate(&mut rows);
        let mut amounts = vec![0.0; n];
        for (row, species) in rows.iter().zip(&moving) {
            amounts[*species] = row.last().copied().unwrap_or(0.0);
        }
        amounts
    }
}

/// Gauss-Jordan with the largest pivot: the last column becomes the solution.
fn eliminate(rows: &mut [Vec<f64>]) {
    for at in 0..rows.len() {
        let best = (at..rows.len()).max_by(|a, b| rows[*a][at].abs().total_cmp(&rows[*b][at].abs())).unwrap_or(at);
        rows.swap(at, best);
        let pivot = rows[at][at];
        rows[at].iter_mut().for_each(|value| *value /= pivot);
        let pivot_row = rows[at].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(other, _)| *other != at) {
            let factor = row[at];
            row.iter_mut().zip(&pivot_row).for_each(|(value, pivot)| *value -= factor * pivot);
        }
    }
}

/// A level of healthy people below which a share `1 − 1/20` of them lies: a log-normal with this median and CV.
pub(super) fn healthy_limit(median: f64, cv: f64) -> f64 {
    const NORMAL_95: f64 = 1.644_853_627;
    median * exp(NORMAL_95 * ln(1.0 + cv * cv).sqrt())
}

#[cfg(test)]
mod tests {
    use super::{eliminate, healthy_limit};

    #[test]
    fn a_small_system_is_solved() {
        // -2 a + b = -1, a - 3 b = 0
        let mut rows = vec![vec![-2.0, 1.0, -1.0], vec![1.0, -3.0, 0.0]];
        eliminate(&mut rows);
        assert!((rows[0][2] - 0.6).abs() < 1e-15 && (rows[1][2] - 0.2).abs() < 1e-15);
    }

    #[test]
    fn the_limit_of_healthy_people_is_the_quantile_of_a_log_normal() {
        assert_eq!(healthy_limit(3.0, 0.0), 3.0);
        assert!((healthy_limit(1.0, 0.6) - 2.49).abs() < 0.01, "{}", healthy_limit(1.0, 0.6));
    }
}
