//! What the figures need to know of an outcome: which arm is the reference, which cell the target, how an arm looks.

use super::numbers::finite;
use super::palette::link_class;
use crate::result::{ArmInfo, CurvePoint, Outcome};
use std::collections::BTreeMap;

/// An outcome with the questions that several figures ask of it answered once.
pub(super) struct Facts<'a> {
    pub outcome: &'a Outcome,
    /// The arm that the others are compared with.
    pub reference: &'a str,
    /// The cell type whose fate is asked for.
    pub target: &'a str,
    /// One look per arm, in the order of the file.
    pub looks: Vec<Look<'a>>,
    curves: BTreeMap<(&'a str, &'a str, &'a str), Vec<&'a CurvePoint>>,
}

/// How an arm is drawn, the same in every figure.
#[derive(Clone, Debug)]
pub(super) struct Look<'a> {
    pub arm: &'a ArmInfo,
    /// Name without the part that it shares with the reference: `+ blocker`.
    pub short: String,
    /// Color class: `ref`, `un`, `l1` .. `l9`.
    pub class: &'static str,
    /// Class of the line's stroke: empty, `dash` (second arm on a link), `dots` (another killer).
    pub stroke: &'static str,
}

/// A curve's value at a time, with finite ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub time: f64,
    pub low: f64,
    pub best: f64,
    pub high: f64,
}

/// Symbol of the curve that counts living cells.
pub(super) const ALIVE: &str = "alive";

impl<'a> Facts<'a> {
    pub fn of(outcome: &'a Outcome) -> Facts<'a> {
        let mut curves: BTreeMap<_, Vec<&CurvePoint>> = BTreeMap::new();
        for point in &outcome.curves {
            curves.entry((point.arm.as_str(), point.cell.as_str(), point.symbol.as_str())).or_default().push(point);
        }
        let reference = reference(outcome);
        Facts { outcome, reference, target: target(outcome), looks: looks(outcome, reference), curves }
    }

    pub fn look(&self, arm: &str) -> Option<&Look<'a>> {
        self.looks.iter().find(|look| look.arm.name == arm)
    }

    /// Short name of an arm; the name itself when the arm is not known.
    pub fn short<'b>(&'b self, arm: &'b str) -> &'b str {
        self.look(arm).map_or(arm, |look| &look.short)
    }

    /// Points of a curve whose middle is defined, in order of time.
    pub fn curve(&self, arm: &str, cell: &str, symbol: &str) -> Vec<Point> {
        let Some(points) = self.curves.get(&(arm, cell, symbol)) else { return Vec::new() };
        let defined = |point: &&CurvePoint| {
            let best = finite(point.value.best).filter(|_| point.time_h.is_finite())?;
            let (low, high) = (finite(point.value.low).unwrap_or(best), finite(point.value.high).unwrap_or(best));
            Some(Point { time: point.time_h, low: low.min(best), best, high: high.max(best) })
        };
        points.iter().filter_map(defined).collect()
    }

    /// Living share of the target cells of an arm, in percent.
    pub fn alive(&self, arm: &str) -> Vec<Point> {
        let key = (arm, self.target, ALIVE);
        let unit = self.curves.get(&key).and_then(|points| points.first()).map_or("%", |point| &point.unit);
        let factor = if unit == "%" { 1.0 } else { 100.0 };
        let points = self.curve(arm, self.target, ALIVE).into_iter();
        let percent = |value: f64| (value * factor).clamp(0.0, 100.0);
        points
            .map(|p| Point { time: p.time, low: percent(p.low), best: percent(p.best), high: percent(p.high) })
            .collect()
    }

