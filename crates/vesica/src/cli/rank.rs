//! `vesica rank`: which uncertain numbers decide, and what would pin them down.

mod summary;

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::arguments::{Options, Rank as Arguments};
use super::input;
use super::problems::{Failed, print, tell, warn};
use super::run::folder::{self, State};
use super::run::{evaluator, stop};
use super::sweep::{damaged, stopped};
use super::words::{counted, typed};
use super::{Done, Verb};
use crate::run::Size;
use crate::scenario;
use crate::study::journal::{Journal, Run};
use crate::study::question::Question;
use crate::study::rank::{Plan, Rank};
use crate::study::{folder as files, runs};
use crate::terminal::{Progress, Terminal};

/// Rows of the variance-based part when nobody says.
const DEFAULT_ROWS: usize = 64;

/// Numbers in it when nobody says.
const DEFAULT_TOP: usize = 10;

/// Ranks the uncertain numbers of a scenario.
pub fn rank(arguments: &Arguments, options: &Options) -> Verb {
    let mut input = input::read(&arguments.scenario, options)?;
    input.scenario.size.n_targets = arguments.cells.unwrap_or(input.scenario.size.n_targets);
    warn(options, &input.warnings, &input.sources);
    let out = options.out.clone().unwrap_or_else(|| input.default_out.with_extension("rank"));
    let question = Question::new(&input.scenario, arguments.measure.as_deref(), arguments.arm.as_deref())
        .map_err(Failed::input)?;
    let (n_rows, n_top) = (arguments.rows.unwrap_or(DEFAULT_ROWS), arguments.top.unwrap_or(DEFAULT_TOP));
    let command = command(arguments, &question, input.scenario.seed, input.scenario.size.n_targets, (n_rows, n_top));
    let lock = format!("# {command}\n{}", scenario::lock(&input.scenario, &input.knowledge));
    let mut input = input.locked(&lock)?;
    question.keep_arms(&mut input.scenario);
    let size = Size { n_worlds: n_rows, n_targets: input.scenario.size.n_targets, ..Size::default() };
    let failed = |diagnostics| Failed { diagnostics, sources: input.sources.clone() };
    let mut plan = Plan::new(&input.scenario, &input.knowledge, size, question, (n_rows, n_top)).map_err(failed)?;
    plan.setup.evaluator = evaluator(options);
    let held = match folder::claim(&out, files::RANK_LOCK, &lock, arguments.fresh)? {
        State::Done => {
            let shown = out.display();
            tell(options, &format!("{shown} holds this ranking, finished; it is not run again (--fresh does)\n"));
            return finish(&files::read_rank(&out).map_err(|error| damaged(&out, &error))?, &out, None, options);
        }
        State::ToDo(held) => held,
    };
    let result = simulate(&plan, &out, &lock, command, options)?;
    drop(held);
    match result {
        None => Ok(Done::Interrupted),
        Some(rank) => finish(&rank, &out, Some(plan.setup.lanes()), options),
    }
}

/// Makes every run that is not kept, one at a time and then together, and writes the folder; `None` when the user
/// stopped it.
fn simulate(plan: &Plan, out: &Path, lock: &str, command: String, options: &Options) -> Result<Option<Rank>, Failed> {
    let cannot_write = |error| Failed::writing(out, error);
    let n_runs = plan.n_runs();
    let title = counted(n_runs, "run");
    let clock = Instant::now();
    let before = Journal::count(out, lock);
    if before > 0 {
        tell(options, &format!("going on with {before} of {n_runs} runs done\n"));
    }
    let progress = if options.quiet || options.json {
        Progress::silent(n_runs as u64)
    } else {
        Progress::new(Terminal::stderr(), title.clone(), before as u64, n_runs as u64)
    };
    let told = |run: Run, note: &str| {
        progress.advance(1, note);
        run
    };
    let first = |index: usize| told(plan.one_at_a_time(index), "one at a time");
    let flag = stop::flag();
    let done = runs::resume(plan.n_one_at_a_time(), out, lock, &flag, &first).map_err(cannot_write)?;
    let done = match done {
        None => None,
        Some((runs, journal)) => {
            drop(journal);
            let top = plan.top(&runs);
            let either = |index: usize| match index < plan.n_one_at_a_time() {
                true => plan.one_at_a_time(index),
                false => told(plan.together(index, &top), "together"),
            };
            runs::resume(n_runs, out, lock, &flag, &either).map_err(cannot_write)?
        }
    };
    let Some((runs, journal)) = done else {
        progress.clear();
        stopped(progress.percent(), options)?;
        return Ok(None);
    };
    let seed = plan.setup.seed;
    let seconds = clock.elapsed().as_secs();
    progress.finish(&format!("{title}, done in {seconds} s (seed {seed}; {})", plan.setup.lanes()));
    let rank = plan.result(&runs, command);
    files::write_rank(out, &rank, lock).map_err(cannot_write)?;
    journal.remove().map_err(cannot_write)?;
    Ok(Some(rank))
}

/// Prints it; `lanes` says what ran, if anything did.
fn finish(rank: &Rank, out: &Path, lanes: Option<String>, options: &Options) -> Verb {
    if options.json {
        let mut object = serde_json::to_value(rank).map_err(std::io::Error::other)?;
        object["out"] = serde_json::json!(out.display().to_string());
        object["lanes"] = serde_json::json!(lanes);
        print(&format!("{object}\n"))?;
    } else {
        print(&summary::text(rank, out, &Terminal::stdout()))?;
    }
    Ok(if rank.frozen.is_empty() { Done::Well } else { Done::SomeFrozen })
}

/// The command that does this again, with everything that decides it.
fn command(
    arguments: &Arguments,
    question: &Question,
    seed: u64,
    n_cells: usize,
    (n_rows, n_top): (usize, usize),
) -> String {
    let name = Path::new(&arguments.scenario).file_name().map_or_else(PathBuf::new, PathBuf::from);
    let measure = PathBuf::from(format!("{}@{}h", question.measure, question.at_h));
    let arm = arguments.arm.as_ref().map_or(String::new(), |arm| format!(" --arm {}", typed(Path::new(arm))));
    format!(
        "vesica rank {} {}{arm} --rows {n_rows} --top {n_top} --seed {seed} --cells {n_cells}",
        typed(&name),
        typed(&measure)
    )
}
