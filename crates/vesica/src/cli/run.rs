//! `vesica run`: all worlds, a result folder, and its summary.

mod arms;
pub(super) mod folder;
mod json;
pub(super) mod stop;
mod summary;

use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use vesica_engine::Evaluator;
use vesica_model::{Diagnostic, Severity};

use super::arguments::{Options, Run};
use super::input::{self, Input};
use super::problems::{Failed, print, tell, warn};
use super::study;
use super::words::{counted, typed};
use super::{Done, Verb};
use crate::result::Outcome;
use crate::run::outcome::{Frame, outcome};
use crate::run::{Ended, Setup, Size, resume};
use crate::scenario::Method;
use crate::terminal::{Progress, Terminal};
use crate::{ledger, result, scenario};

use folder::{LOCK, State};

/// Runs a scenario, an example or an earlier result folder.
pub fn run(arguments: &Run, options: &Options) -> Verb {
    let word = Path::new(&arguments.scenario);
    if let Some(lock) = study::lock_in(word) {
        return study::again(word, lock, arguments, options);
    }
    if word.is_dir() && (word.join(LOCK).exists() || !input::is_example(&arguments.scenario)) {
        return again(word, arguments, options);
    }
    let mut input = input::read(&arguments.scenario, options)?;
    input.scenario.size.n_worlds = arguments.worlds.unwrap_or(input.scenario.size.n_worlds);
    input.scenario.size.n_targets = arguments.cells.unwrap_or(input.scenario.size.n_targets);
    input.scenario.size.method = arguments.method.unwrap_or(input.scenario.size.method);
    input.tell(options);
    warn(options, &input.warnings, &input.sources);
    let out = options.out.clone().unwrap_or_else(|| input.default_out.clone());
    let lock = scenario::lock(&input.scenario, &input.knowledge);
    let input = input.locked(&lock)?;
    let held = match folder::claim(&out, LOCK, &lock, arguments.fresh)? {
        State::Done => {
            let shown = out.display();
            tell(options, &format!("{shown} holds this run, finished; it is not run again (--fresh does)\n"));
            return finish(&folder::finished(&out)?, &out, arguments.open, options);
        }
        State::ToDo(held) => held,
    };
    let worlds = counted(input.scenario.size.n_worlds, "world");
    if held.n_kept > 0 {
        tell(options, &format!("going on with {} of {worlds} done\n", held.n_kept));
    }
    let simulation = Simulation { input: &input, lock: &lock, out: &out, word: &arguments.scenario };
    match simulation.run(held.n_kept, options)? {
        None => Ok(Done::Interrupted),
        Some(outcome) => finish(&outcome, &out, arguments.open, options),
    }
}

/// What is simulated, and where it goes.
struct Simulation<'a> {
    input: &'a Input,
    lock: &'a str,
    out: &'a Path,
    /// The scenario as it was typed.
    word: &'a str,
}

impl Simulation<'_> {
    /// Runs every world that is not kept and writes the folder; `None` when the user stopped it.
    fn run(&self, n_kept: usize, options: &Options) -> Result<Option<Outcome>, Failed> {
        let Self { input, lock, out, word } = *self;
        let scenario = &input.scenario;
        let failed = |diagnostics| Failed { diagnostics, sources: input.sources.clone() };
        let size = Size { n_worlds: scenario.size.n_worlds, n_targets: scenario.size.n_targets, ..Size::default() };
        let mut setup = Setup::new(scenario, &input.knowledge, size, scenario.seed).map_err(failed)?;
        setup.evaluator = evaluator(options);
        let started = now();
        let clock = Instant::now();
        let title = format!("{} × {}", counted(scenario.arms.len(), "arm"), counted(size.n_worlds, "world"));
        let total = size.n_worlds as u64;
        let progress = if options.quiet || options.json {
            Progress::silent(total)
        } else {
            Progress::new(Terminal::stderr(), title.clone(), n_kept as u64, total)
        };
        let advance = |done: usize| progress.advance(u64::from(done > n_kept), "");
        let cannot_write = |error| Failed::writing(out, error);
        let (ended, kept) = resume(&setup, out, lock, &stop::flag(), &advance).map_err(cannot_write)?;
        let worlds = match ended {
            Ended::Complete(worlds) => worlds,
            Ended::Stopped { done } => {
                progress.clear();
                stopped(done, size.n_worlds, options)?;
                return Ok(None);
            }
        };
        progress.finish(&format!(
            "{title}, done in {} s (seed {}; {})",
            clock.elapsed().as_secs(),
            scenario.seed,
            setup.lanes()
        ));
        let check = ledger::check(scenario, &input.knowledge, &input.warnings);
        let frame = Frame {
            lock: lock.to_owned(),
            dose_statement: ledger::dose_statement(scenario, &check.doses),
            check,
            command: command(word, scenario.seed, size, scenario.size.method),
            warnings: warnings(input, &setup),
        };
        let outcome = outcome(&setup, &worlds, frame);
        result::folder::write(out, &outcome).map_err(cannot_write)?;
        result::folder::write_provenance(out, &outcome, &started, &now()).map_err(cannot_write)?;
        if let Some(kept) = kept {
            kept.remove().map_err(cannot_write)?;
        }
        Ok(Some(outcome))
    }
}

