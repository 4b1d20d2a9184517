//! `vesica sweep`: the same worlds at many points, a result folder, and its summary.

mod summary;

use std::path::Path;

use vesica_model::Diagnostic;
use vesica_model::diagnostic::nearest;

use super::Verb;
use super::arguments::{Options, Sweep as Arguments};
use super::input::{self, Input};
use super::problems::{Failed, warn};
use super::run::{by, evaluator};
use super::study::{self, Ended, Place};
use super::typed_factors::{self, Typed};
use super::words::{counted, typed};
use crate::run::Size;
use crate::scenario::{self, Scenario};
use crate::study::design::Design;
use crate::study::factor::Factor;
use crate::study::folder::{self as files, SWEEP_LOCK};
use crate::study::sweep::{Plan, Sweep};
use crate::study::{arms, runs, synergy};

/// Worlds at each point when nobody says.
const DEFAULT_WORLDS: usize = 16;

/// Points of a design that is no grid when nobody says.
const DEFAULT_POINTS: usize = 64;

/// Runs a design over a scenario.
pub fn sweep(arguments: &Arguments, options: &Options) -> Verb {
    let mut input = input::read(&arguments.scenario, options)?;
    input.scenario.size.n_worlds = arguments.worlds.unwrap_or(DEFAULT_WORLDS);
    input.scenario.size.n_targets = arguments.cells.unwrap_or(input.scenario.size.n_targets);
    input.scenario.size.method = arguments.method.unwrap_or(input.scenario.size.method);
    warn(options, &input.warnings, &input.sources);
    let out = options.out.clone().unwrap_or_else(|| input.default_out.with_extension("sweep"));
    let command = command(arguments, &input);
    let lock = study::lock(&command, &scenario::lock(&input.scenario, &input.knowledge));
    let input = input.locked(&lock)?;
    let fresh = arguments.fresh;
    let place = Place { out: &out, file: SWEEP_LOCK, lock: &lock, command, noun: "sweep", fresh };
    let ended = study(input, arguments, &place, options)?;
    let text = |sweep: &Sweep, terminal: &_| summary::text(sweep, &out, terminal);
    study::finish(ended, &out, &text, &|sweep| sweep.frozen.is_empty(), arguments.open, options)
}

/// Does it in its place; `input` is what the lock file says.
pub(super) fn study(
    mut input: Input,
    arguments: &Arguments,
    place: &Place,
    options: &Options,
) -> Result<Ended<Sweep>, Failed> {
    typed_factors::keep_arms(&mut input.scenario, &arguments.arms)?;
    let design = design(arguments)?;
    let Typed { factors, spans, warnings } = typed_factors::read(&arguments.factors, &mut input)?;
    warn(options, &warnings, &input.sources);
    let factors = alone_and_together(factors, design, &input.scenario)?;
    let without_vesicles = add_without_vesicles(&factors, design, &mut input.scenario);
    let size =
        Size { n_worlds: input.scenario.size.n_worlds, n_targets: input.scenario.size.n_targets, ..Size::default() };
    let failed = |diagnostics| Failed { diagnostics, sources: input.sources.clone() };
    let mut plan = Plan::new(&input.scenario, &input.knowledge, size, design, factors, &spans).map_err(failed)?;
    plan.without_vesicles = without_vesicles;
    plan.setup.evaluator = evaluator(options);
    let (n_points, n_worlds, n_runs) = (plan.points.len(), plan.setup.size.n_worlds, plan.n_runs());
    let title = format!("{} × {}", counted(n_points, "point"), counted(n_worlds, "world"));
    study::carry_out(
        place,
        &plan.setup,
        (title, n_runs),
        &|progress, stop| {
            let one = |index: usize| {
                let run = plan.run(index);
                progress.advance(1, "");
                run
            };
            runs::resume(n_runs, place.out, place.lock, stop, &one)
        },
        &|runs| {
            let sweep = plan.result(runs, place.command.clone());
            files::write_sweep(place.out, &sweep, runs, place.lock)?;
            Ok(sweep)
        },
        &files::read_sweep,
        options,
    )
}

/// A grid over two drugs and nothing else gives each alone, too.
fn alone_and_together(factors: Vec<Factor>, design: Design, scenario: &Scenario) -> Result<Vec<Factor>, Failed> {
    let is_map = design == Design::Grid && factors.len() == 2 && factors.iter().all(|factor| factor.drug().is_some());
    if !is_map {
        return Ok(factors);
    }
    if synergy::arms_of_both(&factors, scenario).is_empty() {
        let message = format!("no arm gets both {} and {}", factors[0].name, factors[1].name);
        let help = "add an arm that doses both to the scenario; the amounts there do not matter";
        return Err(Failed::input(vec![Diagnostic::error("E98", message).help(help)]));
    }
    Ok(factors.into_iter().map(Factor::with_zero).collect())
}

/// A dose–response curve is asked without vesicles, too: the name of that arm, or nothing.
fn add_without_vesicles(factors: &[Factor], design: Design, scenario: &mut Scenario) -> String {
    let curve = factors.iter().find(|factor| factor.makes_a_curve()).filter(|_| design == Design::Grid);
    let arm = curve.and_then(Factor::drug).and_then(|drug| arms::asked(scenario, drug));
    arm.and_then(|arm| arms::add_without_vesicles(scenario, arm)).unwrap_or_default()
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
    let quoted = |text: &String| typed(Path::new(text));
    let mut words = vec!["vesica sweep".to_owned(), study::name_of(&arguments.scenario)];
    words.extend(arguments.factors.iter().map(quoted));
    words.push(format!("--design {}", arguments.design));
    words.extend(arguments.points.map(|points| format!("--points {points}")));
    words.extend(arguments.arms.iter().map(|arm| format!("--arm {}", quoted(arm))));
    let scenario = &input.scenario;
    let size = scenario.size;
    words.push(format!("--seed {} --worlds {} --cells {}", scenario.seed, size.n_worlds, size.n_targets));
    words.join(" ") + &by(size.method)
}

/// The nearest of some names, as a help.
pub(super) fn known<'a>(name: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(name, names.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known: {}", names.collect::<Vec<_>>().join(", ")),
    }
}
