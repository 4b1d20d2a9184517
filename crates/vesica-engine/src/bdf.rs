//! One trajectory by backward differentiation: order 1 to 5 and step as the error allows, in numerical differentiation
//! formulas on backward differences.
//!
//! A long smooth trajectory at a tight tolerance needs far fewer evaluations this way than with a method of fixed
//! order; in return a step depends on the ones before, so each disturbance starts again at order 1. That is why lanes
//! that exchange with a place use [`crate::advance`].
//!
//! Source: L. F. Shampine and M. W. Reichelt, SIAM J. Sci. Comput. 18 (1997) 1, doi 10.1137/S1064827594276424.

use crate::algebraic;
use crate::batch::{AbsoluteTolerance, Batch, Failure, FailureReason, LaneStatus, SolverConfig};
use crate::events::{Crossing, Dense, fire, just_after, remembered};
use crate::math::pow;
use crate::one_lane::OneLane;
use crate::program::Program;
use crate::workspace::Workspace;

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
const SMALLEST_STEP: f64 = 1e-14;
/// After so many switches in a row, each in a step cut to almost nothing, the next step runs whole.
const SLIDING: u32 = 8;

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

/// Brings one lane of a batch through `times` (rising) and appends its state at each to `out`,
/// `[time × n_species]`.
///
/// Triggers and switches are located and the integration starts anew there, as in [`crate::advance`]. Where the lane
/// stops or fails, the states of the times not reached are NaN. The same inputs give the same bits; they are not those
/// of [`crate::advance`], which is another method.
///
/// ```
/// use vesica_engine::{Batch, SolverConfig, Workspace, compile, follow};
/// use vesica_model::{Binary, Expression, Network, Reaction, Species, Symbol};
/// let mut network = Network::default();
/// let initial = Expression::Number(1.0);
/// network.species.push(Species { id: "A".into(), initial, compartment: None, is_concentration: false });
/// let amount = Expression::Symbol(Symbol::Species(0));
/// network.reactions.push(Reaction { id: "decay".into(), reactants: vec![(0, 1.0)], products: vec![], rate: amount });
/// let program = compile(&network)?;
/// let mut batch = Batch::new(&program, 1);
/// let (config, mut out) = (SolverConfig::with_tolerance(1e-9, 1e-12), Vec::new());
/// follow(&program, &config, &mut Workspace::for_program(&program), &mut batch, 0, &[1.0, 2.0], &mut out);
/// assert!((out[0] - (-1.0f64).exp()).abs() < 1e-7 && (out[1] - (-2.0f64).exp()).abs() < 1e-7);
/// # Ok::<(), vesica_engine::CompileError>(())
/// ```
///
/// # Panics
/// If the batch or the tolerances were made for another program, or there is no such lane.
pub fn follow(
    program: &Program,
    config: &SolverConfig,
    workspace: &mut Workspace,
    batch: &mut Batch,
    lane: usize,
    times: &[f64],
    out: &mut Vec<f64>,
) {
    let n = program.n_species();
    workspace.fit(program);
    batch.refresh_all(program, workspace);
    let first = out.len();
    out.resize(first + times.len() * n, f64::NAN);
    let Some(end) = times.last().copied() else { return };
    let (time, state) = (batch.time[lane], batch.state(lane).to_vec());
    let at = OneLane::new(program, workspace, batch.fixed(lane));
    let mut bdf = Bdf {
        program,
        config,
        at,
        batch,
        lane,
        end,
        wanted: Wanted { times, next: 0, rows: &mut out[first..] },
        time,
        state,
        truths: Vec::new(),
        differences: vec![vec![0.0; n]; N_DIFFERENCES],
        newton: Newton { state: vec![0.0; n], history: vec![0.0; n], change: vec![0.0; n], right_side: vec![0.0; n] },
        rescaled: vec![vec![0.0; n]; MOST_ORDER + 1],
        of_old: divided(1.0),
        order: 1,
        step: 0.0,
        n_equal: 0,
        is_factored: false,
        rate: 1.0,
        has_fresh_jacobian: false,
        sliding: 0,
        attempts: 0,
    };
    bdf.start();
    bdf.wanted.reach(time, &bdf.state);
    while bdf.is_running() && bdf.time < end {
        bdf.advance();
    }
    bdf.finish();
}

