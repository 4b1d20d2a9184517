//! An outcome for layout: every number here is invented to fill the page, none is a result.
#![allow(dead_code)] // each test file uses a part of it

pub mod study;

use vesica::result::*;

/// Name, like, what it adds, link, drugs, percent alive at the end.
type Arm = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str], f64);

const ARMS: [Arm; 9] = [
    ("untreated", "", "", "", &[], 96.0),
    ("killer", "", "killer 5 uM at 24 h", "decide", &["killer"], 62.0),
    ("killer, no donors", "killer", "cell.donor.count = 0", "release", &["killer"], 49.0),
    ("killer + blocker", "killer", "blocker 10 uM at 0 h", "make", &["killer", "blocker"], 51.0),
    ("killer + anti", "killer", "anti 50 nM at 0 h", "act", &["killer", "anti"], 52.0),
    ("killer + trap", "killer", "trap 1 uM at 24 h", "decide", &["killer", "trap"], 93.0),
    ("killer + inhibitor", "killer", "inhibitor 20 uM at 24 h", "decide", &["killer", "inhibitor"], 61.0),
    ("other", "", "other 10 uM at 24 h", "decide", &["other"], 58.0),
    ("other, no donors", "other", "cell.donor.count = 0", "release", &["other"], 44.0),
];

const LINKS: [&str; 9] = ["make", "load", "release", "travel", "meet", "enter", "deliver", "act", "decide"];

/// Nine arms and 64 worlds.
pub fn nine_arms() -> Outcome {
    let worlds = worlds(64);
    Outcome {
        answer: answer(&worlds),
        arms: ARMS.iter().map(arm).collect(),
        ledger: ARMS.iter().filter(|arm| !arm.0.contains("no donors")).flat_map(ledger).collect(),
        readings: ARMS.iter().flat_map(readings).collect(),
        curves: ARMS.iter().flat_map(curves).collect(),
        cells: cells(),
        tipping: tipping(),
        fates: ARMS.iter().flat_map(fates).collect(),
        worlds,
        differences: ARMS.iter().filter(|arm| arm.0 != "killer").map(difference).collect(),
        places: Vec::new(),
        samples: Vec::new(),
        detection: Vec::new(),
        doses: Vec::new(),
        observed: Vec::new(),
        agreement: Vec::new(),
        through: Vec::new(),
        evidence: evidence(),
        claims: claims(),
        lock: "vesica = 1\ntitle = \"layout\"\nseed = 20251121\n".into(),
        references: "@article{made_up_key,\n  title = {A title for layout},\n  year = {2000},\n  doi = {10.0000/layout}\n}\n".into(),
        dose_statement: "Donor and target cells were simulated in mixed culture at 2 : 1 (20 000 and 10 000 cells) in 100 µL in one well of a 96-well plate at 37 °C. At 60 vesicles per donor and hour, each target cell is sent 8 640 vesicles in 72 h.".into(),
        command: "vesica run layout.toml --seed 20251121".into(),
    }
}

/// Nothing but an answer section without content.
pub fn nothing() -> Outcome {
    let mut outcome = nine_arms();
    outcome.arms.clear();
    outcome.ledger.clear();
    outcome.readings.clear();
    outcome.curves.clear();
    outcome.cells.clear();
    outcome.tipping.clear();
    outcome.fates.clear();
    outcome.worlds.clear();
    outcome.differences.clear();
    outcome.evidence.clear();
    outcome.claims.clear();
    outcome.lock.clear();
    outcome.references.clear();
    outcome.dose_statement.clear();
    let answer = &mut outcome.answer;
    for text in [&mut answer.title, &mut answer.question, &mut answer.of, &mut answer.minus, &mut answer.measure] {
        text.clear();
    }
    for number in [&mut answer.holds, &mut answer.holds_of_all, &mut answer.can_answer, &mut answer.threshold] {
        *number = f64::NAN;
    }
    answer.difference = Range3::default();
    answer.by_hypothesis.clear();
    answer.given.clear();
    answer.weakest.clear();
    answer.works_if.clear();
    answer.n_worlds = 0;
    outcome
}

