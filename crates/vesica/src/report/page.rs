//! The page: what stands where, in words. The templates hold the markup.

use super::body::{self, Given, Seen};
use super::chain::{Chain, chains};
use super::facts::Facts;
use super::numbers::{self, finite};
use super::palette::{self, LINKS, link_class, link_number};
use super::plot::Plot;
use super::references::{Reference, references};
use super::strip::{self, Link, status_class};
use super::{Plots, markdown};
use crate::result::{ArmRow, EvidenceRow, Outcome, Status, methods};
use askama::Template;
use sha2::{Digest, Sha256};
use std::borrow::Borrow;
use std::collections::BTreeMap;

/// The whole page.
#[derive(Template)]
#[template(path = "page.html")]
pub(super) struct Page<'a> {
    outcome: &'a Outcome,
    facts: &'a Facts<'a>,
    plots: &'a Plots,
    shell: Shell<'a>,
    heading: &'a str,
    effect: String,
    effect_range: String,
    links: Vec<Link>,
    rivers: Vec<River<'a>>,
    measures: Vec<Measure<'a>>,
    seen: Vec<Seen>,
    given: Vec<Given>,
    area_places: Vec<&'a str>,
    evidence: Vec<&'a EvidenceRow>,
    references: Vec<Reference>,
    methods: String,
    lock_hash: String,
    files: Vec<String>,
}

/// What stands around every page: style, menu, script.
pub(super) struct Shell<'a> {
    pub heading: &'a str,
    pub style: String,
    pub script: &'static str,
    pub carried: String,
    pub version: &'a str,
    pub seed: u64,
    /// Number, name and class of each link.
    pub key: Vec<(usize, &'static str, &'static str)>,
}

impl<'a> Shell<'a> {
    pub fn new<'p>(heading: &'a str, version: &'a str, seed: u64, plots: impl Iterator<Item = &'p Plot>) -> Shell<'a> {
        Shell {
            heading,
            style: palette::page_style(),
            script: include_str!("assets/page.js"),
            carried: carried(plots),
            version,
            seed,
            key: LINKS.iter().enumerate().map(|(index, link)| (index + 1, *link, link_class(link))).collect(),
        }
    }

    pub fn is_long(&self) -> bool {
        self.heading.chars().count() > LONG
    }
}

/// A chain with its river and its rows.
struct River<'a> {
    number: usize,
    name: String,
    plot: Option<&'a Plot>,
    rows: Vec<LedgerLine<'a>>,
}

/// A row of the ledger in words.
struct LedgerLine<'a> {
    link: &'a str,
    counted: &'a str,
    lost: &'a str,
    amount: String,
    range: String,
    factor: String,
    status: Status,
    source: &'a str,
}

/// A measure at the hour that is shown: that of the answer, else its last one.
struct Measure<'a> {
    name: &'a str,
    reads: &'a str,
    hour: f64,
    limit: String,
}

/// A heading longer than this is set smaller.
const LONG: usize = 140;

