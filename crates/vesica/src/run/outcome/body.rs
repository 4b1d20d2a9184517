//! Tables of a body: places, samples over time, detection; over the worlds.

use super::{HOUR, in_unit};
use crate::knowledge::TUMOUR;
use crate::result::{DetectionRow, PlaceRow, Range3, SampleRow};
use crate::run::detect::{Detection, N_ROC, VOLUMES};
use crate::run::results::{ArmResult, Signal, WorldResult};
use crate::run::setup::Setup;
use crate::run::statistics::range;
use crate::scenario::{Measure, Reading, Sample};

/// um³ in a mL.
const ML: f64 = 1e12;

/// A range over the worlds of one arm.
fn over(worlds: &[WorldResult], arm: usize, pick: impl Fn(&ArmResult) -> f64) -> Range3 {
    range(&worlds.iter().map(|world| pick(&world.arms[arm])).collect::<Vec<f64>>())
}

/// What is where at the end.
pub fn places(setup: &Setup, worlds: &[WorldResult]) -> Vec<PlaceRow> {
    let (Some(body), Some(first)) = (setup.scenario.place.body(), worlds.first()) else { return Vec::new() };
    let plan = &setup.knowledge.bodies[&body.species];
    let group = |place: &str, is_taken_out: bool| match place {
        _ if is_taken_out => "taken out",
        TUMOUR => TUMOUR,
        place if plan.fluids.iter().any(|known| known == place) => "fluid",
        place if plan.organs.iter().any(|known| known == place) => "organ",
        _ => "hollow",
    };
    let site = body.tumour.as_ref().map(|tumour| plan.place_of(&tumour.at));
    let mut rows = Vec::new();
    for (arm, described) in setup.scenario.arms.iter().enumerate() {
        for (index, place) in first.arms[arm].places.iter().enumerate() {
            let drawn = plan.drawing.get(if place.place == TUMOUR { site.unwrap_or(TUMOUR) } else { &place.place });
            let drawn = drawn.filter(|_| !place.is_taken_out);
            let volume = over(worlds, arm, |result| result.places[index].volume / ML).best;
            let mut push = |whose: &str, value: Range3| {
                rows.push(PlaceRow {
                    arm: described.name.clone(),
                    place: place.place.clone(),
                    group: group(&place.place, place.is_taken_out).to_owned(),
                    whose: whose.to_owned(),
                    value,
                    volume: volume.filter(|volume| volume.is_finite()),
                    x: drawn.map(|[x, _]| *x),
                    y: drawn.map(|[_, y]| *y),
                });
            };
            push("sent", over(worlds, arm, |result| result.places[index].sent));
            if place.healthy.is_finite() {
                push("healthy", over(worlds, arm, |result| result.places[index].healthy));
            }
        }
    }
    rows
}

/// Every measure that reads a sample, with its number.
fn samples_of<'a>(setup: &'a Setup) -> impl Iterator<Item = (usize, &'a Measure, &'a Sample)> {
    setup.scenario.measures.iter().enumerate().filter_map(|(index, measure)| match &measure.reading {
        Reading::Sample(sample) => Some((index, measure, &**sample)),
        _ => None,
    })
}

