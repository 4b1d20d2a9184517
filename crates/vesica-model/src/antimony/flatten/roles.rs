//! Each class becomes a parameter, a species, a variable or a reaction.

use super::gather::{Class, Gathered, Given};
use super::{Findings, Formula, Name, zeros};
use crate::expression::{Binary, Expression, Unary};

/// What a class is in the network.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Role {
    /// Nothing: a name of an event, or a name that nothing uses.
    None,
    /// A number.
    Parameter(f64),
    /// A part of the state. `compartment` is the class of its compartment.
    Species { compartment: Compartment, is_concentration: bool, start: Option<Formula> },
    /// An assignment rule.
    Rule(Formula),
    /// A constant that is worked out from others at the start.
    Constant(Formula),
    /// The rate of a reaction.
    Reaction(usize),
}

/// Where a species is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compartment {
    None,
    Class(usize),
    /// The compartment of what has none, of size 1.
    Default,
}

pub(super) struct Roles {
    /// By class.
    pub roles: Vec<Role>,
    /// Class and rate of change (of the amount where it is an amount, else of the concentration).
    pub rates: Vec<(usize, Formula)>,
    /// Class and the formula that is 0 where it has its value.
    pub zeros: Vec<(usize, Formula)>,
    /// Classes without value, in order of their first use.
    pub undefined: Vec<usize>,
}

/// Name of the compartment of species that have none.
pub(super) const DEFAULT_COMPARTMENT: &str = "default_compartment";

/// Gives every class its role.
pub(super) fn assign(gathered: &mut Gathered, findings: &mut Findings) -> Roles {
    let default = gathered.classes.iter().position(|class| class.name == DEFAULT_COMPARTMENT);
    let default = default.map_or(Compartment::Default, Compartment::Class);
    if let Compartment::Class(class) = default {
        gathered.classes[class].is_compartment = true;
    }
    let zeros = zeros::assign(gathered, findings);
    let mut assigner = Assigner { findings, default, rates: Vec::new(), undefined: Vec::new(), lost: Vec::new() };
    let mut roles = Vec::with_capacity(gathered.classes.len());
    for (index, class) in gathered.classes.iter_mut().enumerate() {
        let is_held = zeros.iter().any(|(held, _)| *held == index);
        roles.push(assigner.role(index, class, is_held));
    }
    let Assigner { rates, mut undefined, lost, .. } = assigner;
    undefined
        .sort_by_key(|index| gathered.classes[*index].used.map_or((usize::MAX, *index), |(use_, _)| (use_, *index)));
    let is_named = |index: usize| !matches!(roles[index], Role::None | Role::Reaction(_));
    let is_known = |index: usize| is_named(index) && !undefined.contains(&index) && !lost.contains(&index);
    for index in undefined.iter().chain(&lost) {
        let is_state = matches!(roles[*index], Role::Species { .. });
        report_undefined(*index, is_state, gathered, &is_known, findings);
    }
    Roles { roles, rates, zeros, undefined }
}

struct Assigner<'a, 'f> {
    findings: &'a mut Findings<'f>,
    default: Compartment,
    rates: Vec<(usize, Formula)>,
    undefined: Vec<usize>,
    /// Species that nobody declares, makes or gives a value.
    lost: Vec<usize>,
}

impl Assigner<'_, '_> {
    /// `is_held`: by an algebraic rule.
    fn role(&mut self, index: usize, class: &mut Class, is_held: bool) -> Role {
        if let Some(reaction) = class.reaction {
            self.check_bare(class, "a reaction");
            return Role::Reaction(reaction);
        }
        if class.is_event {
            self.check_bare(class, "an event");
            return Role::None;
        }
        let start = self.start(class);
        let rate = self.only(&mut class.rates, &class.name, "rate rules");
        if let Some(rule) = self.only(&mut class.rules, &class.name, "rules") {
            self.check_rule(class, &rule, rate.is_some());
            return Role::Rule(rule.formula);
        }
        if class.is_compartment {
            return Role::Parameter(self.size(class, start, rate));
        }
        let is_changed = rate.is_some() || class.assigned.is_some() || is_held;
        if is_changed && class.is_constant {
            let spot = rate.as_ref().map_or(class.assigned, |rate| Some(rate.spot)).unwrap_or(class.spot);
            let message = format!("`{}` is a constant and is changed", class.name);
            self.findings.report("E63", spot, message, "take `const` away, or the rule or event");
        }
        let role = if class.is_species {
            self.species(index, class, start, rate.is_some() || is_held)
        } else if is_changed {
            if start.is_none() && !class.is_broken {
                self.undefined.push(index);
            }
            let start = Some(start.map_or(Expression::Number(f64::NAN), |given| given.formula));
            Role::Species { compartment: Compartment::None, is_concentration: false, start }
        } else {
            self.constant(index, class, start)
        };
        if let Some(rate) = rate {
            self.rates.push((index, rate.formula));
        }
        role
    }

