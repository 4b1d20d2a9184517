//! The simulated chain of every arm, link by link, per target cell.

use super::super::results::{CargoResult, ChainResult, WorldResult};
use super::super::setup::Setup;
use super::super::statistics::range;
use crate::knowledge::LINKS;
use crate::result::{EvidenceRow, LedgerRow, Status};
use crate::scenario::{Destination, Origin, Vesicle};
use crate::terminal::Numbers;

/// Rows for every arm, vesicle kind, cargo and target. A vesicle without cargo has the rows up to `deliver`.
pub fn ledger(setup: &Setup, worlds: &[WorldResult], evidence: &[EvidenceRow]) -> Vec<LedgerRow> {
    let mut rows = Vec::new();
    let Some(first) = worlds.first() else { return rows };
    for (arm, description) in setup.scenario.arms.iter().enumerate() {
        for (number, chain) in first.arms[arm].chains.iter().enumerate() {
            let vesicle = &setup.scenario.vesicles[chain.vesicle];
            let at = Place {
                setup,
                worlds,
                evidence,
                arm,
                arm_name: &description.name,
                number,
                vesicle,
                target: chain.target,
            };
            if vesicle.cargo.is_empty() {
                rows.extend(at.vesicle_rows());
            }
            (0..vesicle.cargo.len()).for_each(|cargo| rows.extend(at.cargo_rows(cargo)));
        }
    }
    rows
}

/// A number of a chain.
type Pick<'p> = &'p dyn Fn(&ChainResult) -> f64;

/// One chain of one arm.
struct Place<'a> {
    setup: &'a Setup<'a>,
    worlds: &'a [WorldResult],
    evidence: &'a [EvidenceRow],
    arm: usize,
    arm_name: &'a str,
    number: usize,
    vesicle: &'a Vesicle,
    target: usize,
}

