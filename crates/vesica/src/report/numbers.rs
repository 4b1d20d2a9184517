//! Numbers as people read them: two significant figures, thin spaces, true minus, ranges in brackets.

use crate::result::Range3;

/// Stands where a number is not defined.
pub(super) const NONE: &str = "–";

/// A thin space that does not break.
const THIN: char = '\u{202f}';

/// A simulated number with two significant figures: `5 700`, `0.70`, `1.2×10⁷`, `–` when it is not finite.
pub(super) fn simulated(number: f64) -> String {
    significant(number, 2)
}

/// The same with three figures, for numbers that came in.
pub(super) fn given(number: f64) -> String {
    let text = significant(number, 3);
    if text.contains('.') && !text.contains('×') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A tick of a logarithmic axis in a small panel: a power of ten as `10⁷` where its digits would be many.
pub(super) fn tick(number: f64) -> String {
    let text = if number.abs() >= 1e5 || (number != 0.0 && number.abs() < 1e-3) {
        let written = format!("{:e}", number.abs());
        let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
        let power = format!("10{}", superscript(exponent.parse().unwrap_or(0)));
        if mantissa == "1" {
            signed_digits(number, power)
        } else {
            signed_digits(number, format!("{mantissa}×{power}"))
        }
    } else {
        given(number)
    };
    if number.is_finite() { text } else { NONE.to_owned() }
}

/// A share (0..1) in percent: `58 %`, `0.4 %`.
pub(super) fn share(share: f64) -> String {
    if share.is_finite() { format!("{}{THIN}%", whole(share * 100.0)) } else { NONE.to_owned() }
}

/// Percent or points: whole, one decimal under 1, `–` when not finite.
pub(super) fn whole(number: f64) -> String {
    if !number.is_finite() {
        return NONE.to_owned();
    }
    let size = number.abs();
    let has_decimal = (0.05..0.95).contains(&size);
    let digits = if has_decimal { format!("{size:.1}") } else { grouped(&format!("{size:.0}")) };
    signed_digits(number, digits)
}

/// A difference, with its sign: `+35`, `−11`, `0`.
pub(super) fn signed(number: f64) -> String {
    let text = whole(number);
    if number > 0.0 && text != "0" && number.is_finite() { format!("+{text}") } else { text }
}

/// A number in a unit, as its unit wants it: `62 %`, `180 copies`, `0.81`.
pub(super) fn in_unit(number: f64, unit: &str) -> String {
    let unit = on_screen(unit);
    match unit.as_str() {
        _ if !number.is_finite() => NONE.to_owned(),
        "%" => format!("{}{THIN}%", whole(number)),
        "points" => format!("{} points", signed(number)),
        "1" | "" => simulated(number),
        _ => format!("{}{THIN}{unit}", simulated(number)),
    }
}

/// A range in brackets, without unit: `(44–80)`, `(−34 to 0)`; empty when neither end is defined.
pub(super) fn brackets(range: Range3, unit: &str) -> String {
    let text = ends(range, unit);
    if text.is_empty() { text } else { format!("({text})") }
}

/// The ends of a range: `44–80`, `−34 to 0`; where one is below a limit, or not defined, `up to 80`.
pub(super) fn ends(range: Range3, unit: &str) -> String {
    let (low, high) = (finite(range.low), finite(range.high));
    let print = |end: f64| match unit {
        "points" => signed(end),
        "%" => whole(end),
        _ => simulated(end),
    };
    let (first, second) = match (low.map(print), high.map(print)) {
        (Some(first), Some(second)) => (first, second),
        (None, Some(high)) => return format!("up to {high}"),
        (Some(low), None) => return format!("from {low}"),
        (None, None) => return String::new(),
    };
    let has_sign = unit == "points" || first.starts_with('−') || second.starts_with('−');
    if has_sign { format!("{first} to {second}") } else { format!("{first}–{second}") }
}

/// `× 2.1` or `÷ 7.1`; empty for a ratio that is not positive.
pub(super) fn factor(ratio: f64) -> String {
    if !(ratio.is_finite() && ratio > 0.0) {
        String::new()
    } else if ratio >= 1.0 {
        format!("×{THIN}{}", simulated(ratio))
    } else {
        format!("÷{THIN}{}", simulated(1.0 / ratio))
    }
}

/// Hours without a useless decimal: `72`, `0.5`.
pub(super) fn hours(hours: f64) -> String {
    if hours.is_finite() { given(hours) } else { NONE.to_owned() }
}

/// `uM` as `µM`, `um` as `µm`, on screen.
pub(super) fn on_screen(unit: &str) -> String {
    match unit.strip_prefix('u') {
        Some(rest) if rest.starts_with(['M', 'm', 'g', 'L', 's', 'l']) && !rest.starts_with("ni") => format!("µ{rest}"),
        _ => unit.to_owned(),
    }
}

/// The same for each word of a sentence, with true signs: `10 µM at 0 h`, `≤ −10 points`.
pub(super) fn on_screen_in(sentence: &str) -> String {
    let word = |word: &str| match word {
        "<=" => "≤".to_owned(),
        ">=" => "≥".to_owned(),
        _ => match word.strip_prefix('-') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => format!("−{rest}"),
            _ => on_screen(word),
        },
    };
    sentence.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Only a finite number is a number.
pub(super) fn finite(number: Option<f64>) -> Option<f64> {
    number.filter(|number| number.is_finite())
}

fn significant(number: f64, figures: usize) -> String {
    if !number.is_finite() {
        return NONE.to_owned();
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    let size = number.abs();
    let written = format!("{:.*e}", figures - 1, size);
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let text = if (-4..6).contains(&exponent) {
        let decimals = (figures as i32 - 1 - exponent).max(0) as usize;
        // Rounded twice on purpose: 99.6 has to become 100 and not 99.6 with a figure too many.
        let rounded: f64 = written.parse().unwrap_or(size);
        grouped(&format!("{rounded:.decimals$}"))
    } else {
        format!("{mantissa}×10{}", superscript(exponent))
    };
    signed_digits(number, text)
}

fn signed_digits(number: f64, digits: String) -> String {
    let is_zero = digits.chars().all(|c| matches!(c, '0' | '.'));
    if number < 0.0 && !is_zero { format!("−{digits}") } else { digits }
}

/// Thousands apart: `8 640`.
fn grouped(digits: &str) -> String {
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut out = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(THIN);
        }
        out.push(digit);
    }
    rest.map_or(out.clone(), |rest| format!("{out}.{rest}"))
}

