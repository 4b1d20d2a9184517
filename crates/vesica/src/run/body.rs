//! The fluids of a body, for every arm: vesicles, their cargo, vesicles of healthy cells and drugs, each a lane of the
//! network that the body plan composes. Vesicles move alike whatever they carry, so copies are lanes of their own.

use std::collections::BTreeMap;

use vesica_engine::{Batch, LaneStatus, Program, SolverConfig, Workspace, advance};
use vesica_model::Diagnostic;

use super::draws::World;
use super::medium::Counts;
use super::place::{BySite, KindBooks};
use super::population::Frozen;
use super::results::PlaceResult;
use super::sampling::{HEALTHY_COPIES, TUMOURS_VARY};
use super::setup::{Setup, compiled};
use crate::compose::body::{BodyBinding, BodyModel, compose, volume_id};
use crate::compose::number_index;
use crate::knowledge::{Contents, Knowledge, TUMOUR, mangle};
use crate::scenario::{self, Arm, Dosed, Sampled, Scenario, weight_id};

/// Relative tolerance of a step.
const RELATIVE_TOLERANCE: f64 = 1e-6;

/// Absolute tolerance: vesicles, copies or molecules.
const ABSOLUTE_TOLERANCE: f64 = 1e-6;

/// Row of the share of a tumour that is fluid.
const TUMOUR_FLUID: &str = "tumour.interstitium";

/// Beginning of the names of species that count what was taken out.
const TAKEN_OUT: &str = "cleared_";

/// Where the drugs that act on a body's own mechanisms are read.
const BLOOD: &str = "plasma";

/// A body, ready to run.
pub struct CompiledBody {
    /// Places where cells of the scenario live, each once.
    pub sites: Vec<String>,
    /// Site of each cell of the scenario.
    pub site_of: Vec<usize>,
    vesicles: CompiledContents,
    healthy: CompiledContents,
    drugs: Vec<(String, CompiledContents)>,
    /// Rows that only sampling and dosing read.
    sampled: Vec<usize>,
    /// Row of the volume of each place; of a tumour, of the share of it that is fluid.
    volumes: BTreeMap<String, usize>,
}

/// The network of one kind of contents.
struct CompiledContents {
    model: BodyModel,
    program: Program,
    solver: SolverConfig,
}

impl CompiledBody {
    /// Composes and compiles every network of a body.
    ///
    /// # Errors
    /// Everything that [`compose`] finds; `X02` if a network cannot be compiled.
    pub fn new(scenario: &Scenario, knowledge: &Knowledge, body: &scenario::Body) -> Result<Self, Vec<Diagnostic>> {
        let plan = &knowledge.bodies[&body.species];
        let mut sites: Vec<String> = Vec::new();
        let mut site_of = Vec::new();
        for cell in &scenario.cells {
            let place = plan.place_of(cell.at.as_deref().unwrap_or_default()).to_owned();
            let known = sites.iter().position(|site| *site == place);
            site_of.push(known.unwrap_or(sites.len()));
            if known.is_none() {
                sites.push(place);
            }
        }
        let one = |contents: Contents, sites: &[String], drug: &str| {
            let model = compose(scenario, knowledge, body, contents, sites, drug)?;
            let program = compiled(&model.network, &body.species)?;
            let solver = SolverConfig::with_tolerance(RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE);
            Ok::<_, Vec<Diagnostic>>(CompiledContents { model, program, solver })
        };
        let mut drugs = Vec::new();
        for drug in dosed(scenario) {
            let compiled = one(Contents::Drugs, &[], &drug)?;
            drugs.push((drug, compiled));
        }
        let row = |place: &str| {
            let id = if place == TUMOUR { TUMOUR_FLUID.to_owned() } else { volume_id(body, place) };
            Some((place.to_owned(), number_index(knowledge, &id, "")?))
        };
        let tumour = body.tumour.iter().map(|_| TUMOUR);
        Ok(Self {
            vesicles: one(Contents::Vesicles, &sites, "")?,
            healthy: one(Contents::Healthy, &[], "")?,
            drugs,
            sampled: sampled(scenario, knowledge, body),
            volumes: plan.places().chain(tumour).filter_map(row).collect(),
            sites,
            site_of,
        })
    }

