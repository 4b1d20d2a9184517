//! A lane's bits do not depend on the batch, on the order of lanes, or on the instructions used;
//! a lane that fails does so alone.

mod common;
use common::*;
use vesica_engine::random::Stream;
use vesica_engine::{
    Batch, Counters, FailureReason, Instructions, LaneStatus, Program, SolverConfig, Workspace, advance, advance_lanes,
};

/// A cell with an event and a switch, so that all that can tell lanes apart is in it.
fn switching_cell() -> Program {
    let build = cell(6);
    let (pool, mrna) = (12, 0);
    let build = build
        .reaction(&[], &[(pool, 1.0)], piecewise(number(0.02), species(pool + 1).less(number(40.0)), number(0.0)))
        .event(species(pool + 2).greater(number(60.0)), vec![(mrna + 1, species(mrna + 1) + 5.0)])
        .event(time().greater(number(5000.0)), vec![(mrna, species(mrna) + 30.0)]);
    build.program()
}

fn batch(program: &Program, lanes: &[u32]) -> Batch {
    let mut batch = Batch::new(program, lanes.len());
    for (lane, cell) in lanes.iter().enumerate() {
        let stream = Stream { seed: 3, world: 0, cell: *cell, stream: 0 };
        for (draw, value) in batch.parameters_mut(lane).iter_mut().enumerate() {
            *value *= 0.6 + 0.8 * stream.uniform(draw as u32);
        }
    }
    batch
}

fn run(program: &Program, batch: &mut Batch, instructions: Instructions) {
    let mut workspace = Workspace::with_instructions(program, instructions);
    let config = SolverConfig::with_tolerance(1e-4, 1e-3);
    for piece in 1..=12 {
        for lane in 0..batch.n_lanes() {
            batch.parameters_mut(lane)[0] = 0.01 * f64::from(piece % 5);
        }
        advance(program, &config, &mut workspace, batch, 1800.0 * f64::from(piece));
    }
}

/// Everything a lane ends with, as bits.
fn outcome(batch: &Batch, lane: usize) -> (Vec<u64>, Counters, Vec<(usize, u64)>) {
    let state = batch.state(lane).iter().map(|x| x.to_bits()).collect();
    let fired = batch.fired(lane).iter().map(|(event, time)| (*event, time.to_bits())).collect();
    (state, batch.counters(lane), fired)
}

#[test]
fn a_lane_is_the_same_alone_and_in_any_batch() {
    let program = switching_cell();
    let lanes: Vec<u32> = (0..100).collect();
    let backwards: Vec<u32> = lanes.iter().rev().copied().collect();
    let (mut all, mut turned) = (batch(&program, &lanes), batch(&program, &backwards));
    run(&program, &mut all, Instructions::widest());
    run(&program, &mut turned, Instructions::widest());
    let mut n_fired = 0;
    for lane in 0..100 {
        assert_eq!(*all.status(lane), LaneStatus::Running);
        assert_eq!(outcome(&all, lane), outcome(&turned, 99 - lane), "lane {lane}");
        n_fired += all.fired(lane).len();
    }
    assert!(n_fired >= 100, "the events of this test should happen: {n_fired}");
    for cell in [0, 17, 99] {
        let mut alone = batch(&program, &[cell]);
        run(&program, &mut alone, Instructions::widest());
        assert_eq!(outcome(&alone, 0), outcome(&all, cell as usize));
    }
}

#[test]
fn all_instructions_give_the_same_bits() {
    let program = switching_cell();
    let lanes: Vec<u32> = (0..20).collect();
    let mut plain = batch(&program, &lanes);
    run(&program, &mut plain, Instructions::Plain);
    for instructions in Instructions::available() {
        let mut other = batch(&program, &lanes);
        run(&program, &mut other, instructions);
        for lane in 0..lanes.len() {
            assert_eq!(outcome(&plain, lane), outcome(&other, lane), "{instructions:?} lane {lane}");
        }
    }
}

