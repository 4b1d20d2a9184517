//! What a run leaves behind: the tables of a result folder, as typed rows.
//!
//! The report is a pure function of these and of the scenario text. Numbers are in the unit named beside them.

mod body;
mod columns;
pub mod folder;
mod methods;
mod number;
mod provenance;
mod row;
pub(crate) mod table;

pub use body::{DetectionRow, DoseRow, PlaceRow, SampleRow};
pub use methods::methods;

use number::nan_if_null;
use serde::{Deserialize, Serialize};

/// Low (5 %), middle (50 %) and high (95 %) over the worlds. `None` = not defined (JSON null).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Range3 {
    /// 5 % of the worlds lie below.
    pub low: Option<f64>,
    /// Median.
    pub best: Option<f64>,
    /// 5 % of the worlds lie above.
    pub high: Option<f64>,
}

/// How well a number is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// ● the number was measured in this kind of cell or system.
    Measured,
    /// ◐ taken from another system, or from a secondary source.
    Inferred,
    /// ○ nobody has measured it, or no source was found.
    Assumed,
}

impl Status {
    /// `measured`, `inferred`, `assumed`.
    ///
    /// ```
    /// assert_eq!(vesica::result::Status::Inferred.word(), "inferred");
    /// ```
    pub fn word(self) -> &'static str {
        match self {
            Status::Measured => "measured",
            Status::Inferred => "inferred",
            Status::Assumed => "assumed",
        }
    }
}

/// The whole answer of a run; `run --json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Name of the scenario.
    pub scenario: String,
    /// Its title line.
    pub title: String,
    /// The question it asks.
    pub question: String,
    /// The compared arms and measure, in words: `viability at 72 h, erastin + GW4869 minus erastin`.
    pub compares: String,
    /// Arm in `answer.of`.
    pub of: String,
    /// Arm in `answer.minus`.
    pub minus: String,
    /// Name of the measure.
    pub measure: String,
    /// Hours at which it is read.
    #[serde(deserialize_with = "nan_if_null")]
    pub at_h: f64,
    /// Difference `of - minus` over the worlds that can answer, in `unit`.
    #[serde(flatten)]
    pub difference: Range3,
    /// Usually `points`.
    pub unit: String,
    /// What counts as an effect, in words and as a threshold in `unit` (signed; a world holds when it is at or beyond).
    pub counts: String,
    /// The same as a number.
    #[serde(deserialize_with = "nan_if_null")]
    pub threshold: f64,
    /// CV of one reading of the measure (0.08 = 8 %).
    #[serde(deserialize_with = "nan_if_null")]
    pub noise: f64,
    /// Share of the worlds that can answer and hold (0..1).
    #[serde(deserialize_with = "nan_if_null")]
    pub holds: f64,
    /// Share of all worlds that hold, whether their controls hold or not (0..1).
    #[serde(deserialize_with = "nan_if_null")]
    pub holds_of_all: f64,
    /// Share of the worlds that can answer (0..1).
    #[serde(deserialize_with = "nan_if_null")]
    pub can_answer: f64,
    /// Number of worlds.
    pub n_worlds: usize,
    /// Standard error of `holds`.
    #[serde(deserialize_with = "nan_if_null")]
    pub holds_error: f64,
    /// `yes`, `no`, `it depends`, `cannot say`.
    pub verdict: String,
    /// The verdict as one sentence for the reader, e.g. `It depends on how much each exosome carries.`
    pub sentence: String,
    /// The rule of the verdict, in words.
    pub rule: String,
    /// One answer per hypothesis.
    pub by_hypothesis: Vec<HypothesisAnswer>,
    /// The control conditions (`answer.given`) with the share of worlds in which each holds.
    pub given: Vec<Given>,
    /// Links in the order in which their quantities explain the spread of the answer.
    pub weakest: Vec<Weakest>,
    /// What one would have to show, from the ledger arithmetic.
    pub works_if: Vec<WorksIf>,
    /// How the molecules of each cell type were counted: `hybrid in tumour, deterministic in caf`.
    #[serde(default)]
    pub method: String,
    /// What was counted in whole numbers, cell type by cell type.
    #[serde(default)]
    pub whole: Vec<Whole>,
    /// Simulation size: worlds x arms x cells.
    pub n_cells: usize,
    /// Seed.
    pub seed: u64,
    /// Numbers used, and how many of them are measured, inferred, assumed.
    pub counted: [usize; 3],
    /// Warnings, in words.
    pub warnings: Vec<String>,
    /// Cells frozen because the solver failed (worlds, cells), in words; empty when none.
    pub frozen: Vec<String>,
    /// Share of simulated cells that died while coming to rest (0..1).
    #[serde(deserialize_with = "nan_if_null")]
    pub died_at_rest: f64,
    /// What the solver did.
    #[serde(default)]
    pub solver: SolverWork,
    /// Version of vesica.
    pub version: String,
}

