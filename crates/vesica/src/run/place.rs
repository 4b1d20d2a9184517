//! What is outside the cells of an arm: drugs and vesicles in the liquid, and the books of what became of them.

use super::draws::World;
use super::medium::{Counts, Entry, Mixing, Suspension};
use super::setup::{CompiledCell, Setup};
use crate::physics;
use crate::scenario::{Layout, Vesicle};

/// The medium of an arm.
pub(super) struct ArmMedium {
    /// Concentration of each drug, by name.
    pub drugs: Vec<(String, f64)>,
    /// One for each vesicle kind.
    pub kinds: Vec<KindMedium>,
}

/// One vesicle kind in the medium of an arm, and its books.
pub(super) struct KindMedium {
    pub suspension: Suspension,
    /// um²/s
    pub diffusion: f64,
    pub entry: Entry,
    /// Released and added so far; vesicles, then copies.
    pub entered: Counts,
    /// Lost to plastic and serum, or washed away.
    pub lost: Counts,
    /// Per target cell type: taken up, whole vesicles opened, per cargo (delivered, acting); weighted counts.
    pub targets: Vec<TargetBooks>,
}

#[derive(Clone, Default)]
pub(super) struct TargetBooks {
    pub taken_up: Counts,
    pub opened: f64,
    pub delivered: Vec<f64>,
    pub acting: Vec<f64>,
    /// Whole vesicles and copies per simulated cell.
    pub cells: Vec<(f64, f64)>,
}

impl ArmMedium {
    pub fn wash(&mut self) {
        self.drugs.iter_mut().for_each(|(_, concentration)| *concentration = 0.0);
        for kind in &mut self.kinds {
            let gone = kind.suspension.wash();
            kind.lost.iter_mut().zip(gone).for_each(|(sum, gone)| *sum += gone);
        }
    }

    pub fn add_drug(&mut self, name: &str, concentration: f64) {
        match self.drugs.iter_mut().find(|(drug, _)| drug == name) {
            Some((_, sum)) => *sum += concentration,
            None => self.drugs.push((name.to_owned(), concentration)),
        }
    }
}

impl KindMedium {
    pub fn add(&mut self, counts: &[f64], entry: Entry) {
        self.suspension.add(counts, entry);
        self.entered.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
}

/// The empty medium of an arm at time zero; conditioned medium holds what its donors released before.
pub(super) fn arm_medium(setup: &Setup, world: &World, arm: usize) -> ArmMedium {
    let scenario = setup.scenario;
    let description = &scenario.arms[arm];
    let volume = world.quantity(scenario.place.volume, Some(description));
    let viscosity = world.number_named("medium.viscosity");
    let kind = |vesicle: &Vesicle| {
        let radius = world.quantity(vesicle.size, Some(description)) / 2.0;
        let diffusion = physics::stokes_einstein(radius, viscosity, scenario.place.temperature);
        let mixing = match scenario.place.layout {
            Layout::Mixed => Mixing::Stirred,
            Layout::Insert | Layout::Conditioned | Layout::Added => {
                Mixing::Layered { depth: volume / scenario.place.area, diffusion }
            }
        };
        let n_cargo = vesicle.cargo.len();
        let books = |cell: &CompiledCell| TargetBooks {
            taken_up: vec![0.0; n_cargo + 1],
            delivered: vec![0.0; n_cargo],
            acting: vec![0.0; n_cargo],
            cells: vec![(0.0, 0.0); cell.n_cells],
            opened: 0.0,
        };
        KindMedium {
            suspension: Suspension::new(mixing, volume, n_cargo),
            diffusion,
            entry: if scenario.place.layout == Layout::Insert { Entry::Top } else { Entry::Everywhere },
            entered: vec![0.0; n_cargo + 1],
            lost: vec![0.0; n_cargo + 1],
            targets: setup.cells.iter().map(books).collect(),
        }
    };
    ArmMedium { drugs: Vec::new(), kinds: scenario.vesicles.iter().map(kind).collect() }
}
