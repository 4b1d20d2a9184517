use proptest::prelude::*;

use super::*;

fn place() -> Span {
    Span { file: "my.toml".into(), start: 3, end: 9 }
}

#[track_caller]
fn read(text: &str, dimension: Dimension) -> Quantity {
    Quantity::parse(text, &dimension, &place()).unwrap_or_else(|found| panic!("{text}: {found:?}"))
}

fn close(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-12 * right.abs()
}

/// Best value and range in the unit that was written.
#[track_caller]
fn check(text: &str, dimension: Dimension, best: Option<f64>, range: Option<(f64, f64)>) {
    let quantity = read(text, dimension);
    let back = |inside: f64| quantity.unit.from_inside(inside);
    let same = |left: Option<f64>, right: Option<f64>| match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => close(left, right),
        _ => false,
    };
    assert!(same(quantity.best.map(back), best), "{text}: {quantity:?}");
    assert!(same(quantity.range.map(|range| back(range.0)), range.map(|range| range.0)), "{text}: {quantity:?}");
    assert!(same(quantity.range.map(|range| back(range.1)), range.map(|range| range.1)), "{text}: {quantity:?}");
    let again = read(&quantity.to_string(), dimension);
    assert_eq!(Quantity { text: quantity.text.clone(), ..again }, quantity, "{text} printed as {quantity}");
}

#[test]
fn every_form_is_read() {
    use Dimension as D;
    check("10 uM", D::CONCENTRATION, Some(10.0), None);
    check("10uM", D::CONCENTRATION, Some(10.0), None);
    check("10 µM", D::CONCENTRATION, Some(10.0), None);
    check("5e4 particles/cell", D::PARTICLES_PER_CELL, Some(5e4), None);
    check("60 (20..200) /h", D::RELEASE, Some(60.0), Some((20.0, 200.0)));
    check("60 /cell/h (20..200)", D::RELEASE, Some(60.0), Some((20.0, 200.0)));
    check("60 /cell/h (20..200 /cell/h)", D::RELEASE, Some(60.0), Some((20.0, 200.0)));
    check("1 (0.3..3) uM", D::CONCENTRATION, Some(1.0), Some((0.3, 3.0)));
    check("1.0 (0.3..3)", D::NONE, Some(1.0), Some((0.3, 3.0)));
    check("5 (1..50) %", D::NONE, Some(5.0), Some((1.0, 50.0)));
    check("1.2e5 (1e5..2e5) 1/(M s)", D::RATE / D::CONCENTRATION, Some(1.2e5), Some((1e5, 2e5)));
    check("1.2e5 1/(M s)", D::RATE / D::CONCENTRATION, Some(1.2e5), None);
    check("5 1/h", D::RATE, Some(5.0), None);
    check("unknown (0.1..30 %)", D::NONE, None, Some((0.1, 30.0)));
    check("unknown (0.1..30) %", D::NONE, None, Some((0.1, 30.0)));
    check("unknown (0.1 % .. 30 %)", D::NONE, None, Some((0.1, 30.0)));
    check("unknown (0.2..0.9 of control)", D::NONE, None, Some((0.2, 0.9)));
    check("0.2..0.9 of control", D::NONE, None, Some((0.2, 0.9)));
    check("0.45 of control", D::NONE, Some(0.45), None);
    check("unknown (10..1000)", D::NONE, None, Some((10.0, 1000.0)));
    check("unknown (1e8..1e10) /ug", D::PARTICLES_PER_MASS, None, Some((1e8, 1e10)));
    check("0.1..10 cm³", D::VOLUME, None, Some((0.1, 10.0)));
    check("0.2–0.9 nM", D::CONCENTRATION, None, Some((0.2, 0.9)));
    check("5 (1–20) nM", D::CONCENTRATION, Some(5.0), Some((1.0, 20.0)));
    check("1 to 5 h", D::TIME, None, Some((1.0, 5.0)));
    check("30 min..2 h", D::TIME, None, Some((0.5, 2.0)));
    check("1 h (30 min..2 h)", D::TIME, Some(1.0), Some((0.5, 2.0)));
    check("0.1..30 uM", D::CONCENTRATION, None, Some((0.1, 30.0)));
    check("20_000", D::CELLS, Some(20_000.0), None);
    check("20 000 cells", D::CELLS, Some(20_000.0), None);
    check("1 234 567.5 cells", D::CELLS, Some(1_234_567.5), None);
    check("5×10⁹ particles/mL", D::PARTICLE_DENSITY, Some(5e9), None);
    check("5 x 10^9 /mL", D::PARTICLE_DENSITY, Some(5e9), None);
    check("2·10⁻³ M", D::CONCENTRATION, Some(2e-3), None);
    check("37 °C", D::TEMPERATURE, Some(37.0), None);
    check(".5 h", D::TIME, Some(0.5), None);
    check("+3 h", D::TIME, Some(3.0), None);
    check("0 uM", D::CONCENTRATION, Some(0.0), None);
    check("0.00825 (0.0005..2) /vesicle", D::COPIES_PER_PARTICLE, Some(0.00825), Some((0.0005, 2.0)));
    check("  10   uM  ", D::CONCENTRATION, Some(10.0), None);
}

