//! One trajectory: what every method of it shares, and which method goes on.
//!
//! A course holds where the lane is, what is asked of it, and what its triggers said. A method ([`crate::explicit`],
//! [`crate::bdf`]) brings it one step further and says what the state was within the step; the rest stands here once:
//! looking at triggers, ending the step where one changes, states at the times asked for, failures.

use crate::algebraic;
use crate::aligned::Aligned;
use crate::batch::{Batch, Counters, Failure, FailureReason, LaneStatus, SolverConfig, exploded};
use crate::bdf::Bdf;
use crate::choice::{Choice, Costs, Mark, Verdict};
use crate::columns;
use crate::events::{Crossing, Dense, fire, just_after, remembered};
use crate::explicit::Explicit;
use crate::interpreter::TILE;
use crate::one_lane::OneLane;
use crate::program::Program;
use crate::simd::Instructions;
use crate::workspace::Workspace;

const SMALLEST_STEP: f64 = 1e-14;
/// After so many switches in a row, each in a step cut to almost nothing, the next step runs whole.
const SLIDING: u32 = 8;

/// How much longer an explicit step is than one of backward differentiation, where nothing is stiff, to begin with.
const LONGER: f64 = 7.0;

/// Brings one lane of a batch through `times` (rising) and appends its state at each to `out`,
/// `[time × n_species]`.
///
/// It begins with an explicit method of order 8. Where the system is stiff, so that the steps of that one are bound by
/// stability, it goes on by backward differentiation, and back where explicit steps would be cheaper again. A program
/// with algebraic rules goes by backward differentiation alone.
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
    let wanted = Wanted { times, next: 0, rows: &mut out[first..] };
    let mut atol = Aligned::zeros(n.next_multiple_of(TILE));
    atol.fill(1.0);
    atol.iter_mut().take(n).enumerate().for_each(|(s, atol)| *atol = config.atol.of(s));
    let mut course = Course {
        program,
        config,
        at,
        batch,
        lane,
        end,
        wanted,
        time,
        state,
        atol,
        truths: Vec::new(),
        after: Vec::new(),
        sliding: 0,
        attempts: 0,
    };
    course.start();
    course.wanted.reach(time, &course.state);
    course.run();
    course.finish();
}

/// A lane on its way.
pub(crate) struct Course<'a> {
    pub(crate) program: &'a Program,
    pub(crate) config: &'a SolverConfig,
    pub(crate) at: OneLane<'a>,
    pub(crate) batch: &'a mut Batch,
    lane: usize,
    pub(crate) end: f64,
    wanted: Wanted<'a>,
    pub(crate) time: f64,
    pub(crate) state: Vec<f64>,
    /// Absolute tolerance of each species.
    atol: Aligned,
    /// Truth of each trigger and mode.
    truths: Vec<f64>,
    /// The same at the end of the step.
    after: Vec<f64>,
    sliding: u32,
    attempts: u64,
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

/// What a step did to the truths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Nothing,
    /// Conditions in rates changed where the lane slides along them: taken at the end of the step.
    Late,
    /// To be located.
    Within,
}

