//! From text to a quantity, or to what is wrong with it.

use vesica_model::Diagnostic;

use super::number::{self, NumberError};
use super::{Expected, Quantity};
use crate::units::{self, Dimension, Unit, UnitError};

/// Reads `text`; the diagnostic has no place yet.
pub(super) fn quantity(text: &str, expected: &Expected) -> Result<Quantity, Diagnostic> {
    let plain = units::plain_letters(text);
    let (whole, spread) = split_spread(plain.trim());
    if whole.is_empty() {
        return Err(unreadable(text, expected, "nothing is written here"));
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

/// What can go wrong before units are looked at.
enum Problem {
    Number(NumberError),
    Shape(&'static str),
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

impl Problem {
    fn into_diagnostic(self, text: &str, expected: &Expected) -> Diagnostic {
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
                Diagnostic::error("E09", format!("a decimal point is written `.`, in `{}`", text.trim()))
                    .label("a comma in a number")
                    .help(format!("write {choice}"))
            }
        }
    }
}

fn unreadable(text: &str, expected: &Expected, reason: &str) -> Diagnostic {
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

fn unknown_example(expected: &Expected) -> String {
    let first = expected.examples.first().map_or("10 uM", String::as_str);
    let unit = number::split(first).map_or("", |(_, rest)| rest.trim());
    format!("\"unknown (1..10) {unit}").trim_end().to_string() + "\""
}

/// Gives every number its unit, checks, and converts.
fn resolve(
    text: &str,
    expected: &Expected,
    or_zero: bool,
    parts: Parts<'_>,
    spread: Option<Part<'_>>,
) -> Result<Quantity, Diagnostic> {
    let Parts { best, range, after } = parts;
    let own = |part: Option<Part<'_>>| part.map_or("", |part| part.unit).to_string();
    let ends = (own(range.map(|ends| ends.0)), own(range.map(|ends| ends.1)));
    let spread_unit = own(spread);
    // A number without a unit takes the nearest one that follows, then the nearest that stands before.
    let pick = |choices: [&str; 5]| choices.into_iter().find(|unit| !unit.is_empty()).unwrap_or("").to_string();
    let best_unit = own(best);
    let best_text = pick([&best_unit, after, &ends.1, &ends.0, &spread_unit]);
    let low_text = pick([&ends.0, &ends.1, after, &best_unit, &spread_unit]);
    let high_text = pick([&ends.1, after, &best_unit, &ends.0, &spread_unit]);
    let spread_text = pick([&spread_unit, &best_text, "", "", ""]);

    let convert = |part: Part<'_>, unit: &str| {
        let unit = unit_of(text, unit, expected)?;
        in_range_of_f64(unit.to_inside(part.value), text)
    };
    let main = unit_of(text, if best.is_some() { &best_text } else { &high_text }, expected)?;
    let best = best.map(|part| convert(part, &best_text)).transpose()?;
    let range = match range {
        Some((low, high)) => Some((convert(low, &low_text)?, convert(high, &high_text)?)),
        None => None,
    };
    let spread = match spread {
        Some(part) => Some(in_range_of_f64(spread_of(part.value, &spread_text, best, &main, text, expected)?, text)?),
        None => None,
    };
    let quantity = Quantity { best, range, or_zero, spread, unit: main, source: None, text: text.trim().to_string() };
    checked(quantity, expected)
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
    Ok(unit_of(text, unit, expected)?.difference_to_inside(value))
}

/// The unit, if it is known and its dimension fits.
fn unit_of(text: &str, unit: &str, expected: &Expected) -> Result<Unit, Diagnostic> {
    let unit = units::parse(unit).map_err(|error| unit_problem(error, expected))?;
    if unit.text.is_empty() && !expected.takes_bare_number() {
        return Err(Diagnostic::error("E01", format!("`{}` has no unit", text.trim()))
            .label(format!("{} needs one", what(expected)))
            .help(write_one_of(expected)));
    }
    let is_plain = unit.text.is_empty() || expected.dimensions.iter().any(|known| fits(*known, unit.dimension));
    if is_plain { Ok(unit) } else { Err(wrong_dimension(&unit, expected)) }
}

/// Counting words may be left out, but not all that there is: `%` is no number of cells.
fn fits(expected: Dimension, given: Dimension) -> bool {
    expected.accepts(given) && (given != Dimension::NONE || expected == Dimension::NONE)
}

fn unit_problem(error: UnitError, expected: &Expected) -> Diagnostic {
    let found = Diagnostic::error("E03", error.to_string());
    match error {
        UnitError::Unknown { near: Some(near), .. } => found.help(format!("did you mean `{near}`?")),
        UnitError::Unknown { near: None, .. } => found.help(write_one_of(expected)),
        UnitError::Malformed(_) => found.help("units are written like `uM`, `1/(M s)`, `nL/h/cell` or `um^2/s`"),
    }
}

fn wrong_dimension(unit: &Unit, expected: &Expected) -> Diagnostic {
    let wanted = expected.dimensions.first().copied().unwrap_or_default();
    let counts_vesicles = expected.dimensions.iter().any(|dimension| dimension.particles() > 0);
    let label = if counts_vesicles && unit.dimension.amount() > 0 {
        "a molar amount; vesicles are counted".to_string()
    } else {
        format!("{}, where {wanted} is needed", unit.dimension)
    };
    Diagnostic::error("E04", format!("{} cannot be given in {}", what(expected), unit.text))
        .label(label)
        .help(write_one_of(expected))
}

/// The thing by its name, or by its dimension where that has a word of its own.
fn what(expected: &Expected) -> String {
    let word = expected.dimensions.first().map(Dimension::to_string).unwrap_or_default();
    match expected.what.as_str() {
        "" if word.is_empty() || word.contains(['/', '^', ' ']) => "this number".to_string(),
        "" if word.ends_with('s') && word != "mass" => format!("a number of {word}"),
        "" if word.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {word}"),
        "" => format!("a {word}"),
        name => name.to_string(),
    }
}

fn write_one_of(expected: &Expected) -> String {
    let quoted: Vec<String> = expected.examples.iter().map(|example| format!("\"{example}\"")).collect();
    match quoted.as_slice() {
        [] => "write the number with its unit, as in \"10 uM\"".to_string(),
        [only] => format!("write it like {only}"),
        several => format!("write one of: {}", several.join(", ")),
    }
}

fn in_range_of_f64(inside: f64, text: &str) -> Result<f64, Diagnostic> {
    if inside.is_finite() {
        return Ok(inside);
    }
    Err(Diagnostic::error("E08", format!("`{}` is too large", text.trim()))
        .label("beyond 1e308 in molecules, seconds and micrometres")
        .help("check the power of ten"))
}

/// Refuses what contradicts itself.
fn checked(quantity: Quantity, expected: &Expected) -> Result<Quantity, Diagnostic> {
    let Quantity { best, range, spread, ref text, ref unit, .. } = quantity;
    let show = |inside: f64| format!("{} {}", number::write(unit.from_inside(inside)), unit.text).trim().to_string();
    if let Some((low, high)) = range
        && low > high
    {
        return Err(Diagnostic::error("E07", format!("the range of `{text}` is upside down"))
            .label(format!("{} is more than {}", show(low), show(high)))
            .help("the low end comes first, as in `1..5`"));
    }
    if let (Some(best), Some((low, high))) = (best, range)
        && !(low..=high).contains(&best)
    {
        return Err(Diagnostic::error("E07", format!("the best value of `{text}` lies outside its range"))
            .label(format!("{} is not between {} and {}", show(best), show(low), show(high)))
            .help("the bracket holds the 5 % and 95 % ends around the best value, as in `5 (1..20) uM`"));
    }
    let least = best.unwrap_or(0.0).min(range.map_or(0.0, |(low, _)| low));
    if (least < 0.0 && !expected.may_be_negative) || spread.is_some_and(|spread| spread < 0.0) {
        return Err(negative(text, expected));
    }
    Ok(quantity)
}

fn negative(text: &str, expected: &Expected) -> Diagnostic {
    if expected.what == "a drug dose" || expected.what == "a vesicle dose" {
        return Diagnostic::error("E06", "a dose cannot be negative".to_string()).label(format!("`{text}`")).help(
            "to take a drug away, use { drug = \"NAME\", amount = \"0 uM\", at = \"48 h\", wash = true } with its name",
        );
    }
    Diagnostic::error("E06", format!("{} cannot be negative", what(expected)))
        .label(format!("`{text}` goes below zero"))
        .help("write 0 or more")
}
