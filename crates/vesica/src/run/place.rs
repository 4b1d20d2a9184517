//! What is outside the cells of all arms, and the books of what became of it. Cells live at sites: they release into
//! the liquid of their site and take up from it. A well has one site; nobody else needs to know which place it is.

use super::draws::World;
use super::medium::Counts;
use super::setup::{CompiledCell, Setup};
use super::well::Well;
use crate::physics;
use crate::scenario::{Dose, Dosed, Vesicle};

/// What goes out of cells or into them in a step, or what clears it: `[arm][vesicle kind][site]`.
pub(super) type BySite<T> = Vec<Vec<Vec<T>>>;

/// The liquids of all arms.
pub(super) struct Outside<'a> {
    setup: &'a Setup<'a>,
    world: &'a World<'a>,
    liquid: Well<'a>,
    /// `[arm][vesicle kind]`
    books: Vec<Vec<KindBooks>>,
}

/// What became of one vesicle kind in one arm. Weighted counts: vesicles, then copies of each cargo.
pub(super) struct KindBooks {
    /// Diffusion coefficient, um²/s.
    pub diffusion: f64,
    /// Released and added so far.
    pub entered: Counts,
    /// One for each cell type.
    pub targets: Vec<TargetBooks>,
}

/// What a cell type got.
#[derive(Clone, Default)]
pub(super) struct TargetBooks {
    /// Vesicles, then copies: net of what went back to the medium.
    pub taken_up: Counts,
    /// Vesicles, then copies, that came in (or touched a full receptor) and went back to the medium.
    pub returned: Counts,
    /// Whole vesicles.
    pub opened: f64,
    /// Whole vesicles that docked.
    pub bound: f64,
    /// Copies of each cargo.
    pub delivered: Vec<f64>,
    /// Copies of each cargo.
    pub acting: Vec<f64>,
    /// Whole vesicles and copies per simulated cell.
    pub cells: Vec<(f64, f64)>,
}

impl<'a> Outside<'a> {
    /// Liquids without vesicles and drugs.
    pub fn empty(setup: &'a Setup<'a>, world: &'a World<'a>) -> Self {
        let books = |arm| setup.scenario.vesicles.iter().map(|v| kind_books(setup, world, arm, v)).collect();
        let books: Vec<Vec<KindBooks>> = (0..setup.scenario.arms.len()).map(books).collect();
        Self { liquid: Well::empty(setup, world, &books), books, setup, world }
    }

    /// Site where the cells of a type live.
    pub fn site(&self, _cell: usize) -> usize {
        0
    }

    /// Liquids in which cells live.
    pub fn n_sites(&self) -> usize {
        1
    }

    /// Volume of the liquid of a site, um³.
    pub fn volume(&self, arm: usize, _site: usize) -> f64 {
        self.world.quantity(self.setup.scenario.place.volume, Some(&self.setup.scenario.arms[arm]))
    }

    /// The same value for every arm, kind and site.
    pub fn everywhere<T: Clone>(&self, of_kind: impl Fn(&Vesicle) -> T) -> BySite<T> {
        let kinds: Vec<Vec<T>> =
            self.setup.scenario.vesicles.iter().map(|kind| vec![of_kind(kind); self.n_sites()]).collect();
        vec![kinds; self.books.len()]
    }

    /// No vesicle and no copy.
    pub fn nothing(&self) -> BySite<Counts> {
        self.everywhere(|kind| vec![0.0; kind.cargo.len() + 1])
    }

    /// Books of a vesicle kind.
    pub fn kind(&self, arm: usize, kind: usize) -> &KindBooks {
        &self.books[arm][kind]
    }

    /// Books of all kinds of an arm.
    pub fn kinds(&self, arm: usize) -> &[KindBooks] {
        &self.books[arm]
    }

    /// What a cell type got of a vesicle kind.
    pub fn target(&mut self, arm: usize, kind: usize, cell: usize) -> &mut TargetBooks {
        &mut self.books[arm][kind].targets[cell]
    }

    /// Gives a dose to an arm.
    pub fn dose(&mut self, arm: usize, dose: &Dose) {
        if dose.wash {
            self.liquid.wash(arm);
        }
        let amount = self.world.quantity(dose.amount, Some(&self.setup.scenario.arms[arm]));
        if let Dosed::Drug(name) = &dose.what {
            self.liquid.add_drug(arm, name, amount);
        }
        let is_kind = |vesicle: &Vesicle| dose.what.vesicle() == Some(vesicle.name.as_str());
        if let Some(kind) = self.setup.scenario.vesicles.iter().position(is_kind) {
            let count = self.particles(arm, &dose.what, kind, amount);
            let counts = self.with_cargo(arm, kind, count);
            self.books[arm][kind].enter(&counts);
            self.liquid.add(arm, kind, &counts);
        }
    }

