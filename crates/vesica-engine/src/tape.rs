//! A section of a program: straight-line instructions over rows of lanes.
//!
//! Rows are numbered through one memory: constants, fixed values (the prologue's results), state,
//! time, modes, then registers. Registers are given out by liveness, the last freed first, so that
//! the rows in use stay in the first-level cache.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::graph::{Graph, Node, NodeId, Op};

/// One instruction: `rows[to] = op(rows[a], rows[b], rows[c])`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instruction {
    pub(crate) to: u32,
    pub(crate) from: [u32; 3],
}

/// Instructions and where their results lie.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tape {
    pub(crate) code: Vec<Instruction>,
    /// How many instructions in a row have the same operation.
    pub(crate) runs: Vec<(Op, u32)>,
    /// Row of each output.
    pub(crate) outputs: Vec<u32>,
    /// Rows that it reads and does not write, constants aside; sorted.
    pub(crate) inputs: Vec<u32>,
    /// All rows named are below this.
    pub(crate) n_rows: usize,
}

/// Where inputs lie; constants and fixed values are added as tapes ask for them.
pub(crate) struct Layout {
    /// `None`: fixed values are computed in the tape itself (the prologue's own layout).
    pub(crate) fixed: Option<Vec<NodeId>>,
    fixed_rows: HashMap<NodeId, u32>,
    pub(crate) constants: Vec<f64>,
    constant_rows: HashMap<u64, u32>,
}

/// A row before the sizes of the parts are known.
#[derive(Clone, Copy, Debug)]
enum Place {
    Constant(u32),
    Fixed(u32),
    Species(u32),
    Parameter(u32),
    Time,
    Mode(u32),
    Register(u32),
}

/// A tape whose rows are not yet numbered.
pub(crate) struct Draft {
    code: Vec<(Op, Place, [Place; 3])>,
    outputs: Vec<Place>,
    n_registers: u32,
}

/// First row of each part.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bases {
    pub(crate) fixed: u32,
    pub(crate) state: u32,
    pub(crate) time: u32,
    pub(crate) modes: u32,
    pub(crate) registers: u32,
}

impl Layout {
    /// A layout whose fixed values come from a prologue.
    pub(crate) fn with_prologue() -> Self {
        Self {
            fixed: Some(Vec::new()),
            fixed_rows: HashMap::new(),
            constants: Vec::new(),
            constant_rows: HashMap::new(),
        }
    }

    /// The layout of a prologue: everything is computed from parameters.
    pub(crate) fn of_prologue() -> Self {
        Self { fixed: None, ..Self::with_prologue() }
    }

    fn place(&mut self, graph: &Graph, id: NodeId) -> Option<Place> {
        if let Node::Constant(bits) = graph.node(id) {
            let next = self.constants.len() as u32;
            let row = *self.constant_rows.entry(bits).or_insert(next);
            if row == next {
                self.constants.push(f64::from_bits(bits));
            }
            return Some(Place::Constant(row));
        }
        match &mut self.fixed {
            Some(fixed) if graph.is_fixed(id) => {
                let row = *self.fixed_rows.entry(id).or_insert_with(|| {
                    fixed.push(id);
                    fixed.len() as u32 - 1
                });
                return Some(Place::Fixed(row));
            }
            _ => {}
        }
        match graph.node(id) {
            Node::Species(species) => Some(Place::Species(species)),
            Node::Parameter(parameter) => Some(Place::Parameter(parameter)),
            Node::Time => Some(Place::Time),
            Node::Mode(mode) => Some(Place::Mode(mode)),
            _ => None,
        }
    }

    /// Rows of the parts for a state of `n_species` and `n_modes`.
    pub(crate) fn bases(&self, n_species: usize, n_modes: usize) -> Bases {
        let fixed = self.constants.len() as u32;
        let state = fixed + self.fixed.as_ref().map_or(0, Vec::len) as u32;
        let time = state + n_species as u32;
        let modes = time + 1;
        Bases { fixed, state, time, modes, registers: modes + n_modes as u32 }
    }
}

impl Draft {
    /// Orders the nodes that `outputs` need and gives them registers.
    pub(crate) fn new(graph: &Graph, layout: &mut Layout, outputs: &[NodeId]) -> Self {
        let list = group(linearise(graph, layout, outputs));
        allocate(graph, layout, &list, outputs)
    }

    /// Number of instructions.
    pub(crate) fn n_operations(&self) -> usize {
        self.code.len()
    }

