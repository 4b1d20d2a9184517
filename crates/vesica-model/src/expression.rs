//! Formulas as trees. `S` is how a symbol is named: by text in a module, by index in a [`crate::Network`].

/// A formula. Truth is a number: 0 is false, everything else true; comparisons give 0 or 1.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression<S> {
    /// A literal.
    Number(f64),
    /// A symbol.
    Symbol(S),
    /// One operand.
    Unary(Unary, Box<Expression<S>>),
    /// Two operands.
    Binary(Binary, Box<Expression<S>>, Box<Expression<S>>),
    /// A function of one operand.
    Call(Function, Box<Expression<S>>),
    /// `(value, condition)` pairs: the value of the first true condition, else `otherwise`.
    Piecewise {
        /// `(value, condition)`, in order.
        cases: Vec<(Expression<S>, Expression<S>)>,
        /// Value when no condition holds.
        otherwise: Box<Expression<S>>,
    },
}

/// Operators of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// `-x`
    Negate,
    /// `!x`
    Not,
}

/// Operators of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    /// `x^y`. Total: 0 for `x < 0` unless `y` is a whole number; 0 for `x = 0, y > 0`.
    Power,
    Minimum,
    Maximum,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    Or,
    ExclusiveOr,
}

/// Functions of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Function {
    Exp,
    /// Natural logarithm.
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
}

impl<S> Expression<S> {
    /// The same formula with every symbol replaced by a formula.
    pub fn substitute<T>(&self, replace: &mut impl FnMut(&S) -> Expression<T>) -> Expression<T> {
        match self {
            Self::Number(value) => Expression::Number(*value),
            Self::Symbol(symbol) => replace(symbol),
            Self::Unary(op, x) => Expression::Unary(*op, Box::new(x.substitute(replace))),
            Self::Binary(op, x, y) => {
                Expression::Binary(*op, Box::new(x.substitute(replace)), Box::new(y.substitute(replace)))
            }
            Self::Call(function, x) => Expression::Call(*function, Box::new(x.substitute(replace))),
            Self::Piecewise { cases, otherwise } => Expression::Piecewise {
                cases: cases
                    .iter()
                    .map(|(value, when)| (value.substitute(replace), when.substitute(replace)))
                    .collect(),
                otherwise: Box::new(otherwise.substitute(replace)),
            },
        }
    }

    /// Calls `visit` for every symbol, left to right.
    pub fn each_symbol(&self, visit: &mut impl FnMut(&S)) {
        match self {
            Self::Number(_) => {}
            Self::Symbol(symbol) => visit(symbol),
            Self::Unary(_, x) | Self::Call(_, x) => x.each_symbol(visit),
            Self::Binary(_, x, y) => {
                x.each_symbol(visit);
                y.each_symbol(visit);
            }
            Self::Piecewise { cases, otherwise } => {
                for (value, when) in cases {
                    value.each_symbol(visit);
                    when.each_symbol(visit);
                }
                otherwise.each_symbol(visit);
            }
        }
    }
}
