//! A tax rate as JSON.

use kernel::text::{Code, Name, Region};
use schemars::JsonSchema;
use selling::pricing::Rate;
use serde::{Deserialize, Serialize};

use crate::application::ports::customers::RegionalRate;

/// The tax of a class in a region.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "TaxRate")]
pub(super) struct TaxRateJson {
    pub(super) region: Region,
    pub(super) tax_class: Code,
    rate: Rate,
    /// Whether prices include the tax.
    #[serde(default)]
    inclusive: bool,
    /// As on a tax report; `Tax` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
}

impl From<RegionalRate> for TaxRateJson {
    fn from(rate: RegionalRate) -> Self {
        let RegionalRate { region, tax_class, name, rate, inclusive } = rate;
        Self { region, tax_class, rate, inclusive, name: Some(name) }
    }
}

impl TaxRateJson {
    /// The rate; none only if the default name were invalid.
    pub(super) fn into_rate(self) -> Option<RegionalRate> {
        let name = self.name.or_else(|| Name::parse("Tax").ok())?;
        let Self { region, tax_class, rate, inclusive, .. } = self;
        Some(RegionalRate { region, tax_class, name, rate, inclusive })
    }
}
