//! The pages of a sweep and of a ranking: one HTML file each, made of what `sweep.json` and `rank.json` hold.

use super::numbers::{self, finite};
use super::page::Shell;
use super::palette::{LINKS, link_class, link_number};
use super::plot::Plot;
use super::strip::status_class;
use super::{Report, figures};
use crate::result::Range3;
use crate::study::rank::{Bar, Rank};
use crate::study::sweep::{FactorRow, Sweep};
use crate::study::synergy::{DEFINITIONS, Map};
use askama::Template;

/// Numbers that the first page names.
const FIRST: usize = 3;

/// Builds the report of a sweep. Everything that the user wrote is escaped.
///
/// ```no_run
/// let sweep = vesica::study::folder::read_sweep(std::path::Path::new("my.sweep"))?;
/// assert!(vesica::report::of_sweep(&sweep).html.starts_with("<!doctype html>"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn of_sweep(sweep: &Sweep) -> Report {
    let curves: Vec<Plot> = figures::response::plot(sweep).into_iter().chain(figures::scatter::plot(sweep)).collect();
    let maps: Vec<Plot> =
        sweep.maps.iter().enumerate().filter_map(|(index, map)| figures::grid::of_map(sweep, map, index + 1)).collect();
    let grids: Vec<Plot> = figures::grid::plot(sweep).into_iter().collect();
    let all = || curves.iter().chain(&grids).chain(&maps);
    let page = SweepPage {
        shell: Shell::new(heading(&sweep.title, &sweep.scenario), &sweep.version, sweep.seed, all()),
        sweep,
        curves: &curves,
        grids: &grids,
        maps: &maps,
    };
    let html = page.render().expect("a template writes into a string, which cannot fail");
    Report { html, figures: all().map(Plot::figure).collect() }
}

/// Builds the report of a ranking. Everything that the user wrote is escaped.
///
/// ```no_run
/// let rank = vesica::study::folder::read_rank(std::path::Path::new("my.rank"))?;
/// assert!(vesica::report::of_rank(&rank).html.contains("What matters"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn of_rank(rank: &Rank) -> Report {
    let plots: Vec<Plot> = figures::matters::plot(rank).into_iter().chain(figures::shares::plot(rank)).collect();
    let page = RankPage {
        shell: Shell::new(heading(&rank.title, &rank.scenario), &rank.version, rank.seed, plots.iter()),
        rank,
        plots: &plots,
    };
    let html = page.render().expect("a template writes into a string, which cannot fail");
    Report { html, figures: plots.iter().map(Plot::figure).collect() }
}

fn heading<'a>(title: &'a str, scenario: &'a str) -> &'a str {
    if title.trim().is_empty() { scenario } else { title }
}

/// Footer of the figures of a sweep.
pub(super) fn sweep_footer(sweep: &Sweep) -> String {
    foot(&sweep.scenario, sweep.seed, &sweep.version)
}

/// Footer of the figures of a ranking.
pub(super) fn rank_footer(rank: &Rank) -> String {
    foot(&rank.scenario, rank.seed, &rank.version)
}

fn foot(scenario: &str, seed: u64, version: &str) -> String {
    let scenario: String = scenario.chars().take(40).collect();
    format!("{scenario} · seed {seed} · vesica {version}")
}

/// `erastin, µM`
pub(super) fn of_factor(factor: &FactorRow) -> String {
    match factor.unit.as_str() {
        "" | "1" => factor.name.clone(),
        unit => format!("{}, {}", factor.name, numbers::on_screen(unit)),
    }
}

/// `erastin 2 µM`
pub(super) fn level(factor: &FactorRow, value: f64) -> String {
    let unit = if factor.unit == "1" { String::new() } else { numbers::on_screen(&factor.unit) };
    format!("{} {} {unit}", factor.name, numbers::given(value)).trim_end().to_owned()
}

/// `viability at 72 h`: what the answer asks for.
pub(super) fn reading_words(sweep: &Sweep) -> String {
    let column = sweep.asked.first().and_then(|column| sweep.columns.get(*column));
    column.map_or(String::new(), |column| format!("{} at {} h", column.measure, numbers::hours(column.at_h)))
}

/// `34 % (20–47)`: a share of the variance, never below nothing.
pub(super) fn share_words(share: Range3) -> String {
    let percent = |end: Option<f64>| finite(end).map(|end| 100.0 * end.max(0.0));
    match percent(share.best) {
        Some(best) => {
            let around = Range3 { low: percent(share.low), best: None, high: percent(share.high) };
            format!("{} {}", numbers::in_unit(best, "%"), numbers::brackets(around, "%"))
        }
        None => numbers::NONE.to_owned(),
    }
}

