//! Many parameter sets of one stiff model on one core: trajectories per second at equal achieved error, against
//! libRoadRunner, which runs them one after another. Then two cores against two processes.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use vesica_engine::random::Stream;
use vesica_engine::{Batch, Instructions, LaneStatus, Program, SolverConfig, Workspace, advance, follow};

use crate::Asked;
use crate::curve::{Point, achieved, error, seconds_at};
use crate::machine::{geometric_mean, least, median};
use crate::models::{self, Model};
use crate::outcome::{Group, Outcome, Row};
use crate::peers::{Peer, rows};

const MODEL: &str = "exo_ferro_bench";
/// Each set multiplies these by 2 to a power drawn evenly from -1 to 1.
const VARIED: [&str; 12] =
    ["k_pri", "k_rel", "k_on", "V_upt", "k_fuse", "V_xct", "V_gpx", "k_init", "k_fent", "k_tf", "kl_GPX4", "V_fsp"];
/// States are asked for at so many times after the start.
const N_TIMES: usize = 24;
/// Sets of the whole ensemble; of our runs at each tolerance; of those whose error is measured, which the peer runs.
const N_ALL: usize = 10_000;
const N_OURS: usize = 256;
const N_MEASURED: usize = 64;
const ROUNDS: usize = 3;
const TOLERANCES: [f64; 6] = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7];
const TARGETS: [f64; 4] = [1e-2, 1e-3, 1e-4, 1e-5];
/// Absolute tolerance, as a share of the relative one: the best of both counts, for each tool.
const SHARES: [f64; 2] = [1e-3, 1e-6];
/// Sets in which two methods differ by more are no measure of error.
const WILD: f64 = 1e-3;
/// Sets and tolerance of the comparison of threads with processes.
const N_TWO: usize = 8_192;
const RTOL_TWO: f64 = 1e-5;

/// Runs it.
pub fn bench(asked: Asked) -> Result<Outcome> {
    let title = format!("ensemble: {N_ALL} parameter sets, {N_TIMES} outputs, one core");
    let unit = "trajectories a second".to_owned();
    if asked.is_quick {
        let program = vesica_engine::compile(&models::read("ring", &crate::made::ring(50))?)?;
        let sets = Sets { program: &program, places: vec![Place::Parameter(1)], until: 10.0 };
        let run = sets.run(Instructions::widest(), 64, 1e-4, 1e-6);
        let rows = vec![Row::ours_only("made by rule, 50 species", 64.0 / run.seconds)];
        let groups = vec![Group { name: "ours alone".into(), rows, target: None }];
        return Ok(Outcome { title, unit, groups, notes: Vec::new() });
    }
    let model = models::one(MODEL)?;
    let sets = Sets::new(&model.program, model.until)?;
    let mut peer = Peer::roadrunner()?;
    let (reference, n_wild) = sets.reference(&model);
    let kinds: Vec<Instructions> =
        Instructions::available().into_iter().rev().filter(|kind| *kind != Instructions::Plain).collect();
    let mut ours: Vec<Vec<Tried>> = vec![choices(); kinds.len()];
    let mut theirs = choices();
    for round in 0..ROUNDS {
        for (kind, tried) in kinds.iter().zip(&mut ours) {
            for one in tried.iter_mut() {
                let run = sets.run(*kind, N_OURS, one.rtol, one.atol);
                one.seconds.push(run.seconds / N_OURS as f64);
                one.measure(&model, &run.states, &reference);
            }
        }
        for one in &mut theirs {
            // the peer is timed at every tolerance in the first round, then where it reaches what is compared
            let answer = sets.ask(&model, &mut peer, (one.rtol, one.atol), round == 0)?;
            one.seconds.push(answer["seconds"].as_f64().context("seconds")? / N_MEASURED as f64);
            if round == 0 {
                let states: Vec<Vec<f64>> = answer["values"].as_array().into_iter().flatten().map(rows).collect();
                one.errors_of(
                    &model,
                    states.iter().map(|values| values.get(model.species.len()..).unwrap_or(&[])),
                    &reference,
                );
            }
        }
        eprintln!("round {} of {ROUNDS}", round + 1);
    }
    let mut groups = Vec::new();
    for (kind, tried) in kinds.iter().zip(&ours) {
        for (of, what) in [(0, "median"), (1, "95 % of the sets below")] {
            let rows = TARGETS.iter().filter_map(|target| row(*target, of, tried, &theirs)).collect();
            let target = (of == 0 && *kind == kinds[0]).then_some(50.0);
            groups.push(Group { name: format!("{}, ours {kind:?}; error: {what}", peer.name), rows, target });
        }
    }
    groups.push(two_cores(&sets)?);
    let whole = sets.whole(kinds[0], &ours[0]);
    let wild = format!(
        "{n_wild} of {N_MEASURED} sets have no error: two methods of ours at their finest differ by more than {WILD:.0e} \
         in them (they spike, and when depends on every digit); they are in all times"
    );
    let notes = vec![
        "error of a set: largest over species and times, as a share of the species' largest amount".to_owned(),
        wild,
        whole,
        format!("not in the times: setting parameters and going back to the start; the peer's of {N_MEASURED} sets"),
    ];
    Ok(Outcome { title, unit, groups, notes })
}

