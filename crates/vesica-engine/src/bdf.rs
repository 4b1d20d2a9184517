//! Backward differentiation: order 1 to 5 and step as the error allows, in numerical differentiation formulas on backward
//! differences.
//!
//! A long smooth trajectory at a tight tolerance needs far fewer evaluations this way than with a method of fixed
//! order; in return a step depends on the ones before, so each disturbance starts again at order 1. That is why lanes
//! that exchange with a place use [`crate::advance`].
//!
//! Source: L. F. Shampine and M. W. Reichelt, SIAM J. Sci. Comput. 18 (1997) 1, doi 10.1137/S1064827594276424.

use std::array::from_fn;

use crate::algebraic;
use crate::aligned::Aligned;
use crate::choice::Costs;
use crate::columns::{self, Columns, combine, weighted};
use crate::events::Dense;
use crate::explicit::{self, Explicit};
use crate::follow::Course;
use crate::interpreter::TILE;
use crate::math::pow;
use crate::program::Program;
use crate::simd::{Instructions, Kernel, Simd, dispatch};

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
    n: usize,
    /// Backward differences of the state at equal steps, by order.
    differences: Columns,
    newton: Newton,
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

/// What Newton's iteration works on, a column each.
struct Newton {
    state: Aligned,
    /// What earlier states say of the change per step.
    history: Aligned,
    /// The state minus what was predicted.
    change: Aligned,
    right_side: Aligned,
    /// One over the tolerance of each species.
    weights: Aligned,
}

/// The polynomial through the last states, over one step.
struct Interpolant<'a> {
    from: f64,
    to: f64,
    step: f64,
    order: usize,
    differences: &'a Columns,
    code: Instructions,
}

impl Dense for Interpolant<'_> {
    fn at(&self, share: f64, out: &mut [f64]) {
        // times are counted back from the end, in steps
        let x = (share - 1.0) * (self.to - self.from) / self.step;
        let (mut weights, mut weight) = ([0.0; MOST_ORDER], 1.0);
        for (j, to) in weights.iter_mut().enumerate() {
            weight *= (x + j as f64) / (j as f64 + 1.0);
            *to = weight;
        }
        let differences = &self.differences;
        columns::read(self.code, differences.of(0), &weights[..self.order], differences.from(1), out);
    }
}

