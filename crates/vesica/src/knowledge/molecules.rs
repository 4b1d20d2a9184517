//! What vesicles carry: rows of `molecules.tsv`, the kinds of cargo, and what the name of a cargo means.

use serde::Deserialize;
use vesica_model::{Diagnostic, Span};

use super::look_up::{distance, fits};
use super::table::{Row, split_list};
use super::tables::Mirna;
use super::{Knowledge, MirnaLookup};
use crate::physics;
use crate::quantity::Quantity;
use crate::units::Dimension;

/// What sort of molecule a cargo is. It decides which mechanisms a cell has for it (filters of a cell file).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
pub enum Kind {
    /// A mature miRNA: a row of `mirnas.tsv`.
    #[serde(rename = "miRNA")]
    Mirna,
    /// A small interfering RNA: a guide that cuts one mRNA.
    #[serde(rename = "siRNA")]
    Sirna,
    /// A long RNA that codes for nothing.
    #[serde(rename = "lncRNA")]
    LongRna,
    /// An RNA closed to a ring.
    #[serde(rename = "circRNA")]
    CircularRna,
    /// A piece of a transfer RNA.
    #[serde(rename = "tRNA fragment")]
    TransferFragment,
    /// A messenger that the target can translate.
    #[serde(rename = "mRNA")]
    Messenger,
    /// Double-stranded DNA.
    #[serde(rename = "DNA")]
    Dna,
    /// A protein.
    #[serde(rename = "protein")]
    Protein,
    /// A lipid mediator.
    #[serde(rename = "lipid")]
    Lipid,
    /// A drug of `drugs.tsv`, or one of the scenario.
    #[serde(rename = "drug")]
    Drug,
    /// Iron atoms.
    #[serde(rename = "iron")]
    Iron,
}

/// Every kind with its word, in the order of the documentation.
pub const KINDS: [(Kind, &str); 11] = [
    (Kind::Mirna, "miRNA"),
    (Kind::Sirna, "siRNA"),
    (Kind::LongRna, "lncRNA"),
    (Kind::CircularRna, "circRNA"),
    (Kind::TransferFragment, "tRNA fragment"),
    (Kind::Messenger, "mRNA"),
    (Kind::Dna, "DNA"),
    (Kind::Protein, "protein"),
    (Kind::Lipid, "lipid"),
    (Kind::Drug, "drug"),
    (Kind::Iron, "iron"),
];

impl Kind {
    /// The word of the files.
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    /// The kind of that word, letter case aside.
    ///
    /// ```
    /// use vesica::knowledge::Kind;
    /// assert_eq!(Kind::of_word("mrna"), Some(Kind::Messenger));
    /// assert_eq!(Kind::of_word("sugar"), None);
    /// ```
    pub fn of_word(word: &str) -> Option<Self> {
        KINDS.iter().find(|(_, known)| known.eq_ignore_ascii_case(word)).map(|(kind, _)| *kind)
    }

    /// Whether it works as a guide in Argonaute.
    pub fn is_guide(self) -> bool {
        matches!(self, Self::Mirna | Self::Sirna)
    }

    /// Where it acts when neither the scenario nor its row says: what needs no further step.
    pub fn usual_destination(self) -> Destination {
        Destination::Cytosol
    }

    /// Volume of a gram of it, cm³ (= um³/pg), without water.
    fn specific_volume(self) -> f64 {
        match self {
            Self::Protein => physics::PROTEIN_VOLUME,
            Self::Dna => physics::DNA_VOLUME,
            Self::Lipid | Self::Drug => physics::LIPID_VOLUME,
            Self::Iron => physics::IRON_VOLUME,
            _ => physics::RNA_VOLUME,
        }
    }
}

/// Link 7 in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Destination {
    /// Is read at the surface, while the vesicle is docked.
    Periphery,
    /// Must escape into the cytosol.
    Cytosol,
    /// Must escape and then be let into the nucleus.
    Nucleus,
}

