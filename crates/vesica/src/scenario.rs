//! The scenario file as typed nouns: who, what is sent, where, what is done, what is read, what is asked.
//!
//! Every number of a scenario stands once in [`Scenario::quantities`], under its path in the file
//! (`cell.tumour.state.labile_iron`); the nouns hold its [`QuantityId`]. A world is one draw of that list;
//! an arm replaces some of its entries.

mod answer;
mod arms;
mod body;
mod capacity;
mod cargo;
mod cells;
mod check_cargo;
mod check_doses;
mod content;
mod data;
pub mod draws;
mod drugs;
mod fields;
mod genes;
mod geometry;
mod instruments;
mod links;
mod lock;
mod measures;
mod packing;
mod paths;
mod place;
mod read;
mod samples;
mod text;
mod tree;
mod vesicles;
mod well;

use std::collections::BTreeMap;

use vesica_model::Span;

use crate::knowledge::{CellType, DrugAction};
pub use crate::knowledge::{Destination, Kind, Origin, Size};
use crate::quantity::Quantity;
use crate::result::Status;
use crate::units::Dimension;

pub use lock::lock;
pub use read::read;
pub use text::{LARGEST_FILE, decode};

/// Index into [`Scenario::quantities`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuantityId(pub usize);

/// One number of the scenario.
#[derive(Clone, Debug)]
pub struct Named {
    /// Path in the file: `vesicle.caf_exo.rate`.
    pub path: String,
    /// The number, inside units, with range and source.
    pub quantity: Quantity,
    /// Link it belongs to: `make` .. `decide`; `""` for what is no link (counts, times, volumes).
    pub link: &'static str,
    /// Physical limits of a draw: `(0, 1)` for a share.
    pub limits: (f64, f64),
    /// How well it is known: as the file says (`status`), else `inferred` with a source and `assumed` without.
    pub status: Status,
    /// Where it stands; `None` for a default that the reader filled in.
    pub span: Option<Span>,
}

/// A whole scenario, in inside units.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Name: the file stem or the example's name.
    pub name: String,
    /// Path or name as the user gave it (for messages).
    pub file: String,
    /// Whole text as read.
    pub text: String,
    /// `title`
    pub title: String,
    /// `question`
    pub question: String,
    /// `follows`
    pub follows: Vec<String>,
    /// `seed`
    pub seed: u64,
    /// `run`: how large a run is.
    pub size: RunSize,
    /// `time.span`, s
    pub span: f64,
    /// `time.record`, s
    pub record: f64,
    /// `biology = "DIR"`
    pub biology: Option<String>,
    /// Every number.
    pub quantities: Vec<Named>,
    /// `[answer]`
    pub answer: Option<AnswerSpec>,
    /// `[place]`
    pub place: Place,
    /// `[cell.NAME]`, in file order.
    pub cells: Vec<Cell>,
    /// `[drug.NAME]`: drugs that the knowledge base does not have.
    pub drugs: Vec<OwnDrug>,
    /// `[vesicle.NAME]`, in file order.
    pub vesicles: Vec<Vesicle>,
    /// `[links]`
    pub links: Links,
    /// `[arm.NAME]`, in file order, `like` resolved.
    pub arms: Vec<Arm>,
    /// `[measure.NAME]`, in file order.
    pub measures: Vec<Measure>,
}

/// How large a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunSize {
    /// Draws of every uncertain number.
    pub n_worlds: usize,
    /// Simulated cells of a type that takes up vesicles, or is read, in each world and arm.
    pub n_targets: usize,
    /// How each cell is simulated.
    pub method: Method,
}

impl Default for RunSize {
    fn default() -> Self {
        Self { n_worlds: 512, n_targets: 100, method: Method::Auto }
    }
}

/// How the molecules of a cell are counted, as one word of `run`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Hybrid where cargo arrives inside a cell and can be counted at little cost, which that of guides cannot;
    /// deterministic elsewhere.
    #[default]
    Auto,
    /// Every amount flows.
    Deterministic,
    /// Scarce cargo in whole molecules, the rest flows.
    Hybrid,
    /// Many events at a time, each amount in whole molecules.
    Leaps,
    /// One event after another, each amount in whole molecules.
    Exact,
}

