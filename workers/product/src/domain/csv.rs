//! Reads and writes CSV (RFC 4180), with the line numbers that people see in the file.
//!
//! It is our own reader because of broken lines: it names the physical line, and continues with the next one. A quote
//! that is never closed breaks only its own line, not the rest of the file.

/// A line of the file, or several when a quoted cell has line ends in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The physical line it starts on, from 1.
    pub line: usize,
    /// Its cells without quotes.
    pub cells: Vec<String>,
}

/// Why a line cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenLine {
    /// A quote that is never closed.
    #[error("has a quote that is not closed")]
    OpenQuote,
    /// Text between a closing quote and the next separator.
    #[error("has text after a closing quote")]
    TextAfterQuote,
    /// Bytes that are not UTF-8.
    #[error("is not UTF-8 text")]
    NotUtf8,
}

/// Reads records one after the other. Empty lines are skipped, a byte order mark is ignored; lines end in LF, CR LF or
/// CR.
pub struct Reader<'a> {
    rest: &'a [u8],
    line: usize,
    separator: u8,
}

impl<'a> Reader<'a> {
    /// A reader at the start of a file.
    #[must_use]
    pub fn new(file: &'a [u8]) -> Self {
        Self::separated(file, b',')
    }

    /// A reader of a file with something else than commas between its cells.
    #[must_use]
    pub fn separated(file: &'a [u8], separator: u8) -> Self {
        Self { rest: file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file), line: 1, separator }
    }

    /// Continues after the first `length` bytes.
    fn advance(&mut self, length: usize) {
        let (read, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, &[]));
        self.line = self.line.saturating_add(line_ends(read));
        self.rest = rest;
    }
}

/// Line ends in some bytes: LF, CR LF or CR.
fn line_ends(bytes: &[u8]) -> usize {
    let next = bytes.iter().skip(1).map(Some).chain([None]);
    bytes
        .iter()
        .zip(next)
        .filter(|(byte, next)| **byte == b'\n' || (**byte == b'\r' && *next != Some(&b'\n')))
        .count()
}

/// The length of the line end at the start, 0 when there is none.
fn line_end(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Record, (usize, BrokenLine)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match line_end(self.rest) {
                0 => break,
                length => self.advance(length),
            }
        }
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        match read_record(self.rest, self.separator) {
            Ok((cells, length)) => {
                self.advance(length);
                Some(Ok(Record { line, cells }))
            }
            Err(error) => {
                let length = self
                    .rest
                    .iter()
                    .position(|byte| matches!(byte, b'\r' | b'\n'))
                    .unwrap_or(self.rest.len());
                let end = self.rest.get(length..).map_or(0, line_end);
                self.advance(length.saturating_add(end));
                Some(Err((line, error)))
            }
        }
    }
}

/// The cells of the record at the start of `bytes`, and its length with the line end.
fn read_record(bytes: &[u8], separator: u8) -> Result<(Vec<String>, usize), BrokenLine> {
    let mut cells = Vec::new();
    let mut rest = bytes;
    loop {
        let (cell, after) =
            if let [b'"', quoted @ ..] = rest { read_quoted(quoted)? } else { read_plain(rest, separator) };
        cells.push(String::from_utf8(cell).map_err(|_| BrokenLine::NotUtf8)?);
        match after {
            [byte, next @ ..] if *byte == separator => rest = next,
            [] | [b'\r' | b'\n', ..] => {
                let after = after.get(line_end(after)..).unwrap_or_default();
                return Ok((cells, bytes.len().saturating_sub(after.len())));
            }
            _ => return Err(BrokenLine::TextAfterQuote),
        }
    }
}

/// A cell without quotes, and what follows it.
fn read_plain(bytes: &[u8], separator: u8) -> (Vec<u8>, &[u8]) {
    let ends = |byte: &u8| *byte == separator || matches!(byte, b'\r' | b'\n');
    let length = bytes.iter().position(ends).unwrap_or(bytes.len());
    let (cell, after) = bytes.split_at_checked(length).unwrap_or((bytes, &[]));
    (cell.to_vec(), after)
}

