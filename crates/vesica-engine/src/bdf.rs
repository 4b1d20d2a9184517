//! Backward differentiation: order 1 to 5 and step as the error allows, in numerical differentiation formulas on backward
//! differences.
//!
//! A long smooth trajectory at a tight tolerance needs far fewer evaluations this way than with a method of fixed
//! order; in return a step depends on the ones before, so each disturbance starts again at order 1. That is why lanes
//! that exchange with a place use [`crate::advance`].
//!
//! Source: L. F. Shampine and M. W. Reichelt, SIAM J. Sci. Comput. 18 (1997) 1, doi 10.1137/S1064827594276424.

use crate::algebraic;
use crate::choice::Costs;
use crate::events::Dense;
use crate::explicit::{self, Explicit};
use crate::follow::Course;
use crate::math::pow;
use crate::program::Program;

const MOST_ORDER: usize = 5;
/// Differences kept: up to the order, and two more for the choice of the next order.
const N_DIFFERENCES: usize = MOST_ORDER + 3;
const MOST_ITERATIONS: usize = 4;
/// Share of a step's tolerance that the iteration may leave.
const ITERATION_SHARE: f64 = 0.01;
const SAFETY: f64 = 0.9;
const MOST_SHRINK: f64 = 0.2;
const MOST_GROWTH: f64 = 10.0;
/// A larger step is taken only if it gains this much: each change costs a factorisation.
const LEAST_GROWTH: f64 = 1.2;
/// By order, the largest error with which a step can grow by [`LEAST_GROWTH`]: (safety / growth)^(order + 1).
const MOST_ERROR: [f64; MOST_ORDER + 1] = {
    let mut most = [SAFETY / LEAST_GROWTH; MOST_ORDER + 1];
    let mut order = 1;
    while order <= MOST_ORDER {
        most[order] = most[order - 1] * SAFETY / LEAST_GROWTH;
        order += 1;
    }
    most
};

/// What makes a backward differentiation formula a numerical differentiation formula, by order.
const KAPPA: [f64; MOST_ORDER + 1] = [0.0, -0.1850, -1.0 / 9.0, -0.0823, -0.0415, 0.0];

/// Sums of 1/j.
const GAMMA: [f64; MOST_ORDER + 1] = [0.0, 1.0, 1.5, 11.0 / 6.0, 25.0 / 12.0, 137.0 / 60.0];

fn alpha(order: usize) -> f64 {
    (1.0 - KAPPA[order]) * GAMMA[order]
}

/// Error of a formula, in differences of one order more.
fn error_constant(order: usize) -> f64 {
    KAPPA.get(order).map_or(0.0, |kappa| kappa * GAMMA[order]) + 1.0 / (order as f64 + 1.0)
}

pub(crate) struct Bdf {
    /// Backward differences of the state at equal steps, `[order][species]`.
    differences: Vec<Vec<f64>>,
    newton: Newton,
    /// Room for differences at another step.
    rescaled: Vec<Vec<f64>>,
    /// [`divided`] by the present steps.
    of_old: [[f64; MOST_ORDER + 1]; MOST_ORDER + 1],
    order: usize,
    pub(crate) step: f64,
    /// Steps since order or size changed.
    n_equal: usize,
    /// Whether the factors are those of this step and order.
    is_factored: bool,
    /// By how much an iteration shrinks the error, with these factors.
    rate: f64,
    /// Whether the Jacobian was made in this step.
    has_fresh_jacobian: bool,
    /// Whether the last change of the step was growth.
    has_grown: bool,
    n_steps: u64,
    n_iterations: u64,
    n_factors: u64,
    n_jacobians: u64,
}

/// What Newton's iteration works on, `[n_species]` each.
struct Newton {
    state: Vec<f64>,
    /// What earlier states say of the change per step.
    history: Vec<f64>,
    /// The state minus what was predicted.
    change: Vec<f64>,
    right_side: Vec<f64>,
}

