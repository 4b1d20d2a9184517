//! What the lab read beside what was predicted: one figure for each measure that has data.

use super::{footer, point_mark};
use crate::report::axis::Axis;
use crate::report::facts::{Facts, Look};
use crate::report::numbers::{self, finite};
use crate::report::plot::{Layout, Plot, Table};
use crate::report::svg::{Anchor, Svg, fit};
use crate::result::{AgreementRow, ObservedRow};
use serde_json::json;

const WIDTH: f64 = 520.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 384.0;
const TOP: f64 = 14.0;
const ROW: f64 = 26.0;

/// Rows that are drawn; all stand in the table.
const DRAWN: usize = 24;

/// A row for each arm and time with readings.
pub(in crate::report) fn plots(facts: &Facts<'_>) -> Vec<Plot> {
    let mut measures: Vec<&str> = Vec::new();
    for row in &facts.outcome.agreement {
        if !measures.contains(&row.measure.as_str()) {
            measures.push(&row.measure);
        }
    }
    measures.into_iter().enumerate().map(|(i, measure)| plot(facts, measure, i + 1)).collect()
}

fn plot(facts: &Facts<'_>, measure: &str, number: usize) -> Plot {
    let rows: Vec<&AgreementRow> = facts.outcome.agreement.iter().filter(|row| row.measure == measure).collect();
    let unit = rows.first().map_or("", |row| row.unit.as_str());
    let columns = ["arm", "time (h)", "what", &format!("{measure} ({unit})"), "low", "high", "replicate", "line"];
    let mut data = Table::new(columns);
    for row in &rows {
        data.push([
            row.arm.as_str().into(),
            row.at_h.into(),
            "predicted".into(),
            row.value.best.into(),
            row.value.low.into(),
            row.value.high.into(),
            "".into(),
            f64::NAN.into(),
        ]);
        for reading in readings(facts, row) {
            data.push([
                row.arm.as_str().into(),
                row.at_h.into(),
                "observed".into(),
                reading.observed.into(),
                f64::NAN.into(),
                f64::NAN.into(),
                reading.replicate.as_str().into(),
                f64::from(reading.line).into(),
            ]);
        }
    }
    let place = json!({ "field": "arm", "sort": null });
    let value = json!({ "field": format!("{measure} ({unit})"), "type": "quantitative" });
    let vega = json!({
        "facet": { "row": { "field": "time (h)" } },
        "spec": { "layer": [
            { "mark": "rule", "encoding": { "y": place, "x": { "field": "low", "type": "quantitative" }, "x2": { "field": "high" } } },
            { "mark": "point", "encoding": { "y": place, "x": value, "shape": { "field": "what" }, "color": { "field": "what" } } },
        ] },
    });
    let more = rows.len().saturating_sub(DRAWN);
    let left_out = if more > 0 { format!(". {more} more rows stand in the CSV") } else { String::new() };
    Plot {
        name: format!("observed-{number}"),
        title: title(facts, measure),
        caption: format!(
            "{measure}: bar and mark = 90 % range and median of the worlds, crosses = readings of the lab. Right: readings, \
             and the worlds that pass through them{left_out}"
        ),
        layout: Layout::Half,
        panels: vec![draw(facts, &rows[..rows.len().min(DRAWN)], measure, unit)],
        tall: None,
        data,
        vega,
        footer: facts.footer(),
    }
}

fn readings<'a>(facts: &'a Facts<'_>, row: &'a AgreementRow) -> impl Iterator<Item = &'a ObservedRow> {
    let is_meant = |reading: &&ObservedRow| {
        reading.measure == row.measure && reading.arm == row.arm && (reading.at_h - row.at_h).abs() < 1e-3
    };
    facts.outcome.observed.iter().filter(is_meant)
}

fn title(facts: &Facts<'_>, measure: &str) -> String {
    let all = facts.outcome.through.iter().find(|row| row.measure == measure && row.hypothesis.is_empty());
    match all {
        Some(row) if row.n_groups > 0 => {
            format!("{} of {} worlds pass through the readings", row.n_through, row.n_worlds)
        }
        _ => "Readings beside the prediction; no noise is known".to_owned(),
    }
}

