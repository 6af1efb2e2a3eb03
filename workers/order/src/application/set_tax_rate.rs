//! Sets the tax of a class in a region. Existing orders keep the rate with which they were priced.

use kernel::Failure;

use super::ports::customers::{RegionalRate, TaxRates};

/// Sets a rate; it replaces the previous one.
pub async fn set_tax_rate(rates: &impl TaxRates, rate: &RegionalRate) -> Result<(), Failure> {
    rates.set_rate(rate).await
}
