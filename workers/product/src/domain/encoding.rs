//! How a file is written: which bytes are its letters, and what stands between its cells.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

/// The encoding of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum Encoding {
    #[default]
    #[serde(rename = "UTF-8")]
    Utf8,
    #[serde(rename = "UTF-16")]
    Utf16,
    /// Windows-1252, of which Latin-1 is a part.
    #[serde(rename = "Windows-1252")]
    Windows1252,
}

/// The file as UTF-8, and how it was written; none when it is UTF-16 with broken characters. Without a mark at the start,
/// bytes that are no UTF-8 are Windows-1252 if nothing else in the file is UTF-8 beyond ASCII: otherwise the file is
/// UTF-8 with broken lines.
#[must_use]
pub fn decode(file: &[u8]) -> Option<(Cow<'_, [u8]>, Encoding)> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks(2).map(|pair| <[u8; 2]>::try_from(pair).map(unit));
        let units: Vec<u16> = units.collect::<Result<_, _>>().ok()?;
        Some((Cow::Owned(String::from_utf16(&units).ok()?.into_bytes()), Encoding::Utf16))
    };
    match file {
        [0xff, 0xfe, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        // A header begins with an ASCII letter.
        [1..=0x7f, 0, ..] => return utf16(file, u16::from_le_bytes),
        [0, 1..=0x7f, ..] => return utf16(file, u16::from_be_bytes),
        _ => {}
    }
    let broken = std::str::from_utf8(file).is_err();
    if broken && file.utf8_chunks().all(|chunk| chunk.valid().is_ascii()) {
        let text: Option<String> = file.iter().map(|byte| windows_1252(*byte)).collect();
        if let Some(text) = text {
            return Some((Cow::Owned(text.into_bytes()), Encoding::Windows1252));
        }
    }
    Some((Cow::Borrowed(file), Encoding::Utf8))
}

/// The letters from 0x80 to 0x9f that Latin-1 does not have; `\u{0}` for none.
const C1: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> Option<char> {
    match byte.checked_sub(0x80).and_then(|at| C1.get(usize::from(at))) {
        Some('\0') => None,
        Some(letter) => Some(*letter),
        None => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Handle,Title\na,Café – 5 €\n";

    fn read(file: &[u8]) -> (String, Encoding) {
        let (text, encoding) = decode(file).unwrap();
        (String::from_utf8(text.into_owned()).unwrap(), encoding)
    }

    #[test]
    fn a_file_is_read_in_the_encoding_it_is_written_in() {
        let le: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let windows = b"Handle,Title\na,Caf\xe9 \x96 5 \x80\n";
        for (file, encoding) in [
            (TEXT.as_bytes().to_vec(), Encoding::Utf8),
            ([b"\xff\xfe".to_vec(), le.clone()].concat(), Encoding::Utf16),
            ([b"\xfe\xff".to_vec(), be.clone()].concat(), Encoding::Utf16),
            (le, Encoding::Utf16),
            (be, Encoding::Utf16),
            (windows.to_vec(), Encoding::Windows1252),
        ] {
            assert_eq!(read(&file), (TEXT.to_owned(), encoding), "{file:?}");
        }
        assert_eq!(decode(b"\xff\xfea"), None, "half a unit");
        assert_eq!(decode(b"\xff\xfe\x00\xd8"), None, "half a pair");
        // UTF-8 with a broken line stays what it is; so do bytes that are nothing.
        for file in [&b"caf\xc3\xa9\n\xe9\n"[..], b"\x81\n", b"", b"x"] {
            assert_eq!(decode(file).unwrap(), (Cow::Borrowed(file), Encoding::Utf8));
        }
    }
}
