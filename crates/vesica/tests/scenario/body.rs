//! `[place] kind = "body"`: what it means, and what people get wrong.

use vesica::scenario::{Reading, Sampled, lock};
use vesica_model::Severity;

use super::support::{KNOWLEDGE, example, found, read, read_well};

pub const BODY: &str = r#"
vesica = 1
time = { span = "48 h", record = "2 h" }

[place]
kind = "body"
species = "human"
tumour = { at = "kidney", volume = "0.1..10 cm^3" }
fluids = ["plasma", "urine"]

[cell.tumour]
is = "gastric adenocarcinoma cell"
at = "tumour"
doubles = "100 d"

[cell.liver]
is = "mammalian cell"
at = "liver"
count = 100_000_000_000
grows = "no"

[vesicle.exo]
from = "tumour"
to = "liver"
rate = "60 /cell/h"
size = "100 nm ± 30 nm"

[vesicle.exo.cargo."hsa-miR-522-3p"]
copies = "0.01 /vesicle"

[links]
act.ALOX15 = "0.5 of control"

[arm.tumour]

[arm.dose]
like = "tumour"
dose = [
  { vesicle = "exo", amount = "1e12 particles", route = "i.v.", at = "1 h" },
  { drug = "erastin", amount = "20 umol/kg", route = "i.p.", at = "0 h" },
]

[arm."no tumour"]
set = { place.tumour.volume = "0 cm^3" }

[measure.vesicles]
reads = "particles(plasma)"
by = "NTA"
at = ["24 h", "48 h"]

[measure.marker]
reads = "copies(hsa-miR-522-3p, urine)"
healthy = "1e4 copies/mL"
varies = "50 %"
at = ["48 h"]

[measure.drug]
reads = "conc(erastin, plasma)"
at = ["48 h"]

[measure.seen]
reads = "detected(marker)"
at = ["48 h"]

[measure.smallest]
reads = "smallest(marker)"
at = ["48 h"]

[answer]
measure = "seen@48h"
of = "tumour"
minus = "no tumour"
counts = ">= 45 points"
given = ["no tumour <= 15 %"]
"#;

#[test]
fn a_body_means_what_it_says() {
    let scenario = read_well(BODY);
    let body = scenario.place.body().expect("a body");
    assert!(scenario.place.well().is_none());
    assert_eq!((body.species.as_str(), body.fluids.as_slice()), ("human", &["plasma".into(), "urine".into()][..]));
    let tumour = body.tumour.as_ref().expect("a tumour");
    assert_eq!(tumour.at, "kidney");
    // 0.1 to 10 cm³, log-uniform: 1 cm³ at the middle, 2e8 cells in it
    assert!((scenario.middle(tumour.volume, None) / 1e12 - 1.0).abs() < 1e-12);
    let cell = scenario.cell("tumour").expect("a cell");
    assert!((scenario.n_cells(cell, None) / 2e8 - 1.0).abs() < 1e-12);
    assert_eq!(scenario.n_cells(cell, scenario.arm("no tumour")), 0.0);
    assert_eq!(scenario.n_cells(scenario.cell("liver").expect("a cell"), None), 1e11);
    let routes: Vec<_> = scenario.arms[1].doses.iter().filter_map(|dose| dose.route.clone()).collect();
    assert_eq!((routes[0].name.as_str(), routes[0].into.as_str()), ("i.v.", "plasma"));
    assert_eq!(routes[1].into, "peritoneal fluid");
    let Reading::Sample(sample) = &scenario.measures[0].reading else { panic!("a sample") };
    assert_eq!((&sample.what, sample.place.as_str()), (&Sampled::Particles, "plasma"));
    assert!((sample.smallest - 0.06).abs() < 1e-12, "the instrument brings its cut-off: {}", sample.smallest);
    assert_eq!(scenario.measures[0].limit, Some(1e7 / 1e12));
    assert_eq!(scenario.measures[3].reading, Reading::Detected("marker".into()));
}

