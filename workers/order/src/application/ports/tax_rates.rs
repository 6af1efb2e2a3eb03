//! The rates of tax, and how regions round it.

use std::future::Future;

use kernel::text::{Code, Region};
use kernel::{Date, Failure};
use selling::pricing::TaxRule;

use crate::domain::tax_rate::RegionalRate;

/// Why a rate is not set.
#[derive(Debug, thiserror::Error)]
pub enum SetTaxRateError {
    /// The rate of this day has begun.
    #[error("the rate of {0} has begun")]
    Begun(Date),
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// The rates of tax.
pub trait TaxRates: Sync {
    /// The rates of a class in a region, oldest first.
    fn find_rates(
        &self,
        region: &Region,
        tax_class: &Code,
    ) -> impl Future<Output = Result<Vec<RegionalRate>, Failure>> + Send;

    /// Sets a rate on this day. It replaces one that begins on the same day, unless that has begun.
    fn set_rate(
        &self,
        rate: &RegionalRate,
        today: Date,
    ) -> impl Future<Output = Result<(), SetTaxRateError>> + Send;

    /// Sets how a region rounds, for new sales.
    fn set_rule(&self, rule: &TaxRule) -> impl Future<Output = Result<(), Failure>> + Send;
}
