//! What each template says: blocks in the words of a language. To add a template, add its content to
//! `contracts::events::MailContent`, its arm here, and its texts to every catalogue.

use contracts::events::{
    CancelledBecause, CancelledMail, InvoiceMail, MailContent, MailLine, MailTotals, OrderMail, OrderName,
    RefundMail, ResetMail, ShipmentMail,
};
use contracts::terms::SalesChannel;
use kernel::text::Name;

use super::catalogue::Catalogue;
use super::document::{Block, Document, Row};

/// The shop that writes.
#[derive(Debug, Clone)]
pub struct Shop {
    pub name: String,
    /// Where its pages are, without a slash at the end: `https://shop.example`.
    pub url: String,
}

/// What stands in a link instead of its secret, for everybody but the recipient.
pub const HIDDEN: &str = "…";

/// What a mail is made of, besides its content.
struct Writer<'a> {
    catalogue: &'a Catalogue,
    shop: &'a Shop,
    secret: Option<&'a str>,
    template: &'static str,
    blocks: Vec<Block>,
}

/// Writes a mail. Without its secret a guest's link opens nothing.
#[must_use]
pub fn compose(
    catalogue: &Catalogue,
    shop: &Shop,
    to: Option<&Name>,
    content: &MailContent,
    secret: Option<&str>,
) -> Document {
    let mut writer = Writer { catalogue, shop, secret, template: content.template(), blocks: Vec::new() };
    let order = order_of(content);
    let number = order.map_or("", |order| order.order_number.as_str());
    let subject = writer.own("subject", &[("number", number), ("shop", &shop.name)]);
    let heading = writer.own("heading", &[("number", number), ("shop", &shop.name)]);
    writer.blocks.push(Block::Heading(heading));
    writer.say(match to {
        Some(name) => catalogue.text("greeting", &[("name", name.as_str())]),
        None => catalogue.text("greetingNobody", &[]),
    });
    writer.body(content);
    writer.say(catalogue.text("closing", &[("shop", &shop.name)]));
    Document { language: catalogue.language().as_str(), subject, blocks: writer.blocks }
}

/// The order that a mail is about.
#[must_use]
pub const fn order_of(content: &MailContent) -> Option<&OrderName> {
    match content {
        MailContent::OrderReceived(mail) | MailContent::PaymentFailed(mail) => Some(&mail.order),
        MailContent::OrderCancelled(mail) => Some(&mail.order),
        MailContent::OrderShipped(mail)
        | MailContent::OrderDelivered(mail)
        | MailContent::OrderReadyForPickUp(mail)
        | MailContent::OrderPickedUp(mail)
        | MailContent::ShipmentCancelled(mail) => Some(&mail.order),
        MailContent::OrderRefunded(mail) => Some(&mail.order),
        MailContent::Invoice(mail) => Some(&mail.order),
        MailContent::PasswordReset(_) | MailContent::PasswordChanged | MailContent::UserWelcome => None,
    }
}

/// Whether the secret of a mail opens something by itself, so that it is forgotten as soon as the mail is sent.
#[must_use]
pub const fn is_key(content: &MailContent) -> bool {
    matches!(content, MailContent::PasswordReset(_))
}

