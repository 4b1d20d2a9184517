//! From the text of a unit to a unit.

use std::fmt;
use std::iter::Peekable;
use std::str::Chars;

use vesica_model::diagnostic::nearest;

use super::table::{self, CELSIUS, CELSIUS_ZERO};
use super::{Dimension, Unit};

/// Why a text is no unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitError {
    /// A name that is not in the table, with the nearest that is.
    Unknown {
        /// As written.
        name: String,
        /// A known name that looks like it.
        near: Option<&'static str>,
    },
    /// The names are fine, their arrangement is not; the text says what to write.
    Malformed(String),
}

impl fmt::Display for UnitError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name, .. } => write!(formatter, "no unit `{name}`"),
            Self::Malformed(reason) => formatter.write_str(reason),
        }
    }
}

impl std::error::Error for UnitError {}

/// Reads a unit: names with powers, joined by spaces, `*`, `·` and `/`.
///
/// `/mL`, `1/mL`, `mL^-1` and `mL⁻¹` are the same; so are `uM` and `µM` (both micro signs), `um^2`, `um2` and `um²`.
/// `1/(M s)` is `/M/s`; `1/M s` is refused, because it is read in two ways. `of control` and, after a mass,
/// `protein` may follow.
///
/// # Errors
/// A name that is not known, or names that do not form a unit.
///
/// ```
/// use vesica::units::parse;
/// assert_eq!(parse("1/(M s)")?.factor(), parse("M⁻¹ s⁻¹")?.factor());
/// assert!(parse("uN").is_err());
/// # Ok::<(), vesica::units::UnitError>(())
/// ```
pub fn parse(text: &str) -> Result<Unit, UnitError> {
    let text = text.trim();
    let plain = plain_letters(text);
    let mut core = plain.trim();
    for phrase in ["of control", "of the control", "of reference"] {
        if let Some(before) = core.strip_suffix(phrase)
            && (before.is_empty() || before.ends_with(' '))
        {
            core = before.trim();
        }
    }
    if core.is_empty() {
        return Ok(Unit { text: text.to_string(), ..Unit::one() });
    }
    if CELSIUS.contains(&core) {
        return Ok(celsius(text));
    }
    let mut reader = Reader { rest: core.chars().peekable(), unit: Unit::one() };
    reader.product(false)?;
    if reader.rest.peek().is_some() {
        return Err(UnitError::Malformed(format!("`{text}` has a `)` too many")));
    }
    Ok(Unit { text: text.to_string(), ..reader.unit })
}

/// The same text with one spelling for letters and signs that look alike.
pub(crate) fn plain_letters(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'µ' | 'μ' => plain.push('u'),
            '−' | '‐' | '‑' | '⁻' => plain.push('-'),
            '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{2007}' | '\t' | '\n' | '\r' => plain.push(' '),
            '⁰' => plain.push('0'),
            '¹' => plain.push('1'),
            '²' => plain.push('2'),
            '³' => plain.push('3'),
            '⁴'..='⁹' => plain.push(char::from_digit(letter as u32 - '⁰' as u32, 10).unwrap_or('?')),
            '⋅' | '∙' => plain.push('·'),
            other => plain.push(other),
        }
    }
    plain
}

fn celsius(text: &str) -> Unit {
    Unit { dimension: Dimension::TEMPERATURE, text: text.to_string(), offset: CELSIUS_ZERO, ..Unit::one() }
}

/// Multiplies what it reads into `unit`.
struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    unit: Unit,
}

