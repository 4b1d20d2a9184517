//! Steady states.

use crate::batch::{Batch, LaneStatus, SolverConfig};
use crate::dense_lu::DenseLu;
use crate::program::Program;
use crate::workspace::Workspace;

/// The steady state that a state leads to; `None` when it leads to none within `horizon`, or a lane fails.
///
/// Integrates to `horizon` (in growing pieces), then polishes by Newton steps that keep conserved sums:
/// implicit Euler with ever longer steps. `state`: `[n_species]`; events do not count.
///
/// ```
/// # use vesica_engine::*;
/// # use vesica_model::*;
/// // Made at rate 3, lost at rate 0.5 each: rests at 6.
/// # let mut network = Network::default();
/// # let initial = Expression::Number(0.0);
/// # network.species.push(Species { id: "A".into(), initial, compartment: None, is_concentration: false });
/// # let loss = Expression::Binary(Binary::Multiply, Box::new(Expression::Number(0.5)), Box::new(Expression::Symbol(Symbol::Species(0))));
/// # network.reactions.push(Reaction { id: "make".into(), reactants: vec![], products: vec![(0, 1.0)], rate: Expression::Number(3.0) });
/// # network.reactions.push(Reaction { id: "lose".into(), reactants: vec![(0, 1.0)], products: vec![], rate: loss });
/// let program = compile(&network)?;
/// let mut workspace = Workspace::for_program(&program);
/// let rest = steady_state(&program, &mut workspace, &[0.0], &[], 1e3).expect("it comes to rest");
/// assert!((rest[0] - 6.0).abs() < 1e-9);
/// # Ok::<(), CompileError>(())
/// ```
pub fn steady_state(
    program: &Program,
    workspace: &mut Workspace,
    state: &[f64],
    parameters: &[f64],
    horizon: f64,
) -> Option<Vec<f64>> {
    let size = state.iter().fold(1e-9, |largest: f64, x| largest.max(x.abs()));
    let config = SolverConfig::with_tolerance(1e-8, 1e-10 * size);
    let mut batch = Batch::new(program, 1);
    batch.parameters_mut(0).copy_from_slice(&parameters[..program.n_parameters()]);
    batch.state_mut(0).copy_from_slice(&state[..program.n_species()]);
    crate::advance(program, &config, workspace, &mut batch, horizon);
    if *batch.status(0) != LaneStatus::Running {
        return None;
    }
    polish(program, workspace, horizon, batch.state(0), parameters)
}

fn polish(
    program: &Program,
    workspace: &mut Workspace,
    horizon: f64,
    state: &[f64],
    parameters: &[f64],
) -> Option<Vec<f64>> {
    let n = program.n_species();
    let mut state = state.to_vec();
    let (mut rates, mut entries) = (vec![0.0; n], vec![0.0; program.pattern.len()]);
    let mut step = horizon;
    for _ in 0..30 {
        program.rhs(workspace, horizon, &state, parameters, &mut rates);
        program.jacobian(workspace, horizon, &state, parameters, &mut entries);
        let mut matrix = vec![0.0; n * n];
        for ((row, column), value) in program.pattern.iter().zip(&entries) {
            matrix[*row as usize * n + *column as usize] = -value;
        }
        (0..n).filter(|i| !program.is_algebraic[*i]).for_each(|i| matrix[i * n + i] += 1.0 / step);
        DenseLu::new(n, matrix)?.solve(&mut rates);
        let mut largest: f64 = 0.0;
        for (x, change) in state.iter_mut().zip(&rates) {
            *x += change;
            let share = change.abs() / (x.abs() + 1e-12);
            largest = if share > largest || share.is_nan() { share } else { largest };
        }
        if largest.is_nan() {
            return None;
        }
        if largest < 1e-12 {
            return Some(state);
        }
        step *= 10.0;
    }
    None
}

/// All steady states of a network of one species between `low` and `high` (both > 0), in order.
///
/// Looks for changes of sign of the rate on a grid of `n` points, even in the logarithm, and halves each
/// interval to the last bit. Two states closer than the grid are not seen.
///
/// # Panics
/// If the network has another number of species than one.
pub fn steady_states_of_one(
    program: &Program,
    workspace: &mut Workspace,
    parameters: &[f64],
    (low, high): (f64, f64),
    n: usize,
) -> Vec<f64> {
    assert_eq!(program.n_species(), 1, "for networks of one species");
    let mut rate = |x: f64| {
        let mut out = [0.0];
        program.rhs(workspace, 0.0, &[x], parameters, &mut out);
        out[0]
    };
    let growth = crate::math::ln(high / low) / n as f64;
    let point = |i: usize| low * crate::math::exp(growth * i as f64);
    let mut found = Vec::new();
    let (mut before, mut rate_before) = (low, rate(low));
    for i in 1..=n {
        let (here, rate_here) = (point(i), rate(point(i)));
        if rate_here == 0.0 {
            found.push(here);
        } else if rate_before * rate_here < 0.0 {
            found.push(halve(&mut rate, before, here, rate_before));
        }
        (before, rate_before) = (here, rate_here);
    }
    found
}

fn halve(rate: &mut impl FnMut(f64) -> f64, mut low: f64, mut high: f64, rate_low: f64) -> f64 {
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if (rate(middle) < 0.0) == (rate_low < 0.0) {
            low = middle;
        } else {
            high = middle;
        }
    }
}
