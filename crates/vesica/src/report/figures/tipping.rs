//! The phase plot: steady states of the fast part of a cell against a pool that is held, the point where it tips, and
//! simulated cells of the compared arms over it.

use super::{DRAWN, footer, horizontal_axis, vertical_axis};
use crate::report::axis::Axis;
use crate::report::facts::{Facts, Look, thinned};
use crate::report::numbers::{self, finite};
use crate::report::plot::{Layout, Plot, Table};
use crate::report::svg::{Anchor, Path, Svg, fit};
use crate::result::TippingRow;
use serde_json::json;

const WIDTH: f64 = 520.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 500.0;
const TOP: f64 = 54.0;
const FLOOR: f64 = 302.0;
/// Held pools that are named; the others are counted.
const MOST_NAMED: usize = 5;
/// How far beyond rest and folds the branch is drawn, as a factor.
const MARGIN: f64 = 4.0;

/// One branch.
struct Phase<'a> {
    along: &'a str,
    rows: Vec<&'a TippingRow>,
    rest: &'a TippingRow,
    tips: &'a TippingRow,
}

/// A plot for each pool along which the target cell tips.
pub(in crate::report) fn plots(facts: &Facts<'_>) -> Vec<Plot> {
    let all: Vec<&TippingRow> = facts.outcome.tipping.iter().filter(|row| row.cell == facts.target).collect();
    let mut pools: Vec<&str> = Vec::new();
    for row in all.iter().filter(|row| !row.along.is_empty()) {
        if !pools.contains(&row.along.as_str()) {
            pools.push(&row.along);
        }
    }
    let phases: Vec<Phase<'_>> = pools.iter().filter_map(|along| Phase::of(along, &all)).collect();
    let smooth: Vec<&str> =
        pools.iter().copied().filter(|along| phases.iter().all(|phase| phase.along != *along)).collect();
    let plot = |(number, phase): (usize, &Phase<'_>)| phase.plot(facts, &all, &smooth, number + 1);
    phases.iter().enumerate().map(plot).collect()
}

impl<'a> Phase<'a> {
    fn of(along: &'a str, all: &[&'a TippingRow]) -> Option<Self> {
        let is_sound = |row: &&TippingRow| row.x.is_finite() && row.y.is_finite() && row.x > 0.0 && row.y > 0.0;
        let rows: Vec<&TippingRow> = all.iter().copied().filter(|row| row.along == along).filter(is_sound).collect();
        let one = |kind: &str| rows.iter().copied().find(|row| row.kind == kind);
        let (rest, tips) = (one("rest")?, one("tipping point")?);
        Some(Self { along, rest, tips, rows })
    }

    fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &'a TippingRow> + '_ {
        self.rows.iter().copied().filter(move |row| row.kind == kind)
    }

    /// States that are drawn: around rest and folds.
    fn drawn(&self) -> Vec<&'a TippingRow> {
        let ends = self.of_kind("fold").chain([self.rest, self.tips]).map(|row| row.x);
        let (low, high) = ends.fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), x| (low.min(x), high.max(x)));
        self.of_kind("state").filter(|row| (low / MARGIN..=high * MARGIN).contains(&row.x)).collect()
    }

    /// `11 %`: what is left of the pool where the cell tips, of what it has at rest.
    fn share(&self) -> String {
        let share = self.tips.x / self.rest.x;
        if share < 1.0 { numbers::share(share) } else { numbers::factor(share) }
    }

    fn title(&self) -> String {
        let side = if self.tips.x < self.rest.x { "Below" } else { "Above" };
        format!("{side} {} of {} at rest, {} runs away", self.share(), self.along, self.tips.shows)
    }

    fn plot(&self, facts: &Facts<'_>, all: &[&TippingRow], smooth: &[&str], number: usize) -> Plot {
        let names = |kind: &str| -> Vec<&str> {
            let rows = all.iter().filter(|row| row.kind == kind && row.note != self.along);
            rows.map(|row| row.note.as_str()).collect()
        };
        // what people have a word for first
        let (mut held, moves) = (names("held"), names("moves"));
        held.sort_by_key(|name| !name.contains(' '));
        let named = held.len().min(MOST_NAMED);
        let more = if held.len() > named { format!(" and {} more", held.len() - named) } else { String::new() };
        let held = format!("{}{more}", held[..named].join(", "));
        let mut caption = format!(
            "Steady states of {} alone, every number at its best value; all other pools held as at rest: {held}. Solid = \
             stable, dashed = unstable, ring = where the state of rest ends. Dots = simulated cells at the end, filled = \
             at death; their other pools moved, so they need not lie on the line",
            moves.join(", ")
        );
        if !smooth.is_empty() {
            caption += &format!(". Along {} alone the cell does not tip", smooth.join(", "));
        }
        let mut data = Table::new(["kind", self.along, &self.tips.shows, "unstable", "arm", "world", "fate"]);
        for row in &self.rows {
            data.push([
                row.kind.as_str().into(),
                row.x.into(),
                row.y.into(),
                f64::from(row.unstable).into(),
                row.arm.as_str().into(),
                f64::from(row.world).into(),
                row.note.as_str().into(),
            ]);
        }
        Plot {
            name: format!("tipping-{number}"),
            title: fit(&self.title(), 700.0, 15.5, true),
            caption,
            layout: Layout::Half,
            panels: vec![self.draw(facts, &held)],
            tall: None,
            data,
            vega: json!({
                "mark": "point",
                "encoding": {
                    "x": { "field": self.along, "type": "quantitative", "scale": { "type": "log" } },
                    "y": { "field": self.tips.shows, "type": "quantitative", "scale": { "type": "log" } },
                    "color": { "field": "arm", "type": "nominal" },
                    "shape": { "field": "kind", "type": "nominal" },
                },
            }),
            footer: facts.footer(),
        }
    }

    fn draw(&self, facts: &Facts<'_>, held: &str) -> Svg {
        let (states, cells) = (self.drawn(), self.cells(facts));
        let all = || states.iter().copied().chain(cells.iter().map(|(_, row)| *row)).chain([self.rest, self.tips]);
        let ends = |values: &mut dyn Iterator<Item = f64>| {
            let values = values.filter(|value| finite(Some(*value)).is_some());
            values.fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), x| (low.min(x), high.max(x)))
        };
        let ((left, right), (low, high)) = (ends(&mut all().map(|row| row.x)), ends(&mut all().map(|row| row.y)));
        let x = Axis::log(left / 1.2, right * 1.2, LEFT, RIGHT);
        let y = Axis::log(low / 1.6, high * 1.6, FLOOR, TOP);
        let mut svg = Svg::new(WIDTH, FLOOR + 76.0, self.title());
        vertical_axis(&mut svg, &y, LEFT, RIGHT, &y.ticks(5));
        horizontal_axis(&mut svg, &x, FLOOR, &x.ticks(5));
        let title = |name: &str, unit: &str| format!("{name}, {} (log)", numbers::on_screen(unit));
        svg.text(
            (0.0, 13.0),
            Anchor::Start,
            "at",
            &fit(&title(&self.tips.shows, &self.tips.y_unit), 400.0, 12.0, false),
        );
        let below = fit(&title(self.along, &self.tips.x_unit), 330.0, 12.0, false);
        svg.text((RIGHT, FLOOR + 35.0), Anchor::End, "at", &below);
        svg.text((0.0, FLOOR + 53.0), Anchor::Start, "cnt mute", &fit(&format!("held: {held}"), WIDTH, 11.5, false));
        key(&mut svg, facts, &cells);
        let place = |row: &TippingRow| (x.at(row.x), y.at(row.y));
        for (look, row) in &cells {
            let class =
                if row.note == "alive" { format!("open ln thin {}", look.class) } else { format!("fl {}", look.class) };
            svg.circle(place(row), 2.6, &class);
        }
        for (is_stable, stretch) in stretches(&states) {
            let class = if is_stable { "ln evk" } else { "ln evk dash" };
            svg.path(&Path::line(thinned(&stretch, DRAWN).into_iter().map(place)), class);
        }
        self.draw_marks(&mut svg, &place);
        footer(&mut svg, &facts.footer());
        svg
    }

    /// Rest, and where it ends.
    fn draw_marks(&self, svg: &mut Svg, place: &dyn Fn(&TippingRow) -> (f64, f64)) {
        let amount = |row: &TippingRow| numbers::in_unit(row.x, &row.x_unit);
        let mut marked = |row: &TippingRow, class: &str, radius: f64, word: String| {
            let at = place(row);
            let label = format!("{word}: {} and {}", amount(row), numbers::in_unit(row.y, &row.y_unit));
            svg.mark(&label, |svg| {
                svg.circle(at, radius, class);
                let (to, anchor) = if at.0 > 0.6 * WIDTH {
                    ((at.0 - 11.0, at.1 - 8.0), Anchor::End)
                } else {
                    ((at.0 + 11.0, at.1 + 16.0), Anchor::Start)
                };
                svg.text(to, anchor, "lb halo", &fit(&word, 230.0, 13.0, true));
            });
        };
        marked(self.rest, "dot", 4.6, "rest".to_owned());
        marked(self.tips, "ring", 6.5, format!("tips at {} of rest", self.share()));
        self.of_kind("fold").for_each(|fold| {
            let share = numbers::share(fold.x / self.rest.x);
            marked(fold, "ring thin", 4.5, format!("falls back at {share}"));
        });
    }

    /// Simulated cells of the untreated and the two compared arms.
    fn cells<'f>(&self, facts: &'f Facts<'_>) -> Vec<(&'f Look<'f>, &'a TippingRow)> {
        let is_drawn = |look: &Look<'_>| {
            let name = look.arm.name.as_str();
            name == facts.reference || name == facts.outcome.answer.of || look.class == "un"
        };
        let look = |row: &TippingRow| facts.looks.iter().find(|look| look.arm.name == row.arm && is_drawn(look));
        self.of_kind("cell").filter_map(|row| Some((look(row)?, row))).collect()
    }
}

