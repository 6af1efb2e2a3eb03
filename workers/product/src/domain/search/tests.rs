use super::*;

fn of(name: &str, from: char) -> Vec<String> {
    let entries = Texts { name, ..Texts::default() }.entries();
    entries.split(' ').filter_map(|entry| entry.strip_prefix(from)).map(ToOwned::to_owned).collect()
}

#[test]
fn a_word_is_kept_from_each_of_its_letters() {
    let found = of("Fahrradklingel", from::NAME);
    assert!(found.iter().any(|entry| entry == "klingel") && found[0] == "fahrradkling", "{found:?}");
    assert_eq!(of("Mug XL", from::NAME), ["mug", "xl"]);
    assert_eq!(of("Mug", from::SHORT_NAME), ["m", "mu"], "two letters only at the start");
    assert_eq!(of("抹茶茶碗", from::NAME), ["抹茶茶碗", "茶茶碗"]);
    assert_eq!(of("茶碗", from::SHORT_NAME), ["茶", "茶碗", "碗"]);
    assert_eq!(of("ｶﾞﾗｽ", from::NAME), of("ガラス", from::NAME));
}

#[test]
fn letters_with_two_spellings_are_kept_in_both() {
    for (name, words) in [
        ("Straße", &["strasse"][..]),
        ("Smørrebrød", &["smorrebrod", "smoerrebroed"]),
        ("Käse", &["kase", "kaese"]),
        ("KA\u{308}SE", &["kase", "kaese"]),
        ("Ångström", &["angstrom", "aangstroem"]),
        ("Crème brûlée", &["creme", "brulee"]),
        ("Cœur", &["coeur"]),
        ("Łódź", &["lodz"]),
        ("ＭＵＧ", &["mug"]),
    ] {
        let found = of(name, from::MISTYPED).into_iter().chain(of(name, from::NAME)).collect::<Vec<_>>();
        let short = |word: &&str| word.chars().take(ENTRY_MAX).collect::<String>();
        assert!(words.iter().all(|word| found.contains(&short(word))), "{name}: {found:?}");
    }
}

#[test]
fn a_search_goes_from_the_code_to_typing_errors() {
    let search = Search::new("mug").unwrap();
    assert_eq!((search.code.as_str(), search.name.as_str()), (r#""cmug""#, r#"(("nmug" *)) NOT ("cmug")"#));
    assert_eq!(search.others, r#"(("amug" *)) NOT ((("nmug" *)) OR "cmug")"#);
    let search = Search::new("701412829103").unwrap();
    assert_eq!(search.code, r#""c701412829103" OR "c00701412829103""#);
    let search = Search::new("T-Shirt").unwrap();
    assert_eq!(
        (search.code.as_str(), search.name.as_str()),
        ("\"ct\u{e02d}shirt\"", "((\"xt\" AND \"nshirt\" *)) NOT (\"ct\u{e02d}shirt\")")
    );
    assert!(search.mistyped.contains(r#"OR "mshrt""#), "{}", search.mistyped);
    assert!(Search::new("Käse").unwrap().name.starts_with(r#"(("nkase" * OR "nkaese" *))"#));
}

#[test]
fn the_input_cannot_contain_search_syntax() {
    for (input, mistyped) in [
        (
            r#"5" pipe"#,
            Some(r#"("y5") AND (("apipe" * OR "mpipe" OR "mipe" OR "mppe" OR "mpie" OR "mpip"))"#),
        ),
        ("NOT (a", Some(r#"("anot" *) AND ("ya")"#)),
        ("\"*\" ^ - :", None),
        ("", None),
    ] {
        assert_eq!(Search::new(input).map(|search| search.mistyped).as_deref(), mistyped, "{input}");
    }
    assert_eq!(Search::new("a\u{0}\"b").unwrap().code, "\"ca\u{e000}\u{e022}b\"");
}

#[test]
fn the_entries_of_a_product_have_a_limit() {
    let many: String = (0..20_000).map(|number| format!("word{number} ")).collect::<Vec<_>>().concat();
    for long in ["x".repeat(100_000), "茶".repeat(100_000), many] {
        let entries = Texts { name: "Mug", others: ["", "", &long], ..Texts::default() }.entries();
        assert!(entries.len() <= BYTES_MAX && entries.starts_with("nmug "));
    }
}
