//! Doses that change nothing here.

use std::collections::BTreeSet;

use vesica_model::Diagnostic;

use super::fields::Reader;
use super::{Dosed, Scenario};
use crate::compose;
use crate::knowledge::DrugAction;

pub(super) fn check(reader: &mut Reader<'_>, scenario: &Scenario) {
    let cells = scenario.cells.iter();
    let of_cells = cells.flat_map(|cell| compose::port_names(scenario, reader.knowledge, cell));
    let of_body = scenario.place.body().map(|body| compose::body::port_names(reader.knowledge, body));
    let ports: BTreeSet<String> = of_cells.chain(of_body.into_iter().flatten()).collect();
    let mut seen = BTreeSet::new();
    for dose in scenario.arms.iter().flat_map(|arm| &arm.doses) {
        let Dosed::Drug(name) = &dose.what else { continue };
        if !seen.insert(name.as_str()) {
            continue;
        }
        let own = scenario.drugs.iter().find(|drug| drug.action.name == *name);
        let actions: Vec<DrugAction> = match own {
            Some(drug) => vec![drug.action.clone()],
            None => reader.knowledge.drug(name).unwrap_or_default(),
        };
        if actions.iter().all(|action| !ports.contains(&action.port)) {
            let targets: Vec<&str> = actions.iter().map(|action| action.port.as_str()).collect();
            let found = Diagnostic::error("W14", format!("{name} acts on nothing here"))
                .help(format!("no cell here has {}; the dose changes nothing", targets.join(" or ")));
            reader.problems.push(match &scenario.quantities[dose.amount.0].span {
                Some(span) => found.at(span.clone()),
                None => found,
            });
        }
    }
}
