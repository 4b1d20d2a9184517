//! Each kind of check: what is simulated, and whether the rule is met.

use std::collections::BTreeMap;

use vesica_engine::math::ln;

use super::file::{Check, Condition, Rule};
use super::model::{Model, sweep};
use super::scenario::{Ran, Runs};
use super::table::{digits, list};
use super::{Verdict, kinetics, lines, number};
use crate::knowledge::Knowledge;

/// Points of a sweep.
const POINTS: usize = 41;

/// What checks are run with.
pub(super) struct Bench<'a> {
    pub texts: &'a BTreeMap<String, String>,
    pub knowledge: &'a Knowledge,
    pub runs: &'a Runs,
}

impl Bench<'_> {
    /// Runs one check.
    pub fn judge(&self, check: &Check) -> Result<Verdict, String> {
        let read = |name: &str| Model::read(name, self.texts, self.knowledge);
        let knowledge = self.knowledge;
        match &check.rule {
            Rule::SteadyStates { model, parameter, at, between, highest, number, within } => {
                steady_states(read(model)?, parameter, at, *between, (highest, number), *within)
            }
            Rule::Rest { model, set, published, within } => at_rest(read(model)?, set, published, *within),
            Rule::Folds { model, parameter, start, between, inside } => {
                fold_points(read(model)?, parameter, *start, *between, inside)
            }
            Rule::Push { model, parameter, low, high, between, pushes, after, published, factor } => {
                let push = Push { low, high, between: *between, pushes: *pushes, after: *after };
                push.judge(read(model)?, parameter, *published, *factor)
            }
            Rule::ClosedForm { model, symbol, closed, parameter, sweep, variants, within } => {
                closed_form(read(model)?, [symbol, closed], parameter, *sweep, variants, *within)
            }
            Rule::LogGain { model, symbol, threshold, parameter, sweep, variants, above } => {
                log_gain(read(model)?, [symbol, threshold], parameter, *sweep, variants, *above)
            }
            Rule::Symbol { model, symbol, after, falls_to, unit, published, between } => {
                let shown = symbol_value(read(model)?, symbol, *after, *falls_to, unit)?;
                Ok(Verdict {
                    published: published.clone(),
                    simulated: format!("{} {unit}", digits(shown)),
                    tolerance: format!("{}..{} {unit}", digits(between.0), digits(between.1)),
                    pass: (between.0..=between.1).contains(&shown),
                })
            }
            Rule::Number { id, unit, published, between } => number::inside(knowledge, id, unit, published, *between),
            Rule::Noise { instrument, published } => number::noise(knowledge, instrument, *published),
            Rule::EmptyVesicles { mean, rich, published } => number::empty_vesicles(knowledge, mean, rich, published),
            Rule::Curve { run, measure, at_h, arms, published, rmse } => {
                curve(self.runs.get(run)?, measure, *at_h, arms, published, *rmse)
            }
            Rule::Worlds { run, hypothesis, given, holds, share, least_worlds, published } => {
                let worlds = Worlds { hypothesis, given, share: *share, least_worlds: *least_worlds };
                worlds.judge(self.runs.get(run)?, holds, published)
            }
            Rule::Lines {
                run,
                measure,
                at_h,
                arms,
                doses,
                median,
                quartiles,
                ceiling,
                median_within,
                spread_within,
                ceiling_within,
            } => {
                let series = lines::Series { measure, at_h: *at_h, arms, doses };
                let wanted = lines::Wanted {
                    median: *median,
                    quartiles: *quartiles,
                    ceiling: *ceiling,
                    median_within: *median_within,
                    spread_within: *spread_within,
                    ceiling_within: *ceiling_within,
                };
                lines::judge(self.runs.get(run)?, &series, &wanted)
            }
            Rule::Kinetics { run, measure, arm, dose, early, late, of, published, between } => {
                let course = kinetics::Course { measure, arm, dose: *dose, early: *early, late: *late };
                kinetics::judge(self.runs.get(run)?, &course, *of, published, *between)
            }
            Rule::Medians { run, hypothesis, holds, published } => {
                medians(self.runs.get(run)?, hypothesis, holds, published)
            }
        }
    }
}

