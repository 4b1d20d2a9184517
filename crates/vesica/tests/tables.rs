//! The tables of the literature: nothing stands twice, nothing is lost, and every name leads somewhere.

use std::collections::{BTreeMap, BTreeSet};

use vesica::knowledge::{Change, Effect, Knowledge, MirnaLookup};

fn knowledge() -> Knowledge {
    let (knowledge, problems) = Knowledge::embedded();
    assert!(problems.is_empty(), "{problems:?}");
    knowledge
}

#[test]
fn every_usable_axis_is_there_and_says_what_speaks_against_it() {
    let knowledge = knowledge();
    assert_eq!(knowledge.axes.len(), 54, "58 rows were collected, 4 of them only remembered");
    for axis in &knowledge.axes {
        assert!(axis.effect.is_some() && !axis.kind.is_empty(), "{} says no effect or kind", axis.id);
        assert!(!axis.evidence.is_empty() && !axis.against.is_empty(), "{} is not weighed", axis.id);
        assert!(!axis.sources.is_empty(), "{} has no source", axis.id);
        assert_eq!(axis.genes.is_empty(), axis.change.is_none(), "{}: a gene changes, or none is named", axis.id);
    }
}

#[test]
fn senders_and_receivers_of_axes_are_cell_types() {
    let knowledge = knowledge();
    for axis in &knowledge.axes {
        for id in [&axis.donor, &axis.recipient].into_iter().filter(|id| !id.is_empty() && !id.starts_with("fluid:")) {
            assert!(knowledge.cells.contains_key(id), "{}: no file for `{id}` in biology/cells/", axis.id);
        }
    }
}

#[test]
fn a_mirna_of_an_axis_is_a_molecule_or_asks_for_its_strand() {
    let knowledge = knowledge();
    let mut ambiguous = BTreeSet::new();
    for axis in knowledge.axes.iter().filter(|axis| axis.kind == "miRNA") {
        for molecule in &axis.molecules {
            match knowledge.mirna(molecule) {
                MirnaLookup::One(mirna) => assert_eq!(&mirna.name, molecule, "{}", axis.id),
                MirnaLookup::Ambiguous(_) => drop(ambiguous.insert(molecule.as_str())),
                MirnaLookup::Unknown(_) => assert!(molecule.ends_with("cluster"), "{}: {molecule}", axis.id),
            }
        }
    }
    assert_eq!(ambiguous, BTreeSet::from(["let-7", "miR-222", "miR-522", "miR-744"]));
}

#[test]
fn mature_strands_are_those_of_the_release() {
    let knowledge = knowledge();
    let human: Vec<_> = knowledge.mirnas.iter().filter(|mirna| mirna.name.starts_with("hsa-")).collect();
    assert_eq!(human.len(), 2656);
    let names: BTreeSet<&str> = knowledge.mirnas.iter().map(|mirna| mirna.name.as_str()).collect();
    let accessions: BTreeSet<&str> = knowledge.mirnas.iter().map(|mirna| mirna.accession.as_str()).collect();
    assert_eq!((names.len(), accessions.len()), (knowledge.mirnas.len(), knowledge.mirnas.len()));
    assert!(human.iter().all(|mirna| mirna.sequence.chars().all(|base| "ACGU".contains(base))));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/mirna/mirbase22_hsa_mature.fa");
    let Ok(text) = std::fs::read_to_string(path) else { return println!("skipped: no copy of the release here") };
    let lines: Vec<&str> = text.lines().collect();
    let copy: BTreeMap<&str, &str> =
        lines.chunks(2).filter_map(|pair| Some((pair[0].strip_prefix('>')?.split(' ').next()?, pair[1]))).collect();
    for mirna in human {
        assert_eq!(copy.get(mirna.name.as_str()), Some(&mirna.sequence.as_str()), "{}", mirna.name);
    }
}

