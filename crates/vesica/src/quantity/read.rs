//! From text to a quantity, or to what is wrong with it.

use vesica_model::Diagnostic;

use super::refuse::{self, Problem};
use super::{Expected, Quantity, number};
use crate::units::{self, Dimension, Unit};

/// Reads `text`; the diagnostic has no place yet.
pub(super) fn quantity(text: &str, expected: &Expected) -> Result<Quantity, Diagnostic> {
    let plain = units::plain_letters(text);
    let (whole, spread) = split_spread(plain.trim());
    if whole.is_empty() {
        return Err(refuse::unreadable(text, expected, "nothing is written here"));
    }
    let (or_zero, known) = match strip_words(whole, &["0 or", "zero or"]) {
        Some(rest) => (true, rest),
        None => (false, whole),
    };
    let parts = parts(known).map_err(|problem| problem.into_diagnostic(text, expected))?;
    let spread = spread.map(|part| single(part).map_err(|problem| problem.into_diagnostic(text, expected)));
    resolve(text, expected, or_zero, parts, spread.transpose()?)
}

/// A number with the unit text beside it.
#[derive(Clone, Copy)]
struct Part<'a> {
    value: f64,
    unit: &'a str,
}

/// What stands in a quantity, before units are looked at.
struct Parts<'a> {
    best: Option<Part<'a>>,
    range: Option<(Part<'a>, Part<'a>)>,
    /// Unit after the bracket.
    after: &'a str,
}

/// What separates the ends of a range. `10–30` is accepted, `10-30` is not: it might be a power or a minus.
const SEPARATORS: [&str; 5] = ["..", "…", "–", "—", " to "];

/// `value ± spread`.
fn split_spread(text: &str) -> (&str, Option<&str>) {
    for sign in ["±", "+/-", "+-"] {
        if let Some((value, spread)) = text.split_once(sign) {
            return (value.trim(), Some(spread.trim()));
        }
    }
    (text, None)
}

/// The rest of `text` after one of the phrases, if it starts with one as whole words.
fn strip_words<'a>(text: &'a str, phrases: &[&str]) -> Option<&'a str> {
    phrases.iter().find_map(|phrase| {
        let rest = text.get(phrase.len()..)?;
        let fits = text[..phrase.len()].eq_ignore_ascii_case(phrase);
        (fits && (rest.is_empty() || rest.starts_with([' ', '(']))).then(|| rest.trim())
    })
}

fn parts(text: &str) -> Result<Parts<'_>, Problem> {
    if let Some(rest) = strip_words(text, &["unknown"]) {
        return match bracket(rest) {
            Some((before, inside, after)) if before.trim().is_empty() => {
                Ok(Parts { best: None, range: Some(range(inside)?), after: after.trim() })
            }
            None if split_range(rest).is_some() => Ok(Parts { best: None, range: Some(range(rest)?), after: "" }),
            _ => Err(Problem::Shape("`unknown` needs a range")),
        };
    }
    if let Some((before, inside, after)) = bracket(text) {
        return Ok(Parts { best: Some(single(before)?), range: Some(range(inside)?), after: after.trim() });
    }
    if split_range(text).is_some() {
        return Ok(Parts { best: None, range: Some(range(text)?), after: "" });
    }
    Ok(Parts { best: Some(single(text)?), range: None, after: "" })
}

/// The first bracket that holds a range: what is before, inside and after. `1/(M s)` holds none.
fn bracket(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(open) = text[from..].find('(').map(|found| from + found) {
        let close = closing(text, open)?;
        let inside = &text[open + 1..close];
        if split_range(inside).is_some() {
            return Some((&text[..open], inside, &text[close + 1..]));
        }
        from = open + 1;
    }
    None
}

/// The bracket that closes the one at `open`.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices().skip_while(|(at, _)| *at < open) {
        match letter {
            '(' => depth += 1,
            ')' if depth == 1 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn split_range(text: &str) -> Option<(&str, &str)> {
    SEPARATORS.iter().find_map(|separator| text.split_once(separator))
}

fn range(text: &str) -> Result<(Part<'_>, Part<'_>), Problem> {
    match split_range(text) {
        Some((_, high)) if high.starts_with('.') => Err(Problem::Shape("a range has two points, as in `1..5`")),
        Some((low, high)) => Ok((single(low)?, single(high)?)),
        None => Err(Problem::Shape("a range has two points, as in `1..5`")),
    }
}

/// One number, and the unit text after it.
fn single(text: &str) -> Result<Part<'_>, Problem> {
    let (value, unit) = number::split(text.trim()).map_err(Problem::Number)?;
    let unit = unit.trim();
    // `10-30` and `5 (10)` are ranges that lack their points, not units.
    let starts_with_number = |text: &str| text.trim_start().starts_with(|letter: char| letter.is_ascii_digit());
    let is_bracket = unit.strip_prefix('(').is_some_and(|inside| starts_with_number(inside) && !inside.contains('/'));
    if is_bracket || unit.strip_prefix('-').is_some_and(starts_with_number) {
        return Err(Problem::Shape("a range has two points, as in `1..5`"));
    }
    Ok(Part { value, unit })
}

