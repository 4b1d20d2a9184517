//! What can be typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use vesica_model::Diagnostic;

/// The first page of help.
const OVERVIEW: &str = "  new      start from an example                 vesica new caf-mir522 my.toml
  check    read a scenario, say what is wrong    vesica check my.toml
  run      simulate every arm, write a report    vesica run my.toml
  know     ask the knowledge base                vesica know miR-522

Options that every verb takes: --json  --quiet  --seed N  --threads N  --out DIR  --biology DIR
Start with: vesica run caf-mir522 --open
";

/// exosome signalling simulator
#[derive(Debug, Parser)]
#[command(name = "vesica", version, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

/// Options that every verb takes.
#[derive(Clone, Debug, Default, Args)]
pub struct Options {
    /// Print one JSON object on stdout, also for errors
    #[arg(long, global = true)]
    pub json: bool,
    /// Print errors and the result only
    #[arg(long, global = true)]
    pub quiet: bool,
    /// Seed of all chances, instead of the scenario's
    #[arg(long, global = true, value_name = "N")]
    pub seed: Option<u64>,
    /// Number of threads (default: all cores); the result is the same for any
    #[arg(long, global = true, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// Folder (run) or file (new) to write to
    #[arg(long, global = true, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// A folder laid out as `biology/`, instead of the one built in
    #[arg(long, global = true, value_name = "DIR")]
    pub biology: Option<String>,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start from an example
    New(New),
    /// Read a scenario, say what is wrong, and do the arithmetic of the chain
    Check(Check),
    /// Simulate every arm and write a report
    Run(Run),
    /// Ask the knowledge base
    Know(Know),
}

/// `vesica new`
#[derive(Debug, Args)]
pub struct New {
    /// Name of an example; without it, the list of examples
    pub example: Option<String>,
    /// File to write (default: EXAMPLE.toml)
    pub file: Option<PathBuf>,
}

/// `vesica check`
#[derive(Debug, Args)]
pub struct Check {
    /// A scenario file, or the name of an example
    pub scenario: String,
}

/// `vesica run`
#[derive(Debug, Args)]
pub struct Run {
    /// A scenario file, the name of an example, or an earlier result folder
    pub scenario: String,
    /// Number of worlds: draws of every uncertain number
    #[arg(long, value_name = "N", value_parser = positive)]
    pub worlds: Option<usize>,
    /// Number of simulated target cells in each world and arm, at least 100
    #[arg(long, value_name = "N", value_parser = at_least_100)]
    pub cells: Option<usize>,
    /// Open the report when it is written
    #[arg(long)]
    pub open: bool,
    /// Start over instead of going on
    #[arg(long)]
    pub fresh: bool,
}

/// `vesica know`
#[derive(Debug, Args)]
pub struct Know {
    /// A miRNA, gene, drug, cell, link, parameter, unit or error code
    #[arg(required = true, num_args = 1..)]
    pub words: Vec<String>,
}

/// What became of the arguments.
pub enum Parsed {
    /// A verb to call.
    Call(Command, Options),
    /// Help or version to print.
    Text(String),
    /// They cannot be understood.
    Wrong(Options, Diagnostic),
}

/// Reads the arguments.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Parsed {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // what the user asked for counts for the errors, too
    let asked = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let options = Options { json: asked("--json"), quiet: asked("--quiet"), ..Options::default() };
    match Arguments::try_parse_from(&arguments) {
        Ok(Arguments { command: Some(command), options }) => Parsed::Call(command, options),
        Ok(_) => {
            Parsed::Text(format!("vesica {} – exosome signalling simulator\n\n{OVERVIEW}", env!("CARGO_PKG_VERSION")))
        }
        Err(error) if !error.use_stderr() => Parsed::Text(error.to_string()),
        Err(error) => Parsed::Wrong(options, wrong(&error)),
    }
}

fn wrong(error: &clap::Error) -> Diagnostic {
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let message = lines.next().unwrap_or("the command cannot be understood").trim_start_matches("error: ").to_owned();
    let rest: Vec<&str> = lines.filter(|line| !line.starts_with("For more information")).collect();
    Diagnostic::error("E80", message).help(rest.join("\n"))
}

fn positive(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(number @ 1..=1_000_000) => Ok(number),
        _ => Err("write a whole number from 1 to 1000000".to_owned()),
    }
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(number @ 1..=1024) => Ok(number),
        _ => Err("write a whole number from 1 to 1024, or leave it out for all cores".to_owned()),
    }
}

fn at_least_100(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(number @ 100..=1_000_000) => Ok(number),
        _ => Err("write a whole number from 100 to 1000000: fewer cells say little".to_owned()),
    }
}
