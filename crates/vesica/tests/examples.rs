//! Every example meets its own criterion of success, `expected.toml`, in a smaller run.

use serde::Deserialize;
use vesica::knowledge::{Knowledge, examples};
use vesica::ledger;
use vesica::result::{ArmRow, Outcome};
use vesica::run::outcome::{Frame, outcome};
use vesica::run::{Setup, Size, run};
use vesica::scenario;

/// Worlds of the smaller run: four of each hypothesis of an example with vesicles.
const SMALL: Size = Size { n_worlds: 12, n_targets: 60, n_donors: 16, exchange: 1800.0 };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    controls: Controls,
    answer: Verdicts,
    expect: Vec<Expect>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Controls {
    can_answer: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verdicts {
    verdict: Vec<String>,
    no_escape: Option<Holds>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Holds {
    holds: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    arm: Option<String>,
    #[serde(default)]
    arms: Vec<String>,
    #[serde(default)]
    series: Vec<String>,
    measure: String,
    median: Option<String>,
    like: Option<String>,
    within: Option<String>,
    of: Option<String>,
    between: Option<String>,
    #[serde(default)]
    falls: bool,
}

fn simulate(name: &str) -> Outcome {
    let (knowledge, problems) = Knowledge::embedded();
    assert!(problems.is_empty(), "{problems:#?}");
    let (scenario, problems) = scenario::read(name, &examples()[name].text, name, &knowledge, &|_| None);
    let scenario = scenario.unwrap_or_else(|| panic!("{name}: {problems:#?}"));
    let setup = Setup::new(&scenario, &knowledge, SMALL, scenario.seed).unwrap_or_else(|p| panic!("{name}: {p:#?}"));
    let frame = Frame {
        lock: scenario::lock(&scenario, &knowledge),
        check: ledger::check(&scenario, &knowledge, &[]),
        dose_statement: ledger::dose_statement(&scenario, &[]),
        command: format!("vesica run {name}"),
        warnings: Vec::new(),
    };
    outcome(&setup, &run(&setup), frame)
}

/// `viability@72h` of an arm.
fn reading<'a>(outcome: &'a Outcome, arm: &str, measure: &str) -> &'a ArmRow {
    let (name, at) = measure.split_once('@').expect("measure@time");
    let at: f64 = at.trim_end_matches('h').parse().expect("hours");
    let mut rows = outcome.readings.iter();
    rows.find(|row| row.arm == arm && row.measure == name && (row.at_h - at).abs() < 1e-9)
        .unwrap_or_else(|| panic!("no {measure} of `{arm}`"))
}

fn median(outcome: &Outcome, arm: &str, measure: &str) -> f64 {
    reading(outcome, arm, measure).value.best.unwrap_or(0.0)
}

/// The first number of a text.
fn number(text: &str) -> f64 {
    let digits: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    digits.parse().unwrap_or_else(|_| panic!("no number in `{text}`"))
}

/// `>= 90 %`, `<= 10 %`, or a value to be met exactly.
fn meets(value: f64, condition: &str) -> bool {
    match condition.get(..2) {
        Some(">=") => value >= number(condition),
        Some("<=") => value <= number(condition),
        _ => value == number(condition),
    }
}

fn check(outcome: &Outcome, expect: &Expect) {
    let arms: Vec<&String> = expect.arm.iter().chain(&expect.arms).collect();
    for arm in &arms {
        let value = median(outcome, arm, &expect.measure);
        if let Some(condition) = &expect.median {
            assert!(meets(value, condition), "{arm}: {} is {value}, not {condition}", expect.measure);
        }
        if let (Some(like), Some(within)) = (&expect.like, &expect.within) {
            let other = median(outcome, like, &expect.measure);
            assert!((value - other).abs() <= number(within), "{arm} {value}, {like} {other}, not within {within}");
        }
        if let (Some(of), Some(between)) = (&expect.of, &expect.between) {
            let share = 100.0 * value / median(outcome, of, &expect.measure);
            let (low, high) = between.split_once("..").expect("low..high");
            assert!((number(low)..=number(high)).contains(&share), "{arm}: {share} % of {of}, not {between}");
        }
    }
    if expect.falls {
        let values: Vec<f64> = expect.series.iter().map(|arm| median(outcome, arm, &expect.measure)).collect();
        assert!(values.windows(2).all(|pair| pair[1] <= pair[0]), "{:?}: {values:?}", expect.series);
        assert!(values.last() < values.first());
    }
    assert!(!arms.is_empty() || expect.falls, "an expectation about {} that checks nothing", expect.measure);
}

fn check_example(name: &str) {
    let expected: Expected =
        toml::from_str(&examples()[name].expected).unwrap_or_else(|error| panic!("{name}: {error}"));
    let outcome = simulate(name);
    let answer = &outcome.answer;
    assert!(answer.frozen.is_empty(), "{name}: {:?}", answer.frozen.first());
    assert!(
        meets(100.0 * answer.can_answer, &expected.controls.can_answer),
        "{name}: {} can answer",
        answer.can_answer
    );
    assert!(expected.answer.verdict.contains(&answer.verdict), "{name}: {}", answer.verdict);
    if let Some(no_escape) = &expected.answer.no_escape {
        let found = answer.by_hypothesis.iter().find(|one| one.hypothesis == "no escape").expect("the hypothesis");
        assert!(meets(100.0 * found.holds, &no_escape.holds), "{name}, no escape: holds in {}", found.holds);
    }
    expected.expect.iter().for_each(|expect| check(&outcome, expect));
}

/// An example is a scenario in a folder; a new one is found here without being named.
#[test]
fn every_example_meets_its_criterion() {
    let examples = examples();
    let names: Vec<&String> = examples.keys().collect();
    assert!(names.len() >= 3, "{names:?}");
    for name in names {
        check_example(name);
    }
}
