//! Customers and tax rates.

use std::future::Future;

use kernel::Failure;
use kernel::ids::CustomerId;
use kernel::text::{Code, Name, Region};

use crate::domain::customer::{Customer, CustomerDetails};
use crate::domain::pricing::Rate;

/// How adding a customer ended.
#[derive(Debug)]
pub enum Added {
    /// Added now.
    Now(Customer),
    /// The id exists.
    IdTaken,
    /// A customer of this type has the address.
    EmailTaken,
}

/// How a change of a customer ended.
#[derive(Debug)]
pub enum Changed {
    /// Changed now.
    Now(Customer),
    /// It was changed since.
    Stale,
    /// Another customer of this type has the address.
    EmailTaken,
    /// The customer owes more than the new limit.
    LimitBelowExposure,
}

/// Registered customers.
pub trait Customers: Sync {
    /// The customer of an id.
    fn find_customer(&self, id: CustomerId)
    -> impl Future<Output = Result<Option<Customer>, Failure>> + Send;

    /// Adds a customer who owes nothing.
    fn add(
        &self,
        id: CustomerId,
        details: &CustomerDetails,
    ) -> impl Future<Output = Result<Added, Failure>> + Send;

    /// Replaces a customer's details, made from this version of it.
    fn change(
        &self,
        from: &Customer,
        version: i64,
        details: &CustomerDetails,
    ) -> impl Future<Output = Result<Changed, Failure>> + Send;
}

/// The tax of a class in a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionalRate {
    /// A country or a part of it.
    pub region: Region,
    /// `standard`, `reduced`, …
    pub tax_class: Code,
    /// As on a tax report: `VAT`.
    pub name: Name,
    /// The percentage.
    pub rate: Rate,
    /// Whether prices contain it.
    pub inclusive: bool,
}

/// The rates of tax.
pub trait TaxRates: Sync {
    /// Sets the rate of a class in a region, for the sales that come.
    fn set(&self, rate: &RegionalRate) -> impl Future<Output = Result<(), Failure>> + Send;
}
