//! What is known about a word, table by table.

use std::collections::BTreeSet;

use vesica_model::codes;

use super::Entry;
use crate::knowledge::{Axis, DrugAction, Knowledge, LINKS, Mirna, MirnaLookup, Number, Value};
use crate::result::Status;
use crate::units;

/// At most so many numbers are listed for a word; the rest is counted.
const MOST_NUMBERS: usize = 40;

/// Everything about a word, the most direct first; what speaks against at the end.
pub fn about(knowledge: &Knowledge, word: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    entries.extend(code(word));
    let exact_numbers = numbers(knowledge, word);
    let axes = axes(knowledge, word);
    entries.extend(axes.iter().map(|axis| of_axis(knowledge, axis)));
    entries.extend(names_of_mirna(knowledge, word));
    entries.extend(drug(knowledge, word));
    entries.extend(cell(knowledge, word));
    entries.extend(link(knowledge, word));
    entries.extend(exact_numbers);
    entries.extend(unit(word));
    if !entries.is_empty() {
        entries.extend(against(knowledge, word, !axes.is_empty()));
    }
    entries
}

/// Names that could have been meant.
pub fn names(knowledge: &Knowledge) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = knowledge.drug_names().into_iter().map(str::to_owned).collect();
    names.extend(knowledge.mirnas.iter().map(|mirna| mirna.name.clone()));
    names.extend(knowledge.cells.values().flat_map(|cell| cell.names().map(str::to_owned).collect::<Vec<_>>()));
    names.extend(knowledge.cells.values().flat_map(|cell| cell.genes.iter().chain(&cell.amounts).cloned()));
    names.extend(knowledge.mechanism_links.keys().cloned());
    names.extend(LINKS.iter().map(|link| (*link).to_owned()));
    names.extend(codes::CODES.iter().map(|code| code.code.to_owned()));
    names
}

fn code(word: &str) -> Option<Entry> {
    let code = codes::find(word)?;
    let mut lines = vec![format!("{}: {}", code.code, code.title)];
    lines.extend(code.text.lines().map(str::to_owned));
    Some(Entry { kind: "code", name: code.code.to_owned(), lines })
}

/// Axes whose cargo, target, disease or cells hold the word.
fn axes<'a>(knowledge: &'a Knowledge, word: &str) -> Vec<&'a Axis> {
    let by_cargo = knowledge.axes_of(word);
    if !by_cargo.is_empty() {
        return by_cargo;
    }
    let wanted = word.to_ascii_lowercase();
    let is_long = wanted.chars().count() >= 3;
    let holds = |axis: &&Axis| {
        ["cargo", "direct_target", "downstream", "disease", "donor_cell", "recipient_cell"]
            .iter()
            .any(|column| axis.fields.get(*column).is_some_and(|text| holds_word(&text.to_ascii_lowercase(), &wanted)))
    };
    if is_long { knowledge.axes.iter().filter(holds).collect() } else { Vec::new() }
}

/// Whether a text holds a word with no letter or digit beside it.
fn holds_word(text: &str, word: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(word)
        .any(|(at, found)| is_edge(text[..at].chars().next_back()) && is_edge(text[at + found.len()..].chars().next()))
}

fn of_axis(knowledge: &Knowledge, axis: &Axis) -> Entry {
    let field = |name: &str| axis.fields.get(name).map_or("", String::as_str);
    let mut lines = vec![
        format!(
            "{} –vesicle– {} → {} → {} of ferroptosis in {}",
            field("donor_cell"),
            axis.cargo,
            axis.target,
            field("effect_on_ferroptosis_in_recipient"),
            field("recipient_cell")
        ),
        format!("{}: {}; {}", field("disease"), field("outcome"), field("downstream")),
        format!("evidence: {} ({})", field("evidence_as_read"), field("species")),
        format!("source: {} · read: {}", field("pmid_or_doi"), field("verified")),
    ];
    if let Some(reference) = knowledge.references.get(field("key")) {
        lines.push(reference.title.clone());
    }
    lines.retain(|line| !line.is_empty());
    Entry { kind: "axis", name: axis.id.clone(), lines }
}

fn names_of_mirna(knowledge: &Knowledge, word: &str) -> Option<Entry> {
    let line =
        |mirna: &Mirna| format!("{} ({}) 5'-{}-3', seed {}", mirna.name, mirna.accession, mirna.sequence, mirna.seed());
    let (lines, name) = match knowledge.mirna(word) {
        MirnaLookup::One(mirna) => {
            let mut lines = vec![line(mirna)];
            lines.extend((!mirna.note.is_empty()).then(|| mirna.note.clone()));
            (lines, mirna.name.clone())
        }
        MirnaLookup::Ambiguous(strands) => {
            let mut lines = vec![format!("{word} is {} mature strands; they silence different genes:", strands.len())];
            lines.extend(strands.iter().map(|mirna| line(mirna)));
            (lines, word.to_owned())
        }
        MirnaLookup::Unknown(_) => return None,
    };
    Some(Entry { kind: "name", name, lines })
}

fn drug(knowledge: &Knowledge, word: &str) -> Vec<Entry> {
    let actions = knowledge.drug(word).unwrap_or_default();
    actions.iter().map(|action| of_action(knowledge, action)).collect()
}

fn of_action(knowledge: &Knowledge, action: &DrugAction) -> Entry {
    let mut lines = vec![
        format!("{} acts on link {}: {}", action.name, action.link, action.mechanism),
        format!("form `{}` at port `{}`; source: {}", action.form, action.port, listed(&action.sources)),
    ];
    let prefix = format!("drug.{}.{}.", action.constants_of, action.constants_port);
    lines.extend(knowledge.numbers.iter().filter(|number| number.id.starts_with(&prefix)).map(of_number));
    lines.extend((!action.note.is_empty()).then(|| action.note.clone()));
    Entry { kind: "drug", name: action.name.clone(), lines }
}

