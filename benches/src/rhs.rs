//! stub
use anyhow::Result;
use crate::Asked; use crate::outcome::Outcome;
pub fn bench(_: Asked) -> Result<Outcome> { todo!() }
