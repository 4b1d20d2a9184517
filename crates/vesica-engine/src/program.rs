//! A compiled network: validated, immutable, shared between threads.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use vesica_model::{Event, Network};

use crate::aligned::Aligned;
use crate::batch::Batch;
use crate::graph::{Graph, NodeId};
use crate::interpreter::{TILE, run_one};
use crate::jit::Jit;
use crate::simd::Instructions;
use crate::sparse_lu::SparseLu;
use crate::stochastic::NotExact;
use crate::sum_tree::Changes;
use crate::tape::{Bases, Draft, Layout, Tape};
use crate::workspace::{Code, Workspace};

/// A compiled network. Parameters are data: nothing is compiled again when they change.
///
/// Made by [`crate::compile`]. Methods for one lane compute what depends on parameters alone afresh at every
/// call; for many lanes use the forms for a [`Batch`].
///
/// ```
/// use vesica_engine::{Workspace, compile};
/// use vesica_model::{Expression, Network, Reaction, Species, Symbol};
/// let mut network = Network::default();
/// let initial = Expression::Number(8.0);
/// network.species.push(Species { id: "A".into(), initial, compartment: None, is_concentration: false });
/// let rate = Expression::Symbol(Symbol::Species(0));
/// network.reactions.push(Reaction { id: "loss".into(), reactants: vec![(0, 1.0)], products: vec![], rate });
/// let program = compile(&network)?;
/// let mut workspace = Workspace::for_program(&program);
/// let mut change = [0.0];
/// program.rhs(&mut workspace, 0.0, &[8.0], &[], &mut change);
/// assert_eq!((program.species("A"), change), (Some(0), [-8.0]));
/// # Ok::<(), vesica_engine::CompileError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Program {
    /// Different for every compilation: a workspace sees by it which program it was laid out for.
    pub(crate) id: u64,
    pub(crate) names: Names,
    pub(crate) defaults: Vec<f64>,
    pub(crate) constants: Vec<f64>,
    pub(crate) bases: Bases,
    pub(crate) n_modes: usize,
    /// Parameters to fixed values.
    pub(crate) prologue: Section,
    /// The part of it that the inputs change.
    pub(crate) renewal: Renewal,
    /// Parameters to initial amounts.
    pub(crate) initial: Section,
    pub(crate) tapes: Tapes,
    /// Rows that hold the times at which a condition changes.
    pub(crate) stops: Vec<u32>,
    /// Fixed values that a step of a tile reads, by number.
    pub(crate) fixed_in_tile: Vec<u32>,
    /// `(row, column)` of the Jacobian's entries.
    pub(crate) pattern: Vec<(u32, u32)>,
    pub(crate) lu: SparseLu,
    pub(crate) is_autonomous: bool,
    /// Of each species: an algebraic rule determines it.
    pub(crate) is_algebraic: Vec<bool>,
    /// Those species.
    pub(crate) algebraic: Vec<usize>,
    /// Why it has no exact stochastic trajectories.
    pub(crate) not_exact: Option<NotExact>,
    /// Species with a rate rule.
    pub(crate) ruled: Vec<usize>,
    /// `(species, change)` of each reaction.
    pub(crate) stoichiometry: Vec<Vec<(usize, f64)>>,
    /// Which rates each reaction changes, where stochastic lanes keep them in a tree of sums.
    pub(crate) changes: Option<Changes>,
    pub(crate) events: Vec<EventPlan>,
    /// Behind the amounts stand their derivatives along a direction.
    pub(crate) carries_tangents: bool,
    pub(crate) machine_code: MachineCode,
}

/// Machine code of a program, made when a workspace first asks for it: one for each kind of wide lanes.
#[derive(Clone, Debug, Default)]
pub(crate) struct MachineCode([OnceLock<Option<Arc<Jit>>>; 2]);

/// Names, by index.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) species: Vec<String>,
    pub(crate) parameters: Vec<String>,
    pub(crate) variables: Vec<String>,
    pub(crate) reactions: Vec<String>,
    pub(crate) events: Vec<String>,
}

