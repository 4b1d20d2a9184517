//! One trajectory, explicit where nothing is stiff and by backward differentiation elsewhere: what it asks of the suite that
//! every solver passes (`closed_forms`), and more: orders, which method goes on, states between steps, the same bits with
//! any instructions, fewer steps, lanes that stop or fail.

mod common;
use common::*;
use vesica_engine::{
    Batch, Evaluator, FailureReason, Instructions, LaneStatus, Program, SolverConfig, Workspace, advance, follow,
};

fn config(rtol: f64) -> SolverConfig {
    SolverConfig::with_tolerance(rtol, rtol * 1e-3)
}

/// A cell with an event and a switch.
fn switching_cell() -> Program {
    cell(6)
        .reaction(&[], &[(12, 1.0)], piecewise(number(0.02), species(13).less(number(40.0)), number(0.0)))
        .event(species(14).greater(number(60.0)), vec![(1, species(1) + 5.0)])
        .event(time().greater(number(5000.0)), vec![(0, species(0) + 30.0)])
        .program()
}

fn times(n: usize, until: f64) -> Vec<f64> {
    (1..=n).map(|i| until * i as f64 / n as f64).collect()
}

#[test]
fn states_between_steps_are_those_of_the_other_solver() {
    let program = switching_cell();
    let times = times(37, 72_000.0);
    let (mut batch, mut workspace) = (Batch::new(&program, 1), Workspace::for_program(&program));
    let mut found = Vec::new();
    follow(&program, &config(1e-8), &mut workspace, &mut batch, 0, &times, &mut found);
    let mut reference = Batch::new(&program, 1);
    for (time, found) in times.iter().zip(found.chunks_exact(program.n_species())) {
        advance(&program, &config(1e-10), &mut workspace, &mut reference, *time);
        for (found, expected) in found.iter().zip(reference.state(0)) {
            assert!((found - expected).abs() < 1e-5 * expected.abs().max(1.0), "{time}: {found} {expected}");
        }
    }
    let events = |batch: &Batch| batch.fired(0).iter().map(|(event, _)| *event).collect::<Vec<_>>();
    assert_eq!(events(&batch), events(&reference));
    assert!(!events(&batch).is_empty());
    assert_eq!(batch.time(0), 72_000.0);
}

#[test]
fn any_instructions_give_the_same_bits() {
    let program = switching_cell();
    let run = |kind, evaluator| {
        let mut batch = Batch::new(&program, 1);
        let mut workspace = Workspace::with_evaluator(&program, kind, evaluator);
        let mut out = Vec::new();
        follow(&program, &config(1e-6), &mut workspace, &mut batch, 0, &times(10, 40_000.0), &mut out);
        (out.iter().map(|x| x.to_bits()).collect::<Vec<_>>(), batch.counters(0))
    };
    let plain = run(Instructions::Plain, Evaluator::Interpreter);
    for kind in Instructions::available() {
        for evaluator in [Evaluator::Interpreter, Evaluator::MachineCode] {
            assert!(run(kind, evaluator) == plain, "{kind:?} {evaluator:?}");
        }
    }
}

/// What it is for: a smooth trajectory at a tight tolerance takes far fewer evaluations than with a fixed order.
#[test]
fn tight_tolerances_cost_little() {
    let program = cell(6).program();
    let (mut by_order, mut by_lanes) = (Batch::new(&program, 1), Batch::new(&program, 1));
    let mut workspace = Workspace::for_program(&program);
    follow(&program, &config(1e-10), &mut workspace, &mut by_order, 0, &[1e6], &mut Vec::new());
    advance(&program, &config(1e-10), &mut workspace, &mut by_lanes, 1e6);
    // each step of the lanes' solver evaluates six times, each of this one about twice
    assert!(
        by_order.counters(0).accepted * 2 < by_lanes.counters(0).accepted * 6,
        "{:?} {:?}",
        by_order.counters(0),
        by_lanes.counters(0)
    );
}

