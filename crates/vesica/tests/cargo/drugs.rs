//! Drugs in vesicles: given as medicine, and carried away by those who send.

use super::support::{SMALL, added, dose, measures, reading, simulate};

/// How a drug crosses the membrane, without a range.
fn crossing(text: &str) -> String {
    let numbers = "deliver.\"drug_inside.k_cross\" = \"2 1/h\"\ndeliver.\"drug_inside.partition\" = \"10\"\nact.loaded";
    text.replacen("act.loaded", numbers, 1)
}

#[test]
fn vesicles_loaded_with_a_drug_act_as_the_drug_does() {
    let cargo = "[vesicle.given.cargo.ferrostatin-1]\ncopies = \"20000 /vesicle\"\n";
    let medium = "[arm.medium]\ndose = [{ drug = \"ferrostatin-1\", amount = \"2 uM\", at = \"0 h\" }]\n";
    let text = added(
        cargo,
        &format!("{}{}{medium}", dose("few", "100"), dose("many", "3000")),
        &measures(&["drug(ferrostatin-1, target)", "oxidized(C11-BODIPY, target)"]),
    );
    let text = text.replace("at = [\"24 h\"]", "at = [\"6 h\"]");
    let (scenario, worlds) = simulate(&crossing(&text), SMALL);
    let of = |arm: &str, measure: usize| reading(&scenario, &worlds, arm, measure);
    assert_eq!(of("untreated", 0), 0.0);
    assert!(of("many", 0) > 5.0 * of("few", 0) && of("few", 0) > 0.0, "{} and {}", of("few", 0), of("many", 0));
    assert!(of("many", 1) < of("few", 1) && of("few", 1) < of("untreated", 1), "the dose traps radicals");
    // in balance with its medium, a cell holds what the medium says
    let micromolar = 602.2;
    assert!((of("medium", 0) / (2.0 * micromolar) - 1.0).abs() < 0.05, "{}", of("medium", 0));
}

#[test]
fn a_drug_that_leaves_in_vesicles_is_less_in_the_sender() {
    let sends = r#"[vesicle.out]
from = "target"
to = "other"
rate = "60 /cell/h"
size = "100 nm"
[vesicle.out.cargo.ferrostatin-1]
copies = "200000 /vesicle"
at = "1 uM"
"#;
    let arms = "[arm.drug]\ndose = [{ drug = \"ferrostatin-1\", amount = \"1 uM\", at = \"0 h\" }]\n\
                [arm.closed]\nlike = \"drug\"\nset = { vesicle.out.rate = \"0 /cell/h\" }\n";
    let base = added(
        "",
        arms,
        &measures(&["drug(ferrostatin-1, target)", "oxidized(C11-BODIPY, target)", "drug(ferrostatin-1, other)"]),
    )
    .replace("[vesicle.given]\nto = \"target\"\nsize = \"100 nm\"\n", sends)
    .replace("[cell.target]", "[cell.other]\nis = \"mammalian cell\"\ncount = 10_000\ngrows = \"no\"\n[cell.target]")
    .replace("at = [\"24 h\"]", "at = [\"12 h\"]");
    for origin in ["endosome", "plasma membrane"] {
        let text = base.replace("size = \"100 nm\"\n", &format!("size = \"100 nm\"\norigin = \"{origin}\"\n"));
        let (scenario, worlds) = simulate(&crossing(&text), SMALL);
        let of = |arm: &str, measure: usize| reading(&scenario, &worlds, arm, measure);
        assert!(of("drug", 0) < 0.97 * of("closed", 0), "{origin}: {} and {}", of("closed", 0), of("drug", 0));
        assert!(of("drug", 1) > of("closed", 1), "{origin}: less drug, more oxidized");
        // who takes them up has more than the medium gives
        assert!(of("drug", 2) > of("closed", 2), "{origin}: {} and {}", of("closed", 2), of("drug", 2));
        let (arm, chain) = (&worlds[0].arms[1], &worlds[0].arms[1].chains[0]);
        assert!(
            arm.imbalance.iter().all(|lost| lost.abs() < 1e-6) && chain.cargo[0].released > 0.0,
            "{origin}: {chain:?}"
        );
    }
}
