//! Derivatives along parameters and branches of steady states, against closed forms and against differences of runs.

mod common;
use common::*;
use vesica_engine::{
    Batch, BranchPoint, CompileError, FailureReason, LaneStatus, Program, SolverConfig, Workspace, advance, branch,
    compile, compile_along, follow,
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

/// Amounts at the end, by either solver, with the parameters changed by `by`.
fn end(network: &Network, program: &Program, direction: &[f64], by: f64, solver: &Solver, until: f64) -> Vec<f64> {
    let mut batch = Batch::new(program, 1);
    let n = network.parameters.len();
    for (index, share) in direction.iter().enumerate() {
        batch.parameters_mut(0)[index] += by * share;
    }
    if program.n_parameters() > n {
        batch.parameters_mut(0)[n..].copy_from_slice(direction);
    }
    let start = program.initial_state(batch.parameters(0));
    batch.state_mut(0).copy_from_slice(&start);
    (solver.advance)(program, &SolverConfig::with_tolerance(1e-11, 1e-13), &mut batch, until);
    assert_eq!(batch.status(0), &LaneStatus::Running, "{}", solver.name);
    assert!(!batch.fired(0).is_empty(), "an event happens");
    batch.state(0).to_vec()
}

/// Through events, against differences of whole runs: a dose at a time that is a parameter, one at a limit that is one, a
/// ball that bounces with loss, amounts that take each other's place, and an event whose new amount runs with time.
#[test]
fn tangents_jump_where_an_event_assigns() {
    let texts = [
        ("model m(); A = 1; A' = -k*A; k = 0.7; at_t = 1.3; d = 2; E: at (time > at_t): A = A + d; end", 2.0),
        ("model m(); A = 3; A' = -k*A; k = 0.7; low = 0.4; d = 2; E: at (A < low): A = A*0.5 + d*d; end", 6.0),
        ("model m(); y = 1.1; v = 0; y' = v; v' = -g; g = 9.81; e = 0.8; E: at (y < 0): v = -e*v, y = 0; end", 1.1),
        (
            "model m(); A = 2; B = 1; A' = -k*A*B; B' = c - B; k = 0.4; c = 0.3; E: at (A + B < 1.5): A = B + c, B = A; end",
            3.0,
        ),
        ("model m(); A = 0.2; A' = k*A; k = 0.9; top = 1; E: at (A > top): A = 0.3/(1 + k*time); end", 3.5),
        ("model m(); A = 0.2; A' = k; k = 0.9; t1 = 0.5; E: at (time > t1 && A > 0.1): A = A^2; end", 1.5),
    ];
    for (text, until) in texts {
        let network = network(text);
        let n = network.parameters.len();
        let all: Vec<usize> = (0..n).collect();
        let (plain, along) = (compile(&network).expect("sound"), compile_along(&network, &all).expect("sound"));
        for index in 0..n {
            let direction: Vec<f64> = (0..n).map(|i| f64::from(u8::from(i == index))).collect();
            for solver in &SOLVERS {
                let h = 1e-5;
                let run = |by| end(&network, &plain, &direction, by, solver, until);
                let (more, less) = (run(h), run(-h));
                let found = end(&network, &along, &direction, 0.0, solver, until);
                let n_species = network.species.len();
                for species in 0..n_species {
                    let expected = (more[species] - less[species]) / (2.0 * h);
                    let tangent = found[n_species + species];
                    let id = &network.parameters[index].id;
                    assert!(
                        (tangent - expected).abs() < 1e-4 * (1.0 + expected.abs()),
                        "{} d/d{id} {}: {tangent}, expected {expected} in {text}",
                        network.species[species].id,
                        solver.name
                    );
                }
            }
        }
    }
}

/// Where two events assign at once, one sets off the other, or one is true from the start, the lane is frozen.
#[test]
fn tangents_that_no_trigger_alone_decides_are_lost_by_name() {
    let texts = [
        "model m(); A = 1; B = 1; A' = -A; E: at (A < 0.5): B = 2; F: at (A < k): A = 3; k = 0.5; end",
        "model m(); A = 1; B = 1; A' = -k*A; k = 1; E: at (A < 0.5): B = 2; F: at (B > 1.5): A = 3; end",
        "model m(); A = 1; A' = -k*A; k = 1; E: at (A > 0.5), t0=false: A = 0.7; end",
    ];
    for text in texts {
        let program = compile_along(&network(text), &[0]).expect("sound");
        for solver in &SOLVERS {
            let mut batch = Batch::new(&program, 1);
            (solver.advance)(&program, &SolverConfig::with_tolerance(1e-8, 1e-10), &mut batch, 2.0);
            let LaneStatus::Failed(failure) = batch.status(0) else { panic!("{} {text}", solver.name) };
            assert_eq!(failure.reason, FailureReason::TangentsLost);
        }
    }
    // that only fires, or does so in a network with algebraic rules
    let built = Build::new(&[1.0]).parameter(1.0).reaction(&[(0, 1.0)], &[], parameter(0) * species(0));
    assert!(compile_along(&built.event(species(0).less(number(0.5)), vec![]).0, &[0]).is_ok());
    let held = network("model m(); A = 1; A' = -k*B; var B = 1; 0 = B - A; k = 1; E: at (A < 0.5): A = 2; end");
    assert_eq!(compile_along(&held, &[0]).err(), Some(CompileError::EventAlong { event: "E".into() }));
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
