//! `cargo xtask validate`: published results against simulated ones, printed and written into the documentation.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use vesica::knowledge::Knowledge;
use vesica::validate;

/// Runs every file of `validation/`, prints a table or JSON, and writes `docs/validation.md`; with the number of a row
/// only its files, and nothing is written.
///
/// # Errors
/// When no file is of the row, a check cannot be run, or is not in the state that its file expects.
pub fn validate(words: &[&str]) -> Result<()> {
    let (as_json, row): (bool, Option<u32>) = match words {
        [] => (false, None),
        ["--json"] => (true, None),
        [row] => (false, Some(row.parse()?)),
        [row, "--json"] => (true, Some(row.parse()?)),
        _ => bail!("usage: cargo xtask validate [ROW] [--json]"),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask stands in the project")?;
    let texts = texts(&root.join("validation"))?;
    let mut published = validate::read(&texts).map_err(anyhow::Error::msg)?;
    published.retain(|one| row.is_none_or(|row| one.row == row));
    if published.is_empty() {
        bail!("no file of validation/ is of row {}", row.unwrap_or_default());
    }
    let (knowledge, problems) = Knowledge::embedded();
    if let Some(problem) = problems.first() {
        bail!("biology: {}", problem.message);
    }
    let findings = validate::run_all(&published, &texts, &knowledge).map_err(anyhow::Error::msg)?;
    print!("{}", if as_json { validate::json(&findings) } else { validate::text(&findings) });
    if row.is_none() {
        fs::write(root.join("docs/validation.md"), validate::markdown(&findings))?;
    }
    let surprises = findings.iter().filter(|finding| !finding.is_expected());
    let words: Vec<String> = surprises.map(|finding| format!("row {}: {}", finding.row, finding.what)).collect();
    if !words.is_empty() {
        bail!("not as expected in validation/:\n{}", words.join("\n"));
    }
    Ok(())
}

/// The files of a folder by name.
fn texts(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        texts.insert(name, fs::read_to_string(&path)?);
    }
    Ok(texts)
}
