//! Exact fractions. Every step gives `None` when a number grows beyond 127 bits.

/// A fraction in lowest terms with a positive denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    pub fn whole(value: i128) -> Self {
        Self { numerator: value, denominator: 1 }
    }

    /// The fraction that a stoichiometry means: with a denominator up to 1000, so that 0.1 is a tenth.
    pub fn of(value: f64) -> Option<Self> {
        if value.abs() > 1e9 {
            return None;
        }
        (1..=1000).find_map(|denominator| {
            let numerator = (value * f64::from(denominator)).round();
            let is_it = numerator / f64::from(denominator) == value;
            is_it.then(|| Self::reduced(numerator as i128, denominator.into())).flatten()
        })
    }

    pub fn plus(self, other: Self) -> Option<Self> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Self::reduced(left.checked_add(right)?, self.denominator.checked_mul(other.denominator)?)
    }

    pub fn times(self, other: Self) -> Option<Self> {
        let numerator = self.numerator.checked_mul(other.numerator)?;
        Self::reduced(numerator, self.denominator.checked_mul(other.denominator)?)
    }

    pub fn over(self, other: Self) -> Option<Self> {
        let numerator = self.numerator.checked_mul(other.denominator)?;
        Self::reduced(numerator, self.denominator.checked_mul(other.numerator)?)
    }

    pub fn negative(self) -> Self {
        Self { numerator: -self.numerator, ..self }
    }

    pub fn is_negative(self) -> bool {
        self.numerator < 0
    }

    pub fn numerator(self) -> i128 {
        self.numerator
    }

    pub fn denominator(self) -> i128 {
        self.denominator
    }

    pub fn value(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    fn reduced(numerator: i128, denominator: i128) -> Option<Self> {
        // The smallest number has no opposite; it is as good as too large.
        if denominator == 0 || numerator == i128::MIN || denominator == i128::MIN {
            return None;
        }
        let divisor = greatest_common_divisor(numerator, denominator).max(1);
        let sign = if denominator < 0 { -1 } else { 1 };
        Some(Self { numerator: sign * numerator / divisor, denominator: sign * denominator / divisor })
    }
}

/// Positive; 0 for two zeros. Neither may be the smallest number.
pub(super) fn greatest_common_divisor(x: i128, y: i128) -> i128 {
    let (mut x, mut y) = (x.abs(), y.abs());
    while y != 0 {
        (x, y) = (y, x % y);
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_is_a_tenth() {
        assert_eq!(Fraction::of(0.1), Fraction::reduced(1, 10));
        assert_eq!(Fraction::of(-1.5), Fraction::reduced(-3, 2));
        assert_eq!(Fraction::of(1.0 / 3.0), Fraction::reduced(1, 3));
        assert_eq!(Fraction::of(std::f64::consts::PI), None);
        assert_eq!(Fraction::of(f64::NAN), None);
    }

    #[test]
    fn too_large_is_nothing() {
        assert_eq!(Fraction::whole(i128::MAX).plus(Fraction::ONE), None);
        assert_eq!(Fraction::ONE.over(Fraction::ZERO), None);
    }
}
