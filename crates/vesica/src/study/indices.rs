//! How much of the spread of a result each input explains: variance-based (Sobol) indices.
//!
//! `a` and `b` hold the result at two independent samples of all inputs, `ab[i]` at the first with input i (or a group
//! of inputs) taken from the second. First order, after Saltelli 2010 (doi 10.1016/j.cpc.2009.09.018, table 2 (b)):
//! mean of `b (ab − a)`, over the variance. Total, after Jansen 1999 (there (f)): half the mean of `(a − ab)²`, over the
//! variance. From memory of that table; the tests check both against closed forms.

use serde::{Deserialize, Serialize};
use vesica_engine::random::{Stream, stream_named};

use crate::result::Range3;
use crate::run::statistics::range;

/// Bootstrap samples for an interval.
const N_BOOTSTRAP: u32 = 500;

/// Fewer rows give no estimate.
const LEAST_ROWS: usize = 8;

/// Indices of one input; ranges are 90 % intervals of the bootstrap over the rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Indices {
    /// Share of the variance that would go if this input were known, on average.
    pub first: Range3,
    /// Share of the variance that would stay if all others were known: with interactions.
    pub total: Range3,
}

/// Estimates from the rows, and from bootstrap samples of them.
pub struct Estimates {
    /// `[input]`: first order and total.
    best: Vec<(f64, f64)>,
    /// `[sample][input]`.
    resampled: Vec<Vec<(f64, f64)>>,
}

impl Estimates {
    /// Rows with anything that is no number are left out.
    pub fn new(a: &[f64], b: &[f64], ab: &[Vec<f64>], seed: u64) -> Self {
        let is_whole =
            |row: &usize| a[*row].is_finite() && b[*row].is_finite() && ab.iter().all(|c| c[*row].is_finite());
        let rows: Vec<usize> = (0..a.len()).filter(is_whole).collect();
        let n = rows.len();
        if n < LEAST_ROWS {
            return Self { best: vec![(f64::NAN, f64::NAN); ab.len()], resampled: Vec::new() };
        }
        let chances = Stream { seed, world: 0, cell: 0, stream: stream_named("study/bootstrap") };
        let again = |sample: u32| -> Vec<usize> {
            let draw = |row: usize| (chances.uniform(sample * n as u32 + row as u32) * n as f64) as usize;
            (0..n).map(|row| rows[draw(row).min(n - 1)]).collect()
        };
        let resampled = (0..N_BOOTSTRAP).map(|sample| estimate(a, b, ab, &again(sample))).collect();
        Self { best: estimate(a, b, ab, &rows), resampled }
    }

    /// Indices of an input; `None` without spread, or with fewer than 8 rows.
    pub fn of(&self, input: usize) -> Indices {
        Indices { first: self.ranged(|all| all[input].0), total: self.ranged(|all| all[input].1) }
    }

    /// Sum of the first-order shares of some inputs, none of which counts less than nothing.
    pub fn first_of(&self, inputs: &[usize]) -> Range3 {
        // an empty sum is minus zero; `max` would take a share that is none for nothing
        let share = |first: f64| if first < 0.0 { 0.0 } else { first };
        self.ranged(|all| inputs.iter().map(|input| share(all[*input].0)).sum::<f64>() + 0.0)
    }

    fn ranged(&self, pick: impl Fn(&[(f64, f64)]) -> f64) -> Range3 {
        let middle = pick(&self.best);
        let around = range(&self.resampled.iter().map(|estimates| pick(estimates)).collect::<Vec<_>>());
        if middle.is_finite() { Range3 { best: Some(middle), ..around } } else { Range3::default() }
    }
}

