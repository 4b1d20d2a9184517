//! Numbers that begin where a cache line does: a vector of eight that lies across two lines costs twice.

use std::ops::{Deref, DerefMut};

/// A cache line, which is also the widest vector.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Line([f64; 8]);

/// A list of numbers of fixed length, on whole cache lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aligned {
    lines: Vec<Line>,
    /// No more than the lines hold.
    len: usize,
}

impl Aligned {
    pub(crate) fn zeros(len: usize) -> Self {
        Self { lines: vec![Line([0.0; 8]); len.div_ceil(8)], len }
    }
}

impl Deref for Aligned {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        // SAFETY: lines are eight numbers each without gaps, `len` of them are there, and they live as long as `self`.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [f64] {
        // SAFETY: as in `deref`, and `self` is borrowed alone.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_begin_on_a_line_and_are_as_many_as_asked_for() {
        for len in [0, 1, 8, 9, 1000] {
            let mut numbers = Aligned::zeros(len);
            numbers.iter_mut().for_each(|x| *x += 1.0);
            assert_eq!((numbers.len(), numbers.iter().sum::<f64>()), (len, len as f64));
            assert_eq!(numbers.as_ptr() as usize % 64, 0);
        }
    }
}
