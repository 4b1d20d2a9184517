//! The table of `run`: one row for each arm, one column for each measure that fits.

use crate::result::{ArmRow, Outcome};
use crate::terminal::{Cell, Column, Numbers, Table, Terminal, cut_middle, safe, width};

/// How units are written in the cells.
#[derive(Clone, Copy, PartialEq)]
enum Units {
    /// `15 copies/cell`
    Whole,
    /// `15 /cell`: the column says what is counted.
    Short,
}

/// Names up to this length stay whole in any terminal.
const WHOLE_NAME: usize = 24;

/// Names of arms stay whole: units become shorter, then measures are left out, from the right. Only a name that would
/// take more than two fifths of the line is cut.
pub fn table(outcome: &Outcome, terminal: &Terminal) -> String {
    let measures = measures(outcome);
    let fewer = (1..=measures.len()).rev().map(|count| (count, Units::Short));
    let longest = WHOLE_NAME.max(terminal.width * 2 / 5);
    for (count, units) in std::iter::once((measures.len(), Units::Whole)).chain(fewer) {
        let table = of_measures(outcome, &measures[..count], units, longest);
        let endless = Terminal { width: usize::MAX, ..Terminal::plain(0) };
        if table.print(&endless).lines().all(|line| width(line) <= terminal.width) {
            return table.print(terminal) + &left_out(&measures[count..], terminal);
        }
    }
    let count = measures.len().min(1);
    of_measures(outcome, &measures[..count], Units::Short, longest).print(terminal)
        + &left_out(&measures[count..], terminal)
}

/// The measure of the answer, then the others in the order of the file.
fn measures(outcome: &Outcome) -> Vec<&str> {
    let mut measures: Vec<&str> = Vec::new();
    for row in &outcome.readings {
        if !measures.contains(&row.measure.as_str()) {
            measures.push(&row.measure);
        }
    }
    measures.sort_by_key(|measure| *measure != outcome.answer.measure);
    measures
}

fn left_out(measures: &[&str], terminal: &Terminal) -> String {
    if measures.is_empty() {
        return String::new();
    }
    let words = format!("and {}, in arms.tsv", measures.join(", "));
    let room = terminal.width.saturating_sub(2);
    super::super::words::wrapped(&words, room).iter().map(|line| format!("  {}\n", terminal.dim(line))).collect()
}

fn of_measures(outcome: &Outcome, measures: &[&str], units: Units, longest: usize) -> Table {
    let mut columns = vec![Column::text("arm")];
    columns.extend(measures.iter().map(|measure| {
        let first = outcome.arms.first().and_then(|arm| reading_of(outcome, &arm.name, measure));
        Column::number(first.map_or_else(|| (*measure).to_owned(), |row| format!("{measure} {} h", row.at_h)))
    }));
    let mut table = Table::new(columns);
    for arm in &outcome.arms {
        let mut cells = vec![Cell::new(cut_middle(&safe(&arm.name), longest))];
        cells.extend(measures.iter().map(|measure| {
            let row = reading_of(outcome, &arm.name, measure);
            Cell::new(row.map_or("–".to_owned(), |row| shown(row, *measure == outcome.answer.measure, units)))
        }));
        table.row(cells);
    }
    table
}

/// The measure of the answer at its time, another one at its last.
fn reading_of<'a>(outcome: &'a Outcome, arm: &str, measure: &str) -> Option<&'a ArmRow> {
    let mut rows = outcome.readings.iter().filter(|row| row.arm == arm && row.measure == measure);
    if measure == outcome.answer.measure {
        let at = outcome.answer.at_h;
        return rows.find(|row| (row.at_h - at).abs() < 1e-9);
    }
    rows.next_back()
}

fn shown(row: &ArmRow, with_its_range: bool, units: Units) -> String {
    let numbers = Numbers::TERMINAL;
    let unit = match (row.unit.as_str(), units) {
        ("1" | "", _) => String::new(),
        (unit, Units::Short) => format!(" {}", unit.find('/').map_or(unit, |at| &unit[at..])),
        (unit, Units::Whole) => format!(" {unit}"),
    };
    let is_percent = row.unit == "%";
    let value = &row.value;
    match (value.best, value.low, value.high) {
        (None, ..) => row.limit.map_or("–".to_owned(), |limit| format!("< {}{unit}", numbers.simulated(limit))),
        (Some(best), Some(low), Some(high)) if with_its_range && is_percent => {
            numbers.percent_range(best / 100.0, low / 100.0, high / 100.0)
        }
        (Some(best), ..) if is_percent => numbers.percent(best / 100.0),
        (Some(best), Some(low), Some(high)) if with_its_range => {
            format!("{}{unit} ({})", numbers.simulated(best), numbers.range(low, high))
        }
        (Some(best), ..) => format!("{}{unit}", numbers.simulated(best)),
    }
}
