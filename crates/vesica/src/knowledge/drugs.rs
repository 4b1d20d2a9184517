//! `drugs.tsv`: what a drug acts on, one action a row.

use vesica_model::Diagnostic;

use super::table::{Row, split_list};
use super::tables::{Mirna, link_name, mangle};

/// Columns that must be there.
pub(super) const COLUMNS: &[&str] = &["name", "aliases", "link", "form", "port", "mechanism", "source", "note"];

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

/// Reads a row; what does not fit is reported, the rest of the row is kept.
pub(super) fn drug_action(row: &Row, problems: &mut Vec<Diagnostic>) -> DrugAction {
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
