//! Whose data it is.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A tenant: an organisation with its own databases. Text: a lower-case letter, then up to 30 letters and digits, so that
/// it can be part of a binding's name. There is one today, `main`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenant(Arc<str>);

/// The longest name, in characters.
const LENGTH_MAX: usize = 31;

impl Tenant {
    /// The name of the only tenant, when there are no others.
    pub const MAIN: &'static str = "main";

    /// The tenant `main`.
    #[must_use]
    pub fn main() -> Self {
        Self(Self::MAIN.into())
    }

    /// The tenant with a name, if the name is valid.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let good = (1..=LENGTH_MAX).contains(&name.len())
            && name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        good.then(|| Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `main`.
    #[must_use]
    pub fn is_main(&self) -> bool {
        self.as_str() == Self::MAIN
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Tenant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Tenant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| serde::de::Error::custom("must be the name of a tenant"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_can_be_part_of_a_bindings_name() {
        assert_eq!(Tenant::parse("main"), Some(Tenant::main()));
        assert!(Tenant::parse("shop2").is_some());
        for wrong in ["", "Main", "2shop", "a-b", "a_b", "ä", &"a".repeat(32)] {
            assert_eq!(Tenant::parse(wrong), None, "{wrong}");
        }
    }
}
