//! Quantiles of the Poisson distribution: a guess from the normal limit, and from there to the exact number.

use crate::math::{exp, ln, normal_quantile};

/// Mean below which the sum from zero is short.
const SMALL: f64 = 32.0;

/// Smallest k with P(X <= k) >= u, for a mean above 0.
pub(super) fn quantile(mean: f64, u: f64) -> u64 {
    if mean < SMALL { upwards(0.0, exp(-mean), (exp(-mean), mean), u) } else { from_guess(mean, u) }
}

fn from_guess(mean: f64, u: f64) -> u64 {
    // Cornish-Fisher to the skewness is off by one at most
    let z = normal_quantile(u);
    let mut k = (mean + mean.sqrt() * z + (z * z - 1.0) / 6.0).floor().max(0.0);
    let mut weight = probability(k, mean);
    let mut sum = weight * below(k, mean);
    if sum < u {
        return upwards(k, weight, (sum, mean), u);
    }
    while k > 0.0 && sum - weight >= u {
        sum -= weight;
        weight *= k / mean;
        k -= 1.0;
    }
    k as u64
}

/// Goes up from `k`, of chance `weight`, until `sum` = P(X <= k) reaches `u` or no longer grows.
fn upwards(mut k: f64, mut weight: f64, (mut sum, mean): (f64, f64), u: f64) -> u64 {
    while sum < u && (k < mean || weight > 1e-18) {
        k += 1.0;
        weight *= mean / k;
        sum += weight;
    }
    k as u64
}

/// P(X <= k) / P(X = k).
fn below(k: f64, mean: f64) -> f64 {
    let (each, mut j, mut term, mut sum) = (1.0 / mean, k, 1.0, 1.0);
    while j > 0.0 && term > 1e-17 * sum {
        term *= j * each;
        sum += term;
        j -= 1.0;
    }
    sum
}

/// P(X = k) by the saddle point (C. Loader 2000): no digits are lost where the mean is large.
fn probability(k: f64, mean: f64) -> f64 {
    if k == 0.0 {
        return exp(-mean);
    }
    exp(-stirling_error(k) - deviance(k, mean)) / (2.0 * std::f64::consts::PI * k).sqrt()
}

/// ln k! less its Stirling approximation.
fn stirling_error(k: f64) -> f64 {
    if k < 16.0 {
        let factorial: f64 = (1..=k as u32).map(f64::from).product();
        return ln(factorial) - (k + 0.5) * ln(k) + k - 0.5 * ln(2.0 * std::f64::consts::PI);
    }
    let square = k * k;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0) / square) / square) / square) / k
}

/// k ln(k / mean) + mean - k; by a series where the two are near.
fn deviance(k: f64, mean: f64) -> f64 {
    let (difference, both) = (k - mean, k + mean);
    if difference.abs() >= 0.1 * both {
        return k * ln(k / mean) + mean - k;
    }
    let ratio = difference / both;
    let (mut sum, mut power, square) = (difference * ratio, 2.0 * k * ratio, ratio * ratio);
    for j in 1..1000 {
        power *= square;
        let next = sum + power / f64::from(2 * j + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    #[test]
    fn they_are_those_of_the_sum_around_the_mean() {
        let mut mean: f64 = 1e-4;
        while mean < 1e4 {
            for i in 0..200 {
                let u = (f64::from(i) + 0.37) / 200.0;
                let sum = random::quantile(mean, mean.sqrt(), u64::MAX, u, |k| mean / (k as f64 + 1.0));
                assert_eq!(quantile(mean, u), sum, "{mean} {u}");
            }
            mean *= 1.37;
        }
    }

    #[test]
    fn probabilities_sum_to_one() {
        for mean in [33.0, 400.5, 9_999.0] {
            let sum: f64 = (0..12_000).map(|k| probability(f64::from(k), mean)).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{mean}: {}", sum - 1.0);
            let k = f64::floor(mean + 40.0);
            assert!(
                (probability(k, mean) * below(k, mean)
                    - (0..=k as u32).map(|k| probability(f64::from(k), mean)).sum::<f64>())
                .abs()
                    < 1e-12
            );
        }
    }
}
