//! Printing and reading are inverse; nothing that anyone can type makes the reader panic or hang.

use proptest::prelude::*;
use vesica_model::antimony::print;
use vesica_model::network::Formula;
use vesica_model::{
    Binary, Event, Expression, Function, Library, Network, Parameter, Reaction, Severity, Species, Symbol, Unary,
    Variable,
};

const N_PARAMETERS: usize = 3;
const N_SPECIES: usize = 4;

/// Compartment of each species (index of a parameter), and whether it is a concentration.
const PLACES: [(Option<usize>, bool); N_SPECIES] = [(Some(0), true), (Some(0), false), (Some(1), true), (None, false)];

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-5..20i32).prop_map(f64::from),
        any::<f64>().prop_filter("finite", |value| value.is_finite()),
        Just(f64::INFINITY),
    ]
}

/// A species as formulas name it: its amount, or its concentration.
fn species(index: usize) -> Formula {
    match PLACES[index] {
        (Some(size), true) => binary(
            Binary::Divide,
            Expression::Symbol(Symbol::Species(index)),
            Expression::Symbol(Symbol::Parameter(size)),
        ),
        _ => Expression::Symbol(Symbol::Species(index)),
    }
}

fn binary(operator: Binary, x: Formula, y: Formula) -> Formula {
    Expression::Binary(operator, Box::new(x), Box::new(y))
}

/// Formulas over parameters and the first variables; over species and time, too, where `has_state`.
fn formula(n_variables: usize, has_state: bool) -> BoxedStrategy<Formula> {
    let mut leaves = vec![
        number().prop_map(Expression::Number).boxed(),
        (0..N_PARAMETERS).prop_map(|index| Expression::Symbol(Symbol::Parameter(index))).boxed(),
    ];
    if n_variables > 0 {
        leaves.push((0..n_variables).prop_map(|index| Expression::Symbol(Symbol::Variable(index))).boxed());
    }
    if has_state {
        leaves.push((0..N_SPECIES).prop_map(species).boxed());
        leaves.push((0..N_SPECIES).prop_map(|index| Expression::Symbol(Symbol::Species(index))).boxed());
        leaves.push(Just(Expression::Symbol(Symbol::Time)).boxed());
    }
    use Binary::*;
    let operators = vec![
        Add,
        Subtract,
        Multiply,
        Divide,
        Power,
        Minimum,
        Maximum,
        Less,
        LessEqual,
        Greater,
        GreaterEqual,
        Equal,
        NotEqual,
        And,
        Or,
        ExclusiveOr,
    ];
    let functions = vec![
        Function::Exp,
        Function::Ln,
        Function::Log10,
        Function::Sqrt,
        Function::Abs,
        Function::Floor,
        Function::Ceil,
        Function::Sin,
        Function::Cos,
        Function::Tan,
        Function::Asin,
        Function::Acos,
        Function::Atan,
        Function::Sinh,
        Function::Cosh,
        Function::Tanh,
    ];
    prop::strategy::Union::new(leaves)
        .prop_recursive(5, 24, 3, move |inner| {
            let unary = prop::sample::select(vec![Unary::Negate, Unary::Not]);
            prop_oneof![
                4 => (prop::sample::select(operators.clone()), inner.clone(), inner.clone())
                    .prop_map(|(operator, x, y)| binary(operator, x, y)),
                1 => (unary, inner.clone()).prop_map(|(operator, x)| Expression::Unary(operator, Box::new(x))),
                1 => (prop::sample::select(functions.clone()), inner.clone())
                    .prop_map(|(function, x)| Expression::Call(function, Box::new(x))),
                1 => (prop::collection::vec((inner.clone(), inner.clone()), 0..3), inner)
                    .prop_map(|(cases, last)| Expression::Piecewise { cases, otherwise: Box::new(last) }),
            ]
        })
        .prop_map(normal)
        .boxed()
}

/// The form that the reader makes: `amount / size * size` is the amount.
fn normal(formula: Formula) -> Formula {
    let rebuilt = match formula {
        Expression::Unary(operator, x) => Expression::Unary(operator, Box::new(normal(*x))),
        Expression::Call(function, x) => Expression::Call(function, Box::new(normal(*x))),
        Expression::Binary(operator, x, y) => binary(operator, normal(*x), normal(*y)),
        Expression::Piecewise { cases, otherwise } => Expression::Piecewise {
            cases: cases.into_iter().map(|(value, when)| (normal(value), normal(when))).collect(),
            otherwise: Box::new(normal(*otherwise)),
        },
        leaf => leaf,
    };
    for (index, (size, is_concentration)) in PLACES.iter().enumerate() {
        let (Some(size), true) = (size, is_concentration) else { continue };
        let size = Expression::Symbol(Symbol::Parameter(*size));
        let products =
            [binary(Binary::Multiply, species(index), size.clone()), binary(Binary::Multiply, size, species(index))];
        if products.contains(&rebuilt) {
            return Expression::Symbol(Symbol::Species(index));
        }
    }
    rebuilt
}

