//! From a name that was typed to the number it stands for.

use vesica_model::diagnostic::nearest;
use vesica_model::{Diagnostic, Span};

use super::factor::{Resolved, Target};
use crate::knowledge::Knowledge;
use crate::quantity::Quantity;
use crate::scenario::{Arm, Dosed, QuantityId, Scenario};

/// What follows the name of a drug or of vesicles when the time of their doses is meant.
const AT: &str = ".at";

/// Finds a drug that is dosed, the time at which it is (`NAME.at`), a number of the scenario by its path or a unique end of it, or a row of
/// `parameters.tsv`.
///
/// # Errors
/// E96 when it is none of these, several, or set anew in every arm.
pub(super) fn resolve(
    name: &str,
    span: &Span,
    scenario: &Scenario,
    knowledge: &Knowledge,
) -> Result<Resolved, Diagnostic> {
    if let Some(dosed) = name.strip_suffix(AT) {
        let dosed = knowledge.drug(dosed).map_or_else(|| dosed.to_owned(), |actions| actions[0].name.clone());
        let times = times_of(scenario, &dosed);
        if !times.is_empty() {
            return of_time(&dosed, &times, span, scenario);
        }
    }
    let drug = knowledge.drug(name).map_or_else(|| name.to_owned(), |actions| actions[0].name.clone());
    let doses = doses_of(scenario, &drug);
    if let Some(first) = doses.first() {
        return of_drug(&drug, &doses, *first, scenario, span);
    }
    let ends = |path: &str| path == name || path.strip_suffix(name).is_some_and(|before| before.ends_with('.'));
    let exact = scenario.quantities.iter().position(|named| named.path == name);
    let fitting: Vec<usize> = match exact {
        Some(index) => vec![index],
        None => (0..scenario.quantities.len()).filter(|index| ends(&scenario.quantities[*index].path)).collect(),
    };
    match fitting.as_slice() {
        [] => of_table(name, span, scenario, knowledge),
        [only] => of_scenario(*only, scenario, span),
        several => {
            let paths: Vec<&str> = several.iter().map(|index| scenario.quantities[*index].path.as_str()).collect();
            let message = format!("`{name}` could be several numbers");
            Err(problem(message, span, format!("write one of: {}", paths.join(", "))))
        }
    }
}

/// `[arm][dose]`: when a drug, or a kind of vesicles, is given.
fn times_of(scenario: &Scenario, name: &str) -> Vec<Vec<f64>> {
    let of_arm = |arm: &Arm| -> Vec<f64> {
        arm.doses.iter().filter(|dose| dose.what.name() == name).map(|dose| dose.at).collect()
    };
    scenario.arms.iter().map(of_arm).filter(|times| !times.is_empty()).collect()
}

fn of_time(name: &str, times: &[Vec<f64>], span: &Span, scenario: &Scenario) -> Result<Resolved, Diagnostic> {
    if times.iter().any(|times| times.iter().any(|time| *time != times[0])) {
        let message = format!("{name} is given several times in one arm, and `{name}{AT}` would make one of them");
        return Err(problem(message, span, "give it once in the arms that are swept: --arm NAME names them"));
    }
    let unit = crate::units::parse("h").expect("hours are a unit");
    Ok(Resolved {
        name: format!("{name}{AT}"),
        target: Target::Time(name.to_owned()),
        quantity: Quantity::exact(times[0][0], unit),
        limits: (0.0, scenario.span),
    })
}

fn problem(message: String, span: &Span, help: impl Into<String>) -> Diagnostic {
    Diagnostic::error("E96", message).at(span.clone()).help(help)
}

