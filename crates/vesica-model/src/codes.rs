//! Every code of every message, with its title and its long text (`vesica know E11`).
//! A code never changes its meaning.
//!
//! Ranges: 01-09 quantities and doses, 10-19 names, 20-29 geometry and physics, 30-39 scenarios,
//! 40-49 files and folders, 50-69 Antimony and networks, 70-79 the biology folder, 80-89 the command line.

/// One code with what it means.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// `E11`, `W23`, `X01`.
    pub code: &'static str,
    /// One line.
    pub title: &'static str,
    /// What it means, why it is so, and how to mend it.
    pub text: &'static str,
}

/// All codes, sorted.
pub const CODES: &[Code] = &[];

/// Looks a code up.
pub fn find(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|entry| entry.code.eq_ignore_ascii_case(code))
}
