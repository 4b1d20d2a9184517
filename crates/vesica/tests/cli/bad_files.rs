//! Files of the lab that are wrong, given to `vesica convert` as a user gives them: each slip is named with file, line
//! and fix, and the rest of the file is still read.

use crate::support::{Called, Scratch};

/// Calls `convert` on a file with this content.
fn convert(file: &str, content: &str, more: &[&str]) -> Called {
    let scratch = Scratch::new();
    scratch.write(file, content);
    scratch.call(&[&["convert", file], more].concat())
}

/// The slip is a warning at this place, with a fix, and something was still made of the file.
#[track_caller]
fn named(called: &Called, code: &str, place: &str, words: &[&str], made: &str) {
    assert_eq!(called.code, Some(0), "{called:#?}");
    for said in [&format!("warning {code}: "), place, "╰─ "].into_iter().chain(words.iter().copied()) {
        assert!(called.err.contains(said), "{said}: {called:#?}");
    }
    assert!(called.out.contains(made), "{made}: {called:#?}");
}

/// The slip is an error at this place, with a fix, and nothing was printed.
#[track_caller]
fn refused(called: Called, code: &str, place: &str, words: &[&str]) {
    let called = called.refused(code);
    for said in [place].into_iter().chain(words.iter().copied()) {
        assert!(called.err.contains(said), "{said}: {called:#?}");
    }
}

const COUNTS: &str = "miRNA,S1,S2,S3\nhsa-miR-4443,300,310,290\nhsa-miR-522-3p,100,120,80\nhsa-miR-21-5p,500,470,530\n";

#[test]
fn names_that_are_not_known() {
    let called = convert("counts.csv", &COUNTS.replace("hsa-miR-4443", "hsa-miR-99999"), &[]);
    named(&called, "W87", "counts.csv:2:1", &["hsa-miR-99999", "miRBase"], "hsa-miR-21-5p");
}

#[test]
fn a_name_without_its_strand() {
    let called = convert("counts.csv", &COUNTS.replace("hsa-miR-522-3p", "hsa-miR-522"), &[]);
    named(&called, "W87", "counts.csv:3:1", &["several miRNAs", "say the strand"], "hsa-miR-4443");
}

#[test]
fn samples_that_stand_twice() {
    let called = convert("counts.csv", &COUNTS.replace("S2", "S1"), &[]);
    named(&called, "W83", "counts.csv:1:", &["S1"], "hsa-miR-4443");
    // the same numbers under another name
    let called = convert(
        "counts.csv",
        &COUNTS.replace(",310,", ",300,").replace(",120,", ",100,").replace(",470,", ",500,"),
        &[],
    );
    named(&called, "W83", "counts.csv:1:", &["S2"], "hsa-miR-4443");
}

#[test]
fn mirnas_that_were_merged() {
    let text = COUNTS.replace("hsa-miR-21-5p", "hsa-miR-192-5p/215-5p");
    let called = convert("counts.csv", &text, &[]);
    named(&called, "W88", "counts.csv:4:1", &["--split"], "hsa-miR-4443");
    let split = convert("counts.csv", &text, &["--split"]).well();
    assert!(split.out.contains("hsa-miR-192-5p") && split.out.contains("hsa-miR-215-5p"), "{split:#?}");
}

#[test]
fn rows_that_contradict_each_other() {
    let called = convert("counts.csv", &COUNTS.replace("hsa-miR-21-5p", "hsa-miR-522-3p"), &[]);
    named(&called, "W82", "counts.csv:4:", &["hsa-miR-522-3p"], "hsa-miR-4443");
}

#[test]
fn counts_below_zero() {
    let called = convert("counts.csv", &COUNTS.replace(",310,", ",-310,"), &[]);
    named(&called, "W85", "counts.csv:2:18", &["-310"], "hsa-miR-522-3p");
}

