//! Dose and response of a plate: IC50, what is left at the highest dose, and growth-rate inhibition.
//!
//! Nothing is fitted: IC50 and GR50 are where the line between two doses crosses a half, on logarithms of the dose.
//! Growth rate: GR(c) = 2^(log2(x(c)/x0) / log2(xctrl/x0)) - 1 with x0 the cells when the drug was added; Hafner 2016,
//! doi 10.1038/nmeth.3853, read in the vignette and the source of GRmetrics. Controls are its trimmed mean.

use serde_json::{Value, json};
use vesica_engine::math;

use super::paste::Lines;
use super::readings::{Asked, Point, Readings, hours, same_time};
use super::spread::{Spread, figures, spread};
use crate::units::{self, Dimension, Unit};

/// Response of one kind of cells to one agent at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// Cell line; empty where the file names none.
    pub cells: String,
    /// Agent.
    pub agent: String,
    /// s
    pub time: Option<f64>,
    /// Unit of the doses, as first written.
    unit: Unit,
    /// Doses, inside units, rising.
    pub doses: Vec<Dose>,
    /// Dose at which half of the control is left, inside units.
    pub ic50: Crossing,
    /// The same for the growth rate; none without the cells at the start.
    pub gr50: Option<Crossing>,
}

/// What was read at one dose.
#[derive(Clone, Debug, PartialEq)]
pub struct Dose {
    /// Inside units.
    pub amount: f64,
    /// Living cells by those of the control.
    pub left: Spread,
    /// Growth-rate inhibition; none without the cells at the start.
    pub growth: Option<Spread>,
}

/// Where a response crosses a half.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Crossing {
    /// At a dose.
    At(Spread),
    /// Not even at the highest dose.
    Above(f64),
    /// Already at the lowest dose.
    Below(f64),
    /// It goes up and down.
    Never,
}

/// The mean of the middle half, as GRmetrics takes it for controls; `None` of nothing.
pub(crate) fn trimmed_mean(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let cut = sorted.len() / 4;
    let middle = &sorted[cut..sorted.len() - cut];
    (!middle.is_empty()).then(|| middle.iter().sum::<f64>() / middle.len() as f64)
}

/// Growth-rate inhibition of one reading.
///
/// ```
/// use vesica::lab::growth_rate;
/// assert_eq!(growth_rate(400.0, 400.0, 100.0), Some(1.0)); // grows as the control does
/// assert_eq!(growth_rate(100.0, 400.0, 100.0), Some(0.0)); // does not grow
/// assert!(growth_rate(50.0, 400.0, 100.0).unwrap() < 0.0); // dies
/// assert_eq!(growth_rate(100.0, 100.0, 100.0), None); // the control does not grow: not defined
/// ```
pub fn growth_rate(count: f64, control: f64, start: f64) -> Option<f64> {
    if count <= 0.0 || control <= 0.0 || start <= 0.0 || control == start {
        return None;
    }
    let exponent = math::ln(count / start) / math::ln(control / start);
    Some(math::pow(2.0, exponent) - 1.0)
}

/// Every agent that has at least three doses beside the control.
pub(crate) fn responses(readings: &Readings) -> Vec<Response> {
    let mut found: Vec<(String, String, Option<f64>)> = Vec::new();
    for point in &readings.points {
        let [agent] = point.condition.agents.as_slice() else { continue };
        let is_same = |(cells, name, time): &(String, String, Option<f64>)| {
            *cells == point.condition.cells && *name == agent.name && same_time(*time, point.time)
        };
        if agent.dimension == Dimension::CONCENTRATION && point.number.is_some() && !found.iter().any(is_same) {
            found.push((point.condition.cells.clone(), agent.name.clone(), point.time));
        }
    }
    let answers = readings.answers(Asked::Relative);
    found.into_iter().filter_map(|(cells, agent, time)| response(readings, &answers, cells, agent, time)).collect()
}

