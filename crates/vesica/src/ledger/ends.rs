//! A number with its ends, as products of a ledger need it.

use crate::quantity::Quantity;

/// Low end, best value and high end of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ends {
    /// Low end, where it is not zero.
    pub low: f64,
    /// Best value, if there is one.
    pub best: Option<f64>,
    /// High end.
    pub high: f64,
    /// That it is zero is a hypothesis beside the range.
    pub may_be_zero: bool,
    /// Best value, else the geometric middle.
    pub middle: f64,
}

impl Ends {
    /// A number that is known.
    pub fn exact(value: f64) -> Self {
        Self { low: value, best: Some(value), high: value, may_be_zero: false, middle: value }
    }

    /// The ends of a quantity; a share is cut at 1.
    pub fn of(quantity: &Quantity, limits: (f64, f64)) -> Self {
        let cut = |value: f64| value.max(limits.0).min(limits.1);
        let known = quantity.best.unwrap_or(f64::NAN);
        let (low, high) = quantity.range.unwrap_or((known, known));
        Self {
            low: cut(low),
            best: quantity.best.map(cut),
            high: cut(high),
            may_be_zero: quantity.or_zero,
            middle: cut(quantity.middle()),
        }
    }

    /// The low end, 0 where that is a hypothesis.
    pub fn lowest(&self) -> f64 {
        if self.may_be_zero { 0.0 } else { self.low }
    }

    /// The product, end by end.
    pub fn times(&self, other: &Self) -> Self {
        Self {
            low: self.low * other.low,
            best: self.best.zip(other.best).map(|(a, b)| a * b),
            high: self.high * other.high,
            may_be_zero: self.may_be_zero || other.may_be_zero,
            middle: self.middle * other.middle,
        }
    }

    /// The same number through a function that does not fall.
    pub fn through(&self, rising: impl Fn(f64) -> f64) -> Self {
        Self {
            low: rising(self.low),
            best: self.best.map(&rising),
            high: rising(self.high),
            may_be_zero: self.may_be_zero,
            middle: rising(self.middle),
        }
    }

    /// Whether there is no uncertainty.
    pub fn is_exact(&self) -> bool {
        self.best == Some(self.low) && self.low == self.high && !self.may_be_zero
    }
}
