//! The arm that a reading belongs to: by its name, by an entry of `arms`, or by what was added.

use vesica_model::diagnostic::nearest;

use super::matching::Matching;
use crate::lab::condition::Condition;
use crate::lab::heading::folded;
use crate::scenario::{Arm, Dose, Dosed};
use crate::units::Dimension;

/// The arm that a reading belongs to.
pub(super) enum Found {
    Arm(usize),
    /// None; what is near.
    None(String),
    /// Several, by name.
    Several(Vec<String>),
}

/// What is added, by its name: how much, inside units, and what it is measured in.
type Amounts = Vec<(String, f64, Dimension)>;

impl Matching<'_> {
    /// The arm of a condition.
    pub(super) fn arm(&self, condition: &Condition) -> Found {
        let arms = &self.scenario.arms;
        let said = |arm: &Arm| {
            let words = self.data.arms.get(&arm.name)?;
            let same = [condition.shown(), condition.name.clone()].iter().any(|text| folded(text) == folded(words));
            let parsed = Condition::parse(words);
            (same || (!parsed.agents.is_empty() && self.same(&self.agents(&parsed), &self.agents(condition))))
                .then_some(())
        };
        if let Some(arm) = arms.iter().position(|arm| said(arm).is_some()) {
            return Found::Arm(arm);
        }
        if let Some(arm) =
            arms.iter().position(|arm| !condition.name.is_empty() && folded(&arm.name) == folded(&condition.name))
        {
            return Found::Arm(arm);
        }
        if condition.agents.is_empty() && !condition.is_control() {
            let names = arms.iter().map(|arm| arm.name.as_str());
            let near = nearest(&condition.name, names.clone())
                .map_or(String::new(), |near| format!("did you mean `{near}`? "));
            let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
            return Found::None(format!("{near}arms: {}; ", names.join(", ")));
        }
        let wanted = self.agents(condition);
        let fits: Vec<usize> = (0..arms.len()).filter(|arm| self.same(&self.doses(&arms[*arm]), &wanted)).collect();
        let plain: Vec<usize> = fits.iter().copied().filter(|arm| arms[*arm].set.is_empty()).collect();
        match (fits.as_slice(), plain.as_slice()) {
            ([one], _) | (_, [one]) => Found::Arm(*one),
            ([], _) => Found::None(self.near(&wanted)),
            (several, _) => Found::Several(several.iter().map(|arm| format!("`{}`", arms[*arm].name)).collect()),
        }
    }

    /// The arm with the same drugs, when only amounts differ.
    fn near(&self, wanted: &[(String, f64, Dimension)]) -> String {
        let names = |doses: &[(String, f64, Dimension)]| doses.iter().map(|dose| dose.0.clone()).collect::<Vec<_>>();
        let apart = |arm: &Arm| -> f64 {
            let doses = self.doses(arm);
            doses
                .iter()
                .zip(wanted)
                .map(|(own, other)| {
                    (own.1.max(1e-300) / other.1.max(1e-300)).max(other.1.max(1e-300) / own.1.max(1e-300))
                })
                .product()
        };
        let same_names =
            self.scenario.arms.iter().filter(|arm| names(&self.doses(arm)) == names(wanted) && !wanted.is_empty());
        let arm = same_names.min_by(|a, b| apart(a).total_cmp(&apart(b)));
        arm.map_or(String::new(), |arm| {
            let doses: Vec<String> = arm
                .doses
                .iter()
                .map(|dose| format!("{} {}", name_of(&dose.what), self.scenario.quantity(dose.amount, Some(arm)).text))
                .collect();
            format!("nearest: `{}` ({}); ", arm.name, doses.join(" + "))
        })
    }

    /// What a condition adds, by the names that the scenario uses, in order.
    fn agents(&self, condition: &Condition) -> Amounts {
        let canonical = |name: &str| {
            let own = self
                .scenario
                .drugs
                .iter()
                .find(|drug| drug.action.name.eq_ignore_ascii_case(name))
                .map(|drug| drug.action.name.clone());
            let vesicle = self
                .scenario
                .vesicles
                .iter()
                .find(|vesicle| folded(&vesicle.name) == folded(name))
                .map(|vesicle| vesicle.name.clone());
            own.or(vesicle)
                .or_else(|| Some(self.knowledge.drug(name)?.first()?.name.clone()))
                .unwrap_or_else(|| name.to_owned())
        };
        let agents = condition.agents.iter().filter(|agent| agent.is_something());
        sorted(agents.map(|agent| (canonical(&agent.name), agent.amount, agent.dimension)).collect())
    }

    /// What an arm adds, in order.
    fn doses(&self, arm: &Arm) -> Amounts {
        let dose = |dose: &Dose| {
            let dimension = match dose.what {
                Dosed::Drug(_) => Dimension::CONCENTRATION,
                Dosed::VesiclesPerCell(_) => Dimension::PARTICLES_PER_CELL,
                Dosed::VesiclesPerVolume(_) => Dimension::PARTICLE_DENSITY,
                Dosed::Vesicles(_) => Dimension::PARTICLES,
                Dosed::VesiclesPerWeight(_) => Dimension::PARTICLES_PER_MASS,
                Dosed::VesiclesAsProtein(_) => Dimension::MASS,
                Dosed::VesiclesAsProteinPerVolume(_) => Dimension::MASS / Dimension::VOLUME,
            };
            (name_of(&dose.what), self.scenario.middle(dose.amount, Some(arm)), dimension)
        };
        sorted(arm.doses.iter().map(dose).filter(|(_, amount, _)| *amount > 0.0).collect())
    }

    /// The same things in the same amounts, but for a hundredth.
    fn same(&self, one: &[(String, f64, Dimension)], other: &[(String, f64, Dimension)]) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() <= 0.01 * a.abs().max(b.abs());
        one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.0 == b.0 && near(a.1, b.1) && a.2.accepts(b.2))
    }
}

fn name_of(what: &Dosed) -> String {
    match what {
        Dosed::Drug(name) => name.clone(),
        vesicles => vesicles.vesicle().unwrap_or_default().to_owned(),
    }
}

fn sorted(mut doses: Amounts) -> Amounts {
    doses.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    doses
}
