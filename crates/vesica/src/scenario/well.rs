//! `[place]` of kind `well`.

use super::fields::{ABOVE_ZERO, Fields, POSITIVE, Reader};
use super::tree::Value;
use super::{Layout, QuantityId, Well};
use crate::quantity::{Expected, Quantity};
use crate::units::Dimension;

/// Keys that only a well has.
pub(super) const KEYS: [&str; 5] = ["plate", "area", "volume", "layout", "conditioned"];

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

pub(super) fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Well> {
    let (plate, area) = plate(reader, fields);
    let volume = volume(reader, fields, &plate);
    let layout = layout(reader, fields);
    let conditioned = fields.get("conditioned").and_then(|node| {
        let expected = Expected::of(Dimension::TIME).named("a time");
        let read = reader.quantity(node, &expected)?;
        Some(reader.add("place.conditioned".to_owned(), read, expected, "", ABOVE_ZERO))
    });
    if layout == Some(Layout::Conditioned) && conditioned.is_none() {
        let help = "add conditioned = \"48 h\": how long the senders lived in the medium";
        reader.problem("E32", "`conditioned` is missing in [place]", fields.span(), help);
    }
    Some(Well { plate, area: area?, volume: volume?, layout: layout?, conditioned })
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
