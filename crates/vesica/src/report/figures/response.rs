//! Dose and response: the reading of an arm over what was varied, beside the arm that was asked without its vesicles.

use super::{footer, horizontal_axis, vertical_axis};
use crate::report::axis::Axis;
use crate::report::numbers::{self, finite};
use crate::report::plot::{Layout, Plot, Table};
use crate::report::study::{level, of_factor, reading_words, sweep_footer};
use crate::report::svg::{Anchor, Path, Svg, fit};
use crate::result::Range3;
use crate::study::response::Response;
use crate::study::sweep::Sweep;
use serde_json::json;

/// More panels say no more; the tables of the folder have all.
const MOST_PANELS: usize = 24;
/// Room for a dose of zero, which has no place on a logarithm.
const ZERO: f64 = 36.0;

/// A reading over the values of a factor.
struct Curve<'a> {
    arm: &'a str,
    points: Vec<(f64, Range3)>,
    /// What was fitted, where the factor is a dose.
    fit: Option<&'a Response>,
    class: &'static str,
    stroke: &'static str,
}

/// Curves that are seen together.
struct Panel<'a> {
    name: String,
    curves: Vec<Curve<'a>>,
    factor: usize,
    unit: &'a str,
}

/// Where things stand in a panel.
struct Frame {
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    floor: f64,
    is_small: bool,
}

const LARGE: Frame =
    Frame { width: 520.0, height: 330.0, left: 40.0, right: 388.0, top: 34.0, floor: 262.0, is_small: false };
const SMALL: Frame =
    Frame { width: 232.0, height: 224.0, left: 34.0, right: 222.0, top: 72.0, floor: 176.0, is_small: true };

/// The curves of a grid; `None` when nothing makes a curve.
pub(in crate::report) fn plot(sweep: &Sweep) -> Option<Plot> {
    let mut panels = of_doses(sweep);
    if panels.is_empty() {
        panels = of_levels(sweep);
    }
    let first = panels.first()?;
    let factor = &sweep.factors[first.factor];
    let is_one = panels.iter().all(|panel| panel.factor == first.factor);
    let over = if is_one { of_factor(factor) } else { "what was varied".to_owned() };
    let is_cut = panels.len() > MOST_PANELS;
    let reading = reading_words(sweep);
    let mut caption =
        format!("{reading} over {over}. Line = median, band = 90 % of worlds, marks = what was simulated");
    if panels.iter().any(|panel| panel.curves.len() > 1) {
        caption += &format!("; dashed = {}, × = EC50 over that of the dashed one", sweep.without_vesicles);
    }
    if is_cut {
        caption += &format!(". The first {MOST_PANELS} of {} curves", panels.len());
    }
    panels.truncate(MOST_PANELS);
    let is_single = panels.len() == 1;
    let frame = if is_single { &LARGE } else { &SMALL };
    Some(Plot {
        name: "response".into(),
        title: title(sweep, &panels),
        caption,
        layout: if is_single { Layout::Half } else { Layout::Multiples },
        data: data(sweep, &panels),
        panels: panels.iter().map(|panel| draw(sweep, panel, frame)).collect(),
        tall: None,
        vega: json!({
            "mark": { "type": "line", "point": true },
            "encoding": {
                "x": { "field": "value", "type": "quantitative", "scale": { "type": if factor.is_log { "log" } else { "linear" } } },
                "y": { "field": "reading", "type": "quantitative" },
                "color": { "field": "arm", "type": "nominal" },
                "row": { "field": "at", "type": "nominal" },
            },
        }),
        footer: sweep_footer(sweep),
    })
}

/// A panel for each arm that gets a drug, at each value of everything else.
fn of_doses(sweep: &Sweep) -> Vec<Panel<'_>> {
    let is_shown = |response: &&Response| response.arm != sweep.without_vesicles && !response.is_repeat;
    let shown: Vec<&Response> = sweep.responses.iter().filter(is_shown).collect();
    shown.into_iter().filter_map(|response| of_response(sweep, response)).collect()
}

/// An arm, and beside it the one without vesicles.
fn of_response<'a>(sweep: &'a Sweep, response: &'a Response) -> Option<Panel<'a>> {
    let factor = sweep.factors.iter().position(|factor| factor.name == response.drug)?;
    let curve = |fit: &'a Response, class, stroke| Curve {
        arm: &fit.arm,
        points: fit.points.iter().map(|p| (sweep.points[*p][factor], sweep.readings[*p][fit.column])).collect(),
        fit: Some(fit),
        class,
        stroke,
    };
    let is_partner = |other: &&Response| {
        response.compared == other.arm && other.drug == response.drug && other.others == response.others
    };
    let mut curves = vec![curve(response, "ref", "")];
    curves.extend(sweep.responses.iter().find(is_partner).map(|partner| curve(partner, "l3", "dash")));
    let name = match at_others(sweep, factor, &response.others) {
        at if at.is_empty() => response.arm.clone(),
        at => format!("{at}, {}", response.arm),
    };
    Some(Panel { name, curves, factor, unit: &sweep.columns[response.column].unit })
}

