//! Algebraic rules (index 1): a stiff system against itself as rates, an equilibrium against its closed form, a pendulum
//! against the equation of its angle; events, tangents, lanes; and what is refused or frozen, by name.

mod common;
use common::*;
use vesica_engine::random::Stream;
use vesica_engine::{
    Batch, CompileError, Evaluator, FailureReason, Instructions, LaneStatus, NotExact, Program, SolverConfig,
    Workspace, advance, advance_exactly, compile, compile_along, follow, steady_state,
};
use vesica_model::{Function, Library, Network};

fn read(text: &str) -> Network {
    let mut library = Library::default();
    let mut findings = library.read("m", text);
    let model = library.main_model().expect("one model").to_owned();
    let (network, more) = library.flatten(&model);
    findings.extend(more);
    assert!(findings.iter().all(|found| found.code.starts_with('W')), "{findings:?}");
    network
}

/// States at rising times, `[time × n_species]`.
fn states(program: &Program, tolerance: f64, times: &[f64]) -> Vec<Vec<f64>> {
    let mut batch = Batch::new(program, 1);
    let (config, mut out) = (SolverConfig::with_tolerance(tolerance, 1e-3 * tolerance), Vec::new());
    follow(program, &config, &mut Workspace::for_program(program), &mut batch, 0, times, &mut out);
    assert_eq!(batch.status(0), &LaneStatus::Running);
    out.chunks(program.n_species()).map(<[f64]>::to_vec).collect()
}

/// H. H. Robertson's problem (1966): the third amount by its rate, and by what the three add up to.
#[test]
fn robertson_with_a_sum_is_robertson_with_rates() {
    let rates = "y1 = 1; y2 = 0; y1' = -0.04*y1 + 1e4*y2*y3; y2' = 0.04*y1 - 1e4*y2*y3 - 3e7*y2^2;";
    let by_rates = compile(&read(&format!("model m() {rates} y3 = 0; y3' = 3e7*y2^2; end"))).expect("sound");
    let by_sum = compile(&read(&format!("model m() {rates} var y3 = 0.2; 0 = y1 + y2 + y3 - 1; end"))).expect("sound");
    assert_eq!(by_sum.algebraic_species(), [by_sum.species("y3").expect("it is there")]);
    let times = [0.4, 4.0, 40.0, 400.0, 4e3, 4e4];
    let place = |program: &Program| ["y1", "y2", "y3"].map(|id| program.species(id).expect("it is there"));
    let (rate_order, sum_order) = (place(&by_rates), place(&by_sum));
    for (reference, found) in states(&by_rates, 1e-10, &times).iter().zip(states(&by_sum, 1e-8, &times)) {
        for (a, b) in rate_order.iter().zip(&sum_order) {
            assert!(difference(found[*b], reference[*a]) < 3e-6, "{found:?} {reference:?}");
        }
        assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-13, "the rule holds to rounding");
    }
}

const BINDING: &str = "
    substanceOnly species R_total = 3, L_total = 5, R = 1, L = 1, RL = 1;
    L_total -> ; k*L; => R_total; 0.2;
    0 = R + RL - R_total; 0 = L + RL - L_total; 0 = R*L - K*RL;
    k = 0.3; K = 0.7;";

/// What is bound when the totals are these: the smaller root of RL^2 - (R + L + K)·RL + R·L.
fn bound(r: f64, l: f64, k: f64) -> f64 {
    let sum = r + l + k;
    2.0 * r * l / (sum + (sum * sum - 4.0 * r * l).sqrt())
}

