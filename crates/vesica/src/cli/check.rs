//! `vesica check`: the ledger arithmetic, without simulating.

use super::arguments::{Check, Options};
use super::problems::{Failed, print, warn};
use super::{Done, Verb, input};
use crate::compose;
use crate::ledger;
use crate::run::{Setup, Size};
use crate::scenario::Method;
use crate::terminal::Terminal;

/// Reads a scenario, wires its cells, and prints the chain.
pub fn check(arguments: &Check, options: &Options) -> Verb {
    let input = input::read(&arguments.scenario, options)?;
    let mut problems = Vec::new();
    for cell in &input.scenario.cells {
        problems.extend(compose::compose(&input.scenario, &input.knowledge, cell).err().unwrap_or_default());
    }
    if !problems.is_empty() {
        return Err(Failed { diagnostics: problems, sources: input.sources });
    }
    let scenario = &input.scenario;
    if !matches!(scenario.size.method, Method::Auto | Method::Deterministic) {
        // whether a method is possible shows at rest
        let setup = Setup::new(scenario, &input.knowledge, Size::default(), scenario.seed);
        setup.map_err(|diagnostics| Failed { diagnostics, sources: input.sources.clone() })?;
    }
    input.tell(options);
    warn(options, &input.warnings, &input.sources);
    let check = ledger::check(&input.scenario, &input.knowledge, &input.warnings);
    if options.json {
        let object = serde_json::to_string(&check).map_err(std::io::Error::other)?;
        print(&format!("{object}\n"))?;
    } else {
        print(&ledger::print(&check, &input.scenario, &Terminal::stdout()))?;
    }
    Ok(Done::Well)
}
