//! Readings of a file, placed at arms and times of a measure, and what each is worth there.

use std::collections::BTreeMap;

use vesica_model::{Diagnostic, Span};

use super::arms::Found;
use super::nothing;
use crate::knowledge::Knowledge;
use crate::lab::findings::Findings;
use crate::lab::heading::folded;
use crate::lab::paste::counted;
use crate::lab::readings::{Asked, Point, Readings, hours, same_time};
use crate::lab::response::trimmed_mean;
use crate::scenario::{Measure, MeasureData, Observed, Reading, Scenario};
use crate::units::Dimension;

/// How far the clock of an instrument may be from the time of a measure, s.
const NEAR: f64 = 15.0 * 60.0;

/// A measure with its data, and what both are read by.
pub(super) struct Matching<'a> {
    pub scenario: &'a Scenario,
    pub measure: &'a Measure,
    pub data: &'a MeasureData,
    pub knowledge: &'a Knowledge,
    /// Text of the file.
    pub text: &'a str,
}

/// A reading with the arm and the time it belongs to.
struct Placed<'r> {
    point: &'r Point,
    arm: usize,
    at: f64,
}

impl Matching<'_> {
    /// What was matched, what is said of it, and what is wrong.
    pub(super) fn all(&self, readings: &Readings) -> (Vec<Observed>, Vec<String>, Vec<Diagnostic>) {
        let mut findings = Findings::default();
        let meant = self.of_the_cells(readings, &mut findings);
        if meant.is_empty() {
            return (Vec::new(), Vec::new(), findings.finish());
        }
        let placed = self.place(&meant, &mut findings);
        let points = self.values(&placed);
        let times = match self.data.at {
            _ if readings.points.iter().all(|point| point.time.is_none()) => String::new(),
            Some(at) => format!("; samples of {} h", hours(at)),
            None => format!("; times of the file count from {} h", hours(self.data.after)),
        };
        let mut lines = vec![format!(
            "{}: {} of {} readings of {} are compared with the model{times}",
            self.measure.name,
            points.len(),
            readings.points.len(),
            self.data.file,
        )];
        lines.extend(self.mapping(&placed, &points));
        if points.is_empty() {
            let why = self.why_nothing(readings, &placed);
            findings.add(nothing(self.measure, self.data, &why));
        }
        (points, lines, findings.finish())
    }

    /// Readings of the cells that the measure reads, where the file has several.
    fn of_the_cells<'r>(&self, readings: &'r Readings, findings: &mut Findings) -> Vec<&'r Point> {
        let mut lines: Vec<&str> = readings.points.iter().map(|point| point.condition.cells.as_str()).collect();
        lines.sort_unstable();
        lines.dedup();
        if lines.len() < 2 {
            return readings.points.iter().collect();
        }
        let names = self.names_of_the_cell();
        let is_meant = |line: &&&str| names.iter().any(|name| folded(name) == folded(line));
        let Some(line) = lines.iter().find(is_meant) else {
            let help = format!(
                "say which is meant: data = {{ file = \"{}\", cells = \"{}\" }}",
                self.data.file,
                lines.last().unwrap_or(&"")
            );
            let message = format!(
                "`{}` is of several cells ({}), none of them `{}`",
                self.data.file,
                lines.join(", "),
                names.join("` or `")
            );
            findings.add(Diagnostic::error("E86", message).at(self.data.span.clone()).help(help));
            return Vec::new();
        };
        readings.points.iter().filter(|point| point.condition.cells == **line).collect()
    }

    fn names_of_the_cell(&self) -> Vec<String> {
        if let Some(cells) = &self.data.cells {
            return vec![cells.clone()];
        }
        let cell = match &self.measure.reading {
            Reading::Alive(cell) | Reading::Dead(cell) | Reading::Mode(_, cell) | Reading::Symbol { cell, .. } => {
                self.scenario.cell(cell)
            }
            _ => None,
        };
        cell.map_or(Vec::new(), |cell| vec![cell.called.clone(), cell.name.clone()])
    }

    fn place<'r>(&self, points: &[&'r Point], findings: &mut Findings) -> Vec<Placed<'r>> {
        let mut arms: BTreeMap<String, Option<usize>> = BTreeMap::new();
        let mut missed: Vec<Option<f64>> = Vec::new();
        let mut placed = Vec::new();
        for point in points {
            let shown = point.condition.shown();
            let arm = *arms.entry(shown.clone()).or_insert_with(|| self.arm_or_say(point, &shown, findings));
            let time = point.time.map(|time| time + self.data.after);
            match (arm, self.time(time)) {
                (Some(arm), Some(at)) => placed.push(Placed { point, arm, at }),
                (Some(_), None) if !missed.iter().any(|known| same_time(*known, time)) => {
                    missed.push(time);
                    self.say_time(point, time, findings);
                }
                _ => {}
            }
        }
        placed
    }

    /// Where a reading stands: its line in the file, else the scenario that names the file.
    fn place_of(&self, point: &Point) -> Span {
        let Some(n_before) = point.line.checked_sub(1) else { return self.data.span.clone() };
        let start: usize = self.text.split_inclusive('\n').take(n_before).map(str::len).sum();
        match self.text[start..].lines().next() {
            Some(line) => Span { file: self.data.file.clone(), start, end: start + line.trim_end().len() },
            None => self.data.span.clone(),
        }
    }

    fn arm_or_say(&self, point: &Point, shown: &str, findings: &mut Findings) -> Option<usize> {
        let example = format!("or say it: data = {{ file = \"{}\", arms = {{ ARM = \"{shown}\" }} }}", self.data.file);
        match self.arm(&point.condition) {
            Found::Arm(arm) => Some(arm),
            Found::None(near) => {
                let message = format!("no arm of the scenario is `{shown}`");
                findings.add(
                    Diagnostic::error("W86", message)
                        .at(self.place_of(point))
                        .help(format!("{near}{example}; its readings are not used")),
                );
                None
            }
            Found::Several(names) => {
                let message = format!("`{shown}` may be any of the arms {}", names.join(", "));
                let help = format!("name the arm in a column `arm`, {example}; its readings are not used");
                findings.add(Diagnostic::error("W86", message).at(self.place_of(point)).help(help));
                None
            }
        }
    }

    fn say_time(&self, point: &Point, time: Option<f64>, findings: &mut Findings) {
        let near =
            |time: f64| self.measure.at.iter().copied().min_by(|a, b| (a - time).abs().total_cmp(&(b - time).abs()));
        let (message, help) = match time {
            Some(time) => (
                format!("`{}` is not read at {} h", self.measure.name, hours(time)),
                format!(
                    "nearest: {} h. Add \"{} h\" to `at`, or say when the clock of the file starts: after = \"24 h\"; these readings are not used",
                    near(time).map_or("none".to_owned(), hours),
                    hours(time)
                ),
            ),
            None => (
                format!(
                    "`{}` does not say when it was read, and `{}` is read at several times",
                    self.data.file, self.measure.name
                ),
                "add a column `time [h]`, or read the measure at one time".to_owned(),
            ),
        };
        findings.add(Diagnostic::error("W86", message).at(self.place_of(point)).help(help));
    }

    /// The time of the measure that a reading belongs to.
    fn time(&self, time: Option<f64>) -> Option<f64> {
        match (time, self.measure.at.as_slice()) {
            (None, [only]) => Some(*only),
            (None, _) => None,
            (Some(time), at) => at
                .iter()
                .copied()
                .filter(|at| (at - time).abs() <= NEAR)
                .min_by(|a, b| (a - time).abs().total_cmp(&(b - time).abs())),
        }
    }

    /// What the measure asks of a reading.
    fn asked(&self) -> Asked {
        match (&self.measure.relative_to, &self.measure.reading) {
            (Some(_), _) => Asked::Relative,
            (None, Reading::Alive(_)) => Asked::Alive,
            (None, Reading::Dead(_)) => Asked::Dead,
            (None, other) => Asked::Value(other.dimension()),
        }
    }

    fn values(&self, placed: &[Placed<'_>]) -> Vec<Observed> {
        let asked = self.asked();
        let reference = self
            .measure
            .relative_to
            .as_ref()
            .and_then(|name| self.scenario.arms.iter().position(|arm| arm.name == *name));
        let value = |placed_point: &Placed<'_>| {
            let point = placed_point.point;
            if asked != Asked::Relative {
                return point.answer(asked, None);
            }
            let own = point.number.or(point.value)?;
            let is_control = reference.is_some_and(|arm| self.scenario.arms[arm].doses.is_empty());
            let beside = point.control.filter(|_| is_control);
            let of_arm: Vec<f64> = placed
                .iter()
                .filter(|other| Some(other.arm) == reference && other.at == placed_point.at)
                .filter_map(|other| other.point.number.or(other.point.value))
                .collect();
            match beside.or_else(|| trimmed_mean(&of_arm)) {
                Some(control) if control > 0.0 => Some(own / control),
                Some(_) => None,
                // a share in percent of a control that the file does not list is that ratio itself
                None => point.value.filter(|_| point.number.is_none() && point.dimension == Some(Dimension::NONE)),
            }
        };
        let observed = |placed_point: &Placed<'_>| {
            let point = placed_point.point;
            Some(Observed {
                arm: self.scenario.arms[placed_point.arm].name.clone(),
                at: placed_point.at,
                value: value(placed_point).filter(|value| value.is_finite())?,
                replicate: point.replicate.clone(),
                line: point.line,
            })
        };
        placed.iter().filter_map(observed).collect()
    }

    /// What was matched to what, a line for each condition and time.
    fn mapping(&self, placed: &[Placed<'_>], points: &[Observed]) -> Vec<String> {
        let mut lines: Vec<(String, usize)> = Vec::new();
        for one in placed {
            let time = one.point.time.map_or("no time".to_owned(), |time| format!("{} h", hours(time)));
            let arm = &self.scenario.arms[one.arm].name;
            let line = format!("{}, {time} -> {arm} at {} h", one.point.condition.shown(), hours(one.at));
            match lines.iter_mut().find(|(known, _)| *known == line) {
                Some((_, n)) => *n += 1,
                None => lines.push((line, 1)),
            }
        }
        if points.is_empty() {
            return Vec::new();
        }
        lines.into_iter().map(|(line, n)| format!("  {line}, {}", counted(n, "reading"))).collect()
    }

    fn why_nothing(&self, readings: &Readings, placed: &[Placed<'_>]) -> String {
        if placed.is_empty() {
            return "no reading belongs to an arm at a time of the measure".to_owned();
        }
        let has_numbers = readings.points.iter().any(|point| point.number.is_some());
        match self.asked() {
            Asked::Alive | Asked::Dead if has_numbers => {
                "it needs living and dead cells; numbers of living cells are read by `alive(CELL) / untreated`"
                    .to_owned()
            }
            Asked::Relative => "nothing was read in the arm that it is divided by".to_owned(),
            Asked::Value(dimension) => {
                format!("it needs a value in a unit of {dimension}, in the heading of its column")
            }
            _ => "the file has no number of that kind".to_owned(),
        }
    }
}