/// Whose share of a signal, and how it is read from it.
type Part = (&'static str, fn(&Signal) -> f64);

/// What instruments would read over time.
pub fn samples(setup: &Setup, worlds: &[WorldResult]) -> Vec<SampleRow> {
    let parts: [Part; 3] = [
        ("all", Signal::total),
        ("healthy", |signal| signal.healthy),
        ("sent", |signal| signal.others + signal.tumour),
    ];
    let mut rows = Vec::new();
    for (arm, described) in setup.scenario.arms.iter().enumerate() {
        for (index, measure, sample) in samples_of(setup) {
            let (unit, factor) = in_unit(&sample.unit);
            for (whose, part) in parts {
                for (point, time) in setup.curve_times.iter().enumerate() {
                    let read = |result: &ArmResult| {
                        result.samples[index].get(point).map_or(f64::NAN, |signal| part(signal) * factor)
                    };
                    rows.push(SampleRow {
                        arm: described.name.clone(),
                        measure: measure.name.clone(),
                        place: sample.place.clone(),
                        whose: whose.to_owned(),
                        time_h: time / HOUR,
                        value: over(worlds, arm, read),
                        unit: unit.clone(),
                        limit: measure.limit.map(|limit| limit * factor),
                    });
                }
            }
        }
    }
    rows
}

/// How well each measure sees the tumour.
pub fn detection(setup: &Setup, worlds: &[WorldResult]) -> Vec<DetectionRow> {
    let mut rows = Vec::new();
    let (volume_unit, cubic_cm) = in_unit("cm^3");
    for (arm, described) in setup.scenario.arms.iter().enumerate() {
        for (index, measure, sample) in samples_of(setup) {
            let Some(first) = worlds.first().and_then(|world| world.arms[arm].detections[index].as_ref()) else {
                continue;
            };
            let (unit, factor) = in_unit(&sample.unit);
            let ends = |pick: &dyn Fn(&Detection) -> f64| {
                over(worlds, arm, |result| result.detections[index].as_ref().map_or(f64::NAN, pick))
            };
            let mut push = |what: &str, at: Option<f64>, value: Range3, unit: &str| {
                rows.push(DetectionRow {
                    arm: described.name.clone(),
                    measure: measure.name.clone(),
                    place: sample.place.clone(),
                    by: measure.by.clone().unwrap_or_default(),
                    what: what.to_owned(),
                    at: at.filter(|at| at.is_finite()),
                    value,
                    unit: unit.to_owned(),
                });
            };
            let seen = |pick: fn(&Detection) -> f64| {
                let of_world = |world: &WorldResult| world.arms[arm].detections[index].as_ref().map_or(f64::NAN, pick);
                smallest(worlds.iter().map(of_world), cubic_cm)
            };
            let volume = ends(&|found| found.volume * cubic_cm).best;
            push("smallest", None, seen(|found| found.smallest), &volume_unit);
            push("half", None, seen(|found| found.half), &volume_unit);
            push("seen", volume, ends(&|found| 100.0 * found.sensitivity), "%");
            push("auc", volume, ends(&|found| found.auc), "1");
            push("healthy", None, ends(&|found| found.healthy * factor), &unit);
            if let Some(limit) = measure.limit {
                push("limit", None, Range3 { best: Some(limit * factor), ..Range3::default() }, &unit);
            }
            push("cut-off", None, ends(&|found| found.cut_off * factor), &unit);
            push("tumour", volume, ends(&|found| found.tumour * factor), &unit);
            for (point, (at, _)) in first.over_volume.iter().enumerate() {
                let share = |found: &Detection| found.over_volume.get(point).map_or(f64::NAN, |seen| 100.0 * seen.1);
                push("over volume", Some(at * cubic_cm), ends(&share), "%");
            }
            for point in 0..first.roc.len() {
                let false_alarms = 100.0 * point as f64 / (N_ROC - 1) as f64;
                let share = |found: &Detection| found.roc.get(point).map_or(f64::NAN, |seen| 100.0 * seen);
                push("roc", Some(false_alarms), ends(&share), "%");
            }
        }
    }
    rows
}

/// Range of volumes, each end that of a world: one that is not seen at any volume that was looked at is none, and lies above
/// all others.
fn smallest(volumes: impl Iterator<Item = f64>, cubic_cm: f64) -> Range3 {
    let mut sorted: Vec<f64> = volumes.filter(|volume| !volume.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (share * sorted.len().checked_sub(1)? as f64).round() as usize;
        sorted.get(place).filter(|volume| **volume < VOLUMES.1).map(|volume| volume * cubic_cm)
    };
    Range3 { low: at(0.05), best: at(0.5), high: at(0.95) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_that_is_never_seen_lies_above_all_others() {
        let found = smallest([3e12, 1e12, 2e12, VOLUMES.1, VOLUMES.1].into_iter(), 1e-12);
        assert_eq!((found.low, found.best, found.high), (Some(1.0), Some(3.0), None));
        assert_eq!(smallest([].into_iter(), 1e-12), Range3::default());
    }
}
