//! OpenAPI 3.1 from the route tables.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use contracts::Service;
use serde_json::{Map, Value, json};
use web::describe::{Operation, Schemas};
use web::{Grant, ProblemCode, Role, Route};

use crate::examples::{self, Examples};
use crate::names::operation_id;

const ABOUT: &str = "Sell through web shops, wholesale and tills, keep the stock, and book every sale.\n\n\
    Money is a decimal text with its currency, never a float. Times are RFC 3339 in UTC. A list is a page: `data` and \
    `nextCursor`. A refusal is a problem (RFC 9457): `code` is for programs, `detail` for people, `errors` names each \
    field. A POST that creates or moves something takes an `Idempotency-Key`: the same key and body get the first \
    answer again.\n\n\
    Every example here was sent to the system, and its answer is the one that it got.";

/// The routes that a client can reach, with the service that answers each.
#[must_use]
pub fn public_routes() -> Vec<(Service, Route)> {
    let reached = |service: Service, route: &Route| {
        let own = service == Service::Gateway;
        let first = route.path.split('/').nth(1).unwrap_or_default();
        route.grant != Grant::INTERNAL && (own || Service::of_prefix(first) == Some(service))
    };
    let all = Service::ALL.into_iter().flat_map(|service| {
        services::bounded(service).routes().into_iter().map(move |route| (service, route))
    });
    all.filter(|(service, route)| reached(*service, route)).collect()
}

/// A route's path for a client: below `/api/v1`, but for what a monitoring tool asks at the root.
fn public_path(service: Service, route: &Route) -> String {
    match (service, route.path.strip_prefix("/api")) {
        (Service::Gateway, Some(below)) => format!("/api/v1{below}"),
        (Service::Gateway, None) => route.path.to_owned(),
        _ => format!("/api/v1{}", route.path),
    }
}

/// The same path as the examples name it.
fn example_key(route: &Route) -> (String, String) {
    (route.method.to_string(), route.path.strip_prefix("/api").unwrap_or(route.path).to_owned())
}

/// The whole document.
pub(crate) fn document(examples: &Examples) -> Result<Value> {
    let mut schemas = Schemas::default();
    let problem = schemas.written::<web::problem::Described>();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut ids = std::collections::BTreeSet::new();
    let mut tags = std::collections::BTreeSet::new();
    for (service, route) in public_routes() {
        let tag = tag(&route);
        tags.insert(tag.clone());
        let id = operation_id(route.about.handler);
        ensure!(ids.insert(id.clone()), "two operations are called {id}");
        let (method, path) = example_key(&route);
        let example = examples.iter().find(|((known, route), _)| *known == method && *route == path);
        let example = example.map(|(_, example)| example);
        ensure!(example.is_some(), "{method} {path} has no example");
        let operation = operation(&route, &id, &tag, &mut schemas, example);
        let methods = paths.entry(public_path(service, &route)).or_default();
        methods.insert(route.method.as_str().to_ascii_lowercase(), operation);
    }
    let (mut read, mut written) = schemas.into_definitions();
    let mut paths = json!(paths);
    let definitions = merged(&mut read, &mut written, &mut paths);
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Countinghouse", "version": "1", "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "This house." }],
        "tags": tags.iter().map(|tag| json!({ "name": tag, "description": about(tag) })).collect::<Vec<_>>(),
        "components": {
            "schemas": definitions,
            "responses": problem_answers(&problem, &paths),
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "The `accessToken` of `POST /api/v1/auth/login`." },
                "apiKey": { "type": "apiKey", "in": "header", "name": "X-API-Key",
                    "description": "A key of a user, for programs." },
            },
        },
        "paths": paths,
    }))
}

/// The group that a reader finds it in: the first segment of its path.
fn tag(route: &Route) -> String {
    let path = route.path.strip_prefix("/api").unwrap_or(route.path);
    match path.split('/').nth(1).unwrap_or_default() {
        "health" | "metrics" | ".well-known" => "ops".to_owned(),
        segment => segment.to_owned(),
    }
}

