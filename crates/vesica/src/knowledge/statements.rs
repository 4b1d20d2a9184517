//! `statements.tsv`: which miRNA acts on which gene, and what becomes of ferroptosis, as databases say it.

use std::collections::BTreeMap;

use vesica_model::{Diagnostic, Span};

use super::Knowledge;
use super::axes::{Axis, Change, Effect, change, doubles, effect};
use super::table::{Row, split_list};

/// Columns that must be there.
pub(super) const COLUMNS: &[&str] = &[
    "id",
    "mirna",
    "molecule",
    "gene",
    "change",
    "effect",
    "disease",
    "species",
    "exosomal",
    "database",
    "reference",
    "key",
    "note",
];

/// A row of `statements.tsv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `ST012`
    pub id: String,
    /// The miRNA, as the database writes it.
    pub mirna: String,
    /// The mature strand that it names, as in `mirnas.tsv`; empty where it names none, or a strand of another animal.
    pub molecule: String,
    /// Symbol of the gene; several separated by `;`, empty when the statement names none.
    pub gene: String,
    /// What the miRNA does to it.
    pub change: Option<Change>,
    /// What becomes of ferroptosis.
    pub effect: Option<Effect>,
    /// Disease or system.
    pub disease: String,
    /// Species.
    pub species: String,
    /// Whether the source speaks of vesicles.
    pub is_exosomal: bool,
    /// Database it was read in.
    pub database: String,
    /// `PMID 32106859`, or the database's own number.
    pub reference: String,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks.
    pub note: String,
    /// Where the row stands.
    pub span: Span,
}

/// Two statements about the same pair that cannot both hold everywhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Contradiction<'a> {
    /// The one.
    pub one: &'a Statement,
    /// The other.
    pub other: &'a Statement,
}

/// Reads the rows; what does not fit is reported, the rest of the row is kept.
pub(super) fn of_rows(rows: &[Row], problems: &mut Vec<Diagnostic>) -> Vec<Statement> {
    doubles(rows, problems);
    rows.iter().map(|row| statement(row, problems)).collect()
}

fn statement(row: &Row, problems: &mut Vec<Diagnostic>) -> Statement {
    let mut problem = |message: String, help: &str| {
        problems.push(Diagnostic::error("E71", message).at(row.span.clone()).help(help));
    };
    let id = row.get("id");
    for column in ["mirna", "effect"].into_iter().filter(|column| row.get(column).is_empty()) {
        problem(format!("statement `{id}` has no {column}"), "a statement names a miRNA and an effect");
    }
    let is_exosomal = match row.get("exosomal") {
        "yes" => true,
        "no" | "" => false,
        other => {
            problem(format!("statement `{id}`: `{other}` in column `exosomal`"), "write yes or no");
            false
        }
    };
    Statement {
        id: id.to_owned(),
        mirna: row.get("mirna").to_owned(),
        molecule: row.get("molecule").to_owned(),
        gene: row.get("gene").to_owned(),
        change: change(row, problems),
        effect: effect(row, problems),
        disease: row.get("disease").to_owned(),
        species: row.get("species").to_owned(),
        is_exosomal,
        database: row.get("database").to_owned(),
        reference: row.get("reference").to_owned(),
        sources: split_list(row.get("key")),
        note: row.get("note").to_owned(),
        span: row.span.clone(),
    }
}

impl Statement {
    /// Symbols of its genes.
    pub fn genes(&self) -> impl Iterator<Item = &str> {
        self.gene.split(';').map(str::trim).filter(|gene| !gene.is_empty())
    }

    /// The strand where one is named, or the name of the database.
    fn best_name(&self) -> &str {
        if self.molecule.is_empty() { &self.mirna } else { &self.molecule }
    }

    /// Whether two rows speak of the same pair and disagree: on the effect, or on what happens to the gene.
    ///
    /// Strands are told apart only where both rows name one.
    pub fn contradicts(&self, other: &Self) -> bool {
        let differ = |one: Option<&'static str>, two: Option<&'static str>| one.zip(two).is_some_and(|(a, b)| a != b);
        let is_same_gene = !self.gene.is_empty() && self.gene.eq_ignore_ascii_case(&other.gene);
        let is_same_pair = is_same_gene && may_be_one(self.best_name(), other.best_name());
        is_same_pair
            && (differ(self.effect.map(Effect::word), other.effect.map(Effect::word))
                || differ(self.change.map(Change::word), other.change.map(Change::word)))
    }
}

