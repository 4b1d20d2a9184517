//! Formulas as one graph in which equal parts are one node.
//!
//! Nodes are simplified when they are made; every simplification keeps the bits of finite results.

use std::collections::HashMap;

use crate::math;

/// Index of a node. Operands of a node have smaller ids.
pub(crate) type NodeId = u32;

/// What a node does. Truths are 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    Negate,
    Not,
    Exp,
    Ln,
    Log10,
    Sqrt,
    Abs,
    Floor,
    Ceil,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Minimum,
    Maximum,
    Less,
    LessEqual,
    Equal,
    NotEqual,
    And,
    Or,
    ExclusiveOr,
    /// `(condition, value if true, value if false)`
    Select,
    /// `a * b + c`, rounded twice; only in tapes.
    MultiplyAdd,
    /// `a * b - c`, rounded twice; only in tapes.
    MultiplySubtract,
    /// `c - a * b`, rounded twice; only in tapes.
    SubtractProduct,
    /// `a * b * c`, from the left; only in tapes.
    MultiplyTwice,
}

impl Op {
    /// Number of operands.
    pub(crate) fn n_operands(self) -> usize {
        use Op::*;
        match self {
            Select | MultiplyAdd | MultiplySubtract | SubtractProduct | MultiplyTwice => 3,
            Add | Subtract | Multiply | Divide | Power | Minimum | Maximum | Less | LessEqual | Equal | NotEqual
            | And | Or | ExclusiveOr => 2,
            _ => 1,
        }
    }

    /// Whether it is evaluated lane by lane: the `libm` crate's functions.
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "only machine code asks"))]
    pub(crate) fn is_scalar(self) -> bool {
        use Op::*;
        matches!(self, Sin | Cos | Tan | Asin | Acos | Atan | Sinh | Cosh | Tanh)
    }

    /// Whether the value is a truth.
    pub(crate) fn is_truth(self) -> bool {
        use Op::*;
        matches!(self, Not | Less | LessEqual | Equal | NotEqual | And | Or | ExclusiveOr)
    }

    /// The value for one lane.
    pub(crate) fn evaluate(self, a: f64, b: f64, c: f64) -> f64 {
        let truth = |x: bool| f64::from(u8::from(x));
        match self {
            Op::Negate => -a,
            Op::Not => truth(a == 0.0),
            Op::Exp => math::exp(a),
            Op::Ln => math::ln(a),
            Op::Log10 => math::log10(a),
            Op::Sqrt => a.sqrt(),
            Op::Abs => a.abs(),
            Op::Floor => a.floor(),
            Op::Ceil => a.ceil(),
            Op::Sin => libm::sin(a),
            Op::Cos => libm::cos(a),
            Op::Tan => libm::tan(a),
            Op::Asin => libm::asin(a),
            Op::Acos => libm::acos(a),
            Op::Atan => libm::atan(a),
            Op::Sinh => libm::sinh(a),
            Op::Cosh => libm::cosh(a),
            Op::Tanh => libm::tanh(a),
            Op::Add => a + b,
            Op::Subtract => a - b,
            Op::Multiply => a * b,
            Op::Divide => a / b,
            Op::Power => math::pow(a, b),
            Op::Minimum => {
                if a < b {
                    a
                } else {
                    b
                }
            }
            Op::Maximum => {
                if b < a {
                    a
                } else {
                    b
                }
            }
            Op::Less => truth(a < b),
            Op::LessEqual => truth(a <= b),
            Op::Equal => truth(a == b),
            Op::NotEqual => truth(a != b),
            Op::And => truth(a != 0.0 && b != 0.0),
            Op::Or => truth(a != 0.0 || b != 0.0),
            Op::ExclusiveOr => truth((a != 0.0) != (b != 0.0)),
            Op::Select => {
                if a != 0.0 {
                    b
                } else {
                    c
                }
            }
            Op::MultiplyAdd => a * b + c,
            Op::MultiplySubtract => a * b - c,
            Op::SubtractProduct => c - a * b,
            Op::MultiplyTwice => a * b * c,
        }
    }
}

