//! Spans for a collector: OTLP over HTTP, as JSON. Off unless the setting `OTLP_URL` says where to send them, for
//! example `https://collector.example.org/v1/traces`. They are sent after the answer, and a collector that does not
//! answer has no effect. <https://opentelemetry.io/docs/specs/otlp/>

use http::{HeaderValue, Method, header};
use platform::{Body, Request};
use serde_json::{Value, json};

use crate::Context;

/// The setting with the collector's address.
const OTLP_URL: &str = "OTLP_URL";
/// The setting with the value of its `Authorization` header, if it needs one.
const OTLP_AUTHORIZATION: &str = "OTLP_AUTHORIZATION";

/// The kind of a span, with OTLP's numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// A sweep.
    Internal = 1,
    /// A request that was answered.
    Server = 2,
    /// A message that was taken in.
    Consumer = 5,
}

/// Sends the span of the work that ends now, if spans are wanted.
pub(crate) fn export(context: &Context, kind: Kind, name: &str, ok: bool, fields: &[(&str, Value)]) {
    if !context.trace.sampled {
        return;
    }
    let Some(url) = context.world.setting(OTLP_URL).filter(|url| !url.is_empty()) else { return };
    let Ok(uri) = url.parse() else {
        context.log("error", &[("cause", format!("{OTLP_URL} is no URL").into())]);
        return;
    };
    let mut request = Request::new(Body::from(body(context, kind, name, ok, fields).to_string()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let authorization = context.world.setting(OTLP_AUTHORIZATION);
    if let Some(value) = authorization.and_then(|value| HeaderValue::from_str(&value).ok()) {
        request.headers_mut().insert(header::AUTHORIZATION, value);
    }
    let world = context.world.clone();
    let context = context.clone();
    world.clone().defer(Box::pin(async move {
        if let Err(error) = world.fetch(request).await {
            context.log("warn", &[("cause", error.to_string().into())]);
        }
    }));
}

fn body(context: &Context, kind: Kind, name: &str, ok: bool, fields: &[(&str, Value)]) -> Value {
    let nanoseconds = |ms: i64| format!("{ms}000000");
    let mut attributes: Vec<Value> =
        fields.iter().map(|(key, value)| json!({ "key": key, "value": typed(value) })).collect();
    attributes.push(json!({ "key": "request.id", "value": { "stringValue": &*context.request_id } }));
    let span = json!({
        "traceId": context.trace.id,
        "spanId": context.trace.span_id,
        "parentSpanId": context.trace.parent_id.as_deref().unwrap_or(""),
        "name": name,
        "kind": kind as u8,
        "startTimeUnixNano": nanoseconds(context.started.unix_ms()),
        "endTimeUnixNano": nanoseconds(context.now().unix_ms()),
        "attributes": attributes,
        "status": { "code": if ok { 1 } else { 2 } },
    });
    let service = json!({ "key": "service.name", "value": { "stringValue": context.service().name() } });
    json!({ "resourceSpans": [{
        "resource": { "attributes": [service] },
        "scopeSpans": [{ "scope": { "name": "countinghouse" }, "spans": [span] }],
    }] })
}

fn typed(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!({ "intValue": number.to_string() }),
        Value::Bool(value) => json!({ "boolValue": value }),
        Value::String(text) => json!({ "stringValue": text }),
        other => json!({ "stringValue": other.to_string() }),
    }
}