#[test]
fn a_binding_at_equilibrium_has_its_closed_form() {
    let program = compile(&read(&format!("model m() {BINDING} end"))).expect("sound");
    let at = |id: &str| program.species(id).expect("it is there");
    let (r, l, rl, ligand) = (at("R_total"), at("L_total"), at("RL"), at("L"));
    let times = [0.0, 0.5, 3.0, 20.0];
    let found = states(&program, 1e-9, &times);
    for state in &found {
        let expected = bound(state[r], state[l], 0.7);
        assert!(difference(state[rl], expected) < 1e-9, "{} {expected}", state[rl]);
        assert!((state[ligand] + state[rl] - state[l]).abs() < 1e-12);
    }
    // the slow way: classical Runge-Kutta on the one total that is left, the root taken at every stage
    let (mut l_total, step) = (5.0, 1e-3);
    let slope = |t: f64, l: f64| -0.3 * (l - bound(3.0 + 0.2 * t, l, 0.7));
    for i in 0..3000 {
        let t = f64::from(i) * step;
        let a = slope(t, l_total);
        let b = slope(t + 0.5 * step, l_total + 0.5 * step * a);
        let c = slope(t + 0.5 * step, l_total + 0.5 * step * b);
        let d = slope(t + step, l_total + step * c);
        l_total += step / 6.0 * (a + 2.0 * b + 2.0 * c + d);
    }
    assert!(difference(found[2][l], l_total) < 1e-7, "{} {l_total}", found[2][l]);
}

#[test]
fn an_event_moves_what_follows_at_once() {
    let text = format!("model m() {BINDING} E: at (time > 1): R_total = 0.5*R_total; F: at (RL < 1.6): K = 0.1; end");
    let program = compile(&read(&text)).expect("sound");
    let at = |id: &str| program.species(id).expect("it is there");
    let mut batch = Batch::new(&program, 1);
    let config = SolverConfig::with_tolerance(1e-9, 1e-12);
    let mut out = Vec::new();
    let times = [0.5, 1.0, 1.5, 8.0];
    follow(&program, &config, &mut Workspace::for_program(&program), &mut batch, 0, &times, &mut out);
    assert_eq!(batch.status(0), &LaneStatus::Running);
    let fired: Vec<usize> = batch.fired(0).iter().map(|(event, _)| *event).collect();
    assert_eq!(fired, [program.event("E").expect("it is there"), program.event("F").expect("it is there")]);
    for state in out.chunks(program.n_species()) {
        let expected = bound(state[at("R_total")], state[at("L_total")], state[at("K")]);
        assert!(difference(state[at("RL")], expected) < 1e-9, "{} {expected}", state[at("RL")]);
    }
}

/// The length of a rod differentiated twice gives its tension: index 1. The angle alone obeys θ'' = -g sin θ.
#[test]
fn a_pendulum_of_index_one_swings_as_its_angle() {
    let text = "model m() x = 1; y = 0; vx = 0; vy = 0; var pull = 1; g = 9.81;
        x' = vx; y' = vy; vx' = -pull*x; vy' = -pull*y - g; 0 = vx^2 + vy^2 - pull*(x^2 + y^2) - g*y; end";
    let program = compile(&read(text)).expect("sound");
    let [x, y] = ["x", "y"].map(|id| program.species(id).expect("it is there"));
    let end = 2.0;
    let found = states(&program, 1e-10, &[end]).remove(0);
    let (mut angle, mut speed, n) = (0.5 * std::f64::consts::PI, 0.0, 20_000);
    let step = end / f64::from(n);
    for _ in 0..n {
        let push = |angle: f64| -9.81 * angle.sin();
        let (a, p) = (speed, push(angle));
        let (b, q) = (speed + 0.5 * step * p, push(angle + 0.5 * step * a));
        let (c, r) = (speed + 0.5 * step * q, push(angle + 0.5 * step * b));
        let (d, s) = (speed + step * r, push(angle + step * c));
        angle += step / 6.0 * (a + 2.0 * b + 2.0 * c + d);
        speed += step / 6.0 * (p + 2.0 * q + 2.0 * r + s);
    }
    assert!((found[x] - angle.sin()).abs() < 1e-6 && (found[y] + angle.cos()).abs() < 1e-6, "{found:?} {angle}");
}