/// One arm, no vesicle, no question: a cell and a drug.
pub fn one_arm() -> Outcome {
    let mut outcome = nine_arms();
    outcome.arms.retain(|arm| arm.name == "killer");
    outcome.readings.retain(|row| row.arm == "killer");
    outcome.curves.retain(|point| point.arm == "killer" && point.cell == "target" && point.link != "act");
    outcome.fates.retain(|row| row.arm == "killer" && row.cell == "target");
    outcome.ledger.clear();
    outcome.differences.clear();
    outcome.worlds.iter_mut().for_each(|world| (world.copies, world.protein) = (0.0, f64::NAN));
    let answer = &mut outcome.answer;
    (answer.question, answer.of, answer.minus, answer.compares) = Default::default();
    (answer.verdict, answer.sentence) = Default::default();
    answer.difference = Range3::default();
    answer.by_hypothesis.clear();
    answer.given.clear();
    answer.weakest.clear();
    answer.works_if.clear();
    outcome
}

/// Not a number wherever a number may stand.
pub fn not_a_number() -> Outcome {
    let mut outcome = nine_arms();
    let none = Range3 { low: None, best: Some(f64::NAN), high: Some(f64::INFINITY) };
    outcome.ledger.iter_mut().for_each(|row| row.amount = none);
    outcome.readings.iter_mut().for_each(|row| row.value = none);
    outcome.curves.iter_mut().for_each(|point| point.value = none);
    outcome.fates.iter_mut().for_each(|row| (row.share, row.mean) = (none, f64::NAN));
    outcome.differences.iter_mut().for_each(|row| row.value = none);
    outcome.worlds.iter_mut().for_each(|world| {
        (world.difference, world.copies, world.protein) = (f64::NAN, f64::NAN, f64::NAN);
    });
    outcome.evidence.iter_mut().for_each(|row| (row.value, row.low, row.high) = (Some(f64::NAN), None, Some(0.0)));
    let answer = &mut outcome.answer;
    answer.difference = none;
    for number in [&mut answer.at_h, &mut answer.threshold, &mut answer.noise, &mut answer.holds_error] {
        *number = f64::NAN;
    }
    outcome
}

/// Names of 300 characters, with letters that HTML minds.
pub fn long_names() -> Outcome {
    let mut outcome = nine_arms();
    let long = |name: &str| format!("{name} <script>alert('{name}')</script> & \"{}\"", "w".repeat(260));
    let answer = &mut outcome.answer;
    for text in [
        &mut answer.scenario,
        &mut answer.title,
        &mut answer.question,
        &mut answer.of,
        &mut answer.minus,
        &mut answer.compares,
        &mut answer.sentence,
    ] {
        *text = long(text);
    }
    answer.warnings.push(long("warning"));
    outcome.arms.iter_mut().for_each(|arm| {
        arm.name = long(&arm.name);
        arm.like = if arm.like.is_empty() { String::new() } else { long(&arm.like) };
        arm.drugs.iter_mut().for_each(|drug| *drug = long(drug));
    });
    outcome.ledger.iter_mut().for_each(|row| {
        (row.arm, row.target) = (long(&row.arm), long(&row.target));
        (row.cargo, row.counted, row.lost) = (long(&row.cargo), long(&row.counted), long(&row.lost));
    });
    outcome.readings.iter_mut().for_each(|row| (row.arm, row.measure) = (long(&row.arm), long(&row.measure)));
    outcome.curves.iter_mut().for_each(|point| {
        (point.arm, point.label, point.cell) = (long(&point.arm), long(&point.label), long(&point.cell));
    });
    outcome.fates.iter_mut().for_each(|row| (row.arm, row.cell) = (long(&row.arm), long(&row.cell)));
    outcome.differences.iter_mut().for_each(|row| (row.arm, row.minus) = (long(&row.arm), long(&row.minus)));
    outcome.claims.iter_mut().for_each(|row| row.claim = long(&row.claim));
    outcome.evidence.iter_mut().for_each(|row| (row.id, row.source) = (long(&row.id), long(&row.source)));
    outcome
}

