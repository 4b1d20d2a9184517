//! The wiring rule: a cell type and a scenario become one Antimony text, and that becomes a network.
//!
//! Ports bind by name inside a cell. Repeated mechanisms stand once for each key of their list. A drug acts
//! through its form on a port. Every constant of a mechanism is a parameter whose number stands in the
//! knowledge base; what the product itself sets (doses, arrivals, levels) is bound here, by name, and nowhere else.

pub mod body;
mod drugs;
mod genes;
mod instances;
pub(crate) mod molecules;
mod shared;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use vesica_model::{Diagnostic, Network};

use crate::knowledge::{CellType, Kind, Knowledge, mangle};
use crate::scenario::{Cargo, Cell, Destination, Origin, QuantityId, Scenario, Vesicle};

pub(crate) use drugs::{CARRIED, dosed, here as drugs_here, is_carried};
use instances::Instance;

/// Where the value of a parameter of a cell's network comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Binding {
    /// A row of `parameters.tsv`: index into [`Knowledge::numbers`].
    Number(usize),
    /// A number of the scenario.
    Quantity(QuantityId),
    /// Amount at rest relative to the reference: a number of the scenario, or the row of the table, times the
    /// cell's own factor when the protein varies from cell to cell.
    Level {
        /// Name of the gene or fixed amount.
        name: String,
        /// From the scenario.
        quantity: Option<QuantityId>,
        /// From the table.
        number: Option<usize>,
    },
    /// The same amount as the file describes the cell: without what an arm sets, without the cell's own factor.
    Base {
        /// From the scenario.
        quantity: Option<QuantityId>,
        /// From the table.
        number: Option<usize>,
    },
    /// ln 2 / doubling time, per s.
    Growth,
    /// 1 while the cell comes to rest, then 0.
    Rest,
    /// Concentration of a drug in the medium, by its canonical name.
    Drug(String),
    /// Vesicles of a kind that arrive per s.
    Arriving(usize),
    /// Copies of a cargo that arrive in vesicles of a kind per s: `(vesicle, cargo)`.
    ArrivingCopies(usize, usize),
    /// Whole copies of a cargo that dock with vesicles of a kind per s: `(vesicle, cargo)`.
    DockingCopies(usize, usize),
    /// A value that a mechanism gives a port nobody else sets, or 0 for what the scenario does not use.
    Fixed(f64),
}

/// Indices of the places through which the product and a cell's network speak.
#[derive(Clone, Debug, Default)]
pub struct Ports {
    /// For each vesicle kind sent: `(vesicle, species released, species released per cargo)`.
    pub sent: Vec<SentPorts>,
    /// For each vesicle kind that the cell sheds when it dies.
    pub shed: Vec<ShedPorts>,
    /// For each vesicle kind received.
    pub received: Vec<ReceivedPorts>,
}

/// Places of a vesicle kind in its donor.
#[derive(Clone, Debug)]
pub struct SentPorts {
    /// Index of the vesicle kind in the scenario.
    pub vesicle: usize,
    /// Species: vesicles released so far.
    pub released: usize,
    /// Species: vesicles made so far, when the mechanism counts them.
    pub made: Option<usize>,
    /// Species: vesicles made and not yet released, when they wait.
    pub waiting: Option<usize>,
    /// Species: vesicles digested before they were released, so far.
    pub digested: Option<usize>,
    /// Species for each cargo: copies released so far.
    pub released_copies: Vec<usize>,
    /// Species for each cargo: copies loaded so far, when the mechanism counts them.
    pub loaded_copies: Vec<Option<usize>>,
}

/// Places of a vesicle kind in a cell that sheds it when it dies: variables, read at its death.
#[derive(Clone, Debug)]
pub struct ShedPorts {
    /// Index of the vesicle kind in the scenario.
    pub vesicle: usize,
    /// Vesicles shed by one cell.
    pub number: usize,
    /// For each cargo: copies per vesicle.
    pub copies: Vec<usize>,
}

