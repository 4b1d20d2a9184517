//! Tokens become modules and functions. A fault in a statement is reported and the rest goes on at the next statement.

mod event;
mod formula;
mod reaction;
mod statement;
mod submodel;

use super::lexer::{self, Kind, Place, Token, shortened};
use super::syntax::{Definition, Module, Node};
use crate::diagnostic::{Diagnostic, Span};

/// What one text holds.
pub(crate) struct Reading {
    pub models: Vec<Module>,
    pub functions: Vec<Definition>,
    pub imports: Vec<(String, Place)>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Name of the model that holds the statements outside of models.
pub(crate) const MAIN: &str = "__main";

/// After so many findings the rest of a text is not read: it is no Antimony.
const MOST_FINDINGS: usize = 200;

/// Words that can not be names.
const RESERVED: [&str; 23] = [
    "model",
    "module",
    "function",
    "end",
    "import",
    "species",
    "compartment",
    "const",
    "var",
    "substanceOnly",
    "formula",
    "reaction",
    "event",
    "gene",
    "operator",
    "DNA",
    "unit",
    "delete",
    "in",
    "is",
    "has",
    "at",
    "after",
];

/// Reads a text. `file` names it in places; `index` is its index in the library.
pub(crate) fn parse(file: &str, index: usize, text: &str) -> Reading {
    let (tokens, faults) = lexer::tokens(text);
    let main = Module { name: MAIN.to_string(), file: index, ..Module::default() };
    let mut parser = Parser {
        text,
        file,
        index,
        tokens,
        at: 0,
        module: main,
        outer: None,
        brackets: 0,
        depth: 0,
        unnamed: (0, 0),
        has_units: false,
        reading: Reading { models: Vec::new(), functions: Vec::new(), imports: Vec::new(), diagnostics: Vec::new() },
    };
    for fault in faults.into_iter().take(MOST_FINDINGS) {
        parser.report("E50", fault.place, fault.message, fault.help);
    }
    parser.text_of_models();
    parser.finish()
}

pub(super) struct Parser<'t> {
    text: &'t str,
    file: &'t str,
    index: usize,
    tokens: Vec<Token>,
    at: usize,
    /// The module that statements go to.
    module: Module,
    /// `__main`, while another module is read.
    outer: Option<Module>,
    /// How many brackets are open: line breaks inside them mean nothing.
    brackets: usize,
    /// How deep the formula at hand is nested.
    depth: usize,
    /// The next numbers to try for reactions and events without a name.
    unnamed: (usize, usize),
    /// A warning about units was given.
    has_units: bool,
    reading: Reading,
}