impl Method {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 5] = [Self::Auto, Self::Deterministic, Self::Hybrid, Self::Leaps, Self::Exact];

    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Deterministic => "deterministic",
            Self::Hybrid => "hybrid",
            Self::Leaps => "leaps",
            Self::Exact => "exact",
        }
    }

    /// From its word.
    ///
    /// ```
    /// use vesica::scenario::Method;
    /// assert_eq!(Method::parse("leaps"), Some(Method::Leaps));
    /// assert_eq!(Method::parse("tau"), None);
    /// ```
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.word() == word)
    }

    /// What it comes to for a cell of a scenario: `Auto` chooses.
    pub fn of(self, scenario: &Scenario, cell: &Cell) -> Self {
        match self {
            Self::Hybrid if cell.copies_inside(scenario).next().is_some() => Self::Hybrid,
            Self::Auto if cell.copies_inside(scenario).next().is_some() && !cell.gets_guides(scenario) => Self::Hybrid,
            Self::Auto | Self::Hybrid => Self::Deterministic,
            named => named,
        }
    }

    /// What it comes to in each cell type: `hybrid in tumour, deterministic in caf`.
    pub fn in_words(self, scenario: &Scenario) -> String {
        let word = |cell: &Cell| format!("{} in {}", self.of(scenario, cell).word(), cell.name);
        scenario.cells.iter().map(word).collect::<Vec<_>>().join(", ")
    }
}

impl Cell {
    /// Cargo of which copies arrive inside it, in whole numbers.
    pub fn copies_inside<'a>(&'a self, scenario: &'a Scenario) -> impl Iterator<Item = &'a Cargo> {
        let cargo = scenario.vesicles.iter().filter(|vesicle| vesicle.to.contains(&self.name));
        cargo.flat_map(|vesicle| &vesicle.cargo).filter(|cargo| cargo.acts_at != Destination::Periphery)
    }

    /// Whether guides are among them: they bind and leave their targets thousands of times.
    fn gets_guides(&self, scenario: &Scenario) -> bool {
        self.copies_inside(scenario).any(|cargo| cargo.kind.is_guide())
    }
}

impl Scenario {
    /// Best value of a number in an arm, inside units; the middle of its range where there is no best value.
    pub fn middle(&self, id: QuantityId, arm: Option<&Arm>) -> f64 {
        self.quantity(id, arm).middle()
    }

    /// Cells at time zero in an arm, at best values.
    pub fn n_cells(&self, cell: &Cell, arm: Option<&Arm>) -> f64 {
        self.middle(cell.count, arm) * cell.volume.map_or(1.0, |volume| self.middle(volume, arm))
    }

    /// A number as it stands in an arm.
    pub fn quantity<'a>(&'a self, id: QuantityId, arm: Option<&'a Arm>) -> &'a Quantity {
        arm.and_then(|arm| arm.set.get(&id)).unwrap_or(&self.quantities[id.0].quantity)
    }

    /// Genes of `[links]` act that a molecule changes: those that its cargo names; else all that no cargo names, if it
    /// is of a kind that changes genes by itself.
    pub fn targets_of(&self, molecule: &str) -> Vec<&String> {
        let cargo = || self.vesicles.iter().flat_map(|vesicle| &vesicle.cargo);
        let (own, others): (Vec<&Cargo>, Vec<&Cargo>) = cargo().partition(|cargo| cargo.name == molecule);
        let named: Vec<&String> = own.iter().filter_map(|cargo| cargo.targets.as_ref()).flatten().collect();
        if own.iter().any(|cargo| cargo.targets.is_some()) {
            return self.links.act.keys().filter(|gene| named.contains(gene)).collect();
        }
        if own.iter().any(|cargo| !cargo.changes_genes()) {
            return Vec::new();
        }
        let taken: Vec<&String> = others.iter().filter_map(|cargo| cargo.targets.as_ref()).flatten().collect();
        self.links.act.keys().filter(|gene| !taken.contains(gene)).collect()
    }

    /// An arm by name.
    pub fn arm(&self, name: &str) -> Option<&Arm> {
        self.arms.iter().find(|arm| arm.name == name)
    }

    /// A cell by the user's name.
    pub fn cell(&self, name: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.name == name)
    }
}

