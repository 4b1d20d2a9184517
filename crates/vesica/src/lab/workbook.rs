//! The first sheet of an Excel workbook (`.xlsx`) as text separated by tabs. Workbooks are never written.

use std::fmt::Write;
use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};
use vesica_model::Diagnostic;

/// Most cells of a sheet; one more cell at the far corner of a sheet would otherwise be seventeen thousand million.
const MOST_CELLS: usize = 20_000_000;

/// Whether the bytes begin as a ZIP archive, which a workbook is.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The first sheet: a line for each row, from the first, so that lines are row numbers.
///
/// # Errors
/// `E42` another archive, or a damaged workbook; `E44` more than [`MOST_CELLS`] cells; `E47` an empty sheet.
pub(super) fn first_sheet(file: &str, bytes: &[u8]) -> Result<String, Diagnostic> {
    if bytes.len() > super::LARGEST_FILE {
        return Err(too_large(file));
    }
    let damaged = |error: calamine::XlsxError| {
        Diagnostic::error("E42", format!("`{file}` cannot be read as a workbook: {error}"))
            .help("save it again from the spreadsheet program, as .xlsx or CSV")
    };
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    let names = workbook.sheet_names();
    let Some(name) = names.first() else { return Err(empty(file)) };
    let mut cells = workbook.worksheet_cells_reader(name).map_err(damaged)?;
    let mut text = String::new();
    let (mut row, mut column, mut passed) = (0_u32, 0_u32, 0_usize);
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let at = cell.get_position();
        // a sheet lists its cells in order; one that does not is damaged, and what stands before is kept
        if at < (row, column) {
            continue;
        }
        let lines = (at.0 - row) as usize;
        let tabs = if lines > 0 { at.1 } else { at.1 - column } as usize;
        passed += lines + tabs + 1;
        if passed > MOST_CELLS {
            return Err(too_large(file));
        }
        text.extend(std::iter::repeat_n('\n', lines));
        text.extend(std::iter::repeat_n('\t', tabs));
        (row, column) = at;
        write_cell(&mut text, cell.get_value());
    }
    if text.trim().is_empty() {
        return Err(empty(file));
    }
    text.push('\n');
    Ok(text)
}

fn write_cell(text: &mut String, value: &DataRef<'_>) {
    let before = text.len();
    let _ = match value {
        DataRef::Int(number) => write!(text, "{number}"),
        DataRef::Float(number) => write!(text, "{number}"),
        DataRef::Bool(is_true) => write!(text, "{is_true}"),
        DataRef::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            write!(text, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
        DataRef::Error(error) => write!(text, "{error}"),
        DataRef::Empty => Ok(()),
        other => {
            use calamine::DataType;
            write!(text, "{}", other.as_string().unwrap_or_default())
        }
    };
    // a tab or a line end inside a cell would make two of it
    if text[before..].contains(['\t', '\n', '\r', '"']) {
        let clean = text[before..].replace(['\t', '\n', '\r'], " ").replace('"', "'");
        text.truncate(before);
        text.push_str(&clean);
    }
}

fn too_large(file: &str) -> Diagnostic {
    Diagnostic::error(
        "E44",
        format!("the first sheet of `{file}` has more than {} million cells", MOST_CELLS / 1_000_000),
    )
    .help("save the table alone as CSV; a cell far outside of it makes a sheet large")
}

fn empty(file: &str) -> Diagnostic {
    Diagnostic::error("E47", format!("the first sheet of `{file}` is empty")).help("put the table on the first sheet")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::tests::{archive, with_sheet, workbook};

    #[test]
    fn a_workbook_is_read_with_its_rows_and_gaps() {
        let bytes = workbook(&[&["sample", "copies"], &[], &["S1", "", "0.5"], &["two\nlines", "1e9"]]);
        assert_eq!(first_sheet("a.xlsx", &bytes).unwrap(), "sample\tcopies\n\nS1\t\t0.5\ntwo lines\t1000000000\n");
    }

    #[test]
    fn what_is_no_workbook_is_named() {
        let code = |bytes: &[u8]| first_sheet("a.xlsx", bytes).unwrap_err().code;
        assert_eq!(code(b"PK\x03\x04 and nothing else"), "E42");
        let whole = workbook(&[&["a", "b"]]);
        assert_eq!(code(&whole[..whole.len() / 2]), "E42");
        assert_eq!(code(&archive(&[("a.txt", "text")])), "E42");
        assert_eq!(code(&workbook(&[])), "E47");
    }

    #[test]
    fn a_cell_at_the_far_corner_fills_no_memory() {
        let sheet = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>\
                     <row r=\"1\"><c r=\"A1\"><v>1</v></c></row>\
                     <row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData></worksheet>";
        let text = first_sheet("a.xlsx", &with_sheet(sheet)).unwrap();
        assert_eq!(text.len(), 1_048_575 + 16_383 + 3);
        let rows: String =
            (1..2000).map(|row| format!("<row r=\"{row}\"><c r=\"XFD{row}\"><v>1</v></c></row>")).collect();
        let wide = sheet.replace("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>", &rows);
        assert_eq!(first_sheet("a.xlsx", &with_sheet(&wide)).unwrap_err().code, "E44");
    }
}
