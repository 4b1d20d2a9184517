//! The files of `validation/`: one published result each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A published result, and how it is simulated.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// Row of the list of published results.
    pub row: u32,
    /// What is simulated.
    pub title: String,
    /// Engine or development.
    pub kind: Kind,
    /// Keys of `references.bib`, and where to look.
    pub source: String,
    /// State of its checks unless one says otherwise.
    pub expected: State,
    /// Scenarios that the checks read, by name.
    #[serde(default)]
    pub run: BTreeMap<String, RunSpec>,
    /// What is compared.
    pub check: Vec<Check>,
}

/// What a comparison tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The mathematics: a published equation or a closed form.
    Engine,
    /// The biology; its numbers may have been chosen knowing the result.
    Development,
}

/// State of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The rule is met.
    Green,
    /// The rule is not met.
    Red,
}

/// A scenario to run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// Name of an example; or else `scenario`.
    pub example: Option<String>,
    /// Text of a scenario.
    pub scenario: Option<String>,
    /// Changes of the text, each `[what stands there, what shall]`.
    #[serde(default)]
    pub replace: Vec<[String; 2]>,
    /// Text added at the end.
    #[serde(default)]
    pub add: String,
    /// Only these arms; none = all.
    #[serde(default)]
    pub arms: Vec<String>,
    /// Every uncertain number at its best value (the middle of its range where there is none): worlds then differ in
    /// the chances of their cells only.
    #[serde(default)]
    pub at_best: bool,
    /// The numbers of the knowledge base at their best values, those of the scenario as they stand there: worlds are then
    /// cell lines, which differ in their amounts and not in their chemistry.
    #[serde(default)]
    pub lines: bool,
    /// Measure -> cell-level symbol that it reads instead of that of its instrument.
    #[serde(default)]
    pub symbols: BTreeMap<String, String>,
    /// Number of worlds.
    pub worlds: usize,
    /// Simulated cells of a type that is read.
    pub cells: usize,
}

/// One comparison.
#[derive(Clone, Debug, Deserialize)]
pub struct Check {
    /// What is compared, in words.
    pub what: String,
    /// State, when it is not that of the file.
    pub expected: Option<State>,
    /// What is left out, what holds by construction, what was tried when red.
    #[serde(default)]
    pub note: String,
    /// How.
    #[serde(flatten)]
    pub(super) rule: Rule,
}

