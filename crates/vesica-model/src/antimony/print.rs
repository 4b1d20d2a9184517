//! A flat network as canonical Antimony text.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use super::amounts::{is_concentration, value_of};
use super::parser::is_reserved;
use crate::expression::{Binary, Expression, Function, Unary};
use crate::network::{Formula, Network, Reaction, Symbol};

/// Canonical Antimony text of a flat network: reading it gives the same network.
///
/// An id of a submodel, `sub.k`, is written `sub__k` (SBML tools flatten names so): a dot can not stand in an id.
///
/// ```
/// # use vesica_model::{Library, antimony::print};
/// let mut library = Library::default();
/// library.read("m", "model m(); substanceOnly species A; A = 3; k = 0.5; J: A -> ; k*A; end");
/// let network = library.flatten("m").0;
/// let text = print(&network);
/// assert!(text.contains("J: A -> ; k * A;"));
///
/// let mut again = Library::default();
/// again.read("again", &text);
/// assert_eq!(again.flatten("m").0, network);
/// ```
pub fn print(network: &Network) -> String {
    let printer = Printer { network, ids: Ids::of(network) };
    let mut text = String::new();
    // Writing to a string can not fail.
    printer.model(&mut text).expect("a string takes all that is written to it");
    text
}

/// Ids as they are written: without dots, each only once.
struct Ids {
    parameters: Vec<String>,
    species: Vec<String>,
    variables: Vec<String>,
    reactions: Vec<String>,
    events: Vec<String>,
}

impl Ids {
    fn of(network: &Network) -> Self {
        // What can stay as it is has the first right to its id.
        let mut taken: HashSet<String> = HashSet::new();
        let mut kept: HashMap<&str, bool> = HashMap::new();
        let all = network.parameters.iter().map(|x| &x.id).chain(network.species.iter().map(|x| &x.id));
        let all = all.chain(network.variables.iter().map(|x| &x.id)).chain(network.reactions.iter().map(|x| &x.id));
        for id in all.chain(network.events.iter().map(|x| &x.id)) {
            if plain(id) == *id && taken.insert(id.clone()) {
                kept.insert(id, true);
            }
        }
        let mut written = |id: &str| {
            if kept.get_mut(id).is_some_and(std::mem::take) {
                return id.to_string();
            }
            let mut free = plain(id);
            while !taken.insert(free.clone()) {
                free.push('_');
            }
            free
        };
        Self {
            parameters: network.parameters.iter().map(|x| written(&x.id)).collect(),
            species: network.species.iter().map(|x| written(&x.id)).collect(),
            variables: network.variables.iter().map(|x| written(&x.id)).collect(),
            reactions: network.reactions.iter().map(|x| written(&x.id)).collect(),
            events: network.events.iter().map(|x| written(&x.id)).collect(),
        }
    }
}

/// The id, or the nearest that Antimony can hold.
fn plain(id: &str) -> String {
    let mut plain: String = id.replace('.', "__");
    plain = plain.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if plain.is_empty() || plain.starts_with(|c: char| c.is_ascii_digit()) {
        plain.insert(0, '_');
    }
    if is_reserved(&plain) {
        plain.push('_');
    }
    plain
}

struct Printer<'n> {
    network: &'n Network,
    ids: Ids,
}

