//! The dose of vesicles in words, as reviewers ask for it.

use super::chain::VISCOSITY;
use crate::physics::{self, Start};
use crate::scenario::{Arm, Dose, Layout, Scenario, Vesicle};
use crate::terminal::Numbers;
use crate::units;

const HOUR: f64 = 3600.0;

/// One paragraph about every vesicle of a scenario: what was added or sent, how much of it can reach the cells, and
/// how many copies that is at most. Empty when there is no vesicle.
pub fn dose_statement(scenario: &Scenario) -> String {
    let mut sentences: Vec<String> = Vec::new();
    for vesicle in &scenario.vesicles {
        let mut found: Vec<String> = sent(scenario, vesicle).into_iter().collect();
        for arm in &scenario.arms {
            let doses = arm.doses.iter().skip(arm.inherited);
            found.extend(
                doses
                    .filter(|dose| dose.what.vesicle() == Some(&vesicle.name))
                    .map(|d| added(scenario, vesicle, arm, d)),
            );
        }
        if found.is_empty() {
            continue;
        }
        sentences.extend(found);
        sentences.push(reach(scenario, vesicle));
    }
    sentences.join(" ")
}

fn sent(scenario: &Scenario, vesicle: &Vesicle) -> Option<String> {
    let numbers = Numbers::REPORT;
    let sender = scenario.cell(vesicle.from.as_ref()?)?;
    let rate = scenario.middle(vesicle.rate?, None) * HOUR;
    let n_senders = scenario.middle(sender.count, None);
    let targets: Vec<String> = vesicle
        .to
        .iter()
        .filter_map(|name| scenario.cell(name))
        .map(|cell| format!("{} {} cells", numbers.exact(scenario.middle(cell.count, None), 4), cell.name))
        .collect();
    let volume = scenario.middle(scenario.place.volume, None) / 1e9;
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

fn added(scenario: &Scenario, vesicle: &Vesicle, arm: &Arm, dose: &Dose) -> String {
    let numbers = Numbers::REPORT;
    let volume = scenario.middle(scenario.place.volume, Some(arm));
    let n_targets: f64 = vesicle
        .to
        .iter()
        .filter_map(|name| scenario.cell(name))
        .map(|cell| scenario.middle(cell.count, Some(arm)))
        .sum();
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
fn reach(scenario: &Scenario, vesicle: &Vesicle) -> String {
    let numbers = Numbers::REPORT;
    let place = &scenario.place;
    let size = scenario.middle(vesicle.size, None);
    let height = physics::liquid_height(scenario.middle(place.volume, None), place.area);
    let viscosity = place.medium.get(VISCOSITY).map_or(f64::NAN, |id| scenario.middle(*id, None));
    let diffusion = physics::stokes_einstein(size / 2.0, viscosity, place.temperature);
    let day = (24.0 * HOUR).min(scenario.span);
    let start = if place.layout == Layout::Insert { Start::Top } else { Start::Even };
    let share = physics::share_taken(diffusion, height, f64::INFINITY, day, start, false);
    let stirred = if place.layout == Layout::Mixed { "; the medium is taken as stirred" } else { "" };
    let copies: Vec<String> = vesicle
        .cargo
        .iter()
        .map(|cargo| format!("{} copies of {}", numbers.exact(scenario.middle(cargo.copies, None), 3), cargo.name))
        .collect();
    let carried = if copies.is_empty() {
        String::new()
    } else {
        format!(" A vesicle carries {} on average.", copies.join(" and "))
    };
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
