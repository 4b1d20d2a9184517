//! What a miRNA name means: present names, strands, names of earlier releases, hairpins and families.

use std::collections::BTreeMap;

use super::look_up::distance;
use super::table::{Row, split_list};
use super::tables::Mirna;
use super::{Knowledge, MirnaLookup};

/// Columns of `mirna_names.tsv`.
pub(super) const COLUMNS: &[&str] = &["name", "accession", "release", "source", "note"];

/// A row of `mirna_names.tsv`: a name that an earlier release gave.
#[derive(Clone, Debug, PartialEq)]
pub struct OldName {
    /// The name, with its species.
    pub name: String,
    /// Accessions that had it; none when a later release removed the molecule.
    pub accessions: Vec<String>,
    /// Releases in which it was seen: `before 20`, `21`.
    pub release: String,
    /// Keys of references.
    pub sources: Vec<String>,
    /// Remarks.
    pub note: String,
}

pub(super) fn of_rows(rows: &[Row]) -> Vec<OldName> {
    let read = |row: &Row| OldName {
        name: row.get("name").to_owned(),
        accessions: split_list(row.get("accession")),
        release: row.get("release").to_owned(),
        sources: split_list(row.get("source")),
        note: row.get("note").to_owned(),
    };
    rows.iter().map(read).collect()
}

/// Where each way of saying a miRNA leads: rows of `mirnas.tsv` and of `mirna_names.tsv` by what people may write.
#[derive(Clone, Debug, Default)]
pub struct MirnaIndex {
    /// Present names, accessions and aliases.
    exact: BTreeMap<String, Vec<usize>>,
    /// Names without their arm: `mir-124` -> both strands.
    strands: BTreeMap<String, Vec<usize>>,
    /// Families: `mir-30` -> every strand of every member.
    families: BTreeMap<String, Vec<usize>>,
    /// Names of earlier releases.
    old: BTreeMap<String, usize>,
}

impl MirnaIndex {
    pub(super) fn of(mirnas: &[Mirna], old: &[OldName]) -> Self {
        let mut index = Self::default();
        for (at, mirna) in mirnas.iter().enumerate() {
            let name = bare(&mirna.name);
            let stem = without_arm(&name);
            if stem.len() < name.len() {
                index.strands.entry(stem.to_owned()).or_default().push(at);
            }
            if let Some(family) = family(stem) {
                index.families.entry(family.to_owned()).or_default().push(at);
            }
            let names = std::iter::once(&mirna.accession).chain(&mirna.aliases).map(|known| bare(known));
            for known in std::iter::once(name.clone()).chain(names).filter(|known| !known.is_empty()) {
                let rows = index.exact.entry(known).or_default();
                if !rows.contains(&at) {
                    rows.push(at);
                }
            }
        }
        index.old = old.iter().enumerate().map(|(at, row)| (bare(&row.name), at)).collect();
        index
    }

    /// Rows of `mirnas.tsv` that a name can mean; none when nobody knows it.
    fn find(&self, name: &str, old: &dyn Fn(usize) -> Vec<usize>) -> Found {
        let wanted = bare(name);
        if is_hairpin(name) {
            return Found::Several(self.of_hairpin(&wanted));
        }
        if let Some(rows) = self.exact.get(&wanted) {
            return Found::of(rows.clone());
        }
        let earlier = self.old.get(&wanted).map(|at| old(*at)).unwrap_or_default();
        let mut rows = self.strands.get(&wanted).cloned().unwrap_or_default();
        // `miR-7-1` names a place in the genome: what its hairpin gives, not one molecule
        if earlier.is_empty() && locus(&wanted).is_some() {
            rows = self.of_hairpin(&wanted);
        }
        rows.extend(earlier.iter().filter(|row| !rows.contains(row)).copied().collect::<Vec<_>>());
        if rows.is_empty() {
            return Found::Several(self.families.get(&wanted).cloned().unwrap_or_default());
        }
        Found::of(rows)
    }

    /// The strands of a hairpin: those that carry its own number, and for an arm that does not, those of its kin.
    fn of_hairpin(&self, wanted: &str) -> Vec<usize> {
        let of = |stem: &str| {
            let strands = self.strands.get(stem).into_iter().chain(self.exact.get(stem));
            strands.flatten().copied().collect::<Vec<_>>()
        };
        let mut rows = of(wanted);
        rows.extend(
            locus(wanted).map(of).unwrap_or_default().into_iter().filter(|row| !rows.contains(row)).collect::<Vec<_>>(),
        );
        rows
    }
}

/// What was found: rows of one name, or of a name that needs a choice even if there is one row only.
enum Found {
    One(usize),
    Several(Vec<usize>),
}

impl Found {
    fn of(rows: Vec<usize>) -> Self {
        match rows.as_slice() {
            [one] => Self::One(*one),
            _ => Self::Several(rows),
        }
    }
}

