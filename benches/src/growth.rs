//! How cost grows with lanes, species and reactions, and how far it is from what the machine can do at all: bytes that
//! must be moved and operations that must be done, over what this machine moves and does in the same run.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use vesica_engine::random::Stream;
use vesica_engine::{
    Batch, Evaluator, LaneStatus, Program, SideBySide, SolverConfig, Workspace, advance, advance_exactly, compile,
};

use crate::Asked;
use crate::machine::{least, repeated};
use crate::models;
use crate::outcome::{Group, Outcome, Row};
use crate::peers::folder;

const BUDGET: Duration = Duration::from_millis(100);
/// Species of the network whose lanes are doubled.
const N_SPECIES: usize = 10;
const MOST_LANES: usize = 1_000_000;
const MOST_REACTIONS: usize = 10_000;
/// Lanes while the network is doubled.
const N_LANES: usize = 64;
/// How long the ring is followed, in its own time.
const UNTIL: f64 = 20.0;

/// What one core of the machine can do.
#[derive(Clone, Copy, Debug)]
struct Limit {
    /// Additions and multiplications of doubles, nothing loaded or stored.
    operations: f64,
    /// Bytes read and written by the triad of arrays far larger than the caches.
    bytes: f64,
}

/// Runs it.
pub fn bench(asked: Asked) -> Result<Outcome> {
    let limit = limit();
    let (most_lanes, most_reactions) = if asked.is_quick { (1024, 80) } else { (MOST_LANES, MOST_REACTIONS) };
    let mut notes = match &limit {
        Ok(limit) => vec![format!(
            "limits of one core: {:.1} G operations a second, {:.1} GB a second",
            1e-9 * limit.operations,
            1e-9 * limit.bytes
        )],
        Err(error) => vec![format!("no limits: {error}")],
    };
    notes.push(
        "a network is a ring of species, two reactions each; `peer` is the time at the machine's limit".to_owned(),
    );
    let limit = limit.ok();
    let groups = vec![
        lanes(limit, most_lanes)?,
        right_sides(limit, most_reactions)?,
        steps(most_reactions)?,
        events(most_reactions)?,
    ];
    Ok(Outcome { title: "growth: cost by size, one core".into(), unit: "ns".into(), groups, notes })
}

/// Reaction rates of all lanes of a batch: what memory allows.
fn lanes(limit: Option<Limit>, most: usize) -> Result<Group> {
    let program = made(N_SPECIES)?;
    let mut workspace = Workspace::for_program(&program);
    let mut rows = Vec::new();
    for n in doubled(8, most) {
        let mut batch = Batch::new(&program, n);
        let mut out = vec![0.0; n * program.n_reactions()];
        program.reaction_rates_of_batch(&mut workspace, &mut batch, &mut out);
        let seconds =
            least(&repeated(BUDGET, || program.reaction_rates_of_batch(&mut workspace, &mut batch, &mut out)));
        // read: amounts, fixed values, time; written: rates
        let bytes = program.n_bytes() + 8 * (1 + program.n_reactions() - N_SPECIES);
        let floor = limit.map(|limit| 1e9 * bytes as f64 / limit.bytes);
        let ours = 1e9 * seconds / n as f64;
        rows.push(row(format!("{n} lanes"), ours, floor, format!("{bytes} bytes a lane")));
    }
    let name =
        format!("all rates of {N_SPECIES} species, {} reactions; ns a lane; limit: bytes", program.n_reactions());
    Ok(Group { name, rows, target: None })
}

/// The right-hand side by the size of the network.
fn right_sides(limit: Option<Limit>, most: usize) -> Result<Group> {
    let mut rows = Vec::new();
    for n in doubled(10, most / 2) {
        let start = Instant::now();
        let program = made(n)?;
        let mut workspace = Workspace::for_program(&program);
        let ready = start.elapsed().as_secs_f64();
        let kind = if workspace.evaluator() == Evaluator::MachineCode { "code" } else { "interpreter" };
        let mut batch = Batch::new(&program, SideBySide::N);
        let mut side = SideBySide::new(&program, &mut workspace, &mut batch, 0);
        let seconds = least(&repeated(BUDGET, || side.rhs()));
        let ours = 1e9 * seconds / SideBySide::N as f64 / program.n_reactions() as f64;
        let per_reaction = program.n_operations() as f64 / program.n_reactions() as f64;
        let floor = limit.map(|limit| 1e9 * per_reaction / limit.operations);
        let note = format!("{per_reaction:.1} operations; {kind}; ready in {:.0} ms", 1e3 * ready);
        rows.push(row(format!("{} reactions", program.n_reactions()), ours, floor, note));
    }
    Ok(Group { name: "right-hand side; ns a lane and reaction; limit: operations".into(), rows, target: None })
}

