//! What is to be computed, as a list of operations on vectors: each value is made once.
//!
//! The list comes from running the interpreter's operations over [`Traced`] vectors.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::interpreter::apply;
use crate::rows::{N_BASES, Place, Rows};
use crate::simd::Simd;
use crate::tape::Tape;

/// Index of an operation, and of the vector or mask that it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Value(pub(crate) u32);

/// One step of a routine.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    /// A number in every lane, by its bits.
    Constant(u64),
    Load(Place),
    Unary(Unary, Value),
    Binary(Binary, Value, Value),
    /// The product of the first two and the third, rounded once.
    Fused(Fused, Value, Value, Value),
    /// Makes a mask.
    Compare(Relation, Value, Value),
    /// Mask, value where it is true, value elsewhere.
    Select(Value, Value, Value),
    /// Makes nothing.
    Store(Place, Value),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    SquareRoot,
    Floor,
    Ceil,
    BitsUp52,
    BitsDown52,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    /// The first where it is smaller, else the second.
    Minimum,
    /// The first where it is larger, else the second.
    Maximum,
    BitsAdd,
    BitsAnd,
    BitsOr,
    BitsXor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fused {
    /// Added to the third.
    Add,
    /// Taken from the third.
    Subtract,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Less,
    LessEqual,
    Equal,
}

/// A routine before it is code.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) operations: Vec<Operation>,
    /// Rows behind each pointer.
    pub(crate) n_rows: [usize; N_BASES],
    /// Vectors side by side.
    pub(crate) n_vectors: usize,
    constants: HashMap<u64, Value>,
    /// What a row holds now, and what memory knows of it.
    rows: HashMap<Place, Value>,
    memory: HashMap<Place, Value>,
}

impl Default for Trace {
    fn default() -> Self {
        Self {
            operations: Vec::new(),
            n_rows: [0; N_BASES],
            n_vectors: 1,
            constants: HashMap::new(),
            rows: HashMap::new(),
            memory: HashMap::new(),
        }
    }
}

/// Most vectors side by side.
const MOST_SIDE_BY_SIDE: usize = 2;

thread_local! {
    /// The trace that [`Traced`] vectors of this thread write to.
    static TRACE: RefCell<Trace> = RefCell::default();
}

fn record(operation: Operation) -> Value {
    TRACE.with_borrow_mut(|trace| trace.push(operation))
}

impl Trace {
    /// A tape over the rows behind the first pointer; `None` where it needs a function that is no vector operation.
    pub(crate) fn of_tape(tape: &Tape) -> Option<Self> {
        let is_all_vectors = !tape.runs.iter().any(|(op, _)| op.is_scalar());
        is_all_vectors.then(|| {
            Self::of_kernel(|rows| {
                run_on_rows(tape, rows);
                tape.outputs.iter().for_each(|output| rows.keep_as_is(Place::new(0, *output)));
            })
        })
    }

    /// A kernel over rows.
    pub(crate) fn of_kernel(kernel: impl FnOnce(&mut TracedRows)) -> Self {
        TRACE.set(Self::default());
        kernel(&mut TracedRows);
        TRACE.take()
    }

    /// The same for `n` vectors side by side, operation by operation. Where each result waits for the one before,
    /// as in a factorisation, the others fill the time.
    pub(crate) fn side_by_side(&self, n: u8) -> Self {
        let mut wide = Self { n_rows: self.n_rows, ..Self::default() };
        let mut made: Vec<[Value; MOST_SIDE_BY_SIDE]> = Vec::with_capacity(self.operations.len());
        for operation in &self.operations {
            let mut values = [Value(0); MOST_SIDE_BY_SIDE];
            for vector in 0..n {
                let own = |value: Value| made[value.0 as usize][vector as usize];
                let place = |place: Place| Place { vector, ..place };
                values[vector as usize] = match *operation {
                    Operation::Constant(_) if vector > 0 => values[0],
                    Operation::Constant(bits) => wide.push(Operation::Constant(bits)),
                    Operation::Load(from) => wide.push(Operation::Load(place(from))),
                    Operation::Unary(op, a) => wide.push(Operation::Unary(op, own(a))),
                    Operation::Binary(op, a, b) => wide.push(Operation::Binary(op, own(a), own(b))),
                    Operation::Fused(op, a, b, c) => wide.push(Operation::Fused(op, own(a), own(b), own(c))),
                    Operation::Compare(op, a, b) => wide.push(Operation::Compare(op, own(a), own(b))),
                    Operation::Select(mask, a, b) => wide.push(Operation::Select(own(mask), own(a), own(b))),
                    Operation::Store(to, a) => wide.push(Operation::Store(place(to), own(a))),
                };
            }
            made.push(values);
        }
        wide.n_vectors = n as usize;
        wide
    }