/// How a comparison is made. Numbers of models are in the units of the model.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Rule {
    /// Steady states of a model of one species: the highest, and how many there are.
    SteadyStates {
        model: String,
        parameter: String,
        at: Vec<f64>,
        between: (f64, f64),
        highest: Vec<f64>,
        number: Vec<usize>,
        within: f64,
    },
    /// The state at rest of a model of any number of species, from its initial amounts: each symbol within a relative error.
    Rest {
        model: String,
        #[serde(default)]
        set: BTreeMap<String, f64>,
        published: BTreeMap<String, f64>,
        within: f64,
    },
    /// Values of a parameter at which two steady states meet, by continuation, each in its interval.
    Folds { model: String, parameter: String, start: f64, between: (f64, f64), inside: Vec<(f64, f64)> },
    /// One push of a model of one species, the same at every value of the parameter: after it, the highest of `low`
    /// and the lowest of `high` differ by a factor. The size of the push is looked for in `pushes`.
    Push {
        model: String,
        parameter: String,
        low: Vec<f64>,
        high: Vec<f64>,
        between: (f64, f64),
        pushes: (f64, f64),
        after: f64,
        published: f64,
        factor: f64,
    },
    /// Two symbols of a model at rest agree over a sweep, in every variant.
    ClosedForm {
        model: String,
        symbol: String,
        closed: String,
        parameter: String,
        sweep: (f64, f64),
        variants: Vec<BTreeMap<String, f64>>,
        within: f64,
    },
    /// Largest local d ln(symbol) / d ln(parameter), in every variant: how large, and how near to the threshold.
    LogGain {
        model: String,
        symbol: String,
        threshold: String,
        parameter: String,
        sweep: (f64, f64),
        variants: Vec<BTreeMap<String, f64>>,
        above: f64,
    },
    /// A symbol of a model when time has passed, or the time at which it fell to a share of its start.
    Symbol {
        model: String,
        symbol: String,
        #[serde(default)]
        after: f64,
        falls_to: Option<f64>,
        unit: String,
        published: String,
        between: (f64, f64),
    },
    /// A row of the knowledge base: best value and ends of its range.
    Number { id: String, unit: String, published: String, between: (f64, f64) },
    /// Between-laboratory CV of an instrument.
    Noise { instrument: String, published: f64 },
    /// Share of vesicles without a copy, least over the range of the mean and over both spreads, at least half.
    EmptyVesicles { mean: String, rich: String, published: String },
    /// A measure over arms against published values, medians over worlds.
    Curve { run: String, measure: String, at_h: f64, arms: Vec<String>, published: Vec<f64>, rmse: f64 },
    /// Conditions in the worlds that can answer.
    Worlds {
        run: String,
        #[serde(default)]
        hypothesis: String,
        #[serde(default)]
        given: Vec<Condition>,
        holds: Vec<Condition>,
        share: f64,
        least_worlds: usize,
        published: String,
    },
    /// A dose series in which each world is a line: the dose that halves a measure (in the unit of `doses`), its median and
    /// quartiles over the lines, and the share killed by the highest dose in the median line. A line that no dose halves
    /// counts as above all.
    Lines {
        run: String,
        measure: String,
        at_h: f64,
        arms: Vec<String>,
        doses: Vec<f64>,
        median: f64,
        quartiles: (f64, f64),
        ceiling: f64,
        median_within: f64,
        spread_within: f64,
        ceiling_within: f64,
    },
    /// The course of a dose into a vein: a half-life or the clearance, within an interval. `dose` in the unit of the measure
    /// times mL; hours of the two phases.
    Kinetics {
        run: String,
        measure: String,
        arm: String,
        dose: f64,
        early: (f64, f64),
        late: (f64, f64),
        of: super::kinetics::Quantity,
        published: String,
        between: (f64, f64),
    },
    /// Conditions on medians over worlds.
    Medians {
        run: String,
        #[serde(default)]
        hypothesis: String,
        holds: Vec<Condition>,
        published: String,
    },
}

/// A condition on a measure of an arm, alone, minus or over that of another arm; in the unit in which it is shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Measure.
    pub measure: String,
    /// Hour.
    pub at_h: f64,
    /// Arm.
    pub of: String,
    /// Arm to take away.
    pub minus: Option<String>,
    /// Arm to divide by.
    pub over: Option<String>,
    /// Lower end.
    pub at_least: Option<f64>,
    /// Upper end.
    pub at_most: Option<f64>,
}

impl Condition {
    /// Whether a value meets it; what is no number does not.
    pub fn holds(&self, value: f64) -> bool {
        !value.is_nan() && self.at_least.is_none_or(|end| value >= end) && self.at_most.is_none_or(|end| value <= end)
    }

    /// `viability@48h erastin + DFO - erastin >= 20`
    pub fn text(&self) -> String {
        let mut text = format!("{}@{}h {}", self.measure, self.at_h, self.of);
        if let Some(minus) = &self.minus {
            text += &format!(" − {minus}");
        }
        if let Some(over) = &self.over {
            text += &format!(" / {over}");
        }
        if let Some(end) = self.at_least {
            text += &format!(" ≥ {end}");
        }
        if let Some(end) = self.at_most {
            text += &format!(" ≤ {end}");
        }
        text
    }
}

/// Reads all published results among the files of `validation/`, in the order of their rows.
///
/// # Errors
/// What is wrong in which file, one line each.
pub fn read(texts: &BTreeMap<String, String>) -> Result<Vec<Published>, String> {
    let files = texts.iter().filter(|(name, _)| name.ends_with(".toml"));
    let results = files.map(|(name, text)| toml::from_str(text).map_err(|error| format!("{name}: {error}")));
    let (read, problems): (Vec<_>, Vec<_>) = results.partition(Result::is_ok);
    if !problems.is_empty() {
        return Err(problems.into_iter().filter_map(Result::err).collect::<Vec<_>>().join("\n"));
    }
    let mut published: Vec<Published> = read.into_iter().flatten().collect();
    published.sort_by_key(|one| one.row);
    Ok(published)
}
