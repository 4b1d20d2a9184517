//! What a ranking asks: a measure at a time, in one arm or between two.

use serde::{Deserialize, Serialize};
use vesica_model::{Diagnostic, diagnostic::nearest};

use crate::run::outcome::{HOUR, arm_index, reading, shown_unit};
use crate::run::{RELATIVE_TOLERANCE, WorldResult};
use crate::scenario::Scenario;

/// A number that every world gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Measure.
    pub measure: String,
    /// Hour.
    pub at_h: f64,
    /// Arm.
    pub of: String,
    /// Arm that is taken from it, if any.
    pub minus: Option<String>,
    /// Unit of the number.
    pub unit: String,
}

impl Question {
    /// From what was typed (`viability@72h`, `--arm NAME`), and from the answer of the scenario where nothing was.
    ///
    /// # Errors
    /// E98 for a measure, time or arm that the scenario does not have, or when it is not clear which arm is meant.
    pub fn new(scenario: &Scenario, measure: Option<&str>, arm: Option<&str>) -> Result<Self, Vec<Diagnostic>> {
        let problem = |message: String, help: String| Err(vec![Diagnostic::error("E98", message).help(help)]);
        let answer = scenario.answer.as_ref();
        let (name, hour) = match (measure, answer) {
            (Some(typed), _) => typed.split_once('@').map_or((typed, None), |(name, hour)| (name, Some(hour))),
            (None, Some(answer)) => (answer.measure.as_str(), None),
            (None, None) => (scenario.measures[0].name.as_str(), None),
        };
        let names = || scenario.measures.iter().map(|measure| measure.name.as_str());
        let Some(found) = scenario.measures.iter().find(|measure| measure.name == name) else {
            let help = nearest(name, names()).map(|near| format!("did you mean `{near}`?"));
            let all = || format!("measures: {}", names().collect::<Vec<_>>().join(", "));
            return problem(format!("there is no measure `{name}`"), help.unwrap_or_else(all));
        };
        let hours: Vec<f64> = found.at.iter().map(|at| at / HOUR).collect();
        let asked = match hour {
            Some(hour) => hour.trim().trim_end_matches('h').trim().parse().unwrap_or(f64::NAN),
            None => {
                answer.filter(|answer| answer.measure == name).map_or(hours[hours.len() - 1], |answer| answer.at / HOUR)
            }
        };
        let Some(at_h) = hours.iter().copied().find(|hour| (hour - asked).abs() < 1e-3) else {
            let known: Vec<String> = hours.iter().map(|hour| format!("{name}@{hour}h")).collect();
            return problem(
                format!("`{name}` is not read at that time"),
                format!("write one of: {}", known.join(", ")),
            );
        };
        let (of, minus) = match (arm, answer) {
            (Some(arm), _) => (arm.to_owned(), None),
            (None, Some(answer)) => (answer.of.clone(), Some(answer.minus.clone())),
            (None, None) if scenario.arms.len() == 1 => (scenario.arms[0].name.clone(), None),
            (None, None) => {
                let arms: Vec<&str> = scenario.arms.iter().map(|arm| arm.name.as_str()).collect();
                let help = format!("--arm NAME, one of: {}; or write [answer] into the scenario", arms.join(", "));
                return problem("the scenario asks for no difference of two arms".to_owned(), help);
            }
        };
        if scenario.arm(&of).is_none() {
            let near = nearest(&of, scenario.arms.iter().map(|arm| arm.name.as_str()));
            let help =
                near.map_or("--arm NAME, an arm of the scenario".to_owned(), |near| format!("did you mean `{near}`?"));
            return problem(format!("there is no arm `{of}`"), help);
        }
        let index = scenario.measures.iter().position(|measure| measure.name == name).unwrap_or(0);
        let unit = shown_unit(scenario, index).0;
        let unit = if minus.is_some() && unit == "%" { "points".to_owned() } else { unit };
        Ok(Self { measure: name.to_owned(), at_h, of, minus, unit })
    }

    /// Keeps the arms that it needs.
    pub fn keep_arms(&self, scenario: &mut Scenario) {
        let compared: Vec<String> =
            scenario.measures.iter().filter_map(|measure| measure.relative_to.clone()).collect();
        let is_asked = |name: &String| *name == self.of || Some(name) == self.minus.as_ref() || compared.contains(name);
        scenario.arms.retain(|arm| is_asked(&arm.name));
    }

    /// The number of a world, in [`Question::unit`]; NaN when it cannot say. A difference of two arms that is within the
    /// tolerance of the solver is none: ranked, rounding would look like a finding.
    pub fn value(&self, scenario: &Scenario, world: &WorldResult) -> f64 {
        let Some(measure) = scenario.measures.iter().position(|measure| measure.name == self.measure) else {
            return f64::NAN;
        };
        let at = &scenario.measures[measure].at;
        let Some(time) = at.iter().position(|at| (at / HOUR - self.at_h).abs() < 1e-3) else { return f64::NAN };
        let factor = shown_unit(scenario, measure).1;
        let read = |name: &str| {
            arm_index(scenario, name).map_or(f64::NAN, |arm| reading(scenario, world, arm, measure, time) * factor)
        };
        let of = read(&self.of);
        let Some(minus) = self.minus.as_ref().map(|minus| read(minus)) else { return of };
        if is_within_rounding(of, minus, &self.unit) { 0.0 } else { of - minus }
    }

    /// How far the number goes from one value to another; nothing where that is within the tolerance of the solver.
    pub fn distance(&self, from: f64, to: f64) -> f64 {
        if is_within_rounding(from, to, &self.unit) { 0.0 } else { (to - from).abs() }
    }

    /// `viability at 72 h, erastin + GW4869 minus erastin`
    pub fn words(&self) -> String {
        let minus = self.minus.as_ref().map_or(String::new(), |minus| format!(" minus {minus}"));
        format!("{} at {} h, {}{minus}", self.measure, self.at_h, self.of)
    }
}

/// Whether two readings are the same as far as the solver goes: relative to the larger, and to the whole of a percentage.
fn is_within_rounding(one: f64, other: f64, unit: &str) -> bool {
    let whole = if matches!(unit, "%" | "points") { 100.0 } else { 0.0 };
    (one - other).abs() <= RELATIVE_TOLERANCE * one.abs().max(other.abs()).max(whole)
}

#[cfg(test)]
mod tests {
    use super::is_within_rounding;

    #[test]
    fn what_the_solver_leaves_is_no_difference() {
        assert!(is_within_rounding(1e-7, 0.0, "points") && is_within_rounding(70.0, 70.009, "%"));
        assert!(!is_within_rounding(70.0, 70.02, "%") && !is_within_rounding(1e-7, 0.0, "uM"));
        assert!(!is_within_rounding(f64::NAN, 0.0, "%"));
    }
}
