//! Sets the tax of a class in a region. Orders keep the rate they were priced with.

use kernel::Failure;

use super::ports::customers::{RegionalRate, TaxRates};

/// Sets a rate; the one before it is replaced.
pub async fn set_tax_rate(rates: &impl TaxRates, rate: &RegionalRate) -> Result<(), Failure> {
    rates.set_rate(rate).await
}