#[test]
fn the_lock_file_of_a_body_reads_back() {
    let scenario = read_well(BODY);
    let written = lock(&scenario, &KNOWLEDGE);
    let (again, problems) = read(&written);
    let errors: Vec<_> = problems.iter().filter(|problem| problem.severity() != Severity::Warning).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{written}");
    assert_eq!(lock(&again.expect("it read well"), &KNOWLEDGE), written);
}

/// Replaces one text of the body and wants one finding and no other error.
#[track_caller]
fn refused_in(text: &str, old: &str, new: &str, code: &str, marked: &str, message: &str, help: &str) {
    assert!(text.contains(old), "`{old}` is not in the text");
    let text = text.replacen(old, new, 1);
    let (scenario, problems) = read(&text);
    let errors: Vec<_> = problems.iter().filter(|problem| problem.severity() != Severity::Warning).collect();
    let seen: Vec<_> = errors.iter().map(|problem| found(&text, problem)).collect();
    assert!(scenario.is_none(), "`{new}` was taken");
    let [(c, m, words, fix)] = seen.as_slice() else { panic!("one error, not {seen:#?}") };
    assert!(*c == code && m.contains(marked) && words.contains(message) && fix.contains(help), "{seen:#?}");
}

#[track_caller]
fn refused(old: &str, new: &str, code: &str, marked: &str, message: &str, help: &str) {
    refused_in(BODY, old, new, code, marked, message, help);
}

#[test]
fn what_a_body_does_not_have_is_named() {
    refused("\"human\"", "\"humann\"", "E29", "humann", "no species `humann`", "human");
    refused("at = \"kidney\"", "at = \"kidny\"", "E29", "kidny", "no organ of a human `kidny`", "kidney");
    refused(
        "\"plasma\", \"urine\"]",
        "\"plasma\", \"urin\", \"urine\"]",
        "E29",
        "urin",
        "no fluid of a human",
        "urine",
    );
    refused("at = \"liver\"", "at = \"livver\"", "E29", "livver", "no organ of a human", "liver");
    refused("at = \"liver\"\n", "", "E32", "liver", "`at` is missing in [cell.liver]", "tumour");
    refused("route = \"i.v.\"", "route = \"i.w.\"", "E29", "i.w.", "no route `i.w.`", "did you mean");
    refused(", route = \"i.v.\"", "", "E32", "vesicle", "`route` is missing in this dose", "i.v.");
    refused("particles(plasma)", "particles(plasmma)", "E29", "plasmma", "no fluid or organ", "plasma");
    refused("particles(plasma)", "particles(saliva)", "E29", "saliva", "not among the fluids", "add \"saliva\"");
    refused("miR-522-3p, urine)", "miR-29a-3p, urine)", "E18", "29a", "no cargo of a vesicle", "hsa-miR-522-3p");
    refused("conc(erastin, plasma)", "conc(RSL3, plasma)", "E14", "RSL3", "no drug that some arm gives", "erastin");
    refused("detected(marker)", "detected(markr)", "E19", "markr", "no measure", "marker");
    refused("detected(marker)", "detected(drug)", "E19", "drug", "no measure of vesicles", "marker");
    refused("by = \"NTA\"", "by = \"dPCR\"", "E33", "dPCR", "dPCR reads copies, not particles", "NTA");
}

#[test]
fn a_body_without_tumour_says_where_one_is_missing() {
    let text = BODY.replace("tumour = { at = \"kidney\", volume = \"0.1..10 cm^3\" }\n", "");
    let (_, problems) = read(&text);
    let codes: Vec<_> = problems.iter().map(|problem| found(&text, problem)).collect();
    let is_told = |marked: &str| codes.iter().any(|(code, m, ..)| *code == "E29" && m.contains(marked));
    assert!(is_told("tumour") && is_told("detected(marker)") && is_told("smallest(marker)"), "{codes:#?}");
}

