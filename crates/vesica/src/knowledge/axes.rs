//! `axes.tsv`: who sends what to whom, with which effect, as somebody published it.

use std::collections::{BTreeMap, BTreeSet};

use vesica_model::{Diagnostic, Span};

use super::table::{Row, split_list};

/// Columns that must be there.
pub(super) const COLUMNS: &[&str] = &[
    "id",
    "cargo",
    "cargo_type",
    "disease",
    "donor_cell",
    "recipient_cell",
    "level_in_exosome",
    "direct_target",
    "downstream",
    "effect_on_ferroptosis_in_recipient",
    "outcome",
    "evidence_as_read",
    "species",
    "pmid_or_doi",
    "seen_kind",
    "verified",
    "key",
    "donor",
    "recipient",
    "molecule",
    "kind",
    "gene",
    "change",
    "effect",
    "evidence",
    "against",
];

/// A row of `axes.tsv`: a claim of the literature.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// `AX005`
    pub id: String,
    /// What the vesicle carries, as the source writes it.
    pub cargo: String,
    /// Kind of cargo: `miRNA`, `lncRNA`, `protein`, ..., or `EV` when nothing is named.
    pub kind: String,
    /// Canonical names of the cargo; a miRNA whose source names no strand stays as written.
    pub molecules: Vec<String>,
    /// Id of the cell that sends; `fluid:plasma` when the study took the vesicles from a fluid; empty when not said.
    pub donor: String,
    /// Id of the cell that takes up; empty when not said.
    pub recipient: String,
    /// Direct target, in words.
    pub target: String,
    /// Symbols of the genes that the cargo changes in the cell that takes it up.
    pub genes: Vec<String>,
    /// What it does to them.
    pub change: Option<Change>,
    /// What the cargo itself does to ferroptosis there. A source that saw its effect by loss of the cargo
    /// ([`Axis::is_by_loss`]) says the opposite.
    pub effect: Option<Effect>,
    /// What supports it, in short.
    pub evidence: String,
    /// What speaks against this row: words, or ids of claims.
    pub against: Vec<String>,
    /// Keys of references.
    pub sources: Vec<String>,
    /// All columns by name, for search and print.
    pub fields: BTreeMap<String, String>,
    /// Where the row stands.
    pub span: Span,
}

/// What a cargo or a miRNA does to a gene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Less of it.
    Lowers,
    /// More of it.
    Raises,
    /// The cargo is the gene's own product.
    Carries,
}

/// What becomes of ferroptosis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Fewer cells die of it.
    Suppresses,
    /// More do.
    Promotes,
    /// Not said, or about something else.
    None,
}

impl Change {
    /// `lowers`, `raises`, `carries`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lowers => "lowers",
            Self::Raises => "raises",
            Self::Carries => "carries",
        }
    }
}

impl Effect {
    /// `suppresses`, `promotes`, `none`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Suppresses => "suppresses",
            Self::Promotes => "promotes",
            Self::None => "none",
        }
    }
}

impl Axis {
    /// A column by its name; empty when it is not there.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// Whether the source saw its effect because the cargo was missing.
    ///
    /// ```
    /// use vesica::knowledge::{Effect, Knowledge};
    /// let (knowledge, _) = Knowledge::embedded();
    /// let axis = knowledge.axis("AX019").expect("an axis by loss");
    /// assert!(axis.is_by_loss() && axis.effect == Some(Effect::Suppresses));
    /// ```
    pub fn is_by_loss(&self) -> bool {
        self.field("effect_on_ferroptosis_in_recipient").contains("by loss")
    }
}

/// Reads the rows; what does not fit is reported, the rest of the row is kept.
pub(super) fn of_rows(rows: &[Row], problems: &mut Vec<Diagnostic>) -> Vec<Axis> {
    doubles(rows, problems);
    rows.iter().map(|row| axis(row, problems)).collect()
}

/// An id that stands twice would make an axis that nobody can ask for.
pub(super) fn doubles(rows: &[Row], problems: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    for row in rows {
        if row.get("id").is_empty() || !seen.insert(row.get("id")) {
            let id = row.get("id");
            let message =
                if id.is_empty() { "this row has no id".to_owned() } else { format!("the id `{id}` stands twice") };
            let help = "give each row an id of its own; rows that contradict each other may both stay";
            problems.push(Diagnostic::error("E71", message).at(row.span.clone()).help(help));
        }
    }
}

fn axis(row: &Row, problems: &mut Vec<Diagnostic>) -> Axis {
    let cargo = row.get("cargo").to_owned();
    if cargo.is_empty() {
        let message = format!("axis `{}` does not say what the vesicles carry", row.get("id"));
        problems
            .push(Diagnostic::error("E71", message).at(row.span.clone()).help("fill `cargo`; `EV` if nobody knows"));
    }
    Axis {
        id: row.get("id").to_owned(),
        kind: row.get("kind").to_owned(),
        molecules: split_list(row.get("molecule")),
        donor: row.get("donor").to_owned(),
        recipient: row.get("recipient").to_owned(),
        target: row.get("direct_target").to_owned(),
        genes: split_list(row.get("gene")),
        change: change(row, problems),
        effect: effect(row, problems),
        evidence: if row.get("evidence").is_empty() { row.get("evidence_as_read") } else { row.get("evidence") }
            .to_owned(),
        against: split_list(row.get("against")),
        sources: split_list(row.get("key")),
        fields: row.columns().clone(),
        span: row.span.clone(),
        cargo,
    }
}

/// `lowers`, `raises`, `carries`, or nothing.
pub(super) fn change(row: &Row, problems: &mut Vec<Diagnostic>) -> Option<Change> {
    let word = row.get("change");
    let found = [Change::Lowers, Change::Raises, Change::Carries].into_iter().find(|change| change.word() == word);
    if found.is_none() && !word.is_empty() {
        let message = format!("`{}`: `{word}` is no change of a gene", row.get("id"));
        problems.push(
            Diagnostic::error("E71", message).at(row.span.clone()).help("write lowers, raises or carries, or nothing"),
        );
    }
    found
}

/// `suppresses`, `promotes`, `none`, or nothing.
pub(super) fn effect(row: &Row, problems: &mut Vec<Diagnostic>) -> Option<Effect> {
    let word = row.get("effect");
    let found = [Effect::Suppresses, Effect::Promotes, Effect::None].into_iter().find(|effect| effect.word() == word);
    if found.is_none() && !word.is_empty() {
        let message = format!("`{}`: `{word}` is no effect on ferroptosis", row.get("id"));
        let help = "write suppresses, promotes or none";
        problems.push(Diagnostic::error("E71", message).at(row.span.clone()).help(help));
    }
    found
}
