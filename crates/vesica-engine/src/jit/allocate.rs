//! Which value lies in which register, and which has to go when all are taken.
//!
//! The code is straight, so the next use of every value is known: whoever is needed last goes first.

use super::trace::{Operation, Trace, Value};

/// The uses of every value, and how many are left.
pub(crate) struct Uses {
    /// Operations that use a value, the next one last.
    of: Vec<Vec<u32>>,
    /// Whether an operation has an effect, be it through others.
    is_needed: Vec<bool>,
}

impl Uses {
    pub(crate) fn of(trace: &Trace) -> Self {
        let n = trace.operations.len();
        let mut uses = Self { of: vec![Vec::new(); n], is_needed: vec![false; n] };
        for (at, operation) in trace.operations.iter().enumerate().rev() {
            let is_needed = matches!(operation, Operation::Store(..)) || !uses.of[at].is_empty();
            uses.is_needed[at] = is_needed;
            if is_needed {
                // from behind: the next use ends up last
                operands(operation).for_each(|value| uses.of[value.0 as usize].push(at as u32));
            }
        }
        uses
    }

    pub(crate) fn is_needed(&self, at: usize) -> bool {
        self.is_needed[at]
    }

    /// The operation that uses a value next; the largest number when none does.
    pub(crate) fn next(&self, value: Value) -> u32 {
        self.of[value.0 as usize].last().copied().unwrap_or(u32::MAX)
    }

    /// Whether a value is used after an operation.
    pub(crate) fn is_used_after(&self, value: Value, at: u32) -> bool {
        self.of[value.0 as usize].first().is_some_and(|last| *last > at)
    }

    /// Forgets the uses of a value by an operation.
    pub(crate) fn consume(&mut self, value: Value, at: u32) {
        let uses = &mut self.of[value.0 as usize];
        while uses.last().is_some_and(|next| *next <= at) {
            uses.pop();
        }
    }
}

/// The values that an operation reads.
fn operands(operation: &Operation) -> impl Iterator<Item = Value> {
    let (a, b, c) = match *operation {
        Operation::Constant(_) | Operation::Load(_) => (None, None, None),
        Operation::Unary(_, a) | Operation::Store(_, a) => (Some(a), None, None),
        Operation::Binary(_, a, b) | Operation::Compare(_, a, b) => (Some(a), Some(b), None),
        Operation::Select(a, b, c) | Operation::Fused(_, a, b, c) => (Some(a), Some(b), Some(c)),
    };
    [a, b, c].into_iter().flatten()
}

/// Registers of one kind and what they hold.
pub(crate) struct Registers {
    holds: Vec<Option<Value>>,
    /// Register of each value, if it lies in one.
    of: Vec<Option<u8>>,
    /// Numbers of the registers as the machine counts.
    first: u8,
}

impl Registers {
    /// `n` registers, the first one numbered `first`, for `n_values` values.
    pub(crate) fn new(first: u8, n: usize, n_values: usize) -> Self {
        Self { holds: vec![None; n], of: vec![None; n_values], first }
    }

    /// The register of a value.
    pub(crate) fn register(&self, value: Value) -> Option<u8> {
        self.of[value.0 as usize].map(|at| at + self.first)
    }

    pub(crate) fn has_free(&self) -> bool {
        self.holds.iter().any(Option::is_none)
    }

    /// Puts a value into a free register; `None` when there is none.
    pub(crate) fn put(&mut self, value: Value) -> Option<u8> {
        let at = self.holds.iter().position(Option::is_none)?;
        self.holds[at] = Some(value);
        self.of[value.0 as usize] = Some(at as u8);
        Some(at as u8 + self.first)
    }

    /// Lets a value take the register of another, which leaves it; `None` when that is in none.
    pub(crate) fn take_over(&mut self, old: Value, new: Value) -> Option<u8> {
        let at = self.of[old.0 as usize].take()?;
        self.holds[at as usize] = Some(new);
        self.of[new.0 as usize] = Some(at);
        Some(at + self.first)
    }

    /// Frees the register of a value.
    pub(crate) fn free(&mut self, value: Value) {
        if let Some(at) = self.of[value.0 as usize].take() {
            self.holds[at as usize] = None;
        }
    }

    /// The value that is used last, of those that may go.
    pub(crate) fn last_used(&self, uses: &Uses, kept: &[Value]) -> Option<Value> {
        self.holds.iter().flatten().copied().filter(|value| !kept.contains(value)).max_by_key(|value| uses.next(*value))
    }
}