#[test]
fn a_lane_that_stops_leaves_the_later_times_open() {
    let program = Build::new(&[8.0])
        .reaction(&[(0, 1.0)], &[], std::f64::consts::LN_2 * species(0))
        .event(species(0).less(number(1.0)), vec![])
        .program();
    let mut batch = Batch::new(&program, 2);
    batch.state_mut(0)[0] = 800.0;
    let config = SolverConfig { terminal_events: vec![0], ..config(1e-8) };
    let mut out = vec![7.0];
    follow(&program, &config, &mut Workspace::for_program(&program), &mut batch, 1, &[0.0, 1.0, 2.0, 5.0], &mut out);
    assert_eq!(out[..2], [7.0, 8.0]);
    assert!((out[2] - 4.0).abs() < 1e-6 && (out[3] - 2.0).abs() < 1e-6 && out[4].is_nan(), "{out:?}");
    assert!(matches!(*batch.status(1), LaneStatus::Stopped { event: 0, time } if (time - 3.0).abs() < 1e-6));
    assert_eq!((batch.status(0), batch.time(0), batch.state(0)[0]), (&LaneStatus::Running, 0.0, 800.0));
}

/// A rises to where a rate ends; what exploded is no less to be named than what it spoils.
#[test]
fn the_reaction_whose_rate_ends_is_named_and_so_is_what_exploded() {
    let ends = Build::new(&[5.0, 0.0, 1.0])
        .reaction(&[(0, 1.0)], &[], 0.1 * species(0))
        .reaction(&[], &[(1, 1.0)], number(1.0))
        .reaction(&[], &[(2, 1.0)], call(vesica_model::Function::Ln, 1.0 - species(1)));
    let explodes = Build::new(&[5.0, 3.0, 10.0])
        .reaction(&[(0, 1.0)], &[(1, 1.0)], 0.1 * species(0))
        .reaction(&[(1, 1.0)], &[(0, 1.0)], 0.2 * species(1))
        .reaction(&[], &[(2, 1.0)], species(2));
    for (build, until) in [(ends, 2.0), (explodes, 1000.0)] {
        let program = build.program();
        let (mut one, mut many) = (Batch::new(&program, 1), Batch::new(&program, 3));
        let mut workspace = Workspace::for_program(&program);
        follow(&program, &config(1e-6), &mut workspace, &mut one, 0, &[until], &mut Vec::new());
        vesica_engine::advance(&program, &config(1e-6), &mut workspace, &mut many, until);
        for status in [one.status(0), many.status(0), many.status(2)] {
            let LaneStatus::Failed(failure) = status else { panic!("{status:?}") };
            assert_eq!((failure.species, failure.reaction), (Some(2), Some(2)), "{failure:?}");
        }
    }
}

#[test]
fn a_finite_time_blow_up_is_a_step_too_small() {
    let program = Build::new(&[1.0, 5.0])
        .reaction(&[(1, 1.0)], &[], 0.1 * species(1))
        .reaction(&[], &[(0, 1.0)], species(0) * species(0))
        .program();
    let mut batch = Batch::new(&program, 1);
    follow(&program, &config(1e-6), &mut Workspace::for_program(&program), &mut batch, 0, &[2.0], &mut Vec::new());
    let LaneStatus::Failed(failure) = batch.status(0) else { panic!("{:?}", batch.status(0)) };
    assert_eq!((failure.reason, failure.species, failure.reaction), (FailureReason::StepTooSmall, Some(0), Some(1)));
    assert!((failure.time - 1.0).abs() < 1e-3, "{failure:?}");
}

#[test]
fn a_state_that_is_no_number_fails_at_once() {
    let program = Build::new(&[1.0]).reaction(&[(0, 1.0)], &[], species(0)).program();
    let mut batch = Batch::new(&program, 1);
    batch.state_mut(0)[0] = f64::NAN;
    follow(&program, &config(1e-6), &mut Workspace::for_program(&program), &mut batch, 0, &[2.0], &mut Vec::new());
    assert!(matches!(batch.status(0), LaneStatus::Failed(failure) if failure.reason == FailureReason::NotFinite));
}

