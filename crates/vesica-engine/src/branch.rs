//! A branch of steady states, followed in one parameter around its folds.

use std::collections::BTreeMap;

use crate::dense_lu::DenseLu;
use crate::eigenvalues::eigenvalues;
use crate::program::Program;
use crate::workspace::Workspace;

/// A steady state at one value of the parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchPoint {
    /// Value of the parameter.
    pub parameter: f64,
    /// Amounts, `[n_species]`.
    pub state: Vec<f64>,
    /// Eigenvalues of the Jacobian with a positive real part: ways in which a small push grows. 0: stable. Sums that are
    /// kept and algebraic rules are taken out before; of numbers that differ by more than fifteen decades the slowest
    /// may be lost.
    pub n_unstable: usize,
    /// Real and imaginary part (0 or more) of the eigenvalue with the largest real part, per time.
    pub leading: (f64, f64),
}

impl BranchPoint {
    /// Whether every small push dies out.
    pub fn is_stable(&self) -> bool {
        self.n_unstable == 0
    }
}

/// Steady states in the order of the branch, from where the parameter falls first to where it rises first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Branch {
    /// The states.
    pub points: Vec<BranchPoint>,
    /// Where two of them meet and the branch turns back, in the same order.
    pub folds: Vec<BranchPoint>,
    /// Where a pair of eigenvalues crosses the imaginary axis, so that an oscillation is born (Hopf points).
    pub hopfs: Vec<BranchPoint>,
    /// Where a real eigenvalue changes its sign and the branch does not turn back: another branch crosses there.
    pub crossings: Vec<BranchPoint>,
}

/// Share of its size by which an unknown moves in the first step.
const FIRST_STEP: f64 = 0.01;
const LONGEST_STEP: f64 = 0.05;
const SHORTEST_STEP: f64 = 1e-10;
const MOST_STEPS: usize = 20_000;
const MOST_ITERATIONS: usize = 12;
/// Iterations up to which the next step may be longer.
const EASY: usize = 3;
const GROWTH: f64 = 1.4;
/// A step after which the direction has turned by more (its cosine) is taken again, shorter.
const MOST_TURN: f64 = 0.95;
/// Change of the unknowns, relative to their sizes, at which Newton's iteration has settled.
const SETTLED: f64 = 1e-11;
/// Amounts below this share of the largest count as of this size.
const FLOOR: f64 = 1e-6;

/// The branch of steady states through the one near `state` (`[n_species]`) at `parameters`, as far as the parameter
/// stays inside `between`, in both directions. Empty when there is no steady state near `state`.
///
/// `program`: made by [`crate::compile_along`] for the one parameter that is to change; `parameters`: those of the network,
/// without the direction. `laws`: the sums that reactions
/// keep (`vesica_model::conservation::laws`), each with the value that it has in `state`; without them a network that
/// has such sums is singular, and the branch is empty. Conditions count as they stand at each state.
///
/// Pseudo-arclength: a step along the tangent, then Newton steps at right angles to it, all unknowns relative to their
/// sizes. A fold is where the tangent's share along the parameter changes sign, a Hopf point where the number of unstable
/// eigenvalues changes by a pair; both are found by halving the step. Two that lie in one step may be missed.
/// Source: H. B. Keller, in: Applications of Bifurcation Theory (1977) 359-384.
///
/// ```
/// use vesica_engine::{Workspace, branch, compile_along};
/// # let mut library = vesica_model::Library::default();
/// # library.read("m", "model m(); species x; x = 0.1; p = 2; => x; p - (x^3 - 6*x^2 + 9*x + 1); end");
/// # let network = library.flatten("m").0;
/// // dx/dt = p - (x^3 - 6 x^2 + 9 x + 1): two states meet at x = 1, p = 5 and at x = 3, p = 1
/// let program = compile_along(&network, &[network.parameter("p").expect("it has p")])?;
/// let values: Vec<f64> = network.parameters.iter().map(|parameter| parameter.value).collect();
/// let found = branch(&program, &mut Workspace::for_program(&program), &[0.1], &values, &[], (0.5, 20.0));
/// let folds: Vec<f64> = found.folds.iter().map(|fold| fold.parameter).collect();
/// assert!((folds[0] - 5.0).abs() < 1e-8 && (folds[1] - 1.0).abs() < 1e-8);
/// // between the folds lies what divides the two stable states
/// assert!(found.points.iter().all(|point| point.is_stable() == !(1.0..3.0).contains(&point.state[0])));
/// # Ok::<(), vesica_engine::CompileError>(())
/// ```
///
/// # Panics
/// If the program was made for more than one parameter, or for none.
pub fn branch(
    program: &Program,
    workspace: &mut Workspace,
    state: &[f64],
    parameters: &[f64],
    laws: &[Vec<(usize, f64)>],
    between: (f64, f64),
) -> Branch {
    let mut system = System::new(program, workspace, state, parameters, laws);
    let Some(start) = system.begin(state) else { return Branch::default() };
    let mut found = Branch::default();
    for direction in [-1.0, 1.0] {
        let mut half = Branch::default();
        system.walk(&start, direction, between, &mut half);
        if direction < 0.0 {
            let lists = [&mut half.points, &mut half.folds, &mut half.hopfs, &mut half.crossings];
            lists.into_iter().for_each(|points| points.reverse());
            half.points.extend(system.point(&start));
        }
        found.points.extend(half.points);
        found.folds.extend(half.folds);
        found.hopfs.extend(half.hopfs);
        found.crossings.extend(half.crossings);
    }
    found
}

