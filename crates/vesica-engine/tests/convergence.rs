//! The order of the method, also with explicit time, at switches, and of the dense output through events.

mod common;
use common::*;
use vesica_engine::{Batch, SolverConfig, Workspace, advance};

/// Error at `until` with steps of a fixed size: the tolerances are too wide to matter.
fn error_with_step(build: &Build, step: f64, until: f64, expected: &[f64]) -> f64 {
    let program = build.program();
    let mut batch = Batch::new(&program, 1);
    let mut workspace = Workspace::for_program(&program);
    let config = SolverConfig { max_step: step, ..SolverConfig::with_tolerance(1e6, 1e6) };
    // A first call makes the remembered step large.
    advance(&program, &config, &mut workspace, &mut batch, until);
    let errors = batch.state(0).iter().zip(expected).map(|(a, b)| (a - b).abs());
    errors.fold(0.0, f64::max)
}

fn order(build: &Build, steps: [f64; 2], until: f64, expected: &[f64]) -> f64 {
    let [coarse, fine] = steps.map(|step| error_with_step(build, step, until, expected));
    (coarse / fine).log2() / (steps[0] / steps[1]).log2()
}

#[test]
fn order_four_on_a_nonlinear_problem() {
    // Logistic growth.
    let build = Build::new(&[0.1]).rule(0, species(0) * (1.0 - species(0)));
    let expected = 0.1 * 4f64.exp() / (1.0 + 0.1 * (4f64.exp() - 1.0));
    let order = order(&build, [0.1, 0.05], 4.0, &[expected]);
    assert!((3.8..4.6).contains(&order), "{order}");
}

#[test]
fn order_four_with_explicit_time() {
    // dx/dt = -x + sin t, x(0) = 0.
    let sine = call(vesica_model::Function::Sin, time());
    let build = Build::new(&[0.0]).rule(0, sine - species(0));
    let expected = 0.5 * (3f64.sin() - 3f64.cos() + (-3f64).exp());
    let order = order(&build, [0.1, 0.05], 3.0, &[expected]);
    assert!((3.7..4.6).contains(&order), "{order}");
}

/// The switch is located and the step starts anew there: order 4 at least 3 (that of the dense output).
#[test]
fn a_switch_keeps_the_order() {
    let growing = piecewise(species(0), species(0).less(number(2.0)), 0.5 * species(0) * species(0));
    let build = Build::new(&[1.0]).rule(0, growing);
    let rest = 1.2 - 2f64.ln();
    let expected = 1.0 / (0.5 - 0.5 * rest);
    let order = order(&build, [0.08, 0.02], 1.2, &[expected]);
    assert!(order > 2.9, "{order}");
    assert!(error_with_step(&build, 0.01, 1.2, &[expected]) < 1e-8);
}

#[test]
fn tighter_tolerances_give_smaller_errors() {
    let build = Build::new(&[2.0, 0.0])
        .rule(0, species(1))
        .rule(1, 1000.0 * ((1.0 - species(0) * species(0)) * species(1)) - species(0));
    // The relaxation oscillation of van der Pol; the reference is the solver itself, far finer.
    let until = 1500.0;
    let program = build.program();
    let reference = SOLVERS[0].solve(&program, 1e-11, 1e-13, until).state(0)[0];
    for solver in SOLVERS {
        let mut last = f64::INFINITY;
        for rtol in [1e-4, 1e-6, 1e-8] {
            let error = difference(solver.solve(&program, rtol, rtol * 1e-2, until).state(0)[0], reference);
            assert!(error < 1e3 * solver.slack * rtol && error < last, "{}: {rtol} {error}", solver.name);
            last = error;
        }
    }
}