#[test]
fn an_empty_list_of_times_is_no_work() {
    let program = Build::new(&[1.0]).reaction(&[(0, 1.0)], &[], species(0)).program();
    let (mut batch, mut out) = (Batch::new(&program, 1), Vec::new());
    follow(&program, &config(1e-6), &mut Workspace::for_program(&program), &mut batch, 0, &[], &mut out);
    assert_eq!((out.len(), batch.time(0)), (0, 0.0));
}

/// Largest error at the times asked for, with steps of a fixed size: the tolerances are too wide to matter.
fn error_with_step(step: f64, times: &[f64]) -> f64 {
    // logistic growth
    let program = Build::new(&[0.1]).rule(0, species(0) * (1.0 - species(0))).program();
    let config = SolverConfig { max_step: step, ..SolverConfig::with_tolerance(1e6, 1e6) };
    let (mut batch, mut out) = (Batch::new(&program, 1), Vec::new());
    follow(&program, &config, &mut Workspace::for_program(&program), &mut batch, 0, times, &mut out);
    assert_eq!(batch.counters(0).explicit, batch.counters(0).accepted);
    let exact = |time: f64| 0.1 * time.exp() / (1.0 + 0.1 * (time.exp() - 1.0));
    times.iter().zip(&out).map(|(time, found)| (found - exact(*time)).abs()).fold(0.0, f64::max)
}

#[test]
fn explicit_steps_are_of_order_eight_and_states_within_them_of_order_seven() {
    let order = |times: &[f64]| (error_with_step(0.5, times) / error_with_step(0.25, times)).log2();
    let at_steps = order(&[4.0]);
    assert!((7.5..9.5).contains(&at_steps), "{at_steps}");
    let within: Vec<f64> = (0..40).map(|i| 4.0 * (f64::from(i) + 0.37) / 40.0).chain([4.0]).collect();
    let within = order(&within);
    assert!((6.5..8.8).contains(&within), "{within}");
}

/// dx/dt = cos t - k·(x - sin t): x is sin t, whatever k, which is small at first, then large, then small again.
fn turns_stiff() -> Program {
    let sine = || call(vesica_model::Function::Sin, time());
    let cosine = call(vesica_model::Function::Cos, time());
    let distance = || time() - 30.0;
    let bell = call(vesica_model::Function::Exp, number(-0.05) * (distance() * distance()));
    let speed = 0.5 + number(1e4) * bell;
    Build::new(&[0.0, 1.0]).rule(0, cosine - speed * (species(0) - sine())).rule(1, -0.1 * species(1)).program()
}

#[test]
fn the_method_follows_the_system_into_stiffness_and_out_of_it() {
    let program = turns_stiff();
    for rtol in [1e-4, 1e-6, 1e-8] {
        let until = |end: f64| {
            let mut batch = Batch::new(&program, 1);
            let times = times(50, end);
            let mut out = Vec::new();
            let mut workspace = Workspace::for_program(&program);
            follow(&program, &config(rtol), &mut workspace, &mut batch, 0, &times, &mut out);
            for (time, state) in times.iter().zip(out.chunks_exact(2)) {
                assert!((state[0] - time.sin()).abs() < 1e3 * rtol, "{rtol} {time}: {state:?}");
                assert!(difference(state[1], (-0.1 * time).exp()) < 1e3 * rtol, "{rtol} {time}: {state:?}");
            }
            let counters = batch.counters(0);
            (counters.accepted - counters.explicit, counters.explicit)
        };
        let [before, within, after] = [10.0, 45.0, 100.0].map(until);
        assert_eq!(before.0, 0, "{rtol}: not stiff yet");
        // stability alone would ask for 1e4·sqrt(20·pi)/6, some 13 000
        assert!(within.0 > 20 && within.0 + within.1 < 1500, "{rtol}: {within:?}");
        assert!(after.1 > within.1 + 5, "{rtol}: not stiff any more: {within:?} {after:?}");
    }
}

#[test]
fn what_is_stiff_throughout_is_left_to_backward_differentiation() {
    let program = cell(6).program();
    let mut batch = Batch::new(&program, 1);
    follow(&program, &config(1e-6), &mut Workspace::for_program(&program), &mut batch, 0, &[1e6], &mut Vec::new());
    let counters = batch.counters(0);
    assert!(counters.explicit * 4 < counters.accepted, "{counters:?}");
}
