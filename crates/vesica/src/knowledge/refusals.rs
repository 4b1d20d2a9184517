//! Why a name is not that of one miRNA, or of one drug: what it may mean, and what to write instead.

use vesica_model::Diagnostic;
use vesica_model::diagnostic::nearest;

use super::look_up::fits;
use super::tables::Mirna;
use super::{DrugAction, Knowledge, MirnaLookup, OldName};

/// Nucleotides 2 to 8.
const SEED: std::ops::Range<usize> = 1..8;

/// Said of a name that nothing is near to.
const IN_NO_RELEASE: &str = "no release of miRBase that biology/mirnas.tsv and mirna_names.tsv hold has it; `vesica know miRNA` lists those that do";

impl Knowledge {
    /// Why a name is not that of one miRNA: E10 when nobody knows it, E11 when it means several; none when it is.
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// assert_eq!(knowledge.no_mirna("miR-522").expect("two strands").code, "E11");
    /// assert_eq!(knowledge.no_mirna("miR-999999").expect("in no release").code, "E10");
    /// assert!(knowledge.no_mirna("miR-522-3p").is_none());
    /// ```
    pub fn no_mirna(&self, name: &str) -> Option<Diagnostic> {
        match self.mirna(name) {
            MirnaLookup::One(_) => None,
            MirnaLookup::Ambiguous(strands) => {
                let choices = strands.iter().map(|found| found.in_words()).collect::<Vec<_>>().join(" or ");
                let help = match strands.as_slice() {
                    [_] => format!("write {choices}, what it gives"),
                    _ => format!("choose {choices};\nthey silence different genes"),
                };
                let message = format!("\"{name}\" names {}", self.several(name, strands.len()));
                Some(Diagnostic::error("E11", message).help(help))
            }
            MirnaLookup::Unknown(near) => {
                let help = match near.as_slice() {
                    [] => IN_NO_RELEASE.to_owned(),
                    near => format!("close names: {}", near.join(", ")),
                };
                Some(Diagnostic::error("E10", self.no_such(name)).help(help))
            }
        }
    }

    /// Why a name in the form of a drug for one miRNA (`anti-miR-522`) is none: E10 or E11, with the names of the drugs
    /// that can be meant; or, in the form of a drug for one gene (`si-GPX44`), E14. None when it is a drug, or has no
    /// such form.
    ///
    /// ```
    /// let (knowledge, _) = vesica::knowledge::Knowledge::embedded();
    /// let refusal = knowledge.no_drug("antagomir-hsa-miR-21").expect("two strands");
    /// assert_eq!(refusal.code, "E11");
    /// assert!(refusal.help.starts_with("write anti-miR-21-3p (MIMAT0004494, seed AACACCA) or anti-miR-21-5p"));
    /// assert_eq!(knowledge.no_drug("si-GPX44").expect("no gene").help, "did you mean si-GPX4?");
    /// assert!(knowledge.no_drug("anti-miR-21-5p").is_none() && knowledge.no_drug("erastine").is_none());
    /// ```
    pub fn no_drug(&self, name: &str) -> Option<Diagnostic> {
        if self.drug(name).is_some() {
            return None;
        }
        self.no_drug_for_mirna(name).or_else(|| self.no_drug_for_gene(name))
    }

    /// The same for names of the form of a drug for one miRNA alone.
    pub fn no_drug_for_mirna(&self, name: &str) -> Option<Diagnostic> {
        let (row, word) = self.filled_in("{mirna}", name)?;
        if !looks_like_mirna(&word) {
            return None;
        }
        let drug = |mirna: &Mirna| row.for_mirna(mirna).name;
        match self.mirna(&word) {
            MirnaLookup::One(_) => None,
            MirnaLookup::Ambiguous(strands) => {
                let known = |found: &&Mirna| format!("{}{}", drug(found), found.known_by());
                let choices = strands.iter().map(known).collect::<Vec<_>>().join(" or ");
                let several = self.several(&word, strands.len());
                let message = format!("\"{name}\" does not say which strand: \"{word}\" names {several}");
                Some(Diagnostic::error("E11", message).help(format!("write {choices};\nthey silence different genes")))
            }
            MirnaLookup::Unknown(near) => {
                let near: Vec<String> = near.iter().filter_map(|near| Some(drug(self.one_mirna(near)?))).collect();
                let help = match near.as_slice() {
                    [] => IN_NO_RELEASE.to_owned(),
                    near => format!("did you mean {}?", near.join(" or ")),
                };
                let message = format!("{}, so no drug \"{name}\"", self.no_such(&word));
                Some(Diagnostic::error("E10", message).help(help))
            }
        }
    }

