//! Symbolic derivatives along the graph, each with only the species it depends on.

use crate::graph::{Graph, Node, NodeId, Op};

/// Column of the derivative by time, behind the species.
pub(crate) const TIME: u32 = u32::MAX;

/// `(column, derivative)`, sorted by column; columns with a zero derivative are left out.
type Row = Vec<(u32, NodeId)>;

/// First column of the derivatives by parameters, behind every species.
pub(crate) const PARAMETERS: u32 = 1 << 31;

/// Derivatives of `roots` by every species and by time ([`TIME`]).
pub(crate) fn derivatives(graph: &mut Graph, roots: &[NodeId]) -> Vec<Row> {
    derivatives_along(graph, roots, &[])
}

/// The same, and by some parameters: [`PARAMETERS`] + place in `parameters` is the column.
pub(crate) fn derivatives_along(graph: &mut Graph, roots: &[NodeId], parameters: &[usize]) -> Vec<Row> {
    let mut derivation = Derivation { rows: Vec::new(), parameters };
    roots.iter().map(|root| derivation.derive(graph, *root)).collect()
}

/// Rows of derivatives so far, by node.
struct Derivation<'a> {
    rows: Vec<Option<Row>>,
    parameters: &'a [usize],
}

impl Derivation<'_> {
    /// Depth first with an own stack: networks with thousands of terms in a sum would exhaust the call stack.
    fn derive(&mut self, graph: &mut Graph, root: NodeId) -> Row {
        let mut stack = vec![root];
        while let Some(&id) = stack.last() {
            if self.rows.len() <= id as usize {
                self.rows.resize(id as usize + 1, None);
            }
            if self.rows[id as usize].is_some() {
                stack.pop();
                continue;
            }
            let operands = self.operands(graph, id);
            let is_missing = |operand: &NodeId| self.rows.get(*operand as usize).is_none_or(Option::is_none);
            let missing: Vec<NodeId> = operands.into_iter().filter(is_missing).collect();
            if missing.is_empty() {
                self.rows[id as usize] = Some(self.row(graph, id));
                stack.pop();
            } else {
                stack.extend(missing);
            }
        }
        self.rows[root as usize].clone().expect("the loop ends when the root has its row")
    }

    /// Whether all derivatives are 0.
    fn is_flat(&self, graph: &Graph, id: NodeId) -> bool {
        graph.is_fixed(id) && self.parameters.is_empty()
    }

    /// Operands whose derivative counts.
    fn operands(&self, graph: &Graph, id: NodeId) -> Vec<NodeId> {
        match graph.node(id) {
            Node::Apply(op, args) if !self.is_flat(graph, id) => args[..op.n_operands()].to_vec(),
            _ => Vec::new(),
        }
    }

    fn row(&self, graph: &mut Graph, id: NodeId) -> Row {
        match graph.node(id) {
            Node::Species(species) => vec![(species, graph.constant(1.0))],
            Node::Time => vec![(TIME, graph.constant(1.0))],
            Node::Parameter(parameter) => {
                let place = self.parameters.iter().position(|one| *one == parameter as usize);
                place.map(|place| (PARAMETERS + place as u32, graph.constant(1.0))).into_iter().collect()
            }
            Node::Apply(op, args) if !self.is_flat(graph, id) => derive_node(graph, &self.rows, id, (op, args)),
            _ => Vec::new(),
        }
    }
}

fn derive_node(graph: &mut Graph, rows: &[Option<Row>], id: NodeId, (op, [a, b, c]): (Op, [NodeId; 3])) -> Row {
    let row = |x: NodeId| rows[x as usize].clone().expect("operands come first");
    match op {
        Op::Add => combine(graph, &row(a), &row(b), |g, x, y| g.binary(Op::Add, x, y)),
        Op::Subtract => combine(graph, &row(a), &row(b), |g, x, y| g.binary(Op::Subtract, x, y)),
        Op::Negate => map(graph, &row(a), |g, x| g.unary(Op::Negate, x)),
        Op::Multiply => {
            let left = scale(graph, &row(a), b);
            let right = scale(graph, &row(b), a);
            combine(graph, &left, &right, |g, x, y| g.binary(Op::Add, x, y))
        }
        Op::Divide => {
            // (a' - q b') / b with q = a / b
            let right = scale(graph, &row(b), id);
            let above = combine(graph, &row(a), &right, |g, x, y| g.binary(Op::Subtract, x, y));
            let one = graph.constant(1.0);
            let reciprocal = graph.binary(Op::Divide, one, b);
            scale(graph, &above, reciprocal)
        }
        Op::Power => derive_power(graph, id, (a, b), &row(a), &row(b)),
        Op::Minimum | Op::Maximum => {
            let (low, high) = if op == Op::Minimum { (a, b) } else { (b, a) };
            let condition = graph.binary(Op::Less, low, high);
            choose(graph, condition, &row(a), &row(b))
        }
        Op::Select => choose(graph, a, &row(b), &row(c)),
        _ => match slope(graph, op, id, a) {
            Some(slope) => scale(graph, &row(a), slope),
            None => Vec::new(),
        },
    }
}