fn cell(knowledge: &Knowledge, word: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = knowledge
        .cells
        .values()
        .filter(|cell| cell.names().any(|name| name.eq_ignore_ascii_case(word)))
        .map(|cell| {
            let like =
                if cell.lineage.is_empty() { String::new() } else { format!(", like {}", cell.lineage.join(", ")) };
            let lines = vec![
                format!("{} (`is = \"{}\"`){like}", cell.name, cell.id),
                format!("genes: {}", cell.genes.join(", ")),
                format!("fixed amounts: {}", cell.amounts.join(", ")),
                format!(
                    "{} mechanisms, {} of them repeated",
                    cell.mechanisms.len() + cell.repeats.len(),
                    cell.repeats.len()
                ),
            ];
            Entry { kind: "cell", name: cell.id.clone(), lines }
        })
        .collect();
    for line in
        knowledge.cell_lines.iter().filter(|line| line.name.eq_ignore_ascii_case(word) && !line.warning.is_empty())
    {
        let lines = vec![format!("{}: {}", line.name, line.warning), format!("source: {}", listed(&line.sources))];
        entries.push(Entry { kind: "warning", name: line.name.clone(), lines });
    }
    entries
}

fn link(knowledge: &Knowledge, word: &str) -> Option<Entry> {
    let link = LINKS.iter().find(|link| link.eq_ignore_ascii_case(word))?;
    let number = LINKS.iter().position(|known| known == link).map_or(0, |at| at + 1);
    let modules: Vec<&str> = knowledge
        .mechanism_links
        .iter()
        .filter(|(_, folder)| folder.ends_with(link))
        .map(|(module, _)| module.as_str())
        .collect();
    let mut drugs: Vec<&str> = knowledge
        .drug_actions
        .iter()
        .filter(|action| action.link == *link)
        .map(|action| action.name.as_str())
        .collect();
    drugs.dedup();
    let of_link: Vec<&Number> = knowledge.numbers.iter().filter(|row| row.link == *link).collect();
    let count = |status: Status| of_link.iter().filter(|row| row.status == status).count();
    let lines = vec![
        format!("{number} {link}: mechanisms {}", modules.join(", ")),
        format!("drugs: {}", if drugs.is_empty() { "none".to_owned() } else { drugs.join(", ") }),
        format!(
            "{} numbers: {} measured, {} inferred, {} assumed",
            of_link.len(),
            count(Status::Measured),
            count(Status::Inferred),
            count(Status::Assumed)
        ),
    ];
    Some(Entry { kind: "link", name: (*link).to_owned(), lines })
}

/// Rows of `parameters.tsv` whose id is the word, or has it as one of its parts.
fn numbers(knowledge: &Knowledge, word: &str) -> Option<Entry> {
    let found: Vec<&Number> = knowledge
        .numbers
        .iter()
        .filter(|row| !row.id.starts_with("drug."))
        .filter(|row| {
            row.id.eq_ignore_ascii_case(word)
                || row.id.split(['.', '@']).any(|part| part.eq_ignore_ascii_case(word))
                || row.link.eq_ignore_ascii_case(word)
        })
        .collect();
    if found.is_empty() {
        return None;
    }
    let mut lines: Vec<String> = found.iter().take(MOST_NUMBERS).map(|row| of_number(row)).collect();
    if found.len() > MOST_NUMBERS {
        lines.push(format!("and {} more, in biology/parameters.tsv", found.len() - MOST_NUMBERS));
    }
    if let [one] = found.as_slice() {
        lines.extend((!one.note.is_empty()).then(|| one.note.clone()));
        let (label, experiment) = knowledge.experiment(&one.id);
        lines.extend((!experiment.is_empty()).then(|| format!("{label} → {experiment}")));
    }
    Some(Entry { kind: "number", name: word.to_owned(), lines })
}

fn of_number(number: &Number) -> String {
    let value = match number.value {
        Value::Known(value) => format!("{value}"),
        Value::Unknown => "unknown".to_owned(),
        Value::ZeroOrUnknown => "0 or unknown".to_owned(),
    };
    let range = number.range.map_or(String::new(), |(low, high)| format!(" ({low}..{high})"));
    let status = match number.status {
        Status::Measured => "measured",
        Status::Inferred => "inferred",
        Status::Assumed => "assumed",
    };
    let source = if number.sources.is_empty() { String::new() } else { format!(", {}", listed(&number.sources)) };
    format!("{} = {value}{range} {} · {status}{source}", number.key(), number.unit)
}

fn unit(word: &str) -> Option<Entry> {
    let unit = units::parse(word).ok().filter(|_| word.chars().any(char::is_alphabetic))?;
    let lines = vec![format!(
        "1 {word} = {:e} in inside units (molecules, seconds, micrometres): {}",
        unit.factor(),
        unit.dimension
    )];
    Some(Entry { kind: "unit", name: word.to_owned(), lines })
}

/// What speaks against: the general claims on the links that the word touches.
fn against(knowledge: &Knowledge, word: &str, is_axis: bool) -> Vec<Entry> {
    let touches = |link: &str| is_axis || link.eq_ignore_ascii_case(word);
    let claims = knowledge.claims.iter().filter(|claim| claim.side == "against" && touches(&claim.link));
    claims
        .map(|claim| Entry {
            kind: "against",
            name: claim.link.clone(),
            lines: vec![format!("{} ({}; {})", claim.claim, claim.evidence, claim.source)],
        })
        .collect()
}

fn listed(sources: &[String]) -> String {
    if sources.is_empty() { "none: assumed".to_owned() } else { sources.join(", ") }
}
