//! What a model may say but hardly means.

use super::Library;
use super::syntax::{Argument, How, Local, Module, Node, Statement};
use crate::diagnostic::Diagnostic;

/// Constants with a value, and ports, that nothing in the model uses.
pub(super) fn unused(library: &Library, module: &Module) -> Vec<Diagnostic> {
    let mut usage = Usage { is_used: vec![false; module.symbols.len()], is_set: vec![false; module.symbols.len()] };
    for submodel in &module.submodels {
        for argument in &submodel.arguments {
            if let Argument::Symbol(local) = argument {
                usage.is_used[*local] = true;
            }
        }
    }
    for statement in &module.statements {
        usage.note(statement);
    }
    let mut findings = Vec::new();
    for (local, symbol) in module.symbols.iter().enumerate() {
        if usage.is_used[local] || symbol.path.contains('.') {
            continue;
        }
        let span = library.span(module.file, symbol.first);
        if module.ports.contains(&local) {
            let message = format!("port `{}` of `{}` is not used", symbol.path, module.name);
            findings.push(Diagnostic::error("W57", message).at(span).help("take it out, or use it"));
        } else if usage.is_set[local] {
            let message = format!("constant `{}` is not used", symbol.path);
            findings.push(Diagnostic::error("W56", message).at(span).help("take it out, or use it"));
        }
    }
    findings
}

struct Usage {
    /// Something names it, or it is more than a constant.
    is_used: Vec<bool>,
    /// It has a value.
    is_set: Vec<bool>,
}

impl Usage {
    fn note(&mut self, statement: &Statement) {
        match statement {
            // A compartment, or a species that only stands there, says something by itself.
            Statement::Declare(local, facts, _) => self.is_used[*local] |= facts.is_species || facts.is_compartment,
            Statement::Within(local, compartment, _) => self.use_both(*local, *compartment),
            Statement::Same(left, right) => self.use_both(*left, *right),
            Statement::Set(local, how, written, _) => {
                self.formula(&written.node);
                self.is_set[*local] |= *how == How::Start;
                // What a rule works out is there to be read.
                self.is_used[*local] |= *how != How::Start;
            }
            Statement::Zero(written, _) => self.formula(&written.node),
            Statement::Reaction(reaction) => {
                self.is_used[reaction.symbol] = true;
                for participant in reaction.reactants.iter().chain(&reaction.products) {
                    self.is_used[participant.symbol] = true;
                }
                if let Some(rate) = &reaction.rate {
                    self.formula(&rate.node);
                }
            }
            Statement::Event(event) => {
                self.is_used[event.symbol] = true;
                self.formula(&event.trigger.node);
                for (target, formula, _) in &event.assignments {
                    self.is_used[*target] = true;
                    self.formula(&formula.node);
                }
            }
        }
    }

    fn use_both(&mut self, left: Local, right: Local) {
        self.is_used[left] = true;
        self.is_used[right] = true;
    }

    fn formula(&mut self, node: &Node) {
        match node {
            Node::Number(_) | Node::Time => {}
            Node::Symbol(local) => self.is_used[*local] = true,
            Node::Unary(_, x) => self.formula(x),
            Node::Binary(_, x, y) => {
                self.formula(x);
                self.formula(y);
            }
            Node::Call(_, arguments, _) => arguments.iter().for_each(|argument| self.formula(argument)),
        }
    }
}
