//! One attempted step of RODAS for every lane of a tile, each with its own step size.
//!
//! What a stage computes stands once, over [`Rows`]: the interpreter runs it in three pieces, with the formulas between
//! them; machine code is made of the three as one, so that what one leaves to the next stays in registers.

use crate::batch::AbsoluteTolerance;
use crate::interpreter::{TILE, run};
use crate::jit::Jit;
use crate::program::Program;
use crate::rodas4::{A, BY_TIME, C, GAMMA, STAGES, TIMES};
use crate::rows::{Memory, Place, Renamed, Rows, Vector};
use crate::simd::{Kernel, Simd};
use crate::tape::Tape;
use crate::workspace::Tile;

/// Fills `tile.next` (the state after the step), `tile.stages` and `tile.lanes.error`.
///
/// Lanes with an alarm have no valid result: their factorisation met a low pivot.
pub(crate) struct Attempt<'a> {
    pub(crate) program: &'a Program,
    /// Machine code and its scratch.
    pub(crate) machine: Option<(&'a Jit, &'a mut [f64])>,
    pub(crate) tile: &'a mut Tile,
    pub(crate) rtol: f64,
    pub(crate) atol: &'a AbsoluteTolerance,
}

impl Kernel for Attempt<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self) {
        // one by one: the compiler then knows each stage's weights
        self.stage::<S>(0);
        self.stage::<S>(1);
        self.stage::<S>(2);
        self.stage::<S>(3);
        self.stage::<S>(4);
        self.stage::<S>(5);
        self.finish::<S>();
    }
}

impl Attempt<'_> {
    #[inline(always)]
    fn stage<S: Simd>(&mut self, stage: usize) {
        let (program, tile) = (self.program, &mut *self.tile);
        let mut lanes = [tile.lanes.time, tile.lanes.step, tile.lanes.alarm];
        let mut pieces = [
            &mut tile.memory[..],
            &mut tile.state,
            &mut tile.next,
            &mut tile.stages,
            &mut tile.factors,
            lanes.as_flattened_mut(),
            &mut tile.by_time,
        ];
        match &mut self.machine {
            Some((jit, scratch)) => jit.run(&jit.stages[stage], pieces, scratch),
            None => {
                each::<S>(program, stage, &mut pieces, Piece::Argument);
                run::<S, TILE>(tape(program, stage), pieces[MEMORY as usize]);
                each::<S>(program, stage, &mut pieces, Piece::Solve);
            }
        }
        tile.lanes.alarm = lanes[ALARM as usize];
    }
}

/// Pieces of memory of a step: that of the tapes; the state before and after; stages, `[stage × species]`; entries of the
/// factors; one number a lane; derivatives by time.
const MEMORY: u8 = 0;
const STATE: u8 = 1;
const NEXT: u8 = 2;
const STAGE: u8 = 3;
const FACTORS: u8 = 4;
const LANES: u8 = 5;
const DERIVATIVES: u8 = 6;
/// Rows of numbers of a lane.
const TIME: u32 = 0;
const STEP: u32 = 1;
const ALARM: u32 = 2;

/// What comes before and after the formulas of a stage.
#[derive(Clone, Copy)]
enum Piece {
    Argument,
    Solve,
}

/// Runs a piece of a stage on every vector of the rows.
#[inline(always)]
fn each<S: Simd>(program: &Program, stage: usize, pieces: &mut [&mut [f64]; 7], piece: Piece) {
    let n = program.n_species();
    let n_rows = [program.n_rows(), n, n, STAGES * n, program.lu.n_entries, 3, n];
    assert!(pieces.iter().zip(n_rows).all(|(piece, n_rows)| piece.len() >= n_rows * TILE));
    for first in (0..TILE).step_by(S::N) {
        // SAFETY: the pieces name rows of the program's tapes, species, stages and entries only, which were counted above.
        let mut rows = unsafe { Memory::<S>::new(pieces, first) };
        match piece {
            Piece::Argument => argument(program, stage, &mut rows),
            Piece::Solve => solve(program, stage, &mut rows),
        }
    }
}

/// The formulas of a stage: the first needs the Jacobian, too.
fn tape(program: &Program, stage: usize) -> &Tape {
    if stage == 0 { &program.tapes.step } else { &program.tapes.rhs }
}

