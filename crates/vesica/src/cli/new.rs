//! `vesica new`: lists the examples, or writes one as a file.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use vesica_model::Diagnostic;

use super::arguments::{New, Options};
use super::problems::{Failed, print};
use super::words::{typed, wrapped};
use super::{Done, Verb, input};
use crate::knowledge::embedded_examples;
use crate::terminal::{Terminal, width};

/// Lists or writes.
pub fn new(arguments: &New, options: &Options) -> Verb {
    match &arguments.example {
        None => list(options),
        Some(example) => write(example, arguments, options),
    }
}

fn list(options: &Options) -> Verb {
    let examples: Vec<(String, String, String)> = input::example_names()
        .into_iter()
        .map(|name| {
            let text = embedded_examples().remove(&format!("{name}/scenario.toml")).unwrap_or_default();
            let value = |key: &str| line_value(&text, key);
            (name, value("title"), value("question"))
        })
        .collect();
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
    let next = terminal.typed("vesica new caf-mir522 my.toml");
    print(&terminal.spell(&format!("{text}\nNext     {next}\n")))?;
    Ok(Done::Well)
}

/// The text of a top-level key of a scenario.
fn line_value(text: &str, key: &str) -> String {
    let line = text.lines().find(|line| line.split('=').next().is_some_and(|name| name.trim() == key));
    line.and_then(|line| line.split_once('='))
        .map_or(String::new(), |(_, value)| value.trim().trim_matches('"').to_owned())
}

fn write(example: &str, arguments: &New, options: &Options) -> Verb {
    let Some(text) = embedded_examples().remove(&format!("{example}/scenario.toml")) else {
        let names = input::example_names();
        let near = vesica_model::diagnostic::nearest(example, names.iter().map(String::as_str));
        let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
        let help = format!("{near}examples: {}", names.join(", "));
        return Err(Failed::input(vec![Diagnostic::error("E40", format!("no example `{example}`")).help(help)]));
    };
    let mut file =
        arguments.file.clone().or(options.out.clone()).unwrap_or_else(|| PathBuf::from(format!("{example}.toml")));
    if file.is_dir() {
        file.push(format!("{example}.toml"));
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
        print(&format!("{}\n", serde_json::json!({ "written": file.display().to_string() })))?;
    } else {
        let terminal = Terminal::stdout();
        let next = terminal.typed(&format!("vesica check {}", typed(&file)));
        print(&format!("Written  {}\nNext     {next}\n", file.display()))?;
    }
    Ok(Done::Well)
}