fn draw(facts: &Facts<'_>, rows: &[&AgreementRow], measure: &str, unit: &str) -> Svg {
    let floor = TOP + ROW * rows.len() as f64;
    let spoken: Vec<String> = rows.iter().map(|row| words(row)).collect();
    let mut svg =
        Svg::new(WIDTH, floor + 58.0, format!("{measure}, readings beside the prediction. {}", spoken.join("; ")));
    let predicted = rows.iter().flat_map(|row| [row.value.low, row.value.best, row.value.high]).filter_map(finite);
    let observed = rows.iter().flat_map(|row| readings(facts, row)).map(|reading| reading.observed);
    let ends = predicted.chain(observed).filter(|value| value.is_finite());
    let (low, high) = ends.fold((0.0, 0.0), |(low, high): (f64, f64), end| (low.min(end), high.max(end)));
    let room = if high > low { 0.04 * (high - low) } else { 1.0 };
    let axis = Axis::linear(if low < 0.0 { low - room } else { 0.0 }, high + room, LEFT, RIGHT);
    for tick in axis.ticks(4) {
        let x = axis.at(tick);
        svg.line((x, TOP - 6.0), (x, floor), "gr");
        svg.text((x, floor + 17.0), Anchor::Middle, "tk", &axis.tick_text(tick));
    }
    // what a ratio is of stands behind the bar of `reads`
    let relative =
        facts.outcome.readings.iter().find(|row| row.measure == measure).map_or("", |row| row.reads.as_str());
    let relative = relative.rsplit_once(") / ").map_or(String::new(), |(_, arm)| format!(", of {arm}"));
    let unit = if unit == "1" { relative } else { format!(", {}", numbers::on_screen(unit)) };
    let words = fit(&format!("{measure}{unit}"), RIGHT - 20.0, 15.6, false);
    svg.text((RIGHT, floor + 34.0), Anchor::End, "at", &words);
    for (i, row) in rows.iter().enumerate() {
        draw_row(&mut svg, facts, row, &axis, TOP + ROW * (i as f64 + 0.5));
    }
    footer(&mut svg, &facts.footer());
    svg
}

fn draw_row(svg: &mut Svg, facts: &Facts<'_>, row: &AgreementRow, axis: &Axis, y: f64) {
    let Some(look) = facts.look(&row.arm) else { return };
    svg.mark(&words(row), |svg| {
        svg.rect((0.0, y - ROW / 2.0), WIDTH, ROW, "hit");
        let label = format!("{}, {} h", look.short, numbers::hours(row.at_h));
        let class = format!("lb ft {}", look.class);
        svg.text((LEFT - 12.0, y + 4.0), Anchor::End, &class, &fit(&label, LEFT - 14.0, 15.8, true));
        draw_prediction(svg, look, row, axis, y);
        for reading in readings(facts, row).filter(|reading| reading.observed.is_finite()) {
            let x = axis.at(reading.observed);
            svg.line((x - 3.5, y - 3.5), (x + 3.5, y + 3.5), "ax");
            svg.line((x - 3.5, y + 3.5), (x + 3.5, y - 3.5), "ax");
        }
        let through = row.through.map_or("not judged".to_owned(), numbers::share);
        svg.text_bold_first((WIDTH, y + 4.0), Anchor::End, &numbers::in_unit(row.observed, &row.unit), &through);
    });
}

fn draw_prediction(svg: &mut Svg, look: &Look<'_>, row: &AgreementRow, axis: &Axis, y: f64) {
    let Some(best) = finite(row.value.best) else { return };
    let (low, high) = (finite(row.value.low).unwrap_or(best), finite(row.value.high).unwrap_or(best));
    svg.line((axis.at(low), y), (axis.at(high), y), &format!("ci ln {}", look.class));
    point_mark(svg, look, (axis.at(best), y), 4.2);
}

/// A row in words.
fn words(row: &AgreementRow) -> String {
    let best = finite(row.value.best).map_or(numbers::NONE.to_owned(), |best| numbers::in_unit(best, &row.unit));
    let through = row
        .through
        .map_or("not judged".to_owned(), |share| format!("{} of the worlds pass through", numbers::share(share)));
    format!(
        "{} at {} h: observed {} ({} readings), predicted {best} {}, {through}",
        row.arm,
        numbers::hours(row.at_h),
        numbers::in_unit(row.observed, &row.unit),
        row.n,
        numbers::brackets(row.value, &row.unit)
    )
}
