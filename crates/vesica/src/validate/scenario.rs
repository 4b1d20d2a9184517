//! Scenarios that checks read: each is run once, and asked for readings.

use std::collections::BTreeMap;

use vesica_model::Severity;

use super::file::{Condition, Published, RunSpec};
use crate::knowledge::{Knowledge, Value, examples};
use crate::run::outcome::{arm_index, reading, shown_unit};
use crate::run::statistics::range;
use crate::run::{Setup, Size, WorldResult};
use crate::scenario::{Reading, Scenario};

/// The runs of one published result, by name.
pub(super) struct Runs(BTreeMap<String, Ran>);

/// A scenario and its worlds.
pub(super) struct Ran {
    scenario: Scenario,
    /// Label of the hypothesis of each world.
    hypotheses: Vec<String>,
    worlds: Vec<WorldResult>,
}

impl Runs {
    /// Runs every scenario of a published result.
    pub fn new(published: &Published, knowledge: &Knowledge) -> Result<Self, String> {
        let runs = published.run.iter().map(|(name, spec)| {
            let ran = Ran::new(name, spec, knowledge).map_err(|problem| format!("run {name}: {problem}"))?;
            Ok((name.clone(), ran))
        });
        Ok(Self(runs.collect::<Result<_, String>>()?))
    }

    /// A run by its name.
    pub fn get(&self, name: &str) -> Result<&Ran, String> {
        self.0.get(name).ok_or_else(|| format!("there is no [run.{name}]"))
    }
}

impl Ran {
    fn new(name: &str, spec: &RunSpec, knowledge: &Knowledge) -> Result<Self, String> {
        let text = text(spec)?;
        let best = (spec.at_best || spec.lines).then(|| at_best(knowledge));
        let knowledge = best.as_ref().unwrap_or(knowledge);
        let (scenario, problems) = crate::scenario::read(name, &text, name, knowledge, &|_| None);
        let errors = problems.iter().filter(|one| one.severity() != Severity::Warning);
        let errors: Vec<String> = errors.map(|one| format!("{} {}", one.code, one.message)).collect();
        let mut scenario = scenario.ok_or_else(|| errors.join("; "))?;
        if spec.at_best {
            settle(&mut scenario);
        }
        keep(&mut scenario, &spec.arms)?;
        redirect(&mut scenario, &spec.symbols)?;
        let size = Size { n_worlds: spec.worlds, n_targets: spec.cells, ..Size::default() };
        let setup = Setup::new(&scenario, knowledge, size, scenario.seed)
            .map_err(|found| found.iter().map(|one| one.message.clone()).collect::<Vec<_>>().join("; "))?;
        let worlds = crate::run::run(&setup);
        let label = |world: usize| setup.hypotheses[setup.hypothesis_of(world)].label.clone();
        let hypotheses = (0..spec.worlds).map(label).collect();
        Ok(Self { hypotheses, worlds, scenario })
    }

    /// Numbers of the worlds of a hypothesis; of all when it is empty.
    pub fn worlds_of(&self, hypothesis: &str) -> Vec<usize> {
        let label = |world: &usize| hypothesis.is_empty() || self.hypotheses[*world].starts_with(hypothesis);
        (0..self.worlds.len()).filter(label).collect()
    }

    /// What a condition is about, in one world, in the unit in which it is shown.
    pub fn value(&self, world: usize, condition: &Condition) -> Result<f64, String> {
        let of = self.reading(world, &condition.measure, condition.at_h, &condition.of)?;
        let other = |arm: &Option<String>| {
            arm.as_ref().map(|arm| self.reading(world, &condition.measure, condition.at_h, arm)).transpose()
        };
        let value = of - other(&condition.minus)?.unwrap_or(0.0);
        Ok(value / other(&condition.over)?.unwrap_or(1.0))
    }

