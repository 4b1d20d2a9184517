//! One world: every arm's cells and medium, from rest to the end of the experiment.

use std::borrow::Cow;

use super::donors::Donors;
use super::draws::World;
use super::exchange::{Pools, Secreted, carry, show};
use super::medium::Counts;
use super::opening::{Opened, Opening};
use super::place::{BySite, KindBooks, Outside};
use super::population::Population;
use super::progress::Progress;
use super::results::{ArmResult, CargoResult, ChainResult, SampleCell, WorldResult};
use super::sampling::Sampling;
use super::setup::{Setup, cell_of};
use super::shedding;
use crate::compose::{Arrival, ReceivedPorts, SentPorts};
use crate::scenario::{Layout, QuantityId, Reading, Vesicle, Well};

/// Number of simulated cells of each type and arm that are kept one by one.
const N_SAMPLES: usize = 8;

/// Runs one world. A pure function of its arguments.
pub fn simulate(setup: &Setup, index: usize) -> WorldResult {
    let hypothesis = &setup.hypotheses[setup.hypothesis_of(index)];
    let world = World::new(setup.scenario, setup.knowledge, hypothesis, setup.seed, index as u32);
    simulate_world(setup, &world)
}

/// Runs a world that somebody drew. A pure function of its arguments.
pub fn simulate_world(setup: &Setup, world: &World) -> WorldResult {
    let mut state = State::at_rest(setup, world);
    state.record(0.0);
    for (from, to) in state.steps() {
        state.step(from, to);
        state.record(to);
    }
    state.finish(world.index)
}

/// Runs a world and shows its cells as they are at the end.
#[cfg(test)]
pub(super) fn watch(setup: &Setup, world: &World, see: &mut dyn FnMut(&mut [Population])) {
    let mut state = State::at_rest(setup, world);
    state.steps().into_iter().for_each(|(from, to)| state.step(from, to));
    see(&mut state.populations);
}

/// Cells and medium while time goes on.
struct State<'a> {
    setup: &'a Setup<'a>,
    world: &'a World<'a>,
    populations: Vec<Population<'a>>,
    outside: Outside<'a>,
    results: Vec<ArmResult>,
    donors: Donors,
    pools: Pools<'a>,
    /// `[cell][port][arm]`
    openings: Vec<Vec<Vec<Opening>>>,
    /// Times at which cells and place exchange, s.
    times: Cow<'a, [f64]>,
    n_steps: u32,
}

/// A simulated cell that can take up a vesicle kind.
struct Clearance {
    cell: usize,
    port: usize,
    lane: usize,
    /// um³/s per real cell; 0 for a dead one.
    clearance: f64,
    /// Real cells that it stands for.
    weight: f64,
}

impl<'a> State<'a> {
    fn at_rest(setup: &'a Setup<'a>, world: &'a World<'a>) -> Self {
        let populations: Vec<Population> =
            (0..setup.cells.len()).map(|cell| Population::at_rest(setup, world, cell)).collect();
        let results = setup.scenario.arms.iter().map(|_| empty_result(setup)).collect();
        let (outside, donors) = (Outside::empty(setup, world), Donors::at_start(setup, &populations));
        let pools = Pools::empty(&setup.exchange, world, setup.scenario.arms.len(), outside.n_sites());
        let openings = (0..setup.cells.len()).map(|cell| openings(setup, world, cell)).collect();
        let mut state = Self {
            outside,
            setup,
            world,
            populations,
            results,
            donors,
            pools,
            openings,
            times: setup.times_of(world),
            n_steps: 0,
        };
        if let Some(duration) = setup.scenario.place.well().and_then(|well| well.conditioned) {
            state.condition(duration);
        }
        state
    }

    /// From which time to which each exchange goes.
    fn steps(&self) -> Vec<(f64, f64)> {
        self.times.windows(2).map(|pair| (pair[0], pair[1])).collect()
    }

