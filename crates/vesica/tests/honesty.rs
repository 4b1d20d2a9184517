//! What follows from the model must follow: one thing is taken away, and the sign that the field knows comes out.
//! Worlds are compared with themselves, so every difference is caused by the arm.

use vesica::knowledge::{Knowledge, embedded_examples};
use vesica::run::WorldResult;
use vesica::run::{Setup, Size, run};
use vesica::scenario::{self, Scenario};

const SMALL: Size = Size { n_worlds: 6, n_targets: 60, n_donors: 16, exchange: 1800.0 };

/// Arms that take one thing away. The iron drugs act at once, so that no cell can come to rest with them.
const TAKEN_AWAY: &str = r#"
[drug.ferritin_burst]
acts_on = "decide"
target = "ferritinophagy_activity"
form = "induce"
gain = "1000"
ec50 = "1 nM"

[drug.import_block]
acts_on = "decide"
target = "transferrin_activity"
form = "inhibit"
ic50 = "1 nM"

[arm."no GPX4"]
like = "BASE"
set = { cell.tumour.state.GPX4 = "0" }

[arm."no FSP1"]
like = "BASE"
set = { cell.tumour.state.FSP1 = "0" }

[arm."ferritin lost"]
like = "BASE"
dose = [{ drug = "ferritin_burst", amount = "1 uM", at = "24 h" }]

[arm."no ACSL4"]
like = "BASE"
set = { cell.tumour.state.ACSL4 = "0" }

[arm."no iron import"]
like = "BASE"
dose = [{ drug = "import_block", amount = "1 mM", at = "0 h" }]

[arm."more SLC7A11"]
like = "BASE"
set = { cell.tumour.state.SLC7A11 = "5" }

[arm."no caspases"]
like = "BASE"
set = { cell.tumour.state.CASP3 = "0" }
"#;

const CORE: &str = r#"
vesica = 1
time = { span = "72 h", record = "2 h" }
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
temperature = "37 °C"
[cell.tumour]
is = "gastric adenocarcinoma cell"
count = 10_000
doubles = "30 h"
varies = "30 %"
[arm.untreated]
[arm.erastin]
dose = [{ drug = "erastin", amount = "1.5 uM", at = "24 h" }]
[measure.viability]
reads = "alive(tumour)"
at = ["72 h"]
"#;

fn read(text: &str, knowledge: &Knowledge) -> Scenario {
    let (scenario, problems) = scenario::read("test.toml", text, "test", knowledge, &|_| None);
    scenario.unwrap_or_else(|| panic!("{problems:#?}"))
}

fn knowledge() -> Knowledge {
    let (knowledge, problems) = Knowledge::embedded();
    assert!(problems.is_empty(), "{problems:#?}");
    knowledge
}

fn example() -> String {
    embedded_examples()["caf-mir522/scenario.toml"].clone()
}