/// Amounts of all doses of a drug, each once.
fn doses_of(scenario: &Scenario, drug: &str) -> Vec<usize> {
    let doses = scenario.arms.iter().flat_map(|arm| &arm.doses);
    let mut ids: Vec<usize> =
        doses.filter(|dose| dose.what == Dosed::Drug(drug.to_owned())).map(|dose| dose.amount.0).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn of_drug(
    drug: &str,
    doses: &[usize],
    first: usize,
    scenario: &Scenario,
    span: &Span,
) -> Result<Resolved, Diagnostic> {
    let quantity = &scenario.quantities[first].quantity;
    if doses.iter().any(|id| scenario.quantities[*id].quantity.unit.dimension != quantity.unit.dimension) {
        let paths: Vec<&str> = doses.iter().map(|id| scenario.quantities[*id].path.as_str()).collect();
        let message = format!("doses of {drug} are given in units that do not fit together");
        return Err(problem(message, span, format!("name one of them: {}", paths.join(", "))));
    }
    Ok(Resolved {
        name: drug.to_owned(),
        target: Target::Drug(drug.to_owned(), doses.to_vec()),
        quantity: quantity.clone(),
        limits: scenario.quantities[first].limits,
    })
}

fn of_scenario(index: usize, scenario: &Scenario, span: &Span) -> Result<Resolved, Diagnostic> {
    let named = &scenario.quantities[index];
    if scenario.arms.iter().all(|arm| arm.set.contains_key(&QuantityId(index))) {
        let message = format!("every arm sets `{}` itself: varying it changes nothing", named.path);
        return Err(problem(message, span, "take it out of `set` of the arms in which it is to be varied"));
    }
    Ok(Resolved {
        name: named.path.clone(),
        target: Target::Quantities(vec![index]),
        quantity: named.quantity.clone(),
        limits: named.limits,
    })
}

/// A row of `parameters.tsv`; whether some cell reads it is known once the cells are composed.
fn of_table(name: &str, span: &Span, scenario: &Scenario, knowledge: &Knowledge) -> Result<Resolved, Diagnostic> {
    let rows: Vec<usize> = (0..knowledge.numbers.len())
        .filter(|index| knowledge.numbers[*index].key() == name || knowledge.numbers[*index].id == name)
        .collect();
    let exact = rows.iter().copied().find(|index| knowledge.numbers[*index].key() == name);
    let (Some(index), true) = (exact.or(rows.first().copied()), exact.is_some() || rows.len() < 2) else {
        if rows.is_empty() {
            return Err(unknown(name, span, scenario, knowledge));
        }
        let keys: Vec<String> = rows.iter().map(|index| knowledge.numbers[*index].key()).collect();
        return Err(problem(
            format!("`{name}` could be several numbers"),
            span,
            format!("write one of: {}", keys.join(", ")),
        ));
    };
    let number = &knowledge.numbers[index];
    match number.quantity() {
        Some(quantity) => {
            Ok(Resolved { name: number.key(), target: Target::Number(index), quantity, limits: number.limits() })
        }
        None => Err(unknown(name, span, scenario, knowledge)),
    }
}

fn unknown(name: &str, span: &Span, scenario: &Scenario, knowledge: &Knowledge) -> Diagnostic {
    if knowledge.drug(name).is_some() {
        let message = format!("no arm doses {name}");
        return problem(message, span, "add a dose of it to an arm of the scenario; its amount there does not matter");
    }
    if let Some(refusal) = knowledge.no_drug_for_mirna(name) {
        return problem(refusal.message, span, refusal.help);
    }
    let paths = scenario.quantities.iter().map(|named| named.path.as_str());
    let ends =
        scenario.quantities.iter().flat_map(|named| named.path.match_indices('.').map(|(at, _)| &named.path[at + 1..]));
    let ids = knowledge.numbers.iter().map(|number| number.id.as_str());
    let drugs = knowledge.drug_names();
    let help = match nearest(name, paths.chain(ends).chain(ids).chain(drugs)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a path as in the scenario (cell.NAME.count, vesicle.NAME.rate, links.deliver.escape), a drug that an \
                 arm doses, when it does (NAME.at), or an id of biology/parameters.tsv"
            .to_owned(),
    };
    problem(format!("there is no number `{name}` to vary"), span, help)
}
