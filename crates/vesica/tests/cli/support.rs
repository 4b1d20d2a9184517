//! A scratch folder with a small scenario, and calls of the built program in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Two arms and an answer, two days; three worlds take less than a second.
pub const SMALL: &str = r#"vesica = 1
title = "A small one"
question = "Does no fibroblast change it?"
seed = 7
time = { span = "48 h", record = "2 h" }

[answer]
measure = "viability@48h"
of = "erastin, no CAF"
minus = "erastin"
counts = ">= 5 points"

[place]
kind = "well"
plate = "96"
volume = "100 uL"
layout = "mixed"

[cell.caf]
is = "cancer-associated fibroblast"
count = 2_000
grows = "no"

[cell.tumour]
is = "gastric adenocarcinoma cell"
count = 10_000
doubles = "30 h"

[vesicle.exo]
from = "caf"
to = "tumour"
rate = "60 (20..200) /cell/h"
size = "100 nm ± 30 nm"

[vesicle.exo.cargo."hsa-miR-522-3p"]
copies = "0.00825 (0.0005..2) /vesicle"
spread = "even"

[links]
deliver.escape = "unknown (0.1..30 %)"
act.ALOX15 = "unknown (0.2..0.9 of control)"

[arm.erastin]
dose = [{ drug = "erastin", amount = "5 uM", at = "12 h" }]

[arm."erastin, no CAF"]
like = "erastin"
set = { cell.caf.count = 0 }

[measure.viability]
reads = "alive(tumour)"
at = ["48 h"]
noise = "8 %"

[measure.miR522]
reads = "copies(hsa-miR-522-3p, tumour)"
at = ["48 h"]
"#;

/// A folder of its own for one test.
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    /// With `small.toml` in it.
    pub fn new() -> Self {
        let scratch = Self(tempfile::tempdir().expect("a temporary folder"));
        scratch.write("small.toml", SMALL);
        scratch
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("a file in the temporary folder");
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vesica"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null()).env("LC_ALL", "C.UTF-8");
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLORTERM"] {
            command.env_remove(name);
        }
        command
    }

    pub fn call(&self, arguments: &[&str]) -> Called {
        Called::from(self.command(arguments).output().expect("the program starts"))
    }

    /// Starts a run that will take a while, and waits until `file` is there.
    pub fn begin(&self, arguments: &[&str], file: &str) -> std::process::Child {
        let mut command = self.command(arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let start = Instant::now();
        while !self.path(file).exists() {
            assert!(start.elapsed() < Duration::from_secs(60), "{file} never came");
            std::thread::sleep(Duration::from_millis(5));
        }
        child
    }

    /// Names and contents of a result folder; of the file that holds times, only its name.
    pub fn files(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let root = self.path(folder);
        let names = vesica::result::folder::files(&root).expect("a result folder");
        let content = |name: &str| match name {
            vesica::result::folder::PROVENANCE => Vec::new(),
            name => fs::read(root.join(name)).expect("a file of the result folder"),
        };
        names.into_iter().map(|name| (name.clone(), content(&name))).collect()
    }

    /// A copy of `biology/` that a test may change.
    pub fn biology(&self) -> PathBuf {
        let to = self.path("bio");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../biology"), &to);
        to
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("biology/").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// What a call gave back.
#[derive(Debug)]
pub struct Called {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Called {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Called {
    /// Exit 0.
    #[track_caller]
    pub fn well(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// Exit 1 with this code and a fix, and nothing on stdout.
    #[track_caller]
    pub fn refused(self, code: &str) -> Self {
        assert_eq!(self.code, Some(1), "{self:#?}");
        assert!(self.err.contains(&format!("error {code}: ")), "{self:#?}");
        assert!(self.err.contains("╰─ "), "a fix: {self:#?}");
        assert_eq!(self.out, "", "{self:#?}");
        self
    }

    /// Stdout is one JSON object.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        assert_eq!(self.err, "", "{self:#?}");
        let value: serde_json::Value = serde_json::from_str(&self.out).expect("one JSON value");
        assert!(value.is_object(), "{self:#?}");
        value
    }
}
