//! Turns what a shopper types into a query that the search index always accepts.

/// The maximum number of search words; more are ignored.
const WORDS_MAX: usize = 12;

/// Every word must match; the last one may be the start of a word. The input cannot contain search syntax: each word is
/// quoted, and one without a letter or digit is left out. None when no word is left.
#[must_use]
pub fn match_expression(input: &str) -> Option<String> {
    let words: Vec<String> = input
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .take(WORDS_MAX)
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    if words.is_empty() { None } else { Some(words.join(" ") + "*") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_quoted_and_the_last_may_be_a_start() {
        for (input, expected) in [
            ("blue shi", Some(r#""blue" "shi"*"#)),
            ("  A-1  ", Some(r#""A-1"*"#)),
            (r#"5" pipe"#, Some(r#""5""" "pipe"*"#)),
            ("NOT (a OR b)", Some(r#""NOT" "(a" "OR" "b)"*"#)),
            ("\"*\" ^ - :", None),
            ("", None),
        ] {
            assert_eq!(match_expression(input).as_deref(), expected, "{input}");
        }
    }
}