/// A whole stage, with whatever runs tapes on such rows.
pub(crate) fn stage<R: Rows>(program: &Program, stage: usize, rows: &mut R, run: impl FnOnce(&Tape, &mut R)) {
    argument(program, stage, rows);
    run(tape(program, stage), rows);
    solve(program, stage, rows);
}

/// Puts time and argument of a stage into the tapes' memory; stages 4 and 5 keep the argument in `next`.
#[inline(always)]
fn argument<R: Rows>(program: &Program, stage: usize, rows: &mut R) {
    let n = program.n_species() as u32;
    let (time, step) = (rows.get(Place::new(LANES, TIME)), rows.get(Place::new(LANES, STEP)));
    let after = R::S::mul(R::S::splat(TIMES[stage]), step);
    rows.set(Place::new(MEMORY, program.bases.time), if stage == 0 { time } else { R::S::add(time, after) });
    for species in 0..n {
        // stage 5 begins where stage 4 ended
        let start = if stage == 5 { NEXT } else { STATE };
        let mut sum = rows.get(Place::new(start, species));
        for earlier in if stage == 5 { 4..5 } else { 0..stage } {
            let change = rows.get(Place::new(STAGE, earlier as u32 * n + species));
            sum = R::S::mul_add(R::S::splat(A[stage][earlier]), change, sum);
        }
        rows.set(Place::new(MEMORY, program.bases.state + species), sum);
        if stage >= 4 {
            rows.keep(Place::new(NEXT, species), sum);
        }
    }
}

/// Solves for a stage; what the formulas gave lies in the tapes' memory.
#[inline(always)]
fn solve<R: Rows>(program: &Program, stage: usize, rows: &mut R) {
    let n = program.n_species() as u32;
    if stage == 0 {
        factor(program, rows);
    }
    right_side(program, stage, rows);
    let starts = [Place::new(FACTORS, 0), Place::new(STAGE, stage as u32 * n), Place::new(LANES, ALARM)];
    program.lu.solve(&mut Renamed { rows, starts });
}

/// Factors J - 1 / (step gamma).
#[inline(always)]
fn factor<R: Rows>(program: &Program, rows: &mut R) {
    let entries = program.tapes.step.outputs[program.n_species()..].iter().take(program.pattern.len());
    let entry = |entry: u32| Place::new(FACTORS, entry);
    for (to, from) in (0..).zip(entries) {
        let value = rows.get(Place::new(MEMORY, *from));
        rows.set(entry(to), value);
    }
    for fill_in in program.pattern.len()..program.lu.n_entries {
        rows.set(entry(fill_in as u32), R::S::splat(0.0));
    }
    let step = rows.get(Place::new(LANES, STEP));
    let shift = R::S::div(R::S::splat(1.0), R::S::mul(step, R::S::splat(GAMMA)));
    for diagonal in &program.lu.diagonal {
        let value = rows.get(entry(*diagonal));
        rows.set(entry(*diagonal), R::S::sub(value, shift));
    }
    rows.set(Place::new(LANES, ALARM), shift);
    let starts = [entry(0), Place::new(LANES, ALARM), Place::new(LANES, ALARM)];
    program.lu.factor(&mut Renamed { rows, starts });
}

/// `stage = -(rate + sum of C[stage][j] * stage j / step)`, and what the derivative by time adds.
#[inline(always)]
fn right_side<R: Rows>(program: &Program, stage: usize, rows: &mut R) {
    let n = program.n_species() as u32;
    let rates = &tape(program, stage).outputs;
    let step = rows.get(Place::new(LANES, STEP));
    let reciprocal_step = R::S::div(R::S::splat(1.0), step);
    for (species, rate) in (0..n).zip(rates) {
        let mut total = rows.get(Place::new(MEMORY, *rate));
        if stage > 0 {
            let mut beside = R::S::splat(0.0);
            for (earlier, weight) in C[stage][..stage].iter().enumerate() {
                let change = rows.get(Place::new(STAGE, earlier as u32 * n + species));
                let weight = R::S::splat(*weight);
                beside = if earlier == 0 { R::S::mul(weight, change) } else { R::S::mul_add(weight, change, beside) };
            }
            total = R::S::mul_add(beside, reciprocal_step, total);
        }
        let mut value = R::S::neg(total);
        if !program.is_autonomous && BY_TIME[stage] != 0.0 {
            let derivative = time_derivative(program, stage, species, rows);
            let weight = R::S::mul(R::S::splat(BY_TIME[stage]), step);
            value = R::S::sub(value, R::S::mul(weight, derivative));
        }
        rows.set(Place::new(STAGE, stage as u32 * n + species), value);
    }
}

