//! Memory that holds code: written while nobody can run it, run when nobody can write it.

use memmap2::{Mmap, MmapMut};

use crate::rows::N_BASES;

/// Code that stays where it is.
#[derive(Debug)]
pub(crate) struct Pages(Mmap);

/// Pointers to rows of lanes and one to scratch. The convention is fixed, so that it is the same on every system.
pub(crate) type Entry = unsafe extern "sysv64" fn(*const [*mut f64; N_BASES], *mut f64);

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
