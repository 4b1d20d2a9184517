//! Tapes against the tree walk (same bits) and the symbolic Jacobian against differences, on random networks.

mod common;
use common::*;
use proptest::prelude::*;
use vesica_engine::naive::Point;
use vesica_engine::{Workspace, compile};
use vesica_model::{Binary, Function, Network};

const SPECIES: usize = 4;
const PARAMETERS: usize = 3;

/// Smooth formulas of positive amounts: what rate laws are made of.
fn smooth(depth: u32) -> BoxedStrategy<F> {
    let leaf = prop_oneof![
        (1u32..40).prop_map(|k| number(f64::from(k) * 0.25)),
        (0..SPECIES).prop_map(species),
        (0..PARAMETERS).prop_map(parameter),
        Just(time()),
    ];
    leaf.prop_recursive(depth, 40, 3, |inner| {
        prop_oneof![
            4 => (inner.clone(), inner.clone()).prop_map(|(a, b)| a * b),
            3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| a + b),
            2 => (inner.clone(), inner.clone()).prop_map(difference_of),
            3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| a / (1.5 + b.clone() * b)),
            2 => (inner.clone(), 2u32..5).prop_map(|(a, n)| a.pow(number(f64::from(n)))),
            1 => (0..SPECIES, 0..PARAMETERS).prop_map(|(s, p)| species(s).pow(parameter(p))),
            1 => inner.clone().prop_map(|a| call(Function::Exp, -(a.clone() * a) * 0.01)),
            1 => inner.clone().prop_map(|a| call(Function::Ln, 1.0 + a.clone() * a)),
            1 => inner.clone().prop_map(|a| call(Function::Sqrt, 1.0 + a.clone() * a)),
            1 => inner.clone().prop_map(|a| call(Function::Tanh, a)),
            1 => inner.clone().prop_map(|a| -a),
        ]
    })
    .boxed()
}

/// Not of equals: the tapes make that 0, and what is divided by it is then fixed.
fn difference_of((a, b): (F, F)) -> F {
    if a.0 == b.0 { a + b } else { a - b }
}

/// The same, with comparisons, piecewise, minima and floors.
fn any_formula() -> BoxedStrategy<F> {
    let truth = (smooth(2), smooth(2), 0..6usize).prop_map(|(a, b, op)| {
        use Binary::*;
        binary([Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual][op], a, b)
    });
    let truth = prop_oneof![
        truth.clone(),
        (truth.clone(), truth.clone(), 0..3usize).prop_map(|(a, b, op)| binary(
            [Binary::And, Binary::Or, Binary::ExclusiveOr][op],
            a,
            b
        )),
    ];
    prop_oneof![
        smooth(3),
        (smooth(2), truth, smooth(2)).prop_map(|(a, when, b)| piecewise(a, when, b)),
        (smooth(2), smooth(2)).prop_map(|(a, b)| binary(Binary::Minimum, a.clone(), binary(Binary::Maximum, a, b))),
        smooth(2).prop_map(|a| call(Function::Floor, call(Function::Abs, a))),
    ]
    .boxed()
}

fn network(formula: BoxedStrategy<F>) -> impl Strategy<Value = Network> {
    let reaction = (0..SPECIES, 0..SPECIES, 1u32..3, formula.clone());
    (proptest::collection::vec(reaction, 1..6), formula.clone(), formula).prop_map(|(reactions, rule, value)| {
        let mut build = Build::new(&[1.0; SPECIES]);
        for _ in 0..PARAMETERS {
            build = build.parameter(1.0);
        }
        build = build.variable(value).rule(0, rule * variable(0));
        for (from, to, count, rate) in reactions {
            build = build.reaction(&[(from, 1.0)], &[(to, f64::from(count))], rate);
        }
        build.0
    })
}

fn points() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, f64)> {
    (proptest::collection::vec(0.1..5.0, SPECIES), proptest::collection::vec(0.5..3.0, PARAMETERS), 0.0..3.0)
}

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
