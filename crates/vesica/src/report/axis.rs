//! Axes: from numbers to places, with round ticks.

use super::numbers;

/// A scale, linear or logarithmic.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub from: f64,
    pub to: f64,
    /// Places of `from` and `to`.
    pub start: f64,
    pub end: f64,
    pub is_log: bool,
}

impl Axis {
    pub fn linear(from: f64, to: f64, start: f64, end: f64) -> Axis {
        let to = if to > from { to } else { from + 1.0 };
        Axis { from, to, start, end, is_log: false }
    }

    /// `from` must be positive.
    pub fn log(from: f64, to: f64, start: f64, end: f64) -> Axis {
        let from = from.max(f64::MIN_POSITIVE);
        let to = if to > from { to } else { from * 10.0 };
        Axis { from, to, start, end, is_log: true }
    }

    /// An axis that holds all finite values: logarithmic when they are positive and span more than a factor of ten.
    pub fn around(values: impl IntoIterator<Item = f64>, start: f64, end: f64) -> Axis {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.into_iter().filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            return Axis::linear(0.0, 1.0, start, end);
        }
        if low > 0.0 && high / low > 10.0 {
            return Axis::log(low / 1.3, high * 1.3, start, end);
        }
        let low = if low > 0.0 && low < 0.5 * high { 0.0 } else { low };
        let margin = (high - low).max(high.abs() * 0.1).max(1e-9) * 0.08;
        Axis::linear(if low == 0.0 { 0.0 } else { low - margin }, high + margin, start, end)
    }

    /// Place of a value; beyond the ends it stays at the end.
    pub fn at(&self, value: f64) -> f64 {
        let share = if self.is_log {
            (value.max(self.from) / self.from).log10() / (self.to / self.from).log10()
        } else {
            (value - self.from) / (self.to - self.from)
        };
        self.start + share.clamp(0.0, 1.0) * (self.end - self.start)
    }

    /// Round values on the axis, about `n` of them.
    pub fn ticks(&self, n: usize) -> Vec<f64> {
        if self.is_log { self.log_ticks(n) } else { self.linear_ticks(n) }
    }

    /// A tick as it is written.
    pub fn tick_text(&self, tick: f64) -> String {
        if self.is_log { numbers::tick(tick) } else { numbers::given(tick) }
    }

    fn linear_ticks(&self, n: usize) -> Vec<f64> {
        let rough = (self.to - self.from) / n.max(1) as f64;
        let decade = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0].map(|s| s * decade).into_iter().find(|step| *step >= rough * 0.999);
        let step = step.unwrap_or(10.0 * decade);
        let first = (self.from / step - 1e-9).ceil() as i64;
        let last = (self.to / step + 1e-9).floor() as i64;
        (first..=last.min(first + 20)).map(|i| i as f64 * step).collect()
    }

    fn log_ticks(&self, n: usize) -> Vec<f64> {
        let (first, last) = ((self.from.log10() - 1e-9).ceil() as i32, (self.to.log10() + 1e-9).floor() as i32);
        let every = ((last - first + 1).max(0) as usize).div_ceil(n.max(1)).max(1);
        let decades: Vec<f64> = (first..=last).step_by(every).map(|power| 10f64.powi(power)).collect();
        if decades.len() >= 2 {
            return decades;
        }
        let fine = (first - 1..=last + 1).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10f64.powi(power)));
        fine.filter(|tick| (self.from * 0.999..=self.to * 1.001).contains(tick)).collect()
    }
}

/// Ticks of an axis in hours: days or their parts.
pub(super) fn hour_ticks(end: f64, n: usize) -> Vec<f64> {
    let steps = [0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 12.0, 24.0, 48.0, 96.0, 168.0, 336.0, 720.0];
    let step = steps.into_iter().find(|step| end / step <= n as f64 + 0.01).unwrap_or(end / n as f64);
    (0..=(end / step + 1e-9).floor().clamp(0.0, 50.0) as usize).map(|i| i as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        assert_eq!(Axis::linear(0.0, 100.0, 0.0, 1.0).ticks(4), [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(Axis::log(1.0, 1e4, 0.0, 1.0).ticks(5), [1.0, 10.0, 100.0, 1e3, 1e4]);
        assert_eq!(Axis::log(2.0, 9.0, 0.0, 1.0).ticks(5), [2.0, 5.0]);
        assert_eq!(hour_ticks(72.0, 3), [0.0, 24.0, 48.0, 72.0]);
        assert!(Axis::linear(-0.0, 0.0, 0.0, 1.0).ticks(4).len() > 2);
    }

    #[test]
    fn places_never_leave_the_axis() {
        let axis = Axis::log(1.0, 100.0, 10.0, 30.0);
        assert_eq!(axis.at(10.0), 20.0);
        assert_eq!(axis.at(0.0), 10.0);
        assert_eq!(axis.at(1e9), 30.0);
        assert_eq!(Axis::around([f64::NAN], 0.0, 1.0).at(0.5), 0.5);
    }
}
