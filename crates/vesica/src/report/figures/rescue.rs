//! Which inhibitor rescues from which killer, read off the arms that are there.

use super::{footer, modes};
use crate::report::facts::Facts;
use crate::report::numbers;
use crate::report::plot::{Layout, Plot, Table};
use crate::report::svg::{Anchor, Svg, fit, wrap};
use crate::result::ArmInfo;
use serde_json::json;

const WIDTH: f64 = 520.0;
const LEFT: f64 = 116.0;
const RIGHT: f64 = 410.0;
const TOP: f64 = 44.0;
const ROW: f64 = 44.0;
const LEVEL: f64 = 19.0;
/// Below this share of dead cells (%) there is nothing to be rescued from.
const KILLS: f64 = 5.0;

/// An arm with one drug, and what it becomes with each of the others.
struct Killer<'a> {
    arm: &'a ArmInfo,
    dead: f64,
    /// Dead (%) with each inhibitor; `None` where no arm has it.
    with: Vec<Option<f64>>,
}

/// The matrix, if any arm adds a second drug to an arm with one.
pub(in crate::report) fn plot(facts: &Facts<'_>) -> Option<Plot> {
    let (inhibitors, killers) = matrix(facts);
    if killers.is_empty() {
        return None;
    }
    let mut data = Table::new(["killer", "inhibitor", "dead (%)", "rescued"]);
    for killer in &killers {
        data.push([killer.arm.name.as_str().into(), "none".into(), killer.dead.into(), "".into()]);
        for (inhibitor, dead) in inhibitors.iter().zip(&killer.with) {
            if let Some(dead) = dead {
                let rescued = if is_rescued(*dead, killer.dead) { "yes" } else { "no" };
                data.push([killer.arm.name.as_str().into(), (*inhibitor).into(), (*dead).into(), rescued.into()]);
            }
        }
    }
    Some(Plot {
        name: "rescue".into(),
        title: title(&inhibitors, &killers),
        caption: "Number and fill = % dead at the end, mean over worlds; ring = rescued (less than half of “none”); blank = no such arm".into(),
        layout: Layout::Half,
        panels: vec![draw(facts, &inhibitors, &killers)],
        tall: None,
        data,
        vega: json!({
            "mark": "rect",
            "encoding": {
                "x": { "field": "inhibitor", "sort": null },
                "y": { "field": "killer", "sort": null },
                "color": { "field": "dead (%)", "type": "quantitative", "scale": { "domain": [0, 100] } },
            },
        }),
        footer: facts.footer(),
    })
}

fn matrix<'a>(facts: &Facts<'a>) -> (Vec<&'a str>, Vec<Killer<'a>>) {
    let arms = &facts.outcome.arms;
    let drugs_of = |name: &str| arms.iter().find(|arm| arm.name == name).map(distinct).unwrap_or_default();
    let is_killer = |arm: &&ArmInfo| distinct(arm).len() == 1 && drugs_of(&arm.like) != distinct(arm);
    let added = |killer: &ArmInfo, arm: &'a ArmInfo| -> Option<&'a str> {
        let (with, alone) = (distinct(arm), distinct(killer));
        let others: Vec<&'a str> = with.iter().copied().filter(|drug| !alone.contains(drug)).collect();
        (arm.like == killer.name && with.len() == 2 && others.len() == 1).then(|| others[0])
    };
    let killers: Vec<&ArmInfo> = arms.iter().filter(is_killer).collect();
    let mut inhibitors: Vec<&str> = Vec::new();
    for drug in arms.iter().flat_map(|arm| killers.iter().filter_map(move |killer| added(killer, arm))) {
        if !inhibitors.contains(&drug) {
            inhibitors.push(drug);
        }
    }
    let row = |arm: &'a ArmInfo| {
        let find = |inhibitor: &&str| arms.iter().find(|other| added(arm, other) == Some(inhibitor));
        let with: Vec<Option<f64>> = inhibitors.iter().map(|i| dead(facts, &find(i)?.name)).collect();
        Some(Killer { arm, dead: dead(facts, &arm.name)?, with })
            .filter(|killer| killer.with.iter().any(Option::is_some))
    };
    let rows: Vec<Killer<'_>> = killers.iter().filter_map(|arm| row(arm)).collect();
    (inhibitors, rows)
}

fn distinct(arm: &ArmInfo) -> Vec<&str> {
    let mut drugs: Vec<&str> = arm.drugs.iter().map(String::as_str).collect();
    drugs.sort_unstable();
    drugs.dedup();
    drugs
}

fn dead(facts: &Facts<'_>, arm: &str) -> Option<f64> {
    let modes = modes::modes(facts);
    modes::shares(facts, arm, &modes).map(|shares| shares[1..].iter().sum::<f64>().clamp(0.0, 100.0))
}

