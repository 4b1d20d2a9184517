//! What can be typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand};
use vesica_model::Diagnostic;

use crate::scenario::Method;

/// The first page of help.
const OVERVIEW: &str = "  new      start from an example or an axis      vesica new caf-mir522 my.toml
  check    read a scenario, say what is wrong    vesica check my.toml
  run      simulate every arm, write a report    vesica run my.toml
  sweep    vary some quantities over ranges      vesica sweep my.toml erastin=\"0.1..30 uM, log\"
  rank     find the assumptions that matter      vesica rank my.toml viability
  know     ask the knowledge base                vesica know miR-522
  convert  read files of the lab                 vesica convert nta.csv

Options that every verb takes: --json  --quiet  --seed N  --threads N  --out DIR  --biology DIR  --no-jit
Start with: vesica run caf-mir522 --open
";

/// exosome signalling simulator
#[derive(Debug, Parser)]
#[command(name = "vesica", bin_name = "vesica", version, disable_help_subcommand = true)]
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
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true, value_parser = whole)]
    pub seed: Option<u64>,
    /// Number of threads (default: all cores); the result is the same for any
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true, value_parser = threads)]
    pub threads: Option<usize>,
    /// Folder (run, sweep) or file (new, convert) to write to
    #[arg(long, global = true, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Interpret the formulas instead of making machine code of them; the result is the same
    #[arg(long, global = true)]
    pub no_jit: bool,
    /// A folder laid out as `biology/`, instead of the one built in
    #[arg(long, global = true, value_name = "DIR")]
    pub biology: Option<String>,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start from an example, or from a published axis
    New(New),
    /// Read a scenario, say what is wrong, and do the arithmetic of the chain
    Check(Check),
    /// Simulate every arm and write a report
    Run(Run),
    /// Run the same worlds at many values of some quantities
    Sweep(Sweep),
    /// Find which uncertain numbers decide, and what would pin them down
    Rank(Rank),
    /// Ask the knowledge base
    Know(Know),
    /// Read files of the lab, say what was understood, and print what to paste into a scenario
    Convert(Box<Convert>),
}

/// `vesica new`
#[derive(Debug, Args)]
pub struct New {
    /// Name of an example; without it, the list of examples. With --axis, the file to write
    pub example: Option<String>,
    /// File to write (default: EXAMPLE.toml)
    pub file: Option<PathBuf>,
    /// Write the scenario of a published axis: its id, or words that fit only one (cargo, target, disease, cell);
    /// without a file, to stdout
    #[arg(long, value_name = "WORDS")]
    pub axis: Option<String>,
    /// Which strand of the miRNA, where the source names none
    #[arg(long, value_name = "3p|5p", requires = "axis", value_parser = ["3p", "5p"])]
    pub strand: Option<String>,
    /// Which molecule, where the source names only a family
    #[arg(long, value_name = "NAME", requires = "axis", conflicts_with = "strand")]
    pub molecule: Option<String>,
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
    /// A scenario file, the name of an example, or an earlier result folder (of run, sweep or rank)
    pub scenario: String,
    /// Number of worlds: draws of every uncertain number
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = positive)]
    pub worlds: Option<usize>,
    /// Number of simulated target cells in each world and arm, at least 100
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = at_least_100)]
    pub cells: Option<usize>,
    /// How the molecules of cells are counted, instead of the scenario's word
    #[arg(long, value_name = "WORD", value_parser = method())]
    pub method: Option<Method>,
    /// Open the report when it is written
    #[arg(long)]
    pub open: bool,
    /// Start over instead of going on
    #[arg(long)]
    pub fresh: bool,
}