fn steady_states(
    mut model: Model,
    parameter: &str,
    at: &[f64],
    between: (f64, f64),
    (highest, number): (&[f64], &[usize]),
    within: f64,
) -> Result<Verdict, String> {
    let index = model.parameter(parameter)?;
    let states: Vec<Vec<f64>> = at
        .iter()
        .map(|value| {
            model.parameters[index] = *value;
            model.steady_states(between)
        })
        .collect();
    let found: Vec<f64> = states.iter().map(|states| states.last().copied().unwrap_or(f64::NAN)).collect();
    let counts: Vec<usize> = states.iter().map(Vec::len).collect();
    let largest = found.iter().zip(highest).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    let is_close = found.iter().zip(highest).all(|(a, b)| (a - b).abs() < within);
    let shown = |values: &[f64]| values.iter().map(|value| format!("{value:.4}")).collect::<Vec<_>>().join(", ");
    Ok(Verdict {
        published: format!("{}; {number:?} states at {}", shown(highest), list(at)),
        simulated: format!("{}; {counts:?} states; largest error {}", shown(&found), digits(largest)),
        tolerance: format!("absolute error < {}", digits(within)),
        pass: is_close && counts == number && found.len() == highest.len(),
    })
}

fn at_rest(
    mut model: Model,
    set: &BTreeMap<String, f64>,
    published: &BTreeMap<String, f64>,
    within: f64,
) -> Result<Verdict, String> {
    model.set(set)?;
    let rest = model.rest()?;
    let mut words = Vec::new();
    let mut largest: f64 = 0.0;
    for (symbol, value) in published {
        let found = model.value(symbol, &rest)?;
        let error = (found / value - 1.0).abs();
        largest = if error.is_nan() { f64::INFINITY } else { largest.max(error) };
        words.push(format!("{symbol} {found:.4e}"));
    }
    let given: Vec<String> = published.iter().map(|(symbol, value)| format!("{symbol} {value:e}")).collect();
    Ok(Verdict {
        published: given.join(", "),
        simulated: format!("{}; largest relative error {}", words.join(", "), digits(largest)),
        tolerance: format!("relative error < {}", digits(within)),
        pass: largest < within && !published.is_empty(),
    })
}

fn fold_points(
    mut model: Model,
    parameter: &str,
    start: f64,
    between: (f64, f64),
    inside: &[(f64, f64)],
) -> Result<Verdict, String> {
    let index = model.parameter(parameter)?;
    model.parameters[index] = start;
    let state = *model.steady_states((1e-6, 1e3)).last().ok_or("no steady state to start from")?;
    let branch = model.branch(index, &[state], between)?;
    let mut found: Vec<f64> = branch.folds.iter().map(|fold| fold.parameter).collect();
    found.sort_by(f64::total_cmp);
    let pass = found.len() == inside.len()
        && found.iter().zip(inside).all(|(fold, inside)| (inside.0..=inside.1).contains(fold));
    let ends: Vec<String> = inside.iter().map(|(low, high)| format!("{}..{}", digits(*low), digits(*high))).collect();
    Ok(Verdict {
        published: format!("{} folds, in {}", inside.len(), ends.join(" and ")),
        simulated: found.iter().map(|fold| format!("{fold:.5}")).collect::<Vec<_>>().join(", "),
        tolerance: "by continuation, each in its interval".to_owned(),
        pass,
    })
}

/// One push for all values of a parameter.
struct Push<'a> {
    low: &'a [f64],
    high: &'a [f64],
    between: (f64, f64),
    pushes: (f64, f64),
    after: f64,
}

