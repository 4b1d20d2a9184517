//! A flat reaction network: what a model means, with names, before it is compiled.
//!
//! The state is amounts. Where a module speaks of a concentration, its formula was rewritten to
//! amount / compartment size. Compartment sizes are parameters.

use std::collections::BTreeSet;

use crate::expression::{Binary, Expression};

/// What a formula of a [`Network`] can name: an index into one of its lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Symbol {
    /// Amount of a species.
    Species(usize),
    /// A number that the caller may set; constant while the network runs.
    Parameter(usize),
    /// The value of an assignment rule.
    Variable(usize),
    /// Time.
    Time,
}

/// Formula of a network.
pub type Formula = Expression<Symbol>;

/// A number that the caller may set before or between runs. Compartment sizes are among them.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Full name; constants of a submodel are `submodel.constant`.
    pub id: String,
    /// Default; NaN when the model gives none.
    pub value: f64,
}

/// A part of the state: a species, or a parameter that a rate rule or an event changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Species {
    /// Full name.
    pub id: String,
    /// Amount at the start, a formula of parameters.
    pub initial: Formula,
    /// Index of the parameter that is the size of its compartment; `None` for what is not in one.
    pub compartment: Option<usize>,
    /// The model speaks of its concentration (so readers and prints should, too).
    pub is_concentration: bool,
}

/// An assignment rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Full name.
    pub id: String,
    /// Formula; may name only variables that stand before it.
    pub value: Formula,
}

/// A reaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Reaction {
    /// Full name.
    pub id: String,
    /// `(species, how many)` used up.
    pub reactants: Vec<(usize, f64)>,
    /// `(species, how many)` made.
    pub products: Vec<(usize, f64)>,
    /// Amount per time.
    pub rate: Formula,
}

/// Something that happens once when its trigger turns true.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Full name.
    pub id: String,
    /// Truth.
    pub trigger: Formula,
    /// Whether it fires at the start when the trigger is true there (Antimony `t0 = false`).
    pub fires_at_start: bool,
    /// `(species, new amount)`, all evaluated before any is assigned.
    pub assignments: Vec<(usize, Formula)>,
}

/// A flat network. Free to edit; compiled by `vesica-engine`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// Name of the model.
    pub id: String,
    /// Numbers the caller may set.
    pub parameters: Vec<Parameter>,
    /// The state.
    pub species: Vec<Species>,
    /// Assignment rules in an order in which they can be evaluated.
    pub variables: Vec<Variable>,
    /// Reactions.
    pub reactions: Vec<Reaction>,
    /// `(species, amount per time)`: rate rules.
    pub rate_rules: Vec<(usize, Formula)>,
    /// `(species, formula)`: algebraic rules. The species has, at all times, the amount at which the formula is 0;
    /// what it is said to have at the start is where the search for that amount begins. No reaction, rate rule or event
    /// changes it.
    pub algebraic_rules: Vec<(usize, Formula)>,
    /// Events.
    pub events: Vec<Event>,
}

impl Network {
    /// Index of a parameter.
    pub fn parameter(&self, id: &str) -> Option<usize> {
        self.parameters.iter().position(|p| p.id == id)
    }

    /// Index of a species.
    pub fn species(&self, id: &str) -> Option<usize> {
        self.species.iter().position(|s| s.id == id)
    }

    /// Index of a variable.
    pub fn variable(&self, id: &str) -> Option<usize> {
        self.variables.iter().position(|v| v.id == id)
    }

    /// Species that count what happened so far: in no compartment, made by some reaction and used up by none.
    /// To be asked before [`Network::dilute`].
    ///
    /// ```
    /// # use vesica_model::Library;
    /// let mut library = Library::default();
    /// library.read("m", "model m(); compartment cell = 1; species A in cell = 1; substanceOnly species n = 0; A => n; A; end");
    /// let network = library.flatten("m").0;
    /// assert_eq!(network.counters(), [network.species("n").unwrap()]);
    /// ```
    pub fn counters(&self) -> Vec<usize> {
        let used: BTreeSet<usize> =
            self.reactions.iter().flat_map(|reaction| &reaction.reactants).map(|one| one.0).collect();
        let made: BTreeSet<usize> =
            self.reactions.iter().flat_map(|reaction| &reaction.products).map(|one| one.0).collect();
        made.difference(&used).copied().filter(|species| self.species[*species].compartment.is_none()).collect()
    }

