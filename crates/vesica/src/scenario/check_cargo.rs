//! Cargo that changes nothing here, and cargo that cannot act as it says.

use vesica_model::{Diagnostic, Span};

use super::fields::{Reader, each_once};
use super::{Cargo, Cell, Destination, Kind, Scenario, Vesicle};
use crate::compose;
use crate::knowledge::mangle;

pub(super) fn check(reader: &mut Reader<'_>, scenario: &Scenario) {
    for (vesicle, cargo) in scenario.vesicles.iter().flat_map(|kind| kind.cargo.iter().map(move |cargo| (kind, cargo)))
    {
        let span = scenario.quantities[cargo.copies.0].span.clone();
        targets_are_named(reader, scenario, cargo, span.as_ref());
        acts_somewhere(reader, scenario, vesicle, cargo, span.as_ref());
    }
    guides_only_lower(reader, scenario);
    one_number_for_several(reader, scenario);
    holders_are_carried(reader, scenario);
}

/// `held_by` of a drug names a molecule that some vesicle has at its surface.
fn holders_are_carried(reader: &mut Reader<'_>, scenario: &Scenario) {
    for drug in &scenario.drugs {
        let Some(molecule) = drug.held_by.as_ref() else { continue };
        if compose::is_carried(&scenario.vesicles, &drug.action.port) || !reader.lost.is_empty() {
            continue;
        }
        let span = drug.constants.values().find_map(|id| scenario.quantities[id.0].span.clone());
        let message = format!("{} is held by {molecule}, which no vesicle has at its surface", drug.action.name);
        let help = format!("add [vesicle.NAME.cargo.\"{molecule}\"] with acts_at = \"periphery\"");
        tell(reader, "E19", message, help, span.as_ref());
    }
}

fn tell(reader: &mut Reader<'_>, code: &'static str, message: String, help: String, span: Option<&Span>) {
    let found = Diagnostic::error(code, message).help(help);
    reader.problems.push(match span {
        Some(span) => found.at(span.clone()),
        None => found,
    });
}

/// `targets` says on which genes of [links] act a cargo acts: each must be there.
fn targets_are_named(reader: &mut Reader<'_>, scenario: &Scenario, cargo: &Cargo, span: Option<&Span>) {
    let targets = cargo.targets.iter().flatten();
    for gene in targets.filter(|gene| !scenario.links.act.contains_key(*gene)) {
        let known: Vec<&str> = scenario.links.act.keys().map(String::as_str).collect();
        let near = vesica_model::diagnostic::nearest(gene, known.iter().copied());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add act.{gene} = \"unknown (0.2..0.9 of control)\" to [links]; above 1 it raises"),
        };
        tell(reader, "E12", format!("{} targets `{gene}`, which [links] does not name", cargo.name), help, span);
    }
}

/// One number says how far a gene is changed: what a guide lowers cannot be raised by it.
fn guides_only_lower(reader: &mut Reader<'_>, scenario: &Scenario) {
    for (gene, id) in &scenario.links.act {
        let named = &scenario.quantities[id.0];
        let cargo = scenario.vesicles.iter().flat_map(|vesicle| &vesicle.cargo);
        let guide = cargo
            .filter(|cargo| cargo.kind == Kind::Mirna)
            .find(|cargo| scenario.targets_of(&cargo.name).contains(&gene))
            .filter(|_| named.quantity.middle() > 1.0);
        if let Some(guide) = guide {
            let message = format!("`{}` raises a gene on which {} acts", named.path, guide.name);
            let help = "a guide lowers: give the cargo that raises it `targets = [\"..\"]`".to_owned();
            tell(reader, "E26", message, help, named.span.as_ref());
        }
    }
}

