//! How problems reach the user: as text or JSON, with the exit code.

use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

use vesica_model::{Diagnostic, Severity};

use super::arguments::Options;
use crate::render::{self, Sources};
use crate::terminal::{Terminal, write_stderr, write_stdout};

/// A verb that could not do what it was asked for.
#[derive(Debug, Default)]
pub struct Failed {
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts it was found in.
    pub sources: Sources,
}

impl Failed {
    /// Problems without a text to show.
    pub fn input(diagnostics: Vec<Diagnostic>) -> Self {
        Self { diagnostics, sources: Sources::default() }
    }

    /// Prints all of it; gives the exit code: 1, or 2 when we are to blame.
    pub fn report(&self, options: &Options) -> ExitCode {
        let is_ours = self.diagnostics.iter().any(|found| found.severity() == Severity::Fault);
        let code = if is_ours { 2 } else { 1 };
        let printed = if options.json {
            write_stdout(&format!("{}\n", render::json(&self.diagnostics, &self.sources)))
        } else {
            write_stderr(&render::text(&self.diagnostics, &self.sources, &Terminal::stderr()))
        };
        ExitCode::from(if printed.is_ok() { code } else { 2 })
    }
}

impl Failed {
    /// A folder or file that cannot be written.
    pub fn writing(path: &Path, error: std::io::Error) -> Self {
        Self::of_system(&format!("`{}` cannot be written: ", path.display()), &error)
    }

    fn of_system(before: &str, error: &std::io::Error) -> Self {
        let help = match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                "choose a place you may write to with --out, as in --out ~/results"
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                "make room on the disk, then give the same command: it goes on from what is done"
            }
            _ => "check the path, or choose another with --out",
        };
        Self::input(vec![Diagnostic::error("E40", format!("{before}{error}")).help(help)])
    }
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self::of_system("", &error)
    }
}

/// Prints a result to stdout.
///
/// # Errors
/// A device that cannot be written to (a closed pipe is none).
pub fn print(text: &str) -> Result<(), Failed> {
    write_stdout(text).map_err(Failed::from)
}

/// Prints talk to stderr, unless it is not wanted. Talk that cannot be printed is no failure.
pub fn tell(options: &Options, text: &str) {
    if !options.quiet && !options.json {
        let _ = write_stderr(text);
    }
}

/// Shows warnings on stderr; in JSON they stand in the object.
pub fn warn(options: &Options, diagnostics: &[Diagnostic], sources: &Sources) {
    if !diagnostics.is_empty() {
        tell(options, &render::text(diagnostics, sources, &Terminal::stderr()));
    }
}
