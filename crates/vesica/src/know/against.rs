//! What speaks against what was found. It is never left out.

use std::collections::BTreeMap;

use super::Found;
use super::build::{place, strands};
use super::fold::{fold, words};
use super::rows::{Against, NumberRow};
use crate::knowledge::{Axis, Effect, Knowledge, MirnaLookup, Statement};
use crate::result::{ClaimRow, Status};

fn against(about: &str, why: &str, says: String, source: &str) -> Against {
    Against { about: about.to_owned(), why: why.to_owned(), says, source: source.to_owned() }
}

/// The reasons in a few words, each once: for a column of a table.
pub(super) fn in_short(found: &[Against]) -> Vec<String> {
    let mut short: Vec<String> = Vec::new();
    for one in found {
        let words = match one.why.as_str() {
            "contradiction" => "contradicted",
            "strand" => "no strand",
            "single study" => "one study",
            "read" => "not read in full",
            "species" => "not human",
            "note" => "see below",
            other => other,
        };
        if !short.iter().any(|known| known == words) {
            short.push(words.to_owned());
        }
    }
    short
}

/// Against an axis: other rows, a missing strand, what its row says, one study only, how far it was read, the species.
pub(crate) fn of_axis(knowledge: &Knowledge, axis: &Axis) -> Vec<Against> {
    let about = axis.id.as_str();
    let mut found = contradictions_of_axis(knowledge, axis);
    let strands = strands(knowledge, axis);
    if !strands.is_empty() {
        let says = format!("the source says only \"{}\": {}; they silence different genes", axis.cargo, few(&strands));
        found.push(against(about, "strand", says, &place(knowledge, &axis.span)));
    }
    for words in &axis.against {
        match knowledge.rows("claims.tsv").iter().find(|claim| claim.get("id").is_some_and(|id| id == words)) {
            Some(claim) => found.push(against(about, "note", claim["claim"].clone(), &claim["source"])),
            None => found.push(against(about, "note", words.clone(), axis.field("pmid_or_doi"))),
        }
    }
    let is_said = |words: &str| axis.against.iter().any(|said| said.contains(words));
    if !is_said("single study") && n_studies(knowledge, axis) <= 1 {
        found.push(against(about, "single study", "rests on one study".to_owned(), axis.field("pmid_or_doi")));
    }
    let is_said_unread = is_said("not read");
    let (read, verified) = (axis.field("seen_kind"), axis.field("verified"));
    if !read.contains("full text") && !is_said_unread {
        let partly = if verified.starts_with("yes") { String::new() } else { format!("; {verified}") };
        found.push(against(about, "read", format!("read: {read}{partly}"), axis.field("pmid_or_doi")));
    }
    let species = axis.field("species");
    if !species.contains("human") && !species.trim_matches('.').is_empty() && !is_said(" only") {
        found.push(against(
            about,
            "species",
            format!("seen in {species}, not in human cells"),
            axis.field("pmid_or_doi"),
        ));
    }
    found
}

/// At most four names, and how many more.
fn few(names: &[impl AsRef<str>]) -> String {
    const MOST: usize = 4;
    let shown: Vec<&str> = names.iter().take(MOST).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(MOST) {
        0 => shown.join(" or "),
        more => format!("{} or {more} others", shown.join(" or ")),
    }
}

/// Rows about the same molecule and gene that say the opposite.
fn contradictions_of_axis(knowledge: &Knowledge, axis: &Axis) -> Vec<Against> {
    let mut found = Vec::new();
    let Some(effect) = axis.effect.filter(|effect| *effect != Effect::None) else { return found };
    let says = |about: &str, effect: Effect, place: &str| {
        format!(
            "{} {} ferroptosis, {about} ({place}) says it {} it; both stay",
            axis.id,
            axis_word(axis),
            effect.word()
        )
    };
    for other in knowledge.axes.iter().filter(|other| other.id != axis.id) {
        let is_other = other.effect.is_some_and(|other| other != effect && other != Effect::None);
        let is_same = other.genes.iter().any(|gene| axis.genes.contains(gene)) && may_be_one(&other.cargo, &axis.cargo);
        if is_other && is_same {
            let place = place(knowledge, &other.span);
            let about = format!("{} ({})", other.id, other.field("disease"));
            found.push(against(
                &axis.id,
                "contradiction",
                says(&about, other.effect.unwrap_or(effect), &place),
                &place,
            ));
        }
    }
    for row in knowledge.statements.iter().filter(|row| shares_gene(axis, row)) {
        if row.effect.is_some_and(|other| other != effect) && may_be_one(&row.mirna, &axis.cargo) {
            let place = place(knowledge, &row.span);
            let about = format!("{} of {} ({})", row.id, row.database, row.reference);
            found.push(against(&axis.id, "contradiction", says(&about, row.effect.unwrap_or(effect), &place), ""));
        }
    }
    found
}

