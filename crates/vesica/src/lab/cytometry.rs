//! Lipid oxidation by a dye that turns from red to green (C11-BODIPY 581/591), from a cytometer.
//!
//! Medians: `sample, oxidized, reduced` with optional `time [h]`, as tables of FlowJo have them: the first column the
//! sample, one column for each `Population | Median (FITC-A)`, and rows `Mean` and `SD` at the end (from memory; no such
//! table was found in public). Cells: one file for each sample, a row for each cell and a column for each channel
//! (`FSC-A, FITC-A, PE-A`), as exported from FCS; the names of channels were seen in public programs.
//!
//! What is read is oxidized / (oxidized + reduced), or the oxidized channel alone where the other is not there: then it
//! means something by that of a control only.

use super::columns::Columns;
use super::condition::Condition;
use super::findings::Findings;
use super::heading::folded;
use super::kinds::{Data, Task};
use super::readings::{Point, Readings};
use super::sheet::Sheet;
use crate::units::Dimension;

/// Parts of channel names that mean green, and red.
const GREEN: [&str; 8] = ["oxidized", "oxidised", "fitc", "bl1", "b1", "gfp", "green", "b530"];
const RED: [&str; 10] = ["reduced", "non_oxidized", "unoxidized", "pe", "yl1", "bl2", "texas", "red", "y1", "b585"];
const SAMPLE: [&str; 7] = ["arm", "condition", "sample", "sample_name", "treatment", "name", "file"];
const TIME: [&str; 3] = ["time", "time_point", "timepoint"];

/// Rows of a table of FlowJo that are no sample.
const SUMMARY: [&str; 4] = ["mean", "sd", "stddev", "median"];

fn channel(names: &[String], wanted: &[&str]) -> Option<usize> {
    let is_of = |name: &String| {
        let parts: Vec<&str> = name.split('_').collect();
        wanted.iter().any(|word| *name == *word || parts.contains(word))
    };
    names.iter().position(is_of)
}

/// Names of the columns, folded, with what stands in brackets: `live_median_fitc_a`.
fn names(sheet: &Sheet) -> Vec<String> {
    sheet.cells(0).map(|cell| folded(&cell)).collect()
}

/// Told by a header with a sample and a green channel.
pub(super) fn is_medians(sheet: &Sheet) -> Option<String> {
    let names = names(sheet);
    let has_sample = names.iter().any(|name| SAMPLE.contains(&name.as_str()) || name.is_empty());
    let green = channel(&names, &GREEN)?;
    let is_cells = names.iter().any(|name| name.starts_with("fsc"));
    (has_sample && !is_cells).then(|| format!("its header has a sample and `{}`", sheet.cell(0, green)))
}

/// Told by a header with scatter and a green channel.
pub(super) fn is_cells(sheet: &Sheet) -> Option<String> {
    let names = names(sheet);
    let green = channel(&names, &GREEN)?;
    let has_scatter = names.iter().any(|name| name.starts_with("fsc"));
    has_scatter.then(|| format!("its header has scatter and `{}`: a row is a cell", sheet.cell(0, green)))
}

/// Green by both, or green alone.
fn ratio(green: f64, red: Option<f64>) -> Option<f64> {
    match red {
        Some(red) if green + red > 0.0 => Some(green / (green + red)),
        Some(_) => None,
        None => Some(green),
    }
}

pub(super) fn read_medians(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let mut columns = Columns::at(sheet, 0, &task.wishes.units);
    let findings = &mut task.findings;
    let names = names(sheet);
    let Some(green) = channel(&names, &GREEN) else {
        task.no_table("sample, oxidized, reduced");
        return None;
    };
    let red = channel(&names, &RED);
    let sample = columns.find(&SAMPLE).or_else(|| names.iter().position(String::is_empty));
    let (time, replicate) = (columns.find(&TIME), columns.find(&["replicate", "rep", "well"]));
    let unit = time.map(|column| columns.unit(column, Dimension::TIME, "h", findings));
    let (mut points, mut n_out, mut n_summaries) = (Vec::new(), 0, 0);
    for row in columns.rows() {
        let name = columns.text(row, sample);
        if SUMMARY.contains(&folded(&name).as_str()) {
            n_summaries += 1;
            continue;
        }
        let oxidized = light(&columns, row, green, findings);
        let reduced = red.map(|column| light(&columns, row, column, findings));
        let at = time.map(|column| columns.positive(row, column, findings));
        let value = oxidized.filter(|_| reduced != Some(None)).and_then(|green| ratio(green, reduced.flatten()));
        let (Some(value), false) = (value, at == Some(None)) else {
            n_out += 1;
            continue;
        };
        let mut point = Point::of(Condition::parse(&bare(&name)), None, columns.text(row, replicate));
        (point.line, point.value, point.time) = (sheet.line(row), Some(value), at.flatten());
        points.push(point);
    }
    let unit = match unit {
        Some(unit) => Some(unit?),
        None => None,
    };
    for point in &mut points {
        point.time = point.time.zip(unit.as_ref()).map(|(time, unit)| unit.to_inside(time));
    }
    describe(task, &sheet.cell(0, green), red.map(|column| sheet.cell(0, column).into_owned()));
    (task.understood.rows_read, task.understood.rows_left_out) = (points.len(), n_out);
    if n_summaries > 0 {
        task.understood.notes.push(format!("{n_summaries} rows of means and deviations do not count"));
    }
    if points.is_empty() {
        task.nothing("no sample has light");
        return None;
    }
    Some(Data::Readings(Readings { what: "lipid oxidation, medians".to_owned(), reads: "oxidized", points }))
}

