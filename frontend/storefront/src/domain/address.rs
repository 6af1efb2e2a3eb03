//! What a buyer types at the checkout, and whether it can be an order. What is sent on is checked again where it is kept.

use super::form::{Faults, Form};
use super::region::{is_postal_code, region};

/// The fields of the checkout, as typed: they are shown again when something is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub email: String,
    pub name: String,
    pub line1: String,
    pub line2: String,
    pub postal_code: String,
    pub city: String,
    pub country: String,
    pub state: String,
}

/// The fields that must be filled in.
const REQUIRED: [&str; 6] = ["email", "name", "line1", "postalCode", "city", "country"];

impl Typed {
    /// Those of a form.
    #[must_use]
    pub fn of(form: &Form) -> Self {
        let get = |name: &str| form.get(name).to_owned();
        Self {
            email: get("email"),
            name: get("name"),
            line1: get("line1"),
            line2: get("line2"),
            postal_code: get("postalCode"),
            city: get("city"),
            country: get("country").to_ascii_uppercase(),
            state: get("state").to_ascii_uppercase(),
        }
    }

    /// Where it is taxed; none while that is not known.
    #[must_use]
    pub fn region(&self) -> Option<String> {
        region(&self.country, &self.state)
    }

    /// What is wrong with it.
    #[must_use]
    pub fn faults(&self) -> Faults {
        let mut faults = Faults::default();
        let values = [&self.email, &self.name, &self.line1, &self.postal_code, &self.city, &self.country];
        for (field, value) in REQUIRED.into_iter().zip(values) {
            if value.is_empty() {
                faults.add(field, "error.required");
            }
        }
        let has_domain = |(name, domain): (&str, &str)| !name.is_empty() && domain.contains('.');
        if !self.email.split_once('@').is_some_and(has_domain) || self.email.contains(char::is_whitespace) {
            faults.add("email", "error.email");
        }
        if !self.postal_code.is_empty() && !is_postal_code(&self.country, &self.postal_code) {
            faults.add("postalCode", "error.postalCode");
        }
        if !self.country.is_empty() && self.region().is_none() {
            faults.add("state", "error.state");
        }
        faults
    }
}

/// The field of the form that a pointer of the API is about.
#[must_use]
pub fn field(pointer: &str) -> Option<&'static str> {
    Some(match pointer {
        "/customer/email" => "email",
        "/customer/name" | "/shippingAddress/name" => "name",
        "/shippingAddress/line1" => "line1",
        "/shippingAddress/line2" => "line2",
        "/shippingAddress/city" => "city",
        "/shippingAddress/postalCode" => "postalCode",
        "/shippingAddress/region" => "country",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(form: &str) -> Typed {
        Typed::of(&Form::parse(form.as_bytes()))
    }

    #[test]
    fn each_field_that_is_wrong_is_named() {
        let good = typed(
            "email=ada@example.org&name=Ada&line1=1+Quay&postalCode=94105&city=Harbour&country=us&state=ca",
        );
        assert!(good.faults().is_empty(), "{:?}", good.faults());
        assert_eq!(good.region().as_deref(), Some("US-CA"));
        let nothing = typed("").faults();
        for field in REQUIRED {
            assert_eq!(nothing.of(field), Some("error.required"), "{field}");
        }
        for (change, field, key) in [
            (Typed { email: "ada".to_owned(), ..good.clone() }, "email", "error.email"),
            (Typed { email: "a da@example.org".to_owned(), ..good.clone() }, "email", "error.email"),
            (Typed { state: String::new(), ..good.clone() }, "state", "error.state"),
            (Typed { postal_code: "x".to_owned(), ..good.clone() }, "postalCode", "error.postalCode"),
        ] {
            assert_eq!(change.faults().all().collect::<Vec<_>>(), [(field, key)]);
        }
    }
}
