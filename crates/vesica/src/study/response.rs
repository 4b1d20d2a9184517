//! Dose and response: the EC50 of a drug in each arm and world, and how far vesicles move it.

use serde::{Deserialize, Serialize};

use super::hill::Hill;
use super::journal::Run;
use super::sweep::{FactorRow, Sweep};
use crate::result::Range3;
use crate::run::statistics::range;

/// A response that changes less is no response: points of a percentage, percent of the top of other readings.
const LEAST_EFFECT: f64 = 5.0;

/// The response to one drug in one arm, at one value of everything else that was varied.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// Drug.
    pub drug: String,
    /// Unit of its doses.
    pub unit: String,
    /// Arm.
    pub arm: String,
    /// Column that was read.
    pub column: usize,
    /// Values of all factors but the drug, in their order.
    pub others: Vec<f64>,
    /// Points, by rising dose.
    pub points: Vec<usize>,
    /// Over the worlds in which the drug has an effect. One that lies beyond the doses counts as the dose next to it.
    pub ec50: Range3,
    /// Lowest dose above zero, and highest.
    pub doses: (f64, f64),
    /// Worlds in which it lies between these doses.
    pub n_inside: usize,
    /// Worlds in which it lies beyond the highest dose.
    pub n_above: usize,
    /// Worlds in which it lies below the lowest.
    pub n_below: usize,
    /// Worlds in which the drug changes next to nothing.
    pub n_flat: usize,
    /// EC50 over that of the arm without vesicles, world by world.
    pub shift: Option<Range3>,
    /// Worlds in which both are inside.
    pub n_shift: usize,
    /// The arm that it is compared with; empty for that arm.
    pub compared: String,
    /// The same as at the lowest level of another drug, which this arm does not get.
    #[serde(default)]
    pub is_repeat: bool,
}

impl Response {
    /// `≤` or `≥` where the EC50 of the middle world lies below all doses, or above them.
    pub fn beyond(&self) -> Option<&'static str> {
        let best = self.ec50.best?;
        match self.doses {
            (lowest, _) if self.n_below > 0 && best <= lowest => Some("≤"),
            (_, highest) if self.n_above > 0 && best >= highest => Some("≥"),
            _ => None,
        }
    }
}

/// The responses of a grid to each drug with doses enough for a curve, in the arms that get it (`[factor]`), read at one
/// column of each arm. `without` is the arm without vesicles.
pub fn responses(
    sweep: &Sweep,
    runs: &[Run],
    arms_of: &[Vec<String>],
    shown: &[usize],
    without: &str,
) -> Vec<Response> {
    let mut found = Vec::new();
    let gets = |factor: usize, column: usize| arms_of[factor].contains(&sweep.columns[column].arm);
    for (index, factor) in sweep.factors.iter().enumerate().filter(|(_, factor)| factor.makes_a_curve()) {
        for points in series(sweep, index) {
            let columns: Vec<usize> = shown.iter().copied().filter(|column| gets(index, *column)).collect();
            // what an arm does not get changes nothing in it
            let is_repeat = |column: usize| {
                let mut others = sweep.factors.iter().enumerate().filter(|(other, row)| *other != index && row.is_dose);
                let level = |other: usize| sweep.points[points[0]][other];
                others.any(|(other, row)| !gets(other, column) && row.levels.first() != Some(&level(other)))
            };
            let fits: Vec<Vec<Dose>> =
                columns.iter().map(|column| doses(sweep, runs, index, &points, *column)).collect();
            let reference = columns.iter().position(|column| sweep.columns[*column].arm == without);
            for (at, column) in columns.iter().enumerate() {
                let compared = reference.filter(|reference| *reference != at).map(|reference| &fits[reference]);
                let response = response(sweep, (index, factor), &points, *column, &fits[at], compared, without);
                found.push(Response { is_repeat: is_repeat(*column), ..response });
            }
        }
    }
    found
}

/// Points that differ only in one factor, by its rising value.
fn series(sweep: &Sweep, factor: usize) -> Vec<Vec<usize>> {
    let mut found: Vec<(Vec<f64>, Vec<usize>)> = Vec::new();
    for (index, point) in sweep.points.iter().enumerate() {
        let others = without(point, factor);
        match found.iter_mut().find(|(same, _)| *same == others) {
            Some((_, points)) => points.push(index),
            None => found.push((others, vec![index])),
        }
    }
    let sorted = |mut points: Vec<usize>| {
        points.sort_by(|a, b| sweep.points[*a][factor].total_cmp(&sweep.points[*b][factor]));
        points
    };
    found.into_iter().map(|(_, points)| sorted(points)).collect()
}

fn without(point: &[f64], factor: usize) -> Vec<f64> {
    point.iter().enumerate().filter(|(index, _)| *index != factor).map(|(_, value)| *value).collect()
}

/// What a world says of a drug.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Dose {
    Inside(f64),
    Above,
    Below,
    Flat,
}

