//! A value of a sale's row, and what it is in a copy of the sale.

use rusqlite::types::Value;

/// What is different in each copy: ids, and the numbers of the order and of its entry.
#[derive(Debug)]
pub(crate) struct Marks {
    pub(crate) ids: Vec<String>,
    pub(crate) numbers: [String; 2],
}

/// A value to write.
#[derive(Debug, PartialEq)]
pub(crate) enum Pattern {
    Same(Value),
    Day,
    Text(Vec<Piece>),
}

#[derive(Debug, PartialEq)]
pub(crate) enum Piece {
    Text(String),
    Id(usize),
    /// The number that was there, whose first part stays.
    Number(String),
    Time,
}

/// A copy of a sale.
#[derive(Debug)]
pub(crate) struct Copy {
    pub(crate) number: usize,
    at_ms: i64,
    pub(crate) at: String,
    pub(crate) sequence: i64,
}

const TIME: &str = "0000-00-00T00:00:00.000Z";
const DAY: &str = "0000-00-00";

/// Whether a text has digits where the shape has zeros, and else the same characters.
fn has_shape(text: &str, shape: &str) -> bool {
    let fits = |(byte, wanted): (u8, u8)| if wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted };
    text.len() >= shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

impl Pattern {
    pub(crate) fn of(value: Value, marks: &Marks) -> Self {
        let Value::Text(text) = value else { return Self::Same(value) };
        if text.len() == DAY.len() && has_shape(&text, DAY) {
            return Self::Day;
        }
        let (mut pieces, mut plain, mut rest) = (Vec::new(), String::new(), text.as_str());
        while let Some(first) = rest.chars().next() {
            let id = marks.ids.iter().position(|id| rest.starts_with(id.as_str()));
            let number = marks.numbers.iter().find(|number| rest.starts_with(number.as_str()));
            let (piece, length) = match (id, number) {
                (Some(id), _) => (Piece::Id(id), marks.ids[id].len()),
                (None, Some(number)) => (Piece::Number(number.clone()), number.len()),
                (None, None) if has_shape(rest, TIME) => (Piece::Time, TIME.len()),
                (None, None) => {
                    plain.push(first);
                    rest = &rest[first.len_utf8()..];
                    continue;
                }
            };
            pieces.extend((!plain.is_empty()).then(|| Piece::Text(std::mem::take(&mut plain))));
            pieces.push(piece);
            rest = &rest[length..];
        }
        if pieces.is_empty() {
            return Self::Same(Value::Text(text));
        }
        pieces.extend((!plain.is_empty()).then_some(Piece::Text(plain)));
        Self::Text(pieces)
    }

    /// Whether something of the sale is in it.
    pub(crate) fn has_mark(&self) -> bool {
        matches!(self, Self::Text(pieces) if pieces.iter().any(|piece| matches!(piece, Piece::Id(_))))
    }

    pub(crate) fn fill(&self, copy: &Copy) -> Value {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Id(place) => copy.id(*place),
            Piece::Number(was) => copy.new_number(was),
            Piece::Time => copy.at.clone(),
        };
        match self {
            Self::Same(value) => value.clone(),
            Self::Day => Value::Text(copy.at[..DAY.len()].to_owned()),
            Self::Text(pieces) => Value::Text(pieces.iter().map(text).collect()),
        }
    }
}

impl Copy {
    pub(crate) fn new(number: usize, at_ms: i64) -> Self {
        Self { number, at_ms, at: time(at_ms), sequence: 0 }
    }

    pub(crate) fn year(&self) -> i64 {
        self.at[..4].parse().unwrap_or_default()
    }

    /// Its own id instead of the one in this place: a UUID that is sorted by its time, as the services make them.
    pub(crate) fn id(&self, place: usize) -> String {
        let (high, low) = (self.at_ms >> 16, self.at_ms & 0xffff);
        format!("{high:08x}-{low:04x}-7{place:03x}-8000-{:012x}", self.number)
    }

    /// `ORD-2026-000123`: its kind, the year, the number in that year.
    pub(crate) fn new_number(&self, was: &str) -> String {
        let kind = was.split('-').next().unwrap_or_default();
        format!("{kind}-{:04}-{:06}", self.year(), self.sequence)
    }
}

/// A time as the services write it. The date is that of the day's number since 1970 (Hinnant's algorithm).
fn time(ms: i64) -> String {
    let (days, rest) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, year) =
        (if month < 10 { month + 3 } else { month - 9 }, year + era * 400 + i64::from(month >= 10));
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", rest % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_its_own_ids_numbers_and_times_and_nothing_else_differs() {
        let id = "01a1f82f-7088-72b1-a86e-9b403634bc5f".to_owned();
        let marks = Marks {
            ids: vec!["x".repeat(36), id.clone()],
            numbers: ["ORD-2026-000007".into(), "JE-2026-000008".into()],
        };
        let copy = Copy { sequence: 12, ..Copy::new(5, 1_795_165_200_000) };
        let fill = |text: &str| match Pattern::of(Value::Text(text.to_owned()), &marks).fill(&copy) {
            Value::Text(text) => text,
            other => panic!("{other:?}"),
        };
        assert_eq!(copy.at, "2026-11-20T09:00:00.000Z");
        assert_eq!(fill("2025-01-31"), "2026-11-20");
        assert_eq!(fill("ü é"), "ü é");
        assert_eq!(
            fill(&format!(
                "{{\"id\":\"{id}\",\"at\":\"2026-01-01T00:00:00.001Z\",\"n\":\"ORD-2026-000007\"}}"
            )),
            format!("{{\"id\":\"{}\",\"at\":\"{}\",\"n\":\"ORD-2026-000012\"}}", copy.id(1), copy.at)
        );
        assert!(Pattern::of(Value::Text(id), &marks).has_mark());
        assert_eq!(Pattern::of(Value::Integer(7), &marks).fill(&copy), Value::Integer(7));
    }
}
