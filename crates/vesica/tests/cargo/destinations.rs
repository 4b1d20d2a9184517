//! Periphery, cytosol, nucleus, lysosome, back to the medium: all that comes to a cell is in one of them.

use super::support::{SMALL, added, dose, measures, reading, simulate};
use vesica::run::{Size, WorldResult};
use vesica::scenario::Scenario;

const HOUR: f64 = 3600.0;

/// Molecules for every door: a protein at the surface, an RNA in the cytosol, a lipid in the nucleus.
const THREE: &str = r#"
receptors = "1000 /cell"
[vesicle.given.cargo."TGF-beta 1"]
copies = "1 /vesicle"
targets = []
[vesicle.given.cargo."GPX4 mRNA"]
copies = "1 /vesicle"
[vesicle.given.cargo."15d-PGJ2"]
copies = "3 /vesicle"
targets = ["ALOX15"]
"#;

/// Three ways in that carry as much each.
const ROUTES: &str = r#"enter.clearance = "1 nL/h/cell"
enter."entry_routes.clathrin_weight" = "1"
enter."entry_routes.raft_weight" = "1"
enter."entry_routes.macropinocytosis_weight" = "1"
"#;

/// Drugs of our own, one for each thing that a drug can do to the way in.
const DRUGS: &str = r#"
[drug.pit_block]
acts_on = "enter"
target = "clathrin_activity"
ic50 = "1 nM"
[drug.ruffle_block]
acts_on = "enter"
target = "macropinocytosis_activity"
ic50 = "1 nM"
[drug.acid_block]
acts_on = "deliver"
target = "acidification_activity"
ic50 = "1 nM"
[drug.antibody]
acts_on = "meet"
target = "receptor_activity"
ic50 = "1 nM"
[drug.sponge]
acts_on = "meet"
target = "docking_activity"
ic50 = "1 nM"
"#;

fn with_drug(drug: &str, per_cell: &str) -> String {
    format!(
        "[arm.{drug}]\ndose = [{{ vesicle = \"given\", amount = \"{per_cell} particles/cell\", at = \"0 h\" }}, \
         {{ drug = \"{drug}\", amount = \"100 nM\", at = \"0 h\" }}]\n"
    )
}

fn chain<'w>(scenario: &Scenario, world: &'w WorldResult, arm: &str) -> &'w vesica::run::results::ChainResult {
    let arm = scenario.arms.iter().position(|known| known.name == arm).unwrap_or_else(|| panic!("no arm {arm}"));
    &world.arms[arm].chains[0]
}

#[test]
fn everything_that_came_is_somewhere() {
    let arms = [dose("given", "20000"), DRUGS.to_owned()]
        .into_iter()
        .chain(["pit_block", "ruffle_block", "acid_block", "antibody", "sponge"].map(|drug| with_drug(drug, "20000")))
        .chain(["[arm.dying]\nlike = \"given\"\ndose = [{ drug = \"RSL3\", amount = \"10 uM\", at = \"6 h\" }]\n"
            .to_owned()]);
    let all: String = arms.collect();
    for held in ["receptors = \"1000 /cell\"", ""] {
        // without a receptor nothing is read at the surface
        let cargo = THREE.replace("receptors = \"1000 /cell\"", held);
        let cargo = if held.is_empty() { cargo.replace("targets = []", "acts_at = \"nucleus\"") } else { cargo };
        for escape in ["100 %", "20 %", "0 %"] {
            let text = added(&cargo, &all, &measures(&["copies(GPX4 mRNA, target)"]))
                .replace("grows = \"no\"", "doubles = \"20 h\"")
                .replace("deliver.escape = \"100 %\"", &format!("deliver.escape = \"{escape}\""));
            let (scenario, worlds) = simulate(&text, SMALL);
            for (arm, result) in scenario.arms.iter().zip(&worlds[0].arms) {
                let imbalance = result.imbalance[0];
                assert!(imbalance.abs() < 1e-6, "{}, escape {escape}, {held}: {imbalance}", arm.name);
            }
        }
    }
}

