//! One vesicle, one cargo, one target: nine links in order.

mod meet;
pub(super) mod rows;
mod shares;

use super::ends::Ends;
use super::{Row, requirements};
use crate::knowledge::Knowledge;
use crate::physics;
use crate::result::Status;
use crate::scenario::{Arm, Cargo, Cell, Destination, Kind, Layout, QuantityId, Scenario, Vesicle, Well};
use crate::terminal::Numbers;

use rows::{joined, nothing_taken, percent};

/// Copies of a miRNA per cell below which repression is hardly seen: a rough guideline of the TargetScan 7.2 pages
/// (`agarwal2015` in references.bib). Real thresholds depend on how many sites the cell has.
pub const GUIDELINE: f64 = 1_000.0;

/// Copies per cell below which most cells get none of a cargo that is no guide.
const ANY: f64 = 1.0;

const HOUR: f64 = 3600.0;

/// A chain with its ledger.
#[derive(Clone, Debug)]
pub struct Chain {
    /// Name of the vesicle.
    pub vesicle: String,
    /// Name of the cargo.
    pub cargo: String,
    /// Name of the target cell.
    pub target: String,
    /// Arm whose doses and counts it holds for.
    pub arm: String,
    /// At which time, s.
    pub time: f64,
    /// The ledger, in link order.
    pub rows: Vec<Row>,
    /// What is delivered when every share link lets everything through.
    pub limit: Limit,
    /// Share that each link lets through, in link order; load as copies per vesicle.
    pub shares: Vec<(&'static str, Ends)>,
    /// Genes that the cargo represses.
    pub genes: Vec<String>,
    /// Copies per cell below which hardly anything can come of it.
    pub guideline: f64,
    /// Senders for each target cell; `None` for vesicles that are only dosed.
    pub donors: Option<f64>,
    /// Weakest status of each link: of the numbers in its rows, else of those that the knowledge base has for it.
    pub statuses: Vec<(&'static str, Status)>,
}

/// The chain when all that comes near is taken up and delivered, at the best value of all that is left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Vesicles for each target cell.
    pub vesicles: f64,
    /// Copies for each target cell.
    pub copies: f64,
    /// The same per living cell when the cells divide; equal when they do not.
    pub copies_with_division: f64,
    /// Top of the shares taken up and delivered, multiplied.
    pub top: f64,
}

/// Every chain of a well that has any vesicle.
pub(super) fn all(scenario: &Scenario, knowledge: &Knowledge) -> Vec<Chain> {
    let mut chains = Vec::new();
    let Some(well) = scenario.place.well() else { return chains };
    for vesicle in &scenario.vesicles {
        for cargo in &vesicle.cargo {
            for target in vesicle.to.iter().filter_map(|name| scenario.cell(name)) {
                let bench = Bench::new(scenario, well, knowledge, vesicle, cargo, target);
                chains.extend(bench.map(|bench| bench.chain()));
            }
        }
    }
    chains
}

impl Chain {
    /// `caf_exo > hsa-miR-522-3p > tumour`
    pub fn name(&self) -> String {
        format!("{} > {} > {}", self.vesicle, self.cargo, self.target)
    }

    /// Links from the one that lets least through at its best value; those that take nothing away are left out.
    pub fn weakest(&self) -> Vec<String> {
        let mut shares: Vec<(&str, f64)> = self
            .shares
            .iter()
            .map(|(link, share)| (*link, share.middle.min(1.0)))
            .filter(|(_, share)| *share < 1.0)
            .collect();
        shares.sort_by(|a, b| a.1.total_cmp(&b.1));
        shares.into_iter().map(|(link, _)| link.to_owned()).collect()
    }
}

/// What one chain is computed from.
struct Bench<'a> {
    scenario: &'a Scenario,
    well: &'a Well,
    knowledge: &'a Knowledge,
    vesicle: &'a Vesicle,
    cargo: &'a Cargo,
    target: &'a Cell,
    arm: Option<&'a Arm>,
    /// When the answer is read, s.
    end: f64,
    /// um^3
    volume: f64,
    /// Target cells.
    n_targets: Ends,
    batches: Vec<Batch>,
}

