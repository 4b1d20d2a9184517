//! `data` of a measure: a file of the lab, or, in a lock file, what was read from it.

use std::collections::BTreeMap;

use super::fields::{Fields, Reader, as_table};
use super::tree::{Node, Value};
use super::{MeasureData, Observed};
use crate::quantity::Expected;
use crate::units::Dimension;

/// Reads `data = "plate.csv"` or `data = { file = "plate.csv", .. }`. `expected`: what a value of the measure is.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, expected: &Expected) -> Option<MeasureData> {
    let plain = |file: &str| MeasureData {
        file: file.to_owned(),
        map: None,
        dead: None,
        kind: None,
        decimal: None,
        units: BTreeMap::new(),
        arms: BTreeMap::new(),
        cells: None,
        after: 0.0,
        at: None,
        dilution: None,
        scale: None,
        reporter: None,
        spike: None,
        hashes: BTreeMap::new(),
        span: node.span.clone(),
        points: Vec::new(),
    };
    if let Value::Text(file) = &node.value {
        return Some(plain(file));
    }
    let table = as_table(reader, "`data`", node)?;
    let mut fields = Fields::new("`data`", table, &node.span);
    fields.need(reader, "file", "file = \"plate.csv\"");
    let file = fields.text(reader, "file").map(|(text, _)| text);
    let mut text = |reader: &mut Reader<'_>, key: &str| fields.text(reader, key).map(|(text, _)| text);
    let (map, dead, kind) = (text(reader, "map"), text(reader, "dead"), text(reader, "as"));
    let (decimal, cells, spike) = (text(reader, "decimal"), text(reader, "cells"), text(reader, "spike"));
    let (scale, reporter) = (text(reader, "scale"), text(reader, "reporter"));
    let units = words(reader, &mut fields, "units");
    let arms = words(reader, &mut fields, "arms");
    let dilution = fields.get("dilution");
    let dilution_expected = Expected::of(Dimension::NONE).named("a dilution").like(&["200"]);
    let dilution = dilution.and_then(|node| reader.exact(node, &dilution_expected)).filter(|dilution| *dilution > 0.0);
    let hashes = words(reader, &mut fields, "sha256");
    let after = fields.get("after");
    let after = after.and_then(|node| reader.exact(node, &Expected::of(Dimension::TIME).named("a time")));
    let at = fields.get("at").and_then(|node| reader.time(node, "a sample"));
    let points = fields.get("points");
    fields.finish(reader);
    let points = points.map_or_else(Vec::new, |node| points_of(reader, node, expected));
    for (what, word, known) in [
        ("decimal sign", &decimal, ["point", "comma"]),
        ("scale", &scale, ["log2", "linear"]),
        ("reporter", &reporter, ["firefly", "renilla"]),
    ] {
        if let Some(word) = word.as_deref().filter(|word| !known.contains(word)) {
            let help = format!("write {} or {}", known[0], known[1]);
            reader.problem("E38", format!("`{word}` is no {what}"), &node.span, help);
        }
    }
    Some(MeasureData {
        map,
        dead,
        kind,
        decimal,
        units,
        arms,
        cells,
        after: after.unwrap_or(0.0),
        at,
        dilution,
        scale,
        reporter,
        spike,
        hashes,
        points,
        ..plain(&file?)
    })
}

/// A table of texts.
fn words(reader: &mut Reader<'_>, fields: &mut Fields<'_>, key: &str) -> BTreeMap<String, String> {
    let Some((table, _)) = fields.table(reader, key) else { return BTreeMap::new() };
    let mut found = BTreeMap::new();
    for entry in &table.entries {
        match &entry.node.value {
            Value::Text(text) => {
                found.insert(entry.key.clone(), text.clone());
            }
            other => {
                let message = format!("`{key}` takes texts, not {}", other.kind());
                reader.problem("E33", message, &entry.node.span, format!("{key} = {{ NAME = \"...\" }}"));
            }
        }
    }
    found
}

/// `points` of a lock file.
fn points_of(reader: &mut Reader<'_>, node: &Node, expected: &Expected) -> Vec<Observed> {
    let Value::List(items) = &node.value else {
        reader.problem(
            "E33",
            "`points` is a list",
            &node.span,
            "points = [{ arm = \"..\", at = \"72 h\", value = \"41 %\" }]",
        );
        return Vec::new();
    };
    items.iter().filter_map(|item| point(reader, item, expected)).collect()
}

fn point(reader: &mut Reader<'_>, node: &Node, expected: &Expected) -> Option<Observed> {
    let table = as_table(reader, "a point", node)?;
    let mut fields = Fields::new("this point", table, &node.span);
    fields.need(reader, "arm", "arm = \"untreated\"");
    let arm = fields.text(reader, "arm").map(|(text, _)| text);
    let at = fields.need(reader, "at", "at = \"72 h\"").and_then(|node| reader.time(node, "a point"));
    let value = fields.need(reader, "value", "value = \"41 %\"").and_then(|node| reader.exact(node, expected));
    let replicate = fields.text(reader, "replicate").map(|(text, _)| text).unwrap_or_default();
    let line = match fields.get("line").map(|node| &node.value) {
        Some(Value::Number(text)) => text.replace('_', "").parse().unwrap_or(0),
        _ => 0,
    };
    fields.finish(reader);
    Some(Observed { arm: arm?, at: at?, value: value?, replicate, line })
}
