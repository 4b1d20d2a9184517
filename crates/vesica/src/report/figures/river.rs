//! The chain as a river: depth is the amount left (log), each outflow as wide as the factor it costs.

use super::{footer, modes, river_tall};
use crate::report::chain::{Chain, Depth, Stage, loss};
use crate::report::facts::Facts;
use crate::report::numbers;
use crate::report::palette::{LINKS, link_class};
use crate::report::plot::{Layout, Plot, Table};
use crate::report::svg::{Anchor, Path, Svg, fit, wrap};
use crate::result::{LedgerRow, Status};
use serde_json::json;

const WIDTH: f64 = 1120.0;
const LEFT: f64 = 92.0;
const COLUMN: f64 = 101.0;
const SURFACE: f64 = 136.0;
const ROOM: f64 = 200.0;
/// No outflow may run into its neighbor.
const WIDEST: f64 = 80.0;
const BANK: f64 = SURFACE + ROOM + 46.0;
const HEIGHT: f64 = BANK + 92.0;
/// Half of the flat stretch of a link.
const FLAT: f64 = 20.0;

/// The river of one chain; `number` tells the drawings of a page apart.
pub(in crate::report) fn plot(facts: &Facts<'_>, chain: &Chain<'_>, number: usize) -> Option<Plot> {
    let stages = chain.stages();
    if stages.is_empty() {
        return None;
    }
    let mut data = Table::new(["link", "counted", "unit", "low", "best", "high", "lost", "status"]);
    for row in &chain.rows {
        let text = [&row.link, &row.counted, &row.unit].map(|text| text.as_str().into());
        let [link, counted, unit] = text;
        let LedgerRow { amount, lost, status, .. } = row;
        data.push([
            link,
            counted,
            unit,
            amount.low.into(),
            amount.best.into(),
            amount.high.into(),
            lost.as_str().into(),
            status.word().into(),
        ]);
    }
    Some(Plot {
        name: format!("river-{number}"),
        title: title(&stages),
        caption: "Depth is the amount left per target cell, on a log scale: each outflow is as wide as the factor it costs, so the \
                  widths add up. Dark = in 95 % of worlds, middle = median, pale = up to the highest 5 %"
            .into(),
        layout: Layout::Full,
        panels: vec![draw(facts, chain, &stages, number)],
        tall: Some(river_tall::draw(facts, chain, &stages, number)),
        data,
        vega: json!({
            "mark": { "type": "bar", "orient": "horizontal" },
            "encoding": {
                "y": { "field": "link", "sort": null },
                "x": { "field": "best", "type": "quantitative", "scale": { "type": "symlog" } },
                "color": { "field": "status", "type": "nominal" },
            },
        }),
        footer: facts.footer(),
    })
}

fn title(stages: &[Stage<'_>]) -> String {
    let steps = stages.windows(2).filter_map(|pair| Some((pair[1], loss(&pair[0], &pair[1])?)));
    let costliest = steps.min_by(|one, other| one.1.total_cmp(&other.1));
    if let Some(dry) = stages.iter().find(|stage| stage.best == 0.0) {
        return format!("In half of the worlds nothing gets past {}", LINKS[dry.number - 1]);
    }
    match costliest {
        Some((stage, factor)) if factor < 0.5 => {
            format!("Most is lost at {}: {}", LINKS[stage.number - 1], numbers::factor(factor))
        }
        Some(_) => "No single link takes half of what comes".to_owned(),
        None => "What is left after each link".to_owned(),
    }
}

/// What a listener hears.
pub(super) fn spoken(chain: &Chain<'_>, stages: &[Stage<'_>]) -> String {
    let amount = |stage: &Stage<'_>| format!("{} {}", numbers::simulated(stage.best), stage.row.counted);
    match (stages.first(), stages.last()) {
        (Some(first), Some(last)) => format!(
            "The chain as a river, arm {}: from {} to {} per target cell",
            chain.arm,
            amount(first),
            amount(last)
        ),
        _ => "The chain as a river".to_owned(),
    }
}

