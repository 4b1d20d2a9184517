//! Rows as columns: what the tables of a result folder have in common, whatever their file format.

use super::{
    AgreementRow, ArmRow, CellRow, ClaimRow, CurvePoint, DetectionRow, DifferenceRow, DoseRow, EvidenceRow, FateRow,
    LedgerRow, ObservedRow, PlaceRow, Range3, SampleRow, Status, ThroughRow, TippingRow, WorldRow,
};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Whole,
}

/// A column: its name and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub name: String,
    pub kind: Kind,
}

/// One cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    /// `None` = not defined.
    Number(Option<f64>),
    Whole(i64),
}

/// A row type with fixed columns.
pub(super) trait Row: Sized {
    /// Columns in the order of the fields.
    fn columns() -> Vec<Column>;
    /// One value per column.
    fn values(&self) -> Vec<Value>;
    /// The row again; the error says what could not be read.
    fn from_values(values: Vec<Value>) -> Result<Self, String>;
}

/// A field that takes one or more columns.
trait Field: Sized {
    fn columns(name: &str) -> Vec<Column>;
    fn put(&self, values: &mut Vec<Value>);
    fn take(values: &mut std::vec::IntoIter<Value>) -> Result<Self, String>;
}

macro_rules! rows {
    ($($row:ident { $($field:ident),+ $(,)? })+) => {$(
        impl Row for $row {
            fn columns() -> Vec<Column> {
                fn of<Owner, F: Field>(_: fn(&Owner) -> &F, name: &str) -> Vec<Column> {
                    F::columns(name)
                }
                let mut columns = Vec::new();
                $(columns.extend(of(|row: &$row| &row.$field, stringify!($field)));)+
                columns
            }
            fn values(&self) -> Vec<Value> {
                let mut values = Vec::new();
                $(self.$field.put(&mut values);)+
                values
            }
            fn from_values(values: Vec<Value>) -> Result<Self, String> {
                let mut values = values.into_iter();
                Ok($row { $($field: Field::take(&mut values)?),+ })
            }
        }
    )+};
}

rows! {
    LedgerRow { arm, vesicle, cargo, target, link, counted, amount, unit, lost, status, source }
    ArmRow { arm, measure, reads, at_h, value, unit, limit }
    CurvePoint { arm, cell, symbol, label, link, unit, time_h, value }
    CellRow { world, hypothesis, arm, cell, number, fate, died_h, opened, copies }
    TippingRow { cell, kind, along, x, x_unit, shows, y, y_unit, unstable, arm, world, note }
    FateRow { arm, cell, fate, share, mean }
    WorldRow { world, hypothesis, can_answer, holds, difference, copies, protein }
    DifferenceRow { arm, minus, value, unit }
    PlaceRow { arm, place, group, whose, value, volume, x, y }
    SampleRow { arm, measure, place, whose, time_h, value, unit, limit }
    DoseRow { arm, what, route, amount, place, value, unit }
    DetectionRow { arm, measure, place, by, what, at, value, unit }
    ObservedRow { measure, arm, at_h, observed, unit, replicate, file, line }
    AgreementRow { measure, arm, at_h, n, observed, deviation, value, unit, through }
    ThroughRow {
        measure, hypothesis, file, sha256, n_groups, n_not_judged, n_worlds, n_through, worlds, n_able, n_hold,
    }
    EvidenceRow { id, link, value, low, high, unit, status, source, condition, note, varied }
    ClaimRow { side, link, claim, evidence, source }
}

fn one(name: &str, kind: Kind) -> Vec<Column> {
    vec![Column { name: name.to_owned(), kind }]
}

fn text(values: &mut std::vec::IntoIter<Value>) -> Result<String, String> {
    match values.next() {
        Some(Value::Text(text)) => Ok(text),
        other => Err(format!("expected text, found {other:?}")),
    }
}

impl Field for String {
    fn columns(name: &str) -> Vec<Column> {
        one(name, Kind::Text)
    }
    fn put(&self, values: &mut Vec<Value>) {
        values.push(Value::Text(self.clone()));
    }
    fn take(values: &mut std::vec::IntoIter<Value>) -> Result<Self, String> {
        text(values)
    }
}

impl Field for Option<f64> {
    fn columns(name: &str) -> Vec<Column> {
        one(name, Kind::Number)
    }
    fn put(&self, values: &mut Vec<Value>) {
        values.push(Value::Number(*self));
    }
    fn take(values: &mut std::vec::IntoIter<Value>) -> Result<Self, String> {
        match values.next() {
            Some(Value::Number(number)) => Ok(number),
            other => Err(format!("expected a number, found {other:?}")),
        }
    }
}

impl Field for f64 {
    fn columns(name: &str) -> Vec<Column> {
        one(name, Kind::Number)
    }
    fn put(&self, values: &mut Vec<Value>) {
        values.push(Value::Number(Some(*self)));
    }
    fn take(values: &mut std::vec::IntoIter<Value>) -> Result<Self, String> {
        Ok(<Option<f64> as Field>::take(values)?.unwrap_or(f64::NAN))
    }
}

impl Field for u32 {
    fn columns(name: &str) -> Vec<Column> {
        one(name, Kind::Whole)
    }
    fn put(&self, values: &mut Vec<Value>) {
        values.push(Value::Whole(i64::from(*self)));
    }
    fn take(values: &mut std::vec::IntoIter<Value>) -> Result<Self, String> {
        match values.next() {
            Some(Value::Whole(number)) => u32::try_from(number).map_err(|error| format!("{number}: {error}")),
            other => Err(format!("expected a whole number, found {other:?}")),
        }
    }
}

impl Field for bool {
    fn columns(name: &str) -> Vec<Column> {
        one(name, Kind::Text)
    }
    fn put(&self, values: &mut Vec<Value>) {
        values.push(Value::Text(if *self { "yes" } else { "no" }.to_owned()));
    }
    fn take(values: &mut std::vec::IntoIter<Value>) -> Result<Self, String> {
        match text(values)?.as_str() {
            "yes" => Ok(true),
            "no" => Ok(false),
            other => Err(format!("expected `yes` or `no`, found `{other}`")),
        }
    }
}

impl Field for Status {
    fn columns(name: &str) -> Vec<Column> {
        one(name, Kind::Text)
    }
    fn put(&self, values: &mut Vec<Value>) {
        values.push(Value::Text(self.word().to_owned()));
    }
    fn take(values: &mut std::vec::IntoIter<Value>) -> Result<Self, String> {
        let word = text(values)?;
        [Status::Measured, Status::Inferred, Status::Assumed]
            .into_iter()
            .find(|status| status.word() == word)
            .ok_or_else(|| format!("`{word}` is not a status (measured, inferred, assumed)"))
    }
}

impl Field for Range3 {
    fn columns(_: &str) -> Vec<Column> {
        ["low", "best", "high"].into_iter().flat_map(|name| one(name, Kind::Number)).collect()
    }
    fn put(&self, values: &mut Vec<Value>) {
        values.extend([self.low, self.best, self.high].map(Value::Number));
    }
    fn take(values: &mut std::vec::IntoIter<Value>) -> Result<Self, String> {
        let mut next = || <Option<f64> as Field>::take(values);
        Ok(Range3 { low: next()?, best: next()?, high: next()? })
    }
}
