//! What the lab read beside what was predicted, and which worlds pass through it. Nothing is fitted: the worlds are
//! those of the run, each judged by the readings.
//!
//! The readings of one arm at one time are a group: a mean and the standard deviation of one reading, that between its
//! replicates or the noise of the measure, whichever is larger. A world passes through a group when its prediction is
//! within two of these of the mean, as a further reading would be. It passes through the data when it passes through at
//! least 95 % of the groups. What is below the limit of the measure is taken as the limit, on both sides.

use super::super::results::WorldResult;
use super::super::setup::Setup;
use super::super::statistics::range;
use super::super::verdict::Vote;
use super::{HOUR, mean, reading, shown_unit};
use crate::result::{AgreementRow, ObservedRow, ThroughRow};
use crate::scenario::{Measure, Scenario};

/// Standard deviations of one reading within which a world passes through.
const WITHIN: f64 = 2.0;

/// A world may miss one group in so many.
const ONE_IN: usize = 20;

/// The readings of one arm at one time, inside units.
struct Group {
    measure: usize,
    arm: usize,
    time: usize,
    n: usize,
    mean: f64,
    deviation: Option<f64>,
    limit: Option<f64>,
}

/// Every reading, as it was matched.
pub fn rows(scenario: &Scenario) -> Vec<ObservedRow> {
    let mut rows = Vec::new();
    for (index, measure) in scenario.measures.iter().enumerate() {
        let Some(data) = &measure.data else { continue };
        let (unit, factor) = shown_unit(scenario, index);
        rows.extend(data.points.iter().map(|point| ObservedRow {
            measure: measure.name.clone(),
            arm: point.arm.clone(),
            at_h: point.at / HOUR,
            observed: point.value * factor,
            unit: unit.clone(),
            replicate: point.replicate.clone(),
            file: data.file.clone(),
            line: u32::try_from(point.line).unwrap_or(0),
        }));
    }
    rows
}

/// Each group beside the prediction.
pub fn agreement(setup: &Setup, worlds: &[WorldResult]) -> Vec<AgreementRow> {
    let scenario = setup.scenario;
    let row = |group: &Group| {
        let measure = &scenario.measures[group.measure];
        let (unit, factor) = shown_unit(scenario, group.measure);
        let predicted: Vec<f64> = worlds.iter().map(|world| group.predicted(scenario, world) * factor).collect();
        let within = worlds.iter().filter(|world| group.holds(scenario, world)).count();
        AgreementRow {
            measure: measure.name.clone(),
            arm: scenario.arms[group.arm].name.clone(),
            at_h: measure.at[group.time] / HOUR,
            n: u32::try_from(group.n).unwrap_or(u32::MAX),
            observed: group.mean * factor,
            deviation: group.deviation.map(|deviation| deviation * factor),
            value: range(&predicted),
            unit,
            through: group.deviation.map(|_| within as f64 / worlds.len().max(1) as f64),
        }
    };
    groups(scenario).iter().map(row).collect()
}

