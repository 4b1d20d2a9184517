//! Dense LU with partial pivoting for one lane: the slow, safe way.

/// Factors of a square matrix.
pub(crate) struct DenseLu {
    n: usize,
    factors: Vec<f64>,
    order: Vec<usize>,
}

impl DenseLu {
    /// Factors `matrix` (`[row × column]`); `None` when it is singular or holds what is no number.
    pub(crate) fn new(n: usize, matrix: Vec<f64>) -> Option<Self> {
        Self::with_pivots_above(0.0, n, matrix).ok()
    }

    /// The same; refuses pivots up to `least`.
    ///
    /// # Errors
    /// The first column in which no pivot is above `least`, or one is no number.
    pub(crate) fn with_pivots_above(least: f64, n: usize, mut matrix: Vec<f64>) -> Result<Self, usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for k in 0..n {
            let largest = |i: &usize, j: &usize| matrix[i * n + k].abs().total_cmp(&matrix[j * n + k].abs());
            let best = (k..n).max_by(largest).unwrap_or(k);
            let pivot = matrix[best * n + k];
            if pivot.abs() <= least || !pivot.is_finite() {
                return Err(k);
            }
            if best != k {
                order.swap(best, k);
                for j in 0..n {
                    matrix.swap(best * n + j, k * n + j);
                }
            }
            for i in k + 1..n {
                let factor = matrix[i * n + k] / pivot;
                matrix[i * n + k] = factor;
                if factor != 0.0 {
                    for j in k + 1..n {
                        matrix[i * n + j] -= factor * matrix[k * n + j];
                    }
                }
            }
        }
        Ok(Self { n, factors: matrix, order })
    }

    /// Solves in place.
    pub(crate) fn solve(&self, x: &mut [f64]) {
        let n = self.n;
        let mut out: Vec<f64> = self.order.iter().map(|i| x[*i]).collect();
        for i in 0..n {
            for j in 0..i {
                out[i] -= self.factors[i * n + j] * out[j];
            }
        }
        for i in (0..n).rev() {
            for j in i + 1..n {
                out[i] -= self.factors[i * n + j] * out[j];
            }
            out[i] /= self.factors[i * n + i];
        }
        x[..n].copy_from_slice(&out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_what_needs_pivoting_and_refuses_what_is_singular() {
        let matrix = vec![0.0, 2.0, 1.0, 1.0, 0.0, 0.0, 3.0, 1.0, 2.0];
        let lu = DenseLu::new(3, matrix).expect("regular");
        let mut x = vec![7.0, 1.0, 11.0];
        lu.solve(&mut x);
        assert_eq!(x, vec![1.0, 2.0, 3.0]);
        assert!(DenseLu::new(2, vec![1.0, 2.0, 2.0, 4.0]).is_none());
        assert!(DenseLu::new(1, vec![f64::NAN]).is_none());
    }
}
