//! How JSON, queries and paths become the types of a request, and how a refusal names the field.
//!
//! The text is parsed into a tree first. A type is then read from the tree by our own deserializer, whose error holds
//! the pointer as data: serde says which field is missing or unknown, and each level adds its own name on the way out.
//! So the code that reads a type exists once, for bodies, queries, paths and peers' answers.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Expected, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use crate::{FieldError, Problem, ProblemCode};

/// The longest sentence about a field, in characters.
const DETAIL_LENGTH_MAX: usize = 300;
/// The longest name of a member in a pointer, in characters; longer names are cut.
const NAME_LENGTH_MAX: usize = 100;

/// A JSON value. Members keep their order, and duplicates are kept.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    Positive(u64),
    Negative(i64),
    Fraction(f64),
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// Why a value is not of its type: where, and what is wrong.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// From the inside out.
    steps: Vec<String>,
    detail: String,
}

/// Reads JSON text as a request's type: 400 for text that is not JSON, 422 with the field.
pub fn from_slice<T: DeserializeOwned>(json: &[u8]) -> Result<T, Problem> {
    let tree: Tree = serde_json::from_slice(json).map_err(|error| broken(&error))?;
    read(tree).map_err(Refusal::into_problem)
}

/// Reads a JSON value as a request's type, with the same refusals as for a body.
pub fn from_json<T: DeserializeOwned>(value: &serde_json::Value) -> Result<T, Problem> {
    from_slice(value.to_string().as_bytes())
}

pub(crate) fn read<T: DeserializeOwned>(tree: Tree) -> Result<T, Refusal> {
    T::deserialize(tree)
}

fn broken(error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    let detail = format!("{message} at line {} column {}", error.line(), error.column());
    Problem::new(ProblemCode::MalformedJson, format!("The body is not JSON: {detail}."))
        .with_errors(vec![FieldError::new("", detail)])
}

impl Refusal {
    fn new(detail: impl Into<String>) -> Self {
        Self { steps: Vec::new(), detail: detail.into() }
    }

    fn within(mut self, step: impl Into<String>) -> Self {
        self.steps.push(step.into());
        self
    }

    /// 422 with a JSON pointer.
    pub(crate) fn into_problem(self) -> Problem {
        let pointer =
            self.steps.iter().rev().fold(String::new(), |pointer, step| pointer + "/" + &escaped(step));
        Problem::field(pointer, self.detail)
    }

    /// 422 with the name of a query parameter.
    pub(crate) fn into_parameter_problem(self) -> Problem {
        let name = self.steps.last().map(|step| cut(step)).unwrap_or_default();
        Problem::field(name, self.detail)
    }
}

fn cut(name: &str) -> String {
    name.chars().take(NAME_LENGTH_MAX).collect()
}

fn escaped(name: &str) -> String {
    cut(name).replace('~', "~0").replace('/', "~1")
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    /// An error message of one of our types or of a library, which may repeat the value.
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string().chars().take(DETAIL_LENGTH_MAX).collect::<String>())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("must be {}", wanted(&expected.to_string())))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::new(format!("must be {}", wanted(&expected.to_string())))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("must be {}", one_of(expected)))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let known = if expected.is_empty() { "there are none".to_owned() } else { one_of(expected) };
        Self::new(format!("is not a known field: {known}")).within(field)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new("is required").within(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new("is a duplicate").within(field)
    }
}

fn one_of(words: &[&str]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [word] => format!("`{word}`"),
        [first, second] => format!("`{first}` or `{second}`"),
        words => format!("one of `{}`", words.join("`, `")),
    }
}

/// What serde expects, without the names of our types.
fn wanted(expected: &str) -> &str {
    match expected.split_once(' ').map_or(expected, |(kind, _)| kind) {
        "struct" | "map" | "internally" | "adjacently" => "an object",
        "tuple" | "sequence" | "unit" | "newtype" => "another kind of value",
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number",
        "f32" | "f64" => "a number",
        "enum" | "variant" => "one of the words of this field",
        _ => match expected {
            "a sequence" => "a list",
            "a map" => "an object",
            "a boolean" => "true or false",
            expected => expected,
        },
    }
}

impl<'de> serde::Deserialize<'de> for Tree {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Positive(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Negative(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Fraction(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(value))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(Tree::Object(object))
    }
}

impl IntoDeserializer<'_, Refusal> for Tree {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> serde::Deserializer<'de> for Tree {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Positive(value) => visitor.visit_u64(value),
            Self::Negative(value) => visitor.visit_i64(value),
            Self::Fraction(value) => visitor.visit_f64(value),
            Self::Text(value) => visitor.visit_string(value),
            Self::List(items) => visitor.visit_seq(Items { items: items.into_iter(), next: 0 }),
            Self::Object(members) => visitor.visit_map(Members { members: members.into_iter(), value: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self {
            Self::Null => visitor.visit_none(),
            value => visitor.visit_some(value),
        }
    }

    /// A list of a struct's values in order is no object, although serde would read it.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.deserialize_map(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self {
            Self::Object(_) => self.deserialize_any(visitor),
            _ => Err(Refusal::new("must be an object")),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let _ = name;
        match self {
            Self::Text(word) => visitor.visit_enum(StrDeserializer::new(&word)),
            Self::Object(members) if members.len() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(Members {
                    members: members.into_iter(),
                    value: None,
                }))
            }
            _ => Err(Refusal::new(format!("must be {}", one_of(variants)))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct identifier ignored_any
    }
}

struct Items {
    items: std::vec::IntoIter<Tree>,
    next: usize,
}

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refusal> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.next;
        self.next = index.saturating_add(1);
        seed.deserialize(item).map(Some).map_err(|refusal| refusal.within(index.to_string()))
    }
}

struct Members {
    members: std::vec::IntoIter<(String, Tree)>,
    value: Option<(String, Tree)>,
}

impl<'de> de::MapAccess<'de> for Members {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        let Some((name, value)) = self.members.next() else { return Ok(None) };
        let key = seed.deserialize(StrDeserializer::new(&name))?;
        self.value = Some((name, value));
        Ok(Some(key))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Refusal> {
        let (name, value) = self.value.take().unwrap_or((String::new(), Tree::Null));
        seed.deserialize(value).map_err(|refusal| refusal.within(name))
    }
}

#[cfg(test)]
mod tests;
