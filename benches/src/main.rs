//! Speed against peers and against the machine's own limit: `cargo xtask bench NAME [--json] [--quick]`.
//!
//! Peers run in the same call, in turn with us, and what both err by is printed beside what both take: a faster wrong
//! answer is no result. `--quick` leaves the peers out and does little: it shows that a benchmark still runs.

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
#[derive(Clone, Copy, Debug)]
struct Asked {
    /// Little, and without peers.
    is_quick: bool,
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let ["ensemble-part", part, parts] = words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        return ensemble::part(part.parse()?, parts.parse()?);
    }
    let asked = Asked { is_quick: words.iter().any(|word| word == "--quick") };
    let is_json = words.iter().any(|word| word == "--json");
    let names: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.starts_with("--")).collect();
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
