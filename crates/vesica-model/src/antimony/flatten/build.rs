//! Classes in order become the lists of a network, formulas name their indices.

use super::gather::Gathered;
use super::lower::{MOST_NODES, TALLEST};
use super::order::{Order, at_start, size_in_line};
use super::roles::{Compartment, DEFAULT_COMPARTMENT, Role, Roles};
use super::{Findings, Formula, Name, Spot};
use crate::antimony::amounts::{amount_of, concentration, is_amount_product};
use crate::expression::{Binary, Expression};
use crate::network::{self, Event, Network, Parameter, Reaction, Species, Symbol, Variable};

/// Builds the network.
pub(super) fn network(id: &str, gathered: &Gathered, roles: &Roles, order: &Order, findings: &mut Findings) -> Network {
    let n_classes = roles.roles.len();
    let network = Network { id: id.to_string(), ..Network::default() };
    let places = vec![Place::None; n_classes];
    let sizes = vec![(1, 1); n_classes];
    let mut builder = Builder { gathered, roles, order, network, places, sizes, rates: Vec::new(), findings };
    builder.add_parameters();
    builder.add_species();
    builder.add_variables();
    builder.add_reactions();
    builder.add_changes();
    builder.network
}

/// What a class became.
#[derive(Clone, Copy)]
enum Place {
    None,
    Symbol(Symbol),
    /// A species that formulas mean as a concentration, with the parameter of its compartment.
    Concentration(usize, usize),
    /// Index into the finished rates.
    Rate(usize),
}

struct Builder<'a, 'f> {
    gathered: &'a Gathered,
    roles: &'a Roles,
    order: &'a Order,
    network: Network,
    places: Vec<Place>,
    /// Nodes and height of what stands in formulas for a class.
    sizes: Vec<(usize, usize)>,
    /// Finished rates of reactions.
    rates: Vec<network::Formula>,
    findings: &'a mut Findings<'f>,
}

impl Builder<'_, '_> {
    fn name(&self, class: usize) -> String {
        self.gathered.classes[class].name.clone()
    }

    fn add_parameters(&mut self) {
        let mut needs_default = false;
        for (class, role) in self.roles.roles.iter().enumerate() {
            let value = match role {
                Role::Parameter(value) => *value,
                Role::Rule(_) | Role::Constant(_) if self.order.is_cyclic[class] => f64::NAN,
                _ => {
                    needs_default |= matches!(role, Role::Species { compartment: Compartment::Default, .. });
                    continue;
                }
            };
            self.places[class] = Place::Symbol(Symbol::Parameter(self.network.parameters.len()));
            self.network.parameters.push(Parameter { id: self.name(class), value });
        }
        if needs_default {
            self.network.parameters.push(Parameter { id: DEFAULT_COMPARTMENT.to_string(), value: 1.0 });
        }
    }

    /// Index of the parameter that is the size of a compartment.
    fn compartment(&self, compartment: Compartment) -> Option<usize> {
        match compartment {
            Compartment::None => None,
            Compartment::Default => Some(self.network.parameters.len() - 1),
            Compartment::Class(class) => match self.places[class] {
                Place::Symbol(Symbol::Parameter(index)) => Some(index),
                _ => None,
            },
        }
    }

    fn add_species(&mut self) {
        let roles = self.roles;
        for (class, role) in roles.roles.iter().enumerate() {
            let Role::Species { compartment, is_concentration, .. } = role else { continue };
            let index = self.network.species.len();
            let compartment = self.compartment(*compartment);
            let is_concentration = *is_concentration && compartment.is_some();
            self.places[class] = match compartment {
                Some(size) if is_concentration => Place::Concentration(index, size),
                _ => Place::Symbol(Symbol::Species(index)),
            };
            self.sizes[class] = if is_concentration { (3, 2) } else { (1, 1) };
            let id = self.name(class);
            self.network.species.push(Species { id, initial: Expression::Number(0.0), compartment, is_concentration });
        }
        // All parameters and species have their places now; the values at the start name parameters alone.
        for (class, role) in roles.roles.iter().enumerate() {
            if let (Role::Species { .. }, Some(start)) = (role, &self.order.starts[class]) {
                let value = self.finished(start);
                let (Place::Symbol(Symbol::Species(index)) | Place::Concentration(index, _)) = self.places[class]
                else {
                    continue;
                };
                self.network.species[index].initial = match self.places[class] {
                    Place::Concentration(_, size) => amount_of(value, size),
                    _ => value,
                };
            }
        }
    }

    fn add_variables(&mut self) {
        let (order, roles) = (self.order, self.roles);
        for class in order.classes.iter().copied().filter(|class| !order.is_cyclic[*class]) {
            let formula = match &roles.roles[class] {
                Role::Rule(formula) => self.checked(class, formula.clone()),
                Role::Constant(formula) => self.constant(class, formula),
                Role::Reaction(reaction) => {
                    let rate = self.checked(class, self.gathered.reactions[*reaction].rate.clone());
                    let rate = self.finished(&rate);
                    self.places[class] = Place::Rate(self.rates.len());
                    self.rates.push(rate);
                    continue;
                }
                _ => continue,
            };
            let value = self.finished(&formula);
            self.places[class] = Place::Symbol(Symbol::Variable(self.network.variables.len()));
            self.network.variables.push(Variable { id: self.name(class), value });
        }
    }

