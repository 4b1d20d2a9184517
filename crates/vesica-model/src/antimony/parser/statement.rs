//! Statements: what begins with which word, declarations, values and rules; and what is refused by name.

use super::{Kind, Parser};
use crate::antimony::lexer::Place;
use crate::antimony::syntax::{Facts, How, Local, Node, Statement, Written};

/// Endings of names (`A.sboTerm = 240`) that annotate and change nothing that is computed.
const ANNOTATION_ENDINGS: [&str; 4] = ["sboTerm", "notes", "created", "modified"];

impl Parser<'_> {
    /// Reads one statement, to its end.
    pub(super) fn statement(&mut self) -> Option<()> {
        let token = self.peek();
        match token.kind {
            Kind::Name => self.named_statement()?,
            Kind::Number(_) if matches!(self.peek_at(1).kind, Kind::Sign("=")) => self.algebraic_rule()?,
            Kind::Number(_) if matches!(self.peek_at(1).kind, Kind::Sign("<" | "<=" | ">" | ">=")) => {
                return self.refuse(token.place, "bounds of fluxes are", "take the flux balance part out");
            }
            Kind::Sign("-") => return self.refuse(token.place, "DNA strands are", "write them as reactions"),
            Kind::Sign("$" | "->" | "=>") | Kind::Number(_) => self.reaction(None)?,
            _ => return self.unexpected("a statement"),
        }
        self.end_of_statement()
    }

    fn named_statement(&mut self) -> Option<()> {
        let token = self.peek();
        let next = self.peek_at(1).kind;
        let is_name = !matches!(next, Kind::Sign("=" | ":=" | ":" | "'" | "." | "+" | "->" | "=>"));
        match self.word(token) {
            "import" => self.import(),
            "const" | "var" | "substanceOnly" | "species" | "compartment" | "formula" => self.declaration(),
            "unit" => self.unit_definition(),
            "at" => self.event(None),
            "reaction" | "event" => {
                let what = format!("declarations with `{}` are", self.word(token));
                self.refuse(token.place, &what, "write the statement itself; it needs no declaration")
            }
            "gene" | "operator" | "DNA" => self.refuse(token.place, "DNA strands are", "write them as reactions"),
            "delete" => self.refuse(token.place, "`delete` is", "take the part out of the submodel's text"),
            "maximize" | "minimize" if is_name => {
                self.refuse(token.place, "flux balance is", "take the flux balance part out")
            }
            "assert" | "constraint" if is_name => {
                self.refuse(token.place, "constraints are", "take the constraint out")
            }
            "model" | "function" => self.unexpected("a statement"),
            _ => self.statement_about_a_name(),
        }
    }

    /// Statements that begin with a name of the user's.
    fn statement_about_a_name(&mut self) -> Option<()> {
        let before = self.at;
        let (path, place) = self.path_text("a statement")?;
        let next = self.peek();
        match next.kind {
            Kind::Sign("=" | ":=" | "'") if Self::is_annotation(&path) => self.annotation(),
            Kind::Sign("=" | ":=" | "'") => {
                let symbol = self.module.symbol(&path, place);
                self.set(symbol, place)
            }
            Kind::Sign(":") => self.labelled(&path, place),
            Kind::Name if matches!(self.word(next), "in" | "is" | "has") => self.about(&path, place),
            // A relation and a text (`A identity "http://..."`, `A notes "..."`) annotate and change nothing.
            Kind::Text => self.annotation(),
            Kind::Name if self.peek_at(1).kind == Kind::Text => self.annotation(),
            Kind::Name if is_history(self.word(next)) => self.annotation(),
            Kind::Sign("$") => self.refuse_named_count(place),
            Kind::Sign("*" | "/" | "^") => {
                let help = "the rate of a reaction stands on its line: `A -> B; k*A`";
                self.report("E50", place.to(next.place), "a formula alone is no statement", help);
                None
            }
            Kind::Sign("==" | "!=" | "<>") => self.refuse(place, "constraints are", "take the constraint out"),
            Kind::Sign("-") => self.refuse_interaction(place),
            Kind::Sign("+" | "->" | "=>" | "<" | "<=") if self.is_arrow() => {
                self.at = before;
                self.reaction(None)
            }
            Kind::Sign("<" | "<=" | ">" | ">=") => self.refuse_arrow_or_bound(next.place),
            Kind::Name => self.refuse_named_count(place),
            _ => self.unexpected("`=`, `:=`, `'=`, `:`, `->`, `in` or `is` after the name"),
        }
    }

    /// `+`, `->`, `=>`, and the arrows `<->` and `<=>` that Antimony does not have.
    pub(super) fn is_arrow(&self) -> bool {
        match self.peek().kind {
            Kind::Sign("<") => matches!(self.peek_at(1).kind, Kind::Sign("->" | "=>")),
            Kind::Sign("<=") => matches!(self.peek_at(1).kind, Kind::Sign(">")),
            _ => true,
        }
    }

    fn is_annotation(path: &str) -> bool {
        path.rsplit_once('.').is_some_and(|(_, ending)| ANNOTATION_ENDINGS.contains(&ending))
    }

    /// Annotations are texts; they may go over lines after a comma.
    fn annotation(&mut self) -> Option<()> {
        self.skip_statement();
        Some(())
    }

    pub(super) fn refuse_interaction(&mut self, place: Place) -> Option<()> {
        let help = "write the modifier into the rate law: the arrow alone changes no rate";
        self.refuse(place, "interactions (`-o`, `-|`, `-(`) and DNA strands are", help)
    }

    pub(super) fn refuse_arrow_or_bound(&mut self, place: Place) -> Option<()> {
        if self.is_arrow() {
            self.report("E50", place, "Antimony has no two-sided arrow", "write `->`; the rate may be negative");
            return None;
        }
        self.refuse(place, "bounds of fluxes are", "take the flux balance part out")
    }

    fn refuse_named_count(&mut self, place: Place) -> Option<()> {
        let is_count =
            matches!(self.peek_at(1).kind, Kind::Sign("+" | "->" | "=>")) || !matches!(self.peek().kind, Kind::Name);
        if is_count {
            let help = "write the number: `2 A -> B`";
            return self.refuse(place, "a stoichiometry that is a name is", help);
        }
        self.unexpected("`=`, `:=`, `'=`, `:`, `->`, `in` or `is` after the name")
    }

    fn import(&mut self) -> Option<()> {
        self.at += 1;
        let token = self.peek();
        if token.kind != Kind::Text {
            return self.unexpected("a file in quotes");
        }
        self.at += 1;
        let file = self.source(token.place).trim_matches(['"', '`']).to_string();
        self.reading.imports.push((file, token.place));
        self.end_of_statement()
    }

    fn unit_definition(&mut self) -> Option<()> {
        self.warn_of_units();
        self.skip_statement();
        Some(())
    }

    fn warn_of_units(&mut self) {
        if !self.has_units {
            self.has_units = true;
            let help = "the numbers are taken as they stand; check that all are in one system of units";
            self.report("W50", self.peek().place, "units are read over: vesica does not convert in Antimony", help);
        }
    }

    /// `const species A in c = 1, $B`
    fn declaration(&mut self) -> Option<()> {
        let mut facts = Facts::default();
        loop {
            match self.word(self.peek()) {
                "const" => facts.is_constant = Some(true),
                "var" => facts.is_constant = Some(false),
                "substanceOnly" => facts.is_substance_only = true,
                "species" => facts.is_species = true,
                "compartment" => facts.is_compartment = true,
                "formula" => {}
                _ => break,
            }
            self.at += 1;
        }
        loop {
            self.declared(facts)?;
            if !self.take_sign(",") {
                return Some(());
            }
            self.skip_newlines();
        }
    }

    fn declared(&mut self, mut facts: Facts) -> Option<()> {
        facts.is_boundary = self.take_sign("$");
        let (path, place) = self.path_text("a name")?;
        if Self::is_annotation(&path) {
            return self.annotation();
        }
        let symbol = self.module.symbol(&path, place);
        self.module.statements.push(Statement::Declare(symbol, facts, place));
        if self.word(self.peek()) == "in" {
            self.within(symbol, place)?;
        }
        match self.peek().kind {
            Kind::Sign("=" | ":=" | "'") => self.set(symbol, place),
            Kind::Name if self.word(self.peek()) == "has" => self.has_unit(),
            _ => Some(()),
        }
    }

    /// `0 = formula`
    fn algebraic_rule(&mut self) -> Option<()> {
        let place = self.peek().place;
        if self.peek().kind != Kind::Number(0.0) {
            let help = "bring all to one side: `0 = a + b - 1`";
            self.report("E50", place, "an algebraic rule begins with `0 =`", help);
            return None;
        }
        self.at += 2;
        let formula = self.formula()?;
        self.module.statements.push(Statement::Zero(formula, place));
        Some(())
    }

    fn has_unit(&mut self) -> Option<()> {
        self.warn_of_units();
        self.at += 1;
        while !self.is_statement_end() && !self.at_sign(",") {
            self.at += 1;
        }
        Some(())
    }

    fn within(&mut self, symbol: Local, place: Place) -> Option<()> {
        self.at += 1;
        let (compartment, end) = self.path("a compartment")?;
        self.module.statements.push(Statement::Within(symbol, compartment, place.to(end)));
        Some(())
    }

    /// `= formula`, `:= formula` or `' = formula`
    fn set(&mut self, symbol: Local, place: Place) -> Option<()> {
        let how = match self.peek().kind {
            Kind::Sign(":=") => How::Rule,
            Kind::Sign("'") => How::Rate,
            _ => How::Start,
        };
        self.at += 1;
        if how == How::Rate && !self.take_sign("=") {
            return self.unexpected("`=` after `'`");
        }
        if self.is_statement_end() && how == How::Start {
            // `A = ;` is how libAntimony writes that `A` has no value.
            return Some(());
        }
        if self.is_statement_end() {
            return self.refuse(place, "taking a rule away (`x := ;`) is", "take it out of the submodel's text");
        }
        let Some(formula) = self.formula() else {
            // What is wrong was told; without a value it would be told again wherever the name is used.
            let formula = Written { node: Node::Number(f64::NAN), place };
            self.module.statements.push(Statement::Set(symbol, how, formula, place));
            return None;
        };
        self.module.statements.push(Statement::Set(symbol, how, formula, place));
        if self.word(self.peek()) == "has" {
            return self.has_unit();
        }
        Some(())
    }

    /// `A in c`, `A is B`, `A is "name"`, `A has unit`
    fn about(&mut self, path: &str, place: Place) -> Option<()> {
        match self.word(self.peek()) {
            "has" => return self.has_unit(),
            "is" if self.peek_at(1).kind == Kind::Text => {
                self.at += 2;
                return Some(());
            }
            _ => {}
        }
        let symbol = self.module.symbol(path, place);
        if self.word(self.peek()) == "in" {
            self.within(symbol, place)?;
            // `J in c: A -> B; rate` names a reaction and its compartment.
            return if self.at_sign(":") { self.labelled(path, place) } else { Some(()) };
        }
        self.at += 1;
        let (same, _) = self.path("a name or a text in quotes")?;
        self.module.statements.push(Statement::Same(symbol, same));
        Some(())
    }

    /// What stands behind `name:`.
    fn labelled(&mut self, label: &str, place: Place) -> Option<()> {
        self.at += 1;
        let token = self.peek();
        if label.contains('.') {
            return self.refuse(place, "a reaction, event or submodel inside a submodel is", "put it into its text");
        }
        match (self.word(token), token.kind) {
            ("at", _) => self.event(Some((label, place))),
            ("maximize" | "minimize", _) => {
                self.refuse(token.place, "flux balance is", "take the flux balance part out")
            }
            ("", Kind::Number(_)) if matches!(self.peek_at(1).kind, Kind::Sign("=")) => self.algebraic_rule(),
            ("constraint" | "assert", _) => self.refuse(token.place, "constraints are", "take the constraint out"),
            ("DNA" | "gene" | "operator", _) | (_, Kind::Sign("-")) => {
                self.refuse(token.place, "DNA strands are", "write them as reactions")
            }
            ("", _) => self.reaction(Some((label, place))),
            _ if self.peek_at(1).kind == Kind::Sign("(") => self.submodel(label, place),
            _ => self.reaction(Some((label, place))),
        }
    }

    /// A name, perhaps with dots, as a symbol of the module.
    pub(super) fn path(&mut self, wanted: &str) -> Option<(Local, Place)> {
        let (path, place) = self.path_text(wanted)?;
        Some((self.module.symbol(&path, place), place))
    }

    pub(super) fn path_text(&mut self, wanted: &str) -> Option<(String, Place)> {
        let (mut path, mut place) = self.new_name(wanted)?;
        while self.at_sign(".") && self.peek_at(1).kind == Kind::Name {
            self.at += 1;
            let token = self.peek();
            path.push('.');
            path.push_str(self.word(token));
            place = place.to(token.place);
            self.at += 1;
        }
        Some((path, place))
    }
}

/// Whether a word begins who made a part and when (`A created.year 2019`), which changes nothing that is computed.
fn is_history(word: &str) -> bool {
    let of_creator = word.strip_prefix("creator");
    matches!(word, "created" | "modified") || of_creator.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
}
