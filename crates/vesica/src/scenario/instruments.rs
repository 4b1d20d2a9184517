//! `by = "NAME"` of a measure: whether that instrument reads this word in this sample, and the limit that it has there.

use vesica_model::Span;

use super::fields::{Reader, each_once};
use super::{Body, Reading, Sample, Sampled, Vesicle};
use crate::knowledge::{CELLS, CargoLookup, Instrument, Kind, Knowledge, MEDIUM, Number, TISSUE};
use crate::quantity::{Expected, Quantity};
use crate::units::Dimension;

/// Rows of `parameters.tsv`: `assay.NAME.share` of what was extracted goes into one reaction, `assay.FLUID.yield` of the copies of a
/// fluid are extracted.
const ASSAY: &str = "assay";

fn nowhere() -> Span {
    Span { file: String::new(), start: 0, end: 0 }
}

/// The row of an instrument for a word. One that reads something else is named.
pub(super) fn named<'k>(reader: &mut Reader<'k>, by: &str, word: Option<&str>, span: &Span) -> Option<&'k Instrument> {
    let knowledge = reader.knowledge;
    let rows = || knowledge.instruments.iter().filter(|row| !row.by.is_empty());
    let same = || rows().filter(|row| row.by.eq_ignore_ascii_case(by));
    let found = same().find(|row| word.is_none_or(|word| row.word == word));
    match (found, same().next(), word) {
        (None, None, _) => {
            let known: Vec<&str> = rows().map(|row| row.by.as_str()).collect();
            reader.unknown("E19", "instrument", by, span, &known);
        }
        (None, Some(row), Some(word)) => {
            let fits: Vec<&str> = rows().filter(|row| row.word == word).map(|row| row.by.as_str()).collect();
            let help = match fits.as_slice() {
                [] => "take `by` away; give noise and limit".to_owned(),
                fits => format!("one of: {}", each_once(fits.iter().copied()).join(", ")),
            };
            reader.problem("E33", format!("{} reads {}, not {word}", row.by, row.word), span, help);
        }
        _ => {}
    }
    found
}

/// Diameter of the smallest vesicle that an instrument sees, um; 0 when it does not say.
pub(super) fn smallest_seen(row: &Instrument) -> f64 {
    let read = Quantity::parse_as(&row.smallest, &Expected::of(Dimension::LENGTH), &nowhere());
    read.ok().and_then(|diameter| diameter.best).unwrap_or(0.0)
}

/// What lies in front of the instrument: a word of the column `samples`, or an organ.
fn sample_of<'a>(reading: &'a Reading, body: Option<&Body>) -> Option<&'a str> {
    match reading {
        Reading::Alive(_) | Reading::Dead(_) | Reading::Mode(..) | Reading::Symbol { .. } => {
            Some(if body.is_some() { TISSUE } else { CELLS })
        }
        Reading::Particles => Some(MEDIUM),
        Reading::Sample(sample) => Some(&sample.place),
        // what they look through has an instrument of its own
        Reading::Detected(_) | Reading::Smallest(_) => None,
    }
}

/// What is read, in words.
fn words(sample: &str, is_fluid: bool) -> String {
    match sample {
        CELLS => "cells of a culture".to_owned(),
        TISSUE => "cells of a body".to_owned(),
        MEDIUM => "medium of a culture".to_owned(),
        fluid if is_fluid => fluid.to_owned(),
        organ => format!("vesicles between the cells of {organ}"),
    }
}

/// The cargo whose copies are counted, and its kind.
fn counted<'a>(knowledge: &Knowledge, reading: &'a Reading, vesicles: &[Vesicle]) -> Option<(&'a str, Kind)> {
    let name = match reading {
        Reading::Symbol { argument, .. } => argument,
        Reading::Sample(sample) => match &sample.what {
            Sampled::Cargo(name) => name,
            Sampled::Particles | Sampled::Drug(_) => return None,
        },
        _ => return None,
    };
    let carried = vesicles.iter().flat_map(|vesicle| &vesicle.cargo).find(|cargo| cargo.name == *name);
    let kind = carried.map(|cargo| cargo.kind).or_else(|| match knowledge.cargo(name) {
        CargoLookup::Mirna(_) => Some(Kind::Mirna),
        CargoLookup::Molecule(found) => Some(found.kind),
        _ => None,
    });
    Some((name, kind?))
}