/// One half of the sets in a process of its own: prints its trajectories per second.
pub fn part(part: usize, parts: usize) -> Result<()> {
    let beside = models::shared("peers/models").context("../shared/peers/models is not here")?;
    let text = std::fs::read_to_string(beside.join(format!("{MODEL}.ant")))?;
    let program = vesica_engine::compile(&models::read(MODEL, &text)?)?;
    println!("{}", Sets::new(&program, models::until(MODEL)?)?.share(part, parts));
    Ok(())
}

/// Where a varied number lies: what an event changes is part of the state.
#[derive(Clone, Copy, Debug)]
enum Place {
    Parameter(usize),
    Species(usize),
}

struct Sets<'p> {
    program: &'p Program,
    places: Vec<Place>,
    until: f64,
}

/// What a run took, and the states of the measured sets, `[time × species]` each; NaN where a lane failed.
struct Run {
    seconds: f64,
    states: Vec<Vec<f64>>,
}

/// One choice of tolerances: seconds for each set by round, errors at the median and at 95 %.
#[derive(Clone, Debug)]
struct Tried {
    rtol: f64,
    atol: f64,
    seconds: Vec<f64>,
    errors: [f64; 2],
}

fn choices() -> Vec<Tried> {
    let all = SHARES.iter().flat_map(|share| TOLERANCES.map(|rtol| (rtol, rtol * share)));
    all.map(|(rtol, atol)| Tried { rtol, atol, seconds: Vec::new(), errors: [f64::NAN; 2] }).collect()
}

impl Tried {
    fn measure(&mut self, model: &Model, states: &[Vec<f64>], reference: &[Vec<f64>]) {
        let compared: Vec<Vec<f64>> = states.iter().map(|states| model.compared(states)).collect();
        self.errors_of(model, compared.iter().map(Vec::as_slice), reference);
    }

    fn errors_of<'v>(&mut self, model: &Model, values: impl Iterator<Item = &'v [f64]>, reference: &[Vec<f64>]) {
        let reference = reference.iter().map(|states| model.compared(states));
        let tame = values.zip(reference).filter(|(_, wanted)| !wanted.is_empty());
        let errors = tame.map(|(values, wanted)| error(values, &wanted, model.species.len()));
        let mut errors: Vec<f64> = errors.map(|error| if error.is_nan() { f64::INFINITY } else { error }).collect();
        errors.sort_by(f64::total_cmp);
        let at = |share: f64| errors.get((share * errors.len() as f64) as usize).copied().unwrap_or(f64::NAN);
        self.errors = [at(0.5), at(0.95)];
    }
}

fn points(tried: &[Tried], of: usize, round: Option<usize>) -> Vec<Point> {
    let seconds = |one: &Tried| round.map_or_else(|| least(&one.seconds), |round| one.seconds[round]);
    tried.iter().map(|one| Point { seconds: seconds(one), error: one.errors[of] }).collect()
}

