//! Two quantities at once: the reading in each cell of a grid, and two drugs against what each alone leads to expect.

use super::footer;
use crate::report::numbers::{self, finite};
use crate::report::plot::{Layout, Plot, Table};
use crate::report::study::{level, of_factor, reading_words, sweep_footer};
use crate::report::svg::{Anchor, Svg, fit, text_width};
use crate::result::Range3;
use crate::study::sweep::{FactorRow, Sweep};
use crate::study::synergy::{DEFINITIONS, Map};
use serde_json::json;

/// Cells along one side; more levels are thinned.
const MOST: usize = 40;
/// Arms that are drawn.
const MOST_PANELS: usize = 12;

/// A grid of readings.
struct Square<'a> {
    heading: String,
    below: String,
    factors: [&'a FactorRow; 2],
    /// Levels of both factors.
    levels: [Vec<f64>; 2],
    /// `[second][first]`.
    cells: Vec<Vec<Option<Range3>>>,
    unit: &'a str,
    shade: Shade,
}

/// How a number becomes a color.
#[derive(Clone, Copy)]
enum Shade {
    /// Ink on paper, from the least to the most.
    Ink(f64, f64),
    /// Both ways from zero, up to a number.
    Diverging(f64),
}

impl Shade {
    /// Class, and whether text on it must be light.
    fn of(self, value: f64) -> (String, bool) {
        match self {
            Shade::Ink(low, high) => {
                let share = if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 };
                let step = (share * 10.0).round() as usize;
                (format!("k{step}"), step >= 6)
            }
            Shade::Diverging(most) => {
                let share = if most > 0.0 { (value / most).clamp(-1.0, 1.0) } else { 0.0 };
                let step = (share * 5.0).round() as i32 + 5;
                (format!("d{step}"), !(2..=8).contains(&step))
            }
        }
    }
}

struct Frame {
    width: f64,
    left: f64,
    right: f64,
    top: f64,
    floor: f64,
    is_small: bool,
}

const LARGE: Frame = Frame { width: 520.0, left: 78.0, right: 508.0, top: 34.0, floor: 300.0, is_small: false };
const SMALL: Frame = Frame { width: 232.0, left: 44.0, right: 226.0, top: 42.0, floor: 168.0, is_small: true };

/// The reading over the first two factors of a grid, in each arm that is asked; all others at their middle level.
pub(in crate::report) fn plot(sweep: &Sweep) -> Option<Plot> {
    if sweep.design != "grid" || sweep.factors.len() < 2 {
        return None;
    }
    let held: Vec<f64> = sweep.factors[2..].iter().map(|factor| factor.levels[factor.levels.len() / 2]).collect();
    let read = sweep.asked.iter().flat_map(|column| sweep.readings.iter().map(|row| row[*column]));
    let best: Vec<f64> = read.filter_map(|range| finite(range.best)).collect();
    let unit = sweep.columns.get(*sweep.asked.first()?)?.unit.as_str();
    let (low, high) = match unit {
        "%" => (0.0, best.iter().copied().fold(100.0, f64::max)),
        _ => best.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(*v), high.max(*v))),
    };
    let levels = [0, 1].map(|index| thinned(&sweep.factors[index].levels));
    let square = |column: &usize| {
        let cell = |x: &f64, y: &f64| {
            let is_it = |point: &&Vec<f64>| point[0] == *x && point[1] == *y && point[2..] == held[..];
            sweep.points.iter().position(|point| is_it(&point)).map(|point| sweep.readings[point][*column])
        };
        Square {
            heading: sweep.columns[*column].arm.clone(),
            below: String::new(),
            factors: [&sweep.factors[0], &sweep.factors[1]],
            levels: levels.clone(),
            cells: levels[1].iter().map(|y| levels[0].iter().map(|x| cell(x, y)).collect()).collect(),
            unit,
            shade: Shade::Ink(low, high),
        }
    };
    let squares: Vec<Square<'_>> = sweep.asked.iter().take(MOST_PANELS).map(square).collect();
    let mut caption = format!(
        "Median over worlds of {}; palest = {}, darkest = {}",
        reading_words(sweep),
        numbers::in_unit(low, unit),
        numbers::in_unit(high, unit)
    );
    if !held.is_empty() {
        let at: Vec<String> =
            sweep.factors[2..].iter().zip(&held).map(|(factor, value)| level(factor, *value)).collect();
        caption += &format!(". Here {}", at.join(", "));
    }
    if (0..2).any(|index| levels[index].len() < sweep.factors[index].levels.len()) {
        caption += ". Some levels are left out of the drawing";
    }
    let title = format!("{} over {} and {}", reading_words(sweep), sweep.factors[0].name, sweep.factors[1].name);
    figure(sweep, "grid", (title, caption), squares, None)
}