impl Knowledge {
    /// A miRNA by any name: `hsa-miR-522-3p`, `miR-522-3p`, an accession, a name of an earlier release.
    ///
    /// A name without its strand is ambiguous whenever both are known, and a hairpin (`hsa-mir-760`) always is: it is
    /// not what a vesicle carries.
    ///
    /// ```
    /// use vesica::knowledge::{Knowledge, MirnaLookup};
    /// let (knowledge, _) = Knowledge::embedded();
    /// let one = |name: &str| match knowledge.mirna(name) {
    ///     MirnaLookup::One(mirna) => mirna.name.clone(),
    ///     other => panic!("{name}: {other:?}"),
    /// };
    /// assert_eq!(one("miR-522-3p"), "hsa-miR-522-3p");
    /// assert_eq!(one("hsa-miR-21*"), "hsa-miR-21-3p");
    /// assert_eq!(one("miR-4443"), "hsa-miR-4443");
    /// assert!(matches!(knowledge.mirna("hsa-miR-522"), MirnaLookup::Ambiguous(_)));
    /// assert!(matches!(knowledge.mirna("hsa-mir-760"), MirnaLookup::Ambiguous(_)));
    /// ```
    pub fn mirna(&self, name: &str) -> MirnaLookup<'_> {
        self.known_mirna(name).unwrap_or_else(|| MirnaLookup::Unknown(self.nearest_mirnas(name.trim())))
    }

    /// The same without looking for close names: none when nobody knows it.
    pub fn known_mirna(&self, name: &str) -> Option<MirnaLookup<'_>> {
        let wanted = name.trim();
        let by_accession =
            |accession: &String| self.mirna_index.exact.get(&bare(accession)).into_iter().flatten().copied();
        let old = |at: usize| self.old_mirna_names[at].accessions.iter().flat_map(by_accession).collect();
        match self.mirna_index.find(wanted, &old) {
            Found::One(row) => Some(MirnaLookup::One(&self.mirnas[row])),
            Found::Several(rows) if rows.is_empty() => None,
            Found::Several(rows) => Some(MirnaLookup::Ambiguous(rows.iter().map(|row| &self.mirnas[*row]).collect())),
        }
    }

    /// The one molecule that a name means; none when it means several or nobody knows it.
    pub fn one_mirna(&self, name: &str) -> Option<&Mirna> {
        match self.known_mirna(name) {
            Some(MirnaLookup::One(mirna)) => Some(mirna),
            _ => None,
        }
    }

    /// What earlier releases of miRBase meant by a name.
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// assert_eq!(knowledge.old_mirna_name("miR-217").expect("a name of release 21").release, "21");
    /// ```
    pub fn old_mirna_name(&self, name: &str) -> Option<&OldName> {
        self.mirna_index.old.get(&bare(name.trim())).map(|at| &self.old_mirna_names[*at])
    }

    /// The three closest names, whether or not the arm was written.
    fn nearest_mirnas(&self, wanted: &str) -> Vec<&str> {
        let wanted = bare(wanted);
        let near = |mirna: &Mirna| {
            let name = bare(&mirna.name);
            let (with, without) = (distance(&name, &wanted, FARTHEST), distance(without_arm(&name), &wanted, FARTHEST));
            with.into_iter().chain(without).min()
        };
        let mut names: Vec<(usize, &str)> =
            self.mirnas.iter().filter_map(|m| near(m).map(|far| (far, m.name.as_str()))).collect();
        names.sort_unstable();
        names.into_iter().take(3).map(|(_, name)| name).collect()
    }
}

/// So many slips of the keyboard lie between a name and one that can be meant: three other digits are another molecule.
const FARTHEST: usize = 2;

/// In lower case, without the species that needs no saying.
fn bare(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    lower.strip_prefix("hsa-").map(str::to_owned).unwrap_or(lower)
}

fn without_arm(name: &str) -> &str {
    name.strip_suffix("-3p").or(name.strip_suffix("-5p")).unwrap_or(name)
}

/// Hairpins are written `mir-`, mature strands `miR-`.
fn is_hairpin(name: &str) -> bool {
    let name = name.strip_prefix("hsa-").unwrap_or(name);
    name.starts_with("mir-") && without_arm(name).len() == name.len() && !name.ends_with('*')
}

/// `mir-124-1` -> `mir-124`: the number that tells equal hairpins apart.
fn locus(name: &str) -> Option<&str> {
    let (stem, number) = name.rsplit_once('-')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && stem.contains('-')).then_some(stem)
}

/// `mir-30a` -> `mir-30`, `mir-29b-1` -> `mir-29`: without the letter of the member.
fn family(stem: &str) -> Option<&str> {
    let stem = locus(stem).unwrap_or(stem);
    let family = stem.strip_suffix(|letter: char| letter.is_ascii_lowercase())?;
    family.ends_with(|digit: char| digit.is_ascii_digit()).then_some(family)
}
