//! The ledger as text.

use super::chain::GUIDELINE;
use super::requirements::{guideline, lines};
use super::{BodyChain, Chain, Check, Row};
use crate::knowledge::{Example, LINKS, examples};
use crate::result::Status;
use crate::scenario::{Layout, PlaceKind, Scenario, Well};
use crate::terminal::{Cell, Column, Numbers, Table, Terminal, safe, width};

const HOUR: f64 = 3600.0;

/// What `vesica check` prints on stdout.
pub fn print(check: &Check, scenario: &Scenario, terminal: &Terminal) -> String {
    let mut text = wrapped(&headline(scenario), "", "", terminal);
    for chain in &check.chains {
        text.push('\n');
        text += &chain_text(chain, scenario, check.chains.len() == 1, terminal);
    }
    for chain in &check.bodies {
        text.push('\n');
        text += &body_text(chain, terminal);
    }
    if check.chains.is_empty() && check.bodies.is_empty() {
        text += "\nNo vesicle with cargo reaches a cell here, so there is no chain to add up.\n";
    }
    text.push('\n');
    text += &wrapped(&format!("Molecules in cells: {}.", check.method), "", "", terminal);
    text += &format!("{}\n", terminal.typed(&format!("Next: vesica run {}", typed_as(scenario))));
    terminal.spell(&text)
}

/// What the user typed: a file, or the name of an example.
fn typed_as(scenario: &Scenario) -> String {
    let is_this = |example: &Example| scenario.file == format!("examples/{}", example.file);
    let is_example = examples().get(&scenario.name).is_some_and(is_this);
    safe(if is_example { &scenario.name } else { &scenario.file })
}

/// `my.toml reads well: 2 cells, 1 vesicle, 9 arms, 5 measures, 72 h in one 96-well.`
fn headline(scenario: &Scenario) -> String {
    let counted = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    let place = match &scenario.place.kind {
        PlaceKind::Body(body) => format!("one {}", body.species),
        PlaceKind::Well(Well { plate, .. }) if plate.is_empty() => "one well".to_owned(),
        PlaceKind::Well(Well { plate, .. }) => format!("one {plate}-well"),
    };
    format!(
        "{} reads well: {}, {}, {}, {}, {} h in {}.",
        typed_as(scenario),
        counted(scenario.cells.len(), "cell"),
        counted(scenario.vesicles.len(), "vesicle"),
        counted(scenario.arms.len(), "arm"),
        counted(scenario.measures.len(), "measure"),
        Numbers::TERMINAL.exact(scenario.span / HOUR, 4),
        safe(&place)
    )
}

fn chain_text(chain: &Chain, scenario: &Scenario, is_only: bool, terminal: &Terminal) -> String {
    let numbers = Numbers::TERMINAL;
    let key = "● measured  ◐ inferred  ○ assumed";
    let mut text = format!("{}\n{}\n\n", terminal.chain(&chain.statuses), terminal.dim(key));
    let division = if (chain.limit.copies_with_division / chain.limit.copies - 1.0).abs() > 1e-9 {
        let (with, without) = (chain.limit.copies_with_division, chain.limit.copies);
        format!(", no division (with it {} instead of {})", numbers.exact(with, 3), numbers.exact(without, 2))
    } else {
        String::new()
    };
    let arm = if chain.arm.is_empty() { String::new() } else { format!(", arm \"{}\"", safe(&chain.arm)) };
    let name = if is_only { "The chain".to_owned() } else { safe(&chain.name()) };
    let title = format!(
        "{name}, per {} cell{arm}, at {} h{division}",
        safe(&chain.target),
        numbers.exact(chain.time / HOUR, 3)
    );
    let title = wrapped(&title, "", "  ", terminal);
    text += &title.lines().map(|line| format!("{}\n", terminal.bold(line))).collect::<String>();
    text += &table(&chain.rows).print(terminal);
    let weakest = chain.weakest();
    if let Some(first) = weakest.first() {
        let then = weakest.get(1).map(|next| format!(", then {next}")).unwrap_or_default();
        text += &format!("  weakest   {}\n", terminal.caution(&format!("{first}{then}")));
    }
    text += &format!("\n{}", wrapped(&limit_text(chain, scenario), "  ", "  ", terminal));
    text + &works_if(chain, scenario, terminal)
}

/// A paragraph in the width of the terminal: `first` before its first line, `others` before the next ones.
fn wrapped(text: &str, first: &str, others: &str, terminal: &Terminal) -> String {
    let mut lines = vec![first.to_owned()];
    let mut is_empty = true;
    for word in text.split(' ') {
        let line = lines.last().map_or(0, |line| width(line));
        if !is_empty && line + 1 + width(word) > terminal.width {
            lines.push(others.to_owned());
            is_empty = true;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(if is_empty { "" } else { " " });
            line.push_str(word);
            is_empty = false;
        }
    }
    lines.join("\n") + "\n"
}

