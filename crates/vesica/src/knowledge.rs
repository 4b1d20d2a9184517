//! The knowledge base: the folder `biology/` as typed tables, embedded in the program or read from a folder.

mod axes;
mod bodies;
mod cell_lines;
mod cells;
mod drugs;
mod experiments;
mod files;
mod genes;
mod instruments;
mod look_up;
mod mirna_names;
mod molecules;
mod motifs;
mod names;
mod number;
mod origins;
mod references;
mod refusals;
mod statements;
mod table;
mod tables;

use std::collections::BTreeMap;

use vesica_model::Diagnostic;
use vesica_model::antimony::Library;

pub use axes::{Axis, Change, Effect};
pub use bodies::{BodyPlan, Contents, Flow, Over, Route, TUMOUR};
pub use cell_lines::CellLine;
pub use cells::{CellType, Pool, Repeat, Shown};
pub use drugs::DrugAction;
pub use experiments::Experiment;
pub use files::{Example, Files, embedded_examples, examples};
pub use genes::{GeneAction, MECHANISM};
pub use instruments::{CELLS, Instrument, MEDIUM, SAMPLES, TISSUE};
pub use look_up::MirnaLookup;
pub use mirna_names::{MirnaIndex, OldName};
pub use molecules::{CargoLookup, DESTINATIONS, Destination, KINDS, Kind, Molecule, Size};
pub use motifs::{Motif, Sorting, position};
pub use number::{Number, Value};
pub use origins::{ORIGINS, Origin};
pub use references::Reference;
pub use refusals::looks_like_mirna;
pub use statements::{Contradiction, Statement};
pub use tables::{Fluid, Form, Mirna, Plate, mangle};

/// Everything in `biology/`. A description: free to read, never changed while a run goes on.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// Where it comes from: `built in`, or the folder.
    pub origin: String,
    /// SHA-256 over all file names and contents, hexadecimal.
    pub hash: String,
    /// Every file, by its path inside `biology/`.
    pub files: BTreeMap<String, String>,
    /// All mechanisms and forms.
    pub library: Library,
    /// Folder of each mechanism: module name -> `9-decide`.
    pub mechanism_links: BTreeMap<String, String>,
    /// `parameters.tsv`
    pub numbers: Vec<Number>,
    /// `drugs.tsv`, one row per action.
    pub drug_actions: Vec<DrugAction>,
    /// `motifs.tsv`
    pub motifs: Vec<Motif>,
    /// `genes.tsv`, one row per action.
    pub gene_actions: Vec<GeneAction>,
    /// `forms.tsv`
    pub forms: Vec<Form>,
    /// `mirnas.tsv`
    pub mirnas: Vec<Mirna>,
    /// `molecules.tsv`: what vesicles carry apart from miRNAs and drugs.
    pub molecules: Vec<Molecule>,
    /// `mirna_names.tsv`: what earlier releases called them.
    pub old_mirna_names: Vec<OldName>,
    /// Both by what people may write.
    pub mirna_index: MirnaIndex,
    /// `axes.tsv`
    pub axes: Vec<Axis>,
    /// `statements.tsv`
    pub statements: Vec<Statement>,
    /// `instruments.tsv`
    pub instruments: Vec<Instrument>,
    /// `plates.tsv`
    pub plates: Vec<Plate>,
    /// `claims.tsv`: what speaks for and against, whatever the cargo.
    pub claims: Vec<crate::result::ClaimRow>,
    /// `experiments.tsv`
    pub experiments: Vec<Experiment>,
    /// `cell_lines.tsv`
    pub cell_lines: Vec<CellLine>,
    /// `fluids.tsv`
    pub fluids: Vec<Fluid>,
    /// `bodies/*.toml`, `like` resolved, by id.
    pub bodies: BTreeMap<String, BodyPlan>,
    /// `cells/*.toml`, `like` resolved, by id.
    pub cells: BTreeMap<String, CellType>,
    /// `references.bib`, by key.
    pub references: BTreeMap<String, Reference>,
}

/// The nine links, in order.
pub const LINKS: [&str; 9] = ["make", "load", "release", "travel", "meet", "enter", "deliver", "act", "decide"];

impl Knowledge {
    /// The knowledge base inside the program.
    ///
    /// ```
    /// let (knowledge, problems) = vesica::knowledge::Knowledge::embedded();
    /// assert!(problems.is_empty(), "{problems:?}");
    /// assert!(knowledge.drug("erastin").is_some());
    /// ```
    pub fn embedded() -> (Self, Vec<Diagnostic>) {
        Self::from_files("built in", Files::embedded())
    }

    /// A knowledge base in a folder laid out as `biology/`.
    ///
    /// # Errors
    /// A folder or file that cannot be read is one diagnostic.
    pub fn from_folder(folder: &str) -> (Self, Vec<Diagnostic>) {
        match Files::in_folder(folder) {
            Ok(files) => Self::from_files(folder, files),
            Err(problem) => (Self::default(), vec![problem]),
        }
    }

    fn from_files(origin: &str, files: Files) -> (Self, Vec<Diagnostic>) {
        let mut problems = Vec::new();
        let mut knowledge = Self { origin: origin.to_owned(), hash: files.hash(), files: files.0, ..Self::default() };
        knowledge.read_mechanisms(&mut problems);
        knowledge.read_tables(&mut problems);
        knowledge.read_cells(&mut problems);
        knowledge.check_genes(&mut problems);
        knowledge.check_motifs(&mut problems);
        knowledge.read_bodies(&mut problems);
        (knowledge, problems)
    }

    /// Short name of a link folder: `9-decide` -> `decide`.
    pub fn link_of_module(&self, module: &str) -> &'static str {
        let folder = self.mechanism_links.get(module).map_or("", |folder| folder.as_str());
        let name = folder.split_once('-').map_or(folder, |(_, name)| name);
        LINKS.iter().find(|link| **link == name).copied().unwrap_or("")
    }

    fn read_mechanisms(&mut self, problems: &mut Vec<Diagnostic>) {
        for (path, text) in &self.files {
            if !path.ends_with(".ant") {
                continue;
            }
            problems.extend(self.library.read(&format!("biology/{path}"), text));
            let mut parts = path.split('/');
            if let (Some("links"), Some(folder), Some(file)) = (parts.next(), parts.next(), parts.next()) {
                self.mechanism_links.insert(file.trim_end_matches(".ant").to_owned(), folder.to_owned());
            }
        }
    }
}
