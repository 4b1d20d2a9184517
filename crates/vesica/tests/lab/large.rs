//! A matrix as large as a study has it.

use std::fmt::Write;
use std::time::Instant;

use vesica::lab::Data;

use crate::fixtures::read;

#[test]
fn two_thousand_molecules_in_five_hundred_samples_are_read_to_the_last_count() {
    let (n_rows, n_samples) = (2_000, 500);
    let mut text = String::from("miRNA");
    (0..n_samples).for_each(|sample| {
        let _ = write!(text, ",S{sample}");
    });
    let count = |row: usize, sample: usize| (row * 7 + sample * 13) % 1_000;
    for row in 0..n_rows {
        let _ = write!(text, "\nhsa-miR-{}-5p", row + 100_000);
        (0..n_samples).for_each(|sample| {
            let _ = write!(text, ",{}", count(row, sample));
        });
    }
    let start = Instant::now();
    let found = read("a.csv", text.as_bytes());
    let taken = start.elapsed();
    let Some(Data::Counts(counts)) = found.data else { panic!("{:?}", found.findings) };
    for sample in [0, 1, 250, 499] {
        let expected: usize = (0..n_rows).map(|row| count(row, sample)).sum();
        assert_eq!(counts.matrix.total(sample), expected as f64);
    }
    // debug code on a busy machine; a release build takes a tenth of a second
    assert!(taken.as_secs() < 20, "{taken:?}");
}