#[test]
fn a_lane_that_is_no_number_fails_alone() {
    let program = switching_cell();
    let (mut with, mut without) = (batch(&program, &[0, 1, 2]), batch(&program, &[0, 1, 2]));
    with.state_mut(1)[3] = f64::NAN;
    run(&program, &mut with, Instructions::widest());
    run(&program, &mut without, Instructions::widest());
    let LaneStatus::Failed(failure) = with.status(1) else { panic!("{:?}", with.status(1)) };
    assert_eq!((failure.reason, failure.time, failure.species), (FailureReason::NotFinite, 0.0, Some(3)));
    assert!(failure.reaction.is_some_and(|j| program.stoichiometry(j).iter().any(|(s, _)| *s == 3)));
    for lane in [0, 2] {
        assert_eq!(outcome(&with, lane), outcome(&without, lane));
    }
}

#[test]
fn a_finite_time_blow_up_is_a_step_too_small() {
    // dx/dt = x^2 from 1 has no solution beyond time 1.
    let program = Build::new(&[1.0, 5.0])
        .reaction(&[(1, 1.0)], &[], 0.1 * species(1))
        .reaction(&[], &[(0, 1.0)], species(0) * species(0))
        .program();
    let mut batch = Batch::new(&program, 1);
    let mut workspace = Workspace::for_program(&program);
    advance(&program, &SolverConfig::with_tolerance(1e-6, 1e-6), &mut workspace, &mut batch, 2.0);
    let LaneStatus::Failed(failure) = batch.status(0) else { panic!("{:?}", batch.status(0)) };
    assert_eq!((failure.reason, failure.species, failure.reaction), (FailureReason::StepTooSmall, Some(0), Some(1)));
    assert!((failure.time - 1.0).abs() < 1e-4, "{failure:?}");
}

#[test]
fn too_many_steps_are_reported_and_the_lane_can_go_on() {
    let build = Build::new(&[1.0, 0.0]).rule(0, 50.0 * species(1)).rule(1, -50.0 * species(0));
    let program = build.program();
    let mut batch = Batch::new(&program, 1);
    let mut workspace = Workspace::for_program(&program);
    let config = SolverConfig { max_steps: 20, ..SolverConfig::with_tolerance(1e-8, 1e-8) };
    advance(&program, &config, &mut workspace, &mut batch, 10.0);
    let LaneStatus::Failed(failure) = batch.status(0).clone() else { panic!("{:?}", batch.status(0)) };
    assert_eq!(failure.reason, FailureReason::TooManySteps);
    batch.resume(0);
    advance(&program, &SolverConfig { max_steps: 1_000_000, ..config }, &mut workspace, &mut batch, 10.0);
    assert_eq!(*batch.status(0), LaneStatus::Running);
    assert!((batch.state(0)[0] - (500.0f64).cos()).abs() < 1e-4, "{:?}", batch.state(0));
}

/// A smooth lane at a tight tolerance: too many steps for a method of fixed order, few for one of variable order.
#[test]
fn a_lane_too_hard_for_a_tile_goes_on_alone_and_the_others_are_as_before() {
    let program = Build::new(&[1.0]).parameter(1.0).reaction(&[(0, 1.0)], &[], parameter(0) * species(0)).program();
    let config = SolverConfig { max_steps: 280, ..SolverConfig::with_tolerance(1e-10, 1e-12) };
    let mut batch = Batch::new(&program, 3);
    batch.parameters_mut(0)[0] = 0.01;
    batch.parameters_mut(2)[0] = 0.02;
    let mut workspace = Workspace::for_program(&program);
    let mut without = batch.clone();
    without.stop(1, 0);
    advance(&program, &config, &mut workspace, &mut batch, 12.0);
    advance(&program, &config, &mut workspace, &mut without, 12.0);
    let handed: Vec<u64> = (0..3).map(|lane| batch.counters(lane).handed_over).collect();
    assert_eq!((handed, batch.status(1)), (vec![0, 1, 0], &LaneStatus::Running), "{:?}", batch.counters(1));
    assert!((batch.state(1)[0] - (-12.0f64).exp()).abs() < 1e-8, "{:?}", batch.state(1));
    assert_eq!((batch.state(0), batch.state(2)), (without.state(0), without.state(2)));
}

