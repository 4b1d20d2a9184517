//! From a published axis to a scenario that asks it: cells, vesicles, cargo, arms, controls and a question, with comments
//! that say what is measured, what is assumed, and what speaks against.
//!
//! ```
//! use vesica::draft::{Wish, draft};
//! let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
//! let found = draft(&knowledge, &Wish { words: "miR-124-3p STEAP3", ..Wish::default() }).expect("one axis");
//! assert_eq!(found.axis, "AX005");
//! assert!(found.text.contains("[vesicle.exo.cargo.\"hsa-miR-124-3p\"]"));
//! let refused = draft(&knowledge, &Wish { words: "miR-522", ..Wish::default() }).expect_err("no strand");
//! assert_eq!(refused.code, "E11");
//! ```

mod cargo;
mod design;
mod find;
mod plan;
mod remarks;
mod write;

use vesica_model::Diagnostic;

use crate::knowledge::Knowledge;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Wish<'a> {
    /// An id, or words that fit one axis: cargo, target, disease, donor, recipient.
    pub words: &'a str,
    /// `3p` or `5p`, where the source names no strand.
    pub strand: Option<&'a str>,
    /// Which molecule is meant, where the source names a family of them.
    pub molecule: Option<&'a str>,
}

/// A scenario as text.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Id of the axis or statement that it asks.
    pub axis: String,
    /// The whole file.
    pub text: String,
}

/// Writes the scenario of one axis; of a statement, when no axis meets the words: then donor and vesicles are a hypothesis.
///
/// # Errors
/// E19: nothing meets the words. E88: several do, with what tells them apart. E11: the source names no strand, or only
/// a family. E89: a strand or molecule that the axis does not leave open. E74: the knowledge base lacks a part of the
/// usual experiment (`design.tsv`).
pub fn draft(knowledge: &Knowledge, wish: &Wish<'_>) -> Result<Draft, Diagnostic> {
    let subject = find::subject(knowledge, wish.words)?;
    let cargo = cargo::of_axis(knowledge, &subject.axis, wish)?;
    let plan = plan::plan(knowledge, &subject, cargo)?;
    Ok(Draft { axis: subject.axis.id.clone(), text: write::text(&plan)? })
}
