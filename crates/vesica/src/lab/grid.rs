//! The grid of a plate: columns 1 to 12 in the header, rows A to H, a number or a text in each cell.
//!
//! What plate readers print, with lines before and after; several grids may follow each other. A grid of numbers is
//! what was read; a grid of texts (`erastin 5 uM`, `DMSO`, `blank`) is the map. SpectraMax writes its grids without the
//! letters of the rows, behind `Plate:` and with the temperature before the first number (seen in public programs that
//! read it); then rows count from A.

use std::collections::BTreeMap;

use super::condition::{Condition, is_blank_word};
use super::kinds::{Data, Task};
use super::number::Value;
use super::sheet::Sheet;
use super::wells::{Map, Place, Wells, name_of, row_of};

/// A grid in a sheet: the row of its header, the column of its `1`, and how many columns it has.
#[derive(Clone, Copy, Debug)]
struct Grid {
    header: usize,
    first: usize,
    width: usize,
}

/// Columns of plates.
const WIDTHS: [usize; 6] = [3, 4, 6, 8, 12, 24];

/// Told by a header 1 to 12 and rows A to H.
pub(super) fn is(sheet: &Sheet) -> Option<String> {
    let grid = grids(sheet).into_iter().next()?;
    let filled = (0..sheet.n_rows()).filter(|row| !sheet.is_blank(*row)).count();
    let is_mostly = filled <= 80;
    is_mostly
        .then(|| format!("line {} counts the columns of a plate from 1 to {}", sheet.line(grid.header), grid.width))
}

fn grids(sheet: &Sheet) -> Vec<Grid> {
    let mut found = Vec::new();
    for header in 0..sheet.n_rows().min(2000) {
        let Some(first) = (0..sheet.width(header).min(4)).find(|column| sheet.cell(header, *column) == "1") else {
            continue;
        };
        let counts = |n: &usize| sheet.cell(header, first + n) == (n + 1).to_string();
        let width = (0..48).take_while(counts).count();
        let has_rows =
            letter(sheet, header + 1, first) == Some(0) || sheet.cell(header.saturating_sub(1), 0).starts_with("Plate");
        if WIDTHS.contains(&width) && has_rows {
            found.push(Grid { header, first, width });
        }
    }
    found
}

/// The letter before the first number of a row, as a row of the plate.
fn letter(sheet: &Sheet, row: usize, first: usize) -> Option<usize> {
    (0..first).rev().find_map(|column| row_of(&sheet.cell(row, column)))
}

pub(super) fn read(task: &mut Task<'_>) -> Option<Data> {
    let sheet = task.sheet;
    let mut wells: BTreeMap<Place, Vec<Option<f64>>> = BTreeMap::new();
    let mut map = Map::default();
    let (mut n_numbers, mut n_texts, mut n_read, mut n_out) = (0, 0, 0, 0);
    for grid in grids(sheet) {
        let cells = cells_of(sheet, grid, &mut task.findings);
        let filled: Vec<&(Place, usize, usize)> =
            cells.iter().filter(|(_, row, column)| !sheet.cell(*row, *column).is_empty()).collect();
        let is_number = |cell: &&&(Place, usize, usize)| matches!(sheet.number(cell.1, cell.2), Value::Number(_));
        let is_of_numbers = filled.iter().filter(is_number).count() * 2 >= filled.len();
        n_read += cells.len();
        if !is_of_numbers {
            n_texts += 1;
            for (place, row, column) in cells {
                let text = sheet.cell(row, column);
                if is_blank_word(&text) {
                    map.blanks.push(place);
                } else if !text.is_empty() {
                    map.wells.insert(place, Condition::parse(&text));
                }
            }
            continue;
        }
        n_numbers += 1;
        for (place, row, column) in cells {
            let value = match sheet.number(row, column) {
                Value::Number(number) => Some(number),
                Value::Missing => None,
                Value::Wrong(why) => {
                    task.findings.add(super::columns::no_number(sheet, row, column, why, &name_of(place)));
                    n_out += 1;
                    None
                }
            };
            let values = wells.entry(place).or_default();
            values.resize(n_numbers - 1, None);
            values.push(value);
        }
    }
    (task.understood.rows_read, task.understood.rows_left_out) = (n_read, n_out);
    task.understood.notes.push(format!("rows are wells; {n_numbers} grid(s) of numbers, {n_texts} of texts"));
    if n_numbers > 1 {
        task.findings.push(
            "W82",
            format!("{n_numbers} grids of numbers, and nothing says what differs between them"),
            sheet.top(),
            "the first is used; give each time or reading a file of its own",
        );
        wells.values_mut().for_each(|values| values.truncate(1));
    }
    match (n_numbers, map.wells.is_empty()) {
        (0, true) => {
            task.no_table("1 to 12, and rows A to H");
            None
        }
        (0, false) => Some(Data::Map(map)),
        _ => Some(Data::Wells(Wells { metric: "plate".to_owned(), times: vec![None], wells, groups: Vec::new(), map })),
    }
}

/// The wells of a grid and where they stand. A letter twice, or beyond the plate, is named.
fn cells_of(sheet: &Sheet, grid: Grid, findings: &mut super::findings::Findings) -> Vec<(Place, usize, usize)> {
    let n_lines = match grid.width {
        3 => 2,
        4 => 3,
        6 => 4,
        8 => 6,
        12 => 8,
        _ => 16,
    };
    let has_letters = letter(sheet, grid.header + 1, grid.first).is_some();
    let mut found = Vec::new();
    let mut seen: Vec<usize> = Vec::new();
    for (index, row) in (grid.header + 1..sheet.n_rows()).enumerate() {
        let line =
            if has_letters { letter(sheet, row, grid.first) } else { Some(index).filter(|line| *line < n_lines) };
        let Some(line) = line else { break };
        if sheet.is_blank(row) {
            break;
        }
        if line >= n_lines || seen.contains(&line) {
            let name = name_of((line, 0));
            let row_name = name.trim_end_matches('1');
            let why = if line >= n_lines {
                format!("a plate of {} columns has no row {row_name}", grid.width)
            } else {
                format!("row {row_name} stands twice")
            };
            findings.push("W80", why, sheet.row_span(row), "the row is left out; a plate has each row once");
            continue;
        }
        seen.push(line);
        if sheet.width(row) < grid.first + grid.width && sheet.width(row) <= grid.first {
            continue;
        }
        if sheet.width(row) < grid.first + grid.width && sheet.width(row) < sheet.width(grid.header) {
            findings.push(
                "W89",
                format!(
                    "row {} has {} of {} wells",
                    name_of((line, 0)).trim_end_matches('1'),
                    sheet.width(row) - grid.first,
                    grid.width
                ),
                sheet.row_span(row),
                "the wells that are there are read; export the plate again if the file ends here",
            );
        }
        found.extend(
            (0..grid.width.min(sheet.width(row) - grid.first)).map(|column| ((line, column), row, grid.first + column)),
        );
    }
    found
}
