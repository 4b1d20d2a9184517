//! From a trace to instructions: a loop over the vectors of a tile around straight code.
//!
//! Values that come from a row or are constant need no register of their own: the instruction that uses them
//! reads them where they are. Values that find no register are kept aside in the scratch.

use std::collections::HashMap;

use iced_x86::{Code, Encoder, Instruction, MemoryOperand, Register};

use super::Routine;
use super::allocate::{Registers, Uses};
use super::pages::N_DIRECT;
use super::trace::{Binary, Fused, Operation, Relation, Trace, Unary, Value};
use crate::interpreter::TILE;
use crate::rows::{N_BASES, Place};
use crate::simd::Instructions;

/// Numbers in the widest vector: the size of a place in the scratch and of a constant.
pub(crate) const WIDEST: usize = 8;

const NUMBER: usize = size_of::<f64>();
/// Where the pointers are found that come in no register; the last of them takes its place.
const POINTERS: Register = Register::R8;
/// Pointers to the rows, to the scratch, and the count of vectors still to do: registers that a caller does not miss.
const BASES: [Register; N_BASES] =
    [Register::RDI, Register::RSI, Register::RDX, Register::R9, Register::R10, Register::R11, Register::R8];
const SCRATCH: Register = Register::RCX;
const LEFT: Register = Register::EAX;

/// Numbers in one vector; `None` for instructions that are not generated.
pub(crate) fn lanes(instructions: Instructions) -> Option<usize> {
    match instructions {
        Instructions::Avx512 => Some(8),
        Instructions::Avx2 => Some(4),
        Instructions::Plain => None,
    }
}

/// Appends the code of a trace; `None` where these instructions cannot be generated.
pub(crate) fn append(code: &mut Vec<u8>, trace: &Trace, instructions: Instructions) -> Option<Routine> {
    let lanes = lanes(instructions)?;
    let constants = append_constants(code, trace);
    let n = trace.operations.len();
    let is_512 = lanes == 8;
    let mut assembler = Assembler {
        trace,
        lanes,
        encoder: Encoder::new(64),
        start: code.len(),
        length: 0,
        uses: Uses::of(trace),
        vectors: Registers::new(0, if is_512 { 32 } else { 16 }, n),
        // mask 0 means "no mask"; narrower machines keep masks in vectors
        masks: Registers::new(1, if is_512 { 7 } else { 0 }, n),
        homes: vec![None; n],
        constants,
        at_place: HashMap::new(),
        n_spills: 0,
        free_spills: Vec::new(),
        read_spills: Vec::new(),
    };
    assembler.routine()?;
    let n_bases = trace.n_rows.iter().rposition(|n_rows| *n_rows > 0).map_or(0, |last| last + 1);
    let routine = Routine { start: assembler.start, n_rows: trace.n_rows, n_bases, n_spills: assembler.n_spills };
    code.extend(assembler.encoder.take_buffer());
    Some(routine)
}

/// Appends every constant as a whole vector and gives the byte at which each begins.
fn append_constants(code: &mut Vec<u8>, trace: &Trace) -> HashMap<Value, usize> {
    code.resize(code.len().next_multiple_of(WIDEST * NUMBER), 0);
    let mut found = HashMap::new();
    for (at, operation) in trace.operations.iter().enumerate() {
        if let Operation::Constant(bits) = operation {
            found.insert(Value(at as u32), code.len());
            code.extend(bits.to_le_bytes().repeat(WIDEST));
        }
    }
    found
}

/// Where a value lies that is in no register.
#[derive(Clone, Copy, Debug)]
enum Home {
    /// Byte of a constant.
    Constant(usize),
    Row(Place),
    Spill(usize),
}

/// An operand that may be in memory.
#[derive(Clone, Copy)]
enum Operand {
    Register(Register),
    Memory(MemoryOperand),
}

