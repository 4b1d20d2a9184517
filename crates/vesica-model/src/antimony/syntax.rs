//! What a text says, module by module, before it is flattened. Names are indices into the module's own list.

use std::collections::HashMap;

use super::lexer::Place;
use crate::expression::{Binary, Unary};

/// Index of a symbol in its module; in the body of a function, of an argument.
pub(crate) type Local = usize;

/// A name of a module, perhaps with dots (`submodel.name`).
#[derive(Clone, Debug)]
pub(crate) struct Symbol {
    pub path: String,
    pub first: Place,
}

/// One `model ... end`, or the statements outside of models (`__main`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Module {
    pub name: String,
    pub place: Place,
    /// Index into the files of the library.
    pub file: usize,
    /// Marked with `*`.
    pub is_marked: bool,
    pub ports: Vec<Local>,
    pub symbols: Vec<Symbol>,
    pub submodels: Vec<Submodel>,
    pub statements: Vec<Statement>,
    pub index: HashMap<String, Local>,
}

impl Module {
    /// The symbol with this name, made at its first use.
    pub fn symbol(&mut self, path: &str, place: Place) -> Local {
        if let Some(found) = self.index.get(path) {
            return *found;
        }
        self.symbols.push(Symbol { path: path.to_string(), first: place });
        self.index.insert(path.to_string(), self.symbols.len() - 1);
        self.symbols.len() - 1
    }
}

/// `function name(arguments) body end`
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub name: String,
    pub place: Place,
    pub file: usize,
    /// Names of its arguments, in order.
    pub arguments: Vec<String>,
    pub body: Node,
}

/// A formula with the place where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub node: Node,
    pub place: Place,
}

/// A formula as it is written: calls are not resolved yet.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Number(f64),
    Symbol(Local),
    Time,
    Unary(Unary, Box<Node>),
    Binary(Binary, Box<Node>, Box<Node>),
    Call(String, Vec<Node>, Place),
}

/// `name: model(arguments)`
#[derive(Clone, Debug)]
pub(crate) struct Submodel {
    pub name: String,
    pub model: String,
    pub arguments: Vec<Argument>,
    pub place: Place,
}

#[derive(Clone, Debug)]
pub(crate) enum Argument {
    /// Left out: the port stays the submodel's own.
    Blank,
    Symbol(Local),
    Number(f64, Place),
}

/// What a declaration or a use says about a symbol; `None` and `false` say nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Facts {
    pub is_species: bool,
    pub is_compartment: bool,
    pub is_substance_only: bool,
    /// Written with `$`.
    pub is_boundary: bool,
    /// `const` or `var`.
    pub is_constant: Option<bool>,
}

/// How a symbol gets its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// `=`
    Start,
    /// `:=`
    Rule,
    /// `' =`
    Rate,
}

#[derive(Clone, Debug)]
pub(crate) enum Statement {
    Declare(Local, Facts, Place),
    /// `symbol in compartment`
    Within(Local, Local, Place),
    Set(Local, How, Written, Place),
    /// `0 = formula`
    Zero(Written, Place),
    Reaction(Box<Reaction>),
    Event(Box<Event>),
    /// `left is right`
    Same(Local, Local),
}

#[derive(Clone, Debug)]
pub(crate) struct Reaction {
    pub symbol: Local,
    pub place: Place,
    pub reactants: Vec<Participant>,
    pub products: Vec<Participant>,
    pub rate: Option<Written>,
}

#[derive(Clone, Debug)]
pub(crate) struct Participant {
    pub symbol: Local,
    pub place: Place,
    pub count: f64,
    pub is_boundary: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub symbol: Local,
    pub place: Place,
    pub trigger: Written,
    pub fires_at_start: bool,
    pub assignments: Vec<(Local, Written, Place)>,
}
