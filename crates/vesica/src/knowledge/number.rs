//! `parameters.tsv`: the numbers of mechanisms, cells and drugs, and each as a quantity.

use std::collections::BTreeSet;

use vesica_model::{Diagnostic, Span};

use super::table::{Row, split_list};
use super::tables::{link_name, status};
use crate::quantity::Quantity;
use crate::result::Status;
use crate::units::{self, Unit};

/// Columns that must be there.
pub(super) const COLUMNS: &[&str] =
    &["id", "cell", "link", "value", "unit", "low", "high", "condition", "status", "source", "note"];

/// The best value of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A best value.
    Known(f64),
    /// Only a range.
    Unknown,
    /// Two hypotheses: zero, or somewhere in the range.
    ZeroOrUnknown,
}

/// A row of `parameters.tsv`.
#[derive(Clone, Debug)]
pub struct Number {
    /// `module.constant`, `module.KEY.constant`, `drug.NAME.PORT.constant`, `state.NAME`, ...
    pub id: String,
    /// Cell type it holds for; empty for every one.
    pub cell: String,
    /// Link.
    pub link: &'static str,
    /// Best value, in `unit`.
    pub value: Value,
    /// Unit.
    pub unit: String,
    /// 5 % and 95 %, in `unit`; `None`: not varied.
    pub range: Option<(f64, f64)>,
    /// Organism, line, assay.
    pub condition: String,
    /// How well it is known.
    pub status: Status,
    /// Keys of `references.bib`.
    pub sources: Vec<String>,
    /// Remarks; must be there when assumed.
    pub note: String,
    /// Where the row stands.
    pub span: Span,
}

impl Number {
    /// Name of the number among all draws: its id, with the cell type it holds for.
    pub fn key(&self) -> String {
        if self.cell.is_empty() { self.id.clone() } else { format!("{}@{}", self.id, self.cell) }
    }

    /// Physical limits of a draw: a pure number whose range ends at 1 or below is a share and never passes 1.
    pub fn limits(&self) -> (f64, f64) {
        let is_share = matches!(self.unit.as_str(), "1" | "%") && self.quantity().is_some_and(|q| q.ends().1 <= 1.0);
        (f64::NEG_INFINITY, if is_share { 1.0 } else { f64::INFINITY })
    }

    /// The number inside units; `None` when its unit cannot be read (reported when the tables are read).
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// let number = knowledge.number("medium.cystine", "").expect("a number of the medium");
    /// assert!(number.quantity().is_some());
    /// ```
    pub fn quantity(&self) -> Option<Quantity> {
        let unit: Unit = units::parse(&self.unit).ok()?;
        let inside = |value: f64| unit.to_inside(value);
        let best = match self.value {
            Value::Known(value) => Some(inside(value)),
            Value::Unknown | Value::ZeroOrUnknown => None,
        };
        let mut quantity = Quantity {
            best,
            range: self.range.map(|(low, high)| (inside(low), inside(high))),
            or_zero: self.value == Value::ZeroOrUnknown,
            spread: None,
            source: Some(self.sources.join("; ")).filter(|keys| !keys.is_empty()),
            unit,
            text: String::new(),
        };
        quantity.text = quantity.to_string();
        Some(quantity)
    }
}

/// Reads the rows; what does not fit is reported, the rest of the row is kept.
pub(super) fn of_rows(rows: &[Row], problems: &mut Vec<Diagnostic>) -> Vec<Number> {
    let numbers: Vec<Number> = rows.iter().map(|row| number(row, problems)).collect();
    check_units(&numbers, problems);
    check_doubles(&numbers, problems);
    numbers
}

fn number(row: &Row, problems: &mut Vec<Diagnostic>) -> Number {
    let mut problem = |message: String, help: &str| {
        problems.push(Diagnostic::error("E71", message).at(row.span.clone()).help(help));
    };
    let id = row.get("id").to_owned();
    let mut parse = |column: &str| -> Option<f64> {
        let text = row.get(column);
        if text.is_empty() {
            return None;
        }
        let value = text.parse::<f64>().ok().filter(|value| value.is_finite());
        if value.is_none() {
            problem(
                format!("`{id}`: `{text}` in column `{column}` is not a number"),
                "write 0.5, 1e-3, or leave it empty",
            );
        }
        value
    };
    let (low, high) = (parse("low"), parse("high"));
    let value = match row.get("value") {
        "" | "unknown" => Value::Unknown,
        "0 or unknown" => Value::ZeroOrUnknown,
        _ => parse("value").map_or(Value::Unknown, Value::Known),
    };
    let range = low.zip(high);
    if range.is_none() && !matches!(value, Value::Known(_)) {
        problem(format!("`{id}` has neither a value nor a range"), "give `value`, or `low` and `high`");
    }
    if let Some((low, high)) = range
        && (low > high || matches!(value, Value::Known(best) if best < low || best > high))
    {
        problem(
            format!("`{id}`: the range {low}..{high} is upside down or does not hold the value"),
            "low <= value <= high",
        );
    }
    let link = link_name(row.get("link"));
    if link.is_empty() && !row.get("link").is_empty() {
        problem(
            format!("`{id}`: `{}` is not a link", row.get("link")),
            "make load release travel meet enter deliver act decide",
        );
    }
    let sources = split_list(row.get("source"));
    let status = status(row, &mut problem);
    let note = row.get("note").to_owned();
    match status {
        Status::Assumed if note.is_empty() => problem(
            format!("`{id}` is assumed and has no note"),
            "say in `note` where the number comes from and what it rests on",
        ),
        Status::Measured | Status::Inferred if sources.is_empty() => problem(
            format!("`{id}` is called {} and has no source", row.get("status")),
            "a number without a source is `assumed`",
        ),
        _ => {}
    }
    Number {
        id,
        cell: row.get("cell").to_owned(),
        link,
        value,
        unit: row.get("unit").to_owned(),
        range,
        condition: row.get("condition").to_owned(),
        status,
        sources,
        note,
        span: row.span.clone(),
    }
}

fn check_units(numbers: &[Number], problems: &mut Vec<Diagnostic>) {
    for number in numbers.iter().filter(|number| number.quantity().is_none()) {
        problems.push(
            Diagnostic::error("E71", format!("`{}`: the unit `{}` cannot be read", number.id, number.unit))
                .at(number.span.clone())
                .help("write units like 1/h, uM/h, 1/(M s), molecules, um^3"),
        );
    }
}

fn check_doubles(numbers: &[Number], problems: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    for number in numbers {
        if !seen.insert((&number.id, &number.cell)) {
            problems.push(
                Diagnostic::error("E71", format!("`{}` stands twice for the same cell type", number.id))
                    .at(number.span.clone())
                    .help("keep one row; put the other value into its range or note"),
            );
        }
    }
}
