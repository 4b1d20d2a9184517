//! `vesica sweep`: the same worlds at many points, a result folder, and its summary.

mod summary;

use std::path::{Path, PathBuf};
use std::time::Instant;

use vesica_model::Diagnostic;
use vesica_model::diagnostic::nearest;

use super::arguments::{Options, Sweep as Arguments};
use super::input::{self, Input};
use super::problems::{Failed, print, tell, warn};
use super::run::folder::{self, State};
use super::run::{evaluator, stop};
use super::typed_factors::{self, Typed};
use super::words::{counted, typed};
use super::{Done, Verb};
use crate::run::Size;
use crate::scenario;
use crate::study::arms;
use crate::study::design::Design;
use crate::study::factor::Factor;
use crate::study::journal::Journal;
use crate::study::sweep::{Plan, Sweep};
use crate::study::synergy;
use crate::study::{folder as files, runs};
use crate::terminal::{Progress, Terminal};

/// Worlds at each point when nobody says.
const DEFAULT_WORLDS: usize = 16;

/// Points of a design that is no grid when nobody says.
const DEFAULT_POINTS: usize = 64;

/// Runs a design over a scenario.
pub fn sweep(arguments: &Arguments, options: &Options) -> Verb {
    let mut input = input::read(&arguments.scenario, options)?;
    input.scenario.size.n_worlds = arguments.worlds.unwrap_or(DEFAULT_WORLDS);
    input.scenario.size.n_targets = arguments.cells.unwrap_or(input.scenario.size.n_targets);
    warn(options, &input.warnings, &input.sources);
    let out = options.out.clone().unwrap_or_else(|| input.default_out.with_extension("sweep"));
    let command = command(arguments, &input);
    let lock = format!("# {command}\n{}", scenario::lock(&input.scenario, &input.knowledge));
    let mut input = input.locked(&lock)?;
    typed_factors::keep_arms(&mut input.scenario, &arguments.arms)?;
    let design = design(arguments)?;
    let factors = typed_factors::read(&arguments.factors, &mut input)?;
    let size =
        Size { n_worlds: input.scenario.size.n_worlds, n_targets: input.scenario.size.n_targets, ..Size::default() };
    let Typed { mut factors, spans } = factors;
    if design == Design::Grid && factors.len() == 2 && factors.iter().all(|factor| factor.drug().is_some()) {
        if synergy::arms_of_both(&factors, &input.scenario).is_empty() {
            let message = format!("no arm gets both {} and {}", factors[0].name, factors[1].name);
            let help = "add an arm that doses both to the scenario; the amounts there do not matter";
            return Err(Failed::input(vec![Diagnostic::error("E98", message).help(help)]));
        }
        factors = factors.into_iter().map(Factor::with_zero).collect();
    }
    let mut without_vesicles = String::new();
    if let (Design::Grid, Some(drug)) = (design, factors.iter().find(|f| f.makes_a_curve()).and_then(Factor::drug))
        && let Some(arm) = arms::asked(&input.scenario, drug)
    {
        without_vesicles = arms::add_without_vesicles(&mut input.scenario, arm).unwrap_or_default();
    }
    let failed = |diagnostics| Failed { diagnostics, sources: input.sources.clone() };
    let mut plan = Plan::new(&input.scenario, &input.knowledge, size, design, factors, &spans).map_err(failed)?;
    plan.without_vesicles = without_vesicles;
    plan.setup.evaluator = evaluator(options);
    let held = match folder::claim(&out, files::SWEEP_LOCK, &lock, arguments.fresh)? {
        State::Done => {
            let shown = out.display();
            tell(options, &format!("{shown} holds this sweep, finished; it is not run again (--fresh does)\n"));
            return finish(&files::read_sweep(&out).map_err(|error| damaged(&out, &error))?, &out, None, options);
        }
        State::ToDo(held) => held,
    };
    let result = simulate(&plan, &Place { out: &out, lock: &lock, command }, options)?;
    drop(held);
    match result {
        None => Ok(Done::Interrupted),
        Some(sweep) => finish(&sweep, &out, Some(plan.setup.lanes()), options),
    }
}

/// Where a sweep goes, and under which words.
struct Place<'a> {
    out: &'a Path,
    lock: &'a str,
    command: String,
}

