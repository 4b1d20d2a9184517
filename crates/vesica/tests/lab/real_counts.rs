//! Counts of real exosome studies, which are no part of the project: read to the last count.
//!
//! The sums were counted apart from this program: rows and samples split at commas, quotes taken off, added up.

use std::fs;
use std::path::Path;

use vesica::lab::{Data, Scale};

use crate::fixtures::read;

/// File, names, and the sum of each sample.
const FILES: [(&str, usize, &[u64]); 5] = [
    (
        "cancer_cellline_derived_exosomes1.csv",
        2652,
        &[61_197, 15_527, 33_994, 17_110, 14_408, 33_021, 20_427, 11_876, 20_380],
    ),
    (
        "cancer_cellline_derived_exosomes2.csv",
        2652,
        &[40_427, 39_786, 58_103, 46_466, 75_803, 106_461, 73_123, 49_114, 133_643, 146_882, 59_953, 47_469],
    ),
    ("cancer_cellline_derived_exosomes3.csv", 2652, &[176_753, 103_975, 145_111, 87_965]),
    (
        "cfarkas_miRNA-counts_example.csv",
        2067,
        &[
            1_164_000, 1_280_264, 1_124_837, 1_232_736, 1_306_435, 1_082_884, 1_599_803, 1_797_178, 1_120_384,
            1_464_965, 1_632_065, 1_062_751, 1_354_568, 1_061_703, 1_854_484, 2_097_540,
        ],
    ),
    (
        "healthy_cellline_derived_exosomes.csv",
        2652,
        &[
            79_175, 13_559, 12_102, 13_792, 7_570, 27_525, 60_390, 31_214, 51_440, 53_861, 57_430, 22_573, 25_119,
            91_943, 22_626, 31_983, 16_328, 23_059, 5_052, 73_617, 52_633, 22_035, 174_137, 18_992, 3_753, 19_883,
            11_225, 56_642, 37_113, 49_602, 9_955,
        ],
    ),
];

#[test]
fn counts_of_real_studies_are_read_to_the_last_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ev");
    for (file, n_names, sums) in FILES {
        let Ok(bytes) = fs::read(folder.join(file)) else {
            println!("skipped: {file} is not there");
            continue;
        };
        let found = read(file, &bytes);
        let Some(Data::Counts(counts)) = found.data else { panic!("{file}: {:?}", found.findings) };
        assert_eq!(found.understood.kind, "counts");
        assert_eq!((counts.matrix.names.len(), counts.scale), (n_names, Scale::Raw), "{file}");
        assert_eq!(found.understood.rows_left_out, 0, "{file}");
        let read: Vec<u64> =
            (0..counts.matrix.samples.len()).map(|sample| counts.matrix.total(sample) as u64).collect();
        assert_eq!(read, sums, "{file}");
        // what is not known is said with its number and the first names; nothing else is wrong with these files
        assert!(
            found.findings.iter().all(|found| ["W87", "W88"].contains(&found.code)),
            "{file}: {:?}",
            found.findings
        );
    }
}

#[test]
fn a_sample_that_stands_twice_in_a_real_file_is_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ev");
    let Ok(text) = fs::read_to_string(folder.join("cancer_cellline_derived_exosomes3.csv")) else {
        println!("skipped: the file is not there");
        return;
    };
    let twice: String = text
        .lines()
        .enumerate()
        .map(|(line, row)| {
            let cells: Vec<&str> = row.split(',').collect();
            let copy = if line == 0 { "\"again.count\"" } else { cells[2] };
            format!("{row},{copy}\n")
        })
        .collect();
    let found = read("twice.csv", twice.as_bytes());
    let Some(Data::Counts(counts)) = found.data else { panic!("{:?}", found.findings) };
    assert_eq!(counts.matrix.samples.len(), 4);
    let named: Vec<&str> =
        found.findings.iter().filter(|found| found.code == "W83").map(|found| found.message.as_str()).collect();
    assert_eq!(named, ["the samples `SRR11548462.count` and `again.count` hold the same numbers"]);
}
