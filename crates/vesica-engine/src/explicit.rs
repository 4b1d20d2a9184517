//! An explicit method for what is not stiff: order 8, with the step as the error allows, and dense output of order 7.
//!
//! Nothing is solved for, so a step costs its twelve evaluations and little else, and a tight tolerance costs few steps.
//! Where a system is stiff, steps are bound by stability: that shows in how the last two stages, which stand at the same
//! time, differ. The coefficients are in [`crate::dop853`].
//!
//! Source: E. Hairer, S. P. Norsett and G. Wanner, Solving Ordinary Differential Equations I, 2nd edition, sections II.4
//! to II.6; E. Hairer and G. Wanner, Solving Ordinary Differential Equations II, 2nd edition, section IV.2.

use crate::aligned::Aligned;
use crate::choice::Costs;
use crate::dop853::{A, ALL_STAGES, DENSE, ERRORS, STAGES, TIMES};
use crate::events::Dense;
use crate::follow::{Change, Course};
use crate::interpreter::TILE;
use crate::program::Program;
use crate::simd::{Instructions, Kernel, Simd, dispatch};

const SAFETY: f64 = 0.9;
const MOST_GROWTH: f64 = 6.0;
const MOST_SHRINK: f64 = 1.0 / 3.0;
/// Step times the largest eigenvalue up to which steps are stable.
pub(crate) const MOST_STIFF: f64 = 6.0;
/// Terms of the dense output.
const TERMS: usize = 7;

/// Scratch of the method: rows of species, each on whole vectors.
pub(crate) struct Explicit {
    n: usize,
    stride: usize,
    /// `[stage][species]`: slopes, the first at the start of the step, the thirteenth at its end.
    slopes: Aligned,
    /// State at the start of the step.
    from: Aligned,
    /// Where a stage evaluates.
    argument: Aligned,
    next: Aligned,
    errors: [Aligned; 2],
    /// The larger of the amounts at start and end.
    sizes: Vec<f64>,
    /// `[term][species]` of the dense output.
    terms: Aligned,
    step: f64,
    pub(crate) last_step: f64,
    /// Time at the start of the last step.
    start: f64,
    /// Whether a step was taken since the method began: the next starts where that one ends.
    is_under_way: bool,
    /// Whether the dense output of the last step is made.
    is_bent: bool,
    /// Last step times an eigenvalue, about.
    pub(crate) stiffness: f64,
    n_steps: u64,
    n_evaluations: u64,
}

impl Explicit {
    pub(crate) fn new(program: &Program) -> Self {
        let n = program.n_species();
        let stride = n.next_multiple_of(TILE);
        let row = || Aligned::zeros(stride);
        Self {
            n,
            stride,
            slopes: Aligned::zeros(ALL_STAGES * stride),
            from: row(),
            argument: row(),
            next: row(),
            errors: [row(), row()],
            sizes: vec![0.0; n],
            terms: Aligned::zeros(TERMS * stride),
            step: 0.0,
            last_step: 0.0,
            start: 0.0,
            is_under_way: false,
            is_bent: false,
            stiffness: 0.0,
            n_steps: 0,
            n_evaluations: 0,
        }
    }

    /// Starts at the state of the course, with a first step after Hairer, Norsett and Wanner (II.4).
    pub(crate) fn begin(&mut self, on: &mut Course) {
        let n = self.n;
        self.go_on(on, 0.0);
        let (size, speed) = (on.norm(&on.state, &on.state), on.norm(&self.slopes[..n], &on.state));
        let span = (on.end - on.time).min(on.config.max_step);
        let guess = if size < 1e-5 || speed < 1e-5 { 1e-6 * span } else { 0.01 * size / speed };
        let guess = if guess > 0.0 && guess < span { guess } else { span };
        combine(on.at.workspace.code.instructions, (&self.from, guess), &[1.0], &self.slopes, &mut self.argument);
        on.at.rhs(on.time + guess, &self.argument[..n], &mut self.slopes[self.stride..][..n]);
        self.n_evaluations += 1;
        for s in 0..n {
            self.sizes[s] = (self.slopes[self.stride + s] - self.slopes[s]) / guess;
        }
        let bend = on.norm(&self.sizes, &on.state);
        let most = bend.max(speed);
        let step = if most <= 1e-15 { (guess * 1e-3).max(1e-6 * span) } else { eighth_root(0.01 / most) };
        self.step = if step.is_finite() { step.min(100.0 * guess).min(span) } else { guess };
    }