    /// Rows of `parameters.tsv` that the body reads.
    pub fn numbers(&self) -> impl Iterator<Item = usize> {
        let contents = [&self.vesicles, &self.healthy].into_iter().chain(self.drugs.iter().map(|(_, drug)| drug));
        let of_mechanisms =
            contents.flat_map(|contents| &contents.model.bindings).filter_map(|binding| match binding {
                BodyBinding::Number(index) => Some(*index),
                _ => None,
            });
        of_mechanisms.chain(self.volumes.values().copied()).chain(self.sampled.iter().copied())
    }

    /// The Antimony text of each network.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let contents = [&self.vesicles, &self.healthy].into_iter().chain(self.drugs.iter().map(|(_, drug)| drug));
        contents.map(|contents| contents.model.text.as_str())
    }

    /// Whether a drug can be in a place.
    pub fn drug_reaches(&self, drug: &str, place: &str) -> bool {
        self.drugs.iter().any(|(name, contents)| name == drug && contents.model.places.contains_key(place))
    }
}

/// Rows that sampling and dosing read: what healthy vesicles carry, how tumours differ, what the body weighs.
fn sampled(scenario: &Scenario, knowledge: &Knowledge, body: &scenario::Body) -> Vec<usize> {
    let mut ids: Vec<String> = Vec::new();
    let of_cargo = |measure: &scenario::Measure| match &measure.reading {
        scenario::Reading::Sample(sample) => matches!(sample.what, Sampled::Cargo(_)) && sample.healthy.is_none(),
        _ => false,
    };
    ids.extend(scenario.measures.iter().any(of_cargo).then(|| HEALTHY_COPIES.to_owned()));
    ids.extend(body.tumour.iter().map(|_| TUMOURS_VARY.to_owned()));
    let is_dosed = scenario.arms.iter().any(|arm| !arm.doses.is_empty());
    ids.extend(is_dosed.then(|| weight_id(&body.species)));
    ids.iter().filter_map(|id| number_index(knowledge, id, "")).collect()
}

/// Drugs that some arm gives, each once.
fn dosed(scenario: &Scenario) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for dose in scenario.arms.iter().flat_map(|arm| &arm.doses) {
        if let Dosed::Drug(name) = &dose.what
            && !names.contains(name)
        {
            names.push(name.clone());
        }
    }
    names
}

/// The fluids of all arms.
pub(super) struct Body<'a> {
    setup: &'a Setup<'a>,
    world: &'a World<'a>,
    compiled: &'a CompiledBody,
    /// `lane = arm × lanes of an arm + first lane of the kind + what`
    vesicles: Lanes<'a>,
    /// First lane of each vesicle kind within its arm, and the number of lanes of an arm at the end.
    first: Vec<usize>,
    /// A lane for each arm.
    healthy: Lanes<'a>,
    /// For each drug: a lane for each arm, and the concentration at each site over the last step, `[arm][site]`.
    drugs: Vec<(&'a str, Lanes<'a>, Vec<Vec<f64>>)>,
    /// What cells that take up as well released in the last step, `[lane][site]`: it enters evenly in the next one.
    waiting: Vec<Vec<f64>>,
    time: f64,
}

/// Lanes of one network.
struct Lanes<'a> {
    compiled: &'a CompiledContents,
    batch: Batch,
    workspace: Workspace,
}

impl<'a> Body<'a> {
    /// Fluids with what healthy people have in them, and nothing else.
    pub fn empty(
        setup: &'a Setup<'a>,
        world: &'a World<'a>,
        compiled: &'a CompiledBody,
        books: &[Vec<KindBooks>],
    ) -> Self {
        let mut first = vec![0];
        for kind in books.first().into_iter().flatten() {
            first.push(first[first.len() - 1] + kind.entered.len());
        }
        let in_arm = first[first.len() - 1];
        let scenario = setup.scenario;
        let mut vesicles = Lanes::new(setup, &compiled.vesicles, scenario.arms.len() * in_arm);
        let mut healthy = Lanes::new(setup, &compiled.healthy, scenario.arms.len());
        let mut drugs: Vec<(&str, Lanes, Vec<Vec<f64>>)> = Vec::new();
        for (name, contents) in &compiled.drugs {
            let at_sites = vec![vec![0.0; compiled.sites.len()]; scenario.arms.len()];
            drugs.push((name, Lanes::new(setup, contents, scenario.arms.len()), at_sites));
        }
        for (number, arm) in scenario.arms.iter().enumerate() {
            for kind in 0..scenario.vesicles.len() {
                let diameter = world.quantity(scenario.vesicles[kind].size, Some(arm));
                for lane in first[kind]..first[kind + 1] {
                    vesicles.set(number * in_arm + lane, world, arm, diameter);
                }
            }
            healthy.set(number, world, arm, 0.0);
            drugs.iter_mut().for_each(|(_, lanes, _)| lanes.set(number, world, arm, 0.0));
        }
        let waiting = vec![vec![0.0; compiled.sites.len()]; scenario.arms.len() * in_arm];
        Self { setup, world, compiled, vesicles, first, healthy, drugs, waiting, time: 0.0 }
    }

