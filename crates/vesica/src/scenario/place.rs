//! `[place]`: a well.

use std::collections::BTreeMap;

use super::fields::{ABOVE_ZERO, Fields, POSITIVE, Reader, as_table};
use super::tree::{Node, Table, Value};
use super::{Layout, Place, QuantityId};
use crate::quantity::{Expected, Quantity};
use crate::units::Dimension;

/// Words of `layout`, each with what it means.
const LAYOUTS: [(&str, Layout); 4] = [
    ("mixed", Layout::Mixed),
    ("insert", Layout::Insert),
    ("conditioned medium", Layout::Conditioned),
    ("added", Layout::Added),
];

impl Layout {
    /// The word of the file.
    pub fn word(self) -> &'static str {
        LAYOUTS.iter().find(|(_, layout)| *layout == self).map_or("", |(word, _)| word)
    }
}

/// Places of a later version, each with the issue that a user would ask for.
const LATER: [&str; 2] = ["tissue", "body"];

pub(super) fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Place> {
    let example = "[place] with kind = \"well\", plate = \"96\", volume = \"100 uL\", layout = \"mixed\"";
    let node = fields.need(reader, "place", example)?;
    let table = as_table(reader, "`place`", node)?;
    let mut fields = Fields::new("[place]", table, &node.span);
    if !is_well(reader, &mut fields) {
        return None;
    }
    let (plate, area) = plate(reader, &mut fields);
    let volume = volume(reader, &mut fields, &plate);
    let layout = layout(reader, &mut fields);
    let temperature = temperature(reader, &mut fields);
    let (medium, notes) = medium(reader, &mut fields);
    let conditioned = fields.get("conditioned").and_then(|node| {
        let expected = Expected::of(Dimension::TIME).named("a time");
        let read = reader.quantity(node, &expected)?;
        Some(reader.add("place.conditioned".to_owned(), read, expected, "", ABOVE_ZERO))
    });
    if layout == Some(Layout::Conditioned) && conditioned.is_none() {
        let help = "add conditioned = \"48 h\": how long the senders lived in the medium";
        reader.problem("E32", "`conditioned` is missing in [place]", fields.span(), help);
    }
    fields.finish(reader);
    Some(Place {
        plate,
        area: area?,
        volume: volume?,
        layout: layout?,
        temperature: temperature?,
        medium,
        notes,
        conditioned,
    })
}

