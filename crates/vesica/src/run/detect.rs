//! From when on an assay sees a tumour in a fluid: people who have one against people who do not, each with their own
//! level, their own shedding and the noise of their own reading.
//!
//! What a tumour adds to a fluid is taken as proportional to its volume. Chances of people are the same for every volume
//! and every arm, so more tumour is never seen in fewer people.

use vesica_engine::math::{exp, ln};
use vesica_engine::random::Stream;

use serde::{Deserialize, Serialize};

/// People of each group.
pub const N_PEOPLE: usize = 400;

/// Share of healthy people below the cut-off of a test.
pub const SPECIFICITY: f64 = 0.95;

/// Share of people with a tumour in whom it must be seen to count as detectable.
pub const SENSITIVITY: f64 = 0.95;

/// Volumes between which the smallest detectable one is looked for, um³: 1 nL (a clump of some hundred cells) to 10 L
/// (more than a body holds). Not seen at the upper end counts as the upper end.
pub const VOLUMES: (f64, f64) = (1e6, 1e16);

/// Points of a curve over the volume.
pub const N_VOLUMES: usize = 13;

/// Points of a ROC curve, from no false alarm to all.
pub const N_ROC: usize = 21;

/// What is in a fluid, and what an assay makes of it. Amounts per um³, spreads as CV.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assay {
    /// Median of healthy people.
    pub healthy: f64,
    /// Spread between healthy people.
    pub varies: f64,
    /// What else is there, with and without the tumour.
    pub others: f64,
    /// What the tumour adds.
    pub tumour: f64,
    /// Spread between tumours of one volume.
    pub sheds: f64,
    /// Spread of one reading.
    pub noise: f64,
    /// Below this the assay reads nothing.
    pub limit: f64,
}

/// What an assay finds at a volume, and over volumes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// Volume of the tumour, um³.
    pub volume: f64,
    /// Median of healthy people, per um³.
    pub healthy: f64,
    /// 2.5 % and 97.5 % of the readings of healthy people, per um³.
    pub healthy_range: (f64, f64),
    /// What is there besides, per um³.
    pub others: f64,
    /// What the tumour adds, per um³.
    pub tumour: f64,
    /// Readings above this count as seen, per um³.
    pub cut_off: f64,
    /// Share of people with the tumour that are seen.
    pub sensitivity: f64,
    /// Chance that one of them reads more than a healthy one.
    pub auc: f64,
    /// Volume seen in half of the people, um³.
    pub half: f64,
    /// Volume seen in [`SENSITIVITY`] of the people, um³.
    pub smallest: f64,
    /// `(volume, share seen)`.
    pub over_volume: Vec<(f64, f64)>,
    /// Share seen when `i / (N_ROC - 1)` of the healthy are called ill.
    pub roc: Vec<f64>,
}

/// Standard normal numbers of one person: level, shedding, reading.
#[derive(Clone, Copy, Debug)]
struct Person {
    level: f64,
    sheds: f64,
    reading: f64,
}

/// People without and with a tumour.
#[derive(Clone, Debug)]
pub struct People {
    healthy: Vec<Person>,
    ill: Vec<Person>,
}

impl People {
    /// Draws both groups. `chances`: the stream of a group, by its name.
    pub fn draw(chances: impl Fn(&str) -> Stream) -> Self {
        let group = |name: &str| {
            let stream = chances(name);
            let person = |number: usize| {
                let first = 3 * number as u32;
                Person {
                    level: stream.normal(first),
                    sheds: stream.normal(first + 1),
                    reading: stream.normal(first + 2),
                }
            };
            (0..N_PEOPLE).map(person).collect()
        };
        Self { healthy: group("healthy"), ill: group("ill") }
    }

