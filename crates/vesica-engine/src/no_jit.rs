//! Stands for `jit` on machines for which there is no machine code: the same names, and never a program.

use std::convert::Infallible;

use crate::program::Program;
use crate::rodas4::STAGES;
use crate::simd::Instructions;

/// Machine code that cannot exist.
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
    pub(crate) stages: [Routine; STAGES],
}

/// A piece of code that cannot exist.
#[derive(Debug)]
pub(crate) struct Routine(Infallible);

impl Jit {
    /// No machine code here.
    pub(crate) fn compile(_: &Program, _: Instructions) -> Option<Self> {
        None
    }

    pub(crate) fn scratch_len(&self) -> usize {
        match self.rhs.0 {}
    }

    pub(crate) fn run<const N: usize>(&self, routine: &Routine, _: [&mut [f64]; N], _: &mut [f64]) {
        match routine.0 {}
    }
}