impl Place<'_> {
    fn vesicle_rows(&self) -> Vec<LedgerRow> {
        let of = |pick: &dyn Fn(&ChainResult) -> f64| self.over_worlds(pick);
        let (made, lost) = self.made();
        let mut rows = vec![
            self.row("", "make", made, of(&|c| c.made), "vesicles", ""),
            self.row("", "release", "vesicles released", of(&|c| c.released), "vesicles", lost),
        ];
        if self.vesicle.is_held() {
            rows.push(self.row("", "meet", "vesicles docked", of(&|c| c.bound), "vesicles", "left in the medium"));
        }
        let left = self.left(&|c| (c.returned, c.taken_up));
        let inside = self.shares(&[("digested", &|c| c.digested)], &|c| c.taken_up);
        rows.extend([
            self.row("", "enter", "vesicles taken up", of(&|c| c.taken_up), "vesicles", &left),
            self.row("", "deliver", "vesicles opened", of(&|c| c.opened), "vesicles", &inside),
            self.decide(""),
        ]);
        rows
    }

    fn cargo_rows(&self, cargo: usize) -> Vec<LedgerRow> {
        let described = &self.vesicle.cargo[cargo];
        let name = &described.name;
        let copies = |pick: &dyn Fn(&CargoResult) -> f64| self.over_worlds(&|chain| pick(&chain.cargo[cargo]));
        let reached = copies(&|c| c.released);
        let (made, lost) = self.made();
        let mut rows = vec![
            self.row(name, "make", made, self.over_worlds(&|chain| chain.made), "vesicles", ""),
            self.row(name, "load", "copies loaded", copies(&|c| c.loaded), "copies", ""),
            self.row(name, "release", "copies released", reached.clone(), "copies", lost),
            self.row(name, "travel", "copies in the medium", reached.clone(), "copies", ""),
        ];
        let left = self.left(&|c| (c.cargo[cargo].returned, c.cargo[cargo].taken_up));
        let inside = self.shares(&[("digested", &|c| c.cargo[cargo].digested)], &|c| c.cargo[cargo].taken_up);
        let delivered = copies(&|c| c.delivered);
        let acting = copies(&|c| c.acting);
        let mut row = |link: &str, counted: &str, values: Vec<f64>, lost: &str| {
            rows.push(self.row(name, link, counted, values, "copies", lost));
        };
        match described.acts_at {
            // read while docked: what enters afterwards no longer counts
            Destination::Periphery => {
                row("meet", "copies docked", delivered.clone(), "left in the medium");
                row("deliver", "copies at the surface", delivered, "");
                row("act", "copies that can act", acting, "");
            }
            Destination::Cytosol | Destination::Nucleus => {
                let is_guide = described.kind.is_guide();
                let is_nuclear = described.acts_at == Destination::Nucleus;
                let arrival =
                    if is_nuclear { "copies in the cytosol, for the nucleus" } else { "copies in the cytosol" };
                let (act, lost) = match (is_guide, is_nuclear) {
                    (true, _) => ("copies that act in AGO", "not loaded"),
                    (_, true) => ("copies let into the nucleus", "left in the cytosol"),
                    _ => ("copies that can act", ""),
                };
                row("meet", "copies that can dock", reached, "");
                row("enter", "copies taken up", copies(&|c| c.taken_up), &left);
                row("deliver", arrival, delivered, &inside);
                row("act", act, acting, lost);
            }
        }
        rows.push(self.decide(name));
        rows
    }

    /// What was not taken up, with the share of what came in that went back.
    fn left(&self, pick: &dyn Fn(&ChainResult) -> (f64, f64)) -> String {
        let share = |chain: &ChainResult| {
            let (back, kept) = pick(chain);
            if back > 0.0 { back / (back + kept) } else { 0.0 }
        };
        let middle = self.median(&share);
        let back =
            if middle > 0.0 { format!("; {} went back", Numbers::REPORT.percent(middle)) } else { String::new() };
        format!("left in the medium{back}")
    }

    /// `digested 63 %`: parts of a whole, in words.
    fn shares(&self, parts: &[(&str, Pick<'_>)], whole: Pick<'_>) -> String {
        let words = parts.iter().map(|(word, part)| {
            let share = self.median(&|chain| if whole(chain) > 0.0 { part(chain) / whole(chain) } else { 0.0 });
            format!("{word} {}", Numbers::REPORT.percent(share))
        });
        words.collect::<Vec<_>>().join(", ")
    }

    fn median(&self, of: &dyn Fn(&ChainResult) -> f64) -> f64 {
        range(&self.over_worlds(of)).best.unwrap_or(0.0)
    }

    /// What is made, by origin, and what became of those that were not released.
    fn made(&self) -> (&'static str, &'static str) {
        match self.vesicle.origin {
            Origin::Endosome => ("vesicles made", "digested in the donor"),
            Origin::PlasmaMembrane => ("vesicles budded from the plasma membrane", ""),
            Origin::DyingCell => ("vesicles shed by dying cells", ""),
        }
    }

    fn decide(&self, cargo: &str) -> LedgerRow {
        let alive = self.worlds.iter().map(|world| {
            let fates = &world.arms[self.arm].fates[self.target];
            100.0 * fates.iter().find(|(fate, _)| fate == "alive").map_or(f64::NAN, |(_, share)| *share)
        });
        self.row(cargo, "decide", "cells alive", alive.collect(), "%", "")
    }

    fn over_worlds(&self, pick: &dyn Fn(&ChainResult) -> f64) -> Vec<f64> {
        self.worlds.iter().map(|world| pick(&world.arms[self.arm].chains[self.number])).collect()
    }

    fn row(&self, cargo: &str, link: &str, counted: &str, values: Vec<f64>, unit: &str, lost: &str) -> LedgerRow {
        let of_link: Vec<&EvidenceRow> = self.evidence.iter().filter(|row| row.link == link).collect();
        let mut sources: Vec<&str> = of_link.iter().flat_map(|row| row.source.split("; ")).collect();
        sources.retain(|source| !source.is_empty());
        sources.sort_unstable();
        sources.dedup();
        LedgerRow {
            arm: self.arm_name.to_owned(),
            vesicle: self.vesicle.name.clone(),
            cargo: cargo.to_owned(),
            target: self.setup.scenario.cells[self.target].name.clone(),
            link: LINKS.iter().find(|known| **known == link).unwrap_or(&"").to_string(),
            counted: counted.to_owned(),
            amount: range(&values),
            unit: unit.to_owned(),
            lost: lost.to_owned(),
            status: of_link.iter().map(|row| row.status).max().unwrap_or(Status::Assumed),
            source: sources.join("; "),
        }
    }
}
