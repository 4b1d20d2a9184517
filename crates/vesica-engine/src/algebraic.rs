//! Algebraic rules: amounts that meet them at a point, and how these move with the rest.
//!
//! What rates change is given; what the rules determine is found by Newton's iteration from where it is. The slopes of
//! the rules by what they determine must have full rank there (index 1). Every step of [`crate::bdf`] then keeps the
//! rules as equations of its own.

use crate::batch::FailureReason;
use crate::dense_lu::DenseLu;
use crate::one_lane::OneLane;
use crate::program::Program;

/// A search that converges squares its error with each step; one that takes longer has lost its slope or its way.
const MOST_STEPS: usize = 30;
/// A step cut in half more often than this leads nowhere.
const MOST_CUTS: usize = 30;
/// Share of an amount by which the last step may move it: what is left then is its square.
const SETTLED: f64 = 1e-9;
/// A pivot below this, rows and columns scaled to 1, is none.
const LOW_PIVOT: f64 = 1e-11;

/// Brings what the rules determine to where they hold. The modes must be set.
///
/// # Errors
/// Why not, and the species that it fails on.
pub(crate) fn settle(
    program: &Program,
    at: &mut OneLane,
    time: f64,
    state: &mut [f64],
) -> Result<(), (FailureReason, usize)> {
    let held = &program.algebraic;
    let mut rates = vec![0.0; state.len()];
    for _ in 0..MOST_STEPS {
        at.jacobian(time, state);
        let slopes = Slopes::new(program, at)?;
        at.rhs(time, state, &mut rates);
        let missed: Vec<f64> = held.iter().map(|species| rates[*species]).collect();
        if let Some(lost) = missed.iter().position(|value| !value.is_finite()) {
            return Err((FailureReason::NotFinite, held[lost]));
        }
        let mut step: Vec<f64> = missed.iter().map(|value| -value).collect();
        slopes.solve(&mut step);
        let before = slopes.size(&missed);
        let largest = held.iter().fold(0.0, |most: f64, species| most.max(state[*species].abs()));
        let is_small = |step: &f64, x: f64| step.abs() <= SETTLED * x.abs() + f64::EPSILON * largest;
        let is_last = step.iter().zip(held).all(|(step, species)| is_small(step, state[*species]));
        let from: Vec<f64> = held.iter().map(|species| state[*species]).collect();
        let mut share = 1.0;
        for cut in 0..=MOST_CUTS {
            held.iter().zip(&from).zip(&step).for_each(|((species, x), step)| state[*species] = x + share * step);
            at.rhs(time, state, &mut rates);
            let after = slopes.size(&held.iter().map(|species| rates[*species]).collect::<Vec<_>>());
            // near the end rounding decides whether it is less
            if after < before || (after.is_finite() && (is_last || before == 0.0)) {
                break;
            }
            if cut == MOST_CUTS {
                let share = |k: &usize| (missed[*k] / slopes.rows[*k]).abs();
                let worst = (0..held.len()).max_by(|x, y| share(x).total_cmp(&share(y))).unwrap_or_default();
                return Err((FailureReason::Inconsistent, held[worst]));
            }
            share *= 0.5;
        }
        if is_last || before == 0.0 {
            return Ok(());
        }
    }
    Err((FailureReason::Inconsistent, held[0]))
}

/// Puts, for what the rules determine, its change per time in place of what the rules miss; the Jacobian must be that of
/// the same point. Where that fails they are left at rest.
pub(crate) fn follow(program: &Program, at: &OneLane, rates: &mut [f64]) {
    if program.algebraic.is_empty() {
        return;
    }
    let mut right: Vec<f64> = program.algebraic.iter().map(|row| -at.by_time(*row)).collect();
    let place = |species: u32| program.algebraic.binary_search(&(species as usize)).ok();
    for ((row, column), value) in program.pattern.iter().zip(&at.entries) {
        if let (Some(row), None) = (place(*row), place(*column)) {
            right[row] -= value * rates[*column as usize];
        }
    }
    match Slopes::new(program, at) {
        Ok(slopes) => slopes.solve(&mut right),
        Err(_) => right.fill(0.0),
    }
    program.algebraic.iter().zip(&right).for_each(|(species, rate)| rates[*species] = *rate);
}

/// Slopes of the rules by what they determine, factored, rows and columns scaled.
struct Slopes {
    lu: DenseLu,
    rows: Vec<f64>,
    columns: Vec<f64>,
}

impl Slopes {
    fn new(program: &Program, at: &OneLane) -> Result<Self, (FailureReason, usize)> {
        let held = &program.algebraic;
        let n = held.len();
        let place = |species: u32| held.binary_search(&(species as usize)).ok();
        let mut matrix = vec![0.0; n * n];
        for ((row, column), value) in program.pattern.iter().zip(&at.entries) {
            if let (Some(row), Some(column)) = (place(*row), place(*column)) {
                matrix[row * n + column] = *value;
            }
        }
        if let Some(lost) = matrix.iter().position(|value| !value.is_finite()) {
            return Err((FailureReason::NotFinite, held[lost / n]));
        }
        let largest = |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, |most: f64, x| most.max(x.abs()));
        let rows: Vec<f64> = (0..n).map(|i| largest(&mut (0..n).map(|j| matrix[i * n + j]))).collect();
        for (row, size) in matrix.chunks_exact_mut(n).zip(&rows).filter(|(_, size)| **size > 0.0) {
            row.iter_mut().for_each(|value| *value /= size);
        }
        let columns: Vec<f64> = (0..n).map(|j| largest(&mut (0..n).map(|i| matrix[i * n + j]))).collect();
        if let Some(lost) = rows.iter().zip(&columns).position(|(row, column)| *row == 0.0 || *column == 0.0) {
            return Err((FailureReason::RulesOpen, held[lost]));
        }
        matrix.iter_mut().enumerate().for_each(|(at, value)| *value /= columns[at % n]);
        match DenseLu::with_pivots_above(LOW_PIVOT, n, matrix) {
            Ok(lu) => Ok(Self { lu, rows, columns }),
            Err(lost) => Err((FailureReason::RulesOpen, held[lost])),
        }
    }

    fn solve(&self, right: &mut [f64]) {
        right.iter_mut().zip(&self.rows).for_each(|(value, size)| *value /= size);
        self.lu.solve(right);
        right.iter_mut().zip(&self.columns).for_each(|(value, size)| *value /= size);
    }

    /// By how much the rules are missed, each in units of its slope.
    fn size(&self, missed: &[f64]) -> f64 {
        missed.iter().zip(&self.rows).map(|(value, size)| (value / size) * (value / size)).sum::<f64>().sqrt()
    }
}