/// A quoted cell after its opening quote, and what follows its closing quote.
fn read_quoted(bytes: &[u8]) -> Result<(Vec<u8>, &[u8]), BrokenLine> {
    let mut cell = Vec::new();
    let mut rest = bytes;
    loop {
        let length = rest.iter().position(|byte| *byte == b'"').ok_or(BrokenLine::OpenQuote)?;
        let (text, after) = rest.split_at_checked(length).ok_or(BrokenLine::OpenQuote)?;
        cell.extend_from_slice(text);
        match after {
            [b'"', b'"', next @ ..] => {
                cell.push(b'"');
                rest = next;
            }
            [_, next @ ..] => return Ok((cell, next)),
            [] => return Err(BrokenLine::OpenQuote),
        }
    }
}

/// Whether a spreadsheet takes a cell for a formula, or would after some apostrophes are taken away.
fn is_formula(cell: &str) -> bool {
    let start = cell.trim_start_matches('\'').chars().next();
    start.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n'))
}

/// A cell as it was before [`write_record`] made it a text: without one of the apostrophes before a formula.
#[must_use]
pub fn without_guard(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

/// Appends a line; cells are quoted where necessary. One that a spreadsheet would take for a formula gets an apostrophe,
/// which spreadsheets understand as the mark of a text: [`without_guard`] takes it away.
pub fn write_record<'a>(out: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        let guarded = if is_formula(cell) { format!("'{cell}") } else { String::new() };
        let cell = if guarded.is_empty() { cell } else { &guarded };
        if cell.contains([',', '"', '\r', '\n']) || cell.starts_with(' ') || cell.ends_with(' ') {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Line = Result<(usize, Vec<String>), (usize, BrokenLine)>;

    fn read(file: &str) -> Vec<Line> {
        Reader::new(file.as_bytes()).map(|record| record.map(|record| (record.line, record.cells))).collect()
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is in lists together with errors")]
    fn ok(line: usize, cells: &[&str]) -> Line {
        Ok((line, cells.iter().map(|cell| (*cell).to_owned()).collect()))
    }

    #[test]
    fn lines_are_physical_lines_whatever_they_end_in() {
        for file in
            ["a,b\n\"1\n2\",x\n\nc,d", "\u{feff}a,b\r\n\"1\n2\",x\r\n\r\nc,d\r\n", "a,b\r\"1\n2\",x\r\rc,d\r"]
        {
            assert_eq!(
                read(file),
                [ok(1, &["a", "b"]), ok(2, &["1\n2", "x"]), ok(5, &["c", "d"])],
                "{file:?}"
            );
        }
    }

    #[test]
    fn a_broken_line_spoils_nothing_else() {
        let file = "a,b\n1,\"open\n2,\"x\"y\n3,\"fine, \"\"yes\"\"\"\n4,\"open again\n5,ok";
        let expected = [
            ok(1, &["a", "b"]),
            Err((2, BrokenLine::TextAfterQuote)),
            Err((3, BrokenLine::TextAfterQuote)),
            ok(4, &["3", "fine, \"yes\""]),
            Err((5, BrokenLine::OpenQuote)),
            ok(6, &["5", "ok"]),
        ];
        assert_eq!(read(file), expected);
        let bytes = b"a\n\xff\nb";
        let lines: Vec<_> = Reader::new(bytes).map(|record| record.is_ok()).collect();
        assert_eq!(lines, [true, false, true]);
    }

    #[test]
    fn quotes_inside_a_plain_cell_are_text() {
        assert_eq!(read("5\" pipe,,"), [ok(1, &["5\" pipe", "", ""])]);
        assert_eq!(read(""), []);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(rows in prop::collection::vec(prop::collection::vec("[a\",\r\n é='+@\t-]{0,6}", 2..4), 1..6)) {
            let mut file = String::new();
            for row in &rows {
                write_record(&mut file, row.iter().map(String::as_str));
            }
            let read: Vec<Vec<String>> = Reader::new(file.as_bytes()).map(|record| record.unwrap().cells).collect();
            for cell in read.iter().flatten() {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{:?} is a formula", cell);
            }
            let read: Vec<Vec<&str>> = read.iter().map(|row| row.iter().map(|cell| without_guard(cell)).collect()).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn no_bytes_make_the_reader_panic_or_stand_still(bytes in prop::collection::vec(prop::sample::select(b"\",\r\na\xff".to_vec()), 0..60)) {
            prop_assert!(Reader::new(&bytes).count() <= bytes.len());
        }
    }
}