impl Parser<'_> {
    fn text_of_models(&mut self) {
        loop {
            if self.reading.diagnostics.len() >= MOST_FINDINGS {
                let message = format!("more than {MOST_FINDINGS} findings: the rest of this text is not read");
                self.report("E50", self.peek().place, message, "is this a text in Antimony?");
                break;
            }
            let token = self.peek();
            match token.kind {
                Kind::End => break,
                Kind::Newline | Kind::Sign(";") => self.at += 1,
                Kind::Name => self.part_or_statement(token),
                _ => self.statement_or_recover(),
            }
        }
    }

    fn part_or_statement(&mut self, token: Token) {
        match self.word(token) {
            // `model created "2020-01-01"` annotates the model at hand.
            "model" if self.peek_at(1).kind == Kind::Name && self.peek_at(2).kind == Kind::Text => {
                self.skip_statement()
            }
            "model" if self.peek_at(1).kind == Kind::Sign(".") => self.recovering(|parser| {
                parser.refuse(token.place, "properties of a model are", "take it out, or write it into the rates")
            }),
            "model" | "module" => {
                if self.outer.is_some() {
                    self.missing_end(token.place);
                    self.close_model();
                }
                self.recovering(Self::open_model);
            }
            "function" => self.recovering(Self::function),
            "end" => {
                self.at += 1;
                if self.outer.is_some() {
                    self.close_model();
                } else {
                    self.report("E50", token.place, "`end` without a `model` before it", "take it out");
                }
            }
            _ => self.statement_or_recover(),
        }
    }

    fn statement_or_recover(&mut self) {
        self.recovering(Self::statement);
    }

    /// Reads one part; when it fails, goes to the end of the statement.
    fn recovering(&mut self, read: impl FnOnce(&mut Self) -> Option<()>) {
        let before = self.at;
        self.brackets = 0;
        self.depth = 0;
        if read(self).is_none() {
            self.skip_statement();
            // Whatever happened, go on: a parser that stands still would never end.
            self.at = self.at.max(before + 1).min(self.tokens.len() - 1);
        }
    }

    /// `model *name(ports)`, to before its first statement.
    fn open_model(&mut self) -> Option<()> {
        self.at += 1;
        let is_marked = self.take_sign("*");
        let (name, place) = self.new_name("a name for the model")?;
        let main = std::mem::replace(
            &mut self.module,
            Module { name, place, file: self.index, is_marked, ..Module::default() },
        );
        self.outer = Some(main);
        self.unnamed = (0, 0);
        if self.take_sign("(") {
            // The bracket ends the line well enough: `model m(A) A -> ; k*A; end`.
            return self.ports();
        }
        self.end_of_statement()
    }

    fn ports(&mut self) -> Option<()> {
        self.skip_newlines();
        while !self.take_sign(")") {
            let (name, place) = self.new_name("a port or `)`")?;
            if self.module.index.contains_key(&name) {
                self.report("E52", place, format!("port `{name}` stands twice"), "give each port its own name");
            } else {
                let port = self.module.symbol(&name, place);
                self.module.ports.push(port);
            }
            self.skip_newlines();
            if !self.take_sign(",") && !self.at_sign(")") {
                return self.unexpected("`,` or `)`");
            }
            self.skip_newlines();
        }
        Some(())
    }

    fn close_model(&mut self) {
        if let Some(main) = self.outer.take() {
            let module = std::mem::replace(&mut self.module, main);
            self.reading.models.push(module);
        }
    }

    fn missing_end(&mut self, place: Place) {
        let message = format!("model `{}` has no `end`", self.module.name);
        self.report("E50", place, message, "write `end` where the model ends");
    }

    /// `function name(arguments) formula end`
    fn function(&mut self) -> Option<()> {
        self.at += 1;
        let Some((name, place)) = self.new_name("a name for the function") else {
            self.skip_to_end_word();
            return Some(());
        };
        if !self.take_sign("(") {
            return self.unexpected("`(` and the arguments");
        }
        // The arguments are the symbols of a module of their own, so that the body names them by index.
        let scope = Module { name: name.clone(), place, file: self.index, ..Module::default() };
        let around = std::mem::replace(&mut self.module, scope);
        let body = self.function_body();
        let scope = std::mem::replace(&mut self.module, around);
        let Some(body) = body else {
            self.skip_to_end_word();
            return Some(());
        };
        for stranger in &scope.symbols[scope.ports.len()..] {
            let message = format!("function `{name}` names `{}`, which is not one of its arguments", stranger.path);
            self.report("E59", stranger.first, message, "hand it over as an argument: a function sees nothing else");
        }
        if scope.symbols.len() == scope.ports.len() {
            let definition = Definition {
                name,
                place,
                file: self.index,
                arguments: scope.ports.iter().map(|port| scope.symbols[*port].path.clone()).collect(),
                body,
            };
            self.reading.functions.push(definition);
        }
        Some(())
    }

    fn function_body(&mut self) -> Option<Node> {
        self.ports()?;
        self.skip_ends();
        let body = self.formula()?;
        self.skip_ends();
        if self.word(self.peek()) != "end" {
            self.unexpected::<()>("`end` after the formula of the function");
            return None;
        }
        self.at += 1;
        Some(body.node)
    }

    fn skip_to_end_word(&mut self) {
        while !matches!(self.peek().kind, Kind::End) && self.word(self.peek()) != "end" {
            if matches!(self.word(self.peek()), "model" | "module" | "function") {
                return;
            }
            self.at += 1;
        }
        if !matches!(self.peek().kind, Kind::End) {
            self.at += 1;
        }
    }

    fn finish(mut self) -> Reading {
        if self.outer.is_some() {
            self.missing_end(self.peek().place);
            self.close_model();
        }
        let main = std::mem::take(&mut self.module);
        if !main.statements.is_empty() || !main.submodels.is_empty() {
            self.reading.models.push(main);
        }
        self.reading
    }
}

