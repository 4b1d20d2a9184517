//! Which methods a scenario allows.

use vesica_model::{Diagnostic, Network};

use super::super::draws::World;
use super::super::population::Population;
use super::super::setup::{CompiledCell, Setup};
use super::Stepper;
use crate::scenario::Method;

/// Most events, or leaps, of a cell that are followed one by one: some ten seconds.
const MOST: f64 = 1e6;

/// Why the method that the scenario names cannot be taken, for all cells at once.
pub fn impossible(setup: &Setup) -> Vec<Diagnostic> {
    let method = setup.scenario.size.method;
    let none_receives = setup.scenario.cells.iter().all(|cell| cell.copies_inside(setup.scenario).next().is_none());
    if method == Method::Hybrid && none_receives {
        let message = "\"hybrid\" is impossible: no cell of this scenario gets copies of a cargo inside".to_owned();
        let help = "leave `method` out, or write method = \"deterministic\"";
        return vec![Diagnostic::error("E99", message).help(help)];
    }
    if !matches!(method, Method::Exact | Method::Leaps) {
        return Vec::new();
    }
    let world = World::new(setup.scenario, setup.knowledge, &setup.hypotheses[0], setup.seed, 0);
    let problem = |(index, compiled): (usize, &CompiledCell)| {
        let name = &setup.scenario.cells[index].name;
        let reason = of_network(&compiled.model.network)
            .or_else(|| of_rates(setup, &Population::at_rest(setup, &world, index), compiled))?;
        let help = "method = \"hybrid\" counts scarce cargo and lets the rest flow; \"deterministic\" lets all flow";
        Some(
            Diagnostic::error("E99", format!("\"{}\" is impossible in cell `{name}`: {reason}", method.word()))
                .help(help),
        )
    };
    setup.cells.iter().enumerate().filter_map(problem).collect()
}

/// What the network itself forbids.
fn of_network(network: &Network) -> Option<String> {
    let (species, _) = network.algebraic_rules.first()?;
    let species = &network.species[*species].id;
    Some(format!("an amount follows the others at once, by an algebraic rule (`{species}`)"))
}

/// What the rates of a cell at rest forbid.
fn of_rates(setup: &Setup, population: &Population, compiled: &CompiledCell) -> Option<String> {
    let (stepper, span) = (&compiled.stepper, setup.scenario.span);
    // one that dies or freezes on its way to rest says nothing
    let lane = (0..population.n_arms() * population.n_cells()).find(|lane| population.is_alive(*lane))?;
    let (rates, ids) = (population.rates(lane), stepper.program().reaction_ids());
    let happens: Vec<usize> = (0..rates.len()).filter(|reaction| !stepper.flows(*reaction)).collect();
    if let Some(index) = happens.iter().find(|index| rates[**index] < 0.0) {
        return Some(format!("reaction `{}` runs backwards at rest, by a rate below zero", ids[*index]));
    }
    let hours = span / 3600.0;
    let too_many = |number: f64, of: String, what: &str| {
        let (count, limit) = (magnitude(number), magnitude(MOST));
        (number > MOST)
            .then(|| format!("a cell takes about {count} {what} in {hours} h{of}, and {limit} can be followed"))
    };
    match stepper {
        Stepper::Leaps { program, leaping, .. } => {
            let length = leaping.length(program, population.state(lane), &rates);
            too_many(span / length, String::new(), "leaps")
        }
        _ => {
            let total: f64 = happens.iter().map(|index| rates[*index] * span).sum();
            let fastest = happens.iter().copied().reduce(|a, b| if rates[b] > rates[a] { b } else { a })?;
            let of = format!(", {} of them of `{}`", magnitude(rates[fastest] * span), ids[fastest]);
            too_many(total, of, "reaction events")
        }
    }
}

/// `4·10^12`: one digit.
fn magnitude(number: f64) -> String {
    let text = format!("{number:.0e}");
    match text.split_once('e') {
        Some(("1", power)) => format!("10^{power}"),
        Some((digit, power)) => format!("{digit}·10^{power}"),
        None => text,
    }
}