/// Places of a vesicle kind in its target.
#[derive(Clone, Debug)]
pub struct ReceivedPorts {
    /// Index of the vesicle kind in the scenario.
    pub vesicle: usize,
    /// Variable: clearance, um³/s.
    pub clearance: usize,
    /// Where its vesicles are counted.
    pub vesicles: Counted,
    /// Where the copies of each cargo are counted.
    pub copies: Vec<Counted>,
    /// Where whole copies of each cargo arrive.
    pub arrivals: Vec<Arrival>,
}

impl ReceivedPorts {
    /// Vesicles, then the copies of each cargo.
    pub fn all(&self) -> impl Iterator<Item = &Counted> {
        std::iter::once(&self.vesicles).chain(&self.copies)
    }
}

/// Species that count one thing (vesicles of a kind, copies of a cargo) in its target. All that came in is in one of them.
#[derive(Clone, Debug)]
pub struct Counted {
    /// On or in the cell, neither opened nor digested: at the surface, in endosomes.
    pub inside: Vec<usize>,
    /// Mean of what opened so far.
    pub opened: usize,
    /// Mean of what was digested so far.
    pub degraded: usize,
    /// Mean of what went back to the medium so far.
    pub returned: Option<usize>,
    /// Mean of what docked so far, when receptors hold the vesicles.
    pub bound: Option<usize>,
}

/// Where whole copies arrive.
#[derive(Clone, Copy, Debug)]
pub enum Arrival {
    /// In the cytosol: the species to which the product adds them.
    Inside(usize),
    /// At the surface: they dock evenly in the next step ([`Binding::DockingCopies`]), for they are there while their
    /// vesicle is, and many have left again before a step is over.
    Surface,
}

/// A cell as a network, with the meaning of each of its parameters.
#[derive(Clone, Debug)]
pub struct CellModel {
    /// The composed Antimony text (without the mechanisms it uses).
    pub text: String,
    /// The flat network, growth dilution included.
    pub network: Network,
    /// One for each parameter of the network.
    pub bindings: Vec<Binding>,
    /// Where the product reads and writes.
    pub ports: Ports,
    /// Species that count what happened so far: they start again at time zero.
    pub counters: Vec<usize>,
    /// Drugs of the scenario that act on nothing here.
    pub idle_drugs: BTreeSet<String>,
    /// Links of the drugs that act here: drug -> link.
    pub drug_links: BTreeMap<String, &'static str>,
}

/// How fast a pool is led to its level while the cell comes to rest, per s (1 / 20 h). A numerical choice:
/// slow against the pools (minutes to hours), fast against the time given to come to rest.
const REST_GAIN: f64 = 1.0 / 72_000.0;

/// Added to both amounts that are compared, so that a protein that was and is not there has not changed. A numerical choice:
/// far below every amount that acts.
const NOTHING: f64 = 1e-9;

