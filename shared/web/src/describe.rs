//! What a route says about itself, collected natively for the OpenAPI description. The schemas come from the types that
//! read the input and write the answer. No Worker contains this.

use std::collections::BTreeMap;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::{Grant, ProblemCode, Route};

/// What a route says about itself for people.
#[derive(Clone)]
pub struct About {
    /// One sentence.
    pub summary: &'static str,
    /// Paragraphs.
    pub details: &'static str,
    /// Problems that only this route has.
    pub problems: &'static [ProblemCode],
    /// The handler's name in the code.
    pub handler: &'static str,
    describe: fn(&mut Operation),
}

impl About {
    pub(crate) fn new(summary: &'static str, handler: &'static str, describe: fn(&mut Operation)) -> Self {
        Self { summary, details: "", problems: &[], handler, describe }
    }
}

/// The schemas that the operations refer to. Requests and answers have separate sets: a field with a default may be
/// left out of a request, but is always present in an answer.
pub struct Schemas {
    read: SchemaGenerator,
    written: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        });
        Self {
            read: settings.clone().for_deserialize().into_generator(),
            written: settings.for_serialize().into_generator(),
        }
    }
}

impl Schemas {
    /// The schemas of requests and those of answers, by name.
    #[must_use]
    pub fn into_definitions(mut self) -> (serde_json::Map<String, Value>, serde_json::Map<String, Value>) {
        (self.read.take_definitions(true), self.written.take_definitions(true))
    }

    /// The schema of a type in an answer, in place or as a reference.
    pub fn written<T: JsonSchema>(&mut self) -> Value {
        self.written.subschema_for::<T>().to_value()
    }
}

/// A route's inputs and answers.
pub struct Operation<'a> {
    schemas: &'a mut Schemas,
    path_names: Vec<String>,
    /// In OpenAPI's form.
    pub parameters: Vec<Value>,
    /// In OpenAPI's form.
    pub request_body: Option<Value>,
    /// By status.
    pub answers: BTreeMap<u16, Value>,
    problems: Vec<ProblemCode>,
}

/// Whether the schema of a query parameter refuses an empty text. An empty text is read as if it were left out.
fn refuses_empty(schema: &Value) -> bool {
    ["$ref", "pattern", "minLength"].iter().any(|keyword| schema.get(keyword).is_some())
}

/// Whether leaving the value out satisfies the schema.
fn default_value(schema: &Value) -> bool {
    schema.get("default").is_some()
}

impl<'a> Operation<'a> {
    /// A route that can fail because of its `If-Match` takes one.
    fn describe_precondition(&mut self) {
        if !self.problems.contains(&ProblemCode::PreconditionFailed) {
            return;
        }
        self.problems.push(ProblemCode::ValidationFailed);
        self.parameters.push(json!({
            "name": "If-Match", "in": "header",
            "required": self.problems.contains(&ProblemCode::PreconditionRequired),
            "description": "The `ETag` of the resource as it was read; the change happens only if it has not changed \
                            since. An empty header is removed on the way, and counts as absent.",
            "schema": { "type": "string", "pattern": r#"^$|^(\*|(W/)?"?[0-9]{1,18}(-[0-9a-f]{16})?"?)$"# },
        }));
    }

    /// What the route's types say. `grant_is_open` is set when a visitor has the grant.
    pub fn of(route: &Route, schemas: &'a mut Schemas, grant_is_open: bool) -> Self {
        let path_names = route
            .path
            .split('/')
            .filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'))
            .map(str::to_owned)
            .collect();
        let mut operation = Self {
            schemas,
            path_names,
            parameters: Vec::new(),
            request_body: None,
            answers: BTreeMap::new(),
            problems: vec![ProblemCode::Internal, ProblemCode::TemporarilyUnavailable],
        };
        if route.grant != Grant::PUBLIC {
            operation.problems.extend([
                ProblemCode::Unauthenticated,
                ProblemCode::TokenExpired,
                ProblemCode::InvalidApiKey,
            ]);
            if !grant_is_open {
                operation.problems.push(ProblemCode::Forbidden);
            }
        }
        if route.proof == crate::routes::Proof::Recent {
            operation.problems.push(ProblemCode::StepUpRequired);
        }
        if let Some(action) = route.duty {
            operation.problems.push(ProblemCode::ApprovalRequired);
            if action.gives_money() {
                operation.problems.push(ProblemCode::StepUpRequired);
            }
            let waiting = "The shop wants it approved: nothing has happened yet. Somebody else decides.";
            operation.json_answer::<crate::duties::Approval>(202, waiting);
            operation.answer_header(202, "Location", "The approval.");
        }
        if route.keyed {
            operation.problems.extend([
                ProblemCode::IdempotencyInProgress,
                ProblemCode::IdempotencyKeyReused,
                ProblemCode::ValidationFailed,
            ]);
            operation.parameters.push(json!({
                "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "A retry with the same key and body gets the first answer again, with `Idempotent-Replayed: true`.",
                "schema": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$" },
            }));
        }
        (route.about.describe)(&mut operation);
        operation.problems.extend(route.about.problems);
        operation.describe_precondition();
        operation
    }

    /// Every problem it may answer.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemCode> {
        let mut problems = self.problems.clone();
        problems.sort_unstable();
        problems.dedup();
        problems
    }