/// The sections that run on the state.
#[derive(Clone, Debug)]
pub(crate) struct Tapes {
    /// Right-hand side as the network says it.
    pub(crate) live: Tape,
    pub(crate) variables: Tape,
    pub(crate) rates: Tape,
    /// Right-hand side with modes for conditions.
    pub(crate) rhs: Tape,
    /// The same, then the Jacobian's entries, then the derivatives by time (none when autonomous).
    pub(crate) step: Tape,
    /// Truth of every trigger, then of every mode's condition.
    pub(crate) truths: Tape,
    /// Functions that cross zero where a truth changes, in the same order.
    pub(crate) margins: Tape,
    /// New amounts of each event's assignments.
    pub(crate) assignments: Vec<Tape>,
}

/// What an event does besides its formulas.
#[derive(Clone, Debug)]
pub(crate) struct EventPlan {
    pub(crate) fires_at_start: bool,
    /// Species assigned.
    pub(crate) species: Vec<usize>,
}

/// The part of a prologue that some parameters change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Renewal {
    /// Whether a parameter is one of them, by its index.
    pub(crate) is_input: Vec<bool>,
    pub(crate) tape: Tape,
    /// Number of the fixed value that each output is.
    pub(crate) fixed: Vec<usize>,
}

/// Some assignment rules of a program, to be evaluated without the others ([`Program::selection`]).
#[derive(Clone, Debug)]
pub struct Selection {
    program: u64,
    variables: Vec<usize>,
    tape: Tape,
}

/// A tape that runs on parameters alone, with its own memory.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) tape: Tape,
    pub(crate) constants: Vec<f64>,
}

impl Names {
    pub(crate) fn of(network: &Network) -> Self {
        Self {
            species: network.species.iter().map(|x| x.id.clone()).collect(),
            parameters: network.parameters.iter().map(|x| x.id.clone()).collect(),
            variables: network.variables.iter().map(|x| x.id.clone()).collect(),
            reactions: network.reactions.iter().map(|x| x.id.clone()).collect(),
            events: network.events.iter().map(|x| x.id.clone()).collect(),
        }
    }
}

impl EventPlan {
    pub(crate) fn of((event, species): (&Event, Vec<usize>)) -> Self {
        Self { fires_at_start: event.fires_at_start, species }
    }
}

impl Section {
    pub(crate) fn of_parameters(graph: &Graph, outputs: &[NodeId], n_parameters: usize) -> Self {
        let mut layout = Layout::of_prologue();
        let draft = Draft::new(graph, &mut layout, outputs);
        let tape = draft.resolve(layout.bases(n_parameters, 0));
        Self { tape, constants: layout.constants }
    }

    /// Memory of `W` lanes with the constants in place.
    pub(crate) fn memory<const W: usize>(&self) -> Aligned {
        filled::<W>(&self.constants, self.tape.n_rows.max(self.constants.len()))
    }

    fn run_one(&self, memory: &mut [f64], parameters: &[f64], out: &mut [f64]) {
        memory[self.constants.len()..][..parameters.len()].copy_from_slice(parameters);
        run_one(&self.tape, memory);
        for (out, row) in out.iter_mut().zip(&self.tape.outputs) {
            *out = memory[*row as usize];
        }
    }
}

/// `n_rows` rows of `W` lanes, the first ones holding the constants.
pub(crate) fn filled<const W: usize>(constants: &[f64], n_rows: usize) -> Aligned {
    let mut memory = Aligned::zeros(n_rows * W);
    for (row, constant) in memory.chunks_exact_mut(W).zip(constants) {
        row.fill(*constant);
    }
    memory
}

/// A number that no other program has.
pub(crate) fn next_id() -> u64 {
    static COMPILATIONS: AtomicU64 = AtomicU64::new(0);
    COMPILATIONS.fetch_add(1, Ordering::Relaxed)
}

impl Program {
    /// The same program, told that these parameters change while lanes run ([`Batch::set_parameter`]): then only what depends on
    /// them is computed again. The results are the same. What it was told before still holds.
    ///
    /// # Panics
    /// If an index is no parameter's.
    pub fn with_inputs(mut self, parameters: &[usize]) -> Self {
        let mut is_input = std::mem::take(&mut self.renewal.is_input);
        parameters.iter().for_each(|parameter| is_input[*parameter] = true);
        let first = self.prologue.constants.len() as u32;
        let rows: BTreeSet<u32> =
            (first..).zip(&is_input).filter(|(_, is_input)| **is_input).map(|(row, _)| row).collect();
        let fixed = self.prologue.tape.outputs_of(&rows);
        self.renewal = Renewal { is_input, tape: self.prologue.tape.only(&fixed), fixed };
        self.machine_code = MachineCode::default();
        self.id = next_id();
        self
    }

