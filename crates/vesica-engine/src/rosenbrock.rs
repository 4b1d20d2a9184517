//! One attempted step of RODAS for every lane of a tile, each with its own step size.

use crate::batch::AbsoluteTolerance;
use crate::interpreter::{TILE, run};
use crate::program::Program;
use crate::rodas4::{A, BY_TIME, C, GAMMA, TIMES};
use crate::simd::{Kernel, Simd};
use crate::workspace::Tile;

/// Fills `tile.next` (the state after the step), `tile.stages` and `tile.lanes.error`.
///
/// Lanes with an alarm have no valid result: their factorisation met a low pivot.
pub(crate) struct Attempt<'a> {
    pub(crate) program: &'a Program,
    pub(crate) tile: &'a mut Tile,
    pub(crate) rtol: f64,
    pub(crate) atol: &'a AbsoluteTolerance,
}

impl Kernel for Attempt<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self) {
        let program = self.program;
        self.set_state::<S>();
        run::<S, TILE>(&program.tapes.step, &mut self.tile.memory);
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
        program.lu.factor::<S>(&mut tile.factors, &shift, &mut tile.lanes.alarm);
    }

    #[inline(always)]
    fn later_stage<S: Simd, const I: usize>(&mut self) {
        self.argument::<S, I>();
        run::<S, TILE>(&self.program.tapes.rhs, &mut self.tile.memory);
        self.stage::<S, I>();
    }

    /// Puts the argument of stage `I` into the tapes' memory; stages 4 and 5 keep it in `next`.
    #[inline(always)]
    fn argument<S: Simd, const I: usize>(&mut self) {
        let (bases, tile) = (self.program.bases, &mut *self.tile);
        let n = tile.state.len();
        let (state, time) = (bases.state as usize * TILE, bases.time as usize * TILE);
        let argument = &mut tile.memory[state..state + n];
        if I == 5 {
            for ((argument, next), stage) in argument.iter_mut().zip(&mut tile.next).zip(&tile.stages[4 * n..]) {
                *next += stage;
                *argument = *next;
            }
        } else {
            combine::<S, I>(argument, &tile.state, &tile.stages, n);
            if I == 4 {
                tile.next.copy_from_slice(argument);
            }
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
        let reciprocal_step = tile.lanes.step.map(|step| 1.0 / step);
        let (earlier, stage) = tile.stages.split_at_mut(I * n * TILE);
        let stage = &mut stage[..n * TILE];
        // The first right-hand side comes with the Jacobian.
        let outputs = if I == 0 { &program.tapes.step.outputs[..n] } else { &program.tapes.rhs.outputs[..] };
        for (species, row) in outputs.iter().enumerate() {
            let rate = &tile.memory[*row as usize * TILE..][..TILE];
            right_side::<S, I>(&mut stage[species * TILE..][..TILE], rate, earlier, species, n, &reciprocal_step);
        }
        if !program.is_autonomous && BY_TIME[I] != 0.0 {
            self.add_time_derivative::<S, I>();
        }
        let tile = &mut *self.tile;
        program.lu.solve::<S>(&tile.factors, &mut tile.stages[I * n * TILE..][..n * TILE]);
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
        let (tile, rtol) = (&mut *self.tile, self.rtol);
        let n = tile.state.len();
        let mut sum = [0.0; TILE];
        let rows = tile.next.chunks_exact_mut(TILE).zip(tile.state.chunks_exact(TILE));
        for (species, ((next, state), error)) in rows.zip(tile.stages[5 * n..].chunks_exact(TILE)).enumerate() {
            let atol = self.atol.of(species);
            for (((sum, next), state), error) in sum.iter_mut().zip(next).zip(state).zip(error) {
                *next += error;
                let larger = if state.abs() < next.abs() { next.abs() } else { state.abs() };
                let share = error / (atol + rtol * larger);
                *sum += share * share;
            }
        }
        let n_species = (n / TILE).max(1) as f64;
        tile.lanes.error = sum.map(|sum| (sum / n_species).sqrt());
    }
}

/// `out = state + sum of A[I][j] * stage j`.
#[inline(always)]
fn combine<S: Simd, const I: usize>(out: &mut [f64], state: &[f64], stages: &[f64], n: usize) {
    let (out, state, stages) = (&mut out[..n], &state[..n], &stages[..I * n]);
    for k in (0..n).step_by(S::N) {
        // SAFETY: `n` is a multiple of the tile, so of the vector; all slices were cut to it.
        unsafe {
            let mut sum = S::load(state.as_ptr().add(k));
            for (j, weight) in A[I].iter().enumerate().take(I) {
                sum = S::add(sum, S::mul(S::splat(*weight), S::load(stages.as_ptr().add(j * n + k))));
            }
            S::store(out.as_mut_ptr().add(k), sum);
        }
    }
}

/// `out = -(rate + sum of C[I][j] * stage j / step)` for one species.
#[inline(always)]
fn right_side<S: Simd, const I: usize>(
    out: &mut [f64],
    rate: &[f64],
    stages: &[f64],
    species: usize,
    n: usize,
    reciprocal_step: &[f64; TILE],
) {
    assert!(out.len() == TILE && rate.len() == TILE && stages.len() >= I * n * TILE && species < n);
    for k in (0..TILE).step_by(S::N) {
        // SAFETY: lengths were checked above.
        unsafe {
            let rate = S::load(rate.as_ptr().add(k));
            let mut sum = S::splat(0.0);
            for (j, weight) in C[I].iter().enumerate().take(I) {
                let stage = S::load(stages.as_ptr().add((j * n + species) * TILE + k));
                sum = S::add(sum, S::mul(S::splat(*weight), stage));
            }
            let total = if I == 0 { rate } else { S::add(rate, S::mul(sum, S::load(reciprocal_step.as_ptr().add(k)))) };
            S::store(out.as_mut_ptr().add(k), S::neg(total));
        }
    }
}

/// Truths of all triggers and modes at a state, into `out`.
pub(crate) struct Truths<'a> {
    pub(crate) program: &'a Program,
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
        run::<S, TILE>(tape, self.memory);
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
