//! Rows of `parameters.tsv`, for people and for programs.

use super::Entry;
use crate::knowledge::{Knowledge, Number, Value};
use crate::result::Status;

/// At most so many numbers are listed for a word; the rest is counted.
const MOST: usize = 40;

/// A number in the unit named beside it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct NumberRow {
    /// Id, with the cell type it holds for.
    pub id: String,
    /// Best value; null when unknown.
    pub value: Option<f64>,
    /// 5 %
    pub low: Option<f64>,
    /// 95 %
    pub high: Option<f64>,
    /// Unit of all three.
    pub unit: String,
    /// How well it is known.
    pub status: Status,
    /// Keys of references, `;` between.
    pub source: String,
    #[serde(skip)]
    text: String,
}

impl NumberRow {
    /// A row of the table.
    pub fn of(number: &Number) -> Self {
        let value = match number.value {
            Value::Known(value) => Some(value),
            Value::Unknown | Value::ZeroOrUnknown => None,
        };
        let text = number.quantity().map_or_else(|| number.unit.clone(), |quantity| quantity.to_string());
        Self {
            id: number.key(),
            value,
            low: number.range.map(|(low, _)| low),
            high: number.range.map(|(_, high)| high),
            unit: number.unit.clone(),
            status: number.status,
            source: number.sources.join("; "),
            // a plain number has no unit to say
            text: text.trim_end_matches(" 1").to_owned(),
        }
    }

    /// `state.labile_iron = 0.35 (0.15..0.9) uM   inferred, epsztejn1997`
    pub fn line(&self) -> String {
        let source = if self.source.is_empty() { String::new() } else { format!(", {}", self.source) };
        format!("{} = {}   {}{source}", self.id, self.text, self.status.word())
    }
}

/// Numbers whose id is the word, or has it as one of its parts, or that belong to the link of that name.
pub fn of_word(knowledge: &Knowledge, word: &str) -> Option<Entry> {
    let is_part = |id: &str| id.split(['.', '@']).any(|part| part.eq_ignore_ascii_case(word));
    let found: Vec<&Number> = knowledge
        .numbers
        .iter()
        .filter(|row| !row.id.starts_with("drug.") || row.id.eq_ignore_ascii_case(word))
        .filter(|row| {
            row.id.eq_ignore_ascii_case(word)
                || row.key().eq_ignore_ascii_case(word)
                || is_part(&row.id)
                || row.link.eq_ignore_ascii_case(word)
        })
        .collect();
    let numbers: Vec<NumberRow> = found.iter().map(|row| NumberRow::of(row)).collect();
    let mut lines: Vec<String> = numbers.iter().take(MOST).map(NumberRow::line).collect();
    if numbers.len() > MOST {
        lines.push(format!("and {} more, in biology/parameters.tsv (all with --json)", numbers.len() - MOST));
    }
    if let [one] = found.as_slice() {
        let notes = [("holds for: ", &one.condition), ("note: ", &one.note)];
        lines.extend(notes.iter().filter(|(_, text)| !text.is_empty()).map(|(head, text)| format!("{head}{text}")));
        let (label, experiment) = knowledge.experiment(&one.id);
        lines.extend((!experiment.is_empty()).then(|| format!("{label} → {experiment}")));
    }
    (!numbers.is_empty()).then(|| Entry { numbers, ..Entry::new("number", word, lines) })
}

/// Keys of references, or that there is none.
pub fn listed(sources: &[String]) -> String {
    if sources.is_empty() { "none, assumed".to_owned() } else { sources.join(", ") }
}