fn response(
    readings: &Readings,
    answers: &[(&Point, f64)],
    cells: String,
    agent: String,
    time: Option<f64>,
) -> Option<Response> {
    let of = |point: &Point| {
        let [one] = point.condition.agents.as_slice() else { return None };
        let fits =
            one.name == agent && point.condition.cells == cells && same_time(point.time, time) && one.amount > 0.0;
        fits.then_some((one.amount, one.text.clone()))
    };
    let own: Vec<(&Point, f64, f64, String)> = answers
        .iter()
        .filter_map(|(point, left)| of(point).map(|(amount, text)| (*point, *left, amount, text)))
        .collect();
    let start = readings.control_at(&cells, Some(0.0));
    let control = readings.control_at(&cells, time);
    let growth = |point: &Point| growth_rate(point.number?, point.control.or(control)?, point.start.or(start)?);
    let mut amounts: Vec<f64> = own.iter().map(|(_, _, amount, _)| *amount).collect();
    amounts.sort_by(f64::total_cmp);
    amounts.dedup_by(|one, other| (*one - *other).abs() <= 1e-9 * one.abs());
    if amounts.len() < 3 {
        return None;
    }
    let at = |amount: f64| own.iter().filter(move |(_, _, own, _)| (own - amount).abs() <= 1e-9 * amount);
    let doses = amounts.iter().filter_map(|amount| {
        let left: Vec<f64> = at(*amount).map(|(_, left, ..)| *left).collect();
        let growth: Vec<f64> = at(*amount).filter_map(|(point, ..)| growth(point)).collect();
        Some(Dose { amount: *amount, left: spread(&left)?, growth: spread(&growth) })
    });
    let doses: Vec<Dose> = doses.collect();
    let text = &own.first()?.3;
    let unit =
        text.split_once(' ').and_then(|(_, unit)| units::parse(unit).ok()).or_else(|| units::parse("uM").ok())?;
    let mut replicates: Vec<&str> = own.iter().map(|(point, ..)| point.replicate.as_str()).collect();
    replicates.sort_unstable();
    replicates.dedup();
    let curve = |value: &dyn Fn(&Point, f64) -> Option<f64>, replicate: &str| -> Vec<(f64, f64)> {
        let mut curve = Vec::new();
        for amount in &amounts {
            let values: Vec<f64> = at(*amount)
                .filter(|(point, ..)| point.replicate == replicate)
                .filter_map(|(point, left, ..)| value(point, *left))
                .collect();
            if !values.is_empty() {
                curve.push((*amount, super::spread::median(&values)));
            }
        }
        curve
    };
    let crossing = |value: &dyn Fn(&Point, f64) -> Option<f64>, middle: Vec<(f64, f64)>| {
        let whole = |curve: &Vec<(f64, f64)>| curve.len() == amounts.len();
        let curves: Vec<Vec<(f64, f64)>> = replicates.iter().map(|name| curve(value, name)).filter(whole).collect();
        half(&middle, &curves)
    };
    let ic50 = crossing(&|_, left| Some(left), doses.iter().map(|dose| (dose.amount, dose.left.middle)).collect());
    let growths: Vec<(f64, f64)> = doses.iter().filter_map(|dose| Some((dose.amount, dose.growth?.middle))).collect();
    let gr50 = (growths.len() == doses.len()).then(|| crossing(&|point, _| growth(point), growths));
    Some(Response { cells, agent, time, unit, doses, ic50, gr50 })
}

/// Where curves cross a half: each replicate where all do, else the middle one.
fn half(middle: &[(f64, f64)], replicates: &[Vec<(f64, f64)>]) -> Crossing {
    let each: Vec<Option<f64>> = replicates.iter().map(|curve| crossing(curve)).collect();
    let all: Option<Vec<f64>> = each.into_iter().collect();
    if let Some(found) = all.filter(|found| found.len() > 1).and_then(|found| spread(&found)) {
        return Crossing::At(found);
    }
    if let Some(found) = crossing(middle).and_then(|at| spread(&[at])) {
        return Crossing::At(found);
    }
    match (middle.first(), middle.last()) {
        (Some((_, first)), Some((highest, last))) if *first > 0.5 && *last > 0.5 => Crossing::Above(*highest),
        (Some((lowest, first)), Some((_, last))) if *first < 0.5 && *last < 0.5 => Crossing::Below(*lowest),
        _ => Crossing::Never,
    }
}

/// The one dose at which a curve falls through a half, between two doses on logarithms.
fn crossing(curve: &[(f64, f64)]) -> Option<f64> {
    let above = |left: f64| left > 0.5;
    let mut changes = curve.windows(2).filter(|pair| above(pair[0].1) != above(pair[1].1));
    let pair = changes.next()?;
    if changes.next().is_some() || !above(pair[0].1) {
        return None;
    }
    let (from, to) = (math::ln(pair[0].0), math::ln(pair[1].0));
    Some(math::exp(from + (pair[0].1 - 0.5) / (pair[0].1 - pair[1].1) * (to - from)))
}

impl Response {
    fn crossing(&self, crossing: &Crossing) -> String {
        let shown = |value: f64| format!("{} {}", figures(self.unit.from_inside(value)), self.unit.text);
        match crossing {
            Crossing::At(found) => found.in_unit(&self.unit),
            Crossing::Above(dose) => format!("above {}", shown(*dose)),
            Crossing::Below(dose) => format!("below {}", shown(*dose)),
            Crossing::Never => "not defined: the response goes up and down".to_owned(),
        }
    }

