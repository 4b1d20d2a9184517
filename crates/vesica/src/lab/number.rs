//! Numbers as instruments and spreadsheets write them, by the decimal sign of their file.
//!
//! One file has one decimal sign, found from the cells that leave no choice (`0,5`, `1.234,5`, `2.08e+08`). A cell
//! with the other sign is refused and named: whoever edited it by hand meant one of two numbers.

/// What stands before the fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decimal {
    /// `0.5`; thousands by comma, space or apostrophe.
    Point,
    /// `0,5`; thousands by point, space or apostrophe.
    Comma,
}

impl Decimal {
    /// `decimal point`, `decimal comma`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "decimal point",
            Self::Comma => "decimal comma",
        }
    }

    fn letters(self) -> (u8, u8) {
        match self {
            Self::Point => (b'.', b','),
            Self::Comma => (b',', b'.'),
        }
    }
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A finite number.
    Number(f64),
    /// Nothing was measured: an empty cell, `NA`, `ND`, `-`.
    Missing,
    /// No number, and why.
    Wrong(Wrong),
}

/// Why a cell is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Letters, or letters behind a number.
    Text,
    /// A number with the decimal sign that the rest of the file does not have.
    OtherSign,
    /// `nan`, `inf`, `#DIV/0!`, or more than 1e308.
    NotFinite,
    /// `<5`, `>100`: only an end of what it may be.
    OnlyAnEnd,
}

/// Words for "nothing was measured", in lower case.
const MISSING: [&str; 14] =
    ["", "na", "n/a", "n.a.", "nd", "n.d.", "-", "--", ".", "null", "none", "no call", "not recorded", "undetermined"];

/// Reads one cell.
///
/// ```
/// use vesica::lab::{Decimal, Value, number};
/// assert_eq!(number("1.430.000,5", Decimal::Comma), Value::Number(1_430_000.5));
/// assert_eq!(number("2.08e+08", Decimal::Point), Value::Number(2.08e8));
/// assert_eq!(number("N/A", Decimal::Point), Value::Missing);
/// ```
pub fn number(text: &str, decimal: Decimal) -> Value {
    let text = text.trim();
    let bytes = text.as_bytes();
    // most cells of a matrix are short whole numbers
    if (1..=15).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit) {
        let whole = bytes.iter().fold(0_u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
        return Value::Number(whole as f64);
    }
    if text.len() <= 12 && MISSING.contains(&text.to_lowercase().as_str()) {
        return Value::Missing;
    }
    if text.starts_with('#') || is_not_finite(text) {
        return Value::Wrong(Wrong::NotFinite);
    }
    if text.starts_with(['<', '>', '≤', '≥']) {
        return Value::Wrong(Wrong::OnlyAnEnd);
    }
    match plain(text, decimal).map(|plain| plain.parse::<f64>()) {
        Some(Ok(value)) if value.is_finite() => Value::Number(value),
        Some(Ok(_)) => Value::Wrong(Wrong::NotFinite),
        _ => {
            let other = if decimal == Decimal::Point { Decimal::Comma } else { Decimal::Point };
            let is_other = plain(text, other).is_some();
            Value::Wrong(if is_other { Wrong::OtherSign } else { Wrong::Text })
        }
    }
}

fn is_not_finite(text: &str) -> bool {
    let bare = text.trim_start_matches(['-', '+', '−']);
    ["nan", "inf", "infinity", "∞"].iter().any(|word| bare.eq_ignore_ascii_case(word))
}

/// The number in the notation of Rust, `None` when it is none in this notation.
fn plain(text: &str, decimal: Decimal) -> Option<String> {
    let (sign, text) = match text.strip_prefix(['-', '−', '\u{2012}', '–']) {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (front, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], whole_exponent(&text[at + 1..])?),
        None => (text, String::new()),
    };
    let (point, thousands) = decimal.letters();
    let (whole, fraction) = match front.split_once(char::from(point)) {
        Some((whole, fraction)) => (whole, fraction),
        None => (front, ""),
    };
    let is_bare = fraction.is_empty() && !front.ends_with(|letter: char| letter.is_ascii_digit());
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || (is_bare && whole.is_empty()) {
        return None;
    }
    let whole = joined_groups(whole, char::from(thousands))?;
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    Some(format!("{sign}0{whole}.{fraction}0{exponent}"))
}

fn whole_exponent(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let is_whole = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_whole.then(|| format!("e{sign}{digits}"))
}

/// Digits without what sets thousands apart; `None` when groups are not of three digits.
fn joined_groups(text: &str, thousands: char) -> Option<String> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    let is_between =
        |letter: char| letter == thousands || matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’');
    let groups: Vec<&str> = text.split(is_between).collect();
    let (first, rest) = groups.split_first()?;
    let are_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let fits =
        (1..=3).contains(&first.len()) && are_digits(first) && rest.iter().all(|g| g.len() == 3 && are_digits(g));
    fits.then(|| groups.concat())
}

/// What the cells say about the decimal sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// Cells that can only have a decimal point.
    pub point: usize,
    /// Cells that can only have a decimal comma.
    pub comma: usize,
    /// Cells like `1,500`, and the first of them.
    pub either: usize,
}

