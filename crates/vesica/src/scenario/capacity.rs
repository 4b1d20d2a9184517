//! What does not fit in a vesicle: all that is inside it together, whatever its kind.

use super::fields::Reader;
use super::geometry::{rounded, short, warn};
use super::read::count;
use super::{Cargo, Destination, Origin, QuantityId, Scenario, Vesicle};
use crate::physics;

/// Diameters of exosomes, um.
const EXOSOME: (f64, f64) = (0.030, 0.150);

pub(super) fn check(reader: &mut Reader<'_>, scenario: &Scenario) {
    for vesicle in &scenario.vesicles {
        is_exosome(reader, scenario, vesicle);
        cargo_fits(reader, scenario, vesicle);
    }
}

fn is_exosome(reader: &mut Reader<'_>, scenario: &Scenario, vesicle: &Vesicle) {
    let named = &scenario.quantities[vesicle.size.0];
    let size = named.quantity.middle();
    // vesicles of another origin are no exosomes and need not be as small
    if vesicle.origin != Origin::Endosome || (EXOSOME.0..=EXOSOME.1).contains(&size) {
        return;
    }
    let (word, kind) = match size > EXOSOME.1 {
        true => ("larger", "a larger vesicle; what does not fit in a coated pit enters by macropinocytosis"),
        false => ("smaller", "a smaller particle, entering as exosomes do"),
    };
    let message = format!(
        "{} nm is not an exosome ({} to {} nm); simulated as {kind}",
        short(size * 1e3),
        short(EXOSOME.0 * 1e3),
        short(EXOSOME.1 * 1e3)
    );
    let help = format!("a {word} vesicle may enter in other ways: give your own links.enter.clearance");
    warn(reader, "W23", message, named.span.clone(), help);
}

/// So many copies of one cargo in a vesicle.
struct Load<'a> {
    cargo: &'a Cargo,
    copies: f64,
    /// um^3
    volume: f64,
    /// The number that says how many.
    id: QuantityId,
}

/// A vesicle holds the mean of every cargo; or, where few are rich, the copies of a rich one and the mean of the rest.
fn cargo_fits(reader: &mut Reader<'_>, scenario: &Scenario, vesicle: &Vesicle) {
    let size = scenario.quantities[vesicle.size.0].quantity.middle();
    let fillings = std::iter::once(None).chain(vesicle.cargo.iter().filter(|cargo| cargo.rich.is_some()).map(Some));
    for rich in fillings {
        let middle = |id: QuantityId| scenario.quantities[id.0].quantity.middle();
        let high = |id: QuantityId| scenario.quantities[id.0].quantity.ends().1;
        let (best, most) = (filling(vesicle, rich, &middle), filling(vesicle, rich, &high));
        let inside = physics::inner_volume(size);
        let volume = |loads: &[Load<'_>]| loads.iter().map(|load| load.volume).sum::<f64>();
        if volume(&best) > inside {
            refuse(reader, scenario, "E22", size, &best);
        } else if volume(&most) > inside {
            refuse(reader, scenario, "W25", size, &most);
        }
    }
}

/// What a vesicle holds, with each number taken by `value`. A cargo without a size takes no room.
fn filling<'a>(vesicle: &'a Vesicle, rich: Option<&Cargo>, value: &dyn Fn(QuantityId) -> f64) -> Vec<Load<'a>> {
    let load = |cargo: &'a Cargo| {
        let of_rich = cargo.rich.filter(|_| rich.is_some_and(|rich| rich.name == cargo.name));
        let id = of_rich.unwrap_or(cargo.copies);
        let copies = value(id);
        Some(Load { cargo, copies, volume: copies * cargo.size?.volume(cargo.kind), id })
    };
    // what is read at the surface sits on it
    let inside = vesicle.cargo.iter().filter(|cargo| cargo.acts_at != Destination::Periphery);
    inside.filter_map(load).filter(|load| load.volume > 0.0).collect()
}

fn refuse(reader: &mut Reader<'_>, scenario: &Scenario, code: &'static str, size: f64, loads: &[Load<'_>]) {
    let words = |load: &Load<'_>| {
        let size = load.cargo.size.map(|size| size.words(load.cargo.kind)).unwrap_or_default();
        format!("{} copies of a {size}", count(load.copies))
    };
    let Some(largest) = loads.iter().max_by(|a, b| a.volume.total_cmp(&b.volume)) else { return };
    let total: f64 = loads.iter().map(|load| load.volume).sum();
    let (held, needs) = match loads {
        [one] => (words(one), format!("the {} alone needs", substance(one.cargo))),
        several => (several.iter().map(words).collect::<Vec<_>>().join(" and "), "together they need".to_owned()),
    };
    let message = format!("a {} nm vesicle cannot hold {held}", short(size * 1e3));
    let help = format!(
        "its inside is about {} nm³; {needs} about {} nm³.",
        count(rounded(physics::inner_volume(size) * 1e9)),
        count(rounded(total * 1e9))
    );
    warn(reader, code, message, scenario.quantities[largest.id.0].span.clone(), help);
}

/// `RNA`, `DNA`, or the kind.
fn substance(cargo: &Cargo) -> &'static str {
    let word = cargo.kind.word();
    if word.contains("RNA") { "RNA" } else { word }
}
