//! How amounts change along parameters: forward sensitivities.

use vesica_model::Network;

use crate::compile::{CompileError, Formulas, assemble, check_indices};
use crate::derivative::{PARAMETERS, TIME, derivatives_along};
use crate::graph::{Graph, Node, NodeId, Op};
use crate::program::{Names, Program};

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
/// # Errors
/// As [`crate::compile`], and [`CompileError::EventAlong`] where an event assigns amounts.
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
    if let Some(event) = network.events.iter().find(|event| !event.assignments.is_empty()) {
        return Err(CompileError::EventAlong { event: event.id.clone() });
    }
    let mut graph = Graph::default();
    let mut formulas = Formulas::new(network, &mut graph)?;
    let mut direction = Direction::new(&mut graph, network, parameters);
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