impl Evidence {
    /// Looks at one more cell.
    pub fn look(&mut self, text: &str) {
        let bytes = text.as_bytes();
        if bytes.len() > 40 || !bytes.iter().any(|byte| matches!(byte, b'.' | b',')) {
            return;
        }
        match (plain(text, Decimal::Point).is_some(), plain(text, Decimal::Comma).is_some()) {
            (true, false) => self.point += 1,
            (false, true) => self.comma += 1,
            // `1.500` is one and a half wherever nothing else speaks against
            (true, true) if text.contains(',') => self.either += 1,
            _ => {}
        }
    }

    /// The sign of the file; `None` when only cells like `1,500` are there.
    pub fn decide(self) -> Option<Decimal> {
        match (self.point, self.comma) {
            (0, 0) if self.either > 0 => None,
            (point, comma) if comma > point => Some(Decimal::Comma),
            _ => Some(Decimal::Point),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn notations() {
        let cases = [
            ("1,430,000.5", Decimal::Point, Value::Number(1_430_000.5)),
            ("1 430 000,5", Decimal::Comma, Value::Number(1_430_000.5)),
            ("1'430'000.5", Decimal::Point, Value::Number(1_430_000.5)),
            ("1\u{a0}430\u{a0}000", Decimal::Point, Value::Number(1_430_000.0)),
            ("-0,5", Decimal::Comma, Value::Number(-0.5)),
            ("−0.5", Decimal::Point, Value::Number(-0.5)),
            ("1,5E+08", Decimal::Comma, Value::Number(1.5e8)),
            ("-1.000E+0", Decimal::Point, Value::Number(-1.0)),
            (".5", Decimal::Point, Value::Number(0.5)),
            ("5.", Decimal::Point, Value::Number(5.0)),
            ("0012", Decimal::Point, Value::Number(12.0)),
            ("0,5", Decimal::Point, Value::Wrong(Wrong::OtherSign)),
            ("0.25", Decimal::Comma, Value::Wrong(Wrong::OtherSign)),
            ("12,34", Decimal::Point, Value::Wrong(Wrong::OtherSign)),
            ("1,2,3", Decimal::Point, Value::Wrong(Wrong::Text)),
            ("5 uM", Decimal::Point, Value::Wrong(Wrong::Text)),
            ("1e", Decimal::Point, Value::Wrong(Wrong::Text)),
            ("1e999999999999", Decimal::Point, Value::Wrong(Wrong::Text)),
            ("1e999", Decimal::Point, Value::Wrong(Wrong::NotFinite)),
            ("#DIV/0!", Decimal::Point, Value::Wrong(Wrong::NotFinite)),
            ("nan", Decimal::Point, Value::Wrong(Wrong::NotFinite)),
            ("<5", Decimal::Point, Value::Wrong(Wrong::OnlyAnEnd)),
            ("No Call", Decimal::Point, Value::Missing),
            ("Not recorded", Decimal::Point, Value::Missing),
            ("  ", Decimal::Point, Value::Missing),
        ];
        for (text, decimal, expected) in cases {
            assert_eq!(number(text, decimal), expected, "{text:?} {decimal:?}");
        }
    }

    #[test]
    fn the_sign_is_found_from_cells_that_leave_no_choice() {
        let decide = |cells: &[&str]| {
            let mut evidence = Evidence::default();
            cells.iter().for_each(|cell| evidence.look(cell));
            evidence.decide()
        };
        assert_eq!(decide(&["1,500", "0,5"]), Some(Decimal::Comma));
        assert_eq!(decide(&["1,500", "0.5"]), Some(Decimal::Point));
        assert_eq!(decide(&["1,500", "2,500"]), None);
        assert_eq!(decide(&["1.500"]), Some(Decimal::Point));
        assert_eq!(decide(&["12", "a.b", "1,234,567"]), Some(Decimal::Point));
    }

    proptest! {
        #[test]
        fn any_number_comes_back_in_any_notation(value in -1e12..1e12_f64, digits in 1..6_usize) {
            let written = format!("{value:.digits$}");
            let (whole, fraction) = written.trim_start_matches('-').split_once('.').expect("digits behind the point");
            let mut grouped = String::new();
            for (index, digit) in whole.chars().enumerate() {
                if index > 0 && (whole.len() - index) % 3 == 0 { grouped.push('|'); }
                grouped.push(digit);
            }
            let sign = if written.starts_with('-') { "-" } else { "" };
            let expected = Value::Number(written.parse().expect("a number"));
            for (thousands, point, decimal) in
                [(",", ".", Decimal::Point), (".", ",", Decimal::Comma), (" ", ",", Decimal::Comma), ("", ".", Decimal::Point)]
            {
                let text = format!("{sign}{}{point}{fraction}", grouped.replace('|', thousands));
                prop_assert_eq!(number(&text, decimal), expected, "{}", text);
            }
        }

        #[test]
        fn any_text_is_something(text in "\\PC{0,20}") {
            for decimal in [Decimal::Point, Decimal::Comma] {
                if let Value::Number(value) = number(&text, decimal) {
                    prop_assert!(value.is_finite());
                }
            }
        }
    }
}