/// Indices of each input; see [`Estimates`].
///
/// ```
/// use vesica::study::design::sobol;
/// use vesica::study::indices::indices;
/// // y = 3 x0 + x1: the first explains 9 tenths of the variance
/// let y = |x: f64, z: f64| 3.0 * x + z;
/// let points = sobol(1024, 4, 1);
/// let of = |pick: fn(&[f64]) -> (f64, f64)| points.iter().map(|p| pick(p)).map(|(x, z)| y(x, z)).collect::<Vec<f64>>();
/// let (a, b) = (of(|p| (p[0], p[1])), of(|p| (p[2], p[3])));
/// let found = indices(&a, &b, &[of(|p| (p[2], p[1])), of(|p| (p[0], p[3]))], 1);
/// assert!((found[0].total.best.unwrap() - 0.9).abs() < 0.01);
/// assert!((found[1].first.best.unwrap() - 0.1).abs() < 0.01);
/// ```
pub fn indices(a: &[f64], b: &[f64], ab: &[Vec<f64>], seed: u64) -> Vec<Indices> {
    let found = Estimates::new(a, b, ab, seed);
    (0..ab.len()).map(|input| found.of(input)).collect()
}

/// First order and total of each input over some rows; NaN without spread.
fn estimate(a: &[f64], b: &[f64], ab: &[Vec<f64>], rows: &[usize]) -> Vec<(f64, f64)> {
    let n = rows.len() as f64;
    let sum = |of: &dyn Fn(usize) -> f64| rows.iter().map(|row| of(*row)).sum::<f64>();
    let mean = sum(&|row| a[row] + b[row]) / (2.0 * n);
    let variance = sum(&|row| square(a[row] - mean) + square(b[row] - mean)) / (2.0 * n);
    if variance <= 1e-24 * mean * mean {
        return vec![(f64::NAN, f64::NAN); ab.len()];
    }
    ab.iter()
        .map(|mixed| {
            // the mean taken off first: it cancels in theory, and would only add noise
            let first = sum(&|row| (b[row] - mean) * (mixed[row] - a[row])) / n / variance;
            let total = sum(&|row| square(a[row] - mixed[row])) / (2.0 * n) / variance;
            (first, total)
        })
        .collect()
}

