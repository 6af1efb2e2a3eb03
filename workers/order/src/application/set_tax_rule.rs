//! Sets how a region rounds its tax, and its cash. Existing orders keep theirs.

use kernel::Failure;

use super::ports::tax_rates::TaxRates;
use crate::domain::tax_rate::RegionalRule;

/// Sets a rule; it replaces the previous one.
pub async fn set_tax_rule(rates: &impl TaxRates, rule: &RegionalRule) -> Result<(), Failure> {
    rates.set_rule(rule).await
}
