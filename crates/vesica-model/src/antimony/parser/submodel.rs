//! Submodels: `name: model(arguments)`.

use super::{Kind, Parser};
use crate::antimony::lexer::Place;
use crate::antimony::syntax::{Argument, Submodel};

impl Parser<'_> {
    /// `name: model(arguments)`
    pub(super) fn submodel(&mut self, name: &str, place: Place) -> Option<()> {
        let model = self.word(self.peek()).to_string();
        self.at += 2;
        let mut arguments = Vec::new();
        self.skip_newlines();
        while !self.take_sign(")") {
            arguments.push(self.argument()?);
            self.skip_newlines();
            if !self.take_sign(",") && !self.at_sign(")") {
                return self.unexpected("`,` or `)`");
            }
            self.skip_newlines();
        }
        let place = place.to(self.last_place());
        if self.at_sign(",") {
            let help = "give all models one time and amount";
            return self.refuse(self.peek_at(1).place, "conversion of a submodel's time or extent is", help);
        }
        self.module.submodels.push(Submodel { name: name.to_string(), model, arguments, place });
        Some(())
    }

    fn argument(&mut self) -> Option<Argument> {
        let token = self.peek();
        match (token.kind, self.peek_at(1).kind) {
            (Kind::Sign("," | ")"), _) => Some(Argument::Blank),
            (Kind::Number(value), _) => {
                self.at += 1;
                Some(Argument::Number(value, token.place))
            }
            (Kind::Sign("-"), Kind::Number(value)) => {
                self.at += 2;
                Some(Argument::Number(-value, token.place.to(self.last_place())))
            }
            _ => self.path("a name").map(|(symbol, _)| Argument::Symbol(symbol)),
        }
    }
}