/// The equations of a steady state, in the amounts and, last, the parameter.
struct System<'a> {
    program: &'a Program,
    workspace: &'a mut Workspace,
    n: usize,
    /// All parameters of the program; the direction is 1.
    parameters: Vec<f64>,
    /// Which of them changes.
    index: usize,
    /// `(row that it replaces, law, its sum)`.
    laws: Vec<(usize, Law, f64)>,
}

/// What reactions keep: indices of amounts, and their weights in the sum.
type Law = Vec<(usize, f64)>;

impl<'a> System<'a> {
    fn new(
        program: &'a Program,
        workspace: &'a mut Workspace,
        state: &[f64],
        parameters: &[f64],
        laws: &[Vec<(usize, f64)>],
    ) -> Self {
        let ids = program.parameter_ids().iter();
        let named: Vec<&str> = ids.filter_map(|id| id.strip_prefix("along(")?.strip_suffix(')')).collect();
        assert_eq!(named.len(), 1, "the program was made for {} parameters", named.len());
        let index = program.parameter(named[0]).expect("a direction is named after a parameter");
        let mut values = parameters[..program.n_parameters() - 1].to_vec();
        values.push(1.0);
        let sum = |law: &[(usize, f64)]| law.iter().map(|(species, c)| c * state[*species]).sum();
        let laws = dependent(laws).into_iter().map(|(row, law)| (row, law.to_vec(), sum(law))).collect();
        Self { program, workspace, n: program.n_species() / 2, parameters: values, index, laws }
    }

    /// Unknowns of the steady state near `state` at the parameter as it is.
    fn begin(&mut self, state: &[f64]) -> Option<Vec<f64>> {
        let mut unknowns = state[..self.n].to_vec();
        unknowns.push(self.parameters[self.index]);
        let mut along = vec![0.0; self.n + 1];
        along[self.n] = 1.0;
        self.settle(&unknowns, &along, 0.0).map(|(unknowns, _)| unknowns)
    }

    /// The state, and how it answers a small push.
    fn point(&mut self, unknowns: &[f64]) -> Option<BranchPoint> {
        let (n, matrix) = self.free_jacobian(unknowns)?;
        let values = eigenvalues(n, matrix)?;
        let n_unstable = values.iter().filter(|(real, _)| *real > 0.0).count();
        let leading =
            values.into_iter().reduce(|x, y| if y.0 > x.0 { y } else { x }).unwrap_or((f64::NEG_INFINITY, 0.0));
        let leading = (leading.0, leading.1.abs());
        let (parameter, state) = (unknowns[self.n], unknowns[..self.n].to_vec());
        Some(BranchPoint { parameter, state, n_unstable, leading })
    }

    /// From `start` on, the parameter first going in `direction`.
    fn walk(&mut self, start: &[f64], direction: f64, between: (f64, f64), out: &mut Branch) {
        let mut here = start.to_vec();
        let mut ahead = vec![0.0; self.n + 1];
        ahead[self.n] = direction;
        let Some(mut tangent) = self.tangent(&here, &ahead) else { return };
        let Some(mut n_unstable) = self.point(&here).map(|point| point.n_unstable) else { return };
        let mut length = FIRST_STEP;
        for _ in 0..MOST_STEPS {
            let Some((next, turned, n_iterations)) = self.step(&here, &tangent, length) else {
                length *= 0.5;
                if length < SHORTEST_STEP {
                    return;
                }
                continue;
            };
            let Some(point) = self.point(&next) else { return };
            if turned[self.n] * tangent[self.n] < 0.0 {
                let has_turned = |system: &mut Self, at: &[f64]| {
                    Some(system.tangent(at, &tangent)?[system.n] * tangent[system.n] < 0.0)
                };
                out.folds.extend(self.locate(&here, &tangent, length, &has_turned));
            } else if point.n_unstable != n_unstable {
                let has_changed = |system: &mut Self, at: &[f64]| Some(system.point(at)?.n_unstable != n_unstable);
                let found = self.locate(&here, &tangent, length, &has_changed);
                let is_pair = point.n_unstable.abs_diff(n_unstable).is_multiple_of(2);
                if is_pair { out.hopfs.extend(found) } else { out.crossings.extend(found) }
            }
            (here, tangent, n_unstable) = (next, turned, point.n_unstable);
            if !(between.0..=between.1).contains(&here[self.n]) {
                return;
            }
            out.points.push(point);
            if n_iterations <= EASY {
                length = (length * GROWTH).min(LONGEST_STEP);
            }
        }
    }