/// Gives every number its unit, checks, and converts.
fn resolve<'a>(
    text: &str,
    expected: &Expected,
    or_zero: bool,
    parts: Parts<'a>,
    spread: Option<Part<'a>>,
) -> Result<Quantity, Diagnostic> {
    let Parts { best, range, after } = parts;
    let own = |part: Option<Part<'a>>| part.map_or("", |part| part.unit);
    let (low, high) = (range.map(|ends| ends.0), range.map(|ends| ends.1));
    let [of_best, of_low, of_high, of_spread] = [own(best), own(low), own(high), own(spread)];
    // A number without a unit takes the nearest one that follows, then the nearest that stands before.
    let best_unit = first([of_best, after, of_high, of_low, of_spread]);
    let low_unit = first([of_low, of_high, after, of_best, of_spread]);
    let high_unit = first([of_high, after, of_best, of_low, of_spread]);

    let main = unit_of(text, if best.is_some() { best_unit } else { high_unit }, expected)?;
    let convert = |part: Option<Part<'_>>, unit: &str| match part {
        Some(part) => {
            let unit = unit_like(&main, text, unit, expected)?;
            in_range_of_f64(unit.to_inside(part.value), text).map(Some)
        }
        None => Ok(None),
    };
    let best = convert(best, best_unit)?;
    let range = convert(low, low_unit)?.zip(convert(high, high_unit)?);
    let spread = match spread {
        Some(part) => {
            let inside = spread_of(part.value, first([of_spread, best_unit]), best, &main, text, expected)?;
            Some(in_range_of_f64(inside, text)?)
        }
        None => None,
    };
    let quantity = Quantity { best, range, or_zero, spread, unit: main, source: None, text: text.trim().to_string() };
    checked(quantity, expected)
}

/// The first that is written.
fn first<const N: usize>(units: [&str; N]) -> &str {
    units.into_iter().find(|unit| !unit.is_empty()).unwrap_or("")
}

/// The spread as an inside number; `100 nm ± 30 %` is relative to the best value.
fn spread_of(
    value: f64,
    unit: &str,
    best: Option<f64>,
    main: &Unit,
    text: &str,
    expected: &Expected,
) -> Result<f64, Diagnostic> {
    if unit == "%"
        && main.dimension != Dimension::NONE
        && let Some(best) = best
    {
        return Ok(value * best / 100.0);
    }
    Ok(unit_like(main, text, unit, expected)?.difference_to_inside(value))
}

/// The unit, if it is known and its dimension fits.
fn unit_of(text: &str, unit: &str, expected: &Expected) -> Result<Unit, Diagnostic> {
    let unit = units::parse(unit).map_err(|error| refuse::unit_problem(error, expected))?;
    if unit.text.is_empty() && !expected.takes_bare_number() {
        return Err(refuse::no_unit(text, expected));
    }
    let is_plain = unit.text.is_empty() || expected.dimensions.iter().any(|known| fits(*known, unit.dimension));
    if is_plain { Ok(unit) } else { Err(refuse::wrong_dimension(&unit, expected)) }
}

/// The unit, if it measures what the main unit of the quantity measures.
fn unit_like(main: &Unit, text: &str, unit: &str, expected: &Expected) -> Result<Unit, Diagnostic> {
    let unit = unit_of(text, unit, expected)?;
    let is_alike = fits(main.dimension, unit.dimension) || fits(unit.dimension, main.dimension);
    if is_alike { Ok(unit) } else { Err(refuse::mixed(text, main, &unit)) }
}

/// Counting words may be left out, but not all that there is: `%` is no number of cells.
fn fits(expected: Dimension, given: Dimension) -> bool {
    expected.accepts(given) && (given != Dimension::NONE || expected == Dimension::NONE)
}

fn in_range_of_f64(inside: f64, text: &str) -> Result<f64, Diagnostic> {
    if inside.is_finite() {
        return Ok(inside);
    }
    Err(refuse::too_large(text))
}

/// Refuses what contradicts itself.
fn checked(quantity: Quantity, expected: &Expected) -> Result<Quantity, Diagnostic> {
    let Quantity { best, range, spread, .. } = quantity;
    if let Some((low, high)) = range {
        if low > high {
            return Err(refuse::upside_down(&quantity, low, high));
        }
        if let Some(best) = best
            && !(low..=high).contains(&best)
        {
            return Err(refuse::outside(&quantity, best, low, high));
        }
    }
    let least = best.unwrap_or(0.0).min(range.map_or(0.0, |(low, _)| low));
    if (least < 0.0 && !expected.may_be_negative) || spread.is_some_and(|spread| spread < 0.0) {
        return Err(refuse::negative(&quantity.text, expected));
    }
    Ok(quantity)
}