    /// A name of a reaction or event can be nothing else.
    fn check_bare(&mut self, class: &Class, what: &str) {
        let other = class.starts.first().or(class.rules.first()).or(class.rates.first());
        let spot = other.map(|given| given.spot).or(class.participates).or(class.assigned);
        if let Some(spot) = spot {
            let message = format!("`{}` is the name of {what} and can not have a value of its own", class.name);
            self.findings.report("E63", spot, message, "give it another name");
        }
    }

    fn check_rule(&mut self, class: &Class, rule: &Given, has_rate: bool) {
        let name = &class.name;
        if has_rate {
            let message = format!("`{name}` has a rule and a rate rule");
            self.findings.report("E57", rule.spot, message, "take one of the two out");
        }
        if let Some(spot) = class.assigned {
            let message = format!("an event sets `{name}`, which a rule holds at all times");
            self.findings.report("E57", spot, message, "take the rule or the assignment out");
        }
        if class.is_compartment {
            self.changing_compartment(class, rule);
        } else if let Some(spot) = class.participates.filter(|_| !class.is_boundary && !class.is_constant) {
            let message = format!("a reaction changes `{name}`, which a rule holds at all times");
            self.findings.report("E63", spot, message, format!("write `${name}` if the reaction shall not change it"));
        }
    }

    /// The only rule of a class; more than one is an error that names both places.
    fn only(&mut self, given: &mut Vec<Given>, name: &str, what: &str) -> Option<Given> {
        given.sort_by_key(|given| given.depth);
        if given.len() > 1 {
            let message = format!("`{name}` has two {what} (the other place: {})", self.findings.line(given[0].spot));
            self.findings.report("E57", given[1].spot, message, "take one of the two out");
        }
        (!given.is_empty()).then(|| given.swap_remove(0))
    }

    /// The value that counts: that of the outermost model, its last word.
    fn start(&mut self, class: &mut Class) -> Option<Given> {
        let outermost = class.starts.iter().map(|given| given.depth).min()?;
        let mut chosen: Option<Given> = None;
        for given in class.starts.drain(..).filter(|given| given.depth == outermost) {
            let Some(old) = &chosen else {
                chosen = Some(given);
                continue;
            };
            let is_same = old.formula == given.formula;
            let other = self.findings.line(old.spot);
            if old.instance == given.instance {
                if !is_same {
                    let message =
                        format!("`{}` has two values; this one counts (the other place: {other})", class.name);
                    self.findings.report("W52", given.spot, message, "take one of the two out");
                }
                chosen = Some(given);
            } else if !is_same && class.rules.is_empty() {
                let message = format!("two parts give `{}` different values (the other place: {other})", class.name);
                let help = format!("give the value in the outer model: `{} = ...`", class.name);
                self.findings.report("E56", given.spot, message, help);
            }
        }
        chosen
    }

    /// Size of a compartment.
    fn size(&mut self, class: &Class, start: Option<Given>, rate: Option<Given>) -> f64 {
        if let Some(rate) = rate {
            self.changing_compartment(class, &rate);
        }
        if let Some(spot) = class.assigned {
            let message = format!("compartment `{}` is changed by an event, which is not read yet", class.name);
            self.findings.report("E66", spot, message, "keep its size constant");
        }
        let Some(start) = start else {
            if class.name != DEFAULT_COMPARTMENT {
                let message = format!("compartment `{}` has no size; 1 is taken", class.name);
                self.findings.report("W55", class.spot, message, format!("write `{} = 1`", class.name));
            }
            return 1.0;
        };
        folded(&start.formula).unwrap_or_else(|| {
            self.changing_compartment(class, &start);
            f64::NAN
        })
    }

    fn changing_compartment(&mut self, class: &Class, given: &Given) {
        let message = format!("the size of compartment `{}` is a formula, which is not read yet", class.name);
        self.findings.report("E66", given.spot, message, "give its size as a number");
    }

