//! `experiments.tsv`: which experiment would pin a number down.

use super::Knowledge;
use super::table::Row;

/// Columns of the table.
pub(super) const COLUMNS: &[&str] = &["quantity", "label", "experiment"];

/// A row of `experiments.tsv`: what would pin a number down.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// Path or id of the numbers it is about; `*` stands for any text.
    pub quantity: String,
    /// The number in words.
    pub label: String,
    /// The experiment.
    pub experiment: String,
}

impl Experiment {
    /// Whether a path fits.
    fn fits(&self, path: &str) -> bool {
        let mut rest = path;
        let mut parts = self.quantity.split('*');
        let Some(after) = parts.next().and_then(|first| rest.strip_prefix(first)) else { return false };
        rest = after;
        let parts: Vec<&str> = parts.collect();
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            let found = if last { rest.ends_with(part).then(|| rest.len() - part.len()) } else { rest.find(part) };
            let Some(at) = found else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.is_empty() || self.quantity.ends_with('*')
    }
}

impl Knowledge {
    /// A number in words, and what would pin it down; its own name and nothing when nobody wrote a row.
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// assert!(knowledge.experiment("vesicle.exo.rate").0.starts_with("release rate"));
    /// ```
    pub fn experiment(&self, path: &str) -> (String, String) {
        match self.experiments.iter().find(|row| row.fits(path)) {
            Some(row) => (format!("{} ({path})", row.label), row.experiment.clone()),
            None => (path.to_owned(), String::new()),
        }
    }
}

/// One row of the table.
pub(super) fn experiment(row: &Row) -> Experiment {
    Experiment {
        quantity: row.get("quantity").to_owned(),
        label: row.get("label").to_owned(),
        experiment: row.get("experiment").to_owned(),
    }
}
