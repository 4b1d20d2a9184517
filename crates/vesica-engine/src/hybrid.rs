//! Scarce molecules in whole numbers, abundant ones as a flow, in one trajectory.
//!
//! A reaction that makes or takes scarce molecules happens once at a time, after a waiting time whose chance runs with
//! the state: its chances per time are integrated beside the state until they reach a number drawn from the
//! exponential distribution. All other reactions flow. Which reactions are which is a set of parameters (1 flows, 0
//! jumps), so one program serves every choice, and each lane makes its own.
//!
//! Source: the integrated chance as a clock is in A. Alfonsi et al., ESAIM Proc. 14 (2005) 1; splitting by amounts and
//! chances in E. L. Haseltine and J. B. Rawlings, J. Chem. Phys. 117 (2002) 6959.

use vesica_model::{Binary, Event, Expression, Network, Parameter, Species, Symbol, Variable};

use crate::advance_lanes;
use crate::batch::{Batch, Failure, FailureReason, LaneStatus, SolverConfig};
use crate::compile::{CompileError, compile, net_change};
use crate::math;
use crate::program::{Program, Selection};
use crate::random::{Stream, pair};
use crate::workspace::Workspace;

/// What counts as scarce and as slow.
///
/// ```
/// let choice = vesica_engine::Scarce { amount: 50.0, ..Default::default() };
/// assert_eq!(choice.events, 1000.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scarce {
    /// A species with fewer molecules than this can be scarce.
    pub amount: f64,
    /// It is, if each reaction that changes it is expected to happen at most so often in the time asked for. Where that
    /// is without bound nothing may flow instead: a rate below zero freezes its lane.
    pub events: f64,
}

impl Default for Scarce {
    /// Fewer than 100 molecules, at most 1 000 events of a reaction.
    fn default() -> Self {
        Self { amount: 100.0, events: 1000.0 }
    }
}

/// A network made ready for hybrid trajectories.
///
/// ```
/// use vesica_engine::random::Stream;
/// use vesica_engine::{Batch, Hybrid, Scarce, SolverConfig, Workspace};
/// use vesica_model::{Expression, Network, Reaction, Species, Symbol};
/// let mut network = Network::default();
/// let initial = Expression::Number(20.0);
/// network.species.push(Species { id: "A".into(), initial, compartment: None, is_concentration: false });
/// let rate = Expression::Symbol(Symbol::Species(0));
/// network.reactions.push(Reaction { id: "decay".into(), reactants: vec![(0, 1.0)], products: vec![], rate });
/// let hybrid = Hybrid::new(&network)?;
/// let mut batch = Batch::new(hybrid.program(), 1);
/// let mut workspace = Workspace::for_program(hybrid.program());
/// let (config, streams) = (SolverConfig::with_tolerance(1e-6, 1e-6), [Stream { seed: 1, world: 0, cell: 0, stream: 0 }]);
/// hybrid.advance(&config, Scarce::default(), &mut workspace, &mut batch, 1.0, &streams);
/// assert_eq!(hybrid.jumping(&batch, 0), ["decay"]);
/// assert_eq!(batch.state(0)[0].fract(), 0.0);
/// # Ok::<(), vesica_engine::CompileError>(())
/// ```
#[derive(Debug)]
pub struct Hybrid {
    program: Program,
    /// Reactions of the network that can happen one at a time.
    eligible: Vec<Eligible>,
    /// Their rates.
    rates: Selection,
    /// Number of species of the network.
    n_species: usize,
    /// Species that something changes that cannot happen one at a time.
    is_flowing: Vec<bool>,
    /// Species that count others again, and these.
    sums: Vec<(usize, Vec<usize>)>,
    /// The integrated chance, and the number at which something happens.
    hazard: usize,
    next_jump: usize,
    jump: usize,
}

#[derive(Debug)]
struct Eligible {
    id: String,
    /// Parameter: 1 flows, 0 jumps.
    flows: usize,
    /// Variable: chance per time.
    rate: usize,
    changes: Vec<(usize, f64)>,
}

impl Hybrid {
    /// Adds the clock, the choice of each reaction and its rate to a network, and compiles it.
    ///
    /// The species of the network keep their places; one more follows, the clock.
    ///
    /// # Errors
    /// [`CompileError`] where the network contradicts itself.
    pub fn new(network: &Network) -> Result<Self, CompileError> {
        Self::with_candidates(network, &(0..network.species.len()).collect::<Vec<_>>())
    }

