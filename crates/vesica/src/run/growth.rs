//! Factors of growth: powers of e, of which many cells ask for the same.

use std::cell::Cell;

use vesica_engine::math::exp;

/// e^x of the numbers that were asked for last: at one time all cells of an arm ask for the same.
#[derive(Default)]
pub(super) struct Factors([Cell<(f64, f64)>; N_FACTORS]);

/// Factors kept, a power of two.
const N_FACTORS: usize = 16;

impl Factors {
    /// e^x.
    pub(super) fn power_of_e(&self, x: f64) -> f64 {
        if x == 0.0 {
            return 1.0;
        }
        // the upper bits of a product depend on all bits of its factor
        let place = &self.0[(x.to_bits().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 60) as usize % N_FACTORS];
        let (known, factor) = place.get();
        if known.to_bits() == x.to_bits() {
            return factor;
        }
        let factor = exp(x);
        place.set((x, factor));
        factor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_would_be_computed() {
        let factors = Factors::default();
        for i in 0..2000 {
            let x = f64::from(i % 97) * 0.01 - 0.3;
            assert_eq!(factors.power_of_e(x).to_bits(), exp(x).to_bits(), "{x}");
        }
    }
}
