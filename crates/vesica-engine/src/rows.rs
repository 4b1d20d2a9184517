//! Rows of lanes as a kernel sees them: one vector of each, in memory or as names in a trace.
//!
//! A kernel that is written over [`Rows`] stands once: run over [`Memory`] it computes, run over a trace of
//! machine code it says what is to be computed.

use std::marker::PhantomData;

use crate::interpreter::TILE;
use crate::simd::Simd;

/// Number of pieces of memory that a kernel works on.
pub(crate) const N_BASES: usize = 3;

/// A row of lanes in one of the pieces of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) base: u8,
    pub(crate) row: u32,
    /// Which of the vectors that are computed side by side; only machine code uses it.
    pub(crate) vector: u8,
}

impl Place {
    /// A row behind pointer `base`.
    pub(crate) const fn new(base: u8, row: u32) -> Self {
        Self { base, row, vector: 0 }
    }
}

/// One vector of each row.
pub(crate) trait Rows {
    type S: Simd;

    fn get(&mut self, place: Place) -> Vector<Self>;

    /// A value that may be replaced soon.
    fn set(&mut self, place: Place, value: Vector<Self>);

    /// A value that stays.
    fn keep(&mut self, place: Place, value: Vector<Self>);

    /// What a row holds now stays.
    fn keep_as_is(&mut self, place: Place);
}

/// What a row holds.
pub(crate) type Vector<R> = <<R as Rows>::S as Simd>::V;

/// Rows in memory, `[row × TILE]` each.
pub(crate) struct Memory<S> {
    pointers: [*mut f64; N_BASES],
    kind: PhantomData<S>,
}

impl<S: Simd> Memory<S> {
    /// One vector of rows, beginning with lane `first`.
    ///
    /// # Safety
    /// Every row that is named must lie in its slice, `first + S::N <= TILE`, and nobody else may use the slices
    /// while this lives.
    pub(crate) unsafe fn new(slices: &mut [&mut [f64]; N_BASES], first: usize) -> Self {
        // SAFETY: not read here; whoever names a row that is there finds it, by the caller's promise
        let pointers = slices.each_mut().map(|slice| slice.as_mut_ptr().wrapping_add(first));
        Self { pointers, kind: PhantomData }
    }

    #[inline(always)]
    fn at(&self, place: Place) -> *mut f64 {
        self.pointers[place.base as usize].wrapping_add(place.row as usize * TILE)
    }
}

impl<S: Simd> Rows for Memory<S> {
    type S = S;

    #[inline(always)]
    fn get(&mut self, place: Place) -> S::V {
        // SAFETY: the promise of `new`.
        unsafe { S::load(self.at(place)) }
    }

    #[inline(always)]
    fn set(&mut self, place: Place, value: S::V) {
        // SAFETY: the promise of `new`.
        unsafe { S::store(self.at(place), value) }
    }

    #[inline(always)]
    fn keep(&mut self, place: Place, value: S::V) {
        self.set(place, value);
    }

    #[inline(always)]
    fn keep_as_is(&mut self, _: Place) {}
}
