//! Peers: other simulators, each behind one small Python script that answers jobs.
//!
//! They are installed once, into `target/bench-peers`; `VESICA_BENCH_PEERS` names an environment that is already there.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// What the scripts import, by the names of the Python registry.
const PACKAGES: [&str; 5] = ["libroadrunner", "antimony", "python-libsbml", "copasi-basico", "numpy"];

/// A running peer.
#[derive(Debug)]
pub struct Peer {
    pub name: String,
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

/// Where the workspace begins.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// What benchmarks build and write; git ignores it.
pub fn folder(name: &str) -> Result<PathBuf> {
    let path = root().join("target/bench-peers").join(name);
    std::fs::create_dir_all(&path)?;
    Ok(path)
}

/// The Python that has the peers, installed when it is not there.
pub fn python() -> Result<PathBuf> {
    if let Some(given) = std::env::var_os("VESICA_BENCH_PEERS") {
        return Ok(Path::new(&given).join("bin/python"));
    }
    let environment = root().join("target/bench-peers/env");
    let (python, is_done) = (environment.join("bin/python"), environment.join("done"));
    if is_done.exists() {
        return Ok(python);
    }
    eprintln!("installing peers into {}", environment.display());
    run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
    std::fs::write(is_done, "")?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?}"))?;
    if !status.success() {
        bail!("{command:?} failed");
    }
    Ok(())
}

impl Peer {
    /// Starts the script of this name.
    pub fn start(name: &str, script: &str) -> Result<Self> {
        let file = root().join("benches/peers").join(script);
        let mut child = Command::new(python()?)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .arg(file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let from = BufReader::new(child.stdout.take().context("its answers")?);
        let to = child.stdin.take();
        Ok(Self { name: name.to_owned(), child, to, from })
    }

    /// libRoadRunner and its version.
    pub fn roadrunner() -> Result<Self> {
        Self::start("libRoadRunner", "roadrunner_peer.py")?.with_version()
    }

    /// COPASI and its version.
    pub fn copasi() -> Result<Self> {
        Self::start("COPASI", "copasi_peer.py")?.with_version()
    }

    fn with_version(mut self) -> Result<Self> {
        let about = self.ask(json!({"do": "about"}))?;
        self.name = format!("{} {}", self.name, about["version"].as_str().unwrap_or("?"));
        Ok(self)
    }

    /// The answer to one job.
    ///
    /// # Errors
    /// What the peer says went wrong, or that it is gone.
    pub fn ask(&mut self, job: Value) -> Result<Value> {
        writeln!(self.to.as_mut().context("it listens")?, "{job}")?;
        let mut line = String::new();
        if self.from.read_line(&mut line)? == 0 {
            bail!("{} is gone", self.name);
        }
        let answer: Value = serde_json::from_str(&line)?;
        match answer.get("error") {
            Some(error) => bail!("{}", error.as_str().unwrap_or("?")),
            None => Ok(answer),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.to.take(); // it ends with its input
        let _ = self.child.wait();
    }
}

/// A list of numbers; null becomes NaN.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().map(|x| x.as_f64().unwrap_or(f64::NAN)).collect()
}

/// A list of lists of numbers, one after another.
pub fn rows(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().flat_map(numbers).collect()
}
