//! The text export of an IncuCyte: facts, then a row for each time and a column for each well.
//!
//! Lines `Label:`, `Metric: Phase Object Confluence (Percent)`, `Cell Type:`, then a header `Date Time`, `Elapsed` (in
//! hours) and wells (`B2`) separated by tabs. Each metric is a file of its own; dates are those of the machine and are
//! not read. What was in the wells stands in the PlateMap, given with `--map FILE`.
//! Seen: an export of an IncuCyte Zoom in the package IncucyteDRC; two other packages that find the header by `Date Time`.

use std::collections::BTreeMap;

use super::kinds::{Data, Task};
use super::number::Value;
use super::sheet::Sheet;
use super::wells::{Map, Place, Wells, name_of, plate_of, well};

/// Rows in which the header is looked for.
const HEAD: usize = 60;

/// Told by its header.
pub(super) fn is(sheet: &Sheet) -> Option<String> {
    header(sheet).map(|row| format!("line {} is the header `Date Time, Elapsed` and wells", sheet.line(row)))
}

fn header(sheet: &Sheet) -> Option<usize> {
    (0..sheet.n_rows().min(HEAD)).find(|row| {
        let cell = |column| sheet.cell(*row, column).to_lowercase();
        cell(0) == "date time" && cell(1).starts_with("elapsed")
    })
}

pub(super) fn read(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let Some(header) = header(sheet) else {
        task.no_table("Date Time, Elapsed, A1, A2 ... separated by tabs");
        return None;
    };
    let fact = |name: &str| {
        (0..header).find_map(|row| {
            let line = sheet.cells(row).collect::<Vec<_>>().join(" ");
            Some(line.strip_prefix(name)?.trim_start_matches(':').trim().to_owned())
        })
    };
    let metric = fact("Metric").filter(|metric| !metric.is_empty()).unwrap_or_else(|| "IncuCyte".to_owned());
    let findings = &mut task.findings;
    let columns = columns(sheet, header, findings);
    let (mut times, mut rows, mut n_out) = (Vec::new(), Vec::new(), 0);
    let width = sheet.width(header);
    for row in (header + 1..sheet.n_rows()).filter(|row| !sheet.is_blank(*row)) {
        let Value::Number(time) = sheet.number(row, 1) else {
            let help = "the row is left out; the second column is the time in hours";
            findings.push("W81", format!("`{}` is no time", sheet.cell(row, 1)), sheet.span(row, 1), help);
            n_out += 1;
            continue;
        };
        if sheet.width(row) < width {
            findings.push(
                "W89",
                format!("line {} has {} of {width} cells", sheet.line(row), sheet.width(row)),
                sheet.row_span(row),
                "the row is left out; export the experiment again if the file ends here",
            );
            n_out += 1;
            continue;
        }
        let seconds = time * 3600.0;
        if let Some(at) = times.iter().position(|known| super::readings::same_time(*known, Some(seconds))) {
            let first = sheet.line(rows[at]);
            let help = "the first counts; export the experiment again";
            findings.push("W82", format!("{time} h stands in line {first}, too"), sheet.row_span(row), help);
            n_out += 1;
            continue;
        }
        times.push(Some(seconds));
        rows.push(row);
    }
    let mut wells: BTreeMap<Place, Vec<Option<f64>>> = BTreeMap::new();
    let mut groups: Vec<(String, Vec<Option<f64>>)> = Vec::new();
    for (name, images) in columns {
        let values: Vec<Option<f64>> = rows.iter().map(|row| mean_of_images(sheet, *row, &images, findings)).collect();
        match name {
            Column::Well(place) => {
                wells.insert(place, values);
            }
            Column::Group(name) => groups.push((name, values)),
        }
    }
    task.understood.units = vec!["time [h]".to_owned(), metric.clone()];
    task.understood.used = vec!["Elapsed".to_owned(), format!("{} wells", wells.len() + groups.len())];
    task.understood.kept = vec![sheet.cell(header, 0).into_owned()];
    (task.understood.rows_read, task.understood.rows_left_out) = (times.len(), n_out);
    task.understood.notes.push("rows are times".to_owned());
    if times.is_empty() || (wells.is_empty() && groups.is_empty()) {
        task.nothing("no well has a time");
        return None;
    }
    Some(Data::Wells(Wells { metric, times, wells, groups, map: Map::default() }))
}

/// A well, or a group of wells with a name.
enum Column {
    Well(Place),
    Group(String),
}

/// Columns by well; several images of one well belong together.
fn columns(sheet: &Sheet, header: usize, findings: &mut super::findings::Findings) -> Vec<(Column, Vec<usize>)> {
    let mut found: Vec<(Place, Vec<usize>, bool)> = Vec::new();
    let mut groups: Vec<(String, usize)> = Vec::new();
    for column in 2..sheet.width(header) {
        let text = sheet.cell(header, column);
        let (name, rest) = text.split_once([',', ' ']).unwrap_or((&text, ""));
        let is_image = rest.to_lowercase().contains("image");
        match well(name) {
            _ if text.to_lowercase().contains("std") => {}
            Some(place) => match found.iter_mut().find(|(known, ..)| *known == place) {
                Some((_, images, true)) if is_image => images.push(column),
                Some(_) => findings.push(
                    "W80",
                    format!("well {} stands twice", name_of(place)),
                    sheet.span(header, column),
                    "the first column counts; export each metric into a file of its own",
                ),
                None => found.push((place, vec![column], is_image)),
            },
            None if !text.is_empty() => groups.push((text.into_owned(), column)),
            None => {}
        }
    }
    let places: Vec<(Place, usize, usize)> =
        found.iter().map(|(place, images, _)| (*place, header, images[0])).collect();
    let outside = plate_of(&places, sheet, findings);
    let wells = found
        .into_iter()
        .filter(|(place, ..)| !outside.contains(place))
        .map(|(place, images, _)| (Column::Well(place), images));
    wells.chain(groups.into_iter().map(|(name, column)| (Column::Group(name), vec![column]))).collect()
}

fn mean_of_images(
    sheet: &Sheet,
    row: usize,
    images: &[usize],
    findings: &mut super::findings::Findings,
) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0);
    for column in images {
        match sheet.number(row, *column) {
            Value::Number(number) if number >= 0.0 => {
                sum += number;
                n += 1;
            }
            Value::Number(_) => {
                let message = format!("`{}`: there cannot be less than none", sheet.cell(row, *column));
                findings.push(
                    "W85",
                    message,
                    sheet.span(row, *column),
                    "the cell is left out; export the experiment again",
                );
            }
            Value::Missing => {}
            Value::Wrong(why) => findings.add(super::columns::no_number(sheet, row, *column, why, "a well")),
        }
    }
    (n > 0).then(|| sum / f64::from(n))
}