/// Counters catch regressions that time hides.
#[test]
fn counters_of_a_fixed_model() {
    let program = switching_cell();
    let mut one = batch(&program, &[0]);
    run(&program, &mut one, Instructions::widest());
    let Counters { accepted, rejected, located, dense, explicit, handed_over } = one.counters(0);
    assert_eq!((accepted, rejected, located, dense, explicit, handed_over), (127, 7, 2, 0, 0, 0));
}

#[test]
fn a_stop_does_not_shrink_the_step() {
    let program = Build::new(&[100.0]).reaction(&[(0, 1.0)], &[], 1e-6 * species(0)).program();
    let mut workspace = Workspace::for_program(&program);
    let mut batch = Batch::new(&program, 1);
    let config = SolverConfig::with_tolerance(1e-4, 1e-6);
    advance(&program, &config, &mut workspace, &mut batch, 1e4);
    let before = batch.counters(0).accepted;
    for piece in 1..=50 {
        advance(&program, &config, &mut workspace, &mut batch, 1e4 + 100.0 * f64::from(piece));
    }
    assert_eq!(batch.counters(0).accepted - before, 50);
    assert!(batch.step(0) > 1e4);
}

#[test]
fn inputs_that_are_told_cost_less_and_change_no_bit() {
    let plain = switching_cell();
    let told = switching_cell().with_inputs(&[0, 3]);
    let lanes: Vec<u32> = (0..21).collect();
    let (mut expected, mut batch) = (batch(&plain, &lanes), batch(&told, &lanes));
    let config = SolverConfig::with_tolerance(1e-4, 1e-3);
    for piece in 1..=6 {
        for lane in 0..21 {
            for (parameter, value) in [(0, 0.01 * f64::from(piece % 5)), (3, 0.001 * lane as f64), (5, 0.02)] {
                expected.parameters_mut(lane)[parameter] = value;
                batch.set_parameter(&told, lane, parameter, value);
            }
        }
        let until = 1800.0 * f64::from(piece);
        advance(&plain, &config, &mut Workspace::for_program(&plain), &mut expected, until);
        advance(&told, &config, &mut Workspace::for_program(&told), &mut batch, until);
    }
    for lane in 0..21 {
        assert_eq!(outcome(&batch, lane).0, outcome(&expected, lane).0, "lane {lane}");
    }
}

#[test]
fn a_lane_that_follows_another_is_as_if_it_had_gone_itself() {
    let program = switching_cell();
    let (mut each, mut followed) = (batch(&program, &[4, 9, 4]), batch(&program, &[4, 9, 4]));
    assert!(each.are_alike(0, 2) && !each.are_alike(0, 1));
    let (config, mut workspace) = (SolverConfig::with_tolerance(1e-4, 1e-3), Workspace::for_program(&program));
    advance(&program, &config, &mut workspace, &mut each, 7200.0);
    advance_lanes(&program, &config, &mut workspace, (&mut followed, [0, 1]), 7200.0);
    assert_eq!(followed.time(2), 0.0, "nobody asked for it");
    followed.follow_lane(2, 0);
    // from here they part
    for batch in [&mut each, &mut followed] {
        assert!(batch.are_alike(0, 2));
        batch.set_parameter(&program, 2, 0, 0.05);
        assert!(!batch.are_alike(0, 2));
        advance(&program, &config, &mut workspace, batch, 14_400.0);
    }
    for lane in 0..3 {
        assert_eq!(outcome(&followed, lane), outcome(&each, lane), "lane {lane}");
    }
}