    /// Holds species as they are: each becomes a parameter of its name with this amount, so that it can be set and
    /// followed. What is left of reactions changes the others alone; those that change nothing are taken out, and so are
    /// rules and assignments of what is held. `held`: `(species, amount)`.
    ///
    /// The fast part of a network, its slow pools held:
    ///
    /// ```
    /// # use vesica_model::Library;
    /// let mut library = Library::default();
    /// library.read("m", "model m(); substanceOnly species A = 9, B = 1; A -> B; 0.1*A; B -> ; B; end");
    /// let mut network = library.flatten("m").0;
    /// network.hold(&[(network.species("A").unwrap(), 4.0)]);
    /// assert_eq!(network.parameters[network.parameter("A").unwrap()].value, 4.0);
    /// assert_eq!((network.species.len(), network.reactions[0].reactants.len()), (1, 0));
    /// ```
    ///
    /// # Panics
    /// If there is no such species.
    pub fn hold(&mut self, held: &[(usize, f64)]) {
        let mut places: Vec<Option<Symbol>> = vec![None; self.species.len()];
        for (species, value) in held {
            if places[*species].is_none() {
                places[*species] = Some(Symbol::Parameter(self.parameters.len()));
                self.parameters.push(Parameter { id: self.species[*species].id.clone(), value: *value });
            }
        }
        for (index, place) in places.iter_mut().filter(|place| place.is_none()).enumerate() {
            *place = Some(Symbol::Species(index));
        }
        let place = |species: usize| places[species].unwrap_or(Symbol::Species(species));
        let moved = |formula: &Formula| {
            formula.substitute(&mut |symbol| {
                Expression::Symbol(match *symbol {
                    Symbol::Species(species) => place(species),
                    other => other,
                })
            })
        };
        let left = |species: usize| match place(species) {
            Symbol::Species(index) => Some(index),
            _ => None,
        };
        let rules = |rules: &[(usize, Formula)]| -> Vec<(usize, Formula)> {
            rules.iter().filter_map(|(species, formula)| Some((left(*species)?, moved(formula)))).collect()
        };
        (self.rate_rules, self.algebraic_rules) = (rules(&self.rate_rules), rules(&self.algebraic_rules));
        for event in &mut self.events {
            (event.trigger, event.assignments) = (moved(&event.trigger), rules(&event.assignments));
        }
        self.variables.iter_mut().for_each(|variable| variable.value = moved(&variable.value));
        for reaction in &mut self.reactions {
            for side in [&mut reaction.reactants, &mut reaction.products] {
                *side = side.iter().filter_map(|(species, count)| Some((left(*species)?, *count))).collect();
            }
            reaction.rate = moved(&reaction.rate);
        }
        self.reactions.retain(|reaction| !(reaction.reactants.is_empty() && reaction.products.is_empty()));
        self.species.iter_mut().for_each(|species| species.initial = moved(&species.initial));
        let mut index = 0;
        self.species.retain(|_| {
            index += 1;
            left(index - 1).is_some()
        });
    }

    /// Adds a reaction `dilution.<species>` with rate growth x amount for every species that a reaction moves.
    ///
    /// `growth_parameter` is the index of the growth rate, per time. Counters that reactions feed are diluted, too:
    /// then the number of cells times what one of them holds is what the whole clone holds. What only rules or
    /// events change is left alone. Whatever is to stay constant in a growing cell must be made as fast.
    ///
    /// ```
    /// # use vesica_model::Library;
    /// let mut library = Library::default();
    /// library.read("m", "model m(); compartment cell = 2; species A in cell = 1; growth = 0.1; => A; 3; end");
    /// let mut network = library.flatten("m").0;
    /// let growth = network.parameter("growth").unwrap();
    /// network.dilute(growth);
    /// assert_eq!(network.reactions[1].id, "dilution.A");
    /// ```
    pub fn dilute(&mut self, growth_parameter: usize) {
        let sides = self.reactions.iter().flat_map(|reaction| reaction.reactants.iter().chain(&reaction.products));
        let moved: BTreeSet<usize> = sides.map(|(species, _)| *species).collect();
        for species in moved {
            self.reactions.push(Reaction {
                id: format!("dilution.{}", self.species[species].id),
                reactants: vec![(species, 1.0)],
                products: Vec::new(),
                rate: Expression::Binary(
                    Binary::Multiply,
                    Box::new(Expression::Symbol(Symbol::Parameter(growth_parameter))),
                    Box::new(Expression::Symbol(Symbol::Species(species))),
                ),
            });
        }
    }
}
