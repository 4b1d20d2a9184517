//! What is known about a word, table by table.

use std::collections::BTreeSet;

use vesica_model::codes;

use super::cells::cell;
use super::molecules::{axes, drug, holds_word, names_of_mirna, of_axis};
use super::numbers::{listed, of_word};
use super::{Entry, input};
use crate::knowledge::{Knowledge, LINKS, MECHANISM, MirnaLookup, Number, embedded_examples};
use crate::result::Status;
use crate::units;

/// Everything about a word, the most direct first; then what speaks against, then where to see it run.
pub fn about(knowledge: &Knowledge, word: &str) -> Vec<Entry> {
    let word = link_meant(word).unwrap_or(word);
    let mut entries: Vec<Entry> = code(word).into_iter().collect();
    let axes = axes(knowledge, word);
    entries.extend(axes.iter().map(|axis| of_axis(knowledge, axis)));
    entries.extend(names_of_mirna(knowledge, word));
    entries.extend(drug(knowledge, word));
    entries.extend(gene(knowledge, word));
    entries.extend(cell(knowledge, word));
    entries.extend(link(knowledge, word));
    entries.extend(of_word(knowledge, word));
    entries.extend(unit(word).filter(|_| entries.is_empty()));
    if !entries.is_empty() {
        let against = against(knowledge, word, !axes.is_empty(), &entries);
        entries.extend(against);
        entries.extend(examples(knowledge, word));
    }
    entries
}

/// Names that could have been meant.
pub fn names(knowledge: &Knowledge) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = knowledge.drug_names().into_iter().map(str::to_owned).collect();
    names.extend(knowledge.mirnas.iter().map(|mirna| mirna.name.clone()));
    names.extend(knowledge.mirnas.iter().map(|mirna| mirna.name.trim_start_matches("hsa-").to_owned()));
    names.extend(knowledge.axes.iter().map(|axis| axis.cargo.clone()));
    names.extend(knowledge.axes.iter().filter_map(|axis| axis.fields.get("disease").cloned()));
    names.extend(knowledge.cells.values().flat_map(|cell| cell.names().map(str::to_owned).collect::<Vec<_>>()));
    names.extend(knowledge.cells.values().flat_map(|cell| cell.genes.iter().chain(&cell.amounts).cloned()));
    names.extend(knowledge.gene_actions.iter().map(|action| action.gene.clone()));
    names.extend(knowledge.cell_lines.iter().map(|line| line.name.clone()));
    names.extend(knowledge.mechanism_links.keys().cloned());
    names.extend(knowledge.numbers.iter().map(|number| number.id.clone()));
    names.extend(knowledge.numbers.iter().filter_map(|number| number.id.rsplit('.').next().map(str::to_owned)));
    names.extend(LINKS.iter().map(|link| (*link).to_owned()));
    names.extend(codes::CODES.iter().map(|code| code.code.to_owned()));
    names
}

/// `delivery` and `7` mean the link deliver.
fn link_meant(word: &str) -> Option<&'static str> {
    let lower = word.to_lowercase();
    let by_number = || lower.parse::<usize>().ok().and_then(|number| LINKS.get(number.checked_sub(1)?).copied());
    LINKS.into_iter().find(|link| lower == *link || (link.len() > 4 && lower.starts_with(link))).or_else(by_number)
}

fn code(word: &str) -> Option<Entry> {
    let code = codes::find(word)?;
    let mut lines = vec![format!("{}: {}", code.code, code.title)];
    lines.extend(code.text.lines().map(str::to_owned));
    Some(Entry::new("code", code.code, lines))
}