/// `vesica sweep`
#[derive(Debug, Args)]
pub struct Sweep {
    /// A scenario file, or the name of an example
    pub scenario: String,
    /// What to vary, and over which values: erastin="0.1..30 uM, log 9", cell.caf.count="0, 1000, 4000".
    /// A drug (all its doses), NAME.at (when a drug or vesicles are given), the path of a number of the scenario, or an
    /// id of parameters.tsv
    #[arg(required = true, num_args = 1.., value_name = "NAME=VALUES")]
    pub factors: Vec<String>,
    /// All combinations of the levels, or points spread over the ranges (Latin hypercube, Sobol sequence)
    #[arg(long, value_parser = ["grid", "lhs", "sobol"], default_value = "grid")]
    pub design: String,
    /// Number of points of --design lhs or sobol (default 64)
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = positive)]
    pub points: Option<usize>,
    /// Only these arms (again for each)
    #[arg(long = "arm", value_name = "NAME")]
    pub arms: Vec<String>,
    /// Number of worlds at each point: the same ones at all (default 16)
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = positive)]
    pub worlds: Option<usize>,
    /// Number of simulated target cells in each world and arm, at least 100
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = at_least_100)]
    pub cells: Option<usize>,
    /// How the molecules of cells are counted, instead of the scenario's word
    #[arg(long, value_name = "WORD", value_parser = method())]
    pub method: Option<Method>,
    /// Open the report when it is written
    #[arg(long)]
    pub open: bool,
    /// Start over instead of going on
    #[arg(long)]
    pub fresh: bool,
}

/// `vesica rank`
#[derive(Debug, Args)]
pub struct Rank {
    /// A scenario file, or the name of an example
    pub scenario: String,
    /// A measure of it, and when: viability@72h (default: what its [answer] compares)
    pub measure: Option<String>,
    /// The measure in this arm, instead of the difference that [answer] asks for
    #[arg(long, value_name = "NAME")]
    pub arm: Option<String>,
    /// Rows of the variance-based part: its error falls with their square root (default 64)
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = rows)]
    pub rows: Option<usize>,
    /// Numbers in that part: those that move most one at a time; all others are one group (default 10)
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = top)]
    pub top: Option<usize>,
    /// Number of simulated target cells in each world and arm, at least 100
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = at_least_100)]
    pub cells: Option<usize>,
    /// How the molecules of cells are counted, instead of the scenario's word
    #[arg(long, value_name = "WORD", value_parser = method())]
    pub method: Option<Method>,
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
    /// A miRNA, gene, drug, cell, disease, link, PMID, parameter, unit or error code; several words narrow it down.
    /// The first may name a kind: axes, statements, drugs, genes, mirnas, cells, diseases, numbers, references ...
    #[arg(required_unless_present = "stats", num_args = 1..)]
    pub words: Vec<String>,
    /// Show all rows, not only the first
    #[arg(long)]
    pub all: bool,
    /// Count what is known, and how well
    #[arg(long, conflicts_with = "words")]
    pub stats: bool,
}

/// `vesica convert`
#[derive(Debug, Args)]
pub struct Convert {
    /// Files of an instrument, or tables (.csv .tsv .txt .xlsx); several of one kind are replicates
    #[arg(required = true, num_args = 1.., value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What the file is, when it is not recognised: `--as help` lists the kinds
    #[arg(long = "as", value_name = "KIND")]
    pub kind: Option<String>,
    /// Decimal sign, when the file leaves a choice
    #[arg(long, value_parser = ["point", "comma"])]
    pub decimal: Option<String>,
    /// Unit of a column whose heading has none: concentration=uM
    #[arg(long, value_name = "COLUMN=UNIT")]
    pub unit: Vec<String>,
    /// Name of the vesicle, cell or measure to print
    #[arg(long)]
    pub name: Option<String>,
    /// How many times the measured sample was diluted
    #[arg(long, value_name = "FACTOR", allow_negative_numbers = true)]
    pub dilution: Option<String>,
    /// Samples that count; `*` stands for any text: \"CAF_*\"
    #[arg(long, value_name = "NAMES")]
    pub samples: Vec<String>,
    /// Samples, or words, that are the control
    #[arg(long, value_name = "NAMES")]
    pub control: Vec<String>,
    /// A spike-in, and how many copies of it were added to each sample
    #[arg(long, value_name = "NAME=COPIES")]
    pub spike: Vec<String>,
    /// Particles whose content went into a sample, or into a reaction
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub particles: Option<String>,
    /// A particle count of the same sample, in place of --particles (with --volume)
    #[arg(long, value_name = "FILE")]
    pub nta: Vec<PathBuf>,
    /// Volume of the sample that went in: \"100 uL\"
    #[arg(long, value_name = "VOLUME")]
    pub volume: Option<String>,
    /// Digital PCR of some miRNAs of the same sample
    #[arg(long, value_name = "FILE")]
    pub dpcr: Vec<PathBuf>,
    /// What was in the wells: a PlateMap, a grid of texts, or a table with a row for each well
    #[arg(long, value_name = "FILE")]
    pub map: Vec<PathBuf>,
    /// The same wells with dead cells, as another metric of the instrument
    #[arg(long, value_name = "FILE")]
    pub dead: Vec<PathBuf>,
    /// Which luciferase has the 3'UTR behind it
    #[arg(long, value_parser = ["firefly", "renilla"])]
    pub reporter: Option<String>,
    /// What the numbers of a matrix are, when they are logarithms
    #[arg(long, value_parser = ["log2"])]
    pub scale: Option<String>,
    /// How many rows a long result prints (default 20)
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = positive)]
    pub top: Option<usize>,
    /// Share reads of merged names evenly among their members
    #[arg(long)]
    pub split: bool,
}

