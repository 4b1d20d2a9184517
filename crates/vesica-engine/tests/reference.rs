//! Tapes against the tree walk (same bits) and the symbolic Jacobian against differences, on random networks.

mod common;
use common::random_networks::*;
use proptest::prelude::*;
use vesica_engine::naive::Point;
use vesica_engine::{Workspace, compile};

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, rng_seed: proptest::test_runner::RngSeed::Fixed(2), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tapes_have_the_bits_of_the_tree_walk(network in network(any_formula()), (state, parameters, t) in points()) {
        let program = compile(&network).expect("random networks are sound");
        let mut workspace = Workspace::for_program(&program);
        let point = Point::new(&network, t, &state, &parameters);
        let mut out = vec![0.0; SPECIES];
        program.rhs(&mut workspace, t, &state, &parameters, &mut out);
        let same = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan()) || !b.is_finite();
        for (a, b) in out.iter().zip(point.rhs()) {
            prop_assert!(same(*a, b), "{a} {b}");
        }
        let mut rates = vec![0.0; program.n_reactions()];
        program.reaction_rates(&mut workspace, t, &state, &parameters, &mut rates);
        for (a, b) in rates.iter().zip(point.reaction_rates()) {
            prop_assert!(same(*a, b), "{a} {b}");
        }
        let mut variables = [0.0];
        program.variables(&mut workspace, t, &state, &parameters, &mut variables);
        prop_assert!(same(variables[0], point.variables()[0]));
    }

    #[test]
    fn the_jacobian_is_that_of_differences(network in network(smooth(3)), (state, parameters, t) in points()) {
        let program = compile(&network).expect("random networks are sound");
        let mut workspace = Workspace::for_program(&program);
        let mut entries = vec![0.0; program.jacobian_pattern().len()];
        program.jacobian(&mut workspace, t, &state, &parameters, &mut entries);
        let point = Point::new(&network, t, &state, &parameters);
        let largest = point.reaction_rates().iter().chain(&point.rhs()).fold(0.0, |largest: f64, rate| largest.max(rate.abs()));
        for column in 0..SPECIES {
            // Central differences of two widths, extrapolated; their disagreement bounds the error.
            let mut difference = |h: f64| {
                let mut side = |sign: f64| {
                    let mut moved = state.clone();
                    moved[column] += sign * h;
                    let mut out = vec![0.0; SPECIES];
                    program.rhs(&mut workspace, t, &moved, &parameters, &mut out);
                    out
                };
                let (up, down) = (side(1.0), side(-1.0));
                up.iter().zip(&down).map(|(a, b)| (a - b) / (2.0 * h)).collect::<Vec<f64>>()
            };
            let (wide, narrow) = (difference(1e-3), difference(5e-4));
            for row in 0..SPECIES {
                let expected = (4.0 * narrow[row] - wide[row]) / 3.0;
                let at = program.jacobian_pattern().iter().position(|p| *p == (row as u32, column as u32));
                let value = at.map_or(0.0, |at| entries[at]);
                let doubt = (narrow[row] - wide[row]).abs() + 1e-6 * (1.0 + expected.abs()) + 1e-10 * largest;
                if expected.abs() < 1e6 {
                    prop_assert!((value - expected).abs() <= doubt, "({row}, {column}): {value} {expected}");
                }
            }
        }
    }
}