/// Vesicles that come into the medium together.
struct Batch {
    /// Vesicles for each target cell.
    vesicles: Ends,
    /// How long they are there (or are being released), s.
    time: f64,
    /// Released evenly over that time, else all there at its start.
    is_continuous: bool,
    /// How the number was computed.
    text: String,
    status: Option<Status>,
    source: String,
}

impl<'a> Bench<'a> {
    /// `None` when no arm has both the vesicle and its target.
    fn new(
        scenario: &'a Scenario,
        well: &'a Well,
        knowledge: &'a Knowledge,
        vesicle: &'a Vesicle,
        cargo: &'a Cargo,
        target: &'a Cell,
    ) -> Option<Self> {
        let answer = scenario.answer.as_ref();
        let asked = answer.iter().flat_map(|answer| [answer.minus.as_str(), answer.of.as_str()]);
        let arms = asked.filter_map(|name| scenario.arm(name)).chain(&scenario.arms).map(Some).chain([None]);
        let there: Vec<Self> = arms
            .map(|arm| Self::in_arm(scenario, well, knowledge, vesicle, cargo, target, arm))
            .filter(|bench| !bench.batches.is_empty() && bench.n_targets.middle > 0.0)
            .collect();
        // an arm that takes the cargo away says nothing about it
        let loaded = there.iter().position(|bench| bench.ends(cargo.copies).high > 0.0);
        there.into_iter().nth(loaded.unwrap_or(0))
    }

    fn in_arm(
        scenario: &'a Scenario,
        well: &'a Well,
        knowledge: &'a Knowledge,
        vesicle: &'a Vesicle,
        cargo: &'a Cargo,
        target: &'a Cell,
        arm: Option<&'a Arm>,
    ) -> Self {
        let mut bench = Self {
            scenario,
            well,
            knowledge,
            vesicle,
            cargo,
            target,
            arm,
            end: scenario.answer.as_ref().map_or(scenario.span, |answer| answer.at),
            volume: scenario.middle(well.volume, arm),
            n_targets: Ends::exact(0.0),
            batches: Vec::new(),
        };
        bench.n_targets = bench.ends(target.count);
        bench.batches.extend(bench.sent());
        bench.batches.extend(bench.dosed());
        bench
    }

    fn ends(&self, id: QuantityId) -> Ends {
        Ends::of(self.scenario.quantity(id, self.arm), self.scenario.quantities[id.0].limits)
    }

    fn source(&self, id: QuantityId) -> String {
        self.scenario.quantity(id, self.arm).source.clone().unwrap_or_default()
    }

    fn status(&self, id: QuantityId) -> Status {
        self.scenario.quantities[id.0].status
    }

    /// Vesicles that cells send.
    fn sent(&self) -> Option<Batch> {
        let sender = self.scenario.cell(self.vesicle.from.as_ref()?)?;
        let rate = self.vesicle.rate?;
        let donors = self.donors()?;
        let is_conditioned = self.well.layout == Layout::Conditioned;
        let (release, exposure) = match self.well.conditioned.filter(|_| is_conditioned) {
            Some(conditioned) => (self.scenario.middle(conditioned, self.arm), self.end),
            None => (self.end, self.end),
        };
        let vesicles = self.ends(rate).times(&donors).times(&Ends::exact(release));
        let numbers = Numbers::TERMINAL;
        let per_hour = self.ends(rate).times(&Ends::exact(HOUR));
        let text = format!(
            "{} /h × {} {} × {} h",
            numbers.exact(per_hour.middle, 3),
            numbers.exact(donors.middle, 3),
            sender.name,
            numbers.exact(release / HOUR, 3)
        );
        (vesicles.high > 0.0).then(|| Batch {
            vesicles,
            time: exposure,
            is_continuous: !is_conditioned,
            text,
            status: Some(self.status(rate)),
            source: self.source(rate),
        })
    }

    /// Senders for each target cell.
    fn donors(&self) -> Option<Ends> {
        let sender = self.scenario.cell(self.vesicle.from.as_ref()?)?;
        let n_donors = self.ends(sender.count);
        Some(Ends {
            low: n_donors.low / self.n_targets.high,
            best: n_donors.best.zip(self.n_targets.best).map(|(donors, targets)| donors / targets),
            high: n_donors.high / self.n_targets.low,
            may_be_zero: n_donors.may_be_zero,
            middle: n_donors.middle / self.n_targets.middle,
        })
    }

