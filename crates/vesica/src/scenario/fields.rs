//! The reader's tools: one table at a time, every number into the list, every unknown key an error.

use std::collections::BTreeSet;

use vesica_model::diagnostic::nearest;
use vesica_model::{Diagnostic, Span};

use super::tree::{Entry, Node, Table, Value};
use super::{Named, QuantityId};
use crate::knowledge::Knowledge;
use crate::quantity::{Expected, Quantity};
use crate::result::Status;
use crate::units::Dimension;

/// What is being read: the numbers so far and what was found wrong.
pub(super) struct Reader<'a> {
    pub knowledge: &'a Knowledge,
    pub problems: Vec<Diagnostic>,
    pub quantities: Vec<Named>,
    /// What each number may be, for `set`: one for each of `quantities`.
    pub expected: Vec<Expected>,
    /// Length of the simulated time, s; NaN when the file does not say it rightly.
    pub span: f64,
    /// The place says that it is a body, but could not be read: what only a body has is not wrong then.
    pub is_lost_body: bool,
    /// Drugs of doses that have errors of their own.
    pub lost_drugs: BTreeSet<String>,
    /// Names of things that are in the file but could not be read: who names them is not wrong.
    pub lost: BTreeSet<String>,
}

/// A number as read, before it has a path.
pub(super) struct Read {
    pub quantity: Quantity,
    pub status: Status,
    pub span: Span,
    /// A lock file says so: the number was not in the file that the user wrote.
    pub is_default: bool,
}

/// The limits of a share.
pub(super) const SHARE: (f64, f64) = (0.0, 1.0);

/// The limits of what is only not negative.
pub(super) const POSITIVE: (f64, f64) = (0.0, f64::INFINITY);

/// The limits of what must be more than nothing: something is divided by it.
pub(super) const ABOVE_ZERO: (f64, f64) = (f64::MIN_POSITIVE, f64::INFINITY);

