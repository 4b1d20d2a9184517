//! A body: where the vesicles are at the end, drawn in an outline, with the fluids and what took them out beside it.

use super::footer;
use crate::report::axis::Axis;
use crate::report::body::Places;
use crate::report::facts::Facts;
use crate::report::numbers::{self, finite};
use crate::report::plot::{Layout, Plot, Table};
use crate::report::svg::{Anchor, Path, Svg, fit};
use crate::result::PlaceRow;
use serde_json::json;

const WIDTH: f64 = 1120.0;
const TALL: f64 = 372.0;
/// The outline: its box, from which percent are counted.
const OUTLINE: (f64, f64, f64, f64) = (178.0, 30.0, 224.0, 500.0);
/// Lists beside it: names end here, bars run from here to there.
const LIST: (f64, f64, f64) = (740.0, 754.0, 960.0);
const ROW: f64 = 25.0;
const LARGEST: f64 = 17.0;
const SMALLEST: f64 = 2.5;

/// The body of one arm, if anything was sent or given in it.
pub(in crate::report) fn plot(facts: &Facts<'_>, places: &Places<'_>) -> Option<Plot> {
    let there = places.there();
    let most = there.first()?;
    let mut data = Table::new(["arm", "place", "group", "whose", "vesicles", "low", "high", "fluid (mL)"]);
    for row in facts.outcome.places.iter() {
        data.push([
            row.arm.as_str().into(),
            row.place.as_str().into(),
            row.group.as_str().into(),
            row.whose.as_str().into(),
            row.value.best.into(),
            row.value.low.into(),
            row.value.high.into(),
            row.volume.into(),
        ]);
    }
    let taken: f64 = places.taken_out().iter().map(|row| best(row)).sum();
    let held: f64 = there.iter().map(|row| best(row)).sum();
    let share = numbers::share(taken / (taken + held));
    Some(Plot {
        name: "body".into(),
        title: format!("Most of what is there is in: {}; {share} of all was taken out by then", cut(&most.place)),
        caption: format!(
            "{}: vesicles that cells of the scenario sent, or that were given, at the end; median of worlds. Area of a disc and length of a bar grow with the logarithm",
            places.arm
        ),
        layout: Layout::Full,
        panels: vec![wide(facts, places)],
        tall: Some(tall(facts, places)),
        data,
        vega: json!({
            "mark": "bar",
            "encoding": {
                "y": { "field": "place", "type": "nominal", "sort": "-x" },
                "x": { "field": "vesicles", "type": "quantitative", "scale": { "type": "symlog" } },
                "color": { "field": "whose", "type": "nominal" },
                "row": { "field": "arm", "type": "nominal" },
            },
        }),
        footer: facts.footer(),
    })
}

fn cut(name: &str) -> String {
    fit(name, 260.0, 15.0, true)
}

fn best(row: &PlaceRow) -> f64 {
    finite(row.value.best).unwrap_or(0.0)
}

/// `12 000 (800–90 000)`.
fn amount(row: &PlaceRow) -> String {
    format!("{} {}", numbers::simulated(best(row)), numbers::brackets(row.value, "vesicles")).trim_end().to_owned()
}

/// The same where there is room for it; else without its range, which the label still says: a number is never cut.
fn amount_within(row: &PlaceRow, room: f64) -> String {
    let whole = amount(row);
    if fit(&whole, room, 12.0, false) == whole { whole } else { numbers::simulated(best(row)) }
}

/// From one vesicle to the most that any place has or has lost.
fn scale(places: &Places<'_>, start: f64, end: f64) -> Axis {
    let all = places.there().into_iter().chain(places.taken_out());
    let most = all.map(best).chain(places.healthy().into_iter().map(best)).fold(10.0, f64::max);
    Axis::log(1.0, most, start, end)
}

fn wide(facts: &Facts<'_>, places: &Places<'_>) -> Svg {
    let lists = lists(places);
    let n_rows: usize = lists.iter().map(|(_, rows)| rows.len() + 2).sum();
    let height = (ROW * n_rows as f64 + 40.0).max(OUTLINE.1 + OUTLINE.3 + 40.0);
    let mut svg = Svg::new(WIDTH, height, spoken(places));
    outline(&mut svg);
    organs(&mut svg, places);
    let axis = scale(places, LIST.1, LIST.2);
    let mut y = 18.0;
    for (title, rows) in &lists {
        svg.text((LIST.1, y), Anchor::Start, "lb", title);
        list(&mut svg, rows, &axis, LIST.0, &mut y);
    }
    footer(&mut svg, &facts.footer());
    svg
}

/// On a phone everything is a list.
fn tall(facts: &Facts<'_>, places: &Places<'_>) -> Svg {
    let mut all = vec![("In organs", places.drawn())];
    all.extend(lists(places));
    let n_rows: usize = all.iter().map(|(_, rows)| rows.len() + 2).sum();
    let mut svg = Svg::new(TALL, ROW * n_rows as f64 + 34.0, spoken(places));
    let axis = scale(places, 132.0, 232.0);
    let mut y = 18.0;
    for (title, rows) in &all {
        // names stand left of the bars, a title needs the width of the page
        svg.text((0.0, y), Anchor::Start, "lb", title);
        list(&mut svg, rows, &axis, 124.0, &mut y);
    }
    footer(&mut svg, &facts.footer());
    svg
}

