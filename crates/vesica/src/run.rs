//! A run: every world of a scenario, and the answer over all of them.
//!
//! Worlds are independent; each is a pure function of (scenario, knowledge, size, seed, world), so any number of
//! threads, and any order, gives the same bits.

mod alike;
mod body;
pub mod detect;
mod donors;
pub mod draws;
pub mod exchange;
mod flows;
mod growth;
pub mod kept;
pub mod medium;
pub mod method;
pub mod opening;
pub mod outcome;
mod place;
pub mod population;
mod progress;
pub mod results;
mod sampling;
pub mod setup;
mod shedding;
mod spread;
pub mod statistics;
mod tipping;
pub mod verdict;
mod well;
pub mod world;

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;

pub use body::CompiledBody;
pub use results::WorldResult;
pub(crate) use setup::RELATIVE_TOLERANCE;
pub use setup::{Setup, Size};
pub use tipping::{Followed, Tipped, tip};

use kept::Kept;

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// All worlds, in order.
    Complete(Vec<WorldResult>),
    /// Asked to stop; that many of all worlds are kept.
    Stopped {
        /// Finished worlds.
        done: usize,
    },
}

/// Runs all worlds of a setup in memory.
///
/// # Errors
/// None by itself; the type is that of [`resume`].
pub fn run(setup: &Setup) -> Vec<WorldResult> {
    (0..setup.size.n_worlds).into_par_iter().map(|index| world::simulate(setup, index)).collect()
}

/// Runs the worlds that are not yet kept in `out`, and keeps each as it is done.
/// `progress(done)` is called after each world; `stop` ends the run before the next one.
///
/// # Errors
/// What the file system says when a world cannot be kept.
pub fn resume(
    setup: &Setup,
    out: &Path,
    fingerprint: &str,
    stop: &AtomicBool,
    progress: &(impl Fn(usize) + Sync),
) -> io::Result<(Ended, Option<Kept>)> {
    let kept = Kept::open(out, fingerprint)?;
    let done = AtomicUsize::new(0);
    let one = |index: usize| -> io::Result<Option<WorldResult>> {
        if let Some(result) = kept.read(index) {
            progress(done.fetch_add(1, Ordering::Relaxed) + 1);
            return Ok(Some(result));
        }
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let result = world::simulate(setup, index);
        kept.write(&result)?;
        progress(done.fetch_add(1, Ordering::Relaxed) + 1);
        Ok(Some(result))
    };
    let results: Vec<Option<WorldResult>> =
        (0..setup.size.n_worlds).into_par_iter().map(one).collect::<io::Result<_>>()?;
    let n_done = results.iter().flatten().count();
    Ok(match results.into_iter().collect::<Option<Vec<_>>>() {
        Some(complete) => (Ended::Complete(complete), Some(kept)),
        None => (Ended::Stopped { done: n_done }, None),
    })
}
