//! Registered customers and their credit.

use contracts::terms::{Language, PaymentTerms};
use kernel::ids::CustomerId;
use kernel::text::{Email, Name};
use kernel::{Money, MoneyError, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The type of a customer. One address may be both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CustomerType {
    /// At the retail price.
    Retail,
    /// At the wholesale terms, with a credit limit.
    Wholesale,
}

impl CustomerType {
    /// The word in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retail => "Retail",
            Self::Wholesale => "Wholesale",
        }
    }

    /// The default payment terms of this type.
    #[must_use]
    pub const fn usual_terms(self) -> PaymentTerms {
        match self {
            Self::Retail => PaymentTerms::Prepaid,
            Self::Wholesale => PaymentTerms::Net30,
        }
    }
}

/// The data of a customer that people enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerDetails {
    /// The name on the invoice.
    pub name: Name,
    /// Where notices go; once per type.
    pub email: Email,
    /// The customer's type.
    pub kind: CustomerType,
    /// When they pay.
    pub payment_terms: PaymentTerms,
    /// The most they may owe.
    pub credit_limit: Money,
    /// The language in which they are written to; none for that of the house.
    pub language: Option<Language>,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Its id, which the client may choose.
    pub id: CustomerId,
    /// The data that people entered.
    pub details: CustomerDetails,
    /// What was accepted on account and is not paid yet; negative when the customer has credit.
    pub exposure: Money,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Rises with each change.
    pub version: i64,
}

impl Customer {
    /// The credit that the customer can still use. No order exceeds it; a payment that bounced may make it negative.
    pub fn available_credit(&self) -> Result<Money, MoneyError> {
        self.details.credit_limit.minus(self.exposure)
    }
}
