//! `vesica know` over a small shelf of invented rows: what is printed, letter by letter, and what bad rows do.

use std::fs;
use std::path::Path;

use crate::support::{Called, Scratch};

/// A copy of `biology/` whose axes, statements, miRNAs and claims are those of `tests/cli/shelf/`.
fn shelf() -> Scratch {
    let scratch = Scratch::new();
    let biology = scratch.biology();
    let shelf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/shelf");
    for table in ["axes.tsv", "statements.tsv", "mirnas.tsv", "claims.tsv"] {
        fs::copy(shelf.join(table), biology.join(table)).expect("a table of the shelf");
    }
    scratch
}

fn ask(scratch: &Scratch, words: &[&str]) -> Called {
    scratch.call(&[&["know"], words, &["--biology", "bio"]].concat())
}

/// Compares with `tests/cli/shelf/NAME.txt`; writes it when `UPDATE_EXPECTED` is set.
#[track_caller]
fn printed(name: &str, words: &[&str]) {
    let shown = ask(&shelf(), words).well().out;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/cli/shelf/{name}.txt"));
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, &shown).expect("a snapshot");
    }
    assert_eq!(shown, fs::read_to_string(&path).expect("a snapshot"), "UPDATE_EXPECTED=1 writes {}", path.display());
}

#[test]
fn a_name_without_strand() {
    printed("mirna", &["miR-9901"]);
}

#[test]
fn a_gene_with_contradicting_rows() {
    printed("gene", &["GENE1"]);
}

#[test]
fn a_disease() {
    printed("disease", &["invented", "diseases"]);
}

#[test]
fn an_old_name() {
    printed("old_name", &["miR-9999*"]);
}

#[test]
fn contradicting_rows_stand_side_by_side() {
    let found = ask(&shelf(), &["GENE1", "--json"]).well().json();
    let against: Vec<&serde_json::Value> =
        found["against"].as_array().expect("against").iter().filter(|one| one["why"] == "contradiction").collect();
    // the pair of statements once, and each axis against the rows that say the opposite
    let about_statements: Vec<_> =
        against.iter().filter(|one| one["about"].as_str().is_some_and(|about| about.starts_with("ST"))).collect();
    assert_eq!(about_statements.len(), 1, "{against:#?}");
    let says = about_statements[0]["says"].as_str().expect("text");
    assert!(says.contains("ST901") && says.contains("ST902") && says.contains("both stay"), "{says}");
    let of_axes = |id: &str| against.iter().any(|one| one["about"] == id);
    assert!(of_axes("AX901") && of_axes("AX902"), "{against:#?}");
    let stats = ask(&shelf(), &["--stats", "--json"]).well().json();
    assert_eq!((&stats["contradictions"], &stats["axes_without_strand"]), (&1.into(), &1.into()));
}

/// Adds a row to a table of the copied folder; gives the place that its finding must name.
fn add(scratch: &Scratch, table: &str, row: &str) -> String {
    let path = scratch.path("bio").join(table);
    let text = fs::read_to_string(&path).expect("a table") + row + "\n";
    let line = text.lines().count();
    fs::write(path, text).expect("a table");
    format!("biology/{table}:{line}")
}