    /// The same where only some species can be whole: all others flow, however few they are. Reactions that change no
    /// candidate cost nothing.
    ///
    /// # Errors
    /// As [`Hybrid::new`].
    ///
    /// ```
    /// # use vesica_model::{Network, Species, Expression, Reaction};
    /// let mut network = Network::default();
    /// let species = |id: &str| Species { id: id.into(), initial: Expression::Number(0.0), compartment: None, is_concentration: false };
    /// network.species.extend([species("cargo"), species("share")]);
    /// network.reactions.push(Reaction { id: "grow".into(), reactants: vec![], products: vec![(1, 1.0)], rate: Expression::Number(0.1) });
    /// let hybrid = vesica_engine::Hybrid::with_candidates(&network, &[0])?;
    /// // `share` flows: no clock for its reaction, no choice
    /// assert_eq!(hybrid.program().n_parameters(), 1);
    /// # Ok::<(), vesica_engine::CompileError>(())
    /// ```
    pub fn with_candidates(network: &Network, candidates: &[usize]) -> Result<Self, CompileError> {
        let mut derived = network.clone();
        let (n_species, n_parameters) = (network.species.len(), network.parameters.len());
        let mut is_flowing: Vec<bool> = (0..n_species).map(|species| !candidates.contains(&species)).collect();
        let ruled = network.rate_rules.iter().chain(&network.algebraic_rules);
        ruled.for_each(|(species, _)| is_flowing[*species] = true);
        let (mut eligible, mut chances) = (Vec::new(), Vec::new());
        for (index, reaction) in network.reactions.iter().enumerate() {
            let changes = net_change(reaction);
            if changes.iter().all(|(species, _)| !candidates.contains(species)) {
                continue;
            }
            if changes.iter().any(|(_, change)| change.fract() != 0.0) {
                changes.iter().for_each(|(species, _)| is_flowing[*species] = true);
                continue;
            }
            let (flows, rate) = (derived.parameters.len(), derived.variables.len());
            derived.parameters.push(Parameter { id: format!("{} flows", reaction.id), value: 1.0 });
            derived.variables.push(Variable { id: format!("{} rate", reaction.id), value: reaction.rate.clone() });
            let (share, speed) =
                (Expression::Symbol(Symbol::Parameter(flows)), Expression::Symbol(Symbol::Variable(rate)));
            derived.reactions[index].rate = joined(Binary::Multiply, share.clone(), speed.clone());
            let jumps = joined(Binary::Subtract, Expression::Number(1.0), share);
            let chance = joined(Binary::Maximum, speed, Expression::Number(0.0));
            chances.push(joined(Binary::Multiply, jumps, chance));
            eligible.push(Eligible { id: reaction.id.clone(), flows, rate, changes });
        }
        let (hazard, next_jump) = (n_species, derived.parameters.len());
        derived.parameters.push(Parameter { id: "next jump".into(), value: 0.0 });
        derived.species.push(Species {
            id: "integrated chance".into(),
            initial: Expression::Number(0.0),
            compartment: None,
            is_concentration: false,
        });
        let total = chances.into_iter().reduce(|a, b| joined(Binary::Add, a, b)).unwrap_or(Expression::Number(0.0));
        derived.rate_rules.push((hazard, total));
        let (clock, mark) =
            (Expression::Symbol(Symbol::Species(hazard)), Expression::Symbol(Symbol::Parameter(next_jump)));
        let trigger = joined(Binary::GreaterEqual, clock, mark);
        let jump = derived.events.len();
        derived.events.push(Event { id: "jump".into(), trigger, fires_at_start: true, assignments: Vec::new() });
        let own = n_parameters..derived.parameters.len();
        let program = compile(&derived)?.with_inputs(&own.collect::<Vec<_>>());
        Ok(Self {
            rates: rates(&program, &eligible),
            program,
            eligible,
            n_species,
            is_flowing,
            sums: Vec::new(),
            hazard,
            next_jump,
            jump,
        })
    }

    /// The same, told which parameters change while lanes run ([`Program::with_inputs`]).
    #[must_use]
    pub fn with_inputs(mut self, parameters: &[usize]) -> Self {
        self.program = self.program.with_inputs(parameters);
        self.rates = rates(&self.program, &self.eligible);
        self
    }

    /// Names species that count others again: every reaction changes such a sum by as much as its parts together. It is
    /// whole where all of them are, and made equal to their sum when these are rounded.
    #[must_use]
    pub fn with_sums(mut self, sums: Vec<(usize, Vec<usize>)>) -> Self {
        self.sums = sums;
        self
    }

