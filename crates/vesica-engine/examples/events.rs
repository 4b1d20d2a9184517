//! Prints reaction events per second and core of exact stochastic trajectories.
//!
//! `cargo run --release -p vesica-engine --example events -- 500 model.ant` runs the model for 500 of its time units.

use vesica_engine::random::Stream;
use vesica_engine::{Batch, Instructions, LaneStatus, SolverConfig, Workspace, advance_exactly, compile};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [until, file] = arguments.as_slice() else { panic!("usage: events TIME MODEL.ant") };
    let mut library = vesica_model::Library::default();
    for diagnostic in library.read(file, &std::fs::read_to_string(file).expect("the file can be read")) {
        println!("{diagnostic:?}");
    }
    let (network, _) = library.flatten(library.main_model().expect("there is a model"));
    let program = compile(&network).expect("what the reader made is sound");
    println!("{file}: {} species, {} reactions", program.n_species(), program.n_reactions());
    let n_lanes = 64;
    let streams: Vec<Stream> = (0..n_lanes).map(|cell| Stream { seed: 1, world: 0, cell, stream: 0 }).collect();
    for instructions in Instructions::available() {
        let mut workspace = Workspace::with_instructions(&program, instructions);
        let mut batch = Batch::new(&program, n_lanes as usize);
        let config = SolverConfig { max_steps: u64::MAX, ..SolverConfig::with_tolerance(1e-6, 1e-6) };
        let start = processor_seconds();
        advance_exactly(&program, &config, &mut workspace, &mut batch, until.parse().expect("a time"), &streams)
            .expect("exact");
        let seconds = processor_seconds() - start;
        let events: u64 = (0..batch.n_lanes()).map(|lane| u64::from(batch.drawn(lane))).sum();
        assert!((0..batch.n_lanes()).all(|lane| *batch.status(lane) == LaneStatus::Running));
        println!("{instructions:?}: {:.1} M events/s ({events} events)", 1e-6 * events as f64 / seconds);
    }
}

/// Seconds this process has had a processor for; other work on the machine does not count. Linux only.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").expect("Linux keeps it");
    let nanoseconds: f64 = text.split_whitespace().next().and_then(|x| x.parse().ok()).expect("its first number");
    nanoseconds * 1e-9
}
