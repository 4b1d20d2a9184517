//! A whole scenario from its text.

use std::collections::BTreeSet;

use vesica_model::{Diagnostic, Severity, Span, diagnostic::nearest};

use super::Method;
use super::fields::{Fields, Reader, hours};
use super::tree::{self, Node, Table, Value};
use super::{
    RunSize, Scenario, answer, arms, capacity, cells, check_cargo, check_doses, drugs, genes, geometry, links,
    measures, place, vesicles,
};
use crate::knowledge::Knowledge;
use crate::quantity::Expected;
use crate::units::Dimension;

/// Most points of a curve that a run may keep.
const MOST_RECORDS: f64 = 100_000.0;

/// Most worlds, or simulated cells, of a run.
const MOST_RUNS: usize = 1_000_000;

/// The format that this reader reads (`vesica = 1`).
const FORMAT: &str = "1";

/// Reads a scenario. `file` is its path for messages, `name` what it is called, `includes` gives the text of a file
/// that it includes.
///
/// Gives all findings at once; the scenario is there unless one of them is an error.
///
/// ```
/// use vesica::knowledge::Knowledge;
/// let (knowledge, _) = Knowledge::embedded();
/// let (scenario, found) = vesica::scenario::read("my.toml", "vesica = 1", "my", &knowledge, &|_| None);
/// assert!(scenario.is_none());
/// assert!(found.iter().any(|problem| problem.message.contains("no cell")));
/// ```
pub fn read(
    file: &str,
    text: &str,
    name: &str,
    knowledge: &Knowledge,
    includes: &dyn Fn(&str) -> Option<String>,
) -> (Option<Scenario>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    if text.trim().is_empty() {
        let empty = Diagnostic::error("E47", format!("`{file}` is empty")).help("start from an example: vesica new");
        return (None, vec![empty]);
    }
    let Some(table) = tree::parse(file, text, includes, &mut problems) else { return (None, problems) };
    let mut reader = Reader {
        knowledge,
        problems,
        quantities: Vec::new(),
        expected: Vec::new(),
        span: f64::NAN,
        is_lost_body: false,
        lost_drugs: BTreeSet::new(),
        lost: BTreeSet::new(),
    };
    let top = Span { file: file.to_owned(), start: 0, end: text.lines().next().map_or(0, str::len) };
    let scenario = reader.scenario(&table, &top).map(|scenario| Scenario {
        name: name.to_owned(),
        file: file.to_owned(),
        text: text.to_owned(),
        ..scenario
    });
    let mut problems = reader.problems;
    problems.sort_by_key(|problem| {
        let span = problem.span.clone();
        (span.is_none(), span)
    });
    let has_errors = problems.iter().any(|problem| problem.severity() != Severity::Warning);
    (scenario.filter(|_| !has_errors), problems)
}

