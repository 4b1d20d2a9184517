//! What the vesicles of an axis carry, by names that a scenario understands.

use vesica_model::{Diagnostic, diagnostic};

use super::Wish;
use crate::knowledge::{Axis, CargoLookup, Kind, Knowledge, Mirna, MirnaLookup};

/// One molecule in the vesicles.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    /// Canonical name, as the scenario writes it.
    pub name: String,
    /// Word of its kind; also the row of the design that says how many copies.
    pub kind: String,
    /// Whether the knowledge base does not have it, so that the scenario must say what it is.
    pub is_own: bool,
    /// Whether it is a miRNA that an antisense oligonucleotide can tie up.
    pub is_mirna: bool,
    /// Whether it changes genes only where the scenario names them ([links] act).
    pub needs_targets: bool,
    /// What was chosen, for a comment.
    pub remark: String,
}

/// Name of what nobody named.
pub(super) const UNNAMED: &str = "unnamed cargo";

/// The molecules of an axis; a stand-in when the source names none.
pub(super) fn of_axis(knowledge: &Knowledge, axis: &Axis, wish: &Wish<'_>) -> Result<Vec<Item>, Diagnostic> {
    if axis.molecules.is_empty() {
        refuse_choice(axis, wish, "its source names no molecule")?;
        return Ok(vec![stand_in()]);
    }
    let mut items = Vec::new();
    let mut is_open = false;
    for name in &axis.molecules {
        let (found, was_open) = item(knowledge, axis, name, wish)?;
        is_open |= was_open;
        items.extend(found);
    }
    if !is_open {
        refuse_choice(axis, wish, "its source names the molecule")?;
    }
    Ok(items)
}

fn refuse_choice(axis: &Axis, wish: &Wish<'_>, why: &str) -> Result<(), Diagnostic> {
    let (Some(chosen), option) = (match wish.strand {
        Some(strand) => (Some(strand), "--strand"),
        None => (wish.molecule, "--molecule"),
    }) else {
        return Ok(());
    };
    let is_that_one = axis.molecules.iter().any(|name| name.ends_with(chosen));
    if is_that_one {
        return Ok(());
    }
    let message = format!("`{option} {chosen}` does not fit {}: {why} ({})", axis.id, axis.molecules.join(", "));
    Err(Diagnostic::error("E89", message).help(format!("leave {option} out")))
}

/// Vesicles of which only the effect is known.
fn stand_in() -> Item {
    Item {
        name: UNNAMED.to_owned(),
        kind: "EV".to_owned(),
        is_own: true,
        is_mirna: false,
        needs_targets: true,
        remark: "the source names no cargo: this stands for whatever in the vesicles acts".to_owned(),
    }
}

/// One molecule, and whether its name left something open.
fn item(knowledge: &Knowledge, axis: &Axis, name: &str, wish: &Wish<'_>) -> Result<(Option<Item>, bool), Diagnostic> {
    if axis.kind == Kind::Mirna.word() {
        return mirna(knowledge, axis, name, wish).map(|(item, is_open)| (Some(item), is_open));
    }
    let known = |name: &str| match knowledge.cargo(name) {
        CargoLookup::Molecule(found) => Some((found.name, found.kind, found.gene)),
        CargoLookup::Drug(name) => Some((name, Kind::Drug, None)),
        _ => None,
    };
    let protein = format!("{name} protein");
    let found = known(name).or_else(|| (axis.kind == Kind::Protein.word()).then(|| known(&protein)).flatten());
    let item = match found {
        Some((name, kind, gene)) => Item {
            kind: kind.word().to_owned(),
            is_own: false,
            is_mirna: false,
            // what has a gene of its own is translated, joined or cut there; a drug acts by its rows
            needs_targets: gene.is_none() && kind != Kind::Drug,
            remark: String::new(),
            name,
        },
        None => Item {
            name: name.to_owned(),
            kind: axis.kind.clone(),
            is_own: true,
            is_mirna: false,
            needs_targets: true,
            remark: "not in the knowledge base: described here".to_owned(),
        },
    };
    Ok((Some(item), false))
}

