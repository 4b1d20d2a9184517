//! Every cell of every example is wired, and every parameter of it gets a number.

use vesica::knowledge::{Knowledge, examples};
use vesica::run::draws::World;
use vesica::run::{Setup, Size};
use vesica::scenario;

#[test]
fn every_parameter_of_every_cell_of_every_example_is_a_number() {
    let (knowledge, problems) = Knowledge::embedded();
    assert!(problems.is_empty(), "{problems:#?}");
    for (name, example) in examples() {
        let (scenario, problems) = scenario::read(&example.file, &example.text, &name, &knowledge, &|_| None);
        let scenario = scenario.unwrap_or_else(|| panic!("{name}: {problems:#?}"));
        let setup = Setup::new(&scenario, &knowledge, Size::default(), 1).unwrap_or_else(|p| panic!("{name}: {p:#?}"));
        let world = World::new(&scenario, &knowledge, &setup.hypotheses[0], 1, 0);
        for (cell, compiled) in scenario.cells.iter().zip(&setup.cells) {
            for (parameter, binding) in compiled.model.network.parameters.iter().zip(&compiled.model.bindings) {
                let value = world.value(binding, &scenario.arms[0], cell.doubles).unwrap_or(0.0);
                assert!(value.is_finite(), "{name}, {}: `{}` = {value} from {binding:?}", cell.name, parameter.id);
            }
        }
    }
}
