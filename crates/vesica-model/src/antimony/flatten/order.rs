//! The order in which values can be worked out, and which of them stay as they are while the network runs.

use super::gather::Gathered;
use super::lower::{MOST_NODES, TALLEST};
use super::roles::{Role, Roles, classes_in};
use super::{Findings, Formula, Name};
use crate::expression::Expression;

pub(super) struct Order {
    /// Classes; each stands behind those that its formula names.
    pub classes: Vec<usize>,
    /// By class: the value at the start, a formula of parameters; only where it is asked for.
    pub starts: Vec<Option<Formula>>,
    /// By class: it stays as it is while the network runs.
    pub is_static: Vec<bool>,
    /// By class: it is part of a cycle (reported) and has no value.
    pub is_cyclic: Vec<bool>,
}

/// Puts all classes in order and works out the values at the start.
pub(super) fn order(gathered: &Gathered, roles: &Roles, findings: &mut Findings) -> Order {
    let n_classes = roles.roles.len();
    let mut sorter = Sorter {
        gathered,
        roles,
        marks: vec![Mark::New; n_classes],
        classes: Vec::with_capacity(n_classes),
        is_cyclic: vec![false; n_classes],
    };
    for class in 0..n_classes {
        sorter.visit(class, findings);
    }
    let Sorter { classes, is_cyclic, .. } = sorter;
    let is_static = statics(&classes, &is_cyclic, gathered, roles);
    let mut order = Order { classes, starts: Vec::new(), is_static, is_cyclic };
    order.starts = starts(&order, gathered, roles, findings);
    order
}

/// The formula that a class needs before it has a value.
fn formula_of<'a>(class: usize, gathered: &'a Gathered, roles: &'a Roles) -> Option<&'a Formula> {
    match &roles.roles[class] {
        Role::Rule(formula) | Role::Constant(formula) => Some(formula),
        Role::Species { start, .. } => start.as_ref(),
        Role::Reaction(reaction) => Some(&gathered.reactions[*reaction].rate),
        Role::Parameter(_) | Role::None => None,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    New,
    Open,
    Done,
}

struct Sorter<'a> {
    gathered: &'a Gathered,
    roles: &'a Roles,
    marks: Vec<Mark>,
    classes: Vec<usize>,
    is_cyclic: Vec<bool>,
}

impl Sorter<'_> {
    fn needs(&self, class: usize) -> Vec<usize> {
        let mut needs = Vec::new();
        if let Some(formula) = formula_of(class, self.gathered, self.roles) {
            classes_in(formula, &mut |class| needs.push(class));
        }
        needs
    }

    /// Depth first, with a stack of its own: a chain of rules may be as long as the text.
    fn visit(&mut self, class: usize, findings: &mut Findings) {
        if self.marks[class] != Mark::New {
            return;
        }
        self.marks[class] = Mark::Open;
        let mut stack = vec![(class, self.needs(class), 0)];
        while let Some((class, needs, next)) = stack.last_mut() {
            let Some(need) = needs.get(*next).copied() else {
                self.marks[*class] = Mark::Done;
                self.classes.push(*class);
                stack.pop();
                continue;
            };
            *next += 1;
            match self.marks[need] {
                Mark::Done => {}
                Mark::New => {
                    self.marks[need] = Mark::Open;
                    let needs = self.needs(need);
                    stack.push((need, needs, 0));
                }
                Mark::Open => {
                    let path: Vec<usize> = stack.iter().map(|(class, ..)| *class).collect();
                    let first = path.iter().position(|class| *class == need).unwrap_or(0);
                    self.report_cycle(&path[first..], findings);
                }
            }
        }
    }

    fn report_cycle(&mut self, cycle: &[usize], findings: &mut Findings) {
        for class in cycle {
            self.is_cyclic[*class] = true;
        }
        let names = cycle.iter().chain(&cycle[..1]).map(|class| self.gathered.classes[*class].name.as_str());
        let mut names: Vec<&str> = names.collect();
        if names.len() > 12 {
            names.splice(6..names.len() - 5, ["..."]);
        }
        let message = format!("a value depends on itself: {}", names.join(" -> "));
        let spot = self.gathered.classes[cycle[0]].spot;
        findings.report("E58", spot, message, "write one of them as a rate rule (`x' = ...`), or without the other");
    }
}

