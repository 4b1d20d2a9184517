//! The built program, typed as a user types it: what it prints, where, and with which exit code.

#[path = "cli/axis.rs"]
mod axis;
#[path = "cli/bad_files.rs"]
mod bad_files;
#[path = "cli/biology.rs"]
mod biology;
#[path = "cli/convert.rs"]
mod convert;
#[path = "cli/data.rs"]
mod data;
#[path = "cli/determinism.rs"]
mod determinism;
#[path = "cli/failures.rs"]
mod failures;
#[path = "cli/folder.rs"]
mod folder;
#[path = "cli/guide.rs"]
mod guide;
#[path = "cli/know.rs"]
mod know;
#[path = "cli/know_counts.rs"]
mod know_counts;
#[path = "cli/know_rows.rs"]
mod know_rows;
#[path = "cli/rank.rs"]
mod rank;
#[path = "cli/support.rs"]
mod support;
#[path = "cli/sweep.rs"]
mod sweep;
#[path = "cli/words.rs"]
mod words;
