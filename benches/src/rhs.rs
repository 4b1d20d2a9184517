//! The right-hand side against the same formulas written out by hand for one network and compiled for this machine, on
//! the same lanes: eight at a time, state and changes in place. Then the interpreter against machine code, for the right-hand
//! side and for a whole step of the solver.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use vesica_engine::random::Stream;
use vesica_engine::{
    Batch, Counters, Evaluator, Instructions, Program, SideBySide, SolverConfig, Workspace, advance, compile,
};
use vesica_model::Network;

use crate::Asked;
use crate::machine::{least, median};
use crate::models::{self, N_BIOMODELS};
use crate::native;
use crate::outcome::{Group, Outcome, Row};
use crate::peers::folder;

const ROUNDS: usize = 5;
const BUDGET: Duration = Duration::from_millis(40);
const CALLS: u32 = 1000;
/// Lanes of which steps are timed, and the tolerance.
const STEPPED: usize = 64;
const RTOL: f64 = 1e-4;

/// Runs it.
pub fn bench(asked: Asked) -> Result<Outcome> {
    let mut notes = Vec::new();
    let ring = models::read("ring", &crate::made::ring(50))?;
    let mut networks = vec![("made by rule, 50 species".to_owned(), ring, 10.0)];
    if !asked.is_quick {
        let models = models::all(N_BIOMODELS)?;
        networks = models.models.into_iter().map(|model| (model.name, model.network, model.until)).collect();
    }
    let mut groups = Vec::new();
    for (kind, lanes) in [(Instructions::Avx512, 8), (Instructions::Avx2, 4)] {
        if !Instructions::available().contains(&kind) {
            notes.push(format!("{kind:?}: not on this machine"));
            continue;
        }
        let group = |name: String, target| Group { name, rows: Vec::new(), target: Some(target) };
        let mut code = group(format!("{kind:?}, machine code against native C++"), 1.0 / 1.15);
        let mut interpreter = group(format!("{kind:?}, interpreter against machine code"), 1.0 / 2.5);
        let mut steps = group(format!("{kind:?}, interpreter against machine code, a step of the solver"), 1.0 / 2.5);
        for (name, network, until) in &networks {
            match compare(name, network, kind, lanes) {
                Ok([row, against]) => {
                    code.rows.push(row);
                    interpreter.rows.push(against);
                }
                Err(error) => notes.push(format!("{name} left out: {error}")),
            }
            match compare_steps(name, network, kind, *until) {
                Ok(row) => steps.rows.push(row),
                Err(error) => notes.push(format!("steps of {name} left out: {error}")),
            }
        }
        groups.extend([code, interpreter, steps]);
    }
    notes.push("errors: largest difference between ours and native, as a share of the largest change".to_owned());
    notes.dedup();
    Ok(Outcome { title: "rhs: one right-hand side".into(), unit: "ns a lane".into(), groups, notes })
}

fn compare(name: &str, network: &Network, kind: Instructions, lanes: usize) -> Result<[Row; 2]> {
    let file = folder("native")?.join(format!("{}_{lanes}", name.replace(|c: char| !c.is_ascii_alphanumeric(), "_")));
    let source = native::source(network)?;
    native::build(&source, &file, lanes)?;
    let program = compile(network)?;
    let mut code = Workspace::with_evaluator(&program, kind, Evaluator::MachineCode);
    let mut interpreter = Workspace::with_evaluator(&program, kind, Evaluator::Interpreter);
    ensure!(code.evaluator() == Evaluator::MachineCode, "has no machine code");
    let input = file.with_extension("input");
    let mut batch = write_input(&program, &input)?;
    let (mut ours, mut slow, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    let (mut changes, mut wanted) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(time(&program, &mut code, &mut batch, &mut changes));
        slow.push(time(&program, &mut interpreter, &mut batch, &mut changes));
        let (seconds, values) = run_native(&file, &input)?;
        theirs.push(seconds);
        wanted = values;
    }
    let largest = wanted.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    let error = changes.iter().zip(&wanted).map(|(a, b)| (a - b).abs() / largest).fold(0.0, f64::max);
    ensure!(error < 1e-9, "native differs by {error:e}");
    let of = |ours: &[f64], theirs: &[f64]| Row { error_ours: error, ..row(name, ours, theirs) };
    Ok([of(&ours, &theirs), of(&slow, &ours)])
}

fn row(name: &str, ours: &[f64], theirs: &[f64]) -> Row {
    let ratios: Vec<f64> = theirs.iter().zip(ours).map(|(theirs, ours)| theirs / ours).collect();
    let spread = (ratios.iter().copied().fold(0.0, f64::max) - least(&ratios)) / median(&ratios);
    Row { ratio: least(theirs) / least(ours), peer: least(theirs), spread, ..Row::ours_only(name, least(ours)) }
}

