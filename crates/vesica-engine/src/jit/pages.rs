//! Memory that holds code: written while nobody can run it, run when nobody can write it.

use memmap2::{Mmap, MmapMut};

use crate::rows::N_BASES;

/// Code that stays where it is.
#[derive(Debug)]
pub(crate) struct Pages(Mmap);

/// Pointers to rows of lanes that come in registers; the others lie in memory.
pub(crate) const N_DIRECT: usize = 3;

/// Pointers to rows of lanes, one to scratch, and where the pointers to further rows lie. The convention is fixed, so that
/// it is the same on every system.
pub(crate) type Entry =
    unsafe extern "sysv64" fn(*mut f64, *mut f64, *mut f64, *mut f64, *const [*mut f64; N_BASES - N_DIRECT]);

impl Pages {
    /// Pages with the given code; `None` where the system refuses them.
    pub(crate) fn new(code: &[u8]) -> Option<Self> {
        let mut memory = MmapMut::map_anon(code.len()).ok()?;
        memory.copy_from_slice(code);
        Some(Self(memory.make_exec().ok()?))
    }

    /// The function that begins at a byte.
    ///
    /// # Safety
    /// A whole function of this kind must begin there, and must be called while these pages live.
    pub(crate) unsafe fn entry(&self, start: usize) -> Entry {
        debug_assert!(start < self.0.len());
        // SAFETY: the caller's promise; a function pointer is an address.
        unsafe { std::mem::transmute::<*const u8, Entry>(self.0.as_ptr().add(start)) }
    }
}
