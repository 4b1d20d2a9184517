//! How the drugs of a scenario act on a cell: through forms, on ports.

use std::collections::{BTreeMap, BTreeSet};

use vesica_model::Diagnostic;

use super::instances::Instance;
use super::molecules::carried_drugs;
use crate::knowledge::{DrugAction, Form, Knowledge, mangle};
use crate::scenario::{Arm, Cell, Destination, Dosed, Scenario, Vesicle};

/// What the drugs of a scenario do in one cell.
#[derive(Debug, Default)]
pub struct Drugs {
    /// Port -> the rule that holds there.
    pub rules: BTreeMap<String, Rule>,
    /// Forms that are modules.
    pub instances: Vec<Instance>,
    /// Drug -> what is left free of it outside the cell, where something holds it.
    pub free: BTreeMap<String, Free>,
    /// Drugs that find none of their ports here.
    pub idle: BTreeSet<String>,
    /// Drug -> link on which it acts here.
    pub links: BTreeMap<String, &'static str>,
    used: BTreeSet<String>,
}

/// What drugs and genes do at a port, and their constants: cell-level name and id in the table.
#[derive(Debug, Default)]
pub struct Rule {
    /// Multiplied with each other.
    pub factors: Vec<String>,
    /// Added to each other, and to the product.
    pub terms: Vec<String>,
    /// Constants.
    pub constants: Vec<(String, String)>,
}

impl Rule {
    /// One more action, in the form of a function of `what`: a concentration or a relative amount.
    pub fn add(&mut self, form: &Form, what: &str, constants: Vec<(String, String)>) {
        let values: Vec<&str> = std::iter::once(what).chain(constants.iter().map(|(name, _)| name.as_str())).collect();
        let call = format!("{}({})", form.name, values.join(", "));
        if form.combines == "factor" { &mut self.factors } else { &mut self.terms }.push(call);
        self.constants.extend(constants);
    }

    /// `f * g + t`
    pub fn formula(&self) -> String {
        let product = (!self.factors.is_empty()).then(|| self.factors.join(" * "));
        product.into_iter().chain(self.terms.iter().cloned()).collect::<Vec<_>>().join(" + ")
    }
}

/// What holds a drug outside the cells: forms one after another, which is exact for one of them.
#[derive(Debug, Default)]
pub struct Free {
    /// Form and its arguments after the concentration.
    calls: Vec<(String, String)>,
    /// Ports that it reads.
    pub ports: Vec<String>,
    /// Constants.
    pub constants: Vec<(String, String)>,
}

impl Free {
    /// `g(f(dosed, held, KD), held, KD)`
    pub fn formula(&self, dosed: &str) -> String {
        self.calls.iter().fold(dosed.to_owned(), |inner, (form, others)| format!("{form}({inner}, {others})"))
    }
}

impl Drugs {
    /// Names of the drug concentrations that some form reads.
    pub fn concentrations(&self) -> impl Iterator<Item = String> {
        self.used.iter().map(|drug| format!("drug_{}", mangle(drug)))
    }
}

/// Names of all drugs that some arm doses, in order of first use.
pub fn dosed(arms: &[Arm]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for dose in arms.iter().flat_map(|arm| &arm.doses) {
        if let Dosed::Drug(name) = &dose.what
            && !names.contains(name)
        {
            names.push(name.clone());
        }
    }
    names
}

/// Names of all drugs that can come to a cell: those that some arm doses, and those in its vesicles.
pub fn here(arms: &[Arm], vesicles: &[Vesicle], cell: &Cell) -> Vec<String> {
    let mut names = dosed(arms);
    for drug in carried_drugs(vesicles, cell) {
        if names.iter().all(|known| known != drug) {
            names.push(drug.to_owned());
        }
    }
    names
}