    /// Before time zero the senders lived in the medium for a while; then it was taken off them.
    fn condition(&mut self, duration: QuantityId) {
        let duration = self.world.quantity(duration, None);
        let mut released = self.outside.nothing();
        let absent: Vec<usize> = (0..self.populations.len()).filter(|cell| self.is_absent(*cell)).collect();
        let site_of_absent = |state: &Self, cell: usize| state.is_absent(cell).then(|| state.outside.site(cell));
        let secreted = self.pools.secreted_so_far(&self.populations, |cell| site_of_absent(self, cell), 0.0);
        for cell in absent {
            let before = self.sent_so_far(cell, 0.0);
            self.populations[cell].advance(duration);
            self.release(cell, &before, duration, &mut released);
            self.shed(cell, 0.0, duration, &mut released);
        }
        self.outside.enter(&released);
        let after = self.pools.secreted_so_far(&self.populations, |cell| site_of_absent(self, cell), duration);
        self.pools.step(&secreted, &after, duration);
    }

    /// What the cells that are here secreted so far.
    fn secreted_so_far(&self, time: f64) -> Secreted {
        let site = |cell: usize| (!self.is_absent(cell)).then(|| self.outside.site(cell));
        self.pools.secreted_so_far(&self.populations, site, time)
    }

    /// Cells read what is in their medium and what others show.
    fn exchange(&mut self, time: f64) {
        if self.setup.exchange.is_empty() {
            return;
        }
        let outside = &self.outside;
        let (site, volume) =
            (|cell: usize| outside.site(cell), |arm: usize, cell: usize| outside.volume(arm, outside.site(cell)));
        self.pools.tell(&mut self.populations, site, volume);
        let copies = |arm: usize, kind: usize, site: usize| outside.at_site(arm, kind, site);
        carry(&self.setup.exchange, &mut self.populations, site, copies, volume);
        if !self.setup.exchange.shown.is_empty() {
            self.populations.iter_mut().for_each(Population::evaluate_exchanged);
            show(&self.setup.exchange, &mut self.populations, |cell| outside.site(cell), time);
        }
    }

    /// Whether a cell type is not in the well: with conditioned medium only what it released is there.
    fn is_absent(&self, cell: usize) -> bool {
        let is_conditioned = |well: &Well| well.layout == Layout::Conditioned;
        self.setup.scenario.place.well().is_some_and(is_conditioned) && !self.setup.cells[cell].receives
    }

    /// One exchange: senders advance and release, the medium moves, targets take up and advance.
    fn step(&mut self, from: f64, to: f64) {
        let dt = to - from;
        self.dose(from, dt);
        self.exchange(from);
        let secreted = self.secreted_so_far(from);
        let mut released = self.outside.nothing();
        let only_sends = |cell: &usize| !self.setup.cells[*cell].receives && !self.is_absent(*cell);
        let senders: Vec<usize> = (0..self.populations.len()).filter(only_sends).collect();
        for cell in senders {
            let before = self.sent_so_far(cell, from);
            self.populations[cell].advance(to);
            self.release(cell, &before, to, &mut released);
            self.shed(cell, from, to, &mut released);
        }
        let arrivals = self.take_up(&released, from, dt);
        for cell in (0..self.populations.len()).filter(|cell| self.setup.cells[*cell].receives) {
            let before = self.sent_so_far(cell, from);
            let inside = self.populations[cell].received_so_far(from);
            self.populations[cell].advance(to);
            self.open(cell, &inside, dt);
            self.return_from_the_dead(cell, &arrivals, from, to);
            let mut later = self.outside.nothing();
            self.release(cell, &before, to, &mut later);
            self.shed(cell, from, to, &mut later);
            self.outside.enter(&later);
        }
        let after = self.secreted_so_far(to);
        self.pools.step(&secreted, &after, dt);
        self.n_steps += 1;
    }

    /// Doses that are due, and drugs around cells as they are then.
    fn dose(&mut self, time: f64, dt: f64) {
        let mut changed = vec![false; self.results.len()];
        for (changed, (arm, description)) in changed.iter_mut().zip(self.setup.scenario.arms.iter().enumerate()) {
            for dose in description.doses.iter().filter(|dose| (self.world.dose_at(dose) - time).abs() < 0.5) {
                self.outside.dose(arm, dose);
                if dose.wash {
                    self.pools.wash(arm);
                }
                *changed = true;
            }
        }
        let moved = self.outside.move_drugs(dt);
        for arm in (0..changed.len()).filter(|arm| changed[*arm] || moved) {
            for (cell, population) in self.populations.iter_mut().enumerate() {
                for (drug, concentration) in self.outside.drugs(arm, self.outside.site(cell)) {
                    population.set_drug(arm, drug, concentration);
                }
            }
        }
    }