fn gene(knowledge: &Knowledge, word: &str) -> Option<Entry> {
    let name = knowledge.gene(word)?.to_owned();
    let cells = |list: &dyn Fn(&crate::knowledge::CellType) -> bool| {
        knowledge.cells.values().filter(|cell| list(cell)).map(|cell| cell.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (made, fixed) = (cells(&|cell| cell.genes.contains(&name)), cells(&|cell| cell.amounts.contains(&name)));
    let lines = [("mRNA and protein, made and broken down, in: ", made), ("a fixed amount of protein in: ", fixed)];
    let mut lines: Vec<String> = lines
        .into_iter()
        .filter(|(_, cells)| !cells.is_empty())
        .map(|(what, cells)| format!("{name}: {what}{cells}"))
        .collect();
    lines.extend(knowledge.actions_of_gene(&name).map(|action| {
        let what = match action.form.as_str() {
            "" => action.note.clone(),
            MECHANISM => format!("brings the mechanism {}: {}", action.port, action.note),
            form => format!("acts on {} ({form}) wherever a scenario names it: {}", action.port, action.note),
        };
        let sources = if action.sources.is_empty() { String::new() } else { format!(" ({})", listed(&action.sources)) };
        format!("{name}: {what}{sources}")
    }));
    lines.push(format!("in a scenario: [cell.NAME] state = {{ {name} = \"1.0 (0.3..3)\" }}"));
    Some(Entry::new("gene", &name, lines))
}

fn link(knowledge: &Knowledge, word: &str) -> Option<Entry> {
    let at = LINKS.iter().position(|link| *link == word)?;
    let link = LINKS[at];
    let mechanisms = knowledge.mechanism_links.keys().filter(|module| knowledge.link_of_module(module) == link);
    let mechanisms: Vec<&str> = mechanisms.map(String::as_str).collect();
    let drugs: BTreeSet<&str> =
        knowledge.drug_actions.iter().filter(|action| action.link == link).map(|action| action.name.as_str()).collect();
    let drugs: Vec<&str> = drugs.into_iter().collect();
    let of_link: Vec<&Number> = knowledge.numbers.iter().filter(|row| row.link == link).collect();
    let count = |status: Status| of_link.iter().filter(|row| row.status == status).count();
    let lines = vec![
        format!("{} {link}: mechanisms {}", at + 1, mechanisms.join(", ")),
        format!("drugs: {}", if drugs.is_empty() { "none".to_owned() } else { drugs.join(", ") }),
        format!(
            "{} numbers: {} measured, {} inferred, {} assumed",
            of_link.len(),
            count(Status::Measured),
            count(Status::Inferred),
            count(Status::Assumed)
        ),
    ];
    Some(Entry::new("link", link, lines))
}

fn unit(word: &str) -> Option<Entry> {
    let unit = units::parse(word).ok().filter(|_| word.chars().any(char::is_alphabetic))?;
    let lines = vec![
        format!("{word} measures: {}", unit.dimension),
        format!("1 {word} = {} inside (molecules, seconds, micrometres)", unit.factor()),
    ];
    Some(Entry::new("unit", word, lines))
}

/// What speaks against: the claims on the links that the word touches or that name it, and numbers without a source.
fn against(knowledge: &Knowledge, word: &str, is_axis: bool, entries: &[Entry]) -> Vec<Entry> {
    let names: BTreeSet<String> =
        entries.iter().map(|entry| entry.name.to_lowercase()).chain([word.to_lowercase()]).collect();
    let names_it = |claim: &str| names.iter().any(|name| holds_word(&claim.to_lowercase(), name));
    let claims = knowledge
        .claims
        .iter()
        .filter(|claim| claim.side == "against" && (is_axis || claim.link == word || names_it(&claim.claim)));
    let mut found: Vec<Entry> = claims
        .map(|claim| {
            Entry::new(
                "against",
                &claim.link,
                vec![claim.claim.clone(), format!("from: {}; {}", claim.evidence, claim.source)],
            )
        })
        .collect();
    let numbers: Vec<_> = entries.iter().flat_map(|entry| &entry.numbers).collect();
    let n_assumed = numbers.iter().filter(|number| number.status == Status::Assumed).count();
    if n_assumed > 0 {
        let line = match numbers.len() {
            1 => "the number is assumed, not measured".to_owned(),
            n => format!("{n_assumed} of these {n} numbers are assumed, not measured"),
        };
        found.push(Entry::new("against", word, vec![line]));
    }
    found
}

/// Examples that use the molecule, drug or gene.
fn examples(knowledge: &Knowledge, word: &str) -> Option<Entry> {
    if LINKS.contains(&word) || codes::find(word).is_some() || word.chars().count() < 3 {
        return None;
    }
    let mut wanted = vec![word.to_lowercase()];
    match knowledge.mirna(word) {
        MirnaLookup::One(mirna) => wanted.push(mirna.name.to_lowercase()),
        MirnaLookup::Ambiguous(strands) => wanted.extend(strands.iter().map(|mirna| mirna.name.to_lowercase())),
        MirnaLookup::Unknown(_) => {}
    }
    wanted.extend(knowledge.drug(word).unwrap_or_default().iter().map(|action| action.name.to_lowercase()));
    let texts = embedded_examples();
    let uses = |name: &String| {
        let text = texts.get(&format!("{name}/scenario.toml")).map(|text| text.to_lowercase()).unwrap_or_default();
        wanted.iter().any(|word| holds_word(&text, word))
    };
    let lines: Vec<String> =
        input::example_names().into_iter().filter(uses).map(|name| format!("vesica run {name}")).collect();
    (!lines.is_empty()).then(|| Entry::new("example", word, lines))
}
