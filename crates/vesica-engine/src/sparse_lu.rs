//! Sparse LU without pivoting, in an order fixed by the pattern alone, over tiles of lanes.
//!
//! The order is Markowitz's, on the diagonal. Pivots are watched lane by lane: a lane whose pivot
//! falls too low is solved by [`crate::dense_lu`] instead.

use std::collections::BTreeSet;

use crate::interpreter::TILE;
use crate::simd::Simd;

/// The plan of a factorisation and of its solves. Entry numbers are rows of lanes.
#[derive(Clone, Debug, Default)]
pub(crate) struct SparseLu {
    /// Entries of the factors; the entries of the matrix come first, in the order of the pattern given.
    pub(crate) n_entries: usize,
    /// Entry of each diagonal element.
    pub(crate) diagonal: Vec<u32>,
    pub(crate) rows: Vec<RowOfPivot>,
    updates: Vec<[u32; 2]>,
    pub(crate) forward: Vec<Sweep>,
    pub(crate) backward: Vec<Sweep>,
    terms: Vec<[u32; 2]>,
}

/// One row below a pivot: `l = entry / pivot`, then `to -= l * from` for its updates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowOfPivot {
    pub(crate) pivot: u32,
    entry: u32,
    updates: (u32, u32),
    pub(crate) is_first: bool,
}

/// One unknown of a solve: `x[unknown] -= sum of factor * x[other]`, then times the reciprocal pivot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sweep {
    pub(crate) unknown: u32,
    pub(crate) pivot: u32,
    terms: (u32, u32),
}

/// No entry.
const NONE: u32 = u32::MAX;

/// A pivot below this share of the shift `1 / (step * gamma)` sends the lane to the dense solver.
pub(crate) const LOW_PIVOT: f64 = 1e-6;

impl RowOfPivot {
    /// The entry below the pivot; `None` for a pivot with nothing below it.
    pub(crate) fn entry(&self) -> Option<u32> {
        (self.entry != NONE).then_some(self.entry)
    }
}

impl SparseLu {
    /// `[to, from]`: `to -= l * from` for a row below a pivot.
    pub(crate) fn updates_of(&self, row: &RowOfPivot) -> &[[u32; 2]] {
        &self.updates[row.updates.0 as usize..row.updates.1 as usize]
    }

    /// `[factor, other unknown]` of a sweep.
    pub(crate) fn terms_of(&self, sweep: &Sweep) -> &[[u32; 2]] {
        &self.terms[sweep.terms.0 as usize..sweep.terms.1 as usize]
    }

    /// Plans the factorisation of a matrix with the given `(row, column)` entries and a full diagonal.
    pub(crate) fn new(n: usize, pattern: &[(u32, u32)]) -> Self {
        let mut entry = vec![std::collections::BTreeMap::new(); n];
        for (k, (i, j)) in pattern.iter().enumerate() {
            entry[*i as usize].insert(*j, k as u32);
        }
        let mut n_entries = pattern.len() as u32;
        for (i, row) in entry.iter_mut().enumerate() {
            row.entry(i as u32).or_insert_with(|| {
                n_entries += 1;
                n_entries - 1
            });
        }
        let mut plan = Self::default();
        let order = plan.eliminate(n, &mut entry, &mut n_entries);
        plan.n_entries = n_entries as usize;
        plan.diagonal = (0..n).map(|i| entry[i][&(i as u32)]).collect();
        plan.plan_solves(&order, &entry);
        plan
    }

