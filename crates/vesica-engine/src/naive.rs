//! The slow, clear reference: formulas evaluated by walking their trees, for one lane.
//!
//! Gives the same bits as the tapes, for the arithmetic is the same: sums in the order of the reactions,
//! small whole powers by products, division by what is fixed (formulas of parameters) as multiplication
//! by the reciprocal. The tapes also make `0 * x` and `x - x` 0, which differs where `x` is infinite or
//! where something is divided by it.

use vesica_model::network::Formula;
use vesica_model::{Expression, Network, Symbol, Unary};

use crate::compile::net_change;
use crate::graph::{Op, is_product_power};
use crate::lower::{binary_op, function_op};
use crate::math::power_by_products;

/// A value, and what it depends on.
#[derive(Clone, Copy)]
struct Value {
    x: f64,
    kind: Kind,
}

/// What a value depends on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Nothing.
    Constant,
    /// Parameters.
    Fixed,
    /// State or time.
    Running,
}

/// A network at one point.
///
/// ```
/// use vesica_engine::naive::Point;
/// let network = vesica_model::Network::default();
/// assert!(Point::new(&network, 0.0, &[], &[]).rhs().is_empty());
/// ```
pub struct Point<'a> {
    network: &'a Network,
    time: f64,
    state: &'a [f64],
    parameters: &'a [f64],
    variables: Vec<Value>,
}

impl<'a> Point<'a> {
    /// The network at a time and state. `state`: `[n_species]`, `parameters`: `[n_parameters]`.
    pub fn new(network: &'a Network, time: f64, state: &'a [f64], parameters: &'a [f64]) -> Self {
        let mut point = Self { network, time, state, parameters, variables: Vec::new() };
        for variable in &network.variables {
            let value = point.value(&variable.value);
            point.variables.push(value);
        }
        point
    }

    /// Values of the assignment rules.
    pub fn variables(&self) -> Vec<f64> {
        self.variables.iter().map(|value| value.x).collect()
    }

    /// Rates of the reactions.
    pub fn reaction_rates(&self) -> Vec<f64> {
        self.network.reactions.iter().map(|reaction| self.value(&reaction.rate).x).collect()
    }

    /// Change of every amount per time; for what an algebraic rule determines, the value of the rule.
    pub fn rhs(&self) -> Vec<f64> {
        let mut rhs = vec![0.0; self.network.species.len()];
        for (reaction, rate) in self.network.reactions.iter().zip(self.reaction_rates()) {
            for (species, change) in net_change(reaction) {
                rhs[species] += change * rate;
            }
        }
        for (species, rule) in &self.network.rate_rules {
            rhs[*species] += self.value(rule).x;
        }
        for (species, zero) in &self.network.algebraic_rules {
            rhs[*species] = self.value(zero).x;
        }
        rhs
    }

    fn value(&self, formula: &Formula) -> Value {
        match formula {
            Expression::Number(x) => Value { x: *x, kind: Kind::Constant },
            Expression::Symbol(symbol) => match *symbol {
                Symbol::Species(i) => Value { x: self.state[i], kind: Kind::Running },
                Symbol::Parameter(i) => Value { x: self.parameters[i], kind: Kind::Fixed },
                Symbol::Variable(i) => self.variables[i],
                Symbol::Time => Value { x: self.time, kind: Kind::Running },
            },
            Expression::Unary(op, x) => {
                let x = self.value(x);
                let op = if *op == Unary::Negate { Op::Negate } else { Op::Not };
                Value { x: op.evaluate(x.x, 0.0, 0.0), kind: x.kind }
            }
            Expression::Binary(op, x, y) => {
                let (x, y) = (self.value(x), self.value(y));
                let kind = x.kind.max(y.kind);
                let (op, is_swapped) = binary_op(*op);
                let x = match op {
                    Op::Divide if y.kind < Kind::Running && x.kind == Kind::Running => x.x * (1.0 / y.x),
                    Op::Power if y.kind == Kind::Constant && is_product_power(y.x) => {
                        power_by_products(x.x, y.x as i32)
                    }
                    _ if is_swapped => op.evaluate(y.x, x.x, 0.0),
                    _ => op.evaluate(x.x, y.x, 0.0),
                };
                Value { x, kind }
            }
            Expression::Call(function, x) => {
                let x = self.value(x);
                Value { x: function_op(*function).evaluate(x.x, 0.0, 0.0), kind: x.kind }
            }
            Expression::Piecewise { cases, otherwise } => {
                let otherwise = self.value(otherwise);
                cases.iter().rev().fold(otherwise, |rest, (value, condition)| {
                    let (value, condition) = (self.value(value), self.value(condition));
                    if condition.kind == Kind::Constant {
                        return if condition.x != 0.0 { value } else { rest };
                    }
                    let kind = value.kind.max(condition.kind).max(rest.kind);
                    Value { x: if condition.x != 0.0 { value.x } else { rest.x }, kind }
                })
            }
        }
    }
}