/// One node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// Bit pattern of a number.
    Constant(u64),
    Species(u32),
    Parameter(u32),
    Time,
    /// Truth of a switch, held through a step.
    Mode(u32),
    /// Unused operands are 0.
    Apply(Op, [NodeId; 3]),
}

/// The graph.
#[derive(Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    is_fixed: Vec<bool>,
    ids: HashMap<Node, NodeId>,
}

impl Graph {
    pub(crate) fn node(&self, id: NodeId) -> Node {
        self.nodes[id as usize]
    }

    /// Whether a node depends on nothing but parameters.
    pub(crate) fn is_fixed(&self, id: NodeId) -> bool {
        self.is_fixed[id as usize]
    }

    /// The value of a constant node.
    pub(crate) fn constant_value(&self, id: NodeId) -> Option<f64> {
        match self.node(id) {
            Node::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// A node as it stands, without simplification.
    pub(crate) fn push(&mut self, node: Node) -> NodeId {
        if let Some(id) = self.ids.get(&node) {
            return *id;
        }
        let is_fixed = match node {
            Node::Constant(_) | Node::Parameter(_) => true,
            Node::Species(_) | Node::Time | Node::Mode(_) => false,
            Node::Apply(op, args) => args[..op.n_operands()].iter().all(|arg| self.is_fixed(*arg)),
        };
        let id = self.nodes.len() as NodeId;
        self.nodes.push(node);
        self.is_fixed.push(is_fixed);
        self.ids.insert(node, id);
        id
    }

    pub(crate) fn constant(&mut self, value: f64) -> NodeId {
        self.push(Node::Constant(value.to_bits()))
    }

    pub(crate) fn unary(&mut self, op: Op, a: NodeId) -> NodeId {
        if let Some(x) = self.constant_value(a) {
            return self.constant(op.evaluate(x, 0.0, 0.0));
        }
        match (op, self.node(a)) {
            (Op::Negate, Node::Apply(Op::Negate, [inner, ..])) => inner,
            _ => self.push(Node::Apply(op, [a, 0, 0])),
        }
    }

    pub(crate) fn binary(&mut self, op: Op, a: NodeId, b: NodeId) -> NodeId {
        let (x, y) = (self.constant_value(a), self.constant_value(b));
        if let (Op::Power, Some(y)) = (op, y)
            && is_product_power(y)
        {
            return self.products(a, y as i32);
        }
        if let (Some(x), Some(y)) = (x, y) {
            return self.constant(op.evaluate(x, y, 0.0));
        }
        match op {
            Op::Add => self.add(a, b, x, y),
            Op::Subtract => self.subtract(a, b, x, y),
            Op::Multiply => self.multiply(a, b, x, y),
            Op::Divide => self.divide(a, b, x, y),
            Op::And => self.both(op, a, b, 0.0),
            Op::Or => self.both(op, a, b, 1.0),
            _ => self.push(Node::Apply(op, [a, b, 0])),
        }
    }

    pub(crate) fn select(&mut self, condition: NodeId, a: NodeId, b: NodeId) -> NodeId {
        match self.constant_value(condition) {
            Some(x) if x != 0.0 => a,
            Some(_) => b,
            None if a == b => a,
            None => self.push(Node::Apply(Op::Select, [condition, a, b])),
        }
    }

    /// The same truth as a node that is 0 or 1.
    pub(crate) fn truth(&mut self, a: NodeId) -> NodeId {
        match self.node(a) {
            Node::Mode(_) => a,
            Node::Apply(op, _) if op.is_truth() => a,
            _ => {
                let zero = self.constant(0.0);
                self.binary(Op::NotEqual, a, zero)
            }
        }
    }

    fn negated(&self, a: NodeId) -> Option<NodeId> {
        match self.node(a) {
            Node::Apply(Op::Negate, [inner, ..]) => Some(inner),
            _ => None,
        }
    }

    /// Commutative operation with operands in one order, so that `a + b` and `b + a` are one node.
    fn sorted(&mut self, op: Op, a: NodeId, b: NodeId) -> NodeId {
        self.push(Node::Apply(op, [a.min(b), a.max(b), 0]))
    }

    fn add(&mut self, a: NodeId, b: NodeId, x: Option<f64>, y: Option<f64>) -> NodeId {
        if x == Some(0.0) {
            return b;
        }
        if y == Some(0.0) {
            return a;
        }
        if let Some(inner) = self.negated(b) {
            return self.binary(Op::Subtract, a, inner);
        }
        if let Some(inner) = self.negated(a) {
            return self.binary(Op::Subtract, b, inner);
        }
        self.sorted(Op::Add, a, b)
    }

    fn subtract(&mut self, a: NodeId, b: NodeId, x: Option<f64>, y: Option<f64>) -> NodeId {
        if y == Some(0.0) {
            return a;
        }
        if x == Some(0.0) {
            return self.unary(Op::Negate, b);
        }
        if let Some(inner) = self.negated(b) {
            return self.binary(Op::Add, a, inner);
        }
        if a == b {
            return self.constant(0.0);
        }
        self.push(Node::Apply(Op::Subtract, [a, b, 0]))
    }

    fn multiply(&mut self, a: NodeId, b: NodeId, x: Option<f64>, y: Option<f64>) -> NodeId {
        for (value, other) in [(x, b), (y, a)] {
            match value {
                Some(0.0) => return self.constant(0.0),
                Some(1.0) => return other,
                Some(-1.0) => return self.unary(Op::Negate, other),
                _ => {}
            }
        }
        match (self.negated(a), self.negated(b)) {
            (Some(p), Some(q)) => self.binary(Op::Multiply, p, q),
            (Some(p), None) => {
                let product = self.binary(Op::Multiply, p, b);
                self.unary(Op::Negate, product)
            }
            (None, Some(q)) => {
                let product = self.binary(Op::Multiply, a, q);
                self.unary(Op::Negate, product)
            }
            (None, None) => self.sorted(Op::Multiply, a, b),
        }
    }

    /// Division by what is fixed is multiplication by its reciprocal, which the prologue makes once.
    fn divide(&mut self, a: NodeId, b: NodeId, x: Option<f64>, y: Option<f64>) -> NodeId {
        if x == Some(0.0) || y == Some(1.0) {
            return a;
        }
        if self.is_fixed(b) && !self.is_fixed(a) {
            let one = self.constant(1.0);
            let reciprocal = self.binary(Op::Divide, one, b);
            return self.binary(Op::Multiply, a, reciprocal);
        }
        if let Some(inner) = self.negated(a) {
            let quotient = self.binary(Op::Divide, inner, b);
            return self.unary(Op::Negate, quotient);
        }
        self.push(Node::Apply(Op::Divide, [a, b, 0]))
    }

    /// The same products in the same order as [`math::power_by_products`].
    fn products(&mut self, a: NodeId, n: i32) -> NodeId {
        match n {
            0 => self.constant(1.0),
            1 => a,
            n if n < 0 => {
                let below = self.products(a, -n);
                let one = self.constant(1.0);
                self.binary(Op::Divide, one, below)
            }
            n => {
                let half = self.products(a, n / 2);
                let square = self.binary(Op::Multiply, half, half);
                if n % 2 == 0 { square } else { self.binary(Op::Multiply, square, a) }
            }
        }
    }

    /// And, or: `absorbing` is the operand that decides alone.
    fn both(&mut self, op: Op, a: NodeId, b: NodeId, absorbing: f64) -> NodeId {
        for (one, other) in [(a, b), (b, a)] {
            if let Some(x) = self.constant_value(one) {
                let x = f64::from(u8::from(x != 0.0));
                return if x == absorbing { self.constant(absorbing) } else { self.truth(other) };
            }
        }
        if a == b { self.truth(a) } else { self.sorted(op, a, b) }
    }
}

/// Whether `x^y` is computed by products.
pub(crate) fn is_product_power(y: f64) -> bool {
    y.fract() == 0.0 && y.abs() <= math::LARGEST_PRODUCT_POWER
}