/// What a group is about: in the table of services, or here for what the door answers itself. A test fails for one that
/// has no words.
fn about(tag: &str) -> &'static str {
    let mut prefixes = Service::ALL.iter().flat_map(|service| service.entry().prefixes);
    match tag {
        "approvals" => {
            "What one asks for and another one decides: nobody does it alone above the shop's limits."
        }
        "audit-log" | "audit-trail" => "Who did what at the door.",
        "auth" => "Sessions: signing in, refreshing, signing out; a new password.",
        "dashboard" => "The figures of the day.",
        "ops" => "How the house is: health, figures, reconciliation, dead letters.",
        "users" => "Users, their roles and API keys.",
        _ => prefixes.find(|prefix| prefix.segment == tag).map_or("", |prefix| prefix.about),
    }
}

fn operation(
    route: &Route,
    id: &str,
    tag: &str,
    schemas: &mut Schemas,
    example: Option<&house_input::examples::Example>,
) -> Value {
    let open = Role::Guest.may(route.grant);
    let mut said = Operation::of(route, schemas, open);
    if let Some(example) = example {
        add_examples(&mut said, example);
    }
    let mut responses: BTreeMap<String, Value> =
        said.answers.iter().map(|(status, answer)| (status.to_string(), answer.clone())).collect();
    for (status, codes) in by_status(&said.problems()) {
        let own = responses.remove(&status.to_string());
        responses.insert(status.to_string(), problem_response(status, &codes, own, example));
    }
    let mut operation = json!({
        "operationId": id,
        "summary": route.about.summary,
        "tags": [tag],
        "description": details(route),
        "parameters": said.parameters,
        "responses": responses,
        "security": security(route, open),
        "x-grant": route.grant.as_str(),
        "x-problems": said.problems().iter().map(|code| code.as_str()).collect::<Vec<_>>(),
    });
    if let (Some(body), Some(operation)) = (said.request_body, operation.as_object_mut()) {
        operation.insert("requestBody".to_owned(), body);
    }
    operation
}

/// What the route says, and who may ask.
fn details(route: &Route) -> String {
    let who = if route.grant == Grant::PUBLIC {
        "Needs no token.".to_owned()
    } else {
        let roles: Vec<&str> = std::iter::once(Role::Admin)
            .chain(route.grant.roles().iter().copied())
            .map(Role::as_str)
            .collect();
        format!("Grant `{}`: {}.", route.grant, roles.join(", "))
    };
    if route.about.details.is_empty() { who } else { format!("{}\n\n{who}", route.about.details) }
}

fn security(route: &Route, open: bool) -> Value {
    if route.grant == Grant::PUBLIC {
        json!([])
    } else if open {
        json!([{}, { "bearer": [] }, { "apiKey": [] }])
    } else {
        json!([{ "bearer": [] }, { "apiKey": [] }])
    }
}

fn by_status(codes: &[ProblemCode]) -> BTreeMap<u16, Vec<ProblemCode>> {
    let mut all: BTreeMap<u16, Vec<ProblemCode>> = BTreeMap::new();
    for code in codes {
        all.entry(code.status()).or_default().push(*code);
    }
    all
}

/// One answer for each status; a code that stands alone is the shared answer of that code. A status that has an answer
/// of its own besides, such as 503 of `/health`, has both bodies.
fn problem_response(
    status: u16,
    codes: &[ProblemCode],
    own: Option<Value>,
    example: Option<&house_input::examples::Example>,
) -> Value {
    let example = example.filter(|example| example.answer.status == status).and_then(examples::answer);
    if let ([code], None, None) = (codes, &own, &example) {
        return json!({ "$ref": format!("#/components/responses/{}", code.as_str()) });
    }
    let meanings: Vec<String> =
        codes.iter().map(|code| format!("* `{}`: {}", code.as_str(), code.meaning())).collect();
    let mut media = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
    if let (Some(example), Some(media)) = (example, media.as_object_mut()) {
        media.insert("example".to_owned(), example);
    }
    let mut content =
        own.and_then(|mut own| Some(own.get_mut("content")?.take())).unwrap_or_else(|| json!({}));
    if let Some(content) = content.as_object_mut() {
        content.insert("application/problem+json".to_owned(), media);
    }
    json!({ "description": meanings.join("\n"), "content": content })
}

