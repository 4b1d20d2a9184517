//! The lines of a ledger.

use vesica_engine::math::exp;

use super::{Bench, HOUR, VISCOSITY};
use crate::knowledge::{Knowledge, LINKS};
use crate::ledger::{Ends, Row};
use crate::physics::{self, Start};
use crate::result::Status;
use crate::scenario::{Destination, Layout, QuantityId, Spread};
use crate::terminal::Numbers;

impl Bench<'_> {
    pub(super) fn row(&self, link: &'static str, quantity: String, ends: Ends, unit: &str, id: QuantityId) -> Row {
        Row::of(link, quantity, ends, unit).known(Some(self.status(id)), "", &self.source(id))
    }

    pub(super) fn release_row(&self, vesicles: Ends) -> Row {
        let verb = if self.batches.iter().any(|batch| batch.is_continuous) { "sent to" } else { "added for" };
        let how = joined(self.batches.iter().map(|batch| batch.text.clone()));
        let sources = joined(self.batches.iter().map(|batch| batch.source.clone()));
        let words = format!("vesicles {verb} each {} cell", self.target.name);
        let status = self.batches.iter().filter_map(|batch| batch.status).max();
        Row::of("release", words, vesicles, "vesicles/cell").known(status, &how, &sources)
    }

    pub(super) fn travel_row(&self, travel: Ends) -> Row {
        let numbers = Numbers::TERMINAL;
        let day = 24.0 * HOUR;
        let diffusion = self.diffusion().middle;
        let how = match self.well.layout {
            Layout::Mixed if diffusion.is_finite() => {
                let added = physics::share_taken(diffusion, self.height(), f64::INFINITY, day, Start::Even, false);
                format!("stirred; still: {} in 24 h", numbers.percent(added))
            }
            Layout::Mixed => "stirred".to_owned(),
            _ => {
                let millimetres = numbers.exact(self.height() / 1e3, 2);
                format!("{millimetres} mm, D = {} um²/s", numbers.exact(diffusion, 2))
            }
        };
        let is_stirred = self.well.layout == Layout::Mixed;
        let viscosity = self.scenario.place.medium.get(VISCOSITY).filter(|_| !is_stirred);
        let status = viscosity.map(|id| self.status(*id).max(self.status(self.vesicle.size)));
        let source = viscosity.map(|id| self.source(*id)).unwrap_or_default();
        percent("travel", "share that can touch the layer".to_owned(), travel).known(status, &how, &source)
    }

    pub(super) fn enter_row(&self, enter: Ends) -> Row {
        let id = self.scenario.links.clearance;
        let given = self.scenario.quantity(id, self.arm).text.replacen("unknown ", "", 1);
        percent("enter", "share taken up".to_owned(), enter).known(Some(self.status(id)), &given, &self.source(id))
    }

    /// Copies that arrive per target cell.
    pub(super) fn copies_row(&self, copies: Ends, what: &str) -> Row {
        let guideline = match self.cargo.kind.is_guide() {
            true => format!("guideline: {}", Numbers::TERMINAL.exact(self.guideline(), 4)),
            false => "below 1, most cells get none".to_owned(),
        };
        let words = format!("{what} {} cell", self.target.name);
        let numbers = [self.cargo.copies, self.scenario.links.clearance, self.scenario.links.escape];
        let status = numbers.iter().map(|id| self.status(*id)).max();
        Row::of("act", words, copies, "copies/cell").known(status, &guideline, "")
    }

    /// Copies that arrive, how many cells get any, and the share that acts.
    pub(super) fn act_rows(&self, copies: Ends, load: &Ends, deliver: &Ends, vesicles: f64) -> Vec<Row> {
        let what = match self.cargo.acts_at {
            Destination::Nucleus => "copies let into the nucleus per",
            _ => "copies delivered per",
        };
        let mut rows = vec![self.copies_row(copies, what)];
        rows.extend(self.cargo.spread.iter().map(|spread| self.any_row(*spread, load.middle, deliver.high, vesicles)));
        if !self.cargo.kind.is_guide() {
            return rows;
        }
        let loaded = self.scenario.links.loaded;
        let share = percent("act", "share of those that acts".to_owned(), self.ends(loaded));
        rows.push(share.known(Some(self.status(loaded)), "", &self.source(loaded)));
        rows
    }

    /// Share of cells that get any copy: 1 - e^-x, x = vesicles with cargo opened per cell, when all are taken up
    /// and as many open as the range allows.
    pub(super) fn any_row(&self, spread: Spread, mean: f64, opening: f64, vesicles: f64) -> Row {
        let numbers = Numbers::TERMINAL;
        let rich = self.cargo.rich.filter(|_| spread == Spread::FewRich);
        let in_each = rich.map_or(1.0, |id| self.ends(id).middle).max(mean);
        let share = 1.0 - exp(-vesicles * opening * mean / in_each);
        let words = match rich {
            Some(_) => format!("cells with any: few-rich, n = {}", numbers.exact(in_each, 3)),
            None => "cells with any: even".to_owned(),
        };
        let how = format!("all taken up, {} opened", numbers.percent(opening));
        let row = Row { best: Some(100.0 * share), ends: Some(Ends::exact(share)), ..Row::blank("act", words, "%") };
        row.known(Some(self.status(rich.unwrap_or(self.cargo.copies))), &how, "")
    }

    pub(super) fn decide_row(&self) -> Row {
        let words = "needs the simulation".to_owned();
        Row::blank("decide", words, "").known(self.weakest_number("decide"), "", "")
    }

    pub(super) fn weakest_number(&self, link: &str) -> Option<Status> {
        weakest_number(self.knowledge, link)
    }

    pub(super) fn statuses(&self, rows: &[Row]) -> Vec<(&'static str, Status)> {
        statuses(self.knowledge, rows)
    }
}