fn is_rescued(dead: f64, none: f64) -> bool {
    none >= KILLS && dead < 0.5 * none
}

fn title(inhibitors: &[&str], killers: &[Killer<'_>]) -> String {
    let rescued = |killer: &Killer<'_>| -> Vec<String> {
        let cells = inhibitors.iter().zip(&killer.with);
        cells
            .filter(|(_, dead)| dead.is_some_and(|dead| is_rescued(dead, killer.dead)))
            .map(|(i, _)| fit(i, 110.0, 15.5, true))
            .collect()
    };
    match killers {
        [first, ..] => match joined(&rescued(first)) {
            by if by.is_empty() => format!("{}: nothing tried here rescues", fit(&first.arm.name, 200.0, 15.5, true)),
            by => format!("{}: rescued by {by}", fit(&first.arm.name, 200.0, 15.5, true)),
        },
        [] => String::new(),
    }
}

fn joined(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn draw(facts: &Facts<'_>, inhibitors: &[&str], killers: &[Killer<'_>]) -> Svg {
    let column = (RIGHT - LEFT) / (inhibitors.len() + 1) as f64;
    // Names get as many levels as they need to stand side by side.
    let levels = ((84.0 / column).ceil() as usize).clamp(1, 3);
    let top = TOP + LEVEL * (levels - 1) as f64;
    let floor = top + ROW * killers.len() as f64;
    let mut svg =
        Svg::new(WIDTH, floor + 34.0, "Rescue matrix: share of dead cells per killer and inhibitor".to_owned());
    let names = ["none"].into_iter().chain(inhibitors.iter().copied());
    svg.text((LEFT, 13.0), Anchor::Start, "ts", "together with");
    for (i, name) in names.enumerate() {
        let text = fit(name, column * levels as f64 - 3.0, 14.0, true);
        let (x, y) = (LEFT + column * (i as f64 + 0.5), top - 9.0 - LEVEL * (i % levels) as f64);
        svg.line((x, y + 3.0), (x, top - 2.0), "gr");
        svg.text((x, y), Anchor::Middle, "t tb", &text);
    }
    for (row, killer) in killers.iter().enumerate() {
        let y = top + ROW * row as f64;
        svg.text(
            (LEFT - 10.0, y + 24.0),
            Anchor::End,
            "lb",
            &fit(facts.short(&killer.arm.name), LEFT - 10.0, 15.8, true),
        );
        let cells = std::iter::once(Some(killer.dead)).chain(killer.with.iter().copied());
        for (i, dead) in cells.enumerate() {
            let name = if i == 0 { "nothing else" } else { inhibitors[i - 1] };
            if let Some(dead) = dead {
                draw_cell(
                    &mut svg,
                    (LEFT + column * i as f64, y),
                    column,
                    dead,
                    i > 0 && is_rescued(dead, killer.dead),
                    &format!("{} with {name}", killer.arm.name),
                );
            }
        }
        let mode = main_mode(facts, &killer.arm.name);
        svg.text((RIGHT + 10.0, y + 17.0), Anchor::Start, "ts", "dies by");
        let words = wrap(&mode, WIDTH - RIGHT - 10.0, 13.0, 1);
        svg.text((RIGHT + 10.0, y + 32.0), Anchor::Start, "lb", words.first().map_or("", |word| word));
    }
    footer(&mut svg, &facts.footer());
    svg
}

fn draw_cell(svg: &mut Svg, at: (f64, f64), column: f64, dead: f64, rescued: bool, name: &str) {
    let (width, height) = (column - 5.0, ROW - 5.0);
    let word = if rescued { ", rescued" } else { "" };
    svg.mark(&format!("{name}: {} dead{word}", numbers::in_unit(dead, "%")), |svg| {
        svg.rect(at, width, height, "cellbox");
        let fill = height * dead / 100.0;
        svg.rect((at.0, at.1 + height - fill), width, fill, "mode0 soft");
        if rescued {
            svg.rect((at.0 + 1.0, at.1 + 1.0), width - 2.0, height - 2.0, "ring");
        }
        svg.text((at.0 + width / 2.0, at.1 + 17.0), Anchor::Middle, "t tb", &numbers::whole(dead));
    });
}

fn main_mode(facts: &Facts<'_>, arm: &str) -> String {
    let modes = modes::modes(facts);
    let shares = modes::shares(facts, arm, &modes).unwrap_or_default();
    let largest = modes.iter().zip(shares).skip(1).max_by(|one, other| one.1.total_cmp(&other.1));
    largest.filter(|(_, share)| *share > 0.0).map_or(numbers::NONE.to_owned(), |(mode, _)| mode.clone())
}