impl Reader<'_> {
    /// Factors up to the end or a closing bracket; `inverse` inside a bracket that stands below a slash.
    fn product(&mut self, inverse: bool) -> Result<(), UnitError> {
        let mut divides = false;
        let mut after_slash = false;
        let mut is_first = true;
        loop {
            self.spaces();
            match self.rest.peek() {
                None | Some(')') => break,
                Some('/') => {
                    self.rest.next();
                    divides = true;
                    continue;
                }
                Some('*' | '·') => {
                    self.rest.next();
                    continue;
                }
                Some(_) => {}
            }
            if after_slash && !divides {
                return Err(UnitError::Malformed(
                    "a factor after `/` is read in two ways; put brackets, as in `1/(M s)`".to_string(),
                ));
            }
            self.factor(inverse != divides, is_first)?;
            after_slash |= divides;
            divides = false;
            is_first = false;
        }
        if divides || (is_first && inverse) {
            return Err(UnitError::Malformed("nothing stands after `/`".to_string()));
        }
        Ok(())
    }

    /// One name with its power, a bracket, or the `1` of `1/h`.
    fn factor(&mut self, inverse: bool, is_first: bool) -> Result<(), UnitError> {
        match self.rest.peek().copied() {
            Some('(') => {
                self.rest.next();
                self.product(inverse)?;
                match self.rest.next() {
                    Some(')') => Ok(()),
                    _ => Err(UnitError::Malformed("a `(` is not closed".to_string())),
                }
            }
            Some('1') if is_first && !inverse => {
                self.rest.next();
                Ok(())
            }
            _ => {
                let name = self.name()?;
                let power = self.power(&name)?;
                self.multiply(&name, if inverse { -power } else { power })?;
                self.protein(&name);
                Ok(())
            }
        }
    }

    fn name(&mut self) -> Result<String, UnitError> {
        let mut name = String::new();
        while let Some(letter) = self.rest.next_if(|letter| letter.is_alphabetic() || "%°℃º_".contains(*letter)) {
            name.push(letter);
        }
        match self.rest.peek() {
            Some(letter) if name.is_empty() => {
                Err(UnitError::Malformed(format!("`{letter}` is no part of a unit here")))
            }
            _ => Ok(name),
        }
    }

    /// `^2`, `^-1`, `^(-1)`, or the bare digits of `um2` and of a superscript.
    fn power(&mut self, name: &str) -> Result<i8, UnitError> {
        let is_marked = self.rest.next_if_eq(&'^').is_some();
        let in_bracket = is_marked && self.rest.next_if_eq(&'(').is_some();
        let sign = if self.rest.next_if_eq(&'-').is_some() { -1 } else { 1 };
        let mut digits = String::new();
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        let is_closed = !in_bracket || self.rest.next_if_eq(&')').is_some();
        match digits.parse::<i8>() {
            Ok(power @ 1..=6) if is_closed => Ok(sign * power),
            Err(_) if digits.is_empty() && !is_marked && sign == 1 => Ok(1),
            _ => Err(UnitError::Malformed(format!("the power of `{name}` must be a whole number, as in `{name}^2`"))),
        }
    }

    fn multiply(&mut self, name: &str, power: i8) -> Result<(), UnitError> {
        // In a product a degree Celsius is a difference, so it is a kelvin.
        let known = table::find(if CELSIUS.contains(&name) { "K" } else { name });
        let known =
            known.ok_or_else(|| UnitError::Unknown { name: name.to_string(), near: nearest(name, table::names()) })?;
        let (up, down) =
            if power > 0 { (known.numerator, known.denominator) } else { (known.denominator, known.numerator) };
        for _ in 0..power.unsigned_abs() {
            self.unit.numerator *= up;
            self.unit.denominator *= down;
        }
        self.unit.dimension = self.unit.dimension * known.dimension.power(power);
        Ok(())
    }

    /// `ug protein`: the word says what was weighed and changes nothing.
    fn protein(&mut self, name: &str) {
        if table::find(name).is_none_or(|unit| unit.dimension != Dimension::MASS) {
            return;
        }
        let mut ahead = self.rest.clone();
        let word: String = ahead.by_ref().skip_while(|letter| *letter == ' ').take("protein".len()).collect();
        if word == "protein" {
            self.spaces();
            for _ in 0.."protein".len() {
                self.rest.next();
            }
        }
    }

    fn spaces(&mut self) {
        while self.rest.next_if_eq(&' ').is_some() {}
    }
}