/// Builds the network of one cell of a scenario.
///
/// # Errors
/// Everything that keeps the cell from being built: a mechanism that is not there, a constant without a number,
/// and what the reader finds in the composed text.
pub fn compose(scenario: &Scenario, knowledge: &Knowledge, cell: &Cell) -> Result<CellModel, Vec<Diagnostic>> {
    let Some(kind) = knowledge.cells.get(&cell.is) else {
        return Err(vec![Diagnostic::error("E17", format!("no cell type `{}`", cell.is))]);
    };
    let mut problems = Vec::new();
    let mut instances = instances::of_cell(scenario, knowledge, cell, kind, &mut problems);
    let coming = drugs::here(&scenario.arms, &scenario.vesicles, cell);
    let mut drugs = drugs::of_scenario(scenario, knowledge, coming, &instances, &mut problems);
    genes::act(cell, knowledge, &instances, &mut drugs, &mut problems);
    shared::multiply(&mut instances, &mut drugs.rules, knowledge);
    // a name of the user can be a word of Antimony or begin with a digit
    let model = format!("composed_{}", mangle(&cell.name));
    let mut text = Composed::new(&model);
    let mut used = used_names(&instances, &drugs);
    text.readers(scenario, cell, &mut used);
    text.contents(scenario, cell, kind, &mut used);
    text.changes(cell, kind, &mut used);
    text.provide(&provided(scenario, knowledge, cell, kind), &used, &drugs);
    text.pools(kind);
    for instance in instances.iter().chain(&drugs.instances) {
        text.instance(instance, knowledge, &cell.is, &mut problems);
    }
    text.drug_rules(scenario, &drugs, knowledge, &cell.is, &mut problems);
    let (text, by_name) = text.finish();
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut library = knowledge.library.clone();
    problems.extend(library.read(&format!("composed cell `{}`", cell.name), &text));
    let (mut network, found) = library.flatten(&model);
    problems.extend(found.into_iter().filter(|problem| problem.severity() != vesica_model::Severity::Warning));
    if !problems.is_empty() {
        return Err(problems);
    }
    let counters = network.counters();
    if let Some(growth) = network.parameter("growth") {
        network.dilute(growth);
    }
    let bindings = network
        .parameters
        .iter()
        .map(|parameter| by_name.get(&parameter.id).cloned().unwrap_or(Binding::Fixed(parameter.value)))
        .collect();
    let ports = find_ports(scenario, cell, &network).map_err(|problem| vec![problem])?;
    Ok(CellModel { text, network, bindings, ports, counters, idle_drugs: drugs.idle, drug_links: drugs.links })
}

/// Every cell-level name that a mechanism of a cell has at a port: what a drug can act on there.
pub fn port_names(scenario: &Scenario, knowledge: &Knowledge, cell: &Cell) -> BTreeSet<String> {
    all_ports(scenario, knowledge, cell).collect()
}

/// How many mechanisms of a cell have a cell-level name at a port.
pub fn n_readers(scenario: &Scenario, knowledge: &Knowledge, cell: &Cell, name: &str) -> usize {
    all_ports(scenario, knowledge, cell).filter(|port| port == name).count()
}

fn all_ports(scenario: &Scenario, knowledge: &Knowledge, cell: &Cell) -> impl Iterator<Item = String> {
    let kind = knowledge.cells.get(&cell.is);
    // mechanisms that are not there are reported when the cell is composed
    let instances = kind.map(|kind| instances::of_cell(scenario, knowledge, cell, kind, &mut Vec::new()));
    instances.into_iter().flatten().flat_map(|instance| instance.ports)
}

/// What the product can set in a cell: cell-level name -> where the value comes from, with the best value.
fn provided(scenario: &Scenario, knowledge: &Knowledge, cell: &Cell, kind: &CellType) -> BTreeMap<String, Binding> {
    let mut names = BTreeMap::new();
    names.insert("growth".to_owned(), Binding::Growth);
    names.insert("rest".to_owned(), Binding::Rest);
    if let Some(volume) = number_index(knowledge, "geometry.volume", &cell.is) {
        names.insert("cell".to_owned(), Binding::Number(volume));
    }
    for name in cell.genes(kind).chain(&kind.amounts).chain(&cell.amounts) {
        let number = number_index(knowledge, &format!("state.{name}"), &cell.is);
        let quantity = cell.state.get(name).copied();
        names.insert(format!("base_{}", mangle(name)), Binding::Base { quantity, number });
        names.insert(format!("level_{}", mangle(name)), Binding::Level { name: name.clone(), quantity, number });
    }
    for pool in kind.pools.keys() {
        let level = match cell.state.get(pool) {
            Some(quantity) => Some(Binding::Quantity(*quantity)),
            None => number_index(knowledge, &format!("state.{pool}"), &cell.is).map(Binding::Number),
        };
        names.extend(level.map(|level| (format!("rest_{}", mangle(pool)), level)));
    }
    for (name, quantity) in &scenario.place.medium {
        names.insert(format!("medium_{}", mangle(name)), Binding::Quantity(*quantity));
    }
    provide_vesicles(scenario, cell, &mut names);
    provide_guides(scenario, knowledge, cell, &mut names);
    names
}

/// Constant of `parameters.tsv` that says how many copies of a guide a cell makes itself.
const OWN_COPIES: (&str, &str) = ("guide_loading", "own_copies");

