//! Who may write into a result folder.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use vesica_model::Diagnostic;

use super::super::arguments::{Options, Run};
use super::super::problems::Failed;
use crate::result::{self, Outcome};
use crate::run::kept;

/// The lock file of a finished run, in its folder.
pub const LOCK: &str = "scenario.lock.toml";

/// File that a running process holds.
const HELD: &str = ".running";

/// What a folder is good for.
pub enum State {
    /// A finished run of the same lock.
    Done,
    /// To be run, held for this process.
    ToDo(Held),
}

/// A folder that this process alone writes into.
pub struct Held {
    /// Worlds of the same run that are done.
    pub n_kept: usize,
    path: PathBuf,
    /// The folder, if it was not there before.
    made: Option<PathBuf>,
    _file: File,
}

impl Drop for Held {
    fn drop(&mut self) {
        // a file that stays behind does no harm: the next run locks it again
        let _ = fs::remove_file(&self.path);
        if let Some(made) = &self.made {
            // a folder with anything in it stays
            let _ = fs::remove_dir(made);
        }
    }
}

/// Looks at the folder and takes it; `file` is the name of the lock file there.
///
/// # Errors
/// E90 it holds another run; E91 it holds something else; E92 another process writes into it.
pub fn claim(out: &Path, file: &str, lock: &str, fresh: bool) -> Result<State, Failed> {
    let problem = |code, message: String, help: &str| Failed::input(vec![Diagnostic::error(code, message).help(help)]);
    let shown = out.display();
    if out.is_file() {
        return Err(problem("E91", format!("`{shown}` is a file"), "choose another folder with --out DIR"));
    }
    let finished = fs::read_to_string(out.join(file)).ok();
    let begun = fs::read_to_string(out.join(kept::FOLDER).join(kept::MARK)).ok();
    if finished.is_none() && begun.is_none() && holds_something_else(out) {
        let help = "choose another folder with --out DIR: nothing is deleted that vesica did not write";
        return Err(problem("E91", format!("`{shown}` holds something that is no result of vesica"), help));
    }
    // a run that was begun is newer than what is finished beside it
    match begun.as_ref().or(finished.as_ref()).filter(|_| !fresh) {
        Some(old) if old != lock => {
            let (there, here) = first_difference(old, lock);
            let help = format!(
                "first difference:\n  there: {there}\n  here:  {here}\nchoose another folder with --out DIR, or replace it with --fresh"
            );
            return Err(problem("E90", format!("`{shown}` holds a run of another scenario"), &help));
        }
        Some(_) if begun.is_none() => return Ok(State::Done),
        _ => {}
    }
    let is_new = !out.exists();
    fs::create_dir_all(out).map_err(|error| Failed::writing(out, error))?;
    let mut held = hold(out, &shown.to_string())?;
    held.made = is_new.then(|| out.to_owned());
    if fresh && begun.is_some() {
        fs::remove_dir_all(out.join(kept::FOLDER)).map_err(|error| Failed::writing(out, error))?;
    }
    held.n_kept = n_kept(out);
    Ok(State::ToDo(held))
}

/// Number of finished worlds of a run that is not complete.
fn n_kept(out: &Path) -> usize {
    let entries = fs::read_dir(out.join(kept::FOLDER)).into_iter().flatten().flatten();
    entries.filter(|entry| Path::new(&entry.file_name()).extension().is_some_and(|ending| ending == "world")).count()
}

/// A finished folder as it was written.
///
/// # Errors
/// E95 when a file of it is gone or damaged.
pub fn finished(out: &Path) -> Result<Outcome, Failed> {
    result::folder::read(out).map_err(|error| {
        let shown = out.display();
        Failed::input(vec![
            Diagnostic::error("E95", format!("`{shown}` is damaged: {error}"))
                .help("run its scenario once more with --fresh: the folder is written anew"),
        ])
    })
}

/// A folder can be repeated when it is a finished run, and only as it was run. `lock` is the name of its lock file.
///
/// # Errors
/// E91 it is none; E80 a number is given that the folder has already.
pub fn check_repeatable(folder: &Path, lock: &str, arguments: &Run, options: &Options) -> Result<(), Failed> {
    let shown = folder.display();
    let problem =
        |code, message: String, help: &str| Err(Failed::input(vec![Diagnostic::error(code, message).help(help)]));
    if folder.join(kept::FOLDER).is_dir() {
        let help = "the command that began it goes on from there";
        return problem("E91", format!("the run in `{shown}` is not finished"), help);
    }
    if !folder.join(lock).exists() {
        let help = "`vesica run` takes a scenario file, an example, or the folder of a finished run";
        return problem("E91", format!("`{shown}` is a folder without `{LOCK}`"), help);
    }
    let given = [
        ("--seed", options.seed.is_some()),
        ("--worlds", arguments.worlds.is_some()),
        ("--cells", arguments.cells.is_some()),
        ("--method", arguments.method.is_some()),
        ("--out", options.out.is_some()),
        ("--fresh", arguments.fresh),
    ];
    match given.iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => {
            let help = "a folder is repeated as it was run, beside itself, and compared; to run it in another way give its scenario file";
            problem("E80", format!("`{option}` does not go with a result folder"), help)
        }
        None => Ok(()),
    }
}

fn hold(out: &Path, shown: &str) -> Result<Held, Failed> {
    let path = out.join(HELD);
    let file = File::create(&path).map_err(|error| Failed::writing(out, error))?;
    match file.try_lock() {
        Ok(()) => Ok(Held { n_kept: 0, path, made: None, _file: file }),
        Err(TryLockError::WouldBlock) => Err(Failed::input(vec![
            Diagnostic::error("E92", format!("another vesica is writing into `{shown}`"))
                .help("wait until it is done, or choose another folder with --out DIR"),
        ])),
        Err(TryLockError::Error(error)) => Err(Failed::writing(out, error)),
    }
}

fn holds_something_else(out: &Path) -> bool {
    let entries =
        fs::read_dir(out).map(|entries| entries.filter_map(Result::ok).collect::<Vec<_>>()).unwrap_or_default();
    entries.iter().any(|entry| entry.file_name() != HELD && entry.file_name() != kept::FOLDER)
}

/// The first lines that differ.
fn first_difference(there: &str, here: &str) -> (String, String) {
    let mut here = here.lines();
    for line in there.lines() {
        let other = here.next().unwrap_or("(nothing)");
        if line != other {
            return (line.to_owned(), other.to_owned());
        }
    }
    ("(nothing)".to_owned(), here.next().unwrap_or("(nothing)").to_owned())
}

/// The scenario that a command names: its third word.
pub fn word_of(command: &str) -> String {
    let word =
        command.strip_prefix("vesica run ").and_then(|rest| rest.rsplit_once(" --seed")).map_or("", |(word, _)| word);
    word.trim_matches('"').replace("\\\"", "\"")
}
