//! From the worlds to what is written: readings, curves, fates, chain, answer, evidence.

mod answer;
mod body;
mod chain;
mod evidence;
mod observed;
mod tipping;

pub(crate) use answer::{Candidate, candidates};
pub(crate) use evidence::used_numbers;

use super::results::{ArmResult, WorldResult};
use super::setup::Setup;
use super::statistics::{mean, range};
use crate::ledger::Check;
use crate::result::{ArmInfo, ArmRow, CellRow, CurvePoint, DifferenceRow, FateRow, Outcome, WorldRow};
use crate::scenario::{Arm, Dosed, Reading, Scenario};

/// An hour, s.
pub(crate) const HOUR: f64 = 3600.0;

/// The words around a run that are not computed from its worlds.
pub struct Frame {
    /// Text of `scenario.lock.toml`.
    pub lock: String,
    /// The ledger arithmetic of the scenario.
    pub check: Check,
    /// The vesicle dose statements.
    pub dose_statement: String,
    /// The command to run it again.
    pub command: String,
    /// Warnings of reading and checking, in words.
    pub warnings: Vec<String>,
}

/// Everything that a result folder holds. A pure function of its arguments.
pub fn outcome(setup: &Setup, worlds: &[WorldResult], frame: Frame) -> Outcome {
    let answer = answer::answer(setup, worlds, &frame);
    let evidence = evidence::numbers(setup);
    let claims = evidence::claims(setup);
    let agreement = observed::agreement(setup, worlds);
    Outcome {
        arms: arm_infos(setup),
        ledger: chain::ledger(setup, worlds, &evidence),
        readings: readings(setup, worlds),
        curves: curves(setup, worlds),
        cells: cells(setup, worlds),
        tipping: tipping::rows(setup, worlds),
        fates: fates(setup, worlds),
        places: body::places(setup, worlds),
        samples: body::samples(setup, worlds),
        detection: body::detection(setup, worlds),
        worlds: world_rows(setup, worlds, &answer.votes),
        differences: differences(setup, worlds),
        observed: observed::rows(setup.scenario),
        through: observed::through(setup, worlds, &answer.votes),
        agreement,
        references: evidence::references(setup, &evidence, &claims),
        answer: answer.answer,
        evidence,
        claims,
        lock: frame.lock,
        dose_statement: frame.dose_statement,
        doses: frame.check.doses,
        command: frame.command,
    }
}

/// How a measure is shown: unit, and factor from inside units. Ratios and shares have none of their own.
pub(crate) fn shown_unit(scenario: &Scenario, measure: usize) -> (String, f64) {
    let measure = &scenario.measures[measure];
    if measure.relative_to.is_some() {
        return ("1".to_owned(), 1.0);
    }
    match &measure.reading {
        Reading::Alive(_) | Reading::Dead(_) | Reading::Mode(..) | Reading::Detected(_) => ("%".to_owned(), 100.0),
        Reading::Symbol { unit, .. } => in_unit(unit),
        Reading::Sample(sample) => in_unit(&sample.unit),
        Reading::Smallest(_) => in_unit("cm^3"),
        // 1 mL = 1e12 um³
        Reading::Particles => ("particles/mL".to_owned(), 1e12),
    }
}

fn in_unit(unit: &str) -> (String, f64) {
    (unit.to_owned(), crate::units::parse(unit).map_or(1.0, |unit| unit.from_inside(1.0)))
}

/// A reading of a world at a time index, divided by the arm it is relative to; inside units.
pub(crate) fn reading(scenario: &Scenario, result: &WorldResult, arm: usize, measure: usize, time: usize) -> f64 {
    let value = result.arms[arm].readings[measure].get(time).copied().unwrap_or(f64::NAN);
    let reference = scenario.measures[measure].relative_to.as_ref().and_then(|name| arm_index(scenario, name));
    reference.map_or(value, |reference| {
        value / result.arms[reference].readings[measure].get(time).copied().unwrap_or(f64::NAN)
    })
}

/// Index of an arm by name.
pub(crate) fn arm_index(scenario: &Scenario, name: &str) -> Option<usize> {
    scenario.arms.iter().position(|arm| arm.name == name)
}

