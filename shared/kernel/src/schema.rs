//! The JSON Schemas of this crate's values, for the API's description.
//!
//! Only the description, which is generated natively, uses them. A Worker does not contain them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::money::MINOR_MAX;
use crate::quantity::QUANTITY_MAX;
use crate::{
    Currency, Cursor, Date, Limit, MinorUnits, Money, Quantity, QuantityChange, Rounding, Tenant, TimeZone,
    Timestamp, UnitCost, ids, text,
};

/// Types whose schema is written in place, without a reference.
macro_rules! in_place {
    ($($type:ty = $name:literal $schema:tt;)*) => {$(
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

/// Ids: UUIDs, each for what its name says.
macro_rules! ids {
    ($($name:ident),* $(,)?) => { in_place! { $(ids::$name = "Id" { "type": "string", "format": "uuid" };)* } };
}

in_place! {
    Rounding = "Rounding" { "type": "string", "enum": ["HalfUp", "HalfEven"] };
    Currency = "Currency" { "type": "string", "pattern": "^[A-Z]{3}$", "description": "An ISO 4217 code." };
    Timestamp = "Timestamp" { "type": "string", "format": "date-time", "description": "RFC 3339; answers are in UTC." };
    Date = "Date" { "type": "string", "format": "date" };
    TimeZone = "TimeZone" {
        "type": "string", "maxLength": 64, "pattern": "^[A-Za-z][A-Za-z0-9_+/-]*$",
        "description": "A time zone of the IANA database: `Europe/Berlin`."
    };
    Quantity = "Quantity" { "type": "integer", "minimum": 1, "maximum": QUANTITY_MAX };
    QuantityChange = "QuantityChange" {
        "type": "integer", "minimum": -QUANTITY_MAX, "maximum": QUANTITY_MAX, "not": { "const": 0 }
    };
    Cursor = "Cursor" { "type": "string", "maxLength": 1024, "description": "The `nextCursor` of an earlier answer." };
    Limit = "Limit" { "type": "integer", "minimum": 1, "maximum": 100, "default": 50 };
    Tenant = "Tenant" { "type": "string", "pattern": "^[a-z][a-z0-9]{0,30}$" };
    text::Sku = "Sku" {
        "type": "string", "minLength": 1, "maxLength": 64, "pattern": r"^\S(.*\S)?$",
        "description": "Two that differ only in case or in Unicode form are the same SKU. It is shown as it was first written."
    };
    text::Barcode = "Barcode" {
        "type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[!-~]([ -~]*[!-~])?$",
        "description": "A GTIN in any of its lengths, an ISBN with or without hyphens, or a code of the shop's own."
    };
    text::Name = "Name" { "type": "string", "minLength": 1, "maxLength": 200 };
    text::ShortText = "ShortText" { "type": "string", "minLength": 1, "maxLength": 500 };
    text::Prose = "Prose" { "type": "string", "minLength": 1, "maxLength": 20_000 };
    text::Code = "Code" { "type": "string", "maxLength": 40, "pattern": "^[A-Za-z0-9._-]+$" };
    text::Link = "Link" {
        "type": "string", "maxLength": 500, "pattern": r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][!#-;=?-~]*)?$"
    };
    text::Region = "Region" {
        "type": "string", "pattern": "^[A-Z]{2}(-[A-Za-z0-9]{1,3})?$",
        "description": "An ISO 3166 country, with or without a subdivision: `US-CA`."
    };
    text::Email = "Email" { "type": "string", "format": "email", "maxLength": 254 };
}

ids! {
    ProductId, CategoryId, WarehouseId, AdjustmentId, TransferId, CustomerId, OrderId, CartId, LineId, ShipmentId, PaymentId, RefundId,
    ClosingId, EntryId, PeriodId, InvoiceId, CreditId, UserId, MessageId, MailId, ReconciliationId,
}

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "An amount in a currency, a decimal text with no more decimals than the currency has.",
            "properties": {
                "amount": { "type": "string", "pattern": r"^-?[0-9]{1,16}(\.[0-9]{1,3})?$", "examples": ["12.50"] },
                "currency": generator.subschema_for::<Currency>(),
            },
            "required": ["amount", "currency"],
            "additionalProperties": false,
        })
    }
}

impl JsonSchema for UnitCost {
    fn schema_name() -> Cow<'static, str> {
        "UnitCost".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "What one unit costs, a decimal text with at most six decimals.",
            "properties": {
                "amount": { "type": "string", "pattern": r"^-?[0-9]{1,16}(\.[0-9]{1,6})?$", "examples": ["0.004"] },
                "currency": generator.subschema_for::<Currency>(),
            },
            "required": ["amount", "currency"],
            "additionalProperties": false,
        })
    }
}

impl JsonSchema for MinorUnits {
    fn schema_name() -> Cow<'static, str> {
        "MinorUnits".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "An amount in a currency, in whole minor units: 1250 is 12.50 dollars or 1250 yen.",
            "properties": {
                "minor": { "type": "integer", "minimum": -MINOR_MAX, "maximum": MINOR_MAX, "examples": [1250] },
                "currency": generator.subschema_for::<Currency>(),
            },
            "required": ["minor", "currency"],
        })
    }
}
