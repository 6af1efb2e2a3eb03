//! The envelope around every event, in each queue and in the outbox.

use kernel::Timestamp;
use kernel::ids::MessageId;
use serde::{Deserialize, Serialize};

use crate::Event;

/// What a message says of itself before its data: enough to know it by, for whoever has no use for the rest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Heading {
    /// The message.
    pub id: MessageId,
    /// The event's name.
    pub r#type: String,
}

/// An event with its identity and origin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// Unique for ever; what makes a redelivery recognisable.
    pub id: MessageId,
    /// `type` and `data`.
    #[serde(flatten)]
    pub event: Event,
    /// The version of the event's shape.
    pub version: u32,
    /// The service that published it.
    pub service_source: String,
    /// What it is about: `order`, `product`, …
    pub entity_type: String,
    /// The id of that.
    pub entity_id: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// The id of the request that caused it.
    pub correlation_id: String,
}

impl Envelope {
    /// Parses a message body.
    pub fn parse(body: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(body)
    }

    /// The message body.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pinned: queues may hold messages of an older deployment.
    #[test]
    fn the_wire_form_is_pinned() {
        let json = r#"{"id":"0193e9a0-0000-7000-8000-000000000001","type":"StockDepleted","data":{"warehouseId":"0193e9a0-0000-7000-8000-000000000002","productId":"0193e9a0-0000-7000-8000-000000000003","sku":"A-1","previousQuantity":1,"currentQuantity":0,"depletedBy":"POS"},"version":1,"serviceSource":"inventory","entityType":"stock","entityId":"A-1","timestamp":"2026-11-20T10:35:00.000Z","correlationId":"r1"}"#;
        let envelope = Envelope::parse(json).unwrap();
        assert!(matches!(&envelope.event, Event::StockDepleted(event) if event.sku.as_str() == "A-1"));
        assert_eq!(envelope.to_json(), json);
    }

    #[test]
    fn broken_envelopes_are_refused() {
        for body in
            ["", "{}", "[]", r#"{"id":"x","type":"StockDepleted"}"#, "{\"type\":\"Nothing\",\"data\":{}}"]
        {
            assert!(Envelope::parse(body).is_err(), "{body}");
        }
    }
}