/// A ledger of a body.
fn body_text(chain: &BodyChain, terminal: &Terminal) -> String {
    let key = "● measured  ◐ inferred  ○ assumed";
    let mut text = format!("{}\n{}\n\n", terminal.chain(&chain.statuses), terminal.dim(key));
    let arm = if chain.arm.is_empty() { String::new() } else { format!(", arm \"{}\"", safe(&chain.arm)) };
    let title = wrapped(&format!("{}{arm}, at balance", safe(&chain.name)), "", "  ", terminal);
    text += &title.lines().map(|line| format!("{}\n", terminal.bold(line))).collect::<String>();
    let with_unit = |row: &Row| {
        let unit = if row.unit.is_empty() || row.unit == "%" { String::new() } else { format!(", {}", row.unit) };
        Row { quantity: format!("{}{unit}", row.quantity), ..row.clone() }
    };
    text + &table(&chain.rows.iter().map(with_unit).collect::<Vec<_>>()).print(terminal)
}

fn table(rows: &[Row]) -> Table {
    let columns =
        [Column::text("link"), Column::text("quantity"), Column::text("value"), Column::text("source").goes_first()];
    let mut table = Table::new(columns);
    let mut before = "";
    for row in rows {
        let number = LINKS.iter().position(|link| *link == row.link).map_or(0, |index| index + 1);
        let name = if before == row.link { String::new() } else { format!("{number} {}", row.link) };
        before = &row.link;
        table.row([
            Cell::new(name).link(number),
            Cell::new(&row.quantity),
            Cell::new(value(row)),
            Cell::new(known(row)).dim(),
        ]);
    }
    table
}

/// `◐ 60 /h × 2 caf × 72 h`: the dot of the numbers, and how they were put together or where they come from.
fn known(row: &Row) -> String {
    let dot = match row.status.filter(|_| row.ends.is_some()) {
        Some(Status::Measured) => "● ",
        Some(Status::Inferred) => "◐ ",
        Some(Status::Assumed) => "○ ",
        None => "",
    };
    let words = match (row.how.as_str(), row.source.as_str(), row.status) {
        ("", "", Some(status)) if row.ends.is_some() => status.word(),
        ("", source, _) => source,
        (how, ..) => how,
    };
    format!("{dot}{words}")
}

/// `0.00825 (0.0005 … 2)`, `8 640`, `3.5 … 86 %`, `0, or 0.1 … 30 %`.
fn value(row: &Row) -> String {
    let Some(ends) = row.ends else { return String::new() };
    let numbers = Numbers::TERMINAL;
    let is_percent = row.unit == "%";
    let write =
        |value: f64| numbers.exact(if is_percent { 100.0 * value } else { value }, if is_percent { 2 } else { 4 });
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

/// `At 0.00825 copies per vesicle (measured) the limit, all taken up and delivered, is 71 copies per cell: ..`
fn limit_text(chain: &Chain, scenario: &Scenario) -> String {
    let numbers = Numbers::TERMINAL;
    let load = chain.limit.copies / chain.limit.vesicles;
    let status = chain.rows.iter().find(|row| row.link == "load").and_then(|row| row.status).unwrap_or(Status::Assumed);
    let all = if scenario.place.well().is_some_and(|well| well.layout == Layout::Mixed) {
        "all"
    } else {
        "all that can touch the layer"
    };
    let guideline = if chain.guideline == GUIDELINE { "the guideline" } else { "one copy" };
    let verdict = if chain.limit.copies < chain.guideline {
        format!("{} times too few", numbers.exact(chain.guideline / chain.limit.copies, 2))
    } else {
        format!("{} times {guideline}", numbers.exact(chain.limit.copies / chain.guideline, 2))
    };
    format!(
        "At {} copies per vesicle ({}) the limit ({all} taken up, all delivered) is {} copies per cell: {verdict}.",
        numbers.exact(load, 3),
        status.word(),
        numbers.exact(chain.limit.copies, 2)
    )
}

fn works_if(chain: &Chain, scenario: &Scenario, terminal: &Terminal) -> String {
    let numbers = Numbers::TERMINAL;
    let mut text = wrapped("It can work if any one of these is true:", "  ", "  ", terminal);
    let mut item = |words: &str| text += &wrapped(words, "    · ", "      ", terminal);
    for line in lines(scenario, chain) {
        let Some(least) = line.needed.at_limit else { continue };
        let top = line.needed.at_top.map(|top| format!(" ({} at the top of enter and deliver)", numbers.exact(top, 2)));
        item(&format!("{}{}", line.at(least, "at the limit"), top.unwrap_or_default()));
    }
    for gene in &chain.genes {
        let measure = format!("→ measure copies per cell and {gene} protein");
        item(&format!("{gene} is repressed below the {}-copy guideline {measure}", guideline()));
    }
    text
}