/// A step of the batch solver with the interpreter and with machine code; the numbers are the same, bit for bit.
fn compare_steps(name: &str, network: &Network, kind: Instructions, until: f64) -> Result<Row> {
    let program = compile(network)?;
    let [mut code, mut interpreter] = [Evaluator::MachineCode, Evaluator::Interpreter]
        .map(|evaluator| Workspace::with_evaluator(&program, kind, evaluator));
    ensure!(code.evaluator() == Evaluator::MachineCode, "has no machine code");
    let (mut fast, mut slow) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (seconds, with_code) = time_steps(&program, &mut code, until)?;
        fast.push(seconds);
        let (seconds, interpreted) = time_steps(&program, &mut interpreter, until)?;
        slow.push(seconds);
        ensure!(with_code == interpreted, "interpreter and machine code differ");
    }
    Ok(Row { error_ours: 0.0, ..row(name, &slow, &fast) })
}

/// Nanoseconds for each step tried and lane, and where the lanes come to.
fn time_steps(program: &Program, workspace: &mut Workspace, until: f64) -> Result<(f64, Vec<u64>)> {
    let mut batch = varied(program, STEPPED);
    let config = SolverConfig::with_tolerance(RTOL, 1e-3 * RTOL);
    let start = Instant::now();
    advance(program, &config, workspace, &mut batch, until);
    let seconds = start.elapsed().as_secs_f64();
    let sum = |of: fn(Counters) -> u64| (0..STEPPED).map(|lane| of(batch.counters(lane))).sum::<u64>();
    ensure!(sum(|counters| counters.handed_over) == 0, "some lanes went on by the other solver");
    let states = (0..STEPPED).flat_map(|lane| batch.state(lane).iter().map(|x| x.to_bits())).collect();
    Ok((1e9 * seconds / sum(|counters| counters.accepted + counters.rejected) as f64, states))
}

/// Eight lanes that differ in parameters and state, for us and, written to a file, for the peer.
fn write_input(program: &Program, file: &Path) -> Result<Batch> {
    let batch = varied(program, SideBySide::N);
    let column = |of: fn(&Batch, usize) -> &[f64], n: usize| {
        (0..n)
            .flat_map(|row| (0..SideBySide::N).map(move |lane| (row, lane)))
            .map(|(row, lane)| of(&batch, lane)[row])
            .collect::<Vec<f64>>()
    };
    let mut numbers = column(Batch::parameters, program.n_parameters());
    numbers.extend(column(Batch::state, program.n_species()));
    std::fs::write(file, numbers.iter().flat_map(|x| x.to_ne_bytes()).collect::<Vec<u8>>())?;
    Ok(batch)
}

/// Lanes that differ in parameters and state.
fn varied(program: &Program, n_lanes: usize) -> Batch {
    let mut batch = Batch::new(program, n_lanes);
    for lane in 0..n_lanes {
        let stream = Stream { seed: 3, world: 0, cell: lane as u32, stream: 0 };
        let mut draws = 0..;
        let mut vary = |value: &mut f64| *value *= 0.8 + 0.4 * stream.uniform(draws.next().unwrap_or(0));
        batch.parameters_mut(lane).iter_mut().for_each(&mut vary);
        batch.state_mut(lane).iter_mut().for_each(&mut vary);
    }
    batch
}

/// Nanoseconds a lane: the least of many thousands of calls.
fn time(program: &Program, workspace: &mut Workspace, batch: &mut Batch, changes: &mut Vec<f64>) -> f64 {
    let mut lanes = SideBySide::new(program, workspace, batch, 0);
    let (start, mut least) = (Instant::now(), f64::INFINITY);
    while start.elapsed() < BUDGET {
        let now = Instant::now();
        for _ in 0..CALLS {
            lanes.rhs();
        }
        least = least.min(now.elapsed().as_secs_f64());
    }
    changes.clear();
    (0..program.n_species()).for_each(|species| changes.extend_from_slice(lanes.change(species)));
    1e9 * least / f64::from(CALLS) / SideBySide::N as f64
}

fn run_native(file: &Path, input: &Path) -> Result<(f64, Vec<f64>)> {
    let done = Command::new(file).arg(input).arg(BUDGET.as_secs_f64().to_string()).output()?;
    ensure!(done.status.success(), "the native program ended with {}", done.status);
    let text = String::from_utf8(done.stdout)?;
    let mut numbers = text.lines().map(str::parse::<f64>);
    let first = numbers.next().context("a time")??;
    Ok((first / SideBySide::N as f64, numbers.collect::<Result<_, _>>()?))
}
