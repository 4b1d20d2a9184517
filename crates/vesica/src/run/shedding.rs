//! What dying cells shed: vesicles of an origin of their own, which come into the medium at the end of the step in which a cell dies.

use super::medium::Counts;
use super::population::Population;
use super::setup::{CompiledCell, Setup};

/// Vesicles and copies that cells of one type shed between two times, weighted: `(arm, vesicle kind, counts)`.
/// Cells that died before time zero left nothing: what they would have shed is not known.
pub(super) fn shed(
    setup: &Setup,
    cell: &CompiledCell,
    population: &mut Population,
    from: f64,
    to: f64,
) -> Vec<(usize, usize, Counts)> {
    let n_cells = population.n_cells();
    let died = |lane: &usize| population.death(*lane).is_some_and(|(_, time)| time > from && time <= to);
    let lanes: Vec<usize> = (0..population.n_arms() * n_cells).filter(died).collect();
    if cell.model.ports.shed.is_empty() || lanes.is_empty() {
        return Vec::new();
    }
    population.evaluate();
    let mut shed = Vec::new();
    for port in &cell.model.ports.shed {
        let deaths = &setup.scenario.vesicles[port.vesicle].deaths;
        for &lane in &lanes {
            let Some((event, time)) = population.death(lane) else { continue };
            if !deaths.is_empty() && !deaths.contains(&population.mode(event)) {
                continue;
            }
            let number = population.weight(lane, time) * population.variable(lane, port.number);
            let copies = port.copies.iter().map(|copies| number * population.variable(lane, *copies));
            shed.push((lane / n_cells, port.vesicle, std::iter::once(number).chain(copies).collect()));
        }
    }
    shed
}