fn row(target: f64, of: usize, ours: &[Tried], theirs: &[Tried]) -> Option<Row> {
    let at = |tried: &[Tried], round| seconds_at(&points(tried, of, round), target);
    let (mine, other) = (at(ours, None)?, at(theirs, None)?);
    let ratios: Vec<f64> =
        (0..ROUNDS).filter_map(|round| Some(at(theirs, Some(round))? / at(ours, Some(round))?)).collect();
    Some(Row {
        name: format!("error {target:.0e}"),
        ratio: other / mine,
        ours: 1.0 / mine,
        peer: 1.0 / other,
        error_ours: achieved(&points(ours, of, None), target),
        error_peer: achieved(&points(theirs, of, None), target),
        spread: (ratios.iter().copied().fold(0.0, f64::max) - least(&ratios)) / median(&ratios),
        note: String::new(),
    })
}

/// The factors of a set.
fn factors(set: usize) -> [f64; VARIED.len()] {
    let stream = Stream { seed: 7, world: 0, cell: set as u32, stream: 0 };
    std::array::from_fn(|k| (2.0 * stream.uniform(k as u32) - 1.0).exp2())
}

impl<'p> Sets<'p> {
    fn new(program: &'p Program, until: f64) -> Result<Self> {
        let place = |name: &&str| {
            let parameter = program.parameter(name).map(Place::Parameter);
            parameter.or(program.species(name).map(Place::Species)).with_context(|| format!("no {name}"))
        };
        let places = VARIED.iter().map(place).collect::<Result<_>>()?;
        Ok(Self { program, places, until })
    }

    fn time(&self, i: usize) -> f64 {
        self.until * i as f64 / N_TIMES as f64
    }

    /// Lanes of the sets from `first` on.
    fn batch(&self, first: usize, n: usize) -> Batch {
        let mut batch = Batch::new(self.program, n);
        for lane in 0..n {
            for (place, factor) in self.places.iter().zip(factors(first + lane)) {
                match *place {
                    Place::Parameter(at) => batch.parameters_mut(lane)[at] *= factor,
                    Place::Species(at) => batch.state_mut(lane)[at] *= factor,
                }
            }
        }
        batch
    }

    fn run(&self, kind: Instructions, n: usize, rtol: f64, atol: f64) -> Run {
        let (program, n_measured) = (self.program, n.min(N_MEASURED));
        let mut workspace = Workspace::with_instructions(program, kind);
        let mut batch = self.batch(0, n);
        let config = SolverConfig { max_steps: 1_000_000, ..SolverConfig::with_tolerance(rtol, atol) };
        let mut states = vec![Vec::with_capacity(N_TIMES * program.n_species()); n];
        let start = Instant::now();
        for i in 1..=N_TIMES {
            advance(program, &config, &mut workspace, &mut batch, self.time(i));
            states.iter_mut().enumerate().for_each(|(lane, states)| states.extend_from_slice(batch.state(lane)));
        }
        let seconds = start.elapsed().as_secs_f64();
        states.truncate(n_measured);
        for (lane, states) in states.iter_mut().enumerate() {
            if *batch.status(lane) != LaneStatus::Running {
                states.fill(f64::NAN);
            }
        }
        Run { seconds, states }
    }

    /// The fine reference, by the other method; empty for sets in which ours at their finest differ, and how many.
    fn reference(&self, model: &Model) -> (Vec<Vec<f64>>, usize) {
        let (program, mut batch) = (self.program, self.batch(0, N_MEASURED));
        let mut workspace = Workspace::for_program(program);
        let config = SolverConfig { max_steps: 10_000_000, ..SolverConfig::with_tolerance(1e-11, 1e-15) };
        let times: Vec<f64> = (1..=N_TIMES).map(|i| self.time(i)).collect();
        let mut follow_lane = |lane| {
            let mut out = Vec::new();
            follow(program, &config, &mut workspace, &mut batch, lane, &times, &mut out);
            out
        };
        let mut reference: Vec<Vec<f64>> = (0..N_MEASURED).map(&mut follow_lane).collect();
        let other = self.run(Instructions::widest(), N_MEASURED, 1e-9, 1e-14);
        for (states, other) in reference.iter_mut().zip(&other.states) {
            let differs = error(&model.compared(other), &model.compared(states), model.species.len());
            if differs.is_nan() || differs > WILD {
                states.clear();
            }
        }
        let n_wild = reference.iter().filter(|states| states.is_empty()).count();
        (reference, n_wild)
    }

