//! What was counted in whole numbers, and why not more.

use vesica_engine::{Leaping, Scarce};

use super::super::setup::{CompiledCell, Setup};
use super::Stepper;
use super::whole::{countable, flowing, taken_up, whole};
use crate::result::Whole;
use crate::scenario::{Cell, Method};

/// For each cell in which anything is whole: which amounts, and why.
pub fn told(setup: &Setup) -> Vec<Whole> {
    let cells = setup.scenario.cells.iter().zip(&setup.cells);
    cells.filter_map(|(cell, compiled)| of_cell(setup, cell, compiled)).collect()
}

fn of_cell(setup: &Setup, cell: &Cell, compiled: &CompiledCell) -> Option<Whole> {
    let (model, scenario) = (&compiled.model, setup.scenario);
    let arrives = cell.copies_inside(scenario).next().is_some();
    let among = |candidates: &[usize]| {
        let flows = flowing(&model.network, candidates);
        let whole = whole(&model.network, candidates, &flows);
        whole.iter().map(|species| model.network.species[*species].id.clone()).collect::<Vec<_>>()
    };
    let (amounts, why) = match &compiled.stepper {
        Stepper::Flow(_) if !arrives => return None,
        Stepper::Flow(_) => {
            let why = match scenario.size.method {
                Method::Auto => {
                    "guides bind and leave their targets so often that counting them costs many times the run"
                }
                _ => "that is what `deterministic` says",
            };
            (Vec::new(), format!("vesicles that open, and copies in them, are drawn whole; inside they flow: {why}"))
        }
        Stepper::Hybrid { scarce, .. } if *scarce != super::ALL => {
            let Scarce { amount, events } = scarce;
            let why = format!(
                "each while fewer than {amount} are there and its reactions happen at most {events} times between two \
                 exchanges with the place; all else is abundant, or shared with what the cell makes, and flows"
            );
            (among(&taken_up(model)), why)
        }
        Stepper::Hybrid { .. } => (among(&countable(model)), format!("one event after another; {MEANS}")),
        Stepper::Leaps { leaping: Leaping { share, .. }, .. } => {
            let percent = 100.0 * share;
            let why = format!("many events at a time, while no rate changes by more than {percent} %; {MEANS}");
            (among(&countable(model)), why)
        }
    };
    let method = scenario.size.method.of(scenario, cell).word().to_owned();
    Some(Whole { cell: cell.name.clone(), method, amounts, why })
}

const MEANS: &str = "vesicles on their way are means until they open, and what a rate rule moves flows";
