//! What instruments read in the fluids of a body: what is there, whose it is, and whether a tumour shows in it.

use vesica_engine::math::normal_quantile;

use super::body::Body;
use super::detect::{Assay, Detection, People};
use super::draws::World;
use super::results::Signal;
use super::setup::Setup;
use crate::knowledge::TUMOUR;
use crate::scenario::{Arm, Measure, Reading, Sample, Sampled, Vesicle};

/// Row of the copies of an abundant cargo in a vesicle of healthy cells.
pub(super) const HEALTHY_COPIES: &str = "healthy.copies";

/// Row of the spread between tumours of one volume.
pub(super) const TUMOURS_VARY: &str = "tumour.varies";

/// How far a curve over the volume goes to both sides of a tumour whose volume is known, as a factor.
const AROUND: f64 = 30.0;

/// The body of one arm, to be sampled.
pub(super) struct Sampling<'a> {
    pub setup: &'a Setup<'a>,
    pub world: &'a World<'a>,
    pub body: &'a Body<'a>,
    pub arm: usize,
}

impl Sampling<'_> {
    /// What a measure of a body reads now, inside units; `None` for a measure of something else.
    pub fn reading(&self, reading: &Reading) -> Option<f64> {
        match reading {
            Reading::Sample(sample) => Some(self.signal(sample).total()),
            Reading::Detected(of) => Some(self.detection_of(of).map_or(f64::NAN, |found| found.sensitivity)),
            Reading::Smallest(of) => Some(self.detection_of(of).map_or(f64::NAN, |found| found.smallest)),
            _ => None,
        }
    }

    /// One more point of every curve.
    pub fn record(&self, samples: &mut [Vec<Signal>]) {
        for (points, measure) in samples.iter_mut().zip(&self.setup.scenario.measures) {
            if let Reading::Sample(sample) = &measure.reading {
                points.push(self.signal(sample));
            }
        }
    }

    /// How well each measure sees the tumour now.
    pub fn detections(&self) -> Vec<Option<Detection>> {
        self.setup.scenario.measures.iter().map(|measure| self.detection(measure)).collect()
    }

    fn arm(&self) -> &Arm {
        &self.setup.scenario.arms[self.arm]
    }

    /// What is in a place, by whose it is, per um³.
    fn signal(&self, sample: &Sample) -> Signal {
        let volume = self.body.volume(self.arm, &sample.place);
        let mut signal = Signal { healthy: self.healthy(sample, volume), ..Signal::default() };
        if let Sampled::Drug(drug) = &sample.what {
            signal.others = self.body.drug(self.arm, drug, &sample.place);
        }
        for (kind, vesicle) in self.setup.scenario.vesicles.iter().enumerate() {
            let amounts = self.body.amounts(self.arm, kind, &sample.place);
            let found = match &sample.what {
                Sampled::Particles => amounts[0] * self.seen(vesicle, sample.smallest),
                Sampled::Cargo(name) => {
                    vesicle.cargo.iter().position(|cargo| cargo.name == *name).map_or(0.0, |index| amounts[index + 1])
                }
                Sampled::Drug(_) => 0.0,
            };
            if self.is_from_tumour(vesicle) { signal.tumour += found } else { signal.others += found }
        }
        let per_volume = |amount: f64| if volume > 0.0 { amount / volume } else { 0.0 };
        Signal { others: per_volume(signal.others), tumour: per_volume(signal.tumour), ..signal }
    }

    fn is_from_tumour(&self, vesicle: &Vesicle) -> bool {
        let sender = vesicle.from.as_ref().and_then(|name| self.setup.scenario.cell(name));
        sender.is_some_and(|cell| cell.at.as_deref() == Some(TUMOUR))
    }

    /// What the median healthy person has there: as the measure says, else vesicles at their level and the copies that
    /// one of them holds of an abundant cargo.
    fn healthy(&self, sample: &Sample, volume: f64) -> f64 {
        if let Some(own) = sample.healthy {
            return self.world.quantity(own, Some(self.arm()));
        }
        let vesicles = if volume > 0.0 { self.body.healthy(self.arm, &sample.place) / volume } else { 0.0 };
        match &sample.what {
            Sampled::Particles => vesicles,
            Sampled::Cargo(_) => vesicles * self.world.number_named(HEALTHY_COPIES),
            Sampled::Drug(_) => 0.0,
        }
    }

    /// Share of a kind of vesicles that is large enough for an instrument: diameters are normal around their mean.
    fn seen(&self, vesicle: &Vesicle, smallest: f64) -> f64 {
        let spread = self.setup.scenario.quantity(vesicle.size, Some(self.arm())).spread.unwrap_or(0.0);
        let distance = smallest - self.world.quantity(vesicle.size, Some(self.arm()));
        if smallest <= 0.0 {
            1.0
        } else if spread <= 0.0 {
            if distance <= 0.0 { 1.0 } else { 0.0 }
        } else {
            1.0 - normal_share(distance / spread)
        }
    }

    fn detection_of(&self, name: &str) -> Option<Detection> {
        let measure = self.setup.scenario.measures.iter().find(|measure| measure.name == name)?;
        self.detection(measure)
    }

    fn detection(&self, measure: &Measure) -> Option<Detection> {
        let Reading::Sample(sample) = &measure.reading else { return None };
        let tumour = self.setup.scenario.place.body()?.tumour.as_ref()?;
        if matches!(sample.what, Sampled::Drug(_)) {
            return None;
        }
        let signal = self.signal(sample);
        let assay = Assay {
            healthy: signal.healthy,
            varies: sample.varies.map_or(0.0, |varies| self.world.quantity(varies, Some(self.arm()))),
            others: signal.others,
            tumour: signal.tumour,
            sheds: self.world.number_named(TUMOURS_VARY),
            noise: measure.noise.unwrap_or(0.0),
            limit: measure.limit.unwrap_or(0.0),
        };
        let volume = self.world.quantity(tumour.volume, Some(self.arm()));
        let (low, high) = self.setup.scenario.quantities[tumour.volume.0].quantity.ends();
        let ends = if low > 0.0 && low < high { (low, high) } else { (high / AROUND, high * AROUND) };
        let people = People::draw(|group| self.world.chances("people", 0, &format!("{}/{group}", measure.name)));
        Some(people.detection(&assay, volume, ends))
    }
}

/// Share of a standard normal below `z`, by halving between the ends of the quantile.
fn normal_share(z: f64) -> f64 {
    let (mut low, mut high) = (1e-12, 1.0 - 1e-12);
    for _ in 0..50 {
        let middle = (low + high) / 2.0;
        if normal_quantile(middle) < z { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::normal_share;

    #[test]
    fn shares_of_a_normal_are_those_of_the_table() {
        for (z, share) in [(-1.96, 0.024_998), (0.0, 0.5), (1.0, 0.841_345)] {
            assert!((normal_share(z) - share).abs() < 1e-6, "{z}");
        }
    }
}
