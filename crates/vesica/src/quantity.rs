//! One grammar for every number: `10 uM`, `60 (20..200) /h`, `unknown (0.1..30 %)`, `110 nm ± 30 nm`.
//!
//! A quantity is what somebody knows about a number. Read, it holds inside units (see [`crate::units`]);
//! [`Quantity::draw`] is its distribution: `v (lo..hi)` has its median at v and 5 % and 95 % at lo and hi,
//! `unknown (lo..hi)` is equally likely per factor between hard ends.
//!
//! ```
//! use vesica::quantity::Quantity;
//! use vesica::units::Dimension;
//! use vesica_model::Span;
//!
//! let place = Span { file: "my.toml".into(), start: 0, end: 0 };
//! let rate = Quantity::parse("60 (20..200) /cell/h", &Dimension::RELEASE, &place).unwrap();
//! assert_eq!(rate.best, Some(60.0 / 3600.0));
//! assert_eq!(rate.to_string(), "60 (20..200) /cell/h");
//! ```

// A reading that fails ends a command: the size of its message does not matter there.
#![allow(clippy::result_large_err)]

mod draw;
mod expected;
mod number;
mod print;
mod read;
mod refuse;

pub use expected::Expected;
pub(crate) use number::write;

use vesica_model::{Diagnostic, Span};

use crate::units::{Dimension, Unit};

/// What is known about one number, in inside units.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// Best value (the median of the draws); `None` when the text says `unknown`.
    pub best: Option<f64>,
    /// 5 % and 95 % of the draws beside a best value, hard ends without one; `None`: not varied.
    pub range: Option<(f64, f64)>,
    /// `0 or ..`: in half of the worlds the number is 0, see [`Quantity::draw`].
    pub or_zero: bool,
    /// `±`: standard deviation between individuals. It is no uncertainty and never enters a draw of worlds.
    pub spread: Option<f64>,
    /// Unit as written, in which it is printed.
    pub unit: Unit,
    /// Where the number comes from, as the user wrote it (`PMID:25267620`).
    pub source: Option<String>,
    /// Text as written.
    pub text: String,
}

impl Quantity {
    /// Reads a quantity of one dimension. `span` is the place of `text`, for the message.
    ///
    /// # Errors
    /// E01 a unit is missing, E02 it cannot be read, E03 unknown unit, E04 wrong dimension,
    /// E06 negative, E07 a range that contradicts itself, E08 not finite, E09 a decimal comma.
    pub fn parse(text: &str, dimension: &Dimension, span: &Span) -> Result<Self, Diagnostic> {
        Self::parse_as(text, &Expected::of(*dimension), span)
    }

    /// Reads a quantity where several dimensions fit, or where the message should name what it is for.
    ///
    /// # Errors
    /// As [`Quantity::parse`].
    ///
    /// ```
    /// use vesica::quantity::{Expected, Quantity};
    /// # let place = vesica_model::Span { file: "my.toml".into(), start: 0, end: 0 };
    /// let found = Quantity::parse_as("10 uM", &Expected::vesicle_dose(), &place).unwrap_err();
    /// assert_eq!(found.code, "E04");
    /// assert_eq!(found.message, "a vesicle dose cannot be given in uM");
    /// ```
    pub fn parse_as(text: &str, expected: &Expected, span: &Span) -> Result<Self, Diagnostic> {
        read::quantity(text, expected).map_err(|problem| problem.at(span.clone()))
    }

    /// A number that is known exactly. `value` is an inside number, `unit` the unit to print it in.
    pub fn exact(value: f64, unit: Unit) -> Self {
        let mut quantity = Self {
            best: Some(value),
            range: None,
            or_zero: false,
            spread: None,
            unit,
            source: None,
            text: String::new(),
        };
        quantity.text = quantity.to_string();
        quantity
    }

    /// The same quantity with its source.
    pub fn with_source(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Whether draws differ from world to world.
    pub fn is_varied(&self) -> bool {
        self.or_zero || self.range.is_some_and(|(low, high)| low < high)
    }
}

#[cfg(test)]
mod tests;
