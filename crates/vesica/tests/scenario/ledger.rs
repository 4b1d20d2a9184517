//! The arithmetic of `check`: the fixtures of the product page, recomputed.

use vesica::ledger::{self, Check, Row};
use vesica::result::Status;
use vesica::terminal::Terminal;

use super::support::{KNOWLEDGE, example, read_well};

fn check(text: &str) -> Check {
    ledger::check(&read_well(text), &KNOWLEDGE, &[])
}

/// The first example with the rate known.
fn known_rate() -> String {
    example("caf-mir522").replace("60 (20..200) /cell/h", "60 /cell/h")
}

#[track_caller]
fn row<'c>(check: &'c Check, link: &str, words: &str) -> &'c Row {
    check
        .ledger
        .iter()
        .find(|row| row.link == link && row.quantity.contains(words))
        .unwrap_or_else(|| panic!("no {link} {words} in {:#?}", check.ledger))
}

#[track_caller]
fn near(value: Option<f64>, expected: f64) {
    let value = value.expect("a number");
    assert!((value / expected - 1.0).abs() < 2e-3, "{value} is not {expected}");
}

#[test]
fn the_chain_of_the_first_example() {
    let check = check(&known_rate());
    let load = row(&check, "load", "copies");
    assert_eq!((load.low, load.best, load.high), (Some(0.0005), Some(0.00825), Some(2.0)));
    near(row(&check, "release", "sent").best, 8_640.0);
    assert_eq!(row(&check, "travel", "").best, Some(100.0));
    let enter = row(&check, "enter", "");
    near(enter.low, 3.5151);
    near(enter.high, 86.12);
    assert_eq!(enter.best, None);
    let deliver = row(&check, "deliver", "");
    assert_eq!((deliver.low, deliver.best), (Some(0.0), None));
    near(deliver.high, 30.0);
    let copies = row(&check, "act", "delivered");
    assert_eq!((copies.low, copies.best), (Some(0.0), None));
    near(copies.high, 4_464.0);
    near(copies.ends.map(|ends| ends.low), 0.00015185);
    near(row(&check, "act", "few-rich, n = 100").best, 19.25);
    near(row(&check, "act", "even").best, 100.0);
    assert!(row(&check, "decide", "").quantity.contains("simulation"));
    assert!(row(&check, "make", "").quantity.starts_with("takes nothing away"));
    assert!(row(&check, "meet", "").quantity.starts_with("takes nothing away"));
}

#[test]
fn rows_stand_in_link_order_and_say_how_well_they_are_known() {
    let check = check(&example("caf-mir522"));
    let mut order: Vec<usize> = Vec::new();
    for row in &check.ledger {
        order.push(vesica::knowledge::LINKS.iter().position(|link| *link == row.link).expect("a link"));
    }
    assert!(order.is_sorted());
    order.dedup();
    assert_eq!(order.len(), 9);
    assert_eq!(row(&check, "release", "").status, Some(Status::Inferred));
    assert_eq!(row(&check, "deliver", "").status, Some(Status::Assumed));
    // 20 and 200 per cell and hour
    near(row(&check, "release", "").low, 2_880.0);
    near(row(&check, "release", "").high, 28_800.0);
}

#[test]
fn the_limit_and_what_would_have_to_be_true() {
    let check = check(&known_rate());
    let chain = &check.chains[0];
    near(Some(chain.limit.copies), 71.28);
    near(Some(chain.limit.vesicles), 8_640.0);
    near(Some(chain.limit.copies_with_division), 13.505);
    let least: Vec<Option<f64>> = check.works_if.iter().map(|line| line.at_least).collect();
    assert_eq!(least, [Some(0.12), Some(0.45), Some(29.0), Some(110.0), None]);
    assert_eq!(check.works_if[0].link, "load");
    assert_eq!(check.works_if[4].text, "ALOX15 is repressed below the 1 000-copy guideline");
    assert_eq!(check.weakest, ["load", "deliver", "act", "enter"]);
}

#[test]
fn added_vesicles_reach_the_layer_by_diffusion() {
    let check = check(&example("purified").replace("viability@48h", "viability@24h"));
    let chain = &check.chains[0];
    assert_eq!(chain.arm, "erastin + 5e9 per mL");
    near(row(&check, "release", "added").best, 50_000.0);
    // The page counts with D = 6.5 um²/s; 100 nm in water at 37 °C have 6.6.
    near(row(&check, "travel", "touch").best, 27.22);
    assert!((chain.limit.copies - 111.6).abs() < 1.5, "{}", chain.limit.copies);
}

