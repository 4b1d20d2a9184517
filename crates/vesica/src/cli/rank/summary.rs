//! The last lines of `rank`: bars, what the rest explains, and where the files are.

use std::path::Path;

use super::super::words::{labelled, plain};
use crate::knowledge::LINKS;
use crate::result::Range3;
use crate::study::indices::Indices;
use crate::study::rank::{Bar, Rank};
use crate::terminal::{Cell, Column, Numbers, Table, Terminal};

/// At most so many bars are printed; the folder has all.
const MOST: usize = 10;

/// Columns of a bar.
const BAR: usize = 10;

/// As text.
pub fn text(rank: &Rank, out: &Path, terminal: &Terminal) -> String {
    let mut text = labelled("Asked", &rank.question.words(), terminal, plain);
    let unit = if rank.question.unit == "1" { "" } else { &rank.question.unit };
    let numbers = Numbers::TERMINAL;
    if let (Some(best), Some(low), Some(high)) = (rank.spread.best, rank.spread.low, rank.spread.high) {
        let sentence =
            format!("{} {unit} ({} to {})", numbers.simulated(best), numbers.simulated(low), numbers.simulated(high));
        text.push_str(&labelled("Range", &sentence, terminal, plain));
    }
    text.push('\n');
    if rank.bars.iter().any(|bar| bar.swing > 0.0) {
        text.push_str(&table(rank, terminal));
        text.push('\n');
    } else {
        text.push_str(&labelled("Nothing", &rank.nothing(), terminal, Terminal::caution));
    }
    let with = |label: &str, indices: &Option<Indices>| match indices {
        Some(indices) if indices.total.best.is_some() => labelled(label, &share(indices), terminal, plain),
        _ => String::new(),
    };
    text.push_str(&with("Choice", &rank.choice.filter(|_| rank.hypotheses.len() > 1)));
    text.push_str(&with("Others", &rank.others));
    let counts = |share: &Range3| share.best.is_some_and(|best| best >= 0.005);
    let links = rank.links.iter().filter(|(_, share)| counts(share));
    let words: Vec<String> = links.map(|(link, share)| format!("{link} {}", with_range(*share))).collect();
    if !words.is_empty() {
        text.push_str(&labelled("Links", &words.join(", "), terminal, plain));
    }
    if rank.n_left_out > 0 {
        let line = format!("{} of {} rows give no number and are left out", rank.n_left_out, rank.n_rows);
        text.push_str(&labelled("Note", &line, terminal, Terminal::caution));
    }
    for frozen in rank.frozen.iter().take(5) {
        text.push_str(&labelled("Frozen", frozen, terminal, Terminal::caution));
    }
    if rank.frozen.len() > 5 {
        text.push_str(&labelled("Frozen", &format!("and {} more", rank.frozen.len() - 5), terminal, plain));
    }
    text.push_str(&labelled("Results", &out.join("rank.csv").display().to_string(), terminal, Terminal::typed));
    text.push_str(&labelled("Report", &out.join("report.html").display().to_string(), terminal, Terminal::typed));
    terminal.spell(&text)
}

fn table(rank: &Rank, terminal: &Terminal) -> String {
    let moves = format!("moves, {}", rank.question.unit);
    let mut table = Table::new([
        Column::text("link"),
        Column::text("number"),
        Column::text(""),
        Column::number("share, total"),
        Column::number(moves),
        Column::text("status"),
        Column::text("to pin it down").goes_first(),
    ]);
    let longest = rank.bars.iter().map(length).fold(0.0, f64::max);
    for bar in rank.bars.iter().take(MOST).filter(|bar| bar.swing > 0.0) {
        let number = LINKS.iter().position(|link| *link == bar.link).map(|index| index + 1);
        let name = number.map_or(bar.link.clone(), |number| format!("{number} {}", bar.link));
        let link = Cell::new(name);
        let total = bar.indices.map(|indices| indices.total);
        table.row([
            number.map_or(link.clone(), |number| link.link(number)),
            Cell::new(rank.name_of(bar)),
            Cell::new(terminal.bar(if longest > 0.0 { length(bar) / longest } else { 0.0 }, BAR).trim_end()),
            Cell::new(total.map_or("–".to_owned(), with_range)),
            Cell::new(Numbers::TERMINAL.simulated(bar.swing)),
            Cell::new(bar.status.word()),
            Cell::new(&bar.experiment).dim(),
        ]);
    }
    table.print(terminal)
}

/// `58 % (40–71)`
fn with_range(share: Range3) -> String {
    match (share.best, share.low, share.high) {
        (Some(best), Some(low), Some(high)) => {
            Numbers::TERMINAL.percent_range(best.max(0.0), low.max(0.0), high.max(0.0))
        }
        _ => "–".to_owned(),
    }
}

/// How long a bar is: its share, or how far it moves the answer where there is none.
fn length(bar: &Bar) -> f64 {
    bar.indices.and_then(|indices| indices.total.best).map_or(0.0, |total| total.max(0.0))
}

/// `12 % alone, 20 % (15–31) with what it does together with others`
fn share(indices: &Indices) -> String {
    let percent =
        |value: Option<f64>| value.map_or("–".to_owned(), |value| Numbers::TERMINAL.percent(value.max(0.0)));
    format!(
        "{} of the variance alone, {} with interactions ({} to {})",
        percent(indices.first.best),
        percent(indices.total.best),
        percent(indices.total.low),
        percent(indices.total.high)
    )
}
