//! Text becomes a network: the Antimony reader, expressions, diagnostics, conservation laws.
//!
//! This crate opens no file, reads no clock and prints nothing.
#![warn(missing_docs)]

pub mod antimony;
pub mod codes;
pub mod conservation;
pub mod diagnostic;
pub mod expression;
pub mod network;

pub use antimony::Library;
pub use conservation::Law;
pub use diagnostic::{Diagnostic, Severity, Span};
pub use expression::{Binary, Expression, Function, Unary};
pub use network::{Event, Network, Parameter, Reaction, Species, Symbol, Variable};
