//! Columns of species on whole vectors: what solvers of one trajectory do to all species at once.
//!
//! A column begins on a cache line and ends in zeros, so no loop has a rest. Sums have eight parts however wide a vector
//! is, and are added up in one order: the same bits with any instructions.

use crate::aligned::Aligned;
use crate::interpreter::TILE;
use crate::simd::{Instructions, Kernel, Simd, dispatch};

/// Columns one after another, `[column][species]`, each on whole lines.
pub(crate) struct Columns {
    stride: usize,
    numbers: Aligned,
}

impl Columns {
    pub(crate) fn zeros(n_columns: usize, n_species: usize) -> Self {
        let stride = n_species.next_multiple_of(TILE);
        Self { stride, numbers: Aligned::zeros(n_columns * stride) }
    }

    /// One column, with the zeros at its end.
    pub(crate) fn of(&self, column: usize) -> &[f64] {
        &self.numbers[column * self.stride..][..self.stride]
    }

    pub(crate) fn of_mut(&mut self, column: usize) -> &mut [f64] {
        &mut self.numbers[column * self.stride..][..self.stride]
    }

    /// All columns from one on.
    pub(crate) fn from(&self, column: usize) -> &[f64] {
        &self.numbers[column * self.stride..]
    }

    pub(crate) fn all_mut(&mut self) -> &mut [f64] {
        &mut self.numbers
    }

    /// Sets one column to another.
    pub(crate) fn copy(&mut self, from: usize, to: usize) {
        self.numbers.copy_within(from * self.stride..(from + 1) * self.stride, to * self.stride);
    }
}

/// `out` = from + step · weighted sum of columns.
pub(crate) fn combine(
    code: Instructions,
    (from, step): (&[f64], f64),
    weights: &[f64],
    columns: &[f64],
    out: &mut [f64],
) {
    dispatch(code, Combine { from: Some(from), step, weights, columns, out });
}

/// `out` = step · weighted sum of columns.
pub(crate) fn weighted(code: Instructions, step: f64, weights: &[f64], columns: &[f64], out: &mut [f64]) {
    dispatch(code, Combine { from: None, step, weights, columns, out });
}

/// The same with step 1 into a column without zeros at its end.
pub(crate) fn read(code: Instructions, from: &[f64], weights: &[f64], columns: &[f64], out: &mut [f64]) {
    dispatch(code, Read { from, weights, columns, out });
}

/// One over the tolerance of each species at the larger of two states.
pub(crate) fn weigh(code: Instructions, (atol, rtol): (&[f64], f64), states: [&[f64]; 2], out: &mut [f64]) {
    dispatch(code, Weigh { atol, rtol, states, out });
}

/// Root mean square over `n` species of (a - b) · weight; `b` may be left out.
pub(crate) fn norm(code: Instructions, n: usize, (a, b): (&[f64], Option<&[f64]>), weights: &[f64]) -> f64 {
    let mut parts = [0.0; TILE];
    dispatch(code, Squares { a, b, weights, parts: &mut parts });
    root_mean(parts, n)
}

/// From the eight parts of a sum of squares.
pub(crate) fn root_mean(parts: [f64; TILE], n: usize) -> f64 {
    let [a, b, c, d, e, f, g, h] = parts;
    ((((a + e) + (c + g)) + ((b + f) + (d + h))) / n.max(1) as f64).sqrt()
}

struct Combine<'a> {
    from: Option<&'a [f64]>,
    step: f64,
    weights: &'a [f64],
    columns: &'a [f64],
    out: &'a mut [f64],
}

impl Kernel for Combine<'_> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        let stride = self.out.len();
        assert!(stride.is_multiple_of(TILE) && self.columns.len() >= self.weights.len() * stride);
        assert!(self.from.is_none_or(|from| from.len() >= stride));
        for first in (0..stride).step_by(S::N) {
            // SAFETY: `first + S::N <= stride`, and there are as many columns as weights.
            let mut out = unsafe { sum::<S>(self.weights, self.columns, stride, first) };
            out = S::mul(S::splat(self.step), out);
            if let Some(from) = self.from {
                // SAFETY: as above.
                out = S::add(unsafe { S::load(from.as_ptr().add(first)) }, out);
            }
            // SAFETY: as above.
            unsafe { S::store(self.out.as_mut_ptr().add(first), out) };
        }
    }
}

struct Read<'a> {
    from: &'a [f64],
    weights: &'a [f64],
    columns: &'a [f64],
    out: &'a mut [f64],
}

impl Kernel for Read<'_> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        let stride = self.from.len();
        assert!(stride.is_multiple_of(TILE) && self.columns.len() >= self.weights.len() * stride);
        for (line, out) in self.out.chunks_mut(TILE).take(stride / TILE).enumerate() {
            let mut numbers = [0.0; TILE];
            for part in (0..TILE).step_by(S::N) {
                let first = line * TILE + part;
                // SAFETY: `first + S::N <= stride`, and there are as many columns as weights.
                let value = unsafe {
                    let sum = sum::<S>(self.weights, self.columns, stride, first);
                    S::add(S::load(self.from.as_ptr().add(first)), sum)
                };
                // SAFETY: `part + S::N <= TILE`.
                unsafe { S::store(numbers.as_mut_ptr().add(part), value) };
            }
            out.iter_mut().zip(numbers).for_each(|(out, number)| *out = number);
        }
    }
}

