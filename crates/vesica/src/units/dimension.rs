//! What a unit measures: exponents of seven bases.

use std::fmt;
use std::ops::{Div, Mul};

/// Exponents of amount, time, length, temperature, mass, particles and cells.
///
/// Shares, percent, points and "of control" have none of them: [`Dimension::NONE`].
///
/// ```
/// use vesica::units::Dimension;
/// assert_eq!(Dimension::AMOUNT / Dimension::VOLUME, Dimension::CONCENTRATION);
/// assert_eq!(Dimension::CONCENTRATION.to_string(), "concentration");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dimension {
    exponents: [i8; BASES],
}

const BASES: usize = 7;
const NAMES: [&str; BASES] = ["amount", "time", "length", "temperature", "mass", "particles", "cells"];

/// The bases that count things: amount, particles, cells.
const COUNTING: [usize; 3] = [0, 5, 6];

const fn base(index: usize, exponent: i8) -> Dimension {
    let mut exponents = [0; BASES];
    exponents[index] = exponent;
    Dimension { exponents }
}

impl Dimension {
    /// A plain number: shares, percent, points, fold changes, "of control".
    pub const NONE: Self = Self { exponents: [0; BASES] };
    /// Molecules (also copies, moles).
    pub const AMOUNT: Self = base(0, 1);
    /// Seconds.
    pub const TIME: Self = base(1, 1);
    /// Micrometres.
    pub const LENGTH: Self = base(2, 1);
    /// um^2.
    pub const AREA: Self = base(2, 2);
    /// um^3 = fL.
    pub const VOLUME: Self = base(2, 3);
    /// Kelvin.
    pub const TEMPERATURE: Self = base(3, 1);
    /// Picograms; protein too.
    pub const MASS: Self = base(4, 1);
    /// Vesicles, counted.
    pub const PARTICLES: Self = base(5, 1);
    /// Cells, counted.
    pub const CELLS: Self = base(6, 1);
    /// Molecules per fL.
    pub const CONCENTRATION: Self = Self { exponents: [1, 0, -3, 0, 0, 0, 0] };
    /// Per second.
    pub const RATE: Self = base(1, -1);
    /// um^2/s.
    pub const DIFFUSION: Self = Self { exponents: [0, -1, 2, 0, 0, 0, 0] };
    /// pg/(um s); 1 Pa s = 1e9.
    pub const VISCOSITY: Self = Self { exponents: [0, -1, -1, 0, 1, 0, 0] };
    /// fL/s per cell.
    pub const CLEARANCE: Self = Self { exponents: [0, -1, 3, 0, 0, 0, -1] };
    /// Vesicles per cell and second.
    pub const RELEASE: Self = Self { exponents: [0, -1, 0, 0, 0, 1, -1] };
    /// Vesicles per fL.
    pub const PARTICLE_DENSITY: Self = Self { exponents: [0, 0, -3, 0, 0, 1, 0] };
    /// Vesicles per cell.
    pub const PARTICLES_PER_CELL: Self = Self { exponents: [0, 0, 0, 0, 0, 1, -1] };
    /// Vesicles per pg.
    pub const PARTICLES_PER_MASS: Self = Self { exponents: [0, 0, 0, 0, -1, 1, 0] };
    /// Molecules per vesicle.
    pub const COPIES_PER_PARTICLE: Self = Self { exponents: [1, 0, 0, 0, 0, -1, 0] };
    /// Molecules per cell.
    pub const COPIES_PER_CELL: Self = Self { exponents: [1, 0, 0, 0, 0, 0, -1] };

    /// The dimension per time.
    pub(super) const fn per_time(mut self) -> Self {
        self.exponents[1] -= 1;
        self
    }

    /// The dimension raised to a whole power.
    pub fn power(self, exponent: i8) -> Self {
        Self { exponents: self.exponents.map(|own| own.saturating_mul(exponent)) }
    }

    /// Whether a number of dimension `given` can stand where this one is expected: the same physical bases, and
    /// of the counting words the same or none. `/h` is a release rate and `/mL` a particle density,
    /// but `uM` is not: molecules are not particles.
    ///
    /// ```
    /// use vesica::units::{Dimension, parse};
    /// assert!(Dimension::RELEASE.accepts(parse("/h")?.dimension));
    /// assert!(!Dimension::PARTICLE_DENSITY.accepts(parse("uM")?.dimension));
    /// # Ok::<(), vesica::units::UnitError>(())
    /// ```
    pub fn accepts(self, given: Self) -> bool {
        (0..BASES).all(|index| {
            let (own, other) = (self.exponents[index], given.exponents[index]);
            own == other || (other == 0 && COUNTING.contains(&index))
        })
    }

    /// Whether it only counts (`cells`, `copies/vesicle`, a plain number): then a bare number is enough where
    /// nothing is divided.
    pub fn is_bare_count(self) -> bool {
        (0..BASES).all(|index| match self.exponents[index] {
            0 => true,
            exponent => exponent == 1 && COUNTING.contains(&index),
        })
    }

    /// Exponent of particles (vesicles).
    pub fn particles(self) -> i8 {
        self.exponents[5]
    }

    /// Exponent of mass.
    pub fn mass(self) -> i8 {
        self.exponents[4]
    }

    /// Exponent of amount (molecules).
    pub fn amount(self) -> i8 {
        self.exponents[0]
    }
}

impl Mul for Dimension {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let mut exponents = self.exponents;
        for (own, added) in exponents.iter_mut().zip(other.exponents) {
            *own = own.saturating_add(added);
        }
        Self { exponents }
    }
}

impl Div for Dimension {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        self * other.power(-1)
    }
}

/// A word where there is one (`concentration`), else the bases (`volume/(time cells)`).
impl fmt::Display for Dimension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [
            (Self::NONE, "plain number"),
            (Self::AREA, "area"),
            (Self::VOLUME, "volume"),
            (Self::CONCENTRATION, "concentration"),
            (Self::VISCOSITY, "viscosity"),
            (Self::MASS / Self::VOLUME, "mass/volume"),
        ];
        if let Some((_, word)) = words.iter().find(|(dimension, _)| dimension == self) {
            return formatter.write_str(word);
        }
        let above = self.factors(1);
        let below = self.factors(-1);
        match (above.len(), below.len()) {
            (_, 0) => formatter.write_str(&above.join(" ")),
            (0, 1) => write!(formatter, "1/{}", below[0]),
            (0, _) => write!(formatter, "1/({})", below.join(" ")),
            (_, 1) => write!(formatter, "{}/{}", above.join(" "), below[0]),
            (_, _) => write!(formatter, "{}/({})", above.join(" "), below.join(" ")),
        }
    }
}

impl Dimension {
    /// The bases on one side of the slash, in words.
    fn factors(self, sign: i8) -> Vec<String> {
        let mut factors = Vec::new();
        for (name, exponent) in NAMES.iter().zip(self.exponents) {
            match exponent.saturating_mul(sign) {
                ..=0 => {}
                1 => factors.push((*name).to_string()),
                3 if *name == "length" => factors.push("volume".to_string()),
                power => factors.push(format!("{name}^{power}")),
            }
        }
        // Volume per time reads better than 1/time volume: space first, then the rest as listed.
        factors.sort_by_key(|factor| factor != "volume");
        factors
    }
}
