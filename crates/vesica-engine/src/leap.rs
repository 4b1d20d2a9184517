//! Many reaction events at a time: tau-leaping, with the leap as long as the rates stay nearly the same.
//!
//! In a leap each reaction happens a Poisson number of times. Reactions that could use up a species in a few events
//! (critical ones) happen one at a time; where a leap would hold only a few events, single events are taken instead.
//!
//! Some reactions may flow instead (their amounts are means, or change by parts of a molecule), rate rules always do, and
//! rates may run with time. Then a leap is also so short that the flow bends by less than the tolerances of
//! [`SolverConfig`], and no rate runs away from what it is halfway through the leap.
//!
//! Source: Y. Cao, D. T. Gillespie and L. R. Petzold, J. Chem. Phys. 124 (2006) 044109, with the bound of second-order
//! laws for every species; the rates in the middle of a leap are from D. T. Gillespie, J. Chem. Phys. 115 (2001) 1716.

mod lane;

use std::collections::BTreeSet;

use crate::batch::{Batch, LaneStatus, SolverConfig};
use crate::program::Program;
use crate::random::Stream;
use crate::stochastic::NotExact;
use crate::workspace::Workspace;

use lane::Lane;

/// A reaction that so many events would bring to an end is critical.
const CRITICAL: f64 = 10.0;
/// Highest order of a rate law in one species.
const ORDER: f64 = 2.0;

/// How leaps are taken.
///
/// ```
/// let leaping = vesica_engine::Leaping::default();
/// assert!(leaping.share == 0.03 && leaping.flows.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Leaping {
    /// By how much of itself a rate may change in a leap, above 0 and below 1; smaller is closer to
    /// [`crate::advance_exactly`].
    pub share: f64,
    /// Reactions that flow instead of happening in whole numbers, `[n_reactions]`; empty when none does.
    pub flows: Vec<bool>,
}

impl Default for Leaping {
    /// 0.03, as is usual; nothing flows.
    fn default() -> Self {
        Self { share: 0.03, flows: Vec::new() }
    }
}

impl Leaping {
    fn flows(&self, reaction: usize) -> bool {
        self.flows.get(reaction).is_some_and(|flows| *flows)
    }

    /// Whether a few events of a reaction would use something up.
    fn is_critical(&self, program: &Program, reaction: usize, (state, rates): (&[f64], &[f64])) -> bool {
        let mut taken = program.stoichiometry[reaction].iter().filter(|(_, change)| *change < 0.0);
        !self.flows(reaction) && rates[reaction] > 0.0 && taken.any(|(s, change)| state[*s] / -change < CRITICAL)
    }

    /// The leap in which no rate is expected to change by more than the share. `watched`: species that bound it.
    fn longest(
        &self,
        program: &Program,
        watched: &BTreeSet<usize>,
        critical: &[bool],
        (state, rates): (&[f64], &[f64]),
    ) -> f64 {
        let (mut drift, mut spread) = (vec![0.0; state.len()], vec![0.0; state.len()]);
        for (reaction, rate) in rates.iter().enumerate().filter(|(r, _)| !critical[*r] && !self.flows(*r)) {
            for (species, change) in &program.stoichiometry[reaction] {
                drift[*species] += change * rate;
                spread[*species] += change * change * rate;
            }
        }
        let bound = |species: &usize| {
            let allowed = (self.share * state[*species] / ORDER).max(1.0);
            (allowed / drift[*species].abs()).min(allowed * allowed / spread[*species])
        };
        watched.iter().map(bound).fold(f64::INFINITY, f64::min)
    }

    /// Species whose change bounds a leap: a rate can change with what reactions take, a trigger with anything.
    fn watched(&self, program: &Program) -> BTreeSet<usize> {
        let has_triggers = program.n_events() > 0;
        let happens = program.stoichiometry.iter().enumerate().filter(|(reaction, _)| !self.flows(*reaction));
        let terms = happens.flat_map(|(_, changes)| changes).filter(|(_, change)| *change < 0.0 || has_triggers);
        terms.map(|(species, _)| *species).collect()
    }

