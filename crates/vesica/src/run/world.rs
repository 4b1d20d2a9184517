//! One world: every arm's cells and medium, from rest to the end of the experiment.

use vesica_engine::{Batch, Workspace, advance};

use super::draws::World;
use super::medium::{Counts, Entry};
use super::opening::Opening;
use super::place::{ArmMedium, KindMedium, arm_medium};
use super::population::Population;
use super::results::{ArmResult, CargoResult, ChainResult, SampleCell, WorldResult};
use super::setup::{Setup, cell_of};
use crate::scenario::{Dose, Dosed, Layout, QuantityId, Reading, Vesicle};

/// Number of simulated cells of each type and arm that are kept one by one.
const N_SAMPLES: usize = 8;

/// Runs one world. A pure function of its arguments.
pub fn simulate(setup: &Setup, index: usize) -> WorldResult {
    let hypothesis = &setup.hypotheses[setup.hypothesis_of(index)];
    let world = World::new(setup.scenario, setup.knowledge, hypothesis, setup.seed, index as u32);
    let mut state = State::at_rest(setup, &world);
    state.record(0.0);
    for pair in setup.times.windows(2) {
        state.step(pair[0], pair[1]);
        state.record(pair[1]);
    }
    state.finish(index as u32)
}

/// Cells and medium while time goes on.
struct State<'a> {
    setup: &'a Setup<'a>,
    world: &'a World<'a>,
    populations: Vec<Population<'a>>,
    medium: Vec<ArmMedium>,
    medium_workspace: Workspace,
    results: Vec<ArmResult>,
    n_steps: u32,
}

impl<'a> State<'a> {
    fn at_rest(setup: &'a Setup<'a>, world: &'a World<'a>) -> Self {
        let populations: Vec<Population> =
            (0..setup.cells.len()).map(|cell| Population::at_rest(setup, world, cell)).collect();
        let medium = (0..setup.scenario.arms.len()).map(|arm| arm_medium(setup, world, arm)).collect();
        let results = setup.scenario.arms.iter().map(|_| empty_result(setup)).collect();
        let mut state = Self {
            medium_workspace: Workspace::for_program(&setup.medium.program),
            setup,
            world,
            populations,
            medium,
            results,
            n_steps: 0,
        };
        if let Some(duration) = setup.scenario.place.conditioned {
            state.condition(duration);
        }
        state
    }

    /// Before time zero the senders lived in the medium for a while; then it was taken off them.
    fn condition(&mut self, duration: QuantityId) {
        let duration = self.world.quantity(duration, None);
        let mut released = self.nothing_released();
        let absent: Vec<usize> = (0..self.populations.len()).filter(|cell| self.is_absent(*cell)).collect();
        for cell in absent {
            let before = self.sent_so_far(cell, 0.0);
            self.populations[cell].advance(duration);
            self.release(cell, &before, duration, &mut released);
        }
        self.enter_medium(&released);
    }

    /// Whether a cell type is not in the well: with conditioned medium only what it released is there.
    fn is_absent(&self, cell: usize) -> bool {
        self.setup.scenario.place.layout == Layout::Conditioned && !self.setup.cells[cell].receives
    }

    /// One exchange: senders advance and release, the medium moves, targets take up and advance.
    fn step(&mut self, from: f64, to: f64) {
        let dt = to - from;
        for arm in 0..self.medium.len() {
            self.dose(arm, from);
        }
        let mut released = self.nothing_released();
        let only_sends = |cell: &usize| !self.setup.cells[*cell].receives && !self.is_absent(*cell);
        let senders: Vec<usize> = (0..self.populations.len()).filter(only_sends).collect();
        for cell in senders {
            let before = self.sent_so_far(cell, from);
            self.populations[cell].advance(to);
            self.release(cell, &before, to, &mut released);
        }
        self.lose_in_medium(dt);
        let mut arrivals = self.take_up(&released, from, dt);
        for cell in (0..self.populations.len()).filter(|cell| self.setup.cells[*cell].receives) {
            let before = self.sent_so_far(cell, from);
            let inside = self.opened_so_far(cell);
            self.populations[cell].advance(to);
            self.open(cell, &inside, dt);
            self.return_from_the_dead(cell, &mut arrivals, from, to);
            let mut later = self.nothing_released();
            self.release(cell, &before, to, &mut later);
            self.enter_medium(&later);
        }
        self.n_steps += 1;
    }

