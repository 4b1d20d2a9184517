//! Live and dead cells over time, a row for each well and time: `time [h], well, live, dead`.
//!
//! What was in a well stands beside it (`arm`, or `agent, concentration [uM]`) or in a map. The lethal fraction is
//! dead / (live + dead).

use super::columns::Columns;
use super::condition::{Agent, Condition};
use super::heading::Heading;
use super::keyed::Keyed;
use super::kinds::{Data, Task};
use super::readings::{Point, Readings};
use super::sheet::Sheet;
use super::wells::{plate_of, well};
use crate::units::Dimension;

const TIME: [&str; 5] = ["time", "elapsed", "time_point", "timepoint", "hours"];
const LIVE: [&str; 7] = ["live", "alive", "live_cells", "live_count", "viable", "green", "total_live"];
const DEAD: [&str; 6] = ["dead", "dead_cells", "dead_count", "red", "sytox", "total_dead"];
const ARM: [&str; 5] = ["arm", "condition", "treatment", "label", "group"];
const AGENT: [&str; 3] = ["agent", "drug", "compound"];
const CONCENTRATION: [&str; 3] = ["concentration", "conc", "dose"];

/// Told by a header with a time, live and dead.
pub(super) fn is(sheet: &Sheet) -> Option<String> {
    let names: Vec<String> = sheet.cells(0).map(|cell| Heading::read(&cell).name).collect();
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    (has(&TIME) && has(&LIVE) && has(&DEAD)).then(|| "its header has a time, live and dead".to_owned())
}

pub(super) fn read(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let mut columns = Columns::at(sheet, 0, &task.wishes.units);
    let findings = &mut task.findings;
    let time = columns.need(&TIME, "when", findings);
    let live = columns.need(&LIVE, "living cells", findings);
    let dead = columns.need(&DEAD, "dead cells", findings);
    let (well_column, arm, replicate) =
        (columns.find(&["well"]), columns.find(&ARM), columns.find(&["replicate", "rep"]));
    let (agent, concentration) = (columns.find(&AGENT), columns.find(&CONCENTRATION));
    let (time, live, dead) = (time?, live?, dead?);
    let unit = columns.unit(time, Dimension::TIME, "h", findings);
    let dose_unit = concentration.map(|column| columns.unit(column, Dimension::CONCENTRATION, "uM", findings));
    let places = columns.rows().filter_map(|row| Some((well(&sheet.cell(row, well_column?))?, row, well_column?)));
    let outside = plate_of(&places.collect::<Vec<_>>(), sheet, findings);
    let (mut keyed, mut n_out) = (Keyed::new(), 0);
    for row in columns.rows() {
        if columns.is_cut_short(row, &[time, live, dead]) {
            let message =
                format!("line {} has {} of {} cells", sheet.line(row), sheet.width(row), columns.headings.len());
            findings.push(
                "W89",
                message,
                sheet.row_span(row),
                "the row is left out; export again if the file ends here",
            );
            n_out += 1;
            continue;
        }
        let numbers = [time, live, dead].map(|column| columns.positive(row, column, findings));
        let name = columns.text(row, well_column);
        let is_outside = well(&name).is_some_and(|place| outside.contains(&place));
        let ([Some(at), Some(live), Some(dead)], false) = (numbers, is_outside) else {
            n_out += 1;
            continue;
        };
        let dose = concentration.and_then(|column| columns.positive(row, column, findings));
        let text = |column: Option<usize>| columns.text(row, column);
        let own = if well_column.is_some() || replicate.is_some() { 0 } else { row };
        let key = ([name, text(replicate), text(arm), text(agent)], dose.map(f64::to_bits), at.to_bits(), own);
        let what = format!("{} at {at}", if key.0[0].is_empty() { text(arm) } else { format!("well {}", key.0[0]) });
        keyed.enter(sheet, row, key, (live.to_bits(), dead.to_bits()), &what, findings);
    }
    let (rows, n_twice) = keyed.finish();
    let unit = unit?;
    let dose_unit = match dose_unit {
        Some(unit) => Some(unit?),
        None => None,
    };
    let points: Vec<Point> = rows
        .into_iter()
        .map(|(row, ([name, replicate, arm, agent], dose, at, _), (live, dead))| {
            let condition = match (&dose_unit, dose.map(f64::from_bits)) {
                (Some(unit), Some(dose)) => {
                    let text = format!("{} {}", super::spread::figures(dose), unit.text);
                    let agent = Agent { name: agent, amount: unit.to_inside(dose), dimension: unit.dimension, text };
                    Condition {
                        name: arm,
                        cells: String::new(),
                        agents: Some(agent).filter(Agent::is_something).into_iter().collect(),
                    }
                }
                _ if !arm.is_empty() => Condition::parse(&arm),
                _ if !agent.is_empty() => Condition::parse(&agent),
                _ => Condition::named(&name),
            };
            let mut point =
                Point::of(condition, Some(unit.to_inside(f64::from_bits(at))), format!("{name}{replicate}"));
            (point.line, point.number, point.dead) =
                (sheet.line(row), Some(f64::from_bits(live)), Some(f64::from_bits(dead)));
            point
        })
        .collect();
    task.understood.units =
        columns.headings.iter().filter(|heading| heading.unit.is_some()).map(|heading| heading.text.clone()).collect();
    task.columns(&columns, points.len(), n_out + n_twice);
    if points.is_empty() {
        task.nothing("no row has a time, live and dead");
        return None;
    }
    Some(Data::Readings(Readings { what: "live and dead cells over time".to_owned(), reads: "", points }))
}
