//! The real service over SQLite, and mails that somebody wants to have sent.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: each file uses its part, and a failure here is a failed test"
)]

use std::ops::Deref;

use contracts::events::{
    CancelledBecause, CancelledMail, InvoiceMail, MailContent, MailLine, MailRequested, MailTotals,
    OrderMail, OrderName, Recipient, RefundMail, ResetMail, ShipmentMail,
};
use contracts::terms::{Language, SalesChannel};
use contracts::{Event, Service};
use kernel::ids::{MailId, OrderId};
use kernel::text::{Email, Name, ShortText, Sku};
use kernel::{Currency, Date, Money};
use mail::Mail;
use native::House;
use native::client::Client;
use serde_json::Value;
use web::Role;

pub(crate) const SECRET: &str = "0123456789abcdef-secret";
pub(crate) const ORDER: &str = "0193e9a0-0000-7000-8000-00000000a001";

/// The service, asked as a manager.
pub(crate) struct Office(Client);

impl Deref for Office {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

impl Office {
    pub(crate) fn open(settings: &[(&str, &str)]) -> Self {
        let house = House::new().with(Mail, native::database(Service::Mail).unwrap());
        house.set("SHOP_NAME", "Harbour & Sons");
        house.set("PUBLIC_URL", "https://shop.example/");
        house.set("MAIL_FROM", "shop@shop.example");
        for (name, value) in settings {
            house.set(name, value);
        }
        Self(house.client(Service::Mail).by(Role::Manager))
    }

    /// Hands a request over as its producer does, and lets the mail be sent. Returns its id.
    pub(crate) async fn want(&self, mail: MailRequested) -> String {
        let id = mail.mail_id.to_string();
        self.deliver(&self.message(&Event::MailRequested(mail))).await;
        self.house.settle().await;
        id
    }

    pub(crate) fn mail(&self, to: &str, name: Option<&str>, content: MailContent) -> MailRequested {
        MailRequested {
            mail_id: MailId(platform::new_id(&self.world()).unwrap()),
            to: Recipient {
                email: Email::parse(to).unwrap(),
                name: name.map(|name| Name::parse(name).unwrap()),
            },
            language: None,
            secret: Some(SECRET.to_owned()),
            content,
        }
    }

    pub(crate) async fn shown(&self, id: &str) -> Value {
        self.get(&format!("/mail/{id}")).await.expect(200)
    }

    pub(crate) async fn status(&self, id: &str) -> String {
        self.shown(id).await["status"].as_str().unwrap().to_owned()
    }

    /// The cron fires some seconds later.
    pub(crate) async fn sweep_after(&self, seconds: i64) {
        self.house.advance_seconds(seconds);
        self.house.tick().await;
        self.house.settle().await;
    }
}

pub(crate) fn usd(minor: i64) -> Money {
    Money::from_minor(minor, Currency::USD).unwrap()
}

pub(crate) fn order() -> OrderName {
    OrderName {
        order_id: OrderId::parse(ORDER).unwrap(),
        order_number: "ORD-2026-000001".to_owned(),
        sales_channel: SalesChannel::RetailWeb,
    }
}

/// One of each template, and each of its forms.
pub(crate) fn contents() -> Vec<MailContent> {
    let name = |text: &str| Name::parse(text).unwrap();
    let short = |text: &str| Some(ShortText::parse(text).unwrap());
    let lines = vec![
        MailLine { name: name("Blue <Mug> & \"saucer\""), quantity: 2, total: usd(1_700) },
        MailLine { name: name("抹茶茶碗セット"), quantity: 1, total: usd(123_456) },
    ];
    let totals = MailTotals { tax: usd(100), total: usd(125_256) };
    let of_order = || OrderMail { order: order(), lines: lines.clone(), totals: totals.clone() };
    let cancelled = |because, sold_out: &[&str], given_back| {
        let sold_out = sold_out.iter().map(|sku| Sku::parse(sku).unwrap()).collect();
        MailContent::OrderCancelled(CancelledMail { order: order(), because, sold_out, given_back })
    };
    let shipment = |url: &str| ShipmentMail {
        order: order(),
        carrier: Some(name("Parcel & Co")),
        tracking_number: short("TRACK-1"),
        tracking_url: Some(kernel::text::Link::parse(url).unwrap()),
        items: vec![(name("Blue Mug"), 2)],
    };
    vec![
        MailContent::OrderReceived(of_order()),
        MailContent::PaymentFailed(of_order()),
        cancelled(CancelledBecause::SoldOut, &["MUG-1", "MUG-2"], true),
        cancelled(CancelledBecause::SoldOut, &[], false),
        cancelled(CancelledBecause::NotPaid, &[], false),
        cancelled(CancelledBecause::Asked, &[], false),
        MailContent::OrderShipped(shipment("https://track.example/?n=1&m=2")),
        MailContent::OrderDelivered(shipment("https://track.example/")),
        MailContent::OrderReadyForPickUp(shipment("https://track.example/")),
        MailContent::OrderPickedUp(shipment("https://track.example/")),
        MailContent::ShipmentCancelled(shipment("https://track.example/")),
        MailContent::OrderRefunded(RefundMail { order: order(), total: usd(850), on_account: false }),
        MailContent::OrderRefunded(RefundMail { order: order(), total: usd(850), on_account: true }),
        MailContent::Invoice(InvoiceMail {
            order: OrderName { sales_channel: SalesChannel::WholesaleWeb, ..order() },
            purchase_order_number: short("PO-7"),
            lines: lines.clone(),
            totals: totals.clone(),
            due_date: Date::parse("2026-12-20").unwrap(),
        }),
        MailContent::PasswordReset(ResetMail { minutes: 30 }),
        MailContent::PasswordChanged,
        MailContent::UserWelcome,
    ]
}

pub(crate) fn in_language(mail: MailRequested, language: Language) -> MailRequested {
    MailRequested { language: Some(language), ..mail }
}