    /// Drugs around the cells of a site: name and concentration, molecules/um³.
    pub fn drugs(&self, arm: usize, _site: usize) -> impl Iterator<Item = (&str, f64)> {
        self.liquid.drugs(arm)
    }

    /// Releases outside of a step.
    pub fn enter(&mut self, released: &BySite<Counts>) {
        for (arm, released) in released.iter().enumerate() {
            for (kind, released) in released.iter().enumerate() {
                for counts in released {
                    self.books[arm][kind].enter(counts);
                    self.liquid.release(arm, kind, counts);
                }
            }
        }
    }

    /// One step of `dt` s: what is outside is lost and moves, `released` enters evenly in time, cells that clear
    /// `clearance` um³/s in sum take up; gives what they took.
    pub fn carry(&mut self, released: &BySite<Counts>, clearance: &BySite<f64>, dt: f64) -> BySite<Counts> {
        for (books, released) in self.books.iter_mut().flatten().zip(released.iter().flatten()) {
            released.iter().for_each(|counts| books.enter(counts));
        }
        self.liquid.carry(released, clearance, dt)
    }

    /// Gives back to the liquid what a cell type had taken up.
    pub fn give_back(&mut self, arm: usize, kind: usize, cell: usize, counts: &[f64]) {
        self.liquid.add(arm, kind, counts);
        let taken_up = &mut self.books[arm][kind].targets[cell].taken_up;
        taken_up.iter_mut().zip(counts).for_each(|(sum, back)| *sum -= back);
    }

    /// Vesicles of some kinds, per um³.
    pub fn particles_per_volume(&self, arm: usize, kinds: &[usize]) -> f64 {
        let volume = self.volume(arm, 0);
        kinds.iter().map(|kind| self.liquid.vesicles(arm, *kind)).sum::<f64>() / volume
    }

    /// Vesicles of a kind that are outside cells or lost there, and the copies in them.
    pub fn outside_cells(&self, arm: usize, kind: usize) -> Counts {
        self.liquid.accounted(arm, kind)
    }

    /// Vesicles that a dose adds.
    fn particles(&self, arm: usize, what: &Dosed, kind: usize, amount: f64) -> f64 {
        let scenario = self.setup.scenario;
        let in_arm = |id| self.world.quantity(id, Some(&scenario.arms[arm]));
        let vesicle = &scenario.vesicles[kind];
        let targets = vesicle.to.iter().filter_map(|name| self.setup.cell_index(name));
        let n_targets = targets.map(|cell| in_arm(scenario.cells[cell].count)).sum();
        let per_protein = vesicle.particles_per_protein.map_or(f64::NAN, in_arm);
        what.particles(amount, in_arm(scenario.place.volume), n_targets, per_protein)
    }

    /// A number of vesicles with their mean cargo.
    fn with_cargo(&self, arm: usize, kind: usize, count: f64) -> Counts {
        let arm = &self.setup.scenario.arms[arm];
        let cargo = self.setup.scenario.vesicles[kind].cargo.iter();
        std::iter::once(count).chain(cargo.map(|c| count * self.world.quantity(c.copies, Some(arm)))).collect()
    }
}

impl KindBooks {
    fn enter(&mut self, counts: &[f64]) {
        self.entered.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
}

fn kind_books(setup: &Setup, world: &World, arm: usize, vesicle: &Vesicle) -> KindBooks {
    let radius = world.quantity(vesicle.size, Some(&setup.scenario.arms[arm])) / 2.0;
    let viscosity = world.number_named("medium.viscosity");
    let n_cargo = vesicle.cargo.len();
    let books = |cell: &CompiledCell| TargetBooks {
        taken_up: vec![0.0; n_cargo + 1],
        returned: vec![0.0; n_cargo + 1],
        delivered: vec![0.0; n_cargo],
        acting: vec![0.0; n_cargo],
        cells: vec![(0.0, 0.0); cell.n_cells],
        opened: 0.0,
        bound: 0.0,
    };
    KindBooks {
        diffusion: physics::stokes_einstein(radius, viscosity, setup.scenario.place.temperature),
        entered: vec![0.0; n_cargo + 1],
        targets: setup.cells.iter().map(books).collect(),
    }
}