fn weakest_number(knowledge: &Knowledge, link: &str) -> Option<Status> {
    knowledge.numbers.iter().filter(|number| number.link == link).map(|number| number.status).max()
}

/// Weakest status of each link: of the numbers in its rows, else of those that the knowledge base has for it.
pub(in crate::ledger) fn statuses(knowledge: &Knowledge, rows: &[Row]) -> Vec<(&'static str, Status)> {
    let of_rows = |link: &str| rows.iter().filter(|row| row.link == link).filter_map(|row| row.status).max();
    let of_link =
        |link: &'static str| of_rows(link).or_else(|| weakest_number(knowledge, link)).unwrap_or(Status::Measured);
    LINKS.iter().map(|link| (*link, of_link(link))).collect()
}

pub(in crate::ledger) fn joined(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("; ")
}

pub(in crate::ledger) fn percent(link: &str, quantity: String, ends: Ends) -> Row {
    Row { ends: Some(ends), ..Row::of(link, quantity, ends.times(&Ends::exact(100.0)), "%") }
}

pub(in crate::ledger) fn nothing_taken(link: &str, why: &str) -> Row {
    let row = percent(link, "takes nothing away here".to_owned(), Ends::exact(1.0));
    Row { ends: None, ..row }.known(None, why, "")
}

impl Row {
    /// A row without numbers.
    pub(in crate::ledger) fn blank(link: &str, quantity: String, unit: &str) -> Self {
        Self {
            chain: String::new(),
            link: link.to_owned(),
            quantity,
            low: None,
            best: None,
            high: None,
            unit: unit.to_owned(),
            status: None,
            source: String::new(),
            ends: None,
            how: String::new(),
        }
    }

    /// A row whose numbers are in `unit` already.
    pub(in crate::ledger) fn of(link: &str, quantity: String, ends: Ends, unit: &str) -> Self {
        let finite = |value: f64| Some(value).filter(|value| value.is_finite());
        Self {
            low: finite(ends.lowest()),
            best: ends.best.and_then(finite),
            high: finite(ends.high),
            ends: Some(ends),
            ..Self::blank(link, quantity, unit)
        }
    }

    /// The same with how well it is known, how it was computed, and where its numbers come from.
    pub(in crate::ledger) fn known(self, status: Option<Status>, how: &str, source: &str) -> Self {
        let source = joined([how.to_owned(), source.to_owned()]);
        Self { status, how: how.to_owned(), source, ..self }
    }
}
