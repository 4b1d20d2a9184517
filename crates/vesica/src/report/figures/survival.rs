//! The two compared arms over time.

use super::{band_and_line, footer, hour_axis, percent_with_range, point_mark, vertical_axis};
use crate::report::axis::Axis;
use crate::report::facts::{Facts, Look, Point};
use crate::report::numbers;
use crate::report::plot::{Layout, Plot, Table};
use crate::report::svg::{Anchor, Svg, fit};
use serde_json::json;

const WIDTH: f64 = 470.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 38.0;
const RIGHT: f64 = 312.0;
const TOP: f64 = 26.0;
const FLOOR: f64 = 184.0;

/// Survival of the reference arm and of the arm that is compared with it.
pub(in crate::report) fn plot(facts: &Facts<'_>) -> Option<Plot> {
    let names = [facts.reference, facts.outcome.answer.of.as_str()];
    let mut arms: Vec<(&Look<'_>, Vec<Point>)> = Vec::new();
    for name in names {
        let points = facts.alive(name);
        if let Some(look) =
            facts.look(name).filter(|look| !points.is_empty() && arms.iter().all(|arm| arm.0.arm.name != look.arm.name))
        {
            arms.push((look, points));
        }
    }
    if arms.is_empty() {
        return None;
    }
    Some(Plot {
        name: "survival".into(),
        title: title(&arms),
        caption: "Line = median, band = 90 % of worlds".into(),
        layout: Layout::Half,
        panels: vec![draw(facts, &arms)],
        tall: None,
        data: data(arms.iter().map(|(look, points)| (look.arm.name.as_str(), points.as_slice()))),
        vega: vega(),
        footer: facts.footer(),
    })
}

/// Columns of every survival figure.
pub(super) fn data<'a>(arms: impl Iterator<Item = (&'a str, &'a [Point])>) -> Table {
    let mut table = Table::new(["arm", "time (h)", "alive (%)", "low", "high"]);
    for (name, points) in arms {
        for p in points {
            table.push([name.into(), p.time.into(), p.best.into(), p.low.into(), p.high.into()]);
        }
    }
    table
}

/// Specification of every survival figure.
pub(super) fn vega() -> serde_json::Value {
    let x = json!({ "field": "time (h)", "type": "quantitative" });
    let color = json!({ "field": "arm", "type": "nominal" });
    json!({
        "layer": [
            { "mark": { "type": "area", "opacity": 0.17 },
              "encoding": { "x": x, "y": { "field": "low", "type": "quantitative" }, "y2": { "field": "high" }, "color": color } },
            { "mark": "line",
              "encoding": { "x": x, "y": { "field": "alive (%)", "type": "quantitative" }, "color": color } },
        ],
    })
}

fn title(arms: &[(&Look<'_>, Vec<Point>)]) -> String {
    let ends: Vec<Point> = arms.iter().filter_map(|(_, points)| points.last().copied()).collect();
    match ends[..] {
        [one, other] => {
            let apart = numbers::whole((one.best - other.best).abs());
            let overlap = if one.low <= other.high && other.low <= one.high { "overlap" } else { "stay apart" };
            let point = if apart == "1" { "point" } else { "points" };
            format!("The medians end {apart} {point} apart; bands {overlap}")
        }
        [one] => format!("{} of the cells are alive at the end", numbers::in_unit(one.best, "%")),
        _ => "Cells alive".to_owned(),
    }
}

fn draw(facts: &Facts<'_>, arms: &[(&Look<'_>, Vec<Point>)]) -> Svg {
    let last = |points: &[Point]| points.last().map(percent_with_range).unwrap_or_default();
    let ends: Vec<String> =
        arms.iter().map(|(look, points)| format!("{} ends at {}", look.arm.name, last(points))).collect();
    let mut svg = Svg::new(WIDTH, HEIGHT, format!("Cells alive over time. {}", ends.join("; ")));
    let (x, y) = (Axis::linear(0.0, facts.end(), LEFT, RIGHT), Axis::linear(0.0, 100.0, FLOOR, TOP));
    vertical_axis(&mut svg, &y, LEFT, RIGHT, &[0.0, 25.0, 50.0, 75.0, 100.0]);
    hour_axis(&mut svg, &x, FLOOR, 4);
    svg.text((RIGHT, FLOOR + 34.0), Anchor::End, "at", "hours");
    svg.text((0.0, 14.0), Anchor::Start, "at", &fit(&format!("{} cells alive, %", facts.target), 300.0, 12.0, false));
    draw_doses(&mut svg, facts, arms, &x);
    for (look, points) in arms.iter().rev() {
        band_and_line(&mut svg, look, points, &x, &y);
    }
    draw_ends(&mut svg, arms, &x, &y);
    footer(&mut svg, &facts.footer());
    svg
}

/// Dotted verticals where a drug is added; words only where they do not run into each other.
fn draw_doses(svg: &mut Svg, facts: &Facts<'_>, arms: &[(&Look<'_>, Vec<Point>)], x: &Axis) {
    let mut doses: Vec<(f64, String)> = Vec::new();
    for (hour, drug) in arms.iter().flat_map(|(look, _)| facts.doses(&look.arm.name)) {
        match doses.iter_mut().find(|(at, _)| *at == hour) {
            Some((_, words)) if words.contains(&drug) || drug.contains(words.as_str()) => {}
            Some((_, words)) => *words += &format!(", {drug}"),
            None => doses.push((hour, drug)),
        }
    }
    for (i, (hour, drug)) in doses.iter().enumerate().filter(|(_, (hour, _))| (x.from..=x.to).contains(hour)) {
        let at = x.at(*hour);
        svg.line((at, TOP), (at, FLOOR), "ev");
        let is_late = at > (LEFT + RIGHT) / 2.0;
        let room = if is_late { at - LEFT } else { RIGHT - at } - 8.0;
        let (at, anchor) = if is_late { (at - 5.0, Anchor::End) } else { (at + 5.0, Anchor::Start) };
        let y = FLOOR - 8.0 - 15.0 * i.min(3) as f64;
        svg.text((at, y), anchor, "ts halo", &fit(&format!("{drug} added"), room, 12.0, false));
    }
}

fn draw_ends(svg: &mut Svg, arms: &[(&Look<'_>, Vec<Point>)], x: &Axis, y: &Axis) {
    let ends: Vec<(&Look<'_>, Point)> =
        arms.iter().filter_map(|(look, points)| Some((*look, *points.last()?))).collect();
    let mut places: Vec<f64> = ends.iter().map(|(_, end)| y.at(end.best)).collect();
    // Two labels of two lines each need 36 units.
    if let [one, other] = places[..] {
        let (gap, middle) = ((one - other).abs(), (one + other) / 2.0);
        if gap < 36.0 {
            let sign = if one <= other { -1.0 } else { 1.0 };
            let middle = middle.clamp(TOP + 26.0, FLOOR - 26.0);
            places = vec![middle + sign * 18.0, middle - sign * 18.0];
        }
    }
    for ((look, end), place) in ends.iter().zip(places) {
        let at = (x.at(end.time), y.at(end.best));
        let label = format!("{}: {} at {} h", look.arm.name, percent_with_range(end), numbers::hours(end.time));
        svg.mark(&label, |svg| {
            point_mark(svg, look, at, 4.2);
            svg.text(
                (at.0 + 14.0, place - 2.0),
                Anchor::Start,
                &format!("lb ft {}", look.class),
                &fit(&look.short, 142.0, 17.0, true),
            );
            svg.text((at.0 + 14.0, place + 13.0), Anchor::Start, "t", &percent_with_range(end));
        });
    }
}
