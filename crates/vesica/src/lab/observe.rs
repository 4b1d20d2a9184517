//! `data` of a measure: readings of the lab are matched to arms and times of a scenario. Nothing is fitted: no number of
//! the scenario changes because data are there.
//!
//! A reading belongs to an arm when the file says so by name, or by an entry of `arms`, or when what was added is what
//! the arm doses: the same drugs (by any of their names) in the same amounts. Of several such arms the one that changes
//! nothing else is meant.

mod arms;
mod matching;

use std::collections::BTreeMap;

use matching::Matching;
use sha2::{Digest, Sha256};
use vesica_model::Diagnostic;

use super::Decimal;
use super::compared::Beside;
use super::heading::folded;
use super::kinds::{Data, Reading as FileReading, read};
use super::wishes::Wishes;
use crate::knowledge::Knowledge;
use crate::scenario::{Measure, MeasureData, Observed, Scenario};

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
        scale: data.scale.clone(),
        reporter: data.reporter.clone(),
        controls: measure.relative_to.iter().filter_map(|arm| data.arms.get(arm)).cloned().collect(),
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
    let beside = Beside { measure, knowledge, data, knows: &knows };
    let mut readings = match main.readings(&others) {
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
    // of samples that have no time of their own
    readings.points.iter_mut().for_each(|point| point.time = point.time.or(data.at.map(|at| at - data.after)));
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
