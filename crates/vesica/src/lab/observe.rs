//! `data` of a measure: readings of the lab are matched to arms and times of a scenario. Nothing is fitted: no number of
//! the scenario changes because data are there.
//!
//! A reading belongs to an arm when the file says so by name, or by an entry of `arms`, or when what was added is what
//! the arm doses: the same drugs (by any of their names) in the same amounts. Of several such arms the one that changes
//! nothing else is meant.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use vesica_model::diagnostic::nearest;
use vesica_model::{Diagnostic, Span};

use super::compared::Beside;
use super::condition::Condition;
use super::findings::Findings;
use super::heading::folded;
use super::kinds::{Data, Reading as FileReading, read};
use super::readings::{Asked, Point, Readings, hours, same_time};
use super::response::trimmed_mean;
use super::wishes::Wishes;
use super::{Decimal, paste::counted};
use crate::knowledge::Knowledge;
use crate::scenario::{Arm, Dosed, Measure, MeasureData, Observed, Reading, Scenario};
use crate::units::Dimension;

/// How far the clock of an instrument may be from the time of a measure, s.
const NEAR: f64 = 15.0 * 60.0;

/// What came of the data of one measure.
#[derive(Clone, Debug, Default)]
pub struct Observation {
    /// What was matched.
    pub points: Vec<Observed>,
    /// sha256 of each file that was read, by its name in the scenario.
    pub hashes: BTreeMap<String, String>,
    /// What was understood and matched to what, in lines.
    pub said: Vec<String>,
    /// Everything that is wrong.
    pub findings: Vec<Diagnostic>,
    /// Texts that the findings point into, by name.
    pub texts: Vec<(String, String)>,
}

/// Reads the data of a measure. `open` gives the bytes of a file by its name in the scenario.
pub fn observe(
    scenario: &Scenario,
    measure: &Measure,
    data: &MeasureData,
    knowledge: &Knowledge,
    open: &dyn Fn(&str) -> Result<Vec<u8>, Diagnostic>,
) -> Observation {
    let mut found = Observation::default();
    let wishes = Wishes {
        kind: data.kind.clone(),
        decimal: data.decimal.as_deref().map(|word| if word == "comma" { Decimal::Comma } else { Decimal::Point }),
        units: data.units.iter().map(|(column, unit)| (folded(column), unit.clone())).collect(),
        ..Wishes::default()
    };
    let of_others = Wishes { kind: None, ..wishes.clone() };
    let mut load = |file: &str, wishes: &Wishes| -> Option<Data> {
        match open(file) {
            Ok(bytes) => {
                let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
                found.findings.extend(other_file(data, file, &hash));
                found.hashes.insert(file.to_owned(), hash);
                let FileReading { understood, data, findings, text } = read(file, &bytes, wishes, knowledge);
                found.said.extend(understood.lines().into_iter().map(|(_, line)| line));
                found.findings.extend(findings);
                found.texts.push((file.to_owned(), text));
                data
            }
            Err(problem) => {
                found.findings.push(problem.at(data.span.clone()));
                None
            }
        }
    };
    let main = load(&data.file, &wishes);
    let others: Vec<Data> = data.map.iter().chain(&data.dead).filter_map(|file| load(file, &of_others)).collect();
    let others: Vec<&Data> = others.iter().collect();
    let Some(main) = main else { return found };
    let knows = |name: &str| {
        let is = |other: &String| folded(other) == folded(name);
        scenario.arms.iter().any(|arm| is(&arm.name)) || data.arms.values().any(is)
    };
    let beside = Beside { measure, knowledge, file: &data.file, dilution: data.dilution, knows: &knows };
    let readings = match main.readings(&others) {
        Some((readings, n_without)) => {
            found.findings.extend(Data::without_map(n_without));
            readings
        }
        None => match main.compared(&beside) {
            Ok((readings, said)) => {
                found.said.extend(said);
                readings
            }
            Err(why) => {
                found.findings.push(nothing(measure, data, &why));
                return found;
            }
        },
    };
    let text = found.texts.first().map_or("", |(_, text)| text.as_str());
    let matching = Matching { scenario, measure, data, knowledge, text };
    let (points, lines, findings) = matching.all(&readings);
    (found.points, found.findings) = (points, [found.findings, findings].concat());
    found.said.extend(lines);
    found
}

