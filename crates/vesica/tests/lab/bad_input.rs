//! Everything that can be wrong with a file: each is named with its line and a fix, and the rest is still read.

use vesica::render::Sources;
use vesica_model::{Diagnostic, Severity};

use crate::fixtures::{fixture, read};

/// A file with one slip: which, what is put in place of what, the code and the line that are named, and whether data
/// are left.
struct Case {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    code: &'static str,
    line: usize,
    is_read: bool,
}

const fn case(
    file: &'static str,
    from: &'static str,
    to: &'static str,
    code: &'static str,
    line: usize,
    is_read: bool,
) -> Case {
    Case { file, from, to, code, line, is_read }
}

const CASES: &[Case] = &[
    // contradicting rows, and rows that stand twice
    case("counts.csv", "hsa-miR-4443\",300", "hsa-miR-522-3p\",300", "W82", 3, true),
    case("counts.csv", "\"hsa-miR-4443\",300,310,290", "\"hsa-miR-522-3p\",100,120,80", "W82", 3, true),
    case("sizes.csv", "120;1,0e9;1", "80;9,0e9;1", "W82", 5, true),
    case("plate.csv", "AGS,erastin,1,72,2,3485", "AGS,erastin,1,72,1,9", "W82", 12, true),
    case("timelapse.csv", "24,A2,untreated", "24,A1,untreated", "W82", 6, true),
    case("incucyte.txt", "\t48.1\t", "\t24\t", "W82", 11, true),
    case("readings.csv", "erastin,48,38,2", "erastin,48,38,1", "W82", 5, true),
    case("nanosight.csv", "Mean,100.5", "Mean,150.5", "W82", 27, true),
    // names
    case("counts.csv", "hsa-miR-4443", "hsa-miR-99999", "W87", 3, true),
    case("mirge.csv", "hsa-miR-522,", "hsa-miR-4443,", "W88", 3, true),
    case("mirge.csv", "hsa-miR-192-5p/215-5p", "hsa-miR-4443", "W87", 4, true),
    case("copies.csv", "CAF 2,miR-522-3p", "CAF 2,miR-522", "W87", 3, true),
    case("copies.csv", "CAF 2,miR-522-3p", "CAF 2,miR-5222", "W87", 1, true),
    // duplicated samples: by name, and by content
    case("counts.csv", "\"S2.count\"", "\"S1.count\"", "W83", 1, true),
    case(
        "mirge.csv",
        "12,9\nhsa-miR-192-5p/215-5p,40,44\nhsa-miR-522,7,5",
        "12,12\nhsa-miR-4443,44,44",
        "W83",
        1,
        true,
    ),
    // negative counts and other numbers that cannot be
    case("counts.csv", "300,310,290", "300,-310,290", "W85", 3, true),
    case("copies.csv", "9000,1e6", "-9000,1e6", "W85", 3, true),
    case("copies.csv", "9000,1e6", "9000,0", "W85", 3, true),
    case("luciferase.csv", "4400,1000", "4400,0", "W85", 5, true),
    case("nanosight_particles.csv", "1,90,", "1,-90,", "W85", 2, true),
    case("plate.csv", ",72,1,4000", ",72,1,-4000", "W85", 3, true),
    case("timelapse.csv", "0,A1,untreated,100", "0,A1,untreated,-100", "W85", 2, true),
    case("incucyte.txt", "22.5", "-22.5", "W85", 10, true),
    case("bodipy.csv", "5400", "-5400", "W85", 4, true),
    // wells that the plate does not have, and wells that stand twice
    case("map.csv", "D2,blank", "Z9,blank", "W80", 6, true),
    case("map.csv", "D2,blank", "2D,blank", "W80", 6, true),
    case("map.csv", "B3,DMSO", "B2,DMSO", "W80", 3, true),
    case("incucyte.txt", "\tC3", "\tB2", "W80", 8, true),
    case("grid.csv", "\nC;;", "\nI;7;", "W80", 6, true),
    case("grid.csv", "\nC;;", "\nA;7;", "W80", 6, true),
    case("plates.PlateMap", "row=\"2\" col=\"2\"", "row=\"2\" col=\"1\"", "W80", 9, true),
    case("plates.PlateMap", "row=\"2\" col=\"2\"", "row=\"two\" col=\"2\"", "W80", 9, true),
    // no numbers
    case("plate.csv", ",72,1,4000", ",72,1,4000 cells", "W81", 3, true),
    case("grid.csv", "4000;4100", "4000;OVER", "W81", 4, true),
    case("timelapse.csv", "24,A1,untreated,180", "24,A1,untreated,#N/A", "W81", 3, true),
    case("incucyte.txt", "\t24\t", "\tsoon\t", "W81", 10, true),
    case("readings.csv", "erastin,48,42", "erastin,48,>90", "W81", 4, true),
    case(
        "plates.PlateMap",
        "concentration=\"5\" concentrationUnits=\"µM\"",
        "concentration=\"5\" concentrationUnits=\"wells\"",
        "W81",
        8,
        true,
    ),
    case("counts.csv", "300,310,290", "300,many,290", "W81", 3, true),
    case("copies.csv", "9000,1e6", "<5,1e6", "W81", 3, true),
    case("expression.tsv", "25\t26\t24", "#DIV/0!\t26\t24", "W81", 4, true),
    case("counts.csv", "\"hsa-miR-4443\"", "\"\"", "W81", 3, true),
    case("zetaview.txt", "1000.00", "soon", "W81", 5, true),
    // decimal signs
    case("sizes.csv", "120;1,2e9;2;0,36", "120;1.2e9;2;0,36", "W84", 7, true),
    case("expression.tsv", "100\t110\t90\t210", "100.5\t110,5\t90\t210", "W84", 2, true),
    case(
        "sizes.csv",
        "1,0e9;1;0,11\n120;1,0e9;1;0,35\n80;1,2e9;2;0,11\n120;1,2e9;2;0,36",
        "1,500;1;1,500",
        "E09",
        4,
        false,
    ),
    case("grid.csv", "4000;4100", "4000,5;4100.5", "W84", 4, true),
    // delimiters
    case("copies.csv", "sample,miRNA,copies,input_particles", "sample;miRNA;copies;input_particles", "W81", 1, true),
    case("counts.csv", "\"hsa-miR-4443\",300,310,290", "hsa-miR-4443\t300\t310\t290", "W81", 3, true),
    // cut short
    case("nanosight.csv", "\nPercentile,Size (nm),Size (nm),\n0,90.5,90.5,\n100,110.5,110.5,\n", "", "W89", 37, true),
    case(
        "nanosight_particles.csv",
        "5000000,2.1,0,12,True\n2,110,4000000,2.0,3,9,True",
        "5000000\n2,110,4000000,2.0,3,9,True",
        "W89",
        2,
        true,
    ),
    case("counts.csv", "500,470,530\n\"cel-miR-39-3p\",1000,1000,1000\n", "500,4", "W89", 4, true),
    case("zetaview.txt", "1.100E+2\t1.000E+2\t1.000E+6", "1.100E+2", "W89", 12, true),
    case("plate.csv", ",72,3,239,MG\n", ",72", "W89", 22, true),
    case("grid.csv", "3900;3600;3500;3700;1200;1100;1150\nB;102", "3900;3600\nB;102", "W89", 4, true),
    case("incucyte.txt", "\t12.1\t60.2\t11.8\n", "\t12", "W89", 11, true),
    case("timelapse.csv", ",57,201\n", ",5", "W89", 13, true),
    case("plates.PlateMap", "    </wells>\n  </wellStore>\n</plateMap>\n", "", "E84", 1, false),
    // units and columns
    case("plate.csv", "concentration [uM]", "concentration", "E83", 1, false),
    case("plate.csv", "time [h]", "time", "E83", 1, false),
    case("plate.csv", "concentration [uM]", "concentration [h]", "E83", 1, false),
    case("timelapse.csv", "time [h]", "time", "E83", 1, false),
    case("readings.csv", "time [h]", "time", "E83", 1, false),
    case("map.csv", "concentration [uM]", "concentration", "E83", 1, false),
    case("plate.csv", ",cell_count,", ",cells_counted,", "E81", 1, false),
    case("sizes.csv", "Particle Diameter (nm)", "Particle Diameter", "E83", 3, false),
    case("sizes.csv", "(particles/mL)", "(uM)", "E83", 3, false),
    case("luciferase.csv", "firefly,renilla", "firefly,renila", "E81", 1, false),
    case("luciferase.csv", "NC mimic", "miR-4443", "E84", 1, false),
];

