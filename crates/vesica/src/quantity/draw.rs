//! A quantity as a distribution.

use vesica_engine::math::{exp, ln, normal_quantile};

use super::Quantity;

impl Quantity {
    /// The value at probability `u` (0 to 1), an inside number: the inverse of the distribution function.
    ///
    /// | written | distribution |
    /// |---|---|
    /// | `v` | v |
    /// | `v (lo..hi)`, lo > 0 | median v, 5 % at lo, 95 % at hi: a log-normal half on each side of v |
    /// | `v (lo..hi)`, lo <= 0 | the same with normal halves |
    /// | `unknown (lo..hi)`, lo > 0 | equally likely per factor, hard ends |
    /// | `unknown (lo..hi)`, lo <= 0 | equally likely per unit, hard ends (0 has no logarithm) |
    ///
    /// It never decreases with `u`. For `0 or ..` this is the branch that is not zero: which of the two hypotheses
    /// a world belongs to is decided by whoever draws worlds. `±` plays no part.
    ///
    /// ```
    /// # use vesica::{quantity::Quantity, units::Dimension};
    /// # let place = vesica_model::Span { file: "my.toml".into(), start: 0, end: 0 };
    /// let rate = Quantity::parse("60 (20..200)", &Dimension::NONE, &place).unwrap();
    /// assert_eq!(rate.draw(0.5), 60.0);
    /// assert!((rate.draw(0.05) - 20.0).abs() < 1e-12);
    /// assert!((rate.draw(0.95) - 200.0).abs() < 1e-12);
    /// ```
    pub fn draw(&self, u: f64) -> f64 {
        match (self.best, self.range) {
            (Some(best), None) => best,
            (Some(best), Some(range)) => two_halves(best, range, u),
            (None, Some(range)) => between(range, u),
            // The reader never builds one: without a best value there is a range.
            (None, None) => f64::NAN,
        }
    }

    /// As [`Quantity::draw`], cut at physical limits: what lies outside is put on the limit, so that the values at
    /// 5, 50 and 95 % stay where the text says. A share drawn within `(0.0, 1.0)` never passes 1.
    ///
    /// ```
    /// # use vesica::{quantity::Quantity, units::Dimension};
    /// # let place = vesica_model::Span { file: "my.toml".into(), start: 0, end: 0 };
    /// let share = Quantity::parse("50 (10..90) %", &Dimension::NONE, &place).unwrap();
    /// assert_eq!(share.draw_within(0.999, (0.0, 1.0)), 1.0);
    /// ```
    pub fn draw_within(&self, u: f64, limits: (f64, f64)) -> f64 {
        self.draw(u).max(limits.0).min(limits.1)
    }

    /// Best value; where there is none, the middle of the range: geometric, or arithmetic when it reaches 0.
    pub fn middle(&self) -> f64 {
        self.draw(0.5)
    }

    /// Low and high end; the low end of `0 or ..` is 0, both ends of a number without range are that number.
    pub fn ends(&self) -> (f64, f64) {
        let known = self.best.unwrap_or(f64::NAN);
        let (low, high) = self.range.unwrap_or((known, known));
        (if self.or_zero { 0.0 } else { low }, high)
    }
}

/// Probability at the low end of a range beside a best value.
const LOW: f64 = 0.05;

/// The nearest to 0 and 1 that still has a finite normal quantile.
const EDGE: f64 = 1e-16;

/// Median `best`, 5 % at `low`, 95 % at `high`.
fn two_halves(best: f64, (low, high): (f64, f64), u: f64) -> f64 {
    // Both halves use the lower tail, so that 5 % and 95 % are mirror images to the last bit.
    let tail = if u < 0.5 { u } else { 1.0 - u };
    let distance = normal_quantile(tail.max(EDGE)) / normal_quantile(LOW);
    let end = if u < 0.5 { low } else { high };
    if distance == 0.0 || end == best {
        best
    } else if low > 0.0 {
        best * exp(distance * ln(end / best))
    } else {
        best + distance * (end - best)
    }
}

/// Hard ends; equally likely per factor, or per unit when the range reaches 0.
fn between((low, high): (f64, f64), u: f64) -> f64 {
    let inside = if low > 0.0 { low * exp(u * ln(high / low)) } else { low + u * (high - low) };
    inside.max(low).min(high)
}
