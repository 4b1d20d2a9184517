//! Hybrid trajectories: moments of closed forms on both sides of the split, whole numbers where they are promised, and
//! lanes that depend on nobody.

mod common;
use common::*;
use vesica_engine::random::Stream;
use vesica_engine::{Batch, Evaluator, Hybrid, Instructions, LaneStatus, Scarce, SolverConfig, Workspace};

fn streams(n: usize, seed: u64) -> Vec<Stream> {
    (0..n).map(|cell| Stream { seed, world: 1, cell: cell as u32, stream: 7 }).collect()
}

fn config() -> SolverConfig {
    SolverConfig::with_tolerance(1e-5, 1e-4)
}

fn run(build: &Build, n: usize, pieces: &[f64], seed: u64) -> (Hybrid, Batch) {
    let hybrid = Hybrid::new(&build.0).expect("the network is sound");
    let mut batch = Batch::new(hybrid.program(), n);
    let mut workspace = Workspace::for_program(hybrid.program());
    for until in pieces {
        hybrid.advance(&config(), Scarce::default(), &mut workspace, &mut batch, *until, &streams(n, seed));
    }
    (hybrid, batch)
}

fn moments(batch: &Batch, species: usize) -> (f64, f64) {
    let n = batch.n_lanes() as f64;
    let values: Vec<f64> = (0..batch.n_lanes()).map(|lane| batch.state(lane)[species]).collect();
    let mean = values.iter().sum::<f64>() / n;
    (mean, (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)).sqrt())
}

#[test]
fn what_is_scarce_is_an_exact_birth_and_death() {
    let build = Build::new(&[0.0]).reaction(&[], &[(0, 1.0)], number(2.0)).reaction(&[(0, 1.0)], &[], 0.1 * species(0));
    let (hybrid, batch) = run(&build, 2000, &[10.0, 20.0, 30.0], 3);
    let expected = 20.0 * (1.0 - (-3.0f64).exp());
    let (mean, deviation) = moments(&batch, 0);
    let error = expected.sqrt() / 2000f64.sqrt();
    assert!((mean - expected).abs() < 4.5 * error, "{mean} {expected}");
    assert!((deviation - expected.sqrt()).abs() < 4.5 * error, "{deviation} {}", expected.sqrt());
    for lane in 0..2000 {
        assert_eq!(batch.state(lane)[0].fract(), 0.0);
        assert_eq!(hybrid.jumping(&batch, lane), ["J0", "J1"]);
    }
}

/// mRNA in whole copies drives protein as a flow: Var P = mean P^2 / mean M * g / (g + d) at rest, for decay rates d of
/// mRNA and g of protein (a Poisson switch seen through a first-order filter).
#[test]
fn a_flow_driven_by_whole_copies_has_their_noise() {
    let (made, d, translated, g) = (0.5, 0.1, 100.0, 0.05);
    let mut build = Build::new(&[5.0, 1e4])
        .reaction(&[], &[(0, 1.0)], number(made))
        .reaction(&[(0, 1.0)], &[], d * species(0))
        .reaction(&[], &[(1, 1.0)], translated * species(0))
        .reaction(&[(1, 1.0)], &[], g * species(1));
    build.0.reactions[2].id = "translation".into();
    let n = 3000;
    let (hybrid, batch) = run(&build, n, &[50.0, 100.0, 150.0], 5);
    let mean = made / d * translated / g;
    let deviation = mean * (d / made * g / (g + d)).sqrt();
    let (found_mean, found_deviation) = moments(&batch, 1);
    let error = deviation / (n as f64).sqrt();
    assert!((found_mean - mean).abs() < 4.5 * error, "{found_mean} {mean} ± {error}");
    assert!((found_deviation - deviation).abs() < 4.5 * error, "{found_deviation} {deviation} ± {error}");
    assert_eq!(hybrid.jumping(&batch, 0), ["J0", "J1"], "protein is abundant: it flows");
}

/// A radical that is rarely there but turns over a million times is no matter of whole molecules.
#[test]
fn what_is_rare_and_fast_flows() {
    let build = Build::new(&[0.0]).reaction(&[], &[(0, 1.0)], number(1e6)).reaction(&[(0, 1.0)], &[], 1e7 * species(0));
    let (hybrid, batch) = run(&build, 3, &[1.0, 2.0], 1);
    assert!(hybrid.jumping(&batch, 0).is_empty());
    assert!((batch.state(0)[0] - 0.1).abs() < 1e-4);
}

#[test]
fn rounding_keeps_the_mean() {
    // 2.3 of each on average; nothing happens to them but that they are counted
    let build = Build::new(&[2.3]).reaction(&[(0, 1.0)], &[], number(0.0));
    let (_, batch) = run(&build, 4000, &[1.0], 9);
    let (mean, _) = moments(&batch, 0);
    assert!((mean - 2.3).abs() < 4.5 * (0.21f64 / 4000.0).sqrt(), "{mean}");
    assert!((0..4000).all(|lane| batch.state(lane)[0].fract() == 0.0));
}

#[test]
fn other_events_still_fire() {
    let build = Build::new(&[0.0, 500.0])
        .reaction(&[], &[(0, 1.0)], number(3.0))
        .reaction(&[(1, 1.0)], &[], 0.2 * species(1))
        .event(species(0).greater(number(9.5)), vec![(0, species(0) - 10.0)])
        .event(species(1).less(number(100.0)), vec![(1, number(500.0))]);
    let (_, batch) = run(&build, 20, &[10.0, 20.0], 2);
    for lane in 0..20 {
        assert_eq!(*batch.status(lane), LaneStatus::Running);
        let fired = |event: usize| batch.fired(lane).iter().filter(|(fired, _)| *fired == event).count();
        assert!(fired(0) >= 1 && batch.state(lane)[0] < 10.0);
        assert_eq!(fired(1), 2, "ln 5 / 0.2 = 8.05 each time");
    }
}

#[test]
fn a_lane_depends_on_nobody() {
    let build = Build::new(&[3.0, 1e4])
        .reaction(&[], &[(0, 1.0)], number(0.4))
        .reaction(&[(0, 1.0)], &[], 0.1 * species(0))
        .reaction(&[], &[(1, 1.0)], 40.0 * species(0))
        .reaction(&[(1, 1.0)], &[], 0.05 * species(1));
    let hybrid = Hybrid::new(&build.0).expect("the network is sound");
    let run = |streams: &[Stream], kind, evaluator| {
        let mut batch = Batch::new(hybrid.program(), streams.len());
        let mut workspace = Workspace::with_evaluator(hybrid.program(), kind, evaluator);
        for until in [7.0, 20.0] {
            hybrid.advance(&config(), Scarce::default(), &mut workspace, &mut batch, until, streams);
        }
        let bits = |lane: usize| batch.state(lane).iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        (0..streams.len()).map(bits).collect::<Vec<_>>()
    };
    let all = streams(20, 4);
    let together = run(&all, Instructions::widest(), Evaluator::MachineCode);
    assert_eq!(together, run(&all, Instructions::Plain, Evaluator::Interpreter));
    for lane in [0, 9, 19] {
        assert_eq!(together[lane..=lane], run(&all[lane..=lane], Instructions::widest(), Evaluator::MachineCode));
    }
    assert_ne!(together, run(&streams(20, 5), Instructions::widest(), Evaluator::MachineCode));
}
