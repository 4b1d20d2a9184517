//! How the genes that a scenario names act on a cell: through forms on ports, with their relative amount.

use std::collections::BTreeSet;

use vesica_model::Diagnostic;

use super::drugs::Drugs;
use super::instances::Instance;
use crate::knowledge::{Knowledge, mangle};
use crate::scenario::Cell;

/// Adds the actions of the genes of a cell to what its drugs do. A port that the cell does not have is left alone.
pub fn act(
    cell: &Cell,
    knowledge: &Knowledge,
    instances: &[Instance],
    drugs: &mut Drugs,
    problems: &mut Vec<Diagnostic>,
) {
    let ports: BTreeSet<String> = instances.iter().flat_map(|instance| instance.ports.iter().cloned()).collect();
    let actions = cell.genes.iter().flat_map(|gene| knowledge.actions_of_gene(gene));
    for action in actions.filter(|action| action.acts() && ports.contains(&action.port)) {
        let Some((form, arguments)) =
            knowledge.form(&action.form).zip(knowledge.library.function_arguments(&action.form))
        else {
            let message = format!("gene `{}` acts in the form `{}`, which is not there", action.gene, action.form);
            let help = "biology/forms.tsv says how a form combines; biology/forms/ holds its text";
            problems.push(Diagnostic::error("E76", message).help(help));
            continue;
        };
        let gene = mangle(&action.gene);
        let constants = arguments
            .iter()
            .skip(1)
            .map(|constant| (format!("{gene}__{}__{constant}", action.port), action.constant_id(constant)));
        drugs.rules.entry(action.port.clone()).or_default().add(form, &format!("{gene}_relative"), constants.collect());
    }
}