impl Push<'_> {
    fn judge(&self, mut model: Model, parameter: &str, published: f64, factor: f64) -> Result<Verdict, String> {
        let index = model.parameter(parameter)?;
        let mut good = Vec::new();
        let mut best: f64 = 0.0;
        for push in sweep(self.pushes, POINTS) {
            let highest = self.after_push(&mut model, index, self.low, push)?.into_iter().fold(0.0, f64::max);
            let lowest = self.after_push(&mut model, index, self.high, push)?.into_iter().fold(f64::INFINITY, f64::min);
            best = best.max(lowest / highest);
            if lowest / highest > factor {
                good.push(push);
            }
        }
        let ends = good.first().zip(good.last());
        let window = ends.map_or("no push does it".to_owned(), |(low, high)| {
            format!("pushes {}..{} do it", digits(*low), digits(*high))
        });
        Ok(Verdict {
            published: format!("{}-fold between {} and {}", digits(published), list(self.low), list(self.high)),
            simulated: format!("{}-fold; {window}", digits(best)),
            tolerance: format!("one push for all: > {}-fold", digits(factor)),
            pass: !good.is_empty(),
        })
    }

    /// State some time after a push from the lowest steady state, for each value of the parameter.
    fn after_push(&self, model: &mut Model, index: usize, at: &[f64], push: f64) -> Result<Vec<f64>, String> {
        at.iter()
            .map(|value| {
                model.parameters[index] = *value;
                let rest = *model.steady_states(self.between).first().ok_or("no steady state")?;
                Ok(model.after(&[rest + push], self.after)?[0])
            })
            .collect()
    }
}

fn closed_form(
    mut model: Model,
    [symbol, closed]: [&str; 2],
    parameter: &str,
    between: (f64, f64),
    variants: &[BTreeMap<String, f64>],
    within: f64,
) -> Result<Verdict, String> {
    let index = model.parameter(parameter)?;
    let mut largest: f64 = 0.0;
    for variant in variants {
        model.set(variant)?;
        for value in sweep(between, POINTS) {
            let simulated = model.rest_at(index, value, symbol)?;
            let exact = model.rest_at(index, value, closed)?;
            largest = largest.max((simulated / exact - 1.0).abs());
        }
    }
    Ok(Verdict {
        published: "closed form".to_owned(),
        simulated: format!("largest relative error {}", digits(largest)),
        tolerance: format!("relative error < {} %", digits(100.0 * within)),
        pass: largest < within,
    })
}

/// d ln symbol / d ln parameter by central differences, at the threshold of each variant and at its largest.
fn log_gain(
    mut model: Model,
    [symbol, threshold]: [&str; 2],
    parameter: &str,
    between: (f64, f64),
    variants: &[BTreeMap<String, f64>],
    above: f64,
) -> Result<Verdict, String> {
    let index = model.parameter(parameter)?;
    let (mut at_threshold, mut largest) = (Vec::new(), Vec::new());
    for variant in variants {
        model.set(variant)?;
        let mut gain = |value: f64| -> Result<f64, String> {
            let small = 1e-3;
            let up = model.rest_at(index, value * (1.0 + small), symbol)?;
            let down = model.rest_at(index, value * (1.0 - small), symbol)?;
            Ok(ln(up / down) / ln((1.0 + small) / (1.0 - small)))
        };
        let gains: Vec<f64> = sweep(between, POINTS).into_iter().map(&mut gain).collect::<Result<_, _>>()?;
        largest.push(gains.into_iter().fold(0.0, f64::max));
        let rest = model.rest()?;
        let place = model.value(threshold, &rest)?;
        let small = 1e-3;
        let up = model.rest_at(index, place * (1.0 + small), symbol)?;
        let down = model.rest_at(index, place * (1.0 - small), symbol)?;
        at_threshold.push(ln(up / down) / ln((1.0 + small) / (1.0 - small)));
    }
    let grows = at_threshold.windows(2).all(|pair| pair[0] < pair[1]);
    Ok(Verdict {
        published: format!("> {} at the threshold, growing with affinity", digits(above)),
        simulated: format!("{} at the threshold; largest {}", list(&at_threshold), list(&largest)),
        tolerance: "each above, in order".to_owned(),
        pass: grows && at_threshold.iter().all(|gain| *gain > above),
    })
}

