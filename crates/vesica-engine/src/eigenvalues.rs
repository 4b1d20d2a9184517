//! Eigenvalues of a real matrix, by QR steps with two shifts on its Hessenberg form.
//!
//! Our own, because a verdict on stability is part of a result and has the same bits everywhere: libraries of linear
//! algebra choose their kernels by the machine. Matrices have as many rows as a network has species.
//!
//! Sources: R. S. Martin, G. Peters and J. H. Wilkinson, Numer. Math. 14 (1970) 219 (the QR steps); B. N. Parlett and
//! C. Reinsch, Numer. Math. 13 (1969) 293 (balancing).

/// QR steps for one eigenvalue before it is given up; every tenth takes a shift of its own, against cycles.
const MOST_STEPS: usize = 60;

/// Real and imaginary parts of all eigenvalues of `matrix` (`[row × column]`), pairs beside each other; `None` when it
/// holds what is no number, or the steps come to no end.
pub(crate) fn eigenvalues(n: usize, matrix: Vec<f64>) -> Option<Vec<(f64, f64)>> {
    if !matrix.iter().all(|value| value.is_finite()) {
        return None;
    }
    let mut square = Square { n, values: matrix };
    square.balance();
    square.make_hessenberg();
    square.take_apart()
}

struct Square {
    n: usize,
    values: Vec<f64>,
}

impl std::ops::Index<(usize, usize)> for Square {
    type Output = f64;
    fn index(&self, (row, column): (usize, usize)) -> &f64 {
        &self.values[row * self.n + column]
    }
}

impl std::ops::IndexMut<(usize, usize)> for Square {
    fn index_mut(&mut self, (row, column): (usize, usize)) -> &mut f64 {
        &mut self.values[row * self.n + column]
    }
}

impl Square {
    /// Makes the sums of each row and its column alike, by powers of two: amounts differ by decades.
    fn balance(&mut self) {
        let n = self.n;
        let mut is_done = false;
        while !is_done {
            is_done = true;
            for i in 0..n {
                let others = (0..n).filter(|j| *j != i);
                let (mut column, mut row) = (0.0, 0.0);
                others.for_each(|j| (column, row) = (column + self[(j, i)].abs(), row + self[(i, j)].abs()));
                if column == 0.0 || row == 0.0 {
                    continue;
                }
                let (before, mut factor) = (column + row, 1.0);
                while column < 0.5 * row {
                    (factor, column, row) = (2.0 * factor, 2.0 * column, 0.5 * row);
                }
                while column > 2.0 * row {
                    (factor, column, row) = (0.5 * factor, 0.5 * column, 2.0 * row);
                }
                if column + row < 0.95 * before {
                    is_done = false;
                    for j in 0..n {
                        self[(j, i)] *= factor;
                        self[(i, j)] /= factor;
                    }
                }
            }
        }
    }

    /// Zeros below the first diagonal under the main one, by reflections.
    fn make_hessenberg(&mut self) {
        let n = self.n;
        for m in 1..n.saturating_sub(1) {
            let largest = (m..n).fold(0.0, |most: f64, i| most.max(self[(i, m - 1)].abs()));
            if largest == 0.0 {
                continue;
            }
            let mut mirror: Vec<f64> = (m..n).map(|i| self[(i, m - 1)] / largest).collect();
            let length = mirror.iter().map(|x| x * x).sum::<f64>().sqrt();
            let length = if mirror[0] > 0.0 { -length } else { length };
            let weight = length * length - mirror[0] * length;
            mirror[0] -= length;
            for j in m - 1..n {
                let dot: f64 = mirror.iter().enumerate().map(|(i, x)| x * self[(m + i, j)]).sum();
                mirror.iter().enumerate().for_each(|(i, x)| self[(m + i, j)] -= dot / weight * x);
            }
            for i in 0..n {
                let dot: f64 = mirror.iter().enumerate().map(|(j, x)| x * self[(i, m + j)]).sum();
                mirror.iter().enumerate().for_each(|(j, x)| self[(i, m + j)] -= dot / weight * x);
            }
            (m + 1..n).for_each(|i| self[(i, m - 1)] = 0.0);
        }
    }

