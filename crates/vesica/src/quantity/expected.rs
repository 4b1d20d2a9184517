//! What a place in a file expects of its number.

use crate::units::Dimension;

/// The dimensions that fit, and the words and examples for the message when none does.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Any of these fits.
    pub dimensions: Vec<Dimension>,
    /// What the number is, with its article: `a vesicle dose`. Empty: the dimension is named instead.
    pub what: String,
    /// What a user could write here.
    pub examples: Vec<String>,
    /// Whether a value below zero has a meaning (a difference, a temperature in °C).
    pub may_be_negative: bool,
}

impl Expected {
    /// A number of one dimension, not negative.
    pub fn of(dimension: Dimension) -> Self {
        let examples = examples(dimension).iter().map(|text| (*text).to_string()).collect();
        Self { dimensions: vec![dimension], what: String::new(), examples, may_be_negative: false }
    }

    /// The same, with the name of the thing (`a count of cells`).
    pub fn named(mut self, what: impl Into<String>) -> Self {
        self.what = what.into();
        self
    }

    /// The same, where another dimension fits too.
    pub fn or(mut self, dimension: Dimension) -> Self {
        self.dimensions.push(dimension);
        self.examples.extend(examples(dimension).iter().map(|text| (*text).to_string()));
        self
    }

    /// The same with other examples.
    pub fn like(mut self, examples: &[&str]) -> Self {
        self.examples = examples.iter().map(|text| (*text).to_string()).collect();
        self
    }

    /// The same, where negative values have a meaning.
    pub fn signed(mut self) -> Self {
        self.may_be_negative = true;
        self
    }

    /// A dose of vesicles: counted per cell, per volume, in all, or weighed as protein.
    ///
    /// A weighed dose needs `particles_per_ug`; without it the caller reports E05.
    pub fn vesicle_dose() -> Self {
        Self::of(Dimension::PARTICLES_PER_CELL)
            .or(Dimension::PARTICLE_DENSITY)
            .or(Dimension::PARTICLES)
            .or(Dimension::MASS)
            .or(Dimension::MASS / Dimension::VOLUME)
            .named("a vesicle dose")
            .like(&["5e4 particles/cell", "5e9 particles/mL", "10 ug protein"])
    }

    /// A dose of a drug: its concentration in the medium.
    pub fn drug_dose() -> Self {
        Self::of(Dimension::CONCENTRATION).named("a drug dose").like(&["5 uM", "50 nM"])
    }

    /// A dose of vesicles to a body: counted, or weighed as protein; whole or per body weight.
    pub fn vesicle_dose_to_body() -> Self {
        Self::of(Dimension::PARTICLES)
            .or(Dimension::PARTICLES_PER_MASS)
            .or(Dimension::MASS)
            .named("a vesicle dose")
            .like(&["1e10 particles", "5e11 particles/kg", "100 ug protein"])
    }

    /// A dose of a drug to a body: an amount or a mass, whole or per body weight (`mg/kg` is a plain number).
    pub fn drug_dose_to_body() -> Self {
        Self::of(Dimension::AMOUNT / Dimension::MASS)
            .or(Dimension::AMOUNT)
            .or(Dimension::MASS)
            .or(Dimension::NONE)
            .named("a drug dose")
            .like(&["20 umol/kg", "10 mg/kg", "5 umol", "1 mg"])
    }

    /// Whether a number without any unit can stand here: a share or a mere count.
    pub fn takes_bare_number(&self) -> bool {
        self.dimensions.iter().any(|dimension| *dimension == Dimension::NONE || dimension.is_bare_count())
            && self.what != "a vesicle dose"
    }
}

/// What a user could write for a dimension.
fn examples(dimension: Dimension) -> &'static [&'static str] {
    let table: &[(Dimension, &[&str])] = &[
        (Dimension::NONE, &["0.3", "30 %"]),
        (Dimension::TIME, &["24 h", "30 min"]),
        (Dimension::RATE, &["0.5 /h", "1e-4 /s"]),
        (Dimension::LENGTH, &["100 nm", "20 um"]),
        (Dimension::AREA, &["0.32 cm^2"]),
        (Dimension::VOLUME, &["100 uL", "2 pL"]),
        (Dimension::TEMPERATURE, &["37 °C", "310 K"]),
        (Dimension::MASS, &["10 ug"]),
        (Dimension::CONCENTRATION, &["10 uM", "50 nM"]),
        (Dimension::AMOUNT, &["1000 copies"]),
        (Dimension::CELLS, &["10 000 cells"]),
        (Dimension::PARTICLES, &["5e8 particles"]),
        (Dimension::DIFFUSION, &["6.5 um^2/s"]),
        (Dimension::VISCOSITY, &["0.69 mPa s"]),
        (Dimension::CLEARANCE, &["0.1 nL/h/cell"]),
        (Dimension::RELEASE, &["60 /cell/h"]),
        (Dimension::PARTICLE_DENSITY, &["5e9 particles/mL"]),
        (Dimension::PARTICLES_PER_CELL, &["5e4 particles/cell"]),
        (Dimension::PARTICLES_PER_MASS, &["unknown (1e8..1e10) /ug"]),
        (Dimension::COPIES_PER_PARTICLE, &["0.008 copies/vesicle"]),
        (Dimension::COPIES_PER_CELL, &["1000 copies/cell"]),
        (Dimension::RATE / Dimension::CONCENTRATION, &["1.2e5 1/(M s)"]),
        (Dimension::CONCENTRATION / Dimension::TIME, &["2 uM/h"]),
    ];
    table.iter().find(|(known, _)| *known == dimension).map_or(&[], |(_, examples)| examples)
}
