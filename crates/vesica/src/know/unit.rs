//! A unit, as its name is typed.

use super::rows::UnitRow;
use crate::units;

/// What a unit measures; `None` for a text that is no unit.
pub(super) fn unit(typed: &str) -> Option<UnitRow> {
    let unit = units::parse(typed).ok().filter(|_| typed.chars().any(char::is_alphabetic))?;
    Some(UnitRow { unit: typed.to_owned(), measures: unit.dimension.to_string(), inside: unit.factor() })
}
