//! What may be cargo, and what is said when something may not.

use super::support::{KNOWLEDGE, example, found, read, read_well};
use vesica::scenario::{self, Destination, Kind};

/// The first example with other cargo in its vesicles. `{}` in `lines` is filled with nothing: it is TOML as it stands.
fn with_cargo(lines: &str) -> String {
    let text = example("caf-mir522");
    let start = text.find("[vesicle.caf_exo.cargo").expect("the cargo");
    let end = text.find("# ---- the links").expect("the links");
    let (head, tail) = (&text[..start], &text[end..]);
    // without its miRNA the example has no copies to read, and no limit of them
    let tail = tail
        .replace("copies(hsa-miR-522-3p, tumour)", "protein(GPX4, tumour)")
        .replace("limit = \"10 copies/cell\"", "");
    format!("{head}{lines}\n\n{tail}")
}

#[track_caller]
fn refused(lines: &str, code: &str, message: &str, help: &str) {
    let text = with_cargo(lines);
    let (_, problems) = read(&text);
    let seen: Vec<_> = problems.iter().map(|problem| found(&text, problem)).collect();
    let is_wanted = |(c, _, m, h): &(&str, &str, &str, &str)| *c == code && m.contains(message) && h.contains(help);
    assert!(seen.iter().any(is_wanted), "no {code}: `{message}`, `{help}` in {seen:#?}");
}

#[test]
fn every_kind_of_cargo_is_read() {
    let lines = r#"
[vesicle.caf_exo.cargo."hsa-miR-522-3p"]
[vesicle.caf_exo.cargo."GPX4 mRNA"]
copies = "0.01 /vesicle"
[vesicle.caf_exo.cargo."ALOX15 protein"]
copies = "0.5 /vesicle"
[vesicle.caf_exo.cargo."si-GPX4"]
copies = "100 /vesicle"
[vesicle.caf_exo.cargo."ferrostatin-1"]
copies = "1000 /vesicle"
at = "1 uM"
[vesicle.caf_exo.cargo."genomic DNA"]
copies = "0.001 /vesicle"
[vesicle.caf_exo.cargo."15d-PGJ2"]
copies = "5 /vesicle"
acts_at = "cytosol"
[vesicle.caf_exo.cargo."iron atom"]
copies = "50 /vesicle"
[vesicle.caf_exo.cargo.lncX]
kind = "lncRNA"
size = "1500 nt"
copies = "0.001 /vesicle"
[vesicle.caf_exo.cargo.circX]
kind = "circRNA"
copies = "0.001 /vesicle"
[vesicle.caf_exo.cargo.fragment]
kind = "tRNA fragment"
size = "33 nt"
copies = "0.1 /vesicle"
"#;
    let scenario = read_well(&with_cargo(lines));
    let kinds: Vec<Kind> = scenario.vesicles[0].cargo.iter().map(|cargo| cargo.kind).collect();
    assert_eq!(kinds.len(), vesica::knowledge::KINDS.len());
    assert!(vesica::knowledge::KINDS.iter().all(|(kind, _)| kinds.contains(kind)), "{kinds:?}");
    let messenger = &scenario.vesicles[0].cargo[1];
    assert_eq!((messenger.gene.as_deref(), messenger.acts_at), (Some("GPX4"), Destination::Cytosol));
    let again = read_well(&scenario::lock(&scenario, &KNOWLEDGE));
    assert_eq!(again.vesicles[0].cargo.len(), scenario.vesicles[0].cargo.len());
    for (one, other) in again.vesicles[0].cargo.iter().zip(&scenario.vesicles[0].cargo) {
        assert_eq!((&one.name, one.kind, &one.gene, one.size), (&other.name, other.kind, &other.gene, other.size));
    }
}

#[test]
fn other_names_are_read_as_the_one_of_the_knowledge_base() {
    let cargo = |name: &str| {
        let at = if name == "Fer-1" { "at = \"1 uM\"" } else { "" };
        format!("[vesicle.caf_exo.cargo.\"{name}\"]\ncopies = \"1 /vesicle\"\nacts_at = \"cytosol\"\n{at}")
    };
    for (name, canonical) in [("gpx4 mrna", "GPX4 mRNA"), ("gDNA", "genomic DNA"), ("Fer-1", "ferrostatin-1")] {
        let scenario = read_well(&with_cargo(&cargo(name)));
        assert_eq!(scenario.vesicles[0].cargo[0].name, canonical);
        refused(&cargo(name), "W10", &format!("`{name}` is read as {canonical}"), canonical);
    }
}

