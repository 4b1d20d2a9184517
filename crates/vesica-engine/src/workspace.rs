//! Scratch of one thread. May be thrown away at any time.

use std::sync::Arc;

use crate::aligned::Aligned;
use crate::interpreter::{Run, TILE, run_one};
use crate::jit::{Jit, Routine};
use crate::program::{Program, filled, take};
use crate::simd::{Instructions, dispatch};
use crate::tape::Tape;

/// Scratch for one thread; fits itself to the program it is used with.
///
/// ```
/// use vesica_engine::{Instructions, Workspace, compile};
/// let program = compile(&vesica_model::Network::default())?;
/// let workspace = Workspace::with_instructions(&program, Instructions::Plain);
/// # Ok::<(), vesica_engine::CompileError>(())
/// ```
#[derive(Debug)]
pub struct Workspace {
    /// Which program the memory was laid out for.
    fitted: Option<u64>,
    pub(crate) code: Code,
    /// Memory of the tapes, one lane.
    pub(crate) one: Aligned,
    pub(crate) prologue_one: Aligned,
    pub(crate) prologue: Aligned,
    pub(crate) tile: Tile,
}

/// What runs tapes.
///
/// ```
/// use vesica_engine::{Evaluator, Instructions, Workspace, compile};
/// let program = compile(&vesica_model::Network::default())?;
/// let workspace = Workspace::with_evaluator(&program, Instructions::Plain, Evaluator::MachineCode);
/// assert_eq!(workspace.evaluator(), Evaluator::Interpreter); // there is no code for single lanes
/// # Ok::<(), vesica_engine::CompileError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evaluator {
    /// Decides operation by operation; runs everywhere.
    Interpreter,
    /// Code made for the program.
    MachineCode,
}

/// How the tapes of a tile are run.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) instructions: Instructions,
    /// As asked for.
    wanted: Evaluator,
    /// `None`: the interpreter runs.
    jit: Option<Arc<Jit>>,
    /// Where machine code keeps vectors aside.
    scratch: Aligned,
}

impl Code {
    fn fit(&mut self, program: &Program) {
        self.jit = (self.wanted == Evaluator::MachineCode).then(|| program.jit(self.instructions)).flatten();
        self.scratch = Aligned::zeros(self.jit.as_ref().map_or(0, |jit| jit.scratch_len()));
    }

    /// Machine code with its scratch; `None` where the interpreter runs.
    pub(crate) fn machine(&mut self) -> Option<(&Jit, &mut [f64])> {
        self.jit.as_deref().map(|jit| (jit, &mut self.scratch[..]))
    }

    /// Runs a tape over rows of a tile.
    pub(crate) fn run_tape(&mut self, (tape, routine): (&Tape, fn(&Jit) -> &Routine), memory: &mut [f64]) {
        match self.machine() {
            Some((jit, scratch)) => jit.run(routine(jit), [memory, &mut [], &mut []], scratch),
            None => self.interpret(tape, memory),
        }
    }

    /// Runs a tape for which there is no machine code over rows of a tile.
    pub(crate) fn interpret(&self, tape: &Tape, memory: &mut [f64]) {
        dispatch(self.instructions, Run::<TILE> { tape, memory });
    }
}

/// Rows of [`TILE`] lanes.
#[derive(Debug, Default)]
pub(crate) struct Tile {
    /// Memory of the tapes.
    pub(crate) memory: Aligned,
    /// State at the start of the step, `[species × lane]`.
    pub(crate) state: Aligned,
    /// State at its end.
    pub(crate) next: Aligned,
    /// Stages, `[stage × species × lane]`.
    pub(crate) stages: Aligned,
    /// Entries of the factors.
    pub(crate) factors: Aligned,
    /// Derivatives of the right-hand side by time.
    pub(crate) by_time: Aligned,
    /// Truths at the start of the step, `[trigger, then mode × lane]`.
    pub(crate) before: Aligned,
    /// Truths at its end.
    pub(crate) after: Aligned,
    pub(crate) lanes: PerLane,
}

