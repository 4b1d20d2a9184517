//! How the molecules of a cell are counted: as a flow, in whole numbers, or the scarce ones so and the rest so.
//!
//! Vesicles and copies on their way through a cell are means until they open ([`super::opening`] draws how many do);
//! what arrives is whole. From there on `hybrid` keeps the species of the mechanism that takes up the copies whole
//! while they are few, and `deterministic` lets them flow.

use std::collections::{BTreeMap, BTreeSet};

use vesica_engine::math::ln;
use vesica_engine::random::Stream;
use vesica_engine::{Batch, Hybrid, NotExact, Program, Scarce, SolverConfig, Workspace, advance, advance_by_leaps};
use vesica_model::network::Formula;
use vesica_model::{Diagnostic, Expression, Network, Reaction};

use super::draws::World;
use super::population::Population;
use super::setup::{CompiledCell, Setup, compiled};
use crate::compose::{Arrival, CellModel};
use crate::scenario::{Cell, Method, Scenario};

/// Most events of a cell that are followed one by one.
const MOST_EVENTS: f64 = 1e6;

/// By how much of itself a rate may change in a leap.
const LEAP: f64 = 0.03;

/// Everything that can be whole is.
const ALL: Scarce = Scarce { amount: f64::INFINITY, events: f64::INFINITY };

/// A program, and how its molecules are counted.
pub enum Stepper {
    /// Every amount flows.
    Flow(Program),
    /// Some amounts are whole, the rest flows.
    Hybrid {
        /// The network with its clock.
        hybrid: Box<Hybrid>,
        /// What is whole.
        scarce: Scarce,
    },
    /// Every amount is whole, many events at a time.
    Leaps(Program),
}

impl Stepper {
    /// As the scenario says it for a cell.
    ///
    /// # Errors
    /// `X02` if the network cannot be compiled.
    pub fn new(scenario: &Scenario, cell: &Cell, model: &CellModel) -> Result<Self, Vec<Diagnostic>> {
        let hybrid = |candidates: &[usize], scarce| {
            let sums = counted_again(model, candidates);
            match Hybrid::with_candidates(&diluted_once(model, &sums), candidates) {
                Ok(hybrid) => Ok(Self::Hybrid { hybrid: Box::new(hybrid.with_sums(sums)), scarce }),
                Err(error) => {
                    let message = format!("`{}` cannot be compiled: {error}", cell.name);
                    Err(vec![Diagnostic::error("X02", message)])
                }
            }
        };
        match scenario.size.method.of(scenario, cell) {
            Method::Hybrid => hybrid(&taken_up(model), Scarce::default()),
            Method::Exact => hybrid(&countable(model), ALL),
            Method::Leaps => Ok(Self::Leaps(compiled(&model.network, &cell.name)?)),
            Method::Auto | Method::Deterministic => Ok(Self::Flow(compiled(&model.network, &cell.name)?)),
        }
    }

    /// The same, told which parameters change while cells live.
    pub fn with_inputs(self, parameters: &[usize]) -> Self {
        match self {
            Self::Flow(program) => Self::Flow(program.with_inputs(parameters)),
            Self::Hybrid { hybrid, scarce } => {
                Self::Hybrid { hybrid: Box::new(hybrid.with_inputs(parameters)), scarce }
            }
            Self::Leaps(program) => Self::Leaps(program.with_inputs(parameters)),
        }
    }

    /// The program that batches and workspaces are made for.
    pub fn program(&self) -> &Program {
        match self {
            Self::Flow(program) | Self::Leaps(program) => program,
            Self::Hybrid { hybrid, .. } => hybrid.program(),
        }
    }