/// An error when the scenario expects another content of a file.
fn other_file(data: &MeasureData, file: &str, hash: &str) -> Option<Diagnostic> {
    let expected = data.hashes.get(file).filter(|expected| !expected.eq_ignore_ascii_case(hash))?;
    let message = format!("`{file}` is not the file that the scenario was written for: its sha256 is not {expected}");
    let help =
        format!("take that file, or write sha256 = {{ \"{file}\" = \"{hash}\" }} after you have looked at this one");
    Some(Diagnostic::error("E86", message).at(data.span.clone()).help(help))
}

fn nothing(measure: &Measure, data: &MeasureData, why: &str) -> Diagnostic {
    Diagnostic::error("E86", format!("nothing in `{}` can be compared with `{}`: {why}", data.file, measure.reads))
        .at(data.span.clone())
        .help(
            "vesica convert FILE shows what was understood and which measure would read it; \
               or write a table: arm, time [h], value",
        )
}

/// The arm that a reading belongs to.
enum Found {
    Arm(usize),
    /// None; what is near.
    None(String),
    /// Several, by name.
    Several(Vec<String>),
}

struct Matching<'a> {
    scenario: &'a Scenario,
    measure: &'a Measure,
    data: &'a MeasureData,
    knowledge: &'a Knowledge,
    /// Text of the file.
    text: &'a str,
}

/// A reading with the arm and the time it belongs to.
struct Placed<'r> {
    point: &'r Point,
    arm: usize,
    at: f64,
}

