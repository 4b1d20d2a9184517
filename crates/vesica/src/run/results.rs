//! What is kept of a world, arm by arm: small enough to keep all of them.

use serde::{Deserialize, Serialize};

use super::detect::Detection;
use super::population::Frozen;
use crate::result::SolverWork;
use crate::scenario::Arm;

/// What is kept of a world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorldResult {
    /// Number of the world.
    pub world: u32,
    /// One for each arm.
    pub arms: Vec<ArmResult>,
    /// Share of simulated cells that died while coming to rest.
    pub died_at_rest: f64,
    /// Lanes that the solver gave up.
    pub frozen: Vec<Frozen>,
    /// What the solver did for the cells of all arms. Arms that went the same way count each.
    pub solver: SolverWork,
}

impl WorldResult {
    /// Lanes that the solver gave up, in words; cells that failed alike and follow each other stand together. `place`: what the
    /// world is part of.
    pub fn frozen_in_words(&self, place: &str, arms: &[Arm]) -> Vec<String> {
        let same =
            |one: &Frozen, next: &Frozen| one.arm == next.arm && one.reason == next.reason && next.cell == one.cell + 1;
        let words = |together: &[Frozen]| {
            let (first, last) = (&together[0], &together[together.len() - 1]);
            let cells = match together.len() {
                1 => format!("cell {}", first.cell),
                n => format!("cells {} to {} ({n})", first.cell, last.cell),
            };
            format!("{place}world {}, arm {}, {cells}: {}", self.world, arms[first.arm].name, first.reason)
        };
        self.frozen.chunk_by(same).map(words).collect()
    }
}

/// What is kept of an arm in a world.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ArmResult {
    /// `[measure][time]`: readings inside units, before any division by another arm.
    pub readings: Vec<Vec<f64>>,
    /// `[cell][record]`: living share of all ever present.
    pub alive: Vec<Vec<f64>>,
    /// `[cell][curve][time]`, in the unit of the curve.
    pub curves: Vec<Vec<Vec<f64>>>,
    /// `[measure][time of a curve]`: what it would read in a body, per um³; empty for what is no sample.
    pub samples: Vec<Vec<Signal>>,
    /// `[measure]`: how well it sees a tumour at the end; `None` for what is no sample, or without a tumour.
    pub detections: Vec<Option<Detection>>,
    /// Vesicles in each place of a body at the end, then what was taken out in each; empty in a well.
    pub places: Vec<PlaceResult>,
    /// `[cell]`: `(mode, share of all ever present)` at the end.
    pub fates: Vec<Vec<(String, f64)>>,
    /// One for each vesicle kind: what became of it in the cells that send it.
    pub sent: Vec<SentResult>,
    /// One for each vesicle kind and cell that can take it up.
    pub chains: Vec<ChainResult>,
    /// `[vesicle kind]`: share of vesicles (or of the copies of a cargo in them, whichever is more) that cannot be
    /// accounted for, of all that entered: rounding.
    pub imbalance: Vec<f64>,
    /// A few simulated cells.
    pub cells: Vec<SampleCell>,
    /// What cells secreted into the medium, by name.
    pub pools: Vec<PoolResult>,
}

/// Vesicles of one place of a body.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlaceResult {
    /// Place.
    pub place: String,
    /// Counts what was taken out there so far, not what is there.
    pub is_taken_out: bool,
    /// Fluid there, um³; NaN for what was taken out.
    pub volume: f64,
    /// Shed by cells of the scenario, or given.
    pub sent: f64,
    /// Of healthy people's own cells; NaN where none are followed.
    pub healthy: f64,
}

/// Molecules of one name that cells secreted, in the whole place at the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolResult {
    /// `X` of `secreted_X`.
    pub name: String,
    /// Molecules secreted.
    pub secreted: f64,
    /// Molecules in the medium.
    pub left: f64,
    /// Molecules lost there, or washed away.
    pub lost: f64,
}

/// The vesicles of one kind in the cells that send it, per such cell ever present, at the end. Zeros for a kind that is only added.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SentResult {
    /// Made since time zero, and waiting then.
    pub made: f64,
    /// Digested before they were released.
    pub digested: f64,
    /// Still waiting in living cells, or left in dead ones.
    pub waiting: f64,
    /// Released.
    pub released: f64,
    /// For each cargo: copies in the vesicles released.
    pub copies: Vec<f64>,
    /// Share of the vesicles made that cannot be accounted for: rounding.
    pub imbalance: f64,
}

/// What is in a sample of a body, per um³.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// From healthy people's own cells (median person).
    pub healthy: f64,
    /// From doses and from cells of the scenario outside the tumour.
    pub others: f64,
    /// From the tumour.
    pub tumour: f64,
}

impl Signal {
    /// All of it.
    pub fn total(&self) -> f64 {
        self.healthy + self.others + self.tumour
    }
}

impl PoolResult {
    /// Share of what was secreted that is neither in the medium nor lost there.
    pub fn imbalance(&self) -> f64 {
        if self.secreted > 0.0 { (self.left + self.lost - self.secreted) / self.secreted } else { 0.0 }
    }
}

/// The chain of one vesicle kind to one target, per target cell ever present, at the end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChainResult {
    /// Index of the vesicle kind.
    pub vesicle: usize,
    /// Index of the cell.
    pub target: usize,
    /// Vesicles made in donors (or added with a dose).
    pub made: f64,
    /// Vesicles released (or added).
    pub released: f64,
    /// Vesicles that docked, where receptors hold them: whole ones, as drawn.
    pub bound: f64,
    /// Vesicles taken up, net of those that went back to the medium.
    pub taken_up: f64,
    /// Vesicles that came to the cell and went back to the medium.
    pub returned: f64,
    /// Vesicles digested in the lysosome.
    pub digested: f64,
    /// Vesicles opened into the cytosol: whole ones, as drawn.
    pub opened: f64,
    /// One for each cargo.
    pub cargo: Vec<CargoResult>,
}

/// Copies of one cargo, per target cell ever present.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CargoResult {
    /// Copies loaded into vesicles made.
    pub loaded: f64,
    /// Copies in vesicles released (or added).
    pub released: f64,
    /// Copies in vesicles taken up, net of those that went back to the medium.
    pub taken_up: f64,
    /// Copies in vesicles that came to the cell and went back to the medium.
    pub returned: f64,
    /// Copies digested in the lysosome.
    pub digested: f64,
    /// Whole copies that arrived where the cargo acts: docked at the surface, or in the cytosol.
    pub delivered: f64,
    /// Whole copies that act: of a guide in a working AGO complex, in the nucleus those let in.
    pub acting: f64,
}

/// A simulated cell worth showing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleCell {
    /// Index of the cell type.
    pub cell: usize,
    /// Number of the simulated cell.
    pub number: u32,
    /// `alive` or the death mode.
    pub fate: String,
    /// s; NaN while alive.
    pub died: f64,
    /// Vesicles opened in it.
    pub opened: f64,
    /// Copies that arrived in its cytosol.
    pub copies: f64,
    /// For each pool along which its type is followed: that pool, and what is shown, when it died or at the end, in the
    /// units shown.
    pub points: Vec<(f64, f64)>,
}
