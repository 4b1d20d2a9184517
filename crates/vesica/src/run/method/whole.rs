//! Which amounts of a cell can be whole molecules, and the network in which they are counted.

use std::collections::{BTreeMap, BTreeSet};

use vesica_model::{Expression, Network, Reaction};

use crate::compose::{Arrival, CellModel};

/// All species but those that hold means: vesicles and copies until they open.
pub(super) fn countable(model: &CellModel) -> Vec<usize> {
    let counted = model.ports.received.iter().flat_map(|port| port.all());
    let means: Vec<usize> = counted
        .flat_map(|counted| {
            let single = [Some(counted.opened), Some(counted.degraded), counted.returned, counted.bound];
            counted.inside.iter().copied().chain(single.into_iter().flatten())
        })
        .collect();
    (0..model.network.species.len()).filter(|species| !means.contains(species)).collect()
}

/// Reactions that flow where these species are whole: they change none of them, or by parts of a molecule.
pub(super) fn flowing(network: &Network, countable: &[usize]) -> Vec<bool> {
    let flows = |reaction: &Reaction| {
        let mut sides = reaction.reactants.iter().chain(&reaction.products);
        sides.clone().all(|(species, _)| !countable.contains(species)) || sides.any(|(_, number)| number.fract() != 0.0)
    };
    network.reactions.iter().map(flows).collect()
}

/// Species that no rule and no reaction that flows changes.
pub(super) fn whole(network: &Network, countable: &[usize], flowing: &[bool]) -> Vec<usize> {
    let ruled = network.rate_rules.iter().chain(&network.algebraic_rules).map(|(species, _)| *species);
    let flows = network.reactions.iter().zip(flowing).filter(|(_, flows)| **flows).map(|(reaction, _)| reaction);
    let by_parts = flows.flat_map(|reaction| reaction.reactants.iter().chain(&reaction.products)).map(|(s, _)| *s);
    let not_whole: BTreeSet<usize> = ruled.chain(by_parts).collect();
    countable.iter().copied().filter(|species| !not_whole.contains(species)).collect()
}

/// Species that hold copies which arrived, and what these bind.
///
/// From where copies arrive on, whatever a reaction makes of them belongs to it, unless something else makes it, too:
/// such a pool is shared (a protein, labile iron), and copies that join it are no longer told apart.
pub(super) fn taken_up(model: &CellModel) -> Vec<usize> {
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
pub(super) fn counted_again(model: &CellModel, candidates: &[usize]) -> Vec<(usize, Vec<usize>)> {
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
pub(super) fn diluted_once(model: &CellModel, sums: &[(usize, Vec<usize>)]) -> Network {
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