/// A panel for each arm over the levels of the only factor.
fn of_levels(sweep: &Sweep) -> Vec<Panel<'_>> {
    if sweep.factors.len() != 1 || sweep.design != "grid" {
        return Vec::new();
    }
    let panel = |column: usize| {
        let mut points: Vec<(f64, Range3)> =
            sweep.points.iter().zip(&sweep.readings).map(|(point, read)| (point[0], read[column])).collect();
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        let arm = sweep.columns[column].arm.as_str();
        let curve = Curve { arm, points, fit: None, class: "ref", stroke: "" };
        Panel { name: arm.to_owned(), curves: vec![curve], factor: 0, unit: &sweep.columns[column].unit }
    };
    sweep.asked.iter().map(|column| panel(*column)).collect()
}

/// `rate 20 /h`: the values of all factors but one.
fn at_others(sweep: &Sweep, factor: usize, others: &[f64]) -> String {
    let rest = sweep.factors.iter().enumerate().filter(|(index, _)| *index != factor);
    rest.zip(others).map(|((_, factor), value)| level(factor, *value)).collect::<Vec<_>>().join(", ")
}

/// What is seen, and no more than the ranges allow.
fn title(sweep: &Sweep, panels: &[Panel<'_>]) -> String {
    let first = panels.first().and_then(|panel| panel.curves.first()).and_then(fitted);
    let Some((response, ec50)) = first.filter(|_| panels.len() == 1) else {
        let mut names: Vec<&str> = panels.iter().map(|panel| sweep.factors[panel.factor].name.as_str()).collect();
        names.dedup();
        return format!("{} over {}", reading_words(sweep), names.join(", and over "));
    };
    let unit = numbers::on_screen(&response.unit);
    let value = format!("The EC50 of {} is {} {unit}", response.drug, numbers::simulated(ec50));
    match response.shift.filter(|_| response.n_shift > 0).map(|shift| (shift.low, shift.best, shift.high)) {
        Some((Some(low), Some(best), Some(high))) if low > 1.0 || high < 1.0 => {
            format!("{value}; vesicles move it by {}", numbers::factor(best))
        }
        Some(_) => format!("{value}; that vesicles move it is not certain"),
        None => value,
    }
}

/// What was fitted to a curve, where its EC50 lies among the doses.
fn fitted<'a>(curve: &Curve<'a>) -> Option<(&'a Response, f64)> {
    let fit = curve.fit.filter(|fit| fit.beyond().is_none())?;
    Some((fit, finite(fit.ec50.best)?))
}

