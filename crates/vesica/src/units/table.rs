//! The names of units.

use super::Dimension;

/// One named unit: a number in it times `numerator` / `denominator` is an inside number.
pub(super) struct Named {
    /// First the usual name, then other spellings.
    pub names: &'static [&'static str],
    pub numerator: f64,
    pub denominator: f64,
    pub dimension: Dimension,
}

const fn named(names: &'static [&'static str], numerator: f64, denominator: f64, dimension: Dimension) -> Named {
    Named { names, numerator, denominator, dimension }
}

/// Molecules per fL in one mol/L: 6.02214076e23 / 1e15, exact.
const MOLAR: f64 = 602_214_076.0;

/// Mass of one dalton, pg (CODATA 2018: 1.66053906660e-24 g).
const DALTON: f64 = 1.660_539_066_60e-12;

/// Every unit that can be written. A micro sign is read as `u`, so `µM` is found under `uM`.
/// Of equally near names the first is suggested, so what is written most stands first.
pub(super) const UNITS: &[Named] = &[
    named(&["uM"], MOLAR, 1e6, Dimension::CONCENTRATION),
    named(&["nM"], MOLAR, 1e9, Dimension::CONCENTRATION),
    named(&["mM"], MOLAR, 1e3, Dimension::CONCENTRATION),
    named(&["M"], MOLAR, 1.0, Dimension::CONCENTRATION),
    named(&["pM"], MOLAR, 1e12, Dimension::CONCENTRATION),
    named(&["fM"], MOLAR, 1e15, Dimension::CONCENTRATION),
    named(&["s", "sec", "second", "seconds"], 1.0, 1.0, Dimension::TIME),
    named(&["ms"], 1.0, 1e3, Dimension::TIME),
    named(&["min", "minute", "minutes"], 60.0, 1.0, Dimension::TIME),
    named(&["h", "hr", "hour", "hours"], 3600.0, 1.0, Dimension::TIME),
    named(&["d", "day", "days"], 86_400.0, 1.0, Dimension::TIME),
    named(&["um"], 1.0, 1.0, Dimension::LENGTH),
    named(&["nm"], 1.0, 1e3, Dimension::LENGTH),
    named(&["mm"], 1e3, 1.0, Dimension::LENGTH),
    named(&["cm"], 1e4, 1.0, Dimension::LENGTH),
    named(&["m"], 1e6, 1.0, Dimension::LENGTH),
    named(&["L", "l"], 1e15, 1.0, Dimension::VOLUME),
    named(&["mL", "ml"], 1e12, 1.0, Dimension::VOLUME),
    named(&["uL", "ul"], 1e9, 1.0, Dimension::VOLUME),
    named(&["nL", "nl"], 1e6, 1.0, Dimension::VOLUME),
    named(&["pL", "pl"], 1e3, 1.0, Dimension::VOLUME),
    named(&["fL", "fl"], 1.0, 1.0, Dimension::VOLUME),
    named(&["molecules", "molecule"], 1.0, 1.0, Dimension::AMOUNT),
    named(&["copies", "copy"], 1.0, 1.0, Dimension::AMOUNT),
    named(&["mol"], super::AVOGADRO, 1.0, Dimension::AMOUNT),
    named(&["mmol"], super::AVOGADRO, 1e3, Dimension::AMOUNT),
    named(&["umol"], super::AVOGADRO, 1e6, Dimension::AMOUNT),
    named(&["nmol"], super::AVOGADRO, 1e9, Dimension::AMOUNT),
    named(&["pmol"], super::AVOGADRO, 1e12, Dimension::AMOUNT),
    named(&["fmol"], super::AVOGADRO, 1e15, Dimension::AMOUNT),
    named(&["amol"], super::AVOGADRO, 1e18, Dimension::AMOUNT),
    named(&["pg"], 1.0, 1.0, Dimension::MASS),
    named(&["ng"], 1e3, 1.0, Dimension::MASS),
    named(&["ug"], 1e6, 1.0, Dimension::MASS),
    named(&["mg"], 1e9, 1.0, Dimension::MASS),
    named(&["g"], 1e12, 1.0, Dimension::MASS),
    named(&["kg"], 1e15, 1.0, Dimension::MASS),
    named(&["fg"], 1.0, 1e3, Dimension::MASS),
    named(&["Da"], DALTON, 1.0, Dimension::MASS),
    named(&["kDa"], DALTON * 1e3, 1.0, Dimension::MASS),
    named(&["K"], 1.0, 1.0, Dimension::TEMPERATURE),
    named(&["Pa"], 1e9, 1.0, PRESSURE),
    named(&["mPa"], 1e6, 1.0, PRESSURE),
    named(&["kPa"], 1e12, 1.0, PRESSURE),
    named(&["cP"], 1e6, 1.0, Dimension::VISCOSITY),
    named(&["particles", "particle"], 1.0, 1.0, Dimension::PARTICLES),
    named(&["vesicles", "vesicle", "exosomes", "exosome", "EVs", "EV"], 1.0, 1.0, Dimension::PARTICLES),
    named(&["cells", "cell"], 1.0, 1.0, Dimension::CELLS),
    named(&["%", "percent"], 1.0, 100.0, Dimension::NONE),
    named(&["points", "point"], 1.0, 100.0, Dimension::NONE),
    named(&["fold"], 1.0, 1.0, Dimension::NONE),
];

/// pg/(um s^2): 1 Pa = 1 kg/(m s^2) = 1e9.
const PRESSURE: Dimension = Dimension::per_time(Dimension::VISCOSITY);

/// Zero of the Celsius scale, K (exact).
pub(super) const CELSIUS_ZERO: f64 = 273.15;

/// Spellings of the one unit with an offset.
pub(super) const CELSIUS: &[&str] = &["°C", "℃", "degC", "ºC"];

/// Looks a name up; case matters (`mM` is no `mm`).
pub(super) fn find(name: &str) -> Option<&'static Named> {
    UNITS.iter().find(|unit| unit.names.contains(&name))
}

/// Every name, usual names first.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let usual = UNITS.iter().filter_map(|unit| unit.names.first());
    let others = UNITS.iter().flat_map(|unit| unit.names.iter().skip(1));
    usual.chain(others).chain(CELSIUS).copied()
}
