//! One reaction event of Gillespie's direct method in every lane of a tile.
//!
//! A lane waits for a time drawn from the sum of its rates, then the reaction that a second number points at in the
//! running sum of the rates happens once. A lane that would wait beyond its stop only moves there: the waiting time has
//! no memory, so a new one may be drawn from there.
//!
//! Source: D. T. Gillespie, J. Comput. Phys. 22 (1976) 403 (the direct method).

use crate::interpreter::{TILE, run};
use crate::jit::Jit;
use crate::math;
use crate::program::Program;
use crate::random::open_unit;
use crate::rows::{Memory, Place, Rows};
use crate::simd::{Kernel, Simd};

/// Rows behind the second pointer.
pub(crate) const WAIT: usize = 0;
pub(crate) const CHOICE: usize = 1;
pub(crate) const STOP: usize = 2;
/// 1 in a lane that has nothing to do: it is where it stops, or empty, or failed.
pub(crate) const DONE: usize = 3;
/// Numbers drawn so far in this call, two for each.
pub(crate) const DRAWN: usize = 4;
/// 1 in a lane that had a rate below zero or none.
pub(crate) const ALARM: usize = 5;
pub(crate) const N_CONTROLS: usize = 6;

const fn control(row: usize) -> Place {
    Place::new(1, row as u32)
}

/// One event. Rates, state and time lie behind the first pointer, the controls behind the second.
#[inline(always)]
pub(crate) fn jump<R: Rows>(program: &Program, rows: &mut R) {
    let (zero, one) = (R::S::splat(0.0), R::S::splat(1.0));
    let (state, time) =
        (|species: usize| Place::new(0, program.bases.state + species as u32), Place::new(0, program.bases.time));
    let rates = &program.tapes.rates.outputs;
    let (mut total, mut lowest) = (zero, zero);
    for row in rates {
        let rate = rows.get(Place::new(0, *row));
        total = R::S::add(total, rate);
        lowest = R::S::min(rate, lowest);
    }
    let is_busy = R::S::sub(one, rows.get(control(DONE)));
    // a rate that is no number makes the sum none; infinity would choose what it likes
    let is_sound = R::S::number(R::S::lt(R::S::sub(total, total), one));
    let is_sound = R::S::select(R::S::le(zero, lowest), is_sound, zero);
    let alarm = R::S::select(R::S::eq(is_sound, zero), is_busy, zero);
    let alarm_before = rows.get(control(ALARM));
    rows.keep(control(ALARM), R::S::max(alarm, alarm_before));

    let wait = R::S::div(R::S::neg(math::ln_v::<R::S>(rows.get(control(WAIT)))), total);
    let (now, stop) = (rows.get(time), rows.get(control(STOP)));
    let next = R::S::add(now, wait);
    let moves = R::S::mul(is_busy, is_sound);
    let happens = R::S::select(R::S::lt(next, stop), moves, zero);
    let later = R::S::select(R::S::eq(happens, zero), stop, next);
    rows.keep(time, R::S::select(R::S::eq(moves, zero), now, later));
    let drawn = rows.get(control(DRAWN));
    rows.keep(control(DRAWN), R::S::add(drawn, is_busy));
    rows.keep(control(DONE), R::S::sub(one, happens));

    // where nothing happens no running sum is above
    let point = R::S::mul(rows.get(control(CHOICE)), total);
    let point = R::S::select(R::S::eq(happens, zero), R::S::splat(f64::INFINITY), point);
    let (mut sum, mut is_above) = (zero, zero);
    for (row, changes) in rates.iter().zip(&program.stoichiometry) {
        sum = R::S::add(sum, rows.get(Place::new(0, *row)));
        let above = R::S::number(R::S::lt(point, sum));
        let is_it = R::S::sub(above, is_above);
        is_above = above;
        for (species, change) in changes {
            let changed = R::S::add(rows.get(state(*species)), R::S::mul(R::S::splat(*change), is_it));
            rows.set(state(*species), changed);
        }
    }
    (0..program.n_species()).for_each(|species| rows.keep_as_is(state(species)));
}