fn is_well(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> bool {
    match fields.text(reader, "kind") {
        Some((kind, span)) if LATER.contains(&kind.as_str()) => {
            let message = format!("a place of kind \"{kind}\" is not simulated yet");
            reader.problem(
                "E39",
                message,
                &span,
                "use kind = \"well\"; cells, vesicles, drugs and measures stay as they are",
            );
            false
        }
        Some((kind, span)) if kind != "well" => {
            reader.unknown("E19", "kind of place", &kind, &span, &["well"]);
            false
        }
        _ => true,
    }
}

/// Name of the plate and area of a well, um².
fn plate(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> (String, Option<f64>) {
    let expected = Expected::of(Dimension::AREA).named("the area of a well");
    let own_area = fields.get("area").map(|node| reader.exact(node, &expected));
    let Some(node) = fields.get("plate") else {
        if own_area.is_none() {
            let help = "add plate = \"96\", or area = \"0.32 cm^2\"";
            reader.problem("E32", "`plate` is missing in [place]", fields.span(), help);
        }
        return (String::new(), own_area.flatten());
    };
    let (Value::Text(name) | Value::Number(name)) = &node.value else {
        reader.problem("E33", format!("`plate` is a name, not {}", node.value.kind()), &node.span, "plate = \"96\"");
        return (String::new(), None);
    };
    let knowledge = reader.knowledge;
    let Some(plate) = knowledge.plate(name) else {
        let known: Vec<&str> = knowledge.plates.iter().map(|plate| plate.name.as_str()).collect();
        reader.unknown("E16", "plate", name, &node.span, &known);
        return (name.clone(), None);
    };
    let area = own_area.unwrap_or_else(|| {
        Quantity::parse_as(&plate.area, &expected, &node.span)
            .map_err(|problem| reader.problems.push(problem))
            .ok()?
            .best
    });
    if area == Some(0.0) {
        reader.problem("E20", "a well without area holds no cells", fields.span(), "area = \"0.32 cm^2\"");
        return (plate.name.clone(), None);
    }
    (plate.name.clone(), area)
}

fn volume(reader: &mut Reader<'_>, fields: &mut Fields<'_>, plate: &str) -> Option<QuantityId> {
    let expected = Expected::of(Dimension::VOLUME).named("a volume").like(&["100 uL"]);
    let path = "place.volume".to_owned();
    if let Some(node) = fields.get("volume") {
        let read = reader.quantity(node, &expected)?;
        return Some(reader.add(path, read, expected, "", ABOVE_ZERO));
    }
    let knowledge = reader.knowledge;
    let usual = knowledge.plate(plate).filter(|plate| !plate.volume.is_empty());
    let Some(usual) = usual else {
        reader.problem("E32", "`volume` is missing in [place]", fields.span(), "add volume = \"100 uL\"");
        return None;
    };
    match Quantity::parse_as(&usual.volume, &expected, fields.span()) {
        Ok(quantity) => {
            let quantity = quantity.with_source(usual.sources.join("; "));
            Some(reader.add_default(path, quantity, expected, "", POSITIVE))
        }
        Err(problem) => {
            reader.problems.push(problem);
            None
        }
    }
}

fn layout(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Layout> {
    let words: Vec<&str> = LAYOUTS.iter().map(|(word, _)| *word).collect();
    fields.need(reader, "layout", "layout = \"mixed\" (or \"insert\", \"conditioned medium\", \"added\")")?;
    let (word, span) = fields.text(reader, "layout")?;
    let found = LAYOUTS.iter().find(|(known, _)| *known == word).map(|(_, layout)| *layout);
    if found.is_none() {
        reader.unknown("E19", "layout", &word, &span, &words);
    }
    found
}

/// K; the default is a row of the knowledge base.
fn temperature(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<f64> {
    let expected = Expected::of(Dimension::TEMPERATURE).named("a temperature").signed();
    let Some(node) = fields.get("temperature") else {
        let number = reader.knowledge.number("place.temperature", "").and_then(|number| number.quantity());
        if number.is_none() {
            reader.problem("E32", "`temperature` is missing in [place]", fields.span(), "add temperature = \"37 °C\"");
        }
        return number.map(|quantity| quantity.middle());
    };
    let temperature = reader.exact(node, &expected)?;
    if !(LIQUID.0..=LIQUID.1).contains(&temperature) {
        reader.problem("E20", "medium is liquid between 0 and 100 °C only", &node.span, "temperature = \"37 °C\"");
        return None;
    }
    Some(temperature)
}

/// Where water is liquid at one atmosphere, K.
const LIQUID: (f64, f64) = (273.15, 373.15);

/// Numbers of the medium and words about it.
fn medium(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> (BTreeMap<String, QuantityId>, Vec<String>) {
    let empty = Table::default();
    let table = fields.table(reader, "medium").map_or(&empty, |(table, _)| table);
    let knowledge = reader.knowledge;
    // Constants of the mechanism `medium` have ids of the same form; those are set in [links].
    let constants: Vec<String> = knowledge.library.open_constants("medium").into_iter().map(|(name, _)| name).collect();
    let ids = knowledge.numbers.iter().filter_map(|number| number.id.strip_prefix("medium."));
    let names: Vec<&str> = ids.filter(|name| !constants.iter().any(|constant| constant == name)).collect();
    let mut medium = BTreeMap::new();
    for name in &names {
        let path = format!("place.medium.{name}");
        let unit = knowledge.number(&format!("medium.{name}"), "").and_then(|number| number.quantity());
        let Some(unit) = unit.map(|quantity| quantity.unit) else { continue };
        let expected = Expected::of(unit.dimension).named(format!("{name} of the medium"));
        let id = match table.get(name) {
            Some(entry) => {
                reader.quantity(&entry.node, &expected).map(|read| reader.add(path, read, expected, "travel", POSITIVE))
            }
            None => reader.default(&format!("medium.{name}"), "", path, expected, "travel", POSITIVE),
        };
        medium.extend(id.map(|id| ((*name).to_owned(), id)));
    }
    let mut notes = Vec::new();
    for entry in table.entries.iter().filter(|entry| !names.contains(&entry.key.as_str())) {
        match (&entry.node, entry.key.as_str()) {
            (Node { value: Value::Text(text), .. }, "serum" | "note") => notes.push(format!("{}: {text}", entry.key)),
            _ => {
                let known: Vec<&str> = names.iter().copied().chain(["serum", "note"]).collect();
                reader.unknown("E30", "number of the medium called", &entry.key, &entry.key_span, &known);
            }
        }
    }
    (medium, notes)
}