/// One number per lane.
#[derive(Debug)]
#[repr(C, align(64))]
pub(crate) struct PerLane {
    pub(crate) time: [f64; TILE],
    pub(crate) step: [f64; TILE],
    pub(crate) error: [f64; TILE],
    pub(crate) alarm: [f64; TILE],
    /// 1 where `next` becomes `state`.
    pub(crate) accept: [f64; TILE],
}

impl Default for PerLane {
    fn default() -> Self {
        Self { time: [0.0; TILE], step: [1.0; TILE], error: [0.0; TILE], alarm: [0.0; TILE], accept: [0.0; TILE] }
    }
}

impl Workspace {
    /// Scratch for a program, with the widest instructions of this machine.
    pub fn for_program(program: &Program) -> Self {
        Self::with_instructions(program, Instructions::widest())
    }

    /// Scratch that uses the given instructions, with machine code where there can be any. The results are the
    /// same with any.
    pub fn with_instructions(program: &Program, instructions: Instructions) -> Self {
        Self::with_evaluator(program, instructions, Evaluator::MachineCode)
    }

    /// Scratch that uses the given instructions and evaluator. The results are the same with any.
    pub fn with_evaluator(program: &Program, instructions: Instructions, evaluator: Evaluator) -> Self {
        let mut workspace = Self {
            fitted: None,
            code: Code { instructions, wanted: evaluator, jit: None, scratch: Aligned::default() },
            one: Aligned::default(),
            prologue_one: Aligned::default(),
            prologue: Aligned::default(),
            tile: Tile::default(),
        };
        workspace.fit(program);
        workspace
    }

    /// What really runs: the interpreter where machine code was asked for but cannot be had.
    pub fn evaluator(&self) -> Evaluator {
        if self.code.jit.is_some() { Evaluator::MachineCode } else { Evaluator::Interpreter }
    }

    /// Which vector instructions run.
    pub fn instructions(&self) -> Instructions {
        self.code.instructions
    }

    /// Lays the memory out for a program, unless it is already.
    pub(crate) fn fit(&mut self, program: &Program) {
        if self.fitted == Some(program.id) {
            return;
        }
        let (n, prologue) = (program.n_species(), &program.prologue);
        let n_truths = program.tapes.truths.outputs.len();
        self.one = filled::<1>(&program.constants, program.n_rows());
        self.prologue_one = prologue.memory::<1>();
        self.prologue = prologue.memory::<TILE>();
        self.tile = Tile {
            memory: filled::<TILE>(&program.constants, program.n_rows()),
            state: Aligned::zeros(n * TILE),
            next: Aligned::zeros(n * TILE),
            stages: Aligned::zeros(6 * n * TILE),
            factors: Aligned::zeros(program.lu.n_entries * TILE),
            by_time: Aligned::zeros(n * TILE),
            before: Aligned::zeros(n_truths * TILE),
            after: Aligned::zeros(n_truths * TILE),
            lanes: PerLane::default(),
        };
        self.code.fit(program);
        self.fitted = Some(program.id);
    }

    /// Sets time and state of the one-lane memory.
    pub(crate) fn set_point(&mut self, program: &Program, t: f64, state: &[f64]) {
        self.one[program.bases.state as usize..][..program.n_species()].copy_from_slice(&state[..program.n_species()]);
        self.one[program.bases.time as usize] = t;
    }

    /// Sets the fixed values of the one-lane memory.
    pub(crate) fn set_fixed(&mut self, program: &Program, fixed: &[f64]) {
        self.one[program.bases.fixed as usize..][..fixed.len()].copy_from_slice(fixed);
    }

    /// Runs a tape on the one-lane memory and appends its results.
    pub(crate) fn one_lane(&mut self, tape: &Tape, out: &mut Vec<f64>) {
        run_one(tape, &mut self.one);
        out.clear();
        out.extend(tape.outputs.iter().map(|row| self.one[*row as usize]));
    }

    /// Column of the state at the start of the step.
    pub(crate) fn column(&self, slot: usize, n: usize) -> Vec<f64> {
        let mut column = vec![0.0; n];
        take(&self.tile.state, slot, &mut column);
        column
    }
}
