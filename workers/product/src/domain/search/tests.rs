use super::*;

fn entries(name: &str) -> Entries {
    Texts { name, ..Texts::default() }.entries()
}

#[test]
fn a_word_is_kept_from_each_of_its_letters() {
    let found = entries("Fahrradklingel");
    assert_eq!(found.name, "fahrradkling");
    assert!(found.name_inside.split(' ').any(|entry| entry == "klingel"), "{found:?}");
    assert_eq!(entries("Mug L").name_inside, "", "what has fewer than three letters is not inside");
    assert_eq!(entries("抹茶茶碗").name, "抹茶茶碗 茶茶碗 茶碗 碗");
    assert_eq!(entries("ｶﾞﾗｽ").name, entries("ガラス").name);
    assert_eq!(entries("한국").name, "한국 국");
}

#[test]
fn letters_with_two_spellings_are_kept_in_both() {
    for (name, words) in [
        ("Straße", "strasse"),
        ("Smørrebrød", "smorrebrod smoerrebroed"),
        ("Käse", "kase kaese"),
        ("KA\u{308}SE", "kase kaese"),
        ("Ångström", "angstrom aangstroem"),
        ("Crème brûlée", "creme brulee"),
        ("Cœur", "coeur"),
        ("Łódź", "lodz"),
        ("ＭＵＧ", "mug"),
    ] {
        assert_eq!(entries(name).name, words, "{name}");
    }
}

#[test]
fn a_search_goes_from_the_name_to_typing_errors() {
    let search = Search::new("mug").unwrap();
    assert_eq!(search.name, r#"({name} : "mug" *)"#);
    assert_eq!(search.inside_name, r#"(({name name_inside} : "mug" *)) NOT (({name} : "mug" *))"#);
    assert_eq!(
        search.others,
        r#"(({name name_inside others others_inside} : "mug" *)) NOT (({name name_inside} : "mug" *))"#
    );
    let search = Search::new("T-Shirt").unwrap();
    assert_eq!(search.name, r#"({name} : "t" * AND {name} : "shirt" *)"#);
    assert!(search.mistyped.contains(r#"OR {mistyped} : "shrt""#), "{}", search.mistyped);
    assert_eq!(Search::new("Käse").unwrap().name, r#"({name} : "kase" * OR {name} : "kaese" *)"#);
}

#[test]
fn the_input_cannot_contain_search_syntax() {
    for (input, name) in [
        (r#"5" pipe"#, Some(r#"({name} : "5" *) AND ({name} : "pipe" *)"#)),
        ("NOT (a", Some(r#"({name} : "not" *) AND ({name} : "a" *)"#)),
        ("\"*\" ^ - :", None),
        ("", None),
    ] {
        assert_eq!(Search::new(input).map(|search| search.name).as_deref(), name, "{input}");
    }
}

#[test]
fn a_column_has_a_limit() {
    let long = "x".repeat(100_000);
    assert!(entries(&long).name_inside.len() < COLUMN_BYTES_MAX);
    let many: String = (0..20_000).map(|number| format!("word{number} ")).collect();
    assert!(entries(&many).name.len() < COLUMN_BYTES_MAX);
}
