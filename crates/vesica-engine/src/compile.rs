//! Network -> program.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use vesica_model::{Network, Reaction};

use crate::derivative::{TIME, derivatives};
use crate::graph::{Graph, NodeId, Op};
use crate::lower::{Initial, Running};
use crate::program::{EventPlan, MachineCode, Names, Program, Renewal, Section, Tapes, next_id};
use crate::sparse_lu::SparseLu;
use crate::stochastic::NotExact;
use crate::sum_tree::Drafts;
use crate::switches::{Freezer, margin, runs_with_time, times};
use crate::tape::{Draft, Layout};

/// Why a network is no program. Each is a fault of whoever made the network, not of the model's author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompileError {
    /// A formula names a species, parameter or variable by an index that does not exist.
    NoSuchSymbol {
        /// What the formula belongs to.
        owner: String,
    },
    /// A rule names a variable that stands behind it.
    VariableOrder {
        /// What the formula belongs to.
        owner: String,
        /// The variable named too early.
        variable: String,
    },
    /// An initial amount depends on itself.
    CircularInitial {
        /// The species.
        species: String,
    },
    /// What an algebraic rule determines is changed by a reaction, another rule or an event, too.
    HeldTwice {
        /// The species.
        species: String,
    },
    /// An algebraic rule does not depend on what it shall determine: as a system its index is above 1.
    HighIndex {
        /// The species that it shall determine.
        species: String,
    },
    /// An event changes amounts of a network with algebraic rules: how derivatives jump there is not followed.
    EventAlong {
        /// The event.
        event: String,
    },
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchSymbol { owner } => write!(f, "`{owner}` names something that is not in the network"),
            Self::VariableOrder { owner, variable } => {
                write!(f, "`{owner}` names the variable `{variable}`, which stands behind it")
            }
            Self::EventAlong { event } => write!(f, "derivatives along parameters are not followed through `{event}`"),
            Self::HeldTwice { species } => {
                write!(f, "an algebraic rule determines `{species}`, and something else changes it")
            }
            Self::HighIndex { species } => write!(
                f,
                "the algebraic rule that shall determine `{species}` does not depend on it: its index is above 1"
            ),
            Self::CircularInitial { species } => write!(f, "the initial amount of `{species}` depends on itself"),
        }
    }
}

impl std::error::Error for CompileError {}

/// Makes a program of a network.
///
/// # Errors
/// [`CompileError`] where the network contradicts itself.
///
/// ```
/// use vesica_model::{Expression, Network, Parameter, Reaction, Species, Symbol};
/// let mut network = Network::default();
/// network.parameters.push(Parameter { id: "k".into(), value: 0.1 });
/// let initial = Expression::Number(100.0);
/// network.species.push(Species { id: "A".into(), initial, compartment: None, is_concentration: false });
/// let rate = Expression::Binary(
///     vesica_model::Binary::Multiply,
///     Box::new(Expression::Symbol(Symbol::Parameter(0))),
///     Box::new(Expression::Symbol(Symbol::Species(0))),
/// );
/// network.reactions.push(Reaction { id: "decay".into(), reactants: vec![(0, 1.0)], products: vec![], rate });
/// let program = vesica_engine::compile(&network)?;
/// assert_eq!(program.initial_state(program.default_parameters()), vec![100.0]);
/// # Ok::<(), vesica_engine::CompileError>(())
/// ```
pub fn compile(network: &Network) -> Result<Program, CompileError> {
    check_indices(network)?;
    let mut graph = Graph::default();
    let formulas = Formulas::new(network, &mut graph)?;
    assemble(network, graph, formulas, Names::of(network))
}

