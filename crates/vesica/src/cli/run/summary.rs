//! The last lines of `run`: arms, answer, weakest link, where the report is.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json as object};

use crate::result::{Answer, ArmRow, Outcome, Range3};
use crate::terminal::{Cell, Column, Numbers, Table, Terminal};

/// As text.
pub fn text(outcome: &Outcome, out: &Path, terminal: &Terminal) -> String {
    let mut text = arms(outcome, terminal);
    text.push('\n');
    let answer = &outcome.answer;
    if !answer.question.is_empty() && !answer.verdict.is_empty() {
        text.push_str(&of_answer(answer, terminal));
    }
    if answer.died_at_rest > 0.0 {
        let _ = writeln!(text, "At rest  {} of the cells died before time zero", percent(answer.died_at_rest));
    }
    for frozen in answer.frozen.iter().take(5) {
        let _ = writeln!(text, "Frozen   {frozen}");
    }
    if answer.frozen.len() > 5 {
        let _ = writeln!(text, "Frozen   and {} more, see the report", answer.frozen.len() - 5);
    }
    let _ = writeln!(text, "Report   {}", terminal.typed(&out.join("report.html").display().to_string()));
    let _ = writeln!(text, "Next     {}", terminal.typed(&format!("vesica run {}", out.display())));
    terminal.spell(&text)
}

fn of_answer(answer: &Answer, terminal: &Terminal) -> String {
    let mut text = format!("Answer   {}\n", terminal.bold(&answer.sentence));
    let _ = writeln!(text, "         {} {} ({})", with_range(&answer.difference), answer.unit, answer.compares);
    let _ = writeln!(
        text,
        "         holds ({}) in {} ± {} of the worlds that can answer, {} of all; {} of {} worlds can answer",
        answer.counts,
        percent(answer.holds),
        percent(answer.holds_error),
        percent(answer.holds_of_all),
        percent(answer.can_answer),
        answer.n_worlds
    );
    for one in &answer.by_hypothesis {
        let _ = writeln!(
            text,
            "         {}: {} ({} {}; holds in {} of {} worlds)",
            one.hypothesis,
            one.verdict,
            with_range(&one.difference),
            one.unit,
            percent(one.holds),
            one.n_worlds
        );
    }
    for given in &answer.given {
        let _ = writeln!(text, "Control  {}: holds in {} of the worlds", given.text, percent(given.holds));
    }
    match answer.weakest.first() {
        Some(first) => {
            let next = if first.experiment.is_empty() { String::new() } else { format!(" → {}", first.experiment) };
            let _ = writeln!(
                text,
                "Weakest  {}: {} explains {} of the spread{next}",
                first.link,
                first.label,
                percent(first.share)
            );
        }
        None => text.push_str("Weakest  no number explains the spread of the answer\n"),
    }
    for warning in &answer.warnings {
        let _ = writeln!(text, "{}  {warning}", terminal.caution("Warning"));
    }
    text
}

/// One row for each arm: the measure of the answer at its time, the others at their last time.
fn arms(outcome: &Outcome, terminal: &Terminal) -> String {
    let mut measures: Vec<&str> = Vec::new();
    for row in &outcome.readings {
        if !measures.contains(&row.measure.as_str()) {
            measures.push(&row.measure);
        }
    }
    let mut columns = vec![Column::text("arm")];
    columns.extend(measures.iter().map(|measure| {
        let at = reading_of(outcome, &outcome.arms[0].name, measure).map_or(0.0, |row| row.at_h);
        Column::number(format!("{measure} {at} h"))
    }));
    let mut table = Table::new(columns);
    for arm in &outcome.arms {
        let mut cells = vec![Cell::new(&arm.name)];
        cells.extend(measures.iter().map(|measure| {
            let row = reading_of(outcome, &arm.name, measure);
            Cell::new(row.map_or("–".to_owned(), |row| shown(row, measure == &outcome.answer.measure)))
        }));
        table.row(cells);
    }
    table.print(terminal)
}

fn reading_of<'a>(outcome: &'a Outcome, arm: &str, measure: &str) -> Option<&'a ArmRow> {
    let mut rows = outcome.readings.iter().filter(|row| row.arm == arm && row.measure == measure);
    if measure == outcome.answer.measure {
        let at = outcome.answer.at_h;
        return rows.find(|row| (row.at_h - at).abs() < 1e-9);
    }
    rows.next_back()
}

fn shown(row: &ArmRow, with_its_range: bool) -> String {
    let unit = if row.unit == "1" { String::new() } else { format!(" {}", row.unit) };
    match (row.value.best, row.limit) {
        (None, Some(limit)) => format!("< {}{unit}", Numbers::TERMINAL.simulated(limit)),
        (None, None) => "–".to_owned(),
        (Some(best), _) if with_its_range => match (row.value.low, row.value.high) {
            (Some(low), Some(high)) => {
                let ends = Numbers::TERMINAL.range(low, high);
                format!("{}{unit} ({ends})", Numbers::TERMINAL.simulated(best))
            }
            _ => format!("{}{unit}", Numbers::TERMINAL.simulated(best)),
        },
        (Some(best), _) => format!("{}{unit}", Numbers::TERMINAL.simulated(best)),
    }
}

fn with_range(range: &Range3) -> String {
    let number = |value: Option<f64>| value.map_or("–".to_owned(), |value| Numbers::TERMINAL.simulated(value));
    format!("{} ({} to {})", number(range.best), number(range.low), number(range.high))
}

fn percent(share: f64) -> String {
    if share.is_finite() { Numbers::TERMINAL.percent(share) } else { "–".to_owned() }
}

/// As one object.
pub fn json(outcome: &Outcome, out: &Path) -> Value {
    let arms: Vec<Value> = outcome
        .arms
        .iter()
        .map(|arm| {
            let mut measures: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
            for row in outcome.readings.iter().filter(|row| row.arm == arm.name) {
                let at = format!("{} h", row.at_h);
                let value = &row.value;
                measures.entry(&row.measure).or_default().push(object!({
                    "at": at, "low": value.low, "best": value.best, "high": value.high, "unit": row.unit
                }));
            }
            object!({ "name": arm.name, "measures": measures })
        })
        .collect();
    object!({
        "answer": outcome.answer,
        "arms": arms,
        "weakest": outcome.answer.weakest,
        "warnings": outcome.answer.warnings,
        "out": out.display().to_string(),
    })
}
