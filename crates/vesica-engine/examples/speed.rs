//! Prints nanoseconds per right-hand side and per step and lane, and trajectories per second and core,
//! for a stiff network of 84 species made by rule: 72 h in 144 pieces, as a place stops its cells.
//!
//! `cargo run --release -p vesica-engine --example speed`
//!
//! With Antimony files as arguments, the main model of the last is timed instead; the time of the
//! whole run is then the first argument, the parameter set at each piece the second:
//! `speed 72 cystine modules/*.ant cell.ant`.

#[path = "../tests/common/mod.rs"]
mod common;
use common::*;
use vesica_engine::{Batch, Instructions, LaneStatus, Program, SolverConfig, Workspace, advance, compile};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (program, until, input) = match arguments.as_slice() {
        [until, input, files @ ..] => {
            let program = read(files);
            let input = program.parameter(input).expect("the input is a parameter");
            (program, until.parse().expect("the time is a number"), input)
        }
        _ => (cell(28).program(), 72.0 * 3600.0, 0),
    };
    println!("species {}, reactions {}", program.n_species(), program.n_reactions());
    for instructions in Instructions::available() {
        time_all(&program, until, input, instructions);
    }
}

fn read(files: &[String]) -> Program {
    let mut library = vesica_model::Library::default();
    for file in files {
        let text = std::fs::read_to_string(file).expect("the file can be read");
        for diagnostic in library.read(file, &text) {
            println!("{diagnostic:?}");
        }
    }
    let (network, diagnostics) = library.flatten(library.main_model().expect("there is a model"));
    diagnostics.iter().for_each(|diagnostic| println!("{diagnostic:?}"));
    compile(&network).expect("what the reader made is sound")
}

fn time_all(program: &Program, until: f64, input: usize, instructions: Instructions) {
    let n_lanes = 512;
    let mut workspace = Workspace::with_instructions(program, instructions);
    let mut batch = Batch::new(program, n_lanes);
    vary(&mut batch);
    let inputs: Vec<f64> = (0..n_lanes).map(|lane| batch.parameters(lane)[input]).collect();
    let config = SolverConfig::with_tolerance(1e-4, 1e-3);
    let start = processor_seconds();
    for piece in 1..=144 {
        // What the place does at an exchange: it sets what arrives.
        (0..n_lanes)
            .for_each(|lane| batch.parameters_mut(lane)[input] = inputs[lane] * (1.0 + 0.2 * f64::from(piece % 7)));
        advance(program, &config, &mut workspace, &mut batch, until / 144.0 * f64::from(piece));
    }
    let seconds = processor_seconds() - start;
    let sum = |f: fn(vesica_engine::Counters) -> u64| (0..n_lanes).map(|lane| f(batch.counters(lane))).sum::<u64>();
    let attempts = sum(|c| c.accepted + c.rejected);
    for lane in 0..n_lanes {
        assert_eq!(*batch.status(lane), LaneStatus::Running, "lane {lane}");
    }
    println!(
        "{instructions:?}: {:.3} ms per trajectory, {:.0} trajectories/s, {:.1} steps per piece ({} rejected), {:.0} ns per step and lane",
        1e3 * seconds / n_lanes as f64,
        n_lanes as f64 / seconds,
        attempts as f64 / (144 * n_lanes) as f64,
        sum(|c| c.rejected),
        1e9 * seconds / attempts as f64,
    );
    time_rates(program, &mut workspace, &mut batch);
}

fn time_rates(program: &Program, workspace: &mut Workspace, batch: &mut Batch) {
    let mut out = vec![0.0; batch.n_lanes() * program.n_reactions()];
    let start = processor_seconds();
    let repeats = 50;
    for _ in 0..repeats {
        program.reaction_rates_of_batch(workspace, batch, &mut out);
    }
    let calls = repeats * batch.n_lanes();
    println!(
        "  all reaction rates: {:.0} ns per lane, with transposition",
        1e9 * (processor_seconds() - start) / calls as f64
    );
}

/// Each lane gets its own parameters, spread over a factor of two.
fn vary(batch: &mut Batch) {
    for lane in 0..batch.n_lanes() {
        let stream = vesica_engine::random::Stream { seed: 1, world: 0, cell: lane as u32, stream: 0 };
        for (draw, value) in batch.parameters_mut(lane).iter_mut().enumerate() {
            *value *= 0.7 + 0.6 * stream.uniform(draw as u32);
        }
    }
}

/// Seconds this process has had a processor for; other work on the machine does not count. Linux only.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").expect("Linux keeps it");
    let nanoseconds: f64 = text.split_whitespace().next().and_then(|x| x.parse().ok()).expect("its first number");
    nanoseconds * 1e-9
}
