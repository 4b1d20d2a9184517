//! Conservation laws: what reactions can not change.

use crate::network::Network;

/// Species indices with coefficients; the weighted sum of their amounts stays as it is.
pub type Law = Vec<(usize, f64)>;

/// Independent laws of a network.
pub fn laws(_network: &Network) -> Vec<Law> {
    Vec::new()
}
