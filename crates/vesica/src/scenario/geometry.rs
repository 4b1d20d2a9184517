//! What cannot be: cells that do not fit in the well, RNA that does not fit in the vesicle.

use std::collections::BTreeMap;

use vesica_model::Diagnostic;

use super::fields::Reader;
use super::read::count;
use super::{Arm, Cell, Layout, QuantityId, Scenario, Vesicle};
use crate::physics;
use crate::quantity::Quantity;

/// Cells that pile up in more layers than this do not fit. Between one layer and this: a warning, because cells
/// lie closer when they are many.
const MOST_LAYERS: f64 = 2.0;

/// Diameters of exosomes, um.
const EXOSOME: (f64, f64) = (0.030, 0.150);

/// Highest liquid that a well holds, um: wells of culture plates are less deep.
const DEEPEST: f64 = 20_000.0;

pub(super) fn check(reader: &mut Reader<'_>, scenario: &Scenario) {
    // The first arm in which cells do not fit says it; the others would repeat it.
    let empty: Option<&Arm> = None;
    for arm in std::iter::once(empty).chain(scenario.arms.iter().map(Some)) {
        if !cells_fit(reader, scenario, arm) {
            break;
        }
    }
    liquid_fits(reader, scenario);
    for vesicle in &scenario.vesicles {
        is_exosome(reader, scenario, vesicle);
        cargo_fits(reader, scenario, vesicle);
    }
}

/// No culture plate is as deep as the liquid would be high.
fn liquid_fits(reader: &mut Reader<'_>, scenario: &Scenario) {
    let volume = &scenario.quantities[scenario.place.volume.0];
    let height = physics::liquid_height(volume.quantity.ends().1, scenario.place.area);
    if height <= DEEPEST {
        return;
    }
    let message = format!(
        "{} would stand {} mm high in one well of {} cm²",
        volume.quantity,
        short(height / 1000.0),
        short(scenario.place.area / 1e8)
    );
    let found = Diagnostic::error("E27", message)
        .help(format!("a well holds at most {} mm: less volume, or a larger plate", DEEPEST / 1000.0));
    reader.problems.push(match &volume.span {
        Some(span) => found.at(span.clone()),
        None => found,
    });
}

/// Cells that lie on the same floor.
fn floors(scenario: &Scenario) -> Vec<Vec<&Cell>> {
    match scenario.place.layout {
        Layout::Mixed | Layout::Added => vec![scenario.cells.iter().collect()],
        Layout::Insert | Layout::Conditioned => scenario.cells.iter().map(|cell| vec![cell]).collect(),
    }
}

fn cells_fit(reader: &mut Reader<'_>, scenario: &Scenario, arm: Option<&Arm>) -> bool {
    let mut fits = true;
    for cells in floors(scenario) {
        let sizes: Vec<(f64, f64)> = cells
            .iter()
            .filter_map(|cell| {
                let number = scenario.quantity(cell.count, arm).ends().1;
                Some((number, reader.knowledge.number("geometry.diameter", &cell.is)?.quantity()?.middle()))
            })
            .collect();
        let n_cells: f64 = sizes.iter().map(|(number, _)| number).sum();
        let cover: f64 = sizes.iter().map(|(number, diameter)| physics::cover(*number, *diameter)).sum();
        let layers = cover / scenario.place.area;
        if layers > 1.0 {
            let most =
                cells.iter().max_by(|a, b| scenario.middle(a.count, arm).total_cmp(&scenario.middle(b.count, arm)));
            let id = most.map(|cell| cell.count);
            crowded(reader, scenario, n_cells, cover, sizes.first().map_or(0.0, |size| size.1), id, layers);
            fits = layers <= MOST_LAYERS;
        }
    }
    fits
}

fn crowded(
    reader: &mut Reader<'_>,
    scenario: &Scenario,
    n_cells: f64,
    cover: f64,
    diameter: f64,
    id: Option<QuantityId>,
    layers: f64,
) {
    let area = scenario.place.area;
    let well = match scenario.place.plate.as_str() {
        "" => "this well".to_owned(),
        plate => format!("one well of a {plate}-well plate"),
    };
    let size = format!(
        "at {} um across they cover {} cm²; the well has {} cm² ({} layers)",
        short(diameter),
        short(cover / 1e8),
        short(area / 1e8),
        short(layers)
    );
    let mut fewer = n_cells;
    while fewer * cover > n_cells * area {
        fewer /= 10.0;
    }
    let span = id.and_then(|id| scenario.quantities[id.0].span.clone());
    let (code, message, advice) = if layers > MOST_LAYERS {
        let advice = format!("Did you mean {} cells, or {}?", count(fewer.floor()), larger(reader, cover));
        ("E21", format!("{} cells do not fit in {well}", count(n_cells)), advice)
    } else {
        (
            "W24",
            format!("{} cells lie in more than one layer in {well}", count(n_cells)),
            "All are treated alike".to_owned(),
        )
    };
    let found = vesica_model::Diagnostic::error(code, message).help(format!("{size}. {advice}"));
    reader.problems.push(match span {
        Some(span) => found.at(span),
        None => found,
    });
}