    /// Weighted counters of what a cell type has sent so far, lane after lane: for each port vesicles, then copies.
    fn sent_so_far(&self, cell: usize, time: f64) -> Counts {
        let population = &self.populations[cell];
        let ports = &self.setup.cells[cell].model.ports.sent;
        if ports.is_empty() {
            return Counts::new();
        }
        let n_lanes = population.n_arms() * population.n_cells();
        let mut sent = Counts::with_capacity(n_lanes * ports.iter().map(n_counts).sum::<usize>());
        for lane in 0..n_lanes {
            let (weight, state) = (population.weight(lane, time), population.state(lane));
            for port in ports {
                let species = std::iter::once(&port.released).chain(&port.released_copies);
                sent.extend(species.map(|species| weight * state[*species]));
            }
        }
        sent
    }

    /// What the cells of a type released since `before`, added to `released`.
    fn release(&mut self, cell: usize, before: &[f64], time: f64, released: &mut BySite<Counts>) {
        let after = self.sent_so_far(cell, time);
        let ports = &self.setup.cells[cell].model.ports.sent;
        let site = self.outside.site(cell);
        let n_lanes =
            if ports.is_empty() { 0 } else { self.populations[cell].n_arms() * self.setup.cells[cell].n_cells };
        let mut counts = after.iter().zip(before);
        for lane in 0..n_lanes {
            for port in ports {
                let sum = &mut released[lane / self.setup.cells[cell].n_cells][port.vesicle][site];
                for (sum, (after, before)) in sum[..n_counts(port)].iter_mut().zip(&mut counts) {
                    // a frozen lane weighs nothing afterwards: it takes nothing back
                    *sum += (after - before).max(0.0);
                }
            }
        }
    }

