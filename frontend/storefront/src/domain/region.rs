//! Countries, and those where a state decides the tax.

/// Whether a country's tax depends on the state.
#[must_use]
pub fn needs_state(country: &str) -> bool {
    matches!(country, "US" | "CA" | "AU")
}

/// `US-CA` or `DE`; none while the parts do not make one.
#[must_use]
pub fn region(country: &str, state: &str) -> Option<String> {
    let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_country {
        return None;
    }
    if !needs_state(country) {
        return Some(country.to_owned());
    }
    let state = state.trim().to_ascii_uppercase();
    let is_state = (2..=3).contains(&state.len()) && state.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_state.then(|| format!("{country}-{state}"))
}

/// The two parts of a region.
#[must_use]
pub fn parts(region: &str) -> (&str, &str) {
    region.split_once('-').unwrap_or((region, ""))
}

/// Whether a postal code can be one of a country: `9` stands for a digit, `A` for a letter, as in its own pattern.
#[must_use]
pub fn is_postal_code(country: &str, code: &str) -> bool {
    let plain: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let shape: String = plain
        .chars()
        .map(|c| {
            if c.is_ascii_digit() {
                '9'
            } else if c.is_ascii_alphabetic() {
                'A'
            } else {
                '?'
            }
        })
        .collect();
    match country {
        "CZ" | "DE" | "ES" | "FI" | "FR" | "IT" | "PL" | "SE" => shape == "99999",
        "AT" | "AU" | "BE" | "CH" | "DK" | "LU" | "NO" => shape == "9999",
        "PT" => shape == "9999999" || shape == "9999",
        "NL" => shape == "9999AA",
        "US" => shape == "99999" || shape == "999999999",
        "CA" => shape == "A9A9A9",
        "GB" => (5..=7).contains(&shape.len()) && shape.ends_with("9AA") && shape.starts_with('A'),
        "IE" => shape.len() == 7 && shape.starts_with('A') && !shape.contains('?'),
        _ => !shape.is_empty() && shape.len() <= 10 && !shape.contains('?'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_a_country_and_its_state_where_that_matters() {
        for (country, state, expected) in [
            ("DE", "", Some("DE")),
            ("DE", "BY", Some("DE")),
            ("US", "ca", Some("US-CA")),
            ("US", "", None),
            ("US", "California", None),
            ("AU", "NSW", Some("AU-NSW")),
            ("de", "", None),
            ("", "", None),
        ] {
            assert_eq!(region(country, state).as_deref(), expected, "{country} {state}");
        }
        assert_eq!((parts("US-CA"), parts("DE")), (("US", "CA"), ("DE", "")));
    }

    #[test]
    fn a_postal_code_has_the_form_of_its_country() {
        for (country, good, bad) in [
            ("DE", "10115", "1011"),
            ("US", "94105-1234", "9410"),
            ("GB", "SW1A 1AA", "12345"),
            ("CA", "K1A 0B1", "K1A"),
            ("NL", "1012 AB", "1012"),
            ("PL", "00-001", "ABC"),
            ("AT", "1010", "10100"),
        ] {
            assert!(is_postal_code(country, good), "{country} {good}");
            assert!(!is_postal_code(country, bad), "{country} {bad}");
        }
    }
}
