//! The tipping point of the mammalian cell: found by continuation, and the slow way, by letting the held cell run; what the
//! result folder and the report say of it.

mod layout;

use vesica::knowledge::{Knowledge, Value};
use vesica::result::TippingRow;
use vesica::run::draws::World;
use vesica::run::outcome::{Frame, outcome};
use vesica::run::population::Population;
use vesica::run::setup::Source;
use vesica::run::{Setup, Size, Tipped, run, tip};
use vesica_engine::{Batch, SolverConfig, Workspace, advance, compile};
use vesica_model::Expression;

const SCENARIO: &str = r#"
vesica = 1
title = "A cell of the eye under a GPX4 inhibitor"
question = "Does it die?"
seed = 6
time = { span = "8 h", record = "1 h" }
[answer]
measure = "viability@8h"
of = "inhibited"
minus = "untreated"
counts = "<= -10 points"
[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"
medium = { cystine = "200 uM" }
[cell.target]
is = "RPE-1"
count = 5_000
doubles = "24 h"
[arm.untreated]
dose = [{ drug = "RSL3", amount = "0 uM", at = "0 h" }]
[arm.inhibited]
dose = [{ drug = "RSL3", amount = "1 uM", at = "0 h" }]
[measure.viability]
reads = "alive(target)"
at = ["8 h"]
"#;

/// The knowledge base without doubt, so that world 0 is the cell at its best values.
fn sure() -> Knowledge {
    let mut knowledge = Knowledge::embedded().0;
    for number in &mut knowledge.numbers {
        if let Some(quantity) = number.quantity() {
            number.value = Value::Known(quantity.unit.from_inside(quantity.middle()));
            number.range = None;
        }
    }
    knowledge
}

fn with_setup<T>(ask: impl FnOnce(&Setup) -> T) -> T {
    let knowledge = sure();
    let (scenario, found) = vesica::scenario::read("s", SCENARIO, "s", &knowledge, &|_| None);
    let scenario = scenario.unwrap_or_else(|| panic!("{found:?}"));
    let size = Size { n_worlds: 2, n_targets: 4, ..Size::default() };
    ask(&Setup::new(&scenario, &knowledge, size, 1).map_err(|found| format!("{found:?}")).expect("a sound scenario"))
}

/// With GPX4 held a little above the tipping point the cell stays near its state of rest; a little below it runs away. The
/// same with glutathione. More labile iron alone never does.
#[test]
fn the_tipping_point_is_where_the_held_cell_runs_away() {
    with_setup(|setup| {
        let found = tip(setup, 0, &setup.scenario.arms[0]);
        let along = |symbol: &str| found.iter().find(|one| one.followed.along.symbol == symbol).expect("followed");
        for symbol in ["GPX4", "GSH"] {
            let tipped = along(symbol);
            let (at, shown) = tipped.tipping_point.expect("it tips");
            assert!(at < 0.3 * tipped.rest.0 && at > 0.01 * tipped.rest.0, "{symbol}: {at} of {}", tipped.rest.0);
            for (factor, runs_away) in [(1.03, false), (0.97, true)] {
                let end = held(setup, tipped, factor * at / tipped.rest.0);
                assert_eq!(end > 3.0 * shown, runs_away, "{symbol} at {factor} of {at}: {end} against {shown}");
            }
            let n_unstable = tipped.states.iter().filter(|(_, n)| *n == 1).count();
            assert!(n_unstable > 5 && tipped.folds.len() == 1, "an S has one unstable stretch between two folds");
        }
        assert_eq!(along("LIP").tipping_point, None);
        assert!(found[0].held.iter().any(|(name, ..)| name == "PUFA-phospholipid"));
        assert!(found[0].moves.iter().all(|name| found[0].held.iter().all(|(other, ..)| other != name)));
    });
}

/// The slow way: the whole network, everything that changes a held species taken out, one of them set to a share of what it
/// has at rest; what is shown after a year.
fn held(setup: &Setup, tipped: &Tipped, share: f64) -> f64 {
    let world = World::new(setup.scenario, setup.knowledge, &setup.hypotheses[0], setup.seed, 0);
    let population = Population::at_rest(setup, &world, 0);
    let mut network = setup.cells[0].model.network.clone();
    network.events.clear();
    for (index, parameter) in network.parameters.iter_mut().enumerate() {
        parameter.value = population.read(0, Source::Parameter(index));
    }
    for (index, species) in network.species.iter_mut().enumerate() {
        let factor = if species.id == tipped.followed.along.symbol { share } else { 1.0 };
        species.initial = Expression::Number(factor * population.state(0)[index]);
    }
    let tipping = setup.knowledge.cells["mammalian_cell"].tipping.as_ref().expect("it is followed");
    let fast: Vec<usize> = tipping.fast.iter().filter_map(|symbol| network.species(symbol)).collect();
    for reaction in &mut network.reactions {
        for side in [&mut reaction.reactants, &mut reaction.products] {
            side.retain(|(species, _)| fast.contains(species));
        }
    }
    let program = compile(&network).expect("sound");
    let mut batch = Batch::new(&program, 1);
    let config = SolverConfig::with_tolerance(1e-7, 1e-6);
    advance(&program, &config, &mut Workspace::for_program(&program), &mut batch, 3e7);
    let shows = network.species(&tipped.followed.shows.symbol).expect("it is there");
    batch.state(0)[shows] / population.state(0)[shows] * tipped.rest.1
}

#[test]
fn the_folder_says_what_is_held_and_where_cells_ended() {
    let rows = with_setup(|setup| {
        let frame = Frame {
            lock: vesica::scenario::lock(setup.scenario, setup.knowledge),
            check: vesica::ledger::check(setup.scenario, setup.knowledge, &[]),
            dose_statement: String::new(),
            command: String::new(),
            warnings: Vec::new(),
        };
        outcome(setup, &run(setup), frame).tipping
    });
    let of = |kind: &str| rows.iter().filter(|row| row.kind == kind).collect::<Vec<_>>();
    assert!(of("held").len() > 4 && of("moves").len() == 4);
    assert_eq!((of("rest").len(), of("tipping point").len()), (3, 2));
    // 2 worlds, 2 arms, 4 cells, along the 2 pools in which it tips
    assert_eq!(of("cell").len(), 32);
    assert!(of("cell").iter().all(|row| row.x.is_finite() && row.y > 0.0));
    let low = |row: &&&TippingRow| row.arm == "inhibited" && row.along == "GPX4 protein";
    let (cells, rest) = (of("cell"), of("rest"));
    let at_rest = rest.iter().find(|row| row.along == "GPX4 protein").expect("followed").x;
    assert!(cells.iter().filter(low).all(|row| row.x < 0.5 * at_rest), "the inhibitor takes GPX4 away");
}

#[test]
fn the_page_draws_the_branch_and_names_what_is_held() {
    let report = vesica::report::build(&layout::nine_arms());
    let plots: Vec<_> = report.figures.iter().filter(|figure| figure.name.starts_with("tipping")).collect();
    assert_eq!(plots.len(), 1, "along `iron` nothing tips, so there is no figure");
    for plot in plots {
        assert!(
            plot.svg.contains("held: a fat with a long name, iron") && plot.svg.contains("tips at"),
            "{}",
            plot.svg
        );
        assert!(plot.svg.contains("dash"), "the unstable stretch is dashed");
    }
    assert!(report.html.contains("Along iron alone the cell does not tip"));
    assert!(vesica::report::build(&layout::nothing()).figures.iter().all(|figure| !figure.name.starts_with("tipping")));
}