#[test]
fn words_of_another_kind_of_place_are_named() {
    refused("species = \"human\"", "species = \"human\"\nplate = \"96\"", "E28", "plate", "belongs to a well", "well");
    refused("species = \"human\"", "species = \"human\"\nlayout = \"mixed\"", "E28", "layout", "belongs to a well", "");
    refused("at = \"1 h\" }", "at = \"1 h\", wash = true }", "E28", "wash", "belongs to a well", "clears");
    refused("particles(plasma)", "particles(medium)", "E28", "medium", "belongs to a well", "plasma");
    let well = example("caf-mir522");
    let other = |old: &str, new: &str, marked: &str, message: &str| {
        refused_in(&well, old, new, "E28", marked, message, "");
    };
    other("kind    = \"well\"", "kind = \"well\"\nspecies = \"mouse\"", "species", "belongs to a body");
    other("count   = 20_000", "count = 20_000\nat = \"liver\"", "at", "belongs to a body");
    other("amount = \"5 uM\", at", "amount = \"5 uM\", route = \"i.v.\", at", "route", "belongs to a body");
    other("particles(medium)", "particles(plasma)", "plasma", "belongs to a body");
}

#[test]
fn doses_to_a_body_are_amounts() {
    refused("20 umol/kg", "20 uM", "E04", "20 uM", "a drug dose cannot be given in uM", "umol/kg");
    refused("20 umol/kg", "20", "E01", "20", "has no unit", "mg/kg");
    refused("20 umol/kg", "20 mg/kg", "E24", "20 mg/kg", "nobody says what a mole of it weighs", "molar_mass");
    refused("1e12 particles", "1e9 particles/mL", "E04", "1e9", "a vesicle dose cannot be given in particles/mL", "kg");
    refused("1e12 particles", "100 ug protein", "E05", "100 ug", "is not a number of vesicles yet", "particles_per_ug");
    assert!(read(&BODY.replace("1e12 particles", "1e13 particles/kg")).0.is_some());
    assert!(read(&BODY.replace("20 umol/kg", "3 umol")).0.is_some());
}

#[test]
fn the_tumour_has_a_density_or_a_count() {
    let at = "at = \"tumour\"\n";
    assert!(read(&BODY.replacen(at, "at = \"tumour\"\ncount = 1_000_000\n", 1)).0.is_some());
    let dense = read_well(&BODY.replacen(at, "at = \"tumour\"\ndensity = \"1e9 cells/cm^3\"\n", 1));
    assert!((dense.n_cells(&dense.cells[0], None) / 1e9 - 1.0).abs() < 1e-12);
    let both = "at = \"tumour\"\ncount = 5\ndensity = \"1e9 cells/cm^3\"\n";
    refused(at, both, "E33", "5", "`count` and `density`", "one of the two");
    refused("volume = \"0.1..10 cm^3\"", "volume = \"1 cm\"", "E04", "1 cm", "the volume of a tumour", "cm^3");
}

