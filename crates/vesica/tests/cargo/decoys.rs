//! Vesicles as decoys: what they carry at their surface holds an antibody, which is then missing where it should act.

use super::support::{KNOWLEDGE, SMALL, added, measures, read, reading, simulate};
use vesica::scenario;

/// nM in molecules per um³
const NANOMOLAR: f64 = 0.602_214_076;

/// Decoys that nobody takes up, beside an antibody that acts on the target.
fn text(decoys: &str, drug: &str, name: &str) -> String {
    let cargo =
        "receptors = \"1000 /cell\"\n[vesicle.given.cargo.\"PD-L1\"]\ncopies = \"100 /vesicle\"\ntargets = []\n";
    let arm = |arm: &str, more: &str| {
        format!("[arm.{arm}]\ndose = [{{ drug = \"{name}\", amount = \"2 nM\", at = \"0 h\" }}{more}]\n")
    };
    let given = format!(", {{ vesicle = \"given\", amount = \"{decoys} particles/mL\", at = \"0 h\" }}");
    let arms = format!("{drug}{}{}", arm("alone", ""), arm("decoys", &given));
    added(cargo, &arms, &measures(&[&format!("drug({name}, target)")]))
        .replace("is = \"mammalian cell\"", "is = \"mammalian cell\"\nmechanisms = [\"9-decide/pdl1_display\"]")
        .replace("enter.clearance = \"1 nL/h/cell\"", "enter.clearance = \"0.000001 nL/h/cell\"")
}

/// An antibody of the user's own, with what holds it.
const OWN: &str = r#"[drug.mine]
acts_on = "decide"
target = "antibody_to_PDL1"
form = "proportional"
k = "1"
held_by = "PD-L1"
kd = "0.5 nM"
"#;

#[test]
fn decoys_leave_an_antibody_as_much_as_the_equilibrium_does() {
    // 1e11 /mL with 100 copies each: 1e16 /L, 16.6 nM of places for 2 nM
    for (drug, name) in [("", "atezolizumab"), (OWN, "mine")] {
        for (decoys, places) in [("1e9", 1e9 * 100.0 * 1e-12), ("1e11", 1e11 * 100.0 * 1e-12)] {
            let text = text(decoys, drug, name)
                .replace("act.loaded", "meet.\"drug.atezolizumab.carried_PD_L1.KD\" = \"0.5 nM\"\nact.loaded");
            let (scenario, worlds) = simulate(&text, SMALL);
            let of = |arm: &str| reading(&scenario, &worlds, arm, 0) / NANOMOLAR;
            assert!((of("alone") - 2.0).abs() < 1e-6, "{name}: {}", of("alone"));
            // the slow way: halve the interval until what is free and what is held make up the dose
            let held = |free: f64| free + places / NANOMOLAR * free / (0.5 + free);
            let (mut low, mut high) = (0.0, 2.0);
            for _ in 0..60 {
                let middle = (low + high) / 2.0;
                if held(middle) > 2.0 { high = middle } else { low = middle }
            }
            let found = of("decoys");
            // serum and plastic take some vesicles in a day
            println!("{name}, {decoys}: {found:.4} nM free, {low:.4} if no vesicle were lost");
            assert!(
                found >= 0.99 * low && found < 1.3 * low.max(0.05) && found < 2.0,
                "{name}, {decoys}: {found}, {low}"
            );
        }
    }
}

#[test]
fn decoys_save_the_tumour_from_the_killers_that_an_antibody_frees() {
    let text = |copies: &str| {
        format!(
            r#"
vesica = 1
time = {{ span = "24 h", record = "6 h" }}
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
[cell.tumour]
is = "melanoma cell"
count = 10_000
grows = "no"
state = {{ CD274 = "3.0" }}
[cell.killer]
is = "CD8 T cell"
count = 10_000
grows = "no"
[vesicle.decoy]
to = []
size = "100 nm"
[vesicle.decoy.cargo."PD-L1"]
copies = "{copies} /vesicle"
[links]
enter.clearance = "0.01 nL/h/cell"
deliver.escape = "0 %"
decide."pdl1_display.KD" = "0.5 nM"
meet."drug.atezolizumab.carried_PD_L1.KD" = "0.5 nM"
[arm.antibody]
dose = [{{ drug = "atezolizumab", amount = "5 nM", at = "0 h" }}]
[arm.decoys]
like = "antibody"
dose = [{{ vesicle = "decoy", amount = "3e11 particles/mL", at = "0 h" }}]
[measure.m0]
reads = "conc(cytotoxicity, killer)"
at = ["12 h"]
[measure.m1]
reads = "alive(tumour)"
at = ["24 h"]
"#
        )
    };
    let of = |copies: &str, arm: &str, measure: usize| {
        let (scenario, worlds) = simulate(&text(copies), SMALL);
        reading(&scenario, &worlds, arm, measure)
    };
    assert!(of("100", "decoys", 0) < 0.8 * of("100", "antibody", 0), "{}", of("100", "decoys", 0));
    let alive = |arm: &str| of("100", arm, 1);
    assert!(alive("decoys") > 0.02 + alive("antibody"), "{} and {}", alive("decoys"), alive("antibody"));
    // the same vesicles without the antigen hold nothing
    assert_eq!(of("0", "decoys", 0), of("0", "antibody", 0));
}

#[test]
fn what_holds_a_drug_is_named_and_kept_in_the_lock_file() {
    let text = text("1e9", OWN, "mine");
    let lock = scenario::lock(&read(&text), &KNOWLEDGE);
    assert!(lock.contains("held_by = \"PD-L1\"") && lock.contains("kd = "), "{lock}");
    let again = scenario::lock(&read(&lock), &KNOWLEDGE);
    assert_eq!(lock, again);
    let refused = |from: &str, to: &str, code: &str, message: &str| {
        let (_, problems) = scenario::read("test.toml", &text.replace(from, to), "test", &KNOWLEDGE, &|_| None);
        let found = problems.iter().find(|problem| problem.code == code && problem.message.contains(message));
        assert!(found.is_some_and(|problem| !problem.help.is_empty()), "{problems:#?}");
    };
    refused("held_by = \"PD-L1\"", "held_by = \"TGF-beta 1\"", "E19", "which no vesicle has at its surface");
    refused("held_by = \"PD-L1\"", "held_by = \"hsa-miR-522-3p\"", "E33", "nothing that sits at the surface");
    refused("kd = \"0.5 nM\"", "", "E32", "kd");
}