    /// The program that batches and workspaces are made for.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Ids of the reactions that jump in a lane, as last chosen.
    pub fn jumping(&self, batch: &Batch, lane: usize) -> Vec<&str> {
        let parameters = batch.parameters(lane);
        self.eligible.iter().filter(|reaction| parameters[reaction.flows] == 0.0).map(|r| r.id.as_str()).collect()
    }

    /// Advances every running lane from its own time to `until`, or to where it stops or fails.
    ///
    /// Each lane first chooses what jumps, from its amounts and rates at the start of this call and `scarce`; a species
    /// that becomes whole is rounded up or down by chance, so that its mean stays. `streams`: one for each lane, read on
    /// from where the last call left off. `config`: as for [`crate::advance`]; its tolerances are those of the flow.
    ///
    /// # Panics
    /// If there are fewer streams than lanes, or the batch was made for another program.
    pub fn advance(
        &self,
        config: &SolverConfig,
        scarce: Scarce,
        workspace: &mut Workspace,
        batch: &mut Batch,
        until: f64,
        streams: &[Stream],
    ) {
        let lanes: Vec<usize> = (0..batch.n_lanes()).collect();
        self.advance_lanes(config, scarce, workspace, (batch, lanes), until, streams);
    }

    /// The same for some lanes; the others stay as they are.
    ///
    /// # Panics
    /// As [`Hybrid::advance`].
    pub fn advance_lanes(
        &self,
        config: &SolverConfig,
        scarce: Scarce,
        workspace: &mut Workspace,
        (batch, mut lanes): (&mut Batch, Vec<usize>),
        until: f64,
        streams: &[Stream],
    ) {
        assert!(streams.len() >= batch.n_lanes(), "one stream for each lane");
        let mut config = config.clone();
        config.terminal_events.push(self.jump);
        let is_to_go = |lane: &usize| *batch.status(*lane) == LaneStatus::Running && batch.time(*lane) < until;
        lanes.retain(is_to_go);
        let whole = self.choose(scarce, workspace, (batch, &lanes), until, streams);
        let mut rates = vec![0.0; batch.n_lanes() * self.program.n_variables()];
        lanes.retain(|lane| *batch.status(*lane) == LaneStatus::Running);
        loop {
            advance_lanes(&self.program, &config, workspace, (batch, lanes.iter().copied()), until);
            lanes.iter().for_each(|lane| keep_whole(batch, *lane, &whole[*lane]));
            lanes
                .retain(|lane| matches!(batch.status(*lane), LaneStatus::Stopped { event, .. } if *event == self.jump));
            if lanes.is_empty() {
                return;
            }
            self.program.selected_of_batch(&self.rates, workspace, (batch, &lanes), &mut rates);
            for &lane in &lanes {
                let own = &rates[lane * self.program.n_variables()..][..self.program.n_variables()];
                self.happen(batch, lane, own, &streams[lane]);
            }
        }
    }

    /// Sets which reactions flow in each lane; gives which species are whole there.
    fn choose(
        &self,
        scarce: Scarce,
        workspace: &mut Workspace,
        (batch, lanes): (&mut Batch, &[usize]),
        until: f64,
        streams: &[Stream],
    ) -> Vec<Vec<bool>> {
        let mut all = vec![Vec::new(); batch.n_lanes()];
        let n_variables = self.program.n_variables();
        let mut rates = vec![0.0; batch.n_lanes() * n_variables];
        self.program.selected_of_batch(&self.rates, workspace, (batch, lanes), &mut rates);
        for &lane in lanes {
            let own = &rates[lane * n_variables..][..n_variables];
            if let Some(failure) = self.runs_backwards(scarce, own, batch.time(lane)) {
                batch.status[lane] = LaneStatus::Failed(failure);
                continue;
            }
            let whole = self.whole(scarce, batch.state(lane), own, until - batch.time(lane));
            self.round(batch, lane, &whole, &streams[lane]);
            for reaction in &self.eligible {
                let jumps = reaction.changes.iter().any(|(species, _)| whole[*species]);
                let flows = f64::from(u8::from(!jumps));
                batch.set_parameter(&self.program, lane, reaction.flows, flows);
            }
            if batch.parameters(lane)[self.next_jump] == 0.0 {
                self.draw_next(batch, lane, &streams[lane]);
            }
            all[lane] = whole;
        }
        all
    }

