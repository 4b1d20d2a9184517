//! What an answer of `vesica know` holds: one row type for each kind of thing.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::knowledge::{Change, Effect};
use crate::result::Status;

/// A published axis.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AxisRow {
    /// `AX005`
    pub id: String,
    /// What the vesicles carry, as the source writes it.
    pub cargo: String,
    /// Kind of cargo.
    pub kind: String,
    /// Canonical names of the cargo.
    pub molecules: Vec<String>,
    /// Strands that a name without strand can mean.
    pub strands: Vec<String>,
    /// Genes changed in the cell that takes the vesicles up.
    pub genes: Vec<String>,
    /// How.
    pub change: Option<Change>,
    /// What the cargo does to ferroptosis there.
    pub effect: Option<Effect>,
    /// Whether the source saw the effect by loss of the cargo.
    pub by_loss: bool,
    /// Who sends, in the words of the source, and as an id.
    pub donor: String,
    /// Id of the cell or fluid.
    pub donor_id: String,
    /// Who takes up, in the words of the source.
    pub recipient: String,
    /// Id of the cell.
    pub recipient_id: String,
    /// Disease or system.
    pub disease: String,
    /// Direct target in words.
    pub target: String,
    /// What follows in the cell.
    pub downstream: String,
    /// What came of it.
    pub outcome: String,
    /// Level in the vesicles.
    pub level: String,
    /// What supports it.
    pub evidence: String,
    /// Species.
    pub species: String,
    /// How far the source was read.
    pub read: String,
    /// Whether the row was verified.
    pub verified: String,
    /// PMID, DOI or number in a database, as found.
    pub reference: String,
    /// Keys of references.
    pub sources: Vec<String>,
    /// What speaks against, in short.
    pub against: Vec<String>,
    /// `biology/axes.tsv:12`
    pub place: String,
}

/// A statement of a database: a miRNA, a gene, ferroptosis.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StatementRow {
    /// Id.
    pub id: String,
    /// miRNA as the database writes it.
    pub mirna: String,
    /// The mature strand that it names today.
    pub molecule: String,
    /// Gene.
    pub gene: String,
    /// What the miRNA does to the gene.
    pub change: Option<Change>,
    /// What becomes of ferroptosis.
    pub effect: Option<Effect>,
    /// Disease or system.
    pub disease: String,
    /// Species.
    pub species: String,
    /// Whether the source speaks of vesicles.
    pub exosomal: bool,
    /// Database.
    pub database: String,
    /// PMID or number in the database.
    pub reference: String,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks.
    pub note: String,
    /// What speaks against, in short.
    pub against: Vec<String>,
    /// `biology/statements.tsv:12`
    pub place: String,
}

/// A mature miRNA.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MirnaRow {
    /// Name of today.
    pub name: String,
    /// Accession in miRBase.
    pub accession: String,
    /// 5' to 3'.
    pub sequence: String,
    /// Nucleotides 2 to 8.
    pub seed: String,
    /// Older names.
    pub aliases: Vec<String>,
    /// Remarks.
    pub note: String,
    /// Axes that name it or its family.
    pub axes: usize,
    /// Statements that name it or its family.
    pub statements: usize,
}

/// A drug with all its actions.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DrugRow {
    /// Name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// What it does, where.
    pub actions: Vec<ActionRow>,
}

/// One action of a drug.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ActionRow {
    /// Link.
    pub link: String,
    /// Port of a mechanism.
    pub port: String,
    /// Form.
    pub form: String,
    /// In words.
    pub mechanism: String,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks.
    pub note: String,
    /// Constants of the form.
    pub numbers: Vec<NumberRow>,
}

/// A gene.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GeneRow {
    /// Symbol.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Cell types in which it is made and broken down.
    pub made_in: Vec<String>,
    /// Cell types in which its amount is fixed.
    pub fixed_in: Vec<String>,
    /// How its level acts, when a scenario names it.
    pub actions: Vec<GeneActionRow>,
    /// Axes that change it.
    pub axes: Vec<String>,
    /// Statements by which a miRNA suppresses ferroptosis through it.
    pub suppress: usize,
    /// Statements by which a miRNA promotes it.
    pub promote: usize,
}

/// How the level of a gene acts.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GeneActionRow {
    /// Link.
    pub link: String,
    /// Form; `mechanism` when it brings one; empty when mechanisms read the gene by name, or nothing does.
    pub form: String,
    /// Port, or the mechanism.
    pub port: String,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks.
    pub note: String,
}