fn data(sweep: &Sweep, panels: &[Panel<'_>]) -> Table {
    let mut table = Table::new(["panel", "arm", "factor", "value", "reading", "low", "high", "unit"]);
    for panel in panels {
        for curve in &panel.curves {
            for (value, range) in &curve.points {
                table.push([
                    panel.name.as_str().into(),
                    curve.arm.into(),
                    of_factor(&sweep.factors[panel.factor]).as_str().into(),
                    (*value).into(),
                    range.best.into(),
                    range.low.into(),
                    range.high.into(),
                    panel.unit.into(),
                ]);
            }
        }
    }
    table
}

/// `EC50 2.3 µM (1.6–3.7)`, in two parts.
fn ec50_words(fit: &Response) -> (String, String) {
    match finite(fit.ec50.best) {
        Some(best) if fit.beyond().is_some() => {
            let sign = fit.beyond().unwrap_or_default();
            (format!("EC50 {sign} {} {}", numbers::given(best), numbers::on_screen(&fit.unit)), String::new())
        }
        Some(best) => (
            format!("EC50 {} {}", numbers::simulated(best), numbers::on_screen(&fit.unit)),
            numbers::brackets(fit.ec50, &fit.unit),
        ),
        None => ("no effect at these doses".to_owned(), String::new()),
    }
}

/// `× 1.2 (1.1–1.4) of the dashed`
fn shift_words(fit: &Response) -> Option<String> {
    let shift = fit.shift.filter(|_| fit.n_shift > 0)?;
    let best = finite(shift.best)?;
    Some(format!("{} {} of the dashed", numbers::factor(best), numbers::brackets(shift, "1")))
}

fn spoken(sweep: &Sweep, panel: &Panel<'_>, curve: &Curve<'_>) -> String {
    let factor = &sweep.factors[panel.factor];
    let ends: Vec<String> = [curve.points.first(), curve.points.last()]
        .into_iter()
        .flatten()
        .filter_map(|(at, range)| {
            Some(format!("{} at {}", numbers::in_unit(finite(range.best)?, panel.unit), level(factor, *at)))
        })
        .collect();
    let mut words = format!("{}: {}", curve.arm, ends.join(", "));
    if let Some(fit) = curve.fit {
        let (bold, rest) = ec50_words(fit);
        words += &format!("; {bold} {rest}");
        words += &shift_words(fit).map_or(String::new(), |shift| format!(", {shift}"));
    }
    words
}

fn draw(sweep: &Sweep, panel: &Panel<'_>, frame: &Frame) -> Svg {
    let factor = &sweep.factors[panel.factor];
    let words: Vec<String> = panel.curves.iter().map(|curve| spoken(sweep, panel, curve)).collect();
    let mut svg = Svg::new(frame.width, frame.height, format!("{}. {}", panel.name, words.join(". ")));
    let values = || panel.curves.iter().flat_map(|curve| &curve.points);
    let has_zero = values().any(|(at, _)| *at == 0.0);
    let positive: Vec<f64> = values().map(|(at, _)| *at).filter(|at| *at > 0.0).collect();
    let (low, high) = positive.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), at| (low.min(*at), high.max(*at)));
    let is_log = !positive.is_empty() && (factor.is_log || (factor.is_dose && high / low > 10.0));
    let zero = (is_log && has_zero).then_some(frame.left + 6.0);
    let start = if zero.is_some() { frame.left + ZERO + 6.0 } else { frame.left };
    let x = match is_log {
        true => Axis::log(low, high, start, frame.right),
        false => {
            let (low, high) =
                values().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (at, _)| (low.min(*at), high.max(*at)));
            Axis::linear(low, high, start, frame.right)
        }
    };
    let read = values().flat_map(|(_, range)| [range.low, range.best, range.high]).filter_map(finite);
    let y = match panel.unit {
        "%" => Axis::linear(0.0, read.fold(100.0, f64::max), frame.floor, frame.top),
        _ => Axis::around(read, frame.floor, frame.top),
    };
    vertical_axis(&mut svg, &y, frame.left, frame.right, &y.ticks(if frame.is_small { 2 } else { 4 }));
    horizontal_axis(&mut svg, &x, frame.floor, &x.ticks(4));
    if let Some(zero) = zero {
        svg.line((zero - 5.0, frame.floor), (zero + 5.0, frame.floor), "ax");
        svg.text((zero, frame.floor + 17.0), Anchor::Middle, "tk", "0");
    }
    let log = if is_log { " (log)" } else { "" };
    let title = format!("{}{log}", of_factor(factor));
    let below = frame.floor + 34.0;
    svg.text((frame.right, below), Anchor::End, "at", &fit(&title, frame.right - 4.0, 12.0, false));
    head(&mut svg, sweep, panel, frame);
    let place = |at: f64| if at > 0.0 || !is_log { Some(x.at(at)) } else { zero };
    for curve in panel.curves.iter().rev() {
        svg.mark(&spoken(sweep, panel, curve), |svg| draw_curve(svg, curve, &place, &y, frame));
    }
    if !frame.is_small {
        draw_names(&mut svg, panel, &y, frame);
        draw_drops(&mut svg, panel, &x, &y, frame);
        footer(&mut svg, &sweep_footer(sweep));
    }
    svg
}

/// The name and what was fitted, above a small panel; the title of the axis above a large one.
fn head(svg: &mut Svg, sweep: &Sweep, panel: &Panel<'_>, frame: &Frame) {
    if !frame.is_small {
        let unit = if panel.unit == "1" { String::new() } else { format!(", {}", numbers::on_screen(panel.unit)) };
        let title = format!("{}{unit}", reading_words(sweep));
        svg.text((0.0, 14.0), Anchor::Start, "at", &fit(&title, frame.right, 12.0, false));
        return;
    }
    svg.text((0.0, 13.0), Anchor::Start, "lb", &fit(&panel.name, frame.width, 13.0, true));
    let Some(own) = panel.curves.first().and_then(|curve| curve.fit) else { return };
    let (bold, rest) = ec50_words(own);
    let line = format!("{bold} {rest}");
    // a number is never cut: without its range where there is no room
    let shown = if fit(&line, frame.width, 12.0, false) == line { line } else { bold };
    svg.text((0.0, 29.0), Anchor::Start, "ts", &shown);
    if let Some(shift) = shift_words(own) {
        svg.text((0.0, 45.0), Anchor::Start, "ts", &fit(&shift, frame.width, 12.0, false));
    }
}