fn symbol_value(mut model: Model, symbol: &str, after: f64, falls_to: Option<f64>, unit: &str) -> Result<f64, String> {
    let unit = crate::units::parse(unit).map_err(|_| format!("`{unit}` is no unit"))?;
    let inside = match falls_to {
        Some(share) => model.time_to_fall(symbol, share)?,
        None => {
            let start = model.program.initial_state(&model.parameters);
            let state = if after > 0.0 { model.after(&start, after)? } else { start };
            model.value(symbol, &state)?
        }
    };
    Ok(unit.from_inside(inside))
}

fn curve(
    ran: &Ran,
    measure: &str,
    at_h: f64,
    arms: &[String],
    published: &[f64],
    rmse: f64,
) -> Result<Verdict, String> {
    let about = |arm: &String| Condition {
        measure: measure.to_owned(),
        at_h,
        of: arm.clone(),
        minus: None,
        over: None,
        at_least: None,
        at_most: None,
    };
    let all = ran.worlds_of("");
    let found: Vec<f64> = arms.iter().map(|arm| ran.median(&all, &about(arm))).collect::<Result<_, _>>()?;
    let squares: f64 = found.iter().zip(published).map(|(a, b)| (a - b) * (a - b)).sum();
    let error = (squares / published.len() as f64).sqrt();
    Ok(Verdict {
        published: list(published),
        simulated: format!("{}; RMSE {error:.3}", list(&found)),
        tolerance: format!("RMSE < {}", digits(rmse)),
        pass: error < rmse && found.len() == published.len(),
    })
}

/// Which worlds can answer, and how many of them must agree.
struct Worlds<'a> {
    hypothesis: &'a str,
    given: &'a [Condition],
    share: f64,
    least_worlds: usize,
}

impl Worlds<'_> {
    fn judge(&self, ran: &Ran, holds: &[Condition], published: &str) -> Result<Verdict, String> {
        let all = ran.worlds_of(self.hypothesis);
        let mut able = Vec::new();
        for world in &all {
            if meets(ran, *world, self.given)? {
                able.push(*world);
            }
        }
        let mut words = Vec::new();
        let mut pass = able.len() >= self.least_worlds;
        for condition in holds {
            let mut n = 0;
            for world in &able {
                n += usize::from(condition.holds(ran.value(*world, condition)?));
            }
            let is_met = n as f64 >= self.share * able.len() as f64;
            pass &= is_met;
            if !is_met || holds.len() <= 4 {
                words.push(format!("{} in {n}", condition.text()));
            }
        }
        let rest = match (able.len(), words.is_empty()) {
            (0, _) => "nothing can be said".to_owned(),
            (_, true) => format!("all {} signs", holds.len()),
            (_, false) => words.join("; "),
        };
        Ok(Verdict {
            published: published.to_owned(),
            simulated: format!("{rest}; {} of {} worlds can answer", able.len(), all.len()),
            tolerance: format!(
                "each in ≥ {} % of the worlds that can answer, of which at least {}",
                digits(100.0 * self.share),
                self.least_worlds
            ),
            pass,
        })
    }
}

fn meets(ran: &Ran, world: usize, conditions: &[Condition]) -> Result<bool, String> {
    for condition in conditions {
        if !condition.holds(ran.value(world, condition)?) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn medians(ran: &Ran, hypothesis: &str, holds: &[Condition], published: &str) -> Result<Verdict, String> {
    let worlds = ran.worlds_of(hypothesis);
    let mut words = Vec::new();
    let mut pass = true;
    for condition in holds {
        let median = ran.median(&worlds, condition)?;
        pass &= condition.holds(median);
        words.push(format!("{}: {}", condition.text(), digits(median)));
    }
    Ok(Verdict {
        published: published.to_owned(),
        simulated: words.join("; "),
        tolerance: "every median".to_owned(),
        pass,
    })
}