/// Words of `acts_at`.
pub const DESTINATIONS: [(Destination, &str); 3] =
    [(Destination::Periphery, "periphery"), (Destination::Cytosol, "cytosol"), (Destination::Nucleus, "nucleus")];

impl Destination {
    /// The word of the files.
    pub fn word(self) -> &'static str {
        DESTINATIONS.iter().find(|(known, _)| *known == self).map_or("", |(_, word)| word)
    }

    /// The destination of that word.
    pub fn of_word(word: &str) -> Option<Self> {
        DESTINATIONS.iter().find(|(_, known)| *known == word).map(|(destination, _)| *destination)
    }
}

/// How large one molecule is, as written: by its mass or by its length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Size {
    /// Mass, pg (written `25 kDa`).
    Mass(f64),
    /// Nucleotides of a single strand (`1800 nt`).
    Nucleotides(f64),
    /// Base pairs (`500 bp`).
    BasePairs(f64),
}

impl Size {
    /// Reads `25 kDa`, `1800 nt`, `500 bp`.
    ///
    /// # Errors
    /// What is wrong, in words.
    ///
    /// ```
    /// use vesica::knowledge::Size;
    /// assert_eq!(Size::parse("1800 nt"), Ok(Size::Nucleotides(1800.0)));
    /// assert!(Size::parse("3 m").is_err() && Size::parse("0 nt").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let length = |unit: &str| text.trim().strip_suffix(unit).map(|number| number.trim().replace(['_', ' '], ""));
        let wrong = || format!("`{text}` is no size of a molecule: write 25 kDa, 1800 nt or 500 bp");
        let number = |text: String| text.parse::<f64>().ok().filter(|n| n.is_finite() && *n > 0.0).ok_or_else(wrong);
        if let Some(text) = length("nt") {
            return number(text).map(Self::Nucleotides);
        }
        if let Some(text) = length("bp") {
            return number(text).map(Self::BasePairs);
        }
        let nowhere = Span { file: String::new(), start: 0, end: 0 };
        let mass = Quantity::parse(text, &Dimension::MASS, &nowhere).ok().and_then(|quantity| quantity.best);
        mass.filter(|mass| *mass > 0.0).map(Self::Mass).ok_or_else(wrong)
    }

    /// Mass of one molecule, pg.
    ///
    /// ```
    /// use vesica::knowledge::Size;
    /// // 40 kDa are 40 000 g/mol
    /// assert!((Size::parse("40 kDa").expect("a size").mass() * 6.022e23 / 1e12 / 40_000.0 - 1.0).abs() < 1e-3);
    /// ```
    pub fn mass(self) -> f64 {
        match self {
            Self::Mass(mass) => mass,
            Self::Nucleotides(n) => physics::rna_mass(n),
            Self::BasePairs(n) => physics::dna_mass(n),
        }
    }

    /// Volume of one molecule, um³, without water.
    pub fn volume(self, kind: Kind) -> f64 {
        self.mass() * kind.specific_volume()
    }

    /// `22-nt RNA`, `25-kDa protein`.
    pub fn words(self, kind: Kind) -> String {
        let nucleic = if kind == Kind::Dna { "DNA" } else { "RNA" };
        match self {
            Self::Mass(mass) => format!("{}-kDa {}", short(mass / physics::KILODALTON), kind.word()),
            Self::Nucleotides(n) => format!("{}-nt {nucleic}", short(n)),
            Self::BasePairs(n) => format!("{}-bp {nucleic}", short(n)),
        }
    }

    /// As it is written in a file: `25 kDa`.
    pub fn text(self) -> String {
        match self {
            Self::Mass(mass) => format!("{} kDa", short(mass / physics::KILODALTON)),
            Self::Nucleotides(n) => format!("{} nt", short(n)),
            Self::BasePairs(n) => format!("{} bp", short(n)),
        }
    }
}

/// Six significant digits at most, without an exponent.
fn short(number: f64) -> String {
    format!("{number:.5e}").parse::<f64>().unwrap_or(number).to_string()
}

