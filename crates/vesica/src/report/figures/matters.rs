//! Which numbers matter: each alone from end to end of its range, and its share of the variance with all others moving.
//!
//! In the order of the links, and inside a link by size; the figure at the left is the place in the order of size.

use super::footer;
use super::river::draw_status;
use crate::report::axis::Axis;
use crate::report::numbers::{self, finite};
use crate::report::palette::{LINKS, link_class, link_number};
use crate::report::plot::{Layout, Plot, Table};
use crate::report::study::{rank_footer, share_words};
use crate::report::svg::{Anchor, Svg, fit, wrap};
use crate::result::Range3;
use crate::study::rank::{Bar, Rank};
use serde_json::json;

/// Bars that are drawn; `rank.csv` has all.
const MOST: usize = 24;

/// A bar and its place in the order of size.
struct Row<'a> {
    place: usize,
    bar: &'a Bar,
}

/// Where things stand across a row.
struct Frame {
    width: f64,
    swing: (f64, f64),
    share: (f64, f64),
    top: f64,
    row: f64,
    is_tall: bool,
}

/// Where the measurement stands in the wide drawing.
const PIN: f64 = 800.0;

const WIDE: Frame =
    Frame { width: 1120.0, swing: (372.0, 590.0), share: (622.0, 776.0), top: 52.0, row: 58.0, is_tall: false };
const TALL: Frame =
    Frame { width: 372.0, swing: (0.0, 204.0), share: (232.0, 372.0), top: 46.0, row: 132.0, is_tall: true };

/// The numbers that move what was asked; `None` when none does.
pub(in crate::report) fn plot(rank: &Rank) -> Option<Plot> {
    let counts = |bar: &&Bar| bar.swing > 0.0 || bar.indices.is_some_and(|indices| indices.total.best.is_some());
    let n_all = rank.bars.iter().filter(counts).count();
    let shown = rank.bars.iter().filter(counts).take(MOST).enumerate();
    let mut rows: Vec<Row<'_>> = shown.map(|(index, bar)| Row { place: index + 1, bar }).collect();
    let first = rows.first()?.bar;
    // the sort keeps the order of size inside a link
    rows.sort_by_key(|row| link_number(&row.bar.link).unwrap_or(LINKS.len() + 1));
    let mut caption =
        "Left: what was asked with this number at the low (pale) and at the high (solid) end of its range, \
                       all others at their middle. Right: share of the variance alone (solid) and with interactions \
                       (pale), line = 90 % interval. Color = link; figure at the left = place in the order of size"
            .to_owned();
    if n_all > MOST {
        caption += &format!(". The first {MOST} of {n_all} numbers");
    }
    Some(Plot {
        name: "matters".into(),
        title: title(rank, first),
        caption,
        layout: Layout::Full,
        panels: vec![draw(rank, &rows, &WIDE)],
        tall: Some(draw(rank, &rows, &TALL)),
        data: data(&rows),
        vega: json!({
            "mark": "bar",
            "encoding": {
                "y": { "field": "number", "sort": null },
                "x": { "field": "at low", "type": "quantitative" },
                "x2": { "field": "at high" },
                "color": { "field": "link", "type": "nominal" },
            },
        }),
        footer: rank_footer(rank),
    })
}

/// What the shares say, and no more.
fn title(rank: &Rank, first: &Bar) -> String {
    let total = |bar: &Bar| bar.indices.map(|indices| indices.total);
    let second = rank.bars.get(1).and_then(total).and_then(|total| total.high);
    match total(first).map(|total| (total.low, total.best)) {
        Some((Some(low), Some(best))) if second.is_none_or(|second| low > second) => {
            format!("{} decides most: {} of the variance", rank.name_of(first), numbers::share(best))
        }
        Some((_, Some(_))) => "No number decides alone: the intervals of the first overlap".to_owned(),
        _ => format!("{} moves it most when it is varied alone", rank.name_of(first)),
    }
}

