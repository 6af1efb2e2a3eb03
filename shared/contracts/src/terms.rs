//! Words that several services use with the same meaning.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! terms {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word, as in JSON and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),* }
            }

            /// The value of a word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": [$(stringify!($variant)),*] })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )*};
}

terms! {
    /// Where an order comes from.
    SalesChannel {
        /// The retail web storefront.
        RetailWeb,
        /// The wholesale web storefront.
        WholesaleWeb,
        /// A till.
        POS,
    }

    /// What took stock to zero: a channel or an adjustment.
    DepletedBy {
        /// The retail web storefront.
        RetailWeb,
        /// The wholesale web storefront.
        WholesaleWeb,
        /// A till.
        POS,
        /// A stock adjustment.
        Adjustment,
    }

    /// What a line of an order is. Only goods have stock.
    LineKind {
        /// Something kept in stock.
        Goods,
        /// Postage and carriage charged to the customer.
        Shipping,
        /// Any other charge or service.
        Fee,
        /// A price reduction as its own line.
        Discount,
    }

    /// How a payment is made.
    PaymentMethod {
        /// Notes and coins, at a till.
        Cash,
        /// A card at the till's own terminal, recorded by hand.
        CardTerminal,
        /// A card through the payment provider, with its token.
        Card,
        /// A bank transfer, recorded by hand.
        BankTransfer,
        /// On account: the customer's purchase order, paid later.
        PurchaseOrder,
    }

    /// When a customer on account pays.
    PaymentTerms {
        /// Before delivery.
        Prepaid,
        /// Within 30 days.
        Net30,
        /// Within 60 days.
        Net60,
    }

    /// What became of a sale that needed a review.
    ReviewOutcome {
        /// It happened like this. What was lost by it is a loss.
        Accepted,
        /// The list or the stock record was wrong, or the sale was: nothing was lost.
        Corrected,
    }

    /// Why stock is adjusted. Decides which account is booked against inventory.
    AdjustmentReason {
        /// Goods received from a supplier.
        Received,
        /// Stock brought in when the system starts.
        OpeningBalance,
        /// A count differed from the books.
        CountCorrection,
        /// Broken or spoiled.
        Damaged,
        /// Stolen or missing.
        Lost,
        /// Found again.
        Found,
        /// Taken for own use, samples, gifts.
        InternalUse,
    }
}

/// A language in which people are written to: an ISO 639 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    En,
    De,
}

impl Language {
    /// Every language.
    pub const ALL: &'static [Self] = &[Self::En, Self::De];

    /// The code, as in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.as_str() == code)
    }
}

impl From<SalesChannel> for DepletedBy {
    fn from(channel: SalesChannel) -> Self {
        match channel {
            SalesChannel::RetailWeb => Self::RetailWeb,
            SalesChannel::WholesaleWeb => Self::WholesaleWeb,
            SalesChannel::POS => Self::POS,
        }
    }
}

impl PaymentTerms {
    /// Days after the sale until the invoice is due.
    #[must_use]
    pub const fn days(self) -> i64 {
        match self {
            Self::Prepaid => 0,
            Self::Net30 => 30,
            Self::Net60 => 60,
        }
    }
}