    /// A step of this length, the direction after it, and how many iterations it took; `None` when it is too long.
    fn step(&mut self, from: &[f64], tangent: &[f64], length: f64) -> Option<(Vec<f64>, Vec<f64>, usize)> {
        let (next, n_iterations) = self.settle(from, tangent, length)?;
        let turned = self.tangent(&next, tangent)?;
        let cosine: f64 = turned.iter().zip(tangent).map(|(x, y)| x * y).sum();
        (cosine >= MOST_TURN).then_some((next, turned, n_iterations))
    }

    /// Where in a step something has changed.
    fn locate(
        &mut self,
        from: &[f64],
        tangent: &[f64],
        length: f64,
        has_changed: &dyn Fn(&mut Self, &[f64]) -> Option<bool>,
    ) -> Option<BranchPoint> {
        let (mut low, mut high) = (0.0, length);
        let mut best = None;
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            // where two branches cross there is no direction; how near was come before will do
            let Some((unknowns, _)) = self.settle(from, tangent, middle) else { break };
            let (Some(point), Some(changed)) = (self.point(&unknowns), has_changed(self, &unknowns)) else { break };
            best = Some(point);
            if changed {
                high = middle
            } else {
                low = middle
            }
            if high - low <= SETTLED * length {
                break;
            }
        }
        best
    }

    /// Newton steps from `length` along the tangent, at right angles to it, and how many it took.
    fn settle(&mut self, from: &[f64], tangent: &[f64], length: f64) -> Option<(Vec<f64>, usize)> {
        let sizes = self.sizes(from);
        let mut moved: Vec<f64> = tangent.iter().map(|share| share * length).collect();
        for iteration in 1..=MOST_ITERATIONS {
            let unknowns: Vec<f64> = (0..=self.n).map(|i| from[i] + moved[i] * sizes[i]).collect();
            let (matrix, mut right) = self.equations(&unknowns, &sizes, tangent);
            let along: f64 = moved.iter().zip(tangent).map(|(x, y)| x * y).sum();
            right.iter_mut().for_each(|value| *value = -*value);
            right.push(length - along);
            DenseLu::new(self.n + 1, matrix)?.solve(&mut right);
            moved.iter_mut().zip(&right).for_each(|(x, change)| *x += change);
            let largest = right.iter().fold(0.0, |largest: f64, change| largest.max(change.abs()));
            if !right.iter().all(|change| change.is_finite()) {
                return None;
            }
            if largest < SETTLED {
                return Some(((0..=self.n).map(|i| from[i] + moved[i] * sizes[i]).collect(), iteration));
            }
        }
        None
    }

    /// Direction of the branch, of length 1 relative to the sizes of the unknowns, on the side of `before`.
    fn tangent(&mut self, at: &[f64], before: &[f64]) -> Option<Vec<f64>> {
        let sizes = self.sizes(at);
        let (matrix, mut right) = self.equations(at, &sizes, before);
        right.fill(0.0);
        right.push(1.0);
        DenseLu::new(self.n + 1, matrix)?.solve(&mut right);
        let length = right.iter().map(|x| x * x).sum::<f64>().sqrt();
        (length.is_finite() && length > 0.0).then(|| right.iter().map(|x| x / length).collect())
    }

    /// The Jacobian of what is free: amounts that follow from kept sums or algebraic rules stand for their formulas.
    fn free_jacobian(&mut self, unknowns: &[f64]) -> Option<(usize, Vec<f64>)> {
        let n = self.n;
        let mut full = self.jacobian(unknowns);
        for (row, law, _) in &self.laws {
            full[row * n..(row + 1) * n].fill(0.0);
            law.iter().for_each(|(species, c)| full[row * n + species] = *c);
        }
        let is_law = |i: &usize| self.laws.iter().any(|(row, ..)| row == i);
        let (held, free): (Vec<usize>, Vec<usize>) = (0..n).partition(|i| is_law(i) || self.program.is_algebraic[*i]);
        let block = |rows: &[usize], columns: &[usize]| -> Vec<f64> {
            rows.iter().flat_map(|i| columns.iter().map(|j| full[i * n + j]).collect::<Vec<_>>()).collect()
        };
        let mut reduced = block(&free, &free);
        if held.is_empty() {
            return Some((free.len(), reduced));
        }
        let lu = DenseLu::new(held.len(), block(&held, &held))?;
        let beside = block(&free, &held);
        for (k, column) in free.iter().enumerate() {
            let mut follows = block(&held, &[*column]);
            lu.solve(&mut follows);
            for (row, beside) in beside.chunks_exact(held.len()).enumerate() {
                reduced[row * free.len() + k] -= beside.iter().zip(&follows).map(|(x, y)| x * y).sum::<f64>();
            }
        }
        Some((free.len(), reduced))
    }

    /// Derivatives of the rates by the amounts, `[row × column]`.
    fn jacobian(&mut self, unknowns: &[f64]) -> Vec<f64> {
        let n = self.n;
        self.parameters[self.index] = unknowns[n];
        let mut state = unknowns[..n].to_vec();
        state.resize(2 * n, 0.0);
        let mut entries = vec![0.0; self.program.pattern.len()];
        self.program.jacobian(self.workspace, 0.0, &state, &self.parameters, &mut entries);
        let mut matrix = vec![0.0; n * n];
        for ((row, column), value) in self.program.pattern.iter().zip(&entries) {
            if (*row as usize) < n && (*column as usize) < n {
                matrix[*row as usize * n + *column as usize] = *value;
            }
        }
        matrix
    }

    /// Size of each unknown.
    fn sizes(&self, unknowns: &[f64]) -> Vec<f64> {
        let largest = unknowns[..self.n].iter().fold(f64::MIN_POSITIVE, |largest: f64, x| largest.max(x.abs()));
        let size = |(i, x): (usize, &f64)| if i < self.n { x.abs().max(FLOOR * largest) } else { x.abs().max(1e-12) };
        unknowns.iter().enumerate().map(size).collect()
    }

    /// Derivatives by the unknowns times their sizes, `last` as the last row, and the values of the equations. Each row
    /// is scaled by its largest entry.
    fn equations(&mut self, unknowns: &[f64], sizes: &[f64], last: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (n, width) = (self.n, self.n + 1);
        let mut matrix = vec![0.0; width * width];
        let jacobian = self.jacobian(unknowns);
        for (row, entries) in matrix.chunks_exact_mut(width).zip(jacobian.chunks_exact(n.max(1))) {
            row[..n].copy_from_slice(entries);
        }
        let mut state = unknowns[..n].to_vec();
        state.resize(2 * n, 0.0);
        let mut rates = vec![0.0; 2 * n];
        self.program.rhs(self.workspace, 0.0, &state, &self.parameters, &mut rates);
        // with every amount held, the tangents change as the parameter has it
        (0..n).for_each(|row| matrix[row * width + n] = rates[n + row]);
        rates.truncate(n);
        for (row, law, sum) in &self.laws {
            matrix[row * width..(row + 1) * width].fill(0.0);
            law.iter().for_each(|(species, c)| matrix[row * width + species] = *c);
            rates[*row] = law.iter().map(|(species, c)| c * unknowns[*species]).sum::<f64>() - sum;
        }
        for (row, rate) in matrix.chunks_exact_mut(width).zip(&mut rates) {
            row.iter_mut().zip(sizes).for_each(|(entry, size)| *entry *= size);
            let largest = row.iter().fold(0.0, |largest: f64, entry| largest.max(entry.abs()));
            if largest > 0.0 {
                row.iter_mut().for_each(|entry| *entry /= largest);
                *rate /= largest;
            }
        }
        matrix[n * width..].copy_from_slice(last);
        (matrix, rates)
    }
}

/// For each law a species of it whose equation the law replaces, another one for each.
fn dependent(laws: &[Vec<(usize, f64)>]) -> Vec<(usize, &[(usize, f64)])> {
    let mut rows: Vec<BTreeMap<usize, f64>> = laws.iter().map(|law| law.iter().copied().collect()).collect();
    let mut chosen = Vec::with_capacity(laws.len());
    for at in 0..rows.len() {
        let own = std::mem::take(&mut rows[at]);
        let largest = own.iter().max_by(|x, y| x.1.abs().total_cmp(&y.1.abs()));
        let Some((pivot, size)) = largest.filter(|(_, size)| **size != 0.0) else { continue };
        chosen.push((*pivot, &laws[at][..]));
        for row in &mut rows[at + 1..] {
            let Some(factor) = row.get(pivot).map(|c| c / size) else { continue };
            own.iter().for_each(|(species, c)| *row.entry(*species).or_insert(0.0) -= factor * c);
            row.remove(pivot);
        }
    }
    chosen
}
