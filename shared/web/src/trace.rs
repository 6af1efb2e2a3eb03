//! W3C Trace Context: the id shared by everything that one cause triggered, and the id of this step.
//! <https://www.w3.org/TR/trace-context/>

use platform::{RandomError, World};

use crate::tokens::hex;

/// The position of a request, a message or a sweep in its trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trace {
    /// 32 hexadecimal digits.
    pub(crate) id: String,
    /// This step: 16 hexadecimal digits.
    pub(crate) span_id: String,
    /// The step that caused it.
    pub(crate) parent_id: Option<String>,
    /// Whether its spans are wanted.
    pub(crate) sampled: bool,
}

impl Trace {
    /// A step caused by the one that `traceparent` names; the first of a new trace if that is missing or unreadable.
    pub(crate) fn following(world: &dyn World, traceparent: Option<&str>) -> Result<Self, RandomError> {
        let random = world.random()?;
        let (first, second) = random.split_at(8);
        let span_id = hex(first);
        Ok(match traceparent.and_then(parse) {
            Some((id, parent, sampled)) => Self { id, span_id, parent_id: Some(parent), sampled },
            // The rest of the 16 bytes makes the trace id different from the span's.
            None => Self { id: hex(second) + &span_id, span_id, parent_id: None, sampled: true },
        })
    }

    /// The header that is sent along with the calls and messages that this step causes.
    #[must_use]
    pub(crate) fn header(&self) -> String {
        let flags = if self.sampled { "01" } else { "00" };
        format!("00-{}-{}-{flags}", self.id, self.span_id)
    }
}

/// `00-<trace>-<parent>-<flags>`; an id of zeros only counts as missing.
fn parse(header: &str) -> Option<(String, String, bool)> {
    let mut parts = header.trim().split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let is_id = |text: &str, length: usize| is_hex(text, length) && text.bytes().any(|b| b != b'0');
    let good =
        is_hex(version, 2) && version != "ff" && is_id(trace, 32) && is_id(parent, 16) && is_hex(flags, 2);
    let sampled = u8::from_str_radix(flags, 16).is_ok_and(|flags| flags & 1 == 1);
    good.then(|| (trace.to_owned(), parent.to_owned(), sampled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_well_formed_header_is_followed() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let (trace, parent, sampled) = parse(good).unwrap();
        assert_eq!((trace.len(), parent.as_str(), sampled), (32, "00f067aa0ba902b7", true));
        for wrong in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
