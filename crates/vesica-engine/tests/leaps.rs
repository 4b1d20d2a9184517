//! Tau-leaping: the moments of closed forms with far fewer leaps than events, and the exact method where few are there.

mod common;
use common::*;
use vesica_engine::random::Stream;
use vesica_engine::{Batch, FailureReason, LaneStatus, Leaping, Program, SolverConfig, Workspace, advance_by_leaps};

fn streams(n: usize, seed: u64) -> Vec<Stream> {
    (0..n).map(|cell| Stream { seed, world: 2, cell: cell as u32, stream: 5 }).collect()
}

fn run(program: &Program, n: usize, until: f64, seed: u64) -> Batch {
    let (mut batch, mut workspace) = (Batch::new(program, n), Workspace::for_program(program));
    let config = SolverConfig::with_tolerance(1e-6, 1e-6);
    advance_by_leaps(program, &config, &Leaping::default(), &mut workspace, &mut batch, until, &streams(n, seed))
        .expect("no rules");
    batch
}

/// Mean and deviation within 4.5 standard errors, and a thousandth of the mean for what the leaps leave out.
fn check(batch: &Batch, species: usize, (mean, deviation): (f64, f64)) {
    let n = batch.n_lanes() as f64;
    let values: Vec<f64> = (0..batch.n_lanes()).map(|lane| batch.state(lane)[species]).collect();
    let found = values.iter().sum::<f64>() / n;
    let spread = (values.iter().map(|x| (x - found) * (x - found)).sum::<f64>() / (n - 1.0)).sqrt();
    let error = deviation * 4.5 / n.sqrt() + 1e-3 * mean;
    assert!((found - mean).abs() < error, "mean {found}, expected {mean} ± {error}");
    assert!((spread - deviation).abs() < error, "deviation {spread}, expected {deviation} ± {error}");
    assert!(values.iter().all(|x| x.fract() == 0.0 && *x >= 0.0));
}

#[test]
fn many_molecules_go_in_leaps() {
    let program = Build::new(&[0.0])
        .reaction(&[], &[(0, 1.0)], number(1e4))
        .reaction(&[(0, 1.0)], &[], 0.1 * species(0))
        .program();
    let batch = run(&program, 400, 30.0, 1);
    let mean = 1e5 * (1.0 - (-3.0f64).exp());
    check(&batch, 0, (mean, mean.sqrt()));
    let events = 1e4 * 30.0;
    assert!((batch.counters(0).accepted as f64) < events / 100.0, "{:?}", batch.counters(0));
    assert_ne!(batch.states(), run(&program, 400, 30.0, 2).states());
}

#[test]
fn few_molecules_go_one_at_a_time() {
    let program = Build::new(&[0.0])
        .reaction(&[], &[(0, 1.0)], number(1.0))
        .reaction(&[(0, 1.0)], &[], 0.2 * species(0))
        .program();
    let mean = 5.0 * (1.0 - (-4.0f64).exp());
    check(&run(&program, 2000, 20.0, 3), 0, (mean, mean.sqrt()));
}

/// What runs out does not fall below zero.
#[test]
fn a_stock_is_used_up_and_no_more() {
    let program = Build::new(&[5000.0, 0.0]).reaction(&[(0, 1.0)], &[(1, 1.0)], 1.0 * species(0)).program();
    let batch = run(&program, 50, 50.0, 4);
    assert!((0..50).all(|lane| batch.state(lane) == [0.0, 5000.0]));
    let left = 5000.0 * (-2.0f64).exp();
    check(&run(&program, 500, 2.0, 5), 0, (left, (left * (1.0 - (-2.0f64).exp())).sqrt()));
}

#[test]
fn a_lane_depends_on_nobody_and_events_fire() {
    let program = Build::new(&[0.0])
        .reaction(&[], &[(0, 1.0)], number(500.0))
        .event(species(0).greater(number(999.5)), vec![(0, species(0) - 1000.0)])
        .event(time().greater(number(3.0)), vec![(0, number(0.0))])
        .program();
    let all = run(&program, 10, 20.0, 6);
    for lane in 0..10 {
        let of_time: Vec<f64> =
            all.fired(lane).iter().filter(|(event, _)| *event == 1).map(|(_, time)| *time).collect();
        assert!(of_time.len() == 1 && (of_time[0] - 3.0).abs() < 1e-12);
        assert!(all.fired(lane).len() >= 6, "{:?}", all.fired(lane));
    }
    let (mut alone, mut workspace) = (Batch::new(&program, 1), Workspace::for_program(&program));
    let config = SolverConfig::with_tolerance(1e-6, 1e-6);
    advance_by_leaps(&program, &config, &Leaping::default(), &mut workspace, &mut alone, 20.0, &streams(10, 6)[7..])
        .expect("no rules");
    assert_eq!(alone.state(0), all.state(7));
}

#[test]
fn a_negative_chance_freezes_its_lane() {
    let program = Build::new(&[1.0]).reaction(&[], &[(0, 1.0)], species(0) - 2.0).program();
    let batch = run(&program, 1, 1.0, 1);
    assert!(matches!(batch.status(0), LaneStatus::Failed(failure) if failure.reason == FailureReason::NegativeRate));
}

/// A rate rule, a rate that runs with time and a reaction that flows: X is made by what flows in from M.
#[test]
fn rules_time_and_flows_go_along() {
    let rising = 0.5 * species(0) + 2.0 * call(vesica_model::Function::Sin, time());
    let build = Build::new(&[8.0, 100.0, 0.0])
        .rule(0, number(-0.1) * species(0))
        .reaction(&[(1, 1.0)], &[], 0.2 * species(1))
        .reaction(&[], &[(2, 1.0)], 10.0 + rising + 0.3 * species(1))
        .reaction(&[(2, 1.0)], &[], 0.05 * species(2));
    let program = build.program();
    let n = 1000;
    let (mut batch, mut workspace) = (Batch::new(&program, n), Workspace::for_program(&program));
    let config = SolverConfig::with_tolerance(1e-6, 1e-6);
    let leaping = Leaping { flows: vec![true, false, false], ..Leaping::default() };
    advance_by_leaps(&program, &config, &leaping, &mut workspace, &mut batch, 7.0, &streams(n, 8))
        .expect("no equations");
    let mut flow = Batch::new(&program, 1);
    vesica_engine::advance(&program, &SolverConfig::with_tolerance(1e-9, 1e-9), &mut workspace, &mut flow, 7.0);
    for lane in 0..n {
        assert!((batch.state(lane)[0] - 8.0 * (-0.7f64).exp()).abs() < 1e-4, "the rule: {}", batch.state(lane)[0]);
        assert!((batch.state(lane)[1] - 100.0 * (-1.4f64).exp()).abs() < 1e-3, "the flow: {}", batch.state(lane)[1]);
        assert_eq!(batch.state(lane)[2].fract(), 0.0);
    }
    let values: Vec<f64> = (0..n).map(|lane| batch.state(lane)[2]).collect();
    let mean = values.iter().sum::<f64>() / n as f64;
    let expected = flow.state(0)[2];
    // inflow that runs with time and outflow of first order: the number is Poisson's
    assert!((mean - expected).abs() < 4.5 * (expected / n as f64).sqrt(), "{mean} {expected}");
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n as f64 - 1.0);
    assert!((variance / expected - 1.0).abs() < 4.5 * (2.0 / n as f64).sqrt() + 0.02, "{variance} {expected}");
}
