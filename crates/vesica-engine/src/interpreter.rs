//! Runs tapes over rows of `W` lanes.

use crate::graph::Op;
use crate::math;
use crate::simd::{Kernel, Plain, Simd};
use crate::tape::{Instruction, Tape};

/// Lanes in a tile. Results do not depend on it; of 8, 16, 32 and 64 this one was fastest for 84 species,
/// and 32 by a little for 48 (`examples/speed.rs`).
pub(crate) const TILE: usize = 16;

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
    macro_rules! lanes {
        ($($operand:ident = $at:literal),*; $body:expr) => {
            for instruction in code {
                for k in (0..W).step_by(S::N) {
                    unsafe {
                        $(let $operand = S::load(rows.add(instruction.from[$at] as usize * W + k));)*
                        S::store(rows.add(instruction.to as usize * W + k), $body);
                    }
                }
            }
        };
        (|$x:ident| $body:expr) => { lanes!($x = 0; $body) };
        (|$x:ident, $y:ident| $body:expr) => { lanes!($x = 0, $y = 1; $body) };
        (|$x:ident, $y:ident, $z:ident| $body:expr) => { lanes!($x = 0, $y = 1, $z = 2; $body) };
    }
    let zero = S::splat(0.0);
    match op {
        Op::Add => lanes!(|x, y| S::add(x, y)),
        Op::Subtract => lanes!(|x, y| S::sub(x, y)),
        Op::Multiply => lanes!(|x, y| S::mul(x, y)),
        Op::MultiplyAdd => lanes!(|x, y, z| S::add(S::mul(x, y), z)),
        Op::MultiplySubtract => lanes!(|x, y, z| S::sub(S::mul(x, y), z)),
        Op::SubtractProduct => lanes!(|x, y, z| S::sub(z, S::mul(x, y))),
        Op::MultiplyTwice => lanes!(|x, y, z| S::mul(S::mul(x, y), z)),
        Op::Divide => lanes!(|x, y| S::div(x, y)),
        Op::Negate => lanes!(|x| S::neg(x)),
        Op::Power => lanes!(|x, y| math::pow_v::<S>(x, y)),
        Op::Exp => lanes!(|x| math::exp_v::<S>(x)),
        Op::Ln => lanes!(|x| math::ln_v::<S>(x)),
        Op::Log10 => lanes!(|x| math::log10_v::<S>(x)),
        Op::Sqrt => lanes!(|x| S::sqrt(x)),
        Op::Abs => lanes!(|x| S::abs(x)),
        Op::Floor => lanes!(|x| S::floor(x)),
        Op::Ceil => lanes!(|x| S::ceil(x)),
        Op::Minimum => lanes!(|x, y| S::min(x, y)),
        Op::Maximum => lanes!(|x, y| S::max(x, y)),
        Op::Not => lanes!(|x| S::number(S::eq(x, zero))),
        Op::Less => lanes!(|x, y| S::number(S::lt(x, y))),
        Op::LessEqual => lanes!(|x, y| S::number(S::le(x, y))),
        Op::Equal => lanes!(|x, y| S::number(S::eq(x, y))),
        Op::NotEqual => lanes!(|x, y| S::select(S::eq(x, y), zero, S::splat(1.0))),
        Op::And => lanes!(|x, y| S::select(S::eq(x, zero), zero, S::select(S::eq(y, zero), zero, S::splat(1.0)))),
        Op::Or => {
            lanes!(|x, y| S::select(S::eq(x, zero), S::select(S::eq(y, zero), zero, S::splat(1.0)), S::splat(1.0)))
        }
        Op::ExclusiveOr => lanes!(|x, y| {
            let (x, y) = (S::number(S::eq(x, zero)), S::number(S::eq(y, zero)));
            S::select(S::eq(x, y), zero, S::splat(1.0))
        }),
        Op::Select => lanes!(|x, y, z| S::select(S::eq(x, zero), z, y)),
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