/// What the solver did for cells, summed over all of them: the way to rest is in it.
///
/// ```
/// let mut sum = vesica::result::SolverWork::default();
/// sum += vesica::result::SolverWork { steps: 7, ..sum };
/// assert_eq!((sum.steps, sum.rejected), (7, 0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SolverWork {
    /// Steps taken.
    pub steps: u64,
    /// Steps tried again with a smaller one.
    pub rejected: u64,
    /// Deaths and switches located within a step.
    pub located: u64,
    /// Steps solved with pivots.
    pub dense: u64,
    /// Times that a cell was too hard for a tile and went on alone, by the solver of variable order.
    pub handed_over: u64,
}

impl std::ops::AddAssign for SolverWork {
    fn add_assign(&mut self, other: Self) {
        self.steps += other.steps;
        self.rejected += other.rejected;
        self.located += other.located;
        self.dense += other.dense;
        self.handed_over += other.handed_over;
    }
}

impl std::iter::Sum for SolverWork {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        let mut sum = Self::default();
        all.for_each(|one| sum += one);
        sum
    }
}

/// The answer under one hypothesis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HypothesisAnswer {
    /// `no escape`, `escape, even cargo`, `escape, few-rich cargo`.
    pub hypothesis: String,
    /// Number of worlds.
    pub n_worlds: usize,
    /// Share that can answer.
    #[serde(deserialize_with = "nan_if_null")]
    pub can_answer: f64,
    /// Difference over the worlds that can answer.
    #[serde(flatten)]
    pub difference: Range3,
    /// Unit of the difference.
    pub unit: String,
    /// Share that holds among those that can answer.
    #[serde(deserialize_with = "nan_if_null")]
    pub holds: f64,
    /// Verdict of this hypothesis.
    pub verdict: String,
}

/// Which amounts of a cell type were whole numbers, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Whole {
    /// Cell of the scenario.
    pub cell: String,
    /// `hybrid`
    pub method: String,
    /// Symbols of its network that are whole, or may be while they are scarce.
    pub amounts: Vec<String>,
    /// In words.
    pub why: String,
}

impl Whole {
    /// `tumour: guide_hsa_miR_522_3p and 3 more whole, each while ..`; at most `n` amounts are named.
    pub fn in_words(&self, n: usize) -> String {
        let named = self.amounts.iter().take(n).cloned().collect::<Vec<_>>().join(", ");
        let amounts = match self.amounts.len() {
            0 => return format!("{}: {}", self.cell, self.why),
            all if all > n => format!("{named} and {} more", all - n),
            _ => named,
        };
        format!("{}: {amounts} in whole molecules, {}", self.cell, self.why)
    }
}

/// A control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// As written: `untreated >= 80 %`.
    pub text: String,
    /// Share of all worlds in which it holds (0..1).
    #[serde(deserialize_with = "nan_if_null")]
    pub holds: f64,
}

/// How much of the spread of the answer a link explains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weakest {
    /// `load`
    pub link: String,
    /// The quantity of that link that explains most: its path, e.g. `vesicle.caf_exo.cargo.hsa-miR-522-3p.copies`.
    pub quantity: String,
    /// The same in words: `copies of miR-522-3p per exosome`.
    pub label: String,
    /// Share of the (rank) variance explained by the link (0..1).
    #[serde(deserialize_with = "nan_if_null")]
    pub share: f64,
    /// Status of the number.
    pub status: Status,
    /// Which experiment would pin it down; empty when nobody wrote one.
    pub experiment: String,
}

/// One way in which the chain could deliver enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorksIf {
    /// Link.
    pub link: String,
    /// In words.
    pub quantity: String,
    /// Least value, in the unit named in `text`.
    pub at_least: Option<f64>,
    /// Unit.
    pub unit: String,
    /// The line as printed.
    pub text: String,
}

/// One link of the simulated chain in one arm (`ledger.tsv`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// Arm.
    pub arm: String,
    /// Vesicle kind.
    pub vesicle: String,
    /// Cargo.
    pub cargo: String,
    /// Target cell.
    pub target: String,
    /// `make` .. `decide`
    pub link: String,
    /// What is counted: `vesicles made`, `copies loaded`, `copies released`, ...
    pub counted: String,
    /// Amount left after this link, per target cell at the end (mean over cells).
    #[serde(flatten)]
    pub amount: Range3,
    /// `vesicles`, `copies`, `%`.
    pub unit: String,
    /// Where the rest went: `degraded in lysosomes`; empty when nothing is lost.
    pub lost: String,
    /// Weakest status of the numbers of this link.
    pub status: Status,
    /// Sources, `;` between keys.
    pub source: String,
}

