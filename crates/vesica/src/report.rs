//! The report: one HTML file and its figures, a pure function of an [`Outcome`].
//!
//! Figures are drawn first (`Plot`), then placed into a template. What the user wrote is escaped by the template
//! engine in HTML and by `svg` in drawings.

mod axis;
mod body;
mod chain;
mod facts;
mod figures;
mod markdown;
mod numbers;
mod page;
mod palette;
mod plot;
mod references;
mod strip;
mod study;
mod svg;

use crate::result::Outcome;
use facts::Facts;
use page::Page;
use plot::Plot;
pub use study::{of_rank, of_sweep};

/// A report and the figures in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// One self-contained page: no request, opens offline, works without script.
    pub html: String,
    /// Every figure that the page shows, on its own.
    pub figures: Vec<Figure>,
}

/// A figure with its data.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// File name without ending: `survival`, `river-2`. Never from the user's text.
    pub name: String,
    /// Self-contained SVG in light colors.
    pub svg: String,
    /// All points, comma-separated with a header row.
    pub csv: String,
    /// Vega-Lite specification that reads `NAME.csv` beside it.
    pub vega_lite: String,
}

/// Builds the report of a finished run. Everything that the user wrote is escaped.
///
/// ```no_run
/// let outcome = vesica::result::folder::read(std::path::Path::new("caf-mir522.out"))?;
/// let report = vesica::report::build(&outcome);
/// assert!(report.html.starts_with("<!doctype html>"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn build(outcome: &Outcome) -> Report {
    let facts = Facts::of(outcome);
    let plots = Plots::of(&facts);
    let figures = plots.all().map(Plot::figure).collect();
    Report { html: Page::of(&facts, &plots).print(), figures }
}

/// Every figure that this outcome has the data for.
struct Plots {
    worlds: Option<Plot>,
    survival: Option<Plot>,
    rivers: Vec<Plot>,
    arms: Option<Plot>,
    differences: Option<Plot>,
    fates: Option<Plot>,
    rescue: Option<Plot>,
    inside: Option<Plot>,
    inside_difference: Option<Plot>,
    copies: Option<Plot>,
    paths: Option<Plot>,
    tipping: Vec<Plot>,
    observed: Vec<Plot>,
    body: Option<Plot>,
    fluids: Option<Plot>,
    detectability: Option<Plot>,
    roc: Option<Plot>,
}

impl Plots {
    fn of(facts: &Facts<'_>) -> Plots {
        let chains = chain::chains(facts);
        let places = body::Places::of(facts);
        let drawn = body::arm_drawn(facts).or(facts.outcome.samples.first().map(|row| row.arm.as_str()));
        let river = |(i, chain)| figures::river::plot(facts, chain, i + 1);
        Plots {
            worlds: figures::worlds::plot(facts),
            survival: figures::survival::plot(facts),
            rivers: chains.iter().enumerate().filter_map(river).collect(),
            arms: figures::multiples::plot(facts),
            differences: figures::forest::plot(facts),
            fates: figures::modes::plot(facts),
            rescue: figures::rescue::plot(facts),
            inside: figures::heat::of_reference(facts),
            inside_difference: figures::heat::of_difference(facts),
            copies: figures::copies::plot(facts),
            paths: figures::paths::plot(facts),
            tipping: figures::tipping::plots(facts),
            observed: figures::observed::plots(facts),
            body: places.as_ref().and_then(|places| figures::body::plot(facts, places)),
            fluids: drawn.and_then(|arm| figures::fluids::plot(facts, arm)),
            detectability: drawn.and_then(|arm| figures::detection::over_volume(facts, arm)),
            roc: drawn.and_then(|arm| figures::detection::roc(facts, arm)),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Plot> {
        let first = [&self.worlds, &self.survival].into_iter().flatten();
        let rest = [&self.arms, &self.differences, &self.fates, &self.rescue, &self.inside, &self.inside_difference];
        first
            .chain(&self.rivers)
            .chain(rest.into_iter().flatten())
            .chain([&self.copies, &self.paths].into_iter().flatten())
            .chain(&self.tipping)
            .chain(&self.observed)
            .chain([&self.body, &self.fluids, &self.detectability, &self.roc].into_iter().flatten())
    }
}
