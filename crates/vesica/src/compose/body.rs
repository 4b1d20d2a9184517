//! The wiring rule of a body: the mechanisms of a body plan, over its places, become one Antimony text and a network.
//!
//! Contents of a place are the species `in_PLACE`. Vesicles, healthy vesicles and drugs are networks of their own; what
//! cells of the scenario release into a site and take up from it are two reactions more.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use vesica_model::{Diagnostic, Network, Severity};

use super::instances::Instance;
use super::{drugs, number_index};
use crate::knowledge::{BodyPlan, Contents, Flow, Knowledge, Over, TUMOUR, mangle};
use crate::scenario::{Body, QuantityId, Scenario};

/// Where the value of a parameter of a body's network comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum BodyBinding {
    /// A row of `parameters.tsv`.
    Number(usize),
    /// A number of the scenario.
    Quantity(QuantityId),
    /// Diameter of the vesicles, um.
    Diameter,
    /// What cells of a site release, per s.
    Release(usize),
    /// Share of what is in a site that its cells take up, per s.
    Uptake(usize),
    /// Concentration of a drug in plasma, by its name inside a cell.
    Drug(String),
    /// A value that a mechanism gives a port nobody else sets.
    Fixed(f64),
}

/// A body for one kind of contents, as a network with the meaning of each of its parameters.
#[derive(Clone, Debug)]
pub struct BodyModel {
    /// The composed Antimony text (without the mechanisms it uses).
    pub text: String,
    /// The flat network.
    pub network: Network,
    /// One for each parameter of the network.
    pub bindings: Vec<BodyBinding>,
    /// Species of each place that has one here.
    pub places: BTreeMap<String, usize>,
    /// Species that counts what cells took, for each site.
    pub taken: Vec<usize>,
}

/// Name of the network of a kind of contents, in messages.
fn name_of(contents: Contents) -> &'static str {
    match contents {
        Contents::Vesicles => "vesicles_in_body",
        Contents::Healthy => "healthy_vesicles_in_body",
        Contents::Drugs => "drugs_in_body",
    }
}