impl Bdf {
    pub(crate) fn new(program: &Program) -> Self {
        let n = program.n_species();
        let column = || Aligned::zeros(n.next_multiple_of(TILE));
        let [state, history, change, right_side, weights] = [(); 5].map(|()| column());
        Self {
            n,
            differences: Columns::zeros(N_DIFFERENCES, n),
            newton: Newton { state, history, change, right_side, weights },
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
        let n = self.n;
        self.differences.all_mut().fill(0.0);
        self.differences.of_mut(0)[..n].copy_from_slice(&on.state);
        let rates = &mut self.newton.right_side;
        on.at.rhs(on.time, &on.state, &mut rates[..n]);
        on.at.jacobian(on.time, &on.state);
        algebraic::follow(on.program, &on.at, &mut rates[..n]);
        let (state, weights) = (self.differences.of(0), &mut self.newton.weights);
        on.weigh([state, state], weights);
        let (size, speed) = (on.norm(state, weights), on.norm(rates, weights));
        let span = on.end - on.time;
        let guess = if size < 1e-5 || speed < 1e-5 { 1e-6 * span } else { 0.01 * size / speed };
        let step = if guess > 0.0 && guess < span { guess } else { span };
        self.step = step.min(on.config.max_step);
        (self.order, self.n_equal, self.is_factored, self.has_fresh_jacobian) = (1, 0, false, false);
        self.differences.of_mut(1).iter_mut().zip(&rates[..]).for_each(|(to, rate)| *to = rate * self.step);
    }

    /// Takes over at the end of an explicit step: what that one knows of the state within it gives all differences.
    pub(crate) fn go_on(&mut self, on: &mut Course, explicit: &mut Explicit) {
        explicit.bend(on);
        on.at.jacobian(on.time, &on.state);
        self.n_jacobians += 1;
        let n_back = N_DIFFERENCES - 1;
        self.differences.of_mut(0)[..self.n].copy_from_slice(&on.state);
        for back in 1..=n_back {
            explicit.at(1.0 - back as f64 / n_back as f64, &mut self.differences.of_mut(back)[..self.n]);
        }
        for order in 1..=n_back {
            for j in (order..=n_back).rev() {
                for s in 0..self.n {
                    self.differences.of_mut(j)[s] = self.differences.of(j - 1)[s] - self.differences.of(j)[s];
                }
            }
        }
        on.weigh([self.differences.of(0), self.differences.of(0)], &mut self.newton.weights);
        self.step = explicit.last_step / n_back as f64;
        (self.order, self.n_equal, self.is_factored, self.has_fresh_jacobian) = (MOST_ORDER, 0, false, false);
        self.choose(on);
    }

    /// The longest explicit step that is stable here.
    pub(crate) fn stable_step(&mut self, on: &mut Course) -> f64 {
        on.at.jacobian(on.time, &on.state);
        self.n_jacobians += 1;
        explicit::MOST_STIFF / on.at.spectral_size(&mut self.newton.right_side[..self.n])
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
        while on.may_try(self.differences.of(self.order + 1)) {
            let (target, step) = on.target(self.step);
            if step != self.step {
                self.rescale(on.code(), step / self.step);
            }
            if !self.correct(on, target) {
                continue;
            }
            let error = error_constant(self.order) * on.norm(&self.newton.change, &self.newton.weights);
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
        let n = self.n;
        self.predict(on);
        let tolerance = ITERATION_SHARE / error_constant(self.order);
        let mut last: Option<f64> = None;
        for _ in 0..MOST_ITERATIONS {
            self.n_iterations += 1;
            let (newton, code) = (&mut self.newton, on.code());
            on.at.rhs(target, &newton.state[..n], &mut newton.right_side[..n]);
            let missed: Vec<f64> = on.program.algebraic.iter().map(|held| newton.right_side[*held]).collect();
            // (J - shift)·x = shift·(history + change) - f
            dispatch(code, Residual { shift, newton });
            // an algebraic rule holds at the new state, whatever came before: J·x = -f
            on.program.algebraic.iter().zip(&missed).for_each(|(held, missed)| newton.right_side[*held] = -missed);
            on.at.solve(&mut newton.right_side[..n]);
            let mut parts = [0.0; TILE];
            dispatch(code, Correct { newton, parts: &mut parts });
            let size = columns::root_mean(parts, n);
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
            self.predict(on);
            on.at.jacobian(target, &self.newton.state[..n]);
            self.n_jacobians += 1;
            (self.has_fresh_jacobian, self.is_factored) = (true, false);
        }
        false
    }

    /// The state that the differences foretell, and what they say of the change per step.
    fn predict(&mut self, on: &Course) {
        let (code, order, newton) = (on.code(), self.order, &mut self.newton);
        newton.change.fill(0.0);
        let weights: [f64; MOST_ORDER] = from_fn(|j| GAMMA[j + 1] / alpha(order));
        let differences = self.differences.from(1);
        combine(code, (self.differences.of(0), 1.0), &[1.0; MOST_ORDER][..order], differences, &mut newton.state);
        weighted(code, 1.0, &weights[..order], differences, &mut newton.history);
        on.weigh([&newton.state, &newton.state], &mut newton.weights);
    }

    /// Tries again with a smaller step.
    fn refuse(&mut self, on: &mut Course, factor: f64) {
        self.rescale(on.code(), factor);
        on.refuse(self.step, self.differences.of(self.order + 1));
    }

    /// Takes a step, and chooses order and size of the next unless it starts anew.
    fn take(&mut self, on: &mut Course, target: f64) -> bool {
        self.n_steps += 1;
        let order = self.order;
        let (numbers, change) = (self.differences.all_mut(), &self.newton.change[..]);
        dispatch(on.code(), Advance { order, differences: numbers, change });
        self.n_equal += 1;
        let state = &self.differences.of(0)[..self.n];
        let change = on.change(target, state);
        let differences = &self.differences;
        let dense = Interpolant { from: on.time, to: target, step: self.step, order, differences, code: on.code() };
        let is_disturbed = on.end_step((target, state), change, &dense);
        if !is_disturbed && self.n_equal > order {
            self.choose(on);
        }
        is_disturbed
    }

    /// The order, of this and its neighbours, that allows the largest step.
    fn choose(&mut self, on: &Course) {
        let orders = (self.order - 1).max(1)..=(self.order + 1).min(MOST_ORDER);
        let errors =
            orders.map(|by| (by, error_constant(by) * on.norm(self.differences.of(by + 1), &self.newton.weights)));
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
        self.rescale(on.code(), best.0.min(MOST_GROWTH));
    }

    /// Differences of the same polynomial at steps `factor` times as long.
    fn rescale(&mut self, code: Instructions, factor: f64) {
        let (order, to_new) = (self.order, divided(factor));
        // a difference holds nothing of those of lower order
        let weight = |j: usize, i: usize| (0..=j).map(|k| to_new[i][k] * self.of_old[k][j]).sum();
        let mut weights = [[0.0; MOST_ORDER + 1]; MOST_ORDER + 1];
        for (j, row) in weights.iter_mut().enumerate().take(order + 1).skip(1) {
            (j..=order).for_each(|i| row[i] = weight(j, i));
        }
        dispatch(code, Rescale { order, weights: &weights, differences: self.differences.all_mut() });
        self.step *= factor;
        (self.n_equal, self.is_factored, self.has_grown) = (0, false, factor > 1.0);
    }
}

struct Residual<'a> {
    shift: f64,
    newton: &'a mut Newton,
}

impl Kernel for Residual<'_> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        let Newton { history, change, right_side, .. } = self.newton;
        assert!(history.len() == right_side.len() && change.len() == right_side.len());
        for first in (0..right_side.len()).step_by(S::N) {
            // SAFETY: columns are as long as each other, and whole vectors.
            unsafe {
                let sum = S::add(S::load(history.as_ptr().add(first)), S::load(change.as_ptr().add(first)));
                let side = S::sub(S::mul(S::splat(self.shift), sum), S::load(right_side.as_ptr().add(first)));
                S::store(right_side.as_mut_ptr().add(first), side);
            }
        }
    }
}

