//! What `sweep` and `rank` do alike: take a folder, go on where a run was stopped, print, and repeat a finished one.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use serde::Serialize;
use serde::de::DeserializeOwned;
use vesica_model::Diagnostic;

use super::arguments::{Command, Options, Parsed, Run, parse};
use super::input::{self, Input};
use super::problems::{Failed, print, tell};
use super::run::folder::{self, State};
use super::run::{open_report, stop, told_identical};
use super::words::{split, typed};
use super::{Done, Verb};
use crate::run::Setup;
use crate::study::folder::{RANK_LOCK, SWEEP_LOCK};
use crate::study::journal;
use crate::terminal::{Progress, Terminal};

/// Where a study goes, and under which words.
pub struct Place<'a> {
    pub out: &'a Path,
    /// Name of the lock file in the folder.
    pub file: &'static str,
    /// Its text: the command, and the scenario with every default.
    pub lock: &'a str,
    /// The command that does this again.
    pub command: String,
    /// `sweep` or `ranking`.
    pub noun: &'static str,
    pub fresh: bool,
}

/// What became of a study.
pub enum Ended<T> {
    /// The user stopped it.
    Stopped,
    /// It is done; the second says what ran, if anything did.
    Done(T, Option<String>),
}

/// Runs of a study and the file that holds them.
pub type Runs = (Vec<journal::Run>, journal::Journal);

/// The first line of a lock file and the rest.
pub fn lock(command: &str, scenario: &str) -> String {
    format!("# {command}\n{scenario}")
}

/// Name of a scenario in a command.
pub fn name_of(scenario: &str) -> String {
    typed(&Path::new(scenario).file_name().map_or_else(PathBuf::new, PathBuf::from))
}

/// Takes the folder and does it there, unless it is done: `make` makes the runs, `write` the files.
///
/// # Errors
/// A folder that holds something else, is in use or cannot be written; E95 when it is finished but damaged.
pub fn carry_out<T: DeserializeOwned>(
    place: &Place,
    setup: &Setup,
    (title, n_runs): (String, usize),
    make: &dyn Fn(&Progress, &AtomicBool) -> io::Result<Option<Runs>>,
    write: &dyn Fn(&[journal::Run]) -> io::Result<T>,
    read: &dyn Fn(&Path) -> io::Result<T>,
    options: &Options,
) -> Result<Ended<T>, Failed> {
    let out = place.out;
    let cannot_write = |error| Failed::writing(out, error);
    let held = match folder::claim(out, place.file, place.lock, place.fresh)? {
        State::Done => {
            let (shown, noun) = (out.display(), place.noun);
            tell(options, &format!("{shown} holds this {noun}, finished; it is not run again (--fresh does)\n"));
            return Ok(Ended::Done(read(out).map_err(|error| damaged(out, &error))?, None));
        }
        State::ToDo(held) => held,
    };
    let clock = Instant::now();
    let before = journal::Journal::count(out, place.lock);
    if before > 0 {
        tell(options, &format!("going on with {before} of {n_runs} runs done\n"));
    }
    let progress = if options.quiet || options.json {
        Progress::silent(n_runs as u64)
    } else {
        Progress::new(Terminal::stderr(), title.clone(), before as u64, n_runs as u64)
    };
    let Some((runs, journal)) = make(&progress, &stop::flag()).map_err(cannot_write)? else {
        progress.clear();
        stopped(progress.percent(), options)?;
        return Ok(Ended::Stopped);
    };
    let (seconds, seed, lanes) = (clock.elapsed().as_secs(), setup.seed, setup.lanes());
    progress.finish(&format!("{title}, done in {seconds} s (seed {seed}; {lanes})"));
    let result = write(&runs).map_err(cannot_write)?;
    journal.remove().map_err(cannot_write)?;
    drop(held);
    Ok(Ended::Done(result, Some(lanes)))
}

/// Says how far it came.
fn stopped(percent: u64, options: &Options) -> Result<(), Failed> {
    if options.json {
        return print(&format!("{}\n", serde_json::json!({ "stopped": { "percent": percent } })));
    }
    tell(options, &format!("stopped at {percent} %; the same command goes on from there\n"));
    Ok(())
}

fn damaged(out: &Path, error: &io::Error) -> Failed {
    let message = format!("`{}` is damaged: {error}", out.display());
    Failed::input(vec![
        Diagnostic::error("E95", message).help("give the same command with --fresh: the folder is written anew"),
    ])
}

/// Prints what it gave, and opens its report when that is wanted.
pub fn finish<T: Serialize>(
    ended: Ended<T>,
    out: &Path,
    text: &dyn Fn(&T, &Terminal) -> String,
    is_whole: &dyn Fn(&T) -> bool,
    open: bool,
    options: &Options,
) -> Verb {
    let Ended::Done(result, lanes) = ended else { return Ok(Done::Interrupted) };
    if options.json {
        let mut object = serde_json::to_value(&result).map_err(io::Error::other)?;
        object["out"] = serde_json::json!(out.display().to_string());
        object["lanes"] = serde_json::json!(lanes);
        print(&format!("{object}\n"))?;
    } else {
        print(&text(&result, &Terminal::stdout()))?;
    }
    if open {
        open_report(out, options);
    }
    Ok(if is_whole(&result) { Done::Well } else { Done::SomeFrozen })
}

/// The lock file of a study in a folder.
pub fn lock_in(folder: &Path) -> Option<&'static str> {
    [SWEEP_LOCK, RANK_LOCK].into_iter().find(|file| folder.join(file).exists())
}

/// Repeats a finished study in a temporary folder and compares all files.
///
/// # Errors
/// What repeating a run says; E95 when the command in the lock file cannot be read.
pub fn again(folder: &Path, file: &'static str, arguments: &Run, options: &Options) -> Verb {
    folder::check_repeatable(folder, file, arguments, options)?;
    let lock = std::fs::read_to_string(folder.join(file)).map_err(|error| damaged(folder, &error))?;
    let command = lock.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default();
    let unreadable = || damaged(folder, &io::Error::other(format!("{file} does not begin with its command")));
    let Parsed::Call(parsed, _) = parse(split(command).into_iter().map(Into::into)) else { return Err(unreadable()) };
    let scenario = |word: &str| -> Result<Input, Failed> {
        let name = Path::new(word).file_stem().map_or(word.to_owned(), |stem| stem.to_string_lossy().into_owned());
        input::read_lock(&folder.join(file), &name, options)
    };
    let temporary = tempfile::tempdir()?;
    let out = temporary.path();
    let command = command.to_owned();
    let is_done = match parsed {
        Command::Sweep(words) => {
            let place = Place { out, file, lock: &lock, command, noun: "sweep", fresh: false };
            matches!(super::sweep::study(scenario(&words.scenario)?, &words, &place, options)?, Ended::Done(..))
        }
        Command::Rank(words) => {
            let place = Place { out, file, lock: &lock, command, noun: "ranking", fresh: false };
            matches!(super::rank::study(scenario(&words.scenario)?, &words, &place, options)?, Ended::Done(..))
        }
        _ => return Err(unreadable()),
    };
    if is_done { told_identical(folder, out, options) } else { Ok(Done::Interrupted) }
}
