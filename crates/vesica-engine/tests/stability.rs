//! Stability along a branch of steady states: against closed forms, with kept sums and algebraic rules, and by what a
//! small push does.

mod common;
use common::{Build, F, number, parameter, species};
use vesica_engine::{
    Batch, Branch, LaneStatus, SolverConfig, Workspace, advance, branch, compile, compile_along, steady_state,
};
use vesica_model::{Library, Network, conservation};

fn read(text: &str) -> Network {
    let mut library = Library::default();
    library.read("m", text);
    let model = library.main_model().expect("one model").to_owned();
    library.flatten(&model).0
}

fn follow(network: &Network, parameter: usize, state: &[f64], between: (f64, f64)) -> Branch {
    let program = compile_along(network, &[parameter]).expect("sound");
    let values: Vec<f64> = network.parameters.iter().map(|parameter| parameter.value).collect();
    let laws = conservation::laws(network);
    branch(&program, &mut Workspace::for_program(&program), state, &values, &laws, between)
}

/// I. Prigogine and R. Lefever's oscillator (1968): at rest x = a, y = b/a; the Jacobian has trace b - 1 - a^2 and
/// determinant a^2, so a pair crosses at b = 1 + a^2 with the frequency a.
fn brusselator(a: f64, b: f64) -> Build {
    let (x, y, two): (F, F, F) = (species(0), species(1), species(0) * species(0));
    Build::new(&[a, b / a])
        .parameter(b)
        .reaction(&[], &[(0, 1.0)], number(a))
        .reaction(&[(0, 1.0)], &[(1, 1.0)], parameter(0) * x.clone())
        .reaction(&[(1, 1.0)], &[(0, 1.0)], two * y)
        .reaction(&[(0, 1.0)], &[], x)
}

#[test]
fn a_hopf_point_is_where_the_closed_form_has_it() {
    for a in [0.7, 1.0, 2.3] {
        let found = follow(&brusselator(a, 0.5).0, 0, &[a, 0.5 / a], (0.1, 10.0));
        assert!(found.folds.is_empty() && found.crossings.is_empty());
        assert_eq!(found.hopfs.len(), 1, "{:?}", found.hopfs);
        let hopf = &found.hopfs[0];
        assert!((hopf.parameter - 1.0 - a * a).abs() < 1e-8, "{hopf:?}");
        assert!(hopf.leading.0.abs() < 1e-8 && (hopf.leading.1 - a).abs() < 1e-7, "{hopf:?}");
        for point in &found.points {
            assert_eq!(point.n_unstable, if point.parameter < 1.0 + a * a { 0 } else { 2 }, "{point:?}");
        }
    }
}

/// dx/dt = (x - 1)(p - (x - 1)) and nothing to be turned around: at p = 0 the branch x = 1 crosses another.
#[test]
fn a_crossing_is_told_from_a_fold() {
    let beyond = || species(0) - 1.0;
    let build = Build::new(&[1.0]).parameter(-1.0).reaction(&[], &[(0, 1.0)], beyond() * (parameter(0) - beyond()));
    let found = follow(&build.0, 0, &[1.0], (-2.0, 2.0));
    assert!(found.folds.is_empty() && found.hopfs.is_empty());
    assert!(found.crossings.len() == 1 && found.crossings[0].parameter.abs() < 1e-6, "{:?}", found.crossings);
    assert!(found.points.iter().all(|point| point.is_stable() == (point.parameter < 0.0)));
    assert!(found.points.iter().all(|point| (point.leading.0 - point.parameter).abs() < 1e-9));
}

/// The same switch with its sum as reactions keep it, and with it as an algebraic rule.
#[test]
fn kept_sums_and_algebraic_rules_leave_what_is_free() {
    let law = "model m() substanceOnly species x, y; x = 0.07; y = 9.93; on: y -> x; (p + k*x^2/(K^2 + x^2))*y;
        off: x -> y; d*x; p = 0.01; k = 1; K = 2; d = 1.5; end";
    let rule = "model m() substanceOnly species x, y; x = 0.07; y = 9.93; on: => x; (p + k*x^2/(K^2 + x^2))*y;
        off: x => ; d*x; 0 = x + y - 10; p = 0.01; k = 1; K = 2; d = 1.5; end";
    let rate = |x: f64, p: f64| (p + x * x / (4.0 + x * x)) * (10.0 - x) - 1.5 * x;
    for text in [law, rule] {
        let network = read(text);
        let found = follow(&network, network.parameter("p").expect("p"), &[0.07, 9.93], (1e-4, 10.0));
        assert!(found.points.len() > 20);
        for point in &found.points {
            let (x, p, h) = (point.state[0], point.parameter, 1e-5);
            let slope = (rate(x + h, p) - rate(x - h, p)) / (2.0 * h);
            assert!((point.leading.0 - slope).abs() < 1e-7, "{point:?} {slope}");
            assert_eq!(point.leading.1, 0.0);
        }
    }
}

/// The slow way: a state is stable if a small push in each direction dies out.
#[test]
fn what_is_called_stable_comes_back_after_a_push() {
    let network = read(
        "model m() substanceOnly species a, b, c; a = 0.1; b = 2; c = 2; => a; p/(1 + b^3); a -> ; a; => b; p/(1 + c^3); b -> ; b;
         => c; p/(1 + a^3); c -> ; c; p = 1; end",
    );
    let (program, p) = (compile(&network).expect("sound"), network.parameter("p").expect("p"));
    let rest =
        steady_state(&program, &mut Workspace::for_program(&program), &[0.5; 3], &[1.0], 200.0).expect("it rests");
    let found = follow(&network, p, &rest, (0.5, 20.0));
    assert_eq!(found.hopfs.len(), 1, "a ring of three that repress each other begins to oscillate");
    for point in found.points.iter().step_by(12) {
        let mut batch = Batch::new(&program, 1);
        batch.parameters_mut(0)[p] = point.parameter;
        let mut pushed = point.state.clone();
        pushed[0] *= 1.0 + 1e-5;
        batch.state_mut(0).copy_from_slice(&pushed);
        let config = SolverConfig::with_tolerance(1e-10, 1e-13);
        let time = 12.0 / point.leading.0.abs().max(0.02);
        advance(&program, &config, &mut Workspace::for_program(&program), &mut batch, time.min(400.0));
        assert_eq!(batch.status(0), &LaneStatus::Running);
        let left = batch.state(0).iter().zip(&point.state).fold(0.0, |most: f64, (x, y)| most.max((x / y - 1.0).abs()));
        let is_clear = point.leading.0.abs() > 0.05;
        assert!(!is_clear || (left < 1e-6) == point.is_stable(), "{point:?} {left}");
    }
}
