//! From the bytes of a file to text.

// A refused file is rare; its diagnostic may be large.
#![allow(clippy::result_large_err)]

use vesica_model::{Diagnostic, Span};

/// Longest scenario file that is read, bytes. A scenario is a page of text; more is another file by mistake.
pub const LARGEST_FILE: usize = 10_000_000;

/// Text of a file, with what the user should know about it.
///
/// A byte order mark is left out; bytes that are no UTF-8 are read as Latin-1, with a warning.
///
/// # Errors
/// `E44` more than [`LARGEST_FILE`] bytes, `E43` UTF-16, `E42` a file with bytes that no text has.
///
/// ```
/// let (text, warnings) = vesica::scenario::decode("my.toml", b"\xef\xbb\xbfvesica = 1").unwrap();
/// assert_eq!(text, "vesica = 1");
/// assert!(warnings.is_empty());
/// ```
pub fn decode(file: &str, bytes: &[u8]) -> Result<(String, Vec<Diagnostic>), Diagnostic> {
    if bytes.len() > LARGEST_FILE {
        return Err(too_large(file, bytes.len()));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Diagnostic::error("E43", format!("`{file}` is written in UTF-16"))
            .help("save it as UTF-8: in Notepad, \"Save as\", encoding UTF-8"));
    }
    if let Some(at) = bytes.iter().position(|byte| *byte < 9 || (14..27).contains(byte)) {
        return Err(Diagnostic::error("E42", format!("`{file}` is no text: byte {at} is {:#04x}", bytes[at]))
            .help("a scenario is a text file in TOML; `vesica new` writes one"));
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((text.to_owned(), Vec::new())),
        Err(error) => Ok(latin_1(file, bytes, error.valid_up_to())),
    }
}

fn too_large(file: &str, size: usize) -> Diagnostic {
    let megabytes = size / 1_000_000;
    Diagnostic::error(
        "E44",
        format!("`{file}` has {megabytes} MB; a scenario has at most {} MB", LARGEST_FILE / 1_000_000),
    )
    .help("a scenario is a page of text; is this another file?")
}

/// Every byte is the letter of that number.
fn latin_1(file: &str, bytes: &[u8], first: usize) -> (String, Vec<Diagnostic>) {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let start = bytes[..first].iter().map(|byte| char::from(*byte).len_utf8()).sum();
    let letter = char::from(bytes[first]);
    let span = Span { file: file.to_owned(), start, end: start + letter.len_utf8() };
    let warning = Diagnostic::error("W43", format!("`{file}` is not UTF-8; it was read as Latin-1"))
        .at(span)
        .label(format!("read as `{letter}`"))
        .help("save it as UTF-8, then µ, °, ² and ± are what you see");
    (text, vec![warning])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_1_is_read_with_a_warning_at_its_first_letter() {
        let (text, warnings) = decode("my.toml", b"a = \"\xb1 5 \xb5M\"").unwrap();
        assert_eq!(text, "a = \"± 5 µM\"");
        assert_eq!(warnings[0].code, "W43");
        let span = warnings[0].span.clone().unwrap();
        assert_eq!(&text[span.start..span.end], "±");
    }

    #[test]
    fn what_is_no_text_is_refused_by_name() {
        let code = |bytes: &[u8]| decode("my.toml", bytes).unwrap_err().code;
        assert_eq!(code(b"\x7fELF\x02\x01\x00"), "E42");
        assert_eq!(code(b"\xff\xfea\x00"), "E43");
        assert_eq!(code(&vec![b' '; LARGEST_FILE + 1]), "E44");
        assert!(decode("my.toml", b"").unwrap().0.is_empty());
        assert_eq!(decode("my.toml", b"a = 1\r\n").unwrap().0, "a = 1\r\n");
    }
}