impl Printer<'_> {
    fn model(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "model {}()", plain(&self.network.id))?;
        self.parameters(text)?;
        self.species(text)?;
        for (variable, id) in self.network.variables.iter().zip(&self.ids.variables) {
            writeln!(text, "  {id} := {};", self.formula(&variable.value))?;
        }
        for (reaction, id) in self.network.reactions.iter().zip(&self.ids.reactions) {
            writeln!(text, "  {id}: {}; {};", self.sides(reaction), self.formula(&reaction.rate))?;
        }
        for (species, rate) in &self.network.rate_rules {
            writeln!(text, "  {}' = {};", self.ids.species[*species], self.value(*species, rate))?;
        }
        for (_, zero) in &self.network.algebraic_rules {
            writeln!(text, "  0 = {};", self.formula(zero))?;
        }
        self.events(text)?;
        writeln!(text, "end")
    }

    fn parameters(&self, text: &mut String) -> std::fmt::Result {
        let mut is_compartment = vec![false; self.network.parameters.len()];
        for species in &self.network.species {
            if let Some(compartment) = species.compartment {
                is_compartment[compartment] = true;
            }
        }
        for (index, (parameter, id)) in self.network.parameters.iter().zip(&self.ids.parameters).enumerate() {
            let word = if is_compartment[index] { "compartment " } else { "" };
            if parameter.value.is_nan() && !is_compartment[index] {
                writeln!(text, "  const {id};")?;
            } else {
                writeln!(text, "  {word}{id} = {};", number(parameter.value))?;
            }
        }
        Ok(())
    }

    fn species(&self, text: &mut String) -> std::fmt::Result {
        for (index, (species, id)) in self.network.species.iter().zip(&self.ids.species).enumerate() {
            let word = if self.is_concentration(index) { "" } else { "substanceOnly " };
            match species.compartment {
                Some(compartment) => writeln!(text, "  {word}species {id} in {};", self.ids.parameters[compartment])?,
                None => writeln!(text, "  {word}species {id};")?,
            }
        }
        for (index, (species, id)) in self.network.species.iter().zip(&self.ids.species).enumerate() {
            writeln!(text, "  {id} = {};", self.value(index, &species.initial))?;
        }
        Ok(())
    }

    fn events(&self, text: &mut String) -> std::fmt::Result {
        for (event, id) in self.network.events.iter().zip(&self.ids.events) {
            let start = if event.fires_at_start { ", t0=false" } else { "" };
            let set = event
                .assignments
                .iter()
                .map(|(species, amount)| format!("{} = {}", self.ids.species[*species], self.value(*species, amount)));
            let set = set.collect::<Vec<_>>().join(", ");
            writeln!(text, "  {id}: at ({}){start}: {set};", self.formula(&event.trigger))?;
        }
        Ok(())
    }

    fn is_concentration(&self, species: usize) -> bool {
        let species = &self.network.species[species];
        species.is_concentration && species.compartment.is_some()
    }

    /// The formula of an amount as the text means it: of the concentration where the species is one.
    fn value(&self, species: usize, amount: &Formula) -> String {
        match self.network.species[species].compartment {
            Some(size) if self.is_concentration(species) => self.formula(&value_of(amount, size)),
            _ => self.formula(amount),
        }
    }

    fn sides(&self, reaction: &Reaction) -> String {
        let side = |side: &[(usize, f64)]| {
            let participants = side.iter().map(|(species, count)| {
                let id = &self.ids.species[*species];
                if *count == 1.0 { id.clone() } else { format!("{} {id}", number(*count)) }
            });
            participants.collect::<Vec<_>>().join(" + ")
        };
        format!("{} -> {}", side(&reaction.reactants), side(&reaction.products))
    }

    fn symbol(&self, symbol: Symbol) -> &str {
        match symbol {
            Symbol::Species(index) => &self.ids.species[index],
            Symbol::Parameter(index) => &self.ids.parameters[index],
            Symbol::Variable(index) => &self.ids.variables[index],
            Symbol::Time => "time",
        }
    }

    fn formula(&self, formula: &Formula) -> String {
        let mut text = String::new();
        self.write(formula, WEAKEST, &mut text);
        text
    }

    /// Writes a formula, in brackets when it binds weaker than `least`.
    fn write(&self, formula: &Formula, least: u8, text: &mut String) {
        let strength = self.strength(formula);
        if strength < least {
            text.push('(');
        }
        match formula {
            Expression::Number(value) => text.push_str(&number(*value)),
            Expression::Symbol(Symbol::Species(species)) if self.is_concentration(*species) => {
                // The bare symbol is an amount; the name in the text means the concentration.
                let size = self.network.species[*species].compartment.unwrap_or_default();
                text.push_str(&format!("{} * {}", self.ids.species[*species], self.ids.parameters[size]));
            }
            Expression::Symbol(symbol) => text.push_str(self.symbol(*symbol)),
            Expression::Unary(operator, x) => {
                text.push(if *operator == Unary::Negate { '-' } else { '!' });
                // `-2` would be read as a number.
                let least = if matches!(**x, Expression::Number(_)) { STRONGEST + 1 } else { SIGN + 1 };
                self.write(x, least, text);
            }
            Expression::Binary(operator, x, y) => self.write_binary(formula, *operator, (x, y), text),
            Expression::Call(function, x) => self.write_call(function_name(*function), &[x], text),
            Expression::Piecewise { cases, otherwise } => {
                let mut arguments: Vec<&Formula> = cases.iter().flat_map(|(value, when)| [value, when]).collect();
                arguments.push(otherwise);
                self.write_call("piecewise", &arguments, text);
            }
        }
        if strength < least {
            text.push(')');
        }
    }

    fn write_binary(&self, formula: &Formula, operator: Binary, (x, y): (&Formula, &Formula), text: &mut String) {
        if let Some((species, size)) = is_concentration(formula)
            && self.is_concentration(species)
            && self.network.species[species].compartment == Some(size)
        {
            text.push_str(&self.ids.species[species]);
            return;
        }
        let strength = strength_of(operator);
        let (left, right) = match operator {
            // A chain of comparisons, and `&&` beside `||`, would be read otherwise: brackets on both sides.
            _ if strength <= COMPARISON => (strength + 1, strength + 1),
            Binary::Power => (STRONGEST, SIGN),
            _ => (strength, strength + 1),
        };
        let sign = match operator {
            Binary::Minimum => return self.write_call("min", &[x, y], text),
            Binary::Maximum => return self.write_call("max", &[x, y], text),
            Binary::ExclusiveOr => return self.write_call("xor", &[x, y], text),
            Binary::Power => "^",
            Binary::Add => " + ",
            Binary::Subtract => " - ",
            Binary::Multiply => " * ",
            Binary::Divide => " / ",
            Binary::Less => " < ",
            Binary::LessEqual => " <= ",
            Binary::Greater => " > ",
            Binary::GreaterEqual => " >= ",
            Binary::Equal => " == ",
            Binary::NotEqual => " != ",
            Binary::And => " && ",
            Binary::Or => " || ",
        };
        self.write(x, left, text);
        text.push_str(sign);
        self.write(y, right, text);
    }

    fn write_call(&self, name: &str, arguments: &[&Formula], text: &mut String) {
        text.push_str(name);
        text.push('(');
        for (index, argument) in arguments.iter().enumerate() {
            if index > 0 {
                text.push_str(", ");
            }
            self.write(argument, WEAKEST, text);
        }
        text.push(')');
    }

    fn strength(&self, formula: &Formula) -> u8 {
        match formula {
            Expression::Number(value) if *value < 0.0 || value.is_sign_negative() => SIGN,
            Expression::Symbol(Symbol::Species(species)) if self.is_concentration(*species) => PRODUCT,
            Expression::Binary(operator, ..) if !self.is_written_as_name(formula) => strength_of(*operator),
            Expression::Unary(..) => SIGN,
            _ => STRONGEST,
        }
    }

    fn is_written_as_name(&self, formula: &Formula) -> bool {
        is_concentration(formula).is_some_and(|(species, size)| {
            self.is_concentration(species) && self.network.species[species].compartment == Some(size)
        })
    }
}

