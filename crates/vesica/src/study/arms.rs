//! Arms that a study adds: an arm without its vesicles.

use crate::quantity::Quantity;
use crate::scenario::{Dosed, Scenario};

/// What follows the name of an arm whose vesicles were taken away.
const WITHOUT: &str = ", no vesicles";

/// The arm in which a drug is asked: the reference of the answer, if it gets the drug, else the first that does.
pub fn asked(scenario: &Scenario, drug: &str) -> Option<usize> {
    let gets = |index: &usize| scenario.arms[*index].doses.iter().any(|dose| dose.what == Dosed::Drug(drug.to_owned()));
    let reference = scenario.answer.as_ref().map(|answer| answer.minus.as_str());
    let all = || (0..scenario.arms.len()).filter(gets);
    all().find(|index| Some(scenario.arms[*index].name.as_str()) == reference).or_else(|| all().next())
}

/// Adds the same arm without vesicles, right behind it: nobody sends any, and no dose adds any. Gives its name; `None`
/// when the scenario has no vesicles.
pub fn add_without_vesicles(scenario: &mut Scenario, arm: usize) -> Option<String> {
    if scenario.vesicles.is_empty() {
        return None;
    }
    let mut without = scenario.arms[arm].clone();
    without.like = Some(without.name.clone());
    without.name.push_str(WITHOUT);
    if scenario.arm(&without.name).is_some() {
        return Some(without.name);
    }
    for id in scenario.vesicles.iter().flat_map(|vesicle| [vesicle.rate, vesicle.shed]).flatten() {
        let unit = scenario.quantities[id.0].quantity.unit.clone();
        without.set.insert(id, Quantity::exact(0.0, unit));
    }
    without.doses.retain(|dose| dose.what.vesicle().is_none());
    without.inherited = without.doses.len();
    let name = without.name.clone();
    scenario.arms.insert(arm + 1, without);
    Some(name)
}
