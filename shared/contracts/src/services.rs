//! The table of services: their names, which peers they call, which queue they read, and which public paths they
//! answer.
//!
//! The Workers' configuration, the local runtime, the deploy order, the gateway's paths and the tests follow from it
//! (`cargo xtask generate` writes those that have to be files).

use std::fmt;

use crate::EventKind;

/// When each Worker's cron fires, every minute: it sweeps itself and its outbox.
pub const CRON: &str = "* * * * *";

/// What the table says about a service.
#[derive(Debug)]
pub struct Entry {
    /// Its name in messages, tokens, logs and folders.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub purpose: &'static str,
    /// The queue that it reads.
    pub inbox: Option<Queue>,
    /// The peers that it calls while it answers. The gateway calls all of them.
    pub asks: &'static [Service],
    /// The first segments of the public paths that it answers, below `/api/v1`.
    pub prefixes: &'static [Prefix],
    /// Its secrets, apart from the keys of the tokens between services.
    pub secrets: &'static [&'static str],
}

/// A first segment of public paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    /// The segment.
    pub segment: &'static str,
    /// What a client finds there, in a sentence: the API's description says it.
    pub about: &'static str,
}

macro_rules! services {
    ($($(#[doc = $purpose:literal])+ $service:ident = $name:literal {
        inbox: $($queue:ident = $queue_name:literal bound as $binding:literal)?,
        asks: [$($asked:ident),*],
        prefixes: { $($segment:literal: $about:literal),* $(,)? },
        secrets: [$($secret:literal),*],
    })*) => {
        /// A service of the house, in the order in which they are deployed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Service { $($(#[doc = $purpose])+ $service),* }

        impl Service {
            /// All of them.
            pub const ALL: [Self; [$(Self::$service),*].len()] = [$(Self::$service),*];

            /// Its entry in the table.
            #[must_use]
            pub const fn entry(self) -> &'static Entry {
                match self {
                    $(Self::$service => const { &Entry {
                        name: $name,
                        purpose: concat!($($purpose),+).trim_ascii_start(),
                        inbox: services!(@inbox $($queue)?),
                        asks: &[$(Self::$asked),*],
                        prefixes: &[$(Prefix { segment: $segment, about: $about }),*],
                        secrets: &[$($secret),*],
                    } },)*
                }
            }
        }

        /// A queue, named for its one reader.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Queue { $($(#[doc = concat!("Read by ", $name, ".")] $queue,)?)* }

        impl Queue {
            /// All of them.
            pub const ALL: [Self; [$($(Self::$queue,)?)*].len()] = [$($(Self::$queue,)?)*];

            /// The queue's name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($(Self::$queue => $queue_name,)?)* }
            }

            /// The name of the binding that sends to it.
            #[must_use]
            pub const fn binding(self) -> &'static str {
                match self { $($(Self::$queue => $binding,)?)* }
            }

            /// The service that reads it.
            #[must_use]
            pub const fn reader(self) -> Service {
                match self { $($(Self::$queue => services!(@reader $service $queue),)?)* }
            }
        }
    };
    (@inbox) => { None };
    (@inbox $queue:ident) => { Some(Queue::$queue) };
    (@reader $service:ident $queue:ident) => { Service::$service };
}

services! {
    /// Products, variants, prices, search, import and export.
    Product = "product" {
        inbox: ,
        asks: [],
        prefixes: {
            "products": "Products with their variants, prices, search, import and export.",
            "categories": "The categories of products.",
        },
        secrets: [],
    }

    /// Warehouses, stock and its movements.
    Inventory = "inventory" {
        inbox: InventoryInbox = "inventory-inbox" bound as "INVENTORY_INBOX",
        asks: [],
        prefixes: { "inventory": "Warehouses, stock and its movements, adjustments, transfers." },
        secrets: [],
    }

    /// Chart of accounts, journal, statements, receivables.
    Accounting = "accounting" {
        inbox: AccountingInbox = "accounting-inbox" bound as "ACCOUNTING_INBOX",
        asks: [],
        prefixes: { "accounting": "The books: accounts, journal, statements, fiscal periods, invoices." },
        secrets: [],
    }

    /// Mails: written, sent, and kept for the office to see.
    Mail = "mail" {
        inbox: MailInbox = "mail-inbox" bound as "MAIL_INBOX",
        asks: [],
        prefixes: { "mail": "The mails to customers and users: what was sent to whom, and what became of it." },
        secrets: ["MAIL_PROVIDER", "MAIL_SECRET", "MAIL_WEBHOOK_KEY"],
    }

    /// Customers, the three channels, payments, refunds.
    Order = "order" {
        inbox: OrderInbox = "order-inbox" bound as "ORDER_INBOX",
        asks: [Product, Inventory],
        prefixes: {
            "carts": "What shoppers have put together and not ordered yet.",
            "orders": "Orders of the three channels, tills, refunds, receipts.",
            "customers": "Customers of retail and wholesale, with their credit.",
            "tax-rates": "What is taxed how, by region and class.",
            "payments": "What payment providers tell, and disputed payments.",
        },
        secrets: ["PAYMENT_PROVIDER", "GUEST_TOKEN_KEY"],
    }

    /// The retail shop: its pages, for people. It has no data of its own; its database has only what every service has.
    Storefront = "storefront" {
        inbox: ,
        asks: [Product, Inventory, Order],
        prefixes: {},
        secrets: ["PAYMENT_PROVIDER"],
    }

    /// The only public door: identity, forwarding, health, dead letters.
    Gateway = "gateway" {
        inbox: DeadLetters = "dead-letters" bound as "DEAD_LETTERS",
        asks: [Product, Inventory, Accounting, Mail, Order, Storefront],
        prefixes: {},
        secrets: ["ACCESS_TOKEN_KEY"],
    }
}