#[test]
fn an_index_above_one_is_refused_by_name() {
    // x' = v, v' = pull, 0 = x - 1: the rule does not name what it shall determine
    let by_hand = |rule: F| {
        let mut build = Build::new(&[1.0, 0.0, 0.0]).rule(0, species(1)).rule(1, species(2));
        build.0.algebraic_rules.push((2, rule.0));
        build
    };
    let high = by_hand(species(0) - 1.0);
    assert_eq!(compile(&high.0).map(|_| ()), Err(CompileError::HighIndex { species: "S2".into() }));
    let twice = by_hand(species(2) - 1.0).rule(2, number(1.0));
    assert_eq!(compile(&twice.0).map(|_| ()), Err(CompileError::HeldTwice { species: "S2".into() }));
    // from Antimony it is told with the place (E67)
    let mut library = Library::default();
    library.read("m", "model m() x = 1; v = 0; var pull = 0; x' = v; v' = pull; 0 = x - 1; end");
    let found = library.flatten("m").1;
    assert!(found.iter().any(|one| one.code == "E67" && one.help.contains("`pull`")), "{found:?}");
}

#[test]
fn rules_that_leave_something_open_freeze_their_lane_alone() {
    // with p = 2 both rules say the same; with q < 0 there is no square root
    let mut build = Build::new(&[0.0, 1.0, 1.0, 2.0]).parameter(1.0).parameter(4.0).rule(0, number(1.0));
    build.0.algebraic_rules.push((1, (species(1) + species(2) - 3.0).0));
    build.0.algebraic_rules.push((2, (2.0 * species(1) + parameter(0) * species(2) - 5.0).0));
    build.0.algebraic_rules.push((3, (species(3) * species(3) - parameter(1)).0));
    let program = build.program();
    let mut batch = Batch::new(&program, 3);
    batch.parameters_mut(0)[0] = 2.0;
    batch.parameters_mut(1)[1] = -1.0;
    let config = SolverConfig::with_tolerance(1e-6, 1e-9);
    advance(&program, &config, &mut Workspace::for_program(&program), &mut batch, 1.0);
    let LaneStatus::Failed(open) = batch.status(0) else { panic!("{:?}", batch.status(0)) };
    assert_eq!((open.reason, open.species, open.time), (FailureReason::RulesOpen, Some(2), 0.0));
    let LaneStatus::Failed(lost) = batch.status(1) else { panic!("{:?}", batch.status(1)) };
    assert_eq!((lost.reason, lost.species), (FailureReason::Inconsistent, Some(3)));
    assert_eq!(batch.status(2), &LaneStatus::Running);
    assert!(batch.state(2).iter().zip([1.0, 2.0, 1.0, 2.0]).all(|(found, expected)| (found - expected).abs() < 1e-9));
}

/// Where the entry on the diagonal is 0, factors without pivoting are none, and others are taken.
#[test]
fn a_rule_may_determine_only_what_stands_in_another() {
    let mut build = Build::new(&[1.0, 0.0, 0.0]).parameter(0.0).rule(0, -1.0 * species(0) + species(1) - species(2));
    build.0.algebraic_rules.push((1, (parameter(0) * species(1) + species(2) - 2.0 * species(0)).0));
    build.0.algebraic_rules.push((2, (species(1) + parameter(0) * species(2) - species(0)).0));
    let found = states(&build.program(), 1e-9, &[1.0]).remove(0);
    let x = (-2.0f64).exp();
    assert!(
        found.iter().zip([x, x, 2.0 * x]).all(|(found, expected)| difference(*found, expected) < 1e-7),
        "{found:?}"
    );
}

#[test]
fn a_lane_has_its_bits_in_any_company_and_with_any_code() {
    let program = compile(&read(&format!("model m() {BINDING} end"))).expect("sound");
    let k = program.parameter("k").expect("it is there");
    let config = SolverConfig::with_tolerance(1e-7, 1e-10);
    let run = |lanes: &[f64], kind, evaluator| {
        let mut batch = Batch::new(&program, lanes.len());
        lanes.iter().enumerate().for_each(|(lane, value)| batch.parameters_mut(lane)[k] = *value);
        let mut workspace = Workspace::with_evaluator(&program, kind, evaluator);
        [1.0, 5.0].iter().for_each(|until| advance(&program, &config, &mut workspace, &mut batch, *until));
        (0..lanes.len()).map(|lane| batch.state(lane).to_vec()).collect::<Vec<_>>()
    };
    let lanes: Vec<f64> = (0..11).map(|i| 0.1 * f64::from(i)).collect();
    let all = run(&lanes, Instructions::widest(), Evaluator::MachineCode);
    for kind in Instructions::available() {
        assert_eq!(run(&lanes, kind, Evaluator::Interpreter), all);
    }
    assert_eq!(run(&lanes[7..8], Instructions::widest(), Evaluator::MachineCode), all[7..8]);
}

