//! Folds of a branch of steady states of one species, by continuation along the branch.

use vesica_engine::math::{exp, ln};
use vesica_engine::{Program, Workspace};

/// Where two steady states meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fold {
    /// Value of the parameter.
    pub parameter: f64,
    /// The state.
    pub state: f64,
}

/// A point of the branch: logarithms of parameter and state.
type Point = [f64; 2];

/// Length of a step along the branch, in logarithms.
const STEP: f64 = 0.01;

/// Most steps.
const MOST_STEPS: usize = 20_000;

/// All folds of the branch that goes through the steady state `state` at `parameters[index]`, in both directions as far
/// as the parameter stays inside `between` (> 0). Those towards lower values of the parameter first.
///
/// Pseudo-arclength: a step along the tangent, then Newton steps at right angles to it, so that the branch is followed
/// around its folds. A fold is where the tangent's share along the parameter changes sign; it is found by halving the
/// last step.
///
/// # Panics
/// If the network has another number of species than one.
pub fn folds(
    program: &Program,
    workspace: &mut Workspace,
    parameters: &[f64],
    index: usize,
    state: f64,
    between: (f64, f64),
) -> Vec<Fold> {
    assert_eq!(program.n_species(), 1, "for networks of one species");
    let mut values = parameters.to_vec();
    let mut rate = |point: Point| {
        values[index] = exp(point[0]);
        let mut out = [0.0];
        program.rhs(workspace, 0.0, &[exp(point[1])], &values, &mut out);
        out[0]
    };
    let start = [ln(parameters[index]), ln(state)];
    let mut found = Vec::new();
    for direction in [-1.0, 1.0] {
        let mut point = start;
        let mut tangent = along(gradient(&mut rate, point), [direction, 0.0]);
        for _ in 0..MOST_STEPS {
            let Some(next) = step(&mut rate, point, tangent, STEP) else { break };
            let after = along(gradient(&mut rate, next), tangent);
            if after[0] * tangent[0] < 0.0 {
                found.push(halve(&mut rate, point, tangent));
            }
            (point, tangent) = (next, after);
            if !(between.0..=between.1).contains(&exp(point[0])) {
                break;
            }
        }
    }
    found
}

/// Derivatives of the rate along both logarithms, by central differences.
fn gradient(rate: &mut impl FnMut(Point) -> f64, point: Point) -> Point {
    let small = 1e-6;
    [0, 1].map(|i| {
        let (mut up, mut down) = (point, point);
        up[i] += small;
        down[i] -= small;
        (rate(up) - rate(down)) / (2.0 * small)
    })
}

/// Unit vector along the branch, in the direction of `before`.
fn along(gradient: Point, before: Point) -> Point {
    let length = (gradient[0] * gradient[0] + gradient[1] * gradient[1]).sqrt();
    let tangent = [gradient[1] / length, -gradient[0] / length];
    if tangent[0] * before[0] + tangent[1] * before[1] < 0.0 { tangent.map(|x| -x) } else { tangent }
}

/// A point of the branch `length` further along the tangent; `None` when Newton's steps do not settle.
fn step(rate: &mut impl FnMut(Point) -> f64, from: Point, tangent: Point, length: f64) -> Option<Point> {
    let ahead = [from[0] + length * tangent[0], from[1] + length * tangent[1]];
    let mut point = ahead;
    for _ in 0..20 {
        let slope = gradient(rate, point);
        let value = rate(point);
        // the distance along the tangent stays: tangent . change = what is left of it
        let left = tangent[0] * (ahead[0] - point[0]) + tangent[1] * (ahead[1] - point[1]);
        let determinant = slope[0] * tangent[1] - slope[1] * tangent[0];
        let change = [
            (-value * tangent[1] - slope[1] * left) / determinant,
            (slope[0] * left + value * tangent[0]) / determinant,
        ];
        point = [point[0] + change[0], point[1] + change[1]];
        if change[0].abs() + change[1].abs() < 1e-13 {
            return Some(point);
        }
    }
    (rate(point).abs() < 1e-9).then_some(point)
}

/// The fold inside one step.
fn halve(rate: &mut impl FnMut(Point) -> f64, from: Point, tangent: Point) -> Fold {
    let (mut low, mut high) = (0.0, STEP);
    let mut best = from;
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        let Some(point) = step(rate, from, tangent, middle) else { break };
        best = point;
        let here = along(gradient(rate, point), tangent);
        if here[0] * tangent[0] < 0.0 {
            high = middle;
        } else {
            low = middle;
        }
    }
    Fold { parameter: exp(best[0]), state: exp(best[1]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// dx/dt = p + x^2 − x^3/3 … scaled so that both folds are known: p = x^3 − 6 x^2 + 9 x + 1 has dp/dx = 0 at 1 and 3.
    #[test]
    fn folds_of_a_cubic_are_where_its_slope_is_zero() {
        let text = "model cubic() species x; x = 0.1; p = 2; => x; p - (x^3 - 6*x^2 + 9*x + 1); end";
        let mut library = vesica_model::Library::default();
        assert!(library.read("cubic.ant", text).is_empty());
        let (network, problems) = library.flatten("cubic");
        assert!(problems.is_empty(), "{problems:?}");
        let program = vesica_engine::compile(&network).expect("a small network");
        let mut workspace = Workspace::for_program(&program);
        let parameters = program.default_parameters().to_vec();
        let start = vesica_engine::steady_states_of_one(&program, &mut workspace, &parameters, (1e-3, 10.0), 1000)[0];
        let found = folds(&program, &mut workspace, &parameters, 0, start, (0.5, 20.0));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!((found[0].parameter - 5.0).abs() < 1e-8 && (found[0].state - 1.0).abs() < 1e-4, "{found:?}");
        assert!((found[1].parameter - 1.0).abs() < 1e-8 && (found[1].state - 3.0).abs() < 1e-4, "{found:?}");
    }
}