/// The smallest plate of the knowledge base that would do.
fn larger(reader: &Reader<'_>, cover: f64) -> String {
    let nowhere = vesica_model::Span { file: String::new(), start: 0, end: 0 };
    let area = |text: &str| Quantity::parse(text, &crate::units::Dimension::AREA, &nowhere).ok()?.best;
    let plates = reader.knowledge.plates.iter().filter_map(|plate| Some((area(&plate.area)?, &plate.name)));
    match plates.filter(|(area, _)| *area >= cover).min_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, name)) => format!("a {name}-well plate"),
        None => "a larger dish (area = \"58 cm^2\")".to_owned(),
    }
}

fn is_exosome(reader: &mut Reader<'_>, scenario: &Scenario, vesicle: &Vesicle) {
    let named = &scenario.quantities[vesicle.size.0];
    let size = named.quantity.middle();
    if (EXOSOME.0..=EXOSOME.1).contains(&size) {
        return;
    }
    let (word, kind) =
        if size > EXOSOME.1 { ("larger", "a larger vesicle") } else { ("smaller", "a smaller particle") };
    let message = format!(
        "{} nm is not an exosome ({} to {} nm); simulated as {kind}, entering as exosomes do",
        short(size * 1e3),
        short(EXOSOME.0 * 1e3),
        short(EXOSOME.1 * 1e3)
    );
    let help = format!("a {word} vesicle may enter in other ways: give your own links.enter.clearance");
    warn(reader, "W23", message, named.span.clone(), help);
}

fn warn(
    reader: &mut Reader<'_>,
    code: &'static str,
    message: String,
    span: Option<vesica_model::Span>,
    help: impl Into<String>,
) {
    let found = vesica_model::Diagnostic::error(code, message).help(help);
    reader.problems.push(match span {
        Some(span) => found.at(span),
        None => found,
    });
}

/// The most copies that a vesicle must hold: the mean, or a rich vesicle.
fn cargo_fits(reader: &mut Reader<'_>, scenario: &Scenario, vesicle: &Vesicle) {
    let size = scenario.quantities[vesicle.size.0].quantity.middle();
    let inside = physics::inner_volume(size);
    let lengths: BTreeMap<&str, usize> =
        reader.knowledge.mirnas.iter().map(|mirna| (mirna.name.as_str(), mirna.sequence.len())).collect();
    for cargo in &vesicle.cargo {
        let Some(nucleotides) = lengths.get(cargo.name.as_str()).copied().filter(|length| *length > 0) else {
            continue;
        };
        for id in std::iter::once(cargo.copies).chain(cargo.rich) {
            let named = &scenario.quantities[id.0];
            let volume = |copies: f64| physics::rna_volume(copies, nucleotides as f64);
            let (middle, high) = (named.quantity.middle(), named.quantity.ends().1);
            let (code, copies) = if volume(middle) > inside {
                ("E22", middle)
            } else if volume(high) > inside {
                ("W25", high)
            } else {
                continue;
            };
            let message = format!(
                "a {} nm vesicle cannot hold {} copies of a {nucleotides}-nt RNA",
                short(size * 1e3),
                count(copies)
            );
            let help = format!(
                "its inside is about {} nm³; the RNA alone needs about {} nm³.",
                count(rounded(inside * 1e9)),
                count(rounded(volume(copies) * 1e9))
            );
            warn(reader, code, message, named.span.clone(), help);
        }
    }
}

/// Three digits: `15.7`, `0.32`, `49`.
fn short(number: f64) -> String {
    let text = format!("{:.*}", if number < 1.0 { 2 } else { usize::from(number < 20.0) }, number);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Three leading digits.
fn rounded(number: f64) -> f64 {
    format!("{number:.2e}").parse().unwrap_or(number)
}