    /// Vesicles that are dosed; they stay until the medium is replaced.
    fn dosed(&self) -> Vec<Batch> {
        let Some(arm) = self.arm else { return Vec::new() };
        let n_all: f64 = self.receivers().map(|(number, _)| number).sum();
        let doses =
            arm.doses.iter().filter(|dose| dose.what.vesicle() == Some(&self.vesicle.name) && dose.at < self.end);
        doses
            .map(|dose| {
                let washes = arm.doses.iter().filter(|later| later.wash && later.at > dose.at).map(|later| later.at);
                let until = washes.fold(self.end, f64::min);
                let weighed = self.vesicle.particles_per_protein.map(|id| self.ends(id));
                let particles = |amount: f64, per_protein: f64| {
                    dose.what.particles(amount, self.volume, n_all, per_protein) / n_all
                };
                let amount = self.ends(dose.amount);
                let per_protein = weighed.unwrap_or(Ends::exact(f64::NAN));
                let quantity = self.scenario.quantity(dose.amount, self.arm);
                Batch {
                    vesicles: Ends {
                        low: particles(amount.low, per_protein.low),
                        best: amount.best.and_then(|amount| {
                            let needed =
                                if weighed.is_some() && dose.what.is_weighed() { per_protein.best } else { Some(1.0) };
                            needed.map(|per_protein| particles(amount, per_protein))
                        }),
                        high: particles(amount.high, per_protein.high),
                        may_be_zero: amount.may_be_zero,
                        middle: particles(amount.middle, per_protein.middle),
                    },
                    time: until - dose.at,
                    is_continuous: false,
                    text: format!("{} for {} cells", quantity.text, Numbers::TERMINAL.exact(n_all, 4)),
                    status: self
                        .vesicle
                        .particles_per_protein
                        .filter(|_| dose.what.is_weighed())
                        .map(|id| self.status(id)),
                    source: quantity.source.clone().unwrap_or_default(),
                }
            })
            .filter(|batch| batch.vesicles.high > 0.0 && batch.time > 0.0)
            .collect()
    }

    /// Cells that take these vesicles up: number and radius, um.
    fn receivers(&self) -> impl Iterator<Item = (f64, f64)> {
        let cells = self.vesicle.to.iter().filter_map(|name| self.scenario.cell(name));
        cells.map(|cell| {
            let diameter = self.knowledge.number("geometry.diameter", &cell.is).and_then(|number| number.quantity());
            let radius = diameter.map_or(f64::INFINITY, |quantity| quantity.middle() / 2.0);
            (self.scenario.n_cells(cell, self.arm), radius)
        })
    }

    fn chain(&self) -> Chain {
        let load = self.ends(self.cargo.copies);
        let zero = Ends { may_be_zero: false, ..Ends::exact(0.0) };
        let vesicles = self.batches.iter().fold(zero, |sum, batch| plus(&sum, &batch.vesicles));
        let travel = self.travel();
        let limit_vesicles = vesicles.middle * travel.middle;
        let mut rows = vec![
            nothing_taken(
                "make",
                if self.vesicle.from.is_some() { "release is given per cell" } else { "made elsewhere" },
            ),
            self.row(
                "load",
                format!("{} copies per vesicle", self.cargo.name),
                load,
                "copies/vesicle",
                self.cargo.copies,
            ),
            self.release_row(vesicles),
            self.travel_row(travel),
        ];
        let reached = load.times(&vesicles).times(&travel);
        let (meet, enter, deliver) = match self.cargo.acts_at {
            Destination::Periphery => self.read_outside(&mut rows, &reached),
            _ => self.must_enter(&mut rows, &reached, &load, limit_vesicles),
        };
        rows.push(self.decide_row());
        let limit = Limit {
            vesicles: limit_vesicles,
            copies: limit_vesicles * load.middle,
            copies_with_division: self.vesicles_with_division() * travel.middle * load.middle,
            top: meet.high * enter.high * deliver.high,
        };
        let acting = match self.cargo.kind.is_guide() {
            true => self.ends(self.scenario.links.loaded),
            false => Ends::exact(1.0),
        };
        let genes = match (self.cargo.kind, &self.cargo.gene) {
            (Kind::Mirna, _) => self.scenario.links.act.keys().cloned().collect(),
            (Kind::Sirna, Some(gene)) => vec![gene.clone()],
            _ => Vec::new(),
        };
        Chain {
            vesicle: self.vesicle.name.clone(),
            cargo: self.cargo.name.clone(),
            target: self.target.name.clone(),
            arm: self.arm.map(|arm| arm.name.clone()).unwrap_or_default(),
            time: self.end,
            limit,
            shares: vec![
                ("load", load),
                ("travel", travel),
                ("meet", meet),
                ("enter", enter),
                ("deliver", deliver),
                ("act", acting),
            ],
            genes,
            guideline: self.guideline(),
            donors: self.donors().map(|donors| donors.middle),
            statuses: self.statuses(&rows),
            rows,
        }
    }

