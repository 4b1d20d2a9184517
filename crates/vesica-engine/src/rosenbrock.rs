//! One attempted step of RODAS for every lane of a tile, each with its own step size.

use crate::batch::AbsoluteTolerance;
use crate::interpreter::{TILE, run};
use crate::jit::Jit;
use crate::program::Program;
use crate::rodas4::{A, BY_TIME, C, GAMMA, TIMES};
use crate::rows::Memory;
use crate::simd::{Kernel, Simd};
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
        let program = self.program;
        self.set_state::<S>();
        match &mut self.machine {
            Some((jit, scratch)) => jit.run(&jit.step, [&mut self.tile.memory, &mut [], &mut []], scratch),
            None => run::<S, TILE>(&program.tapes.step, &mut self.tile.memory),
        }
        self.factor::<S>();
        self.stage::<S, 0>();
        self.later_stage::<S, 1>();
        self.later_stage::<S, 2>();
        self.later_stage::<S, 3>();
        self.later_stage::<S, 4>();
        self.later_stage::<S, 5>();
        self.finish::<S>();
    }
}

impl Attempt<'_> {
    #[inline(always)]
    fn set_state<S: Simd>(&mut self) {
        let bases = self.program.bases;
        let n = self.tile.state.len();
        self.tile.memory[bases.state as usize * TILE..][..n].copy_from_slice(&self.tile.state);
        self.tile.memory[bases.time as usize * TILE..][..TILE].copy_from_slice(&self.tile.lanes.time);
    }

    /// Factors J - 1 / (step gamma).
    #[inline(always)]
    fn factor<S: Simd>(&mut self) {
        let (program, tile) = (self.program, &mut *self.tile);
        let n = program.n_species();
        let entries = &program.tapes.step.outputs[n..n + program.pattern.len()];
        for (row, entry) in tile.factors.chunks_exact_mut(TILE).zip(entries) {
            row.copy_from_slice(&tile.memory[*entry as usize * TILE..][..TILE]);
        }
        tile.factors[entries.len() * TILE..].fill(0.0);
        let shift = tile.lanes.step.map(|step| 1.0 / (step * GAMMA));
        for entry in &program.lu.diagonal {
            let row = &mut tile.factors[*entry as usize * TILE..][..TILE];
            for (value, shift) in row.iter_mut().zip(&shift) {
                *value -= shift;
            }
        }
        match &mut self.machine {
            Some((jit, scratch)) => {
                jit.run(&jit.factor, [&mut tile.factors, &mut { shift }, &mut tile.lanes.alarm], scratch);
            }
            None => {
                let mut slices = [&mut tile.factors[..], &mut { shift }[..], &mut tile.lanes.alarm[..]];
                assert!(slices[0].len() >= program.lu.n_entries * TILE);
                for first in (0..TILE).step_by(S::N) {
                    // SAFETY: the plan names entries below `n_entries` only, and one row of the others.
                    program.lu.factor(&mut unsafe { Memory::<S>::new(&mut slices, first) });
                }
            }
        }
    }

    #[inline(always)]
    fn later_stage<S: Simd, const I: usize>(&mut self) {
        self.argument::<S, I>();
        match &mut self.machine {
            Some((jit, scratch)) => jit.run(&jit.rhs, [&mut self.tile.memory, &mut [], &mut []], scratch),
            None => run::<S, TILE>(&self.program.tapes.rhs, &mut self.tile.memory),
        }
        self.stage::<S, I>();
    }

    /// Puts the argument of stage `I` into the tapes' memory (stages 4 and 5 keep it in `next`), and what earlier
    /// stages add to its right side into the stage.
    #[inline(always)]
    fn argument<S: Simd, const I: usize>(&mut self) {
        let (bases, tile) = (self.program.bases, &mut *self.tile);
        let n = tile.state.len();
        let (state, time) = (bases.state as usize * TILE, bases.time as usize * TILE);
        let argument = &mut tile.memory[state..state + n];
        let (earlier, stage) = tile.stages.split_at_mut(I * n);
        // stage 5 begins where stage 4 ended
        let start = if I == 5 { &tile.next } else { &tile.state };
        combine::<S, I>(argument, &mut stage[..n], start, earlier, n);
        if I >= 4 {
            tile.next.copy_from_slice(argument);
        }
        for (out, (time, step)) in
            tile.memory[time..time + TILE].iter_mut().zip(tile.lanes.time.iter().zip(&tile.lanes.step))
        {
            *out = time + TIMES[I] * step;
        }
    }

    /// Solves for stage `I`; the right-hand side at its argument lies in the tapes' memory.
    #[inline(always)]
    fn stage<S: Simd, const I: usize>(&mut self) {
        let (program, tile) = (self.program, &mut *self.tile);
        let n = program.n_species();
        let stage = &mut tile.stages[I * n * TILE..][..n * TILE];
        // The first right-hand side comes with the Jacobian.
        let outputs = if I == 0 { &program.tapes.step.outputs[..n] } else { &program.tapes.rhs.outputs[..] };
        right_side::<S, I>(stage, outputs, &tile.memory, &tile.lanes.step);
        if !program.is_autonomous && BY_TIME[I] != 0.0 {
            self.add_time_derivative::<S, I>();
        }
        let tile = &mut *self.tile;
        let stage = &mut tile.stages[I * n * TILE..][..n * TILE];
        match &mut self.machine {
            Some((jit, scratch)) => jit.run(&jit.solve, [&mut tile.factors, stage, &mut []], scratch),
            None => {
                let mut slices = [&mut tile.factors[..], stage, &mut []];
                assert!(slices[0].len() >= program.lu.n_entries * TILE && slices[1].len() >= n * TILE);
                for first in (0..TILE).step_by(S::N) {
                    // SAFETY: the plan names entries below `n_entries` and unknowns below `n` only.
                    program.lu.solve(&mut unsafe { Memory::<S>::new(&mut slices, first) });
                }
            }
        }
    }

    /// Subtracts step * weight * d(rhs)/dt. The tapes of later stages reuse the rows in which the
    /// step's tape left the derivatives, so the first stage saves them.
    #[inline(always)]
    fn add_time_derivative<S: Simd, const I: usize>(&mut self) {
        let (program, tile) = (self.program, &mut *self.tile);
        let n = program.n_species();
        if I == 0 {
            let rows = &program.tapes.step.outputs[n + program.pattern.len()..];
            for (saved, row) in tile.by_time.chunks_exact_mut(TILE).zip(rows) {
                saved.copy_from_slice(&tile.memory[*row as usize * TILE..][..TILE]);
            }
        }
        let stage = tile.stages[I * n * TILE..][..n * TILE].chunks_exact_mut(TILE);
        for (stage, derivative) in stage.zip(tile.by_time.chunks_exact(TILE)) {
            for ((value, derivative), step) in stage.iter_mut().zip(derivative).zip(&tile.lanes.step) {
                *value -= BY_TIME[I] * step * derivative;
            }
        }
    }

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

