//! The back of the envelope of a body: what of a tumour is in a fluid at balance, and from which volume on that is more
//! than healthy people have; what of a dose, or of what cells send, comes to the cells of an organ.

use super::balance::{Balance, healthy_limit};
use super::chain::rows::{joined, nothing_taken, percent, statuses};
use super::{Ends, Row};
use crate::knowledge::{Knowledge, TUMOUR};
use crate::result::{Status, WorksIf};
use crate::scenario::{Arm, Body, Cargo, Cell, Measure, QuantityId, Reading, Sample, Sampled, Scenario, Vesicle};
use crate::terminal::Numbers;
use crate::units;

const HOUR: f64 = 3600.0;

/// A ledger of a body.
#[derive(Clone, Debug)]
pub struct BodyChain {
    /// `exo > hsa-miR-522-3p > urine`
    pub name: String,
    /// Arm whose doses and counts it holds for.
    pub arm: String,
    /// The ledger, in link order.
    pub rows: Vec<Row>,
    /// Weakest status of each link.
    pub statuses: Vec<(&'static str, Status)>,
    /// Volume of tumour from which the median person reads more than 95 % of healthy people, um³.
    pub smallest: Option<Ends>,
}

/// Every ledger of a body: each measure in a place against each vesicle of the tumour, then each vesicle against each
/// cell type that takes it up.
pub(super) fn all(scenario: &Scenario, knowledge: &Knowledge) -> Vec<BodyChain> {
    let Some(body) = scenario.place.body() else { return Vec::new() };
    let arm = scenario.answer.as_ref().and_then(|answer| scenario.arm(&answer.of)).or(scenario.arms.first());
    let bench = Bench { scenario, knowledge, body, arm };
    let mut chains = Vec::new();
    for measure in &scenario.measures {
        if let Reading::Sample(sample) = &measure.reading {
            chains.extend(scenario.vesicles.iter().filter_map(|vesicle| bench.sample(vesicle, measure, sample)));
        }
    }
    for vesicle in &scenario.vesicles {
        for target in vesicle.to.iter().filter_map(|name| scenario.cell(name)) {
            if vesicle.cargo.is_empty() {
                chains.extend(bench.target(vesicle, None, target));
            }
            chains.extend(vesicle.cargo.iter().filter_map(|cargo| bench.target(vesicle, Some(cargo), target)));
        }
    }
    chains
}

/// What would make a tumour seen.
pub(super) fn works_if(chains: &[BodyChain]) -> Vec<WorksIf> {
    let line = |chain: &BodyChain| {
        let cubic_cm = units::parse("cm^3").ok()?.from_inside(chain.smallest?.middle);
        let text = format!(
            "≥ {} cm³ of tumour: the median person then reads more than 95 % of healthy people ({})",
            Numbers::TERMINAL.exact(cubic_cm, 2),
            chain.name
        );
        Some(WorksIf {
            link: "travel".to_owned(),
            quantity: format!("volume of the tumour ({})", chain.name),
            at_least: Some(cubic_cm).filter(|volume| volume.is_finite()),
            unit: "cm^3".to_owned(),
            text,
        })
    };
    chains.iter().filter_map(line).collect()
}

/// What ledgers are computed from.
struct Bench<'a> {
    scenario: &'a Scenario,
    knowledge: &'a Knowledge,
    body: &'a Body,
    arm: Option<&'a Arm>,
}

impl<'a> Bench<'a> {
    fn ends(&self, id: QuantityId) -> Ends {
        Ends::of(self.scenario.quantity(id, self.arm), self.scenario.quantities[id.0].limits)
    }

    fn status(&self, id: QuantityId) -> Status {
        self.scenario.quantities[id.0].status
    }

    fn source(&self, id: QuantityId) -> String {
        self.scenario.quantity(id, self.arm).source.clone().unwrap_or_default()
    }

    fn row(&self, link: &'static str, words: String, ends: Ends, unit: &str, ids: &[QuantityId], how: &str) -> Row {
        let status = ids.iter().map(|id| self.status(*id)).max();
        let source = joined(ids.iter().map(|id| self.source(*id)));
        Row::of(link, words, shown(ends, unit), unit).known(status, how, &source)
    }

    fn n_cells(&self, cell: &Cell) -> Ends {
        let count = self.ends(cell.count);
        cell.volume.map_or(count, |volume| count.times(&self.ends(volume)))
    }

    fn sender(&self, vesicle: &Vesicle) -> Option<(&'a Cell, QuantityId)> {
        Some((self.scenario.cell(vesicle.from.as_ref()?)?, vesicle.rate?))
    }