    fn species(&mut self, index: usize, class: &Class, start: Option<Given>, has_rate: bool) -> Role {
        let is_concentration = !class.is_substance_only.is_some_and(|said| said.what);
        let is_fixed = class.is_boundary || class.is_constant;
        if let Some(spot) = class.participates.filter(|_| has_rate && !is_fixed) {
            let message = format!("a reaction changes `{}`, which has a rate rule", class.name);
            self.findings.report(
                "E63",
                spot,
                message,
                format!("write `${}` if the reaction shall not change it", class.name),
            );
        }
        if start.is_none() && !class.is_broken {
            self.report_no_start(index, class, is_fixed);
        }
        let start = start.map_or(Expression::Number(0.0), |given| given.formula);
        if is_fixed && !has_rate {
            // Nothing but an event changes it, so it is what the text says, an amount or a concentration.
            return match (class.assigned, folded(&start)) {
                (Some(_), _) => {
                    Role::Species { compartment: Compartment::None, is_concentration: false, start: Some(start) }
                }
                (None, Some(value)) => Role::Parameter(value),
                (None, None) => Role::Constant(start),
            };
        }
        let compartment = match class.compartment {
            Some(said) => Compartment::Class(said.what),
            None if is_concentration => self.default,
            None => Compartment::None,
        };
        Role::Species { compartment, is_concentration, start: Some(start) }
    }

    fn report_no_start(&mut self, index: usize, class: &Class, is_fixed: bool) {
        let is_named = class.used.is_some();
        if is_fixed && !is_named {
            // A source or sink: its amount plays no part.
            return;
        }
        if !class.is_declared && !class.is_made && class.assigned.is_none() {
            // Nobody declares it, makes it or gives it a value: it would be 0 for ever. It is misspelled.
            self.lost.push(index);
            return;
        }
        let message = format!("species `{}` has no value at the start; 0 is taken", class.name);
        self.findings.report("W51", class.spot, message, format!("write `{} = 0` if that is meant", class.name));
    }

    fn constant(&mut self, index: usize, class: &Class, start: Option<Given>) -> Role {
        let Some(start) = start else {
            let is_asked_for = class.used.is_some() || class.is_declared;
            if class.is_broken {
                return Role::Parameter(f64::NAN);
            }
            if is_asked_for {
                self.undefined.push(index);
                return Role::Parameter(f64::NAN);
            }
            return Role::None;
        };
        match folded(&start.formula) {
            Some(value) => Role::Parameter(value),
            None => Role::Constant(start.formula),
        }
    }
}

/// A name without value: a misspelling in the model itself, or a constant that nobody sets.
fn report_undefined(
    index: usize,
    is_state: bool,
    gathered: &Gathered,
    is_known: &dyn Fn(usize) -> bool,
    findings: &mut Findings,
) {
    let class = &gathered.classes[index];
    let near = if findings.searches_left == 0 { None } else { near_sibling(index, gathered, is_known, findings) };
    let set = format!("give it a value: `{} = 1`", class.name);
    let help = near.map_or(set.clone(), |near| format!("did you mean `{near}`? or {set}"));
    if is_state && !class.is_species {
        findings.report("E55", class.spot, format!("`{}` has no value at the start", class.name), set);
    } else if class.is_species {
        findings.report("E15", class.spot, format!("no species `{}` in this module", class.name), help);
    } else if class.depth == 0 && !class.is_declared && !class.is_port {
        findings.report("E15", class.spot, format!("no species or constant `{}` in this module", class.name), help);
    } else {
        findings.report("E55", class.spot, format!("`{}` has no value", class.name), help);
    }
}

/// The nearest name with a value in the same submodel.
fn near_sibling<'g>(
    index: usize,
    gathered: &'g Gathered,
    is_known: &dyn Fn(usize) -> bool,
    findings: &mut Findings,
) -> Option<&'g str> {
    let parts = |name: &'g str| name.rsplit_once('.').unwrap_or(("", name));
    let (prefix, own) = parts(&gathered.classes[index].name);
    let others = gathered.classes.iter().enumerate().filter(|(other, _)| *other != index && is_known(*other));
    let siblings = others.map(|(_, other)| parts(&other.name)).filter(|(its_prefix, _)| *its_prefix == prefix);
    findings.nearest(own, siblings.map(|(_, its_own)| its_own))
}

/// Value of a formula of numbers alone; only steps that every machine rounds alike.
fn folded(formula: &Formula) -> Option<f64> {
    match formula {
        Expression::Number(value) => Some(*value),
        Expression::Unary(Unary::Negate, x) => Some(-folded(x)?),
        Expression::Binary(operator, x, y) => {
            let (x, y) = (folded(x)?, folded(y)?);
            match operator {
                Binary::Add => Some(x + y),
                Binary::Subtract => Some(x - y),
                Binary::Multiply => Some(x * y),
                Binary::Divide => Some(x / y),
                Binary::Power if y.fract() == 0.0 && (0.0..=32.0).contains(&y) => {
                    Some((0..y as usize).fold(1.0, |product, _| product * x))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Classes that a formula names.
pub(super) fn classes_in(formula: &Formula, visit: &mut impl FnMut(usize)) {
    formula.each_symbol(&mut |name| {
        if let Name::Class(class) = name {
            visit(*class);
        }
    });
}