impl Reader<'_> {
    /// `None` when a part is missing without which the rest has no meaning; the findings say which.
    fn scenario(&mut self, table: &Table, top: &Span) -> Option<Scenario> {
        let mut fields = Fields::new("", table, top);
        self.format(&mut fields);
        self.lock(&mut fields);
        let title = fields.text(self, "title").map(|(text, _)| text).unwrap_or_default();
        let question = fields.text(self, "question").map(|(text, _)| text).unwrap_or_default();
        let follows = fields.texts(self, "follows").unwrap_or_default().into_iter().map(|(text, _)| text).collect();
        let biology = fields.text(self, "biology").map(|(text, _)| text);
        let seed = self.seed(&mut fields);
        let (span, record) = self.time_table(&mut fields);
        let size = self.size(&mut fields);
        let drugs = drugs::read(self, &mut fields);
        let place = place::read(self, &mut fields);
        let genes = genes::named(table, self.knowledge);
        let cells = cells::read(self, &mut fields, place.as_ref(), &genes);
        let vesicles = vesicles::read(self, &mut fields, &cells, &drugs);
        let links = links::read(self, &mut fields, &cells, &vesicles, &drugs);
        let arms = arms::read(self, &mut fields, place.as_ref(), &vesicles, &drugs);
        let measures = measures::read(self, &mut fields, place.as_ref(), &cells, &vesicles, &arms);
        let answer = answer::read(self, &mut fields, &arms, &measures);
        // Known here so that a lock file reads; `include` was merged in before.
        fields.get("include");
        fields.finish(self);
        let scenario = Scenario {
            name: String::new(),
            file: String::new(),
            text: String::new(),
            title,
            question,
            follows,
            seed,
            size,
            span: span?,
            record: record?,
            biology,
            quantities: std::mem::take(&mut self.quantities),
            answer,
            place: place?,
            cells,
            drugs,
            vesicles,
            links: links?,
            arms,
            measures,
        };
        geometry::check(self, &scenario);
        capacity::check(self, &scenario);
        // What is missing for an error elsewhere would only be named twice.
        if self.problems.iter().all(|problem| problem.severity() == Severity::Warning) {
            check_cargo::check(self, &scenario);
            check_doses::check(self, &scenario);
        }
        Some(scenario)
    }

    fn format(&mut self, fields: &mut Fields<'_>) {
        match fields.need(self, "vesica", "`vesica = 1`, the version of the format") {
            Some(Node { value: Value::Number(format), .. }) if format == FORMAT => {}
            Some(node) => {
                let help = "write vesica = 1; a file of a later version needs a later vesica";
                self.problem("E48", "this vesica reads scenarios of format 1", &node.span, help);
            }
            None => {}
        }
    }

    /// `[lock]` says what made a lock file; another knowledge base may give other defaults, which stand in the file.
    fn lock(&mut self, fields: &mut Fields<'_>) {
        let Some((table, entry)) = fields.table(self, "lock") else { return };
        let mut lock = Fields::new("[lock]", table, &entry.node.span);
        lock.text(self, "version");
        if let Some((hash, span)) = lock.text(self, "knowledge")
            && hash != self.knowledge.hash
        {
            self.problem(
                "W32",
                "this lock file was made with another knowledge base",
                &span,
                "numbers of mechanisms and drugs may differ; `--biology DIR` takes the one it was made with",
            );
        }
        lock.finish(self);
    }

    fn seed(&mut self, fields: &mut Fields<'_>) -> u64 {
        let Some(node) = fields.get("seed") else { return 1 };
        let seed = match &node.value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        };
        if seed.is_none() {
            self.problem("E33", "`seed` is a whole number, not negative", &node.span, "seed = 20251121");
        }
        seed.unwrap_or(1)
    }

    /// `run = { worlds = 512, cells = 100, method = "auto" }`
    fn size(&mut self, fields: &mut Fields<'_>) -> RunSize {
        let mut size = RunSize::default();
        let Some((table, entry)) = fields.table(self, "run") else { return size };
        let mut run = Fields::new("`run`", table, &entry.node.span);
        for (key, least, number) in [("worlds", 1, &mut size.n_worlds), ("cells", 100, &mut size.n_targets)] {
            let Some(node) = run.get(key) else { continue };
            let read = match &node.value {
                Value::Number(text) => text.replace('_', "").parse::<usize>().ok(),
                _ => None,
            };
            match read.filter(|read| (least..=MOST_RUNS).contains(read)) {
                Some(read) => *number = read,
                None => {
                    let message = format!("`{key}` is a whole number from {least} to {MOST_RUNS}");
                    self.problem("E33", message, &node.span, "run = { worlds = 512, cells = 100 }");
                }
            }
        }
        if let Some((word, span)) = run.text(self, "method") {
            match Method::parse(&word) {
                Some(method) => size.method = method,
                None => {
                    let words = Method::ALL.map(Method::word);
                    let near = nearest(&word, words);
                    let help =
                        near.map_or(format!("one of: {}", words.join(", ")), |near| format!("did you mean `{near}`?"));
                    self.problem("E33", format!("there is no method `{word}`"), &span, help);
                }
            }
        }
        run.finish(self);
        size
    }

    /// `time = { span = .., record = .. }`
    fn time_table(&mut self, fields: &mut Fields<'_>) -> (Option<f64>, Option<f64>) {
        let example = "time = { span = \"72 h\", record = \"30 min\" }";
        let Some(node) = fields.need(self, "time", example) else { return (None, None) };
        let Some(table) = super::fields::as_table(self, "`time`", node) else { return (None, None) };
        let mut time = Fields::new("`time`", table, &node.span);
        let expected = Expected::of(Dimension::TIME).named("a time");
        let span_node = time.need(self, "span", "span = \"72 h\"");
        let record_node = time.get("record");
        time.finish(self);
        let span = span_node.and_then(|node| self.exact(node, &expected));
        let record = record_node.map(|node| (node, self.exact(node, &expected)));
        if let (Some(node), Some(0.0)) = (span_node, span) {
            self.problem("E36", "a span of zero leaves nothing to simulate", &node.span, "span = \"72 h\"");
            return (None, None);
        }
        self.span = span.unwrap_or(f64::NAN);
        let record = match (record, span) {
            (None, span) => span.map(|span| span / DEFAULT_RECORDS),
            (Some((node, Some(record))), Some(span)) => {
                self.check_record(node, record, span);
                Some(record)
            }
            (Some(_), _) => None,
        };
        (span, record)
    }

    fn check_record(&mut self, node: &Node, record: f64, span: f64) {
        if record > span {
            let message = format!("a record every {} is longer than the experiment ({})", hours(record), hours(span));
            self.problem("E36", message, &node.span, "record = \"30 min\"");
        } else if record == 0.0 || span / record > MOST_RECORDS {
            let least = hours((span / MOST_RECORDS).max(1.0));
            let message = format!("that would be {} points per curve", count(span / record));
            let help = format!(
                "record at most {} points: every {least} or more, as in record = \"30 min\"",
                count(MOST_RECORDS)
            );
            self.problem("E36", message, &node.span, help);
        }
    }
}

/// Points of a curve when the file does not say `record`; it stands in the lock file.
const DEFAULT_RECORDS: f64 = 144.0;

/// A large number for people: `100 000`.
pub(super) fn count(number: f64) -> String {
    if !number.is_finite() {
        return "infinitely many".to_owned();
    }
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}
