//! Derivatives along parameters and branches of steady states, against closed forms and against differences of runs.

mod common;
use common::*;
use vesica_engine::{
    Batch, BranchPoint, CompileError, LaneStatus, Program, SolverConfig, Workspace, advance, branch, compile,
    compile_along, follow,
};
use vesica_model::{Library, Network, conservation};

fn network(text: &str) -> Network {
    let mut library = Library::default();
    let problems = library.read("test.ant", text);
    assert!(problems.is_empty(), "{problems:?}");
    let (network, problems) = library.flatten(library.main_model().expect("a model").to_owned().as_str());
    assert!(problems.is_empty(), "{problems:?}");
    network
}

fn run(program: &Program, parameters: &[f64], until: f64) -> Vec<f64> {
    let mut batch = Batch::new(program, 1);
    batch.parameters_mut(0)[..parameters.len()].copy_from_slice(parameters);
    batch.restart(program, 0);
    let config = SolverConfig::with_tolerance(1e-10, 1e-12);
    advance(program, &config, &mut Workspace::for_program(program), &mut batch, until);
    assert_eq!(*batch.status(0), LaneStatus::Running);
    batch.state(0).to_vec()
}

/// Synthesis that saturates, a dimer, a power, a variable, and an initial amount that is a formula.
const TEXT: &str = "model m(); species A, B, C; A = a0*k1; B = 1; C = 0.2; V := A/(K + A);
    make: => A; k1*V^h; pair: 2 A -> B; k2*A^2; turn: B -> C; k3*B*exp(-C/q); lose: C -> ; k3*sqrt(C);
    a0 = 2; k1 = 0.9; k2 = 0.05; k3 = 0.3; K = 1.5; h = 2.2; q = 4; end";

#[test]
fn sensitivities_are_what_differences_of_two_runs_come_to() {
    let network = network(TEXT);
    let plain = compile(&network).expect("a small network");
    let all: Vec<usize> = (0..plain.n_parameters()).collect();
    let program = compile_along(&network, &all).expect("a small network");
    let (n, until) = (plain.n_species(), 6.0);
    let defaults = plain.default_parameters();
    for index in all.iter().copied() {
        let mut parameters = [defaults, &vec![0.0; defaults.len()]].concat();
        parameters[defaults.len() + index] = 1.0;
        let tangent = run(&program, &parameters, until);
        let small = 1e-4 * defaults[index].abs().max(1e-3);
        let at = |value: f64| {
            let mut parameters = defaults.to_vec();
            parameters[index] = value;
            run(&plain, &parameters, until)
        };
        let (up, down) = (at(defaults[index] + small), at(defaults[index] - small));
        for i in 0..n {
            let expected = (up[i] - down[i]) / (2.0 * small);
            let error = (tangent[n + i] - expected).abs();
            assert!(error < 1e-5 * expected.abs().max(0.01), "{index} {i}: {} {expected}", tangent[n + i]);
        }
    }
}

/// A -> B -> : amounts and sensitivities in closed form; each lane carries another parameter.
#[test]
fn lanes_of_one_run_carry_one_parameter_each() {
    let network =
        network("model m(); species A, B; A = a; B = 0; A -> B; k*A; B -> ; m*B; a = 3; k = 0.7; m = 0.2; end");
    let order: Vec<usize> = ["a", "k", "m"].map(|id| network.parameter(id).expect("it has it")).to_vec();
    let program = compile_along(&network, &order).expect("a small network");
    let mut batch = Batch::new(&program, 3);
    for lane in 0..3 {
        batch.parameters_mut(lane)[network.parameters.len() + lane] = 1.0;
        batch.restart(&program, lane);
    }
    let mut alone = batch.clone();
    let (config, mut workspace) = (SolverConfig::with_tolerance(1e-10, 1e-12), Workspace::for_program(&program));
    advance(&program, &config, &mut workspace, &mut batch, 2.0);
    let (a, k, m, t) = (3.0f64, 0.7f64, 0.2f64, 2.0f64);
    let (fast, slow) = ((-k * t).exp(), (-m * t).exp());
    // B = a k (slow - fast) / (k - m)
    let b = a * k * (slow - fast) / (k - m);
    let expected = [
        [fast, b / a],
        [-t * a * fast, b / k + a * k * t * fast / (k - m) - b / (k - m)],
        [0.0, -a * k * t * slow / (k - m) + b / (k - m)],
    ];
    for (lane, expected) in expected.iter().enumerate() {
        let tangent = &batch.state(lane)[2..];
        (0..2).for_each(|i| assert!((tangent[i] - expected[i]).abs() < 1e-7, "{lane} {i}: {tangent:?} {expected:?}"));
        let mut out = Vec::new();
        follow(&program, &config, &mut workspace, &mut alone, lane, &[2.0], &mut out);
        (0..2).for_each(|i| assert!((out[2 + i] - expected[i]).abs() < 1e-6, "{lane} {i}: {out:?}"));
    }
}