/// The polynomial through the last states, over one step.
struct Interpolant<'a> {
    from: f64,
    to: f64,
    step: f64,
    differences: &'a [Vec<f64>],
}

impl Dense for Interpolant<'_> {
    fn at(&self, share: f64, out: &mut [f64]) {
        // times are counted back from the end, in steps
        let x = (share - 1.0) * (self.to - self.from) / self.step;
        out.copy_from_slice(&self.differences[0]);
        let mut weight = 1.0;
        for (j, difference) in self.differences.iter().enumerate().skip(1) {
            weight *= (x + j as f64 - 1.0) / j as f64;
            out.iter_mut().zip(difference).for_each(|(out, difference)| *out += weight * difference);
        }
    }
}

impl Bdf {
    pub(crate) fn new(program: &Program) -> Self {
        let column = || vec![0.0; program.n_species()];
        Self {
            differences: vec![column(); N_DIFFERENCES],
            newton: Newton { state: column(), history: column(), change: column(), right_side: column() },
            rescaled: vec![column(); MOST_ORDER + 1],
            of_old: divided(1.0),
            order: 1,
            step: 0.0,
            n_equal: 0,
            is_factored: false,
            rate: 1.0,
            has_fresh_jacobian: false,
            has_grown: false,
            n_steps: 0,
            n_iterations: 0,
            n_factors: 0,
            n_jacobians: 0,
        }
    }

    /// Order 1 with a first step after Hairer and Wanner (II.4).
    pub(crate) fn begin(&mut self, on: &mut Course) {
        let mut rates = vec![0.0; on.state.len()];
        on.at.rhs(on.time, &on.state, &mut rates);
        on.at.jacobian(on.time, &on.state);
        algebraic::follow(on.program, &on.at, &mut rates);
        let (size, speed) = (on.norm(&on.state, &on.state), on.norm(&rates, &on.state));
        let span = on.end - on.time;
        let guess = if size < 1e-5 || speed < 1e-5 { 1e-6 * span } else { 0.01 * size / speed };
        let step = if guess > 0.0 && guess < span { guess } else { span };
        self.step = step.min(on.config.max_step);
        (self.order, self.n_equal, self.is_factored, self.has_fresh_jacobian) = (1, 0, false, false);
        self.differences.iter_mut().for_each(|difference| difference.fill(0.0));
        self.differences[0].copy_from_slice(&on.state);
        self.differences[1].iter_mut().zip(&rates).for_each(|(difference, rate)| *difference = rate * self.step);
    }

    /// Takes over at the end of an explicit step: what that one knows of the state within it gives all differences.
    pub(crate) fn go_on(&mut self, on: &mut Course, explicit: &mut Explicit) {
        explicit.bend(on);
        on.at.jacobian(on.time, &on.state);
        self.n_jacobians += 1;
        let n_back = N_DIFFERENCES - 1;
        self.differences[0].copy_from_slice(&on.state);
        for back in 1..=n_back {
            explicit.at(1.0 - back as f64 / n_back as f64, &mut self.differences[back]);
        }
        for order in 1..=n_back {
            for j in (order..=n_back).rev() {
                let (later, earlier) = self.differences.split_at_mut(j);
                earlier[0].iter_mut().zip(&later[j - 1]).for_each(|(earlier, later)| *earlier = later - *earlier);
            }
        }
        self.step = explicit.last_step / n_back as f64;
        (self.order, self.n_equal, self.is_factored, self.has_fresh_jacobian) = (MOST_ORDER, 0, false, false);
        self.choose(on);
    }

    /// The longest explicit step that is stable here.
    pub(crate) fn stable_step(&mut self, on: &mut Course) -> f64 {
        on.at.jacobian(on.time, &on.state);
        self.n_jacobians += 1;
        explicit::MOST_STIFF / on.at.spectral_size(&mut self.newton.right_side)
    }

    /// Whether the step is about to grow further.
    pub(crate) fn is_growing(&self) -> bool {
        self.has_grown && self.n_equal <= self.order + 1
    }