#[test]
fn an_instrument_reads_only_samples_that_can_be_put_into_it() {
    let protein = BODY.replace("[links]\n", "[vesicle.exo.cargo.PD-L1]\ncopies = \"2 /vesicle\"\n[links]\n").replace(
        "[measure.vesicles]",
        "[measure.antigen]\nreads = \"protein(PD-L1, plasma)\"\nby = \"ELISA\"\nat = [\"48 h\"]\n\n[measure.vesicles]",
    );
    assert!(read(&protein).0.is_some(), "{:#?}", read(&protein).1);
    let refused = |old: &str, new: &str, marked: &str, message: &str, help: &str| {
        refused_in(&protein, old, new, "E31", marked, message, help);
    };
    // cells of a plate, vesicles of a fluid
    refused("\"ELISA\"", "\"luciferase\"", "luciferase", "reads cells of a culture, not plasma", "ELISA");
    refused("by = \"NTA\"", "by = \"BCA\"", "BCA", "reads medium of a culture, not plasma", "NTA, TRPS");
    let plain = "reads = \"copies(hsa-miR-522-3p, urine)\"\n";
    refused(
        plain,
        "reads = \"copies(hsa-miR-522-3p, spleen)\"\nby = \"dPCR\"\n",
        "dPCR",
        "not vesicles between the cells of spleen",
        "no instrument reads it: take `by` away",
    );
    let counted = |by: &str| format!("reads = \"copies(PD-L1, urine)\"\nby = \"{by}\"\n");
    for by in ["dPCR", "small-RNA sequencing"] {
        refused(plain, &counted(by), by, "and PD-L1 is a protein", "name an instrument that reads it");
    }
    // a plate reader of viability reads cells in a plate: none of a body, and none of its fluids
    let alive = "reads = \"alive(tumour)\"\nby = \"CellTiter-Glo\"\n";
    let marker = format!("{plain}healthy = \"1e4 copies/mL\"\nvaries = \"50 %\"\n");
    let text = protein.replace("[measure.seen]\nreads = \"detected(marker)\"\nat = [\"48 h\"]\n", "");
    let text = text.replace("reads = \"smallest(marker)\"\n", "reads = \"alive(liver)\"\n");
    let text = text.replace("measure = \"seen@48h\"", "measure = \"vesicles@48h\"").replace("<= 15 %", "<= 15 /mL");
    let text = text.replace("counts = \">= 45 points\"", "counts = \">= 45 /mL\"");
    refused_in(&text, &marker, alive, "E31", "CellTiter", "not cells of a body", "take `by` away");
}

#[test]
fn an_assay_of_copies_has_a_limit_of_its_own_in_each_fluid() {
    let limit = |by: &str, fluid: &str| {
        let wanted = format!("copies(hsa-miR-522-3p, {fluid})\"\nby = \"{by}\"");
        let text = BODY.replace("copies(hsa-miR-522-3p, urine)\"", &wanted);
        read_well(&text).measures[1].limit.expect("a limit") * 1e12
    };
    let number = |id: &str| KNOWLEDGE.number(id, "").and_then(|row| row.quantity()).expect("a row").middle();
    // copies in one reaction, over the mL that come into it
    for (by, copies, share) in [
        ("dPCR", 3.0, "assay.share"),
        ("qPCR", 10.0, "assay.share"),
        ("small-RNA sequencing", 1000.0, "assay.small-RNA sequencing.share"),
    ] {
        for fluid in ["plasma", "urine"] {
            let volume = number(&format!("body.human.{fluid}.sampled")) / 1e12;
            let wanted = copies / (volume * number("assay.yield") * number(share));
            assert!((limit(by, fluid) / wanted - 1.0).abs() < 1e-9, "{by} in {fluid}: {}", limit(by, fluid));
        }
    }
    assert!(limit("dPCR", "urine") < limit("dPCR", "plasma"), "more urine is taken than plasma");
    assert!(limit("qPCR", "plasma") > limit("dPCR", "plasma"));
    // what the file says comes first
    let own = BODY.replace("varies = \"50 %\"\n", "varies = \"50 %\"\nby = \"dPCR\"\nlimit = \"7 copies/mL\"\n");
    assert!((read_well(&own).measures[1].limit.expect("a limit") * 1e12 - 7.0).abs() < 1e-9);
    // a mass is as many molecules as their size says: 200 pg/mL of 40 kDa
    let protein = BODY
        .replace("[links]\n", "[vesicle.exo.cargo.PD-L1]\ncopies = \"2 /vesicle\"\n[links]\n")
        .replace("copies(hsa-miR-522-3p, urine)\"", "protein(PD-L1, urine)\"\nby = \"ELISA\"");
    let found = read_well(&protein).measures[1].limit.expect("a limit") * 1e12;
    assert!((found / (200e-12 / 40_000.0 * 6.022_140_76e23) - 1.0).abs() < 1e-3, "{found}");
}
