//! The river for a narrow page: it runs from top to bottom, its width is the amount left.

use super::river::{define_gradient, draw_status, spoken, stage_label};
use super::{footer, modes};
use crate::report::chain::{Chain, Depth, Stage, loss};
use crate::report::facts::Facts;
use crate::report::numbers;
use crate::report::palette::LINKS;
use crate::report::svg::{Anchor, Path, Svg, fit, wrap};

const WIDTH: f64 = 372.0;
const SHORE: f64 = 90.0;
const ROOM: f64 = 156.0;
const TOP: f64 = 46.0;
const STEP: f64 = 84.0;
const FLAT: f64 = 16.0;
const WORDS: f64 = SHORE + ROOM + 12.0;

/// The tall drawing of a chain.
pub(super) fn draw(facts: &Facts<'_>, chain: &Chain<'_>, stages: &[Stage<'_>], number: usize) -> Svg {
    let end = TOP + 8.0 * STEP;
    let mut svg = Svg::new(WIDTH, end + 96.0, spoken(chain, stages));
    let depth = Depth::of(stages, ROOM, ROOM);
    define_gradient(&mut svg, &format!("tall-{number}"), (0.0, TOP), (0.0, end));
    svg.text((SHORE, 12.0), Anchor::Start, "ts", "width: amount per target cell (log)");
    for tick in depth.ticks(3) {
        let x = SHORE + depth.at(tick);
        let text = if depth.has_zero && tick == depth.floor { "0".to_owned() } else { numbers::given(tick) };
        svg.line((x, TOP - 4.0), (x, end), "gr");
        svg.text((x, TOP - 12.0), Anchor::Middle, "tk", &text);
    }
    for (of, class) in [(high as fn(&Stage<'_>) -> f64, "w3"), (best, "w2"), (low, "w1")] {
        svg.path_filled(&bed(stages, of, &depth), &format!("url(#tall-{number})"), class);
    }
    for after_link in [3.0, 5.0] {
        svg.line((0.0, TOP + after_link * STEP), (WIDTH, TOP + after_link * STEP), "mem2");
    }
    for (i, link) in LINKS.iter().enumerate().take(8) {
        let stage = stages.iter().position(|stage| stage.number == i + 1);
        draw_link(
            &mut svg,
            i + 1,
            link,
            stage.map(|at| (&stages[at], at.checked_sub(1).map(|before| &stages[before]))),
        );
    }
    draw_decision(&mut svg, facts, chain, number, end + 22.0);
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

fn center(number: usize) -> f64 {
    TOP + STEP * (number as f64 - 0.5)
}

fn bed(stages: &[Stage<'_>], of: fn(&Stage<'_>) -> f64, depth: &Depth) -> Path {
    let mut path = Path::default();
    if stages.iter().all(|stage| depth.at(of(stage)) <= 0.0) {
        return path;
    }
    let x = |stage: &Stage<'_>| SHORE + depth.at(of(stage));
    let start = center(stages[0].number) - STEP / 2.0;
    path.move_to((SHORE, start));
    path.line_to((x(&stages[0]), start));
    for pair in stages.windows(2) {
        let (from, to) = (center(pair[0].number) + FLAT, center(pair[1].number) - FLAT);
        let middle = (from + to) / 2.0;
        path.line_to((x(&pair[0]), from));
        path.curve_to((x(&pair[0]), middle), (x(&pair[1]), middle), (x(&pair[1]), to));
    }
    let end = TOP + 8.0 * STEP;
    path.line_to((x(&stages[stages.len() - 1]), end));
    path.line_to((SHORE, end));
    path.close();
    path
}

fn draw_link(svg: &mut Svg, number: usize, link: &str, stage: Option<(&Stage<'_>, Option<&Stage<'_>>)>) {
    let y = center(number);
    let Some((stage, before)) = stage else {
        svg.text((SHORE - 8.0, y + 5.0), Anchor::End, "lf mute", &format!("{number} {link}"));
        return;
    };
    svg.mark(&stage_label(stage), |svg| {
        svg.rect((0.0, y - STEP / 2.0), WIDTH, STEP, "hit");
        draw_status(svg, (SHORE - 14.0, y - 14.0), stage.row.status);
        svg.text((SHORE - 8.0, y + 5.0), Anchor::End, "lf", &format!("{number} {link}"));
        let factor = before.and_then(|before| loss(before, stage)).map(numbers::factor).unwrap_or_default();
        svg.text((WORDS, y - 20.0), Anchor::Start, "ts", &factor);
        svg.text((WORDS, y - 3.0), Anchor::Start, "nb", &numbers::simulated(stage.best));
        let words = if stage.row.lost.is_empty() { &stage.row.counted } else { &stage.row.lost };
        svg.text((WORDS, y + 12.0), Anchor::Start, "ts", &fit(&stage.row.unit, WIDTH - WORDS, 12.0, false));
        for (i, line) in wrap(words, WIDTH - WORDS, 12.0, 2).iter().enumerate() {
            svg.text((WORDS, y + 26.0 + 13.0 * i as f64), Anchor::Start, "cnt", line);
        }
    });
}

fn draw_decision(svg: &mut Svg, facts: &Facts<'_>, chain: &Chain<'_>, number: usize, y: f64) {
    if let Some(row) = chain.decide() {
        draw_status(svg, (SHORE - 14.0, y - 8.0), row.status);
    }
    svg.text((SHORE - 8.0, y + 12.0), Anchor::End, "lf", "9 decide");
    let modes = modes::modes(facts);
    let Some(shares) = modes::shares(facts, chain.arm, &modes) else { return };
    let prefix = format!("tall-fate-{number}");
    modes::define_patterns(svg, &prefix);
    let (mut x, width) = (SHORE, WIDTH - SHORE - 4.0);
    let mut words: Vec<String> = Vec::new();
    for (i, (mode, share)) in modes.iter().zip(&shares).enumerate() {
        let part = width * share / shares.iter().sum::<f64>().max(100.0);
        modes::draw_part(svg, &prefix, i, (x, y - 2.0), part, 18.0);
        x += part;
        if *share >= 0.5 {
            words.push(format!("{} {mode}", numbers::whole(*share)));
        }
    }
    for (i, line) in wrap(&words.join(", "), width, 12.5, 2).iter().enumerate() {
        svg.text((SHORE, y + 34.0 + 15.0 * i as f64), Anchor::Start, "t", line);
    }
}