/// Small steps through the tokens.
impl<'t> Parser<'t> {
    fn peek(&self) -> Token {
        self.tokens[self.at]
    }

    fn peek_at(&self, ahead: usize) -> Token {
        self.tokens[(self.at + ahead).min(self.tokens.len() - 1)]
    }

    /// The text of a name; empty for every other token.
    fn word(&self, token: Token) -> &'t str {
        if token.kind == Kind::Name { self.source(token.place) } else { "" }
    }

    fn source(&self, place: Place) -> &'t str {
        &self.text[place.start as usize..place.end as usize]
    }

    fn at_sign(&self, sign: &str) -> bool {
        matches!(self.peek().kind, Kind::Sign(found) if found == sign)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.at_sign(sign);
        self.at += usize::from(found);
        found
    }

    fn last_place(&self) -> Place {
        self.tokens[self.at.saturating_sub(1)].place
    }

    fn skip_newlines(&mut self) {
        while self.peek().kind == Kind::Newline {
            self.at += 1;
        }
    }

    fn skip_ends(&mut self) {
        while matches!(self.peek().kind, Kind::Newline | Kind::Sign(";")) {
            self.at += 1;
        }
    }

    fn is_statement_end(&self) -> bool {
        matches!(self.peek().kind, Kind::Newline | Kind::Sign(";") | Kind::End) || self.word(self.peek()) == "end"
    }

    fn end_of_statement(&mut self) -> Option<()> {
        if self.is_statement_end() { Some(()) } else { self.unexpected("the end of the statement") }
    }

    /// To the end of the statement; a line that ends with a comma goes on.
    fn skip_statement(&mut self) {
        while !self.is_statement_end()
            || (self.peek().kind == Kind::Newline && self.at > 0 && self.tokens[self.at - 1].kind == Kind::Sign(","))
        {
            if self.peek().kind == Kind::End {
                return;
            }
            self.at += 1;
        }
    }

    /// A name that is being defined: neither a reserved word nor a built-in.
    fn new_name(&mut self, wanted: &str) -> Option<(String, Place)> {
        let token = self.peek();
        let word = self.word(token);
        if word.is_empty() {
            return self.unexpected(wanted);
        }
        if is_reserved(word) {
            let message = format!("`{word}` is a word of the language and can not be a name");
            self.report("E52", token.place, message, "choose another name");
            return None;
        }
        self.at += 1;
        Some((word.to_string(), token.place))
    }

    fn unexpected<T>(&mut self, wanted: &str) -> Option<T> {
        let token = self.peek();
        let found = match token.kind {
            Kind::Newline => "the end of the line".to_string(),
            Kind::End => "the end of the text".to_string(),
            _ => format!("`{}`", shortened(self.source(token.place))),
        };
        self.report("E50", token.place, format!("expected {wanted}, found {found}"), "");
        None
    }

    /// Something that the language has and vesica does not read yet.
    fn refuse<T>(&mut self, place: Place, what: &str, help: &str) -> Option<T> {
        self.report("E51", place, format!("{what} not read yet"), help);
        None
    }

    fn report(&mut self, code: &'static str, place: Place, message: impl Into<String>, help: &str) {
        let span = Span { file: self.file.to_string(), start: place.start as usize, end: place.end as usize };
        self.reading.diagnostics.push(Diagnostic::error(code, message).at(span).help(help));
    }
}

/// Whether a word can not name anything of a model.
pub(crate) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word) || super::builtin::is_constant(word) || super::builtin::is_known(word)
}
