//! What a person is to be told by mail. Nothing here is a text: the mail service has the words, in each language.

use kernel::ids::{MailId, OrderId};
use kernel::text::{Email, Link, Name, ShortText, Sku};
use kernel::{Date, MinorUnits, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::terms::{Language, SalesChannel};

/// A mail to be written and sent. Its id makes it happen once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailRequested {
    /// The mail.
    pub mail_id: MailId,
    /// To whom.
    pub to: Recipient,
    /// In which language; none for that of the house.
    #[serde(default)]
    pub language: Option<Language>,
    /// What only the recipient may know, a part of the link: the token of a guest's order, or of a new password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// What it says.
    pub content: MailContent,
}

/// Who gets a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recipient {
    /// The address.
    pub email: Email,
    /// The name.
    #[serde(default)]
    pub name: Option<Name>,
}

macro_rules! contents {
    ($($(#[doc = $doc:literal])+ $name:ident $(($data:ty))?,)*) => {
        /// What a mail says: its template, and what goes into it.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(tag = "template", content = "data")]
        pub enum MailContent { $($(#[doc = $doc])+ $name $(($data))?,)* }

        impl MailContent {
            /// The names of all templates.
            pub const TEMPLATES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// The template's name.
            #[must_use]
            pub const fn template(&self) -> &'static str {
                match self { $(contents!(@pattern $name $(($data))?) => stringify!($name),)* }
            }
        }
    };
    (@pattern $name:ident) => { Self::$name };
    (@pattern $name:ident ($data:ty)) => { Self::$name(_) };
}

contents! {
    /// An order was placed on the web and waits for its payment.
    OrderReceived(OrderMail),
    /// A payment failed; the order still waits for one.
    PaymentFailed(OrderMail),
    /// An order ended without a sale.
    OrderCancelled(CancelledMail),
    /// Goods are on their way.
    OrderShipped(ShipmentMail),
    /// Goods have arrived.
    OrderDelivered(ShipmentMail),
    /// Goods wait for their buyer.
    OrderReadyForPickUp(ShipmentMail),
    /// Goods were picked up.
    OrderPickedUp(ShipmentMail),
    /// Goods of which the buyer was told are not sent yet.
    ShipmentCancelled(ShipmentMail),
    /// Money or credit went back.
    OrderRefunded(RefundMail),
    /// A sale on account, to be paid by a day.
    Invoice(InvoiceMail),
    /// A link with which a user sets a new password.
    PasswordReset(ResetMail),
    /// A user's password was changed.
    PasswordChanged,
    /// A user can log in.
    UserWelcome,
}

/// How an order is named to its buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderName {
    /// The order.
    pub order_id: OrderId,
    /// `ORD-2026-000001`.
    pub order_number: String,
    /// Its channel.
    pub sales_channel: SalesChannel,
}

/// A line of an order or a refund.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailLine {
    /// What.
    pub name: Name,
    /// How many.
    pub quantity: i64,
    /// What they come to, as the price list shows it.
    #[serde(with = "MinorUnits")]
    pub total: Money,
}

/// What an order comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailTotals {
    /// Tax in the total.
    #[serde(with = "MinorUnits")]
    pub tax: Money,
    /// What is to be paid.
    #[serde(with = "MinorUnits")]
    pub total: Money,
}

/// An order with its lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderMail {
    pub order: OrderName,
    pub lines: Vec<MailLine>,
    pub totals: MailTotals,
}

/// Why an order ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CancelledBecause {
    /// Something of it is sold out.
    SoldOut,
    /// Nobody paid in time.
    NotPaid,
    /// Its buyer, or the shop for them, cancelled it.
    Asked,
}

/// An order that ended without a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancelledMail {
    pub order: OrderName,
    pub because: CancelledBecause,
    /// What is sold out.
    #[serde(default)]
    pub sold_out: Vec<Sku>,
    /// Whether a payment was taken, and is given back.
    pub given_back: bool,
}

/// Goods on their way, or there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShipmentMail {
    pub order: OrderName,
    /// Who carries it.
    #[serde(default)]
    pub carrier: Option<Name>,
    /// The carrier's number for it.
    #[serde(default)]
    pub tracking_number: Option<ShortText>,
    /// Where to follow it.
    #[serde(default)]
    pub tracking_url: Option<Link>,
    /// What is in it: names and units.
    pub items: Vec<(Name, i64)>,
}

/// Money or credit that went back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundMail {
    pub order: OrderName,
    /// How much.
    #[serde(with = "MinorUnits")]
    pub total: Money,
    /// Whether all of it is on the customer's account.
    pub on_account: bool,
}

/// A sale on account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceMail {
    pub order: OrderName,
    /// The buyer's own number for the order.
    #[serde(default)]
    pub purchase_order_number: Option<ShortText>,
    pub lines: Vec<MailLine>,
    pub totals: MailTotals,
    /// When it is to be paid.
    pub due_date: Date,
}

/// A link for a new password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResetMail {
    /// How long it is valid.
    pub minutes: i64,
}