fn lists<'a>(places: &Places<'a>) -> Vec<(&'static str, Vec<&'a PlaceRow>)> {
    [
        ("In fluids and hollows", places.listed()),
        ("Of healthy people, in fluids", places.healthy()),
        ("Taken out so far, by", places.taken_out()),
    ]
    .into_iter()
    .filter(|(_, rows)| !rows.is_empty())
    .collect()
}

fn spoken(places: &Places<'_>) -> String {
    let first: Vec<String> =
        places.there().iter().take(4).map(|row| format!("{} {}", row.place, amount(row))).collect();
    format!("Vesicles in a body at the end, arm {}. {}", places.arm, first.join("; "))
}

/// Head and trunk of nobody in particular.
fn outline(svg: &mut Svg) {
    let (left, top, width, height) = OUTLINE;
    let at = |x: f64, y: f64| (left + x / 100.0 * width, top + y / 100.0 * height);
    let mut path = Path::default();
    path.move_to(at(50.0, 0.0));
    path.curve_to(at(66.0, 0.0), at(66.0, 17.0), at(57.0, 19.0));
    path.curve_to(at(60.0, 24.0), at(84.0, 22.0), at(86.0, 32.0));
    path.curve_to(at(88.0, 48.0), at(74.0, 56.0), at(76.0, 70.0));
    path.curve_to(at(74.0, 84.0), at(68.0, 92.0), at(66.0, 100.0));
    path.line_to(at(34.0, 100.0));
    path.curve_to(at(32.0, 92.0), at(26.0, 84.0), at(24.0, 70.0));
    path.curve_to(at(26.0, 56.0), at(12.0, 48.0), at(14.0, 32.0));
    path.curve_to(at(16.0, 22.0), at(40.0, 24.0), at(43.0, 19.0));
    path.curve_to(at(34.0, 17.0), at(34.0, 0.0), at(50.0, 0.0));
    path.close();
    svg.path(&path, "zone");
}

/// Discs in the outline, their names left and right of it.
fn organs(svg: &mut Svg, places: &Places<'_>) {
    let (left, top, width, height) = OUTLINE;
    let size = scale(places, SMALLEST * SMALLEST, LARGEST * LARGEST);
    let drawn: Vec<(&PlaceRow, (f64, f64))> = places
        .drawn()
        .into_iter()
        .filter_map(|row| Some((row, (left + row.x? / 100.0 * width, top + row.y? / 100.0 * height))))
        .collect();
    let middle = left + width / 2.0;
    for is_left in [true, false] {
        let mut side: Vec<_> = drawn.iter().filter(|(_, at)| (at.0 < middle) == is_left).collect();
        side.sort_by(|one, other| one.1.1.total_cmp(&other.1.1));
        let (words, edge, anchor) = if is_left {
            (left - 12.0, left - 4.0, Anchor::End)
        } else {
            (left + width + 12.0, left + width + 4.0, Anchor::Start)
        };
        let mut lowest = top - 30.0;
        for (row, at) in side {
            let y = at.1.max(lowest + 36.0);
            lowest = y;
            let is_tumour = row.group == "tumour";
            let label = format!("{}: {} vesicles", row.place, amount(row));
            svg.line(*at, (edge, y - 4.0), "gr");
            svg.mark(&label, |svg| {
                let class = if is_tumour { "fl rim ref" } else { "fl rim l4" };
                svg.circle(*at, size.at(best(row)).max(0.0).sqrt(), class);
                svg.text((words, y - 4.0), anchor, "t tb", &fit(&row.place, 150.0, 12.5, true));
                svg.text((words, y + 11.0), anchor, "ts", &amount_within(row, 166.0));
            });
        }
    }
}

/// Rows with a name, a bar and a number below the line `y` of their title; then the next free line.
fn list(svg: &mut Svg, rows: &[&PlaceRow], axis: &Axis, names: f64, y: &mut f64) {
    *y += ROW;
    for row in rows {
        let class = match (row.whose.as_str(), row.group.as_str()) {
            ("healthy", _) => "fl un",
            (_, "tumour") => "fl ref",
            _ => "fl l4",
        };
        let label = format!("{}: {}", row.place, amount(row));
        svg.mark(&label, |svg| {
            svg.text((names, *y), Anchor::End, "t", &fit(&row.place, names - 4.0, 12.5, false));
            let end = axis.at(best(row));
            if best(row) >= 1.0 {
                svg.rect((axis.start, *y - 10.0), end - axis.start, 11.0, class);
            }
            let room = svg.width - end - 10.0;
            svg.text((end + 8.0, *y), Anchor::Start, "ts", &amount_within(row, room));
        });
        *y += ROW;
    }
    *y += ROW * 0.8;
}