    /// For how long a leap from a state is expected to go, or the wait for the next critical event where that is shorter:
    /// a time divided by it is about the number of leaps that it takes. `state`: `[n_species]`, `rates`: `[n_reactions]`.
    ///
    /// ```
    /// use vesica_engine::{Leaping, compile};
    /// use vesica_model::{Expression, Network, Reaction, Species};
    /// let mut network = Network::default();
    /// let initial = Expression::Number(1e6);
    /// network.species.push(Species { id: "A".into(), initial, compartment: None, is_concentration: false });
    /// let rate = Expression::Number(1e4);
    /// network.reactions.push(Reaction { id: "use".into(), reactants: vec![(0, 1.0)], products: vec![], rate });
    /// let leap = Leaping::default().length(&compile(&network)?, &[1e6], &[1e4]);
    /// assert!((leap - 1.5).abs() < 1e-12);
    /// # Ok::<(), vesica_engine::CompileError>(())
    /// ```
    pub fn length(&self, program: &Program, state: &[f64], rates: &[f64]) -> f64 {
        let at = (state, rates);
        let critical: Vec<bool> = (0..rates.len()).map(|r| self.is_critical(program, r, at)).collect();
        let risky = rates.iter().zip(&critical).filter(|(_, is_critical)| **is_critical);
        // not `sum`, which makes of nothing minus zero
        let risky = risky.fold(0.0, |risky, (rate, _)| risky + rate);
        self.longest(program, &self.watched(program), &critical, at).min(1.0 / risky)
    }
}

/// Advances every running lane from its own time to `until` by leaps, or to where it stops or fails.
///
/// `streams` and `config`: as for [`crate::advance_exactly`]; its tolerances are those of what flows. Triggers are looked at
/// after each leap, so one that becomes true within a leap fires at its end.
///
/// # Errors
/// [`NotExact::AlgebraicRule`] when the program has such rules.
///
/// ```
/// use vesica_engine::random::Stream;
/// use vesica_engine::{Batch, Leaping, SolverConfig, Workspace, advance_by_leaps, compile};
/// use vesica_model::{Binary, Expression, Network, Reaction, Species, Symbol};
/// let mut network = Network::default();
/// let initial = Expression::Number(1e6);
/// network.species.push(Species { id: "A".into(), initial, compartment: None, is_concentration: false });
/// let rate = Expression::Symbol(Symbol::Species(0));
/// network.reactions.push(Reaction { id: "decay".into(), reactants: vec![(0, 1.0)], products: vec![], rate });
/// let program = compile(&network)?;
/// let mut batch = Batch::new(&program, 1);
/// let (config, streams) = (SolverConfig::with_tolerance(1e-6, 1e-6), [Stream { seed: 1, world: 0, cell: 0, stream: 0 }]);
/// advance_by_leaps(&program, &config, &Leaping::default(), &mut Workspace::for_program(&program), &mut batch, 1.0, &streams)?;
/// let left = batch.state(0)[0];
/// assert!(left.fract() == 0.0 && (left - 1e6 * (-1.0f64).exp()).abs() < 1e4);
/// assert!(batch.counters(0).accepted < 1000, "far fewer leaps than events");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
/// If there are fewer streams than lanes, the batch was made for another program, `share` is out of range, or `flows` has another length.
pub fn advance_by_leaps(
    program: &Program,
    config: &SolverConfig,
    leaping: &Leaping,
    workspace: &mut Workspace,
    batch: &mut Batch,
    until: f64,
    streams: &[Stream],
) -> Result<(), NotExact> {
    let lanes = (0..batch.n_lanes()).collect::<Vec<_>>();
    advance_lanes_by_leaps(program, config, leaping, workspace, (batch, &lanes), until, streams)
}

/// [`advance_by_leaps`] for some lanes; the others stay as they are.
///
/// # Errors
/// As there.
///
/// # Panics
/// As there.
pub fn advance_lanes_by_leaps(
    program: &Program,
    config: &SolverConfig,
    leaping: &Leaping,
    workspace: &mut Workspace,
    (batch, lanes): (&mut Batch, &[usize]),
    until: f64,
    streams: &[Stream],
) -> Result<(), NotExact> {
    if program.not_exact == Some(NotExact::AlgebraicRule) {
        return Err(NotExact::AlgebraicRule);
    }
    assert!(streams.len() >= batch.n_lanes(), "one stream for each lane");
    assert!(leaping.share > 0.0 && leaping.share < 1.0, "a share of the rates");
    assert!(leaping.flows.is_empty() || leaping.flows.len() == program.n_reactions(), "one for each reaction");
    workspace.fit(program);
    batch.refresh_all(program, workspace);
    let watched = leaping.watched(program);
    for (lane, stream) in lanes.iter().map(|lane| (*lane, &streams[*lane])) {
        if *batch.status(lane) == LaneStatus::Running && batch.time(lane) < until {
            Lane::new((program, config, leaping), &watched, workspace, (batch, lane), until, stream).run();
        }
    }
    Ok(())
}
