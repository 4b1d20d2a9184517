//! Designs: which points are run.

use serde::{Deserialize, Serialize};
use vesica_engine::random::{Stream, stream_named};

use super::factor::Factor;

/// Most points of an Owen-scrambled Sobol sequence.
pub const MOST_SOBOL: usize = 1 << 16;

/// How points are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Design {
    /// Every level of every factor with every level of all others; the last factor changes fastest.
    Grid,
    /// So many points; of that many equal parts of each factor each holds one point.
    LatinHypercube(usize),
    /// The first points of a Sobol sequence, scrambled (Owen); best for powers of two.
    Sobol(usize),
}

impl Design {
    /// As it is typed and printed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::LatinHypercube(_) => "lhs",
            Self::Sobol(_) => "sobol",
        }
    }

    /// Number of points, without making them; `None` beyond what a number can hold.
    pub fn n_points(self, factors: &[Factor]) -> Option<usize> {
        match self {
            Self::Grid => factors.iter().try_fold(1_usize, |n, factor| n.checked_mul(factor.levels.len())),
            Self::LatinHypercube(n) | Self::Sobol(n) => Some(n),
        }
    }

    /// The points: `[point][factor]`, inside units.
    pub fn points(self, factors: &[Factor], seed: u64) -> Vec<Vec<f64>> {
        match self {
            Self::Grid => grid(factors),
            Self::LatinHypercube(n) => place(factors, &latin_hypercube(n, factors.len(), seed)),
            Self::Sobol(n) => place(factors, &sobol(n, factors.len(), seed)),
        }
    }
}

fn grid(factors: &[Factor]) -> Vec<Vec<f64>> {
    factors.iter().fold(vec![Vec::new()], |points, factor| {
        let with = |point: &Vec<f64>, level: &f64| point.iter().copied().chain([*level]).collect();
        points.iter().flat_map(|point| factor.levels.iter().map(move |level| with(point, level))).collect()
    })
}

fn place(factors: &[Factor], shares: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let of = |point: &Vec<f64>| factors.iter().zip(point).map(|(factor, share)| factor.at(*share)).collect();
    shares.iter().map(of).collect()
}

/// `[point][dimension]` in 0..1: each dimension a shuffled row of `n` equal parts, a random place in each.
///
/// ```
/// let points = vesica::study::design::latin_hypercube(8, 3, 1);
/// let mut parts: Vec<usize> = points.iter().map(|point| (point[2] * 8.0) as usize).collect();
/// parts.sort();
/// assert_eq!(parts, [0, 1, 2, 3, 4, 5, 6, 7]);
/// ```
pub fn latin_hypercube(n: usize, n_dimensions: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut points = vec![vec![0.0; n_dimensions]; n];
    for dimension in 0..n_dimensions {
        let chances = Stream { seed, world: dimension as u32, cell: 0, stream: stream_named("study/latin hypercube") };
        let mut parts: Vec<usize> = (0..n).collect();
        for last in (1..n).rev() {
            let other = (chances.uniform(last as u32) * (last + 1) as f64) as usize;
            parts.swap(last, other.min(last));
        }
        for (point, part) in points.iter_mut().zip(&parts) {
            point[dimension] = (*part as f64 + chances.uniform((n + part) as u32)) / n as f64;
        }
    }
    points
}

/// `[point][dimension]` in 0..1: a Sobol sequence with Owen's scrambling (Burley 2020, as the crate `sobol_burley`
/// has it). Never 0 or 1.
///
/// ```
/// let points = vesica::study::design::sobol(64, 2, 1);
/// // of every quarter of every dimension as many
/// assert_eq!(points.iter().filter(|point| point[1] < 0.25).count(), 16);
/// ```
pub fn sobol(n: usize, n_dimensions: usize, seed: u64) -> Vec<Vec<f64>> {
    (0..n).map(|index| (0..n_dimensions).map(|dimension| sobol_at(index, dimension, seed)).collect()).collect()
}

/// One number of a Sobol sequence, in 0..1 without its ends.
pub fn sobol_at(index: usize, dimension: usize, seed: u64) -> f64 {
    // a 24-bit fraction: its middle, so that no quantile is infinite
    const HALF: f64 = 1.0 / (1 << 25) as f64;
    let scramble = (seed ^ (seed >> 32)) as u32;
    f64::from(sobol_burley::sample(index as u32, dimension as u32, scramble)) + HALF
}
