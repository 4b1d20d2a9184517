//! The nine links in one line: how well each is known, and what is left after it.

use super::facts::Facts;
use super::numbers::{self, finite};
use super::palette::{LINKS, link_class};
use super::svg::fit;
use crate::result::{EvidenceRow, LedgerRow, Status};

/// A link as the strip shows it.
pub(super) struct Link {
    pub number: usize,
    pub name: &'static str,
    pub class: &'static str,
    /// Thickness of the line in px: thin = badly known.
    pub thickness: String,
    /// `m`, `i`, `a`; empty for a link that nothing stands on.
    pub status: &'static str,
    pub status_word: &'static str,
    /// `14 000 vesicles`.
    pub amount: String,
    pub is_thinnest: bool,
    /// Which number makes it so thin.
    pub why: String,
}

/// Room for the words of an amount, px; they may take two lines.
const ROOM: f64 = 200.0;
const THINNEST: f64 = 2.5;
const THICKEST: f64 = 21.0;
/// px lost per factor of ten between the ends of a range.
const PER_DECADE: f64 = 11.6;

/// One-letter class of a status.
pub(super) fn status_class(status: Status) -> &'static str {
    match status {
        Status::Measured => "m",
        Status::Inferred => "i",
        Status::Assumed => "a",
    }
}

/// All nine links for the reference arm.
pub(super) fn links(facts: &Facts<'_>) -> Vec<Link> {
    let ranges: Vec<Option<(f64, &EvidenceRow)>> = LINKS.iter().map(|link| widest(facts, link)).collect();
    let thinnest = thinnest(facts, &ranges);
    let link = |(i, name): (usize, &&'static str)| {
        let row = facts.outcome.ledger.iter().find(|row| row.arm == facts.reference && row.link == **name);
        let status = row.map(|row| row.status).or_else(|| weakest_status(facts, name));
        let thickness = ranges[i].map_or(THICKEST, |(decades, _)| thickness(decades));
        Link {
            number: i + 1,
            name,
            class: link_class(name),
            thickness: format!("{:.1}", if status.is_none() { 1.0 } else { thickness }),
            status: status.map_or("", status_class),
            status_word: status.map_or("nothing stands on it", Status::word),
            amount: row.map(amount).unwrap_or_default(),
            is_thinnest: thinnest == Some(i),
            why: ranges[i].map(|(_, row)| why(row)).unwrap_or_default(),
        }
    };
    LINKS.iter().enumerate().map(link).collect()
}

/// `21 − 11.6 log10(high / low)`, at least 2.5.
fn thickness(decades: f64) -> f64 {
    (THICKEST - PER_DECADE * decades).clamp(THINNEST, THICKEST)
}

/// The widest range among the varied numbers of a link, in factors of ten; zero or unknown is without end.
fn widest<'a>(facts: &Facts<'a>, link: &str) -> Option<(f64, &'a EvidenceRow)> {
    let rows = facts.outcome.evidence.iter().filter(|row| row.link == link && row.varied);
    let decades = |row: &'a EvidenceRow| {
        let (low, high) = (finite(row.low)?, finite(row.high)?);
        let decades = if low > 0.0 && high > 0.0 { (high / low).log10() } else { f64::INFINITY };
        Some((decades, row))
    };
    rows.filter_map(decades).max_by(|one, other| one.0.total_cmp(&other.0))
}

/// The link with the thinnest line; among equals the one that explains most of the answer.
fn thinnest(facts: &Facts<'_>, ranges: &[Option<(f64, &EvidenceRow)>]) -> Option<usize> {
    let lines: Vec<f64> =
        ranges.iter().map(|range| range.map_or(THICKEST, |(decades, _)| thickness(decades))).collect();
    let least = lines.iter().copied().fold(THICKEST, f64::min);
    let equal = |i: &usize| lines[*i] <= least && lines[*i] < THICKEST;
    let by_answer =
        facts.outcome.answer.weakest.iter().filter_map(|weak| LINKS.iter().position(|link| *link == weak.link));
    let by_range = |one: &usize, other: &usize| {
        let decades = |i: &usize| ranges[*i].map_or(0.0, |(decades, _)| decades);
        decades(one).total_cmp(&decades(other))
    };
    by_answer.into_iter().find(equal).or_else(|| (0..LINKS.len()).filter(equal).max_by(by_range))
}

fn weakest_status(facts: &Facts<'_>, link: &str) -> Option<Status> {
    facts.outcome.evidence.iter().filter(|row| row.link == link).map(|row| row.status).max()
}

fn amount(row: &LedgerRow) -> String {
    match finite(row.amount.best) {
        Some(best) if row.unit == "%" => {
            format!("{} {}", numbers::in_unit(best, "%"), fit(&row.counted, ROOM, 12.5, false))
        }
        Some(best) => format!("{} {}", numbers::simulated(best), fit(&row.unit, ROOM, 12.5, false)),
        None => String::new(),
    }
}

fn why(row: &EvidenceRow) -> String {
    let range = crate::result::Range3 { low: row.low, best: None, high: row.high };
    format!("widest range: {} {} {}", row.id, numbers::ends(range, &row.unit), numbers::on_screen(&row.unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decade_costs_more_than_half_of_the_line() {
        assert_eq!(thickness(0.0), 21.0);
        assert!((thickness(1.0) - 9.4).abs() < 1e-9);
        assert_eq!(thickness(3.0), 2.5);
        assert_eq!(thickness(f64::INFINITY), 2.5);
    }
}
