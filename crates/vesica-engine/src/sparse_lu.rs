//! Sparse LU without pivoting, in an order fixed by the pattern alone, over tiles of lanes.
//!
//! The order is Markowitz's, on the diagonal. Pivots are watched lane by lane: a lane whose pivot
//! falls too low is solved by [`crate::dense_lu`] instead.

use std::collections::BTreeSet;

use crate::rows::{Place, Rows, Vector};
use crate::simd::Simd;

/// The plan of a factorisation and of its solves. Entry numbers are rows of lanes.
#[derive(Clone, Debug, Default)]
pub(crate) struct SparseLu {
    /// Entries of the factors; the entries of the matrix come first, in the order of the pattern given.
    pub(crate) n_entries: usize,
    /// Entry of each diagonal element.
    pub(crate) diagonal: Vec<u32>,
    rows: Vec<RowOfPivot>,
    updates: Vec<[u32; 2]>,
    forward: Vec<Sweep>,
    backward: Vec<Sweep>,
    terms: Vec<[u32; 2]>,
}

/// One row below a pivot: `l = entry / pivot`, then `to -= l * from` for its updates.
#[derive(Clone, Copy, Debug)]
struct RowOfPivot {
    pivot: u32,
    entry: u32,
    updates: (u32, u32),
    is_first: bool,
}

/// One unknown of a solve: `x[unknown] -= sum of factor * x[other]`, then times the reciprocal pivot.
#[derive(Clone, Copy, Debug)]
struct Sweep {
    unknown: u32,
    pivot: u32,
    terms: (u32, u32),
}

/// No entry.
const NONE: u32 = u32::MAX;

/// A pivot below this share of the shift `1 / (step * gamma)` sends the lane to the dense solver.
const LOW_PIVOT: f64 = 1e-6;

impl SparseLu {
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

    /// Factors in place: entries behind the first pointer, the pivots become their reciprocals.
    ///
    /// The row behind the third pointer becomes 1 where a pivot is too low (against the shift behind the second)
    /// or no number.
    #[inline(always)]
    pub(crate) fn factor<R: Rows>(&self, rows: &mut R) {
        let entry = |row: u32| Place::new(0, row);
        let (zero, one) = (R::S::splat(0.0), R::S::splat(1.0));
        let mut lowest = R::S::splat(f64::INFINITY);
        for row in &self.rows {
            if row.is_first {
                let pivot = rows.get(entry(row.pivot));
                lowest = R::S::min(lowest, R::S::abs(pivot));
                rows.keep(entry(row.pivot), R::S::div(one, pivot));
                // what is right of a pivot changes no more
                self.updates_of(row).iter().for_each(|[_, from]| rows.keep_as_is(entry(*from)));
            }
            if row.entry == NONE {
                continue;
            }
            let factor = R::S::mul(rows.get(entry(row.entry)), rows.get(entry(row.pivot)));
            rows.keep(entry(row.entry), factor);
            for [to, from] in self.updates_of(row) {
                let from = rows.get(entry(*from));
                let changed = R::S::sub_mul(rows.get(entry(*to)), factor, from);
                rows.set(entry(*to), changed);
            }
        }
        (0..self.n_entries as u32).for_each(|row| rows.keep_as_is(entry(row)));
        let limit = R::S::mul(rows.get(Place::new(1, 0)), R::S::splat(LOW_PIVOT));
        rows.keep(Place::new(2, 0), R::S::select(R::S::le(limit, lowest), zero, one));
    }

    /// Solves in place: entries behind the first pointer, the right side behind the second, where the unknowns come.
    #[inline(always)]
    pub(crate) fn solve<R: Rows>(&self, rows: &mut R) {
        for sweep in &self.forward {
            let sum = self.sum(sweep, rows);
            rows.set(Place::new(1, sweep.unknown), sum);
        }
        for sweep in &self.backward {
            let (sum, pivot) = (self.sum(sweep, rows), rows.get(Place::new(0, sweep.pivot)));
            rows.keep(Place::new(1, sweep.unknown), R::S::mul(sum, pivot));
        }
    }

    #[inline(always)]
    fn sum<R: Rows>(&self, sweep: &Sweep, rows: &mut R) -> Vector<R> {
        let mut sum = rows.get(Place::new(1, sweep.unknown));
        for [factor, other] in &self.terms[sweep.terms.0 as usize..sweep.terms.1 as usize] {
            let factor = rows.get(Place::new(0, *factor));
            sum = R::S::sub_mul(sum, factor, rows.get(Place::new(1, *other)));
        }
        sum
    }

    fn updates_of(&self, row: &RowOfPivot) -> &[[u32; 2]] {
        &self.updates[row.updates.0 as usize..row.updates.1 as usize]
    }
}