impl Knowledge {
    /// Warns of each pair that contradicts each other and does not say so: one of the two may be a slip. Both stay.
    pub(super) fn check_contradictions(&self, problems: &mut Vec<Diagnostic>) {
        let of_statements = self.contradictions().into_iter().filter_map(|pair| {
            let is_said = pair.one.note.contains(&pair.other.id) || pair.other.note.contains(&pair.one.id);
            (!is_said).then_some((&pair.one.id, &pair.other.id, &pair.one.span, &pair.other.span, "note"))
        });
        let mut found: Vec<_> = of_statements.collect();
        for (at, one) in self.axes.iter().enumerate() {
            for other in self.axes[at + 1..].iter().filter(|other| one.contradicts(other)) {
                let is_said = |by: &Axis, of: &Axis| by.against.iter().any(|said| said.contains(&of.id));
                if !is_said(one, other) && !is_said(other, one) {
                    found.push((&one.id, &other.id, &one.span, &other.span, "against"));
                }
            }
        }
        for (one, other, first, second, column) in found {
            let line = self.line_of(first);
            let message = format!("`{other}` contradicts `{one}` (line {line}), and neither says so");
            problems.push(Diagnostic::error("W71", message).at(second.clone()).help(format!(
                "both may stay: name the other in the column `{column}`; or correct the one that is a slip"
            )));
        }
    }

    /// Line in which a place of a table begins.
    pub(super) fn line_of(&self, span: &Span) -> usize {
        let text = span.file.strip_prefix("biology/").and_then(|name| self.files.get(name));
        text.and_then(|text| text.get(..span.start)).map_or(0, |before| before.matches('\n').count() + 1)
    }

    /// All pairs of statements that contradict each other. Both stay: which one fits is for the reader to say.
    pub fn contradictions(&self) -> Vec<Contradiction<'_>> {
        let mut by_gene: BTreeMap<String, Vec<&Statement>> = BTreeMap::new();
        for statement in &self.statements {
            by_gene.entry(statement.gene.to_ascii_uppercase()).or_default().push(statement);
        }
        let mut found = Vec::new();
        for statements in by_gene.values() {
            for (at, one) in statements.iter().enumerate() {
                let others = statements[at + 1..].iter().filter(|other| one.contradicts(other));
                found.extend(others.map(|other| Contradiction { one, other }));
            }
        }
        found
    }
}

impl Axis {
    /// Whether two rows say the opposite of one molecule and one gene.
    pub fn contradicts(&self, other: &Self) -> bool {
        let opposite = [Some(Effect::Suppresses), Some(Effect::Promotes)];
        let differ = opposite.contains(&self.effect) && opposite.contains(&other.effect) && self.effect != other.effect;
        let is_same = |one: &String| other.molecules.iter().any(|two| may_be_one(one, two));
        differ && self.molecules.iter().any(is_same) && self.genes.iter().any(|gene| other.genes.contains(gene))
    }
}

/// Whether two names can mean one miRNA: the same but for species, and for a strand that only one of them names.
fn may_be_one(one: &str, other: &str) -> bool {
    let (one, other) = (parts(one), parts(other));
    one.0 == other.0 && (one.1.is_empty() || other.1.is_empty() || one.1 == other.1)
}

/// `hsa-miR-522-3p` -> (`mir522`, `3p`); letters and digits only, in lower case.
fn parts(name: &str) -> (String, &'static str) {
    let lower = name.to_lowercase();
    let bare = ["hsa-", "mmu-", "rno-", "cfa-", "gga-"]
        .iter()
        .find_map(|species| lower.strip_prefix(species))
        .unwrap_or(&lower);
    let arm = ["3p", "5p"].into_iter().find(|arm| bare.ends_with(&format!("-{arm}")));
    let stem = arm.map_or(bare, |arm| &bare[..bare.len() - arm.len()]);
    (stem.chars().filter(char::is_ascii_alphanumeric).collect(), arm.unwrap_or(""))
}
