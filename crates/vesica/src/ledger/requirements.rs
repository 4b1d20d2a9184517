//! "It can work if": what would have to be true, one thing at a time.

use super::Chain;
use super::chain::GUIDELINE;
use crate::result::WorksIf;
use crate::scenario::Scenario;
use crate::terminal::Numbers;

/// The least value of something that would reach the guideline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Needed {
    /// When all that comes near is taken up and delivered.
    pub at_limit: Option<f64>,
    /// When as much is as the ranges allow.
    pub at_top: Option<f64>,
}

impl Needed {
    pub(super) fn new(at_limit: f64, top: f64) -> Self {
        let safe = |value: f64| Some(rounded_up(value)).filter(|value| value.is_finite() && *value > 0.0);
        Self { at_limit: safe(at_limit), at_top: safe(at_limit / top) }
    }
}

/// Two figures, never less than the number; what is counted in tens or more is whole then anyway.
///
/// A number that is a hair above two figures (by rounding of the arithmetic) stays at them.
fn rounded_up(value: f64) -> f64 {
    if !(value.is_finite() && value > 0.0) {
        return value;
    }
    let near: f64 = format!("{value:.1e}").parse().unwrap_or(value);
    if near >= value * (1.0 - 1e-9) {
        return near;
    }
    let text = format!("{near:e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let tenths = (digits.parse::<f64>().unwrap_or(1.0) * 10.0).round() + 1.0;
    format!("{tenths}e{}", power.parse::<i32>().unwrap_or(0) - 1).parse().unwrap_or(value)
}

pub(super) fn all(scenario: &Scenario, chains: &[Chain]) -> Vec<WorksIf> {
    let is_only = chains.len() == 1;
    let mut found = Vec::new();
    for chain in chains {
        let of = if is_only { String::new() } else { format!(" ({})", chain.name()) };
        let mut entry = |link: &str, quantity: &str, at_least: Option<f64>, unit: &str, text: String| {
            found.push(WorksIf {
                link: link.to_owned(),
                quantity: format!("{quantity}{of}"),
                at_least,
                unit: unit.to_owned(),
                text: format!("{text}{of}"),
            });
        };
        let top = "at the top of enter and deliver";
        for line in lines(scenario, chain) {
            if let Some(least) = line.needed.at_limit {
                entry(
                    line.link,
                    &format!("{}, at the limit", line.quantity),
                    Some(least),
                    line.unit,
                    line.at(least, "at the limit"),
                );
            }
            if let Some(least) = line.needed.at_top {
                entry(line.link, &format!("{}, {top}", line.quantity), Some(least), line.unit, line.at(least, top));
            }
        }
        for gene in &chain.genes {
            let text = format!("{gene} is repressed below the {}-copy guideline", guideline());
            entry("act", &format!("repression of {gene}"), None, "", text);
        }
    }
    found
}

/// One requirement in words.
pub(super) struct Line {
    pub link: &'static str,
    pub quantity: String,
    pub unit: &'static str,
    pub needed: Needed,
    words: String,
}

impl Line {
    /// `≥ 0.12 copies of .. per vesicle at the limit`
    pub fn at(&self, least: f64, where_: &str) -> String {
        format!("≥ {} {} {where_}", Numbers::TERMINAL.exact(least, 2), self.words)
    }
}

pub(super) fn lines(scenario: &Scenario, chain: &Chain) -> Vec<Line> {
    let load = chain.shares.iter().find(|(link, _)| *link == "load").map_or(0.0, |(_, load)| load.middle);
    let copies = Line {
        link: "load",
        quantity: "copies per vesicle".to_owned(),
        unit: "copies/vesicle",
        needed: chain.needed(load),
        words: format!("copies of {} per vesicle", chain.cargo),
    };
    let sent = match chain.donors {
        Some(donors) => {
            let sender =
                scenario.vesicles.iter().find(|kind| kind.name == chain.vesicle).and_then(|kind| kind.from.clone());
            let sender = sender.unwrap_or_default();
            Line {
                link: "release",
                quantity: format!("{sender} cells per {} cell", chain.target),
                unit: "cells/cell",
                needed: chain.needed(donors),
                words: format!("{sender} cells per {} cell", chain.target),
            }
        }
        None => Line {
            link: "release",
            quantity: format!("vesicles added for each {} cell", chain.target),
            unit: "vesicles/cell",
            needed: chain.needed(chain.added()),
            words: format!("vesicles added for each {} cell", chain.target),
        },
    };
    vec![copies, sent]
}

impl Chain {
    /// Vesicles added for each target cell.
    fn added(&self) -> f64 {
        let row = self.rows.iter().find(|row| row.link == "release");
        row.and_then(|row| row.ends).map_or(f64::NAN, |ends| ends.middle)
    }
}

pub(super) fn guideline() -> String {
    Numbers::TERMINAL.exact(GUIDELINE, 4)
}

#[cfg(test)]
mod tests {
    use super::rounded_up;

    #[test]
    fn requirements_are_rounded_to_the_safe_side() {
        for (value, least) in
            [(0.1157, 0.12), (0.448, 0.45), (28.06, 29.0), (0.12, 0.12), (0.999, 1.0), (99.2, 100.0), (1000.0, 1000.0)]
        {
            assert_eq!(rounded_up(value), least, "{value}");
        }
        assert_eq!(rounded_up(0.1 + 0.02), 0.12);
        assert!(rounded_up(f64::INFINITY).is_infinite() && rounded_up(f64::NAN).is_nan());
    }
}