    /// Everything about an assay at a tumour of `volume` um³, and over volumes between `ends`.
    ///
    /// ```
    /// use vesica::run::detect::{Assay, People};
    /// use vesica_engine::random::{Stream, stream_named};
    /// let chances = |group: &str| Stream { seed: 1, world: 0, cell: 0, stream: stream_named(group) };
    /// let people = People::draw(chances);
    /// let assay =
    ///     Assay { healthy: 1.0, varies: 0.5, others: 0.0, tumour: 100.0, sheds: 0.5, noise: 0.1, limit: 0.0 };
    /// let found = people.detection(&assay, 1e12, (1e11, 1e13));
    /// assert!(found.sensitivity > 0.99 && found.auc > 0.99 && found.smallest < 1e12);
    /// ```
    pub fn detection(&self, assay: &Assay, volume: f64, ends: (f64, f64)) -> Detection {
        let mut healthy: Vec<f64> = self.healthy.iter().map(|person| assay.read(person, 0.0)).collect();
        healthy.sort_by(f64::total_cmp);
        let cut_off = quantile(&healthy, SPECIFICITY).max(smallest_reading(assay.limit));
        let seen = |volume_now: f64| self.seen(assay, assay.tumour * volume_now / volume, cut_off);
        let mut ill: Vec<f64> = self.ill.iter().map(|person| assay.read(person, assay.tumour)).collect();
        ill.sort_by(f64::total_cmp);
        let step = ln(ends.1 / ends.0) / (N_VOLUMES - 1) as f64;
        let grid = (0..N_VOLUMES).map(|i| ends.0 * exp(i as f64 * step));
        Detection {
            volume,
            healthy: assay.healthy,
            healthy_range: (quantile(&healthy, 0.025), quantile(&healthy, 0.975)),
            others: assay.others,
            tumour: assay.tumour,
            cut_off,
            sensitivity: above(&ill, cut_off),
            auc: auc(&healthy, &ill),
            half: self.smallest(&seen, 0.5, volume > 0.0),
            smallest: self.smallest(&seen, SENSITIVITY, volume > 0.0),
            over_volume: if volume > 0.0 { grid.map(|volume| (volume, seen(volume))).collect() } else { Vec::new() },
            roc: roc(&healthy, &ill),
        }
    }

    fn seen(&self, assay: &Assay, tumour: f64, cut_off: f64) -> f64 {
        self.ill.iter().filter(|person| assay.read(person, tumour) > cut_off).count() as f64 / N_PEOPLE as f64
    }

    /// Least volume at which a share is seen, by halving its logarithm; the upper end when it never is.
    fn smallest(&self, seen: &impl Fn(f64) -> f64, share: f64, has_tumour: bool) -> f64 {
        let (mut low, mut high) = (ln(VOLUMES.0), ln(VOLUMES.1));
        if !has_tumour || seen(VOLUMES.1) < share {
            return VOLUMES.1;
        }
        for _ in 0..40 {
            let middle = (low + high) / 2.0;
            if seen(exp(middle)) < share { low = middle } else { high = middle }
        }
        exp(high)
    }
}

impl Assay {
    /// What the assay reads in a person to whom a tumour adds `tumour`.
    fn read(&self, person: &Person, tumour: f64) -> f64 {
        let spread = |cv: f64, normal: f64| exp(sigma(cv) * normal);
        let there =
            self.healthy * spread(self.varies, person.level) + self.others + tumour * spread(self.sheds, person.sheds);
        let reading = there * spread(self.noise, person.reading);
        if reading < self.limit { 0.0 } else { reading }
    }
}

/// Standard deviation of the logarithm of a log-normal number with this CV.
fn sigma(cv: f64) -> f64 {
    ln(1.0 + cv * cv).sqrt()
}

/// A reading at the limit is seen, one of nothing is not.
fn smallest_reading(limit: f64) -> f64 {
    limit * (1.0 - 1e-12)
}

/// Order statistic at a share of sorted numbers.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(place.saturating_sub(1).min(sorted.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// Share of sorted numbers above a value.
fn above(sorted: &[f64], value: f64) -> f64 {
    (sorted.len() - sorted.partition_point(|reading| *reading <= value)) as f64 / sorted.len() as f64
}