/// The program of formulas; `names` may hold more than the network.
pub(crate) fn assemble(
    network: &Network,
    mut graph: Graph,
    formulas: Formulas,
    names: Names,
) -> Result<Program, CompileError> {
    let n_parameters = names.parameters.len();
    let mut freezer = Freezer::default();
    let frozen: Vec<NodeId> = formulas.rhs.iter().map(|node| freezer.freeze(&mut graph, *node)).collect();
    let conditions: Vec<NodeId> = formulas.triggers.iter().chain(&freezer.conditions).copied().collect();
    let margins: Vec<NodeId> = conditions.iter().map(|condition| margin(&mut graph, *condition)).collect();
    let mut stops = Vec::new();
    conditions.iter().for_each(|condition| times(&graph, *condition, &mut stops));
    let (jacobian, by_time) = jacobian(&mut graph, &frozen);
    let is_autonomous = by_time.is_empty();
    let has_rates_in_time = !is_autonomous || conditions.iter().any(|condition| runs_with_time(&graph, *condition));
    let pattern: Vec<(u32, u32)> = jacobian.iter().map(|(at, _)| *at).collect();
    let algebraic = (0..formulas.rhs.len()).filter(|species| formulas.is_algebraic[*species]).collect::<Vec<_>>();
    if let Some(lost) = algebraic.iter().find(|species| !pattern.contains(&(**species as u32, **species as u32))) {
        return Err(CompileError::HighIndex { species: names.species[*lost].clone() });
    }
    let step: Vec<NodeId> =
        frozen.iter().copied().chain(jacobian.iter().map(|(_, node)| *node)).chain(by_time).collect();

    let mut layout = Layout::with_prologue();
    let mut draft = |outputs: &[NodeId]| Draft::new(&graph, &mut layout, outputs);
    let (live, variables, rates) = (draft(&formulas.rhs), draft(&formulas.variables), draft(&formulas.rates));
    let (rhs, step) = (draft(&frozen), draft(&step));
    let (truths, margins, stops) = (draft(&conditions), draft(&margins), draft(&stops));
    let assignments: Vec<Draft> = formulas.assignments.iter().map(|values| draft(values)).collect();

    let n_species = formulas.rhs.len();
    let has_rate_rules = !network.rate_rules.is_empty() || n_species > network.species.len();
    let not_exact = match (has_rate_rules, has_rates_in_time) {
        _ if !algebraic.is_empty() => Some(NotExact::AlgebraicRule),
        (true, _) => Some(NotExact::RateRule),
        (false, true) => Some(NotExact::RateRunsWithTime),
        (false, false) => None,
    };
    let stoichiometry: Vec<_> = network.reactions.iter().map(net_change).collect();
    let changes = match not_exact {
        None => Drafts::new(&graph, &mut layout, &formulas.rates, &stoichiometry, rates.n_operations()),
        Some(_) => None,
    };
    let bases = layout.bases(n_species, freezer.conditions.len());
    let tapes = Tapes {
        live: live.resolve(bases),
        variables: variables.resolve(bases),
        rates: rates.resolve(bases),
        rhs: rhs.resolve(bases),
        step: step.resolve(bases),
        truths: truths.resolve(bases),
        margins: margins.resolve(bases),
        assignments: assignments.iter().map(|values| values.resolve(bases)).collect(),
    };
    let stops = stops.resolve(bases).outputs;
    let read = [&tapes.rhs.inputs, &tapes.step.inputs, &tapes.truths.inputs, &stops];
    let rows = read.into_iter().flatten().filter(|row| (bases.fixed..bases.state).contains(row));
    let fixed_in_tile: BTreeSet<u32> = rows.map(|row| row - bases.fixed).collect();
    Ok(Program {
        id: next_id(),
        prologue: Section::of_parameters(&graph, layout.fixed.as_deref().unwrap_or_default(), n_parameters),
        renewal: Renewal { is_input: vec![false; n_parameters], ..Renewal::default() },
        initial: Section::of_parameters(&graph, &formulas.initial, n_parameters),
        defaults: defaults(network, n_parameters),
        constants: layout.constants,
        bases,
        n_modes: freezer.conditions.len(),
        stops,
        fixed_in_tile: fixed_in_tile.into_iter().collect(),
        lu: SparseLu::new(n_species, &pattern),
        pattern,
        is_autonomous,
        not_exact,
        ruled: network.rate_rules.iter().map(|(species, _)| *species).collect(),
        changes: changes.map(|drafts| drafts.resolve(bases)),
        stoichiometry,
        carries_tangents: formulas.rhs.len() > network.species.len(),
        events: network.events.iter().zip(formulas.assigned).map(EventPlan::of).collect(),
        tapes,
        machine_code: MachineCode::default(),
        is_algebraic: formulas.is_algebraic,
        algebraic,
        names,
    })
}

/// Values of the parameters as the network gives them; 0 for those that were added.
fn defaults(network: &Network, n_parameters: usize) -> Vec<f64> {
    let mut values: Vec<f64> = network.parameters.iter().map(|parameter| parameter.value).collect();
    values.resize(n_parameters, 0.0);
    values
}

/// Nodes of everything the network says.
pub(crate) struct Formulas {
    pub(crate) rhs: Vec<NodeId>,
    pub(crate) rates: Vec<NodeId>,
    pub(crate) variables: Vec<NodeId>,
    pub(crate) triggers: Vec<NodeId>,
    /// New amounts that each event assigns, and to which species.
    pub(crate) assignments: Vec<Vec<NodeId>>,
    pub(crate) assigned: Vec<Vec<usize>>,
    pub(crate) initial: Vec<NodeId>,
    /// Of each row of the right-hand side: it is no change, but what an algebraic rule holds at 0.
    pub(crate) is_algebraic: Vec<bool>,
}