#[test]
fn a_bad_row_is_named_and_the_rest_is_read() {
    let cases: [(&str, &str, &str, &str, &str); 8] = [
        (
            "statements.tsv",
            "ST904\tmiR-1\t\tGENE1\tlowers\tkills",
            "E71",
            "`kills` is no effect on ferroptosis",
            "suppresses, promotes",
        ),
        (
            "statements.tsv",
            "ST905\tmiR-1\t\tGENE1\tdown\tpromotes",
            "E71",
            "`down` is no change of a gene",
            "lowers, raises",
        ),
        (
            "statements.tsv",
            "ST901\tmiR-1\t\tGENE1\tlowers\tpromotes",
            "E71",
            "the id `ST901` stands twice",
            "an id of its own",
        ),
        (
            "statements.tsv",
            "ST906\t\t\tGENE1\tlowers\tpromotes",
            "E71",
            "statement `ST906` has no mirna",
            "names a miRNA",
        ),
        (
            "statements.tsv",
            "ST907\tmiR-1\t\tGENE1\tlowers\tpromotes\t\t\tmaybe",
            "E71",
            "`maybe` in column `exosomal`",
            "yes or no",
        ),
        (
            "statements.tsv",
            "ST908\tmiR-1\t\tGENE1\tlowers\tpromotes\t\t\tno\tdb\tPMID 1\tnobody1900",
            "E72",
            "the source `nobody1900` is not in references.bib",
            "add the entry",
        ),
        ("axes.tsv", "AX903", "E71", "axis `AX903` does not say what the vesicles carry", "`EV` if nobody knows"),
        (
            "statements.tsv",
            "ST909\ta\t\tb\tlowers\tpromotes\t\t\tno\tdb\tr\t\tnote\tone cell too many",
            "E70",
            "this row has 14 cells, the header has 13",
            "single tabs",
        ),
    ];
    for (table, row, code, message, fix) in cases {
        let scratch = shelf();
        let place = add(&scratch, table, row);
        let called = ask(&scratch, &["GENE1"]);
        assert_eq!(called.code, Some(1), "{row}: {called:#?}");
        assert!(called.out.contains("AX901") && called.out.contains("ST902"), "the rest is read: {called:#?}");
        for part in [&format!("error {code}: "), message, &place, fix] {
            assert!(called.err.contains(part), "{row}: {part}\n{}", called.err);
        }
        let object = ask(&scratch, &["GENE1", "--json"]);
        assert_eq!(object.code, Some(1), "{row}");
        let object = object.json();
        assert_eq!(object["errors"][0]["code"], code, "{row}");
        assert_eq!(object["axes"].as_array().map(Vec::len), Some(2), "{row}: {object}");
    }
}

/// Published rows may contradict each other; but when neither names the other, one of them may be a slip.
#[test]
fn rows_that_contradict_each_other_in_silence_are_told_with_both_lines() {
    let statement = "ST904\tmiR-9902-5p\thsa-miR-9902-5p\tGENE2\tlowers\tpromotes\t\t\tno\tdb\tPMID 1\t\t";
    let axis = "AX903\tmiR-9901-3p\tmiRNA\tdisease\t\t\t\tGENE1\t\t\t\t\trat\tPMID 2\t\tabstract\tyes\t\t\thepatocyte\thsa-miR-9901-3p\tmiRNA\tGENE1\tlowers\tsuppresses\t\tnone";
    for (table, row, message, fix) in [
        ("statements.tsv", statement, "`ST904` contradicts `ST903` (line 5), and neither says so", "column `note`"),
        ("axes.tsv", axis, "`AX903` contradicts `AX902` (line 4), and neither says so", "column `against`"),
    ] {
        let scratch = shelf();
        let place = add(&scratch, table, row);
        let called = ask(&scratch, &["GENE1"]).well();
        for part in ["warning W71: ", message, &place, fix] {
            assert!(called.err.contains(part), "{part}\n{}", called.err);
        }
        assert!(called.out.contains("AX901") && called.out.contains("ST902"), "both are read: {called:#?}");
        let object = ask(&scratch, &["GENE1", "--json"]).well().json();
        assert_eq!((&object["warnings"][0]["code"], &object["errors"]), (&"W71".into(), &serde_json::json!([])));
    }
}