/// `[answer]`
#[derive(Clone, Debug)]
pub struct AnswerSpec {
    /// Name of the measure.
    pub measure: String,
    /// Time, s.
    pub at: f64,
    /// Arm.
    pub of: String,
    /// Arm it is compared with.
    pub minus: String,
    /// `<= -10 points`: what difference counts. `None`: the noise of the measure decides.
    pub counts: Option<Condition>,
    /// Controls: an arm (`erastin + Fer-1`) and a condition on the same measure.
    pub given: Vec<Given>,
}

/// A control of the answer.
#[derive(Clone, Debug)]
pub struct Given {
    /// As written.
    pub text: String,
    /// Arm.
    pub arm: String,
    /// Condition on the measure in that arm.
    pub condition: Condition,
}

/// `<= x` or `>= x`; x as a share (0.1 = 10 points or 10 %) or in the unit of the measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// `>=` (else `<=`).
    pub at_least: bool,
    /// The number, inside units.
    pub value: f64,
}

impl Condition {
    /// Whether a value meets it. NaN meets nothing.
    pub fn holds(&self, value: f64) -> bool {
        if self.at_least { value >= self.value } else { value <= self.value }
    }
}

/// `[place]`
#[derive(Clone, Debug)]
pub struct Place {
    /// What kind of place it is.
    pub kind: PlaceKind,
    /// Temperature, K.
    pub temperature: f64,
    /// Numbers of the medium: `cystine` -> amount (molecules/um³). In a body: of the fluid around its cells.
    pub medium: BTreeMap<String, QuantityId>,
    /// What else is said of the medium, in words (serum).
    pub notes: Vec<String>,
}

/// Kinds of places.
#[derive(Clone, Debug)]
pub enum PlaceKind {
    /// One well of a plate.
    Well(Well),
    /// Organs and fluids.
    Body(Body),
}

/// A well.
#[derive(Clone, Debug)]
pub struct Well {
    /// Plate as written: `96`.
    pub plate: String,
    /// Growth area, um².
    pub area: f64,
    /// Liquid volume, um³.
    pub volume: QuantityId,
    /// How the vesicles come to the cells.
    pub layout: Layout,
    /// For conditioned medium: how long donors condition it, s.
    pub conditioned: Option<QuantityId>,
}

/// A body.
#[derive(Clone, Debug)]
pub struct Body {
    /// Id of the body plan in the knowledge base.
    pub species: String,
    /// A tumour, if there is one.
    pub tumour: Option<Tumour>,
    /// Fluids that are sampled.
    pub fluids: Vec<String>,
}

/// A tumour in a body: a place of its own.
#[derive(Clone, Debug)]
pub struct Tumour {
    /// Organ, or part of one, in which it grows.
    pub at: String,
    /// Volume at time zero, um³.
    pub volume: QuantityId,
}

/// Layout of a well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One stirred volume: donors and targets lie together.
    Mixed,
    /// Donors on a membrane at the top of the liquid; vesicles diffuse down.
    Insert,
    /// Medium that donors conditioned before; donors are absent.
    Conditioned,
    /// Purified vesicles added to the liquid; they diffuse to the layer.
    Added,
}

/// `[cell.NAME]`
#[derive(Clone, Debug)]
pub struct Cell {
    /// User's name.
    pub name: String,
    /// Id of the entry of the knowledge base.
    pub is: String,
    /// The entry as the user called it: a name, an alias or a cell line.
    pub called: String,
    /// Where it lives in a body: an organ, a part of one, a fluid, or the tumour; `None` in a well.
    pub at: Option<String>,
    /// Number at time zero (whole in the file; draws may be any); with `volume`, cells per um³.
    pub count: QuantityId,
    /// Volume that the cells fill, when their number is given by density, um³.
    pub volume: Option<QuantityId>,
    /// Doubling time, s. `None`: it does not grow.
    pub doubles: Option<QuantityId>,
    /// Cell-to-cell spread of protein levels (CV, 0.3 = 30 %).
    pub varies: Option<QuantityId>,
    /// Amounts at rest: gene or fixed amount -> multiple; pool -> level.
    pub state: BTreeMap<String, QuantityId>,
    /// Genes that the scenario names and the cell type does not list: expressed in this cell, too. Sorted.
    pub genes: Vec<String>,
    /// Amounts that the mechanisms below read and the cell type does not have: fixed, 1 unless `state` says otherwise. Sorted.
    pub amounts: Vec<String>,
    /// Mechanisms that the scenario adds to those of the cell type, and those that its genes bring.
    pub mechanisms: Vec<String>,
}