impl Reader<'_> {
    pub fn problem(&mut self, code: &'static str, message: impl Into<String>, span: &Span, help: impl Into<String>) {
        self.problems.push(Diagnostic::error(code, message).at(span.clone()).help(help));
    }

    /// Enters a number into the list.
    pub fn add(
        &mut self,
        path: String,
        read: Read,
        expected: Expected,
        link: &'static str,
        limits: (f64, f64),
    ) -> QuantityId {
        let span = (!read.is_default).then_some(read.span);
        self.enter(Named { path, quantity: read.quantity, link, limits, status: read.status, span }, expected)
    }

    fn enter(&mut self, named: Named, expected: Expected) -> QuantityId {
        self.keep_within(&named);
        self.quantities.push(named);
        self.expected.push(expected);
        QuantityId(self.quantities.len() - 1)
    }

    /// A best value outside the physical limits is an error; the ends of a range are cut by the draw.
    fn keep_within(&mut self, named: &Named) {
        if let Some(span) = named.span.clone() {
            self.is_within(&named.path, &named.quantity, named.limits, &span);
        }
    }

    /// Whether a number can be; if not, that is an error.
    pub fn is_within(&mut self, path: &str, quantity: &Quantity, limits: (f64, f64), span: &Span) -> bool {
        let least = quantity.best.or(quantity.range.map(|(low, _)| low)).unwrap_or(limits.0);
        if least > limits.1 {
            let message = format!("`{path}` is more than 100 %: {}", quantity.text);
            self.problem("E26", message, span, "a share lies between 0 and 100 %");
        } else if limits.0 > 0.0 && quantity.ends().0 < limits.0 {
            let need =
                if limits == ABOVE_ZERO { "more than zero".to_owned() } else { format!("at least {}", limits.0) };
            let message = format!("`{path}` must be {need}: {}", quantity.text);
            self.problem("E20", message, span, "give a larger number; a range must not begin at zero either");
        } else {
            return true;
        }
        false
    }

    /// The default of a number: the row of the knowledge base, for a cell type or (`""`) for all.
    pub fn default(
        &mut self,
        id: &str,
        cell: &str,
        path: String,
        expected: Expected,
        link: &'static str,
        limits: (f64, f64),
    ) -> Option<QuantityId> {
        let number = self.knowledge.number(id, cell)?;
        let quantity = number.quantity()?;
        if !expected.dimensions.iter().any(|dimension| dimension.accepts(quantity.unit.dimension)) {
            self.problems.push(
                Diagnostic::error("E71", format!("`{id}` of the knowledge base cannot be given in `{}`", number.unit))
                    .at(number.span.clone())
                    .help(format!("a unit like the one of {}", expected.examples.join(", "))),
            );
            return None;
        }
        Some(self.enter(Named { path, quantity, link, limits, status: number.status, span: None }, expected))
    }

    /// A quantity: a text, a number, or `{ is = .., from = .., status = .. }`; a lock file adds `default = true`.
    pub fn quantity(&mut self, node: &Node, expected: &Expected) -> Option<Read> {
        let Value::Table(table) = &node.value else {
            let quantity = self.plain_quantity(node, expected)?;
            return Some(Read { quantity, status: Status::Assumed, span: node.span.clone(), is_default: false });
        };
        let mut fields = Fields::new("", table, &node.span);
        let is = fields.need(self, "is", "is = \"60 (20..200) /h\"");
        let from = fields.text(self, "from");
        let status = fields.text(self, "status");
        let is_default = fields.boolean(self, "default") == Some(true);
        fields.finish(self);
        let is = is?;
        let quantity = self.plain_quantity(is, expected)?;
        let status = match status {
            Some((word, span)) => self.status(&word, &span)?,
            None if from.is_some() => Status::Inferred,
            None => Status::Assumed,
        };
        let quantity = match from {
            Some((source, _)) if !source.trim().is_empty() => quantity.with_source(source),
            _ => quantity,
        };
        Some(Read { quantity, status, span: is.span.clone(), is_default })
    }

    fn status(&mut self, word: &str, span: &Span) -> Option<Status> {
        let all = [Status::Measured, Status::Inferred, Status::Assumed];
        let found = all.into_iter().find(|status| status.word() == word);
        if found.is_none() {
            self.problem("E38", format!("`{word}` is no status"), span, "write measured, inferred or assumed");
        }
        found
    }

    fn plain_quantity(&mut self, node: &Node, expected: &Expected) -> Option<Quantity> {
        let text = match &node.value {
            Value::Text(text) | Value::Number(text) => text,
            other => {
                let example = expected.examples.first().map_or("10 uM", String::as_str);
                let message = format!("a quantity stands here, not {}", other.kind());
                self.problem("E33", message, &node.span, format!("write it like \"{example}\""));
                return None;
            }
        };
        match Quantity::parse_as(text, expected, &node.span) {
            Ok(quantity) => Some(quantity),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    /// A number without any uncertainty: a time, a temperature.
    pub fn exact(&mut self, node: &Node, expected: &Expected) -> Option<f64> {
        let read = self.quantity(node, expected)?;
        let example = expected.examples.first().map_or("24 h", String::as_str).to_owned();
        match read.quantity {
            Quantity { best: Some(best), range: None, or_zero: false, spread: None, .. } => Some(best),
            quantity => {
                let what = if expected.what.is_empty() { "this number" } else { &expected.what };
                let message = format!("{what} is one number, without a range: `{}`", quantity.text);
                self.problem("E33", message, &read.span, format!("write it like \"{example}\""));
                None
            }
        }
    }

    /// A time of the experiment, s: not after its end.
    pub fn time(&mut self, node: &Node, what: &str) -> Option<f64> {
        let time = self.exact(node, &Expected::of(Dimension::TIME).named("a time"))?;
        if time > self.span {
            let end = hours(self.span);
            let message = format!("{what} at {} lies after the end of the experiment ({end})", hours(time));
            self.problem("E35", message, &node.span, format!("make it earlier, or make [time] span longer than {end}"));
            return None;
        }
        Some(time)
    }

    /// A name that should be one of `known`; the error names the nearest. What stands in the file and has errors
    /// of its own is no error here again.
    pub fn unknown(&mut self, code: &'static str, what: &str, name: &str, span: &Span, known: &[&str]) {
        if self.lost.contains(name) {
            return;
        }
        let help = match (nearest(name, known.iter().copied()), known) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, []) => format!("there is no {what} here yet"),
            (None, known) => format!("one of: {}", each_once(known.iter().copied()).join(", ")),
        };
        self.problem(code, format!("no {what} `{name}`"), span, help);
    }
}

/// Names in their order, each once: several rows may have one name.
pub(super) fn each_once<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let mut once: Vec<&str> = Vec::new();
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}

/// A time for people: `72 h`.
pub(super) fn hours(seconds: f64) -> String {
    let text = format!("{:.3}", seconds / 3600.0);
    format!("{} h", text.trim_end_matches('0').trim_end_matches('.'))
}

