//! Readings of cells under conditions: what plates, films and cytometers have in common, and what a measure compares
//! itself with.
//!
//! Also the plainest file of all: `arm, time [h], value [%], replicate`, a row for each reading.

use std::collections::HashMap;

use serde_json::json;
use vesica_engine::math;

use super::columns::Columns;
use super::condition::Condition;
use super::heading::Heading;
use super::keyed::Keyed;
use super::kinds::{Data, Task};
use super::paste::{Lines, Pasted, counted, key};
use super::response;
use super::sheet::Sheet;
use super::spread::{Spread, spread};
use super::wishes::Wishes;
use crate::knowledge::Knowledge;
use crate::units::{self, Dimension, Unit};

/// Readings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings {
    /// What is read, in words of the file.
    pub what: String,
    /// The word of a measure that reads this, where the file leaves no choice; else empty.
    pub reads: &'static str,
    /// Each reading.
    pub points: Vec<Point>,
}

/// One reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// What was done.
    pub condition: Condition,
    /// When, s after the start; `None` where the file does not say.
    pub time: Option<f64>,
    /// Which replicate or well.
    pub replicate: String,
    /// Line in the file, from 1; 0 when it has none of its own.
    pub line: usize,
    /// Number of living cells, or what stands for it: a count, light, confluence.
    pub number: Option<f64>,
    /// The same in its control.
    pub control: Option<f64>,
    /// The same when the drug was added.
    pub start: Option<f64>,
    /// Number of dead cells.
    pub dead: Option<f64>,
    /// Any other reading, inside units where it has any.
    pub value: Option<f64>,
    /// Dimension of [`Point::value`]; `None` for arbitrary units.
    pub dimension: Option<Dimension>,
}

/// What a measure asks of readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Living share of all cells.
    Alive,
    /// Dead share of all cells.
    Dead,
    /// Any reading, or the number of living cells, by that of the control at the same time.
    Relative,
    /// Any reading in a unit of this dimension.
    Value(Dimension),
    /// Any reading, or number, as it stands.
    Raw,
}

impl Point {
    /// A reading of nothing yet.
    pub fn of(condition: Condition, time: Option<f64>, replicate: String) -> Self {
        Self {
            condition,
            time,
            replicate,
            line: 0,
            number: None,
            control: None,
            start: None,
            dead: None,
            value: None,
            dimension: None,
        }
    }

    /// The same with a number of living cells.
    pub fn number(mut self, number: f64) -> Self {
        self.number = Some(number);
        self
    }

    /// What the measure asks; `None` where the reading does not say it. `control`: that of the same time.
    pub fn answer(&self, asked: Asked, control: Option<f64>) -> Option<f64> {
        let share = |part: f64, rest: f64| (part + rest > 0.0).then(|| part / (part + rest));
        match asked {
            Asked::Alive => match (self.number, self.dead, self.value) {
                (Some(alive), Some(dead), _) => share(alive, dead),
                (None, None, Some(value)) if self.dimension == Some(Dimension::NONE) => Some(value),
                _ => None,
            },
            Asked::Dead => match (self.number, self.dead, self.value) {
                (Some(alive), Some(dead), _) => share(dead, alive),
                (None, None, Some(value)) if self.dimension == Some(Dimension::NONE) => Some(value),
                _ => None,
            },
            Asked::Relative => {
                let own = self.number.or(self.value)?;
                let control = self.control.or(control).filter(|control| *control > 0.0)?;
                Some(own / control)
            }
            Asked::Raw => self.number.or(self.value),
            Asked::Value(dimension) => self.value.filter(|_| self.dimension.is_some_and(|own| dimension.accepts(own))),
        }
    }
}

impl Readings {
    /// What controls read at a time, by the cells of the reading: their trimmed mean (the middle half), as GRmetrics
    /// takes it.
    pub fn control_at(&self, cells: &str, time: Option<f64>) -> Option<f64> {
        let is_meant = |point: &&Point| {
            point.condition.is_control() && point.condition.cells == cells && same_time(point.time, time)
        };
        let values: Vec<f64> =
            self.points.iter().filter(is_meant).filter_map(|point| point.number.or(point.value)).collect();
        response::trimmed_mean(&values)
    }