impl Course<'_> {
    /// All steps: the explicit method first, and from then on the one that comes further for the same work.
    fn run(&mut self) {
        let costs = Costs::new(self.program);
        let (mut bdf, mut explicit) = (Bdf::new(self.program), Explicit::new(self.program));
        let may_choose = self.program.algebraic.is_empty();
        let mut choice = Choice::new(may_choose, self.config.rtol);
        let mut is_disturbed = true;
        while self.is_running() && self.time < self.end {
            if is_disturbed {
                self.settle();
                if !self.is_running() {
                    return;
                }
                self.set_modes();
                choice.restart(may_choose);
                if may_choose { explicit.begin(self) } else { bdf.begin(self) }
            }
            is_disturbed = if choice.is_explicit { explicit.advance(self) } else { bdf.advance(self) };
            if !may_choose || is_disturbed || !self.is_running() || self.time >= self.end {
                continue;
            }
            let now = Mark { time: self.time, work: explicit.work(&costs) + bdf.work(&costs) };
            let verdict = if choice.is_explicit {
                choice.after_explicit(explicit.stiffness, now)
            } else {
                choice.after_bdf(now, bdf.is_growing())
            };
            match verdict {
                Verdict::Stay => {}
                Verdict::TryBdf | Verdict::BackToBdf => {
                    let is_trial = verdict == Verdict::TryBdf;
                    choice.switch(now, if is_trial { explicit.speed(&costs) } else { 0.0 });
                    bdf.go_on(self, &mut explicit);
                }
                Verdict::LookAtExplicit => {
                    let speed = choice.speed(now);
                    let stable = bdf.stable_step(self);
                    if stable > explicit.cost(&costs) * speed {
                        choice.switch(now, speed);
                        explicit.go_on(self, (0.5 * stable).min(LONGER * bdf.step));
                    } else {
                        choice.learn(false);
                    }
                }
                Verdict::BackToExplicit => {
                    choice.switch(now, 0.0);
                    explicit.go_on(self, explicit.last_step);
                }
            }
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.batch.status[self.lane] == LaneStatus::Running
    }

    pub(crate) fn counters(&mut self) -> &mut Counters {
        &mut self.batch.counters[self.lane]
    }

    /// Looks at the triggers and fires what is true from the start.
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
        self.settle();
    }

    /// Fires what has turned true at the present state.
    fn fire(&mut self, is_located: bool) {
        let at = (&mut *self.batch, self.lane);
        let point = (self.time, &mut self.state[..]);
        let result = fire(self.program, self.config, self.at.workspace, at, point, &mut self.truths, is_located);
        if let Err(reason) = result {
            self.fail(reason, &[]);
        }
    }

    fn set_modes(&mut self) {
        self.at.set_modes(&self.truths[self.program.n_events()..]);
    }

    /// Brings what algebraic rules determine to where they hold, conditions as they are.
    fn settle(&mut self) {
        if self.program.algebraic.is_empty() || matches!(self.batch.status[self.lane], LaneStatus::Failed(_)) {
            return;
        }
        self.set_modes();
        if let Err((reason, species)) = algebraic::settle(self.program, &mut self.at, self.time, &mut self.state) {
            let failure = Failure { time: self.time, reason, species: Some(species), reaction: None };
            self.batch.status[self.lane] = LaneStatus::Failed(failure);
        }
    }

    /// Counts an attempt at a step; false where the lane has none left. `errors`: of each species, the last.
    pub(crate) fn may_try(&mut self, errors: &[f64]) -> bool {
        self.attempts += 1;
        if self.attempts > self.config.max_steps {
            self.fail(FailureReason::TooManySteps, errors);
        }
        self.is_running()
    }

    /// Where a step of this size ends, and its size: no later than the end and the next time that a condition names.
    pub(crate) fn target(&self, step: f64) -> (f64, f64) {
        let stop = self.at.next_stop(self.time).min(self.end);
        let left = stop - self.time;
        let wanted = step.min(self.config.max_step);
        if wanted >= left * (1.0 - 1e-12) { (stop, left) } else { (self.time + wanted, wanted) }
    }

    /// Counts a step refused; the lane fails where no smaller one is left. `errors`: of each species.
    pub(crate) fn refuse(&mut self, step: f64, errors: &[f64]) {
        self.counters().rejected += 1;
        let times = self.time.abs().max(self.end.abs());
        if step > SMALLEST_STEP * times {
            return;
        }
        let mut rates = vec![0.0; self.state.len()];
        self.at.rhs(self.time, &self.state, &mut rates);
        let is_lost = !rates.iter().chain(&self.state).all(|x| x.is_finite());
        self.fail(if is_lost { FailureReason::NotFinite } else { FailureReason::StepTooSmall }, errors);
    }

    /// What the truths do in the step that ends with `state` at `target`.
    pub(crate) fn change(&mut self, target: f64, state: &[f64]) -> Change {
        self.counters().accepted += 1;
        if !self.program.has_switches() {
            return Change::Nothing;
        }
        self.at.truths_into(just_after(target), state, &mut self.after);
        let n_events = self.program.n_events();
        let slides = self.sliding >= SLIDING;
        let mut truths = self.truths.iter().zip(&self.after).enumerate();
        if truths.any(|(i, (before, after))| counts((n_events, slides), i, *before, *after)) {
            return Change::Within;
        }
        let has_switched = self.truths[n_events..] != self.after[n_events..];
        if has_switched { Change::Late } else { Change::Nothing }
    }

    /// Whether a state is asked for in the step up to `target`.
    pub(crate) fn wants_within(&self, target: f64) -> bool {
        self.wanted.times.get(self.wanted.next).is_some_and(|time| *time < target)
    }

    /// Ends the step up to `target`, or at the first change of a truth within it; whether the integration starts anew.
    pub(crate) fn end_step(&mut self, (target, state): (f64, &[f64]), change: Change, dense: &dyn Dense) -> bool {
        let start = self.time;
        if change != Change::Within {
            self.report((start, target), target, state, dense);
            self.time = target;
            self.state.copy_from_slice(state);
            if self.program.has_switches() {
                std::mem::swap(&mut self.truths, &mut self.after);
                self.sliding = 0;
            }
            return change == Change::Late;
        }
        let (program, kinds) = (self.program, (self.program.n_events(), self.sliding >= SLIDING));
        let counts = |i: usize, old: f64, new: f64| counts(kinds, i, old, new);
        let crossing = Crossing { program, output: dense, start, end: target, before: &self.truths, counts: &counts };
        let (share, crossed) = crossing.locate(self.at.workspace);
        let time = crossing.time(share);
        // the state at the crossing itself is that after the events
        self.report((start, target), time.next_down(), state, dense);
        (self.time, self.state) = (time, crossed);
        self.counters().located += 1;
        self.sliding = if share < 1e-3 { self.sliding + 1 } else { 0 };
        self.fire(true);
        self.settle();
        self.wanted.reach(time, &self.state);
        true
    }

    /// States at the times asked for in the step, as far as `reached`.
    fn report(&mut self, (start, target): (f64, f64), reached: f64, state: &[f64], dense: &dyn Dense) {
        while let Some((time, row)) = self.wanted.next(reached, state.len()) {
            if time == target {
                row.copy_from_slice(state);
            } else {
                dense.at((time - start) / (target - start), row);
            }
        }
    }

    pub(crate) fn code(&self) -> Instructions {
        self.at.workspace.code.instructions
    }

    /// One over the tolerance of each species at the larger of two states, columns all.
    pub(crate) fn weigh(&self, states: [&[f64]; 2], weights: &mut [f64]) {
        columns::weigh(self.code(), (&self.atol, self.config.rtol), states, weights);
    }

    /// Root mean square over the species of a column in units of the tolerance.
    pub(crate) fn norm(&self, values: &[f64], weights: &[f64]) -> f64 {
        columns::norm(self.code(), self.state.len(), (values, None), weights)
    }

    /// Gives the lane up; `errors`, of each species, tell on which.
    fn fail(&mut self, reason: FailureReason, errors: &[f64]) {
        let mut rates = vec![0.0; self.state.len()];
        self.at.rhs(self.time, &self.state, &mut rates);
        let lost = (0..rates.len()).find(|s| !(rates[*s].is_finite() && self.state[*s].is_finite()));
        let named = exploded(&self.state).or(lost);
        if let (None, FailureReason::StepTooSmall) = (named, reason)
            && let Some(reaction) = self.lost_ahead(&rates)
        {
            let species = self.program.stoichiometry[reaction].first().map(|(species, _)| *species);
            let failure = Failure { time: self.time, reason, species, reaction: Some(reaction) };
            self.batch.status[self.lane] = LaneStatus::Failed(failure);
            return;
        }
        let error = |s: usize| errors.get(s).copied().unwrap_or(0.0);
        let share = |s: usize| (error(s) / (self.config.atol.of(s) + self.state[s].abs())).abs();
        let worst = || (0..rates.len()).reduce(|a, b| if share(b) > share(a) { b } else { a });
        let species = named.or_else(worst);
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

    /// A reaction whose rate stops to be a number just ahead, where no step could go.
    fn lost_ahead(&mut self, changes: &[f64]) -> Option<usize> {
        let mut rates = vec![0.0; self.program.n_reactions()];
        let mut ahead = 1e-15 * (1.0 + self.time.abs());
        while ahead < 1e-6 * (1.0 + self.time.abs()) {
            let point: Vec<f64> = self.state.iter().zip(changes).map(|(x, change)| x + ahead * change).collect();
            self.at.rates(self.time + ahead, &point, &mut rates);
            if let Some(reaction) = rates.iter().position(|rate| !rate.is_finite()) {
                return Some(reaction);
            }
            ahead *= 2.0;
        }
        None
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

/// Whether a step ends where this truth changes: a trigger that turns true, and any condition unless the lane slides.
fn counts((n_events, slides): (usize, bool), i: usize, old: f64, new: f64) -> bool {
    if i < n_events { old == 0.0 && new != 0.0 } else { !slides && (old != 0.0) != (new != 0.0) }
}