fn readings(setup: &Setup, worlds: &[WorldResult]) -> Vec<ArmRow> {
    let scenario = setup.scenario;
    let mut rows = Vec::new();
    for (arm, description) in scenario.arms.iter().enumerate() {
        for (index, measure) in scenario.measures.iter().enumerate() {
            let (unit, factor) = shown_unit(scenario, index);
            let limit = measure.limit.map(|limit| limit * factor);
            for (time, at) in measure.at.iter().enumerate() {
                let values: Vec<f64> =
                    worlds.iter().map(|world| reading(scenario, world, arm, index, time) * factor).collect();
                let mut value = range(&values);
                if let Some(limit) = limit {
                    // below its limit an instrument reads nothing
                    let seen = |value: Option<f64>| value.filter(|value| *value >= limit);
                    (value.low, value.best, value.high) = (seen(value.low), seen(value.best), seen(value.high));
                }
                rows.push(ArmRow {
                    arm: description.name.clone(),
                    measure: measure.name.clone(),
                    reads: measure.reads.clone(),
                    at_h: at / HOUR,
                    value,
                    unit: unit.clone(),
                    limit,
                });
            }
        }
    }
    rows
}

fn curves(setup: &Setup, worlds: &[WorldResult]) -> Vec<CurvePoint> {
    let mut points = Vec::new();
    for (arm, description) in setup.scenario.arms.iter().enumerate() {
        for (cell, compiled) in setup.cells.iter().enumerate() {
            let name = &setup.scenario.cells[cell].name;
            let point = |symbol: &str, label: &str, link: &str, unit: &str, time: f64, values: Vec<f64>| CurvePoint {
                arm: description.name.clone(),
                cell: name.clone(),
                symbol: symbol.to_owned(),
                label: label.to_owned(),
                link: link.to_owned(),
                unit: unit.to_owned(),
                time_h: time / HOUR,
                value: range(&values),
            };
            let over_worlds =
                |pick: &dyn Fn(&ArmResult) -> f64| worlds.iter().map(|world| pick(&world.arms[arm])).collect();
            for (at, time) in setup.records.iter().enumerate() {
                let alive = over_worlds(&|result| 100.0 * result.alive[cell].get(at).copied().unwrap_or(f64::NAN));
                points.push(point("alive", "cells alive", "decide", "%", *time, alive));
            }
            for (index, curve) in compiled.curves.iter().enumerate() {
                for (at, time) in setup.curve_times.iter().enumerate() {
                    let values = over_worlds(&|result| result.curves[cell][index].get(at).copied().unwrap_or(f64::NAN));
                    points.push(point(&curve.symbol, &curve.label, &curve.link, &curve.unit, *time, values));
                }
            }
        }
    }
    points
}

fn fates(setup: &Setup, worlds: &[WorldResult]) -> Vec<FateRow> {
    let mut rows = Vec::new();
    for (arm, description) in setup.scenario.arms.iter().enumerate() {
        for (cell, named) in setup.scenario.cells.iter().enumerate() {
            let Some(first) = worlds.first() else { continue };
            for (fate, (name, _)) in first.arms[arm].fates[cell].iter().enumerate() {
                let shares: Vec<f64> = worlds.iter().map(|world| 100.0 * world.arms[arm].fates[cell][fate].1).collect();
                rows.push(FateRow {
                    arm: description.name.clone(),
                    cell: named.name.clone(),
                    fate: name.clone(),
                    share: range(&shares),
                    mean: mean(shares),
                });
            }
        }
    }
    rows
}

/// Cells of the first world of each hypothesis.
fn cells(setup: &Setup, worlds: &[WorldResult]) -> Vec<CellRow> {
    let mut rows = Vec::new();
    for world in worlds.iter().take(setup.hypotheses.len()) {
        let hypothesis = &setup.hypotheses[setup.hypothesis_of(world.world as usize)].label;
        for (arm, result) in setup.scenario.arms.iter().zip(&world.arms) {
            rows.extend(result.cells.iter().map(|sample| CellRow {
                world: world.world,
                hypothesis: hypothesis.clone(),
                arm: arm.name.clone(),
                cell: setup.scenario.cells[sample.cell].name.clone(),
                number: sample.number,
                fate: sample.fate.clone(),
                died_h: sample.died / HOUR,
                opened: sample.opened,
                copies: sample.copies,
            }));
        }
    }
    rows
}

fn world_rows(setup: &Setup, worlds: &[WorldResult], votes: &[super::verdict::Vote]) -> Vec<WorldRow> {
    let scenario = setup.scenario;
    let minus = scenario.answer.as_ref().and_then(|answer| arm_index(scenario, &answer.minus)).unwrap_or(0);
    let protein = protein_measure(scenario);
    let factor = answer::shown_difference(scenario).1;
    worlds
        .iter()
        .zip(votes)
        .map(|(world, vote)| {
            let chains = world.arms.get(minus).map_or(&[][..], |arm| arm.chains.as_slice());
            WorldRow {
                world: world.world,
                hypothesis: setup.hypotheses[vote.hypothesis].label.clone(),
                can_answer: vote.can_answer,
                holds: vote.holds,
                difference: vote.difference * factor,
                copies: chains.iter().flat_map(|chain| &chain.cargo).map(|cargo| cargo.delivered).sum(),
                protein: protein.map_or(f64::NAN, |(measure, time)| reading(scenario, world, minus, measure, time)),
            }
        })
        .collect()
}

