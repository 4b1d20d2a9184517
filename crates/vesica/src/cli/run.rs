//! `vesica run`: all worlds, a result folder, and its summary.

mod folder;
mod summary;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use vesica_model::{Diagnostic, Severity};

use super::arguments::{Options, Run};
use super::input::{self, Input};
use super::problems::{Failed, print, tell, warn};
use super::{Done, Verb};
use crate::result::Outcome;
use crate::run::outcome::{Frame, outcome};
use crate::run::{Ended, Setup, Size, resume};
use crate::terminal::{Progress, Terminal};
use crate::{ledger, result, scenario};

use folder::{LOCK, State};

/// Runs a scenario, an example or an earlier result folder.
pub fn run(arguments: &Run, options: &Options) -> Verb {
    let word = Path::new(&arguments.scenario);
    if word.is_dir() {
        return again(word, options);
    }
    let mut input = input::read(&arguments.scenario, options)?;
    input.scenario.size.n_worlds = arguments.worlds.unwrap_or(input.scenario.size.n_worlds);
    input.scenario.size.n_targets = arguments.cells.unwrap_or(input.scenario.size.n_targets);
    warn(options, &input.warnings, &input.sources);
    let out = options.out.clone().unwrap_or_else(|| input.default_out.clone());
    let lock = scenario::lock(&input.scenario, &input.knowledge);
    let _held = match folder::claim(&out, &lock, arguments.fresh)? {
        State::Done => {
            tell(options, &format!("{} is complete for this scenario; --fresh runs it again\n", out.display()));
            return finish(&result::folder::read(&out)?, &out, arguments.open, options);
        }
        State::ToDo(held) => held,
    };
    match simulate(&input, &lock, &out, &arguments.scenario, options)? {
        None => Ok(Done::Interrupted),
        Some(outcome) => finish(&outcome, &out, arguments.open, options),
    }
}

/// Runs every world and writes the folder; `None` when the user stopped it.
fn simulate(input: &Input, lock: &str, out: &Path, word: &str, options: &Options) -> Result<Option<Outcome>, Failed> {
    let scenario = &input.scenario;
    let failed = |diagnostics| Failed { diagnostics, sources: input.sources.clone() };
    let size = Size { n_worlds: scenario.size.n_worlds, n_targets: scenario.size.n_targets, ..Size::default() };
    let setup = Setup::new(scenario, &input.knowledge, size, scenario.seed).map_err(failed)?;
    let started = now();
    let clock = Instant::now();
    let title = format!("{} arms × {} worlds", scenario.arms.len(), size.n_worlds);
    let total = size.n_worlds as u64;
    let progress = if options.quiet || options.json {
        Progress::silent(total)
    } else {
        Progress::new(Terminal::stderr(), title.clone(), 0, total)
    };
    let (ended, kept) = resume(&setup, out, lock, &stop_flag(), &|_| progress.advance(1, ""))?;
    let worlds = match ended {
        Ended::Complete(worlds) => worlds,
        Ended::Stopped { done } => {
            progress.clear();
            let percent = 100 * done / size.n_worlds;
            tell(options, &format!("stopped at {percent} %; the same command goes on from there\n"));
            return Ok(None);
        }
    };
    progress.finish(&format!("{title}, done in {} s (seed {})", clock.elapsed().as_secs(), scenario.seed));
    let check = ledger::check(scenario, &input.knowledge, &input.warnings);
    let frame = Frame {
        lock: lock.to_owned(),
        dose_statement: ledger::dose_statement(scenario),
        check,
        command: command(word, scenario.seed, size),
        warnings: warnings(input, &setup),
    };
    let outcome = outcome(&setup, &worlds, frame);
    result::folder::write(out, &outcome)?;
    result::folder::write_provenance(out, &outcome, &started, &now())?;
    if let Some(kept) = kept {
        kept.remove()?;
    }
    Ok(Some(outcome))
}

fn command(word: &str, seed: u64, size: Size) -> String {
    let name = Path::new(word).file_name().map_or(word.to_owned(), |name| name.to_string_lossy().into_owned());
    format!("vesica run {name} --seed {seed} --worlds {} --cells {}", size.n_worlds, size.n_targets)
}

/// Warnings of reading, and what only wiring shows: a drug that acts on nothing here.
fn warnings(input: &Input, setup: &Setup) -> Vec<String> {
    let read = input.warnings.iter().filter(|found| found.severity() == Severity::Warning);
    let mut words: Vec<String> = read.map(|found| format!("{}: {}", found.code, found.message)).collect();
    let idle = setup.cells.iter().map(|cell| cell.model.idle_drugs.clone()).reduce(|a, b| &a & &b).unwrap_or_default();
    words.extend(idle.iter().map(|drug| format!("W33: drug \"{drug}\" acts on nothing here")));
    words
}

/// Repeats a finished run in a temporary folder and compares all files.
fn again(folder: &Path, options: &Options) -> Verb {
    let lock = folder.join(LOCK);
    if !lock.exists() {
        return Err(Failed::input(vec![
            Diagnostic::error("E91", format!("`{}` is a folder without `{LOCK}`", folder.display()))
                .help("`vesica run` takes a scenario file, an example, or the folder of a finished run"),
        ]));
    }
    let old = result::folder::read(folder)?;
    let input = input::read_lock(&lock, &old.answer.scenario, options)?;
    let temporary = tempfile::tempdir()?;
    let word = folder::word_of(&old.command);
    match simulate(&input, &old.lock, temporary.path(), &word, options)? {
        None => return Ok(Done::Interrupted),
        Some(_) => {}
    }
    let n_files = result::folder::files(folder)?.len();
    match result::folder::compare(folder, temporary.path()) {
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
        print(&format!("{}\n", summary::json(outcome, out)))?;
    } else {
        print(&summary::text(outcome, out, &Terminal::stdout()))?;
    }
    if open {
        let report = out.join("report.html");
        if opener::open(&report).is_err() {
            tell(options, &format!("no browser could be opened; the report is {}\n", report.display()));
        }
    }
    Ok(if outcome.answer.frozen.is_empty() { Done::Well } else { Done::SomeFrozen })
}

/// Set by Ctrl-C: the run ends after the worlds that are being simulated.
fn stop_flag() -> Arc<AtomicBool> {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    let flag = FLAG.get_or_init(|| {
        let flag = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&flag);
        // without a handler Ctrl-C simply ends the process; finished worlds are kept all the same
        let _ = ctrlc::set_handler(move || seen.store(true, Ordering::Relaxed));
        flag
    });
    Arc::clone(flag)
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
