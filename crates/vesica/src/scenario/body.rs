//! `[place]` of kind `body`: which species, where a tumour grows, which fluids are sampled.

use super::fields::{Fields, POSITIVE, Reader, as_table};
use super::{Body, Tumour};
use crate::knowledge::BodyPlan;
use crate::quantity::Expected;
use crate::units::Dimension;

/// Keys that only a body has.
pub(super) const KEYS: [&str; 3] = ["species", "tumour", "fluids"];

pub(super) fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Body> {
    let plan = species(reader, fields);
    // what a body of an unknown species has is not known
    let tumour = match (fields.get("tumour"), plan) {
        (Some(node), Some(plan)) => Some(as_table(reader, "`tumour`", node).and_then(|table| {
            let mut fields = Fields::new("`tumour`", table, &node.span);
            let found = tumour(reader, &mut fields, plan);
            fields.finish(reader);
            found
        })),
        _ => None,
    };
    let fluids = fields.texts(reader, "fluids");
    let plan = plan?;
    let fluids = match fluids {
        None => plan.fluids.clone(),
        Some(names) => names.iter().filter_map(|(name, span)| known_fluid(reader, plan, name, span)).collect(),
    };
    let tumour = match tumour {
        None => None,
        Some(found) => Some(found?),
    };
    Some(Body { species: plan.id.clone(), tumour, fluids })
}

fn species<'k>(reader: &mut Reader<'k>, fields: &mut Fields<'_>) -> Option<&'k BodyPlan> {
    fields.need(reader, "species", "species = \"human\" (or \"mouse\")")?;
    let (name, span) = fields.text(reader, "species")?;
    let knowledge = reader.knowledge;
    let found = knowledge.body(&name);
    if found.is_none() {
        let known: Vec<&str> = knowledge.bodies.keys().map(String::as_str).collect();
        reader.unknown("E29", "species", &name, &span, &known);
    }
    found
}

/// A fluid of a body by its name or an alias, as the knowledge base calls it.
fn known_fluid(reader: &mut Reader<'_>, plan: &BodyPlan, name: &str, span: &vesica_model::Span) -> Option<String> {
    let found = reader.knowledge.fluid(name).filter(|fluid| plan.fluids.iter().any(|known| known == fluid));
    if found.is_none() {
        let known: Vec<&str> = plan.fluids.iter().map(String::as_str).collect();
        reader.unknown("E29", &format!("fluid of a {}", plan.name), name, span, &known);
    }
    found.map(str::to_owned)
}

fn tumour(reader: &mut Reader<'_>, fields: &mut Fields<'_>, plan: &BodyPlan) -> Option<Tumour> {
    fields.need(reader, "at", "at = \"stomach\", the organ in which it grows");
    let at = fields.text(reader, "at").and_then(|(name, span)| known_site(reader, plan, &name, &span));
    let expected = Expected::of(Dimension::VOLUME).named("the volume of a tumour").like(&["0.1..10 cm^3"]);
    let node = fields.need(reader, "volume", "volume = \"0.1..10 cm^3\"")?;
    let read = reader.quantity(node, &expected)?;
    let volume = reader.add("place.tumour.volume".to_owned(), read, expected, "", POSITIVE);
    Some(Tumour { at: at?, volume })
}

/// An organ, a part of one, or a fluid.
pub(super) fn known_site(
    reader: &mut Reader<'_>,
    plan: &BodyPlan,
    name: &str,
    span: &vesica_model::Span,
) -> Option<String> {
    let found = plan.sites().find(|site| site.eq_ignore_ascii_case(name));
    if found.is_none() {
        let known: Vec<&str> = plan.sites().collect();
        reader.unknown("E29", &format!("organ of a {}", plan.name), name, span, &known);
    }
    found.map(str::to_owned)
}