/// A row of `molecules.tsv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Molecule {
    /// Canonical name; a template row holds `{gene}`.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// What it is.
    pub kind: Kind,
    /// Symbol of the gene that it is, codes for, or cuts.
    pub gene: Option<String>,
    /// Where it acts when the scenario does not say.
    pub acts_at: Destination,
    /// How large one is; `None` when nobody says.
    pub size: Option<Size>,
    /// Cell-level name that it drives, when not `signal_NAME`.
    pub signal: Option<String>,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks.
    pub note: String,
}

impl Molecule {
    /// Canonical name and aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    /// A template row (`{gene} mRNA`) for one gene.
    fn for_gene(&self, gene: &str) -> Self {
        let fill = |text: &str| text.replace("{gene}", gene);
        Self {
            name: fill(&self.name),
            aliases: self.aliases.iter().map(|alias| fill(alias)).collect(),
            gene: self.gene.as_deref().map(fill),
            ..self.clone()
        }
    }
}

/// What the name of a cargo means.
#[derive(Clone, Debug, PartialEq)]
pub enum CargoLookup<'a> {
    /// A miRNA.
    Mirna(&'a Mirna),
    /// A row of `molecules.tsv`, with its gene filled in.
    Molecule(Molecule),
    /// A drug of `drugs.tsv`, by its canonical name.
    Drug(String),
    /// Several mature strands.
    Ambiguous(Vec<&'a Mirna>),
    /// A form of name that a template has, for a gene that nobody knows.
    UnknownGene(String),
    /// None; the nearest names.
    Unknown(Vec<String>),
}

impl Knowledge {
    /// Symbol of every gene that a cell type lists or `genes.tsv` knows, sorted, each once.
    pub fn genes(&self) -> Vec<&str> {
        let listed = self.cells.values().flat_map(|cell| &cell.genes).map(String::as_str);
        let mut genes: Vec<&str> = listed.chain(self.gene_actions.iter().map(|row| row.gene.as_str())).collect();
        genes.sort_unstable();
        genes.dedup();
        genes
    }

    /// A row of `molecules.tsv` by name or alias; template rows (`{gene} mRNA`) hold for every gene.
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// let messenger = knowledge.molecule("GPX4 mRNA").expect("a template row");
    /// assert_eq!(messenger.gene.as_deref(), Some("GPX4"));
    /// assert!(knowledge.molecule("moonlight").is_none());
    /// ```
    pub fn molecule(&self, name: &str) -> Option<Molecule> {
        let plain = self.molecules.iter().find(|row| row.names().any(|known| known.eq_ignore_ascii_case(name)));
        plain.cloned().or_else(|| {
            let (row, word) = self.template(name)?;
            Some(row.for_gene(self.gene(&word)?))
        })
    }

    /// The template row that a name fits, and what stands in the place of the gene.
    fn template(&self, name: &str) -> Option<(&Molecule, String)> {
        let word = |row: &Molecule| row.names().find_map(|pattern| fits(pattern, "{gene}", name));
        self.molecules.iter().find_map(|row| Some((row, word(row)?)))
    }

    /// What the name of a cargo means: a miRNA, a molecule, a drug, in this order.
    ///
    /// ```
    /// use vesica::knowledge::{CargoLookup, Kind, Knowledge};
    /// let (knowledge, _) = Knowledge::embedded();
    /// assert!(matches!(knowledge.cargo("miR-522-3p"), CargoLookup::Mirna(_)));
    /// assert!(matches!(knowledge.cargo("Fer-1"), CargoLookup::Drug(name) if name == "ferrostatin-1"));
    /// assert!(matches!(knowledge.cargo("hsa-miR-522"), CargoLookup::Ambiguous(_)));
    /// ```
    pub fn cargo(&self, name: &str) -> CargoLookup<'_> {
        let mirna = self.known_mirna(name);
        if let Some(MirnaLookup::One(found)) = mirna {
            return CargoLookup::Mirna(found);
        }
        if let Some(found) = self.molecule(name) {
            return CargoLookup::Molecule(found);
        }
        if let Some(actions) = self.drug(name) {
            return CargoLookup::Drug(actions[0].name.clone());
        }
        if let Some(MirnaLookup::Ambiguous(strands)) = mirna {
            return CargoLookup::Ambiguous(strands);
        }
        match self.template(name) {
            Some((_, gene)) => CargoLookup::UnknownGene(gene),
            None => CargoLookup::Unknown(self.nearest_cargo(name)),
        }
    }

    fn nearest_cargo(&self, wanted: &str) -> Vec<String> {
        let molecules = self.molecules.iter().flat_map(Molecule::names).filter(|name| !name.contains('{'));
        let drugs = self.drug_names().into_iter().filter(|name| !name.contains('{'));
        let mirnas = self.mirnas.iter().map(|mirna| mirna.name.as_str());
        let lower = wanted.to_lowercase();
        // a short name has no room for four slips
        let most = (wanted.chars().count() / 3).clamp(1, 4);
        let mut near: Vec<(usize, &str)> = mirnas
            .chain(molecules)
            .chain(drugs)
            .filter_map(|name| distance(&name.to_lowercase(), &lower, most).map(|far| (far, name)))
            .collect();
        near.sort_unstable();
        near.dedup();
        near.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
    }
}

