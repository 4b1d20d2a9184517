//! Measures of a body: what an instrument reads in a fluid, and from when on it sees a tumour there.

use std::collections::BTreeMap;

use vesica_model::Span;

use super::fields::{Fields, POSITIVE, Reader};
use super::{Arm, Body, Dosed, Measure, Place, Reading, Sample, Sampled, Vesicle};
use crate::knowledge::{BodyPlan, CargoLookup, TUMOUR};
use crate::quantity::Expected;
use crate::units::{self, Dimension};

/// Words that read a sample through another measure.
pub(super) const DETECTION: [&str; 2] = ["detected", "smallest"];

/// Words that read the cargo of vesicles in a fluid.
const CARGO: [&str; 3] = ["copies", "mrna", "protein"];

/// What the sample of a measure may be.
pub(super) struct Known<'a> {
    pub place: Option<&'a Place>,
    pub vesicles: &'a [Vesicle],
    pub arms: &'a [Arm],
}

/// What a measure of a body came to.
pub(super) enum Found {
    /// It is one.
    Sample(Reading),
    /// It would be one, and what is wrong with it was reported.
    Told,
    /// It is none.
    Other,
}

/// `particles(plasma)`, `copies(NAME, urine)`, `conc(DRUG, plasma)` in a body.
pub(super) fn read(reader: &mut Reader<'_>, word: &str, arguments: &[&str], span: &Span, known: &Known<'_>) -> Found {
    let name = match (word, arguments) {
        ("particles", [place]) => *place,
        (word, [_, place]) if CARGO.contains(&word) || word == "conc" => *place,
        _ => return Found::Other,
    };
    let Some(body) = known.place.and_then(Place::body) else {
        let is_told = reader.is_lost_body || refuse_in_well(reader, name, span);
        return if is_told { Found::Told } else { Found::Other };
    };
    let plan = &reader.knowledge.bodies[&body.species];
    let Some(place) = place_in(reader, body, plan, name) else {
        unknown_place(reader, body, plan, name, span);
        return Found::Told;
    };
    if plan.fluids.contains(&place) && !body.fluids.contains(&place) {
        let help = format!("add \"{place}\" to `fluids` in [place]");
        reader.problem("E29", format!("{place} is not among the fluids that are sampled"), span, help);
        return Found::Told;
    }
    let (what, unit) = match (word, arguments) {
        ("conc", [drug, _]) => (drug_given(reader, drug, span, known), "nM"),
        (_, [molecule, _]) => (cargo_sent(reader, molecule, span, known), "copies/mL"),
        _ => (Some(Sampled::Particles), "particles/mL"),
    };
    let Some(what) = what else { return Found::Told };
    let (word, unit) = (word.to_owned(), unit.to_owned());
    Found::Sample(Reading::Sample(Box::new(Sample {
        word,
        what,
        place,
        unit,
        healthy: None,
        varies: None,
        smallest: 0.0,
    })))
}

/// A fluid, an organ, or the tumour.
fn place_in(reader: &Reader<'_>, body: &Body, plan: &BodyPlan, name: &str) -> Option<String> {
    if name.eq_ignore_ascii_case(TUMOUR) {
        return body.tumour.as_ref().map(|_| TUMOUR.to_owned());
    }
    let fluid = reader.knowledge.fluid(name).filter(|fluid| plan.fluids.iter().any(|known| known == fluid));
    let site = || plan.sites().find(|site| site.eq_ignore_ascii_case(name)).map(|site| plan.place_of(site));
    fluid.or_else(site).map(str::to_owned)
}

fn unknown_place(reader: &mut Reader<'_>, body: &Body, plan: &BodyPlan, name: &str, span: &Span) {
    if name == "medium" {
        let help = format!("name a fluid: {}", body.fluids.join(", "));
        reader.problem("E28", "`medium` belongs to a well, and this place is a body", span, help);
        return;
    }
    if name.eq_ignore_ascii_case(TUMOUR) {
        let help = "add tumour = { at = \"stomach\", volume = \"0.1..10 cm^3\" } to [place]";
        reader.problem("E29", "there is no tumour in this body", span, help);
        return;
    }
    let known: Vec<&str> = plan.fluids.iter().map(String::as_str).chain(plan.sites()).collect();
    reader.unknown("E29", &format!("fluid or organ of a {}", plan.name), name, span, &known);
}

/// A fluid of a body in a well.
fn refuse_in_well(reader: &mut Reader<'_>, name: &str, span: &Span) -> bool {
    let is_fluid = reader.knowledge.fluid(name).is_some();
    if is_fluid {
        let message = format!("`{name}` belongs to a body, and this place is a well");
        reader.problem("E28", message, span, "a well has particles(medium); fluids belong to kind = \"body\"");
    }
    is_fluid
}

