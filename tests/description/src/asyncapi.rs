//! AsyncAPI 3 from the tables of services and events.

use contracts::{EventKind, Queue, Service};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

const ABOUT: &str = "What the services tell each other. An event is written to the outbox of its producer in the batch \
    of the change that it tells, and is handed to the queue of each reader. The outbox is the truth, the queue a hint: \
    a message counts as delivered when its reader has it. Readers take a message in once, whatever comes twice.";

/// The whole document.
pub(crate) fn document() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.for_serialize().into_generator();
    let mut messages = Map::new();
    for kind in EventKind::ALL {
        messages.insert(kind.name().to_owned(), message(*kind, &mut generator));
    }
    let schemas = generator.take_definitions(true);
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Countinghouse events", "version": "1", "description": ABOUT,
            "license": { "name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0" },
        },
        "channels": Queue::ALL.iter().map(|queue| (queue.binding().to_owned(), channel(*queue))).collect::<Map<_, _>>(),
        "operations": operations(),
        "components": { "messages": messages, "schemas": schemas },
    })
}

fn read_by(queue: Queue) -> impl Iterator<Item = EventKind> {
    EventKind::ALL.iter().copied().filter(move |kind| kind.readers().contains(&queue))
}

fn channel(queue: Queue) -> Value {
    let messages: Map<String, Value> = read_by(queue)
        .map(|kind| {
            (kind.name().to_owned(), json!({ "$ref": format!("#/components/messages/{}", kind.name()) }))
        })
        .collect();
    let description = match queue {
        Queue::DeadLetters => "Messages that could not be processed, for people to look at.".to_owned(),
        _ => format!("The queue that {} reads.", queue.reader()),
    };
    json!({ "address": queue.name(), "description": description, "messages": messages })
}

/// What each service sends to each queue, and what each reader takes from it.
fn operations() -> Map<String, Value> {
    let mut all = Map::new();
    for queue in Queue::ALL.into_iter().filter(|queue| *queue != Queue::DeadLetters) {
        let channel = json!({ "$ref": format!("#/channels/{}", queue.binding()) });
        let references = |kinds: Vec<EventKind>| -> Vec<Value> {
            let of = |kind: EventKind| format!("#/channels/{}/messages/{}", queue.binding(), kind.name());
            kinds.into_iter().map(|kind| json!({ "$ref": of(kind) })).collect()
        };
        let reader = queue.reader();
        all.insert(
            format!("{reader}Receives"),
            json!({
                "action": "receive", "channel": channel, "summary": format!("{reader} reads its queue."),
                "messages": references(read_by(queue).collect()),
            }),
        );
        for producer in Service::ALL {
            let sent: Vec<EventKind> =
                read_by(queue).filter(|kind| kind.producers().contains(&producer)).collect();
            if !sent.is_empty() {
                all.insert(
                    format!("{producer}SendsTo{}", capital(reader.name())),
                    json!({
                        "action": "send", "channel": channel,
                        "summary": format!("{producer} tells {reader}."), "messages": references(sent),
                    }),
                );
            }
        }
    }
    all
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// An event in its envelope.
fn message(kind: EventKind, generator: &mut schemars::SchemaGenerator) -> Value {
    let readers: Vec<&str> = kind.readers().iter().map(|queue| queue.reader().name()).collect();
    let producers: Vec<&str> = kind.producers().iter().map(|producer| producer.name()).collect();
    let source = match producers.as_slice() {
        [producer] => json!({ "type": "string", "const": producer }),
        producers => json!({ "type": "string", "enum": producers }),
    };
    let read =
        if readers.is_empty() { "nobody: it is kept as history".to_owned() } else { readers.join(", ") };
    let text = |format: Option<&str>| match format {
        Some(format) => json!({ "type": "string", "format": format }),
        None => json!({ "type": "string" }),
    };
    json!({
        "name": kind.name(),
        "title": kind.name(),
        "summary": kind.meaning().trim(),
        "description": format!("Published by {}, read by {read}.", producers.join(", ")),
        "contentType": "application/json",
        "payload": {
            "type": "object",
            "properties": {
                "id": text(Some("uuid")),
                "type": { "type": "string", "const": kind.name() },
                "version": { "type": "integer", "const": kind.version() },
                "tenant": text(None),
                "serviceSource": source,
                "entityType": { "type": "string", "const": kind.entity_type() },
                "entityId": text(None),
                "timestamp": text(Some("date-time")),
                "correlationId": text(None),
                "traceparent": text(None),
                "data": kind.schema(generator).to_value(),
            },
            "required": ["id", "type", "version", "tenant", "serviceSource", "entityType", "entityId", "timestamp",
                "correlationId", "data"],
        },
    })
}
