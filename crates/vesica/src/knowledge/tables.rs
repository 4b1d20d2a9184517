//! The tab-separated tables of `biology/` and their rows.

use std::collections::BTreeMap;

use vesica_model::{Diagnostic, diagnostic};

use super::table::{Row, Table, split_list};
use super::{
    KINDS, Kind, Knowledge, LINKS, MirnaIndex, axes, drugs, genes, mirna_names, molecules, motifs, number, references,
    statements,
};
use crate::result::{ClaimRow, Status};

/// A row of `forms.tsv`.
#[derive(Clone, Debug)]
pub struct Form {
    /// Name of the function or model.
    pub name: String,
    /// `factor`, `term` or `module`.
    pub combines: String,
    /// What it means.
    pub note: String,
}

/// A row of `mirnas.tsv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Mirna {
    /// Canonical name.
    pub name: String,
    /// miRBase accession of the mature sequence.
    pub accession: String,
    /// 5' to 3'.
    pub sequence: String,
    /// Old names.
    pub aliases: Vec<String>,
    /// Remarks.
    pub note: String,
}

impl Mirna {
    /// Nucleotides 2 to 8.
    pub fn seed(&self) -> &str {
        self.sequence.get(1..8).unwrap_or("")
    }
}

/// A row of `instruments.tsv`.
#[derive(Clone, Debug)]
pub struct Instrument {
    /// Word of a measure: `protein`, `particles`.
    pub word: String,
    /// Its argument; `*` for any.
    pub argument: String,
    /// Name of the instrument (`by = "NTA"`); empty for a plain word.
    pub by: String,
    /// Cell-level symbol, `{1}` = the argument.
    pub symbol: String,
    /// Unit for people.
    pub unit: String,
    /// CV of one reading.
    pub cv: Option<f64>,
    /// Limit, as written.
    pub limit: String,
    /// Diameter of the smallest vesicle that it sees, as written; empty when vesicles are not counted one by one.
    pub smallest: String,
    /// What can be put into it: words of [`SAMPLES`], and fluids of `fluids.tsv`. Empty for a plain word.
    pub samples: Vec<String>,
    /// Kinds of cargo that it counts; empty for any.
    pub kinds: Vec<Kind>,
    /// How well it is known.
    pub status: Status,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks.
    pub note: String,
}

/// Cells of a culture, alive or broken up.
pub const CELLS: &str = "cells";

/// Cells of an organ or a tumour that were taken out of a body.
pub const TISSUE: &str = "tissue";

/// Medium of a culture.
pub const MEDIUM: &str = "medium";

/// What an instrument may read, apart from the fluids of a body.
pub const SAMPLES: [&str; 3] = [CELLS, TISSUE, MEDIUM];

/// A row of `plates.tsv`.
#[derive(Clone, Debug)]
pub struct Plate {
    /// `96`
    pub name: String,
    /// Growth area, with its unit.
    pub area: String,
    /// Usual volume, with its unit.
    pub volume: String,
    /// Keys of references.
    pub sources: Vec<String>,
}

/// A row of `fluids.tsv`.
#[derive(Clone, Debug)]
pub struct Fluid {
    /// `plasma`
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Keys of references.
    pub sources: Vec<String>,
    /// What is sampled.
    pub note: String,
}