    /// Advances every running lane to `until`. `streams`: one for each lane.
    pub fn advance(
        &self,
        solver: &SolverConfig,
        workspace: &mut Workspace,
        batch: &mut Batch,
        until: f64,
        streams: &[Stream],
    ) {
        match self {
            Self::Flow(program) => advance(program, solver, workspace, batch, until),
            Self::Hybrid { hybrid, scarce } => hybrid.advance(solver, *scarce, workspace, batch, until, streams),
            Self::Leaps(program) => advance_by_leaps(program, solver, LEAP, workspace, batch, until, streams)
                .expect("rates that run with time were refused before"),
        }
    }

    /// A rested lane has parts of molecules, and what is gone can lie a rounding below zero; where all are counted each
    /// is rounded up or down by chance. (Hybrid trajectories round what they count themselves.)
    pub fn make_whole(&self, state: &mut [f64], stream: &Stream) {
        match self {
            Self::Flow(_) => {}
            Self::Hybrid { .. } => state.iter_mut().filter(|amount| **amount < 0.0).for_each(|amount| *amount = 0.0),
            Self::Leaps(_) => {
                for (species, amount) in state.iter_mut().enumerate() {
                    let up = stream.uniform(u32::MAX - species as u32) < amount.max(0.0).fract();
                    *amount = amount.max(0.0).floor() + f64::from(u8::from(up));
                }
            }
        }
    }
}

/// Species that hold copies which arrived, and what these bind.
///
/// From where copies arrive on, whatever a reaction makes of them belongs to it, unless something else makes it, too:
/// such a pool is shared (a protein, labile iron), and copies that join it are no longer told apart.
fn taken_up(model: &CellModel) -> Vec<usize> {
    let reactions = &model.network.reactions;
    let arriving = model.ports.received.iter().flat_map(|port| &port.arrivals);
    let mut holding: BTreeSet<usize> = arriving
        .filter_map(|arrival| if let Arrival::Inside(species) = arrival { Some(*species) } else { None })
        .collect();
    let arrived = holding.clone();
    // what the same mechanism makes of the cell's own goes the same way
    let instance = |reaction: &Reaction| reaction.id.split('.').next().unwrap_or_default().to_owned();
    let is_own = |reaction: &&Reaction| !reaction.id.starts_with(DILUTION);
    let takes_up = |reaction: &&Reaction| reaction.reactants.iter().any(|(species, _)| arrived.contains(species));
    let prefixes: Vec<String> =
        reactions.iter().filter(is_own).filter(takes_up).map(|reaction| instance(reaction) + ".").collect();
    let is_local = |species: &usize| prefixes.iter().any(|start| model.network.species[*species].id.starts_with(start));
    holding.extend((0..model.network.species.len()).filter(is_local));
    let seeds = holding.clone();
    let consumes = |reaction: &Reaction, set: &BTreeSet<usize>| reaction.reactants.iter().any(|(s, _)| set.contains(s));
    loop {
        let made =
            reactions.iter().filter(|reaction| consumes(reaction, &holding)).flat_map(|reaction| &reaction.products);
        let made: Vec<usize> = made.map(|(species, _)| *species).filter(|species| !holding.contains(species)).collect();
        if made.is_empty() {
            break;
        }
        holding.extend(made);
    }
    loop {
        let others =
            reactions.iter().filter(|reaction| !consumes(reaction, &holding)).flat_map(|reaction| &reaction.products);
        let shared: Vec<usize> =
            others.map(|(s, _)| *s).filter(|s| holding.contains(s) && !seeds.contains(s)).collect();
        if shared.is_empty() {
            break;
        }
        shared.iter().for_each(|species| {
            holding.remove(species);
        });
    }
    // a partner that is scarce, too, cannot be taken by parts
    let bound =
        reactions.iter().filter(|reaction| consumes(reaction, &holding)).flat_map(|reaction| &reaction.reactants);
    let partners: Vec<usize> = bound.map(|(species, _)| *species).collect();
    holding.extend(partners);
    holding.into_iter().collect()
}

