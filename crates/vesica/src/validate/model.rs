//! An Antimony model of `validation/`, alone or wired from mechanisms of the knowledge base.

use std::collections::BTreeMap;

use vesica_engine::math::{exp, ln};
use vesica_engine::{
    Batch, Branch, LaneStatus, Program, SolverConfig, Workspace, advance, branch, compile, compile_along, steady_state,
};
use vesica_model::{Network, Severity, conservation};

use crate::knowledge::Knowledge;

/// Long against every time in the models, short against the overflow of a step.
const LONG: f64 = 1e9;

/// A model ready to run: program, scratch, and parameters as the text sets them.
pub(super) struct Model {
    network: Network,
    pub program: Program,
    pub workspace: Workspace,
    pub parameters: Vec<f64>,
}

impl Model {
    /// Reads a model of `validation/`. What it leaves open is a number of the knowledge base: `instance.constant`.
    pub fn read(name: &str, texts: &BTreeMap<String, String>, knowledge: &Knowledge) -> Result<Self, String> {
        let text = texts.get(name).ok_or_else(|| format!("there is no `{name}`"))?;
        let mut library = knowledge.library.clone();
        let problems = library.read(name, text);
        let main = library.main_model().unwrap_or_default().to_owned();
        let open = library.open_constants(&main);
        let (network, found) = library.flatten(&main);
        let is_open = |message: &str| open.iter().any(|(constant, _)| message.contains(&format!("`{constant}`")));
        let errors = problems.iter().chain(&found).filter(|one| one.severity() != Severity::Warning);
        let errors: Vec<&str> = errors.map(|one| one.message.as_str()).filter(|text| !is_open(text)).collect();
        if !errors.is_empty() {
            return Err(format!("{name}: {}", errors.join("; ")));
        }
        let program = compile(&network).map_err(|error| format!("{name}: {error}"))?;
        let mut parameters = program.default_parameters().to_vec();
        for (constant, _) in &open {
            let index = program.parameter(constant).ok_or_else(|| format!("{name}: `{constant}` is no parameter"))?;
            parameters[index] = crate::compose::number_index(knowledge, constant, "")
                .and_then(|row| knowledge.numbers[row].quantity())
                .map(|quantity| quantity.middle())
                .ok_or_else(|| {
                    format!("{name}: `{constant}` has no number, neither there nor in the knowledge base")
                })?;
        }
        Ok(Self { workspace: Workspace::for_program(&program), network, program, parameters })
    }

    /// Index of a parameter.
    pub fn parameter(&self, id: &str) -> Result<usize, String> {
        self.program.parameter(id).ok_or_else(|| format!("the model has no parameter `{id}`"))
    }

    /// Sets some parameters.
    pub fn set(&mut self, values: &BTreeMap<String, f64>) -> Result<(), String> {
        for (id, value) in values {
            let index = self.parameter(id)?;
            self.parameters[index] = *value;
        }
        Ok(())
    }

    /// All steady states of a model of one species, and the state it leads to after a push from the lowest.
    pub fn steady_states(&mut self, between: (f64, f64)) -> Vec<f64> {
        vesica_engine::steady_states_of_one(&self.program, &mut self.workspace, &self.parameters, between, 4000)
    }

    /// The branch of steady states through one of them, in a parameter.
    pub fn branch(&self, parameter: usize, state: &[f64], between: (f64, f64)) -> Result<Branch, String> {
        let along = compile_along(&self.network, &[parameter]).map_err(|error| error.to_string())?;
        let laws = conservation::laws(&self.network);
        Ok(branch(&along, &mut Workspace::for_program(&along), state, &self.parameters, &laws, between))
    }

    /// The state at rest, from the initial amounts.
    pub fn rest(&mut self) -> Result<Vec<f64>, String> {
        let start = self.program.initial_state(&self.parameters);
        steady_state(&self.program, &mut self.workspace, &start, &self.parameters, LONG)
            .ok_or_else(|| "the model does not come to rest".to_owned())
    }

    /// The state `time` after `state`.
    pub fn after(&mut self, state: &[f64], time: f64) -> Result<Vec<f64>, String> {
        let mut batch = Batch::new(&self.program, 1);
        batch.parameters_mut(0).copy_from_slice(&self.parameters);
        batch.state_mut(0).copy_from_slice(state);
        let size = state.iter().fold(1e-9, |largest: f64, x| largest.max(x.abs()));
        let config = SolverConfig::with_tolerance(1e-9, 1e-12 * size);
        advance(&self.program, &config, &mut self.workspace, &mut batch, time);
        match batch.status(0) {
            LaneStatus::Failed(failure) => Err(format!("the solver gave up at {}", failure.time)),
            _ => Ok(batch.state(0).to_vec()),
        }
    }

    /// Value of a species (as its amount) or of an assignment rule.
    pub fn value(&mut self, symbol: &str, state: &[f64]) -> Result<f64, String> {
        if let Some(species) = self.program.species(symbol) {
            return Ok(state[species]);
        }
        let index = self.program.variable(symbol).ok_or_else(|| format!("the model has no `{symbol}`"))?;
        let mut values = vec![0.0; self.program.n_variables()];
        self.program.variables(&mut self.workspace, 0.0, state, &self.parameters, &mut values);
        Ok(values[index])
    }

    /// Value of a symbol at rest with one parameter changed.
    pub fn rest_at(&mut self, parameter: usize, value: f64, symbol: &str) -> Result<f64, String> {
        self.parameters[parameter] = value;
        let rest = self.rest()?;
        self.value(symbol, &rest)
    }

    /// Time at which a symbol falls to a share of its start, by halving.
    pub fn time_to_fall(&mut self, symbol: &str, share: f64) -> Result<f64, String> {
        let start = self.program.initial_state(&self.parameters);
        let goal = share * self.value(symbol, &start)?;
        let (mut low, mut high) = (0.0, LONG);
        while high - low > 1e-9 * high {
            let middle = if low == 0.0 { high / 16.0 } else { 0.5 * (low + high) };
            let state = self.after(&start, middle)?;
            if self.value(symbol, &state)? > goal {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(high)
    }
}

/// `n` values from low to high, even in the logarithm.
pub(super) fn sweep((low, high): (f64, f64), n: usize) -> Vec<f64> {
    let step = ln(high / low) / (n - 1) as f64;
    (0..n).map(|i| low * exp(step * i as f64)).collect()
}