    fn ask(&self, model: &Model, peer: &mut Peer, (rtol, atol): (f64, f64), values: bool) -> Result<Value> {
        let sets: Vec<Vec<f64>> = (0..N_MEASURED).map(|set| factors(set).to_vec()).collect();
        peer.ask(
            json!({"do": "ensemble", "sbml": model.sbml, "until": model.until, "points": N_TIMES + 1, "rtol": rtol,
            "atol": atol, "species": model.species, "parameters": VARIED, "factors": sets, "values": values}),
        )
    }

    /// All sets, at the loosest tolerance that keeps 95 % of the sets within 1e-3.
    fn whole(&self, kind: Instructions, tried: &[Tried]) -> String {
        let good = tried.iter().filter(|one| one.errors[1] <= 1e-3);
        let Some(one) = good.min_by(|a, b| least(&a.seconds).total_cmp(&least(&b.seconds))) else {
            return "no tolerance keeps 95 % of the sets within 1e-3".to_owned();
        };
        let run = self.run(kind, N_ALL, one.rtol, one.atol);
        format!(
            "all {N_ALL} sets at {:.0e}/{:.0e} (95 % within {:.1e}): {:.2} s, {:.0} a second",
            one.rtol,
            one.atol,
            one.errors[1],
            run.seconds,
            N_ALL as f64 / run.seconds
        )
    }

    /// Trajectories per second of one share of the sets.
    fn share(&self, part: usize, parts: usize) -> f64 {
        let n = N_TWO / parts;
        let mut workspace = Workspace::for_program(self.program);
        let mut batch = self.batch(part * n, n);
        let config = SolverConfig { max_steps: 1_000_000, ..SolverConfig::with_tolerance(RTOL_TWO, RTOL_TWO * 1e-3) };
        let start = Instant::now();
        for i in 1..=N_TIMES {
            advance(self.program, &config, &mut workspace, &mut batch, self.time(i));
        }
        n as f64 / start.elapsed().as_secs_f64()
    }
}

/// Two threads of one process against two processes, each with half of the sets, in turn.
fn two_cores(sets: &Sets) -> Result<Group> {
    let (mut threads, mut processes) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        threads.push(std::thread::scope(|scope| {
            let halves = [0, 1].map(|half| scope.spawn(move || sets.share(half, 2)));
            halves.into_iter().map(|half| half.join().unwrap_or(f64::NAN)).sum::<f64>()
        }));
        let start = |half: usize| {
            let mut command = Command::new(std::env::current_exe()?);
            command.args(["ensemble-part", &half.to_string(), "2"]).stdout(std::process::Stdio::piped()).spawn()
        };
        let mut sum = 0.0;
        for child in [start(0)?, start(1)?] {
            let done = child.wait_with_output()?;
            ensure!(done.status.success(), "a process failed");
            sum += String::from_utf8(done.stdout)?.trim().parse::<f64>()?;
        }
        processes.push(sum);
    }
    let ratios: Vec<f64> = threads.iter().zip(&processes).map(|(a, b)| a / b).collect();
    let most = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    let row = Row {
        ratio: geometric_mean(&ratios),
        peer: most(&processes),
        spread: (most(&ratios) - least(&ratios)) / median(&ratios),
        ..Row::ours_only(format!("{N_TWO} sets at {RTOL_TWO:.0e}"), most(&threads))
    };
    Ok(Group { name: "two threads against two processes".into(), rows: vec![row], target: Some(0.97) })
}
