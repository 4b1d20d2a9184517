//! Numbers as people write them, and back.

/// Why the front of a text is no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NumberError {
    /// It does not begin with a digit or a sign and a digit.
    None,
    /// `0,5` or `20,000`: the comma has two readings; the two texts to choose from.
    Comma(String),
    /// `nan`, `inf`, or a number beyond 1e308.
    NotFinite(String),
    /// `1__0`, `1e`, `1.2.3`: starts like a number.
    Malformed(String),
}

/// Splits a number off the front of `text` (already in plain letters); the rest is not trimmed.
///
/// Understands a sign, `_` between digits, groups of three digits after single spaces (`20 000`),
/// `1e5`, `1E5`, `1×10^5` and `10^5`.
pub(super) fn split(text: &str) -> Result<(f64, &str), NumberError> {
    let (sign, after_sign) = sign(text);
    if let Some(word) = not_finite(after_sign) {
        return Err(NumberError::NotFinite(word.to_string()));
    }
    let (mut digits, mut rest) = grouped_digits(after_sign);
    if let Some(after_point) = rest.strip_prefix('.')
        && !after_point.starts_with('.')
    {
        let (fraction, after) = plain_digits(after_point);
        if digits.is_empty() && fraction.is_empty() {
            return Err(NumberError::None);
        }
        digits = format!("{}.{fraction}", if digits.is_empty() { "0" } else { &digits });
        rest = after;
    }
    if digits.is_empty() {
        return Err(NumberError::None);
    }
    refuse_what_follows(&digits, rest)?;
    let (exponent, rest) = exponent(rest)?;
    let written = format!("{sign}{digits}e{exponent}");
    match written.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((value, rest)),
        Ok(_) => Err(NumberError::NotFinite(text[..text.len() - rest.len()].trim().to_string())),
        Err(_) => Err(NumberError::Malformed(text.to_string())),
    }
}

fn sign(text: &str) -> (&'static str, &str) {
    match text.as_bytes().first() {
        Some(b'-') => ("-", text[1..].trim_start()),
        Some(b'+') => ("", text[1..].trim_start()),
        _ => ("", text),
    }
}

/// `nan`, `inf`, `infinity`, `∞` as a whole word.
fn not_finite(text: &str) -> Option<&str> {
    if text.starts_with('∞') {
        return Some("∞");
    }
    let end = text.find(|letter: char| !letter.is_alphabetic()).unwrap_or(text.len());
    let word = &text[..end];
    ["nan", "inf", "infinity"].iter().any(|known| word.eq_ignore_ascii_case(known)).then_some(word)
}

/// Digits with `_` or single spaces between groups of three.
fn grouped_digits(text: &str) -> (String, &str) {
    let (mut digits, mut rest) = plain_digits(text);
    if digits.is_empty() || digits.len() > 3 {
        return (digits, rest);
    }
    while let Some(group) = rest.strip_prefix(' ') {
        let length = group.bytes().take_while(u8::is_ascii_digit).count();
        // `5 100` is a thousand-group; `5 1/h` and `5 1000` are not.
        if length != 3 || group[3..].starts_with(['/', '^']) {
            break;
        }
        digits.push_str(&group[..3]);
        rest = &group[3..];
    }
    (digits, rest)
}

/// Digits with `_` between digits.
fn plain_digits(text: &str) -> (String, &str) {
    let mut digits = String::new();
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let is_digit = bytes[end].is_ascii_digit();
        let joins = bytes[end] == b'_' && end > 0 && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if is_digit {
            digits.push(char::from(bytes[end]));
        } else if !joins {
            break;
        }
        end += 1;
    }
    (digits, &text[end..])
}

/// A comma, a second point or an apostrophe after the digits is a number from another notation.
fn refuse_what_follows(digits: &str, rest: &str) -> Result<(), NumberError> {
    if rest.starts_with('_') {
        return Err(NumberError::Malformed(format!("{digits}_")));
    }
    let mut letters = rest.chars();
    let follows = letters.next();
    if letters.next().is_none_or(|next| !next.is_ascii_digit()) {
        return Ok(());
    }
    let (after, _) = plain_digits(&rest[follows.map_or(0, char::len_utf8)..]);
    match follows {
        Some(',') if after.len() == 3 && !digits.contains('.') && digits != "0" => {
            Err(NumberError::Comma(format!("`{digits}.{after}` or `{digits}_{after}`")))
        }
        Some(',') => Err(NumberError::Comma(format!("`{digits}.{after}`"))),
        Some('\'' | '’') => Err(NumberError::Malformed(format!("{digits}'{after}"))),
        Some('.') => Err(NumberError::Malformed(format!("{digits}.{after}"))),
        _ => Ok(()),
    }
}

/// The power of ten after the digits, 0 when there is none.
fn exponent(text: &str) -> Result<(i32, &str), NumberError> {
    if let Some(after) = text.strip_prefix(['e', 'E']) {
        let has_sign = after.starts_with(['-', '+']);
        let is_number = after[usize::from(has_sign)..].starts_with(|letter: char| letter.is_ascii_digit());
        if is_number {
            return power(after, text);
        }
        return if after.is_empty() || has_sign {
            Err(NumberError::Malformed(text.to_string()))
        } else {
            Ok((0, text))
        };
    }
    let trimmed = text.trim_start();
    let times = ["×", "x", "·", "*"].iter().find_map(|sign| trimmed.strip_prefix(sign));
    match times.map(str::trim_start).and_then(|after| after.strip_prefix("10")) {
        Some(after) => power(after.strip_prefix('^').unwrap_or(after), text),
        None => Ok((0, text)),
    }
}

fn power<'a>(text: &'a str, whole: &str) -> Result<(i32, &'a str), NumberError> {
    let (sign, after) = sign(text);
    let length = after.bytes().take_while(u8::is_ascii_digit).count();
    let digits = &after[..length];
    match format!("{sign}{digits}").parse::<i32>() {
        Ok(power) => Ok((power, &after[length..])),
        Err(_) if digits.is_empty() => Err(NumberError::Malformed(whole.to_string())),
        // Ten digits of exponent are zero or infinite either way.
        Err(_) => Ok((if sign == "-" { -9999 } else { 9999 }, &after[length..])),
    }
}

/// The shortest text that reads back as the same number.
///
/// Plain digits between 1e-4 and 1e6, else `5e9`.
pub(crate) fn write(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_string()
    } else if (1e-4..1e6).contains(&size) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}