impl<'a> Page<'a> {
    pub fn of(facts: &'a Facts<'a>, plots: &'a Plots) -> Page<'a> {
        let outcome = facts.outcome;
        let answer = &outcome.answer;
        let best = finite(answer.difference.best);
        let named = [&answer.question, &answer.title, &answer.scenario];
        let heading = named.into_iter().find(|text| !text.trim().is_empty()).map_or("A run of vesica", |text| text);
        let mut evidence: Vec<&EvidenceRow> = outcome.evidence.iter().collect();
        evidence.sort_by_key(|row| link_number(&row.link).unwrap_or(LINKS.len() + 1));
        Page {
            outcome,
            facts,
            plots,
            shell: Shell::new(heading, &answer.version, answer.seed, plots.all()),
            heading,
            effect: best.map_or(numbers::NONE.to_owned(), |best| numbers::in_unit(best, &answer.unit)),
            effect_range: numbers::ends(answer.difference, &answer.unit),
            links: strip::links(facts),
            rivers: rivers(facts, plots),
            measures: measures(outcome),
            seen: body::seen(facts),
            given: body::given(facts),
            area_places: body::area_places(facts),
            evidence,
            references: references(&outcome.references),
            methods: markdown::html(&methods(outcome)),
            lock_hash: Sha256::digest(outcome.lock.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect(),
            files: files(plots),
        }
    }

    pub fn print(&self) -> String {
        self.render().expect("a template writes into a string, which cannot fail")
    }

    fn has_question(&self) -> bool {
        let answer = &self.outcome.answer;
        !answer.of.is_empty() && !answer.minus.is_empty() && !answer.sentence.is_empty()
    }

    fn is_long(&self, text: &str) -> bool {
        text.chars().count() > LONG
    }

    /// Class of the link that explains most of the answer.
    fn verdict_class(&self) -> &'static str {
        self.outcome.answer.weakest.first().map_or("", |weak| link_class(&weak.link))
    }

    fn n_numbers(&self) -> usize {
        self.outcome.answer.counted.iter().sum()
    }

    /// Share of the answer's spread that the named links explain together.
    fn explained(&self) -> f64 {
        self.outcome.answer.weakest.iter().map(|weak| weak.share).filter(|share| share.is_finite()).sum()
    }

    fn class_of(&self, link: &str) -> &'static str {
        link_class(link)
    }

    fn number_of(&self, link: &str) -> String {
        link_number(link).map_or("–".to_owned(), |number| number.to_string())
    }

    fn status(&self, status: &Status) -> &'static str {
        status_class(*status)
    }

    fn share(&self, share: impl Borrow<f64>) -> String {
        numbers::share(*share.borrow())
    }

    fn range(&self, range: &crate::result::Range3, unit: &str) -> String {
        let best = finite(range.best).map_or(numbers::NONE.to_owned(), |best| numbers::in_unit(best, unit));
        format!("{best} {}", numbers::brackets(*range, unit))
    }

    fn unit(&self, unit: &str) -> String {
        if unit == "1" { String::new() } else { numbers::on_screen(unit) }
    }

    fn value(&self, value: &Option<f64>) -> String {
        finite(*value).map_or(numbers::NONE.to_owned(), numbers::given)
    }

    fn ends(&self, row: &EvidenceRow) -> String {
        match (finite(row.low), finite(row.high)) {
            (None, None) => String::new(),
            (low, high) => format!("{}–{}", self.value(&low), self.value(&high)),
        }
    }

    /// What the first page says of the chain.
    fn chain_lead(&self) -> String {
        let Some(chain) = chains(self.facts).into_iter().next() else {
            return "No vesicle carries anything to a target cell in this run.".to_owned();
        };
        let stages = chain.stages();
        match (stages.first(), stages.last()) {
            (Some(first), Some(last)) => format!(
                "Of {} {} per {} cell, {} {} are left at the end. The river shows where the rest went.",
                numbers::simulated(first.best),
                first.row.counted,
                chain.target,
                numbers::simulated(last.best),
                last.row.counted
            ),
            _ => "Amounts along the chain are not defined in this run.".to_owned(),
        }
    }

    /// Whether the run was one in a body.
    fn has_body(&self) -> bool {
        !self.outcome.places.is_empty()
    }

    /// Number of a page that stands behind the body, where there is one.
    fn number_after(&self, number: usize) -> usize {
        number + usize::from(self.has_body())
    }

    fn body_lead(&self) -> String {
        body::lead(self.facts, self.seen.is_empty())
    }

    /// What an instrument reads in an arm: middle and range.
    fn reading(&self, arm: &str, measure: &Measure<'_>) -> (String, String) {
        let is_it = |row: &&ArmRow| row.arm == arm && row.measure == measure.name && row.at_h == measure.hour;
        let Some(row) = self.outcome.readings.iter().find(is_it) else {
            return (numbers::NONE.to_owned(), String::new());
        };
        let best = match finite(row.value.best) {
            Some(best) => numbers::in_unit(best, &row.unit),
            None if measure.limit.is_empty() => numbers::NONE.to_owned(),
            None => format!("<\u{202f}{}", measure.limit),
        };
        (best, numbers::brackets(row.value, &row.unit))
    }

    fn hours(&self, hours: &f64) -> String {
        numbers::hours(*hours)
    }

    /// Text of the scenario with true signs and Greek units.
    fn words(&self, text: &str) -> String {
        numbers::on_screen_in(text)
    }

    fn n_with(&self, side: &str) -> usize {
        self.outcome.claims.iter().filter(|claim| claim.side == side).count()
    }
}

