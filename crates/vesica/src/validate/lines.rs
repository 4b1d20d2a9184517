//! A dose series over cell lines: how sensitive the lines are, and how far they lie apart.

use vesica_engine::math::{exp, ln};

use super::Verdict;
use super::file::Condition;
use super::scenario::Ran;
use super::table::digits;

/// Which readings, at which doses.
pub(super) struct Series<'a> {
    pub measure: &'a str,
    pub at_h: f64,
    pub arms: &'a [String],
    pub doses: &'a [f64],
}

/// What was published, and how near the simulation must come: factors for the dose and the spread, a difference for the
/// share killed.
pub(super) struct Wanted {
    pub median: f64,
    pub quartiles: (f64, f64),
    pub ceiling: f64,
    pub median_within: f64,
    pub spread_within: f64,
    pub ceiling_within: f64,
}

/// Compares a population of lines, one in each world.
pub(super) fn judge(ran: &Ran, series: &Series<'_>, wanted: &Wanted) -> Result<Verdict, String> {
    if series.arms.len() != series.doses.len() || series.arms.len() < 2 {
        return Err("each arm of a dose series needs its dose, and two there must be".to_owned());
    }
    let mut halving = Vec::new();
    let mut killed = Vec::new();
    for world in ran.worlds_of("") {
        let left: Vec<f64> =
            series.arms.iter().map(|arm| share_left(ran, series, world, arm)).collect::<Result<_, _>>()?;
        halving.push(halving_dose(series.doses, &left));
        killed.push(1.0 - left.last().copied().unwrap_or(f64::NAN));
    }
    let (low, median, high) = quartiles(&mut halving);
    let (_, ceiling, _) = quartiles(&mut killed);
    let spread = high / low;
    let wanted_spread = wanted.quartiles.1 / wanted.quartiles.0;
    let is_within = |ratio: f64, factor: f64| ratio <= factor && ratio >= 1.0 / factor;
    let is_median_near = is_within(median / wanted.median, wanted.median_within);
    let is_spread_near = is_within(spread / wanted_spread, wanted.spread_within);
    Ok(Verdict {
        published: format!(
            "median {} (IQR {}-{}), {} killed at most",
            digits(wanted.median),
            digits(wanted.quartiles.0),
            digits(wanted.quartiles.1),
            digits(wanted.ceiling)
        ),
        simulated: format!(
            "median {} (IQR {}-{}), {} killed at most, {} lines",
            digits(median),
            digits(low),
            digits(high),
            digits(ceiling),
            halving.len()
        ),
        tolerance: format!(
            "median within {}x, ratio of the quartiles within {}x, share killed within {}",
            digits(wanted.median_within),
            digits(wanted.spread_within),
            digits(wanted.ceiling_within)
        ),
        pass: is_median_near && is_spread_near && (ceiling - wanted.ceiling).abs() <= wanted.ceiling_within,
    })
}

/// Share of the undosed reading that is left.
fn share_left(ran: &Ran, series: &Series<'_>, world: usize, arm: &str) -> Result<f64, String> {
    let condition = Condition {
        measure: series.measure.to_owned(),
        at_h: series.at_h,
        of: arm.to_owned(),
        minus: None,
        over: None,
        at_least: None,
        at_most: None,
    };
    ran.value(world, &condition)
}

/// The dose at which half is left, between two doses even in the logarithm; infinite when no dose does it, the lowest dose
/// when that does already.
fn halving_dose(doses: &[f64], left: &[f64]) -> f64 {
    let Some(at) = left.iter().position(|left| *left <= 0.5) else { return f64::INFINITY };
    if at == 0 {
        return doses[0];
    }
    let share = (left[at - 1] - 0.5) / (left[at - 1] - left[at]);
    exp(ln(doses[at - 1]) + share * ln(doses[at] / doses[at - 1]))
}

/// Lower quartile, median and upper quartile.
fn quartiles(values: &mut [f64]) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = share * (values.len() as f64 - 1.0);
        let (low, high) = (values[place.floor() as usize], values[place.ceil() as usize]);
        if low == high { low } else { low + (place - place.floor()) * (high - low) }
    };
    (at(0.25), at(0.5), at(0.75))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_halving_dose_lies_between_the_doses_around_it() {
        let doses = [0.1, 1.0, 10.0];
        assert!((halving_dose(&doses, &[1.0, 0.75, 0.25]) - 10.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(halving_dose(&doses, &[0.3, 0.2, 0.1]), 0.1);
        assert!(halving_dose(&doses, &[1.0, 0.9, 0.6]).is_infinite());
    }

    #[test]
    fn lines_that_no_dose_halves_count_as_above_all() {
        let (low, median, high) = quartiles(&mut [f64::INFINITY, 1.0, 2.0, 3.0, f64::INFINITY]);
        assert_eq!((low, median), (2.0, 3.0));
        assert!(high.is_infinite());
    }
}