/// What two drugs do together: the effect, then how far it goes beyond each definition of no interaction.
pub(in crate::report) fn of_map(sweep: &Sweep, map: &Map, number: usize) -> Option<Plot> {
    let [first, second] = sweep.factors.as_slice() else { return None };
    let mut levels = [Vec::new(), Vec::new()];
    for (one, other) in &map.doses {
        for (levels, dose) in levels.iter_mut().zip([one, other]) {
            if !levels.contains(dose) {
                levels.push(*dose);
            }
        }
    }
    levels.iter_mut().for_each(|levels| levels.sort_by(f64::total_cmp));
    let ends =
        map.excess.iter().flatten().filter_map(|range| finite(range.best)).fold(0.0_f64, |most, v| most.max(v.abs()));
    let most = (ends / 5.0).ceil().max(1.0) * 5.0;
    let cells = |values: &[Range3]| -> Vec<Vec<Option<Range3>>> {
        let cell = |x: f64, y: f64| map.doses.iter().position(|dose| *dose == (x, y)).map(|index| values[index]);
        levels[1].iter().map(|y| levels[0].iter().map(|x| cell(*x, *y)).collect()).collect()
    };
    let square = |heading: &str, below: String, values: &[Range3], shade| Square {
        heading: heading.to_owned(),
        below,
        factors: [first, second],
        levels: levels.clone(),
        cells: cells(values),
        unit: "points",
        shade,
    };
    let mut squares = vec![square("effect", "reading lost, %".to_owned(), &map.effect, Shade::Ink(0.0, 100.0))];
    for (name, (excess, average)) in DEFINITIONS.iter().zip(map.excess.iter().zip(&map.average)) {
        let mean = finite(average.best).map_or("–".to_owned(), numbers::signed);
        let below = format!("mean {mean} {}", numbers::brackets(*average, "points"));
        squares.push(square(&format!("beyond {name}"), below, excess, Shade::Diverging(most)));
    }
    let caption = format!(
        "{}: effect of both together, then effect beyond Bliss (independent), Loewe (dilutions of each other) and HSA \
         (the stronger alone), in points. Orange = more than expected (synergy), blue = less (antagonism), full color at \
         {} points. Medians over worlds; each alone is not drawn",
        map.arm,
        numbers::simulated(most)
    );
    let certain =
        |average: &Range3| average.low.is_some_and(|low| low > 0.0) || average.high.is_some_and(|high| high < 0.0);
    let title = match map.average.iter().filter(|average| certain(average)).count() {
        0 => format!(
            "{} and {} together: no definition finds more or less than expected for certain",
            first.name, second.name
        ),
        n if n == DEFINITIONS.len() => {
            format!("{} and {} together differ from what each alone leads to expect", first.name, second.name)
        }
        n => format!(
            "{} and {} together differ from what is expected by {n} of {} definitions",
            first.name,
            second.name,
            DEFINITIONS.len()
        ),
    };
    figure(sweep, &format!("synergy-{number}"), (title, caption), squares, Some(&map.arm))
}

fn thinned(levels: &[f64]) -> Vec<f64> {
    levels.iter().copied().step_by(levels.len().div_ceil(MOST).max(1)).collect()
}

fn figure(
    sweep: &Sweep,
    name: &str,
    (title, caption): (String, String),
    squares: Vec<Square<'_>>,
    arm: Option<&str>,
) -> Option<Plot> {
    let first = squares.first()?;
    let (x, y) = (of_factor(first.factors[0]), of_factor(first.factors[1]));
    let mut data = Table::new([if arm.is_some() { "what" } else { "arm" }, &x, &y, "reading", "low", "high"]);
    for square in &squares {
        for (second, row) in square.levels[1].iter().zip(&square.cells) {
            for (first, cell) in square.levels[0].iter().zip(row) {
                let range = cell.unwrap_or_default();
                data.push([
                    square.heading.as_str().into(),
                    (*first).into(),
                    (*second).into(),
                    range.best.into(),
                    range.low.into(),
                    range.high.into(),
                ]);
            }
        }
    }
    let frame = if squares.len() == 1 { &LARGE } else { &SMALL };
    let footer = sweep_footer(sweep);
    Some(Plot {
        name: name.to_owned(),
        title,
        caption,
        layout: if squares.len() == 1 { Layout::Half } else { Layout::Multiples },
        panels: squares.iter().map(|square| draw(square, frame, &footer)).collect(),
        tall: None,
        data,
        vega: json!({
            "mark": "rect",
            "encoding": {
                "x": { "field": x, "type": "ordinal" },
                "y": { "field": y, "type": "ordinal", "sort": "descending" },
                "color": { "field": "reading", "type": "quantitative" },
                "column": { "field": if arm.is_some() { "what" } else { "arm" }, "type": "nominal" },
            },
        }),
        footer,
    })
}