/// `argument = start + sum of A[I][j] * stage j` and `side = sum of C[I][j] * stage j`, each stage read once.
/// The last stage has the argument of the one before as its start: its own weights are 0 but for the last.
#[inline(always)]
fn combine<S: Simd, const I: usize>(argument: &mut [f64], side: &mut [f64], start: &[f64], stages: &[f64], n: usize) {
    let (argument, side, start, stages) = (&mut argument[..n], &mut side[..n], &start[..n], &stages[..I * n]);
    let first = if I == 5 { 4 } else { 0 };
    for k in (0..n).step_by(S::N) {
        // SAFETY: `n` is a multiple of the tile, so of the vector; all slices were cut to it.
        unsafe {
            let mut sum = S::load(start.as_ptr().add(k));
            let mut beside = S::splat(0.0);
            for j in 0..I {
                let stage = S::load(stages.as_ptr().add(j * n + k));
                if j >= first {
                    sum = S::add(sum, S::mul(S::splat(A[I][j]), stage));
                }
                beside = S::add(beside, S::mul(S::splat(C[I][j]), stage));
            }
            S::store(argument.as_mut_ptr().add(k), sum);
            S::store(side.as_mut_ptr().add(k), beside);
        }
    }
}

/// `stage = -(rate + stage / step)`; the first stage has nothing beside its rate.
/// `rates`: row in `memory` of each species.
#[inline(always)]
fn right_side<S: Simd, const I: usize>(stage: &mut [f64], rates: &[u32], memory: &[f64], step: &[f64; TILE]) {
    let reciprocal_step = step.map(|step| 1.0 / step);
    for (stage, row) in stage.chunks_exact_mut(TILE).zip(rates) {
        let rate = &memory[*row as usize * TILE..][..TILE];
        for k in (0..TILE).step_by(S::N) {
            // SAFETY: all three have a tile's length, a multiple of the vector's.
            unsafe {
                let rate = S::load(rate.as_ptr().add(k));
                let stage = stage.as_mut_ptr().add(k);
                let beside = || S::mul(S::load(stage), S::load(reciprocal_step.as_ptr().add(k)));
                let total = if I == 0 { rate } else { S::add(rate, beside()) };
                S::store(stage, S::neg(total));
            }
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