fn square(value: f64) -> f64 {
    value * value
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;
    use crate::study::design::sobol;

    /// Indices of a function of `k` uniform inputs from `n` rows.
    fn of(function: impl Fn(&[f64]) -> f64, k: usize, n: usize) -> Vec<Indices> {
        let points = sobol(n, 2 * k, 5);
        let value = |point: &[f64], from_b: &dyn Fn(usize) -> bool| {
            let input: Vec<f64> = (0..k).map(|i| if from_b(i) { point[k + i] } else { point[i] }).collect();
            function(&input)
        };
        let column =
            |from_b: &dyn Fn(usize) -> bool| points.iter().map(|point| value(point, from_b)).collect::<Vec<_>>();
        let mixed: Vec<Vec<f64>> = (0..k).map(|input| column(&|i| i == input)).collect();
        indices(&column(&|_| false), &column(&|_| true), &mixed, 1)
    }

    fn close(range: Range3, exact: f64, within: f64) {
        let best = range.best.expect("a value");
        assert!((best - exact).abs() < within, "{best} for {exact}");
        assert!(range.low.expect("low") - 2.0 * within <= exact && exact <= range.high.expect("high") + 2.0 * within);
    }

    #[test]
    fn ishigami_has_its_closed_form() {
        // sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1 over −π..π (Ishigami and Homma 1990)
        let ishigami = |u: &[f64]| {
            let x: Vec<f64> = u.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
            x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
        };
        let (a, b) = (7.0_f64, 0.1_f64);
        let of_1 = 0.5 * (1.0 + b * PI.powi(4) / 5.0).powi(2);
        let of_2 = a * a / 8.0;
        let of_13 = b * b * PI.powi(8) * (1.0 / 18.0 - 1.0 / 50.0);
        let all = of_1 + of_2 + of_13;
        let found = of(ishigami, 3, 4096);
        close(found[0].first, of_1 / all, 0.02);
        close(found[1].first, of_2 / all, 0.02);
        close(found[2].first, 0.0, 0.02);
        close(found[0].total, (of_1 + of_13) / all, 0.02);
        close(found[1].total, of_2 / all, 0.02);
        close(found[2].total, of_13 / all, 0.02);
    }

    #[test]
    fn the_g_function_has_its_closed_form() {
        // product of (|4 x − 2| + a) / (1 + a): variance V_i = 1 / (3 (1 + a)²) of each factor, of all Π(1 + V_i) − 1;
        // without factor i the product of the others (Saltelli and Sobol 1995)
        let a = [0.0, 1.0, 4.5, 9.0, 99.0];
        let g = |x: &[f64]| x.iter().zip(a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product::<f64>();
        let part = |i: usize| 1.0 / (3.0 * (1.0 + a[i]) * (1.0 + a[i]));
        let product = |but: usize| (0..5).filter(|j| *j != but).map(|j| 1.0 + part(j)).product::<f64>();
        let all = product(5) - 1.0;
        for (i, index) in of(g, 5, 4096).iter().enumerate() {
            close(index.first, part(i) / all, 0.02);
            close(index.total, part(i) * product(i) / all, 0.02);
        }
    }

    #[test]
    fn a_linear_function_has_the_squares_of_its_slopes() {
        let slopes = [1.0, 2.0, 3.0, 0.0];
        let found = of(|x| 10.0 + x.iter().zip(slopes).map(|(x, slope)| x * slope).sum::<f64>(), 4, 1024);
        for (index, slope) in found.iter().zip(slopes) {
            close(index.first, slope * slope / 14.0, 0.01);
            close(index.total, slope * slope / 14.0, 0.01);
        }
    }

    #[test]
    fn intervals_hold_the_truth_about_as_often_as_they_say() {
        // independent small samples of a product of two inputs: S1 = 3/7 each, T = 4/7 for x in 0..1
        let inside = (0..40).filter(|seed| {
            let points = crate::study::design::latin_hypercube(64, 4, *seed);
            let column = |pick: fn(&[f64]) -> f64| points.iter().map(|point| pick(point)).collect::<Vec<f64>>();
            let (a, b) = (column(|p| p[0] * p[1]), column(|p| p[2] * p[3]));
            let total = indices(&a, &b, &[column(|p| p[2] * p[1]), column(|p| p[0] * p[3])], 1)[0].total;
            total.low.is_some_and(|low| low <= 4.0 / 7.0) && total.high.is_some_and(|high| 4.0 / 7.0 <= high)
        });
        assert!(inside.count() >= 28, "of 40");
    }

    #[test]
    fn a_sum_of_shares_has_its_own_interval() {
        // y = x1 + x2 + x3 + x4, half of it by the first two
        let points = sobol(256, 8, 3);
        let sum = |at: [usize; 4]| points.iter().map(|p| at.iter().map(|i| p[*i]).sum()).collect::<Vec<f64>>();
        let mixed = [sum([4, 1, 2, 3]), sum([0, 5, 2, 3]), sum([0, 1, 6, 3]), sum([0, 1, 2, 7])];
        let found = Estimates::new(&sum([0, 1, 2, 3]), &sum([4, 5, 6, 7]), &mixed, 1);
        let both = found.first_of(&[0, 1]);
        close(both, 0.5, 0.03);
        assert!(both.low < both.best && both.best < both.high, "{both:?}");
        assert_eq!(found.first_of(&[]), Range3 { low: Some(0.0), best: Some(0.0), high: Some(0.0) });
    }

    #[test]
    fn without_spread_there_is_nothing_to_explain() {
        assert_eq!(of(|_| 2.0, 2, 64)[0].total, Range3::default());
        assert_eq!(of(|_| f64::NAN, 2, 64)[0].total, Range3::default());
    }
}
