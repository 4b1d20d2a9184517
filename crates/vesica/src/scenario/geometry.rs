//! What cannot be: cells, or liquid, that do not fit in the well.

use vesica_model::Diagnostic;

use super::fields::Reader;
use super::read::count;
use super::{Arm, Cell, Layout, QuantityId, Scenario, Well};
use crate::physics;
use crate::quantity::Quantity;

/// Cells that pile up in more layers than this do not fit. Between one layer and this: a warning, because cells
/// lie closer when they are many.
const MOST_LAYERS: f64 = 2.0;

/// Highest liquid that a well holds, um: wells of culture plates are less deep.
const DEEPEST: f64 = 20_000.0;

pub(super) fn check(reader: &mut Reader<'_>, scenario: &Scenario) {
    // The first arm in which cells do not fit says it; the others would repeat it.
    if let Some(well) = scenario.place.well() {
        let empty: Option<&Arm> = None;
        for arm in std::iter::once(empty).chain(scenario.arms.iter().map(Some)) {
            if !cells_fit(reader, scenario, well, arm) {
                break;
            }
        }
        liquid_fits(reader, scenario, well);
    }
}

/// No culture plate is as deep as the liquid would be high.
fn liquid_fits(reader: &mut Reader<'_>, scenario: &Scenario, well: &Well) {
    let volume = &scenario.quantities[well.volume.0];
    let height = physics::liquid_height(volume.quantity.ends().1, well.area);
    if height <= DEEPEST {
        return;
    }
    let message = format!(
        "{} would stand {} mm high in one well of {} cm²",
        volume.quantity,
        short(height / 1000.0),
        short(well.area / 1e8)
    );
    let found = Diagnostic::error("E27", message)
        .help(format!("a well holds at most {} mm: less volume, or a larger plate", DEEPEST / 1000.0));
    reader.problems.push(match &volume.span {
        Some(span) => found.at(span.clone()),
        None => found,
    });
}

/// Cells that lie on the same floor.
fn floors<'a>(scenario: &'a Scenario, well: &Well) -> Vec<Vec<&'a Cell>> {
    match well.layout {
        Layout::Mixed | Layout::Added => vec![scenario.cells.iter().collect()],
        Layout::Insert | Layout::Conditioned => scenario.cells.iter().map(|cell| vec![cell]).collect(),
    }
}

fn cells_fit(reader: &mut Reader<'_>, scenario: &Scenario, well: &Well, arm: Option<&Arm>) -> bool {
    let mut fits = true;
    for cells in floors(scenario, well) {
        let sizes: Vec<(f64, f64)> = cells
            .iter()
            .filter_map(|cell| {
                let number = scenario.quantity(cell.count, arm).ends().1;
                Some((number, reader.knowledge.number("geometry.diameter", &cell.is)?.quantity()?.middle()))
            })
            .collect();
        let n_cells: f64 = sizes.iter().map(|(number, _)| number).sum();
        let cover: f64 = sizes.iter().map(|(number, diameter)| physics::cover(*number, *diameter)).sum();
        let layers = cover / well.area;
        if layers > 1.0 {
            let most =
                cells.iter().max_by(|a, b| scenario.middle(a.count, arm).total_cmp(&scenario.middle(b.count, arm)));
            let id = most.map(|cell| cell.count);
            crowded(reader, scenario, well, n_cells, cover, sizes.first().map_or(0.0, |size| size.1), id);
            fits = layers <= MOST_LAYERS;
        }
    }
    fits
}

fn crowded(
    reader: &mut Reader<'_>,
    scenario: &Scenario,
    well: &Well,
    n_cells: f64,
    cover: f64,
    diameter: f64,
    id: Option<QuantityId>,
) {
    let area = well.area;
    let layers = cover / area;
    let name = match well.plate.as_str() {
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
        ("E21", format!("{} cells do not fit in {name}", count(n_cells)), advice)
    } else {
        (
            "W24",
            format!("{} cells lie in more than one layer in {name}", count(n_cells)),
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

pub(super) fn warn(
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

/// Three digits: `15.7`, `0.32`, `49`.
pub(super) fn short(number: f64) -> String {
    let text = format!("{:.*}", if number < 1.0 { 2 } else { usize::from(number < 20.0) }, number);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Three leading digits.
pub(super) fn rounded(number: f64) -> f64 {
    format!("{number:.2e}").parse().unwrap_or(number)
}
