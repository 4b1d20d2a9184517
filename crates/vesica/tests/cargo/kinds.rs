//! What each kind of cargo does in the cytosol, and that it does nothing when it is not there.

use super::support::{SMALL, added, dose, measures, reading, simulate};

fn cargo(name: &str, copies: &str) -> String {
    format!("[vesicle.given.cargo.\"{name}\"]\ncopies = \"{copies} /vesicle\"\n")
}

#[test]
fn delivered_protein_adds_to_that_of_the_cell() {
    // 1 000 vesicles per cell, nearly all taken up and opened in a day: 10 copies in each add 10 000 molecules
    let text = added(&cargo("GPX4 protein", "10"), &dose("given", "1000"), &measures(&["protein(GPX4, target)"]));
    let (scenario, worlds) = simulate(&text, SMALL);
    let of = |arm: &str| reading(&scenario, &worlds, arm, 0);
    let gained = of("given") - of("untreated");
    // some have decayed by then, and some were never taken up
    assert!((2_000.0..10_000.0).contains(&gained), "{} and {}", of("untreated"), of("given"));
    let delivered = worlds[0].arms[1].chains[0].cargo[0].delivered;
    assert!((6_000.0..10_000.0).contains(&delivered), "{delivered}");
}

#[test]
fn delivered_mrna_is_translated_at_the_rate_of_the_gene() {
    let text = added(
        &cargo("GPX4 mRNA", "0.1"),
        &format!("{}{}", dose("given", "1000"), dose("none", "0")),
        &measures(&["protein(GPX4, target)", "copies(GPX4 mRNA, target)", "mrna(GPX4, target)"]),
    )
    .replace("act.loaded = \"100 %\"", "act.loaded = \"100 %\"\nact.\"cargo_translation.translated\" = \"100 %\"");
    let (scenario, worlds) = simulate(&text, SMALL);
    let of = |arm: &str, measure: usize| reading(&scenario, &worlds, arm, measure);
    // about 50 copies of its own make 250 000 molecules: a mean of some 50 more for a day must show
    assert!(of("given", 1) > 10.0 && of("none", 1) == 0.0, "{} copies", of("given", 1));
    assert!(of("given", 0) > 1.15 * of("none", 0), "{} and {}", of("none", 0), of("given", 0));
    assert_eq!(of("none", 0), of("untreated", 0));
    // what was brought is counted apart from the cell's own
    assert!((of("given", 2) / of("none", 2) - 1.0).abs() < 1e-6);
}

#[test]
fn a_small_interfering_rna_cuts_its_own_gene_only() {
    let text = added(
        &cargo("si-GPX4", "10"),
        &format!(
            "{}[arm.transfected]\ndose = [{{ drug = \"si-GPX4\", amount = \"50 nM\", at = \"0 h\" }}]\n",
            dose("given", "1000")
        ),
        &measures(&["mrna(GPX4, target)", "mrna(ALOX15, target)", "copies(si-GPX4, target)"]),
    );
    let (scenario, worlds) = simulate(&text, SMALL);
    let of = |arm: &str, measure: usize| reading(&scenario, &worlds, arm, measure);
    for arm in ["given", "transfected"] {
        assert!(of(arm, 0) < 0.3 * of("untreated", 0), "{arm}: {} of {}", of(arm, 0), of("untreated", 0));
        assert!((of(arm, 1) / of("untreated", 1) - 1.0).abs() < 0.05, "{arm}: {}", of(arm, 1));
        assert!(of(arm, 2) > 1_000.0, "{arm}: {}", of(arm, 2));
    }
    assert_eq!(of("untreated", 2), 0.0, "no cell makes an siRNA itself");
}

#[test]
fn an_antisense_oligonucleotide_reverses_a_mimic() {
    let text = added(
        "",
        r#"
[arm.mimic]
dose = [{ drug = "mimic-miR-522-3p", amount = "50 nM", at = "0 h" }]
[arm.both]
like = "mimic"
dose = [{ drug = "anti-miR-522-3p", amount = "500 nM", at = "0 h" }]
"#,
        &measures(&["protein(ALOX15, target)", "copies(hsa-miR-522-3p, target)"]),
    );
    let (scenario, worlds) = simulate(&text, SMALL);
    let of = |arm: &str, measure: usize| reading(&scenario, &worlds, arm, measure);
    let lost = |arm: &str| 1.0 - of(arm, 0) / of("untreated", 0);
    println!("lost: mimic {}, both {}; copies {}", lost("mimic"), lost("both"), of("mimic", 1));
    // a protein that lives 30 h cannot fall further than by a third in a day
    assert!(lost("mimic") > 0.1, "{}", lost("mimic"));
    assert!(lost("both") < 0.7 * lost("mimic"), "{} and {}", lost("both"), lost("mimic"));
    assert!(of("mimic", 1) > of("untreated", 1) + 1_000.0);
}

#[test]
fn a_mirna_that_the_cell_makes_itself_is_there_and_can_be_tied_up() {
    let text = added(
        "",
        "[arm.blocked]\ndose = [{ drug = \"anti-miR-4443\", amount = \"500 nM\", at = \"0 h\" }]\n",
        &measures(&["copies(hsa-miR-4443, target)", "protein(ALOX15, target)"]),
    )
    .replace("grows = \"no\"", "grows = \"no\"\nstate = { hsa-miR-4443 = \"2000 copies\" }");
    let (scenario, worlds) = simulate(&text, SMALL);
    let of = |arm: &str, measure: usize| reading(&scenario, &worlds, arm, measure);
    assert!((of("untreated", 0) / 2000.0 - 1.0).abs() < 0.1, "{}", of("untreated", 0));
    assert!(of("blocked", 0) < 0.5 * of("untreated", 0), "{}", of("blocked", 0));
    assert!(of("blocked", 1) > of("untreated", 1), "its target is set free");
}

#[test]
fn more_kinds_stay_and_are_counted() {
    let kinds = ["genomic DNA", "circX"];
    let own = "[vesicle.given.cargo.circX]\nkind = \"circRNA\"\ncopies = \"1 /vesicle\"\n";
    let all: String = kinds[..1].iter().map(|name| cargo(name, "1")).collect();
    let reads: Vec<String> = kinds.iter().map(|name| format!("copies({name}, target)")).collect();
    let reads: Vec<&str> = reads.iter().map(String::as_str).collect();
    let text = added(&format!("{all}{own}"), &dose("given", "1000"), &measures(&reads));
    let (scenario, worlds) = simulate(&text, SMALL);
    for measure in 0..kinds.len() {
        assert!(reading(&scenario, &worlds, "given", measure) > 50.0);
        assert_eq!(reading(&scenario, &worlds, "untreated", measure), 0.0);
    }
}

#[test]
fn delivered_iron_joins_the_labile_pool() {
    let text = added(&cargo("iron atom", "20000"), &dose("given", "1000"), &measures(&["conc(labile iron, target)"]))
        .replace("at = [\"24 h\"]", "at = [\"4 h\"]");
    let (scenario, worlds) = simulate(&text, SMALL);
    let of = |arm: &str| reading(&scenario, &worlds, arm, 0);
    assert!(of("given") > 1.004 * of("untreated"), "{} and {}", of("untreated"), of("given"));
}