    fn eliminate(
        &mut self,
        n: usize,
        entry: &mut [std::collections::BTreeMap<u32, u32>],
        n_entries: &mut u32,
    ) -> Vec<u32> {
        let mut column: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); n];
        let mut row: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); n];
        for (i, entries) in entry.iter().enumerate() {
            for j in entries.keys() {
                column[*j as usize].insert(i as u32);
                row[i].insert(*j);
            }
        }
        let mut left: BTreeSet<u32> = (0..n as u32).collect();
        let mut order = Vec::with_capacity(n);
        let cost = |k: u32, row: &[BTreeSet<u32>], column: &[BTreeSet<u32>]| {
            (row[k as usize].len() - 1) * (column[k as usize].len() - 1)
        };
        while let Some(pivot) = left.iter().copied().min_by_key(|k| (cost(*k, &row, &column), *k)) {
            left.remove(&pivot);
            order.push(pivot);
            let below: Vec<u32> = column[pivot as usize].iter().copied().filter(|i| *i != pivot).collect();
            let right: Vec<u32> = row[pivot as usize].iter().copied().filter(|j| *j != pivot).collect();
            for (position, i) in below.iter().enumerate() {
                let start = self.updates.len() as u32;
                for j in &right {
                    let to = *entry[*i as usize].entry(*j).or_insert_with(|| {
                        *n_entries += 1;
                        *n_entries - 1
                    });
                    row[*i as usize].insert(*j);
                    column[*j as usize].insert(*i);
                    self.updates.push([to, entry[pivot as usize][j]]);
                }
                self.rows.push(RowOfPivot {
                    pivot: entry[pivot as usize][&pivot],
                    entry: entry[*i as usize][&pivot],
                    updates: (start, self.updates.len() as u32),
                    is_first: position == 0,
                });
                row[*i as usize].remove(&pivot);
            }
            if below.is_empty() {
                // The pivot still has to be inverted for the solves.
                self.rows.push(RowOfPivot {
                    pivot: entry[pivot as usize][&pivot],
                    entry: NONE,
                    updates: (0, 0),
                    is_first: true,
                });
            }
            for j in &right {
                column[*j as usize].remove(&pivot);
            }
        }
        order
    }

    fn plan_solves(&mut self, order: &[u32], entry: &[std::collections::BTreeMap<u32, u32>]) {
        let mut rank = vec![0usize; order.len()];
        for (at, k) in order.iter().enumerate() {
            rank[*k as usize] = at;
        }
        for (is_forward, unknowns) in [(true, order.to_vec()), (false, order.iter().rev().copied().collect())] {
            for i in unknowns {
                let mut terms: Vec<(usize, [u32; 2])> = entry[i as usize]
                    .iter()
                    .filter(|(j, _)| {
                        if is_forward {
                            rank[**j as usize] < rank[i as usize]
                        } else {
                            rank[**j as usize] > rank[i as usize]
                        }
                    })
                    .map(|(j, k)| (rank[*j as usize], [*k, *j]))
                    .collect();
                terms.sort_unstable();
                let start = self.terms.len() as u32;
                self.terms.extend(terms.into_iter().map(|(_, term)| term));
                let sweep = Sweep { unknown: i, pivot: entry[i as usize][&i], terms: (start, self.terms.len() as u32) };
                if is_forward {
                    if sweep.terms.0 < sweep.terms.1 {
                        self.forward.push(sweep);
                    }
                } else {
                    self.backward.push(sweep);
                }
            }
        }
    }

    /// Factors in place; `entries` is `[entry × TILE]`, the pivots become their reciprocals.
    ///
    /// `alarm[lane]` becomes 1 where a pivot is too low (against `shift[lane]`) or no number.
    #[inline(always)]
    pub(crate) fn factor<S: Simd>(&self, entries: &mut [f64], shift: &[f64; TILE], alarm: &mut [f64; TILE]) {
        assert!(entries.len() >= self.n_entries * TILE && TILE.is_multiple_of(2 * S::N));
        // Two vectors at a time: each term waits for the one before it, so one vector alone would stand idle.
        let base = entries.as_mut_ptr();
        for k in (0..TILE).step_by(2 * S::N) {
            // SAFETY: entry numbers are below `n_entries` (made in `new`), the memory holds them all,
            // and `k + 2 N <= TILE`.
            unsafe {
                let at = |entry: u32| base.add(entry as usize * TILE + k);
                let mut lowest = Pair::<S>::splat(f64::INFINITY);
                for row in &self.rows {
                    if row.is_first {
                        let pivot = Pair::<S>::load(at(row.pivot));
                        lowest = lowest.smaller_size(pivot);
                        Pair::<S>::splat(1.0).div(pivot).store(at(row.pivot));
                    }
                    let Some(own) = row.entry() else { continue };
                    let factor = Pair::<S>::load(at(own)).mul(Pair::load(at(row.pivot)));
                    factor.store(at(own));
                    for [to, from] in self.updates_of(row) {
                        let product = factor.mul(Pair::load(at(*from)));
                        Pair::<S>::load(at(*to)).sub(product).store(at(*to));
                    }
                }
                let limit = Pair::<S>::load(shift.as_ptr().add(k)).mul(Pair::splat(LOW_PIVOT));
                limit.is_above(lowest).store(alarm.as_mut_ptr().add(k));
            }
        }
    }

    /// Solves in place; `x` is `[unknown × TILE]`.
    #[inline(always)]
    pub(crate) fn solve<S: Simd>(&self, entries: &[f64], x: &mut [f64]) {
        assert!(entries.len() >= self.n_entries * TILE && x.len() >= self.diagonal.len() * TILE);
        assert!(TILE.is_multiple_of(2 * S::N));
        let (base, unknowns) = (entries.as_ptr(), x.as_mut_ptr());
        for k in (0..TILE).step_by(2 * S::N) {
            // SAFETY: entries and unknowns named in the plan exist (made in `new`), and `k + 2 N <= TILE`.
            unsafe {
                let (base, unknowns) = (base.add(k), unknowns.add(k));
                for sweep in &self.forward {
                    let sum = self.sum::<S>(sweep, base, unknowns);
                    sum.store(unknowns.add(sweep.unknown as usize * TILE));
                }
                for sweep in &self.backward {
                    let sum = self.sum::<S>(sweep, base, unknowns);
                    let pivot = Pair::load(base.add(sweep.pivot as usize * TILE));
                    sum.mul(pivot).store(unknowns.add(sweep.unknown as usize * TILE));
                }
            }
        }
    }

    /// # Safety
    /// Entries and unknowns must be readable for two vectors in every row of the plan.
    #[inline(always)]
    unsafe fn sum<S: Simd>(&self, sweep: &Sweep, entries: *const f64, unknowns: *const f64) -> Pair<S> {
        // SAFETY: the caller's promise.
        unsafe {
            let mut sum = Pair::<S>::load(unknowns.add(sweep.unknown as usize * TILE));
            for [factor, other] in self.terms_of(sweep) {
                let factor = Pair::<S>::load(entries.add(*factor as usize * TILE));
                sum = sum.sub(factor.mul(Pair::load(unknowns.add(*other as usize * TILE))));
            }
            sum
        }
    }
}

