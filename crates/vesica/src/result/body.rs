//! Tables of a run in a body: what is where at the end, what instruments would read over time, and what they can see.

use serde::{Deserialize, Serialize};

use super::Range3;

/// Vesicles in one place of a body at the end, or taken out there so far (`places.tsv`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceRow {
    /// Arm.
    pub arm: String,
    /// Place, as the body calls it.
    pub place: String,
    /// `tumour`, `fluid`, `organ`, `hollow`; `taken out` counts what was digested or lost there so far.
    pub group: String,
    /// `sent` (shed by cells of the scenario, or given) or `healthy` (of healthy people's own cells).
    pub whose: String,
    /// Vesicles.
    #[serde(flatten)]
    pub value: Range3,
    /// Fluid there, mL (median); none for what was taken out.
    pub volume: Option<f64>,
    /// Where it is drawn in an outline, percent from the left; none for what is not drawn.
    pub x: Option<f64>,
    /// Percent from the top.
    pub y: Option<f64>,
}

/// What a measure of a body would read, noise and limit apart (`samples.tsv`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleRow {
    /// Arm.
    pub arm: String,
    /// Measure.
    pub measure: String,
    /// Where it samples.
    pub place: String,
    /// `all`, or a part of it: `healthy`, `sent`.
    pub whose: String,
    /// Hours.
    pub time_h: f64,
    /// Concentration.
    #[serde(flatten)]
    pub value: Range3,
    /// Its unit.
    pub unit: String,
    /// Detection limit in that unit, if any.
    pub limit: Option<f64>,
}

/// How well a measure sees the tumour of an arm at the end (`detection.tsv`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DetectionRow {
    /// Arm.
    pub arm: String,
    /// Measure.
    pub measure: String,
    /// Where it samples.
    pub place: String,
    /// Instrument; empty when none is named.
    pub by: String,
    /// `smallest` (volume seen in 95 % of people), `half` (in half of them), `seen` (share at the volume of the arm), `auc`,
    /// `limit` (of the instrument in this fluid, if it has one), `cut-off`, `healthy`, `tumour`; `over volume` and `roc` are points of curves.
    pub what: String,
    /// Volume in cm³ of a point over volume, and of `seen` and `auc`; share of false alarms of a point of a ROC curve.
    pub at: Option<f64>,
    /// Value.
    #[serde(flatten)]
    pub value: Range3,
    /// Unit: `cm^3`, `%`, `1`, or that of the measure.
    pub unit: String,
}

/// What an arm gives to a body, doses of one kind by one route together, and the area under its curve (`doses.tsv`): from the flows of the
/// body, until all of it is gone, without what cells of the scenario take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DoseRow {
    /// Arm.
    pub arm: String,
    /// Vesicle or drug.
    pub what: String,
    /// `i.v.`
    pub route: String,
    /// As written; `20 umol/kg × 4` for four alike.
    pub amount: String,
    /// Where the area is taken.
    pub place: String,
    /// Area: every number at its middle, and 5 and 95 % over draws of them.
    #[serde(flatten)]
    pub value: Range3,
    /// `particles h/mL` or `nM h`.
    pub unit: String,
}