/// Every world gives exactly no difference.
pub fn zero_difference() -> Outcome {
    let mut outcome = nine_arms();
    outcome.worlds.iter_mut().for_each(|world| (world.difference, world.holds) = (0.0, false));
    let zero = Range3 { low: Some(0.0), best: Some(0.0), high: Some(0.0) };
    outcome.answer.difference = zero;
    outcome.answer.holds = 0.0;
    outcome.answer.holds_of_all = 0.0;
    outcome.answer.verdict = "no".into();
    outcome.answer.sentence = "No.".into();
    outcome.differences.iter_mut().for_each(|row| row.value = zero);
    outcome
}

/// A fixed scramble of a number into 0..1.
fn scatter(number: usize) -> f64 {
    let mixed = (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40) as f64 / (1u64 << 24) as f64
}

fn range(low: f64, best: f64, high: f64) -> Range3 {
    Range3 { low: Some(low), best: Some(best), high: Some(high) }
}

fn status(number: usize) -> Status {
    [Status::Measured, Status::Inferred, Status::Assumed][number % 3]
}

fn worlds(n: usize) -> Vec<WorldRow> {
    let hypotheses = ["no escape", "escape, even cargo", "escape, few-rich cargo"];
    (0..n)
        .map(|i| {
            let copies = if i % 3 == 0 { 0.0 } else { 10f64.powf(4.5 * scatter(i) - 0.5) };
            let protein = 1.0 - 0.9 * copies / (copies + 800.0) - 0.05 * scatter(i + 200);
            let difference = -40.0 * copies / (copies + 600.0) - 0.4 * scatter(i + 400);
            WorldRow {
                world: i as u32,
                hypothesis: hypotheses[i % 3].into(),
                can_answer: scatter(i + 600) > 0.18,
                holds: difference <= -10.0,
                difference,
                copies,
                protein,
            }
        })
        .collect()
}

fn answer(worlds: &[WorldRow]) -> Answer {
    let can: Vec<&WorldRow> = worlds.iter().filter(|world| world.can_answer).collect();
    let holds = can.iter().filter(|world| world.holds).count() as f64 / can.len() as f64;
    let by = |hypothesis: &str, holds: f64, difference: Range3, verdict: &str| HypothesisAnswer {
        hypothesis: hypothesis.into(),
        n_worlds: 21,
        can_answer: 0.81,
        difference,
        unit: "points".into(),
        holds,
        verdict: verdict.into(),
    };
    let weak = |link: &str, label: &str, share: f64, status: Status, experiment: &str| Weakest {
        link: link.into(),
        quantity: format!("vesicle.one.{link}"),
        label: label.into(),
        share,
        status,
        experiment: experiment.into(),
    };
    let works = |link: &str, text: &str| WorksIf {
        link: link.into(),
        quantity: "quantity".into(),
        at_least: Some(0.12),
        unit: "/vesicle".into(),
        text: text.into(),
    };
    Answer {
        scenario: "layout".into(),
        title: "Layout data, not results: donor vesicles and a killer".into(),
        question: "Does blocking vesicle release bring back killing?".into(),
        compares: "cells alive at 72 h, killer + blocker minus killer".into(),
        of: "killer + blocker".into(),
        minus: "killer".into(),
        measure: "viability".into(),
        at_h: 72.0,
        difference: range(-34.2, -10.8, 0.0),
        unit: "points".into(),
        counts: "<= -10 points".into(),
        threshold: -10.0,
        noise: 0.08,
        holds,
        holds_of_all: worlds.iter().filter(|world| world.holds).count() as f64 / worlds.len() as f64,
        can_answer: can.len() as f64 / worlds.len() as f64,
        n_worlds: worlds.len(),
        holds_error: 0.07,
        verdict: "it depends".into(),
        sentence: "It depends on how much each vesicle carries.".into(),
        rule: "yes at 90 % or more of the worlds that can answer, no at 10 % or less, otherwise it depends; cannot say when fewer than half can answer".into(),
        by_hypothesis: vec![
            by("no escape", 0.0, range(-0.4, -0.2, 0.0), "no"),
            by("escape, even cargo", 0.47, range(-36.0, -8.0, -0.3), "it depends"),
            by("escape, few-rich cargo", 0.42, range(-31.0, -6.1, -0.2), "it depends"),
        ],
        given: vec![
            Given { text: "untreated >= 80 %".into(), holds: 1.0 },
            Given { text: "killer, no donors <= 70 %".into(), holds: 0.88 },
            Given { text: "killer + trap >= 80 %".into(), holds: 0.92 },
        ],
        weakest: vec![
            weak("load", "copies of the cargo per vesicle", 0.46, Status::Assumed, "digital PCR and NTA on one sample"),
            weak("deliver", "share that reaches the cytosol", 0.21, Status::Assumed, "split-luciferase escape assay"),
            weak("decide", "labile metal", 0.08, Status::Inferred, ""),
        ],
        works_if: vec![
            works("load", "≥ 0.12 copies per vesicle at the limit (0.45 at the top of enter and deliver)"),
            works("release", "≥ 29 donors per target cell at the limit"),
            works("act", "the target is repressed below the 1 000-copy guideline"),
        ],
        method: "hybrid in target, deterministic in donor".to_owned(),
        n_cells: 9 * 64 * 116,
        seed: 20251121,
        counted: [12, 31, 18],
        warnings: vec!["The source names only the gene; one strand was chosen.".into(), "The axis rests on one study.".into()],
        frozen: Vec::new(),
        died_at_rest: 0.01,
        whole: Vec::new(),
        solver: SolverWork::default(),
        version: "0.1.0".into(),
    }
}

