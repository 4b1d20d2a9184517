//! Random numbers as functions of what they are for: (seed, world, cell, stream, draw).
//!
//! Philox4x32-10 (Salmon, Moraes, Dror and Shaw, SC'11, doi 10.1145/2063384.2063405) turns the key and
//! the counter into bits. Nothing is stored, so no order of evaluation and no thread can change a number.

mod poisson;

use crate::math;

/// Philox4x32 with 10 rounds.
///
/// ```
/// let block = vesica_engine::random::philox([0; 4], [0; 2]);
/// assert_eq!(block, [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
/// ```
pub fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let (mut c, mut k) = (counter, key);
    for _ in 0..10 {
        let first = 0xD251_1F53_u64 * u64::from(c[0]);
        let second = 0xCD9E_8D57_u64 * u64::from(c[2]);
        c = [(second >> 32) as u32 ^ c[1] ^ k[0], second as u32, (first >> 32) as u32 ^ c[3] ^ k[1], first as u32];
        k = [k[0].wrapping_add(0x9E37_79B9), k[1].wrapping_add(0xBB67_AE85)];
    }
    c
}

/// Where a random number belongs.
///
/// ```
/// use vesica_engine::random::{Stream, stream_named};
/// let opened = Stream { seed: 1, world: 0, cell: 7, stream: stream_named("opened vesicles") };
/// assert_eq!(opened.uniform(3), opened.uniform(3));
/// assert_ne!(opened.uniform(3), opened.uniform(4));
/// assert!(opened.uniform(0) > 0.0 && opened.uniform(0) < 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Seed of the run.
    pub seed: u64,
    /// Index of the world.
    pub world: u32,
    /// Index of the cell.
    pub cell: u32,
    /// What the number is for; see [`stream_named`].
    pub stream: u32,
}

/// A stream number from the name of what the numbers are for (FNV-1a, 32 bits).
///
/// ```
/// assert_ne!(vesica_engine::random::stream_named("a"), vesica_engine::random::stream_named("b"));
/// ```
pub const fn stream_named(name: &str) -> u32 {
    let bytes = name.as_bytes();
    let mut hash = 0x811c_9dc5_u32;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u32).wrapping_mul(0x0100_0193);
        i += 1;
    }
    hash
}

