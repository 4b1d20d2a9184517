//! The shared suite: networks whose solution is known.

mod common;
use common::*;
use vesica_engine::{Batch, LaneStatus, SolverConfig, Workspace, advance};

#[test]
fn decay() {
    let program = Build::new(&[100.0]).parameter(0.3).reaction(&[(0, 1.0)], &[], parameter(0) * species(0)).program();
    for rtol in [1e-3, 1e-5, 1e-8] {
        let batch = solve(&program, rtol, rtol * 1e-6, 10.0);
        assert!(difference(batch.state(0)[0], 100.0 * (-3.0f64).exp()) < 3.0 * rtol);
    }
}

#[test]
fn a_cycle_of_conversions_keeps_its_sum_and_comes_to_rest() {
    let mut build = Build::new(&[9.0, 0.0, 0.0]);
    for i in 0..3 {
        build = build.reaction(&[(i, 1.0)], &[((i + 1) % 3, 1.0)], (1.0 + i as f64) * species(i));
    }
    let batch = solve(&build.program(), 1e-6, 1e-9, 100.0);
    let total: f64 = batch.state(0).iter().sum();
    assert!((total - 9.0).abs() < 1e-9);
    // At rest the flux is the same everywhere: amounts go as 1, 1/2, 1/3.
    let unit = 9.0 / (1.0 + 0.5 + 1.0 / 3.0);
    for (i, amount) in batch.state(0).iter().enumerate() {
        assert!(difference(*amount, unit / (1.0 + i as f64)) < 1e-6);
    }
}

/// Reference values of the Robertson problem: Hairer and Wanner, II, section IV.10 test set.
#[test]
fn robertson() {
    let program = Build::new(&[1.0, 0.0, 0.0])
        .reaction(&[(0, 1.0)], &[(1, 1.0)], 0.04 * species(0))
        .reaction(&[(1, 1.0)], &[(2, 1.0)], 3e7 * species(1) * species(1))
        .reaction(&[(1, 1.0)], &[(0, 1.0)], 1e4 * species(1) * species(2))
        .program();
    let batch = solve(&program, 1e-8, 1e-14, 40.0);
    let expected = [0.715_827_068_7, 9.185_534_8e-6, 0.284_163_745_7];
    for (amount, expected) in batch.state(0).iter().zip(expected) {
        assert!(difference(*amount, expected) < 1e-6, "{amount} {expected}");
    }
    assert!(batch.counters(0).accepted < 500, "{:?}", batch.counters(0));
}

/// Nine decades of rates in one chain; the slowest member sees the fast ones as instantaneous.
#[test]
fn a_stiff_linear_chain() {
    let rates = [1e6, 1e4, 1e2, 1.0, 1e-3];
    let mut build = Build::new(&[1.0, 0.0, 0.0, 0.0, 0.0]);
    for (i, rate) in rates.iter().enumerate() {
        let products: Vec<(usize, f64)> = if i + 1 < rates.len() { vec![(i + 1, 1.0)] } else { vec![] };
        build = build.reaction(&[(i, 1.0)], &products, *rate * species(i));
    }
    let batch = solve(&build.program(), 1e-7, 1e-14, 100.0);
    // Bateman's solution for the last member.
    let last: f64 = (0..5)
        .map(|i| {
            let others: f64 = (0..5).filter(|j| *j != i).map(|j| 1.0 / (rates[j] - rates[i])).product();
            rates[..4].iter().product::<f64>() * others * (-rates[i] * 100.0f64).exp()
        })
        .sum();
    assert!(difference(batch.state(0)[4], last) < 1e-5, "{} {last}", batch.state(0)[4]);
    assert!(batch.counters(0).accepted < 1200, "{:?}", batch.counters(0));
}

#[test]
fn an_event_bounces_a_ball() {
    // Height and speed; on the ground the speed turns round with a tenth lost.
    let program = Build::new(&[10.0, 0.0])
        .rule(0, species(1))
        .rule(1, number(-9.81))
        .event(species(0).less(number(0.0)), vec![(1, -0.9 * species(1)), (0, number(0.0))])
        .program();
    let mut batch = Batch::new(&program, 1);
    let mut workspace = Workspace::for_program(&program);
    advance(&program, &SolverConfig::with_tolerance(1e-8, 1e-8), &mut workspace, &mut batch, 4.0);
    let first = (2.0f64 * 10.0 / 9.81).sqrt();
    let second = first + 2.0 * 0.9 * first;
    assert_eq!(batch.fired(0).len(), 2, "{:?}", batch.fired(0));
    assert!(difference(batch.fired(0)[0].1, first) < 1e-8);
    assert!(difference(batch.fired(0)[1].1, second) < 1e-8);
    let rest = 4.0 - second;
    let expected = 0.81 * 9.81 * first * rest - 0.5 * 9.81 * rest * rest;
    assert!(difference(batch.state(0)[0], expected) < 1e-7);
}

#[test]
fn a_terminal_event_stops_the_lane_at_its_time() {
    let program = Build::new(&[8.0])
        .reaction(&[(0, 1.0)], &[], std::f64::consts::LN_2 * species(0))
        .event(species(0).less(number(1.0)), vec![])
        .program();
    let mut batch = Batch::new(&program, 1);
    let mut workspace = Workspace::for_program(&program);
    let config = SolverConfig { terminal_events: vec![0], ..SolverConfig::with_tolerance(1e-8, 1e-10) };
    advance(&program, &config, &mut workspace, &mut batch, 100.0);
    let LaneStatus::Stopped { event: 0, time } = *batch.status(0) else { panic!("{:?}", batch.status(0)) };
    assert!((time - 3.0).abs() < 1e-6, "{time}");
    assert!((batch.state(0)[0] - 1.0).abs() < 1e-6);
    assert_eq!(batch.time(0), time);
}

/// A rate that switches at a time, and one at an amount, keep the order of the method.
#[test]
fn switches_in_rate_laws_are_located() {
    let program = Build::new(&[0.0, 1.0])
        .reaction(&[], &[(0, 1.0)], piecewise(number(2.0), time().less(number(3.0)), number(0.0)))
        .rule(1, piecewise(-species(1), species(1).greater(number(0.5)), number(-0.25)))
        .program();
    let batch = solve(&program, 1e-8, 1e-10, 4.0);
    assert!((batch.state(0)[0] - 6.0).abs() < 1e-8, "{:?}", batch.state(0));
    let expected = 0.5 - 0.25 * (4.0 - 2.0f64.ln());
    assert!((batch.state(0)[1] - expected).abs() < 1e-7, "{:?} {expected}", batch.state(0));
    assert!(batch.counters(0).accepted < 120, "{:?}", batch.counters(0));
}
