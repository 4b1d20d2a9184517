//! A row of `parameters.tsv` as a quantity.

use super::tables::{Number, Value};
use crate::quantity::Quantity;
use crate::units::{self, Unit};

impl Number {
    /// Name of the number among all draws: its id, with the cell type it holds for.
    pub fn key(&self) -> String {
        if self.cell.is_empty() { self.id.clone() } else { format!("{}@{}", self.id, self.cell) }
    }

    /// Physical limits of a draw: a pure number whose range ends at 1 or below is a share and never passes 1.
    pub fn limits(&self) -> (f64, f64) {
        let is_share = matches!(self.unit.as_str(), "1" | "%") && self.quantity().is_some_and(|q| q.ends().1 <= 1.0);
        (f64::NEG_INFINITY, if is_share { 1.0 } else { f64::INFINITY })
    }

    /// The number inside units; `None` when its unit cannot be read (reported when the tables are read).
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// let number = knowledge.number("medium.cystine", "").expect("a number of the medium");
    /// assert!(number.quantity().is_some());
    /// ```
    pub fn quantity(&self) -> Option<Quantity> {
        let unit: Unit = units::parse(&self.unit).ok()?;
        let inside = |value: f64| unit.to_inside(value);
        let best = match self.value {
            Value::Known(value) => Some(inside(value)),
            Value::Unknown | Value::ZeroOrUnknown => None,
        };
        let mut quantity = Quantity {
            best,
            range: self.range.map(|(low, high)| (inside(low), inside(high))),
            or_zero: self.value == Value::ZeroOrUnknown,
            spread: None,
            source: Some(self.sources.join("; ")).filter(|keys| !keys.is_empty()),
            unit,
            text: String::new(),
        };
        quantity.text = quantity.to_string();
        Some(quantity)
    }
}
