//! Tax rates over SQL.

use kernel::text::{Code, Name, Region};
use kernel::{Failure, Limit};
use serde::Deserialize;
use store::{DatabaseError, values};
use web::Context;

use super::customers_sql as sql;
use crate::application::ports::customers::{RegionalRate, TaxRates};
use crate::domain::pricing::Rate;

/// Tax rates in the service's database.
pub(crate) struct SqlTaxRates<'a> {
    context: &'a Context,
}

#[derive(Deserialize)]
struct RateRow {
    region: Region,
    tax_class: Code,
    name: Name,
    rate_ppm: i64,
    inclusive: bool,
}

impl<'a> SqlTaxRates<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self { context }
    }

    /// A page of rates after `(region, class)`, in that order, one more than the limit.
    pub(crate) async fn list(
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
        let rate = |row: RateRow| {
            let rate = Rate::from_ppm(row.rate_ppm);
            let rate = rate.ok_or_else(|| DatabaseError::Shape("tax_rates: a rate".to_owned()))?;
            let RateRow { region, tax_class, name, inclusive, .. } = row;
            Ok(RegionalRate { region, tax_class, name, rate, inclusive })
        };
        rows.into_iter().map(rate).collect()
    }
}

impl TaxRates for SqlTaxRates<'_> {
    async fn set(&self, rate: &RegionalRate) -> Result<(), Failure> {
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