    /// All work so far.
    pub(crate) fn work(&self, costs: &Costs) -> f64 {
        self.n_iterations as f64 * (costs.evaluation + costs.solve)
            + self.n_factors as f64 * costs.factor
            + self.n_jacobians as f64 * costs.jacobian
            + self.n_steps as f64 * costs.step
    }

    /// One step, tried until it can be taken or the lane is lost; whether the integration starts anew at its end.
    pub(crate) fn advance(&mut self, on: &mut Course) -> bool {
        self.has_fresh_jacobian = false;
        while on.may_try(&self.differences[self.order + 1]) {
            let (target, step) = on.target(self.step);
            if step != self.step {
                self.rescale(step / self.step);
            }
            if !self.correct(on, target) {
                continue;
            }
            let error = error_constant(self.order) * on.norm(&self.newton.change, &self.newton.state);
            if error <= 1.0 {
                return self.take(on, target);
            }
            let shrink = SAFETY * pow(error, -1.0 / (self.order as f64 + 1.0));
            self.refuse(on, if error.is_finite() { shrink.clamp(MOST_SHRINK, 0.95) } else { 0.25 });
        }
        false
    }

    /// Newton's iteration for the state at `target`, into `newton`; false when it fails, with step or Jacobian made
    /// anew. How fast it converges is remembered as long as the factors stay: one iteration is then often enough.
    fn correct(&mut self, on: &mut Course, target: f64) -> bool {
        let shift = alpha(self.order) / self.step;
        if !self.is_factored {
            if !on.at.factor(shift) {
                self.refuse(on, 0.5);
                return false;
            }
            (self.is_factored, self.rate) = (true, 1.0);
            self.n_factors += 1;
        }
        self.predict();
        let tolerance = ITERATION_SHARE / error_constant(self.order);
        let mut last: Option<f64> = None;
        for _ in 0..MOST_ITERATIONS {
            self.n_iterations += 1;
            let newton = &mut self.newton;
            on.at.rhs(target, &newton.state, &mut newton.right_side);
            let missed: Vec<f64> = on.program.algebraic.iter().map(|held| newton.right_side[*held]).collect();
            // (J - shift)·x = shift·(history + change) - f
            let terms = newton.history.iter().zip(&newton.change);
            for (side, (history, change)) in newton.right_side.iter_mut().zip(terms) {
                *side = shift * (history + change) - *side;
            }
            // an algebraic rule holds at the new state, whatever came before: J·x = -f
            on.program.algebraic.iter().zip(&missed).for_each(|(held, missed)| newton.right_side[*held] = -missed);
            on.at.solve(&mut newton.right_side);
            for ((state, change), step) in newton.state.iter_mut().zip(&mut newton.change).zip(&newton.right_side) {
                *state += step;
                *change += step;
            }
            let size = on.norm(&self.newton.right_side, &self.newton.state);
            if let Some(last) = last {
                self.rate = (0.3 * self.rate).max(size / last);
            }
            if size * self.rate.min(1.0) <= tolerance {
                return true;
            }
            if !size.is_finite() || last.is_some_and(|last| size > 2.0 * last) {
                break;
            }
            last = Some(size);
        }
        if self.has_fresh_jacobian {
            self.refuse(on, 0.5);
        } else {
            self.predict();
            on.at.jacobian(target, &self.newton.state);
            self.n_jacobians += 1;
            (self.has_fresh_jacobian, self.is_factored) = (true, false);
        }
        false
    }

    /// The state that the differences foretell, and what they say of the change per step.
    fn predict(&mut self) {
        let (newton, order) = (&mut self.newton, self.order);
        newton.change.fill(0.0);
        newton.history.fill(0.0);
        newton.state.copy_from_slice(&self.differences[0]);
        for (j, difference) in self.differences[..=order].iter().enumerate().skip(1) {
            let weight = GAMMA[j] / alpha(order);
            for ((state, history), difference) in newton.state.iter_mut().zip(&mut newton.history).zip(difference) {
                *state += difference;
                *history += weight * difference;
            }
        }
    }

