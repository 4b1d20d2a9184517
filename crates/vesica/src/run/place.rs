//! What is outside the cells of all arms, and the books of what became of it. Cells live at sites: they release into
//! the liquid of their site and take up from it. A well has one site, a body one for each organ in which cells live;
//! nobody else needs to know which place it is.

use super::body::Body;
use super::draws::World;
use super::medium::Counts;
use super::population::Frozen;
use super::setup::{CompiledCell, Setup};
use super::well::Well;
use crate::physics;
use crate::scenario::{Dose, Dosed, PlaceKind, Vesicle, molar_mass_id, molecules_given, weight_id};

/// What goes out of cells or into them in a step, or what clears it: `[arm][vesicle kind][site]`.
pub(super) type BySite<T> = Vec<Vec<Vec<T>>>;

/// The liquids of all arms.
pub(super) struct Outside<'a> {
    setup: &'a Setup<'a>,
    world: &'a World<'a>,
    liquid: Liquid<'a>,
    /// `[arm][vesicle kind]`
    books: Vec<Vec<KindBooks>>,
}

/// Kinds of liquids.
enum Liquid<'a> {
    Well(Box<Well<'a>>),
    Body(Box<Body<'a>>),
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
        let liquid = match (&setup.scenario.place.kind, &setup.body) {
            (PlaceKind::Well(well), _) => Liquid::Well(Box::new(Well::empty(setup, world, well, &books))),
            (PlaceKind::Body(_), body) => {
                let compiled = body.as_ref().expect("a body is compiled with its cells");
                Liquid::Body(Box::new(Body::empty(setup, world, compiled, &books)))
            }
        };
        Self { liquid, books, setup, world }
    }

    /// Site where the cells of a type live.
    pub fn site(&self, cell: usize) -> usize {
        self.setup.body.as_ref().map_or(0, |body| body.site_of[cell])
    }

    /// Liquids in which cells live.
    pub fn n_sites(&self) -> usize {
        self.setup.body.as_ref().map_or(1, |body| body.sites.len())
    }

    /// Volume of the liquid of a site, um³.
    pub fn volume(&self, arm: usize, site: usize) -> f64 {
        match (&self.setup.scenario.place.kind, &self.liquid) {
            (PlaceKind::Well(well), _) => self.world.quantity(well.volume, Some(&self.setup.scenario.arms[arm])),
            (_, Liquid::Body(body)) => body.volume(arm, &self.setup.site_name(site)),
            _ => f64::NAN,
        }
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
        let amount = self.world.quantity(dose.amount, Some(&self.setup.scenario.arms[arm]));
        match &dose.what {
            Dosed::Drug(name) => self.dose_drug(arm, dose, name, amount),
            what => self.dose_vesicles(arm, dose, what, amount),
        }
    }

    fn dose_drug(&mut self, arm: usize, dose: &Dose, name: &str, amount: f64) {
        let molecules = self.molecules(arm, dose, name, amount);
        match (&mut self.liquid, &dose.route) {
            (Liquid::Well(well), _) => {
                if dose.wash {
                    well.wash(arm);
                }
                well.add_drug(arm, name, amount);
            }
            (Liquid::Body(body), Some(route)) => body.add_drug(arm, name, &route.into, molecules),
            (Liquid::Body(_), None) => {}
        }
    }

    fn dose_vesicles(&mut self, arm: usize, dose: &Dose, what: &Dosed, amount: f64) {
        let is_kind = |vesicle: &Vesicle| what.vesicle() == Some(vesicle.name.as_str());
        let Some(kind) = self.setup.scenario.vesicles.iter().position(is_kind) else { return };
        let count = self.particles(arm, what, kind, amount);
        let counts = self.with_cargo(arm, kind, count);
        self.books[arm][kind].enter(&counts);
        match (&mut self.liquid, &dose.route) {
            (Liquid::Well(well), _) => {
                if dose.wash {
                    well.wash(arm);
                }
                well.add(arm, kind, &counts);
            }
            (Liquid::Body(body), Some(route)) => body.add(arm, kind, &route.into, &counts),
            (Liquid::Body(_), None) => {}
        }
    }

    /// Molecules of a drug that a dose to a body holds: an amount or a mass, whole or per body weight.
    fn molecules(&self, arm: usize, dose: &Dose, name: &str, amount: f64) -> f64 {
        let Some(body) = self.setup.scenario.place.body() else { return f64::NAN };
        let written = self.setup.scenario.quantity(dose.amount, Some(&self.setup.scenario.arms[arm])).unit.dimension;
        let molar_mass = if written.amount() == 0 { self.world.number_named(&molar_mass_id(name)) } else { f64::NAN };
        molecules_given(amount, written, molar_mass, self.world.number_named(&weight_id(&body.species)))
    }

    /// Drugs move for a step of `dt` s. Whether concentrations around cells changed.
    pub fn move_drugs(&mut self, dt: f64) -> bool {
        match &mut self.liquid {
            Liquid::Well(_) => false,
            Liquid::Body(body) => {
                body.move_drugs(dt);
                true
            }
        }
    }

    /// Drugs around the cells of a site: name and concentration, molecules/um³.
    pub fn drugs(&self, arm: usize, site: usize) -> Vec<(&str, f64)> {
        match &self.liquid {
            Liquid::Well(well) => well.drugs(arm).collect(),
            Liquid::Body(body) => body.drugs(arm, site).collect(),
        }
    }

    /// Releases of cells that take up as well: they come too late for the step in which they happened.
    pub fn enter(&mut self, released: &BySite<Counts>) {
        for (arm, released) in released.iter().enumerate() {
            for (kind, released) in released.iter().enumerate() {
                for (site, counts) in released.iter().enumerate() {
                    self.books[arm][kind].enter(counts);
                    match &mut self.liquid {
                        Liquid::Well(well) => well.release(arm, kind, counts),
                        Liquid::Body(body) => body.send_later(arm, kind, site, counts),
                    }
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
        match &mut self.liquid {
            Liquid::Well(well) => well.carry(released, clearance, dt),
            Liquid::Body(body) => body.carry(released, clearance, dt),
        }
    }

    /// Gives back to the liquid what a cell type had taken up.
    pub fn give_back(&mut self, arm: usize, kind: usize, cell: usize, counts: &[f64]) {
        let site = self.site(cell);
        match &mut self.liquid {
            Liquid::Well(well) => well.add(arm, kind, counts),
            Liquid::Body(body) => body.send_later(arm, kind, site, counts),
        }
        let taken_up = &mut self.books[arm][kind].targets[cell].taken_up;
        taken_up.iter_mut().zip(counts).for_each(|(sum, back)| *sum -= back);
    }

    /// Vesicles of some kinds in the liquid of a well, per um³.
    pub fn particles_per_volume(&self, arm: usize, kinds: &[usize]) -> f64 {
        let Liquid::Well(well) = &self.liquid else { return f64::NAN };
        kinds.iter().map(|kind| well.vesicles(arm, *kind)).sum::<f64>() / self.volume(arm, 0)
    }

    /// Vesicles of a kind in the liquid of a site, and the copies in them.
    pub fn at_site(&self, arm: usize, kind: usize, site: usize) -> Counts {
        match &self.liquid {
            Liquid::Well(well) => well.amounts(arm, kind),
            Liquid::Body(body) => body.amounts(arm, kind, &self.setup.site_name(site)),
        }
    }

    /// Vesicles of a kind that are outside cells or lost there, and the copies in them.
    pub fn outside_cells(&self, arm: usize, kind: usize) -> Counts {
        match &self.liquid {
            Liquid::Well(well) => well.accounted(arm, kind),
            Liquid::Body(body) => body.outside_cells(arm, kind),
        }
    }

    /// The fluids of a body.
    pub fn body(&self) -> Option<&Body<'a>> {
        match &self.liquid {
            Liquid::Well(_) => None,
            Liquid::Body(body) => Some(body),
        }
    }

    /// What could not be followed.
    pub fn frozen(&self) -> Vec<Frozen> {
        self.body().map(Body::frozen).unwrap_or_default()
    }

    /// Volume of the liquid of a well, um³; weight of a body, pg.
    fn amount_unit(&self, arm: usize) -> f64 {
        match &self.setup.scenario.place.kind {
            PlaceKind::Well(_) => self.volume(arm, 0),
            PlaceKind::Body(body) => self.world.number_named(&weight_id(&body.species)),
        }
    }

    /// Vesicles that a dose adds.
    fn particles(&self, arm: usize, what: &Dosed, kind: usize, amount: f64) -> f64 {
        let scenario = self.setup.scenario;
        let in_arm = |id| self.world.quantity(id, Some(&scenario.arms[arm]));
        let vesicle = &scenario.vesicles[kind];
        let targets = vesicle.to.iter().filter_map(|name| self.setup.cell_index(name));
        let n_targets = targets.map(|cell| self.world.n_cells(&scenario.cells[cell], &scenario.arms[arm])).sum();
        let per_protein = vesicle.particles_per_protein.map_or(f64::NAN, in_arm);
        what.particles(amount, self.amount_unit(arm), n_targets, per_protein)
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