    fn nothing_released(&self) -> Vec<Vec<Counts>> {
        let kinds: Vec<Counts> = self.setup.scenario.vesicles.iter().map(|v| vec![0.0; v.cargo.len() + 1]).collect();
        vec![kinds; self.medium.len()]
    }

    /// Doses that are due.
    fn dose(&mut self, arm: usize, time: f64) {
        let scenario = self.setup.scenario;
        let due: Vec<&Dose> = scenario.arms[arm].doses.iter().filter(|dose| (dose.at - time).abs() < 0.5).collect();
        for dose in &due {
            if dose.wash {
                self.medium[arm].wash();
            }
            let amount = self.world.quantity(dose.amount, Some(&scenario.arms[arm]));
            if let Dosed::Drug(name) = &dose.what {
                self.medium[arm].add_drug(name, amount);
            }
            let is_kind = |vesicle: &Vesicle| dose.what.vesicle() == Some(vesicle.name.as_str());
            if let Some(kind) = scenario.vesicles.iter().position(is_kind) {
                let count = self.particles(arm, &dose.what, kind, amount);
                let counts = self.with_cargo(arm, kind, count);
                self.medium[arm].kinds[kind].add(&counts, Entry::Everywhere);
            }
        }
        if due.is_empty() {
            return;
        }
        for (drug, concentration) in &self.medium[arm].drugs {
            self.populations.iter_mut().for_each(|population| population.set_drug(arm, drug, *concentration));
        }
    }

    /// Vesicles that a dose adds.
    fn particles(&self, arm: usize, what: &Dosed, kind: usize, amount: f64) -> f64 {
        let scenario = self.setup.scenario;
        let in_arm = |id| self.world.quantity(id, Some(&scenario.arms[arm]));
        let vesicle = &scenario.vesicles[kind];
        let targets = vesicle.to.iter().filter_map(|name| self.setup.cell_index(name));
        let n_targets = targets.map(|cell| in_arm(scenario.cells[cell].count)).sum();
        let per_protein = vesicle.particles_per_protein.map_or(f64::NAN, in_arm);
        what.particles(amount, in_arm(scenario.place.volume), n_targets, per_protein)
    }

    /// A number of vesicles with their mean cargo.
    fn with_cargo(&self, arm: usize, kind: usize, count: f64) -> Counts {
        let arm = &self.setup.scenario.arms[arm];
        let cargo = self.setup.scenario.vesicles[kind].cargo.iter();
        std::iter::once(count).chain(cargo.map(|c| count * self.world.quantity(c.copies, Some(arm)))).collect()
    }

    /// Weighted counters of what a cell type has sent so far: `[lane][port][vesicles, copies..]`.
    fn sent_so_far(&self, cell: usize, time: f64) -> Vec<Vec<Counts>> {
        let population = &self.populations[cell];
        let ports = &self.setup.cells[cell].model.ports.sent;
        let lanes = 0..population.n_arms() * population.n_cells();
        if ports.is_empty() {
            return Vec::new();
        }
        lanes
            .map(|lane| {
                let (weight, state) = (population.weight(lane, time), population.state(lane));
                let counted = |sent: &crate::compose::SentPorts| {
                    std::iter::once(sent.released)
                        .chain(sent.released_copies.iter().copied())
                        .map(|species| weight * state[species])
                        .collect()
                };
                ports.iter().map(counted).collect()
            })
            .collect()
    }

    /// What the cells of a type released since `before`, added to `released`.
    fn release(&mut self, cell: usize, before: &[Vec<Counts>], time: f64, released: &mut [Vec<Counts>]) {
        let after = self.sent_so_far(cell, time);
        let n_cells = self.setup.cells[cell].n_cells;
        let ports = &self.setup.cells[cell].model.ports.sent;
        for (lane, (after, before)) in after.iter().zip(before).enumerate() {
            for ((after, before), port) in after.iter().zip(before).zip(ports) {
                let sum = &mut released[lane / n_cells][port.vesicle];
                for ((sum, after), before) in sum.iter_mut().zip(after).zip(before) {
                    // a frozen lane weighs nothing afterwards: it takes nothing back
                    *sum += (after - before).max(0.0);
                }
            }
        }
    }