    /// Each reading with what the measure asks of it.
    pub fn answers(&self, asked: Asked) -> Vec<(&Point, f64)> {
        let mut controls: Vec<(&str, Option<u64>, Option<f64>)> = Vec::new();
        self.points
            .iter()
            .filter_map(|point| {
                let (cells, time) = (point.condition.cells.as_str(), point.time.map(f64::to_bits));
                let known = controls.iter().find(|known| known.0 == cells && known.1 == time).map(|known| known.2);
                let control = known.unwrap_or_else(|| {
                    let control = self.control_at(cells, point.time);
                    controls.push((cells, time, control));
                    control
                });
                point.answer(asked, control).map(|answer| (point, answer))
            })
            .collect()
    }

    /// What the readings can answer best.
    pub fn usual(&self) -> Asked {
        let has = |test: fn(&Point) -> bool| self.points.iter().any(test);
        if has(|point| point.number.is_some() && point.dead.is_some()) {
            Asked::Alive
        } else if has(|point| point.number.is_some() || point.dimension.is_none()) {
            let can_be = self.points.iter().any(|point| point.control.is_some() || point.condition.is_control());
            if can_be { Asked::Relative } else { Asked::Raw }
        } else {
            let dimension = self.points.iter().find_map(|point| point.dimension);
            Asked::Value(dimension.unwrap_or(Dimension::NONE))
        }
    }

    /// Conditions in the order of the file, each with its readings at each time.
    pub fn grouped(&self, asked: Asked) -> Vec<(Condition, Option<f64>, Vec<f64>)> {
        let mut groups: Vec<(Condition, Option<f64>, Vec<f64>)> = Vec::new();
        let mut places: HashMap<(String, Option<i64>), usize> = HashMap::new();
        for (point, answer) in self.answers(asked) {
            let at = *places.entry((point.condition.shown(), point.time.map(second))).or_insert_with(|| {
                groups.push((point.condition.clone(), point.time, Vec::new()));
                groups.len() - 1
            });
            groups[at].2.push(answer);
        }
        groups
    }

    /// Times, s, sorted, each once; without those at which only controls were read.
    pub fn times(&self) -> Vec<f64> {
        let is_treated = |point: &&Point| !point.condition.is_control();
        let mut times: Vec<f64> = self.points.iter().filter(is_treated).filter_map(|point| point.time).collect();
        if times.is_empty() {
            times = self.points.iter().filter_map(|point| point.time).collect();
        }
        times.sort_by(f64::total_cmp);
        times.dedup();
        times
    }

    pub(super) fn paste(&self, wishes: &Wishes, file: &str, knowledge: &Knowledge) -> Pasted {
        let asked = self.usual();
        let groups = self.grouped(asked);
        let mut lines = Lines::default();
        let n_conditions =
            groups.iter().map(|(condition, ..)| condition.shown()).collect::<std::collections::BTreeSet<_>>().len();
        let times = self.times();
        lines.comment(&format!(
            "{}: {}, {}, {}",
            self.what,
            counted(self.points.len(), "reading"),
            counted(n_conditions, "condition"),
            if times.is_empty() { "no time".to_owned() } else { counted(times.len(), "time") }
        ));
        let responses = response::responses(self);
        for found in &responses {
            found.print(&mut lines);
        }
        if responses.is_empty() {
            self.print_groups(&groups, asked, wishes, &mut lines);
        }
        self.print_measure(asked, wishes, file, knowledge, &mut lines);
        let json = json!({
            "what": self.what, "asked": word(asked),
            "responses": responses.iter().map(response::Response::json).collect::<Vec<_>>(),
            "readings": groups.iter().map(|(condition, time, values)| {
                let found = spread(values);
                json!({
                    "condition": condition.shown(), "time_h": time.map(|time| time / 3600.0), "n": values.len(),
                    "value": found.map(|found| found.middle), "low": found.and_then(|found| found.range).map(|range| range.0),
                    "high": found.and_then(|found| found.range).map(|range| range.1),
                })
            }).collect::<Vec<_>>(),
        });
        Pasted { toml: lines.finish(), json, findings: Vec::new() }
    }