/// The amount that a text means that gives a value to a species: x as it is, concentration times size.
fn amount(index: usize, value: Formula) -> Formula {
    match PLACES[index] {
        (Some(size), true) => match value {
            Expression::Binary(Binary::Divide, x, y) if *y == Expression::Symbol(Symbol::Parameter(size)) => *x,
            value => binary(Binary::Multiply, value, Expression::Symbol(Symbol::Parameter(size))),
        },
        _ => value,
    }
}

fn side() -> impl Strategy<Value = Vec<(usize, f64)>> {
    // Species 2 has the rate rule, so reactions leave it alone.
    let count = prop_oneof![Just(1.0), Just(2.0), Just(0.5), Just(1e-9)];
    prop::collection::btree_map(prop::sample::select(vec![0, 1, 3]), count, 0..3)
        .prop_map(|side| side.into_iter().collect())
}

/// A species that nothing but an algebraic rule determines.
fn held() -> Species {
    Species { id: "held".to_string(), initial: Expression::Number(2.0), compartment: None, is_concentration: false }
}

/// Its own square less a parameter.
fn held_at() -> Formula {
    let held = || Box::new(Expression::Symbol(Symbol::Species(N_SPECIES)));
    let square = Expression::Binary(Binary::Multiply, held(), held());
    Expression::Binary(Binary::Subtract, Box::new(square), Box::new(Expression::Symbol(Symbol::Parameter(0))))
}

fn network() -> impl Strategy<Value = Network> {
    let reaction = (side(), side(), formula(2, true));
    let event = (formula(2, true), any::<bool>(), prop::collection::btree_map(0..N_SPECIES, formula(2, true), 0..3));
    (
        (1e-3..1e6f64, 1e-3..1e6f64, number()),
        prop::collection::vec(formula(0, false), N_SPECIES),
        (formula(0, true), formula(1, true)),
        prop::collection::vec(reaction, 0..4),
        prop::option::of(formula(2, true)),
        prop::collection::vec(event, 0..3),
    )
        .prop_map(|(sizes, starts, variables, reactions, rate, events)| {
            let parameter = |(index, value)| Parameter { id: format!("p{index}"), value };
            let state = |(index, start): (usize, Formula)| Species {
                id: format!("S{index}"),
                initial: amount(index, start),
                compartment: PLACES[index].0,
                is_concentration: PLACES[index].1,
            };
            Network {
                id: "random".to_string(),
                parameters: [sizes.0, sizes.1, sizes.2].into_iter().enumerate().map(parameter).collect(),
                species: starts.into_iter().enumerate().map(state).chain([held()]).collect(),
                variables: vec![
                    Variable { id: "v0".to_string(), value: variables.0 },
                    Variable { id: "v1".to_string(), value: variables.1 },
                ],
                reactions: (0..)
                    .zip(reactions)
                    .map(|(index, (reactants, products, rate)): (usize, _)| Reaction {
                        id: format!("J{index}"),
                        reactants,
                        products,
                        rate,
                    })
                    .collect(),
                algebraic_rules: vec![(N_SPECIES, held_at())],
                rate_rules: rate.into_iter().map(|rate| (2, amount(2, rate))).collect(),
                events: (0..)
                    .zip(events)
                    .map(|(index, (trigger, fires_at_start, set)): (usize, _)| Event {
                        id: format!("E{index}"),
                        trigger,
                        fires_at_start,
                        assignments: set
                            .into_iter()
                            .map(|(species, value)| (species, amount(species, value)))
                            .collect(),
                    })
                    .collect(),
            }
        })
}

fn read_back(text: &str) -> Network {
    let mut library = Library::default();
    let mut findings = library.read("printed", text);
    let (network, more) = library.flatten("random");
    findings.extend(more);
    let errors: Vec<_> = findings.iter().filter(|found| found.severity() == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    network
}

/// Words that make texts which are nearly Antimony.
const WORDS: [&str; 60] = [
    "model",
    "m",
    "(",
    ")",
    "end",
    ";",
    "\n",
    "A",
    "B",
    "->",
    "=>",
    "=",
    ":=",
    "'",
    "+",
    "-",
    "*",
    "/",
    "^",
    "1",
    "2.5",
    "1e400",
    "k",
    "species",
    "compartment",
    "substanceOnly",
    "const",
    "var",
    "in",
    "is",
    "at",
    "after",
    ",",
    ":",
    "$",
    ".",
    "piecewise",
    "function",
    "f",
    "import",
    "\"x\"",
    "unit",
    "has",
    "t0",
    "false",
    "time",
    "pi",
    "!",
    "&&",
    "<",
    "delete",
    "//",
    "/*",
    "\"",
    "```",
    "é",
    "{",
    "0",
    "*m",
    "end\nmodel",
];

fn survives(text: &str) {
    let mut library = Library::default();
    library.read("garbage", text);
    let models: Vec<String> = library.models().map(str::to_string).collect();
    for model in models {
        let (network, _) = library.flatten(&model);
        print(&network);
        vesica_model::conservation::laws(&network);
        library.open_constants(&model);
        library.lints(&model);
        library.ports(&model);
    }
}

fn programs() -> Vec<String> {
    let mut texts = Vec::new();
    for folder in ["models", "rejected"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
        files.sort();
        let files = files.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "ant"));
        texts.extend(files.map(|path| std::fs::read_to_string(path).unwrap()));
    }
    texts
}

