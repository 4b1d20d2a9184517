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
use crate::columns::{self, Columns, combine, weighted};
use crate::dop853::{A, ALL_STAGES, DENSE, ERRORS, STAGES, TIMES};
use crate::events::Dense;
use crate::follow::{Change, Course};
use crate::interpreter::TILE;
use crate::program::Program;
use crate::simd::Instructions;

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
    /// Of each stage: the first at the start of the step, the thirteenth at its end.
    slopes: Columns,
    /// State at the start of the step.
    from: Aligned,
    /// Where a stage evaluates.
    argument: Aligned,
    next: Aligned,
    errors: [Aligned; 2],
    /// One over the tolerance of each species.
    weights: Aligned,
    /// Terms of the dense output.
    terms: Columns,
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
    /// What the dense output is read with.
    code: Instructions,
}

impl Explicit {
    pub(crate) fn new(program: &Program) -> Self {
        let n = program.n_species();
        let row = || Aligned::zeros(n.next_multiple_of(TILE));
        Self {
            n,
            slopes: Columns::zeros(ALL_STAGES, n),
            from: row(),
            argument: row(),
            next: row(),
            errors: [row(), row()],
            weights: row(),
            terms: Columns::zeros(TERMS, n),
            step: 0.0,
            last_step: 0.0,
            start: 0.0,
            is_under_way: false,
            is_bent: false,
            stiffness: 0.0,
            n_steps: 0,
            n_evaluations: 0,
            code: Instructions::Plain,
        }
    }

    /// Starts at the state of the course, with a first step after Hairer, Norsett and Wanner (II.4).
    pub(crate) fn begin(&mut self, on: &mut Course) {
        let (n, code) = (self.n, on.code());
        self.go_on(on, 0.0);
        on.weigh([&self.from, &self.from], &mut self.weights);
        let (size, speed) = (on.norm(&self.from, &self.weights), on.norm(self.slopes.of(0), &self.weights));
        let span = (on.end - on.time).min(on.config.max_step);
        let guess = if size < 1e-5 || speed < 1e-5 { 1e-6 * span } else { 0.01 * size / speed };
        let guess = if guess > 0.0 && guess < span { guess } else { span };
        combine(code, (&self.from, guess), &[1.0], self.slopes.from(0), &mut self.argument);
        on.at.rhs(on.time + guess, &self.argument[..n], &mut self.slopes.of_mut(1)[..n]);
        self.n_evaluations += 1;
        let slopes = (self.slopes.of(1), Some(self.slopes.of(0)));
        let bend = columns::norm(code, n, slopes, &self.weights) / guess;
        let most = bend.max(speed);
        let step = if most <= 1e-15 { (guess * 1e-3).max(1e-6 * span) } else { eighth_root(0.01 / most) };
        self.step = if step.is_finite() { step.min(100.0 * guess).min(span) } else { guess };
    }

    /// Starts at the state of the course with a step of this size.
    pub(crate) fn go_on(&mut self, on: &mut Course, step: f64) {
        (self.is_under_way, self.step) = (false, step);
        self.from[..self.n].copy_from_slice(&on.state);
        on.at.rhs(on.time, &on.state, &mut self.slopes.of_mut(0)[..self.n]);
        self.n_evaluations += 1;
    }

    /// One step, tried until it can be taken or the lane is lost; whether the integration starts anew at its end.
    pub(crate) fn advance(&mut self, on: &mut Course) -> bool {
        let n = self.n;
        let mut was_refused = false;
        if self.is_under_way {
            std::mem::swap(&mut self.from, &mut self.next);
            self.slopes.copy(STAGES, 0);
        }
        (self.is_under_way, self.is_bent, self.start) = (true, false, on.time);
        while on.may_try(&self.errors[0][..n]) {
            let (target, step) = on.target(self.step);
            self.stages(on, 1..STAGES, step);
            combine(on.code(), (&self.from, step), A[STAGES], self.slopes.from(0), &mut self.next);
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

    /// Evaluates stages, each from those before.
    fn stages(&mut self, on: &mut Course, which: std::ops::Range<usize>, step: f64) {
        for stage in which {
            combine(on.code(), (&self.from, step), A[stage], self.slopes.from(0), &mut self.argument);
            self.n_evaluations += 1;
            let slope = &mut self.slopes.of_mut(stage)[..self.n];
            on.at.rhs(self.start + TIMES[stage] * step, &self.argument[..self.n], slope);
        }
    }

    /// Error of the step in units of the tolerance.
    fn error(&mut self, on: &Course, step: f64) -> f64 {
        on.weigh([&self.from, &self.next], &mut self.weights);
        let [fifth, third] = [0, 1].map(|k| {
            weighted(on.code(), step, &ERRORS[k], self.slopes.from(0), &mut self.errors[k]);
            on.norm(&self.errors[k], &self.weights)
        });
        if fifth == 0.0 { 0.0 } else { fifth * fifth / (fifth * fifth + 0.01 * third * third).sqrt() }
    }

    fn take(&mut self, on: &mut Course, target: f64, step: f64) -> bool {
        let n = self.n;
        on.at.rhs(target, &self.next[..n], &mut self.slopes.of_mut(STAGES)[..n]);
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
        let between = |a, b| columns::norm(on.code(), self.n, (a, Some(b)), &self.weights);
        let apart = between(&self.next, &self.argument);
        let slopes = between(self.slopes.of(STAGES), self.slopes.of(STAGES - 1));
        self.stiffness = if apart > 0.0 { self.last_step * slopes / apart } else { 0.0 };
    }

    /// Makes the dense output of the last step, unless it is made.
    pub(crate) fn bend(&mut self, on: &mut Course) {
        if self.is_bent {
            return;
        }
        self.is_bent = true;
        let (step, code) = (self.last_step, on.code());
        self.stages(on, STAGES + 1..ALL_STAGES, step);
        for s in 0..self.n {
            let rise = self.next[s] - self.from[s];
            let (first, last) = (step * self.slopes.of(0)[s], step * self.slopes.of(STAGES)[s]);
            self.terms.of_mut(0)[s] = rise;
            self.terms.of_mut(1)[s] = first - rise;
            self.terms.of_mut(2)[s] = 2.0 * rise - (last + first);
        }
        for (k, weights) in DENSE.iter().enumerate() {
            weighted(code, step, weights, self.slopes.from(0), self.terms.of_mut(3 + k));
        }
        self.code = code;
    }
}

impl Dense for Explicit {
    fn at(&self, share: f64, out: &mut [f64]) {
        // each term has a factor more than the one before, by turns what is done and what is left of the step
        let (mut weights, mut factor) = ([0.0; TERMS], 1.0);
        for (k, weight) in weights.iter_mut().enumerate() {
            factor *= if k % 2 == 0 { share } else { 1.0 - share };
            *weight = factor;
        }
        columns::read(self.code, &self.from, &weights, self.terms.from(0), out);
    }
}

fn eighth_root(x: f64) -> f64 {
    x.sqrt().sqrt().sqrt()
}