/// Events one after another in every lane of a tile, until all are done, a truth changes, or `most` happened.
pub(crate) struct Jumps<'a> {
    pub(crate) program: &'a Program,
    /// Machine code and its scratch.
    pub(crate) machine: Option<(&'a Jit, &'a mut [f64])>,
    /// Memory of the tapes.
    pub(crate) memory: &'a mut [f64],
    /// `[N_CONTROLS × TILE]`
    pub(crate) controls: &'a mut [f64],
    /// Truths of the triggers before, `[trigger × TILE]`.
    pub(crate) before: &'a [f64],
    pub(crate) streams: &'a Streams,
    pub(crate) most: usize,
}

/// Where the random numbers of the lanes of a tile come from: counters of Philox, its first word apart, and keys.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Streams {
    /// Numbers drawn in earlier calls.
    pub(crate) drawn: [u32; TILE],
    /// Stream, cell and world.
    pub(crate) counter: [[u32; TILE]; 3],
    pub(crate) key: [[u32; TILE]; 2],
}

impl Kernel for Jumps<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self) {
        let program = self.program;
        assert!(self.controls.len() >= N_CONTROLS * TILE && self.memory.len() >= program.n_rows() * TILE);
        for _ in 0..self.most {
            self.draw();
            match &mut self.machine {
                Some((jit, scratch)) => jit.run(&jit.jump, [self.memory, self.controls, &mut []], scratch),
                None => {
                    run::<S, TILE>(&program.tapes.rates, self.memory);
                    let mut slices = [&mut *self.memory, &mut *self.controls, &mut []];
                    for first in (0..TILE).step_by(S::N) {
                        // SAFETY: rows of the program lie in the memory, the controls were counted above.
                        jump(program, &mut unsafe { Memory::<S>::new(&mut slices, first) });
                    }
                }
            }
            let is_all_done = self.controls[DONE * TILE..][..TILE].iter().all(|done| *done != 0.0);
            if is_all_done || (program.n_events() > 0 && self.has_truth_changed::<S>()) {
                break;
            }
        }
    }
}

impl Jumps<'_> {
    #[inline(always)]
    fn has_truth_changed<S: Simd>(&mut self) -> bool {
        let truths = &self.program.tapes.truths;
        match &mut self.machine {
            Some((jit, scratch)) => jit.run(&jit.truths, [self.memory, &mut [], &mut []], scratch),
            None => run::<S, TILE>(truths, self.memory),
        }
        let rows = truths.outputs[..self.program.n_events()].iter().zip(self.before.chunks_exact(TILE));
        let mut changed = false;
        for (row, before) in rows {
            let now = &self.memory[*row as usize * TILE..][..TILE];
            changed |= now.iter().zip(before).any(|(now, before)| now != before);
        }
        changed
    }

    /// Two numbers for each lane: Philox4x32-10, as [`crate::random::philox`], for all lanes at once.
    #[inline(always)]
    #[allow(clippy::needless_range_loop, reason = "six columns side by side, which the compiler makes vectors of")]
    fn draw(&mut self) {
        let streams = self.streams;
        let mut c = [streams.drawn, [0; TILE], [0; TILE], [0; TILE]];
        for (word, drawn) in c[0].iter_mut().zip(&self.controls[DRAWN * TILE..]) {
            *word = word.wrapping_add(*drawn as u32);
        }
        c[1..].copy_from_slice(&streams.counter);
        let mut k = streams.key;
        for _ in 0..10 {
            for lane in 0..TILE {
                let first = 0xD251_1F53_u64 * u64::from(c[0][lane]);
                let second = 0xCD9E_8D57_u64 * u64::from(c[2][lane]);
                let (old_1, old_3) = (c[1][lane], c[3][lane]);
                c[0][lane] = (second >> 32) as u32 ^ old_1 ^ k[0][lane];
                c[1][lane] = second as u32;
                c[2][lane] = (first >> 32) as u32 ^ old_3 ^ k[1][lane];
                c[3][lane] = first as u32;
                k[0][lane] = k[0][lane].wrapping_add(0x9E37_79B9);
                k[1][lane] = k[1][lane].wrapping_add(0xBB67_AE85);
            }
        }
        for lane in 0..TILE {
            self.controls[WAIT * TILE + lane] = open_unit(c[0][lane], c[1][lane]);
            self.controls[CHOICE * TILE + lane] = open_unit(c[2][lane], c[3][lane]);
        }
    }
}
