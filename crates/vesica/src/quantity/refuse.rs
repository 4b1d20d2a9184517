//! What is wrong with a quantity, in words, and what to write instead.

use vesica_model::Diagnostic;

use super::number::{self, NumberError};
use super::{Expected, Quantity};
use crate::units::{Dimension, Unit, UnitError};

/// What can go wrong before units are looked at.
pub(super) enum Problem {
    Number(NumberError),
    Shape(&'static str),
}

impl Problem {
    /// The finding, without its place.
    pub(super) fn into_diagnostic(self, text: &str, expected: &Expected) -> Diagnostic {
        match self {
            Self::Shape(reason) => unreadable(text, expected, reason),
            Self::Number(NumberError::None) => unreadable(text, expected, "a number is missing"),
            Self::Number(NumberError::Malformed(part)) => unreadable(text, expected, &format!("`{part}` is no number")),
            Self::Number(NumberError::NotFinite(word)) => {
                Diagnostic::error("E08", format!("`{word}` is not a finite number"))
                    .label("every quantity is finite")
                    .help(format!("what is not known is written as a range: {}", unknown_example(expected)))
            }
            Self::Number(NumberError::Comma(choice)) => {
                Diagnostic::error("E09", format!("`{}` has a comma in its number", text.trim()))
                    .label("the decimal sign is a point")
                    .help(format!("write {choice}"))
            }
        }
    }
}

/// E02: the grammar does not fit.
pub(super) fn unreadable(text: &str, expected: &Expected, reason: &str) -> Diagnostic {
    let message = match text.trim() {
        "" => "an empty text is no quantity".to_string(),
        written => format!("`{written}` is no quantity"),
    };
    let first = expected.examples.first().map_or("10 uM", String::as_str);
    Diagnostic::error("E02", message).label(reason).help(format!(
        "write a number with its unit, as in \"{first}\", or a range, as in {}",
        unknown_example(expected)
    ))
}

/// A range in the unit of the first example.
fn unknown_example(expected: &Expected) -> String {
    let first = expected.examples.first().map_or("10 uM", String::as_str);
    let unit = number::split(first).map_or("", |(_, rest)| rest.trim());
    format!("\"unknown (1..10) {unit}").trim_end().to_string() + "\""
}

/// E03: no such unit.
pub(super) fn unit_problem(error: UnitError, expected: &Expected) -> Diagnostic {
    let found = Diagnostic::error("E03", error.to_string());
    match error {
        UnitError::Unknown { near: Some(near), .. } => found.help(format!("did you mean `{near}`?")),
        UnitError::Unknown { near: None, .. } => found.help(write_one_of(expected)),
        UnitError::Malformed(_) => found.help("units are written like `uM`, `1/(M s)`, `nL/h/cell` or `um^2/s`"),
    }
}

/// E04: a unit of something else.
pub(super) fn wrong_dimension(unit: &Unit, expected: &Expected) -> Diagnostic {
    let wanted = expected.dimensions.first().copied().unwrap_or_default();
    let counts_vesicles = expected.dimensions.iter().any(|dimension| dimension.particles() > 0);
    let label = if counts_vesicles && unit.dimension.amount() > 0 {
        "a molar amount; vesicles are counted".to_string()
    } else {
        format!("{}, where {} is needed", noun(unit.dimension), noun(wanted))
    };
    Diagnostic::error("E04", format!("{} cannot be given in {}", what(expected), unit.text))
        .label(label)
        .help(write_one_of(expected))
}

/// The thing by its name, or by its dimension where that has a word of its own.
pub(super) fn what(expected: &Expected) -> String {
    let word = expected.dimensions.first().copied().map(noun);
    match (expected.what.as_str(), word) {
        ("", Some(word)) if !word.contains(['/', '^']) => word,
        ("", _) => "this number".to_string(),
        (name, _) => name.to_string(),
    }
}

/// A dimension with its article: `a time`, `an area`, `a number of cells`; `volume/time` stays as it is.
fn noun(dimension: Dimension) -> String {
    let word = dimension.to_string();
    if word.contains(['/', '^']) {
        word
    } else if dimension == Dimension::CELLS || dimension == Dimension::PARTICLES {
        format!("a number of {word}")
    } else if word.starts_with(['a', 'e', 'i', 'o', 'u']) {
        format!("an {word}")
    } else {
        format!("a {word}")
    }
}

/// What to type, from the examples of the place.
pub(super) fn write_one_of(expected: &Expected) -> String {
    let quoted: Vec<String> = expected.examples.iter().map(|example| format!("\"{example}\"")).collect();
    match quoted.as_slice() {
        [] => "write the number with its unit, as in \"10 uM\"".to_string(),
        [only] => format!("write it like {only}"),
        several => format!("write one of: {}", several.join(", ")),
    }
}

/// E04: two units in one quantity that measure different things.
pub(super) fn mixed(text: &str, main: &Unit, other: &Unit) -> Diagnostic {
    Diagnostic::error("E04", format!("`{}` mixes {} and {}", text.trim(), main.dimension, other.dimension))
        .label(format!("`{}` and `{}` measure different things", main.text, other.text))
        .help("write all numbers of a quantity in one unit, as in \"5 (1..20) uM\"")
}

/// E06: below zero.
pub(super) fn negative(text: &str, expected: &Expected) -> Diagnostic {
    let is_drug = expected.what == "a drug dose";
    let name = if is_drug || expected.what == "a vesicle dose" { "a dose".to_string() } else { what(expected) };
    let help = if is_drug {
        "to take a drug away, use { drug = \"..\", amount = \"0 uM\", at = \"48 h\", wash = true }"
    } else {
        "write 0 or more"
    };
    Diagnostic::error("E06", format!("{name} cannot be negative")).label(format!("`{text}` goes below zero")).help(help)
}

/// E01: a number that needs a unit stands alone.
pub(super) fn no_unit(text: &str, expected: &Expected) -> Diagnostic {
    Diagnostic::error("E01", format!("`{}` has no unit", text.trim()))
        .label(format!("{} needs one", what(expected)))
        .help(write_one_of(expected))
}

/// E07: the low end is above the high end.
pub(super) fn upside_down(quantity: &Quantity, low: f64, high: f64) -> Diagnostic {
    Diagnostic::error("E07", format!("the range of `{}` is upside down", quantity.text))
        .label(format!("{} is more than {}", shown(quantity, low), shown(quantity, high)))
        .help("the low end comes first, as in `1..5`")
}

/// E07: the best value is not in its range.
pub(super) fn outside(quantity: &Quantity, best: f64, low: f64, high: f64) -> Diagnostic {
    let [best, low, high] = [best, low, high].map(|inside| shown(quantity, inside));
    Diagnostic::error("E07", format!("the best value of `{}` lies outside its range", quantity.text))
        .label(format!("{best} is not between {low} and {high}"))
        .help("the bracket holds the 5 % and 95 % ends around the best value, as in `5 (1..20) uM`")
}

/// E08: a number that overflows when it is converted.
pub(super) fn too_large(text: &str) -> Diagnostic {
    Diagnostic::error("E08", format!("`{}` is too large", text.trim()))
        .label("beyond 1e308 in molecules, seconds and micrometres")
        .help("check the power of ten")
}

/// An inside number in the unit of the quantity.
fn shown(quantity: &Quantity, inside: f64) -> String {
    let unit = &quantity.unit;
    format!("{} {}", number::write(unit.from_inside(inside)), unit.text).trim().to_string()
}
