//! Words that nothing meets: read as the name that is near enough, or refused with what is near.

use vesica_model::{Diagnostic, diagnostic};

use super::matching;
use super::question::{Names, Question, Term, understand};
use super::records::Records;
use crate::knowledge::{Knowledge, LINKS};

/// Words that nothing meets are read as the one name that is near enough, and it is said.
pub(super) fn corrected(
    knowledge: &Knowledge,
    records: &Records,
    names: &Names,
    question: Question,
    typed: &str,
) -> Result<Question, Diagnostic> {
    let known = known_names(knowledge, records);
    let mut text = typed.to_owned();
    let mut notes = Vec::new();
    for term in &question.terms {
        if matching::is_met(records, term) {
            continue;
        }
        let Some(meant) = matching::corrected(&term.typed, known.iter().map(String::as_str)) else {
            return Err(nothing(knowledge, records, &question, typed));
        };
        let Some(at) = text.to_lowercase().find(&term.typed) else {
            return Err(nothing(knowledge, records, &question, typed));
        };
        text.replace_range(at..at + term.typed.len(), meant);
        notes.push(format!("{} is read as {meant}", term.typed));
    }
    let mut question = understand(knowledge, names, &text, true);
    notes.append(&mut question.notes);
    question.notes = notes;
    Ok(question)
}

/// Names of what is known, as they are written.
fn known_names(knowledge: &Knowledge, records: &Records) -> Vec<String> {
    let mut names: Vec<String> = knowledge.drug_names().into_iter().map(str::to_owned).collect();
    names.extend(records.genes.iter().chain(&records.diseases).chain(&records.mechanisms).cloned());
    names.extend(knowledge.cells.values().flat_map(|cell| cell.names().map(str::to_owned).collect::<Vec<_>>()));
    names.extend(knowledge.cell_lines.iter().flat_map(|line| line.names().map(str::to_owned)));
    names.extend(LINKS.iter().map(|link| (*link).to_owned()));
    names.extend(knowledge.axes.iter().flat_map(|axis| axis.molecules.iter().cloned()));
    for rows in [&records.molecules, &records.fluids] {
        names.extend(rows.iter().filter_map(|row| row.get("name").or(row.get("fluid")).cloned()));
    }
    // words of diseases and cells, too: `melanom` is no whole name
    let words: Vec<String> =
        names.iter().flat_map(|name| name.split([' ', '-', '/']).map(str::to_owned).collect::<Vec<_>>()).collect();
    names.extend(words.into_iter().filter(|word| word.chars().all(char::is_alphabetic)));
    names
}

/// Nothing is known: of which word, and what is near.
pub(super) fn nothing(knowledge: &Knowledge, records: &Records, question: &Question, typed: &str) -> Diagnostic {
    if let Some(refusal) = knowledge.no_drug(typed) {
        return refusal;
    }
    let message = format!("nothing is known about `{typed}`");
    let unmet: Vec<&Term> = question.terms.iter().filter(|term| !matching::is_met(records, term)).collect();
    if unmet.is_empty() && question.terms.len() > 1 {
        let alone = question.terms.iter().map(|term| format!("`{}` ({})", term.typed, matching::n_met(records, term)));
        let alone = alone.collect::<Vec<_>>().join(", ");
        let help = format!("each word is known, but nothing holds all of them; alone: {alone}");
        return Diagnostic::error("E19", message).help(help);
    }
    let mut near: Vec<String> = Vec::new();
    if typed.to_lowercase().contains("mir") {
        let names = knowledge.mirnas.iter().map(|mirna| mirna.name.trim_start_matches("hsa-"));
        near.extend(diagnostic::nearest(typed, names).map(str::to_owned));
    }
    let known = known_names(knowledge, records);
    if near.is_empty() {
        let nearest = |term: &&Term| diagnostic::nearest(&term.typed, known.iter().map(String::as_str));
        near.extend(unmet.iter().filter_map(nearest).map(str::to_owned));
    }
    let help = match near.as_slice() {
        [] => "it takes a miRNA, gene, drug, cell, disease, link, PMID, parameter, unit or error code;\n`vesica know diseases` (genes, drugs, cells, ..) lists what there is"
            .to_owned(),
        near => {
            let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
            format!("did you mean {}?", near.join(" or "))
        }
    };
    Diagnostic::error("E19", message).help(help)
}