    /// Releases into the medium outside of a step.
    fn enter_medium(&mut self, released: &[Vec<Counts>]) {
        for (medium, released) in self.medium.iter_mut().zip(released) {
            for (kind, counts) in medium.kinds.iter_mut().zip(released) {
                let entry = kind.entry;
                kind.add(counts, entry);
            }
        }
    }

    /// Link 4 in every volume of medium: the mechanism of `4-travel/`.
    fn lose_in_medium(&mut self, dt: f64) {
        let compiled = &self.setup.medium;
        let parameters: Vec<f64> =
            compiled.numbers.iter().map(|row| row.map_or(0.0, |row| self.world.number(row, None))).collect();
        let counts: Vec<f64> =
            self.medium.iter().flat_map(|m| &m.kinds).flat_map(|kind| kind.suspension.vesicles()).copied().collect();
        let mut batch = Batch::new(&compiled.program, counts.len());
        for (lane, count) in counts.iter().enumerate() {
            batch.parameters_mut(lane).copy_from_slice(&parameters);
            batch.state_mut(lane)[compiled.vesicles] = *count;
        }
        advance(&compiled.program, &compiled.solver, &mut self.medium_workspace, &mut batch, dt);
        let mut lane = 0;
        for kind in self.medium.iter_mut().flat_map(|m| &mut m.kinds) {
            let n = kind.suspension.vesicles().len();
            let kept: Vec<f64> = (lane..lane + n)
                .map(|lane| if counts[lane] > 0.0 { batch.state(lane)[compiled.vesicles] / counts[lane] } else { 1.0 })
                .collect();
            lane += n;
            let lost = kind.suspension.keep(&kept);
            kind.lost.iter_mut().zip(lost).for_each(|(sum, lost)| *sum += lost);
        }
    }

    /// Moves the medium of every arm by `dt` and sets the flows into the cells.
    /// Gives what each lane takes up in the step: `[cell][port][lane][vesicles, copies..]`, per simulated cell.
    fn take_up(&mut self, released: &[Vec<Counts>], from: f64, dt: f64) -> Vec<Vec<Vec<Counts>>> {
        let receivers: Vec<usize> = (0..self.populations.len()).filter(|c| self.setup.cells[*c].receives).collect();
        receivers.iter().for_each(|cell| self.populations[*cell].evaluate());
        let mut arrivals: Vec<Vec<Vec<Counts>>> =
            self.setup.cells.iter().map(|cell| vec![Vec::new(); cell.model.ports.received.len()]).collect();
        for (arm, released) in released.iter().enumerate() {
            for (kind, released) in released.iter().enumerate() {
                let clearances = self.clearances(&receivers, arm, kind, from);
                let total: f64 = clearances.iter().map(|(_, _, _, clearance, weight)| clearance * weight).sum();
                let medium = &mut self.medium[arm].kinds[kind];
                medium.entered.iter_mut().zip(released).for_each(|(sum, new)| *sum += new);
                let taken = medium.suspension.step(released, medium.entry, total, dt);
                for (cell, port, lane, clearance, weight) in clearances {
                    let share = if total > 0.0 { clearance / total } else { 0.0 };
                    let own: Counts = taken.iter().map(|taken| taken * share).collect();
                    let population = &mut self.populations[cell];
                    let slowed = population.inflow_growth(lane, dt) * dt;
                    population.set_arriving(lane, kind, &own.iter().map(|count| count / slowed).collect::<Vec<_>>());
                    let books = &mut medium.targets[cell];
                    books.taken_up.iter_mut().zip(&own).for_each(|(sum, count)| *sum += count * weight);
                    arrivals[cell][port].push(own);
                }
            }
        }
        arrivals
    }

