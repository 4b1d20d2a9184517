//! Everything a run needs that is the same in every world: programs, times, sizes, what is read.

use std::borrow::Cow;
use std::collections::BTreeMap;

use vesica_engine::{AbsoluteTolerance, Evaluator, Instructions, Program, Selection, SolverConfig, Workspace, compile};
use vesica_model::{Diagnostic, Network};

use super::body::CompiledBody;
use super::draws::World;
use super::exchange::Exchange;
use super::flows::{Flows, inputs};
use super::method::{self, Stepper};
use super::tipping::Followed;
use crate::compose::{self, CellModel};
use crate::knowledge::{Knowledge, mangle};
use crate::scenario::draws::{Hypothesis, hypotheses};
use crate::scenario::{Dose, Measure, Reading, RunSize, Scenario};

/// How large a run is. `Default` is what `vesica run` does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Draws of every uncertain number.
    pub n_worlds: usize,
    /// Simulated cells of a type that takes up vesicles, or is read.
    pub n_targets: usize,
    /// Simulated cells of a type that only sends.
    pub n_donors: usize,
    /// Longest time between two exchanges of cells and place, s.
    pub exchange: f64,
}

impl Default for Size {
    fn default() -> Self {
        let RunSize { n_worlds, n_targets, .. } = RunSize::default();
        Self { n_worlds, n_targets, n_donors: 16, exchange: 1800.0 }
    }
}

/// How long a cell comes to rest before time zero, s. Twelve times the slowest lead of a pool (20 h).
pub const REST: f64 = 240.0 * 3600.0;

/// Relative tolerance of a step. Ten times finer moves no death by more than a minute (measured in the tests).
pub(crate) const RELATIVE_TOLERANCE: f64 = 1e-4;

/// Absolute tolerance as an amount, molecules: far below every pool that acts.
const ABSOLUTE_TOLERANCE: f64 = 1e-2;

/// Absolute tolerance of the clock of whole molecules, whose marks are 1 apart on average.
const CLOCK_TOLERANCE: f64 = 1e-3;

/// What is the same in every world.
pub struct Setup<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The knowledge base.
    pub knowledge: &'a Knowledge,
    /// Alternatives between which the worlds are split.
    pub hypotheses: Vec<Hypothesis>,
    /// Size of the run.
    pub size: Size,
    /// Seed.
    pub seed: u64,
    /// One for each cell of the scenario.
    pub cells: Vec<CompiledCell>,
    /// What happens to vesicles in a volume of medium.
    pub medium: CompiledMedium,
    /// What cells exchange by name.
    pub exchange: Exchange,
    /// The body, when the place is one.
    pub body: Option<CompiledBody>,
    /// Times at which cells and place exchange, s, from 0 to the span: doses, measures and records among them.
    pub times: Vec<f64>,
    /// Times of the survival curves, s.
    pub records: Vec<f64>,
    /// Times of the curves inside the cells, s.
    pub curve_times: Vec<f64>,
    /// What runs the formulas; the numbers are the same.
    pub evaluator: Evaluator,
}

/// A cell of the scenario, ready to run.
pub struct CompiledCell {
    /// Its network and the meaning of its parameters.
    pub model: CellModel,
    /// Its program, and how its molecules are counted.
    pub stepper: Stepper,
    /// How it is integrated. Every event ends a lane: it is a way to die.
    pub solver: SolverConfig,
    /// Number of simulated cells in each arm.
    pub n_cells: usize,
    /// It takes up vesicles.
    pub receives: bool,
    /// Parameters through which vesicles come in.
    pub flows: Flows,
    /// Variables that the place reads at every exchange.
    pub exchanged: Selection,
    /// Curves kept: symbol, label, link, unit and its factor from inside units, and where to read it.
    pub curves: Vec<Curve>,
    /// For each measure of the scenario that reads a symbol of this cell: where it stands.
    pub readings: BTreeMap<usize, Source>,
    /// Pools along which the steady states of its fast part are followed.
    pub followed: Vec<Followed>,
}

/// A symbol worth keeping.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Cell-level symbol.
    pub symbol: String,
    /// For people.
    pub label: String,
    /// Link.
    pub link: String,
    /// Unit for people.
    pub unit: String,
    /// Number in that unit = inside number × factor.
    pub factor: f64,
    /// Where it stands.
    pub source: Source,
}

/// Where a symbol stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source {
    /// An amount of the state.
    Amount(usize),
    /// An amount of the state over the parameter that is its compartment.
    Concentration(usize, usize),
    /// An assignment rule.
    Variable(usize),
    /// A value that the place sets.
    Parameter(usize),
}

