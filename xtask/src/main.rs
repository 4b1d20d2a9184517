//! The project's own tools: `cargo xtask test` is what the README and CI run.

use std::process::Command;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("test") => test(),
        _ => bail!("usage: cargo xtask test"),
    }
}

/// Format, lints, tests, documentation, in the order that fails fastest.
fn test() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])?;
    cargo(&["test", "--workspace", "--quiet"])
}

fn cargo(arguments: &[&str]) -> Result<()> {
    eprintln!("cargo {}", arguments.join(" "));
    if !Command::new(env!("CARGO")).args(arguments).status()?.success() {
        bail!("cargo {} failed", arguments.join(" "));
    }
    Ok(())
}