    /// `(cell, port, lane, clearance per cell, weight)` of every lane of an arm that can take up a vesicle kind.
    fn clearances(
        &self,
        receivers: &[usize],
        arm: usize,
        kind: usize,
        time: f64,
    ) -> Vec<(usize, usize, usize, f64, f64)> {
        let mut found = Vec::new();
        let medium = &self.medium[arm].kinds[kind];
        for &cell in receivers {
            let population = &self.populations[cell];
            let ports = self.setup.cells[cell].model.ports.received.iter().enumerate();
            for (port, received) in ports.filter(|(_, received)| received.vesicle == kind) {
                for lane in population.lanes(arm) {
                    let living = population.is_alive(lane);
                    let limit = population.clearance_limit(lane, medium.diffusion);
                    let clearance = population.variable(lane, received.clearance).min(limit);
                    let weight = if living { population.weight(lane, time) } else { 0.0 };
                    found.push((cell, port, lane, if living { clearance } else { 0.0 }, weight));
                }
            }
        }
        found
    }

    /// Means of what was opened so far: `[port][lane][vesicles, copies..]`.
    fn opened_so_far(&self, cell: usize) -> Vec<Vec<Counts>> {
        let population = &self.populations[cell];
        let lanes = population.n_arms() * population.n_cells();
        let ports = &self.setup.cells[cell].model.ports.received;
        let read = |received: &crate::compose::ReceivedPorts, lane: usize| -> Counts {
            let state = population.state(lane);
            let species = std::iter::once(received.opened).chain(received.copies.iter().map(|copies| copies.opened));
            species.map(|species| state[species]).collect()
        };
        ports.iter().map(|received| (0..lanes).map(|lane| read(received, lane)).collect()).collect()
    }

    /// Draws the whole vesicles that opened in each living cell, and the copies in them.
    fn open(&mut self, cell: usize, before: &[Vec<Counts>], dt: f64) {
        let setup = self.setup;
        let after = self.opened_so_far(cell);
        let n_cells = self.setup.cells[cell].n_cells;
        let now = setup.times[self.n_steps as usize + 1];
        for (port, received) in setup.cells[cell].model.ports.received.iter().enumerate() {
            for (arm, description) in setup.scenario.arms.iter().enumerate() {
                let opening = Opening::new(setup, self.world, cell, received.vesicle, description, self.n_steps);
                let population = &mut self.populations[cell];
                let books = &mut self.medium[arm].kinds[received.vesicle].targets[cell];
                for lane in population.lanes(arm) {
                    if !population.is_alive(lane) {
                        continue;
                    }
                    let kept = population.dilution(lane, dt);
                    let means: Counts = after[port][lane]
                        .iter()
                        .zip(&before[port][lane])
                        .map(|(a, b)| (a - b * kept).max(0.0))
                        .collect();
                    let number = lane % n_cells;
                    let drawn = opening.draw(number, &means);
                    let weight = population.weight(lane, now);
                    books.opened += drawn.opened * weight;
                    books.cells[number].0 += drawn.opened;
                    for (cargo, (delivered, acting)) in drawn.copies.iter().enumerate() {
                        population.add(lane, received.copies[cargo].arrived, *acting);
                        books.delivered[cargo] += delivered * weight;
                        books.acting[cargo] += acting * weight;
                        books.cells[number].1 += delivered;
                    }
                }
            }
        }
    }

