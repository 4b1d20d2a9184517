//! Link 5 in a ledger, and what follows from where a cargo acts.

use super::rows::{nothing_taken, percent};
use super::{Bench, HOUR};
use crate::ledger::{Ends, Row};
use crate::result::Status;
use crate::scenario::{Destination, QuantityId};
use crate::terminal::Numbers;

/// Numbers of the mechanisms that the envelope needs.
const UNDOCK: &str = "receptor_docking.k_undock";
const ENTER: &str = "docked_uptake.k_enter";
const SENT_BACK: &str = "endosome_fate.sent_back";
const LET_IN: &str = "nuclear_import.share";

/// Name of the decoys among the numbers of the medium.
const DECOYS: &str = "decoys";

/// A number with how well it is known and where it is from.
type Known = (Ends, Status, String);

impl Bench<'_> {
    /// A number of a mechanism: of this cargo, else of any; what the scenario says of it comes first.
    pub(super) fn number(&self, id: &str) -> Known {
        let (module, constant) = id.split_once('.').unwrap_or((id, ""));
        let ids = [format!("{module}.{}.{constant}", self.cargo.name), id.to_owned()];
        if let Some(id) = ids.iter().find_map(|id| self.scenario.links.other.get(id)) {
            return (self.ends(*id), self.status(*id), self.source(*id));
        }
        let row = ids.iter().find_map(|id| self.knowledge.number(id, &self.target.is));
        let found = row.and_then(|row| Some((row, row.quantity()?)));
        let (row, quantity) = match found {
            Some(found) => found,
            None => return (Ends::exact(f64::NAN), Status::Assumed, String::new()),
        };
        (Ends::of(&quantity, row.limits()), row.status, quantity.source.unwrap_or_default())
    }

    /// By how much a ligand and decoys change what the cells clear.
    pub(super) fn docking(&self) -> Ends {
        let ligand = self.vesicle.ligand.map_or(Ends::exact(1.0), |id| self.ends(id));
        ligand
            .times(&self.decoys().map_or(Ends::exact(1.0), |id| falling(&self.ends(id), |decoys| 1.0 / (1.0 + decoys))))
    }

    fn decoys(&self) -> Option<QuantityId> {
        let decoys = self.scenario.place.medium.get(DECOYS).copied();
        decoys.filter(|id| self.ends(*id).high > 0.0)
    }

    /// Vesicles that touch a cell for each that it would take up, where receptors hold them: the others leave again.
    pub(super) fn touches(&self) -> Ends {
        let (undock, enter, sent_back) = (self.number(UNDOCK).0, self.number(ENTER).0, self.number(SENT_BACK).0);
        let leave = undock.times(&falling(&enter, |rate| 1.0 / rate)).through(|ratio| 1.0 + ratio);
        leave.times(&sent_back.through(|sent_back| 1.0 + sent_back))
    }

    /// Share of what cells would take up for which receptors have room until the end.
    pub(super) fn room(&self, wanted: f64) -> Option<Ends> {
        let receptors = self.ends(self.vesicle.receptors?);
        let held = receptors.times(&self.number(ENTER).0.through(|rate| 1.0 + rate * self.end));
        Some(held.through(|held| if wanted > 0.0 { (held / wanted).min(1.0) } else { 1.0 }))
    }

    /// The row of link 5 for cargo that must enter. `room`: share for which receptors have room.
    pub(super) fn meet_row(&self, room: Option<Ends>) -> Row {
        let docking = self.docking();
        let (ligand, decoys) = (self.vesicle.ligand, self.decoys());
        let status = ligand.into_iter().chain(decoys).map(|id| self.status(id)).max();
        match (room, self.vesicle.receptors) {
            (Some(room), Some(receptors)) => {
                let numbers = Numbers::TERMINAL;
                let how = format!("{} receptors on a cell", numbers.exact(self.ends(receptors).middle, 2));
                let status = status.max(Some(self.status(receptors))).max(Some(self.number(ENTER).1));
                percent("meet", "share for which receptors have room".to_owned(), room).known(
                    status,
                    &how,
                    &self.source(receptors),
                )
            }
            _ if ligand.is_none() && decoys.is_none() => nothing_taken("meet", "no receptor named"),
            _ => {
                let words = "clearance with ligand and decoys, of that without".to_owned();
                Row::of("meet", words, docking, "1").known(status, "in the share taken up below", "")
            }
        }
    }

    /// The row of link 5 for cargo that is read at the surface.
    pub(super) fn docked_row(&self, docked: Ends) -> Row {
        let ids = [Some(self.scenario.links.clearance), self.vesicle.ligand, self.decoys(), self.vesicle.receptors];
        let status = ids.into_iter().flatten().map(|id| self.status(id)).max();
        let status = status.max(Some(self.number(UNDOCK).1)).max(Some(self.number(ENTER).1));
        percent("meet", "share that docks".to_owned(), docked).known(status, "each touches and may leave again", "")
    }

    /// Copies at the surface at once, when `copies` docked until the end.
    pub(super) fn at_once_row(&self, copies: &Ends) -> Row {
        let (undock, enter) = (self.number(UNDOCK).0, self.number(ENTER).0);
        // each sits until it enters or leaves
        let stay = |leave: f64, enter: f64| (1.0 / (leave + enter) / self.end).min(1.0);
        let share = Ends {
            low: stay(undock.high, enter.high),
            best: undock.best.zip(enter.best).map(|(leave, enter)| stay(leave, enter)),
            high: stay(undock.low, enter.low),
            may_be_zero: false,
            middle: stay(undock.middle, enter.middle),
        };
        let how = format!("over {} h, on average", Numbers::TERMINAL.exact(self.end / HOUR, 3));
        let words = "of those at the surface at once".to_owned();
        Row::of("act", words, copies.times(&share), "copies/cell").known(Some(self.number(UNDOCK).1), &how, "")
    }

    /// Share of delivered copies that reach where they act: of those for the nucleus, what is let in.
    pub(super) fn let_in(&self) -> Option<Known> {
        (self.cargo.acts_at == Destination::Nucleus).then(|| self.number(LET_IN))
    }
}

/// The same number through a function that falls: the ends change places.
fn falling(ends: &Ends, function: impl Fn(f64) -> f64) -> Ends {
    Ends {
        low: function(ends.high),
        best: ends.best.map(&function),
        high: function(ends.lowest()),
        may_be_zero: false,
        middle: function(ends.middle),
    }
}