    /// Starts at the state of the course with a step of this size.
    pub(crate) fn go_on(&mut self, on: &mut Course, step: f64) {
        (self.is_under_way, self.step) = (false, step);
        self.from[..self.n].copy_from_slice(&on.state);
        on.at.rhs(on.time, &on.state, &mut self.slopes[..self.n]);
        self.n_evaluations += 1;
    }

    /// One step, tried until it can be taken or the lane is lost; whether the integration starts anew at its end.
    pub(crate) fn advance(&mut self, on: &mut Course) -> bool {
        let n = self.n;
        let mut was_refused = false;
        if self.is_under_way {
            std::mem::swap(&mut self.from, &mut self.next);
            self.slopes.copy_within(STAGES * self.stride..STAGES * self.stride + n, 0);
        }
        (self.is_under_way, self.is_bent, self.start) = (true, false, on.time);
        while on.may_try(&self.errors[0][..n]) {
            let (target, step) = on.target(self.step);
            self.stages(on, 1..STAGES, step);
            combine(self.code(on), (&self.from, step), A[STAGES], &self.slopes, &mut self.next);
            let error = self.error(on, step);
            if error <= 1.0 {
                let growth =
                    (SAFETY / eighth_root(error)).clamp(MOST_SHRINK, if was_refused { 1.0 } else { MOST_GROWTH });
                // a step that had to end where it did says nothing against a longer one
                self.step = if step < self.step { self.step.max(step * growth) } else { step * growth };
                return self.take(on, target, step);
            }
            was_refused = true;
            let shrink = if error.is_finite() { (SAFETY / eighth_root(error)).max(MOST_SHRINK) } else { 0.25 };
            self.step = step * shrink;
            on.refuse(self.step, &self.errors[0][..n]);
        }
        false
    }

    /// All work so far.
    pub(crate) fn work(&self, costs: &Costs) -> f64 {
        self.n_evaluations as f64 * costs.evaluation + self.n_steps as f64 * costs.step
    }

    /// Work of a step.
    pub(crate) fn cost(&self, costs: &Costs) -> f64 {
        let stages = if self.is_bent { ALL_STAGES - 1 } else { STAGES };
        stages as f64 * costs.evaluation + costs.step
    }

    /// Time per work of the last step.
    pub(crate) fn speed(&self, costs: &Costs) -> f64 {
        self.last_step / self.cost(costs)
    }

    fn code(&self, on: &Course) -> Instructions {
        on.at.workspace.code.instructions
    }

    /// Evaluates stages, each from those before.
    fn stages(&mut self, on: &mut Course, which: std::ops::Range<usize>, step: f64) {
        for stage in which {
            combine(self.code(on), (&self.from, step), A[stage], &self.slopes, &mut self.argument);
            self.n_evaluations += 1;
            let slope = &mut self.slopes[stage * self.stride..][..self.n];
            on.at.rhs(self.start + TIMES[stage] * step, &self.argument[..self.n], slope);
        }
    }

    /// Error of the step in units of the tolerance.
    fn error(&mut self, on: &Course, step: f64) -> f64 {
        let code = self.code(on);
        for (size, (from, next)) in self.sizes.iter_mut().zip(self.from.iter().zip(&self.next[..])) {
            *size = from.abs().max(next.abs());
        }
        let [fifth, third] = [0, 1].map(|k| {
            weighted(code, step, &ERRORS[k], &self.slopes, &mut self.errors[k]);
            on.norm(&self.errors[k][..self.n], &self.sizes)
        });
        if fifth == 0.0 { 0.0 } else { fifth * fifth / (fifth * fifth + 0.01 * third * third).sqrt() }
    }

    fn take(&mut self, on: &mut Course, target: f64, step: f64) -> bool {
        let n = self.n;
        on.at.rhs(target, &self.next[..n], &mut self.slopes[STAGES * self.stride..][..n]);
        self.n_evaluations += 1;
        self.n_steps += 1;
        on.counters().explicit += 1;
        self.last_step = step;
        self.look_at_stiffness(on);
        let change = on.change(target, &self.next[..n]);
        if change == Change::Within || on.wants_within(target) {
            self.bend(on);
        }
        on.end_step((target, &self.next[..n]), change, self)
    }