pub(super) fn read_cells(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let columns = Columns::at(sheet, 0, &task.wishes.units);
    let names = names(sheet);
    let Some(green) = channel(&names, &GREEN) else {
        task.no_table("FSC-A, FITC-A, PE-A");
        return None;
    };
    let red = channel(&names, &RED);
    let (mut values, mut n_out, mut n_dark) = (Vec::new(), 0, 0);
    for row in columns.rows() {
        let findings = &mut task.findings;
        let oxidized = columns.number(row, green, findings);
        let reduced = red.map(|column| columns.number(row, column, findings));
        // compensation makes some cells darker than none: they are cells all the same
        let dark = |light: f64| light.max(0.0);
        let is_dark = oxidized.is_some_and(|light| light < 0.0) || reduced.flatten().is_some_and(|light| light < 0.0);
        n_dark += usize::from(is_dark);
        match oxidized
            .filter(|_| reduced != Some(None))
            .and_then(|green| ratio(dark(green), reduced.flatten().map(dark)))
        {
            Some(value) => values.push(value),
            None => n_out += 1,
        }
    }
    describe(task, &sheet.cell(0, green), red.map(|column| sheet.cell(0, column).into_owned()));
    (task.understood.rows_read, task.understood.rows_left_out) = (values.len(), n_out);
    task.understood.notes.push(format!(
        "rows are cells; the sample is `{}`, its value their median; {n_dark} below zero count as zero",
        bare(&sheet.file)
    ));
    if values.is_empty() {
        task.nothing("no cell has light");
        return None;
    }
    let name = bare(sheet.file.rsplit(['/', '\\']).next().unwrap_or(&sheet.file));
    let mut point = Point::of(Condition::parse(&name), None, String::new());
    point.value = Some(super::spread::median(&values));
    Some(Data::Readings(Readings {
        what: "lipid oxidation, median over cells".to_owned(),
        reads: "oxidized",
        points: vec![point],
    }))
}

fn light(columns: &Columns<'_>, row: usize, column: usize, findings: &mut Findings) -> Option<f64> {
    columns.positive(row, column, findings)
}

fn describe(task: &mut Task<'_>, green: &str, red: Option<String>) {
    task.understood.used = std::iter::once(green.to_owned()).chain(red.clone()).collect();
    task.understood.kept = task
        .sheet
        .cells(0)
        .map(|cell| cell.into_owned())
        .filter(|cell| !task.understood.used.contains(cell) && !cell.is_empty())
        .collect();
    task.understood.units = vec!["arbitrary units of the cytometer".to_owned()];
    task.understood.notes.push(match red {
        Some(red) => format!("the value is {green} / ({green} + {red})"),
        None => format!("the value is {green}; only by that of a control it means something"),
    });
}

/// A sample without the ending of its file.
fn bare(name: &str) -> String {
    let lower = name.to_lowercase();
    let ends = [".fcs", ".csv", ".tsv", ".txt", ".xlsx"].iter().find(|end| lower.ends_with(**end));
    name[..name.len() - ends.map_or(0, |end| end.len())].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_found_by_whole_words() {
        let of = |names: &[&str], wanted: &[&str]| {
            channel(&names.iter().map(|name| folded(name)).collect::<Vec<_>>(), wanted)
        };
        assert_eq!(of(&["", "Live | Median (Comp-FITC-A)", "Live | Median (Comp-PE-A)"], &GREEN), Some(1));
        assert_eq!(of(&["", "Live | Median (Comp-FITC-A)", "Live | Median (Comp-PE-A)"], &RED), Some(2));
        assert_eq!(of(&["type", "speed", "percent"], &RED), None);
        assert_eq!(bare("erastin.fcs"), "erastin");
    }
}