/// d(rhs)/dt of a species. The tapes of later stages reuse the rows in which the step's tape left the derivatives, so the
/// first stage saves them.
#[inline(always)]
fn time_derivative<R: Rows>(program: &Program, stage: usize, species: u32, rows: &mut R) -> Vector<R> {
    let saved = Place::new(DERIVATIVES, species);
    if stage == 0 {
        let first = program.n_species() + program.pattern.len();
        let derivative = rows.get(Place::new(MEMORY, program.tapes.step.outputs[first + species as usize]));
        rows.keep(saved, derivative);
    }
    rows.get(saved)
}

impl Attempt<'_> {
    /// The new state and the size of the error, root mean square over the species.
    #[inline(always)]
    fn finish<S: Simd>(&mut self) {
        let (tile, rtol) = (&mut *self.tile, S::splat(self.rtol));
        let n = tile.state.len();
        let (next, state, errors) = (&mut tile.next[..n], &tile.state[..n], &tile.stages[5 * n..][..n]);
        for k in (0..TILE).step_by(S::N) {
            let mut sum = S::splat(0.0);
            for (species, row) in (0..n).step_by(TILE).enumerate() {
                // SAFETY: `row + k + N <= n`, the length that all three were cut to.
                unsafe {
                    let error = S::load(errors.as_ptr().add(row + k));
                    let next = next.as_mut_ptr().add(row + k);
                    let after = S::add(S::load(next), error);
                    S::store(next, after);
                    let larger = S::max(S::abs(after), S::abs(S::load(state.as_ptr().add(row + k))));
                    let share = S::div(error, S::add(S::splat(self.atol.of(species)), S::mul(rtol, larger)));
                    sum = S::add(sum, S::mul(share, share));
                }
            }
            let mean = S::div(sum, S::splat((n / TILE).max(1) as f64));
            // SAFETY: `k + N` is no more than a tile's length.
            unsafe { S::store(tile.lanes.error.as_mut_ptr().add(k), S::sqrt(mean)) }
        }
    }
}

/// Truths of all triggers and modes at a state, into `out`.
pub(crate) struct Truths<'a> {
    pub(crate) program: &'a Program,
    /// Machine code and its scratch.
    pub(crate) machine: Option<(&'a Jit, &'a mut [f64])>,
    pub(crate) memory: &'a mut [f64],
    pub(crate) state: &'a [f64],
    pub(crate) time: &'a [f64; TILE],
    pub(crate) out: &'a mut [f64],
}

impl Kernel for Truths<'_> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        let (bases, tape) = (self.program.bases, &self.program.tapes.truths);
        self.memory[bases.state as usize * TILE..][..self.state.len()].copy_from_slice(self.state);
        self.memory[bases.time as usize * TILE..][..TILE].copy_from_slice(self.time);
        match self.machine {
            Some((jit, scratch)) => jit.run(&jit.truths, [self.memory, &mut [], &mut []], scratch),
            None => run::<S, TILE>(tape, self.memory),
        }
        for (out, row) in self.out.chunks_exact_mut(TILE).zip(&tape.outputs) {
            out.copy_from_slice(&self.memory[*row as usize * TILE..][..TILE]);
        }
    }
}

/// `state = next` where `accept` is 1.
pub(crate) struct Accept<'a> {
    pub(crate) tile: &'a mut Tile,
}

impl Kernel for Accept<'_> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        let n = self.tile.state.len();
        let tile = self.tile;
        assert!(tile.next.len() == n && n.is_multiple_of(TILE));
        for row in (0..n).step_by(TILE) {
            for k in (0..TILE).step_by(S::N) {
                // SAFETY: `row + k + N <= n`, and the mask has a tile's length.
                unsafe {
                    let is_kept = S::eq(S::load(tile.lanes.accept.as_ptr().add(k)), S::splat(0.0));
                    let (state, next) = (tile.state.as_mut_ptr().add(row + k), tile.next.as_ptr().add(row + k));
                    S::store(state, S::select(is_kept, S::load(state), S::load(next)));
                }
            }
        }
    }
}