#[test]
fn what_is_no_cargo_is_named() {
    let cargo = |name: &str, more: &str| format!("[vesicle.caf_exo.cargo.\"{name}\"]\ncopies = \"1 /vesicle\"\n{more}");
    refused(&cargo("ferrostatin", ""), "E23", "cargo \"ferrostatin\" is not known", "ferrostatin-1");
    refused(&cargo("moonlight", ""), "E23", "cargo \"moonlight\" is not known", "kind = \"protein\"");
    refused(&cargo("GPX5 mRNA", ""), "E12", "`GPX5`", "did you mean `GPX4`?");
    refused(&cargo("hsa-miR-522", ""), "E11", "names two molecules", "hsa-miR-522-3p");
    refused(&cargo("hsa-mir-5222", ""), "E10", "no miRNA \"hsa-mir-5222\"", "hsa-miR-522-3p");
    refused(&cargo("mine", "kind = \"sugar\""), "E23", "`sugar` is no kind of cargo", "lncRNA");
    refused(&cargo("mine", "kind = \"drug\""), "E23", "`drug` is no kind", "[drug.\"mine\"]");
    refused(&cargo("mine", "kind = \"miRNA\""), "E23", "`miRNA` is no kind", "mirnas.tsv");
    refused(&cargo("mine", "kind = \"protein\"\nsize = \"3 m\""), "E23", "`3 m` is no size", "1800 nt");
    refused(&cargo("mine", "kind = \"mRNA\""), "E32", "does not say of which gene", "gene =");
    refused(&cargo("GPX4 mRNA", "size = \"3 kb\""), "E33", "stands in the knowledge base already", "another name");
    refused(&cargo("ferrostatin-1", ""), "E32", "depend on how much of it the sender holds", "at = \"1 uM\"");
    refused(&cargo("GPX4 mRNA", "at = \"1 uM\""), "E33", "`at` is for a drug", "take the line away");
    refused(&cargo("GPX4 mRNA", "acts_at = \"nucleus\""), "E33", "(mRNA) acts in the cytosol", "leave the line out");
    refused(&cargo("15d-PGJ2", "targets = [\"GPX5\"]"), "E12", "15d-PGJ2 targets `GPX5`", "act.GPX5");
    refused(&cargo("15d-PGJ2", "targets = []"), "W34", "15d-PGJ2 acts on no gene here", "above 1 when it raises");
    refused(
        "[vesicle.caf_exo.cargo.\"GPX4 mRNA\"]\n[vesicle.caf_exo.cargo.\"gpx4 mrna\"]",
        "E33",
        "`GPX4 mRNA` stands twice",
        "keep one",
    );
}

#[test]
fn all_cargo_together_must_fit() {
    let lines = |copies: &str| {
        format!(
            "[vesicle.caf_exo.cargo.\"GPX4 protein\"]\ncopies = \"{copies} /vesicle\"\n\
             [vesicle.caf_exo.cargo.\"GPX4 mRNA\"]\ncopies = \"{copies} /vesicle\""
        )
    };
    // a 100 nm vesicle holds 382 000 nm³; a 50 kDa protein takes 61, a 2 200 nt RNA 616
    assert!(read(&with_cargo(&lines("100"))).1.iter().all(|problem| problem.code != "E22"));
    refused(
        &lines("600"),
        "E22",
        "600 copies of a 50-kDa protein and 600 copies of a 2200-nt RNA",
        "together they need",
    );
    refused(&lines("100 (50..700)"), "W25", "700 copies of a 50-kDa protein", "together they need");
    // each alone would fit
    let one = "[vesicle.caf_exo.cargo.\"GPX4 mRNA\"]\ncopies = \"600 /vesicle\"";
    assert!(read(&with_cargo(one)).1.iter().all(|problem| problem.code != "E22"));
}

#[test]
fn a_drug_about_a_mirna_or_a_gene_needs_it_to_be_known() {
    let dose = |drug: &str| example("caf-mir522").replace("anti-miR-522-3p", drug);
    for drug in ["mimic-miR-4443", "anti-miR-4443", "si-GPX4"] {
        read_well(&dose(drug));
    }
    for (drug, code) in [("anti-miR-522", "E11"), ("mimic-miR-99999", "E10"), ("si-GPX5", "E14")] {
        let (_, problems) = read(&dose(drug));
        assert!(problems.iter().any(|problem| problem.code == code), "{drug}: {problems:#?}");
    }
}

#[test]
fn a_cell_can_make_a_mirna_itself() {
    let own = example("caf-mir522").replace("GPX4 = \"1.0\"", "GPX4 = \"1.0\", miR-4443 = \"500 (100..2000) copies\"");
    let scenario = read_well(&own);
    let tumour = scenario.cell("tumour").expect("a tumour");
    assert!(tumour.state.contains_key("hsa-miR-4443"), "{:?}", tumour.state.keys());
    assert!(
        read_well(&scenario::lock(&scenario, &KNOWLEDGE))
            .cell("tumour")
            .expect("it")
            .state
            .contains_key("hsa-miR-4443")
    );
    let (_, problems) = read(&own.replace("miR-4443 =", "hsa-miR-522 ="));
    assert!(problems.iter().any(|problem| problem.code == "E11"));
}
