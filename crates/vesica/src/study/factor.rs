//! A factor: what is varied, and over which values.

use serde::{Deserialize, Serialize};
use vesica_model::{Diagnostic, Span};

use super::resolve::resolve;
use super::values::{self, Values};
use crate::knowledge::Knowledge;
use crate::quantity::{Expected, Quantity};
use crate::run::draws::Otherwise;
use crate::scenario::{QuantityId, Scenario};
use crate::units::Unit;

/// What is varied: one number, one drug wherever it is dosed, or when it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// Path of the number, or name of the drug.
    pub name: String,
    /// Unit in which values are written.
    pub unit: Unit,
    /// Where the value goes.
    pub target: Target,
    /// Levels of a grid, inside units, rising.
    pub levels: Vec<f64>,
    /// Values are spread per factor, not per unit.
    pub is_log: bool,
    values: Values,
}

/// Where a value goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// Numbers of the scenario that all get it.
    Quantities(Vec<usize>),
    /// Amounts of the doses of a drug, as numbers of the scenario.
    Drug(String, Vec<usize>),
    /// A row of `parameters.tsv`.
    Number(usize),
    /// When all doses of a drug, or of a kind of vesicles, are given.
    Time(String),
}

impl Factor {
    /// Reads `NAME=VALUES`; `span` is the place of the text.
    ///
    /// # Errors
    /// E96 when the name is none or cannot be varied here; E97 and E01 to E09 for its values; E20 and E26 for values
    /// that cannot be.
    pub fn read(text: &str, span: &Span, scenario: &Scenario, knowledge: &Knowledge) -> Result<Self, Diagnostic> {
        let Some((name, typed)) = text.split_once('=') else {
            return Err(Diagnostic::error("E97", format!("`{text}` has no values"))
                .at(span.clone())
                .help(format!("{text}=\"0.1..30 uM, log 9\" or {text}=\"0, 1, 10 uM\"")));
        };
        let start = span.start + name.len() + 1;
        let before = Span { end: span.start + name.len(), ..span.clone() };
        let after = Span { start, ..span.clone() };
        let found = resolve(name.trim(), &before, scenario, knowledge)?;
        let expected = Expected::of(found.quantity.unit.dimension).named(format!("`{}`", found.name));
        let (values, read) = values::read(typed, &expected, &after)?;
        let factor = Self {
            name: found.name,
            unit: read.unit,
            target: found.target,
            levels: values.levels(),
            is_log: matches!(values, Values::Range { is_log: true, .. }),
            values,
        };
        factor.within(found.limits, &after)?;
        Ok(factor)
    }

    /// Whether all values can be.
    fn within(&self, limits: (f64, f64), span: &Span) -> Result<(), Diagnostic> {
        let (low, high) = self.ends();
        let problem =
            |code, message: String, help: &str| Err(Diagnostic::error(code, message).at(span.clone()).help(help));
        if let (Target::Time(_), true) = (&self.target, high > limits.1) {
            let message = format!("`{}` would lie after the end, {} h", self.name, limits.1 / 3600.0);
            return problem("E97", message, "end earlier, or make the experiment longer: time = { span = .. }");
        }
        if high > limits.1 {
            return problem(
                "E26",
                format!("`{}` would be more than 100 %", self.name),
                "a share lies between 0 and 100 %",
            );
        }
        if low < limits.0 {
            return problem("E20", format!("`{}` must be more than zero", self.name), "begin at a larger number");
        }
        Ok(())
    }

    /// Lowest and highest value, inside units.
    pub fn ends(&self) -> (f64, f64) {
        (self.values.at(0.0), self.values.at(1.0))
    }

    /// The value at a share of the way from the lowest to the highest, inside units.
    pub fn at(&self, share: f64) -> f64 {
        self.values.at(share)
    }

    /// A value as it is written: a number in [`Factor::unit`].
    pub fn shown(&self, value: f64) -> f64 {
        // the digits that were typed, not those of the way through inside units
        let shown = self.unit.from_inside(value);
        format!("{shown:.12e}").parse().unwrap_or(shown)
    }

    /// The same with level zero: each drug of a map is also given alone.
    pub fn with_zero(mut self) -> Self {
        if self.levels.first().is_some_and(|first| *first > 0.0) {
            self.levels.insert(0, 0.0);
        }
        self
    }

    /// Whether it runs in equal steps over so wide a range that nearly all levels crowd at its upper end.
    pub fn is_crowded(&self) -> bool {
        self.values.is_crowded()
    }

    /// Whether its levels are enough for a dose–response curve: three above zero.
    pub fn makes_a_curve(&self) -> bool {
        are_a_curve(&self.levels)
    }

    /// Puts a value where it goes.
    pub fn put(&self, value: f64, otherwise: &mut Otherwise) {
        match &self.target {
            Target::Quantities(ids) | Target::Drug(_, ids) => {
                otherwise.values.extend(ids.iter().map(|id| (QuantityId(*id), value)));
            }
            Target::Number(index) => {
                otherwise.numbers.insert(*index, value);
            }
            Target::Time(name) => {
                otherwise.dose_times.insert(name.clone(), value);
            }
        }
    }

    /// The drug whose doses it is.
    pub fn drug(&self) -> Option<&str> {
        match &self.target {
            Target::Drug(name, _) => Some(name),
            _ => None,
        }
    }

    /// Numbers of the scenario that it sets.
    pub fn quantities(&self) -> Vec<QuantityId> {
        match &self.target {
            Target::Quantities(ids) | Target::Drug(_, ids) => ids.iter().map(|id| QuantityId(*id)).collect(),
            Target::Number(_) | Target::Time(_) => Vec::new(),
        }
    }
}

/// What a name stands for.
pub(super) struct Resolved {
    pub name: String,
    pub target: Target,
    pub quantity: Quantity,
    pub limits: (f64, f64),
}

/// Whether so many doses are enough to fit a curve: three above zero.
pub(super) fn are_a_curve(doses: &[f64]) -> bool {
    doses.iter().filter(|dose| **dose > 0.0).count() >= 3
}