#[derive(Template)]
#[template(path = "sweep.html")]
struct SweepPage<'a> {
    shell: Shell<'a>,
    sweep: &'a Sweep,
    curves: &'a [Plot],
    grids: &'a [Plot],
    maps: &'a [Plot],
}

impl SweepPage<'_> {
    /// What was seen, in one sentence.
    fn verdict(&self) -> String {
        let first = self.maps.iter().chain(self.curves).chain(self.grids).next();
        first.map_or_else(|| "Nothing was read.".to_owned(), |plot| plot.title.clone() + ".")
    }

    /// Number of the page with two quantities at once.
    fn number_together(&self) -> usize {
        2 + usize::from(!self.curves.is_empty())
    }

    fn number_methods(&self) -> usize {
        self.number_together() + usize::from(!self.grids.is_empty() || !self.maps.is_empty())
    }

    fn n_runs(&self) -> usize {
        self.sweep.points.len() * self.sweep.n_worlds
    }

    fn design(&self) -> String {
        match self.sweep.design.as_str() {
            "grid" => "every level with every other".to_owned(),
            "lhs" => "Latin hypercube".to_owned(),
            _ => "Sobol sequence, scrambled".to_owned(),
        }
    }

    fn values(&self, factor: &FactorRow) -> String {
        let unit = if factor.unit == "1" { String::new() } else { numbers::on_screen(&factor.unit) };
        let spread = if factor.is_log { ", per factor" } else { "" };
        let ends = format!("{} to {} {unit}{spread}", numbers::given(factor.ends.0), numbers::given(factor.ends.1));
        match factor.levels.len() {
            0 => ends,
            n if n <= 12 => {
                let levels: Vec<String> = factor.levels.iter().map(|level| numbers::given(*level)).collect();
                format!("{} {unit}", levels.join(", "))
            }
            n => format!("{ends}, {n} levels"),
        }
    }

    /// Values of what else was varied at a curve.
    fn others(&self, response: &crate::study::response::Response) -> String {
        let rest = self.sweep.factors.iter().filter(|factor| factor.name != response.drug);
        let words: Vec<String> = rest.zip(&response.others).map(|(factor, value)| level(factor, *value)).collect();
        words.join(", ")
    }

    fn ec50(&self, response: &crate::study::response::Response) -> String {
        match finite(response.ec50.best) {
            Some(best) if response.beyond().is_some() => {
                format!("{} {}", response.beyond().unwrap_or_default(), numbers::in_unit(best, &response.unit))
            }
            Some(best) => {
                format!(
                    "{} {}",
                    numbers::in_unit(best, &response.unit),
                    numbers::brackets(response.ec50, &response.unit)
                )
            }
            None => numbers::NONE.to_owned(),
        }
    }

    fn shift(&self, response: &crate::study::response::Response) -> String {
        let shift = response.shift.filter(|_| response.n_shift > 0);
        let best = shift.and_then(|shift| finite(shift.best));
        best.map_or(numbers::NONE.to_owned(), |best| {
            format!("{} {}", numbers::factor(best), numbers::brackets(shift.unwrap_or_default(), "1"))
        })
    }

    fn has_shift(&self) -> bool {
        self.sweep.responses.iter().any(|response| response.n_shift > 0)
    }

    /// Mean excess by each definition.
    fn averages(&self, map: &Map) -> Vec<(&'static str, String)> {
        let words = |range: &Range3| {
            let best = finite(range.best).map_or(numbers::NONE.to_owned(), |best| numbers::in_unit(best, "points"));
            format!("{best} {}", numbers::brackets(*range, "points"))
        };
        DEFINITIONS.iter().copied().zip(map.average.iter().map(words)).collect()
    }

    /// Where each asked arm reads least and most.
    fn extremes(&self) -> Vec<Extreme> {
        let sweep = self.sweep;
        let of = |column: usize| {
            let best = |point: usize| finite(sweep.readings[point][column].best);
            let able: Vec<(usize, f64)> = (0..sweep.points.len()).filter_map(|p| Some((p, best(p)?))).collect();
            let least = able.iter().copied().reduce(|a, b| if b.1 < a.1 { b } else { a })?.0;
            let most = able.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a })?.0;
            let read = |point: usize| {
                let (range, unit) = (sweep.readings[point][column], &sweep.columns[column].unit);
                let best = numbers::in_unit(finite(range.best).unwrap_or(f64::NAN), unit);
                format!("{best} {}", numbers::brackets(range, unit))
            };
            let place = |point: usize| {
                let levels = sweep.factors.iter().zip(&sweep.points[point]);
                levels.map(|(factor, value)| level(factor, *value)).collect::<Vec<_>>().join(", ")
            };
            Some(Extreme {
                arm: sweep.columns[column].arm.clone(),
                least: read(least),
                least_at: place(least),
                most: read(most),
                most_at: place(most),
            })
        };
        sweep.asked.iter().filter_map(|column| of(*column)).collect()
    }

    fn reading(&self) -> String {
        reading_words(self.sweep)
    }

    fn has_choice(&self) -> bool {
        self.sweep.hypotheses.len() > 1
    }
}