/// Weighted sum of one vector of each column.
///
/// # Safety
/// `first + S::N <= stride`, and there must be as many columns as weights.
#[inline(always)]
unsafe fn sum<S: Simd>(weights: &[f64], columns: &[f64], stride: usize, first: usize) -> S::V {
    let mut sum = S::splat(0.0);
    for (column, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
        // SAFETY: the caller's promise.
        let value = unsafe { S::load(columns.as_ptr().add(column * stride + first)) };
        sum = S::add(sum, S::mul(S::splat(*weight), value));
    }
    sum
}

struct Weigh<'a> {
    atol: &'a [f64],
    rtol: f64,
    states: [&'a [f64]; 2],
    out: &'a mut [f64],
}

impl Kernel for Weigh<'_> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        let stride = self.out.len();
        let [a, b] = self.states;
        assert!(stride.is_multiple_of(TILE) && [self.atol, a, b].iter().all(|column| column.len() >= stride));
        for first in (0..stride).step_by(S::N) {
            // SAFETY: `first + S::N <= stride`, and no column is shorter.
            unsafe {
                let size = |column: &[f64]| S::abs(S::load(column.as_ptr().add(first)));
                let size = S::max(size(a), size(b));
                let unit = S::add(S::load(self.atol.as_ptr().add(first)), S::mul(S::splat(self.rtol), size));
                S::store(self.out.as_mut_ptr().add(first), S::div(S::splat(1.0), unit));
            }
        }
    }
}

struct Squares<'a> {
    a: &'a [f64],
    b: Option<&'a [f64]>,
    weights: &'a [f64],
    parts: &'a mut [f64; TILE],
}

impl Kernel for Squares<'_> {
    #[inline(always)]
    fn run<S: Simd>(self) {
        let stride = self.weights.len();
        assert!(stride.is_multiple_of(TILE) && self.a.len() >= stride && self.b.is_none_or(|b| b.len() >= stride));
        for part in (0..TILE).step_by(S::N) {
            let mut sum = S::splat(0.0);
            for first in (part..stride).step_by(TILE) {
                // SAFETY: `first + S::N <= stride`, and no column is shorter.
                unsafe {
                    let mut value = S::load(self.a.as_ptr().add(first));
                    if let Some(b) = self.b {
                        value = S::sub(value, S::load(b.as_ptr().add(first)));
                    }
                    let share = S::mul(value, S::load(self.weights.as_ptr().add(first)));
                    sum = S::add(sum, S::mul(share, share));
                }
            }
            // SAFETY: `part + S::N <= TILE`.
            unsafe { S::store(self.parts.as_mut_ptr().add(part), sum) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each against plain loops over one species at a time, with any instructions, and the same bits with all.
    #[test]
    fn columns_do_what_is_said_of_them() {
        for n in [1, 7, 8, 21] {
            let value = |column: usize, s: usize| ((column * 31 + s * 7) as f64 * 0.37).sin();
            let mut columns = Columns::zeros(4, n);
            for column in 0..4 {
                columns.of_mut(column)[..n].iter_mut().enumerate().for_each(|(s, x)| *x = value(column, s));
            }
            let (weights, mut seen) = ([0.5, 0.0, -2.0], Vec::new());
            let atol = vec![0.1; columns.of(0).len()];
            for code in Instructions::available() {
                let mut out = Columns::zeros(3, n);
                combine(code, (columns.of(0), 0.3), &weights, columns.from(1), out.of_mut(0));
                weigh(code, (&atol, 0.01), [columns.of(0), columns.of(1)], out.of_mut(1));
                let mut short = vec![0.0; n];
                read(code, columns.of(0), &weights, columns.from(1), &mut short);
                let size = norm(code, n, (columns.of(2), Some(columns.of(3))), out.of(1));
                let sum = |s: usize| 0.5 * value(1, s) - 2.0 * value(3, s);
                let unit = |s: usize| 0.1 + 0.01 * value(0, s).abs().max(value(1, s).abs());
                let square = |s: usize| ((value(2, s) - value(3, s)) / unit(s)).powi(2);
                let expected = ((0..n).map(square).sum::<f64>() / n as f64).sqrt();
                assert!((size - expected).abs() < 1e-12 * expected);
                for (s, (long, short)) in out.of(0).iter().zip(&short).enumerate() {
                    assert!((long - (value(0, s) + 0.3 * sum(s))).abs() < 1e-14);
                    assert!((short - (value(0, s) + sum(s))).abs() < 1e-14);
                }
                let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                seen.push((bits(out.of(0)), bits(out.of(1)), bits(&short), size.to_bits()));
            }
            assert!(seen.windows(2).all(|two| two[0] == two[1]));
        }
    }
}
