//! Small scenarios: one cell type, vesicles that somebody added, no range anywhere.

use std::sync::LazyLock;

use vesica::knowledge::Knowledge;
use vesica::run::{Setup, Size, WorldResult, run};
use vesica::scenario::{self, Scenario};

pub static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| {
    let (knowledge, problems) = Knowledge::embedded();
    assert!(problems.is_empty(), "{problems:#?}");
    knowledge
});

/// One world, few cells.
pub const SMALL: Size = Size { n_worlds: 1, n_targets: 24, n_donors: 8, exchange: 1800.0 };

/// A well with one cell type that does not grow and vesicles that all open. `cargo` and `arms` are TOML.
pub fn added(cargo: &str, arms: &str, measures: &str) -> String {
    format!(
        r#"
vesica = 1
time = {{ span = "24 h", record = "6 h" }}
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
temperature = "37 °C"
[cell.target]
is = "mammalian cell"
count = 10_000
grows = "no"
[vesicle.given]
to = "target"
size = "100 nm"
{cargo}
[links]
enter.clearance = "1 nL/h/cell"
deliver.escape = "100 %"
act.loaded = "100 %"
act.ALOX15 = "0.2 of control"
[arm.untreated]
{arms}
{measures}
"#
    )
}

/// An arm that adds vesicles at time zero.
pub fn dose(arm: &str, per_cell: &str) -> String {
    format!("[arm.{arm}]\ndose = [{{ vesicle = \"given\", amount = \"{per_cell} particles/cell\", at = \"0 h\" }}]\n")
}

/// A measure at the end, named `m0`, `m1` ..
pub fn measures(reads: &[&str]) -> String {
    let one = |(number, reads): (usize, &&str)| format!("[measure.m{number}]\nreads = \"{reads}\"\nat = [\"24 h\"]\n");
    reads.iter().enumerate().map(one).collect()
}

pub fn read(text: &str) -> Scenario {
    let (scenario, problems) = scenario::read("test.toml", text, "test", &KNOWLEDGE, &|_| None);
    scenario.unwrap_or_else(|| panic!("{problems:#?}"))
}

pub fn simulate(text: &str, size: Size) -> (Scenario, Vec<WorldResult>) {
    let scenario = read(text);
    let setup = Setup::new(&scenario, &KNOWLEDGE, size, 7).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let worlds = run(&setup);
    for world in &worlds {
        assert!(world.frozen.is_empty(), "{:?}", world.frozen.first());
    }
    (scenario, worlds)
}

/// The last reading of a measure in an arm, mean over the worlds.
pub fn reading(scenario: &Scenario, worlds: &[WorldResult], arm: &str, measure: usize) -> f64 {
    let arm = scenario.arms.iter().position(|known| known.name == arm).unwrap_or_else(|| panic!("no arm {arm}"));
    let sum: f64 = worlds.iter().map(|world| *world.arms[arm].readings[measure].last().expect("a reading")).sum();
    sum / worlds.len() as f64
}