    /// Assignment rules to be evaluated without the others, by index.
    ///
    /// # Panics
    /// If an index is no variable's.
    pub fn selection(&self, variables: &[usize]) -> Selection {
        Selection { program: self.id, variables: variables.to_vec(), tape: self.tapes.variables.only(variables) }
    }

    /// Number of species.
    pub fn n_species(&self) -> usize {
        self.names.species.len()
    }

    /// Number of parameters.
    pub fn n_parameters(&self) -> usize {
        self.names.parameters.len()
    }

    /// Number of assignment rules.
    pub fn n_variables(&self) -> usize {
        self.names.variables.len()
    }

    /// Number of reactions.
    pub fn n_reactions(&self) -> usize {
        self.names.reactions.len()
    }

    /// Number of events.
    pub fn n_events(&self) -> usize {
        self.names.events.len()
    }

    /// Names of the species, in the order of every state.
    pub fn species_ids(&self) -> &[String] {
        &self.names.species
    }

    /// Names of the parameters, in the order of every parameter set.
    pub fn parameter_ids(&self) -> &[String] {
        &self.names.parameters
    }

    /// Names of the assignment rules.
    pub fn variable_ids(&self) -> &[String] {
        &self.names.variables
    }

    /// Names of the reactions.
    pub fn reaction_ids(&self) -> &[String] {
        &self.names.reactions
    }

    /// Names of the events.
    pub fn event_ids(&self) -> &[String] {
        &self.names.events
    }

    /// Index of a species.
    pub fn species(&self, id: &str) -> Option<usize> {
        self.names.species.iter().position(|name| name == id)
    }

    /// Index of a parameter.
    pub fn parameter(&self, id: &str) -> Option<usize> {
        self.names.parameters.iter().position(|name| name == id)
    }

    /// Index of an assignment rule.
    pub fn variable(&self, id: &str) -> Option<usize> {
        self.names.variables.iter().position(|name| name == id)
    }

    /// Index of an event.
    pub fn event(&self, id: &str) -> Option<usize> {
        self.names.events.iter().position(|name| name == id)
    }

    /// Defaults of the parameters; NaN where the model gives none.
    pub fn default_parameters(&self) -> &[f64] {
        &self.defaults
    }

    /// `(species, change)` of a reaction, sorted by species.
    pub fn stoichiometry(&self, reaction: usize) -> &[(usize, f64)] {
        &self.stoichiometry[reaction]
    }

    /// Whether exact stochastic trajectories find the next reaction in a tree of sums, and compute only the rates that
    /// an event changes: so in networks where that is fewer operations than all rates, eight lanes at a time.
    pub fn has_sum_tree(&self) -> bool {
        self.changes.is_some()
    }

    /// The same program without the tree, for comparison: the same distribution, other bits where sums are rounded.
    pub fn without_sum_tree(mut self) -> Self {
        self.changes = None;
        self
    }

    /// `(row, column)` of the entries of the Jacobian that can differ from zero, in the order of
    /// [`Program::jacobian`].
    pub fn jacobian_pattern(&self) -> &[(u32, u32)] {
        &self.pattern
    }

    /// Amounts at the start. `parameters`: `[n_parameters]`.
    ///
    /// # Panics
    /// If there are fewer parameters than [`Program::n_parameters`].
    pub fn initial_state(&self, parameters: &[f64]) -> Vec<f64> {
        let mut state = vec![0.0; self.n_species()];
        self.initial.run_one(&mut self.initial.memory::<1>(), &parameters[..self.n_parameters()], &mut state);
        state
    }

    /// Species that algebraic rules determine. [`crate::advance`] and [`crate::follow`] bring them to where the rules
    /// hold before anything else; until then they are where the search begins.
    pub fn algebraic_species(&self) -> &[usize] {
        &self.algebraic
    }