fn statics(classes: &[usize], is_cyclic: &[bool], gathered: &Gathered, roles: &Roles) -> Vec<bool> {
    let mut is_static = vec![false; is_cyclic.len()];
    for class in classes {
        is_static[*class] = match &roles.roles[*class] {
            _ if is_cyclic[*class] => true,
            Role::Parameter(_) | Role::Constant(_) => true,
            Role::Species { .. } | Role::None => false,
            Role::Rule(_) | Role::Reaction(_) => {
                let mut all = true;
                if let Some(formula) = formula_of(*class, gathered, roles) {
                    formula.each_symbol(&mut |name| {
                        all &= matches!(name, Name::Class(class) if is_static[*class]);
                    });
                }
                all
            }
        };
    }
    is_static
}

/// Values at the start as formulas of parameters, for species and for what they and constants ask for.
fn starts(order: &Order, gathered: &Gathered, roles: &Roles, findings: &mut Findings) -> Vec<Option<Formula>> {
    let n_classes = order.is_static.len();
    let mut is_needed = vec![false; n_classes];
    for class in order.classes.iter().rev() {
        let asks_for_all = is_needed[*class] || matches!(roles.roles[*class], Role::Species { .. });
        let is_constant = matches!(roles.roles[*class], Role::Constant(_));
        is_needed[*class] |= asks_for_all;
        let Some(formula) = formula_of(*class, gathered, roles) else { continue };
        classes_in(formula, &mut |need| is_needed[need] |= asks_for_all || (is_constant && !order.is_static[need]));
    }
    let mut starts: Vec<Option<Formula>> = vec![None; n_classes];
    let mut sizes = vec![(1, 1); n_classes];
    for class in order.classes.iter().filter(|class| is_needed[**class]) {
        let own = || Some(Expression::Symbol(Name::Class(*class)));
        starts[*class] = match formula_of(*class, gathered, roles) {
            _ if order.is_cyclic[*class] => Some(Expression::Number(f64::NAN)),
            None => own(),
            Some(formula) => {
                sizes[*class] = size_in_line(formula, &sizes);
                if sizes[*class].0 > MOST_NODES || sizes[*class].1 > TALLEST {
                    let spot = gathered.classes[*class].spot;
                    let message =
                        format!("the value of `{}` at the start is too large a formula", gathered.classes[*class].name);
                    findings.report("E61", spot, message, "give numbers for some of the values that it names");
                    sizes[*class] = (1, 1);
                    Some(Expression::Number(f64::NAN))
                } else {
                    Some(at_start(formula, &starts))
                }
            }
        };
    }
    starts
}

/// The formula with every name replaced by its value at the start.
pub(super) fn at_start(formula: &Formula, starts: &[Option<Formula>]) -> Formula {
    formula.substitute(&mut |name| match name {
        Name::Time => Expression::Number(0.0),
        Name::Class(class) => starts[*class].clone().unwrap_or(Expression::Symbol(*name)),
    })
}

/// Nodes and height of a formula whose names are replaced by formulas of these sizes.
pub(super) fn size_in_line(formula: &Formula, sizes: &[(usize, usize)]) -> (usize, usize) {
    let join = |x: (usize, usize), y: (usize, usize)| (x.0.saturating_add(y.0), x.1.max(y.1));
    let (nodes, height) = match formula {
        Expression::Number(_) | Expression::Symbol(Name::Time) => (0, 0),
        Expression::Symbol(Name::Class(class)) => return sizes[*class],
        Expression::Unary(_, x) | Expression::Call(_, x) => size_in_line(x, sizes),
        Expression::Binary(_, x, y) => join(size_in_line(x, sizes), size_in_line(y, sizes)),
        Expression::Piecewise { cases, otherwise } => {
            let mut sum = size_in_line(otherwise, sizes);
            for (value, when) in cases {
                sum = join(sum, join(size_in_line(value, sizes), size_in_line(when, sizes)));
            }
            sum
        }
    };
    (nodes.saturating_add(1), height + 1)
}