fn arm(arm: &Arm) -> ArmInfo {
    let (name, like, adds, link, drugs, _) = *arm;
    ArmInfo {
        name: name.into(),
        like: like.into(),
        adds: adds.into(),
        link: if name == "killer" { String::new() } else { link.into() },
        drugs: drugs.iter().map(|drug| drug.to_string()).collect(),
        dose_h: drugs.iter().map(|drug| if *drug == "blocker" || *drug == "anti" { 0.0 } else { 24.0 }).collect(),
    }
}

fn ledger(arm: &Arm) -> Vec<LedgerRow> {
    let shrink = if arm.0.contains("blocker") { 0.3 } else { 1.0 };
    let rows: [(&str, f64, f64, f64, &str, &str); 9] = [
        ("vesicles made", 5200.0, 14000.0, 46000.0, "vesicles", ""),
        ("copies loaded", 420.0, 10000.0, 62000.0, "copies", "leave empty"),
        ("copies released", 230.0, 6000.0, 34000.0, "copies", "degraded in lysosomes"),
        ("copies that stay free", 220.0, 5700.0, 33000.0, "copies", "held by serum and plastic"),
        ("copies docked", 92.0, 3000.0, 20000.0, "copies", "never dock"),
        ("copies taken up", 40.0, 1800.0, 15000.0, "copies", "recycled out"),
        ("copies in the cytosol", 0.0, 250.0, 2900.0, "copies", "digested before escape"),
        ("copies that act", 0.0, 180.0, 2200.0, "copies", "not in a working complex"),
        ("cells alive", 44.0, 62.0, 80.0, "%", ""),
    ];
    rows.into_iter()
        .zip(LINKS)
        .enumerate()
        .map(|(i, ((counted, low, best, high, unit, lost), link))| LedgerRow {
            arm: arm.0.into(),
            vesicle: "donor_vesicle".into(),
            cargo: "cargo-1".into(),
            target: "target".into(),
            link: link.into(),
            counted: counted.into(),
            amount: if unit == "%" {
                range(low, arm.5, high)
            } else {
                range(low * shrink, best * shrink, high * shrink)
            },
            unit: unit.into(),
            lost: lost.into(),
            status: status(i + 1),
            source: "made_up_key".into(),
        })
        .collect()
}

