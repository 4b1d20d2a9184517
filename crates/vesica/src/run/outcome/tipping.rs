//! The tipping points of the cells that are read, and simulated cells beside them, as rows.

use super::arm_index;
use crate::result::TippingRow;
use crate::run::results::WorldResult;
use crate::run::setup::Setup;
use crate::run::{Followed, Tipped, tip};

/// Worlds whose simulated cells are kept.
const N_WORLDS: usize = 16;

pub(super) fn rows(setup: &Setup, worlds: &[WorldResult]) -> Vec<TippingRow> {
    let scenario = setup.scenario;
    let reference = scenario.answer.as_ref().and_then(|answer| arm_index(scenario, &answer.minus)).unwrap_or(0);
    let Some(arm) = scenario.arms.get(reference) else { return Vec::new() };
    let mut rows = Vec::new();
    for (index, cell) in scenario.cells.iter().enumerate() {
        let compiled = &setup.cells[index];
        if !(compiled.receives || !compiled.readings.is_empty() || scenario.cells.len() == 1) {
            continue;
        }
        let found = tip(setup, index, arm);
        let Some(first) = found.first() else { continue };
        let own = TippingRow { cell: cell.name.clone(), ..TippingRow::default() };
        rows.extend(first.moves.iter().map(|name| {
            let (kind, note) = ("moves".to_owned(), name.clone());
            TippingRow { kind, note, x: f64::NAN, y: f64::NAN, ..own.clone() }
        }));
        rows.extend(first.held.iter().map(|(name, amount, unit)| {
            let (kind, note, x_unit) = ("held".to_owned(), name.clone(), unit.clone());
            TippingRow { kind, note, x: *amount, x_unit, y: f64::NAN, ..own.clone() }
        }));
        for (number, tipped) in found.iter().enumerate() {
            states(&own, tipped, &mut rows);
            if tipped.tipping_point.is_some() {
                cells(setup, worlds, (index, number), &along(&own, &tipped.followed), &mut rows);
            }
        }
    }
    rows
}

/// A row along a pool.
fn along(own: &TippingRow, followed: &Followed) -> TippingRow {
    TippingRow {
        along: followed.along.label.clone(),
        x_unit: followed.along.unit.clone(),
        shows: followed.shows.label.clone(),
        y_unit: followed.shows.unit.clone(),
        ..own.clone()
    }
}

fn states(own: &TippingRow, tipped: &Tipped, rows: &mut Vec<TippingRow>) {
    let along = along(own, &tipped.followed);
    let mut put = |kind: &str, (x, y): (f64, f64), unstable: usize| {
        rows.push(TippingRow { kind: kind.to_owned(), x, y, unstable: unstable as u32, ..along.clone() });
    };
    put("rest", tipped.rest, 0);
    tipped.tipping_point.into_iter().for_each(|point| put("tipping point", point, 0));
    let others = [("fold", &tipped.folds), ("oscillation", &tipped.oscillations), ("crossing", &tipped.crossings)];
    others.into_iter().for_each(|(kind, points)| points.iter().for_each(|point| put(kind, *point, 0)));
    tipped.states.iter().for_each(|(point, unstable)| put("state", *point, *unstable));
}

fn cells(
    setup: &Setup,
    worlds: &[WorldResult],
    (index, number): (usize, usize),
    along: &TippingRow,
    rows: &mut Vec<TippingRow>,
) {
    for world in worlds.iter().take(N_WORLDS) {
        for (arm, result) in setup.scenario.arms.iter().zip(&world.arms) {
            for sample in result.cells.iter().filter(|sample| sample.cell == index) {
                let Some((x, y)) = sample.points.get(number).copied() else { continue };
                rows.push(TippingRow {
                    kind: "cell".to_owned(),
                    x,
                    y,
                    arm: arm.name.clone(),
                    world: world.world,
                    note: sample.fate.clone(),
                    ..along.clone()
                });
            }
        }
    }
}