/// A measure of an arm at a time (`arms.tsv`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArmRow {
    /// Arm.
    pub arm: String,
    /// Measure.
    pub measure: String,
    /// What it reads, as written.
    pub reads: String,
    /// Hours.
    pub at_h: f64,
    /// Over all worlds.
    #[serde(flatten)]
    pub value: Range3,
    /// `%`, `copies/cell`, `1` (ratio), `particles/mL`, ...
    pub unit: String,
    /// Detection limit in the same unit, if any.
    pub limit: Option<f64>,
}

/// A point of a curve over time (`curves.parquet`).
#[derive(Clone, Debug, PartialEq)]
pub struct CurvePoint {
    /// Arm.
    pub arm: String,
    /// Cell type.
    pub cell: String,
    /// Symbol: `alive`, `GSH`, `ALOX15`.
    pub symbol: String,
    /// Label for people.
    pub label: String,
    /// Link it belongs to.
    pub link: String,
    /// Unit.
    pub unit: String,
    /// Hours.
    pub time_h: f64,
    /// Over all worlds; mean over living cells within each.
    pub value: Range3,
}

/// A chosen cell (`cells.parquet`).
#[derive(Clone, Debug, PartialEq)]
pub struct CellRow {
    /// World.
    pub world: u32,
    /// Hypothesis of that world.
    pub hypothesis: String,
    /// Arm.
    pub arm: String,
    /// Cell type.
    pub cell: String,
    /// Number of the simulated cell.
    pub number: u32,
    /// `alive` or the death mode.
    pub fate: String,
    /// Hours; NaN while alive.
    pub died_h: f64,
    /// Vesicles opened in it.
    pub opened: f64,
    /// Copies that arrived in its cytosol.
    pub copies: f64,
}

/// A steady state of the fast part of a cell with its slow pools held, a simulated cell beside them, or a pool that is held
/// (`tipping.tsv`). States of one `along` stand in the order of their branch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TippingRow {
    /// Cell type.
    pub cell: String,
    /// `state`, `rest` (as it is at rest), `tipping point` (where the state of rest ends), `fold`, `oscillation`, `crossing`,
    /// `cell`, `held`, `moves` (a pool of the fast part).
    pub kind: String,
    /// Held pool along which it is followed; empty for `held` and `moves`.
    pub along: String,
    /// Amount of that pool; of the pool in `note` where it is held.
    pub x: f64,
    /// Unit of `x`.
    pub x_unit: String,
    /// What is shown.
    pub shows: String,
    /// Its amount.
    pub y: f64,
    /// Unit of `y`.
    pub y_unit: String,
    /// Ways in which a small push grows; 0: stable.
    pub unstable: u32,
    /// Arm of a simulated cell.
    pub arm: String,
    /// World of a simulated cell.
    pub world: u32,
    /// Fate of a simulated cell; name of a held pool.
    pub note: String,
}

/// Shares of fates of one cell type in one arm at the end (`fates.tsv`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FateRow {
    /// Arm.
    pub arm: String,
    /// Cell type.
    pub cell: String,
    /// `alive`, or the death mode.
    pub fate: String,
    /// Share of all ever present, %.
    #[serde(flatten)]
    pub share: Range3,
    /// Mean over the worlds, % (the means of all fates add up to 100).
    pub mean: f64,
}

/// One world (`worlds.tsv`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorldRow {
    /// Number.
    pub world: u32,
    /// Hypothesis.
    pub hypothesis: String,
    /// Its controls hold.
    pub can_answer: bool,
    /// It meets `counts`.
    pub holds: bool,
    /// Difference, in the unit of the answer.
    pub difference: f64,
    /// Copies that arrived per target cell by the end in the `minus` arm.
    pub copies: f64,
    /// Main target protein left at the reading time, share of the arm without vesicles or of rest (NaN if none).
    pub protein: f64,
}

/// Paired difference of an arm to the reference arm (`differences.tsv`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DifferenceRow {
    /// Arm.
    pub arm: String,
    /// Reference arm.
    pub minus: String,
    /// Difference over all worlds, paired.
    #[serde(flatten)]
    pub value: Range3,
    /// Unit.
    pub unit: String,
}

/// One reading of the lab that a measure is compared with (`observed.tsv`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObservedRow {
    /// Measure.
    pub measure: String,
    /// Arm.
    pub arm: String,
    /// Hours.
    pub at_h: f64,
    /// What was read, in `unit`.
    pub observed: f64,
    /// As in `arms.tsv`.
    pub unit: String,
    /// Replicate or well, as the file calls it.
    pub replicate: String,
    /// File, as the scenario names it.
    pub file: String,
    /// Line in it, from 1; 0 when the reading has none of its own.
    pub line: u32,
}