/// The first measure that reads something against another arm, at its last time: what silencing shows in.
fn protein_measure(scenario: &Scenario) -> Option<(usize, usize)> {
    let measure = scenario
        .measures
        .iter()
        .position(|m| m.relative_to.is_some() && matches!(m.reading, Reading::Symbol { .. }))?;
    Some((measure, scenario.measures[measure].at.len().checked_sub(1)?))
}

/// Every arm against the reference of the answer, paired by world.
fn differences(setup: &Setup, worlds: &[WorldResult]) -> Vec<DifferenceRow> {
    let scenario = setup.scenario;
    let Some((measure, time, minus)) = answer::compared(scenario) else { return Vec::new() };
    let (unit, factor) = answer::shown_difference(scenario);
    let row = |(arm, description): (usize, &Arm)| {
        let values: Vec<f64> = worlds
            .iter()
            .map(|world| {
                let one = |arm| reading(scenario, world, arm, measure, time);
                (one(arm) - one(minus)) * factor
            })
            .collect();
        DifferenceRow {
            arm: description.name.clone(),
            minus: scenario.arms[minus].name.clone(),
            value: range(&values),
            unit: unit.clone(),
        }
    };
    scenario.arms.iter().enumerate().filter(|(arm, _)| *arm != minus).map(row).collect()
}

fn arm_infos(setup: &Setup) -> Vec<ArmInfo> {
    setup.scenario.arms.iter().map(|arm| arm_info(setup, arm)).collect()
}

fn arm_info(setup: &Setup, arm: &Arm) -> ArmInfo {
    let scenario = setup.scenario;
    let name_of = |what: &Dosed| match what {
        Dosed::Drug(name) => name.clone(),
        vesicles => vesicles.vesicle().unwrap_or_default().to_owned(),
    };
    let own = &arm.doses[arm.inherited.min(arm.doses.len())..];
    let inherited_set =
        arm.like.as_ref().and_then(|like| arm_index(scenario, like)).map(|like| &scenario.arms[like].set);
    let own_set = arm.set.iter().filter(|(id, _)| inherited_set.is_none_or(|set| !set.contains_key(id)));
    let doses = own.iter().map(|dose| {
        let amount = &scenario.quantities[dose.amount.0].quantity.text;
        format!("{} {amount} at {} h", name_of(&dose.what), dose.at / HOUR)
    });
    let changes =
        own_set.clone().map(|(id, quantity)| format!("{} = {}", scenario.quantities[id.0].path, quantity.text));
    let is_reference = scenario.answer.as_ref().is_some_and(|answer| answer.minus == arm.name);
    let link_of_dose = own.iter().find_map(|dose| match &dose.what {
        // where the targets feel it, if they do
        Dosed::Drug(drug) => {
            let links = |receives: bool| {
                let cells = setup.cells.iter().filter(move |cell| cell.receives == receives);
                cells.filter_map(|cell| cell.model.drug_links.get(drug).copied()).next()
            };
            links(true).or_else(|| links(false))
        }
        _ => Some("release"),
    });
    let link = link_of_dose.or_else(|| own_set.clone().map(|(id, _)| link_of_change(scenario, id.0)).next());
    ArmInfo {
        name: arm.name.clone(),
        like: arm.like.clone().unwrap_or_default(),
        adds: doses.chain(changes).collect::<Vec<_>>().join(", "),
        link: if is_reference { String::new() } else { link.unwrap_or("").to_owned() },
        drugs: arm.doses.iter().filter(|d| matches!(d.what, Dosed::Drug(_))).map(|d| name_of(&d.what)).collect(),
        dose_h: arm.doses.iter().map(|dose| dose.at / HOUR).collect(),
    }
}

/// A change of the number of donors is a change of release.
fn link_of_change(scenario: &Scenario, quantity: usize) -> &'static str {
    let named = &scenario.quantities[quantity];
    let sends = |cell: &str| scenario.vesicles.iter().any(|vesicle| vesicle.from.as_deref() == Some(cell));
    match named.path.strip_prefix("cell.").and_then(|rest| rest.strip_suffix(".count")) {
        Some(cell) if sends(cell) => "release",
        _ => named.link,
    }
}