#[test]
fn numbers_and_names_that_stand_twice_and_sources_that_lead_nowhere_are_told() {
    let number = "ferroptosis.critical\t\tdecide\t7\tuM\t\t\tmine\tassumed\t\ta second opinion";
    let misspelt = "iron_leak.k\t\tdecide\t7\t1/h\t\t\tmine\tmeasured\tzhan2020\t";
    for (table, row, code, message, fix) in [
        ("parameters.tsv", number, "E71", "`ferroptosis.critical` stands twice", "keep one row"),
        ("parameters.tsv", misspelt, "E72", "`zhan2020` is not in references.bib", "did you mean `zhang2020`?"),
        ("references.bib", "@misc{zhang2020,\n  title = {again},\n}", "E71", "`zhang2020` stands twice", "keep one"),
        (
            "references.bib",
            "@misc{torn2020,\n  title = {cut",
            "E71",
            "the entry `torn2020` is torn",
            "on a line of its own",
        ),
    ] {
        let scratch = shelf();
        add(&scratch, table, row);
        let called = ask(&scratch, &["GENE1"]);
        assert_eq!(called.code, Some(1), "{row}: {called:#?}");
        for part in [&format!("error {code}: "), message, &format!("biology/{table}:"), fix] {
            assert!(called.err.contains(part), "{row}: {part}\n{}", called.err);
        }
        assert!(called.out.contains("AX901"), "the rest is read: {called:#?}");
    }
}

#[test]
fn a_name_that_two_things_share_is_told_with_both_lines() {
    let drug = |name: &str, aliases: &str| format!("{name}\t{aliases}\tdecide\tinhibit\txct_activity\tinvented\t\t");
    let gene = |name: &str, aliases: &str| format!("{name}\t{aliases}\tdecide\t\t\t\tinvented");
    let line = |name: &str, aliases: &str, cell: &str| format!("{name}\t{aliases}\t{cell}\thuman\t\t\t\tinvented");
    for (table, row, message, fix) in [
        ("drugs.tsv", drug("moonlight", "fer-1"), "`fer-1` names the drug `moonlight` and the drug `ferr", "of one of"),
        ("drugs.tsv", drug("Fer-1", ""), "`Fer-1` names the drug `Fer-1` and the drug `ferr", "of the other row"),
        ("genes.tsv", gene("GENE1", "gpx4"), "`gpx4` names the gene `GENE1` and the gene `GPX4`", "of this row"),
        ("genes.tsv", gene("Erastin", ""), "`Erastin` is a gene and a drug", "call one of the two otherwise"),
        ("drugs.tsv", drug("nrf2", ""), "`NRF2` names the gene `NFE2L2` and the drug `nrf2`", "it is the other's own"),
        (
            "cell_lines.tsv",
            line("mine", "HeLa", "hela"),
            "`HeLa` names the cell line `mine` and",
            "it is the other's own",
        ),
        (
            "cell_lines.tsv",
            line("CD8 T cell", "", "ht_1080"),
            "`CD8 T cell` is a cell line of `ht_1080`, and a name",
            "cells/cd8_t_cell",
        ),
    ] {
        let scratch = shelf();
        let place = add(&scratch, table, &row);
        let called = ask(&scratch, &["GENE1"]);
        assert_eq!(called.code, Some(1), "{row}: {called:#?}");
        // a gene after a drug of the same name is told at its own row in the other table
        let place = if row.starts_with("nrf2") { "biology/genes.tsv:".to_owned() } else { place };
        for part in ["error E77: ", message, &place, fix] {
            assert!(called.err.contains(part), "{row}: {part}\n{}", called.err);
        }
        assert!(called.out.contains("AX901"), "the rest is read: {called:#?}");
    }
}

#[test]
fn an_axis_without_strand_is_told_with_its_row() {
    let refused = shelf().call(&["new", "--axis", "AX901", "--biology", "bio"]).refused("E11");
    for part in ["biology/axes.tsv:3", "hsa-miR-9901-3p", "hsa-miR-9901-5p", "--strand 3p or --strand 5p"] {
        assert!(refused.err.contains(part), "{part}\n{}", refused.err);
    }
}

#[test]
fn a_table_without_a_column_is_told() {
    let scratch = shelf();
    let path = scratch.path("bio").join("statements.tsv");
    let text = fs::read_to_string(&path).expect("a table").replace("exosomal", "vesicular");
    fs::write(path, text).expect("a table");
    let called = ask(&scratch, &["GENE1"]);
    assert_eq!(called.code, Some(1));
    assert!(called.err.contains("has no column `exosomal`") && called.out.contains("AX901"), "{called:#?}");
    assert_eq!(scratch.call(&["know", "GENE1", "--biology", "nowhere"]).code, Some(1));
}