impl Cell {
    /// All genes that this cell expresses: those of its type, then those that the scenario names.
    pub fn genes<'a>(&'a self, kind: &'a CellType) -> impl Iterator<Item = &'a String> {
        kind.genes.iter().chain(&self.genes)
    }

    /// All mechanisms that stand in this cell, each once.
    pub fn mechanisms<'a>(&'a self, kind: &'a CellType) -> impl Iterator<Item = &'a String> {
        kind.mechanisms.iter().chain(self.mechanisms.iter().filter(|own| !kind.mechanisms.contains(own)))
    }

    /// Whether this cell makes a protein, or holds a fixed amount of it.
    pub fn has(&self, kind: &CellType, gene: &str) -> bool {
        self.expresses(kind, gene) || kind.amounts.iter().any(|amount| amount == gene)
    }

    /// Whether this cell makes and breaks down the protein of a gene.
    pub fn expresses(&self, kind: &CellType, gene: &str) -> bool {
        self.genes(kind).any(|known| known == gene)
    }
}

/// `[vesicle.NAME]`
#[derive(Clone, Debug)]
pub struct Vesicle {
    /// User's name.
    pub name: String,
    /// Cell that sends it; `None` for purified vesicles that are only dosed.
    pub from: Option<String>,
    /// Where in that cell it comes from.
    pub origin: Origin,
    /// Cells that can take it up (names of cells).
    pub to: Vec<String>,
    /// Vesicles per cell per s at rest; `None` when nobody sends, or only the dying do.
    pub rate: Option<QuantityId>,
    /// Vesicles that one dying cell sheds; `None` for other origins.
    pub shed: Option<QuantityId>,
    /// Ways to die after which they are shed; empty: after any.
    pub deaths: Vec<String>,
    /// Mean diameter, um (the spread between vesicles is in the quantity).
    pub size: QuantityId,
    /// How much of a VSV-G-like fusogen: 0 none, 1 full.
    pub fusogen: Option<QuantityId>,
    /// Factor of a targeting ligand on docking.
    pub ligand: Option<QuantityId>,
    /// Receptors for it on one cell; `None` when no receptor is counted.
    pub receptors: Option<QuantityId>,
    /// Particles per pg of protein, as the file's unit converts.
    pub particles_per_protein: Option<QuantityId>,
    /// Cargo in file order.
    pub cargo: Vec<Cargo>,
}

impl Vesicle {
    /// Whether receptors hold it: it can be counted at the surface, and they can be full.
    pub fn is_held(&self) -> bool {
        self.receptors.is_some()
    }
}

/// `[vesicle.NAME.cargo."MOLECULE"]`
#[derive(Clone, Debug)]
pub struct Cargo {
    /// Canonical name: `hsa-miR-522-3p`.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Gene that it is, codes for, or cuts.
    pub gene: Option<String>,
    /// How large one molecule is; `None` when nobody says.
    pub size: Option<Size>,
    /// The scenario itself says what it is.
    pub is_own: bool,
    /// Mean copies per vesicle.
    pub copies: QuantityId,
    /// Of a drug that cells send: the concentration in the medium (molecules/um³) at which `copies` holds; less drug in
    /// the sender, fewer copies.
    pub at: Option<QuantityId>,
    /// Hypotheses about its distribution over vesicles, in file order.
    pub spread: Vec<Spread>,
    /// Copies in a rich vesicle.
    pub rich: Option<QuantityId>,
    /// How its copies come into vesicles.
    pub packing: Packing,
    /// Where it acts.
    pub acts_at: Destination,
    /// Genes of `[links]` act on which it acts; `None`: all that no other cargo names.
    pub targets: Option<Vec<String>>,
    /// Cell-level name of its signal, when it has one of its own.
    pub signal: Option<String>,
}

impl Cargo {
    /// Whether it is of a kind that lowers or raises genes by itself. mRNA, siRNA and protein of the cytosol have a
    /// gene of their own; DNA is sensed; drugs act by their rows; iron joins its pool.
    pub fn changes_genes(&self) -> bool {
        match self.kind {
            Kind::Mirna | Kind::LongRna | Kind::CircularRna | Kind::TransferFragment | Kind::Lipid => true,
            Kind::Protein => self.acts_at != Destination::Cytosol,
            _ => false,
        }
    }
}

