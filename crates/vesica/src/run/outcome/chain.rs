//! The simulated chain of every arm, link by link, per target cell.

use super::super::results::{CargoResult, ChainResult, WorldResult};
use super::super::setup::Setup;
use super::super::statistics::range;
use crate::knowledge::LINKS;
use crate::result::{EvidenceRow, LedgerRow, Status};
use crate::scenario::{Destination, Vesicle};

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
        vec![
            self.row("", "make", "vesicles made", of(&|c| c.made), "vesicles", ""),
            self.row("", "release", "vesicles released", of(&|c| c.released), "vesicles", "digested in the donor"),
            self.row("", "enter", "vesicles taken up", of(&|c| c.taken_up), "vesicles", "left in the medium"),
            self.row("", "deliver", "vesicles opened", of(&|c| c.opened), "vesicles", "digested in the target"),
            self.decide(""),
        ]
    }

    fn cargo_rows(&self, cargo: usize) -> Vec<LedgerRow> {
        let name = &self.vesicle.cargo[cargo].name;
        let copies = |pick: &dyn Fn(&CargoResult) -> f64| self.over_worlds(&|chain| pick(&chain.cargo[cargo]));
        let reached = copies(&|c| c.released);
        let arrival = match self.vesicle.cargo[cargo].acts_at {
            Destination::Periphery => "copies at the surface",
            Destination::Cytosol => "copies in the cytosol",
            Destination::Nucleus => "copies in the nucleus",
        };
        let (act, not_acting) = match self.vesicle.cargo[cargo].kind.is_guide() {
            true => ("copies that act in AGO", "not loaded"),
            false => ("copies that can act", ""),
        };
        let lost_on_the_way = "not taken up: left in the medium";
        vec![
            self.row(name, "make", "vesicles made", self.over_worlds(&|chain| chain.made), "vesicles", ""),
            self.row(name, "load", "copies loaded", copies(&|c| c.loaded), "copies", ""),
            self.row(name, "release", "copies released", reached.clone(), "copies", "digested in the donor"),
            self.row(name, "travel", "copies in the medium", reached.clone(), "copies", ""),
            self.row(name, "meet", "copies that can dock", reached, "copies", ""),
            self.row(name, "enter", "copies taken up", copies(&|c| c.taken_up), "copies", lost_on_the_way),
            self.row(name, "deliver", arrival, copies(&|c| c.delivered), "copies", "digested in the target"),
            self.row(name, "act", act, copies(&|c| c.acting), "copies", not_acting),
            self.decide(name),
        ]
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
