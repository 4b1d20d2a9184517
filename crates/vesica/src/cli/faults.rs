//! When vesica itself fails: a message with a code and exit 2, no stack of frames.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};

use vesica_model::Diagnostic;

use super::Verb;
use super::problems::Failed;

/// The verb, or X01 with what failed and where, if it ended before its end.
pub fn caught(verb: impl FnOnce() -> Verb) -> Verb {
    let found = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&found);
    panic::set_hook(Box::new(move |fault| {
        let mut first = seen.lock().unwrap_or_else(PoisonError::into_inner);
        if first.is_empty() {
            let what = fault.payload_as_str().unwrap_or("no reason given");
            let place = fault.location().map_or(String::new(), |place| format!(" ({}:{})", place.file(), place.line()));
            *first = format!("{what}{place}");
        }
    }));
    // nothing of the verb is used after a fault
    let outcome = panic::catch_unwind(AssertUnwindSafe(verb));
    let _ = panic::take_hook();
    outcome.unwrap_or_else(|_| {
        let what = found.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Err(Failed::input(vec![
            Diagnostic::error("X01", format!("vesica failed: {what}"))
                .help("send this line and the scenario to the authors; finished worlds are kept"),
        ]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_a_message_with_its_place() {
        let failed = caught(|| panic!("a number too many")).expect_err("it failed");
        let found = &failed.diagnostics[0];
        assert_eq!(found.code, "X01");
        assert!(
            found.message.contains("a number too many") && found.message.contains("faults.rs"),
            "{}",
            found.message
        );
    }
}
