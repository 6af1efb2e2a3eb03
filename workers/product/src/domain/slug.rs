//! Names in URLs: lower case, words joined by `-`.

/// The slug of a text: letters and digits of any script in lower case, everything else a single `-`. Empty when there
/// is no letter and no digit.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_keeps_letters_and_digits_of_any_script() {
        for (text, expected) in [
            ("Garden & Outdoor", "garden-outdoor"),
            ("  Größe 42!  ", "größe-42"),
            ("茶 / Tea", "茶-tea"),
            ("--a--b--", "a-b"),
            ("&&&", ""),
        ] {
            assert_eq!(slug(text), expected);
        }
    }
}
