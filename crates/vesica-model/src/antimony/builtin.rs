//! The names that every Antimony text may use: constants and functions.

use crate::expression::{Binary, Expression, Function, Unary};

/// Avogadro's number as SBML and so Antimony fix it (SBML Level 3 Version 1, section 3.4.6; not the SI value of 2019).
const AVOGADRO: f64 = 6.022_141_79e23;

/// Value of a named constant; `time` is not one.
pub(crate) fn constant(name: &str) -> Option<f64> {
    Some(match name {
        "pi" => std::f64::consts::PI,
        "exponentiale" => std::f64::consts::E,
        "avogadro" => AVOGADRO,
        "true" | "True" => 1.0,
        "false" | "False" => 0.0,
        "infinity" | "inf" | "INF" => f64::INFINITY,
        "notanumber" | "nan" | "NaN" => f64::NAN,
        _ => return None,
    })
}

/// Whether a name is a constant or `time`.
pub(crate) fn is_constant(name: &str) -> bool {
    name == "time" || constant(name).is_some()
}

/// Functions of the language that are not read yet.
const REFUSED: [&str; 27] = [
    "delay",
    "rateOf",
    "factorial",
    "quotient",
    "rem",
    "arcsinh",
    "asinh",
    "arccosh",
    "acosh",
    "arctanh",
    "atanh",
    "arccoth",
    "arccsch",
    "arcsech",
    "normal",
    "uniform",
    "exponential",
    "gamma",
    "poisson",
    "truncatedNormal",
    "binomial",
    "bernoulli",
    "cauchy",
    "chisquare",
    "laplace",
    "lognormal",
    "rayleigh",
];

/// Whether the language has this function but vesica does not.
pub(crate) fn is_refused(name: &str) -> bool {
    REFUSED.contains(&name)
}

/// How many arguments a function takes: at least, at most.
pub(crate) fn arity(name: &str) -> Option<(usize, usize)> {
    const MANY: usize = usize::MAX;
    Some(match name {
        "pow" | "power" | "implies" | "%" => (2, 2),
        "gt" | "lt" | "geq" | "leq" | "eq" | "neq" => (2, 2),
        "root" | "log" => (1, 2),
        "min" | "max" | "piecewise" => (1, MANY),
        "and" | "or" | "xor" | "plus" | "times" => (0, MANY),
        "not" | "sqr" | "sec" | "csc" | "cot" | "sech" | "csch" | "coth" => (1, 1),
        "arcsec" | "arccsc" | "arccot" => (1, 1),
        _ if plain(name).is_some() => (1, 1),
        _ => return None,
    })
}

/// Whether a name is a function of the language, read or refused.
pub(crate) fn is_known(name: &str) -> bool {
    arity(name).is_some() || is_refused(name)
}

/// All functions that are read, for suggestions.
pub(crate) const NAMES: [&str; 34] = [
    "exp",
    "ln",
    "log",
    "log10",
    "sqrt",
    "abs",
    "floor",
    "ceil",
    "pow",
    "min",
    "max",
    "root",
    "piecewise",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "arcsin",
    "arccos",
    "arctan",
    "sinh",
    "cosh",
    "tanh",
    "and",
    "or",
    "xor",
    "not",
    "sqr",
    "sec",
    "csc",
    "cot",
    "implies",
];

fn plain(name: &str) -> Option<Function> {
    Some(match name {
        "exp" => Function::Exp,
        "ln" => Function::Ln,
        "log10" => Function::Log10,
        "sqrt" => Function::Sqrt,
        "abs" => Function::Abs,
        "floor" => Function::Floor,
        "ceil" | "ceiling" => Function::Ceil,
        "sin" => Function::Sin,
        "cos" => Function::Cos,
        "tan" => Function::Tan,
        "asin" | "arcsin" => Function::Asin,
        "acos" | "arccos" => Function::Acos,
        "atan" | "arctan" => Function::Atan,
        "sinh" => Function::Sinh,
        "cosh" => Function::Cosh,
        "tanh" => Function::Tanh,
        _ => return None,
    })
}

/// The formula of a call. The number of arguments was checked with [`arity`].
pub(crate) fn call<S: Clone>(name: &str, mut arguments: Vec<Expression<S>>) -> Option<Expression<S>> {
    if let Some(function) = plain(name) {
        return Some(Expression::Call(function, Box::new(arguments.pop()?)));
    }
    match name {
        "plus" => Some(folded(Binary::Add, arguments).unwrap_or(Expression::Number(0.0))),
        "times" => Some(folded(Binary::Multiply, arguments).unwrap_or(Expression::Number(1.0))),
        "min" => folded(Binary::Minimum, arguments),
        "max" => folded(Binary::Maximum, arguments),
        "and" => Some(folded(Binary::And, arguments).unwrap_or(Expression::Number(1.0))),
        "or" => Some(folded(Binary::Or, arguments).unwrap_or(Expression::Number(0.0))),
        "xor" => Some(folded(Binary::ExclusiveOr, arguments).unwrap_or(Expression::Number(0.0))),
        "piecewise" => piecewise(arguments),
        _ if arguments.len() == 1 => of_one(name, arguments.pop()?),
        _ => {
            let second = arguments.pop()?;
            of_two(name, arguments.pop()?, second)
        }
    }
}

