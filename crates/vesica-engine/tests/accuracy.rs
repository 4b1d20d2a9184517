//! exp, ln and their like against arithmetic with twice the digits; steady states against published ones.

mod common;
use common::*;
use vesica_engine::math::{exp, ln, log10, normal_quantile, pow};
use vesica_engine::{Workspace, steady_states_of_one};

/// A number as an unevaluated sum of two: about 32 digits.
#[derive(Clone, Copy)]
struct Double(f64, f64);

impl Double {
    fn of(x: f64) -> Self {
        Self(x, 0.0)
    }
    fn normal(a: f64, b: f64) -> Self {
        let sum = a + b;
        Self(sum, b - (sum - a))
    }
    fn add(self, other: Self) -> Self {
        let sum = self.0 + other.0;
        let part = sum - self.0;
        let error = (self.0 - (sum - part)) + (other.0 - part);
        Self::normal(sum, error + self.1 + other.1)
    }
    fn mul(self, other: Self) -> Self {
        let product = self.0 * other.0;
        let error = self.0.mul_add(other.0, -product);
        Self::normal(product, error + self.0 * other.1 + self.1 * other.0)
    }
    fn div(self, by: f64) -> Self {
        let quotient = self.0 / by;
        let rest = (-quotient).mul_add(by, self.0) + self.1;
        Self::normal(quotient, rest / by)
    }
    /// The series, after halving the argument ten times.
    fn exp(self) -> Self {
        let small = Self(self.0 / 1024.0, self.1 / 1024.0);
        let (mut sum, mut term) = (Self::of(1.0), Self::of(1.0));
        for k in 1..25 {
            term = term.mul(small).div(f64::from(k));
            sum = sum.add(term);
        }
        (0..10).fold(sum, |sum, _| sum.mul(sum))
    }
    /// One Newton step on exp from the value to be judged.
    fn ln_near(x: f64, guess: f64) -> Self {
        let correction = Self::of(x).mul(Self::of(-guess).exp()).add(Self::of(-1.0));
        let square = correction.mul(correction);
        Self::of(guess).add(correction).add(Self(-0.5 * square.0, -0.5 * square.1))
    }
}

fn ulps(value: f64, expected: Double) -> f64 {
    let unit = f64::from_bits(expected.0.abs().to_bits() + 1) - expected.0.abs();
    ((value - expected.0) - expected.1).abs() / unit
}

#[test]
fn exp_is_within_two_units_in_the_last_place() {
    let mut worst: f64 = 0.0;
    for i in -70_000..70_000 {
        let x = f64::from(i) * 0.009_876_543_21;
        worst = worst.max(ulps(exp(x), Double::of(x).exp()));
    }
    assert!(worst <= 2.0, "{worst}");
    assert_eq!((exp(f64::NEG_INFINITY), exp(f64::INFINITY), exp(800.0)), (0.0, f64::INFINITY, f64::INFINITY));
    assert!(exp(f64::NAN).is_nan());
    assert!(exp(-745.0) > 0.0 && exp(-746.0) == 0.0);
}

#[test]
fn ln_is_within_two_units_in_the_last_place() {
    let mut worst: f64 = 0.0;
    let mut x = 1e-300;
    while x < 1e300 {
        worst = worst.max(ulps(ln(x), Double::ln_near(x, ln(x))));
        x *= 1.0123;
    }
    for i in 0..20_000 {
        let x = 0.5 + f64::from(i) * 1e-4;
        if x != 1.0 {
            worst = worst.max(ulps(ln(x), Double::ln_near(x, ln(x))));
        }
    }
    assert!(worst <= 2.0, "{worst}");
    assert_eq!((ln(0.0), ln(f64::INFINITY)), (f64::NEG_INFINITY, f64::INFINITY));
    assert!((ln(5e-324) + 744.440_071_921_381_2).abs() < 1e-12);
    assert!((log10(1e-7) + 7.0).abs() < 1e-14);
}

#[test]
fn pow_is_total_and_accurate() {
    for (x, y, expected) in [
        (-1.0, 0.5, 0.0),
        (-2.0, 3.0, -8.0),
        (-2.0, 2.0, 4.0),
        (0.0, 2.5, 0.0),
        (0.0, 0.0, 1.0),
        (-3.0, 0.0, 1.0),
        (0.0, -1.0, f64::INFINITY),
        (f64::INFINITY, 0.5, f64::INFINITY),
        (f64::INFINITY, -2.0, 0.0),
        (2.0, 2000.0, f64::INFINITY),
        (2.0, -2000.0, 0.0),
        (1.0, 1e300, 1.0),
    ] {
        assert_eq!(pow(x, y), expected, "{x}^{y}");
    }
    assert!(pow(f64::NAN, 2.0).is_nan() && pow(2.0, f64::NAN).is_nan());
    for i in 1..2000 {
        let (x, y) = (f64::from(i) * 0.37, f64::from(i % 23) * 0.31 - 3.0);
        let expected = libm::pow(x, y);
        assert!(difference(pow(x, y), expected) < 1e-14, "{x}^{y}");
    }
}

/// The normal quantile inverts the distribution function.
#[test]
fn normal_quantiles_invert_the_distribution() {
    for i in 1..1000 {
        let p = f64::from(i) / 1000.0;
        let back = 0.5 * libm::erfc(-normal_quantile(p) / std::f64::consts::SQRT_2);
        assert!(difference(back, p) < 1e-14, "{p}");
    }
    for exponent in 4..300 {
        let p = 10f64.powi(-exponent);
        let back = 0.5 * libm::erfc(-normal_quantile(p) / std::f64::consts::SQRT_2);
        assert!(difference(back, p) < 1e-11, "{p}");
    }
}

/// Co et al. 2024: dx/dt = c - kd x + kf x^3/(x^3 + 1) - x kg/(1 + S) 8/(x^3 + 8), S = 10 E/(3 + E);
/// upper steady states as published, all as recomputed in BIOLOGY.md 6.1.
#[test]
fn steady_states_of_the_published_switch() {
    let x = || species(0);
    let cube = || x().pow(number(3.0));
    let erastin = || parameter(0);
    let inhibited = 1.5 / (1.0 + 10.0 * erastin() / (3.0 + erastin()));
    let rate = 0.1 - 0.26 * x() + 1.2 * cube() / (cube() + 1.0) - x() * inhibited * (8.0 / (cube() + 8.0));
    let program = Build::new(&[0.1]).parameter(0.0).rule(0, rate).program();
    let mut workspace = Workspace::for_program(&program);
    for (erastin, expected) in [
        (0.31, vec![0.0977]),
        (1.25, vec![0.1645, 0.773, 4.3913]),
        (2.5, vec![0.2091, 0.602, 4.5875]),
        (10.0, vec![0.3186, 0.4035, 4.7369]),
    ] {
        let found = steady_states_of_one(&program, &mut workspace, &[erastin], (1e-3, 100.0), 2000);
        assert_eq!(found.len(), expected.len(), "{erastin}: {found:?}");
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found - expected).abs() < 5e-4, "{erastin}: {found} {expected}");
        }
    }
}
