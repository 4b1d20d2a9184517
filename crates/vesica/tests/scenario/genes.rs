//! Genes that a cell type does not list join a cell when a scenario names them, under any of their names.

use vesica::compose::{Binding, CellModel, compose};
use vesica::scenario::{Scenario, lock};

use super::support::{KNOWLEDGE, found, read, read_well};

const TEXT: &str = r#"
vesica = 1
time = { span = "48 h" }
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
[cell.donor]
is = "mammalian cell"
count = 1_000
[cell.target]
is = "mammalian cell"
count = 1_000
doubles = "24 h"
state = { STATE }
[vesicle.exo]
from = "donor"
to = "target"
[vesicle.exo.cargo."hsa-miR-522-3p"]
[links]
act.TARGET = "0.5 of control"
[arm.untreated]
[arm.less]
set = { SET }
[measure.viability]
reads = "alive(target)"
at = ["48 h"]
"#;

fn text(state: &str, target: &str, set: &str) -> String {
    TEXT.replace("STATE", state).replace("TARGET", target).replace("SET", set)
}

fn target(scenario: &Scenario) -> CellModel {
    let cell = scenario.cell("target").expect("the target");
    compose(scenario, &KNOWLEDGE, cell).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn has(model: &CellModel, species: &str) -> bool {
    model.network.species(species).is_some()
}

#[test]
fn a_target_outside_the_cell_type_is_made_there_and_acts_on_a_port() {
    let scenario = read_well(&text("", "STEAP3", "\"target.state.STEAP3\" = 0.5"));
    let model = target(&scenario);
    assert!(has(&model, "mRNA_STEAP3") && has(&model, "STEAP3"));
    assert!(model.text.contains("transferrin_activity := follow(STEAP3_relative, "), "{}", model.text);
    assert!(scenario.cell("donor").expect("the donor").genes.is_empty(), "only who takes vesicles up expresses it");
    let plain = target(&read_well(&text("", "ALOX15", "\"target.state.ALOX15\" = 0.5")));
    assert!(!has(&plain, "STEAP3"));
    assert!(!plain.text.contains("transferrin_activity :="), "what nobody names costs nothing");
}

#[test]
fn a_gene_has_one_level_under_all_its_names() {
    let scenario = read_well(&text("xCT = 2, FSP1 = 0.5", "xCT", "\"cell.target.state.FSP1\" = 0"));
    let cell = scenario.cell("target").expect("the target");
    assert!(cell.state.contains_key("SLC7A11") && cell.state.contains_key("AIFM2"), "{:?}", cell.state.keys());
    assert_eq!(scenario.links.act.keys().collect::<Vec<_>>(), ["SLC7A11"]);
    assert_eq!(scenario.arm("less").expect("the arm").set.len(), 1);
    let again = lock(&scenario, &KNOWLEDGE);
    assert_eq!(lock(&read_well(&again), &KNOWLEDGE), again);
}

/// The reference cell holds HNRNPA1 as a fixed amount, this fibroblast makes it: its level was read, then overwritten.
#[test]
fn a_level_acts_where_a_cell_makes_what_others_hold_fixed() {
    let text = text("", "ALOX15", "\"cell.donor.state.HNRNPA1\" = 0.2");
    let donor = "[cell.donor]\nis = \"cancer-associated fibroblast\"\ngrows = \"no\"\nstate = { HNRNPA1 = 0.1 }";
    let scenario = read_well(&text.replace("[cell.donor]\nis = \"mammalian cell\"", donor));
    let level = scenario.cell("donor").expect("the donor").state["HNRNPA1"];
    assert_eq!(scenario.quantities[level.0].quantity.middle(), 0.1);
    let set = &scenario.arm("less").expect("the arm").set;
    assert_eq!(set.keys().copied().collect::<Vec<_>>(), [level], "the arm sets the level that acts");
    for kind in KNOWLEDGE.cells.values() {
        let names: Vec<&str> = kind.state_names().collect();
        let once: std::collections::BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(names.len(), once.len(), "{}: {names:?}", kind.id);
    }
}

#[test]
fn a_fixed_amount_is_made_and_broken_down_only_when_something_acts_on_it() {
    let set = target(&read_well(&text("NCOA4 = 2", "ALOX15", "")));
    assert!(!has(&set, "NCOA4"), "its amount is enough");
    let acted_on = target(&read_well(&text("NCOA4 = 2", "NCOA4", "")));
    assert!(has(&acted_on, "NCOA4"));
    let ferritin = acted_on.text.lines().find(|line| line.contains(": ferritin(")).expect("ferritin");
    assert!(ferritin.contains("NCOA4_relative") && !ferritin.contains("level_NCOA4"), "{ferritin}");
    let is_level = |binding: &Binding| matches!(binding, Binding::Level { name, .. } if name == "NCOA4");
    assert_eq!(acted_on.bindings.iter().filter(|binding| is_level(binding)).count(), 1);
}

#[test]
fn a_gene_that_acts_on_a_gene_brings_it_along() {
    let scenario = read_well(&text("", "METTL3", ""));
    assert_eq!(scenario.cell("target").expect("the target").genes, ["AIFM2", "METTL3"]);
    let model = target(&scenario);
    assert!(model.text.contains("mRNA_stability_AIFM2 := restrain(METTL3_relative, "), "{}", model.text);
    assert!(model.text.contains("coenzyme_q(") && model.text.contains("AIFM2_relative"));
}

#[test]
fn what_several_say_about_a_port_is_multiplied() {
    let model = target(&read_well(&text("", "EZH2", "")));
    let rule =
        model.text.lines().find(|line| line.trim_start().starts_with("transcription_SLC7A11 :=")).expect("a rule");
    for part in
        ["restrain(EZH2_relative, ", "transcription_SLC7A11__of__nrf2", "transcription_SLC7A11__of__p53_targets"]
    {
        assert!(rule.contains(part), "{rule}");
    }
}

#[test]
fn genes_are_read_where_measures_and_packing_name_them() {
    let text = text("", "ALOX15", "").replace(
        "[measure.viability]",
        "[measure.marker]\nreads = \"mrna(COX2, target)\"\nat = [\"24 h\"]\n[measure.viability]",
    );
    let scenario = read_well(&text.replace("hsa-miR-522-3p\"]", "hsa-miR-522-3p\"]\npacked_by = \"SRSF1\""));
    let genes = |cell: &str| scenario.cell(cell).expect("a cell").genes.clone();
    assert_eq!((genes("donor"), genes("target")), (vec!["SRSF1".to_owned()], vec!["PTGS2".to_owned()]));
    assert!(has(&target(&scenario), "mRNA_PTGS2"));
}

#[test]
fn mechanisms_can_be_added_to_a_cell() {
    let scenario = read_well(
        &text("", "ALOX15", "").replace("doubles =", "mechanisms = [\"2-load/hnrnpa1_stability\"]\ndoubles ="),
    );
    assert!(target(&scenario).text.contains("hnrnpa1_stability: hnrnpa1_stability("));
    let written = lock(&scenario, &KNOWLEDGE);
    assert_eq!(lock(&read_well(&written), &KNOWLEDGE), written);
}

#[test]
fn amounts_that_only_an_added_mechanism_reads_can_be_set() {
    let added = "mechanisms = [\"9-decide/necrosome\"]\ndoubles =";
    let scenario = read_well(&text("MLKL = 0.5", "ALOX15", "\"target.state.RIPK3\" = 0").replace("doubles =", added));
    let cell = scenario.cell("target").expect("the target");
    assert_eq!((cell.genes.len(), &cell.amounts[..]), (0, &["MLKL".to_owned(), "RIPK3".to_owned()][..]));
    let model = target(&scenario);
    let is_level = |name: &str| {
        let known = |binding: &&Binding| matches!(binding, Binding::Level { name: known, .. } if known == name);
        model.bindings.iter().filter(known).count()
    };
    assert_eq!((is_level("MLKL"), is_level("RIPK3")), (1, 1));
    // a gene brings its mechanism, which then reads its amount
    let named = read_well(&text("RIPK3 = 0.5", "ALOX15", ""));
    let cell = named.cell("target").expect("the target");
    assert!(
        cell.genes.is_empty() && cell.mechanisms.contains(&"9-decide/necrosome".to_owned()),
        "{:?}",
        cell.mechanisms
    );
    let written = lock(&named, &KNOWLEDGE);
    assert_eq!(lock(&read_well(&written), &KNOWLEDGE), written);
}

#[test]
fn slips_are_named() {
    let cases = [
        (text("STEAP33 = 1", "ALOX15", ""), "E12", "STEAP33", "did you mean `STEAP3`?"),
        (text("xCT = 1, SLC7A11 = 2", "ALOX15", ""), "E33", "SLC7A11", "keep one"),
        (text("", "STEAP33", ""), "E12", "STEAP33", "did you mean `STEAP3`?"),
        (
            text("", "ALOX15", "").replace("doubles =", "mechanisms = [\"9-decide/ferritn\"]\ndoubles ="),
            "E19",
            "9-decide/ferritn",
            "did you mean `9-decide/ferritin`?",
        ),
    ];
    for (text, code, marked, help) in cases {
        let (scenario, problems) = read(&text);
        assert!(scenario.is_none());
        let is_it = |problem: &vesica_model::Diagnostic| {
            let (found_code, place, _, found_help) = found(&text, problem);
            found_code == code && place.contains(marked) && found_help.contains(help)
        };
        assert!(problems.iter().any(is_it), "{code} at {marked}: {problems:#?}");
    }
}

#[test]
fn every_port_of_genes_tsv_is_one_of_the_base_cell() {
    let base = read_well(&text("", "ALOX15", ""));
    let cell = base.cell("target").expect("the target");
    let ports = vesica::compose::port_names(&base, &KNOWLEDGE, cell);
    let kind = &KNOWLEDGE.cells[&cell.is];
    for action in KNOWLEDGE.gene_actions.iter().filter(|action| action.acts()) {
        let is_of_gene = kind.gene_of_port(&action.port).is_some_and(|gene| KNOWLEDGE.can_express(kind, gene));
        assert!(
            ports.contains(&action.port) || is_of_gene,
            "{} acts on `{}`, which no cell has",
            action.gene,
            action.port
        );
    }
}

#[test]
fn every_gene_of_every_axis_has_a_row() {
    for axis in &KNOWLEDGE.axes {
        for gene in axis.genes.iter() {
            let known = KNOWLEDGE.gene_actions.iter().any(|action| action.gene == *gene);
            assert!(known, "{}: add `{gene}` to biology/genes.tsv, if only to say that it acts on nothing", axis.id);
        }
    }
}