impl Stream {
    /// A number in (0, 1), uniform; a multiple of 2^-53, never 0 or 1.
    pub fn uniform(&self, draw: u32) -> f64 {
        let [a, b, ..] =
            philox([draw, self.stream, self.cell, self.world], [self.seed as u32, (self.seed >> 32) as u32]);
        let bits = (u64::from(a) << 20) | u64::from(b >> 12);
        (bits as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
    }

    /// A standard normal number.
    ///
    /// ```
    /// let stream = vesica_engine::random::Stream { seed: 5, world: 1, cell: 2, stream: 3 };
    /// let mean: f64 = (0..1000).map(|draw| stream.normal(draw)).sum::<f64>() / 1000.0;
    /// assert!(mean.abs() < 4.5 / 1000f64.sqrt());
    /// ```
    pub fn normal(&self, draw: u32) -> f64 {
        math::normal_quantile(self.uniform(draw))
    }

    /// A log-normal number with this median; `sigma` is the standard deviation of its logarithm.
    ///
    /// ```
    /// let stream = vesica_engine::random::Stream { seed: 5, world: 1, cell: 2, stream: 3 };
    /// assert_eq!(stream.log_normal(0, 7.0, 0.0), 7.0);
    /// ```
    pub fn log_normal(&self, draw: u32, median: f64, sigma: f64) -> f64 {
        median * math::exp(sigma * self.normal(draw))
    }
}

/// Two numbers in (0, 1) from one block of a stream: odd multiples of 2^-53.
pub(crate) fn pair(stream: &Stream, draw: u32) -> (f64, f64) {
    let key = [stream.seed as u32, (stream.seed >> 32) as u32];
    let [a, b, c, d] = philox([draw, stream.stream, stream.cell, stream.world], key);
    (open_unit(a, b), open_unit(c, d))
}

/// A number in (0, 1) from 52 bits: an odd multiple of 2^-53, so that no product with a sum reaches the sum.
#[inline(always)]
pub(crate) fn open_unit(high: u32, low: u32) -> f64 {
    let bits = (u64::from(high) << 20) | u64::from(low >> 12);
    (f64::from_bits(bits | 0x3ff0_0000_0000_0000) - 1.0) + (0.5 / (1u64 << 52) as f64)
}

/// Variance above which a quantile is that of the normal limit, corrected for skewness.
const NORMAL_LIMIT: f64 = 1e4;

/// Smallest k with P(X <= k) >= u for X Poisson with this mean. Never falls as `mean` or `u` rise.
///
/// Exact by summation up to a mean of 1e4; above, the Cornish-Fisher expansion to the skewness (off by at
/// most one count there). 0 for a mean that is not above 0.
///
/// ```
/// use vesica_engine::random::poisson_quantile;
/// assert_eq!((poisson_quantile(0.0, 0.9), poisson_quantile(1.0, 0.5), poisson_quantile(100.0, 0.5)), (0, 1, 100));
/// ```
pub fn poisson_quantile(mean: f64, u: f64) -> u64 {
    if mean.is_nan() || mean <= 0.0 {
        return 0;
    }
    if mean > NORMAL_LIMIT {
        return normal_limit(mean, mean.sqrt(), 1.0, u);
    }
    poisson::quantile(mean, u)
}

/// Smallest k with P(X <= k) >= u for X binomial: `n` tries, each with chance `p`.
/// Never falls as `n`, `p` or `u` rise.
///
/// Exact by summation up to a variance of 1e4; above, as [`poisson_quantile`].
///
/// ```
/// use vesica_engine::random::binomial_quantile;
/// assert_eq!((binomial_quantile(10, 0.5, 0.5), binomial_quantile(10, 0.0, 0.9), binomial_quantile(10, 1.0, 0.1)), (5, 0, 10));
/// ```
pub fn binomial_quantile(n: u64, p: f64, u: f64) -> u64 {
    if p.is_nan() || p <= 0.0 {
        return 0;
    }
    if p >= 1.0 {
        return n;
    }
    let mean = n as f64 * p;
    let deviation = (mean * (1.0 - p)).sqrt();
    if deviation * deviation > NORMAL_LIMIT {
        return normal_limit(mean, deviation, 1.0 - 2.0 * p, u).min(n);
    }
    let odds = p / (1.0 - p);
    quantile(mean, deviation, n, u, |k| (n - k) as f64 / (k as f64 + 1.0) * odds)
}

/// Sums relative weights around the mean; `ratio(k)` is P(k + 1) / P(k).
fn quantile(mean: f64, deviation: f64, most: u64, u: f64, ratio: impl Fn(u64) -> f64) -> u64 {
    // Outside lies less than 1e-28.
    let first = (mean - 12.0 * deviation - 1.0).max(0.0) as u64;
    let last = ((mean + 12.0 * deviation + 50.0) as u64).min(most);
    let weights = || {
        (first..=last).scan(1.0, |weight: &mut f64, k| {
            let this = *weight;
            *weight *= if k < last { ratio(k) } else { 0.0 };
            Some((k, this))
        })
    };
    let wanted = u * weights().map(|(_, weight)| weight).sum::<f64>();
    let mut sum = 0.0;
    weights()
        .find(|(_, weight)| {
            sum += weight;
            sum >= wanted
        })
        .map_or(last, |(k, _)| k)
}

/// Cornish-Fisher to the skewness, rounded; `asymmetry` is skewness times deviation.
fn normal_limit(mean: f64, deviation: f64, asymmetry: f64, u: f64) -> u64 {
    let z = math::normal_quantile(u);
    (mean + deviation * z + asymmetry * (z * z - 1.0) / 6.0).round().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers published with Random123 (file `kat_vectors`).
    #[test]
    fn philox_gives_the_published_answers() {
        assert_eq!(philox([u32::MAX; 4], [u32::MAX; 2]), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
        let pi = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
        assert_eq!(philox(pi, [0xa4093822, 0x299f31d0]), [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]);
    }

    #[test]
    fn every_coordinate_changes_the_number() {
        let base = Stream { seed: 1, world: 2, cell: 3, stream: 4 };
        let numbers = [
            base.uniform(0),
            base.uniform(1),
            Stream { seed: 2, ..base }.uniform(0),
            Stream { seed: 1 | 1 << 32, ..base }.uniform(0),
            Stream { world: 3, ..base }.uniform(0),
            Stream { cell: 4, ..base }.uniform(0),
            Stream { stream: 5, ..base }.uniform(0),
        ];
        for (i, a) in numbers.iter().enumerate() {
            assert!(numbers[..i].iter().all(|b| a != b));
        }
    }

    #[test]
    fn uniform_numbers_have_their_moments() {
        let stream = Stream { seed: 11, world: 0, cell: 0, stream: stream_named("test") };
        let n = 40_000;
        let numbers: Vec<f64> = (0..n).map(|draw| stream.uniform(draw)).collect();
        let mean = numbers.iter().sum::<f64>() / f64::from(n);
        let square = numbers.iter().map(|x| x * x).sum::<f64>() / f64::from(n);
        assert!((mean - 0.5).abs() < 4.5 * (1.0 / 12.0 / f64::from(n)).sqrt());
        assert!((square - 1.0 / 3.0).abs() < 4.5 * (4.0 / 45.0 / f64::from(n)).sqrt());
    }

    /// The definition, by plain summation of probabilities.
    fn naive_poisson(mean: f64, u: f64) -> u64 {
        let (mut k, mut p, mut sum) = (0, (-mean).exp(), (-mean).exp());
        while sum < u {
            k += 1;
            p *= mean / k as f64;
            sum += p;
        }
        k
    }

    #[test]
    fn poisson_quantiles_are_those_of_the_definition() {
        for mean in [1e-3, 0.00825, 0.3, 1.0, 7.5, 40.0, 300.0] {
            for i in 1..200 {
                let u = f64::from(i) / 200.0;
                assert_eq!(poisson_quantile(mean, u), naive_poisson(mean, u), "{mean} {u}");
            }
        }
    }

    #[test]
    fn quantiles_rise_with_what_they_should() {
        for i in 1..60 {
            let u = f64::from(i) / 60.0;
            let mut last = 0;
            for j in 0..400 {
                let now = poisson_quantile(0.05 * 1.04f64.powi(j), u);
                assert!(now >= last);
                last = now;
            }
            let mut last = 0;
            for n in 0..300 {
                let now = binomial_quantile(n, 0.31, u);
                assert!(now >= last && now <= n);
                last = now;
            }
        }
    }

    #[test]
    fn the_normal_limit_meets_the_sum() {
        for i in 1..100 {
            let u = f64::from(i) / 100.0;
            let (below, above) = (poisson_quantile(NORMAL_LIMIT, u), poisson_quantile(NORMAL_LIMIT + 1e-9, u));
            assert!(below.abs_diff(above) <= 1, "{u} {below} {above}");
            let (below, above) = (binomial_quantile(40_000, 0.5, u), binomial_quantile(40_001, 0.5, u));
            assert!(below.abs_diff(above) <= 2, "{u} {below} {above}");
        }
    }

    #[test]
    fn binomial_quantiles_have_the_mean() {
        let n = 2000;
        let mean = (0..n).map(|i| binomial_quantile(50, 0.3, (f64::from(i) + 0.5) / f64::from(n)) as f64).sum::<f64>();
        assert!((mean / f64::from(n) - 15.0).abs() < 0.01);
    }

    #[test]
    fn extremes_end() {
        assert!(poisson_quantile(0.01, 1.0 - f64::EPSILON) < 20);
        assert!(poisson_quantile(9999.0, 1.0 - f64::EPSILON) < 11_300);
        assert_eq!(poisson_quantile(f64::NAN, 0.5), 0);
        assert_eq!(binomial_quantile(0, 0.5, 0.7), 0);
    }
}