/// Which worlds pass through the data of each measure, and of all; of all worlds, and of each hypothesis.
pub fn through(setup: &Setup, worlds: &[WorldResult], votes: &[Vote]) -> Vec<ThroughRow> {
    let scenario = setup.scenario;
    let groups = groups(scenario);
    let with_data: Vec<usize> =
        (0..scenario.measures.len()).filter(|index| groups.iter().any(|group| group.measure == *index)).collect();
    let mut asked: Vec<&[usize]> = with_data.chunks(1).collect();
    if with_data.len() > 1 {
        asked.push(&with_data);
    }
    let mut rows = Vec::new();
    for measures in asked {
        let own: Vec<&Group> = groups.iter().filter(|group| measures.contains(&group.measure)).collect();
        let judged: Vec<&Group> = own.iter().copied().filter(|group| group.deviation.is_some()).collect();
        let misses = |world: &WorldResult| judged.iter().filter(|group| !group.holds(scenario, world)).count();
        // without a group nothing was passed through
        let passes: Vec<bool> =
            worlds.iter().map(|world| !judged.is_empty() && misses(world) <= judged.len() / ONE_IN).collect();
        let of = |hypothesis: Option<usize>| {
            let meant = |vote: &Vote| hypothesis.is_none_or(|hypothesis| vote.hypothesis == hypothesis);
            let n_worlds = votes.iter().filter(|vote| meant(vote)).count();
            let passing: Vec<usize> = (0..worlds.len()).filter(|at| passes[*at] && meant(&votes[*at])).collect();
            let able = passing.iter().filter(|at| votes[**at].can_answer);
            let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            ThroughRow {
                measure: if measures.len() == 1 { scenario.measures[measures[0]].name.clone() } else { String::new() },
                hypothesis: hypothesis.map_or(String::new(), |hypothesis| setup.hypotheses[hypothesis].label.clone()),
                file: joined(scenario, measures, |measure| measure.data.as_ref().map(|data| data.file.clone())),
                sha256: joined(scenario, measures, hash),
                n_groups: count(judged.len()),
                n_not_judged: count(own.len() - judged.len()),
                n_worlds: count(n_worlds),
                n_through: count(passing.len()),
                worlds: passing.iter().map(|at| worlds[*at].world.to_string()).collect::<Vec<_>>().join(" "),
                n_able: count(able.clone().count()),
                n_hold: count(able.filter(|at| votes[**at].holds).count()),
            }
        };
        rows.push(of(None));
        if setup.hypotheses.len() > 1 {
            rows.extend((0..setup.hypotheses.len()).map(|index| of(Some(index))));
        }
    }
    rows
}

fn joined(scenario: &Scenario, measures: &[usize], word: impl Fn(&Measure) -> Option<String>) -> String {
    measures.iter().filter_map(|index| word(&scenario.measures[*index])).collect::<Vec<_>>().join(";")
}

fn hash(measure: &Measure) -> Option<String> {
    let data = measure.data.as_ref()?;
    data.hashes.get(&data.file).cloned()
}

/// In the order of measures, times and arms.
fn groups(scenario: &Scenario) -> Vec<Group> {
    let mut groups = Vec::new();
    for (index, measure) in scenario.measures.iter().enumerate() {
        let Some(data) = &measure.data else { continue };
        for (time, at) in measure.at.iter().enumerate() {
            for (arm, described) in scenario.arms.iter().enumerate() {
                let is_here =
                    |point: &&crate::scenario::Observed| point.arm == described.name && (point.at - at).abs() < 0.5;
                let floor = measure.limit.unwrap_or(f64::NEG_INFINITY);
                let values: Vec<f64> = data.points.iter().filter(is_here).map(|point| point.value.max(floor)).collect();
                // an arm divided by itself says nothing
                let is_reference = measure.relative_to.as_ref() == Some(&described.name);
                if !values.is_empty() && !is_reference {
                    groups.push(Group::of(index, measure, arm, time, &values));
                }
            }
        }
    }
    groups
}

impl Group {
    fn of(index: usize, measure: &Measure, arm: usize, time: usize, values: &[f64]) -> Self {
        let (n, middle) = (values.len(), mean(values.iter().copied()));
        let square = values.iter().map(|value| (value - middle) * (value - middle)).sum::<f64>();
        let between = (n > 1).then(|| (square / (n as f64 - 1.0)).sqrt());
        let noise = measure.noise.map(|noise| noise * middle.abs());
        let deviation = between.into_iter().chain(noise).reduce(f64::max).filter(|deviation| *deviation > 0.0);
        Self { measure: index, arm, time, n, mean: middle, deviation, limit: measure.limit }
    }

    /// As the instrument would read it.
    fn predicted(&self, scenario: &Scenario, world: &WorldResult) -> f64 {
        let value = reading(scenario, world, self.arm, self.measure, self.time);
        self.limit.map_or(value, |limit| if value < limit { limit } else { value })
    }

    fn holds(&self, scenario: &Scenario, world: &WorldResult) -> bool {
        let apart = (self.predicted(scenario, world) - self.mean).abs();
        self.deviation.is_some_and(|deviation| apart <= WITHIN * deviation)
    }
}
