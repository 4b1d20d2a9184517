//! Rows of lanes as a kernel sees them: one vector of each, in memory or as names in a trace.
//!
//! A kernel that is written over [`Rows`] stands once: run over [`Memory`] it computes, run over a trace of
//! machine code it says what is to be computed.

use std::marker::PhantomData;

use crate::interpreter::TILE;
use crate::simd::Simd;

/// Most pieces of memory that a kernel works on.
pub(crate) const N_BASES: usize = 7;

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
    pub(crate) unsafe fn new<const N: usize>(slices: &mut [&mut [f64]; N], first: usize) -> Self {
        let mut pointers = [std::ptr::null_mut(); N_BASES];
        for (pointer, slice) in pointers.iter_mut().zip(slices) {
            *pointer = slice.as_mut_ptr().wrapping_add(first);
        }
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

/// Rows under other names: a kernel that counts its pieces of memory from 0 works on some of a larger one's.
pub(crate) struct Renamed<'a, R> {
    pub(crate) rows: &'a mut R,
    /// The place at which each piece begins.
    pub(crate) starts: [Place; 3],
}

impl<R: Rows> Renamed<'_, R> {
    #[inline(always)]
    fn place(&self, place: Place) -> Place {
        let start = self.starts[place.base as usize];
        Place::new(start.base, start.row + place.row)
    }
}

impl<R: Rows> Rows for Renamed<'_, R> {
    type S = R::S;

    #[inline(always)]
    fn get(&mut self, place: Place) -> Vector<R> {
        self.rows.get(self.place(place))
    }

    #[inline(always)]
    fn set(&mut self, place: Place, value: Vector<R>) {
        self.rows.set(self.place(place), value);
    }

    #[inline(always)]
    fn keep(&mut self, place: Place, value: Vector<R>) {
        self.rows.keep(self.place(place), value);
    }

    #[inline(always)]
    fn keep_as_is(&mut self, place: Place) {
        self.rows.keep_as_is(self.place(place));
    }
}