/// What runs the formulas.
pub(super) fn evaluator(options: &Options) -> Evaluator {
    if options.no_jit { Evaluator::Interpreter } else { Evaluator::MachineCode }
}

/// Says how far it came.
fn stopped(done: usize, n_worlds: usize, options: &Options) -> Result<(), Failed> {
    if options.json {
        let object = serde_json::json!({ "stopped": { "worlds_done": done, "worlds": n_worlds } });
        return print(&format!("{object}\n"));
    }
    let percent = 100 * done / n_worlds;
    tell(options, &format!("stopped at {percent} %; the same command goes on from there\n"));
    Ok(())
}

fn command(word: &str, seed: u64, size: Size, method: Method) -> String {
    let name = Path::new(word).file_name().map_or(word.to_owned(), |name| name.to_string_lossy().into_owned());
    let name = typed(Path::new(&name));
    format!("vesica run {name} --seed {seed} --worlds {} --cells {}{}", size.n_worlds, size.n_targets, by(method))
}

/// The method as it is typed, unless it is the one taken without a word.
pub(super) fn by(method: Method) -> String {
    if method == Method::Auto { String::new() } else { format!(" --method {}", method.word()) }
}

/// Warnings of reading, and what only wiring shows: a drug that acts on nothing here.
fn warnings(input: &Input, setup: &Setup) -> Vec<String> {
    let read = input.warnings.iter().filter(|found| found.severity() == Severity::Warning);
    let mut words: Vec<String> = read.map(|found| format!("{}: {}", found.code, found.message)).collect();
    let idle = setup.cells.iter().map(|cell| cell.model.idle_drugs.clone()).reduce(|a, b| &a & &b).unwrap_or_default();
    let idle = idle.iter().map(|drug| format!("W14: {drug} acts on nothing here"));
    let idle: Vec<String> = idle.filter(|drug| !words.contains(drug)).collect();
    words.extend(idle);
    words
}

/// Repeats a finished run in a temporary folder and compares all files.
fn again(folder: &Path, arguments: &Run, options: &Options) -> Verb {
    folder::check_repeatable(folder, LOCK, arguments, options)?;
    let old = folder::finished(folder)?;
    let input = input::read_lock(&folder.join(LOCK), &old.answer.scenario, options)?;
    let temporary = tempfile::tempdir()?;
    let word = folder::word_of(&old.command);
    let simulation = Simulation { input: &input, lock: &old.lock, out: temporary.path(), word: &word };
    if simulation.run(0, options)?.is_none() {
        return Ok(Done::Interrupted);
    }
    told_identical(folder, temporary.path(), options)
}

/// Compares a folder with what repeating it gave, and says so.
///
/// # Errors
/// E93 at the first difference.
pub(super) fn told_identical(folder: &Path, again: &Path, options: &Options) -> Verb {
    let n_files = result::folder::files(folder)?.len();
    match result::folder::compare(folder, again) {
        None if options.json => print(&format!("{}\n", serde_json::json!({ "identical": true, "files": n_files })))?,
        None => print(&format!("identical: {n_files} of {n_files} files\n"))?,
        Some(difference) => {
            return Err(Failed::input(vec![
                Diagnostic::error("E93", format!("not identical: {difference}"))
                    .help("another version of vesica or of the biology was used, or a file was changed by hand"),
            ]));
        }
    }
    Ok(Done::Well)
}

fn finish(outcome: &Outcome, out: &Path, open: bool, options: &Options) -> Verb {
    if options.json {
        print(&format!("{}\n", json::json(outcome, out)))?;
    } else {
        print(&summary::text(outcome, out, &Terminal::stdout()))?;
    }
    if open {
        open_report(out, options);
    }
    Ok(if outcome.answer.frozen.is_empty() { Done::Well } else { Done::SomeFrozen })
}

/// Opens the report of a folder.
pub(super) fn open_report(out: &Path, options: &Options) {
    let report = out.join("report.html");
    if opener::open(&report).is_err() {
        tell(options, &format!("no browser could be opened; the report is {}\n", report.display()));
    }
}

/// The present time, UTC, as RFC 3339. Only `ro-crate-metadata.json` holds it.
fn now() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    // Gregorian calendar from days since 1970-01-01, in eras of 400 years that begin in March
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let (day, month) = (day_of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", of_day / 3_600, of_day / 60 % 60, of_day % 60)
}
