//! What every change of stock has in common. It happens once per id, in one batch with its messages and with the answer
//! that an idempotency key keeps. Each rule that it may break has a name.

use kernel::ids::WarehouseId;
use kernel::text::Sku;
use kernel::{Currency, Date, Failure, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{DatabaseError, Rows, Statement, Unit, Value, values};
use web::{Context, Present};

use super::{defect, messages, sql};
use crate::application::ports::Unmoved;
use crate::domain::booked::{Booked, BookedError};
use crate::domain::movement::{Moved, MovementKind};

/// An operation that happens once.
pub(super) struct Operation {
    /// The order's, refund's or adjustment's id; a transfer's with the step.
    pub(super) id: String,
    /// `Deduction`, `Restock`, `Adjustment` or `Transfer`.
    pub(super) kind: &'static str,
    pub(super) warehouse_id: WarehouseId,
    /// The request, without the parts that may differ in a retry.
    pub(super) request: String,
}

/// One line of a change, as the statements read it.
#[derive(Serialize)]
pub(super) struct StockLine<'a> {
    pub(super) sku: &'a Sku,
    /// Units, negative for fewer.
    pub(super) delta: i64,
    /// The value of added units, in minor units; none for the average.
    pub(super) value: Option<i64>,
}

/// A change of stock that is being prepared for its batch.
pub(super) struct Change<'a> {
    pub(super) context: &'a Context,
    pub(super) operation: Operation,
    pub(super) at: Timestamp,
    /// The day to which the movements belong.
    pub(super) day: Date,
    pub(super) unit: Unit,
    /// The indexes of the unit's statements that book movements.
    movements: Vec<usize>,
    /// The indexes of the unit's statements that write messages which only the batch can complete.
    messages: Vec<usize>,
}

impl<'a> Change<'a> {
    /// An operation, with nothing in its unit.
    pub(super) fn new(context: &'a Context, operation: Operation, day: Date) -> Self {
        let (at, unit) = (context.now(), context.unit());
        Self { context, operation, at, day, unit, movements: Vec::new(), messages: Vec::new() }
    }

    /// Makes it happen once: a duplicate id breaks the batch here.
    pub(super) fn begin(&mut self) {
        let Operation { id, kind, warehouse_id, request } = &self.operation;
        let operation = sql::movements::INSERT_OPERATION.bind(values![
            id.as_str(),
            *kind,
            *warehouse_id,
            request.as_str(),
            self.at
        ]);
        self.unit.push(operation);
    }

    /// Adds the movements of these lines.
    pub(super) fn book(&mut self, kind: MovementKind, reason: Option<&str>, lines: &[StockLine<'_>]) {
        let movements = sql::movements::INSERT_MOVEMENTS.bind(values![
            self.operation.id.as_str(),
            self.operation.warehouse_id,
            kind.as_str(),
            reason,
            store::json(lines),
            self.at,
            self.day
        ]);
        self.push_movements(movements);
    }

    /// Adds a statement that returns movements.
    pub(super) fn push_movements(&mut self, statement: Statement) {
        self.movements.push(self.unit.push(statement));
    }

    /// Adds a statement that returns messages of the outbox.
    pub(super) fn push_message(&mut self, statement: Statement) {
        self.messages.push(self.unit.push(statement));
    }

    /// Stores the answer under the request's key. Its values are known only in the batch, which completes the answer.
    /// `outcome` is applied here to movements without values, exactly as it is later applied to the booked ones.
    pub(super) fn keep<T>(
        &mut self,
        present: Present<T>,
        lines: &[StockLine<'_>],
        outcome: impl FnOnce(&Booked) -> Result<T, BookedError>,
    ) -> Result<(), Failure> {
        if !self.unit.claims() {
            return Ok(());
        }
        let currency = self.context.currency();
        let planned = Booked::planned(self.at, currency, lines.iter().map(|line| line.sku));
        present.keep(self.context, &mut self.unit, &outcome(&planned).map_err(defect)?)?;
        let values = values![self.operation.id.as_str(), amount_form(currency)];
        self.unit.patch_answer(&sql::messages::COMPLETE_ANSWER, values);
        Ok(())
    }

    /// Commits. If the id was used before with the same request, returns what the first call booked.
    pub(super) async fn commit(self) -> Result<Booked, Unmoved> {
        let Self { context, operation, at, unit, movements, messages, .. } = self;
        let mut rows = match context.commit(unit).await {
            Ok(rows) => rows,
            Err(error) if error.rule() == Some("stock_operations.id") => {
                return operation.first(context).await;
            }
            Err(error) => return Err(unmoved(error)),
        };
        let mut take = |place: usize| rows.get_mut(place).map(std::mem::take).ok_or_else(missing);
        let mut published = Vec::new();
        for place in messages {
            published.extend(messages::outbox(take(place)?).map_err(Failure::from)?);
        }
        context.hint(published);
        let mut moved = Vec::new();
        for place in movements {
            moved.extend(take(place)?.read::<Moved>().map_err(Failure::from)?);
        }
        Ok(Booked::new(at, context.currency(), moved))
    }
}

/// How the amounts of a currency are written: `{pattern, scale}`.
fn amount_form(currency: Currency) -> Value {
    let digits = currency.exponent();
    let pattern = if digits == 0 { "%s%d".to_owned() } else { format!("%s%d.%0{digits}d") };
    let scale = 10_i64.saturating_pow(digits);
    store::json(&json!({ "pattern": pattern, "scale": scale }))
}

fn missing() -> Failure {
    Failure::Defect("a statement without its rows".to_owned())
}

/// The rules that a change of stock may break.
fn unmoved(error: DatabaseError) -> Unmoved {
    match error.rule() {
        Some("stock_on_hand" | "stock_operations_refused") => Unmoved::Short,
        Some("movements_stock" | "transfer_lines_stock") => Unmoved::UnknownStock,
        Some("stock_on_hand_most" | "stock_value" | "stock_totals_value") => Unmoved::TooMuch,
        Some("transfers_status") => Unmoved::Conflict,
        _ => Unmoved::Failure(error.into()),
    }
}

/// An operation as it was booked.
#[derive(Deserialize)]
pub(super) struct OperationRow {
    pub(super) kind: String,
    pub(super) request: String,
    pub(super) created_at: Timestamp,
}

impl Operation {
    /// What the first call with this id booked, if it asked for the same.
    pub(super) async fn first(&self, context: &Context) -> Result<Booked, Unmoved> {
        match booked(context, &self.id).await? {
            Some((row, booked)) if row.kind == self.kind && row.request == self.request => Ok(booked),
            _ => Err(Unmoved::Conflict),
        }
    }
}

/// An operation with its movements.
pub(super) async fn booked(context: &Context, id: &str) -> Result<Option<(OperationRow, Booked)>, Failure> {
    let find = sql::movements::FIND_OPERATION.bind(values![id]);
    let list = sql::movements::LIST_MOVED.bind(values![id]);
    let [operation, moved]: [Rows; 2] = context.query_all([find, list]).await?;
    let Some(operation) = operation.first::<OperationRow>()? else { return Ok(None) };
    let booked = Booked::new(operation.created_at, context.currency(), moved.read()?);
    Ok(Some((operation, booked)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_says_how_its_amounts_are_written() {
        for (code, pattern, scale) in
            [("USD", "%s%d.%02d", 100), ("JPY", "%s%d", 1), ("KWD", "%s%d.%03d", 1000)]
        {
            let expected = json!({ "pattern": pattern, "scale": scale });
            assert_eq!(amount_form(Currency::parse(code).unwrap()), store::json(&expected), "{code}");
        }
    }
}
