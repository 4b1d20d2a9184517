//! `[place]`: a well or a body.

use std::collections::BTreeMap;

use vesica_model::Span;

use super::fields::{Fields, POSITIVE, Reader, as_table};
use super::tree::{Node, Table, Value};
use super::{Body, Place, PlaceKind, QuantityId, Well, body, well};
use crate::quantity::Expected;
use crate::units::Dimension;

/// Places of a later version.
const LATER: &str = "tissue";

/// Kinds of places, each with its own keys.
const KINDS: [(&str, &[&str]); 2] = [("well", &well::KEYS), ("body", &body::KEYS)];

impl Place {
    /// The well that it is, if it is one.
    pub fn well(&self) -> Option<&Well> {
        match &self.kind {
            PlaceKind::Well(well) => Some(well),
            PlaceKind::Body(_) => None,
        }
    }

    /// The body that it is, if it is one.
    pub fn body(&self) -> Option<&Body> {
        match &self.kind {
            PlaceKind::Body(body) => Some(body),
            PlaceKind::Well(_) => None,
        }
    }
}

pub(super) fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Place> {
    let example = "[place] with kind = \"well\", plate = \"96\", volume = \"100 uL\", layout = \"mixed\"";
    let node = fields.need(reader, "place", example)?;
    let table = as_table(reader, "`place`", node)?;
    let mut fields = Fields::new("[place]", table, &node.span);
    let kind = kind(reader, &mut fields)?;
    foreign_keys(reader, &mut fields, kind);
    let found = match kind {
        "body" => body::read(reader, &mut fields).map(PlaceKind::Body),
        _ => well::read(reader, &mut fields).map(PlaceKind::Well),
    };
    let temperature = temperature(reader, &mut fields);
    let (medium, notes) = medium(reader, &mut fields, found.as_ref());
    fields.finish(reader);
    reader.is_lost_body = kind == "body" && found.is_none();
    Some(Place { kind: found?, temperature: temperature?, medium, notes })
}

/// `well` when the file does not say.
fn kind(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<&'static str> {
    let Some((written, span)) = fields.text(reader, "kind") else { return Some(KINDS[0].0) };
    if written == LATER {
        let message = format!("a place of kind \"{written}\" is not simulated yet");
        let help = "use kind = \"well\" or \"body\"; cells, vesicles, drugs and measures stay as they are";
        reader.problem("E39", message, &span, help);
        return None;
    }
    let found = KINDS.iter().map(|(kind, _)| *kind).find(|kind| *kind == written);
    if found.is_none() {
        reader.unknown("E19", "kind of place", &written, &span, &KINDS.map(|(kind, _)| kind));
    }
    found
}

/// Keys that only another kind of place has.
fn foreign_keys(reader: &mut Reader<'_>, fields: &mut Fields<'_>, kind: &str) {
    for (other, keys) in KINDS.iter().filter(|(other, _)| *other != kind) {
        for key in keys.iter() {
            if let Some(entry) = fields.entry(key) {
                let message = format!("`{key}` belongs to a {other}, and this place is a {kind}");
                let help = format!("take the line away, or write kind = \"{other}\"");
                reader.problem("E28", message, &entry.key_span, help);
            }
        }
    }
}

/// Serum is kept as a note, so it has to be the one that changes nothing here: without vesicles of its own.
fn check_serum(reader: &mut Reader<'_>, text: &str, span: &Span) {
    let (share, rest) = text.split_once(',').map_or((text, ""), |(share, rest)| (share, rest.trim()));
    let percent = share.trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
    let is_share = percent.is_some_and(|percent| (0.0..=100.0).contains(&percent));
    if !(is_share && ["", DEPLETED].contains(&rest)) && text.trim() != "none" {
        let message = format!("`{text}` is no serum: a share of the medium, and whether its vesicles were taken out");
        reader.problem("E33", message, span, "serum = \"10 %, vesicle-depleted\", or serum = \"none\"");
    } else if percent.is_some_and(|percent| percent > 0.0) && rest != DEPLETED {
        let message =
            "vesicles of the serum are not simulated: they would be counted, compete for uptake, and bring cargo";
        let help = format!(
            "serum = \"{share}, {DEPLETED}\" if they were taken out; else subtract a blank from what is counted"
        );
        reader.problem("W38", message, span, &help);
    }
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
    if (temperature - CELLS_LIKE).abs() > NEAR {
        let message = "only diffusion follows the temperature: uptake, release and the cells go on as at 37 °C";
        let help =
            "for vesicles that only dock, block their uptake (enter.clearance of an arm); else temperature = \"37 °C\"";
        reader.problem("W38", message, &node.span, help);
    }
    Some(temperature)
}

/// The temperature that all rates of cells are for, and how far from it they are taken as they stand, K.
const CELLS_LIKE: f64 = 310.15;
const NEAR: f64 = 3.0;

/// What a serum is called whose vesicles were taken out.
const DEPLETED: &str = "vesicle-depleted";

/// Where water is liquid at one atmosphere, K.
const LIQUID: (f64, f64) = (273.15, 373.15);

/// Numbers of the medium (in a body, of the fluid around its cells) and words about it.
fn medium(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    kind: Option<&PlaceKind>,
) -> (BTreeMap<String, QuantityId>, Vec<String>) {
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
            None => {
                let general = format!("medium.{name}");
                let own = match kind {
                    Some(PlaceKind::Body(body)) => Some(format!("body.{}.{general}", body.species)),
                    _ => None,
                };
                let id = own.filter(|id| knowledge.number(id, "").is_some()).unwrap_or(general);
                reader.default(&id, "", path, expected, "travel", POSITIVE)
            }
        };
        medium.extend(id.map(|id| ((*name).to_owned(), id)));
    }
    let mut notes = Vec::new();
    for entry in table.entries.iter().filter(|entry| !names.contains(&entry.key.as_str())) {
        match (&entry.node, entry.key.as_str()) {
            (Node { value: Value::Text(text), span }, key @ ("serum" | "note")) => {
                if key == "serum" {
                    check_serum(reader, text, span);
                }
                notes.push(format!("{key}: {text}"));
            }
            _ => {
                let known: Vec<&str> = names.iter().copied().chain(["serum", "note"]).collect();
                reader.unknown("E30", "number of the medium called", &entry.key, &entry.key_span, &known);
            }
        }
    }
    (medium, notes)
}
