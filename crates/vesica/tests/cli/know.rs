//! `vesica know`.

use crate::support::Scratch;

#[track_caller]
fn known(word: &str, parts: &[&str]) {
    let found = Scratch::new().call(&["know", word]).well();
    for part in parts {
        assert!(found.out.contains(part), "{word}: {part}\n{}", found.out);
    }
    assert!(found.out.lines().all(|line| line.chars().count() <= 100), "{}", found.out);
}

#[test]
fn it_answers_for_every_kind_of_word() {
    known(
        "miR-522",
        &["axis     ", "hsa-miR-522 ⊣ ALOX15", "suppresses ferroptosis in", "hsa-miR-522-3p (MIMAT0002868)"],
    );
    known("miR-522", &["The source says only \"miR-522\".", "against  ", "example  vesica run caf-mir522"]);
    known("ALOX15", &["gene     ALOX15", "number   gene_expression.ALOX15", "against  "]);
    known("erastin", &["drug     erastin acts on link decide", "IC50 = ", "example  "]);
    known("Fer-1", &["drug     ferrostatin-1", "against  "]);
    known("deliver", &["link     7 deliver", "number   ", "against  "]);
    known("delivery", &["link     7 deliver"]);
    known("state.labile_iron", &["number   state.labile_iron = ", "calcein"]);
    known("uM", &["unit     uM measures: concentration", "602.2"]);
    known("e11", &["code     E11: "]);
    known("W31", &["code     W31: "]);
    known("gastric adenocarcinoma cell", &["cell     ", "genes: "]);
    known("SGC-7901", &["against  contaminated"]);
    known("gastric cancer", &["axis     ", "against  "]);
}

#[test]
fn a_near_miss_is_named() {
    let scratch = Scratch::new();
    for (typed, meant) in
        [("erastine", "erastin"), ("miR-522-4p", "miR-522-3p"), ("ALOX51", "ALOX15"), ("decied", "decide")]
    {
        let refused = scratch.call(&["know", typed]).refused("E19");
        assert!(refused.err.contains(&format!("did you mean `{meant}`?")), "{typed}: {}", refused.err);
    }
}

#[test]
fn numbers_are_numbers() {
    let found = Scratch::new().call(&["know", "state.labile_iron", "--json"]).well().json();
    let number = &found["entries"][0]["numbers"][0];
    assert!(number["value"].is_number() && number["low"].is_number() && number["unit"] == "uM", "{found}");
}
