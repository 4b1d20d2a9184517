//! The shared suite: networks whose solution is known.

mod common;
use common::*;
use vesica_engine::{Batch, LaneStatus, SolverConfig, Workspace, advance};

#[test]
fn decay() {
    for solver in SOLVERS {
        let program =
            Build::new(&[100.0]).parameter(0.3).reaction(&[(0, 1.0)], &[], parameter(0) * species(0)).program();
        for rtol in [1e-3, 1e-5, 1e-8] {
            let batch = solver.solve(&program, rtol, rtol * 1e-6, 10.0);
            assert!(difference(batch.state(0)[0], 100.0 * (-3.0f64).exp()) < 3.0 * solver.slack * rtol);
        }
    }
}

#[test]
fn a_cycle_of_conversions_keeps_its_sum_and_comes_to_rest() {
    for solver in SOLVERS {
        let mut build = Build::new(&[9.0, 0.0, 0.0]);
        for i in 0..3 {
            build = build.reaction(&[(i, 1.0)], &[((i + 1) % 3, 1.0)], (1.0 + i as f64) * species(i));
        }
        let batch = solver.solve(&build.program(), 1e-6, 1e-9, 100.0);
        let total: f64 = batch.state(0).iter().sum();
        assert!((total - 9.0).abs() < 1e-9);
        // At rest the flux is the same everywhere: amounts go as 1, 1/2, 1/3.
        let unit = 9.0 / (1.0 + 0.5 + 1.0 / 3.0);
        for (i, amount) in batch.state(0).iter().enumerate() {
            assert!(difference(*amount, unit / (1.0 + i as f64)) < 1e-6 * solver.slack);
        }
    }
}

/// Reference values of the Robertson problem: Hairer and Wanner, II, section IV.10 test set.
#[test]
fn robertson() {
    for solver in SOLVERS {
        let program = Build::new(&[1.0, 0.0, 0.0])
            .reaction(&[(0, 1.0)], &[(1, 1.0)], 0.04 * species(0))
            .reaction(&[(1, 1.0)], &[(2, 1.0)], 3e7 * species(1) * species(1))
            .reaction(&[(1, 1.0)], &[(0, 1.0)], 1e4 * species(1) * species(2))
            .program();
        let batch = solver.solve(&program, 1e-8, 1e-14, 40.0);
        let expected = [0.715_827_068_7, 9.185_534_8e-6, 0.284_163_745_7];
        for (amount, expected) in batch.state(0).iter().zip(expected) {
            assert!(difference(*amount, expected) < 1e-6 * solver.slack, "{amount} {expected}");
        }
        assert!(batch.counters(0).accepted < 1000, "{:?}", batch.counters(0));
    }
}

/// Nine decades of rates in one chain; the slowest member sees the fast ones as instantaneous.
#[test]
fn a_stiff_linear_chain() {
    for solver in SOLVERS {
        let rates = [1e6, 1e4, 1e2, 1.0, 1e-3];
        let mut build = Build::new(&[1.0, 0.0, 0.0, 0.0, 0.0]);
        for (i, rate) in rates.iter().enumerate() {
            let products: Vec<(usize, f64)> = if i + 1 < rates.len() { vec![(i + 1, 1.0)] } else { vec![] };
            build = build.reaction(&[(i, 1.0)], &products, *rate * species(i));
        }
        let batch = solver.solve(&build.program(), 1e-7, 1e-14, 100.0);
        // Bateman's solution for the last member.
        let last: f64 = (0..5)
            .map(|i| {
                let others: f64 = (0..5).filter(|j| *j != i).map(|j| 1.0 / (rates[j] - rates[i])).product();
                rates[..4].iter().product::<f64>() * others * (-rates[i] * 100.0f64).exp()
            })
            .sum();
        assert!(difference(batch.state(0)[4], last) < 1e-5 * solver.slack, "{} {last}", batch.state(0)[4]);
        assert!(batch.counters(0).accepted < 2000, "{:?}", batch.counters(0));
    }
}

#[test]
fn an_event_bounces_a_ball() {
    for solver in SOLVERS {
        // Height and speed; on the ground the speed turns round with a tenth lost.
        let program = Build::new(&[10.0, 0.0])
            .rule(0, species(1))
            .rule(1, number(-9.81))
            .event(species(0).less(number(0.0)), vec![(1, -0.9 * species(1)), (0, number(0.0))])
            .program();
        let mut batch = Batch::new(&program, 1);
        (solver.advance)(&program, &SolverConfig::with_tolerance(1e-8, 1e-8), &mut batch, 4.0);
        let first = (2.0f64 * 10.0 / 9.81).sqrt();
        let second = first + 2.0 * 0.9 * first;
        assert_eq!(batch.fired(0).len(), 2, "{:?}", batch.fired(0));
        assert!(difference(batch.fired(0)[0].1, first) < 1e-8 * solver.slack);
        assert!(difference(batch.fired(0)[1].1, second) < 1e-8 * solver.slack);
        let rest = 4.0 - second;
        let expected = 0.81 * 9.81 * first * rest - 0.5 * 9.81 * rest * rest;
        assert!((batch.state(0)[0] - expected).abs() < 1e-7 * solver.slack, "{:?} {expected}", batch.state(0));
    }
}

