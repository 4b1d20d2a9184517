//! From a word on the command line to a scenario and its knowledge base.

use std::fs;
use std::path::{Path, PathBuf};

use vesica_model::{Diagnostic, Severity};

use super::arguments::Options;
use super::problems::Failed;
use crate::knowledge::{Knowledge, embedded_examples};
use crate::render::Sources;
use crate::scenario::{self, Scenario};

/// Larger files are no scenarios.
const LARGEST: u64 = 10 << 20;

/// The one key that must be known before the rest can be read.
#[derive(serde::Deserialize)]
struct BiologyOnly {
    biology: Option<String>,
}

/// A scenario that was read, with everything around it.
pub struct Input {
    /// The scenario.
    pub scenario: Scenario,
    /// Its knowledge base.
    pub knowledge: Knowledge,
    /// Warnings of reading it.
    pub warnings: Vec<Diagnostic>,
    /// Texts for messages.
    pub sources: Sources,
    /// Where results go when nobody says otherwise: the file without its ending, plus `.out`.
    pub default_out: PathBuf,
}

/// Names of the examples, in the order of their folders.
pub fn example_names() -> Vec<String> {
    let names = embedded_examples().into_keys();
    names.filter_map(|path| path.strip_suffix("/scenario.toml").map(str::to_owned)).collect()
}

/// Finds and reads a scenario: a file, or else an example.
pub fn read(word: &str, options: &Options) -> Result<Input, Failed> {
    let path = Path::new(word);
    if path.exists() || looks_like_a_path(word) {
        let (text, mut warnings) = read_file(path)?;
        let name = path.file_stem().map_or(word.to_owned(), |stem| stem.to_string_lossy().into_owned());
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let include = |file: &str| read_file(&folder.join(file)).ok().map(|(text, _)| text);
        let mut input = understand(word, &text, &name, options, &include, &folder)?;
        warnings.append(&mut input.warnings);
        return Ok(Input { warnings, default_out: path.with_extension("out"), ..input });
    }
    let examples = embedded_examples();
    match examples.get(&format!("{word}/scenario.toml")) {
        Some(text) => {
            let file = format!("examples/{word}/scenario.toml");
            understand(&file, text, word, options, &|_| None, Path::new(""))
        }
        None => Err(Failed::input(vec![no_such(word)])),
    }
}

/// Reads the lock file of a finished run.
pub fn read_lock(lock: &Path, name: &str, options: &Options) -> Result<Input, Failed> {
    let (text, _) = read_file(lock)?;
    let folder = lock.parent().map(Path::to_path_buf).unwrap_or_default();
    understand(&lock.display().to_string(), &text, name, options, &|_| None, &folder)
}

fn looks_like_a_path(word: &str) -> bool {
    word.ends_with(".toml") || word.contains(['/', '\\'])
}

fn no_such(word: &str) -> Diagnostic {
    let names = example_names();
    let near = vesica_model::diagnostic::nearest(word, names.iter().map(String::as_str));
    let help = match near {
        Some(near) => format!("did you mean the example `{near}`?"),
        None => format!("examples: {}; or give the path of a scenario file", names.join(", ")),
    };
    Diagnostic::error("E40", format!("there is no file and no example `{word}`")).help(help)
}

fn read_file(path: &Path) -> Result<(String, Vec<Diagnostic>), Failed> {
    let shown = path.display();
    let problem = |message: String, help: &str| Failed::input(vec![Diagnostic::error("E40", message).help(help)]);
    let facts = fs::metadata(path).map_err(|error| {
        let help = "check the path; `vesica new` lists the examples";
        problem(format!("`{shown}` cannot be read: {error}"), help)
    })?;
    if facts.is_dir() {
        return Err(problem(
            format!("`{shown}` is a folder"),
            "give the scenario file in it, or a result folder to `run`",
        ));
    }
    if facts.len() > LARGEST {
        let megabytes = facts.len() >> 20;
        return Err(problem(
            format!("`{shown}` has {megabytes} MB; a scenario has at most 10"),
            "is this the right file?",
        ));
    }
    let bytes = fs::read(path)
        .map_err(|error| problem(format!("`{shown}` cannot be read: {error}"), "check its permissions"))?;
    scenario::decode(&shown.to_string(), &bytes).map_err(|found| Failed::input(vec![found]))
}

fn understand(
    file: &str,
    text: &str,
    name: &str,
    options: &Options,
    include: &dyn Fn(&str) -> Option<String>,
    folder: &Path,
) -> Result<Input, Failed> {
    let mut sources = Sources::default();
    sources.add(file, text);
    let wanted = options.biology.clone().or_else(|| {
        let inside = toml::from_str::<BiologyOnly>(text).ok()?.biology?;
        Some(folder.join(inside).display().to_string())
    });
    let (knowledge, problems) = match &wanted {
        Some(folder) => Knowledge::from_folder(folder),
        None => Knowledge::embedded(),
    };
    for (path, text) in &knowledge.files {
        sources.add(&format!("biology/{path}"), text);
    }
    if problems.iter().any(|problem| problem.severity() != Severity::Warning) {
        return Err(Failed { diagnostics: problems, sources });
    }
    let (found, diagnostics) = scenario::read(file, text, name, &knowledge, include);
    let is_error = diagnostics.iter().any(|found| found.severity() != Severity::Warning);
    match found.filter(|_| !is_error) {
        Some(mut scenario) => {
            if let Some(seed) = options.seed {
                scenario.seed = seed;
            }
            let default_out = PathBuf::from(format!("{name}.out"));
            Ok(Input { scenario, knowledge, warnings: diagnostics, sources, default_out })
        }
        None => Err(Failed { diagnostics, sources }),
    }
}
