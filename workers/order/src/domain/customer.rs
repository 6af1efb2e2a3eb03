//! Registered customers and the credit they have.

use contracts::terms::PaymentTerms;
use kernel::ids::CustomerId;
use kernel::text::{Email, Name};
use kernel::{Money, MoneyError, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a customer buys as. One address may be both.
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

    /// When such a customer pays unless something else is agreed.
    #[must_use]
    pub const fn usual_terms(self) -> PaymentTerms {
        match self {
            Self::Retail => PaymentTerms::Prepaid,
            Self::Wholesale => PaymentTerms::Net30,
        }
    }
}

/// What people say of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerDetails {
    /// The name on the invoice.
    pub name: Name,
    /// Where notices go; once per type.
    pub email: Email,
    /// What they buy as.
    pub kind: CustomerType,
    /// When they pay.
    pub payment_terms: PaymentTerms,
    /// The most they may owe.
    pub credit_limit: Money,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Its identity, which the client may choose.
    pub id: CustomerId,
    /// What people said of it.
    pub details: CustomerDetails,
    /// What was accepted on account and is not paid yet.
    pub exposure: Money,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Rises with each change.
    pub version: i64,
}

impl Customer {
    /// What the customer can still order on account. The schema keeps the exposure within the limit.
    pub fn available_credit(&self) -> Result<Money, MoneyError> {
        self.details.credit_limit.minus(self.exposure)
    }
}