    fn no_drug_for_gene(&self, name: &str) -> Option<Diagnostic> {
        let (row, word) = self.filled_in("{gene}", name)?;
        let help = match nearest(&word, self.genes()) {
            Some(near) => format!("did you mean {}?", row.for_gene(near).name),
            None => "`vesica know genes` lists those that are known".to_owned(),
        };
        Some(Diagnostic::error("E14", format!("no gene \"{word}\", so no drug \"{name}\"")).help(help))
    }

    /// The template row whose form a name has, and what stands in its place.
    fn filled_in(&self, place: &str, name: &str) -> Option<(&DrugAction, String)> {
        let word = |row: &DrugAction| row.names().find_map(|pattern| fits(pattern, place, name));
        self.drug_actions.iter().find_map(|row| Some((row, word(row)?)))
    }

    /// `two molecules, the name of MIMAT0002868 before release 20 of miRBase`
    fn several(&self, name: &str, n: usize) -> String {
        let what = match n {
            1 => "a hairpin".to_owned(),
            2 => "two molecules".to_owned(),
            n => format!("{n} molecules"),
        };
        what + &self.old_mirna_name(name).map(OldName::since).unwrap_or_default()
    }

    fn no_such(&self, name: &str) -> String {
        let gone = self.old_mirna_name(name).map(|old| format!(": {}", old.note)).unwrap_or_default();
        format!("no miRNA \"{name}\"{gone}")
    }
}

impl Mirna {
    /// `hsa-miR-522-3p (MIMAT0002868, seed AAAUGGU)`
    pub fn in_words(&self) -> String {
        format!("{}{}", self.name, self.known_by())
    }

    /// ` (MIMAT0002868, seed AAAUGGU)`, as far as it is known: the seed is nucleotides 2 to 8 of the table's sequence.
    fn known_by(&self) -> String {
        let seed = self.sequence.get(SEED).map(|seed| format!("seed {seed}"));
        let accession = Some(self.accession.clone()).filter(|accession| !accession.is_empty());
        let known: Vec<String> = accession.into_iter().chain(seed).collect();
        if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) }
    }
}

impl OldName {
    /// `, the name of MIMAT0004494 before release 20 of miRBase`
    pub fn since(&self) -> String {
        let releases = if self.release.starts_with("before") {
            self.release.replacen("before", "before release", 1)
        } else {
            format!("in release {}", self.release)
        };
        match self.accessions.as_slice() {
            [] => format!(", a name {releases} of miRBase"),
            accessions => format!(", the name of {} {releases} of miRBase", accessions.join(" and of ")),
        }
    }
}

/// Whether a word can only be meant as the name of a miRNA.
///
/// ```
/// assert!(vesica::knowledge::looks_like_mirna("hsa-miR-9999"));
/// assert!(!vesica::knowledge::looks_like_mirna("PD-L3"));
/// ```
pub fn looks_like_mirna(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_number = |rest: &str| rest.trim_start_matches('-').starts_with(|first: char| first.is_ascii_digit());
    let names = |family: &str| lower.match_indices(family).any(|(at, _)| is_number(&lower[at + family.len()..]));
    lower.contains("mir-") || names("mir") || names("let") || lower.starts_with("mimat")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_name_says_of_which_release_it_is() {
        let (knowledge, _) = Knowledge::embedded();
        let said = |name: &str| knowledge.old_mirna_name(name).map(OldName::since).unwrap_or_default();
        assert_eq!(said("hsa-miR-522*"), ", the name of MIMAT0005451 before release 20 of miRBase");
        assert_eq!(said("miR-217"), ", the name of MIMAT0000274 in release 21 of miRBase");
        assert_eq!(said("miR-92"), ", the name of MIMAT0000092 in release 6.0 to 9.2 of miRBase");
        assert_eq!(said("miR-1254"), ", a name in release 21 of miRBase");
        assert_eq!(said("miR-522-3p"), "");
    }

    #[test]
    fn a_drug_for_a_mirna_asks_for_the_strand_in_its_own_name() {
        let (knowledge, _) = Knowledge::embedded();
        let told = |name: &str| knowledge.no_drug(name).map(|found| (found.code, found.message, found.help));
        let (code, message, help) = told("mimic-miR-522").expect("two strands");
        assert_eq!(code, "E11");
        assert!(message.starts_with("\"mimic-miR-522\" does not say which strand: \"miR-522\" names two"), "{message}");
        assert!(help.starts_with("write mimic-miR-522-3p (MIMAT0002868"), "{help}");
        let (code, message, help) = told("miR-5222-3p inhibitor").expect("no such number");
        assert_eq!((code, message.as_str()), ("E10", "no miRNA \"miR-5222-3p\", so no drug \"miR-5222-3p inhibitor\""));
        assert!(help.contains("anti-miR-522-3p"), "{help}");
        assert!(told("anti-hsa-miR-999999").expect("no such number").2.starts_with("no release of miRBase"));
        assert_eq!(told("anti-PD-L3"), None, "an antibody is no antisense oligonucleotide");
    }
}
