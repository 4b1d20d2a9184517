//! Two drugs together: how far their effect goes beyond what each alone would lead to expect.
//!
//! Effect E = 1 − reading / reading without either drug; of a percentage that the drugs raise, as of cells that died,
//! that of what is left to 100 %. What they raise without an end has no largest effect, and no synergy here. Expected of
//! doses a and b:
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
    let read = |world: usize, point: usize| runs[point * sweep.n_worlds + world].values[column];
    let unit = &sweep.columns[column].unit;
    let left = |value: f64, rises: bool| match rises {
        false => value,
        true if unit == "%" => 100.0 - value,
        true => f64::NAN,
    };
    let rises = rises(sweep, &read, &cells);
    let worlds: Vec<Vec<[f64; 4]>> =
        (0..sweep.n_worlds).map(|world| of_world(sweep, &|point| left(read(world, point), rises), &cells)).collect();
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

/// Whether both drugs together rather raise the reading, over all doses and worlds.
fn rises(sweep: &Sweep, read: &dyn Fn(usize, usize) -> f64, cells: &[usize]) -> bool {
    let Some(none) = sweep.points.iter().position(|point| point.iter().all(|dose| *dose == 0.0)) else { return false };
    let changes = (0..sweep.n_worlds).flat_map(|world| cells.iter().map(move |cell| (world, *cell)));
    let all = changes.map(|(world, cell)| read(world, cell) - read(world, none)).filter(|change| change.is_finite());
    all.sum::<f64>() > 0.0
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
    use crate::result::SolverWork;
    use crate::study::runs::Column;

    /// A grid of doses 0, 1, 2, 3 of two drugs in one world, and what is read there.
    fn grid(unit: &str, read: impl Fn(f64, f64) -> f64) -> (Sweep, Vec<Run>) {
        let points: Vec<Vec<f64>> = (0..16).map(|index| vec![f64::from(index / 4), f64::from(index % 4)]).collect();
        let (index, frozen, solver) = (0, Vec::new(), SolverWork::default());
        let run =
            |point: &Vec<f64>| Run { index, values: vec![read(point[0], point[1])], frozen: frozen.clone(), solver };
        let runs = points.iter().map(run).collect();
        let text = String::new;
        let (arm, measure, reads) = ("both".to_owned(), text(), text());
        let sweep = Sweep {
            scenario: text(),
            title: text(),
            command: text(),
            version: text(),
            design: "grid".to_owned(),
            factors: Vec::new(),
            n_worlds: 1,
            n_cells: 100,
            seed: 1,
            hypotheses: vec![text()],
            columns: vec![Column { arm, measure, reads, at_h: 24.0, unit: unit.to_owned() }],
            points,
            readings: Vec::new(),
            by_hypothesis: Vec::new(),
            asked: vec![0],
            without_vesicles: text(),
            responses: Vec::new(),
            maps: Vec::new(),
            frozen: Vec::new(),
            solver,
        };
        (sweep, runs)
    }

    /// Excess over each definition at doses 2 and 1.
    fn excess(unit: &str, read: impl Fn(f64, f64) -> f64) -> [Option<f64>; 4] {
        let (sweep, runs) = grid(unit, read);
        let map = map(&sweep, &runs, 0);
        let cell = map.doses.iter().position(|doses| *doses == (2.0, 1.0)).expect("a cell");
        [map.effect[cell].best, map.excess[0][cell].best, map.excess[1][cell].best, map.excess[2][cell].best]
    }

    #[test]
    fn each_definition_has_the_excess_that_is_computed_by_hand() {
        // alone, a leaves 1/(1 + a) and b leaves 1/(1 + b/3): effects of 2/3 and 1/4 at 2 and 1
        let independent = |a: f64, b: f64| 80.0 / ((1.0 + a) * (1.0 + b / 3.0));
        // E = 1 − (1/3)(3/4) = 3/4; Bliss expects just that, HSA 2/3, Loewe 1 − 1/(1 + 2 + 1/3) = 7/10
        let by_hand = [75.0, 0.0, 5.0, 100.0 / 12.0];
        let within = [1e-9, 1e-9, 0.3, 1e-9]; // the curve of each drug alone is fitted
        for (index, found) in excess("/cell", independent).into_iter().enumerate() {
            assert!((found.expect("a number") - by_hand[index]).abs() < within[index], "{index}: {found:?}");
        }
        let additive = |a: f64, b: f64| 80.0 / (1.0 + a + b / 3.0);
        let by_hand = [70.0, -5.0, 0.0, 100.0 / 30.0];
        for (index, found) in excess("/cell", additive).into_iter().enumerate() {
            assert!((found.expect("a number") - by_hand[index]).abs() < within[index], "{index}: {found:?}");
        }
    }

    #[test]
    fn cells_that_died_say_the_same_as_cells_that_live_and_what_rises_without_end_says_nothing() {
        let alive = |a: f64, b: f64| 100.0 / ((1.0 + a) * (1.0 + b / 3.0));
        let (of_living, of_dead) = (excess("%", alive), excess("%", |a, b| 100.0 - alive(a, b)));
        for (living, dead) in of_living.into_iter().zip(of_dead) {
            assert!((living.expect("a number") - dead.expect("a number")).abs() < 1e-9);
        }
        assert_eq!(excess("/cell", |a, b| 1.0 + a + b), [None; 4]);
    }

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
