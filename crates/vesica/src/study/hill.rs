//! A dose–response curve: y = bottom + (top − bottom) / (1 + (dose/EC50)^slope), top without a dose.
//!
//! For each EC50 and slope of a fine grid top and bottom follow by linear least squares, so the fit cannot get stuck and
//! is the same on every machine.

use serde::{Deserialize, Serialize};
use vesica_engine::math::{exp, ln, pow};

/// A fitted curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hill {
    /// Without a dose.
    pub top: f64,
    /// At any dose.
    pub bottom: f64,
    /// Dose at half of the way.
    pub ec50: f64,
    /// Steepness.
    pub slope: f64,
}

/// Steps on each side of the best in a finer grid.
const STEPS: i32 = 8;

/// Slopes that are tried.
const SLOPES: (f64, f64) = (0.3, 12.0);

impl Hill {
    /// Fits doses and responses; `None` with fewer than three doses above zero or responses that are no numbers.
    ///
    /// ```
    /// use vesica::study::hill::Hill;
    /// let truth = Hill { top: 90.0, bottom: 10.0, ec50: 3.0, slope: 2.0 };
    /// let doses = [0.0, 0.3, 1.0, 3.0, 10.0, 30.0];
    /// let fit = Hill::fit(&doses, &doses.map(|dose| truth.at(dose))).unwrap();
    /// assert!((fit.ec50 / 3.0 - 1.0).abs() < 0.01);
    /// ```
    pub fn fit(doses: &[f64], responses: &[f64]) -> Option<Self> {
        let positive = || doses.iter().copied().filter(|dose| *dose > 0.0);
        if positive().count() < 3 || responses.iter().any(|response| !response.is_finite()) {
            return None;
        }
        let (low, high) =
            positive().fold((f64::INFINITY, 0.0_f64), |(low, high), dose| (low.min(dose), high.max(dose)));
        // logarithms of EC50 and slope: from wide steps to narrow ones around the best
        let (from, to) = (ln(low / 10.0), ln(high * 10.0));
        let slopes = (ln(SLOPES.0), ln(SLOPES.1));
        let mut centre = ((from + to) / 2.0, (slopes.0 + slopes.1) / 2.0);
        let mut step = ((to - from) / f64::from(2 * STEPS), (slopes.1 - slopes.0) / f64::from(2 * STEPS));
        let mut best: Option<(f64, Self)> = None;
        for _ in 0..4 {
            for (i, j) in (-STEPS..=STEPS).flat_map(|i| (-STEPS..=STEPS).map(move |j| (i, j))) {
                let ec50 = exp((centre.0 + f64::from(i) * step.0).clamp(from, to));
                let slope = exp((centre.1 + f64::from(j) * step.1).clamp(slopes.0, slopes.1));
                let (error, curve) = levels(doses, responses, ec50, slope);
                if best.is_none_or(|(least, _)| error < least) {
                    best = Some((error, curve));
                }
            }
            let curve = best?.1;
            centre = (ln(curve.ec50), ln(curve.slope));
            step = (step.0 / 5.0, step.1 / 5.0);
        }
        best.map(|(_, curve)| curve)
    }

    /// Response at a dose.
    pub fn at(&self, dose: f64) -> f64 {
        self.bottom + (self.top - self.bottom) * left(dose, self.ec50, self.slope)
    }

    /// The dose with a response; 0 above the top, infinite below the bottom.
    pub fn dose(&self, response: f64) -> f64 {
        let share = (response - self.bottom) / (self.top - self.bottom);
        match share {
            // a flat curve never comes to any other response
            _ if self.top == self.bottom => f64::INFINITY,
            share if share >= 1.0 => 0.0,
            share if share <= 0.0 => f64::INFINITY,
            share => self.ec50 * pow(1.0 / share - 1.0, 1.0 / self.slope),
        }
    }
}

/// Share of the effect that has not come.
fn left(dose: f64, ec50: f64, slope: f64) -> f64 {
    if dose > 0.0 { 1.0 / (1.0 + pow(dose / ec50, slope)) } else { 1.0 }
}

/// Best top and bottom, and the sum of squares that stays.
fn levels(doses: &[f64], responses: &[f64], ec50: f64, slope: f64) -> (f64, Hill) {
    let n = doses.len() as f64;
    let shares: Vec<f64> = doses.iter().map(|dose| left(*dose, ec50, slope)).collect();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / n;
    let (share, response) = (mean(&shares), mean(responses));
    let both: f64 = shares.iter().zip(responses).map(|(s, r)| (s - share) * (r - response)).sum();
    let square: f64 = shares.iter().map(|s| (s - share) * (s - share)).sum();
    let rise = if square > 1e-12 { both / square } else { 0.0 };
    let bottom = response - rise * share;
    let curve = Hill { top: bottom + rise, bottom, ec50, slope };
    let error = shares.iter().zip(responses).map(|(s, r)| (bottom + rise * s - r) * (bottom + rise * s - r)).sum();
    (error, curve)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doses_and_responses_are_inverse_and_ends_are_ends() {
        let curve = Hill { top: 100.0, bottom: 20.0, ec50: 2.0, slope: 1.5 };
        assert!((curve.dose(curve.at(5.0)) - 5.0).abs() < 1e-12);
        assert_eq!((curve.dose(100.0), curve.dose(20.0), curve.dose(0.0)), (0.0, f64::INFINITY, f64::INFINITY));
        assert_eq!(curve.at(0.0), 100.0);
    }

    #[test]
    fn curves_are_found_again_wherever_they_stand() {
        let doses: Vec<f64> = (0..9).map(|i| 0.1 * 10f64.powf(f64::from(i) * 0.31)).collect();
        for (ec50, slope) in [(0.2, 1.0), (3.0, 4.0), (20.0, 0.8)] {
            let truth = Hill { top: 95.0, bottom: 5.0, ec50, slope };
            let fit = Hill::fit(&doses, &doses.iter().map(|dose| truth.at(*dose)).collect::<Vec<_>>()).expect("a fit");
            assert!((fit.ec50 / ec50 - 1.0).abs() < 0.02, "{fit:?}");
        }
    }

    #[test]
    fn what_is_no_curve_gives_none() {
        assert_eq!(Hill::fit(&[0.0, 1.0, 2.0], &[1.0, 1.0, 1.0]), None);
        assert_eq!(Hill::fit(&[1.0, 2.0, 3.0], &[1.0, f64::NAN, 1.0]), None);
        assert!(Hill::fit(&[1.0, 2.0, 3.0], &[7.0; 3]).is_some_and(|flat| flat.top == flat.bottom));
    }
}