fn doses(sweep: &Sweep, runs: &[Run], factor: usize, points: &[usize], column: usize) -> Vec<Dose> {
    let doses: Vec<f64> = points.iter().map(|point| sweep.points[*point][factor]).collect();
    let of = |world: usize| {
        let read: Vec<f64> = points.iter().map(|point| runs[point * sweep.n_worlds + world].values[column]).collect();
        dose(&doses, &read, &sweep.columns[column].unit)
    };
    (0..sweep.n_worlds).map(of).collect()
}

fn dose(doses: &[f64], read: &[f64], unit: &str) -> Dose {
    let Some(curve) = Hill::fit(doses, read) else { return Dose::Flat };
    let span = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high): (f64, f64), value| {
            (low.min(value), high.max(value))
        })
    };
    let (least, most) = span(&mut read.iter().copied());
    let scale = if unit == "%" { 1.0 } else { curve.top.abs().max(most.abs()) / 100.0 };
    if most - least < LEAST_EFFECT * scale {
        return Dose::Flat;
    }
    let (lowest, highest) = span(&mut doses.iter().copied().filter(|dose| *dose > 0.0));
    match curve.ec50 {
        ec50 if ec50 > highest => Dose::Above,
        ec50 if ec50 < lowest => Dose::Below,
        ec50 => Dose::Inside(ec50),
    }
}

fn response(
    sweep: &Sweep,
    (index, factor): (usize, &FactorRow),
    points: &[usize],
    column: usize,
    fits: &[Dose],
    compared: Option<&Vec<Dose>>,
    without_vesicles: &str,
) -> Response {
    let given = points.iter().map(|point| sweep.points[*point][index]).filter(|dose| *dose > 0.0);
    let (lowest, highest) = given.fold((f64::INFINITY, 0.0_f64), |(low, high), dose| (low.min(dose), high.max(dose)));
    let value = |fit: &Dose| match fit {
        Dose::Inside(dose) => Some(*dose),
        Dose::Below => Some(lowest),
        Dose::Above => Some(highest),
        Dose::Flat => None,
    };
    let count = |kind: Dose| fits.iter().filter(|fit| **fit == kind).count();
    let ratios: Option<Vec<f64>> = compared.map(|others| {
        let ratio = |(own, other): (&Dose, &Dose)| match (own, other) {
            (Dose::Inside(own), Dose::Inside(other)) => Some(own / other),
            _ => None,
        };
        fits.iter().zip(others).filter_map(ratio).collect()
    });
    Response {
        drug: factor.name.clone(),
        unit: factor.unit.clone(),
        arm: sweep.columns[column].arm.clone(),
        column,
        others: points.first().map_or(Vec::new(), |point| without(&sweep.points[*point], index)),
        points: points.to_vec(),
        ec50: range(&fits.iter().filter_map(value).collect::<Vec<_>>()),
        doses: (lowest, highest),
        n_inside: fits.iter().filter(|fit| matches!(fit, Dose::Inside(_))).count(),
        n_above: count(Dose::Above),
        n_below: count(Dose::Below),
        n_flat: count(Dose::Flat),
        n_shift: ratios.as_ref().map_or(0, Vec::len),
        shift: ratios.map(|ratios| range(&ratios)),
        compared: if compared.is_some() { without_vesicles.to_owned() } else { String::new() },
        is_repeat: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_middle_world_beyond_the_doses_is_told_as_that() {
        let of = |best: f64, n_below: usize, n_above: usize| {
            let ec50 = Range3 { best: Some(best), ..Range3::default() };
            Response { ec50, doses: (0.1, 10.0), n_below, n_above, ..Response::default() }.beyond()
        };
        assert_eq!((of(0.1, 9, 0), of(10.0, 0, 9)), (Some("≤"), Some("≥")));
        assert_eq!((of(2.0, 3, 3), of(0.1, 0, 0)), (None, None));
    }

    #[test]
    fn a_curve_is_inside_beyond_or_none() {
        let doses = [0.1, 0.3, 1.0, 3.0, 10.0];
        let curve = |ec50: f64| {
            let hill = Hill { top: 100.0, bottom: 0.0, ec50, slope: 2.0 };
            dose(&doses, &doses.map(|dose| hill.at(dose)), "%")
        };
        let Dose::Inside(found) = curve(2.0) else { panic!("inside") };
        assert!((found / 2.0 - 1.0).abs() < 0.05, "{found}");
        assert_eq!((curve(15.0), curve(0.05), curve(1000.0)), (Dose::Above, Dose::Below, Dose::Flat));
        // all or nothing: half way between the two doses, on a logarithm
        let Dose::Inside(steep) = dose(&doses, &[100.0, 100.0, 100.0, 0.0, 0.0], "%") else { panic!("inside") };
        assert!((steep / 3.0_f64.sqrt() - 1.0).abs() < 0.1, "{steep}");
    }
}
