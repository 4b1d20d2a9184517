//! The files of `biology/` and `examples/`, from the program or from a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use vesica_model::Diagnostic;

#[derive(RustEmbed)]
#[folder = "../../biology"]
struct Biology;

#[derive(RustEmbed)]
#[folder = "../../examples"]
struct Examples;

/// Texts by their path inside the folder.
#[derive(Clone, Debug, Default)]
pub struct Files(pub BTreeMap<String, String>);

impl Files {
    /// The files inside the program.
    pub fn embedded() -> Self {
        Self(texts::<Biology>())
    }

    /// The files of a folder, with its subfolders.
    ///
    /// # Errors
    /// `E41` when the folder or one of its files cannot be read as text.
    pub fn in_folder(folder: &str) -> Result<Self, Diagnostic> {
        let mut files = BTreeMap::new();
        collect(Path::new(folder), "", &mut files)?;
        Ok(Self(files))
    }

    /// SHA-256 over names and contents, hexadecimal.
    pub fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        for (path, text) in &self.0 {
            for part in [path, text] {
                hasher.update((part.len() as u64).to_le_bytes());
                hasher.update(part.as_bytes());
            }
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The examples inside the program: path (`caf-mir522/scenario.toml`) -> text.
pub fn embedded_examples() -> BTreeMap<String, String> {
    texts::<Examples>()
}

/// A scenario among the examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// `good-and-bad/body.toml`
    pub file: String,
    /// The scenario.
    pub text: String,
    /// What a run of it must show; empty when nobody says.
    pub expected: String,
}

/// Every scenario of the examples by its name: `FOLDER` for `scenario.toml`, `FOLDER-PLACE` for another file of the same question,
/// `PLACE.toml`. What a run must show stands in `expected.toml` and `expected-PLACE.toml`.
///
/// ```
/// let examples = vesica::knowledge::examples();
/// assert_eq!(examples["caf-mir522"].file, "caf-mir522/scenario.toml");
/// assert_eq!(examples["good-and-bad-body"].file, "good-and-bad/body.toml");
/// ```
pub fn examples() -> BTreeMap<String, Example> {
    let files = embedded_examples();
    let scenario = |(path, text): (&String, &String)| {
        let (folder, stem) = path.strip_suffix(".toml")?.split_once('/')?;
        let (name, expected) = match stem {
            _ if stem.starts_with("expected") => return None,
            "scenario" => (folder.to_owned(), format!("{folder}/expected.toml")),
            stem => (format!("{folder}-{stem}"), format!("{folder}/expected-{stem}.toml")),
        };
        let expected = files.get(&expected).cloned().unwrap_or_default();
        Some((name, Example { file: path.clone(), text: text.clone(), expected }))
    };
    files.iter().filter_map(scenario).collect()
}

fn texts<E: RustEmbed>() -> BTreeMap<String, String> {
    E::iter()
        .filter_map(|path| {
            let file = E::get(&path)?;
            Some((path.replace('\\', "/"), String::from_utf8_lossy(&file.data).into_owned()))
        })
        .collect()
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) -> Result<(), Diagnostic> {
    let problem = |path: &Path, reason: &dyn std::fmt::Display| {
        Diagnostic::error("E41", format!("`{}` cannot be read: {reason}", path.display()))
            .help("`--biology` takes a folder laid out as `biology/`: parameters.tsv, drugs.tsv, cells/, links/ ...")
    };
    let mut entries: Vec<_> = fs::read_dir(folder)
        .map_err(|reason| problem(folder, &reason))?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') {
            continue;
        }
        let inside = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        if path.is_dir() {
            collect(&path, &inside, files)?;
        } else {
            let text = fs::read_to_string(&path).map_err(|reason| problem(&path, &reason))?;
            files.insert(inside, text);
        }
    }
    Ok(())
}
