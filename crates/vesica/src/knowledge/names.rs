//! A name means one thing: two drugs, two genes, two cell lines, or a drug and a gene, that share one are refused.

use std::collections::BTreeMap;

use vesica_model::{Diagnostic, Span};

use super::Knowledge;
use super::table::{Row, Table, split_list};

/// A thing that has a name: what sort of thing, and the name that it goes by.
#[derive(Clone, Copy)]
struct Owner<'t> {
    what: &'static str,
    name: &'t str,
    span: &'t Span,
}

/// Sorts of things, the table each stands in, and the column of its own name. Drugs and genes are looked for by the
/// same words (a dose, `[links]`, `vesica know`), lines only where a cell is named.
const DRUGS_AND_GENES: [(&str, &str, &str); 2] = [("drug", "drugs.tsv", "name"), ("gene", "genes.tsv", "gene")];
const LINES: [(&str, &str, &str); 1] = [("cell line", "cell_lines.tsv", "name")];

impl Knowledge {
    /// Reports each name, alias or own, that two things have, at the row of the second.
    pub(super) fn check_shared_names(&self, tables: &BTreeMap<&str, Table>, problems: &mut Vec<Diagnostic>) {
        for sorts in [&DRUGS_AND_GENES[..], &LINES[..]] {
            let mut owners: BTreeMap<String, Owner<'_>> = BTreeMap::new();
            let rows = |table: &str| tables.get(table).map(|table| table.rows.as_slice()).unwrap_or_default();
            for (what, table, column) in sorts {
                for row in rows(table) {
                    self.enter(&mut owners, row, what, column, problems);
                }
            }
        }
    }

    /// Enters the names of a row; those that something else has are reported.
    fn enter<'t>(
        &self,
        owners: &mut BTreeMap<String, Owner<'t>>,
        row: &'t Row,
        what: &'static str,
        column: &str,
        problems: &mut Vec<Diagnostic>,
    ) {
        let own = row.get(column);
        let owner = Owner { what, name: own, span: &row.span };
        for name in std::iter::once(own.to_owned()).chain(split_list(row.get("aliases"))) {
            let known = *owners.entry(name.to_lowercase()).or_insert(owner);
            // each row is an action of a drug or gene: several rows have one name
            if known.what == what && known.name.eq_ignore_ascii_case(own) {
                continue;
            }
            let is_own = |owner: Owner<'_>| name.eq_ignore_ascii_case(owner.name);
            let place = format!("{}:{}", known.span.file, self.line_of(known.span));
            let message = if is_own(known) && is_own(owner) {
                format!("`{name}` is a {what} and a {} ({place})", known.what)
            } else {
                format!("`{name}` names the {what} `{own}` and the {} `{}` ({place})", known.what, known.name)
            };
            let help = match (is_own(known), is_own(owner)) {
                (true, true) => "call one of the two otherwise",
                (true, false) => "take it out of the column `aliases` of this row: it is the other's own name",
                (false, true) => "take it out of the column `aliases` of the other row: it is this one's own name",
                (false, false) => "take it out of the column `aliases` of one of the two rows",
            };
            problems.push(Diagnostic::error("E77", message).at(row.span.clone()).help(help));
        }
    }
}
