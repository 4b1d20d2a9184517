//! Machine code has the bits of the interpreter, with every kind of lanes this machine has: on random networks, on
//! all kinds of numbers, with more values than registers, and through whole integrations.

mod common;
use std::path::{Path, PathBuf};

use common::random_networks::*;
use common::*;
use proptest::prelude::*;
use vesica_engine::random::Stream;
use vesica_engine::{
    Batch, Evaluator, Instructions, Program, SolverConfig, Workspace, advance, compile, compile_along,
};
use vesica_model::{Binary, Function, Library, Network, Severity};

/// Kinds of lanes for which this machine can have code. Says so, since a test without any would test nothing.
fn wide() -> Vec<Instructions> {
    let wide: Vec<_> = Instructions::available().into_iter().filter(|kind| *kind != Instructions::Plain).collect();
    let program = Build::new(&[1.0]).rule(0, number(1.0)).program();
    for kind in &wide {
        let workspace = Workspace::with_evaluator(&program, *kind, Evaluator::MachineCode);
        assert_eq!(workspace.evaluator(), Evaluator::MachineCode, "{kind:?}: is executable memory refused here?");
    }
    if wide.is_empty() {
        println!("skipped: no machine code for this machine");
    } else {
        println!("machine code ran with {wide:?}");
    }
    wide
}

/// Bits, all numbers that are none taken as one.
fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|x| if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() }).collect()
}

/// Rates, variables and, after a few steps, states of a batch.
fn outcome(program: &Program, batch: &Batch, mut workspace: Workspace) -> (Vec<u64>, Vec<u64>, Vec<u64>) {
    let (mut batch, workspace) = (batch.clone(), &mut workspace);
    let mut rates = vec![0.0; batch.n_lanes() * program.n_reactions()];
    program.reaction_rates_of_batch(workspace, &mut batch, &mut rates);
    let mut variables = vec![0.0; batch.n_lanes() * program.n_variables()];
    program.variables_of_batch(workspace, &mut batch, &mut variables);
    let (some, lanes): (Vec<usize>, Vec<usize>) =
        ((0..program.n_variables()).step_by(2).collect(), (0..batch.n_lanes()).collect());
    let mut selected = vec![-1.0; variables.len()];
    program.selected_of_batch(&program.selection(&some), workspace, (&mut batch, &lanes), &mut selected);
    let of_some = |values: &[f64]| -> Vec<f64> {
        values.chunks(program.n_variables().max(1)).flat_map(|lane| some.iter().map(|k| lane[*k])).collect()
    };
    assert_eq!(bits(&of_some(&selected)), bits(&of_some(&variables)), "some variables alone");
    let config = SolverConfig { max_steps: 20, ..SolverConfig::with_tolerance(1e-3, 1e-3) };
    advance(program, &config, workspace, &mut batch, 0.1);
    (bits(&rates), bits(&variables), bits(batch.states()))
}

/// Both evaluators on the same batch; gives how often there was code.
fn compare(program: &Program, batch: &Batch) -> usize {
    let mut n_code = 0;
    for kind in Instructions::available() {
        let by = |evaluator| Workspace::with_evaluator(program, kind, evaluator);
        let code = by(Evaluator::MachineCode);
        n_code += usize::from(code.evaluator() == Evaluator::MachineCode);
        assert_eq!(outcome(program, batch, code), outcome(program, batch, by(Evaluator::Interpreter)), "{kind:?}");
    }
    n_code
}