/// Two vectors.
#[derive(Clone, Copy)]
struct Pair<S: Simd>(S::V, S::V);

impl<S: Simd> Pair<S> {
    #[inline(always)]
    fn splat(x: f64) -> Self {
        Self(S::splat(x), S::splat(x))
    }

    /// # Safety
    /// `from` must be readable for `2 N` numbers.
    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(S::load(from), S::load(from.add(S::N))) }
    }

    /// # Safety
    /// `to` must be writable for `2 N` numbers.
    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller's promise.
        unsafe {
            S::store(to, self.0);
            S::store(to.add(S::N), self.1);
        }
    }

    // Methods, not closures over vectors: a closure is compiled without the features of its caller.
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(S::sub(self.0, other.0), S::sub(self.1, other.1))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(S::mul(self.0, other.0), S::mul(self.1, other.1))
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(S::div(self.0, other.0), S::div(self.1, other.1))
    }

    /// The smaller of this and the size of `other`; `other`'s where it is no number.
    #[inline(always)]
    fn smaller_size(self, other: Self) -> Self {
        Self(S::min(self.0, S::abs(other.0)), S::min(self.1, S::abs(other.1)))
    }

    /// 0 where this is at most `other`, else 1 (also where one is no number).
    #[inline(always)]
    fn is_above(self, other: Self) -> Self {
        let (zero, one) = (S::splat(0.0), S::splat(1.0));
        Self(S::select(S::le(self.0, other.0), zero, one), S::select(S::le(self.1, other.1), zero, one))
    }
}