#[test]
fn docking_keeps_its_closed_form() {
    // a large well of vesicles that hardly changes: d' = a (1 - d/R) - (k_off + k_in) d, with a = vesicles touched per s
    let (receptors, net, density) = (2000.0, 0.01e6 / HOUR, 20_000.0 * 1e4 / 1e11);
    let (k_off, k_in, sent_back) = (0.3 / HOUR, 1.0 / HOUR, 0.5);
    let touched = net * (1.0 + sent_back) * (1.0 + k_off / k_in) * density;
    let leave = touched / receptors + k_off + k_in;
    let expected = |t: f64| touched / leave * (1.0 - (-leave * t).exp());
    let cargo = "receptors = \"2000 /cell\"\n[vesicle.given.cargo.\"TGF-beta 1\"]\ncopies = \"1 /vesicle\"\n";
    let text = added(cargo, &dose("given", "20000"), "[measure.m0]\nreads = \"surface(TGF-beta 1, target)\"\nat = [\"1 h\", \"4 h\", \"24 h\"]\n")
        .replace("enter.clearance = \"1 nL/h/cell\"", "enter.clearance = \"0.01 nL/h/cell\"\nmeet.\"receptor_docking.k_undock\" = \"0.3 1/h\"\nenter.\"docked_uptake.k_enter\" = \"1 1/h\"\ndeliver.\"endosome_fate.sent_back\" = \"0.5\"")
        .replace("deliver.escape = \"100 %\"", "deliver.escape = \"0 %\"");
    let (_, worlds) = simulate(&text, Size { n_targets: 100, exchange: 300.0, ..SMALL });
    let found = &worlds[0].arms[1].readings[0];
    for (hours, found) in [1.0, 4.0, 24.0].into_iter().zip(found) {
        let wanted = expected(hours * HOUR);
        // whole vesicles with one copy each on average: the mean of 100 cells has a spread of sqrt(2 d / 100)
        let error = 4.5 * (2.0 * wanted / 100.0).sqrt() + 0.02 * wanted;
        println!("{hours} h: {found:.1}, closed form {wanted:.1} ± {error:.1}");
        assert!((found - wanted).abs() < error, "{hours} h: {found}, {wanted} ± {error}");
    }
}

#[test]
fn receptors_fill_up_and_the_rest_goes_back() {
    let arms = format!("{}{}", dose("few", "100"), dose("many", "50000"));
    let cargo = THREE.replace("1000 /cell", "500 /cell");
    let text = added(&cargo, &arms, &measures(&["surface(TGF-beta 1, target)"]));
    let (scenario, worlds) = simulate(&text, SMALL);
    let at_surface = |arm: &str| reading(&scenario, &worlds, arm, 0);
    let of = |arm: &str| chain(&scenario, &worlds[0], arm);
    // 500 times as many vesicles are not read 500 times as much, and most of those that came are in the medium again
    assert!(of("many").bound < 250.0 * of("few").bound, "{} and {}", of("few").bound, of("many").bound);
    assert!(at_surface("many") < 520.0, "{}", at_surface("many"));
    assert!(of("many").returned > of("many").taken_up, "{} and {}", of("many").returned, of("many").taken_up);
    assert!(of("few").taken_up / 100.0 > 3.0 * of("many").taken_up / 50_000.0);
}

#[test]
fn each_cargo_acts_at_its_door() {
    let text = added(
        THREE,
        &dose("given", "2000"),
        &measures(&[
            "signal(TGF-beta 1, target)",
            "copies(GPX4 mRNA, target)",
            "nuclear(15d-PGJ2, target)",
            "mrna(ALOX15, target)",
            "protein(GPX4, target)",
        ]),
    )
    .replace("act.ALOX15 = \"0.2 of control\"", "act.ALOX15 = \"4 of control\"");
    let closed = text.replace("deliver.escape = \"100 %\"", "deliver.escape = \"0 %\"");
    let (scenario, worlds) = simulate(&text, SMALL);
    let of = |arm: &str, measure: usize| reading(&scenario, &worlds, arm, measure);
    assert!(of("given", 0) > 0.3, "surface {}", of("given", 0));
    assert!(of("given", 1) > 50.0, "cytosol {}", of("given", 1));
    assert!(of("given", 2) > 50.0, "nucleus {}", of("given", 2));
    assert!(of("given", 3) > 1.5 * of("untreated", 3), "{} and {}", of("untreated", 3), of("given", 3));
    assert!(of("given", 4) > 1.1 * of("untreated", 4));
    let cargo = &chain(&scenario, &worlds[0], "given").cargo;
    // the row `nuclear_import.share` says which share of delivered copies is let in
    let share = cargo[2].acting / cargo[2].delivered;
    assert!((0.01..0.99).contains(&share), "{share}");
    // behind a closed endosome only the surface is left
    let (scenario, worlds) = simulate(&closed, SMALL);
    let of = |arm: &str, measure: usize| reading(&scenario, &worlds, arm, measure);
    assert!(of("given", 0) > 0.3);
    assert_eq!((of("given", 1), of("given", 2)), (0.0, 0.0));
    assert!((of("given", 3) / of("untreated", 3) - 1.0).abs() < 1e-6);
}

