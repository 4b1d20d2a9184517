//! Finished worlds on disk: a run that was stopped goes on from them.
//!
//! A file per world, written whole or not at all, beside a fingerprint of everything that decides a world.
//! A folder with another fingerprint is not touched.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::results::WorldResult;

/// Folder inside the result folder that holds finished worlds while a run is not complete.
pub const FOLDER: &str = ".worlds";

/// File in [`FOLDER`] that holds the fingerprint of its run.
pub const MARK: &str = "fingerprint";

/// Finished worlds of one run.
pub struct Kept {
    folder: PathBuf,
}

impl Kept {
    /// Opens the worlds of a run in `out`; worlds of another run (or of none) are thrown away.
    ///
    /// # Errors
    /// What the file system says.
    pub fn open(out: &Path, fingerprint: &str) -> io::Result<Self> {
        let folder = out.join(FOLDER);
        let mark = folder.join(MARK);
        if fs::read_to_string(&mark).ok().as_deref() != Some(fingerprint) {
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            fs::create_dir_all(&folder)?;
            fs::write(&mark, fingerprint)?;
        }
        Ok(Self { folder })
    }

    /// A finished world. A damaged file counts as not there.
    pub fn read(&self, world: usize) -> Option<WorldResult> {
        let bytes = fs::read(self.path(world)).ok()?;
        let result: WorldResult = postcard::from_bytes(&bytes).ok()?;
        (result.world as usize == world).then_some(result)
    }

    /// Keeps a world: first under another name, so that a kill leaves no half file.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, result: &WorldResult) -> io::Result<()> {
        let path = self.path(result.world as usize);
        let partial = path.with_extension("part");
        let bytes = postcard::to_allocvec(result).map_err(io::Error::other)?;
        fs::write(&partial, bytes)?;
        fs::rename(&partial, &path)
    }

    /// Removes all of them, at the end of a complete run.
    ///
    /// # Errors
    /// What the file system says.
    pub fn remove(self) -> io::Result<()> {
        fs::remove_dir_all(&self.folder)
    }

    fn path(&self, world: usize) -> PathBuf {
        self.folder.join(format!("{world}.world"))
    }
}
