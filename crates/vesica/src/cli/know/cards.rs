//! One thing in full: what it is, how well it is known, where it was read.

use crate::cli::words::{labelled, plain};
use crate::know::*;
use crate::terminal::Terminal;

/// So many axes are told in full; more become a table.
pub(super) const MOST_AXES: usize = 2;

/// The things of a kind as cards; `None` when there are too many, or when a table says it better.
pub(super) fn card(found: &Found, kind: &str, terminal: &Terminal) -> Option<String> {
    let cards: Vec<Vec<String>> = match kind {
        "axes" if found.axes.len() <= MOST_AXES => found.axes.iter().map(axis).collect(),
        "drugs" if found.drugs.len() <= 2 => found.drugs.iter().map(drug).collect(),
        "genes" if found.genes.len() == 1 => found.genes.iter().map(gene).collect(),
        "cells" if found.cells.len() == 1 => found.cells.iter().map(cell).collect(),
        "links" if found.links.len() == 1 => found.links.iter().map(link).collect(),
        "numbers" if found.numbers.len() == 1 => found.numbers.iter().map(number).collect(),
        "mirnas" if found.mirnas.len() <= 2 => found.mirnas.iter().map(mirna).collect(),
        "mechanisms" if found.mechanisms.len() == 1 => found.mechanisms.iter().map(mechanism).collect(),
        "references" if found.references.len() == 1 => found.references.iter().map(reference).collect(),
        "codes" if found.codes.len() == 1 => found.codes.iter().map(code).collect(),
        "units" => found.units.iter().map(unit).collect(),
        "claims" => found.claims.iter().filter(|claim| claim.side != "against").map(claim).collect(),
        _ => return None,
    };
    let label = match kind {
        "axes" => "axis",
        "claims" => "for",
        "mirnas" => "name",
        "mechanisms" => "how",
        "references" => "source",
        _ => kind.trim_end_matches('s'),
    };
    Some(cards.iter().map(|lines| lines_of(label, lines, terminal)).collect())
}

fn lines_of(label: &str, lines: &[String], terminal: &Terminal) -> String {
    let shown = lines.iter().filter(|line| !line.is_empty()).enumerate();
    shown.map(|(at, line)| labelled(if at == 0 { label } else { "" }, line, terminal, plain)).collect()
}

/// `before` and the text, or nothing.
fn with(before: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{before}{text}") }
}

/// `⊣` takes away, `→` brings.
pub(super) fn arrow(axis: &AxisRow) -> &'static str {
    match axis.change {
        Some(crate::knowledge::Change::Lowers) => "⊣",
        _ => "→",
    }
}

/// `fibroblast –vesicle– hsa-miR-522 ⊣ ALOX15 → suppresses ferroptosis in gastric cancer cell`
fn axis(row: &AxisRow) -> Vec<String> {
    let effect = row.effect.map_or("says nothing of", |effect| match effect.word() {
        "none" => "no effect on",
        word => word,
    });
    let genes = row.genes.join(", ");
    let target = if genes.is_empty() { &row.target } else { &genes };
    let by_loss = if row.by_loss { "; the source saw the reverse, by loss of the cargo" } else { "" };
    vec![
        format!(
            "{} {} –vesicle– {} {} {target} → {effect} ferroptosis in {}{by_loss}",
            row.id,
            row.donor,
            row.cargo,
            arrow(row),
            row.recipient
        ),
        format!("{}: {}{}", row.disease, row.outcome, with("; ", &row.downstream)),
        if row.target == genes { String::new() } else { with("target as written: ", &row.target) },
        if row.level == "n/a" { String::new() } else { with("in the vesicles: ", &row.level) },
        with("evidence: ", &row.evidence) + &with(" (", &row.species) + if row.species.is_empty() { "" } else { ")" },
        with("source: ", &row.reference) + &with("   read: ", &row.read),
    ]
}

fn mirna(row: &MirnaRow) -> Vec<String> {
    let counted = match (row.axes, row.statements) {
        (0, 0) => String::new(),
        (axes, statements) => format!(
            "its family stands in {} and {}",
            counted(axes, ["axis", "axes"]),
            counted(statements, ["statement", "statements"])
        ),
    };
    vec![
        format!("{} ({}) 5'-{}-3', seed {}", row.name, row.accession, row.sequence, row.seed),
        with("older names: ", &row.aliases.join(", ")),
        row.note.clone(),
        counted,
    ]
}

/// `1 axis`, `4 axes`.
fn counted(n: usize, [one, several]: [&str; 2]) -> String {
    format!("{n} {}", if n == 1 { one } else { several })
}

fn drug(row: &DrugRow) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, action) in row.actions.iter().enumerate() {
        let aliases =
            if at == 0 && !row.aliases.is_empty() { format!(" ({})", row.aliases.join(", ")) } else { String::new() };
        lines.push(format!("{}{aliases} acts on link {}: {}", row.name, action.link, action.mechanism));
        lines.push(format!("form `{}` at port `{}`; source: {}", action.form, action.port, listed(&action.sources)));
        lines.extend(action.numbers.iter().map(number_line));
        lines.push(with("note: ", &action.note));
    }
    lines
}