const WEAKEST: u8 = 0;
const COMPARISON: u8 = 2;
const PRODUCT: u8 = 4;
const SIGN: u8 = 5;
const STRONGEST: u8 = 7;

fn strength_of(operator: Binary) -> u8 {
    match operator {
        Binary::And | Binary::Or => 1,
        Binary::Less | Binary::LessEqual | Binary::Greater => COMPARISON,
        Binary::GreaterEqual | Binary::Equal | Binary::NotEqual => COMPARISON,
        Binary::Add | Binary::Subtract => 3,
        Binary::Multiply | Binary::Divide => PRODUCT,
        Binary::Power => 6,
        Binary::Minimum | Binary::Maximum | Binary::ExclusiveOr => STRONGEST,
    }
}

/// The shortest text that is read as the same number.
fn number(value: f64) -> String {
    if value.is_nan() {
        "notanumber".to_string()
    } else if value.is_infinite() {
        if value > 0.0 { "infinity".to_string() } else { "-infinity".to_string() }
    } else if value == value.trunc() && value.abs() < 1e15 {
        format!("{value}")
    } else {
        format!("{value:?}")
    }
}

fn function_name(function: Function) -> &'static str {
    match function {
        Function::Exp => "exp",
        Function::Ln => "ln",
        Function::Log10 => "log10",
        Function::Sqrt => "sqrt",
        Function::Abs => "abs",
        Function::Floor => "floor",
        Function::Ceil => "ceil",
        Function::Sin => "sin",
        Function::Cos => "cos",
        Function::Tan => "tan",
        Function::Asin => "asin",
        Function::Acos => "acos",
        Function::Atan => "atan",
        Function::Sinh => "sinh",
        Function::Cosh => "cosh",
        Function::Tanh => "tanh",
    }
}