proptest! {
    #[test]
    fn reading_undoes_printing(network in network()) {
        let text = print(&network);
        prop_assert_eq!(read_back(&text), network, "{}", text);
    }

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        survives(&text);
    }

    #[test]
    fn nearly_antimony_is_survived(words in prop::collection::vec(prop::sample::select(&WORDS[..]), 0..60)) {
        survives(&words.join(" "));
    }

    #[test]
    fn mutated_models_are_survived(
        program in any::<prop::sample::Index>(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..12usize, prop::sample::select(&WORDS[..])), 1..6),
    ) {
        let programs = programs();
        let mut letters: Vec<char> = programs[program.index(programs.len())].chars().collect();
        for (at, length, word) in cuts {
            let at = at.index(letters.len() + 1);
            let end = (at + length).min(letters.len());
            letters.splice(at..end, word.chars());
        }
        survives(&letters.into_iter().collect::<String>());
    }
}

#[test]
fn deep_formulas_are_refused_not_fatal() {
    let n = 100_000;
    let deep = [
        format!("x := {}1{}", "(".repeat(n), ")".repeat(n)),
        format!("x := {}", "(".repeat(n)),
        format!("x := {}1", "-".repeat(n)),
        format!("x := {}1", "!".repeat(n)),
        format!("x := {}1", "2^".repeat(n)),
        format!("x := {}1{}", "sin(".repeat(n), ")".repeat(n)),
        format!("x := 1{}", "/2".repeat(n)),
        format!("x := min({}1)", "1,".repeat(n)),
        format!("x := 1{}", " && 1 || 1".repeat(n)),
        format!("function f(a) a*a end\nx := {}2{}", "f(".repeat(150), ")".repeat(150)),
    ];
    for text in &deep {
        let mut library = Library::default();
        let mut findings = library.read("deep", text);
        findings.extend(library.flatten("__main").1);
        assert!(findings.iter().any(|found| found.code == "E61"), "{}", &text[..40]);
    }
}

#[test]
fn long_chains_are_read() {
    let n = 100_000;
    let sum = format!("x := 1{}; y := 1{}; z := 1{}", " + 2".repeat(n), "*2".repeat(n), " && 2".repeat(n));
    let mut library = Library::default();
    assert!(library.read("long", &sum).is_empty());
    assert!(library.flatten("__main").1.iter().all(|found| found.code == "E61"), "only the size is refused");

    let rules: String = (0..n).rev().map(|i| format!("x{} := x{i} + 1;\n", i + 1)).collect();
    let mut library = Library::default();
    library.read("chain", &format!("{rules} x0 = 1"));
    let (network, findings) = library.flatten("__main");
    assert!(findings.is_empty());
    assert_eq!((network.variables.len(), network.variables[0].id.as_str()), (n, "x1"));
}

#[test]
fn exponential_models_are_refused_not_fatal() {
    let mut text = "model m0() x = 1; end\n".to_string();
    for i in 1..40 {
        text.push_str(&format!("model m{i}() a: m{}(); b: m{}(); end\n", i - 1, i - 1));
    }
    let mut library = Library::default();
    assert!(library.read("doubling", &text).is_empty());
    assert!(library.flatten("m39").1.iter().any(|found| found.code == "E61"));
}

#[test]
fn a_hundred_thousand_reactions_are_read() {
    // About a second; with a search through all names for each it would be an hour.
    let n = 100_000;
    let mut text = String::new();
    for i in 0..n {
        text.push_str(&format!("J{i}: S{i} -> S{}; k{i}*S{i}; S{i} = {i}; k{i} = 0.5;\n", i + 1));
    }
    text.push_str(&format!("S{n} = 0"));
    let mut library = Library::default();
    assert!(library.read("large", &text).is_empty());
    let (network, findings) = library.flatten("__main");
    assert!(findings.is_empty());
    assert_eq!((network.species.len(), network.reactions.len()), (n + 1, n));
}
