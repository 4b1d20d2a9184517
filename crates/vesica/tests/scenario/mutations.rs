//! Damaged scenarios are refused or read, never a panic.

use proptest::prelude::*;
use vesica::ledger;

use super::support::{KNOWLEDGE, example, read};

/// What people type by mistake.
const SCRAPS: [&str; 16] = [
    "",
    "\"",
    "]",
    "[",
    "=",
    "{",
    "0",
    "-",
    "nan",
    "1e309",
    "(",
    "..",
    "unknown",
    "µ",
    "\n",
    "[arm.x]\nlike = \"x\"\n",
];

fn damaged(name: &str, cuts: &[(usize, usize, usize)]) -> String {
    let mut letters: Vec<char> = example(name).chars().collect();
    for (at, length, scrap) in cuts {
        let start = at % letters.len().max(1);
        let end = (start + length).min(letters.len());
        letters.splice(start..end, SCRAPS[scrap % SCRAPS.len()].chars());
    }
    letters.into_iter().collect()
}

/// Takes a whole line out, or puts one in twice.
fn shuffled(name: &str, moves: &[(usize, usize, bool)]) -> String {
    let text = example(name);
    let mut lines: Vec<&str> = text.lines().collect();
    for (from, to, is_kept) in moves {
        let line = lines[from % lines.len()];
        if !is_kept {
            lines.remove(from % lines.len());
        }
        let at = to % lines.len().max(1);
        lines.insert(at, line);
    }
    lines.join("\n")
}

fn survives(text: &str) {
    let (scenario, problems) = read(text);
    for problem in &problems {
        if let Some(span) = &problem.span {
            assert!(span.start <= span.end && span.end <= text.len(), "{problem:?}");
            assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end), "{problem:?}");
        }
    }
    match scenario {
        None => assert!(!problems.is_empty()),
        Some(scenario) => {
            let _ = ledger::check(&scenario, &KNOWLEDGE, &problems);
            let written = vesica::scenario::lock(&scenario, &KNOWLEDGE);
            let (again, found) = read(&written);
            assert!(again.is_some(), "{found:#?}\n{written}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn letters_lost_or_typed(cuts in prop::collection::vec((0..6000_usize, 0..12_usize, 0..64_usize), 1..4)) {
        for name in ["caf-mir522", "purified"] {
            survives(&damaged(name, &cuts));
        }
    }

    #[test]
    fn lines_lost_or_moved(moves in prop::collection::vec((0..200_usize, 0..200_usize, any::<bool>()), 1..5)) {
        for name in ["caf-mir522", "purified"] {
            survives(&shuffled(name, &moves));
        }
    }
}
