//! Diffusion through the liquid of a well to a floor that takes up vesicles, in one dimension.

use std::f64::consts::{FRAC_PI_2, PI};

use vesica_engine::math::exp;

/// Where the vesicles are at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Evenly in the liquid.
    Even,
    /// At the surface.
    Top,
}

/// Share of vesicles that the floor of a well has taken up by `time` (s), by diffusion alone.
///
/// Liquid of `height` um over the floor, nothing through the surface, `diffusion` in um^2/s. `uptake` is the speed
/// at which the floor takes up, um/s: clearance of all cells over the area; infinite for a floor that keeps every
/// vesicle that touches it. With `is_continuous` the vesicles are released evenly from 0 to `time`.
///
/// With B = uptake height / diffusion, tau = diffusion time / height^2 and the roots b of b tan b = B, what is left
/// is the sum over b of 2 (sin b / b)^p e^(-b^2 tau) / (1 + sin 2b / 2b), p = 2 for [`Start::Even`] and 1 for
/// [`Start::Top`]: separation of
/// variables.
///
/// ```
/// use vesica::physics::{share_taken, Start};
/// // 100 nm vesicles over 3.1 mm of still medium: 27 % reach the cells in a day.
/// let share = share_taken(6.5, 3125.0, f64::INFINITY, 24.0 * 3600.0, Start::Even, false);
/// assert!((share - 0.2706).abs() < 5e-5);
/// ```
pub fn share_taken(diffusion: f64, height: f64, uptake: f64, time: f64, start: Start, is_continuous: bool) -> f64 {
    let tau = diffusion * time / (height * height);
    let strength = uptake * height / diffusion;
    if !(tau > 0.0 && strength > 0.0) {
        return 0.0;
    }
    let mut left = 0.0;
    for n in 0..MOST_TERMS {
        let root = Root::new(n, strength);
        let fade = root.value * root.value * tau;
        let kept = if is_continuous { mean_decay(fade) } else { exp(-fade) };
        let share = root.sine / root.value;
        let weight = if start == Start::Even { share * share } else { share };
        let term = 2.0 * weight * kept / (1.0 + root.sine_of_double / (2.0 * root.value));
        left += term;
        if term.abs() < 1e-13 {
            break;
        }
    }
    (1.0 - left).clamp(0.0, 1.0)
}

/// Enough for a relative time tau of 1e-9, where nothing has moved.
const MOST_TERMS: usize = 100_000;

/// (1 - e^-x)/x
fn mean_decay(x: f64) -> f64 {
    if x < 1e-4 { 1.0 - x / 2.0 + x * x / 6.0 } else { (1.0 - exp(-x)) / x }
}

/// The n-th root of b tan b = strength: it lies in n pi .. (n + 1/2) pi.
struct Root {
    value: f64,
    sine: f64,
    sine_of_double: f64,
}

impl Root {
    fn new(n: usize, strength: f64) -> Self {
        let base = n as f64 * PI;
        let sign = if n.is_multiple_of(2) { 1.0 } else { -1.0 };
        if strength.is_infinite() {
            return Self { value: base + FRAC_PI_2, sine: sign, sine_of_double: 0.0 };
        }
        // b sin b - strength cos b grows with b there.
        let (mut low, mut high) = (0.0, FRAC_PI_2);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            let (sine, cosine) = sine_and_cosine(middle);
            if (base + middle) * sine < strength * cosine { low = middle } else { high = middle }
        }
        let (sine, cosine) = sine_and_cosine(0.5 * (low + high));
        Self { value: base + 0.5 * (low + high), sine: sign * sine, sine_of_double: 2.0 * sine * cosine }
    }
}

/// Sine and cosine of 0 .. pi/2 by their series: the same bits on every machine.
fn sine_and_cosine(x: f64) -> (f64, f64) {
    let square = x * x;
    let series = |first: f64, start: f64| {
        let (mut term, mut sum) = (first, first);
        for k in 0..12 {
            let n = start + 2.0 * f64::from(k);
            term *= -square / ((n + 1.0) * (n + 2.0));
            sum += term;
        }
        sum
    };
    (series(x, 1.0), series(1.0, 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: f64 = 3600.0;

    fn reach(hours: f64) -> f64 {
        share_taken(6.5, 3125.0, f64::INFINITY, hours * HOUR, Start::Even, false)
    }

    #[test]
    fn an_absorbing_floor_gives_the_published_shares() {
        for (hours, share) in [(6.0, 0.135), (24.0, 0.271), (48.0, 0.383), (72.0, 0.468)] {
            assert!((reach(hours) - share).abs() < 5e-4, "{hours} h: {}", reach(hours));
        }
    }

    /// Early, the surface is far: 2 sqrt(tau / pi).
    #[test]
    fn early_the_liquid_is_as_if_without_end() {
        let tau: f64 = 6.5 * 60.0 / (3125.0 * 3125.0);
        let expected = 2.0 * (tau / PI).sqrt();
        let share = share_taken(6.5, 3125.0, f64::INFINITY, 60.0, Start::Even, false);
        assert!((share / expected - 1.0).abs() < 1e-6, "{share} {expected}");
    }

    /// Layers, small steps, forward in time: slow and clear.
    fn naive(uptake: f64, hours: f64, start: Start, is_continuous: bool) -> f64 {
        const N: usize = 100;
        let (diffusion, height) = (6.5, 1000.0);
        let dx = height / N as f64;
        let dt = 0.2 * dx * dx / diffusion;
        let n_steps = (hours * HOUR / dt).round() as usize;
        let put = |layers: &mut Vec<f64>, amount: f64| match start {
            Start::Even => layers.iter_mut().for_each(|layer| *layer += amount / N as f64),
            Start::Top => layers[N - 1] += amount,
        };
        let mut layers = vec![0.0; N];
        let mut taken = 0.0;
        if !is_continuous {
            put(&mut layers, 1.0);
        }
        // Half a layer and the floor resist one after the other.
        let floor = 1.0 / (1.0 / uptake + dx / 2.0 / diffusion);
        for _ in 0..n_steps {
            if is_continuous {
                put(&mut layers, 1.0 / n_steps as f64);
            }
            let old = layers.clone();
            for i in 0..N {
                let below = if i > 0 { old[i - 1] - old[i] } else { 0.0 };
                let above = if i + 1 < N { old[i + 1] - old[i] } else { 0.0 };
                layers[i] += diffusion * dt / (dx * dx) * (below + above);
            }
            let lost = floor * old[0] / dx * dt;
            layers[0] -= lost;
            taken += lost;
        }
        taken
    }

    #[test]
    fn the_series_agrees_with_small_steps() {
        for uptake in [0.001, 0.02, 1e9] {
            for start in [Start::Even, Start::Top] {
                for is_continuous in [false, true] {
                    let series = share_taken(6.5, 1000.0, uptake, 12.0 * HOUR, start, is_continuous);
                    let slow = naive(uptake, 12.0, start, is_continuous);
                    assert!((series - slow).abs() < 2e-3, "{uptake} {start:?} {is_continuous}: {series} {slow}");
                }
            }
        }
    }

    #[test]
    fn no_uptake_takes_nothing_and_more_uptake_takes_more() {
        let taken = |uptake| share_taken(6.5, 3125.0, uptake, 24.0 * HOUR, Start::Even, false);
        assert_eq!(taken(0.0), 0.0);
        assert!(taken(1e-4) < taken(1e-3) && taken(1e-3) < taken(1e3) && taken(1e3) < taken(f64::INFINITY) + 1e-9);
        assert!((taken(1e6) - taken(f64::INFINITY)).abs() < 1e-6);
    }
}
