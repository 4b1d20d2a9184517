//! Cargo arrives in whole copies: how many vesicles open in a cell in a step, and what is in them.

use vesica_engine::random::{Stream, binomial_quantile, poisson_quantile};

use super::draws::World;
use super::setup::Setup;
use crate::compose::number_index;
use crate::scenario::{Arm, Cargo, Destination, Spread};

/// The draws of one vesicle kind in one population and arm.
///
/// Each draw is the quantile of its distribution at a chance that arms share: more vesicles, or more copies in
/// them, never bring less to a cell.
pub struct Opening {
    opened: Stream,
    bound: Stream,
    cargo: Vec<CargoDraw>,
}

/// One cargo: how it is spread over vesicles, and its chances.
struct CargoDraw {
    spread: Spread,
    /// Copies in a rich vesicle, at least 1.
    rich: f64,
    /// Share of delivered copies that act: those of a guide must be loaded, those for the nucleus let in.
    acting: f64,
    /// Counts as soon as its vesicle docks.
    is_read_outside: bool,
    copies: Stream,
    loaded: Stream,
}

/// What opened in one cell, and what docked.
#[derive(Default)]
pub struct Opened {
    /// Whole vesicles opened.
    pub opened: f64,
    /// Whole vesicles docked.
    pub bound: f64,
    /// For each cargo: whole copies delivered to where it acts (for the nucleus: to the cytosol on its way), and those
    /// of them that act (of a guide: end in a working AGO complex; of what goes to the nucleus: are let in).
    pub copies: Vec<(f64, f64)>,
}

impl Opening {
    /// Sets up the draws of vesicle kind `vesicle` in the cells of type `cell`.
    pub fn new(setup: &Setup, world: &World, cell: usize, vesicle: usize, arm: &Arm) -> Self {
        let target = &setup.scenario.cells[cell];
        let kind = &setup.scenario.vesicles[vesicle];
        let chances = |purpose: &str| world.chances(&target.name, 0, &format!("{}/{purpose}", kind.name));
        let loaded = world.quantity(setup.scenario.links.loaded, Some(arm));
        let acting = |cargo: &Cargo| match cargo.acts_at {
            _ if cargo.kind.is_guide() => loaded,
            Destination::Nucleus => let_in(setup, world, &target.is, &cargo.name, arm),
            _ => 1.0,
        };
        let cargo = kind.cargo.iter().enumerate().map(|(index, cargo)| CargoDraw {
            spread: world.hypothesis.spreads.get(&(vesicle, index)).copied().unwrap_or(Spread::Even),
            rich: cargo.rich.map_or(1.0, |id| world.quantity(id, Some(arm))).round().max(1.0),
            acting: acting(cargo),
            is_read_outside: cargo.acts_at == Destination::Periphery,
            copies: chances(&format!("{}/copies", cargo.name)),
            loaded: chances(&format!("{}/loaded", cargo.name)),
        });
        Self { opened: chances("opened"), bound: chances("bound"), cargo: cargo.collect() }
    }

    /// Draws for simulated cell `cell` in a step. `opened`, `bound`: vesicles, then copies of each cargo, that open and dock
    /// on average; `bound` is empty when no receptor holds them. The result goes into `drawn`.
    pub fn draw(&self, (cell, step): (usize, u32), opened: &[f64], bound: &[f64], drawn: &mut Opened) {
        let chance = |stream: &Stream| Stream { cell: cell as u32, ..*stream }.uniform(step);
        let whole = |means: &[f64], stream: &Stream| match means.first() {
            Some(mean) if *mean > 0.0 => poisson_quantile(*mean, chance(stream)),
            _ => 0,
        };
        let (n_opened, n_bound) = (whole(opened, &self.opened), whole(bound, &self.bound));
        let copies = self.cargo.iter().enumerate().map(|(index, cargo)| {
            let (means, vesicles) = if cargo.is_read_outside { (bound, n_bound) } else { (opened, n_opened) };
            if vesicles == 0 {
                return (0.0, 0.0);
            }
            let delivered = cargo.in_vesicles(vesicles, means[index + 1] / means[0], chance(&cargo.copies));
            let acting = binomial_quantile(delivered, cargo.acting, chance(&cargo.loaded));
            (delivered as f64, acting as f64)
        });
        (drawn.opened, drawn.bound) = (n_opened as f64, n_bound as f64);
        drawn.copies.clear();
        drawn.copies.extend(copies);
    }
}

impl CargoDraw {
    /// Copies in `vesicles` of them that hold `mean` each on average.
    fn in_vesicles(&self, vesicles: u64, mean: f64, chance: f64) -> u64 {
        match self.spread {
            Spread::Even => poisson_quantile(vesicles as f64 * mean, chance),
            Spread::FewRich => {
                // beyond a mean of `rich` every vesicle holds the mean
                let each = self.rich.max(mean.round());
                binomial_quantile(vesicles, (mean / each).min(1.0), chance) * each as u64
            }
        }
    }
}

/// Share of delivered copies that are let into the nucleus: of this molecule, else of any.
fn let_in(setup: &Setup, world: &World, cell: &str, molecule: &str, arm: &Arm) -> f64 {
    let ids = [format!("nuclear_import.{molecule}.share"), "nuclear_import.share".to_owned()];
    let row = ids.iter().find_map(|id| number_index(setup.knowledge, id, cell));
    row.map_or(1.0, |row| world.number(row, Some(arm))).clamp(0.0, 1.0)
}
