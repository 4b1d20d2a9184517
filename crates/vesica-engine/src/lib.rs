//! A network becomes a program, a program becomes trajectories.
//!
//! [`compile`] turns a [`vesica_model::Network`] into a [`Program`]: straight-line tapes for the
//! right-hand side, its sparse Jacobian, the conditions of events. A [`Batch`] holds many lanes (cells)
//! of a program; [`advance`] integrates each with its own steps, many at a time.
//!
//! The same inputs give the same bits: with any instructions ([`Instructions`]), in any batch, in any
//! order. This crate opens no file, reads no clock and prints nothing.
//!
//! ```
//! use vesica_engine::{Batch, SolverConfig, Workspace, advance, compile};
//! use vesica_model::{Binary, Expression, Network, Reaction, Species, Symbol};
//! let mut network = Network::default();
//! let initial = Expression::Number(1000.0);
//! network.species.push(Species { id: "A".into(), initial, compartment: None, is_concentration: false });
//! let half = Expression::Binary(
//!     Binary::Multiply,
//!     Box::new(Expression::Number(0.5)),
//!     Box::new(Expression::Symbol(Symbol::Species(0))),
//! );
//! network.reactions.push(Reaction { id: "decay".into(), reactants: vec![(0, 1.0)], products: vec![], rate: half });
//! let program = compile(&network)?;
//! let mut batch = Batch::new(&program, 1);
//! let mut workspace = Workspace::for_program(&program);
//! advance(&program, &SolverConfig::with_tolerance(1e-6, 1e-6), &mut workspace, &mut batch, 2.0);
//! assert!((batch.state(0)[0] - 1000.0 * (-1.0f64).exp()).abs() < 1e-2);
//! # Ok::<(), vesica_engine::CompileError>(())
//! ```
#![warn(missing_docs)]

mod advance;
mod algebraic;
mod aligned;
mod along;
mod batch;
mod bdf;
mod branch;
mod choice;
mod columns;
mod compile;
mod conservation;
mod dense_lu;
mod derivative;
mod dop853;
mod eigenvalues;
mod events;
mod explicit;
mod follow;
mod graph;
mod hybrid;
mod interpreter;
#[cfg(target_arch = "x86_64")]
mod jit;
#[cfg(not(target_arch = "x86_64"))]
#[path = "no_jit.rs"]
mod jit;
mod jump;
mod leap;
mod lower;
pub mod math;
pub mod naive;
mod one_lane;
mod program;
pub mod random;
mod rodas4;
mod rosenbrock;
mod rosenbrock_one;
mod rows;
mod side_by_side;
mod simd;
mod sparse_lu;
mod steady;
mod stochastic;
mod sum_tree;
mod switches;
mod tape;
mod workspace;

pub use advance::{advance, advance_lanes};
pub use along::compile_along;
pub use batch::{AbsoluteTolerance, Batch, Counters, Failure, FailureReason, LaneStatus, SolverConfig};
pub use branch::{Branch, BranchPoint, branch};
pub use compile::{CompileError, compile};
pub use conservation::Watch;
pub use follow::follow;
pub use hybrid::{Hybrid, Scarce};
pub use leap::{Leaping, advance_by_leaps, advance_lanes_by_leaps};
pub use program::{Program, Selection};
pub use side_by_side::SideBySide;
pub use simd::Instructions;
pub use steady::{steady_state, steady_states_of_one};
pub use stochastic::{NotExact, advance_exactly};
pub use workspace::{Evaluator, Workspace};