fn draw(square: &Square<'_>, frame: &Frame, foot: &str) -> Svg {
    let [xs, ys] = &square.levels;
    let (width, height) =
        ((frame.right - frame.left) / xs.len() as f64, (frame.floor - frame.top) / ys.len().max(1) as f64);
    let ends = square.cells.iter().flatten().flatten().filter_map(|range| finite(range.best));
    let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    let label = format!(
        "{}: from {} to {} over {} and {}",
        square.heading,
        said(low, square.unit),
        said(high, square.unit),
        square.factors[0].name,
        square.factors[1].name
    );
    let mut svg = Svg::new(frame.width, frame.floor + if frame.is_small { 58.0 } else { 66.0 }, label);
    svg.text((0.0, 13.0), Anchor::Start, "lb", &fit(&square.heading, frame.width, 13.0, true));
    let y_title = match square.below.is_empty() {
        true => of_factor(square.factors[1]),
        false => square.below.clone(),
    };
    svg.text((0.0, 30.0), Anchor::Start, "ts", &fit(&y_title, frame.width, 12.0, false));
    for (j, (y, row)) in ys.iter().zip(&square.cells).enumerate() {
        let top = frame.floor - height * (j + 1) as f64;
        for (i, (x, cell)) in xs.iter().zip(row).enumerate() {
            let Some((range, best)) = cell.and_then(|range| Some((range, finite(range.best)?))) else { continue };
            let at = (frame.left + width * i as f64, top);
            let (class, is_dark) = square.shade.of(best);
            let spoken = format!(
                "{}, {}: {} {}",
                level(square.factors[0], *x),
                level(square.factors[1], *y),
                said(best, square.unit),
                numbers::brackets(range, square.unit)
            );
            svg.mark(&spoken, |svg| {
                svg.rect(at, width - 1.0, height - 1.0, &class);
                let text = in_cell(best, square.unit);
                if text_width(&text, 12.5, false) < width - 4.0 && height > 15.0 {
                    let place = (at.0 + (width - 1.0) / 2.0, at.1 + (height - 1.0) / 2.0 + 4.5);
                    svg.text(place, Anchor::Middle, if is_dark { "t on9" } else { "t tb" }, &text);
                }
            });
        }
        let is_named = j == 0 || j + 1 == ys.len() || (ys.len() <= 9 && height > 14.0);
        if is_named {
            let text = fit(&numbers::given(*y), frame.left - 8.0, 12.0, false);
            svg.text((frame.left - 6.0, top + height / 2.0 + 4.0), Anchor::End, "tk", &text);
        }
    }
    let widest = xs.iter().map(|x| text_width(&numbers::given(*x), 12.0, false)).fold(0.0, f64::max);
    for (i, x) in xs.iter().enumerate() {
        if i == 0 || i + 1 == xs.len() || widest + 6.0 < width {
            let at = frame.left + width * (i as f64 + 0.5);
            svg.text((at, frame.floor + 15.0), Anchor::Middle, "tk", &numbers::given(*x));
        }
    }
    let is_named_above = square.below.is_empty();
    let x_title = format!("{}{}", of_factor(square.factors[0]), if is_named_above { "" } else { " →" });
    svg.text((frame.right, frame.floor + 33.0), Anchor::End, "at", &fit(&x_title, frame.right, 12.0, false));
    if !is_named_above {
        let y_title = format!("{} ↑", of_factor(square.factors[1]));
        svg.text((frame.right, frame.floor + 49.0), Anchor::End, "at", &fit(&y_title, frame.right, 12.0, false));
    }
    if !frame.is_small {
        footer(&mut svg, foot);
    }
    svg
}

/// A value in words.
fn said(value: f64, unit: &str) -> String {
    if unit == "points" { numbers::whole(value) } else { numbers::in_unit(value, unit) }
}

/// A value inside its cell, without its unit.
fn in_cell(value: f64, unit: &str) -> String {
    if matches!(unit, "%" | "points") { numbers::whole(value) } else { numbers::simulated(value) }
}