struct Bdf<'a> {
    program: &'a Program,
    config: &'a SolverConfig,
    at: OneLane<'a>,
    batch: &'a mut Batch,
    lane: usize,
    end: f64,
    wanted: Wanted<'a>,
    time: f64,
    state: Vec<f64>,
    /// Truth of each trigger and mode.
    truths: Vec<f64>,
    /// Backward differences of the state at equal steps, `[order][species]`.
    differences: Vec<Vec<f64>>,
    newton: Newton,
    /// Room for differences at another step.
    rescaled: Vec<Vec<f64>>,
    /// [`divided`] by the present steps.
    of_old: [[f64; MOST_ORDER + 1]; MOST_ORDER + 1],
    order: usize,
    step: f64,
    /// Steps since order or size changed.
    n_equal: usize,
    /// Whether the factors are those of this step and order.
    is_factored: bool,
    /// By how much an iteration shrinks the error, with these factors.
    rate: f64,
    /// Whether the Jacobian was made in this step.
    has_fresh_jacobian: bool,
    sliding: u32,
    attempts: u64,
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

/// The times at which states are asked for.
struct Wanted<'a> {
    times: &'a [f64],
    next: usize,
    rows: &'a mut [f64],
}

impl Wanted<'_> {
    /// The row of the next time, if that is no later than `reached`.
    fn next(&mut self, reached: f64, n: usize) -> Option<(f64, &mut [f64])> {
        let time = self.times.get(self.next).copied().filter(|time| *time <= reached)?;
        self.next += 1;
        Some((time, &mut self.rows[(self.next - 1) * n..][..n]))
    }

    /// A state that holds for every time asked for up to `reached`.
    fn reach(&mut self, reached: f64, state: &[f64]) {
        while let Some((_, row)) = self.next(reached, state.len()) {
            row.copy_from_slice(state);
        }
    }
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

