//! `vesica know`: everything the knowledge base says about a few words, and what speaks against.

mod cards;
mod stats;
mod tables;

use vesica_model::{Diagnostic, Severity};

use super::arguments::{Know, Options};
use super::problems::{Failed, print};
use super::words::labelled;
use super::{Done, Verb, input};
use crate::know::{Against, Found, ask};
use crate::terminal::{Terminal, write_stderr};

/// So many rows of a kind are shown, unless all are asked for.
const ROWS: usize = 6;

/// So many things that speak against are shown, unless all are asked for.
const AGAINST: usize = 8;

/// Looks the words up.
pub fn know(arguments: &Know, options: &Options) -> Verb {
    let (knowledge, sources, problems) = input::knowledge_as_far_as_it_reads(options.biology.as_deref())?;
    if arguments.stats {
        return count(&crate::know::stats(&knowledge), Failed { diagnostics: problems, sources }, options);
    }
    let words = arguments.words.join(" ");
    // what is wrong in the folder does not hide what is right in it
    let failed = |diagnostics: Vec<Diagnostic>| Failed { diagnostics, sources };
    let found = match ask(&knowledge, &words) {
        Ok(found) => found,
        Err(unknown) => return Err(failed([problems, vec![unknown]].concat())),
    };
    if options.json {
        return print_object(serde_json::to_value(&found), failed(problems));
    }
    print(&shown(&found, arguments.all, &Terminal::stdout()))?;
    ended(failed(problems))
}

/// The counts.
fn count(stats: &crate::know::Stats, failed: Failed, options: &Options) -> Verb {
    if options.json {
        return print_object(serde_json::to_value(stats), failed);
    }
    let terminal = Terminal::stdout();
    print(&terminal.spell(&stats::shown(stats, &terminal)))?;
    ended(failed)
}

/// One object with the answer and, when there are any, the errors of the folder.
fn print_object(answer: serde_json::Result<serde_json::Value>, failed: Failed) -> Verb {
    let mut answer = answer.map_err(std::io::Error::other)?;
    let is_well = failed.diagnostics.is_empty();
    if let (serde_json::Value::Object(object), false) = (&mut answer, is_well) {
        let errors = crate::render::json(&failed.diagnostics, &failed.sources);
        for kind in ["errors", "warnings"] {
            object.insert(kind.to_owned(), errors[kind].clone());
        }
    }
    print(&format!("{answer}\n"))?;
    Ok(done(&failed))
}

/// What is wrong in the folder is told by the exit status; what only may be wrong is not.
fn done(failed: &Failed) -> Done {
    let is_error = failed.diagnostics.iter().any(|found| found.severity() != Severity::Warning);
    if is_error { Done::WithFindings } else { Done::Well }
}

/// Shows what is wrong in the folder, after the answer.
fn ended(failed: Failed) -> Verb {
    if failed.diagnostics.is_empty() {
        return Ok(Done::Well);
    }
    let _ = write_stderr(&crate::render::text(&failed.diagnostics, &failed.sources, &Terminal::stderr()));
    Ok(done(&failed))
}

/// All of it as text.
fn shown(found: &Found, is_all: bool, terminal: &Terminal) -> String {
    let is_all = is_all || found.is_one_kind;
    let most = if is_all { usize::MAX } else { ROWS };
    let mut text = String::new();
    for note in &found.notes {
        text.push_str(&labelled("read", note, terminal, Terminal::caution));
    }
    for kind in &found.order {
        let card = cards::card(found, kind, terminal);
        text.push_str(&card.unwrap_or_else(|| tables::table(found, kind, most, terminal)));
    }
    text.push_str(&against(found, most, is_all, terminal));
    for (index, next) in found.next.iter().enumerate() {
        text.push_str(&labelled(if index == 0 { "Next" } else { "" }, next, terminal, Terminal::typed));
    }
    terminal.spell(&text)
}

/// What speaks against, the most direct first. Each axis that is shown has one line for what is known against it.
fn against(found: &Found, most_axes: usize, is_all: bool, terminal: &Terminal) -> String {
    let is_of_row = |why: &str| ["strand", "note", "single study", "read", "species"].contains(&why);
    let line = |about: &str, says: &str| {
        // a row that is compared with another begins with its own id
        let says = says.strip_prefix(about).map_or(says, str::trim_start);
        labelled("against", &format!("{about}: {says}"), terminal, Terminal::caution)
    };
    let mut text = String::new();
    for axis in found.axes.iter().take(most_axes) {
        let of_axis = found.against.iter().filter(|one| one.about == axis.id && is_of_row(&one.why));
        let says: Vec<&str> = of_axis.map(|one| one.says.as_str()).collect();
        text.push_str(&if says.is_empty() { String::new() } else { line(&axis.id, &says.join("; ")) });
    }
    let is_told = |about: &str, why: &str| is_of_row(why) && found.axes.iter().any(|axis| axis.id == about);
    let others: Vec<_> = found.against.iter().filter(|one| !is_told(&one.about, &one.why)).collect();
    let most = if is_all { usize::MAX } else { AGAINST };
    // four rows of one database that name no strand are one thing to say
    let mut told: Vec<(String, &Against)> = Vec::new();
    for one in &others {
        let same = |known: &&mut (String, &Against)| {
            known.1.why == "strand" && (&known.1.why, &known.1.says) == (&one.why, &one.says)
        };
        match told.iter_mut().find(same) {
            Some((about, _)) => *about = format!("{about}, {}", one.about),
            None => told.push((one.about.clone(), one)),
        }
    }
    for (about, one) in told.iter().take(most) {
        let is_said = one.source.is_empty() || one.says.contains(&one.source);
        let source = if is_said { String::new() } else { format!("; {}", one.source) };
        let source = if *about == one.about { source } else { String::new() };
        text.push_str(&line(about, &format!("{}{source}", one.says)));
    }
    if told.len() > most {
        let more = format!("and {} more: vesica know {} --all", told.len() - most, found.query);
        text.push_str(&labelled("", &more, terminal, Terminal::dim));
    }
    text
}
