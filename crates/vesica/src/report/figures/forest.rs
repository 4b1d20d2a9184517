//! Paired differences of every arm to the reference arm.

use super::{footer, point_mark};
use crate::report::axis::Axis;
use crate::report::facts::{Facts, Look};
use crate::report::numbers::{self, finite};
use crate::report::plot::{Layout, Plot, Table};
use crate::report::svg::{Anchor, Svg, fit};
use crate::result::DifferenceRow;
use serde_json::json;

const WIDTH: f64 = 520.0;
const LEFT: f64 = 160.0;
const RIGHT: f64 = 374.0;
const TOP: f64 = 30.0;
const ROW: f64 = 30.0;

/// One row per arm, the largest gain first.
pub(in crate::report) fn plot(facts: &Facts<'_>) -> Option<Plot> {
    let of_reference = |row: &&DifferenceRow| row.minus == facts.reference && row.arm != row.minus;
    let mut rows: Vec<(&DifferenceRow, &Look<'_>)> = Vec::new();
    for row in facts.outcome.differences.iter().filter(of_reference) {
        if let Some(look) = facts.look(&row.arm).filter(|_| finite(row.value.best).is_some()) {
            rows.push((row, look));
        }
    }
    if rows.is_empty() {
        return None;
    }
    let best = |row: &DifferenceRow| finite(row.value.best).unwrap_or(0.0);
    rows.sort_by(|one, other| best(other.0).total_cmp(&best(one.0)));
    let unit = &rows[0].0.unit;
    let mut data = Table::new(["arm", "minus", &format!("difference ({unit})"), "low", "high"]);
    for (row, _) in &rows {
        let value = row.value;
        data.push([
            row.arm.as_str().into(),
            row.minus.as_str().into(),
            value.best.into(),
            value.low.into(),
            value.high.into(),
        ]);
    }
    let vega = json!({
        "layer": [
            { "mark": "rule", "encoding": { "y": { "field": "arm", "sort": null }, "x": { "field": "low", "type": "quantitative" }, "x2": { "field": "high" } } },
            { "mark": "point", "encoding": { "y": { "field": "arm", "sort": null }, "x": { "field": format!("difference ({unit})"), "type": "quantitative" } } },
        ],
    });
    Some(Plot {
        name: "differences".into(),
        title: "Same worlds, same chances: what each change does".into(),
        caption: format!("Median and 90 % range of the difference to {}, world by world", facts.reference),
        layout: Layout::Half,
        panels: vec![draw(facts, &rows)],
        tall: None,
        data,
        vega,
        footer: facts.footer(),
    })
}

fn draw(facts: &Facts<'_>, rows: &[(&DifferenceRow, &Look<'_>)]) -> Svg {
    let answer = &facts.outcome.answer;
    let floor = TOP + ROW * rows.len() as f64;
    let spoken: Vec<String> = rows.iter().map(|(row, look)| format!("{} {}", look.short, text(row).0)).collect();
    let mut svg = Svg::new(WIDTH, floor + 58.0, format!("Differences to {}. {}", facts.reference, spoken.join("; ")));
    // One reading has a CV of `noise`; a difference of two readings near the reference level has sqrt(2) times that.
    let level = facts.alive(facts.reference).last().map(|point| point.best);
    let noise = level.map(|level| 2f64.sqrt() * answer.noise * level).filter(|noise| noise.is_finite() && *noise > 0.0);
    let ends = rows.iter().flat_map(|(row, _)| [row.value.low, row.value.best, row.value.high]).filter_map(finite);
    let (low, high) =
        ends.chain([-5.0, 5.0]).fold((0.0, 0.0), |(low, high): (f64, f64), end| (low.min(end), high.max(end)));
    let axis = Axis::linear(low - 0.06 * (high - low), high + 0.06 * (high - low), LEFT, RIGHT);
    if let Some(noise) = noise {
        let (from, to) = (axis.at(-noise), axis.at(noise));
        svg.rect((from, TOP - 6.0), to - from, floor - TOP + 6.0, "zone");
        svg.text(
            (axis.at(0.0).clamp(LEFT + 70.0, RIGHT), 14.0),
            Anchor::Middle,
            "ts",
            &format!("noise of the assay ±{}", numbers::whole(noise)),
        );
    }
    for tick in axis.ticks(5) {
        let x = axis.at(tick);
        svg.line((x, TOP - 6.0), (x, floor), if tick == 0.0 { "zero" } else { "gr" });
        svg.text((x, floor + 17.0), Anchor::Middle, "tk", &numbers::signed(tick));
    }
    let unit = rows.first().map(|(row, _)| row.unit.as_str()).unwrap_or_default();
    let title = format!("difference to {}, {unit}", facts.reference);
    svg.text((RIGHT, floor + 34.0), Anchor::End, "at", &fit(&title, RIGHT - 20.0, 15.6, false));
    for (i, (row, look)) in rows.iter().enumerate() {
        draw_row(&mut svg, row, look, &axis, TOP + ROW * (i as f64 + 0.5));
    }
    footer(&mut svg, &facts.footer());
    svg
}

fn draw_row(svg: &mut Svg, row: &DifferenceRow, look: &Look<'_>, axis: &Axis, y: f64) {
    let best = finite(row.value.best).unwrap_or(0.0);
    let (low, high) = (finite(row.value.low).unwrap_or(best), finite(row.value.high).unwrap_or(best));
    let (bold, rest) = text(row);
    svg.mark(&format!("{}: {bold} {rest}", row.arm), |svg| {
        svg.rect((0.0, y - ROW / 2.0), WIDTH, ROW, "hit");
        svg.text(
            (LEFT - 12.0, y + 4.0),
            Anchor::End,
            &format!("lb ft {}", look.class),
            &fit(&look.short, LEFT - 14.0, 15.8, true),
        );
        svg.line((axis.at(low), y), (axis.at(high), y), &format!("ci ln {}", look.class));
        point_mark(svg, look, (axis.at(best), y), 4.6);
        svg.text_bold_first((WIDTH, y + 4.0), Anchor::End, &bold, &rest);
    });
}

fn text(row: &DifferenceRow) -> (String, String) {
    let best = finite(row.value.best).unwrap_or(f64::NAN);
    let bold = if row.unit == "points" { numbers::signed(best) } else { numbers::simulated(best) };
    (bold, numbers::brackets(row.value, &row.unit))
}