/// The actions of drugs, by name, on the ports that the mechanisms of a cell or body have.
pub fn of_scenario(
    scenario: &Scenario,
    knowledge: &Knowledge,
    names: Vec<String>,
    instances: &[Instance],
    problems: &mut Vec<Diagnostic>,
) -> Drugs {
    let ports: BTreeSet<&String> = instances.iter().flat_map(|instance| &instance.ports).collect();
    let mut drugs = Drugs::default();
    for name in names {
        let own = scenario.drugs.iter().filter(|drug| drug.action.name == name).map(|drug| drug.action.clone());
        let actions: Vec<DrugAction> = own.chain(knowledge.drug(&name).unwrap_or_default()).collect();
        let is_free = |action: &DrugAction| knowledge.form(&action.form).is_some_and(|form| form.combines == FREE);
        let (holds, acts): (Vec<&DrugAction>, Vec<&DrugAction>) = actions.iter().partition(|action| is_free(action));
        let here: Vec<&DrugAction> = acts.into_iter().filter(|action| ports.contains(&action.port)).collect();
        match here.first() {
            None => {
                drugs.idle.insert(name.clone());
            }
            Some(first) => {
                drugs.links.insert(name.clone(), first.link);
            }
        }
        for action in here {
            if let Err(problem) = drugs.act(&name, action, knowledge) {
                problems.push(problem);
            }
        }
        if drugs.used.contains(&name) {
            let holds = holds.into_iter().filter(|action| is_carried(&scenario.vesicles, &action.port));
            holds.for_each(|action| drugs.hold(&name, action, knowledge));
        }
    }
    drugs
}

/// How a form combines that says what is left of the drug itself.
const FREE: &str = "free";

/// Start of the name under which a cell reads how much of a molecule vesicles carry at their surface outside the cells.
pub const CARRIED: &str = "carried_";

/// Whether some vesicle has a molecule at its surface that is read under a name.
pub fn is_carried(vesicles: &[Vesicle], port: &str) -> bool {
    let mut cargo = vesicles.iter().flat_map(|vesicle| &vesicle.cargo);
    let wanted = port.strip_prefix(CARRIED);
    cargo.any(|cargo| cargo.acts_at == Destination::Periphery && wanted == Some(mangle(&cargo.name).as_str()))
}

impl Drugs {
    /// Something outside the cell holds the drug. A form that is not there is found by its other users.
    fn hold(&mut self, drug: &str, action: &DrugAction, knowledge: &Knowledge) {
        let arguments = knowledge.library.function_arguments(&action.form).unwrap_or_default();
        let free = self.free.entry(mangle(drug)).or_default();
        let prefix = format!("free_{}__{}", mangle(drug), action.port);
        let constants: Vec<(String, String)> = arguments
            .iter()
            .skip(2)
            .map(|constant| (format!("{prefix}__{constant}"), constant_id(action, constant)))
            .collect();
        let names = std::iter::once(action.port.as_str()).chain(constants.iter().map(|(name, _)| name.as_str()));
        free.calls.push((action.form.clone(), names.collect::<Vec<_>>().join(", ")));
        free.ports.push(action.port.clone());
        free.constants.extend(constants);
    }

    fn act(&mut self, drug: &str, action: &DrugAction, knowledge: &Knowledge) -> Result<(), Diagnostic> {
        let missing = |what: String| {
            Diagnostic::error("E76", what)
                .help("biology/forms.tsv says how a form combines; biology/forms/ holds its text")
        };
        let form = knowledge.form(&action.form).ok_or_else(|| {
            missing(format!("drug `{drug}` acts in the form `{}`, which is not in forms.tsv", action.form))
        })?;
        self.used.insert(drug.to_owned());
        if form.combines == "module" {
            let ports = knowledge
                .library
                .ports(&form.name)
                .ok_or_else(|| missing(format!("no model `{}` in biology/forms/", form.name)))?;
            self.instances.push(module_form(drug, action, &form.name, &ports));
            return Ok(());
        }
        let arguments = knowledge
            .library
            .function_arguments(&form.name)
            .ok_or_else(|| missing(format!("no function `{}` in biology/forms/", form.name)))?;
        // the name of a drug may begin with a digit
        let prefix = format!("by_{}__{}", mangle(drug), action.port);
        let constants = arguments.iter().skip(1);
        let constants =
            constants.map(|constant| (format!("{prefix}__{constant}"), constant_id(action, constant))).collect();
        let rule = self.rules.entry(action.port.clone()).or_default();
        rule.add(form, &format!("drug_{}", mangle(drug)), constants);
        Ok(())
    }
}

fn module_form(drug: &str, action: &DrugAction, form: &str, ports: &[String]) -> Instance {
    let bound = ports.iter().map(|port| match port.as_str() {
        "drug" => format!("drug_{}", mangle(drug)),
        "target" => action.port.clone(),
        _ => port.clone(),
    });
    Instance {
        name: format!("{form}__{}__{}", mangle(drug), action.port),
        module: form.to_owned(),
        key: format!("drug.{}.{}", action.constants_of, action.constants_port),
        ports: bound.collect(),
    }
}

fn constant_id(action: &DrugAction, constant: &str) -> String {
    format!("drug.{}.{}.{constant}", action.constants_of, action.constants_port)
}
