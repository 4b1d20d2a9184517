//! The stochastic suite: means and standard deviations of 10,000 exact runs against closed forms and master equations,
//! and, where the suite itself lies in `../shared`, against what it publishes, by its own statistics.

use std::fs;
use std::path::{Path, PathBuf};

use vesica_engine::random::Stream;
use vesica_engine::{Batch, Program, SolverConfig, Workspace, advance_exactly, compile};
use vesica_model::Library;

const MODELS: &str = include_str!("stochastic_suite/models.ant");
const N_RUNS: usize = 10_000;
/// Mean and deviation of a thing that is counted, at 0, 1 .. 50.
type Course = Vec<(f64, f64)>;

fn program(case: &str) -> Program {
    let mut library = Library::default();
    let problems = library.read("models.ant", MODELS);
    assert!(problems.is_empty(), "{problems:?}");
    let (network, problems) = library.flatten(&format!("case_{case}"));
    assert!(problems.is_empty(), "{case}: {problems:?}");
    compile(&network).expect("a sound network")
}

/// Mean and standard deviation (of a sample) of some outputs at 0, 1 .. 50.
fn simulate(case: &str, outputs: &[&str]) -> Vec<Course> {
    let program = program(case);
    let mut batch = Batch::new(&program, N_RUNS);
    let mut workspace = Workspace::for_program(&program);
    let number: u32 = case.parse().expect("a number");
    let stream = |cell: usize| Stream { seed: 11, world: number, cell: cell as u32, stream: 3 };
    let streams: Vec<Stream> = (0..N_RUNS).map(stream).collect();
    let config = SolverConfig { max_steps: 10_000_000, ..SolverConfig::with_tolerance(1e-6, 1e-6) };
    let mut courses = vec![Course::new(); outputs.len()];
    let mut variables = vec![0.0; N_RUNS * program.n_variables()];
    for time in 0..=50 {
        if time > 0 {
            advance_exactly(&program, &config, &mut workspace, &mut batch, f64::from(time), &streams).expect("exact");
        }
        program.variables_of_batch(&mut workspace, &mut batch, &mut variables);
        for (course, output) in courses.iter_mut().zip(outputs) {
            let value = |lane: usize| match (program.species(output), program.variable(output)) {
                (Some(species), _) => batch.state(lane)[species],
                (_, Some(variable)) => variables[lane * program.n_variables() + variable],
                // a species that nothing can change
                _ => batch.parameters(lane)[program.parameter(output).expect("an output")],
            };
            let n = N_RUNS as f64;
            let mean = (0..N_RUNS).map(value).sum::<f64>() / n;
            let squares: f64 = (0..N_RUNS).map(|lane| (value(lane) - mean) * (value(lane) - mean)).sum();
            course.push((mean, (squares / (n - 1.0)).sqrt()));
        }
    }
    courses
}

/// The statistics of the suite: √n (mean − μ)/σ lies within ±3 and √(n/2) (s²/σ² − 1) within ±5. A true trajectory leaves
/// ±3 about once in 370 times, so that two of 51 may.
#[track_caller]
fn agrees(case: &str, output: &str, found: &Course, expected: &Course) {
    let n = N_RUNS as f64;
    let (mut means, mut deviations) = (Vec::new(), Vec::new());
    for (time, ((mean, s), (mu, sigma))) in found.iter().zip(expected).enumerate() {
        if *sigma < 1e-9 {
            assert!((mean - mu).abs() < 1e-9 && *s < 1e-9, "{case} {output} at {time}: {mean} ± {s} for {mu}");
            continue;
        }
        let (z, y) = (n.sqrt() * (mean - mu) / sigma, (n / 2.0).sqrt() * (s * s / (sigma * sigma) - 1.0));
        if z.abs() > 3.0 {
            means.push((time, z));
        }
        if y.abs() > 5.0 {
            deviations.push((time, y));
        }
    }
    assert!(means.len() <= 2 && means.iter().all(|(_, z)| z.abs() < 4.5), "{case} {output}: means {means:?}");
    assert!(deviations.is_empty(), "{case} {output}: deviations {deviations:?}");
}

fn course(of: impl Fn(f64) -> (f64, f64)) -> Course {
    let at = |time: i32| {
        let (mean, variance) = of(f64::from(time));
        (mean, variance.max(0.0).sqrt())
    };
    (0..=50).map(at).collect()
}

/// Each of `start` gives birth at `birth` and dies at `death` per time.
fn birth_and_death(start: f64, birth: f64, death: f64) -> Course {
    course(|time| {
        let growth = ((birth - death) * time).exp();
        (start * growth, start * (birth + death) / (birth - death) * growth * (growth - 1.0))
    })
}

/// `batch` come at a time, `rate` times per time; each dies at `death`. At `reset` (time, number) all are replaced.
fn immigration(rate: f64, batch: f64, death: f64, reset: Option<(f64, f64)>) -> Course {
    course(|time| {
        let (since, start) = match reset {
            Some((at, number)) if time >= at => (time - at, number),
            _ => (time, 0.0),
        };
        let alive = (-death * since).exp();
        let (once, twice) = ((1.0 - alive) / death, (1.0 - alive * alive) / (2.0 * death));
        let variance = rate * batch * once + rate * batch * (batch - 1.0) * twice;
        (start * alive + rate * batch * once, start * alive * (1.0 - alive) + variance)
    })
}