/// The readings of one arm and time beside the prediction (`agreement.tsv`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgreementRow {
    /// Measure.
    pub measure: String,
    /// Arm.
    pub arm: String,
    /// Hours.
    pub at_h: f64,
    /// Number of readings.
    pub n: u32,
    /// Their mean, in `unit`.
    pub observed: f64,
    /// Standard deviation of one reading: that between the replicates, or the noise of the measure where it is larger;
    /// not defined when neither is known.
    pub deviation: Option<f64>,
    /// The prediction over all worlds.
    #[serde(flatten)]
    pub value: Range3,
    /// As in `arms.tsv`.
    pub unit: String,
    /// Share of the worlds within two standard deviations of the mean (0..1); not defined without a deviation.
    pub through: Option<f64>,
}

/// Which worlds pass through the data (`through.tsv`): of one measure or of all, of one hypothesis or of all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThroughRow {
    /// Measure; empty = all that have data.
    pub measure: String,
    /// Hypothesis; empty = all.
    pub hypothesis: String,
    /// File; `;` between several.
    pub file: String,
    /// Its sha256; `;` between several.
    pub sha256: String,
    /// Arms at times with readings of a known deviation: what a world has to pass through.
    pub n_groups: u32,
    /// Arms at times that are not judged: one reading, and a measure without noise.
    pub n_not_judged: u32,
    /// Number of worlds.
    pub n_worlds: u32,
    /// How many pass through at least 95 % of the groups.
    pub n_through: u32,
    /// Their numbers, with blanks between.
    pub worlds: String,
    /// Of these worlds, how many can answer.
    pub n_able: u32,
    /// Of those, in how many the answer holds.
    pub n_hold: u32,
}

/// A number that the run used (`evidence.tsv`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// Id or path.
    pub id: String,
    /// Link.
    pub link: String,
    /// Value, in `unit`; none = only a range.
    pub value: Option<f64>,
    /// 5 %.
    pub low: Option<f64>,
    /// 95 %.
    pub high: Option<f64>,
    /// Unit.
    pub unit: String,
    /// Status.
    pub status: Status,
    /// Keys of references, or words of the scenario.
    pub source: String,
    /// Condition: organism, line, assay.
    pub condition: String,
    /// Note.
    pub note: String,
    /// Drawn anew in each world.
    pub varied: bool,
}

/// A claim for or against (`claims.tsv`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimRow {
    /// `for` or `against`.
    pub side: String,
    /// Link.
    pub link: String,
    /// The claim in words.
    pub claim: String,
    /// How strong, how read.
    pub evidence: String,
    /// Key of references or identifiers.
    pub source: String,
}

/// One arm as the report needs it (`arms.json`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArmInfo {
    /// Name.
    pub name: String,
    /// Arm it starts from.
    pub like: String,
    /// What it adds, in words: `GW4869 10 uM at 0 h`.
    pub adds: String,
    /// Link of what it adds or changes; empty for the untreated and the reference arm.
    pub link: String,
    /// Names of drugs in all its doses, in order.
    pub drugs: Vec<String>,
    /// Hours of its doses.
    pub dose_h: Vec<f64>,
}

/// Everything of a finished run.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The answer.
    pub answer: Answer,
    /// Arms in file order.
    pub arms: Vec<ArmInfo>,
    /// Simulated chain.
    pub ledger: Vec<LedgerRow>,
    /// Readings.
    pub readings: Vec<ArmRow>,
    /// Curves.
    pub curves: Vec<CurvePoint>,
    /// Cells.
    pub cells: Vec<CellRow>,
    /// Steady states of the fast part of cells.
    pub tipping: Vec<TippingRow>,
    /// Fates.
    pub fates: Vec<FateRow>,
    /// Worlds.
    pub worlds: Vec<WorldRow>,
    /// Differences to the reference arm.
    pub differences: Vec<DifferenceRow>,
    /// Vesicles in the places of a body; empty in a well.
    pub places: Vec<PlaceRow>,
    /// What instruments would read in a body over time; empty in a well.
    pub samples: Vec<SampleRow>,
    /// How well they see a tumour; empty without one.
    pub detection: Vec<DetectionRow>,
    /// What is given to a body, and the area under its curve; empty in a well.
    pub doses: Vec<DoseRow>,
    /// Readings of the lab; empty when no measure has data.
    pub observed: Vec<ObservedRow>,
    /// The same beside the prediction.
    pub agreement: Vec<AgreementRow>,
    /// Which worlds pass through them.
    pub through: Vec<ThroughRow>,
    /// Numbers.
    pub evidence: Vec<EvidenceRow>,
    /// Claims.
    pub claims: Vec<ClaimRow>,
    /// Text of `scenario.lock.toml`.
    pub lock: String,
    /// Text of `references.bib`: only what was used.
    pub references: String,
    /// The vesicle dose statement(s), in words.
    pub dose_statement: String,
    /// The command to run it again.
    pub command: String,
}
