//! Studies: the same worlds at many values of some numbers (`sweep`), and which numbers decide (`rank`).
//!
//! A study is a list of points; each is run in the same worlds, with the same chances, so that points differ only in
//! what was varied. A run is one world at one point: a pure function of (scenario, knowledge, size, seed, world,
//! point). Of each only its readings are kept, in a file that a killed study goes on from.

pub mod arms;
pub mod design;
pub mod factor;
pub mod folder;
pub mod hill;
pub mod indices;
pub mod journal;
pub mod question;
pub mod rank;
mod resolve;
pub mod response;
pub mod runs;
pub mod sweep;
pub mod synergy;
mod values;
