//! Survival of every arm, each with the reference arm as a thin line.

use super::{band_and_line, hour_axis, point_mark, survival, vertical_axis};
use crate::report::axis::Axis;
use crate::report::facts::{Facts, Look, Point, thinned};
use crate::report::numbers;
use crate::report::plot::{Layout, Plot};
use crate::report::svg::{Anchor, Path, Svg, fit};

const WIDTH: f64 = 232.0;
const HEIGHT: f64 = 178.0;
const LEFT: f64 = 34.0;
const RIGHT: f64 = 176.0;
const TOP: f64 = 42.0;
const FLOOR: f64 = 134.0;

/// One panel per arm with a curve.
pub(in crate::report) fn plot(facts: &Facts<'_>) -> Option<Plot> {
    let arms: Vec<(&Look<'_>, Vec<Point>)> =
        facts.looks.iter().map(|look| (look, facts.alive(&look.arm.name))).collect();
    let arms: Vec<(&Look<'_>, Vec<Point>)> = arms.into_iter().filter(|(_, points)| !points.is_empty()).collect();
    if arms.is_empty() {
        return None;
    }
    let reference = facts.alive(facts.reference);
    let panels = arms.iter().map(|(look, points)| panel(facts, look, points, &reference)).collect();
    Some(Plot {
        name: "arms".into(),
        title: title(&arms),
        caption: format!(
            "Share of {} cells alive, %. Thin line = {}, for comparison. Band = 90 % of worlds. Color = the link that the arm acts on",
            facts.target, facts.reference
        ),
        layout: Layout::Multiples,
        panels,
        tall: None,
        data: survival::data(arms.iter().map(|(look, points)| (look.arm.name.as_str(), points.as_slice()))),
        vega: survival::vega(),
        footer: facts.footer(),
    })
}

fn title(arms: &[(&Look<'_>, Vec<Point>)]) -> String {
    let ends = arms.iter().filter_map(|(look, points)| Some((&look.arm.name, points.last()?.best)));
    let by_end = |one: &(&String, f64), other: &(&String, f64)| one.1.total_cmp(&other.1);
    match (ends.clone().min_by(by_end), ends.clone().max_by(by_end)) {
        (Some(least), Some(most)) if arms.len() > 1 => format!(
            "From {} alive ({}) to {} ({})",
            numbers::in_unit(least.1, "%"),
            cut(least.0),
            numbers::in_unit(most.1, "%"),
            cut(most.0)
        ),
        _ => "Cells alive".to_owned(),
    }
}

fn cut(name: &str) -> String {
    fit(name, 400.0, 15.0, true)
}

fn panel(facts: &Facts<'_>, look: &Look<'_>, points: &[Point], reference: &[Point]) -> Svg {
    let (x, y) = (Axis::linear(0.0, facts.end(), LEFT, RIGHT), Axis::linear(0.0, 100.0, FLOOR, TOP));
    let end = points.last().copied().unwrap_or(Point { time: 0.0, low: 0.0, best: 0.0, high: 0.0 });
    let label =
        format!("{}: {} alive at {} h", look.arm.name, super::percent_with_range(&end), numbers::hours(end.time));
    let mut svg = Svg::new(WIDTH, HEIGHT, label.clone());
    svg.text((0.0, 13.0), Anchor::Start, &format!("lb ft {}", look.class), &fit(&look.short, WIDTH, 13.0, true));
    svg.text((0.0, 28.0), Anchor::Start, "ts", &fit(&what_it_adds(look), WIDTH, 12.0, false));
    vertical_axis(&mut svg, &y, LEFT, RIGHT, &[0.0, 50.0, 100.0]);
    hour_axis(&mut svg, &x, FLOOR, 3);
    svg.text((RIGHT, FLOOR + 32.0), Anchor::End, "ts", "hours");
    for (hour, _) in facts.doses(&look.arm.name) {
        let at = x.at(hour);
        svg.line((at, TOP), (at, FLOOR), "ev");
    }
    band_and_line(&mut svg, look, points, &x, &y);
    if look.arm.name != facts.reference {
        let line = thinned(reference, super::DRAWN).into_iter().map(|point| (x.at(point.time), y.at(point.best)));
        svg.path(&Path::line(line), "ln thin ref");
    }
    let at = (x.at(end.time), y.at(end.best));
    svg.mark(&label, |svg| {
        point_mark(svg, look, at, 3.6);
        let text = numbers::in_unit(end.best, "%");
        svg.text((at.0 + 8.0, at.1.clamp(TOP + 4.0, FLOOR - 2.0) + 4.0), Anchor::Start, "t tb", &text);
    });
    svg
}

fn what_it_adds(look: &Look<'_>) -> String {
    if look.arm.adds.is_empty() { "nothing added".to_owned() } else { numbers::on_screen_in(&look.arm.adds) }
}
