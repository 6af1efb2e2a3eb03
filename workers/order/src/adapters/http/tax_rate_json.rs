//! A tax rate, and the rule of a region, as JSON.

use kernel::text::{Code, Name, Region};
use kernel::{Date, Rounding};
use schemars::JsonSchema;
use selling::pricing::{Rate, RoundedPer, TaxRounding, TaxRule};
use serde::{Deserialize, Serialize};

use crate::domain::tax_rate::{RegionalRate, WantedRate};

/// The tax of a class in a region, from a day on.
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
    /// Its first day; today by default, and from the beginning for the first rate of a class in a region. It is valid
    /// until the next one begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) valid_from: Option<Date>,
}

impl From<RegionalRate> for TaxRateJson {
    fn from(rate: RegionalRate) -> Self {
        let RegionalRate { region, tax_class, valid_from, name, rate, inclusive } = rate;
        Self { region, tax_class, rate, inclusive, name: Some(name), valid_from: Some(valid_from) }
    }
}

impl TaxRateJson {
    /// The rate; none only if the default name were invalid.
    pub(super) fn into_wanted(self) -> Option<WantedRate> {
        let name = self.name.or_else(|| Name::parse("Tax").ok())?;
        let Self { region, tax_class, rate, inclusive, valid_from, .. } = self;
        Some(WantedRate { region, tax_class, valid_from, name, rate, inclusive })
    }
}

/// How a region, or a country, rounds its tax.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "TaxRule")]
pub(super) struct TaxRuleJson {
    pub(super) region: Region,
    /// What becomes of half a minor unit of tax: up, or to the even neighbour.
    #[serde(default)]
    rounding: Rounding,
    /// Whether the tax of each line is rounded, or the tax of the document, once.
    #[serde(default)]
    rounded_per: RoundedPer,
}

impl From<TaxRule> for TaxRuleJson {
    fn from(TaxRule { region, rounding }: TaxRule) -> Self {
        Self { region, rounding: rounding.rounding, rounded_per: rounding.per }
    }
}

impl From<TaxRuleJson> for TaxRule {
    fn from(TaxRuleJson { region, rounding, rounded_per }: TaxRuleJson) -> Self {
        Self { region, rounding: TaxRounding { rounding, per: rounded_per } }
    }
}