fn draw_curve(svg: &mut Svg, curve: &Curve<'_>, place: &dyn Fn(f64) -> Option<f64>, y: &Axis, frame: &Frame) {
    let line = |pick: fn(&Range3) -> Option<f64>, with_zero: bool| -> Vec<(f64, f64)> {
        let points = curve.points.iter().filter(|(at, _)| with_zero || *at != 0.0);
        points.filter_map(|(at, range)| Some((place(*at)?, y.at(finite(pick(range))?)))).collect()
    };
    // a dose of zero stands apart from a logarithm
    let is_apart = curve.points.len() > 1
        && place(0.0).is_some_and(|zero| zero > frame.left && zero < frame.left + ZERO)
        && curve.points.iter().any(|(at, _)| *at == 0.0);
    let (high, low) = (line(|range| range.high, !is_apart), line(|range| range.low, !is_apart));
    if high.len() == low.len() {
        svg.path(&Path::band(&high, &low), &format!("band fl {}", curve.class));
    }
    svg.path(&Path::line(line(|range| range.best, !is_apart)), &format!("ln {} {}", curve.class, curve.stroke));
    let radius = if frame.is_small { 2.2 } else { 3.2 };
    for at in line(|range| range.best, true) {
        let class = format!("fl rim {}", curve.class);
        if curve.stroke == "dash" {
            svg.rect((at.0 - radius, at.1 - radius), 2.0 * radius, 2.0 * radius, &class);
        } else {
            svg.circle(at, radius, &class);
        }
    }
}

/// Names at the ends of the lines, the lowest first, never on each other.
fn draw_names(svg: &mut Svg, panel: &Panel<'_>, y: &Axis, frame: &Frame) {
    let end = |curve: &Curve<'_>| curve.points.last().and_then(|(_, range)| finite(range.best)).map(|best| y.at(best));
    let mut named: Vec<(&Curve<'_>, f64)> = panel.curves.iter().filter_map(|c| Some((c, end(c)?))).collect();
    named.sort_by(|one, other| other.1.total_cmp(&one.1));
    let mut below = f64::INFINITY;
    for (curve, at) in named {
        let at = (at + 4.0).min(below - 16.0);
        let name = fit(curve.arm, frame.width - frame.right - 10.0, 13.0, true);
        svg.text((frame.right + 9.0, at), Anchor::Start, &format!("lb ft {}", curve.class), &name);
        below = at;
    }
}

/// A line from each curve down to its EC50, the lower one named on its left, the higher on its right.
fn draw_drops(svg: &mut Svg, panel: &Panel<'_>, x: &Axis, y: &Axis, frame: &Frame) {
    let mut drops: Vec<(&Curve<'_>, &Response, f64)> =
        panel.curves.iter().filter_map(|curve| fitted(curve).map(|(fit, ec50)| (curve, fit, ec50))).collect();
    drops.sort_by(|one, other| other.2.total_cmp(&one.2));
    for (index, (curve, response, ec50)) in drops.iter().enumerate() {
        let (at, height) = (x.at(*ec50), y.at(value_at(&curve.points, *ec50, x)));
        svg.line((at, height), (at, frame.floor), "ev");
        svg.circle((at, height), 4.6, &format!("fl rim {}", curve.class));
        let (bold, rest) = ec50_words(response);
        let class = format!("lb ft halo {}", curve.class);
        let (anchor, text_x, text_y) = match index {
            0 => (Anchor::Start, (at + 10.0).min(frame.right - 60.0), height - 10.0),
            _ => (Anchor::End, (at - 10.0).max(frame.left + 100.0), frame.floor - 26.0),
        };
        svg.text((text_x, text_y), anchor, &class, &bold);
        svg.text((text_x, text_y + 15.0), anchor, "ts halo", &rest);
    }
}

/// The median between two points that were simulated, straight on the axis.
fn value_at(points: &[(f64, Range3)], at: f64, x: &Axis) -> f64 {
    let known: Vec<(f64, f64)> =
        points.iter().filter(|(dose, _)| *dose > 0.0).filter_map(|(dose, r)| Some((*dose, finite(r.best)?))).collect();
    let after = known.iter().position(|(dose, _)| *dose >= at).unwrap_or(known.len().saturating_sub(1));
    match (known.get(after.wrapping_sub(1)), known.get(after)) {
        (Some(one), Some(other)) if x.at(other.0) > x.at(one.0) => {
            let share = (x.at(at) - x.at(one.0)) / (x.at(other.0) - x.at(one.0));
            one.1 + share.clamp(0.0, 1.0) * (other.1 - one.1)
        }
        (_, Some(only)) => only.1,
        _ => f64::NAN,
    }
}
