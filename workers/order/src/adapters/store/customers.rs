//! Customers over SQL.

use contracts::terms::PaymentTerms;
use kernel::ids::CustomerId;
use kernel::text::{Email, Name};
use kernel::{Currency, Failure, Limit, Money, Timestamp};
use serde::Deserialize;
use store::{DatabaseError, values};
use web::Context;

use super::customers_sql as sql;
use crate::adapters::http::customer_json::CustomerJson;
use crate::application::ports::customers::{Added, Changed, Customers};
use crate::domain::customer::{Customer, CustomerDetails, CustomerType};

/// Customers in the service's database.
pub(crate) struct SqlCustomers<'a> {
    context: &'a Context,
}

#[derive(Deserialize)]
struct CustomerRow {
    id: CustomerId,
    name: Name,
    email: Email,
    r#type: CustomerType,
    payment_terms: PaymentTerms,
    currency: Currency,
    credit_limit_minor: i64,
    exposure_minor: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

impl CustomerRow {
    fn into_customer(self) -> Result<Customer, DatabaseError> {
        let money = |minor| {
            Money::from_minor(minor, self.currency)
                .map_err(|error| DatabaseError::Shape(format!("customers: {error}")))
        };
        Ok(Customer {
            id: self.id,
            exposure: money(self.exposure_minor)?,
            details: CustomerDetails {
                credit_limit: money(self.credit_limit_minor)?,
                name: self.name,
                email: self.email,
                kind: self.r#type,
                payment_terms: self.payment_terms,
            },
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

/// Which customers a list has.
pub(crate) enum CustomerFilter {
    /// All.
    All,
    /// Of one type.
    Type(CustomerType),
    /// Of one address, at most one per type.
    Email(Email),
}

impl<'a> SqlCustomers<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }

    /// A page of customers after `after`, by id, one more than the limit.
    pub(crate) async fn list(
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

impl Customers for SqlCustomers<'_> {
    async fn find_customer(&self, id: CustomerId) -> Result<Option<Customer>, Failure> {
        let row = self.context.query(sql::FIND_CUSTOMER.bind(values![id])).await?.first::<CustomerRow>()?;
        Ok(row.map(CustomerRow::into_customer).transpose()?)
    }

    async fn add(&self, id: CustomerId, details: &CustomerDetails) -> Result<Added, Failure> {
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
            now
        ]));
        unit.answer(201, CustomerJson::from(&customer).render());
        match self.context.commit(unit).await {
            Ok(_) => Ok(Added::Now(customer)),
            Err(error) if is_email_rule(error.rule()) => Ok(Added::EmailTaken),
            Err(error) if error.rule() == Some("customers.id") => Ok(Added::IdTaken),
            Err(error) => Err(error.into()),
        }
    }

    async fn change(
        &self,
        from: &Customer,
        version: i64,
        details: &CustomerDetails,
    ) -> Result<Changed, Failure> {
        let now = self.context.now();
        let mut unit = self.context.unit();
        unit.push(sql::UPDATE_CUSTOMER.bind(values![
            from.id,
            version,
            &details.name,
            &details.email,
            details.kind.as_str(),
            details.payment_terms.as_str(),
            details.credit_limit.minor(),
            now
        ]));
        let after = unit.push(sql::FIND_CUSTOMER.bind(values![from.id]));
        match self.context.commit(unit).await {
            Ok(mut rows) => {
                let row = rows.swap_remove(after).first::<CustomerRow>()?;
                let row = row.ok_or_else(|| DatabaseError::Shape("customers: a row is gone".to_owned()))?;
                Ok(Changed::Now(row.into_customer()?))
            }
            Err(error) if is_email_rule(error.rule()) => Ok(Changed::EmailTaken),
            Err(error) if error.rule() == Some("customers_version") => Ok(Changed::Stale),
            Err(error) if error.rule() == Some("customers_credit_limit") => Ok(Changed::LimitBelowExposure),
            Err(error) => Err(error.into()),
        }
    }
}
