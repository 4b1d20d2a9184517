//! The liquids of a well, one for each arm: a site for all cells, a suspension for each vesicle kind, drugs that stay.

use vesica_engine::{Batch, Workspace, advance};

use super::draws::World;
use super::medium::{Counts, Entry, Mixing, Suspension};
use super::place::{BySite, KindBooks};
use super::setup::Setup;
use crate::scenario::{self, Layout};

/// The liquids of all arms.
pub(super) struct Well<'a> {
    setup: &'a Setup<'a>,
    world: &'a World<'a>,
    workspace: Workspace,
    entry: Entry,
    /// `[arm][vesicle kind]`
    kinds: Vec<Vec<Kind>>,
    /// `[arm]`: name and concentration of each drug.
    drugs: Vec<Vec<(String, f64)>>,
}

/// One vesicle kind in one liquid.
struct Kind {
    suspension: Suspension,
    /// Lost to plastic and serum, or washed away; vesicles, then copies.
    lost: Counts,
}

impl<'a> Well<'a> {
    /// Liquids without vesicles and drugs.
    pub fn empty(setup: &'a Setup<'a>, world: &'a World<'a>, place: &scenario::Well, books: &[Vec<KindBooks>]) -> Self {
        let kind = |volume: f64, books: &KindBooks| {
            let mixing = match place.layout {
                Layout::Mixed => Mixing::Stirred,
                Layout::Insert | Layout::Conditioned | Layout::Added => {
                    Mixing::Layered { depth: volume / place.area, diffusion: books.diffusion }
                }
            };
            let n_cargo = books.entered.len() - 1;
            Kind { suspension: Suspension::new(mixing, volume, n_cargo), lost: vec![0.0; n_cargo + 1] }
        };
        let arms = setup.scenario.arms.iter().zip(books).map(|(arm, books)| {
            let volume = world.quantity(place.volume, Some(arm));
            books.iter().map(|books| kind(volume, books)).collect()
        });
        Self {
            workspace: setup.workspace(&setup.medium.program),
            entry: if place.layout == Layout::Insert { Entry::Top } else { Entry::Everywhere },
            kinds: arms.collect(),
            drugs: vec![Vec::new(); setup.scenario.arms.len()],
            setup,
            world,
        }
    }

    /// Replaces the liquid of an arm.
    pub fn wash(&mut self, arm: usize) {
        self.drugs[arm].iter_mut().for_each(|(_, concentration)| *concentration = 0.0);
        for kind in &mut self.kinds[arm] {
            let gone = kind.suspension.wash();
            kind.lose(&gone);
        }
    }

    /// Adds to the concentration of a drug.
    pub fn add_drug(&mut self, arm: usize, name: &str, concentration: f64) {
        match self.drugs[arm].iter_mut().find(|(drug, _)| drug == name) {
            Some((_, sum)) => *sum += concentration,
            None => self.drugs[arm].push((name.to_owned(), concentration)),
        }
    }

    /// Name and concentration of each drug of an arm.
    pub fn drugs(&self, arm: usize) -> impl Iterator<Item = (&str, f64)> {
        self.drugs[arm].iter().map(|(name, concentration)| (name.as_str(), *concentration))
    }

    /// Adds vesicles and copies evenly.
    pub fn add(&mut self, arm: usize, kind: usize, counts: &[f64]) {
        self.kinds[arm][kind].suspension.add(counts, Entry::Everywhere);
    }

    /// Adds what cells released, where they sit.
    pub fn release(&mut self, arm: usize, kind: usize, counts: &[f64]) {
        self.kinds[arm][kind].suspension.add(counts, self.entry);
    }

    /// Vesicles of a kind in the liquid.
    pub fn vesicles(&self, arm: usize, kind: usize) -> f64 {
        self.kinds[arm][kind].suspension.totals()[0]
    }

    /// Vesicles of a kind in the liquid, and the copies in them.
    pub fn amounts(&self, arm: usize, kind: usize) -> Counts {
        self.kinds[arm][kind].suspension.totals()
    }

    /// Vesicles of a kind that are in the liquid or were lost from it, and the copies in them.
    pub fn accounted(&self, arm: usize, kind: usize) -> Counts {
        let kind = &self.kinds[arm][kind];
        kind.suspension.totals().iter().zip(&kind.lost).map(|(there, lost)| there + lost).collect()
    }

    /// One step of `dt` s; gives what the cells took.
    pub fn carry(&mut self, released: &BySite<Counts>, clearance: &BySite<f64>, dt: f64) -> BySite<Counts> {
        self.lose(dt);
        let entry = self.entry;
        let of_kind = |((kind, released), clearance): ((&mut Kind, &Vec<Counts>), &Vec<f64>)| {
            let sites = released.iter().zip(clearance);
            sites.map(|(released, clearance)| kind.suspension.step(released, entry, *clearance, dt)).collect()
        };
        let arms = self.kinds.iter_mut().zip(released).zip(clearance);
        arms.map(|((kinds, released), clearance)| kinds.iter_mut().zip(released).zip(clearance).map(of_kind).collect())
            .collect()
    }

    /// Link 4 in every volume of liquid: the mechanism of `4-travel/`.
    fn lose(&mut self, dt: f64) {
        let compiled = &self.setup.medium;
        let parameters: Vec<f64> =
            compiled.numbers.iter().map(|row| row.map_or(0.0, |row| self.world.number(row, None))).collect();
        let counts: Vec<f64> =
            self.kinds.iter().flatten().flat_map(|kind| kind.suspension.vesicles()).copied().collect();
        let mut batch = Batch::new(&compiled.program, counts.len());
        for (lane, count) in counts.iter().enumerate() {
            batch.parameters_mut(lane).copy_from_slice(&parameters);
            batch.state_mut(lane)[compiled.vesicles] = *count;
        }
        advance(&compiled.program, &compiled.solver, &mut self.workspace, &mut batch, dt);
        let mut lane = 0;
        for kind in self.kinds.iter_mut().flatten() {
            let n = kind.suspension.vesicles().len();
            let kept: Vec<f64> = (lane..lane + n)
                .map(|lane| if counts[lane] > 0.0 { batch.state(lane)[compiled.vesicles] / counts[lane] } else { 1.0 })
                .collect();
            lane += n;
            let lost = kind.suspension.keep(&kept);
            kind.lose(&lost);
        }
    }
}

impl Kind {
    fn lose(&mut self, counts: &[f64]) {
        self.lost.iter_mut().zip(counts).for_each(|(sum, lost)| *sum += lost);
    }
}
