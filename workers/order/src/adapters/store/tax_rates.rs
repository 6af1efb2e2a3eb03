//! Tax rates over SQL.

use kernel::text::{Code, Name, Region};
use kernel::{Failure, Limit};
use selling::pricing::{Rate, TaxRate, rates_in_force};
use serde::Deserialize;
use store::{DatabaseError, Rows, values};

use super::sql::customers as sql;
use super::{Store, shape};
use crate::application::ports::customers::{RegionalRate, TaxRates};

#[derive(Deserialize)]
struct RateRow {
    region: Region,
    tax_class: Code,
    name: Name,
    rate_ppm: i64,
    inclusive: bool,
}

impl RateRow {
    fn into_rate(self) -> Result<RegionalRate, DatabaseError> {
        let rate = Rate::from_ppm(self.rate_ppm).ok_or_else(|| shape("tax_rates: rate_ppm"))?;
        let Self { region, tax_class, name, inclusive, .. } = self;
        Ok(RegionalRate { region, tax_class, name, rate, inclusive })
    }
}

/// The rates in force, out of those of a region and its country.
pub(super) fn in_force(rows: Rows) -> Result<Vec<TaxRate>, DatabaseError> {
    let rows = rows.read::<RateRow>()?.into_iter().map(|row| {
        let RegionalRate { region, tax_class, rate, inclusive, .. } = row.into_rate()?;
        Ok((region, TaxRate { tax_class: tax_class.to_string(), rate, inclusive }))
    });
    Ok(rates_in_force(rows.collect::<Result<_, DatabaseError>>()?))
}

impl Store<'_> {
    /// A page of rates after `(region, class)`, in that order, with one extra row when there is more.
    pub(crate) async fn list_rates(
        &self,
        region: Option<&Region>,
        after: (&str, &str),
        limit: Limit,
    ) -> Result<Vec<RegionalRate>, DatabaseError> {
        let rows = limit.rows().saturating_add(1);
        let statement = match region {
            None => sql::LIST_TAX_RATES.bind(values![after.0, after.1, rows]),
            Some(region) => sql::LIST_TAX_RATES_OF_REGION.bind(values![after.0, after.1, rows, region]),
        };
        let rows = self.context.query(statement).await?.read::<RateRow>()?;
        rows.into_iter().map(RateRow::into_rate).collect()
    }
}

impl TaxRates for Store<'_> {
    async fn set_rate(&self, rate: &RegionalRate) -> Result<(), Failure> {
        let mut unit = self.context.unit();
        unit.push(sql::SET_TAX_RATE.bind(values![
            &rate.region,
            &rate.tax_class,
            &rate.name,
            rate.rate.ppm(),
            rate.inclusive,
            self.context.now()
        ]));
        self.context.commit(unit).await?;
        Ok(())
    }
}
