//! Antimony in and out: text becomes modules, modules become a flat [`Network`], a network becomes text.
//!
//! Read: modules with ports and submodels, compartments, species (amounts or concentrations), reactions with rate
//! laws, functions, values, assignment and rate rules, events, conditions, comments, imports (named; the caller
//! reads them). What is not read is refused by name with its place, never dropped.

mod amounts;
mod builtin;
mod flatten;
mod lexer;
mod lints;
mod parser;
mod print;
mod syntax;

use std::collections::HashMap;

pub use print::print;

use crate::diagnostic::{Diagnostic, Span};
use crate::network::Network;
use lexer::Place;
use syntax::{Definition, How, Module, Statement};

/// All models and functions of some texts.
///
/// ```
/// use vesica_model::Library;
/// let mut library = Library::default();
/// let found = library.read("decay.ant", "model decay(A); A -> ; k*A; end");
/// assert!(found.is_empty());
/// assert_eq!(library.ports("decay"), Some(vec!["A".to_string()]));
/// assert_eq!(library.open_constants("decay")[0].0, "k");
///
/// library.read("cell.ant", "model cell_model(); A = 5; d: decay(A); d.k = 0.1; end");
/// let (network, found) = library.flatten("cell_model");
/// assert!(found.is_empty());
/// assert_eq!(network.parameters[0].id, "d.k");
/// assert_eq!(network.reactions[0].id, "d._J0");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Library {
    files: Vec<File>,
    models: Vec<Module>,
    functions: Vec<Definition>,
    model_index: HashMap<String, usize>,
    function_index: HashMap<String, usize>,
}

/// A text that was read.
#[derive(Clone, Debug)]
struct File {
    name: String,
    imports: Vec<(String, Place)>,
    /// First byte of every line.
    lines: Vec<u32>,
}

impl Library {
    /// Reads one text and adds its models and functions. `file` names it in places.
    ///
    /// Never fails: what could be read is added, all faults are in the list. A model or function whose name is
    /// taken is an error, and the first one stays. Statements outside of models are the model `__main`.
    pub fn read(&mut self, file: &str, text: &str) -> Vec<Diagnostic> {
        if u32::try_from(text.len()).is_err() {
            return vec![Diagnostic::error("E50", format!("{file} is larger than 4 GB"))];
        }
        let index = self.files.len();
        let reading = parser::parse(file, index, text);
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at as u32 + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        self.files.push(File { name: file.to_string(), imports: reading.imports, lines });
        let mut diagnostics = reading.diagnostics;
        for model in reading.models {
            self.add_model(model, &mut diagnostics);
        }
        for function in reading.functions {
            self.add_function(function, &mut diagnostics);
        }
        diagnostics.sort_by_key(|found| found.span.as_ref().map_or(0, |span| span.start));
        diagnostics
    }

