//! Conservation laws: weighted sums of amounts that no reaction changes.

mod fraction;

use std::collections::{BTreeMap, BTreeSet};

use crate::network::Network;
use fraction::Fraction;

/// Species indices with whole coefficients: the sum of coefficient x amount stays as it is.
pub type Law = Vec<(usize, f64)>;

/// A sparse row of exact numbers.
type Row = BTreeMap<usize, Fraction>;

/// Independent laws of a network, as many as there are: a basis of the left null space of its stoichiometry.
///
/// Exact (fractions of whole numbers). Coefficients are whole, without a common divisor; without negative ones where
/// adding laws removes them. A species that a rule or an event changes is in no law; nor is one of a reaction
/// whose stoichiometry is no simple fraction. If numbers grow beyond 127 bits, no law is given.
///
/// ```
/// # use vesica_model::{Library, conservation};
/// let mut library = Library::default();
/// library.read("m", "model m(); E + S -> ES; 1*E*S; ES -> E + P; ES; E = 1; S = 5; ES = 0; P = 0; end");
/// let laws = conservation::laws(&library.flatten("m").0);
/// assert_eq!(laws, [vec![(0, 1.0), (2, 1.0)], vec![(1, 1.0), (2, 1.0), (3, 1.0)]]);
/// ```
pub fn laws(network: &Network) -> Vec<Law> {
    let mut basis = null_space(network).unwrap_or_default();
    for law in &mut basis {
        if make_whole(law).is_none() {
            return Vec::new();
        }
    }
    remove_negatives(&mut basis);
    let mut laws: Vec<Law> = basis
        .iter()
        .map(|law| law.iter().map(|(species, coefficient)| (*species, coefficient.value())).collect())
        .collect();
    laws.sort_by(|x, y| x.partial_cmp(y).unwrap_or(std::cmp::Ordering::Equal));
    laws
}

/// One vector per species that can be chosen freely; `None` when a number grows too large.
fn null_space(network: &Network) -> Option<Vec<Row>> {
    let n_species = network.species.len();
    let (equations, is_zero) = equations(network);
    let steps = eliminate(equations, n_species)?;
    let mut pivot_of = vec![false; n_species];
    for (pivot, _) in &steps {
        pivot_of[*pivot] = true;
    }
    // Every coefficient as a sum over the free species: first the free ones, then the pivots backwards.
    let mut by_free: Vec<Row> = vec![Row::new(); n_species];
    for species in 0..n_species {
        if !pivot_of[species] && !is_zero[species] {
            by_free[species].insert(species, Fraction::ONE);
        }
    }
    for (pivot, row) in steps.iter().rev() {
        let divisor = row[pivot].negative();
        let mut sum = Row::new();
        for (species, coefficient) in row.iter().filter(|(species, _)| *species != pivot) {
            add_multiple(&mut sum, &by_free[*species], coefficient.over(divisor)?)?;
        }
        by_free[*pivot] = sum;
    }
    let mut laws: BTreeMap<usize, Row> = BTreeMap::new();
    for (species, row) in by_free.into_iter().enumerate() {
        for (free, coefficient) in row {
            laws.entry(free).or_default().insert(species, coefficient);
        }
    }
    Some(laws.into_values().collect())
}

/// One equation per reaction: the coefficients of a law, weighted by what the reaction changes, add up to nothing.
/// Also which species can be in no law.
fn equations(network: &Network) -> (Vec<Row>, Vec<bool>) {
    let mut is_zero = vec![false; network.species.len()];
    let assigned = network.events.iter().flat_map(|event| event.assignments.iter().map(|(species, _)| *species));
    let ruled = network.rate_rules.iter().chain(&network.algebraic_rules).map(|(species, _)| *species);
    for species in ruled.chain(assigned) {
        is_zero[species] = true;
    }
    let mut exact: Vec<Row> = Vec::new();
    for reaction in &network.reactions {
        let used = reaction.reactants.iter().map(|(species, count)| (*species, -count));
        let changes: Vec<(usize, f64)> = used.chain(reaction.products.iter().copied()).collect();
        let row: Option<Row> = changes.iter().try_fold(Row::new(), |mut row, (species, count)| {
            let one = Row::from([(*species, Fraction::of(*count)?)]);
            add_multiple(&mut row, &one, Fraction::ONE)?;
            Some(row)
        });
        match row {
            Some(row) => exact.push(row),
            None => changes.iter().for_each(|(species, _)| is_zero[*species] = true),
        }
    }
    for row in &mut exact {
        row.retain(|species, _| !is_zero[*species]);
    }
    exact.retain(|row| !row.is_empty());
    (exact, is_zero)
}

