//! What an assay sees of a tumour: share of people over its volume, and ROC curves at the volume of the arm.

use super::{horizontal_axis, vertical_axis};
use crate::report::axis::Axis;
use crate::report::body::{is_shed, volume_text};
use crate::report::facts::Facts;
use crate::report::numbers::{self, finite};
use crate::report::plot::{Layout, Plot, Table};
use crate::report::svg::{Anchor, Path, Svg, fit};
use crate::result::{DetectionRow, Range3};
use serde_json::{Value, json};

const WIDTH: f64 = 232.0;
const HEIGHT: f64 = 212.0;
const LEFT: f64 = 34.0;
const RIGHT: f64 = 222.0;
const TOP: f64 = 64.0;
const FLOOR: f64 = 166.0;

/// What one figure says, and which rows it shows.
struct Words<'a> {
    name: &'a str,
    title: String,
    caption: String,
    what: &'a str,
    columns: [&'a str; 2],
}

/// The rows of one arm, one curve for each measure.
struct Curves<'a> {
    rows: Vec<&'a DetectionRow>,
}

/// Share of people seen over the volume of the tumour.
pub(in crate::report) fn over_volume(facts: &Facts<'_>, arm: &str) -> Option<Plot> {
    let curves = Curves::of(facts, arm)?;
    let panels: Vec<Svg> = curves.measures().into_iter().filter_map(|measure| curves.volume_panel(measure)).collect();
    curves.plot(
        facts,
        panels,
        Words { name: "detectability", title: "From which volume on an assay sees the tumour".to_owned(), caption: format!(
            "{arm}: people with a tumour who read above 95 % of healthy people and above the limit, %. Band = 90 % of worlds. Dashed = 95 % of people; below the name the volume at which the curve crosses it"
        ),
        what: "over volume",
        columns: ["volume (cm³)", "people seen (%)"] },
    )
}

/// ROC curves at the volume of the arm.
pub(in crate::report) fn roc(facts: &Facts<'_>, arm: &str) -> Option<Plot> {
    let curves = Curves::of(facts, arm)?;
    let volume = curves.rows.iter().find(|row| row.what == "seen").and_then(|row| row.at)?;
    let panels: Vec<Svg> = curves.measures().into_iter().filter_map(|measure| curves.roc_panel(measure)).collect();
    curves.plot(
        facts,
        panels,
        Words { name: "roc", title: format!("How well each assay tells people with {} cm³ from healthy ones", numbers::given(volume)),
        caption: format!("{arm}: share of people with the tumour seen against share of false alarms, %. Band = 90 % of worlds; diagonal = chance; AUC = area under the curve"),
        what: "roc",
        columns: ["false alarms (%)", "people seen (%)"] },
    )
}

impl<'a> Curves<'a> {
    fn of(facts: &Facts<'a>, arm: &str) -> Option<Self> {
        let rows: Vec<&DetectionRow> =
            facts.outcome.detection.iter().filter(|row| row.arm == arm && is_shed(facts)).collect();
        (!rows.is_empty()).then_some(Self { rows })
    }

