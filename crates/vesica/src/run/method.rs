//! How the molecules of a cell are counted: as a flow, in whole numbers, or the scarce ones so and the rest so.
//!
//! Vesicles and copies on their way through a cell are means until they open ([`super::opening`] draws how many do);
//! what arrives is whole. From there on `hybrid` keeps the species of the mechanism that takes up the copies whole
//! while they are few, and `deterministic` lets them flow.

mod possible;
mod told;
mod whole;

use vesica_engine::random::Stream;
use vesica_engine::{
    Batch, Hybrid, Leaping, Program, Scarce, SolverConfig, Workspace, advance_lanes, advance_lanes_by_leaps,
};
use vesica_model::Diagnostic;

pub use possible::impossible;
pub use told::told;
use whole::{countable, counted_again, diluted_once, flowing, taken_up, whole};

use super::setup::compiled;
use crate::compose::CellModel;
use crate::scenario::{Cell, Method, Scenario};

/// Everything that can be whole is.
const ALL: Scarce = Scarce { amount: f64::INFINITY, events: f64::INFINITY };

/// A program, and how its molecules are counted.
pub enum Stepper {
    /// Every amount flows.
    Flow(Program),
    /// Some amounts are whole, the rest flows.
    Hybrid {
        /// The network with its clock.
        hybrid: Box<Hybrid>,
        /// What is whole.
        scarce: Scarce,
        /// Reactions that cannot happen one at a time.
        flows: Vec<bool>,
    },
    /// Every amount that can be is whole, many events at a time.
    Leaps {
        /// The network that counts everything once.
        program: Program,
        /// How far a leap goes, and what flows beside it.
        leaping: Leaping,
        /// Species that are whole.
        whole: Vec<usize>,
        /// Species that count others again, and these.
        sums: Vec<(usize, Vec<usize>)>,
    },
}

impl Stepper {
    /// As the scenario says it for a cell.
    ///
    /// # Errors
    /// `X02` if the network cannot be compiled.
    pub fn new(scenario: &Scenario, cell: &Cell, model: &CellModel) -> Result<Self, Vec<Diagnostic>> {
        let hybrid = |candidates: &[usize], scarce| {
            let sums = counted_again(model, candidates);
            let network = diluted_once(model, &sums);
            let flows = flowing(&network, candidates);
            match Hybrid::with_candidates(&network, candidates) {
                Ok(hybrid) => Ok(Self::Hybrid { hybrid: Box::new(hybrid.with_sums(sums)), scarce, flows }),
                Err(error) => {
                    let message = format!("`{}` cannot be compiled: {error}", cell.name);
                    Err(vec![Diagnostic::error("X02", message)])
                }
            }
        };
        match scenario.size.method.of(scenario, cell) {
            Method::Hybrid => hybrid(&taken_up(model), Scarce::default()),
            Method::Exact => hybrid(&countable(model), ALL),
            Method::Leaps => {
                let countable = countable(model);
                let sums = counted_again(model, &countable);
                let network = diluted_once(model, &sums);
                let flows = flowing(&network, &countable);
                let whole = whole(&network, &countable, &flows);
                let program = compiled(&network, &cell.name)?;
                Ok(Self::Leaps { program, leaping: Leaping { flows, ..Leaping::default() }, whole, sums })
            }
            Method::Auto | Method::Deterministic => Ok(Self::Flow(compiled(&model.network, &cell.name)?)),
        }
    }

    /// The same, told which parameters change while cells live.
    pub fn with_inputs(self, parameters: &[usize]) -> Self {
        match self {
            Self::Flow(program) => Self::Flow(program.with_inputs(parameters)),
            Self::Hybrid { hybrid, scarce, flows } => {
                Self::Hybrid { hybrid: Box::new(hybrid.with_inputs(parameters)), scarce, flows }
            }
            Self::Leaps { program, leaping, whole, sums } => {
                Self::Leaps { program: program.with_inputs(parameters), leaping, whole, sums }
            }
        }
    }

    /// The program that batches and workspaces are made for.
    pub fn program(&self) -> &Program {
        match self {
            Self::Flow(program) | Self::Leaps { program, .. } => program,
            Self::Hybrid { hybrid, .. } => hybrid.program(),
        }
    }

