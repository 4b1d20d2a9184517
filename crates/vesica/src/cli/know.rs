//! `vesica know`: everything the knowledge base says about a word, and what speaks against.

mod cells;
mod entries;
mod molecules;
mod numbers;

use vesica_model::Diagnostic;

use super::arguments::{Know, Options};
use super::problems::{Failed, print};
use super::words::{LABEL, wrapped};
use super::{Done, Verb, input};
use crate::knowledge::Knowledge;
use crate::terminal::{Terminal, safe};

/// One thing that is known, as `kind` and lines of text.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Entry {
    /// `axis`, `name`, `drug`, `number`, `against`, ...
    pub kind: &'static str,
    /// What it is about.
    pub name: String,
    /// The text, in lines.
    pub lines: Vec<String>,
    /// Numbers among the lines, for programs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<numbers::NumberRow>,
}

impl Entry {
    fn new(kind: &'static str, name: &str, lines: Vec<String>) -> Self {
        Self { kind, name: name.to_owned(), lines, numbers: Vec::new() }
    }
}

/// Looks the words up.
pub fn know(arguments: &Know, options: &Options) -> Verb {
    let (knowledge, _) = input::knowledge(options.biology.as_deref())?;
    let word = arguments.words.join(" ").trim().to_owned();
    let entries = entries::about(&knowledge, &word);
    if entries.is_empty() {
        return Err(Failed::input(vec![unknown(&knowledge, &word)]));
    }
    if options.json {
        let object = serde_json::json!({ "word": word, "entries": entries });
        print(&format!("{object}\n"))?;
    } else {
        print(&shown(&entries, &Terminal::stdout()))?;
    }
    Ok(Done::Well)
}

fn unknown(knowledge: &Knowledge, word: &str) -> Diagnostic {
    let names = entries::names(knowledge);
    let near = vesica_model::diagnostic::nearest(word, names.iter().map(String::as_str));
    let help = near.map_or_else(
        || "it takes a miRNA, gene, drug, cell, link, parameter, unit or error code".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Diagnostic::error("E19", format!("nothing is known about `{word}`")).help(help)
}

/// `kind  first line`, further lines below.
fn shown(entries: &[Entry], terminal: &Terminal) -> String {
    let mut text = String::new();
    for entry in entries {
        for (index, line) in entry.lines.iter().enumerate() {
            let head = if index == 0 { entry.kind } else { "" };
            for (part, piece) in wrapped(&safe(line), terminal.width.saturating_sub(LABEL)).iter().enumerate() {
                let padded = format!("{:<LABEL$}", if part == 0 { head } else { "" });
                let label = if head == "against" { terminal.caution(&padded) } else { terminal.dim(&padded) };
                let piece = if head == "example" { terminal.typed(piece) } else { piece.clone() };
                text.push_str(&format!("{label}{piece}\n"));
            }
        }
    }
    terminal.spell(&text)
}