#[test]
fn zero_or_something_is_two_hypotheses() {
    let escape = read("0 or unknown (0.1..30 %)", Dimension::NONE);
    assert!(escape.or_zero && escape.best.is_none());
    assert_eq!(escape.ends(), (0.0, 0.3));
    assert!(escape.draw(0.0) >= 0.001, "the branch that is not zero");
    assert_eq!(escape.to_string(), "0 or unknown (0.1..30) %");
    assert_eq!(read("0 or 5 (1..10) %", Dimension::NONE).best, Some(0.05));
}

#[test]
fn a_spread_is_no_uncertainty() {
    for text in ["110 nm ± 30 nm", "110 nm +- 30 nm", "110 ± 30 nm", "110 nm +/- 30", "110 nm ± 0.03 um"] {
        let size = read(text, Dimension::LENGTH);
        assert_eq!((size.best, size.spread, size.range), (Some(0.11), Some(0.03), None), "{text}");
        assert_eq!(size.draw(0.9), 0.11);
        assert!(!size.is_varied());
        assert_eq!(size.to_string(), "110 nm ± 30 nm");
    }
    let relative = read("100 nm ± 30 %", Dimension::LENGTH);
    assert!(relative.spread.is_some_and(|spread| close(spread, 0.03)) && relative.to_string() == "100 nm ± 30 nm");
    let both = read("110 (100..120) nm ± 30 nm", Dimension::LENGTH);
    assert_eq!((both.range, both.spread), (Some((0.1, 0.12)), Some(0.03)));
    let warm = read("37 °C ± 1 °C", Dimension::TEMPERATURE);
    assert_eq!(warm.spread, Some(1.0), "a spread has no zero of its scale");
}

#[test]
fn differences_may_be_negative() {
    let expected = Expected::of(Dimension::NONE).signed();
    let points = Quantity::parse_as("−10 points", &expected, &place()).map(|quantity| quantity.best);
    assert_eq!(points, Ok(Some(-0.1)));
    let effect = Quantity::parse_as("0 (-10..10) points", &expected, &place());
    assert!(effect.is_ok_and(|effect| close(effect.draw(0.95), 0.1) && close(effect.draw(0.05), -0.1)));
}

#[track_caller]
fn refused(text: &str, expected: &Expected, code: &str, says: &str) {
    let found = Quantity::parse_as(text, expected, &place());
    let found = found.expect_err(text);
    let whole = format!("{} | {} | {}", found.message, found.label, found.help);
    assert_eq!(found.code, code, "{text}: {whole}");
    assert!(whole.contains(says), "{text}: {whole}");
    assert_eq!(found.span, Some(place()));
    assert!(!found.help.is_empty(), "{text}: {whole}");
}