    fn lanes(&self, arm: usize, kind: usize) -> std::ops::Range<usize> {
        let start = arm * self.first[self.first.len() - 1];
        start + self.first[kind]..start + self.first[kind + 1]
    }

    fn arm(&self, arm: usize) -> &'a Arm {
        &self.setup.scenario.arms[arm]
    }

    /// Fluid in a place, um³; of a tumour, the share of it between its cells.
    pub fn volume(&self, arm: usize, place: &str) -> f64 {
        let number =
            self.compiled.volumes.get(place).map_or(f64::NAN, |row| self.world.number(*row, Some(self.arm(arm))));
        let tumour = self.setup.scenario.place.body().and_then(|body| body.tumour.as_ref());
        match tumour.filter(|_| place == TUMOUR) {
            Some(tumour) => number * self.world.quantity(tumour.volume, Some(self.arm(arm))),
            None => number,
        }
    }

    /// Vesicles of all kinds in each place, then what was taken out in each.
    pub fn places(&self, arm: usize) -> Vec<PlaceResult> {
        let kinds = 0..self.first.len() - 1;
        let sum = |species: usize| -> f64 {
            kinds.clone().map(|kind| self.vesicles.batch.state(self.lanes(arm, kind).start)[species]).sum()
        };
        let model = &self.vesicles.compiled.model;
        let there = self.compiled.volumes.keys().map(|place| PlaceResult {
            place: place.clone(),
            is_taken_out: false,
            volume: self.volume(arm, place),
            sent: model.places.get(place).map_or(0.0, |species| sum(*species)),
            healthy: self.healthy.amount(arm, place).unwrap_or(f64::NAN),
        });
        let taken_out = model.network.species.iter().enumerate().filter_map(|(species, known)| {
            let place = known.id.strip_prefix(TAKEN_OUT)?.replace('_', " ");
            Some(PlaceResult { place, is_taken_out: true, volume: f64::NAN, sent: sum(species), healthy: f64::NAN })
        });
        there.chain(taken_out).collect()
    }

    /// Adds vesicles and copies to a place.
    pub fn add(&mut self, arm: usize, kind: usize, place: &str, counts: &[f64]) {
        let Some(species) = self.vesicles.compiled.model.places.get(place).copied() else { return };
        for (lane, count) in self.lanes(arm, kind).zip(counts) {
            self.vesicles.batch.state_mut(lane)[species] += count;
        }
    }

    /// Vesicles and copies that will enter a site evenly in the next step.
    pub fn send_later(&mut self, arm: usize, kind: usize, site: usize, counts: &[f64]) {
        for (lane, count) in self.lanes(arm, kind).zip(counts) {
            self.waiting[lane][site] += count;
        }
    }

    /// Adds molecules of a drug to a place.
    pub fn add_drug(&mut self, arm: usize, drug: &str, place: &str, molecules: f64) {
        let Some((_, lanes, _)) = self.drugs.iter_mut().find(|(name, ..)| *name == drug) else { return };
        if let Some(species) = lanes.compiled.model.places.get(place) {
            lanes.batch.state_mut(arm)[*species] += molecules;
        }
    }

    /// Drugs move for a step of `dt` s; what cells and mechanisms meet is the mean of its start and its end.
    pub fn move_drugs(&mut self, dt: f64) {
        let n_arms = self.setup.scenario.arms.len();
        let volumes: Vec<Vec<f64>> =
            (0..n_arms).map(|arm| self.compiled.sites.iter().map(|site| self.volume(arm, site)).collect()).collect();
        let blood: Vec<f64> = (0..n_arms).map(|arm| self.volume(arm, BLOOD)).collect();
        let until = self.time + dt;
        for (name, lanes, at_sites) in &mut self.drugs {
            let read = |lanes: &Lanes, arm: usize, place: &str, volume: f64| {
                let amount = lanes.amount(arm, place).unwrap_or(0.0);
                if volume > 0.0 { amount / volume } else { 0.0 }
            };
            let sites = &self.compiled.sites;
            let now = |lanes: &Lanes| -> Vec<Vec<f64>> {
                let of_arm = |arm: usize| {
                    let places = sites.iter().map(String::as_str).zip(volumes[arm].iter().copied());
                    places.chain([(BLOOD, blood[arm])]).map(|(place, volume)| read(lanes, arm, place, volume)).collect()
                };
                (0..n_arms).map(of_arm).collect()
            };
            let before = now(lanes);
            lanes.advance(until);
            let after = now(lanes);
            for arm in 0..n_arms {
                let mean: Vec<f64> = before[arm].iter().zip(&after[arm]).map(|(a, b)| (a + b) / 2.0).collect();
                let (of_blood, of_sites) = mean.split_last().map_or((0.0, &[][..]), |(last, rest)| (*last, rest));
                at_sites[arm] = of_sites.to_vec();
                let acting = mangle(name);
                for lane in arm * self.first[self.first.len() - 1]..(arm + 1) * self.first[self.first.len() - 1] {
                    self.vesicles.set_drug(lane, &acting, of_blood);
                }
                self.healthy.set_drug(arm, &acting, of_blood);
            }
        }
    }

    /// Name and concentration of each drug at a site over the last step.
    pub fn drugs(&self, arm: usize, site: usize) -> impl Iterator<Item = (&str, f64)> {
        self.drugs.iter().map(move |(name, _, at_sites)| (*name, at_sites[arm][site]))
    }

    /// One step of `dt` s; gives what the cells took.
    pub fn carry(&mut self, released: &BySite<Counts>, clearance: &BySite<f64>, dt: f64) -> BySite<Counts> {
        let until = self.time + dt;
        for (arm, released) in released.iter().enumerate() {
            for (kind, released) in released.iter().enumerate() {
                for site in 0..self.compiled.sites.len() {
                    let volume = self.volume(arm, &self.compiled.sites[site]);
                    let uptake = clearance[arm][kind][site] / volume;
                    let uptake = if uptake.is_finite() { uptake } else { 0.0 };
                    for (lane, count) in self.lanes(arm, kind).zip(&released[site]) {
                        let waiting = std::mem::take(&mut self.waiting[lane][site]);
                        self.vesicles.set_site(lane, site, (count + waiting) / dt, uptake);
                    }
                }
            }
        }
        let before = self.taken();
        self.vesicles.advance(until);
        self.healthy.advance(until);
        self.time = until;
        let mut taken = self.taken();
        let (after, before) = (taken.iter_mut().flatten().flatten(), before.iter().flatten().flatten());
        for (after, before) in after.zip(before) {
            after.iter_mut().zip(before).for_each(|(after, before)| *after = (*after - before).max(0.0));
        }
        taken
    }

    /// What cells of each site took so far.
    fn taken(&self) -> BySite<Counts> {
        let species = &self.compiled.vesicles.model.taken;
        let of_site = |arm: usize, kind: usize, species: usize| -> Counts {
            self.lanes(arm, kind).map(|lane| self.vesicles.batch.state(lane)[species]).collect()
        };
        let of_kind = |arm: usize, kind: usize| -> Vec<Counts> {
            species.iter().map(|species| of_site(arm, kind, *species)).collect()
        };
        let n_kinds = self.first.len() - 1;
        (0..self.setup.scenario.arms.len()).map(|arm| (0..n_kinds).map(|kind| of_kind(arm, kind)).collect()).collect()
    }

    /// Vesicles, then copies of a kind in a place.
    pub fn amounts(&self, arm: usize, kind: usize, place: &str) -> Counts {
        self.lanes(arm, kind).map(|lane| self.vesicles.amount(lane, place).unwrap_or(0.0)).collect()
    }

    /// Vesicles of healthy cells in a place.
    pub fn healthy(&self, arm: usize, place: &str) -> f64 {
        self.healthy.amount(arm, place).unwrap_or(0.0)
    }

    /// Molecules of a drug in a place.
    pub fn drug(&self, arm: usize, drug: &str, place: &str) -> f64 {
        let found = self.drugs.iter().find(|(name, ..)| *name == drug);
        found.and_then(|(_, lanes, _)| lanes.amount(arm, place)).unwrap_or(f64::NAN)
    }

    /// Vesicles, then copies of a kind anywhere but in cells of the scenario, cleared ones included.
    pub fn outside_cells(&self, arm: usize, kind: usize) -> Counts {
        let outside = |lane: usize| {
            let state = self.vesicles.batch.state(lane);
            let taken: f64 = self.compiled.vesicles.model.taken.iter().map(|species| state[*species]).sum();
            state.iter().sum::<f64>() - taken + self.waiting[lane].iter().sum::<f64>()
        };
        self.lanes(arm, kind).map(outside).collect()
    }

    /// Lanes that the solver gave up.
    pub fn frozen(&self) -> Vec<Frozen> {
        let per_arm = self.first[self.first.len() - 1].max(1);
        let drugs = self.drugs.iter().map(|(_, lanes, _)| (lanes, 1));
        let all = [(&self.vesicles, per_arm), (&self.healthy, 1)].into_iter().chain(drugs);
        all.flat_map(|(lanes, per_arm)| {
            let failed = (0..lanes.batch.n_lanes()).filter_map(move |lane| match lanes.batch.status(lane) {
                LaneStatus::Failed(failure) => Some((lane / per_arm, failure.time)),
                _ => None,
            });
            failed.map(|(arm, time)| Frozen {
                arm,
                cell: 0,
                reason: format!("the fluids of the body cannot be followed after {:.3} h", time / 3600.0),
            })
        })
        .collect()
    }
}

