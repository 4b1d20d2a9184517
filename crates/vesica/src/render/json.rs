//! Findings for programs.

use serde_json::{Value, json as object};
use vesica_model::{Diagnostic, Severity};

use super::{Sources, in_order};

/// `{"errors":[{"code","message","file","line","column","fix"}], "warnings":[..]}`, the same order as the text.
///
/// `file`, `line` and `column` are null where a finding has no place, `fix` where it has none.
///
/// ```
/// use vesica::render::{Sources, json};
/// use vesica_model::Diagnostic;
/// let found = json(&[Diagnostic::error("E40", "no file `my.toml`")], &Sources::default());
/// assert_eq!(found["errors"][0]["code"], "E40");
/// assert!(found["errors"][0]["line"].is_null());
/// ```
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    let ordered = in_order(diagnostics);
    let part = |wanted: bool| -> Vec<Value> {
        let part = ordered.iter().filter(|found| (found.severity() == Severity::Warning) == wanted);
        part.map(|found| entry(found, sources)).collect()
    };
    object!({ "errors": part(false), "warnings": part(true) })
}

fn entry(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let place = diagnostic.span.as_ref().map(|span| sources.place(span));
    let known = place.as_ref().filter(|place| place.line > 0);
    let message = match diagnostic.label.as_str() {
        "" => diagnostic.message.clone(),
        label => format!("{}: {label}", diagnostic.message),
    };
    object!({
        "code": diagnostic.code,
        "message": message,
        "file": place.as_ref().map(|place| place.file.as_str()),
        "line": known.map(|place| place.line),
        "column": known.map(|place| place.column),
        "fix": (!diagnostic.help.is_empty()).then_some(diagnostic.help.as_str()),
    })
}
