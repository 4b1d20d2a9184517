//! The command line: what is typed becomes a call, what comes back becomes text, JSON and an exit code.
//!
//! Results go to stdout, talk to stderr. Exit codes: 0 done; 1 the user's input; 2 our fault; 3 done, but some
//! cells were frozen; 130 interrupted.

mod arguments;
mod check;
mod convert;
mod faults;
mod input;
mod know;
mod new;
mod problems;
mod rank;
mod run;
mod study;
mod sweep;
mod typed_factors;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use arguments::{Command, Options, Parsed};
use problems::Failed;

use crate::terminal::Terminal;

/// What one call of a verb gives back.
pub(crate) type Verb = Result<Done, Failed>;

/// How a verb ended when it did what it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// All of it.
    Well,
    /// All of it, though some of what was read is wrong.
    WithFindings,
    /// Some cells were frozen.
    SomeFrozen,
    /// Stopped by the user.
    Interrupted,
}

/// Runs the command with its arguments (the first is the name of the program).
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let (options, outcome) = match arguments::parse(arguments) {
        Parsed::Text(options, text) => {
            let printed = said(&text, &options);
            (options, printed)
        }
        Parsed::Wrong(options, diagnostic) => (options, Err(Failed::input(vec![diagnostic]))),
        Parsed::Call(command, options) => {
            let outcome = faults::caught(|| call(&command, &options));
            (options, outcome)
        }
    };
    match outcome {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::WithFindings) => ExitCode::from(1),
        Ok(Done::SomeFrozen) => ExitCode::from(3),
        Ok(Done::Interrupted) => ExitCode::from(130),
        Err(failed) => failed.report(&options),
    }
}

/// Help, or the version.
fn said(text: &str, options: &Options) -> Verb {
    if options.json {
        let object = serde_json::json!({ "version": env!("CARGO_PKG_VERSION"), "text": text });
        problems::print(&format!("{object}\n"))?;
    } else {
        problems::print(&Terminal::stdout().spell(text))?;
    }
    Ok(Done::Well)
}

fn call(command: &Command, options: &Options) -> Verb {
    if let Some(threads) = options.threads {
        // the pool can be set once; a second call in one process (tests) keeps the first
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
    match command {
        Command::New(new) => new::new(new, options),
        Command::Check(check) => check::check(check, options),
        Command::Run(run) => run::run(run, options),
        Command::Rank(rank) => rank::rank(rank, options),
        Command::Sweep(sweep) => sweep::sweep(sweep, options),
        Command::Know(know) => know::know(know, options),
        Command::Convert(convert) => convert::convert(convert, options),
    }
}
