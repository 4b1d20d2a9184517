//! Tables as tab-separated text: one header row, exact numbers, no quoting.

use super::row::{Column, Kind, Row, Value};

/// The table as text. Tabs and line breaks inside a text become spaces.
pub(super) fn print<R: Row>(rows: &[R]) -> String {
    let header: Vec<String> = R::columns().into_iter().map(|column| column.name).collect();
    let mut out = header.join("\t") + "\n";
    for row in rows {
        let cells: Vec<String> = row.values().iter().map(print_value).collect();
        out += &cells.join("\t");
        out.push('\n');
    }
    out
}

/// The rows of a table as [`print`] writes it. Errors name the line.
pub(super) fn parse<R: Row>(table: &str) -> Result<Vec<R>, String> {
    let columns = R::columns();
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    if !header.iter().copied().eq(columns.iter().map(|column| column.name.as_str())) {
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        return Err(format!("line 1: the columns must be {}", names.join(", ")));
    }
    lines.enumerate().map(|(i, line)| parse_line(&columns, line).map_err(|e| format!("line {}: {e}", i + 2))).collect()
}

/// Shortest text that reads back as the same bits: `0.1`, `1e-9`, `NaN`.
pub(crate) fn exact(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-5..1e15).contains(&size) && size.is_finite() {
        format!("{number:e}")
    } else {
        number.to_string()
    }
}

fn print_value(value: &Value) -> String {
    match value {
        Value::Text(text) => text.replace(['\t', '\n', '\r'], " "),
        Value::Number(None) => String::new(),
        Value::Number(Some(number)) => exact(*number),
        Value::Whole(number) => number.to_string(),
    }
}

fn parse_line<R: Row>(columns: &[Column], line: &str) -> Result<R, String> {
    let cells: Vec<&str> = line.split('\t').collect();
    if cells.len() != columns.len() {
        return Err(format!("{} cells, expected {}", cells.len(), columns.len()));
    }
    let values: Result<Vec<Value>, String> = columns.iter().zip(cells).map(|(c, cell)| parse_value(c, cell)).collect();
    R::from_values(values?)
}

fn parse_value(column: &Column, cell: &str) -> Result<Value, String> {
    let wrong = |what: &str| format!("`{cell}` in column `{}` is not {what}", column.name);
    Ok(match column.kind {
        Kind::Text => Value::Text(cell.to_owned()),
        Kind::Number if cell.is_empty() => Value::Number(None),
        Kind::Number => Value::Number(Some(cell.parse().map_err(|_| wrong("a number"))?)),
        Kind::Whole => Value::Whole(cell.parse().map_err(|_| wrong("a whole number"))?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::{ClaimRow, DifferenceRow, Range3};

    fn difference(low: f64) -> DifferenceRow {
        DifferenceRow {
            arm: "a\tb\nc".into(),
            minus: String::new(),
            value: Range3 { low: Some(low), best: None, high: Some(f64::INFINITY) },
            unit: "points".into(),
        }
    }

    #[test]
    fn numbers_come_back_with_the_same_bits() {
        for number in [0.1, 1.0 / 3.0, 1e300, 5e-324, -0.0, 123456789.0, 1e15, 9.99e-6, f64::NEG_INFINITY] {
            let rows: Vec<DifferenceRow> = parse(&print(&[difference(number)])).unwrap();
            assert_eq!(rows[0].value.low.unwrap().to_bits(), number.to_bits(), "{number}");
        }
        let rows: Vec<DifferenceRow> = parse(&print(&[difference(f64::NAN)])).unwrap();
        assert!(rows[0].value.low.unwrap().is_nan());
    }

    #[test]
    fn a_tab_in_a_name_does_not_shift_the_columns() {
        let rows: Vec<DifferenceRow> = parse(&print(&[difference(1.0)])).unwrap();
        assert_eq!(rows[0].arm, "a b c");
        assert_eq!(rows[0].value.best, None);
    }

    #[test]
    fn a_damaged_table_is_an_error_with_its_line() {
        let text = print(&[difference(1.0)]).replace("points", "points\tmore");
        assert_eq!(parse::<DifferenceRow>(&text).unwrap_err(), "line 2: 7 cells, expected 6");
        assert!(parse::<ClaimRow>(&text).unwrap_err().starts_with("line 1: the columns must be side, link"));
    }
}