    pub(super) fn print(&self, lines: &mut Lines) {
        let on = if self.cells.is_empty() { String::new() } else { format!(" on {}", self.cells) };
        let at = self.time.map_or(String::new(), |time| format!(" at {} h", hours(time)));
        lines.comment(&format!("{}{on}{at}", self.agent));
        let Some(last) = self.doses.last() else { return };
        let highest = format!("{} {}", figures(self.unit.from_inside(last.amount)), self.unit.text);
        lines.comment(&format!(
            "  IC50   {}  (between doses, on logarithms; nothing is fitted)",
            self.crossing(&self.ic50)
        ));
        lines.comment(&format!("  Emax   {} of control left at {highest}", percent(&last.left)));
        if let Some(gr50) = &self.gr50 {
            lines.comment(&format!("  GR50   {}", self.crossing(gr50)));
            if let Some(growth) = &last.growth {
                lines.comment(&format!("  GRmax  {} at {highest}", growth.quantity("")));
            }
            lines.comment("  GR(c) = 2^(log2(x(c)/x0)/log2(xctrl/x0)) - 1, doi 10.1038/nmeth.3853");
        }
        for dose in &self.doses {
            let growth = dose.growth.as_ref().map_or(String::new(), |growth| format!("   GR {}", growth.quantity("")));
            let amount = format!("{} {}", figures(self.unit.from_inside(dose.amount)), self.unit.text);
            lines.comment(&format!("  {amount:>12}  {}{growth}", percent(&dose.left)));
        }
    }

    pub(super) fn json(&self) -> Value {
        let value = |crossing: &Crossing| match crossing {
            Crossing::At(found) => json!({ "is": self.unit.from_inside(found.middle),
                "low": found.range.map(|range| self.unit.from_inside(range.0)), "high": found.range.map(|range| self.unit.from_inside(range.1)) }),
            Crossing::Above(dose) => json!({ "above": self.unit.from_inside(*dose) }),
            Crossing::Below(dose) => json!({ "below": self.unit.from_inside(*dose) }),
            Crossing::Never => Value::Null,
        };
        json!({
            "cells": self.cells, "agent": self.agent, "time_h": self.time.map(|time| time / 3600.0), "unit": self.unit.text,
            "ic50": value(&self.ic50), "gr50": self.gr50.as_ref().map(value),
            "doses": self.doses.iter().map(|dose| json!({
                "dose": self.unit.from_inside(dose.amount), "of_control": dose.left.middle, "n": dose.left.n,
                "low": dose.left.range.map(|range| range.0), "high": dose.left.range.map(|range| range.1),
                "gr": dose.growth.as_ref().map(|growth| growth.middle),
            })).collect::<Vec<_>>(),
        })
    }
}

fn percent(spread: &Spread) -> String {
    spread.map(|value| value * 100.0).quantity("%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_is_found_between_doses() {
        let curve = [(1.0, 0.9), (10.0, 0.1)];
        assert!((crossing(&curve).expect("a crossing") - 10.0_f64.sqrt()).abs() < 1e-9);
        assert_eq!(crossing(&[(1.0, 0.9), (10.0, 0.8)]), None);
        // up, down and up again has no one half
        assert_eq!(crossing(&[(1.0, 0.9), (2.0, 0.1), (3.0, 0.9), (4.0, 0.1)]), None);
        // a dose at which exactly half is left counts once
        assert!((crossing(&[(1.0, 0.9), (2.0, 0.5), (4.0, 0.1)]).expect("a crossing") - 2.0).abs() < 1e-9);
        assert_eq!(half(&[(1.0, 0.9), (10.0, 0.8)], &[]), Crossing::Above(10.0));
        assert_eq!(half(&[(1.0, 0.4), (10.0, 0.2)], &[]), Crossing::Below(1.0));
    }

    #[test]
    fn growth_rate_is_that_of_the_published_formula() {
        // counts of the example table of GRmetrics; the value from the formula, computed apart in double precision
        let found = growth_rate(1131.0, 1212.5, 299.5).expect("a value");
        assert!((found - 0.932_192_640).abs() < 1e-6, "{found}");
        let found = growth_rate(318.0, 1212.5, 299.5).expect("a value");
        assert!((found - 0.030_156_406).abs() < 1e-6, "{found}");
    }

    #[test]
    fn the_middle_half_of_controls() {
        assert_eq!(trimmed_mean(&[]), None);
        assert_eq!(trimmed_mean(&[1.0, 2.0, 3.0]), Some(2.0));
        assert_eq!(trimmed_mean(&[0.0, 10.0, 12.0, 1000.0]), Some(11.0));
    }
}