fn data(rows: &[Row<'_>]) -> Table {
    let mut table = Table::new([
        "place",
        "link",
        "number",
        "status",
        "low",
        "high",
        "unit",
        "at low",
        "at high",
        "first",
        "first low",
        "first high",
        "total",
        "total low",
        "total high",
        "experiment",
    ]);
    for Row { place, bar } in rows {
        let first = bar.indices.map(|indices| indices.first).unwrap_or_default();
        let total = bar.indices.map(|indices| indices.total).unwrap_or_default();
        table.push([
            (*place as f64).into(),
            bar.link.as_str().into(),
            bar.label.as_str().into(),
            bar.status.word().into(),
            bar.ends.0.into(),
            bar.ends.1.into(),
            bar.unit.as_str().into(),
            bar.at_ends.0.into(),
            bar.at_ends.1.into(),
            first.best.into(),
            first.low.into(),
            first.high.into(),
            total.best.into(),
            total.low.into(),
            total.high.into(),
            bar.experiment.as_str().into(),
        ]);
    }
    table
}

/// `0.05–2 /vesicle`
fn range_words(bar: &Bar) -> String {
    let unit = if bar.unit == "1" { String::new() } else { format!(" {}", numbers::on_screen(&bar.unit)) };
    format!("{}–{}{unit}", numbers::given(bar.ends.0), numbers::given(bar.ends.1))
}

fn spoken(rank: &Rank, row: &Row<'_>) -> String {
    let bar = row.bar;
    let unit = &rank.question.unit;
    let total = bar.indices.map_or(String::new(), |indices| {
        format!(
            "; {} of the variance alone, {} with interactions",
            share_words(indices.first),
            share_words(indices.total)
        )
    });
    let under = if bar.hypothesis.is_empty() { String::new() } else { format!(" under {}", bar.hypothesis) };
    let measure = if bar.experiment.is_empty() { String::new() } else { format!("; measure: {}", bar.experiment) };
    format!(
        "{} {}, {}, {}: {} at the low end, {} at the high end{under}{total}{measure}",
        bar.link,
        bar.label,
        range_words(bar),
        bar.status.word(),
        numbers::in_unit(bar.at_ends.0, unit),
        numbers::in_unit(bar.at_ends.1, unit)
    )
}

fn draw(rank: &Rank, rows: &[Row<'_>], frame: &Frame) -> Svg {
    let floor = frame.top + frame.row * rows.len() as f64;
    let best: Vec<String> = rows.iter().filter(|row| row.place <= 3).map(|row| row.bar.label.clone()).collect();
    let mut svg = Svg::new(frame.width, floor + 30.0, format!("What matters. Most: {}", best.join("; ")));
    let middle = |bar: &Bar| {
        let index = rank.hypotheses.iter().position(|name| *name == bar.hypothesis).unwrap_or(0);
        rank.middle.get(index).copied().unwrap_or(f64::NAN)
    };
    let ends = rows.iter().flat_map(|row| [row.bar.at_ends.0, row.bar.at_ends.1, middle(row.bar)]);
    let (low, high) = ends
        .filter(|end| end.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| (low.min(end), high.max(end)));
    let margin = ((high - low) * 0.04).max(1e-9);
    let swing = match low <= high {
        true => Axis::linear(low - margin, high + margin, frame.swing.0, frame.swing.1),
        false => Axis::linear(0.0, 1.0, frame.swing.0, frame.swing.1),
    };
    let tops =
        rows.iter().filter_map(|row| row.bar.indices).flat_map(|indices| [indices.total.high, indices.first.high]);
    let most = tops.filter_map(finite).fold(0.05, f64::max).min(1.2);
    let share = Axis::linear(0.0, most * 1.02, frame.share.0, frame.share.1);
    head(&mut svg, rank, frame, (&swing, &share), floor);
    for (index, row) in rows.iter().enumerate() {
        let y = frame.top + frame.row * index as f64;
        svg.mark(&spoken(rank, row), |svg| {
            svg.rect((0.0, y), frame.width, frame.row, "hit");
            words(svg, rank, row, frame, y);
            let at = if frame.is_tall { y + 70.0 } else { y + frame.row / 2.0 };
            bars(svg, row.bar, middle(row.bar), (&swing, &share), at);
            pin(svg, rank, row.bar, frame, y);
        });
        svg.line((0.0, y + frame.row), (frame.width, y + frame.row), "gr");
    }
    footer(&mut svg, &rank_footer(rank));
    svg
}

/// Titles of the columns and their ticks.
fn head(svg: &mut Svg, rank: &Rank, frame: &Frame, (swing, share): (&Axis, &Axis), floor: f64) {
    let unit = if rank.question.unit == "1" { String::new() } else { format!(", {}", rank.question.unit) };
    let asked = format!("{}{unit}", rank.question.measure);
    let (one, other) = if frame.is_tall {
        (format!("one at a time{unit}"), "share of variance".to_owned())
    } else {
        (format!("one at a time: {asked}"), "share of the variance".to_owned())
    };
    let room = frame.swing.1 - frame.swing.0;
    svg.text((frame.swing.0, 13.0), Anchor::Start, "tb", &fit(&one, room + 20.0, 12.5, true));
    svg.text(
        (frame.share.0, 13.0),
        Anchor::Start,
        "tb",
        &fit(&other, frame.share.1 - frame.share.0 + 10.0, 12.5, true),
    );
    if !frame.is_tall {
        svg.text((0.0, frame.top - 18.0), Anchor::Start, "t", "link");
        svg.text((134.0, frame.top - 18.0), Anchor::Start, "t", "number, range, status");
        svg.text((PIN, frame.top - 18.0), Anchor::Start, "t", "what would pin it down");
        svg.text((frame.width, frame.top - 18.0), Anchor::End, "t", "range shrinks");
    }
    for tick in swing.ticks(if frame.is_tall { 3 } else { 5 }) {
        svg.line((swing.at(tick), frame.top), (swing.at(tick), floor), "gr");
        svg.text((swing.at(tick), frame.top - 8.0), Anchor::Middle, "tk", &numbers::given(tick));
    }
    for tick in share.ticks(3) {
        svg.line((share.at(tick), frame.top), (share.at(tick), floor), "gr");
        svg.text((share.at(tick), frame.top - 8.0), Anchor::Middle, "tk", &numbers::share(tick));
    }
    svg.line((0.0, frame.top), (frame.width, frame.top), "ax");
}

/// Place, link, name, range and status.
fn words(svg: &mut Svg, rank: &Rank, row: &Row<'_>, frame: &Frame, y: f64) {
    let bar = row.bar;
    let class = link_class(&bar.link);
    let number = link_number(&bar.link).map_or("–".to_owned(), |number| number.to_string());
    let (line, room) = if frame.is_tall { (y + 20.0, 268.0) } else { (y + 25.0, 222.0) };
    svg.text((18.0, line), Anchor::End, "tb", &format!("{}.", row.place));
    svg.circle((34.0, line - 4.5), 8.5, &format!("fl {class}"));
    svg.text((34.0, line - 0.7), Anchor::Middle, "chip", &number);
    let (name_x, below) = if frame.is_tall { (50.0, line + 19.0) } else { (134.0, line + 17.0) };
    if frame.is_tall {
        svg.text((frame.width, line), Anchor::End, "ts", &fit(&bar.link, 60.0, 12.0, false));
    } else {
        svg.text((50.0, line), Anchor::Start, "t", &fit(&bar.link, 80.0, 12.5, false));
    }
    svg.text((name_x, line), Anchor::Start, "tb", &fit(rank.name_of(bar), room, 12.5, true));
    draw_status(svg, (name_x + 5.5, below - 4.2), bar.status);
    let words = format!("{} · {}", bar.status.word(), range_words(bar));
    svg.text((name_x + 16.0, below), Anchor::Start, "ts", &fit(&words, room - 8.0, 12.0, false));
}

/// The bar from end to end around the middle, and that of the shares.
fn bars(svg: &mut Svg, bar: &Bar, middle: f64, (swing, share): (&Axis, &Axis), y: f64) {
    let class = link_class(&bar.link);
    if middle.is_finite() {
        let from = swing.at(middle);
        for (end, look) in [(bar.at_ends.0, "pale"), (bar.at_ends.1, "fl")] {
            if end.is_finite() {
                let at = swing.at(end);
                svg.rect((from.min(at), y - 7.0), (at - from).abs(), 14.0, &format!("{look} {class}"));
            }
        }
        svg.line((from, y - 12.0), (from, y + 12.0), "zero");
    }
    let Some(indices) = bar.indices else { return };
    for (range, look) in [(indices.total, "pale"), (indices.first, "fl")] {
        if let Some(best) = finite(range.best) {
            svg.rect((share.start, y - 7.0), share.at(best.max(0.0)) - share.start, 14.0, &format!("{look} {class}"));
        }
    }
    if let Range3 { low: Some(low), high: Some(high), .. } = indices.total {
        svg.line((share.at(low.max(0.0)), y), (share.at(high.max(0.0)), y), "ci ln ref");
    }
}

/// The measurement, and by how much it would narrow the range.
fn pin(svg: &mut Svg, rank: &Rank, bar: &Bar, frame: &Frame, y: f64) {
    let measure = if bar.experiment.is_empty() { "no measurement is named" } else { &bar.experiment };
    let shrinks = bar.narrows.filter(|narrows| narrows.is_finite()).map(|narrows| {
        let span = finite(rank.spread.high).zip(finite(rank.spread.low)).map(|(high, low)| high - low);
        let by = span.map_or(String::new(), |span| match rank.question.unit.as_str() {
            "%" | "points" => format!(" of {}", numbers::whole(span)),
            _ => format!(" of {}", numbers::simulated(span)),
        });
        (numbers::share(narrows), by)
    });
    if frame.is_tall {
        for (index, line) in wrap(measure, frame.width, 12.0, 2).iter().enumerate() {
            svg.text((0.0, y + 102.0 + 16.0 * index as f64), Anchor::Start, "ts", line);
        }
        return;
    }
    let lines = wrap(measure, 228.0, 12.5, 3);
    let first = y + 41.0 - 8.0 * lines.len() as f64;
    for (index, line) in lines.iter().enumerate() {
        svg.text((PIN, first + 16.0 * index as f64), Anchor::Start, "t", line);
    }
    if let Some((share, by)) = shrinks {
        svg.text((frame.width, y + 25.0), Anchor::End, "tb", &format!("−{share}"));
        svg.text((frame.width, y + 42.0), Anchor::End, "ts", by.trim());
    }
}
