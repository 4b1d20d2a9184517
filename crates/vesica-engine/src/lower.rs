//! Formula trees become nodes of the graph.

use vesica_model::network::Formula;
use vesica_model::{Binary, Expression, Function, Network, Symbol, Unary};

use crate::compile::CompileError;
use crate::graph::{Graph, Node, NodeId, Op};

/// What a symbol stands for.
type Resolve<'a> = dyn FnMut(&mut Graph, &Symbol) -> Result<NodeId, CompileError> + 'a;

/// The operation of an operator of two operands, and whether its operands change places.
pub(crate) fn binary_op(op: Binary) -> (Op, bool) {
    match op {
        Binary::Add => (Op::Add, false),
        Binary::Subtract => (Op::Subtract, false),
        Binary::Multiply => (Op::Multiply, false),
        Binary::Divide => (Op::Divide, false),
        Binary::Power => (Op::Power, false),
        Binary::Minimum => (Op::Minimum, false),
        Binary::Maximum => (Op::Maximum, false),
        Binary::Less => (Op::Less, false),
        Binary::LessEqual => (Op::LessEqual, false),
        Binary::Greater => (Op::Less, true),
        Binary::GreaterEqual => (Op::LessEqual, true),
        Binary::Equal => (Op::Equal, false),
        Binary::NotEqual => (Op::NotEqual, false),
        Binary::And => (Op::And, false),
        Binary::Or => (Op::Or, false),
        Binary::ExclusiveOr => (Op::ExclusiveOr, false),
    }
}

/// The operation of a function.
pub(crate) fn function_op(function: Function) -> Op {
    match function {
        Function::Exp => Op::Exp,
        Function::Ln => Op::Ln,
        Function::Log10 => Op::Log10,
        Function::Sqrt => Op::Sqrt,
        Function::Abs => Op::Abs,
        Function::Floor => Op::Floor,
        Function::Ceil => Op::Ceil,
        Function::Sin => Op::Sin,
        Function::Cos => Op::Cos,
        Function::Tan => Op::Tan,
        Function::Asin => Op::Asin,
        Function::Acos => Op::Acos,
        Function::Atan => Op::Atan,
        Function::Sinh => Op::Sinh,
        Function::Cosh => Op::Cosh,
        Function::Tanh => Op::Tanh,
    }
}

fn lower(graph: &mut Graph, formula: &Formula, resolve: &mut Resolve) -> Result<NodeId, CompileError> {
    Ok(match formula {
        Expression::Number(value) => graph.constant(*value),
        Expression::Symbol(symbol) => resolve(graph, symbol)?,
        Expression::Unary(op, x) => {
            let x = lower(graph, x, resolve)?;
            graph.unary(if *op == Unary::Negate { Op::Negate } else { Op::Not }, x)
        }
        Expression::Binary(op, x, y) => {
            let (x, y) = (lower(graph, x, resolve)?, lower(graph, y, resolve)?);
            let (op, is_swapped) = binary_op(*op);
            if is_swapped { graph.binary(op, y, x) } else { graph.binary(op, x, y) }
        }
        Expression::Call(function, x) => {
            let x = lower(graph, x, resolve)?;
            graph.unary(function_op(*function), x)
        }
        Expression::Piecewise { cases, otherwise } => {
            let mut value = lower(graph, otherwise, resolve)?;
            for (case, condition) in cases.iter().rev() {
                let case = lower(graph, case, resolve)?;
                let condition = lower(graph, condition, resolve)?;
                let condition = graph.truth(condition);
                value = graph.select(condition, case, value);
            }
            value
        }
    })
}

/// Lowers formulas of the running network, its assignment rules first.
pub(crate) struct Running<'n> {
    network: &'n Network,
    /// Node of each assignment rule.
    pub(crate) variables: Vec<NodeId>,
}

impl<'n> Running<'n> {
    pub(crate) fn new(network: &'n Network, graph: &mut Graph) -> Result<Self, CompileError> {
        let mut running = Self { network, variables: Vec::with_capacity(network.variables.len()) };
        for variable in &network.variables {
            let node = running.lower(graph, &variable.value, &variable.id)?;
            running.variables.push(node);
        }
        Ok(running)
    }

    /// The node of a formula that belongs to `owner` (named in errors).
    pub(crate) fn lower(&self, graph: &mut Graph, formula: &Formula, owner: &str) -> Result<NodeId, CompileError> {
        lower(graph, formula, &mut |graph, symbol| {
            let node = match *symbol {
                Symbol::Species(i) if i < self.network.species.len() => Node::Species(i as u32),
                Symbol::Parameter(i) if i < self.network.parameters.len() => Node::Parameter(i as u32),
                Symbol::Variable(i) if i < self.variables.len() => return Ok(self.variables[i]),
                Symbol::Variable(i) if i < self.network.variables.len() => {
                    return Err(CompileError::VariableOrder {
                        owner: owner.to_owned(),
                        variable: self.network.variables[i].id.clone(),
                    });
                }
                Symbol::Time => Node::Time,
                _ => return Err(CompileError::NoSuchSymbol { owner: owner.to_owned() }),
            };
            Ok(graph.push(node))
        })
    }
}

/// Lowers initial amounts: species in them stand for their own initial amounts, time for 0.
pub(crate) struct Initial<'n> {
    network: &'n Network,
    species: Vec<Option<NodeId>>,
    /// Species being lowered, to find circles.
    open: Vec<usize>,
}

impl<'n> Initial<'n> {
    pub(crate) fn new(network: &'n Network) -> Self {
        Self { network, species: vec![None; network.species.len()], open: Vec::new() }
    }

    /// The node of the initial amount of a species, a formula of parameters.
    pub(crate) fn species(&mut self, graph: &mut Graph, species: usize) -> Result<NodeId, CompileError> {
        if let Some(node) = self.species[species] {
            return Ok(node);
        }
        let described = &self.network.species[species];
        if self.open.contains(&species) {
            return Err(CompileError::CircularInitial { species: described.id.clone() });
        }
        self.open.push(species);
        let node = self.formula(graph, &described.initial, &described.id)?;
        self.open.pop();
        self.species[species] = Some(node);
        Ok(node)
    }

    fn formula(&mut self, graph: &mut Graph, formula: &Formula, owner: &str) -> Result<NodeId, CompileError> {
        let network = self.network;
        lower(graph, formula, &mut |graph, symbol| match *symbol {
            Symbol::Species(i) if i < network.species.len() => self.species(graph, i),
            Symbol::Parameter(i) if i < network.parameters.len() => Ok(graph.push(Node::Parameter(i as u32))),
            Symbol::Variable(i) if i < network.variables.len() => {
                self.formula(graph, &network.variables[i].value, &network.variables[i].id)
            }
            Symbol::Time => Ok(graph.constant(0.0)),
            _ => Err(CompileError::NoSuchSymbol { owner: owner.to_owned() }),
        })
    }
}