#[test]
fn a_delimiter_that_is_another_one() {
    // the header was saved with another sign than the rows
    let called = convert("counts.csv", &COUNTS.replace("miRNA,S1,S2,S3", "miRNA;S1;S2;S3"), &[]);
    named(&called, "W81", "counts.csv:1:1", &["miRNA;S1;S2;S3"], "hsa-miR-522-3p");
    // all of it with another sign is no slip
    assert!(convert("counts.csv", &COUNTS.replace(',', ";"), &[]).well().err.contains("separated by semicolons"));
}

#[test]
fn an_export_that_was_cut_short() {
    let nanosight = include_str!("../lab/files/nanosight.csv");
    let end = nanosight.find("\nPercentile").expect("its last table");
    let called = convert("nta.csv", &nanosight[..end], &[]);
    named(
        &called,
        "W89",
        "nta.csv:37:1",
        &["the file ends before", "export the whole experiment again"],
        "size = \"100 nm",
    );
    let plate = include_str!("../lab/files/plate.csv");
    let called = convert("plate.csv", plate.strip_suffix(",3,239,MG\n").expect("its last row"), &[]);
    named(&called, "W89", "plate.csv:22:", &["line 22 has"], "IC50");
    let film = include_str!("../lab/files/timelapse.csv");
    let called = convert("film.csv", film.strip_suffix("7,201\n").expect("its last row"), &[]);
    named(&called, "W89", "film.csv:13:", &["line 13 has"], "alive(CELL)");
    let pulses = "size (nm),concentration (particles/mL)\n50,1e6\n100,2e7\n150";
    for end in [",", ""] {
        let called = convert("pulses.csv", &format!("{pulses}{end}"), &[]);
        named(&called, "W89", "pulses.csv:4:", &["line 4 ends before", "export the measurement again"], "size = ");
    }
}

#[test]
fn a_header_without_units() {
    let plate = include_str!("../lab/files/plate.csv");
    refused(
        convert("plate.csv", &plate.replace(" [uM]", ""), &[]),
        "E83",
        "plate.csv:1:",
        &["concentration", "--unit concentration=uM"],
    );
    let film = include_str!("../lab/files/timelapse.csv");
    refused(convert("film.csv", &film.replace(" [h]", ""), &[]), "E83", "film.csv:1:", &["time", "--unit time=h"]);
    let sizes = include_str!("../lab/files/sizes.csv");
    refused(
        convert("sizes.csv", &sizes.replace("Particle Diameter (nm)", "Particle Diameter"), &[]),
        "E83",
        "sizes.csv:3:",
        &["Particle Diameter", "--unit"],
    );
}

#[test]
fn wells_of_a_plate_that_are_wrong() {
    let grid = include_str!("../lab/files/grid.csv");
    let map = include_str!("../lab/files/map.csv");
    let scratch = Scratch::new();
    scratch.write("map.csv", map);
    scratch.write("grid.csv", grid.replace("4000;4100", "4000;OVER"));
    let called = scratch.call(&["convert", "grid.csv", "--map", "map.csv"]).well();
    for said in ["warning W81: ", "grid.csv:4:", "OVER"] {
        assert!(called.err.contains(said), "{said}: {called:#?}");
    }
    scratch.write("grid.csv", grid);
    scratch.write("map.csv", map.replace("D2,blank", "Z9,blank"));
    let called = scratch.call(&["convert", "grid.csv", "--map", "map.csv"]).well();
    for said in ["warning W80: ", "map.csv:6:", "Z9"] {
        assert!(called.err.contains(said), "{said}: {called:#?}");
    }
}

#[test]
fn a_file_that_is_none_of_the_lab() {
    refused(convert("letter.txt", "Dear colleague, here is the plate.\n", &[]), "E81", "letter.txt:1:", &["--as"]);
    convert("nothing.csv", "", &[]).refused("E47");
    let scratch = Scratch::new();
    scratch.write("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    scratch.call(&["convert", "old.xls"]).refused("E42");
}