/// What a cell makes of its guides itself, and what each leaves of a gene at saturating copies.
fn provide_guides(scenario: &Scenario, knowledge: &Knowledge, cell: &Cell, names: &mut BTreeMap<String, Binding>) {
    for guide in molecules::guides(&scenario.vesicles, &scenario.arms, knowledge, cell) {
        let g = mangle(&guide.name);
        let (module, constant) = OWN_COPIES;
        let ids = [format!("{module}.{}.{constant}", guide.name), format!("{module}.{constant}")];
        let row = || ids.iter().find_map(|id| number_index(knowledge, id, &cell.is)).map(Binding::Number);
        let own = match cell.state.get(&guide.name) {
            // no cell makes an siRNA
            _ if guide.kind == Kind::Sirna => Some(Binding::Fixed(0.0)),
            Some(quantity) => Some(Binding::Quantity(*quantity)),
            None => row(),
        };
        names.extend(own.map(|own| (format!("own_{g}"), own)));
        for (gene, floor) in &scenario.links.act {
            names.insert(format!("floor_{g}_{}", mangle(gene)), Binding::Quantity(*floor));
        }
    }
}

fn provide_vesicles(scenario: &Scenario, cell: &Cell, names: &mut BTreeMap<String, Binding>) {
    for (index, vesicle) in scenario.vesicles.iter().enumerate() {
        let v = mangle(&vesicle.name);
        if vesicle.from.as_ref() == Some(&cell.name) {
            names.extend(vesicle.rate.map(|rate| (format!("release_rate_{v}"), Binding::Quantity(rate))));
            names.extend(vesicle.shed.map(|shed| (format!("fragments_{v}"), Binding::Quantity(shed))));
            for cargo in &vesicle.cargo {
                let c = mangle(&cargo.name);
                names.extend(cargo.at.map(|at| (format!("at_{v}_{c}"), Binding::Quantity(at))));
                names.insert(format!("copies_{v}_{c}"), Binding::Quantity(cargo.copies));
            }
        }
        if !vesicle.to.contains(&cell.name) {
            continue;
        }
        names.insert(format!("clearance_max_{v}"), Binding::Quantity(scenario.links.clearance));
        names.insert(format!("escape_{v}"), Binding::Quantity(scenario.links.escape));
        names.insert(format!("ligand_{v}"), vesicle.ligand.map_or(Binding::Fixed(1.0), Binding::Quantity));
        names.extend(vesicle.receptors.map(|receptors| (format!("receptors_{v}"), Binding::Quantity(receptors))));
        names.insert(format!("size_{v}"), Binding::Quantity(vesicle.size));
        names.insert(format!("fusogen_{v}"), vesicle.fusogen.map_or(Binding::Fixed(0.0), Binding::Quantity));
        names.insert(format!("arriving_{v}"), Binding::Arriving(index));
        for (number, cargo) in vesicle.cargo.iter().enumerate() {
            let c = mangle(&cargo.name);
            names.insert(format!("arriving_{v}_{c}"), Binding::ArrivingCopies(index, number));
            names.insert(format!("docking_{v}_{c}"), Binding::DockingCopies(index, number));
            for (gene, effect) in &scenario.links.act {
                names.insert(format!("effect_{c}_{}", mangle(gene)), Binding::Quantity(*effect));
            }
        }
    }
}

/// Whether a living cell puts cargo into this vesicle.
fn packs(vesicle: &Vesicle, cell: &Cell) -> bool {
    vesicle.from.as_ref() == Some(&cell.name) && vesicle.origin != Origin::DyingCell
}

/// Row of a number for a cell type, as an index.
pub(crate) fn number_index(knowledge: &Knowledge, id: &str, cell: &str) -> Option<usize> {
    let row = knowledge.number(id, cell)?;
    knowledge.numbers.iter().position(|number| std::ptr::eq(number, row))
}

