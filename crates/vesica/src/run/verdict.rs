//! From differences in worlds to an answer: the rule of the verdict and nothing else.

use crate::scenario::Condition;

use super::statistics::range;
use crate::result::Range3;

/// What one world says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vote {
    /// Hypothesis of the world.
    pub hypothesis: usize,
    /// Difference of the compared arms, inside units.
    pub difference: f64,
    /// Its controls hold.
    pub can_answer: bool,
    /// The difference counts.
    pub holds: bool,
}

/// Yes at this share of the worlds that can answer, or more; no at one minus this, or less.
pub const YES: f64 = 0.9;

/// Fewer worlds than this share that can answer: cannot say.
pub const ENOUGH: f64 = 0.5;

/// A verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Holds in at least 90 % of the worlds that can answer.
    Yes,
    /// Holds in at most 10 %.
    No,
    /// In between.
    Depends,
    /// Fewer than half of the worlds can answer.
    CannotSay,
}

impl Verdict {
    /// As printed.
    pub fn words(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Depends => "it depends",
            Self::CannotSay => "cannot say",
        }
    }
}

/// The votes of some worlds, counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count {
    /// Number of worlds.
    pub n_worlds: usize,
    /// Share that can answer.
    pub can_answer: f64,
    /// Share that holds among those that can answer; NaN when none can.
    pub holds: f64,
    /// Share of all worlds that hold.
    pub holds_of_all: f64,
    /// Standard error of `holds`: sqrt(p(1−p)/n).
    pub error: f64,
    /// Difference over the worlds that can answer.
    pub difference: Range3,
    /// By the rule.
    pub verdict: Verdict,
}

/// Counts votes and applies the rule.
///
/// ```
/// use vesica::run::verdict::{count, Verdict, Vote};
/// let votes: Vec<Vote> =
///     (0..10).map(|i| Vote { hypothesis: 0, difference: -0.2, can_answer: true, holds: i > 0 }).collect();
/// assert_eq!(count(&votes).verdict, Verdict::Yes);
/// ```
pub fn count(votes: &[Vote]) -> Count {
    let n = votes.len();
    let able: Vec<&Vote> = votes.iter().filter(|vote| vote.can_answer).collect();
    let share = |count: usize, of: usize| count as f64 / of as f64;
    let n_hold = able.iter().filter(|vote| vote.holds).count();
    let holds = share(n_hold, able.len());
    let can_answer = if n == 0 { 0.0 } else { share(able.len(), n) };
    let verdict = if can_answer < ENOUGH {
        Verdict::CannotSay
    } else if holds >= YES {
        Verdict::Yes
    } else if share(able.len() - n_hold, able.len()) >= YES {
        // not `holds <= 1 - YES`: 1 - 0.9 is less than a tenth
        Verdict::No
    } else {
        Verdict::Depends
    };
    Count {
        n_worlds: n,
        can_answer,
        holds,
        holds_of_all: if n == 0 { 0.0 } else { share(votes.iter().filter(|vote| vote.holds).count(), n) },
        error: (holds * (1.0 - holds) / able.len() as f64).sqrt(),
        difference: range(&able.iter().map(|vote| vote.difference).collect::<Vec<_>>()),
        verdict,
    }
}

/// The verdict on top: that of the hypotheses where they agree, otherwise it depends.
///
/// ```
/// use vesica::run::verdict::{joint, Verdict};
/// assert_eq!(joint(&[Verdict::No, Verdict::No]), Verdict::No);
/// assert_eq!(joint(&[Verdict::No, Verdict::Yes]), Verdict::Depends);
/// ```
pub fn joint(verdicts: &[Verdict]) -> Verdict {
    match verdicts.split_first() {
        Some((first, rest)) if rest.iter().all(|verdict| verdict == first) => *first,
        Some(_) => Verdict::Depends,
        None => Verdict::CannotSay,
    }
}

/// Whether a difference counts: by the condition, else beyond the noise of two readings, √2 × noise × level,
/// in either direction.
///
/// ```
/// use vesica::run::verdict::counts;
/// assert!(counts(None, -0.2, 0.08, 0.8));
/// assert!(!counts(None, -0.05, 0.08, 0.8));
/// ```
pub fn counts(condition: Option<&Condition>, difference: f64, noise: f64, level: f64) -> bool {
    match condition {
        Some(condition) => condition.holds(difference),
        None => difference.abs() > noise_of_difference(noise, level),
    }
}

/// √2 × noise × level: the standard deviation of the difference of two readings.
pub fn noise_of_difference(noise: f64, level: f64) -> f64 {
    std::f64::consts::SQRT_2 * noise * level.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn votes(holding: usize, failing: usize, mute: usize) -> Vec<Vote> {
        let vote = |holds, can_answer| Vote { hypothesis: 0, difference: 0.0, can_answer, holds };
        let mut all = vec![vote(true, true); holding];
        all.extend(vec![vote(false, true); failing]);
        all.extend(vec![vote(true, false); mute]);
        all
    }

    #[test]
    fn the_rule_at_its_edges() {
        assert_eq!(count(&votes(9, 1, 0)).verdict, Verdict::Yes);
        assert_eq!(count(&votes(1, 9, 0)).verdict, Verdict::No);
        assert_eq!(count(&votes(8, 2, 0)).verdict, Verdict::Depends);
        assert_eq!(count(&votes(5, 0, 5)).verdict, Verdict::Yes);
        assert_eq!(count(&votes(4, 0, 5)).verdict, Verdict::CannotSay);
        assert_eq!(count(&[]).verdict, Verdict::CannotSay);
    }

    #[test]
    fn worlds_that_cannot_answer_are_counted_apart() {
        let counted = count(&votes(2, 2, 4));
        assert_eq!((counted.can_answer, counted.holds, counted.holds_of_all), (0.5, 0.5, 0.75));
        assert_eq!(counted.error, 0.25);
    }
}
