//! vesica: can these vesicles do that?

pub mod cli;
pub mod compose;
pub mod draft;
pub mod know;
pub mod knowledge;
pub mod lab;
pub mod ledger;
pub mod physics;
pub mod quantity;
pub mod render;
pub mod report;
pub mod result;
pub mod run;
pub mod scenario;
pub mod study;
pub mod terminal;
pub mod units;
pub mod validate;
