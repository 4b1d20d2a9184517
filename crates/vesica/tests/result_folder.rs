//! A result folder is written whole, read back without loss, and compared file by file.

mod layout;

use std::fs;
use std::path::{Path, PathBuf};
use vesica::result::{Outcome, folder};

#[test]
fn writing_what_was_read_gives_the_same_bytes() {
    for (name, outcome) in cases() {
        let (first, second) = (empty_folder(&format!("first-{name}")), empty_folder(&format!("second-{name}")));
        folder::write(&first, &outcome).unwrap();
        folder::write(&second, &folder::read(&first).unwrap()).unwrap();
        assert_eq!(folder::compare(&first, &second), None, "{name}");
        assert!(folder::files(&first).unwrap().len() >= 15, "{name}");
    }
}

#[test]
fn what_was_written_is_what_was_meant() {
    let outcome = layout::nine_arms();
    let path = empty_folder("meant");
    folder::write(&path, &outcome).unwrap();
    let read = folder::read(&path).unwrap();
    assert_eq!(read.answer, outcome.answer);
    assert_eq!(read.curves, outcome.curves);
    assert_eq!(read.ledger, outcome.ledger);
    assert_eq!(read.evidence, outcome.evidence);
    assert_eq!(read.worlds, outcome.worlds);
    assert_eq!(read.cells[0].died_h, 31.5);
    assert!(read.cells[1].died_h.is_nan());
}

#[test]
fn a_changed_file_is_named_with_its_line() {
    let (first, second) = (empty_folder("whole"), empty_folder("changed"));
    let outcome = layout::nine_arms();
    folder::write(&first, &outcome).unwrap();
    folder::write(&second, &outcome).unwrap();
    let table = fs::read_to_string(second.join("differences.tsv")).unwrap();
    fs::write(second.join("differences.tsv"), table.replacen("other", "another", 1)).unwrap();
    assert_eq!(folder::compare(&first, &second).unwrap(), "differences.tsv differs from line 8 on");
    fs::remove_file(second.join("claims.tsv")).unwrap();
    assert!(folder::compare(&first, &second).unwrap().starts_with("claims.tsv is only in"));
}

#[test]
fn only_the_times_of_the_metadata_may_differ() {
    let (first, second) = (empty_folder("morning"), empty_folder("evening"));
    let outcome = layout::nine_arms();
    for (path, started) in [(&first, "2026-11-21T08:00:00Z"), (&second, "2026-11-21T20:00:00Z")] {
        folder::write(path, &outcome).unwrap();
        folder::write_provenance(path, &outcome, started, "2026-11-22T00:00:00Z").unwrap();
    }
    assert_eq!(folder::compare(&first, &second), None);
    let mut other = outcome;
    other.answer.seed += 1;
    folder::write_provenance(&second, &other, "2026-11-21T08:00:00Z", "2026-11-22T00:00:00Z").unwrap();
    assert!(folder::compare(&first, &second).unwrap().starts_with("ro-crate-metadata.json differs"));
}

#[test]
fn a_damaged_folder_is_an_error_that_names_the_file() {
    let path = empty_folder("damaged");
    folder::write(&path, &layout::nine_arms()).unwrap();
    fs::write(path.join("curves.parquet"), b"PAR1").unwrap();
    assert!(folder::read(&path).unwrap_err().to_string().starts_with("curves.parquet: "));
    fs::write(path.join("answer.json"), b"{}").unwrap();
    assert!(folder::read(&path).unwrap_err().to_string().starts_with("answer.json: "));
    fs::remove_file(path.join("arms.tsv")).unwrap();
}

#[test]
fn figures_of_an_earlier_run_go_and_files_of_the_user_stay() {
    let path = empty_folder("again");
    folder::write(&path, &layout::nine_arms()).unwrap();
    fs::write(path.join("figures/old.svg"), "<svg/>").unwrap();
    fs::write(path.join("figures/mine.txt"), "mine").unwrap();
    folder::write(&path, &layout::one_arm()).unwrap();
    assert!(!path.join("figures/old.svg").exists());
    assert!(path.join("figures/mine.txt").exists());
    assert!(fs::read_dir(&path).unwrap().all(|entry| !entry.unwrap().file_name().to_string_lossy().starts_with('.')));
}

fn cases() -> [(&'static str, Outcome); 6] {
    [
        ("nine", layout::nine_arms()),
        ("nothing", layout::nothing()),
        ("one", layout::one_arm()),
        ("nan", layout::not_a_number()),
        ("long", layout::long_names()),
        ("zero", layout::zero_difference()),
    ]
}

fn empty_folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("result_folder").join(name);
    let _ = fs::remove_dir_all(&path);
    path
}
