//! `vesica new`: lists the examples, writes one as a file, or writes the scenario of a published axis.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use vesica_model::Diagnostic;

use super::arguments::{New, Options};
use super::problems::{Failed, print};
use super::words::{labelled, typed, wrapped};
use super::{Done, Verb, input};
use crate::draft::{Wish, draft};
use crate::knowledge::{Example, examples};
use crate::terminal::{Terminal, width};

/// Lists or writes.
pub fn new(arguments: &New, options: &Options) -> Verb {
    match (&arguments.axis, &arguments.example) {
        (Some(words), _) => axis(words, arguments, options),
        (None, None) => list(options),
        (None, Some(example)) => write(example, arguments, options),
    }
}

fn list(options: &Options) -> Verb {
    let described = |(name, example): (String, Example)| {
        (name, line_value(&example.text, "title"), line_value(&example.text, "question"))
    };
    let examples: Vec<(String, String, String)> = examples().into_iter().map(described).collect();
    if options.json {
        let rows: Vec<_> = examples
            .iter()
            .map(|(name, title, question)| serde_json::json!({ "name": name, "title": title, "question": question }))
            .collect();
        print(&format!("{}\n", serde_json::json!({ "examples": rows })))?;
        return Ok(Done::Well);
    }
    let terminal = Terminal::stdout();
    let longest = examples.iter().map(|(name, ..)| width(name)).max().unwrap_or(0);
    let mut text = String::new();
    for (name, title, question) in &examples {
        let lines = [title, question].map(|line| wrapped(line, terminal.width.saturating_sub(longest + 4)));
        for (index, line) in lines.iter().flatten().filter(|line| !line.is_empty()).enumerate() {
            let name = if index == 0 { name } else { "" };
            let line = if index < lines[0].len() { line.clone() } else { terminal.dim(line) };
            text.push_str(&format!("  {name:<longest$}  {line}\n"));
        }
    }
    let next = [("an example", "vesica new caf-mir522 my.toml"), ("an axis", "vesica new --axis \"WORDS\" my.toml")];
    text.push('\n');
    for (at, (what, command)) in next.iter().enumerate() {
        let label = if at == 0 { "Next" } else { "" };
        text.push_str(&format!("{label:<9}{}   {}\n", terminal.typed(command), terminal.dim(what)));
    }
    text.push_str(&labelled("", "The axes that can be asked: vesica know axes", &terminal, Terminal::dim));
    print(&terminal.spell(&text))?;
    Ok(Done::Well)
}

/// The text of a top-level key of a scenario.
fn line_value(text: &str, key: &str) -> String {
    let line = text.lines().find(|line| line.split('=').next().is_some_and(|name| name.trim() == key));
    line.and_then(|line| line.split_once('='))
        .map_or(String::new(), |(_, value)| value.trim().trim_matches('"').to_owned())
}

fn write(example: &str, arguments: &New, options: &Options) -> Verb {
    let Some(Example { text, .. }) = examples().remove(example) else {
        let names = input::example_names();
        let near = vesica_model::diagnostic::nearest(example, names.iter().map(String::as_str));
        let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
        let help = format!("{near}examples: {}", names.join(", "));
        return Err(Failed::input(vec![Diagnostic::error("E40", format!("no example `{example}`")).help(help)]));
    };
    let file =
        arguments.file.clone().or(options.out.clone()).unwrap_or_else(|| PathBuf::from(format!("{example}.toml")));
    save(&text, file, example, &[], options)
}

/// Writes the scenario of an axis: to a file, or to stdout when none is named.
fn axis(words: &str, arguments: &New, options: &Options) -> Verb {
    if let (Some(_), Some(more)) = (&arguments.example, &arguments.file) {
        let message = format!("`{}` is one word too many", more.display());
        return Err(Failed::input(vec![Diagnostic::error("E80", message).help("put the words of --axis in quotes")]));
    }
    let (knowledge, sources) = input::knowledge(options.biology.as_deref())?;
    let wish = Wish { words, strand: arguments.strand.as_deref(), molecule: arguments.molecule.as_deref() };
    let found = draft(&knowledge, &wish).map_err(|problem| Failed { diagnostics: vec![problem], sources })?;
    match arguments.example.as_ref().map(PathBuf::from).or(options.out.clone()) {
        Some(file) => save(&found.text, file, &found.axis.to_lowercase(), &[("axis", &found.axis)], options),
        None if options.json => {
            print(&format!("{}\n", serde_json::json!({ "axis": found.axis, "scenario": found.text })))?;
            Ok(Done::Well)
        }
        None => {
            print(&found.text)?;
            Ok(Done::Well)
        }
    }
}

/// Saves a scenario as a new file: what the user wrote is not replaced.
fn save(text: &str, mut file: PathBuf, name: &str, facts: &[(&str, &str)], options: &Options) -> Verb {
    if file.is_dir() {
        file.push(format!("{name}.toml"));
    }
    let mut opened = OpenOptions::new().write(true).create_new(true).open(&file).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            Failed::input(vec![
                Diagnostic::error("E94", format!("`{}` is already there", file.display()))
                    .help("choose another name: what you wrote is not replaced"),
            ])
        } else {
            Failed::writing(&file, error)
        }
    })?;
    opened.write_all(text.as_bytes()).map_err(|error| {
        // half a file would stand in the way of the same command
        let _ = std::fs::remove_file(&file);
        Failed::writing(&file, error)
    })?;
    if options.json {
        let mut object = serde_json::json!({ "written": file.display().to_string() });
        for (key, value) in facts {
            object[*key] = serde_json::Value::from(*value);
        }
        print(&format!("{object}\n"))?;
    } else {
        let terminal = Terminal::stdout();
        let next = terminal.typed(&format!("vesica check {}", typed(&file)));
        print(&format!("Written  {}\nNext     {next}\n", file.display()))?;
    }
    Ok(Done::Well)
}
