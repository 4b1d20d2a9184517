//! One lane's right-hand side, Jacobian, factors and solves: a tile of which every lane is the same.

use crate::interpreter::TILE;
use crate::program::Program;
use crate::rows::Memory;
use crate::simd::{Kernel, Simd, dispatch};
use crate::workspace::Workspace;

/// A lane alone in a tile. All slots hold the same, so none can disturb another with what it never had.
pub(crate) struct OneLane<'a> {
    program: &'a Program,
    pub(crate) workspace: &'a mut Workspace,
    /// Entries of the Jacobian.
    entries: Vec<f64>,
}

impl<'a> OneLane<'a> {
    pub(crate) fn new(program: &'a Program, workspace: &'a mut Workspace, fixed: &[f64]) -> Self {
        fill(&mut workspace.tile.memory, program.bases.fixed, fixed);
        workspace.set_fixed(program, fixed);
        Self { program, workspace, entries: vec![0.0; program.pattern.len()] }
    }

    /// Holds conditions as they are.
    pub(crate) fn set_modes(&mut self, modes: &[f64]) {
        fill(&mut self.workspace.tile.memory, self.program.bases.modes, modes);
    }

    fn set_point(&mut self, time: f64, state: &[f64]) {
        fill(&mut self.workspace.tile.memory, self.program.bases.state, state);
        fill(&mut self.workspace.tile.memory, self.program.bases.time, &[time]);
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

    /// Makes the Jacobian anew.
    pub(crate) fn jacobian(&mut self, time: f64, state: &[f64]) {
        self.set_point(time, state);
        let (tape, tile) = (&self.program.tapes.step, &mut self.workspace.tile);
        self.workspace.code.run_tape((tape, |jit| &jit.step), &mut tile.memory);
        for (entry, row) in self.entries.iter_mut().zip(&tape.outputs[self.program.n_species()..]) {
            *entry = tile.memory[*row as usize * TILE];
        }
    }

    /// Factors Jacobian - shift; false where a pivot is too low.
    pub(crate) fn factor(&mut self, shift: f64) -> bool {
        let (program, tile) = (self.program, &mut self.workspace.tile);
        tile.factors.fill(0.0);
        fill(&mut tile.factors, 0, &self.entries);
        for entry in &program.lu.diagonal {
            tile.factors[*entry as usize * TILE..][..TILE].iter_mut().for_each(|value| *value -= shift);
        }
        let mut shifts = [shift; TILE];
        let mut slices = [&mut tile.factors[..], &mut shifts, &mut tile.lanes.alarm];
        let instructions = self.workspace.code.instructions;
        match self.workspace.code.machine() {
            Some((jit, scratch)) => jit.run(&jit.factor, slices, scratch),
            None => dispatch(instructions, Factor { program, slices: &mut slices }),
        }
        tile.lanes.alarm[0] == 0.0
    }

    /// Solves (Jacobian - shift)·x = right side, in place.
    pub(crate) fn solve(&mut self, right_side: &mut [f64]) {
        let (program, tile) = (self.program, &mut self.workspace.tile);
        fill(&mut tile.next, 0, right_side);
        let mut slices = [&mut tile.factors[..], &mut tile.next, &mut []];
        let instructions = self.workspace.code.instructions;
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
        self.workspace.set_point(self.program, time, state);
        self.workspace.one_lane(&self.program.tapes.truths, &mut truths);
        truths
    }

    /// The next time after `time` that a condition names; infinite when there is none.
    pub(crate) fn next_stop(&self, time: f64) -> f64 {
        let stops = self.program.stops.iter().map(|row| self.workspace.tile.memory[*row as usize * TILE]);
        stops.filter(|stop| *stop > time).fold(f64::INFINITY, f64::min)
    }
}

/// Writes a column into every lane of the rows from `base` on.
fn fill(memory: &mut [f64], base: u32, column: &[f64]) {
    for (row, value) in memory[base as usize * TILE..].chunks_exact_mut(TILE).zip(column) {
        row.fill(*value);
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
