//! Ctrl-C.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Set by the first Ctrl-C: the run ends after the worlds that are being simulated. The second ends the process.
pub fn flag() -> Arc<AtomicBool> {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    let flag = FLAG.get_or_init(|| {
        let flag = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&flag);
        let stop = move || {
            if seen.swap(true, Ordering::Relaxed) {
                // finished worlds are on disk, each one whole: nothing is lost
                std::process::exit(130);
            }
        };
        // without a handler Ctrl-C simply ends the process; finished worlds are kept all the same
        let _ = ctrlc::set_handler(stop);
        flag
    });
    Arc::clone(flag)
}