#[test]
fn what_is_wrong_is_said_with_its_fix() {
    let dose = Expected::vesicle_dose();
    refused("10 uM", &dose, "E04", "a vesicle dose cannot be given in uM");
    refused("10 uM", &dose, "E04", "a molar amount; vesicles are counted");
    refused("10 uM", &dose, "E04", "write one of: \"5e4 particles/cell\", \"5e9 particles/mL\"");
    refused("5e4 particles/cell (1e9..1e10 /mL)", &dose, "E04", "measure different things");
    refused("50000", &dose, "E01", "a vesicle dose needs one");
    refused("10 %", &dose, "E04", "cannot be given in %");
    let drug = Expected::drug_dose();
    refused("-5 uM", &drug, "E06", "a dose cannot be negative");
    refused("−5 uM", &drug, "E06", "wash = true");
    refused("10", &drug, "E01", "\"5 uM\"");
    refused("10 h", &drug, "E04", "a time, where a concentration is needed");
    refused("10 uMM", &drug, "E03", "did you mean `uM`?");
    refused("10 1/M s", &drug, "E03", "1/(M s)");
    refused("0,5 uM", &drug, "E09", "write `0.5`");
    refused("1,5 (1,0..2,0) uM", &drug, "E09", "write `1.5`");
    refused("20,000 uM", &drug, "E09", "`20.000` or `20_000`");
    refused("", &drug, "E02", "an empty text is no quantity");
    refused("   ", &drug, "E02", "nothing is written here");
    refused("uM", &drug, "E02", "a number is missing");
    refused("ten uM", &drug, "E02", "a number is missing");
    refused("NaN uM", &drug, "E08", "`NaN` is not a finite number");
    refused("inf uM", &drug, "E08", "not a finite number");
    refused("1e400 uM", &drug, "E08", "not a finite number");
    refused("1e305 M", &drug, "E08", "too large");
    refused("5 (20..1) uM", &drug, "E07", "upside down");
    refused("unknown (30 uM..1 nM)", &drug, "E07", "30000 nM is more than 1 nM");
    refused("5 (10..20) uM", &drug, "E07", "outside its range");
    refused("unknown", &drug, "E02", "`unknown` needs a range");
    refused("unknown uM", &drug, "E02", "`unknown` needs a range");
    refused("5 (uM", &drug, "E03", "a `(` is not closed");
    refused("5 (1.20) uM", &drug, "E02", "two points");
    refused("5 (1-20) uM", &drug, "E02", "two points");
    refused("5 - 20 uM", &drug, "E02", "two points");
    refused("1-20 uM", &drug, "E02", "1..5");
    refused("1...20 uM", &drug, "E02", "two points");
    refused("1.2.3 uM", &drug, "E02", "is no number");
    refused("1__0 uM", &drug, "E02", "is no number");
    refused("5 uM (1..2) nM", &drug, "E07", "outside");
    refused("5 uM ± -1 uM", &drug, "E06", "");
    refused("5 uM ±", &drug, "E02", "a number is missing");
    refused("unknown (-1..5) uM", &drug, "E06", "cannot be negative");
    refused("100 nm", &Expected::of(Dimension::TIME), "E04", "a time cannot be given in nm");
    refused("3", &Expected::of(Dimension::VOLUME), "E01", "a volume needs one");
    refused("3 %", &Expected::of(Dimension::CELLS), "E04", "cells");
}

#[test]
fn every_code_is_explained() {
    for code in ["E01", "E02", "E03", "E04", "E05", "E06", "E07", "E08", "E09"] {
        assert!(vesica_model::codes::find(code).is_some(), "{code}");
    }
}

#[test]
fn bare_numbers_stand_where_there_is_no_unit() {
    assert_eq!(read("0.3", Dimension::NONE).best, Some(0.3));
    assert_eq!(read("20000", Dimension::CELLS).best, Some(20_000.0));
    assert!(Quantity::parse("20000", &Dimension::RATE, &place()).is_err());
}

#[test]
fn five_fifty_and_ninety_five_percent_are_where_they_are_written() {
    for text in ["60 (20..200)", "1 (0.3..3)", "2 (1..2)", "2 (2..30)", "0.5 (0..1)", "1e-9 (1e-12..1)"] {
        let quantity = read(text, Dimension::NONE);
        let (low, high) = quantity.ends();
        assert!(close(quantity.draw(0.05), low) || low == 0.0, "{text}");
        assert!((quantity.draw(0.05) - low).abs() < 1e-15, "{text}: {}", quantity.draw(0.05));
        assert_eq!(Some(quantity.draw(0.5)), quantity.best, "{text}");
        assert!(close(quantity.draw(0.95), high), "{text}: {}", quantity.draw(0.95));
    }
}

#[test]
fn unknown_is_equally_likely_per_factor() {
    let clearance = read("unknown (0.01..1) nL/h/cell", Dimension::CLEARANCE);
    let shown = |u| clearance.unit.from_inside(clearance.draw(u));
    assert!(close(shown(0.0), 0.01) && close(shown(0.5), 0.1) && close(shown(1.0), 1.0));
    assert!(close(clearance.unit.from_inside(clearance.middle()), 0.1));
    let share = read("unknown (0..100) %", Dimension::NONE);
    assert!(close(share.draw(0.25), 0.25), "zero has no logarithm: equally likely per unit");
    assert_eq!(read("unknown (3..3)", Dimension::NONE).draw(0.7), 3.0);
}

#[test]
fn a_share_never_passes_one() {
    let share = read("50 (10..90) %", Dimension::NONE);
    assert!(share.draw(0.999) > 1.0);
    assert_eq!(share.draw_within(0.999, (0.0, 1.0)), 1.0);
    assert!(close(share.draw_within(0.95, (0.0, 1.0)), 0.9));
}

