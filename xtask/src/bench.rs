//! `cargo xtask bench NAME [--json]`: what `benches/` measures, and `scenario`: how long the first example takes, as a
//! user would wait for it.
//!
//! No test: seconds depend on the machine. Run it when nothing else runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::cargo;

const EXAMPLE: &str = "caf-mir522";

/// What is simulated of the example, hours.
const HOURS: f64 = 72.0;

/// What it may take on two cores, seconds.
const WANTED_S: f64 = 9.0;

/// `check` is short: the median of so many.
const N_CHECKS: usize = 9;

/// How often a child is looked at while it runs.
const LOOK: Duration = Duration::from_millis(10);

/// What a command took.
struct Cost {
    wall_s: f64,
    /// All threads together; what Linux tells, `None` elsewhere.
    cpu_s: Option<f64>,
    /// Most memory ever resident.
    peak_mb: Option<f64>,
}

/// Runs one benchmark: `scenario` here, all others in a crate of their own, built for release.
pub fn bench(arguments: &[&str]) -> Result<()> {
    match arguments {
        ["scenario"] => scenario(false),
        ["scenario", "--json"] => scenario(true),
        _ => {
            let start = ["run", "--release", "--quiet", "--package", "vesica-bench", "--"];
            cargo(&[&start[..], arguments].concat())
        }
    }
}

/// Builds the release binary, runs the example and prints what it took.
fn scenario(is_json: bool) -> Result<()> {
    cargo(&["build", "--release", "--quiet", "--package", "vesica"])?;
    let binary = release_binary();
    let out = std::env::temp_dir().join(format!("vesica-bench-{}.out", std::process::id()));
    let check = median_check(&binary)?;
    let run = cost(Command::new(&binary).args(["run", EXAMPLE, "--worlds", "64", "--quiet", "--out"]).arg(&out))?;
    let cells = simulated_cells(&out)?;
    fs::remove_dir_all(&out)?;
    print(is_json, check, &run, cells);
    Ok(())
}

fn release_binary() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or(Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    target.join("release").join(format!("vesica{}", std::env::consts::EXE_SUFFIX))
}

fn median_check(binary: &Path) -> Result<f64> {
    let mut seconds = Vec::new();
    for _ in 0..N_CHECKS {
        let start = Instant::now();
        let done =
            Command::new(binary).args(["check", EXAMPLE]).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        seconds.push(start.elapsed().as_secs_f64());
        if !done.success() {
            bail!("vesica check {EXAMPLE} failed");
        }
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds[N_CHECKS / 2])
}

fn cost(command: &mut Command) -> Result<Cost> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().context("the release binary")?;
    let (mut cpu_s, mut peak_mb) = (None, None);
    let status = loop {
        cpu_s = cpu_seconds(&child).or(cpu_s);
        peak_mb = peak_megabytes(&child).or(peak_mb);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        sleep(LOOK);
    };
    let wall_s = start.elapsed().as_secs_f64();
    // 3: done, but some cells were frozen
    if !matches!(status.code(), Some(0 | 3)) {
        bail!("the run ended with {status}");
    }
    Ok(Cost { wall_s, cpu_s, peak_mb })
}

/// High water mark of the resident memory, as Linux keeps it.
fn peak_megabytes(child: &Child) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024.0 / 1e6)
}

/// User and system time of all threads; Linux counts it in hundredths of a second.
fn cpu_seconds(child: &Child) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    (ticks > 0.0).then_some(ticks / 100.0)
}

/// The number of simulated cells, all arms and worlds together, as the run's own `methods.md` says it.
fn simulated_cells(out: &Path) -> Result<f64> {
    let methods = fs::read_to_string(out.join("methods.md"))?;
    let before = methods.split_once(" cells in all").context("methods.md says no number of cells")?.0;
    let digits: String = before.rsplit(", ").next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    digits.parse().context("the number of cells in methods.md")
}

fn print(is_json: bool, check_s: f64, run: &Cost, cells: f64) {
    let per_cell_hour_us = run.cpu_s.map(|seconds| 1e6 * seconds / (cells * HOURS));
    let per_cell_ms = run.cpu_s.map(|seconds| 1e3 * seconds / cells);
    let rows = [
        ("check_s", "vesica check, s", Some(check_s)),
        ("run_s", "vesica run, s", Some(run.wall_s)),
        ("cpu_s", "all cores together, s", run.cpu_s),
        ("peak_mb", "peak memory, MB", run.peak_mb),
        ("cells", "cells x arms x worlds", Some(cells)),
        ("ms_per_cell", "one core per cell (72 h), ms", per_cell_ms),
        ("us_per_cell_hour", "one core per (cell x world x simulated hour), us", per_cell_hour_us),
    ];
    // what every benchmark's JSON says: how many times faster than asked
    let asked = [("ratio", WANTED_S / run.wall_s), ("ours", run.wall_s), ("peer", WANTED_S)];
    let number =
        |value: Option<f64>| value.map_or("null".to_owned(), |value| format!("{}", (value * 1e3).round() / 1e3));
    if is_json {
        let asked = asked.map(|(key, value)| (key, Some(value)));
        let unknown = ["error_ours", "error_peer", "spread"].map(|key| (key, None));
        let all = asked.into_iter().chain(unknown).chain(rows.iter().map(|(key, _, value)| (*key, *value)));
        let pairs: Vec<String> = all.map(|(key, value)| format!("\"{key}\": {}", number(value))).collect();
        println!("{{{}}}", pairs.join(", "));
        return;
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{EXAMPLE}, 64 worlds, {cores} cores");
    for (_, label, value) in rows {
        println!("  {label:<50} {:>10}", value.map_or("not known".to_owned(), |_| number(value)));
    }
}
