//! The name of a drug for one miRNA, however it is typed.

use super::fold::{MirnaName, Word, words};
use super::question::FILLERS;
use crate::knowledge::Knowledge;

/// `anti mir 522 3p` and `inhibitor of miR522-3p` are drugs of the form `anti-{mirna}`: the name as the knowledge base
/// writes it. None when what was typed has no such form.
pub(super) fn drug_name(knowledge: &Knowledge, typed: &str) -> Option<String> {
    let (wanted, mirna) = shape(typed)?;
    let row = knowledge.drug_actions.iter().find(|row| {
        let mut patterns = row.names().filter(|pattern| pattern.contains(PLACE));
        patterns.any(|pattern| shape(&pattern.replace(PLACE, "miR-1")).is_some_and(|(words, _)| words == wanted))
    })?;
    // a hairpin is written `mir`, what a drug is made for `miR`
    let name = mirna.written().replacen("mir-", "miR-", 1);
    Some(row.name.replace(PLACE, &name))
}

/// What stands for the miRNA in a template row of drugs.tsv.
const PLACE: &str = "{mirna}";

/// The one miRNA of a text, and its other words that mean something; none without another word.
fn shape(text: &str) -> Option<(Vec<String>, MirnaName)> {
    let words = words(text);
    let mut mirnas = words.iter().filter_map(|word| word.mirna.clone());
    let mirna = mirnas.next().filter(|_| mirnas.next().is_none())?;
    let others = words.iter().filter(|word| word.mirna.is_none()).map(Word::whole);
    let others: Vec<String> = others.filter(|word| !FILLERS.contains(&word.as_str())).collect();
    (!others.is_empty()).then_some((others, mirna))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_however_it_is_written() {
        let (knowledge, _) = Knowledge::embedded();
        let named = |typed: &str| drug_name(&knowledge, typed);
        for typed in ["anti-miR-522-3p", "anti mir 522 3p", "antagomir-hsa-miR-522-3p", "inhibitor of miR522-3p"] {
            assert_eq!(named(typed).as_deref(), Some("anti-miR-522-3p"), "{typed}");
        }
        assert_eq!(named("let-7a-5p mimics").as_deref(), Some("mimic-let-7a-5p"));
        for typed in ["miR-522", "miR-522 gastric", "anti miR-522 miR-523", "anti-PD-1"] {
            assert_eq!(named(typed), None, "{typed}");
        }
    }
}
