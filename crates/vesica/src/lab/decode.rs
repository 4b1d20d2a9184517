//! From bytes to text, in the encodings that instruments write.
//!
//! ZetaView writes Latin-1 (seen in two public readers of its files), SpectraMax UTF-16 (seen in one), NanoSight
//! Windows-1252, spreadsheets UTF-8 with a byte order mark. What is no text is named by what it is.

use vesica_model::Diagnostic;

/// Largest file of an instrument that is read, bytes. A matrix of 2 000 miRNAs in 500 samples has 5 MB.
pub const LARGEST_FILE: usize = 100_000_000;

/// How the bytes of a file stand for letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, also plain ASCII.
    Utf8,
    /// UTF-8 behind a byte order mark, as spreadsheets write it.
    Utf8WithMark,
    /// UTF-16, least byte first.
    Utf16Little,
    /// UTF-16, greatest byte first.
    Utf16Big,
    /// Windows-1252, which is Latin-1 but for 27 letters that Latin-1 does not have.
    Windows1252,
    /// The first sheet of a workbook.
    Workbook,
}

impl Encoding {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8WithMark => "UTF-8 with a byte order mark",
            Self::Utf16Little | Self::Utf16Big => "UTF-16",
            Self::Windows1252 => "Windows-1252 (Latin-1)",
            Self::Workbook => "Excel workbook, first sheet",
        }
    }
}

/// The first bytes of files that are no text, what they are, and what to do.
const NO_TEXT: [(&[u8], &str, &str); 8] = [
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls)", "save it as .xlsx or as CSV"),
    (b"FCS", "a flow cytometry file (.fcs)", "export the gated cells, or their medians, as CSV"),
    (b"\x89HDF", "an HDF5 file (.h5ad, .h5)", "write the counts as CSV: adata.to_df().to_csv(\"counts.csv\")"),
    (b"%PDF", "a PDF", "export the table as CSV: a picture of a table cannot be read"),
    (b"\x89PNG", "a picture", "export the table as CSV: a picture of a table cannot be read"),
    (b"\xff\xd8\xff", "a picture", "export the table as CSV: a picture of a table cannot be read"),
    (b"\x1f\x8b", "a compressed file (.gz)", "unpack it first: gunzip FILE"),
    (b"SQLite format 3", "a database", "export the table as CSV"),
];

/// Text of a file. Pure: the same bytes give the same text.
///
/// # Errors
/// `E47` nothing in the file, `E44` more than [`LARGEST_FILE`] bytes, `E42` bytes that no text has.
///
/// ```
/// use vesica::lab::{Encoding, decode};
/// let (text, encoding) = decode("nta.txt", b"Size / nm\tTemperature 25 \xb0C").unwrap();
/// assert_eq!((text.as_str(), encoding), ("Size / nm\tTemperature 25 °C", Encoding::Windows1252));
/// ```
pub fn decode(file: &str, bytes: &[u8]) -> Result<(String, Encoding), Diagnostic> {
    if bytes.is_empty() {
        return Err(empty(file));
    }
    if bytes.len() > LARGEST_FILE {
        let (size, most) = (bytes.len() / 1_000_000, LARGEST_FILE / 1_000_000);
        return Err(Diagnostic::error(
            "E44",
            format!("`{file}` has {size} MB; a file of the lab has at most {most} MB"),
        )
        .help("give the table of counts or readings, not the raw reads, images or events"));
    }
    if let Some((_, what, fix)) = NO_TEXT.iter().find(|(first, ..)| bytes.starts_with(first)) {
        return Err(Diagnostic::error("E42", format!("`{file}` is {what}, not a table")).help(*fix));
    }
    let (text, encoding) = letters(bytes);
    if let Some((at, letter)) = text.char_indices().find(|(_, letter)| is_no_text(*letter)) {
        let message = format!("`{file}` is no text: letter {at} is {:#04x}", u32::from(letter));
        return Err(Diagnostic::error("E42", message).help("export the table from the instrument's program as CSV"));
    }
    if text.trim().is_empty() {
        return Err(empty(file));
    }
    Ok((text, encoding))
}