/// What the mark of a stage says.
pub(super) fn stage_label(stage: &Stage<'_>) -> String {
    let range = crate::result::Range3 { low: Some(stage.low), best: None, high: Some(stage.high) };
    format!(
        "{} {}: {} {}, {}; {}",
        stage.number,
        LINKS[stage.number - 1],
        numbers::in_unit(stage.best, &stage.row.unit),
        numbers::brackets(range, &stage.row.unit),
        stage.row.counted,
        stage.row.status.word()
    )
}

/// Status as a shape: full, half, hollow.
pub(super) fn draw_status(svg: &mut Svg, at: (f64, f64), status: Status) {
    svg.circle(at, 5.0, if status == Status::Assumed { "sd a" } else { "sd" });
    match status {
        Status::Measured => svg.circle(at, 5.0, "sdf"),
        Status::Inferred => {
            let mut half = Path::default();
            half.move_to((at.0, at.1 - 5.0));
            half.curve_to((at.0 - 6.7, at.1 - 5.0), (at.0 - 6.7, at.1 + 5.0), (at.0, at.1 + 5.0));
            half.close();
            svg.path(&half, "sdf");
        }
        Status::Assumed => {}
    }
}

/// A gradient along the chain, in the direction given by the end point.
pub(super) fn define_gradient(svg: &mut Svg, id: &str, from: (f64, f64), to: (f64, f64)) {
    let stop = |i: usize| format!("<stop offset=\"{:.3}\" class=\"stp l{}\"/>", (i as f64 + 0.5) / 8.0, i + 1);
    let stops: String = (0..8).map(stop).collect();
    svg.define(&format!(
        "<linearGradient id=\"{id}\" gradientUnits=\"userSpaceOnUse\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\">{stops}</linearGradient>",
        from.0, from.1, to.0, to.1
    ));
}

fn center(number: usize) -> f64 {
    LEFT + COLUMN * (number as f64 - 0.5)
}

