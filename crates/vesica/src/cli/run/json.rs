//! What `run --json` prints.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json as object};

use crate::result::Outcome;

/// As one object.
pub fn json(outcome: &Outcome, out: &Path) -> Value {
    let arms: Vec<Value> = outcome
        .arms
        .iter()
        .map(|arm| {
            let mut measures: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
            for row in outcome.readings.iter().filter(|row| row.arm == arm.name) {
                let at = format!("{} h", row.at_h);
                let value = &row.value;
                measures.entry(&row.measure).or_default().push(object!({
                    "at": at, "low": value.low, "best": value.best, "high": value.high, "unit": row.unit
                }));
            }
            object!({ "name": arm.name, "measures": measures })
        })
        .collect();
    object!({
        "answer": outcome.answer,
        "arms": arms,
        "weakest": outcome.answer.weakest,
        "data": { "observed": outcome.observed, "agreement": outcome.agreement, "through": outcome.through },
        "warnings": outcome.answer.warnings,
        "out": out.display().to_string(),
    })
}
