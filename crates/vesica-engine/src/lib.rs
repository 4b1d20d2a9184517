//! A network becomes a program, a program becomes trajectories.