/// The mechanism of link 4 in one volume of medium.
pub struct CompiledMedium {
    /// The program; its state has the one species `medium_vesicles`.
    pub program: Program,
    /// How it is integrated.
    pub solver: SolverConfig,
    /// Row of `parameters.tsv` for each parameter.
    pub numbers: Vec<Option<usize>>,
    /// Index of the species.
    pub vesicles: usize,
}

/// Module of `4-travel/` that is run in each volume of medium.
const MEDIUM: &str = "medium";

impl<'a> Setup<'a> {
    /// Composes and compiles every cell.
    ///
    /// # Errors
    /// Everything that [`compose::compose`] finds, for all cells at once; `X02` if a network cannot be compiled; `E99`
    /// where the scenario names a method that is impossible for it.
    pub fn new(
        scenario: &'a Scenario,
        knowledge: &'a Knowledge,
        size: Size,
        seed: u64,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let mut cells = Vec::new();
        for index in 0..scenario.cells.len() {
            match compile_cell(scenario, knowledge, index, size) {
                Ok(cell) => cells.push(cell),
                Err(found) => problems.extend(found),
            }
        }
        let medium = compile_medium(knowledge).map_err(|found| problems.extend(found)).ok();
        let body = scenario.place.body().map(|body| CompiledBody::new(scenario, knowledge, body));
        let body = body.transpose().map_err(|found| problems.extend(found)).ok().flatten();
        let Some(medium) = medium.filter(|_| problems.is_empty()) else { return Err(problems) };
        let exchange = Exchange::new(scenario, &cells, knowledge);
        for (index, cell) in cells.iter_mut().enumerate() {
            let clearances = cell.model.ports.received.iter().map(|port| port.clearance);
            let read: Vec<usize> = clearances.chain(exchange.variables_of(index)).collect();
            cell.exchanged = cell.stepper.program().selection(&read);
        }
        let records = grid(scenario.span, scenario.record.max(scenario.span / 288.0));
        let curve_times = grid(scenario.span, scenario.record.max(scenario.span / 36.0));
        let setup = Self {
            times: exchange_times(scenario, size, &records, &curve_times, &|dose| dose.at),
            hypotheses: hypotheses(scenario),
            scenario,
            knowledge,
            size,
            seed,
            exchange,
            cells,
            medium,
            body,
            records,
            curve_times,
            evaluator: Evaluator::MachineCode,
        };
        let impossible = method::impossible(&setup);
        if impossible.is_empty() { Ok(setup) } else { Err(impossible) }
    }

    /// Times at which cells and place exchange in a world: its doses may be given at times of their own.
    pub fn times_of(&self, world: &World) -> Cow<'_, [f64]> {
        if world.keeps_times() {
            return Cow::Borrowed(&self.times);
        }
        let at = |dose: &Dose| world.dose_at(dose);
        Cow::Owned(exchange_times(self.scenario, self.size, &self.records, &self.curve_times, &at))
    }

    /// Hypothesis of a world: worlds are dealt out in turn.
    pub fn hypothesis_of(&self, world: usize) -> usize {
        world % self.hypotheses.len()
    }

    /// Place of a body in which the cells of a site live; empty in a well.
    pub fn site_name(&self, site: usize) -> String {
        self.body.as_ref().map_or(String::new(), |body| body.sites[site].clone())
    }

    /// Scratch for a program of this setup.
    pub fn workspace(&self, program: &Program) -> Workspace {
        Workspace::with_evaluator(program, Instructions::widest(), self.evaluator)
    }

    /// Which lanes run, in words: `machine code, 8 lanes of AVX-512`. The numbers are the same with any.
    pub fn lanes(&self) -> String {
        let workspace = self.workspace(&self.medium.program);
        let by = match (workspace.evaluator(), self.evaluator) {
            (Evaluator::MachineCode, _) => "machine code",
            (Evaluator::Interpreter, Evaluator::Interpreter) => "interpreter",
            (Evaluator::Interpreter, Evaluator::MachineCode) => "interpreter, as there is no machine code here",
        };
        let lanes = match workspace.instructions() {
            Instructions::Plain => "8 lanes",
            Instructions::Avx2 => "4 lanes of AVX2",
            Instructions::Avx512 => "8 lanes of AVX-512",
        };
        format!("{by}, {lanes}")
    }

    /// Index of a cell by its name in the scenario.
    pub fn cell_index(&self, name: &str) -> Option<usize> {
        self.scenario.cells.iter().position(|cell| cell.name == name)
    }
}

