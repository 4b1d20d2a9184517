//! Numbers in JSON: what is not a number is written as `null`, and `null` reads back as not a number.

use serde::{Deserialize, Deserializer};

/// For fields that JSON can hold as `null`.
pub(super) fn nan_if_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}