#[test]
fn what_is_taken_away_is_missed() {
    let drugs = ["pit_block", "ruffle_block", "acid_block", "antibody", "sponge"];
    let arms: String = drugs.iter().map(|drug| with_drug(drug, "2000")).collect();
    let text =
        added(THREE, &format!("{}{DRUGS}{arms}", dose("given", "2000")), &measures(&["copies(GPX4 mRNA, target)"]))
            .replace("enter.clearance = \"1 nL/h/cell\"", ROUTES);
    let (scenario, worlds) = simulate(&text, SMALL);
    let of = |arm: &str| chain(&scenario, &worlds[0], arm);
    let given = of("given");
    for drug in drugs {
        let arm = of(drug);
        assert!(arm.opened < 0.97 * given.opened, "{drug}: {} opened, {} without", arm.opened, given.opened);
    }
    // what cannot enter stays docked and is read longer; what cannot dock is not read at all
    assert!(of("sponge").bound < 0.1 * given.bound && of("antibody").bound < 0.5 * given.bound);
    // without acid less is digested and more of what came in goes back
    assert!(of("acid_block").digested < given.digested + given.opened);
    assert!(of("acid_block").returned > given.returned);
}

#[test]
fn large_vesicles_enter_by_macropinocytosis() {
    let arms = ["pit_block", "ruffle_block"].map(|drug| with_drug(drug, "2000")).concat();
    let left = |size: &str| {
        let cargo = "[vesicle.given.cargo.\"GPX4 mRNA\"]\ncopies = \"1 /vesicle\"\n";
        let text =
            added(cargo, &format!("{}{DRUGS}{arms}", dose("given", "2000")), &measures(&["copies(GPX4 mRNA, target)"]))
                .replace("size = \"100 nm\"", &format!("size = \"{size}\""))
                .replace("enter.clearance = \"1 nL/h/cell\"", &ROUTES.replace("1 nL", "0.1 nL"));
        let (scenario, worlds) = simulate(&text, SMALL);
        let of = |arm: &str| chain(&scenario, &worlds[0], arm).taken_up;
        (of("pit_block") / of("given"), of("ruffle_block") / of("given"))
    };
    let (small, large) = (left("100 nm"), left("500 nm"));
    println!("left without pits, without ruffles: 100 nm {small:?}, 500 nm {large:?}");
    assert!(small.0 < 0.9 && large.0 > 0.99, "pits carry small vesicles only");
    assert!(small.1 > 0.1 && large.1 < 0.05, "large ones enter by macropinocytosis");
}

#[test]
fn more_decoys_never_bring_more_and_a_ligand_never_less() {
    let cargo =
        |ligand: &str| format!("ligand = \"{ligand}\"\n[vesicle.given.cargo.\"GPX4 mRNA\"]\ncopies = \"1 /vesicle\"\n");
    let delivered = |ligand: &str, decoys: &str| {
        let text = added(&cargo(ligand), &dose("given", "500"), &measures(&["copies(GPX4 mRNA, target)"]))
            .replace(
                "temperature = \"37 °C\"",
                &format!("temperature = \"37 °C\"\nmedium = {{ decoys = \"{decoys}\" }}"),
            )
            .replace("1 nL/h/cell", "0.1 nL/h/cell");
        let (_, worlds) = simulate(&text, SMALL);
        worlds[0].arms[1].chains[0].cargo[0].delivered
    };
    let by_decoys = ["0", "0.5", "2", "10"].map(|decoys| delivered("1", decoys));
    assert!(by_decoys.windows(2).all(|pair| pair[1] <= pair[0]) && by_decoys[3] < 0.5 * by_decoys[0], "{by_decoys:?}");
    let by_ligand = ["0.2", "1", "3", "10"].map(|ligand| delivered(ligand, "1"));
    assert!(by_ligand.windows(2).all(|pair| pair[1] >= pair[0]) && by_ligand[0] < 0.5 * by_ligand[3], "{by_ligand:?}");
}

#[test]
fn half_the_exchange_step_changes_little() {
    let text =
        added(THREE, &dose("given", "5000"), &measures(&["surface(TGF-beta 1, target)", "copies(GPX4 mRNA, target)"]));
    let run = |exchange: f64| {
        let (scenario, worlds) = simulate(&text, Size { n_targets: 200, exchange, ..SMALL });
        let of = |measure: usize| reading(&scenario, &worlds, "given", measure);
        let chain = chain(&scenario, &worlds[0], "given").clone();
        (of(0), of(1), chain.taken_up, chain.bound)
    };
    let (whole, half) = (run(1800.0), run(900.0));
    println!("{whole:?} {half:?}");
    // means: no sampling error; the medium is short of what waits for its way back for one step
    assert!((whole.2 / half.2 - 1.0).abs() < 0.02, "taken up {} and {}", whole.2, half.2);
    for (whole, half) in [(whole.0, half.0), (whole.1, half.1), (whole.3, half.3)] {
        assert!((whole / half - 1.0).abs() < 0.05, "{whole} and {half}");
    }
}
