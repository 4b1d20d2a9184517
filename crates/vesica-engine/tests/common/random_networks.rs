//! Random networks, for the tests that compare ways of evaluating them.
#![allow(dead_code, reason = "each test file uses a part")]

use proptest::prelude::*;
use vesica_model::{Binary, Function, Network};

use super::*;

pub const SPECIES: usize = 4;
pub const PARAMETERS: usize = 3;

/// Smooth formulas of positive amounts: what rate laws are made of. Some use a function that machine code lacks.
pub fn smooth(depth: u32) -> BoxedStrategy<F> {
    formula(depth, Function::Tanh)
}

/// Formulas in which a given function stands among the usual ones.
fn formula(depth: u32, function: Function) -> BoxedStrategy<F> {
    let leaf = prop_oneof![
        (1u32..40).prop_map(|k| number(f64::from(k) * 0.25)),
        (0..SPECIES).prop_map(species),
        (0..PARAMETERS).prop_map(parameter),
        Just(time()),
    ];
    leaf.prop_recursive(depth, 40, 3, move |inner| {
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
            1 => inner.clone().prop_map(move |a| call(function, a)),
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
pub fn any_formula() -> BoxedStrategy<F> {
    with_choices(Function::Tanh)
}

/// The same, without functions that machine code lacks.
pub fn usual_formula() -> BoxedStrategy<F> {
    with_choices(Function::Abs)
}

fn with_choices(function: Function) -> BoxedStrategy<F> {
    let smooth = move |depth| formula(depth, function);
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

pub fn network(formula: BoxedStrategy<F>) -> impl Strategy<Value = Network> {
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

/// Networks with events that happen soon: in which direction an amount goes is chance.
pub fn network_with_events(formula: BoxedStrategy<F>) -> impl Strategy<Value = Network> {
    let event = (0..SPECIES, 2u32..18, 0..SPECIES, formula.clone());
    (network(formula), proptest::collection::vec(event, 1..4)).prop_map(|(network, events)| {
        let with = |build: Build, (watched, limit, assigned, value): (usize, u32, usize, F)| {
            let trigger = species(watched).greater(0.25 * number(f64::from(limit)));
            build.event(trigger, vec![(assigned, value)])
        };
        events.into_iter().fold(Build(network), with).0
    })
}

pub fn points() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, f64)> {
    (proptest::collection::vec(0.1..5.0, SPECIES), proptest::collection::vec(0.5..3.0, PARAMETERS), 0.0..3.0)
}