/// Lanes whose states and parameters all differ.
fn spread(program: &Program, state: &[f64], parameters: &[f64], n_lanes: usize) -> Batch {
    let mut batch = Batch::new(program, n_lanes);
    for lane in 0..n_lanes {
        let factor = 1.0 + 0.03 * lane as f64;
        batch.parameters_mut(lane).iter_mut().zip(parameters).for_each(|(to, from)| *to = from * factor);
        batch.state_mut(lane).iter_mut().zip(state).for_each(|(to, from)| *to = from / factor);
    }
    batch
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, rng_seed: proptest::test_runner::RngSeed::Fixed(5), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_networks_have_the_same_bits(network in network_with_events(usual_formula()), (state, parameters, _) in points()) {
        let program = compile(&network).expect("random networks are sound");
        // no multiple of any vector's length
        let n_code = compare(&program, &spread(&program, &state, &parameters, 19));
        prop_assert_eq!(n_code, n_wide(), "the interpreter would be compared with itself");
    }

    #[test]
    fn derivatives_along_parameters_have_the_same_bits(network in network_with_events(usual_formula()), (state, parameters, _) in points()) {
        let program = compile_along(&network, &[0, 1, 2]).expect("random networks are sound");
        let directions = [parameters, vec![1.0; PARAMETERS]].concat();
        prop_assert_eq!(compare(&program, &spread(&program, &state, &directions, 11)), n_wide());
    }
}

/// Kinds of lanes with code, without a word.
fn n_wide() -> usize {
    Instructions::available().len() - 1
}

/// Every text beside the peers' scripts, in the shared suite and of the validation that we read: how many have code is
/// told, and which functions the others use is what [`a_function_that_code_does_not_have_is_interpreted`] is about.
#[test]
fn every_model_at_hand_has_the_same_bits() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in ["../shared/peers/models", "../shared/suites/antimony", "validation"] {
        let before = files.len();
        texts(&root.join(folder), &mut files);
        if files.len() == before {
            println!("skipped: {folder} is absent");
        }
    }
    let (mut n_read, mut n_code) = (0, 0);
    for file in &files {
        let Some(network) = read(file) else { continue };
        let Ok(program) = compile(&network) else { continue };
        let state = program.initial_state(program.default_parameters());
        let batch = spread(&program, &state, program.default_parameters(), 11);
        println!("{}", file.display());
        n_read += 1;
        n_code += usize::from(compare(&program, &batch) == n_wide());
    }
    println!("{} texts, {n_read} compiled, {n_code} of them to machine code", files.len());
    assert!(2 * n_code > n_read, "{n_code} of {n_read}");
}

fn texts(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        match path.extension().and_then(|ending| ending.to_str()) {
            _ if path.is_dir() => texts(&path, found),
            Some("ant" | "txt") => found.push(path),
            _ => {}
        }
    }
}

/// The main model of a text; `None` where we refuse it.
fn read(file: &Path) -> Option<Network> {
    let text = String::from_utf8_lossy(&std::fs::read(file).ok()?).into_owned();
    let mut library = Library::default();
    let mut findings = library.read("text", &text);
    let (network, more) = library.flatten(library.main_model()?);
    findings.extend(more);
    findings.iter().all(|found| found.severity() != Severity::Error).then_some(network)
}

#[test]
fn code_runs_for_what_is_made_of_usual_functions() {
    let build = Build::new(&[1.0, 2.0]).parameter(2.0).reaction(&[(0, 1.0)], &[], species(0).pow(parameter(0)));
    let program = build.rule(1, call(Function::Exp, -species(0)) + call(Function::Ln, 1.0 + species(1))).program();
    assert_eq!(compare(&program, &spread(&program, &[1.0, 2.0], &[2.5], 40)), wide().len());
}

#[test]
fn a_function_that_code_does_not_have_is_interpreted() {
    let program = Build::new(&[1.0]).rule(0, call(Function::Sin, species(0))).program();
    assert_eq!(compare(&program, &spread(&program, &[1.0], &[], 9)), 0);
}