/// Species that count others again (the complexes of a guide, summed over its targets): every reaction changes such a
/// sum by as much as its parts together, and all begin empty.
fn counted_again(model: &CellModel, candidates: &[usize]) -> Vec<(usize, Vec<usize>)> {
    let network = &model.network;
    let arriving = model.ports.received.iter().flat_map(|port| &port.arrivals);
    let arriving: Vec<usize> =
        arriving.filter_map(|a| if let Arrival::Inside(species) = a { Some(*species) } else { None }).collect();
    let starts_empty = |species: &usize| network.species[*species].initial == Expression::Number(0.0);
    let is_apart = |species: &usize| arriving.contains(species) || model.counters.contains(species);
    let mut rows: Vec<(usize, BTreeMap<usize, f64>)> = candidates
        .iter()
        .filter(|species| starts_empty(species) && !is_apart(species))
        .map(|species| (*species, changes_of(network, *species)))
        .filter(|(_, row)| !row.is_empty())
        .collect();
    // parts before sums; of two that are the same, the one that stands in a mechanism
    let is_port = |species: usize| !network.species[species].id.contains('.');
    rows.sort_by_key(|(species, row)| (row.len(), is_port(*species), *species));
    let mut parts: Vec<(usize, BTreeMap<usize, f64>)> = Vec::new();
    let mut sums = Vec::new();
    for (species, row) in rows {
        let inside =
            |part: &&(usize, BTreeMap<usize, f64>)| part.1.iter().all(|(r, change)| row.get(r) == Some(change));
        let own: Vec<&(usize, BTreeMap<usize, f64>)> = parts.iter().filter(inside).collect();
        // parts that share no reaction and leave none out
        let covered: BTreeSet<usize> = own.iter().flat_map(|part| part.1.keys().copied()).collect();
        let n: usize = own.iter().map(|part| part.1.len()).sum();
        match n == row.len() && covered.len() == row.len() {
            true => sums.push((species, own.iter().map(|part| part.0).collect())),
            false => parts.push((species, row)),
        }
    }
    sums
}

/// The network in which what is counted twice is diluted at once. While all amounts flow each count is diluted by
/// itself, and they stay equal; whole molecules must leave all counts together.
fn diluted_once(model: &CellModel, sums: &[(usize, Vec<usize>)]) -> Network {
    let mut network = model.network.clone();
    let of = |species: usize| format!("{DILUTION}{}", model.network.species[species].id);
    for (species, parts) in sums {
        network.reactions.retain(|reaction| reaction.id != of(*species));
        for part in parts {
            let own = network.reactions.iter_mut().find(|reaction| reaction.id == of(*part));
            own.into_iter().for_each(|reaction| reaction.reactants.push((*species, 1.0)));
        }
    }
    network
}

/// By how much each reaction changes a species, growth left out.
fn changes_of(network: &Network, species: usize) -> BTreeMap<usize, f64> {
    let side = |side: &[(usize, f64)]| side.iter().filter(|(s, _)| *s == species).map(|(_, n)| n).sum::<f64>();
    let own = network.reactions.iter().enumerate().filter(|(_, reaction)| !reaction.id.starts_with(DILUTION));
    own.map(|(r, reaction)| (r, side(&reaction.products) - side(&reaction.reactants)))
        .filter(|(_, c)| *c != 0.0)
        .collect()
}

/// Reactions that the network adds for growth are named so.
const DILUTION: &str = "dilution.";

/// All species but those that hold means: vesicles and copies until they open.
fn countable(model: &CellModel) -> Vec<usize> {
    let counted = model.ports.received.iter().flat_map(|port| port.all());
    let means: Vec<usize> = counted
        .flat_map(|counted| {
            let single = [Some(counted.opened), Some(counted.degraded), counted.returned, counted.bound];
            counted.inside.iter().copied().chain(single.into_iter().flatten())
        })
        .collect();
    (0..model.network.species.len()).filter(|species| !means.contains(species)).collect()
}

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
        let reason = of_network(&compiled.model.network, method)
            .or_else(|| (method == Method::Leaps && compiled.receives).then(|| RECEIVES.to_owned()))
            .or_else(|| of_rates(setup, &Population::at_rest(setup, &world, index), compiled))?;
        let help = "method = \"hybrid\" counts scarce cargo and lets the rest flow; \"deterministic\" lets all flow";
        Some(
            Diagnostic::error("E99", format!("\"{}\" is impossible in cell `{name}`: {reason}", method.word()))
                .help(help),
        )
    };
    setup.cells.iter().enumerate().filter_map(problem).collect()
}

