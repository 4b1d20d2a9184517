//! The tab-separated tables of `biology/` and their rows.

use std::collections::{BTreeMap, BTreeSet};

use vesica_model::{Diagnostic, Span};

use super::table::{Row, Table, split_list};
use super::{Knowledge, LINKS, MirnaIndex, axes, genes, mirna_names, molecules, motifs, statements};
use crate::result::{ClaimRow, Status};

/// The best value of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A best value.
    Known(f64),
    /// Only a range.
    Unknown,
    /// Two hypotheses: zero, or somewhere in the range.
    ZeroOrUnknown,
}

/// A row of `parameters.tsv`.
#[derive(Clone, Debug)]
pub struct Number {
    /// `module.constant`, `module.KEY.constant`, `drug.NAME.PORT.constant`, `state.NAME`, ...
    pub id: String,
    /// Cell type it holds for; empty for every one.
    pub cell: String,
    /// Link.
    pub link: &'static str,
    /// Best value, in `unit`.
    pub value: Value,
    /// Unit.
    pub unit: String,
    /// 5 % and 95 %, in `unit`; `None`: not varied.
    pub range: Option<(f64, f64)>,
    /// Organism, line, assay.
    pub condition: String,
    /// How well it is known.
    pub status: Status,
    /// Keys of `references.bib`.
    pub sources: Vec<String>,
    /// Remarks; must be there when assumed.
    pub note: String,
    /// Where the row stands.
    pub span: Span,
}

/// A row of `drugs.tsv`: one action of a drug.
#[derive(Clone, Debug)]
pub struct DrugAction {
    /// Canonical name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Link it acts on.
    pub link: &'static str,
    /// Form: a file of `biology/forms/`.
    pub form: String,
    /// Cell-level symbol it acts on.
    pub port: String,
    /// What it does, in words.
    pub mechanism: String,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks.
    pub note: String,
    /// Name under which its constants stand in `parameters.tsv`: the row's name before a template was filled in.
    pub constants_of: String,
    /// Port under which they stand there.
    pub constants_port: String,
    /// The miRNA that a template row was filled in with.
    pub mirna: Option<String>,
}

impl DrugAction {
    /// Canonical name and aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    /// A template row (`anti-{mirna}`) for one miRNA.
    pub fn for_mirna(&self, mirna: &Mirna) -> Self {
        let short = mirna.name.trim_start_matches("hsa-");
        Self { mirna: Some(mirna.name.clone()), ..self.filled("{mirna}", short, &mangle(&mirna.name)) }
    }

    /// A template row (`si-{gene}`) for one gene.
    pub fn for_gene(&self, gene: &str) -> Self {
        self.filled("{gene}", gene, &mangle(gene))
    }

    fn filled(&self, place: &str, name: &str, id: &str) -> Self {
        Self {
            name: self.name.replace(place, name),
            aliases: self.aliases.iter().map(|alias| alias.replace(place, name)).collect(),
            port: self.port.replace(place, id),
            ..self.clone()
        }
    }
}

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
    /// How well it is known.
    pub status: Status,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks.
    pub note: String,
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

/// An entry of `references.bib`.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Key.
    pub key: String,
    /// Title.
    pub title: String,
    /// The whole entry, as written.
    pub text: String,
}

impl Reference {
    /// A field of the entry (`pmid`, `doi`, `author`, `note`); empty when it is not there.
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// assert_eq!(knowledge.references["zhang2020"].field("pmid"), "32106859");
    /// ```
    pub fn field(&self, name: &str) -> String {
        bib_field(&self.text, name)
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
        self.references = self.files.get("references.bib").map(|text| read_references(text)).unwrap_or_default();
        let tables: BTreeMap<&str, Table> =
            TABLES.iter().map(|(name, columns)| (*name, Table::read(&self.files, name, columns, problems))).collect();
        self.numbers = tables["parameters.tsv"].rows.iter().map(|row| number(row, problems)).collect();
        self.drug_actions = tables["drugs.tsv"].rows.iter().map(|row| drug_action(row, problems)).collect();
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
        self.plates = tables["plates.tsv"].rows.iter().map(plate).collect();
        self.cell_lines = tables["cell_lines.tsv"].rows.iter().map(cell_line).collect();
        self.claims = tables["claims.tsv"].rows.iter().map(claim).collect();
        self.experiments = tables["experiments.tsv"].rows.iter().map(experiment).collect();
        self.check_sources(&tables, problems);
        check_units(&self.numbers, problems);
        check_doubles(&self.numbers, problems);
    }

