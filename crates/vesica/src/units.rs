//! Units: what is written becomes the inside units by dimension, once, at the door.
//!
//! Inside: molecules, seconds, micrometres (so volumes in um^3 = fL), picograms, kelvin.
//! 1 uM = 602.214076 molecules/fL. Cells and vesicles are counted and keep a dimension of their own,
//! so that a molar dose of vesicles is found; copies and molecules are both an amount.
//!
//! ```
//! use vesica::units;
//! let clearance = units::parse("nL/h/cell")?;
//! assert_eq!(clearance.to_inside(3.6), 1000.0); // fL/s per cell
//! assert_eq!(clearance.dimension.to_string(), "volume/(time cells)");
//! # Ok::<(), vesica::units::UnitError>(())
//! ```

mod dimension;
mod read;
mod table;

pub use dimension::Dimension;
pub(crate) use read::plain_letters;
pub use read::{UnitError, parse};

/// Molecules in one mole (exact, SI 2019).
pub const AVOGADRO: f64 = 6.022_140_76e23;

/// Boltzmann constant in inside units, pg um^2 / (s^2 K) (exact, SI 2019: 1.380649e-23 J/K).
pub const BOLTZMANN: f64 = 1.380_649e4;

/// One unit: how a number written in it becomes an inside number.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// What it measures.
    pub dimension: Dimension,
    /// As written, without outer spaces; empty for a plain number.
    pub text: String,
    // Two whole-numbered parts instead of one factor: 7 % is then 7 / 100, the nearest number to 0.07.
    numerator: f64,
    denominator: f64,
    offset: f64,
}

impl Unit {
    /// The unit of a plain number.
    pub fn one() -> Self {
        Self { dimension: Dimension::NONE, text: String::new(), numerator: 1.0, denominator: 1.0, offset: 0.0 }
    }

    /// Inside units in one of this unit (without the offset of °C).
    ///
    /// ```
    /// assert_eq!(vesica::units::parse("h")?.factor(), 3600.0);
    /// # Ok::<(), vesica::units::UnitError>(())
    /// ```
    pub fn factor(&self) -> f64 {
        self.numerator / self.denominator
    }

    /// A number in this unit as an inside number.
    ///
    /// ```
    /// let celsius = vesica::units::parse("°C")?;
    /// assert_eq!(celsius.to_inside(37.0), 310.15);
    /// # Ok::<(), vesica::units::UnitError>(())
    /// ```
    pub fn to_inside(&self, value: f64) -> f64 {
        value * self.numerator / self.denominator + self.offset
    }

    /// An inside number as a number in this unit.
    pub fn from_inside(&self, value: f64) -> f64 {
        (value - self.offset) * self.denominator / self.numerator
    }

    /// A difference in this unit as an inside number: like [`Unit::to_inside`], but 30 °C are 30 K.
    pub fn difference_to_inside(&self, value: f64) -> f64 {
        value * self.numerator / self.denominator
    }

    /// An inside difference as a difference in this unit.
    pub fn difference_from_inside(&self, value: f64) -> f64 {
        value * self.denominator / self.numerator
    }
}

/// A number in one unit as a number in another; `None` when they do not measure the same thing.
///
/// Counting words may be left out of a unit (`/h` for `/cell/h`), see [`Dimension::accepts`].
///
/// ```
/// use vesica::units::{convert, parse};
/// let (uM, per_fL) = (parse("µM")?, parse("molecules/fL")?);
/// assert_eq!(convert(1.0, &uM, &per_fL), Some(602.214076));
/// assert_eq!(convert(1.0, &uM, &parse("h")?), None);
/// # Ok::<(), vesica::units::UnitError>(())
/// ```
pub fn convert(value: f64, from: &Unit, to: &Unit) -> Option<f64> {
    let fits = to.dimension.accepts(from.dimension) || from.dimension.accepts(to.dimension);
    fits.then(|| to.from_inside(from.to_inside(value)))
}

/// The text of a unit for people: micro signs and raised powers (`um^2/s` is shown as `µm²/s`).
///
/// ```
/// assert_eq!(vesica::units::shown("molecules/uM"), "molecules/µM");
/// assert_eq!(vesica::units::shown("mL^-1"), "mL⁻¹");
/// ```
pub fn shown(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let length = rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length.max(letter.len_utf8()));
        let is_micro = word.len() > 1 && word.starts_with('u') && table::find(word).is_some();
        if is_micro {
            shown.push('µ');
            shown.push_str(&word[1..]);
        } else if word != "^" {
            shown.push_str(word);
        }
        rest = after;
        if word == "^" {
            let end = rest.find(|letter: char| letter != '-' && !letter.is_ascii_digit()).unwrap_or(rest.len());
            shown.extend(rest[..end].chars().map(raised));
            rest = &rest[end..];
        }
    }
    shown
}

/// A digit or minus as its raised form; other letters as they are.
pub(crate) fn raised(letter: char) -> char {
    match letter {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        other => other.to_digit(10).and_then(|digit| char::from_u32(0x2070 + digit)).unwrap_or(other),
    }
}

#[cfg(test)]
mod tests;