const RECEIVES: &str = "it takes up vesicles, whose whole number is drawn when they open";

/// What the network itself forbids.
fn of_network(network: &Network, method: Method) -> Option<String> {
    let parts = network.reactions.iter().find_map(|reaction| {
        let sides = reaction.reactants.iter().chain(&reaction.products);
        sides.into_iter().find(|(_, number)| number.fract() != 0.0).map(|(species, number)| {
            let species = &network.species[*species].id;
            format!("reaction `{}` changes `{species}` by {number} molecules at a time", reaction.id)
        })
    });
    let ruled = |rules: &[(usize, Formula)], reason: NotExact| {
        rules.first().map(|(species, _)| format!("{reason} (`{}`)", network.species[*species].id))
    };
    let rule = ruled(&network.rate_rules, NotExact::RateRule)
        .or_else(|| ruled(&network.algebraic_rules, NotExact::AlgebraicRule));
    let time = || match vesica_engine::compile(network).ok().and_then(|program| program.not_exact()) {
        Some(reason) if method == Method::Leaps => Some(reason.to_string()),
        _ => None,
    };
    parts.or(rule).or_else(time)
}

/// What the rates of a cell at rest forbid.
fn of_rates(setup: &Setup, population: &Population, compiled: &CompiledCell) -> Option<String> {
    let network = &compiled.model.network;
    let rates = population.rates(0);
    let named = |index: usize| &network.reactions[index].id;
    let (fastest, most) = (0..network.reactions.len())
        .map(|index| (index, rates[index]))
        .fold((0, 0.0_f64), |best, one| if one.1 > best.1 { one } else { best });
    let backwards = (0..network.reactions.len()).find(|index| rates[*index] < 0.0);
    if let Some(index) = backwards {
        return Some(format!("reaction `{}` runs backwards at rest, by a rate below zero", named(index)));
    }
    let n_events = most * setup.scenario.span;
    (setup.scenario.size.method == Method::Exact && n_events > MOST_EVENTS).then(|| {
        let hours = setup.scenario.span / 3600.0;
        let (count, limit) = (magnitude(n_events), magnitude(MOST_EVENTS));
        format!("reaction `{}` happens about {count} times in {hours} h, and {limit} can be followed", named(fastest))
    })
}

