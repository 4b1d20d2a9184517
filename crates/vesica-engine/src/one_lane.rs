//! One lane's right-hand side, Jacobian, factors and solves: a tile of which every lane is the same.

use crate::dense_lu::DenseLu;
use crate::interpreter::TILE;
use crate::math::pow;
use crate::program::Program;
use crate::rows::Memory;
use crate::simd::{Instructions, Kernel, Simd, dispatch};
use crate::workspace::Workspace;

/// How often a Jacobian is applied to find out how large it is.
const STRETCHES: usize = 8;

/// A lane alone in a tile. All slots hold the same, so none can disturb another with what it never had.
pub(crate) struct OneLane<'a> {
    program: &'a Program,
    pub(crate) workspace: &'a mut Workspace,
    /// Entries of the Jacobian.
    pub(crate) entries: Vec<f64>,
    /// Factors of a system with algebraic rules whose sparse pivots fell too low.
    dense: Option<DenseLu>,
}

impl<'a> OneLane<'a> {
    pub(crate) fn new(program: &'a Program, workspace: &'a mut Workspace, fixed: &[f64]) -> Self {
        fill(workspace.code.instructions, &mut workspace.tile.memory, program.bases.fixed, fixed);
        workspace.set_fixed(program, fixed);
        Self { program, workspace, entries: vec![0.0; program.pattern.len()], dense: None }
    }

    /// Holds conditions as they are.
    pub(crate) fn set_modes(&mut self, modes: &[f64]) {
        let code = self.workspace.code.instructions;
        fill(code, &mut self.workspace.tile.memory, self.program.bases.modes, modes);
    }

    fn set_point(&mut self, time: f64, state: &[f64]) {
        let code = self.workspace.code.instructions;
        fill(code, &mut self.workspace.tile.memory, self.program.bases.state, state);
        fill(code, &mut self.workspace.tile.memory, self.program.bases.time, &[time]);
    }

    /// Change of every amount, conditions held as set.
    pub(crate) fn rhs(&mut self, time: f64, state: &[f64], out: &mut [f64]) {
        self.set_point(time, state);
        let (tape, tile) = (&self.program.tapes.rhs, &mut self.workspace.tile);
        self.workspace.code.run_tape((tape, |jit| &jit.rhs), &mut tile.memory);
        for (out, row) in out.iter_mut().zip(&tape.outputs) {
            *out = tile.memory[*row as usize * TILE];
        }
    }

    /// Rates of the reactions, conditions as they are.
    pub(crate) fn rates(&mut self, time: f64, state: &[f64], out: &mut [f64]) {
        self.set_point(time, state);
        let (tape, tile) = (&self.program.tapes.rates, &mut self.workspace.tile);
        self.workspace.code.run_tape((tape, |jit| &jit.rates), &mut tile.memory);
        for (out, row) in out.iter_mut().zip(&tape.outputs) {
            *out = tile.memory[*row as usize * TILE];
        }
    }

    /// Change of every amount, conditions as they are.
    pub(crate) fn live_changes(&mut self, time: f64, state: &[f64], out: &mut Vec<f64>) {
        self.workspace.set_point(self.program, time, state);
        self.workspace.one_lane(&self.program.tapes.live, out);
    }

    /// Makes the Jacobian anew.
    pub(crate) fn jacobian(&mut self, time: f64, state: &[f64]) {
        self.set_point(time, state);
        let (tape, tile) = (&self.program.tapes.step, &mut self.workspace.tile);
        self.workspace.code.run_tape((tape, |jit| &jit.step), &mut tile.memory);
        for (entry, row) in self.entries.iter_mut().zip(&tape.outputs[self.program.n_species()..]) {
            *entry = tile.memory[*row as usize * TILE];
        }
    }

    /// Derivative of a row of the right-hand side by time, at the point of the last Jacobian.
    pub(crate) fn by_time(&self, row: usize) -> f64 {
        let first = self.program.n_species() + self.program.pattern.len();
        let place = self.program.tapes.step.outputs.get(first + row);
        place.map_or(0.0, |place| self.workspace.tile.memory[*place as usize * TILE])
    }

    /// Factors Jacobian - shift, the shift only where an amount changes by a rate; false where a pivot is too low.
    pub(crate) fn factor(&mut self, shift: f64) -> bool {
        self.factor_sparsely(shift) || (!self.program.algebraic.is_empty() && self.factor_densely(shift))
    }

    /// With pivoting: the sizes of algebraic rules say nothing of the shift, and their own pivots may vanish.
    fn factor_densely(&mut self, shift: f64) -> bool {
        let (program, n) = (self.program, self.program.n_species());
        let mut matrix = vec![0.0; n * n];
        for ((row, column), value) in program.pattern.iter().zip(&self.entries) {
            matrix[*row as usize * n + *column as usize] = *value;
        }
        (0..n).filter(|i| !program.is_algebraic[*i]).for_each(|i| matrix[i * n + i] -= shift);
        self.dense = DenseLu::new(n, matrix);
        self.dense.is_some()
    }

