//! The dose of vesicles in words, as reviewers ask for it.

use super::chain::VISCOSITY;
use crate::knowledge::TUMOUR;
use crate::physics::{self, Start};
use crate::result::DoseRow;
use crate::scenario::{Arm, Body, Cargo, Dose, Layout, PlaceKind, Scenario, Vesicle, Well};
use crate::terminal::Numbers;
use crate::units;

const HOUR: f64 = 3600.0;

/// One paragraph about every vesicle of a scenario: what was added or sent, how much of it can reach the cells, and
/// how many copies that is at most. Empty when there is no vesicle. `doses`: areas of a body, as [`exposures`](super::exposures) has them.
pub fn dose_statement(scenario: &Scenario, doses: &[DoseRow]) -> String {
    let well = match &scenario.place.kind {
        PlaceKind::Well(well) => well,
        PlaceKind::Body(body) => return in_body(scenario, body, doses),
    };
    let mut sentences: Vec<String> = Vec::new();
    for vesicle in &scenario.vesicles {
        let mut found: Vec<String> = sent(scenario, well, vesicle).into_iter().collect();
        for arm in &scenario.arms {
            let doses = arm.doses.iter().skip(arm.inherited);
            found.extend(
                doses
                    .filter(|dose| dose.what.vesicle() == Some(&vesicle.name))
                    .map(|d| added(scenario, well, vesicle, arm, d)),
            );
        }
        if found.is_empty() {
            continue;
        }
        sentences.extend(found);
        sentences.push(reach(scenario, well, vesicle));
    }
    sentences.join(" ")
}

/// The same for a body: what was shed where, what was given by which route, and what a vesicle carries.
fn in_body(scenario: &Scenario, body: &Body, doses: &[DoseRow]) -> String {
    let numbers = Numbers::REPORT;
    let mut sentences: Vec<String> = Vec::new();
    for vesicle in &scenario.vesicles {
        let before = sentences.len();
        let sender = vesicle.from.as_ref().and_then(|name| scenario.cell(name)).zip(vesicle.rate);
        if let Some((cell, rate)) = sender {
            let at = cell.at.as_deref().unwrap_or_default();
            let volume = cell.volume.map(|id| in_unit("cm^3", scenario.middle(id, None)));
            let volume = volume.map_or(String::new(), |volume| format!(" of {} cm³", numbers.exact(volume, 2)));
            let place = match &body.tumour {
                Some(tumour) if at == TUMOUR => format!("a tumour{volume} in the {}", tumour.at),
                _ => format!("the {at}"),
            };
            sentences.push(format!(
                "{} {} cells in {place} of a {} shed {} vesicles of kind {} each in an hour.",
                numbers.exact(scenario.n_cells(cell, None), 3),
                cell.name,
                body.species,
                numbers.exact(scenario.middle(rate, None) * HOUR, 3),
                vesicle.name
            ));
        }
        for arm in &scenario.arms {
            for dose in arm.doses.iter().skip(arm.inherited).filter(|d| d.what.vesicle() == Some(&vesicle.name)) {
                let route = dose.route.as_ref().map_or("", |route| &route.name);
                sentences.push(format!(
                    "In arm \"{}\" vesicles of kind {} were given to a {} ({route}) at {} h: {}.",
                    arm.name,
                    vesicle.name,
                    body.species,
                    numbers.exact(dose.at / HOUR, 3),
                    scenario.quantity(dose.amount, Some(arm)).text
                ));
            }
        }
        sentences.extend(areas(doses, &vesicle.name));
        if sentences.len() > before {
            sentences.push(format!(
                "Their mean diameter is {} nm.",
                numbers.exact(scenario.middle(vesicle.size, None) * 1e3, 3)
            ));
            sentences.extend(carried(scenario, vesicle));
        }
    }
    sentences.join(" ")
}

/// `Until all are gone, .. given i.v. have an area under the curve of .. particles h/mL in plasma ..`, once for each amount and route.
fn areas(doses: &[DoseRow], vesicle: &str) -> Vec<String> {
    let numbers = Numbers::REPORT;
    let number = |value: Option<f64>| value.map_or("–".to_owned(), |value| numbers.simulated(value));
    let mut said: Vec<String> = Vec::new();
    let is_first = |at: &usize| *at == 0 || !same_dose(&doses[*at], &doses[*at - 1]);
    for first in (0..doses.len()).filter(|at| doses[*at].what == vesicle && is_first(at)) {
        let dose = &doses[first];
        let rows = doses[first..].iter().take_while(|row| same_dose(row, dose));
        let area = |row: &DoseRow| {
            let ends = format!("{}–{}", number(row.value.low), number(row.value.high));
            format!("{} ({ends}) {} in {}", number(row.value.best), row.unit, row.place)
        };
        let sentence = format!(
            "Until all are gone, {} given {} have an area under the curve of {}.",
            dose.amount,
            dose.route,
            rows.map(area).collect::<Vec<_>>().join(" and ")
        );
        if !said.contains(&sentence) {
            said.push(sentence);
        }
    }
    said
}