fn mirna(knowledge: &Knowledge, axis: &Axis, name: &str, wish: &Wish<'_>) -> Result<(Item, bool), Diagnostic> {
    let item = |found: &Mirna, remark: String| Item {
        name: found.name.clone(),
        kind: Kind::Mirna.word().to_owned(),
        is_own: false,
        is_mirna: true,
        needs_targets: true,
        remark,
    };
    let choices = match knowledge.mirna(name) {
        MirnaLookup::One(found) => {
            let is_same = found.name.trim_start_matches("hsa-") == name.trim_start_matches("hsa-");
            let remark = if is_same { String::new() } else { format!("written as {name} in the source") };
            return Ok((item(found, remark), false));
        }
        MirnaLookup::Ambiguous(found) => found,
        MirnaLookup::Unknown(_) => family(knowledge, name),
    };
    let chosen = choices.iter().find(|mirna| {
        let by_strand = wish.strand.is_some_and(|strand| mirna.name.ends_with(&format!("-{strand}")));
        wish.molecule.map_or(by_strand && choices.len() <= 2, |molecule| is_named(mirna, molecule))
    });
    match chosen {
        Some(found) => {
            let others: Vec<&str> =
                choices.iter().filter(|mirna| mirna.name != found.name).map(|mirna| mirna.name.as_str()).collect();
            let remark = format!("the source says only \"{name}\": chosen here, not {}", few(&others));
            Ok((item(found, remark), true))
        }
        None => Err(refuse(axis, name, &choices, wish)),
    }
}

fn is_named(mirna: &Mirna, name: &str) -> bool {
    mirna.name.trim_start_matches("hsa-").eq_ignore_ascii_case(name.trim_start_matches("hsa-"))
}

/// The members of a family that is named without its letters, as in `let-7`.
fn family<'k>(knowledge: &'k Knowledge, name: &str) -> Vec<&'k Mirna> {
    let stem = name.trim_start_matches("hsa-").to_ascii_lowercase();
    let is_member = |mirna: &&Mirna| {
        let bare = mirna.name.trim_start_matches("hsa-").to_ascii_lowercase();
        bare.strip_prefix(&stem).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
    };
    knowledge.mirnas.iter().filter(is_member).collect()
}

fn refuse(axis: &Axis, name: &str, choices: &[&Mirna], wish: &Wish<'_>) -> Diagnostic {
    if choices.is_empty() {
        let message = format!("no miRNA \"{name}\", the cargo of {}", axis.id);
        return Diagnostic::error("E10", message)
            .at(axis.span.clone())
            .help("add it to biology/mirnas.tsv, and give --biology");
    }
    let names: Vec<String> = choices.iter().map(|mirna| told(mirna)).collect();
    let are_strands =
        choices.len() == 2 && ["-3p", "-5p"].iter().all(|arm| choices.iter().any(|c| c.name.ends_with(arm)));
    let how =
        if are_strands { "--strand 3p or --strand 5p".to_owned() } else { format!("--molecule {}", choices[0].name) };
    let asked = wish.molecule.or(wish.strand).map_or(String::new(), |asked| format!(", and {asked} is none of them"));
    let nearest = wish.molecule.and_then(|asked| diagnostic::nearest(asked, choices.iter().map(|c| c.name.as_str())));
    let near = nearest.map_or(String::new(), |near| format!("did you mean {near}? "));
    let message = format!("\"{name}\", the cargo of {}, names {} molecules{asked}", axis.id, choices.len());
    Diagnostic::error("E11", message).at(axis.span.clone()).help(format!(
        "{near}choose {}: {how};\nthey silence different genes, and the source does not say which",
        few(&names)
    ))
}

/// `hsa-miR-522-3p (MIMAT0002868, seed AAAUGGU)`
fn told(mirna: &Mirna) -> String {
    format!("{} ({}, seed {})", mirna.name, mirna.accession, mirna.seed())
}

/// At most six names.
fn few(names: &[impl AsRef<str>]) -> String {
    const MOST: usize = 6;
    let shown: Vec<&str> = names.iter().take(MOST).map(AsRef::as_ref).collect();
    let more = names.len().saturating_sub(MOST);
    let more = if more > 0 { format!(" or {more} others") } else { String::new() };
    shown.join(" or ") + &more
}