fn compile_cell(
    scenario: &Scenario,
    knowledge: &Knowledge,
    index: usize,
    size: Size,
) -> Result<CompiledCell, Vec<Diagnostic>> {
    let cell = &scenario.cells[index];
    let model = compose::compose(scenario, knowledge, cell)?;
    let stepper = Stepper::new(scenario, cell, &model)?.with_inputs(&inputs(scenario, &model));
    let receives = !model.ports.received.is_empty();
    let is_read = scenario.measures.iter().any(|measure| cell_of(&measure.reading) == Some(&cell.name));
    let sends = !(model.ports.sent.is_empty() && model.ports.shed.is_empty());
    let only_sends = sends && !receives && !is_read;
    let readings = read_sources(scenario, &cell.name, &model.network)?;
    Ok(CompiledCell {
        solver: solver_of(&stepper, model.network.events.len()),
        curves: curves(scenario, knowledge, index, &model.network),
        followed: super::tipping::followed(knowledge, &cell.is, &model.network),
        n_cells: if only_sends { size.n_donors } else { size.n_targets },
        flows: Flows::of(scenario, &model),
        // until it is known what cells exchange
        exchanged: stepper.program().selection(&[]),
        stepper,
        model,
        receives,
        readings,
    })
}

pub(super) fn compiled(network: &Network, name: &str) -> Result<Program, Vec<Diagnostic>> {
    compile(network).map_err(|error| vec![Diagnostic::error("X02", format!("`{name}` cannot be compiled: {error}"))])
}

fn solver(terminal_events: Vec<usize>) -> SolverConfig {
    SolverConfig { terminal_events, ..SolverConfig::with_tolerance(RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE) }
}

/// Every event of the network ends a lane. The clock of whole molecules is kept finer than amounts.
fn solver_of(stepper: &Stepper, n_events: usize) -> SolverConfig {
    let mut solver = solver((0..n_events).collect());
    if let Stepper::Hybrid { .. } = stepper {
        let mut each = vec![ABSOLUTE_TOLERANCE; stepper.program().n_species()];
        each.pop();
        each.push(CLOCK_TOLERANCE);
        solver.atol = AbsoluteTolerance::Each(each);
    }
    solver
}

fn compile_medium(knowledge: &Knowledge) -> Result<CompiledMedium, Vec<Diagnostic>> {
    let missing = |what: &str| {
        vec![
            Diagnostic::error("E73", format!("biology/links/4-travel has no {what}"))
                .help("`model medium(medium_vesicles)` says what happens to vesicles in a volume of medium"),
        ]
    };
    let mut library = knowledge.library.clone();
    let constants: Vec<String> = library.open_constants(MEDIUM).into_iter().map(|(name, _)| name).collect();
    let mut text = format!("model place_medium()\n  {MEDIUM}: {MEDIUM}(medium_vesicles);\n  medium_vesicles = 0;\n");
    constants.iter().for_each(|constant| text.push_str(&format!("  {MEDIUM}.{constant} = 0;\n")));
    text.push_str("end\n");
    library.read("composed medium", &text);
    let (network, problems) = library.flatten("place_medium");
    if problems.iter().any(|problem| problem.severity() != vesica_model::Severity::Warning) {
        return Err(problems);
    }
    let vesicles = network.species("medium_vesicles").ok_or_else(|| missing("species `medium_vesicles`"))?;
    let numbers = network.parameters.iter().map(|p| compose::number_index(knowledge, &p.id, "")).collect();
    Ok(CompiledMedium { program: compiled(&network, MEDIUM)?, solver: solver(Vec::new()), numbers, vesicles })
}

/// Name of the cell that a reading is about.
pub fn cell_of(reading: &Reading) -> Option<&String> {
    match reading {
        Reading::Alive(cell) | Reading::Dead(cell) | Reading::Mode(_, cell) | Reading::Symbol { cell, .. } => {
            Some(cell)
        }
        Reading::Particles | Reading::Sample(_) | Reading::Detected(_) | Reading::Smallest(_) => None,
    }
}

fn read_sources(
    scenario: &Scenario,
    cell: &str,
    network: &Network,
) -> Result<BTreeMap<usize, Source>, Vec<Diagnostic>> {
    let mut sources = BTreeMap::new();
    let mut problems = Vec::new();
    for (index, measure) in scenario.measures.iter().enumerate() {
        let Reading::Symbol { symbol, cell: of, .. } = &measure.reading else { continue };
        if of != cell {
            continue;
        }
        let set = || network.parameter(symbol).map(Source::Parameter);
        match source(network, symbol).or_else(set) {
            Some(found) => {
                sources.insert(index, found);
            }
            None => problems.push(no_symbol(measure, symbol, cell)),
        }
    }
    if problems.is_empty() { Ok(sources) } else { Err(problems) }
}