/// Columns of the table.
pub(super) const COLUMNS: &[&str] = &["name", "aliases", "kind", "gene", "acts_at", "size", "signal", "source", "note"];

/// The table; a molecule that stands in it twice is reported.
pub(super) fn of_rows(rows: &[Row], problems: &mut Vec<Diagnostic>) -> Vec<Molecule> {
    let molecules: Vec<Molecule> = rows.iter().map(|row| molecule(row, problems)).collect();
    for (index, one) in molecules.iter().enumerate() {
        let is_same =
            |other: &Molecule| other.names().any(|known| one.names().any(|name| known.eq_ignore_ascii_case(name)));
        if molecules[..index].iter().any(is_same) {
            let message = format!("`{}`, or one of its other names, stands twice in molecules.tsv", one.name);
            let found = Diagnostic::error("E71", message).at(rows[index].span.clone());
            problems.push(found.help("one row for each molecule"));
        }
    }
    molecules
}

/// One row of the table, and whatever is wrong with it.
fn molecule(row: &Row, problems: &mut Vec<Diagnostic>) -> Molecule {
    let name = row.get("name").to_owned();
    let mut problem = |message: String, help: &str| {
        problems.push(Diagnostic::error("E71", format!("`{name}`: {message}")).at(row.span.clone()).help(help));
    };
    let kind = Kind::of_word(row.get("kind")).unwrap_or_else(|| {
        let words: Vec<&str> = KINDS.iter().map(|(_, word)| *word).collect();
        problem(format!("`{}` is no kind of cargo", row.get("kind")), &format!("one of: {}", words.join(", ")));
        Kind::Protein
    });
    let acts_at = match row.get("acts_at") {
        "" => kind.usual_destination(),
        word => Destination::of_word(word).unwrap_or_else(|| {
            problem(format!("`{word}` is no place where cargo acts"), "periphery, cytosol or nucleus");
            kind.usual_destination()
        }),
    };
    let size = match row.get("size") {
        "" => None,
        text => Size::parse(text).map_err(|message| problem(message, "leave it empty when nobody says")).ok(),
    };
    let word = |column: &str| Some(row.get(column).to_owned()).filter(|text| !text.is_empty());
    let (gene, signal) = (word("gene"), word("signal"));
    if gene.is_none() && matches!(kind, Kind::Messenger | Kind::Sirna) {
        problem(format!("an {} needs its gene", kind.word()), "write the symbol into the column `gene`");
    }
    Molecule {
        aliases: split_list(row.get("aliases")),
        kind,
        gene,
        acts_at,
        size,
        signal,
        sources: split_list(row.get("source")),
        note: row.get("note").to_owned(),
        name,
    }
}
