//! Cargo arrives in whole copies: how many vesicles open in a cell in a step, and what is in them.

use vesica_engine::random::{Stream, binomial_quantile, poisson_quantile};

use super::draws::World;
use super::setup::Setup;
use crate::scenario::{Arm, Spread};

/// The draws of one vesicle kind in one population, arm and step.
///
/// Each draw is the quantile of its distribution at a chance that arms share: more vesicles, or more copies in
/// them, never bring less to a cell.
pub struct Opening {
    opened: Stream,
    cargo: Vec<CargoDraw>,
    step: u32,
}

/// One cargo: how it is spread over vesicles, and its chances.
struct CargoDraw {
    spread: Spread,
    /// Copies in a rich vesicle, at least 1.
    rich: f64,
    /// Share of delivered copies that act: those of a guide must be loaded.
    acting: f64,
    copies: Stream,
    loaded: Stream,
}

/// What opened in one cell.
pub struct Opened {
    /// Whole vesicles.
    pub opened: f64,
    /// For each cargo: whole copies delivered, and those of them that act (for a guide: end in a working AGO complex).
    pub copies: Vec<(f64, f64)>,
}

impl Opening {
    /// Sets up the draws of vesicle kind `vesicle` in the cells of type `cell`.
    pub fn new(setup: &Setup, world: &World, cell: usize, vesicle: usize, arm: &Arm, step: u32) -> Self {
        let population = &setup.scenario.cells[cell].name;
        let kind = &setup.scenario.vesicles[vesicle];
        let chances = |purpose: &str| world.chances(population, 0, &format!("{}/{purpose}", kind.name));
        let loaded = world.quantity(setup.scenario.links.loaded, Some(arm));
        let cargo = kind.cargo.iter().enumerate().map(|(index, cargo)| CargoDraw {
            spread: world.hypothesis.spreads.get(&(vesicle, index)).copied().unwrap_or(Spread::Even),
            rich: cargo.rich.map_or(1.0, |id| world.quantity(id, Some(arm))).round().max(1.0),
            acting: if cargo.kind.is_guide() { loaded } else { 1.0 },
            copies: chances(&format!("{}/copies", cargo.name)),
            loaded: chances(&format!("{}/loaded", cargo.name)),
        });
        Self { opened: chances("opened"), cargo: cargo.collect(), step }
    }

    /// Draws for simulated cell `cell`. `means`: vesicles, then copies of each cargo, that open on average.
    pub fn draw(&self, cell: usize, means: &[f64]) -> Opened {
        if means[0] <= 0.0 {
            return Opened { opened: 0.0, copies: vec![(0.0, 0.0); self.cargo.len()] };
        }
        let chance = |stream: &Stream| Stream { cell: cell as u32, ..*stream }.uniform(self.step);
        let opened = poisson_quantile(means[0], chance(&self.opened));
        let copies = self.cargo.iter().zip(&means[1..]).map(|(cargo, copies)| {
            let mean = copies / means[0];
            let delivered = match cargo.spread {
                Spread::Even => poisson_quantile(opened as f64 * mean, chance(&cargo.copies)),
                Spread::FewRich => {
                    // beyond a mean of `rich` every vesicle holds the mean
                    let each = cargo.rich.max(mean.round());
                    binomial_quantile(opened, (mean / each).min(1.0), chance(&cargo.copies)) * each as u64
                }
            };
            let acting = binomial_quantile(delivered, cargo.acting, chance(&cargo.loaded));
            (delivered as f64, acting as f64)
        });
        Opened { opened: opened as f64, copies: copies.collect() }
    }
}