    fn print_groups(
        &self,
        groups: &[(Condition, Option<f64>, Vec<f64>)],
        asked: Asked,
        wishes: &Wishes,
        lines: &mut Lines,
    ) {
        let top = wishes.top.unwrap_or(20);
        lines.comment(&format!("{}, with the range of the mean of the replicates", word(asked)));
        for (condition, time, values) in groups.iter().take(top) {
            let Some(found) = spread(values) else { continue };
            let time = time.map_or(String::new(), |time| format!("{:>6} h  ", hours(time)));
            lines.comment(&format!("{time}{:<32} {}", condition.shown(), shown(&found, asked)));
        }
        if groups.len() > top {
            lines.comment(&format!("{} more; --top {} prints them, --json has all", groups.len() - top, groups.len()));
        }
    }

    /// The measure that these are readings of.
    fn print_measure(&self, asked: Asked, wishes: &Wishes, file: &str, knowledge: &Knowledge, lines: &mut Lines) {
        let cell = wishes.name.as_deref().unwrap_or("CELL");
        let times = self.times();
        lines.line("");
        lines.comment(&format!(
            "CELL: your name of the cells{}",
            if cell == "CELL" { ", or say it with --name" } else { "" }
        ));
        let is_number = self.points.iter().any(|point| point.number.is_some());
        let symbol = knowledge.instruments.iter().find(|row| row.word == self.reads && row.by.is_empty());
        let argument = symbol.map_or("NAME", |row| row.argument.as_str());
        let (name, reads) = match asked {
            Asked::Alive => ("viability", format!("alive({cell})")),
            Asked::Dead => ("dead", format!("dead({cell})")),
            Asked::Relative | Asked::Raw if is_number => ("viability", format!("alive({cell}) / untreated")),
            Asked::Value(Dimension::NONE) => ("viability", format!("alive({cell})")),
            _ if self.reads.is_empty() => ("reading", format!("protein({argument}, {cell}) / untreated")),
            _ => (self.reads, format!("{}({argument}, {cell}) / untreated", self.reads)),
        };
        lines.line(&format!("[measure.{}]", key(name)));
        lines.text("reads", &reads, "");
        match times.as_slice() {
            [] => lines.comment("at = [\"72 h\"]   the file does not say when"),
            times if times.len() <= 24 => {
                let list: Vec<String> = times.iter().map(|time| format!("\"{} h\"", hours(*time))).collect();
                lines.line(&format!("at = [{}]", list.join(", ")))
            }
            times => {
                let steps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
                lines.text("every", &format!("{} h", hours(super::spread::median(&steps))), "")
            }
        };
        lines.text("data", file, "");
    }
}

/// Whether two times are the same moment.
pub(crate) fn same_time(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() < 1.0,
        (None, None) => true,
        _ => false,
    }
}

/// A time in whole seconds: the same moment is the same number.
fn second(time: f64) -> i64 {
    time.round() as i64
}

