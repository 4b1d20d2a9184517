//! Work and precision: what it takes to reach an error, whatever tolerance that needs.

/// One run: what it was asked for, took and achieved.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub seconds: f64,
    pub error: f64,
}

/// Errors at which tools are compared.
pub const TARGETS: [f64; 5] = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7];

/// Seconds to reach an error: between the two points around it on the front of those that nothing beats, straight in
/// logarithms; above its loosest error the loosest point's. `None` where no point is that precise.
pub fn seconds_at(points: &[Point], error: f64) -> Option<f64> {
    let front = front(points);
    let tight = front.iter().position(|point| point.error <= error)?;
    let Some(before) = tight.checked_sub(1).map(|at| front[at]) else { return Some(front[0].seconds) };
    let after = front[tight];
    let share = (before.error.ln() - error.ln()) / (before.error.ln() - after.error.ln());
    Some((before.seconds.ln() * (1.0 - share) + after.seconds.ln() * share).exp())
}

/// The error that is achieved at the point that `seconds_at` ends at.
pub fn achieved(points: &[Point], error: f64) -> f64 {
    front(points).iter().find(|point| point.error <= error).map_or(f64::NAN, |point| point.error)
}

/// The points that no other beats in both, cheapest first.
fn front(points: &[Point]) -> Vec<Point> {
    let mut sorted: Vec<Point> = points.iter().copied().filter(|point| point.error.is_finite()).collect();
    sorted.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    let mut front: Vec<Point> = Vec::new();
    for mut point in sorted {
        point.error = point.error.max(1e-17);
        if front.last().is_none_or(|last| point.error < last.error) {
            front.push(point);
        }
    }
    front
}

/// The largest error over species and times, as a share of the largest amount of that species in the reference.
/// Both `[time × species]`; species that are nothing throughout are left out.
pub fn error(values: &[f64], reference: &[f64], n_species: usize) -> f64 {
    if values.len() != reference.len() {
        return f64::NAN;
    }
    let mut largest = vec![0.0f64; n_species];
    for (at, value) in reference.iter().enumerate() {
        largest[at % n_species] = largest[at % n_species].max(value.abs());
    }
    let everything = largest.iter().copied().fold(0.0, f64::max);
    let share = |(at, (value, wanted)): (usize, (&f64, &f64))| {
        let scale = largest[at % n_species];
        if scale > 1e-12 * everything { (value - wanted).abs() / scale } else { 0.0 }
    };
    let shares = values.iter().zip(reference).enumerate().map(share);
    shares.fold(0.0, |most, share| if share.is_nan() || share > most { share } else { most })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_read_between_points_that_nothing_beats() {
        let point = |seconds, error| Point { seconds, error };
        let points = [point(1.0, 1e-2), point(4.0, 1e-4), point(5.0, 1e-3), point(16.0, 1e-6)];
        assert!((seconds_at(&points, 1e-3).expect("between") - 2.0).abs() < 1e-12);
        assert_eq!(seconds_at(&points, 1e-1), Some(1.0));
        assert_eq!(seconds_at(&points, 1e-7), None);
        assert_eq!(achieved(&points, 1e-3), 1e-4);
    }

    #[test]
    fn an_error_is_a_share_of_its_species() {
        assert_eq!(error(&[1.0, 10.0, 2.5, 20.0], &[1.0, 10.0, 2.0, 20.0], 2), 0.25);
        assert!(error(&[f64::NAN, 1.0], &[1.0, 1.0], 2).is_nan());
    }
}
