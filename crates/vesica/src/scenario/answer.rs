//! `[answer]`: what would count as an answer.

use vesica_model::Span;

use super::fields::{Fields, Reader, as_table, hours};
use super::measures::dimension_of;
use super::{AnswerSpec, Arm, Condition, Given, Measure};
use crate::quantity::Expected;
use crate::quantity::Quantity;
use crate::units::Dimension;

pub(super) fn read(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    arms: &[Arm],
    measures: &[Measure],
) -> Option<AnswerSpec> {
    let node = fields.get("answer")?;
    let table = as_table(reader, "`answer`", node)?;
    let mut fields = Fields::new("[answer]", table, &node.span);
    fields.need(reader, "measure", "measure = \"viability@72h\"");
    let measure = fields.text(reader, "measure").and_then(|(text, span)| measure_at(reader, &text, &span, measures));
    fields.need(reader, "of", "of = \"ARM\"");
    let of = fields.text(reader, "of").and_then(|(arm, span)| known_arm(reader, arms, &arm, &span));
    fields.need(reader, "minus", "minus = \"ARM\", the arm it is compared with");
    let minus = fields.text(reader, "minus").and_then(|(arm, span)| known_arm(reader, arms, &arm, &span));
    let counts = fields.text(reader, "counts");
    let given = fields.texts(reader, "given").unwrap_or_default();
    fields.finish(reader);
    let (measure, at) = measure?;
    let counts = counts.and_then(|(text, span)| condition(reader, &text, &text, &span, measure));
    let given = given.iter().filter_map(|(text, span)| self::given(reader, text, span, arms, measure)).collect();
    Some(AnswerSpec { measure: measure.name.clone(), at, of: of?, minus: minus?, counts, given })
}

/// `viability@72h`: the measure and one of its times.
fn measure_at<'m>(
    reader: &mut Reader<'_>,
    text: &str,
    span: &Span,
    measures: &'m [Measure],
) -> Option<(&'m Measure, f64)> {
    let (name, time) = match text.rsplit_once('@') {
        Some((name, time)) => (name.trim(), Some(time.trim())),
        None => (text.trim(), None),
    };
    let Some(measure) = measures.iter().find(|measure| measure.name == name) else {
        let known: Vec<&str> = measures.iter().map(|measure| measure.name.as_str()).collect();
        reader.unknown("E19", "measure", name, span, &known);
        return None;
    };
    let times: Vec<String> = measure.at.iter().map(|time| hours(*time)).collect();
    let Some(time) = time else {
        let help = format!("write one of its times, as in \"{name}@{}\"", times.last().map_or("72h", |time| time));
        reader.problem("E38", format!("`{name}` is read at several times"), span, help);
        return None;
    };
    let at = match Quantity::parse_as(time, &Expected::of(Dimension::TIME).named("a time"), span) {
        Ok(time) => time.best?,
        Err(problem) => {
            reader.problems.push(problem);
            return None;
        }
    };
    if !measure.at.contains(&at) {
        let message = format!("`{name}` is not read at {}", hours(at));
        reader.problem("E19", message, span, format!("it is read at {}", times.join(", ")));
        return None;
    }
    Some((measure, at))
}

fn known_arm(reader: &mut Reader<'_>, arms: &[Arm], name: &str, span: &Span) -> Option<String> {
    if arms.iter().any(|arm| arm.name == name) {
        return Some(name.to_owned());
    }
    let known: Vec<&str> = arms.iter().map(|arm| arm.name.as_str()).collect();
    reader.unknown("E19", "arm", name, span, &known);
    None
}

/// Signs of a condition; a limit is a real number, so that `>` and `>=` are the same.
const SIGNS: [(&str, bool); 6] = [(">=", true), ("<=", false), ("≥", true), ("≤", false), (">", true), ("<", false)];

/// Where the last sign stands: an arm may have one in its name.
fn split_sign(text: &str) -> Option<(&str, bool, &str)> {
    let (at, sign, at_least) = SIGNS
        .iter()
        .filter_map(|(sign, at_least)| Some((text.rfind(sign)?, *sign, *at_least)))
        .max_by_key(|(at, sign, _)| (*at + sign.len(), sign.len()))?;
    Some((text[..at].trim(), at_least, text[at + sign.len()..].trim()))
}

fn given(reader: &mut Reader<'_>, text: &str, span: &Span, arms: &[Arm], measure: &Measure) -> Option<Given> {
    let Some((arm, ..)) = split_sign(text) else {
        reader.problem("E38", format!("`{text}` is no condition"), span, "write \"ARM >= 80 %\" or \"ARM <= 70 %\"");
        return None;
    };
    let arm = known_arm(reader, arms, arm, span)?;
    let condition = condition(reader, text, &text[arm.len()..], span, measure)?;
    Some(Given { text: text.to_owned(), arm, condition })
}

/// `<= -10 points`, in the unit of the measure.
fn condition(reader: &mut Reader<'_>, whole: &str, text: &str, span: &Span, measure: &Measure) -> Option<Condition> {
    let Some(("", at_least, number)) = split_sign(text.trim_start()) else {
        reader.problem(
            "E38",
            format!("`{whole}` is no condition"),
            span,
            "write \"<= -10 points\" or \">= 20 points\"",
        );
        return None;
    };
    let dimension = dimension_of(&measure.reading, measure.relative_to.is_some());
    let mut expected = Expected::of(dimension).named(format!("a difference of {}", measure.name)).signed();
    if dimension == Dimension::NONE {
        expected = expected.like(&["-10 points", "80 %"]);
    }
    let quantity = match Quantity::parse_as(number, &expected, span) {
        Ok(quantity) => quantity,
        Err(problem) => {
            reader.problems.push(problem);
            return None;
        }
    };
    let Quantity { best: Some(value), range: None, or_zero: false, spread: None, .. } = quantity else {
        reader.problem(
            "E38",
            format!("`{number}` is no single number"),
            span,
            "write one number, as in \"<= -10 points\"",
        );
        return None;
    };
    if dimension == Dimension::NONE && quantity.unit.text.is_empty() && value.abs() > 1.0 && is_share(measure) {
        let help = format!("did you mean \"{number} points\"?");
        reader.problem("E01", format!("`{number}` has no unit"), span, help);
        return None;
    }
    Some(Condition { at_least, value })
}

/// Whether the measure lies between 0 and 100 %.
fn is_share(measure: &Measure) -> bool {
    measure.relative_to.is_none()
        && matches!(
            measure.reading,
            super::Reading::Alive(_) | super::Reading::Dead(_) | super::Reading::Mode(..) | super::Reading::Detected(_)
        )
}
