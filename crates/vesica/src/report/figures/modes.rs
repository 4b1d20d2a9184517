//! What became of the cells of each arm: stacked bars, the modes as they come.

use super::footer;
use crate::report::facts::{ALIVE, Facts};
use crate::report::numbers;
use crate::report::plot::{Layout, Plot, Table};
use crate::report::svg::{Anchor, Svg, escape, fit, text_width};
use crate::result::FateRow;
use serde_json::json;

const WIDTH: f64 = 520.0;
const LEFT: f64 = 156.0;
const RIGHT: f64 = 486.0;
const ROW: f64 = 32.0;
const BAR: f64 = 22.0;
/// Fills of the modes, most frequent in the reference arm first; more modes share the last.
const FILLS: [&str; 4] = ["mode0", "mode1", "mode2", "mode3"];

/// One bar per arm whose fates are known.
pub(in crate::report) fn plot(facts: &Facts<'_>) -> Option<Plot> {
    let modes = modes(facts);
    let arms: Vec<(&str, Vec<f64>)> = facts
        .looks
        .iter()
        .filter_map(|look| Some((look.arm.name.as_str(), shares(facts, &look.arm.name, &modes)?)))
        .collect();
    if arms.is_empty() {
        return None;
    }
    let mut data = Table::new(["arm", "fate", "share (%)"]);
    for (arm, shares) in &arms {
        for (mode, share) in modes.iter().zip(shares) {
            data.push([(*arm).into(), mode.as_str().into(), (*share).into()]);
        }
    }
    Some(Plot {
        name: "fates".into(),
        title: title(facts, &modes),
        caption: format!("Fate of {} cells at the end, mean over worlds", facts.target),
        layout: Layout::Half,
        panels: vec![draw(facts, &modes, &arms)],
        tall: None,
        data,
        vega: json!({
            "mark": "bar",
            "encoding": {
                "y": { "field": "arm", "sort": null },
                "x": { "field": "share (%)", "type": "quantitative", "stack": "zero" },
                "color": { "field": "fate", "type": "nominal", "sort": null },
            },
        }),
        footer: facts.footer(),
    })
}

/// `alive` first, then the modes, the most frequent of the reference arm first.
pub(in crate::report) fn modes(facts: &Facts<'_>) -> Vec<String> {
    let of_target = || facts.outcome.fates.iter().filter(|row| row.cell == facts.target);
    let mut modes: Vec<String> = Vec::new();
    for row in of_target().filter(|row| row.fate != ALIVE) {
        if !modes.contains(&row.fate) {
            modes.push(row.fate.clone());
        }
    }
    let weight = |mode: &String| -> f64 {
        let mean = |row: &FateRow| if row.mean.is_finite() { row.mean } else { 0.0 };
        let all: f64 = of_target().filter(|row| row.fate == *mode).map(mean).sum();
        let here: f64 = of_target().filter(|row| row.fate == *mode && row.arm == facts.reference).map(mean).sum();
        here + 1e-6 * all
    };
    modes.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
    modes.insert(0, ALIVE.to_owned());
    modes
}

/// Share of each fate of an arm in percent; `None` when nothing is known of it.
pub(in crate::report) fn shares(facts: &Facts<'_>, arm: &str, modes: &[String]) -> Option<Vec<f64>> {
    let share = |mode: &String| {
        let row =
            facts.outcome.fates.iter().find(|row| row.arm == arm && row.cell == facts.target && row.fate == *mode)?;
        Some(row.mean).filter(|mean| mean.is_finite()).map(|mean| mean.clamp(0.0, 100.0))
    };
    let shares: Vec<Option<f64>> = modes.iter().map(share).collect();
    shares.iter().any(Option::is_some).then(|| shares.into_iter().map(|share| share.unwrap_or(0.0)).collect())
}

/// Class of the fill of a fate by its place in [`modes`].
pub(in crate::report) fn fill(index: usize) -> &'static str {
    if index == 0 { "alive" } else { FILLS[(index - 1).min(FILLS.len() - 1)] }
}

/// Draws a part of a bar; the second mode is hatched, the third dotted, so that ink tells them apart.
pub(in crate::report) fn draw_part(svg: &mut Svg, prefix: &str, index: usize, at: (f64, f64), width: f64, height: f64) {
    match index {
        2 => svg.rect_filled(at, width, height, &format!("url(#{prefix}-hatch)")),
        3 => svg.rect_filled(at, width, height, &format!("url(#{prefix}-dots)")),
        _ => svg.rect(at, width, height, fill(index)),
    }
}