#[test]
fn tangents_and_steady_states_keep_the_rules() {
    let text =
        "model m() substanceOnly species A = 2, B = 1; A -> ; k*B; => A; 0.5; 0 = B^2 + B - K*A; k = 0.3; K = 0.7; end";
    let network = read(text);
    let (k, program) = (network.parameter("K").expect("it is there"), compile(&network).expect("sound"));
    let along = compile_along(&network, &[k]).expect("sound");
    let end = |value: f64, program: &Program, direction: f64| {
        let mut batch = Batch::new(program, 1);
        batch.parameters_mut(0)[k] = value;
        if let Some(along) = program.parameter("along(K)") {
            batch.parameters_mut(0)[along] = direction;
        }
        let config = SolverConfig::with_tolerance(1e-11, 1e-14);
        advance(program, &config, &mut Workspace::for_program(program), &mut batch, 3.0);
        batch.state(0).to_vec()
    };
    let h = 1e-4;
    let (more, less, tangents) = (end(0.7 + h, &program, 0.0), end(0.7 - h, &program, 0.0), end(0.7, &along, 1.0));
    for s in 0..2 {
        let slope = (more[s] - less[s]) / (2.0 * h);
        assert!(difference(tangents[2 + s], slope) < 1e-6, "{} {slope}", tangents[2 + s]);
    }
    let rest = steady_state(&program, &mut Workspace::for_program(&program), &[2.0, 1.0], &[0.3, 0.7], 200.0);
    let rest = rest.expect("it comes to rest");
    let b: f64 = 0.5 / 0.3;
    let [a_at, b_at] = ["A", "B"].map(|id| program.species(id).expect("it is there"));
    assert!((rest[b_at] - b).abs() < 1e-10 && (rest[a_at] - (b * b + b) / 0.7).abs() < 1e-9, "{rest:?}");
}

#[test]
fn a_rule_may_run_with_time_and_have_conditions() {
    // exp(level) = 2 + t before t = 1 and twice that after
    let mut build = Build::new(&[0.0, 1.0]).rule(0, species(1));
    let size = piecewise(number(1.0), time().less(number(1.0)), number(2.0));
    build.0.algebraic_rules.push((1, (call(Function::Exp, species(1)) - size * (2.0 + time())).0));
    let found = states(&build.program(), 1e-9, &[0.5, 0.999, 1.5]);
    for (state, expected) in found.iter().zip([2.5f64, 2.999, 7.0]) {
        assert!((state[1] - expected.ln()).abs() < 1e-8, "{} {}", state[1], expected.ln());
    }
    // ∫ ln(2 + t) from 0 to 1.5, and ln 2 more from 1 on
    let whole = |x: f64| (2.0 + x) * (2.0 + x).ln() - x;
    assert!((found[2][0] - (whole(1.5) - whole(0.0) + 0.5 * 2f64.ln())).abs() < 1e-7);
}

#[test]
fn exact_stochastic_runs_refuse_them() {
    let mut build = Build::new(&[1.0]);
    build.0.algebraic_rules.push((0, (species(0) - 2.0).0));
    let (program, stream) = (build.program(), [Stream { seed: 1, world: 0, cell: 0, stream: 0 }]);
    let (mut batch, mut workspace) = (Batch::new(&program, 1), Workspace::for_program(&program));
    let config = SolverConfig::with_tolerance(1e-6, 1e-6);
    let refused = advance_exactly(&program, &config, &mut workspace, &mut batch, 1.0, &stream);
    assert_eq!(refused, Err(NotExact::AlgebraicRule));
}