impl Bdf<'_> {
    fn is_running(&self) -> bool {
        self.batch.status[self.lane] == LaneStatus::Running
    }

    /// Looks at the triggers, fires what is true from the start, and begins at order 1.
    fn start(&mut self) {
        let n_events = self.program.n_events();
        let mut now = self.at.truths(just_after(self.time), &self.state);
        if !self.program.algebraic.is_empty() {
            self.truths = now;
            self.settle();
            now = self.at.truths(just_after(self.time), &self.state);
        }
        self.truths = remembered(self.program, self.batch.truths(self.lane), now.clone());
        if (0..n_events).any(|event| self.truths[event] == 0.0 && now[event] != 0.0) {
            self.fire(false);
        }
        self.restart();
    }

    /// Fires what has turned true at the present state.
    fn fire(&mut self, is_located: bool) {
        let at = (&mut *self.batch, self.lane);
        let point = (self.time, &mut self.state[..]);
        let result = fire(self.program, self.config, self.at.workspace, at, point, &mut self.truths, is_located);
        if let Err(reason) = result {
            self.fail(reason);
        }
    }

    /// Brings what algebraic rules determine to where they hold, conditions as they are.
    fn settle(&mut self) {
        if self.program.algebraic.is_empty() || matches!(self.batch.status[self.lane], LaneStatus::Failed(_)) {
            return;
        }
        self.at.set_modes(&self.truths[self.program.n_events()..]);
        if let Err((reason, species)) = algebraic::settle(self.program, &mut self.at, self.time, &mut self.state) {
            let failure = Failure { time: self.time, reason, species: Some(species), reaction: None };
            self.batch.status[self.lane] = LaneStatus::Failed(failure);
        }
    }

    /// Order 1 with a first step after Hairer and Wanner (II.4).
    fn restart(&mut self) {
        self.settle();
        if !self.is_running() {
            return;
        }
        self.at.set_modes(&self.truths[self.program.n_events()..]);
        let mut rates = vec![0.0; self.state.len()];
        self.at.rhs(self.time, &self.state, &mut rates);
        self.at.jacobian(self.time, &self.state);
        algebraic::follow(self.program, &self.at, &mut rates);
        let (size, speed) = (self.norm(&self.state, &self.state), self.norm(&rates, &self.state));
        let span = self.end - self.time;
        let guess = if size < 1e-5 || speed < 1e-5 { 1e-6 * span } else { 0.01 * size / speed };
        let step = if guess > 0.0 && guess < span { guess } else { span };
        self.step = step.min(self.config.max_step);
        (self.order, self.n_equal, self.is_factored, self.has_fresh_jacobian) = (1, 0, false, false);
        self.differences.iter_mut().for_each(|difference| difference.fill(0.0));
        self.differences[0].copy_from_slice(&self.state);
        self.differences[1].iter_mut().zip(&rates).for_each(|(difference, rate)| *difference = rate * self.step);
    }

    /// One step, tried until it can be taken or the lane is lost.
    fn advance(&mut self) {
        self.has_fresh_jacobian = false;
        while self.is_running() {
            self.attempts += 1;
            if self.attempts > self.config.max_steps {
                return self.fail(FailureReason::TooManySteps);
            }
            let target = self.target();
            if !self.correct(target) {
                continue;
            }
            let error = error_constant(self.order) * self.norm(&self.newton.change, &self.newton.state);
            if error <= 1.0 {
                return self.take(target);
            }
            let shrink = SAFETY * pow(error, -1.0 / (self.order as f64 + 1.0));
            self.refuse(if error.is_finite() { shrink.clamp(MOST_SHRINK, 0.95) } else { 0.25 });
        }
    }

    /// Where the step ends: no later than the end and the next time that a condition names; the differences follow.
    fn target(&mut self) -> f64 {
        let stop = self.at.next_stop(self.time).min(self.end);
        let left = stop - self.time;
        let wanted = self.step.min(self.config.max_step);
        if wanted >= left * (1.0 - 1e-12) {
            if self.step != left {
                self.rescale(left / self.step);
            }
            return stop;
        }
        if wanted < self.step {
            self.rescale(wanted / self.step);
        }
        self.time + self.step
    }

    /// Newton's iteration for the state at `target`, into `newton`; false when it fails, with step or Jacobian made
    /// anew. How fast it converges is remembered as long as the factors stay: one iteration is then often enough.
    fn correct(&mut self, target: f64) -> bool {
        let shift = alpha(self.order) / self.step;
        if !self.is_factored {
            if !self.at.factor(shift) {
                self.refuse(0.5);
                return false;
            }
            (self.is_factored, self.rate) = (true, 1.0);
        }
        self.predict();
        let tolerance = ITERATION_SHARE / error_constant(self.order);
        let mut last: Option<f64> = None;
        for _ in 0..MOST_ITERATIONS {
            let newton = &mut self.newton;
            self.at.rhs(target, &newton.state, &mut newton.right_side);
            let missed: Vec<f64> = self.program.algebraic.iter().map(|held| newton.right_side[*held]).collect();
            // (J - shift)·x = shift·(history + change) - f
            let terms = newton.history.iter().zip(&newton.change);
            for (side, (history, change)) in newton.right_side.iter_mut().zip(terms) {
                *side = shift * (history + change) - *side;
            }
            // an algebraic rule holds at the new state, whatever came before: J·x = -f
            self.program.algebraic.iter().zip(&missed).for_each(|(held, missed)| newton.right_side[*held] = -missed);
            self.at.solve(&mut newton.right_side);
            for ((state, change), step) in newton.state.iter_mut().zip(&mut newton.change).zip(&newton.right_side) {
                *state += step;
                *change += step;
            }
            let size = self.norm(&self.newton.right_side, &self.newton.state);
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
            self.refuse(0.5);
        } else {
            self.predict();
            self.at.jacobian(target, &self.newton.state);
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
    fn refuse(&mut self, factor: f64) {
        self.batch.counters[self.lane].rejected += 1;
        self.rescale(factor);
        let times = self.time.abs().max(self.end.abs());
        if self.step > SMALLEST_STEP * times {
            return;
        }
        let mut rates = vec![0.0; self.state.len()];
        self.at.rhs(self.time, &self.state, &mut rates);
        let is_lost = !rates.iter().chain(&self.state).all(|x| x.is_finite());
        self.fail(if is_lost { FailureReason::NotFinite } else { FailureReason::StepTooSmall });
    }

    /// Takes a step, cut at the first change of a truth within it, and chooses order and size of the next.
    fn take(&mut self, target: f64) {
        self.batch.counters[self.lane].accepted += 1;
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
        if self.program.has_switches() && self.cut(target) {
            return;
        }
        self.report(target, target);
        self.time = target;
        self.state.copy_from_slice(&self.differences[0]);
        if self.n_equal > order {
            self.choose();
        }
    }

    /// States at the times asked for in the step up to `target`, as far as `reached`.
    fn report(&mut self, target: f64, reached: f64) {
        let differences = &self.differences[..=self.order];
        let dense = Interpolant { from: self.time, to: target, step: self.step, differences };
        while let Some((time, row)) = self.wanted.next(reached, dense.differences[0].len()) {
            dense.at((time - dense.from) / (dense.to - dense.from), row);
        }
    }

    /// Ends the step up to `target` where a truth that counts has changed, and starts anew there.
    fn cut(&mut self, target: f64) -> bool {
        let (program, n_events) = (self.program, self.program.n_events());
        let after = self.at.truths(just_after(target), &self.differences[0]);
        let slides = self.sliding >= SLIDING;
        let counts = |i: usize, old: f64, new: f64| {
            if i < n_events { old == 0.0 && new != 0.0 } else { !slides && (old != 0.0) != (new != 0.0) }
        };
        let mut truths = self.truths.iter().zip(&after).enumerate();
        if !truths.any(|(i, (before, after))| counts(i, *before, *after)) {
            let has_switched = self.truths[n_events..] != after[n_events..];
            self.truths = after;
            self.sliding = 0;
            if has_switched {
                self.go_to(target, target, self.differences[0].clone());
                self.restart();
            }
            return has_switched;
        }
        let differences = &self.differences[..=self.order];
        let dense = Interpolant { from: self.time, to: target, step: self.step, differences };
        let (start, before) = (self.time, &self.truths);
        let crossing = Crossing { program, output: &dense, start, end: target, before, counts: &counts };
        let (share, state) = crossing.locate(self.at.workspace);
        let time = crossing.time(share);
        // the state at the crossing itself is that after the events
        self.go_to(target, time.next_down(), state);
        self.time = time;
        self.batch.counters[self.lane].located += 1;
        self.sliding = if share < 1e-3 { self.sliding + 1 } else { 0 };
        self.fire(true);
        self.settle();
        self.wanted.reach(time, &self.state);
        if self.is_running() {
            self.restart();
        }
        true
    }

    /// Ends the step up to `target` at `time`.
    fn go_to(&mut self, target: f64, time: f64, state: Vec<f64>) {
        self.report(target, time);
        (self.time, self.state) = (time, state);
    }

    /// The order, of this and its neighbours, that allows the largest step.
    fn choose(&mut self) {
        let orders = (self.order - 1).max(1)..=(self.order + 1).min(MOST_ORDER);
        let errors = orders.map(|by| (by, error_constant(by) * self.norm(&self.differences[by + 1], &self.state)));
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
        (self.n_equal, self.is_factored) = (0, false);
    }

    /// Root mean square over the species, each in units of its tolerance at a state.
    fn norm(&self, values: &[f64], state: &[f64]) -> f64 {
        let rtol = self.config.rtol;
        let sum = match &self.config.atol {
            AbsoluteTolerance::Same(atol) => sum_of_squares(values, state, |_, state| atol + rtol * state.abs()),
            AbsoluteTolerance::Each(atol) => sum_of_squares(values, state, |s, state| atol[s] + rtol * state.abs()),
        };
        (sum / values.len().max(1) as f64).sqrt()
    }

    fn fail(&mut self, reason: FailureReason) {
        let mut rates = vec![0.0; self.state.len()];
        self.at.rhs(self.time, &self.state, &mut rates);
        let lost = (0..rates.len()).find(|s| !(rates[*s].is_finite() && self.state[*s].is_finite()));
        let share =
            |s: usize| (self.differences[self.order + 1][s] / (self.config.atol.of(s) + self.state[s].abs())).abs();
        let species = lost.or_else(|| (0..rates.len()).reduce(|a, b| if share(b) > share(a) { b } else { a }));
        let mut speeds = vec![0.0; self.program.n_reactions()];
        self.at.rates(self.time, &self.state, &mut speeds);
        let change = |reaction: usize| {
            let terms = self.program.stoichiometry[reaction].iter();
            terms.filter(|(s, _)| Some(*s) == species).map(|(_, c)| (c * speeds[reaction]).abs()).next()
        };
        let touching = (0..speeds.len()).filter(|reaction| change(*reaction).is_some());
        let reaction = touching.reduce(|a, b| if change(b) > change(a) { b } else { a });
        self.batch.status[self.lane] = LaneStatus::Failed(Failure { time: self.time, reason, species, reaction });
    }

    fn finish(self) {
        let (batch, lane) = (self.batch, self.lane);
        batch.column_mut(lane).copy_from_slice(&self.state);
        batch.time[lane] = self.time;
        batch.is_disturbed[lane] = false;
        for (event, known) in batch.truths_mut(lane).iter_mut().enumerate() {
            *known = u8::from(self.truths[event] != 0.0);
        }
    }
}

/// Sum of (value / unit)^2, four at a time, so that none waits for the one before.
#[inline(always)]
fn sum_of_squares(values: &[f64], state: &[f64], unit: impl Fn(usize, f64) -> f64) -> f64 {
    let square = |s: usize, value: f64, state: f64| {
        let share = value / unit(s, state);
        share * share
    };
    let (four, left) = values.as_chunks::<4>();
    let (four_states, left_states) = state.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (at, (values, states)) in four.iter().zip(four_states).enumerate() {
        for k in 0..4 {
            sums[k] += square(4 * at + k, values[k], states[k]);
        }
    }
    let first = 4 * four.len();
    let rest = left.iter().zip(left_states).enumerate().map(|(k, (value, state))| square(first + k, *value, *state));
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest.sum::<f64>()
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
