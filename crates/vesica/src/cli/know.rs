//! `vesica know`: everything the knowledge base says about a word, and what speaks against.

mod entries;

use vesica_model::Diagnostic;

use super::arguments::{Know, Options};
use super::problems::{Failed, print};
use super::{Done, Verb};
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
}

/// Looks the words up.
pub fn know(arguments: &Know, options: &Options) -> Verb {
    let (knowledge, problems) = match &options.biology {
        Some(folder) => Knowledge::from_folder(folder),
        None => Knowledge::embedded(),
    };
    if !problems.is_empty() {
        return Err(Failed::input(problems));
    }
    let word = arguments.words.join(" ");
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
            for (part, piece) in wrapped(&safe(line), terminal.width.saturating_sub(10)).iter().enumerate() {
                let head = if part == 0 { head } else { "" };
                let padded = format!("{head:<9}");
                text.push_str(&format!(
                    "{} {piece}\n",
                    if head == "against" { terminal.caution(&padded) } else { terminal.dim(&padded) }
                ));
            }
        }
    }
    terminal.spell(&text)
}

/// Lines of at most `width` columns, broken at spaces.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is always a line");
        if !line.is_empty() && crate::terminal::width(line) + 1 + crate::terminal::width(word) > width {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