/// Which proteins of the sender bring a cargo into vesicles, and which hold it back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packing {
    /// Genes of the proteins that it follows, all of them.
    pub packed_by: Vec<String>,
    /// Genes of the proteins that hold it back.
    pub held_by: Vec<String>,
    /// The scenario does not say: what the sequence suggests was taken.
    pub is_assumed: bool,
}

/// How copies are spread over vesicles of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Spread {
    /// Poisson.
    Even,
    /// A share mean/n of vesicles holds n copies, the rest none.
    FewRich,
}

/// `[links]`, with the defaults of the knowledge base filled in.
#[derive(Clone, Debug)]
pub struct Links {
    /// `enter.clearance`, um³/s per cell.
    pub clearance: QuantityId,
    /// `deliver.escape`, share of the vesicles inside that open.
    pub escape: QuantityId,
    /// `act.loaded`, share of delivered copies that end in a working AGO complex.
    pub loaded: QuantityId,
    /// `act.GENE`: share of control at saturating copies.
    pub act: BTreeMap<String, QuantityId>,
    /// Any other number of `parameters.tsv`, by its id: `decide."lipid_chain.k_trunc"`.
    pub other: BTreeMap<String, QuantityId>,
}

/// `[arm.NAME]`
#[derive(Clone, Debug)]
pub struct Arm {
    /// Name.
    pub name: String,
    /// Arm it starts from.
    pub like: Option<String>,
    /// All its doses: those of `like` first.
    pub doses: Vec<Dose>,
    /// Number of doses taken over from `like` (the first ones of `doses`).
    pub inherited: usize,
    /// Numbers it replaces, by id: those of `like` and its own.
    pub set: BTreeMap<QuantityId, Quantity>,
}

/// What is added.
#[derive(Clone, Debug)]
pub struct Dose {
    /// Drug or vesicles.
    pub what: Dosed,
    /// Amount: drug molecules/um³ of medium; vesicles by `Dosed`.
    pub amount: QuantityId,
    /// Time, s.
    pub at: f64,
    /// Replaces all medium first (`wash = true`).
    pub wash: bool,
    /// How it is given to a body; `None` in a well.
    pub route: Option<Route>,
}

/// Id of the number that says what a mole of a drug weighs.
pub fn molar_mass_id(drug: &str) -> String {
    format!("drug.{drug}.molar_mass")
}

/// A way to give a dose to a body.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// `i.v.`
    pub name: String,
    /// Place where the dose lies at first.
    pub into: String,
}

/// What a dose adds.
#[derive(Clone, Debug, PartialEq)]
pub enum Dosed {
    /// A drug, by its canonical name in the knowledge base.
    Drug(String),
    /// Vesicles of a kind, `amount` in particles per target cell.
    VesiclesPerCell(String),
    /// Vesicles of a kind, `amount` in particles per um³ of liquid.
    VesiclesPerVolume(String),
    /// Vesicles of a kind, `amount` in particles in all.
    Vesicles(String),
    /// Vesicles of a kind, `amount` in particles per pg of body weight.
    VesiclesPerWeight(String),
    /// Vesicles of a kind, `amount` in pg of protein; needs `particles_per_protein`.
    VesiclesAsProtein(String),
    /// Vesicles of a kind, `amount` in pg of protein per um³ of liquid; needs `particles_per_protein`.
    VesiclesAsProteinPerVolume(String),
}

impl Dosed {
    /// Name of the drug, or of the kind of vesicles.
    pub fn name(&self) -> &str {
        match self {
            Self::Drug(name) => name,
            vesicles => vesicles.vesicle().unwrap_or_default(),
        }
    }

    /// The kind of vesicles, `None` for a drug.
    pub fn vesicle(&self) -> Option<&str> {
        match self {
            Self::Drug(_) => None,
            Self::VesiclesPerCell(name)
            | Self::VesiclesPerVolume(name)
            | Self::Vesicles(name)
            | Self::VesiclesPerWeight(name)
            | Self::VesiclesAsProtein(name)
            | Self::VesiclesAsProteinPerVolume(name) => Some(name),
        }
    }

