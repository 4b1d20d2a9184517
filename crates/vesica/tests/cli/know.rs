//! `vesica know`: what it finds, however it is written, and what it never leaves out.

use std::sync::LazyLock;

use vesica::know;
use vesica::knowledge::Knowledge;

use crate::support::{Called, Scratch};

#[track_caller]
fn ask(words: &[&str]) -> Called {
    let found = Scratch::new().call(&[&["know"], words].concat()).well();
    assert!(found.out.lines().all(|line| line.chars().count() <= 100), "{}", found.out);
    assert!(found.out.lines().any(|line| line.starts_with("Next     vesica ")), "{}", found.out);
    found
}

#[track_caller]
fn known(words: &str, parts: &[&str]) {
    let found = ask(&words.split(' ').collect::<Vec<_>>());
    for part in parts {
        assert!(found.out.contains(part), "{words}: {part}\n{}", found.out);
    }
}

/// Read once: the words are looked up in it as the program does.
static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::embedded().0);

/// The answer as JSON, without starting the program.
#[track_caller]
fn json(words: &str) -> serde_json::Value {
    let found = know::ask(&KNOWLEDGE, words).unwrap_or_else(|problem| panic!("{words}: {problem:?}"));
    serde_json::to_value(found).expect("JSON")
}

fn texts(rows: &serde_json::Value, key: &str) -> Vec<String> {
    rows.as_array().expect("an array").iter().map(|row| row[key].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn it_answers_for_every_kind_of_word() {
    known("miR-522", &["axis     AX001 ", "⊣ ALOX15 → suppresses ferroptosis", "hsa-miR-522-3p (MIMAT0002868)"]);
    known("miR-522", &["evidence: ", "zhang2020", "against  AX001: ", "hsa-miR-522-5p", "examples"]);
    known("ALOX15", &["gene     ALOX15", "gene_expression.ALOX15", "against  "]);
    known("erastin", &["drug     erastin acts on link decide", "IC50 = ", "vesica run erastin-rsl3"]);
    known("Fer-1", &["drug     ferrostatin-1 (Fer-1", "against  "]);
    known("deliver", &["link     7 deliver", "links.deliver.escape", "against  deliver: "]);
    known("delivery", &["link     7 deliver"]);
    known("link 7", &["link     7 deliver"]);
    known("state.labile_iron", &["state.labile_iron", "epsztejn1997"]);
    known("uM", &["unit     uM measures: concentration", "602.2"]);
    known("e11", &["code     E11: "]);
    known("W31", &["code     W31: "]);
    known("gastric adenocarcinoma cell", &["cell     ", "genes: "]);
    known("SGC-7901", &["against  SGC-7901: contaminated"]);
    known("gastric cancer", &["axes  ", "AX001", "against  AX001: "]);
    known("NTA", &["instruments"]);
    known("PMID 32106859", &["zhang2020", "AX001"]);
    known("10.1186/s12943-020-01168-8", &["AX001"]);
    known("lipid_chain", &["lipid_chain.k_propagation", "a peroxyl radical takes a hydrogen"]);
    known("transferrin receptor", &["iron_import"]);
}

#[test]
fn one_thing_is_found_however_it_is_written() {
    for written in
        ["miR-522", "miR522", "mir 522", "MIR-522", "hsa-miR-522", "microRNA 522", "hsa-miR-522-3p", "mir522 3p"]
    {
        assert_eq!(json(written)["axes"][0]["id"], "AX001", "{written}");
    }
    assert_eq!(json("let 7")["axes"][0]["id"], json("miR-let-7")["axes"][0]["id"]);
    for (one, other) in [
        ("ischaemia reperfusion", "ischemia-reperfusion"),
        ("MSC", "mesenchymal stem cells"),
        ("gastric CANCER", "gastric cancers"),
        ("CAF", "cancer-associated fibroblast"),
        ("ferrostatin-1", "fer1"),
    ] {
        let ids = |words: &str| {
            let mut ids = texts(&json(words)["axes"], "id");
            ids.sort();
            ids
        };
        assert_eq!(ids(one), ids(other), "{one}, {other}");
        assert!(!ids(one).is_empty(), "{one}");
    }
    assert_eq!(json("μM")["units"][0]["measures"], json("uM")["units"][0]["measures"]);
}

#[test]
fn a_drug_for_one_mirna_asks_for_the_strand() {
    let scratch = Scratch::new();
    for typed in ["anti-miR-522", "anti mir 522", "antagomir-hsa-miR-522", "miR-522 inhibitor"] {
        let refused =
            scratch.call(&[&["know"], typed.split(' ').collect::<Vec<_>>().as_slice()].concat()).refused("E11");
        assert!(refused.err.contains("write anti-miR-522-3p (MIMAT0002868"), "{typed}: {}", refused.err);
    }
    assert!(scratch.call(&["know", "mimic-miR-999999"]).refused("E10").err.contains("no release of miRBase"));
    assert!(scratch.call(&["know", "si-GPX44"]).refused("E14").err.contains("did you mean si-GPX4?"));
    known("anti mir 522 3p", &["drug     anti-miR-522-3p", "against  anti-miR-522-3p: the number is assumed"]);
}

#[test]
fn what_was_asked_for_stands_first() {
    let first = |words: &[&str]| ask(words).out.lines().next().unwrap_or_default().to_owned();
    assert!(first(&["link", "7"]).starts_with("link     7 deliver"), "{}", first(&["link", "7"]));
    assert!(first(&["copies/cell"]).starts_with("unit     copies/cell"), "{}", first(&["copies/cell"]));
    assert!(first(&["cells"]).starts_with("cells  "), "no unit of that name: {}", first(&["cells"]));
    assert!(first(&["sepsis"]).starts_with("axes  "), "{}", first(&["sepsis"]));
    let of_link = json("link 7");
    let drugs = of_link["drugs"].as_array().expect("drugs");
    let links: Vec<&serde_json::Value> =
        drugs.iter().flat_map(|drug| drug["actions"].as_array().into_iter().flatten()).collect();
    assert!(!links.is_empty() && links.iter().all(|action| action["link"] == "deliver"), "{drugs:#?}");
    // four rows of a database that name no strand are told together
    known("miR-522", &["against  ST113, ST114, ST115, ST116: the database says only \"hsa-mir-522\""]);
    known("anti-miR-522-3p", &["Next     vesica know miR-522-3p"]);
    known("HEp-2", &["Next     vesica know cervical cancer cell"]);
}

#[test]
fn another_number_is_another_molecule() {
    let axes = json("miR-29a")["axes"].clone();
    assert_eq!(texts(&axes, "cargo"), ["miR-29a-3p"]);
    assert_eq!(texts(&json("miR-29")["axes"], "cargo"), ["miR-29a-3p"], "the family holds its members");
    let names = texts(&json("ALOX15")["genes"], "name");
    assert!(names.contains(&"ALOX15".to_owned()) && names.iter().all(|name| name.starts_with("ALOX15")), "{names:?}");
    Scratch::new().call(&["know", "miR-52222"]).refused("E19");
}

#[test]
fn a_slip_of_the_finger_is_read_and_said() {
    for (typed, meant) in [
        ("erastine", "erastin"),
        ("decied", "decide"),
        ("ferostatin-1", "ferrostatin-1"),
        ("gastrik cancer", "gastric"),
    ] {
        known(typed, &["read     ", &format!(" is read as {meant}")]);
    }
}

#[test]
fn what_is_not_known_names_what_is_near() {
    let scratch = Scratch::new();
    for (typed, help) in [
        ("miR-522-4p", "did you mean `miR-522-3p`"),
        ("ALOX51", "did you mean `ALOX15`?"),
        ("zzzzzz", "it takes a miRNA, gene, drug"),
        ("erastin osteoarthritis", "each word is known, but nothing holds all of them; alone: `erastin` ("),
    ] {
        let words: Vec<&str> = typed.split(' ').collect();
        let refused = scratch.call(&[&["know"][..], &words].concat()).refused("E19");
        assert!(refused.err.contains(help), "{typed}: {}", refused.err);
    }
}

#[test]
fn several_words_are_all_met() {
    let found = json("macrophage cardiomyocyte");
    let axes = found["axes"].as_array().expect("axes");
    assert!(!axes.is_empty());
    for axis in axes {
        let text = axis.to_string().to_lowercase();
        assert!(text.contains("macrophage") && text.contains("cardiomyocyte"), "{axis}");
    }
    assert!(axes.len() < json("cardiomyocyte")["axes"].as_array().expect("axes").len());
}

#[test]
fn the_first_word_may_say_which_kind() {
    let found = json("link deliver");
    assert!(found["numbers"].as_array().expect("numbers").iter().all(|number| number["link"] == "deliver"));
    assert!(found["axes"].as_array().expect("axes").is_empty());
    let found = json("axes liver");
    assert_eq!(found["order"], serde_json::json!(["axes"]));
    let all = json("drugs")["drugs"].as_array().expect("drugs").len();
    assert_eq!(all, know::stats(&KNOWLEDGE).drugs);
    known("axes", &["AX001", "AX054"]);
}

#[test]
fn what_is_left_out_is_counted_and_can_be_seen() {
    let found = ask(&["GPX4"]);
    let more: Vec<&str> = found.out.lines().filter(|line| line.contains(" more: vesica know ")).collect();
    assert!(more.len() > 1, "{}", found.out);
    for line in more {
        let (_, command) = line.split_once(": vesica ").expect("a command");
        let words: Vec<&str> = command.trim().split(' ').collect();
        let all = Scratch::new().call(&words).well().out;
        assert!(!all.contains(" more: vesica know "), "{command}\n{all}");
        assert!(all.lines().count() > 8, "{command}\n{all}");
    }
}

#[test]
fn every_array_is_there_and_numbers_are_numbers() {
    let found = Scratch::new().call(&["know", "state.labile_iron", "--json"]).well().json();
    assert_eq!(found, json("state.labile_iron"), "the program prints what the library finds");
    let number = &found["numbers"][0];
    assert!(number["value"].is_number() && number["low"].is_number() && number["unit"] == "uM", "{found}");
    let kinds = [
        "axes",
        "statements",
        "mirnas",
        "drugs",
        "genes",
        "molecules",
        "cells",
        "lines",
        "diseases",
        "fluids",
        "instruments",
        "links",
        "mechanisms",
        "numbers",
        "claims",
        "experiments",
        "references",
        "codes",
        "units",
        "examples",
        "against",
        "next",
    ];
    for kind in kinds {
        assert!(found[kind].is_array(), "{kind}: {found}");
    }
    let axis = &json("AX001")["axes"][0];
    assert_eq!(axis["strands"], serde_json::json!(["hsa-miR-522-3p", "hsa-miR-522-5p"]));
    assert_eq!((&axis["change"], &axis["effect"]), (&"lowers".into(), &"suppresses".into()));
    assert!(axis["place"].as_str().is_some_and(|place| place.starts_with("biology/axes.tsv:")), "{axis}");
}

#[test]
fn what_speaks_against_is_never_left_out() {
    for axis in &KNOWLEDGE.axes {
        let found = know::ask(&KNOWLEDGE, &axis.id).expect("an axis by its id");
        assert!(found.against.iter().any(|one| one.about == axis.id), "{}: {:?}", axis.id, found.against);
        assert!(found.against.iter().any(|one| one.why == "claim"), "{}: {:?}", axis.id, found.against);
    }
}

/// What a researcher types who does not know how the tables are built.
#[test]
fn words_that_are_no_name_of_a_row_lead_somewhere() {
    let first = |words: &str| json(words)["order"][0].as_str().expect("a kind").to_owned();
    let next = |words: &str| json(words)["next"][0].as_str().expect("a command").to_owned();
    // a drug that has no row of its own
    for (words, name) in [("anti-miR-522-3p", "anti-miR-522-3p"), ("miR-522-3p mimic", "mimic-miR-522-3p")] {
        assert_eq!((first(words), &json(words)["drugs"][0]["name"]), ("drugs".to_owned(), &name.into()), "{words}");
    }
    // a unit that is also what the question is about, and one that is not
    let exosomes = json("exosomes");
    assert!(exosomes["units"].as_array().is_some_and(|units| units.len() == 1), "{exosomes}");
    assert!(texts(&exosomes["axes"], "id").len() > 50 && !texts(&exosomes["drugs"], "name").is_empty());
    assert_eq!(json("uM")["order"], serde_json::json!(["units"]));
    // of a drug that was not asked for, what has to do with the question
    let drugs = json("ferroportin")["drugs"].clone();
    for drug in drugs.as_array().expect("drugs") {
        for action in drug["actions"].as_array().expect("actions") {
            assert!(action["mechanism"].as_str().is_some_and(|said| said.contains("ferroportin")), "{action}");
        }
    }
    // no number is counted twice
    let assumed = json("imidazole ketone erastin")["against"].as_array().expect("against").last().cloned();
    assert_eq!(assumed.expect("assumed")["says"], "the number is assumed, not measured");
    assert_eq!(next("MDA-MB-435"), "vesica know melanoma cell");
    assert_eq!(next("MIMAT0002868"), "vesica know miR-522");
    assert!(next("let-7").starts_with("vesica new --axis AX029 --molecule hsa-let-7a"), "{}", next("let-7"));
}