fn superscript(exponent: i32) -> String {
    let raise = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32(0x2070 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit),
    };
    exponent.to_string().chars().map(raise).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simulated_numbers_have_two_figures() {
        let cases = [
            (5712.0, "5 700"),
            (0.7, "0.70"),
            (99.6, "100"),
            (62.0, "62"),
            (-11.2, "−11"),
            (0.00015, "0.00015"),
            (12_000_000.0, "1.2×10⁷"),
            (2.1e-9, "2.1×10⁻⁹"),
            (0.0, "0"),
            (f64::NAN, "–"),
        ];
        for (number, text) in cases {
            assert_eq!(simulated(number).replace(THIN, " "), text);
        }
        assert_eq!(given(8640.0).replace(THIN, " "), "8 640");
        assert_eq!(given(0.00825), "0.00825");
        assert_eq!(given(0.5), "0.5");
    }

    #[test]
    fn percent_and_points_are_whole() {
        assert_eq!(share(0.584).replace(THIN, " "), "58 %");
        assert_eq!(share(0.004).replace(THIN, " "), "0.4 %");
        assert_eq!(whole(-0.01), "0");
        assert_eq!(signed(35.2), "+35");
        assert_eq!(in_unit(-10.8, "points"), "−11 points");
        assert_eq!(brackets(Range3 { low: Some(-34.2), best: None, high: Some(0.0) }, "points"), "(−34 to 0)");
        assert_eq!(brackets(Range3 { low: Some(44.0), best: None, high: Some(80.0) }, "%"), "(44–80)");
        assert_eq!(brackets(Range3::default(), "%"), "");
    }

    #[test]
    fn ratios_are_factors_and_units_are_greek() {
        assert_eq!(factor(1.0 / 7.1).replace(THIN, " "), "÷ 7.1");
        assert_eq!(factor(2.13).replace(THIN, " "), "× 2.1");
        assert_eq!(factor(0.0), "");
        assert_eq!(on_screen("uM"), "µM");
        assert_eq!(on_screen("units"), "units");
        assert_eq!(on_screen_in("<= -10 points of -a"), "≤ −10 points of -a");
    }
}
