//! What instruments would read in the fluids of a body over time: all of it, with what healthy people have as a grey band
//! and the limit of the instrument as a line.

use super::{hour_axis, vertical_axis};
use crate::report::axis::Axis;
use crate::report::facts::{Facts, Point, thinned};
use crate::report::numbers::{self, finite};
use crate::report::plot::{Layout, Plot, Table};
use crate::report::svg::{Anchor, Path, Svg, fit};
use crate::result::SampleRow;
use serde_json::json;

const WIDTH: f64 = 232.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 222.0;
const TOP: f64 = 44.0;
const FLOOR: f64 = 146.0;
/// Decades below the largest value that an axis shows at most.
const DECADES: f64 = 12.0;

/// One panel per measure, for one arm.
pub(in crate::report) fn plot(facts: &Facts<'_>, arm: &str) -> Option<Plot> {
    let rows: Vec<&SampleRow> = facts.outcome.samples.iter().filter(|row| row.arm == arm).collect();
    let mut measures: Vec<&str> = Vec::new();
    for row in &rows {
        if !measures.contains(&row.measure.as_str()) {
            measures.push(&row.measure);
        }
    }
    let panels: Vec<Svg> = measures.iter().filter_map(|measure| panel(&rows, measure)).collect();
    if panels.is_empty() {
        return None;
    }
    let mut data = Table::new(["arm", "measure", "place", "whose", "time (h)", "reads", "low", "high", "unit"]);
    for row in &rows {
        data.push([
            row.arm.as_str().into(),
            row.measure.as_str().into(),
            row.place.as_str().into(),
            row.whose.as_str().into(),
            row.time_h.into(),
            row.value.best.into(),
            row.value.low.into(),
            row.value.high.into(),
            row.unit.as_str().into(),
        ]);
    }
    Some(Plot {
        name: "fluids".into(),
        title: "What was sent, beside what healthy people have".into(),
        caption: format!(
            "{arm}: colored line and band = vesicles, copies or drug that cells of the scenario sent or that were given, 90 % of worlds; grey = of healthy people, in the median person; dashed = limit of the instrument (log)"
        ),
        layout: Layout::Multiples,
        panels,
        tall: None,
        data,
        vega: json!({
            "mark": "line",
            "encoding": {
                "x": { "field": "time (h)", "type": "quantitative" },
                "y": { "field": "reads", "type": "quantitative", "scale": { "type": "symlog" } },
                "color": { "field": "whose", "type": "nominal" },
                "row": { "field": "measure", "type": "nominal" },
            },
        }),
        footer: facts.footer(),
    })
}

fn points(rows: &[&SampleRow], measure: &str, whose: &str) -> Vec<Point> {
    let of = rows.iter().filter(|row| row.measure == measure && row.whose == whose);
    let point = |row: &&SampleRow| {
        let best = finite(row.value.best)?;
        let (low, high) = (finite(row.value.low).unwrap_or(best), finite(row.value.high).unwrap_or(best));
        Some(Point { time: row.time_h, low, best, high })
    };
    of.filter_map(point).collect()
}

fn panel(rows: &[&SampleRow], measure: &str) -> Option<Svg> {
    let row = rows.iter().find(|row| row.measure == measure)?;
    let (sent, healthy) = (points(rows, measure, "sent"), points(rows, measure, "healthy"));
    let limit = finite(row.limit).filter(|limit| *limit > 0.0);
    let all = || sent.iter().chain(&healthy).flat_map(|point| [point.low, point.best, point.high]).chain(limit);
    let most = all().fold(0.0, f64::max);
    let least = all().filter(|value| *value > most * 10f64.powf(-DECADES)).fold(most, f64::min);
    let y = if most > 0.0 {
        Axis::log(10f64.powf(least.log10().floor()), 10f64.powf(most.log10().ceil()), FLOOR, TOP)
    } else {
        Axis::linear(0.0, 1.0, FLOOR, TOP)
    };
    let last = sent.last().or(healthy.last())?;
    let x = Axis::linear(0.0, last.time, LEFT, RIGHT);
    let unit = numbers::on_screen(&row.unit);
    let label = format!(
        "{measure} in {}: {} {unit} sent, {} of healthy people, at {} h",
        row.place,
        numbers::simulated(sent.last().map_or(0.0, |point| point.best)),
        numbers::simulated(healthy.last().map_or(0.0, |point| point.best)),
        numbers::hours(last.time)
    );
    let mut svg = Svg::new(WIDTH, HEIGHT, label.clone());
    svg.text((0.0, 13.0), Anchor::Start, "lb", &fit(measure, WIDTH, 13.0, true));
    svg.text((0.0, 28.0), Anchor::Start, "ts", &fit(&format!("{}, {unit} (log)", row.place), WIDTH, 12.0, false));
    vertical_axis(&mut svg, &y, LEFT, RIGHT, &y.ticks(4));
    hour_axis(&mut svg, &x, FLOOR, 3);
    svg.text((RIGHT, FLOOR + 33.0), Anchor::End, "ts", "hours");
    svg.mark(&label, |svg| {
        for (points, class) in [(&healthy, "un"), (&sent, "l4")] {
            draw(svg, points, class, &x, &y);
        }
    });
    if let Some(limit) = limit {
        let at = y.at(limit);
        svg.line((LEFT, at), (RIGHT, at), "lim");
        svg.text((RIGHT, at - 4.0), Anchor::End, "ts halo", "limit");
    }
    Some(svg)
}

/// Band and line; what is nothing at a time is left out.
fn draw(svg: &mut Svg, points: &[Point], class: &str, x: &Axis, y: &Axis) {
    let points: Vec<Point> = points.iter().copied().filter(|point| point.best > 0.0).collect();
    let points = thinned(&points, super::DRAWN);
    let place = |value: fn(&Point) -> f64| -> Vec<(f64, f64)> {
        points.iter().map(|point| (x.at(point.time), y.at(value(point)))).collect()
    };
    svg.path(&Path::band(&place(|point| point.high), &place(|point| point.low)), &format!("band fl {class}"));
    svg.path(&Path::line(place(|point| point.best)), &format!("ln {class}"));
}
