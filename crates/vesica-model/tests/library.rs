//! What a caller asks a library of modules before it wires them.

use vesica_model::diagnostic::nearest;
use vesica_model::{Diagnostic, Expression, Library, Network, Severity, Symbol};

fn library(texts: &[(&str, &str)]) -> Library {
    let mut library = Library::default();
    for (file, text) in texts {
        assert_eq!(library.read(file, text), [], "{file}");
    }
    library
}

fn errors(findings: &[Diagnostic]) -> Vec<&str> {
    findings.iter().filter(|found| found.severity() == Severity::Error).map(|found| found.message.as_str()).collect()
}

#[test]
fn ports_and_open_constants_of_a_module() {
    let text = "model uptake(cell, A, activity)
        compartment cell; species A in cell; activity = 1;
        enter: -> A; cell*V_max*activity*hill(dose, K_half, n);
        n = 2; rate := A*K_half/V_max;
        inner: sink(A, given); own: sink(A, k_own);
    end
    model sink(A, k) A -> ; k*A + k_extra; k = 3; end
    function hill(x, K, n) x^n/(K^n + x^n) end";
    let library = library(&[("uptake.ant", text)]);
    assert_eq!(library.models().collect::<Vec<_>>(), ["uptake", "sink"]);
    assert_eq!(library.ports("uptake"), Some(vec!["cell".into(), "A".into(), "activity".into()]));
    assert_eq!(library.ports("absent"), None);
    assert_eq!(
        (library.function_arguments("hill").map(|names| names.len()), library.function_arguments("exp")),
        (Some(3), None)
    );
    let open = library.open_constants("uptake");
    let names: Vec<&str> = open.iter().map(|(name, _)| name.as_str()).collect();
    // In order of use; `given` and `k_own` have the value that the submodel gives its port.
    assert_eq!(names, ["V_max", "dose", "K_half", "inner.k_extra", "own.k_extra"]);
    assert_eq!(&text[open[0].1.start..open[0].1.end], "V_max");
    assert_eq!(open[0].1.file, "uptake.ant");
    assert!(library.open_constants("absent").is_empty());
}

#[test]
fn the_main_model_is_the_marked_one() {
    assert_eq!(Library::default().main_model(), None);
    assert_eq!(library(&[("a", "model x() end\nmodel y() end")]).main_model(), Some("y"));
    assert_eq!(library(&[("a", "model *x() end\nmodel y() end")]).main_model(), Some("x"));
    assert_eq!(library(&[("a", "model x() end\nk = 1")]).main_model(), Some("__main"));
}

#[test]
fn imports_are_named_until_they_are_read() {
    let mut library = library(&[("cells/a.ant", "import \"modules/b.ant\"\nmodel a() b: b(); end")]);
    assert_eq!(library.imports()[0].0, "modules/b.ant");
    let (_, found) = library.flatten("a");
    assert_eq!(errors(&found), ["the imported file \"modules/b.ant\" was not read", "no model `b`"]);
    library.read("cells/modules/b.ant", "model b() k = 1; end");
    assert_eq!(library.flatten("a").1, []);
}

#[test]
fn an_unknown_model_is_an_error_with_the_nearest() {
    let library = library(&[("a", "model ferroptosis() k = 1; end")]);
    let (network, found) = library.flatten("feroptosis");
    assert_eq!(network, Network { id: "feroptosis".into(), ..Network::default() });
    assert_eq!((found[0].code, found[0].help.as_str()), ("E53", "did you mean `ferroptosis`?"));
}

#[test]
fn one_cell_wired_by_name() {
    // As a cell is wired: ports by position under one name, constants set from outside, a rule for an activity.
    let library = library(&[
        (
            "make.ant",
            "model make(cell, A, activity) compartment cell; species A in cell; activity = 1; -> A; cell*k*activity; end",
        ),
        (
            "use.ant",
            "model use(cell, A, activity) compartment cell; species A in cell; activity = 1; A -> ; cell*k*A*activity; end",
        ),
        (
            "cell.ant",
            "model whole(); compartment cell = 2; species A in cell = 3; growth = 0.1;
             make: make(cell, A, make_activity); use: use(cell, A, use_activity);
             make.k = 5; use.k = 7; use_activity := 1/(1 + dose); dose = 0; end",
        ),
    ]);
    let (mut network, found) = library.flatten("whole");
    assert_eq!(found, []);
    let parameters: Vec<(&str, f64)> = network.parameters.iter().map(|p| (p.id.as_str(), p.value)).collect();
    let wanted =
        [("cell", 2.0), ("growth", 0.1), ("make_activity", 1.0), ("make.k", 5.0), ("use.k", 7.0), ("dose", 0.0)];
    for pair in wanted {
        assert!(parameters.contains(&pair), "{pair:?} in {parameters:?}");
    }
    assert_eq!(parameters.len(), wanted.len());
    assert_eq!(network.variables[0].id, "use_activity");
    let growth = network.parameter("growth").unwrap();
    network.dilute(growth);
    let dilution = &network.reactions[2];
    assert_eq!(
        (dilution.id.as_str(), &dilution.reactants[..], dilution.products.len()),
        ("dilution.A", &[(0, 1.0)][..], 0)
    );
    let Expression::Binary(_, left, right) = &dilution.rate else { panic!("{:?}", dilution.rate) };
    assert_eq!(**left, Expression::Symbol(Symbol::Parameter(growth)));
    assert_eq!(**right, Expression::Symbol(Symbol::Species(0)));
}

#[test]
fn dilution_reaches_what_reactions_move_and_follows_no_rule() {
    let text = "model m(); compartment cell = 1, medium = 9; growth = 0.1;
        species A in cell = 1, $B in cell = 1, C in medium = 1, D in cell = 1; substanceOnly species E = 1;
        D' = 1; A -> E; A*B*C; end";
    let (mut network, _) = library(&[("m", text)]).flatten("m");
    network.dilute(network.parameter("growth").unwrap());
    let diluted: Vec<&str> = network.reactions[1..].iter().map(|reaction| reaction.id.as_str()).collect();
    assert_eq!(diluted, ["dilution.A", "dilution.E"]);
}

#[test]
fn near_names() {
    assert_eq!(nearest("GPX", ["SLC7A11", "GPX4"]), Some("GPX4"));
    assert_eq!(nearest("Lipd_ROS", ["iron", "lipid_ros"]), Some("lipid_ros"));
    assert_eq!(nearest("teh", ["the"]), Some("the"), "a swap of neighbours is one slip");
    assert_eq!(nearest("k", ["J", "q"]), None, "a letter has no near letters");
    assert_eq!(nearest("k_cat", ["k_kat", "k_cut"]), Some("k_kat"), "the first of equals");
    assert_eq!(nearest("iron", []), None);
}
