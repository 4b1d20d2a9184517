//! Everything that can be found, as names and text to look into.

use std::collections::{BTreeMap, BTreeSet};

use vesica_model::codes::CODES;

use super::fold::{fold, key};
use super::kind::Kind;
use crate::knowledge::{Knowledge, LINKS, embedded_examples, examples};

/// One thing that can be found.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub kind: Kind,
    /// Its place in the list of its kind.
    pub at: usize,
    /// Links it belongs to.
    pub links: Vec<&'static str>,
    /// Its names without what separates their parts.
    pub keys: Vec<String>,
    /// Its names, folded.
    pub names: String,
    /// What is said of it, folded.
    pub text: String,
}

impl Record {
    /// Names and texts, folded.
    pub fn of(kind: Kind, at: usize, links: &[&'static str], names: &[&str], text: &[&str]) -> Self {
        let names: Vec<&str> = names.iter().copied().filter(|name| !name.is_empty()).collect();
        Self {
            kind,
            at,
            links: links.to_vec(),
            keys: names.iter().map(|name| key(name)).collect(),
            names: fold(&names.join(" , ")),
            text: fold(&text.join(" , ")),
        }
    }
}

/// All records, and the lists that have no table of their own.
#[derive(Default)]
pub(super) struct Records {
    pub records: Vec<Record>,
    /// Names of drugs, each once.
    pub drugs: Vec<String>,
    /// Symbols of genes.
    pub genes: Vec<String>,
    /// Diseases, as sources write them.
    pub diseases: Vec<String>,
    /// Ids of cell types.
    pub cells: Vec<String>,
    /// Names of mechanisms.
    pub mechanisms: Vec<String>,
    /// Keys of references.
    pub references: Vec<String>,
    /// Names of examples.
    pub examples: Vec<String>,
    /// Rows of `molecules.tsv`.
    pub molecules: Vec<BTreeMap<String, String>>,
    /// Rows of `fluids.tsv`.
    pub fluids: Vec<BTreeMap<String, String>>,
}

impl Records {
    /// Everything in the knowledge base, the examples and the codes.
    pub fn of(knowledge: &Knowledge) -> Self {
        let mut all = Self::default();
        all.tables(knowledge);
        all.biology(knowledge);
        all.cells(knowledge);
        all.numbers(knowledge);
        all.papers(knowledge);
        all
    }

    fn add(&mut self, kind: Kind, at: usize, link: &'static str, names: &[&str], text: &[&str]) {
        self.records.push(Record::of(kind, at, &[link], names, text));
    }

    /// Axes, statements, miRNAs.
    fn tables(&mut self, knowledge: &Knowledge) {
        for (at, axis) in knowledge.axes.iter().enumerate() {
            let mut names = vec![axis.id.as_str(), &axis.cargo, axis.field("disease")];
            names.extend(axis.molecules.iter().chain(&axis.genes).map(String::as_str));
            names.extend([
                axis.donor.as_str(),
                &axis.recipient,
                axis.field("donor_cell"),
                axis.field("recipient_cell"),
            ]);
            let sources = cited(knowledge, &axis.sources);
            let mut text: Vec<&str> = axis.fields.values().map(String::as_str).collect();
            text.extend([sources.as_str(), "axis exosome vesicle ferroptosis"]);
            self.add(Kind::Axis, at, "act", &names, &text);
        }
        for (at, row) in knowledge.statements.iter().enumerate() {
            let mut names = vec![row.id.as_str(), &row.mirna, &row.molecule, &row.disease];
            names.extend(row.genes());
            let (change, effect) = (row.change.map_or("", |c| c.word()), row.effect.map_or("", |e| e.word()));
            let exosomal = if row.is_exosomal { "exosome exosomal vesicle" } else { "" };
            let sources = cited(knowledge, &row.sources);
            let text = [
                change,
                effect,
                &row.species,
                exosomal,
                &row.database,
                &row.reference,
                &row.note,
                &sources,
                "ferroptosis",
            ];
            self.add(Kind::Statement, at, "act", &names, &text);
        }
        let mut old_names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for old in &knowledge.old_mirna_names {
            for accession in &old.accessions {
                old_names.entry(accession).or_default().push(&old.name);
            }
        }
        for (at, mirna) in knowledge.mirnas.iter().enumerate() {
            let mut names = vec![mirna.name.as_str(), &mirna.accession];
            names.extend(old_names.get(mirna.accession.as_str()).into_iter().flatten());
            names.extend(mirna.aliases.iter().map(String::as_str));
            self.add(Kind::Mirna, at, "act", &names, &[&mirna.note]);
        }
    }

