//! How amounts change along parameters: forward sensitivities.

use std::collections::HashMap;

use vesica_model::Network;

use crate::compile::{CompileError, Formulas, assemble, check_indices};
use crate::derivative::{PARAMETERS, TIME, derivatives_along};
use crate::graph::{Graph, Node, NodeId, Op};
use crate::program::{Names, Program};
use crate::switches::{margin, rebuild};

/// Makes a program that carries, beside each amount, its derivative along a direction in the space of `parameters`
/// (indices into the network's).
///
/// Behind the `n` species stand `n` tangents `d(NAME)`, behind the variables theirs, and behind the parameters one
/// `along(NAME)` for each of `parameters`, 0 by default: the direction. With a unit vector a tangent is the sensitivity
/// to one parameter, so each lane of a batch can carry another one; with any vector it is the derivative along it.
///
/// dx/dt = f(x, p, t), ds/dt = (∂f/∂x)·s + (∂f/∂p)·v, s(0) = (∂x(0)/∂p)·v, all symbolic. Every solver works on it, and
/// its tolerances hold for the tangents, too. Conditions in rates count as they stand: where a rate jumps when an amount
/// crosses a limit, the jump of the tangent is left out (a rate that is continuous there has none).
///
/// Where an event assigns x := h(x, p, t) the tangents jump with it. Its time moves by
/// dt = -((∂g/∂x)·s + (∂g/∂p)·v) / ((∂g/∂x)·f + ∂g/∂t) for a trigger that crosses g = 0, so
/// s := (∂h/∂x)·(s + f dt) + (∂h/∂p)·v + (∂h/∂t) dt - f(h) dt (the saltation matrix of Aizerman and
/// Gantmakher). Where two events assign at once, one sets off another, or one is true from the
/// start, no trigger alone is crossed, and the lane fails ([`crate::FailureReason::TangentsLost`]).
///
/// # Errors
/// As [`crate::compile`], and [`CompileError::EventAlong`] where an event assigns amounts and there are algebraic rules.
///
/// # Panics
/// If there is no such parameter.
///
/// ```
/// use vesica_engine::{Batch, SolverConfig, Workspace, advance, compile_along};
/// # use vesica_model::Library;
/// # let mut library = Library::default();
/// # library.read("m", "model m(); species A; A = 8; k = 0.5; A -> ; k*A; end");
/// # let network = library.flatten("m").0;
/// // A -> ; k*A from A = 8: A(t) = 8 exp(-k t), dA/dk = -t A
/// let program = compile_along(&network, &[network.parameter("k").expect("it has k")])?;
/// let mut batch = Batch::new(&program, 1);
/// batch.parameters_mut(0)[program.parameter("along(k)").expect("the direction")] = 1.0;
/// let config = SolverConfig::with_tolerance(1e-9, 1e-9);
/// advance(&program, &config, &mut Workspace::for_program(&program), &mut batch, 2.0);
/// let state = batch.state(0);
/// assert!((state[program.species("d(A)").expect("the tangent")] + 2.0 * state[0]).abs() < 1e-6);
/// # Ok::<(), vesica_engine::CompileError>(())
/// ```
pub fn compile_along(network: &Network, parameters: &[usize]) -> Result<Program, CompileError> {
    check_indices(network)?;
    let assigning = network.events.iter().find(|event| !event.assignments.is_empty());
    if let Some(event) = assigning.filter(|_| !network.algebraic_rules.is_empty()) {
        return Err(CompileError::EventAlong { event: event.id.clone() });
    }
    let mut graph = Graph::default();
    let mut formulas = Formulas::new(network, &mut graph)?;
    let mut direction = Direction::new(&mut graph, network, parameters);
    direction.jumps(&mut graph, &mut formulas);
    for formulas in [&mut formulas.rhs, &mut formulas.variables, &mut formulas.initial] {
        let tangents = direction.tangents(&mut graph, formulas);
        formulas.extend(tangents);
    }
    // what holds a rule at 0 holds its derivative there
    formulas.is_algebraic.extend_from_within(..);
    let mut names = Names::of(network);
    let tangent = |name: &String| format!("d({name})");
    names.species.extend(network.species.iter().map(|species| tangent(&species.id)));
    names.variables.extend(network.variables.iter().map(|variable| tangent(&variable.id)));
    names.parameters.extend(parameters.iter().map(|index| format!("along({})", network.parameters[*index].id)));
    assemble(network, graph, formulas, names)
}

/// What stands for a change of each species and of each parameter.
struct Direction<'a> {
    parameters: &'a [usize],
    species: Vec<NodeId>,
    along: Vec<NodeId>,
}