#[test]
fn a_terminal_event_stops_the_lane_at_its_time() {
    for solver in SOLVERS {
        let program = Build::new(&[8.0])
            .reaction(&[(0, 1.0)], &[], std::f64::consts::LN_2 * species(0))
            .event(species(0).less(number(1.0)), vec![])
            .program();
        let mut batch = Batch::new(&program, 1);
        let config = SolverConfig { terminal_events: vec![0], ..SolverConfig::with_tolerance(1e-8, 1e-10) };
        (solver.advance)(&program, &config, &mut batch, 100.0);
        let LaneStatus::Stopped { event: 0, time } = *batch.status(0) else { panic!("{:?}", batch.status(0)) };
        assert!((time - 3.0).abs() < 1e-6 * solver.slack, "{time}");
        assert!((batch.state(0)[0] - 1.0).abs() < 1e-6 * solver.slack);
        assert_eq!(batch.time(0), time);
    }
}

/// A rate that switches at a time, and one at an amount, keep the order of the method.
#[test]
fn switches_in_rate_laws_are_located() {
    for solver in SOLVERS {
        let program = Build::new(&[0.0, 1.0])
            .reaction(&[], &[(0, 1.0)], piecewise(number(2.0), time().less(number(3.0)), number(0.0)))
            .rule(1, piecewise(-species(1), species(1).greater(number(0.5)), number(-0.25)))
            .program();
        let batch = solver.solve(&program, 1e-8, 1e-10, 4.0);
        assert!((batch.state(0)[0] - 6.0).abs() < 1e-8, "{:?}", batch.state(0));
        let expected = 0.5 - 0.25 * (4.0 - 2.0f64.ln());
        assert!((batch.state(0)[1] - expected).abs() < 1e-7 * solver.slack, "{:?} {expected}", batch.state(0));
        assert!(batch.counters(0).accepted < 240, "{:?}", batch.counters(0));
    }
}

/// A periodic input: dx/dt = a (1 + cos(w t)) - k x.
#[test]
fn an_input_that_depends_on_time() {
    for solver in SOLVERS {
        let (a, w, k) = (2.0, 3.0, 0.7);
        let cosine = call(vesica_model::Function::Cos, w * time());
        let program = Build::new(&[1.0]).rule(0, a * (1.0 + cosine) - k * species(0)).program();
        for until in [1.0, 10.0] {
            let amount = solver.solve(&program, 1e-8, 1e-10, until).state(0)[0];
            let forced = |t: f64| a / k + a * (k * (w * t).cos() + w * (w * t).sin()) / (k * k + w * w);
            let expected = forced(until) + (1.0 - forced(0.0)) * (-k * until).exp();
            assert!(difference(amount, expected) < 1e-6 * solver.slack, "{amount} {expected}");
        }
    }
}

/// Michaelis and Menten's law, closed by Lambert's function: S + K ln S falls evenly with time.
#[test]
fn michaelis_menten() {
    for solver in SOLVERS {
        let (vmax, half, start) = (3.0, 20.0, 100.0);
        let rate = vmax * species(0) / (half + species(0));
        let program = Build::new(&[start, 0.0]).reaction(&[(0, 1.0)], &[(1, 1.0)], rate).program();
        for until in [5.0, 30.0, 60.0] {
            let batch = solver.solve(&program, 1e-8, 1e-9, until);
            let amount: f64 = batch.state(0)[0];
            let fallen = (start + half * start.ln()) - (amount + half * amount.ln());
            assert!(difference(fallen, vmax * until) < 1e-6 * solver.slack, "{until}: {amount}");
            assert!((amount + batch.state(0)[1] - start).abs() < 1e-9);
        }
    }
}

#[test]
fn triggers_true_at_the_start_fire_only_when_asked() {
    for solver in SOLVERS {
        for fires_at_start in [false, true] {
            let mut build = Build::new(&[5.0]).event(species(0).greater(number(1.0)), vec![(0, species(0) + 10.0)]);
            build.0.events[0].fires_at_start = fires_at_start;
            let batch = solver.solve(&build.program(), 1e-6, 1e-6, 1.0);
            assert_eq!(batch.state(0)[0], if fires_at_start { 15.0 } else { 5.0 });
            assert_eq!(batch.fired(0).len(), usize::from(fires_at_start));
        }
    }
}