    /// Numbers the rows.
    pub(crate) fn resolve(&self, bases: Bases) -> Tape {
        let row = |place: &Place| match *place {
            Place::Constant(i) => i,
            Place::Fixed(i) => bases.fixed + i,
            // A prologue has parameters where other tapes have the state.
            Place::Species(i) | Place::Parameter(i) => bases.state + i,
            Place::Time => bases.time,
            Place::Mode(i) => bases.modes + i,
            Place::Register(i) => bases.registers + i,
        };
        let code = self
            .code
            .iter()
            .map(|(_, to, from)| Instruction { to: row(to), from: [row(&from[0]), row(&from[1]), row(&from[2])] })
            .collect();
        let operands = self.code.iter().flat_map(|(op, _, from)| &from[..op.n_operands()]);
        let is_input = |place: &&Place| !matches!(place, Place::Constant(_) | Place::Register(_));
        let inputs: BTreeSet<u32> = operands.chain(&self.outputs).filter(is_input).map(row).collect();
        Tape {
            code,
            runs: runs(self.code.iter().map(|(op, ..)| *op)),
            outputs: self.outputs.iter().map(row).collect(),
            inputs: inputs.into_iter().collect(),
            n_rows: (bases.registers + self.n_registers) as usize,
        }
    }
}

impl Tape {
    /// What some of the outputs need, by number, and nothing else: the same operations on the same rows, so the same bits.
    pub(crate) fn only(&self, outputs: &[usize]) -> Self {
        let outputs: Vec<u32> = outputs.iter().map(|output| self.outputs[*output]).collect();
        let mut needed: BTreeSet<u32> = outputs.iter().copied().collect();
        let mut kept = Vec::new();
        // from the end: a row that is written is not needed before, until something asks for it again
        for (op, instruction) in self.operations().rev() {
            if needed.remove(&instruction.to) {
                needed.extend(&instruction.from[..op.n_operands()]);
                kept.push((op, instruction));
            }
        }
        kept.reverse();
        Self {
            runs: runs(kept.iter().map(|(op, _)| *op)),
            code: kept.into_iter().map(|(_, instruction)| instruction).collect(),
            inputs: self.inputs.iter().copied().filter(|row| needed.contains(row)).collect(),
            outputs,
            n_rows: self.n_rows,
        }
    }

    /// Numbers of the outputs that change with some of the inputs.
    pub(crate) fn outputs_of(&self, inputs: &BTreeSet<u32>) -> Vec<usize> {
        let mut moved = inputs.clone();
        for (op, instruction) in self.operations() {
            if instruction.from[..op.n_operands()].iter().any(|row| moved.contains(row)) {
                moved.insert(instruction.to);
            } else {
                moved.remove(&instruction.to);
            }
        }
        (0..self.outputs.len()).filter(|output| moved.contains(&self.outputs[*output])).collect()
    }

    /// Instructions with their operations, in order.
    fn operations(&self) -> impl DoubleEndedIterator<Item = (Op, Instruction)> {
        let operations: Vec<Op> = self.runs.iter().flat_map(|(op, n)| (0..*n).map(|_| *op)).collect();
        operations.into_iter().zip(self.code.iter().copied())
    }
}

/// How many operations in a row are the same.
fn runs(operations: impl Iterator<Item = Op>) -> Vec<(Op, u32)> {
    let mut runs: Vec<(Op, u32)> = Vec::new();
    for op in operations {
        match runs.last_mut() {
            Some((last, n)) if *last == op => *n += 1,
            _ => runs.push((op, 1)),
        }
    }
    runs
}

/// A node to be computed, with multiply-add pairs already joined.
struct Step {
    id: NodeId,
    op: Op,
    operands: [NodeId; 3],
}

fn linearise(graph: &Graph, layout: &mut Layout, outputs: &[NodeId]) -> Vec<Step> {
    let mut uses: HashMap<NodeId, u32> = HashMap::new();
    let mut order = Vec::new();
    let mut stack: Vec<(NodeId, bool)> = Vec::new();
    for output in outputs {
        *uses.entry(*output).or_insert(0) += 2; // An output is never joined into another instruction.
        stack.push((*output, false));
        while let Some((id, are_operands_done)) = stack.pop() {
            if are_operands_done {
                order.push(id);
                continue;
            }
            let Node::Apply(op, args) = graph.node(id) else { continue };
            if layout.place(graph, id).is_some() || uses.get(&id).is_some_and(|n| *n & VISITED != 0) {
                continue;
            }
            *uses.entry(id).or_insert(0) |= VISITED;
            stack.push((id, true));
            for arg in args[..op.n_operands()].iter().rev() {
                *uses.entry(*arg).or_insert(0) += 1;
                stack.push((*arg, false));
            }
        }
    }
    join(graph, layout, &order, &uses)
}

/// Mark in the use counts.
const VISITED: u32 = 1 << 31;

