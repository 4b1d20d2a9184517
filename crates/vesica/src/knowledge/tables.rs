//! The tab-separated tables of `biology/` and their rows.

use std::collections::BTreeMap;

use vesica_model::{Diagnostic, diagnostic};

use super::table::{Row, Table, split_list};
use super::{
    Knowledge, LINKS, MirnaIndex, axes, cell_lines, drugs, experiments, genes, instruments, mirna_names, molecules,
    motifs, number, references, statements,
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

/// An identifier from a name: what an Antimony id cannot hold becomes `_`.
///
/// ```
/// assert_eq!(vesica::knowledge::mangle("hsa-miR-522-3p"), "hsa_miR_522_3p");
/// ```
pub fn mangle(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

impl Knowledge {
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
        self.instruments =
            tables["instruments.tsv"].rows.iter().map(|row| instruments::instrument(row, problems)).collect();
        self.fluids = tables["fluids.tsv"].rows.iter().map(fluid).collect();
        self.check_samples(&tables["instruments.tsv"].rows, problems);
        self.plates = tables["plates.tsv"].rows.iter().map(plate).collect();
        self.cell_lines = tables["cell_lines.tsv"].rows.iter().map(cell_lines::cell_line).collect();
        self.claims = tables["claims.tsv"].rows.iter().map(claim).collect();
        self.experiments = tables["experiments.tsv"].rows.iter().map(experiments::experiment).collect();
        self.check_sources(&tables, problems);
        self.check_shared_names(&tables, problems);
        self.check_contradictions(problems);
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
    ("experiments.tsv", experiments::COLUMNS),
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
    ("instruments.tsv", instruments::COLUMNS),
    ("plates.tsv", &["plate", "area", "volume", "source"]),
    ("fluids.tsv", &["fluid", "aliases", "note", "source"]),
    ("cell_lines.tsv", cell_lines::COLUMNS),
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

pub(super) fn link_name(text: &str) -> &'static str {
    LINKS.iter().find(|link| **link == text).copied().unwrap_or("")
}