    /// Drugs, genes, molecules, fluids, diseases.
    fn biology(&mut self, knowledge: &Knowledge) {
        let mut actions: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for action in &knowledge.drug_actions {
            if !self.drugs.contains(&action.name) {
                self.drugs.push(action.name.clone());
            }
            actions.entry(&action.name).or_default().push(action);
        }
        for (at, name) in self.drugs.clone().iter().enumerate() {
            let of_drug = &actions[name.as_str()];
            let mut names: Vec<&str> = of_drug.iter().flat_map(|action| action.names()).collect();
            names.sort_unstable();
            names.dedup();
            let mut text = Vec::new();
            let sources: Vec<String> = of_drug.iter().map(|action| cited(knowledge, &action.sources)).collect();
            for action in of_drug {
                text.extend([action.link, &action.port, &action.form, &action.mechanism, &action.note]);
            }
            text.extend(sources.iter().map(String::as_str));
            let links: Vec<&str> = of_drug.iter().map(|action| action.link).collect();
            self.records.push(Record::of(Kind::Drug, at, &links, &names, &text));
        }
        self.genes = genes(knowledge).into_iter().collect();
        for (at, gene) in self.genes.clone().iter().enumerate() {
            let actions: Vec<_> = knowledge.actions_of_gene(gene).collect();
            let mut names = vec![gene.as_str()];
            names.extend(actions.iter().flat_map(|action| action.aliases.iter().map(String::as_str)));
            let sources: Vec<String> = actions.iter().map(|action| cited(knowledge, &action.sources)).collect();
            let mut text: Vec<&str> = sources.iter().map(String::as_str).collect();
            text.extend(actions.iter().flat_map(|action| [action.link, &action.port, &action.form, &action.note]));
            let links: Vec<&str> = actions.iter().map(|action| action.link).collect();
            let links = if links.is_empty() { vec!["decide"] } else { links };
            self.records.push(Record::of(Kind::Gene, at, &links, &names, &text));
        }
        self.molecules = knowledge.rows("molecules.tsv");
        self.fluids = knowledge.rows("fluids.tsv");
        self.plain_rows(Kind::Molecule, &self.molecules.clone());
        self.plain_rows(Kind::Fluid, &self.fluids.clone());
        let diseases = knowledge.axes.iter().map(|axis| axis.field("disease"));
        let diseases = diseases.chain(knowledge.statements.iter().map(|row| row.disease.as_str()));
        let of_cells = knowledge.cells.values().flat_map(|cell| cell.diseases.iter().map(String::as_str));
        let diseases: BTreeSet<&str> =
            diseases.chain(of_cells).filter(|disease| !disease.is_empty() && *disease != ".").collect();
        self.diseases = diseases.into_iter().map(str::to_owned).collect();
        for (at, disease) in self.diseases.clone().iter().enumerate() {
            self.add(Kind::Disease, at, "", &[disease], &[]);
        }
    }

    /// Rows whose first column is their name.
    fn plain_rows(&mut self, kind: Kind, rows: &[BTreeMap<String, String>]) {
        for (at, row) in rows.iter().enumerate() {
            let column = |name: &str| row.get(name).map_or("", String::as_str);
            let aliases = column("aliases").replace(';', " , ");
            let name = ["name", "fluid"].into_iter().map(column).find(|name| !name.is_empty()).unwrap_or("");
            let text: Vec<&str> = row.values().map(String::as_str).collect();
            self.add(kind, at, link_of(row).unwrap_or(""), &[name, &aliases], &text);
        }
    }

    /// Cell types and lines.
    fn cells(&mut self, knowledge: &Knowledge) {
        self.cells = knowledge.cells.keys().cloned().collect();
        for (at, cell) in knowledge.cells.values().enumerate() {
            let names: Vec<&str> = cell.names().collect();
            let mut text = vec![cell.organ.as_str(), &cell.species, &cell.note];
            text.extend(cell.diseases.iter().chain(&cell.lineage).map(String::as_str));
            self.add(Kind::Cell, at, "", &names, &text);
        }
        for (at, line) in knowledge.cell_lines.iter().enumerate() {
            let sources = cited(knowledge, &line.sources);
            let cell = knowledge.cells.get(&line.cell).map_or("", |cell| cell.name.as_str());
            let names: Vec<&str> = line.names().collect();
            let text = [&line.cell, cell, &line.species, &line.warning, &line.note, &sources];
            self.add(Kind::Line, at, "", &names, &text);
        }
        for (at, link) in LINKS.into_iter().enumerate() {
            self.add(Kind::Link, at, link, &[link], &[]);
        }
        self.mechanisms = knowledge.mechanism_links.keys().cloned().collect();
        for (at, name) in self.mechanisms.clone().iter().enumerate() {
            let about = about_mechanism(knowledge, name);
            self.add(Kind::Mechanism, at, knowledge.link_of_module(name), &[name], &[&about]);
        }
    }

