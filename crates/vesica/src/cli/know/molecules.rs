//! Axes of the literature, miRNAs and drugs.

use super::Entry;
use super::numbers::{NumberRow, listed};
use crate::knowledge::{Axis, DrugAction, Knowledge, Mirna, MirnaLookup};

/// Axes whose cargo is the word; else those whose target, disease or cells hold it.
pub fn axes<'a>(knowledge: &'a Knowledge, word: &str) -> Vec<&'a Axis> {
    let by_cargo = knowledge.axes_of(word);
    if !by_cargo.is_empty() {
        return by_cargo;
    }
    let wanted = word.to_lowercase();
    let columns = ["cargo", "direct_target", "downstream", "disease", "donor_cell", "recipient_cell"];
    let holds = |axis: &&Axis| {
        columns
            .iter()
            .any(|column| holds_word(&axis.fields.get(*column).map_or("", String::as_str).to_lowercase(), &wanted))
    };
    if wanted.chars().count() >= 3 { knowledge.axes.iter().filter(holds).collect() } else { Vec::new() }
}

/// Whether a text holds a word with no letter or digit beside it. Both in lower case.
pub fn holds_word(text: &str, word: &str) -> bool {
    let is_edge = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
    text.match_indices(word)
        .any(|(at, found)| is_edge(text[..at].chars().next_back()) && is_edge(text[at + found.len()..].chars().next()))
}

/// `fibroblast –vesicle– hsa-miR-522 ⊣ ALOX15 → suppresses ferroptosis in gastric cancer cell`
pub fn of_axis(knowledge: &Knowledge, axis: &Axis) -> Entry {
    let field = |name: &str| axis.fields.get(name).map_or("", String::as_str);
    let arrow = if field("cargo_type") == "miRNA" && !axis.target.starts_with("not ") { "⊣" } else { "→" };
    let effect = field("effect_on_ferroptosis_in_recipient");
    let (effect, how) =
        effect.split_once(" (").map_or((effect, String::new()), |(effect, how)| (effect, format!(" ({how}")));
    let with = |before: &str, text: &str| if text.is_empty() { String::new() } else { format!("{before}{text}") };
    let mut lines = vec![
        format!(
            "{} –vesicle– {} {arrow} {} → {effect} ferroptosis{how} in {}",
            field("donor_cell"),
            axis.cargo,
            axis.target,
            field("recipient_cell")
        ),
        format!("{}: {}{}", field("disease"), field("outcome"), with("; ", field("downstream"))),
        with("in the vesicles: ", field("level_in_exosome")),
        format!("evidence: {} ({})", field("evidence_as_read"), field("species")),
        format!("source: {}   read: {}", field("pmid_or_doi"), field("seen_kind")),
    ];
    let title = knowledge.references.get(field("key")).map_or("", |reference| reference.title.as_str());
    // an entry that nobody has typed in repeats the cargo and says so
    lines.push(if title.contains("not typed in") { String::new() } else { title.to_owned() });
    lines.retain(|line| !line.is_empty());
    Entry::new("axis", &axis.id, lines)
}

/// The molecules that a miRNA name can mean.
pub fn names_of_mirna(knowledge: &Knowledge, word: &str) -> Option<Entry> {
    let line =
        |mirna: &Mirna| format!("{} ({}) 5'-{}-3', seed {}", mirna.name, mirna.accession, mirna.sequence, mirna.seed());
    match knowledge.mirna(word) {
        MirnaLookup::One(mirna) => {
            let mut lines = vec![line(mirna)];
            lines.extend((!mirna.note.is_empty()).then(|| mirna.note.clone()));
            Some(Entry::new("name", &mirna.name, lines))
        }
        MirnaLookup::Ambiguous(strands) => {
            let mut lines = vec![format!("{word} is {} mature strands; they silence different genes:", strands.len())];
            lines.extend(strands.iter().map(|mirna| line(mirna)));
            let sources = knowledge.axes_of(word);
            if let Some(axis) = sources.iter().find(|axis| strands.iter().all(|strand| strand.name != axis.cargo)) {
                lines.push(format!("The source says only \"{}\".", axis.cargo.trim_start_matches("hsa-")));
            }
            Some(Entry::new("name", word, lines))
        }
        MirnaLookup::Unknown(_) => None,
    }
}

/// One entry for each action of a drug.
pub fn drug(knowledge: &Knowledge, word: &str) -> Vec<Entry> {
    let actions = knowledge.drug(word).unwrap_or_default();
    actions.iter().map(|action| of_action(knowledge, action)).collect()
}

fn of_action(knowledge: &Knowledge, action: &DrugAction) -> Entry {
    let mut lines = vec![
        format!("{} acts on link {}: {}", action.name, action.link, action.mechanism),
        format!("form `{}` at port `{}`; source: {}", action.form, action.port, listed(&action.sources)),
    ];
    let prefix = format!("drug.{}.{}.", action.constants_of, action.constants_port);
    let numbers: Vec<NumberRow> =
        knowledge.numbers.iter().filter(|number| number.id.starts_with(&prefix)).map(NumberRow::of).collect();
    lines.extend(numbers.iter().map(NumberRow::line));
    lines.extend((!action.note.is_empty()).then(|| format!("note: {}", action.note)));
    Entry { numbers, ..Entry::new("drug", &action.name, lines) }
}