    /// Splits one or two eigenvalues off the end, again and again.
    fn take_apart(&mut self) -> Option<Vec<(f64, f64)>> {
        let mut found = vec![(0.0, 0.0); self.n];
        let size: f64 = self.values.iter().map(|value| value.abs()).sum();
        let (mut left, mut shifted, mut n_steps) = (self.n, 0.0, 0);
        while left > 0 {
            let end = left - 1;
            let start = self.start_of_block(end, size);
            let x = self[(end, end)];
            if start == end {
                found[end] = (x + shifted, 0.0);
                (left, n_steps) = (left - 1, 0);
                continue;
            }
            let (y, w) = (self[(end - 1, end - 1)], self[(end, end - 1)] * self[(end - 1, end)]);
            if start + 1 == end {
                (found[end - 1], found[end]) = pair(x, y, w, shifted);
                (left, n_steps) = (left - 2, 0);
                continue;
            }
            n_steps += 1;
            if n_steps > MOST_STEPS {
                return None;
            }
            let mut shifts = (x, y, w);
            if n_steps % 10 == 0 {
                shifted += x;
                (0..=end).for_each(|i| self[(i, i)] -= x);
                let s = self[(end, end - 1)].abs() + self[(end - 1, end - 2)].abs();
                shifts = (0.75 * s, 0.75 * s, -0.4375 * s * s);
            }
            self.step(start, end, shifts);
        }
        Some(found)
    }

    /// First row of the block that ends in `end` and holds together.
    fn start_of_block(&mut self, end: usize, size: f64) -> usize {
        for l in (1..=end).rev() {
            let beside = self[(l - 1, l - 1)].abs() + self[(l, l)].abs();
            let beside = if beside == 0.0 { size } else { beside };
            if self[(l, l - 1)].abs() <= f64::EPSILON * beside {
                self[(l, l - 1)] = 0.0;
                return l;
            }
        }
        0
    }

    /// One QR step with both shifts at once on the block from `start` to `end`.
    fn step(&mut self, start: usize, end: usize, (x, y, w): (f64, f64, f64)) {
        let (mut m, mut p, mut q, mut r);
        m = end - 2;
        loop {
            let z = self[(m, m)];
            (r, p) = (x - z, y - z);
            p = (r * p - w) / self[(m + 1, m)] + self[(m, m + 1)];
            q = self[(m + 1, m + 1)] - z - r - (y - z);
            r = self[(m + 2, m + 1)];
            let s = p.abs() + q.abs() + r.abs();
            (p, q, r) = (p / s, q / s, r / s);
            if m == start {
                break;
            }
            let above = self[(m, m - 1)].abs() * (q.abs() + r.abs());
            let around = p.abs() * (self[(m - 1, m - 1)].abs() + z.abs() + self[(m + 1, m + 1)].abs());
            if above <= f64::EPSILON * around {
                break;
            }
            m -= 1;
        }
        for i in m + 2..=end {
            self[(i, i - 2)] = 0.0;
            if i != m + 2 {
                self[(i, i - 3)] = 0.0;
            }
        }
        for k in m..end {
            let is_last = k + 1 == end;
            let mut size = 0.0;
            if k != m {
                (p, q) = (self[(k, k - 1)], self[(k + 1, k - 1)]);
                r = if is_last { 0.0 } else { self[(k + 2, k - 1)] };
                size = p.abs() + q.abs() + r.abs();
                if size == 0.0 {
                    continue;
                }
                (p, q, r) = (p / size, q / size, r / size);
            }
            let s = (p * p + q * q + r * r).sqrt();
            let s = if p < 0.0 { -s } else { s };
            if s == 0.0 {
                continue;
            }
            if k != m {
                self[(k, k - 1)] = -s * size;
            } else if start != m {
                self[(k, k - 1)] = -self[(k, k - 1)];
            }
            p += s;
            let mirror = (p / s, q / s, r / s);
            (q, r) = (q / p, r / p);
            for j in k..=end {
                let mut dot = self[(k, j)] + q * self[(k + 1, j)];
                if !is_last {
                    dot += r * self[(k + 2, j)];
                    self[(k + 2, j)] -= dot * mirror.2;
                }
                self[(k + 1, j)] -= dot * mirror.1;
                self[(k, j)] -= dot * mirror.0;
            }
            for i in start..=end.min(k + 3) {
                let mut dot = mirror.0 * self[(i, k)] + mirror.1 * self[(i, k + 1)];
                if !is_last {
                    dot += mirror.2 * self[(i, k + 2)];
                    self[(i, k + 2)] -= dot * r;
                }
                self[(i, k + 1)] -= dot * q;
                self[(i, k)] -= dot;
            }
        }
    }
}