impl Matching<'_> {
    fn all(&self, readings: &Readings) -> (Vec<Observed>, Vec<String>, Vec<Diagnostic>) {
        let mut findings = Findings::default();
        let meant = self.of_the_cells(readings, &mut findings);
        if meant.is_empty() {
            return (Vec::new(), Vec::new(), findings.finish());
        }
        let placed = self.place(&meant, &mut findings);
        let points = self.values(&placed);
        let mut lines = vec![format!(
            "{}: {} of {} readings of {} are compared with the model; times of the file count from {} h",
            self.measure.name,
            points.len(),
            readings.points.len(),
            self.data.file,
            hours(self.data.after)
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

    fn arm(&self, condition: &Condition) -> Found {
        let arms = &self.scenario.arms;
        let said = |arm: &Arm| {
            let words = self.data.arms.get(&arm.name)?;
            let same = [condition.shown(), condition.name.clone()].iter().any(|text| folded(text) == folded(words));
            let parsed = Condition::parse(words);
            (same || (!parsed.agents.is_empty() && self.same(&self.agents(&parsed), &self.agents(condition))))
                .then_some(())
        };
        if let Some(arm) = arms.iter().position(|arm| said(arm).is_some()) {
            return Found::Arm(arm);
        }
        if let Some(arm) =
            arms.iter().position(|arm| !condition.name.is_empty() && folded(&arm.name) == folded(&condition.name))
        {
            return Found::Arm(arm);
        }
        if condition.agents.is_empty() && !condition.is_control() {
            let names = arms.iter().map(|arm| arm.name.as_str());
            let near = nearest(&condition.name, names.clone())
                .map_or(String::new(), |near| format!("did you mean `{near}`? "));
            return Found::None(format!("{near}arms: {}; ", names.collect::<Vec<_>>().join(", ")));
        }
        let wanted = self.agents(condition);
        let fits: Vec<usize> = (0..arms.len()).filter(|arm| self.same(&self.doses(&arms[*arm]), &wanted)).collect();
        let plain: Vec<usize> = fits.iter().copied().filter(|arm| arms[*arm].set.is_empty()).collect();
        match (fits.as_slice(), plain.as_slice()) {
            ([one], _) | (_, [one]) => Found::Arm(*one),
            ([], _) => Found::None(self.near(&wanted)),
            (several, _) => Found::Several(several.iter().map(|arm| format!("`{}`", arms[*arm].name)).collect()),
        }
    }

    /// The arm with the same drugs, when only amounts differ.
    fn near(&self, wanted: &[(String, f64, Dimension)]) -> String {
        let names = |doses: &[(String, f64, Dimension)]| doses.iter().map(|dose| dose.0.clone()).collect::<Vec<_>>();
        let apart = |arm: &Arm| -> f64 {
            let doses = self.doses(arm);
            doses
                .iter()
                .zip(wanted)
                .map(|(own, other)| {
                    (own.1.max(1e-300) / other.1.max(1e-300)).max(other.1.max(1e-300) / own.1.max(1e-300))
                })
                .product()
        };
        let same_names =
            self.scenario.arms.iter().filter(|arm| names(&self.doses(arm)) == names(wanted) && !wanted.is_empty());
        let arm = same_names.min_by(|a, b| apart(a).total_cmp(&apart(b)));
        arm.map_or(String::new(), |arm| {
            let doses: Vec<String> = arm
                .doses
                .iter()
                .map(|dose| format!("{} {}", name_of(&dose.what), self.scenario.quantity(dose.amount, Some(arm)).text))
                .collect();
            format!("nearest: `{}` ({}); ", arm.name, doses.join(" + "))
        })
    }

    /// What a condition adds, by the names that the scenario uses, in order.
    fn agents(&self, condition: &Condition) -> Vec<(String, f64, Dimension)> {
        let canonical = |name: &str| {
            let own = self
                .scenario
                .drugs
                .iter()
                .find(|drug| drug.action.name.eq_ignore_ascii_case(name))
                .map(|drug| drug.action.name.clone());
            let vesicle = self
                .scenario
                .vesicles
                .iter()
                .find(|vesicle| folded(&vesicle.name) == folded(name))
                .map(|vesicle| vesicle.name.clone());
            own.or(vesicle)
                .or_else(|| Some(self.knowledge.drug(name)?.first()?.name.clone()))
                .unwrap_or_else(|| name.to_owned())
        };
        let agents = condition.agents.iter().filter(|agent| agent.is_something());
        sorted(agents.map(|agent| (canonical(&agent.name), agent.amount, agent.dimension)).collect())
    }

    /// What an arm adds, in order.
    fn doses(&self, arm: &Arm) -> Vec<(String, f64, Dimension)> {
        let dose = |dose: &crate::scenario::Dose| {
            let dimension = match dose.what {
                Dosed::Drug(_) => Dimension::CONCENTRATION,
                Dosed::VesiclesPerCell(_) => Dimension::PARTICLES_PER_CELL,
                Dosed::VesiclesPerVolume(_) => Dimension::PARTICLE_DENSITY,
                Dosed::Vesicles(_) => Dimension::PARTICLES,
                Dosed::VesiclesPerWeight(_) => Dimension::PARTICLES_PER_MASS,
                Dosed::VesiclesAsProtein(_) => Dimension::MASS,
                Dosed::VesiclesAsProteinPerVolume(_) => Dimension::MASS / Dimension::VOLUME,
            };
            (name_of(&dose.what), self.scenario.middle(dose.amount, Some(arm)), dimension)
        };
        sorted(arm.doses.iter().map(dose).filter(|(_, amount, _)| *amount > 0.0).collect())
    }

    /// The same things in the same amounts, but for a hundredth.
    fn same(&self, one: &[(String, f64, Dimension)], other: &[(String, f64, Dimension)]) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() <= 0.01 * a.abs().max(b.abs());
        one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.0 == b.0 && near(a.1, b.1) && a.2.accepts(b.2))
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

fn name_of(what: &Dosed) -> String {
    match what {
        Dosed::Drug(name) => name.clone(),
        vesicles => vesicles.vesicle().unwrap_or_default().to_owned(),
    }
}

fn sorted(mut doses: Vec<(String, f64, Dimension)>) -> Vec<(String, f64, Dimension)> {
    doses.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    doses
}
