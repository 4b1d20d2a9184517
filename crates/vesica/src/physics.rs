//! The physics of vesicles in a well, as closed formulas: what `check` and the geometry rules rest on.
//!
//! Inside units: um, s, pg, K; volumes in um^3.

mod diffusion;

pub use diffusion::{Start, share_taken};

use std::f64::consts::{LN_2, PI};

use vesica_engine::math::exp;

use crate::units::BOLTZMANN;

/// Diffusion coefficient of a spherical vesicle in a still fluid, um^2/s.
///
/// `radius` in um (> 0), `viscosity` in pg/(um s) (1 mPa s = 1e6), `temperature` in K.
///
/// D = k T / (6 pi eta r), the Stokes-Einstein relation. Valid when the vesicle is much larger than the molecules of
/// the fluid; not inside a dense matrix.
///
/// ```
/// // A 100 nm exosome in water at 37 °C.
/// let diffusion = vesica::physics::stokes_einstein(0.050, 0.69e6, 310.15);
/// assert!((diffusion - 6.6).abs() < 0.1);
/// ```
pub fn stokes_einstein(radius: f64, viscosity: f64, temperature: f64) -> f64 {
    BOLTZMANN * temperature / (6.0 * PI * viscosity * radius)
}

/// Height of the liquid in a well, um: volume (um^3) over area (um^2). The meniscus is left out.
///
/// ```
/// // 100 uL on 0.32 cm^2
/// assert_eq!(vesica::physics::liquid_height(1e11, 0.32e8), 3125.0);
/// ```
pub fn liquid_height(volume: f64, area: f64) -> f64 {
    volume / area
}

/// Largest clearance of a round cell in a stirred medium, um^3/s: what diffusion brings to it.
///
/// K = 4 pi D R (Smoluchowski), with `diffusion` in um^2/s and the cell's `radius` in um. A cell on a plate is
/// reached from above only; the formula is then an upper bound.
///
/// ```
/// let clearance = vesica::physics::diffusion_limit(6.5, 10.0);
/// assert!((clearance - 816.8).abs() < 0.1); // 2.9 nL/h
/// ```
pub fn diffusion_limit(diffusion: f64, radius: f64) -> f64 {
    4.0 * PI * diffusion * radius
}

/// Share of vesicles taken up by the end when they are released evenly from time zero into a stirred medium.
///
/// 1 - (1 - e^-kT)/(kT), with `rate` k = cells x clearance / volume (per s, constant) and `time` T in s.
///
/// ```
/// // 10 000 cells that clear 1 nL/h each, 100 uL, 72 h
/// let k = 1e4 * (1e6 / 3600.0) / 1e11;
/// assert!((vesica::physics::share_taken_of_released(k, 72.0 * 3600.0) - 0.861).abs() < 5e-4);
/// ```
pub fn share_taken_of_released(rate: f64, time: f64) -> f64 {
    let x = rate * time;
    if x < SMALL { x / 2.0 - x * x / 6.0 } else { 1.0 - (1.0 - exp(-x)) / x }
}

/// Share of vesicles taken up by time `time` (s) when all are there at time zero, in a stirred medium: 1 - e^-kT.
///
/// ```
/// assert!((vesica::physics::share_taken_of_added(1.0, std::f64::consts::LN_2) - 0.5).abs() < 1e-15);
/// ```
pub fn share_taken_of_added(rate: f64, time: f64) -> f64 {
    1.0 - exp(-rate * time)
}

/// Below this the closed form loses digits to a difference; its series has an error below 1e-14 there.
const SMALL: f64 = 1e-4;

/// Thickness of a lipid bilayer, um: 5 nm, the figure that textbooks round to.
pub const BILAYER: f64 = 0.005;

/// Volume inside a vesicle, um^3: a ball of `diameter` (um) less its bilayer. 0 when there is no inside.
///
/// ```
/// // 50 nm: 33 510 nm^3
/// assert!((vesica::physics::inner_volume(0.050) * 1e9 - 33_510.0).abs() < 1.0);
/// ```
pub fn inner_volume(diameter: f64) -> f64 {
    let radius = (diameter / 2.0 - BILAYER).max(0.0);
    4.0 / 3.0 * PI * radius * radius * radius
}

/// A kilodalton, pg (CODATA 2018).
pub const KILODALTON: f64 = 1.660_539_066_60e-9;

/// Mean mass of a nucleotide in single-stranded RNA, pg: 7 kDa for 22 of them.
const NUCLEOTIDE: f64 = 7.0 / 22.0 * KILODALTON;

/// Mean mass of a base pair, pg: 650 Da, the figure that textbooks round to.
const BASE_PAIR: f64 = 0.65 * KILODALTON;

/// Volume of a mass of RNA, um^3/pg: 0.53 cm^3/g (assumed: from memory; it only refuses what cannot be).
pub const RNA_VOLUME: f64 = 0.53;

/// The same of DNA: 0.55 cm^3/g (assumed: from memory).
pub const DNA_VOLUME: f64 = 0.55;

/// The same of protein: 0.73 cm^3/g (assumed: from memory).
pub const PROTEIN_VOLUME: f64 = 0.73;

/// The same of lipids and drugs: 1 cm^3/g, as water (assumed).
pub const LIPID_VOLUME: f64 = 1.0;

/// The same of iron in a mineral core: 0.25 cm^3/g (assumed: from memory, as ferrihydrite).
pub const IRON_VOLUME: f64 = 0.25;

/// Mass of one single-stranded RNA, pg.
pub fn rna_mass(nucleotides: f64) -> f64 {
    nucleotides * NUCLEOTIDE
}

/// Mass of one double-stranded DNA, pg.
pub fn dna_mass(base_pairs: f64) -> f64 {
    base_pairs * BASE_PAIR
}

/// Volume of `copies` RNAs of `nucleotides` each, um^3, without water.
///
/// ```
/// // 10 000 RNAs of 22 nt: about 62 000 nm^3
/// let volume = vesica::physics::rna_volume(10_000.0, 22.0);
/// assert!((volume * 1e9 - 61_600.0).abs() < 100.0);
/// ```
pub fn rna_volume(copies: f64, nucleotides: f64) -> f64 {
    copies * rna_mass(nucleotides) * RNA_VOLUME
}

/// Area that cells cover on a plate, um^2: discs of `diameter` (um) side by side.
///
/// ```
/// // 5 000 000 cells of 20 um: 15.7 cm^2
/// assert!((vesica::physics::cover(5e6, 20.0) / 1e8 - 15.7).abs() < 0.01);
/// ```
pub fn cover(n_cells: f64, diameter: f64) -> f64 {
    n_cells * PI * diameter * diameter / 4.0
}

/// How many times more cells there are after `time`, both in s; cells that double every `doubling`.
///
/// ```
/// // 72 h, doubling in 30 h
/// assert!((vesica::physics::growth(72.0, 30.0) - 5.278).abs() < 1e-3);
/// ```
pub fn growth(time: f64, doubling: f64) -> f64 {
    exp(LN_2 * time / doubling)
}

/// Mean number of cells over `time` relative to the start: (2^(T/d) - 1) d / (T ln 2).
///
/// ```
/// assert!((vesica::physics::mean_growth(30.0, 30.0) - 1.4427).abs() < 1e-4);
/// ```
pub fn mean_growth(time: f64, doubling: f64) -> f64 {
    let x = LN_2 * time / doubling;
    if x < SMALL { 1.0 + x / 2.0 + x * x / 6.0 } else { (exp(x) - 1.0) / x }
}
