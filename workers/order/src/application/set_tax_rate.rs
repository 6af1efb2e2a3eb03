//! Sets the tax of a class in a region from a day on. Existing orders keep the rate with which they were priced.

use kernel::Timestamp;

use super::ports::tax_rates::{SetTaxRateError, TaxRates};
use crate::domain::day::day_of;
use crate::domain::tax_rate::{Change, RegionalRate, WantedRate, change};

/// Sets a rate; answers the rate as it is now stored.
pub async fn set_tax_rate(
    rates: &impl TaxRates,
    wanted: WantedRate,
    now: Timestamp,
) -> Result<RegionalRate, SetTaxRateError> {
    let today = day_of(now, None);
    let known = rates.find_rates(&wanted.region, &wanted.tax_class).await?;
    match change(&known, wanted, today) {
        Change::Nothing(rate) => Ok(rate),
        Change::Begun(day) => Err(SetTaxRateError::Begun(day)),
        Change::Set(rate) => {
            rates.set_rate(&rate, today).await?;
            Ok(rate)
        }
    }
}