/// Every operation on numbers at the edges: none, infinite, tiny, huge, negative, both zeros.
#[test]
fn all_kinds_of_numbers_have_the_same_bits() {
    let special = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -2.5, 3.0, 1e-310, -1e-310, 1e-300, 1e300, 708.5, -745.2, 7.1e-2];
    let numbers: Vec<f64> =
        special.into_iter().chain([f64::INFINITY, f64::NEG_INFINITY, f64::NAN, f64::MIN_POSITIVE]).collect();
    let (x, y) = (species(0), species(1));
    let mut build = Build::new(&[0.0, 0.0]);
    let one = [Function::Exp, Function::Ln, Function::Sqrt, Function::Abs, Function::Floor, Function::Ceil];
    for function in one {
        build = build.reaction(&[], &[], call(function, x.clone()));
    }
    use Binary::*;
    for op in [Power, Divide, Minimum, Maximum, Less, LessEqual, Equal, NotEqual, And, Or, ExclusiveOr] {
        build = build.reaction(&[], &[], binary(op, x.clone(), y.clone()));
    }
    let program = build.reaction(&[], &[], piecewise(x.clone(), y.clone().less(x), y)).program();
    let mut batch = Batch::new(&program, numbers.len() * numbers.len());
    for lane in 0..batch.n_lanes() {
        let pair = [numbers[lane / numbers.len()], numbers[lane % numbers.len()]];
        batch.state_mut(lane).copy_from_slice(&pair);
    }
    assert_eq!(compare(&program, &batch), wide().len());
}

/// A sum of products of everything with everything, and nested conditions: more values and more masks at once
/// than there are registers.
#[test]
fn more_values_than_registers_have_the_same_bits() {
    let n = 40;
    let mut build = Build::new(&vec![1.0; n]);
    for i in 0..n {
        let terms = (0..n).map(|j| call(Function::Sqrt, species(i) * species(j) + 0.5 * species((i + j) % n)));
        let sum = terms.reduce(|a, b| a + b).expect("there are terms");
        build = build.reaction(&[(i, 1.0)], &[((i + 7) % n, 1.0)], 1e-3 * sum);
    }
    let conditions: Vec<F> = (0..20).map(|i| species(i).less(species(i + 20))).collect();
    let all = conditions
        .into_iter()
        .enumerate()
        .fold(number(0.0), |value, (i, condition)| piecewise(value.clone() + species(i), condition, value + 1.0));
    let program = build.rule(0, 1e-3 * all).program();
    let state: Vec<f64> = (0..n).map(|i| 1.0 + 0.37 * ((i * 13) % n) as f64).collect();
    assert_eq!(compare(&program, &spread(&program, &state, &[], 35)), wide().len());
}

/// A cell with an event and a switch, through many exchanges.
#[test]
fn whole_integrations_have_the_same_bits() {
    let program = cell(6)
        .reaction(&[], &[(12, 1.0)], piecewise(number(0.02), species(13).less(number(40.0)), number(0.0)))
        .event(species(14).greater(number(60.0)), vec![(1, species(1) + 5.0)])
        .program();
    let run = |kind, evaluator| {
        let mut batch = Batch::new(&program, 30);
        for lane in 0..30 {
            let stream = Stream { seed: 3, world: 0, cell: lane as u32, stream: 0 };
            let parameters = batch.parameters_mut(lane).iter_mut().enumerate();
            parameters.for_each(|(draw, value)| *value *= 0.6 + 0.8 * stream.uniform(draw as u32));
        }
        let mut workspace = Workspace::with_evaluator(&program, kind, evaluator);
        for piece in 1..=12 {
            (0..30).for_each(|lane| batch.parameters_mut(lane)[0] = 0.01 * f64::from(piece % 5));
            let config = SolverConfig::with_tolerance(1e-4, 1e-3);
            advance(&program, &config, &mut workspace, &mut batch, 1800.0 * f64::from(piece));
        }
        let counters: Vec<_> = (0..30).map(|lane| batch.counters(lane)).collect();
        (bits(batch.states()), counters)
    };
    let plain = run(Instructions::Plain, Evaluator::Interpreter);
    for kind in wide() {
        assert!(run(kind, Evaluator::MachineCode) == plain, "{kind:?}");
    }
}
