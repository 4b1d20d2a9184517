//! Files of the lab: what each is told to be, what is wrong with it, and files that are real.

#[path = "lab/bad_input.rs"]
mod bad_input;
#[path = "lab/fixtures.rs"]
mod fixtures;
#[path = "lab/large.rs"]
mod large;
#[path = "lab/mutations.rs"]
mod mutations;
#[path = "lab/real_counts.rs"]
mod real_counts;
#[path = "lab/recognition.rs"]
mod recognition;
