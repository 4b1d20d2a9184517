//! Dose and response in the layout of GRmetrics: `cell_line, agent, concentration, time, replicate, cell_count`.
//!
//! A row for each well; tab- or comma-separated. Case A has the controls beside each row (`cell_count__ctrl`,
//! `cell_count__time0`), case C as rows of their own (concentration 0, and time 0); read in the vignette and the source
//! of GRmetrics, where the unit of a concentration stands nowhere. Here it must: `concentration [uM]`, `time [h]`.
//! A second agent may stand in `agent2, concentration2`, an arm in `arm`.

use super::columns::Columns;
use super::condition::{Agent, Condition, is_control_word};
use super::heading::Heading;
use super::keyed::Keyed;
use super::kinds::{Data, Task};
use super::readings::{Point, Readings};
use super::sheet::Sheet;
use super::spread::figures;
use super::wells;
use crate::units::Dimension;

const CELLS: [&str; 5] = ["cell_line", "cell_name", "cells", "cell", "line"];
const AGENT: [&str; 6] = ["agent", "drug", "compound", "small_molecule_name", "treatment", "perturbation_name"];
const CONCENTRATION: [&str; 5] = ["concentration", "conc", "dose", "small_mol_concentration", "drug_concentration"];
const TIME: [&str; 6] = ["time", "time_point", "timepoint", "treatment_duration", "duration", "hours"];
const REPLICATE: [&str; 4] = ["replicate", "rep", "repeat", "plate"];
const COUNT: [&str; 9] = [
    "cell_count",
    "cell_number",
    "count",
    "viable_cells",
    "live_count",
    "luminescence",
    "signal",
    "number",
    "absorbance",
];
const CONTROL: [&str; 4] = ["cell_count_ctrl", "count_ctrl", "control", "cell_count_control"];
const START: [&str; 4] = ["cell_count_time0", "count_time0", "time0", "cell_count_start"];
const DEAD: [&str; 3] = ["dead_count", "dead_cell_count", "dead"];
const ARM: [&str; 2] = ["arm", "condition"];

/// Told by a header with a concentration and a count of cells.
pub(super) fn is(sheet: &Sheet) -> Option<String> {
    let names: Vec<String> = sheet.cells(0).map(|cell| Heading::read(&cell).name).collect();
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    (has(&CONCENTRATION) && has(&COUNT)).then(|| "its header has a concentration and a count of cells".to_owned())
}

