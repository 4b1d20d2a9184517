//! What is committed stays small enough to read.

use std::process::Command;

use crate::source::root;

#[test]
fn no_tracked_file_is_larger_than_a_megabyte() {
    // outside a checkout nothing is tracked
    let Ok(listed) = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output() else { return };
    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
    let size = |name: &str| root().join(name).metadata().map_or(0, |facts| facts.len());
    let large: Vec<&str> = names.split('\0').filter(|name| !name.is_empty() && size(name) > 1_000_000).collect();
    assert!(large.is_empty(), "more than 1 MB: {large:?}");
}
