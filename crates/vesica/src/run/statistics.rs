//! Summaries over worlds: quantiles, ranks, and which quantities explain an answer.

use vesica_engine::math::pow;

use crate::result::Range3;

/// 5, 50 and 95 % of the numbers that are numbers; linear between order statistics.
///
/// ```
/// let range = vesica::run::statistics::range(&[3.0, 1.0, 2.0, f64::NAN]);
/// assert_eq!(range.best, Some(2.0));
/// ```
pub fn range(values: &[f64]) -> Range3 {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| -> Option<f64> {
        let last = sorted.len().checked_sub(1)?;
        let place = share * last as f64;
        let (low, part) = (place.floor() as usize, place.fract());
        Some(sorted[low] + part * (sorted[(low + 1).min(last)] - sorted[low]))
    };
    Range3 { low: at(0.05), best: at(0.5), high: at(0.95) }
}

/// Mean of the numbers that are numbers; NaN when there is none.
pub fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, n) =
        values.into_iter().filter(|value| value.is_finite()).fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    if n > 0.0 { sum / n } else { f64::NAN }
}

/// What one candidate adds to the explained share of the spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Explained {
    /// Index of the candidate.
    pub candidate: usize,
    /// Share of the variance of the ranks that it adds (0..1).
    pub share: f64,
}

/// Rank regression with forward selection: which candidates (each `[n_worlds]`) explain the spread of `answer`
/// (`[n_worlds]`), best first. A candidate is taken only if it explains more than the best of that many
/// unrelated candidates would by chance (about half the time): 1 − (2m)^(−2/n).
pub fn explain(answer: &[f64], candidates: &[Vec<f64>]) -> Vec<Explained> {
    let n = answer.len();
    let mut rest = centred_ranks(answer);
    let total = dot(&rest, &rest);
    if n < 8 || total == 0.0 {
        return Vec::new();
    }
    let mut columns: Vec<Vec<f64>> = candidates.iter().map(|values| centred_ranks(values)).collect();
    let by_chance = 1.0 - pow(2.0 * columns.len() as f64, -2.0 / n as f64);
    let mut explained = Vec::new();
    while explained.len() < n / 8 {
        let left = dot(&rest, &rest);
        let correlation = |column: &Vec<f64>| -> f64 {
            let length = dot(column, column);
            let along = dot(column, &rest);
            if length > 1e-9 * n as f64 { along * along / length / left } else { 0.0 }
        };
        let Some((best, share)) = columns
            .iter()
            .map(correlation)
            .enumerate()
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
            .filter(|(_, share)| *share > by_chance)
        else {
            break;
        };
        explained.push(Explained { candidate: best, share: share * left / total });
        let chosen = columns[best].clone();
        remove(&mut rest, &chosen);
        columns.iter_mut().for_each(|column| remove(column, &chosen));
        if dot(&rest, &rest) < 1e-9 * total {
            break;
        }
    }
    explained
}

/// Ranks (ties share their mean), minus their mean.
fn centred_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let tied = order[start..].iter().take_while(|i| values[**i].total_cmp(&values[order[start]]).is_eq()).count();
        let rank = start as f64 + (tied as f64 - 1.0) / 2.0;
        order[start..start + tied].iter().for_each(|i| ranks[*i] = rank);
        start += tied;
    }
    let middle = (values.len() as f64 - 1.0) / 2.0;
    ranks.iter_mut().for_each(|rank| *rank -= middle);
    ranks
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Takes out of `column` what `direction` explains of it.
fn remove(column: &mut [f64], direction: &[f64]) {
    let share = dot(column, direction) / dot(direction, direction);
    column.iter_mut().zip(direction).for_each(|(value, along)| *value -= share * along);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fixed sequence without pattern, in 0..1.
    fn noise(seed: u64, n: usize) -> Vec<f64> {
        let step = |state: &mut u64| {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (*state >> 33) as f64 / (1_u64 << 31) as f64
        };
        let mut state = seed;
        (0..n).map(|_| step(&mut state)).collect()
    }

    #[test]
    fn quantiles_of_eleven_numbers_are_order_statistics_between() {
        let values: Vec<f64> = (0..=10).map(f64::from).collect();
        assert_eq!(range(&values), Range3 { low: Some(0.5), best: Some(5.0), high: Some(9.5) });
        assert_eq!(range(&[]), Range3::default());
    }

    #[test]
    fn what_made_the_answer_is_found_and_noise_is_not() {
        let candidates: Vec<Vec<f64>> = (0..100).map(|i| noise(i + 7, 64)).collect();
        let answer: Vec<f64> = (0..64).map(|w| candidates[3][w] * 2.0 + candidates[40][w]).collect();
        let explained = explain(&answer, &candidates);
        assert_eq!(explained.iter().map(|e| e.candidate).take(2).collect::<Vec<_>>(), [3, 40]);
        assert!(explained.iter().map(|e| e.share).sum::<f64>() > 0.9);
        assert!(explain(&noise(999, 64), &candidates).len() <= 1);
    }

    #[test]
    fn a_constant_answer_is_explained_by_nothing() {
        assert!(explain(&[1.0; 64], &[noise(1, 64)]).is_empty());
    }
}
