//! Runs tapes over rows of `W` lanes.

use crate::graph::Op;
use crate::math;
use crate::simd::{Kernel, Plain, Simd};
use crate::tape::{Instruction, Tape};

/// Lanes in a tile: one vector of the widest kind, so that a single trajectory pays for no more. Results do not
/// depend on it; 16 was as fast for batches of 84 species (`examples/speed.rs`).
pub(crate) const TILE: usize = 8;

/// A tape to be run over memory of `tape.n_rows` rows or more of `W` lanes.
pub(crate) struct Run<'a, const W: usize> {
    pub(crate) tape: &'a Tape,
    pub(crate) memory: &'a mut [f64],
}

impl<const W: usize> Kernel for Run<'_, W> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        run::<S, W>(self.tape, self.memory);
    }
}

/// Runs a tape for one lane.
pub(crate) fn run_one(tape: &Tape, memory: &mut [f64]) {
    run::<Plain, 1>(tape, memory);
}

/// Runs a tape; `memory` is `[row × W]`.
///
/// # Panics
/// If the memory is smaller than the tape needs.
#[inline(always)]
pub(crate) fn run<S: Simd, const W: usize>(tape: &Tape, memory: &mut [f64]) {
    assert!(memory.len() >= tape.n_rows * W && W.is_multiple_of(S::N));
    let rows = memory.as_mut_ptr();
    let mut code = &tape.code[..];
    for (op, n) in &tape.runs {
        let (now, rest) = code.split_at(*n as usize);
        // SAFETY: `Tape` is made by `Draft::resolve` alone, which numbers rows below `n_rows`;
        // the memory has `n_rows * W` numbers and `W` is a multiple of the vector's length.
        unsafe { run_same::<S, W>(*op, now, rows) }
        code = rest;
    }
}

/// Runs instructions that have the same operation.
///
/// # Safety
/// The rows of the instructions lie inside the memory at `rows`.
#[inline(always)]
unsafe fn run_same<S: Simd, const W: usize>(op: Op, code: &[Instruction], rows: *mut f64) {
    // The operation is named again in each arm, so that `apply` is decided when compiling.
    macro_rules! lanes {
        ($op:path, $n:literal) => {
            for instruction in code {
                for k in (0..W).step_by(S::N) {
                    // SAFETY: the caller's promise.
                    unsafe {
                        let load = |at: usize| S::load(rows.add(instruction.from[at] as usize * W + k));
                        let x = load(0);
                        let y = if $n > 1 { load(1) } else { x };
                        let z = if $n > 2 { load(2) } else { x };
                        S::store(rows.add(instruction.to as usize * W + k), apply::<S>($op, x, y, z));
                    }
                }
            }
        };
    }
    match op {
        Op::Add => lanes!(Op::Add, 2),
        Op::Subtract => lanes!(Op::Subtract, 2),
        Op::Multiply => lanes!(Op::Multiply, 2),
        Op::MultiplyAdd => lanes!(Op::MultiplyAdd, 3),
        Op::MultiplySubtract => lanes!(Op::MultiplySubtract, 3),
        Op::SubtractProduct => lanes!(Op::SubtractProduct, 3),
        Op::MultiplyTwice => lanes!(Op::MultiplyTwice, 3),
        Op::Divide => lanes!(Op::Divide, 2),
        Op::Negate => lanes!(Op::Negate, 1),
        Op::Power => lanes!(Op::Power, 2),
        Op::Exp => lanes!(Op::Exp, 1),
        Op::Ln => lanes!(Op::Ln, 1),
        Op::Log10 => lanes!(Op::Log10, 1),
        Op::Sqrt => lanes!(Op::Sqrt, 1),
        Op::Abs => lanes!(Op::Abs, 1),
        Op::Floor => lanes!(Op::Floor, 1),
        Op::Ceil => lanes!(Op::Ceil, 1),
        Op::Minimum => lanes!(Op::Minimum, 2),
        Op::Maximum => lanes!(Op::Maximum, 2),
        Op::Not => lanes!(Op::Not, 1),
        Op::Less => lanes!(Op::Less, 2),
        Op::LessEqual => lanes!(Op::LessEqual, 2),
        Op::Equal => lanes!(Op::Equal, 2),
        Op::NotEqual => lanes!(Op::NotEqual, 2),
        Op::And => lanes!(Op::And, 2),
        Op::Or => lanes!(Op::Or, 2),
        Op::ExclusiveOr => lanes!(Op::ExclusiveOr, 2),
        Op::Select => lanes!(Op::Select, 3),
        Op::Sin | Op::Cos | Op::Tan | Op::Asin | Op::Acos | Op::Atan | Op::Sinh | Op::Cosh | Op::Tanh => {
            for instruction in code {
                for k in 0..W {
                    // SAFETY: the caller's promise.
                    unsafe {
                        let x = *rows.add(instruction.from[0] as usize * W + k);
                        *rows.add(instruction.to as usize * W + k) = op.evaluate(x, 0.0, 0.0);
                    }
                }
            }
        }
    }
}

/// What an operation makes of vectors: the one place that says it, for the interpreter and for machine code.
/// Operands that it does not have are ignored. Not for operations that are evaluated lane by lane
/// ([`Op::is_scalar`]).
#[inline(always)]
pub(crate) fn apply<S: Simd>(op: Op, x: S::V, y: S::V, z: S::V) -> S::V {
    let (zero, one) = (S::splat(0.0), S::splat(1.0));
    match op {
        Op::Add => S::add(x, y),
        Op::Subtract => S::sub(x, y),
        Op::Multiply => S::mul(x, y),
        Op::MultiplyAdd => S::add(S::mul(x, y), z),
        Op::MultiplySubtract => S::sub(S::mul(x, y), z),
        Op::SubtractProduct => S::sub(z, S::mul(x, y)),
        Op::MultiplyTwice => S::mul(S::mul(x, y), z),
        Op::Divide => S::div(x, y),
        Op::Negate => S::neg(x),
        Op::Power => math::pow_v::<S>(x, y),
        Op::Exp => math::exp_v::<S>(x),
        Op::Ln => math::ln_v::<S>(x),
        Op::Log10 => math::log10_v::<S>(x),
        Op::Sqrt => S::sqrt(x),
        Op::Abs => S::abs(x),
        Op::Floor => S::floor(x),
        Op::Ceil => S::ceil(x),
        Op::Minimum => S::min(x, y),
        Op::Maximum => S::max(x, y),
        Op::Not => S::number(S::eq(x, zero)),
        Op::Less => S::number(S::lt(x, y)),
        Op::LessEqual => S::number(S::le(x, y)),
        Op::Equal => S::number(S::eq(x, y)),
        Op::NotEqual => S::select(S::eq(x, y), zero, one),
        Op::And => S::select(S::eq(x, zero), zero, S::select(S::eq(y, zero), zero, one)),
        Op::Or => S::select(S::eq(x, zero), S::select(S::eq(y, zero), zero, one), one),
        Op::ExclusiveOr => {
            let (x, y) = (S::number(S::eq(x, zero)), S::number(S::eq(y, zero)));
            S::select(S::eq(x, y), zero, one)
        }
        Op::Select => S::select(S::eq(x, zero), z, y),
        Op::Sin | Op::Cos | Op::Tan | Op::Asin | Op::Acos | Op::Atan | Op::Sinh | Op::Cosh | Op::Tanh => {
            unreachable!("evaluated lane by lane")
        }
    }
}
