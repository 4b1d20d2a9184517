//! One trajectory at equal achieved error, against libRoadRunner and COPASI, over models that were not chosen by result.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::json;
use vesica_engine::{Batch, LaneStatus, SolverConfig, Workspace, follow};

use crate::Asked;
use crate::curve::{Point, TARGETS, achieved, error, seconds_at};
use crate::machine::{geometric_mean, least, median, repeated};
use crate::models::{self, Model, N_BIOMODELS};
use crate::outcome::{Group, Outcome, Row};
use crate::peers::{Peer, numbers, rows};

const ROUNDS: usize = 3;
/// For each tolerance, tool and round.
const BUDGET: Duration = Duration::from_millis(25);
/// A run that takes longer is not repeated, and nothing tighter is asked.
const TOO_LONG: f64 = 1.5;
const TOLERANCES: [f64; 9] = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10];
/// Absolute tolerance, as a share of the relative one times the geometric mean of what species reach. Each tool is
/// given both, and its best counts.
const SHARES: [f64; 2] = [1e-3, 1e-6];
/// What the fine reference is followed with.
const FINE: f64 = 1e-12;
/// Below so many times what tools disagree by at their tightest, errors say nothing.
const MARGIN: f64 = 5.0;

/// Runs it.
pub fn bench(asked: Asked) -> Result<Outcome> {
    let title = "single: one trajectory, seconds at equal achieved error".to_owned();
    if asked.is_quick {
        let network = models::read("ring", &crate::made::ring(50))?;
        let program = vesica_engine::compile(&network)?;
        let mut workspace = Workspace::for_program(&program);
        let mut run = || run_program(&program, &mut workspace, &[1.0, 10.0], 1e-6, 1e-9);
        let seconds = repeated(BUDGET, || drop(std::hint::black_box(run())));
        let rows = vec![Row::ours_only("made by rule, 50 species", 1e3 * least(&seconds))];
        let groups = vec![Group { name: "ours alone".into(), rows, target: None }];
        return Ok(Outcome { title, unit: "ms".into(), groups, notes: Vec::new() });
    }
    let models = models::all(N_BIOMODELS)?;
    let mut peers = [Peer::roadrunner()?, Peer::copasi()?];
    let mut groups: Vec<Group> = peers
        .iter()
        .zip([4.0, 8.0])
        .map(|(peer, target)| Group { name: peer.name.clone(), rows: Vec::new(), target: Some(target) })
        .collect();
    let mut notes = vec![
        "times: geometric mean over the errors compared (1e-3 to 1e-7, those that both reach and the reference allows)"
            .to_owned(),
    ];
    for model in models.models.iter().filter(|model| model.name.contains(&asked.only)) {
        eprintln!("{}", model.name);
        match compare(model, &mut peers) {
            Ok(rows) => groups.iter_mut().zip(rows).for_each(|(group, row)| group.rows.push(row)),
            Err(error) => notes.push(format!("{} not compared: {error}", model.name)),
        }
    }
    notes.push(format!("not read by us: {}", models.refused.join("; ")));
    Ok(Outcome { title, unit: "ms".into(), groups, notes })
}

/// Seconds of each round, and the error, at one choice of tolerances.
#[derive(Clone, Debug)]
struct Tried {
    rtol: f64,
    atol: f64,
    rounds: Vec<f64>,
    error: f64,
}

fn compare(model: &Model, peers: &mut [Peer; 2]) -> Result<Vec<Row>> {
    let mut workspace = Workspace::for_program(&model.program);
    let scale = scale(model, &mut workspace)?;
    let fine = run(model, &mut workspace, FINE, FINE * 1e-3 * scale.0).context("no reference: the fine run fails")?;
    let reference = model.compared(&fine);
    let mut ours = Tool::new(scale.0);
    let mut theirs = [Tool::new(scale.1), Tool::new(scale.1)];
    for round in 0..ROUNDS {
        ours.round(round, &reference, model.species.len(), |rtol, atol| {
            let mut values = None;
            let seconds = repeated(BUDGET, || values = run(model, &mut workspace, rtol, atol));
            Ok((least(&seconds), model.compared(&values.context("it fails")?)))
        });
        for (tool, peer) in theirs.iter_mut().zip(&mut *peers) {
            tool.round(round, &reference, model.species.len(), |rtol, atol| {
                let (sbml, until, points) = (&model.sbml, model.until, model.points);
                let budget = BUDGET.as_secs_f64();
                let answer = peer.ask(json!({"do": "run", "sbml": sbml, "until": until, "points": points,
                    "rtol": rtol, "atol": atol, "budget": budget, "species": model.species}))?;
                // the start is not compared
                let values = rows(&answer["values"]).split_off(model.species.len());
                Ok((least(&numbers(&answer["seconds"])), values))
            });
        }
    }
    let floor = theirs.iter().map(Tool::finest).fold(f64::INFINITY, f64::min);
    let compared = theirs.iter().map(|tool| row(model, &ours, tool, floor)).collect();
    Ok(compared)
}

