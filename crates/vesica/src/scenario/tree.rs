//! A TOML text as a tree in file order, every node with its place; `include` merged in.

use toml::de::{DeTable, DeValue};
use vesica_model::{Diagnostic, Span};

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub span: Span,
    pub value: Value,
}

/// A value. Numbers stay text: the grammar of quantities reads them.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Number(String),
    Boolean(bool),
    Date(String),
    List(Vec<Node>),
    Table(Table),
}

/// Keys in file order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Table {
    pub entries: Vec<Entry>,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub key: String,
    pub key_span: Span,
    pub node: Node,
}

impl Table {
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Takes over what `base` has and this does not; what both have is this one's.
    fn complete_with(&mut self, base: Table) {
        let own = std::mem::replace(&mut self.entries, base.entries);
        for mut entry in own {
            let Some(at) = self.entries.iter().position(|known| known.key == entry.key) else {
                self.entries.push(entry);
                continue;
            };
            let inherited = std::mem::replace(&mut self.entries[at].node.value, Value::Boolean(false));
            if let (Value::Table(own), Value::Table(inherited)) = (&mut entry.node.value, inherited) {
                own.complete_with(inherited);
            }
            self.entries[at] = entry;
        }
    }
}

impl Value {
    /// `a text`, `a number` ..., for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Number(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// The tree of a text with everything it includes. `None` when the text has errors that leave holes in the tree.
pub(super) fn parse(
    file: &str,
    text: &str,
    includes: &dyn Fn(&str) -> Option<String>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Table> {
    parse_within(file, text, includes, &mut vec![file.to_owned()], problems)
}

fn parse_within(
    file: &str,
    text: &str,
    includes: &dyn Fn(&str) -> Option<String>,
    open: &mut Vec<String>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Table> {
    let mut table = parse_one(file, text, problems)?;
    let Some(at) = table.entries.iter().position(|entry| entry.key == "include") else { return Some(table) };
    let wanted = table.entries.remove(at).node;
    let mut is_whole = true;
    let mut base = Table::default();
    for (name, span) in included_names(&wanted, problems) {
        match include(&name, &span, includes, open, problems) {
            Some(mut later) => {
                later.complete_with(base);
                base = later;
            }
            None => is_whole = false,
        }
    }
    table.complete_with(base);
    is_whole.then_some(table)
}

fn include(
    name: &str,
    span: &Span,
    includes: &dyn Fn(&str) -> Option<String>,
    open: &mut Vec<String>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Table> {
    let same = |known: &String| known == name || known.ends_with(&format!("/{name}"));
    if open.iter().any(same) {
        let chain = open.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join(" -> ");
        problems.push(
            Diagnostic::error("E46", format!("`{name}` includes itself"))
                .at(span.clone())
                .label(chain)
                .help("take one of the `include` lines away"),
        );
        return None;
    }
    let Some(text) = includes(name) else {
        problems.push(
            Diagnostic::error("E46", format!("`{name}` cannot be included: no such file"))
                .at(span.clone())
                .help("a path in `include` starts at the folder of this file"),
        );
        return None;
    };
    open.push(name.to_owned());
    let table = parse_within(name, &text, includes, open, problems);
    open.pop();
    table
}

fn included_names(node: &Node, problems: &mut Vec<Diagnostic>) -> Vec<(String, Span)> {
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut names = Vec::new();
    for item in items {
        match &item.value {
            Value::Text(name) => names.push((name.clone(), item.span.clone())),
            other => problems.push(
                Diagnostic::error("E33", format!("`include` takes names of files, not {}", other.kind()))
                    .at(item.span.clone())
                    .help("include = [\"base.toml\"]"),
            ),
        }
    }
    names
}

fn parse_one(file: &str, text: &str, problems: &mut Vec<Diagnostic>) -> Option<Table> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let is_whole = errors.iter().all(|error| error.message() == DUPLICATE);
    problems.extend(errors.iter().map(|error| syntax_error(file, text, error)));
    is_whole.then(|| Converter { file }.table(table.get_ref()))
}

/// What the TOML reader says of a key that stands twice. The tree is whole then, so that reading goes on.
const DUPLICATE: &str = "duplicate key";

fn syntax_error(file: &str, text: &str, error: &toml::de::Error) -> Diagnostic {
    let range = error.span().unwrap_or(0..0);
    let (start, end) = (range.start.min(text.len()), range.end.min(text.len()));
    let span = Span { file: file.to_owned(), start, end };
    let found = Diagnostic::error("E45", format!("this is no TOML: {}", error.message())).at(span);
    if error.message() == DUPLICATE {
        let key = &text[start..end];
        return Diagnostic { message: format!("`{key}` stands here twice"), ..found }
            .label("the second one")
            .help("keep one of the two");
    }
    let help = if text[start..].starts_with([',', '.']) || text[..start].ends_with([',', '.']) {
        "a number with a unit stands in quotes and has a decimal point: \"0.5 uM\""
    } else {
        "texts and numbers with a unit stand in quotes: amount = \"5 uM\"; a table begins with [name]"
    };
    found.help(help)
}

/// From the tree of the TOML reader, which orders keys by letter, to ours.
struct Converter<'a> {
    file: &'a str,
}

impl Converter<'_> {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span { file: self.file.to_owned(), start: range.start, end: range.end }
    }

    fn table(&self, table: &DeTable<'_>) -> Table {
        let mut entries: Vec<Entry> = table
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref().to_string(),
                key_span: self.span(key.span()),
                node: Node { span: self.span(value.span()), value: self.value(value.get_ref()) },
            })
            .collect();
        entries.sort_by_key(|entry| entry.key_span.start);
        Table { entries }
    }

    fn value(&self, value: &DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => Value::Number(match number.radix() {
                10 => number.as_str().to_owned(),
                radix => i128::from_str_radix(number.as_str(), radix).map_or("nan".to_owned(), |n| n.to_string()),
            }),
            DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
            DeValue::Boolean(is_true) => Value::Boolean(*is_true),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(items) => Value::List(
                items
                    .iter()
                    .map(|item| Node { span: self.span(item.span()), value: self.value(item.get_ref()) })
                    .collect(),
            ),
            DeValue::Table(table) => Value::Table(self.table(table)),
        }
    }
}
