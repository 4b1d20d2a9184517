//! One dot per world: the answer as people count it.

use super::{footer, horizontal_axis};
use crate::report::axis::Axis;
use crate::report::facts::Facts;
use crate::report::numbers;
use crate::report::plot::{Layout, Plot, Table};
use crate::report::svg::{Anchor, Svg, wrap};
use crate::result::WorldRow;
use serde_json::json;

const DOTS: usize = 64;
const N_COLUMNS: usize = 30;
const WIDTH: f64 = 470.0;
const LEFT: f64 = 14.0;
const RIGHT: f64 = 456.0;
const FLOOR: f64 = 150.0;
const TOP: f64 = 44.0;

/// A dot: where it stands and whether it holds.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Dot {
    difference: f64,
    holds: bool,
}

/// The worlds, if any has an answer.
pub(in crate::report) fn plot(facts: &Facts<'_>) -> Option<Plot> {
    let answer = &facts.outcome.answer;
    let worlds: Vec<&WorldRow> = facts.outcome.worlds.iter().filter(|world| world.difference.is_finite()).collect();
    if worlds.is_empty() || answer.of.is_empty() || answer.minus.is_empty() {
        return None;
    }
    let (can, cannot): (Vec<&WorldRow>, Vec<&WorldRow>) = worlds.iter().partition(|world| world.can_answer);
    let n_dots = worlds.len().min(DOTS);
    let n_can = (n_dots as f64 * can.len() as f64 / worlds.len() as f64).round() as usize;
    let dots = quantiles(&can, n_can);
    let pale = quantiles(&cannot, n_dots - n_can);
    let svg = draw(facts, &dots, &pale);
    let per_dot = worlds.len().div_ceil(n_dots);
    let title = if per_dot == 1 {
        format!("{} worlds, one dot each", worlds.len())
    } else {
        format!("{} worlds, one dot for about {per_dot} of them", worlds.len())
    };
    Some(Plot {
        name: "worlds".into(),
        title,
        caption: "A world is one draw of every uncertain number. Filled = holds. Equal values stand side by side"
            .into(),
        layout: Layout::Half,
        panels: vec![svg],
        tall: None,
        data: data(&worlds, &answer.unit),
        vega: json!({
            "mark": { "type": "circle" },
            "encoding": {
                "x": { "field": format!("difference ({})", answer.unit), "type": "quantitative", "bin": { "maxbins": N_COLUMNS } },
                "y": { "aggregate": "count" },
                "opacity": { "field": "can_answer", "type": "nominal" },
                "color": { "field": "holds", "type": "nominal" },
            },
        }),
        footer: facts.footer(),
    })
}

fn data(worlds: &[&WorldRow], unit: &str) -> Table {
    let difference = format!("difference ({unit})");
    let mut table = Table::new(["world", "hypothesis", "can_answer", "holds", &difference]);
    let yes = |is: bool| if is { "yes" } else { "no" };
    for world in worlds {
        table.push([
            f64::from(world.world).into(),
            world.hypothesis.as_str().into(),
            yes(world.can_answer).into(),
            yes(world.holds).into(),
            world.difference.into(),
        ]);
    }
    table
}

/// `n` worlds that stand for all of them, in order of their answer.
fn quantiles(worlds: &[&WorldRow], n: usize) -> Vec<Dot> {
    let mut dots: Vec<Dot> =
        worlds.iter().map(|world| Dot { difference: world.difference, holds: world.holds }).collect();
    dots.sort_by(|one, other| one.difference.total_cmp(&other.difference));
    if dots.is_empty() {
        return dots;
    }
    (0..n).map(|i| dots[((i as f64 + 0.5) / n as f64 * dots.len() as f64) as usize]).collect()
}

fn draw(facts: &Facts<'_>, dots: &[Dot], pale: &[Dot]) -> Svg {
    let answer = &facts.outcome.answer;
    let range = numbers::ends(answer.difference, &answer.unit);
    let label = format!(
        "Distribution of the answer over {} worlds: {} hold among those that can answer; middle {}, 90 % range {range}",
        answer.n_worlds,
        numbers::share(answer.holds),
        numbers::in_unit(answer.difference.best.unwrap_or(f64::NAN), &answer.unit)
    );
    let rows_of_pale = pale.len().div_ceil(DOTS.div_ceil(2));
    let floor_of_pale = if pale.is_empty() { 0.0 } else { 26.0 + 12.0 * rows_of_pale as f64 };
    let mut svg = Svg::new(WIDTH, FLOOR + 40.0 + floor_of_pale + 22.0, label);
    let columns = Columns::around(dots, pale, answer.threshold);
    if answer.threshold.is_finite() {
        draw_zone(&mut svg, facts, &columns.axis);
    }
    horizontal_axis(&mut svg, &columns.axis, FLOOR, &columns.axis.ticks(6));
    let unit = numbers::on_screen(&answer.unit);
    let title = format!("difference, {unit}");
    svg.text((RIGHT, FLOOR + 34.0), Anchor::End, "at", &title);
    draw_dots(&mut svg, dots, &columns, &unit);
    draw_pale(&mut svg, pale, &unit);
    footer(&mut svg, &facts.footer());
    svg
}

