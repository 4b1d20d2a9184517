//! Machine code for the tapes and the factorisation of one program: AVX-512 or AVX2 lanes on x86-64.
//!
//! Nothing is said twice: [`trace`] runs the interpreter's own operations and the engine's own exp, ln and pow
//! over *traced* vectors, which only write down what was asked for, and [`assemble`] turns that list into
//! instructions. One operation of the interpreter is one instruction here, in the same order and rounding once,
//! so both give the same bits. What this saves is deciding, loading and storing.
//!
//! A page of code is written first and made executable afterwards, never both at once ([`pages`]). Where the
//! machine refuses that, or has no AVX2, or a formula needs a function of the `libm` crate, there is no code
//! and the interpreter runs.

mod allocate;
mod assemble;
mod pages;
mod trace;

use crate::interpreter::TILE;
use crate::jump;
use crate::program::Program;
use crate::rodas4::STAGES;
use crate::rosenbrock;
use crate::rows::N_BASES;
use crate::simd::Instructions;

use pages::Pages;
use trace::Trace;

/// Machine code of one program for one kind of instructions.
#[derive(Debug)]
pub(crate) struct Jit {
    pub(crate) prologue: Routine,
    pub(crate) renewal: Routine,
    pub(crate) variables: Routine,
    pub(crate) rates: Routine,
    pub(crate) rhs: Routine,
    pub(crate) step: Routine,
    pub(crate) truths: Routine,
    pub(crate) factor: Routine,
    pub(crate) solve: Routine,
    pub(crate) jump: Routine,
    /// Stages of a step, each whole: its argument, the formulas, the right side and the solve.
    pub(crate) stages: [Routine; STAGES],
    /// Vectors that the largest routine keeps aside.
    n_spills: usize,
    /// Keeps the code where it is.
    pages: Pages,
}

/// A piece of code, and how much memory it touches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Routine {
    /// Byte in the pages at which it starts.
    start: usize,
    /// Rows of lanes behind each of its pointers that it may touch.
    n_rows: [usize; N_BASES],
    /// Pointers up to the last that it uses.
    n_bases: usize,
    /// Vectors it keeps aside while it runs.
    n_spills: usize,
}

/// Longest code of one routine that is still worth it, in traced operations; beyond, the interpreter runs.
const LONGEST: usize = 2_000_000;

impl Jit {
    /// Compiles a program; `None` where there can be no code.
    pub(crate) fn compile(program: &Program, instructions: Instructions) -> Option<Self> {
        let tapes = &program.tapes;
        // all vectors of a tile side by side, where each result waits for the one before it
        let n_vectors = (TILE / assemble::lanes(instructions)?) as u8;
        let tape = |tape| Trace::of_tape(tape);
        let mut traces = vec![
            tape(&program.prologue.tape)?,
            tape(&program.renewal.tape)?,
            tape(&tapes.variables)?,
            tape(&tapes.rates)?,
            tape(&tapes.rhs)?,
            tape(&tapes.step)?,
            tape(&tapes.truths)?,
            Trace::of_kernel(|rows| program.lu.factor(rows)).side_by_side(n_vectors),
            Trace::of_kernel(|rows| program.lu.solve(rows)).side_by_side(n_vectors),
            Trace::of_kernel(|rows| {
                trace::run_on_rows(&tapes.rates, rows);
                jump::jump(program, rows);
            }),
        ];
        traces.extend(
            (0..STAGES)
                .map(|stage| Trace::of_kernel(|rows| rosenbrock::stage(program, stage, rows, trace::run_on_rows))),
        );
        if traces.iter().any(|trace| trace.operations.len() > LONGEST) {
            return None;
        }
        let mut code = Vec::new();
        let append = |trace| assemble::append(&mut code, trace, instructions);
        let routines: Vec<Routine> = traces.iter().map(append).collect::<Option<_>>()?;
        let n_spills = routines.iter().map(|routine| routine.n_spills).max().unwrap_or(0);
        let [prologue, renewal, variables, rates, rhs, step, truths, factor, solve, jump, ref stages @ ..] =
            routines[..]
        else {
            return None;
        };
        let (stages, pages) = (<[Routine; STAGES]>::try_from(stages).ok()?, Pages::new(&code)?);
        Some(Self {
            prologue,
            renewal,
            variables,
            rates,
            rhs,
            step,
            truths,
            factor,
            solve,
            jump,
            stages,
            n_spills,
            pages,
        })
    }

    /// Vectors that the largest routine keeps aside, in numbers.
    pub(crate) fn scratch_len(&self) -> usize {
        self.n_spills * assemble::WIDEST
    }

    /// Runs a routine over a tile. Which rows lie behind which pointer the routine's trace says.
    ///
    /// # Panics
    /// If a slice is shorter than the routine needs.
    pub(crate) fn run<const N: usize>(&self, routine: &Routine, rows: [&mut [f64]; N], scratch: &mut [f64]) {
        for (slice, n_rows) in rows.iter().zip(routine.n_rows) {
            assert!(slice.len() >= n_rows * TILE, "the routine touches {n_rows} rows");
        }
        assert!(routine.n_bases <= N && scratch.len() >= routine.n_spills * assemble::WIDEST);
        let mut pointers = [std::ptr::null_mut(); N_BASES];
        pointers.iter_mut().zip(rows).for_each(|(pointer, slice)| *pointer = slice.as_mut_ptr());
        let [a, b, c, others @ ..] = pointers;
        // SAFETY: `start` is where `assemble` began this routine in these very pages, which are executable and stay;
        // it touches only the rows checked above and the scratch, and returns.
        unsafe { (self.pages.entry(routine.start))(a, b, c, scratch.as_mut_ptr(), &others) }
    }
}
