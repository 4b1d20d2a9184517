//! Sweeps and rankings to draw: every number is layout, not a result.

use vesica::result::{Range3, SolverWork, Status};
use vesica::study::indices::Indices;
use vesica::study::question::Question;
use vesica::study::rank::{Bar, Rank};
use vesica::study::response::Response;
use vesica::study::runs::Column;
use vesica::study::sweep::{FactorRow, Sweep};
use vesica::study::synergy::Map;

fn range(best: f64, around: f64) -> Range3 {
    Range3 { low: Some(best - around), best: Some(best), high: Some(best + around) }
}

fn factor(name: &str, unit: &str, levels: &[f64], is_dose: bool) -> FactorRow {
    FactorRow {
        name: name.to_owned(),
        unit: unit.to_owned(),
        is_log: true,
        is_dose,
        ends: (levels[0].max(0.01), levels[levels.len() - 1]),
        levels: levels.to_vec(),
    }
}

fn column(arm: &str) -> Column {
    Column {
        arm: arm.to_owned(),
        measure: "viability".to_owned(),
        reads: "alive".to_owned(),
        at_h: 72.0,
        unit: "%".to_owned(),
    }
}

fn empty(design: &str, factors: Vec<FactorRow>, arms: &[&str], points: Vec<Vec<f64>>) -> Sweep {
    let n_points = points.len();
    Sweep {
        scenario: "layout".to_owned(),
        title: "Does the drug kill fewer cells with vesicles?".to_owned(),
        command: "vesica sweep layout.toml".to_owned(),
        version: "0".to_owned(),
        design: design.to_owned(),
        factors,
        n_worlds: 16,
        n_cells: 100,
        seed: 7,
        hypotheses: vec![String::new()],
        columns: arms.iter().map(|arm| column(arm)).collect(),
        points,
        readings: vec![vec![Range3::default(); arms.len()]; n_points],
        by_hypothesis: Vec::new(),
        asked: (0..arms.len()).collect(),
        without_vesicles: String::new(),
        responses: Vec::new(),
        maps: Vec::new(),
        frozen: Vec::new(),
        solver: SolverWork::default(),
    }
}

fn killed(dose: f64, ec50: f64) -> f64 {
    100.0 / (1.0 + (dose / ec50).powf(2.0))
}

/// One drug in one arm, with and without vesicles.
pub fn curve() -> Sweep {
    let doses = [0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];
    let points = doses.iter().map(|dose| vec![*dose]).collect();
    let mut sweep =
        empty("grid", vec![factor("a drug", "uM", &doses, true)], &["the drug", "the drug, no vesicles"], points);
    sweep.without_vesicles = "the drug, no vesicles".to_owned();
    for (row, dose) in sweep.readings.iter_mut().zip(doses) {
        *row = vec![range(killed(dose, 4.0), 8.0), range(killed(dose, 2.0), 6.0)];
    }
    let response = |column: usize, ec50: f64, shift: Option<Range3>| Response {
        drug: "a drug".to_owned(),
        unit: "uM".to_owned(),
        arm: sweep.columns[column].arm.clone(),
        column,
        others: Vec::new(),
        points: (0..7).collect(),
        ec50: range(ec50, 0.5),
        doses: (0.1, 100.0),
        n_inside: 15,
        n_above: 1,
        n_below: 0,
        n_flat: 0,
        n_shift: if shift.is_some() { 15 } else { 0 },
        shift,
        compared: if shift.is_some() { sweep.without_vesicles.clone() } else { String::new() },
        is_repeat: false,
    };
    sweep.responses = vec![response(0, 4.0, Some(range(2.0, 0.3))), response(1, 2.0, None)];
    sweep
}

/// Two drugs in one arm, each alone and both together.
pub fn two_drugs() -> Sweep {
    let doses = [0.0, 0.3, 1.0, 3.0];
    let points: Vec<Vec<f64>> = doses.iter().flat_map(|a| doses.iter().map(|b| vec![*a, *b])).collect();
    let factors = vec![factor("one drug", "uM", &doses, true), factor("another drug", "nM", &doses, true)];
    let mut sweep = empty("grid", factors, &["both"], points);
    for (row, point) in sweep.readings.iter_mut().zip(&sweep.points) {
        *row = vec![range(killed(point[0], 1.0) * killed(point[1], 2.0) / 100.0, 4.0)];
    }
    let cells: Vec<(f64, f64)> = (0..9).map(|i| (doses[1 + i / 3], doses[1 + i % 3])).collect();
    sweep.maps = vec![Map {
        arm: "both".to_owned(),
        column: 0,
        effect: cells.iter().map(|(a, b)| range(20.0 * a + 5.0 * b, 3.0)).collect(),
        excess: (0..3).map(|d| (0..9).map(|i| range(f64::from(i * d) - 8.0, 2.0)).collect()).collect(),
        average: vec![range(4.0, 2.0), Range3::default(), range(-1.0, 3.0)],
        doses: cells,
    }];
    sweep
}

