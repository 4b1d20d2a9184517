//! How numbers are shown to people: two significant figures, spaces between thousands, a true minus.

use crate::units::raised;

/// How numbers look in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Between groups of thousands, and before a `%`.
    space: char,
}

impl Numbers {
    /// Plain spaces.
    pub const TERMINAL: Self = Self { space: ' ' };
    /// Thin spaces that do not break (U+202F).
    pub const REPORT: Self = Self { space: '\u{202f}' };

    /// A simulated number: two significant figures (`5 700`, `0.70`).
    ///
    /// ```
    /// use vesica::terminal::Numbers;
    /// assert_eq!(Numbers::TERMINAL.simulated(5_683.0), "5 700");
    /// assert_eq!(Numbers::TERMINAL.simulated(-0.7), "−0.70");
    /// ```
    pub fn simulated(&self, value: f64) -> String {
        self.figures(value, 2)
    }

    /// A number from arithmetic: as many figures as it has, at most `figures` (`8 640`, `0.00825`).
    ///
    /// ```
    /// use vesica::terminal::Numbers;
    /// assert_eq!(Numbers::TERMINAL.exact(8_640.0, 4), "8 640");
    /// assert_eq!(Numbers::TERMINAL.exact(0.00825, 4), "0.00825");
    /// assert_eq!(Numbers::TERMINAL.exact(71.28, 2), "71");
    /// ```
    pub fn exact(&self, value: f64, figures: usize) -> String {
        let written = self.figures(value, figures);
        let (number, power) =
            written.split_once('×').map_or((written.as_str(), None), |(front, back)| (front, Some(back)));
        if !number.contains('.') {
            return written;
        }
        let short = number.trim_end_matches('0').trim_end_matches('.');
        power.map_or_else(|| short.to_string(), |power| format!("{short}×{power}"))
    }

    /// A share as percent: whole, one decimal under 1 (`62 %`, `0.4 %`).
    ///
    /// ```
    /// use vesica::terminal::Numbers;
    /// assert_eq!(Numbers::TERMINAL.percent(0.6249), "62 %");
    /// assert_eq!(Numbers::TERMINAL.percent(0.0035), "0.4 %");
    /// ```
    pub fn percent(&self, share: f64) -> String {
        format!("{}{}%", self.hundredths(share), self.space)
    }

    /// A share with its range: `62 % (44–80)`.
    pub fn percent_range(&self, share: f64, low: f64, high: f64) -> String {
        format!("{} ({})", self.percent(share), join(&self.hundredths(low), &self.hundredths(high)))
    }

    /// A difference of shares as points, without the word: `−11`.
    pub fn points(&self, difference: f64) -> String {
        self.hundredths(difference)
    }

    /// Two ends of a range: `44–80`, or `−34 to 0` where there is a sign.
    ///
    /// ```
    /// use vesica::terminal::Numbers;
    /// assert_eq!(Numbers::TERMINAL.range(0.044, 1200.0), "0.044–1 200");
    /// ```
    pub fn range(&self, low: f64, high: f64) -> String {
        join(&self.simulated(low), &self.simulated(high))
    }

    /// A simulated number with its range: `0.70 (0.52–0.88)`.
    pub fn with_range(&self, value: f64, low: f64, high: f64) -> String {
        format!("{} ({})", self.simulated(value), self.range(low, high))
    }

    /// A ratio: `× 3.2`, or `÷ 7.1` below 1.
    ///
    /// ```
    /// use vesica::terminal::Numbers;
    /// assert_eq!(Numbers::TERMINAL.ratio(0.14), "÷ 7.1");
    /// ```
    pub fn ratio(&self, ratio: f64) -> String {
        if ratio > 0.0 && ratio < 1.0 {
            format!("÷{}{}", self.space, self.simulated(1.0 / ratio))
        } else {
            format!("×{}{}", self.space, self.simulated(ratio))
        }
    }

    /// A whole number with spaces between thousands: `10 000`.
    pub fn count(&self, count: u64) -> String {
        self.group(&count.to_string())
    }

