//! What the page of a body needs of an outcome: which arm is drawn, and its rows in the order in which they are shown.

use super::facts::Facts;
use super::numbers::{self, finite};
use crate::result::{DetectionRow, PlaceRow, Range3};

/// Places of the arm that is drawn.
pub(super) struct Places<'a> {
    pub arm: &'a str,
    rows: Vec<&'a PlaceRow>,
}

/// What one measure sees of a tumour, as the table says it.
pub(super) struct Seen {
    pub arm: String,
    pub measure: String,
    pub place: String,
    pub by: String,
    pub healthy: String,
    pub limit: String,
    pub cut_off: String,
    pub tumour: String,
    pub half: String,
    pub smallest: String,
    pub volume: String,
    pub share: String,
    pub auc: String,
}

/// What was given, and the areas under its curve, as the table says it.
pub(super) struct Given {
    pub arm: String,
    pub what: String,
    pub amount: String,
    pub route: String,
    pub areas: Vec<String>,
}

/// Places of which the table of doses has a column.
pub(super) fn area_places<'a>(facts: &Facts<'a>) -> Vec<&'a str> {
    let mut places: Vec<&str> = Vec::new();
    for row in &facts.outcome.doses {
        if !places.contains(&row.place.as_str()) {
            places.push(&row.place);
        }
    }
    places
}

/// The table of doses: one row for each dose, one area for each place.
pub(super) fn given(facts: &Facts<'_>) -> Vec<Given> {
    let mut given: Vec<Given> = Vec::new();
    for row in &facts.outcome.doses {
        let area = with_range(row.value, &row.unit);
        let is_same = |known: &&mut Given| known.arm == row.arm && known.what == row.what && known.route == row.route;
        match given.iter_mut().find(is_same) {
            Some(known) => known.areas.push(area),
            None => given.push(Given {
                arm: row.arm.clone(),
                what: row.what.clone(),
                amount: row.amount.clone(),
                route: row.route.clone(),
                areas: vec![area],
            }),
        }
    }
    given
}

fn best(row: &PlaceRow) -> f64 {
    finite(row.value.best).unwrap_or(0.0)
}

/// The arm that the answer is about when it has vesicles, else the one with the most.
pub(super) fn arm_drawn<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    let rows = &facts.outcome.places;
    let in_arm = |arm: &str| -> f64 { rows.iter().filter(|row| row.arm == arm && row.whose == "sent").map(best).sum() };
    let asked = facts.outcome.answer.of.as_str();
    if in_arm(asked) > 0.0 {
        return Some(asked);
    }
    let arms = facts.outcome.arms.iter().map(|arm| arm.name.as_str());
    arms.filter(|arm| in_arm(arm) > 0.0).max_by(|one, other| in_arm(one).total_cmp(&in_arm(other)))
}

impl<'a> Places<'a> {
    pub fn of(facts: &Facts<'a>) -> Option<Places<'a>> {
        let arm = arm_drawn(facts)?;
        Some(Places { arm, rows: facts.outcome.places.iter().filter(|row| row.arm == arm).collect() })
    }

    /// Rows of a kind, those with the most first.
    fn sorted(&self, is_it: impl Fn(&PlaceRow) -> bool) -> Vec<&'a PlaceRow> {
        let mut rows: Vec<&PlaceRow> = self.rows.iter().copied().filter(|row| is_it(row)).collect();
        rows.sort_by(|one, other| best(other).total_cmp(&best(one)));
        rows
    }

    /// Every place with something in it.
    pub fn there(&self) -> Vec<&'a PlaceRow> {
        self.sorted(|row| row.whose == "sent" && row.group != "taken out" && best(row) > 0.0)
    }

    /// Places with a place in the outline.
    pub fn drawn(&self) -> Vec<&'a PlaceRow> {
        self.sorted(|row| row.whose == "sent" && row.x.is_some() && row.y.is_some())
    }

    /// Places that the outline does not show.
    pub fn listed(&self) -> Vec<&'a PlaceRow> {
        self.sorted(|row| row.whose == "sent" && row.x.is_none() && row.group != "taken out")
    }

    /// What healthy people have.
    pub fn healthy(&self) -> Vec<&'a PlaceRow> {
        self.sorted(|row| row.whose == "healthy" && best(row) > 0.0)
    }

    /// The five that took the most.
    pub fn taken_out(&self) -> Vec<&'a PlaceRow> {
        let mut rows = self.sorted(|row| row.group == "taken out" && best(row) > 0.0);
        rows.truncate(5);
        rows
    }
}