/// Whole steps by the size of the network.
fn steps(most: usize) -> Result<Group> {
    let mut rows = Vec::new();
    for n in doubled(10, most / 2) {
        let program = made(n)?;
        let mut workspace = Workspace::for_program(&program);
        let mut batch = Batch::new(&program, N_LANES);
        let start = Instant::now();
        advance(&program, &SolverConfig::with_tolerance(1e-4, 1e-6), &mut workspace, &mut batch, UNTIL);
        let seconds = start.elapsed().as_secs_f64();
        let lanes = 0..N_LANES;
        ensure!(lanes.clone().all(|lane| *batch.status(lane) == LaneStatus::Running), "a lane failed");
        let attempts: u64 = lanes.map(|lane| batch.counters(lane).accepted + batch.counters(lane).rejected).sum();
        let ours = 1e9 * seconds / attempts as f64 / program.n_reactions() as f64;
        let fill = program.n_factor_entries() as f64 / program.jacobian_pattern().len() as f64;
        let note = format!("{:.0} steps a lane; factors {fill:.2} of the Jacobian", attempts as f64 / N_LANES as f64);
        rows.push(row(format!("{} reactions", program.n_reactions()), ours, None, note));
    }
    Ok(Group {
        name: format!("step of the Rosenbrock method, {N_LANES} lanes; ns a lane and reaction"),
        rows,
        target: None,
    })
}

/// Events of the exact direct method by the size of the network, as the program chooses; `peer`: every rate in lanes.
fn events(most: usize) -> Result<Group> {
    let mut rows = Vec::new();
    for n in doubled(10, most / 2) {
        let program = made(n)?;
        let kind = if program.has_sum_tree() { "tree of sums" } else { "lanes" };
        let until = 2000.0 / n as f64;
        let ours = event(&program, until)?;
        let in_lanes = if program.has_sum_tree() { event(&program.clone().without_sum_tree(), until)? } else { ours };
        let name = format!("{} reactions", program.n_reactions());
        rows.push(Row { peer: in_lanes, ratio: in_lanes / ours, note: kind.to_owned(), ..Row::ours_only(name, ours) });
    }
    Ok(Group { name: format!("event of the exact direct method, {N_LANES} lanes; ns an event"), rows, target: None })
}

/// Nanoseconds of one event, all lanes together.
fn event(program: &Program, until: f64) -> Result<f64> {
    let mut workspace = Workspace::for_program(program);
    let mut best = f64::INFINITY;
    for seed in 0..3 {
        let mut batch = Batch::new(program, N_LANES);
        let streams: Vec<Stream> =
            (0..N_LANES).map(|cell| Stream { seed, world: 0, cell: cell as u32, stream: 1 }).collect();
        let start = Instant::now();
        let config = SolverConfig::with_tolerance(1e-6, 1e-6);
        advance_exactly(program, &config, &mut workspace, &mut batch, until, &streams)?;
        let n_events: f64 = (0..N_LANES).map(|lane| f64::from(batch.drawn(lane))).sum();
        best = f64::min(best, 1e9 * start.elapsed().as_secs_f64() / n_events);
    }
    Ok(best)
}

fn row(name: String, ours: f64, floor: Option<f64>, note: String) -> Row {
    let peer = floor.unwrap_or(f64::NAN);
    Row { peer, ratio: peer / ours, note, ..Row::ours_only(name, ours) }
}

fn made(n: usize) -> Result<Program> {
    Ok(compile(&models::read("ring", &crate::made::ring(n))?)?)
}

/// `first`, doubled until beyond `most`, then `most`.
fn doubled(first: usize, most: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(first), |n| Some(2 * n)).take_while(move |n| *n < most).chain([most])
}

/// Measured by a small native program.
fn limit() -> Result<Limit> {
    let file = folder("native")?.join("limits");
    crate::native::build(include_str!("limits.cpp"), &file, 8)?;
    let done = Command::new(&file).output()?;
    let text = String::from_utf8(done.stdout)?;
    let numbers: Vec<f64> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    ensure!(numbers.len() == 2, "the native program ended with {}", done.status);
    Ok(Limit { operations: numbers[0], bytes: numbers[1] })
}