#[test]
fn a_name_without_its_strand_is_both_strands() {
    let knowledge = knowledge();
    let several = |name: &str| match knowledge.mirna(name) {
        MirnaLookup::Ambiguous(found) => found.iter().map(|mirna| mirna.name.as_str()).collect::<Vec<_>>(),
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(several("miR-124"), ["hsa-miR-124-3p", "hsa-miR-124-5p"]);
    assert_eq!(several("hsa-mir-29b-1"), ["hsa-miR-29b-1-5p", "hsa-miR-29b-3p"]);
    assert_eq!(several("hsa-mir-4443"), ["hsa-miR-4443"], "a hairpin is no cargo, even with one strand");
    assert_eq!(several("hsa-let-7a-1"), ["hsa-let-7a-3p", "hsa-let-7a-5p"]);
    assert!(several("let-7").len() > 10 && several("miR-30").len() > 8, "a family is every member");
    assert_eq!(several("hsa-miR-378a").len(), 2);
    assert_eq!(several("miR-34b"), ["hsa-miR-34b-3p", "hsa-miR-34b-5p"]);
}

#[test]
fn a_name_of_an_earlier_release_is_what_it_was() {
    let knowledge = knowledge();
    for (old, present) in [
        ("hsa-miR-199a*", "hsa-miR-199a-3p"),
        ("let-7b*", "hsa-let-7b-3p"),
        ("miR-126*", "hsa-miR-126-5p"),
        ("hsa-miR-422b", "hsa-miR-378a-3p"),
        ("hsa-miR-92", "hsa-miR-92a-3p"),
        ("hsa-miR-213", "hsa-miR-181a-3p"),
        ("hsa-miR-3591-5p", "hsa-miR-122b-5p"),
        ("MIMAT0002868", "hsa-miR-522-3p"),
    ] {
        assert!(matches!(knowledge.mirna(old), MirnaLookup::One(found) if found.name == present), "{old}");
    }
    // what two releases called by one name needs a choice
    let both = knowledge.mirna("hsa-miR-378");
    assert!(matches!(&both, MirnaLookup::Ambiguous(found) if found.len() == 2), "{both:?}");
    // what a release removed is nothing that can be carried
    assert!(matches!(knowledge.mirna("hsa-miR-1254"), MirnaLookup::Unknown(_)));
    assert!(knowledge.old_mirna_name("miR-1254").is_some_and(|old| old.note.contains("removed")));
    let accessions: BTreeSet<&String> = knowledge.mirnas.iter().map(|mirna| &mirna.accession).collect();
    for old in &knowledge.old_mirna_names {
        assert!(old.accessions.iter().all(|accession| accessions.contains(accession)), "{} leads nowhere", old.name);
    }
}

#[test]
fn every_statement_is_kept_with_its_contradictions() {
    let knowledge = knowledge();
    assert_eq!(knowledge.statements.len(), 327);
    let of = |database: &str| knowledge.statements.iter().filter(|row| row.database == database).count();
    assert_eq!((of("FerrDb V3 preview"), of("FerReg")), (112, 215));
    assert_eq!(knowledge.statements.iter().filter(|row| row.is_exosomal).count(), 24);
    for row in &knowledge.statements {
        let has_change = row.change.is_some();
        assert!(!row.gene.is_empty() || !has_change, "{} changes a gene that it does not name", row.id);
        assert!(has_change || !row.note.is_empty(), "{}: why is there no change?", row.id);
        assert!(!row.sources.is_empty() && !row.reference.is_empty(), "{} says not where it was read", row.id);
        if row.molecule.starts_with("hsa-") {
            let found = knowledge.mirna(&row.molecule);
            assert!(matches!(found, MirnaLookup::One(mirna) if mirna.name == row.molecule), "{}", row.id);
        }
    }
    let contradictions = knowledge.contradictions();
    let genes: BTreeSet<(&str, &str)> =
        contradictions.iter().map(|pair| (pair.other.molecule.as_str(), pair.one.gene.as_str())).collect();
    for pair in [("hsa-miR-9-5p", "GOT1"), ("hsa-miR-9-5p", "TFRC"), ("hsa-miR-27a-3p", "SLC7A11")] {
        assert!(genes.contains(&pair), "{pair:?} is not kept: {genes:?}");
    }
    for pair in contradictions {
        assert!(pair.one.note.contains(&format!("contradicts {}", pair.other.id)), "{} does not say so", pair.one.id);
        assert!(pair.other.note.contains(&format!("contradicts {}", pair.one.id)), "{} does not say so", pair.other.id);
    }
}

/// What lowers a guard of the cell should promote ferroptosis, what lowers a driver should not; where a source says otherwise the row says so.
#[test]
fn a_direction_against_the_usual_role_of_a_gene_is_marked() {
    let guards = ["GPX4", "SLC7A11", "SLC3A2", "FTH1", "SLC40A1", "AIFM2", "NFE2L2"];
    let drivers = ["ACSL4", "LPCAT3", "ALOX15", "TFRC", "SLC11A2", "NCOA4"];
    for row in &knowledge().statements {
        let is_guard = guards.contains(&row.gene.as_str());
        let Some(change) = row.change.filter(|_| is_guard || drivers.contains(&row.gene.as_str())) else { continue };
        let usual = if (change == Change::Raises) == is_guard { Effect::Suppresses } else { Effect::Promotes };
        let is_marked = row.note.contains("against the usual role");
        assert_eq!(row.effect != Some(usual), is_marked, "{}: {} {change:?} {:?}", row.id, row.gene, row.effect);
    }
}

/// That it is whole and stands once, the reader says.
#[test]
fn every_reference_says_how_far_it_was_read() {
    for reference in knowledge().references.values() {
        assert!(!reference.title.is_empty(), "{} has no title", reference.key);
        assert!(!reference.field("note").is_empty(), "{} does not say how far it was read", reference.key);
    }
}