fn join(graph: &Graph, layout: &mut Layout, order: &[NodeId], uses: &HashMap<NodeId, u32>) -> Vec<Step> {
    let mut product = |id: NodeId| match graph.node(id) {
        Node::Apply(Op::Multiply, [p, q, _])
            if uses.get(&id).is_some_and(|n| n & !VISITED == 1) && layout.place(graph, id).is_none() =>
        {
            Some((p, q))
        }
        _ => None,
    };
    let mut joined = HashSet::new();
    let mut steps: Vec<Step> = Vec::with_capacity(order.len());
    // From the end, so that a product joined into a sum is known before it is reached.
    for id in order.iter().rev() {
        if joined.contains(id) {
            continue;
        }
        let Node::Apply(op, [a, b, c]) = graph.node(*id) else { continue };
        let (op, operands, gone) = match op {
            Op::Add => match (product(a), product(b)) {
                (_, Some((p, q))) => (Op::MultiplyAdd, [p, q, a], Some(b)),
                (Some((p, q)), None) => (Op::MultiplyAdd, [p, q, b], Some(a)),
                (None, None) => (op, [a, b, c], None),
            },
            Op::Subtract => match (product(a), product(b)) {
                (_, Some((p, q))) => (Op::SubtractProduct, [p, q, a], Some(b)),
                (Some((p, q)), None) => (Op::MultiplySubtract, [p, q, b], Some(a)),
                (None, None) => (op, [a, b, c], None),
            },
            Op::Multiply => match (product(a), product(b)) {
                (Some((p, q)), _) => (Op::MultiplyTwice, [p, q, b], Some(a)),
                (None, Some((p, q))) => (Op::MultiplyTwice, [p, q, a], Some(b)),
                (None, None) => (op, [a, b, c], None),
            },
            _ => (op, [a, b, c], None),
        };
        joined.extend(gone);
        steps.push(Step { id: *id, op, operands });
    }
    steps.reverse();
    steps
}

/// Most instructions taken at once: more would keep more results waiting in registers.
const LONGEST_RUN: usize = 8;

/// Orders the steps so that many with the same operation follow each other: the interpreter then decides
/// once for all of them, and none has to wait for the one before it.
fn group(list: Vec<Step>) -> Vec<Step> {
    let position: HashMap<NodeId, usize> = list.iter().enumerate().map(|(at, step)| (step.id, at)).collect();
    let mut waiting = vec![0usize; list.len()];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); list.len()];
    for (at, step) in list.iter().enumerate() {
        for operand in &step.operands[..step.op.n_operands()] {
            if let Some(from) = position.get(operand) {
                users[*from].push(at);
                waiting[at] += 1;
            }
        }
    }
    // By operation, so that the order depends on nothing but the steps.
    let mut ready: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
    let code = |at: usize| list[at].op as u8;
    for at in (0..list.len()).filter(|at| waiting[*at] == 0) {
        ready.entry(code(at)).or_default().push(at);
    }
    let mut order = Vec::with_capacity(list.len());
    let wanted = |(op, steps): &(&u8, &Vec<usize>)| (steps.len().min(LONGEST_RUN), u8::MAX - **op);
    while let Some(op) = ready.iter().max_by_key(wanted).map(|(op, _)| *op) {
        let mut steps = ready.remove(&op).unwrap_or_default();
        // The last to become ready: their operands are still near.
        let run = steps.split_off(steps.len().saturating_sub(LONGEST_RUN));
        if !steps.is_empty() {
            ready.insert(op, steps);
        }
        for at in run {
            order.push(at);
            for user in &users[at] {
                waiting[*user] -= 1;
                if waiting[*user] == 0 {
                    ready.entry(code(*user)).or_default().push(*user);
                }
            }
        }
    }
    let mut list: Vec<Option<Step>> = list.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| list[at].take()).collect()
}

fn allocate(graph: &Graph, layout: &mut Layout, list: &[Step], outputs: &[NodeId]) -> Draft {
    let mut last_use: HashMap<NodeId, usize> = HashMap::new();
    for (at, step) in list.iter().enumerate() {
        for operand in &step.operands[..step.op.n_operands()] {
            last_use.insert(*operand, at);
        }
    }
    for output in outputs {
        last_use.insert(*output, usize::MAX);
    }
    let mut registers: HashMap<NodeId, u32> = HashMap::new();
    let mut free: Vec<u32> = Vec::new();
    let mut n_registers = 0;
    let mut code = Vec::with_capacity(list.len());
    for (at, step) in list.iter().enumerate() {
        let used = &step.operands[..step.op.n_operands()];
        let mut places = [Place::Constant(0); 3];
        for (place, operand) in places.iter_mut().zip(used) {
            *place = match layout.place(graph, *operand) {
                Some(place) => place,
                None => Place::Register(registers[operand]),
            };
        }
        let filler = places[0];
        places[used.len()..].fill(filler);
        for (k, operand) in used.iter().enumerate() {
            let is_first = !used[..k].contains(operand);
            if is_first && last_use.get(operand) == Some(&at) && registers.contains_key(operand) {
                free.push(registers[operand]);
            }
        }
        let to = free.pop().unwrap_or_else(|| {
            n_registers += 1;
            n_registers - 1
        });
        registers.insert(step.id, to);
        code.push((step.op, Place::Register(to), places));
    }
    let outputs =
        outputs.iter().map(|id| layout.place(graph, *id).unwrap_or_else(|| Place::Register(registers[id]))).collect();
    Draft { code, outputs, n_registers }
}