/// Nine levels of one quantity and nine of another, in several arms whose names are long and hostile.
pub fn long_grid() -> Sweep {
    let levels: Vec<f64> = (0..9).map(|i| 0.1 * 2f64.powi(i)).collect();
    let points: Vec<Vec<f64>> = levels.iter().flat_map(|a| levels.iter().map(|b| vec![*a, *b])).collect();
    let long = "<script>alert(1)</script> a very long name of an arm that goes on & on \"without\" an end";
    let factors = vec![
        factor(&format!("cell.{long}.count"), "/cell/h", &levels, false),
        factor("links.deliver.escape", "%", &levels, false),
    ];
    let mut sweep = empty("grid", factors, &[long, "b", "c"], points);
    sweep.title = long.to_owned();
    for (row, point) in sweep.readings.iter_mut().zip(&sweep.points) {
        *row = vec![range(point[0], 1.0), range(point[1], f64::NAN), Range3::default()];
    }
    sweep
}

/// Points spread over two ranges.
pub fn spread_points() -> Sweep {
    let levels = [0.1, 30.0];
    let points: Vec<Vec<f64>> =
        (0..64).map(|i| vec![0.1 + 0.4 * f64::from(i), 0.1 + f64::from(i * 37 % 64) * 0.4]).collect();
    let factors = vec![factor("a drug", "uM", &levels, true), factor("a rate", "/h", &levels, false)];
    let mut sweep = empty("sobol", factors, &["treated", "not treated"], points);
    for (row, point) in sweep.readings.iter_mut().zip(&sweep.points) {
        *row = vec![range(killed(point[0], 4.0), 3.0), range(99.0, 0.5)];
    }
    sweep
}

/// Nothing could be read anywhere.
pub fn nothing() -> Sweep {
    empty("grid", vec![factor("a number", "", &[1.0, 2.0], false)], &["an arm"], vec![vec![1.0], vec![2.0]])
}

fn bar(label: &str, link: &str, status: Status, at_ends: (f64, f64), total: Option<f64>) -> Bar {
    let share = |share: f64| Range3 { low: Some(share * 0.6), best: Some(share), high: Some(share * 1.5) };
    Bar {
        quantity: format!("links.{link}.{label}"),
        label: label.to_owned(),
        link: link.to_owned(),
        status,
        experiment: format!("an assay of {label} with cells of the same line, three times"),
        ends: (0.0005, 2.0),
        unit: "/vesicle".to_owned(),
        at_ends,
        hypothesis: String::new(),
        swing: (at_ends.1 - at_ends.0).abs(),
        indices: total.map(|total| Indices { first: share(total * 0.7), total: share(total) }),
        narrows: total.map(|total| 1.0 - (1.0 - total * 0.7).sqrt()),
    }
}

/// A ranking in which two numbers matter.
pub fn ranking() -> Rank {
    let bars = vec![
        bar("copies per exosome", "load", Status::Assumed, (-1.0, -31.0), Some(0.46)),
        bar("cytosolic escape", "deliver", Status::Inferred, (-2.0, -27.0), Some(0.31)),
        bar("labile iron", "decide", Status::Measured, (-4.0, -21.0), Some(0.16)),
        bar("uptake", "enter", Status::Inferred, (-9.0, -14.0), None),
        bar("release rate", "release", Status::Measured, (-11.0, -11.0), None),
    ];
    let link = |(index, name): (usize, &&str)| ((*name).to_owned(), range(0.02 * index as f64, 0.01));
    Rank {
        scenario: "layout".to_owned(),
        title: "Does blocking release bring back killing?".to_owned(),
        command: "vesica rank layout.toml".to_owned(),
        version: "0".to_owned(),
        question: Question {
            measure: "viability".to_owned(),
            at_h: 72.0,
            of: "blocked".to_owned(),
            minus: Some("treated".to_owned()),
            unit: "points".to_owned(),
        },
        n_rows: 64,
        n_cells: 100,
        seed: 7,
        hypotheses: vec!["no escape".to_owned(), "some escape".to_owned()],
        middle: vec![-3.0, -11.0],
        spread: range(-11.0, 17.0),
        bars,
        others: Some(Indices { first: range(0.1, 0.05), total: range(0.2, 0.05) }),
        choice: Some(Indices { first: range(0.1, 0.05), total: range(0.2, 0.05) }),
        links: vesica::knowledge::LINKS.iter().enumerate().map(link).collect(),
        n_left_out: 2,
        frozen: vec!["run 3, world 0, arm treated, cell 5: <b>step fell to nothing</b>".to_owned()],
        solver: SolverWork::default(),
    }
}

/// A ranking in which nothing matters and nothing was read.
pub fn empty_ranking() -> Rank {
    let silent = bar("<script>", "nowhere", Status::Assumed, (f64::NAN, f64::NAN), None);
    let bars = vec![Bar { swing: 0.0, experiment: String::new(), ..silent }];
    let (links, others, choice, frozen) = (Vec::new(), None, None, Vec::new());
    Rank { bars, links, others, choice, frozen, middle: vec![f64::NAN], spread: Range3::default(), ..ranking() }
}
