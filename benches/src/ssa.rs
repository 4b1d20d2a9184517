//! Exact stochastic trajectories: reaction events per second of one core, against COPASI's direct method.
//!
//! Both count the events of the very runs that are timed. Beside the time stands how far the means at the end lie from
//! those of many runs of ours with other random numbers, in standard deviations of one run; `z` says what of that is
//! more than chance.

use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use vesica_engine::random::Stream;
use vesica_engine::{Batch, Instructions, LaneStatus, Program, SolverConfig, Workspace, advance_exactly};

use crate::Asked;
use crate::machine::{least, median};
use crate::models::{self, Model};
use crate::outcome::{Group, Outcome, Row};
use crate::peers::{Peer, folder, numbers, root};

/// Model and time, in its own units: long for the peer, which runs one trajectory at a time, shorter for our lanes.
const CASES: [(&str, f64); 5] = [
    ("birth_death", 100.0),
    ("schlogl", 500.0),
    ("dimer_decay", 30.0),
    ("repressilator_ssa", 5000.0),
    ("vilar35", 500.0),
];

const ROUNDS: usize = 3;
/// Lanes of a timed run, so that every tile is full.
const N_LANES: u32 = 64;
/// Lanes of the reference.
const N_REFERENCE: u32 = 1024;
/// Trajectories of the peer in each round.
const N_PEER: usize = 4;

/// Runs it.
pub fn bench(asked: Asked) -> Result<Outcome> {
    let title = "ssa: exact direct method, one core".to_owned();
    let unit = "million events a second".to_owned();
    if asked.is_quick {
        let program = vesica_engine::compile(&models::read("ring", &crate::made::ring(20))?)?;
        let (events, seconds, _) = run(&program, Instructions::widest(), 0.01, N_LANES, 1)?;
        let rows = vec![Row::ours_only("made by rule, 20 species", 1e-6 * events / seconds)];
        return Ok(Outcome {
            title,
            unit,
            groups: vec![Group { name: "ours alone".into(), rows, target: None }],
            ..Outcome::default()
        });
    }
    let mut copasi = Peer::copasi()?;
    let mut prepare = Peer::start("prepare", "prepare.py")?;
    let mut groups: Vec<Group> = Vec::new();
    for instructions in Instructions::available().into_iter().rev() {
        let name = format!("{} direct method; our lanes: {instructions:?}", copasi.name);
        let target = (instructions == Instructions::widest()).then_some(3.0);
        groups.push(Group { name, rows: Vec::new(), target });
    }
    for (name, until) in CASES {
        eprintln!("{name}");
        let model = models::one(name)?;
        let file = root().join("../shared/peers/models").join(format!("{name}.ant"));
        let counted = prepare.ask(json!({"do": "counted", "file": file, "folder": folder("models")?}))?;
        for (group, row) in groups.iter_mut().zip(compare(&model, until, &counted, &mut copasi)?) {
            group.rows.push(row);
        }
    }
    let notes = vec![format!(
        "errors: largest distance of a mean at the end from that of {N_REFERENCE} runs with other numbers, in standard \
         deviations; ours of {N_LANES}, the peer's of {} runs; z: the same in standard errors, ours and the peer's",
        ROUNDS * N_PEER
    )];
    Ok(Outcome { title, unit, groups, notes })
}

