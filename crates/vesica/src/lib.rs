//! vesica: can these vesicles do that?

pub mod quantity;
pub mod render;
pub mod result;
pub mod terminal;
pub mod units;