    /// Particles in all that a dose of `amount` adds, NaN for a drug.
    ///
    /// `amount` in the unit of the variant, `volume` of the liquid in um³ (of a body: its weight in pg), `n_targets`
    /// cells that can take them up, `particles_per_protein` per pg (NaN when the file does not say).
    ///
    /// ```
    /// use vesica::scenario::Dosed;
    /// // 5e9 particles/mL in 100 uL
    /// let all = Dosed::VesiclesPerVolume("exo".into()).particles(5e-3, 1e11, 1e4, f64::NAN);
    /// assert_eq!(all, 5e8);
    /// ```
    pub fn particles(&self, amount: f64, volume: f64, n_targets: f64, particles_per_protein: f64) -> f64 {
        match self {
            Self::Drug(_) => f64::NAN,
            Self::VesiclesPerCell(_) => amount * n_targets,
            Self::VesiclesPerVolume(_) | Self::VesiclesPerWeight(_) => amount * volume,
            Self::Vesicles(_) => amount,
            Self::VesiclesAsProtein(_) => amount * particles_per_protein,
            Self::VesiclesAsProteinPerVolume(_) => amount * volume * particles_per_protein,
        }
    }
}

/// Row of the weight of a body.
pub(crate) fn weight_id(species: &str) -> String {
    format!("body.{species}.weight")
}

/// Molecules of a drug that a dose to a body of `weight` pg holds: an amount or a mass, whole or per body weight. `dimension`: of the
/// unit in which `amount` was written; `molar_mass`: pg of one molecule.
pub(crate) fn molecules_given(amount: f64, dimension: Dimension, molar_mass: f64, weight: f64) -> f64 {
    let is_mass = dimension.amount() == 0;
    // mg/kg is a plain number, mg a mass, umol/kg an amount per mass
    let is_per_weight = dimension.mass() + if is_mass { 0 } else { 1 } <= 0;
    amount * if is_per_weight { weight } else { 1.0 } / if is_mass { molar_mass } else { 1.0 }
}

/// `[drug.NAME]`: one action of a drug that the knowledge base does not have.
#[derive(Clone, Debug)]
pub struct OwnDrug {
    /// The action, as a row of `drugs.tsv` would say it.
    pub action: DrugAction,
    /// Constants of its form: argument of the form -> number. The same numbers stand in [`Links::other`] under the
    /// id that a row of `parameters.tsv` would have.
    pub constants: BTreeMap<String, QuantityId>,
    /// The molecule on vesicles that holds the drug, when this is what holds it; it stands after what the drug does.
    pub held_by: Option<String>,
}

/// `[measure.NAME]`
#[derive(Clone, Debug)]
pub struct Measure {
    /// Name.
    pub name: String,
    /// `reads`, as written.
    pub reads: String,
    /// The same, understood.
    pub reading: Reading,
    /// For a count of particles: the vesicle kinds that it counts, as indices. Empty for other readings.
    pub counts: Vec<usize>,
    /// Divide by this arm at the same hour.
    pub relative_to: Option<String>,
    /// Times, s, sorted.
    pub at: Vec<f64>,
    /// CV of one reading.
    pub noise: Option<f64>,
    /// Detection limit, in the unit of the reading (inside units).
    pub limit: Option<f64>,
    /// Instrument (`by`).
    pub by: Option<String>,
    /// `data`: what the lab observed.
    pub data: Option<MeasureData>,
}

/// `data` of a measure: a file of the lab, and what of it was matched to arms and times.
#[derive(Clone, Debug)]
pub struct MeasureData {
    /// File, as written: a path that starts at the folder of the scenario.
    pub file: String,
    /// What was in the wells, as a further file.
    pub map: Option<String>,
    /// The same wells with dead cells, as a further file.
    pub dead: Option<String>,
    /// What the file is (`as`), when it is not recognised.
    pub kind: Option<String>,
    /// Decimal sign, when the file leaves a choice.
    pub decimal: Option<String>,
    /// Units of columns that name none.
    pub units: BTreeMap<String, String>,
    /// What the file calls an arm: arm -> words of the file.
    pub arms: BTreeMap<String, String>,
    /// Which cells of the file are meant, when it has several.
    pub cells: Option<String>,
    /// When the clock of the file starts, s after the start of the experiment.
    pub after: f64,
    /// When its samples were taken, s after the start of the experiment, when the file does not say it.
    pub at: Option<f64>,
    /// How many times a sample of particles was diluted for the measurement, when the file does not say it.
    pub dilution: Option<f64>,
    /// `log2` when its numbers are logarithms.
    pub scale: Option<String>,
    /// Which luciferase has the 3'UTR behind it: `firefly` or `renilla`.
    pub reporter: Option<String>,
    /// Row of a table of counts that the others are divided by: what was added to each sample in equal amount.
    pub spike: Option<String>,
    /// sha256 of each file that was read, by its name: of the run when a lock file says it, else what the user expects.
    pub hashes: BTreeMap<String, String>,
    /// Where it stands.
    pub span: Span,
    /// What was matched; empty until the file was read. A lock file holds it instead of the file.
    pub points: Vec<Observed>,
}