/// Whether a tumour adds anything that an assay could see; one that only takes is not looked for.
pub(super) fn is_shed(facts: &Facts<'_>) -> bool {
    let adds = |row: &DetectionRow| row.what == "tumour" && finite(row.value.high).is_some_and(|high| high > 0.0);
    facts.outcome.detection.iter().any(adds)
}

/// The table of detection: every measure of every arm with a tumour.
pub(super) fn seen(facts: &Facts<'_>) -> Vec<Seen> {
    let rows = &facts.outcome.detection;
    let is_first = |row: &&DetectionRow| row.what == "smallest";
    let one = |row: &DetectionRow| -> Option<Seen> {
        let of = |what: &str| {
            rows.iter().find(|other| other.arm == row.arm && other.measure == row.measure && other.what == what)
        };
        let volume = of("seen")?.at.filter(|volume| *volume > 0.0)?;
        let text = |what: &str| of(what).map_or(String::new(), |row| with_range(row.value, &row.unit));
        Some(Seen {
            arm: row.arm.clone(),
            measure: row.measure.clone(),
            place: row.place.clone(),
            by: row.by.clone(),
            healthy: text("healthy"),
            limit: text("limit"),
            cut_off: text("cut-off"),
            tumour: text("tumour"),
            half: volume_text(of("half")?.value),
            smallest: volume_text(row.value),
            volume: numbers::given(volume),
            share: text("seen"),
            auc: text("auc"),
        })
    };
    rows.iter().filter(is_first).filter(|_| is_shed(facts)).filter_map(one).collect()
}

/// What the page says first: the assay that sees the smallest tumour, if any does.
pub(super) fn lead(facts: &Facts<'_>, is_without_tumour: bool) -> String {
    let arm = arm_drawn(facts);
    let rows = facts.outcome.detection.iter();
    let of_arm = rows.filter(|row| row.what == "smallest" && Some(row.arm.as_str()) == arm);
    let seen = of_arm.filter_map(|row| Some((finite(row.value.best)?, row)));
    match seen.min_by(|one, other| one.0.total_cmp(&other.0)) {
        Some((_, row)) => format!(
            "{} in {} sees the smallest tumour: {} in 95 % of people. What else is in the fluid decides as much as what the tumour adds.",
            row.measure,
            row.place,
            volume_text(row.value)
        ),
        None if is_without_tumour => {
            "Where vesicles and drugs are at the end, and what instruments would read in the fluids.".to_owned()
        }
        None => "No assay sees the tumour in 95 % of people at any volume that was looked at.".to_owned(),
    }
}

fn with_range(value: Range3, unit: &str) -> String {
    let best = finite(value.best).map_or(numbers::NONE.to_owned(), |best| numbers::in_unit(best, unit));
    // ends that are one number say nothing
    let is_one = value.low == value.high;
    let ends = if is_one { String::new() } else { numbers::brackets(value, unit) };
    format!("{best} {ends}").trim_end().to_owned()
}

/// `12 cm³ (0.3–not seen)`: a volume, and which end of it was never seen.
pub(super) fn volume_text(value: Range3) -> String {
    let end = |end: Option<f64>| finite(end).map_or("not seen".to_owned(), numbers::simulated);
    let unit = if finite(value.best).is_some() { " cm³" } else { "" };
    match (finite(value.low), finite(value.best)) {
        (None, None) => "not seen".to_owned(),
        _ => format!("{}{unit} ({}–{})", end(value.best), end(value.low), end(value.high)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_says_what_was_not_seen() {
        let text = |low, best, high| volume_text(Range3 { low, best, high });
        assert_eq!(text(None, None, None), "not seen");
        assert_eq!(text(Some(0.1), Some(2.0), None), "2.0 cm³ (0.10–not seen)");
        assert_eq!(text(Some(0.1), None, None), "not seen (0.10–not seen)");
    }
}