/// d(x^y) = y x^y / x dx + x^y ln(x) dy.
fn derive_power(graph: &mut Graph, id: NodeId, (x, y): (NodeId, NodeId), dx: &Row, dy: &Row) -> Row {
    let (zero, one) = (graph.constant(0.0), graph.constant(1.0));
    let above = graph.binary(Op::Multiply, y, id);
    let quotient = graph.binary(Op::Divide, above, x);
    let is_zero = graph.binary(Op::Equal, x, zero);
    let is_linear = graph.binary(Op::Equal, y, one);
    let at_zero = graph.select(is_linear, one, zero);
    let slope = graph.select(is_zero, at_zero, quotient);
    let by_base = scale(graph, dx, slope);
    if dy.is_empty() {
        return by_base;
    }
    let logarithm = graph.unary(Op::Ln, x);
    let product = graph.binary(Op::Multiply, id, logarithm);
    let is_positive = graph.binary(Op::Less, zero, x);
    let slope = graph.select(is_positive, product, zero);
    let by_exponent = scale(graph, dy, slope);
    combine(graph, &by_base, &by_exponent, |g, x, y| g.binary(Op::Add, x, y))
}

/// Slope of a function of one operand at `a`, `id` being its value; `None` where it is flat.
fn slope(graph: &mut Graph, op: Op, id: NodeId, a: NodeId) -> Option<NodeId> {
    let one = graph.constant(1.0);
    let square = |g: &mut Graph, x| g.binary(Op::Multiply, x, x);
    Some(match op {
        Op::Exp => id,
        Op::Ln => graph.binary(Op::Divide, one, a),
        Op::Log10 => {
            let ten = graph.constant(std::f64::consts::LN_10);
            let below = graph.binary(Op::Multiply, a, ten);
            graph.binary(Op::Divide, one, below)
        }
        Op::Sqrt => {
            let half = graph.constant(0.5);
            graph.binary(Op::Divide, half, id)
        }
        Op::Abs => {
            let (zero, minus) = (graph.constant(0.0), graph.constant(-1.0));
            let is_negative = graph.binary(Op::Less, a, zero);
            graph.select(is_negative, minus, one)
        }
        Op::Sin => graph.unary(Op::Cos, a),
        Op::Cos => {
            let sine = graph.unary(Op::Sin, a);
            graph.unary(Op::Negate, sine)
        }
        Op::Tan => {
            let square = square(graph, id);
            graph.binary(Op::Add, one, square)
        }
        Op::Asin | Op::Acos => {
            let square = square(graph, a);
            let rest = graph.binary(Op::Subtract, one, square);
            let root = graph.unary(Op::Sqrt, rest);
            let slope = graph.binary(Op::Divide, one, root);
            if op == Op::Asin { slope } else { graph.unary(Op::Negate, slope) }
        }
        Op::Atan => {
            let square = square(graph, a);
            let below = graph.binary(Op::Add, one, square);
            graph.binary(Op::Divide, one, below)
        }
        Op::Sinh => graph.unary(Op::Cosh, a),
        Op::Cosh => graph.unary(Op::Sinh, a),
        Op::Tanh => {
            let square = square(graph, id);
            graph.binary(Op::Subtract, one, square)
        }
        _ => return None,
    })
}

fn map(graph: &mut Graph, row: &Row, mut f: impl FnMut(&mut Graph, NodeId) -> NodeId) -> Row {
    row.iter().map(|(column, x)| (*column, f(graph, *x))).collect()
}

fn scale(graph: &mut Graph, row: &Row, factor: NodeId) -> Row {
    map(graph, row, |g, x| g.binary(Op::Multiply, factor, x))
}

fn choose(graph: &mut Graph, condition: NodeId, a: &Row, b: &Row) -> Row {
    combine(graph, a, b, |g, x, y| g.select(condition, x, y))
}

/// Merges two rows; a missing entry is zero.
fn combine(graph: &mut Graph, a: &Row, b: &Row, mut f: impl FnMut(&mut Graph, NodeId, NodeId) -> NodeId) -> Row {
    let zero = graph.constant(0.0);
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::with_capacity(a.len() + b.len());
    while i < a.len() || j < b.len() {
        let left = a.get(i).map_or(u64::MAX, |(column, _)| u64::from(*column));
        let right = b.get(j).map_or(u64::MAX, |(column, _)| u64::from(*column));
        let column = left.min(right);
        let x = if left == column { a[i].1 } else { zero };
        let y = if right == column { b[j].1 } else { zero };
        i += usize::from(left == column);
        j += usize::from(right == column);
        let value = f(graph, x, y);
        if graph.constant_value(value) != Some(0.0) {
            out.push((column as u32, value));
        }
    }
    out
}