/// Living share of the tumour at the end of an arm, world by world.
fn alive(scenario: &Scenario, worlds: &[WorldResult], arm: &str) -> Vec<f64> {
    let arm = scenario.arms.iter().position(|known| known.name == arm).unwrap_or_else(|| panic!("no arm {arm}"));
    let cell = scenario.cells.iter().position(|cell| cell.name == "tumour").expect("a tumour");
    worlds.iter().map(|world| *world.arms[arm].alive[cell].last().expect("a record")).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn simulate(text: &str, size: Size) -> (Scenario, Vec<WorldResult>) {
    let knowledge = knowledge();
    let scenario = read(text, &knowledge);
    let setup = Setup::new(&scenario, &knowledge, size, 7).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let worlds = run(&setup);
    for world in &worlds {
        assert!(world.frozen.is_empty(), "{:?}", world.frozen.first());
    }
    (scenario, worlds)
}

/// `easier`: more die than in the base arm on average, and in no world clearly fewer.
fn check_sign(text: &str, base: &str) {
    let (scenario, worlds) = simulate(text, SMALL);
    let reference = alive(&scenario, &worlds, base);
    println!("{base}: {reference:.2?}");
    for (arm, easier) in [
        ("no GPX4", true),
        ("no FSP1", true),
        ("ferritin lost", true),
        ("no ACSL4", false),
        ("no iron import", false),
        ("more SLC7A11", false),
    ] {
        let changed = alive(&scenario, &worlds, arm);
        println!("{arm}: {changed:.2?}");
        let sign = if easier { -1.0 } else { 1.0 };
        let differences: Vec<f64> = changed.iter().zip(&reference).map(|(a, b)| sign * (a - b)).collect();
        assert!(mean(&differences) > 0.02, "{arm} on {base}: {differences:.3?}");
        assert!(differences.iter().all(|difference| *difference > -0.02), "{arm} on {base}: {differences:.3?}");
    }
    for (with, without) in alive(&scenario, &worlds, "no caspases").iter().zip(&reference) {
        assert!((with - without).abs() < 0.1, "caspases change death by {base}: {with} and {without}");
    }
}

#[test]
fn taking_one_thing_away_moves_the_core_as_the_field_says() {
    check_sign(&format!("{CORE}{}", TAKEN_AWAY.replace("BASE", "erastin")), "erastin");
}

#[test]
fn taking_one_thing_away_moves_the_example_as_the_field_says() {
    let text = example().replace("amount = \"5 uM\", at = \"24 h\"", "amount = \"1.5 uM\", at = \"24 h\"");
    check_sign(&format!("{text}{}", TAKEN_AWAY.replace("BASE", "erastin")), "erastin");
}

/// More copies per vesicle, and vesicles without cargo.
const COPIES: &str = r#"
[arm."empty vesicles"]
like = "erastin"
set = { "vesicle.caf_exo.cargo.hsa-miR-522-3p.copies" = "0 /vesicle" }

[arm."ten times the copies"]
like = "erastin"
set = { "vesicle.caf_exo.cargo.hsa-miR-522-3p.copies" = "0.0825 (0.005..20) /vesicle" }

[arm."very many copies"]
like = "erastin"
set = { "vesicle.caf_exo.cargo.hsa-miR-522-3p.copies" = "2000 /vesicle", deliver.escape = "30 %", act.loaded = "100 %", act.ALOX15 = "0.2 of control" }
"#;

#[test]
fn vesicles_without_cargo_are_as_no_donors_and_more_copies_never_protect_less() {
    let text = example().replace("amount = \"5 uM\", at = \"24 h\"", "amount = \"1.5 uM\", at = \"24 h\"");
    let (scenario, worlds) = simulate(&format!("{text}{COPIES}"), SMALL);
    let of = |arm: &str| alive(&scenario, &worlds, arm);
    for (empty, none) in of("empty vesicles").iter().zip(of("erastin, no CAF")) {
        assert!((empty - none).abs() < 1e-3, "empty vesicles {empty}, no donors {none}");
    }
    for (ten, one) in of("ten times the copies").iter().zip(of("erastin")) {
        assert!(ten > &(one - 1e-3), "ten times the copies {ten}, once {one}");
    }
    let (many, none) = (of("very many copies"), of("erastin, no CAF"));
    println!("very many copies {many:.3?}, no donors {none:.3?}");
    // a clone weighs what it grew to by its death: a death a few minutes earlier shows as a fraction of a cell
    assert!(many.iter().zip(&none).all(|(many, none)| many > &(none - 5e-3)));
    assert!(mean(&many) > mean(&none) + 0.01, "a flood of copies must show: {many:?} and {none:?}");
}

#[test]
fn vesicles_are_conserved() {
    for layout in ["mixed", "insert"] {
        let text = example().replace("layout  = \"mixed\"", &format!("layout  = \"{layout}\""));
        let (_, worlds) = simulate(&text, Size { n_worlds: 3, n_targets: 20, ..SMALL });
        for imbalance in worlds.iter().flat_map(|world| &world.arms).flat_map(|arm| &arm.imbalance) {
            assert!(imbalance.abs() < 1e-4, "{layout}: {imbalance} of the vesicles or copies are not accounted for");
        }
    }
}

/// Means over the worlds and its standard error.
fn with_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let variance = values.iter().map(|value| (value - mean(values)).powi(2)).sum::<f64>() / (n - 1.0);
    (mean(values), (variance / n).sqrt())
}

