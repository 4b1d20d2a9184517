//! Finding things by the names that people use.

use std::collections::BTreeMap;

use super::axes::Axis;
use super::table::Table;
use super::tables::{Form, Mirna, Plate};
use super::{CellLine, CellType, DrugAction, Instrument, Knowledge, Number};

/// What a miRNA name means.
#[derive(Clone, Debug, PartialEq)]
pub enum MirnaLookup<'a> {
    /// One molecule.
    One(&'a Mirna),
    /// Several mature strands: the name does not say which.
    Ambiguous(Vec<&'a Mirna>),
    /// None; the nearest names.
    Unknown(Vec<&'a str>),
}

impl Knowledge {
    /// A cell type by id, name or alias (letter case does not matter).
    pub fn cell(&self, name: &str) -> Option<&CellType> {
        self.cells.values().find(|cell| cell.names().any(|known| same(known, name)))
    }

    /// A cell line by name or other spelling.
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// assert_eq!(knowledge.cell_line("hep g2").expect("another spelling").name, "HepG2");
    /// ```
    pub fn cell_line(&self, name: &str) -> Option<&CellLine> {
        self.cell_lines.iter().find(|line| line.names().any(|known| same(known, name)))
    }

    /// Every action of a drug, by name or alias. Rows with `{mirna}` hold for every known miRNA, rows with `{gene}`
    /// for every known gene.
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// assert_eq!(knowledge.drug("Fer-1").expect("an alias")[0].name, "ferrostatin-1");
    /// for name in ["anti-miR-522-3p", "mimic-miR-522-3p", "miR-522-3p mimic", "si-GPX4"] {
    ///     assert!(knowledge.drug(name).is_some(), "{name}");
    /// }
    /// assert!(knowledge.drug("erastine").is_none());
    /// ```
    pub fn drug(&self, name: &str) -> Option<Vec<DrugAction>> {
        let plain: Vec<DrugAction> =
            self.drug_actions.iter().filter(|action| action.names().any(|known| same(known, name))).cloned().collect();
        if !plain.is_empty() {
            return Some(plain);
        }
        let filled: Vec<DrugAction> = self.drug_actions.iter().filter_map(|row| self.filled(row, name)).collect();
        (!filled.is_empty()).then_some(filled)
    }

    /// A template row with the miRNA or gene that a name has in its place.
    fn filled(&self, row: &DrugAction, name: &str) -> Option<DrugAction> {
        let word = |place: &str| row.names().find_map(|pattern| fits(pattern, place, name));
        if let Some(word) = word("{mirna}") {
            return Some(row.for_mirna(self.one_mirna(&word)?));
        }
        let word = word("{gene}")?;
        Some(row.for_gene(self.gene(&word)?))
    }

    /// Names of all drugs, each once, with their aliases.
    pub fn drug_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.drug_actions.iter().flat_map(|action| action.names()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The instrument row for a word of a measure and its argument: an exact argument before `*`.
    pub fn instrument(&self, word: &str, argument: &str) -> Option<&Instrument> {
        let of_word = |wanted: &str| {
            self.instruments
                .iter()
                .find(move |row| row.word == word && same(&row.argument, wanted) && row.by.is_empty())
        };
        of_word(argument).or_else(|| of_word("*"))
    }

    /// The instrument of that name (`by = "NTA"`).
    pub fn instrument_named(&self, by: &str) -> Option<&Instrument> {
        self.instruments.iter().find(|row| !row.by.is_empty() && same(&row.by, by))
    }

    /// A plate by its name (`96`).
    pub fn plate(&self, name: &str) -> Option<&Plate> {
        self.plates.iter().find(|plate| same(&plate.name, name))
    }

    /// The row of a number for a cell type: the one of that cell (or of those it is like) before the general one.
    pub fn number(&self, id: &str, cell: &str) -> Option<&Number> {
        let of = |wanted: &str| self.numbers.iter().find(|row| row.id == id && row.cell == wanted);
        let lineage = self.cells.get(cell).map_or(&[][..], |cell| cell.lineage.as_slice());
        of(cell).or_else(|| lineage.iter().find_map(|parent| of(parent))).or_else(|| of(""))
    }

    /// A form by name.
    pub fn form(&self, name: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.name == name)
    }

    /// The rows of a table of `biology/`, by their columns; none when it is not there.
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// assert_eq!(knowledge.rows("plates.tsv")[0]["plate"], "96");
    /// ```
    pub fn rows(&self, table: &str) -> Vec<BTreeMap<String, String>> {
        let table = Table::read(&self.files, table, &[], &mut Vec::new());
        table.rows.into_iter().map(|row| row.columns().clone()).collect()
    }

    /// An axis by its id.
    pub fn axis(&self, id: &str) -> Option<&Axis> {
        self.axes.iter().find(|axis| same(&axis.id, id))
    }

    /// Axes whose cargo is this miRNA (with or without species and strand).
    pub fn axes_of(&self, molecule: &str) -> Vec<&Axis> {
        let stem = |text: &str| {
            let lower = text.to_ascii_lowercase();
            let bare = lower.trim_start_matches("hsa-");
            bare.trim_end_matches("-3p").trim_end_matches("-5p").to_owned()
        };
        self.axes.iter().filter(|axis| stem(&axis.cargo) == stem(molecule)).collect()
    }
}

/// What stands in `place` of a pattern when a name is of its form, letter case aside: `anti-{mirna}`, `anti-miR-21-5p`.
pub(super) fn fits(pattern: &str, place: &str, name: &str) -> Option<String> {
    let (before, after) = pattern.split_once(place)?;
    let start = name.get(..before.len()).filter(|start| same(start, before))?.len();
    let end = name.len().checked_sub(after.len()).filter(|end| *end > start)?;
    name.get(end..).filter(|end| same(end, after))?;
    name.get(start..end).map(|word| word.trim().to_owned()).filter(|word| !word.is_empty())
}

/// Slips of the keyboard between two names, when there are at most so many. Most names are told apart by their letters alone.
pub(super) fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut letters = [0_i32; 256];
    one.bytes().for_each(|byte| letters[usize::from(byte)] += 1);
    other.bytes().for_each(|byte| letters[usize::from(byte)] -= 1);
    let extra: i32 = letters.iter().filter(|count| **count > 0).sum();
    if extra.unsigned_abs() as usize > most {
        return None;
    }
    Some(strsim::osa_distance(one, other)).filter(|far| *far <= most)
}

/// Equal but for letter case.
fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}
