//! What a reader of the scenario should know: where it comes from, what is assumed, what speaks against.

use super::plan::Plan;
use crate::know;
use crate::terminal::width;

/// Columns of a comment.
const COLUMNS: usize = 118;

/// The comment at the top of the file.
pub(super) fn head(plan: &Plan<'_>) -> String {
    let axis = plan.axis;
    let field = |name: &str| axis.field(name);
    let mut lines = vec![format!("{}: {}", axis.id, sentence(plan))];
    let mut add = |head: &str, text: &str| {
        if !text.trim_matches(['.', ' ']).is_empty() {
            lines.push(format!("{head}{text}"));
        }
    };
    let outcome = [field("disease"), field("outcome"), field("downstream")];
    add("In: ", &outcome.iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join("; "));
    add("Source: ", &format!("{}; read: {}", field("pmid_or_doi"), field("seen_kind")));
    add("Supported by: ", &format!("{} ({})", axis.evidence, field("species")));
    add(
        "Level in the vesicles, as the source has it: ",
        if field("level_in_exosome") == "n/a" { "" } else { field("level_in_exosome") },
    );
    let mut text: String = lines.iter().map(|line| comment(line)).collect();
    text.push_str(&comment("Against it:"));
    for line in against(plan) {
        text.push_str(&comment(&format!("- {line}")));
    }
    text.push_str(&comment(
        "Assumed here, whatever the source did: counts, doses, times, copies per vesicle, and how far a gene changes. \
                            The report counts what is assumed.",
    ));
    text
}

/// `donor –vesicle– cargo, lowers GENE → suppresses ferroptosis in recipient`
pub(super) fn sentence(plan: &Plan<'_>) -> String {
    let axis = plan.axis;
    let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let donor = or(axis.field("donor_cell"), "nobody knows who");
    let recipient = or(axis.field("recipient_cell"), &plan.target.name);
    let genes = axis.genes.join(", ");
    let change = axis.change.map_or("acts on", |change| change.word());
    let acts = if genes.is_empty() { "target not named".to_owned() } else { format!("{change} {genes}") };
    let effect = match axis.effect.map(|effect| effect.word()) {
        None | Some("none") => "no effect on ferroptosis is said".to_owned(),
        Some(word) => format!("{word} ferroptosis"),
    };
    let loss = if axis.is_by_loss() { "; the source saw the reverse, by loss of the cargo" } else { "" };
    format!("{donor} –vesicle– {}, {acts} → {effect} in {recipient}{loss}", axis.cargo)
}

/// What speaks against the axis, against vesicles that carry it, and against what had to be made up.
fn against(plan: &Plan<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if plan.is_hypothesis {
        lines.push("HYPOTHESIS: the source speaks of the miRNA and the gene; nobody said that vesicles carry it. Who sends and \
                    who takes up is assumed.".to_owned());
        lines.extend(know::against_statement(plan.knowledge, &plan.axis.id).into_iter().map(|one| one.says));
    } else {
        lines.extend(know::against_axis(plan.knowledge, plan.axis).into_iter().map(|one| one.says));
    }
    if plan.donor.is_none() && !plan.is_hypothesis {
        lines.push(match plan.axis.donor.strip_prefix("fluid:") {
            Some(fluid) => {
                format!("the vesicles came from {fluid}: they are added here, at a dose that nobody measured")
            }
            None => "the text that was read names no cell that sends: the vesicles are added here".to_owned(),
        });
    }
    if plan.is_target_assumed {
        lines.push(format!("the text that was read names no cell that takes up: {} stands for it", plan.target.name));
    }
    let missing: Vec<&String> = plan.axis.genes.iter().filter(|gene| !plan.read.contains(gene)).collect();
    if !missing.is_empty() {
        let names = missing.iter().map(|gene| gene.as_str()).collect::<Vec<_>>().join(", ");
        lines.push(format!("{names}: no mechanism here reads its level, so nothing can follow from it"));
    }
    if plan.is_indirect {
        lines.push(format!(
            "a miRNA lowers what it binds: it must raise {} through something that the source does not name, so only its \
             arrival is asked here",
            plan.axis.genes.join(", ")
        ));
    }
    lines.extend(
        know::against_all_axes(plan.knowledge)
            .into_iter()
            .map(|one| format!("{}: {}; {}", one.about, one.says, one.source)),
    );
    lines
}

/// A comment, broken at spaces.
pub(super) fn comment(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if width(&line) + 1 + width(word) > COLUMNS && line.len() > 1 {
            lines.push_str(&line);
            lines.push('\n');
            line = "#  ".to_owned();
        }
        line.push(' ');
        line.push_str(word);
    }
    lines + &line + "\n"
}