    fn push(&mut self, operation: Operation) -> Value {
        if let Operation::Load(place) | Operation::Store(place, _) = operation {
            let rows = &mut self.n_rows[place.base as usize];
            *rows = (*rows).max(place.row as usize + 1);
        }
        self.operations.push(operation);
        Value(self.operations.len() as u32 - 1)
    }
}

/// A tape over rows: the interpreter's operations in the tape's order.
pub(crate) fn run_on_rows(tape: &Tape, rows: &mut TracedRows) {
    let mut code = tape.code.iter();
    for (op, n) in &tape.runs {
        for instruction in code.by_ref().take(*n as usize) {
            let [x, y, z] = instruction.from.map(|from| rows.get(Place::new(0, from)));
            rows.set(Place::new(0, instruction.to), apply::<Traced>(*op, x, y, z));
        }
    }
}

/// Rows of which a trace knows what they hold.
pub(crate) struct TracedRows;

impl Rows for TracedRows {
    type S = Traced;

    fn get(&mut self, place: Place) -> Value {
        TRACE.with_borrow_mut(|trace| {
            if let Some(known) = trace.rows.get(&place) {
                return *known;
            }
            let value = trace.push(Operation::Load(place));
            trace.memory.insert(place, value);
            trace.rows.insert(place, value);
            value
        })
    }

    fn set(&mut self, place: Place, value: Value) {
        TRACE.with_borrow_mut(|trace| trace.rows.insert(place, value));
    }

    fn keep(&mut self, place: Place, value: Value) {
        self.set(place, value);
        self.keep_as_is(place);
    }

    /// Tells memory what a row holds, unless it knows.
    fn keep_as_is(&mut self, place: Place) {
        TRACE.with_borrow_mut(|trace| {
            let Some(value) = trace.rows.get(&place).copied() else { return };
            if trace.memory.insert(place, value) != Some(value) {
                trace.push(Operation::Store(place, value));
            }
        });
    }
}

/// A vector of which only its name is known.
#[derive(Clone, Copy)]
pub(crate) struct Traced;

macro_rules! traced {
    ($($name:ident($($argument:ident),*) = $operation:expr;)*) => {
        $(fn $name($($argument: Value),*) -> Value { record($operation) })*
    };
}

impl Simd for Traced {
    type V = Value;
    type M = Value;
    const N: usize = 1;
    fn splat(x: f64) -> Value {
        TRACE.with_borrow_mut(|trace| {
            if let Some(known) = trace.constants.get(&x.to_bits()) {
                return *known;
            }
            let value = trace.push(Operation::Constant(x.to_bits()));
            trace.constants.insert(x.to_bits(), value);
            value
        })
    }
    unsafe fn load(_: *const f64) -> Value {
        unreachable!("a trace loads rows by their names")
    }
    unsafe fn store(_: *mut f64, _: Value) {
        unreachable!("a trace stores rows by their names")
    }
    traced! {
        add(a, b) = Operation::Binary(Binary::Add, a, b);
        sub(a, b) = Operation::Binary(Binary::Subtract, a, b);
        mul(a, b) = Operation::Binary(Binary::Multiply, a, b);
        div(a, b) = Operation::Binary(Binary::Divide, a, b);
        mul_add(a, b, c) = Operation::Fused(Fused::Add, a, b, c);
        sub_mul(c, a, b) = Operation::Fused(Fused::Subtract, a, b, c);
        sqrt(a) = Operation::Unary(Unary::SquareRoot, a);
        floor(a) = Operation::Unary(Unary::Floor, a);
        ceil(a) = Operation::Unary(Unary::Ceil, a);
        lt(a, b) = Operation::Compare(Relation::Less, a, b);
        le(a, b) = Operation::Compare(Relation::LessEqual, a, b);
        eq(a, b) = Operation::Compare(Relation::Equal, a, b);
        select(mask, a, b) = Operation::Select(mask, a, b);
        bits_add(a, b) = Operation::Binary(Binary::BitsAdd, a, b);
        bits_and(a, b) = Operation::Binary(Binary::BitsAnd, a, b);
        bits_or(a, b) = Operation::Binary(Binary::BitsOr, a, b);
        bits_xor(a, b) = Operation::Binary(Binary::BitsXor, a, b);
        bits_up52(a) = Operation::Unary(Unary::BitsUp52, a);
        bits_down52(a) = Operation::Unary(Unary::BitsDown52, a);
        min(a, b) = Operation::Binary(Binary::Minimum, a, b);
        max(a, b) = Operation::Binary(Binary::Maximum, a, b);
    }
}
