//! The examples read well, mean what they say, and survive their lock file.

use vesica::scenario::draws::hypotheses;
use vesica::scenario::{Layout, PlaceKind, Reading, Spread, lock};

use super::support::{KNOWLEDGE, example, read, read_well};

const EXAMPLES: [&str; 4] = ["caf-mir522", "erastin-rsl3", "iron-export", "purified"];

#[test]
fn every_example_reads_without_a_word() {
    for name in EXAMPLES {
        let (scenario, problems) = read(&example(name));
        assert!(problems.is_empty(), "{name}: {problems:#?}");
        assert!(scenario.is_some());
    }
}

#[test]
fn the_first_example_means_what_it_says() {
    let scenario = read_well(&example("caf-mir522"));
    assert_eq!((scenario.span, scenario.record, scenario.seed), (72.0 * 3600.0, 1800.0, 20_251_121));
    assert_eq!(scenario.place.well().map(|well| well.layout), Some(Layout::Mixed));
    assert_eq!(scenario.cells.iter().map(|cell| cell.name.as_str()).collect::<Vec<_>>(), ["caf", "tumour"]);
    assert_eq!(scenario.arms.len(), 9);
    let cargo = &scenario.vesicles[0].cargo[0];
    assert_eq!(cargo.spread, [Spread::Even, Spread::FewRich]);
    let without = scenario.arm("erastin, no CAF").expect("an arm");
    let count = scenario.cell("caf").expect("a cell").count;
    assert_eq!(scenario.middle(count, Some(without)), 0.0);
    assert_eq!(scenario.middle(count, None), 20_000.0);
    assert_eq!((without.doses.len(), without.inherited), (1, 1));
    let answer = scenario.answer.as_ref().expect("an answer");
    assert_eq!((answer.of.as_str(), answer.minus.as_str(), answer.at), ("erastin + GW4869", "erastin", 259_200.0));
    assert_eq!(answer.counts.map(|counts| (counts.at_least, counts.value)), Some((false, -0.1)));
    assert_eq!(answer.given[2].arm, "erastin + Fer-1");
    assert!(answer.given[2].condition.at_least && answer.given[2].condition.value == 0.8);
    assert_eq!(scenario.measures[0].noise, Some(0.08));
    assert_eq!(scenario.measures[1].at.len(), 19);
    assert_eq!(scenario.measures[3].limit, Some(10.0));
    assert_eq!(scenario.measures[4].reading, Reading::Particles);
    assert_eq!(scenario.measures[2].relative_to.as_deref(), Some("untreated"));
}

#[test]
fn the_hypotheses_of_the_first_example_are_three() {
    let scenario = read_well(&example("caf-mir522"));
    let labels: Vec<String> = hypotheses(&scenario).into_iter().map(|hypothesis| hypothesis.label).collect();
    assert_eq!(labels, ["no escape", "escape, even cargo", "escape, few-rich cargo"]);
    assert_eq!(hypotheses(&read_well(&example("erastin-rsl3"))).len(), 1);
    // vesicles that nobody takes up escape from nothing
    assert_eq!(hypotheses(&read_well(&example("liquid-biopsy"))).len(), 1);
}

/// Everything but texts and places, as text.
fn essence(scenario: &vesica::scenario::Scenario) -> String {
    let mut plain = scenario.clone();
    plain.text.clear();
    plain.file.clear();
    let tidy = |quantity: &mut vesica::quantity::Quantity| quantity.text = quantity.to_string();
    for named in &mut plain.quantities {
        named.span = None;
        tidy(&mut named.quantity);
    }
    plain.quantities.sort_by(|a, b| a.path.cmp(&b.path));
    let number = |id: vesica::scenario::QuantityId| scenario.quantities[id.0].path.clone();
    let mut text = format!("{:#?}", plain.quantities);
    text += &format!("{:?} {:?} {} {} {}", plain.title, plain.follows, plain.seed, plain.span, plain.record);
    text += &format!("{:?} {:?}", plain.answer, plain.measures);
    let place = &plain.place;
    text += &match &place.kind {
        PlaceKind::Well(well) => format!("{} {} {:?}", well.plate, well.area, well.layout),
        PlaceKind::Body(body) => format!("{body:?}"),
    };
    text += &format!(" {} {:?}", place.temperature, place.notes);
    for cell in &plain.cells {
        let state: Vec<_> = cell.state.iter().map(|(name, id)| (name, number(*id))).collect();
        text += &format!("{} {} {} {:?} {state:?}", cell.name, cell.is, number(cell.count), cell.doubles.map(number));
    }
    for vesicle in &plain.vesicles {
        text += &format!("{} {:?} {:?} {:?}", vesicle.name, vesicle.from, vesicle.to, vesicle.rate.map(number));
        for cargo in &vesicle.cargo {
            text += &format!("{} {:?} {:?} {:?}", cargo.name, cargo.spread, cargo.packing, cargo.acts_at);
        }
    }
    for arm in &mut plain.arms {
        text += &format!("{} {:?} {}", arm.name, arm.like, arm.inherited);
        for dose in &arm.doses {
            text += &format!("{:?} {} {} {}", dose.what, number(dose.amount), dose.at, dose.wash);
        }
        for (id, quantity) in &mut arm.set {
            tidy(quantity);
            text += &format!("{} {quantity:?}", number(*id));
        }
    }
    text
}

#[test]
fn a_lock_file_reads_back_to_the_same_scenario() {
    for name in EXAMPLES {
        let scenario = read_well(&example(name));
        let written = lock(&scenario, &KNOWLEDGE);
        let (again, problems) = read(&written);
        assert!(problems.is_empty(), "{name}: {problems:#?}\n{written}");
        let again = again.expect("it read well");
        assert_eq!(essence(&scenario), essence(&again), "{name}");
        assert_eq!(lock(&again, &KNOWLEDGE), written);
    }
}
