//! Who may write into a result folder.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use vesica_model::Diagnostic;

use super::super::problems::Failed;
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
    path: std::path::PathBuf,
    _file: File,
}

impl Drop for Held {
    fn drop(&mut self) {
        // a file that stays behind does no harm: the next run locks it again
        let _ = fs::remove_file(&self.path);
    }
}

/// Looks at the folder and takes it.
///
/// # Errors
/// E90 it holds another run; E91 it holds something else; E92 another process writes into it.
pub fn claim(out: &Path, lock: &str, fresh: bool) -> Result<State, Failed> {
    let problem = |code, message: String, help: &str| Failed::input(vec![Diagnostic::error(code, message).help(help)]);
    let shown = out.display();
    if out.is_file() {
        return Err(problem("E91", format!("`{shown}` is a file"), "choose another folder with --out DIR"));
    }
    let finished = fs::read_to_string(out.join(LOCK)).ok();
    let begun = fs::read_to_string(out.join(kept::FOLDER).join("fingerprint")).ok();
    if finished.is_none() && begun.is_none() && holds_something_else(out) {
        let help = "choose another folder with --out DIR: nothing is deleted that vesica did not write";
        return Err(problem("E91", format!("`{shown}` holds something that is no result of vesica"), help));
    }
    fs::create_dir_all(out)?;
    let held = hold(out, &shown.to_string())?;
    if fresh {
        let _ = fs::remove_dir_all(out.join(kept::FOLDER));
        return Ok(State::ToDo(held));
    }
    match finished.or(begun.clone()) {
        Some(old) if old != lock => {
            let help = format!(
                "first difference:\n  there: {}\n  here:  {}\nchoose another folder with --out DIR, or replace it with --fresh",
                first_difference(&old, lock).0,
                first_difference(&old, lock).1
            );
            Err(problem("E90", format!("`{shown}` holds a run of another scenario"), &help))
        }
        Some(_) if begun.is_none() => Ok(State::Done),
        _ => Ok(State::ToDo(held)),
    }
}

fn hold(out: &Path, shown: &str) -> Result<Held, Failed> {
    let path = out.join(HELD);
    let file = File::create(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(Held { path, _file: file }),
        Err(TryLockError::WouldBlock) => Err(Failed::input(vec![
            Diagnostic::error("E92", format!("another vesica is writing into `{shown}`"))
                .help("wait until it is done, or choose another folder with --out DIR"),
        ])),
        Err(TryLockError::Error(error)) => Err(error.into()),
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
    command.strip_prefix("vesica run ").and_then(|rest| rest.split(" --seed").next()).unwrap_or("").to_owned()
}