/// The two eigenvalues of a block of two: `x` and `y` on its diagonal, `w` the product of the others.
fn pair(x: f64, y: f64, w: f64, shifted: f64) -> ((f64, f64), (f64, f64)) {
    let p = 0.5 * (y - x);
    let q = p * p + w;
    let (root, x) = (q.abs().sqrt(), x + shifted);
    if q < 0.0 {
        return ((x + p, root), (x + p, -root));
    }
    let z = if p < 0.0 { p - root } else { p + root };
    ((x + z, 0.0), (if z == 0.0 { x + z } else { x - w / z }, 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers between -1 and 1, the same every time.
    fn random(n: usize, seed: u64) -> Vec<f64> {
        let stream = crate::random::Stream { seed, world: 0, cell: 0, stream: 0 };
        (0..n).map(|draw| 2.0 * stream.uniform(draw as u32) - 1.0).collect()
    }

    fn sorted(mut values: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
        values.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.total_cmp(&y.1)));
        values
    }

    /// The slow way to know that they are right: sums of powers are traces of powers, for every power up to `n`.
    #[test]
    fn sums_of_powers_are_traces_of_powers() {
        for n in 1..=12 {
            for seed in 0..20 {
                let matrix = random(n * n, 100 * n as u64 + seed);
                let found = eigenvalues(n, matrix.clone()).expect("it ends");
                let mut power = matrix.clone();
                let mut powers: Vec<(f64, f64)> = found.clone();
                for k in 1..=n {
                    let trace: f64 = (0..n).map(|i| power[i * n + i]).sum();
                    let (sum, rest) = powers.iter().fold((0.0, 0.0), |sum, x| (sum.0 + x.0, sum.1 + x.1));
                    let size: f64 = powers.iter().map(|x| x.0.abs() + x.1.abs()).sum();
                    assert!(
                        (sum - trace).abs() < 1e-11 * size && rest.abs() < 1e-11 * size,
                        "{n} {seed} {k}: {sum} {trace}"
                    );
                    powers
                        .iter_mut()
                        .zip(&found)
                        .for_each(|(x, y)| *x = (x.0 * y.0 - x.1 * y.1, x.0 * y.1 + x.1 * y.0));
                    power = (0..n * n)
                        .map(|at| (0..n).map(|l| power[at / n * n + l] * matrix[l * n + at % n]).sum())
                        .collect();
                }
            }
        }
    }

    #[test]
    fn known_ones_are_found() {
        // (x - 1)(x + 2)(x^2 - 2x + 5) = x^4 - x^3 + x^2 + 9x - 10
        let companion = vec![1.0, -1.0, -9.0, 10.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0];
        let found = eigenvalues(4, companion).expect("it ends");
        for expected in [(-2.0, 0.0), (1.0, -2.0), (1.0, 0.0), (1.0, 2.0)] {
            let is_it = |x: &&(f64, f64)| (x.0 - expected.0).abs() < 1e-12 && (x.1 - expected.1).abs() < 1e-12;
            assert_eq!(found.iter().filter(is_it).count(), 1, "{expected:?} in {found:?}");
        }
        assert_eq!(eigenvalues(0, vec![]), Some(vec![]));
        assert_eq!(eigenvalues(1, vec![f64::NAN]), None);
        // a permutation in a circle needs the shift of its own
        let circle: Vec<f64> = (0..36).map(|at| f64::from(u8::from((at / 6 + 1) % 6 == at % 6))).collect();
        let found = eigenvalues(6, circle).expect("it ends");
        assert!(found.iter().all(|x| (x.0 * x.0 + x.1 * x.1 - 1.0).abs() < 1e-12), "{found:?}");
    }

    /// Amounts that differ by twenty decades change no rate.
    #[test]
    fn the_units_of_amounts_do_not_matter() {
        let n = 8;
        let matrix = random(n * n, 7);
        let unit = |i: usize| 10f64.powi([0, -9, 4, 11, -3, 6, -7, 2][i]);
        let scaled: Vec<f64> = (0..n * n).map(|at| matrix[at] * unit(at / n) / unit(at % n)).collect();
        let (plain, scaled) =
            (sorted(eigenvalues(n, matrix).expect("it ends")), sorted(eigenvalues(n, scaled).expect("it ends")));
        for (a, b) in plain.iter().zip(&scaled) {
            assert!((a.0 - b.0).abs() < 1e-10 && (a.1 - b.1).abs() < 1e-10, "{a:?} {b:?}");
        }
    }
}