/// What became of the arguments.
pub enum Parsed {
    /// A verb to call.
    Call(Command, Options),
    /// Help or version to print.
    Text(Options, String),
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
            let version = env!("CARGO_PKG_VERSION");
            Parsed::Text(options, format!("vesica {version} – exosome signalling simulator\n\n{OVERVIEW}"))
        }
        Err(error) if !error.use_stderr() => Parsed::Text(options, error.to_string()),
        Err(error) => Parsed::Wrong(options, wrong(&error)),
    }
}

/// What is wrong with the words, and what to type instead.
fn wrong(error: &clap::Error) -> Diagnostic {
    let context = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    let near = |kind: ContextKind| match context(kind) {
        near if near.is_empty() => String::new(),
        near => format!("did you mean `{near}`? "),
    };
    let (what, value) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue));
    let (message, help) = match error.kind() {
        ErrorKind::MissingRequiredArgument => (format!("{what} is missing"), OVERVIEW.to_owned()),
        ErrorKind::InvalidSubcommand => {
            let near = near(ContextKind::SuggestedSubcommand);
            (
                format!("there is no verb `{}`", context(ContextKind::InvalidSubcommand)),
                near + "verbs: new, check, run, sweep, rank, know, convert",
            )
        }
        ErrorKind::UnknownArgument if what.starts_with('-') => {
            let near = near(ContextKind::SuggestedArg);
            (format!("there is no option `{what}` here"), near + "`vesica VERB --help` lists the options")
        }
        ErrorKind::UnknownArgument => {
            (format!("`{what}` is one word too many"), "put a name with spaces in quotes".to_owned())
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
            (format!("`{value}` does not fit {what}"), why)
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            (format!("{what} needs a value"), "`vesica VERB --help` lists the options".to_owned())
        }
        ErrorKind::InvalidValue => {
            let words = format!("it takes {}", context(ContextKind::ValidValue));
            (format!("`{value}` does not fit {what}"), near(ContextKind::SuggestedValue) + &words)
        }
        _ => {
            let text = error.to_string();
            let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let first = lines.next().unwrap_or("the command cannot be understood").trim_start_matches("error: ");
            let rest: Vec<&str> = lines.filter(|line| !line.starts_with("For more information")).collect();
            (first.to_owned(), rest.join("\n"))
        }
    };
    Diagnostic::error("E80", message).help(help.trim_end())
}

fn whole(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "write a whole number, not negative, as in --seed 20251121".to_owned())
}

fn positive(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(number @ 1..=1_000_000) => Ok(number),
        _ => Err("write a whole number from 1 to 1 000 000, without spaces".to_owned()),
    }
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(number @ 1..=1024) => Ok(number),
        _ => Err("write a whole number from 1 to 1024, or leave it out for all cores".to_owned()),
    }
}

fn rows(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(number @ 8..=32_768) => Ok(number),
        _ => Err("write a whole number from 8 to 32 768".to_owned()),
    }
}

fn top(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(number @ 1..=100) => Ok(number),
        _ => Err("write a whole number from 1 to 100".to_owned()),
    }
}

/// The word of a method.
fn method() -> impl TypedValueParser<Value = Method> {
    let words = PossibleValuesParser::new(Method::ALL.map(Method::word));
    words.map(|word| Method::parse(&word).expect("one of the words"))
}

fn at_least_100(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(number @ 100..=1_000_000) => Ok(number),
        _ => Err("write a whole number from 100 on: fewer cells say little".to_owned()),
    }
}
