//! Exact stochastic trajectories of large networks, with a tree of sums: the bits of the slow, clear direct method
//! where sums are exact, the moments of a closed form, events, failures, and when there is a tree at all.

mod common;
use common::*;
use vesica_engine::naive::Point;
use vesica_engine::random::{Stream, philox};
use vesica_engine::{
    Batch, Evaluator, FailureReason, Instructions, LaneStatus, Program, SolverConfig, Workspace, advance_exactly, math,
};
use vesica_model::Network;

fn streams(n: usize, seed: u64) -> Vec<Stream> {
    (0..n).map(|cell| Stream { seed, world: 2, cell: cell as u32, stream: 77 }).collect()
}

fn config() -> SolverConfig {
    SolverConfig::with_tolerance(1e-6, 1e-6)
}

/// Species of a ring that is large enough for a tree.
const LARGE: usize = 600;

/// A ring of `n` species, 2 `n` reactions. Rates are multiples of 1/128 below 2^40, so that their sums are exact.
fn ring(n: usize) -> Build {
    let mut build = Build::new(&(0..n).map(|i| (3 + i % 5) as f64).collect::<Vec<_>>());
    for i in 0..n {
        let (next, k) = ((i + 1) % n, (1 + i % 7) as f64 / 64.0);
        build = build.reaction(&[(i, 1.0)], &[(next, 1.0)], k * species(i)).reaction(
            &[(i, 1.0), (next, 1.0)],
            &[(i, 2.0)],
            species(i) * species(next) / number(128.0),
        );
    }
    build
}

/// The direct method as one reads it: every rate by walking the trees, chosen by the running sum.
fn naive(network: &Network, mut state: Vec<f64>, until: f64, stream: &Stream) -> (Vec<f64>, u32) {
    let unit = |high: u32, low: u32| {
        let bits = (u64::from(high) << 20) | u64::from(low >> 12);
        (bits as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
    };
    let (mut time, mut drawn) = (0.0, 0);
    loop {
        let rates = Point::new(network, time, &state, &[]).reaction_rates();
        let total: f64 = rates.iter().sum();
        let key = [stream.seed as u32, (stream.seed >> 32) as u32];
        let block = philox([drawn, stream.stream, stream.cell, stream.world], key);
        drawn += 1;
        time += -math::ln(unit(block[0], block[1])) / total;
        if time >= until {
            return (state, drawn);
        }
        let (point, mut sum) = (unit(block[2], block[3]) * total, 0.0);
        let chosen = rates.iter().position(|rate| {
            sum += rate;
            point < sum
        });
        let reaction = &network.reactions[chosen.expect("the last sum is the total")];
        reaction.reactants.iter().for_each(|(species, n)| state[*species] -= n);
        reaction.products.iter().for_each(|(species, n)| state[*species] += n);
    }
}

fn run(program: &Program, streams: &[Stream], stops: &[f64]) -> Batch {
    let mut batch = Batch::new(program, streams.len());
    let mut workspace = Workspace::for_program(program);
    for until in stops {
        advance_exactly(program, &config(), &mut workspace, &mut batch, *until, streams).expect("exact");
    }
    batch
}

#[test]
fn a_large_network_has_the_bits_of_the_slow_form() {
    let build = ring(LARGE);
    let (program, streams) = (build.program(), streams(11, 5));
    assert!(program.has_sum_tree());
    let slow: Vec<_> =
        streams.iter().map(|s| naive(&build.0, Batch::new(&program, 1).state(0).to_vec(), 3.0, s)).collect();
    assert!(slow.iter().all(|(_, drawn)| *drawn > 300), "something happens");
    for kind in Instructions::available() {
        for evaluator in [Evaluator::Interpreter, Evaluator::MachineCode] {
            let mut workspace = Workspace::with_evaluator(&program, kind, evaluator);
            let mut batch = Batch::new(&program, streams.len());
            advance_exactly(&program, &config(), &mut workspace, &mut batch, 3.0, &streams).expect("exact");
            for (lane, (state, drawn)) in slow.iter().enumerate() {
                assert_eq!((batch.state(lane), batch.drawn(lane)), (&state[..], *drawn), "{kind:?} lane {lane}");
            }
        }
    }
}

#[test]
fn a_lane_is_the_same_alone_in_company_and_without_the_tree() {
    let program = ring(LARGE).program();
    assert!(program.has_sum_tree());
    let (all, linear) = (streams(20, 9), program.clone().without_sum_tree());
    let together = run(&program, &all, &[1.0, 2.5]);
    let in_lanes = run(&linear, &all, &[1.0, 2.5]);
    for lane in 0..20 {
        assert_eq!(together.state(lane), in_lanes.state(lane));
    }
    for lane in [0, 7, 19] {
        let alone = run(&program, &all[lane..=lane], &[1.0, 2.5]);
        assert_eq!((alone.state(0), alone.drawn(0)), (together.state(lane), together.drawn(lane)));
    }
}

/// Each of 600 species comes at 1.3 per time and each molecule leaves at 0.17: alike and independent, so that every
/// one of them at `t` is a draw from one Poisson spread. Rates are no multiples of anything, and sums are rounded.
#[test]
fn the_moments_are_those_of_the_closed_form_with_and_without_the_tree() {
    let (n_species, n_lanes, t) = (600, 30, 9.0f64);
    let mut build = Build::new(&vec![0.0; n_species]);
    for i in 0..n_species {
        build = build.reaction(&[], &[(i, 1.0)], number(1.3)).reaction(&[(i, 1.0)], &[], 0.17 * species(i));
    }
    let program = build.program();
    assert!(program.has_sum_tree());
    let mean = 1.3 / 0.17 * (1.0 - (-0.17 * t).exp());
    let n = (n_species * n_lanes) as f64;
    for program in [program.clone(), program.without_sum_tree()] {
        let batch = run(&program, &streams(n_lanes, 3), &[t]);
        let values: Vec<f64> = (0..n_lanes).flat_map(|lane| batch.state(lane).to_vec()).collect();
        let found = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|x| (x - found) * (x - found)).sum::<f64>() / (n - 1.0);
        assert!((found - mean).abs() < 4.5 * (mean / n).sqrt(), "mean {found}, expected {mean}");
        // the variance of a Poisson sample's variance: (m + 2 m²)/n
        let error = ((mean + 2.0 * mean * mean) / n).sqrt();
        assert!((variance - mean).abs() < 4.5 * error, "variance {variance}, expected {mean} ± {error}");
        let other = run(&program, &streams(n_lanes, 4), &[t]);
        assert_ne!(other.state(0), batch.state(0), "another seed, another path");
    }
}

