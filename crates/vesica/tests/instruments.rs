//! Every word that a measure may use reads something, and every instrument is one that a measure may name.

use vesica::knowledge::{Instrument, Knowledge};
use vesica::quantity::{Expected, Quantity};
use vesica::run::{Setup, Size};
use vesica::scenario::{self, Scenario};
use vesica::units::Dimension;
use vesica_model::Span;

fn knowledge() -> Knowledge {
    let (knowledge, problems) = Knowledge::embedded();
    assert!(problems.is_empty(), "{problems:#?}");
    knowledge
}

/// A cell that gets a miRNA, read as the measure says.
fn reading(measure: &str, knowledge: &Knowledge) -> Scenario {
    let text = format!(
        r#"
vesica = 1
time = {{ span = "4 h", record = "2 h" }}
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
[cell.it]
is = "mammalian cell"
mechanisms = ["9-decide/t_cell_priming", "9-decide/cytotoxic_t_cell", "9-decide/barrier", "9-decide/transmigration"]
count = 1_000
[vesicle.exo]
from = "it"
to = "it"
[vesicle.exo.cargo."hsa-miR-522-3p"]
[vesicle.exo.cargo."TGF-beta 1"]
copies = "1 /vesicle"
[vesicle.exo.cargo.reporter]
kind = "protein"
copies = "1 /vesicle"
acts_at = "nucleus"
[vesicle.exo.cargo.ferrostatin-1]
copies = "1 /vesicle"
at = "1 uM"
[cell.young]
is = "reticulocyte"
count = 1_000
[vesicle.sent]
from = "young"
to = []
[vesicle.sent.cargo."TFRC protein"]
copies = "1 /vesicle"
[links]
[arm.untreated]
[measure.it]
{measure}
at = ["4 h"]
"#
    );
    let (scenario, problems) = scenario::read("test.toml", &text, "test", knowledge, &|_| None);
    scenario.unwrap_or_else(|| panic!("{measure}: {problems:#?}"))
}

/// What a row reads, of the cell or the medium of [`reading`].
fn call(row: &Instrument) -> String {
    let argument = match (row.argument.as_str(), row.word.as_str()) {
        (_, "alive" | "dead") => return format!("{}(it)", row.word),
        (_, "particles") => return "particles(medium)".to_owned(),
        (_, "exported") => return "exported(TFRC, young)".to_owned(),
        ("transferrin iron", _) => return format!("{}(transferrin iron, young)", row.word),
        ("*", "drug") => "ferrostatin-1",
        ("*", "copies") => "hsa-miR-522-3p",
        ("*", "surface" | "signal") => "TGF-beta 1",
        ("*", "nuclear") => "reporter",
        ("*", "diameter" | "diameter spread" | "waiting") => "exo",
        ("*", _) => "ALOX15",
        (argument, _) => argument,
    };
    format!("{}({argument}, it)", row.word)
}

#[test]
fn every_plain_word_reads_something() {
    let knowledge = knowledge();
    for row in knowledge.instruments.iter().filter(|row| row.by.is_empty()) {
        let scenario = reading(&format!("reads = \"{}\"", call(row)), &knowledge);
        let setup = Setup::new(&scenario, &knowledge, Size::default(), 1);
        setup.unwrap_or_else(|problems| panic!("{} {}: {problems:#?}", row.word, row.argument));
    }
}

#[test]
fn every_instrument_can_be_named_once_and_brings_its_noise() {
    let knowledge = knowledge();
    let named: Vec<_> = knowledge.instruments.iter().filter(|row| !row.by.is_empty()).collect();
    assert!(named.len() >= 16, "{}", named.len());
    for row in &named {
        assert_eq!(
            named.iter().filter(|other| other.by.eq_ignore_ascii_case(&row.by)).count(),
            1,
            "{} stands twice",
            row.by
        );
        assert!(row.cv.is_some_and(|cv| cv > 0.0 && cv < 1.0), "{} has no noise", row.by);
        let scenario = reading(&format!("reads = \"{}\"\nby = \"{}\"", call(row), row.by), &knowledge);
        assert_eq!((&scenario.measures[0].by, scenario.measures[0].noise), (&Some(row.by.clone()), row.cv));
    }
}

#[test]
fn the_smallest_vesicle_of_a_counter_is_a_length() {
    let nowhere = Span { file: String::new(), start: 0, end: 0 };
    let length = Expected::of(Dimension::LENGTH);
    let knowledge = knowledge();
    let counters: Vec<_> = knowledge.instruments.iter().filter(|row| !row.smallest.is_empty()).collect();
    assert!(counters.iter().any(|row| row.by == "NTA") && counters.len() >= 4);
    for row in counters {
        let smallest = Quantity::parse_as(&row.smallest, &length, &nowhere);
        assert!(
            smallest.is_ok_and(|quantity| quantity.best.is_some_and(|best| best > 0.0 && best < 1.0)),
            "{}",
            row.by
        );
    }
}

#[test]
fn a_count_below_the_limit_of_the_counter_is_read_as_nothing() {
    let scenario = reading("reads = \"particles(medium)\"\nby = \"NTA\"", &knowledge());
    assert!(scenario.measures[0].limit.is_some_and(|limit| limit > 0.0), "{:?}", scenario.measures[0].limit);
}