    /// Names of the models, in the order in which they were read.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        self.models.iter().map(|model| model.name.as_str())
    }

    /// The model that a text means when it is run by itself: the last one marked with `*`, else `__main`, else the last.
    pub fn main_model(&self) -> Option<&str> {
        let marked = self.models.iter().rev().find(|model| model.is_marked);
        let main = || self.models.iter().find(|model| model.name == parser::MAIN);
        marked.or_else(main).or(self.models.last()).map(|model| model.name.as_str())
    }

    /// Ports of a model, in order; `None` for a model that is not here.
    pub fn ports(&self, model: &str) -> Option<Vec<String>> {
        let module = &self.models[self.find_model(model)?];
        Some(module.ports.iter().map(|port| module.symbols[*port].path.clone()).collect())
    }

    /// Ports to which a model itself gives an assignment rule (`:=`): what it says about its cell. In order of the ports.
    ///
    /// ```
    /// let mut library = vesica_model::Library::default();
    /// library.read("half.ant", "model half(A, B); B := A/2; end");
    /// assert_eq!(library.ruled_ports("half"), Some(vec!["B".to_string()]));
    /// ```
    pub fn ruled_ports(&self, model: &str) -> Option<Vec<String>> {
        let module = &self.models[self.find_model(model)?];
        let is_ruled = |port: usize| {
            let sets = |statement: &Statement| matches!(statement, Statement::Set(of, How::Rule, ..) if *of == port);
            module.statements.iter().any(sets)
        };
        let ports = module.ports.iter().filter(|port| is_ruled(**port));
        Some(ports.map(|port| module.symbols[*port].path.clone()).collect())
    }

    /// Files that the texts import, with the place, in the order of reading. The caller reads them.
    pub fn imports(&self) -> Vec<(String, Span)> {
        let all = self.files.iter().enumerate();
        all.flat_map(|(file, text)| {
            text.imports.iter().map(move |(name, place)| (name.clone(), self.span(file, *place)))
        })
        .collect()
    }

    /// Names used in a model, or in its submodels (`submodel.name`), that are neither ports of the model nor given a
    /// value: constants that a table must give. In order of first use, with the place. Species are not among them.
    pub fn open_constants(&self, model: &str) -> Vec<(String, Span)> {
        self.find_model(model).map_or(Vec::new(), |index| flatten::flatten(self, index).open)
    }

    /// Number of arguments of a function that a text defines.
    pub fn function_arity(&self, name: &str) -> Option<usize> {
        self.function_arguments(name).map(|arguments| arguments.len())
    }

    /// Names of the arguments of a user's function, in order.
    pub fn function_arguments(&self, name: &str) -> Option<Vec<String>> {
        self.find_function(name).map(|index| self.functions[index].arguments.clone())
    }

    /// The flat network of a model.
    ///
    /// Ports of submodels become the symbols that are handed over, under the caller's names; everything else in a
    /// submodel is `submodel.name`. Values of the outer model count before those of submodels, rules (`:=`) before
    /// values. The network is as good as the text: names without value are parameters that are not a number, each
    /// with an error.
    pub fn flatten(&self, model: &str) -> (Network, Vec<Diagnostic>) {
        match self.find_model(model) {
            Some(index) => {
                let flat = flatten::flatten(self, index);
                (flat.network, flat.diagnostics)
            }
            None => {
                let near = crate::diagnostic::nearest(model, self.models());
                let help = near.map_or(String::new(), |near| format!("did you mean `{near}`?"));
                let unknown = Diagnostic::error("E53", format!("no model `{model}`")).help(help);
                (Network { id: model.to_string(), ..Network::default() }, vec![unknown])
            }
        }
    }

    /// What is allowed in a model but looks like a slip: constants and ports that nothing uses.
    pub fn lints(&self, model: &str) -> Vec<Diagnostic> {
        self.find_model(model).map_or(Vec::new(), |index| lints::unused(self, &self.models[index]))
    }

    fn add_model(&mut self, model: Module, diagnostics: &mut Vec<Diagnostic>) {
        if let Some(first) = self.find_model(&model.name) {
            let first = self.line(self.models[first].file, self.models[first].place);
            let message = match model.name.as_str() {
                parser::MAIN => format!("two texts have statements outside of models (the other: {first})"),
                name => format!("model `{name}` is defined twice (first in {first})"),
            };
            let span = self.span(model.file, model.place);
            diagnostics.push(Diagnostic::error("E52", message).at(span).help("give each model its own name"));
            return;
        }
        self.model_index.insert(model.name.clone(), self.models.len());
        self.models.push(model);
    }

    fn add_function(&mut self, function: Definition, diagnostics: &mut Vec<Diagnostic>) {
        if let Some(first) = self.find_function(&function.name) {
            let first = self.line(self.functions[first].file, self.functions[first].place);
            let message = format!("function `{}` is defined twice (first in {first})", function.name);
            let span = self.span(function.file, function.place);
            diagnostics.push(Diagnostic::error("E52", message).at(span).help("give each function its own name"));
            return;
        }
        self.function_index.insert(function.name.clone(), self.functions.len());
        self.functions.push(function);
    }

    fn find_model(&self, name: &str) -> Option<usize> {
        self.model_index.get(name).copied()
    }

    fn find_function(&self, name: &str) -> Option<usize> {
        self.function_index.get(name).copied()
    }

    fn model_name(&self, model: usize) -> &str {
        &self.models[model].name
    }

    fn span(&self, file: usize, place: Place) -> Span {
        Span { file: self.files[file].name.clone(), start: place.start as usize, end: place.end as usize }
    }

    /// `file:line`
    fn line(&self, file: usize, place: Place) -> String {
        let lines = &self.files[file].lines;
        format!("{}:{}", self.files[file].name, lines.partition_point(|start| *start <= place.start))
    }

    /// Imports of a text that were not read: no text here has their name, or a path that ends with it.
    fn unread_imports(&self, file: usize) -> impl Iterator<Item = (&str, Place)> {
        let imports = self.files[file].imports.iter().map(|(name, place)| (name.as_str(), *place));
        imports.filter(|(name, _)| {
            let wanted = name.trim_start_matches("./").trim_start_matches("../");
            !self.files.iter().any(|read| {
                let end = read.name.strip_suffix(wanted);
                end.is_some_and(|before| before.is_empty() || before.ends_with(['/', '\\']))
            })
        })
    }
}
