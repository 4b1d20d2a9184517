//! The tree keeps its own rules: what ARCHITECTURE.md draws, what the engine may not know, what every code means.

#[path = "tidy/source.rs"]
mod source;

#[path = "tidy/arrows.rs"]
mod arrows;
#[path = "tidy/biology.rs"]
mod biology;
#[path = "tidy/codes.rs"]
mod codes;
#[path = "tidy/coverage.rs"]
mod coverage;
#[path = "tidy/files.rs"]
mod files;
#[path = "tidy/quiet.rs"]
mod quiet;
