//! Triggers and switches of one lane: where in a step they change, and what then happens.

use crate::batch::{Batch, FailureReason, LaneStatus, SolverConfig, UNKNOWN};
use crate::program::Program;
use crate::workspace::Workspace;

/// A crossing is located to this share of the step.
const PRECISION: f64 = 1e-10;

/// Most rounds of events that set each other off at one time.
const MOST_ROUNDS: usize = 100;

/// A state at each share of a step.
pub(crate) trait Dense {
    /// The state at a share of the step, 0 to 1.
    fn at(&self, share: f64, out: &mut [f64]);
}

/// A step of one lane in which something changes.
pub(crate) struct Crossing<'a> {
    pub(crate) program: &'a Program,
    pub(crate) output: &'a dyn Dense,
    pub(crate) start: f64,
    pub(crate) end: f64,
    /// Truths at the start of the step.
    pub(crate) before: &'a [f64],
    /// Which of the truths count; true: any change counts, false: none.
    pub(crate) counts: &'a dyn Fn(usize, f64, f64) -> bool,
}

impl Crossing<'_> {
    /// The first share of the step at which a truth that counts has changed, and the state there.
    ///
    /// The one-lane memory must hold the lane's fixed values.
    pub(crate) fn locate(&self, workspace: &mut Workspace) -> (f64, Vec<f64>) {
        let mut state = vec![0.0; self.program.n_species()];
        let (mut truths, mut margins) = (Vec::new(), Vec::new());
        let mut look = |s: f64, state: &mut [f64], margins: &mut Vec<f64>, tightest: &mut Option<usize>| {
            self.output.at(s, state);
            workspace.set_point(self.program, just_after(self.time(s)), state);
            workspace.one_lane(&self.program.tapes.truths, &mut truths);
            workspace.one_lane(&self.program.tapes.margins, margins);
            *tightest = (0..truths.len()).find(|i| (self.counts)(*i, self.before[*i], truths[*i]));
            tightest.is_some()
        };
        let (mut low, mut high) = (0.0, 1.0);
        let mut changed = None;
        look(0.0, &mut state, &mut margins, &mut changed);
        let mut margin_low = margins.clone();
        look(1.0, &mut state, &mut margins, &mut changed);
        let mut margin_high = margins.clone();
        let mut watched = changed;
        // Most often for a time: nothing has changed until the very end, where the step was made to stop.
        if !look(1.0 - PRECISION, &mut state, &mut margins, &mut changed) {
            low = 1.0;
        }
        // False position on the margin of what changed, halved whenever it converges from one side only.
        let mut is_stuck = false;
        while high - low > PRECISION {
            let guess = watched.map(|i| {
                let (a, b) = (margin_low[i], margin_high[i]);
                low + (high - low) * a / (a - b)
            });
            let inside = |s: &f64| *s > low && *s < high;
            let middle = 0.5 * (low + high);
            let s = match guess {
                // A little past the guess, so that a good guess closes the bracket from both sides.
                Some(s) if !is_stuck && s.is_finite() => {
                    let nudge = 0.25 * PRECISION;
                    let s = if high - s < s - low { s - nudge } else { s + nudge };
                    if inside(&s) { s } else { middle }
                }
                _ => middle,
            };
            let width = high - low;
            if look(s, &mut state, &mut margins, &mut changed) {
                high = s;
                margin_high.clone_from(&margins);
                watched = changed;
            } else {
                low = s;
                margin_low.clone_from(&margins);
            }
            is_stuck = high - low > 0.5 * width;
        }
        self.output.at(high, &mut state);
        (high, state)
    }

    /// The time at a share of the step.
    pub(crate) fn time(&self, share: f64) -> f64 {
        if share == 1.0 { self.end } else { self.start + share * (self.end - self.start) }
    }
}

/// Truths are looked at just after a time, so that a step that ends where `time > x` turns true sees it.
pub(crate) fn just_after(time: f64) -> f64 {
    time.next_up()
}

/// Truths of a lane that is taken up again: of each trigger what was last known of it, of the rest what is `now`.
pub(crate) fn remembered(program: &Program, known: &[u8], mut now: Vec<f64>) -> Vec<f64> {
    for ((truth, known), event) in now.iter_mut().zip(known).zip(&program.events) {
        *truth = match *known {
            UNKNOWN if event.fires_at_start => 0.0,
            UNKNOWN => *truth,
            known => f64::from(known),
        };
    }
    now
}

/// Fires what has turned true in a lane at this state, until nothing more does.
///
/// `truths` are the triggers' truths when the lane was last looked at; they are brought up to date.
/// The one-lane memory must hold the lane's fixed values. `is_located`: this is where a trigger is crossed, and not a state
/// at which one was found true. Returns whether the state changed.
pub(crate) fn fire(
    program: &Program,
    config: &SolverConfig,
    workspace: &mut Workspace,
    (batch, lane): (&mut Batch, usize),
    (time, state): (f64, &mut [f64]),
    truths: &mut [f64],
    is_located: bool,
) -> Result<bool, FailureReason> {
    let n_events = program.n_events();
    let (mut now, mut values) = (Vec::new(), Vec::new());
    let mut has_changed = false;
    for round in 0..MOST_ROUNDS {
        workspace.set_point(program, just_after(time), state);
        workspace.one_lane(&program.tapes.truths, &mut now);
        let rising: Vec<usize> = (0..n_events).filter(|e| now[*e] != 0.0 && truths[*e] == 0.0).collect();
        // where a tangent jumps to follows from the one trigger that is crossed
        let is_moved = |event: &usize| !program.events[*event].species.is_empty();
        let n_moving = rising.iter().filter(|event| is_moved(event)).count();
        if program.carries_tangents && n_moving > usize::from(is_located && round == 0) {
            return Err(FailureReason::TangentsLost);
        }
        truths.copy_from_slice(&now);
        if rising.is_empty() || batch.status[lane] != LaneStatus::Running {
            return Ok(has_changed);
        }
        // All new amounts are computed from the state before any is assigned.
        let mut changes = Vec::new();
        for event in &rising {
            workspace.set_point(program, time, state);
            workspace.one_lane(&program.tapes.assignments[*event], &mut values);
            changes.extend(program.events[*event].species.iter().copied().zip(values.iter().copied()));
            batch.fired[lane].push((*event, time));
            if config.terminal_events.contains(event) && batch.status[lane] == LaneStatus::Running {
                batch.status[lane] = LaneStatus::Stopped { event: *event, time };
            }
        }
        for (species, value) in changes {
            state[species] = value;
            has_changed = true;
        }
    }
    Err(FailureReason::EventLoop)
}