#[test]
fn half_of_the_draws_of_a_symmetric_range_lie_below_and_the_mean_is_that_of_a_log_normal() {
    // sigma = ln(10) / 1.6449 on both sides, so mean = median exp(sigma^2 / 2).
    let quantity = read("1 (0.1..10)", Dimension::NONE);
    let n = 20_000;
    let mean_log = (0..n).map(|index| quantity.draw((index as f64 + 0.5) / n as f64).ln()).sum::<f64>() / n as f64;
    assert!(mean_log.abs() < 1e-9, "{mean_log}");
    let variance =
        (0..n).map(|index| quantity.draw((index as f64 + 0.5) / n as f64).ln().powi(2)).sum::<f64>() / n as f64;
    let sigma = 10.0_f64.ln() / 1.644_853_626_951_472_7;
    assert!((variance / (sigma * sigma) - 1.0).abs() < 1e-3, "{variance}");
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        (0.0..1e4f64).prop_map(|value| (value * 100.0).round() / 100.0),
        1e-9..1e9f64,
        (-9..12i32, 1..999u32).prop_map(|(power, digits)| format!("{digits}e{power}").parse().unwrap_or(1.0)),
    ]
}

fn any_unit() -> impl Strategy<Value = (&'static str, Dimension)> {
    proptest::sample::select(vec![
        ("uM", Dimension::CONCENTRATION),
        ("nM", Dimension::CONCENTRATION),
        ("h", Dimension::TIME),
        ("min", Dimension::TIME),
        ("%", Dimension::NONE),
        ("", Dimension::NONE),
        ("nm", Dimension::LENGTH),
        ("/cell/h", Dimension::RELEASE),
        ("nL/h/cell", Dimension::CLEARANCE),
        ("1/(M s)", Dimension::RATE / Dimension::CONCENTRATION),
        ("°C", Dimension::TEMPERATURE),
        ("particles/mL", Dimension::PARTICLE_DENSITY),
        ("of control", Dimension::NONE),
        ("kDa", Dimension::MASS),
    ])
}

proptest! {
    #[test]
    fn print_and_parse_are_inverse(
        mut numbers in [any_number(), any_number(), any_number()],
        spread in proptest::option::of(any_number()),
        (unit, dimension) in any_unit(),
        form in 0..3u8,
        or_zero: bool,
    ) {
        numbers.sort_by(f64::total_cmp);
        let [low, best, high] = numbers;
        let known = match form {
            0 => format!("{best} {unit}"),
            1 => format!("{best:e} ({low}..{high}) {unit}"),
            _ => format!("unknown ({low}..{high}) {unit}"),
        };
        let zero = if or_zero { "0 or " } else { "" };
        let spread = spread.map_or(String::new(), |spread| format!(" ± {spread} {unit}"));
        let text = format!("{zero}{known}{spread}");
        let first = Quantity::parse(&text, &dimension, &place());
        prop_assert!(first.is_ok(), "{text}: {first:?}");
        let first = first.unwrap();
        let second = Quantity::parse(&first.to_string(), &dimension, &place());
        prop_assert!(second.is_ok(), "{first}: {second:?}");
        let second = Quantity { text: first.text.clone(), ..second.unwrap() };
        prop_assert_eq!(&second, &first, "{} printed as {}", text, first);
        prop_assert_eq!(second.to_string(), first.to_string());
    }

    #[test]
    fn reading_never_panics(text in "\\PC{0,40}") {
        let _ = Quantity::parse(&text, &Dimension::CONCENTRATION, &place());
    }

    #[test]
    fn reading_what_looks_like_a_quantity_never_panics(text in "(0 or )?(unknown )?[-−0-9.,_ e×^(±]{0,12}[.–( ]{0,3}[0-9uMµh/%) ]{0,12}") {
        if let Ok(quantity) = Quantity::parse(&text, &Dimension::CONCENTRATION, &place()) {
            let again = Quantity::parse(&quantity.to_string(), &Dimension::CONCENTRATION, &place());
            prop_assert!(again.is_ok(), "{text} printed as {quantity}");
        }
    }

    #[test]
    fn more_chance_is_never_less(
        mut numbers in [any_number(), any_number(), any_number()],
        is_known: bool,
        (u, v) in (0.0..=1.0f64, 0.0..=1.0f64),
    ) {
        numbers.sort_by(f64::total_cmp);
        let [low, best, high] = numbers;
        let quantity = Quantity {
            best: is_known.then_some(best),
            range: Some((low, high)),
            ..Quantity::exact(best, Unit::one())
        };
        let (small, large) = (quantity.draw(u.min(v)), quantity.draw(u.max(v)));
        prop_assert!(small.is_finite() && large.is_finite());
        prop_assert!(small <= large * (1.0 + 1e-14), "{small} > {large}");
    }
}