/// Adds what was solved for, and sums its squares in units of the tolerance.
struct Correct<'a> {
    newton: &'a mut Newton,
    parts: &'a mut [f64; TILE],
}

impl Kernel for Correct<'_> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        let Newton { state, change, right_side, weights, .. } = self.newton;
        let stride = right_side.len();
        assert!(state.len() == stride && change.len() == stride && weights.len() == stride);
        for part in (0..TILE).step_by(S::N) {
            let mut sum = S::splat(0.0);
            for first in (part..stride).step_by(TILE) {
                // SAFETY: columns are as long as each other, and whole lines.
                unsafe {
                    let step = S::load(right_side.as_ptr().add(first));
                    for column in [&mut *state, &mut *change] {
                        let to = column.as_mut_ptr().add(first);
                        S::store(to, S::add(S::load(to), step));
                    }
                    let share = S::mul(step, S::load(weights.as_ptr().add(first)));
                    sum = S::add(sum, S::mul(share, share));
                }
            }
            // SAFETY: `part + S::N <= TILE`.
            unsafe { S::store(self.parts.as_mut_ptr().add(part), sum) };
        }
    }
}

/// Differences one step on.
struct Advance<'a> {
    order: usize,
    differences: &'a mut [f64],
    change: &'a [f64],
}

impl Kernel for Advance<'_> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        let stride = self.change.len();
        assert!(stride.is_multiple_of(TILE) && self.differences.len() >= (self.order + 3) * stride);
        for first in (0..stride).step_by(S::N) {
            // SAFETY: `first + S::N <= stride`, and there are columns up to `order + 2`.
            unsafe {
                let base = self.differences.as_mut_ptr();
                let place = |order: usize| base.add(order * stride + first);
                let mut sum = S::load(self.change.as_ptr().add(first));
                S::store(place(self.order + 2), S::sub(sum, S::load(place(self.order + 1))));
                S::store(place(self.order + 1), sum);
                for j in (0..=self.order).rev() {
                    sum = S::add(S::load(place(j)), sum);
                    S::store(place(j), sum);
                }
            }
        }
    }
}

/// Differences of one polynomial from those at other steps.
struct Rescale<'a> {
    order: usize,
    weights: &'a [[f64; MOST_ORDER + 1]; MOST_ORDER + 1],
    differences: &'a mut [f64],
}

impl Kernel for Rescale<'_> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        let stride = self.differences.len() / N_DIFFERENCES;
        assert!(stride.is_multiple_of(TILE) && self.order <= MOST_ORDER);
        for first in (0..stride).step_by(S::N) {
            let base = self.differences.as_mut_ptr();
            // each row of weights starts at its own order, so what is replaced is not read again
            for j in 1..=self.order {
                let mut sum = S::splat(0.0);
                for i in j..=self.order {
                    // SAFETY: `first + S::N <= stride`, and there are columns beyond `order`.
                    let difference = unsafe { S::load(base.add(i * stride + first)) };
                    sum = S::add(sum, S::mul(S::splat(self.weights[j][i]), difference));
                }
                // SAFETY: as above.
                unsafe { S::store(base.add(j * stride + first), sum) };
            }
        }
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
