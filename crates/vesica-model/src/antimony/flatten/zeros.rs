//! Algebraic rules (`0 = formula`): which name each of them determines.

use std::collections::BTreeSet;

use super::gather::{Class, Gathered};
use super::roles::classes_in;
use super::{Findings, Formula};

/// Finds for every algebraic rule a name of its own that nothing else determines: `(class, formula)`, in the order of
/// the rules. Rules and names for which there is none are reported.
pub(super) fn assign(gathered: &Gathered, findings: &mut Findings) -> Vec<(usize, Formula)> {
    let named: Vec<BTreeSet<usize>> = gathered.zeros.iter().map(|(formula, _)| named_by(formula, gathered)).collect();
    let open: Vec<Vec<usize>> = named
        .iter()
        .map(|named| named.iter().copied().filter(|class| is_open(&gathered.classes[*class])).collect())
        .collect();
    let mut rule_of = vec![None; gathered.classes.len()];
    for rule in 0..open.len() {
        let mut tried = vec![false; gathered.classes.len()];
        if !determine(rule, &open, &mut rule_of, &mut tried) {
            report_rule(rule, &named, &open[rule], gathered, findings);
        }
    }
    let left = open.iter().flatten().copied().collect::<BTreeSet<_>>();
    for class in left.into_iter().filter(|class| rule_of[*class].is_none()) {
        let class = &gathered.classes[class];
        let message = format!("nothing determines `{}`: there are fewer algebraic rules than names open", class.name);
        findings.report("E67", class.spot, message, "write `const` before it if it is a number, or another rule");
    }
    let mut found: Vec<(usize, usize)> =
        rule_of.iter().enumerate().filter_map(|(class, rule)| Some(((*rule)?, class))).collect();
    found.sort_unstable();
    found.into_iter().map(|(rule, class)| (class, gathered.zeros[rule].0.clone())).collect()
}

/// Gives a rule a name, taking it from another rule that can do with a different one (Kuhn's matching).
fn determine(rule: usize, open: &[Vec<usize>], rule_of: &mut [Option<usize>], tried: &mut [bool]) -> bool {
    for class in &open[rule] {
        if std::mem::replace(&mut tried[*class], true) {
            continue;
        }
        let is_free = match rule_of[*class] {
            None => true,
            Some(other) => determine(other, open, rule_of, tried),
        };
        if is_free {
            rule_of[*class] = Some(rule);
            return true;
        }
    }
    false
}

/// What a formula names, also by way of rules and rates of reactions.
fn named_by(formula: &Formula, gathered: &Gathered) -> BTreeSet<usize> {
    let (mut named, mut waiting) = (BTreeSet::new(), Vec::new());
    classes_in(formula, &mut |class| waiting.push(class));
    while let Some(index) = waiting.pop() {
        if !named.insert(index) {
            continue;
        }
        let class = &gathered.classes[index];
        class.rules.iter().for_each(|rule| classes_in(&rule.formula, &mut |class| waiting.push(class)));
        if let Some(reaction) = class.reaction {
            classes_in(&gathered.reactions[reaction].rate, &mut |class| waiting.push(class));
        }
    }
    named
}

/// Whether nothing but an algebraic rule can determine it.
fn is_open(class: &Class) -> bool {
    let is_still = class.participates.is_none() || class.is_boundary;
    let is_free = class.rules.is_empty() && class.rates.is_empty() && class.assigned.is_none() && is_still;
    let is_other = class.is_compartment || class.is_constant || class.reaction.is_some() || class.is_event;
    is_free && !is_other && (class.is_species || class.is_variable)
}

fn report_rule(rule: usize, named: &[BTreeSet<usize>], open: &[usize], gathered: &Gathered, findings: &mut Findings) {
    let name = |class: &usize| format!("`{}`", gathered.classes[*class].name);
    let list = |classes: Vec<String>| classes.join(", ");
    let spot = gathered.zeros[rule].1;
    if !open.is_empty() {
        let message = format!(
            "two algebraic rules for one name: {} is determined already",
            list(open.iter().map(name).collect())
        );
        findings.report("E67", spot, message, "take one of the rules out");
        return;
    }
    let is_driven = |class: &&usize| {
        let class = &gathered.classes[**class];
        !class.rates.is_empty() || (class.participates.is_some() && !class.is_boundary && !class.is_constant)
    };
    let driven: Vec<String> = named[rule].iter().filter(is_driven).map(name).collect();
    if driven.is_empty() {
        let message = "this algebraic rule names nothing that it could determine";
        findings.report("E67", spot, message, "declare what it determines with `var` or `species`");
        return;
    }
    let message =
        format!("this algebraic rule holds together what rates drive ({}): its index is above 1", list(driven));
    let is_waiting = |index: &usize| {
        let class = &gathered.classes[*index];
        class.is_variable && is_open(class) && !named.iter().any(|named| named.contains(index))
    };
    let waiting: Vec<String> = (0..gathered.classes.len()).filter(is_waiting).map(|class| name(&class)).collect();
    let help = match waiting.is_empty() {
        true => "declare with `var` what it determines, or let it replace one of the rates".to_owned(),
        false => format!("differentiate it by time until it names what it shall determine: {}", list(waiting)),
    };
    findings.report("E67", spot, message, help);
}