/// An arm at the points where it reads least and most.
struct Extreme {
    arm: String,
    least: String,
    least_at: String,
    most: String,
    most_at: String,
}

#[derive(Template)]
#[template(path = "rank.html")]
struct RankPage<'a> {
    shell: Shell<'a>,
    rank: &'a Rank,
    plots: &'a [Plot],
}

impl RankPage<'_> {
    /// What was found, in one sentence.
    fn verdict(&self) -> String {
        match self.plots.first() {
            Some(plot) => plot.title.clone() + ".",
            None => {
                let mut words = self.rank.nothing();
                words[..1].make_ascii_uppercase();
                words + "."
            }
        }
    }

    fn verdict_class(&self) -> &'static str {
        self.rank.bars.first().filter(|_| !self.plots.is_empty()).map_or("", |bar| link_class(&bar.link))
    }

    fn first(&self) -> &[Bar] {
        let moves = self.rank.bars.iter().take_while(|bar| bar.swing > 0.0).count();
        &self.rank.bars[..moves.min(FIRST)]
    }

    fn class_of(&self, link: &str) -> &'static str {
        link_class(link)
    }

    fn number_of(&self, link: &str) -> String {
        link_number(link).map_or("–".to_owned(), |number| number.to_string())
    }

    fn status(&self, bar: &Bar) -> &'static str {
        status_class(bar.status)
    }

    fn total(&self, bar: &Bar) -> String {
        bar.indices.map_or(numbers::NONE.to_owned(), |indices| share_words(indices.total))
    }

    fn alone(&self, bar: &Bar) -> String {
        bar.indices.map_or(numbers::NONE.to_owned(), |indices| share_words(indices.first))
    }

    /// All bars, along the chain.
    fn along_the_chain(&self) -> Vec<(usize, &Bar)> {
        let mut bars: Vec<(usize, &Bar)> = self.rank.bars.iter().enumerate().map(|(i, bar)| (i + 1, bar)).collect();
        bars.sort_by_key(|(_, bar)| link_number(&bar.link).unwrap_or(LINKS.len() + 1));
        bars
    }

    fn in_unit(&self, value: &f64) -> String {
        numbers::in_unit(*value, &self.rank.question.unit)
    }

    fn ends(&self, bar: &Bar) -> String {
        let unit = if bar.unit == "1" { String::new() } else { format!(" {}", numbers::on_screen(&bar.unit)) };
        format!("{}–{}{unit}", numbers::given(bar.ends.0), numbers::given(bar.ends.1))
    }

    fn spread(&self) -> String {
        numbers::ends(self.rank.spread, &self.rank.question.unit)
    }

    fn middle(&self) -> String {
        finite(self.rank.spread.best).map_or(numbers::NONE.to_owned(), |best| self.in_unit(&best))
    }

    fn asked(&self) -> String {
        let question = &self.rank.question;
        let minus = question.minus.as_ref().map_or(String::new(), |minus| format!(" minus {minus}"));
        format!("{} at {} h, {}{minus}", question.measure, numbers::hours(question.at_h), question.of)
    }

    /// What is no number of its own: its shares alone and with interactions.
    fn rest(&self) -> Vec<(&'static str, String, String)> {
        let choice = self.rank.choice.map(|indices| ("the choice between the hypotheses", indices));
        let others = self.rank.others.map(|indices| ("all other numbers and chance among cells", indices));
        let all = [choice, others].into_iter().flatten();
        all.map(|(name, indices)| (name, share_words(indices.first), share_words(indices.total))).collect()
    }

    fn n_assumed(&self) -> usize {
        self.rank.bars.iter().filter(|bar| status_class(bar.status) == "a").count()
    }
}
