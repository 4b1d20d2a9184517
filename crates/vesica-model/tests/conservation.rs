//! Laws hold in every reaction, and there are as many as linear algebra says.

use proptest::prelude::*;
use vesica_model::{Expression, Library, Network, Reaction, Species, conservation};

fn network(n_species: usize, reactions: &[Vec<(usize, i32)>]) -> Network {
    let species = |index| Species {
        id: format!("S{index}"),
        initial: Expression::Number(1.0),
        compartment: None,
        is_concentration: false,
    };
    let reaction = |(index, changes): (usize, &Vec<(usize, i32)>)| {
        let side = |sign: i32| changes.iter().filter(|c| c.1 * sign > 0).map(|c| (c.0, f64::from(c.1.abs()))).collect();
        Reaction { id: format!("J{index}"), reactants: side(-1), products: side(1), rate: Expression::Number(1.0) }
    };
    Network {
        species: (0..n_species).map(species).collect(),
        reactions: reactions.iter().enumerate().map(reaction).collect(),
        ..Network::default()
    }
}

/// Change of one species in one reaction.
fn change(reaction: &Reaction, species: usize) -> f64 {
    let sum = |side: &[(usize, f64)]| side.iter().filter(|x| x.0 == species).map(|x| x.1).sum::<f64>();
    sum(&reaction.products) - sum(&reaction.reactants)
}

/// Rank by plain elimination with floating numbers: the slow reference.
fn naive_rank(mut rows: Vec<Vec<f64>>) -> usize {
    let n_columns = rows.first().map_or(0, Vec::len);
    let mut rank = 0;
    for column in 0..n_columns {
        let Some(pivot) = (rank..rows.len()).max_by(|x, y| rows[*x][column].abs().total_cmp(&rows[*y][column].abs()))
        else {
            break;
        };
        if rows[pivot][column].abs() < 1e-9 {
            continue;
        }
        rows.swap(rank, pivot);
        for row in rank + 1..rows.len() {
            let factor = rows[row][column] / rows[rank][column];
            let pivot_row = rows[rank].clone();
            rows[row].iter_mut().zip(&pivot_row).for_each(|(x, y)| *x -= factor * y);
        }
        rank += 1;
    }
    rank
}

fn holds(network: &Network) {
    let laws = conservation::laws(network);
    let n_species = network.species.len();
    for law in &laws {
        assert!(!law.is_empty());
        for reaction in &network.reactions {
            let sum: f64 = law.iter().map(|(species, coefficient)| coefficient * change(reaction, *species)).sum();
            assert_eq!(sum, 0.0, "{law:?} is broken by {}", reaction.id);
        }
    }
    let matrix = |reaction: &Reaction| (0..n_species).map(|species| change(reaction, species)).collect();
    let rank = naive_rank(network.reactions.iter().map(matrix).collect());
    assert_eq!(laws.len(), n_species - rank);
    let dense = |law: &conservation::Law| {
        let mut row = vec![0.0; n_species];
        law.iter().for_each(|(species, coefficient)| row[*species] = *coefficient);
        row
    };
    assert_eq!(naive_rank(laws.iter().map(dense).collect()), laws.len(), "laws are independent");
}

proptest! {
    #[test]
    fn laws_of_random_networks(
        reactions in prop::collection::vec(prop::collection::btree_map(0..8usize, -3..4i32, 1..4), 0..9)
    ) {
        let reactions: Vec<Vec<(usize, i32)>> = reactions.into_iter().map(|r| r.into_iter().collect()).collect();
        holds(&network(8, &reactions));
    }
}

#[test]
fn moieties_have_no_negative_coefficients() {
    // GSSG <-> 2 GSH; ATP <-> ADP; an enzyme with two complexes.
    let reactions =
        [vec![(0, -1), (1, 2)], vec![(2, -1), (3, 1)], vec![(4, -1), (2, -1), (5, 1)], vec![(5, -1), (3, 1), (4, 1)]];
    let network = network(6, &reactions);
    holds(&network);
    let laws = conservation::laws(&network);
    assert!(laws.iter().flatten().all(|(_, coefficient)| *coefficient > 0.0), "{laws:?}");
    assert_eq!(laws[0], vec![(0, 2.0), (1, 1.0)]);
}

#[test]
fn rules_and_events_break_laws() {
    let text = "A -> B; A; B -> C; B; A = 1; B = 0; C = 0; D = 1; at (time > 1): A = 5";
    let mut library = Library::default();
    library.read("m", text);
    let network = library.flatten("__main").0;
    // A is set by the event, so nothing of the chain is conserved; D stands alone as a number.
    assert!(conservation::laws(&network).is_empty());
}

#[test]
fn a_long_chain_has_one_law() {
    let n = 50_000;
    let reactions: Vec<Vec<(usize, i32)>> = (0..n - 1).map(|i| vec![(i, -1), (i + 1, 1)]).collect();
    let laws = conservation::laws(&network(n, &reactions));
    assert_eq!((laws.len(), laws[0].len()), (1, n));
}
