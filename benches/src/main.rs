//! Speed against peers and against the machine's own limit: `cargo xtask bench NAME [--json] [--quick] [--only MODEL]`.
//!
//! Peers run in the same call, in turn with us, and what both err by is printed beside what both take: a faster wrong
//! answer is no result. `--quick` leaves the peers out and does little: it shows that a benchmark still runs. `--only`
//! keeps the models of `single` with this in their name.

mod curve;
mod ensemble;
mod growth;
mod load;
mod machine;
mod made;
mod models;
mod native;
mod outcome;
mod peers;
mod rhs;
mod single;
mod ssa;

use anyhow::{Result, bail};
use outcome::Outcome;

/// What a benchmark is told.
#[derive(Clone, Debug)]
struct Asked {
    /// Little, and without peers.
    is_quick: bool,
    /// A part of the names of the models that `single` runs over; empty: all.
    only: String,
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let ["ensemble-part", part, parts] = words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        return ensemble::part(part.parse()?, parts.parse()?);
    }
    let only = words.iter().position(|word| word == "--only");
    let asked = Asked {
        is_quick: words.iter().any(|word| word == "--quick"),
        only: only.and_then(|at| words.get(at + 1)).cloned().unwrap_or_default(),
    };
    let is_json = words.iter().any(|word| word == "--json");
    let is_value = |at: usize| only.is_some_and(|only| at == only + 1);
    let given = words.iter().enumerate().filter(|(at, word)| !word.starts_with("--") && !is_value(*at));
    let names: Vec<&str> = given.map(|(_, word)| word.as_str()).collect();
    let run: fn(Asked) -> Result<Outcome> = match names.as_slice() {
        ["rhs"] => rhs::bench,
        ["ensemble"] => ensemble::bench,
        ["growth"] => growth::bench,
        ["single"] => single::bench,
        ["load"] => load::bench,
        ["ssa"] => ssa::bench,
        _ => bail!("usage: cargo xtask bench rhs|ensemble|single|load|ssa|growth|scenario [--json] [--quick]"),
    };
    let before = machine::load();
    let mut outcome = run(asked)?;
    outcome.notes.push(format!("{}; load {before} before, {} after", machine::describe(), machine::load()));
    if is_json {
        outcome.print_json()
    } else {
        outcome.print_table()
    }
    Ok(())
}