/// Cell-level names that some instance or drug uses.
fn used_names(instances: &[Instance], drugs: &drugs::Drugs) -> BTreeSet<String> {
    let ports = instances.iter().chain(&drugs.instances).flat_map(|instance| instance.ports.iter().cloned());
    let held = drugs.free.values().flat_map(|free| free.ports.iter().cloned());
    ports.chain(drugs.concentrations()).chain(held).collect()
}

/// The composed text while it is written.
struct Composed {
    head: String,
    body: String,
    bindings: BTreeMap<String, Binding>,
}

impl Composed {
    fn new(name: &str) -> Self {
        Self {
            head: format!("model {name}()\n"),
            body: "  growth = 0; rest = 0; alive = 1;\n".to_owned(),
            bindings: BTreeMap::new(),
        }
    }

    /// Declares the names that the product sets and somebody uses.
    fn provide(&mut self, provided: &BTreeMap<String, Binding>, used: &BTreeSet<String>, drugs: &drugs::Drugs) {
        for (name, binding) in provided {
            if name == "cell" {
                let _ = writeln!(self.body, "  compartment cell = 1;");
            } else if used.contains(name) && name != "growth" && name != "rest" {
                let _ = writeln!(self.body, "  {name} = 0;");
            }
            self.bindings.insert(name.clone(), binding.clone());
        }
        // what other cells may give is nothing until they do
        let given = |name: &&String| ["medium_", "near_", CARRIED].iter().any(|start| name.starts_with(start));
        for name in used.iter().filter(given).filter(|name| !provided.contains_key(*name)) {
            let _ = writeln!(self.body, "  {name} = 0;");
        }
        // a drug that a cell holds by itself has a mechanism that says how much; the medium is then outside
        let is_held = |drug: &str| used.contains(&format!("outside_{drug}"));
        for name in used {
            let in_cell = name.strip_prefix("drug_").filter(|drug| !is_held(drug));
            let Some(drug) = in_cell.or_else(|| name.strip_prefix("outside_")) else { continue };
            let given = match drugs.free.get(drug) {
                None => name.clone(),
                Some(free) => {
                    let dosed = format!("dosed_{drug}");
                    let _ = writeln!(self.body, "  {name} := {};", free.formula(&dosed));
                    dosed
                }
            };
            let _ = writeln!(self.body, "  {given} = 0;");
            self.bindings.insert(given, Binding::Drug(drug.to_owned()));
        }
    }

    /// The proteins that pack a cargo and those that hold it back, each against the cell as the file describes it: the
    /// product of several.
    fn readers(&mut self, scenario: &Scenario, cell: &Cell, used: &mut BTreeSet<String>) {
        for vesicle in scenario.vesicles.iter().filter(|vesicle| packs(vesicle, cell)) {
            for cargo in &vesicle.cargo {
                let packing = &cargo.packing;
                for (what, genes) in [("reader", &packing.packed_by), ("holder", &packing.held_by)] {
                    let name = format!("{what}_{}_{}", mangle(&vesicle.name), mangle(&cargo.name));
                    // a cell without the mechanism of readers follows their amounts
                    let of = |gene: &String| {
                        let sorting = format!("sorting_{}", mangle(gene));
                        if used.contains(&sorting) { sorting } else { format!("change_{}", mangle(gene)) }
                    };
                    let factors: Vec<String> = genes.iter().map(of).collect();
                    let _ = match factors.is_empty() {
                        true => writeln!(self.body, "  {name} = 1;"),
                        false => writeln!(self.body, "  {name} := {};", factors.join("*")),
                    };
                    used.extend(factors);
                }
            }
        }
    }

