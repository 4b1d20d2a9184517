//! Points of a design that is no grid: the reading over each factor.

use super::{horizontal_axis, vertical_axis};
use crate::report::axis::Axis;
use crate::report::numbers::{self, finite};
use crate::report::plot::{Layout, Plot, Table};
use crate::report::study::{of_factor, reading_words, sweep_footer};
use crate::report::svg::{Anchor, Svg, fit};
use crate::study::sweep::Sweep;
use serde_json::json;

const WIDTH: f64 = 232.0;
const HEIGHT: f64 = 196.0;
const LEFT: f64 = 34.0;
const RIGHT: f64 = 222.0;
const TOP: f64 = 28.0;
const FLOOR: f64 = 150.0;
/// Panels that are drawn.
const MOST_PANELS: usize = 24;
/// Points in a panel.
const MOST_POINTS: usize = 600;

/// A panel for each arm that is asked and each factor.
pub(in crate::report) fn plot(sweep: &Sweep) -> Option<Plot> {
    if sweep.design == "grid" {
        return None;
    }
    let all: Vec<(usize, usize)> =
        sweep.asked.iter().flat_map(|column| (0..sweep.factors.len()).map(move |factor| (*column, factor))).collect();
    let mut data = Table::new(["arm", "factor", "value", "reading", "low", "high"]);
    for (column, factor) in &all {
        for (point, read) in sweep.points.iter().zip(&sweep.readings) {
            let range = read[*column];
            data.push([
                sweep.columns[*column].arm.as_str().into(),
                of_factor(&sweep.factors[*factor]).as_str().into(),
                point[*factor].into(),
                range.best.into(),
                range.low.into(),
                range.high.into(),
            ]);
        }
    }
    let panels: Vec<Svg> = all.iter().take(MOST_PANELS).map(|(column, factor)| draw(sweep, *column, *factor)).collect();
    if panels.is_empty() {
        return None;
    }
    let step = sweep.points.len().div_ceil(MOST_POINTS).max(1);
    let mut caption = format!("Dot = a point of the design, median over worlds of {}", reading_words(sweep));
    if step > 1 {
        caption += &format!("; every {step}th of {} points", sweep.points.len());
    }
    if all.len() > MOST_PANELS {
        caption += &format!(". The first {MOST_PANELS} of {} panels", all.len());
    }
    Some(Plot {
        name: "points".into(),
        title: format!("{} at {} points", reading_words(sweep), sweep.points.len()),
        caption,
        layout: Layout::Multiples,
        panels,
        tall: None,
        data,
        vega: json!({
            "mark": "point",
            "encoding": {
                "x": { "field": "value", "type": "quantitative" },
                "y": { "field": "reading", "type": "quantitative" },
                "column": { "field": "factor", "type": "nominal" },
                "row": { "field": "arm", "type": "nominal" },
            },
        }),
        footer: sweep_footer(sweep),
    })
}

fn draw(sweep: &Sweep, column: usize, factor: usize) -> Svg {
    let row = &sweep.factors[factor];
    let (arm, unit) = (sweep.columns[column].arm.as_str(), sweep.columns[column].unit.as_str());
    let points: Vec<(f64, f64)> = sweep
        .points
        .iter()
        .zip(&sweep.readings)
        .filter_map(|(point, read)| Some((point[factor], finite(read[column].best)?)))
        .collect();
    let best = || points.iter().map(|(_, read)| *read);
    let (low, high) = best().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    let label =
        format!("{arm} over {}: from {} to {}", row.name, numbers::in_unit(low, unit), numbers::in_unit(high, unit));
    let mut svg = Svg::new(WIDTH, HEIGHT, label.clone());
    svg.text((0.0, 13.0), Anchor::Start, "lb", &fit(arm, WIDTH, 13.0, true));
    let x = match row.is_log {
        true => Axis::log(row.ends.0, row.ends.1, LEFT, RIGHT),
        false => Axis::linear(row.ends.0, row.ends.1, LEFT, RIGHT),
    };
    let y = match unit {
        "%" => Axis::linear(0.0, high.max(100.0), FLOOR, TOP),
        _ => Axis::around(best(), FLOOR, TOP),
    };
    vertical_axis(&mut svg, &y, LEFT, RIGHT, &y.ticks(2));
    horizontal_axis(&mut svg, &x, FLOOR, &x.ticks(3));
    let title = format!("{}{}", of_factor(row), if row.is_log { " (log)" } else { "" });
    svg.text((RIGHT, FLOOR + 34.0), Anchor::End, "at", &fit(&title, RIGHT, 12.0, false));
    svg.mark(&label, |svg| {
        for (at, read) in points.iter().step_by(points.len().div_ceil(MOST_POINTS).max(1)) {
            svg.circle((x.at(*at), y.at(*read)), 2.2, "wd");
        }
    });
    svg
}
