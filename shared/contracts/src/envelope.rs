//! The envelope around every event, in each queue and in the outbox.

use kernel::ids::MessageId;
use kernel::{Tenant, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::EventKind;

/// What a message says about itself before its data: enough to identify it, for a reader that does not need the rest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Heading {
    /// The message.
    pub id: MessageId,
    /// The event's name.
    pub r#type: String,
}

/// An event with its identity and origin. The data stays text until a reader that wants it decodes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// Identifies a redelivery: no other message ever has this id.
    pub id: MessageId,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// The version of the event's shape.
    pub version: u32,
    /// Whose data it is about. A message of an older release has none: there was one tenant.
    #[serde(default = "Tenant::main")]
    pub tenant: Tenant,
    /// The service that published it.
    pub service_source: String,
    /// What it is about: `order`, `product`, …
    pub entity_type: String,
    /// The id of that entity.
    pub entity_id: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// The id of the request that caused it.
    pub correlation_id: String,
    /// The step of the trace that caused it (W3C Trace Context).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The event's data. Its shape depends on the type.
    pub data: Box<RawValue>,
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

    /// The data, read as the type that belongs to the event's kind.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.data.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: &str = r#"{"warehouseId":"0193e9a0-0000-7000-8000-000000000002","productId":"0193e9a0-0000-7000-8000-000000000003","sku":"A-1","previousQuantity":1,"currentQuantity":0,"depletedBy":"POS"}"#;

    fn wire(more: &str) -> String {
        format!(
            r#"{{"id":"0193e9a0-0000-7000-8000-000000000001","type":"StockDepleted","version":1,{more}"serviceSource":"inventory","entityType":"stock","entityId":"A-1","timestamp":"2026-11-20T10:35:00.000Z","correlationId":"r1","data":{DATA}}}"#
        )
    }

    /// Pinned: queues may hold messages of an older deployment.
    #[test]
    fn the_wire_form_is_pinned() {
        let json = wire(r#""tenant":"main","#);
        let envelope = Envelope::parse(&json).unwrap();
        assert_eq!(envelope.kind, EventKind::StockDepleted);
        assert_eq!(envelope.data::<crate::events::StockDepleted>().unwrap().sku.as_str(), "A-1");
        assert_eq!(envelope.to_json(), json);
    }

    #[test]
    fn a_message_from_before_there_were_tenants_is_of_the_first() {
        assert_eq!(Envelope::parse(&wire("")).unwrap().tenant, Tenant::main());
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