    /// By the slopes of the last stage and of the next step, which stand at the same time.
    fn look_at_stiffness(&mut self, on: &Course) {
        let (n, stride) = (self.n, self.stride);
        let (mut apart, mut slopes) = (0.0, 0.0);
        for s in 0..n {
            let unit = on.config.atol.of(s) + on.config.rtol * self.sizes[s];
            let (a, b) = (
                (self.next[s] - self.argument[s]) / unit,
                (self.slopes[STAGES * stride + s] - self.slopes[(STAGES - 1) * stride + s]) / unit,
            );
            (apart, slopes) = (apart + a * a, slopes + b * b);
        }
        self.stiffness = self.last_step * (slopes / apart.max(f64::MIN_POSITIVE)).sqrt();
    }

    /// Makes the dense output of the last step, unless it is made.
    pub(crate) fn bend(&mut self, on: &mut Course) {
        if self.is_bent {
            return;
        }
        self.is_bent = true;
        let (n, stride, step) = (self.n, self.stride, self.last_step);
        self.stages(on, STAGES + 1..ALL_STAGES, step);
        let code = self.code(on);
        for s in 0..n {
            let rise = self.next[s] - self.from[s];
            let (first, last) = (step * self.slopes[s], step * self.slopes[STAGES * stride + s]);
            self.terms[s] = rise;
            self.terms[stride + s] = first - rise;
            self.terms[2 * stride + s] = 2.0 * rise - (last + first);
        }
        for (k, weights) in DENSE.iter().enumerate() {
            weighted(code, step, weights, &self.slopes, &mut self.terms[(3 + k) * stride..][..stride]);
        }
    }
}

impl Dense for Explicit {
    fn at(&self, share: f64, out: &mut [f64]) {
        let rest = 1.0 - share;
        for (s, out) in out.iter_mut().enumerate() {
            let term = |k: usize| self.terms[k * self.stride + s];
            let inner = term(4) + rest * (term(5) + share * term(6));
            let bend = term(1) + share * (term(2) + rest * (term(3) + share * inner));
            *out = self.from[s] + share * (term(0) + rest * bend);
        }
    }
}

fn eighth_root(x: f64) -> f64 {
    x.sqrt().sqrt().sqrt()
}

/// `from` + step · weighted sum of slopes.
fn combine(code: Instructions, (from, step): (&[f64], f64), weights: &[f64], slopes: &[f64], out: &mut [f64]) {
    dispatch(code, Combine { from: Some(from), step, weights, slopes, out });
}

/// Step · weighted sum of slopes.
fn weighted(code: Instructions, step: f64, weights: &[f64], slopes: &[f64], out: &mut [f64]) {
    dispatch(code, Combine { from: None, step, weights, slopes, out });
}

struct Combine<'a> {
    from: Option<&'a [f64]>,
    step: f64,
    weights: &'a [f64],
    slopes: &'a [f64],
    out: &'a mut [f64],
}

impl Kernel for Combine<'_> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        let stride = self.out.len();
        assert!(stride.is_multiple_of(TILE) && self.slopes.len() >= self.weights.len() * stride);
        assert!(self.from.is_none_or(|from| from.len() == stride));
        for first in (0..stride).step_by(S::N) {
            let mut sum = S::splat(0.0);
            for (stage, weight) in self.weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
                // SAFETY: `first + S::N <= stride`, and there are as many slopes as weights times `stride`.
                let slope = unsafe { S::load(self.slopes.as_ptr().add(stage * stride + first)) };
                sum = S::add(sum, S::mul(S::splat(*weight), slope));
            }
            let mut out = S::mul(S::splat(self.step), sum);
            if let Some(from) = self.from {
                // SAFETY: as above.
                out = S::add(unsafe { S::load(from.as_ptr().add(first)) }, out);
            }
            // SAFETY: as above.
            unsafe { S::store(self.out.as_mut_ptr().add(first), out) };
        }
    }
}
