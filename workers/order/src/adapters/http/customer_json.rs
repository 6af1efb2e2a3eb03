//! A customer as JSON, in answers and requests.

use contracts::terms::{Language, PaymentTerms};
use kernel::ids::CustomerId;
use kernel::text::{Email, Name};
use kernel::{Currency, Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{FieldError, Problem};

use crate::domain::customer::{Customer, CustomerDetails, CustomerType};

/// A customer.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Customer")]
pub(super) struct CustomerJson {
    pub(super) id: CustomerId,
    name: Name,
    email: Email,
    r#type: CustomerType,
    payment_terms: PaymentTerms,
    /// The language in which they are written to; none for that of the house.
    language: Option<Language>,
    credit_limit: Money,
    /// What was accepted on account and is not paid yet.
    exposure: Money,
    /// What can still be ordered on account.
    available_credit: Money,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

impl CustomerJson {
    pub(super) fn new(customer: &Customer) -> Result<Self, Problem> {
        let details = customer.details.clone();
        Ok(Self {
            id: customer.id,
            name: details.name,
            email: details.email,
            r#type: details.kind,
            payment_terms: details.payment_terms,
            language: details.language,
            credit_limit: details.credit_limit,
            exposure: customer.exposure,
            available_credit: customer.available_credit().map_err(Problem::internal)?,
            created_at: customer.created_at,
            updated_at: customer.updated_at,
            version: customer.version,
        })
    }
}

/// A customer in a request.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "CustomerDetails")]
pub(super) struct CustomerInput {
    /// For a new customer only: an id that the client chooses.
    pub(super) id: Option<CustomerId>,
    name: Name,
    email: Email,
    r#type: CustomerType,
    /// The most that the customer may owe; zero by default.
    credit_limit: Option<Money>,
    /// Prepaid for retail, Net30 for wholesale by default.
    payment_terms: Option<PaymentTerms>,
    /// The language in which they are written to, by default that of the house.
    language: Option<Language>,
}

impl CustomerInput {
    /// The details, in the currency of the house.
    pub(super) fn details(self, currency: Currency) -> Result<CustomerDetails, Problem> {
        let credit_limit = self.credit_limit.unwrap_or(Money::zero(currency));
        let mut errors = Vec::new();
        if credit_limit.currency() != currency {
            errors.push(FieldError::new("/creditLimit/currency", format!("must be {currency}")));
        }
        if credit_limit.is_negative() {
            errors.push(FieldError::new("/creditLimit/amount", "must not be negative"));
        }
        if !errors.is_empty() {
            return Err(Problem::validation(errors));
        }
        Ok(CustomerDetails {
            name: self.name,
            email: self.email,
            kind: self.r#type,
            payment_terms: self.payment_terms.unwrap_or(self.r#type.usual_terms()),
            credit_limit,
            language: self.language,
        })
    }
}