    /// A reaction that has to happen one at a time, and cannot.
    fn runs_backwards(&self, scarce: Scarce, rates: &[f64], time: f64) -> Option<Failure> {
        if scarce.events.is_finite() {
            return None;
        }
        let counted = |reaction: &&Eligible| reaction.changes.iter().all(|(species, _)| !self.is_flowing[*species]);
        let backwards = self.eligible.iter().filter(counted).find(|reaction| rates[reaction.rate] < 0.0)?;
        let species = backwards.changes.first().map(|(species, _)| *species);
        let reaction = self.program.reaction_ids().iter().position(|id| *id == backwards.id);
        Some(Failure { time, reason: FailureReason::NegativeRate, species, reaction })
    }

    /// Which species a lane counts in whole molecules.
    fn whole(&self, scarce: Scarce, state: &[f64], rates: &[f64], duration: f64) -> Vec<bool> {
        let mut whole: Vec<bool> = (0..self.n_species)
            .map(|species| !self.is_flowing[species] && (0.0..scarce.amount).contains(&state[species]))
            .collect();
        for reaction in &self.eligible {
            let expected = rates[reaction.rate] * duration;
            if !(0.0..=scarce.events).contains(&expected) {
                reaction.changes.iter().for_each(|(species, _)| whole[*species] = false);
            }
        }
        for (sum, parts) in &self.sums {
            whole[*sum] = parts.iter().all(|part| whole[*part]);
        }
        whole
    }

    /// Makes the amounts of whole species whole, by chance.
    fn round(&self, batch: &mut Batch, lane: usize, whole: &[bool], stream: &Stream) {
        for species in (0..self.n_species).filter(|species| whole[*species]) {
            let amount = batch.state(lane)[species];
            if amount.fract() != 0.0 {
                let (_, chance) = pair(stream, batch.drawn[lane]);
                batch.drawn[lane] += 1;
                let up = f64::from(u8::from(chance < amount.fract()));
                batch.state_mut(lane)[species] = amount.floor() + up;
            }
        }
        for (sum, parts) in self.sums.iter().filter(|(sum, _)| whole[*sum]) {
            let together: f64 = parts.iter().map(|part| batch.state(lane)[*part]).sum();
            if batch.state(lane)[*sum] != together {
                batch.state_mut(lane)[*sum] = together;
            }
        }
    }

    /// One event in a lane whose clock has reached its mark.
    fn happen(&self, batch: &mut Batch, lane: usize, rates: &[f64], stream: &Stream) {
        let (_, choice) = pair(stream, batch.drawn[lane]);
        batch.drawn[lane] += 1;
        let parameters = batch.parameters(lane);
        let chance = |reaction: &Eligible| (1.0 - parameters[reaction.flows]) * rates[reaction.rate].max(0.0);
        let total: f64 = self.eligible.iter().map(chance).fold(0.0, |sum, chance| sum + chance);
        let (point, mut sum) = (choice * total, 0.0);
        let chosen = self.eligible.iter().find(|reaction| {
            sum += chance(reaction);
            point < sum
        });
        let changes = chosen.map(|reaction| reaction.changes.as_slice()).unwrap_or_default();
        batch.resume(lane);
        // the clock is no event of the network
        batch.fired[lane].pop_if(|(event, _)| *event == self.jump);
        let state = batch.state_mut(lane);
        changes.iter().for_each(|(species, change)| state[*species] += change);
        state[self.hazard] = 0.0;
        self.draw_next(batch, lane, stream);
    }

    fn draw_next(&self, batch: &mut Batch, lane: usize, stream: &Stream) {
        let (wait, _) = pair(stream, batch.drawn[lane]);
        batch.set_parameter(&self.program, lane, self.next_jump, -math::ln(wait));
        // the clock is behind its mark again
        batch.truths_mut(lane)[self.jump] = 0;
    }
}

/// Rates of the reactions that can jump.
fn rates(program: &Program, eligible: &[Eligible]) -> Selection {
    program.selection(&eligible.iter().map(|reaction| reaction.rate).collect::<Vec<_>>())
}

/// Takes away what the flow's linear systems leave on amounts that they do not change.
fn keep_whole(batch: &mut Batch, lane: usize, whole: &[bool]) {
    let state = batch.column_mut(lane);
    for (amount, _) in state.iter_mut().zip(whole).filter(|(_, whole)| **whole) {
        if (*amount - amount.round()).abs() < ROUNDING {
            *amount = amount.round();
        }
    }
}

/// Far more than rounding leaves, far less than a molecule.
const ROUNDING: f64 = 1e-6;

fn joined(op: Binary, a: Expression<Symbol>, b: Expression<Symbol>) -> Expression<Symbol> {
    Expression::Binary(op, Box::new(a), Box::new(b))
}
