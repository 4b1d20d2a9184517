//! The last lines of `run`: arms, answer, weakest link, where the report is.

use std::path::Path;

use super::super::words::{counted, labelled, plain, typed};
use super::arms;
use crate::knowledge::LINKS;
use crate::result::{Answer, Outcome, Range3, ThroughRow, Weakest};
use crate::terminal::{Numbers, Terminal};

/// At most so many amounts of a cell are named; the methods page of the report has all.
const MOST_WHOLE: usize = 4;

/// At most so many frozen cells are named; the report has all.
const MOST_FROZEN: usize = 5;

/// As text.
pub fn text(outcome: &Outcome, out: &Path, terminal: &Terminal) -> String {
    let mut text = arms::table(outcome, terminal);
    text.push('\n');
    let answer = &outcome.answer;
    if !answer.verdict.is_empty() {
        text.push_str(&of_answer(answer, terminal));
    }
    for (index, line) in of_data(outcome).iter().enumerate() {
        text.push_str(&labelled(if index == 0 { "Data" } else { "" }, line, terminal, plain));
    }
    for whole in answer.whole.iter().filter(|whole| !whole.amounts.is_empty()) {
        text.push_str(&labelled("Whole", &whole.in_words(MOST_WHOLE), terminal, plain));
    }
    for warning in &answer.warnings {
        text.push_str(&labelled("Warning", warning, terminal, Terminal::caution));
    }
    if answer.died_at_rest > 0.0 {
        let died = format!("{} of the cells died before time zero", percent(answer.died_at_rest));
        text.push_str(&labelled("At rest", &died, terminal, plain));
    }
    for frozen in answer.frozen.iter().take(MOST_FROZEN) {
        text.push_str(&labelled("Frozen", frozen, terminal, Terminal::caution));
    }
    if answer.frozen.len() > MOST_FROZEN {
        let more = format!("and {} more, see the report", answer.frozen.len() - MOST_FROZEN);
        text.push_str(&labelled("Frozen", &more, terminal, plain));
    }
    text.push_str(&labelled("Report", &out.join("report.html").display().to_string(), terminal, Terminal::typed));
    text.push_str(&labelled("Next", &format!("vesica run {}", typed(out)), terminal, Terminal::typed));
    terminal.spell(&text)
}

fn of_answer(answer: &Answer, terminal: &Terminal) -> String {
    let mut text = labelled("Answer", &answer.sentence, terminal, Terminal::bold);
    let difference = match answer.difference.best {
        Some(_) => format!("{}: {}", with_range(&answer.difference, &answer.unit), answer.compares),
        None => answer.compares.clone(),
    };
    text.push_str(&labelled("", &difference, terminal, plain));
    text.push_str(&labelled("", &share_that_holds(answer), terminal, plain));
    for one in answer.by_hypothesis.iter().filter(|_| answer.by_hypothesis.len() > 1) {
        let (n_able, n_hold) = able_and_holding(one.n_worlds, one.can_answer, one.holds);
        let line = match n_able {
            0 => format!("{}: {}, no world can answer", one.hypothesis, one.verdict),
            _ => format!(
                "{}: {}, {}, holds in {n_hold} of {}",
                one.hypothesis,
                one.verdict,
                with_range(&one.difference, &one.unit),
                counted(n_able, "world")
            ),
        };
        text.push_str(&labelled("", &line, terminal, plain));
    }
    for given in &answer.given {
        let line = format!("{}: holds in {} of all worlds", given.text, percent(given.holds));
        text.push_str(&labelled("Control", &line, terminal, plain));
    }
    text + &weakest(answer.weakest.first(), terminal)
}

/// Which worlds pass through what the lab read.
fn of_data(outcome: &Outcome) -> Vec<String> {
    let through = &outcome.through;
    let line = |row: &ThroughRow| {
        let what = match (row.measure.as_str(), row.hypothesis.as_str()) {
            ("", "") => "all measures".to_owned(),
            (measure, "") => format!("{measure} in {}", row.file),
            (_, hypothesis) => format!("  {hypothesis}"),
        };
        if row.n_groups == 0 {
            return format!(
                "{what}: no world is judged by it, as neither replicates nor `noise` say how sure a reading is"
            );
        }
        let holds = match row.n_able {
            0 => String::new(),
            n => format!("; of {n} that can answer it holds in {}", row.n_hold),
        };
        format!(
            "{what}: {} of {} pass through its {} of readings{holds}",
            row.n_through,
            counted(row.n_worlds as usize, "world"),
            counted(row.n_groups as usize, "group")
        )
    };
    // by hypothesis only for the data as a whole, which stand last
    let last = through.last().map(|row| row.measure.as_str());
    through
        .iter()
        .filter(|row| row.hypothesis.is_empty() || (Some(row.measure.as_str()) == last && row.n_groups > 0))
        .map(line)
        .collect()
}

