//! Reactions: `name: 2 A + $B -> C; rate`.

use super::{Kind, Parser, is_reserved};
use crate::antimony::lexer::Place;
use crate::antimony::syntax::{Local, Module, Participant, Reaction, Statement};

impl Parser<'_> {
    /// Reads a reaction; when it fails, its rate is skipped with it.
    pub(super) fn reaction(&mut self, label: Option<(&str, Place)>) -> Option<()> {
        let read = self.sides_and_rate(label);
        if read.is_none() {
            self.skip_statement();
            if self.take_sign(";") {
                self.skip_statement();
            }
            // What is wrong was told; the statement is over.
            return Some(());
        }
        read
    }

    /// `2 A + $B -> C; rate`
    fn sides_and_rate(&mut self, label: Option<(&str, Place)>) -> Option<()> {
        let start = self.peek().place;
        let (symbol, place) = self.labelled_symbol(label, "_J", start)?;
        let reactants = self.side()?;
        if !self.take_sign("->") && !self.take_sign("=>") {
            return match self.peek().kind {
                Kind::Sign("-") => self.refuse_interaction(start),
                Kind::Sign("<" | "<=" | ">" | ">=") => self.refuse_arrow_or_bound(self.peek().place),
                _ => self.unexpected("`->`"),
            };
        }
        let products = self.side()?;
        let place = place.to(self.last_place());
        if self.word(self.peek()) == "in" {
            // The compartment of a reaction annotates: rates are amounts per time wherever they happen.
            self.at += 1;
            self.path("a compartment")?;
        }
        let mut reaction = Reaction { symbol, place, reactants, products, rate: None };
        if self.take_sign(";") && !self.is_statement_end() {
            reaction.rate = Some(self.formula()?);
        } else if !self.is_statement_end() {
            return self.unexpected("`;` and the rate of the reaction");
        }
        self.module.statements.push(Statement::Reaction(Box::new(reaction)));
        Some(())
    }

    fn side(&mut self) -> Option<Vec<Participant>> {
        let mut side = Vec::new();
        if matches!(self.peek().kind, Kind::Sign("->" | "=>")) || self.is_statement_end() {
            return Some(side);
        }
        if self.word(self.peek()) == "in" {
            return Some(side);
        }
        loop {
            side.push(self.participant()?);
            if !self.take_sign("+") {
                return Some(side);
            }
        }
    }

    fn participant(&mut self) -> Option<Participant> {
        let start = self.peek();
        let mut count = 1.0;
        if let Kind::Number(value) = start.kind {
            count = value;
            self.at += 1;
        }
        let is_boundary = self.take_sign("$");
        let (symbol, place) = self.path("a species")?;
        let next = self.peek();
        if next.kind == Kind::Sign("$") || next.kind == Kind::Name && !is_reserved(self.word(next)) {
            let help = "write the number: `2 A -> B`";
            return self.refuse(start.place, "a stoichiometry that is a name is", help);
        }
        Some(Participant { symbol, place, count, is_boundary })
    }

    /// The symbol of a reaction or event: its label, or the next free `_J0`, `_E0`.
    pub(super) fn labelled_symbol(
        &mut self,
        label: Option<(&str, Place)>,
        prefix: &str,
        at: Place,
    ) -> Option<(Local, Place)> {
        if let Some((label, place)) = label {
            return Some((self.module.symbol(label, place), place));
        }
        let free = |module: &Module, number: &usize| !module.index.contains_key(&format!("{prefix}{number}"));
        let counter = if prefix == "_J" { &mut self.unnamed.0 } else { &mut self.unnamed.1 };
        let number = (*counter..).find(|number| free(&self.module, number))?;
        *counter = number + 1;
        Some((self.module.symbol(&format!("{prefix}{number}"), at), at))
    }
}
