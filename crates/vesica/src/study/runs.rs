//! All runs of a study: those that are kept, then the others, on all threads.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::journal::{Journal, Run};
use crate::run::WorldResult;
use crate::run::outcome::{HOUR, reading, shown_unit};
use crate::scenario::Scenario;

/// Most numbers that a study keeps in memory: 160 MB.
pub const MOST_VALUES: usize = 20_000_000;

/// One thing that is read in every run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Arm.
    pub arm: String,
    /// Measure.
    pub measure: String,
    /// What it reads.
    pub reads: String,
    /// Hour.
    pub at_h: f64,
    /// Unit of its numbers.
    pub unit: String,
}

/// What is read in every run, by arm, measure and time.
pub fn columns(scenario: &Scenario) -> Vec<Column> {
    let mut columns = Vec::new();
    for arm in &scenario.arms {
        for (index, measure) in scenario.measures.iter().enumerate() {
            columns.extend(measure.at.iter().map(|at| Column {
                arm: arm.name.clone(),
                measure: measure.name.clone(),
                reads: measure.reads.clone(),
                at_h: at / HOUR,
                unit: shown_unit(scenario, index).0,
            }));
        }
    }
    columns
}

/// What one world reads, in the order of [`columns`], in their units.
pub fn readings(scenario: &Scenario, world: &WorldResult) -> Vec<f64> {
    let mut values = Vec::new();
    for arm in 0..scenario.arms.len() {
        for (index, measure) in scenario.measures.iter().enumerate() {
            let factor = shown_unit(scenario, index).1;
            values.extend((0..measure.at.len()).map(|time| reading(scenario, world, arm, index, time) * factor));
        }
    }
    values
}

/// Lanes that the solver gave up, in words.
pub fn frozen(scenario: &Scenario, world: &WorldResult, place: &str) -> Vec<String> {
    world.frozen_in_words(&format!("{place}, "), &scenario.arms)
}

/// Makes all of `n` runs that are not yet kept in `out`; each is a pure function of its number. `None` when `stop`
/// ended it before.
///
/// # Errors
/// What the file system says when a run cannot be kept.
pub fn resume(
    n: usize,
    out: &Path,
    fingerprint: &str,
    stop: &AtomicBool,
    one: &(impl Fn(usize) -> Run + Sync),
) -> io::Result<Option<(Vec<Run>, Journal)>> {
    let (journal, kept) = Journal::open(out, fingerprint)?;
    let mut slots: Vec<Option<Run>> = vec![None; n];
    for run in kept {
        if let Some(slot) = slots.get_mut(run.index as usize) {
            *slot = Some(run);
        }
    }
    let missing: Vec<usize> = (0..n).filter(|index| slots[*index].is_none()).collect();
    let make = |index: &usize| -> io::Result<Option<Run>> {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let run = one(*index);
        journal.append(&run)?;
        Ok(Some(run))
    };
    let made: Vec<Option<Run>> = missing.par_iter().map(make).collect::<io::Result<_>>()?;
    for (index, run) in missing.into_iter().zip(made) {
        slots[index] = run;
    }
    Ok(slots.into_iter().collect::<Option<Vec<Run>>>().map(|runs| (runs, journal)))
}