fn empty(file: &str) -> Diagnostic {
    Diagnostic::error("E47", format!("`{file}` is empty")).help("export it again from the instrument's program")
}

/// Control letters other than tab, line ends, form feed and escape.
fn is_no_text(letter: char) -> bool {
    matches!(u32::from(letter), 0..=8 | 14..=26 | 28..=31)
}

fn letters(bytes: &[u8]) -> (String, Encoding) {
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return (utf16(rest, u16::from_le_bytes), Encoding::Utf16Little);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return (utf16(rest, u16::from_be_bytes), Encoding::Utf16Big);
    }
    // without a mark: every second byte of a table in UTF-16 is zero
    let (even, odd) = zeros(&bytes[..bytes.len().min(200)]);
    if bytes.len() >= 4 && odd * 5 >= bytes.len().min(200) * 2 && even == 0 {
        return (utf16(bytes, u16::from_le_bytes), Encoding::Utf16Little);
    }
    if bytes.len() >= 4 && even * 5 >= bytes.len().min(200) * 2 && odd == 0 {
        return (utf16(bytes, u16::from_be_bytes), Encoding::Utf16Big);
    }
    let (rest, encoding) = match bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        Some(rest) => (rest, Encoding::Utf8WithMark),
        None => (bytes, Encoding::Utf8),
    };
    match std::str::from_utf8(rest) {
        Ok(text) => (text.to_owned(), encoding),
        Err(_) => (rest.iter().map(|byte| windows_1252(*byte)).collect(), Encoding::Windows1252),
    }
}

/// How many zero bytes stand at even and at odd places.
fn zeros(bytes: &[u8]) -> (usize, usize) {
    let at = |first: usize| bytes.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    (at(0), at(1))
}

/// A last half unit, as a file that was cut short has it, is left out.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Bytes 0x80 to 0x9f; those that Windows-1252 leaves free stay what Latin-1 has there.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "time [h];µM\r\n1,5;2\r\n";
        let utf16 = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        let with = |mark: &[u8], rest: Vec<u8>| [mark.to_vec(), rest].concat();
        let cases = [
            (text.as_bytes().to_vec(), Encoding::Utf8),
            (with(b"\xef\xbb\xbf", text.as_bytes().to_vec()), Encoding::Utf8WithMark),
            (with(b"\xff\xfe", utf16(u16::to_le_bytes)), Encoding::Utf16Little),
            (with(b"\xfe\xff", utf16(u16::to_be_bytes)), Encoding::Utf16Big),
            (utf16(u16::to_le_bytes), Encoding::Utf16Little),
            (utf16(u16::to_be_bytes), Encoding::Utf16Big),
            (
                text.replace('µ', "\u{1}").bytes().map(|b| if b == 1 { 0xb5 } else { b }).collect(),
                Encoding::Windows1252,
            ),
        ];
        for (bytes, encoding) in cases {
            assert_eq!(decode("a.csv", &bytes).unwrap(), (text.to_owned(), encoding));
        }
    }

    #[test]
    fn what_is_no_table_is_named() {
        let found = |bytes: &[u8]| {
            let found = decode("a", bytes).unwrap_err();
            (found.code, found.message)
        };
        assert_eq!(found(b""), ("E47", "`a` is empty".to_owned()));
        assert_eq!(found(b" \r\n\t"), ("E47", "`a` is empty".to_owned()));
        assert_eq!(found(b"FCS3.1   "), ("E42", "`a` is a flow cytometry file (.fcs), not a table".to_owned()));
        assert!(found(b"\x7fELF\x02\x01\x00").1.contains("no text"));
        assert_eq!(found(&vec![b' '; LARGEST_FILE + 1]).0, "E44");
    }
}