/// The shared answers, of those codes that a route answers alone with its status.
fn problem_answers(problem: &Value, paths: &Value) -> Value {
    let text = paths.to_string();
    let used = |code: &&ProblemCode| text.contains(&format!("#/components/responses/{}\"", code.as_str()));
    let answer = |code: &ProblemCode| {
        let body = json!({
            "description": format!("`{}`: {}", code.as_str(), code.meaning()),
            "content": { "application/problem+json": { "schema": problem } },
        });
        (code.as_str().to_owned(), body)
    };
    Value::Object(ProblemCode::ALL.iter().filter(used).map(answer).collect())
}

fn add_examples(said: &mut Operation<'_>, example: &house_input::examples::Example) {
    for parameter in &mut said.parameters {
        let text =
            |member: &str| parameter.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
        if let Some(value) = examples::parameter(example, &text("in"), &text("name")) {
            let number = parameter.pointer("/schema/type").is_some_and(|kind| kind == "integer");
            parameter["example"] =
                value.parse::<i64>().ok().filter(|_| number).map_or(json!(value), |n| json!(n));
        }
    }
    if let (Some(body), Some(value)) = (&mut said.request_body, examples::body(example)) {
        each_media(body, &value, None);
    }
    let media = example.answer.header("content-type").map(str::to_owned);
    if let (Some(answer), Some(value)) =
        (said.answers.get_mut(&example.answer.status), examples::answer(example))
    {
        each_media(answer, &value, media.as_deref());
    }
}

/// Puts an example to the media type that it has, or to the only one.
fn each_media(place: &mut Value, example: &Value, media: Option<&str>) {
    for (name, content) in place["content"].as_object_mut().into_iter().flatten() {
        if media.is_none_or(|media| media == name) {
            content["example"] = example.clone();
        }
    }
}

/// One map of schemas. A type that is read and written alike has one entry; of one that differs, what is read is
/// called `…Input`.
fn merged(
    read: &mut Map<String, Value>,
    written: &mut Map<String, Value>,
    paths: &mut Value,
) -> Map<String, Value> {
    let differing: Vec<String> = read
        .iter()
        .filter(|(name, schema)| written.get(*name).is_some_and(|other| other != *schema))
        .map(|(name, _)| name.clone())
        .collect();
    // What refers to a schema that differs differs as well, though it may look alike.
    let mut renamed = differing;
    loop {
        let more: Vec<String> = read
            .iter()
            .filter(|(name, schema)| {
                !renamed.contains(name) && written.contains_key(*name) && refers(schema, &renamed)
            })
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            break;
        }
        renamed.extend(more);
    }
    let mut all = std::mem::take(written);
    for (name, mut schema) in std::mem::take(read) {
        rename(&mut schema, &renamed);
        let name = if renamed.contains(&name) { format!("{name}Input") } else { name };
        all.insert(name, schema);
    }
    for methods in paths.as_object_mut().into_iter().flatten().map(|(_, methods)| methods) {
        for operation in methods.as_object_mut().into_iter().flatten().map(|(_, operation)| operation) {
            rename(&mut operation["parameters"], &renamed);
            if operation.get("requestBody").is_some() {
                rename(&mut operation["requestBody"], &renamed);
            }
        }
    }
    all
}

const PREFIX: &str = "#/components/schemas/";

fn refers(schema: &Value, names: &[String]) -> bool {
    match schema {
        Value::Object(members) => members.iter().any(|(member, value)| {
            let target =
                value.as_str().filter(|_| member == "$ref").and_then(|target| target.strip_prefix(PREFIX));
            target.is_some_and(|target| names.iter().any(|name| name == target)) || refers(value, names)
        }),
        Value::Array(items) => items.iter().any(|item| refers(item, names)),
        _ => false,
    }
}

fn rename(schema: &mut Value, names: &[String]) {
    match schema {
        Value::Object(members) => {
            for (member, value) in members {
                let target =
                    value.as_str().filter(|_| member == "$ref").and_then(|text| text.strip_prefix(PREFIX));
                match target.filter(|target| names.iter().any(|name| name == target)) {
                    Some(target) => *value = json!(format!("{PREFIX}{target}Input")),
                    None => rename(value, names),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        _ => {}
    }
}
