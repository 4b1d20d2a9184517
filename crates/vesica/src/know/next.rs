//! What can be typed next, and works.

use super::Found;
use crate::draft::{Wish, draft};
use crate::knowledge::{Knowledge, LINKS, MirnaLookup};

/// So many axes are tried for one that can be asked.
const AXES_TRIED: usize = 3;

/// The command that writes the scenario of an axis or statement; with a strand, where its source names none.
fn asking(knowledge: &Knowledge, id: &str) -> Option<String> {
    let with = |strand: Option<&str>, molecule: Option<&str>| {
        let option =
            |name: &str, value: Option<&str>| value.map_or(String::new(), |value| format!(" --{name} {value}"));
        let options = option("strand", strand) + &option("molecule", molecule);
        draft(knowledge, &Wish { words: id, strand, molecule })
            .ok()
            .map(|_| format!("vesica new --axis {id}{options} my.toml"))
    };
    let by_strand = [None, Some("3p"), Some("5p")].into_iter().find_map(|strand| with(strand, None));
    by_strand.or_else(|| {
        let molecules = &knowledge.axis(id)?.molecules;
        let of_family = molecules.iter().find_map(|name| match knowledge.mirna(name) {
            MirnaLookup::Ambiguous(found) => found.first().map(|mirna| mirna.name.as_str()),
            _ => None,
        });
        with(None, Some(of_family?))
    })
}

/// The name to ask for next: the cell that a line is, the family of a miRNA; else what there is to begin with.
fn next_name(found: &Found) -> String {
    let of_line = found.lines.first().map(|line| line.cell.replace('_', " "));
    let of_mirna = found.mirnas.first().map(|mirna| {
        let name = mirna.name.trim_start_matches("hsa-");
        name.trim_end_matches("-3p").trim_end_matches("-5p").to_owned()
    });
    match of_line.or(of_mirna).filter(|name| !name.eq_ignore_ascii_case(&found.query)) {
        Some(name) => format!("vesica know {name}"),
        None => "vesica new".to_owned(),
    }
}

/// Commands that go on from what was found, the most direct first.
pub(super) fn next(knowledge: &Knowledge, found: &Found) -> Vec<String> {
    let is_about_a_drug = found.order.first() == Some(&"drugs");
    let ids = found.axes.iter().map(|row| &row.id).chain(found.statements.iter().map(|row| &row.id));
    let ids = ids.filter(|_| !is_about_a_drug);
    // a drug for one miRNA: what is known of that
    let mirnas = found.drugs.iter().take(1).filter_map(|drug| knowledge.drug(&drug.name)?.first()?.mirna.clone());
    let mut next: Vec<String> =
        mirnas.map(|mirna| format!("vesica know {}", mirna.trim_start_matches("hsa-"))).collect();
    if let [link] = found.links.as_slice() {
        let is_said = found.query.to_lowercase().contains("numbers");
        next.extend((!is_said).then(|| format!("vesica know numbers link {}", link.number)));
    }
    next.extend(ids.take(AXES_TRIED).find_map(|id| asking(knowledge, id)));
    next.extend(found.examples.first().map(|example| format!("vesica run {}", example.name)));
    if next.is_empty() || is_about_a_drug {
        let of_drug = found.drugs.first().and_then(|drug| Some(drug.actions.first()?.link.as_str()));
        // what stands beside a line only speaks of it
        let of_number = || found.numbers.first().filter(|_| found.lines.is_empty()).map(|number| number.link.as_str());
        let link = of_drug.or_else(of_number);
        next.push(match link.filter(|link| LINKS.contains(link) && found.links.is_empty()) {
            Some(link) => format!("vesica know link {link}"),
            None => next_name(found),
        });
    }
    next
}
