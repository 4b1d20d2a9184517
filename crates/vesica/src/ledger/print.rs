//! The ledger as text.

use super::chain::GUIDELINE;
use super::requirements::{guideline, lines};
use super::{Chain, Check, Row};
use crate::knowledge::LINKS;
use crate::result::Status;
use crate::scenario::{Layout, Scenario};
use crate::terminal::{Cell, Column, Numbers, Table, Terminal, safe};

const HOUR: f64 = 3600.0;

/// What `vesica check` prints on stdout.
pub fn print(check: &Check, scenario: &Scenario, terminal: &Terminal) -> String {
    let mut text = format!("{}\n", headline(scenario));
    for chain in &check.chains {
        text.push('\n');
        text += &chain_text(chain, scenario, terminal);
    }
    if check.chains.is_empty() {
        text += "\nNo vesicle with cargo reaches a cell here, so there is no chain to add up.\n";
    }
    text += &format!("\n{}\n", terminal.typed(&format!("Next: vesica run {}", safe(&scenario.file))));
    terminal.spell(&text)
}

/// `my.toml reads well: 2 cells, 1 vesicle, 9 arms, 5 measures, 72 h in one 96-well.`
fn headline(scenario: &Scenario) -> String {
    let counted = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    let well = match scenario.place.plate.as_str() {
        "" => "one well".to_owned(),
        plate => format!("one {plate}-well"),
    };
    format!(
        "{} reads well: {}, {}, {}, {}, {} h in {}.",
        safe(&scenario.file),
        counted(scenario.cells.len(), "cell"),
        counted(scenario.vesicles.len(), "vesicle"),
        counted(scenario.arms.len(), "arm"),
        counted(scenario.measures.len(), "measure"),
        Numbers::TERMINAL.exact(scenario.span / HOUR, 4),
        safe(&well)
    )
}

fn chain_text(chain: &Chain, scenario: &Scenario, terminal: &Terminal) -> String {
    let numbers = Numbers::TERMINAL;
    let mut text = format!("{}\n\n", terminal.chain(&statuses(chain)));
    let division = if (chain.limit.copies_with_division / chain.limit.copies - 1.0).abs() > 1e-9 {
        let (with, without) = (chain.limit.copies_with_division, chain.limit.copies);
        format!(", no division (with it {} instead of {})", numbers.exact(with, 3), numbers.exact(without, 2))
    } else {
        String::new()
    };
    let arm = if chain.arm.is_empty() { String::new() } else { format!(", arm \"{}\"", safe(&chain.arm)) };
    let title = format!(
        "{} in {}, per {} cell{arm}, at {} h{division}",
        safe(&chain.cargo),
        safe(&chain.vesicle),
        safe(&chain.target),
        numbers.exact(chain.time / HOUR, 3)
    );
    text += &format!("{}\n", terminal.bold(&title));
    text += &table(chain).print(terminal);
    let weakest = chain.weakest();
    if let Some(first) = weakest.first() {
        let then = weakest.get(1).map(|next| format!(", then {next}")).unwrap_or_default();
        text += &format!("  weakest   {}\n", terminal.caution(&format!("{first}{then}")));
    }
    text += &format!("\n{}", limit_text(chain, scenario));
    text + &works_if(chain, scenario)
}

/// Weakest status of each link; a link without numbers takes nothing away, which nobody has to measure.
fn statuses(chain: &Chain) -> Vec<(&'static str, Status)> {
    LINKS
        .iter()
        .map(|link| {
            let rows = chain.rows.iter().filter(|row| row.link == *link);
            (*link, rows.filter_map(|row| row.status).max().unwrap_or(Status::Measured))
        })
        .collect()
}

fn table(chain: &Chain) -> Table {
    let columns = [Column::text("link"), Column::text("quantity"), Column::text("value"), Column::text("source").goes_first()];
    let mut table = Table::new(columns);
    let mut before = "";
    for row in &chain.rows {
        let number = LINKS.iter().position(|link| *link == row.link).map_or(0, |index| index + 1);
        let name = if before == row.link { String::new() } else { format!("{number} {}", row.link) };
        before = &row.link;
        let status = match row.status {
            Some(Status::Assumed) if row.ends.is_some() => "assumed".to_owned(),
            Some(status) if row.ends.is_some() => status.word().to_owned(),
            _ => String::new(),
        };
        let source: Vec<&str> = [row.source.as_str(), status.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
        table.row([
            Cell::new(name).link(number),
            Cell::new(&row.quantity),
            Cell::new(value(row)),
            Cell::new(source.join("; ")).dim(),
        ]);
    }
    table
}

/// `0.00825 (0.0005 … 2)`, `8 640`, `3.5 … 86 %`, `0, or 0.1 … 30 %`.
fn value(row: &Row) -> String {
    let Some(ends) = row.ends else { return String::new() };
    let numbers = Numbers::TERMINAL;
    let is_percent = row.unit == "%";
    let write = |value: f64| numbers.exact(if is_percent { 100.0 * value } else { value }, if is_percent { 2 } else { 4 });
    let unit = if is_percent { " %" } else { "" };
    let zero = if ends.may_be_zero { "0, or " } else { "" };
    let range = || format!("{} … {}", short(ends.low, is_percent), short(ends.high, is_percent));
    match ends.best {
        Some(best) if ends.is_exact() || ends.low == ends.high => format!("{zero}{}{unit}", write(best)),
        Some(best) => format!("{zero}{} ({}){unit}", write(best), range()),
        None => format!("{zero}{}{unit}", range()),
    }
}

fn short(value: f64, is_percent: bool) -> String {
    Numbers::TERMINAL.exact(if is_percent { 100.0 * value } else { value }, 2)
}

/// `At the measured mean of 0.00825 copies per vesicle the limit .. is 71 copies per cell: 14 times too few.`
fn limit_text(chain: &Chain, scenario: &Scenario) -> String {
    let numbers = Numbers::TERMINAL;
    let load = chain.limit.copies / chain.limit.vesicles;
    let known = match chain.load_status {
        Status::Measured => "measured mean",
        Status::Inferred => "mean taken from elsewhere",
        Status::Assumed => "assumed mean",
    };
    let reach = if scenario.place.layout == Layout::Mixed { "all taken up, all delivered" } else { "all that can touch the layer taken up, all delivered" };
    let verdict = if chain.limit.copies < GUIDELINE {
        format!("{} times too few", numbers.exact(GUIDELINE / chain.limit.copies, 2))
    } else {
        format!("{} times the guideline", numbers.exact(chain.limit.copies / GUIDELINE, 2))
    };
    format!(
        "  At the {known} of {} copies per vesicle the limit ({reach})\n  is {} copies per cell: {verdict}.\n",
        numbers.exact(load, 3),
        numbers.exact(chain.limit.copies, 2)
    )
}

fn works_if(chain: &Chain, scenario: &Scenario) -> String {
    let numbers = Numbers::TERMINAL;
    let mut text = "  It can work if any one of these is true:\n".to_owned();
    for line in lines(scenario, chain) {
        let Some(least) = line.needed.at_limit else { continue };
        let top = line.needed.at_top.map(|top| format!("   ({} at the top of enter and deliver)", numbers.exact(top, 2)));
        text += &format!("    · {}{}\n", line.at(least, "at the limit"), top.unwrap_or_default());
    }
    for gene in &chain.genes {
        text += &format!(
            "    · {gene} is repressed below the {}-copy guideline   → measure copies per cell and {gene} protein\n",
            guideline()
        );
    }
    text
}