impl Formulas {
    pub(crate) fn new(network: &Network, graph: &mut Graph) -> Result<Self, CompileError> {
        let running = Running::new(network, graph)?;
        let mut rates = Vec::with_capacity(network.reactions.len());
        for reaction in &network.reactions {
            rates.push(running.lower(graph, &reaction.rate, &reaction.id)?);
        }
        let (mut triggers, mut assignments, mut assigned) = (Vec::new(), Vec::new(), Vec::new());
        for event in &network.events {
            let trigger = running.lower(graph, &event.trigger, &event.id)?;
            triggers.push(graph.truth(trigger));
            let values = event.assignments.iter().map(|(_, value)| running.lower(graph, value, &event.id));
            assignments.push(values.collect::<Result<_, _>>()?);
            assigned.push(event.assignments.iter().map(|(species, _)| *species).collect());
        }
        let mut initial = Initial::new(network);
        let initial = (0..network.species.len()).map(|i| initial.species(graph, i)).collect::<Result<_, _>>()?;
        let rhs = right_hand_side(network, &running, graph, &rates)?;
        let mut is_algebraic = vec![false; rhs.len()];
        network.algebraic_rules.iter().for_each(|(species, _)| is_algebraic[*species] = true);
        Ok(Self { rhs, rates, variables: running.variables, triggers, assignments, assigned, initial, is_algebraic })
    }
}

/// Sum of what every reaction changes, in the order of the reactions, then of the rate rules; what algebraic rules hold
/// at 0 stands at the species that they determine.
fn right_hand_side(
    network: &Network,
    running: &Running,
    graph: &mut Graph,
    rates: &[NodeId],
) -> Result<Vec<NodeId>, CompileError> {
    let zero = graph.constant(0.0);
    let mut rhs = vec![zero; network.species.len()];
    for (reaction, rate) in network.reactions.iter().zip(rates) {
        for (species, change) in net_change(reaction) {
            let factor = graph.constant(change);
            let term = graph.binary(Op::Multiply, factor, *rate);
            rhs[species] = graph.binary(Op::Add, rhs[species], term);
        }
    }
    for (species, rule) in &network.rate_rules {
        let rule = running.lower(graph, rule, &network.species[*species].id)?;
        rhs[*species] = graph.binary(Op::Add, rhs[*species], rule);
    }
    for (species, zero) in &network.algebraic_rules {
        rhs[*species] = running.lower(graph, zero, &network.species[*species].id)?;
    }
    Ok(rhs)
}

/// `(species, change per unit of the reaction)`, sorted; species that do not change are left out.
pub(crate) fn net_change(reaction: &Reaction) -> Vec<(usize, f64)> {
    let mut change = BTreeMap::new();
    for (species, count) in &reaction.products {
        *change.entry(*species).or_insert(0.0) += count;
    }
    for (species, count) in &reaction.reactants {
        *change.entry(*species).or_insert(0.0) -= count;
    }
    change.into_iter().filter(|(_, count)| *count != 0.0).collect()
}

/// `((row, column), entry)` of the Jacobian, and the derivatives by time (empty when none depends on it).
#[allow(clippy::type_complexity)]
fn jacobian(graph: &mut Graph, rhs: &[NodeId]) -> (Vec<((u32, u32), NodeId)>, Vec<NodeId>) {
    let zero = graph.constant(0.0);
    let (mut entries, mut by_time) = (Vec::new(), vec![zero; rhs.len()]);
    for (row, derivatives) in derivatives(graph, rhs).into_iter().enumerate() {
        for (column, node) in derivatives {
            if column == TIME {
                by_time[row] = node;
            } else {
                entries.push(((row as u32, column), node));
            }
        }
    }
    if by_time.iter().all(|node| *node == zero) {
        by_time.clear();
    }
    (entries, by_time)
}

/// Species named outside formulas must exist, too.
pub(crate) fn check_indices(network: &Network) -> Result<(), CompileError> {
    let n = network.species.len();
    let fault = |owner: &str| Err(CompileError::NoSuchSymbol { owner: owner.to_owned() });
    for reaction in &network.reactions {
        if reaction.reactants.iter().chain(&reaction.products).any(|(species, _)| *species >= n) {
            return fault(&reaction.id);
        }
    }
    for event in &network.events {
        if event.assignments.iter().any(|(species, _)| *species >= n) {
            return fault(&event.id);
        }
    }
    if network.rate_rules.iter().chain(&network.algebraic_rules).any(|(species, _)| *species >= n) {
        return fault("rule");
    }
    check_held(network)
}

/// What an algebraic rule determines nothing else may change.
fn check_held(network: &Network) -> Result<(), CompileError> {
    let by_reactions = network.reactions.iter().flat_map(net_change).map(|(species, _)| species);
    let by_events = network.events.iter().flat_map(|event| event.assignments.iter().map(|(species, _)| *species));
    let by_rules = network.rate_rules.iter().map(|(species, _)| *species);
    let mut is_taken = vec![false; network.species.len()];
    by_reactions.chain(by_events).chain(by_rules).for_each(|species| is_taken[species] = true);
    for (species, _) in &network.algebraic_rules {
        if std::mem::replace(&mut is_taken[*species], true) {
            return Err(CompileError::HeldTwice { species: network.species[*species].id.clone() });
        }
    }
    Ok(())
}