fn no_symbol(measure: &Measure, symbol: &str, cell: &str) -> Diagnostic {
    Diagnostic::error("E18", format!("`{}` reads `{symbol}`, which cell `{cell}` does not have here", measure.reads))
        .help("copies(...) needs a vesicle that brings that cargo to the cell; protein(...) a gene of the cell type")
}

/// Where a cell-level symbol stands in a network.
pub(super) fn source(network: &Network, symbol: &str) -> Option<Source> {
    if let Some(index) = network.species(symbol) {
        let species = &network.species[index];
        return Some(match species.compartment.filter(|_| species.is_concentration) {
            Some(compartment) => Source::Concentration(index, compartment),
            None => Source::Amount(index),
        });
    }
    network.variable(symbol).map(Source::Variable)
}

fn curves(scenario: &Scenario, knowledge: &Knowledge, index: usize, network: &Network) -> Vec<Curve> {
    let cell = &scenario.cells[index];
    let Some(kind) = knowledge.cells.get(&cell.is) else { return Vec::new() };
    let guides = compose::molecules::guides(&scenario.vesicles, &scenario.arms, knowledge, cell);
    let brought = compose::molecules::received(&scenario.vesicles, cell);
    let others = brought.iter().filter(|molecule| !molecule.kind.is_guide());
    let mut found: Vec<Curve> = Vec::new();
    for shown in &kind.show {
        let keys: Vec<(&str, String)> = if shown.symbol.contains("{gene}") {
            cell.genes(kind).map(|gene| ("{gene}", gene.clone())).collect()
        } else if shown.symbol.contains("{mirna}") {
            guides.iter().map(|guide| ("{mirna}", guide.name.clone())).collect()
        } else if shown.symbol.contains("{molecule}") {
            others.clone().map(|molecule| ("{molecule}", molecule.name.clone())).collect()
        } else {
            vec![("", String::new())]
        };
        for (place, key) in keys {
            let symbol =
                if place.is_empty() { shown.symbol.clone() } else { shown.symbol.replace(place, &mangle(&key)) };
            let label = if place.is_empty() { shown.label.clone() } else { shown.label.replace(place, &key) };
            let Some(source) = source(network, &symbol) else { continue };
            if found.iter().any(|curve| curve.symbol == symbol) {
                continue;
            }
            let (unit, factor) = unit_for_people(&shown.unit, source);
            found.push(Curve { symbol, label, link: shown.link.clone(), unit, factor, source });
        }
    }
    for gene in &cell.genes {
        let symbol = mangle(gene);
        let Some(source) = source(network, &symbol).filter(|_| found.iter().all(|curve| curve.symbol != symbol)) else {
            continue;
        };
        let (unit, factor) = unit_for_people("molecules", source);
        found.push(Curve { symbol, label: format!("{gene} protein"), link: "act".to_owned(), unit, factor, source });
    }
    found
}

/// Concentrations are shown in uM, amounts per cell, unless the cell file names a unit.
pub(super) fn unit_for_people(written: &str, source: Source) -> (String, f64) {
    let unit = match (written, source) {
        ("", Source::Concentration(..)) => "uM",
        ("", Source::Amount(_)) => "molecules",
        ("", Source::Variable(_)) => "1",
        (unit, _) => unit,
    };
    let factor = crate::units::parse(unit).map_or(1.0, |unit| unit.from_inside(1.0));
    (unit.to_owned(), factor)
}

/// 0, step, 2 step .. span.
fn grid(span: f64, step: f64) -> Vec<f64> {
    let n = (span / step * (1.0 - 1e-12)).floor() as usize;
    let mut times: Vec<f64> = (0..=n).map(|i| i as f64 * step).collect();
    times.push(span);
    times
}

/// All times at which something happens, no two closer than a second.
fn exchange_times(
    scenario: &Scenario,
    size: Size,
    records: &[f64],
    curve_times: &[f64],
    dose_at: &dyn Fn(&Dose) -> f64,
) -> Vec<f64> {
    let doses = scenario.arms.iter().flat_map(|arm| arm.doses.iter().map(dose_at));
    let measures = scenario.measures.iter().flat_map(|measure| measure.at.iter().copied());
    let answer = scenario.answer.iter().map(|answer| answer.at);
    let mut times: Vec<f64> =
        records.iter().chain(curve_times).copied().chain(doses).chain(measures).chain(answer).collect();
    times.extend(grid(scenario.span, size.exchange));
    times.retain(|time| (0.0..=scenario.span).contains(time));
    times.sort_by(f64::total_cmp);
    times.dedup_by(|later, earlier| *later - *earlier < 1.0);
    times
}