    /// A constant that is worked out at the start: what changes later is replaced by its value at the start.
    fn constant(&mut self, class: usize, formula: &Formula) -> Formula {
        let order = self.order;
        let replaced = formula.substitute(&mut |name| match name {
            Name::Class(used) if order.is_static[*used] => Expression::Symbol(*name),
            _ => at_start(&Expression::Symbol(*name), &order.starts),
        });
        self.checked(class, replaced)
    }

    /// A formula that stays small with the rates in line that it names; else it is reported.
    fn checked(&mut self, class: usize, formula: Formula) -> Formula {
        let size = size_in_line(&formula, &self.sizes);
        if size.0 <= MOST_NODES && size.1 <= TALLEST {
            if let Role::Reaction(_) = self.roles.roles[class] {
                self.sizes[class] = size;
            }
            return formula;
        }
        let class = &self.gathered.classes[class];
        let message = format!("the formula of `{}` is too large with the rates in line that it names", class.name);
        self.findings.report("E61", class.spot, message, "give its parts names with `:=`");
        Expression::Number(f64::NAN)
    }

    fn add_reactions(&mut self) {
        for reaction in &self.gathered.reactions {
            let Place::Rate(rate) = self.places[reaction.class] else { continue };
            let side = |side: &[(usize, f64)]| {
                let changed = side.iter().filter_map(|(class, count)| match self.places[*class] {
                    Place::Symbol(Symbol::Species(index)) | Place::Concentration(index, _) => {
                        let class = &self.gathered.classes[*class];
                        (!class.is_boundary && !class.is_constant).then_some((index, *count))
                    }
                    _ => None,
                });
                changed.collect::<Vec<_>>()
            };
            let (reactants, products) = (side(&reaction.reactants), side(&reaction.products));
            let rate = self.rates[rate].clone();
            self.network.reactions.push(Reaction { id: self.name(reaction.class), reactants, products, rate });
        }
    }

    /// Rate rules, algebraic rules and events.
    fn add_changes(&mut self) {
        let (roles, gathered) = (self.roles, self.gathered);
        for (class, rate) in &roles.rates {
            if let Some((species, rate)) = self.change(*class, rate) {
                self.network.rate_rules.push((species, rate));
            }
        }
        for (class, zero) in &roles.zeros {
            if let Place::Symbol(Symbol::Species(index)) | Place::Concentration(index, _) = self.places[*class] {
                self.network.algebraic_rules.push((index, self.finished(zero)));
            }
        }
        for event in &gathered.events {
            let mut assignments = Vec::new();
            for (class, formula, spot) in &event.assignments {
                match self.change(*class, formula) {
                    Some(change) => assignments.push(change),
                    None => self.report_unchangeable(*class, *spot),
                }
            }
            let trigger = self.finished(&event.trigger);
            let id = self.name(event.class);
            let fires_at_start = event.fires_at_start;
            self.network.events.push(Event { id, trigger, fires_at_start, assignments });
        }
    }

    /// An assignment to what is no state, unless the fault was told already.
    fn report_unchangeable(&mut self, class: usize, spot: Spot) {
        let found = &self.gathered.classes[class];
        let is_told = found.is_broken || found.is_compartment || !found.rules.is_empty();
        if !is_told && !matches!(self.roles.roles[class], Role::Rule(_)) {
            let message = format!("an event can not set `{}`", found.name);
            self.findings.report("E63", spot, message, "events set species and numbers");
        }
    }

    /// Species and formula of its amount (or of the change of its amount).
    fn change(&self, class: usize, formula: &Formula) -> Option<(usize, network::Formula)> {
        let formula = self.finished(formula);
        match self.places[class] {
            Place::Symbol(Symbol::Species(index)) => Some((index, formula)),
            Place::Concentration(index, size) => Some((index, amount_of(formula, size))),
            _ => None,
        }
    }

    /// The formula with indices of the network.
    fn finished(&self, formula: &Formula) -> network::Formula {
        // `concentration x compartment` is the amount itself.
        if let Expression::Binary(Binary::Multiply, x, y) = formula
            && let Some(amount) = is_amount_product(&self.finished_symbol(x), &self.finished_symbol(y))
        {
            return Expression::Symbol(Symbol::Species(amount));
        }
        match formula {
            Expression::Number(value) => Expression::Number(*value),
            Expression::Symbol(Name::Time) => Expression::Symbol(Symbol::Time),
            Expression::Symbol(Name::Class(class)) => match self.places[*class] {
                Place::Symbol(symbol) => Expression::Symbol(symbol),
                Place::Concentration(species, size) => concentration(species, size),
                Place::Rate(rate) => self.rates[rate].clone(),
                Place::None => Expression::Number(f64::NAN),
            },
            Expression::Unary(operator, x) => Expression::Unary(*operator, Box::new(self.finished(x))),
            Expression::Call(function, x) => Expression::Call(*function, Box::new(self.finished(x))),
            Expression::Binary(operator, x, y) => {
                Expression::Binary(*operator, Box::new(self.finished(x)), Box::new(self.finished(y)))
            }
            Expression::Piecewise { cases, otherwise } => Expression::Piecewise {
                cases: cases.iter().map(|(value, when)| (self.finished(value), self.finished(when))).collect(),
                otherwise: Box::new(self.finished(otherwise)),
            },
        }
    }

    /// What a bare symbol becomes; not a number for everything else.
    fn finished_symbol(&self, formula: &Formula) -> network::Formula {
        match formula {
            Expression::Symbol(Name::Class(_)) => self.finished(formula),
            _ => Expression::Number(f64::NAN),
        }
    }
}
