//! What share each step lets through: layer, uptake, escape.

use super::{Batch, Bench, VISCOSITY, joined};
use crate::ledger::Ends;
use crate::physics::{self, Start};
use crate::result::Status;
use crate::scenario::Layout;

/// Share of vesicles that a full coat of a fusogen opens.
const FUSOGEN_ESCAPE: &str = "endosome_fate.fusogen_escape";

impl Bench<'_> {
    /// Diffusion coefficient of the vesicles, um^2/s.
    pub(super) fn diffusion(&self) -> Ends {
        let place = &self.scenario.place;
        let of = |size: f64, viscosity: f64| physics::stokes_einstein(size / 2.0, viscosity, place.temperature);
        let size = self.ends(self.vesicle.size);
        let viscosity = place.medium.get(VISCOSITY).map_or(Ends::exact(f64::NAN), |id| self.ends(*id));
        Ends {
            low: of(size.high, viscosity.high),
            best: size.best.zip(viscosity.best).map(|(size, viscosity)| of(size, viscosity)),
            high: of(size.low, viscosity.low),
            may_be_zero: false,
            middle: of(size.middle, viscosity.middle),
        }
    }

    pub(super) fn height(&self) -> f64 {
        physics::liquid_height(self.volume, self.well.area)
    }

    pub(super) fn start(&self) -> Start {
        if self.well.layout == Layout::Insert { Start::Top } else { Start::Even }
    }

    /// Share of all vesicles that a layer takes up which clears `uptake` um/s, with the mean over the batches.
    pub(super) fn layered(&self, diffusion: f64, uptake: f64) -> f64 {
        self.mean_over_batches(|batch| {
            physics::share_taken(diffusion, self.height(), uptake, batch.time, self.start(), batch.is_continuous)
        })
    }

    pub(super) fn mean_over_batches(&self, share: impl Fn(&Batch) -> f64) -> f64 {
        let all: f64 = self.batches.iter().map(|batch| batch.vesicles.middle).sum();
        self.batches.iter().map(|batch| batch.vesicles.middle / all * share(batch)).sum()
    }

    /// Share that can touch the layer.
    pub(super) fn travel(&self) -> Ends {
        if self.well.layout == Layout::Mixed {
            return Ends::exact(1.0);
        }
        self.diffusion().through(|diffusion| self.layered(diffusion, f64::INFINITY))
    }

    /// Share of those that the target takes up.
    pub(super) fn enter(&self) -> Ends {
        self.share_cleared(&self.docking())
    }

    /// Share that touches the target when it clears `factor` times as much as it takes up.
    pub(super) fn share_cleared(&self, factor: &Ends) -> Ends {
        let diffusion = self.diffusion().middle;
        let receivers: Vec<(f64, f64)> = self.receivers().collect();
        let own = self.n_targets.middle / receivers.iter().map(|(number, _)| number).sum::<f64>();
        self.ends(self.scenario.links.clearance).times(factor).through(|clearance| {
            let all: f64 = receivers
                .iter()
                .map(|(number, radius)| {
                    let most = physics::diffusion_limit(diffusion, *radius);
                    // Without a viscosity there is no limit to compare with.
                    number * if most.is_nan() { clearance } else { clearance.min(most) }
                })
                .sum();
            own * self.taken(all, diffusion)
        })
    }

    /// Share that cells with a clearance of `all` um^3/s take up of what can touch them.
    pub(super) fn taken(&self, all: f64, diffusion: f64) -> f64 {
        if self.well.layout != Layout::Mixed {
            let reach = self.layered(diffusion, f64::INFINITY);
            return if reach > 0.0 { self.layered(diffusion, all / self.well.area) / reach } else { 0.0 };
        }
        let rate = all / self.volume;
        self.mean_over_batches(|batch| match batch.is_continuous {
            true => physics::share_taken_of_released(rate, batch.time),
            false => physics::share_taken_of_added(rate, batch.time),
        })
    }

    /// Share of those inside that open: native escape, or a fusogen on the vesicle.
    pub(super) fn deliver(&self) -> (Ends, Status, String) {
        let escape = self.scenario.links.escape;
        let native = self.ends(escape);
        let (mut status, mut source) = (self.status(escape), self.source(escape));
        let fusogen = self.vesicle.fusogen.map(|id| self.ends(id)).filter(|coat| coat.high > 0.0);
        let strength = self.knowledge.number(FUSOGEN_ESCAPE, "");
        let Some((coat, number)) = fusogen.zip(strength) else { return (native, status, source) };
        let Some(quantity) = number.quantity() else { return (native, status, source) };
        status = status.max(number.status);
        source = joined([source, quantity.source.clone().unwrap_or_default()]);
        let opened = coat.times(&Ends::of(&quantity, (0.0, 1.0)));
        let either = |native: f64, opened: f64| 1.0 - (1.0 - native) * (1.0 - opened);
        let ends = Ends {
            low: either(native.lowest(), opened.low),
            best: native.best.zip(opened.best).map(|(native, opened)| either(native, opened)),
            high: either(native.high, opened.high),
            may_be_zero: false,
            middle: either(native.middle, opened.middle),
        };
        (ends, status, source)
    }
}