#[test]
fn an_event_that_assigns_is_refused_and_one_that_only_fires_is_not() {
    let text =
        |does: &str| format!("model m(); species A; A = 1; dead = 0; A -> ; k*A; k = 1; E: at (A < 0.5): {does}; end");
    let assigns = network(&text("A = 2"));
    assert_eq!(compile_along(&assigns, &[0]).err(), Some(CompileError::EventAlong { event: "E".into() }));
    let built = Build::new(&[1.0]).parameter(1.0).reaction(&[(0, 1.0)], &[], parameter(0) * species(0));
    assert!(compile_along(&built.event(species(0).less(number(0.5)), vec![]).0, &[0]).is_ok());
}

/// A switch that turns itself on, of a conserved total: x from y, at rest p(x) = d x/(T - x) - k x^2/(K^2 + x^2).
const SWITCH: &str =
    "model m(); species x, y; x = 0.01; y = 9.99; on: y -> x; (p + k*x^2/(K^2 + x^2))*y; off: x -> y; d*x;
    p = 0.01; k = 1; K = 2; d = 1.5; end";

#[test]
fn folds_of_a_switch_with_a_conserved_sum_are_where_its_slope_is_zero() {
    let network = network(SWITCH);
    let program = compile_along(&network, &[network.parameter("p").expect("p")]).expect("a small network");
    let mut workspace = Workspace::for_program(&program);
    let laws = conservation::laws(&network);
    let parameters: Vec<f64> = network.parameters.iter().map(|parameter| parameter.value).collect();
    let found = branch(&program, &mut workspace, &[0.07, 9.93], &parameters, &laws, (1e-4, 10.0));
    let p = |x: f64| 1.5 * x / (10.0 - x) - x * x / (4.0 + x * x);
    let slope = |x: f64| 15.0 / (10.0 - x).powi(2) - 8.0 * x / (4.0 + x * x).powi(2);
    let halve = |mut low: f64, mut high: f64| {
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if slope(low) * slope(middle) > 0.0 { low = middle } else { high = middle }
        }
        low
    };
    let expected = [halve(0.2, 2.0), halve(2.0, 6.0)];
    let folds: Vec<&BranchPoint> = found.folds.iter().filter(|fold| fold.parameter > 1e-3).collect();
    assert!(!folds.is_empty() && folds.len() == expected.iter().filter(|x| p(**x) > 1e-3).count(), "{:?}", found.folds);
    for (fold, x) in folds.iter().zip(expected) {
        assert!((fold.parameter - p(x)).abs() < 1e-9 && (fold.state[0] - x).abs() < 1e-4, "{fold:?} {x}");
    }
    for point in &found.points {
        assert!((point.parameter - p(point.state[0])).abs() < 1e-9, "{point:?}");
        assert!((point.state[0] + point.state[1] - 10.0).abs() < 1e-9, "{point:?}");
        // between the folds the slope is the other one, and a small push grows
        assert_eq!(slope(point.state[0]) < 0.0, point.n_unstable == 1, "{point:?}");
    }
}

#[test]
fn without_its_conserved_sum_a_switch_has_no_branch() {
    let network = network(SWITCH);
    let program = compile_along(&network, &[network.parameter("p").expect("p")]).expect("a small network");
    let parameters: Vec<f64> = network.parameters.iter().map(|parameter| parameter.value).collect();
    let found = branch(&program, &mut Workspace::for_program(&program), &[0.07, 9.93], &parameters, &[], (1e-4, 10.0));
    assert!(found.points.is_empty(), "{}", found.points.len());
}