#[test]
fn each_slip_is_named_with_its_line_and_a_fix_and_the_rest_is_read() {
    let wrong: Vec<String> = CASES.iter().filter_map(wrong_with).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is not as the case says.
fn wrong_with(case: &Case) -> Option<String> {
    let whole = fixture(case.file).text;
    let text = whole.replace(case.from, case.to);
    if whole == text {
        return Some(format!("{}: `{}` does not stand in it", case.file, case.from));
    }
    let found = read(case.file, text.as_bytes());
    let mut sources = Sources::default();
    sources.add(case.file, found.text.clone());
    let line = |named: &Diagnostic| named.span.as_ref().map(|span| sources.place(span).line);
    let is_named =
        |named: &&Diagnostic| named.code == case.code && line(named) == Some(case.line) && !named.help.is_empty();
    let is_error = found.findings.iter().any(|found| found.severity() == Severity::Error);
    let is_right = found.findings.iter().any(|found| is_named(&found))
        && found.data.is_some() == case.is_read
        && is_error != case.is_read
        && (!case.is_read || found.understood.rows_read > 0);
    let lines: Vec<_> = found.findings.iter().map(|found| (found.code, line(found), &found.message)).collect();
    (!is_right).then(|| format!("{}: `{}` -> {lines:?}, data: {}", case.file, case.to, found.data.is_some()))
}

#[test]
fn what_was_not_measured_is_no_slip() {
    for (file, from, to) in
        [("copies.csv", "8000", "N/A"), ("counts.csv", "310", ""), ("expression.tsv", "\t110", "\tNA")]
    {
        let found = read(file, fixture(file).text.replace(from, to).as_bytes());
        assert!(found.findings.iter().all(|found| found.code == "W87"), "{file}: {:?}", found.findings);
    }
}

#[test]
fn what_is_no_table_at_all_is_refused_by_name() {
    let cases: [(&[u8], &str); 8] = [
        (b"", "E47"),
        (b"\n\n  \n", "E47"),
        (b"\x7fELF\x02\x01\x01\x00\x00", "E42"),
        (b"PK\x03\x04\x14\x00", "E42"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "E42"),
        (b"\x89HDF\r\n\x1a\n", "E42"),
        (b"Dear colleague, here is the plate.", "E81"),
        (b"name,remark\nA,first\nB,second\n", "E81"),
    ];
    for (bytes, code) in cases {
        let found = read("a.csv", bytes);
        assert_eq!(found.findings.iter().map(|found| found.code).collect::<Vec<_>>(), [code], "{bytes:?}");
        assert!(!found.findings[0].help.is_empty() && found.data.is_none(), "{:?}", found.findings);
    }
}

#[test]
fn of_many_slips_all_are_counted_and_few_are_shown() {
    let mut text = String::from("miRNA,S1,S2\n");
    for number in 0..3000 {
        let slip = if number % 3 == 0 { "x" } else { "" };
        text.push_str(&format!("hsa-miR-{number},{number},{slip}{number}\n"));
    }
    text.push_str("hsa-miR-522-3p,5,6\n");
    let found = read("a.csv", text.as_bytes());
    assert!(found.findings.len() < 30, "{}", found.findings.len());
    assert!(found.findings.iter().any(|found| found.message.ends_with("more like this")), "{:?}", found.findings);
}
