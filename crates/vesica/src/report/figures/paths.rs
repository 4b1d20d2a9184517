//! Two amounts of the cell against each other: the way each compared arm takes through time.

use super::{footer, horizontal_axis, point_mark, vertical_axis};
use crate::report::axis::Axis;
use crate::report::facts::{ALIVE, Facts, Look, Point, thinned};
use crate::report::numbers;
use crate::report::plot::{Layout, Plot, Table};
use crate::report::svg::{Anchor, Path, Svg, fit};
use crate::result::CurvePoint;
use serde_json::json;

const WIDTH: f64 = 520.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 420.0;
const TOP: f64 = 34.0;
const FLOOR: f64 = 272.0;

/// An arm's way: time, first amount, second amount.
struct Way<'a> {
    look: &'a Look<'a>,
    steps: Vec<(f64, f64, f64)>,
}

/// The first two amounts of the last link that move at all; failing that, the first two that move.
pub(in crate::report) fn plot(facts: &Facts<'_>) -> Option<Plot> {
    let (first, second) = chosen(facts)?;
    let mut arms = vec![facts.reference];
    if facts.outcome.answer.of != facts.reference {
        arms.push(&facts.outcome.answer.of);
    }
    let way = |arm: &&str| {
        let look = facts.look(arm)?;
        let (one, other) = (curve(facts, arm, first), curve(facts, arm, second));
        let steps = one.iter().zip(&other).filter(|(a, b)| a.time == b.time).map(|(a, b)| (a.time, a.best, b.best));
        let steps: Vec<(f64, f64, f64)> = steps.collect();
        (steps.len() > 1).then_some(Way { look, steps })
    };
    let ways: Vec<Way<'_>> = arms.iter().filter_map(way).collect();
    if ways.is_empty() {
        return None;
    }
    let names = [axis_title(first), axis_title(second)];
    let mut data = Table::new(["arm", "time (h)", &names[0], &names[1]]);
    for way in &ways {
        for (time, one, other) in &way.steps {
            data.push([way.look.arm.name.as_str().into(), (*time).into(), (*one).into(), (*other).into()]);
        }
    }
    Some(Plot {
        name: "paths".into(),
        title: fit(&format!("The way of the cell through {} and {}", first.label, second.label), 700.0, 15.5, true),
        caption: "Median over worlds of the mean living cell; open ring = start, filled = end, ticks every 12 h".into(),
        layout: Layout::Half,
        panels: vec![draw(facts, &ways, &names)],
        tall: None,
        data,
        vega: json!({
            "mark": { "type": "line", "point": true },
            "encoding": {
                "x": { "field": names[0], "type": "quantitative" },
                "y": { "field": names[1], "type": "quantitative" },
                "order": { "field": "time (h)" },
                "color": { "field": "arm", "type": "nominal" },
            },
        }),
        footer: facts.footer(),
    })
}

fn curve(facts: &Facts<'_>, arm: &str, symbol: &CurvePoint) -> Vec<Point> {
    facts.curve(arm, &symbol.cell, &symbol.symbol)
}

fn chosen<'a>(facts: &Facts<'a>) -> Option<(&'a CurvePoint, &'a CurvePoint)> {
    let moves = |symbol: &&CurvePoint| {
        let points = curve(facts, facts.reference, symbol);
        let (low, high) =
            points.iter().fold((f64::MAX, f64::MIN), |(low, high), p| (low.min(p.best), high.max(p.best)));
        symbol.symbol != ALIVE && high - low > 0.01 * high.abs().max(low.abs())
    };
    let moving: Vec<&CurvePoint> = facts.symbols(facts.target).into_iter().filter(moves).collect();
    let decide: Vec<&CurvePoint> = moving.iter().copied().filter(|symbol| symbol.link == "decide").collect();
    match (decide[..].first_chunk::<2>(), moving[..].first_chunk::<2>()) {
        (Some([one, other]), _) | (None, Some([one, other])) => Some((one, other)),
        (None, None) => None,
    }
}

fn axis_title(symbol: &CurvePoint) -> String {
    let unit = numbers::on_screen(&symbol.unit);
    if unit.is_empty() || unit == "1" { symbol.label.clone() } else { format!("{}, {unit}", symbol.label) }
}

fn draw(facts: &Facts<'_>, ways: &[Way<'_>], names: &[String; 2]) -> Svg {
    let all = || ways.iter().flat_map(|way| &way.steps);
    let x = Axis::around(all().map(|step| step.1), LEFT, RIGHT);
    let y = Axis::around(all().map(|step| step.2), FLOOR, TOP);
    let mut svg = Svg::new(WIDTH, FLOOR + 62.0, format!("Path plot of {} against {}", names[1], names[0]));
    vertical_axis(&mut svg, &y, LEFT, RIGHT, &y.ticks(5));
    horizontal_axis(&mut svg, &x, FLOOR, &x.ticks(5));
    let log = |axis: &Axis| if axis.is_log { " (log)" } else { "" };
    svg.text((0.0, 13.0), Anchor::Start, "at", &(fit(&names[1], 400.0, 12.0, false) + log(&y)));
    svg.text((RIGHT, FLOOR + 35.0), Anchor::End, "at", &(fit(&names[0], 330.0, 12.0, false) + log(&x)));
    let mut labels: Vec<f64> = Vec::new();
    for way in ways.iter().rev() {
        draw_way(&mut svg, way, &x, &y, &mut labels);
    }
    footer(&mut svg, &facts.footer());
    svg
}

fn draw_way(svg: &mut Svg, way: &Way<'_>, x: &Axis, y: &Axis, labels: &mut Vec<f64>) {
    let place = |step: &(f64, f64, f64)| (x.at(step.1), y.at(step.2));
    let class = way.look.class;
    svg.path(&Path::line(thinned(&way.steps, 90).iter().map(place)), &format!("ln {class} {}", way.look.stroke));
    let mut next = 12.0;
    for step in way.steps.iter().skip(1) {
        if step.0 >= next {
            svg.circle(place(step), 2.4, &format!("fl {class}"));
            next += 12.0;
        }
    }
    let [.., last] = &way.steps[..] else { return };
    let (start, end) = (place(&way.steps[0]), place(last));
    svg.circle(start, 4.6, &format!("open ln {class}"));
    let label = format!(
        "{}: from {} and {} to {} and {} at {} h",
        way.look.arm.name,
        numbers::simulated(way.steps[0].1),
        numbers::simulated(way.steps[0].2),
        numbers::simulated(last.1),
        numbers::simulated(last.2),
        numbers::hours(last.0)
    );
    svg.mark(&label, |svg| {
        point_mark(svg, way.look, end, 5.0);
        let mut at = end.1 + 4.0;
        while labels.iter().any(|other: &f64| (other - at).abs() < 16.0) {
            at += if at > (TOP + FLOOR) / 2.0 { -16.0 } else { 16.0 };
        }
        labels.push(at);
        let room = WIDTH - end.0 - 10.0;
        // At the far right the name stands before its point, else behind it.
        let (to, anchor, room) =
            if room < 70.0 { (end.0 - 10.0, Anchor::End, end.0 - LEFT) } else { (end.0 + 10.0, Anchor::Start, room) };
        svg.text((to, at), anchor, &format!("lb halo ft {class}"), &fit(&way.look.short, room, 17.0, true));
    });
}