fn shares_gene(axis: &Axis, row: &Statement) -> bool {
    row.genes().any(|gene| axis.genes.iter().any(|known| known == gene))
}

fn axis_word(axis: &Axis) -> &'static str {
    axis.effect.map_or("", Effect::word)
}

/// Against a statement: rows that contradict it, and a miRNA without strand.
pub(super) fn of_statement(knowledge: &Knowledge, row: &Statement) -> Vec<Against> {
    let mut found: Vec<Against> = knowledge
        .statements
        .iter()
        .filter(|other| other.id != row.id && row.contradicts(other))
        .map(|other| {
            let here = place(knowledge, &other.span);
            against(&row.id, "contradiction", format!("{} against {}; both stay", told(row), told(other)), &here)
        })
        .collect();
    if let (true, MirnaLookup::Ambiguous(strands)) = (row.molecule.is_empty(), knowledge.mirna(&row.mirna)) {
        let names: Vec<&str> = strands.iter().map(|mirna| mirna.name.as_str()).collect();
        let says = format!("the database says only \"{}\": {}", row.mirna, few(&names));
        found.push(against(&row.id, "strand", says, &place(knowledge, &row.span)));
    }
    found
}

/// `ST001 miR-9-5p lowers GOT1, suppresses (FerrDb, PMID 1)`
fn told(row: &Statement) -> String {
    let change = row.change.map_or("acts on", |change| change.word());
    let effect = row.effect.map_or("says nothing of", Effect::word);
    format!(
        "{} {} {change} {}, {effect} ferroptosis ({}, {})",
        row.id, row.mirna, row.gene, row.database, row.reference
    )
}

/// Studies that name this cargo and one of its genes: axes and statements with different references.
fn n_studies(knowledge: &Knowledge, axis: &Axis) -> usize {
    let mut references: Vec<String> = vec![numbers_in(axis.field("pmid_or_doi"))];
    let others = knowledge.axes.iter().filter(|other| {
        other.id != axis.id
            && may_be_one(&other.cargo, &axis.cargo)
            && other.genes.iter().any(|gene| axis.genes.contains(gene))
    });
    references.extend(others.map(|other| numbers_in(other.field("pmid_or_doi"))));
    let rows = knowledge.statements.iter().filter(|row| shares_gene(axis, row) && may_be_one(&row.mirna, &axis.cargo));
    references.extend(rows.map(|row| numbers_in(&row.reference)));
    let mut distinct: Vec<&String> = Vec::new();
    for reference in &references {
        // a database's row of the same paper is no second study
        let is_known = distinct.iter().any(|known| shares_a_number(known, reference));
        if !is_known && !reference.trim().is_empty() {
            distinct.push(reference);
        }
    }
    distinct.len()
}

/// PMIDs and other long numbers of a text.
fn numbers_in(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.filter(|word| word.chars().filter(char::is_ascii_digit).count() >= 6).collect::<Vec<_>>().join(" ")
}

fn shares_a_number(one: &str, other: &str) -> bool {
    one.split(' ').any(|number| other.split(' ').any(|other| other == number))
}

/// Whether two names can mean one molecule: the same, but for a strand that only one of them names.
fn may_be_one(one: &str, other: &str) -> bool {
    let name = |text: &str| words(text).into_iter().find_map(|word| word.mirna);
    match (name(one), name(other)) {
        (Some(one), Some(other)) => {
            one.stem == other.stem && (one.arm.is_empty() || other.arm.is_empty() || one.arm == other.arm)
        }
        (None, None) => fold(one) == fold(other),
        _ => false,
    }
}

/// Against the statement of that id.
pub(crate) fn against_statement(knowledge: &Knowledge, id: &str) -> Vec<Against> {
    let row = knowledge.statements.iter().find(|row| row.id == id);
    row.map(|row| of_statement(knowledge, row)).unwrap_or_default()
}