fn of_one<S: Clone>(name: &str, x: Expression<S>) -> Option<Expression<S>> {
    let inverse = |function, x| pair(Binary::Divide, Expression::Number(1.0), apply(function, x));
    let of_inverse = |function, x| apply(function, pair(Binary::Divide, Expression::Number(1.0), x));
    Some(match name {
        "not" => Expression::Unary(Unary::Not, Box::new(x)),
        "sqr" => pair(Binary::Power, x, Expression::Number(2.0)),
        "root" => apply(Function::Sqrt, x),
        // In Antimony `log` of one argument is the natural logarithm (libAntimony 3.3.0 writes `ln`).
        "log" => apply(Function::Ln, x),
        "sec" => inverse(Function::Cos, x),
        "csc" => inverse(Function::Sin, x),
        "cot" => inverse(Function::Tan, x),
        "sech" => inverse(Function::Cosh, x),
        "csch" => inverse(Function::Sinh, x),
        "coth" => inverse(Function::Tanh, x),
        "arcsec" => of_inverse(Function::Acos, x),
        "arccsc" => of_inverse(Function::Asin, x),
        "arccot" => of_inverse(Function::Atan, x),
        _ => return None,
    })
}

fn of_two<S: Clone>(name: &str, x: Expression<S>, y: Expression<S>) -> Option<Expression<S>> {
    Some(match name {
        "pow" | "power" => pair(Binary::Power, x, y),
        "gt" => pair(Binary::Greater, x, y),
        "lt" => pair(Binary::Less, x, y),
        "geq" => pair(Binary::GreaterEqual, x, y),
        "leq" => pair(Binary::LessEqual, x, y),
        "eq" => pair(Binary::Equal, x, y),
        "neq" => pair(Binary::NotEqual, x, y),
        "implies" => pair(Binary::Or, Expression::Unary(Unary::Not, Box::new(x)), y),
        "root" => match x {
            Expression::Number(2.0) => apply(Function::Sqrt, y),
            x => pair(Binary::Power, y, pair(Binary::Divide, Expression::Number(1.0), x)),
        },
        "log" => match x {
            Expression::Number(10.0) => apply(Function::Log10, y),
            x => pair(Binary::Divide, apply(Function::Ln, y), apply(Function::Ln, x)),
        },
        "%" => remainder(x, y),
        _ => return None,
    })
}

/// What is left of `x` after taking away whole `y`, with the sign of `x`.
fn remainder<S: Clone>(x: Expression<S>, y: Expression<S>) -> Expression<S> {
    let rest = |round| {
        let quotient = apply(round, pair(Binary::Divide, x.clone(), y.clone()));
        pair(Binary::Subtract, x.clone(), pair(Binary::Multiply, y.clone(), quotient))
    };
    let is_negative = |z: &Expression<S>| pair(Binary::Less, z.clone(), Expression::Number(0.0));
    let have_other_signs = pair(Binary::ExclusiveOr, is_negative(&x), is_negative(&y));
    Expression::Piecewise {
        cases: vec![(rest(Function::Ceil), have_other_signs)],
        otherwise: Box::new(rest(Function::Floor)),
    }
}

fn piecewise<S>(arguments: Vec<Expression<S>>) -> Option<Expression<S>> {
    let mut cases = Vec::new();
    let mut arguments = arguments.into_iter();
    while let Some(value) = arguments.next() {
        match arguments.next() {
            Some(when) => cases.push((value, when)),
            None => return Some(Expression::Piecewise { cases, otherwise: Box::new(value) }),
        }
    }
    // Without a last value it has none where no condition holds.
    Some(Expression::Piecewise { cases, otherwise: Box::new(Expression::Number(f64::NAN)) })
}

fn folded<S>(operator: Binary, arguments: Vec<Expression<S>>) -> Option<Expression<S>> {
    arguments.into_iter().reduce(|x, y| pair(operator, x, y))
}

fn pair<S>(operator: Binary, x: Expression<S>, y: Expression<S>) -> Expression<S> {
    Expression::Binary(operator, Box::new(x), Box::new(y))
}

fn apply<S>(function: Function, x: Expression<S>) -> Expression<S> {
    Expression::Call(function, Box::new(x))
}