pub(super) fn read(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let mut columns = Columns::at(sheet, 0, &task.wishes.units);
    let findings = &mut task.findings;
    let concentration = columns.need(&CONCENTRATION, "dose of the agent", findings);
    let count = columns.need(&COUNT, "number of living cells, or what stands for it", findings);
    let (agent, cells) = (columns.find(&AGENT), columns.find(&CELLS));
    let (time, replicate, well) = (columns.find(&TIME), columns.find(&REPLICATE), columns.find(&["well"]));
    let (control, start, dead) = (columns.find(&CONTROL), columns.find(&START), columns.find(&DEAD));
    let (arm, agent2) = (columns.find(&ARM), columns.find(&["agent2", "drug2", "agent_2"]));
    let concentration2 = columns.find(&["concentration2", "conc2", "concentration_2"]);
    let (concentration, count) = (concentration?, count?);
    let dose_unit = columns.unit(concentration, Dimension::CONCENTRATION, "uM", findings);
    let dose2_unit = concentration2.map(|column| columns.unit(column, Dimension::CONCENTRATION, "uM", findings));
    let time_unit = time.map(|column| columns.unit(column, Dimension::TIME, "h", findings));
    let outside = outside(&columns, well, sheet, findings);
    let (mut keyed, mut n_out) = (Keyed::new(), 0);
    for row in columns.rows() {
        let needed = [Some(concentration), Some(count), time];
        if columns.is_cut_short(row, &needed.into_iter().flatten().collect::<Vec<_>>()) {
            findings.push(
                "W89",
                format!("line {} has {} of {} cells", sheet.line(row), sheet.width(row), columns.headings.len()),
                sheet.row_span(row),
                "the row is left out; export the plate again if the file ends here",
            );
            n_out += 1;
            continue;
        }
        let optional = |column: Option<usize>, findings: &mut super::findings::Findings| {
            column.and_then(|column| columns.positive(row, column, findings))
        };
        let dose = columns.positive(row, concentration, findings);
        let number = columns.positive(row, count, findings);
        let at = time.map(|column| columns.positive(row, column, findings));
        let place = well.and_then(|column| wells::well(&sheet.cell(row, column)));
        let is_outside = place.is_some_and(|place| outside.contains(&place));
        let (Some(dose), Some(number), false, false) = (dose, number, at == Some(None), is_outside) else {
            n_out += 1;
            continue;
        };
        let second = optional(concentration2, findings);
        let numbers = [Some(number), optional(control, findings), optional(start, findings), optional(dead, findings)];
        let text = |column: Option<usize>| columns.text(row, column);
        let which = format!("{}{}", text(replicate), text(well));
        // without a replicate or a well, each row is one
        let own = if replicate.is_some() || well.is_some() { 0 } else { row };
        let dose = figures_of(dose);
        let key =
            [text(cells), text(agent), dose, text(agent2), second.map_or(String::new(), figures_of), text(arm), which];
        let what = format!("{} {} {}", text(agent), sheet.cell(row, concentration), text(cells));
        keyed.enter(
            sheet,
            row,
            (key, at.flatten().map(f64::to_bits), own),
            numbers.map(|number| number.map(f64::to_bits)),
            what.trim(),
            findings,
        );
    }
    let (rows, n_twice) = keyed.finish();
    let dose_unit = dose_unit?;
    let (time_unit, dose2_unit) = (all(time_unit)?, all(dose2_unit)?);
    let agent_of = |name: &str, dose: &str, unit: &crate::units::Unit| {
        let amount: f64 = dose.parse().unwrap_or(0.0);
        let text = format!("{} {}", figures(amount), unit.text);
        Agent { name: name.to_owned(), amount: unit.to_inside(amount), dimension: unit.dimension, text }
    };
    let points: Vec<Point> = rows
        .into_iter()
        .map(|(row, ([cells, agent, dose, agent2, dose2, arm, which], moment, _), numbers)| {
            let mut agents = Vec::new();
            let agent = if agent.is_empty() { "agent".to_owned() } else { agent };
            agents.push(agent_of(&agent, &dose, &dose_unit));
            if let (false, Some(unit)) = (is_control_word(&agent2), &dose2_unit) {
                agents.push(agent_of(&agent2, &dose2, unit));
            }
            agents.retain(Agent::is_something);
            let condition = Condition { name: arm, cells, agents };
            let time = moment.zip(time_unit.as_ref()).map(|(bits, unit)| unit.to_inside(f64::from_bits(bits)));
            let [number, control, start, dead] = numbers.map(|bits| bits.map(f64::from_bits));
            Point { line: sheet.line(row), number, control, start, dead, ..Point::of(condition, time, which) }
        })
        .collect();
    task.understood.units =
        columns.headings.iter().filter(|heading| heading.unit.is_some()).map(|heading| heading.text.clone()).collect();
    task.columns(&columns, points.len(), n_out + n_twice);
    let has_control = control.is_some() || points.iter().any(|point| point.condition.is_control());
    if !has_control {
        task.understood.notes.push(
            "no control: a row with concentration 0, or a column cell_count__ctrl, would make it relative".to_owned(),
        );
    }
    if points.is_empty() {
        task.nothing("no row has a dose and a count");
        return None;
    }
    Some(Data::Readings(Readings { what: "plate dose and response".to_owned(), reads: "", points }))
}

/// The same number is the same text.
fn figures_of(number: f64) -> String {
    format!("{number}")
}

/// A unit that was asked for and not found makes the whole unusable; one that was not asked for is none.
fn all<T>(unit: Option<Option<T>>) -> Option<Option<T>> {
    match unit {
        Some(unit) => unit.map(Some),
        None => Some(None),
    }
}

/// Wells that the plate does not have.
fn outside(
    columns: &Columns<'_>,
    well: Option<usize>,
    sheet: &Sheet,
    findings: &mut super::findings::Findings,
) -> Vec<wells::Place> {
    let Some(column) = well else { return Vec::new() };
    let mut places = Vec::new();
    for row in columns.rows() {
        let name = sheet.cell(row, column);
        match wells::well(&name) {
            Some(place) => places.push((place, row, column)),
            None if name.is_empty() => {}
            None => findings.push(
                "W80",
                format!("`{name}` is no well"),
                sheet.span(row, column),
                "wells are written A1 to H12; the row is used",
            ),
        }
    }
    wells::plate_of(&places, sheet, findings)
}
