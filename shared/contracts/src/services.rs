//! The services and the queues between them.

use std::fmt;

/// A service of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// The only public door.
    Gateway,
    /// The catalogue.
    Product,
    /// Warehouses and stock.
    Inventory,
    /// Customers, orders and payments.
    Order,
    /// The books.
    Accounting,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Gateway, Self::Product, Self::Inventory, Self::Order, Self::Accounting];

    /// The name in messages, tokens and logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Product => "product",
            Self::Inventory => "inventory",
            Self::Order => "order",
            Self::Accounting => "accounting",
        }
    }

    /// The service of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A queue, named for its one reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Queue {
    /// Read by inventory.
    InventoryInbox,
    /// Read by order.
    OrderInbox,
    /// Read by accounting.
    AccountingInbox,
    /// Read by the gateway, which stores what could not be processed.
    DeadLetters,
}

impl Queue {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::InventoryInbox, Self::OrderInbox, Self::AccountingInbox, Self::DeadLetters];

    /// The queue's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InventoryInbox => "inventory-inbox",
            Self::OrderInbox => "order-inbox",
            Self::AccountingInbox => "accounting-inbox",
            Self::DeadLetters => "dead-letters",
        }
    }

    /// The name of the binding that sends to it.
    #[must_use]
    pub const fn binding(self) -> &'static str {
        match self {
            Self::InventoryInbox => "INVENTORY_INBOX",
            Self::OrderInbox => "ORDER_INBOX",
            Self::AccountingInbox => "ACCOUNTING_INBOX",
            Self::DeadLetters => "DEAD_LETTERS",
        }
    }

    /// The queue of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.name() == name)
    }

    /// The service that reads it.
    #[must_use]
    pub const fn reader(self) -> Service {
        match self {
            Self::InventoryInbox => Service::Inventory,
            Self::OrderInbox => Service::Order,
            Self::AccountingInbox => Service::Accounting,
            Self::DeadLetters => Service::Gateway,
        }
    }

    /// The queue that a service reads.
    #[must_use]
    pub fn of_reader(service: Service) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.reader() == service)
    }
}