#[test]
fn more_cells_or_shorter_exchanges_give_the_same_answer() {
    let text = example().replace("amount = \"5 uM\", at = \"24 h\"", "amount = \"1.5 uM\", at = \"24 h\"");
    let text = format!("{text}{COPIES}");
    let size = Size { n_worlds: 5, n_targets: 100, ..SMALL };
    let difference = |size: Size| -> Vec<f64> {
        let (scenario, worlds) = simulate(&text, size);
        let (of, minus) = (alive(&scenario, &worlds, "very many copies"), alive(&scenario, &worlds, "erastin, no CAF"));
        of.iter().zip(&minus).map(|(of, minus)| of - minus).collect()
    };
    let plain = difference(size);
    for (what, other) in [
        ("twice the cells", difference(Size { n_targets: 200, n_donors: 32, ..size })),
        ("half the exchange step", difference(Size { exchange: 900.0, ..size })),
    ] {
        // each world's share of 100 cells has a sampling error of at most sqrt(2 * 0.25 / 100) = 7 points
        for (a, b) in plain.iter().zip(&other) {
            assert!((a - b).abs() < 4.5 * (2.0 * 0.25 / 100.0_f64).sqrt(), "{what}: {a} and {b}");
        }
        let paired: Vec<f64> = plain.iter().zip(&other).map(|(a, b)| a - b).collect();
        let (shift, error) = with_error(&paired);
        assert!(shift.abs() < 4.5 * error + 0.01, "{what} moves the answer by {shift} ± {error}");
    }
}

#[test]
fn the_mean_chain_of_a_run_is_the_ledger_of_a_check() {
    let text = example()
        .replace("doubles = \"30 h\"", "grows = \"no\"")
        .replace("\"60 (20..200) /cell/h\"", "\"60 /cell/h\"")
        .replace("\"0.00825 (0.0005..2) /vesicle\"", "\"0.5 /vesicle\"")
        .replace("\"even or few-rich\"", "\"even\"")
        .replace("\"unknown (0.01..1) nL/h/cell\"", "\"0.1 nL/h/cell\"")
        .replace("\"0 or unknown (0.1..30 %)\"", "\"10 %\"");
    let knowledge = knowledge();
    let (scenario, worlds) = simulate(&text, Size { n_worlds: 3, n_targets: 100, n_donors: 16, exchange: 1800.0 });
    let check = vesica::ledger::check(&scenario, &knowledge, &[]);
    let best =
        |link: &str| check.ledger.iter().find(|row| row.link == link).and_then(|row| row.best).expect("a best value");
    let arm = scenario.arms.iter().position(|arm| arm.name == "untreated").expect("an arm");
    let delivered: Vec<f64> = worlds.iter().map(|world| world.arms[arm].chains[0].cargo[0].delivered).collect();
    let released: Vec<f64> = worlds.iter().map(|world| world.arms[arm].chains[0].released).collect();
    let (copies, error) = with_error(&delivered);
    println!(
        "copies: check {}, run {copies} ± {error}; vesicles: check {}, run {}",
        best("act"),
        best("release"),
        mean(&released)
    );
    assert!((mean(&released) / best("release") - 1.0).abs() < 0.05);
    assert!(
        (copies - best("act")).abs() < 0.05 * best("act") + 3.0 * error,
        "check {}, run {copies} ± {error}",
        best("act")
    );
}
