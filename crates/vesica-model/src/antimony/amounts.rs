//! Amounts and concentrations: Antimony may speak of either, a network knows amounts.
//!
//! Reader and printer are each other's inverse only because both keep to the forms made here.

use crate::expression::{Binary, Expression};
use crate::network::{Formula, Symbol};

/// Concentration of a species: amount / size of its compartment.
pub(crate) fn concentration(species: usize, size: usize) -> Formula {
    let amount = Expression::Symbol(Symbol::Species(species));
    let size = Expression::Symbol(Symbol::Parameter(size));
    Expression::Binary(Binary::Divide, Box::new(amount), Box::new(size))
}

/// Species and compartment, if a formula is a [`concentration`].
pub(crate) fn is_concentration(formula: &Formula) -> Option<(usize, usize)> {
    match formula {
        Expression::Binary(Binary::Divide, amount, size) => match (&**amount, &**size) {
            (Expression::Symbol(Symbol::Species(species)), Expression::Symbol(Symbol::Parameter(size))) => {
                Some((*species, *size))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The species, if the two factors are a concentration and the size of its compartment.
pub(crate) fn is_amount_product(x: &Formula, y: &Formula) -> Option<usize> {
    let of = |x: &Formula, y: &Formula| {
        let (species, size) = is_concentration(x)?;
        (*y == Expression::Symbol(Symbol::Parameter(size))).then_some(species)
    };
    of(x, y).or_else(|| of(y, x))
}

/// Amount from the formula of a concentration: `x / size` gives `x` back, all else is multiplied.
pub(crate) fn amount_of(value: Formula, size: usize) -> Formula {
    match value {
        Expression::Binary(Binary::Divide, amount, by) if *by == Expression::Symbol(Symbol::Parameter(size)) => *amount,
        value => {
            let size = Expression::Symbol(Symbol::Parameter(size));
            Expression::Binary(Binary::Multiply, Box::new(value), Box::new(size))
        }
    }
}

/// Concentration from the formula of an amount; [`amount_of`] undoes it.
pub(crate) fn value_of(amount: &Formula, size: usize) -> Formula {
    let by = Expression::Symbol(Symbol::Parameter(size));
    let is_by_size = |formula: &Formula| matches!(formula, Expression::Binary(Binary::Divide, _, y) if **y == by);
    match amount {
        Expression::Binary(Binary::Multiply, value, y) if **y == by && !is_by_size(value) => (**value).clone(),
        _ => Expression::Binary(Binary::Divide, Box::new(amount.clone()), Box::new(by)),
    }
}