/// `10^12`: the nearest power of ten.
fn magnitude(number: f64) -> String {
    format!("10^{:.0}", ln(number) / ln(10.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use crate::run::Size;

    /// A few hours with many vesicles, so that scarce copies come and go.
    fn scenario(method: &str, knowledge: &Knowledge) -> Scenario {
        let text = format!(
            r#"
            vesica = 1
            time = {{ span = "6 h", record = "1 h" }}
            run = {{ worlds = 1, cells = 400, method = "{method}" }}
            [place]
            kind = "well"
            plate = "96"
            volume = "100 uL"
            layout = "mixed"
            [cell.caf]
            is = "cancer-associated fibroblast"
            count = 20_000
            grows = "no"
            [cell.tumour]
            is = "gastric adenocarcinoma cell"
            count = 10_000
            doubles = "30 h"
            [vesicle.exo]
            from = "caf"
            to = "tumour"
            rate = "200 /cell/h"
            size = "100 nm"
            [vesicle.exo.cargo."hsa-miR-522-3p"]
            copies = "0.5 /vesicle"
            spread = "even"
            [links]
            enter.clearance = "1 nL/h/cell"
            deliver.escape = "20 %"
            act.loaded = "50 %"
            act.ALOX15 = "0.5 of control"
            [arm.plain]
            [measure.copies]
            reads = "copies(hsa-miR-522-3p, tumour)"
            at = ["6 h"]
            [measure.protein]
            reads = "protein(GPX4, tumour)"
            at = ["6 h"]
            "#
        );
        let (scenario, found) = crate::scenario::read("s.toml", &text, "s", knowledge, &|_| None);
        let errors: Vec<_> = found.iter().filter(|f| f.severity() != vesica_model::Severity::Warning).collect();
        assert!(errors.is_empty(), "{errors:?}");
        scenario.expect("a scenario")
    }

    fn knowledge() -> Knowledge {
        Knowledge::embedded().0
    }

    /// Copies in each cell at the end, the mean of a pool that is abundant, and the cells.
    fn run(method: &str, knowledge: &Knowledge) -> (Vec<f64>, f64) {
        let scenario = scenario(method, knowledge);
        let size = Size { n_worlds: 1, n_targets: 400, ..Size::default() };
        let setup = Setup::new(&scenario, knowledge, size, 3).expect("a setup");
        let world = World::new(&scenario, knowledge, &setup.hypotheses[0], 3, 0);
        let cell = setup.cell_index("tumour").expect("a cell");
        let mut copies = Vec::new();
        let mut protein = f64::NAN;
        crate::run::world::watch(&setup, &world, &mut |populations| {
            let population: &mut Population = &mut populations[cell];
            population.evaluate();
            let source =
                |symbol: &str| super::super::setup::source(&setup.cells[cell].model.network, symbol).expect("a symbol");
            let seen = source("copies_hsa_miR_522_3p");
            copies = population.lanes(0).map(|lane| population.read(lane, seen)).collect();
            protein = population.mean(0, source("GPX4"));
        });
        (copies, protein)
    }

    fn moments(values: &[f64]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        (mean, (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0)).sqrt())
    }

    #[test]
    fn hybrid_keeps_scarce_cargo_whole_and_agrees_with_the_flow_in_the_mean() {
        let knowledge = knowledge();
        let (whole, protein) = run("hybrid", &knowledge);
        let (flowing, protein_of_flow) = run("deterministic", &knowledge);
        let scarce: Vec<&f64> = whole.iter().filter(|copies| **copies < 90.0).collect();
        assert!(scarce.len() > 300, "{} scarce of {}", scarce.len(), whole.len());
        assert!(scarce.iter().all(|copies| copies.fract() == 0.0), "{scarce:?}");
        assert!(flowing.iter().filter(|copies| copies.fract() != 0.0).count() > 300, "a flow makes parts");
        // the same copies arrive in both, so only their decay differs
        let difference: Vec<f64> = whole.iter().zip(&flowing).map(|(a, b)| a - b).collect();
        let (mean, deviation) = moments(&difference);
        assert!(mean.abs() < 4.5 * deviation / (whole.len() as f64).sqrt(), "{mean} ± {deviation}");
        assert!(deviation > 0.1, "decay by chance: {deviation}");
        assert!((protein / protein_of_flow - 1.0).abs() < 0.01, "{protein} {protein_of_flow}");
        assert_eq!(run("auto", &knowledge).0, flowing, "guides bind too often to be counted unasked");
    }

    #[test]
    fn what_is_impossible_is_refused_with_its_cell_and_its_reason() {
        let knowledge = knowledge();
        for method in ["exact", "leaps"] {
            let scenario = scenario(method, &knowledge);
            let found = Setup::new(&scenario, &knowledge, Size::default(), 3).err().expect("refused");
            for cell in ["caf", "tumour"] {
                let start = format!("\"{method}\" is impossible in cell `{cell}`: ");
                assert!(found.iter().any(|f| f.code == "E99" && f.message.starts_with(&start)), "{found:?}");
            }
        }
    }
}