/// Builds the network of one kind of contents. `sites`: places in which cells live, for vesicles; `drug`: the drug whose
/// own numbers come first.
///
/// # Errors
/// A mechanism that is not there, a constant without a number, and what the reader finds in the composed text.
pub fn compose(
    scenario: &Scenario,
    knowledge: &Knowledge,
    body: &Body,
    contents: Contents,
    sites: &[String],
    drug: &str,
) -> Result<BodyModel, Vec<Diagnostic>> {
    let plan = &knowledge.bodies[&body.species];
    let mut problems = Vec::new();
    let instances = instances(knowledge, body, plan, contents, &mut problems);
    let acting = drugs::of_scenario(scenario, knowledge, drugs::dosed(&scenario.arms), &instances, &mut problems);
    let mut text = Text { knowledge, body, drug, head: String::new(), bindings: BTreeMap::new() };
    let places = places(plan, body, contents, &instances);
    text.names(&places, &instances, &mut problems);
    sites.iter().enumerate().for_each(|(index, site)| text.site(index, site));
    instances.iter().for_each(|instance| text.instance(instance, &mut problems));
    text.drugs(scenario, &acting, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let (network, text, bindings) = text.flatten(name_of(contents))?;
    let species = |name: &str| network.species(name);
    let found = places.iter().filter_map(|place| Some((place.clone(), species(&format!("in_{}", mangle(place)))?)));
    Ok(BodyModel {
        places: found.collect(),
        taken: sites.iter().filter_map(|site| species(&format!("taken_{}", mangle(site)))).collect(),
        text,
        bindings,
        network,
    })
}

/// Every body-level name at a port of a mechanism that moves vesicles: what a drug can act on there.
pub fn port_names(knowledge: &Knowledge, body: &Body) -> BTreeSet<String> {
    let plan = &knowledge.bodies[&body.species];
    let of = |contents| instances(knowledge, body, plan, contents, &mut Vec::new());
    let all = [Contents::Vesicles, Contents::Healthy].into_iter().flat_map(of);
    all.flat_map(|instance| instance.ports).collect()
}

/// Every place that vesicles can be in; for other contents those that some mechanism or route knows.
fn places(plan: &BodyPlan, body: &Body, contents: Contents, instances: &[Instance]) -> Vec<String> {
    let known: BTreeSet<&String> = instances.iter().flat_map(|instance| &instance.ports).collect();
    let is_used = |place: &&str| {
        contents == Contents::Vesicles
            || known.contains(&format!("in_{}", mangle(place)))
            || (contents == Contents::Drugs && plan.route.values().any(|route| route.into == *place))
    };
    let tumour = body.tumour.as_ref().map(|_| TUMOUR);
    plan.places().chain(tumour).filter(is_used).map(str::to_owned).collect()
}

/// Every mechanism that moves this kind of contents, as often as it stands.
fn instances(
    knowledge: &Knowledge,
    body: &Body,
    plan: &BodyPlan,
    contents: Contents,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Instance> {
    let mut found = Vec::new();
    for flow in plan.flows.iter().filter(|flow| flow.carries == contents) {
        let module = flow.mechanism.rsplit('/').next().unwrap_or(&flow.mechanism);
        let Some(ports) = knowledge
            .library
            .ports(module)
            .filter(|_| knowledge.files.contains_key(&format!("links/{}.ant", flow.mechanism)))
        else {
            let help = format!("add biology/links/{}.ant with `model {module}(...)`", flow.mechanism);
            let message = format!("body `{}` uses mechanism `{}`, which is not there", plan.id, flow.mechanism);
            problems.push(Diagnostic::error("E73", message).help(help));
            continue;
        };
        for place in over(flow, body, plan) {
            let bound = |port: &String| {
                let name = flow.bind.get(port).unwrap_or(port);
                name.replace("{it}", &mangle(&place.it)).replace("{lumen}", &mangle(&place.lumen))
            };
            found.push(Instance {
                name: if place.key.is_empty() {
                    module.to_owned()
                } else {
                    format!("{module}__{}", mangle(&place.key))
                },
                module: module.to_owned(),
                key: place.key.clone(),
                ports: ports.iter().map(bound).collect(),
            });
        }
    }
    found
}

/// A place at which a mechanism stands: whose numbers it takes, and what fills `{it}` and `{lumen}`.
#[derive(Default)]
struct At {
    key: String,
    it: String,
    lumen: String,
}

fn over(flow: &Flow, body: &Body, plan: &BodyPlan) -> Vec<At> {
    let at = |name: &String| At { key: name.clone(), it: name.clone(), lumen: String::new() };
    match &flow.over {
        Over::Once => vec![At::default()],
        Over::Named(names) => names.iter().map(at).collect(),
        Over::All(list) => match list.as_str() {
            "organs" => plan.organs.iter().map(at).collect(),
            "fluids" => plan.fluids.iter().map(at).collect(),
            TUMOUR => body.tumour.iter().map(|_| at(&TUMOUR.to_owned())).collect(),
            _ => lumens(body, plan),
        },
    }
}

/// Organs that shed into a fluid or hollow, and a tumour in one.
fn lumens(body: &Body, plan: &BodyPlan) -> Vec<At> {
    let of = |key: &str, it: &str| {
        plan.lumen.get(key).map(|lumen| At { key: key.to_owned(), it: it.to_owned(), lumen: lumen.clone() })
    };
    let organs = plan.organs.iter().filter_map(|organ| of(organ, organ));
    let tumour = body.tumour.iter().filter_map(|tumour| of(&tumour.at, TUMOUR));
    let tumour = tumour.map(|at| At { key: format!("{TUMOUR} in {}", at.key), ..at });
    organs.chain(tumour).collect()
}

/// The composed text while it is written.
struct Text<'a> {
    knowledge: &'a Knowledge,
    body: &'a Body,
    drug: &'a str,
    head: String,
    bindings: BTreeMap<String, BodyBinding>,
}

impl Text<'_> {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.head, "  {line}");
    }

    /// Declares contents of places and what the product sets.
    fn names(&mut self, places: &[String], instances: &[Instance], problems: &mut Vec<Diagnostic>) {
        for place in places {
            let name = mangle(place);
            self.line(&format!("substanceOnly species in_{name};"));
            // whoever counts from the level of healthy people says so in its mechanism
            if !instances.iter().any(|instance| starts(self.knowledge, instance, &format!("in_{name}"))) {
                self.line(&format!("in_{name} = 0;"));
            }
        }
        let used: BTreeSet<&String> = instances.iter().flat_map(|instance| &instance.ports).collect();
        for place in self.knowledge.bodies[&self.body.species].places() {
            let name = format!("volume_{}", mangle(place));
            if used.contains(&name) {
                match number_index(self.knowledge, &volume_id(self.body, place), "") {
                    Some(number) => self.parameter(&name, BodyBinding::Number(number)),
                    None => problems.push(missing(&[volume_id(self.body, place)])),
                }
            }
        }
        if used.contains(&"diameter".to_owned()) {
            self.parameter("diameter", BodyBinding::Diameter);
        }
        if let Some(tumour) = &self.body.tumour {
            self.parameter("tumour_size", BodyBinding::Quantity(tumour.volume));
        }
    }

    fn parameter(&mut self, name: &str, binding: BodyBinding) {
        self.line(&format!("{name} = 1;"));
        self.bindings.insert(name.to_owned(), binding);
    }

    /// What cells of a site release and take.
    fn site(&mut self, index: usize, site: &str) {
        let name = mangle(site);
        self.line(&format!("substanceOnly species taken_{name}; taken_{name} = 0;"));
        self.line(&format!("release_{name} = 0; uptake_{name} = 0;"));
        self.line(&format!("enter_{name}: => in_{name}; release_{name};"));
        self.line(&format!("take_{name}: in_{name} => taken_{name}; uptake_{name}*in_{name};"));
        self.bindings.insert(format!("release_{name}"), BodyBinding::Release(index));
        self.bindings.insert(format!("uptake_{name}"), BodyBinding::Uptake(index));
    }

    fn instance(&mut self, instance: &Instance, problems: &mut Vec<Diagnostic>) {
        self.line(&format!("{}: {}({});", instance.name, instance.module, instance.ports.join(", ")));
        for (constant, _) in self.knowledge.library.open_constants(&instance.module) {
            let ids = self.number_ids(instance, &constant);
            match ids.iter().find_map(|id| number_index(self.knowledge, id, "")) {
                Some(number) => {
                    self.parameter(&format!("{}.{constant}", instance.name), BodyBinding::Number(number));
                }
                None => problems.push(missing(&ids)),
            }
        }
    }

    /// Ids under which a constant may stand: those of the drug, of the place in the species, of the species, then those
    /// that hold for all species.
    fn number_ids(&self, instance: &Instance, constant: &str) -> Vec<String> {
        let (species, module, key) = (&self.body.species, &instance.module, &instance.key);
        let mut ids = Vec::new();
        if !self.drug.is_empty() {
            ids.extend([format!("drug.{}.body.{constant}", self.drug), format!("any_drug.{constant}")]);
        }
        if !key.is_empty() {
            ids.push(format!("body.{species}.{key}.{constant}"));
        }
        ids.push(format!("body.{species}.{constant}"));
        if !key.is_empty() {
            ids.extend([format!("{module}.{key}.{constant}"), format!("{key}.{constant}")]);
        }
        ids.push(format!("{module}.{constant}"));
        ids
    }

    fn drugs(&mut self, scenario: &Scenario, acting: &drugs::Drugs, problems: &mut Vec<Diagnostic>) {
        for name in acting.concentrations() {
            let drug = name.trim_start_matches("drug_").to_owned();
            self.parameter(&name, BodyBinding::Drug(drug));
        }
        for instance in &acting.instances {
            self.instance(instance, problems);
        }
        for (port, rule) in &acting.rules {
            for (name, id) in &rule.constants {
                let own = scenario.links.other.get(id).copied().map(BodyBinding::Quantity);
                match own.or_else(|| number_index(self.knowledge, id, "").map(BodyBinding::Number)) {
                    Some(binding) => self.parameter(name, binding),
                    None => problems.push(missing(std::slice::from_ref(id))),
                }
            }
            self.line(&format!("{port} := {};", rule.formula()));
        }
    }

    fn flatten(self, name: &str) -> Result<(Network, String, Vec<BodyBinding>), Vec<Diagnostic>> {
        let text = format!("model {name}()\n{}end\n", self.head);
        let mut library = self.knowledge.library.clone();
        let mut problems = library.read(&format!("composed body `{}`", self.body.species), &text);
        let (network, found) = library.flatten(name);
        problems.extend(found);
        problems.retain(|problem| problem.severity() != Severity::Warning);
        if !problems.is_empty() {
            return Err(problems);
        }
        let binding = |parameter: &vesica_model::network::Parameter| {
            self.bindings.get(&parameter.id).cloned().unwrap_or(BodyBinding::Fixed(parameter.value))
        };
        let bindings = network.parameters.iter().map(binding).collect();
        Ok((network, text, bindings))
    }
}

/// Row of the volume of a place.
pub fn volume_id(body: &Body, place: &str) -> String {
    format!("body.{}.{place}.volume", body.species)
}

fn missing(ids: &[String]) -> Diagnostic {
    Diagnostic::error("E74", format!("no number `{}`", ids.first().map_or("", String::as_str)))
        .help(format!("add a row `{}` to biology/parameters.tsv", ids.join("` or `")))
}

/// Whether a mechanism gives the species at one of its ports a start of its own.
fn starts(knowledge: &Knowledge, instance: &Instance, name: &str) -> bool {
    let Some(port) = instance.ports.iter().position(|bound| bound == name) else { return false };
    let Some(ports) = knowledge.library.ports(&instance.module) else { return false };
    let (network, _) = knowledge.library.flatten(&instance.module);
    network.species(&ports[port]).is_some_and(|species| {
        !matches!(network.species[species].initial, vesica_model::Expression::Number(number) if number == 0.0 || number.is_nan())
    })
}
