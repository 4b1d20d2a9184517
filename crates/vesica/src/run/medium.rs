//! The liquid of a well: vesicles come in, spread, and are taken up. Counts are conserved to rounding.

use vesica_engine::math::exp;

/// Longest diffusion step, s. Backward Euler: stable at any step, first order in time.
const DIFFUSION_STEP: f64 = 300.0;

/// Layers of an unstirred liquid.
const N_LAYERS: usize = 64;

/// How the liquid moves vesicles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mixing {
    /// One stirred volume.
    Stirred,
    /// Layers exchange by diffusion only.
    Layered {
        /// Depth of the liquid, um.
        depth: f64,
        /// Diffusion coefficient, um²/s.
        diffusion: f64,
    },
}

/// Vesicles of one kind in the liquid, with their cargo. Counts, not concentrations.
#[derive(Clone, Debug)]
pub struct Suspension {
    mixing: Mixing,
    /// um³
    volume: f64,
    /// vesicles, then copies of each cargo: `[what][layer]`, floor first.
    layers: Vec<Vec<f64>>,
}

/// What leaves or enters in one step: vesicles, then copies of each cargo.
pub type Counts = Vec<f64>;

/// Where released vesicles enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Evenly in the whole liquid.
    Everywhere,
    /// At the surface: donors sit on a membrane there.
    Top,
}

impl Suspension {
    /// An empty liquid of `volume` um³ for vesicles with `n_cargo` kinds of cargo.
    pub fn new(mixing: Mixing, volume: f64, n_cargo: usize) -> Self {
        let n_layers = if mixing == Mixing::Stirred { 1 } else { N_LAYERS };
        Self { mixing, volume, layers: vec![vec![0.0; n_layers]; n_cargo + 1] }
    }

    /// Everything in the liquid: vesicles, then copies.
    pub fn totals(&self) -> Counts {
        self.layers.iter().map(|layer| layer.iter().sum()).collect()
    }

    /// Vesicles in each layer, floor first.
    pub fn vesicles(&self) -> &[f64] {
        &self.layers[0]
    }

    /// Adds vesicles and copies at once.
    pub fn add(&mut self, counts: &[f64], entry: Entry) {
        for (layers, count) in self.layers.iter_mut().zip(counts) {
            add_to(layers, *count, entry);
        }
    }

    /// Takes everything out (the medium is replaced); gives what was there.
    pub fn wash(&mut self) -> Counts {
        let gone = self.totals();
        self.layers.iter_mut().for_each(|layers| layers.fill(0.0));
        gone
    }

    /// Keeps a share of the vesicles of each layer, with their cargo (`share: [n_layers]`, 0..1);
    /// gives what is lost.
    pub fn keep(&mut self, share: &[f64]) -> Counts {
        let before = self.totals();
        for layers in &mut self.layers {
            layers.iter_mut().zip(share).for_each(|(count, share)| *count *= share);
        }
        before.iter().zip(self.totals()).map(|(before, after)| before - after).collect()
    }

    /// One step of `dt` s: `released` enters evenly in time, cells that clear `clearance` um³/s in sum take up;
    /// gives what they took.
    ///
    /// Stirred: exact for a constant clearance, N' = r − (K/V)·N. Layered: finite volumes, backward Euler in
    /// time, uptake K·c(floor) at the bottom, nothing through the surface.
    pub fn step(&mut self, released: &[f64], entry: Entry, clearance: f64, dt: f64) -> Counts {
        match self.mixing {
            Mixing::Stirred => self.step_stirred(released, clearance, dt),
            Mixing::Layered { depth, diffusion } => self.step_layered(released, entry, clearance, dt, depth, diffusion),
        }
    }

    fn step_stirred(&mut self, released: &[f64], clearance: f64, dt: f64) -> Counts {
        let x = clearance / self.volume * dt;
        let kept = exp(-x);
        // (1 - e^-x)/x, its series where the difference would lose digits
        let mean_kept = if x < 1e-4 { 1.0 - x / 2.0 + x * x / 6.0 } else { (1.0 - kept) / x };
        let one = |(layers, entering): (&mut Vec<f64>, &f64)| {
            let after = layers[0] * kept + entering * mean_kept;
            let taken = layers[0] + entering - after;
            layers[0] = after;
            taken
        };
        self.layers.iter_mut().zip(released).map(one).collect()
    }