    fn check_sources(&self, tables: &BTreeMap<&str, Table>, problems: &mut Vec<Diagnostic>) {
        for table in tables.values() {
            for row in &table.rows {
                for key in split_list(row.get("source")).into_iter().chain(split_list(row.get("key"))) {
                    if !self.references.contains_key(&key) {
                        let message = format!("the source `{key}` is not in references.bib");
                        problems.push(Diagnostic::error("E72", message).at(row.span.clone()).help(
                            "add the entry to references.bib, or leave the source empty and the status `assumed`",
                        ));
                    }
                }
            }
        }
    }
}

const TABLES: &[(&str, &[&str])] = &[
    ("claims.tsv", &["side", "link", "claim", "evidence", "source"]),
    ("experiments.tsv", &["quantity", "label", "experiment"]),
    (
        "parameters.tsv",
        &["id", "cell", "link", "value", "unit", "low", "high", "condition", "status", "source", "note"],
    ),
    ("drugs.tsv", &["name", "aliases", "link", "form", "port", "mechanism", "source", "note"]),
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
        &["word", "argument", "by", "symbol", "unit", "cv", "limit", "smallest", "status", "source", "note"],
    ),
    ("plates.tsv", &["plate", "area", "volume", "source"]),
    ("fluids.tsv", &["fluid", "aliases", "note", "source"]),
    ("cell_lines.tsv", &["name", "aliases", "cell", "species", "sex", "warning", "source", "note"]),
];

fn number(row: &Row, problems: &mut Vec<Diagnostic>) -> Number {
    let mut problem = |message: String, help: &str| {
        problems.push(Diagnostic::error("E71", message).at(row.span.clone()).help(help));
    };
    let id = row.get("id").to_owned();
    let mut parse = |column: &str| -> Option<f64> {
        let text = row.get(column);
        if text.is_empty() {
            return None;
        }
        let value = text.parse::<f64>().ok().filter(|value| value.is_finite());
        if value.is_none() {
            problem(
                format!("`{id}`: `{text}` in column `{column}` is not a number"),
                "write 0.5, 1e-3, or leave it empty",
            );
        }
        value
    };
    let (low, high) = (parse("low"), parse("high"));
    let value = match row.get("value") {
        "" | "unknown" => Value::Unknown,
        "0 or unknown" => Value::ZeroOrUnknown,
        _ => parse("value").map_or(Value::Unknown, Value::Known),
    };
    let range = low.zip(high);
    if range.is_none() && !matches!(value, Value::Known(_)) {
        problem(format!("`{id}` has neither a value nor a range"), "give `value`, or `low` and `high`");
    }
    if let Some((low, high)) = range
        && (low > high || matches!(value, Value::Known(best) if best < low || best > high))
    {
        problem(
            format!("`{id}`: the range {low}..{high} is upside down or does not hold the value"),
            "low <= value <= high",
        );
    }
    let link = link_name(row.get("link"));
    if link.is_empty() && !row.get("link").is_empty() {
        problem(
            format!("`{id}`: `{}` is not a link", row.get("link")),
            "make load release travel meet enter deliver act decide",
        );
    }
    let sources = split_list(row.get("source"));
    let status = status(row, &mut problem);
    let note = row.get("note").to_owned();
    match status {
        Status::Assumed if note.is_empty() => problem(
            format!("`{id}` is assumed and has no note"),
            "say in `note` where the number comes from and what it rests on",
        ),
        Status::Measured | Status::Inferred if sources.is_empty() => problem(
            format!("`{id}` is called {} and has no source", row.get("status")),
            "a number without a source is `assumed`",
        ),
        _ => {}
    }
    Number {
        id,
        cell: row.get("cell").to_owned(),
        link,
        value,
        unit: row.get("unit").to_owned(),
        range,
        condition: row.get("condition").to_owned(),
        status,
        sources,
        note,
        span: row.span.clone(),
    }
}

