//! The same step for one lane, with dense LU and partial pivoting: the clear form, and the way out
//! for a lane whose sparse pivots fell too low.

use crate::dense_lu::DenseLu;
use crate::events::Dense;
use crate::interpreter::run_one;
use crate::program::Program;
use crate::rodas4::{A, BY_TIME, C, DENSE, GAMMA, STAGES, TIMES};

/// One attempted step.
pub(crate) struct Step {
    /// State after it.
    pub(crate) next: Vec<f64>,
    /// Stages, `[stage][species]`.
    pub(crate) stages: Vec<Vec<f64>>,
}

/// Attempts a step; `memory` is one lane's, with fixed values and modes in place.
///
/// `None` when the linear system is singular.
pub(crate) fn attempt(program: &Program, memory: &mut [f64], time: f64, step: f64, state: &[f64]) -> Option<Step> {
    let n = program.n_species();
    let base = program.bases.state as usize;
    let clock = program.bases.time as usize;
    let outputs = &program.tapes.step.outputs;
    memory[base..base + n].copy_from_slice(state);
    memory[clock] = time;
    run_one(&program.tapes.step, memory);
    let mut rate: Vec<f64> = outputs[..n].iter().map(|row| memory[*row as usize]).collect();
    let by_time: Vec<f64> = outputs[n + program.pattern.len()..].iter().map(|row| memory[*row as usize]).collect();
    let mut matrix = vec![0.0; n * n];
    for ((row, column), from) in program.pattern.iter().zip(&outputs[n..]) {
        matrix[*row as usize * n + *column as usize] = memory[*from as usize];
    }
    (0..n).for_each(|i| matrix[i * n + i] -= 1.0 / (step * GAMMA));
    let lu = DenseLu::new(n, matrix)?;
    let mut stages: Vec<Vec<f64>> = Vec::with_capacity(STAGES);
    for i in 0..STAGES {
        if i > 0 {
            memory[clock] = time + TIMES[i] * step;
            for s in 0..n {
                memory[base + s] = state[s] + (0..i).map(|j| A[i][j] * stages[j][s]).sum::<f64>();
            }
            run_one(&program.tapes.rhs, memory);
            rate = program.tapes.rhs.outputs.iter().map(|row| memory[*row as usize]).collect();
        }
        let mut stage: Vec<f64> = (0..n)
            .map(|s| {
                let earlier: f64 = (0..i).map(|j| C[i][j] * stages[j][s]).sum();
                let drift = by_time.get(s).map_or(0.0, |derivative| BY_TIME[i] * step * derivative);
                -(rate[s] + earlier / step + drift)
            })
            .collect();
        lu.solve(&mut stage);
        stages.push(stage);
    }
    let next = (0..n).map(|s| memory[base + s] + stages[STAGES - 1][s]).collect();
    Some(Step { next, stages })
}

/// The state at a share `s` of a step, of one lane.
pub(crate) struct DenseOutput {
    from: Vec<f64>,
    to: Vec<f64>,
    bends: [Vec<f64>; 2],
}

impl DenseOutput {
    pub(crate) fn new(from: Vec<f64>, to: Vec<f64>, stages: &[Vec<f64>]) -> Self {
        let bend = |weights: &[f64; 5]| {
            (0..from.len()).map(|s| weights.iter().zip(stages).map(|(w, stage)| w * stage[s]).sum()).collect()
        };
        let bends = [bend(&DENSE[0]), bend(&DENSE[1])];
        Self { from, to, bends }
    }
}

impl Dense for DenseOutput {
    fn at(&self, share: f64, out: &mut [f64]) {
        let rest = 1.0 - share;
        for (k, out) in out.iter_mut().enumerate() {
            let bend = self.bends[0][k] + share * self.bends[1][k];
            *out = self.from[k] * rest + share * (self.to[k] + rest * bend);
        }
    }
}