/// One reading of the lab at a time of a measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// Arm.
    pub arm: String,
    /// Time of the measure, s.
    pub at: f64,
    /// Inside units of the reading: a share, a ratio, an amount.
    pub value: f64,
    /// Replicate or well, as the file calls it.
    pub replicate: String,
    /// Line in the file, from 1; 0 when it has none of its own.
    pub line: usize,
}

/// What a measure reads.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// Living share of all cells ever present.
    Alive(String),
    /// Dead share of all cells ever present.
    Dead(String),
    /// Share of all cells ever present that died in a mode: `(mode, cell)`.
    Mode(String, String),
    /// Mean over living cells of a cell-level symbol: `(symbol, cell)`, with the unit it is shown in.
    Symbol {
        /// Word of the measure: `protein`.
        word: String,
        /// Argument: `ALOX15`.
        argument: String,
        /// Cell-level symbol it reads.
        symbol: String,
        /// Cell.
        cell: String,
        /// Unit for people, from `instruments.tsv`.
        unit: String,
    },
    /// Particles in the medium, per um³.
    Particles,
    /// What is in a fluid or an organ of a body.
    Sample(Box<Sample>),
    /// Share of people with the tumour in whom another measure, by name, reads more than in 95 % of people without it.
    Detected(String),
    /// Volume of tumour from which another measure, by name, detects it in 95 % of people, um³.
    Smallest(String),
}

/// What is read in a body.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Word of the measure: `particles`.
    pub word: String,
    /// What is counted.
    pub what: Sampled,
    /// Fluid, organ or `tumour`.
    pub place: String,
    /// Unit for people.
    pub unit: String,
    /// What healthy people have, per um³; `None`: as the knowledge base says.
    pub healthy: Option<QuantityId>,
    /// How it differs between healthy people (CV); `None` where healthy people have none.
    pub varies: Option<QuantityId>,
    /// Diameter of the smallest vesicle that the instrument sees, um.
    pub smallest: f64,
}

/// What is counted in a sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Sampled {
    /// Vesicles.
    Particles,
    /// Copies of a cargo in vesicles, by its name.
    Cargo(String),
    /// Molecules of a drug, by its name.
    Drug(String),
}

impl Reading {
    /// The word of the file.
    pub fn word(&self) -> &str {
        match self {
            Self::Alive(_) => "alive",
            Self::Dead(_) => "dead",
            Self::Mode(..) => "mode",
            Self::Symbol { word, .. } => word,
            Self::Particles => "particles",
            Self::Sample(sample) => &sample.word,
            Self::Detected(_) => "detected",
            Self::Smallest(_) => "smallest",
        }
    }

    /// What it is measured in.
    pub fn dimension(&self) -> Dimension {
        let of = |unit: &str| crate::units::parse(unit).map_or(Dimension::NONE, |unit| unit.dimension);
        match self {
            Self::Symbol { unit, .. } => of(unit),
            Self::Sample(sample) => of(&sample.unit),
            Self::Particles => Dimension::PARTICLE_DENSITY,
            Self::Smallest(_) => Dimension::VOLUME,
            Self::Alive(_) | Self::Dead(_) | Self::Mode(..) | Self::Detected(_) => Dimension::NONE,
        }
    }
}

impl Dosed {
    /// Whether the amount is a mass of protein.
    pub fn is_weighed(&self) -> bool {
        matches!(self, Self::VesiclesAsProtein(_) | Self::VesiclesAsProteinPerVolume(_))
    }
}
