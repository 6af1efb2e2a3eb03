//! A form as a browser sends it, and what is wrong with it.

/// Fields by name, the first of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

/// The most characters of a field that is looked at.
const LENGTH_MAX: usize = 500;

impl Form {
    /// Reads `application/x-www-form-urlencoded`, or a query.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        Self(serde_urlencoded::from_bytes(bytes).unwrap_or_default())
    }

    /// A field, trimmed; empty when it was not sent. What is too long is cut: no field of ours needs it.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let value = self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim());
        value.char_indices().nth(LENGTH_MAX).map_or(value, |(at, _)| value.get(..at).unwrap_or(""))
    }

    /// Whether a field was sent, whatever it holds.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }
}

/// What is wrong: fields, each with the key of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(Vec<(&'static str, &'static str)>);

impl Faults {
    /// Adds one; the first of a field stays.
    pub fn add(&mut self, field: &'static str, key: &'static str) {
        if self.of(field).is_none() {
            self.0.push((field, key));
        }
    }

    /// That of a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&'static str> {
        self.0.iter().find(|(known, _)| *known == field).map(|(_, key)| *key)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.0.iter().copied()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_write_it() {
        let form = Form::parse("name=Ada+L%C3%B6we&name=Eve&empty=&city=%20York%20".as_bytes());
        assert_eq!(
            (form.get("name"), form.get("empty"), form.get("city"), form.get("no")),
            ("Ada Löwe", "", "York", "")
        );
        assert!(form.has("empty") && !form.has("no"));
        assert_eq!(Form::parse(b"%ff=%ff").get("x"), "");
        assert_eq!(
            Form::parse(format!("a={}", "ä".repeat(600)).as_bytes()).get("a").chars().count(),
            LENGTH_MAX
        );
    }
}
