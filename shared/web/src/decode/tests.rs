//! What is refused, and with which field.

use serde::Deserialize;
use serde_json::json;

use super::*;

#[derive(Debug, Deserialize)]
enum Kind {
    #[serde(rename = "A")]
    _A,
    #[serde(rename = "B")]
    _B,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inner {
    #[serde(rename = "count")]
    _count: i64,
    #[serde(rename = "kind")]
    _kind: Option<Kind>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outer {
    #[serde(rename = "items")]
    _items: Vec<Inner>,
}

fn refused(json: &str) -> (String, String) {
    let problem = from_slice::<Outer>(json.as_bytes()).unwrap_err();
    let body: serde_json::Value = serde_json::from_str(&problem.render("r")).unwrap();
    let text = |member: &str| body["errors"][0][member].as_str().unwrap().to_owned();
    (text("pointer"), text("detail"))
}

#[test]
fn a_list_is_no_object_wherever_one_is_expected() {
    for (json, pointer) in [
        ("[[]]", ""),
        ("[]", ""),
        (r#"{"items":[[1,"A"]]}"#, "/items/0"),
        (r#"{"items":["text"]}"#, "/items/0"),
        (r#"{"items":[null]}"#, "/items/0"),
    ] {
        assert_eq!(refused(json), (pointer.to_owned(), "must be an object".to_owned()), "{json}");
    }
}

#[test]
fn a_refusal_names_the_field_and_neither_our_types_nor_the_value() {
    for (json, pointer, detail) in [
        (r"{}", "/items", "is required"),
        (r#"{"items":5}"#, "/items", "must be a list"),
        (r#"{"items":["secret"]}"#, "/items/0", "must be an object"),
        (r#"{"items":[{"count":"secret"}]}"#, "/items/0/count", "must be a whole number"),
        (r#"{"items":[{"count":1},{"count":1.5}]}"#, "/items/1/count", "must be a whole number"),
        (r#"{"items":[{"count":1,"kind":"C"}]}"#, "/items/0/kind", "must be `A` or `B`"),
        (r#"{"items":[{"count":1,"kind":7}]}"#, "/items/0/kind", "must be `A` or `B`"),
        (r#"{"items":[{"a/b":1}]}"#, "/items/0/a~1b", "is not a known field: `count` or `kind`"),
        (r#"{"items":[],"items":[]}"#, "/items", "is a duplicate"),
    ] {
        assert_eq!(refused(json), (pointer.to_owned(), detail.to_owned()), "{json}");
    }
}

#[test]
fn a_field_whose_name_is_a_sentence_of_serde_is_still_that_field() {
    let (pointer, _) = refused(r#"{"missing field `x`":1}"#);
    assert_eq!(pointer, "/missing field `x`");
}

#[test]
fn a_refusal_is_short_however_long_a_name_is() {
    let mut items = json!({ "items": [] });
    items["x".repeat(100_000)] = json!(1);
    let (pointer, detail) = refused(&items.to_string());
    assert!(pointer.len() <= 101 && detail.len() < 100, "{} {}", pointer.len(), detail.len());
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    let problem = from_slice::<Outer>(b"{\"items\": [").unwrap_err();
    assert_eq!(problem.code(), ProblemCode::MalformedJson);
    assert!(problem.detail().contains("line 1 column 11"), "{}", problem.detail());
}
