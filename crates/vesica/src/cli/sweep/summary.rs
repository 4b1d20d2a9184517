//! The last lines of `sweep`: what was read where, and where the files are.

use std::path::Path;

use super::super::words::{labelled, plain};
use crate::result::Range3;
use crate::study::response::Response;
use crate::study::sweep::{FactorRow, Sweep};
use crate::study::synergy::{DEFINITIONS, Map};
use crate::terminal::{Cell, Column, Numbers, Table, Terminal};

/// As text.
pub fn text(sweep: &Sweep, out: &Path, terminal: &Terminal) -> String {
    let shown: Vec<usize> = main_columns(sweep);
    let mut text = match sweep.factors.as_slice() {
        [_] => levels(sweep, &shown, terminal),
        _ => extremes(sweep, &shown, terminal),
    };
    text.push('\n');
    for factor in &sweep.factors {
        text.push_str(&curves(sweep, &factor.name, terminal));
    }
    for map in &sweep.maps {
        text.push_str(&labelled("Synergy", &of_map(map), terminal, plain));
    }
    for frozen in sweep.frozen.iter().take(5) {
        text.push_str(&labelled("Frozen", frozen, terminal, Terminal::caution));
    }
    if sweep.frozen.len() > 5 {
        text.push_str(&labelled("Frozen", &format!("and {} more", sweep.frozen.len() - 5), terminal, plain));
    }
    text.push_str(&labelled("Results", &out.join("results.csv").display().to_string(), terminal, Terminal::typed));
    text.push_str(&labelled("Report", &out.join("report.html").display().to_string(), terminal, Terminal::typed));
    terminal.spell(&text)
}

/// At most so many curves are printed; the folder has all.
const MOST_CURVES: usize = 12;

/// `both drugs: mean excess over Bliss 4.0 (1.0–9.0), Loewe .., HSA .. points`
fn of_map(map: &Map) -> String {
    if map.average.iter().all(|range| range.best.is_none()) {
        return format!(
            "{}: none of this reading, which the drugs raise without end or which is 0 without them",
            map.arm
        );
    }
    let one = |(name, range): (&&str, &Range3)| format!("{name} {}", with_range(range, ""));
    let parts: Vec<String> = DEFINITIONS.iter().zip(&map.average).map(one).collect();
    format!("{}: mean excess over {} points", map.arm, parts.join(", "))
}

/// The EC50 of one drug in the arms that get it, and how many times that of the arm without vesicles it is; nothing where it
/// makes no curve.
fn curves(sweep: &Sweep, drug: &str, terminal: &Terminal) -> String {
    let all: Vec<&Response> =
        sweep.responses.iter().filter(|response| response.drug == drug && !response.is_repeat).collect();
    let Some(first) = all.first() else { return String::new() };
    let mut table = Table::new([
        Column::text(format!("EC50 of {drug}")),
        Column::text("at"),
        Column::number(first.unit.clone()),
        Column::number("× no vesicles"),
        Column::text("worlds"),
    ]);
    for response in all.iter().take(MOST_CURVES) {
        let shift = response.shift.filter(|_| response.n_shift > 0);
        table.row([
            Cell::new(&response.arm),
            Cell::new(others(sweep, response)),
            Cell::new(ec50(response)),
            Cell::new(shift.map_or(String::new(), |shift| with_range(&shift, ""))),
            Cell::new(worlds(response)),
        ]);
    }
    table.leave_out_empty_columns();
    let more = match all.len().saturating_sub(MOST_CURVES) {
        0 => String::new(),
        more => labelled("", &format!("and {more} more, in the report"), terminal, plain),
    };
    table.print(terminal) + &more + "\n"
}

/// `2.3 (1.6–3.7)`, `≤ 0.1`
fn ec50(response: &Response) -> String {
    match (response.beyond(), response.ec50.best) {
        (Some(sign), Some(best)) => format!("{sign} {}", Numbers::TERMINAL.exact(best, 3)),
        _ => with_range(&response.ec50, ""),
    }
}

/// `GW4869 1 uM`: the levels of everything else.
fn others(sweep: &Sweep, response: &Response) -> String {
    let rest = sweep.factors.iter().filter(|factor| factor.name != response.drug);
    let one = |(factor, value): (&FactorRow, &f64)| format!("{} {}", factor.name, level(factor, *value));
    rest.zip(&response.others).map(one).collect::<Vec<_>>().join(", ")
}