    /// `figures` significant figures; powers of ten above 10⁶ and below 10⁻⁵; `–` for what is no number.
    pub fn figures(&self, value: f64, figures: usize) -> String {
        let figures = figures.max(1);
        if value.is_nan() {
            return "–".to_string();
        }
        if value.is_infinite() {
            return if value > 0.0 { "∞" } else { "−∞" }.to_string();
        }
        let size = value.abs();
        let sign = if value < 0.0 { "−" } else { "" };
        if size == 0.0 {
            return "0".to_string();
        }
        // Rounding first: 0.999 has the power of ten of 1.0.
        let written = format!("{size:.*e}", figures - 1);
        let (front, power) = written.split_once('e').unwrap_or((&written, "0"));
        let power: i32 = power.parse().unwrap_or(0);
        if !(-5..6).contains(&power) {
            return format!("{sign}{front}×10{}", power.to_string().chars().map(raised).collect::<String>());
        }
        let decimals = usize::try_from(figures as i32 - 1 - power).unwrap_or(0);
        let rounded: f64 = written.parse().unwrap_or(size);
        format!("{sign}{}", self.group(&format!("{rounded:.decimals$}")))
    }

    /// Hundredths, whole, with one decimal under 1; never a minus before 0.
    fn hundredths(&self, share: f64) -> String {
        let value = share * 100.0;
        if !value.is_finite() {
            return self.figures(value, 2);
        }
        let decimals = usize::from(value.abs() < 0.95 && value.abs() >= 0.05);
        let written = self.group(&format!("{:.decimals$}", value.abs()));
        if value < 0.0 && written != "0" { format!("−{written}") } else { written }
    }

    /// Spaces between thousands in the whole part of plain digits, from four digits on.
    fn group(&self, digits: &str) -> String {
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index) % 3 == 0 {
                grouped.push(self.space);
            }
            grouped.push(digit);
        }
        fraction.map_or(grouped.clone(), |fraction| format!("{grouped}.{fraction}"))
    }
}

/// An en dash between plain ends, ` to ` where a sign stands.
fn join(low: &str, high: &str) -> String {
    let is_signed = low.starts_with('−') || high.starts_with('−');
    format!("{low}{}{high}", if is_signed { " to " } else { "–" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_figures() {
        let shown: Vec<String> = [5700.0, 0.7, 0.0349, 99.6, 0.996, 9.96, 123_456.0, 1e6, 999_999.0, 4.5e9, 2e-7, 0.0]
            .iter()
            .map(|value| Numbers::TERMINAL.simulated(*value))
            .collect();
        let wanted =
            ["5 700", "0.70", "0.035", "100", "1.0", "10", "120 000", "1.0×10⁶", "1.0×10⁶", "4.5×10⁹", "2.0×10⁻⁷", "0"];
        assert_eq!(shown, wanted);
    }

    #[test]
    fn percent_and_points() {
        let percent = |share| Numbers::TERMINAL.percent(share);
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(0.0096), "1 %");
        assert_eq!(percent(0.0002), "0 %");
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(Numbers::TERMINAL.points(-0.0001), "0");
        assert_eq!(Numbers::TERMINAL.percent_range(0.62, 0.44, 0.8), "62 % (44–80)");
        assert_eq!(Numbers::REPORT.percent(0.62), "62\u{202f}%");
    }

    #[test]
    fn arithmetic_keeps_its_figures() {
        assert_eq!(Numbers::TERMINAL.exact(0.27, 4), "0.27");
        assert_eq!(Numbers::TERMINAL.exact(100.0, 3), "100");
        assert_eq!(Numbers::TERMINAL.exact(5e9, 3), "5×10⁹");
        assert_eq!(Numbers::TERMINAL.exact(4500.0, 3), "4 500");
    }

    #[test]
    fn what_is_no_number() {
        assert_eq!(Numbers::TERMINAL.simulated(f64::NAN), "–");
        assert_eq!(Numbers::TERMINAL.percent(f64::NAN), "– %");
        assert_eq!(Numbers::TERMINAL.simulated(f64::NEG_INFINITY), "−∞");
    }
}
