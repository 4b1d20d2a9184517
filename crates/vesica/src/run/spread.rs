//! What the cells of an arm share, and how they differ from each other.

use std::collections::BTreeMap;

use vesica_engine::math::{exp, ln, normal_quantile};

use super::draws::World;
use super::setup::CompiledCell;
use crate::compose::Binding;
use crate::scenario::{Arm, Cell};

/// Parameters that all cells of an arm share; what changes in time starts at 0.
pub(super) fn shared_parameters(compiled: &CompiledCell, cell: &Cell, world: &World, arm: &Arm) -> Vec<f64> {
    let bindings = &compiled.model.bindings;
    bindings.iter().map(|binding| world.value(binding, arm, cell.doubles).unwrap_or(0.0)).collect()
}

/// Cell-to-cell spread: log-normal with median 1, half of its variance common to all proteins of the cell. Arms share it.
#[derive(Default)]
pub(super) struct Varied {
    /// Spread and number of a cell, and the factor of each of its levels: what was drawn for an arm serves the next.
    factors: BTreeMap<(u64, usize), Vec<f64>>,
}

impl Varied {
    /// Multiplies the levels of one cell of an arm.
    pub(super) fn vary(
        &mut self,
        compiled: &CompiledCell,
        cell: &Cell,
        world: &World,
        arm: &Arm,
        number: usize,
        parameters: &mut [f64],
    ) {
        let Some(varies) = cell.varies else { return };
        let cv = world.quantity(varies, Some(arm));
        let names =
            |binding: &Binding| if let Binding::Level { name, .. } = binding { Some(name.clone()) } else { None };
        let draw = || {
            let sigma = ln(1.0 + cv * cv).sqrt();
            let chance = |purpose: &str| world.chances(&cell.name, number as u32, purpose).uniform(0);
            let common = normal_quantile(chance("varies"));
            let own = |name: String| normal_quantile(chance(&format!("varies/{name}")));
            let factor = |name| exp(sigma * (common + own(name)) * std::f64::consts::FRAC_1_SQRT_2);
            compiled.model.bindings.iter().filter_map(names).map(factor).collect()
        };
        let factors = self.factors.entry((cv.to_bits(), number)).or_insert_with(draw);
        let levels = parameters.iter_mut().zip(&compiled.model.bindings);
        let levels = levels.filter(|(_, binding)| matches!(binding, Binding::Level { .. }));
        levels.zip(factors).for_each(|((value, _), factor)| *value *= *factor);
    }
}
