//! Customers over SQL.

use contracts::terms::{Language, PaymentTerms};
use kernel::ids::CustomerId;
use kernel::text::{Email, Name};
use kernel::{Currency, Failure, Limit, Money, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, values};

use super::sql::customers as sql;
use super::{Store, money, only, rows_at};
use crate::application::ports::customers::{CreateCustomerError, Customers, UpdateCustomerError};
use crate::domain::customer::{Customer, CustomerDetails, CustomerType};

#[derive(Deserialize)]
pub(super) struct CustomerRow {
    id: CustomerId,
    name: Name,
    email: Email,
    r#type: CustomerType,
    payment_terms: PaymentTerms,
    language: Option<Language>,
    currency: Currency,
    credit_limit_minor: i64,
    owed_minor: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

impl CustomerRow {
    pub(super) fn into_customer(self) -> Result<Customer, DatabaseError> {
        Ok(Customer {
            id: self.id,
            exposure: money(self.owed_minor, self.currency)?,
            details: CustomerDetails {
                credit_limit: money(self.credit_limit_minor, self.currency)?,
                name: self.name,
                email: self.email,
                kind: self.r#type,
                payment_terms: self.payment_terms,
                language: self.language,
            },
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

/// Filters a list of customers.
pub(crate) enum CustomerFilter {
    All,
    Type(CustomerType),
    /// Those with this address, at most one per type.
    Email(Email),
}

impl Store<'_> {
    /// A page of customers after `after`, by id, with one extra row when there is more.
    pub(crate) async fn list_customers(
        &self,
        filter: CustomerFilter,
        after: &str,
        limit: Limit,
    ) -> Result<Vec<Customer>, DatabaseError> {
        let rows = limit.rows().saturating_add(1);
        let statement = match filter {
            CustomerFilter::All => sql::LIST_CUSTOMERS.bind(values![after, rows]),
            CustomerFilter::Type(kind) => {
                sql::LIST_CUSTOMERS_OF_TYPE.bind(values![after, rows, kind.as_str()])
            }
            CustomerFilter::Email(email) => sql::LIST_CUSTOMERS_OF_EMAIL.bind(values![after, rows, email]),
        };
        let rows = self.context.query(statement).await?.read::<CustomerRow>()?;
        rows.into_iter().map(CustomerRow::into_customer).collect()
    }
}

/// The UNIQUE over type and address, by the name of its first column.
fn is_email_rule(rule: Option<&str>) -> bool {
    matches!(rule, Some("customers.email" | "customers.type"))
}

impl Customers for Store<'_> {
    async fn find_customer(&self, id: CustomerId) -> Result<Option<Customer>, Failure> {
        let row = self.context.query(sql::FIND_CUSTOMER.bind(values![id])).await?.first::<CustomerRow>()?;
        Ok(row.map(CustomerRow::into_customer).transpose()?)
    }

    async fn add_customer(
        &self,
        id: CustomerId,
        details: &CustomerDetails,
    ) -> Result<Customer, CreateCustomerError> {
        let now = self.context.now();
        let customer = Customer {
            id,
            exposure: Money::zero(details.credit_limit.currency()),
            details: details.clone(),
            created_at: now,
            updated_at: now,
            version: 1,
        };
        let mut unit = self.context.unit();
        unit.push(sql::INSERT_CUSTOMER.bind(values![
            id,
            &details.name,
            &details.email,
            details.kind.as_str(),
            details.payment_terms.as_str(),
            details.credit_limit.currency(),
            details.credit_limit.minor(),
            now,
            details.language.map(Language::as_str)
        ]));
        self.keep(self.presents.customer, &mut unit, &customer)?;
        match self.context.commit(unit).await {
            Ok(_) => Ok(customer),
            Err(error) if is_email_rule(error.rule()) => Err(CreateCustomerError::EmailTaken),
            Err(error) if error.rule() == Some("customers.id") => Err(CreateCustomerError::IdTaken),
            Err(error) => Err(Failure::from(error).into()),
        }
    }

    async fn change_customer(
        &self,
        id: CustomerId,
        version: i64,
        details: &CustomerDetails,
    ) -> Result<Customer, UpdateCustomerError> {
        let now = self.context.now();
        let mut unit = self.context.unit();
        unit.push(sql::UPDATE_CUSTOMER.bind(values![
            id,
            version,
            &details.name,
            &details.email,
            details.kind.as_str(),
            details.payment_terms.as_str(),
            details.credit_limit.minor(),
            now,
            details.language.map(Language::as_str)
        ]));
        let after = unit.push(sql::FIND_CUSTOMER.bind(values![id]));
        let rows = self.context.commit(unit).await.map_err(|error| match error.rule() {
            rule if is_email_rule(rule) => UpdateCustomerError::EmailTaken,
            Some("customers_version") => UpdateCustomerError::Stale,
            Some("customers_credit_limit") => UpdateCustomerError::LimitBelowExposure,
            _ => Failure::from(error).into(),
        })?;
        let row: Result<CustomerRow, _> = rows_at(rows, after).and_then(only);
        Ok(row.and_then(CustomerRow::into_customer).map_err(Failure::from)?)
    }
}