impl Writer<'_> {
    /// A text of this template.
    fn own(&self, name: &str, places: &[(&str, &str)]) -> String {
        self.catalogue.text(&format!("{}.{name}", self.template), places)
    }

    fn say(&mut self, text: String) {
        self.blocks.push(Block::Paragraph(text));
    }

    fn say_own(&mut self, name: &str, places: &[(&str, &str)]) {
        self.say(self.own(name, places));
    }

    fn button(&mut self, label: String, url: String) {
        self.blocks.push(Block::Button { label, url });
    }

    fn body(&mut self, content: &MailContent) {
        match content {
            MailContent::OrderReceived(mail) | MailContent::PaymentFailed(mail) => self.unpaid(mail),
            MailContent::OrderCancelled(mail) => self.cancelled(mail),
            MailContent::OrderShipped(mail)
            | MailContent::OrderDelivered(mail)
            | MailContent::OrderReadyForPickUp(mail)
            | MailContent::OrderPickedUp(mail)
            | MailContent::ShipmentCancelled(mail) => self.shipment(mail),
            MailContent::OrderRefunded(mail) => self.refunded(mail),
            MailContent::Invoice(mail) => self.invoice(mail),
            MailContent::PasswordReset(mail) => self.reset(mail),
            MailContent::PasswordChanged => self.say_own("text", &[]),
            MailContent::UserWelcome => {
                let shop = self.shop.name.clone();
                self.say_own("text", &[("shop", &shop)]);
                self.button(self.own("button", &[("shop", &shop)]), self.shop.url.clone());
            }
        }
    }

    fn unpaid(&mut self, mail: &OrderMail) {
        self.say_own("text", &[]);
        self.table(&mail.lines, Some(&mail.totals));
        self.order_link(&mail.order, self.own("button", &[]));
    }

    fn cancelled(&mut self, mail: &CancelledMail) {
        let skus: Vec<&str> = mail.sold_out.iter().map(kernel::text::Sku::as_str).collect();
        let reason = match mail.because {
            CancelledBecause::SoldOut if skus.is_empty() => "soldOutUnnamed",
            CancelledBecause::SoldOut => "soldOut",
            CancelledBecause::NotPaid => "notPaid",
            CancelledBecause::Asked => "asked",
        };
        self.say_own(reason, &[("skus", &skus.join(", "))]);
        self.say_own(if mail.given_back { "givenBack" } else { "notCharged" }, &[]);
        self.order_link(&mail.order, self.catalogue.text("seeOrder", &[]));
    }

    fn shipment(&mut self, mail: &ShipmentMail) {
        self.say_own("text", &[]);
        let row = |(name, units): &(Name, i64)| Row {
            text: name.to_string(),
            amount: units.to_string(),
            is_sum: false,
        };
        if !mail.items.is_empty() {
            self.blocks.push(Block::Table(mail.items.iter().map(row).collect()));
        }
        if self.template == "OrderShipped" {
            if let Some(carrier) = &mail.carrier {
                self.say_own("carrier", &[("carrier", carrier.as_str())]);
            }
            if let Some(tracking) = &mail.tracking_number {
                self.say_own("tracking", &[("tracking", tracking.as_str())]);
            }
            if let Some(url) = &mail.tracking_url {
                self.button(self.own("button", &[]), url.to_string());
            }
        }
        self.order_link(&mail.order, self.catalogue.text("seeOrder", &[]));
    }

    fn refunded(&mut self, mail: &RefundMail) {
        let total = self.catalogue.money(mail.total);
        self.say_own(if mail.on_account { "onAccount" } else { "paid" }, &[("total", &total)]);
        self.order_link(&mail.order, self.catalogue.text("seeOrder", &[]));
    }

    fn invoice(&mut self, mail: &InvoiceMail) {
        let (total, due) = (self.catalogue.money(mail.totals.total), self.catalogue.day(mail.due_date));
        let number = mail.order.order_number.as_str();
        self.say_own("text", &[("total", &total), ("due", &due), ("number", number)]);
        if let Some(po) = &mail.purchase_order_number {
            self.say_own("purchaseOrder", &[("po", po.as_str())]);
        }
        self.table(&mail.lines, Some(&mail.totals));
        self.order_link(&mail.order, self.catalogue.text("seeOrder", &[]));
    }

    fn reset(&mut self, mail: &ResetMail) {
        self.say_own("text", &[("minutes", &mail.minutes.to_string())]);
        let secret = self.secret.unwrap_or(HIDDEN);
        let url = format!("{}/password-reset?token={secret}", self.shop.url);
        self.button(self.own("button", &[]), url);
        self.say_own("hint", &[]);
    }

    fn table(&mut self, lines: &[MailLine], totals: Option<&MailTotals>) {
        let mut rows: Vec<Row> = lines.iter().map(|line| self.row(line)).collect();
        if let Some(MailTotals { tax, total }) = totals {
            let sum = |name, money| Row {
                text: self.catalogue.text(name, &[]),
                amount: self.catalogue.money(money),
                is_sum: true,
            };
            if !tax.is_zero() {
                rows.push(Row { is_sum: false, ..sum("tax", *tax) });
            }
            rows.push(sum("total", *total));
        }
        self.blocks.push(Block::Table(rows));
    }

    fn row(&self, line: &MailLine) -> Row {
        let quantity = self.catalogue.text("quantity", &[("quantity", &line.quantity.to_string())]);
        let text = format!("{quantity} {}", line.name);
        Row { text, amount: self.catalogue.money(line.total), is_sum: false }
    }

    /// The page of an order. A guest has it by the token alone; a customer with an account signs in.
    fn order_link(&mut self, order: &OrderName, label: String) {
        let token = self.secret.map(|secret| format!("?token={secret}")).unwrap_or_default();
        let area = match order.sales_channel {
            SalesChannel::WholesaleWeb => "/wholesale",
            SalesChannel::RetailWeb | SalesChannel::POS => "",
        };
        self.button(label, format!("{}{area}/order/{}{token}", self.shop.url, order.order_id));
        if self.secret.is_some() {
            self.say(self.catalogue.text("linkHint", &[]));
        }
    }
}
