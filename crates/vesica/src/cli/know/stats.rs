//! `vesica know --stats`: the counts as tables.

use crate::know::Stats;
use crate::terminal::{Cell, Column, Table, Terminal};

/// The counts, the numbers by link, and where to go on.
pub(super) fn shown(stats: &Stats, terminal: &Terminal) -> String {
    let mut text = counts(stats).print(terminal);
    text.push('\n');
    text.push_str(&links(stats).print(terminal));
    text.push_str(&format!("\nNext     {}\n", terminal.typed("vesica know axes")));
    text
}

fn counts(stats: &Stats) -> Table {
    let mut table = Table::new([Column::text("known"), Column::number("count"), Column::text("of them")]);
    let mut row = |what: &str, n: usize, of_them: String| {
        table.row([Cell::new(what), Cell::new(n.to_string()).bold(), Cell::new(of_them).dim()]);
    };
    let verified: Vec<String> =
        stats.axes_by_verified.iter().map(|(word, n)| format!("{n} verified: {word}")).collect();
    let strands = format!("{} name no strand", stats.axes_without_strand);
    row("axes", stats.axes, [verified, vec![strands]].concat().join(", "));
    row("statements", stats.statements, format!("{} pairs contradict each other", stats.contradictions));
    let potency = format!(
        "{} of unknown potency, {} with assumed numbers only",
        stats.drugs_potency_unknown, stats.drugs_potency_assumed
    );
    row("drugs", stats.drugs, potency);
    row("cells", stats.cells, String::new());
    row("mirnas", stats.mirnas, String::new());
    let share = |n: usize| 100.0 * n as f64 / stats.parameters.max(1) as f64;
    row("parameters", stats.parameters, String::new());
    for (what, n) in [("measured", stats.measured), ("inferred", stats.inferred), ("assumed", stats.assumed)] {
        row(what, n, format!("{:.0} % of the parameters", share(n)));
    }
    row("references", stats.references, String::new());
    row("mechanisms", stats.mechanisms, String::new());
    row("claims", stats.claims_for + stats.claims_against, format!("{} against", stats.claims_against));
    for (table, n) in &stats.other_tables {
        row(&table.replace('_', " "), *n, String::new());
    }
    table
}

fn links(stats: &Stats) -> Table {
    let columns = ["numbers", "measured", "inferred", "assumed"].map(Column::number);
    let mut table = Table::new([Column::text("link")].into_iter().chain(columns));
    for (at, link) in stats.links.iter().enumerate() {
        let name = if link.link.is_empty() { "no link".to_owned() } else { format!("{} {}", at + 1, link.link) };
        let cell = |n: usize, share: f64| Cell::new(format!("{n} ({:.0} %)", 100.0 * share));
        table.row([
            Cell::new(name).link(at + 1),
            Cell::new(link.parameters.to_string()),
            cell(link.measured, link.share_measured),
            cell(link.inferred, link.share_inferred),
            cell(link.assumed, link.share_assumed),
        ]);
    }
    table
}