/// `holds (≤ −10 points) in 62 % ± 6 % of the 60 worlds that can answer, ..`
fn share_that_holds(answer: &Answer) -> String {
    let (n_able, _) = able_and_holding(answer.n_worlds, answer.can_answer, answer.holds);
    let counts = answer.counts.replace('-', "−");
    if n_able == 0 {
        return format!(
            "none of {} can answer: their controls fail, or the measure reads nothing",
            counted(answer.n_worlds, "world")
        );
    }
    let error = match answer.holds_error {
        error if error > 0.0 => format!(" ± {}", percent(error)),
        _ => sure_to(answer.holds, n_able),
    };
    let all = if n_able == answer.n_worlds {
        String::new()
    } else {
        format!(", in {} of all {}", percent(answer.holds_of_all), answer.n_worlds)
    };
    format!(
        "holds ({counts}) in {}{error} of the {} that can answer{all}",
        percent(answer.holds),
        counted(n_able, "world")
    )
}

/// None or all of `n` worlds: with 95 % confidence the share is below, or above, 3 / n.
fn sure_to(holds: f64, n: usize) -> String {
    let unseen = 3.0 / n as f64;
    match holds {
        _ if unseen >= 0.5 => String::new(),
        holds if holds < 0.5 => format!(" (surely less than {})", percent(unseen)),
        _ => format!(" (surely more than {})", percent(1.0 - unseen)),
    }
}

/// How many of `n_worlds` can answer, and in how many of these it holds.
fn able_and_holding(n_worlds: usize, can_answer: f64, holds: f64) -> (usize, usize) {
    let whole = |number: f64| if number.is_finite() { number.round() as usize } else { 0 };
    let n_able = whole(can_answer * n_worlds as f64);
    (n_able, whole(holds * n_able as f64))
}

fn weakest(first: Option<&Weakest>, terminal: &Terminal) -> String {
    let Some(first) = first else {
        return labelled("Weakest", "no number explains the spread of the answer", terminal, plain);
    };
    let number = LINKS.iter().position(|link| *link == first.link).map_or(String::new(), |at| format!("{} ", at + 1));
    let next = if first.experiment.is_empty() { String::new() } else { format!(" → {}", first.experiment) };
    let line = format!(
        "{number}{}: {}, {}, explains {} of the spread{next}",
        first.link,
        first.label,
        first.status.word(),
        percent(first.share)
    );
    labelled("Weakest", &line, terminal, plain)
}

/// `−11 points (−34 to 0)`: points whole, with one decimal under 1.
fn with_range(range: &Range3, unit: &str) -> String {
    let one = |value: Option<f64>| match value {
        Some(value) if unit == "points" => Numbers::TERMINAL.points(value / 100.0),
        Some(value) => Numbers::TERMINAL.simulated(value),
        None => "–".to_owned(),
    };
    let unit = if unit == "1" { String::new() } else { format!(" {unit}") };
    match (range.low, range.high) {
        (Some(_), Some(_)) => format!("{}{unit} ({} to {})", one(range.best), one(range.low), one(range.high)),
        _ => format!("{}{unit}", one(range.best)),
    }
}

fn percent(share: f64) -> String {
    if share.is_finite() { Numbers::TERMINAL.percent(share) } else { "–".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiny_differences_read_as_nothing_and_never_as_minus_zero() {
        let range = |low, best, high| Range3 { low: Some(low), best: Some(best), high: Some(high) };
        assert_eq!(with_range(&range(-7.0e-11, -7.0e-11, 1.1e-5), "points"), "0 points (0 to 0)");
        assert_eq!(with_range(&range(-34.2, -11.4, -0.4), "points"), "−11 points (−34 to −0.4)");
        assert_eq!(with_range(&Range3::default(), "points"), "– points");
    }

    #[test]
    fn no_error_is_claimed_that_was_not_seen() {
        assert_eq!(sure_to(0.0, 60), " (surely less than 5 %)");
        assert_eq!(sure_to(1.0, 60), " (surely more than 95 %)");
        assert_eq!(sure_to(0.0, 2), "");
    }
}
