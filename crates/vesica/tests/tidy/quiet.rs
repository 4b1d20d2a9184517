//! model and engine touch nothing outside themselves; results rest on no platform's mathematics.

use crate::source::{crates, sources};

/// What opens a file, reads a clock or the environment, or prints.
const OUTSIDE: [&str; 14] = [
    "std::fs",
    "std::io",
    "std::env",
    "std::net",
    "std::process",
    "std::time",
    "SystemTime",
    "Instant::now",
    "print!(",
    "println!(",
    "eprint!(",
    "eprintln!(",
    "dbg!(",
    "include_str!(",
];

/// What stops the program, or was not finished.
const UNFINISHED: [&str; 5] = [".unwrap()", "todo!(", "unimplemented!(", "panic!(", "dbg!("];

/// Functions that differ in the last bit between machines. `sqrt` is exact everywhere.
const PLATFORM: [&str; 16] = [
    ".exp(", ".exp2(", ".exp_m1(", ".ln(", ".ln_1p(", ".log(", ".log2(", ".log10(", ".powf(", ".powi(", ".cbrt(",
    ".sin(", ".cos(", ".tan(", ".tanh(", ".hypot(",
];

/// Rooms that only draw what is already written: their numbers are rounded for the eye.
const FOR_THE_EYE: [&str; 2] = ["crates/vesica/src/report", "crates/vesica/src/terminal"];

#[test]
fn model_and_engine_touch_nothing_outside() {
    assert_eq!(lines_with(&OUTSIDE, |path| !path.starts_with("crates/vesica/")), [""; 0]);
}

#[test]
fn nothing_stops_the_program_or_is_unfinished() {
    assert_eq!(lines_with(&UNFINISHED, |_| true), [""; 0]);
}

#[test]
fn no_platform_mathematics_in_results() {
    let in_results = |path: &str| !FOR_THE_EYE.iter().any(|room| path.starts_with(room));
    assert_eq!(lines_with(&PLATFORM, in_results), [""; 0], "use vesica_engine::math");
}

fn lines_with(words: &[&str], in_scope: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in crates().iter().flat_map(|name| sources(name)).filter(|source| in_scope(&source.path)) {
        for (index, line) in
            source.code.lines().enumerate().filter(|(_, line)| words.iter().any(|word| line.contains(word)))
        {
            found.push(format!("{}:{} {}", source.path, index + 1, line.trim()));
        }
    }
    found
}