    fn balance(&self, vesicle: &Vesicle) -> Option<Balance<'a>> {
        Balance::new(self.scenario, self.knowledge, self.body, self.arm, vesicle.size)
    }

    /// A vesicle of the tumour in a fluid.
    fn sample(&self, vesicle: &Vesicle, measure: &Measure, sample: &Sample) -> Option<BodyChain> {
        let (sender, rate) = self.sender(vesicle).filter(|(cell, _)| cell.at.as_deref() == Some(TUMOUR))?;
        let tumour = self.body.tumour.as_ref()?;
        let cargo = match &sample.what {
            Sampled::Particles => None,
            Sampled::Cargo(name) => Some(vesicle.cargo.iter().find(|cargo| cargo.name == *name)?),
            Sampled::Drug(_) => return None,
        };
        let balance = self.balance(vesicle)?;
        let held = balance.held(TUMOUR, &sample.place);
        let released = self.ends(rate).times(&self.n_cells(sender));
        let load = cargo.map_or(Ends::exact(1.0), |cargo| self.ends(cargo.copies));
        let signal = released.times(&held).times(&load);
        let (healthy, healthy_id) = self.healthy(sample)?;
        let varies = sample.varies.map_or(0.0, |varies| self.ends(varies).middle);
        let limit = measure.limit.unwrap_or(0.0);
        let cut_off = healthy.through(|level| healthy_limit(level, varies).max(limit));
        let smallest = self.smallest(tumour.volume, &signal, &cut_off, &healthy);
        let volume = units::parse("cm^3").map_or(f64::NAN, |unit| unit.from_inside(self.ends(tumour.volume).middle));
        let how = format!("at {} cm³", Numbers::TERMINAL.exact(volume, 2));
        let mut rows = vec![nothing_taken("make", "release is given per cell")];
        if let Some(cargo) = cargo {
            let words = format!("{} copies per vesicle", cargo.name);
            rows.push(self.row("load", words, load, "copies/vesicle", &[cargo.copies], ""));
        }
        let numbers = [rate, sender.count, tumour.volume];
        rows.push(self.row("release", "vesicles that the tumour sheds".into(), released, "vesicles/h", &numbers, &how));
        let flows = format!("in {} for each vesicle shed in an hour", sample.place);
        rows.push(Row::of("travel", flows, shown(held, "h/mL"), "vesicles/mL").known(
            balance.status(),
            "flows of the body",
            "",
        ));
        rows.push(self.row("travel", format!("from the tumour in {}", sample.place), signal, &sample.unit, &[], &how));
        let words = format!("healthy people have in {}", sample.place);
        rows.push(match healthy_id {
            Some(id) => self.row("travel", words, healthy, &sample.unit, &[id], ""),
            None => {
                Row::of("travel", words, shown(healthy, &sample.unit), &sample.unit).known(self.level(sample), "", "")
            }
        });
        let words = "95 % of healthy people have less than".to_owned();
        rows.push(self.row("travel", words, cut_off, &sample.unit, &[], "log-normal; at least the limit"));
        let words = "volume from which the median person reads more".to_owned();
        rows.push(self.row("travel", words, smallest, "cm^3", &[], "in proportion"));
        let by = measure.by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
        let content = cargo.map_or("vesicles", |cargo| &cargo.name);
        Some(BodyChain {
            name: format!("{} > {content} > {}{by}", vesicle.name, sample.place),
            arm: self.arm.map(|arm| arm.name.clone()).unwrap_or_default(),
            statuses: statuses(self.knowledge, &rows),
            rows,
            smallest: Some(smallest),
        })
    }

    /// Level of healthy people: of the measure, else of the knowledge base.
    fn healthy(&self, sample: &Sample) -> Option<(Ends, Option<QuantityId>)> {
        if let Some(id) = sample.healthy {
            return Some((self.ends(id), Some(id)));
        }
        let level = self.number(&format!("body.{}.{}.particles", self.body.species, sample.place));
        let level = level.unwrap_or(Ends::exact(0.0));
        let copies = match sample.what {
            Sampled::Cargo(_) => self.number("healthy.copies")?,
            _ => Ends::exact(1.0),
        };
        Some((level.times(&copies), None))
    }

    fn level(&self, sample: &Sample) -> Option<Status> {
        let id = format!("body.{}.{}.particles", self.body.species, sample.place);
        self.knowledge.number(&id, "").map(|row| row.status)
    }

    fn number(&self, id: &str) -> Option<Ends> {
        let row = self.knowledge.number(id, "")?;
        Some(Ends::of(&row.quantity()?, row.limits()))
    }

    /// Volume at which the signal, in proportion to the volume, makes up what healthy people lack to the cut-off.
    fn smallest(&self, volume: QuantityId, signal: &Ends, cut_off: &Ends, healthy: &Ends) -> Ends {
        let volume = self.ends(volume).middle;
        let excess = Ends {
            low: cut_off.low - healthy.low,
            best: cut_off.best.zip(healthy.best).map(|(cut_off, healthy)| cut_off - healthy),
            high: cut_off.high - healthy.high,
            may_be_zero: false,
            middle: cut_off.middle - healthy.middle,
        };
        Ends {
            low: volume * excess.low / signal.high,
            best: excess.best.zip(signal.best).map(|(excess, signal)| volume * excess / signal),
            high: volume * excess.high / signal.low,
            may_be_zero: false,
            middle: volume * excess.middle / signal.middle,
        }
    }

    /// A vesicle and the cells of an organ that take it up.
    fn target(&self, vesicle: &Vesicle, cargo: Option<&Cargo>, target: &Cell) -> Option<BodyChain> {
        let balance = self.balance(vesicle)?;
        let plan = &self.knowledge.bodies[&self.body.species];
        let place = |at: &str| plan.place_of(at).to_owned();
        let site = place(target.at.as_deref()?);
        let mut batches: Vec<(Ends, String, String)> = Vec::new();
        let end = self.scenario.answer.as_ref().map_or(self.scenario.span, |answer| answer.at);
        if let Some((sender, rate)) = self.sender(vesicle) {
            let sent = self.ends(rate).times(&self.n_cells(sender)).times(&Ends::exact(end));
            let words = format!("sent in {} h", Numbers::TERMINAL.exact(end / HOUR, 3));
            batches.push((sent, place(sender.at.as_deref()?), words));
        }
        for dose in self.arm.into_iter().flat_map(|arm| &arm.doses) {
            if dose.what.vesicle() == Some(&vesicle.name) && dose.at < end {
                let route = dose.route.as_ref()?;
                batches.push((self.given(vesicle, dose), route.into.clone(), format!("given {}", route.name)));
            }
        }
        batches.retain(|(number, ..)| number.high > 0.0);
        let first = batches.first()?;
        let all = batches.iter().skip(1).fold(first.0, |sum, batch| plus(&sum, &batch.0));
        let passing = |batch: &(Ends, String, String)| batch.0.times(&balance.held(&batch.1, &site));
        let exposure = batches.iter().skip(1).map(passing).fold(passing(first), |sum, next| plus(&sum, &next));
        let clearance = self.scenario.links.clearance;
        let taken = exposure.times(&self.ends(clearance));
        let escape = self.scenario.links.escape;
        let opened = taken.times(&self.ends(escape));
        let how = joined(batches.iter().map(|(.., words)| words.clone()));
        let mut rows = vec![nothing_taken("make", "release is given per cell")];
        if let Some(cargo) = cargo {
            let words = format!("{} copies per vesicle", cargo.name);
            rows.push(self.row("load", words, self.ends(cargo.copies), "copies/vesicle", &[cargo.copies], ""));
        }
        rows.push(self.row("release", "vesicles in all".into(), all, "vesicles", &[], &how));
        rows.push(
            Row::of(
                "travel",
                format!("passing the cells in {site}"),
                shown(exposure, "vesicles h/mL"),
                "vesicles h/mL",
            )
            .known(balance.status(), "flows of the body, to the end", ""),
        );
        rows.push(nothing_taken("meet", "no receptor named"));
        rows.push(self.row(
            "enter",
            "vesicles taken up per cell".into(),
            taken,
            "vesicles/cell",
            &[clearance],
            "few of all",
        ));
        rows.push(percent("deliver", "share that reaches the cytosol".into(), self.ends(escape)).known(
            Some(self.status(escape)),
            "",
            &self.source(escape),
        ));
        rows.push(match cargo {
            Some(cargo) => {
                let copies = opened.times(&self.ends(cargo.copies));
                self.row("act", format!("copies delivered per {} cell", target.name), copies, "copies/cell", &[], "")
            }
            None => self.row("deliver", "vesicles opened per cell".into(), opened, "vesicles/cell", &[], ""),
        });
        let content = cargo.map_or("vesicles", |cargo| &cargo.name);
        Some(BodyChain {
            name: format!("{} > {content} > {}", vesicle.name, target.name),
            arm: self.arm.map(|arm| arm.name.clone()).unwrap_or_default(),
            statuses: statuses(self.knowledge, &rows),
            rows,
            smallest: None,
        })
    }

    /// Vesicles that a dose gives.
    fn given(&self, vesicle: &Vesicle, dose: &crate::scenario::Dose) -> Ends {
        let weight = self.number(&format!("body.{}.weight", self.body.species)).unwrap_or(Ends::exact(f64::NAN));
        let per_protein = vesicle.particles_per_protein.map_or(Ends::exact(f64::NAN), |id| self.ends(id));
        let amount = self.ends(dose.amount);
        let of = |amount: f64, weight: f64, per_protein: f64| dose.what.particles(amount, weight, 0.0, per_protein);
        Ends {
            low: of(amount.low, weight.low, per_protein.low),
            best: amount.best.map(|amount| of(amount, weight.middle, per_protein.middle)),
            high: of(amount.high, weight.high, per_protein.high),
            may_be_zero: amount.may_be_zero,
            middle: of(amount.middle, weight.middle, per_protein.middle),
        }
    }
}

fn plus(a: &Ends, b: &Ends) -> Ends {
    Ends {
        low: a.low + b.low,
        best: a.best.zip(b.best).map(|(a, b)| a + b),
        high: a.high + b.high,
        may_be_zero: a.may_be_zero && b.may_be_zero,
        middle: a.middle + b.middle,
    }
}

/// Inside numbers in a unit.
fn shown(ends: Ends, unit: &str) -> Ends {
    match units::parse(unit) {
        Ok(unit) => ends.through(|value| unit.from_inside(value)),
        Err(_) => ends,
    }
}