/// Against every axis: the claims on what is packed, delivered and acts.
pub(crate) fn against_all_axes(knowledge: &Knowledge) -> Vec<Against> {
    let is_asked = |row: &&ClaimRow| row.side == "against" && ON_EVERY_AXIS.contains(&row.link.as_str());
    knowledge.claims.iter().filter(is_asked).map(claim).collect()
}

fn claim(row: &ClaimRow) -> Against {
    against(&row.link, "claim", format!("{} ({})", row.claim, row.evidence), &row.source)
}

/// Claims on these links stand against every axis: what is packed, what is delivered, what acts.
const ON_EVERY_AXIS: [&str; 3] = ["load", "deliver", "act"];

/// Against everything that was found, the most direct first.
pub(super) fn of_found(knowledge: &Knowledge, found: &Found) -> Vec<Against> {
    let mut all = Vec::new();
    for row in &found.axes {
        all.extend(knowledge.axis(&row.id).map(|axis| of_axis(knowledge, axis)).unwrap_or_default());
    }
    for row in &found.statements {
        let statement = knowledge.statements.iter().find(|statement| statement.id == row.id);
        all.extend(statement.map(|statement| of_statement(knowledge, statement)).unwrap_or_default());
    }
    for line in found.lines.iter().filter(|line| !line.warning.is_empty()) {
        all.push(against(&line.name, "cell line", line.warning.clone(), &line.sources.join(", ")));
    }
    all.extend(found.claims.iter().filter(|row| row.side == "against").map(claim));
    let is_asked = |row: &&ClaimRow| {
        let of_link = found.links.iter().any(|link| link.name == row.link);
        let of_axis = !found.axes.is_empty() && ON_EVERY_AXIS.contains(&row.link.as_str());
        (of_link || of_axis) && !found.claims.contains(row)
    };
    all.extend(knowledge.claims.iter().filter(|row| row.side == "against").filter(is_asked).map(claim));
    all.extend(assumed(found));
    all.sort_by_key(|one| rank(&one.why));
    unique(all)
}

/// Numbers that nobody has measured.
fn assumed(found: &Found) -> Option<Against> {
    let of_drugs = found.drugs.iter().flat_map(|drug| &drug.actions).flat_map(|action| &action.numbers);
    let numbers: BTreeMap<&str, &NumberRow> =
        found.numbers.iter().chain(of_drugs).map(|number| (number.id.as_str(), number)).collect();
    let n = numbers.values().filter(|number| number.status == Status::Assumed).count();
    let says = match (n, numbers.len()) {
        (0, _) => return None,
        (1, 1) => "the number is assumed, not measured".to_owned(),
        (n, all) if n == all => format!("all these {all} numbers are assumed, not measured"),
        (1, all) => format!("1 of these {all} numbers is assumed, not measured"),
        (n, all) => format!("{n} of these {all} numbers are assumed, not measured"),
    };
    let about = match found.drugs.as_slice() {
        [drug] if found.numbers.is_empty() => &drug.name,
        _ => &found.query,
    };
    Some(against(about, "assumed", says, ""))
}

fn rank(why: &str) -> usize {
    let order = ["contradiction", "strand", "note", "cell line", "claim", "assumed", "single study", "read", "species"];
    order.iter().position(|known| *known == why).unwrap_or(order.len())
}

/// A pair of rows that contradict each other is told once.
fn unique(all: Vec<Against>) -> Vec<Against> {
    let mut seen: Vec<Vec<String>> = Vec::new();
    let mut kept = Vec::new();
    for one in all {
        let told = match one.why.as_str() {
            "contradiction" => ids_in(&format!("{} {}", one.about, one.says)),
            _ => vec![one.about.clone(), one.says.clone()],
        };
        if !seen.contains(&told) {
            seen.push(told);
            kept.push(one);
        }
    }
    kept
}

/// Ids of rows in a text (`AX005`, `ST012`), sorted.
fn ids_in(text: &str) -> Vec<String> {
    let is_id = |word: &&str| {
        let digits = word.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
        digits.len() >= 3 && word.len() > digits.len() && digits.chars().all(|letter| letter.is_ascii_digit())
    };
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut ids: Vec<String> = words.filter(is_id).map(str::to_owned).collect();
    ids.sort();
    ids.dedup();
    ids.truncate(2);
    ids
}