fn gene(row: &GeneRow) -> Vec<String> {
    let mut lines = vec![
        format!("{}{}", row.name, with(", also ", &row.aliases.join(", "))),
        with("mRNA and protein, made and broken down, in: ", &first_few(&row.made_in)),
        with("a fixed amount of protein in: ", &first_few(&row.fixed_in)),
        with("changed in axes: ", &row.axes.join(", ")),
        match (row.suppress, row.promote) {
            (0, 0) => String::new(),
            (suppress, promote) => format!(
                "miRNAs act through it in {}: {suppress} suppress ferroptosis, {promote} promote it",
                counted(suppress + promote, ["statement", "statements"])
            ),
        },
    ];
    lines.extend(row.actions.iter().map(action));
    lines.push(match row.made_in.is_empty() && row.fixed_in.is_empty() && row.actions.is_empty() {
        true => "no cell has it: nothing rests on its level yet".to_owned(),
        false => format!("in a scenario: [cell.NAME] state = {{ {} = \"1.0 (0.3..3)\" }}", row.name),
    });
    lines
}

/// A long list is not for reading: its first names, and how many more.
fn first_few(names: &[String]) -> String {
    const FEW: usize = 5;
    match names.len().checked_sub(FEW + 1) {
        Some(_) => format!("{} and {} more", names[..FEW].join(", "), names.len() - FEW),
        None => names.join(", "),
    }
}

fn action(row: &GeneActionRow) -> String {
    let what = match row.form.as_str() {
        "" => row.note.clone(),
        crate::knowledge::MECHANISM => format!("brings the mechanism {}: {}", row.port, row.note),
        form => format!("acts on {} ({form}) wherever a scenario names it{}", row.port, with(": ", &row.note)),
    };
    format!("{what}{}", if row.sources.is_empty() { String::new() } else { format!(" ({})", row.sources.join(", ")) })
}

fn cell(row: &CellRow) -> Vec<String> {
    let like = with("; like ", &row.like.join(", "));
    let organ = with("in: ", &row.organ);
    let lives =
        [row.species.as_str(), &organ].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
    let growth = if row.grows { "" } else { "; does not divide unless a scenario says so" };
    let mut lines = vec![
        format!("{} (`is = \"{}\"`){}{like}", row.name, row.id, with(", also ", &row.aliases.join(", "))),
        format!("{lives}{growth}"),
        with("diseases: ", &row.diseases.join(", ")),
        row.note.clone(),
        with("lines simulated as it: ", &row.lines.join(", ")),
        with("genes: ", &row.genes.join(", ")),
        with("fixed amounts: ", &row.amounts.join(", ")),
        format!("{} mechanisms", row.mechanisms),
    ];
    match (row.numbers.is_empty(), row.like.first()) {
        (true, Some(parent)) => lines.push(format!("no number of its own: all are those of {parent}")),
        _ => lines.extend(row.numbers.iter().map(number_line)),
    }
    lines
}

fn link(row: &LinkRow) -> Vec<String> {
    let all = row.measured + row.inferred + row.assumed;
    vec![
        format!("{} {}: mechanisms {}", row.number, row.name, row.mechanisms.join(", ")),
        format!("drugs: {}", if row.drugs.is_empty() { "none".to_owned() } else { row.drugs.join(", ") }),
        format!("{all} numbers: {} measured, {} inferred, {} assumed", row.measured, row.inferred, row.assumed),
    ]
}

/// `state.labile_iron = 0.35 (0.15..0.9) uM   inferred, epsztejn1997`
fn number_line(row: &NumberRow) -> String {
    format!("{} = {}   {}{}", row.id, row.text, row.status.word(), with(", ", &row.source))
}

fn number(row: &NumberRow) -> Vec<String> {
    vec![number_line(row), with("holds for: ", &row.condition), with("note: ", &row.note), with("→ ", &row.experiment)]
}

fn mechanism(row: &MechanismRow) -> Vec<String> {
    vec![row.about.clone(), format!("link {}; {}", row.link, row.file)]
}

fn reference(row: &ReferenceRow) -> Vec<String> {
    let numbers = [with("PMID ", &row.pmid), with("doi ", &row.doi)];
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    let who = format!("{} {}", row.authors, row.year);
    vec![
        format!(
            "{}{} {}",
            row.key,
            if who.trim().is_empty() { String::new() } else { format!(" ({})", who.trim()) },
            row.title
        ),
        numbers.join("   "),
        with("read: ", &row.read),
        with("cited by: ", &row.cited_by),
    ]
}

fn claim(row: &crate::result::ClaimRow) -> Vec<String> {
    vec![format!("{}: {} ({}){}", row.link, row.claim, row.evidence, with("; ", &row.source))]
}

fn code(row: &CodeRow) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", row.code, row.title)];
    lines.extend(row.text.lines().map(str::to_owned));
    lines
}

fn unit(row: &UnitRow) -> Vec<String> {
    vec![
        format!("{} measures: {}", row.unit, row.measures),
        format!("1 {} = {} inside (molecules, seconds, micrometres)", row.unit, row.inside),
    ]
}

/// Keys of references, or that there is none.
pub(super) fn listed(sources: &[String]) -> String {
    if sources.is_empty() { "none, assumed".to_owned() } else { sources.join(", ") }
}