/// What the dots are, above the figure.
fn key(svg: &mut Svg, facts: &Facts<'_>, cells: &[(&Look<'_>, &TippingRow)]) {
    let shown: Vec<&Look<'_>> =
        facts.looks.iter().filter(|look| cells.iter().any(|(other, _)| other.arm.name == look.arm.name)).collect();
    let room = WIDTH / shown.len().max(1) as f64;
    for (index, look) in shown.iter().enumerate() {
        let left = index as f64 * room;
        svg.circle((left + 5.0, 30.0), 3.4, &format!("fl {}", look.class));
        svg.text((left + 14.0, 34.0), Anchor::Start, "cnt", &fit(&look.arm.name, room - 24.0, 11.5, false));
    }
}

/// The branch cut where its stability changes; a piece begins where the one before it ends.
fn stretches<'a>(states: &[&'a TippingRow]) -> Vec<(bool, Vec<&'a TippingRow>)> {
    let mut found: Vec<(bool, Vec<&TippingRow>)> = Vec::new();
    for row in states {
        let is_stable = row.unstable == 0;
        match found.last_mut() {
            Some((before, stretch)) if *before == is_stable => stretch.push(row),
            Some((_, stretch)) => {
                let last = stretch.last().copied();
                found.push((is_stable, last.into_iter().chain([*row]).collect()));
            }
            None => found.push((is_stable, vec![row])),
        }
    }
    found
}