/// A time as hours, with at most two decimals.
pub(crate) fn hours(seconds: f64) -> String {
    let text = format!("{:.2}", seconds / 3600.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn word(asked: Asked) -> &'static str {
    match asked {
        Asked::Alive => "living share",
        Asked::Dead => "dead share",
        Asked::Relative => "of the control at the same time",
        Asked::Value(_) | Asked::Raw => "value",
    }
}

fn shown(found: &Spread, asked: Asked) -> String {
    match asked {
        Asked::Alive | Asked::Dead | Asked::Relative | Asked::Value(Dimension::NONE) => {
            found.map(|value| value * 100.0).quantity("%")
        }
        Asked::Value(_) | Asked::Raw => found.quantity(""),
    }
}

const ARM: [&str; 6] = ["arm", "condition", "treatment", "sample", "group", "label"];
const TIME: [&str; 6] = ["time", "time_point", "timepoint", "elapsed", "hours", "hour"];
const VALUE: [&str; 7] = ["value", "reading", "viability", "alive", "survival", "observed", "level"];
const REPLICATE: [&str; 6] = ["replicate", "rep", "well", "repeat", "n", "experiment"];

/// Told by a header with an arm and a value.
pub(super) fn is(sheet: &Sheet) -> Option<String> {
    let names: Vec<String> = sheet.cells(0).map(|cell| Heading::read(&cell).name).collect();
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    (has(&ARM) && has(&VALUE)).then(|| "its header has an arm and a value".to_owned())
}

pub(super) fn read(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let mut columns = Columns::at(sheet, 0, &task.wishes.units);
    let findings = &mut task.findings;
    let arm = columns.need(&ARM, "name of the arm, or what was added", findings);
    let value = columns.need(&VALUE, "what was read", findings);
    let time = columns.find(&TIME);
    let replicate = columns.find(&REPLICATE);
    let time_unit = time.map(|column| columns.unit(column, Dimension::TIME, "h", findings));
    let (arm, value) = (arm?, value?);
    let is_logarithm = task.wishes.scale.as_deref() == Some("log2")
        || columns.headings[value].unit.as_deref().is_some_and(|unit| unit.eq_ignore_ascii_case("log2"));
    let value_unit = value_unit(&columns, value);
    let (mut keyed, mut n_out) = (Keyed::new(), 0);
    for row in columns.rows() {
        let at = time.map(|column| columns.positive(row, column, findings));
        let (Some(read), false) = (columns.number(row, value, findings), at == Some(None)) else {
            n_out += 1;
            continue;
        };
        let (name, which) = (columns.text(row, Some(arm)), columns.text(row, replicate));
        // without a replicate, each row is one
        let number = if replicate.is_some() { 0 } else { row };
        let moment = at.flatten().map(f64::to_bits);
        let what = format!("`{name}`{}", at.flatten().map_or(String::new(), |time| format!(" at {time}")));
        keyed.enter(sheet, row, (name, moment, which, number), read, &what, findings);
    }
    let (rows, n_twice) = keyed.finish();
    let time_unit = match time_unit {
        Some(unit) => Some(unit?),
        None => None,
    };
    let points: Vec<Point> = rows
        .into_iter()
        .map(|(row, (name, moment, which, _), read)| {
            let time = moment.zip(time_unit.as_ref()).map(|(bits, unit)| unit.to_inside(f64::from_bits(bits)));
            let mut point = Point::of(Condition::parse(&name), time, which);
            point.line = sheet.line(row);
            point.value = Some(value_unit.as_ref().map_or(read, |unit| unit.to_inside(read)));
            point.dimension = value_unit.as_ref().map(|unit| unit.dimension);
            if is_logarithm {
                // a logarithm is that of a ratio
                (point.value, point.dimension) = (Some(math::pow(2.0, read)), Some(Dimension::NONE));
            }
            point
        })
        .collect();
    task.understood.units =
        columns.headings.iter().filter(|heading| heading.unit.is_some()).map(|heading| heading.text.clone()).collect();
    task.columns(&columns, points.len(), n_out + n_twice);
    if points.is_empty() {
        task.nothing("no row has a value");
        return None;
    }
    Some(Data::Readings(Readings { what: columns.name_of(value), reads: "", points }))
}

/// The unit of a value, as it stands or was given; arbitrary units have none.
fn value_unit(columns: &Columns<'_>, column: usize) -> Option<Unit> {
    let heading = &columns.headings[column];
    match columns.given_unit(column) {
        Some(given) => units::parse(given).ok(),
        None => heading.known_unit(),
    }
}
