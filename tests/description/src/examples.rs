//! An example for each operation: a request that was sent, and what was answered.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use house::InProcess;
use house_input::examples::{self, Example};
use serde_json::{Value, json};

/// What makes the names of the examples.
const TAG: &str = "demo";

/// By method and route.
pub(crate) type Examples = BTreeMap<(String, &'static str), Example>;

/// Sends one valid request or more to each route of a house whose clock and random source always begin alike. The
/// first success is the example; where there is none, the first answer.
pub(crate) fn record() -> Result<Examples> {
    let mut chosen = Examples::new();
    for example in examples::record(&InProcess::repeatable(), TAG).map_err(|error| anyhow!(error))? {
        let key = (example.request.method.clone(), example.route);
        let better =
            chosen.get(&key).is_none_or(|known| known.answer.status >= 400 && example.answer.status < 400);
        if better {
            chosen.insert(key, example);
        }
    }
    Ok(chosen)
}

/// A body as an example shows it: JSON, or a text.
fn shown(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}

/// The example of a request's body; none where it had none.
pub(crate) fn body(example: &Example) -> Option<Value> {
    let text = String::from_utf8_lossy(&example.request.body);
    (!text.is_empty()).then(|| shown(&text))
}

/// The example of an answer's body; none where it had none.
pub(crate) fn answer(example: &Example) -> Option<Value> {
    let text = &example.answer.text;
    (!text.is_empty()).then(|| shown(text))
}

/// What stood in the path or the query for a parameter.
pub(crate) fn parameter(example: &Example, place: &str, name: &str) -> Option<String> {
    match place {
        "path" => {
            let names = example.route.split('/').filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'));
            names.zip(&example.parameters).find(|(known, _)| *known == name).map(|(_, value)| value.clone())
        }
        "query" => {
            let (_, query) = example.request.path.split_once('?')?;
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(known, _)| *known == name).map(|(_, value)| value.replace("%20", " "))
        }
        _ => None,
    }
}
