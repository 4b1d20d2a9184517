//! Lanes side by side as a step of a solver sees them: for whoever writes another solver, or measures.

use crate::batch::Batch;
use crate::graph::Op;
use crate::interpreter::TILE;
use crate::program::{Program, put};
use crate::workspace::Workspace;

/// [`SideBySide::N`] lanes of a batch, rows of lanes in place: nothing is copied between the state, the formulas and
/// the changes that they give.
///
/// ```
/// use vesica_engine::{Batch, SideBySide, Workspace, compile};
/// use vesica_model::{Expression, Network, Reaction, Species, Symbol};
/// let mut network = Network::default();
/// let initial = Expression::Number(8.0);
/// network.species.push(Species { id: "A".into(), initial, compartment: None, is_concentration: false });
/// let rate = Expression::Symbol(Symbol::Species(0));
/// network.reactions.push(Reaction { id: "loss".into(), reactants: vec![(0, 1.0)], products: vec![], rate });
/// let program = compile(&network)?;
/// let (mut batch, mut workspace) = (Batch::new(&program, 2), Workspace::for_program(&program));
/// let mut lanes = SideBySide::new(&program, &mut workspace, &mut batch, 0);
/// lanes.state_mut(0)[1] = 3.0;
/// lanes.rhs();
/// assert_eq!(lanes.change(0)[..2], [-8.0, -3.0]);
/// # Ok::<(), vesica_engine::CompileError>(())
/// ```
#[derive(Debug)]
pub struct SideBySide<'a> {
    program: &'a Program,
    workspace: &'a mut Workspace,
}

impl<'a> SideBySide<'a> {
    /// Lanes in a tile.
    pub const N: usize = TILE;

    /// The lanes of a batch from `first` on, as they stand; where the batch ends, its last lane again.
    ///
    /// # Panics
    /// If the batch has no lanes or was made for another program.
    pub fn new(program: &'a Program, workspace: &'a mut Workspace, batch: &mut Batch, first: usize) -> Self {
        workspace.fit(program);
        batch.refresh_all(program, workspace);
        let memory = &mut workspace.tile.memory;
        for slot in 0..TILE {
            let lane = (first + slot).min(batch.n_lanes() - 1);
            put(memory, program.bases.fixed, slot, batch.fixed(lane));
            put(memory, program.bases.state, slot, batch.state(lane));
            put(memory, program.bases.time, slot, &[batch.time(lane)]);
        }
        Self { program, workspace }
    }

    /// Amounts of a species, one for each lane.
    pub fn state_mut(&mut self, species: usize) -> &mut [f64] {
        &mut self.workspace.tile.memory[(self.program.bases.state as usize + species) * TILE..][..TILE]
    }

    /// Evaluates the change of every amount per time. Conditions in rates count as false.
    pub fn rhs(&mut self) {
        let tape = &self.program.tapes.rhs;
        self.workspace.code.run_tape((tape, |jit| &jit.rhs), &mut self.workspace.tile.memory);
    }

    /// Change of a species per time in each lane, from the last [`SideBySide::rhs`].
    pub fn change(&self, species: usize) -> &[f64] {
        &self.workspace.tile.memory[self.program.tapes.rhs.outputs[species] as usize * TILE..][..TILE]
    }
}

impl Program {
    /// Additions, multiplications and the like of one right-hand side and lane; exp, ln and powers count as one each.
    pub fn n_operations(&self) -> usize {
        let operations = self.tapes.rhs.runs.iter().map(|(op, n)| match op {
            Op::MultiplyAdd | Op::MultiplySubtract | Op::SubtractProduct | Op::MultiplyTwice => 2 * *n as usize,
            _ => *n as usize,
        });
        operations.sum()
    }

    /// Bytes of one lane that a right-hand side reads and writes at least: values fixed by parameters, amounts, changes.
    pub fn n_bytes(&self) -> usize {
        size_of::<f64>() * (self.n_fixed() + 2 * self.n_species())
    }

    /// Entries of the factors of one lane's linear system, those that elimination adds included.
    pub fn n_factor_entries(&self) -> usize {
        self.lu.n_entries
    }
}