/// Makes every run that is not kept and writes the folder; `None` when the user stopped it.
fn simulate(plan: &Plan, place: &Place, options: &Options) -> Result<Option<Sweep>, Failed> {
    let cannot_write = |error| Failed::writing(place.out, error);
    let (n_points, n_worlds, n_runs) = (plan.points.len(), plan.setup.size.n_worlds, plan.n_runs());
    let title = format!("{} × {}", counted(n_points, "point"), counted(n_worlds, "world"));
    let clock = Instant::now();
    let before = Journal::count(place.out, place.lock);
    if before > 0 {
        tell(options, &format!("going on with {before} of {n_runs} runs done\n"));
    }
    let progress = if options.quiet || options.json {
        Progress::silent(n_runs as u64)
    } else {
        Progress::new(Terminal::stderr(), title.clone(), before as u64, n_runs as u64)
    };
    let one = |index: usize| {
        let run = plan.run(index);
        progress.advance(1, "");
        run
    };
    let done = runs::resume(n_runs, place.out, place.lock, &stop::flag(), &one).map_err(cannot_write)?;
    let Some((runs, journal)) = done else {
        progress.clear();
        stopped(progress.percent(), options)?;
        return Ok(None);
    };
    let seed = plan.setup.seed;
    progress.finish(&format!("{title}, done in {} s (seed {seed}; {})", clock.elapsed().as_secs(), plan.setup.lanes()));
    let sweep = plan.result(&runs, place.command.clone());
    files::write_sweep(place.out, &sweep, &runs, place.lock).map_err(cannot_write)?;
    journal.remove().map_err(cannot_write)?;
    Ok(Some(sweep))
}

/// Says how far it came.
pub(super) fn stopped(percent: u64, options: &Options) -> Result<(), Failed> {
    if options.json {
        return print(&format!("{}\n", serde_json::json!({ "stopped": { "percent": percent } })));
    }
    tell(options, &format!("stopped at {percent} %; the same command goes on from there\n"));
    Ok(())
}

pub(super) fn damaged(out: &Path, error: &std::io::Error) -> Failed {
    let message = format!("`{}` is damaged: {error}", out.display());
    Failed::input(vec![
        Diagnostic::error("E95", message).help("give the same command with --fresh: the folder is written anew"),
    ])
}

/// Prints it; `lanes` says what ran, if anything did.
fn finish(sweep: &Sweep, out: &Path, lanes: Option<String>, options: &Options) -> Verb {
    if options.json {
        let mut object = serde_json::to_value(sweep).map_err(std::io::Error::other)?;
        object["out"] = serde_json::json!(out.display().to_string());
        object["lanes"] = serde_json::json!(lanes);
        print(&format!("{object}\n"))?;
    } else {
        print(&summary::text(sweep, out, &Terminal::stdout()))?;
    }
    Ok(if sweep.frozen.is_empty() { Done::Well } else { Done::SomeFrozen })
}

fn design(arguments: &Arguments) -> Result<Design, Failed> {
    let n = arguments.points.unwrap_or(DEFAULT_POINTS);
    match arguments.design.as_str() {
        "grid" if arguments.points.is_some() => Err(Failed::input(vec![
            Diagnostic::error("E97", "a grid has as many points as its levels make, and --points says another number")
                .help("leave --points out and give levels (\"0.1..30 uM, log 9\"), or add --design lhs"),
        ])),
        "grid" => Ok(Design::Grid),
        "lhs" => Ok(Design::LatinHypercube(n)),
        _ => Ok(Design::Sobol(n)),
    }
}

/// The command that does this again, with everything that decides it.
fn command(arguments: &Arguments, input: &Input) -> String {
    let name = Path::new(&arguments.scenario).file_name().map_or_else(PathBuf::new, PathBuf::from);
    let quoted = |text: &String| typed(Path::new(text));
    let mut words = vec!["vesica sweep".to_owned(), typed(&name)];
    words.extend(arguments.factors.iter().map(quoted));
    words.push(format!("--design {}", arguments.design));
    words.extend(arguments.points.map(|points| format!("--points {points}")));
    words.extend(arguments.arms.iter().map(|arm| format!("--arm {}", quoted(arm))));
    let scenario = &input.scenario;
    let size = scenario.size;
    words.push(format!("--seed {} --worlds {} --cells {}", scenario.seed, size.n_worlds, size.n_targets));
    words.join(" ")
}

/// The nearest of some names, as a help.
pub(super) fn known<'a>(name: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(name, names.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known: {}", names.collect::<Vec<_>>().join(", ")),
    }
}
