//! Which method goes on with one trajectory: the one that is seen to come further for the same work.
//!
//! Explicit steps are long and dear, those of backward differentiation short and cheap, or the other way round where the
//! system is stiff. When the one at hand may be the wrong one, the other is given a trial of a few steps, and goes on only
//! if it comes further than the first did; a trial that failed is not repeated soon. Work is counted, not timed: the same
//! inputs give the same bits.

use crate::graph::Op;
use crate::program::Program;

/// The explicit method is suspected where step times eigenvalue is above what error allows where nothing is stiff: this
/// times the eighth root of the relative tolerance, within limits.
const SUSPECT: f64 = 10.0;
const SUSPECTS: [f64; 2] = [0.5, 5.0];
/// Fewest steps of a trial of backward differentiation; those in which its step still grows do not count.
const TRIAL: u32 = 10;
/// Of them, fewest that count.
const COUNTED: u32 = 4;
/// Most steps in which it may grow.
const MOST_GROWING: u32 = 60;
/// Steps of a trial of explicit ones.
const TRIAL_EXPLICIT: u32 = 4;
/// After so many steps of backward differentiation explicit ones may be tried, if nothing is known against them.
const LOOK: u32 = 25;
/// A trial must do so much better.
const GAIN: f64 = 1.2;
const MOST_PATIENCE: u32 = 16;

/// Work, about in nanoseconds of one machine.
pub(crate) struct Costs {
    /// A right-hand side.
    pub(crate) evaluation: f64,
    /// A Jacobian.
    pub(crate) jacobian: f64,
    pub(crate) factor: f64,
    pub(crate) solve: f64,
    /// What else a step costs.
    pub(crate) step: f64,
}

impl Costs {
    pub(crate) fn new(program: &Program) -> Self {
        let n = program.n_species() as f64;
        let tape = |tape: &crate::tape::Tape| {
            15.0 + tape.runs.iter().map(|(op, times)| weight(*op) * f64::from(*times)).sum::<f64>()
        };
        let entries = program.lu.n_entries as f64;
        Self {
            evaluation: tape(&program.tapes.rhs) + 2.0 * n,
            jacobian: tape(&program.tapes.step) + 2.0 * n + entries,
            factor: 20.0 + 2.0 * entries,
            solve: 30.0 + 2.0 * entries + 5.0 * n,
            step: 60.0 + 10.0 * n,
        }
    }
}

fn weight(op: Op) -> f64 {
    match op {
        Op::Power => 15.0,
        Op::Exp | Op::Ln | Op::Log10 => 8.0,
        Op::Divide | Op::Sqrt => 2.0,
        op if op.is_scalar() => 100.0,
        _ => 0.6,
    }
}

/// How far a method came, and for what work.
#[derive(Clone, Copy, Default)]
pub(crate) struct Mark {
    pub(crate) time: f64,
    pub(crate) work: f64,
}

/// What to do after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Stay,
    /// Backward differentiation may be better.
    TryBdf,
    /// It is: a trial of explicit steps failed.
    BackToBdf,
    /// Explicit steps may be better: find out whether they would be stable.
    LookAtExplicit,
    /// They are: a trial of backward differentiation failed.
    BackToExplicit,
}

/// The method at hand and what is known of the other.
pub(crate) struct Choice {
    pub(crate) is_explicit: bool,
    /// Steps since it began.
    n_steps: u32,
    /// Time per work of the other when it was left; 0 when that is no trial.
    rival: f64,
    /// Steps to wait before the other is tried, as a factor.
    patience: u32,
    /// Suspicious explicit steps in a row.
    n_suspect: u32,
    /// Step times eigenvalue that is suspicious.
    suspect: f64,
    mark: Mark,
    /// Steps at the mark.
    marked_at: u32,
}

impl Choice {
    pub(crate) fn new(is_explicit: bool, rtol: f64) -> Self {
        let suspect = (SUSPECT * rtol.sqrt().sqrt().sqrt()).clamp(SUSPECTS[0], SUSPECTS[1]);
        Self {
            suspect,
            is_explicit,
            n_steps: 0,
            rival: 0.0,
            patience: 1,
            n_suspect: 0,
            mark: Mark::default(),
            marked_at: 0,
        }
    }

    /// Nothing is known any more.
    pub(crate) fn restart(&mut self, is_explicit: bool) {
        let suspect = self.suspect;
        *self = Self { suspect, ..Self::new(is_explicit, 1.0) };
    }

    /// The other method begins; `rival`: what this one comes per work, if the other is on trial.
    pub(crate) fn switch(&mut self, now: Mark, rival: f64) {
        (self.is_explicit, self.n_steps, self.rival, self.n_suspect) = (!self.is_explicit, 0, rival, 0);
        (self.mark, self.marked_at) = (now, 0);
    }

    /// Time per work since the last mark.
    pub(crate) fn speed(&self, now: Mark) -> f64 {
        (now.time - self.mark.time) / (now.work - self.mark.work).max(1.0)
    }

    /// A trial that failed is not repeated soon.
    pub(crate) fn learn(&mut self, is_better: bool) {
        self.patience = if is_better { self.patience.div_ceil(2) } else { (2 * self.patience).min(MOST_PATIENCE) };
    }

    /// After an explicit step.
    pub(crate) fn after_explicit(&mut self, stiffness: f64, now: Mark) -> Verdict {
        self.n_steps += 1;
        self.n_suspect = if stiffness > self.suspect { self.n_suspect + 1 } else { 0 };
        if self.rival > 0.0 {
            if self.n_steps < TRIAL_EXPLICIT {
                return Verdict::Stay;
            }
            let is_better = self.speed(now) > GAIN * self.rival;
            self.rival = 0.0;
            self.learn(is_better);
            return if is_better { Verdict::Stay } else { Verdict::BackToBdf };
        }
        if self.n_suspect >= 2 && self.n_steps >= 4 * self.patience - 2 { Verdict::TryBdf } else { Verdict::Stay }
    }

    /// After a step of backward differentiation.
    pub(crate) fn after_bdf(&mut self, now: Mark, is_growing: bool) -> Verdict {
        self.n_steps += 1;
        if self.rival > 0.0 {
            if is_growing && self.n_steps < MOST_GROWING {
                (self.mark, self.marked_at) = (now, self.n_steps);
            }
            if self.n_steps < TRIAL.max(self.marked_at + COUNTED) {
                return Verdict::Stay;
            }
            let is_better = self.speed(now) > GAIN * self.rival;
            self.rival = 0.0;
            self.learn(is_better);
            return if is_better { Verdict::Stay } else { Verdict::BackToExplicit };
        }
        if self.n_steps.is_multiple_of(LOOK * self.patience) {
            return Verdict::LookAtExplicit;
        }
        if self.n_steps % LOOK == LOOK - 8 {
            self.mark = now;
        }
        Verdict::Stay
    }
}
