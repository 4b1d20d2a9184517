//! What is given to a body, and the area under its curve where it comes to: from the flows of the body, without a simulation.

use std::collections::BTreeMap;

use super::Ends;
use super::balance::Balance;
use crate::knowledge::{Knowledge, Number};
use crate::result::{DoseRow, Range3};
use crate::scenario::{Arm, Body, Dose, Dosed, Scenario, molar_mass_id, molecules_given, weight_id};
use crate::units;

/// Where every dose is looked at.
const BLOOD: &str = "plasma";

const HOUR: f64 = 3600.0;

/// Balances that were solved: by their numbers and the place that is entered.
type Solved = BTreeMap<(Vec<u64>, String), Vec<Ends>>;

/// Every dose of every arm to a body, those of one kind by one route together, with the area under its curve in blood and in each
/// place where cells of the scenario live, until all of it is gone. What these cells take is not in it. Empty for a well.
///
/// ```
/// use vesica::{knowledge::{examples, Knowledge}, ledger, scenario};
/// let (knowledge, _) = Knowledge::embedded();
/// let text = &examples()["good-and-bad-body"].text;
/// let (scenario, _) = scenario::read("body.toml", text, "body", &knowledge, &|_| None);
/// let doses = ledger::exposures(&scenario.expect("an example reads well"), &knowledge);
/// let area = |route: &str| doses.iter().find(|dose| dose.what == "normal" && dose.route == route && dose.place == "plasma");
/// assert!(area("i.v.").expect("a row").value.best > area("oral").expect("a row").value.best);
/// ```
pub fn exposures(scenario: &Scenario, knowledge: &Knowledge) -> Vec<DoseRow> {
    let Some(body) = scenario.place.body() else { return Vec::new() };
    let plan = &knowledge.bodies[&body.species];
    let mut places = vec![BLOOD];
    for cell in &scenario.cells {
        let at = plan.place_of(cell.at.as_deref().unwrap_or_default());
        if !at.is_empty() && !places.contains(&at) {
            places.push(at);
        }
    }
    let mut solved = Solved::new();
    let arms = scenario.arms.iter();
    arms.flat_map(|arm| Given { scenario, knowledge, body, arm }.rows(&places, &mut solved)).collect()
}

/// What one arm gives.
struct Given<'a> {
    scenario: &'a Scenario,
    knowledge: &'a Knowledge,
    body: &'a Body,
    arm: &'a Arm,
}

impl Given<'_> {
    fn rows(&self, places: &[&str], solved: &mut Solved) -> Vec<DoseRow> {
        let mut rows = Vec::new();
        for doses in self.alike() {
            let Some(route) = doses.first().and_then(|dose| dose.route.as_ref()) else { continue };
            let Some(balance) = self.balance(&doses[0].what) else { continue };
            let key = (balance.fingerprint(), route.into.clone());
            let held = solved.entry(key).or_insert_with(|| balance.held_in(&route.into, places));
            let amount: f64 = doses.iter().map(|dose| self.amount(dose)).sum();
            let (unit, factor) = self.unit(&doses[0].what);
            for (place, held) in places.iter().zip(held.iter()) {
                let shown = |value: f64| Some(value * amount * factor).filter(|area| area.is_finite());
                rows.push(DoseRow {
                    arm: self.arm.name.clone(),
                    what: name_of(&doses[0].what).to_owned(),
                    route: route.name.clone(),
                    amount: self.words(&doses),
                    place: (*place).to_owned(),
                    value: Range3 { low: shown(held.low), best: shown(held.middle), high: shown(held.high) },
                    unit: unit.to_owned(),
                });
            }
        }
        rows
    }

    /// Doses of one thing by one route, in the order of the file.
    fn alike(&self) -> Vec<Vec<&Dose>> {
        let mut groups: Vec<Vec<&Dose>> = Vec::new();
        for dose in &self.arm.doses {
            let route = |dose: &Dose| dose.route.as_ref().map(|route| route.name.clone());
            let is_alike = |group: &&mut Vec<&Dose>| {
                name_of(&group[0].what) == name_of(&dose.what) && route(group[0]) == route(dose)
            };
            match groups.iter_mut().find(is_alike) {
                Some(group) => group.push(dose),
                None => groups.push(vec![dose]),
            }
        }
        groups
    }

    fn balance(&self, what: &Dosed) -> Option<Balance<'_>> {
        let arm = Some(self.arm);
        match what {
            Dosed::Drug(name) => Balance::of_drug(self.scenario, self.knowledge, self.body, arm, name),
            what => {
                let vesicle =
                    self.scenario.vesicles.iter().find(|known| Some(known.name.as_str()) == what.vesicle())?;
                Balance::new(self.scenario, self.knowledge, self.body, arm, vesicle.size)
            }
        }
    }

    /// Particles or molecules in a dose.
    fn amount(&self, dose: &Dose) -> f64 {
        let amount = self.scenario.middle(dose.amount, Some(self.arm));
        let number = |id: &str| {
            self.knowledge.number(id, "").and_then(Number::quantity).map_or(f64::NAN, |quantity| quantity.middle())
        };
        let weight = number(&weight_id(&self.body.species));
        match &dose.what {
            Dosed::Drug(name) => {
                let written = self.scenario.quantity(dose.amount, Some(self.arm)).unit.dimension;
                molecules_given(amount, written, number(&molar_mass_id(name)), weight)
            }
            what => {
                let vesicle = self.scenario.vesicles.iter().find(|known| Some(known.name.as_str()) == what.vesicle());
                let per_protein = vesicle
                    .and_then(|vesicle| vesicle.particles_per_protein)
                    .map_or(f64::NAN, |id| self.scenario.middle(id, Some(self.arm)));
                what.particles(amount, weight, f64::NAN, per_protein)
            }
        }
    }

    /// Unit of an area, and its factor from amounts · s/um³.
    fn unit(&self, what: &Dosed) -> (&'static str, f64) {
        let (unit, concentration) =
            if what.vesicle().is_some() { ("particles h/mL", "particles/mL") } else { ("nM h", "nM") };
        (unit, units::parse(concentration).map_or(f64::NAN, |known| known.from_inside(1.0)) / HOUR)
    }

    /// `1e11 particles`, `20 umol/kg × 4`.
    fn words(&self, doses: &[&Dose]) -> String {
        let texts: Vec<&str> =
            doses.iter().map(|dose| self.scenario.quantity(dose.amount, Some(self.arm)).text.as_str()).collect();
        match texts.as_slice() {
            [one] => (*one).to_owned(),
            [first, rest @ ..] if rest.iter().all(|text| text == first) => format!("{first} × {}", texts.len()),
            _ => texts.join(" + "),
        }
    }
}

fn name_of(what: &Dosed) -> &str {
    match what {
        Dosed::Drug(name) => name,
        what => what.vesicle().unwrap_or_default(),
    }
}
