//! Sets how a region rounds its tax. Existing orders keep theirs.

use kernel::Failure;
use selling::pricing::TaxRule;

use super::ports::tax_rates::TaxRates;

/// Sets a rule; it replaces the previous one.
pub async fn set_tax_rule(rates: &impl TaxRates, rule: &TaxRule) -> Result<(), Failure> {
    rates.set_rule(rule).await
}
