//! Orders that were refused, over SQL.

use contracts::stock::{DeductStock, ItemAvailability};
use kernel::Failure;
use serde::Deserialize;
use store::values;

use super::change::Operation;
use super::deductions::deduction;
use super::{Store, defect, sql, text};
use crate::application::explain_refusal::Refusal;
use crate::application::ports::{Decision, Unmoved};

#[derive(Deserialize)]
struct RefusalRow {
    request: String,
    answer: String,
}

impl Store<'_, Decision> {
    /// Stores a refusal under its order. An earlier decision stays valid.
    pub(super) async fn store_refusal(
        &self,
        request: &DeductStock,
        availability: Vec<ItemAvailability>,
    ) -> Result<Decision, Refusal> {
        let (context, operation) = (self.context, deduction(request));
        let mut unit = context.unit();
        unit.push(sql::movements::INSERT_REFUSAL.bind(values![
            operation.id.as_str(),
            operation.request.as_str(),
            text(&availability)?,
            context.now()
        ]));
        let refused = Decision::Refused(availability);
        self.present.keep(context, &mut unit, &refused)?;
        let Err(error) = context.commit(unit).await else { return Ok(refused) };
        match error.rule() {
            Some("stock_refusals.order_id") => self.first_refusal(&operation).await,
            Some("stock_refusals_taken") => self.first_deduction(request, &operation).await,
            Some("stock_refusals_short") => {
                Err(Failure::Unknown("the stock changed meanwhile".to_owned()).into())
            }
            _ => Err(Failure::from(error).into()),
        }
    }

    /// The refusal that the order got before, if the request is the same.
    async fn first_refusal(&self, operation: &Operation) -> Result<Decision, Refusal> {
        let found = sql::movements::FIND_REFUSAL.bind(values![operation.id.as_str()]);
        let rows = self.context.query(found).await.map_err(Failure::from)?;
        match rows.first::<RefusalRow>().map_err(Failure::from)? {
            Some(row) if row.request == operation.request => {
                Ok(Decision::Refused(serde_json::from_str(&row.answer).map_err(defect)?))
            }
            _ => Err(Refusal::Conflict),
        }
    }

    /// Another call with the same id was faster, and the goods were available then.
    async fn first_deduction(
        &self,
        request: &DeductStock,
        operation: &Operation,
    ) -> Result<Decision, Refusal> {
        match operation.first(self.context).await {
            Ok(booked) => Ok(Decision::Taken(booked.deducted(request).map_err(defect)?)),
            Err(Unmoved::Failure(failure)) => Err(failure.into()),
            Err(_) => Err(Refusal::Conflict),
        }
    }
}