    /// What the sender has of a molecule that it sends, against the cell as the file describes it: the content of a vesicle
    /// follows its cell of origin. A molecule of which the cell's amount is not known stays as the scenario gives it.
    fn contents(&mut self, scenario: &Scenario, cell: &Cell, kind: &CellType, used: &mut BTreeSet<String>) {
        for vesicle in scenario.vesicles.iter().filter(|vesicle| vesicle.from.as_ref() == Some(&cell.name)) {
            for cargo in &vesicle.cargo {
                let name = format!("content_{}_{}", mangle(&vesicle.name), mangle(&cargo.name));
                let gene = cargo.gene.as_ref().filter(|gene| cell.has(kind, gene)).map(|gene| mangle(gene));
                let _ = match (gene, cargo.kind) {
                    (Some(gene), Kind::Protein) => {
                        used.insert(format!("change_{gene}"));
                        writeln!(self.body, "  {name} := change_{gene};")
                    }
                    (Some(gene), Kind::Messenger) if used.contains(&format!("mRNA_relative_{gene}")) => {
                        used.insert(format!("base_{gene}"));
                        let (now, base) = (format!("mRNA_relative_{gene}"), format!("base_{gene}"));
                        writeln!(self.body, "  {name} := ({now} + {NOTHING:e})/({base} + {NOTHING:e});")
                    }
                    (Some(gene), Kind::Messenger) => {
                        used.insert(format!("change_{gene}"));
                        writeln!(self.body, "  {name} := change_{gene};")
                    }
                    _ => writeln!(self.body, "  {name} = 1;"),
                };
            }
        }
    }

    /// `change_NAME`, where somebody reads it: the amount of a protein now, against the cell as the file describes it.
    /// What the scenario gives for the cell (its release, its content) holds at 1.
    fn changes(&mut self, cell: &Cell, kind: &CellType, used: &mut BTreeSet<String>) {
        let expressed: BTreeSet<&String> = cell.genes(kind).collect();
        for amount in expressed.iter().copied().chain(&kind.amounts).collect::<BTreeSet<_>>() {
            let name = mangle(amount);
            if !used.contains(&format!("change_{name}")) {
                continue;
            }
            let now = if expressed.contains(amount) { format!("{name}_relative") } else { format!("level_{name}") };
            let _ = writeln!(self.body, "  change_{name} := ({now} + {NOTHING:e})/(base_{name} + {NOTHING:e});");
            used.extend([now, format!("base_{name}")]);
        }
    }

    /// While the cell comes to rest, the factor that a pool names is moved until the pool is at its level.
    fn pools(&mut self, kind: &CellType) {
        for (name, pool) in &kind.pools {
            let (factor, species, level) = (&pool.scales, &pool.species, format!("rest_{}", mangle(name)));
            let _ = writeln!(self.body, "  {level} = 1; {factor} = 1;");
            let _ = writeln!(self.body, "  {factor}' = rest*{REST_GAIN:e}*{factor}*(1 - {species}/{level});");
        }
    }

    fn instance(&mut self, instance: &Instance, knowledge: &Knowledge, cell: &str, problems: &mut Vec<Diagnostic>) {
        let _ = writeln!(self.body, "  {}: {}({});", instance.name, instance.module, instance.ports.join(", "));
        for (constant, span) in knowledge.library.open_constants(&instance.module) {
            let number = instance.number_ids(&constant).into_iter().find_map(|id| number_index(knowledge, &id, cell));
            let Some(number) = number else {
                let ids = instance.number_ids(&constant);
                problems.push(
                    Diagnostic::error("E74", format!("no number for `{constant}` of mechanism `{}`", instance.module))
                        .at(span)
                        .help(format!("add a row `{}` to biology/parameters.tsv", ids.join("` or `"))),
                );
                continue;
            };
            self.constant(&format!("{}.{constant}", instance.name), Binding::Number(number));
        }
    }

    fn constant(&mut self, id: &str, binding: Binding) {
        let _ = writeln!(self.body, "  {id} = 1;");
        self.bindings.insert(id.to_owned(), binding);
    }

    fn drug_rules(
        &mut self,
        scenario: &Scenario,
        drugs: &drugs::Drugs,
        knowledge: &Knowledge,
        cell: &str,
        problems: &mut Vec<Diagnostic>,
    ) {
        let of_rules = drugs.rules.values().flat_map(|rule| &rule.constants);
        for (name, id) in of_rules.chain(drugs.free.values().flat_map(|free| &free.constants)) {
            let own = scenario.links.other.get(id).copied().map(Binding::Quantity);
            match own.or_else(|| number_index(knowledge, id, cell).map(Binding::Number)) {
                Some(binding) => self.constant(name, binding),
                None => problems.push(
                    Diagnostic::error("E74", format!("no number for `{id}`"))
                        .help("add the row to biology/parameters.tsv"),
                ),
            }
        }
        for (port, rule) in &drugs.rules {
            let _ = writeln!(self.body, "  {port} := {};", rule.formula());
        }
    }

