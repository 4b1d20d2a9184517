//! Genes outside the cores of the cell types: through what each acts once a scenario names it.

use std::collections::BTreeSet;

use vesica_model::{Diagnostic, Span};

use super::table::{Row, split_list};
use super::tables::link_name;
use super::{CellType, Knowledge};

/// Word in the column `form` of a gene that brings a whole mechanism into the cell; `port` then names its file.
pub const MECHANISM: &str = "mechanism";

/// A row of `genes.tsv`: one action of a gene.
#[derive(Clone, Debug)]
pub struct GeneAction {
    /// Symbol: `NFE2L2`.
    pub gene: String,
    /// Other names: `NRF2`.
    pub aliases: Vec<String>,
    /// Link it acts on.
    pub link: &'static str,
    /// Form of `biology/forms/` that takes the relative amount; `mechanism`; empty: read by name, or a marker.
    pub form: String,
    /// Cell-level symbol it acts on, or the mechanism it brings; empty with an empty form.
    pub port: String,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks; says when the row is assumed.
    pub note: String,
    /// Where the row stands.
    pub span: Span,
}

impl GeneAction {
    /// Id in `parameters.tsv` of a constant of the form.
    pub fn constant_id(&self, constant: &str) -> String {
        format!("gene.{}.{}.{constant}", self.gene, self.port)
    }

    /// Whether it acts on a port through a form.
    pub fn acts(&self) -> bool {
        !self.port.is_empty() && self.form != MECHANISM
    }
}

/// Columns of `genes.tsv`.
pub(super) const COLUMNS: &[&str] = &["gene", "aliases", "link", "form", "port", "source", "note"];

/// The rows of `genes.tsv`.
pub(super) fn of_rows(rows: &[Row], problems: &mut Vec<Diagnostic>) -> Vec<GeneAction> {
    rows.iter().map(|row| of_row(row, problems)).collect()
}

fn of_row(row: &Row, problems: &mut Vec<Diagnostic>) -> GeneAction {
    let link = link_name(row.get("link"));
    if link.is_empty() {
        let message = format!("gene `{}`: `{}` is not a link", row.get("gene"), row.get("link"));
        problems.push(Diagnostic::error("E71", message).at(row.span.clone()));
    }
    GeneAction {
        gene: row.get("gene").to_owned(),
        aliases: split_list(row.get("aliases")),
        link,
        form: row.get("form").to_owned(),
        port: row.get("port").to_owned(),
        sources: split_list(row.get("source")),
        note: row.get("note").to_owned(),
        span: row.span.clone(),
    }
}

impl Knowledge {
    /// Symbol of a gene by any of its names (letter case does not matter): of `genes.tsv`, then of the cell types.
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// assert_eq!(knowledge.gene("xCT"), Some("SLC7A11"));
    /// assert_eq!(knowledge.gene("NRF2"), Some("NFE2L2"));
    /// assert_eq!(knowledge.gene("no such gene"), None);
    /// ```
    pub fn gene(&self, name: &str) -> Option<&str> {
        let same = |known: &str| known.eq_ignore_ascii_case(name);
        let of_table = self.gene_actions.iter().find(|action| same(&action.gene));
        let by_alias = || self.gene_actions.iter().find(|action| action.aliases.iter().any(|alias| same(alias)));
        let of_cells = || {
            let lists = self.cells.values().flat_map(|cell| cell.genes.iter().chain(&cell.amounts));
            lists.map(String::as_str).find(|gene| same(gene))
        };
        of_table.map(|action| action.gene.as_str()).or_else(of_cells).or_else(|| Some(by_alias()?.gene.as_str()))
    }

    /// Every action of a gene, by its symbol.
    pub fn actions_of_gene<'a>(&'a self, gene: &'a str) -> impl Iterator<Item = &'a GeneAction> {
        self.gene_actions.iter().filter(move |action| action.gene == gene)
    }

    /// Whether a cell of this type can express a gene that its file does not list: it is a row of `genes.tsv`, or an
    /// amount of the cell that is fixed otherwise. A cell without any gene transcribes nothing.
    pub fn can_express(&self, kind: &CellType, gene: &str) -> bool {
        let is_amount = || kind.amounts.iter().any(|amount| amount == gene);
        !kind.genes.is_empty() && (is_amount() || self.gene_actions.iter().any(|action| action.gene == gene))
    }

    /// The genes that a cell of this type expresses beyond its own when a scenario names `named`: those, and the
    /// genes whose making or breaking down they act on. Sorted.
    pub fn with_companions(&self, kind: &CellType, named: &BTreeSet<String>) -> Vec<String> {
        let is_new = |gene: &str| !kind.genes.iter().any(|own| own == gene) && self.can_express(kind, gene);
        let mut found: BTreeSet<String> = named.iter().filter(|gene| is_new(gene)).cloned().collect();
        let mut open: Vec<String> = found.iter().cloned().collect();
        while let Some(gene) = open.pop() {
            let ports = self.actions_of_gene(&gene).filter(|action| action.acts()).map(|action| &action.port);
            for other in ports.filter_map(|port| kind.gene_of_port(port)).filter(|other| is_new(other)) {
                if found.insert(other.to_owned()) {
                    open.push(other.to_owned());
                }
            }
        }
        found.into_iter().collect()
    }

    /// Amounts that mechanisms (`9-decide/necrosome`) read as fixed: `X` of each port `level_X`.
    pub fn amounts_read<'m>(&self, mechanisms: impl Iterator<Item = &'m String>) -> BTreeSet<String> {
        let modules = mechanisms.filter_map(|mechanism| mechanism.rsplit('/').next());
        let ports = modules.flat_map(|module| self.library.ports(module).unwrap_or_default());
        ports.filter_map(|port| port.strip_prefix("level_").map(str::to_owned)).collect()
    }

    /// Rows that cannot act: a form that is not there or needs more than an amount, a mechanism that is not there.
    pub(super) fn check_genes(&self, problems: &mut Vec<Diagnostic>) {
        for action in &self.gene_actions {
            let found = match (action.form.as_str(), action.port.as_str()) {
                ("", "") => continue,
                (MECHANISM, file) if self.files.contains_key(&format!("links/{file}.ant")) => continue,
                (MECHANISM, file) => format!("brings the mechanism `{file}`, which is not there"),
                ("", _) | (_, "") => "has a form without a port, or a port without a form".to_owned(),
                (form, _) if self.library.function_arguments(form).is_some() => continue,
                (form, _) => format!("acts in the form `{form}`, which is no function of biology/forms/"),
            };
            let help = "form and port are both empty, a function and a port, or `mechanism` and FOLDER/FILE";
            let message = format!("gene `{}` {found}", action.gene);
            problems.push(Diagnostic::error("E71", message).at(action.span.clone()).help(help));
        }
    }
}

impl CellType {
    /// The gene of a port such as `transcription_GPX4`: one that the repeated gene mechanism has for each gene.
    pub fn gene_of_port<'p>(&self, port: &'p str) -> Option<&'p str> {
        let templates =
            self.repeats.iter().filter(|repeat| repeat.over == "gene").flat_map(|repeat| repeat.bind.values());
        templates
            .filter_map(|template| template.split_once("{gene}"))
            .filter(|(before, after)| !before.is_empty() || !after.is_empty())
            .filter_map(|(before, after)| port.strip_prefix(before)?.strip_suffix(after))
            // mRNA_stability_X is no port of a gene stability_X: the template that says most counts
            .min_by_key(|gene| gene.len())
    }
}
