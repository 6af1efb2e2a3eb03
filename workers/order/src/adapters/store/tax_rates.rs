//! Tax rates and rules over SQL.

use kernel::text::{Code, Name, Region};
use kernel::{Date, Failure, Limit, Rounding, Timestamp};
use selling::pricing::{Rate, RatePeriod, RegionalTaxes, RoundedPer, TaxRate, TaxRounding, TaxRule};
use serde::Deserialize;
use store::{DatabaseError, Rows, values};

use super::sql::tax_rates as sql;
use super::{Store, shape};
use crate::application::ports::tax_rates::{SetTaxRateError, TaxRates};
use crate::domain::tax_rate::RegionalRate;

#[derive(Deserialize)]
struct RateRow {
    region: Region,
    tax_class: Code,
    valid_from: Date,
    name: Name,
    rate_ppm: i64,
    inclusive: bool,
}

#[derive(Deserialize)]
struct RuleRow {
    region: Region,
    rounding: Rounding,
    rounded_per: RoundedPer,
}

impl RateRow {
    fn into_rate(self) -> Result<RegionalRate, DatabaseError> {
        let rate = Rate::from_ppm(self.rate_ppm).ok_or_else(|| shape("tax_rate_periods: rate_ppm"))?;
        let Self { region, tax_class, valid_from, name, inclusive, .. } = self;
        Ok(RegionalRate { region, tax_class, valid_from, name, rate, inclusive })
    }
}

impl From<RuleRow> for TaxRule {
    fn from(row: RuleRow) -> Self {
        Self { region: row.region, rounding: TaxRounding { rounding: row.rounding, per: row.rounded_per } }
    }
}

fn rates(rows: Rows) -> Result<Vec<RegionalRate>, DatabaseError> {
    rows.read::<RateRow>()?.into_iter().map(RateRow::into_rate).collect()
}

fn rules(rows: Rows) -> Result<Vec<TaxRule>, DatabaseError> {
    Ok(rows.read::<RuleRow>()?.into_iter().map(TaxRule::from).collect())
}

/// The first and the last day that this moment can belong to, wherever it is.
pub(super) fn around(at: Timestamp) -> (Date, Date) {
    (at.date().plus_days(-1), at.date().plus_days(1))
}

/// What the pricing core needs.
pub(super) fn regional_taxes(periods: Rows, taxed_by: Rows) -> Result<RegionalTaxes, DatabaseError> {
    let period = |rate: RegionalRate| {
        let RegionalRate { region, tax_class, valid_from, rate, inclusive, .. } = rate;
        RatePeriod { region, valid_from, rate: TaxRate { tax_class: tax_class.to_string(), rate, inclusive } }
    };
    let periods = rates(periods)?.into_iter().map(period).collect();
    Ok(RegionalTaxes { periods, rules: rules(taxed_by)? })
}

impl Store<'_> {
    /// A page of rates after `(region, class, day)`, in that order, with one extra row when there is more.
    pub(crate) async fn list_rates(
        &self,
        region: Option<&Region>,
        (after, class, day): (&str, &str, &str),
        limit: Limit,
    ) -> Result<Vec<RegionalRate>, DatabaseError> {
        let rows = limit.rows().saturating_add(1);
        let statement = match region {
            None => sql::LIST_TAX_RATES.bind(values![after, class, day, rows]),
            Some(region) => sql::LIST_TAX_RATES_OF_REGION.bind(values![after, class, day, rows, region]),
        };
        rates(self.context.query(statement).await?)
    }

    /// A page of rules after a region, with one extra row when there is more.
    pub(crate) async fn list_rules(&self, after: &str, limit: Limit) -> Result<Vec<TaxRule>, DatabaseError> {
        let rows = limit.rows().saturating_add(1);
        rules(self.context.query(sql::LIST_TAX_RULES.bind(values![after, rows])).await?)
    }
}

impl TaxRates for Store<'_> {
    async fn find_rates(&self, region: &Region, tax_class: &Code) -> Result<Vec<RegionalRate>, Failure> {
        Ok(rates(self.context.query(sql::FIND_TAX_RATES.bind(values![region, tax_class])).await?)?)
    }

    async fn set_rate(&self, rate: &RegionalRate, today: Date) -> Result<(), SetTaxRateError> {
        let mut unit = self.context.unit();
        unit.push(sql::SET_TAX_RATE.bind(values![
            &rate.region,
            &rate.tax_class,
            rate.valid_from,
            &rate.name,
            rate.rate.ppm(),
            rate.inclusive,
            today,
            self.context.now()
        ]));
        match self.context.commit(unit).await {
            Ok(_) => Ok(()),
            Err(error) if error.rule() == Some("tax_rate_periods_begun") => {
                Err(SetTaxRateError::Begun(rate.valid_from))
            }
            Err(error) => Err(Failure::from(error).into()),
        }
    }

    async fn set_rule(&self, rule: &TaxRule) -> Result<(), Failure> {
        let rounding = match rule.rounding.rounding {
            Rounding::HalfUp => "HalfUp",
            Rounding::HalfEven => "HalfEven",
        };
        let per = match rule.rounding.per {
            RoundedPer::Line => "Line",
            RoundedPer::Document => "Document",
        };
        let mut unit = self.context.unit();
        unit.push(sql::SET_TAX_RULE.bind(values![&rule.region, rounding, per, self.context.now()]));
        self.context.commit(unit).await?;
        Ok(())
    }
}