/// The patterns that [`draw_part`] needs.
pub(in crate::report) fn define_patterns(svg: &mut Svg, prefix: &str) {
    let prefix = escape(prefix);
    svg.define(&format!(
        "<pattern id=\"{prefix}-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <rect width=\"6\" height=\"6\" class=\"pbg\"/><path d=\"M1.5 0V6\" class=\"pln\"/></pattern>\
         <pattern id=\"{prefix}-dots\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">\
         <rect width=\"5\" height=\"5\" class=\"pbg\"/><circle cx=\"2.5\" cy=\"2.5\" r=\"1.5\" class=\"mode0\"/></pattern>"
    ));
}

fn title(facts: &Facts<'_>, modes: &[String]) -> String {
    let Some(shares) = shares(facts, facts.reference, modes) else { return "How the cells fared".to_owned() };
    let dead: f64 = shares[1..].iter().sum();
    match (modes.get(1), shares.get(1)) {
        (Some(mode), Some(share)) if dead >= 1.0 => format!(
            "{}: {} of 100 cells die, {} of them by {mode}",
            fit(facts.reference, 240.0, 15.5, true),
            numbers::whole(dead),
            numbers::whole(*share)
        ),
        _ => format!("{}: hardly a cell dies", fit(facts.reference, 300.0, 15.5, true)),
    }
}

fn draw(facts: &Facts<'_>, modes: &[String], arms: &[(&str, Vec<f64>)]) -> Svg {
    let rows_of_legend = draw_legend(&mut Svg::new(WIDTH, 0.0, ""), modes);
    let top = 12.0 + 20.0 * rows_of_legend as f64;
    let floor = top + ROW * arms.len() as f64;
    let mut svg = Svg::new(WIDTH, floor + 46.0, "Fate of the cells of each arm, in percent".to_owned());
    define_patterns(&mut svg, "fates");
    draw_legend(&mut svg, modes);
    for (i, (arm, shares)) in arms.iter().enumerate() {
        draw_bar(&mut svg, facts, modes, (arm, shares), top + ROW * i as f64);
    }
    svg.line((LEFT, floor), (RIGHT, floor), "ax");
    for tick in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let x = LEFT + (RIGHT - LEFT) * tick / 100.0;
        let text = if tick == 100.0 { "100 %".to_owned() } else { numbers::whole(tick) };
        svg.text((x, floor + 17.0), Anchor::Middle, "tk", &text);
    }
    footer(&mut svg, &facts.footer());
    svg
}

fn draw_legend(svg: &mut Svg, modes: &[String]) -> usize {
    let (mut x, mut row) = (LEFT, 0);
    for (i, mode) in modes.iter().enumerate().take(8) {
        let text = fit(mode, 150.0, 12.5, false);
        let width = text_width(&text, 15.0, false) + 30.0;
        if x + width > WIDTH && x > LEFT {
            (x, row) = (LEFT, row + 1);
        }
        let y = 7.0 + 20.0 * row as f64;
        draw_part(svg, "fates", i, (x, y), 10.0, 10.0);
        svg.text((x + 16.0, y + 9.5), Anchor::Start, "t", &text);
        x += width;
    }
    row + 1
}

fn draw_bar(svg: &mut Svg, facts: &Facts<'_>, modes: &[String], (arm, shares): (&str, &[f64]), y: f64) {
    let parts: Vec<String> =
        modes.iter().zip(shares).map(|(mode, share)| format!("{} {mode}", numbers::whole(*share))).collect();
    svg.mark(&format!("{arm}: {}", parts.join(", ")), |svg| {
        svg.rect((0.0, y), WIDTH, ROW, "hit");
        let short = facts.short(arm);
        svg.text((LEFT - 10.0, y + 15.5), Anchor::End, "lb", &fit(short, LEFT - 14.0, 15.8, true));
        let scale = (RIGHT - LEFT) / shares.iter().sum::<f64>().max(100.0);
        let mut x = LEFT;
        for (i, share) in shares.iter().enumerate() {
            let width = share * scale;
            draw_part(svg, "fates", i, (x, y), (width - 0.8).max(width * 0.5), BAR);
            let text = numbers::whole(*share);
            if i < 2 && width > text_width(&text, 12.5, true) + 8.0 {
                let (at, anchor) = if i == 0 { (x + 7.0, Anchor::Start) } else { (x + width / 2.0, Anchor::Middle) };
                svg.text((at, y + 15.5), anchor, if i == 0 { "t tb" } else { "t on9" }, &text);
            } else if width > text_width(&text, 12.5, true) + 12.0 {
                svg.text((x + width / 2.0, y + 15.5), Anchor::Middle, "t tb halo", &text);
            }
            x += width;
        }
    });
}
