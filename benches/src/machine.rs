//! The machine, and how to time on one that others use, too.

use std::time::{Duration, Instant};

use vesica_engine::Instructions;

/// Processor, cores, lanes.
pub fn describe() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':')).map(|x| x.1.trim());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let lanes: Vec<String> = Instructions::available().iter().map(|kind| format!("{kind:?}")).collect();
    format!("{} ({cores} cores, {})", name.unwrap_or(std::env::consts::ARCH), lanes.join(", "))
}

/// Load of the last minute; `?` where it is not known.
pub fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("?").to_owned()
}

/// Seconds of each call, as many as fit into the budget, at least one.
pub fn repeated(budget: Duration, mut call: impl FnMut()) -> Vec<f64> {
    let (mut seconds, start) = (Vec::new(), Instant::now());
    while seconds.is_empty() || start.elapsed() < budget {
        let now = Instant::now();
        call();
        seconds.push(now.elapsed().as_secs_f64());
    }
    seconds
}

/// The least: what the work takes when nobody disturbs it.
pub fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The median.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The geometric mean.
pub fn geometric_mean(values: &[f64]) -> f64 {
    (values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64).exp()
}
