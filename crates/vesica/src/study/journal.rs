//! Finished runs of a study on disk: one file to which each is appended.
//!
//! A record is its length, a checksum and its content. A kill in the middle of a write leaves a torn last record,
//! which is cut off when the file is opened again: at most that one run is lost.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::result::SolverWork;
use crate::run::kept::{FOLDER, MARK};

/// Name of the file beside the fingerprint.
const FILE: &str = "runs";

/// Bytes before the content: length (4), checksum (8).
const HEAD: usize = 12;

/// What is kept of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Number of the run in its study.
    pub index: u64,
    /// What was read.
    pub values: Vec<f64>,
    /// Lanes that the solver gave up, in words.
    pub frozen: Vec<String>,
    /// What the solver did.
    pub solver: SolverWork,
}

/// The file, open for appending.
pub struct Journal {
    folder: PathBuf,
    file: Mutex<File>,
}

impl Journal {
    /// Opens the runs of a study in `out`, with those that are done; those of another study are thrown away.
    ///
    /// # Errors
    /// What the file system says.
    ///
    /// ```
    /// use vesica::result::SolverWork;
    /// use vesica::study::journal::{Journal, Run};
    /// let folder = tempfile::tempdir()?;
    /// let run = Run { index: 3, values: vec![0.5], frozen: Vec::new(), solver: SolverWork::default() };
    /// Journal::open(folder.path(), "a")?.0.append(&run)?;
    /// assert_eq!(Journal::open(folder.path(), "a")?.1, [run]);
    /// assert_eq!(Journal::open(folder.path(), "b")?.1, []);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn open(out: &Path, fingerprint: &str) -> io::Result<(Self, Vec<Run>)> {
        let folder = out.join(FOLDER);
        let mark = folder.join(MARK);
        if fs::read_to_string(&mark).ok().as_deref() != Some(fingerprint) {
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            fs::create_dir_all(&folder)?;
            fs::write(&mark, fingerprint)?;
        }
        let path = folder.join(FILE);
        let mut bytes = Vec::new();
        if path.exists() {
            File::open(&path)?.read_to_end(&mut bytes)?;
        }
        let (runs, whole) = records(&bytes);
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        file.set_len(whole as u64)?;
        Ok((Self { folder, file: Mutex::new(file) }, runs))
    }

    /// Number of finished runs of a study in a folder.
    pub fn count(out: &Path, fingerprint: &str) -> usize {
        let folder = out.join(FOLDER);
        let is_same = fs::read_to_string(folder.join(MARK)).is_ok_and(|mark| mark == fingerprint);
        let bytes = if is_same { fs::read(folder.join(FILE)).unwrap_or_default() } else { Vec::new() };
        records(&bytes).0.len()
    }

    /// Keeps a run.
    ///
    /// # Errors
    /// What the file system says.
    pub fn append(&self, run: &Run) -> io::Result<()> {
        let content = postcard::to_allocvec(run).map_err(io::Error::other)?;
        let mut record = Vec::with_capacity(HEAD + content.len());
        record.extend((content.len() as u32).to_le_bytes());
        record.extend(checksum(&content).to_le_bytes());
        record.extend(content);
        // a thread that panicked while writing left at most a torn record, as a kill does
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&record)
    }

    /// Removes the file, at the end of a complete study.
    ///
    /// # Errors
    /// What the file system says.
    pub fn remove(self) -> io::Result<()> {
        fs::remove_dir_all(&self.folder)
    }
}

/// Whole records from the start, and the bytes that they take.
fn records(bytes: &[u8]) -> (Vec<Run>, usize) {
    let (mut runs, mut at) = (Vec::new(), 0);
    while let Some((run, length)) = record(&bytes[at..]) {
        runs.push(run);
        at += length;
    }
    (runs, at)
}

fn record(bytes: &[u8]) -> Option<(Run, usize)> {
    let length = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
    let sum = u64::from_le_bytes(bytes.get(4..HEAD)?.try_into().ok()?);
    let content = bytes.get(HEAD..HEAD.checked_add(length)?)?;
    let run = (checksum(content) == sum).then(|| postcard::from_bytes(content).ok())??;
    Some((run, HEAD + length))
}

/// FNV-1a: tells a torn write, not an attack.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_record_is_cut_off_at_every_length() {
        let folder = tempfile::tempdir().expect("a folder");
        let solver = SolverWork { steps: 300, ..SolverWork::default() };
        let run = |index| Run { index, values: vec![f64::NAN, 1.0 / 3.0], frozen: vec!["a lane".into()], solver };
        let (journal, _) = Journal::open(folder.path(), "x").expect("a journal");
        (0..3).for_each(|index| journal.append(&run(index)).expect("room"));
        let path = folder.path().join(FOLDER).join(FILE);
        let whole = fs::read(&path).expect("bytes");
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).expect("room");
            let (journal, runs) = Journal::open(folder.path(), "x").expect("a journal");
            assert_eq!(runs.len(), 3 * length / whole.len());
            journal.append(&run(9)).expect("room");
            let again = Journal::open(folder.path(), "x").expect("a journal").1;
            assert_eq!(again.iter().map(|run| run.index).max(), Some(9));
            assert_eq!(again.len(), runs.len() + 1);
        }
    }
}