    fn factor_sparsely(&mut self, shift: f64) -> bool {
        let instructions = self.workspace.code.instructions;
        let (program, tile) = (self.program, &mut self.workspace.tile);
        self.dense = None;
        tile.factors.fill(0.0);
        fill(instructions, &mut tile.factors, 0, &self.entries);
        for (entry, _) in program.lu.diagonal.iter().zip(&program.is_algebraic).filter(|(_, is_held)| !**is_held) {
            tile.factors[*entry as usize * TILE..][..TILE].iter_mut().for_each(|value| *value -= shift);
        }
        let mut shifts = [shift; TILE];
        let mut slices = [&mut tile.factors[..], &mut shifts, &mut tile.lanes.alarm];
        match self.workspace.code.machine() {
            Some((jit, scratch)) => jit.run(&jit.factor, slices, scratch),
            None => dispatch(instructions, Factor { program, slices: &mut slices }),
        }
        tile.lanes.alarm[0] == 0.0
    }

    /// Solves (Jacobian - shift)·x = right side, in place.
    pub(crate) fn solve(&mut self, right_side: &mut [f64]) {
        if let Some(dense) = &self.dense {
            return dense.solve(right_side);
        }
        let instructions = self.workspace.code.instructions;
        let (program, tile) = (self.program, &mut self.workspace.tile);
        fill(instructions, &mut tile.next, 0, right_side);
        let mut slices = [&mut tile.factors[..], &mut tile.next, &mut []];
        match self.workspace.code.machine() {
            Some((jit, scratch)) => jit.run(&jit.solve, slices, scratch),
            None => dispatch(instructions, Solve { program, slices: &mut slices }),
        }
        for (value, row) in right_side.iter_mut().zip(tile.next.chunks_exact(TILE)) {
            *value = row[0];
        }
    }

    /// Truth of every trigger, then of every mode's condition.
    pub(crate) fn truths(&mut self, time: f64, state: &[f64]) -> Vec<f64> {
        let mut truths = Vec::new();
        self.truths_into(time, state, &mut truths);
        truths
    }

    /// The same, into a list that is there.
    pub(crate) fn truths_into(&mut self, time: f64, state: &[f64], out: &mut Vec<f64>) {
        self.workspace.set_point(self.program, time, state);
        self.workspace.one_lane(&self.program.tapes.truths, out);
    }

    /// Size of the largest eigenvalue of the last Jacobian, about: by how much it stretches a vector that it was applied
    /// to again and again. `vector` is where it begins; it is lost.
    pub(crate) fn spectral_size(&self, vector: &mut [f64]) -> f64 {
        let mut image = vec![0.0; vector.len()];
        // nothing that begins as zero is left out
        vector
            .iter_mut()
            .enumerate()
            .for_each(|(s, x)| *x = if s % 2 == 0 { 1.0 } else { -0.7 } + 0.1 * (s % 7) as f64);
        let size = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
        let mut growth = Vec::with_capacity(STRETCHES);
        for _ in 0..STRETCHES {
            let before = size(vector);
            image.fill(0.0);
            for ((row, column), value) in self.program.pattern.iter().zip(&self.entries) {
                image[*row as usize] += value * vector[*column as usize];
            }
            let after = size(&image);
            if !(after > 0.0 && before > 0.0) {
                return 0.0;
            }
            growth.push(after / before);
            vector.iter_mut().zip(&image).for_each(|(x, image)| *x = image / after);
        }
        // a turning pair stretches more and less by turns
        pow(growth[STRETCHES / 2..].iter().product::<f64>(), 2.0 / STRETCHES as f64)
    }

    /// The next time after `time` that a condition names; infinite when there is none.
    pub(crate) fn next_stop(&self, time: f64) -> f64 {
        let stops = self.program.stops.iter().map(|row| self.workspace.tile.memory[*row as usize * TILE]);
        stops.filter(|stop| *stop > time).fold(f64::INFINITY, f64::min)
    }
}

/// Writes a column into every lane of the rows from `base` on: whole vectors, since what reads them loads whole vectors,
/// and would wait for several small writes.
fn fill(code: Instructions, memory: &mut [f64], base: u32, column: &[f64]) {
    dispatch(code, Fill { rows: &mut memory[base as usize * TILE..], column });
}

struct Fill<'a> {
    rows: &'a mut [f64],
    column: &'a [f64],
}

impl Kernel for Fill<'_> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        for (row, value) in self.rows.chunks_exact_mut(TILE).zip(self.column) {
            for first in (0..TILE).step_by(S::N) {
                // SAFETY: a row has `TILE` numbers, which a vector divides.
                unsafe { S::store(row.as_mut_ptr().add(first), S::splat(*value)) };
            }
        }
    }
}

struct Factor<'a, 'b> {
    program: &'a Program,
    slices: &'a mut [&'b mut [f64]; 3],
}

impl Kernel for Factor<'_, '_> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        assert!(self.slices[0].len() >= self.program.lu.n_entries * TILE);
        for first in (0..TILE).step_by(S::N) {
            // SAFETY: the plan names entries below `n_entries` only, and one row of the others.
            self.program.lu.factor(&mut unsafe { Memory::<S>::new(self.slices, first) });
        }
    }
}

struct Solve<'a, 'b> {
    program: &'a Program,
    slices: &'a mut [&'b mut [f64]; 3],
}

impl Kernel for Solve<'_, '_> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        let n = self.program.n_species();
        assert!(self.slices[0].len() >= self.program.lu.n_entries * TILE && self.slices[1].len() >= n * TILE);
        for first in (0..TILE).step_by(S::N) {
            // SAFETY: the plan names entries below `n_entries` and unknowns below `n` only.
            self.program.lu.solve(&mut unsafe { Memory::<S>::new(self.slices, first) });
        }
    }
}
