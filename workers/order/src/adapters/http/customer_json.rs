//! A customer as JSON, and what a request says of one.

use contracts::terms::PaymentTerms;
use kernel::ids::CustomerId;
use kernel::text::{Email, Name};
use kernel::{Currency, Money, Timestamp};
use serde::{Deserialize, Serialize};
use web::{FieldError, Problem};

use crate::domain::customer::{Customer, CustomerDetails, CustomerType};

/// A customer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CustomerJson {
    pub(crate) id: CustomerId,
    name: Name,
    email: Email,
    r#type: CustomerType,
    payment_terms: PaymentTerms,
    credit_limit: Money,
    exposure: Money,
    available_credit: Money,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

impl From<&Customer> for CustomerJson {
    fn from(customer: &Customer) -> Self {
        let details = customer.details.clone();
        Self {
            id: customer.id,
            name: details.name,
            email: details.email,
            r#type: details.kind,
            payment_terms: details.payment_terms,
            credit_limit: details.credit_limit,
            exposure: customer.exposure,
            available_credit: customer.available_credit(),
            created_at: customer.created_at,
            updated_at: customer.updated_at,
            version: customer.version,
        }
    }
}

impl CustomerJson {
    /// The body of an answer.
    pub(crate) fn render(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What a request says of a customer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CustomerInput {
    /// For a new customer only: the client's own id of it.
    pub(super) id: Option<CustomerId>,
    name: Name,
    email: Email,
    r#type: CustomerType,
    credit_limit: Option<Money>,
    payment_terms: Option<PaymentTerms>,
}

impl CustomerInput {
    /// The details in the currency of the house.
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
        })
    }
}
