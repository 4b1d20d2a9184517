//! Amounts inside the cell over time, as factors: against the start, or one arm against another.

use super::{footer, horizontal_axis};
use crate::report::axis::{Axis, hour_ticks};
use crate::report::facts::{ALIVE, Facts, Point, thinned};
use crate::report::numbers;
use crate::report::palette::{LINKS, link_class, link_number};
use crate::report::plot::{Layout, Plot, Table};
use crate::report::svg::{Anchor, Svg, fit};
use crate::result::CurvePoint;
use serde_json::json;

const WIDTH: f64 = 900.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 770.0;
const TOP: f64 = 30.0;
const ROW: f64 = 24.0;
const MOST_ROWS: usize = 24;
const MOST_STEPS: usize = 96;
/// The darkest step is a factor of eight.
const FULL: f64 = 3.0;

/// A row: what it is and its factors over time.
struct Line<'a> {
    symbol: &'a CurvePoint,
    /// Time and log2 of the factor; `None` where it is not defined (a start of zero).
    values: Vec<(f64, Option<f64>)>,
    /// What stands at the end of the row.
    end: String,
}

/// Change of the reference arm against its start.
pub(in crate::report) fn of_reference(facts: &Facts<'_>) -> Option<Plot> {
    let line = |symbol: &'_ CurvePoint| {
        let points = thinned(&facts.curve(facts.reference, &symbol.cell, &symbol.symbol), MOST_STEPS);
        let start = points.first()?.best;
        let values = points.iter().map(|point| (point.time, log_factor(point.best, start))).collect();
        Some((values, end_of(&points, start, &symbol.unit)))
    };
    let caption = format!(
        "{}, median over worlds; chip = link. Color = factor against the first hour of the curve",
        facts.reference
    );
    plot(facts, "inside", line, caption, |line| format!("What changes most: {} ({})", line.symbol.label, line.end))
}

/// The compared arm against the reference arm, hour by hour.
pub(in crate::report) fn of_difference(facts: &Facts<'_>) -> Option<Plot> {
    let other = facts.outcome.answer.of.as_str();
    if other.is_empty() || other == facts.reference {
        return None;
    }
    let line = |symbol: &'_ CurvePoint| {
        let points = facts.curve(other, &symbol.cell, &symbol.symbol);
        let base = facts.curve(facts.reference, &symbol.cell, &symbol.symbol);
        let pairs: Vec<(Point, Point)> =
            points.into_iter().zip(base).filter(|(one, two)| one.time == two.time).collect();
        let pairs = thinned(&pairs, MOST_STEPS);
        let values = pairs.iter().map(|(one, two)| (one.time, log_factor(one.best, two.best))).collect();
        let (last, base) = pairs.last()?;
        Some((values, end_of(&[*last], base.best, &symbol.unit)))
    };
    let caption = format!("{} against {} at the same hour, medians over worlds", facts.short(other), facts.reference);
    plot(facts, "inside-difference", line, caption, |line| {
        format!("What differs most between the two arms: {} ({})", line.symbol.label, line.end)
    })
}

type Values = (Vec<(f64, Option<f64>)>, String);