    /// Whether a reaction of the program can only flow.
    fn flows(&self, reaction: usize) -> bool {
        match self {
            Self::Flow(_) => true,
            Self::Hybrid { flows, .. } | Self::Leaps { leaping: Leaping { flows, .. }, .. } => flows[reaction],
        }
    }

    /// Advances some lanes to `until`. `streams`: one for each lane.
    pub fn advance(
        &self,
        solver: &SolverConfig,
        workspace: &mut Workspace,
        (batch, lanes): (&mut Batch, Vec<usize>),
        until: f64,
        streams: &[Stream],
    ) {
        match self {
            Self::Flow(program) => advance_lanes(program, solver, workspace, (batch, lanes), until),
            Self::Hybrid { hybrid, scarce, .. } => {
                hybrid.advance_lanes(solver, *scarce, workspace, (batch, lanes), until, streams);
            }
            Self::Leaps { program, leaping, .. } => {
                advance_lanes_by_leaps(program, solver, leaping, workspace, (batch, &lanes), until, streams)
                    .expect("algebraic rules were refused before");
            }
        }
    }

    /// A rested lane has parts of molecules, and what is gone can lie a rounding below zero; where all are counted each
    /// is rounded up or down by chance. (Hybrid trajectories round what they count themselves.)
    pub fn make_whole(&self, state: &mut [f64], stream: &Stream) {
        match self {
            Self::Flow(_) => {}
            Self::Hybrid { .. } => state.iter_mut().filter(|amount| **amount < 0.0).for_each(|amount| *amount = 0.0),
            Self::Leaps { whole, sums, .. } => {
                for species in whole {
                    let amount = state[*species].max(0.0);
                    let up = stream.uniform(u32::MAX - *species as u32) < amount.fract();
                    state[*species] = amount.floor() + f64::from(u8::from(up));
                }
                for (sum, parts) in sums {
                    state[*sum] = parts.iter().map(|part| state[*part]).sum();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use crate::run::draws::World;
    use crate::run::population::Population;
    use crate::run::{Setup, Size};

    /// A few hours with many vesicles, so that scarce copies come and go.
    fn scenario(method: &str, knowledge: &Knowledge) -> Scenario {
        let text = format!(
            r#"
            vesica = 1
            time = {{ span = "6 h", record = "1 h" }}
            run = {{ worlds = 1, cells = 400, method = "{method}" }}
            [place]
            kind = "well"
            plate = "96"
            volume = "100 uL"
            layout = "mixed"
            [cell.caf]
            is = "cancer-associated fibroblast"
            count = 20_000
            grows = "no"
            [cell.tumour]
            is = "gastric adenocarcinoma cell"
            count = 10_000
            doubles = "30 h"
            [vesicle.exo]
            from = "caf"
            to = "tumour"
            rate = "200 /cell/h"
            size = "100 nm"
            [vesicle.exo.cargo."hsa-miR-522-3p"]
            copies = "0.5 /vesicle"
            spread = "even"
            [links]
            enter.clearance = "1 nL/h/cell"
            deliver.escape = "20 %"
            act.loaded = "50 %"
            act.ALOX15 = "0.5 of control"
            [arm.plain]
            [measure.copies]
            reads = "copies(hsa-miR-522-3p, tumour)"
            at = ["6 h"]
            [measure.protein]
            reads = "protein(GPX4, tumour)"
            at = ["6 h"]
            "#
        );
        let (scenario, found) = crate::scenario::read("s.toml", &text, "s", knowledge, &|_| None);
        let errors: Vec<_> = found.iter().filter(|f| f.severity() != vesica_model::Severity::Warning).collect();
        assert!(errors.is_empty(), "{errors:?}");
        scenario.expect("a scenario")
    }

    fn knowledge() -> Knowledge {
        Knowledge::embedded().0
    }

    /// Copies in each cell at the end, the mean of a pool that is abundant, and the cells.
    fn run(method: &str, knowledge: &Knowledge) -> (Vec<f64>, f64) {
        let scenario = scenario(method, knowledge);
        let size = Size { n_worlds: 1, n_targets: 400, ..Size::default() };
        let setup = Setup::new(&scenario, knowledge, size, 3).expect("a setup");
        let world = World::new(&scenario, knowledge, &setup.hypotheses[0], 3, 0);
        let cell = setup.cell_index("tumour").expect("a cell");
        let mut copies = Vec::new();
        let mut protein = f64::NAN;
        crate::run::world::watch(&setup, &world, &mut |populations| {
            let population: &mut Population = &mut populations[cell];
            population.evaluate();
            let source =
                |symbol: &str| super::super::setup::source(&setup.cells[cell].model.network, symbol).expect("a symbol");
            let seen = source("copies_hsa_miR_522_3p");
            copies = population.lanes(0).map(|lane| population.read(lane, seen)).collect();
            protein = population.mean(0, source("GPX4"));
        });
        (copies, protein)
    }

    fn moments(values: &[f64]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        (mean, (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0)).sqrt())
    }

    #[test]
    fn hybrid_keeps_scarce_cargo_whole_and_agrees_with_the_flow_in_the_mean() {
        let knowledge = knowledge();
        let (whole, protein) = run("hybrid", &knowledge);
        let (flowing, protein_of_flow) = run("deterministic", &knowledge);
        let scarce: Vec<&f64> = whole.iter().filter(|copies| **copies < 90.0).collect();
        assert!(scarce.len() > 300, "{} scarce of {}", scarce.len(), whole.len());
        assert!(scarce.iter().all(|copies| copies.fract() == 0.0), "{scarce:?}");
        assert!(flowing.iter().filter(|copies| copies.fract() != 0.0).count() > 300, "a flow makes parts");
        // the same copies arrive in both, so only their decay differs
        let difference: Vec<f64> = whole.iter().zip(&flowing).map(|(a, b)| a - b).collect();
        let (mean, deviation) = moments(&difference);
        assert!(mean.abs() < 4.5 * deviation / (whole.len() as f64).sqrt(), "{mean} ± {deviation}");
        assert!(deviation > 0.1, "decay by chance: {deviation}");
        assert!((protein / protein_of_flow - 1.0).abs() < 0.01, "{protein} {protein_of_flow}");
        assert_eq!(run("auto", &knowledge).0, flowing, "guides bind too often to be counted unasked");
    }

    /// A cell so small that all of it can be counted, with loaded vesicles added.
    fn reporter(method: &str, knowledge: &Knowledge) -> Scenario {
        let text = format!(
            r#"
            vesica = 1
            time = {{ span = "30 min", record = "10 min" }}
            run = {{ worlds = 1, cells = 100, method = "{method}" }}
            [place]
            kind = "well"
            plate = "96"
            volume = "100 uL"
            layout = "mixed"
            [cell.reporter]
            is = "reporter cell"
            count = 10_000
            grows = "no"
            [vesicle.exo]
            to = "reporter"
            size = "100 nm"
            [vesicle.exo.cargo."hsa-miR-522-3p"]
            copies = "5 /vesicle"
            spread = "even"
            [links]
            enter.clearance = "1 nL/h/cell"
            deliver.escape = "30 %"
            act.loaded = "100 %"
            act.REPORTER = "0.3 of control"
            [arm.vesicles]
            dose = [{{ vesicle = "exo", amount = "5000 particles/cell", at = "0 h" }}]
            [measure.copies]
            reads = "copies(hsa-miR-522-3p, reporter)"
            at = ["0.5 h"]
            "#
        );
        let (scenario, found) = crate::scenario::read("s.toml", &text, "s", knowledge, &|_| None);
        assert!(found.iter().all(|f| f.severity() == vesica_model::Severity::Warning), "{found:?}");
        scenario.expect("a scenario")
    }

    /// For each cell: mRNA, protein, copies of the guide, vesicles in endosomes.
    fn reporters(method: &str, knowledge: &Knowledge) -> Vec<[f64; 4]> {
        let scenario = reporter(method, knowledge);
        let size = Size { n_worlds: 1, n_targets: 100, ..Size::default() };
        let setup = Setup::new(&scenario, knowledge, size, 3).expect("a setup");
        let world = World::new(&scenario, knowledge, &setup.hypotheses[0], 3, 0);
        let mut seen = Vec::new();
        crate::run::world::watch(&setup, &world, &mut |populations| {
            let population = &mut populations[0];
            population.evaluate();
            let symbols = ["mRNA_REPORTER", "REPORTER", "copies_hsa_miR_522_3p", "endosome_exo"];
            let network = &setup.cells[0].model.network;
            let sources = symbols.map(|symbol| super::super::setup::source(network, symbol).expect("a symbol"));
            assert!(population.frozen().is_empty(), "{:?}", population.frozen());
            seen = population.lanes(0).map(|lane| sources.map(|source| population.read(lane, source))).collect();
        });
        seen
    }

    #[test]
    fn a_small_cell_runs_by_every_method_to_the_same_means() {
        let knowledge = knowledge();
        let flow = reporters("deterministic", &knowledge);
        let column = |cells: &[[f64; 4]], at: usize| cells.iter().map(|cell| cell[at]).collect::<Vec<_>>();
        let n = (flow.len() as f64).sqrt();
        assert!(moments(&column(&flow, 2)).0 > 20.0, "copies arrive");
        for method in ["exact", "leaps", "hybrid"] {
            let cells = reporters(method, &knowledge);
            for at in 0..3 {
                let difference: Vec<f64> = cells.iter().zip(&flow).map(|(a, b)| a[at] - b[at]).collect();
                let (mean, deviation) = moments(&difference);
                assert!(mean.abs() < 4.5 * deviation / n, "{method} {at}: {mean} ± {deviation}");
                let is_whole = cells.iter().all(|cell| cell[at].fract() == 0.0);
                assert!(is_whole || method == "hybrid", "{method} {at}");
                assert!(deviation > 0.5 || method == "hybrid", "{method} {at}: chance, {deviation}");
            }
            // vesicles are means until they open
            let (inside, expected) = (moments(&column(&cells, 3)).0, moments(&column(&flow, 3)).0);
            assert!((inside / expected - 1.0).abs() < 2e-3, "{method}: {inside} {expected}");
        }
    }

    #[test]
    fn what_takes_too_long_is_refused_with_its_number_of_events() {
        let knowledge = knowledge();
        let refused = |method| Setup::new(&scenario(method, &knowledge), &knowledge, Size::default(), 3).err();
        let words = refused("exact").expect("refused")[0].message.clone();
        assert!(words.contains("reaction events in 6 h") && words.contains("`cystine_import.xct`"), "{words}");
        assert!(refused("leaps").is_none_or(|found| found[0].message.contains(" leaps in 6 h")));
    }

    #[test]
    fn what_is_whole_is_told_with_its_reason() {
        let knowledge = knowledge();
        let of = |scenario: &Scenario| told(&Setup::new(scenario, &knowledge, Size::default(), 3).expect("a setup"));
        let hybrid = of(&scenario("hybrid", &knowledge));
        assert_eq!(hybrid.len(), 1, "nothing arrives in the other cell: {hybrid:?}");
        assert!(hybrid[0].amounts.contains(&"guide_hsa_miR_522_3p".to_owned()), "{hybrid:?}");
        assert!(!hybrid[0].amounts.contains(&"GPX4".to_owned()), "{hybrid:?}");
        let auto = of(&scenario("auto", &knowledge));
        assert!(auto[0].amounts.is_empty() && auto[0].why.contains("guides bind"), "{auto:?}");
        let exact = of(&reporter("exact", &knowledge));
        assert!(exact[0].amounts.contains(&"REPORTER".to_owned()), "{exact:?}");
        assert!(!exact[0].amounts.contains(&"endosome_exo".to_owned()), "{exact:?}");
    }

    #[test]
    fn what_is_impossible_is_refused_with_its_cell_and_its_reason() {
        let knowledge = knowledge();
        let scenario = scenario("exact", &knowledge);
        let found = Setup::new(&scenario, &knowledge, Size::default(), 3).err().expect("refused");
        for cell in ["caf", "tumour"] {
            let start = format!("\"exact\" is impossible in cell `{cell}`: ");
            assert!(found.iter().any(|f| f.code == "E99" && f.message.starts_with(&start)), "{found:?}");
        }
    }
}
