//! A dose into a vein, followed: the half-lives of two phases by peeling the slow one off, and the clearance.

use std::fmt;

use serde::Deserialize;
use vesica_engine::math::{exp, ln};

use super::Verdict;
use super::scenario::Ran;
use super::table::digits;

/// What is read off the curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Quantity {
    /// Half-life of what is left when the slow phase is taken away, min.
    Fast,
    /// Half-life of the slow phase, min.
    Slow,
    /// Dose over the area under the curve, its end prolonged with the slow phase, mL/min.
    Clearance,
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fast | Self::Slow => "min",
            Self::Clearance => "mL/min",
        })
    }
}

/// One curve, the hours of its two phases, and the dose in the unit of the curve times mL.
pub(super) struct Course<'a> {
    pub measure: &'a str,
    pub arm: &'a str,
    pub dose: f64,
    pub early: (f64, f64),
    pub late: (f64, f64),
}

/// Compares a quantity of a curve with the interval that was published; median over the worlds.
pub(super) fn judge(
    ran: &Ran,
    course: &Course<'_>,
    quantity: Quantity,
    published: &str,
    between: (f64, f64),
) -> Result<Verdict, String> {
    let points = ran.course(course.measure, course.arm)?;
    let found = phases(&points, course).ok_or("the curve has too few points in one of its phases")?;
    let value = match quantity {
        Quantity::Fast => found.fast,
        Quantity::Slow => found.slow,
        Quantity::Clearance => found.clearance,
    };
    Ok(Verdict {
        published: published.to_owned(),
        simulated: format!("{} {quantity}", digits(value)),
        tolerance: format!("{}..{} {quantity}", digits(between.0), digits(between.1)),
        pass: (between.0..=between.1).contains(&value),
    })
}

/// Half-lives in min, clearance in mL/min.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Phases {
    fast: f64,
    slow: f64,
    clearance: f64,
}

/// `points`: `(hour, concentration)`, in order of time.
fn phases(points: &[(f64, f64)], course: &Course<'_>) -> Option<Phases> {
    let within = |(low, high): (f64, f64)| points.iter().filter(move |(hour, _)| (low..=high).contains(hour)).copied();
    let (slow_rate, height) = exponential(within(course.late))?;
    let slow = |hour: f64| height * exp(-slow_rate * hour);
    let (fast_rate, fast_height) = exponential(within(course.early).map(|(hour, found)| (hour, found - slow(hour))))?;
    let first = points.first()?;
    // before the first sample both phases run on backwards
    let before = fast_height * (1.0 - exp(-fast_rate * first.0)) / fast_rate
        + height * (1.0 - exp(-slow_rate * first.0)) / slow_rate;
    let pieces = points.windows(2).map(|pair| (pair[1].0 - pair[0].0) * (pair[0].1 + pair[1].1) / 2.0);
    let after = points.last()?.1 / slow_rate;
    let area = before + pieces.sum::<f64>() + after;
    let minutes = |rate: f64| 60.0 * std::f64::consts::LN_2 / rate;
    Some(Phases { fast: minutes(fast_rate), slow: minutes(slow_rate), clearance: course.dose / area / 60.0 })
}

/// Rate and height at time zero of an exponential through points, by least squares of the logarithm.
fn exponential(points: impl Iterator<Item = (f64, f64)>) -> Option<(f64, f64)> {
    let points: Vec<(f64, f64)> = points.filter(|(_, value)| *value > 0.0).map(|(hour, y)| (hour, ln(y))).collect();
    if points.len() < 3 {
        return None;
    }
    let mean = |pick: fn(&(f64, f64)) -> f64| points.iter().map(pick).sum::<f64>() / points.len() as f64;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let together: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let alone: f64 = points.iter().map(|point| (point.0 - x) * (point.0 - x)).sum();
    let rate = -together / alone;
    Some((rate, exp(y + rate * x)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_exponentials_are_told_apart() {
        // 8 min and 300 min, dose 1000 into 5 mL
        let rate = |minutes: f64| std::f64::consts::LN_2 * 60.0 / minutes;
        let curve = |hour: f64| 150.0 * exp(-rate(8.0) * hour) + 50.0 * exp(-rate(300.0) * hour);
        let minutes = (1..60).map(|minute| f64::from(minute) / 60.0);
        let hours = (2..=48).map(|half| f64::from(half) / 2.0);
        let points: Vec<(f64, f64)> = minutes.chain(hours).map(|hour| (hour, curve(hour))).collect();
        let course = Course { measure: "", arm: "", dose: 1000.0, early: (0.01, 0.5), late: (4.0, 24.0) };
        let found = phases(&points, &course).expect("two phases");
        let exact = 1000.0 / (150.0 / rate(8.0) + 50.0 / rate(300.0)) / 60.0;
        assert!((found.fast / 8.0 - 1.0).abs() < 1e-3, "{found:?}");
        assert!((found.slow / 300.0 - 1.0).abs() < 1e-3, "{found:?}");
        assert!((found.clearance / exact - 1.0).abs() < 5e-3, "{found:?}, {exact}");
    }

    #[test]
    fn a_curve_without_a_late_phase_has_none() {
        let course = Course { measure: "", arm: "", dose: 1.0, early: (0.0, 1.0), late: (4.0, 24.0) };
        assert_eq!(phases(&[(0.1, 2.0), (0.5, 1.0), (1.0, 0.5)], &course), None);
        assert_eq!(phases(&[], &course), None);
    }
}