/// Dimers of `total` monomers by the master equation, Runge–Kutta of order four; set to none at `reset`.
fn dimers(total: usize, join: f64, part: f64, reset: Option<usize>) -> Course {
    let n = total / 2;
    let up = |d: usize| join * ((total - 2 * d) as f64) * ((total - 2 * d) as f64 - 1.0) / 2.0;
    let flow = |p: &[f64]| -> Vec<f64> {
        let change = |d: usize| {
            let from_below = if d > 0 { up(d - 1) * p[d - 1] } else { 0.0 };
            let from_above = if d < n { part * (d + 1) as f64 * p[d + 1] } else { 0.0 };
            from_below + from_above - (up(d) + part * d as f64) * p[d]
        };
        (0..=n).map(change).collect()
    };
    let plus = |p: &[f64], k: &[f64], h: f64| -> Vec<f64> { p.iter().zip(k).map(|(p, k)| p + h * k).collect() };
    let none = || (0..=n).map(|d| if d == 0 { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
    let mut p = none();
    let (steps, mut found) = (200, Course::new());
    for time in 0..=50 {
        if time > 0 {
            for _ in 0..steps {
                let h = 1.0 / f64::from(steps);
                let k1 = flow(&p);
                let k2 = flow(&plus(&p, &k1, h / 2.0));
                let k3 = flow(&plus(&p, &k2, h / 2.0));
                let k4 = flow(&plus(&p, &k3, h));
                for (d, value) in p.iter_mut().enumerate() {
                    *value += h / 6.0 * (k1[d] + 2.0 * k2[d] + 2.0 * k3[d] + k4[d]);
                }
            }
        }
        if Some(time) == reset {
            p = none();
        }
        let mean: f64 = p.iter().enumerate().map(|(d, p)| d as f64 * p).sum();
        let variance: f64 = p.iter().enumerate().map(|(d, p)| (d as f64 - mean) * (d as f64 - mean) * p).sum();
        found.push((mean, if variance < 1e-12 { 0.0 } else { variance.sqrt() }));
    }
    found
}

/// Monomers from dimers.
fn monomers(total: f64, dimers: &Course) -> Course {
    dimers.iter().map(|(mean, deviation)| (total - 2.0 * mean, 2.0 * deviation)).collect()
}

#[test]
fn births_and_deaths_have_their_closed_form() {
    agrees("00001", "X", &simulate("00001", &["X"])[0], &birth_and_death(100.0, 0.1, 0.11));
    // the same in a volume of 2, where a rate in terms of concentration is half
    agrees("00011", "X", &simulate("00011", &["X"])[0], &birth_and_death(100.0, 0.05, 0.055));
}

#[test]
fn immigration_in_batches_and_with_a_reset_has_its_closed_form() {
    agrees("00027", "X", &simulate("00027", &["X"])[0], &immigration(1.0, 1.0, 0.1, None));
    agrees("00029", "X", &simulate("00029", &["X"])[0], &immigration(1.0, 1.0, 0.1, Some((22.5, 20.0))));
    agrees("00038", "X", &simulate("00038", &["X"])[0], &immigration(1.0, 10.0, 0.4, None));
}

#[test]
fn dimers_follow_their_master_equation() {
    for (case, reset) in [("00030", None), ("00032", Some(25))] {
        let expected = dimers(100, 0.001, 0.01, reset);
        let found = simulate(case, &["P", "P2"]);
        agrees(case, "P2", &found[1], &expected);
        agrees(case, "P", &found[0], &monomers(100.0, &expected));
    }
}

/// What the suite publishes of a case: `[output]` name and course.
fn published(folder: &Path, case: &str) -> Vec<(String, Course)> {
    let text = fs::read_to_string(folder.join(case).join(format!("{case}-results.csv"))).expect("results");
    let mut lines = text.lines().map(|line| line.trim().split(',').map(str::trim).collect::<Vec<_>>());
    let header: Vec<String> = lines.next().expect("a header").into_iter().map(str::to_owned).collect();
    let rows: Vec<Vec<f64>> = lines
        .filter(|row| row.len() == header.len())
        .map(|row| row.iter().map(|cell| cell.parse().expect("a number")).collect())
        .collect();
    assert_eq!(rows.len(), 51, "{case}");
    let column = |name: String| header.iter().position(|other| *other == name).expect("a column");
    let names = header.iter().filter_map(|name| name.strip_suffix("-mean").map(str::to_owned));
    names
        .map(|name| {
            let (mean, deviation) = (column(format!("{name}-mean")), column(format!("{name}-sd")));
            (name, rows.iter().map(|row| (row[mean], row[deviation])).collect())
        })
        .collect()
}

#[test]
fn every_reaction_system_of_the_suite_passes_its_statistics() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let places = ["../shared", "shared"].map(|place| root.join(place).join("suites/sbml-test-suite/stochastic"));
    let Some(folder) = places.into_iter().find(|place| place.is_dir()) else {
        println!("skipped: the suite is not here");
        return;
    };
    let cases: Vec<&str> =
        MODELS.lines().filter_map(|line| line.strip_prefix("model case_")).map(|line| &line[..5]).collect();
    assert_eq!(cases.len(), 23);
    for case in cases {
        let published = published(&folder, case);
        let outputs: Vec<&str> = published.iter().map(|(name, _)| name.as_str()).collect();
        for (found, (output, expected)) in simulate(case, &outputs).iter().zip(&published) {
            agrees(case, output, found, expected);
        }
    }
}