/// Solves the equations one by one, the shortest first, for the species that stands in the fewest others.
/// A step is a species and the equation that gives it from species that are solved later or never.
fn eliminate(mut equations: Vec<Row>, n_species: usize) -> Option<Vec<(usize, Row)>> {
    let mut where_used: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); n_species];
    let mut queue: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (index, row) in equations.iter().enumerate() {
        queue.insert((row.len(), index));
        row.keys().for_each(|species| {
            where_used[*species].insert(index);
        });
    }
    let mut steps = Vec::new();
    while let Some((_, index)) = queue.pop_first() {
        let row = std::mem::take(&mut equations[index]);
        for species in row.keys() {
            where_used[*species].remove(&index);
        }
        let Some(pivot) = row.keys().copied().min_by_key(|species| where_used[*species].len()) else { continue };
        for other in std::mem::take(&mut where_used[pivot]) {
            let target = &mut equations[other];
            queue.remove(&(target.len(), other));
            let factor = target[&pivot].over(row[&pivot])?.negative();
            add_multiple(target, &row, factor)?;
            for species in row.keys() {
                if target.contains_key(species) {
                    where_used[*species].insert(other);
                } else {
                    where_used[*species].remove(&other);
                }
            }
            queue.insert((target.len(), other));
        }
        steps.push((pivot, row));
    }
    Some(steps)
}

/// `target += factor x row`; what becomes zero leaves the row.
fn add_multiple(target: &mut Row, row: &Row, factor: Fraction) -> Option<()> {
    for (species, coefficient) in row {
        let old = target.get(species).copied().unwrap_or(Fraction::ZERO);
        let new = old.plus(coefficient.times(factor)?)?;
        if new == Fraction::ZERO {
            target.remove(species);
        } else {
            target.insert(*species, new);
        }
    }
    Some(())
}

/// Scales a law to whole numbers without a common divisor, most of them positive.
fn make_whole(law: &mut Row) -> Option<()> {
    let mut scale = Fraction::ONE;
    for coefficient in law.values() {
        scale = scale.times(Fraction::whole(coefficient.times(scale)?.denominator()))?;
    }
    let mut divisor = 0;
    for coefficient in law.values() {
        divisor = fraction::greatest_common_divisor(divisor, coefficient.times(scale)?.numerator());
    }
    let scale = scale.over(Fraction::whole(divisor.max(1)))?;
    let n_negative = law.values().filter(|coefficient| coefficient.is_negative()).count();
    let scale = if 2 * n_negative > law.len() { scale.negative() } else { scale };
    for coefficient in law.values_mut() {
        *coefficient = coefficient.times(scale)?;
    }
    Some(())
}

/// Adds laws to laws as long as that removes negative coefficients. The laws stay independent.
fn remove_negatives(laws: &mut [Row]) {
    let count = |law: &Row| law.values().filter(|coefficient| coefficient.is_negative()).count();
    for index in 0..laws.len() {
        while count(&laws[index]) > 0 {
            let opposite: Row = laws[index].iter().map(|(species, x)| (*species, x.negative())).collect();
            let others = laws.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other);
            let better = others
                .flat_map(|other| [cancelled(&laws[index], other), cancelled(&opposite, other)])
                .flatten()
                .find(|sum| count(sum) < count(&laws[index]));
            match better {
                Some(law) => laws[index] = law,
                None => break,
            }
        }
    }
}

/// The law plus so much of the other that a negative coefficient of it goes.
fn cancelled(law: &Row, other: &Row) -> Option<Row> {
    let shared = |(species, coefficient): (&usize, &Fraction)| {
        let by = other.get(species).filter(|by| !by.is_negative())?;
        coefficient.is_negative().then(|| coefficient.over(*by)).flatten()
    };
    let factor = law.iter().find_map(shared)?.negative();
    let mut sum = law.clone();
    add_multiple(&mut sum, other, factor)?;
    make_whole(&mut sum)?;
    Some(sum)
}
