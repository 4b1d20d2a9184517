//! What stands in the scenario of an axis, before it is written.

use vesica_model::Diagnostic;

use super::cargo::Item;
use super::design::{Design, Part};
use super::find::Subject;
use crate::knowledge::{Axis, CellType, Change, Effect, Kind, Knowledge};

/// The parts of the scenario.
pub(super) struct Plan<'k> {
    pub knowledge: &'k Knowledge,
    pub design: Design,
    pub axis: &'k Axis,
    /// Whether no source says that the cargo travels in vesicles.
    pub is_hypothesis: bool,
    pub cargo: Vec<Item>,
    /// Who sends; `None`: vesicles are added: loaded on purpose, from a fluid, or from nobody knows where.
    pub donor: Option<&'k CellType>,
    /// Who takes up.
    pub target: &'k CellType,
    /// Whether the source does not say who takes up.
    pub is_target_assumed: bool,
    /// Whether the cargo is a miRNA that is said to raise its gene.
    pub is_indirect: bool,
    /// Genes that the cargo changes there, by [links] act.
    pub changed: Vec<String>,
    /// Genes that are read: changed by [links], or by the cargo as their own product.
    pub read: Vec<String>,
    pub ask: Ask,
    /// What kills the target cells.
    pub killer: Part,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// Whether the cargo keeps cells alive.
    Protects,
    /// Whether it makes them die.
    Kills,
    /// Whether enough of it arrives: the source names nothing in the cell on which it acts.
    Arrives,
}

/// Plans the scenario.
pub(super) fn plan<'k>(
    knowledge: &'k Knowledge,
    subject: &'k Subject,
    cargo: Vec<Item>,
) -> Result<Plan<'k>, Diagnostic> {
    let axis = &subject.axis;
    let design = Design::of(knowledge);
    let cell = |id: &str| knowledge.cells.get(id);
    let is_target_assumed = cell(&axis.recipient).is_none();
    let any = design.part("cells", "any")?.value;
    let target = cell(&axis.recipient).or_else(|| cell(&any)).ok_or_else(|| no_cell(&axis.recipient, &any))?;
    let is_there = |gene: &&String| target.genes.contains(*gene) || knowledge.can_express(target, gene);
    let here: Vec<String> = axis.genes.iter().filter(is_there).cloned().collect();
    let needs_targets = cargo.iter().any(|item| item.needs_targets);
    // a guide lowers: what a miRNA raises it raises through something that nobody named
    let is_indirect = axis.change != Some(Change::Lowers) && cargo.iter().any(|item| item.is_mirna);
    let changed = if needs_targets && !is_indirect { here.clone() } else { Vec::new() };
    let is_loaded = cargo.iter().any(|item| item.kind == Kind::Drug.word());
    let ask = match axis.effect {
        Some(Effect::Suppresses) if !(needs_targets && changed.is_empty()) => Ask::Protects,
        Some(Effect::Promotes) if !(needs_targets && changed.is_empty()) => Ask::Kills,
        _ => Ask::Arrives,
    };
    let killer = design.first(if ask == Ask::Kills { "kills some" } else { "kills" }, &axis.genes)?;
    Ok(Plan {
        knowledge,
        design,
        axis,
        is_hypothesis: subject.is_hypothesis,
        cargo,
        donor: cell(&axis.donor).filter(|_| !is_loaded),
        target,
        is_target_assumed,
        is_indirect,
        changed,
        read: here,
        ask,
        killer,
    })
}

fn no_cell(id: &str, any: &str) -> Diagnostic {
    Diagnostic::error("E17", format!("no cell type `{id}`"))
        .help(format!("add biology/cells/{id}.toml, or `{any}` that stands for any cell"))
}

impl Plan<'_> {
    /// Whether the question is about vesicles that lack the cargo.
    pub fn is_by_loss(&self) -> bool {
        self.axis.is_by_loss() && self.ask != Ask::Arrives
    }

    /// `lowers` or `raises`, the row of the design for the genes of [links].
    pub fn change(&self) -> &'static str {
        match self.axis.change {
            Some(Change::Lowers) => "lowers",
            _ => "raises",
        }
    }

    /// The antisense oligonucleotide against the cargo, when it is a miRNA.
    pub fn silencer(&self) -> Result<Option<(String, Part)>, Diagnostic> {
        let Some(mirna) = self.cargo.iter().find(|item| item.is_mirna) else { return Ok(None) };
        let part = self.design.first("silences", &[])?;
        let drug = format!("{}{}", part.name, mirna.name.trim_start_matches("hsa-"));
        Ok(self.knowledge.drug(&drug).map(|actions| (actions[0].name.clone(), part)))
    }
}
