//! The values of a factor as they are typed: `0.1..30 uM, log 9`, `0, 1, 10 uM`.

use vesica_model::{Diagnostic, Span};

use crate::quantity::{Expected, Quantity};

/// Levels of a grid when nobody says how many.
const DEFAULT_LEVELS: usize = 5;

/// Most levels of one factor.
const MOST_LEVELS: usize = 10_000;

/// What was typed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    /// Two ends, inside units.
    Range { low: f64, high: f64, is_log: bool, n: usize },
    /// Levels, inside units, rising.
    List(Vec<f64>),
}

/// Reads values. The span is the place of `text`.
///
/// # Errors
/// What the quantities say (E01 to E09); E97 when they make no levels.
pub(super) fn read(text: &str, expected: &Expected, span: &Span) -> Result<(Values, Quantity), Diagnostic> {
    let mut parts: Vec<&str> = text.split(',').map(str::trim).collect();
    if parts[0].contains("..") {
        let layout = if parts.len() > 1 { parts.pop() } else { None };
        return range(&parts.join(","), layout, expected, span);
    }
    list(&parts, expected, span)
}

fn problem(message: String, span: &Span, help: impl Into<String>) -> Diagnostic {
    Diagnostic::error("E97", message).at(span.clone()).help(help)
}

fn range(ends: &str, layout: Option<&str>, expected: &Expected, span: &Span) -> Result<(Values, Quantity), Diagnostic> {
    if let Some((before, word)) = ends.rsplit_once(' ').filter(|(_, word)| matches!(*word, "log" | "linear")) {
        let levels = layout.map_or_else(|| DEFAULT_LEVELS.to_string(), str::to_owned);
        let help = format!("\"{before}, {word} {levels}\"");
        return Err(problem(format!("a comma is missing before `{word}`"), span, help));
    }
    let quantity = Quantity::parse_as(ends, expected, span)?;
    let (low, high) = quantity.ends();
    let (is_log, n) = match layout.map(|layout| layout.split_whitespace().collect::<Vec<_>>()).as_deref() {
        None => (false, Some(DEFAULT_LEVELS)),
        Some(["log"]) => (true, Some(DEFAULT_LEVELS)),
        Some(["linear"]) => (false, Some(DEFAULT_LEVELS)),
        Some(["log", n]) => (true, n.parse().ok()),
        Some(["linear", n] | [n]) => (false, n.parse().ok()),
        Some(_) => (false, None),
    };
    let Some(n) = n.filter(|n| (2..=MOST_LEVELS).contains(n)) else {
        let message = format!("`{}` does not say how many levels", layout.unwrap_or_default());
        return Err(problem(message, span, format!("from 2 to {MOST_LEVELS}: \"{ends}, log 9\" or \"{ends}, 5\"")));
    };
    if low >= high {
        return Err(problem(
            format!("`{ends}` is one value, and there is nothing to vary"),
            span,
            "\"0.1..30 uM, log 9\"",
        ));
    }
    if is_log && low <= 0.0 {
        let help = "begin above zero, or write the levels: \"0, 0.1, 1, 10 uM\"";
        return Err(problem(format!("`{ends}` begins at zero, which has no logarithm"), span, help));
    }
    Ok((Values::Range { low, high, is_log, n }, quantity))
}

fn list(parts: &[&str], expected: &Expected, span: &Span) -> Result<(Values, Quantity), Diagnostic> {
    let last = parts.last().copied().unwrap_or_default();
    let quantity = Quantity::parse_as(last, expected, span)?;
    let unit = &quantity.unit.text;
    let mut levels = Vec::new();
    for part in parts {
        let is_bare = part.parse::<f64>().is_ok();
        let with_unit = if is_bare && *part != last { format!("{part} {unit}") } else { (*part).to_owned() };
        let one = Quantity::parse_as(&with_unit, expected, span)?;
        let Some(value) = one.best.filter(|_| one.range.is_none() && !one.or_zero) else {
            return Err(problem(format!("`{part}` is no single level"), span, "levels are plain: \"0, 1, 10 uM\""));
        };
        levels.push(value);
    }
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    if levels.len() < 2 {
        return Err(problem(
            format!("`{last}` is one value, and there is nothing to vary"),
            span,
            "\"0, 1, 10 uM\" or \"0.1..30 uM, log 9\"",
        ));
    }
    Ok((Values::List(levels), quantity))
}

/// With ends so many times apart, equal steps leave all levels but the first near the upper one.
const CROWDED: f64 = 30.0;

impl Values {
    /// Equal steps over a range so wide that nearly all levels lie close to its upper end, per factor.
    pub fn is_crowded(&self) -> bool {
        match self {
            Self::Range { low, high, is_log: false, n } => *low > 0.0 && *high >= CROWDED * low && *n > 2,
            _ => false,
        }
    }

    /// All levels of a grid.
    pub fn levels(&self) -> Vec<f64> {
        match self {
            Self::Range { n, .. } => (0..*n).map(|index| self.at(index as f64 / (*n - 1) as f64)).collect(),
            Self::List(levels) => levels.clone(),
        }
    }

    /// The value at a share of the way; of a list the level whose equal part holds it.
    pub fn at(&self, share: f64) -> f64 {
        match self {
            // the ends themselves, whatever rounding says
            Self::Range { low, .. } if share <= 0.0 => *low,
            Self::Range { high, .. } if share >= 1.0 => *high,
            Self::Range { low, high, is_log: true, .. } => low * vesica_engine::math::pow(high / low, share),
            Self::Range { low, high, .. } => low + share * (high - low),
            Self::List(levels) => levels[((share * levels.len() as f64) as usize).min(levels.len() - 1)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Dimension;

    fn levels(text: &str) -> Result<Vec<f64>, &'static str> {
        let span = Span { file: String::new(), start: 0, end: 0 };
        read(text, &Expected::of(Dimension::TIME), &span).map(|(values, _)| values.levels()).map_err(|found| found.code)
    }

    #[test]
    fn ranges_and_lists_become_levels() {
        assert_eq!(levels("1..3 s, 3"), Ok(vec![1.0, 2.0, 3.0]));
        assert_eq!(levels("0..4 s"), Ok(vec![0.0, 1.0, 2.0, 3.0, 4.0]));
        assert_eq!(levels("1..100 s, log 3"), Ok(vec![1.0, 10.0, 100.0]));
        assert_eq!(levels("1, 0, 2 min"), Ok(vec![0.0, 60.0, 120.0]));
        assert_eq!(levels("30 s, 1 min"), Ok(vec![30.0, 60.0]));
    }

    #[test]
    fn what_makes_no_levels_is_refused() {
        for (text, code) in [
            ("0..3 s, log 4", "E97"),
            ("1..3 s, log many", "E97"),
            ("1..3 s log, 4", "E97"),
            ("1..3 s, 1", "E97"),
            ("5 s", "E97"),
            ("1..3 uM, 4", "E04"),
            ("1..3, 4", "E01"),
            ("3..1 s, 4", "E07"),
            ("", "E02"),
        ] {
            assert_eq!(levels(text), Err(code), "{text}");
        }
    }
}