    fn finish(self) -> (String, BTreeMap<String, Binding>) {
        (format!("{}{}end\n", self.head, self.body), self.bindings)
    }
}

/// Finds the places where the product reads and writes; a mechanism that lacks one is named.
fn find_ports(scenario: &Scenario, cell: &Cell, network: &Network) -> Result<Ports, Diagnostic> {
    let missing = |name: &str| {
        Diagnostic::error("E75", format!("no mechanism of cell `{}` has `{name}`", cell.name))
            .help("the cell file must list a mechanism with a port of that name")
    };
    let species = |name: String| network.species(&name).ok_or_else(|| missing(&name));
    let variable = |name: String| network.variable(&name).ok_or_else(|| missing(&name));
    let mut ports = Ports::default();
    for (index, vesicle) in scenario.vesicles.iter().enumerate() {
        let v = mangle(&vesicle.name);
        let cargo_names = || vesicle.cargo.iter().map(|cargo| mangle(&cargo.name));
        let is_sent = vesicle.from.as_ref() == Some(&cell.name);
        if is_sent && vesicle.origin == Origin::DyingCell {
            ports.shed.push(ShedPorts {
                vesicle: index,
                number: variable(format!("shed_{v}"))?,
                copies: cargo_names().map(|c| variable(format!("remains_{v}_{c}"))).collect::<Result<_, _>>()?,
            });
        } else if is_sent {
            ports.sent.push(SentPorts {
                vesicle: index,
                released: species(format!("released_{v}"))?,
                made: network.species(&format!("made_{v}")),
                waiting: network.species(&format!("ILV_{v}")),
                digested: network.species(&format!("digested_{v}")),
                released_copies: cargo_names()
                    .map(|c| species(format!("released_{v}_{c}")))
                    .collect::<Result<_, _>>()?,
                loaded_copies: cargo_names().map(|c| network.species(&format!("loaded_{v}_{c}"))).collect(),
            });
        }
        if vesicle.to.contains(&cell.name) {
            let one = |what: &str| counted(network, what).map_err(|name| missing(&name));
            ports.received.push(ReceivedPorts {
                vesicle: index,
                clearance: variable(format!("clearance_{v}"))?,
                vesicles: one(&v)?,
                copies: cargo_names().map(|c| one(&format!("{v}_{c}"))).collect::<Result<_, _>>()?,
                arrivals: vesicle
                    .cargo
                    .iter()
                    .map(|cargo| arrival(network, cargo).map_err(|name| missing(&name)))
                    .collect::<Result<_, _>>()?,
            });
        }
    }
    Ok(ports)
}

/// The species that count vesicles (`exo`) or copies (`exo_GENE`); the name that is missing, if one is.
fn counted(network: &Network, what: &str) -> Result<Counted, String> {
    let species = |place: &str| network.species(&format!("{place}_{what}"));
    let need = |place: &str| species(place).ok_or_else(|| format!("{place}_{what}"));
    Ok(Counted {
        inside: std::iter::once(need("endosome")?).chain(species("docked")).collect(),
        opened: need("opened")?,
        degraded: need("degraded")?,
        returned: species("returned"),
        bound: species("bound"),
    })
}

/// Where copies of a cargo arrive; the name that is missing, if one is.
fn arrival(network: &Network, cargo: &Cargo) -> Result<Arrival, String> {
    let name = format!("arrived_{}", mangle(&cargo.name));
    match cargo.acts_at {
        Destination::Periphery => Ok(Arrival::Surface),
        Destination::Cytosol | Destination::Nucleus => network.species(&name).map(Arrival::Inside).ok_or(name),
    }
}
