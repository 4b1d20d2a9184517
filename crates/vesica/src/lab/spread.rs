//! Replicates become a number with its range, in the grammar of quantities.

use vesica_engine::math;

use crate::units::Unit;

/// What several readings of one thing say about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Number of readings.
    pub n: usize,
    /// Their mean: geometric when all are above zero, else arithmetic.
    pub middle: f64,
    /// Where the mean lies with 5 % and 95 %; `None` for one reading.
    pub range: Option<(f64, f64)>,
    /// Standard deviation between readings by their mean; `None` for one reading.
    pub cv: Option<f64>,
}

/// One-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom (any table of the distribution).
const T95: [f64; 30] = [
    6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753, 1.746,
    1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697,
];

/// The same for many degrees of freedom.
const T95_MANY: f64 = 1.645;

/// Readings as a number with its range; `None` when there are none.
///
/// The range is that of the mean: Student's t, on logarithms when all readings are above zero. It holds what differs
/// between these readings, and not what differs between days, instruments and laboratories.
///
/// ```
/// use vesica::lab::spread;
/// let three = spread(&[1.0, 2.0, 4.0]).unwrap();
/// assert!((three.middle - 2.0).abs() < 1e-12);
/// let (low, high) = three.range.unwrap();
/// assert!((low * high - 4.0).abs() < 1e-9 && (high - 6.43).abs() < 0.01);
/// ```
pub fn spread(values: &[f64]) -> Option<Spread> {
    let n = values.len();
    if n == 0 {
        return None;
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / n as f64;
    let deviation = |values: &[f64]| {
        let middle = mean(values);
        let squares: f64 = values.iter().map(|value| (value - middle) * (value - middle)).sum();
        (squares / (n - 1) as f64).sqrt()
    };
    let cv = (n > 1 && mean(values) != 0.0).then(|| deviation(values) / mean(values).abs());
    let error = |values: &[f64]| {
        T95.get(n.wrapping_sub(2)).copied().unwrap_or(T95_MANY) * deviation(values) / (n as f64).sqrt()
    };
    if values.iter().all(|value| *value > 0.0) {
        let logs: Vec<f64> = values.iter().map(|value| math::ln(*value)).collect();
        let middle = if n == 1 { values[0] } else { math::exp(mean(&logs)) };
        let range = (n > 1).then(|| {
            let factor = math::exp(error(&logs));
            (middle / factor, middle * factor)
        });
        return Some(Spread { n, middle, range, cv });
    }
    let middle = mean(values);
    let range = (n > 1).then(|| {
        let error = error(values);
        let least = if values.iter().all(|value| *value >= 0.0) { 0.0 } else { f64::NEG_INFINITY };
        ((middle - error).max(least), middle + error)
    });
    Some(Spread { n, middle, range, cv })
}

impl Spread {
    /// The same, each end through `change`, which keeps their order.
    pub fn map(self, change: impl Fn(f64) -> f64) -> Self {
        Self { middle: change(self.middle), range: self.range.map(|(low, high)| (change(low), change(high))), ..self }
    }

    /// As a quantity: `2.16e8 (1.92e8..2.43e8) particles/mL`.
    pub fn quantity(&self, unit: &str) -> String {
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        match self.range {
            Some((low, high)) if low < high => {
                format!("{} ({}..{}){unit}", figures(self.middle), figures(low), figures(high))
            }
            _ => format!("{}{unit}", figures(self.middle)),
        }
    }

    /// The same with its ends in another unit.
    pub fn in_unit(&self, unit: &Unit) -> String {
        self.map(|value| unit.from_inside(value)).quantity(&unit.text)
    }
}

/// A number with three significant figures, as a quantity is written: `0.00825`, `2.16e8`.
pub(crate) fn figures(value: f64) -> String {
    let rounded: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    crate::quantity::write(rounded)
}

/// The median; NaN for none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::Quantity;
    use crate::units::Dimension;
    use proptest::prelude::*;
    use vesica_model::Span;

    #[test]
    fn one_reading_has_no_range_and_none_is_nothing() {
        assert_eq!(spread(&[]), None);
        let one = spread(&[5.0]).expect("one");
        assert_eq!((one.middle, one.range, one.cv), (5.0, None, None));
        assert_eq!(one.quantity("uM"), "5 uM");
        let zeros = spread(&[0.0, 0.0, 3.0]).expect("three");
        assert_eq!((zeros.middle, zeros.range.map(|(low, _)| low)), (1.0, Some(0.0)));
    }

    #[test]
    fn the_range_is_that_of_the_mean() {
        // mean 10, standard deviation 1, n = 4: 10 ± 2.353 / 2
        let found = spread(&[9.0, 10.0, 10.0, 11.0, -0.0]).expect("five");
        assert!(found.range.is_some_and(|(low, high)| low < 8.0 && high > 8.0));
        let many = spread(&vec![1.0; 100]).expect("many");
        assert_eq!(many.range.map(|(low, high)| (figures(low), figures(high))), Some(("1".into(), "1".into())));
        assert_eq!(many.quantity("uM"), "1 uM");
    }

    proptest! {
        #[test]
        fn what_is_printed_is_a_quantity(values in prop::collection::vec(1e-9..1e9_f64, 1..8)) {
            let text = spread(&values).expect("some").quantity("uM");
            let place = Span { file: "a".into(), start: 0, end: 0 };
            let read = Quantity::parse(&text, &Dimension::CONCENTRATION, &place);
            prop_assert!(read.is_ok(), "{}: {:?}", text, read);
        }
    }
}
