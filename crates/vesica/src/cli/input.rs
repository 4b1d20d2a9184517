//! From a word on the command line to a scenario and its knowledge base.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use vesica_model::{Diagnostic, Severity};

use super::arguments::Options;
use super::problems::{Failed, tell};
use super::words::{labelled, plain};
use crate::knowledge::{Knowledge, examples};
use crate::lab;
use crate::render::Sources;
use crate::scenario::{self, Scenario};
use crate::terminal::Terminal;

/// Name of the lock file, in a result folder and in messages.
const LOCK: &str = "scenario.lock.toml";

/// Larger files are no scenarios.
const LARGEST: u64 = 10 << 20;

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
    /// What was read for the data of measures, and what it was matched to, in lines.
    pub observed: Vec<String>,
    /// Where results go when nobody says otherwise: the file without its ending, plus `.out`.
    pub default_out: PathBuf,
}

impl Input {
    /// Says what was read for the data of measures before it is used.
    pub fn tell(&self, options: &Options) {
        let terminal = Terminal::stderr();
        for (index, line) in self.observed.iter().enumerate() {
            let label = if index == 0 { "Data" } else { "" };
            tell(options, &terminal.spell(&labelled(label, line, &terminal, plain)));
        }
    }

    /// The same scenario as its lock file says it: what is simulated is what can be repeated from the result folder.
    ///
    /// # Errors
    /// X03 when the lock file does not read back: our fault.
    pub fn locked(self, lock: &str) -> Result<Self, Failed> {
        let (read, diagnostics) = scenario::read(LOCK, lock, &self.scenario.name, &self.knowledge, &|_| None);
        let (warnings, problems): (Vec<_>, Vec<_>) =
            diagnostics.into_iter().partition(|found| found.severity() == Severity::Warning);
        let Some(scenario) = read.filter(|_| problems.is_empty()) else {
            let reason = problems.first().map_or(String::new(), |found| format!(": {}", found.message));
            return Err(Failed::input(vec![
                Diagnostic::error("X03", format!("the lock file of this scenario does not read back{reason}"))
                    .help("send the scenario file to the authors of vesica"),
            ]));
        };
        let mut sources = self.sources;
        sources.add(LOCK, lock);
        Ok(Self { scenario, warnings, sources, ..self })
    }
}

/// Names of the examples, in their order.
pub fn example_names() -> Vec<String> {
    examples().into_keys().collect()
}

/// Whether an example has this name.
pub fn is_example(word: &str) -> bool {
    examples().contains_key(word)
}

/// Finds and reads a scenario: a file, or else an example.
pub fn read(word: &str, options: &Options) -> Result<Input, Failed> {
    let path = Path::new(word);
    // a folder may have the name of an example
    if path.is_file() || looks_like_a_path(word) || (path.exists() && !is_example(word)) {
        let (text, mut warnings) = read_file(path)?;
        let name = path.file_stem().map_or(word.to_owned(), |stem| stem.to_string_lossy().into_owned());
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let include = |file: &str| read_file(&folder.join(file)).ok().map(|(text, _)| text);
        let mut input = understand(word, &text, &name, options, &include, &folder)?;
        warnings.append(&mut input.warnings);
        return Ok(Input { warnings, default_out: path.with_extension("out"), ..input });
    }
    match examples().get(word) {
        Some(example) => {
            let file = format!("examples/{}", example.file);
            understand(&file, &example.text, word, options, &|_| None, Path::new(""))
        }
        None => Err(Failed::input(vec![no_such(word)])),
    }
}