/// A gene of [links] act is changed by every cargo that does not say on which it acts: two of them, and one number says
/// how far each goes.
fn one_number_for_several(reader: &mut Reader<'_>, scenario: &Scenario) {
    for (gene, id) in &scenario.links.act {
        let says_nothing = |cargo: &&Cargo| cargo.targets.is_none() && scenario.targets_of(&cargo.name).contains(&gene);
        let cargo = scenario.vesicles.iter().flat_map(|vesicle| &vesicle.cargo).filter(says_nothing);
        let names = each_once(cargo.map(|cargo| cargo.name.as_str()));
        let [.., before, last] = names.as_slice() else { continue };
        let others = names[..names.len() - 2].iter().map(|name| format!("{name}, ")).collect::<String>();
        let message =
            format!("act.{gene} holds for {others}{before} and {last}: none of them says on which gene it acts");
        let help = format!(
            "targets = [\"{gene}\"] in [vesicle.NAME.cargo.\"{before}\"] lets it alone act on {gene}; targets = [] is for one that\n\
             acts on none; where both do, write targets = [\"{gene}\"] into both"
        );
        tell(reader, "W37", message, help, scenario.quantities[id.0].span.as_ref());
    }
}

fn acts_somewhere(reader: &mut Reader<'_>, scenario: &Scenario, vesicle: &Vesicle, cargo: &Cargo, span: Option<&Span>) {
    let cells: Vec<&Cell> = vesicle.to.iter().filter_map(|name| scenario.cell(name)).collect();
    if cells.is_empty() || cells.iter().any(|cell| acts_in(reader, scenario, cell, cargo)) {
        return;
    }
    let (message, help) = match (cargo.kind, &cargo.gene) {
        (Kind::Messenger | Kind::Sirna, Some(gene)) => {
            let gene = gene.clone();
            (format!("no cell that takes up {} makes {gene}", cargo.name), format!("nothing comes of it; a cell type with {gene}, or a row of biology/genes.tsv, would change that"))
        }
        _ => (
            format!("{} acts on no gene here", cargo.name),
            "add the gene that it changes to [links]: act.GENE = \"unknown (0.2..0.9 of control)\", above 1 when it raises it"
                .to_owned(),
        ),
    };
    tell(reader, "W34", message, help, span);
}

/// Whether anything in a cell depends on a cargo.
fn acts_in(reader: &Reader<'_>, scenario: &Scenario, cell: &Cell, cargo: &Cargo) -> bool {
    let kind = reader.knowledge.cells.get(&cell.is);
    let has_gene = || cargo.gene.as_ref().zip(kind).is_some_and(|(gene, kind)| cell.expresses(kind, gene));
    match cargo.kind {
        Kind::Iron => true,
        Kind::Messenger | Kind::Sirna => has_gene(),
        Kind::Protein if !cargo.changes_genes() && has_gene() => true,
        Kind::Drug => {
            let ports = compose::port_names(scenario, reader.knowledge, cell);
            let own = scenario.drugs.iter().filter(|drug| drug.action.name == cargo.name).map(|drug| &drug.action.port);
            let known = reader.knowledge.drug(&cargo.name).unwrap_or_default();
            own.chain(known.iter().map(|action| &action.port)).any(|port| ports.contains(port))
        }
        _ => {
            !scenario.targets_of(&cargo.name).is_empty()
                || is_heard(reader, scenario, cell, cargo)
                || holds(reader, scenario, cargo)
        }
    }
}

/// Whether a cargo at the surface holds a drug that some arm doses.
fn holds(reader: &Reader<'_>, scenario: &Scenario, cargo: &Cargo) -> bool {
    let port = format!("{}{}", compose::CARRIED, mangle(&cargo.name));
    let own = scenario.drugs.iter().map(|drug| drug.action.clone());
    let dosed = compose::dosed(&scenario.arms);
    let known = dosed.iter().flat_map(|drug| reader.knowledge.drug(drug).unwrap_or_default());
    cargo.acts_at == Destination::Periphery && own.chain(known).any(|action| action.port == port)
}

/// Whether a mechanism reads the signal of a cargo, apart from the one that makes it.
fn is_heard(reader: &Reader<'_>, scenario: &Scenario, cell: &Cell, cargo: &Cargo) -> bool {
    let signal = cargo.signal.clone().unwrap_or_else(|| format!("signal_{}", mangle(&cargo.name)));
    compose::n_readers(scenario, reader.knowledge, cell, &signal) > 1
}