    /// Tries again with a smaller step.
    fn refuse(&mut self, on: &mut Course, factor: f64) {
        self.rescale(factor);
        on.refuse(self.step, &self.differences[self.order + 1]);
    }

    /// Takes a step, and chooses order and size of the next unless it starts anew.
    fn take(&mut self, on: &mut Course, target: f64) -> bool {
        self.n_steps += 1;
        let order = self.order;
        let (known, beyond) = self.differences.split_at_mut(order + 2);
        for ((next, after), change) in known[order + 1].iter_mut().zip(&mut beyond[0]).zip(&self.newton.change) {
            *after = change - *next;
            *next = *change;
        }
        for j in (0..=order).rev() {
            let (to, from) = self.differences.split_at_mut(j + 1);
            to[j].iter_mut().zip(&from[0]).for_each(|(to, from)| *to += from);
        }
        self.n_equal += 1;
        let change = on.change(target, &self.differences[0]);
        let differences = &self.differences[..=order];
        let dense = Interpolant { from: on.time, to: target, step: self.step, differences };
        let is_disturbed = on.end_step((target, &self.differences[0]), change, &dense);
        if !is_disturbed && self.n_equal > order {
            self.choose(on);
        }
        is_disturbed
    }

    /// The order, of this and its neighbours, that allows the largest step.
    fn choose(&mut self, on: &Course) {
        let orders = (self.order - 1).max(1)..=(self.order + 1).min(MOST_ORDER);
        let errors =
            orders.map(|by| (by, error_constant(by) * on.norm(&self.differences[by + 1], &self.differences[0])));
        // a little growth is not worth a factorisation, a little shrinking saves a refusal; most steps end here
        let (mut is_near, mut candidates) = (true, [(0, f64::INFINITY); 3]);
        for (at, (by, error)) in errors.enumerate() {
            candidates[at] = (by, error);
            is_near &= error > MOST_ERROR[by];
        }
        if is_near {
            return;
        }
        let allowed = |error: f64, by: usize| SAFETY * pow(error.max(1e-100), -1.0 / (by as f64 + 1.0));
        let mut best = (0.0, self.order);
        for (by, error) in candidates.into_iter().filter(|(by, _)| *by > 0) {
            let factor = allowed(error, by);
            if factor > best.0 {
                best = (factor, by);
            }
        }
        self.order = best.1;
        self.rescale(best.0.min(MOST_GROWTH));
    }

    /// Differences of the same polynomial at steps `factor` times as long.
    fn rescale(&mut self, factor: f64) {
        let order = self.order;
        let to_new = divided(factor);
        for (j, rescaled) in self.rescaled[..=order].iter_mut().enumerate() {
            rescaled.fill(0.0);
            // a difference holds nothing of those of lower order
            for (i, difference) in self.differences[..=order].iter().enumerate().skip(j) {
                let weight: f64 = (0..=j).map(|k| to_new[i][k] * self.of_old[k][j]).sum();
                rescaled.iter_mut().zip(difference).for_each(|(sum, difference)| *sum += weight * difference);
            }
        }
        self.differences
            .iter_mut()
            .zip(&mut self.rescaled)
            .take(order + 1)
            .for_each(|(old, new)| std::mem::swap(old, new));
        self.step *= factor;
        (self.n_equal, self.is_factored, self.has_grown) = (0, false, factor > 1.0);
    }
}

/// `[i][k]`: product over 1 to `i` of (m - 1 - factor·k)/m.
fn divided(factor: f64) -> [[f64; MOST_ORDER + 1]; MOST_ORDER + 1] {
    let mut rows = [[1.0; MOST_ORDER + 1]; MOST_ORDER + 1];
    for i in 1..=MOST_ORDER {
        let before = rows[i - 1];
        for (k, (value, before)) in rows[i].iter_mut().zip(before).enumerate() {
            *value = before * (i as f64 - 1.0 - factor * k as f64) / i as f64;
        }
    }
    rows
}