/// Reads the lock file of a finished run, with the knowledge base it was made with.
///
/// # Errors
/// What reading says; E93 when the knowledge base is another one.
pub fn read_lock(lock: &Path, name: &str, options: &Options) -> Result<Input, Failed> {
    let (text, _) = read_file(lock)?;
    let folder = lock.parent().unwrap_or(Path::new(""));
    // `biology` in it is as it stood in the scenario: beside the result folder, as a rule
    let beside = folder.parent().unwrap_or(Path::new(""));
    let biology = biology_in(&text);
    let near = |folder: &&Path| biology.as_ref().is_some_and(|inside| folder.join(inside).is_dir());
    let folder = [beside, folder, Path::new("")].into_iter().find(near).unwrap_or(beside);
    let input = understand(LOCK, &text, name, options, &|_| None, folder)?;
    match input.warnings.iter().find(|found| found.code == "W32") {
        Some(_) => Err(Failed::input(vec![
            Diagnostic::error("E93", "not identical: this folder was made with another knowledge base")
                .help("give the one it was made with: --biology DIR; or use the version of vesica in its lock file"),
        ])),
        None => Ok(input),
    }
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
    let cannot = |error| problem(format!("`{shown}` cannot be read: {error}"), "check its permissions");
    let mut bytes = Vec::new();
    // a pipe or a device says nothing of its length
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(cannot)?;
    if bytes.len() as u64 > LARGEST {
        return Err(problem(format!("`{shown}` has more than 10 MB"), "is this the right file?"));
    }
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
    let wanted = options.biology.clone().or_else(|| Some(folder.join(biology_in(text)?).display().to_string()));
    let (knowledge, mut sources) = knowledge(wanted.as_deref())?;
    sources.add(file, text);
    let (found, diagnostics) = scenario::read(file, text, name, &knowledge, include);
    let is_error = diagnostics.iter().any(|found| found.severity() != Severity::Warning);
    match found.filter(|_| !is_error) {
        Some(mut scenario) => {
            if let Some(seed) = options.seed {
                scenario.seed = seed;
            }
            let mut warnings = diagnostics;
            let observed = observe(&mut scenario, &knowledge, folder, &mut warnings, &mut sources)?;
            let default_out = PathBuf::from(format!("{name}.out"));
            Ok(Input { scenario, knowledge, warnings, sources, observed, default_out })
        }
        None => Err(Failed { diagnostics, sources }),
    }
}

/// Reads the data of measures, of which a lock file has the numbers already; gives what is said of it.
fn observe(
    scenario: &mut Scenario,
    knowledge: &Knowledge,
    folder: &Path,
    warnings: &mut Vec<Diagnostic>,
    sources: &mut Sources,
) -> Result<Vec<String>, Failed> {
    let open =
        |file: &str| super::convert::bytes(&folder.join(file)).map_err(|mut failed| failed.diagnostics.remove(0));
    let mut said = Vec::new();
    for index in 0..scenario.measures.len() {
        let measure = &scenario.measures[index];
        let Some(data) = measure.data.as_ref().filter(|data| data.points.is_empty()) else { continue };
        let found = lab::observe(scenario, measure, data, knowledge, &open);
        said.extend(found.said);
        warnings.extend(found.findings);
        found.texts.into_iter().for_each(|(name, text)| sources.add(name, text));
        if let Some(data) = &mut scenario.measures[index].data {
            (data.points, data.hashes) = (found.points, found.hashes);
        }
    }
    if warnings.iter().any(|found| found.severity() != Severity::Warning) {
        return Err(Failed { diagnostics: std::mem::take(warnings), sources: sources.clone() });
    }
    Ok(said)
}

/// `biology = ".."` of a scenario: the one key that must be known before the rest can be read.
fn biology_in(text: &str) -> Option<String> {
    toml::from_str::<BiologyOnly>(text).ok()?.biology
}

/// The knowledge base in a folder, or the one built in, with its texts for messages.
///
/// # Errors
/// Everything that is wrong in it.
pub fn knowledge(folder: Option<&str>) -> Result<(Knowledge, Sources), Failed> {
    let (knowledge, sources, problems) = knowledge_as_far_as_it_reads(folder)?;
    if problems.iter().any(|problem| problem.severity() != Severity::Warning) {
        return Err(Failed { diagnostics: problems, sources });
    }
    Ok((knowledge, sources))
}

/// The same with everything that is wrong in it beside it: who only asks may still get an answer.
///
/// # Errors
/// A folder that cannot be read at all.
pub fn knowledge_as_far_as_it_reads(folder: Option<&str>) -> Result<(Knowledge, Sources, Vec<Diagnostic>), Failed> {
    let (knowledge, problems) = match folder {
        Some(folder) => Knowledge::from_folder(folder),
        None => Knowledge::embedded(),
    };
    if knowledge.files.is_empty() {
        return Err(Failed::input(problems));
    }
    let mut sources = Sources::default();
    for (path, text) in &knowledge.files {
        sources.add(format!("biology/{path}"), text);
    }
    Ok((knowledge, sources, problems))
}