/// A row of `cell_lines.tsv`: what a line is, and what is known against it.
#[derive(Clone, Debug)]
pub struct CellLine {
    /// Name.
    pub name: String,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// Cell type it is, an id.
    pub cell: String,
    /// `human`; empty when it is no line.
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

impl CellLine {
    /// Name and other spellings.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

/// A row of `experiments.tsv`: what would pin a number down.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// Path or id of the numbers it is about; `*` stands for any text.
    pub quantity: String,
    /// The number in words.
    pub label: String,
    /// The experiment.
    pub experiment: String,
}

impl Experiment {
    /// Whether a path fits.
    fn fits(&self, path: &str) -> bool {
        let mut rest = path;
        let mut parts = self.quantity.split('*');
        let Some(after) = parts.next().and_then(|first| rest.strip_prefix(first)) else { return false };
        rest = after;
        let parts: Vec<&str> = parts.collect();
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            let found = if last { rest.ends_with(part).then(|| rest.len() - part.len()) } else { rest.find(part) };
            let Some(at) = found else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.is_empty() || self.quantity.ends_with('*')
    }
}

/// An identifier from a name: what an Antimony id cannot hold becomes `_`.
///
/// ```
/// assert_eq!(vesica::knowledge::mangle("hsa-miR-522-3p"), "hsa_miR_522_3p");
/// ```
pub fn mangle(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

impl Knowledge {
    /// A number in words, and what would pin it down; its own name and nothing when nobody wrote a row.
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// assert!(knowledge.experiment("vesicle.exo.rate").0.starts_with("release rate"));
    /// ```
    pub fn experiment(&self, path: &str) -> (String, String) {
        match self.experiments.iter().find(|row| row.fits(path)) {
            Some(row) => (format!("{} ({path})", row.label), row.experiment.clone()),
            None => (path.to_owned(), String::new()),
        }
    }

    /// Reads every table and checks that keys resolve.
    pub(super) fn read_tables(&mut self, problems: &mut Vec<Diagnostic>) {
        self.references =
            self.files.get(references::FILE).map(|text| references::read(text, problems)).unwrap_or_default();
        let tables: BTreeMap<&str, Table> =
            TABLES.iter().map(|(name, columns)| (*name, Table::read(&self.files, name, columns, problems))).collect();
        self.numbers = number::of_rows(&tables["parameters.tsv"].rows, problems);
        self.drug_actions = tables["drugs.tsv"].rows.iter().map(|row| drugs::drug_action(row, problems)).collect();
        self.motifs = motifs::of_rows(&tables["motifs.tsv"].rows, problems);
        self.gene_actions = genes::of_rows(&tables["genes.tsv"].rows, problems);
        self.forms = tables["forms.tsv"].rows.iter().map(form).collect();
        self.mirnas = tables["mirnas.tsv"].rows.iter().map(mirna).collect();
        self.molecules = molecules::of_rows(&tables["molecules.tsv"].rows, problems);
        self.old_mirna_names = mirna_names::of_rows(&tables["mirna_names.tsv"].rows);
        self.mirna_index = MirnaIndex::of(&self.mirnas, &self.old_mirna_names);
        self.axes = axes::of_rows(&tables["axes.tsv"].rows, problems);
        self.statements = statements::of_rows(&tables["statements.tsv"].rows, problems);
        self.instruments = tables["instruments.tsv"].rows.iter().map(|row| instrument(row, problems)).collect();
        self.fluids = tables["fluids.tsv"].rows.iter().map(fluid).collect();
        self.check_samples(&tables["instruments.tsv"].rows, problems);
        self.plates = tables["plates.tsv"].rows.iter().map(plate).collect();
        self.cell_lines = tables["cell_lines.tsv"].rows.iter().map(cell_line).collect();
        self.claims = tables["claims.tsv"].rows.iter().map(claim).collect();
        self.experiments = tables["experiments.tsv"].rows.iter().map(experiment).collect();
        self.check_sources(&tables, problems);
        self.check_shared_names(&tables, problems);
        self.check_contradictions(problems);
    }

    /// Every instrument says what can be put into it, in words that mean something.
    fn check_samples(&self, rows: &[Row], problems: &mut Vec<Diagnostic>) {
        let known: Vec<&str> = SAMPLES.into_iter().chain(self.fluids.iter().map(|fluid| fluid.name.as_str())).collect();
        for (row, instrument) in rows.iter().zip(&self.instruments) {
            let mut problem = |message: String| {
                let help = format!("`samples` lists some of: {}", known.join(", "));
                problems.push(Diagnostic::error("E71", message).at(row.span.clone()).help(help));
            };
            if !instrument.by.is_empty() && instrument.samples.is_empty() {
                problem(format!("nobody says what {} reads", instrument.by));
            }
            for sample in instrument.samples.iter().filter(|sample| !known.contains(&sample.as_str())) {
                problem(format!("`{sample}` is nothing that {} could read", instrument.by));
            }
        }
    }

    fn check_sources(&self, tables: &BTreeMap<&str, Table>, problems: &mut Vec<Diagnostic>) {
        for table in tables.values() {
            for row in &table.rows {
                for key in split_list(row.get("source")).into_iter().chain(split_list(row.get("key"))) {
                    if !self.references.contains_key(&key) {
                        let near = diagnostic::nearest(&key, self.references.keys().map(String::as_str));
                        let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? Else "));
                        let message = format!("the source `{key}` is not in references.bib");
                        problems.push(Diagnostic::error("E72", message).at(row.span.clone()).help(format!(
                            "{near}add the entry to references.bib, or leave the source empty and the status `assumed`"
                        )));
                    }
                }
            }
        }
    }
}

const TABLES: &[(&str, &[&str])] = &[
    ("claims.tsv", &["side", "link", "claim", "evidence", "source"]),
    ("experiments.tsv", &["quantity", "label", "experiment"]),
    ("parameters.tsv", number::COLUMNS),
    ("drugs.tsv", drugs::COLUMNS),
    ("forms.tsv", &["form", "combines", "note"]),
    ("genes.tsv", genes::COLUMNS),
    ("motifs.tsv", motifs::COLUMNS),
    ("mirnas.tsv", &["name", "accession", "sequence", "aliases", "note"]),
    ("molecules.tsv", molecules::COLUMNS),
    ("mirna_names.tsv", mirna_names::COLUMNS),
    ("axes.tsv", axes::COLUMNS),
    ("statements.tsv", statements::COLUMNS),
    ("design.tsv", &["what", "name", "value", "at", "not_for", "source", "note"]),
    (
        "instruments.tsv",
        &[
            "word", "argument", "by", "symbol", "unit", "cv", "limit", "smallest", "samples", "kinds", "status",
            "source", "note",
        ],
    ),
    ("plates.tsv", &["plate", "area", "volume", "source"]),
    ("fluids.tsv", &["fluid", "aliases", "note", "source"]),
    ("cell_lines.tsv", &["name", "aliases", "cell", "species", "sex", "warning", "source", "note"]),
];

pub(super) fn status(row: &Row, problem: &mut dyn FnMut(String, &str)) -> Status {
    match row.get("status") {
        "measured" => Status::Measured,
        "inferred" => Status::Inferred,
        "assumed" | "" => Status::Assumed,
        other => {
            problem(format!("`{other}` is not a status"), "write measured, inferred or assumed");
            Status::Assumed
        }
    }
}

fn claim(row: &Row) -> ClaimRow {
    ClaimRow {
        side: row.get("side").to_owned(),
        link: row.get("link").to_owned(),
        claim: row.get("claim").to_owned(),
        evidence: row.get("evidence").to_owned(),
        source: row.get("source").to_owned(),
    }
}

fn experiment(row: &Row) -> Experiment {
    Experiment {
        quantity: row.get("quantity").to_owned(),
        label: row.get("label").to_owned(),
        experiment: row.get("experiment").to_owned(),
    }
}

fn form(row: &Row) -> Form {
    Form {
        name: row.get("form").to_owned(),
        combines: row.get("combines").to_owned(),
        note: row.get("note").to_owned(),
    }
}

fn mirna(row: &Row) -> Mirna {
    Mirna {
        name: row.get("name").to_owned(),
        accession: row.get("accession").to_owned(),
        sequence: row.get("sequence").to_owned(),
        aliases: split_list(row.get("aliases")),
        note: row.get("note").to_owned(),
    }
}

fn instrument(row: &Row, problems: &mut Vec<Diagnostic>) -> Instrument {
    let mut problem = |message: String, help: &str| {
        problems.push(Diagnostic::error("E71", message).at(row.span.clone()).help(help));
    };
    let status = status(row, &mut problem);
    let mut kinds = Vec::new();
    for word in split_list(row.get("kinds")) {
        match KINDS.iter().find(|(_, known)| *known == word) {
            Some((kind, _)) => kinds.push(*kind),
            None => {
                problem(format!("`{word}` is no kind of cargo"), "kinds are those of biology/molecules.tsv, and miRNA")
            }
        }
    }
    Instrument {
        word: row.get("word").to_owned(),
        argument: row.get("argument").to_owned(),
        by: row.get("by").to_owned(),
        symbol: row.get("symbol").to_owned(),
        unit: row.get("unit").to_owned(),
        cv: share(row.get("cv")),
        limit: row.get("limit").to_owned(),
        smallest: row.get("smallest").to_owned(),
        samples: split_list(row.get("samples")),
        kinds,
        status,
        sources: split_list(row.get("source")),
        note: row.get("note").to_owned(),
    }
}

/// `52.5 %` or `0.525`.
fn share(text: &str) -> Option<f64> {
    match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok().map(|value| value / 100.0),
        None => text.parse().ok(),
    }
}

fn plate(row: &Row) -> Plate {
    Plate {
        name: row.get("plate").to_owned(),
        area: row.get("area").to_owned(),
        volume: row.get("volume").to_owned(),
        sources: split_list(row.get("source")),
    }
}

fn fluid(row: &Row) -> Fluid {
    Fluid {
        name: row.get("fluid").to_owned(),
        aliases: split_list(row.get("aliases")),
        sources: split_list(row.get("source")),
        note: row.get("note").to_owned(),
    }
}

fn cell_line(row: &Row) -> CellLine {
    CellLine {
        name: row.get("name").to_owned(),
        aliases: split_list(row.get("aliases")),
        cell: row.get("cell").to_owned(),
        species: row.get("species").to_owned(),
        sex: row.get("sex").to_owned(),
        warning: row.get("warning").to_owned(),
        sources: split_list(row.get("source")),
        note: row.get("note").to_owned(),
    }
}

pub(super) fn link_name(text: &str) -> &'static str {
    LINKS.iter().find(|link| **link == text).copied().unwrap_or("")
}
