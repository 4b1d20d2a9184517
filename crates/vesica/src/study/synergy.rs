//! Two drugs together: how far their effect goes beyond what each alone would lead to expect.
//!
//! Effect E = 1 − reading / reading without either drug. Expected of doses a and b:
//! - Bliss: E(a) + E(b) − E(a) E(b), drugs that act independently (Bliss 1939);
//! - HSA: the larger of E(a) and E(b), the highest single agent;
//! - Loewe: the E at which a / D_A(E) + b / D_B(E) = 1, with D the dose of one drug alone that has this effect, from its
//!   fitted curve (Loewe 1953).
//!
//! Excess = E − expected, in points: above zero synergy, below zero antagonism.

use serde::{Deserialize, Serialize};

use super::factor::Factor;
use super::hill::Hill;
use super::journal::Run;
use super::sweep::Sweep;
use crate::result::Range3;
use crate::run::statistics::{mean, range};
use crate::scenario::{Arm, Dosed, Scenario};

/// The three definitions, in the order in which they stand everywhere.
pub const DEFINITIONS: [&str; 3] = ["Bliss", "Loewe", "HSA"];

/// Two drugs in one arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Map {
    /// Arm.
    pub arm: String,
    /// Column that was read.
    pub column: usize,
    /// Both doses of each cell of the map, above zero.
    pub doses: Vec<(f64, f64)>,
    /// Effect of each cell, points.
    pub effect: Vec<Range3>,
    /// `[definition][cell]`: excess, points.
    pub excess: Vec<Vec<Range3>>,
    /// `[definition]`: mean excess of all cells, world by world.
    pub average: Vec<Range3>,
}

/// Arms that get both drugs, when two drugs and nothing else are varied.
pub fn arms_of_both(factors: &[Factor], scenario: &Scenario) -> Vec<String> {
    let [Some(one), Some(other)] = factors.iter().map(Factor::drug).collect::<Vec<_>>()[..] else { return Vec::new() };
    let gets = |arm: &Arm, drug: &str| arm.doses.iter().any(|dose| dose.what == Dosed::Drug(drug.to_owned()));
    let arms = scenario.arms.iter().filter(|arm| gets(arm, one) && gets(arm, other));
    arms.map(|arm| arm.name.clone()).collect()
}

/// The map of a grid over two drugs and nothing else, for one column.
pub fn map(sweep: &Sweep, runs: &[Run], column: usize) -> Map {
    let cells: Vec<usize> =
        (0..sweep.points.len()).filter(|point| sweep.points[*point].iter().all(|dose| *dose > 0.0)).collect();
    let worlds: Vec<Vec<[f64; 4]>> = (0..sweep.n_worlds)
        .map(|world| of_world(sweep, &|point| runs[point * sweep.n_worlds + world].values[column], &cells))
        .collect();
    let over = |cell: usize, part: usize| range(&worlds.iter().map(|world| world[cell][part]).collect::<Vec<_>>());
    let average =
        |part: usize| range(&worlds.iter().map(|world| mean(world.iter().map(|cell| cell[part]))).collect::<Vec<_>>());
    Map {
        arm: sweep.columns[column].arm.clone(),
        column,
        doses: cells.iter().map(|point| (sweep.points[*point][0], sweep.points[*point][1])).collect(),
        effect: (0..cells.len()).map(|cell| over(cell, 0)).collect(),
        excess: (1..=3).map(|part| (0..cells.len()).map(|cell| over(cell, part)).collect()).collect(),
        average: (1..=3).map(average).collect(),
    }
}

/// Effect and the excess by each definition of every cell, points.
fn of_world(sweep: &Sweep, read: &dyn Fn(usize) -> f64, cells: &[usize]) -> Vec<[f64; 4]> {
    let at = |a: f64, b: f64| sweep.points.iter().position(|point| point[0] == a && point[1] == b);
    let none = at(0.0, 0.0).map_or(f64::NAN, read);
    let effect = |a: f64, b: f64| 1.0 - at(a, b).map_or(f64::NAN, read) / none;
    let alone = |drug: usize| {
        let mut doses: Vec<f64> = sweep.points.iter().map(|point| point[drug]).collect();
        doses.sort_by(f64::total_cmp);
        doses.dedup();
        let effects: Vec<f64> =
            doses.iter().map(|dose| if drug == 0 { effect(*dose, 0.0) } else { effect(0.0, *dose) }).collect();
        Hill::fit(&doses, &effects)
    };
    let curves = (alone(0), alone(1));
    let of = |point: &usize| {
        let (a, b) = (sweep.points[*point][0], sweep.points[*point][1]);
        let (both, of_a, of_b) = (effect(a, b), effect(a, 0.0), effect(0.0, b));
        let additive = match curves {
            (Some(one), Some(other)) => loewe(a, b, &one, &other),
            _ => f64::NAN,
        };
        let expected = [of_a + of_b - of_a * of_b, additive, of_a.max(of_b)];
        let [bliss, additive, highest] = expected.map(|expected| 100.0 * (both - expected));
        [100.0 * both, bliss, additive, highest]
    };
    cells.iter().map(of).collect()
}

/// The effect that doses `a` and `b` have when each is a dilution of the other.
fn loewe(a: f64, b: f64, one: &Hill, other: &Hill) -> f64 {
    let used = |dose: f64, curve: &Hill, effect: f64| match curve.dose(effect) {
        needed if needed > 0.0 => dose / needed,
        _ => f64::INFINITY,
    };
    // the sum falls as the effect rises
    let sum = |effect: f64| used(a, one, effect) + used(b, other, effect);
    // a curve that is fitted to doses far below its EC50 ends anywhere; an effect ends where nothing is left
    let (mut low, mut high) = (one.top.min(other.top), one.bottom.max(other.bottom).min(1.0));
    if low >= high {
        // neither drug has an effect
        return low;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if sum(middle) > 1.0 { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drug_with_itself_is_additive_by_loewe() {
        let curve = Hill { top: 0.0, bottom: 1.0, ec50: 2.0, slope: 3.0 };
        let together = loewe(1.0, 2.0, &curve, &curve);
        assert!((together - curve.at(3.0)).abs() < 1e-9, "{together}");
    }

    #[test]
    fn no_effect_is_expected_beyond_all() {
        let wild = Hill { top: 0.0, bottom: 400.0, ec50: 900.0, slope: 1.0 };
        assert!(loewe(10.0, 10.0, &wild, &wild) <= 1.0);
    }

    #[test]
    fn a_drug_without_effect_adds_nothing_by_loewe() {
        let curve = Hill { top: 0.0, bottom: 0.8, ec50: 2.0, slope: 1.0 };
        let idle = Hill { top: 0.0, bottom: 0.0, ec50: 1.0, slope: 1.0 };
        assert!((loewe(2.0, 5.0, &curve, &idle) - 0.4).abs() < 1e-9);
        assert_eq!(loewe(2.0, 5.0, &idle, &idle), 0.0);
    }
}
