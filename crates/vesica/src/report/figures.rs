//! The figures, one file each; what they share stands here.

pub(super) mod body;
pub(super) mod copies;
pub(super) mod detection;
pub(super) mod fluids;
pub(super) mod forest;
pub(super) mod grid;
pub(super) mod heat;
pub(super) mod matters;
pub(super) mod modes;
pub(super) mod multiples;
pub(super) mod observed;
pub(super) mod paths;
pub(super) mod rescue;
pub(super) mod response;
pub(super) mod river;
pub(super) mod river_tall;
pub(super) mod scatter;
pub(super) mod shares;
pub(super) mod survival;
pub(super) mod tipping;
pub(super) mod worlds;

use super::axis::{Axis, hour_ticks};
use super::facts::{Look, Point, thinned};
use super::numbers;
use super::svg::{Anchor, Path, Svg, fit};

/// Points that a line is drawn with at most.
const DRAWN: usize = 60;

/// Footer at the lower right, beside the buttons that the page puts at the lower left.
fn footer(svg: &mut Svg, text: &str) {
    let text = fit(text, svg.width * 0.56, 10.5, false);
    svg.text((svg.width, svg.height - 5.0), Anchor::End, "wm", &text);
}

/// Horizontal grid with its ticks, and the title of the axis above it.
fn vertical_axis(svg: &mut Svg, axis: &Axis, left: f64, right: f64, ticks: &[f64]) {
    for tick in ticks {
        let y = axis.at(*tick);
        svg.line((left, y), (right, y), "gr");
        svg.text((left - 7.0, y + 4.0), Anchor::End, "tk", &axis.tick_text(*tick));
    }
}

/// Ticks and numbers below a horizontal axis at `y`.
fn horizontal_axis(svg: &mut Svg, axis: &Axis, y: f64, ticks: &[f64]) {
    svg.line((axis.start, y), (axis.end, y), "ax");
    for tick in ticks {
        let x = axis.at(*tick);
        svg.line((x, y), (x, y + 4.0), "ax");
        svg.text((x, y + 17.0), Anchor::Middle, "tk", &axis.tick_text(*tick));
    }
}

/// Hours below a figure, with the word at the last tick or apart.
fn hour_axis(svg: &mut Svg, axis: &Axis, y: f64, n: usize) {
    horizontal_axis(svg, axis, y, &hour_ticks(axis.to, n));
}

/// Band and line of a curve.
fn band_and_line(svg: &mut Svg, look: &Look<'_>, points: &[Point], x: &Axis, y: &Axis) {
    let points = thinned(points, DRAWN);
    let place = |value: fn(&Point) -> f64| -> Vec<(f64, f64)> {
        points.iter().map(|point| (x.at(point.time), y.at(value(point)))).collect()
    };
    let (high, low) = (place(|point| point.high), place(|point| point.low));
    svg.path(&Path::band(&high, &low), &format!("band fl {}", look.class));
    svg.path(&Path::line(place(|point| point.best)), &format!("ln {} {}", look.class, look.stroke));
}

/// A point mark: a square for a dashed arm, else a circle.
fn point_mark(svg: &mut Svg, look: &Look<'_>, at: (f64, f64), radius: f64) {
    let class = format!("fl rim {}", look.class);
    if look.stroke == "dash" {
        svg.rect((at.0 - radius, at.1 - radius), 2.0 * radius, 2.0 * radius, &class);
    } else {
        svg.circle(at, radius, &class);
    }
}

/// `62 % (44–80)`.
fn percent_with_range(point: &Point) -> String {
    let range = crate::result::Range3 { low: Some(point.low), best: None, high: Some(point.high) };
    format!("{} {}", numbers::in_unit(point.best, "%"), numbers::brackets(range, "%"))
}