/// Chance that one of `ill` reads more than one of `healthy`, half of the ties counted; both sorted.
fn auc(healthy: &[f64], ill: &[f64]) -> f64 {
    let wins = |reading: &f64| {
        let below = healthy.partition_point(|other| other < reading);
        let not_above = healthy.partition_point(|other| other <= reading);
        (below + not_above) as f64 / 2.0
    };
    ill.iter().map(wins).sum::<f64>() / (healthy.len() * ill.len()) as f64
}

/// Share of `ill` above each cut-off that calls a share of `healthy` ill.
fn roc(healthy: &[f64], ill: &[f64]) -> Vec<f64> {
    let at = |i: usize| match i {
        0 => above(ill, healthy.last().copied().unwrap_or(0.0)),
        i if i + 1 == N_ROC => 1.0,
        i => above(ill, quantile(healthy, 1.0 - i as f64 / (N_ROC - 1) as f64)),
    };
    (0..N_ROC).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesica_engine::random::stream_named;

    fn people() -> People {
        People::draw(|group| Stream { seed: 3, world: 0, cell: 0, stream: stream_named(group) })
    }

    fn assay(tumour: f64) -> Assay {
        Assay { healthy: 1.0, varies: 0.6, others: 0.0, tumour, sheds: 0.6, noise: 0.2, limit: 0.0 }
    }

    #[test]
    fn without_a_tumour_chance_decides() {
        let found = people().detection(&assay(0.0), 1e12, (1e11, 1e13));
        // 4.5 standard errors of a share and of an AUC of two groups of 400
        assert!((found.sensitivity - 0.05).abs() < 4.5 * (2.0 * 0.05 * 0.95 / N_PEOPLE as f64).sqrt());
        assert!((found.auc - 0.5).abs() < 4.5 * (2.0 / (12.0 * N_PEOPLE as f64)).sqrt(), "{}", found.auc);
        assert_eq!(found.smallest, VOLUMES.1);
    }

    #[test]
    fn two_log_normal_groups_have_the_auc_of_two_normals() {
        // healthy median 1, ill median 4 (no healthy part), both sigma 0.6: AUC = Phi(ln 4 / (0.6 sqrt 2)) = 0.9488
        let cv = (exp(0.36_f64) - 1.0).sqrt();
        let healthy = Assay { healthy: 1.0, varies: cv, others: 0.0, tumour: 0.0, sheds: 0.0, noise: 0.0, limit: 0.0 };
        let people = people();
        let mut a: Vec<f64> = people.healthy.iter().map(|person| healthy.read(person, 0.0)).collect();
        let mut b: Vec<f64> = people.ill.iter().map(|person| 4.0 * healthy.read(person, 0.0)).collect();
        a.sort_by(f64::total_cmp);
        b.sort_by(f64::total_cmp);
        assert!((auc(&a, &b) - 0.9488).abs() < 0.04, "{}", auc(&a, &b));
    }

    #[test]
    fn more_tumour_is_never_seen_in_fewer() {
        let found = people().detection(&assay(1.0), 1e12, (1e10, 1e14));
        assert!(found.over_volume.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{:?}", found.over_volume);
        assert!(found.roc.windows(2).all(|pair| pair[0] <= pair[1]) && found.roc[N_ROC - 1] == 1.0);
        assert!(found.half < found.smallest);
        let at = people().seen(&assay(1.0), found.smallest / 1e12, found.cut_off);
        assert!((SENSITIVITY..SENSITIVITY + 0.01).contains(&at), "{at}");
    }

    #[test]
    fn a_limit_alone_decides_where_healthy_people_have_nothing() {
        let alone = Assay { healthy: 0.0, varies: 0.0, sheds: 0.0, noise: 0.0, limit: 2.0, ..assay(1.0) };
        let found = people().detection(&alone, 1e12, (1e11, 1e13));
        assert_eq!(found.sensitivity, 0.0);
        assert!((found.smallest / 2e12 - 1.0).abs() < 1e-6, "{}", found.smallest);
    }
}