    /// Change of every amount per time, one lane; for what an algebraic rule determines, the value of the rule, which is
    /// to be 0. `state`, `out`: `[n_species]`.
    pub fn rhs(&self, workspace: &mut Workspace, t: f64, state: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.evaluate(&self.tapes.live, workspace, (t, state, parameters), out);
    }

    /// Values of the assignment rules, one lane. `out`: `[n_variables]`.
    pub fn variables(&self, workspace: &mut Workspace, t: f64, state: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.evaluate(&self.tapes.variables, workspace, (t, state, parameters), out);
    }

    /// Why no exact stochastic trajectory can be drawn of it; `None` where one can.
    pub fn not_exact(&self) -> Option<NotExact> {
        self.not_exact
    }

    /// Rates of the reactions, amount per time, one lane. `out`: `[n_reactions]`.
    pub fn reaction_rates(
        &self,
        workspace: &mut Workspace,
        t: f64,
        state: &[f64],
        parameters: &[f64],
        out: &mut [f64],
    ) {
        self.evaluate(&self.tapes.rates, workspace, (t, state, parameters), out);
    }

    /// Entries of the Jacobian d(rhs)/d(state), one lane. `out`: as [`Program::jacobian_pattern`].
    ///
    /// Conditions count as they stand at this state; at a jump the slope of the jump is not in it.
    pub fn jacobian(&self, workspace: &mut Workspace, t: f64, state: &[f64], parameters: &[f64], out: &mut [f64]) {
        let n = self.n_species();
        self.prepare(workspace, t, state, parameters);
        run_one(&self.tapes.truths, &mut workspace.one);
        let modes = &self.tapes.truths.outputs[self.n_events()..];
        let truths: Vec<f64> = modes.iter().map(|row| workspace.one[*row as usize]).collect();
        workspace.one[self.bases.modes as usize..][..self.n_modes].copy_from_slice(&truths);
        run_one(&self.tapes.step, &mut workspace.one);
        for (out, row) in out.iter_mut().zip(&self.tapes.step.outputs[n..n + self.pattern.len()]) {
            *out = workspace.one[*row as usize];
        }
    }

    /// Values of the assignment rules of all lanes of a batch. `out`: `[lane × n_variables]`.
    pub fn variables_of_batch(&self, workspace: &mut Workspace, batch: &mut Batch, out: &mut [f64]) {
        let lanes: Vec<usize> = (0..batch.n_lanes()).collect();
        let run = |code: &mut Code, memory: &mut [f64]| {
            code.run_tape((&self.tapes.variables, |jit| &jit.variables), memory);
        };
        self.evaluate_batch((&self.tapes.variables, run), workspace, (batch, &lanes), |lane, k, value| {
            out[lane * self.n_variables() + k] = value;
        });
    }

    /// Values of some assignment rules of some lanes. `out`: `[lane × n_variables]`; the others stay as they are there.
    ///
    /// # Panics
    /// If the selection is another program's.
    pub fn selected_of_batch(
        &self,
        selection: &Selection,
        workspace: &mut Workspace,
        (batch, lanes): (&mut Batch, &[usize]),
        out: &mut [f64],
    ) {
        assert!(selection.program == self.id, "a selection belongs to its program");
        // Few operations: no machine code is made for them.
        let run = |code: &mut Code, memory: &mut [f64]| code.interpret(&selection.tape, memory);
        self.evaluate_batch((&selection.tape, run), workspace, (batch, lanes), |lane, k, value| {
            out[lane * self.n_variables() + selection.variables[k]] = value;
        });
    }

    /// Rates of the reactions of all lanes of a batch. `out`: `[lane × n_reactions]`.
    pub fn reaction_rates_of_batch(&self, workspace: &mut Workspace, batch: &mut Batch, out: &mut [f64]) {
        let lanes: Vec<usize> = (0..batch.n_lanes()).collect();
        let run = |code: &mut Code, memory: &mut [f64]| code.run_tape((&self.tapes.rates, |jit| &jit.rates), memory);
        self.evaluate_batch((&self.tapes.rates, run), workspace, (batch, &lanes), |lane, k, value| {
            out[lane * self.n_reactions() + k] = value;
        });
    }