    /// What a cell that died in this step had not yet opened or digested goes back to the medium, with what
    /// would have arrived after its death.
    fn return_from_the_dead(&mut self, cell: usize, arrivals: &mut [Vec<Vec<Counts>>], from: f64, to: f64) {
        let population = &self.populations[cell];
        for (port, received) in self.setup.cells[cell].model.ports.received.iter().enumerate() {
            for lane in 0..population.n_arms() * population.n_cells() {
                let Some((_, died)) = population.death(lane).filter(|(_, died)| *died > from && *died <= to) else {
                    continue;
                };
                let late = (to - died) / (to - from);
                let (at_start, at_death) = (population.weight(lane, from), population.weight(lane, died));
                let state = population.state(lane);
                let inside = std::iter::once(received.endosome).chain(received.copies.iter().map(|c| c.endosome));
                let own = arrivals[cell][port].get(lane);
                let back: Counts = inside
                    .enumerate()
                    .map(|(i, species)| state[species] * at_death + own.map_or(0.0, |own| own[i] * at_start * late))
                    .collect();
                let kind = &mut self.medium[lane / population.n_cells()].kinds[received.vesicle];
                kind.suspension.add(&back, Entry::Everywhere);
                kind.targets[cell].taken_up.iter_mut().zip(&back).for_each(|(sum, back)| *sum -= back);
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
        let Some(cell) = cell_of(reading).and_then(|name| self.setup.cell_index(name)) else {
            let volume = self.world.quantity(scenario.place.volume, Some(&scenario.arms[arm]));
            return self.medium[arm].kinds.iter().map(|kind| kind.suspension.totals()[0]).sum::<f64>() / volume;
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
            Reading::Particles => f64::NAN,
        }
    }

    fn finish(mut self, world: u32) -> WorldResult {
        for arm in 0..self.results.len() {
            self.results[arm].fates = self.populations.iter().map(|population| fates(population, arm)).collect();
            self.results[arm].chains = self.chains(arm);
            self.results[arm].cells = self.samples(arm);
        }
        let lanes: usize = self.populations.iter().map(|p| p.n_arms() * p.n_cells()).sum();
        let died: usize = self.populations.iter().map(|population| population.died_at_rest).sum();
        WorldResult {
            world,
            died_at_rest: died as f64 / lanes.max(1) as f64,
            frozen: self.populations.iter().flat_map(Population::frozen).collect(),
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
        let kind = &self.medium[arm].kinds[number];
        let books = &kind.targets[target];
        let (_, n_targets) = self.populations[target].numbers(arm);
        let per_target = |count: f64| if n_targets > 0.0 { count / n_targets } else { 0.0 };
        let (made, loaded) = self.made(arm, number, kind);
        let cargo = (0..vesicle.cargo.len()).map(|c| CargoResult {
            loaded: per_target(loaded[c]),
            released: per_target(kind.entered[c + 1]),
            taken_up: per_target(books.taken_up[c + 1]),
            delivered: per_target(books.delivered[c]),
            acting: per_target(books.acting[c]),
        });
        ChainResult {
            vesicle: number,
            target,
            made: per_target(made),
            released: per_target(kind.entered[0]),
            taken_up: per_target(books.taken_up[0]),
            opened: per_target(books.opened),
            cargo: cargo.collect(),
            imbalance: self.imbalance(arm, number),
        }
    }

    /// Vesicles made and copies loaded in donors; for what was added with a dose, what entered.
    fn made(&self, arm: usize, vesicle: usize, kind: &KindMedium) -> (f64, Vec<f64>) {
        let n_cargo = kind.entered.len() - 1;
        let (mut made, mut loaded, mut is_sent) = (0.0, vec![0.0; n_cargo], false);
        let end = self.setup.scenario.span;
        for (population, cell) in self.populations.iter().zip(&self.setup.cells) {
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

    /// Vesicles entered = in the medium + lost + inside + opened + digested, as a share of those entered.
    fn imbalance(&self, arm: usize, vesicle: usize) -> f64 {
        let kind = &self.medium[arm].kinds[vesicle];
        let mut found = kind.suspension.totals()[0] + kind.lost[0];
        for (population, cell) in self.populations.iter().zip(&self.setup.cells) {
            for port in cell.model.ports.received.iter().filter(|port| port.vesicle == vesicle) {
                for lane in population.lanes(arm) {
                    let (weight, state) = (population.weight(lane, self.setup.scenario.span), population.state(lane));
                    let inside = if population.is_alive(lane) { state[port.endosome] } else { 0.0 };
                    found += weight * (inside + state[port.opened] + state[port.degraded]);
                }
            }
        }
        let entered = kind.entered[0];
        if entered > 0.0 { (found - entered) / entered } else { 0.0 }
    }

    fn samples(&self, arm: usize) -> Vec<SampleCell> {
        let mut samples = Vec::new();
        for (cell, population) in self.populations.iter().enumerate() {
            for (number, lane) in population.lanes(arm).take(N_SAMPLES).enumerate() {
                let death = population.death(lane);
                let books = self.medium[arm].kinds.iter().filter_map(|kind| kind.targets[cell].cells.get(number));
                let (opened, copies) = books.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
                samples.push(SampleCell {
                    cell,
                    number: number as u32,
                    fate: death.map_or("alive".to_owned(), |(event, _)| population.mode(event)),
                    died: death.map_or(f64::NAN, |(_, time)| time),
                    opened,
                    copies,
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
        ..ArmResult::default()
    }
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