#[test]
fn the_share_taken_up_never_exceeds_what_can_touch_the_layer() {
    let fast = example("purified").replace("unknown (0.01..1) nL/h/cell", "1000 nL/h/cell");
    let check = check(&fast);
    let enter = row(&check, "enter", "");
    assert!(enter.best.is_some_and(|share| share < 100.0 && share > 50.0), "{enter:?}");
}

#[test]
fn three_ways_to_write_a_dose_are_one_dose() {
    let per_cell =
        example("purified").replace("of      = \"erastin + 5e9 per mL\"", "of      = \"erastin + 5e4 per cell\"");
    let a = check(&example("purified"));
    let b = check(&per_cell);
    assert_eq!(row(&a, "release", "").best, row(&b, "release", "").best);
    let protein = example("purified").replace("of      = \"erastin + 5e9 per mL\"", "of      = \"erastin + 10 ug\"");
    let c = check(&protein);
    let release = row(&c, "release", "");
    assert_eq!(release.best, None);
    near(release.low, 1e5);
    near(release.high, 1e7);
}

#[test]
fn without_vesicles_there_is_no_chain() {
    let check = check(&example("erastin-rsl3"));
    assert!(check.chains.is_empty() && check.weakest.is_empty() && check.works_if.is_empty());
}

#[test]
fn json_has_the_keys_that_were_promised() {
    let json = serde_json::to_value(check(&example("caf-mir522"))).expect("it is plain data");
    let keys = |value: &serde_json::Value| {
        let mut keys: Vec<String> = value.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default();
        keys.sort();
        keys
    };
    assert_eq!(keys(&json), ["ledger", "method", "scenario", "warnings", "weakest", "works_if"]);
    let row = &json["ledger"][1];
    assert_eq!(keys(row), ["best", "high", "link", "low", "quantity", "source", "status", "unit"]);
    assert_eq!(keys(&json["works_if"][0]), ["at_least", "link", "quantity", "text", "unit"]);
    assert_eq!(row["best"], 0.00825);
    assert_eq!(json["ledger"][6]["low"], 0.0);
    assert!(json["ledger"][6]["best"].is_null());
}

#[test]
fn a_fusogen_opens_vesicles_even_without_escape() {
    let coated =
        example("caf-mir522").replace("size    = \"100 nm ± 30 nm\"", "size    = \"100 nm ± 30 nm\"\nfusogen = \"1\"");
    let check = check(&coated);
    let deliver = row(&check, "deliver", "");
    assert!(deliver.low.is_some_and(|low| low > 0.0), "{deliver:?}");
}

#[test]
fn the_first_example_is_printed_as_people_read_it() {
    let scenario = read_well(&example("caf-mir522"));
    let check = ledger::check(&scenario, &KNOWLEDGE, &[]);
    let text = ledger::print(&check, &scenario, &Terminal::plain(100));
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in [
        "my.toml reads well: 2 cells, 1 vesicle, 9 arms, 5 measures, 72 h in one 96-well.",
        "no division (with it 13.5 instead of 71)",
        "weakest load, then deliver",
        "is 71 copies per cell: 14 times too few.",
        "≥ 0.12 copies of hsa-miR-522-3p per vesicle at the limit (0.45 at the top of enter and deliver)",
        "≥ 29 caf cells per tumour cell at the limit",
        "0, or 0.1 … 30 %",
        "Next: vesica run my.toml",
    ] {
        assert!(flat.contains(wanted), "no `{wanted}` in\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let narrow = ledger::print(&check, &scenario, &Terminal { is_unicode: false, ..Terminal::plain(40) });
    assert!(narrow.is_ascii(), "{narrow}");
}

#[test]
fn the_dose_is_stated_as_reviewers_ask_for_it() {
    let text = ledger::dose_statement(&read_well(&example("purified")), &[]);
    assert!(text.contains("particles per cell"), "{text}");
    assert!(text.contains("liquid height 3.1 mm"), "{text}");
    assert!(ledger::dose_statement(&read_well(&example("erastin-rsl3")), &[]).is_empty());
}
