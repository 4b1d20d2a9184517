//! Copies that arrived against the protein that is left, one mark per world.

use super::{footer, horizontal_axis, vertical_axis};
use crate::report::axis::Axis;
use crate::report::facts::Facts;
use crate::report::numbers;
use crate::report::plot::{Layout, Plot, Table};
use crate::report::svg::{Anchor, Svg, fit, text_width};
use crate::result::WorldRow;
use serde_json::json;

const WIDTH: f64 = 520.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 486.0;
const TOP: f64 = 34.0;
const FLOOR: f64 = 272.0;
/// Place of worlds without a copy, left of the logarithmic axis.
const ZERO: f64 = 60.0;
const MOST_MARKS: usize = 600;

/// The worlds with a protein, if in any of them a copy arrived.
pub(in crate::report) fn plot(facts: &Facts<'_>) -> Option<Plot> {
    let is_known = |world: &&WorldRow| world.protein.is_finite() && world.copies.is_finite() && world.copies >= 0.0;
    let worlds: Vec<&WorldRow> = facts.outcome.worlds.iter().filter(is_known).collect();
    if !worlds.iter().any(|world| world.copies > 0.0) {
        return None;
    }
    let mut hypotheses: Vec<&str> = Vec::new();
    for world in &worlds {
        if !hypotheses.contains(&world.hypothesis.as_str()) {
            hypotheses.push(&world.hypothesis);
        }
    }
    let mut data = Table::new(["world", "hypothesis", "copies per cell", "protein left"]);
    for world in &worlds {
        data.push([
            f64::from(world.world).into(),
            world.hypothesis.as_str().into(),
            world.copies.into(),
            world.protein.into(),
        ]);
    }
    let halved = worlds.iter().filter(|world| world.protein < 0.5).count();
    Some(Plot {
        name: "copies".into(),
        title: format!("In {halved} of {} worlds enough copies arrive to halve the protein", worlds.len()),
        caption: format!(
            "{}: copies that reached the cytosol per {} cell by the end, and what is left of the main target protein; one mark per world",
            facts.reference, facts.target
        ),
        layout: Layout::Half,
        panels: vec![draw(facts, &worlds, &hypotheses)],
        tall: None,
        data,
        vega: json!({
            "mark": "point",
            "encoding": {
                "x": { "field": "copies per cell", "type": "quantitative", "scale": { "type": "symlog" } },
                "y": { "field": "protein left", "type": "quantitative" },
                "shape": { "field": "hypothesis", "type": "nominal" },
            },
        }),
        footer: facts.footer(),
    })
}

fn draw(facts: &Facts<'_>, worlds: &[&WorldRow], hypotheses: &[&str]) -> Svg {
    let positive: Vec<f64> = worlds.iter().map(|world| world.copies).filter(|copies| *copies > 0.0).collect();
    let (low, high) = positive.iter().fold((f64::MAX, 0.0), |(low, high): (f64, f64), c| (low.min(*c), high.max(*c)));
    let has_zero = positive.len() < worlds.len();
    // Whole decades, at most nine of them: below, copies count as none.
    let to = 10f64.powf(high.log10().ceil().max(1.0));
    let from = 10f64.powf(low.log10().floor()).max(to * 1e-9);
    let x = Axis::log(from, to, if has_zero { ZERO + 26.0 } else { LEFT + 10.0 }, RIGHT);
    let top = worlds.iter().map(|world| world.protein).fold(1.0, f64::max).min(4.0);
    let y = Axis::linear(0.0, top, FLOOR, TOP);
    let label = format!(
        "Protein left against copies per cell in {} worlds; copies from {} to {}",
        worlds.len(),
        numbers::simulated(if has_zero { 0.0 } else { low }),
        numbers::simulated(high)
    );
    let n_legend = legend_rows(hypotheses);
    let mut svg = Svg::new(WIDTH, FLOOR + 60.0 + 18.0 * n_legend as f64, label);
    vertical_axis(&mut svg, &y, LEFT, RIGHT, &y.ticks(4));
    svg.text((0.0, 13.0), Anchor::Start, "at", "protein left, share");
    horizontal_axis(&mut svg, &x, FLOOR, &x.ticks(6));
    if has_zero {
        svg.text((ZERO, FLOOR + 17.0), Anchor::Middle, "tk", "0");
        svg.line((ZERO + 12.0, TOP), (ZERO + 12.0, FLOOR), "gr");
    }
    svg.text((RIGHT, FLOOR + 35.0), Anchor::End, "at", "copies per cell (log)");
    let step = worlds.len().div_ceil(MOST_MARKS).max(1);
    for (i, world) in worlds.iter().enumerate().step_by(step) {
        // Worlds without a copy would lie on one line: spread by their number, which means nothing else.
        let at_x = if world.copies > 0.0 { x.at(world.copies) } else { ZERO + ((i * 7) % 13) as f64 - 6.0 };
        let shape = hypotheses.iter().position(|name| *name == world.hypothesis).unwrap_or(0);
        let label = format!(
            "{} copies, {} of the protein left; {}",
            numbers::simulated(world.copies),
            numbers::share(world.protein),
            world.hypothesis
        );
        svg.mark(&label, |svg| draw_mark(svg, shape, (at_x, y.at(world.protein))));
    }
    draw_legend(&mut svg, hypotheses, FLOOR + 52.0);
    footer(&mut svg, &facts.footer());
    svg
}

fn draw_mark(svg: &mut Svg, shape: usize, at: (f64, f64)) {
    match shape {
        0 => svg.circle(at, 3.4, "wd hol"),
        1 => svg.circle(at, 3.4, "wd"),
        2 => svg.rect((at.0 - 3.0, at.1 - 3.0), 6.0, 6.0, "wd"),
        _ => svg.rect((at.0 - 3.0, at.1 - 3.0), 6.0, 6.0, "wd hol"),
    }
}

/// Places of the legend's words: x, row, text.
fn legend(hypotheses: &[&str]) -> Vec<(f64, usize, String)> {
    let (mut x, mut row) = (LEFT, 0);
    let mut out = Vec::new();
    for name in hypotheses.iter().take(4) {
        // as wide as on a narrow screen, where letters are larger
        let text = fit(name, 250.0, 15.6, false);
        let width = text_width(&text, 15.6, false) + 30.0;
        if x + width > WIDTH && x > LEFT {
            (x, row) = (LEFT, row + 1);
        }
        out.push((x, row, text));
        x += width;
    }
    out
}

fn legend_rows(hypotheses: &[&str]) -> usize {
    legend(hypotheses).last().map_or(0, |(_, row, _)| row + 1)
}

fn draw_legend(svg: &mut Svg, hypotheses: &[&str], top: f64) {
    for (shape, (x, row, text)) in legend(hypotheses).into_iter().enumerate() {
        let y = top + 18.0 * row as f64;
        draw_mark(svg, shape, (x + 4.0, y - 4.0));
        svg.text((x + 14.0, y), Anchor::Start, "ts", &text);
    }
}