    fn measures(&self) -> Vec<&'a str> {
        self.rows.iter().filter(|row| row.what == "smallest").map(|row| row.measure.as_str()).collect()
    }

    fn one(&self, measure: &str, what: &str) -> Option<&'a DetectionRow> {
        self.rows.iter().copied().find(|row| row.measure == measure && row.what == what)
    }

    /// `(at, value)` of a curve, in order.
    fn curve(&self, measure: &str, what: &str) -> Vec<(f64, Range3)> {
        let of = self.rows.iter().filter(|row| row.measure == measure && row.what == what);
        of.filter_map(|row| Some((finite(row.at)?, row.value))).collect()
    }

    fn plot(&self, facts: &Facts<'_>, panels: Vec<Svg>, words: Words<'_>) -> Option<Plot> {
        let Words { name, title, caption, what, columns } = words;
        if panels.is_empty() {
            return None;
        }
        let mut data = Table::new(["measure", "place", columns[0], columns[1], "low", "high"]);
        for row in self.rows.iter().filter(|row| row.what == what) {
            data.push([
                row.measure.as_str().into(),
                row.place.as_str().into(),
                row.at.into(),
                row.value.best.into(),
                row.value.low.into(),
                row.value.high.into(),
            ]);
        }
        Some(Plot {
            name: name.into(),
            title,
            caption,
            layout: Layout::Multiples,
            panels,
            tall: None,
            data,
            vega: vega(columns, what == "over volume"),
            footer: facts.footer(),
        })
    }

    fn volume_panel(&self, measure: &str) -> Option<Svg> {
        let points = self.curve(measure, "over volume");
        let (from, to) = (points.first()?.0, points.last()?.0);
        let smallest = self.one(measure, "smallest")?;
        let words = volume_text(smallest.value);
        let mut svg = head(measure, smallest, &words);
        let (x, y) = (Axis::log(from, to, LEFT, RIGHT), Axis::linear(0.0, 100.0, FLOOR, TOP));
        vertical_axis(&mut svg, &y, LEFT, RIGHT, &[0.0, 50.0, 100.0]);
        horizontal_axis(&mut svg, &x, FLOOR, &x.ticks(4));
        svg.text((RIGHT, FLOOR + 33.0), Anchor::End, "ts", "cm³ (log)");
        svg.line((LEFT, y.at(95.0)), (RIGHT, y.at(95.0)), "lim");
        svg.mark(&format!("{measure}: seen in 95 % of people from {words}"), |svg| draw(svg, &points, &x, &y));
        Some(svg)
    }

    fn roc_panel(&self, measure: &str) -> Option<Svg> {
        let points = self.curve(measure, "roc");
        let auc = self.one(measure, "auc")?;
        let best = finite(auc.value.best).map_or(numbers::NONE.to_owned(), |best| format!("{best:.2}"));
        let end = |end: Option<f64>| finite(end).map_or(numbers::NONE.to_owned(), |end| format!("{end:.2}"));
        let words = format!("AUC {best} ({}–{})", end(auc.value.low), end(auc.value.high));
        let mut svg = head(measure, auc, &words);
        let (x, y) = (Axis::linear(0.0, 100.0, LEFT, RIGHT), Axis::linear(0.0, 100.0, FLOOR, TOP));
        vertical_axis(&mut svg, &y, LEFT, RIGHT, &[0.0, 50.0, 100.0]);
        horizontal_axis(&mut svg, &x, FLOOR, &[0.0, 50.0, 100.0]);
        svg.text((RIGHT, FLOOR + 33.0), Anchor::End, "ts", "false alarms, %");
        svg.line((LEFT, FLOOR), (RIGHT, TOP), "ev");
        svg.mark(&format!("{measure}: {words}"), |svg| draw(svg, &points, &x, &y));
        (!points.is_empty()).then_some(svg)
    }
}

fn head(measure: &str, row: &DetectionRow, words: &str) -> Svg {
    let by = if row.by.is_empty() { row.place.clone() } else { format!("{} by {}", row.place, row.by) };
    let mut svg = Svg::new(WIDTH, HEIGHT, format!("{measure}, {by}: {words}"));
    svg.text((0.0, 13.0), Anchor::Start, "lb", &fit(measure, WIDTH, 13.0, true));
    svg.text((0.0, 28.0), Anchor::Start, "ts", &fit(&by, WIDTH, 12.0, false));
    // a number is never cut: without its range where there is no room
    let is_whole = fit(words, WIDTH, 12.0, false) == words;
    let shown = if is_whole { words } else { words.split(" (").next().unwrap_or(words) };
    svg.text((0.0, 44.0), Anchor::Start, "ts", shown);
    svg
}

fn draw(svg: &mut Svg, points: &[(f64, Range3)], x: &Axis, y: &Axis) {
    let line = |pick: fn(&Range3) -> Option<f64>| -> Vec<(f64, f64)> {
        points.iter().filter_map(|(at, value)| Some((x.at(*at), y.at(finite(pick(value))?)))).collect()
    };
    let (high, low) = (line(|value| value.high), line(|value| value.low));
    if high.len() == low.len() {
        svg.path(&Path::band(&high, &low), "band fl l4");
    }
    svg.path(&Path::line(line(|value| value.best)), "ln l4");
}

fn vega(columns: [&str; 2], is_log: bool) -> Value {
    let scale = if is_log { "log" } else { "linear" };
    json!({
        "mark": "line",
        "encoding": {
            "x": { "field": columns[0], "type": "quantitative", "scale": { "type": scale } },
            "y": { "field": columns[1], "type": "quantitative" },
            "color": { "field": "measure", "type": "nominal" },
        },
    })
}
