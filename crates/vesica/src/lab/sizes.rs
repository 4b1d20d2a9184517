//! A table of sizes: resistive pulses (TRPS), or any other counter of particles, with one header row.
//!
//! Columns: `size [nm]` (also diameter, bin), and `concentration [particles/mL]` or `count`; `replicate` and
//! `dilution` where there are. Without concentration and count each row is one particle. Rows above the header may
//! name the dilution. No file of a TRPS instrument was found in public: this is the layout that the issue asks for, and
//! the names of its columns are assumed.

use super::columns::Columns;
use super::heading::Heading;
use super::keyed::Keyed;
use super::kinds::{Data, Task};
use super::number::Value;
use super::particles::{Dilution, Particles, Replicate, weighted};
use super::sheet::Sheet;
use crate::units::{self, Dimension};

const SIZE: [&str; 9] = [
    "size",
    "diameter",
    "particle_diameter",
    "particle_size",
    "bin_centre",
    "bin_center",
    "size_bin",
    "bin",
    "mean_diameter",
];
const CONCENTRATION: [&str; 4] = ["concentration", "particle_concentration", "raw_concentration", "conc"];
const COUNT: [&str; 5] = ["count", "counts", "number", "particles", "number_of_particles"];
const REPLICATE: [&str; 6] = ["replicate", "run", "repeat", "video", "measurement", "recording"];
const DILUTION: [&str; 2] = ["dilution", "dilution_factor"];

/// Rows in which the header is looked for.
const HEAD: usize = 100;

/// Told by a header with a size in nanometres.
pub(super) fn is(sheet: &Sheet) -> Option<String> {
    let row = header(sheet)?;
    let heading = sheet.cells(row).find(|cell| is_size(cell))?.into_owned();
    Some(format!("its header has `{heading}`"))
}

fn header(sheet: &Sheet) -> Option<usize> {
    let others = CONCENTRATION.iter().chain(&COUNT).chain(&REPLICATE).chain(&DILUTION);
    let is_other = |name: &str| others.clone().any(|other| *other == name);
    (0..sheet.n_rows().min(HEAD)).find(|row| {
        let mut headings = sheet.cells(*row).map(|cell| Heading::read(&cell));
        let has_size = sheet.cells(*row).any(|cell| is_size(&cell));
        has_size
            && (sheet.width(*row) == 1
                || headings.any(|heading| is_other(&heading.name) || heading.name.contains("blockade")))
    })
}

fn is_size(cell: &str) -> bool {
    let heading = Heading::read(cell);
    SIZE.contains(&heading.name.as_str()) && heading.known_unit().is_none_or(|unit| unit.dimension == Dimension::LENGTH)
}

pub(super) fn read(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let Some(row) = header(sheet) else {
        task.no_table("size [nm], concentration [particles/mL]");
        return None;
    };
    let mut columns = Columns::at(sheet, row, &task.wishes.units);
    let findings = &mut task.findings;
    let size = columns.need(&SIZE, "diameter of a particle", findings)?;
    let unit = columns.unit(size, Dimension::LENGTH, "nm", findings);
    let (concentration, count) = (columns.find(&CONCENTRATION), columns.find(&COUNT));
    let per_volume =
        concentration.map(|column| columns.unit(column, Dimension::PARTICLE_DENSITY, "particles/mL", findings));
    let (replicate, dilution) = (columns.find(&REPLICATE), columns.find(&DILUTION));
    let is_list = concentration.is_none() && count.is_none();
    let weight_column = concentration.or(count);
    let mut keyed = Keyed::new();
    let mut dilutions = Vec::new();
    let (mut n_read, mut n_out) = (0, 0);
    let nanometre = units::parse("nm").ok()?;
    let last = columns.rows().last();
    for row in columns.rows() {
        // the file may end inside its last row, before or after the sign between cells
        if let Some(column) = weight_column.filter(|column| last == Some(row) && sheet.cell(row, *column).is_empty()) {
            findings.push(
                "W89",
                format!("line {} ends before its `{}`", sheet.line(row), columns.name_of(column)),
                sheet.row_span(row),
                "the row is left out; export the measurement again if the file ends here",
            );
            n_out += 1;
            continue;
        }
        let Some(value) = columns.positive(row, size, findings) else {
            n_out += 1;
            continue;
        };
        let weight = match weight_column {
            Some(column) => columns.positive(row, column, findings),
            None => Some(1.0),
        };
        let Some(weight) = weight else {
            n_out += 1;
            continue;
        };
        dilutions.extend(dilution.and_then(|column| columns.positive(row, column, findings)));
        n_read += 1;
        let name = columns.text(row, replicate);
        // every row of a list of particles is one of its own
        let which = if is_list { row } else { 0 };
        let what = format!(
            "size {}{}",
            sheet.cell(row, size),
            if name.is_empty() { String::new() } else { format!(" of {name}") }
        );
        keyed.enter(sheet, row, (name, sheet.cell(row, size).into_owned(), which), (value, weight), &what, findings);
    }
    let (rows, n_contradicting) = keyed.finish();
    let unit = unit?;
    let per_volume = match per_volume {
        Some(unit) => Some(unit?),
        None => None,
    };
    let per_ml = units::parse("particles/mL").ok()?;
    let mut names: Vec<String> = Vec::new();
    rows.iter().for_each(|(_, (name, ..), _)| {
        if !names.contains(name) {
            names.push(name.clone());
        }
    });
    let replicates: Vec<Replicate> = names
        .into_iter()
        .filter_map(|name| {
            let of = rows.iter().filter(|(_, (own, ..), _)| *own == name).map(|(_, _, value)| *value);
            let (mean, deviation) = weighted(of.clone())?;
            let nm = |value: f64| nanometre.from_inside(unit.to_inside(value));
            let concentration =
                per_volume.as_ref().map(|unit| per_ml.from_inside(unit.to_inside(of.map(|(_, weight)| weight).sum())));
            Some(Replicate { name, mean: nm(mean), deviation: nm(deviation), concentration })
        })
        .collect();
    dilutions.extend(above(sheet, columns.header));
    dilutions.dedup();
    let dilution = match dilutions.as_slice() {
        [one] => Dilution::ToApply(*one),
        _ => Dilution::NotRecorded,
    };
    task.understood.units = vec![format!("size [{}]", unit.text)];
    task.understood.units.extend(per_volume.map(|unit| format!("concentration [{}]", unit.text)));
    task.columns(&columns, n_read - n_contradicting, n_out + n_contradicting);
    if is_list {
        task.understood.notes.push("each row is one particle".to_owned());
    }
    if dilutions.len() > 1 {
        task.understood.notes.push("rows have different dilutions: none is applied".to_owned());
    }
    if replicates.is_empty() {
        task.nothing("no row has a size");
        return None;
    }
    Some(Data::Particles(Particles {
        instrument: "table of sizes".to_owned(),
        sample: String::new(),
        replicates,
        dilution,
    }))
}

/// A dilution that is named above the header.
fn above(sheet: &Sheet, header: usize) -> Option<f64> {
    (0..header).find_map(|row| {
        let name = Heading::read(&sheet.cell(row, 0)).name;
        match (DILUTION.contains(&name.as_str()), sheet.number(row, 1)) {
            (true, Value::Number(number)) => Some(number),
            _ => None,
        }
    })
}