    /// Numbers, claims, experiments, instruments.
    fn numbers(&mut self, knowledge: &Knowledge) {
        for (at, number) in knowledge.numbers.iter().enumerate() {
            let last = number.id.rsplit('.').next().unwrap_or("");
            let module = number.id.split('.').next().unwrap_or("");
            let parts = number.id.replace('.', " , ");
            let text = [number.link, number.status.word(), &number.cell, &number.condition, &number.note];
            let sources = cited(knowledge, &number.sources);
            let names = [number.id.as_str(), &number.key(), last, module, &parts];
            self.add(Kind::Number, at, number.link, &names, &[&text.join(" , "), &sources]);
        }
        for (at, claim) in knowledge.claims.iter().enumerate() {
            let link = LINKS.into_iter().find(|link| *link == claim.link).unwrap_or("");
            let sources = cited(knowledge, std::slice::from_ref(&claim.source));
            self.add(Kind::Claim, at, link, &[], &[&claim.side, &claim.link, &claim.claim, &claim.evidence, &sources]);
        }
        for (at, row) in knowledge.experiments.iter().enumerate() {
            self.add(Kind::Experiment, at, "", &[&row.label], &[&row.quantity, &row.experiment]);
        }
        for (at, row) in knowledge.instruments.iter().enumerate() {
            let sources = cited(knowledge, &row.sources);
            self.add(
                Kind::Instrument,
                at,
                "",
                &[&row.by, &row.word, &row.argument],
                &[&row.note, &sources, &row.symbol, &row.samples.join(" , ")],
            );
        }
    }

    /// References, codes, examples.
    fn papers(&mut self, knowledge: &Knowledge) {
        self.references = knowledge.references.keys().cloned().collect();
        for (at, reference) in knowledge.references.values().enumerate() {
            let names = [reference.key.as_str(), &reference.field("pmid"), &reference.field("doi")];
            self.add(Kind::Reference, at, "", &names, &[&reference.text]);
        }
        for (at, code) in CODES.iter().enumerate() {
            self.add(Kind::Code, at, "", &[code.code], &[code.title, code.text]);
        }
        let texts = embedded_examples();
        for (name, example) in examples() {
            let folder = example.file.split('/').next().unwrap_or("");
            let readme = texts.get(&format!("{folder}/README.md")).map_or("", String::as_str);
            self.examples.push(name.clone());
            self.add(Kind::Example, self.examples.len() - 1, "", &[&name], &[&example.text, readme]);
        }
    }
}

/// Keys, PMIDs and DOIs of references: by these a number or an axis is found, too.
fn cited(knowledge: &Knowledge, keys: &[String]) -> String {
    let of = |key: &String| {
        let reference = knowledge.references.get(key.as_str());
        let fields = reference.map(|reference| format!("{} , {}", reference.field("pmid"), reference.field("doi")));
        format!("{key} , {}", fields.unwrap_or_default())
    };
    keys.iter().map(of).collect::<Vec<_>>().join(" , ")
}

/// Every gene that a table or a cell names.
fn genes(knowledge: &Knowledge) -> BTreeSet<String> {
    let mut genes: BTreeSet<String> = BTreeSet::new();
    genes.extend(knowledge.cells.values().flat_map(|cell| cell.genes.iter().chain(&cell.amounts).cloned()));
    genes.extend(knowledge.gene_actions.iter().map(|action| action.gene.clone()));
    genes.extend(knowledge.axes.iter().flat_map(|axis| axis.genes.iter().cloned()));
    genes.extend(knowledge.statements.iter().flat_map(|row| row.genes().map(str::to_owned).collect::<Vec<_>>()));
    genes
}

fn link_of(row: &BTreeMap<String, String>) -> Option<&'static str> {
    LINKS.into_iter().find(|link| row.get("link").is_some_and(|text| text == link))
}

/// The comment at the top of a mechanism: what it is, its ports, what it leaves out.
pub(super) fn about_mechanism(knowledge: &Knowledge, name: &str) -> String {
    let folder = knowledge.mechanism_links.get(name).map_or("", String::as_str);
    let text = knowledge.files.get(&format!("links/{folder}/{name}.ant")).map_or("", String::as_str);
    let comment =
        text.lines().take_while(|line| line.starts_with("//")).map(|line| line.trim_start_matches('/').trim());
    comment.collect::<Vec<_>>().join(" ")
}