    /// What the cells of a type that died in a step shed, added to `released`.
    fn shed(&mut self, cell: usize, from: f64, to: f64, released: &mut BySite<Counts>) {
        let site = self.outside.site(cell);
        let population = &mut self.populations[cell];
        for (arm, kind, counts) in shedding::shed(self.setup, &self.setup.cells[cell], population, from, to) {
            self.donors.shed(arm, kind, &counts);
            released[arm][kind][site].iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }

    /// Moves what is outside by `dt` and sets the flows into the cells.
    /// Gives what each lane takes up in the step, per simulated cell: for each cell type and port, lane after lane,
    /// vesicles, then copies.
    fn take_up(&mut self, released: &BySite<Counts>, from: f64, dt: f64) -> Vec<Vec<Counts>> {
        let receivers: Vec<usize> = (0..self.populations.len()).filter(|c| self.setup.cells[*c].receives).collect();
        receivers.iter().for_each(|cell| self.populations[*cell].evaluate_exchanged());
        let mut arrivals: Vec<Vec<Counts>> =
            self.setup.cells.iter().map(|cell| vec![Counts::new(); cell.model.ports.received.len()]).collect();
        let kinds = 0..self.setup.scenario.vesicles.len();
        let of_arm =
            |arm: usize| kinds.clone().map(|kind| self.clearances(&receivers, arm, kind, from)).collect::<Vec<_>>();
        let lanes: Vec<Vec<Vec<Clearance>>> = (0..self.results.len()).map(of_arm).collect();
        let mut total = self.outside.everywhere(|_| 0.0);
        for (total, lanes) in total.iter_mut().flatten().zip(lanes.iter().flatten()) {
            lanes.iter().for_each(|lane| total[self.outside.site(lane.cell)] += lane.clearance * lane.weight);
        }
        let taken = self.outside.carry(released, &total, dt);
        for (arm, of_arm) in lanes.into_iter().enumerate() {
            for (kind, Clearance { cell, port, lane, clearance, weight }) in
                of_arm.into_iter().enumerate().flat_map(|(kind, lanes)| lanes.into_iter().map(move |lane| (kind, lane)))
            {
                let site = self.outside.site(cell);
                let total = total[arm][kind][site];
                let share = if total > 0.0 { clearance / total } else { 0.0 };
                let own = taken[arm][kind][site].iter().map(|taken| taken * share);
                let population = &mut self.populations[cell];
                let slowed = population.inflow_growth(lane, dt) * dt;
                own.clone()
                    .enumerate()
                    .for_each(|(what, count)| population.set_arriving(lane, kind, what, count / slowed));
                let books = self.outside.target(arm, kind, cell);
                books.taken_up.iter_mut().zip(own.clone()).for_each(|(sum, count)| *sum += count * weight);
                arrivals[cell][port].extend(own);
            }
        }
        arrivals
    }

    /// Every lane of an arm that can take up a vesicle kind.
    fn clearances(&self, receivers: &[usize], arm: usize, kind: usize, time: f64) -> Vec<Clearance> {
        let mut found = Vec::new();
        let diffusion = self.outside.kind(arm, kind).diffusion;
        for &cell in receivers {
            let population = &self.populations[cell];
            let ports = self.setup.cells[cell].model.ports.received.iter().enumerate();
            for (port, received) in ports.filter(|(_, received)| received.vesicle == kind) {
                for lane in population.lanes(arm) {
                    let living = population.is_alive(lane);
                    let limit = population.clearance_limit(lane, diffusion);
                    let clearance = population.variable(lane, received.clearance).min(limit);
                    let (clearance, weight) =
                        if living { (clearance, population.weight(lane, time)) } else { (0.0, 0.0) };
                    found.push(Clearance { cell, port, lane, clearance, weight });
                }
            }
        }
        found
    }

    /// Draws the whole vesicles that opened and docked in each living cell, and the copies in them; what went back
    /// to the medium goes there.
    fn open(&mut self, cell: usize, before: &[Progress], dt: f64) {
        let setup = self.setup;
        let now = self.times[self.n_steps as usize + 1];
        let after = self.populations[cell].received_so_far(now);
        let next = self.times.get(self.n_steps as usize + 2).map_or(dt, |then| then - now);
        let n_cells = self.setup.cells[cell].n_cells;
        let (mut opened, mut bound, mut drawn) = (Counts::new(), Counts::new(), Opened::default());
        for (port, received) in setup.cells[cell].model.ports.received.iter().enumerate() {
            let kind = received.vesicle;
            let (before, after) = (&before[port], &after[port]);
            for (arm, opening) in self.openings[cell][port].iter().enumerate() {
                let population = &mut self.populations[cell];
                let books = self.outside.target(arm, kind, cell);
                let mut returned = vec![0.0; received.copies.len() + 1];
                for lane in population.lanes(arm) {
                    returned.iter_mut().zip(after.returned_since(before, lane)).for_each(|(sum, back)| *sum += back);
                    if !population.is_alive(lane) {
                        continue;
                    }
                    let kept = population.dilution(lane, dt);
                    let number = lane % n_cells;
                    opened.clear();
                    opened.extend(after.opened_since(before, lane, kept));
                    bound.clear();
                    bound.extend(after.bound_since(before, lane, kept));
                    opening.draw((number, self.n_steps), &opened, &bound, &mut drawn);
                    let weight = population.weight(lane, now);
                    books.opened += drawn.opened * weight;
                    books.bound += drawn.bound * weight;
                    books.cells[number].0 += drawn.opened;
                    for (cargo, (delivered, acting)) in drawn.copies.iter().enumerate() {
                        match received.arrivals[cargo] {
                            Arrival::Inside(species) => population.add(lane, species, *acting),
                            Arrival::Surface => population.set_docking(lane, kind, cargo, acting / next),
                        }
                        books.delivered[cargo] += delivered * weight;
                        books.acting[cargo] += acting * weight;
                        books.cells[number].1 += delivered;
                    }
                }
                self.outside.give_back(arm, kind, cell, &returned);
                let books = self.outside.target(arm, kind, cell);
                books.returned.iter_mut().zip(&returned).for_each(|(sum, back)| *sum += back);
            }
        }
    }

    /// What a cell that died in this step had not yet opened or digested goes back to the medium, with what
    /// would have arrived after its death.
    fn return_from_the_dead(&mut self, cell: usize, arrivals: &[Vec<Counts>], from: f64, to: f64) {
        let population = &self.populations[cell];
        for (port, received) in self.setup.cells[cell].model.ports.received.iter().enumerate() {
            for lane in 0..population.n_arms() * population.n_cells() {
                let Some((_, died)) = population.death(lane).filter(|(_, died)| *died > from && *died <= to) else {
                    continue;
                };
                // a flow that is the same for each cell of a growing clone brings more towards the end
                let come = |until: f64| until * population.inflow_growth(lane, until);
                let late = 1.0 - come(died - from) / come(to - from);
                let (at_start, at_death) = (population.weight(lane, from), population.weight(lane, died));
                let state = population.state(lane);
                // with nobody who takes up there is no flow
                let n_counts = received.copies.len() + 1;
                let own = arrivals[cell][port].get(lane * n_counts..(lane + 1) * n_counts);
                let back: Counts = received
                    .all()
                    .enumerate()
                    .map(|(i, counted)| {
                        let inside: f64 = counted.inside.iter().map(|species| state[*species]).sum();
                        inside * at_death + own.map_or(0.0, |own| own[i] * at_start * late)
                    })
                    .collect();
                self.outside.give_back(lane / population.n_cells(), received.vesicle, cell, &back);
            }
        }
    }

    fn record(&mut self, time: f64) {
        let is_at = |times: &[f64]| times.iter().any(|t| (t - time).abs() < 0.5);
        let (record, curve) = (is_at(&self.setup.records), is_at(&self.setup.curve_times));
        let due: Vec<usize> =
            (0..self.setup.scenario.measures.len()).filter(|m| is_at(&self.setup.scenario.measures[*m].at)).collect();
        if curve || !due.is_empty() {
            self.populations.iter_mut().for_each(Population::evaluate);
        }
        for arm in 0..self.results.len() {
            if let Some(body) = self.outside.body().filter(|_| curve) {
                let sampling = Sampling { setup: self.setup, world: self.world, body, arm };
                sampling.record(&mut self.results[arm].samples);
            }
            for measure in &due {
                let value = self.reading(*measure, arm);
                self.results[arm].readings[*measure].push(value);
            }
            for (cell, population) in self.populations.iter().enumerate() {
                let result = &mut self.results[arm];
                if record {
                    let (alive, all) = population.numbers(arm);
                    result.alive[cell].push(alive / all);
                }
                if curve {
                    for (values, curve) in result.curves[cell].iter_mut().zip(&population.compiled.curves) {
                        values.push(population.mean(arm, curve.source) * curve.factor);
                    }
                }
            }
        }
    }

    /// What a measure reads now in an arm.
    fn reading(&self, measure: usize, arm: usize) -> f64 {
        let scenario = self.setup.scenario;
        let reading = &scenario.measures[measure].reading;
        if let Some(body) = self.outside.body() {
            let sampling = Sampling { setup: self.setup, world: self.world, body, arm };
            if let Some(value) = sampling.reading(reading) {
                return value;
            }
        }
        let Some(cell) = cell_of(reading).and_then(|name| self.setup.cell_index(name)) else {
            return self.outside.particles_per_volume(arm, &scenario.measures[measure].counts);
        };
        let population = &self.populations[cell];
        let (alive, all) = population.numbers(arm);
        let is_relative = scenario.measures[measure].relative_to.is_some();
        match reading {
            // beside another arm the living number counts, as an ATP plate reads
            Reading::Alive(_) if is_relative => alive,
            Reading::Alive(_) => alive / all,
            Reading::Dead(_) => (all - alive) / all,
            Reading::Mode(mode, _) => population.died_of(arm, mode) / all,
            Reading::Symbol { .. } => {
                self.setup.cells[cell].readings.get(&measure).map_or(f64::NAN, |source| population.mean(arm, *source))
            }
            Reading::Particles | Reading::Sample(_) | Reading::Detected(_) | Reading::Smallest(_) => f64::NAN,
        }
    }

    fn finish(mut self, world: u32) -> WorldResult {
        for arm in 0..self.results.len() {
            if let Some(body) = self.outside.body() {
                let sampling = Sampling { setup: self.setup, world: self.world, body, arm };
                self.results[arm].detections = sampling.detections();
                self.results[arm].places = body.places(arm);
            }
            self.results[arm].fates = self.populations.iter().map(|population| fates(population, arm)).collect();
            self.results[arm].sent = self.donors.results(self.setup, &self.populations, arm);
            self.results[arm].chains = self.chains(arm);
            let kinds = 0..self.setup.scenario.vesicles.len();
            self.results[arm].imbalance = kinds.map(|kind| self.imbalance(arm, kind)).collect();
            self.results[arm].cells = self.samples(arm);
            self.results[arm].pools = self.pools.results(arm);
        }
        let lanes: usize = self.populations.iter().map(|p| p.n_arms() * p.n_cells()).sum();
        let died: usize = self.populations.iter().map(|population| population.died_at_rest).sum();
        WorldResult {
            world,
            died_at_rest: died as f64 / lanes.max(1) as f64,
            frozen: self.populations.iter().flat_map(Population::frozen).chain(self.outside.frozen()).collect(),
            solver: self.populations.iter().map(Population::work).sum(),
            arms: self.results,
        }
    }

    fn chains(&self, arm: usize) -> Vec<ChainResult> {
        let mut chains = Vec::new();
        for (number, vesicle) in self.setup.scenario.vesicles.iter().enumerate() {
            for target in vesicle.to.iter().filter_map(|name| self.setup.cell_index(name)) {
                chains.push(self.chain(arm, number, vesicle, target));
            }
        }
        chains
    }

    fn chain(&self, arm: usize, number: usize, vesicle: &Vesicle, target: usize) -> ChainResult {
        let kind = self.outside.kind(arm, number);
        let books = &kind.targets[target];
        let (_, n_targets) = self.populations[target].numbers(arm);
        let per_target = |count: f64| if n_targets > 0.0 { count / n_targets } else { 0.0 };
        let (made, loaded) = self.made(arm, number, kind);
        let digested = self.digested(arm, number, target);
        let cargo = (0..vesicle.cargo.len()).map(|c| CargoResult {
            loaded: per_target(loaded[c]),
            released: per_target(kind.entered[c + 1]),
            taken_up: per_target(books.taken_up[c + 1]),
            returned: per_target(books.returned[c + 1]),
            digested: per_target(digested[c + 1]),
            delivered: per_target(books.delivered[c]),
            acting: per_target(books.acting[c]),
        });
        ChainResult {
            vesicle: number,
            target,
            made: per_target(made),
            released: per_target(kind.entered[0]),
            bound: per_target(books.bound),
            taken_up: per_target(books.taken_up[0]),
            returned: per_target(books.returned[0]),
            digested: per_target(digested[0]),
            opened: per_target(books.opened),
            cargo: cargo.collect(),
        }
    }

    /// Vesicles and copies that the cells of a type digested.
    fn digested(&self, arm: usize, vesicle: usize, cell: usize) -> Counts {
        let mut digested = vec![0.0; self.setup.scenario.vesicles[vesicle].cargo.len() + 1];
        let population = &self.populations[cell];
        let ports = self.setup.cells[cell].model.ports.received.iter().filter(|port| port.vesicle == vesicle);
        for (port, lane) in ports.flat_map(|port| population.lanes(arm).map(move |lane| (port, lane))) {
            let (weight, state) = (population.weight(lane, self.setup.scenario.span), population.state(lane));
            let sums = digested.iter_mut().zip(port.all());
            sums.for_each(|(sum, counted)| *sum += weight * state[counted.degraded]);
        }
        digested
    }

    /// Vesicles made and copies loaded in donors; for what was added with a dose, what entered.
    fn made(&self, arm: usize, vesicle: usize, kind: &KindBooks) -> (f64, Vec<f64>) {
        let n_cargo = kind.entered.len() - 1;
        let (mut made, mut loaded, mut is_sent) = (0.0, vec![0.0; n_cargo], false);
        for (population, cell) in self.populations.iter().zip(&self.setup.cells) {
            let end = population.time();
            for port in cell.model.ports.sent.iter().filter(|port| port.vesicle == vesicle) {
                is_sent = true;
                for lane in population.lanes(arm) {
                    let (weight, state) = (population.weight(lane, end), population.state(lane));
                    made += weight * state[port.made.unwrap_or(port.released)];
                    for (c, sum) in loaded.iter_mut().enumerate() {
                        *sum += weight * state[port.loaded_copies[c].unwrap_or(port.released_copies[c])];
                    }
                }
            }
        }
        if is_sent { (made, loaded) } else { (kind.entered[0], kind.entered[1..].to_vec()) }
    }

    /// All that entered is in the medium, lost there, on or in cells, opened or digested. The share of vesicles, or of
    /// the copies of a cargo, for which this fails most.
    fn imbalance(&self, arm: usize, vesicle: usize) -> f64 {
        let mut found = self.outside.outside_cells(arm, vesicle);
        for (population, cell) in self.populations.iter().zip(&self.setup.cells) {
            for port in cell.model.ports.received.iter().filter(|port| port.vesicle == vesicle) {
                for lane in population.lanes(arm) {
                    let (weight, state) = (population.weight(lane, self.setup.scenario.span), population.state(lane));
                    for (found, counted) in found.iter_mut().zip(port.all()) {
                        // what a dead cell held went back to the medium
                        let held = counted.inside.iter().filter(|_| population.is_alive(lane));
                        let inside: f64 = held.map(|species| state[*species]).sum();
                        *found += weight * (inside + state[counted.opened] + state[counted.degraded]);
                    }
                }
            }
        }
        let entered = &self.outside.kind(arm, vesicle).entered;
        let share = |(found, entered): (&f64, &f64)| if *entered > 0.0 { (found - entered) / entered } else { 0.0 };
        let shares = found.iter().zip(entered).map(share);
        shares.fold(0.0, |worst: f64, share| if share.abs() > worst.abs() { share } else { worst })
    }

    fn samples(&self, arm: usize) -> Vec<SampleCell> {
        let mut samples = Vec::new();
        for (cell, population) in self.populations.iter().enumerate() {
            for (number, lane) in population.lanes(arm).take(N_SAMPLES).enumerate() {
                let death = population.death(lane);
                let books = self.outside.kinds(arm).iter().filter_map(|kind| kind.targets[cell].cells.get(number));
                let (opened, copies) = books.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
                samples.push(SampleCell {
                    cell,
                    number: number as u32,
                    fate: death.map_or("alive".to_owned(), |(event, _)| population.mode(event)),
                    died: death.map_or(f64::NAN, |(_, time)| time),
                    opened,
                    copies,
                    points: population.compiled.followed.iter().map(|pool| pool.point(population, lane)).collect(),
                });
            }
        }
        samples
    }
}

fn empty_result(setup: &Setup) -> ArmResult {
    ArmResult {
        readings: vec![Vec::new(); setup.scenario.measures.len()],
        alive: vec![Vec::new(); setup.cells.len()],
        curves: setup.cells.iter().map(|cell| vec![Vec::new(); cell.curves.len()]).collect(),
        samples: vec![Vec::new(); setup.scenario.measures.len()],
        ..ArmResult::default()
    }
}

/// What is counted at a port of a sender: vesicles, and copies of each cargo.
fn n_counts(port: &SentPorts) -> usize {
    port.released_copies.len() + 1
}

/// The draws at each port of a cell type, in each arm: `[port][arm]`.
fn openings(setup: &Setup, world: &World, cell: usize) -> Vec<Vec<Opening>> {
    let arms = &setup.scenario.arms;
    let of_port =
        |port: &ReceivedPorts| arms.iter().map(|arm| Opening::new(setup, world, cell, port.vesicle, arm)).collect();
    setup.cells[cell].model.ports.received.iter().map(of_port).collect()
}

/// Shares of all cells ever present: alive first, then each mode.
fn fates(population: &Population, arm: usize) -> Vec<(String, f64)> {
    let (alive, all) = population.numbers(arm);
    let n_events = population.compiled.model.network.events.len();
    let modes = (0..n_events).map(|event| population.mode(event));
    let share = |count: f64| if all > 0.0 { count / all } else { 0.0 };
    std::iter::once(("alive".to_owned(), share(alive)))
        .chain(modes.map(|mode| {
            let died = population.died_of(arm, &mode);
            (mode, share(died))
        }))
        .collect()
}
