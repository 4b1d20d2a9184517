//! Conditions: frozen through a step, and turned into functions that cross zero where they change.

use std::collections::{HashMap, HashSet};

use crate::graph::{Graph, Node, NodeId, Op};

/// Replaces the outermost conditions of the state or of time by modes, which a step holds constant.
#[derive(Default)]
pub(crate) struct Freezer {
    /// Condition of each mode.
    pub(crate) conditions: Vec<NodeId>,
    done: HashMap<NodeId, NodeId>,
}

impl Freezer {
    /// The same formula with modes for conditions.
    pub(crate) fn freeze(&mut self, graph: &mut Graph, root: NodeId) -> NodeId {
        let mut stack = vec![root];
        while let Some(&id) = stack.last() {
            if self.done.contains_key(&id) {
                stack.pop();
                continue;
            }
            let Node::Apply(op, args) = graph.node(id) else {
                self.done.insert(id, id);
                continue;
            };
            if graph.is_fixed(id) {
                self.done.insert(id, id);
            } else if op.is_truth() {
                let mode = graph.push(Node::Mode(self.conditions.len() as u32));
                self.conditions.push(id);
                self.done.insert(id, mode);
            } else {
                let operands = &args[..op.n_operands()];
                let missing: Vec<NodeId> = operands.iter().copied().filter(|a| !self.done.contains_key(a)).collect();
                if missing.is_empty() {
                    let frozen: Vec<NodeId> = operands.iter().map(|a| self.done[a]).collect();
                    let new = if frozen == operands { id } else { rebuild(graph, op, &frozen) };
                    self.done.insert(id, new);
                } else {
                    stack.extend(missing.into_iter().rev());
                }
            }
        }
        self.done[&root]
    }
}

pub(crate) fn rebuild(graph: &mut Graph, op: Op, operands: &[NodeId]) -> NodeId {
    match *operands {
        [a] => graph.unary(op, a),
        [a, b] => graph.binary(op, a, b),
        [a, b, c] => graph.select(a, b, c),
        _ => unreachable!("operations have one to three operands"),
    }
}

/// A function that is positive where the condition holds and negative where it does not,
/// continuous where the condition is made of comparisons joined by and, or, not.
pub(crate) fn margin(graph: &mut Graph, condition: NodeId) -> NodeId {
    match graph.node(condition) {
        Node::Apply(Op::Less | Op::LessEqual, [a, b, _]) => graph.binary(Op::Subtract, b, a),
        Node::Apply(op @ (Op::Equal | Op::NotEqual), [a, b, _]) => {
            let difference = graph.binary(Op::Subtract, a, b);
            let distance = graph.unary(Op::Abs, difference);
            if op == Op::NotEqual { distance } else { graph.unary(Op::Negate, distance) }
        }
        Node::Apply(op @ (Op::And | Op::Or), [a, b, _]) => {
            let (a, b) = (margin(graph, a), margin(graph, b));
            graph.binary(if op == Op::And { Op::Minimum } else { Op::Maximum }, a, b)
        }
        Node::Apply(Op::Not, [a, ..]) => {
            let inside = margin(graph, a);
            graph.unary(Op::Negate, inside)
        }
        _ => {
            let condition = graph.truth(condition);
            let (one, minus) = (graph.constant(1.0), graph.constant(-1.0));
            graph.select(condition, one, minus)
        }
    }
}

/// What `time` is compared with in a condition, where that is fixed: steps end there.
pub(crate) fn times(graph: &Graph, condition: NodeId, out: &mut Vec<NodeId>) {
    let Node::Apply(op, args) = graph.node(condition) else { return };
    if matches!(op, Op::Less | Op::LessEqual | Op::Equal | Op::NotEqual) {
        let [a, b, _] = args;
        for (one, other) in [(a, b), (b, a)] {
            if graph.node(one) == Node::Time && graph.is_fixed(other) && !out.contains(&other) {
                out.push(other);
            }
        }
    } else if op.is_truth() {
        for operand in &args[..op.n_operands()] {
            times(graph, *operand, out);
        }
    }
}

/// Whether a condition changes with time at moments that [`times`] does not tell.
pub(crate) fn runs_with_time(graph: &Graph, condition: NodeId) -> bool {
    let Node::Apply(op, args) = graph.node(condition) else { return graph.node(condition) == Node::Time };
    let operands = &args[..op.n_operands()];
    if matches!(op, Op::Less | Op::LessEqual | Op::Equal | Op::NotEqual) {
        let is_told = |one: NodeId, other: NodeId| graph.node(one) == Node::Time && graph.is_fixed(other);
        return !is_told(args[0], args[1])
            && !is_told(args[1], args[0])
            && operands.iter().any(|a| has_time(graph, *a));
    }
    operands
        .iter()
        .any(|operand| if op.is_truth() { runs_with_time(graph, *operand) } else { has_time(graph, *operand) })
}

fn has_time(graph: &Graph, root: NodeId) -> bool {
    let (mut stack, mut seen) = (vec![root], HashSet::new());
    while let Some(id) = stack.pop() {
        match graph.node(id) {
            Node::Time => return true,
            Node::Apply(op, args) if seen.insert(id) => stack.extend(&args[..op.n_operands()]),
            _ => {}
        }
    }
    false
}
