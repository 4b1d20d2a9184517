//! Watches conservation laws: sums of amounts that no reaction may change.

/// Laws, each a list of `(species, coefficient)`.
///
/// ```
/// let watch = vesica_engine::Watch::new(&[vec![(0, 1.0), (1, 1.0)]]);
/// let reference = watch.totals(&[3.0, 7.0]);
/// assert_eq!(watch.drift(&reference, &[6.0, 4.0]), 0.0);
/// assert!((watch.drift(&reference, &[6.0, 4.1]) - 0.01).abs() < 1e-3);
/// ```
#[derive(Clone, Debug)]
pub struct Watch {
    laws: Vec<Vec<(usize, f64)>>,
}

impl Watch {
    /// Watches these laws.
    pub fn new(laws: &[Vec<(usize, f64)>]) -> Self {
        Self { laws: laws.to_vec() }
    }

    /// The sum of each law.
    pub fn totals(&self, state: &[f64]) -> Vec<f64> {
        self.laws.iter().map(|law| law.iter().map(|(species, c)| c * state[*species]).sum()).collect()
    }

    /// The largest change of a sum since `reference`, relative to the sum of its terms' sizes.
    ///
    /// A sum all of whose terms are 0 counts absolutely. NaN when a term is no number.
    pub fn drift(&self, reference: &[f64], state: &[f64]) -> f64 {
        let mut largest = 0.0;
        for (law, reference) in self.laws.iter().zip(reference) {
            let (mut total, mut size) = (0.0, reference.abs());
            for (species, c) in law {
                let term = c * state[*species];
                total += term;
                size = if term.abs() > size { term.abs() } else { size };
            }
            let change = (total - reference).abs();
            let drift = if size > 0.0 { change / size } else { change };
            if drift.is_nan() {
                return f64::NAN;
            }
            largest = if drift > largest { drift } else { largest };
        }
        largest
    }
}
