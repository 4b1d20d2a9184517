//! `design.tsv`: the parts of a usual experiment.

use std::collections::BTreeMap;

use vesica_model::Diagnostic;

use crate::knowledge::Knowledge;

/// One part: a dose, a count, a time, a threshold.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Part {
    /// Which one: a drug, a kind of cargo.
    pub name: String,
    /// As it is written into a scenario.
    pub value: String,
    /// When it is given.
    pub at: String,
    /// Key of a reference.
    pub source: String,
    /// Remarks.
    pub note: String,
}

impl Part {
    fn of(row: &BTreeMap<String, String>) -> Self {
        let cell = |name: &str| row.get(name).cloned().unwrap_or_default();
        Self { name: cell("name"), value: cell("value"), at: cell("at"), source: cell("source"), note: cell("note") }
    }
}

/// The table.
pub(super) struct Design {
    rows: Vec<BTreeMap<String, String>>,
}

impl Design {
    pub fn of(knowledge: &Knowledge) -> Self {
        Self { rows: knowledge.rows("design.tsv") }
    }

    /// The part of that name.
    pub fn part(&self, what: &str, name: &str) -> Result<Part, Diagnostic> {
        let is_it = |row: &&BTreeMap<String, String>| row["what"] == what && row["name"] == name;
        self.rows.iter().find(is_it).map(Part::of).ok_or_else(|| missing(&format!("{what} {name}")))
    }

    /// The first part that can show something about these genes.
    pub fn first(&self, what: &str, genes: &[String]) -> Result<Part, Diagnostic> {
        let mut rows = self.rows.iter().filter(|row| row["what"] == what);
        let hides = |row: &BTreeMap<String, String>| {
            let not_for = row.get("not_for").map_or("", String::as_str);
            not_for.split(';').any(|gene| genes.iter().any(|known| known == gene.trim()))
        };
        rows.find(|row| !hides(row)).map(Part::of).ok_or_else(|| missing(what))
    }
}

fn missing(what: &str) -> Diagnostic {
    Diagnostic::error("E74", format!("the knowledge base has no `{what}` in design.tsv"))
        .help("add the row: it says what a usual experiment takes")
}