    /// One curve point of each symbol of a cell, in the order of the table.
    pub fn symbols(&self, cell: &str) -> Vec<&'a CurvePoint> {
        let mut seen = Vec::new();
        let mut symbols: Vec<&CurvePoint> = Vec::new();
        for point in self.outcome.curves.iter().filter(|point| point.cell == cell) {
            if !seen.contains(&point.symbol.as_str()) {
                seen.push(&point.symbol);
                symbols.push(point);
            }
        }
        symbols
    }

    /// Last hour of any curve; the reading hour where there is none.
    pub fn end(&self) -> f64 {
        let times = self.outcome.curves.iter().map(|point| point.time_h).filter(|time| time.is_finite());
        let last = times.fold(0.0, f64::max);
        if last > 0.0 { last } else { Some(self.outcome.answer.at_h).filter(|at| *at > 0.0).unwrap_or(1.0) }
    }

    /// Footer of every figure: which run it is from.
    pub fn footer(&self) -> String {
        let answer = &self.outcome.answer;
        let scenario: String = answer.scenario.chars().take(40).collect();
        format!("{scenario} · seed {} · vesica {}", answer.seed, answer.version)
    }

    /// Hours at which an arm gets a dose, with the words for it, nearest hours merged.
    pub fn doses(&self, arm: &str) -> Vec<(f64, String)> {
        let mut doses: Vec<(f64, String)> = Vec::new();
        let Some(look) = self.look(arm) else { return doses };
        for (drug, hour) in look.arm.drugs.iter().zip(&look.arm.dose_h).filter(|(_, hour)| hour.is_finite()) {
            match doses.iter_mut().find(|(at, _)| (at - hour).abs() < 1e-6) {
                Some((_, words)) if !words.split(", ").any(|word| word == drug) => *words += &format!(", {drug}"),
                Some(_) => {}
                None => doses.push((*hour, drug.clone())),
            }
        }
        doses.sort_by(|one, other| one.0.total_cmp(&other.0));
        doses
    }
}

/// At most `n` of the points, evenly, the last one included.
pub(super) fn thinned<T: Copy>(points: &[T], n: usize) -> Vec<T> {
    let step = points.len().div_ceil(n.max(1)).max(1);
    let mut kept: Vec<T> = points.iter().copied().step_by(step).collect();
    if let Some(last) = points.last().filter(|_| !(points.len() - 1).is_multiple_of(step)) {
        kept.push(*last);
    }
    kept
}

fn reference(outcome: &Outcome) -> &str {
    let asked = outcome.arms.iter().find(|arm| arm.name == outcome.answer.minus);
    let chosen = asked.or_else(|| outcome.arms.iter().find(|arm| !arm.drugs.is_empty()));
    chosen.or(outcome.arms.first()).map_or("", |arm| &arm.name)
}

/// The cell that vesicles are meant for; else the one that the measure reads; else the first that lives or dies.
fn target(outcome: &Outcome) -> &str {
    let cells = || outcome.curves.iter().filter(|point| point.symbol == ALIVE).map(|point| point.cell.as_str());
    let read = || {
        let row =
            outcome.readings.iter().find(|row| row.measure == outcome.answer.measure).or(outcome.readings.first())?;
        let inside = row.reads.split_once('(')?.1.split(')').next()?;
        let cell = inside.rsplit(',').next()?.trim();
        cells().find(|name| *name == cell)
    };
    let from_ledger = outcome.ledger.first().map(|row| row.target.as_str());
    from_ledger
        .or_else(read)
        .or_else(|| cells().next())
        .or(outcome.fates.first().map(|row| row.cell.as_str()))
        .unwrap_or("")
}

fn looks<'a>(outcome: &'a Outcome, reference: &str) -> Vec<Look<'a>> {
    let mut used = Vec::new();
    let look = |arm: &'a ArmInfo| {
        let (class, stroke) = if arm.name == reference {
            ("ref", "")
        } else if arm.drugs.is_empty() && arm.like.is_empty() {
            ("un", "")
        } else if arm.like.is_empty() || arm.link.is_empty() {
            ("ref", "dots")
        } else {
            let class = link_class(&arm.link);
            let is_second = used.contains(&class);
            used.push(class);
            (class, if is_second { "dash" } else { "" })
        };
        Look { arm, short: short(&arm.name, reference), class, stroke }
    };
    outcome.arms.iter().map(look).collect()
}

fn short(name: &str, reference: &str) -> String {
    let rest = name.strip_prefix(reference).filter(|_| !reference.is_empty());
    match rest {
        Some(rest) if rest.starts_with(" + ") => rest[1..].to_owned(),
        Some(rest) if rest.starts_with(", ") => rest[2..].to_owned(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_drop_what_the_reference_says() {
        assert_eq!(short("killer + blocker", "killer"), "+ blocker");
        assert_eq!(short("killer, no donors", "killer"), "no donors");
        assert_eq!(short("killer 2", "killer"), "killer 2");
        assert_eq!(short("other", ""), "other");
    }

    #[test]
    fn thinning_keeps_the_ends() {
        let points: Vec<usize> = (0..145).collect();
        let kept = thinned(&points, 50);
        assert_eq!((kept[0], *kept.last().unwrap()), (0, 144));
        assert!(kept.len() <= 51);
        assert!(thinned::<usize>(&[], 5).is_empty());
    }
}