    /// What a condition is about with medians over the worlds for the readings: the ratio of two medians, not the
    /// median of ratios. A world without living cells reads nothing and does not count.
    pub fn median(&self, worlds: &[usize], condition: &Condition) -> Result<f64, String> {
        let median = |arm: &String| -> Result<f64, String> {
            let reading = |world: &usize| self.reading(*world, &condition.measure, condition.at_h, arm);
            let values: Vec<f64> = worlds.iter().map(reading).collect::<Result<_, _>>()?;
            Ok(range(&values).best.unwrap_or(f64::NAN))
        };
        let other = |arm: &Option<String>| arm.as_ref().map(median).transpose();
        let value = median(&condition.of)? - other(&condition.minus)?.unwrap_or(0.0);
        Ok(value / other(&condition.over)?.unwrap_or(1.0))
    }

    /// `(hour, median over the worlds)` at every time of a measure in an arm.
    pub fn course(&self, measure: &str, arm: &str) -> Result<Vec<(f64, f64)>, String> {
        let found = self.scenario.measures.iter().find(|one| one.name == measure);
        let times = &found.ok_or_else(|| format!("there is no measure `{measure}`"))?.at;
        let point = |at: &f64| {
            let at_h = at / 3600.0;
            let readings = self.worlds_of("").into_iter().map(|world| self.reading(world, measure, at_h, arm));
            Ok((at_h, range(&readings.collect::<Result<Vec<_>, String>>()?).best.unwrap_or(f64::NAN)))
        };
        times.iter().map(point).collect()
    }

    fn reading(&self, world: usize, measure: &str, at_h: f64, arm: &str) -> Result<f64, String> {
        let scenario = &self.scenario;
        let index = scenario.measures.iter().position(|one| one.name == measure);
        let index = index.ok_or_else(|| format!("there is no measure `{measure}`"))?;
        let arm = arm_index(scenario, arm).ok_or_else(|| format!("there is no arm `{arm}`"))?;
        let time = scenario.measures[index].at.iter().position(|at| (at - at_h * 3600.0).abs() < 1.0);
        let time = time.ok_or_else(|| format!("`{measure}` is not read at {at_h} h"))?;
        Ok(reading(scenario, &self.worlds[world], arm, index, time) * shown_unit(scenario, index).1)
    }
}

fn text(spec: &RunSpec) -> Result<String, String> {
    let mut text = match (&spec.example, &spec.scenario) {
        (Some(example), None) => examples()
            .remove(example)
            .map(|example| example.text)
            .ok_or_else(|| format!("there is no example `{example}`"))?,
        (None, Some(scenario)) => scenario.clone(),
        _ => return Err("either `example` or `scenario`".to_owned()),
    };
    for [from, to] in &spec.replace {
        if !text.contains(from) {
            return Err(format!("the scenario does not hold `{from}`"));
        }
        text = text.replace(from, to);
    }
    Ok(text + "\n" + &spec.add)
}

/// The knowledge base without doubt: every number at its best value, or the middle of its range.
fn at_best(knowledge: &Knowledge) -> Knowledge {
    let mut sure = knowledge.clone();
    for number in &mut sure.numbers {
        if let Some(quantity) = number.quantity() {
            number.value = Value::Known(quantity.unit.from_inside(quantity.middle()));
            number.range = None;
        }
    }
    sure
}

/// The same for the numbers of a scenario.
fn settle(scenario: &mut Scenario) {
    for named in &mut scenario.quantities {
        named.quantity.best = Some(named.quantity.middle());
        named.quantity.range = None;
    }
}

fn keep(scenario: &mut Scenario, arms: &[String]) -> Result<(), String> {
    if let Some(missing) = arms.iter().find(|name| scenario.arm(name).is_none()) {
        return Err(format!("there is no arm `{missing}`"));
    }
    if !arms.is_empty() {
        scenario.arms.retain(|arm| arms.contains(&arm.name));
    }
    Ok(())
}

fn redirect(scenario: &mut Scenario, symbols: &BTreeMap<String, String>) -> Result<(), String> {
    for (name, symbol) in symbols {
        let measure = scenario.measures.iter_mut().find(|measure| measure.name == *name);
        match measure.map(|measure| &mut measure.reading) {
            Some(Reading::Symbol { symbol: read, .. }) => read.clone_from(symbol),
            _ => return Err(format!("`{name}` is no measure that reads a symbol")),
        }
    }
    Ok(())
}