impl Service {
    /// The name in messages, tokens and logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.entry().name
    }

    /// The folder of its crate, from the root of the workspace.
    #[must_use]
    pub fn folder(self) -> String {
        match self {
            Self::Storefront => "frontend/storefront".to_owned(),
            service => format!("workers/{service}"),
        }
    }

    /// The name of the binding that reaches it.
    #[must_use]
    pub fn binding(self) -> String {
        self.name().to_ascii_uppercase()
    }

    /// The setting with the key of the tokens that are made for it. Only it has the key, and the services that call it.
    #[must_use]
    pub fn token_key(self) -> String {
        format!("{}_TOKEN_KEY", self.binding())
    }

    /// The service with a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    /// The service that answers a public path, by the first segment below `/api/v1`.
    #[must_use]
    pub fn of_prefix(segment: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|service| service.entry().prefixes.iter().any(|prefix| prefix.segment == segment))
    }

    /// All services except this one.
    pub fn others(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |service| *service != self)
    }

    /// The queues that it sends to: those of its events' readers, and the one for messages that it cannot process.
    #[must_use]
    pub fn sends_to(self) -> Vec<Queue> {
        let published = EventKind::ALL.iter().filter(|kind| kind.producers().contains(&self));
        let mut queues: Vec<Queue> = published.flat_map(|kind| kind.readers()).copied().collect();
        if self != Queue::DeadLetters.reader() {
            queues.push(Queue::DeadLetters);
        }
        queues.sort_unstable();
        queues.dedup();
        queues
    }

    /// The services that it can reach: those that it calls, and the readers to which it hands over messages that a
    /// queue lost.
    #[must_use]
    pub fn reaches(self) -> Vec<Self> {
        let readers =
            self.sends_to().into_iter().filter(|queue| *queue != Queue::DeadLetters).map(Queue::reader);
        let mut reached: Vec<Self> = self.entry().asks.iter().copied().chain(readers).collect();
        reached.sort_unstable();
        reached.dedup();
        reached
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Queue {
    /// The queue with a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.name() == name)
    }

    /// The queue that a service reads.
    #[must_use]
    pub const fn of_reader(service: Service) -> Option<Self> {
        service.entry().inbox
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_service_reaches_follows_from_what_it_asks_and_who_reads_its_events() {
        for (service, reached, queues) in [
            (Service::Product, "inventory order", "inventory-inbox order-inbox dead-letters"),
            (Service::Inventory, "accounting order", "accounting-inbox order-inbox dead-letters"),
            (Service::Accounting, "order", "order-inbox dead-letters"),
            (Service::Storefront, "product inventory order", "dead-letters"),
            (Service::Order, "product inventory accounting mail", "accounting-inbox mail-inbox dead-letters"),
            (Service::Mail, "", "dead-letters"),
        ] {
            let names: Vec<&str> = service.reaches().into_iter().map(Service::name).collect();
            assert_eq!(names.join(" "), reached, "{service}");
            let names: Vec<&str> = service.sends_to().into_iter().map(Queue::name).collect();
            assert_eq!(names.join(" "), queues, "{service}");
        }
        assert!(Service::Gateway.others().eq(Service::Gateway.reaches()), "the door reaches everybody");
        assert_eq!(Service::Gateway.sends_to(), [Queue::MailInbox, Queue::OrderInbox]);
    }

    #[test]
    fn what_is_asked_for_an_answer_is_deployed_before() {
        for (place, service) in Service::ALL.iter().enumerate() {
            for asked in service.entry().asks {
                assert!(Service::ALL[..place].contains(asked), "{service} asks {asked}");
            }
        }
    }
}