fn status(row: &Row, problem: &mut dyn FnMut(String, &str)) -> Status {
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

fn drug_action(row: &Row, problems: &mut Vec<Diagnostic>) -> DrugAction {
    let link = link_name(row.get("link"));
    if link.is_empty() {
        problems.push(
            Diagnostic::error("E71", format!("drug `{}`: `{}` is not a link", row.get("name"), row.get("link")))
                .at(row.span.clone()),
        );
    }
    DrugAction {
        name: row.get("name").to_owned(),
        aliases: split_list(row.get("aliases")),
        link,
        form: row.get("form").to_owned(),
        port: row.get("port").to_owned(),
        mechanism: row.get("mechanism").to_owned(),
        sources: split_list(row.get("source")),
        note: row.get("note").to_owned(),
        constants_of: row.get("name").to_owned(),
        constants_port: row.get("port").to_owned(),
        mirna: None,
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
    Instrument {
        word: row.get("word").to_owned(),
        argument: row.get("argument").to_owned(),
        by: row.get("by").to_owned(),
        symbol: row.get("symbol").to_owned(),
        unit: row.get("unit").to_owned(),
        cv: share(row.get("cv")),
        limit: row.get("limit").to_owned(),
        smallest: row.get("smallest").to_owned(),
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

fn check_units(numbers: &[Number], problems: &mut Vec<Diagnostic>) {
    for number in numbers.iter().filter(|number| number.quantity().is_none()) {
        problems.push(
            Diagnostic::error("E71", format!("`{}`: the unit `{}` cannot be read", number.id, number.unit))
                .at(number.span.clone())
                .help("write units like 1/h, uM/h, 1/(M s), molecules, um^3"),
        );
    }
}

fn check_doubles(numbers: &[Number], problems: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    for number in numbers {
        if !seen.insert((&number.id, &number.cell)) {
            problems.push(
                Diagnostic::error("E71", format!("`{}` stands twice for the same cell type", number.id))
                    .at(number.span.clone())
                    .help("keep one row; put the other value into its range or note"),
            );
        }
    }
}

pub(super) fn link_name(text: &str) -> &'static str {
    LINKS.iter().find(|link| **link == text).copied().unwrap_or("")
}

/// Entries of a BibTeX file whose entries begin with `@` at the start of a line.
fn read_references(text: &str) -> BTreeMap<String, Reference> {
    let mut references = BTreeMap::new();
    let starts: Vec<usize> =
        text.match_indices('@').map(|(at, _)| at).filter(|at| *at == 0 || text.as_bytes()[at - 1] == b'\n').collect();
    for (index, start) in starts.iter().enumerate() {
        let entry = &text[*start..starts.get(index + 1).copied().unwrap_or(text.len())];
        let Some((_, rest)) = entry.split_once('{') else { continue };
        let Some((key, fields)) = rest.split_once(',') else { continue };
        let reference =
            Reference { key: key.trim().to_owned(), title: bib_field(fields, "title"), text: entry.trim().to_owned() };
        references.insert(reference.key.clone(), reference);
    }
    references
}

fn bib_field(fields: &str, name: &str) -> String {
    fields
        .lines()
        .find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim().eq_ignore_ascii_case(name))
                .then(|| value.trim().trim_end_matches(',').trim_matches(['{', '}', '"']).to_owned())
        })
        .unwrap_or_default()
}