impl<'a> Direction<'a> {
    fn new(graph: &mut Graph, network: &Network, parameters: &'a [usize]) -> Self {
        let (n_species, n_parameters) = (network.species.len(), network.parameters.len());
        let species = (0..n_species).map(|i| graph.push(Node::Species((n_species + i) as u32))).collect();
        let along = (0..parameters.len()).map(|i| graph.push(Node::Parameter((n_parameters + i) as u32))).collect();
        Self { parameters, species, along }
    }

    /// Derivative of each formula along the direction.
    fn tangents(&mut self, graph: &mut Graph, formulas: &[NodeId]) -> Vec<NodeId> {
        let rows = derivatives_along(graph, formulas, self.parameters);
        rows.into_iter().map(|row| self.sum(graph, &row)).collect()
    }

    /// Lets each event that assigns amounts assign their tangents, too: what the event makes of them, and what the shift of
    /// its time makes of the change before and after.
    fn jumps(&mut self, graph: &mut Graph, formulas: &mut Formulas) {
        for event in 0..formulas.assignments.len() {
            if formulas.assigned[event].is_empty() {
                continue;
            }
            let edge = margin(graph, formulas.triggers[event]);
            let (across, through) = self.both(graph, edge, &formulas.rhs);
            let (zero, minus) = (graph.constant(0.0), graph.unary(Op::Negate, across));
            // a trigger that nothing moves has no time to be shifted
            let share = graph.binary(Op::Divide, minus, through);
            let is_still = graph.binary(Op::Equal, through, zero);
            let shift = graph.select(is_still, zero, share);
            let new: HashMap<u32, NodeId> = formulas.assigned[event]
                .iter()
                .map(|species| *species as u32)
                .zip(formulas.assignments[event].iter().copied())
                .collect();
            let mut after = Replaced { new: &new, done: HashMap::new() };
            let mut tangents = Vec::with_capacity(formulas.rhs.len());
            for (species, rate) in formulas.rhs.iter().enumerate() {
                let (moved, before) = match new.get(&(species as u32)) {
                    Some(value) => self.both(graph, *value, &formulas.rhs),
                    None => (self.species[species], *rate),
                };
                let rate = after.of(graph, *rate);
                let change = graph.binary(Op::Subtract, before, rate);
                let change = graph.binary(Op::Multiply, change, shift);
                tangents.push(graph.binary(Op::Add, moved, change));
            }
            let n = formulas.rhs.len();
            formulas.assigned[event].extend(n..2 * n);
            formulas.assignments[event].extend(tangents);
        }
    }

    /// Derivative of a formula along the direction at a fixed time, and along time as the amounts change by `rates`.
    fn both(&self, graph: &mut Graph, formula: NodeId, rates: &[NodeId]) -> (NodeId, NodeId) {
        let row = derivatives_along(graph, &[formula], self.parameters).remove(0);
        let mut total = graph.constant(0.0);
        for (column, slope) in row.iter().filter(|(column, _)| *column < PARAMETERS || *column == TIME) {
            let term = match rates.get(*column as usize) {
                Some(rate) => graph.binary(Op::Multiply, *slope, *rate),
                None => *slope,
            };
            total = graph.binary(Op::Add, total, term);
        }
        (self.sum(graph, &row), total)
    }

    fn sum(&self, graph: &mut Graph, row: &[(u32, NodeId)]) -> NodeId {
        let mut total = graph.constant(0.0);
        for (column, slope) in row.iter().filter(|(column, _)| *column != TIME) {
            let change = match column.checked_sub(PARAMETERS) {
                Some(parameter) => self.along[parameter as usize],
                None => self.species[*column as usize],
            };
            let term = graph.binary(Op::Multiply, *slope, change);
            total = graph.binary(Op::Add, total, term);
        }
        total
    }
}

/// Formulas with some species replaced.
struct Replaced<'a> {
    new: &'a HashMap<u32, NodeId>,
    done: HashMap<NodeId, NodeId>,
}

impl Replaced<'_> {
    fn of(&mut self, graph: &mut Graph, root: NodeId) -> NodeId {
        let mut stack = vec![root];
        while let Some(&id) = stack.last() {
            if self.done.contains_key(&id) {
                stack.pop();
                continue;
            }
            let new = match graph.node(id) {
                Node::Species(species) => self.new.get(&species).copied().unwrap_or(id),
                Node::Apply(op, args) => {
                    let operands = &args[..op.n_operands()];
                    let missing: Vec<NodeId> =
                        operands.iter().copied().filter(|operand| !self.done.contains_key(operand)).collect();
                    if !missing.is_empty() {
                        stack.extend(missing);
                        continue;
                    }
                    let replaced: Vec<NodeId> = operands.iter().map(|operand| self.done[operand]).collect();
                    if replaced == operands { id } else { rebuild(graph, op, &replaced) }
                }
                _ => id,
            };
            self.done.insert(id, new);
            stack.pop();
        }
        self.done[&root]
    }
}