/// One table while it is read.
pub(super) struct Fields<'t> {
    /// `[cell.caf]`, for messages.
    what: String,
    table: &'t Table,
    span: Span,
    asked: Vec<String>,
}

impl<'t> Fields<'t> {
    pub fn new(what: &str, table: &'t Table, span: &Span) -> Self {
        Self { what: what.to_owned(), table, span: span.clone(), asked: Vec::new() }
    }

    pub fn span(&self) -> &Span {
        &self.span
    }

    pub fn get(&mut self, key: &str) -> Option<&'t Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    pub fn entry(&mut self, key: &str) -> Option<&'t Entry> {
        self.asked.push(key.to_owned());
        self.table.get(key)
    }

    pub fn need(&mut self, reader: &mut Reader<'_>, key: &str, example: &str) -> Option<&'t Node> {
        let found = self.get(key);
        if found.is_none() {
            let place = if self.what.is_empty() { "here".to_owned() } else { format!("in {}", self.what) };
            reader.problem("E32", format!("`{key}` is missing {place}"), &self.span, format!("add {example}"));
        }
        found
    }

    pub fn text(&mut self, reader: &mut Reader<'_>, key: &str) -> Option<(String, Span)> {
        let node = self.get(key)?;
        match &node.value {
            Value::Text(text) => Some((text.clone(), node.span.clone())),
            other => {
                let message = format!("`{key}` takes a text, not {}", other.kind());
                reader.problem("E33", message, &node.span, format!("{key} = \"...\""));
                None
            }
        }
    }

    /// A text or a list of texts.
    pub fn texts(&mut self, reader: &mut Reader<'_>, key: &str) -> Option<Vec<(String, Span)>> {
        let node = self.get(key)?;
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut texts = Vec::new();
        for item in items {
            match &item.value {
                Value::Text(text) => texts.push((text.clone(), item.span.clone())),
                other => {
                    let message = format!("`{key}` takes texts, not {}", other.kind());
                    reader.problem("E33", message, &item.span, format!("{key} = [\"...\"]"));
                }
            }
        }
        Some(texts)
    }

    pub fn boolean(&mut self, reader: &mut Reader<'_>, key: &str) -> Option<bool> {
        let node = self.get(key)?;
        match &node.value {
            Value::Boolean(is_true) => Some(*is_true),
            other => {
                let message = format!("`{key}` takes true or false, not {}", other.kind());
                reader.problem("E33", message, &node.span, format!("{key} = true"));
                None
            }
        }
    }

    pub fn table(&mut self, reader: &mut Reader<'_>, key: &str) -> Option<(&'t Table, &'t Entry)> {
        let entry = self.entry(key)?;
        as_table(reader, &format!("`{key}`"), &entry.node).map(|table| (table, entry))
    }

    /// Every key that nobody asked for is an error, with the nearest that there is.
    pub fn finish(self, reader: &mut Reader<'_>) {
        for entry in self.table.entries.iter().filter(|entry| !self.asked.contains(&entry.key)) {
            let place = if self.what.is_empty() { String::new() } else { format!(" in {}", self.what) };
            let help = match nearest(&entry.key, self.asked.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", each_once(self.asked.iter().map(String::as_str)).join(", ")),
            };
            reader.problem("E30", format!("unknown key `{}`{place}", entry.key), &entry.key_span, help);
        }
    }
}

pub(super) fn as_table<'t>(reader: &mut Reader<'_>, what: &str, node: &'t Node) -> Option<&'t Table> {
    match &node.value {
        Value::Table(table) => Some(table),
        other => {
            reader.problem("E33", format!("{what} is a table, not {}", other.kind()), &node.span, "write it as [name]");
            None
        }
    }
}

impl Reader<'_> {
    /// Enters a default that is no row of `parameters.tsv`.
    pub fn add_default(
        &mut self,
        path: String,
        quantity: Quantity,
        expected: Expected,
        link: &'static str,
        limits: (f64, f64),
    ) -> QuantityId {
        let status = if quantity.source.is_some() { Status::Inferred } else { Status::Assumed };
        self.enter(Named { path, quantity, link, limits, status, span: None }, expected)
    }

    /// Whether a count of cells is a whole number; if not, that is an error.
    pub fn is_whole(&mut self, quantity: &Quantity, node: &Node) -> bool {
        let is_whole = quantity.best.is_none_or(|best| best.fract() == 0.0);
        if !is_whole {
            let message = format!("cells are counted in whole numbers, not {}", quantity.text);
            self.problem("E37", message, &node.span, "count = 10_000");
        }
        is_whole
    }
}