    /// Rows of the memory that every tape on the state fits in.
    pub(crate) fn n_rows(&self) -> usize {
        let tapes = &self.tapes;
        [&tapes.live, &tapes.variables, &tapes.rates, &tapes.rhs, &tapes.step, &tapes.truths, &tapes.margins]
            .into_iter()
            .chain(&tapes.assignments)
            .map(|tape| tape.n_rows)
            .chain(self.changes.as_ref().map(Changes::n_rows))
            .max()
            .unwrap_or(0)
            .max(self.bases.registers as usize)
    }

    /// Number of values the prologue makes.
    pub(crate) fn n_fixed(&self) -> usize {
        self.prologue.tape.outputs.len()
    }

    /// Machine code for lanes of the given kind, compiled at the first call; `None` where there can be none.
    pub(crate) fn jit(&self, instructions: Instructions) -> Option<Arc<Jit>> {
        let kind = match instructions {
            Instructions::Plain => return None,
            Instructions::Avx2 => 0,
            Instructions::Avx512 => 1,
        };
        self.machine_code.0[kind].get_or_init(|| Jit::compile(self, instructions).map(Arc::new)).clone()
    }

    /// Whether something has to be looked for between steps.
    pub(crate) fn has_switches(&self) -> bool {
        !self.tapes.truths.outputs.is_empty()
    }

    /// Puts one lane's inputs into the one-lane memory, its fixed values computed afresh.
    fn prepare(&self, workspace: &mut Workspace, t: f64, state: &[f64], parameters: &[f64]) {
        workspace.fit(self);
        let (fixed, n_fixed) = (self.bases.fixed as usize, self.n_fixed());
        let parameters = &parameters[..self.n_parameters()];
        self.prologue.run_one(&mut workspace.prologue_one, parameters, &mut workspace.one[fixed..fixed + n_fixed]);
        workspace.set_point(self, t, state);
    }

    fn evaluate(
        &self,
        tape: &Tape,
        workspace: &mut Workspace,
        (t, state, parameters): (f64, &[f64], &[f64]),
        out: &mut [f64],
    ) {
        self.prepare(workspace, t, state, parameters);
        run_one(tape, &mut workspace.one);
        for (out, row) in out.iter_mut().zip(&tape.outputs) {
            *out = workspace.one[*row as usize];
        }
    }

    /// Runs a tape that has no modes over lanes; `keep(lane, output, value)` takes its results.
    fn evaluate_batch(
        &self,
        (tape, run): (&Tape, impl Fn(&mut Code, &mut [f64])),
        workspace: &mut Workspace,
        (batch, lanes): (&mut Batch, &[usize]),
        mut keep: impl FnMut(usize, usize, f64),
    ) {
        workspace.fit(self);
        batch.refresh(self, workspace, lanes);
        for lanes in lanes.chunks(TILE) {
            for row in &tape.inputs {
                let to = &mut workspace.tile.memory[*row as usize * TILE..][..TILE];
                to.iter_mut().zip(lanes).for_each(|(to, lane)| *to = self.input(batch, *lane, *row));
            }
            run(&mut workspace.code, &mut workspace.tile.memory);
            for (k, row) in tape.outputs.iter().enumerate() {
                let from = &workspace.tile.memory[*row as usize * TILE..][..TILE];
                lanes.iter().zip(from).for_each(|(lane, value)| keep(*lane, k, *value));
            }
        }
    }

    /// What stands in a row before a tape runs.
    fn input(&self, batch: &Batch, lane: usize, row: u32) -> f64 {
        let bases = self.bases;
        if row < bases.state {
            batch.fixed(lane)[(row - bases.fixed) as usize]
        } else if row < bases.time {
            batch.state(lane)[(row - bases.state) as usize]
        } else {
            batch.time(lane)
        }
    }
}

/// Writes a column into rows from `base` on.
pub(crate) fn put(memory: &mut [f64], base: u32, slot: usize, column: &[f64]) {
    for (row, value) in memory[base as usize * TILE..].chunks_exact_mut(TILE).zip(column) {
        row[slot] = *value;
    }
}

/// Reads a column of rows.
pub(crate) fn take(rows: &[f64], slot: usize, column: &mut [f64]) {
    for (value, row) in column.iter_mut().zip(rows.chunks_exact(TILE)) {
        *value = row[slot];
    }
}