/// `12 inside, 3 below, 1 no effect`
fn worlds(response: &Response) -> String {
    let counted = [
        (response.n_inside, "inside"),
        (response.n_above, "above"),
        (response.n_below, "below"),
        (response.n_flat, "no effect"),
    ];
    let words: Vec<String> = counted.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    words.join(", ")
}

/// The last time of the first measure, in every arm.
fn main_columns(sweep: &Sweep) -> Vec<usize> {
    let Some(measure) = sweep.columns.first().map(|column| column.measure.clone()) else { return Vec::new() };
    let of_measure = |column: &&usize| sweep.columns[**column].measure == measure;
    let all: Vec<usize> = (0..sweep.columns.len()).collect();
    let last = all.iter().filter(of_measure).map(|column| sweep.columns[*column].at_h).fold(f64::NAN, f64::max);
    all.iter().filter(of_measure).copied().filter(|column| sweep.columns[*column].at_h == last).collect()
}

fn heading(sweep: &Sweep, shown: &[usize]) -> String {
    shown.first().map_or(String::new(), |column| {
        let column = &sweep.columns[*column];
        format!("{} at {} h", column.measure, Numbers::TERMINAL.exact(column.at_h, 4))
    })
}

/// One factor: a row for each arm and level.
fn levels(sweep: &Sweep, shown: &[usize], terminal: &Terminal) -> String {
    let factor = &sweep.factors[0];
    let mut table = Table::new([
        Column::text("arm"),
        Column::number(format!("{} ({})", factor.name, factor.unit)),
        Column::number(heading(sweep, shown)),
    ]);
    let mut order: Vec<usize> = (0..sweep.points.len()).collect();
    order.sort_by(|a, b| sweep.points[*a][0].total_cmp(&sweep.points[*b][0]));
    for column in shown {
        for (index, point) in order.iter().enumerate() {
            let arm = if index == 0 { sweep.columns[*column].arm.as_str() } else { "" };
            table.row([
                Cell::new(arm),
                Cell::new(Numbers::TERMINAL.exact(sweep.points[*point][0], 3)),
                Cell::new(with_range(&sweep.readings[*point][*column], &sweep.columns[*column].unit)),
            ]);
        }
    }
    table.print(terminal)
}

/// Several factors: where each arm reads least and most.
fn extremes(sweep: &Sweep, shown: &[usize], terminal: &Terminal) -> String {
    let heading = heading(sweep, shown);
    let mut table = Table::new([
        Column::text("arm"),
        Column::number(format!("least {heading}")),
        Column::text("at"),
        Column::number("most"),
        Column::text("at"),
    ]);
    for column in shown {
        let value = |point: &usize| sweep.readings[*point][*column].best;
        let able: Vec<usize> = (0..sweep.points.len()).filter(|point| value(point).is_some()).collect();
        let key = |point: &usize| value(point).unwrap_or(f64::NAN);
        let least = able.iter().copied().reduce(|a, b| if key(&b) < key(&a) { b } else { a });
        let most = able.iter().copied().reduce(|a, b| if key(&b) > key(&a) { b } else { a });
        let (Some(least), Some(most)) = (least, most) else { continue };
        let unit = &sweep.columns[*column].unit;
        table.row([
            Cell::new(&sweep.columns[*column].arm),
            Cell::new(with_range(&sweep.readings[least][*column], unit)),
            Cell::new(place(sweep, least)),
            Cell::new(with_range(&sweep.readings[most][*column], unit)),
            Cell::new(place(sweep, most)),
        ]);
    }
    table.print(terminal)
}

/// `30 uM, 2 /h`
fn place(sweep: &Sweep, point: usize) -> String {
    let all = sweep.factors.iter().zip(&sweep.points[point]);
    all.map(|(factor, value)| level(factor, *value)).collect::<Vec<_>>().join(", ")
}

/// `30 uM`
fn level(factor: &FactorRow, value: f64) -> String {
    format!("{} {}", Numbers::TERMINAL.exact(value, 3), factor.unit).trim_end().to_owned()
}

/// `62 % (44–80)`
pub fn with_range(range: &Range3, unit: &str) -> String {
    let numbers = Numbers::TERMINAL;
    match (range.best, range.low, range.high) {
        (Some(best), Some(low), Some(high)) if unit == "%" => {
            numbers.percent_range(best / 100.0, low / 100.0, high / 100.0)
        }
        (Some(best), Some(low), Some(high)) => numbers.with_range(best, low, high),
        _ => "–".to_owned(),
    }
}
