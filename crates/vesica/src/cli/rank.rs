//! `vesica rank`: which uncertain numbers decide, and what would pin them down.

mod summary;

use std::path::{Path, PathBuf};

use super::Verb;
use super::arguments::{Options, Rank as Arguments};
use super::input::{self, Input};
use super::problems::{Failed, warn};
use super::run::{by, evaluator};
use super::study::{self, Ended, Place};
use super::words::{counted, typed};
use crate::run::Size;
use crate::scenario;
use crate::study::folder::{self as files, RANK_LOCK};
use crate::study::journal::Run;
use crate::study::question::Question;
use crate::study::rank::{Plan, Rank};
use crate::study::runs;

/// Rows of the variance-based part when nobody says.
const DEFAULT_ROWS: usize = 64;

/// Numbers in it when nobody says.
const DEFAULT_TOP: usize = 10;

/// Ranks the uncertain numbers of a scenario.
pub fn rank(arguments: &Arguments, options: &Options) -> Verb {
    let mut input = input::read(&arguments.scenario, options)?;
    input.scenario.size.n_targets = arguments.cells.unwrap_or(input.scenario.size.n_targets);
    input.scenario.size.method = arguments.method.unwrap_or(input.scenario.size.method);
    warn(options, &input.warnings, &input.sources);
    let out = options.out.clone().unwrap_or_else(|| input.default_out.with_extension("rank"));
    let command = command(arguments, &asked(arguments, &input)?, &input);
    let lock = study::lock(&command, &scenario::lock(&input.scenario, &input.knowledge));
    let input = input.locked(&lock)?;
    let fresh = arguments.fresh;
    let place = Place { out: &out, file: RANK_LOCK, lock: &lock, command, noun: "ranking", fresh };
    let ended = study(input, arguments, &place, options)?;
    let text = |rank: &Rank, terminal: &_| summary::text(rank, &out, terminal);
    study::finish(ended, &out, &text, &|rank| rank.frozen.is_empty(), arguments.open, options)
}

fn asked(arguments: &Arguments, input: &Input) -> Result<Question, Failed> {
    Question::new(&input.scenario, arguments.measure.as_deref(), arguments.arm.as_deref()).map_err(Failed::input)
}

/// Does it in its place; `input` is what the lock file says.
pub(super) fn study(
    mut input: Input,
    arguments: &Arguments,
    place: &Place,
    options: &Options,
) -> Result<Ended<Rank>, Failed> {
    let question = asked(arguments, &input)?;
    question.keep_arms(&mut input.scenario);
    let (n_rows, n_top) = (arguments.rows.unwrap_or(DEFAULT_ROWS), arguments.top.unwrap_or(DEFAULT_TOP));
    let size = Size { n_worlds: n_rows, n_targets: input.scenario.size.n_targets, ..Size::default() };
    let failed = |diagnostics| Failed { diagnostics, sources: input.sources.clone() };
    let mut plan = Plan::new(&input.scenario, &input.knowledge, size, question, (n_rows, n_top)).map_err(failed)?;
    plan.setup.evaluator = evaluator(options);
    let (n_first, n_runs) = (plan.n_one_at_a_time(), plan.n_runs());
    study::carry_out(
        place,
        &plan.setup,
        (counted(n_runs, "run"), n_runs),
        // one at a time, and then together: which numbers are asked together follows from the first part
        &|progress, stop| {
            let told = |run: Run, note: &str| {
                progress.advance(1, note);
                run
            };
            let first = |index: usize| told(plan.one_at_a_time(index), "one at a time");
            let Some((runs, journal)) = runs::resume(n_first, place.out, place.lock, stop, &first)? else {
                return Ok(None);
            };
            drop(journal);
            let top = plan.top(&runs);
            let second = |index: usize| told(plan.together(index, &top), "together");
            runs::resume(n_runs, place.out, place.lock, stop, &second)
        },
        &|runs| {
            let rank = plan.result(runs, place.command.clone());
            files::write_rank(place.out, &rank, place.lock)?;
            Ok(rank)
        },
        &files::read_rank,
        options,
    )
}

/// The command that does this again, with everything that decides it.
fn command(arguments: &Arguments, question: &Question, input: &Input) -> String {
    let name = study::name_of(&arguments.scenario);
    let measure = typed(&PathBuf::from(format!("{}@{}h", question.measure, question.at_h)));
    let arm = arguments.arm.as_ref().map_or(String::new(), |arm| format!(" --arm {}", typed(Path::new(arm))));
    let (n_rows, n_top) = (arguments.rows.unwrap_or(DEFAULT_ROWS), arguments.top.unwrap_or(DEFAULT_TOP));
    let (seed, size) = (input.scenario.seed, input.scenario.size);
    let (n_cells, method) = (size.n_targets, by(size.method));
    format!("vesica rank {name} {measure}{arm} --rows {n_rows} --top {n_top} --seed {seed} --cells {n_cells}{method}")
}
