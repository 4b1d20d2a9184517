//! Prints the time and the error of one trajectory at several tolerances.
//!
//! `cargo run --release -p vesica-engine --example single -- 96 model.ant`: 101 points over 96 of its time units. The
//! error is the largest over species and points, as a share of the species' largest amount, against 1e-11.

use std::time::Instant;

use vesica_engine::{Batch, LaneStatus, Program, SolverConfig, Workspace, compile, follow};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [until, file] = arguments.as_slice() else { panic!("usage: single TIME MODEL.ant") };
    let until: f64 = until.parse().expect("a time");
    let start = Instant::now();
    let mut library = vesica_model::Library::default();
    for diagnostic in library.read(file, &std::fs::read_to_string(file).expect("the file can be read")) {
        if diagnostic.severity() == vesica_model::Severity::Error && diagnostic.code != "E51" {
            panic!("{diagnostic:?}");
        }
    }
    let (network, _) = library.flatten(library.main_model().expect("there is a model"));
    let program = compile(&network).expect("what the reader made is sound");
    let read = start.elapsed();
    let mut workspace = Workspace::for_program(&program);
    let ready = start.elapsed();
    println!(
        "{file}: {} species, {} reactions; read and compiled in {:.2} ms, with code {:.2} ms",
        program.n_species(),
        program.n_reactions(),
        1e3 * read.as_secs_f64(),
        1e3 * ready.as_secs_f64()
    );
    let (reference, _) = run(&program, &mut workspace, until, 1e-11, 1e-15);
    for (rtol, atol) in [(1e-4, 1e-7), (1e-6, 1e-9), (1e-8, 1e-12)] {
        let mut times = Vec::new();
        let mut outcome = (Vec::new(), 0);
        for _ in 0..9 {
            let start = Instant::now();
            outcome = run(&program, &mut workspace, until, rtol, atol);
            times.push(1e3 * start.elapsed().as_secs_f64());
        }
        times.sort_by(f64::total_cmp);
        let n = program.n_species();
        let largest: Vec<f64> =
            (0..n).map(|s| reference.iter().skip(s).step_by(n).fold(0.0, |a: f64, b| a.max(b.abs()))).collect();
        let error = outcome
            .0
            .iter()
            .zip(&reference)
            .enumerate()
            .map(|(i, (a, b))| (a - b).abs() / largest[i % n].max(1e-300))
            .fold(0.0, f64::max);
        println!(
            "  {rtol:e}/{atol:e}: {:.3} ms [{:.3} {:.3}]  error {error:.1e}  {} steps",
            times[4], times[0], times[8], outcome.1
        );
    }
}

fn run(program: &Program, workspace: &mut Workspace, until: f64, rtol: f64, atol: f64) -> (Vec<f64>, u64) {
    let mut batch = Batch::new(program, 1);
    let config = SolverConfig { max_steps: 10_000_000, ..SolverConfig::with_tolerance(rtol, atol) };
    let mut out = batch.state(0).to_vec();
    let times: Vec<f64> = (1..=100).map(|i| until * f64::from(i) / 100.0).collect();
    follow(program, &config, workspace, &mut batch, 0, &times, &mut out);
    assert_eq!(*batch.status(0), LaneStatus::Running);
    let counters = batch.counters(0);
    (out, counters.accepted + counters.rejected)
}
