//! Sizes and numbers of particles, from whichever instrument: they become a `[vesicle]` table.

use serde_json::json;

use super::paste::{Lines, Pasted, counted, key};
use super::spread::{Spread, figures, spread};
use super::wishes::Wishes;

/// A sample of particles, measured once or several times.
#[derive(Clone, Debug, PartialEq)]
pub struct Particles {
    /// Instrument and version: `NanoSight, NTA 3.3`.
    pub instrument: String,
    /// What the file says about the sample.
    pub sample: String,
    /// Each measurement: a video, a run.
    pub replicates: Vec<Replicate>,
    /// How many times the sample was diluted for the measurement, and whether the concentrations hold that already.
    pub dilution: Dilution,
}

/// One measurement of a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Replicate {
    /// Its name in the file.
    pub name: String,
    /// Mean diameter, nm.
    pub mean: f64,
    /// Standard deviation of diameters in the sample, nm.
    pub deviation: f64,
    /// Particles per mL of what was measured; `None` where the file does not say.
    pub concentration: Option<f64>,
}

/// The dilution of a measured sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dilution {
    /// The concentrations are those of the undiluted sample.
    Applied(f64),
    /// The concentrations are to be multiplied by this.
    ToApply(f64),
    /// The file does not say.
    NotRecorded,
}

/// Mean and standard deviation of values with weights; `None` without any weight.
pub(crate) fn weighted(values: impl Iterator<Item = (f64, f64)> + Clone) -> Option<(f64, f64)> {
    let total: f64 = values.clone().map(|(_, weight)| weight).sum();
    if total.is_nan() || total <= 0.0 {
        return None;
    }
    let mean = values.clone().map(|(value, weight)| value * weight).sum::<f64>() / total;
    let square = values.map(|(value, weight)| (value - mean) * (value - mean) * weight).sum::<f64>() / total;
    Some((mean, square.sqrt()))
}

impl Particles {
    /// Several files of one sample as one.
    pub(super) fn join(mut self, other: Self) -> Self {
        self.replicates.extend(other.replicates);
        if self.dilution != other.dilution {
            self.dilution = Dilution::NotRecorded;
        }
        self
    }

    /// How the numbers of the file are multiplied: the user's word counts more than the file's.
    pub(super) fn factor(&self, wishes: &Wishes) -> (f64, String) {
        match (wishes.dilution, self.dilution) {
            (Some(said), Dilution::Applied(file)) => (
                said / file,
                format!("dilution {}, as said; the file had counted with {}", figures(said), figures(file)),
            ),
            (Some(said), _) => (said, format!("dilution {}, as said", figures(said))),
            (None, Dilution::Applied(file)) => {
                (1.0, format!("dilution {}, counted in by the instrument", figures(file)))
            }
            (None, Dilution::ToApply(file)) => (file, format!("dilution {}, from the file", figures(file))),
            (None, Dilution::NotRecorded) => (
                1.0,
                "dilution not recorded: the number is that of what was measured; say it with --dilution 200".to_owned(),
            ),
        }
    }

    /// Particles per mL of the sample, over all replicates; `None` where the file does not say.
    pub fn concentration(&self, wishes: &Wishes) -> Option<Spread> {
        let (factor, _) = self.factor(wishes);
        let values: Vec<f64> = self.replicates.iter().filter_map(|replicate| replicate.concentration).collect();
        spread(&values).map(|found| found.map(|value| value * factor))
    }

    /// Mean diameter and standard deviation between particles, nm, over all replicates.
    pub fn size(&self) -> (f64, f64) {
        let n = self.replicates.len().max(1) as f64;
        let mean = self.replicates.iter().map(|replicate| replicate.mean).sum::<f64>() / n;
        let square = self.replicates.iter().map(|replicate| replicate.deviation * replicate.deviation).sum::<f64>() / n;
        (mean, square.sqrt())
    }

    pub(super) fn paste(&self, wishes: &Wishes) -> Pasted {
        let name = wishes.name.as_deref().unwrap_or("sample");
        let ((mean, deviation), n) = (self.size(), self.replicates.len());
        let (_, dilution) = self.factor(wishes);
        let mut lines = Lines::default();
        let sample = if self.sample.is_empty() { String::new() } else { format!(" of {}", self.sample) };
        lines.comment(&format!("{}, {}{sample}", self.instrument, counted(n, "measurement")));
        lines.line(&format!("[vesicle.{}]", key(name)));
        let size = format!("{} nm ± {} nm", figures(mean), figures(deviation));
        lines.text("size", &size, "mean and standard deviation between particles");
        let concentration = self.concentration(wishes);
        if let Some(found) = &concentration {
            let amount = found.quantity("particles/mL");
            let cv = found.cv.map_or("one measurement, so no CV".to_owned(), |cv| {
                format!("CV between measurements {} %", figures(cv * 100.0))
            });
            lines.comment(&format!("concentration: {amount}; {cv}"));
            lines.comment(&dilution);
            lines.comment("it holds these measurements only: between days and instruments it differs more");
            lines.comment("as a dose of an arm, if this is what is added to the cells:");
            lines.comment(&format!(
                "dose = [{{ vesicle = {}, amount = \"{amount}\", at = \"0 h\" }}]",
                super::paste::quoted(name)
            ));
        } else {
            lines.comment("the file says no concentration");
        }
        let json = json!({
            "instrument": self.instrument, "sample": self.sample, "size_nm": mean, "size_spread_nm": deviation,
            "concentration_per_mL": concentration.map(|found| found.middle),
            "low": concentration.and_then(|found| found.range).map(|range| range.0),
            "high": concentration.and_then(|found| found.range).map(|range| range.1),
            "cv": concentration.and_then(|found| found.cv), "n": n, "dilution": dilution,
            "replicates": self.replicates.iter().map(|replicate| json!({
                "name": replicate.name, "mean_nm": replicate.mean, "deviation_nm": replicate.deviation,
                "concentration_per_mL": replicate.concentration,
            })).collect::<Vec<_>>(),
        });
        Pasted { toml: lines.finish(), json, findings: Vec::new() }
    }
}
