//! What was in the wells: a table with a row for each well.
//!
//! `well, agent, concentration [uM]` and optionally a second agent, `cell_line`, `arm`; or rows and columns in numbers
//! as IncucyteDRC has them: `row, col, sampleid, conc, samptype, concunits` (`B` blank, `C` control, `S` sample; seen in
//! an example file of that package), where the unit stands in each row.

use serde_json::json;

use super::columns::Columns;
use super::condition::{Agent, Condition, is_blank_word, is_control_word};
use super::heading::Heading;
use super::kinds::{Data, Task};
use super::paste::{Lines, Pasted};
use super::sheet::Sheet;
use super::wells::{Map, Place, name_of, plate_of, row_of, well};
use crate::units::{self, Dimension};

const AGENT: [&str; 7] = ["agent", "drug", "compound", "treatment", "sampleid", "sample_id", "content"];
const CONCENTRATION: [&str; 3] = ["concentration", "conc", "dose"];
const UNIT: [&str; 3] = ["concunits", "concentration_units", "unit"];
const CELLS: [&str; 4] = ["cell_line", "celltype", "cell_type", "cells"];
const ARM: [&str; 3] = ["arm", "condition", "label"];

fn names(sheet: &Sheet) -> Vec<String> {
    sheet.cells(0).map(|cell| Heading::read(&cell).name).collect()
}

/// Told by a header with wells and what was in them, and nothing that was read.
pub(super) fn is(sheet: &Sheet) -> Option<String> {
    let names = names(sheet);
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    let has_place = has(&["well"]) || (has(&["row"]) && has(&["col", "column"]));
    let is_read = has(&["live", "dead", "time", "value", "cell_count", "firefly", "count", "elapsed"]);
    (has_place && !is_read && (has(&AGENT) || has(&ARM)))
        .then(|| "its header has wells and what was in them".to_owned())
}

pub(super) fn read(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let mut columns = Columns::at(sheet, 0, &task.wishes.units);
    let findings = &mut task.findings;
    let well_column = columns.find(&["well"]);
    let (row_column, column_column) = (columns.find(&["row"]), columns.find(&["col", "column"]));
    let place_column = well_column.or(row_column).or_else(|| columns.need(&["well"], "A1 to H12", findings))?;
    let (agent, arm) = (columns.find(&AGENT), columns.find(&ARM));
    let (concentration, cells) = (columns.find(&CONCENTRATION), columns.find(&CELLS));
    let (unit_column, kind) = (columns.find(&UNIT), columns.find(&["samptype", "type"]));
    let unit = match (concentration, unit_column) {
        (Some(column), None) => Some(columns.unit(column, Dimension::CONCENTRATION, "uM", findings)),
        _ => None,
    };
    let mut found: Vec<(Place, usize)> = Vec::new();
    let (mut map, mut n_out) = (Map::default(), 0);
    for row in columns.rows() {
        let Some(place) = place(sheet, row, well_column, row_column, column_column) else {
            let name = sheet.cell(row, place_column);
            findings.push(
                "W80",
                format!("`{name}` is no well"),
                sheet.row_span(row),
                "wells are written A1 to H12; the row is left out",
            );
            n_out += 1;
            continue;
        };
        if let Some((_, first)) = found.iter().find(|(known, _)| *known == place) {
            findings.push(
                "W80",
                format!("well {} stands in line {}, too", name_of(place), sheet.line(*first)),
                sheet.row_span(row),
                "the first row counts; take one of them away",
            );
            n_out += 1;
            continue;
        }
        found.push((place, row));
        let (name, label) = (columns.text(row, agent), columns.text(row, arm));
        let is_blank =
            is_blank_word(&name) || is_blank_word(&label) || columns.text(row, kind).eq_ignore_ascii_case("b");
        if is_blank || name == "-" && label.is_empty() {
            map.blanks.push(place);
            continue;
        }
        let mut agents = Vec::new();
        if let Some(column) = concentration
            && let Some(amount) = columns.positive(row, column, findings)
        {
            let own = unit_column.map(|column| sheet.cell(row, column).into_owned());
            let read = own.as_deref().and_then(|text| units::parse(text).ok()).or_else(|| unit.clone().flatten());
            if let Some(read) = read {
                let text = format!("{} {}", super::spread::figures(amount), read.text);
                agents.push(Agent {
                    name: name.clone(),
                    amount: read.to_inside(amount),
                    dimension: read.dimension,
                    text,
                });
            } else if let Some(own) = own.filter(|_| amount > 0.0) {
                findings.push(
                    "E83",
                    format!("`{own}` is no unit of a concentration"),
                    sheet.row_span(row),
                    "write uM, nM or mM in that column",
                );
            }
        }
        agents.retain(Agent::is_something);
        let condition = if agents.is_empty() && concentration.is_none() && label.is_empty() {
            Condition { cells: columns.text(row, cells), ..Condition::parse(&name) }
        } else {
            let name = if label.is_empty() && agents.is_empty() && !is_control_word(&name) && concentration.is_none() {
                name
            } else {
                label
            };
            Condition { name, cells: columns.text(row, cells), agents }
        };
        map.wells.insert(place, condition);
    }
    let places: Vec<(Place, usize, usize)> = found.iter().map(|(place, row)| (*place, *row, place_column)).collect();
    for outside in plate_of(&places, sheet, findings) {
        map.wells.remove(&outside);
        n_out += 1;
    }
    task.columns(&columns, found.len(), n_out);
    if unit == Some(None) || map.wells.is_empty() {
        task.nothing("no well has anything in it");
        return None;
    }
    Some(Data::Map(map))
}

impl Map {
    pub(super) fn paste(&self) -> Pasted {
        let mut conditions: Vec<(String, Vec<String>)> = Vec::new();
        for (place, condition) in &self.wells {
            let shown = condition.shown();
            match conditions.iter_mut().find(|(own, _)| *own == shown) {
                Some((_, wells)) => wells.push(name_of(*place)),
                None => conditions.push((shown, vec![name_of(*place)])),
            }
        }
        let mut lines = Lines::default();
        lines.comment(&format!(
            "{} wells, {} of them blank; give this file with --map, beside the file that was read",
            self.wells.len() + self.blanks.len(),
            self.blanks.len()
        ));
        for (condition, wells) in &conditions {
            lines.comment(&format!("{condition:<32} {}", wells.join(" ")));
        }
        let json = json!({ "blanks": self.blanks.iter().map(|place| name_of(*place)).collect::<Vec<_>>(),
            "conditions": conditions.iter().map(|(condition, wells)| json!({ "condition": condition, "wells": wells })).collect::<Vec<_>>() });
        Pasted { toml: lines.finish(), json, findings: Vec::new() }
    }
}

/// The well of a row: by name, or by row and column (from 1, or a letter).
fn place(
    sheet: &Sheet,
    row: usize,
    well_column: Option<usize>,
    rows: Option<usize>,
    columns: Option<usize>,
) -> Option<Place> {
    if let Some(column) = well_column {
        return well(&sheet.cell(row, column));
    }
    let (letter, number) = (sheet.cell(row, rows?), sheet.cell(row, columns?));
    let line = letter.parse::<usize>().ok().and_then(|line| line.checked_sub(1)).or_else(|| row_of(&letter))?;
    Some((line, number.parse::<usize>().ok()?.checked_sub(1)?)).filter(|(line, column)| *line < 32 && *column < 48)
}
