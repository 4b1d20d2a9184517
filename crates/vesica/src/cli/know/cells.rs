//! Cell types and cell lines.

use super::Entry;
use super::numbers::{NumberRow, listed};
use crate::knowledge::{CellType, Knowledge};

/// The cell type of that name, and what is known against a line of that name.
pub fn cell(knowledge: &Knowledge, word: &str) -> Vec<Entry> {
    let named = |cell: &&CellType| cell.names().any(|name| name.eq_ignore_ascii_case(word));
    let mut entries: Vec<Entry> = knowledge.cells.values().filter(named).map(|cell| of_cell(knowledge, cell)).collect();
    for line in knowledge.cell_lines.iter().filter(|line| line.name.eq_ignore_ascii_case(word)) {
        if knowledge.cell(word).is_none() {
            entries.push(Entry::new("line", &line.name, vec![format!("{} is simulated as {}", line.name, line.cell)]));
        }
        if !line.warning.is_empty() {
            let warning = format!("{} ({})", line.warning, listed(&line.sources));
            entries.push(Entry::new("against", &line.name, vec![warning]));
        }
    }
    entries
}

fn of_cell(knowledge: &Knowledge, cell: &CellType) -> Entry {
    let like = if cell.lineage.is_empty() { String::new() } else { format!(", like {}", cell.lineage.join(", ")) };
    let with = |before: &str, text: &str| if text.is_empty() { String::new() } else { format!("{before}{text}") };
    let lines = knowledge.cell_lines.iter().filter(|line| line.cell == cell.id).map(|line| line.name.as_str());
    let mut text = vec![
        format!("{} (`is = \"{}\"`){like}", cell.name, cell.id),
        lives(cell),
        with("diseases: ", &cell.diseases.join(", ")),
        cell.note.clone(),
        with("lines: ", &lines.collect::<Vec<_>>().join(", ")),
        with("genes: ", &cell.genes.join(", ")),
        with("fixed amounts: ", &cell.amounts.join(", ")),
        format!("{} mechanisms, {} of them repeated", cell.mechanisms.len() + cell.repeats.len(), cell.repeats.len()),
    ];
    text.retain(|line| !line.is_empty());
    let own = knowledge.numbers.iter().filter(|number| number.cell == cell.id);
    let numbers: Vec<NumberRow> = own.map(NumberRow::of).collect();
    match (numbers.is_empty(), cell.lineage.first()) {
        (true, Some(parent)) => text.push(format!("no number of its own: all are those of {parent}")),
        _ => text.extend(numbers.iter().map(NumberRow::line)),
    }
    Entry { numbers, ..Entry::new("cell", &cell.id, text) }
}

/// `human, in the liver; does not divide`
fn lives(cell: &CellType) -> String {
    let organ = if cell.organ.is_empty() { String::new() } else { format!("in: {}", cell.organ) };
    let where_it_is = [cell.species.as_str(), &organ].into_iter().filter(|text| !text.is_empty());
    let growth = if cell.grows { "" } else { "; does not divide unless a scenario says so" };
    format!("{}{growth}", where_it_is.collect::<Vec<_>>().join(", "))
}