fn drug_given(reader: &mut Reader<'_>, name: &str, span: &Span, known: &Known<'_>) -> Option<Sampled> {
    let written = reader.knowledge.drug(name).map_or(name.to_owned(), |actions| actions[0].name.clone());
    let given = known.arms.iter().flat_map(|arm| &arm.doses).filter_map(|dose| match &dose.what {
        Dosed::Drug(drug) => Some(drug.as_str()),
        _ => None,
    });
    let given: Vec<&str> = given.collect();
    if given.contains(&written.as_str()) {
        return Some(Sampled::Drug(written));
    }
    if reader.lost_drugs.contains(name) {
        return None;
    }
    reader.unknown("E14", "drug that some arm gives called", name, span, &given);
    None
}

fn cargo_sent(reader: &mut Reader<'_>, name: &str, span: &Span, known: &Known<'_>) -> Option<Sampled> {
    let carried: Vec<&str> =
        known.vesicles.iter().flat_map(|vesicle| &vesicle.cargo).map(|cargo| cargo.name.as_str()).collect();
    let canonical = match reader.knowledge.cargo(name) {
        CargoLookup::Mirna(found) => found.name.clone(),
        CargoLookup::Molecule(found) => found.name,
        CargoLookup::Drug(found) => found,
        CargoLookup::Ambiguous(_) | CargoLookup::UnknownGene(_) | CargoLookup::Unknown(_) => name.to_owned(),
    };
    if let Some(found) = carried.iter().find(|carried| **carried == canonical || **carried == name) {
        return Some(Sampled::Cargo((*found).to_owned()));
    }
    if matches!(reader.knowledge.cargo(name), CargoLookup::Ambiguous(_)) {
        super::cargo::mirna(reader, name, span);
        return None;
    }
    reader.unknown("E18", "cargo of a vesicle called", name, span, &carried);
    None
}

/// `healthy` and `varies` of a measure: what healthy people have, and how it differs between them.
pub(super) fn persons(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    measure: &str,
    body: Option<&Body>,
    reading: Option<&mut Reading>,
) {
    let (own, spread) = match (body, &reading) {
        // what could not be read may be a sample
        (_, None) => (fields.get("healthy"), fields.get("varies")),
        (Some(_), Some(Reading::Sample(sample))) if !matches!(sample.what, Sampled::Drug(_)) => {
            (fields.get("healthy"), fields.get("varies"))
        }
        _ => (None, None),
    };
    let Some(Reading::Sample(sample)) = reading else { return };
    let (Some(body), false) = (body, matches!(sample.what, Sampled::Drug(_))) else { return };
    let dimension = units::parse(&sample.unit).map_or(Dimension::NONE, |unit| unit.dimension);
    let expected = Expected::of(dimension).named("what healthy people have");
    sample.healthy = own.and_then(|node| {
        let read = reader.quantity(node, &expected)?;
        Some(reader.add(format!("measure.{measure}.healthy"), read, expected, "travel", POSITIVE))
    });
    let expected = Expected::of(Dimension::NONE).named("a spread between healthy people").like(&["60 %"]);
    let path = format!("measure.{measure}.varies");
    let row = format!("body.{}.{}.between_persons", body.species, sample.place);
    sample.varies = match spread {
        Some(node) => {
            let read = reader.quantity(node, &expected);
            read.map(|read| reader.add(path, read, expected, "travel", POSITIVE))
        }
        None => reader.default(&row, "", path, expected, "travel", POSITIVE),
    };
}

/// Words that look through another measure need one that reads vesicles or cargo in a body, and a tumour.
pub(super) fn check(
    reader: &mut Reader<'_>,
    measures: &[Measure],
    spans: &BTreeMap<String, Span>,
    place: Option<&Place>,
) {
    let has_tumour = place.and_then(Place::body).is_some_and(|body| body.tumour.is_some());
    let is_fit = |measure: &&Measure| match &measure.reading {
        Reading::Sample(sample) => !matches!(sample.what, Sampled::Drug(_)),
        _ => false,
    };
    for measure in measures {
        let (Reading::Detected(of) | Reading::Smallest(of)) = &measure.reading else { continue };
        let Some(span) = spans.get(&measure.name).cloned() else { continue };
        if !has_tumour {
            if !reader.is_lost_body {
                let help = "it takes kind = \"body\" with tumour = { at = \"stomach\", volume = \"0.1..10 cm^3\" }";
                reader.problem("E29", format!("`{}` looks for a tumour that is not there", measure.reads), &span, help);
            }
        } else if !measures.iter().filter(is_fit).any(|known| known.name == *of) {
            let known: Vec<&str> = measures.iter().filter(is_fit).map(|known| known.name.as_str()).collect();
            reader.unknown("E19", "measure of vesicles or cargo in a fluid called", of, &span, &known);
        }
    }
}