fn draw(facts: &Facts<'_>, chain: &Chain<'_>, stages: &[Stage<'_>], number: usize) -> Svg {
    let mut svg = Svg::new(WIDTH, HEIGHT, spoken(chain, stages));
    let depth = Depth::of(stages, ROOM, WIDEST);
    define_gradient(&mut svg, &format!("river-{number}"), (LEFT, 0.0), (LEFT + 8.0 * COLUMN, 0.0));
    draw_rooms(&mut svg, chain);
    draw_scale(&mut svg, &depth);
    for pair in stages.windows(2) {
        draw_outflow(&mut svg, &pair[0], &pair[1], &depth, number);
    }
    for (of, class) in [(high as fn(&Stage<'_>) -> f64, "w3"), (best, "w2"), (low, "w1")] {
        svg.path_filled(&bed(stages, of, &depth), &format!("url(#river-{number})"), class);
    }
    svg.line((center(stages[0].number) - COLUMN / 2.0, SURFACE), (LEFT + 8.0 * COLUMN, SURFACE), "surf");
    for stage in stages {
        draw_stage(&mut svg, stage);
    }
    for (i, link) in LINKS.iter().enumerate().take(8).filter(|(i, _)| stages.iter().all(|stage| stage.number != i + 1))
    {
        draw_absent(&mut svg, i + 1, link);
    }
    draw_decision(&mut svg, facts, chain, number);
    footer(&mut svg, &facts.footer());
    svg
}

fn low(stage: &Stage<'_>) -> f64 {
    stage.low
}

fn best(stage: &Stage<'_>) -> f64 {
    stage.best
}

fn high(stage: &Stage<'_>) -> f64 {
    stage.high
}

/// Donor, space and target, with a membrane around the cells.
fn draw_rooms(svg: &mut Svg, chain: &Chain<'_>) {
    let (donor, target) = ((30.0, LEFT + 3.0 * COLUMN - 3.0), (LEFT + 5.0 * COLUMN + 3.0, WIDTH - 4.0));
    for (from, to) in [donor, target] {
        svg.rounded((from, 24.0), to - from, HEIGHT - 46.0, 26.0, "mem1");
        svg.rounded((from, 24.0), to - from, HEIGHT - 46.0, 26.0, "mem2");
    }
    let space = (donor.1 + target.0) / 2.0;
    svg.text((donor.0 + 4.0, 12.0), Anchor::Start, "cap", "DONOR");
    svg.text((space, 12.0), Anchor::Middle, "cap", "SPACE");
    svg.text((target.1 - 4.0, 12.0), Anchor::End, "cap", "TARGET");
    svg.text(
        (donor.0 + 68.0, 12.0),
        Anchor::Start,
        "ts",
        &fit(&format!("{} in {}", chain.cargo, chain.vesicle), 290.0, 12.0, false),
    );
    svg.text((target.1 - 76.0, 12.0), Anchor::End, "ts", &fit(chain.target, 280.0, 12.0, false));
}

fn draw_scale(svg: &mut Svg, depth: &Depth) {
    for tick in depth.ticks(6) {
        let y = SURFACE + depth.at(tick);
        let is_zero = depth.has_zero && tick == depth.floor;
        let text = if is_zero { "0".to_owned() } else { numbers::given(tick) };
        svg.line((LEFT, y), (LEFT + 8.0 * COLUMN, y), "gr");
        svg.text((LEFT - 7.0, y + 4.0), Anchor::End, "tk", &text);
    }
}

/// The river from its surface down to its bed.
fn bed(stages: &[Stage<'_>], of: fn(&Stage<'_>) -> f64, depth: &Depth) -> Path {
    let mut path = Path::default();
    if stages.iter().all(|stage| depth.at(of(stage)) <= 0.0) {
        return path;
    }
    let y = |stage: &Stage<'_>| SURFACE + depth.at(of(stage));
    let start = center(stages[0].number) - COLUMN / 2.0;
    path.move_to((start, SURFACE));
    path.line_to((start, y(&stages[0])));
    for pair in stages.windows(2) {
        let (from, to) = (center(pair[0].number) + FLAT, center(pair[1].number) - FLAT);
        let middle = (from + to) / 2.0;
        path.line_to((from, y(&pair[0])));
        path.curve_to((middle, y(&pair[0])), (middle, y(&pair[1])), (to, y(&pair[1])));
    }
    let end = LEFT + 8.0 * COLUMN;
    path.line_to((end, y(&stages[stages.len() - 1])));
    path.line_to((end, SURFACE));
    path.close();
    path
}

/// What is lost between two links leaves downwards, as wide as its factor.
fn draw_outflow(svg: &mut Svg, before: &Stage<'_>, after: &Stage<'_>, depth: &Depth, river: usize) {
    let x = center(after.number);
    let (from, to) = (SURFACE + depth.at(before.best), SURFACE + depth.at(after.best));
    let width = from - to;
    let class = link_class(&after.row.link);
    if width > 0.8 {
        let id = format!("out-{river}-{}", after.number);
        svg.define(&format!(
            "<linearGradient id=\"{id}\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\"><stop offset=\"0\" stop-opacity=\".8\" class=\"stp {class}\"/>\
             <stop offset=\"1\" stop-opacity=\"0\" class=\"stp {class}\"/></linearGradient>"
        ));
        let start = center(before.number) + FLAT;
        let (left, right) = (x - width / 2.0, x + width / 2.0);
        let mut path = Path::default();
        let (end, middle) = (x - FLAT, (start + x - FLAT) / 2.0);
        path.move_to((start, from));
        path.curve_to(((start + left) / 2.0, from), (left, from), (left, from + 26.0));
        path.line_to((left, BANK));
        path.line_to((right, BANK));
        path.line_to((right, to + 30.0));
        path.curve_to((right, to + 8.0), ((end + right) / 2.0, to), (end, to));
        // Back along the bed of the river, so that nothing stands between the two.
        path.curve_to((middle, to), (middle, from), (start, from));
        path.close();
        svg.path_filled(&path, &format!("url(#{id})"), "out");
    }
    let factor = loss(before, after).map(numbers::factor).unwrap_or_default();
    let is_gain = after.best > before.best;
    let text = if after.best == 0.0 && before.best > 0.0 { "nothing left".to_owned() } else { factor };
    svg.text((x, BANK + 17.0), Anchor::Middle, "t tb", &text);
    if !is_gain {
        for (i, line) in wrap(&after.row.lost, COLUMN - 6.0, 12.0, 3).iter().enumerate() {
            svg.text((x, BANK + 33.0 + 14.0 * i as f64), Anchor::Middle, "ts", line);
        }
    }
}

fn draw_stage(svg: &mut Svg, stage: &Stage<'_>) {
    let x = center(stage.number);
    svg.mark(&stage_label(stage), |svg| {
        svg.rect((x - COLUMN / 2.0, 30.0), COLUMN, HEIGHT - 58.0, "hit");
        draw_head(svg, stage.number, LINKS[stage.number - 1], stage.row.status);
        for (i, line) in wrap(&stage.row.counted, COLUMN - 6.0, 11.5, 2).iter().enumerate() {
            svg.text((x, 78.0 + 13.0 * i as f64), Anchor::Middle, "cnt", line);
        }
        svg.text((x, 111.0), Anchor::Middle, "nb", &numbers::simulated(stage.best));
        svg.text((x, 126.0), Anchor::Middle, "ts", &fit(&stage.row.unit, COLUMN - 6.0, 12.0, false));
    });
}

fn draw_head(svg: &mut Svg, number: usize, link: &str, status: Status) {
    draw_status(svg, (center(number), 42.0), status);
    svg.text((center(number), 63.0), Anchor::Middle, "lf", &format!("{number} {link}"));
}

fn draw_absent(svg: &mut Svg, number: usize, link: &str) {
    svg.text((center(number), 63.0), Anchor::Middle, "lf mute", &format!("{number} {link}"));
    for (i, line) in ["takes nothing", "away here"].iter().enumerate() {
        svg.text((center(number), 78.0 + 13.0 * i as f64), Anchor::Middle, "cnt", line);
    }
}

/// The ninth link: what became of a hundred cells.
fn draw_decision(svg: &mut Svg, facts: &Facts<'_>, chain: &Chain<'_>, number: usize) {
    let x = LEFT + 8.0 * COLUMN + 58.0;
    if let Some(row) = chain.decide() {
        draw_status(svg, (x + 15.0, 42.0), row.status);
    }
    svg.text((x + 15.0, 63.0), Anchor::Middle, "lf", "9 decide");
    let modes = modes::modes(facts);
    let Some(shares) = modes::shares(facts, chain.arm, &modes) else { return };
    svg.text((x + 15.0, 111.0), Anchor::Middle, "nb", "100");
    svg.text((x + 15.0, 126.0), Anchor::Middle, "ts", "cells");
    let prefix = format!("fate-{number}");
    modes::define_patterns(svg, &prefix);
    let (mut y, mut free) = (SURFACE, SURFACE + 6.0);
    for (i, (mode, share)) in modes.iter().zip(&shares).enumerate() {
        let height = ROOM * share / shares.iter().sum::<f64>().max(100.0);
        modes::draw_part(svg, &prefix, i, (x, y), 30.0, height);
        if *share >= 0.5 {
            let at = (y + height / 2.0 + 4.0).max(free + 4.0);
            free = at + 13.0;
            let name = fit(mode, WIDTH - x - 74.0, 12.5, false);
            svg.text_bold_first((x + 38.0, at), Anchor::Start, &numbers::whole(*share), &name);
        }
        y += height;
    }
}