/// What species reach: geometric mean of their largest amounts, and of their largest concentrations.
fn scale(model: &Model, workspace: &mut Workspace) -> Result<(f64, f64)> {
    let rough = run(model, workspace, 1e-6, 1e-12).context("a first run at 1e-6 fails")?;
    let concentrations = model.compared(&rough);
    let mean = |values: &[f64], n: usize| {
        let largest = (0..n).map(|s| values.iter().skip(s).step_by(n).fold(0.0, |most: f64, x| most.max(x.abs())));
        geometric_mean(&largest.filter(|largest| *largest > 0.0).collect::<Vec<_>>())
    };
    let scale = (mean(&rough, model.program.n_species()), mean(&concentrations, model.species.len()));
    if !(scale.0.is_finite() && scale.1.is_finite()) {
        bail!("nothing in it is anything but zero");
    }
    Ok(scale)
}

/// A tool's runs of one model.
#[derive(Debug)]
struct Tool {
    tried: Vec<Tried>,
    failure: Option<String>,
}

impl Tool {
    fn new(scale: f64) -> Self {
        let choices = SHARES.iter().flat_map(|share| TOLERANCES.map(|rtol| (rtol, rtol * share * scale)));
        let tried = choices.map(|(rtol, atol)| Tried { rtol, atol, rounds: Vec::new(), error: f64::NAN }).collect();
        Self { tried, failure: None }
    }

    /// One run at every choice of tolerances; in later rounds at those that worked.
    fn round(
        &mut self,
        round: usize,
        reference: &[f64],
        n_species: usize,
        mut run: impl FnMut(f64, f64) -> Result<(f64, Vec<f64>)>,
    ) {
        let mut too_long = 0.0;
        for tried in &mut self.tried {
            let worked = round == 0 || (tried.error.is_finite() && tried.rounds[0] < TOO_LONG);
            if !worked || (round == 0 && too_long > 0.0 && tried.rtol <= too_long) {
                continue;
            }
            match run(tried.rtol, tried.atol) {
                Ok((seconds, values)) => {
                    tried.rounds.push(seconds);
                    tried.error = error(&values, reference, n_species);
                    if seconds > TOO_LONG {
                        too_long = tried.rtol;
                    }
                }
                Err(error) => self.failure = Some(error.to_string()),
            }
        }
    }

    fn finest(&self) -> f64 {
        self.tried.iter().map(|tried| tried.error).fold(f64::INFINITY, f64::min)
    }

    /// By the least time of all rounds, or by one of them.
    fn points(&self, round: Option<usize>) -> Vec<Point> {
        let seconds = |tried: &Tried| match round {
            Some(round) => tried.rounds.get(round).or(tried.rounds.first()).copied().unwrap_or(f64::NAN),
            None => least(&tried.rounds),
        };
        let points = self.tried.iter().map(|tried| Point { seconds: seconds(tried), error: tried.error });
        points.filter(|point| point.seconds.is_finite()).collect()
    }
}

fn row(model: &Model, ours: &Tool, theirs: &Tool, floor: f64) -> Row {
    let targets: Vec<f64> = TARGETS.into_iter().filter(|target| *target >= MARGIN * floor).collect();
    let at = |round: Option<usize>| {
        let (mine, other) = (ours.points(round), theirs.points(round));
        let both =
            targets.iter().filter_map(|target| Some((seconds_at(&mine, *target)?, seconds_at(&other, *target)?)));
        let (mine, other): (Vec<f64>, Vec<f64>) = both.unzip();
        (geometric_mean(&mine), geometric_mean(&other), mine.len())
    };
    let (mine, other, n) = at(None);
    let ratios: Vec<f64> = (0..ROUNDS).map(|round| at(Some(round))).map(|(mine, other, _)| other / mine).collect();
    let middle = targets.get(n / 2).copied().unwrap_or(f64::NAN);
    let mut note = format!("{n} errors");
    if floor > 1e-7 / MARGIN {
        note += &format!("; tools agree to {floor:.0e}");
    }
    if let Some(failure) = theirs.failure.as_ref().or(ours.failure.as_ref()) {
        note += &format!("; at some tolerance: {}", failure.chars().take(60).collect::<String>());
    }
    Row {
        name: model.name.clone(),
        ratio: other / mine,
        ours: 1e3 * mine,
        peer: 1e3 * other,
        error_ours: achieved(&ours.points(None), middle),
        error_peer: achieved(&theirs.points(None), middle),
        spread: (ratios.iter().copied().fold(0.0, f64::max) - least(&ratios)) / median(&ratios),
        note,
    }
}

fn run(model: &Model, workspace: &mut Workspace, rtol: f64, atol: f64) -> Option<Vec<f64>> {
    run_program(&model.program, workspace, &model.times(), rtol, atol)
}

fn run_program(
    program: &vesica_engine::Program,
    workspace: &mut Workspace,
    times: &[f64],
    rtol: f64,
    atol: f64,
) -> Option<Vec<f64>> {
    let mut batch = Batch::new(program, 1);
    let config = SolverConfig { max_steps: 10_000_000, ..SolverConfig::with_tolerance(rtol, atol) };
    let mut out = Vec::new();
    follow(program, &config, workspace, &mut batch, 0, times, &mut out);
    (*batch.status(0) == LaneStatus::Running).then_some(out)
}