/// A cell type.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CellRow {
    /// Id: the stem of its file.
    pub id: String,
    /// Name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Cell types that it starts from, nearest first.
    pub like: Vec<String>,
    /// Where in a body it lives.
    pub organ: String,
    /// Species.
    pub species: String,
    /// Diseases in which it is studied.
    pub diseases: Vec<String>,
    /// What makes it different from what it is like.
    pub note: String,
    /// Whether it divides when a scenario does not say so.
    pub grows: bool,
    /// Its own numbers.
    pub numbers: Vec<NumberRow>,
    /// Genes that are made and broken down.
    pub genes: Vec<String>,
    /// Proteins of fixed amount.
    pub amounts: Vec<String>,
    /// Lines simulated as it.
    pub lines: Vec<String>,
    /// Number of mechanisms.
    pub mechanisms: usize,
}

/// A cell line.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LineRow {
    /// Name.
    pub name: String,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// Cell type that describes it.
    pub cell: String,
    /// `human`.
    pub species: String,
    /// `female`, `male`, or empty when not read.
    pub sex: String,
    /// What is known against it; empty: nothing was found.
    pub warning: String,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks.
    pub note: String,
}

/// A disease or system that some source names.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DiseaseRow {
    /// As the source writes it.
    pub name: String,
    /// Axes in it.
    pub axes: Vec<String>,
    /// Statements about it.
    pub statements: usize,
    /// Cell types whose file names it.
    pub cells: Vec<String>,
}

/// A link of the chain.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LinkRow {
    /// 1 to 9.
    pub number: usize,
    /// Name.
    pub name: String,
    /// Mechanisms.
    pub mechanisms: Vec<String>,
    /// Drugs that act on it.
    pub drugs: Vec<String>,
    /// Numbers by status.
    pub measured: usize,
    /// Inferred.
    pub inferred: usize,
    /// Assumed.
    pub assumed: usize,
}

/// A mechanism.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MechanismRow {
    /// Name.
    pub name: String,
    /// Link.
    pub link: String,
    /// What it is, with its ports and what it leaves out: the comment at its top.
    pub about: String,
    /// File.
    pub file: String,
}

/// A number in the unit named beside it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NumberRow {
    /// Id, with the cell type it holds for.
    pub id: String,
    /// Link.
    pub link: String,
    /// Best value; null when unknown.
    pub value: Option<f64>,
    /// 5 %
    pub low: Option<f64>,
    /// 95 %
    pub high: Option<f64>,
    /// Unit of all three.
    pub unit: String,
    /// Value, range and unit as one text.
    pub text: String,
    /// How well it is known.
    pub status: Status,
    /// Keys of references, `;` between.
    pub source: String,
    /// Organism, line, assay.
    pub condition: String,
    /// Remarks.
    pub note: String,
    /// Which experiment would pin it down.
    pub experiment: String,
}

/// An instrument, or a word that a measure reads.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct InstrumentRow {
    /// Word of a measure.
    pub word: String,
    /// Its argument.
    pub argument: String,
    /// Name of the instrument.
    pub by: String,
    /// CV of one reading.
    pub cv: Option<f64>,
    /// Limit as written.
    pub limit: String,
    /// What can be put into it.
    pub samples: Vec<String>,
    /// How well this is known.
    pub status: String,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks.
    pub note: String,
}

/// An experiment that would pin a number down.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ExperimentRow {
    /// Path or id of the numbers.
    pub quantity: String,
    /// The number in words.
    pub label: String,
    /// The experiment.
    pub experiment: String,
}

/// An entry of references.bib.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReferenceRow {
    /// Key.
    pub key: String,
    /// Title.
    pub title: String,
    /// Authors.
    pub authors: String,
    /// Year.
    pub year: String,
    /// PMID.
    pub pmid: String,
    /// DOI.
    pub doi: String,
    /// How far it was read.
    pub read: String,
    /// What rests on it: `2 axes, 5 numbers`.
    pub cited_by: String,
}

/// A code of an error or a warning.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CodeRow {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Long text.
    pub text: String,
}

/// A unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UnitRow {
    /// As typed.
    pub unit: String,
    /// What it measures.
    pub measures: String,
    /// What one of it is inside the program.
    pub inside: f64,
}

/// An example.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ExampleRow {
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Question.
    pub question: String,
}

/// What speaks against something that was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Against {
    /// What it is about: an id, a name, a link.
    pub about: String,
    /// Why: `contradiction`, `strand`, `single study`, `read`, `species`, `assumed`, `claim`, `cell line`, `note`.
    pub why: String,
    /// In words.
    pub says: String,
    /// Where it stands or was read.
    pub source: String,
}

/// A row of a table that has no type of its own, by its columns.
pub type PlainRow = BTreeMap<String, String>;