/// The axis cut into columns of dots, with the threshold on the border of two of them.
struct Columns {
    axis: Axis,
    n: usize,
    /// First column beyond the threshold; `None` without a threshold.
    border: Option<usize>,
}

impl Columns {
    fn around(dots: &[Dot], pale: &[Dot], threshold: f64) -> Columns {
        let values = dots.iter().chain(pale).map(|dot| dot.difference);
        let border = if threshold.is_finite() { threshold } else { 0.0 };
        let (low, high) = values.fold((border.min(0.0), border.max(0.0)), |(low, high), v| (low.min(v), high.max(v)));
        let column = ((high - low) * 1.12).max(4.0) / N_COLUMNS as f64;
        let before = ((border - low) / column).ceil() as usize + 1;
        let from = border - before as f64 * column;
        let n = (((high - from) / column).ceil() as usize + 1).max(N_COLUMNS);
        let axis = Axis::linear(from, from + n as f64 * column, LEFT, RIGHT);
        Columns { axis, n, border: threshold.is_finite().then_some(before) }
    }

    fn width(&self) -> f64 {
        (RIGHT - LEFT) / self.n as f64
    }

    fn of(&self, value: f64) -> usize {
        (((self.axis.at(value) - LEFT) / self.width()).floor().max(0.0) as usize).min(self.n - 1)
    }

    /// Columns by their distance from a wanted one, on the same side of the threshold.
    fn near(&self, wanted: usize) -> impl Iterator<Item = usize> {
        let side = move |column: usize, border: Option<usize>| border.is_none_or(|b| (column < b) == (wanted < b));
        let (n, border) = (self.n, self.border);
        (0..n)
            .flat_map(move |step| [wanted.checked_add(step), wanted.checked_sub(step)])
            .flatten()
            .filter(move |column| *column < n && side(*column, border))
    }
}

/// The side of the threshold on which a world holds.
fn draw_zone(svg: &mut Svg, facts: &Facts<'_>, axis: &Axis) {
    let answer = &facts.outcome.answer;
    let x = axis.at(answer.threshold);
    let is_left = answer.threshold < 0.0 || (answer.threshold == 0.0 && answer.difference.best.unwrap_or(0.0) < 0.0);
    let (from, to) = if is_left { (LEFT, x) } else { (x, RIGHT) };
    svg.rect((from, 4.0), to - from, FLOOR - 4.0, "zone");
    svg.line((x, 4.0), (x, FLOOR), "ev");
    // The words stand on the wider side, so that they fit.
    let on_left = x - LEFT > RIGHT - x;
    let (at, anchor) = if on_left { (x - 7.0, Anchor::End) } else { (x + 7.0, Anchor::Start) };
    let room = if on_left { x - LEFT } else { RIGHT - x } - 14.0;
    let word = if on_left == is_left { "hold" } else { "do not hold" };
    let share = if on_left == is_left { answer.holds } else { 1.0 - answer.holds };
    svg.text((at, 17.0), anchor, "t tb", &format!("{} {word}", numbers::share(share)));
    let counts = numbers::on_screen_in(&answer.counts);
    let counts = if on_left == is_left { counts } else { format!("not {counts}") };
    for (i, line) in wrap(&counts, room, 12.5, 1).iter().enumerate() {
        svg.text((at, 33.0 + 15.0 * i as f64), anchor, "t", line);
    }
}

fn draw_dots(svg: &mut Svg, dots: &[Dot], columns: &Columns, unit: &str) {
    let radius = (columns.width() / 2.0 - 0.9).min(6.4);
    let pitch = radius * 2.0 + 1.6;
    let height = (((FLOOR - TOP) / pitch) as usize).max(1);
    let mut filled = vec![0usize; columns.n];
    for dot in dots {
        let wanted = columns.of(dot.difference);
        let column = columns.near(wanted).find(|column| filled[*column] < height).unwrap_or(wanted);
        let x = LEFT + (column as f64 + 0.5) * columns.width();
        let y = FLOOR - radius - 1.5 - filled[column] as f64 * pitch;
        filled[column] += 1;
        let word = if dot.holds { "holds" } else { "does not hold" };
        let label = format!("{}, {word}", numbers::in_unit(dot.difference, unit));
        svg.mark(&label, |svg| svg.circle((x, y.max(6.0)), radius, if dot.holds { "dot" } else { "dot hol" }));
    }
}

fn draw_pale(svg: &mut Svg, pale: &[Dot], unit: &str) {
    if pale.is_empty() {
        return;
    }
    let top = FLOOR + 54.0;
    let words = format!("{} of the dots cannot answer: their controls fail", pale.len());
    svg.text((LEFT, top), Anchor::Start, "t", &words);
    for (i, dot) in pale.iter().enumerate() {
        let per_row = DOTS.div_ceil(2);
        let at = (LEFT + 6.0 + (i % per_row) as f64 * 12.0, top + 13.0 + (i / per_row) as f64 * 12.0);
        let label = format!("cannot answer; {}", numbers::in_unit(dot.difference, unit));
        svg.mark(&label, |svg| svg.circle(at, 4.4, "dot pale"));
    }
}