    fn step_layered(
        &mut self,
        released: &[f64],
        entry: Entry,
        clearance: f64,
        dt: f64,
        depth: f64,
        diffusion: f64,
    ) -> Counts {
        let n_steps = (dt / DIFFUSION_STEP).ceil().max(1.0);
        let step = dt / n_steps;
        let height = depth / N_LAYERS as f64;
        let exchange = diffusion / (height * height) * step;
        // Half a layer lies between the floor and the middle of the lowest layer: both resist in series.
        let area = self.volume / depth;
        let through_half_layer = diffusion * area / (height / 2.0);
        let floor = clearance * through_half_layer / (clearance + through_half_layer);
        let uptake = floor / (area * height) * step;
        let mut taken = vec![0.0; self.layers.len()];
        for _ in 0..n_steps as usize {
            for ((layers, entering), taken) in self.layers.iter_mut().zip(released).zip(&mut taken) {
                add_to(layers, entering / n_steps, entry);
                diffuse(layers, exchange, uptake);
                *taken += uptake * layers[0];
            }
        }
        taken
    }
}

fn add_to(layers: &mut [f64], count: f64, entry: Entry) {
    let n_layers = layers.len();
    match entry {
        Entry::Everywhere => layers.iter_mut().for_each(|layer| *layer += count / n_layers as f64),
        Entry::Top => layers[n_layers - 1] += count,
    }
}

/// One backward Euler step in place: tridiagonal system by elimination. `exchange` = D·dt/h²,
/// `uptake` = share of the lowest layer that is taken per step, in the same sense.
fn diffuse(layers: &mut [f64], exchange: f64, uptake: f64) {
    let n = layers.len();
    let mut upper = [0.0; N_LAYERS];
    for i in 0..n {
        let neighbours = f64::from(u8::from(i > 0)) + f64::from(u8::from(i + 1 < n));
        let mut pivot = 1.0 + exchange * neighbours + if i == 0 { uptake } else { 0.0 };
        let mut value = layers[i];
        if i > 0 {
            pivot -= exchange * upper[i - 1];
            value += exchange * layers[i - 1];
        }
        upper[i] = exchange / pivot;
        layers[i] = value / pivot;
    }
    for i in (0..n - 1).rev() {
        layers[i] += upper[i] * layers[i + 1];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layered(clearance: f64, hours: f64) -> (f64, f64) {
        let mut well = Suspension::new(Mixing::Layered { depth: 3125.0, diffusion: 6.5 }, 1e11, 0);
        well.add(&[1e6], Entry::Everywhere);
        let mut taken = 0.0;
        for _ in 0..(2.0 * hours) as usize {
            taken += well.step(&[0.0], Entry::Everywhere, clearance, 1800.0)[0];
        }
        (taken / 1e6, well.totals()[0] / 1e6)
    }

    #[test]
    fn a_floor_that_takes_everything_gives_the_series_of_the_absorbing_floor() {
        // PRODUCT.md section 12: 0.271 at 24 h, 0.468 at 72 h for D 6.5 um²/s and 3 125 um
        let floor = 1e12;
        assert!((layered(floor, 24.0).0 - 0.2706).abs() < 0.004, "{}", layered(floor, 24.0).0);
        assert!((layered(floor, 72.0).0 - 0.468).abs() < 0.004);
    }

    #[test]
    fn nothing_is_lost_in_the_liquid() {
        for clearance in [0.0, 1e5, 1e9] {
            let (taken, left) = layered(clearance, 24.0);
            assert!((taken + left - 1.0).abs() < 1e-12, "clearance {clearance}");
        }
    }

    #[test]
    fn a_stirred_well_under_continuous_release_keeps_the_closed_form() {
        // 1 - (1 - e^-kT)/(kT): 3.5 % and 86 % at 0.01 and 1 nL/h/cell (PRODUCT.md section 12)
        for (clearance, share) in [(0.01e6 / 3600.0, 0.035), (1e6 / 3600.0, 0.861)] {
            let mut well = Suspension::new(Mixing::Stirred, 1e11, 1);
            let mut taken = [0.0; 2];
            for _ in 0..144 {
                let step = well.step(&[600.0, 5.0], Entry::Everywhere, clearance * 1e4, 1800.0);
                taken.iter_mut().zip(step).for_each(|(sum, more)| *sum += more);
            }
            assert!((taken[0] / (600.0 * 144.0) - share).abs() < 5e-4, "{}", taken[0] / (600.0 * 144.0));
            assert!((taken[1] / taken[0] - 5.0 / 600.0).abs() < 1e-12);
            assert!((taken[0] + well.totals()[0] - 600.0 * 144.0).abs() < 1e-6);
        }
    }

    #[test]
    fn vesicles_from_an_insert_arrive_late() {
        let arrive = |entry| {
            let mut well = Suspension::new(Mixing::Layered { depth: 3125.0, diffusion: 6.5 }, 1e11, 0);
            well.add(&[1e6], entry);
            (0..48).map(|_| well.step(&[0.0], entry, 1e12, 1800.0)[0]).sum::<f64>()
        };
        assert!(arrive(Entry::Top) < 0.2 * arrive(Entry::Everywhere));
    }
}