/// What the caller does between calls counts, too; two events at once see the same state.
#[test]
fn triggers_turned_true_from_outside_fire_when_the_lane_goes_on() {
    for solver in SOLVERS {
        let program = Build::new(&[0.0, 1.0, 2.0])
            .event(species(0).greater(number(1.0)), vec![(1, species(2))])
            .event(species(0).greater(number(2.0)), vec![(2, species(1))])
            .program();
        let mut batch = solver.solve(&program, 1e-6, 1e-6, 1.0);
        batch.state_mut(0)[0] = 3.0;
        let config = SolverConfig::with_tolerance(1e-6, 1e-6);
        (solver.advance)(&program, &config, &mut batch, 2.0);
        assert_eq!(batch.state(0), [3.0, 2.0, 1.0]);
        assert_eq!(batch.fired(0), [(0, 1.0), (1, 1.0)]);
    }
}

/// Events that set each other off for ever end in a failure, not in a hang.
#[test]
fn an_endless_chain_of_events_fails() {
    for solver in SOLVERS {
        let program = Build::new(&[0.0])
            .rule(0, number(1.0))
            .event(species(0).greater(number(1.0)), vec![(0, number(-5.0))])
            .event(species(0).less(number(-1.0)), vec![(0, number(5.0))])
            .program();
        let mut batch = Batch::new(&program, 1);
        (solver.advance)(&program, &SolverConfig::with_tolerance(1e-6, 1e-6), &mut batch, 3.0);
        assert!(matches!(batch.status(0), LaneStatus::Failed(failure) if (failure.time - 1.0).abs() < 1e-8));
    }
}

/// A pulse far shorter than the steps is not jumped over, since its times are known.
#[test]
fn a_short_pulse_is_not_missed() {
    for solver in SOLVERS {
        let pulse = time().greater(number(500.0)).and(time().less(number(500.5)));
        let program =
            Build::new(&[0.0]).reaction(&[], &[(0, 1.0)], piecewise(number(4.0), pulse, number(0.0))).program();
        let batch = solver.solve(&program, 1e-6, 1e-6, 1000.0);
        assert!((batch.state(0)[0] - 2.0).abs() < 1e-6, "{:?}", batch.state(0));
    }
}

/// A lane that is held on a switching surface by both sides slides along it.
#[test]
fn sliding_along_a_switching_surface_ends() {
    for solver in SOLVERS {
        let pull = piecewise(number(1.0), species(0).less(number(0.5)), number(-1.0));
        let program = Build::new(&[0.0]).rule(0, pull).program();
        let mut batch = Batch::new(&program, 1);
        let config = SolverConfig { max_step: 0.01, ..SolverConfig::with_tolerance(1e-6, 1e-6) };
        (solver.advance)(&program, &config, &mut batch, 5.0);
        assert_eq!(*batch.status(0), LaneStatus::Running);
        assert!((batch.state(0)[0] - 0.5).abs() < 0.02, "{:?}", batch.state(0));
    }
}

/// With a step of 4 the first pivot of this matrix is 0; the lane is then solved with pivoting.
#[test]
fn a_low_pivot_is_solved_densely() {
    let program = Build::new(&[1.0, 0.5]).rule(0, species(0) + 10.0 * species(1)).rule(1, -10.0 * species(0)).program();
    let (pivoted, n_dense) = dense_step(&program, 4.0);
    let (plain, none) = dense_step(&program, 4.0 * (1.0 + 1e-5));
    assert!(n_dense > 0 && none == 0, "{n_dense} {none}");
    for (a, b) in pivoted.iter().zip(&plain) {
        assert!((a - b).abs() < 1e-3 * (1.0 + b.abs()), "{pivoted:?} {plain:?}");
    }
}

/// One step of the given size: an earlier, longer wait has made the remembered step long.
fn dense_step(program: &vesica_engine::Program, step: f64) -> (Vec<f64>, u64) {
    let mut batch = Batch::new(program, 1);
    let mut workspace = Workspace::for_program(program);
    let config = SolverConfig { max_steps: 1000, ..SolverConfig::with_tolerance(1e9, 1e9) };
    advance(program, &config, &mut workspace, &mut batch, 1000.0);
    assert!(batch.step(0) > 10.0);
    batch.set_time(0, 0.0);
    batch.state_mut(0).copy_from_slice(&[1.0, 0.5]);
    let before = batch.counters(0);
    advance(program, &config, &mut workspace, &mut batch, step);
    assert_eq!(batch.counters(0).accepted - before.accepted, 1);
    (batch.state(0).to_vec(), batch.counters(0).dense)
}