/// An instrument that cannot read what the measure puts into it is named, with those that can.
pub(super) fn check(
    reader: &mut Reader<'_>,
    row: &Instrument,
    reading: &Reading,
    vesicles: &[Vesicle],
    body: Option<&Body>,
    span: &Span,
) {
    let argument = match reading {
        Reading::Symbol { argument, .. } => argument.as_str(),
        _ => "*",
    };
    let reads_argument = |row: &Instrument| argument == "*" || row.argument == "*" || row.argument == argument;
    if !reads_argument(row) {
        let message = format!("{} reads {}({}), not {}({argument})", row.by, row.word, row.argument, row.word);
        reader.problem("E33", message, span, "take `by` away; give noise and limit");
        return;
    }
    if let Some((name, kind)) = counted(reader.knowledge, reading, vesicles)
        && !row.kinds.is_empty()
        && !row.kinds.contains(&kind)
    {
        let known: Vec<&str> = row.kinds.iter().map(|kind| kind.word()).collect();
        let message = format!("{} counts {}, and {name} is a {}", row.by, known.join(", "), kind.word());
        reader.problem(
            "E31",
            message,
            span,
            "name an instrument that reads it, or take `by` away; give noise and limit",
        );
        return;
    }
    let Some(sample) = sample_of(reading, body) else { return };
    let reads = |row: &Instrument| row.samples.iter().any(|known| known == sample);
    if reads(row) {
        return;
    }
    let knowledge = reader.knowledge;
    let is_fluid = |name: &str| knowledge.fluids.iter().any(|fluid| fluid.name == name);
    let others = knowledge.instruments.iter().filter(|other| !other.by.is_empty() && other.word == row.word);
    let fits: Vec<&str> =
        others.filter(|other| reads(other) && reads_argument(other)).map(|other| other.by.as_str()).collect();
    let help = match fits.as_slice() {
        [] => "no instrument reads it: take `by` away; give noise and limit".to_owned(),
        fits => format!("one of: {}; or take `by` away and give noise and limit", fits.join(", ")),
    };
    let known: Vec<String> = row.samples.iter().map(|known| words(known, is_fluid(known))).collect();
    let message = format!("{} reads {}, not {}", row.by, known.join(", "), words(sample, is_fluid(sample)));
    reader.problem("E31", message, span, help);
}

/// The limit of an instrument for a reading: as its row says, or what comes of it in a fluid. A cut-off in size is none.
pub(super) fn limit(
    reader: &Reader<'_>,
    row: &Instrument,
    reading: &Reading,
    expected: &Expected,
    vesicles: &[Vesicle],
    body: Option<&Body>,
) -> Option<f64> {
    if let Ok(own) = Quantity::parse_as(&row.limit, expected, &nowhere()) {
        return own.best;
    }
    match (reading, body) {
        // not of one arm over another
        (Reading::Sample(sample), Some(body)) if expected.dimensions.contains(&Dimension::CONCENTRATION) => {
            of_reaction(reader.knowledge, row, sample, body).or_else(|| of_mass(row, sample, vesicles))
        }
        _ => None,
    }
}

/// Copies in one reaction, as copies per volume of the fluid from which so much is taken, extracted and put into the reaction.
fn of_reaction(knowledge: &Knowledge, row: &Instrument, sample: &Sample, body: &Body) -> Option<f64> {
    let copies = Quantity::parse_as(&row.limit, &Expected::of(Dimension::AMOUNT), &nowhere()).ok()?.best?;
    let number = |id: &str| knowledge.number(id, "").and_then(Number::quantity).map(|quantity| quantity.middle());
    let assay = |name: &str, what: &str| {
        number(&format!("{ASSAY}.{name}.{what}")).or_else(|| number(&format!("{ASSAY}.{what}")))
    };
    let sampled = number(&format!("body.{}.{}.sampled", body.species, sample.place))?;
    Some(copies / (sampled * assay(&sample.place, "yield")? * assay(&row.by, "share")?))
}

/// Mass per volume, as molecules of the size that the scenario gives them.
fn of_mass(row: &Instrument, sample: &Sample, vesicles: &[Vesicle]) -> Option<f64> {
    let Sampled::Cargo(name) = &sample.what else { return None };
    let size = vesicles.iter().flat_map(|vesicle| &vesicle.cargo).find(|cargo| cargo.name == *name)?.size?;
    let expected = Expected::of(Dimension::MASS / Dimension::VOLUME);
    Some(Quantity::parse_as(&row.limit, &expected, &nowhere()).ok()?.best? / size.mass())
}