fn compare(model: &Model, until: f64, counted: &Value, copasi: &mut Peer) -> Result<Vec<Row>> {
    let program = &model.program;
    let kinds: Vec<Instructions> = Instructions::available().into_iter().rev().collect();
    let (_, _, reference) = run(program, Instructions::widest(), until, N_REFERENCE, 7)?;
    let mut ours = vec![Vec::new(); kinds.len()];
    let (mut theirs, mut ends, mut states) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for (kind, speeds) in kinds.iter().zip(&mut ours) {
            let (events, seconds, end) = run(program, *kind, until, N_LANES, 1)?;
            speeds.push(1e-6 * events / seconds);
            states = end;
        }
        let seeds: Vec<usize> = (0..N_PEER).map(|i| 100 + round * N_PEER + i).collect();
        let job = json!({"do": "exact", "sbml": counted["sbml"], "amounts": counted["amounts"], "until": until,
            "seeds": seeds});
        let answer = copasi.ask(job)?;
        let all: Vec<&Value> = answer["ends"].as_array().context("ends")?.iter().collect();
        let events: f64 = all.iter().filter_map(|end| end["Nev"].as_f64()).sum();
        theirs.push(1e-6 * events / numbers(&answer["seconds"]).iter().sum::<f64>());
        ends.extend(all.iter().map(|end| program.species_ids().iter().map(|id| end[id].as_f64()).collect()));
    }
    let ends: Vec<Vec<f64>> = ends
        .into_iter()
        .map(|end: Vec<Option<f64>>| end.into_iter().map(|x| x.unwrap_or(f64::NAN)).collect())
        .collect();
    let (error_ours, z_ours) = distance(&states, &reference);
    let (error_peer, z_peer) = distance(&ends, &reference);
    let rows = ours.iter().map(|speeds| {
        let ratios: Vec<f64> = speeds.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect();
        let most = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
        Row {
            name: model.name.clone(),
            ratio: most(speeds) / most(&theirs),
            ours: most(speeds),
            peer: most(&theirs),
            error_ours,
            error_peer,
            spread: (most(&ratios) - least(&ratios)) / median(&ratios),
            note: format!("z {z_ours:.1}, {z_peer:.1}"),
        }
    });
    Ok(rows.collect())
}

/// Events, seconds, and the state of each lane at the end.
fn run(
    program: &Program,
    instructions: Instructions,
    until: f64,
    n_lanes: u32,
    seed: u64,
) -> Result<(f64, f64, Vec<Vec<f64>>)> {
    let mut workspace = Workspace::with_instructions(program, instructions);
    let mut batch = Batch::new(program, n_lanes as usize);
    let config = SolverConfig { max_steps: u64::MAX, ..SolverConfig::with_tolerance(1e-6, 1e-6) };
    let streams: Vec<Stream> = (0..n_lanes).map(|cell| Stream { seed, world: 0, cell, stream: 0 }).collect();
    let start = Instant::now();
    advance_exactly(program, &config, &mut workspace, &mut batch, until, &streams)?;
    let seconds = start.elapsed().as_secs_f64();
    let lanes = 0..batch.n_lanes();
    anyhow::ensure!(lanes.clone().all(|lane| *batch.status(lane) == LaneStatus::Running), "a lane failed");
    let events = lanes.clone().map(|lane| batch.counters(lane).accepted as f64).sum();
    Ok((events, seconds, lanes.map(|lane| batch.state(lane).to_vec()).collect()))
}

/// The largest distance of a mean from that of the reference: in standard deviations of one run, and in standard errors.
fn distance(runs: &[Vec<f64>], reference: &[Vec<f64>]) -> (f64, f64) {
    let n_species = reference.first().map_or(0, Vec::len);
    let mut most = (0.0f64, 0.0f64);
    for species in 0..n_species {
        let moments = |runs: &[Vec<f64>]| {
            let n = runs.len() as f64;
            let mean = runs.iter().map(|run| run[species]).sum::<f64>() / n;
            (mean, runs.iter().map(|run| (run[species] - mean).powi(2)).sum::<f64>() / (n - 1.0), n)
        };
        let ((mean, _, n), (wanted, variance, n_reference)) = (moments(runs), moments(reference));
        if variance > 0.0 {
            let off = (mean - wanted).abs() / variance.sqrt();
            most = (most.0.max(off), most.1.max(off / (1.0 / n + 1.0 / n_reference).sqrt()));
        }
    }
    most
}
