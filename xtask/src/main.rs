//! The project's own tools: `cargo xtask test` is what the README and CI run.

mod bench;
mod validate;

use std::process::Command;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["test"] => test(),
        ["bench", rest @ ..] => bench::bench(rest),
        ["validate", rest @ ..] => validate::validate(rest),
        _ => bail!("usage: cargo xtask test | cargo xtask validate [ROW] [--json] | cargo xtask bench NAME [--json]"),
    }
}

/// Format, lints, tests, documentation, in the order that fails fastest.
fn test() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])?;
    cargo(&["test", "--workspace", "--quiet"])?;
    cargo(&["doc", "--workspace", "--no-deps", "--quiet"])
}

fn cargo(arguments: &[&str]) -> Result<()> {
    eprintln!("cargo {}", arguments.join(" "));
    let status = Command::new(env!("CARGO")).args(arguments).env("RUSTDOCFLAGS", "-D warnings").status()?;
    if !status.success() {
        bail!("cargo {} failed", arguments.join(" "));
    }
    Ok(())
}
