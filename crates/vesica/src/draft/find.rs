//! Which axis, or else which statement, is meant.

use std::collections::BTreeMap;

use vesica_model::Diagnostic;

use crate::know;
use crate::knowledge::{Axis, Knowledge, Statement};

/// What a scenario is written about.
pub(super) struct Subject {
    /// The axis; made up from a statement when `is_hypothesis`.
    pub axis: Axis,
    /// Whether no source says that the cargo travels in vesicles.
    pub is_hypothesis: bool,
}

/// So many candidates are listed.
const LISTED: usize = 12;

/// The one axis that the words meet; else the one statement.
pub(super) fn subject(knowledge: &Knowledge, words: &str) -> Result<Subject, Diagnostic> {
    let words = words.trim();
    if let Some(axis) = knowledge.axis(words) {
        return Ok(Subject { axis: axis.clone(), is_hypothesis: false });
    }
    if let Some(row) = knowledge.statements.iter().find(|row| row.id.eq_ignore_ascii_case(words)) {
        return Ok(Subject { axis: of_statement(knowledge, row), is_hypothesis: true });
    }
    let axes = know::axes_about(knowledge, words);
    if let Some(axis) = one(&axes, told, words)? {
        return Ok(Subject { axis: axis.clone(), is_hypothesis: false });
    }
    let statements = know::statements_about(knowledge, words);
    if let Some(row) = one(&statements, told_statement, words)? {
        return Ok(Subject { axis: of_statement(knowledge, row), is_hypothesis: true });
    }
    // the search of everything knows what is near, or finds what is no axis
    Err(match know::ask(knowledge, words) {
        Err(nothing) => nothing,
        Ok(_) => Diagnostic::error("E19", format!("no axis is about `{words}`"))
            .help("`vesica know axes` lists them; `vesica know WORDS` says what else is known"),
    })
}

/// The best of the candidates, when one is better than the others: met by its names, not only by what is said of it.
fn one<'k, T>(found: &[(&'k T, bool)], told: impl Fn(&T) -> String, words: &str) -> Result<Option<&'k T>, Diagnostic> {
    let mut named = found.iter().filter(|(_, by_name)| *by_name);
    let best: Vec<&(&T, bool)> = match (named.next(), named.next()) {
        (Some(only), None) => return Ok(Some(only.0)),
        (Some(_), Some(_)) => found.iter().filter(|(_, by_name)| *by_name).collect(),
        (None, _) => found.iter().collect(),
    };
    match best.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only.0)),
        several => Err(which(several.iter().map(|one| told(one.0)).collect(), words)),
    }
}

fn which(candidates: Vec<String>, words: &str) -> Diagnostic {
    let more = candidates.len().saturating_sub(LISTED);
    let mut help = "add a target, disease or donor, or give the id:\n".to_owned();
    help.push_str(&candidates.iter().take(LISTED).cloned().collect::<Vec<_>>().join("\n"));
    if more > 0 {
        help.push_str(&format!("\nand {more} more: vesica know axes {words}"));
    }
    Diagnostic::error("E88", format!("`{words}` fits {} axes", candidates.len())).help(help)
}

/// `AX005  miR-124-3p, STEAP3: donor to recipient (disease)`
fn told(axis: &Axis) -> String {
    let genes = if axis.genes.is_empty() { axis.target.clone() } else { axis.genes.join(", ") };
    format!(
        "{}  {}, {genes}: {} to {} ({})",
        axis.id,
        axis.cargo,
        axis.field("donor_cell"),
        axis.field("recipient_cell"),
        axis.field("disease")
    )
}

fn told_statement(row: &Statement) -> String {
    format!("{}  {}, {}: {} ({})", row.id, row.mirna, row.gene, row.disease, row.reference)
}

/// An axis of which only the middle is known: the cell that is ill, if a cell file names the disease.
fn of_statement(knowledge: &Knowledge, row: &Statement) -> Axis {
    let ill = |cell: &&crate::knowledge::CellType| cell.diseases.contains(&row.disease);
    let recipient = knowledge.cells.values().find(ill).map(|cell| cell.id.clone()).unwrap_or_default();
    let fields = [
        ("disease", row.disease.as_str()),
        ("species", &row.species),
        ("pmid_or_doi", &row.reference),
        ("seen_kind", "statement of a database"),
        ("evidence_as_read", &row.database),
        ("verified", "a statement of a database; that vesicles carry it is a hypothesis"),
    ];
    let fields: BTreeMap<String, String> =
        fields.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    Axis {
        id: row.id.clone(),
        cargo: row.mirna.clone(),
        kind: "miRNA".to_owned(),
        molecules: vec![if row.molecule.is_empty() { &row.mirna } else { &row.molecule }.clone()],
        donor: String::new(),
        recipient,
        target: row.gene.clone(),
        genes: row.genes().map(str::to_owned).collect(),
        change: row.change,
        effect: row.effect,
        evidence: row.database.clone(),
        against: Vec::new(),
        sources: row.sources.clone(),
        fields,
        span: row.span.clone(),
    }
}