fn readings(arm: &Arm) -> Vec<ArmRow> {
    let row = |measure: &str, reads: &str, at_h: f64, value: Range3, unit: &str, limit: Option<f64>| ArmRow {
        arm: arm.0.into(),
        measure: measure.into(),
        reads: reads.into(),
        at_h,
        value,
        unit: unit.into(),
        limit,
    };
    let end = arm.5;
    vec![
        row("viability", "alive(target)", 24.0, range(95.0, 97.4, 99.0), "%", None),
        row("viability", "alive(target)", 72.0, range(end - 18.0, end, (end + 15.0).min(100.0)), "%", None),
        row("protein", "protein(P1, target) / untreated", 48.0, range(0.4, 0.81, 1.0), "1", None),
        row("copies", "copies(cargo-1, target)", 48.0, range(0.0, 180.0, 2200.0), "copies/cell", Some(10.0)),
    ]
}

fn curves(arm: &Arm) -> Vec<CurvePoint> {
    // symbol, label, link, unit, value at rest, factor at the end
    let symbols: [(&str, &str, &str, &str, f64, f64); 9] = [
        ("alive", "cells alive", "decide", "%", 98.0, 1.0),
        ("copies_one", "cargo-1 copies", "act", "copies", 0.0, 180.0),
        ("mRNA_one", "P1 mRNA", "act", "copies", 40.0, 0.66),
        ("P1", "P1 protein", "act", "copies", 9000.0, 0.62),
        ("thiol", "thiol", "decide", "mM", 5.0, 0.12),
        ("peroxide", "lipid peroxide", "decide", "uM", 0.4, 9.0),
        ("enzyme", "enzyme", "decide", "copies", 21000.0, 0.27),
        ("metal", "labile metal", "decide", "uM", 0.7, 2.1),
        ("store", "metal store", "decide", "copies", 300.0, 0.7),
    ];
    let killed = !arm.4.is_empty();
    symbols
        .into_iter()
        .flat_map(|(symbol, label, link, unit, start, factor)| {
            (0..=144).map(move |step| {
                let time_h = f64::from(step) * 0.5;
                let onset = 1.0 / (1.0 + (-(time_h - 38.0) / 4.0).exp());
                let best = match symbol {
                    "alive" if killed => start + (arm.5 - start) * onset,
                    "alive" => start - 2.0 * onset,
                    _ if start == 0.0 => factor * time_h / 72.0,
                    _ if !killed => start,
                    _ => start * (1.0 + (factor - 1.0) * onset * (1.2 - arm.5 / 100.0)),
                };
                CurvePoint {
                    arm: arm.0.into(),
                    cell: "target".into(),
                    symbol: symbol.into(),
                    label: label.into(),
                    link: link.into(),
                    unit: unit.into(),
                    time_h,
                    value: range(
                        best * (1.0 - 0.28 * onset),
                        best,
                        (best * (1.0 + 0.25 * onset)).min(if unit == "%" { 100.0 } else { 1e9 }),
                    ),
                }
            })
        })
        .collect()
}

fn cells() -> Vec<CellRow> {
    (0..40)
        .map(|i| CellRow {
            world: i % 4,
            hypothesis: "no escape".into(),
            arm: "killer".into(),
            cell: "target".into(),
            number: i,
            fate: if i % 3 == 0 { "mode-one" } else { "alive" }.into(),
            died_h: if i % 3 == 0 { 31.5 } else { f64::NAN },
            opened: f64::from(i) * 1.5,
            copies: f64::from(i % 5),
        })
        .collect()
}

fn fates(arm: &Arm) -> Vec<FateRow> {
    let dead = 100.0 - arm.5;
    let by_one = if arm.0.starts_with("other") { 0.22 } else { 0.88 };
    [("alive", arm.5), ("mode-one", dead * by_one), ("mode-two", dead * (0.97 - by_one)), ("mode-three", dead * 0.03)]
        .into_iter()
        .map(|(fate, mean)| FateRow {
            arm: arm.0.into(),
            cell: "target".into(),
            fate: fate.into(),
            share: range(mean * 0.7, mean, (mean * 1.3).min(100.0)),
            mean,
        })
        .collect()
}