fn rivers<'a>(facts: &Facts<'a>, plots: &'a Plots) -> Vec<River<'a>> {
    let chains = chains(facts);
    let mut per_arm: BTreeMap<&str, usize> = BTreeMap::new();
    for chain in &chains {
        *per_arm.entry(chain.arm).or_default() += 1;
    }
    let river = |(i, chain): (usize, &Chain<'a>)| {
        let cargo = if per_arm[chain.arm] > 1 {
            format!(": {} in {} to {}", chain.cargo, chain.vesicle, chain.target)
        } else {
            String::new()
        };
        let name = format!("river-{}", i + 1);
        River {
            number: i + 1,
            name: chain.arm.to_owned() + &cargo,
            plot: plots.rivers.iter().find(|plot| plot.name == name),
            rows: ledger_lines(chain),
        }
    };
    chains.iter().enumerate().map(river).collect()
}

fn ledger_lines<'a>(chain: &Chain<'a>) -> Vec<LedgerLine<'a>> {
    let mut before: Option<f64> = None;
    let mut lines = Vec::new();
    for row in &chain.rows {
        let best = finite(row.amount.best);
        let factor = match (before, best) {
            (Some(before), Some(best)) if before > 0.0 && row.unit != "%" => numbers::factor(best / before),
            _ => String::new(),
        };
        lines.push(LedgerLine {
            link: &row.link,
            counted: &row.counted,
            lost: &row.lost,
            amount: best.map_or(numbers::NONE.to_owned(), |best| numbers::in_unit(best, &row.unit)),
            range: numbers::ends(row.amount, &row.unit),
            factor,
            status: row.status,
            source: &row.source,
        });
        before = best.or(before);
    }
    lines
}

/// The columns of the table of measures.
fn measures(outcome: &Outcome) -> Vec<Measure<'_>> {
    let mut measures: Vec<Measure<'_>> = Vec::new();
    for row in outcome.readings.iter().filter(|row| row.at_h.is_finite()) {
        let Some(measure) = measures.iter_mut().find(|measure| measure.name == row.measure) else {
            let limit = finite(row.limit).map_or(String::new(), |limit| numbers::in_unit(limit, &row.unit));
            measures.push(Measure { name: &row.measure, reads: &row.reads, hour: row.at_h, limit });
            continue;
        };
        let is_asked = |hour: f64| hour == outcome.answer.at_h;
        if !is_asked(measure.hour) && (is_asked(row.at_h) || row.at_h > measure.hour) {
            measure.hour = row.at_h;
        }
    }
    measures
}

/// What the script needs: data of the figures and their style, as JSON that cannot end its script element.
fn carried<'p>(plots: impl Iterator<Item = &'p Plot>) -> String {
    let csv: BTreeMap<&str, String> = plots.map(|plot| (plot.name.as_str(), plot.data.short_csv(&plot.name))).collect();
    let json = serde_json::json!({ "csv": csv, "style": palette::figure_style() }).to_string();
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn files(plots: &Plots) -> Vec<String> {
    let fixed = [
        "report.html",
        "answer.json",
        "arms.json",
        "arms.tsv",
        "ledger.tsv",
        "fates.tsv",
        "tipping.tsv",
        "worlds.tsv",
        "differences.tsv",
        "places.tsv",
        "samples.tsv",
        "detection.tsv",
        "doses.tsv",
        "observed.tsv",
        "agreement.tsv",
        "through.tsv",
        "evidence.tsv",
        "claims.tsv",
        "curves.parquet",
        "cells.parquet",
        "scenario.lock.toml",
        "references.bib",
        "methods.md",
        "ro-crate-metadata.json",
    ];
    let figures = plots.all().map(|plot| format!("figures/{}.svg, .csv, .vl.json", plot.name));
    fixed.into_iter().map(str::to_owned).chain(figures).collect()
}