#[test]
fn events_and_conditions_on_time_are_those_of_the_lanes() {
    let switched = piecewise(number(4.0), time().greater(number(1.0)), number(0.25));
    let program = ring(LARGE)
        .reaction(&[], &[(0, 1.0)], switched)
        .event(species(0).greater(number(5.5)), vec![(0, species(0) - 5.0), (1, species(1) + 1.0)])
        .event(time().greater(number(1.5)), vec![(2, number(30.0))])
        .program();
    let (streams, linear) = (streams(9, 3), program.clone().without_sum_tree());
    assert!(program.has_sum_tree());
    let (tree, lanes) = (run(&program, &streams, &[0.7, 3.0]), run(&linear, &streams, &[0.7, 3.0]));
    for lane in 0..9 {
        assert_eq!(tree.state(lane), lanes.state(lane));
        assert_eq!(tree.fired(lane), lanes.fired(lane));
    }
    assert!((0..9).any(|lane| tree.fired(lane).len() > 2), "both kinds of events happen");
    let config = SolverConfig { terminal_events: vec![1], ..config() };
    let mut batch = Batch::new(&program, 1);
    let mut workspace = Workspace::for_program(&program);
    advance_exactly(&program, &config, &mut workspace, &mut batch, 3.0, &streams[..1]).expect("exact");
    assert!(matches!(batch.status(0), LaneStatus::Stopped { event: 1, .. }) && batch.time(0) < 1.500001);
}

#[test]
fn an_explosion_and_a_negative_chance_freeze_their_lane_alone() {
    let program = ring(LARGE)
        .parameter(0.0)
        .reaction(&[(4, 1.0)], &[(4, 2.0)], parameter(0) * species(4))
        .reaction(&[(5, 1.0)], &[], 0.5 * (species(5) - parameter(0)))
        .program();
    assert!(program.has_sum_tree());
    let mut batch = Batch::new(&program, 3);
    batch.parameters_mut(0)[0] = 64.0;
    batch.state_mut(0)[5] = 100.0;
    batch.parameters_mut(1)[0] = 2.0;
    batch.state_mut(1)[5] = 1.0;
    let config = SolverConfig { max_steps: 3000, ..config() };
    let mut workspace = Workspace::for_program(&program);
    advance_exactly(&program, &config, &mut workspace, &mut batch, 2.0, &streams(3, 4)).expect("exact");
    let LaneStatus::Failed(exploded) = batch.status(0) else { panic!("{:?}", batch.status(0)) };
    assert_eq!((exploded.reason, exploded.species), (FailureReason::TooManySteps, Some(4)));
    let LaneStatus::Failed(negative) = batch.status(1) else { panic!("{:?}", batch.status(1)) };
    assert_eq!(
        (negative.reason, negative.reaction, negative.time),
        (FailureReason::NegativeRate, Some(2 * LARGE + 1), 0.0)
    );
    assert_eq!((batch.status(2), batch.time(2)), (&LaneStatus::Running, 2.0));
}

/// By counted operations: a small network has none, nor one in which every event changes every rate.
#[test]
fn there_is_a_tree_where_it_saves_operations() {
    assert!(!ring(30).program().has_sum_tree());
    assert!(ring(1000).program().has_sum_tree());
    let n = 400;
    let mut build = Build::new(&vec![1.0; n]);
    let all = (1..n).fold(species(0), |sum, i| sum + species(i));
    build = build.variable(all);
    for i in 0..n {
        build = build.reaction(&[(i, 1.0)], &[], 0.1 * species(i) / variable(0));
    }
    assert!(!build.program().has_sum_tree(), "the volume of the cell stands in every rate");
}

#[test]
fn a_network_of_ten_thousand_reactions_keeps_what_a_ring_keeps() {
    let program = ring(5000).program();
    let before: f64 = Batch::new(&program, 1).state(0).iter().sum();
    let batch = run(&program, &streams(2, 1), &[0.4]);
    for lane in 0..2 {
        assert_eq!(batch.state(lane).iter().sum::<f64>(), before);
        assert!(batch.drawn(lane) > 500 && batch.state(lane).iter().all(|x| *x >= 0.0));
    }
}