    /// Links 5 to 8 of cargo that is read while its vesicle is docked: gives the shares of meet, enter and deliver.
    fn read_outside(&self, rows: &mut Vec<Row>, reached: &Ends) -> (Ends, Ends, Ends) {
        let docked = self.share_cleared(&self.docking().times(&self.touches()));
        let copies = reached.times(&docked);
        rows.push(self.docked_row(docked));
        rows.push(nothing_taken("enter", "read while docked"));
        rows.push(nothing_taken("deliver", "read at the surface"));
        rows.push(self.copies_row(copies, "copies docked per"));
        rows.push(self.at_once_row(&copies));
        (docked, Ends::exact(1.0), Ends::exact(1.0))
    }

    /// Links 5 to 8 of cargo that must get into the cytosol, and perhaps on into the nucleus.
    fn must_enter(&self, rows: &mut Vec<Row>, reached: &Ends, load: &Ends, vesicles: f64) -> (Ends, Ends, Ends) {
        let enter = self.enter();
        let room = self.room(vesicles * enter.middle);
        let meet = room.unwrap_or(Ends::exact(1.0));
        let (mut deliver, status, source) = self.deliver();
        rows.push(self.meet_row(room));
        rows.push(self.enter_row(enter));
        let words = "share that reaches the cytosol".to_owned();
        rows.push(percent("deliver", words, deliver).known(Some(status), "", &source));
        if let Some((share, status, source)) = self.let_in() {
            let words = "of those, share let into the nucleus".to_owned();
            rows.push(percent("deliver", words, share).known(Some(status), "", &source));
            deliver = deliver.times(&share);
        }
        let copies = reached.times(&meet).times(&enter).times(&deliver);
        rows.extend(self.act_rows(copies, load, &deliver, vesicles));
        (meet, enter, deliver)
    }

    /// What the copies of this kind of cargo are held against.
    pub(super) fn guideline(&self) -> f64 {
        if self.cargo.kind.is_guide() { GUIDELINE } else { ANY }
    }

    /// Vesicles for each living target cell at the end when cells divide while they are released.
    fn vesicles_with_division(&self) -> f64 {
        let doubling = |cell: &Cell| cell.doubles.map(|id| self.scenario.middle(id, self.arm));
        let targets = doubling(self.target).map_or(1.0, |doubling| physics::growth(self.end, doubling));
        let sender = self.vesicle.from.as_ref().and_then(|name| self.scenario.cell(name));
        let released = |batch: &Batch| match sender.and_then(doubling).filter(|_| batch.is_continuous) {
            Some(doubling) => physics::mean_growth(batch.time, doubling),
            None => 1.0,
        };
        self.batches.iter().map(|batch| batch.vesicles.middle * released(batch) / targets).sum()
    }
}

/// Name of the viscosity among the numbers of the medium.
pub(super) const VISCOSITY: &str = "viscosity";

fn plus(a: &Ends, b: &Ends) -> Ends {
    Ends {
        low: a.low + b.low,
        best: a.best.zip(b.best).map(|(a, b)| a + b),
        high: a.high + b.high,
        may_be_zero: a.may_be_zero || b.may_be_zero,
        middle: a.middle + b.middle,
    }
}

impl Chain {
    /// Copies per vesicle, or donors per cell, or vesicles per cell, that would give the guideline.
    pub fn needed(&self, now: f64) -> requirements::Needed {
        requirements::Needed::new(now * self.guideline / self.limit.copies, self.limit.top)
    }
}