impl<'a> Lanes<'a> {
    fn new(setup: &Setup, compiled: &'a CompiledContents, n_lanes: usize) -> Self {
        let workspace = setup.workspace(&compiled.program);
        Self { batch: Batch::new(&compiled.program, n_lanes), workspace, compiled }
    }

    /// Parameters of a lane, and the state that follows from them at the start.
    fn set(&mut self, lane: usize, world: &World, arm: &Arm, diameter: f64) {
        let parameters = self.batch.parameters_mut(lane);
        for (value, binding) in parameters.iter_mut().zip(&self.compiled.model.bindings) {
            *value = match binding {
                BodyBinding::Number(index) => world.number(*index, Some(arm)),
                BodyBinding::Quantity(id) => world.quantity(*id, Some(arm)),
                BodyBinding::Diameter => diameter,
                BodyBinding::Release(_) | BodyBinding::Uptake(_) | BodyBinding::Drug(_) => 0.0,
                BodyBinding::Fixed(value) => *value,
            };
        }
        self.batch.restart(&self.compiled.program, lane);
    }

    fn set_site(&mut self, lane: usize, site: usize, release: f64, uptake: f64) {
        for (index, binding) in self.compiled.model.bindings.iter().enumerate() {
            match binding {
                BodyBinding::Release(own) if *own == site => self.set_one(lane, index, release),
                BodyBinding::Uptake(own) if *own == site => self.set_one(lane, index, uptake),
                _ => {}
            }
        }
    }

    /// A lane whose parameters are touched begins with small steps again.
    fn set_one(&mut self, lane: usize, index: usize, value: f64) {
        if self.batch.parameters(lane)[index] != value {
            self.batch.parameters_mut(lane)[index] = value;
        }
    }

    fn set_drug(&mut self, lane: usize, drug: &str, concentration: f64) {
        let found =
            self.compiled.model.bindings.iter().position(|b| matches!(b, BodyBinding::Drug(name) if name == drug));
        if let Some(index) = found {
            self.set_one(lane, index, concentration);
        }
    }

    fn advance(&mut self, until: f64) {
        advance(&self.compiled.program, &self.compiled.solver, &mut self.workspace, &mut self.batch, until);
    }

    fn amount(&self, lane: usize, place: &str) -> Option<f64> {
        self.compiled.model.places.get(place).map(|species| self.batch.state(lane)[*species])
    }
}
