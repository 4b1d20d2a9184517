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
                    entry: u32::MAX,
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

    /// Multiplications of one factorisation.
    #[cfg(test)]
    pub(crate) fn n_updates(&self) -> usize {
        self.updates.len()
    }

    /// Factors in place; `entries` is `[entry × TILE]`, the pivots become their reciprocals.
    ///
    /// `alarm[lane]` becomes 1 where a pivot is too low (against `shift[lane]`) or no number.
    #[inline(always)]
    pub(crate) fn factor<S: Simd>(&self, entries: &mut [f64], shift: &[f64; TILE], alarm: &mut [f64; TILE]) {
        assert!(entries.len() >= self.n_entries * TILE);
        let base = entries.as_mut_ptr();
        for k in (0..TILE).step_by(S::N) {
            // SAFETY: `k + N <= TILE`.
            let (limit, mut lowest) =
                unsafe { (S::mul(S::load(shift.as_ptr().add(k)), S::splat(LOW_PIVOT)), S::splat(f64::INFINITY)) };
            // SAFETY: entry numbers are below `n_entries` (made in `new`), the memory holds them all.
            unsafe {
                let at = |entry: u32| base.add(entry as usize * TILE + k);
                for row in &self.rows {
                    if row.is_first {
                        let pivot = S::load(at(row.pivot));
                        lowest = S::select(S::lt(lowest, S::abs(pivot)), lowest, S::abs(pivot));
                        S::store(at(row.pivot), S::div(S::splat(1.0), pivot));
                    }
                    if row.entry == u32::MAX {
                        continue;
                    }
                    let factor = S::mul(S::load(at(row.entry)), S::load(at(row.pivot)));
                    S::store(at(row.entry), factor);
                    for [to, from] in &self.updates[row.updates.0 as usize..row.updates.1 as usize] {
                        let product = S::mul(factor, S::load(at(*from)));
                        S::store(at(*to), S::sub(S::load(at(*to)), product));
                    }
                }
                let is_fine = S::le(limit, lowest);
                S::store(alarm.as_mut_ptr().add(k), S::select(is_fine, S::splat(0.0), S::splat(1.0)));
            }
        }
    }

    /// Solves in place; `x` is `[unknown × TILE]`.
    #[inline(always)]
    pub(crate) fn solve<S: Simd>(&self, entries: &[f64], x: &mut [f64]) {
        assert!(entries.len() >= self.n_entries * TILE && x.len() >= self.diagonal.len() * TILE);
        let (base, unknowns) = (entries.as_ptr(), x.as_mut_ptr());
        for k in (0..TILE).step_by(S::N) {
            // SAFETY: entries and unknowns named in the plan exist (made in `new`).
            unsafe {
                let entry = |i: u32| S::load(base.add(i as usize * TILE + k));
                let unknown = |i: u32| unknowns.add(i as usize * TILE + k);
                let sum = |sweep: &Sweep| {
                    let mut sum = S::load(unknown(sweep.unknown));
                    for [factor, other] in &self.terms[sweep.terms.0 as usize..sweep.terms.1 as usize] {
                        sum = S::sub(sum, S::mul(entry(*factor), S::load(unknown(*other))));
                    }
                    sum
                };
                for sweep in &self.forward {
                    S::store(unknown(sweep.unknown), sum(sweep));
                }
                for sweep in &self.backward {
                    S::store(unknown(sweep.unknown), S::mul(sum(sweep), entry(sweep.pivot)));
                }
            }
        }
    }
}