fn same_dose(one: &DoseRow, other: &DoseRow) -> bool {
    (&one.arm, &one.what, &one.route) == (&other.arm, &other.what, &other.route)
}

fn in_unit(unit: &str, value: f64) -> f64 {
    units::parse(unit).map_or(f64::NAN, |unit| unit.from_inside(value))
}

/// `A vesicle carries 0.00825 copies of .. on average.`
fn carried(scenario: &Scenario, vesicle: &Vesicle) -> Option<String> {
    let one = |cargo: &Cargo| {
        format!("{} copies of {}", Numbers::REPORT.exact(scenario.middle(cargo.copies, None), 3), cargo.name)
    };
    let copies: Vec<String> = vesicle.cargo.iter().map(one).collect();
    (!copies.is_empty()).then(|| format!("A vesicle carries {} on average.", copies.join(" and ")))
}

fn sent(scenario: &Scenario, well: &Well, vesicle: &Vesicle) -> Option<String> {
    let numbers = Numbers::REPORT;
    let sender = scenario.cell(vesicle.from.as_ref()?)?;
    let rate = scenario.middle(vesicle.rate?, None) * HOUR;
    let n_senders = scenario.n_cells(sender, None);
    let targets: Vec<String> = vesicle
        .to
        .iter()
        .filter_map(|name| scenario.cell(name))
        .map(|cell| format!("{} {} cells", numbers.exact(scenario.n_cells(cell, None), 4), cell.name))
        .collect();
    let volume = scenario.middle(well.volume, None) / 1e9;
    Some(format!(
        "{} {} cells sent {} vesicles of kind {} each in an hour to {} in {} µL.",
        numbers.exact(n_senders, 4),
        sender.name,
        numbers.exact(rate, 3),
        vesicle.name,
        targets.join(" and "),
        numbers.exact(volume, 4)
    ))
}

fn added(scenario: &Scenario, well: &Well, vesicle: &Vesicle, arm: &Arm, dose: &Dose) -> String {
    let numbers = Numbers::REPORT;
    let volume = scenario.middle(well.volume, Some(arm));
    let n_targets: f64 =
        vesicle.to.iter().filter_map(|name| scenario.cell(name)).map(|cell| scenario.n_cells(cell, Some(arm))).sum();
    let per_protein = vesicle.particles_per_protein.map_or(f64::NAN, |id| scenario.middle(id, Some(arm)));
    let particles = dose.what.particles(scenario.middle(dose.amount, Some(arm)), volume, n_targets, per_protein);
    let density = units::parse("particles/mL").map_or(f64::NAN, |unit| unit.from_inside(particles / volume));
    let weighed = if dose.what.is_weighed() {
        let quantity = &scenario.quantity(dose.amount, Some(arm)).text;
        format!(" ({quantity}; particles per µg from the middle of their range)")
    } else {
        String::new()
    };
    format!(
        "In arm \"{}\" vesicles of kind {} were added at {} particles/mL in {} µL to {} cells, i.e. {} particles per cell{weighed}.",
        arm.name,
        vesicle.name,
        numbers.exact(density, 2),
        numbers.exact(volume / 1e9, 4),
        numbers.exact(n_targets, 4),
        numbers.exact(particles / n_targets, 3)
    )
}

/// What diffusion allows, and the copies that come with it.
fn reach(scenario: &Scenario, well: &Well, vesicle: &Vesicle) -> String {
    let numbers = Numbers::REPORT;
    let place = &scenario.place;
    let size = scenario.middle(vesicle.size, None);
    let height = physics::liquid_height(scenario.middle(well.volume, None), well.area);
    let viscosity = place.medium.get(VISCOSITY).map_or(f64::NAN, |id| scenario.middle(*id, None));
    let diffusion = physics::stokes_einstein(size / 2.0, viscosity, place.temperature);
    let day = (24.0 * HOUR).min(scenario.span);
    let start = if well.layout == Layout::Insert { Start::Top } else { Start::Even };
    let share = physics::share_taken(diffusion, height, f64::INFINITY, day, start, false);
    let stirred = if well.layout == Layout::Mixed { "; the medium is taken as stirred" } else { "" };
    let carried = carried(scenario, vesicle).map_or(String::new(), |sentence| format!(" {sentence}"));
    format!(
        "In {} h, {} of {}-nm particles can reach the cell layer by diffusion alone (liquid height {} mm, D = {} µm²/s, {} °C){stirred}.{carried}",
        numbers.exact(day / HOUR, 3),
        numbers.percent(share),
        numbers.exact(size * 1e3, 3),
        numbers.exact(height / 1e3, 2),
        numbers.exact(diffusion, 2),
        numbers.exact(units::parse("°C").map_or(f64::NAN, |unit| unit.from_inside(place.temperature)), 3)
    )
}