fn difference(arm: &Arm) -> DifferenceRow {
    let middle = arm.5 - 62.0;
    DifferenceRow {
        arm: arm.0.into(),
        minus: "killer".into(),
        value: range(middle - 17.0 - middle.abs() * 0.2, middle, middle + 10.0),
        unit: "points".into(),
    }
}

fn evidence() -> Vec<EvidenceRow> {
    (0..61)
        .map(|i| {
            let best = 10f64.powf(3.0 * scatter(i) - 2.0);
            let spread = 1.3 + 4.0 * scatter(i + 900);
            let value = if i % 11 == 5 { None } else { Some(best) };
            EvidenceRow {
                id: format!("module_{i}.constant_{}", i % 4),
                link: LINKS[i * 9 / 61].into(),
                value,
                low: (i % 7 != 3).then_some(if i == 40 { 0.0 } else { best / spread }),
                high: (i % 7 != 3).then_some(best * spread),
                unit: ["1/h", "uM", "1", "copies/cell"][i % 4].into(),
                status: status(i),
                source: if i % 3 == 2 { String::new() } else { "made_up_key".into() },
                condition: "layout, 37 °C".into(),
                note: if i % 3 == 2 { "nobody has measured it; a wide range".into() } else { String::new() },
                varied: i % 7 != 3,
            }
        })
        .collect()
}

fn claims() -> Vec<ClaimRow> {
    let claim = |side: &str, link: &str, claim: &str| ClaimRow {
        side: side.into(),
        link: link.into(),
        claim: claim.into(),
        evidence: "one study, cell culture".into(),
        source: "made_up_key".into(),
    };
    vec![
        claim("for", "act", "The cargo lowers the target and protects the cell."),
        claim("against", "load", "Copies per vesicle may be too few."),
        claim("against", "deliver", "Escape from the endosome was not detected."),
    ]
}

/// An S of states in a held pool, invented, with cells of two arms around it; along another nothing tips.
fn tipping() -> Vec<TippingRow> {
    let own = || TippingRow { cell: "target".into(), ..TippingRow::default() };
    let named = |kind: &str, note: &str| TippingRow { kind: kind.into(), note: note.into(), ..own() };
    let mut rows = vec![named("moves", "peroxide"), named("held", "iron"), named("held", "a fat with a long name")];
    let row = |kind: &str, (x, y): (f64, f64)| TippingRow {
        kind: kind.into(),
        along: "protein".into(),
        x,
        x_unit: "molecules".into(),
        shows: "peroxide".into(),
        y,
        y_unit: "uM".into(),
        ..own()
    };
    let at = |y: f64| 1e4 * (y.ln().powi(3) - 3.0 * y.ln() + 4.0);
    let (tips, falls) = (-1.0f64, 1.0f64);
    rows.push(row("rest", (at((-1.9f64).exp()), (-1.9f64).exp())));
    rows.push(row("tipping point", (at(tips.exp()), tips.exp())));
    rows.push(row("fold", (at(falls.exp()), falls.exp())));
    for i in 0..40 {
        let y = (-2.1 + 0.105 * f64::from(i)).exp();
        let unstable = u32::from((-1.0..1.0).contains(&y.ln()));
        rows.push(TippingRow { unstable, ..row("state", (at(y), y)) });
    }
    for (world, arm) in [(0, "killer"), (1, "killer + blocker"), (2, "untreated")] {
        let place = (2e4 + 1e4 * f64::from(world), 0.3 * f64::from(world + 1));
        let note = if world == 0 { "ferroptosis" } else { "alive" };
        rows.push(TippingRow { arm: arm.into(), world, note: note.into(), ..row("cell", place) });
    }
    rows.push(TippingRow {
        kind: "rest".into(),
        along: "iron".into(),
        x: 1.0,
        y: 1.0,
        shows: "peroxide".into(),
        ..own()
    });
    rows
}