    pub(crate) fn path<T: JsonSchema>(&mut self) {
        let schema = self.schemas.read.subschema_for::<T>().to_value();
        let schemas = match schema.get("prefixItems").and_then(Value::as_array) {
            Some(items) => items.clone(),
            None => vec![schema],
        };
        for (name, schema) in std::mem::take(&mut self.path_names).into_iter().zip(schemas) {
            self.parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": schema }));
        }
        self.problems.push(ProblemCode::NotFound);
    }

    pub(crate) fn query<T: JsonSchema>(&mut self) {
        let schema = T::json_schema(&mut self.schemas.read).to_value();
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        for (name, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let mut schema = without_null(schema.clone());
            let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            let required = required.contains(&name.as_str()) && !default_value(&schema);
            if !required && refuses_empty(&schema) {
                schema = json!({ "anyOf": [schema, { "const": "", "description": "As if left out." }] });
            }
            let mut parameter =
                json!({ "name": name, "in": "query", "required": required, "schema": schema });
            if let (Some(description), Some(parameter)) = (description, parameter.as_object_mut()) {
                parameter.insert("description".to_owned(), description);
            }
            self.parameters.push(parameter);
        }
        self.problems.push(ProblemCode::ValidationFailed);
    }

    pub(crate) fn json_body<T: JsonSchema>(&mut self) {
        let schema = self.schemas.read.subschema_for::<T>();
        self.request_body =
            Some(json!({ "required": true, "content": { "application/json": { "schema": schema } } }));
        self.problems.extend([
            ProblemCode::MalformedJson,
            ProblemCode::ValidationFailed,
            ProblemCode::UnsupportedMediaType,
            ProblemCode::BodyTooLarge,
        ]);
    }

    /// A header that the handler reads.
    pub fn header(&mut self, name: &str, description: &str) {
        self.parameters.push(json!({
            "name": name, "in": "header", "required": false, "description": description,
            "schema": { "type": "string" },
        }));
    }

    pub(crate) fn text_body(&mut self, media: &str) {
        self.request_body =
            Some(json!({ "required": true, "content": { media: { "schema": { "type": "string" } } } }));
        self.problems.extend([
            ProblemCode::UnsupportedMediaType,
            ProblemCode::BodyTooLarge,
            ProblemCode::ValidationFailed,
        ]);
    }

    /// A JSON answer.
    pub fn json_answer<T: JsonSchema>(&mut self, status: u16, description: &str) -> &mut Self {
        let schema: Schema = self.schemas.written.subschema_for::<T>();
        self.content(status, description, "application/json", &schema.to_value())
    }

    /// A text of a media type.
    pub fn text_answer(&mut self, status: u16, media: &str) -> &mut Self {
        self.content(status, "The document.", media, &json!({ "type": "string" }))
    }

    /// Adds a media type to the answer of a status.
    fn content(&mut self, status: u16, description: &str, media: &str, schema: &Value) -> &mut Self {
        let answer = self
            .answers
            .entry(status)
            .or_insert_with(|| json!({ "description": description, "content": {} }));
        if let Some(content) = answer.get_mut("content").and_then(Value::as_object_mut) {
            content.insert(media.to_owned(), json!({ "schema": schema }));
        }
        self
    }

    /// An answer without a body.
    pub fn empty_answer(&mut self, status: u16, description: &str) -> &mut Self {
        self.answers.insert(status, json!({ "description": description }));
        self
    }

    /// Adds a header of an answer.
    pub fn answer_header(&mut self, status: u16, name: &str, description: &str) -> &mut Self {
        if let Some(answer) = self.answers.get_mut(&status).and_then(Value::as_object_mut) {
            let headers = answer.entry("headers").or_insert_with(|| json!({}));
            if let Some(headers) = headers.as_object_mut() {
                headers.insert(
                    name.to_owned(),
                    json!({ "description": description, "schema": { "type": "string" } }),
                );
            }
        }
        self
    }
}

/// A query has no null: an optional parameter is simply left out.
fn without_null(mut schema: Value) -> Value {
    let not_null = |kind: &Value| {
        kind.as_str() != Some("null") && kind.get("type").and_then(Value::as_str) != Some("null")
    };
    let Some(object) = schema.as_object_mut() else { return schema };
    if let Some(words) = object.get_mut("enum").and_then(Value::as_array_mut) {
        words.retain(|word| !word.is_null());
    }
    if let Some(kinds) = object.get_mut("type").and_then(Value::as_array_mut) {
        kinds.retain(not_null);
        if let [kind] = kinds.as_slice() {
            let kind = kind.clone();
            object.insert("type".to_owned(), kind);
        }
    }
    if let Some(mut options) = object.get("anyOf").and_then(Value::as_array).cloned() {
        options.retain(not_null);
        if let [only] = options.as_slice() {
            let mut only = only.clone();
            if let (Some(only), Some(description)) = (only.as_object_mut(), object.remove("description")) {
                only.insert("description".to_owned(), description);
            }
            return only;
        }
    }
    schema
}