struct Assembler<'a> {
    trace: &'a Trace,
    /// Numbers in a vector.
    lanes: usize,
    encoder: Encoder,
    start: usize,
    length: usize,
    uses: Uses,
    vectors: Registers,
    masks: Registers,
    homes: Vec<Option<Home>>,
    constants: HashMap<Value, usize>,
    /// Values whose home is a row.
    at_place: HashMap<Place, Vec<Value>>,
    n_spills: usize,
    free_spills: Vec<usize>,
    /// Free once the operation at hand has read them.
    read_spills: Vec<usize>,
}

impl Assembler<'_> {
    fn routine(&mut self) -> Option<()> {
        let n_rounds = (TILE / (self.lanes * self.trace.n_vectors)) as u32;
        let bases: Vec<usize> = (0..N_BASES).filter(|base| self.trace.n_rows[*base] > 0).collect();
        for base in bases.iter().filter(|base| **base >= N_DIRECT) {
            let from = MemoryOperand::with_base_displ(POINTERS, ((base - N_DIRECT) * size_of::<*mut f64>()) as i64);
            self.emit(Instruction::with2(Code::Mov_r64_rm64, BASES[*base], from))?;
        }
        self.emit(Instruction::with2(Code::Mov_r32_imm32, LEFT, n_rounds))?;
        let body = self.start + self.length;
        for at in 0..self.trace.operations.len() {
            if self.uses.is_needed(at) {
                self.operation(at as u32)?;
                self.free_spills.append(&mut self.read_spills);
            }
        }
        let step = (self.lanes * self.trace.n_vectors * NUMBER) as i32;
        if n_rounds > 1 {
            for base in bases {
                self.emit(Instruction::with2(Code::Add_rm64_imm32, BASES[base], step))?;
            }
            self.emit(Instruction::with1(Code::Dec_rm32, LEFT))?;
            self.emit(Instruction::with_branch(Code::Jne_rel32_64, body as u64))?;
        }
        // the callers' own code may be of an older kind, which waits for dirty upper halves
        self.emit(Ok(Instruction::with(Code::VEX_Vzeroupper)))?;
        self.emit(Ok(Instruction::with(Code::Retnq)))
    }

    fn operation(&mut self, at: u32) -> Option<()> {
        let made = Value(at);
        match self.trace.operations[at as usize] {
            Operation::Constant(_) => self.homes[at as usize] = Some(Home::Constant(self.constants[&made])),
            Operation::Load(place) => self.live_at(made, place),
            Operation::Unary(op, a) => self.unary(at, op, a)?,
            Operation::Binary(op, a, b) => self.binary(at, op, a, b)?,
            Operation::Fused(op, a, b, c) => self.fused(at, op, [a, b, c])?,
            Operation::Compare(relation, a, b) => self.compare(at, relation, a, b)?,
            Operation::Select(mask, a, b) => self.select(at, mask, a, b)?,
            Operation::Store(place, value) => self.store(at, place, value)?,
        }
        Some(())
    }

    fn unary(&mut self, at: u32, op: Unary, a: Value) -> Option<()> {
        let is_512 = self.is_512();
        let is_shift = matches!(op, Unary::BitsUp52 | Unary::BitsDown52);
        // the narrower shifts read registers only
        let from =
            if is_shift && !is_512 { Operand::Register(self.fetch(a, &[a])?) } else { self.operand(at, a, &[a])? };
        self.done_with(at, &[a]);
        let to = self.new_vector(Value(at), &[])?;
        let (code, number) = match (op, is_512) {
            (Unary::SquareRoot, true) => (Code::EVEX_Vsqrtpd_zmm_k1z_zmmm512b64_er, None),
            (Unary::SquareRoot, false) => (Code::VEX_Vsqrtpd_ymm_ymmm256, None),
            (Unary::Floor, true) => (Code::EVEX_Vrndscalepd_zmm_k1z_zmmm512b64_imm8_sae, Some(FLOOR)),
            (Unary::Floor, false) => (Code::VEX_Vroundpd_ymm_ymmm256_imm8, Some(FLOOR)),
            (Unary::Ceil, true) => (Code::EVEX_Vrndscalepd_zmm_k1z_zmmm512b64_imm8_sae, Some(CEIL)),
            (Unary::Ceil, false) => (Code::VEX_Vroundpd_ymm_ymmm256_imm8, Some(CEIL)),
            (Unary::BitsUp52, true) => (Code::EVEX_Vpsllq_zmm_k1z_zmmm512b64_imm8, Some(MANTISSA_BITS)),
            (Unary::BitsUp52, false) => (Code::VEX_Vpsllq_ymm_ymm_imm8, Some(MANTISSA_BITS)),
            (Unary::BitsDown52, true) => (Code::EVEX_Vpsrlq_zmm_k1z_zmmm512b64_imm8, Some(MANTISSA_BITS)),
            (Unary::BitsDown52, false) => (Code::VEX_Vpsrlq_ymm_ymm_imm8, Some(MANTISSA_BITS)),
        };
        self.emit(match (from, number) {
            (Operand::Register(from), None) => Instruction::with2(code, to, from),
            (Operand::Memory(from), None) => Instruction::with2(code, to, from),
            (Operand::Register(from), Some(number)) => Instruction::with3(code, to, from, number),
            (Operand::Memory(from), Some(number)) => Instruction::with3(code, to, from, number),
        })
    }

    fn binary(&mut self, at: u32, op: Binary, a: Value, b: Value) -> Option<()> {
        use Binary::*;
        let is_symmetric = matches!(op, Add | Multiply | BitsAdd | BitsAnd | BitsOr | BitsXor);
        let is_turned = is_symmetric && self.vectors.register(a).is_none() && self.vectors.register(b).is_some();
        let (a, b) = if is_turned { (b, a) } else { (a, b) };
        let first = self.fetch(a, &[a, b])?;
        let second = self.operand(at, b, &[a, b])?;
        self.done_with(at, &[a, b]);
        let to = self.new_vector(Value(at), &[])?;
        let code = match (op, self.is_512()) {
            (Add, true) => Code::EVEX_Vaddpd_zmm_k1z_zmm_zmmm512b64_er,
            (Add, false) => Code::VEX_Vaddpd_ymm_ymm_ymmm256,
            (Subtract, true) => Code::EVEX_Vsubpd_zmm_k1z_zmm_zmmm512b64_er,
            (Subtract, false) => Code::VEX_Vsubpd_ymm_ymm_ymmm256,
            (Multiply, true) => Code::EVEX_Vmulpd_zmm_k1z_zmm_zmmm512b64_er,
            (Multiply, false) => Code::VEX_Vmulpd_ymm_ymm_ymmm256,
            (Divide, true) => Code::EVEX_Vdivpd_zmm_k1z_zmm_zmmm512b64_er,
            (Divide, false) => Code::VEX_Vdivpd_ymm_ymm_ymmm256,
            (Minimum, true) => Code::EVEX_Vminpd_zmm_k1z_zmm_zmmm512b64_sae,
            (Minimum, false) => Code::VEX_Vminpd_ymm_ymm_ymmm256,
            (Maximum, true) => Code::EVEX_Vmaxpd_zmm_k1z_zmm_zmmm512b64_sae,
            (Maximum, false) => Code::VEX_Vmaxpd_ymm_ymm_ymmm256,
            (BitsAdd, true) => Code::EVEX_Vpaddq_zmm_k1z_zmm_zmmm512b64,
            (BitsAdd, false) => Code::VEX_Vpaddq_ymm_ymm_ymmm256,
            (BitsAnd, true) => Code::EVEX_Vpandq_zmm_k1z_zmm_zmmm512b64,
            (BitsAnd, false) => Code::VEX_Vpand_ymm_ymm_ymmm256,
            (BitsOr, true) => Code::EVEX_Vporq_zmm_k1z_zmm_zmmm512b64,
            (BitsOr, false) => Code::VEX_Vpor_ymm_ymm_ymmm256,
            (BitsXor, true) => Code::EVEX_Vpxorq_zmm_k1z_zmm_zmmm512b64,
            (BitsXor, false) => Code::VEX_Vpxor_ymm_ymm_ymmm256,
        };
        self.emit(match second {
            Operand::Register(second) => Instruction::with3(code, to, first, second),
            Operand::Memory(second) => Instruction::with3(code, to, first, second),
        })
    }

    /// The third operand's register becomes the result's: where that value is needed again, a copy.
    fn fused(&mut self, at: u32, op: Fused, [a, b, c]: [Value; 3]) -> Option<()> {
        let is_turned = self.vectors.register(a).is_none() && self.vectors.register(b).is_some();
        let (a, b) = if is_turned { (b, a) } else { (a, b) };
        let kept = [a, b, c];
        let first = self.fetch(a, &kept)?;
        let second = self.operand(at, b, &kept)?;
        let is_free = c != a && c != b && !self.uses.is_used_after(c, at);
        let to = if is_free && self.vectors.register(c).is_some() {
            let register = self.vectors.take_over(c, Value(at))?;
            self.vector(register)
        } else {
            let to = self.new_vector(Value(at), &kept)?;
            let from = self.vectors.register(c).map(|register| self.vector(register));
            let load = if self.is_512() { Code::EVEX_Vmovupd_zmm_k1z_zmmm512 } else { Code::VEX_Vmovupd_ymm_ymmm256 };
            self.emit(match from {
                Some(from) => Instruction::with2(load, to, from),
                None => Instruction::with2(load, to, self.home(c)?),
            })?;
            to
        };
        self.done_with(at, &kept);
        let code = match (op, self.is_512()) {
            (Fused::Add, true) => Code::EVEX_Vfmadd231pd_zmm_k1z_zmm_zmmm512b64_er,
            (Fused::Add, false) => Code::VEX_Vfmadd231pd_ymm_ymm_ymmm256,
            (Fused::Subtract, true) => Code::EVEX_Vfnmadd231pd_zmm_k1z_zmm_zmmm512b64_er,
            (Fused::Subtract, false) => Code::VEX_Vfnmadd231pd_ymm_ymm_ymmm256,
        };
        self.emit(match second {
            Operand::Register(second) => Instruction::with3(code, to, first, second),
            Operand::Memory(second) => Instruction::with3(code, to, first, second),
        })
    }

    fn compare(&mut self, at: u32, relation: Relation, a: Value, b: Value) -> Option<()> {
        let first = self.fetch(a, &[a, b])?;
        let second = self.operand(at, b, &[a, b])?;
        self.done_with(at, &[a, b]);
        let (code, to) = if self.is_512() {
            (Code::EVEX_Vcmppd_kr_k1_zmm_zmmm512b64_imm8_sae, self.new_mask(Value(at), &[])?)
        } else {
            (Code::VEX_Vcmppd_ymm_ymm_ymmm256_imm8, self.new_vector(Value(at), &[])?)
        };
        // ordered, without a signal, as the intrinsics of `simd` compare
        let number = match relation {
            Relation::Less => 17,
            Relation::LessEqual => 18,
            Relation::Equal => 0,
        };
        self.emit(match second {
            Operand::Register(second) => Instruction::with4(code, to, first, second, number),
            Operand::Memory(second) => Instruction::with4(code, to, first, second, number),
        })
    }

    /// `a` where the mask is true, `b` elsewhere.
    fn select(&mut self, at: u32, mask: Value, a: Value, b: Value) -> Option<()> {
        let kept = [mask, a, b];
        let chosen_by = if self.is_512() { self.fetch_mask(mask, &kept)? } else { self.fetch(mask, &kept)? };
        let is_zero = matches!(self.trace.operations[b.0 as usize], Operation::Constant(0));
        if self.is_512() && is_zero {
            let from = self.operand(at, a, &kept)?;
            self.done_with(at, &kept);
            let to = self.new_vector(Value(at), &[])?;
            let code = Code::EVEX_Vmovapd_zmm_k1z_zmmm512;
            let mut instruction = match from {
                Operand::Register(from) => Instruction::with2(code, to, from).ok()?,
                Operand::Memory(from) => Instruction::with2(Code::EVEX_Vmovupd_zmm_k1z_zmmm512, to, from).ok()?,
            };
            instruction.set_op_mask(chosen_by);
            instruction.set_zeroing_masking(true);
            return self.emit(Ok(instruction));
        }
        let otherwise = self.fetch(b, &kept)?;
        let from = self.operand(at, a, &kept)?;
        self.done_with(at, &kept);
        let to = self.new_vector(Value(at), &[])?;
        if !self.is_512() {
            let code = Code::VEX_Vblendvpd_ymm_ymm_ymmm256_ymm;
            return self.emit(match from {
                Operand::Register(from) => Instruction::with4(code, to, otherwise, from, chosen_by),
                Operand::Memory(from) => Instruction::with4(code, to, otherwise, from, chosen_by),
            });
        }
        let code = Code::EVEX_Vblendmpd_zmm_k1z_zmm_zmmm512b64;
        let mut instruction = match from {
            Operand::Register(from) => Instruction::with3(code, to, otherwise, from).ok()?,
            Operand::Memory(from) => Instruction::with3(code, to, otherwise, from).ok()?,
        };
        instruction.set_op_mask(chosen_by);
        self.emit(Ok(instruction))
    }

    fn store(&mut self, at: u32, place: Place, value: Value) -> Option<()> {
        self.move_away(at, place, value)?;
        let from = self.fetch(value, &[value])?;
        let to = self.row(place);
        self.emit(Instruction::with2(self.store_code(), to, from))?;
        self.done_with(at, &[value]);
        if self.homes[value.0 as usize].is_none() && self.uses.is_used_after(value, at) {
            self.live_at(value, place);
        }
        Some(())
    }

    /// Values that live in a row that is about to be overwritten, and are still needed, leave it.
    fn move_away(&mut self, at: u32, place: Place, new: Value) -> Option<()> {
        for value in self.at_place.remove(&place).unwrap_or_default() {
            if value == new || !self.uses.is_used_after(value, at) {
                continue;
            }
            self.fetch(value, &[value, new])?;
            self.homes[value.0 as usize] = None;
        }
        Some(())
    }

    fn live_at(&mut self, value: Value, place: Place) {
        self.homes[value.0 as usize] = Some(Home::Row(place));
        self.at_place.entry(place).or_default().push(value);
    }

    /// Frees the registers of values that an operation used last.
    fn done_with(&mut self, at: u32, values: &[Value]) {
        for value in values {
            self.uses.consume(*value, at);
            if self.uses.next(*value) != u32::MAX {
                continue;
            }
            self.vectors.free(*value);
            self.masks.free(*value);
            if let Some(Home::Spill(spill)) = self.homes[value.0 as usize].take() {
                self.read_spills.push(spill);
            }
        }
    }

    /// A register for a value that is being made.
    fn new_vector(&mut self, value: Value, kept: &[Value]) -> Option<Register> {
        if !self.vectors.has_free() {
            let victim = self.vectors.last_used(&self.uses, kept)?;
            if self.homes[victim.0 as usize].is_none() {
                let spill = self.new_spill();
                self.homes[victim.0 as usize] = Some(Home::Spill(spill));
                let from = self.vector(self.vectors.register(victim)?);
                self.emit(Instruction::with2(self.store_code(), scratch(spill), from))?;
            }
            self.vectors.free(victim);
        }
        let register = self.vectors.put(value)?;
        Some(self.vector(register))
    }

    fn new_mask(&mut self, value: Value, kept: &[Value]) -> Option<Register> {
        if !self.masks.has_free() {
            let victim = self.masks.last_used(&self.uses, kept)?;
            if self.homes[victim.0 as usize].is_none() {
                let spill = self.new_spill();
                self.homes[victim.0 as usize] = Some(Home::Spill(spill));
                let from = mask(self.masks.register(victim)?);
                self.emit(Instruction::with2(Code::VEX_Kmovw_m16_kr, scratch(spill), from))?;
            }
            self.masks.free(victim);
        }
        Some(mask(self.masks.put(value)?))
    }

    fn new_spill(&mut self) -> usize {
        self.free_spills.pop().unwrap_or_else(|| {
            self.n_spills += 1;
            self.n_spills - 1
        })
    }

    /// The register of a value, into which it is loaded if need be.
    fn fetch(&mut self, value: Value, kept: &[Value]) -> Option<Register> {
        if let Some(register) = self.vectors.register(value) {
            return Some(self.vector(register));
        }
        let from = self.home(value)?;
        let to = self.new_vector(value, kept)?;
        let code = if self.is_512() { Code::EVEX_Vmovupd_zmm_k1z_zmmm512 } else { Code::VEX_Vmovupd_ymm_ymmm256 };
        self.emit(Instruction::with2(code, to, from))?;
        Some(to)
    }

    fn fetch_mask(&mut self, value: Value, kept: &[Value]) -> Option<Register> {
        if let Some(register) = self.masks.register(value) {
            return Some(mask(register));
        }
        let from = self.home(value)?;
        let to = self.new_mask(value, kept)?;
        self.emit(Instruction::with2(Code::VEX_Kmovw_kr_km16, to, from))?;
        Some(to)
    }

    /// A value where it is; loaded only if it is used again and there is room.
    fn operand(&mut self, at: u32, value: Value, kept: &[Value]) -> Option<Operand> {
        let is_wanted_again = self.uses.is_used_after(value, at) && self.vectors.has_free();
        if self.vectors.register(value).is_some() || is_wanted_again {
            return Some(Operand::Register(self.fetch(value, kept)?));
        }
        Some(Operand::Memory(self.home(value)?))
    }

    fn home(&self, value: Value) -> Option<MemoryOperand> {
        Some(match self.homes[value.0 as usize]? {
            Home::Constant(byte) => MemoryOperand::with_base_displ(Register::RIP, byte as i64),
            Home::Row(place) => self.row(place),
            Home::Spill(spill) => scratch(spill),
        })
    }

    fn row(&self, place: Place) -> MemoryOperand {
        let number = place.row as usize * TILE + place.vector as usize * self.lanes;
        MemoryOperand::with_base_displ(BASES[place.base as usize], (number * NUMBER) as i64)
    }

    fn vector(&self, number: u8) -> Register {
        (if self.is_512() { Register::ZMM0 } else { Register::YMM0 }) + u32::from(number)
    }

    fn store_code(&self) -> Code {
        if self.is_512() { Code::EVEX_Vmovupd_zmmm512_k1z_zmm } else { Code::VEX_Vmovupd_ymmm256_ymm }
    }

    fn is_512(&self) -> bool {
        self.lanes == 8
    }

    fn emit(&mut self, instruction: Result<Instruction, iced_x86::IcedError>) -> Option<()> {
        self.length += self.encoder.encode(&instruction.ok()?, (self.start + self.length) as u64).ok()?;
        Some(())
    }
}

/// Numbers of the rounding instructions: down, up, no signal.
const FLOOR: i32 = 9;
const CEIL: i32 = 10;
const MANTISSA_BITS: i32 = 52;

fn mask(number: u8) -> Register {
    Register::K0 + u32::from(number)
}

fn scratch(spill: usize) -> MemoryOperand {
    MemoryOperand::with_base_displ(SCRATCH, (spill * WIDEST * NUMBER) as i64)
}