fn plot<'a>(
    facts: &Facts<'a>,
    name: &str,
    line: impl Fn(&'a CurvePoint) -> Option<Values>,
    caption: String,
    title: impl Fn(&Line<'a>) -> String,
) -> Option<Plot> {
    let mut symbols: Vec<&CurvePoint> = facts.symbols(facts.target);
    let mut cells: Vec<&str> = Vec::new();
    for point in facts.outcome.curves.iter().filter(|point| point.cell != facts.target) {
        if !cells.contains(&point.cell.as_str()) {
            cells.push(&point.cell);
            symbols.extend(facts.symbols(&point.cell));
        }
    }
    symbols.retain(|symbol| symbol.symbol != ALIVE);
    // Target cell first, then along the chain; the sort keeps the order of the table inside a link.
    symbols.sort_by_key(|symbol| (symbol.cell != facts.target, link_number(&symbol.link).unwrap_or(LINKS.len() + 1)));
    let lines = symbols.into_iter().filter_map(|symbol| line(symbol).map(|(values, end)| Line { symbol, values, end }));
    let lines: Vec<Line<'_>> = lines.take(MOST_ROWS).collect();
    let size = |line: &Line<'_>| line.values.last().and_then(|(_, value)| *value).map_or(0.0, f64::abs);
    let most = lines.iter().max_by(|one, other| size(one).total_cmp(&size(other)))?;
    let title = if size(most) > 0.2 { title(most) } else { "Hardly anything changes".to_owned() };
    Some(Plot {
        name: name.to_owned(),
        title: fit(&title, 700.0, 15.5, true),
        caption,
        layout: Layout::Full,
        panels: vec![draw(facts, &lines, name == "inside")],
        tall: None,
        data: data(&lines),
        vega: json!({
            "mark": "rect",
            "encoding": {
                "x": { "field": "time (h)", "type": "ordinal" },
                "y": { "field": "what", "sort": null },
                "color": { "field": "log2 factor", "type": "quantitative", "scale": { "scheme": "blueorange", "domainMid": 0 } },
            },
        }),
        footer: facts.footer(),
    })
}

fn data(lines: &[Line<'_>]) -> Table {
    let mut table = Table::new(["what", "cell", "link", "time (h)", "log2 factor"]);
    for line in lines {
        for (time, value) in &line.values {
            let CurvePoint { label, cell, link, .. } = line.symbol;
            table.push([
                label.as_str().into(),
                cell.as_str().into(),
                link.as_str().into(),
                (*time).into(),
                (*value).into(),
            ]);
        }
    }
    table
}

fn log_factor(value: f64, base: f64) -> Option<f64> {
    (value > 0.0 && base > 0.0).then(|| (value / base).log2()).filter(|log| log.is_finite())
}

/// `÷ 7.5` at the end of a row; where the base is zero, the amount itself.
fn end_of(points: &[Point], base: f64, unit: &str) -> String {
    match points.last() {
        Some(last) if last.best > 0.0 && base > 0.0 => match last.best / base {
            ratio if (0.955..1.05).contains(&ratio) => "same".to_owned(),
            ratio => numbers::factor(ratio),
        },
        Some(last) if base == 0.0 && last.best > 0.0 => format!("0 → {}", numbers::in_unit(last.best, unit)),
        Some(last) if last.best == 0.0 && base > 0.0 => "→ 0".to_owned(),
        _ => numbers::NONE.to_owned(),
    }
}

fn step(log: f64) -> usize {
    ((log / FULL * 5.0).round().clamp(-5.0, 5.0) + 5.0) as usize
}

fn draw(facts: &Facts<'_>, lines: &[Line<'_>], is_against_start: bool) -> Svg {
    let floor = TOP + ROW * lines.len() as f64;
    let ends: Vec<String> = lines.iter().take(6).map(|line| format!("{} {}", line.symbol.label, line.end)).collect();
    let mut svg = Svg::new(WIDTH, floor + 92.0, format!("Heat map over time. At the end: {}", ends.join("; ")));
    let x = Axis::linear(0.0, facts.end(), LEFT, RIGHT);
    let last = lines.iter().filter_map(|line| line.values.last()).map(|(time, _)| *time).fold(0.0, f64::max);
    svg.text((RIGHT + 9.0, TOP - 9.0), Anchor::Start, "ts", &format!("at {} h", numbers::hours(last)));
    for (i, line) in lines.iter().enumerate() {
        draw_line(&mut svg, facts, line, &x, TOP + ROW * i as f64);
    }
    let mut right_of = f64::MIN;
    for (hour, drug) in facts.doses(facts.reference).into_iter().filter(|(hour, _)| (x.from..=x.to).contains(hour)) {
        let at = x.at(hour);
        svg.line((at, TOP - 6.0), (at, floor), "evk");
        if at > right_of {
            let text = fit(&drug, 120.0, 12.0, false);
            svg.text((at + 5.0, TOP - 9.0), Anchor::Start, "ts", &text);
            right_of = at + 12.0 + crate::report::svg::text_width(&text, 12.0, false);
        }
    }
    horizontal_axis(&mut svg, &x, floor, &hour_ticks(x.to, 6));
    svg.text((RIGHT + 18.0, floor + 17.0), Anchor::Start, "tk", "hours");
    draw_key(&mut svg, floor + 36.0, is_against_start);
    footer(&mut svg, &facts.footer());
    svg
}

fn draw_line(svg: &mut Svg, facts: &Facts<'_>, line: &Line<'_>, x: &Axis, y: f64) {
    let symbol = line.symbol;
    let name =
        if symbol.cell == facts.target { symbol.label.clone() } else { format!("{} ({})", symbol.label, symbol.cell) };
    svg.mark(&format!("{name}: {} at the end", line.end), |svg| {
        svg.rect((0.0, y), WIDTH, ROW, "hit");
        if let Some(number) = link_number(&symbol.link) {
            svg.circle((9.0, y + 11.0), 7.5, &format!("fl {}", link_class(&symbol.link)));
            svg.text((9.0, y + 14.8), Anchor::Middle, "chip", &number.to_string());
        }
        svg.text((24.0, y + 15.5), Anchor::Start, "t", &fit(&name, LEFT - 32.0, 12.5, false));
        for (from, to, step) in runs(&line.values, x) {
            let class = step.map_or("unknown".to_owned(), |step| format!("d{step}"));
            svg.rect((from, y), to - from, ROW - 2.0, &class);
        }
        svg.text((RIGHT + 9.0, y + 15.5), Anchor::Start, "t tb", &fit(&line.end, WIDTH - RIGHT - 9.0, 12.5, true));
    });
}

/// Equal neighbors merged: from, to, step of color.
fn runs(values: &[(f64, Option<f64>)], x: &Axis) -> Vec<(f64, f64, Option<usize>)> {
    let mut runs: Vec<(f64, f64, Option<usize>)> = Vec::new();
    for (i, (time, value)) in values.iter().enumerate() {
        let next = values.get(i + 1).map_or(x.to.max(*time), |(time, _)| *time);
        let (from, to, step) = (x.at(*time), x.at(next), value.map(step));
        match runs.last_mut() {
            Some(last) if last.2 == step => last.1 = to,
            _ if to > from => runs.push((from, to, step)),
            _ => {}
        }
    }
    runs
}

fn draw_key(svg: &mut Svg, y: f64, is_against_start: bool) {
    let width = 22.0;
    for step in 0..=10 {
        svg.rect((LEFT + width * step as f64, y), width, 9.0, &format!("d{step}"));
    }
    let end = LEFT + width * 11.0;
    let factor = 2f64.powf(FULL);
    for (at, text) in [
        (LEFT + 11.0, numbers::factor(1.0 / factor)),
        (LEFT + width * 5.5, "same".to_owned()),
        (end - 11.0, numbers::factor(factor)),
    ] {
        svg.text((at, y + 23.0), Anchor::Middle, "ts", &text);
    }
    let words = if is_against_start {
        "change against the start; blank: no start to compare with"
    } else {
        "change against the other arm"
    };
    svg.text((end + 12.0, y + 9.0), Anchor::Start, "ts", words);
}
